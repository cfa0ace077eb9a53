//! What a question comes to, with the statements that decided it.
//!
//! May import: `graph`. Guarantees: an answer always has a reason; what is unknown names what would have to be known.

use std::collections::BTreeSet;
use std::fmt;

/// Whether a request is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// In no case that the inputs leave open.
    Denied,
    /// It depends on what is not known; of a language of resources: on which of them.
    Unknown,
    /// In every case that the inputs leave open.
    Allowed,
}

/// A statement that counted, or a gap in a layer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// `identity policy`, `permissions boundary`, `resource policy` and so on.
    pub layer: &'static str,
    /// The name that the policy was read with; empty for a gap.
    pub policy: String,
    /// Its `Sid`, or `statement 2`; empty for a gap.
    pub statement: String,
    /// What is open about it: a condition, a part of the resource, or why the layer was not read.
    pub open: Option<String>,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.open, self.policy.is_empty()) {
            (Some(gap), true) => write!(f, "{}: {gap}", self.layer),
            (None, true) => f.write_str(self.layer),
            (Some(open), false) => {
                write!(f, "{} of {} ({}), as far as is known of: {open}", self.statement, self.policy, self.layer)
            }
            (None, false) => write!(f, "{} of {} ({})", self.statement, self.policy, self.layer),
        }
    }
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub outcome: Outcome,
    /// The statements by which it is allowed, or would be.
    pub allowed_by: BTreeSet<Cause>,
    /// The statements by which it is denied, or may be.
    pub denied_by: BTreeSet<Cause>,
    /// Layers that would have to allow it and do not, or may not: `the permissions boundary does not allow it`.
    pub capped_by: BTreeSet<String>,
}

impl Verdict {
    /// The answer where all that can be said is why there is none.
    #[must_use]
    pub fn unknown(reason: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Unknown,
            allowed_by: BTreeSet::new(),
            denied_by: BTreeSet::new(),
            capped_by: BTreeSet::from([reason.into()]),
        }
    }

    /// One sentence for each reason, in a fixed order.
    #[must_use]
    pub fn explain(&self) -> Vec<String> {
        let allowed = self.allowed_by.iter().map(|c| match c.open {
            None => format!("allowed by {c}"),
            Some(_) => format!("perhaps allowed by {c}"),
        });
        let denied = self.denied_by.iter().map(|c| match c.open {
            None => format!("denied by {c}"),
            Some(_) => format!("perhaps denied by {c}"),
        });
        let capped = self.capped_by.iter().cloned();
        match self.outcome {
            Outcome::Allowed => allowed.collect(),
            Outcome::Denied => denied.filter(|d| d.starts_with("denied")).chain(capped).collect(),
            Outcome::Unknown => allowed.chain(denied).chain(capped).collect(),
        }
    }
}
