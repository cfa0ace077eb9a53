//! What AWS Config knows of a resource: that it is there, and since when that is known. Never how it is configured.
//!
//! May import: `model`. Guarantees: of several items of one resource the newest decides, in whatever order they come; a
//! resource makes no row only where its newest item says that it was deleted.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::CallId;
use super::time::AsOf;

/// The type under which it is said whether all of an inventory was read.
pub const LISTING: &str = "AWS::Config::ResourceInventory";

/// The longest text of a row that is believed, in bytes: the longest ARNs have 2,048.
pub const MOST_TEXT: usize = 2048;

/// Items that are no resources but what AWS Config judged of others.
const OWN_RECORDS: [&str; 2] = ["AWS::Config::ConformancePackCompliance", "AWS::Config::ResourceCompliance"];

/// A resource that AWS Config recorded. Members stand in the order of their names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Inventoried {
    /// 12 digits.
    pub account: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub arn: String,
    /// The ledger entry of the answer, or of the file, from which it came.
    pub call: CallId,
    /// When AWS Config captured it; none where it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured: Option<AsOf>,
    /// AWS Config's `resourceId`: often not the id by which the service knows it.
    pub id: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// `global` for types without a Region; `unknown` where AWS Config does not say.
    pub region: String,
    /// `aggregate NAME` or `file NAME`.
    pub source: String,
    /// AWS Config's name of the type: nearly always `CloudFormation`'s.
    #[serde(rename = "type")]
    pub kind: String,
}

/// One configuration item as it was found, before anything of it is believed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    pub account: Option<String>,
    pub arn: Option<String>,
    pub captured: Option<String>,
    pub id: Option<String>,
    pub kind: Option<String>,
    pub name: Option<String>,
    pub region: Option<String>,
    pub status: Option<String>,
}

/// What a configuration item says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    There(Inventoried),
    /// Deleted. The row is what it was.
    Gone(Inventoried),
    /// No resource: a judgement of AWS Config itself.
    Own,
}

impl Found {
    /// The item, where it says enough to tell which resource it is about.
    ///
    /// # Errors
    /// What it lacks, or what in it cannot be.
    pub fn item(self, source: &str, call: &str) -> Result<Item, String> {
        let texts = [
            ("account", &self.account),
            ("ARN", &self.arn),
            ("capture time", &self.captured),
            ("resourceId", &self.id),
            ("resourceType", &self.kind),
            ("resourceName", &self.name),
            ("awsRegion", &self.region),
            ("configurationItemStatus", &self.status),
        ];
        for (name, text) in texts {
            if text.as_ref().is_some_and(|text| text.len() > MOST_TEXT) {
                return Err(format!("its {name} is longer than {MOST_TEXT} bytes"));
            }
        }
        let account = self.account.filter(|a| !a.is_empty()).ok_or("it names no account")?;
        if account.len() != 12 || !account.bytes().all(|b| b.is_ascii_digit()) {
            return Err("its account is no number of twelve digits".to_owned());
        }
        let kind = self.kind.filter(|k| !k.is_empty()).ok_or("it names no resourceType")?;
        if !kind.contains("::") || !kind.bytes().all(|b| b.is_ascii_alphanumeric() || b == b':') {
            return Err("its resourceType is no name of a type".to_owned());
        }
        if OWN_RECORDS.contains(&kind.as_str()) {
            return Ok(Item::Own);
        }
        let id = self.id.filter(|id| !id.is_empty()).ok_or("it names no resourceId")?;
        let region = self.region.filter(|r| !r.is_empty()).unwrap_or_else(|| "unknown".to_owned());
        if !region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
            return Err("its awsRegion is no name of a Region".to_owned());
        }
        let captured = match self.captured.filter(|text| !text.is_empty()) {
            Some(text) => Some(text.parse::<AsOf>().map_err(|_| "its capture time is no time".to_owned())?),
            None => None,
        };
        let row = Inventoried {
            account,
            arn: self.arn.unwrap_or_default(),
            call: call.to_owned(),
            captured,
            id,
            name: self.name.unwrap_or_default(),
            region,
            source: source.to_owned(),
            kind,
        };
        // `ResourceNotRecorded` is there: the recorder leaves its type out.
        let gone = matches!(self.status.as_deref(), Some("ResourceDeleted" | "ResourceDeletedNotRecorded"));
        Ok(if gone { Item::Gone(row) } else { Item::There(row) })
    }
}

/// Account, Region, type, id.
type Key = (String, String, String, String);

/// The newest item of each resource.
#[derive(Debug, Clone, Default)]
pub struct Newest {
    /// The row, and whether the resource is there.
    items: BTreeMap<Key, (Inventoried, bool)>,
}

impl Newest {
    /// Adds an item; it counts where it is newer than what is known of its resource.
    pub fn add(&mut self, item: Item) {
        let (row, there) = match item {
            Item::There(row) => (row, true),
            Item::Gone(row) => (row, false),
            Item::Own => return,
        };
        let key = (row.account.clone(), row.region.clone(), row.kind.clone(), row.id.clone());
        // Of two of one second the one that says that it is there; then any, but always the same.
        let rank = |(row, there): &(Inventoried, bool)| (row.captured, *there, std::cmp::Reverse(row.clone()));
        let new = (row, there);
        match self.items.get(&key) {
            Some(known) if rank(known) >= rank(&new) => {}
            _ => drop(self.items.insert(key, new)),
        }
    }

    /// How many resources are known, deleted ones with them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The resources that are there, by account, Region, type and id.
    pub fn into_rows(self) -> impl Iterator<Item = Inventoried> {
        self.items.into_values().filter(|(_, there)| *there).map(|(row, _)| row)
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, Item, MOST_TEXT, Newest};
    use proptest::prelude::*;

    fn found() -> Found {
        let text = |text: &str| Some(text.to_owned());
        Found {
            account: text("111111111111"),
            arn: text("arn:aws:s3:::tre-data"),
            captured: text("2026-11-24T09:00:00.918Z"),
            id: text("tre-data"),
            kind: text("AWS::S3::Bucket"),
            name: text("tre-data"),
            region: text("eu-west-2"),
            status: text("OK"),
        }
    }

    fn item(found: Found) -> Item {
        found.item("file a.json", "call").unwrap()
    }

    #[test]
    fn an_item_needs_an_account_a_type_and_an_id() {
        assert!(matches!(item(found()), Item::There(row) if row.id == "tre-data" && row.region == "eu-west-2"));
        for (broken, word) in [
            (Found { account: None, ..found() }, "account"),
            (Found { account: Some("12345678910".to_owned()), ..found() }, "twelve digits"),
            (Found { kind: None, ..found() }, "resourceType"),
            (Found { kind: Some("Bucket".to_owned()), ..found() }, "resourceType"),
            (Found { id: Some(String::new()), ..found() }, "resourceId"),
            (Found { region: Some("../x".to_owned()), ..found() }, "awsRegion"),
            (Found { captured: Some("yesterday".to_owned()), ..found() }, "capture time"),
            (Found { name: Some("x".repeat(MOST_TEXT + 1)), ..found() }, "longer than"),
        ] {
            let error = broken.item("file a.json", "call").unwrap_err();
            assert!(error.contains(word), "{word}: {error}");
        }
    }

    #[test]
    fn what_is_not_recorded_is_there_and_what_was_deleted_is_not() {
        for (status, there) in [
            (None, true),
            (Some("OK"), true),
            (Some("ResourceDiscovered"), true),
            (Some("ResourceNotRecorded"), true),
            (Some("ResourceDeleted"), false),
            (Some("ResourceDeletedNotRecorded"), false),
        ] {
            let item = item(Found { status: status.map(str::to_owned), ..found() });
            assert_eq!(matches!(item, Item::There(_)), there, "{status:?}");
        }
        assert_eq!(item(Found { kind: Some("AWS::Config::ResourceCompliance".to_owned()), ..found() }), Item::Own);
    }

    fn any_item() -> impl Strategy<Value = (u8, Option<i64>, bool, u8)> {
        (0..3_u8, proptest::option::of(0..4_i64), any::<bool>(), 0..3_u8)
    }

    fn made((id, second, there, source): (u8, Option<i64>, bool, u8)) -> Item {
        let status = if there { "OK" } else { "ResourceDeleted" };
        let found = Found {
            id: Some(id.to_string()),
            captured: second.map(|s| format!("2026-11-24T09:00:0{s}Z")),
            status: Some(status.to_owned()),
            ..found()
        };
        found.item(&format!("file {source}"), "call").unwrap()
    }

    proptest! {
        #[test]
        fn the_newest_item_decides_whatever_the_order(
            items in proptest::collection::vec(any_item(), 0..12),
            shift in 0..12_usize,
        ) {
            let fold = |items: &[(u8, Option<i64>, bool, u8)]| {
                let mut newest = Newest::default();
                for parts in items {
                    newest.add(made(*parts));
                }
                newest.into_rows().collect::<Vec<_>>()
            };
            let rows = fold(&items);
            let mut other = items.clone();
            other.reverse();
            prop_assert_eq!(&rows, &fold(&other));
            other.rotate_left(shift.min(items.len()));
            prop_assert_eq!(&rows, &fold(&other));
            for id in 0..3_u8 {
                let newest = items.iter().filter(|i| i.0 == id).map(|i| i.1).max();
                let there = newest.is_some_and(|newest| items.iter().any(|i| i.0 == id && i.1 == newest && i.2));
                prop_assert_eq!(rows.iter().any(|row| row.id == id.to_string()), there);
            }
        }
    }
}
