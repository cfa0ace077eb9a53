//! Where stores, copies and logs of the whole estate lie, against the approved Regions.
//!
//! May import: `model`, `graph`. Guarantees: its size follows types, accounts and Regions, not resources; the counts sum to
//! all that was seen; a place is approved only where AWS said which Region it is and that Region is declared.

use std::collections::{BTreeMap, BTreeSet};

use super::located::{At, KINDS, NAMING, located, references, region_of};
use crate::graph::listings::Listings;
use crate::model::document::ResourceDocument;
use crate::model::location::{Located, LocationGap, LocationRow, Locations, Placement};

/// Things of a row that are named where they do not lie in an approved Region.
const EXAMPLES: usize = 3;
/// Accounts that a gap names.
const ACCOUNTS: usize = 5;
/// Buckets named as destinations that are held until all accounts are known; what comes after lies nobody knows where.
const DESTINATIONS: usize = 100_000;
/// The Region of what AWS does not say.
const UNKNOWN: &str = "unknown";

type Key = (Located, String, String, String);

#[derive(Debug, Clone, Default)]
struct Cell {
    count: u64,
    examples: Vec<String>,
}

impl Cell {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        let room = EXAMPLES.saturating_sub(self.examples.len());
        self.examples.extend(other.examples.into_iter().take(room));
    }
}

/// The first accounts of a gap, how many there are, and the last one.
#[derive(Debug, Clone, Default)]
struct Accounts {
    named: Vec<String>,
    count: u64,
    last: String,
}

/// What has been seen so far.
#[derive(Debug, Default)]
pub(super) struct Survey {
    approved: Option<BTreeSet<String>>,
    /// By what, type, account and Region.
    cells: BTreeMap<Key, Cell>,
    /// By what, type, account and the name of the bucket.
    waiting: BTreeMap<Key, Cell>,
    /// By type and reason.
    gaps: BTreeMap<(String, String), Accounts>,
    /// Declared stores, and where each was seen: (account, Region).
    stores: BTreeMap<String, BTreeSet<(String, String)>>,
    /// Types of which something was there.
    present: BTreeSet<String>,
}

impl Survey {
    /// `stores` are the declared stores, whose places are kept by name.
    pub(super) fn new(approved: Option<Vec<String>>, stores: impl IntoIterator<Item = String>) -> Self {
        Self {
            approved: approved.map(|all| all.into_iter().collect()),
            stores: stores.into_iter().map(|store| (store, BTreeSet::new())).collect(),
            ..Self::default()
        }
    }

    /// Adds what an account holds, and what of it may not have been seen. `unread` gives the reason for types of which AWS
    /// Config knows more.
    pub(super) fn account(
        &mut self,
        account: &str,
        documents: &[ResourceDocument],
        listings: &Listings,
        unread: impl Fn(&str) -> Option<String>,
    ) {
        for document in documents {
            self.document(document);
        }
        for kind in KINDS.iter().map(|(kind, _)| *kind).chain(NAMING) {
            let listed = listings.listed(kind, account).and_then(|()| unread(kind).map_or(Ok(()), Err));
            if let Err(reason) = listed {
                self.gap(kind, &reason, account);
            }
        }
    }

    /// Says that nothing of a declared account was read.
    pub(super) fn not_read(&mut self, account: &str) {
        self.gap("AWS::Account", "the account is declared, and was not read", account);
    }

    fn document(&mut self, document: &ResourceDocument) {
        let found = located(document);
        if KINDS.iter().any(|(kind, _)| *kind == document.kind) && !self.present.contains(&document.kind) {
            self.present.insert(document.kind.clone());
        }
        for seen in found.seen {
            let cell = Cell { count: 1, examples: vec![seen.name] };
            let (place, waits) = match seen.at {
                At::Region(region) => (region, false),
                At::Bucket(name) => (name, true),
                At::Unknown => (UNKNOWN.to_owned(), false),
            };
            let key = (seen.what, seen.kind, document.account.clone(), place);
            if !waits {
                self.add(key, cell);
            } else if self.waiting.contains_key(&key) || self.waiting.len() < DESTINATIONS {
                self.waiting.entry(key).or_default().add(cell);
            } else {
                self.add((key.0, key.1, key.2, UNKNOWN.to_owned()), cell);
            }
        }
        for (kind, reason) in found.unread {
            self.gap(&kind, &reason, &document.account);
        }
        for reference in references(document) {
            if let Some(places) = self.stores.get_mut(&reference) {
                places.insert((document.account.clone(), region_of(document).unwrap_or(UNKNOWN).to_owned()));
            }
        }
    }

    /// Adds a cell; things in an approved Region are counted without being named.
    fn add(&mut self, key: Key, mut cell: Cell) {
        if self.placement(&key.3) == Placement::Approved {
            cell.examples.clear();
        }
        self.cells.entry(key).or_default().add(cell);
    }

    fn gap(&mut self, kind: &str, reason: &str, account: &str) {
        // Of thousands of accounts with the same reason one row is kept.
        let reason = reason.replace(&format!(" in account {account}"), "");
        let accounts = self.gaps.entry((kind.to_owned(), reason)).or_default();
        // Accounts come one after the other.
        if accounts.last == account {
            return;
        }
        account.clone_into(&mut accounts.last);
        accounts.count += 1;
        if accounts.named.len() < ACCOUNTS {
            accounts.named.push(account.to_owned());
        }
    }

    /// How a Region stands to the approved ones.
    pub(super) fn placement(&self, region: &str) -> Placement {
        match &self.approved {
            _ if region == UNKNOWN || region == "global" || region.is_empty() => Placement::Unknown,
            None => Placement::NotDeclared,
            Some(approved) if approved.contains(region) => Placement::Approved,
            Some(_) => Placement::Outside,
        }
    }

    /// Where a declared store was seen.
    pub(super) fn places(&self, store: &str) -> impl Iterator<Item = &(String, String)> {
        self.stores.get(store).into_iter().flatten()
    }

    /// The survey as a whole. `bucket` gives the Region of a bucket that some account holds.
    pub(super) fn finish<'b>(&mut self, read: &[String], bucket: impl Fn(&str) -> Option<&'b str>) -> Locations {
        for ((what, kind, account, name), mut cell) in std::mem::take(&mut self.waiting) {
            let region = bucket(&name).filter(|region| !region.is_empty()).unwrap_or(UNKNOWN).to_owned();
            for example in &mut cell.examples {
                *example = format!("{example} to {name}");
            }
            self.add((what, kind, account, region), cell);
        }
        let rows: Vec<LocationRow> = std::mem::take(&mut self.cells)
            .into_iter()
            .map(|((what, kind, account, region), cell)| LocationRow {
                account,
                count: cell.count,
                examples: cell.examples,
                place: self.placement(&region),
                region,
                kind,
                what,
            })
            .collect();
        let unsure: BTreeSet<&str> = self.gaps.keys().map(|(kind, _)| kind.as_str()).collect();
        let none = |kind: &&str| !self.present.contains(*kind) && !unsure.contains(*kind);
        let mut none_found: Vec<String> = KINDS.iter().map(|(kind, _)| *kind).filter(none).map(str::to_owned).collect();
        none_found.sort();
        if unsure.contains("AWS::Account") {
            none_found.clear();
        }
        Locations {
            approved: self.approved.as_ref().map(|all| all.iter().cloned().collect()),
            gaps: self
                .gaps
                .iter()
                .map(|((kind, reason), of)| LocationGap {
                    accounts: of.named.clone(),
                    count: of.count,
                    reason: reason.clone(),
                    kind: kind.clone(),
                })
                .collect(),
            none_found,
            read: read.to_vec(),
            rows,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::{EXAMPLES, KINDS, Survey};
    use crate::graph::listings::Listings;
    use crate::model::document::ResourceDocument;
    use crate::model::listing::Listing;
    use crate::model::location::{Located, Locations, Placement};

    fn bucket(account: &str, name: &str, region: &str, to: Option<&str>) -> ResourceDocument {
        let rules =
            to.map(|to| json!([{"Status": "Enabled", "Destination": {"Bucket": format!("arn:aws:s3:::{to}")}}]));
        let replication = rules.map_or(json!({}), |rules| json!({ "Rules": rules }));
        ResourceDocument {
            kind: "AWS::S3::Bucket".to_owned(),
            id: name.to_owned(),
            account: account.to_owned(),
            region: region.to_owned(),
            properties: [
                ("ReplicationConfiguration".to_owned(), replication),
                ("LoggingConfiguration".to_owned(), json!({})),
            ]
            .into(),
            ..ResourceDocument::default()
        }
    }

    fn listed(accounts: &[&str]) -> Listings {
        let mut all = Listings::default();
        for account in accounts {
            for kind in KINDS.iter().map(|(kind, _)| *kind).chain(super::NAMING) {
                all.add(&Listing {
                    account: (*account).to_owned(),
                    region: "global".to_owned(),
                    kind: kind.to_owned(),
                    complete: true,
                    reason: String::new(),
                    calls: Vec::new(),
                });
            }
        }
        all
    }

    fn survey(approved: Option<&[&str]>, documents: &[ResourceDocument]) -> Locations {
        let mut survey = Survey::new(approved.map(|all| all.iter().map(|r| (*r).to_owned()).collect()), []);
        let listings = listed(&["1", "2"]);
        for account in ["1", "2"] {
            let of: Vec<ResourceDocument> = documents.iter().filter(|d| d.account == account).cloned().collect();
            survey.account(account, &of, &listings, |_| None);
        }
        let region = |name: &str| documents.iter().find(|d| d.id == name).map(|d| d.region.as_str());
        survey.finish(&["eu-west-2".to_owned()], region)
    }

    #[test]
    fn a_copy_is_where_its_bucket_is_whatever_account_holds_it() {
        let all = [
            bucket("1", "a", "eu-west-2", Some("b")),
            bucket("1", "c", "eu-west-2", Some("elsewhere")),
            bucket("2", "b", "eu-west-1", None),
        ];
        let found = survey(Some(&["eu-west-2"]), &all);
        let replicas: Vec<_> = found.rows.iter().filter(|row| row.what == Located::Replica).collect();
        assert_eq!(replicas.len(), 2);
        assert_eq!((replicas[0].region.as_str(), replicas[0].place), ("eu-west-1", Placement::Outside));
        assert_eq!(replicas[0].examples, ["a to b"]);
        assert_eq!((replicas[1].region.as_str(), replicas[1].place), ("unknown", Placement::Unknown));
        assert!(found.gaps.is_empty() && found.none_found.contains(&"AWS::EC2::Snapshot".to_owned()));
        assert!(!found.none_found.contains(&"AWS::S3::Bucket".to_owned()));
    }

    #[test]
    fn a_type_that_was_not_listed_is_a_gap_and_not_none() {
        let mut survey = Survey::new(None, ["s3:a".to_owned()]);
        survey.account("1", &[bucket("1", "a", "eu-west-2", None)], &Listings::default(), |_| None);
        survey.not_read("3");
        assert_eq!(survey.places("s3:a").count(), 1);
        let found = survey.finish(&[], |_| None);
        assert!(found.none_found.is_empty());
        let kinds: Vec<&str> = found.gaps.iter().map(|gap| gap.kind.as_str()).collect();
        assert!(kinds.contains(&"AWS::EC2::Snapshot") && kinds.contains(&"AWS::Account"), "{kinds:?}");
        assert!(found.rows.iter().all(|row| row.place == Placement::NotDeclared));
        // One row a reason, however many accounts it holds for.
        let mut many = Survey::new(None, []);
        for account in 0..9 {
            many.account(&account.to_string(), &[], &Listings::default(), |_| None);
            many.gap("AWS::EC2::Volume", "AWS::EC2::Volume was not listed", &account.to_string());
        }
        let found = many.finish(&[], |_| None);
        assert_eq!(found.gaps.len(), KINDS.len() + super::NAMING.len());
        assert!(
            found.gaps.iter().all(|gap| gap.count == 9 && gap.accounts.len() == super::ACCOUNTS),
            "{:?}",
            found.gaps
        );
        // What AWS Config knows more of is not wholly seen either.
        let mut doubted = Survey::new(None, []);
        let more = |kind: &str| (kind == "AWS::EC2::Volume").then(|| "2 were not read".to_owned());
        doubted.account("1", &[], &listed(&["1"]), more);
        let found = doubted.finish(&[], |_| None);
        assert_eq!((found.gaps.len(), found.gaps[0].reason.as_str()), (1, "2 were not read"));
    }

    proptest! {
        /// Every bucket and every copy is counted once, whatever the Regions; only what is not approved is named, and never
        /// more than a few of it; nothing is approved without being declared.
        #[test]
        fn nothing_is_dropped(places in prop::collection::vec((0_usize..2, 0_usize..4, prop::bool::ANY), 0..60), declared in prop::bool::ANY) {
            let regions = ["eu-west-2", "eu-west-1", "us-east-1", ""];
            let documents: Vec<ResourceDocument> = places
                .iter()
                .enumerate()
                .map(|(n, (account, region, copied))| {
                    let to = copied.then(|| format!("bucket-{}", n / 2));
                    bucket(["1", "2"][*account], &format!("bucket-{n}"), regions[*region], to.as_deref())
                })
                .collect();
            let found = survey(declared.then_some(&["eu-west-2"][..]), &documents);
            let count = |what| found.rows.iter().filter(|r| r.what == what).map(|r| r.count).sum::<u64>();
            prop_assert_eq!(count(Located::Store), documents.len() as u64);
            prop_assert_eq!(count(Located::Replica), places.iter().filter(|p| p.2).count() as u64);
            for row in &found.rows {
                let approved = row.place == Placement::Approved;
                prop_assert_eq!(approved, declared && row.region == "eu-west-2");
                let named = row.examples.len() as u64;
                prop_assert_eq!(named, if approved { 0 } else { row.count.min(EXAMPLES as u64) });
            }
        }
    }
}
