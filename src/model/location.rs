//! Where stores, copies and logs lie, against the Regions that were approved.
//!
//! May import: nothing of this crate. Guarantees: a place that is not known is never an approved one; what is not shown by
//! name is counted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where stores, copies and logs lie.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Locations {
    /// `[tre] regions`; none where they are not declared.
    pub approved: Option<Vec<String>>,
    /// Types of which it is not known whether all were seen.
    pub gaps: Vec<LocationGap>,
    /// Types of which every listing answered, and none was there in any account.
    pub none_found: Vec<String>,
    /// Regions that were read; of others nothing is known.
    pub read: Vec<String>,
    pub rows: Vec<LocationRow>,
}

/// How many things of one type lie in one Region of one account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct LocationRow {
    pub account: String,
    pub count: u64,
    /// Some of those that do not lie in an approved Region; `count` says how many there are.
    pub examples: Vec<String>,
    pub place: Placement,
    /// A Region, `global`, or `unknown` where AWS does not say.
    pub region: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub what: Located,
}

/// What a located thing is to data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Located {
    Store,
    /// A copy at a point in time: snapshots, machine images.
    Snapshot,
    /// Vaults and recovery points.
    Backup,
    /// Where a store is copied to, or can be reached from, another Region.
    Replica,
    /// Where logs are kept or sent.
    Log,
}

impl Located {
    /// The word used in files and on pages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::Snapshot => "snapshot",
            Self::Backup => "backup",
            Self::Replica => "replica",
            Self::Log => "log",
        }
    }
}

/// How a Region stands to the approved ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    Approved,
    Outside,
    /// AWS does not say where it is, or it belongs to no Region.
    Unknown,
    /// No approved Regions are declared.
    NotDeclared,
}

impl Placement {
    /// Whether it is approved.
    #[must_use]
    pub fn approved(self) -> bool {
        self == Self::Approved
    }

    /// The words used on pages.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Approved => "in an approved Region",
            Self::Outside => "outside the approved Regions",
            Self::Unknown => "Region not known",
            Self::NotDeclared => "no approved Regions are declared",
        }
    }
}

/// A type that was not wholly seen in some accounts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct LocationGap {
    /// The first accounts in which; `count` says in how many.
    pub accounts: Vec<String>,
    pub count: u64,
    pub reason: String,
    #[serde(rename = "type")]
    pub kind: String,
}
