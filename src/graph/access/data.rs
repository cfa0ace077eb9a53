//! Reading data that is encrypted: the right to the object and the right to its key.
//!
//! May import: `graph`. Guarantees: where it is not known how data is encrypted, or a key's answer is not, reading is never
//! said to be allowed.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html>,
//! <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html>

use super::context::{Context, Given};
use super::verdict::{Outcome, Verdict};

/// With what the data of a store is encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Encryption {
    /// With keys of the store itself: no permission besides is needed.
    ByTheStore,
    /// With keys of KMS: what `kms:Decrypt` comes to for each that may be in use.
    WithKeys(Vec<Verdict>),
    /// It is not known, for this reason.
    Unknown(String),
}

/// Whether data can be read, from whether its object may be fetched and its key used.
#[must_use]
pub fn readable(object: &Verdict, encryption: &Encryption) -> Verdict {
    let keys = match encryption {
        Encryption::ByTheStore => return object.clone(),
        Encryption::Unknown(_) | Encryption::WithKeys(_) if object.outcome == Outcome::Denied => return object.clone(),
        Encryption::Unknown(reason) => return both(object, &Verdict::unknown(reason.clone())),
        Encryption::WithKeys(keys) => keys,
    };
    // Of several keys each may be that of some objects.
    let key = keys.iter().cloned().reduce(|one, two| {
        let outcome = if one.outcome == two.outcome { one.outcome } else { Outcome::Unknown };
        joined(outcome, &one, &two)
    });
    key.map_or_else(|| both(object, &Verdict::unknown("no key of it was named")), |key| both(object, &key))
}

/// Both have to be allowed.
fn both(object: &Verdict, key: &Verdict) -> Verdict {
    joined(object.outcome.min(key.outcome), object, key)
}

fn joined(outcome: Outcome, one: &Verdict, two: &Verdict) -> Verdict {
    let mut all = one.clone();
    all.outcome = outcome;
    all.allowed_by.extend(two.allowed_by.iter().cloned());
    all.denied_by.extend(two.denied_by.iter().cloned());
    all.capped_by.extend(two.capped_by.iter().cloned());
    all
}

/// What is known of the request for a key that S3 makes for a caller of `account`, from what is known of the caller's own.
#[must_use]
pub fn through_s3(mut context: Context, region: &str, account: Option<&str>) -> Context {
    context.set("kms:viaservice", Given::is(format!("s3.{region}.amazonaws.com")));
    context.set("kms:calleraccount", account.map_or(Given::Unknown, Given::is));
    // Whether a service that asks with the caller's credentials counts, and from where, is not documented key by key.
    for key in ["aws:viaawsservice", "aws:sourceip", "aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip"] {
        context.forget(key);
    }
    context
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(outcome: Outcome) -> Verdict {
        Verdict { outcome, ..Verdict::unknown("as the test says") }
    }

    fn ask(object: Outcome, keys: &[Outcome]) -> Outcome {
        let keys = keys.iter().map(|k| verdict(*k)).collect();
        readable(&verdict(object), &Encryption::WithKeys(keys)).outcome
    }

    #[test]
    fn reading_needs_the_object_and_its_key() {
        use Outcome::{Allowed, Denied, Unknown};
        assert_eq!(ask(Allowed, &[Allowed]), Allowed);
        assert_eq!(ask(Allowed, &[Denied]), Denied);
        assert_eq!(ask(Denied, &[Allowed]), Denied);
        assert_eq!(ask(Allowed, &[Unknown]), Unknown);
        // Some objects can be read and others not.
        assert_eq!(ask(Allowed, &[Allowed, Denied]), Unknown);
        assert_eq!(ask(Allowed, &[Denied, Denied]), Denied);
        assert_eq!(ask(Allowed, &[]), Unknown);
        let unread = Encryption::Unknown("the bucket's encryption was not read".to_owned());
        assert_eq!(readable(&verdict(Allowed), &unread).outcome, Unknown);
        assert_eq!(readable(&verdict(Denied), &unread).outcome, Denied);
        assert_eq!(readable(&verdict(Allowed), &Encryption::ByTheStore).outcome, Allowed);
    }
}
