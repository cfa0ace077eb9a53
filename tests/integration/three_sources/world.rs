//! The example estate with documents of a scenario in place of live ones, as entities.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;

use havenmark::declaration::Declaration;
use havenmark::graph::{Declared, Estate, LISTED_TYPES, build, tre, uid};
use havenmark::model::document::ResourceDocument;
use havenmark::model::entity::{Entity, EntityRef};
use havenmark::model::inventory::LISTING;
use havenmark::model::listing::Listing;
use havenmark::model::time::AsOf;
use havenmark::source::table;
use serde::Deserialize;
use serde_json::Value;

use super::scenario::Scenario;

const NOW: &str = "2026-11-24T02:00:00Z";

pub(super) struct Worlds {
    documents: Vec<ResourceDocument>,
    declared: Declared,
}

impl Worlds {
    pub(super) fn of_the_example() -> Result<Self, Box<dyn Error>> {
        #[derive(Deserialize)]
        struct File {
            #[serde(default)]
            document: Vec<ResourceDocument>,
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/estates/demo");
        let mut documents = Vec::new();
        for entry in std::fs::read_dir(root.join("documents"))? {
            let file: File = toml::from_str(&std::fs::read_to_string(entry?.path())?)?;
            documents.extend(file.document);
        }
        let declaration = Declaration::load(&root.join("tre.toml"))?;
        Ok(Self { documents, declared: Declared::new(Some(&declaration), None) })
    }

    /// The live documents of a scenario.
    pub(super) fn live(&self, scenario: &Scenario) -> Result<Vec<ResourceDocument>, Box<dyn Error>> {
        let all = || scenario.document.iter().chain(&self.documents);
        let of = |kind: &str, id: &str| {
            let is_it = |d: &&ResourceDocument| d.kind == kind && d.id == id && d.account == scenario.account();
            all().find(is_it).cloned().ok_or_else(|| format!("{}: no live {kind} {id}", scenario.name).into())
        };
        scenario.live().map(|(kind, id)| of(kind, id)).collect()
    }

    /// The entities of a scenario's live documents, where others have taken their places.
    pub(super) fn with(
        &self,
        scenario: &Scenario,
        others: &[ResourceDocument],
        read: &BTreeMap<String, BTreeSet<String>>,
    ) -> Result<BTreeMap<EntityRef, Entity>, Box<dyn Error>> {
        let subjects: BTreeSet<EntityRef> = self.live(scenario)?.iter().map(uid).collect();
        let taken: BTreeSet<EntityRef> = others.iter().map(uid).collect();
        let here = |document: &&ResourceDocument| document.account == scenario.account();
        let own: BTreeSet<EntityRef> = scenario.document.iter().map(uid).collect();
        let others_of_it = self.documents.iter().filter(|document| !own.contains(&uid(document)));
        let mut documents: Vec<ResourceDocument> = others_of_it.chain(&scenario.document).cloned().collect();
        if !others.is_empty() {
            documents.retain(|d| !here(&d) || !(subjects.contains(&uid(d)) || taken.contains(&uid(d))));
            documents.extend(others.iter().cloned());
        }
        let accounts: BTreeSet<String> = documents.iter().map(|d| d.account.clone()).collect();
        let kinds = || LISTED_TYPES.into_iter().chain(table::every_kind().map(|kind| kind.kind)).chain([LISTING]);
        let listings = accounts.iter().flat_map(|account| {
            kinds().map(|kind| Listing {
                account: account.clone(),
                region: "global".to_owned(),
                kind: kind.to_owned(),
                complete: true,
                reason: String::new(),
                calls: Vec::new(),
            })
        });
        let regions = vec!["eu-west-1".to_owned(), "eu-west-2".to_owned()];
        let estate =
            Estate::new(documents.clone(), listings.collect::<Vec<_>>(), accounts.into_iter().collect(), regions);
        let wanted: BTreeSet<&str> = subjects.iter().map(|subject| subject.kind.as_str()).collect();
        let known = |kind: &str| match read.get(kind) {
            Some(facets) if wanted.contains(kind) => facets.clone(),
            _ => BTreeSet::new(),
        };
        let now: AsOf = NOW.parse().map_err(|_| "no time")?;
        let own = documents.into_iter().filter(|document| here(&document)).chain(tre::documents(&self.declared));
        let shard = build(scenario.account(), own.collect(), &estate, &self.declared, now, &known);
        Ok(shard.entities.into_iter().filter(|(uid, _)| subjects.contains(uid)).collect())
    }
}

/// How many facets two documents share.
fn likeness(one: &ResourceDocument, other: &ResourceDocument) -> usize {
    let facets = |d: &ResourceDocument| {
        d.properties.iter().chain(&d.observed).map(|(n, v)| (n.clone(), v.clone())).collect::<Vec<_>>()
    };
    let of_other = facets(other);
    facets(one).iter().filter(|facet| of_other.contains(facet)).count() + usize::from(one.tags == other.tags)
}

/// The names of one document as the names of another one.
pub(super) fn names(from: &ResourceDocument, to: &ResourceDocument) -> BTreeMap<String, String> {
    let bare = |d: &ResourceDocument| {
        let id = d.id.strip_prefix(&format!("{}:", d.region)).unwrap_or(&d.id).to_owned();
        if id.starts_with("arn:") { id.rsplit(['/', ':']).next().unwrap_or_default().to_owned() } else { id }
    };
    let mut names = BTreeMap::from([(from.id.clone(), to.id.clone()), (bare(from), bare(to))]);
    if let (Some(from), Some(to)) = (&from.arn, &to.arn) {
        names.insert(from.clone(), to.clone());
    }
    names.retain(|from, to| from != to && from.len() > 3);
    names
}

/// A value with other names in it.
pub(super) fn renamed(value: &Value, names: &BTreeMap<String, String>) -> Value {
    match value {
        Value::String(text) => {
            let mut text = text.clone();
            match names.get(&text) {
                Some(name) => text.clone_from(name),
                None => {
                    for (from, to) in names.iter().rev().filter(|(from, _)| from.starts_with("arn:")) {
                        text = text.replace(from.as_str(), to);
                    }
                }
            }
            Value::String(text)
        }
        Value::Array(items) => items.iter().map(|item| renamed(item, names)).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), renamed(value, names))).collect(),
        other => other.clone(),
    }
}

/// Documents of code under the names of the live ones that they are like; no provider has all types.
pub(super) fn under_live_names(mut made: Vec<ResourceDocument>, live: &[ResourceDocument]) -> Vec<ResourceDocument> {
    let mut all = BTreeMap::new();
    let mut free: Vec<usize> = (0..made.len()).collect();
    for document in live {
        let like = |at: &usize| {
            made.get(*at).map_or(0, |other| likeness(document, other) + 100 * usize::from(other.id == document.id))
        };
        let candidates = free.iter().copied().filter(|at| made.get(*at).is_some_and(|d| d.kind == document.kind));
        let Some(best) = candidates.max_by_key(like) else { continue };
        free.retain(|at| *at != best);
        all.extend(made.get(best).map(|made| names(made, document)).unwrap_or_default());
        if let Some(made) = made.get_mut(best) {
            made.id.clone_from(&document.id);
            made.arn.clone_from(&document.arn);
        }
    }
    for document in &mut made {
        for value in document.properties.values_mut().chain(document.observed.values_mut()) {
            *value = renamed(value, &all);
        }
    }
    made
}
