//! Pipelines: how their newest run ended, what they check before people approve, and what the landing zone's installed.
//!
//! May import: `model`, `graph`. Guarantees: stages and actions are taken in the order in which they run; an approval counts
//! only after a check.

use serde_json::{Value, json};

use super::allowed::{Allowed, Permissions, ROLE};
use super::iam::Found;
use super::organizations::{known, text};
use super::workplaces::{from_all, is_store_bucket, listed};
use super::{Surroundings, derive_from};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

const PIPELINE: &str = "AWS::CodePipeline::Pipeline";
const PARAMETER: &str = "AWS::SSM::Parameter";
const REPOSITORY: &str = "AWS::ECR::Repository";
const BUCKET: &str = "AWS::S3::Bucket";

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    if document.kind != PIPELINE {
        return;
    }
    derive_from(entity, document, "newestRun", &["Executions"], |values| newest(values.first().copied()));
    releases(entity, document, around);
    derive_from(entity, document, "checkedApprovals", &["Stages"], |values| {
        actions(values.first().copied()).map(|actions| json!(approvals(&actions).0))
    });
    derive_from(entity, document, "uncheckedDeploys", &["Stages"], |values| {
        let actions = actions(values.first().copied())?;
        let (approved, unchecked) = approvals(&actions);
        match early(&actions, &approved) {
            // Where nothing deploys, what was approved was written before, or not at all.
            Some(early) if !actions.iter().any(|action| action.category == "Deploy") => {
                Err(format!("no action deploys, and whether {early} writes needs path analysis"))
            }
            _ => Ok(json!(unchecked)),
        }
    });
    targets(entity, document, around);
}

/// The status of the newest run that came to an end; nothing where none did. A run that goes on, or that a newer one took the
/// place of, says nothing yet.
fn newest(executions: Option<&Value>) -> Result<Value, String> {
    let runs = executions.and_then(Value::as_array).ok_or("Executions is no list")?;
    let mut ended = None;
    for run in runs {
        let member = |name: &str| run.get(name).and_then(Value::as_str);
        let status = member("Status").ok_or("an execution has no status")?;
        if ["InProgress", "Stopping", "Superseded"].contains(&status) {
            continue;
        }
        let start = member("StartTime").ok_or("an execution has no start")?;
        let start: crate::model::time::AsOf = start.parse().map_err(|_| "the start of an execution is no time")?;
        if ended.as_ref().is_none_or(|(newest, _)| *newest < start) {
            ended = Some((start, status));
        }
    }
    Ok(ended.map_or_else(|| json!({}), |(_, status)| json!({ "status": status })))
}

/// The releases that the parameters of this landing zone name, and those of them that are older than the declared floor.
fn releases(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let found = installed(document, around);
    let below = found.clone().and_then(|releases| {
        if releases.is_empty() {
            return Err("no parameter says which release is installed".to_owned());
        }
        let floor = around.declared.list("operations", "lza_floor")?;
        let floor = floor.first().ok_or("tre.toml declares no [operations] lza_floor")?.text.as_str();
        let floor = numbers(floor).ok_or_else(|| format!("the floor \"{floor}\" is no version"))?;
        let mut below = Vec::new();
        for release in releases {
            let own = numbers(&release).ok_or_else(|| format!("the release \"{release}\" is no version"))?;
            if own < floor {
                below.push(release);
            }
        }
        Ok(below)
    });
    for (fact, value) in [("installedReleases", found), ("releasesBelowFloor", below)] {
        match value {
            Ok(value) => {
                let own = around.of_type(PARAMETER).filter(|parameter| is_release(parameter, document));
                entity.set(fact, json!(value), from_all(own));
            }
            Err(why) => entity.withhold(fact, why),
        }
    }
}

/// `/accelerator/PREFIX-PipelineStack-ACCOUNT-REGION/version`, or `/PREFIX/…`, beside the pipeline PREFIX-Pipeline.
fn installed(document: &ResourceDocument, around: &Surroundings<'_>) -> Result<Vec<String>, String> {
    if !text(document, "Name")?.ends_with("-Pipeline") {
        return Ok(Vec::new());
    }
    let (parameters, gap) = listed(around, PARAMETER);
    let mut found = Vec::new();
    for parameter in parameters {
        // One whose name was not read may be the one.
        text(parameter, "Name")?;
        if !is_release(parameter, document) {
            continue;
        }
        found.push(text(parameter, "Value")?.to_owned());
    }
    gap.map_or(Ok(found), Err)
}

fn is_release(parameter: &ResourceDocument, pipeline: &ResourceDocument) -> bool {
    let prefix = text(pipeline, "Name").ok().and_then(|name| name.strip_suffix("-Pipeline"));
    let name = text(parameter, "Name").unwrap_or_default();
    // Only the accelerator's own prefix stands for itself in the name (`ssmParamName`).
    let own = prefix.and_then(|prefix| name.strip_prefix('/')?.strip_prefix(prefix)?.strip_prefix('/'));
    let stack = name.strip_prefix("/accelerator/").or(own).and_then(|rest| rest.strip_suffix("/version"));
    let of_pipeline = prefix.zip(stack).is_some_and(|(prefix, stack)| {
        stack.strip_prefix(prefix).is_some_and(|rest| rest.starts_with("-PipelineStack-"))
    });
    parameter.region == pipeline.region && of_pipeline
}

/// `v1.12.3` as numbers.
fn numbers(version: &str) -> Option<[u32; 3]> {
    let version = version.trim().strip_prefix('v').unwrap_or(version.trim());
    let mut parts = version.split('.').map(|part| part.parse().ok());
    let mut next = || parts.next().unwrap_or(Some(0));
    let found = [next()?, next()?, next()?];
    parts.next().is_none().then_some(found)
}

/// An action as it stands in its pipeline.
struct Action<'v> {
    name: String,
    category: &'v str,
    provider: &'v str,
    /// Place of its stage, and when it runs there.
    order: (usize, i64),
}

impl Action<'_> {
    /// It tests or scans.
    fn is_check(&self) -> bool {
        self.category == "Test" || self.provider == "InspectorScan"
    }

    /// A person approves.
    fn is_approval(&self) -> bool {
        self.category == "Approval" && self.provider == "Manual"
    }
}

fn actions(stages: Option<&Value>) -> Result<Vec<Action<'_>>, String> {
    let stages = stages.and_then(Value::as_array).ok_or("Stages is no list")?;
    let mut found = Vec::new();
    for (place, stage) in stages.iter().enumerate() {
        let stage_name = stage.get("Name").and_then(Value::as_str).unwrap_or_default();
        let actions = stage.get("Actions").and_then(Value::as_array).ok_or("a stage has no list of actions")?;
        for action in actions {
            let name = action.get("Name").and_then(Value::as_str).unwrap_or_default();
            let kind =
                |member: &str| action.get("ActionTypeId").and_then(|kind| kind.get(member)).and_then(Value::as_str);
            found.push(Action {
                name: format!("{stage_name}/{name}"),
                category: kind("Category").ok_or("an action has no category")?,
                provider: kind("Provider").ok_or("an action has no provider")?,
                // CodePipeline's own default.
                order: (place, action.get("RunOrder").and_then(Value::as_i64).unwrap_or(1)),
            });
        }
    }
    Ok(found)
}

/// Approvals by people that follow a check, and deployments that follow no such approval.
fn approvals<'v>(actions: &'v [Action<'v>]) -> (Vec<&'v str>, Vec<&'v str>) {
    let after_check = |order| actions.iter().any(|check| check.is_check() && check.order < order);
    let approved: Vec<&Action<'_>> = actions.iter().filter(|a| a.is_approval() && after_check(a.order)).collect();
    let deploys = actions.iter().filter(|a| a.category == "Deploy");
    let unchecked = deploys.filter(|deploy| !approved.iter().any(|approval| approval.order < deploy.order));
    (approved.iter().map(|a| a.name.as_str()).collect(), unchecked.map(|a| a.name.as_str()).collect())
}

/// What runs before the first approval that follows a check and may write already: a build that pushes an image, a function.
fn early<'v>(actions: &'v [Action<'v>], approved: &[&str]) -> Option<&'v str> {
    let first = actions.iter().filter(|a| approved.contains(&a.name.as_str())).map(|a| a.order).min()?;
    let writes = |a: &&Action<'_>| ["Build", "Compute", "Invoke"].contains(&a.category) && !a.is_check();
    actions.iter().filter(writes).find(|a| a.order < first).map(|a| a.name.as_str())
}

/// Stores and repositories of the account to which the pipeline's role can certainly write.
fn targets(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut found = Found::default();
    found.doubt("needs path analysis: to which stores, repositories and images its roles can write");
    if let Ok(role) = known(document, "RoleArn")
        && let Some(role) = role.as_str().and_then(|arn| around.documents.get(&(ROLE.to_owned(), arn.to_owned())))
    {
        let permissions = Permissions::of(role, around);
        if permissions.allows("ecr:PutImage") == Allowed::Yes {
            around.of_type(REPOSITORY).for_each(|repository| found.add(repository.id.clone()));
        }
        if permissions.allows("s3:PutObject") == Allowed::Yes {
            for bucket in around.of_type(BUCKET).filter(|bucket| is_store_bucket(around, &bucket.id) == Ok(true)) {
                found.add(bucket.id.clone());
            }
        }
    }
    found.put(entity, "writableStores", &Origin::Derived(Vec::new()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(name: &str, category: &'static str, provider: &'static str, order: (usize, i64)) -> Action<'static> {
        Action { name: name.to_owned(), category, provider, order }
    }

    #[test]
    fn an_approval_counts_after_a_check_and_before_what_it_approves() {
        let test = |order| action("test", "Test", "CodeBuild", order);
        let scan = |order| action("scan", "Invoke", "InspectorScan", order);
        let approve = |order| action("approve", "Approval", "Manual", order);
        let deploy = |order| action("deploy", "Deploy", "S3", order);
        for (actions, approved, unchecked) in [
            (vec![test((1, 1)), approve((2, 1)), deploy((3, 1))], true, false),
            (vec![scan((1, 1)), approve((1, 2)), deploy((1, 3))], true, false),
            (vec![approve((1, 1)), test((2, 1)), deploy((3, 1))], false, true),
            (vec![test((1, 1)), approve((1, 1)), deploy((2, 1))], false, true),
            (vec![test((1, 1)), deploy((2, 1)), approve((3, 1))], true, true),
            (vec![test((1, 1)), action("ask", "Approval", "Other", (2, 1)), deploy((3, 1))], false, true),
            (vec![test((1, 1))], false, false),
        ] {
            let (approvals, deploys) = approvals(&actions);
            assert_eq!((!approvals.is_empty(), !deploys.is_empty()), (approved, unchecked));
        }
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(numbers("v1.12.0") > numbers("1.9.4"));
        assert_eq!(numbers("1.12"), Some([1, 12, 0]));
        for odd in ["", "main", "1.2.3.4", "1.x", "1.2.-3", "4294967296"] {
            assert_eq!(numbers(odd), None, "{odd}");
        }
    }

    #[test]
    fn the_newest_run_is_the_last_that_ended() {
        let run =
            |status: &str, day: u8| json!({ "Status": status, "StartTime": format!("2026-11-{day:02}T00:00:00Z") });
        let runs = json!([run("Succeeded", 2), run("InProgress", 9), run("Failed", 5), run("Superseded", 8)]);
        assert_eq!(newest(Some(&runs)), Ok(json!({ "status": "Failed" })));
        assert_eq!(newest(Some(&json!([]))), Ok(json!({})));
        assert!(newest(Some(&json!([{ "Status": "Failed" }]))).is_err() && newest(None).is_err());
    }
}
