//! What AWS Config knows and nobody read, as the assessment says it.
//!
//! May import: everything that `assess` may. Guarantees: every row of an inventory is one of an account whose turn it is, or
//! counted as one of an account that was not read.

use std::collections::{BTreeMap, BTreeSet};

use super::Inputs;
use crate::graph::Estate;
use crate::graph::inventory::{self, UnreadType};
use crate::graph::listings::Listings;
use crate::model::assessment::InventoryGap;
use crate::model::document::ResourceDocument;
use crate::model::inventory::{Inventoried, LISTING};
use crate::model::listing::Listing;
use crate::model::verdict::Outcome;
use crate::policy::Judgement;
use crate::snapshot::{InventoryLines, Reader, SnapshotError};

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

/// The doubts about some accounts: a listing that is not complete for each type and Region of which AWS Config knows what is
/// not among the documents that were read.
pub(super) fn doubts<'d>(
    live: &Reader,
    documents: impl Iterator<Item = (&'d String, &'d Vec<ResourceDocument>)>,
    listings: &Listings,
) -> Result<Vec<Listing>, SnapshotError> {
    let mut rows = live.inventory()?;
    let mut doubts = Vec::new();
    for (account, documents) in documents {
        let unread = inventory::unread(rows_of(&mut rows, account, &mut Vec::new())?, documents);
        doubts.extend(inventory::doubts(&inventory::by_type(&unread, account, listings), account));
    }
    Ok(doubts)
}

/// A judgement in view of what AWS Config knows and nobody read: what holds only without the doubt is not known. `lost` says
/// that the entity could not be looked at in doubt.
pub(super) fn doubted(mut judgement: Judgement, lost: bool, in_doubt: impl FnOnce() -> Option<Judgement>) -> Judgement {
    if !matches!(judgement.outcome, Outcome::Met | Outcome::NotApplicable) {
        return judgement;
    }
    if lost {
        judgement.outcome = Outcome::NotAssessed;
        "AWS Config knows of resources here that were not read".clone_into(&mut judgement.reason);
        return judgement;
    }
    in_doubt().filter(|doubted| doubted.outcome == Outcome::NotAssessed).unwrap_or(judgement)
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
