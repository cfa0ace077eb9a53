//! What `tre.toml` and the register say, in the form that derivations use.
//!
//! May import: `model`, `declaration`. Guarantees: "not declared" is never "declared empty".

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use crate::declaration::Declaration;
use crate::declaration::form::{self, List};
use crate::declaration::register::{Attestation, Kind, Standings};
use crate::declaration::value::Day;
use crate::model::assessment::Standing;
use crate::model::entity::{Fact, Origin};
use crate::model::time::AsOf;

/// A declared word with its place (`tre.toml:12`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Placed {
    pub text: String,
    pub place: String,
}

/// A declared project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Project {
    pub id: String,
    pub place: String,
    /// Members of the entry that are filled in (`owner`, `lead`, `legal_basis`, …), with their text.
    pub fields: BTreeMap<String, String>,
    pub datasets: Vec<String>,
    /// Other names of the same project: `res:name`, `datazone:id`.
    pub aliases: Vec<String>,
    /// Approved spend in whole pounds.
    pub budget_gbp: Option<i64>,
    /// Whether spending has to stop by itself at the limit.
    pub cost_stop: bool,
    pub start: Option<AsOf>,
    pub end: Option<AsOf>,
}

/// A declared dataset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dataset {
    pub id: String,
    pub place: String,
    pub fields: BTreeMap<String, String>,
    /// `s3:tre-data-ehr`, with its line.
    pub stores: Vec<Placed>,
    pub identifiability: Option<String>,
    pub class: Option<String>,
    pub delete_by: Option<AsOf>,
}

/// A live attestation, as far as derivations need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attested {
    pub id: String,
    pub kind: String,
    pub subject: String,
    pub made: AsOf,
    /// Ids of `CloudTrail` events that it cites.
    pub events: Vec<String>,
    pub expires: Option<AsOf>,
    pub place: String,
    /// Training: the persona that the course is for.
    pub persona: Option<String>,
    /// Access review: the hash of the members that were seen.
    pub members_sha256: Option<String>,
    /// Delegation: the user name of the delegate.
    pub delegate: Option<String>,
}

/// A registered person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    pub projects: Vec<String>,
    /// The last day.
    pub leave: Option<AsOf>,
    pub place: String,
}

/// Everything declared. `None` means that the table is not there.
#[derive(Debug, Clone, Default)]
pub struct Declared {
    /// Whether there is a `tre.toml` at all.
    pub given: bool,
    pub regions: Option<Vec<Placed>>,
    /// Account ids by role (`data`, `workspace`, `log`, `image`, `dev`, …).
    pub accounts: Option<BTreeMap<String, Vec<Placed>>>,
    /// The declared organisational unit.
    pub ou: Option<Placed>,
    /// Tag keys, defaults applied: `project`, `role`, `class`, `scope`.
    pub tag_project: String,
    pub tag_role: String,
    pub tag_class: String,
    /// Persona to patterns (`role:*-{project}-workspace` not yet expanded).
    pub personas: Option<BTreeMap<String, Vec<Placed>>>,
    /// Airlock stage (`ingress`, `request`, `review`, `outbound`, `rejected`) to stores (`s3:name`).
    pub airlock: Option<BTreeMap<String, Vec<Placed>>>,
    /// The table of requests (`dynamodb:name`).
    pub records: Option<Placed>,
    /// Allowed moves, each from one stage or store to another.
    pub paths: Option<Vec<(String, String)>>,
    /// Functions that scan what arrives, by name or ARN.
    pub scanners: Option<Vec<Placed>>,
    /// `[transfer]` lists by name: `partners`, `policies`, `users`.
    pub transfer: Option<BTreeMap<String, Vec<Placed>>>,
    /// Environments of Research and Engineering Studio.
    pub studios: Vec<Placed>,
    /// `[network]` lists by name: `workspace`, `data`, `endpoints`, `vpcs`, `allowed`, …
    pub network: Option<BTreeMap<String, Vec<Placed>>>,
    /// `[perimeter]` lists by name.
    pub perimeter: Option<BTreeMap<String, Vec<Placed>>>,
    /// `[identity]` lists by name, and `source`.
    pub identity: Option<BTreeMap<String, Vec<Placed>>>,
    /// `[people]` by user name.
    pub people: Option<BTreeMap<String, Person>>,
    pub issuers: Vec<Placed>,
    pub break_glass: Vec<Placed>,
    /// `[operations] deploy_roles`.
    pub deploy_roles: Vec<Placed>,
    /// Lists of which all is known, be it that there is nothing in them: `identity.break_glass`, `operations.deploy_roles`.
    pub whole: BTreeSet<&'static str>,
    pub log_buckets: Vec<Placed>,
    /// Buckets of cost and usage exports.
    pub cost_buckets: Vec<Placed>,
    /// Lists and words of `[access]`, `[controls]`, `[operations]` and `[software]`, by table and name.
    pub tables: BTreeMap<&'static str, BTreeMap<String, Vec<Placed>>>,
    /// Why some of what a table declares is not known: part of it was set aside. By table: `airlock`, `dataset`,
    /// `identity`, `logging`, `people`, `project`, and `personas` or `personas.NAME`.
    pub set_aside: BTreeMap<String, String>,
    /// `None`: no [[project]].
    pub projects: Option<Vec<Project>>,
    pub datasets: Option<Vec<Dataset>>,
    /// Live attestations only.
    pub attestations: Vec<Attested>,
    /// Approvals of declared projects that counted once: expired since, or superseded by a renewal.
    pub former_approvals: Vec<Attested>,
    /// The levels of classification, from the most open to the most sensitive. `None`: they were set aside.
    pub levels: Option<Vec<String>>,
    /// The bounds of `[limits]` that have a value.
    pub limits: BTreeMap<String, i64>,
    /// Whether a register was given at all.
    pub register_given: bool,
}

impl Declared {
    /// From what was read. A part that was set aside counts as not declared.
    #[must_use]
    pub fn new(declaration: Option<&Declaration>, standings: Option<&Standings<'_>>) -> Self {
        let mut declared = Self {
            tag_project: "tre:project".to_owned(),
            tag_role: "tre:role".to_owned(),
            tag_class: "tre:class".to_owned(),
            register_given: standings.is_some(),
            ..Self::default()
        };
        for kind in Kind::ALL.into_iter().filter(|k| !matches!(k, Kind::Exception | Kind::Statement)) {
            for attestation in standings.into_iter().flat_map(|s| s.counting_of(kind)) {
                declared.attestations.push(attested(attestation));
            }
        }
        if let Some(declaration) = declaration {
            declared.read(declaration);
        }
        for project in declared.projects.iter().flatten() {
            let subject = format!("project:{}", project.id);
            for (attestation, standing, _) in standings.into_iter().flat_map(|s| s.about(Kind::Approval, &subject)) {
                if matches!(standing, Standing::Expired | Standing::Superseded) {
                    declared.former_approvals.push(attested(attestation));
                }
            }
        }
        declared
    }

    fn read(&mut self, declaration: &Declaration) {
        let form = declaration.form();
        let placed = |path: &str, text: &str| Placed { text: text.to_owned(), place: declaration.place(path) };
        let many = |path: &str, words: &[String]| -> Vec<Placed> {
            words.iter().enumerate().map(|(i, w)| placed(&format!("{path}[{i}]"), w)).collect()
        };
        let list = |path: &str, words: &List| words.as_ref().map(|words| many(path, words));
        let mut whole = BTreeSet::new();
        let mut note = |path: &'static str, words: &List| {
            if words.is_some() && !declaration.is_set_aside(path) {
                whole.insert(path);
            }
        };
        self.given = true;
        self.levels = declaration.levels().map(|levels| levels.into_iter().map(str::to_owned).collect());
        for (name, bound) in declaration.context().get("limits").and_then(Value::as_object).into_iter().flatten() {
            self.limits.extend(bound.as_i64().map(|bound| (name.clone(), bound)));
        }
        self.set_aside = set_aside(declaration);
        let keys = declaration.tag_keys();
        for (slot, key) in
            [(&mut self.tag_project, keys.project), (&mut self.tag_role, keys.role), (&mut self.tag_class, keys.class)]
        {
            // A key that was set aside reads no tag: no tag has an empty key.
            key.unwrap_or_default().clone_into(slot);
        }
        if let Some(tre) = &form.tre {
            self.regions = list("tre.regions", &tre.regions);
            self.accounts = tre.accounts.as_ref().map(|roles| {
                roles.iter().map(|(role, ids)| (role.clone(), many(&format!("tre.accounts.{role}"), &ids.0))).collect()
            });
            self.ou = tre.ou.as_ref().map(|ou| placed("tre.ou", ou));
            self.studios = list("tre.res", &tre.res).unwrap_or_default();
        }
        self.personas = form.personas.as_ref().map(|personas| {
            let all = personas.all().into_iter();
            all.filter_map(|(name, words)| Some((name.to_owned(), list(&format!("personas.{name}"), words)?))).collect()
        });
        self.airlock = form.airlock.as_ref().map(|airlock| {
            let stages = airlock.stages().into_iter();
            stages
                .filter_map(|(stage, words)| Some((stage.to_owned(), list(&format!("airlock.{stage}"), words)?)))
                .collect()
        });
        if let Some(airlock) = &form.airlock {
            self.records = airlock.records.as_ref().map(|records| placed("airlock.records", records));
            self.scanners = airlock.scanner.as_ref().map(|scanner| many("airlock.scanner", &scanner.0));
            let pair = |path: &Vec<String>| Some((path.first()?.clone(), path.get(1)?.clone()));
            self.paths = airlock.paths.as_ref().map(|paths| paths.iter().filter_map(pair).collect());
        }
        self.transfer = form.transfer.as_ref().map(|transfer| lists("transfer", transfer, declaration));
        self.network = form.network.as_ref().map(|network| lists("network", network, declaration));
        self.perimeter = form.perimeter.as_ref().map(|perimeter| lists("perimeter", perimeter, declaration));
        self.identity = form.identity.as_ref().map(|identity| lists("identity", identity, declaration));
        self.people = form.people.as_ref().map(|people| {
            let person = |(name, person): (&String, &form::Person)| {
                let place = declaration.place(&format!("people.{name}"));
                let projects = person.projects.clone().unwrap_or_default();
                (name.clone(), Person { projects, leave: person.leave.map(Day::as_of), place })
            };
            people.iter().map(person).collect()
        });
        if let Some(identity) = &form.identity {
            self.issuers = list("identity.issuers", &identity.issuers).unwrap_or_default();
            self.break_glass = list("identity.break_glass", &identity.break_glass).unwrap_or_default();
            note("identity.break_glass", &identity.break_glass);
        }
        if let Some(operations) = &form.operations {
            self.deploy_roles = list("operations.deploy_roles", &operations.deploy_roles).unwrap_or_default();
            note("operations.deploy_roles", &operations.deploy_roles);
        }
        self.whole = whole;
        if let Some(logging) = &form.logging {
            self.log_buckets = list("logging.buckets", &logging.buckets).unwrap_or_default();
            self.cost_buckets = list("logging.cost_buckets", &logging.cost_buckets).unwrap_or_default();
        }
        let tables = [
            ("access", form.access.as_ref().map(|t| lists("access", t, declaration))),
            ("controls", form.controls.as_ref().map(|t| lists("controls", t, declaration))),
            ("operations", form.operations.as_ref().map(|t| lists("operations", t, declaration))),
            ("software", form.software.as_ref().map(|t| lists("software", t, declaration))),
        ];
        self.tables = tables.into_iter().filter_map(|(name, table)| Some((name, table?))).collect();
        self.read_registers(declaration);
    }

    /// The registers of projects and datasets.
    fn read_registers(&mut self, declaration: &Declaration) {
        let form = declaration.form();
        self.projects = form.project.as_ref().map(|_| {
            let projects = declaration.projects();
            projects
                .map(|(index, project)| Project {
                    id: project.id.clone(),
                    place: declaration.place(&format!("project[{index}]")),
                    fields: fields(project),
                    datasets: project.datasets.clone().unwrap_or_default(),
                    aliases: project.aliases.clone().unwrap_or_default(),
                    budget_gbp: project.budget_gbp,
                    cost_stop: project.cost_stop.unwrap_or_default(),
                    start: project.start.map(Day::as_of),
                    end: project.end.map(Day::as_of),
                })
                .collect()
        });
        self.datasets = form.dataset.as_ref().map(|_| {
            let datasets = declaration.datasets();
            datasets
                .map(|(index, dataset)| Dataset {
                    id: dataset.id.clone(),
                    place: declaration.place(&format!("dataset[{index}]")),
                    fields: fields(dataset),
                    stores: stores(declaration, index, &dataset.stores),
                    identifiability: dataset.identifiability.clone(),
                    class: dataset.class.clone(),
                    delete_by: dataset.delete_by.map(Day::as_of),
                })
                .collect()
        });
    }

    /// Why no persona is known, where none is.
    #[must_use]
    pub fn no_personas(&self) -> String {
        self.set_aside.get("personas").cloned().unwrap_or_else(|| "tre.toml declares no [personas]".to_owned())
    }

    /// A list of `[access]`, `[controls]`, `[operations]` or `[software]`.
    ///
    /// # Errors
    /// It is not declared.
    pub fn list(&self, table: &str, name: &str) -> Result<&[Placed], String> {
        let found = self.tables.get(table).and_then(|table| table.get(name));
        found.map(Vec::as_slice).ok_or_else(|| format!("tre.toml declares no [{table}] {name}"))
    }

    /// The live attestations of a kind for a subject, newest first.
    #[must_use]
    pub fn attested(&self, kind: &str, subject: &str) -> Vec<&Attested> {
        let mut found: Vec<&Attested> =
            self.attestations.iter().filter(|a| a.kind == kind && a.subject == subject).collect();
        found.sort_by(|a, b| (b.made, &b.id).cmp(&(a.made, &a.id)));
        found
    }

    /// Where `s3:NAME` is declared, with the role it has there: `store` from a dataset, or an airlock stage.
    #[must_use]
    pub fn roles_of_bucket(&self, name: &str) -> Vec<(String, String)> {
        let wanted = format!("s3:{name}");
        let mut roles = Vec::new();
        for dataset in self.datasets.iter().flatten() {
            for store in dataset.stores.iter().filter(|s| s.text == wanted) {
                roles.push(("store".to_owned(), store.place.clone()));
            }
        }
        for (stage, stores) in self.airlock.iter().flatten() {
            for store in stores.iter().filter(|s| s.text == wanted) {
                roles.push((stage.clone(), store.place.clone()));
            }
        }
        for bucket in self.log_buckets.iter().filter(|b| b.text == wanted) {
            roles.push(("log".to_owned(), bucket.place.clone()));
        }
        roles
    }

    /// Every declared bucket name with the first place that names it.
    #[must_use]
    pub fn buckets(&self) -> BTreeMap<String, String> {
        let stores = self.datasets.iter().flatten().flat_map(|d| &d.stores);
        let stages = self.airlock.iter().flatten().flat_map(|(_, stores)| stores);
        let mut found = BTreeMap::new();
        for placed in stores.chain(stages).chain(&self.log_buckets) {
            if let Some(name) = placed.text.strip_prefix("s3:") {
                found.entry(name.to_owned()).or_insert_with(|| placed.place.clone());
            }
        }
        found
    }
}

/// The references of a dataset's stores, each with its line.
fn stores(declaration: &Declaration, index: usize, stores: &List) -> Vec<Placed> {
    let placed = |(place, text): (usize, &String)| Placed {
        text: text.clone(),
        place: declaration.place(&format!("dataset[{index}].stores[{place}]")),
    };
    stores.iter().flatten().enumerate().map(placed).collect()
}

/// The tables of which a part was set aside, with the reason.
fn set_aside(declaration: &Declaration) -> BTreeMap<String, String> {
    let form = declaration.form();
    let mut found = BTreeMap::new();
    let mut note = |table: &str, path: &str| {
        let reason = format!("part of [{table}] at {} was set aside", declaration.place(path));
        found.entry(table.to_owned()).or_insert(reason);
    };
    let paths = |table: &str, members: &[&str]| -> Vec<String> {
        let all = members.iter().map(|member| format!("{table}.{member}"));
        all.filter(|path| declaration.is_set_aside(path)).collect()
    };
    for path in paths("airlock", &["ingress", "request", "review", "outbound", "rejected"]) {
        note("airlock", &path);
    }
    for path in paths("logging", &["buckets"]) {
        note("logging", &path);
    }
    if declaration.is_set_aside("personas") {
        note("personas", "personas");
    }
    if let Some(personas) = &form.personas {
        for path in personas.all().into_iter().map(|(name, _)| format!("personas.{name}")) {
            if declaration.is_set_aside(&path) {
                note(&path, &path);
            }
        }
    }
    for table in ["people", "identity"] {
        if let Some(path) = declaration.set_aside_below(table) {
            note(table, path);
        }
    }
    for index in 0..form.project.as_ref().map_or(0, Vec::len) {
        let path = format!("project[{index}]");
        if declaration.is_set_aside(&path) {
            note("project", &path);
        }
    }
    for index in 0..form.dataset.as_ref().map_or(0, Vec::len) {
        for path in [format!("dataset[{index}]"), format!("dataset[{index}].stores")] {
            if declaration.is_set_aside(&path) {
                note("dataset", &path);
            }
        }
    }
    found
}

fn attested(attestation: &Attestation) -> Attested {
    Attested {
        id: attestation.form.id.clone(),
        kind: attestation.form.kind.as_str().to_owned(),
        subject: attestation.form.subject.clone(),
        made: attestation.form.made.as_of(),
        events: attestation.form.events.clone(),
        expires: Some(attestation.form.expires.as_of()),
        place: attestation.place.clone(),
        persona: attestation.form.persona.clone(),
        members_sha256: attestation.form.members_sha256.clone(),
        delegate: attestation.form.delegate.clone(),
    }
}

/// The members of a declared table that are lists of words, or single words, by name.
fn lists<T: Serialize>(table: &str, form: &T, declaration: &Declaration) -> BTreeMap<String, Vec<Placed>> {
    let value = serde_json::to_value(form).unwrap_or_default();
    let mut found = BTreeMap::new();
    for (name, member) in value.as_object().into_iter().flatten() {
        let path = format!("{table}.{name}");
        match member {
            Value::Array(items) => {
                let words = items.iter().enumerate().filter_map(|(i, item)| {
                    let place = declaration.place(&format!("{path}[{i}]"));
                    Some(Placed { text: item.as_str()?.to_owned(), place })
                });
                found.insert(name.clone(), words.collect());
            }
            Value::String(text) => {
                found.insert(name.clone(), vec![Placed { text: text.clone(), place: declaration.place(&path) }]);
            }
            _ => {}
        }
    }
    found
}

/// The members of an entry that are filled in, as text.
fn fields<T: Serialize>(entry: &T) -> BTreeMap<String, String> {
    let value = serde_json::to_value(entry).unwrap_or_default();
    let mut fields = BTreeMap::new();
    for (name, member) in value.as_object().into_iter().flatten() {
        let text = match member {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            Value::Array(items) if items.is_empty() => continue,
            other => other.to_string(),
        };
        if !text.is_empty() {
            fields.insert(name.clone(), text);
        }
    }
    fields
}

/// The members of Cedar's context from a declaration: each table, and under its dotted path each leaf with its place.
#[must_use]
pub fn context(declaration: &Declaration) -> BTreeMap<String, Fact> {
    let mut facts = BTreeMap::new();
    for (table, value) in declaration.context() {
        for (name, member) in value.as_object().into_iter().flatten() {
            let path = format!("{table}.{name}");
            if let Some(place) = declaration.context_place(&path) {
                facts.insert(path, Fact { value: member.clone(), origin: Origin::Declared(place) });
            }
        }
        let place = declaration.context_place(&table).unwrap_or_else(|| declaration.place(&table));
        facts.insert(table, Fact { value, origin: Origin::Declared(place) });
    }
    facts
}
