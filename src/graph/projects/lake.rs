//! Grants of Lake Formation that reach beyond the datasets of the grantee's project.
//!
//! May import: `model`, `graph`. Guarantees: a grant is inside only where its principal's project, its place and the
//! datasets there were read.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::graph::Surroundings;
use crate::graph::iam::{Found, is_research_role};
use crate::graph::membership::{Projects, bucket_of, derived, in_store, of_role, role};
use crate::graph::organizations::known;
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let (mut everyone, mut foreign) = (Found::default(), Found::default());
    match known(document, "Permissions").map(Value::as_array) {
        Ok(Some(grants)) => {
            for grant in grants {
                judge(grant, around, &mut everyone, &mut foreign);
            }
        }
        Ok(None) => doubt(&mut everyone, &mut foreign, "Permissions is no list"),
        Err(why) => doubt(&mut everyone, &mut foreign, &why),
    }
    let origin = derived(document, &["Permissions"]);
    everyone.put(entity, "everyoneGrants", &origin);
    foreign.put(entity, "foreignGrants", &origin);
}

fn doubt(everyone: &mut Found, foreign: &mut Found, why: &str) {
    everyone.doubt(why);
    foreign.doubt(why);
}

/// What a grant is on.
enum Place<'g> {
    /// A database, or something in it.
    Database(&'g str),
    Location(&'g str),
    /// Whatever carries certain tags.
    Tags,
    /// The catalogue itself or the tags: no data.
    Other,
}

fn judge(grant: &Value, around: &Surroundings<'_>, everyone: &mut Found, foreign: &mut Found) {
    let Some(principal) = grant.get("Principal").and_then(Value::as_str) else {
        return doubt(everyone, foreign, "a grant names no principal");
    };
    let Some(place) = place(grant) else {
        return doubt(everyone, foreign, "a grant is on nothing that is understood");
    };
    let label = match &place {
        Place::Database(name) => format!("{principal} on database {name}"),
        Place::Location(arn) => format!("{principal} on {arn}"),
        Place::Tags => format!("{principal} on tables by tag"),
        // A catalogue itself, or a tag: what opens data there is not told apart.
        Place::Other => {
            let harmless = [
                "ASSOCIATE",
                "CREATE_CATALOG",
                "CREATE_DATABASE",
                "CREATE_LF_TAG",
                "CREATE_LF_TAG_EXPRESSION",
                "DESCRIBE",
                "DROP",
            ];
            let rights = grant.get("Permissions").and_then(Value::as_array);
            if rights.is_none_or(|all| all.iter().any(|r| r.as_str().is_none_or(|r| !harmless.contains(&r)))) {
                doubt(everyone, foreign, "a grant on a whole catalogue opens more than is worked out");
            }
            return;
        }
    };
    if principal == "IAM_ALLOWED_PRINCIPALS" || principal.ends_with(":IAMPrincipals") {
        return everyone.add(label);
    }
    let projects = match of_principal(principal, around) {
        Ok(projects) if projects.is_empty() => {
            // A researchers' role of no one project would carry grants to all of them.
            return match role(principal, around).and_then(|role| is_research_role(role, around.declared)) {
                Ok(false) => {}
                Ok(true) => foreign.add(label),
                Err(why) => foreign.doubt(why),
            };
        }
        Ok(projects) => projects,
        Err(why) => return foreign.doubt(why),
    };
    match is_inside(&place, &projects, around) {
        Ok(true) => {}
        Ok(false) => foreign.add(label),
        Err(why) => foreign.doubt(why),
    }
}

fn place(grant: &Value) -> Option<Place<'_>> {
    let resource = grant.get("Resource")?;
    let member = |path: &str| resource.pointer(path).and_then(Value::as_str);
    let databases =
        ["/Database/Name", "/Table/DatabaseName", "/TableWithColumns/DatabaseName", "/DataCellsFilter/DatabaseName"];
    if let Some(name) = databases.iter().find_map(|path| member(path)) {
        return Some(Place::Database(name));
    }
    if let Some(arn) = member("/DataLocation/ResourceArn") {
        return Some(Place::Location(arn));
    }
    if resource.get("LFTagPolicy").is_some() {
        return Some(Place::Tags);
    }
    (resource.get("Catalog").is_some() || resource.get("LFTag").is_some()).then_some(Place::Other)
}

fn of_principal(principal: &str, around: &Surroundings<'_>) -> Result<Projects, String> {
    if principal.contains(":role/") || principal.contains(":assumed-role/") {
        return of_role(role(principal, around)?, around.declared);
    }
    Err(format!("of which project {principal} is, is not read"))
}

/// Whether every dataset there is approved for each of the projects, and there is one.
fn is_inside(place: &Place<'_>, projects: &Projects, around: &Surroundings<'_>) -> Result<bool, String> {
    let datasets: BTreeSet<&str> = match place {
        Place::Database(name) => in_store(&format!("glue:{name}"), around.declared)?,
        Place::Location(arn) => {
            let bucket = bucket_of(arn).ok_or_else(|| format!("{arn} is no place in S3"))?;
            in_store(&format!("s3:{bucket}"), around.declared)?
        }
        Place::Tags | Place::Other => return Err("which tables carry the tags of a grant is not read".to_owned()),
    };
    let register = around.declared.projects.as_ref().ok_or("tre.toml declares no [[project]]")?;
    let approved = |project: &String| {
        let entry = register.iter().find(|p| p.id == *project);
        entry.is_some_and(|p| datasets.iter().all(|d| p.datasets.iter().any(|own| own == d)))
    };
    Ok(!datasets.is_empty() && projects.iter().all(approved))
}
