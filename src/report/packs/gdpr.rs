//! `gdpr-article-30.csv` and `gdpr-locations.csv`: drafts for the record of processing, and where data lies.
//!
//! May import: `model`, `report`. Guarantees: the columns that the controller fills in say who has to; a type that was not
//! wholly seen has a row of its own, and so has one of which there was none.

use std::io::{self, Write};

use super::sheet::Sheet;
use crate::model::assessment::Assessment;
use crate::model::location::Locations;
use crate::model::plural::{count, number};
use crate::model::processing::{ProcessingRow, StorePlace};

const RECORD: [&str; 19] = [
    "Controller and contact",
    "Purposes",
    "Categories of people",
    "Project",
    "Project title",
    "Dataset",
    "Dataset title",
    "Source",
    "Categories of data, as declared",
    "Lawful basis, as declared",
    "Recipients, as declared",
    "Stores and their Regions",
    "Stores outside the approved Regions, or not known",
    "Safeguards for transfers",
    "Kept until, as declared",
    "Security measures: controls by area, over the whole environment",
    "Declared at",
    "What may be missing",
    "As of",
];
const LOCATIONS: [&str; 9] =
    ["What", "Type", "Account", "Region", "Number", "Standing", "Some of them", "Note", "As of"];
const CONTROLLER: &str = "to be completed by the controller";

pub(super) fn article_30(assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
    let draft = &assessment.uk_gdpr.article_30;
    let (security, gaps) = (draft.security.join("; "), draft.gaps.join("; "));
    let as_of = assessment.run.as_of.to_string();
    let mut sheet = Sheet::new(&RECORD, out)?;
    for row in &draft.rows {
        let (stores, not_approved) = (stores(row, |_| true), stores(row, |s| !s.place.approved()));
        sheet.row([
            CONTROLLER,
            CONTROLLER,
            CONTROLLER,
            row.project.as_deref().unwrap_or("in no declared project"),
            &row.project_title,
            row.dataset.as_deref().unwrap_or("no dataset is known"),
            &row.dataset_title,
            or(&row.source, "not declared"),
            or(&row.categories, "not declared"),
            or(&row.legal_basis, "not declared"),
            or(&row.recipients.join("; "), "none is declared"),
            or(&stores, "no store is declared"),
            or(&not_approved, if stores.is_empty() { "no store is declared" } else { "none" }),
            CONTROLLER,
            or(&row.delete_by, "not declared"),
            &security,
            &row.place,
            &gaps,
            &as_of,
        ])?;
    }
    sheet.finish()
}

fn or<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.is_empty() { otherwise } else { text }
}

fn stores(row: &ProcessingRow, wanted: impl Fn(&StorePlace) -> bool) -> String {
    let all: Vec<String> = row.stores.iter().filter(|store| wanted(store)).map(words).collect();
    all.join("; ")
}

/// A store with its place in words.
fn words(store: &StorePlace) -> String {
    match (&store.region, &store.account) {
        (Some(region), Some(account)) => {
            format!("{} in {region} of {account}, {}", store.store, store.place.words())
        }
        _ => format!("{}: {}", store.store, store.reason),
    }
}

pub(super) fn locations(assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
    let found: &Locations = &assessment.uk_gdpr.locations;
    let as_of = assessment.run.as_of.to_string();
    let read = format!("Regions read: {}; of others nothing is known", found.read.join(", "));
    let mut sheet = Sheet::new(&LOCATIONS, out)?;
    for row in &found.rows {
        let more = row.count - (row.examples.len() as u64).min(row.count);
        let examples = match (row.examples.is_empty(), more) {
            (true, _) => String::new(),
            (false, 0) => row.examples.join("; "),
            (false, n) => format!("{}; and {} more", row.examples.join("; "), number(n)),
        };
        let (region, place) = (&row.region, row.place.words());
        let cells =
            [row.what.as_str(), &row.kind, &row.account, region, &row.count.to_string(), place, &examples, &read];
        sheet.row(cells.into_iter().chain([as_of.as_str()]))?;
    }
    for gap in &found.gaps {
        let accounts = gap.accounts.join("; ");
        let accounts = match gap.count - (gap.accounts.len() as u64).min(gap.count) {
            0 => accounts,
            n => format!("{accounts} and {} more", number(n)),
        };
        let note = format!("{} in {}; {read}", gap.reason, count(gap.count, "account"));
        sheet.row(["", &gap.kind, &accounts, "", "", "not wholly seen", "", &note, &as_of])?;
    }
    for kind in &found.none_found {
        sheet.row([
            "",
            kind,
            "every account read",
            "",
            "0",
            "none is there; every listing answered",
            "",
            &read,
            &as_of,
        ])?;
    }
    sheet.finish()
}

#[cfg(test)]
mod tests {
    use super::{CONTROLLER, article_30, locations};
    use crate::report::sample;

    fn rows(write: impl Fn(&mut Vec<u8>)) -> Vec<csv::StringRecord> {
        let mut bytes = Vec::new();
        write(&mut bytes);
        csv::Reader::from_reader(bytes.as_slice()).records().map(Result::unwrap).collect()
    }

    #[test]
    fn what_the_controller_gives_stays_open_in_every_row() {
        let (assessment, _) = sample::example();
        let got = rows(|out| article_30(&assessment, out).unwrap());
        assert_eq!(got.len(), assessment.uk_gdpr.article_30.rows.len());
        assert!(!got.is_empty());
        for row in &got {
            assert_eq!([&row[0], &row[1], &row[2], &row[13]], [CONTROLLER; 4]);
            let titles = [4, 6];
            assert!(row.iter().enumerate().all(|(n, cell)| titles.contains(&n) || !cell.is_empty()), "{row:?}");
        }
    }

    #[test]
    fn counts_are_whole_and_what_was_not_seen_has_its_row() {
        let (assessment, _) = sample::example();
        let found = &assessment.uk_gdpr.locations;
        let got = rows(|out| locations(&assessment, out).unwrap());
        assert_eq!(got.len(), found.rows.len() + found.gaps.len() + found.none_found.len());
        let counted: u64 = got.iter().filter_map(|row| row[4].parse::<u64>().ok()).sum();
        assert_eq!(counted, found.rows.iter().map(|row| row.count).sum::<u64>());
        assert!(got.iter().any(|row| row[6].contains("and 9 more")), "{got:?}");
        assert!(got.iter().any(|row| &row[5] == "not wholly seen"));
        assert!(got.iter().all(|row| row[7].contains("of others nothing is known")));
    }
}
