//! Control ids, the five Safes and severities.
//!
//! May import: nothing of this crate. Guarantees: a value of these types was parsed, so it is well formed.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A control's id: Safe, area, number, for example `SET-NET-01`. Ids are never reused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct ControlId(String);

/// Why a text is no control id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no control id; ids look like SET-NET-01 (see `havenmark list controls`)")]
pub struct ControlIdError(pub String);

impl ControlId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The Safe in which the control stands, from the first part of the id.
    #[must_use]
    pub fn safe(&self) -> Safe {
        Safe::from_code(self.0.get(..3).unwrap_or_default()).unwrap_or(Safe::Settings)
    }

    /// Whether it is that of a team's own control: its area begins with X, and no control of the program has such a one.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.0.split('-').nth(1).is_some_and(|area| area.starts_with('X'))
    }

    /// The lower-case area code (`net` of `SET-NET-01`), which names the files of the control.
    #[must_use]
    pub fn area(&self) -> String {
        self.0.split('-').nth(1).unwrap_or_default().to_ascii_lowercase()
    }
}

impl FromStr for ControlId {
    type Err = ControlIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split('-');
        let (safe, area, number) = (parts.next(), parts.next(), parts.next());
        let well_formed = parts.next().is_none()
            && safe.is_some_and(|s| Safe::from_code(s).is_some())
            && area.is_some_and(|a| (2..=4).contains(&a.len()) && a.bytes().all(|b| b.is_ascii_uppercase()))
            && number.is_some_and(|n| n.len() == 2 && n.bytes().all(|b| b.is_ascii_digit()));
        if well_formed { Ok(Self(text.to_owned())) } else { Err(ControlIdError(text.to_owned())) }
    }
}

impl TryFrom<String> for ControlId {
    type Error = ControlIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ControlId> for String {
    fn from(id: ControlId) -> Self {
        id.0
    }
}

impl fmt::Display for ControlId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// One of the Five Safes (Desai, Ritchie and Welpton 2016). They are scales, considered together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Safe {
    People,
    Projects,
    Settings,
    Data,
    Outputs,
}

impl Safe {
    /// All five, in the order of the report's columns.
    pub const ALL: [Self; 5] = [Self::People, Self::Projects, Self::Settings, Self::Data, Self::Outputs];

    /// The Safe of a control id's first part.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "PEO" => Self::People,
            "PRJ" => Self::Projects,
            "SET" => Self::Settings,
            "DAT" => Self::Data,
            "OUT" => Self::Outputs,
            _ => return None,
        })
    }

    /// The word used in files, folders and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Projects => "projects",
            Self::Settings => "settings",
            Self::Data => "data",
            Self::Outputs => "outputs",
        }
    }

    /// The heading used on pages.
    #[must_use]
    pub fn heading(self) -> &'static str {
        match self {
            Self::People => "Safe people",
            Self::Projects => "Safe projects",
            Self::Settings => "Safe settings",
            Self::Data => "Safe data",
            Self::Outputs => "Safe outputs",
        }
    }
}

impl fmt::Display for Safe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How much harm a failed control can do. Ordered: `Low < Critical`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Low,
    Medium,
    High,
    Critical,
}

impl Severity {
    /// The word used in files and on pages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{ControlId, Safe};

    #[test]
    fn an_id_names_its_safe_and_area() {
        let id: ControlId = "OUT-AIR-03".parse().unwrap();
        assert_eq!((id.safe(), id.area().as_str()), (Safe::Outputs, "air"));
        assert!(!id.is_own() && "OUT-XAIR-03".parse::<ControlId>().unwrap().is_own());
    }

    #[test]
    fn malformed_ids_are_refused() {
        for text in ["", "SET", "SET-NET", "SET-NET-1", "set-net-01", "FOO-NET-01", "SET-NET-01-x", "SET-NETTY-01"] {
            assert!(text.parse::<ControlId>().is_err(), "{text}");
        }
    }
}
