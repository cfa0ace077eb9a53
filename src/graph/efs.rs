//! EFS: whether a file system asks who mounts it, and over what.
//!
//! May import: `model`, `graph`. Guarantees: a file system without a policy is open to every client that reaches it, and is
//! said to be; a client without credentials is ruled out only by a condition that needs an access point or an identity.
//! Facts: <https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html>.

use serde_json::json;

use super::Surroundings;
use super::iam::Found;
use super::organizations::known;
use super::perimeter::Guards;
use super::reading::{origin, put};
use super::statement::{Answer, Condition, Effect, Form, Given, Principals, Quantifier, Scenario, denies};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

const FACET: &str = "FileSystemPolicy";

/// What a client asks for when it mounts, writes or acts as root.
const CLIENT: [&str; 3] =
    ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientRootAccess", "elasticfilesystem:ClientWrite"];

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut policy = Guards::default();
    policy.add(document, FACET, "the file system's policy", Form::Resource);
    anonymous(document, &policy).put(entity, "anonymousClients", &origin(document, &[FACET]));
    let arn = document.arn.clone().unwrap_or_else(|| {
        let (partition, region) = (super::partition(&document.region), &document.region);
        format!("arn:{partition}:elasticfilesystem:{region}:{}:file-system/{}", around.account, document.id)
    });
    let asked: Vec<(&str, &str)> = CLIENT.iter().map(|action| (*action, arn.as_str())).collect();
    let plain = Scenario::any().with("aws:securetransport", Given::Is("false"));
    let ways = match policy.settle(denies(&policy.guards, &asked, &plain)) {
        Answer::Yes => Ok(json!([])),
        Answer::No(ways) => Ok(json!(ways)),
        Answer::Unknown(why) => Err(why),
    };
    put(entity, "plaintextGaps", ways, origin(document, &[FACET]));
}

/// The statements that let clients in who show no credentials.
fn anonymous(document: &ResourceDocument, policy: &Guards) -> Found {
    let mut found = Found::default();
    if let Some(gap) = policy.gaps.first() {
        found.doubt(gap);
    }
    if known(document, FACET).is_ok_and(|policy| policy.as_object().is_some_and(serde_json::Map::is_empty)) {
        found.add("it has no policy, so that anyone on its network may mount it");
    }
    for guard in &policy.guards {
        let statement = &guard.statement;
        let open = matches!(statement.principals, Principals::Any | Principals::Not(_));
        if statement.effect == Effect::Allow && open && !statement.conditions.iter().any(needs_more) {
            found.add(format!("{}: clients without credentials", statement.label));
        }
    }
    found
}

/// Whether a condition holds only where the request names an access point or an identity.
fn needs_more(condition: &Condition) -> bool {
    let key = condition.key.as_str();
    let identity = matches!(
        key,
        "aws:principalaccount"
            | "aws:principalarn"
            | "aws:principalorgid"
            | "aws:principalorgpaths"
            | "aws:userid"
            | "elasticfilesystem:accesspointarn"
    ) || key.starts_with("aws:principaltag/");
    let positive = matches!(
        condition.operator.as_str(),
        "StringEquals" | "StringEqualsIgnoreCase" | "StringLike" | "ArnEquals" | "ArnLike"
    );
    identity && positive && !condition.if_exists && condition.quantifier != Some(Quantifier::All)
}
