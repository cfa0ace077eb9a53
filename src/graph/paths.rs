//! Facts that need path analysis: who can do what once every layer of policy is weighed, and what can reach what.
//!
//! May import: `model`, `graph`. Guarantees: each is withheld with the reason until the analysis derives it, so that no
//! control that reads one is met without it. The schema declares them as it declares any other fact.

use std::collections::BTreeSet;

use crate::model::entity::Entity;

/// A fact that path analysis has to derive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathFact {
    pub kind: &'static str,
    pub name: &'static str,
    /// What the analysis has to say, as a clause that goes on "needs path analysis: ".
    pub what: &'static str,
}

const fn fact(kind: &'static str, name: &'static str, what: &'static str) -> PathFact {
    PathFact { kind, name, what }
}

/// Every such fact, sorted by type and name.
pub const FACTS: &[PathFact] = &[
    fact("AWS::IAM::Role", "airlockBypasses", "what it can do to what has been reviewed or released"),
    fact("AWS::IAM::Role", "dataReads", "which stores, keys and workspaces it can read, decrypt with or enter"),
    fact("AWS::IAM::Role", "escalations", "which steps to more rights it is allowed"),
    fact("AWS::IAM::Role", "submitsAndApproves", "of which projects it can both ask for outputs and let them go"),
    fact(
        "AWS::S3::Bucket",
        "sharedWriters",
        "of which projects the researchers can write to it (with fewer than two projects there can be none)",
    ),
    fact("AWS::SSO::PermissionSet", "administration", "which acts of administration it allows after its boundary"),
    fact("AWS::SSM::Parameter", "foreignReaders", "which researchers of other projects can read it"),
    fact("AWS::SecretsManager::Secret", "foreignReaders", "which researchers of other projects can read it"),
    fact("TRE::Project", "managersWhoRead", "which of its managers can read a data store"),
];

/// Withholds the facts of a type that policies read and that nothing derived.
pub(super) fn withhold(entity: &mut Entity, known: &BTreeSet<String>) {
    for fact in FACTS {
        let is_asked = fact.kind == entity.uid.kind && known.contains(fact.name);
        if is_asked && !entity.facts.contains_key(fact.name) {
            entity.withhold(fact.name, format!("needs path analysis: {}", fact.what));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_sorted_and_stand_once() {
        assert!(FACTS.windows(2).all(|pair| (pair[0].kind, pair[0].name) < (pair[1].kind, pair[1].name)));
    }
}
