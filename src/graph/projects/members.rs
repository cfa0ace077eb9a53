//! Members of a catalogue's project beside the project of the register that it stands for.
//!
//! May import: `model`, `graph`. Guarantees: a member is no stranger only where a persona's pattern names it for this project
//! or for data managers; one whose profile was not read is not known.

use serde_json::{Value, json};

use crate::graph::declared::{Declared, Project};
use crate::graph::iam::Found;
use crate::graph::membership::{derived, role_name};
use crate::graph::organizations::{known, text};
use crate::graph::{Surroundings, persona, tre};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

const USER: &str = "AWS::DataZone::UserProfile";
const GROUP: &str = "AWS::DataZone::GroupProfile";

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mapped = mapped(document, around.declared);
    match &mapped {
        Ok(Some(project)) => {
            entity.set("mappedProject", json!({ "id": project.id }), Origin::Declared(project.place.clone()));
        }
        Ok(None) => entity.set("mappedProject", json!({}), derived(document, &["Id"])),
        Err(why) => entity.withhold("mappedProject", why.clone()),
    }
    let Ok(Some(project)) = mapped else {
        return entity.withhold("strangeMembers", "no project of the register is known to be mapped to it");
    };
    let mut found = Found::default();
    for facet in ["Members", "DomainUnitOwners"] {
        match known(document, facet).map(Value::as_array) {
            Ok(Some(list)) => {
                for member in list {
                    judge(member, project, around, &mut found);
                }
            }
            Ok(None) => found.doubt(format!("{facet} is no list")),
            Err(why) => found.doubt(why),
        }
    }
    found.put(entity, "strangeMembers", &derived(document, &["Members", "DomainUnitOwners"]));
}

/// The project of the register that names a project of the catalogue among its aliases.
pub(super) fn mapped<'d>(document: &ResourceDocument, declared: &'d Declared) -> Result<Option<&'d Project>, String> {
    let alias = format!("datazone:{}", text(document, "Id")?);
    let projects = declared.projects.as_ref().ok_or("tre.toml declares no [[project]]")?;
    match projects.iter().find(|p| p.aliases.contains(&alias)) {
        None if declared.set_aside.contains_key("project") => {
            Err(declared.set_aside.get("project").cloned().unwrap_or_default())
        }
        found => Ok(found),
    }
}

fn judge(member: &Value, project: &Project, around: &Surroundings<'_>, found: &mut Found) {
    let id = |name: &str| member.get(name).and_then(Value::as_str);
    let known = match (id("GroupId"), id("UserId")) {
        (Some(group), _) => profile(GROUP, group, around).and_then(|profile| group_name(profile, project, around)),
        (None, Some(user)) => profile(USER, user, around).and_then(|profile| user_name(profile, project, around)),
        (None, None) => Err("a member has neither a user nor a group".to_owned()),
    };
    match known {
        Ok(None) => {}
        Ok(Some(stranger)) => found.add(stranger),
        Err(why) => found.doubt(why),
    }
}

fn profile<'a>(kind: &'a str, id: &str, around: &'a Surroundings<'_>) -> Result<&'a ResourceDocument, String> {
    around.of_type(kind).find(|p| text(p, "Id") == Ok(id)).ok_or_else(|| format!("the profile {id} was not read"))
}

/// None: it is one of the project's or a data manager's.
fn group_name(
    profile: &ResourceDocument,
    project: &Project,
    around: &Surroundings<'_>,
) -> Result<Option<String>, String> {
    let role = known(profile, "RolePrincipalArn")?.as_str().unwrap_or("");
    if !role.is_empty() {
        return named("role", role, project, around);
    }
    named("group", text(profile, "GroupName")?, project, around)
}

fn user_name(
    profile: &ResourceDocument,
    project: &Project,
    around: &Surroundings<'_>,
) -> Result<Option<String>, String> {
    let role = known(profile, "IamArn")?.as_str().unwrap_or("");
    if !role.is_empty() {
        return named("role", role, project, around);
    }
    let name = known(profile, "UserName")?.as_str().unwrap_or("");
    match named("user", name, project, around)? {
        None => Ok(None),
        // A directory's user may be in one of the project's groups.
        Some(_) => Err(format!("whether {name} is in one of the project's groups is not read")),
    }
}

/// The subject, unless a pattern of the project or of data managers names it.
fn named(kind: &str, subject: &str, project: &Project, around: &Surroundings<'_>) -> Result<Option<String>, String> {
    if subject.is_empty() {
        return Err("a profile does not say whose it is".to_owned());
    }
    let personas = around.declared.personas.as_ref().ok_or("tre.toml declares no [personas]")?;
    if let Some((account, ..)) = role_name(subject).filter(|_| kind == "role")
        && !tre::is_tre_account(around.declared, account)?
    {
        return Ok(Some(subject.to_owned()));
    }
    let (kind, name) = match role_name(subject).filter(|_| kind == "role") {
        Some((_, name, _)) => match persona::permission_set(name) {
            Some(set) => ("sso", set),
            None => ("role", name),
        },
        None => (kind, subject),
    };
    let fits = |persona: &str, pattern: &str| {
        let Some((of, glob)) = pattern.split_once(':') else { return false };
        let own = glob.contains("{project}") && persona::glob(&glob.replace("{project}", &project.id), name);
        of == kind && (own || (persona == "data_manager" && persona::glob(glob, name)))
    };
    if personas.iter().any(|(persona, patterns)| patterns.iter().any(|p| fits(persona, &p.text))) {
        return Ok(None);
    }
    let aside = around.declared.set_aside.iter().find(|(table, _)| table.starts_with("personas."));
    aside.map_or_else(|| Ok(Some(subject.to_owned())), |(_, why)| Err(why.clone()))
}
