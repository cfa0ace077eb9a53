//! Small values of the forms that TOML or serde do not have: a day, and one text or a list of them.
//!
//! May import: `model`. Guarantees: a day is a real calendar day; its instant is its midnight in UTC.

use std::fmt;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::time::AsOf;

/// A calendar day, written `2026-01-31`, with or without quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    /// From a calendar date.
    #[must_use]
    pub fn new(date: Date) -> Self {
        Self(date)
    }

    /// The calendar date.
    #[must_use]
    pub fn date(self) -> Date {
        self.0
    }

    /// The day's midnight in UTC.
    #[must_use]
    pub fn as_of(self) -> AsOf {
        // A civil date of four-digit years is always inside jiff's range; the fallback is never taken.
        self.0.to_string().parse().unwrap_or_else(|_| AsOf::from_unix(0))
    }

    /// The end of the day: the next midnight in UTC.
    #[must_use]
    pub fn end(self) -> AsOf {
        AsOf::from_unix(self.as_of().unix() + 86_400)
    }

    /// The day so many days later; the last day that a calendar has where there is none.
    #[must_use]
    pub fn plus(self, days: i64) -> Self {
        Self(self.0.saturating_add(jiff::Span::new().try_days(days).unwrap_or_default()))
    }

    /// Whole days from this day to a later one; negative where the other is earlier.
    #[must_use]
    pub fn days_until(self, other: Self) -> i64 {
        (other.as_of().unix() - self.as_of().unix()) / 86_400
    }
}

impl std::str::FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let date = text.parse::<Date>().ok().filter(|_| text.len() == 10);
        date.map(Self).ok_or_else(|| format!("\"{text}\" is no date; write it as 2026-01-31"))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.as_of())
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DayVisitor;

        impl<'de> Visitor<'de> for DayVisitor {
            type Value = Day;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a date such as 2026-01-31")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Day, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Day, A::Error> {
                let datetime = toml::value::Datetime::deserialize(MapAccessDeserializer::new(map))?;
                match (datetime.date, datetime.time) {
                    (Some(date), None) => self.visit_str(&date.to_string()),
                    _ => Err(A::Error::custom(format!("\"{datetime}\" is no date; write the day alone: 2026-01-31"))),
                }
            }
        }

        deserializer.deserialize_any(DayVisitor)
    }
}

impl JsonSchema for Day {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "format": "date",
            "description": "A day, 2026-01-31; TOML needs no quotes."
        })
    }
}

/// One text, or a list of them; always a list here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct OneOrMany(pub Vec<String>);

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListVisitor;

        impl<'de> Visitor<'de> for ListVisitor {
            type Value = OneOrMany;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or a list of strings")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<OneOrMany, E> {
                Ok(OneOrMany(vec![text.to_owned()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<OneOrMany, A::Error> {
                let mut list = Vec::new();
                while let Some(text) = sequence.next_element()? {
                    list.push(text);
                }
                Ok(OneOrMany(list))
            }
        }

        deserializer.deserialize_any(ListVisitor)
    }
}

impl JsonSchema for OneOrMany {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "OneOrMany".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "One text, or a list of them.",
            "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }]
        })
    }
}
