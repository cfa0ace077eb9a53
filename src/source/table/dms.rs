//! DMS: the endpoints that data is moved from and to.
//!
//! May import: `source::table`. Guarantees: plain data; no password, user, script or attribute of a connection is kept. Facts
//! about calls: <https://docs.aws.amazon.com/dms/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static DMS: Service = Service::new("dms", Protocol::Json { version: "1.1", target: "AmazonDMSv20160101" });

static TAGS: Ask = ask!("dms" "ListTagsForResource", Body::Json(&["TagList"]))
    .sending(&[("ResourceArn", Sent::Of("EndpointArn"))])
    .list("TagList");

pub(super) static ENDPOINT: Kind = Kind {
    arn: Arn::Member("EndpointArn"),
    tags: Tags::Asked(&TAGS, "Key", "Value"),
    // What an engine has no use for is left out.
    facets: &[
        Facet::property("CertificateArn", "CertificateArn", Shape::Text).or_empty(),
        Facet::property("EndpointIdentifier", "EndpointIdentifier", Shape::Text),
        Facet::property("EndpointType", "EndpointType", Shape::Text),
        Facet::property("EngineName", "EngineName", Shape::Text),
        Facet::property(
            "KafkaSettings",
            "KafkaSettings",
            Shape::Record(&[
                ("Broker", "Broker", Shape::Text),
                ("SecurityProtocol", "SecurityProtocol", Shape::Text),
                ("Topic", "Topic", Shape::Text),
            ]),
        )
        .or_empty(),
        Facet::property(
            "KinesisSettings",
            "KinesisSettings",
            Shape::Record(&[("StreamArn", "StreamArn", Shape::Text)]),
        )
        .or_empty(),
        Facet::property("KmsKeyId", "KmsKeyId", Shape::Text).or_empty(),
        Facet::property(
            "S3Settings",
            "S3Settings",
            Shape::Record(&[
                ("BucketName", "BucketName", Shape::Text),
                ("EncryptionMode", "EncryptionMode", Shape::Text),
                ("ServerSideEncryptionKmsKeyId", "ServerSideEncryptionKmsKeyId", Shape::Text),
                ("ServiceAccessRoleArn", "ServiceAccessRoleArn", Shape::Text),
                ("CannedAclForObjects", "CannedAclForObjects", Shape::Text),
            ]),
        )
        .or_empty(),
        Facet::property("ServerName", "ServerName", Shape::Text).or_empty(),
        Facet::property("SslMode", "SslMode", Shape::Text),
        Facet::observed("ElasticsearchEndpoint", "ElasticsearchSettings.EndpointUri", Shape::Text).or_empty(),
        Facet::observed("NeptuneBucket", "NeptuneSettings.S3BucketName", Shape::Text).or_empty(),
        Facet::observed("RedisServerName", "RedisSettings.ServerName", Shape::Text).or_empty(),
        Facet::observed("RedshiftBucket", "RedshiftSettings.BucketName", Shape::Text).or_empty(),
        Facet::observed("Status", "Status", Shape::Text),
    ],
    ..Kind::new(
        "AWS::DMS::Endpoint",
        &DMS,
        // The answer has members for passwords.
        ask!("dms" "DescribeEndpoints", Body::Json(&["Endpoints"]))
            .list("Endpoints")
            .paged("Marker", "Marker")
            .secret(),
        "EndpointArn",
    )
};
