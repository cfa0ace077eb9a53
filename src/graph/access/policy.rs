//! Policies, read within limits and made ready to be asked many times.
//!
//! May import: `graph`. Guarantees: a document that is too large, too deep or not understood is refused as a whole with the
//! reason, so that its layer is unknown and never empty.

use std::fmt;

use serde_json::Value;

use super::condition::Condition;
use super::variable::{Pattern, Reading};
use crate::graph::statement::{self, Document, Effect, Form, Patterns, Principals};

/// How much of policies may be read for one set: what is beyond is refused.
#[derive(Debug, Clone)]
pub struct Allowance {
    /// Characters of all texts and places for values, about the bytes of the set as JSON.
    size: usize,
    statements: usize,
}

impl Allowance {
    /// 10 MB in a set.
    pub const SIZE: usize = 10_000_000;
    /// Ten times the statements that AWS's quotas leave room for in a role's policies.
    pub const STATEMENTS: usize = 20_000;
    /// Levels of nesting in one document; a condition value stands in the seventh.
    pub const DEPTH: usize = 12;
    /// Characters of one pattern or value. No ARN is longer than 2,048.
    pub const PATTERN: usize = 8_192;
}

impl Default for Allowance {
    fn default() -> Self {
        Self { size: Self::SIZE, statements: Self::STATEMENTS }
    }
}

/// `Action` or `NotAction`, `Resource` or `NotResource`.
#[derive(Debug, Clone)]
pub(super) enum Listed {
    In(Vec<Pattern>),
    Not(Vec<Pattern>),
    /// No such element: whatever the policy stands on.
    All,
}

impl Listed {
    fn new(patterns: &Patterns, pattern: impl Fn(&String) -> Pattern) -> Self {
        match patterns {
            Patterns::In(list) => Self::In(list.iter().map(pattern).collect()),
            Patterns::Not(list) => Self::Not(list.iter().map(pattern).collect()),
            Patterns::Implied => Self::All,
        }
    }

    pub(super) fn patterns(&self) -> &[Pattern] {
        match self {
            Self::In(list) | Self::Not(list) => list,
            Self::All => &[],
        }
    }
}

/// One statement, ready to be asked.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    pub(super) label: String,
    pub(super) effect: Effect,
    pub(super) principals: Principals,
    pub(super) actions: Listed,
    pub(super) resources: Listed,
    pub(super) conditions: Vec<Condition>,
}

impl Statement {
    fn new(written: &statement::Statement, variables: bool) -> Self {
        let resource = |text: &String| Pattern::new(text, Reading { wildcards: true, variables });
        Self {
            label: written.label.clone(),
            effect: written.effect,
            principals: written.principals.clone(),
            actions: Listed::new(&written.actions, |text| Pattern::folded(text)),
            resources: Listed::new(&written.resources, resource),
            conditions: written.conditions.iter().map(|c| Condition::new(c, variables)).collect(),
        }
    }
}

/// A policy with the name by which evidence speaks of it: `the bucket policy`, `policy p-0123 of unit ou-1`.
#[derive(Debug, Clone)]
pub struct Policy {
    pub name: String,
    pub(super) statements: Vec<Statement>,
}

/// Why a policy was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{policy} was not read: {reason}")]
pub struct Refused {
    policy: String,
    reason: String,
}

impl Policy {
    /// Reads a document. `form` says which elements it must have.
    ///
    /// # Errors
    /// [`Refused`] where it is beyond the limits, or any part of it is not understood.
    pub fn read(name: &str, document: &Value, form: Form, allowance: &mut Allowance) -> Result<Self, Refused> {
        let refused = |reason: String| Refused { policy: name.to_owned(), reason };
        let mut left = allowance.size;
        measure(document, Allowance::DEPTH, &mut left).map_err(|reason| refused(reason.to_owned()))?;
        let parsed = Document::parse(document, form).map_err(|error| refused(error.to_string()))?;
        let statements = allowance
            .statements
            .checked_sub(parsed.statements.len())
            .ok_or_else(|| refused(format!("the set has more than {} statements", Allowance::STATEMENTS)))?;
        *allowance = Allowance { size: left, statements };
        // Older documents take `${…}` as it is written.
        let variables = parsed.version == "2012-10-17";
        let statements = parsed.statements.iter().map(|s| Statement::new(s, variables)).collect();
        Ok(Self { name: name.to_owned(), statements })
    }

    /// Reads a document from its text.
    ///
    /// # Errors
    /// As [`Policy::read`], and where it is no JSON.
    pub fn read_text(name: &str, text: &str, form: Form, allowance: &mut Allowance) -> Result<Self, Refused> {
        let refused = |reason: String| Refused { policy: name.to_owned(), reason };
        if text.len() > allowance.size {
            return Err(refused("the set is larger than 10 MB".to_owned()));
        }
        let document = serde_json::from_str(text).map_err(|error| refused(format!("it is no JSON: {error}")))?;
        Self::read(name, &document, form, allowance)
    }
}

/// Takes the size of a document off what is left.
fn measure(value: &Value, depth: usize, left: &mut usize) -> Result<(), &'static str> {
    const LARGE: &str = "the set is larger than 10 MB";
    const LONG: &str = "one of its texts is longer than AWS accepts";
    let depth = depth.checked_sub(1).ok_or("it is nested too deeply")?;
    let take = |left: &mut usize, size: usize| {
        *left = left.checked_sub(size.saturating_add(1)).ok_or(LARGE)?;
        Ok(())
    };
    let text = |left: &mut usize, text: &str| {
        take(left, text.len())?;
        if text.len() > Allowance::PATTERN { Err(LONG) } else { Ok(()) }
    };
    match value {
        Value::String(string) => text(left, string),
        Value::Array(list) => {
            take(left, 1)?;
            list.iter().try_for_each(|item| measure(item, depth, left))
        }
        Value::Object(members) => {
            take(left, 1)?;
            members.iter().try_for_each(|(name, member)| {
                text(left, name)?;
                measure(member, depth, left)
            })
        }
        _ => take(left, 4),
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(document: &Value) -> Result<Policy, Refused> {
        Policy::read("policy p", document, Form::Identity, &mut Allowance::default())
    }

    fn allow(resource: &Value) -> Value {
        json!({ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "*", "Resource": resource } })
    }

    #[test]
    fn a_policy_beyond_the_limits_is_refused_with_the_reason() {
        assert!(read(&allow(&json!("*"))).is_ok());
        let mut deep = json!("*");
        for _ in 0..20 {
            deep = json!([deep]);
        }
        assert!(read(&allow(&deep)).unwrap_err().to_string().ends_with("nested too deeply"));
        assert!(read(&allow(&json!("a".repeat(9_000)))).unwrap_err().to_string().contains("longer than"));
        let many = vec![json!({ "Effect": "Allow", "Action": "*", "Resource": "*" }); 20_001];
        assert!(read(&json!({ "Statement": many })).unwrap_err().to_string().contains("20000 statements"));
        let large = vec![json!("a".repeat(8_000)); 1_300];
        assert!(read(&allow(&json!(large))).unwrap_err().to_string().contains("10 MB"));
        let text = format!("[{}", "[".repeat(100_000));
        assert!(Policy::read_text("p", &text, Form::Identity, &mut Allowance::default()).is_err());
    }

    #[test]
    fn the_limit_is_one_for_the_whole_set() {
        let mut allowance = Allowance::default();
        let large = allow(&json!(vec![json!("a".repeat(8_000)); 600]));
        assert!(Policy::read("one", &large, Form::Identity, &mut allowance).is_ok());
        assert!(Policy::read("two", &large, Form::Identity, &mut allowance).is_ok());
        assert!(Policy::read("three", &large, Form::Identity, &mut allowance).is_err());
        // A small one still has room.
        assert!(Policy::read("four", &allow(&json!("*")), Form::Identity, &mut allowance).is_ok());
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let error = read(&json!({ "Statement": [{ "Effect": "Allow", "Action": "*" }] })).unwrap_err();
        assert!(error.to_string().starts_with("policy p was not read:"));
    }
}
