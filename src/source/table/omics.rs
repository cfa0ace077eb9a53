//! `HealthOmics`: stores, runs with the network in which they ran, workflows and what is shared.
//!
//! May import: `source::table`. Guarantees: plain data; the parameters of a run are not kept. Facts about calls:
//! <https://docs.aws.amazon.com/omics/latest/api/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static ANALYTICS: Service = Service::new("omics", Protocol::Rest).at("analytics-omics.{region}.{dns}");
static STORAGE: Service = Service::new("omics", Protocol::Rest).at("control-storage-omics.{region}.{dns}");
static WORKFLOWS: Service = Service::new("omics", Protocol::Rest).at("workflows-omics.{region}.{dns}");

const GET_CONFIGURATION: Ask = ask!("omics" "GetConfiguration", Body::Json(&["name"]))
    .route("GET", "/configuration/{name}")
    .sending(&[("name", Sent::Of("name"))]);

// The answer holds the parameters of the run.
const GET_RUN: Ask =
    ask!("omics" "GetRun", Body::Json(&["id"])).route("GET", "/run/{id}").sending(&[("id", Sent::Of("id"))]).secret();

const SSE: Shape = Shape::Record(&[("Type", "type", Shape::Text), ("KeyArn", "keyArn", Shape::Text)]);

const NETWORK: Shape = Shape::Record(&[
    ("SecurityGroupIds", "securityGroupIds", Shape::List(&Shape::Text)),
    ("SubnetIds", "subnetIds", Shape::List(&Shape::Text)),
    ("VpcId", "vpcId", Shape::Text),
]);

/// The name is ours.
pub(super) static CONFIGURATION: Kind = Kind {
    arn: Arn::Member("arn"),
    tags: Tags::Object(&GET_CONFIGURATION, "tags"),
    facets: &[
        Facet::observed("Name", "name", Shape::Text),
        Facet::observed("Status", "status", Shape::Text),
        Facet::observed("CreationTime", "creationTime", Shape::Time),
    ],
    details: &[Detail {
        ask: GET_CONFIGURATION,
        facets: &[Facet::observed(
            "RunConfigurations",
            "runConfigurations",
            Shape::Record(&[("VpcConfig", "vpcConfig", NETWORK)]),
        )],
    }],
    ..Kind::new(
        "AWS::Omics::Configuration",
        &WORKFLOWS,
        ask!("omics" "ListConfigurations", Body::Json(&["items"]))
            .route("GET", "/configuration")
            .list("items")
            .paged("startingToken", "nextToken"),
        "name",
    )
};

pub(super) static REFERENCE_STORE: Kind = Kind {
    arn: Arn::Member("arn"),
    facets: &[
        Facet::property("Name", "name", Shape::Text).or_empty(),
        Facet::property("SseConfig", "sseConfig", SSE).or_empty(),
        Facet::observed("CreationTime", "creationTime", Shape::Time),
    ],
    ..Kind::new(
        "AWS::Omics::ReferenceStore",
        &STORAGE,
        ask!("omics" "ListReferenceStores", Body::Json(&["referenceStores"]))
            .route("POST", "/referencestores?nextToken")
            .list("referenceStores")
            .paged("nextToken", "nextToken"),
        "id",
    )
};

/// The name is ours.
pub(super) static RUN: Kind = Kind {
    arn: Arn::Member("arn"),
    tags: Tags::Object(&GET_RUN, "tags"),
    facets: &[
        Facet::observed("Name", "name", Shape::Text).or_empty(),
        Facet::observed("Status", "status", Shape::Text),
        Facet::observed("WorkflowId", "workflowId", Shape::Text),
        Facet::observed("CreationTime", "creationTime", Shape::Time),
    ],
    details: &[Detail {
        ask: GET_RUN,
        facets: &[
            Facet::observed("RoleArn", "roleArn", Shape::Text),
            Facet::observed("OutputUri", "outputUri", Shape::Text),
            Facet::observed("RunOutputUri", "runOutputUri", Shape::Text).or_empty(),
            Facet::observed("ParametersUri", "parametersUri", Shape::Text).or_empty(),
            Facet::observed("NetworkingMode", "networkingMode", Shape::Text),
            Facet::observed("VpcConfig", "vpcConfig", NETWORK).or_empty(),
            Facet::observed(
                "Configuration",
                "configuration",
                Shape::Record(&[("Name", "name", Shape::Text), ("Arn", "arn", Shape::Text)]),
            )
            .or_empty(),
            Facet::observed("WorkflowOwnerId", "workflowOwnerId", Shape::Text).or_empty(),
            Facet::observed("RunGroupId", "runGroupId", Shape::Text).or_empty(),
            Facet::observed("StartedBy", "startedBy", Shape::Text),
            Facet::observed("LogLevel", "logLevel", Shape::Text),
            Facet::observed("SessionPolicy", "sessionPolicy", Shape::Document).or_empty(),
        ],
    }],
    ..Kind::new(
        "AWS::Omics::Run",
        &WORKFLOWS,
        ask!("omics" "ListRuns", Body::Json(&["items"]))
            .route("GET", "/run")
            .list("items")
            .paged("startingToken", "nextToken"),
        "id",
    )
};

pub(super) static RUN_GROUP: Kind = Kind {
    arn: Arn::Member("arn"),
    facets: &[
        Facet::property("Name", "name", Shape::Text).or_empty(),
        Facet::property("MaxCpus", "maxCpus", Shape::Number).or_empty(),
        Facet::property("MaxRuns", "maxRuns", Shape::Number).or_empty(),
        Facet::property("MaxDuration", "maxDuration", Shape::Number).or_empty(),
        Facet::observed("CreationTime", "creationTime", Shape::Time),
    ],
    ..Kind::new(
        "AWS::Omics::RunGroup",
        &WORKFLOWS,
        ask!("omics" "ListRunGroups", Body::Json(&["items"]))
            .route("GET", "/runGroup")
            .list("items")
            .paged("startingToken", "nextToken"),
        "id",
    )
};

pub(super) static SEQUENCE_STORE: Kind = Kind {
    arn: Arn::Member("arn"),
    facets: &[
        Facet::property("Name", "name", Shape::Text).or_empty(),
        Facet::property("SseConfig", "sseConfig", SSE).or_empty(),
        Facet::property("FallbackLocation", "fallbackLocation", Shape::Text).or_empty(),
        Facet::observed("Status", "status", Shape::Text),
        Facet::observed("CreationTime", "creationTime", Shape::Time),
    ],
    ..Kind::new(
        "AWS::Omics::SequenceStore",
        &STORAGE,
        ask!("omics" "ListSequenceStores", Body::Json(&["sequenceStores"]))
            .route("POST", "/sequencestores?nextToken")
            .list("sequenceStores")
            .paged("nextToken", "nextToken"),
        "id",
    )
};

/// What the account shares. The name is ours.
pub(super) static SHARE: Kind = Kind {
    facets: &[
        Facet::observed("ShareName", "shareName", Shape::Text).or_empty(),
        Facet::observed("ResourceArn", "resourceArn", Shape::Text),
        Facet::observed("PrincipalSubscriber", "principalSubscriber", Shape::Text),
        Facet::observed("OwnerId", "ownerId", Shape::Text),
        Facet::observed("Status", "status", Shape::Text),
        Facet::observed("CreationTime", "creationTime", Shape::Time),
    ],
    ..Kind::new(
        "AWS::Omics::Share",
        &ANALYTICS,
        ask!("omics" "ListShares", Body::Json(&["shares"]))
            .route("POST", "/shares?nextToken")
            .sending(&[("resourceOwner", Sent::Text("SELF"))])
            .list("shares")
            .paged("nextToken", "nextToken"),
        "shareId",
    )
};

pub(super) static VARIANT_STORE: Kind = Kind {
    arn: Arn::Member("storeArn"),
    facets: &[
        Facet::property("Name", "name", Shape::Text),
        Facet::property("SseConfig", "sseConfig", SSE),
        Facet::property("Reference", "reference", Shape::Record(&[("ReferenceArn", "referenceArn", Shape::Text)])),
        Facet::observed("Status", "status", Shape::Text),
        Facet::observed("CreationTime", "creationTime", Shape::Time),
    ],
    ..Kind::new(
        "AWS::Omics::VariantStore",
        &ANALYTICS,
        ask!("omics" "ListVariantStores", Body::Json(&["variantStores"]))
            .route("POST", "/variantStores?nextToken")
            .list("variantStores")
            .paged("nextToken", "nextToken"),
        "id",
    )
};

/// A workflow of the account's own.
pub(super) static WORKFLOW: Kind = Kind {
    arn: Arn::Member("arn"),
    facets: &[
        Facet::property("Name", "name", Shape::Text).or_empty(),
        Facet::observed("Status", "status", Shape::Text),
        Facet::observed("Type", "type", Shape::Text),
        Facet::observed("CreationTime", "creationTime", Shape::Time),
    ],
    ..Kind::new(
        "AWS::Omics::Workflow",
        &WORKFLOWS,
        ask!("omics" "ListWorkflows", Body::Json(&["items"]))
            .route("GET", "/workflow")
            .sending(&[("type", Sent::Text("PRIVATE"))])
            .list("items")
            .paged("startingToken", "nextToken"),
        "id",
    )
};
