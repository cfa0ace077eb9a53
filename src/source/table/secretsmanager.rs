//! Secrets: their names, keys, tags and policies. Never a value.
//!
//! May import: `source::table`. Guarantees: plain data, and no operation that reads the value of a secret. Facts about calls:
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/>.

use super::super::operations::Body;
use super::{Arn, Detail, Facet, Kind, Paging, Protocol, Sent, Service, Shape, Tags, posted, regional};

static SECRETS_MANAGER: Service =
    Service::new("secretsmanager", Protocol::Json { version: "1.1", target: "secretsmanager" });

pub(super) static SECRET: Kind = Kind {
    kind: "AWS::SecretsManager::Secret",
    service: &SECRETS_MANAGER,
    list: posted(
        regional("secretsmanager", "ListSecrets", &["secretsmanager:ListSecrets"], Body::Json(&["SecretList"])),
        &[("MaxResults", Sent::Number(100))],
        "SecretList",
        Some(Paging { sent: "NextToken", read: "NextToken" }),
    ),
    under: None,
    id: "ARN",
    arn: Arn::Member("ARN"),
    tags: Tags::Listed("Tags", "Key", "Value"),
    facets: &[
        // Left out where the key is the service's own.
        Facet::property("KmsKeyId", "KmsKeyId", Shape::Text).or_empty(),
        Facet::property("Name", "Name", Shape::Text),
    ],
    details: &[Detail {
        ask: posted(
            regional(
                "secretsmanager",
                "GetResourcePolicy",
                &["secretsmanager:GetResourcePolicy"],
                Body::Json(&["ARN", "Name"]),
            ),
            &[("SecretId", Sent::Of("ARN"))],
            "",
            None,
        ),
        // A secret without a policy is answered with its names alone.
        facets: &[Facet::property("ResourcePolicy", "ResourcePolicy", Shape::Document)],
    }],
};
