//! VPCs: whether one is the environment's, what is recorded of its traffic, and what an account blocks at its internet gateways.
//!
//! May import: `model`, `graph`. Guarantees: a VPC is none of the environment's only where nothing that could say so was unread.

use serde_json::{Value, json};

use super::{SUBNET, Use, calls, declared_list, is_named, listed, subnet_id_is, subnet_is, word};
use crate::graph::Surroundings;
use crate::graph::iam::Found;
use crate::graph::organizations::{accounts_for, known, text};
use crate::graph::purpose;
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

/// What accounts of the environment are for, where researchers work.
const RESEARCH_ACCOUNTS: [&str; 2] = ["data", "workspace"];
/// The values of the role tag under which a VPC is the environment's.
const ROLES: [&str; 4] = ["data", "endpoint", "network", "workspace"];

pub(super) fn derive(entity: &mut Entity, vpc: &ResourceDocument, around: &Surroundings<'_>) {
    let origin = calls(&[(vpc, "OwnerId"), (vpc, "tags")]);
    for (fact, value) in [
        ("ofEnvironment", is_of_environment(vpc, around)),
        ("ofWorkspaces", holds(&vpc.id, vpc, Use::Workspace, around)),
    ] {
        match value {
            Ok(value) => entity.set(fact, json!(value), origin.clone()),
            Err(why) => entity.withhold(fact, why),
        }
    }
    flow_logs(vpc, around).put(entity, "flowLogs", &origin);
}

/// The account that shares a VPC with the one that shows it.
pub(super) fn other_owner(vpc: &ResourceDocument) -> Result<Option<&str>, String> {
    text(vpc, "OwnerId").map(|owner| (owner != vpc.account).then_some(owner))
}

/// Whether the account that shows a VPC owns it: only the owner sees what is associated with it.
///
/// # Errors
/// It does not, or that was not read.
pub(super) fn shown_by_owner(vpc: &ResourceDocument) -> Result<(), String> {
    match other_owner(vpc)? {
        Some(owner) => Err(format!("account {owner}, which owns it, was not read")),
        None => Ok(()),
    }
}

/// Whether a VPC is the environment's. One that is shared is judged where it stands, if that account was read.
pub(super) fn is_of_environment(vpc: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    if let Some(owner) = other_owner(vpc)?
        && around.estate.listings().listed_in("AWS::EC2::VPC", owner, &vpc.region).is_ok()
    {
        // There an account's purpose does not speak for it, so that nobody might.
        unnamed_share(vpc, owner, around)?;
        return Ok(false);
    }
    let research = accounts_for(around.declared, &RESEARCH_ACCOUNTS);
    let tag = purpose::role_tag(vpc, around.declared);
    let subnets = holds(&vpc.id, vpc, Use::Research, around);
    if is_named(around.declared, "vpcs", &[&vpc.id])
        || research.as_ref().is_ok_and(|ids| ids.iter().any(|id| id.text == vpc.account))
        || matches!(tag, Ok(Some(role)) if ROLES.iter().any(|known| known.eq_ignore_ascii_case(role)))
        || subnets == Ok(true)
    {
        return Ok(true);
    }
    research?;
    tag?;
    declared_list(around.declared, "vpcs")?;
    subnets
}

/// Refuses a VPC that is shared with an account of workspaces or data and that nobody named as the environment's.
fn unnamed_share(vpc: &ResourceDocument, owner: &str, around: &Surroundings<'_>) -> Result<(), String> {
    let research = accounts_for(around.declared, &RESEARCH_ACCOUNTS)?;
    let ours = |account: &str| research.iter().any(|id| id.text == account);
    if ours(&vpc.account) && !ours(owner) && !is_named(around.declared, "vpcs", &[&vpc.id]) {
        return Err(format!("account {owner} shares it; name it in [network] vpcs if it is the environment's"));
    }
    Ok(())
}

/// Whether a VPC has a subnet for such a use.
fn holds(id: &str, place: &ResourceDocument, wanted: Use, around: &Surroundings<'_>) -> Result<bool, String> {
    let mut doubt = listed(around, place, SUBNET).err().or_else(|| around.networks().subnet_gap.clone());
    for subnet in around.networks().by_vpc.get(id).into_iter().flatten() {
        match subnet_is(subnet, wanted, around.declared) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(why) => doubt = Some(why),
        }
    }
    doubt.map_or(Ok(false), Err)
}

/// The flow logs of a VPC that record what passed and write it to a declared place.
fn flow_logs(vpc: &ResourceDocument, around: &Surroundings<'_>) -> Found {
    let mut found = Found::default();
    if let Err(why) = listed(around, vpc, "AWS::EC2::FlowLog") {
        found.doubt(why);
    }
    if let Err(why) = shown_by_owner(vpc) {
        found.doubt(why);
    }
    for log in around.of_type("AWS::EC2::FlowLog").filter(|log| text(log, "ResourceId") == Ok(vpc.id.as_str())) {
        match records(log, around) {
            Ok(true) => found.add(log.id.as_str()),
            Ok(false) => {}
            Err(why) => found.doubt(why),
        }
    }
    found
}

fn records(log: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    let live = text(log, "FlowLogStatus")? == "ACTIVE" && text(log, "DeliverLogsStatus")? != "FAILED";
    if !live || !["ALL", "ACCEPT"].contains(&text(log, "TrafficType")?) {
        return Ok(false);
    }
    let declared = declared_list(around.declared, "flow_log_destination")?;
    let destination = text(log, "LogDestination")?;
    let names = destination_names(destination, text(log, "LogGroupName")?);
    Ok(declared.iter().any(|placed| names.contains(&placed.text)))
}

/// What the declaration may call a destination: its ARN, `s3:bucket`, `logs:group` or `firehose:stream`.
fn destination_names(arn: &str, group: &str) -> Vec<String> {
    let mut names = vec![arn.to_owned(), format!("logs:{group}")];
    let mut parts = arn.splitn(6, ':').skip(2);
    let (service, rest) = (parts.next().unwrap_or_default(), parts.nth(2).unwrap_or_default());
    match service {
        "s3" => names.push(format!("s3:{}", rest.split('/').next().unwrap_or_default())),
        "logs" => {
            let name = rest.strip_prefix("log-group:").unwrap_or_default();
            names.push(format!("logs:{}", name.strip_suffix(":*").unwrap_or(name)));
        }
        "firehose" => names.push(format!("firehose:{}", rest.strip_prefix("deliverystream/").unwrap_or_default())),
        _ => {}
    }
    names.retain(|name| !name.is_empty() && !name.ends_with(':'));
    names
}

pub(super) fn derive_account(entity: &mut Entity, account: &ResourceDocument, around: &Surroundings<'_>) {
    let (mut open, mut own) = (Found::default(), Found::default());
    match around.declared.regions.as_deref() {
        None => open.doubt("tre.toml declares no [tre] regions"),
        Some(regions) => {
            for region in regions {
                match blocks(&region.text, around) {
                    Ok(true) => {}
                    Ok(false) => open.add(region.text.as_str()),
                    Err(why) => open.doubt(why),
                }
            }
        }
    }
    // A subnet that nobody saw may be one of research, and of another account.
    if let Err(why) = around.estate.listings().listed(SUBNET, &account.id) {
        own.doubt(&why);
        open.doubt(why);
    }
    for subnet in around.of_type(SUBNET) {
        match (text(subnet, "OwnerId"), subnet_is(subnet, Use::Research, around.declared)) {
            // The block is that of the account that owns the subnet.
            (Ok(owner), is) if owner != account.id => {
                let seen = around.estate.listings().listed_in("AWS::EC2::RegionSettings", owner, &subnet.region);
                if is != Ok(false)
                    && let Err(why) = seen
                {
                    open.doubt(format!("{} is of account {owner}: {why}", subnet.id));
                }
            }
            (_, Ok(false)) => {}
            (Ok(_), Ok(true)) => own.add(subnet.id.as_str()),
            (Err(why), _) => {
                own.doubt(&why);
                open.doubt(why);
            }
            (_, Err(why)) => own.doubt(why),
        }
    }
    let origin = calls(&[(account, "tags")]);
    open.put(entity, "unblockedRegions", &origin);
    own.put(entity, "researchSubnets", &origin);
    exclusions(account, around).put(entity, "publicAccessExclusions", &origin);
}

/// Whether internet gateways of a Region are blocked.
fn blocks(region: &str, around: &Surroundings<'_>) -> Result<bool, String> {
    let settings = around.of_type("AWS::EC2::RegionSettings").find(|settings| settings.region == region);
    let settings = settings.ok_or_else(|| format!("the settings of EC2 in {region} were not read"))?;
    match word(known(settings, "VpcBlockPublicAccess")?, "InternetGatewayBlockMode") {
        "off" => Ok(false),
        "block-bidirectional" | "block-ingress" => Ok(true),
        other => Err(format!("the InternetGatewayBlockMode of {region} is \"{other}\", which is not known")),
    }
}

/// Exclusions that stand and cover a workspace or data subnet, or its VPC.
fn exclusions(account: &ResourceDocument, around: &Surroundings<'_>) -> Found {
    const KIND: &str = "AWS::EC2::VPCBlockPublicAccessExclusion";
    let mut found = Found::default();
    if let Err(why) = around.estate.listings().listed(KIND, &account.id) {
        found.doubt(why);
    }
    for exclusion in around.of_type(KIND) {
        match covers_research(exclusion, around) {
            Ok(true) => found.add(exclusion.id.as_str()),
            Ok(false) => {}
            Err(why) => found.doubt(why),
        }
    }
    found
}

fn covers_research(exclusion: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    if ["create-failed", "delete-complete", "disable-complete"].contains(&text(exclusion, "State")?) {
        return Ok(false);
    }
    let arn = text(exclusion, "ResourceArn")?;
    match arn.rsplit(':').next().and_then(|resource| resource.split_once('/')) {
        Some(("subnet", id)) => subnet_id_is(id, Use::Research, around),
        Some(("vpc", id)) => holds(id, exclusion, Use::Research, around),
        _ => Err(format!("{arn} is neither a subnet nor a VPC")),
    }
}

/// Whether the VPC in which something stands is the environment's.
pub(super) fn stands_in_environment(document: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    let id = text(document, "VpcId")?;
    let vpc = around.documents.get(&("AWS::EC2::VPC".to_owned(), id.to_owned()));
    match vpc {
        // What is shared is judged where it stands; what stands in it may be of this account.
        Some(vpc) if other_owner(vpc)?.is_some() => {
            if is_named(around.declared, "vpcs", &[id]) || holds(id, document, Use::Research, around)? {
                return Ok(true);
            }
            declared_list(around.declared, "vpcs").map(|_| false)
        }
        Some(vpc) => is_of_environment(vpc, around),
        None if is_named(around.declared, "vpcs", &[id]) => Ok(true),
        None => Err(format!("the VPC {id} was not read")),
    }
}

/// The targets of the routes of a VPC's tables that are of one kind.
pub(super) fn route_targets<'a>(vpc: &str, member: &str, around: &Surroundings<'a>) -> Result<Vec<&'a str>, String> {
    let mut all = Vec::new();
    for table in around.of_type(super::TABLE) {
        if text(table, "VpcId")? != vpc {
            continue;
        }
        let routes = super::items(table, "Routes")?;
        all.extend(routes.iter().map(|route: &Value| word(route, member)).filter(|id| !id.is_empty()));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_has_the_names_that_the_declaration_may_use() {
        let names = |arn: &str, group: &str| destination_names(arn, group).split_off(1);
        assert_eq!(names("arn:aws:s3:::tre-logs/vpc/", ""), ["s3:tre-logs"]);
        assert_eq!(names("arn:aws:logs:eu-west-2:1:log-group:flow:*", ""), ["logs:flow"]);
        assert_eq!(names("arn:aws:firehose:eu-west-2:1:deliverystream/flow", ""), ["firehose:flow"]);
        assert_eq!(destination_names("", "flow"), ["logs:flow"]);
        assert!(destination_names("", "").is_empty());
        assert_eq!(destination_names("arn:aws:s3", ""), ["arn:aws:s3"]);
    }
}
