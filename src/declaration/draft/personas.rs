//! `[personas]`: permission sets, directory groups, groups of user pools and roles whose names speak of a persona.
//!
//! May import: `model`, and this module's own parts. Guarantees: a pattern with `{project}` is written only where two
//! projects show it; a name that other teams use as well (lead, operator, manager) counts only beside a word of research;
//! machine roles are written only where there is one.

use std::collections::{BTreeMap, BTreeSet};

use super::registers::Found;
use super::survey::Survey;
use super::{Member, Table, shown};
use crate::declaration::words;
use crate::model::plural::number;

/// The words of a name, in lower case: `TRE-OutputChecker` is tre, output, checker.
pub(super) fn words_of(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_lower = false;
    for c in name.chars().take(super::LONGEST) {
        if !c.is_alphanumeric() || (before_lower && c.is_uppercase()) {
            words.push(String::new());
        }
        before_lower = c.is_lowercase();
        if let Some(last) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            last.extend(c.to_lowercase());
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

/// The persona that a name speaks of, and whether it can mean nothing else.
fn persona_of(name: &str) -> Option<(&'static str, bool)> {
    let words = words_of(name);
    let has = |all: &[&str]| words.iter().any(|w| all.contains(&w.as_str()));
    let pair = |first: &str, seconds: &[&str]| {
        words.iter().zip(words.iter().skip(1)).any(|(a, b)| a == first && seconds.contains(&b.as_str()))
    };
    let research = has(&["tre", "sde", "trusted", "research", "res"]);
    Some(if pair("information", &["governance"]) || has(&["ig", "iglead", "informationgovernance"]) {
        ("ig_manager", research || pair("information", &["governance"]))
    } else if pair("asset", &["owner", "owners"]) || has(&["iao", "iaos"]) {
        ("information_asset_owner", true)
    } else if has(&["checker", "checkers"]) {
        ("output_checker", research || has(&["output", "outputs", "egress", "airlock"]))
    } else if has(&["researcher", "researchers"]) {
        let leads = has(&["lead", "leads", "principal", "chief"]);
        (if leads { "lead_researcher" } else { "researcher" }, true)
    } else if pair("data", &["steward", "stewards", "manager", "managers"]) {
        ("data_manager", research)
    } else if pair("project", &["manager", "managers"]) {
        ("project_manager", research)
    } else if has(&["lead", "leads"]) {
        ("lead_researcher", research)
    } else if has(&["operator", "operators"]) {
        ("operator", research)
    } else {
        return None;
    })
}

/// Whether a role of this name is where a project's researchers work.
fn is_workspace(name: &str) -> bool {
    words_of(name).iter().any(|w| ["workspace", "workspaces", "researcher", "researchers"].contains(&w.as_str()))
}

/// The machine persona that a role's name speaks of.
fn machine_of(name: &str) -> Option<&'static str> {
    let words = words_of(name);
    let has = |all: &[&str]| words.iter().any(|w| all.contains(&w.as_str()));
    if !has(&["airlock", "egress", "ingress", "outbound"]) {
        return None;
    }
    if has(&["release"]) {
        Some("release")
    } else if has(&["ingest"]) {
        Some("ingest")
    } else {
        None
    }
}

struct Personas {
    members: Vec<Member>,
}

impl Personas {
    fn member(&mut self, persona: &str) -> Option<&mut Member> {
        self.members.iter_mut().find(|m| m.name == persona)
    }

    /// Writes a reference, or offers it where its name can mean something else.
    fn put(&mut self, persona: &str, certain: bool, reference: &str, name: &str, source: &str) {
        let Some(member) = self.member(persona) else { return };
        if name.contains(['*', '{', '}']) {
            member.note(format!("Not written, for its name would be a pattern: {} ({source}).", shown(reference)));
        } else if certain {
            member.guess(reference, source);
        } else {
            member.offer(reference, &format!("{source}; is it one of this environment?"));
        }
    }
}

/// `[personas]`.
pub(super) fn table(survey: &Survey, registers: &Found) -> Table {
    let mut personas = Personas { members: members() };
    for set in survey.permission_sets.union(&survey.reserved_roles) {
        if let Some((persona, certain)) = persona_of(set) {
            let source = if survey.permission_sets.contains(set) {
                "Identity Center: name of the permission set"
            } else {
                "IAM: name of the roles that Identity Center made for the permission set"
            };
            personas.put(persona, certain, &format!("sso:{set}"), set, source);
        }
    }
    groups(survey, registers, &mut personas);
    pools(survey, &mut personas);
    roles(survey, registers, &mut personas);
    let about = "How AWS knows each persona; {project} stands for each project's id, * for any text.".to_owned();
    Table { path: "personas", about: vec![about], members: personas.members }
}

fn members() -> Vec<Member> {
    let member = |name, example| Member::many(name, words::persona, example);
    vec![
        member("lead_researcher", "[\"sso:TRE-Lead\"]  # leads a project"),
        member(
            "researcher",
            "[\"sso:TRE-Researcher\", \"group:tre-{project}-researchers\"]  # works on a project's data",
        ),
        member("data_manager", "[\"sso:TRE-DataManager\"]  # brings data in and keeps it"),
        member("ig_manager", "[\"group:tre-ig\"]  # governs information"),
        member("output_checker", "[\"group:tre-{project}-checkers\"]  # checks what leaves"),
        member("operator", "[\"sso:TRE-Operator\"]  # runs the environment without seeing data"),
        member("release", "[\"role:tre-airlock-release\"]  # the one machine role that fills the outbound stage"),
        member("ingest", "[\"role:tre-airlock-ingest\"]  # the machine role that takes data from ingress into a store"),
        member("project_manager", "[\"group:tre-pm\"]  # manages a project without access to it"),
        member("information_asset_owner", "[\"group:tre-iao\"]  # owns an information asset"),
        member("backup", "[\"role:tre-backup\"]  # the machine roles that back up and restore"),
    ]
}

/// Patterns with `{project}`, by the projects that show them.
#[derive(Default)]
struct Patterns<'a>(BTreeMap<(&'static str, bool, String), BTreeSet<&'a str>>);

impl Patterns<'_> {
    fn put(self, kind: &str, what: &str, personas: &mut Personas) {
        for ((persona, certain, pattern), projects) in self.0 {
            let reference = format!("{kind}:{pattern}");
            let Some(member) = personas.member(persona) else { continue };
            let first = projects.first().map(|p| shown(p)).unwrap_or_default();
            match projects.len() {
                0 | 1 => member.offer(&reference, &format!("{what} of project {first} alone are named so")),
                n if certain => member
                    .guess(&reference, &format!("{what} of {} projects are named so, first {first}", number(n as u64))),
                n => member.offer(
                    &reference,
                    &format!("{what} of {} projects are named so; are they of this environment?", number(n as u64)),
                ),
            }
        }
    }
}

fn groups(survey: &Survey, registers: &Found, personas: &mut Personas) {
    let mut patterns = Patterns::default();
    for group in &survey.directory_groups {
        if let Some((pattern, project)) = registers.pattern(group) {
            if let Some((persona, certain)) = persona_of(&pattern).filter(|_| !group.contains(['*', '{', '}'])) {
                patterns.0.entry((persona, certain, pattern)).or_default().insert(project);
            }
        } else if let Some((persona, certain)) = persona_of(group) {
            personas.put(persona, certain, &format!("group:{group}"), group, "directory: name of the group");
        }
    }
    patterns.put("group", "directory groups", personas);
}

fn pools(survey: &Survey, personas: &mut Personas) {
    for (pool, group) in &survey.pool_groups {
        // A pool's name may hold spaces, which a reference may not.
        let named = survey.pools.get(pool).filter(|name| words::plain(name).is_ok() && !name.contains('/'));
        let reference = format!("cognito:{}/{group}", named.unwrap_or(pool));
        let source = format!("Cognito: group of the user pool {}", shown(pool));
        match group.as_str() {
            "InformationGovernance" => {
                let source = format!("{source}; TREEHOOSE lets it approve what leaves");
                personas.put("output_checker", true, &reference, &reference, &source);
            }
            "TREAdmin" => {
                let source = format!("{source}; the second approver of TREEHOOSE, an IT administrator");
                personas.put("output_checker", false, &reference, &reference, &source);
            }
            other => {
                if let Some((persona, certain)) = persona_of(other) {
                    personas.put(persona, certain, &reference, &reference, &source);
                }
            }
        }
    }
}

fn roles(survey: &Survey, registers: &Found, personas: &mut Personas) {
    let mut patterns = Patterns::default();
    let mut machines: BTreeMap<&'static str, BTreeMap<&str, &str>> = BTreeMap::new();
    for (role, account) in survey.roles.iter().filter(|(role, _)| !role.contains(['*', '{', '}'])) {
        if let Some((pattern, project)) = registers.pattern(role) {
            if is_workspace(&pattern) {
                patterns.0.entry(("researcher", true, pattern)).or_default().insert(project);
            }
        } else if let Some(persona) = machine_of(role) {
            machines.entry(persona).or_default().insert(role, account);
        }
    }
    patterns.put("role", "roles", personas);
    for (persona, found) in machines {
        let alone = found.len() == 1;
        for (role, account) in found {
            let Some(member) = personas.member(persona) else { continue };
            let reference = format!("role:{role}");
            let source = format!("IAM: name of the role in account {account}");
            if alone {
                member.guess(&reference, &source);
            } else {
                member.offer(&reference, &format!("{source}; which one is it?"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{machine_of, persona_of, words_of};

    #[test]
    fn a_name_is_split_at_marks_and_at_capitals() {
        assert_eq!(words_of("TRE-OutputChecker_v2"), ["tre", "output", "checker", "v2"]);
        assert_eq!(words_of(""), [""; 0]);
    }

    #[test]
    fn names_speak_of_personas() {
        for (name, persona) in [
            ("TRE-Lead", Some(("lead_researcher", true))),
            ("TRE-Researcher", Some(("researcher", true))),
            ("lead-researchers", Some(("lead_researcher", true))),
            ("TRE-DataManager", Some(("data_manager", true))),
            ("TRE-InformationGovernance", Some(("ig_manager", true))),
            ("TRE-OutputChecker", Some(("output_checker", true))),
            ("TRE-Operator", Some(("operator", true))),
            // Other teams have these too.
            ("Lead-Developer", Some(("lead_researcher", false))),
            ("factory-operators", Some(("operator", false))),
            ("spell-checkers", Some(("output_checker", false))),
            ("AdministratorAccess", None),
            ("big-leadership", None),
        ] {
            assert_eq!(persona_of(name), persona, "{name}");
        }
    }

    #[test]
    fn only_a_machine_of_the_airlock_releases() {
        assert_eq!(machine_of("tre-airlock-release"), Some("release"));
        assert_eq!(machine_of("tre-airlock-ingest"), Some("ingest"));
        assert_eq!(machine_of("software-release"), None);
    }
}
