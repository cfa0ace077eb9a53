//! Decides how a call ended, from all that is known of it: what the SDK made of it, the HTTP status and the error code.
//!
//! May import: `model`, `source::operations`. Guarantees: "not configured" needs an error code of that operation's own
//! list *and* a client-error status; a success status whose body is not what the operation returns is unparseable, even
//! where the SDK read it as an empty answer. Reasons never quote a body or a message.

use std::error::Error;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::model::call::CallOutcome;
use crate::source::operations::{Body, Operation};

/// What the SDK made of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// The request could not be built.
    Request,
    /// There were no credentials to sign with.
    Credentials,
    /// It could not be sent, or no answer came.
    Connection,
    Timeout,
    /// An answer came; `status` says which.
    Answer,
}

/// A failed call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) stage: Stage,
    pub(super) status: Option<u16>,
    pub(super) code: Option<String>,
    /// What the service says to it. Read here, never quoted.
    pub(super) message: String,
}

impl Failure {
    /// What an SDK error says.
    pub(super) fn of<E>(error: &SdkError<E, HttpResponse>) -> Self
    where
        E: Error + ProvideErrorMetadata + 'static,
    {
        let stage = match error {
            SdkError::ConstructionFailure(_) => {
                if names_credentials(error) {
                    Stage::Credentials
                } else {
                    Stage::Request
                }
            }
            SdkError::TimeoutError(_) => Stage::Timeout,
            SdkError::DispatchFailure(failure) if failure.is_timeout() => Stage::Timeout,
            SdkError::DispatchFailure(failure) => {
                // A credentials provider that fails is reported as a failed dispatch without a connection error.
                if failure.is_other() && names_credentials(error) { Stage::Credentials } else { Stage::Connection }
            }
            _ => Stage::Answer,
        };
        let code =
            error.as_service_error().and_then(ProvideErrorMetadata::code).map(plain_code).filter(|c| !c.is_empty());
        let message = error.as_service_error().and_then(ProvideErrorMetadata::message).unwrap_or_default().to_owned();
        Self { stage, status: error.raw_response().map(|response| response.status().as_u16()), code, message }
    }
}

fn names_credentials(error: &dyn Error) -> bool {
    let mut next = Some(error);
    while let Some(cause) = next {
        let text = cause.to_string().to_ascii_lowercase();
        if text.contains("credential") || text.contains("identity resolver") {
            return true;
        }
        next = cause.source();
    }
    false
}

/// An error code without what could carry text of somebody else into our files.
fn plain_code(code: &str) -> String {
    code.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')).take(80).collect()
}

const EXPIRED: &[&str] = &["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"];
const INVALID_CREDENTIALS: &[&str] =
    &["InvalidClientTokenId", "InvalidToken", "UnrecognizedClientException", "AuthFailure"];
const DENIED: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "AccessDeniedForDependencyException",
    "AllAccessDisabled",
    "AccountProblem",
    "InvalidAccessKeyId",
    "IncompleteSignature",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "NotAuthorized",
    "SignatureDoesNotMatch",
    "UnauthorizedAccess",
    "UnauthorizedOperation",
];
const THROTTLED: &[&str] = &[
    "BandwidthLimitExceeded",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];
const UNSUPPORTED: &[&str] = &[
    "InvalidAction",
    "MethodNotAllowed",
    "NotImplemented",
    "UnknownOperation",
    "UnknownOperationException",
    "UnsupportedOperation",
    "UnsupportedOperationException",
];

/// Whether the code says that the credentials have expired.
pub(super) fn is_expired(failure: &Failure) -> bool {
    failure.code.as_deref().is_some_and(|code| EXPIRED.contains(&code))
}

/// The outcome of a failed call and a sentence that names the call.
pub(super) fn classify(operation: &Operation, failure: &Failure) -> (CallOutcome, String) {
    let (outcome, word, detail) = decide(operation, failure);
    (outcome, format!("{} {word}: {detail}", operation.name()))
}

fn decide(operation: &Operation, failure: &Failure) -> (CallOutcome, &'static str, String) {
    use CallOutcome as O;
    match failure.stage {
        Stage::Request => return (O::Unsupported, "unsupported", "the request could not be built".to_owned()),
        Stage::Credentials => return (O::Denied, "denied", "the credentials could not be read or renewed".to_owned()),
        Stage::Connection => return (O::Unreachable, "unreachable", "no connection".to_owned()),
        Stage::Timeout => return (O::Unreachable, "unreachable", "no answer in time".to_owned()),
        Stage::Answer => {}
    }
    let Some(status) = failure.status else {
        return (O::Unreachable, "unreachable", "no answer".to_owned());
    };
    let code = failure.code.as_deref();
    let is = |list: &[&str]| code.is_some_and(|code| list.contains(&code));
    // `Code: words`: a code that means this only where the message holds the words.
    let says = |list: &[&str]| {
        list.iter()
            .filter_map(|entry| entry.split_once(": "))
            .any(|(c, words)| code == Some(c) && failure.message.contains(words))
    };
    let detail = match code {
        Some(code) => format!("{code} ({status})"),
        None => format!("HTTP {status} without a readable error code"),
    };
    match status {
        200..=299 => {
            (O::Unparseable, "unparseable", format!("the body of HTTP {status} is not what this operation returns"))
        }
        _ if is(EXPIRED) => (O::Denied, "denied", format!("credentials expired, {detail}")),
        _ if is(THROTTLED) || status == 429 => (O::Throttled, "throttled", detail),
        _ if is(&["OptInRequired", "RegionDisabledException"]) => (O::RegionDisabled, "refused in this Region", detail),
        // The same credentials were good for GetCallerIdentity a moment ago: a Region that the account has not enabled
        // does not know them.
        _ if is(INVALID_CREDENTIALS) && operation.scope == crate::source::operations::Scope::Region => {
            (O::RegionDisabled, "refused in this Region", detail)
        }
        400..=499 if says(operation.absent_codes) => (O::Absent, "absent", detail),
        400..=499 if says(operation.not_enabled_codes) => (O::NotEnabled, "not enabled", detail),
        401 | 403 => (O::Denied, "denied", detail),
        _ if is(DENIED) || is(INVALID_CREDENTIALS) => (O::Denied, "denied", detail),
        _ if is(UNSUPPORTED) || status == 501 => (O::Unsupported, "unsupported", detail),
        500..=599 => (O::Unreachable, "unreachable", detail),
        400..=499 if is(operation.absent_codes) => (O::Absent, "absent", detail),
        400..=499 if is(operation.not_enabled_codes) => (O::NotEnabled, "not enabled", detail),
        _ => (O::Unsupported, "not answered", detail),
    }
}

/// Whether the bytes of a success are what the operation returns; else why not.
pub(super) fn check_body(operation: &Operation, body: Option<&[u8]>) -> Result<(), String> {
    let Some(body) = body else { return Err("its body was not seen".to_owned()) };
    match operation.body {
        Body::Xml(root) | Body::XmlOrEmpty(root) => check_xml(body, root),
        Body::Query => {
            check_xml(body, &format!("{}Response", operation.operation))?;
            let result = format!("<{}Result", operation.operation);
            if contains(body, result.as_bytes()) {
                Ok(())
            } else {
                Err(format!("its XML has no <{}Result>", operation.operation))
            }
        }
        Body::Items => json_member(&json_object(body)?, "Items"),
        Body::Json(members) | Body::JsonOrEmpty(members) => {
            let object = json_object(body)?;
            if object.is_empty() && matches!(operation.body, Body::JsonOrEmpty(_)) {
                return Ok(());
            }
            members.iter().try_for_each(|member| json_member(&object, member))
        }
        Body::JsonAnyOf(members) => {
            let object = json_object(body)?;
            let has = |member: &&str| object.get(*member).is_some_and(|value| !value.is_null());
            if object.is_empty() || members.iter().any(has) {
                Ok(())
            } else {
                Err(format!("its JSON has none of the members {}", members.join(", ")))
            }
        }
        Body::Document => json_object(body).map(|_| ()),
    }
}

fn json_member(object: &serde_json::Map<String, serde_json::Value>, member: &str) -> Result<(), String> {
    if object.get(member).is_none_or(serde_json::Value::is_null) {
        return Err(format!("its JSON has no member {member}"));
    }
    Ok(())
}

fn json_object(body: &[u8]) -> Result<serde_json::Map<String, serde_json::Value>, String> {
    serde_json::from_slice(body).map_err(|_| "its body is no JSON object".to_owned())
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// Whether `body` opens with the element `root` and closes it as its last word: a document that was cut off is none.
fn check_xml(body: &[u8], root: &str) -> Result<(), String> {
    let wrong = || format!("its XML is no complete <{root}>");
    let text = std::str::from_utf8(body).map_err(|_| wrong())?;
    let mut rest = text.trim_start_matches('\u{feff}').trim();
    loop {
        let end = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else {
            break;
        };
        let (_, after) = rest.split_once(end).ok_or_else(wrong)?;
        rest = after.trim_start();
    }
    let opening = rest.strip_prefix('<').ok_or_else(wrong)?;
    let (tag, content) = opening.split_once('>').ok_or_else(wrong)?;
    let name = tag.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
    if name.rsplit(':').next() != Some(root) {
        return Err(wrong());
    }
    let closed = if tag.ends_with('/') { content.trim().is_empty() } else { rest.ends_with(&format!("</{name}>")) };
    if closed { Ok(()) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::{Failure, Stage, check_body, classify, plain_code};
    use crate::model::call::CallOutcome;
    use crate::source::operations as table;

    fn answer(status: u16, code: Option<&str>) -> Failure {
        Failure { stage: Stage::Answer, status: Some(status), code: code.map(str::to_owned), message: String::new() }
    }

    /// A row of its own, since rows cannot be copied.
    fn policy_row() -> table::Operation {
        table::Operation {
            service: "s3",
            operation: "GetBucketPolicy",
            iam_actions: &[],
            scope: table::Scope::Region,
            types: &[],
            facets: &[],
            absent_codes: &[],
            not_enabled_codes: &[],
            body: table::Body::Document,
            secret_body: false,
        }
    }

    fn outcome(status: u16, code: Option<&str>) -> CallOutcome {
        classify(&table::S3_GET_BUCKET_POLICY, &answer(status, code)).0
    }

    #[test]
    fn absent_needs_the_operations_own_code_and_a_client_error() {
        assert_eq!(outcome(404, Some("NoSuchBucketPolicy")), CallOutcome::Absent);
        for (status, code) in [
            (404, None),
            (404, Some("NoSuchBucket")),
            (404, Some("NoSuchTagSet")),
            (403, Some("NoSuchBucketPolicy")),
            (500, Some("NoSuchBucketPolicy")),
            (200, Some("NoSuchBucketPolicy")),
            (301, Some("PermanentRedirect")),
        ] {
            assert_ne!(outcome(status, code), CallOutcome::Absent, "{status} {code:?}");
            assert!(!outcome(status, code).answered(), "{status} {code:?}");
        }
    }

    #[test]
    fn a_code_of_two_meanings_needs_its_words() {
        let asked = table::Operation { absent_codes: &["AccessDeniedException: is not enabled"], ..policy_row() };
        let of = |message: &str| {
            let failure = Failure { message: message.to_owned(), ..answer(403, Some("AccessDeniedException")) };
            classify(&asked, &failure)
        };
        assert_eq!(of("Macie is not enabled.").0, CallOutcome::Absent);
        assert_eq!(of("User x is not authorized").0, CallOutcome::Denied);
        assert!(!of("Macie is not enabled.").1.contains("Macie"), "a message is never quoted");
    }

    #[test]
    fn each_failure_has_its_word() {
        for (status, code, expected) in [
            (403, Some("AccessDenied"), CallOutcome::Denied),
            (403, None, CallOutcome::Denied),
            (400, Some("AccessDeniedException"), CallOutcome::Denied),
            (400, Some("ExpiredToken"), CallOutcome::Denied),
            (503, Some("SlowDown"), CallOutcome::Throttled),
            (400, Some("ThrottlingException"), CallOutcome::Throttled),
            (429, None, CallOutcome::Throttled),
            (500, None, CallOutcome::Unreachable),
            (503, Some("ServiceUnavailable"), CallOutcome::Unreachable),
            (501, Some("NotImplemented"), CallOutcome::Unsupported),
            (404, None, CallOutcome::Unsupported),
            (200, None, CallOutcome::Unparseable),
            (403, Some("InvalidClientTokenId"), CallOutcome::RegionDisabled),
        ] {
            assert_eq!(outcome(status, code), expected, "{status} {code:?}");
        }
        let cut = Failure { stage: Stage::Timeout, status: None, code: None, message: String::new() };
        assert_eq!(classify(&table::S3_GET_BUCKET_POLICY, &cut).0, CallOutcome::Unreachable);
    }

    #[test]
    fn the_reason_names_the_call_the_code_and_the_status() {
        let (_, reason) = classify(&table::S3_GET_BUCKET_POLICY, &answer(403, Some("AccessDenied")));
        assert_eq!(reason, "s3:GetBucketPolicy denied: AccessDenied (403)");
        let (_, reason) = classify(&table::S3_GET_BUCKET_POLICY, &answer(400, Some("ExpiredToken")));
        assert_eq!(reason, "s3:GetBucketPolicy denied: credentials expired, ExpiredToken (400)");
        assert_eq!(plain_code("Access<script>Denied\n"), "AccessscriptDenied");
    }

    #[test]
    fn a_success_with_another_root_or_cut_off_is_no_answer() {
        let versioning = &table::S3_GET_BUCKET_VERSIONING;
        for good in [
            "<VersioningConfiguration/>",
            "<?xml version=\"1.0\"?>\n<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"/>",
            "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>\n",
            "<!-- x --><s3:VersioningConfiguration></s3:VersioningConfiguration>",
        ] {
            assert!(check_body(versioning, Some(good.as_bytes())).is_ok(), "{good}");
        }
        for bad in [
            "",
            "{}",
            "<html></html>",
            "<Error><Code>AccessDenied</Code></Error>",
            "<GetBucketVersioningResponse/>",
            "<VersioningConfigurations/>",
            "<VersioningConfiguration><Status>Ena",
            "<VersioningConfiguration>",
            "<VersioningConfiguration/><x>",
        ] {
            assert!(check_body(versioning, Some(bad.as_bytes())).is_err(), "{bad}");
        }
        assert!(check_body(versioning, None).is_err());
    }

    #[test]
    fn json_and_query_answers_need_their_members() {
        let trails = &table::CLOUDTRAIL_DESCRIBE_TRAILS;
        assert!(check_body(trails, Some(br#"{"trailList":[]}"#)).is_ok());
        for bad in ["{}", "[]", "", "null", r#"{"trailList":null}"#, r#"{"trailList":["#] {
            assert!(check_body(trails, Some(bad.as_bytes())).is_err(), "{bad}");
        }
        let tags = table::Operation { body: table::Body::JsonAnyOf(&["onTable", "onColumns"]), ..policy_row() };
        for good in ["{}", r#"{"onTable":[]}"#, r#"{"onColumns":[],"other":1}"#] {
            assert!(check_body(&tags, Some(good.as_bytes())).is_ok(), "{good}");
        }
        for bad in [r#"{"other":[]}"#, r#"{"onTable":null}"#, "[]", ""] {
            assert!(check_body(&tags, Some(bad.as_bytes())).is_err(), "{bad}");
        }
        let roles = &table::IAM_LIST_ROLES;
        let good = "<ListRolesResponse><ListRolesResult></ListRolesResult></ListRolesResponse>";
        assert!(check_body(roles, Some(good.as_bytes())).is_ok());
        let bad = "<ListRolesResponse><ResponseMetadata/></ListRolesResponse>";
        assert!(check_body(roles, Some(bad.as_bytes())).is_err());
    }
}
