//! Where data lies, and the drafts for the record of processing, on the page.
//!
//! May import: `model`, `report`. Guarantees: every type and Region of the survey has a row, whose counts sum to it; what was
//! not seen stands beside it; the drafts leave to the controller what only the controller can say.

use std::collections::{BTreeMap, BTreeSet};

use super::marks::{self, Mark};
use crate::model::location::{Located, LocationRow, Locations, Placement};
use crate::model::plural::{count, list, number};
use crate::model::processing::{ProcessingRow, StorePlace};
use crate::report::summary::Summary;
use crate::report::text::{Shown, breakable, show};

/// Things that a row names.
const NAMED: usize = 6;
/// Rows of gaps and of drafts that the page shows; evidence.json has all.
const SHOWN: usize = 500;

/// One type in one Region, over all accounts.
pub(super) struct PlaceView {
    pub(super) what: &'static str,
    /// Cut where a line may break.
    pub(super) kind: Vec<Shown>,
    pub(super) region: Shown,
    pub(super) count: String,
    pub(super) accounts: String,
    pub(super) mark: Mark,
    pub(super) examples: Vec<Shown>,
    pub(super) more: String,
}

/// A type that was not wholly seen.
pub(super) struct UnseenView {
    pub(super) kind: Shown,
    pub(super) accounts: String,
    pub(super) reason: Shown,
}

/// Where data lies.
pub(super) struct PlacesView {
    pub(super) sentence: Shown,
    pub(super) rows: Vec<PlaceView>,
    pub(super) unseen: Vec<UnseenView>,
    pub(super) unseen_sentence: String,
    pub(super) none: Shown,
}

/// A draft row.
pub(super) struct RecordView {
    pub(super) project: Shown,
    pub(super) project_title: Shown,
    pub(super) dataset: Shown,
    pub(super) dataset_title: Shown,
    pub(super) categories: Shown,
    pub(super) basis: Shown,
    pub(super) source: Shown,
    pub(super) recipients: Shown,
    pub(super) stores: Vec<(Mark, Shown)>,
    pub(super) until: Shown,
    pub(super) place: Shown,
}

/// The drafts.
pub(super) struct RecordsView {
    pub(super) rows: Vec<RecordView>,
    pub(super) more: String,
    pub(super) gaps: Vec<Shown>,
    pub(super) security: Vec<Shown>,
}

pub(super) fn places(summary: &Summary) -> PlacesView {
    let found = &summary.assessment.uk_gdpr.locations;
    let mut merged: BTreeMap<(u8, Located, &str, &str), Vec<&LocationRow>> = BTreeMap::new();
    for row in &found.rows {
        merged.entry((urgency(row.place), row.what, &row.kind, &row.region)).or_default().push(row);
    }
    let gaps = found.gaps.len();
    let kinds: BTreeSet<&str> = found.gaps.iter().map(|gap| gap.kind.as_str()).collect();
    let mut unseen_sentence =
        format!("Types and destinations that were not wholly seen, and why: {}", number(kinds.len() as u64));
    if gaps > SHOWN {
        unseen_sentence.push_str(&format!(
            "; {} of {} lines, evidence.json has all",
            number(SHOWN as u64),
            number(gaps as u64)
        ));
    }
    PlacesView {
        sentence: show(&sentence(found)),
        rows: merged.into_iter().map(|((_, what, kind, region), rows)| place(what, kind, region, &rows)).collect(),
        unseen: found
            .gaps
            .iter()
            .take(SHOWN)
            .map(|gap| UnseenView {
                kind: show(&gap.kind),
                accounts: match gap.accounts.as_slice() {
                    [only] if gap.count == 1 => show(only).to_string(),
                    _ => count(gap.count, "account"),
                },
                reason: show(&gap.reason),
            })
            .collect(),
        unseen_sentence,
        none: show(&found.none_found.join(", ")),
    }
}

fn urgency(place: Placement) -> u8 {
    match place {
        Placement::Outside => 0,
        Placement::Unknown => 1,
        Placement::NotDeclared => 2,
        Placement::Approved => 3,
    }
}

fn sentence(found: &Locations) -> String {
    let of = |place| found.rows.iter().filter(|row| row.place == place).map(|row| row.count).sum::<u64>();
    let approved = match &found.approved {
        None => "tre.toml declares no approved Regions ([tre] regions), so none is.".to_owned(),
        Some(all) if all.is_empty() => "tre.toml declares that no Region is approved.".to_owned(),
        Some(all) => format!("Approved Regions, as declared: {}.", list(all)),
    };
    let read = if found.read.is_empty() { "none".to_owned() } else { list(&found.read) };
    let mut counts = vec![
        format!("{} in an approved Region", number(of(Placement::Approved))),
        format!("{} outside", number(of(Placement::Outside))),
        format!("{} in a Region that is not known", number(of(Placement::Unknown))),
    ];
    if found.approved.is_none() {
        counts = vec![format!("{} in all", number(found.rows.iter().map(|row| row.count).sum()))];
    }
    format!(
        "{approved} Regions that were read: {read}; of others nothing is known. Stores, snapshots, backups, copies and \
         destinations of logs: {}. Whether a copy elsewhere is a restricted transfer is a question of law. IAM, Organizations, \
         Route 53 and CloudFront keep their settings outside any Region that one chooses.",
        list(&counts)
    )
}

fn place(what: Located, kind: &str, region: &str, rows: &[&LocationRow]) -> PlaceView {
    let all: u64 = rows.iter().map(|row| row.count).sum();
    let examples: Vec<Shown> = rows.iter().flat_map(|row| &row.examples).take(NAMED).map(|name| show(name)).collect();
    let rest = all - (examples.len() as u64).min(all);
    let placement = rows.first().map_or(Placement::Unknown, |row| row.place);
    PlaceView {
        what: what.as_str(),
        kind: breakable(&show(kind)),
        region: show(region),
        count: number(all),
        accounts: number(rows.iter().map(|row| &row.account).collect::<BTreeSet<_>>().len() as u64),
        mark: marks::placement(placement),
        more: if examples.is_empty() || rest == 0 { String::new() } else { format!("and {} more", number(rest)) },
        examples,
    }
}

pub(super) fn records(summary: &Summary) -> RecordsView {
    let draft = &summary.assessment.uk_gdpr.article_30;
    let rest = draft.rows.len().saturating_sub(SHOWN);
    RecordsView {
        rows: draft.rows.iter().take(SHOWN).map(record).collect(),
        more: if rest == 0 {
            String::new()
        } else {
            format!("{} more; evidence.json has all.", count(rest as u64, "row"))
        },
        gaps: draft.gaps.iter().map(|gap| show(gap)).collect(),
        security: draft.security.iter().map(|area| show(area)).collect(),
    }
}

fn record(row: &ProcessingRow) -> RecordView {
    let or = |text: &str, otherwise: &str| show(if text.is_empty() { otherwise } else { text });
    RecordView {
        project: or(row.project.as_deref().unwrap_or_default(), "in no declared project"),
        project_title: show(&row.project_title),
        dataset: or(row.dataset.as_deref().unwrap_or_default(), "no dataset is known"),
        dataset_title: show(&row.dataset_title),
        categories: or(&row.categories, "not declared"),
        basis: or(&row.legal_basis, "not declared"),
        source: or(&row.source, "not declared"),
        recipients: or(&row.recipients.join(", "), "none is declared"),
        stores: row.stores.iter().map(|store| (marks::placement(store.place), show(&store_words(store)))).collect(),
        until: or(&row.delete_by, "not declared"),
        place: show(&row.place),
    }
}

/// A store and where it is; the mark beside it says how that stands.
fn store_words(store: &StorePlace) -> String {
    match (&store.region, &store.account) {
        (Some(region), Some(account)) => format!("{} in {region}, account {account}", store.store),
        _ => format!("{}: {}", store.store, store.reason),
    }
}

#[cfg(test)]
mod tests {
    use super::{places, records};
    use crate::model::location::{Located, LocationRow, Placement};
    use crate::report::sample;
    use crate::report::summary::Summary;

    #[test]
    fn rows_of_many_accounts_are_one_and_what_is_wrong_comes_first() {
        let (mut assessment, _) = sample::example();
        let row = |account: u64, place, region: &str| LocationRow {
            account: account.to_string(),
            count: 10,
            examples: vec![format!("bucket of {account}")],
            place,
            region: region.to_owned(),
            kind: "AWS::S3::Bucket".to_owned(),
            what: Located::Store,
        };
        let mut rows: Vec<LocationRow> = (0..50).map(|n| row(n, Placement::Outside, "us-east-1")).collect();
        rows.insert(0, row(99, Placement::Approved, "eu-west-2"));
        assessment.uk_gdpr.locations.rows = rows;
        let view = places(&Summary::new(&assessment));
        assert_eq!(view.rows.len(), 2);
        let first = &view.rows[0];
        assert_eq!((first.region.as_str(), first.count.as_str(), first.accounts.as_str()), ("us-east-1", "500", "50"));
        assert_eq!((first.examples.len(), first.more.as_str()), (6, "and 494 more"));
        assert!(view.sentence.as_str().contains("10 in an approved Region, 500 outside"), "{}", view.sentence);
    }

    #[test]
    fn more_drafts_than_the_page_shows_are_counted() {
        let (mut assessment, _) = sample::example();
        let draft = &mut assessment.uk_gdpr.article_30;
        let row = draft.rows[0].clone();
        draft.rows = vec![row; 720];
        let view = records(&Summary::new(&assessment));
        assert_eq!((view.rows.len(), view.more.as_str()), (500, "220 rows more; evidence.json has all."));
    }
}
