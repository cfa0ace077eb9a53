//! What AWS Config knows and nobody read, as the assessment says it.
//!
//! May import: everything that `assess` may. Guarantees: every row of an inventory is one of an account whose turn it is, or
//! counted as one of an account that was not read.

use std::collections::{BTreeMap, BTreeSet};

use super::Inputs;
use crate::graph::Estate;
use crate::graph::inventory::{self, UnreadType};
use crate::model::assessment::InventoryGap;
use crate::model::inventory::{Inventoried, LISTING};
use crate::snapshot::{InventoryLines, SnapshotError};

/// Regions of accounts in scope of whose resources AWS Config may not know all, by account and reason.
pub(super) fn places_not_whole(estate: &Estate) -> Vec<InventoryGap> {
    if !inventory::is_asked(estate) {
        return Vec::new();
    }
    let mut reasons: BTreeMap<(&String, String), Vec<String>> = BTreeMap::new();
    for account in &estate.accounts {
        for region in &estate.regions {
            if let Err(reason) = inventory::is_whole(estate, account, region) {
                reasons.entry((account, reason)).or_default().push(region.clone());
            }
        }
    }
    let gap = |((account, reason), regions): ((&String, String), Vec<String>)| InventoryGap {
        account: account.clone(),
        controls: Vec::new(),
        count: 0,
        kind: LISTING.to_owned(),
        reason,
        regions,
    };
    reasons.into_iter().map(gap).collect()
}

/// What AWS Config knows of an account, whose turn it is. Accounts before it (all that are left, with no account) were not
/// read, and each is a gap.
pub(super) fn rows_of(
    lines: &mut Option<InventoryLines>,
    account: &str,
    gaps: &mut Vec<InventoryGap>,
) -> Result<Vec<Inventoried>, SnapshotError> {
    let Some(lines) = lines else { return Ok(Vec::new()) };
    while let Some(next) = lines.account().map(str::to_owned) {
        if next == account {
            return lines.rows();
        }
        if !account.is_empty() && next.as_str() > account {
            break;
        }
        let rows = lines.rows()?;
        let regions: BTreeSet<String> = rows.iter().map(|row| row.region.clone()).collect();
        let count = rows.len() as u64;
        gaps.push(InventoryGap {
            account: next,
            controls: Vec::new(),
            count,
            kind: "AWS::Account".to_owned(),
            reason: format!(
                "AWS Config knows {} of an account that was not read",
                crate::model::plural::count(count, "resource")
            ),
            regions: regions.into_iter().collect(),
        });
    }
    Ok(Vec::new())
}

/// Types of an account of which AWS Config knows resources that nobody read.
pub(super) fn types_not_read(
    account: &str,
    types: BTreeMap<String, UnreadType>,
    inputs: &Inputs<'_>,
) -> Vec<InventoryGap> {
    let id = |control: &usize| inputs.catalogue.controls.get(*control).map(|c| c.id.to_string());
    let gap = |(kind, of): (String, UnreadType)| InventoryGap {
        account: account.to_owned(),
        controls: inputs.judge.controls_for(&kind).iter().filter_map(id).collect(),
        count: of.count,
        kind,
        reason: of.reason,
        regions: of.regions,
    };
    types.into_iter().map(gap).collect()
}
