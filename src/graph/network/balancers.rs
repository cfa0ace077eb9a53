//! Load balancers: which are doors of the desktop broker, and what their listeners speak.
//!
//! May import: `model`, `graph`. Guarantees: a listener that sends on to a safe one counts as safe only where all of its rules
//! were read.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{calls, declared_list, is_named, items, word};
use crate::graph::Surroundings;
use crate::graph::iam::Found;
use crate::graph::organizations::text;
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

pub(super) fn derive(entity: &mut Entity, balancer: &ResourceDocument, around: &Surroundings<'_>) {
    let origin = calls(&[(balancer, "Listeners")]);
    match is_broker(balancer, around) {
        Ok(is) => entity.set("ofBroker", json!(is), origin.clone()),
        Err(why) => entity.withhold("ofBroker", why),
    }
    let (mut plain, mut policies) = (Found::default(), Ok(BTreeSet::new()));
    match items(balancer, "Listeners") {
        Ok(all) => {
            for listener in all {
                match word(listener, "Protocol") {
                    "HTTPS" | "TLS" => match (word(listener, "SslPolicy"), &mut policies) {
                        ("", _) => policies = Err(format!("{} has no SslPolicy", label(listener))),
                        (policy, Ok(policies)) => {
                            policies.insert(policy);
                        }
                        (_, Err(_)) => {}
                    },
                    protocol => match is_safe(protocol, listener, balancer, around) {
                        Ok(true) => {}
                        Ok(false) => plain.add(label(listener)),
                        Err(why) => plain.doubt(why),
                    },
                }
            }
        }
        Err(why) => {
            plain.doubt(why.clone());
            policies = Err(why);
        }
    }
    plain.put(entity, "plainListeners", &origin);
    match policies {
        Ok(policies) => entity.set("tlsPolicies", json!(policies), origin),
        Err(why) => entity.withhold("tlsPolicies", why),
    }
}

fn label(listener: &Value) -> String {
    let port = listener.get("Port").and_then(Value::as_i64).unwrap_or_default();
    format!("{} on port {port}", word(listener, "Protocol"))
}

/// Whether a load balancer is declared as the broker, by name or by one of its groups.
pub(in crate::graph) fn is_broker(balancer: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    declared_list(around.declared, "broker")?;
    if is_itself_declared(balancer, around)? {
        return Ok(true);
    }
    let groups = items(balancer, "SecurityGroups")?.iter().filter_map(Value::as_str).collect::<Vec<_>>();
    Ok(is_named(around.declared, "broker", &groups))
}

fn is_itself_declared(balancer: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    let named = is_named(around.declared, "broker", &[&balancer.id]);
    Ok(named || is_named(around.declared, "broker", &[text(balancer, "Name")?]))
}

/// Whether a listener without TLS is safe: it only sends on to one that has it, or the broker encrypts on its own.
fn is_safe(
    protocol: &str,
    listener: &Value,
    balancer: &ResourceDocument,
    around: &Surroundings<'_>,
) -> Result<bool, String> {
    if protocol == "HTTP" {
        let actions = listener.get("DefaultActions").and_then(Value::as_array).into_iter().flatten();
        let mut actions = actions.peekable();
        let some = actions.peek().is_some();
        let redirects = actions.all(|action| {
            let config = action.get("RedirectConfig").unwrap_or(&Value::Null);
            word(action, "Type") == "redirect" && word(config, "Protocol") == "HTTPS"
        });
        if some && redirects {
            return Err(format!(
                "the rules of {} were not read: needs elasticloadbalancing:DescribeRules",
                label(listener)
            ));
        }
        return Ok(false);
    }
    if is_itself_declared(balancer, around)? {
        return Ok(true);
    }
    declared_list(around.declared, "broker")?;
    Ok(false)
}
