//! `[identity]`, `[logging]`, and the tables in which a person allows something.
//!
//! May import: nothing of this crate but this module's own parts. Guarantees: an issuer, an exemption or a role that may
//! deploy is offered and never written, for the controls judge whether those that AWS holds are the declared ones.

use super::conventions::Convention;
use super::conventions::accelerator::CENTRAL_LOGS;
use super::survey::Survey;
use super::thing::{Noun, Thing};
use super::{Member, Table, rest, shown};
use crate::declaration::words;
use crate::model::plural::number;

/// Every table of this part.
pub(super) fn tables(survey: &Survey) -> Vec<Table> {
    vec![identity(survey), logging(survey), operations(survey), perimeter(), classification(survey), limits()]
}

fn identity(survey: &Survey) -> Table {
    let mut source = Member::one(
        "source",
        words::identity_source,
        "\"identity-center\"  # identity-center, external or directory: who holds the accounts of people",
    );
    if let Some(account) = survey.identity_centers.first() {
        source.guess(
            "identity-center",
            &format!("Identity Center: it, or roles that it made, stand in account {}", shown(account)),
        );
    }
    if let Some(directory) = survey.directories.first() {
        source.guess("directory", &format!("Directory Service: {}", shown(directory)));
    }
    let mut issuers =
        Member::many("issuers", words::plain, "[\"token.actions.githubusercontent.com\"]  # trusted providers");
    for issuer in &survey.issuers {
        issuers.offer(issuer, "IAM trusts it as an identity provider: should it?");
    }
    let mut directories = Member::many("directories", words::plain, "[\"d-0123456789\"]  # that people sign in to");
    let mut pools = Member::many("user_pools", words::plain, "[\"eu-west-2_abcdefghi\"]  # that people sign in to");
    let marked = |noun: Noun| survey.things().filter(move |t| t.name.noun == noun && t.of_research());
    let source_of = |thing: &Thing| thing.signs.first().map(super::conventions::Sign::words).unwrap_or_default();
    for thing in marked(Noun::Directory) {
        directories.guess(&thing.name.id, &format!("{} of the directory", source_of(thing)));
    }
    for directory in &survey.directories {
        directories.offer(directory, "Directory Service: do people of the environment sign in to it?");
    }
    for thing in marked(Noun::Pool) {
        pools.guess(&thing.name.id, &format!("{} of the user pool", source_of(thing)));
    }
    for pool in survey.pools.keys() {
        pools.offer(pool, "Cognito: do people of the environment sign in to it?");
    }
    let break_glass = Member::asked("break_glass", "[]  # users that are allowed outside groups, for emergencies");
    let members = vec![source, issuers, directories, pools, break_glass];
    Table { path: "identity", about: vec!["Where people sign in.".to_owned()], members }
}

fn logging(survey: &Survey) -> Table {
    let mut buckets = Member::many("buckets", words::bucket, "[\"s3:tre-logs\"]  # buckets of logs");
    for thing in survey.things().filter(|t| t.name.noun == Noun::Bucket) {
        if let (Some(sign), Some(store)) = (thing.role().filter(|s| s.value == "log"), thing.name.store()) {
            buckets.guess(&store, &format!("{} of {}", sign.words(), thing.name.shown()));
        }
    }
    for bucket in survey.buckets.keys().filter(|b| b.starts_with(CENTRAL_LOGS)) {
        buckets.guess(&format!("s3:{bucket}"), "Landing Zone Accelerator: name of its bucket of central logs");
    }
    for trail in survey.trails.iter().filter(|t| !t.bucket.is_empty()) {
        let reference = format!("s3:{}", trail.bucket);
        let source = format!("CloudTrail: the trail {} writes there", shown(&trail.name));
        if trail.organization {
            buckets.guess(&reference, &source);
        } else {
            buckets.offer(&reference, &source);
        }
    }
    let mut costs = Member::many("cost_buckets", words::bucket, "[\"s3:tre-costs\"]  # cost and usage exports");
    for bucket in &survey.cost_buckets {
        costs.guess(&format!("s3:{bucket}"), "a cost and usage report writes there");
    }
    Table { path: "logging", about: vec!["Where logs are kept.".to_owned()], members: vec![buckets, costs] }
}

fn operations(survey: &Survey) -> Table {
    let mut landing_zone = Member::many(
        "landing_zone_roles",
        words::plain,
        "[\"arn:aws:iam::*:role/AWSControlTowerExecution\"]  # that guard rails may exempt",
    );
    for name in ["AWSControlTowerExecution", "AWSAccelerator-Cdk-Role"] {
        let accounts = survey.roles.iter().filter(|(role, _)| role == name).count();
        if accounts > 0 {
            let source = format!("IAM: roles of this name in accounts: {}; may they?", number(accounts as u64));
            landing_zone.offer(&format!("arn:aws:iam::*:role/{name}"), &source);
        }
    }
    let mut floor =
        Member::one("lza_floor", words::release, "\"v1.12.0\"  # oldest release of Landing Zone Accelerator allowed");
    let parts = survey.pipelines.iter().cloned();
    let tagged = survey.things().filter(|t| t.signs.iter().any(|s| s.convention == Convention::Accelerator)).count();
    let tags = (tagged > 0).then(|| format!("its tags on resources: {}", number(tagged as u64)));
    for found in parts.chain(tags) {
        floor.note(format!("Landing Zone Accelerator: {found}."));
    }
    for parameter in &survey.versions {
        floor.note(format!("Its release stands in the parameter {}, which is not read.", shown(parameter)));
    }
    let deploy =
        Member::asked("deploy_roles", "[\"arn:aws:iam::111111111111:role/tre-deploy\"]  # may change the boundary");
    let about = "Who changes the environment. Each of these allows something, so none is guessed.".to_owned();
    Table { path: "operations", about: vec![about], members: vec![deploy, landing_zone, floor] }
}

fn perimeter() -> Table {
    let member = Member::asked;
    let about =
        "What may cross the boundary. An empty list says that there is none; nothing here is guessed.".to_owned();
    let members = vec![
        member("accounts", "[]  # outside accounts that may be shared with"),
        member("suppliers", "[]  # suppliers that may be trusted, by account id or ARN"),
        member("aws_owned", "[]  # resources of AWS that are exempt from the resource perimeter"),
        member("service_principals", "[]  # that may reach stores from outside the endpoints"),
        member("exempt", "[]  # roles that are exempt from the network perimeter"),
        member("no_endpoint", "[]  # actions that have no VPC endpoint"),
        member("functions", "[]  # functions that may stand before a store (Object Lambda)"),
        member("access_points", "[]  # S3 access points that may be attached to file systems"),
        member("session_tags", "[]  # with which outside engines may read tables of Lake Formation"),
    ];
    Table { path: "perimeter", about: vec![about], members }
}

/// Levels are an order, which no tag tells.
fn classification(survey: &Survey) -> Table {
    let mut levels = Member::asked("levels", "[\"tier0\", \"tier1\", \"tier2\", \"tier3\", \"tier4\"]  # the default");
    let found: std::collections::BTreeSet<&str> = survey
        .things()
        .flat_map(|t| t.says(super::conventions::What::Class))
        .map(|s| s.value.as_str())
        .filter(|value| !words::LEVELS.contains(value))
        .collect();
    for value in found {
        levels.note(format!("A tag says \"{}\", which is none of the default levels.", shown(value)));
    }
    let about = "The levels of classification, from the most open to the most sensitive.".to_owned();
    Table { path: "classification", about: vec![about], members: vec![levels] }
}

fn limits() -> Table {
    let about = "Bounds. Those without a default leave their controls not assessed until they are declared.".to_owned();
    let mut members = vec![
        Member::asked("events_days", "30  # days that events count back, 90 at most"),
        Member::asked("log_days", "365  # days for which logs are kept"),
        Member::asked("close_grace_days", "30  # days in which a project that ended is closed"),
        Member::asked("presign_seconds", "300  # seconds for which a link to released output works"),
    ];
    members.extend(rest::limits());
    Table { path: "limits", about: vec![about], members }
}
