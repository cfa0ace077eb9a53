//! What is kept of an event of `CloudTrail`, whoever gave it: its history, or a file that a trail delivered.
//!
//! May import: `model`. Guarantees: only events that a control needs are kept, and of one only the members that a control
//! needs: no request but the name of a bucket and of an object, no address, no name of who signed in with a second factor.
//! A member in another form is one that was not said.
//!
//! Records: <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>.

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Value, json};

use crate::model::call::CallId;
use crate::model::document::ResourceDocument;
use crate::model::time::AsOf;
use crate::model::trail::{Class, EVENT, WINDOW, class};

/// No member that is kept is longer, but the key of an object: S3 allows 1,024 bytes.
const MOST_TEXT: usize = 2048;

/// What is looked for besides what every environment has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Buckets whose writes are kept: those that the declaration calls outbound.
    pub buckets: BTreeSet<String>,
    /// Users for emergencies, whose every event is kept.
    pub people: BTreeSet<String>,
}

/// A text, or nothing where something else stood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Word(Option<String>);

impl Word {
    fn get(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }
}

/// A record, or nothing where something else stood.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Loose<T>(Option<T>);

impl<T> Default for Loose<T> {
    fn default() -> Self {
        Self(None)
    }
}

/// Takes what comes and holds on to nothing of what does not fit.
struct Lenient<T>(PhantomData<T>);

/// What may come in place of a member.
trait Member: Sized {
    fn nothing() -> Self;
    fn text(_: &str) -> Self {
        Self::nothing()
    }
    fn record<'de, A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Self::nothing())
    }
}

impl Member for Word {
    fn nothing() -> Self {
        Self(None)
    }
    fn text(text: &str) -> Self {
        Self((text.len() <= MOST_TEXT).then(|| text.to_owned()))
    }
}

impl<T: for<'de> Deserialize<'de>> Member for Loose<T> {
    fn nothing() -> Self {
        Self(None)
    }
    fn record<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|record| Self(Some(record)))
    }
}

impl<'de, T: Member> Visitor<'de> for Lenient<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member of an event")
    }
    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(T::text(text))
    }
    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::nothing())
    }
    fn visit_bool<E>(self, _: bool) -> Result<T, E> {
        Ok(T::nothing())
    }
    fn visit_i64<E>(self, _: i64) -> Result<T, E> {
        Ok(T::nothing())
    }
    fn visit_u64<E>(self, _: u64) -> Result<T, E> {
        Ok(T::nothing())
    }
    fn visit_f64<E>(self, _: f64) -> Result<T, E> {
        Ok(T::nothing())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<T, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(T::nothing())
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::record(map)
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Lenient(PhantomData))
    }
}

impl<'de, T: for<'of> Deserialize<'of>> Deserialize<'de> for Loose<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Lenient(PhantomData))
    }
}

/// The members of a record that are read; all others are passed over.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Record {
    additional_event_data: Loose<Additional>,
    aws_region: Word,
    error_code: Word,
    #[serde(rename = "eventID")]
    event_id: Word,
    event_name: Word,
    event_source: Word,
    event_time: Word,
    event_type: Word,
    recipient_account_id: Word,
    request_parameters: Loose<Parameters>,
    response_elements: Loose<Response>,
    service_event_details: Loose<Details>,
    user_identity: Loose<Identity>,
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
struct Additional {
    #[serde(rename = "CredentialType")]
    credential_type: Word,
    #[serde(rename = "MFAUsed")]
    mfa_used: Word,
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Parameters {
    bucket_name: Word,
    key: Word,
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
struct Response {
    #[serde(rename = "ConsoleLogin")]
    console_login: Word,
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
struct Details {
    #[serde(rename = "UserAuthentication")]
    user_authentication: Word,
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Identity {
    arn: Word,
    session_context: Loose<Session>,
    #[serde(rename = "type")]
    kind: Word,
    user_name: Word,
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Session {
    attributes: Loose<Attributes>,
    session_issuer: Loose<Issuer>,
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Attributes {
    creation_date: Word,
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
struct Issuer {
    arn: Word,
}

/// A change of what is recorded, for the window that it fell into.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    pub time: String,
    pub name: String,
    pub id: String,
}

impl Record {
    /// What a record has to say to be an event at all.
    ///
    /// # Errors
    /// Which member it lacks.
    pub fn check(&self) -> Result<AsOf, String> {
        for (member, word) in [
            ("eventID", &self.event_id),
            ("eventName", &self.event_name),
            ("eventSource", &self.event_source),
            ("awsRegion", &self.aws_region),
        ] {
            if word.get().is_empty() {
                return Err(format!("an event has no {member}"));
            }
        }
        self.event_time.get().parse().map_err(|_| "an event has no eventTime".to_owned())
    }

    /// The account that it happened in.
    #[must_use]
    pub fn account(&self) -> &str {
        self.recipient_account_id.get()
    }

    /// The Region that it happened in.
    #[must_use]
    pub fn region(&self) -> &str {
        self.aws_region.get()
    }

    fn class(&self) -> Option<Class> {
        class(self.event_source.get(), self.event_name.get())
    }

    fn identity(&self) -> Identity {
        self.user_identity.0.clone().unwrap_or_default()
    }

    /// Whether a control needs it.
    #[must_use]
    pub fn is_wanted(&self, wanted: &Wanted) -> bool {
        let identity = self.identity();
        let by_service = self.event_type.get() == "AwsServiceEvent";
        if identity.kind.get() == "Root" && !by_service {
            return true;
        }
        let session = identity.arn.get().rsplit('/').next().unwrap_or_default();
        if [identity.user_name.get(), session].iter().any(|name| wanted.people.contains(*name)) {
            return true;
        }
        match self.class() {
            Some(Class::Boundary | Class::Recording) => true,
            Some(Class::SignIn) => self.event_name.get() == "UserAuthentication",
            Some(Class::ObjectWrite) => {
                let bucket = self.request_parameters.0.as_ref().map(|p| p.bucket_name.get()).unwrap_or_default();
                wanted.buckets.contains(bucket)
            }
            None => false,
        }
    }

    /// The change of what is recorded that it is, where it is one and was made.
    #[must_use]
    pub fn change(&self) -> Option<Change> {
        let made = self.class() == Some(Class::Recording) && self.error_code.get().is_empty();
        made.then(|| Change {
            time: self.event_time.get().to_owned(),
            name: self.event_name.get().to_owned(),
            id: self.event_id.get().to_owned(),
        })
    }

    /// What is kept of it. Members that it does not say are not there.
    #[must_use]
    pub fn document(&self, account: &str, call: &CallId) -> ResourceDocument {
        let identity = self.identity();
        let session = identity.session_context.0.unwrap_or_default();
        let parameters = self.request_parameters.0.clone().unwrap_or_default();
        let additional = self.additional_event_data.0.clone().unwrap_or_default();
        let outcome = match (&self.response_elements.0, &self.service_event_details.0) {
            (Some(Response { console_login: Word(Some(text)) }), _)
            | (_, Some(Details { user_authentication: Word(Some(text)) })) => Word(Some(text.clone())),
            _ => Word(None),
        };
        // Who signed in is nobody's business where only the way is judged.
        let is_person = self.event_name.get() == "UserAuthentication";
        let name = if is_person { Word(None) } else { identity.user_name };
        let arn = if is_person { Word(None) } else { identity.arn };
        let is_write = self.class() == Some(Class::ObjectWrite);
        let key = if is_write { parameters.key } else { Word(None) };
        let members = [
            ("BucketName", parameters.bucket_name),
            ("CredentialType", additional.credential_type),
            ("EventName", self.event_name.clone()),
            ("EventSource", self.event_source.clone()),
            ("EventTime", self.event_time.clone()),
            ("IdentityArn", arn),
            ("IdentityType", identity.kind),
            ("IssuerArn", session.session_issuer.0.unwrap_or_default().arn),
            ("MfaUsed", additional.mfa_used),
            ("ObjectKey", key),
            ("Outcome", outcome),
            ("SessionCreated", session.attributes.0.unwrap_or_default().creation_date),
            ("UserName", name),
        ];
        let mut document = ResourceDocument {
            kind: EVENT.to_owned(),
            id: self.event_id.get().to_owned(),
            account: account.to_owned(),
            region: self.region().to_owned(),
            ..ResourceDocument::default()
        };
        document.missing.insert("tags".to_owned(), "an event has no tags".to_owned());
        // No error is said by leaving it out.
        document.observed.insert("ErrorCode".to_owned(), Value::from(self.error_code.get()));
        for (name, word) in members {
            if let Word(Some(text)) = word {
                document.observed.insert(name.to_owned(), Value::from(text));
            }
        }
        let said: Vec<String> = document.observed.keys().cloned().collect();
        document.calls = said.into_iter().map(|name| (name, call.clone())).collect();
        document
    }
}

/// From when to when every event of a place was seen.
#[derive(Debug, Clone)]
pub struct Window<'a> {
    pub account: &'a str,
    pub region: &'a str,
    /// [`crate::model::trail::LOOKUP`] or [`crate::model::trail::FILES`].
    pub source: &'a str,
    /// The trail that delivered, by its name; empty where none did.
    pub trail: &'a str,
    pub from: AsOf,
    pub to: AsOf,
    pub wanted: &'a Wanted,
    pub changes: &'a BTreeSet<Change>,
    pub call: &'a CallId,
}

impl Window<'_> {
    /// The document that says it.
    #[must_use]
    pub fn document(&self) -> ResourceDocument {
        let changes: Vec<Value> =
            self.changes.iter().map(|c| json!({ "Id": c.id, "Name": c.name, "Time": c.time })).collect();
        let members = [
            ("Buckets", json!(self.wanted.buckets)),
            ("From", json!(self.from.to_string())),
            ("People", json!(self.wanted.people)),
            ("RecordingChanges", Value::from(changes)),
            ("Source", json!(self.source)),
            ("To", json!(self.to.to_string())),
            ("Trail", json!(self.trail)),
        ];
        let calls = members.iter().map(|(name, _)| ((*name).to_owned(), self.call.clone())).collect();
        ResourceDocument {
            kind: WINDOW.to_owned(),
            id: format!("{}:{}:{}:{}:{}", self.account, self.region, self.source, self.trail, self.from),
            account: self.account.to_owned(),
            region: self.region.to_owned(),
            observed: members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            calls,
            missing: [("tags".to_owned(), "a window has no tags".to_owned())].into(),
            ..ResourceDocument::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(value: Value) -> Record {
        serde_json::from_value(value).unwrap()
    }

    fn event(source: &str, name: &str, identity: impl Into<Value>) -> Value {
        let identity: Value = identity.into();
        json!({
            "eventID": "e-1", "eventTime": "2026-11-20T10:00:00Z", "eventSource": source, "eventName": name,
            "awsRegion": "eu-west-2", "recipientAccountId": "111111111111", "userIdentity": identity,
            "sourceIPAddress": "never-kept", "userAgent": "never-kept",
            "requestParameters": { "bucketName": "tre-out", "key": "table.csv", "policy": "never-kept" },
        })
    }

    #[test]
    fn what_a_control_needs_is_kept_and_nothing_else() {
        let role = json!({ "type": "AssumedRole", "arn": "arn:aws:sts::111111111111:assumed-role/r/s" });
        let wanted = Wanted { buckets: ["tre-out".to_owned()].into(), people: ["break-glass-1".to_owned()].into() };
        let keeps = |value: &Value, wanted: &Wanted| record(value.clone()).is_wanted(wanted);
        let none = Wanted::default();
        for (value, without, with) in [
            (event("ec2.amazonaws.com", "CreateRoute", role.clone()), true, true),
            (event("ec2.amazonaws.com", "DescribeVpcs", role.clone()), false, false),
            (event("ec2.amazonaws.com", "DescribeVpcs", json!({ "type": "Root" })), true, true),
            (event("s3.amazonaws.com", "PutObject", role.clone()), false, true),
            (event("s3.amazonaws.com", "GetObject", role.clone()), false, false),
            (event("signin.amazonaws.com", "UserAuthentication", json!({ "type": "Unknown" })), true, true),
            (event("signin.amazonaws.com", "ConsoleLogin", role), false, false),
            (event("ec2.amazonaws.com", "DescribeVpcs", json!({ "userName": "break-glass-1" })), false, true),
            (event("ec2.amazonaws.com", "DescribeVpcs", json!({ "arn": "x/y/break-glass-1" })), false, true),
        ] {
            assert_eq!((keeps(&value, &none), keeps(&value, &wanted)), (without, with), "{value}");
        }
        let mut service = event("ec2.amazonaws.com", "X", json!({ "type": "Root" }));
        service["eventType"] = json!("AwsServiceEvent");
        assert!(!keeps(&service, &none));
    }

    #[test]
    fn of_an_event_only_named_members_are_kept() {
        let mut value = event("s3.amazonaws.com", "PutObject", json!({ "type": "Root", "userName": "someone" }));
        value["additionalEventData"] = json!({ "CredentialType": "PASSWORD", "UserName": "never-kept" });
        let text = serde_json::to_string(&record(value).document("111111111111", &"c".to_owned())).unwrap();
        assert!(text.contains("table.csv") && text.contains("someone"), "{text}");
        assert!(!text.contains("never-kept"), "{text}");
        // How a person signed in, not who.
        let person = json!({ "type": "IdentityCenterUser", "userName": "never-kept", "arn": "never-kept" });
        let sign_in = record(event("signin.amazonaws.com", "UserAuthentication", person));
        let text = serde_json::to_string(&sign_in.document("111111111111", &"c".to_owned())).unwrap();
        assert!(!text.contains("never-kept") && !text.contains("table.csv"), "{text}");
    }

    /// A member in another form is not said, and breaks nothing of what stands around it.
    #[test]
    fn any_form_of_any_member_is_read() {
        let whole = event("s3.amazonaws.com", "PutObject", json!({ "type": "Root" }));
        for odd in
            [json!(null), json!(1), json!(1.5), json!(true), json!([{}]), json!({ "a": { "b": [1] } }), json!("x")]
        {
            for member in whole.as_object().unwrap().keys() {
                let mut value = whole.clone();
                value[member] = odd.clone();
                let read = record(value);
                let said = read.check().is_ok();
                let needed =
                    ["eventID", "eventName", "eventSource", "eventTime", "awsRegion"].contains(&member.as_str());
                let is_word = odd.is_string() && member != "eventTime";
                assert_eq!(said, !needed || is_word, "{member}: {odd}");
                let _ = read.document("1", &String::new());
            }
            let mut value = whole.clone();
            value["requestParameters"]["key"] = odd.clone();
            let document = record(value).document("1", &String::new());
            assert_eq!(document.observed.contains_key("ObjectKey"), odd.is_string());
            assert_eq!(document.observed["BucketName"], "tre-out");
        }
        let mut long = whole;
        long["requestParameters"]["key"] = json!("x".repeat(5000));
        assert!(!record(long).document("1", &String::new()).observed.contains_key("ObjectKey"));
    }
}
