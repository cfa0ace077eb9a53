//! What is known of a request's condition keys.
//!
//! May import: `graph`. Guarantees: a key of which nothing was said is unknown, unless the context says that it is whole.
//!
//! Which requests have which keys: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>.

use std::collections::BTreeMap;

/// What is known of one key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Given {
    /// Nothing: it may be absent too.
    #[default]
    Unknown,
    /// The request has not got it.
    Absent,
    /// It is there, with a value that is not known.
    Present,
    /// It has these values: one, unless the key is one of many values.
    Is(Vec<String>),
    /// One of these.
    Among(Vec<Given>),
}

impl Given {
    /// One value.
    #[must_use]
    pub fn is(value: impl Into<String>) -> Self {
        Self::Is(vec![value.into()])
    }

    /// `true` or `false`.
    #[must_use]
    pub fn truth(value: bool) -> Self {
        Self::is(value.to_string())
    }

    /// Whether the request may be without it.
    pub(super) fn may_be_absent(&self) -> bool {
        match self {
            Self::Unknown | Self::Absent => true,
            Self::Present | Self::Is(_) => false,
            Self::Among(cases) => cases.iter().any(Self::may_be_absent),
        }
    }
}

/// What is known of a request's keys. Names do not depend on case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    keys: BTreeMap<String, Given>,
    whole: bool,
}

impl Context {
    /// Nothing is known.
    #[must_use]
    pub fn open() -> Self {
        Self::default()
    }

    /// A request in full: keys that are not given are absent.
    #[must_use]
    pub fn whole() -> Self {
        Self { whole: true, ..Self::default() }
    }

    /// With what is known of one more key; it takes the place of what was said before.
    #[must_use]
    pub fn with(mut self, key: &str, given: Given) -> Self {
        self.set(key, given);
        self
    }

    /// Says what is known of a key.
    pub fn set(&mut self, key: &str, given: Given) {
        self.keys.insert(key.to_ascii_lowercase(), given);
    }

    /// Says what is known of a key where nothing was said.
    pub(super) fn set_default(&mut self, key: &str, given: Given) {
        self.keys.entry(key.to_owned()).or_insert(given);
    }

    /// Nothing is known of this key any more.
    pub fn forget(&mut self, key: &str) {
        self.keys.insert(key.to_ascii_lowercase(), Given::Unknown);
    }

    /// What is known of a key (in lower case).
    #[must_use]
    pub fn get(&self, key: &str) -> &Given {
        const UNKNOWN: &Given = &Given::Unknown;
        const ABSENT: &Given = &Given::Absent;
        self.keys.get(key).unwrap_or(if self.whole { ABSENT } else { UNKNOWN })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_said_is_unknown_unless_the_context_is_whole() {
        assert_eq!(Context::open().get("aws:sourcevpce"), &Given::Unknown);
        assert_eq!(Context::whole().get("aws:sourcevpce"), &Given::Absent);
        let known = Context::whole().with("aws:SourceVpce", Given::is("vpce-1"));
        assert_eq!(known.get("aws:sourcevpce"), &Given::is("vpce-1"));
        let mut forgotten = known;
        forgotten.forget("AWS:SOURCEVPCE");
        assert_eq!(forgotten.get("aws:sourcevpce"), &Given::Unknown);
    }
}
