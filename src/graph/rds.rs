//! RDS: which databases answer the internet, and whether they insist on TLS.
//!
//! May import: `model`, `graph`. Guarantees: a parameter counts once it is applied; what an engine does where nobody set
//! it is said only of versions whose default AWS documents. Defaults:
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html>,
//! <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html>.

use serde_json::json;

use super::iam::Found;
use super::organizations::text;
use super::reading::{beside, flag, list, listed_beside, origin, put, word};
use super::{Surroundings, purpose};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

const INSTANCE: &str = "AWS::RDS::DBInstance";
const CLUSTER: &str = "AWS::RDS::DBCluster";
const GROUP: &str = "AWS::RDS::DBParameterGroup";
const CLUSTER_GROUP: &str = "AWS::RDS::DBClusterParameterGroup";

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let facets = ["DBClusterIdentifier", "Engine", "EngineVersion", "Members", "ParameterGroup", "ParameterGroups"];
    let tls = tls(document, around).map(|(name, value)| json!({ "parameter": name, "value": value }));
    put(entity, "tlsSetting", tls, origin(document, &facets));
    public(document, around).put(entity, "publicInstances", &origin(document, &["Members", "PubliclyAccessible"]));
}

/// The instances that answer the internet: a cluster's answer for it.
fn public(document: &ResourceDocument, around: &Surroundings<'_>) -> Found {
    let mut found = Found::default();
    if document.kind == INSTANCE {
        answers(document, &mut found);
        return found;
    }
    match list(document, "Members") {
        Err(why) => found.doubt(why),
        Ok(members) => {
            for name in members.iter().map(|member| word(member, "DBInstanceIdentifier").unwrap_or_default()) {
                match beside(document, INSTANCE, around).find(|i| purpose::names(i).contains(name)) {
                    Some(instance) => answers(instance, &mut found),
                    None => found.doubt(format!("the instance {name} was not seen")),
                }
            }
        }
    }
    found
}

fn answers(instance: &ResourceDocument, found: &mut Found) {
    match flag(instance, "PubliclyAccessible") {
        Ok(true) => found.add(instance.name()),
        Ok(false) => {}
        Err(why) => found.doubt(why),
    }
}

/// The cluster that an instance belongs to.
pub(super) fn cluster_of<'a>(
    instance: &'a ResourceDocument,
    around: &'a Surroundings<'_>,
) -> Result<Option<&'a ResourceDocument>, String> {
    if instance.kind != INSTANCE {
        return Ok(None);
    }
    let name = text(instance, "DBClusterIdentifier")?;
    if name.is_empty() {
        return Ok(None);
    }
    let cluster = beside(instance, CLUSTER, around).find(|cluster| purpose::names(cluster).contains(name));
    cluster.map(Some).ok_or_else(|| format!("the cluster {name} was not seen"))
}

/// The parameter that makes the engine refuse plain connections, with the value that holds.
fn tls(document: &ResourceDocument, around: &Surroundings<'_>) -> Result<(&'static str, String), String> {
    // The instances of a cluster take this parameter from it.
    let document = cluster_of(document, around)?.unwrap_or(document);
    let (name, default) = engine(text(document, "Engine")?, text(document, "EngineVersion")?)?;
    let value = parameter(document, name, around)?;
    match (value, default) {
        (Some(value), _) => Ok((name, value.to_ascii_lowercase())),
        (None, Some(default)) => Ok((name, default.to_owned())),
        (None, None) => Err(format!("nobody set {name}, and what this version does then is not known")),
    }
}

/// The parameter of an engine, and its value where nobody set it.
fn engine(engine: &str, version: &str) -> Result<(&'static str, Option<&'static str>), String> {
    const POSTGRES: &str = "rds.force_ssl";
    const MYSQL: &str = "require_secure_transport";
    let mut parts = version.split('.').map(|part| part.parse::<u32>().ok());
    let major = parts.next().flatten().ok_or_else(|| format!("the version {version} is in no form that is understood"));
    let minor = parts.next().flatten();
    let since = |first: u32| major.clone().map(|major| Some(if major >= first { "1" } else { "0" }));
    Ok(match engine {
        "postgres" => (POSTGRES, since(15)?),
        "aurora-postgresql" => (POSTGRES, since(17)?),
        _ if engine.starts_with("sqlserver-") => (POSTGRES, Some("0")),
        "mysql" | "aurora-mysql" => match (major?, minor) {
            (..=7, _) | (8, Some(0)) => (MYSQL, Some("off")),
            _ => (MYSQL, None),
        },
        "mariadb" => (MYSQL, (major? <= 10).then_some("off")),
        _ => return Err(format!("how {engine} is told to refuse plain connections is not modelled")),
    })
}

/// The value that somebody gave a parameter of a database, where it is applied.
pub(super) fn parameter(
    document: &ResourceDocument,
    name: &str,
    around: &Surroundings<'_>,
) -> Result<Option<String>, String> {
    let of_cluster = document.kind == CLUSTER;
    let (group, states): (&str, Vec<Option<&str>>) = if of_cluster {
        let members = list(document, "Members")?;
        (text(document, "ParameterGroup")?, members.iter().map(|m| word(m, "ParameterGroupStatus")).collect())
    } else {
        match list(document, "ParameterGroups")? {
            [group] => {
                let called = word(group, "DBParameterGroupName").ok_or("ParameterGroups names no group")?;
                (called, vec![word(group, "ParameterApplyStatus")])
            }
            _ => return Err("ParameterGroups does not name one group".to_owned()),
        }
    };
    // A default group cannot be changed.
    if group.starts_with("default.") {
        return Ok(None);
    }
    if states.iter().any(|state| *state != Some("in-sync")) {
        return Err(format!("the parameter group {group} is not seen to be applied"));
    }
    let (kind, facet) =
        if of_cluster { (CLUSTER_GROUP, "DBClusterParameterGroupName") } else { (GROUP, "DBParameterGroupName") };
    let Some(found) = beside(document, kind, around).find(|g| text(g, facet) == Ok(group)) else {
        listed_beside(document, kind, around)?;
        return Err(format!("the parameter group {group} was not seen"));
    };
    let set = list(found, "UserParameters")?;
    let own = set.iter().find(|parameter| word(parameter, "Name") == Some(name));
    Ok(own.and_then(|parameter| word(parameter, "Value")).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_is_said_only_of_versions_that_are_known() {
        for (name, version, expected) in [
            ("postgres", "15.4", Ok(Some("1"))),
            ("postgres", "14.9", Ok(Some("0"))),
            ("aurora-postgresql", "16.3", Ok(Some("0"))),
            ("aurora-postgresql", "17.4", Ok(Some("1"))),
            ("sqlserver-se", "15.00.4236.7.v1", Ok(Some("0"))),
            ("mysql", "8.0.36", Ok(Some("off"))),
            ("mysql", "8.4.3", Ok(None)),
            ("aurora-mysql", "8.0.mysql_aurora.3.08.0", Ok(Some("off"))),
            ("mariadb", "10.11.6", Ok(Some("off"))),
            ("mariadb", "11.8.2", Ok(None)),
        ] {
            assert_eq!(engine(name, version).map(|(_, default)| default), expected, "{name} {version}");
        }
        assert!(engine("oracle-ee", "19.0.0").is_err());
        assert!(engine("postgres", "new").is_err());
    }
}
