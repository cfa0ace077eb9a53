//! What scans the arrivals and requests of the airlock.
//!
//! May import: `model`, `graph`. Guarantees: a job counts only where it certainly selects the bucket, reads all of its
//! objects and ran without an error; criteria that are not modelled are not known to select it.

use serde_json::{Value, json};

use crate::graph::Surroundings;
use crate::graph::iam::Found;
use crate::graph::membership::derived;
use crate::graph::organizations::{known, text};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};
use crate::model::time::AsOf;

const JOB: &str = "AWS::Macie::ClassificationJob";
const PLAN: &str = "AWS::GuardDuty::MalwareProtectionPlan";

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    last_scan(entity, document, around);
    if around.declared.register_given {
        let subjects = [format!("store:s3:{}", document.id), format!("store:{}", document.id)];
        let live: Vec<_> = subjects.iter().flat_map(|s| around.declared.attested("scanner", s)).collect();
        let ids: Vec<&str> = live.iter().map(|a| a.id.as_str()).collect();
        let place = live.first().map_or_else(|| "attestations".to_owned(), |a| a.place.clone());
        entity.set("scannerAttestations", json!(ids), Origin::Declared(place));
    } else {
        entity.withhold("scannerAttestations", "no register of attestations was given");
    }
    plans(entity, document, around);
    functions(entity, document, around);
}

// ---- Macie -------------------------------------------------------------------------------------------------------

/// The latest clean run of a job that covers the bucket.
fn last_scan(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut latest: Option<AsOf> = None;
    let mut unread = around.estate.listed_somewhere(JOB).err();
    for job in around.estate.documents(JOB).iter().filter(|job| job.region == document.region) {
        match run(job, document) {
            Ok(Some(time)) => latest = latest.max(Some(time)),
            Ok(None) => {}
            Err(why) => unread = Some(why),
        }
    }
    // A later run that was not seen could only make it younger; without any, there may be one.
    match (latest, unread) {
        (Some(time), _) => {
            entity.set("lastScan", json!({ "time": time.to_string() }), Origin::Derived(Vec::new()));
        }
        (None, None) => entity.set("lastScan", json!({}), Origin::Derived(Vec::new())),
        (None, Some(why)) => entity.withhold("lastScan", why),
    }
}

/// When a job last read the whole bucket without an error.
fn run(job: &ResourceDocument, bucket: &ResourceDocument) -> Result<Option<AsOf>, String> {
    let selects = selects(job, bucket);
    if selects == Ok(false)
        || !["RUNNING", "IDLE", "COMPLETE"].contains(&text(job, "JobStatus")?)
        || text(job, "LastRunErrorStatus")? != "NONE"
        || known(job, "SamplingPercentage")?.as_i64() != Some(100)
        || is_scoped(known(job, "S3JobDefinition")?)
    {
        return Ok(None);
    }
    selects?;
    if text(job, "JobStatus")? == "RUNNING" {
        return Err(format!("the run of {} is not over", job.name()));
    }
    // Before its first run a job says when it was made.
    // <https://docs.aws.amazon.com/macie/latest/APIReference/jobs-jobid.html>
    if text(job, "JobType")? == "SCHEDULED" && text(job, "LastRunTime")? == text(job, "CreatedAt")? {
        return Ok(None);
    }
    text(job, "LastRunTime")?.parse().map(Some).map_err(|_| "LastRunTime is no time".to_owned())
}

/// Whether a job leaves objects of its buckets out.
fn is_scoped(definition: &Value) -> bool {
    ["/Scoping/Excludes/And", "/Scoping/Includes/And"].iter().any(|path| {
        definition.pointer(path).is_some_and(|terms| terms.as_array().is_none_or(|terms| !terms.is_empty()))
    })
}

fn selects(job: &ResourceDocument, bucket: &ResourceDocument) -> Result<bool, String> {
    let definition = known(job, "S3JobDefinition")?;
    if let Some(buckets) = definition.get("BucketDefinitions").and_then(Value::as_array).filter(|b| !b.is_empty()) {
        return Ok(buckets.iter().any(|one| {
            one.get("AccountId").and_then(Value::as_str) == Some(bucket.account.as_str())
                && one.get("Buckets").and_then(Value::as_array).into_iter().flatten().any(|n| *n == bucket.id.as_str())
        }));
    }
    let Some(criteria) = definition.get("BucketCriteria") else {
        return Err(format!("{} says neither buckets nor criteria", job.name()));
    };
    let terms = |side: &str| criteria.pointer(&format!("/{side}/And")).and_then(Value::as_array);
    let mut unknown = None;
    let mut all = |list: Option<&Vec<Value>>, empty: bool| {
        let Some(list) = list.filter(|l| !l.is_empty()) else { return empty };
        let mut holds = true;
        for term in list {
            match term_holds(term, bucket) {
                Ok(it) => holds &= it,
                Err(why) => unknown = Some(why),
            }
        }
        holds
    };
    // An unknown term counts as holding here: where all else holds, nothing is said.
    let included = all(terms("Includes"), true);
    let excluded = all(terms("Excludes"), false);
    // Criteria reach the accounts that the job's own administers, and which those are is not read.
    if included && !excluded && job.account != bucket.account {
        return Err(format!("whether {} administers account {} is not read", job.account, bucket.account));
    }
    match unknown {
        _ if !included => Ok(false),
        Some(why) => Err(why),
        None => Ok(!excluded),
    }
}

/// One condition of the criteria.
/// <https://docs.aws.amazon.com/macie/latest/APIReference/jobs.html#jobs-model-criteriaforjob>
fn term_holds(term: &Value, bucket: &ResourceDocument) -> Result<bool, String> {
    let word = |path: &str| term.pointer(path).and_then(Value::as_str).unwrap_or("");
    if let Some(values) = term.pointer("/SimpleCriterion/Values").and_then(Value::as_array) {
        let subject = match word("/SimpleCriterion/Key") {
            "S3_BUCKET_NAME" => bucket.id.as_str(),
            "ACCOUNT_ID" => bucket.account.as_str(),
            other => return Err(format!("the criterion {other} of a job is not modelled")),
        };
        let any = |fits: &dyn Fn(&str) -> bool| values.iter().filter_map(Value::as_str).any(fits);
        return match word("/SimpleCriterion/Comparator") {
            "EQ" => Ok(any(&|v| subject == v)),
            "NE" => Ok(!any(&|v| subject == v)),
            "STARTS_WITH" => Ok(any(&|v| subject.starts_with(v))),
            "CONTAINS" => Ok(any(&|v| subject.contains(v))),
            other => Err(format!("the comparator {other} of a job is not modelled")),
        };
    }
    Err("a criterion by tag of a job is not modelled".to_owned())
}

// ---- Malware -----------------------------------------------------------------------------------------------------

/// Active plans that scan every object of the bucket.
fn plans(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut found = Found::default();
    if let Err(why) = around.estate.listings().listed_in(PLAN, &document.account, &document.region) {
        found.doubt(why);
    }
    for plan in around.of_type(PLAN) {
        let covers = known(plan, "ProtectedResource").and_then(|resource| {
            let prefixes = resource.pointer("/S3Bucket/ObjectPrefixes").and_then(Value::as_array);
            Ok(resource.pointer("/S3Bucket/BucketName").and_then(Value::as_str) == Some(document.id.as_str())
                && prefixes.is_none_or(Vec::is_empty)
                && text(plan, "Status")? == "ACTIVE")
        });
        match covers {
            Ok(true) => found.add(plan.name()),
            Ok(false) => {}
            Err(why) => found.doubt(why),
        }
    }
    found.put(entity, "malwarePlans", &derived(document, &[]));
}

/// Whether a function stands in the account, by its ARN with or without a version.
fn is_seen(arn: &str, around: &Surroundings<'_>) -> bool {
    let unqualified: Vec<&str> = arn.splitn(8, ':').take(7).collect();
    around.documents.contains_key(&("AWS::Lambda::Function".to_owned(), unqualified.join(":")))
}

/// Declared scanners that every new object of the bucket calls.
fn functions(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut found = Found::default();
    match known(document, "NotificationConfiguration") {
        Err(why) => found.doubt(why),
        Ok(configuration) => {
            if configuration.get("EventBridgeConfiguration").is_some() {
                found.doubt("which rules of EventBridge hand its events to a scanner is not read");
            }
            let lambdas = configuration.get("LambdaConfigurations").and_then(Value::as_array);
            for lambda in lambdas.into_iter().flatten() {
                let word = |name: &str| lambda.get(name).and_then(Value::as_str).unwrap_or("");
                // Every way in which an object is made, and every key.
                if word("Event") != "s3:ObjectCreated:*" || lambda.get("Filter").is_some() {
                    continue;
                }
                match is_scanner(word("Function"), around) {
                    // A notification outlives its function.
                    Ok(true) if !is_seen(word("Function"), around) => {
                        found.doubt(format!("the scanner {} was not seen in this account", word("Function")));
                    }
                    Ok(true) => found.add(word("Function")),
                    Ok(false) => {}
                    Err(why) => found.doubt(why),
                }
            }
        }
    }
    found.put(entity, "scannerFunctions", &derived(document, &["NotificationConfiguration"]));
}

/// Whether a function is a declared scanner, by ARN or name.
pub(super) fn is_scanner(function: &str, around: &Surroundings<'_>) -> Result<bool, String> {
    let scanners = around.declared.scanners.as_ref().ok_or("tre.toml declares no [airlock] scanner")?;
    // `arn:aws:lambda:REGION:ACCOUNT:function:NAME`, with a version or alias after it or not.
    let name = function.split(':').nth(6).unwrap_or(function);
    let unversioned = function.splitn(8, ':').take(7).collect::<Vec<_>>().join(":");
    Ok(scanners.iter().any(|s| s.text == name || s.text == function || s.text == unversioned))
}
