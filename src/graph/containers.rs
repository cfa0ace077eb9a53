//! Container registries: where images are copied to, and what scans them.
//!
//! May import: `model`, `graph`. Guarantees: a copy leaves nothing only where its Region and account are declared; what scans
//! images besides the repository itself is said only where it was read.

use serde_json::{Value, json};

use super::Surroundings;
use super::iam::Found;
use super::organizations::known;
use super::workplaces::{is_account_declared, listed};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

const PUBLIC: &str = "AWS::ECR::PublicRepository";
const INSPECTOR: &str = "AWS::InspectorV2::AccountStatus";

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    match document.kind.as_str() {
        "AWS::ECR::Repository" => match inspected(document, around) {
            Ok(scanned) => entity.set("inspectorScans", json!(scanned), Origin::Derived(Vec::new())),
            Err(why) => entity.withhold("inspectorScans", why),
        },
        "AWS::ECR::Registry" => {
            let calls = document.calls.get("ReplicationConfiguration").cloned().into_iter().collect();
            match copies(document, around) {
                Ok(found) => found.put(entity, "copiesElsewhere", &Origin::Derived(calls)),
                Err(why) => entity.withhold("copiesElsewhere", why),
            }
            let (repositories, gap) = listed(around, PUBLIC);
            let mut public = Found::default();
            repositories.for_each(|repository| public.add(repository.name()));
            if let Some(why) = gap {
                public.doubt(why);
            }
            public.put(entity, "publicRepositories", &Origin::Derived(Vec::new()));
        }
        _ => {}
    }
}

/// Whether Inspector scans the images of the Region.
fn inspected(document: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    let (mut all, gap) = listed(around, INSPECTOR);
    match all.find(|status| status.region == document.region) {
        Some(status) => {
            let state = known(status, "ResourceState")?.get("Ecr").and_then(Value::as_str);
            state.map(|state| state == "ENABLED").ok_or_else(|| "ResourceState does not say Ecr".to_owned())
        }
        None => Err(gap.unwrap_or_else(|| "Inspector did not say whether it scans".to_owned())),
    }
}

/// Copies that go to a Region or account that is not declared.
fn copies(document: &ResourceDocument, around: &Surroundings<'_>) -> Result<Found, String> {
    let rules = known(document, "ReplicationConfiguration")?.get("Rules");
    let rules = rules.map_or(Some(&[][..]), |rules| rules.as_array().map(Vec::as_slice)).ok_or("Rules is no list")?;
    let mut found = Found::default();
    for rule in rules {
        let destinations = rule.get("Destinations").and_then(Value::as_array).ok_or("a rule has no destinations")?;
        for destination in destinations {
            let member = |name: &str| destination.get(name).and_then(Value::as_str);
            let (Some(region), Some(account)) = (member("Region"), member("RegistryId")) else {
                found.doubt("a destination has no Region or no account");
                continue;
            };
            match &around.declared.regions {
                Some(regions) if regions.iter().any(|known| known.text == region) => {}
                Some(_) => found.add(format!("{account} in {region}")),
                None => found.doubt("tre.toml declares no [tre] regions"),
            }
            match is_account_declared(around, account) {
                Ok(true) => {}
                Ok(false) => found.add(format!("{account} in {region}")),
                Err(why) => found.doubt(why),
            }
        }
    }
    Ok(found)
}
