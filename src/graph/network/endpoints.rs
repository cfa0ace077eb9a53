//! Endpoints: whom their policies let through, and to whose resources.
//!
//! May import: `model`, `graph`. Guarantees: no grant is named only where every statement was read and each is bounded on both
//! sides; an endpoint without a policy of its own has the default one, which lets everything through.

use serde_json::{Value, json};

use super::calls;
use super::vpcs::stands_in_environment;
use crate::graph::Surroundings;
use crate::graph::grants::{Circle, Grant, account_of};
use crate::graph::iam::Found;
use crate::graph::organizations::{known, text};
use crate::graph::perimeter::Guards;
use crate::graph::statement::{Answer, Effect, Form, Patterns, Quantifier, Statement, covers};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

/// How the names of actions begin that read.
const READING: [&str; 5] = ["BatchGet", "Describe", "Get", "Head", "List"];

pub(super) fn derive(entity: &mut Entity, endpoint: &ResourceDocument, around: &Surroundings<'_>) {
    let origin = calls(&[(endpoint, "PolicyDocument"), (endpoint, "VpcId")]);
    for (fact, value) in [
        ("inEnvironment", stands_in_environment(endpoint, around)),
        ("policySupported", is_supported(endpoint, around)),
    ] {
        match value {
            Ok(value) => entity.set(fact, json!(value), origin.clone()),
            Err(why) => entity.withhold(fact, why),
        }
    }
    unbound_grants(endpoint, around).put(entity, "unboundGrants", &origin);
}

/// Whether the service of an endpoint takes a policy at all.
fn is_supported(endpoint: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    let (name, kind) = (text(endpoint, "ServiceName")?, text(endpoint, "VpcEndpointType")?);
    let service = around.of_type("AWS::EC2::AvailableVPCEndpointService").find(|service| {
        let kinds = service.facet("ServiceType").and_then(Value::as_array).into_iter().flatten();
        let fits = kinds.map(|k| super::word(k, "ServiceType")).any(|k| k == kind);
        service.region == endpoint.region && text(service, "ServiceName") == Ok(name) && fits
    });
    let service = service.ok_or_else(|| format!("whether {name} takes a policy was not read"))?;
    known(service, "VpcEndpointPolicySupported")?
        .as_bool()
        .ok_or_else(|| format!("VpcEndpointPolicySupported of {name} is neither true nor false"))
}

fn unbound_grants(endpoint: &ResourceDocument, around: &Surroundings<'_>) -> Found {
    let mut found = Found::default();
    match known(endpoint, "PolicyDocument") {
        Ok(document) if document.as_object().is_none_or(serde_json::Map::is_empty) => {
            found.add("the default policy lets everyone through to everything");
            return found;
        }
        Ok(_) => {}
        Err(why) => {
            found.doubt(why);
            return found;
        }
    }
    let mut own = Guards::default();
    own.add(endpoint, "PolicyDocument", "its policy", Form::Resource);
    if let Some(gap) = own.gaps.first() {
        found.doubt(gap.clone());
    }
    for guard in own.guards.iter().filter(|g| g.statement.effect == Effect::Allow) {
        let statement = &guard.statement;
        if reads_of_aws(statement, around) {
            continue;
        }
        let grant = Grant { circle: Circle::Organisation, document: endpoint, around, statement };
        match grant.outside().and(resources(&grant)) {
            Answer::Yes => {}
            Answer::No(all) => all.into_iter().for_each(|grant| found.add(grant)),
            Answer::Unknown(why) => found.doubt(why),
        }
    }
    found
}

/// Whether a statement only reads, and only what is declared as AWS's own.
fn reads_of_aws(statement: &Statement, around: &Surroundings<'_>) -> bool {
    let owned = around.declared.perimeter.as_ref().and_then(|table| table.get("aws_owned"));
    let (Some(owned), Patterns::In(actions), Patterns::In(resources)) =
        (owned, &statement.actions, &statement.resources)
    else {
        return false;
    };
    let reads = |action: &String| {
        action.split_once(':').is_some_and(|(_, verb)| READING.iter().any(|reading| verb.starts_with(reading)))
    };
    actions.iter().all(reads) && resources.iter().all(|r| owned.iter().any(|o| covers(&o.text, r)))
}

/// Yes: only to resources of the organisation, or to ones that are declared.
fn resources(grant: &Grant<'_>) -> Answer {
    let label = &grant.statement.label;
    let mut best = Answer::no(format!("{label}: resources of anyone"));
    for condition in &grant.statement.conditions {
        let keys = ["aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths"];
        let positive = ["StringEquals", "StringEqualsIgnoreCase", "StringLike"].contains(&condition.operator.as_str());
        let binds = positive && !condition.if_exists && condition.quantifier != Some(Quantifier::All);
        if !keys.contains(&condition.key.as_str()) || !binds || condition.values.is_empty() {
            continue;
        }
        let values = condition.values.iter().map(|value| grant.value_inside(&condition.key, value));
        match values.fold(Answer::Yes, Answer::and) {
            Answer::Yes => return Answer::Yes,
            Answer::Unknown(why) => best = Answer::Unknown(why),
            Answer::No(_) => {}
        }
    }
    let Patterns::In(named) = &grant.statement.resources else { return best };
    match named.iter().map(|arn| own(arn, grant)).fold(Answer::Yes, Answer::and) {
        Answer::No(_) => best,
        answer => answer,
    }
}

/// Whether an ARN names a declared bucket, or something in an account of the organisation.
fn own(arn: &str, grant: &Grant<'_>) -> Answer {
    if let Some(rest) = arn.split_once(":s3:::").map(|(_, rest)| rest) {
        let bucket = rest.split('/').next().unwrap_or_default();
        let declared = grant.around.declared.buckets().contains_key(bucket);
        return if declared { Answer::Yes } else { Answer::no(format!("the bucket {bucket} is not declared")) };
    }
    match account_of(arn) {
        Some(account) => grant.account(account),
        None => Answer::no("resources of any account"),
    }
}
