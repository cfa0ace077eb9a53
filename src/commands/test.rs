//! `havenmark test`: runs control cases.
//!
//! May import: everything below `commands`. Guarantees: a case that names an unknown control, field or outcome is an
//! error with its file; a control without cases is not passed over in silence.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use crate::graph::declared::{Attested, Dataset, Declared, Placed, Project};
use crate::graph::{Estate, build};
use crate::model::document::ResourceDocument;
use crate::model::entity::{EntityRef, Fact, Origin};
use crate::model::listing::Listing;
use crate::model::time::AsOf;
use crate::model::verdict::Outcome;
use crate::policy::{Judge, Judgement};

/// The cases of one control.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    #[serde(rename = "case")]
    pub cases: Vec<Case>,
}

/// One case: documents in, one verdict out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub name: String,
    pub expect: Outcome,
    /// Id of the document that is judged.
    pub resource: String,
    #[serde(default = "default_as_of")]
    pub as_of: toml::value::Datetime,
    /// Tables of `tre.toml`.
    #[serde(default)]
    pub declaration: toml::Table,
    #[serde(default)]
    pub attestations: Vec<toml::Table>,
    /// What was seen. Declared projects and datasets need no document: they are made from the declaration.
    #[serde(default)]
    pub documents: Vec<ResourceDocument>,
    /// Whether a register of attestations was given at all.
    #[serde(default = "given")]
    pub register: bool,
    /// Types whose listing was not answered in this case; all others count as listed completely.
    #[serde(default)]
    pub unlisted: Vec<String>,
}

fn default_as_of() -> toml::value::Datetime {
    "2026-11-24T00:00:00Z".parse().unwrap_or(toml::value::Datetime { date: None, time: None, offset: None })
}

fn given() -> bool {
    true
}

impl Case {
    /// The time at which it judges.
    #[must_use]
    pub fn time(&self) -> AsOf {
        self.as_of.to_string().parse().unwrap_or(AsOf::from_unix(0))
    }

    /// Judges the case's resource by every control of its type.
    ///
    /// # Errors
    /// The named resource is not among the documents, or its entities do not fit together.
    pub fn judge(&self, judge: &Judge) -> Result<Vec<Judgement>, String> {
        let (mut declared, context) = declared(&self.declaration, &self.attestations);
        declared.register_given = self.register;
        let documents: Vec<ResourceDocument> =
            self.documents.iter().cloned().chain(crate::graph::tre::documents(&declared)).collect();
        let accounts: BTreeSet<String> = self.documents.iter().map(|d| d.account.clone()).collect();
        let regions: BTreeSet<String> = self.documents.iter().map(|d| d.region.clone()).collect();
        let mut listings = Vec::new();
        for account in &accounts {
            for kind in crate::graph::LISTED_TYPES {
                let unlisted = self.unlisted.iter().any(|k| k == kind);
                listings.push(Listing {
                    account: account.clone(),
                    region: "global".to_owned(),
                    kind: kind.to_owned(),
                    complete: !unlisted,
                    reason: if unlisted { format!("listing {kind} denied") } else { String::new() },
                    calls: Vec::new(),
                });
            }
        }
        let subject = documents
            .iter()
            .find(|d| d.id == self.resource)
            .ok_or_else(|| format!("no document has the id {}", self.resource))?;
        let estate = Estate::new(
            self.documents.clone(),
            listings,
            accounts.iter().cloned().collect(),
            regions.into_iter().collect(),
        );
        let known = |kind: &str| judge.facets(kind).into_iter().map(str::to_owned).collect::<BTreeSet<String>>();
        let mut world = BTreeMap::new();
        for account in accounts.iter().map(String::as_str).chain([crate::graph::tre::DECLARED_ACCOUNT]) {
            let documents = documents.iter().filter(|d| d.account == account).cloned().collect();
            world.extend(build(account, documents, &estate, &declared, self.time(), &known).entities);
        }
        let uid = EntityRef::new(&subject.kind, &subject.id);
        let entity = world.get(&uid).ok_or_else(|| format!("{} became no entity", self.resource))?;
        let context = judge.context(context, self.time());
        let subjects = [entity];
        let prepared = judge.prepare(&subjects, &world, &context).map_err(|e| e.to_string())?;
        Ok(judge.controls_for(&subject.kind).iter().map(|c| prepared.judgement(0, *c)).collect())
    }
}

// TEMPORARY: replaced by `declaration` when it lands.
fn declared(tables: &toml::Table, attestations: &[toml::Table]) -> (Declared, BTreeMap<String, Fact>) {
    let json = serde_json::to_value(tables).unwrap_or_default();
    let placed = |v: &Value| match v {
        Value::Array(a) => a
            .iter()
            .filter_map(Value::as_str)
            .map(|s| Placed { text: s.to_owned(), place: "tre.toml:1".to_owned() })
            .collect::<Vec<_>>(),
        Value::String(s) => vec![Placed { text: s.clone(), place: "tre.toml:1".to_owned() }],
        _ => Vec::new(),
    };
    let lists = |table: &str| {
        json.get(table)
            .and_then(Value::as_object)
            .map(|m| m.iter().map(|(k, v)| (k.clone(), placed(v))).collect::<BTreeMap<_, _>>())
    };
    let time = |v: &Value| {
        v.get("$__toml_private_datetime").or(Some(v)).and_then(Value::as_str).and_then(|s| s.parse::<AsOf>().ok())
    };
    let fields = |v: &Value| {
        v.as_object()
            .into_iter()
            .flatten()
            .filter(|(_, v)| {
                !matches!(v, Value::String(s) if s.is_empty()) && !matches!(v, Value::Array(a) if a.is_empty())
            })
            .map(|(k, v)| (k.clone(), v.as_str().map_or_else(|| v.to_string(), str::to_owned)))
            .collect::<BTreeMap<String, String>>()
    };
    let text = |v: &Value, k: &str| v.get(k).and_then(Value::as_str).unwrap_or_default().to_owned();
    let words = |v: &Value, k: &str| v.get(k).map(&placed).unwrap_or_default();
    let list = |name: &str| json.get(name).and_then(Value::as_array).cloned();
    let declared = Declared {
        given: !tables.is_empty(),
        regions: json.pointer("/tre/regions").map(&placed),
        accounts: json
            .pointer("/tre/accounts")
            .and_then(Value::as_object)
            .map(|m| m.iter().map(|(k, v)| (k.clone(), placed(v))).collect()),
        ou: json.pointer("/tre/ou").map(&placed).and_then(|v| v.into_iter().next()),
        tag_project: "tre:project".to_owned(),
        tag_role: "tre:role".to_owned(),
        tag_class: "tre:class".to_owned(),
        personas: lists("personas"),
        airlock: lists("airlock").map(|m| m.into_iter().filter(|(k, _)| k != "paths" && k != "records").collect()),
        network: lists("network"),
        perimeter: lists("perimeter"),
        issuers: json.pointer("/identity/issuers").map(&placed).unwrap_or_default(),
        break_glass: json.pointer("/identity/break_glass").map(&placed).unwrap_or_default(),
        deploy_roles: json.pointer("/operations/deploy_roles").map(&placed).unwrap_or_default(),
        log_buckets: json.pointer("/logging/buckets").map(&placed).unwrap_or_default(),
        projects: list("project").map(|l| {
            l.iter()
                .map(|p| Project {
                    id: text(p, "id"),
                    place: "tre.toml:1".to_owned(),
                    fields: fields(p),
                    datasets: words(p, "datasets").into_iter().map(|p| p.text).collect(),
                    start: p.get("start").and_then(time),
                    end: p.get("end").and_then(time),
                })
                .collect()
        }),
        datasets: list("dataset").map(|l| {
            l.iter()
                .map(|d| Dataset {
                    id: text(d, "id"),
                    place: "tre.toml:1".to_owned(),
                    fields: fields(d),
                    stores: words(d, "stores"),
                    identifiability: d.get("identifiability").and_then(Value::as_str).map(str::to_owned),
                    class: d.get("class").and_then(Value::as_str).map(str::to_owned),
                    delete_by: d.get("delete_by").and_then(time),
                })
                .collect()
        }),
        attestations: attestations
            .iter()
            .filter_map(|a| serde_json::to_value(a).ok())
            .map(|a| Attested {
                id: text(&a, "id"),
                kind: text(&a, "kind"),
                subject: text(&a, "subject"),
                made: a.get("made").and_then(time).unwrap_or(AsOf::from_unix(0)),
                expires: a.get("expires").and_then(time),
                place: "attestations/case.toml:1".to_owned(),
            })
            .collect(),
        register_given: true,
    };
    let mut context = BTreeMap::new();
    for (name, value) in json.as_object().into_iter().flatten() {
        context.insert(name.clone(), Fact { value: value.clone(), origin: Origin::Declared("tre.toml:1".to_owned()) });
    }
    let mut limits = serde_json::json!({"stale_days": 45, "review_days": 90, "restore_test_days": 365, "image_days": 60, "airlock_days": 30, "session_hours": 12, "checkers": 2});
    if let (Some(Value::Object(given)), Some(all)) = (json.get("limits"), limits.as_object_mut()) {
        all.extend(given.clone());
    }
    context.insert("limits".to_owned(), Fact { value: limits, origin: Origin::Declared("tre.toml:1".to_owned()) });
    (declared, context)
}
