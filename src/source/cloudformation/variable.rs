//! What an input leaves open, and the ways in which each of it may turn out.
//!
//! May import: nothing of this crate. Guarantees: the choices of a variable exclude each other and cover all cases.

use std::collections::BTreeMap;

/// Something that is not known before the deployment and that a condition depends on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Variable {
    /// Which of several parameter sets is given.
    Set,
    /// A parameter or pseudo parameter without a value.
    Parameter(String),
    /// A comparison that nobody can decide, by its text: the same text is the same question.
    Comparison(String),
}

impl Variable {
    pub(super) fn parameter(name: &str) -> Self {
        Self::Parameter(name.to_owned())
    }
}

/// How a variable turns out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Choice {
    Is(String),
    /// None of the values that the template compares it with.
    Other,
    Holds(bool),
}

/// The choices of each parameter that is worth trying.
pub(super) type Domains = BTreeMap<String, Vec<Choice>>;
