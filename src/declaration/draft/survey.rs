//! What a draft needs to know of an environment, gathered from its documents one at a time.
//!
//! May import: `model`. Guarantees: the order of documents changes nothing; of a document only names and tags that say
//! something are kept, each of bounded length; names of people are not kept.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::conventions::accelerator::{PIPELINE, VERSION};
use super::conventions::{self, What};
use super::thing::{Name, Noun, Thing};
use crate::model::document::ResourceDocument;
use crate::model::listing::Listing;

/// What the snapshot says of itself.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    pub accounts: Vec<String>,
    pub regions: Vec<String>,
    /// When it was collected.
    pub collected: String,
}

/// An account as Organizations knows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Account {
    pub(super) name: String,
    pub(super) parent: String,
    pub(super) active: bool,
}

/// A unit or root.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Unit {
    pub(super) name: String,
    pub(super) parent: String,
}

/// A trail that records.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Trail {
    pub(super) name: String,
    pub(super) bucket: String,
    pub(super) organization: bool,
}

/// How often something was not read, and why the first time.
#[derive(Debug, Clone, Default)]
pub(super) struct Gap {
    pub(super) count: u64,
    pub(super) reason: String,
}

impl Gap {
    fn add(&mut self, reason: &str) {
        let reason = cut(reason);
        if self.count == 0 || reason < self.reason {
            self.reason = reason;
        }
        self.count += 1;
    }
}

/// Everything that was gathered.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    pub(super) scope: Scope,
    /// By account, name, and Region where it has one.
    things: BTreeMap<(String, Name, String), Thing>,
    pub(super) accounts: BTreeMap<String, Account>,
    pub(super) units: BTreeMap<String, Unit>,
    pub(super) management: BTreeSet<String>,
    /// Bucket to account; every bucket, for trails name theirs by name alone.
    pub(super) buckets: BTreeMap<String, String>,
    pub(super) trails: BTreeSet<Trail>,
    pub(super) cost_buckets: BTreeSet<String>,
    pub(super) permission_sets: BTreeSet<String>,
    pub(super) reserved_roles: BTreeSet<String>,
    pub(super) directory_groups: BTreeSet<String>,
    /// (pool id, group).
    pub(super) pool_groups: BTreeSet<(String, String)>,
    pub(super) pools: BTreeMap<String, String>,
    /// (role, account), of those that people or machines of the estate assume.
    pub(super) roles: BTreeSet<(String, String)>,
    /// (table, account).
    pub(super) tables: BTreeSet<(String, String)>,
    pub(super) directories: BTreeSet<String>,
    pub(super) identity_centers: BTreeSet<String>,
    pub(super) issuers: BTreeSet<String>,
    /// (endpoint, VPC) of S3.
    pub(super) s3_endpoints: BTreeSet<(String, String)>,
    pub(super) pipelines: BTreeSet<String>,
    pub(super) versions: BTreeSet<String>,
    pub(super) untagged: BTreeMap<String, Gap>,
    pub(super) listed: BTreeSet<String>,
    pub(super) unlisted: BTreeMap<String, Gap>,
}

impl Survey {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(scope: Scope) -> Self {
        Self { scope, ..Self::default() }
    }

    /// How far a type was listed.
    pub fn listing(&mut self, listing: &Listing) {
        self.listed.insert(listing.kind.clone());
        if !listing.complete {
            self.unlisted.entry(listing.kind.clone()).or_default().add(&listing.reason);
        }
    }

    /// Looks at one document.
    pub fn document(&mut self, document: &ResourceDocument) {
        // What a type never has is no gap of this environment.
        let unread = document.missing.get("tags").filter(|reason| !reason.ends_with("are not collected"));
        if let Some(reason) = unread {
            self.untagged.entry(document.kind.clone()).or_default().add(reason);
        }
        self.listed.insert(document.kind.clone());
        self.thing(document);
        self.names(document);
    }

    /// Resources with signs.
    pub(super) fn things(&self) -> impl Iterator<Item = &Thing> {
        self.things.values()
    }

    fn thing(&mut self, document: &ResourceDocument) {
        let signs = document.tags.as_ref().map(conventions::signs).unwrap_or_default();
        if signs.is_empty() {
            return;
        }
        let name = Name::of(document);
        let vpc = text(document, "VpcId");
        let subnet = text(document, "SubnetId");
        // The tagging API shows the same resource a second time, what has no Region under the one that was asked.
        let typed = document.kind != "AWS::ResourceGroups::TaggedResource";
        let regional = !matches!(name.noun, Noun::Bucket | Noun::Role);
        let key_region = if regional { document.region.clone() } else { String::new() };
        let region = (!typed, document.region.clone());
        let key = (document.account.clone(), name.clone(), key_region);
        let thing = self.things.entry(key).or_insert_with(|| Thing {
            name,
            account: document.account.clone(),
            region: region.clone(),
            signs: Vec::new(),
            vpc: None,
            subnet: None,
        });
        thing.region = region.min(thing.region.clone());
        thing.vpc = [thing.vpc.take(), vpc].into_iter().flatten().min();
        thing.subnet = [thing.subnet.take(), subnet].into_iter().flatten().min();
        thing.signs.extend(signs);
        thing.signs.sort();
        thing.signs.dedup();
    }

    fn names(&mut self, document: &ResourceDocument) {
        match document.kind.as_str() {
            "AWS::S3::Bucket" => {
                least(&mut self.buckets, cut(&document.id), document.account.clone());
            }
            "AWS::IAM::Role" => self.role(document),
            "AWS::CloudTrail::Trail" => self.trail(document),
            kind if kind.starts_with("AWS::Organizations::") => self.organization(document),
            "AWS::SSO::Instance" => {
                self.identity_centers.insert(document.account.clone());
            }
            "AWS::SSO::PermissionSet" => keep(&mut self.permission_sets, text(document, "Name")),
            "AWS::IdentityStore::Group" => keep(&mut self.directory_groups, text(document, "DisplayName")),
            "AWS::DirectoryService::Group" => keep(&mut self.directory_groups, text(document, "SAMAccountName")),
            "AWS::DirectoryService::Directory" => keep(&mut self.directories, text(document, "DirectoryId")),
            "AWS::Cognito::UserPool" => {
                let id = Name::of(document).id;
                if let Some(name) = text(document, "UserPoolName") {
                    least(&mut self.pools, id, name);
                }
            }
            "AWS::Cognito::UserPoolGroup" => {
                if let (Some(pool), Some(group)) = (text(document, "UserPoolId"), text(document, "GroupName")) {
                    self.pool_groups.insert((pool, group));
                }
            }
            "AWS::DynamoDB::Table" => {
                self.tables.insert((Name::of(document).id, document.account.clone()));
            }
            "AWS::CUR::ReportDefinition" => keep(&mut self.cost_buckets, text(document, "S3Bucket")),
            "AWS::IAM::OIDCProvider" => keep(&mut self.issuers, text(document, "Url")),
            // Identity Center's own provider in each account is no issuer of the environment's.
            "AWS::IAM::SAMLProvider" if !document.id.contains(":saml-provider/AWSSSO_") => {
                keep(&mut self.issuers, Some(cut(&document.id)));
            }
            "AWS::EC2::VPCEndpoint" => {
                let s3 = text(document, "ServiceName").is_some_and(|name| name.ends_with(".s3"));
                if let (true, Some(vpc)) = (s3, text(document, "VpcId")) {
                    self.s3_endpoints.insert((Name::of(document).id, vpc));
                }
            }
            "AWS::CodePipeline::Pipeline" if text(document, "Name").as_deref() == Some(PIPELINE) => {
                self.pipelines.insert(format!("the pipeline {PIPELINE} of account {}", document.account));
            }
            "AWS::SSM::Parameter" => {
                let (start, end) = VERSION;
                let version = text(document, "Name").filter(|n| n.starts_with(start) && n.ends_with(end));
                keep(&mut self.versions, version);
            }
            _ => {}
        }
    }

    fn role(&mut self, document: &ResourceDocument) {
        let Some(name) = text(document, "RoleName") else { return };
        match text(document, "Path").unwrap_or_default() {
            path if path.starts_with("/aws-service-role/") => {}
            path if path.starts_with("/aws-reserved/sso.amazonaws.com/") => {
                self.identity_centers.insert(document.account.clone());
                // `AWSReservedSSO_SET_0123456789abcdef`: one for each set in each account.
                let set = name.strip_prefix("AWSReservedSSO_").and_then(|rest| rest.rsplit_once('_'));
                keep(&mut self.reserved_roles, set.map(|(set, _)| set.to_owned()));
            }
            _ => {
                self.roles.insert((name, document.account.clone()));
            }
        }
    }

    fn trail(&mut self, document: &ResourceDocument) {
        let recording = document.facet("Status").and_then(|s| s.get("IsLogging")).and_then(Value::as_bool);
        let flag = |name: &str| document.facet(name).and_then(Value::as_bool).unwrap_or_default();
        let (Some(name), Some(bucket)) = (text(document, "TrailName"), text(document, "S3BucketName")) else {
            return;
        };
        if recording == Some(true) && !bucket.is_empty() {
            self.trails.insert(Trail { name, bucket, organization: flag("IsOrganizationTrail") });
        }
    }

    fn organization(&mut self, document: &ResourceDocument) {
        let id = cut(&document.id);
        match document.kind.as_str() {
            "AWS::Organizations::Organization" => {
                keep(&mut self.management, text(document, "ManagementAccountId"));
            }
            "AWS::Organizations::Account" => {
                let account = Account {
                    name: text(document, "AccountName").unwrap_or_default(),
                    parent: text(document, "ParentId").unwrap_or_default(),
                    active: text(document, "Status").is_none_or(|s| s == "ACTIVE"),
                };
                least(&mut self.accounts, id, account);
            }
            "AWS::Organizations::OrganizationalUnit" => {
                let unit = Unit {
                    name: text(document, "Name").unwrap_or_default(),
                    parent: text(document, "ParentId").unwrap_or_default(),
                };
                least(&mut self.units, id, unit);
            }
            _ => {}
        }
    }
}

/// A facet that is a text, as far as it could be a name: what is longer is kept only as far as it shows that.
fn text(document: &ResourceDocument, facet: &str) -> Option<String> {
    document.facet(facet).and_then(Value::as_str).map(cut)
}

fn cut(text: &str) -> String {
    text.chars().take(super::LONGEST + 1).collect()
}

/// Of two that say they are the same, always the same one counts.
fn least<T: Ord>(map: &mut BTreeMap<String, T>, id: String, value: T) {
    match map.entry(id) {
        Entry::Occupied(mut there) if value < *there.get() => {
            there.insert(value);
        }
        Entry::Occupied(_) => {}
        Entry::Vacant(free) => {
            free.insert(value);
        }
    }
}

fn keep(names: &mut BTreeSet<String>, name: Option<String>) {
    names.extend(name.filter(|n| !n.is_empty()));
}

impl Thing {
    /// Whether it is a place in a network where researchers work.
    pub(super) fn workplace(&self) -> Option<&conventions::Sign> {
        self.says(What::Workplace).next().filter(|_| self.name.noun == Noun::Instance)
    }
}
