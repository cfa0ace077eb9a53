//! Who holds which persona, and what the registers say of them.
//!
//! May import: `model`, `graph`. Guarantees: people come from AWS, what they have done from the registers: a register that was
//! not given is no empty register, and a group whose members are not all known has no empty set of offenders.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::declared::{Attested, Declared, Person};
use super::groups::{self, Members};
use super::iam::Found;
use super::organizations::text;
use super::persona::{self, Matches};
use super::{Estate, Surroundings};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};
use crate::model::time::AsOf;

/// Personas that work on a project's data, and so ask for outputs.
const ASKING: [&str; 2] = ["lead_researcher", "researcher"];
/// Personas that let outputs go.
const APPROVING: [&str; 2] = ["output_checker", "release"];
/// Personas that see data.
const IN_THE_DATA: [&str; 3] = ["data_manager", "lead_researcher", "researcher"];

/// A persona that somebody holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Held {
    pub persona: String,
    /// The project, where the pattern names one; none is every project.
    pub project: Option<String>,
    /// The group or permission set that gives it.
    pub through: String,
}

impl Held {
    /// Whether it is one of these personas, for this project or for all.
    fn is(&self, personas: &[&str], project: &str) -> bool {
        personas.contains(&self.persona.as_str()) && self.project.as_deref().is_none_or(|p| p == project)
    }
}

/// Everyone who holds a persona, by user name.
#[derive(Debug, Clone, Default)]
pub(super) struct Holders {
    by_user: BTreeMap<String, BTreeSet<Held>>,
    /// Whether each may sign in, as each directory that has the name says.
    active: BTreeMap<String, Vec<groups::Active>>,
    /// Why somebody may hold more.
    unknown: Option<String>,
}

impl Holders {
    pub(super) fn of(estate: &Estate, declared: &Declared) -> Self {
        let mut found = Self { unknown: groups::unlisted(estate), ..Self::default() };
        if declared.personas.is_none() {
            found.doubt(declared.no_personas());
        }
        for group in groups::GROUPS.iter().flat_map(|kind| estate.documents(kind)) {
            let matches = matches(group, estate, declared);
            found.add(&matches, &label(group), || groups::members(group, estate));
        }
        found.add_assignments(estate, declared);
        // An account that is not the organisation's lists no group, and that is complete: the directory may be elsewhere.
        let names_groups =
            declared.personas.iter().flat_map(BTreeMap::values).flatten().any(|p| p.text.starts_with("group:"));
        let seen = groups::GROUPS.iter().any(|kind| !kind.contains("Cognito") && !estate.documents(kind).is_empty());
        if names_groups && !seen {
            found.doubt("personas name groups, and no group of a directory was seen in any account that was read");
        }
        found
    }

    fn doubt(&mut self, reason: impl Into<String>) {
        self.unknown.get_or_insert_with(|| reason.into());
    }

    fn add(&mut self, matches: &Result<Matches, String>, through: &str, members: impl FnOnce() -> Members) {
        let matches = match matches {
            Ok(matches) => matches,
            Err(why) => return self.doubt(why.clone()),
        };
        if let Some(why) = matches.unknown.values().next() {
            self.doubt(why.clone());
        }
        if matches.certain.is_empty() {
            return;
        }
        let members = members();
        if let Some(why) = members.unknown {
            self.doubt(why);
        }
        for (name, active) in members.certain {
            self.active.entry(name.clone()).or_default().push(active);
            let held = self.by_user.entry(name).or_default();
            held.extend(matches.certain.iter().map(|m| Held {
                persona: m.persona.clone(),
                project: m.project.clone(),
                through: through.to_owned(),
            }));
        }
    }

    /// What assignments of permission sets give, to people and to groups.
    fn add_assignments(&mut self, estate: &Estate, declared: &Declared) {
        for kind in ["AWS::SSO::Assignment", "AWS::SSO::PermissionSet"] {
            if let Err(why) = estate.listed_somewhere(kind) {
                self.doubt(why);
            }
        }
        for assignment in estate.documents("AWS::SSO::Assignment") {
            let set = match permission_set(assignment, estate) {
                Ok(set) => set,
                Err(why) => {
                    self.doubt(why);
                    continue;
                }
            };
            let matches = persona::of_names(declared, &[("sso", set)]);
            let who = principal(assignment, estate);
            let through = format!("permission set {set}");
            if let Some(why) = &who.unknown {
                self.doubt(why.clone());
            }
            for name in who.certain.keys() {
                // Whatever it stands for: an assignment of no persona is one all the same.
                let held = Held { persona: String::new(), project: Some(String::new()), through: through.clone() };
                self.by_user.entry(name.clone()).or_default().insert(held);
            }
            self.add(&Ok(matches), &through, || who);
        }
    }
}

/// What a group is called in evidence.
fn label(group: &ResourceDocument) -> String {
    let name = ["DisplayName", "SAMAccountName", "GroupName"].into_iter().find_map(|f| text(group, f).ok());
    format!("group {}", name.unwrap_or(&group.id))
}

/// The name of the permission set of an assignment.
fn permission_set<'e>(assignment: &ResourceDocument, estate: &'e Estate) -> Result<&'e str, String> {
    let arn = text(assignment, "PermissionSetArn")?;
    let sets = estate.documents("AWS::SSO::PermissionSet");
    let set = sets.iter().find(|set| set.id == arn && set.account == assignment.account);
    text(set.ok_or_else(|| format!("the permission set {arn} was not read"))?, "Name")
}

/// The people behind an assignment.
fn principal(assignment: &ResourceDocument, estate: &Estate) -> Members {
    let mut found = Members::default();
    let id = match (text(assignment, "PrincipalType"), text(assignment, "PrincipalId")) {
        (Ok("GROUP"), Ok(id)) => {
            let is_it = |g: &&ResourceDocument| g.account == assignment.account && text(g, "GroupId") == Ok(id);
            return match estate.documents("AWS::IdentityStore::Group").iter().find(is_it) {
                Some(group) => groups::members(group, estate),
                None => Members { unknown: Some(format!("the group {id} was not read")), ..found },
            };
        }
        (Ok(_), Ok(id)) => id,
        (Err(why), _) | (_, Err(why)) => return Members { unknown: Some(why), ..found },
    };
    let mut why = None;
    for store in stores(estate, &assignment.account) {
        match groups::user(estate, &assignment.account, store, id) {
            Ok((name, active)) => {
                found.certain.insert(name, active);
            }
            Err(reason) => why = Some(reason),
        }
    }
    if found.certain.is_empty() {
        found.unknown = Some(why.unwrap_or_else(|| format!("the identity store of {id} was not read")));
    }
    found
}

/// The identity stores of the instances that an account shows.
fn stores<'e>(estate: &'e Estate, account: &str) -> BTreeSet<&'e str> {
    let instances = estate.documents("AWS::SSO::Instance").iter().filter(|instance| instance.account == account);
    instances.filter_map(|instance| text(instance, "IdentityStoreId").ok()).collect()
}

/// The personas of a group.
fn matches(group: &ResourceDocument, estate: &Estate, declared: &Declared) -> Result<Matches, String> {
    let names = groups::names(group, estate)?;
    let names: Vec<(&str, &str)> = names.iter().map(|(kind, name)| (*kind, name.as_str())).collect();
    Ok(persona::of_names(declared, &names))
}

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    match document.kind.as_str() {
        "TRE::Project" => project(entity, document, around),
        "AWS::IdentityStore::User" => user(entity, document, around),
        "AWS::SSO::Assignment" => assignment(entity, document, around),
        _ => group(entity, document, around),
    }
}

/// Facts of a group: which personas it has, and what is wrong with its members.
fn group(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let declared = around.declared;
    let matches = matches(document, around.estate, declared);
    let names = groups::names(document, around.estate).unwrap_or_default();
    let place = matches.iter().flat_map(|m| &m.certain).next().map(|m| Origin::Declared(m.place.clone()));
    let place = place.unwrap_or_else(|| Origin::Derived(Vec::new()));
    let mut personas = Found::default();
    let mut projects = Found::default();
    match &matches {
        Err(why) => {
            personas.doubt(why.clone());
            projects.doubt(why.clone());
        }
        Ok(matches) => {
            matches.certain.iter().for_each(|m| personas.add(&m.persona));
            matches.certain.iter().filter_map(|m| m.project.as_ref()).for_each(|id| projects.add(id));
            for why in matches.unknown.values() {
                personas.doubt(why.clone());
                projects.doubt(why.clone());
            }
        }
    }
    personas.put(entity, "personas", &place);
    projects.put(entity, "groupProjects", &place);

    let members = groups::members(document, around.estate);
    let origin = Origin::Derived(members.calls.clone());
    let held: Vec<(&str, Option<&str>)> =
        matches.iter().flat_map(|m| &m.certain).map(|m| (m.persona.as_str(), m.project.as_deref())).collect();
    let offenders = |entity: &mut Entity, fact: &str, ready: Result<(), String>, of: &dyn Fn(&str) -> Vec<String>| {
        if let Err(why) = ready {
            return entity.withhold(fact, why);
        }
        let mut found = Found::default();
        members.certain.keys().flat_map(|name| of(name)).for_each(|offender| found.add(offender));
        if let Some(why) = &members.unknown {
            found.doubt(why.clone());
        }
        found.put(entity, fact, &origin);
    };
    offenders(entity, "unregisteredMembers", people(declared).map(|_| ()), &|name| {
        let person = declared.people.iter().flatten().find(|(user, _)| same(user, name)).map(|(_, person)| person);
        let missing = held
            .iter()
            .filter_map(|(_, project)| *project)
            .filter(|id| person.is_none_or(|person| !person.projects.iter().any(|project| project == id)));
        missing.map(|id| format!("{name} in {id}")).collect()
    });
    let with = |kind: &str, name: &str, persona: Option<&str>| {
        let live = declared.attested(kind, &format!("person:{name}"));
        live.iter().any(|a| is_live(a, around.as_of) && persona.is_none_or(|p| a.persona.as_deref() == Some(p)))
    };
    let register = || if declared.register_given { Ok(()) } else { Err(NO_REGISTER.to_owned()) };
    offenders(entity, "untrainedMembers", register(), &|name| {
        let personas: BTreeSet<&str> = held.iter().map(|(persona, _)| *persona).collect();
        let untrained = personas.into_iter().filter(|persona| !with("training", name, Some(persona)));
        untrained.map(|persona| format!("{name} as {persona}")).collect()
    });
    for (fact, kind) in [("membersWithoutTerms", "terms"), ("membersWithoutAccreditation", "accreditation")] {
        offenders(entity, fact, register(), &|name| {
            if with(kind, name, None) { Vec::new() } else { vec![name.to_owned()] }
        });
    }
    leavers(entity, &members, around);
    reviews(entity, &names, &members, around);
}

const NO_REGISTER: &str = "no register of attestations was given";

fn is_live(attested: &super::declared::Attested, as_of: AsOf) -> bool {
    attested.made <= as_of && attested.expires.is_some_and(|end| as_of < end)
}

/// Directories do not tell upper from lower case in user names.
fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// The register of people.
fn people(declared: &Declared) -> Result<&BTreeMap<String, Person>, String> {
    let people = declared.people.as_ref().ok_or("tre.toml declares no [people]")?;
    declared.set_aside.get("people").map_or(Ok(people), |why| Err(why.clone()))
}

/// Whether the register says that somebody has left.
///
/// # Errors
/// Part of it is not known.
fn has_left(name: &str, around: &Surroundings<'_>) -> Result<bool, String> {
    let person = people(around.declared)?.iter().find(|(user, _)| same(user, name));
    Ok(person.and_then(|(_, person)| person.leave).is_some_and(|day| end_of(day) <= around.as_of))
}

/// The end of a day: a person's last day is one on which they still work.
fn end_of(day: AsOf) -> AsOf {
    AsOf::from_unix(day.unix().saturating_add(86_400))
}

/// Members who may not sign in any more, or whose last day has passed.
fn leavers(entity: &mut Entity, members: &Members, around: &Surroundings<'_>) {
    let mut found = Found::default();
    for (name, active) in &members.certain {
        match (active, has_left(name, around)) {
            (Ok(false), _) => found.add(format!("{name} (disabled)")),
            (_, Ok(true)) => found.add(format!("{name} (left)")),
            (Ok(true), Ok(false)) => {}
            (Err(why), _) => found.doubt(why.clone()),
            (_, Err(why)) => found.doubt(why),
        }
    }
    if let Some(why) = &members.unknown {
        found.doubt(why.clone());
    }
    found.put(entity, "leaversWithAccess", &Origin::Derived(members.calls.clone()));
}

/// When the members were looked at last, and whether they are the same since.
fn reviews(entity: &mut Entity, names: &[(&'static str, String)], members: &Members, around: &Surroundings<'_>) {
    if !around.declared.register_given {
        for fact in ["lastReview", "changesSinceReview"] {
            entity.withhold(fact, NO_REGISTER);
        }
        return;
    }
    let all = names.iter().flat_map(|(_, name)| around.declared.attested("access-review", &format!("group:{name}")));
    let Some(last) = all.filter(|a| is_live(a, around.as_of)).max_by_key(|a| a.made) else {
        entity.set("lastReview", json!({}), Origin::Declared("attestations".to_owned()));
        return entity.withhold("changesSinceReview", "no live review of the group is in the register");
    };
    let place = Origin::Declared(last.place.clone());
    entity.set("lastReview", json!({ "made": last.made.to_string() }), place.clone());
    let names: Vec<&str> = members.certain.keys().flat_map(|name| [name, "\n"]).collect();
    let now = crate::model::digest::sha256_hex(names.concat().as_bytes());
    match (&last.members_sha256, &members.unknown) {
        (_, Some(why)) => entity.withhold("changesSinceReview", why.clone()),
        (None, None) => {
            entity.withhold("changesSinceReview", format!("{} does not say whom it saw (members_sha256)", last.id));
        }
        (Some(seen), None) if *seen == now => entity.set("changesSinceReview", json!([]), place),
        (Some(_), None) => entity.withhold(
            "changesSinceReview",
            format!("the members are not those that {} saw: needs the events that changed the group since", last.id),
        ),
    }
}

/// Facts of a user of Identity Center.
fn user(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let issuers = super::organizations::known(document, "ExternalIds");
    match issuers.map(|ids| ids.as_array().map(Vec::as_slice)) {
        Ok(Some(ids)) => {
            let named: BTreeSet<&str> = ids.iter().filter_map(|id| id.get("Issuer")?.as_str()).collect();
            let calls = document.calls.get("ExternalIds").cloned().into_iter().collect();
            entity.set("externalIssuers", json!(named), Origin::Derived(calls));
        }
        Ok(None) => entity.withhold("externalIssuers", "ExternalIds is no list"),
        Err(why) => entity.withhold("externalIssuers", why),
    }
    let name = match text(document, "UserName") {
        Ok("") => Err("the user has no name".to_owned()),
        other => other.map_err(|why| why.clone()),
    };
    let left = name.clone().and_then(|name| match text(document, "UserStatus")? {
        "DISABLED" => Ok(true),
        _ => has_left(name, around),
    });
    let mut access = Found::default();
    match (left, name) {
        (Ok(false), _) => {}
        (Ok(true), Ok(name)) => {
            let holders = around.holders();
            let held = holders.by_user.iter().filter(|(user, _)| same(user, name)).flat_map(|(_, held)| held);
            held.for_each(|held| access.add(held.through.clone()));
            if let Some(why) = &holders.unknown {
                access.doubt(why.clone());
            }
        }
        (Err(why), _) | (_, Err(why)) => access.doubt(why),
    }
    access.put(entity, "leaversWithAccess", &Origin::Derived(Vec::new()));
}

/// Facts of an assignment: whose it is, and whether it leads into the environment.
fn assignment(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let target = text(document, "TargetId").and_then(|id| super::tre::is_tre_account(around.declared, id));
    match target {
        Ok(is) => entity.set("intoEnvironment", json!(is), Origin::Derived(Vec::new())),
        Err(why) => entity.withhold("intoEnvironment", why),
    }
    let who = principal(document, around.estate);
    match (text(document, "PrincipalType"), who.certain.first_key_value(), who.unknown) {
        (Ok("USER"), Some((name, _)), _) => entity.set("principalName", json!(name), Origin::Derived(Vec::new())),
        (Ok("USER"), None, why) => {
            entity.withhold("principalName", why.unwrap_or_else(|| "the user was not read".to_owned()));
        }
        (Ok(_), ..) => entity.withhold("principalName", "it is a group's"),
        (Err(why), ..) => entity.withhold("principalName", why),
    }
}

/// Facts of a declared project: who asks for its outputs, who lets them go, and who manages it.
fn project(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let id = document.id.strip_prefix("project:").unwrap_or(&document.id);
    let declared = around.declared;
    let holders = around.holders();
    let holding = |personas: &[&str]| -> BTreeSet<&String> {
        let all = holders.by_user.iter();
        all.filter(|(_, held)| held.iter().any(|held| held.is(personas, id))).map(|(user, _)| user).collect()
    };
    let undeclared = |personas: &[&str]| {
        let named = declared.personas.iter().any(|all| personas.iter().any(|persona| all.contains_key(*persona)));
        (!named).then(|| format!("tre.toml declares no {} in [personas]", personas.join(" or ")))
    };
    // Who assumes a role is not seen.
    let roles_alone = |personas: &[&str]| {
        let named = declared.personas.iter().flatten().filter(|(name, _)| personas.contains(&name.as_str()));
        let mut alone = named.filter(|(_, words)| words.iter().all(|word| word.text.starts_with("role:")));
        alone.next().map(|(name, _)| format!("tre.toml names {name} by roles alone, and who assumes them is not seen"))
    };
    let origin = Origin::Derived(Vec::new());
    let put = |entity: &mut Entity, fact: &str, names: BTreeSet<String>, doubt: Option<String>| {
        let mut found = Found::default();
        for name in names {
            found.add(name);
        }
        if let Some(why) = doubt.or_else(|| holders.unknown.clone()) {
            found.doubt(why);
        }
        found.put(entity, fact, &origin);
    };
    let asking = holding(&ASKING);
    let approving = holding(&APPROVING);
    // Personas may be roles alone, or the directory of the people may not have been in scope: then nobody was seen.
    let unseen = |who: &BTreeSet<&String>, what: &str| {
        who.is_empty().then(|| format!("nobody was seen who holds the persona of {what}"))
    };
    let is_asking = |name: &&&String| asking.iter().any(|other| same(other, name));
    let both = approving.iter().filter(is_asking).map(|name| (**name).clone()).collect();
    let doubt = undeclared(&ASKING).or_else(|| undeclared(&["output_checker"]));
    let doubt = doubt.or_else(|| roles_alone(&ASKING)).or_else(|| roles_alone(&["output_checker"]));
    let doubt = doubt.or_else(|| unseen(&asking, "a researcher")).or_else(|| unseen(&approving, "an output checker"));
    put(entity, "askersWhoApprove", both, doubt);

    let checkers = holding(&["output_checker"]);
    let no_checkers = undeclared(&["output_checker"]).or_else(|| roles_alone(&["output_checker"]));
    match no_checkers.clone().or_else(|| holders.unknown.clone()).map_or_else(|| able(&checkers, around), Err) {
        Err(why) => entity.withhold("checkerCount", why),
        Ok(count) => entity.set("checkerCount", json!(count), origin.clone()),
    }
    // A member of the project is one of its groups, or one whom the register of people names.
    let register = people(declared);
    let registered = register.iter().flat_map(|people| people.iter());
    let registered: BTreeSet<&String> =
        registered.filter(|(_, person)| person.projects.iter().any(|p| p == id)).map(|(user, _)| user).collect();
    let is_member = |name: &&&String| asking.iter().chain(&registered).any(|other| same(other, name));
    let within = checkers.iter().filter(is_member).map(|name| (**name).clone()).collect();
    put(entity, "checkersInProject", within, no_checkers.clone().or_else(|| register.err()));
    if declared.register_given {
        let trained = |name: &str| {
            let of_person = |a: &&Attested| a.subject.strip_prefix("person:").is_some_and(|person| same(person, name));
            let mut training = declared.attestations.iter().filter(|a| a.kind == "training").filter(of_person);
            training.any(|a| is_live(a, around.as_of) && a.persona.as_deref() == Some("output_checker"))
        };
        let untrained = checkers.iter().filter(|name| !trained(name)).map(|name| (**name).clone()).collect();
        put(entity, "untrainedCheckers", untrained, no_checkers.clone());
    } else {
        entity.withhold("untrainedCheckers", NO_REGISTER);
    }
    match delegates(id, around) {
        Ok(allowed) => {
            let others = checkers.iter().filter(|name| !allowed.iter().any(|a| same(a, name)));
            let doubt = no_checkers.or_else(|| unseen(&checkers, "an output checker"));
            put(entity, "checkersWithoutDelegation", others.map(|name| (**name).clone()).collect(), doubt);
        }
        Err(why) => entity.withhold("checkersWithoutDelegation", why),
    }
    managers(entity, id, around, &holding(&["project_manager"]), &holding(&IN_THE_DATA));
}

/// How many of these can sign in and have not left; one person may have an account in several directories.
///
/// # Errors
/// Of one of them it is not known.
fn able(names: &BTreeSet<&String>, around: &Surroundings<'_>) -> Result<usize, String> {
    let mut able: BTreeSet<String> = BTreeSet::new();
    for name in names {
        let states = around.holders().active.get(*name).into_iter().flatten();
        let states = states.cloned().collect::<Result<Vec<bool>, String>>()?;
        // Without a register of people nobody is said to have left.
        let left = around.declared.people.is_some() && has_left(name, around)?;
        if states.contains(&true) && !left {
            able.insert(name.to_ascii_lowercase());
        }
    }
    Ok(able.len())
}

/// Who may decide for the owners of a project's datasets: the owners themselves, and their delegates.
fn delegates(project: &str, around: &Surroundings<'_>) -> Result<BTreeSet<String>, String> {
    let declared = around.declared;
    let entry = declared.projects.iter().flatten().find(|p| p.id == project);
    let entry = entry.ok_or_else(|| format!("tre.toml declares no [[project]] {project}"))?;
    let datasets = declared.datasets.as_ref().ok_or("tre.toml declares no [[dataset]]")?;
    if !declared.register_given {
        return Err(NO_REGISTER.to_owned());
    }
    let mut allowed = BTreeSet::new();
    for id in &entry.datasets {
        let dataset = datasets.iter().find(|d| d.id == *id);
        allowed.extend(dataset.and_then(|d| d.fields.get("owner").cloned()));
        let live = declared.attested("delegation", &format!("dataset:{id}"));
        allowed.extend(live.into_iter().filter(|a| is_live(a, around.as_of)).filter_map(|a| a.delegate.clone()));
    }
    match declared.set_aside.get("dataset") {
        Some(why) => Err(why.clone()),
        None => Ok(allowed),
    }
}

/// Project managers who also hold a persona that sees data.
fn managers(
    entity: &mut Entity,
    project: &str,
    around: &Surroundings<'_>,
    of_persona: &BTreeSet<&String>,
    in_the_data: &BTreeSet<&String>,
) {
    let declared = around.declared;
    let entry = declared.projects.iter().flatten().find(|p| p.id == project);
    let named = entry.and_then(|p| p.fields.get("manager"));
    let managers: BTreeSet<&str> =
        of_persona.iter().map(|name| name.as_str()).chain(named.map(String::as_str)).collect();
    let mut found = Found::default();
    for name in &managers {
        if in_the_data.iter().any(|other| same(other, name)) {
            found.add(*name);
        }
    }
    if in_the_data.is_empty() {
        found.doubt("nobody was seen who holds a persona that sees data");
    }
    if managers.is_empty() {
        found.doubt("neither the project's manager nor the persona project_manager is declared");
    }
    if let Some(why) = &around.holders().unknown {
        found.doubt(why.clone());
    }
    found.put(entity, "managersInTheData", &Origin::Derived(Vec::new()));
}
