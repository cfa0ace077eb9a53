//! Roles whose credentials work only from the declared network.
//!
//! May import: `model`, `graph`. Guarantees: an empty set of ways means that one Deny, in a service control policy, the
//! boundary or a policy of the role, stops every call of this role that comes from no declared network.

use serde_json::json;

use super::{add_own_policies, boundary, trust};
use crate::graph::Surroundings;
use crate::graph::organizations::rails::{Exempt, denies_all, perimeter, service_control, within};
use crate::graph::statement::{Answer, Condition, Given, Scenario, covers};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

const INSTANCE_VPC: &str = "aws:ec2instancesourcevpc";

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    // Nothing asks it of other roles, and reading every policy of every role would be for nothing.
    if super::is_research_role(document, around.declared) == Ok(false) {
        entity.withhold("waysOutOfNetwork", "only asked of research and workspace roles");
        return;
    }
    let mut guards = service_control(around.estate, &document.account);
    match boundary(document, around) {
        Ok(more) => {
            guards.guards.extend(more.guards);
            guards.gaps.extend(more.gaps);
            guards.calls.extend(more.calls);
        }
        Err(reason) => guards.gaps.push(reason),
    }
    add_own_policies(&mut guards, document, around);

    let list = |name: &str, value: &str| match around.declared.network.as_ref().and_then(|n| n.get(name)) {
        None => Answer::Unknown(format!("tre.toml declares no [network] {name}")),
        Some(known) if known.iter().any(|k| k.text == value) => Answer::Yes,
        Some(_) => Answer::no(format!("it lets calls from {value} pass, which [network] {name} does not name")),
    };
    let vpc = |value: &str| list("vpcs", value);
    let endpoint = |value: &str| list("endpoints", value);
    let nothing = |value: &str| Answer::no(format!("it lets {value} pass"));
    let instance = trust::only_service(document, "ec2.amazonaws.com");
    let mut scenario = Scenario::any()
        .with("aws:sourcevpc", Given::Outside(&vpc))
        .with("aws:sourcevpce", Given::Outside(&endpoint))
        // Always in a request, and false unless a service calls on with the caller's credentials; the rule exempts that.
        // <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
        .with("aws:viaawsservice", Given::Is("false"))
        .with("aws:principalisawsservice", Given::Is("false"));
    if instance == Ok(true) {
        scenario = scenario.with("ec2:sourceinstancearn", Given::PresentOutside(&nothing));
    }
    let arn = document.name();
    let implies = |condition: &Condition| match condition.key.as_str() {
        INSTANCE_VPC => by_instance(condition, &instance),
        "aws:principalarn" if condition.operator.starts_with("Arn") => by_arn(condition, arn),
        _ => scenario.implies(condition),
    };
    let unreachable = perimeter(around.declared, "no_endpoint");
    let action = |pattern: &str| within(&unreachable, pattern);
    let exempt = Exempt { action: &action, resource: &|_| false };
    let keys = ["aws:sourcevpc", "aws:sourcevpce", INSTANCE_VPC];
    let answer = denies_all(&guards.guards, &keys, &exempt, &implies);
    let origin = Origin::Derived(guards.calls.iter().cloned().collect());
    match guards.settle(answer) {
        Answer::Yes => entity.set("waysOutOfNetwork", json!([]), origin),
        Answer::No(ways) => entity.set("waysOutOfNetwork", json!(ways), origin),
        Answer::Unknown(reason) => entity.withhold("waysOutOfNetwork", reason),
    }
}

/// `StringNotEquals aws:EC2InstanceSourceVPC ${aws:SourceVpc}` holds for an instance's credentials that are used away
/// from the instance's VPC. Credentials of anything else do not have the key.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-ec2instancesourcevpc>
fn by_instance(condition: &Condition, instance: &Result<bool, String>) -> Answer {
    let own = condition.values.iter().all(|v| v.eq_ignore_ascii_case("${aws:SourceVpc}"));
    if condition.operator != "StringNotEquals" || condition.quantifier.is_some() || !own {
        return Answer::Unknown(format!("a condition on {} is not of the form that is modelled", condition.key));
    }
    match instance {
        Ok(true) => Answer::Yes,
        Ok(false) => Answer::no("it compares aws:EC2InstanceSourceVPC, and not only instances have this role"),
        Err(reason) => Answer::Unknown(reason.clone()),
    }
}

/// ARN operators compare each of the six parts by itself.
fn by_arn(condition: &Condition, arn: &str) -> Answer {
    if condition.values.iter().any(|v| v.contains("${")) {
        return Answer::Unknown("a condition on aws:principalarn holds a policy variable".to_owned());
    }
    let like = condition.values.iter().any(|pattern| {
        let (mut wanted, mut given) = (pattern.splitn(6, ':'), arn.splitn(6, ':'));
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some(pattern), Some(part)) if covers(pattern, part) => {}
                _ => return false,
            }
        }
    });
    let holds = match condition.operator.as_str() {
        "ArnEquals" | "ArnLike" => like,
        "ArnNotEquals" | "ArnNotLike" => !like,
        other => return Answer::Unknown(format!("the condition operator {other} is not modelled")),
    };
    if holds {
        Answer::Yes
    } else {
        Answer::no(format!("it exempts this role by aws:PrincipalArn {}", condition.values.join(", ")))
    }
}
