//! The members that belong to some kinds only: which kinds may have each, which must, and what stands in it.
//!
//! May import: nothing of this crate but the kinds and the form. Guarantees: the table is the only place that says so; the
//! checks, the new files and the documentation are made from it.

use super::form::AttestationForm;
use super::kind::Kind;

/// What a member holds, as TOML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    Text,
    Texts,
    Day,
    Score,
}

/// A member of the form that not every kind has.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    pub name: &'static str,
    pub holds: Holds,
    /// Kinds that may have it.
    pub may: &'static [Kind],
    /// Kinds that must.
    pub must: &'static [Kind],
    /// What stands in it, for people.
    pub about: &'static str,
}

use Holds::{Day, Score, Text, Texts};
use Kind::{
    AccessReview, Delegation, Deletion, EgressDestination, EmergencyChange, Exception, Statement, Supplier, Training,
};

/// Every one of them, in the order in which a file has them.
pub const MEMBERS: [Member; 18] = [
    Member { name: "score", holds: Score, may: &[Statement], must: &[Statement], about: "0, 1, 2 or \"N/A\"" },
    Member {
        name: "na_reason",
        holds: Text,
        may: &[Statement],
        must: &[],
        about: "with the score \"N/A\": why it is not applicable",
    },
    Member { name: "course", holds: Text, may: &[Training], must: &[Training], about: "the course" },
    Member {
        name: "persona",
        holds: Text,
        may: &[Training],
        must: &[],
        about: "the persona that the course is for, such as output_checker",
    },
    Member {
        name: "members_sha256",
        holds: Text,
        may: &[AccessReview],
        must: &[AccessReview],
        about: "SHA-256 of the members that were reviewed: user names sorted, one a line",
    },
    Member {
        name: "events",
        holds: Texts,
        may: &[EmergencyChange, Deletion],
        must: &[EmergencyChange],
        about: "ids of the CloudTrail events that it cites",
    },
    Member {
        name: "event_sha256",
        holds: Text,
        may: &[Deletion],
        must: &[],
        about: "in place of events: SHA-256 of the event, where the trail no longer holds it",
    },
    Member {
        name: "delegate",
        holds: Text,
        may: &[Delegation],
        must: &[Delegation],
        about: "directory user name of who may decide",
    },
    Member {
        name: "telemetry",
        holds: Text,
        may: &[EgressDestination],
        must: &[EgressDestination],
        about: "what the destination could learn",
    },
    Member {
        name: "owner",
        holds: Text,
        may: &[EgressDestination],
        must: &[EgressDestination],
        about: "directory user name of who owns the entry",
    },
    Member { name: "contract_end", holds: Day, may: &[Supplier], must: &[], about: "the last day of the contract" },
    Member { name: "reason", holds: Text, may: &[Exception], must: &[Exception], about: "why the failure is accepted" },
    Member {
        name: "risk",
        holds: Text,
        may: &[Exception, EgressDestination],
        must: &[Exception, EgressDestination],
        about: "the risk that remains",
    },
    Member {
        name: "authority",
        holds: Text,
        may: &[Exception],
        must: &[Exception],
        about: "by what authority the approver decides, such as SIRO",
    },
    Member {
        name: "review",
        holds: Day,
        may: &[Exception],
        must: &[Exception],
        about: "the day on which it is looked at again",
    },
    Member { name: "end_plan", holds: Text, may: &[Exception], must: &[Exception], about: "how it ends" },
    Member { name: "claim", holds: Text, may: &Kind::ALL, must: &[], about: "what is claimed, in a sentence or two" },
    Member {
        name: "role",
        holds: Text,
        may: &Kind::ALL,
        must: &[Statement],
        about: "a SATRE role that is listed for the statement",
    },
];

impl Member {
    /// Whether the form has it, and it says something.
    #[must_use]
    pub fn is_there(&self, form: &AttestationForm) -> bool {
        let said = |text: &Option<String>| text.as_ref().is_some_and(|t| !t.trim().is_empty());
        match self.name {
            "score" => form.score.is_some(),
            "na_reason" => form.na_reason.is_some(),
            "course" => said(&form.course),
            "persona" => form.persona.is_some(),
            "members_sha256" => form.members_sha256.is_some(),
            "events" => !form.events.is_empty(),
            "event_sha256" => form.event_sha256.is_some(),
            "delegate" => said(&form.delegate),
            "telemetry" => said(&form.telemetry),
            "owner" => said(&form.owner),
            "contract_end" => form.contract_end.is_some(),
            "reason" => said(&form.reason),
            "risk" => said(&form.risk),
            "authority" => said(&form.authority),
            "review" => form.review.is_some(),
            "end_plan" => said(&form.end_plan),
            "claim" => said(&form.claim),
            "role" => said(&form.role),
            _ => false,
        }
    }
}
