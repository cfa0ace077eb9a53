//! Whether what serves data stands in the subnets that are declared for it.
//!
//! May import: `model`, `graph`. Guarantees: a subnet is a data subnet by `[network] data` or by its role tag; it is none
//! only where both were read.

use super::iam::Found;
use super::purpose::{is_role, role_tag};
use super::reading::{beside, list, listed_beside, origin, word};
use super::{Surroundings, organizations::known, organizations::text};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

pub(super) const FACT: &str = "undeclaredSubnets";

const GROUP: &str = "AWS::RDS::DBSubnetGroup";

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let (facet, ids) = match document.kind.as_str() {
        "AWS::FSx::FileSystem" => {
            let ids = list(document, "SubnetIds").map(|ids| ids.iter().filter_map(|id| id.as_str()).collect());
            ("SubnetIds", ids)
        }
        "AWS::RDS::DBInstance" => ("SubnetGroup", of_instance(document)),
        "AWS::RDS::DBCluster" => ("DBSubnetGroupName", of_cluster(document, around)),
        _ => return,
    };
    let mut found = Found::default();
    match ids {
        Ok(ids) if ids.is_empty() => found.doubt(format!("{facet} names no subnet")),
        Ok(ids) => {
            for id in ids {
                match is_data(id, around) {
                    Ok(true) => {}
                    Ok(false) => found.add(id),
                    Err(why) => found.doubt(why),
                }
            }
        }
        Err(why) => found.doubt(why),
    }
    found.put(entity, FACT, &origin(document, &[facet]));
}

fn of_instance(document: &ResourceDocument) -> Result<Vec<&str>, String> {
    let group = known(document, "SubnetGroup")?;
    let subnets = group.get("Subnets").and_then(|s| s.as_array()).ok_or("SubnetGroup names no subnets")?;
    Ok(subnets.iter().filter_map(|subnet| word(subnet, "SubnetId")).collect())
}

fn of_cluster<'a>(document: &'a ResourceDocument, around: &'a Surroundings<'_>) -> Result<Vec<&'a str>, String> {
    let name = text(document, "DBSubnetGroupName")?;
    let group = beside(document, GROUP, around).find(|group| text(group, "DBSubnetGroupName") == Ok(name));
    let Some(group) = group else {
        listed_beside(document, GROUP, around)?;
        return Err(format!("the subnet group {name} was not seen"));
    };
    Ok(list(group, "Subnets")?.iter().filter_map(|subnet| word(subnet, "SubnetId")).collect())
}

fn is_data(id: &str, around: &Surroundings<'_>) -> Result<bool, String> {
    let declared = around.declared.network.as_ref().and_then(|table| table.get("data"));
    if declared.is_some_and(|list| list.iter().any(|subnet| subnet.text == id)) {
        return Ok(true);
    }
    let subnet = around.documents.get(&("AWS::EC2::Subnet".to_owned(), id.to_owned()));
    let tag = match subnet {
        Some(subnet) => role_tag(subnet, around.declared)?,
        None => return Err(format!("the subnet {id} was not seen in this account")),
    };
    match tag {
        Some(role) if role.eq_ignore_ascii_case("data") => Ok(true),
        Some(role) if is_role(role) => Ok(false),
        _ if declared.is_some() => Ok(false),
        _ => Err(format!("tre.toml declares no [network] data, and no tag says what the subnet {id} is for")),
    }
}
