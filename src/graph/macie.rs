//! Macie: which stores it watches, and what it found in them.
//!
//! May import: `model`, `graph`. Guarantees: nothing found is said only of a bucket that was analysed within the declared
//! time, by the account whose own findings these are. Facts:
//! <https://docs.aws.amazon.com/macie/latest/APIReference/datasources-s3.html>.

use super::iam::Found;
use super::organizations::{known, text};
use super::reading::{beside, flag, listed_beside, origin, record, time, time_of, word};
use super::{Surroundings, stores};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};
use crate::model::time::AsOf;

const SESSION: &str = "AWS::Macie::Session";
const SEEN: &str = "AWS::Macie::Bucket";
const JOB: &str = "AWS::Macie::ClassificationJob";
const FINDING: &str = "AWS::Macie::Finding";

/// Kinds of findings that name people (<https://docs.aws.amazon.com/macie/latest/user/findings-types.html>).
const PERSONAL: [&str; 3] =
    ["SensitiveData:S3Object/CustomIdentifier", "SensitiveData:S3Object/Multiple", "SensitiveData:S3Object/Personal"];

/// How long Macie keeps a finding: an older analysis proves nothing any more
/// (<https://docs.aws.amazon.com/macie/latest/user/findings.html>).
const KEPT_DAYS: i64 = 90;

/// The facts of an account.
pub(super) const FACTS: [&str; 4] = ["bucketStores", "macieOffRegions", "unreadableStores", "unwatchedStores"];

/// What Macie leaves out of the buckets of an account that are stores.
pub(super) fn derive_account(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut all = Found::default();
    let (mut off, mut unwatched, mut unreadable) = (Found::default(), Found::default(), Found::default());
    let doubt = |all: &mut [&mut Found], why: String| {
        for found in all {
            found.doubt(why.clone());
        }
    };
    for bucket in around.of_type(stores::BUCKET) {
        match stores::is_store(bucket, around) {
            Ok(false) => continue,
            Ok(true) => all.add(&bucket.id),
            Err(why) => {
                doubt(&mut [&mut all, &mut off, &mut unwatched, &mut unreadable], why);
                continue;
            }
        }
        is_on(bucket, around, &mut off);
        match seen(bucket, around) {
            Err(why) => doubt(&mut [&mut unwatched, &mut unreadable], why),
            Ok(None) => unwatched.add(format!("{}: Macie does not list it", bucket.id)),
            Ok(Some(view)) => {
                match text(view, "AutomatedDiscoveryMonitoringStatus") {
                    Ok("MONITORED") => {}
                    Ok(status) => unwatched.add(format!("{}: {status}", bucket.id)),
                    Err(why) => unwatched.doubt(why),
                }
                match text(view, "ErrorCode") {
                    Ok("") => {}
                    Ok(code) => unreadable.add(format!("{}: {code}", bucket.id)),
                    Err(why) => unreadable.doubt(why),
                }
            }
        }
    }
    if let Err(why) = around.estate.listings().listed(stores::BUCKET, &document.account) {
        doubt(&mut [&mut all, &mut off, &mut unwatched, &mut unreadable], why);
    }
    let none = Origin::Derived(Vec::new());
    for (fact, found) in FACTS.into_iter().zip([all, off, unreadable, unwatched]) {
        found.put(entity, fact, &none);
    }
}

/// Whether Macie is on in the Region of a bucket.
fn is_on(bucket: &ResourceDocument, around: &Surroundings<'_>, off: &mut Found) {
    if bucket.region.is_empty() || bucket.region == "unknown" {
        return off.doubt(format!("the Region of {} was not read", bucket.id));
    }
    match beside(bucket, SESSION, around).next() {
        Some(session) => match text(session, "Status") {
            Ok("ENABLED") => {}
            Ok(status) => off.add(format!("{}: {status}", bucket.region)),
            Err(why) => off.doubt(why),
        },
        None => match listed_beside(bucket, SESSION, around) {
            Ok(()) => off.add(&bucket.region),
            Err(why) => off.doubt(why),
        },
    }
}

/// The bucket as Macie sees it; none where Macie lists it not.
fn seen<'a>(
    bucket: &'a ResourceDocument,
    around: &'a Surroundings<'_>,
) -> Result<Option<&'a ResourceDocument>, String> {
    let mut unread = None;
    for view in beside(bucket, SEEN, around) {
        match text(view, "BucketArn") {
            Ok(arn) if arn.rsplit(":::").next() == Some(bucket.id.as_str()) => return Ok(Some(view)),
            Ok(_) => {}
            Err(why) => unread = Some(why),
        }
    }
    unread.map_or(Ok(()), Err)?;
    listed_beside(bucket, SEEN, around).map(|()| None)
}

/// What Macie found in a bucket that names people.
pub(super) fn derive_bucket(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    const FACT: &str = "identifyingFindings";
    if entity.facts.get("isStore").is_none_or(|is| is.value != true) {
        return entity.withhold(FACT, "it is not known to be a store");
    }
    let mut found = Found::default();
    for finding in beside(document, FINDING, around) {
        match of_people(finding, document) {
            Ok(Some(kind)) => found.add(format!("{kind} ({})", text(finding, "Id").unwrap_or(&finding.id))),
            Ok(None) => {}
            Err(why) => found.doubt(why),
        }
    }
    if let Err(why) = whole(document, around) {
        found.doubt(why);
    }
    found.put(entity, FACT, &origin(document, &["tags"]));
}

/// The kind of a finding about a bucket, where it names people.
fn of_people<'a>(finding: &'a ResourceDocument, bucket: &ResourceDocument) -> Result<Option<&'a str>, String> {
    if text(finding, "BucketArn").is_ok_and(|arn| arn.rsplit(":::").next() != Some(bucket.id.as_str())) {
        return Ok(None);
    }
    let kind = text(finding, "Type")?;
    if !PERSONAL.contains(&kind) || flag(finding, "Sample")? {
        return Ok(None);
    }
    text(finding, "BucketArn").map(|_| Some(kind))
}

/// Whether the findings that were read are all that there are.
fn whole(bucket: &ResourceDocument, around: &Surroundings<'_>) -> Result<(), String> {
    listed_beside(bucket, FINDING, around)?;
    let session = beside(bucket, SESSION, around).next();
    let session = session.ok_or_else(|| format!("Macie was not seen to be on in {}", bucket.region))?;
    // Only an administrator and an account that stands alone read this setting; findings of a member lie with its
    // administrator (https://docs.aws.amazon.com/macie/latest/user/accounts-mgmt-relationships.html).
    text(session, "AutomatedDiscoveryStatus")?;
    let view = seen(bucket, around)?.ok_or("Macie does not list the bucket")?;
    match text(view, "ErrorCode")? {
        "" => {}
        code => return Err(format!("Macie could not read the bucket: {code}")),
    }
    let days = around.declared.limits.get("review_days").ok_or("tre.toml declares no [limits] review_days")?;
    let seconds = days.min(&KEPT_DAYS).saturating_mul(86_400);
    let oldest = AsOf::from_unix(around.as_of.unix().saturating_sub(seconds));
    // Discovery remembers in its score what it found, also when the findings have run out.
    if time(view, "LastAutomatedDiscoveryTime").is_ok_and(|last| last >= oldest) {
        return match known(view, "SensitivityScore")?.as_i64() {
            Some(1..=49) => Ok(()),
            score => Err(format!("Macie ranks the bucket at {score:?}, so that older findings may stand behind it")),
        };
    }
    by_job(view, bucket, oldest, around)
}

/// Whether one job has looked at every object of a bucket while findings of it are still kept. A scheduled job looks at an
/// object once, so that the time at which it was made counts.
fn by_job(
    view: &ResourceDocument,
    bucket: &ResourceDocument,
    oldest: AsOf,
    around: &Surroundings<'_>,
) -> Result<(), String> {
    let details = record(view, "JobDetails")?;
    let id = word(details, "LastJobId").ok_or("Macie has not analysed the bucket")?;
    let run = time_of(details, "LastJobRunTime").ok_or("Macie has not analysed the bucket")?;
    let job = beside(bucket, JOB, around).find(|job| job.id.rsplit(['/', ':']).next() == Some(id));
    let job = job.ok_or_else(|| format!("the job {id} of Macie was not read"))?;
    let whole = record(job, "S3JobDefinition")?.get("Scoping").is_none()
        && known(job, "SamplingPercentage")?.as_i64() == Some(100)
        && ["COMPLETE", "IDLE"].contains(&text(job, "JobStatus")?)
        && text(job, "LastRunErrorStatus")? == "NONE";
    match time(job, "CreatedAt")? {
        _ if !whole => Err(format!("the job {id} has not looked at every object")),
        made if made >= oldest && run >= oldest => Ok(()),
        _ => Err(format!("the job {id} looked at the bucket first on or before {}", oldest.british_date())),
    }
}
