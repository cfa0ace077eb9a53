//! Grave findings of an account that nobody has dealt with.
//!
//! May import: `model`, `graph`. Guarantees: "none is open" is said only where Security Hub, which says how grave a finding
//! is, was on and read in every approved Region.

use serde_json::json;

use super::Surroundings;
use super::organizations::text;
use super::workplaces::from_all;
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;
use crate::model::time::AsOf;

/// The facts that are derived.
pub(super) const FACTS: [&str; 2] = ["findingsRead", "oldestFinding"];

const HUB: &str = "AWS::SecurityHub::Hub";
const FINDING: &str = "AWS::SecurityHub::Finding";

pub(super) fn derive(entity: &mut Entity, _: &ResourceDocument, around: &Surroundings<'_>) {
    let origin = || from_all(around.of_type(HUB).chain(around.of_type(FINDING)));
    let gap = unread(around);
    // One that is old settles it, whatever else was not read; that all of them are young needs that all were.
    match (oldest(around), &gap) {
        (Ok(Some(since)), _) => entity.set("oldestFinding", json!({ "since": since.to_string() }), origin()),
        (Ok(None), None) => entity.set("oldestFinding", json!({}), origin()),
        (Ok(None), Some(why)) => entity.withhold("oldestFinding", why.clone()),
        (Err(why), _) => entity.withhold("oldestFinding", why),
    }
    match gap {
        None => entity.set("findingsRead", json!(true), origin()),
        Some(why) => entity.withhold("findingsRead", why),
    }
}

/// When the oldest of the account's own findings was made; the listing holds none but grave ones that are open.
fn oldest(around: &Surroundings<'_>) -> Result<Option<AsOf>, String> {
    let mut oldest: Option<AsOf> = None;
    for finding in around.of_type(FINDING) {
        if text(finding, "AwsAccountId")? != around.account {
            continue;
        }
        let made: AsOf = text(finding, "CreatedAt")?.parse().map_err(|_| "CreatedAt is no time".to_owned())?;
        oldest = Some(oldest.map_or(made, |before| before.min(made)));
    }
    Ok(oldest)
}

/// Why findings of an approved Region may not have been seen.
fn unread(around: &Surroundings<'_>) -> Option<String> {
    let Some(approved) = &around.declared.regions else {
        return Some("tre.toml declares no [tre] regions".to_owned());
    };
    approved.iter().find_map(|region| {
        let is_on = around.of_type(HUB).any(|hub| hub.region == region.text);
        let listed = |kind| around.estate.listings().listed_in(kind, around.account, &region.text);
        if let Err(why) = listed(HUB).and_then(|()| listed(FINDING)) {
            return Some(why);
        }
        (!is_on).then(|| format!("Security Hub is off in {}, and without it findings are not read", region.text))
    })
}
