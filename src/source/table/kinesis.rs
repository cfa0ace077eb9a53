//! Kinesis: data streams with their policy and encryption.
//!
//! May import: `source::table`. Guarantees: plain data; no record is read. Facts about calls:
//! <https://docs.aws.amazon.com/kinesis/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static KINESIS: Service = Service::new("kinesis", Protocol::Json { version: "1.1", target: "Kinesis_20131202" });

const THIS_STREAM: &[(&str, Sent)] = &[("ResourceARN", Sent::Of("StreamARN"))];

static TAGS: Ask = ask!("kinesis" "ListTagsForResource", Body::Json(&["Tags"])).sending(THIS_STREAM).list("Tags");

pub(super) static STREAM: Kind = Kind {
    arn: Arn::Member("StreamARN"),
    tags: Tags::Asked(&TAGS, "Key", "Value"),
    facets: &[Facet::property("Name", "StreamName", Shape::Text)],
    details: &[
        Detail {
            ask: ask!("kinesis" "DescribeStreamSummary", Body::Json(&["StreamDescriptionSummary"]))
                .sending(&[("StreamARN", Sent::Of("StreamARN"))]),
            facets: &[
                Facet::property("RetentionPeriodHours", "StreamDescriptionSummary.RetentionPeriodHours", Shape::Number),
                Facet::observed("EncryptionType", "StreamDescriptionSummary.EncryptionType", Shape::Text),
                // A stream that is not encrypted has no key.
                Facet::observed("KeyId", "StreamDescriptionSummary.KeyId", Shape::Text).or_empty(),
                Facet::observed(
                    "StreamCreationTimestamp",
                    "StreamDescriptionSummary.StreamCreationTimestamp",
                    Shape::Time,
                ),
                Facet::observed("StreamStatus", "StreamDescriptionSummary.StreamStatus", Shape::Text),
            ],
        },
        Detail {
            ask: ask!("kinesis" "GetResourcePolicy", Body::Json(&["Policy"])).sending(THIS_STREAM),
            facets: &[Facet::observed("ResourcePolicy", "Policy", Shape::Document)],
        },
    ],
    ..Kind::new(
        "AWS::Kinesis::Stream",
        &KINESIS,
        ask!("kinesis" "ListStreams", Body::Json(&["StreamSummaries"]))
            .list("StreamSummaries")
            .paged("NextToken", "NextToken"),
        "StreamName",
    )
};
