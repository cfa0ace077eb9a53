//! S3 Tables: table buckets with their policy and encryption.
//!
//! May import: `source::table`. Guarantees: plain data; no table is read. Facts about calls:
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_S3_Tables.html>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static S3_TABLES: Service = Service::new("s3tables", Protocol::Rest);

static TAGS: Ask = ask!("s3tables" "ListTagsForResource", Body::Json(&["tags"]))
    .route("GET", "/tag/{resourceArn}")
    .sending(&[("resourceArn", Sent::Of("arn"))]);

pub(super) static TABLE_BUCKET: Kind = Kind {
    arn: Arn::Member("arn"),
    tags: Tags::Object(&TAGS, "tags"),
    facets: &[
        Facet::property("TableBucketName", "name", Shape::Text),
        Facet::observed("OwnerAccountId", "ownerAccountId", Shape::Text),
        Facet::observed("Type", "type", Shape::Text),
        Facet::observed("CreatedAt", "createdAt", Shape::Time),
    ],
    details: &[
        Detail {
            // A bucket without a policy is "not found".
            ask: ask!("s3tables" "GetTableBucketPolicy", Body::Json(&["resourcePolicy"]))
                .route("GET", "/buckets/{tableBucketARN}/policy")
                .sending(&[("tableBucketARN", Sent::Of("arn"))])
                .absent(&["NotFoundException"]),
            facets: &[Facet::observed("ResourcePolicy", "resourcePolicy", Shape::Document)],
        },
        Detail {
            ask: ask!("s3tables" "GetTableBucketEncryption", Body::Json(&["encryptionConfiguration"]))
                .route("GET", "/buckets/{tableBucketARN}/encryption")
                .sending(&[("tableBucketARN", Sent::Of("arn"))]),
            facets: &[Facet::property(
                "EncryptionConfiguration",
                "encryptionConfiguration",
                Shape::Record(&[
                    ("SSEAlgorithm", "sseAlgorithm", Shape::Text),
                    ("KMSKeyArn", "kmsKeyArn", Shape::Text),
                ]),
            )],
        },
    ],
    ..Kind::new(
        "AWS::S3Tables::TableBucket",
        &S3_TABLES,
        ask!("s3tables" "ListTableBuckets", Body::Json(&["tableBuckets"]))
            .route("GET", "/buckets")
            .list("tableBuckets")
            .paged("continuationToken", "continuationToken"),
        "name",
    )
};
