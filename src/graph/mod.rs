//! Resource documents and the declaration to entities: relations and derived facts.
//!
//! May import: `model`, `declaration`. One file per service, each deriving only for its own types.
//! Guarantees: a derived fact is there only when every input that could change it was seen; otherwise it is withheld with
//! the reason. A set that comes from an incomplete listing is never there, for an empty one would pass in silence.

pub mod access;
mod alarms;
mod allowed;
mod athena;
mod backup;
mod certain;
mod classification;
mod cloudtrail;
mod codepipeline;
mod compute;
mod config;
mod containers;
mod costs;
mod dataset;
mod datazone;
pub mod declared;
mod desktops;
pub mod directory;
mod efs;
pub mod estate;
mod events;
mod findings;
mod fsx;
mod grants;
mod groups;
mod iam;
mod images;
pub mod inventory;
mod keys;
mod kms;
mod lake;
mod landing_zone;
pub mod listings;
mod logs;
mod macie;
mod membership;
mod messages;
mod models;
mod network;
mod notebooks;
mod organizations;
mod outputs;
mod packages;
pub mod paths;
mod people;
pub mod perimeter;
pub mod persona;
mod project_tags;
mod projects;
mod provisioned;
mod purpose;
mod rds;
mod reading;
mod records;
mod refusals;
mod role_stores;
mod s3;
mod s3_doors;
mod settings;
mod sharing;
mod sign_in;
pub mod statement;
mod stores;
mod subnet_roles;
mod switches;
mod training;
pub mod tre;
mod unjudged;
mod watch;
mod workplaces;
mod zones;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use rayon::prelude::*;
use serde_json::Value;

use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, EntityRef, Fact, Origin};
use crate::model::time::AsOf;
pub use declared::Declared;
pub use estate::Estate;
use people::Holders;
use perimeter::Guards;

/// Every type that a source lists.
pub const LISTED_TYPES: [&str; 18] = [
    "AWS::CloudTrail::Trail",
    "AWS::Config::ConfigRule",
    "AWS::Config::ConfigurationAggregator",
    "AWS::Config::ConfigurationRecorder",
    "AWS::Config::DeliveryChannel",
    "AWS::IAM::Group",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::OIDCProvider",
    "AWS::IAM::Role",
    "AWS::IAM::SAMLProvider",
    "AWS::IAM::User",
    "AWS::Organizations::Account",
    "AWS::Organizations::Organization",
    "AWS::Organizations::OrganizationalUnit",
    "AWS::Organizations::Policy",
    "AWS::S3::AccessPoint",
    "AWS::S3::Bucket",
    "AWS::Account",
];

/// Facets of a bucket that calls of its own answer.
pub const BUCKET_FACETS: [&str; 16] = [
    "Acl",
    "AnalyticsConfigurations",
    "BucketEncryption",
    "BucketPolicy",
    "CreationDate",
    "InventoryConfigurations",
    "LifecycleConfiguration",
    "LoggingConfiguration",
    "MetadataConfiguration",
    "NotificationConfiguration",
    "ObjectLockConfiguration",
    "OwnershipControls",
    "PolicyStatus",
    "PublicAccessBlockConfiguration",
    "ReplicationConfiguration",
    "VersioningConfiguration",
];

/// Types that AWS names `default` in every Region.
const REGIONAL_NAMES: [&str; 2] = ["AWS::Config::ConfigurationRecorder", "AWS::Config::DeliveryChannel"];

/// What all documents of one account are turned into.
#[derive(Debug, Clone, Default)]
pub struct Shard {
    pub account: String,
    /// In the order of type and id.
    pub entities: BTreeMap<EntityRef, Entity>,
}

/// What a derivation may look at besides the document itself.
#[derive(Debug)]
pub struct Surroundings<'a> {
    /// All documents of the same account, by type and id.
    pub documents: &'a BTreeMap<(String, String), ResourceDocument>,
    /// Types that others refer to, over all accounts, and the state of the listings.
    pub estate: &'a Estate,
    pub declared: &'a Declared,
    pub as_of: AsOf,
    /// The account of the documents.
    account: &'a str,
    resource_control: OnceLock<Guards>,
    holders: OnceLock<Holders>,
    service_control: OnceLock<Guards>,
    key_users: OnceLock<projects::keys::KeyUsers>,
    networks: network::Networks<'a>,
}

impl<'a> Surroundings<'a> {
    /// What the resource control policies over this account deny: read once, for every resource asks it.
    pub(crate) fn resource_control(&self) -> &Guards {
        self.resource_control.get_or_init(|| Guards::of_resource_control(self.estate, self.account))
    }

    /// Who holds which persona: gathered once, over all accounts.
    fn holders(&self) -> &Holders {
        self.holders.get_or_init(|| Holders::of(self.estate, self.declared))
    }

    /// What of the account is encrypted, by the key: read once, for every key asks it.
    fn key_users(&self) -> &projects::keys::KeyUsers {
        self.key_users.get_or_init(|| projects::keys::KeyUsers::of(self))
    }

    /// The networks of this account: put in order once.
    fn networks(&self) -> &network::Networks<'a> {
        &self.networks
    }

    /// What the service control policies over this account allow and deny: read once.
    pub(crate) fn service_control(&self) -> &Guards {
        self.service_control.get_or_init(|| organizations::rails::service_control(self.estate, self.account))
    }

    /// The documents of one type in this account, by id.
    pub fn of_type(&self, kind: &'a str) -> impl Iterator<Item = &'a ResourceDocument> + use<'a> {
        of_type(self.documents, kind)
    }
}

fn of_type<'a>(
    documents: &'a BTreeMap<(String, String), ResourceDocument>,
    kind: &'a str,
) -> impl Iterator<Item = &'a ResourceDocument> + use<'a> {
    documents
        .range((kind.to_owned(), String::new())..)
        .take_while(move |((k, _), _)| k == kind)
        .map(|(_, document)| document)
}

/// Turns the documents of one account into entities.
///
/// `known` gives the facets that policies can read of a type; the rest of a document is left behind.
#[must_use]
pub fn build(
    account: &str,
    documents: Vec<ResourceDocument>,
    estate: &Estate,
    declared: &Declared,
    as_of: AsOf,
    known: &(dyn Fn(&str) -> BTreeSet<String> + Sync),
) -> Shard {
    let documents: BTreeMap<(String, String), ResourceDocument> =
        documents.into_iter().map(|d| ((d.kind.clone(), uid(&d).id), d)).collect();
    let around = Surroundings {
        documents: &documents,
        estate,
        declared,
        as_of,
        account,
        resource_control: OnceLock::new(),
        holders: OnceLock::new(),
        service_control: OnceLock::new(),
        key_users: OnceLock::new(),
        networks: network::Networks::of(&documents),
    };
    let kinds: BTreeSet<&str> = documents.keys().map(|(kind, _)| kind.as_str()).collect();
    let facets: BTreeMap<&str, BTreeSet<String>> = kinds.into_iter().map(|kind| (kind, known(kind))).collect();
    let none = BTreeSet::new();
    let build_one = |document: &ResourceDocument| {
        let known = facets.get(document.kind.as_str()).unwrap_or(&none);
        let mut entity = plain(document, known);
        derive(&mut entity, document, &around, known);
        paths::withhold(&mut entity, known);
        entity.facts.retain(|name, _| known.contains(name));
        (entity.uid.clone(), entity)
    };
    // Each entity follows from the documents alone, so they may be built in any order.
    let subjects: Vec<&ResourceDocument> = around.documents.values().collect();
    let entities: Vec<(EntityRef, Entity)> = subjects.into_par_iter().map(build_one).collect();
    discard(documents.into_values());
    Shard { account: account.to_owned(), entities: entities.into_iter().collect() }
}

/// Gives memory back on all threads: for a large account one thread would hold up the others for a good while.
pub fn discard<T: Send>(items: impl Iterator<Item = T>) {
    items.collect::<Vec<_>>().into_par_iter().for_each(drop);
}

/// What a document is known by: its type and id; for types whose name is unique only within an account and Region, with
/// these before it.
#[must_use]
pub fn uid(document: &ResourceDocument) -> EntityRef {
    if REGIONAL_NAMES.contains(&document.kind.as_str()) {
        let id = format!("{}:{}:{}", document.account, document.region, document.id);
        return EntityRef::new(&document.kind, id);
    }
    EntityRef::new(&document.kind, &document.id)
}

/// What verdicts and fingerprints call a resource: its ARN, else its id, and before an id that every account may have (that
/// of a Region, or one that begins with it) the account.
fn name(document: &ResourceDocument) -> String {
    let of_region =
        document.id.strip_prefix(&document.region).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'));
    if document.arn.is_none() && of_region && !document.region.is_empty() {
        return format!("{}:{}", document.account, document.id);
    }
    document.name().to_owned()
}

/// The entity of a document with nothing but what the document itself says.
#[must_use]
pub fn plain(document: &ResourceDocument, known: &BTreeSet<String>) -> Entity {
    let mut entity = Entity {
        uid: uid(document),
        name: name(document),
        account: document.account.clone(),
        region: document.region.clone(),
        parents: Vec::new(),
        tags: document.tags.clone(),
        facts: BTreeMap::new(),
        missing: document.missing.clone(),
    };
    // Accounts stand in units, so a unit that stood in the account that showed it would close a circle.
    let stands_alone = document.kind == "AWS::Account" || document.kind.starts_with("AWS::Organizations::");
    if !stands_alone && !tre::is_declared_type(&document.kind) {
        entity.parents.push(EntityRef::new("AWS::Account", &document.account));
    }
    let origin = |facet: &str| document.calls.get(facet).map_or(Origin::Document, |id| Origin::Call(id.clone()));
    for (name, value) in document.properties.iter().chain(&document.observed) {
        // A facet that is also said to be missing is not known: not knowing wins.
        if known.contains(name) && !document.missing.contains_key(name) {
            entity.facts.insert(name.clone(), Fact { value: value.clone(), origin: origin(name) });
        }
    }
    if document.tags.is_some() && !document.missing.contains_key("tags") {
        entity.set("tagsRead", Value::Bool(true), origin("tags"));
    } else {
        entity.tags = None;
        let reason = document.missing.get("tags").cloned().unwrap_or_else(|| "tags were not read".to_owned());
        entity.withhold("tagsRead", reason.clone());
        entity.missing.entry("tags".to_owned()).or_insert(reason);
    }
    entity
}

/// Facts of every type that policies ask for, then those of the type.
fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>, known: &BTreeSet<String>) {
    let asked = |facts: &[&str]| facts.iter().any(|fact| known.contains(*fact));
    if asked(&["region"]) && !document.region.is_empty() {
        entity.set("region", Value::from(document.region.as_str()), Origin::Document);
    }
    if asked(&project_tags::FACTS) {
        project_tags::derive(entity, document, around);
    }
    if asked(&["treAccount"]) {
        tre::derive_tre_account(entity, document, around);
    }
    if asked(&["accountRoles"]) {
        tre::derive_account_roles(entity, document, around.declared);
    }
    if asked(&purpose::FACTS) && document.kind != "AWS::S3::Bucket" {
        purpose::derive(entity, document, around);
    }
    if asked(&[grants::FACT]) {
        grants::derive(entity, document, around);
    }
    if asked(&[keys::FACT]) {
        keys::derive(entity, document);
    }
    if asked(&[subnet_roles::FACT]) {
        subnet_roles::derive(entity, document, around);
    }
    if asked(&records::FACTS) {
        records::derive(entity, document, around);
    }
    if asked(&backup::FACTS) {
        backup::derive_store(entity, document, around);
    }
    events::derive(entity, document, around, known);
    match document.kind.as_str() {
        "AWS::Athena::WorkGroup" => athena::derive(entity, document),
        "AWS::Backup::BackupPlan" => backup::derive_plan(entity, document, around),
        "AWS::Backup::BackupVault" => grants::derive_undeclared(entity, document, around),
        "AWS::DataZone::Subscription" => datazone::derive(entity, document, around),
        "AWS::EC2::Snapshot" | "AWS::RDS::DBSnapshot" | "AWS::RDS::DBClusterSnapshot" | "AWS::RDS::ExportTask" => {
            sharing::derive(entity, document, around);
        }
        "AWS::EFS::FileSystem" => efs::derive(entity, document, around),
        "AWS::FSx::FileSystem" => fsx::derive(entity, document, around),
        "AWS::Glue::DataCatalogEncryptionSettings" => lake::derive_catalogue(entity, document, around),
        "AWS::KMS::Key" => kms::derive(entity, document, around),
        "AWS::LakeFormation::DataLakeSettings" => lake::derive(entity, document, around),
        "AWS::RDS::DBInstance" | "AWS::RDS::DBCluster" => rds::derive(entity, document, around),
        "AWS::S3::AccessGrant" | "AWS::S3::MultiRegionAccessPoint" | "AWS::S3ObjectLambda::AccessPoint" => {
            s3_doors::derive(entity, document, around);
        }
        "AWS::SageMaker::Model" | "AWS::SageMaker::TrainingJob" => training::derive(entity, document, around),
        "AWS::S3::Bucket" | "AWS::S3::AccessPoint" => s3::derive(entity, document, around),
        "AWS::IAM::User" | "AWS::IAM::Role" | "AWS::IAM::Group" | "AWS::IAM::ManagedPolicy" => {
            iam::derive(entity, document, around);
            if document.kind == "AWS::IAM::Role" && asked(&role_stores::FACTS) {
                role_stores::derive(entity, document, around);
            }
        }
        "TRE::Dataset" => dataset::derive(entity, document, around),
        "AWS::Account" => {
            organizations::derive(entity, document, around);
            if asked(&sign_in::OF_ACCOUNTS) {
                sign_in::account(entity, document, around);
            }
            account_data(entity, document, around, &asked);
        }
        "TRE::Project" => {
            tre::derive(entity, document, around);
            people::derive(entity, document, around);
        }
        "AWS::Cognito::UserPoolGroup"
        | "AWS::DirectoryService::Group"
        | "AWS::IdentityStore::Group"
        | "AWS::IdentityStore::User"
        | "AWS::SSO::Assignment" => people::derive(entity, document, around),
        "AWS::Cognito::UserPool" | "AWS::DirectoryService::Directory" | "AWS::SSO::PermissionSet" => {
            sign_in::derive(entity, document, around);
        }
        _ => {}
    }
    projects::derive(entity, document, around);
    outputs::derive(entity, document, around);
    network::derive(entity, document, around);
    compute::derive(entity, document, around);
    zones::derive(entity, document, around);
    settings::derive(entity, document, around, known);
}

/// What an account holds of data; dear, so that only what is asked is derived.
fn account_data(
    entity: &mut Entity,
    document: &ResourceDocument,
    around: &Surroundings<'_>,
    asked: &dyn Fn(&[&str]) -> bool,
) {
    if asked(&stores::FACTS) {
        stores::derive_account(entity, document, around);
    }
    if asked(&macie::FACTS) {
        macie::derive_account(entity, document, around);
    }
    if asked(&lake::FACTS) {
        lake::derive_account(entity, document, around);
    }
    if asked(&[unjudged::FACT]) {
        unjudged::derive(entity, document, around);
    }
    if asked(&[backup::ACCOUNT_FACT]) {
        backup::derive_account(entity, document, around);
    }
}

/// Derives a fact from facets of a document: when one of them is missing the fact is withheld for the same reason.
///
/// `compute` gets the facets in the order of `facets`; it returns the value, or why it cannot tell.
pub(crate) fn derive_from(
    entity: &mut Entity,
    document: &ResourceDocument,
    fact: &str,
    facets: &[&str],
    compute: impl FnOnce(&[&Value]) -> Result<Value, String>,
) {
    let mut values = Vec::with_capacity(facets.len());
    let mut calls = BTreeSet::new();
    for facet in facets {
        if let Some(reason) = document.missing.get(*facet) {
            entity.withhold(fact, reason.clone());
            return;
        }
        let Some(value) = document.facet(facet) else {
            entity.withhold(fact, format!("no source gave {facet}"));
            return;
        };
        values.push(value);
        calls.extend(document.calls.get(*facet).cloned());
    }
    match compute(&values) {
        Ok(value) => entity.set(fact, value, Origin::Derived(calls.into_iter().collect())),
        Err(reason) => entity.withhold(fact, reason),
    }
}

/// The partition that a Region is in.
pub(crate) fn partition(region: &str) -> &'static str {
    match region.get(..3) {
        Some("cn-") => "aws-cn",
        Some("us-") if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_of_what_every_account_has_name_the_account() {
        let of = |id: &str, arn: Option<&str>| ResourceDocument {
            id: id.to_owned(),
            arn: arn.map(str::to_owned),
            account: "111111111111".to_owned(),
            region: "eu-west-2".to_owned(),
            ..ResourceDocument::default()
        };
        for (document, expected) in [
            (of("eu-west-2", None), "111111111111:eu-west-2"),
            (of("eu-west-2:d-1|u-1", None), "111111111111:eu-west-2:d-1|u-1"),
            (of("eu-west-2-logs", None), "eu-west-2-logs"),
            (of("vpc-1", None), "vpc-1"),
            (of("eu-west-2:x", Some("arn:aws:x")), "arn:aws:x"),
        ] {
            assert_eq!(name(&document), expected);
        }
    }

    #[test]
    fn recorders_of_one_name_in_several_regions_stay_apart() {
        let recorder = |region: &str| ResourceDocument {
            kind: "AWS::Config::ConfigurationRecorder".to_owned(),
            id: "default".to_owned(),
            account: "111111111111".to_owned(),
            region: region.to_owned(),
            ..ResourceDocument::default()
        };
        let documents = vec![recorder("eu-west-1"), recorder("eu-west-2")];
        let (estate, declared) = (Estate::default(), Declared::default());
        let shard = build("111111111111", documents, &estate, &declared, AsOf::from_unix(0), &|_| BTreeSet::new());
        let regions: Vec<&str> = shard.entities.values().map(|e| e.region.as_str()).collect();
        assert_eq!(regions, ["eu-west-1", "eu-west-2"]);
    }
}
