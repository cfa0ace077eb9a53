//! What becomes of data that a model of AWS sees: whether services may learn from it, and in which Regions models run.
//!
//! May import: `model`, `graph`. Guarantees: a service is opted out only where the effective policy of the account says so.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::iam::Found;
use super::organizations::known;
use super::workplaces::{from_all, listed};
use super::{Surroundings, allowed};
use crate::model::entity::{Entity, Origin};

/// The facts that are derived.
pub(super) const FACTS: [&str; 3] = ["farModelUsers", "farModels", "learningServices"];

const MEMBER: &str = "AWS::Organizations::Account";
const POLICY: &str = "EffectiveAiServicesOptOutPolicy";
const PROFILES: [&str; 2] = ["AWS::Bedrock::ApplicationInferenceProfile", "AWS::Bedrock::InferenceProfile"];

pub(super) fn derive(entity: &mut Entity, around: &Surroundings<'_>) {
    match learning(around) {
        Ok(services) => {
            let own = around.estate.documents(MEMBER).iter().filter(|member| member.id == around.account);
            entity.set("learningServices", json!(services), from_all(own));
        }
        Err(why) => entity.withhold("learningServices", why),
    }
    let profiles = from_all(PROFILES.into_iter().flat_map(|kind| around.of_type(kind)));
    far_models(around).put(entity, "farModels", &profiles);
    let what = "which research personas can invoke a profile whose model runs elsewhere";
    let actions = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"];
    allowed::research_roles(around, &actions, what).put(entity, "farModelUsers", &Origin::Derived(Vec::new()));
}

/// Services that may learn from the account's data: `default` stands for all that the policy does not name.
fn learning(around: &Surroundings<'_>) -> Result<BTreeSet<String>, String> {
    let mut views = around.estate.documents(MEMBER).iter().filter(|member| member.id == around.account);
    let mut reason = format!("the effective policy of account {} was not read", around.account);
    let policy = views.find_map(|view| known(view, POLICY).map_err(|why| reason = why).ok());
    let policy = policy.ok_or(reason)?;
    let services = policy.get("services").and_then(Value::as_object);
    let opted_out = |service: &Value| service.get("opt_out_policy").and_then(Value::as_str) == Some("optOut");
    let mut found = BTreeSet::new();
    for (name, service) in services.into_iter().flatten() {
        if !opted_out(service) {
            found.insert(name.clone());
        }
    }
    if !services.is_some_and(|services| services.contains_key("default")) {
        found.insert("default".to_owned());
    }
    Ok(found)
}

/// Profiles that send a request to a model in a Region that is not approved.
fn far_models(around: &Surroundings<'_>) -> Found {
    let mut found = Found::default();
    let Some(approved) = &around.declared.regions else {
        found.doubt("tre.toml declares no [tre] regions");
        return found;
    };
    for kind in PROFILES {
        let (profiles, gap) = listed(around, kind);
        for profile in profiles {
            match known(profile, "Models").map(Value::as_array) {
                Ok(Some(models)) => {
                    let arns = models.iter().filter_map(|model| model.get("ModelArn").and_then(Value::as_str));
                    // A model without a Region runs anywhere.
                    let regions = arns.map(|arn| arn.split(':').nth(3).unwrap_or_default());
                    for region in regions.filter(|region| !approved.iter().any(|known| known.text == *region)) {
                        let region = if region.is_empty() { "any Region" } else { region };
                        found.add(format!("{} in {region}", profile.name()));
                    }
                }
                Ok(None) => found.doubt("Models is no list"),
                Err(why) => found.doubt(why),
            }
        }
        if let Some(why) = gap {
            found.doubt(why);
        }
    }
    found
}
