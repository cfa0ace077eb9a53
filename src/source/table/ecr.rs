//! ECR: repositories with their policies, rules that pull through a cache, the registry itself, and public repositories.
//!
//! May import: `source::table`. Guarantees: plain data; no operation gives a token or an image. Facts about calls:
//! <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, WHOLE, ask};

static ECR: Service =
    Service::new("ecr", Protocol::Json { version: "1.1", target: "AmazonEC2ContainerRegistry_V20150921" })
        .at("api.ecr.{region}.{dns}");

static TAGS: Ask = ask!("ecr" "ListTagsForResource", Body::Json(&["tags"]))
    .sending(&[("resourceArn", Sent::Of("repositoryArn"))])
    .list("tags");

pub(super) static REPOSITORY: Kind = Kind {
    arn: Arn::Member("repositoryArn"),
    tags: Tags::Asked(&TAGS, "Key", "Value"),
    facets: &[
        Facet::property("RepositoryName", "repositoryName", Shape::Text),
        Facet::property("ImageTagMutability", "imageTagMutability", Shape::Text),
        Facet::property(
            "ImageScanningConfiguration",
            "imageScanningConfiguration",
            Shape::Record(&[("ScanOnPush", "scanOnPush", Shape::Flag)]),
        ),
        Facet::property(
            "EncryptionConfiguration",
            "encryptionConfiguration",
            Shape::Record(&[("EncryptionType", "encryptionType", Shape::Text), ("KmsKey", "kmsKey", Shape::Text)]),
        ),
        Facet::observed("CreatedAt", "createdAt", Shape::Time),
    ],
    details: &[Detail {
        ask: ask!("ecr" "GetRepositoryPolicy", Body::Json(&["policyText"]))
            .sending(&[("repositoryName", Sent::Of("repositoryName"))])
            .absent(&["RepositoryPolicyNotFoundException"]),
        facets: &[Facet::property("RepositoryPolicyText", "policyText", Shape::Document)],
    }],
    ..Kind::new(
        "AWS::ECR::Repository",
        &ECR,
        ask!("ecr" "DescribeRepositories", Body::Json(&["repositories"]))
            .list("repositories")
            .paged("nextToken", "nextToken"),
        "repositoryName",
    )
};

pub(super) static PULL_THROUGH: Kind = Kind {
    facets: &[
        Facet::property("EcrRepositoryPrefix", "ecrRepositoryPrefix", Shape::Text),
        Facet::property("UpstreamRegistryUrl", "upstreamRegistryUrl", Shape::Text),
        Facet::property("CredentialArn", "credentialArn", Shape::Text).or_empty(),
    ],
    ..Kind::new(
        "AWS::ECR::PullThroughCacheRule",
        &ECR,
        ask!("ecr" "DescribePullThroughCacheRules", Body::Json(&["pullThroughCacheRules"]))
            .list("pullThroughCacheRules")
            .paged("nextToken", "nextToken"),
        "ecrRepositoryPrefix",
    )
};

/// The registry of a Region: what `CloudFormation` spreads over three types. The name is ours.
pub(super) static REGISTRY: Kind = Kind {
    facets: &[Facet::property(
        "ReplicationConfiguration",
        "replicationConfiguration",
        Shape::Record(&[(
            "Rules",
            "rules",
            Shape::List(&Shape::Record(&[(
                "Destinations",
                "destinations",
                Shape::List(&Shape::Record(&[
                    ("Region", "region", Shape::Text),
                    ("RegistryId", "registryId", Shape::Text),
                ])),
            )])),
        )]),
    )],
    details: &[Detail {
        ask: ask!("ecr" "GetRegistryPolicy", Body::Json(&["policyText"])).absent(&["RegistryPolicyNotFoundException"]),
        facets: &[Facet::property("RegistryPolicy", "policyText", Shape::Document)],
    }],
    ..Kind::new("AWS::ECR::Registry", &ECR, ask!("ecr" "DescribeRegistry", Body::Json(&["registryId"])).list(WHOLE), "")
};

static PUBLIC: Service =
    Service::new("ecr-public", Protocol::Json { version: "1.1", target: "SpencerFrontendService" })
        .at("api.ecr-public.us-east-1.{dns}")
        .only_in("us-east-1");

/// A repository that everybody may read.
pub(super) static PUBLIC_REPOSITORY: Kind = Kind {
    arn: Arn::Member("repositoryArn"),
    facets: &[
        Facet::property("RepositoryName", "repositoryName", Shape::Text),
        Facet::observed("CreatedAt", "createdAt", Shape::Time),
        Facet::observed("RepositoryUri", "repositoryUri", Shape::Text),
    ],
    ..Kind::new(
        "AWS::ECR::PublicRepository",
        &PUBLIC,
        ask!("ecr-public" "DescribeRepositories", Body::Json(&["repositories"]))
            .list("repositories")
            .paged("nextToken", "nextToken")
            .global(),
        "repositoryName",
    )
};
