//! Notebooks and Unified Studio: in which subnets they run, where their output goes, and how people reach them.
//!
//! May import: `model`, `graph`. Guarantees: a setting of a person or space overrides its domain's, so that all of them are
//! looked at; Identity Center's network is known only where its instance was read.

use serde_json::Value;

use super::Surroundings;
use super::iam::Found;
use super::organizations::{known, text};
use super::workplaces::{bucket_in, foreign_subnets, from_all, is_store_bucket, is_workspace_subnet, listed};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

const PROFILE: &str = "AWS::SageMaker::UserProfile";
const SPACE: &str = "AWS::SageMaker::Space";
const INSTANCE: &str = "AWS::SSO::Instance";

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    match document.kind.as_str() {
        "AWS::SageMaker::Domain" => {
            let subnets = known(document, "SubnetIds").map(Value::as_array);
            put(
                entity,
                document,
                "foreignSubnets",
                "SubnetIds",
                match subnets {
                    Ok(Some(ids)) => Ok(foreign_subnets(around, ids.iter().filter_map(Value::as_str))),
                    Ok(None) => Err("SubnetIds is no list".to_owned()),
                    Err(why) => Err(why),
                },
            );
            put(entity, document, "outputElsewhere", "DefaultUserSettings", Ok(outputs(document, around)));
            put(entity, document, "remoteSpaces", "DomainName", Ok(remote_spaces(document, around)));
            match identity_center(document, around) {
                Ok(found) => found.put(entity, "identityCenterGaps", &from_all(around.estate.documents(INSTANCE))),
                Err(why) => entity.withhold("identityCenterGaps", why),
            }
        }
        "AWS::SageMaker::NotebookInstance" => {
            let subnet = text(document, "SubnetId")
                .map(|id| foreign_subnets(around, [id].into_iter().filter(|id| !id.is_empty())));
            put(entity, document, "foreignSubnets", "SubnetId", subnet);
        }
        "AWS::DataZone::EnvironmentBlueprintConfiguration" => {
            let found =
                known(document, "RegionalParameters").and_then(|parameters| parameters_elsewhere(parameters, around));
            put(entity, document, "undeclaredParameters", "RegionalParameters", found);
        }
        _ => {}
    }
}

fn put(entity: &mut Entity, document: &ResourceDocument, fact: &str, facet: &str, found: Result<Found, String>) {
    match found {
        Ok(found) => {
            let calls = document.calls.get(facet).cloned().into_iter().collect();
            found.put(entity, fact, &Origin::Derived(calls));
        }
        Err(why) => entity.withhold(fact, why),
    }
}

/// The id of a domain, as what stands under it names it.
fn domain_id(document: &ResourceDocument) -> &str {
    document.id.rsplit(['/', ':']).next().unwrap_or(&document.id)
}

/// What stands under this domain, with the reason why there may be more.
fn beneath<'a>(
    document: &ResourceDocument,
    kind: &'a str,
    around: &Surroundings<'a>,
    found: &mut Found,
) -> Vec<&'a ResourceDocument> {
    let (documents, gap) = listed(around, kind);
    let mut own = Vec::new();
    for other in documents.filter(|other| other.region == document.region) {
        match text(other, "DomainId") {
            Ok(id) if id == domain_id(document) => own.push(other),
            Ok(_) => {}
            Err(why) => found.doubt(why),
        }
    }
    if let Some(why) = gap {
        found.doubt(why);
    }
    own
}

/// Places outside the stores to which the output of notebooks may be shared. `Allowed` without a place is `SageMaker`'s own
/// bucket.
fn outputs(document: &ResourceDocument, around: &Surroundings<'_>) -> Found {
    let mut found = Found::default();
    let profiles = beneath(document, PROFILE, around, &mut found);
    let own = std::iter::once((document, "DefaultUserSettings"));
    for (holder, facet) in own.chain(profiles.into_iter().map(|profile| (profile, "UserSettings"))) {
        let settings = match known(holder, facet) {
            Ok(settings) => settings,
            Err(why) => {
                found.doubt(why);
                continue;
            }
        };
        let sharing = |name: &str| settings.pointer(&format!("/SharingSettings/{name}")).and_then(Value::as_str);
        let path = sharing("S3OutputPath");
        match sharing("NotebookOutputOption") {
            // A person without an option of their own has that of the domain, with another path perhaps.
            None if path.is_none() => continue,
            Some("Disabled") => continue,
            _ => {}
        }
        match path
            .map(|path| (path, bucket_in(path).ok_or(path).and_then(|b| is_store_bucket(around, b).map_err(|_| b))))
        {
            Some((_, Ok(true))) => {}
            Some((path, Ok(false))) => found.add(path),
            Some((path, Err(bucket))) if bucket == path => found.add(path),
            Some((path, Err(_))) => {
                found.doubt(format!("whether {path} lies in a store is not known: tre.toml declares no [[dataset]]"));
            }
            None => found.add(format!("{}: no path", holder.name())),
        }
    }
    found
}

fn remote_spaces(document: &ResourceDocument, around: &Surroundings<'_>) -> Found {
    let mut found = Found::default();
    for space in beneath(document, SPACE, around, &mut found) {
        match known(space, "SpaceSettings").map(|settings| settings.get("RemoteAccess").and_then(Value::as_str)) {
            Ok(Some("ENABLED")) => found.add(space.name()),
            Ok(_) => {}
            Err(why) => found.doubt(why),
        }
    }
    found
}

/// Ways into a domain of Identity Center that do not lead through the declared network.
fn identity_center(document: &ResourceDocument, around: &Surroundings<'_>) -> Result<Found, String> {
    let application = text(document, "SingleSignOnApplicationArn")?;
    // `arn:aws:sso::111111111111:application/ssoins-1234567890abcdef/apl-…`
    let id = application.split('/').nth(1).filter(|id| id.starts_with("ssoins-"));
    let id = id.ok_or_else(|| format!("\"{application}\" does not say of which instance of Identity Center it is"))?;
    let mut instances = around.estate.documents(INSTANCE).iter();
    let instance = instances.find(|instance| instance.id.rsplit('/').next() == Some(id)).ok_or_else(|| {
        format!("the instance {id} of Identity Center was not read: collect the account that manages it")
    })?;
    let settings = known(instance, "NetworkConfigurationDetails")?;
    let list =
        |name: &str| settings.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let mut found = Found::default();
    match settings.get("VpceAccessRequired").and_then(Value::as_bool) {
        Some(true) => {}
        Some(false) => found.add("endpoints are not required"),
        None => found.doubt("NetworkConfigurationDetails does not say VpceAccessRequired"),
    }
    if list("ExcludeApplicationArns").any(|excluded| excluded == application) {
        found.add(format!("{application} is excluded"));
    }
    let mut any = false;
    let vpcs = around.declared.network.as_ref().and_then(|network| network.get("vpcs"));
    for vpc in list("RestrictSourceVpcs") {
        any = true;
        let name = vpc.rsplit('/').next().unwrap_or(vpc);
        match vpcs {
            Some(vpcs) if vpcs.iter().any(|known| [vpc, name].contains(&known.text.as_str())) => {}
            Some(_) => found.add(vpc),
            None => found.doubt("tre.toml declares no [network] vpcs"),
        }
    }
    for address in list("AllowSourceIps") {
        match around.declared.list("access", "places") {
            Ok(places) if places.iter().any(|place| place.text == address) => {}
            Ok(_) => found.add(address),
            Err(why) => found.doubt(why),
        }
    }
    // Any endpoint would do, whoever's VPC it stands in.
    if !any {
        found.add("no VPC is named");
    }
    Ok(found)
}

/// VPCs, subnets and buckets that a blueprint's parameters name and that are not the environment's. A parameter is known for
/// what it is by how its value begins, whatever its name.
fn parameters_elsewhere(parameters: &Value, around: &Surroundings<'_>) -> Result<Found, String> {
    let regions = parameters.as_object().ok_or("RegionalParameters is no object")?;
    let vpcs = around.declared.network.as_ref().and_then(|network| network.get("vpcs"));
    let mut found = Found::default();
    for (region, own) in regions {
        let own = own.as_object().ok_or("the parameters of a Region are no object")?;
        for (name, value) in own {
            let value = value.as_str().ok_or_else(|| format!("the parameter {name} is no text"))?;
            let marks = |c: char| c.is_whitespace() || "[]{}\"'".contains(c);
            for part in value.split(',').map(|part| part.trim_matches(marks)) {
                // An ARN of EC2 ends with the id, and so does one behind an account.
                let part = match part.rsplit('/').next() {
                    Some(last) if last.starts_with("subnet-") || last.starts_with("vpc-") => last,
                    _ => part,
                };
                let inside = if part.starts_with("subnet-") {
                    is_subnet_inside(around, part)
                } else if part.starts_with("vpc-") {
                    vpcs.map(|vpcs| vpcs.iter().any(|v| v.text == part))
                        .ok_or_else(|| "tre.toml declares no [network] vpcs".to_owned())
                } else if let Some(bucket) = bucket_in(part) {
                    Ok(around.declared.buckets().contains_key(bucket))
                } else {
                    Ok(true)
                };
                match inside {
                    Ok(true) => {}
                    Ok(false) => found.add(format!("{region}: {name} {part}")),
                    Err(why) => found.doubt(format!("{name} {part}: {why}")),
                }
            }
        }
    }
    Ok(found)
}

/// Whether a subnet is one of workspaces or of data.
fn is_subnet_inside(around: &Surroundings<'_>, id: &str) -> Result<bool, String> {
    let data = around.declared.network.as_ref().and_then(|network| network.get("data"));
    if data.is_some_and(|data| data.iter().any(|subnet| subnet.text == id)) {
        return Ok(true);
    }
    is_workspace_subnet(around, id)
}
