//! What computes for researchers: instances with their profiles, clusters, jobs, models and genomics runs.
//!
//! May import: `model`, `graph`. Guarantees: a job, profile or template that was not read is a doubt; a fact of path analysis is
//! given here only where there is nobody whom it could be about.

use serde_json::{Value, json};

use super::Surroundings;
use super::iam::{Found, is_research_role};
use super::network::{Use, calls, egress_of, foreign_subnets, items, listed, past_inspection, project_of, word, words};
use super::organizations::{known, text};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

const INSTANCE: &str = "AWS::EC2::Instance";
const NODES: &str = "AWS::PCS::ComputeNodeGroup";
const VERSION: &str = "AWS::EC2::LaunchTemplateVersion";
const MODEL: &str = "AWS::SageMaker::Model";
const PROCESSING: &str = "AWS::SageMaker::ProcessingJob";
const TRAINING: &str = "AWS::SageMaker::TrainingJob";
const RUN: &str = "AWS::Omics::Run";
const CONFIGURATION: &str = "AWS::Omics::Configuration";

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    match document.kind.as_str() {
        INSTANCE => derive_instance(entity, document, around),
        "AWS::PCS::Cluster" => derive_cluster(entity, document, around),
        NODES => derive_nodes(entity, document, around),
        "AWS::Account" => {
            derive_jobs(entity, document, around);
            derive_genomics(entity, document, around);
        }
        "AWS::EC2::VPC" if fewer_than_two_projects(around) => {
            entity.set("projectPaths", json!([]), Origin::Derived(Vec::new()));
        }
        _ => {}
    }
}

/// With fewer than two projects none can reach another.
fn fewer_than_two_projects(around: &Surroundings<'_>) -> bool {
    let whole = !around.declared.set_aside.contains_key("project");
    whole && around.declared.projects.as_ref().is_some_and(|projects| projects.len() < 2)
}

/// The role of an instance profile.
fn role_of<'a>(profile: &str, account: &str, around: &Surroundings<'a>) -> Result<&'a ResourceDocument, String> {
    let networks = around.networks();
    if let Some(role) = networks.role_of_profile(profile) {
        return Ok(role);
    }
    around.estate.listings().listed("AWS::IAM::Role", account)?;
    Err(format!("the role of {profile} was not read"))
}

/// Adds a profile whose role is not this project's.
fn add_foreign(found: &mut Found, profile: &str, project: &str, account: &str, around: &Surroundings<'_>) {
    let of = role_of(profile, account, around).and_then(|role| Ok((role, project_of(role, around.declared)?)));
    match of {
        Ok((_, Some(of))) if of == project => {}
        Ok((role, Some(of))) => found.add(format!("{} (project {of})", role.id)),
        Ok((role, None)) => found.add(format!("{} (no project)", role.id)),
        Err(why) => found.doubt(why),
    }
}

fn derive_instance(entity: &mut Entity, instance: &ResourceDocument, around: &Surroundings<'_>) {
    let (mut foreign, mut sharing) = (Found::default(), Found::default());
    let own =
        text(instance, "IamInstanceProfile").and_then(|profile| Ok((profile, project_of(instance, around.declared)?)));
    match own {
        // Without a profile, or without a project, there is nothing to compare.
        Ok(("", _) | (_, None)) => {}
        Ok((profile, Some(project))) => {
            add_foreign(&mut foreign, profile, project, &instance.account, around);
            if let Err(why) = around.estate.listings().listed(INSTANCE, &instance.account) {
                sharing.doubt(why);
            }
            for other in around.networks().instances_of_profile(profile) {
                match project_of(other, around.declared) {
                    Ok(Some(other)) if other != project => sharing.add(other),
                    Ok(_) => {}
                    Err(why) => sharing.doubt(why),
                }
            }
            if let Some(gap) = around.networks().profile_gap() {
                sharing.doubt(gap);
            }
        }
        Err(why) => {
            foreign.doubt(why.clone());
            sharing.doubt(why);
        }
    }
    let origin = calls(&[(instance, "IamInstanceProfile"), (instance, "tags")]);
    foreign.put(entity, "foreignProfileRoles", &origin);
    sharing.put(entity, "profileSharers", &origin);
}

fn derive_cluster(entity: &mut Entity, cluster: &ResourceDocument, around: &Surroundings<'_>) {
    let origin = calls(&[(cluster, "tags")]);
    let mut foreign = Found::default();
    let id = cluster.id.rsplit('/').next().unwrap_or_default();
    match project_of(cluster, around.declared) {
        Ok(Some(project)) => {
            if let Err(why) = listed(around, cluster, NODES) {
                foreign.doubt(why);
            }
            for nodes in around.of_type(NODES) {
                match text(nodes, "ClusterId").map(|of| (of, text(nodes, "IamInstanceProfileArn"))) {
                    Ok((of, _)) if of != id => {}
                    Ok((_, Ok(profile))) => add_foreign(&mut foreign, profile, project, &cluster.account, around),
                    Ok((_, Err(why))) | Err(why) => foreign.doubt(why),
                }
            }
        }
        // One without a project has nothing that its nodes could differ from.
        Ok(None) => {}
        Err(why) => foreign.doubt(why),
    }
    foreign.put(entity, "foreignProfileRoles", &origin);
    if fewer_than_two_projects(around) {
        entity.set("otherFileSystems", json!([]), origin);
    }
}

/// The version of the launch template that nodes begin from.
///
/// # Errors
/// It was not read, or the service keeps it to itself.
fn version_of<'a>(nodes: &ResourceDocument, around: &Surroundings<'a>) -> Result<&'a ResourceDocument, String> {
    let template = known(nodes, "CustomLaunchTemplate")?;
    let (id, version) = (word(template, "TemplateId"), word(template, "Version"));
    if id.is_empty() {
        return Err("the service manages its launch template, and does not show it".to_owned());
    }
    let mut versions = Vec::new();
    for version in around.of_type(VERSION) {
        if text(version, "LaunchTemplateId")? == id {
            let number = known(version, "VersionNumber")?.as_i64().ok_or("VersionNumber is no number")?;
            let default = known(version, "DefaultVersion")?.as_bool() == Some(true);
            versions.push((number, default, version));
        }
    }
    let found = match version {
        "$Default" => versions.into_iter().find(|(_, default, _)| *default),
        "$Latest" => {
            listed(around, nodes, VERSION)?;
            versions.into_iter().max_by_key(|(number, ..)| *number)
        }
        exact => versions.into_iter().find(|(number, ..)| number.to_string() == exact),
    };
    found
        .map(|(.., version)| version)
        .ok_or_else(|| format!("version {version} of the launch template {id} was not read"))
}

fn derive_nodes(entity: &mut Entity, nodes: &ResourceDocument, around: &Surroundings<'_>) {
    let origin = calls(&[(nodes, "SubnetIds"), (nodes, "CustomLaunchTemplate")]);
    let ids: Result<Vec<&str>, String> =
        items(nodes, "SubnetIds").map(|ids| ids.iter().filter_map(Value::as_str).collect());
    match &ids {
        Ok(ids) => {
            foreign_subnets(ids.iter().copied(), Use::Workspace, around).put(entity, "foreignSubnets", &origin);
        }
        Err(why) => entity.withhold("foreignSubnets", why.clone()),
    }
    let version = version_of(nodes, around);
    let (mut keys, mut public) = (Found::default(), Found::default());
    let names = [text(nodes, "SshKeyName"), version.clone().and_then(|version| text(version, "KeyName"))];
    for name in names {
        match name {
            Ok("") => {}
            Ok(name) => keys.add(name),
            Err(why) => keys.doubt(why),
        }
    }
    match version.as_ref().map_err(Clone::clone).and_then(|version| Ok((*version, ids?))) {
        Ok((version, ids)) => public_nodes(&mut public, version, &ids, around),
        Err(why) => public.doubt(why),
    }
    keys.put(entity, "loginKeys", &origin);
    public.put(entity, "publicAddressing", &origin);
    match version.and_then(|version| metadata_tokens(version, around)) {
        Ok(tokens) => entity.set("metadataTokens", json!(tokens), origin),
        Err(why) => entity.withhold("metadataTokens", why),
    }
}

/// What gives nodes a public address: the template, or a subnet where the template does not say.
fn public_nodes(found: &mut Found, version: &ResourceDocument, subnets: &[&str], around: &Surroundings<'_>) {
    let interfaces = match items(version, "NetworkInterfaces") {
        Ok(interfaces) => interfaces,
        Err(why) => return found.doubt(why),
    };
    let said: Vec<Option<bool>> =
        interfaces.iter().map(|i| i.get("AssociatePublicIpAddress").and_then(Value::as_bool)).collect();
    if said.contains(&Some(true)) {
        found.add(version.id.as_str());
    }
    if !said.is_empty() && said.iter().all(Option::is_some) {
        return;
    }
    for id in subnets {
        let subnet = around.documents.get(&("AWS::EC2::Subnet".to_owned(), (*id).to_owned()));
        let maps = subnet.ok_or_else(|| format!("the subnet {id} was not read"));
        match maps.and_then(|subnet| known(subnet, "MapPublicIpOnLaunch")).map(Value::as_bool) {
            Ok(Some(false)) => {}
            Ok(Some(true)) => found.add(*id),
            Ok(None) => found.doubt(format!("MapPublicIpOnLaunch of {id} is neither true nor false")),
            Err(why) => found.doubt(why),
        }
    }
}

/// Whether the metadata service wants tokens: as the template says, else as the account does in the Region.
fn metadata_tokens<'a>(version: &'a ResourceDocument, around: &Surroundings<'a>) -> Result<&'a str, String> {
    let said = word(known(version, "MetadataOptions")?, "HttpTokens");
    if !said.is_empty() {
        return Ok(said);
    }
    let settings = around.of_type("AWS::EC2::RegionSettings").find(|settings| settings.region == version.region);
    let settings = settings.ok_or_else(|| format!("the settings of EC2 in {} were not read", version.region))?;
    match word(known(settings, "InstanceMetadataDefaults")?, "HttpTokens") {
        "" => Ok("not said"),
        said => Ok(said),
    }
}

/// What bears on the network of a job or model, as its service describes it.
struct Job<'a> {
    isolated: Option<bool>,
    network: &'a Value,
    debugged: bool,
}

fn job(document: &ResourceDocument) -> Result<Job<'_>, String> {
    if document.kind == PROCESSING {
        // Without any of it the configuration is empty.
        let config = known(document, "NetworkConfig")?;
        let isolated = config.get("EnableNetworkIsolation").and_then(Value::as_bool);
        let network = config.get("VpcConfig").unwrap_or(&Value::Null);
        return Ok(Job { isolated, network, debugged: false });
    }
    let isolated = known(document, "EnableNetworkIsolation")?.as_bool();
    let debug = if document.kind == TRAINING { known(document, "RemoteDebugConfig")? } else { &Value::Null };
    let debugged = debug.get("EnableRemoteDebug").and_then(Value::as_bool) == Some(true);
    Ok(Job { isolated, network: known(document, "VpcConfig")?, debugged })
}

fn derive_jobs(entity: &mut Entity, account: &ResourceDocument, around: &Surroundings<'_>) {
    let (mut open, mut elsewhere, mut debugged) = (Found::default(), Found::default(), Found::default());
    for kind in [MODEL, PROCESSING, TRAINING] {
        if let Err(why) = around.estate.listings().listed(kind, &account.id) {
            for found in [&mut open, &mut elsewhere, &mut debugged] {
                found.doubt(why.clone());
            }
        }
        for document in around.of_type(kind) {
            match job(document) {
                Ok(job) => {
                    let subnets: Vec<&str> = words(job.network, "Subnets").collect();
                    if job.isolated != Some(true) && subnets.is_empty() {
                        open.add(document.id.as_str());
                    }
                    if job.debugged {
                        debugged.add(document.id.as_str());
                    }
                    let foreign = foreign_subnets(subnets.into_iter(), Use::Research, around);
                    if foreign.has_certain() {
                        elsewhere.add(document.id.as_str());
                    } else if let Some(why) = foreign.doubted() {
                        elsewhere.doubt(why);
                    }
                }
                Err(why) => [&mut open, &mut elsewhere, &mut debugged].into_iter().for_each(|f| f.doubt(why.clone())),
            }
        }
    }
    let origin = calls(&[(account, "tags")]);
    open.put(entity, "openJobs", &origin);
    elsewhere.put(entity, "jobsElsewhere", &origin);
    debugged.put(entity, "debuggedJobs", &origin);
    let roles = around.estate.listings().listed("AWS::IAM::Role", &account.id);
    let none = around.of_type("AWS::IAM::Role").all(|role| is_research_role(role, around.declared) == Ok(false));
    if roles.is_ok() && none {
        entity.set("freeJobRoles", json!([]), origin);
    }
}

/// The network of a genomics run or configuration, where it has one.
fn genomics_network(document: &ResourceDocument) -> Result<Option<&Value>, String> {
    if document.kind == CONFIGURATION {
        return Ok(known(document, "RunConfigurations")?.get("VpcConfig"));
    }
    match text(document, "NetworkingMode")? {
        "RESTRICTED" => Ok(None),
        "VPC" => known(document, "VpcConfig").map(Some),
        other => Err(format!("the networking mode {other} of {} is not known", document.id)),
    }
}

fn derive_genomics(entity: &mut Entity, account: &ResourceDocument, around: &Surroundings<'_>) {
    let mut all = [Found::default(), Found::default(), Found::default(), Found::default()];
    let [uses, open, foreign, groups] = &mut all;
    for kind in [CONFIGURATION, RUN] {
        if let Err(why) = around.estate.listings().listed(kind, &account.id) {
            for found in [&mut *uses, &mut *open, &mut *foreign, &mut *groups] {
                found.doubt(why.clone());
            }
        }
        for document in around.of_type(kind) {
            uses.add(document.id.as_str());
            match genomics_network(document) {
                Ok(None) => {}
                Ok(Some(network)) => {
                    open.add(document.id.as_str());
                    let subnets: Vec<&str> = words(network, "SubnetIds").collect();
                    if subnets.is_empty() {
                        foreign.doubt(format!("the subnets of {} were not read", document.id));
                    }
                    foreign.extend(foreign_subnets(subnets.iter().copied(), Use::Workspace, around));
                    let named: Vec<&str> = words(network, "SecurityGroupIds").collect();
                    if named.is_empty() {
                        groups.doubt(format!("the security groups of {} were not read", document.id));
                    }
                    for group in named {
                        judge_group(groups, group, &subnets, around);
                    }
                }
                Err(why) => [&mut *open, &mut *foreign, &mut *groups].into_iter().for_each(|f| f.doubt(why.clone())),
            }
        }
    }
    let origin = calls(&[(account, "tags")]);
    let nobody = !open.has_certain() && open.doubted().is_none();
    if nobody {
        entity.set("genomicsReaders", json!([]), origin.clone());
    }
    let [uses, _, foreign, groups] = all;
    uses.put(entity, "genomicsUses", &origin);
    foreign.put(entity, "foreignGenomicsSubnets", &origin);
    groups.put(entity, "openGenomicsGroups", &origin);
}

/// Adds a group that lets out to public addresses without a bound; where ports bound it, SET-NET-04 has more to ask.
fn judge_group(found: &mut Found, id: &str, named: &[&str], around: &Surroundings<'_>) {
    let Some(group) = around.documents.get(&("AWS::EC2::SecurityGroup".to_owned(), id.to_owned())) else {
        return found.doubt(format!("the security group {id} was not read"));
    };
    let key = |id: &&str| ("AWS::EC2::Subnet".to_owned(), (*id).to_owned());
    let subnets: Vec<&ResourceDocument> = named.iter().filter_map(|id| around.documents.get(&key(id))).collect();
    let gap = (subnets.len() != named.len()).then_some("a subnet of the run was not read");
    let egress = egress_of(group, &subnets, gap, around);
    if egress.unbounded.has_certain() || (egress.public.has_certain() && past_inspection(&subnets, around)) {
        found.add(id);
    } else if egress.public.has_certain() {
        found.doubt(format!("where {id} lets out to needs path analysis"));
    } else if let Some(why) = egress.public.doubted() {
        found.doubt(why);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_read_in_the_words_of_its_service() {
        let document = |kind: &str, properties: Value| ResourceDocument {
            kind: kind.to_owned(),
            properties: serde_json::from_value(properties).unwrap(),
            ..ResourceDocument::default()
        };
        let processing = document(PROCESSING, json!({ "NetworkConfig": { "EnableNetworkIsolation": true } }));
        assert_eq!(job(&processing).unwrap().isolated, Some(true));
        assert_eq!(job(&document(PROCESSING, json!({ "NetworkConfig": {} }))).unwrap().isolated, None);
        assert!(job(&document(PROCESSING, json!({}))).is_err());
        let training = json!({ "EnableNetworkIsolation": false, "VpcConfig": {}, "RemoteDebugConfig": { "EnableRemoteDebug": true } });
        assert!(job(&document(TRAINING, training.clone())).unwrap().debugged);
        assert!(!job(&document(MODEL, training)).unwrap().debugged);
        assert!(job(&document(TRAINING, json!({ "EnableNetworkIsolation": true, "VpcConfig": {} }))).is_err());
    }

    #[test]
    fn a_run_has_a_network_only_where_its_mode_says_so() {
        let run = |properties: Value| ResourceDocument {
            kind: RUN.to_owned(),
            properties: serde_json::from_value(properties).unwrap(),
            ..ResourceDocument::default()
        };
        assert_eq!(genomics_network(&run(json!({ "NetworkingMode": "RESTRICTED" }))), Ok(None));
        assert!(genomics_network(&run(json!({ "NetworkingMode": "VPC" }))).is_err());
        assert!(genomics_network(&run(json!({ "NetworkingMode": "OTHER", "VpcConfig": {} }))).is_err());
    }
}
