//! What resources of code will be called: names, ARNs and what a reference to one gives.
//!
//! May import: `model`, `source::table`. Guarantees: a name that the code does not give is the address, which no text of AWS
//! equals by chance of form alone: it is a name within its type and account; an attribute that only AWS can give is an error.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

use super::{Site, UNKNOWN};
use crate::model::planned::{Action, NOT_SET, Naming, Planned, PlannedResource, Unnamed, World};
use crate::source::table::{self, Arn};

/// The rows of `identity.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    types: BTreeMap<String, Row>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// The property that holds the name.
    #[serde(default)]
    name: Option<String>,
    /// How AWS begins the ids of the type: what a route leads to is known by it.
    #[serde(default)]
    prefix: Option<String>,
    /// After `arn:{partition}:`.
    #[serde(default)]
    arn: Option<String>,
    /// What CloudFormation's Ref gives; the name where it says nothing.
    #[serde(default)]
    r#ref: Option<Given>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Given {
    Name,
    Arn,
}

/// The file is part of the program, so a test reads it; a broken one knows no type.
static TABLE: LazyLock<Table> = LazyLock::new(|| toml::from_str(include_str!("identity.toml")).unwrap_or_default());

/// What a resource will be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) id: String,
    pub(super) arn: Option<String>,
    pub(super) account: String,
    pub(super) region: String,
    name: String,
    refers: String,
    goes_away: bool,
    /// The code says its name.
    pub(super) named: bool,
    pub(super) unnamed: Option<Unnamed>,
}

/// The resources of a world by address.
#[derive(Debug)]
pub(super) struct Identities<'a> {
    by_address: BTreeMap<&'a str, (&'a PlannedResource, Identity)>,
    /// How many bytes of names may still be put in place of references: a short reference can stand for a long name.
    left: Cell<usize>,
}

/// How many bytes of names a world may put in place of references, whatever is in it, and for each resource.
const NAMES: usize = 1 << 20;
const NAMES_OF_ONE: usize = 4096;

impl<'a> Identities<'a> {
    pub(super) fn of(world: &'a World, site: &Site) -> Self {
        let all = world.resources.iter();
        Self {
            by_address: all.map(|r| (r.address.as_str(), (r, identity(r, site)))).collect(),
            left: Cell::new(NAMES + NAMES_OF_ONE * world.resources.len()),
        }
    }

    /// Pays for a name that is put in. False: there were too many.
    pub(super) fn pay(&self, name: usize) -> bool {
        let left = self.left.get().checked_sub(name);
        self.left.set(left.unwrap_or(0));
        left.is_some()
    }

    pub(super) fn get(&self, address: &str) -> Option<&Identity> {
        self.by_address.get(address).map(|(_, identity)| identity)
    }

    /// What a reference to an attribute of a resource gives.
    ///
    /// # Errors
    /// Only AWS can say it, or the resource is not there.
    pub(super) fn attribute(&self, address: &str, attribute: &str) -> Result<String, String> {
        let (resource, identity) = self
            .by_address
            .get(address)
            .ok_or_else(|| format!("it refers to {address}, which is not there in this case"))?;
        if identity.goes_away {
            return Err(format!("it refers to {address}, which goes away"));
        }
        if attribute == "Ref" {
            return Ok(identity.refers.clone());
        }
        let own = resource.kind.rsplit("::").next().unwrap_or_default();
        let is = |suffix: &str| {
            let rest = attribute.strip_suffix(suffix);
            rest.is_some_and(|rest| rest.is_empty() || rest == own || (suffix == "Id" && names_itself(own, rest)))
        };
        if let Some(arn) = identity.arn.as_ref().filter(|_| is("Arn") || is("ARN")) {
            return Ok(arn.clone());
        }
        if is("Id") || is("Name") {
            return Ok(identity.name.clone());
        }
        match resource.properties.get(attribute).map(|property| &property.value) {
            Some(Planned::Known(Value::String(text))) if !text.contains('\u{1}') => Ok(text.clone()),
            _ => Err(format!("{attribute} of {address} shows once it is deployed")),
        }
    }
}

/// Whether a type calls itself so in the name of its id.
fn names_itself(own: &str, rest: &str) -> bool {
    matches!((own, rest), ("SecurityGroup", "Group") | ("VPC", "Vpc") | ("DBInstance" | "DBCluster", "Dbi"))
}

fn identity(resource: &PlannedResource, site: &Site) -> Identity {
    let row = TABLE.types.get(&resource.kind).cloned().unwrap_or_default();
    let account = resource.account.clone().or_else(|| site.account.clone()).unwrap_or_else(|| UNKNOWN.to_owned());
    let region = resource.region.clone().or_else(|| site.region.clone()).unwrap_or_else(|| UNKNOWN.to_owned());
    let text = |property: &str| match resource.properties.get(property).map(|property| &property.value) {
        Some(Planned::Known(Value::String(text))) if !text.contains('\u{1}') => Some(text.as_str()),
        _ => None,
    };
    let given = row.name.as_deref().and_then(text);
    // An account is called by its number, whatever the code calls its settings.
    let made = match resource.kind.as_str() {
        "AWS::Account" => account.clone(),
        _ => format!("{}{}", row.prefix.as_deref().unwrap_or_default(), resource.address),
    };
    let name = given.or(resource.id.as_deref()).unwrap_or(&made);
    let collected = table::kind(&resource.kind);
    let pattern = row.arn.clone().or_else(|| match collected?.arn {
        Arn::Regional(service, path) => Some(format!("{service}:{{region}}:{{account}}:{path}{{name}}")),
        Arn::Member(_) | Arn::Made(..) | Arn::None => None,
    });
    let arn = resource.arn.clone().or_else(|| {
        pattern.map(|pattern| {
            let fill = |word: &str| match word {
                "region" => region.as_str(),
                "account" => account.as_str(),
                "name" => name,
                "path" => text("Path").unwrap_or("/"),
                property => text(property).unwrap_or(UNKNOWN),
            };
            format!("arn:{}:{}", partition(&region), filled(&pattern, fill))
        })
    });
    let id = match collected {
        Some(row) => row.document_id(&region, name, arn.as_deref()),
        // These have names of their own in live documents too.
        None if resource.kind == "AWS::S3::Bucket" || resource.kind.starts_with("AWS::Config::Conf") => name.to_owned(),
        None => arn.clone().unwrap_or_else(|| name.to_owned()),
    };
    let refers = match (row.r#ref, &arn) {
        (Some(Given::Arn), Some(arn)) => arn.clone(),
        _ => name.to_owned(),
    };
    let goes_away = matches!(resource.action, Action::Delete | Action::Forget);
    // A template may be of a stack that is there already, whose names AWS or an earlier change gave.
    let property = row.name.as_deref().and_then(|property| resource.properties.get(property));
    let named = given.is_some() || resource.id.is_some() || resource.arn.is_some();
    let unnamed = match property.map(|property| &property.value) {
        _ if named => None,
        Some(Planned::Unknown(reason)) => {
            let is_new = matches!(resource.action, Action::Create | Action::Replace) && reason == NOT_SET;
            let naming = if is_new { Naming::Provider } else { Naming::Open };
            Some(Unnamed { why: reason.clone(), naming })
        }
        _ if resource.place.line > 0 && !resource.address.contains('.') => {
            let why = "the code gives it no name, and it may be there already".to_owned();
            Some(Unnamed { why, naming: Naming::Template })
        }
        _ => None,
    };
    Identity { id, arn, account, region, name: name.to_owned(), refers, goes_away, named, unnamed }
}

/// A pattern with its words in braces filled in.
fn filled<'t>(pattern: &str, fill: impl Fn(&str) -> &'t str) -> String {
    let mut text = String::new();
    for part in pattern.split('{') {
        match part.split_once('}') {
            Some((word, rest)) => {
                text.push_str(fill(word));
                text.push_str(rest);
            }
            None => text.push_str(part),
        }
    }
    text
}

fn partition(region: &str) -> &'static str {
    match region.get(..3) {
        Some("cn-") => "aws-cn",
        Some("us-") if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::planned::Place;

    #[test]
    fn the_rows_can_be_read() {
        let table: Table = toml::from_str(include_str!("identity.toml")).unwrap();
        assert!(table.types.len() > 50);
    }

    /// What the collectors would make of the name and the ARN is the document's id.
    #[test]
    fn a_named_resource_has_the_id_that_it_has_when_it_is_collected() {
        let site = Site { account: Some("111111111111".to_owned()), region: Some("eu-west-2".to_owned()) };
        for (kind, property, expected) in [
            ("AWS::S3::Bucket", "BucketName", "x"),
            ("AWS::IAM::Role", "RoleName", "arn:aws:iam::111111111111:role/x"),
            ("AWS::DynamoDB::Table", "TableName", "arn:aws:dynamodb:eu-west-2:111111111111:table/x"),
            ("AWS::Lambda::Function", "FunctionName", "arn:aws:lambda:eu-west-2:111111111111:function:x"),
            ("AWS::EC2::InternetGateway", "", "igw-address"),
            ("AWS::ECR::Registry", "", "eu-west-2"),
        ] {
            let mut resource =
                PlannedResource { address: "address".to_owned(), kind: kind.to_owned(), ..Default::default() };
            if !property.is_empty() {
                let value = Planned::Known(Value::from("x"));
                let property_of = crate::model::planned::Property { value, place: Place::default(), expression: None };
                resource.properties.insert(property.to_owned(), property_of);
            }
            assert_eq!(identity(&resource, &site).id, expected, "{kind}");
        }
    }
}
