//! SQS: queues with their policy and encryption.
//!
//! May import: `source::table`. Guarantees: plain data; no message is read. Facts about calls:
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static SQS: Service = Service::new("sqs", Protocol::Json { version: "1.0", target: "AmazonSQS" });

const THIS_QUEUE: &[(&str, Sent)] = &[("QueueUrl", Sent::Of(""))];

/// SQS leaves out the list where there is none.
static TAGS: Ask = ask!("sqs" "ListQueueTags", Body::JsonOrEmpty(&["Tags"])).sending(THIS_QUEUE);

pub(super) static QUEUE: Kind = Kind {
    arn: Arn::None,
    tags: Tags::Object(&TAGS, "Tags"),
    details: &[Detail {
        ask: ask!("sqs" "GetQueueAttributes", Body::Json(&["Attributes"]))
            .sending(&[("QueueUrl", Sent::Of("")), ("AttributeNames", Sent::Texts(&["All"]))]),
        facets: &[
            Facet::observed("QueueArn", "Attributes.QueueArn", Shape::Text),
            // Attributes that are not set are left out.
            Facet::observed("QueuePolicy", "Attributes.Policy", Shape::Document).or_empty(),
            Facet::property("KmsMasterKeyId", "Attributes.KmsMasterKeyId", Shape::Text).or_empty(),
            Facet::property("SqsManagedSseEnabled", "Attributes.SqsManagedSseEnabled", Shape::FlagText),
        ],
    }],
    ..Kind::new(
        "AWS::SQS::Queue",
        &SQS,
        // Without a number of results there are no pages, and no more than a thousand queues.
        ask!("sqs" "ListQueues", Body::JsonOrEmpty(&["QueueUrls"]))
            .sending(&[("MaxResults", Sent::Number(1000))])
            .list("QueueUrls")
            .paged("NextToken", "NextToken"),
        "",
    )
};
