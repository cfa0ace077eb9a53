//! What AWS Config knows, held against what was read: resources that nobody read, and places of which it knows not all.
//!
//! May import: `model`, `graph`. Guarantees: a row counts as read only where a document of its type is certainly the same
//! resource; nothing here becomes a fact, so that an inventory can only add what is not known.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Estate;
use super::config::recording_gap;
use super::listings::Listings;
use super::organizations::known;
use crate::model::document::ResourceDocument;
use crate::model::inventory::{Inventoried, LISTING};
use crate::model::listing::Listing;
use crate::model::plural::{choose, number};

const RECORDER: &str = "AWS::Config::ConfigurationRecorder";
const AGGREGATOR: &str = "AWS::Config::ConfigurationAggregator";

/// Types that AWS Config calls otherwise than `CloudFormation`.
const RENAMED: [(&str, &str); 3] = [
    ("AWS::Elasticsearch::Domain", "AWS::OpenSearchService::Domain"),
    ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"),
    ("AWS::OpenSearch::Domain", "AWS::OpenSearchService::Domain"),
];

/// The documents of one type, by what AWS Config may call them.
#[derive(Default)]
struct Seen<'a> {
    arns: BTreeSet<&'a str>,
    ids: BTreeMap<&'a str, Vec<&'a ResourceDocument>>,
}

/// The rows of which no document is, with `CloudFormation`'s names of their types.
#[must_use]
pub fn unread(rows: Vec<Inventoried>, documents: &[ResourceDocument]) -> Vec<Inventoried> {
    let rows: Vec<Inventoried> = rows.into_iter().map(renamed).collect();
    let mut seen: BTreeMap<&str, Seen<'_>> = rows.iter().map(|r| (r.kind.as_str(), Seen::default())).collect();
    for document in documents {
        let Some(seen) = seen.get_mut(document.kind.as_str()) else { continue };
        seen.arns.extend(document.arn.as_deref());
        if document.id.starts_with("arn:") {
            seen.arns.insert(&document.id);
        }
        seen.ids.entry(&document.id).or_default().push(document);
    }
    let is_read = |row: &Inventoried| seen.get(row.kind.as_str()).is_some_and(|seen| seen.holds(row));
    let read: Vec<bool> = rows.iter().map(is_read).collect();
    rows.iter().zip(read).filter(|(_, read)| !read).map(|(row, _)| row.clone()).collect()
}

fn renamed(mut row: Inventoried) -> Inventoried {
    if let Some((_, name)) = RENAMED.iter().find(|(theirs, _)| *theirs == row.kind) {
        row.kind = (*name).to_owned();
    }
    row
}

impl Seen<'_> {
    fn holds(&self, row: &Inventoried) -> bool {
        let anywhere = |region: &str| ["global", "unknown"].contains(&region);
        let at = |text: &str, fits: &dyn Fn(&ResourceDocument) -> bool| {
            self.ids.get(text).into_iter().flatten().any(|document| {
                let here = document.region == row.region || anywhere(&document.region) || anywhere(&row.region);
                here && fits(document)
            })
        };
        // Whoever makes a resource chooses its name; it is not the one of another ARN.
        let unlike = |document: &ResourceDocument| {
            document.arn.as_deref().is_none_or(|arn| row.arn.is_empty() || arn == row.arn)
        };
        (!row.arn.is_empty() && self.arns.contains(row.arn.as_str()))
            || self.arns.contains(row.id.as_str())
            || at(&row.id, &|_| true)
            || at(&format!("{}:{}", row.region, row.id), &|_| true)
            || (!row.arn.is_empty() && at(&format!("{}:{}", row.region, row.arn), &|_| true))
            || (!row.name.is_empty()
                && (at(&row.name, &unlike) || at(&format!("{}:{}", row.region, row.name), &unlike)))
    }
}

/// Why nothing is known of a resource.
#[must_use]
pub fn reason(row: &Inventoried) -> String {
    format!("AWS Config recorded it{} ({}), and it was not read live", date(row), row.source)
}

fn date(row: &Inventoried) -> String {
    row.captured.map(|time| format!(" on {}", time.british_date())).unwrap_or_default()
}

/// Rows of one type of an account that were not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadType {
    pub count: u64,
    pub reason: String,
    /// Sorted.
    pub regions: Vec<String>,
}

/// The unread rows of an account by type.
#[must_use]
pub fn by_type(rows: &[Inventoried], account: &str, listings: &Listings) -> BTreeMap<String, UnreadType> {
    let mut types: BTreeMap<&str, Vec<&Inventoried>> = BTreeMap::new();
    for row in rows {
        types.entry(&row.kind).or_default().push(row);
    }
    let described = |(kind, rows): (&str, Vec<&Inventoried>)| {
        let asked = listings.is_asked(kind, account);
        let count = rows.len() as u64;
        let were = choose(count, "was", "were");
        let which = if asked {
            format!("{} that AWS Config recorded {were} not read live", number(count))
        } else {
            format!("AWS Config recorded {}, and {kind} was not listed in account {account}", number(count))
        };
        let last = rows.iter().max_by_key(|row| row.captured);
        let last = last.map(|row| format!("; the latest{} ({})", date(row), row.source)).unwrap_or_default();
        let regions: BTreeSet<String> = rows.iter().map(|row| row.region.clone()).collect();
        let unread = UnreadType { count, reason: format!("{which}{last}"), regions: regions.into_iter().collect() };
        (kind.to_owned(), unread)
    };
    types.into_iter().map(described).collect()
}

/// Listings that say of each type and Region of unread rows that not all was seen.
#[must_use]
pub fn doubts(types: &BTreeMap<String, UnreadType>, account: &str) -> Vec<Listing> {
    let listing = |kind: &String, region: &String, reason: &String| Listing {
        account: account.to_owned(),
        region: region.clone(),
        kind: kind.clone(),
        complete: false,
        reason: reason.clone(),
        calls: Vec::new(),
    };
    types.iter().flat_map(|(kind, of)| of.regions.iter().map(move |region| listing(kind, region, &of.reason))).collect()
}

/// Whether an inventory was read from an aggregator, so that it means something what it leaves out.
#[must_use]
pub fn is_asked(estate: &Estate) -> bool {
    estate.listings().accounts_of(LISTING).next().is_some()
}

/// Whether AWS Config knows of every resource of an account in a Region: its recorder records all types, and an aggregator that
/// was read to its last page has read it.
///
/// # Errors
/// Why not.
pub fn is_whole(estate: &Estate, account: &str, region: &str) -> Result<(), String> {
    let recorders: Vec<&ResourceDocument> =
        estate.documents(RECORDER).iter().filter(|r| r.account == account).collect();
    let here: Vec<&&ResourceDocument> = recorders.iter().filter(|r| r.region == region).collect();
    let mut gap = None;
    if !here.iter().any(|recorder| recording_gap(recorder, &recorders).map_err(|why| gap = Some(why)).is_ok()) {
        estate.listings().listed_in(RECORDER, account, region)?;
        return Err(gap.unwrap_or_else(|| "no recorder is there".to_owned()));
    }
    gathered(estate, account, region)
}

/// Whether an aggregator has read an account in a Region, and was read to its last page.
fn gathered(estate: &Estate, account: &str, region: &str) -> Result<(), String> {
    let mut why = None;
    for aggregator in estate.documents(AGGREGATOR) {
        match status(aggregator, account, region) {
            Ok(Some(status)) if status == "SUCCEEDED" => {
                match estate.listings().listed_in(LISTING, &aggregator.account, &aggregator.region) {
                    Ok(()) => return Ok(()),
                    Err(gap) => why = Some(format!("the aggregator was not read to its end: {gap}")),
                }
            }
            Ok(Some(status)) => {
                why.get_or_insert_with(|| format!("the aggregator has not read this account: {status}"));
            }
            Ok(None) => {}
            Err(reason) => {
                why.get_or_insert(reason);
            }
        }
    }
    Err(why.unwrap_or_else(|| "no aggregator reads it".to_owned()))
}

/// What an aggregator says of an account in a Region.
fn status(aggregator: &ResourceDocument, account: &str, region: &str) -> Result<Option<String>, String> {
    let sources = known(aggregator, "SourcesStatus")?.as_array().ok_or("SourcesStatus is no list")?;
    let is = |source: &Value, name: &str, text: &str| source.get(name).and_then(Value::as_str) == Some(text);
    let of = sources.iter().find(|s| is(s, "SourceId", account) && is(s, "AwsRegion", region));
    Ok(of.map(|s| s.get("LastUpdateStatus").and_then(Value::as_str).unwrap_or("without a status").to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const HERE: &str = "111111111111";

    fn row(kind: &str, id: &str, name: &str, arn: &str, region: &str) -> Inventoried {
        Inventoried {
            account: HERE.to_owned(),
            arn: arn.to_owned(),
            call: "call".to_owned(),
            captured: Some("2026-11-24".parse().unwrap()),
            id: id.to_owned(),
            name: name.to_owned(),
            region: region.to_owned(),
            source: "aggregate all".to_owned(),
            kind: kind.to_owned(),
        }
    }

    fn document(kind: &str, id: &str, arn: Option<&str>, region: &str) -> ResourceDocument {
        ResourceDocument {
            kind: kind.to_owned(),
            id: id.to_owned(),
            arn: arn.map(str::to_owned),
            account: HERE.to_owned(),
            region: region.to_owned(),
            ..ResourceDocument::default()
        }
    }

    #[test]
    fn a_row_is_read_where_a_document_is_the_same_resource() {
        let (london, dublin) = ("eu-west-2", "eu-west-1");
        for (row, document) in [
            // By ARN, whatever the id.
            (
                row("AWS::IAM::Role", "AROA1", "r", "arn:r", "global"),
                document("AWS::IAM::Role", "arn:r", None, "global"),
            ),
            (
                row("AWS::IAM::Policy", "ANPA1", "p", "arn:p", "global"),
                document("AWS::IAM::ManagedPolicy", "arn:p", None, "global"),
            ),
            (row("AWS::X::Y", "arn:y", "", "", london), document("AWS::X::Y", "y", Some("arn:y"), london)),
            // By id, or by name where that is the id.
            (row("AWS::S3::Bucket", "b", "b", "", london), document("AWS::S3::Bucket", "b", Some("arn:b"), london)),
            (row("AWS::S3::Bucket", "b", "b", "", london), document("AWS::S3::Bucket", "b", None, "unknown")),
            (row("AWS::X::Y", "y-1", "y", "arn:y", london), document("AWS::X::Y", "y", None, london)),
            (row("AWS::X::Y", "y", "", "", london), document("AWS::X::Y", "eu-west-2:y", None, london)),
        ] {
            assert_eq!(unread(vec![row.clone()], std::slice::from_ref(&document)), [], "{row:?} {document:?}");
        }
        for (row, document) in [
            (
                row("AWS::S3::Bucket", "b", "b", "arn:b", london),
                document("AWS::S3::Bucket", "c", Some("arn:c"), london),
            ),
            // Another type, another Region, and one that bears the name of another.
            (row("AWS::S3::Bucket", "b", "b", "", london), document("AWS::S3::AccessPoint", "b", None, london)),
            (row("AWS::X::Y", "y", "", "", dublin), document("AWS::X::Y", "y", None, london)),
            (row("AWS::X::Y", "y-2", "y-1", "arn:y-2", london), document("AWS::X::Y", "y-1", Some("arn:y-1"), london)),
        ] {
            assert_eq!(unread(vec![row.clone()], std::slice::from_ref(&document)).len(), 1, "{row:?} {document:?}");
        }
    }

    fn recorder(group: Value, recording: bool) -> ResourceDocument {
        let mut recorder = document(RECORDER, "default", None, "eu-west-2");
        recorder.properties.insert("RecordingGroup".to_owned(), group);
        recorder.observed.insert("RecordingScope".to_owned(), json!("PAID"));
        recorder.observed.insert("Status".to_owned(), json!({ "Recording": recording, "LastStatus": "SUCCESS" }));
        recorder
    }

    fn all() -> Value {
        json!({ "AllSupported": true, "IncludeGlobalResourceTypes": true, "ResourceTypes": [] })
    }

    fn whole(recorder: Option<ResourceDocument>, status: &str, pages: bool) -> Result<(), String> {
        let mut aggregator = document(AGGREGATOR, "arn:aggregator", None, "eu-west-2");
        let source = json!([{ "SourceId": HERE, "AwsRegion": "eu-west-2", "LastUpdateStatus": status }]);
        aggregator.observed.insert("SourcesStatus".to_owned(), source);
        let listing = |kind: &str, complete: bool| Listing {
            account: HERE.to_owned(),
            region: "eu-west-2".to_owned(),
            kind: kind.to_owned(),
            complete,
            reason: if complete { String::new() } else { "it was denied".to_owned() },
            calls: Vec::new(),
        };
        let listings = vec![listing(RECORDER, true), listing(LISTING, pages)];
        let documents = recorder.into_iter().chain([aggregator]);
        let estate = Estate::new(documents, listings, vec![HERE.to_owned()], vec!["eu-west-2".to_owned()]);
        is_whole(&estate, HERE, "eu-west-2")
    }

    #[test]
    fn an_inventory_is_whole_only_where_all_is_recorded_gathered_and_read() {
        assert_eq!(whole(Some(recorder(all(), true)), "SUCCEEDED", true), Ok(()));
        let without = json!({
            "AllSupported": false,
            "ExclusionByResourceTypes": { "ResourceTypes": ["AWS::S3::Bucket"] },
            "RecordingStrategy": { "UseOnly": "EXCLUSION_BY_RESOURCE_TYPES" },
        });
        let only = json!({ "AllSupported": false, "ResourceTypes": ["AWS::S3::Bucket"] });
        let local = json!({ "AllSupported": true, "IncludeGlobalResourceTypes": false });
        for (recorder, status, pages, word) in [
            (None, "SUCCEEDED", true, "no recorder is there"),
            (Some(recorder(all(), false)), "SUCCEEDED", true, "the recorder is off"),
            (Some(recorder(without, true)), "SUCCEEDED", true, "the recorder leaves out AWS::S3::Bucket"),
            (Some(recorder(only, true)), "SUCCEEDED", true, "the recorder records only AWS::S3::Bucket"),
            (Some(recorder(local, true)), "SUCCEEDED", true, "of IAM"),
            (Some(recorder(all(), true)), "FAILED", true, "the aggregator has not read this account: FAILED"),
            (Some(recorder(all(), true)), "SUCCEEDED", false, "not read to its end: it was denied"),
        ] {
            let reason = whole(recorder, status, pages).unwrap_err();
            assert!(reason.contains(word), "{word}: {reason}");
        }
        let elsewhere = Estate::default();
        assert!(is_whole(&elsewhere, HERE, "eu-west-2").unwrap_err().contains("was not listed"));
    }
}
