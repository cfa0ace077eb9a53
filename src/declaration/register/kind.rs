//! The kinds of attestations: how long each may live, what it may be about, which members belong to it.
//!
//! May import: nothing of this crate. Guarantees: the table is the register's only place for these bounds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an attestation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A SATRE statement, with a score.
    Statement,
    /// A data protection impact assessment of a project.
    Dpia,
    /// The approval of a project.
    Approval,
    /// A course that a person has passed.
    Training,
    /// The accreditation of a researcher.
    Accreditation,
    /// Terms of use that a person has accepted.
    Terms,
    /// The review of a group's members.
    AccessReview,
    /// How a dataset was de-identified.
    Deidentification,
    /// Who may decide for the owner of a dataset.
    Delegation,
    /// An entry of an allow list for traffic out.
    EgressDestination,
    /// A change or sign-in outside the usual way.
    EmergencyChange,
    /// The deletion of a dataset.
    Deletion,
    /// What a project trains, and what may leave.
    MlPlan,
    /// A supplier, to the end of the contract.
    Supplier,
    /// What is kept beyond its project, and why.
    Retention,
    /// Audit inside machines, where AWS has no log of reads.
    InGuestAudit,
    /// Second factor at an identity provider that AWS cannot see.
    IdpMfa,
    /// Group policy of a directory.
    GroupPolicy,
    /// A scanner that AWS does not run.
    Scanner,
    /// An accepted failure of a control on a resource.
    Exception,
}

impl Kind {
    /// Days of twelve months, however they fall.
    pub const YEAR: i64 = 366;

    /// Every kind.
    pub const ALL: [Self; 20] = [
        Self::Statement,
        Self::Dpia,
        Self::Approval,
        Self::Training,
        Self::Accreditation,
        Self::Terms,
        Self::AccessReview,
        Self::Deidentification,
        Self::Delegation,
        Self::EgressDestination,
        Self::EmergencyChange,
        Self::Deletion,
        Self::MlPlan,
        Self::Supplier,
        Self::Retention,
        Self::InGuestAudit,
        Self::IdpMfa,
        Self::GroupPolicy,
        Self::Scanner,
        Self::Exception,
    ];

    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Statement => "statement",
            Self::Dpia => "dpia",
            Self::Approval => "approval",
            Self::Training => "training",
            Self::Accreditation => "accreditation",
            Self::Terms => "terms",
            Self::AccessReview => "access-review",
            Self::Deidentification => "deidentification",
            Self::Delegation => "delegation",
            Self::EgressDestination => "egress-destination",
            Self::EmergencyChange => "emergency-change",
            Self::Deletion => "deletion",
            Self::MlPlan => "ml-plan",
            Self::Supplier => "supplier",
            Self::Retention => "retention",
            Self::InGuestAudit => "in-guest-audit",
            Self::IdpMfa => "idp-mfa",
            Self::GroupPolicy => "group-policy",
            Self::Scanner => "scanner",
            Self::Exception => "exception",
        }
    }

    /// What it is, as a sentence.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::Statement => "A SATRE statement, with a score.",
            Self::Dpia => "A data protection impact assessment of a project.",
            Self::Approval => "The approval of a project.",
            Self::Training => "A course that a person has passed.",
            Self::Accreditation => "The accreditation of a researcher.",
            Self::Terms => "Terms of use that a person has accepted.",
            Self::AccessReview => "The review of a group's members.",
            Self::Deidentification => "How a dataset was de-identified.",
            Self::Delegation => "Who may decide for the owner of a dataset.",
            Self::EgressDestination => "An entry of an allow list for traffic out.",
            Self::EmergencyChange => "A change or sign-in outside the usual way.",
            Self::Deletion => "The deletion of a dataset.",
            Self::MlPlan => "What a project trains, and what may leave.",
            Self::Supplier => "A supplier, to the end of the contract.",
            Self::Retention => "What is kept beyond its project, and why.",
            Self::InGuestAudit => "Audit inside machines, where AWS has no log of reads.",
            Self::IdpMfa => "Second factor at an identity provider that AWS cannot see.",
            Self::GroupPolicy => "Group policy of a directory.",
            Self::Scanner => "A scanner that AWS does not run.",
            Self::Exception => "An accepted failure of a control on a resource.",
        }
    }

    /// The kind of this word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The longest life in days; none where the contract's end bounds it.
    #[must_use]
    pub fn longest_days(self) -> Option<i64> {
        match self {
            Self::AccessReview | Self::Exception => Some(90),
            // Six months are at most 184 days.
            Self::EgressDestination => Some(184),
            // Ten years hold two or three leap days.
            Self::Deletion => Some(3_653),
            Self::Supplier => None,
            _ => Some(Self::YEAR),
        }
    }

    /// Prefixes of subjects that the kind may have.
    #[must_use]
    pub fn subjects(self) -> &'static [&'static str] {
        match self {
            Self::Statement => &["satre"],
            Self::Dpia | Self::Approval | Self::MlPlan => &["project"],
            Self::Training | Self::Accreditation | Self::Terms => &["person"],
            Self::AccessReview => &["group"],
            Self::Deidentification | Self::Delegation => &["dataset"],
            Self::EgressDestination => &["destination"],
            Self::EmergencyChange => &["event", "session", "account", "person"],
            Self::Deletion => &["dataset", "project", "store"],
            Self::Supplier => &["supplier", "account"],
            Self::Retention => &["dataset", "project", "store"],
            Self::InGuestAudit | Self::Scanner => &["store"],
            Self::IdpMfa => &["issuer"],
            Self::GroupPolicy => &["directory"],
            Self::Exception => &["control"],
        }
    }

    /// Whether a document must stand behind it. An exception is a decision and carries its own grounds.
    #[must_use]
    pub fn needs_evidence(self) -> bool {
        self != Self::Exception
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn words_in_files_are_those_of_serde() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
