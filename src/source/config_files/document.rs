//! The JSON of a delivered file: `configurationItems`, one after the other.
//!
//! May import: `model`. Guarantees: an item is forgotten before the next one is read; of an item no more than eight short
//! texts are kept, and nothing of its configuration; an item that says too little is counted, and the first of them named.

use std::fmt;
use std::io::Read;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Delivered;
use crate::model::inventory::{Found, Item, MOST_TEXT};

const ITEMS: &str = "configurationItems";

/// Where items go, and from where they come.
#[derive(Debug)]
pub(super) struct Into<'a> {
    pub(super) delivered: &'a mut Delivered,
    pub(super) name: &'a str,
    pub(super) call: &'a str,
    pub(super) most: usize,
}

/// Reads a file to its end.
pub(super) fn read(text: impl Read, into: &mut Into<'_>) -> Result<(), String> {
    let mut reader = serde_json::Deserializer::from_reader(text);
    let broken = |error: serde_json::Error| match error.classify() {
        serde_json::error::Category::Eof => "it is truncated, or empty".to_owned(),
        serde_json::error::Category::Data => error.to_string(),
        _ => format!("it is no JSON: {error}"),
    };
    let mut wrong = Wrong::default();
    let read = Root { into, wrong: &mut wrong }.deserialize(&mut reader).and_then(|()| reader.end());
    match (read, wrong.first) {
        (Err(error), _) => Err(broken(error)),
        (Ok(()), Some(first)) => Err(format!("{} of its {} items could not be used; {first}", wrong.items, wrong.seen)),
        (Ok(()), None) => Ok(()),
    }
}

/// Items that say too little.
#[derive(Debug, Default)]
struct Wrong {
    seen: u64,
    items: u64,
    first: Option<String>,
}

struct Root<'a, 'i> {
    into: &'a mut Into<'i>,
    wrong: &'a mut Wrong,
}

impl<'de> DeserializeSeed<'de> for Root<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Root<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with {ITEMS}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut there = false;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                ITEMS => {
                    map.next_value_seed(Items { into: self.into, wrong: self.wrong })?;
                    there = true;
                }
                "fileVersion" => {
                    let version: Text = map.next_value()?;
                    if !matches!(&version, Text::Is(text) if text.starts_with("1.")) {
                        return Err(A::Error::custom("its fileVersion is not 1, the only one that is known"));
                    }
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        if there { Ok(()) } else { Err(A::Error::custom(format!("it has no {ITEMS}"))) }
    }
}

struct Items<'a, 'i> {
    into: &'a mut Into<'i>,
    wrong: &'a mut Wrong,
}

impl<'de> DeserializeSeed<'de> for Items<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Items<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of {ITEMS}")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let source = format!("file {}", self.into.name);
        while let Some(item) = items.next_element_seed(OneItem)? {
            self.wrong.seen += 1;
            match item.and_then(|found| found.item(&source, self.into.call)) {
                Ok(item) => {
                    let delivered = &mut *self.into.delivered;
                    if let Item::There(row) | Item::Gone(row) = &item {
                        if delivered.newest.len() >= self.into.most {
                            return Err(A::Error::custom(format!(
                                "with it the files name more than {} resources, which are not held",
                                self.into.most
                            )));
                        }
                        for (set, text) in
                            [(&mut delivered.accounts, &row.account), (&mut delivered.regions, &row.region)]
                        {
                            if !set.contains(text) {
                                set.insert(text.clone());
                            }
                        }
                    }
                    delivered.newest.add(item);
                }
                Err(why) => {
                    self.wrong.items += 1;
                    let number = self.wrong.seen;
                    self.wrong.first.get_or_insert_with(|| format!("item {number}: {why}"));
                }
            }
        }
        Ok(())
    }
}

struct OneItem;

impl<'de> DeserializeSeed<'de> for OneItem {
    type Value = Result<Found, String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OneItem {
    type Value = Result<Found, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a configuration item")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = Found::default();
        let mut wrong = None;
        while let Some(key) = map.next_key::<String>()? {
            // The second name is the one of AWS's examples; what is delivered has the first.
            let place = match key.as_str() {
                "awsAccountId" | "accountId" => &mut found.account,
                "ARN" | "arn" => &mut found.arn,
                "configurationItemCaptureTime" => &mut found.captured,
                "resourceId" => &mut found.id,
                "resourceType" => &mut found.kind,
                "resourceName" => &mut found.name,
                "awsRegion" => &mut found.region,
                "configurationItemStatus" => &mut found.status,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            match map.next_value()? {
                // One reader keeps the first, another the last.
                Text::Is(text) if place.as_ref().is_some_and(|first| *first != text) => {
                    wrong = Some(format!("it says {key} twice, and differently"));
                }
                Text::Is(text) => *place = Some(text),
                Text::Null => {}
                Text::Another => wrong = Some(format!("its {key} is no text")),
            }
        }
        Ok(wrong.map_or(Ok(found), Err))
    }
}

/// A member that is kept.
enum Text {
    /// No longer than a little more than what is believed.
    Is(String),
    Null,
    Another,
}

impl<'de> serde::Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<Text, E> {
        let short: String = text.chars().take(MOST_TEXT + 1).collect();
        Ok(Text::Is(short))
    }

    fn visit_unit<E>(self) -> Result<Text, E> {
        Ok(Text::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Text, E> {
        Ok(Text::Another)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Text, E> {
        Ok(Text::Another)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Text, E> {
        Ok(Text::Another)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Text, E> {
        Ok(Text::Another)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Text, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Text::Another)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text::Another)
    }
}
