//! Who asks, and of which account: the first call of every collection.
//!
//! May import: `model`, `source`. Guarantees: nothing of the answer but account and ARN is kept, not even a hash, since
//! answers of STS can carry credentials.

use std::collections::BTreeMap;

use aws_config::SdkConfig;

use crate::model::call::{CallOutcome, CallRecord};
use crate::model::time::AsOf;
use crate::source::operations::STS_GET_CALLER_IDENTITY;

use super::CollectError;
use super::client::Clients;
use super::ledger::Recorder;
use super::outcome::{Failure, Stage, check_body, classify, is_expired};

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
        Failure { stage: Stage::Answer, status: Some(status), code: Some(code.to_owned()) }
    }

    #[test]
    fn each_refusal_says_what_to_do() {
        let none = Failure { stage: Stage::Credentials, status: None, code: None };
        assert!(matches!(refusal(&none), CollectError::NoCredentials));
        assert!(matches!(refusal(&answer(403, "ExpiredToken")), CollectError::ExpiredCredentials));
        assert!(matches!(refusal(&answer(400, "ExpiredTokenException")), CollectError::ExpiredCredentials));
        let text = refusal(&answer(403, "InvalidClientTokenId")).to_string();
        assert!(text.contains("InvalidClientTokenId (403)") && text.contains("sign in again"), "{text}");
        assert!(matches!(refusal(&answer(500, "InternalFailure")), CollectError::Identity(_)));
    }
}
