//! Who asks, and of which account: the first call of every collection.
//!
//! May import: `model`, `source`. Guarantees: nothing of the answer but account and ARN is kept, not even a hash, since
//! answers of STS can carry credentials.

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use aws_config::identity::IdentityCache;
use aws_config::sts::AssumeRoleProvider;
use aws_credential_types::provider::SharedCredentialsProvider;

use crate::model::call::{CallOutcome, CallRecord};
use crate::model::time::AsOf;
use crate::source::operations::{STS_ASSUME_ROLE, STS_GET_CALLER_IDENTITY};

use super::client::Clients;
use super::ledger::Recorder;
use super::outcome::{Failure, Stage, check_body, classify, is_expired};
use super::{CollectError, Role};

/// Under this name the accounts' own trails show what was read.
const SESSION_NAME: &str = "havenmark";

/// The caller.
#[derive(Debug)]
pub(super) struct Identity {
    pub(super) account: String,
    pub(super) arn: String,
    pub(super) call: CallRecord,
}

impl Identity {
    /// `aws`, `aws-cn`, `aws-us-gov`: the second part of every ARN.
    pub(super) fn partition(&self) -> &str {
        self.arn.split(':').nth(1).filter(|part| !part.is_empty()).unwrap_or("aws")
    }
}

/// Reads the caller's identity or says what to do.
pub(super) async fn identity(
    shared: &SdkConfig,
    region: &str,
    clock: &dyn Fn() -> AsOf,
) -> Result<Identity, CollectError> {
    let operation = &STS_GET_CALLER_IDENTITY;
    let recorder = Recorder::default();
    let client = Clients::new(shared.clone(), "unknown", "aws", region).sts();
    let sent = client.get_caller_identity().customize().interceptor(recorder.clone()).send();
    let answer = Box::pin(sent).await.map_err(|error| refusal(&Failure::of(&error)))?;
    let seen = recorder.take();
    check_body(operation, seen.body.as_deref()).map_err(CollectError::Identity)?;
    let account = answer.account().unwrap_or_default().to_owned();
    if account.len() != 12 || !account.bytes().all(|b| b.is_ascii_digit()) {
        return Err(CollectError::Identity(format!("{} gave no account id", operation.name())));
    }
    let parameters = BTreeMap::new();
    let id = CallRecord::derive_id(&account, "global", operation.service, operation.operation, &parameters, 1);
    let call = CallRecord {
        account: account.clone(),
        attempts: seen.attempts,
        body_sha256: None,
        id,
        operation: operation.operation.to_owned(),
        outcome: CallOutcome::Present,
        page: 1,
        parameters,
        reason: String::new(),
        region: "global".to_owned(),
        request_id: seen.request_id,
        service: operation.service.to_owned(),
        time: clock(),
    };
    Ok(Identity { account, arn: answer.arn().unwrap_or_default().to_owned(), call })
}

/// The ledger's entry of the call that assumes a role in another account, and what that account is read with: none where
/// the entry says why it cannot be.
pub(super) async fn assume(
    shared: &SdkConfig,
    caller: &Identity,
    account: &str,
    role: &Role,
    region: &str,
    clock: &dyn Fn() -> AsOf,
) -> (CallRecord, Option<(SdkConfig, Identity)>) {
    let arn = format!("arn:{}:iam::{account}:role/{}", caller.partition(), role.name);
    let operation = &STS_ASSUME_ROLE;
    let parameters =
        BTreeMap::from([("RoleArn".to_owned(), arn.clone()), ("RoleSessionName".to_owned(), SESSION_NAME.to_owned())]);
    let id = CallRecord::derive_id(account, "global", operation.service, operation.operation, &parameters, 1);
    let recorder = Recorder::default();
    let client = Clients::new(shared.clone(), account, caller.partition(), region).sts();
    let sent = client
        .assume_role()
        .role_arn(&arn)
        .role_session_name(SESSION_NAME)
        .set_external_id(role.external_id.clone())
        .customize()
        .interceptor(recorder.clone())
        .send();
    let answer = Box::pin(sent).await;
    let seen = recorder.take();
    let mut call = CallRecord {
        account: account.to_owned(),
        attempts: seen.attempts,
        body_sha256: None,
        id,
        operation: operation.operation.to_owned(),
        outcome: CallOutcome::Present,
        page: 1,
        parameters,
        reason: String::new(),
        region: "global".to_owned(),
        request_id: seen.request_id,
        service: operation.service.to_owned(),
        time: clock(),
    };
    if let Err(error) = answer {
        (call.outcome, call.reason) = classify(operation, &Failure::of(&error));
        return (call, None);
    }
    // What was answered is thrown away: the provider asks again by itself, now and whenever the session runs out.
    let mut provider = AssumeRoleProvider::builder(arn).session_name(SESSION_NAME).configure(shared);
    if let Some(external_id) = &role.external_id {
        provider = provider.external_id(external_id);
    }
    let provider = SharedCredentialsProvider::new(provider.build().await);
    let config = shared
        .clone()
        .into_builder()
        .credentials_provider(provider)
        .identity_cache(IdentityCache::lazy().build())
        .build();
    match identity(&config, region, clock).await {
        Ok(identity) if identity.account == account => return (call, Some((config, identity))),
        Ok(identity) => {
            call.outcome = CallOutcome::Unparseable;
            call.reason = format!("{} unparseable: the role is one of account {}", operation.name(), identity.account);
        }
        Err(error) => {
            call.outcome = CallOutcome::Unreachable;
            call.reason = format!("{} unreachable: {error}", operation.name());
        }
    }
    (call, None)
}

fn refusal(failure: &Failure) -> CollectError {
    if failure.stage == Stage::Credentials {
        return CollectError::NoCredentials;
    }
    if is_expired(failure) {
        return CollectError::ExpiredCredentials;
    }
    let (outcome, reason) = classify(&STS_GET_CALLER_IDENTITY, failure);
    match outcome {
        CallOutcome::Denied | CallOutcome::RegionDisabled => CollectError::RefusedCredentials(reason),
        _ => CollectError::Identity(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::{CollectError, Failure, Stage, refusal};

    fn answer(status: u16, code: &str) -> Failure {
        Failure { stage: Stage::Answer, status: Some(status), code: Some(code.to_owned()), message: String::new() }
    }

    #[test]
    fn each_refusal_says_what_to_do() {
        let none = Failure { stage: Stage::Credentials, status: None, code: None, message: String::new() };
        assert!(matches!(refusal(&none), CollectError::NoCredentials));
        assert!(matches!(refusal(&answer(403, "ExpiredToken")), CollectError::ExpiredCredentials));
        assert!(matches!(refusal(&answer(400, "ExpiredTokenException")), CollectError::ExpiredCredentials));
        let text = refusal(&answer(403, "InvalidClientTokenId")).to_string();
        assert!(text.contains("InvalidClientTokenId (403)") && text.contains("sign in again"), "{text}");
        assert!(matches!(refusal(&answer(500, "InternalFailure")), CollectError::Identity(_)));
    }
}
