//! The form of `tre.toml`: every table and member, as a person writes them.
//!
//! May import: nothing of this crate but the small values beside it. Guarantees: a member that the form does not know is
//! an error; `None` is "not declared" and an empty list is "declared, and there is none". The doc comments here are the
//! descriptions of the JSON Schema.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::value::{Day, OneOrMany};

/// A list of words; `None` is not declared.
pub type List = Option<Vec<String>>;

/// The declaration of a Trusted Research Environment. Nothing that AWS can tell is repeated here; no personal data but
/// work identifiers. A part that is left out makes the controls that need it *not assessed*.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Form {
    /// What the environment is and where it runs.
    pub tre: Option<Tre>,
    /// How AWS knows each persona.
    pub personas: Option<Personas>,
    /// The stages through which data enters and leaves.
    pub airlock: Option<Airlock>,
    /// Networks, where the tags `tre:role=workspace|data|endpoint` do not say it.
    pub network: Option<Network>,
    /// The register of projects.
    pub project: Option<Vec<Project>>,
    /// The register of datasets.
    pub dataset: Option<Vec<Dataset>>,
    /// Where people sign in.
    pub identity: Option<Identity>,
    /// The levels of classification.
    pub classification: Option<Classification>,
    /// What may cross the boundary.
    pub perimeter: Option<Perimeter>,
    /// Control Tower controls.
    pub controls: Option<Controls>,
    /// Promises of availability.
    pub availability: Option<Availability>,
    /// Who changes the environment, and with what.
    pub operations: Option<Operations>,
    /// Bounds that policies compare with.
    pub limits: Option<LimitsForm>,
    /// NHS Data Security and Protection Toolkit.
    pub dspt: Option<Dspt>,
    /// Transfer servers and connectors.
    pub transfer: Option<Transfer>,
    /// From where people may work.
    pub access: Option<Access>,
    /// Where software comes from.
    pub software: Option<Software>,
    /// The register of registered people, one table each: `[people.u123]`, by directory user name.
    pub people: Option<BTreeMap<String, Person>>,
    /// Where datasets are described.
    pub catalogue: Option<CatalogueForm>,
    /// Where logs are kept.
    pub logging: Option<Logging>,
}

/// What the environment is and where it runs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Tre {
    /// A short name for the head of the report.
    pub name: Option<String>,
    /// Approved Regions, for example `eu-west-2`.
    pub regions: List,
    /// Accounts by what they are for (`data`, `workspace`, `log`, `image`, `network`, `security`, `backup`, `management`,
    /// `dev`, `test` …); each is one id of 12 digits or a list.
    pub accounts: Option<BTreeMap<String, OneOrMany>>,
    /// The organisational unit that holds the accounts.
    pub ou: Option<String>,
    /// Tag keys, where they are not `tre:project`, `tre:role` and `tre:class`.
    pub tags: Option<Tags>,
    /// Environments of Research and Engineering Studio, by name: their tables of projects, of permission profiles and of settings
    /// are read, which needs `dynamodb:Scan` on them.
    pub res: List,
    /// Whether the environment federates with others.
    pub federation: Option<Federation>,
}

/// The tag keys that discovery reads.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Tags {
    /// Holds the project's id; `tre:project` unless said otherwise.
    pub project: Option<String>,
    /// Holds what a resource is for; `tre:role` unless said otherwise.
    pub role: Option<String>,
    /// Holds the level of classification; `tre:class` unless said otherwise.
    pub class: Option<String>,
}

/// Membership of a federation; pillar 5 of SATRE is out of scope without it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Federation {
    /// Whether the environment is a member.
    pub member: Option<bool>,
}

/// How AWS knows each persona: `sso:PermissionSet`, `group:directory-group`, `role:name`, `user:name` or
/// `cognito:pool/group`. `*` stands for any text, `{project}` for each project's id.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Personas {
    /// Leads a project.
    pub lead_researcher: List,
    /// Works on a project's data.
    pub researcher: List,
    /// Brings data in and keeps it.
    pub data_manager: List,
    /// Governs information.
    pub ig_manager: List,
    /// Checks what leaves.
    pub output_checker: List,
    /// Runs the environment without seeing data.
    pub operator: List,
    /// The one machine role that fills the outbound stage.
    pub release: List,
    /// The machine role that takes data from ingress into a store.
    pub ingest: List,
    /// Manages a project without access to it (SATRE 4.2.02).
    pub project_manager: List,
    /// Owns an information asset.
    pub information_asset_owner: List,
    /// The machine roles that back up and restore.
    pub backup: List,
}

impl Personas {
    /// Every persona by name, declared or not, in the order of the names.
    #[must_use]
    pub fn all(&self) -> [(&'static str, &List); 11] {
        [
            ("backup", &self.backup),
            ("data_manager", &self.data_manager),
            ("ig_manager", &self.ig_manager),
            ("information_asset_owner", &self.information_asset_owner),
            ("ingest", &self.ingest),
            ("lead_researcher", &self.lead_researcher),
            ("operator", &self.operator),
            ("output_checker", &self.output_checker),
            ("project_manager", &self.project_manager),
            ("release", &self.release),
            ("researcher", &self.researcher),
        ]
    }

    /// The references of a persona; none where it is not declared or no such persona exists.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&[String]> {
        self.all().into_iter().find(|(n, _)| *n == name).and_then(|(_, list)| list.as_deref())
    }
}

/// The stages through which data enters and leaves. Stores are named `s3:bucket`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Airlock {
    /// Where data arrives.
    pub ingress: List,
    /// Where researchers write what they ask to take out.
    pub request: List,
    /// Where output checkers read.
    pub review: List,
    /// What has been released.
    pub outbound: List,
    /// What has been refused.
    pub rejected: List,
    /// The table of requests, `dynamodb:name`.
    pub records: Option<String>,
    /// Allowed moves, each from one stage to another: `ingress`, `request`, `review`, `outbound`, `rejected`, `store`.
    pub paths: Option<Vec<Vec<String>>>,
    /// Functions that scan what arrives, by name or ARN.
    pub scanner: Option<OneOrMany>,
}

impl Airlock {
    /// Every stage that holds stores, in the order in which data passes.
    #[must_use]
    pub fn stages(&self) -> [(&'static str, &List); 5] {
        [
            ("ingress", &self.ingress),
            ("request", &self.request),
            ("review", &self.review),
            ("outbound", &self.outbound),
            ("rejected", &self.rejected),
        ]
    }

    /// The stores of a stage, to be changed.
    pub(super) fn stage_mut(&mut self, stage: &str) -> Option<&mut List> {
        match stage {
            "ingress" => Some(&mut self.ingress),
            "request" => Some(&mut self.request),
            "review" => Some(&mut self.review),
            "outbound" => Some(&mut self.outbound),
            "rejected" => Some(&mut self.rejected),
            _ => None,
        }
    }
}

/// Networks and what they may reach.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Network {
    /// Subnets of workspaces.
    pub workspace: List,
    /// Subnets of data stores.
    pub data: List,
    /// Joined networks and partners; empty is none.
    pub allowed: List,
    /// Security groups or resources of the desktop broker.
    pub broker: List,
    /// Listeners of plain TCP whose traffic the broker itself encrypts, by ARN.
    pub broker_encrypted: List,
    /// Security groups from which the environment is managed.
    pub management: List,
    /// VPC endpoints through which stores are reached.
    pub endpoints: List,
    /// VPCs of the environment.
    pub vpcs: List,
    /// Firewall endpoints and attachments through which all traffic out must go.
    pub inspection: List,
    /// Ports that workspaces may use to leave the environment.
    pub egress_ports: Option<Vec<i64>>,
    /// TLS policies that listeners may use.
    pub tls_policies: List,
    /// Where flow logs go: a bucket (`s3:name`) or log group (`logs:name`), or a list of them.
    pub flow_log_destination: Option<OneOrMany>,
    /// Resolvers that names may be forwarded to.
    pub resolvers: List,
    /// Domain lists of the DNS firewall that are allowed before the final block.
    pub dns_allow: List,
}

/// A project of the register.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// The value of the project tag.
    pub id: String,
    /// For people.
    #[serde(default)]
    pub title: Option<String>,
    /// Other names of the same project: `res:name`, `datazone:id`.
    #[serde(default)]
    pub aliases: List,
    /// Directory user name of the lead researcher.
    #[serde(default)]
    pub lead: Option<String>,
    /// Directory user name of the project manager.
    #[serde(default)]
    pub manager: Option<String>,
    /// Directory user name of the owner.
    #[serde(default)]
    pub owner: Option<String>,
    /// Articles of UK GDPR, for example `6(1)(e), 9(2)(j)`.
    #[serde(default)]
    pub legal_basis: Option<String>,
    /// A level of `[classification]`.
    #[serde(default)]
    pub tier: Option<String>,
    /// First day.
    #[serde(default)]
    pub start: Option<Day>,
    /// Last day.
    #[serde(default)]
    pub end: Option<Day>,
    /// Ids of the datasets that are approved for it.
    #[serde(default)]
    pub datasets: List,
    /// Approved spend in whole pounds.
    #[serde(default)]
    pub budget_gbp: Option<i64>,
    /// Whether spending must stop by itself at the limit.
    #[serde(default)]
    pub cost_stop: Option<bool>,
    /// Who may take its released outputs: directory user names or persona references.
    #[serde(default)]
    pub recipients: List,
}

/// A dataset of the register.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dataset {
    /// Unique among datasets.
    pub id: String,
    /// For people.
    #[serde(default)]
    pub title: Option<String>,
    /// Directory user name of the information asset owner.
    #[serde(default)]
    pub owner: Option<String>,
    /// Who supplied it.
    #[serde(default)]
    pub source: Option<String>,
    /// A level of `[classification]`.
    #[serde(default)]
    pub class: Option<String>,
    /// How near it is to people.
    #[serde(default)]
    #[schemars(extend("enum" = super::words::IDENTIFIABILITY))]
    pub identifiability: Option<String>,
    /// Articles of UK GDPR.
    #[serde(default)]
    pub legal_basis: Option<String>,
    /// Where it lies: `s3:bucket`, `efs:fs-…`, `dynamodb:table` … In a plan also a logical id or an address.
    #[serde(default)]
    pub stores: List,
    /// By when it must be gone.
    #[serde(default)]
    pub delete_by: Option<Day>,
    /// When it was deleted.
    #[serde(default)]
    pub deleted: Option<Day>,
}

/// Where people sign in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Identity {
    /// Who holds the accounts of people.
    #[schemars(extend("enum" = super::words::IDENTITY_SOURCES))]
    pub source: Option<String>,
    /// IAM or directory users that are allowed outside groups, for emergencies.
    pub break_glass: List,
    /// Federated identity providers, by ARN or URL.
    pub issuers: List,
    /// Directories (`d-…`) that people of the environment sign in to.
    pub directories: List,
    /// Cognito user pools that people of the environment sign in to.
    pub user_pools: List,
}

/// The levels of classification, from the most open to the most sensitive.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Classification {
    /// Names of the levels.
    pub levels: List,
}

/// What may cross the boundary.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Perimeter {
    /// Outside accounts that may be shared with.
    pub accounts: List,
    /// Suppliers that may be trusted, by account id or ARN.
    pub suppliers: List,
    /// Resources of AWS that are exempt from the resource perimeter.
    pub aws_owned: List,
    /// Service principals that may reach stores from outside the endpoints, for example `logging.s3.amazonaws.com`.
    pub service_principals: List,
    /// Roles that are exempt from the network perimeter.
    pub exempt: List,
    /// Actions that have no VPC endpoint, for example `iam:GetRole`.
    pub no_endpoint: List,
    /// Functions that may stand before a store (Object Lambda), by name or ARN.
    pub functions: List,
    /// S3 access points that may be attached to file systems, by ARN.
    pub access_points: List,
    /// Session tags with which outside engines may read tables of Lake Formation.
    pub session_tags: List,
}

/// Control Tower controls.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Controls {
    /// Controls that must be enabled on the unit.
    pub required: List,
}

/// Promises of availability.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Availability {
    /// Whether databases must run in two zones.
    pub multi_az: Option<bool>,
}

/// Who changes the environment, and with what.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Operations {
    /// Roles that may change boundary resources.
    pub deploy_roles: List,
    /// Roles of the landing zone, which guard rails may exempt.
    pub landing_zone_roles: List,
    /// The oldest release of Landing Zone Accelerator that is allowed; empty is not declared.
    pub lza_floor: Option<String>,
}

/// Bounds that policies compare with. Those without a default leave their control not assessed until they are declared.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsForm {
    /// Days after which an unused credential is stale; 45 unless said otherwise.
    pub stale_days: Option<i64>,
    /// Days between access reviews; 90 unless said otherwise.
    pub review_days: Option<i64>,
    /// Days between restore tests; 365 unless said otherwise.
    pub restore_test_days: Option<i64>,
    /// Days after which a machine image is too old; 60 unless said otherwise.
    pub image_days: Option<i64>,
    /// Days after which the airlock's stages empty themselves; 30 unless said otherwise.
    pub airlock_days: Option<i64>,
    /// Days that logs are kept; no default.
    pub log_days: Option<i64>,
    /// Days after its end in which a project is closed; no default.
    pub close_grace_days: Option<i64>,
    /// Days that events count back, 2 to 90; no default. The last day is never claimed.
    pub events_days: Option<i64>,
    /// Days in which a serious finding is settled; no default.
    pub finding_days: Option<i64>,
    /// Days in which drift is looked for; no default.
    pub drift_days: Option<i64>,
    /// Share of resources that a stack owns, in per cent; no default.
    pub iac_percent: Option<i64>,
    /// Longest life of a presigned request in seconds; no default.
    pub presign_seconds: Option<i64>,
    /// Longest session in hours; 12 unless said otherwise.
    pub session_hours: Option<i64>,
    /// Minutes after which an idle desktop is disconnected; no default.
    pub idle_minutes: Option<i64>,
    /// Hops that instance metadata may travel; 2 unless said otherwise.
    pub imds_hops: Option<i64>,
    /// Fewest output checkers of a project; 2 unless said otherwise.
    pub checkers: Option<i64>,
    /// Hours of work that may be lost (recovery point objective); no default.
    pub rpo_hours: Option<i64>,
}

/// NHS Data Security and Protection Toolkit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Dspt {
    /// `caf` (aligned with the Cyber Assessment Framework) or `ndg` (National Data Guardian standards).
    #[schemars(extend("enum" = ["caf", "ndg"]))]
    pub track: Option<String>,
    /// caf: `v8` or `v9`; ndg: `v8/2`, `v8/3` or `v8/4`.
    #[schemars(extend("enum" = ["v8", "v9", "v8/2", "v8/3", "v8/4"]))]
    pub edition: Option<String>,
    /// The level or answer that is claimed, by outcome or evidence item.
    pub claims: Option<BTreeMap<String, String>>,
    /// Certificates held: `cyber-essentials`, `cyber-essentials-plus`, `iso27001`.
    pub held: List,
}

/// Transfer servers and connectors.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Transfer {
    /// Address ranges and names of partners.
    pub partners: List,
    /// Security policies that a server may use.
    pub policies: List,
    /// Users that may take released outputs.
    pub users: List,
}

/// From where people may work.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Access {
    /// Address ranges, for example `198.51.100.0/24`.
    pub places: List,
}

/// Where software comes from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Software {
    /// The package repositories in which outside software is held before it is allowed: `domain/repository`.
    pub quarantine: Option<OneOrMany>,
    /// Upstream registries that a pull-through cache may name.
    pub upstreams: List,
    /// Blueprints of `DataZone` or Unified Studio that may be enabled.
    pub blueprints: List,
}

/// A registered person. Nothing but what access needs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Person {
    /// Ids of the projects that the person works on.
    pub projects: List,
    /// The person's last day.
    pub leave: Option<Day>,
}

/// Where datasets are described.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CatalogueForm {
    /// `external` where neither Glue nor `DataZone` holds the descriptions.
    #[schemars(extend("enum" = super::words::CATALOGUES))]
    pub kind: Option<String>,
}

/// Where logs are kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Logging {
    /// Buckets of logs, `s3:name`.
    pub buckets: List,
    /// Buckets of cost and usage exports, `s3:name`.
    pub cost_buckets: List,
}
