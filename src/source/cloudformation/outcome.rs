//! What an evaluation comes to: a value, nothing, or the reasons why nobody can say.
//!
//! May import: nothing of this crate. Guarantees: the same reasons in the same order, however the template is ordered.

use std::collections::BTreeSet;

use super::tree::Node;

/// A value; `None` where `AWS::NoValue` takes it away; or why it is unknown.
pub(super) type Outcome = Result<Option<Node>, Causes>;

/// How many causes a reason names.
const NAMED: usize = 2;

/// How long a cause may be, in bytes.
const LONGEST: usize = 1000;

/// Why a value is unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Causes {
    reasons: BTreeSet<String>,
    /// The parameters without a value that it comes from.
    pub(super) roots: BTreeSet<String>,
}

impl Causes {
    pub(super) fn one(reason: impl Into<String>) -> Self {
        Self { reasons: BTreeSet::from([short(reason.into())]), roots: BTreeSet::new() }
    }

    /// A cause that goes away once a parameter has a value.
    pub(super) fn of(parameter: &str, reason: String) -> Self {
        Self { reasons: BTreeSet::from([short(reason)]), roots: BTreeSet::from([parameter.to_owned()]) }
    }

    pub(super) fn spent() -> Self {
        Self::one("is larger than what is read")
    }

    pub(super) fn join(&mut self, other: Self) {
        self.reasons.extend(other.reasons);
        self.roots.extend(other.roots);
    }

    /// The first causes as a part of a sentence.
    pub(super) fn sentence(&self) -> String {
        let named = self.reasons.iter().take(NAMED).cloned().collect::<Vec<_>>().join(" and ");
        match self.reasons.len().saturating_sub(NAMED) {
            0 => named,
            1 => format!("{named} and one cause more"),
            more => format!("{named} and {more} causes more"),
        }
    }
}

/// A reason that can be read: it may name something that is as long as the template.
fn short(mut reason: String) -> String {
    if reason.len() > LONGEST {
        reason.truncate(reason.floor_char_boundary(LONGEST));
        reason.shrink_to_fit();
        reason.push('…');
    }
    reason
}

/// All values, without those that vanish; or all causes.
pub(super) fn gather(outcomes: impl Iterator<Item = Outcome>) -> Result<Vec<Node>, Causes> {
    let mut values = Vec::new();
    let mut causes: Option<Causes> = None;
    for outcome in outcomes {
        match outcome {
            Ok(value) => values.extend(value),
            Err(cause) => causes.get_or_insert_default().join(cause),
        }
    }
    causes.map_or(Ok(values), Err)
}
