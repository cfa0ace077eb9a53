//! Bedrock: inference profiles, guardrails and whether invocations are logged.
//!
//! May import: `source::table`. Guarantees: plain data; no model is invoked. Facts about calls:
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Facet, Kind, Protocol, Sent, Service, Shape, Tags, WHOLE, ask};

static BEDROCK: Service = Service::new("bedrock", Protocol::Rest);

static TAGS_OF_GUARDRAIL: Ask = ask!("bedrock" "ListTagsForResource", Body::Json(&["tags"]))
    .route("POST", "/listTagsForResource")
    .sending(&[("resourceARN", Sent::Of("arn"))])
    .list("tags");
static TAGS_OF_PROFILE: Ask = ask!("bedrock" "ListTagsForResource", Body::Json(&["tags"]))
    .route("POST", "/listTagsForResource")
    .sending(&[("resourceARN", Sent::Of("inferenceProfileArn"))])
    .list("tags");

pub(super) static APPLICATION_PROFILE: Kind = Kind {
    arn: Arn::Member("inferenceProfileArn"),
    tags: Tags::Asked(&TAGS_OF_PROFILE, "key", "value"),
    facets: &[
        Facet::property("InferenceProfileName", "inferenceProfileName", Shape::Text),
        Facet::observed("InferenceProfileId", "inferenceProfileId", Shape::Text),
        Facet::observed("Type", "type", Shape::Text),
        Facet::observed("Status", "status", Shape::Text),
        Facet::observed("Models", "models", Shape::List(&Shape::Record(&[("ModelArn", "modelArn", Shape::Text)]))),
        Facet::observed("CreatedAt", "createdAt", Shape::Time),
    ],
    ..Kind::new(
        "AWS::Bedrock::ApplicationInferenceProfile",
        &BEDROCK,
        ask!("bedrock" "ListInferenceProfiles", Body::Json(&["inferenceProfileSummaries"]))
            .route("GET", "/inference-profiles")
            .sending(&[("type", Sent::Text("APPLICATION"))])
            .list("inferenceProfileSummaries")
            .paged("nextToken", "nextToken"),
        "inferenceProfileId",
    )
};

pub(super) static GUARDRAIL: Kind = Kind {
    arn: Arn::Member("arn"),
    tags: Tags::Asked(&TAGS_OF_GUARDRAIL, "key", "value"),
    facets: &[
        Facet::property("Name", "name", Shape::Text),
        Facet::observed("Status", "status", Shape::Text),
        Facet::observed("Version", "version", Shape::Text),
        Facet::observed("CreatedAt", "createdAt", Shape::Time),
        Facet::observed("UpdatedAt", "updatedAt", Shape::Time),
    ],
    ..Kind::new(
        "AWS::Bedrock::Guardrail",
        &BEDROCK,
        ask!("bedrock" "ListGuardrails", Body::Json(&["guardrails"]))
            .route("GET", "/guardrails")
            .list("guardrails")
            .paged("nextToken", "nextToken"),
        "id",
    )
};

/// A profile that Bedrock defines. The name is ours.
pub(super) static SYSTEM_PROFILE: Kind = Kind {
    arn: Arn::Member("inferenceProfileArn"),
    facets: &[
        Facet::property("InferenceProfileName", "inferenceProfileName", Shape::Text),
        Facet::observed("InferenceProfileId", "inferenceProfileId", Shape::Text),
        Facet::observed("Type", "type", Shape::Text),
        Facet::observed("Status", "status", Shape::Text),
        Facet::observed("Models", "models", Shape::List(&Shape::Record(&[("ModelArn", "modelArn", Shape::Text)]))),
        Facet::observed("CreatedAt", "createdAt", Shape::Time),
    ],
    ..Kind::new(
        "AWS::Bedrock::InferenceProfile",
        &BEDROCK,
        ask!("bedrock" "ListInferenceProfiles", Body::Json(&["inferenceProfileSummaries"]))
            .route("GET", "/inference-profiles")
            .sending(&[("type", Sent::Text("SYSTEM_DEFINED"))])
            .list("inferenceProfileSummaries")
            .paged("nextToken", "nextToken"),
        "inferenceProfileId",
    )
};

/// Where invocations of a Region are logged. The name is ours.
pub(super) static INVOCATION_LOGGING: Kind = Kind {
    facets: &[Facet::observed(
        "LoggingConfig",
        "loggingConfig",
        Shape::Record(&[
            (
                "CloudWatchConfig",
                "cloudWatchConfig",
                Shape::Record(&[("LogGroupName", "logGroupName", Shape::Text), ("RoleArn", "roleArn", Shape::Text)]),
            ),
            (
                "S3Config",
                "s3Config",
                Shape::Record(&[("BucketName", "bucketName", Shape::Text), ("KeyPrefix", "keyPrefix", Shape::Text)]),
            ),
            ("TextDataDeliveryEnabled", "textDataDeliveryEnabled", Shape::Flag),
            ("ImageDataDeliveryEnabled", "imageDataDeliveryEnabled", Shape::Flag),
            ("EmbeddingDataDeliveryEnabled", "embeddingDataDeliveryEnabled", Shape::Flag),
        ]),
    )
    .or_empty()],
    ..Kind::new(
        "AWS::Bedrock::ModelInvocationLoggingConfiguration",
        &BEDROCK,
        // Where nothing is configured the answer is empty.
        ask!("bedrock" "GetModelInvocationLoggingConfiguration", Body::JsonOrEmpty(&["loggingConfig"]))
            .route("GET", "/logging/modelinvocations")
            .list(WHOLE),
        "",
    )
};
