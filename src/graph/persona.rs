//! Personas: which AWS identities the declaration means by `role:…`, `sso:…`, `group:…` and `user:…`.
//!
//! May import: `model`, `graph::declared`. Guarantees: an identity matches no persona only when every pattern could be
//! read to its end; matching takes time linear in the pattern and the name.

use std::collections::{BTreeMap, BTreeSet};

use super::declared::Declared;

/// A path that AWS keeps for itself: nobody else can create or edit a role below it.
/// <https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html>
pub const IDENTITY_CENTER_PATH: &str = "/aws-reserved/sso.amazonaws.com/";

/// Service-linked roles: only their service assumes them.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html>
pub const SERVICE_LINKED_PATH: &str = "/aws-service-role/";

/// One pattern that an identity fits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Match {
    pub persona: String,
    /// The project for which `{project}` stood, where the pattern has one.
    pub project: Option<String>,
    /// Where the pattern is declared.
    pub place: String,
}

/// What is known of an identity's personas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matches {
    /// Certain ones.
    pub certain: BTreeSet<Match>,
    /// Why there may be more, by persona; a reason under "" is one for all of them.
    pub unknown: BTreeMap<String, String>,
}

impl Matches {
    /// Whether one of these personas is certain, certainly not there, or not known.
    ///
    /// # Errors
    /// Why it is not known.
    pub fn any_of(&self, personas: &[&str]) -> Result<bool, String> {
        if self.certain.iter().any(|m| personas.contains(&m.persona.as_str())) {
            return Ok(true);
        }
        let doubt = self.unknown.iter().find(|(persona, _)| persona.is_empty() || personas.contains(&persona.as_str()));
        doubt.map_or(Ok(false), |(_, reason)| Err(reason.clone()))
    }
}

/// The personas whose patterns name this role.
#[must_use]
pub fn of_role(declared: &Declared, name: &str, path: &str) -> Matches {
    let mut found = Matches::default();
    if path.starts_with(SERVICE_LINKED_PATH) {
        return found;
    }
    let Some(personas) = &declared.personas else {
        found.unknown.insert(String::new(), declared.no_personas());
        return found;
    };
    let identity_center = path.starts_with(IDENTITY_CENTER_PATH);
    let set = if identity_center { permission_set(name) } else { None };
    for (table, reason) in &declared.set_aside {
        if let Some(persona) = table.strip_prefix("personas.") {
            found.unknown.insert(persona.to_owned(), reason.clone());
        }
    }
    for (persona, patterns) in personas {
        for pattern in patterns {
            let Some((kind, glob)) = pattern.text.split_once(':') else { continue };
            let subject = match (kind, identity_center) {
                ("role", _) => name,
                ("sso", true) => {
                    let Some(set) = set else {
                        let reason = format!("{name} is not named as Identity Center names its roles");
                        found.unknown.insert(persona.clone(), reason);
                        continue;
                    };
                    set
                }
                // A group reaches a role of Identity Center through an assignment, which is read elsewhere.
                ("group", true) => {
                    found.unknown.entry(persona.to_owned()).or_insert_with(|| {
                        format!(
                            "{} of persona {persona} may be assigned to it: needs sso-admin:ListAccountAssignments",
                            pattern.text
                        )
                    });
                    continue;
                }
                _ => continue,
            };
            add(&mut found, declared, persona, glob, &pattern.place, subject);
        }
    }
    found
}

/// The personas whose patterns name something by one of these: what stands before the colon of a pattern (`group`,
/// `cognito`, `sso`), and the name.
#[must_use]
pub fn of_names(declared: &Declared, names: &[(&str, &str)]) -> Matches {
    let mut found = Matches::default();
    let Some(personas) = &declared.personas else {
        found.unknown.insert(String::new(), declared.no_personas());
        return found;
    };
    for (table, reason) in &declared.set_aside {
        if let Some(persona) = table.strip_prefix("personas.") {
            found.unknown.insert(persona.to_owned(), reason.clone());
        }
    }
    for (persona, patterns) in personas {
        for pattern in patterns {
            let Some((kind, glob)) = pattern.text.split_once(':') else { continue };
            for (_, name) in names.iter().filter(|(prefix, _)| *prefix == kind) {
                add(&mut found, declared, persona, glob, &pattern.place, name);
            }
        }
    }
    found
}

fn add(found: &mut Matches, declared: &Declared, persona: &str, pattern: &str, place: &str, subject: &str) {
    let hit = |project: Option<&str>| Match {
        persona: persona.to_owned(),
        project: project.map(str::to_owned),
        place: place.to_owned(),
    };
    if !pattern.contains("{project}") {
        if glob(pattern, subject) {
            found.certain.insert(hit(None));
        }
        return;
    }
    // With no project at all could it fit: there may be many projects, so that this is asked first.
    if !glob(&pattern.replace("{project}", "*"), subject) {
        return;
    }
    let Some(projects) = &declared.projects else {
        found
            .unknown
            .entry(persona.to_owned())
            .or_insert_with(|| "tre.toml declares no [[project]], for which {project} in [personas] stands".to_owned());
        return;
    };
    for project in projects {
        if names(pattern, &project.id, subject) {
            found.certain.insert(hit(Some(&project.id)));
        }
    }
    if let Some(reason) = declared.set_aside.get("project") {
        found.unknown.entry(persona.to_owned()).or_insert_with(|| reason.clone());
    }
}

/// Whether a pattern names a subject once `{project}` stands for this project. There are as many questions as projects times
/// roles, so the usual form is answered without making a text.
fn names(pattern: &str, project: &str, subject: &str) -> bool {
    match pattern.split_once("{project}") {
        Some((before, after)) if !before.contains('*') && !after.contains("{project}") => subject
            .strip_prefix(before)
            .and_then(|rest| rest.strip_prefix(project))
            .is_some_and(|rest| glob(after, rest)),
        _ => glob(&pattern.replace("{project}", project), subject),
    }
}

/// `TRE-Researcher` of `AWSReservedSSO_TRE-Researcher_0123456789abcdef`.
#[must_use]
pub fn permission_set(role: &str) -> Option<&str> {
    let (set, suffix) = role.strip_prefix("AWSReservedSSO_")?.rsplit_once('_')?;
    (suffix.len() == 16 && suffix.bytes().all(|b| b.is_ascii_hexdigit()) && !set.is_empty()).then_some(set)
}

/// Whether a text fits a pattern in which `*` stands for any text. Each part is searched once, from left to right.
#[must_use]
pub fn glob(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return text.ends_with(part);
        }
        match text.split_once(part) {
            Some((_, after)) => text = after,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::graph::declared::{Placed, Project};

    fn declared(patterns: &[&str], projects: Option<&[&str]>) -> Declared {
        let placed = |t: &&str| Placed { text: (*t).to_owned(), place: "tre.toml:1".to_owned() };
        Declared {
            personas: Some(BTreeMap::from([("researcher".to_owned(), patterns.iter().map(placed).collect())])),
            projects: projects
                .map(|ids| ids.iter().map(|id| Project { id: (*id).to_owned(), ..Project::default() }).collect()),
            ..Declared::default()
        }
    }

    #[test]
    fn globs_match_whole_names() {
        for (pattern, text, fits) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("*", "", true),
            ("a*", "ab", true),
            ("*a", "ba", true),
            ("*a", "ab", false),
            ("a*b*c", "a-b-b-c", true),
            ("ab*ba", "aba", false),
            ("*-cardio-*", "tre-cardio-ws", true),
            ("**", "x", true),
        ] {
            assert_eq!(glob(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn a_project_stands_in_a_pattern_as_if_it_were_written_there() {
        for pattern in ["{project}", "tre-{project}-*", "*-{project}-*", "a{project}b{project}", "tre-{project}*ws"] {
            for subject in ["cardio", "tre-cardio-ws", "x-cardio-y", "acardiobcardio", "tre-cardio", "tre-onco-ws", ""]
            {
                let written = glob(&pattern.replace("{project}", "cardio"), subject);
                assert_eq!(names(pattern, "cardio", subject), written, "{pattern} {subject}");
            }
        }
    }

    #[test]
    fn a_project_stands_only_for_declared_ones() {
        let some = declared(&["role:*-{project}-workspace"], Some(&["cardio"]));
        assert_eq!(of_role(&some, "tre-cardio-workspace", "/").any_of(&["researcher"]), Ok(true));
        assert_eq!(of_role(&some, "tre-onco-workspace", "/").any_of(&["researcher"]), Ok(false));
        let none = declared(&["role:*-{project}-workspace"], None);
        assert!(of_role(&none, "tre-onco-workspace", "/").any_of(&["researcher"]).is_err());
        assert_eq!(of_role(&none, "build", "/").any_of(&["researcher"]), Ok(false));
    }

    #[test]
    fn permission_sets_are_known_by_the_names_of_their_roles() {
        assert_eq!(permission_set("AWSReservedSSO_TRE_Lead_0123456789abcdef"), Some("TRE_Lead"));
        assert_eq!(permission_set("AWSReservedSSO_TRE_Lead"), None);
        let sso = declared(&["sso:TRE-Lead"], None);
        let path = "/aws-reserved/sso.amazonaws.com/eu-west-2/";
        assert_eq!(of_role(&sso, "AWSReservedSSO_TRE-Lead_0123456789abcdef", path).any_of(&["researcher"]), Ok(true));
        // The name alone is no proof: only the reserved path is AWS's.
        assert_eq!(of_role(&sso, "AWSReservedSSO_TRE-Lead_0123456789abcdef", "/").any_of(&["researcher"]), Ok(false));
        let group = declared(&["group:tre-researchers"], None);
        assert!(of_role(&group, "AWSReservedSSO_Other_0123456789abcdef", path).any_of(&["researcher"]).is_err());
    }
}
