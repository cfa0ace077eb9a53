//! Firehose: delivery streams with where they deliver to.
//!
//! May import: `source::table`. Guarantees: plain data; no token, no user and no command of a destination is kept. Facts
//! about calls: <https://docs.aws.amazon.com/firehose/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static FIREHOSE: Service = Service::new("firehose", Protocol::Json { version: "1.1", target: "Firehose_20150804" });

/// As many as a delivery stream can have.
static TAGS: Ask = ask!("firehose" "ListTagsForDeliveryStream", Body::Json(&["Tags"]))
    .sending(&[("DeliveryStreamName", Sent::Of("")), ("Limit", Sent::Number(50))])
    .list("Tags");

const BUCKET: Shape = Shape::Record(&[
    ("BucketARN", "BucketARN", Shape::Text),
    ("KmsKeyArn", "EncryptionConfiguration.KMSEncryptionConfig.AWSKMSKeyARN", Shape::Text),
    ("RoleARN", "RoleARN", Shape::Text),
]);
const DESTINATION: Shape = Shape::Record(&[
    ("ExtendedS3", "ExtendedS3DestinationDescription", BUCKET),
    ("S3", "S3DestinationDescription", BUCKET),
    ("S3Backup", "ExtendedS3DestinationDescription.S3BackupDescription", BUCKET),
    ("RedshiftClusterJDBCURL", "RedshiftDestinationDescription.ClusterJDBCURL", Shape::Text),
    ("RedshiftS3", "RedshiftDestinationDescription.S3DestinationDescription", BUCKET),
    ("ElasticsearchDomainARN", "ElasticsearchDestinationDescription.DomainARN", Shape::Text),
    ("ElasticsearchEndpoint", "ElasticsearchDestinationDescription.ClusterEndpoint", Shape::Text),
    ("OpenSearchDomainARN", "AmazonopensearchserviceDestinationDescription.DomainARN", Shape::Text),
    ("OpenSearchEndpoint", "AmazonopensearchserviceDestinationDescription.ClusterEndpoint", Shape::Text),
    (
        "OpenSearchServerlessEndpoint",
        "AmazonOpenSearchServerlessDestinationDescription.CollectionEndpoint",
        Shape::Text,
    ),
    ("SplunkEndpoint", "SplunkDestinationDescription.HECEndpoint", Shape::Text),
    // Not its URL, which may carry a key.
    ("HttpEndpointName", "HttpEndpointDestinationDescription.EndpointConfiguration.Name", Shape::Text),
    ("SnowflakeAccountUrl", "SnowflakeDestinationDescription.AccountUrl", Shape::Text),
    ("IcebergCatalogARN", "IcebergDestinationDescription.CatalogConfiguration.CatalogARN", Shape::Text),
    ("IcebergS3", "IcebergDestinationDescription.S3DestinationDescription", BUCKET),
]);

pub(super) static DELIVERY_STREAM: Kind = Kind {
    arn: Arn::Regional("firehose", "deliverystream/"),
    tags: Tags::Asked(&TAGS, "Key", "Value"),
    details: &[Detail {
        // The answer holds tokens of destinations.
        ask: ask!("firehose" "DescribeDeliveryStream", Body::Json(&["DeliveryStreamDescription"]))
            .sending(&[("DeliveryStreamName", Sent::Of(""))])
            .secret(),
        facets: &[
            Facet::property("DeliveryStreamName", "DeliveryStreamDescription.DeliveryStreamName", Shape::Text),
            Facet::property("DeliveryStreamType", "DeliveryStreamDescription.DeliveryStreamType", Shape::Text),
            // One that reads a stream has none of its own.
            Facet::observed(
                "EncryptionConfiguration",
                "DeliveryStreamDescription.DeliveryStreamEncryptionConfiguration",
                Shape::Record(&[
                    ("KeyARN", "KeyARN", Shape::Text),
                    ("KeyType", "KeyType", Shape::Text),
                    ("Status", "Status", Shape::Text),
                ]),
            )
            .or_empty(),
            Facet::observed("DeliveryStreamStatus", "DeliveryStreamDescription.DeliveryStreamStatus", Shape::Text),
            Facet::observed("Destinations", "DeliveryStreamDescription.Destinations", Shape::List(&DESTINATION)),
            Facet::observed(
                "Source",
                "DeliveryStreamDescription.Source",
                Shape::Record(&[
                    ("KinesisStreamARN", "KinesisStreamSourceDescription.KinesisStreamARN", Shape::Text),
                    ("MSKClusterARN", "MSKSourceDescription.MSKClusterARN", Shape::Text),
                    ("DatabaseEndpoint", "DatabaseSourceDescription.Endpoint", Shape::Text),
                ]),
            )
            .or_empty(),
        ],
    }],
    ..Kind::new(
        "AWS::KinesisFirehose::DeliveryStream",
        &FIREHOSE,
        // There is no token: this is the most that one answer holds, and more than the quota of an account.
        ask!("firehose" "ListDeliveryStreams", Body::Json(&["DeliveryStreamNames"]))
            .sending(&[("Limit", Sent::Number(10_000))])
            .list("DeliveryStreamNames")
            .whole_unless("!HasMoreDeliveryStreams"),
        "",
    )
};
