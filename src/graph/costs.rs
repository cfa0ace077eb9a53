//! Exports of cost and usage that tell of an account's resources one by one.
//!
//! May import: `model`, `graph`. Guarantees: an export counts only where it names resources and its last delivery went well;
//! "none" is said only where the account that pays was listed too.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Surroundings;
use super::organizations::{known, text};
use super::workplaces::{from_all, own_and_managing};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

/// The facts that are derived.
pub(super) const FACTS: [&str; 1] = ["costExportBuckets"];

const EXPORT: &str = "AWS::BCMDataExports::Export";
const REPORT: &str = "AWS::CUR::ReportDefinition";

pub(super) fn derive(entity: &mut Entity, _: &ResourceDocument, around: &Surroundings<'_>) {
    match buckets(around) {
        Ok(buckets) => {
            let all = around.estate.documents(EXPORT).iter().chain(around.estate.documents(REPORT));
            entity.set("costExportBuckets", json!(buckets), from_all(all));
        }
        Err(why) => entity.withhold("costExportBuckets", why),
    }
}

/// `s3:NAME` of each bucket that gets what is asked: from the account itself, or from the one that pays for it.
fn buckets(around: &Surroundings<'_>) -> Result<BTreeSet<String>, String> {
    let mut found = BTreeSet::new();
    let mut unknown = None;
    for kind in [EXPORT, REPORT] {
        for document in around.estate.documents(kind) {
            let bucket = || match covers(around, &document.account)? {
                false => Ok(None),
                true if kind == EXPORT => exported(document),
                true => reported(document),
            };
            match bucket() {
                Ok(Some(bucket)) => {
                    found.insert(format!("s3:{bucket}"));
                }
                Ok(None) => {}
                Err(why) => unknown = Some(why),
            }
        }
        for account in own_and_managing(around)? {
            if let Err(why) = around.estate.listings().listed(kind, account) {
                unknown = Some(format!("{why} in account {account}"));
            }
        }
    }
    // What was not seen could only add a bucket; whether one that is there is enough is for the policy to say.
    match unknown {
        Some(why) if !is_enough(&found, around) => Err(why),
        _ => Ok(found),
    }
}

fn is_enough(found: &BTreeSet<String>, around: &Surroundings<'_>) -> bool {
    found.iter().any(|bucket| around.declared.cost_buckets.iter().any(|known| known.text == *bucket))
}

/// Whether the costs of this account stand in an export of that one.
fn covers(around: &Surroundings<'_>, exporter: &str) -> Result<bool, String> {
    Ok(exporter == around.account || own_and_managing(around)?.contains(&exporter))
}

fn exported(export: &ResourceDocument) -> Result<Option<&str>, String> {
    let settings = known(export, "Export")?;
    let tables = settings.pointer("/DataQuery/TableConfigurations").and_then(Value::as_object);
    let names = tables.is_some_and(|tables| {
        tables.values().any(|table| table.get("INCLUDE_RESOURCES").and_then(Value::as_str) == Some("TRUE"))
    });
    let healthy = known(export, "ExportStatus")?.get("StatusCode").and_then(Value::as_str) == Some("HEALTHY");
    let bucket = settings.pointer("/DestinationConfigurations/S3Destination/S3Bucket").and_then(Value::as_str);
    Ok(bucket.filter(|_| names && healthy))
}

fn reported(report: &ResourceDocument) -> Result<Option<&str>, String> {
    let elements =
        known(report, "AdditionalSchemaElements")?.as_array().ok_or("AdditionalSchemaElements is no list")?;
    if !elements.contains(&json!("RESOURCES")) {
        return Ok(None);
    }
    let bucket = text(report, "S3Bucket")?;
    Ok((text(report, "LastStatus")? == "SUCCESS").then_some(bucket))
}
