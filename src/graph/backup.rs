//! AWS Backup: how fresh the copies of a store are, where copies go, and when a restore last worked.
//!
//! May import: `model`, `graph`. Guarantees: a copy counts where AWS says that it is complete; that there is none is said
//! only where everything that is protected was listed. Facts:
//! <https://docs.aws.amazon.com/aws-backup/latest/devguide/API_RecoveryPointByResource.html>.

use serde_json::{Value, json};

use super::iam::Found;
use super::organizations::text;
use super::reading::{list, listed_beside, origin, place_of, put, record, time, time_of, word};
use super::{Surroundings, s3, stores};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};
use crate::model::time::AsOf;

const PROTECTED: &str = "AWS::Backup::ProtectedResource";
const RESTORE: &str = "AWS::Backup::RestoreJob";

/// The facts of a store.
pub(super) const FACTS: [&str; 2] = ["continuousBackups", "recoveryPoint"];
/// The fact of an account.
pub(super) const ACCOUNT_FACT: &str = "lastRestore";

/// What AWS Backup calls the types that may be stores
/// (<https://docs.aws.amazon.com/aws-backup/latest/devguide/API_RestoreJobsListMember.html>).
const TYPES: [&str; 8] = ["Aurora", "DynamoDB", "EBS", "EFS", "FSx", "RDS", "Redshift", "S3"];

/// The newest point to which a store can be brought back, and what keeps it continuously.
pub(super) fn derive_store(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let arn = if document.kind == stores::BUCKET { s3::bucket_arn(document) } else { document.name().to_owned() };
    let mut latest: Option<AsOf> = None;
    let mut continuous = Found::default();
    let mut unknown = None;
    match points(&arn, document, around) {
        Ok(points) => {
            for point in points {
                // Two words for the same; a continuous backup that no longer goes on is STOPPED.
                if !matches!(word(point, "Status"), Some("COMPLETED" | "AVAILABLE")) {
                    continue;
                }
                match word(point, "RecoveryPointArn").filter(|arn| arn.contains(":recovery-point:continuous:")) {
                    Some(arn) => continuous.add(arn),
                    None => latest = latest.max(time_of(point, "CreationDate")),
                }
            }
        }
        Err(why) => unknown = Some(why),
    }
    // What the service itself can bring back.
    match document.kind.as_str() {
        "AWS::RDS::DBInstance" | "AWS::RDS::DBCluster" => match record(document, "Restorable") {
            Ok(restorable) => latest = latest.max(time_of(restorable, "LatestRestorableTime")),
            Err(why) => unknown = Some(why),
        },
        "AWS::DynamoDB::Table" => match text(document, "PointInTimeRecoveryStatus") {
            Ok("ENABLED") => continuous.add("point-in-time recovery"),
            Ok(_) => {}
            Err(why) => unknown = Some(why),
        },
        _ => {}
    }
    let point = match (latest, &unknown) {
        (Some(latest), None) => Ok(json!({ "latest": latest.to_string() })),
        (None, None) => Ok(json!({})),
        // A newer one may be there.
        (_, Some(why)) => Err(why.clone()),
    };
    if let Some(why) = unknown {
        continuous.doubt(why);
    }
    put(entity, "recoveryPoint", point, origin(document, &["Restorable"]));
    continuous.put(entity, "continuousBackups", &origin(document, &["PointInTimeRecoveryStatus"]));
}

/// The recovery points of a resource; none where AWS Backup does not protect it.
fn points<'a>(arn: &str, document: &'a ResourceDocument, around: &'a Surroundings<'_>) -> Result<&'a [Value], String> {
    match around.documents.get(&(PROTECTED.to_owned(), format!("{}:{arn}", document.region))) {
        Some(protected) => list(protected, "RecoveryPoints"),
        None => listed_beside(document, PROTECTED, around).map(|()| <&[Value]>::default()),
    }
}

/// When a restore of a type that may be a store last completed.
pub(super) fn derive_account(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut latest: Option<AsOf> = None;
    let mut unknown = around.estate.listings().listed(RESTORE, &document.account).err();
    for job in around.of_type(RESTORE) {
        let completed = text(job, "Status")
            .and_then(|status| Ok(status == "COMPLETED" && TYPES.contains(&text(job, "ResourceType")?)));
        match completed.and_then(|is| if is { time(job, "CompletionDate").map(Some) } else { Ok(None) }) {
            Ok(time) => latest = latest.max(time),
            Err(why) => unknown = Some(why),
        }
    }
    let value = match (latest, unknown) {
        // Only a newer one could be missing, which would not make it worse; an older one decides nothing.
        (Some(time), None) => Ok(json!({ "time": time.to_string() })),
        (None, None) => Ok(json!({})),
        (_, Some(why)) => Err(why),
    };
    put(entity, ACCOUNT_FACT, value, Origin::Derived(Vec::new()));
}

/// Where the rules of a plan send copies that is not declared.
pub(super) fn derive_plan(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut found = Found::default();
    match record(document, "BackupPlan").map(|plan| plan.get("BackupPlanRule").and_then(Value::as_array)) {
        Ok(Some(rules)) => {
            let copies = rules.iter().filter_map(|rule| rule.get("CopyActions").and_then(Value::as_array)).flatten();
            copies.for_each(|copy| destination(copy, around, &mut found));
        }
        Ok(None) => found.doubt("BackupPlan names no rules"),
        Err(why) => found.doubt(why),
    }
    found.put(entity, "strayCopies", &origin(document, &["BackupPlan"]));
}

fn destination(copy: &Value, around: &Surroundings<'_>, found: &mut Found) {
    let arn = word(copy, "DestinationBackupVaultArn").unwrap_or_default();
    let Some((account, region)) = place_of(arn) else {
        return found.doubt("a copy names no vault");
    };
    match &around.declared.regions {
        Some(regions) if regions.iter().any(|known| known.text == region) => {}
        Some(_) => found.add(format!("{arn}: {region}")),
        None => found.doubt("tre.toml declares no [tre] regions"),
    }
    match stores::is_declared_account(account, around.declared) {
        Ok(true) => {}
        Ok(false) => found.add(format!("{arn}: account {account}")),
        Err(why) => found.doubt(why),
    }
}
