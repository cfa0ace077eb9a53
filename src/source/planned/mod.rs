//! What code declares, as resource documents: names, ARNs and references put in, what is not known left out.
//!
//! May import: `model`, `source::table`. Guarantees: a document holds what the code says and nothing that only AWS can say; no
//! account is invented: a policy that names one which nobody gave is missing; every facet names the property it came from
//! in `calls`, in place of a ledger entry.

mod identity;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::model::document::ResourceDocument;
pub use crate::model::planned::UNKNOWN;
use crate::model::planned::{
    Action, Assumed, GIVE_LIVE, Planned, PlannedResource, Unnamed, World, reference, references,
};
use crate::source::table;
use identity::{Identities, Identity};

/// Facets of types that are not in the table, which a report of AWS alone says.
const OF_REPORTS: [(&str, &str); 1] = [("AWS::IAM::User", "Credentials")];

/// Where the resources will stand, as far as the code does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Site {
    /// 12 digits.
    pub account: Option<String>,
    pub region: Option<String>,
}

/// A document with the resource of the world that it was made from.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// Its place in [`World::resources`].
    pub index: usize,
    pub document: ResourceDocument,
    /// Facets that the code does not say, known of a new resource: one that is there already may have another value.
    pub assumed: BTreeMap<String, Assumed>,
    /// Whether the code says what AWS will call it, or calls it already.
    pub named: bool,
    /// Why nobody knows its name, where the code gives one that is not known.
    pub unnamed: Option<Unnamed>,
}

/// What stands in `calls` for a property of a resource.
#[must_use]
pub fn cite(address: &str, property: &str) -> String {
    format!("{address}#{property}")
}

/// The resource and the property that a citation names.
#[must_use]
pub fn cited(call: &str) -> Option<(&str, &str)> {
    call.rsplit_once('#')
}

/// The documents of a world: of what goes away too, so that it can be taken from the live state, and none of what the code
/// lets go of.
#[must_use]
pub fn documents(world: &World, site: &Site) -> Vec<Made> {
    let identities = Identities::of(world, site);
    let all = world.resources.iter().enumerate().filter(|(_, resource)| resource.action != Action::Forget);
    all.filter_map(|(index, resource)| {
        let own = identities.get(&resource.address)?;
        let document = document(resource, own, &identities);
        let is_known = |(name, _): &(&String, &Assumed)| document.properties.contains_key(*name);
        let assumed = resource.assumed.iter().filter(is_known).map(|(name, assumed)| (name.clone(), *assumed));
        let assumed = assumed.collect();
        Some(Made { index, assumed, named: own.named, unnamed: own.unnamed.clone(), document })
    })
    .collect()
}

/// A text with names and ARNs in place of references, for use outside of its input: only what the code says itself, in each of its
/// worlds, is known there.
///
/// # Errors
/// Why it is not known.
pub fn settled(text: &str, worlds: &[World], site: &Site) -> Result<String, String> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    for world in worlds {
        let identities = Identities::of(world, site);
        if let Some((address, _)) =
            references(text).find(|(address, _)| !identities.get(address).is_some_and(|i| i.named))
        {
            return Err(format!("the code gives {address} no name"));
        }
        let value = text_of(text, true, &identities)?;
        if value.split([':', '/']).any(|part| part == UNKNOWN) {
            return Err("it names an account or a Region that nobody gave; give --account and --region".to_owned());
        }
        found.insert(value);
    }
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        _ => Err("it differs between the cases of the input".to_owned()),
    }
}

fn document(resource: &PlannedResource, own: &Identity, identities: &Identities<'_>) -> ResourceDocument {
    let mut made = ResourceDocument {
        kind: resource.kind.clone(),
        id: own.id.clone(),
        arn: own.arn.clone(),
        account: own.account.clone(),
        region: own.region.clone(),
        ..ResourceDocument::default()
    };
    for (name, property) in &resource.properties {
        let value = match &property.value {
            Planned::Unknown(reason) => Err(reason.clone()),
            Planned::Known(_) if may_be_older(resource, name) => Err(format!(
                "the template leaves it to AWS, and one that is there already may have another; {GIVE_LIVE}"
            )),
            Planned::Known(value) => resolved(value, is_policy(name), identities),
        };
        let facet = if name == "Tags" { "tags" } else { name.as_str() };
        made.calls.insert(facet.to_owned(), cite(&resource.address, name));
        match value {
            Err(reason) => {
                made.missing.insert(facet.to_owned(), reason);
            }
            Ok(value) if name == "Tags" => match tags(&value) {
                Some(tags) => made.tags = Some(tags),
                None => {
                    made.missing.insert(facet.to_owned(), "its tags are no map of texts".to_owned());
                }
            },
            Ok(value) => {
                made.properties.insert(facet.to_owned(), value);
            }
        }
    }
    if !resource.properties.contains_key("Tags") {
        // Of what is there already the code may say a part alone; a new resource has the tags that it gives it.
        if matches!(resource.action, Action::Update | Action::Keep) {
            made.missing.insert("tags".to_owned(), format!("the code does not say its tags; {GIVE_LIVE}"));
        } else if resource.place.line > 0 && !resource.address.contains('.') {
            // A template's: CloudFormation gives the tags of a stack to what it makes.
            let what = "the template says no tags, and the stack may give it its own";
            made.missing.insert("tags".to_owned(), format!("{what}; {GIVE_LIVE}"));
        } else {
            made.tags = Some(BTreeMap::new());
        }
    }
    if own.region == UNKNOWN {
        made.missing.insert("region".to_owned(), "the Region is not known; give --region".to_owned());
    }
    // What only AWS says once it is there.
    let of_table = table::kind(&resource.kind).into_iter().flat_map(|row| row.facets().map(|(facet, _)| facet.name));
    let own = OF_REPORTS.iter().filter(|(kind, _)| *kind == resource.kind).map(|(_, facet)| *facet);
    for facet in of_table.chain(own) {
        if made.facet(facet).is_none() && !made.missing.contains_key(facet) {
            let reason =
                format!("the code does not say {facet}, which shows once it is deployed; where it is, {GIVE_LIVE}");
            made.missing.insert(facet.to_owned(), reason);
        }
    }
    if let Some(reason) = &resource.doubtful {
        let known: BTreeSet<String> = made.properties.keys().cloned().collect();
        for facet in known {
            made.properties.remove(&facet);
            made.missing.insert(facet, reason.clone());
        }
        made.tags = None;
        made.missing.insert("tags".to_owned(), reason.clone());
    }
    made
}

/// Whether a property is a default of AWS that a resource which a template may find there already need not have. A plan says what
/// is new.
fn may_be_older(resource: &PlannedResource, property: &str) -> bool {
    resource.assumed.get(property) == Some(&Assumed::Recent)
        && resource.place.line > 0
        && !resource.address.contains('.')
}

/// Whether a facet is a policy document or holds some: there an account decides who is let in.
fn is_policy(facet: &str) -> bool {
    facet.contains("Polic") || facet.ends_with("PolicyDocument")
}

fn tags(value: &Value) -> Option<BTreeMap<String, String>> {
    let map = value.as_object()?;
    map.iter().map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

/// A value with names and ARNs in place of references.
fn resolved(value: &Value, policy: bool, identities: &Identities<'_>) -> Result<Value, String> {
    match value {
        Value::String(text) => text_of(text, policy, identities).map(Value::String),
        Value::Array(list) => {
            list.iter().map(|one| resolved(one, policy, identities)).collect::<Result<Vec<_>, _>>().map(Value::Array)
        }
        Value::Object(map) => {
            let mut all = serde_json::Map::new();
            for (key, value) in map {
                all.insert(text_of(key, policy, identities)?, resolved(value, policy, identities)?);
            }
            Ok(Value::Object(all))
        }
        other => Ok(other.clone()),
    }
}

fn text_of(text: &str, policy: bool, identities: &Identities<'_>) -> Result<String, String> {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    for (address, attribute) in references(text) {
        let written = reference(address, attribute);
        let Some((before, after)) = rest.split_once(&written) else { continue };
        let found = identities.attribute(address, attribute)?;
        if policy && found.split(':').nth(4) == Some(UNKNOWN) {
            return Err("it names an account that nobody gave; give --account".to_owned());
        }
        if !identities.pay(found.len()) {
            return Err("the names that it refers to are longer than what is read".to_owned());
        }
        whole.extend([before, &found]);
        rest = after;
    }
    whole.push_str(rest);
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::planned::{Place, Property};

    fn resource(address: &str, kind: &str, properties: &[(&str, Planned)]) -> PlannedResource {
        let property = |value: &Planned| Property { value: value.clone(), place: Place::default(), expression: None };
        PlannedResource {
            address: address.to_owned(),
            kind: kind.to_owned(),
            properties: properties.iter().map(|(name, value)| ((*name).to_owned(), property(value))).collect(),
            ..PlannedResource::default()
        }
    }

    fn known(value: Value) -> Planned {
        Planned::Known(value)
    }

    fn made(resources: Vec<PlannedResource>, site: &Site) -> Vec<ResourceDocument> {
        let world = World { assumed: Vec::new(), resources };
        documents(&world, site).into_iter().map(|made| made.document).collect()
    }

    fn site() -> Site {
        Site { account: Some("111111111111".to_owned()), region: Some("eu-west-2".to_owned()) }
    }

    #[test]
    fn references_become_the_names_that_the_live_estate_would_have() {
        let key = resource("Key", "AWS::KMS::Key", &[]);
        let arn = known(json!(reference("Key", "Arn")));
        let policy = json!({ "Statement": [{ "Resource": format!("{}/*", reference("Bucket", "Arn")) }] });
        let bucket = resource(
            "Bucket",
            "AWS::S3::Bucket",
            &[("BucketName", known(json!("tre-data"))), ("BucketPolicy", known(policy))],
        );
        let volume = resource("Volume", "AWS::EC2::Volume", &[("KmsKeyId", arn)]);
        let all = made(vec![bucket, key, volume], &site());
        assert_eq!(all[0].properties["BucketPolicy"]["Statement"][0]["Resource"], "arn:aws:s3:::tre-data/*");
        assert_eq!(all[1].arn.as_deref(), Some("arn:aws:kms:eu-west-2:111111111111:key/Key"));
        assert_eq!(all[2].properties["KmsKeyId"], json!(all[1].arn));
    }

    #[test]
    fn without_an_account_a_key_of_the_same_code_is_known_and_a_policy_that_names_an_account_is_not() {
        let user = resource("Role", "AWS::IAM::Role", &[]);
        let policy = json!({ "Statement": [{ "Principal": { "AWS": reference("Role", "Arn") } }] });
        let key = resource("Key", "AWS::KMS::Key", &[("KeyPolicy", known(policy))]);
        let volume = resource("Volume", "AWS::EC2::Volume", &[("KmsKeyId", known(json!(reference("Key", "Arn"))))]);
        let all = made(vec![key, user, volume], &Site::default());
        assert!(all[0].missing["KeyPolicy"].contains("--account"), "{:?}", all[0].missing);
        assert_eq!(all[2].properties["KmsKeyId"], json!(all[0].arn));
    }

    #[test]
    fn what_is_not_known_is_missing_with_its_reason_and_nothing_else_of_it_is_there() {
        let unknown = Planned::Unknown("depends on the parameter Env, which has no value".to_owned());
        let volume = resource("Volume", "AWS::EC2::Volume", &[("Encrypted", unknown)]);
        let all = made(vec![volume], &site());
        assert_eq!(all[0].missing["Encrypted"], "depends on the parameter Env, which has no value");
        assert!(all[0].facet("Encrypted").is_none());
        // What AWS alone knows is missing too, and said so.
        assert!(all[0].missing["CreateTime"].contains("once it is deployed"));
    }

    #[test]
    fn an_attribute_that_only_aws_gives_leaves_the_property_missing() {
        let domain = resource("Domain", "AWS::SageMaker::Domain", &[]);
        let other = resource("Volume", "AWS::EC2::Volume", &[("SnapshotId", known(json!(reference("Domain", "Url"))))]);
        let all = made(vec![domain, other], &site());
        assert!(all[1].missing["SnapshotId"].contains("Url of Domain"), "{:?}", all[1].missing);
    }

    #[test]
    fn a_resource_that_the_code_only_says_a_part_of_has_no_known_tags_and_a_new_one_has_none() {
        let new = resource("New", "AWS::EC2::Volume", &[]);
        let there = PlannedResource { action: Action::Update, ..resource("There", "AWS::EC2::Volume", &[]) };
        let place = Place { file: "a.yaml".to_owned(), line: 3, column: 1 };
        let template = PlannedResource { place, ..resource("Made", "AWS::EC2::Volume", &[]) };
        let all = made(vec![new, there, template], &site());
        assert!(all[2].tags.is_none() && all[2].missing["tags"].contains("the stack"), "{:?}", all[2].missing);
        assert_eq!(all[0].tags, Some(BTreeMap::new()));
        assert!(all[1].tags.is_none() && all[1].missing["tags"].contains("--live"), "{:?}", all[1].missing);
    }

    #[test]
    fn references_to_what_goes_away_are_not_known() {
        let key = PlannedResource { action: Action::Delete, ..resource("Key", "AWS::KMS::Key", &[]) };
        let volume = resource("Volume", "AWS::EC2::Volume", &[("KmsKeyId", known(json!(reference("Key", "Arn"))))]);
        let all = made(vec![key, volume], &site());
        assert!(all[1].missing["KmsKeyId"].contains("goes away"), "{:?}", all[1].missing);
    }

    #[test]
    fn a_resource_that_may_not_be_there_says_nothing() {
        let volume = resource("Volume", "AWS::EC2::Volume", &[("Encrypted", known(json!(true)))]);
        let volume = PlannedResource { doubtful: Some("it may not be there".to_owned()), ..volume };
        let all = made(vec![volume], &site());
        assert!(all[0].properties.is_empty() && all[0].missing["Encrypted"] == "it may not be there");
    }

    #[test]
    fn a_long_name_is_not_put_in_without_end() {
        let refers = known(json!(reference("Bucket", "Ref").repeat(2000)));
        let volume = resource("Volume", "AWS::EC2::Volume", &[("SnapshotId", refers)]);
        let named = |length: usize| {
            let bucket = resource("Bucket", "AWS::S3::Bucket", &[("BucketName", known(json!("b".repeat(length))))]);
            made(vec![bucket, volume.clone()], &site())
        };
        assert_eq!(named(63)[1].properties["SnapshotId"], json!("b".repeat(63 * 2000)));
        assert!(named(1 << 20)[1].missing["SnapshotId"].contains("longer than what is read"));
    }
}
