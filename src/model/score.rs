//! States, scores and the three-valued roll-up of frameworks.
//!
//! May import: nothing of this crate. Guarantees: unscored is a value of its own and never equals a score.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// SATRE's importance of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Importance {
    /// Mandatory; cannot be N/A.
    #[serde(rename = "M")]
    Mandatory,
    /// Mandatory unless N/A with a reason.
    #[serde(rename = "M*")]
    MandatoryStar,
    #[serde(rename = "R")]
    Recommended,
    #[serde(rename = "O")]
    Optional,
}

impl Importance {
    /// M or M*: the 95 statements that decide the roll-up.
    #[must_use]
    pub fn binding(self) -> bool {
        matches!(self, Self::Mandatory | Self::MandatoryStar)
    }

    /// SATRE's mark.
    #[must_use]
    pub fn mark(self) -> &'static str {
        match self {
            Self::Mandatory => "M",
            Self::MandatoryStar => "M*",
            Self::Recommended => "R",
            Self::Optional => "O",
        }
    }

    /// The word in full.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Mandatory => "Mandatory",
            Self::MandatoryStar => "Mandatory*",
            Self::Recommended => "Recommended",
            Self::Optional => "Optional",
        }
    }
}

/// Who can decide a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// AWS state alone decides.
    Automated,
    /// AWS can fail or support it; a person completes it.
    Hybrid,
    /// Only a person with evidence.
    Attested,
}

impl Mode {
    /// The word used in files and on pages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Automated => "automated",
            Self::Hybrid => "hybrid",
            Self::Attested => "attested",
        }
    }
}

/// A proposed SATRE score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Score {
    NotMet,
    Sufficient,
    Satisfied,
    NotApplicable,
}

impl Serialize for Score {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::NotMet => serializer.serialize_u8(0),
            Self::Sufficient => serializer.serialize_u8(1),
            Self::Satisfied => serializer.serialize_u8(2),
            Self::NotApplicable => serializer.serialize_str("N/A"),
        }
    }
}

impl<'de> Deserialize<'de> for Score {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::Number(n) if n.as_u64() == Some(0) => Ok(Self::NotMet),
            serde_json::Value::Number(n) if n.as_u64() == Some(1) => Ok(Self::Sufficient),
            serde_json::Value::Number(n) if n.as_u64() == Some(2) => Ok(Self::Satisfied),
            serde_json::Value::String(s) if s == "N/A" => Ok(Self::NotApplicable),
            other => Err(serde::de::Error::custom(format!("a score is 0, 1, 2 or \"N/A\", not {other}"))),
        }
    }
}

impl JsonSchema for Score {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Score".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "enum": [0, 1, 2, "N/A"] })
    }
}

/// The state of a statement, outcome, evidence item or article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Met,
    PartlyMet,
    NotMet,
    NotAssessed,
    AwaitsAttestation,
    NotApplicable,
    OutOfScope,
    Excepted,
}

impl State {
    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::PartlyMet => "partly_met",
            Self::NotMet => "not_met",
            Self::NotAssessed => "not_assessed",
            Self::AwaitsAttestation => "awaits_attestation",
            Self::NotApplicable => "not_applicable",
            Self::OutOfScope => "out_of_scope",
            Self::Excepted => "excepted",
        }
    }

    /// The word used on pages.
    #[must_use]
    pub fn words(self) -> String {
        self.as_str().replace('_', " ")
    }
}

/// The three-valued roll-up; `OutOfScope` stands beside it, it is no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RollUp {
    Met,
    NotMet,
    Incomplete,
    OutOfScope,
}

impl RollUp {
    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not_met",
            Self::Incomplete => "incomplete",
            Self::OutOfScope => "out_of_scope",
        }
    }

    /// The word used on pages.
    #[must_use]
    pub fn words(self) -> String {
        self.as_str().replace('_', " ")
    }
}
