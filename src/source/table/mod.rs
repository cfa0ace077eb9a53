//! The long tail of AWS as a table: how a type is listed, what is asked of each resource, and which facets the answers
//! give. A new type is a row here, and no other code.
//!
//! May import: `source::operations`. Guarantees: plain data, without the feature `live` too. Only members that a row names
//! are kept, so that a secret which AWS adds to an answer one day never reaches a disk.

mod accessanalyzer;
mod account;
mod airlock;
mod appflow;
mod appstream;
mod athena;
mod backup;
mod batch;
mod bedrock;
mod billing;
pub mod cedar;
mod cloudformation;
pub mod cloudtrail;
mod cloudwatch;
mod code;
mod codeartifact;
mod cognito;
mod controltower;
mod datasync;
mod datazone;
pub mod declared;
mod directconnect;
mod directory;
mod dms;
mod dynamodb;
mod ec2;
mod ec2_images;
mod ec2_network;
mod ecr;
mod ecs;
mod efs;
mod eks;
mod elbv2;
mod emr;
mod events;
mod firehose;
mod fsx;
mod glue;
mod guardduty;
mod identitystore;
mod imagebuilder;
mod inspector;
mod kinesis;
mod kms;
mod lakeformation;
mod lambda;
mod logs;
mod macie;
mod networkfirewall;
mod networkmanager;
mod oam;
mod omics;
mod pcs;
mod ram;
mod rds;
mod redshift;
mod res;
mod route53profiles;
mod route53resolver;
mod s3control;
mod s3tables;
mod sagemaker;
mod secretsmanager;
mod securityhub;
mod servicecatalog;
pub mod shape;
mod sns;
mod sqs;
mod ssm;
mod sso;
mod states;
mod tagging;
mod transfer;
mod vpclattice;
mod workspaces;
mod workspaces_web;

use std::collections::BTreeSet;

use super::operations::{Body, Operation, Scope};
pub use shape::{Facet, Shape};

/// How a service is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// awsJson: everything is a POST of JSON to `/`, named by a header.
    Json { version: &'static str, target: &'static str },
    /// restJson: a path for each operation.
    Rest,
    /// restXml: the same, and XML out; what is sent under a name that begins with `x-amz-` is a header.
    RestXml,
    /// The query protocol: a form in, XML out; the answer stands in an element of its own, which paths leave out.
    Query { version: &'static str },
    /// EC2's form of it, without that element.
    Ec2 { version: &'static str },
}

impl Protocol {
    /// Whether answers are XML, where a list cannot be told from a record without its shape.
    #[must_use]
    pub fn is_xml(self) -> bool {
        matches!(self, Self::RestXml | Self::Query { .. } | Self::Ec2 { .. })
    }
}

/// A service of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Service {
    /// The name that requests are signed for.
    pub name: &'static str,
    pub protocol: Protocol,
    /// Its host: `{account}`, `{region}` and `{dns}` (the partition's suffix) are filled in.
    pub host: Option<&'static str>,
    /// A global service is asked once for the account, in the Region in which it lives.
    pub only_in: Option<&'static str>,
}

impl Service {
    /// A service in each Region, whose host begins with the name that requests are signed for.
    #[must_use]
    pub const fn new(name: &'static str, protocol: Protocol) -> Self {
        Self { name, protocol, host: None, only_in: None }
    }

    /// Another host than `NAME.{region}.{dns}`.
    #[must_use]
    pub const fn at(mut self, host: &'static str) -> Self {
        self.host = Some(host);
        self
    }

    /// A global service, which is asked in one Region alone.
    #[must_use]
    pub const fn only_in(mut self, region: &'static str) -> Self {
        self.only_in = Some(region);
        self
    }
}

/// A value that is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    Text(&'static str),
    /// A list of texts (JSON only).
    Texts(&'static [&'static str]),
    Number(u32),
    Flag(bool),
    /// The id of the account that is read.
    Account,
    /// The resource's ARN, where its listing gives a name alone.
    Arn,
    /// A member of the listed resource; the empty path is the resource itself, where a list holds nothing but ids. `^`
    /// before it means the resource under which this one was listed, `^^` the one above that.
    Of(&'static str),
    /// The same, as a list of this one value (JSON only): for operations that describe several at once.
    One(&'static str),
    /// Members of its own (JSON only).
    Record(&'static [(&'static str, Sent)]),
    /// A list of values (JSON only).
    List(&'static [Sent]),
}

/// How an answer goes on: the member that a next request sends, and the one in which the token came. After a `!`
/// `read` names a flag that must not say that there is more where no token came; of a list that cannot be followed, only that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    pub sent: &'static str,
    pub read: &'static str,
}

impl Paging {
    /// Where the token stands in an answer, and where the flag; either may be empty.
    #[must_use]
    pub fn parts(self) -> (&'static str, &'static str) {
        self.read.split_once('!').unwrap_or((self.read, ""))
    }
}

/// One operation with its request and its answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Ask {
    pub operation: Operation,
    /// For restJson: method and path, `{Name}` being a sent value. What is not in the path stands in the query of a GET
    /// and in the body of a POST; there `?a&b` after the path names what stands in the query all the same.
    pub route: (&'static str, &'static str),
    pub sent: &'static [(&'static str, Sent)],
    /// Where the list stands in the answer, by dots; empty where the answer is no list; [`WHOLE`] for a setting.
    pub items: &'static str,
    /// Lists within the items that are the resources (reservations hold instances); mostly empty.
    pub within: &'static str,
    /// Another service than that of the type, where one describes what another one lists.
    pub elsewhere: Option<&'static Service>,
    pub paging: Option<Paging>,
    /// Of which resources alone it is asked; none for all.
    pub only: Option<Only>,
}

/// What an operation that reads data is held to: it is asked of the resources that the printed policy lets it read, and of no
/// other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Only {
    /// Members of the listed resource, with what each begins and ends with.
    pub members: &'static [(&'static str, &'static str, &'static str)],
    /// The same in the words of IAM.
    pub resource: &'static str,
    /// Why it is not asked of the others.
    pub otherwise: &'static str,
}

impl Only {
    /// Whether it is asked about a listed resource; `member` gives a member of it.
    #[must_use]
    pub fn is_asked<'v>(&self, member: impl Fn(&str) -> Option<&'v str>) -> bool {
        self.members.iter().all(|(path, begins, ends)| {
            member(path).and_then(|text| text.strip_prefix(begins)).is_some_and(|rest| rest.ends_with(ends))
        })
    }
}

/// A request in each Region, with the IAM action of the operation's own name: `ask!("ecr" "DescribeRepositories", body)`;
/// another action follows after `as`.
macro_rules! ask {
    ($service:literal $name:literal, $body:expr) => {
        $crate::source::table::ask!($service $name as &[concat!($service, ":", $name)], $body)
    };
    ($service:literal $name:literal as $actions:expr, $body:expr) => {
        $crate::source::table::Ask::of($crate::source::table::regional($service, $name, $actions, $body))
    };
}
pub(in crate::source::table) use ask;

impl Ask {
    /// A request that sends nothing and whose answer describes one thing; awsJson and query need no more route.
    #[must_use]
    pub const fn of(operation: Operation) -> Self {
        Self {
            operation,
            route: ("POST", "/"),
            sent: &[],
            items: "",
            within: "",
            elsewhere: None,
            paging: None,
            only: None,
        }
    }

    /// Method and path, for restJson.
    #[must_use]
    pub const fn route(mut self, method: &'static str, path: &'static str) -> Self {
        self.route = (method, path);
        self
    }

    /// What is sent.
    #[must_use]
    pub const fn sending(mut self, sent: &'static [(&'static str, Sent)]) -> Self {
        self.sent = sent;
        self
    }

    /// Where the list stands in the answer.
    #[must_use]
    pub const fn list(mut self, items: &'static str) -> Self {
        self.items = items;
        self
    }

    /// All is asked for at once, and this flag of the answer must not say that there is more.
    #[must_use]
    pub const fn whole_unless(mut self, flag: &'static str) -> Self {
        self.paging = Some(Paging { sent: "", read: flag });
        self
    }

    /// Lists within the items that are the resources.
    #[must_use]
    pub const fn within(mut self, within: &'static str) -> Self {
        self.within = within;
        self
    }

    /// The member that a next request sends, and the one in which its token came.
    #[must_use]
    pub const fn paged(mut self, sent: &'static str, read: &'static str) -> Self {
        self.paging = Some(Paging { sent, read });
        self
    }

    /// Error codes that mean "not configured"; `Code: words` only where the message holds the words.
    #[must_use]
    pub const fn absent(mut self, codes: &'static [&'static str]) -> Self {
        self.operation.absent_codes = codes;
        self
    }

    /// Asked of some resources alone.
    #[must_use]
    pub const fn only(mut self, only: Only) -> Self {
        self.only = Some(only);
        self
    }

    /// Asked of another service than that of the type.
    #[must_use]
    pub const fn of_service(mut self, service: &'static Service) -> Self {
        self.elsewhere = Some(service);
        self
    }

    /// Asked once for the account.
    #[must_use]
    pub const fn global(mut self) -> Self {
        self.operation.scope = Scope::Global;
        self
    }

    /// The answer may carry a secret: not even its hash is kept.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.operation.secret_body = true;
        self
    }
}

/// How the name of a resource is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arn {
    /// A member of the listed resource.
    Member(&'static str),
    /// `arn:{partition}:SERVICE:{Region}:{account}:` and this, followed by the id.
    Regional(&'static str, &'static str),
    /// `arn:{partition}:SERVICE:{Region}:{account}:` and this, `{path}` being a member as in [`Sent::Of`].
    Made(&'static str, &'static str),
    /// It has none.
    None,
}

/// Where tags come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tags {
    /// A list of records in the listed resource: path, member of the key, member of the value.
    Listed(&'static str, &'static str, &'static str),
    /// A list of records in the answer of an operation of its own.
    Asked(&'static Ask, &'static str, &'static str),
    /// An object of keys and values in the answer of an operation.
    Object(&'static Ask, &'static str),
    /// A list of records in the answer of an operation that describes the resource: path, member of the key and of
    /// the value.
    Within(&'static Ask, &'static str, &'static str, &'static str),
    /// It has none, or no operation of the table reads them.
    None,
}

/// An operation that describes one resource.
#[derive(Debug, PartialEq, Eq)]
pub struct Detail {
    pub ask: Ask,
    pub facets: &'static [Facet],
}

/// In [`Ask::items`]: the answer itself is the one resource (a setting of a Region). Its id is the Region.
pub const WHOLE: &str = ".";

/// A type and how it is collected.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// `CloudFormation`'s name.
    pub kind: &'static str,
    pub service: &'static Service,
    pub list: Ask,
    /// The type under each of whose resources this one is listed.
    pub under: Option<&'static Kind>,
    /// The member of the listed resource that is its id; empty where the list holds ids. Several, and those of the resource
    /// above (`^Name`), are joined by `|`, as `CloudFormation` joins them.
    pub id: &'static str,
    pub arn: Arn,
    pub tags: Tags,
    /// What the listing itself says.
    pub facets: &'static [Facet],
    pub details: &'static [Detail],
}

/// Every type of the table that is read without being declared.
pub static KINDS: &[&Kind] = &[
    &accessanalyzer::ANALYZER,
    &accessanalyzer::FINDING,
    &account::BILLING,
    &account::OPERATIONS,
    &account::SECURITY,
    &appflow::FLOW,
    &appstream::FLEET,
    &appstream::IMAGE_BUILDER,
    &appstream::STACK,
    &athena::WORK_GROUP,
    &billing::EXPORT,
    &backup::PLAN,
    &backup::VAULT,
    &backup::PROTECTED,
    &backup::SETTINGS,
    &backup::RESTORE_JOB,
    &backup::TESTING_PLAN,
    &batch::COMPUTE_ENVIRONMENT,
    &batch::JOB_QUEUE,
    &bedrock::APPLICATION_PROFILE,
    &bedrock::GUARDRAIL,
    &bedrock::SYSTEM_PROFILE,
    &bedrock::INVOCATION_LOGGING,
    &billing::BUDGET,
    &billing::ACTION,
    &billing::NOTIFICATION,
    &billing::ALLOCATION_TAG,
    &billing::REPORT,
    &cloudformation::STACK,
    &cloudtrail::STORE,
    &cloudwatch::ALARM,
    &cloudwatch::COMPOSITE,
    &codeartifact::DOMAIN,
    &codeartifact::PACKAGE_GROUP,
    &codeartifact::REPOSITORY,
    &code::PROJECT,
    &code::REPOSITORY,
    &code::CONNECTION,
    &code::PIPELINE,
    &cognito::IDENTITY_POOL,
    &cognito::USER_POOL,
    &cognito::CLIENT,
    &cognito::GROUP,
    &controltower::BASELINE,
    &controltower::CONTROL,
    &controltower::LANDING_ZONE,
    &dms::ENDPOINT,
    &datasync::LOCATION,
    &datasync::TASK,
    &datazone::DOMAIN,
    &datazone::BLUEPRINT,
    &datazone::GROUP_PROFILE,
    &datazone::PROJECT,
    &datazone::SUBSCRIPTION,
    &datazone::SUBSCRIPTION_REQUEST,
    &datazone::USER_PROFILE,
    &directconnect::VIRTUAL_INTERFACE,
    &directory::DIRECTORY,
    &directory::GROUP,
    &dynamodb::TABLE,
    &ec2_network::AVAILABLE_SERVICE,
    &ec2_network::CLIENT_VPN,
    &ec2_network::DHCP_OPTIONS,
    &ec2_network::ADDRESS,
    &ec2::FLOW_LOG,
    &ec2_images::IMAGE,
    &ec2::INSTANCE,
    &ec2_network::CONNECT_ENDPOINT,
    &ec2::INTERNET_GATEWAY,
    &ec2_images::LAUNCH_TEMPLATE,
    &ec2_images::LAUNCH_TEMPLATE_VERSION,
    &ec2::NAT_GATEWAY,
    &ec2::NETWORK_ACL,
    &ec2_network::INTERFACE,
    &ec2_network::PREFIX_LIST,
    &ec2::REGION_SETTINGS,
    &ec2::ROUTE_TABLE,
    &ec2::SECURITY_GROUP,
    &ec2_network::GROUP_RULE,
    &ec2::SNAPSHOT,
    &ec2::SUBNET,
    &ec2_network::TRANSIT_GATEWAY,
    &ec2_network::TRANSIT_GATEWAY_ATTACHMENT,
    &ec2_network::TRANSIT_GATEWAY_ROUTE_TABLE,
    &ec2::VPC,
    &ec2_network::EXCLUSION,
    &ec2::VPC_ENDPOINT,
    &ec2_network::ENDPOINT_SERVICE,
    &ec2::PEERING,
    &ec2_network::VPN_CONNECTION,
    &ec2::VOLUME,
    &ecr::PUBLIC_REPOSITORY,
    &ecr::PULL_THROUGH,
    &ecr::REGISTRY,
    &ecr::REPOSITORY,
    &ecs::CLUSTER,
    &ecs::SERVICE,
    &ecs::TASK_DEFINITION,
    &efs::ACCESS_POINT,
    &efs::FILE_SYSTEM,
    &efs::MOUNT_TARGET,
    &eks::CLUSTER,
    &emr::CLUSTER,
    &elbv2::LOAD_BALANCER,
    &events::BUS,
    &events::RULE,
    &fsx::ASSOCIATION,
    &fsx::TASK,
    &fsx::FILE_SYSTEM,
    &fsx::ACCESS_POINT,
    &glue::CONNECTION,
    &glue::CRAWLER,
    &glue::CATALOGUE,
    &glue::DATABASE,
    &glue::JOB,
    &glue::TABLE,
    &guardduty::DETECTOR,
    &guardduty::FINDING,
    &guardduty::PLAN,
    &identitystore::GROUP,
    &identitystore::MEMBERSHIP,
    &identitystore::USER,
    &imagebuilder::PIPELINE,
    &inspector::STATUS,
    &inspector::COVERAGE,
    &kms::KEY,
    &kinesis::STREAM,
    &firehose::DELIVERY_STREAM,
    &lakeformation::DATA_CELLS_FILTER,
    &lakeformation::SETTINGS,
    &lakeformation::RESOURCE,
    &lambda::FUNCTION,
    &logs::ACCOUNT_POLICY,
    &logs::EXPORT_TASK,
    &logs::LOG_GROUP,
    &logs::RESOURCE_POLICY,
    &macie::BUCKET,
    &macie::JOB,
    &macie::SCOPE,
    &macie::FINDING,
    &macie::SESSION,
    &networkfirewall::FIREWALL,
    &networkfirewall::POLICY,
    &networkfirewall::RULE_GROUP,
    &networkmanager::ATTACHMENT,
    &oam::LINK,
    &oam::SINK,
    &omics::CONFIGURATION,
    &omics::REFERENCE_STORE,
    &omics::RUN,
    &omics::RUN_GROUP,
    &omics::SEQUENCE_STORE,
    &omics::SHARE,
    &omics::VARIANT_STORE,
    &omics::WORKFLOW,
    &pcs::CLUSTER,
    &pcs::NODE_GROUP,
    &ram::SHARE,
    &rds::CLUSTER,
    &rds::CLUSTER_PARAMETER_GROUP,
    &rds::CLUSTER_SNAPSHOT,
    &rds::INSTANCE,
    &rds::PARAMETER_GROUP,
    &rds::SNAPSHOT,
    &rds::SUBNET_GROUP,
    &rds::EXPORT_TASK,
    &redshift::CLUSTER,
    &tagging::RESOURCE,
    &route53profiles::PROFILE,
    &route53profiles::ASSOCIATION,
    &route53profiles::RESOURCE_ASSOCIATION,
    &route53resolver::FIREWALL_CONFIG,
    &route53resolver::DOMAIN_LIST,
    &route53resolver::RULE_GROUP,
    &route53resolver::RULE_GROUP_ASSOCIATION,
    &route53resolver::ENDPOINT,
    &route53resolver::QUERY_LOG,
    &route53resolver::QUERY_LOG_ASSOCIATION,
    &route53resolver::RESOLVER_RULE,
    &s3control::GRANT,
    &s3control::GRANTS_INSTANCE,
    &s3control::JOB,
    &s3control::MULTI_REGION_ACCESS_POINT,
    &s3control::DIRECTORY_BUCKET,
    &s3control::OBJECT_LAMBDA,
    &s3tables::TABLE_BUCKET,
    &sns::TOPIC,
    &sqs::QUEUE,
    &ssm::INSTANCE,
    &ssm::PARAMETER,
    &sso::ASSIGNMENT,
    &sso::INSTANCE,
    &sso::PERMISSION_SET,
    &sso::PROVISIONED,
    &sagemaker::DOMAIN,
    &sagemaker::MODEL,
    &sagemaker::NOTEBOOK,
    &sagemaker::PROCESSING_JOB,
    &sagemaker::SPACE,
    &sagemaker::TRAINING_JOB,
    &sagemaker::USER_PROFILE,
    &secretsmanager::SECRET,
    &securityhub::FINDING,
    &securityhub::HUB,
    &servicecatalog::PORTFOLIO,
    &states::STATE_MACHINE,
    &transfer::ACCESS,
    &transfer::CONNECTOR,
    &transfer::SECURITY_POLICY,
    &transfer::SERVER,
    &transfer::USER,
    &transfer::WEB_APP,
    &vpclattice::SERVICE_NETWORK,
    &vpclattice::VPC_ASSOCIATION,
    &workspaces::DIRECTORY,
    &workspaces::IP_GROUP,
    &workspaces::WORKSPACE,
    &workspaces_web::DATA_PROTECTION,
    &workspaces_web::IP_ACCESS,
    &workspaces_web::NETWORK,
    &workspaces_web::PORTAL,
    &workspaces_web::USER_SETTINGS,
];

impl Kind {
    /// A row that says no more than how the type is listed.
    #[must_use]
    pub const fn new(kind: &'static str, service: &'static Service, list: Ask, id: &'static str) -> Self {
        Self { kind, service, list, under: None, id, arn: Arn::None, tags: Tags::None, facets: &[], details: &[] }
    }

    /// The service that an operation of the row is asked of.
    #[must_use]
    pub fn service_of(&self, ask: &Ask) -> &'static Service {
        ask.elsewhere.unwrap_or(self.service)
    }

    /// Whether it is asked once for the account.
    #[must_use]
    pub fn is_global(&self) -> bool {
        self.service.only_in.is_some()
    }

    /// The types that are listed under each resource of this one.
    pub fn beneath(&self) -> impl Iterator<Item = &'static Self> {
        KINDS.iter().copied().filter(|kind| kind.under.is_some_and(|under| under.kind == self.kind))
    }

    /// What a document of the type is known by: no two resources of an account have the same, whatever their Region. EC2
    /// gives no id twice; most other services have names, which every Region may have, and ARNs that tell them apart.
    #[must_use]
    pub fn document_id(&self, region: &str, id: &str, arn: Option<&str>) -> String {
        match (self.arn, arn) {
            _ if self.list.items == WHOLE => region.to_owned(),
            (Arn::Regional("ec2", _), _) => id.to_owned(),
            (_, Some(arn)) => arn.to_owned(),
            (_, None) => format!("{region}:{id}"),
        }
    }

    /// Every operation that is asked for the type: the listing first.
    pub fn asks(&'static self) -> impl Iterator<Item = &'static Ask> {
        let tags = match self.tags {
            Tags::Asked(ask, ..) | Tags::Object(ask, _) | Tags::Within(ask, ..) => Some(ask),
            Tags::Listed(..) | Tags::None => None,
        };
        // What describes the resource anyhow stands among the details.
        let tags = tags.filter(|ask| !self.details.iter().any(|d| d.ask.operation.name() == ask.operation.name()));
        std::iter::once(&self.list).chain(self.details.iter().map(|d| &d.ask)).chain(tags)
    }

    /// Facets with the operation that answers each.
    pub fn facets(&'static self) -> impl Iterator<Item = (&'static Facet, &'static Operation)> {
        let listed = self.facets.iter().map(|f| (f, &self.list.operation));
        listed.chain(self.details.iter().flat_map(|d| d.facets.iter().map(|f| (f, &d.ask.operation))))
    }

    /// The operation whose answer holds the tags.
    #[must_use]
    pub fn tags_from(&'static self) -> Option<&'static Operation> {
        match self.tags {
            Tags::Listed(..) => Some(&self.list.operation),
            Tags::Asked(ask, ..) | Tags::Object(ask, _) | Tags::Within(ask, ..) => Some(&ask.operation),
            Tags::None => None,
        }
    }
}

/// Every type of the table and, after them, those that are read where they are declared.
pub fn every_kind() -> impl Iterator<Item = &'static Kind> {
    KINDS.iter().copied().chain(declared::DECLARED.iter().map(|declared| &declared.kind))
}

/// The type of that name, where the table has it.
#[must_use]
pub fn kind(name: &str) -> Option<&'static Kind> {
    every_kind().find(|k| k.kind == name)
}

/// What says which Regions an account has enabled: the service, and what it is asked.
#[must_use]
pub fn regions() -> (&'static Service, &'static Ask) {
    (&ec2::EC2, &ec2::REGIONS)
}

/// Every operation of the table, each once, but those of declared things.
#[must_use]
pub fn operations() -> Vec<&'static Operation> {
    let mut seen = BTreeSet::new();
    let asks = KINDS.iter().flat_map(|kind| kind.asks()).chain([regions().1]);
    let all = asks.map(|ask| &ask.operation);
    all.filter(|operation| seen.insert(operation.name())).collect()
}

/// The operations of the table that are asked of some resources alone.
pub fn limited() -> impl Iterator<Item = (&'static Operation, Only)> {
    let asks = KINDS.iter().flat_map(|kind| kind.asks());
    asks.filter_map(|ask| ask.only.map(|only| (&ask.operation, only)))
}

/// The types that an operation of the table is asked for.
#[must_use]
pub fn kinds_of(operation: &Operation) -> Vec<&'static str> {
    let asked = |kind: &&'static Kind| kind.asks().any(|ask| ask.operation.name() == operation.name());
    every_kind().filter(asked).map(|kind| kind.kind).collect()
}

/// An operation in each Region whose IAM action has its own name.
const fn regional(
    service: &'static str,
    name: &'static str,
    actions: &'static [&'static str],
    body: Body,
) -> Operation {
    Operation {
        service,
        operation: name,
        iam_actions: actions,
        scope: Scope::Region,
        types: &[],
        facets: &[],
        absent_codes: &[],
        not_enabled_codes: &[],
        body,
        secret_body: false,
    }
}

/// A request of awsJson: everything is posted to one place.
const fn posted(
    operation: Operation,
    sent: &'static [(&'static str, Sent)],
    items: &'static str,
    paging: Option<Paging>,
) -> Ask {
    Ask { operation, route: ("POST", "/"), sent, items, within: "", elsewhere: None, paging, only: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a listing can send it: nothing is known yet of what it lists.
    fn is_known_before(kind: &Kind, sent: &Sent) -> bool {
        match sent {
            Sent::Of(path) | Sent::One(path) => path.starts_with('^') && kind.under.is_some(),
            Sent::Arn => false,
            Sent::Text(_) | Sent::Texts(_) | Sent::Number(_) | Sent::Flag(_) | Sent::Account => true,
            Sent::Record(members) => members.iter().all(|(_, sent)| is_known_before(kind, sent)),
            Sent::List(items) => items.iter().all(|sent| is_known_before(kind, sent)),
        }
    }

    #[test]
    fn rows_fit_together() {
        let mut names = BTreeSet::new();
        for kind in KINDS {
            assert!(names.insert(kind.kind), "{} stands twice", kind.kind);
            let mut facets = BTreeSet::new();
            for (facet, _) in kind.facets() {
                assert!(
                    !(facet.may_be_empty && facet.shape == Shape::Time),
                    "{name}: no time is a member that is left out, not an empty text",
                    name = facet.name
                );
                assert!(facets.insert(facet.name), "{}: {} is answered twice", kind.kind, facet.name);
            }
            for ask in kind.asks() {
                let name = ask.operation.name();
                let prefix = format!("{}:", ask.operation.service);
                assert!(ask.operation.iam_actions.iter().any(|action| action.starts_with(&prefix)), "{name}");
                match kind.service_of(ask).protocol {
                    Protocol::Rest | Protocol::RestXml => {
                        let path = ask.route.1.split('?').next().unwrap();
                        for part in path.split('/').filter_map(|p| p.strip_prefix('{')) {
                            let sent = ask.sent.iter().any(|(name, _)| *name == part.trim_end_matches(['}', '+']));
                            assert!(sent, "{name}: nothing is sent for {part}");
                        }
                    }
                    Protocol::Json { .. } | Protocol::Query { .. } | Protocol::Ec2 { .. } => {
                        assert_eq!(ask.route, ("POST", "/"), "{name}");
                    }
                }
                assert!(ask.paging.is_none() || !ask.items.is_empty(), "{name} has pages of nothing");
                assert!(
                    ask.only.is_none() || ask.operation.name() != kind.list.operation.name(),
                    "{name} is a listing"
                );
            }
            assert!(!kind.list.items.is_empty(), "{} lists nothing", kind.kind);
            assert!(
                kind.list.sent.iter().all(|(_, sent)| is_known_before(kind, sent)),
                "the listing of {} asks about a resource",
                kind.kind
            );
            if let Some(under) = kind.under {
                assert!(KINDS.iter().any(|k| k.kind == under.kind), "{} is listed under no type", kind.kind);
                assert_eq!(under.is_global(), kind.is_global(), "{} is elsewhere than what it is under", kind.kind);
            }
            for ask in kind.asks() {
                let global = ask.operation.scope == Scope::Global;
                assert_eq!(global, kind.is_global(), "{} is asked elsewhere than its type", ask.operation.name());
            }
        }
        assert!(KINDS.is_sorted_by_key(|kind| kind.kind));
    }
}
