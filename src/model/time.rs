//! The instant at which an audit judges.
//!
//! May import: nothing of this crate. Guarantees: UTC, whole seconds, RFC 3339; never reads a clock.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An instant in UTC with a resolution of one second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct AsOf(i64);

/// Why a text is no instant.
#[derive(Debug, Clone, thiserror::Error)]
#[error("\"{0}\" is no time; write a date (2026-11-24) or a time in RFC 3339 (2026-11-24T09:00:00Z)")]
pub struct AsOfError(String);

impl AsOf {
    /// From seconds since 1970-01-01T00:00:00Z; out of jiff's range becomes the nearest end of it.
    #[must_use]
    pub fn from_unix(seconds: i64) -> Self {
        Self(seconds.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second()))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn unix(self) -> i64 {
        self.0
    }

    fn timestamp(self) -> Timestamp {
        Timestamp::from_second(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// The UTC calendar date.
    #[must_use]
    pub fn date(self) -> jiff::civil::Date {
        self.timestamp().to_zoned_datetime(jiff::tz::TimeZone::UTC).date()
    }

    /// The date as British readers write it: `24 November 2026`.
    #[must_use]
    pub fn british_date(self) -> String {
        self.date().strftime("%-d %B %Y").to_string()
    }

    /// Hours and minutes in UTC: `02:14 UTC`.
    #[must_use]
    pub fn clock(self) -> String {
        self.timestamp().strftime("%H:%M UTC").to_string()
    }
}

impl FromStr for AsOf {
    type Err = AsOfError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(timestamp) = text.parse::<Timestamp>() {
            return Ok(Self(timestamp.as_second()));
        }
        text.parse::<jiff::civil::Date>()
            .ok()
            .filter(|_| text.len() == 10)
            .and_then(|date| date.to_zoned_datetime(jiff::tz::TimeZone::UTC).ok())
            .map(|zoned| Self(zoned.timestamp().as_second()))
            .ok_or_else(|| AsOfError(text.to_owned()))
    }
}

impl TryFrom<String> for AsOf {
    type Error = AsOfError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<AsOf> for String {
    fn from(time: AsOf) -> Self {
        time.to_string()
    }
}

impl fmt::Display for AsOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.timestamp().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::AsOf;

    #[test]
    fn a_date_is_its_midnight_in_utc() {
        let day: AsOf = "2026-11-24".parse().unwrap();
        assert_eq!(day.to_string(), "2026-11-24T00:00:00Z");
        assert_eq!(day.british_date(), "24 November 2026");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "now", "24/11/2026", "2026-13-01", "2026-11-24T25:00:00Z"] {
            assert!(text.parse::<AsOf>().is_err(), "{text}");
        }
    }
}
