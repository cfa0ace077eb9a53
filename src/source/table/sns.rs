//! SNS topics: their tags and who is subscribed, by protocol.
//!
//! May import: `source::table`. Guarantees: plain data; the end of a subscription (an address, a number, a URL that may
//! carry a password) is not kept. Facts about calls: <https://docs.aws.amazon.com/sns/latest/api/>.

use super::super::operations::{Body, Operation};
use super::{Arn, Ask, Detail, Facet, Kind, Paging, Protocol, Sent, Service, Shape, Tags, regional};

static SNS: Service = Service::new("sns", Protocol::Query { version: "2010-03-31" });

const PAGES: Option<Paging> = Some(Paging { sent: "NextToken", read: "NextToken" });

const fn ask(operation: Operation, sent: &'static [(&'static str, Sent)], items: &'static str) -> Ask {
    Ask { operation, route: ("POST", "/"), sent, items, within: "", elsewhere: None, paging: PAGES, only: None }
}

static TAGS: Ask = Ask {
    paging: None,
    ..ask(
        regional("sns", "ListTagsForResource", &["sns:ListTagsForResource"], Body::Query),
        &[("ResourceArn", Sent::Of("TopicArn"))],
        "Tags",
    )
};

/// Instead of an ARN a subscription that nobody confirmed has the word `PendingConfirmation`.
const SUBSCRIPTION: Shape = Shape::Record(&[
    ("SubscriptionArn", "SubscriptionArn", Shape::Text),
    ("Protocol", "Protocol", Shape::Text),
    ("Owner", "Owner", Shape::Text),
]);

pub(super) static TOPIC: Kind = Kind {
    kind: "AWS::SNS::Topic",
    service: &SNS,
    list: ask(regional("sns", "ListTopics", &["sns:ListTopics"], Body::Query), &[], "Topics"),
    under: None,
    id: "TopicArn",
    arn: Arn::Member("TopicArn"),
    tags: Tags::Asked(&TAGS, "Key", "Value"),
    facets: &[],
    details: &[
        Detail {
            ask: Ask {
                paging: None,
                ..ask(
                    regional("sns", "GetTopicAttributes", &["sns:GetTopicAttributes"], Body::Query),
                    &[("TopicArn", Sent::Of("TopicArn"))],
                    "",
                )
            },
            facets: &[
                Facet::property("TopicPolicy", "Attributes[Policy]", Shape::Document),
                // A topic that is not encrypted has no key.
                Facet::property("KmsMasterKeyId", "Attributes[KmsMasterKeyId]", Shape::Text).or_empty(),
                Facet::observed("Owner", "Attributes[Owner]", Shape::Text),
            ],
        },
        Detail {
            ask: ask(
                // The answer holds the ends of the subscriptions.
                Operation {
                    secret_body: true,
                    ..regional("sns", "ListSubscriptionsByTopic", &["sns:ListSubscriptionsByTopic"], Body::Query)
                },
                &[("TopicArn", Sent::Of("TopicArn"))],
                "Subscriptions",
            ),
            facets: &[Facet::observed("Subscriptions", "", Shape::List(&SUBSCRIPTION))],
        },
    ],
};
