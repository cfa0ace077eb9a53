//! Profiles of `SageMaker` that share a role or a space with another project's.
//!
//! May import: `model`, `graph`. Guarantees: a profile is of the project of its domain's tag, else of its role's; profiles
//! are called apart only where all of them were listed and their roles read.

use serde_json::Value;

use crate::graph::Surroundings;
use crate::graph::iam::Found;
use crate::graph::membership::{Projects, derived, of_role_named, tag};
use crate::graph::organizations::{known, text};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

const DOMAIN: &str = "AWS::SageMaker::Domain";
const PROFILE: &str = "AWS::SageMaker::UserProfile";
const SPACE: &str = "AWS::SageMaker::Space";

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let (mut sharers, mut spaces) = (Found::default(), Found::default());
    let listings = around.estate.listings();
    // A role is of the whole account; a space stands in the domain's Region.
    if let Err(why) = listings.listed(PROFILE, &document.account) {
        sharers.doubt(why);
    }
    if let Err(why) = listings.listed_in(SPACE, &document.account, &document.region) {
        spaces.doubt(why);
    }
    let mine = Profile::read(document, around);
    let others: Vec<_> = around
        .of_type(PROFILE)
        .filter(|other| other.id != document.id)
        .map(|other| (other, Profile::read(other, around)))
        .collect();
    match &mine {
        Err(why) => sharers.doubt(why),
        Ok(mine) => {
            foreign_role(mine, around, &mut sharers);
            role_sharers(mine, &others, &mut sharers);
        }
    }
    shared_spaces(document, &mine, &others, around, &mut spaces);
    sharers.put(entity, "roleSharers", &derived(document, &["UserSettings"]));
    spaces.put(entity, "sharedSpaces", &derived(document, &["UserSettings"]));
}

/// What is known of a profile.
struct Profile {
    role: String,
    projects: Result<Projects, String>,
}

impl Profile {
    fn read(document: &ResourceDocument, around: &Surroundings<'_>) -> Result<Self, String> {
        let id = text(document, "DomainId")?;
        let ends = format!("/{id}");
        let domain = around
            .of_type(DOMAIN)
            .find(|d| d.id.ends_with(&ends) || d.id == id)
            .ok_or_else(|| format!("the domain {id} was not read"))?;
        let role = |settings: &Value| settings.get("ExecutionRole").and_then(Value::as_str).map(str::to_owned);
        let role = match role(known(document, "UserSettings")?) {
            Some(role) => role,
            None => role(known(domain, "DefaultUserSettings")?)
                .ok_or_else(|| format!("neither {} nor its domain names a role", document.name()))?,
        };
        let projects = match tag(domain, around.declared)? {
            Some(project) => Ok(Projects::from([project.to_owned()])),
            None => of_role_named(&role, around),
        };
        Ok(Self { role, projects })
    }
}

/// A role that belongs to another project than the profile's domain.
fn foreign_role(mine: &Profile, around: &Surroundings<'_>, found: &mut Found) {
    match (&mine.projects, of_role_named(&mine.role, around)) {
        (Ok(of), Ok(role)) if !role.is_subset(of) => found.add(&mine.role),
        (Ok(_), Ok(_)) => {}
        (Err(why), _) => found.doubt(why),
        (_, Err(why)) => found.doubt(why),
    }
}

type Others<'a> = [(&'a ResourceDocument, Result<Profile, String>)];

fn role_sharers(mine: &Profile, others: &Others<'_>, found: &mut Found) {
    for (other, profile) in others {
        match profile {
            Err(why) => found.doubt(why),
            Ok(profile) if profile.role != mine.role => {}
            Ok(profile) => match (&mine.projects, &profile.projects) {
                (Ok(a), Ok(b)) if a.is_empty() || b.is_empty() => {
                    found.doubt(format!("of which project {} is, is not known", other.name()));
                }
                (Ok(a), Ok(b)) if a.len() == 1 && a == b => {}
                (Ok(_), Ok(_)) => found.add(other.name()),
                (Err(why), _) | (_, Err(why)) => found.doubt(why),
            },
        }
    }
}

/// Spaces of the domain that everyone in it can open, where there are people of another project in it.
fn shared_spaces(
    document: &ResourceDocument,
    mine: &Result<Profile, String>,
    others: &Others<'_>,
    around: &Surroundings<'_>,
    found: &mut Found,
) {
    let mut is_of_domain = |other: &ResourceDocument| match (text(document, "DomainId"), text(other, "DomainId")) {
        (Ok(mine), Ok(theirs)) => mine == theirs,
        (Err(why), _) | (_, Err(why)) => {
            found.doubt(why);
            false
        }
    };
    let spaces: Vec<&ResourceDocument> = around.of_type(SPACE).filter(|space| is_of_domain(space)).collect();
    let neighbours: Vec<_> =
        others.iter().filter(|(other, _)| is_of_domain(other)).map(|(_, profile)| profile).collect();
    let shared: Vec<&ResourceDocument> = spaces
        .into_iter()
        .filter(|space| match known(space, "SpaceSharingSettings") {
            Ok(settings) => settings.get("SharingType").and_then(Value::as_str) != Some("Private"),
            Err(why) => {
                found.doubt(why);
                false
            }
        })
        .collect();
    if shared.is_empty() {
        return;
    }
    let mut met: Option<Projects> = None;
    let mut several = false;
    for profile in std::iter::once(mine).chain(neighbours) {
        match profile.as_ref().map_err(Clone::clone).and_then(|p| p.projects.clone()) {
            Err(why) => found.doubt(why),
            Ok(projects) if projects.is_empty() => found.doubt("of which project a profile is, is not known"),
            Ok(projects) => {
                several |= projects.len() > 1 || met.as_ref().is_some_and(|first| *first != projects);
                met.get_or_insert(projects);
            }
        }
    }
    if several {
        for space in shared {
            found.add(space.name());
        }
    }
}
