//! How sensitive the data of a bucket is, and the tiers of the projects whose data it holds.
//!
//! May import: `model`, `graph`. Guarantees: a class that was not read or is no level never ranks as the lowest.

use std::collections::BTreeSet;

use serde_json::json;

use super::declared::{Dataset, Declared};
use super::iam::Found;
use super::reading::{origin, put};
use super::{Surroundings, purpose, s3};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

pub(super) fn derive_bucket(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let declared = around.declared;
    let datasets = s3::datasets(&document.id, declared);
    // Of several datasets each says for itself how near it is to people.
    let words = datasets.as_ref().map_err(Clone::clone).and_then(|datasets| {
        let word = |d: &&Dataset| {
            d.identifiability.clone().ok_or_else(|| format!("tre.toml gives {} no identifiability", d.id))
        };
        // Of a store that no dataset describes nobody said how near to people it is.
        if datasets.is_empty() && entity.facts.get("isStore").is_none_or(|is| is.value != false) {
            return Err("no dataset says how near to people its data are".to_owned());
        }
        datasets.iter().map(word).collect::<Result<BTreeSet<String>, String>>()
    });
    put(entity, "identifiabilities", words.map(|words| json!(words)), origin(document, &["tags"]));
    let mut found = Found::default();
    match datasets {
        Ok(datasets) => lower_tiers(document, &datasets, declared, &mut found),
        Err(why) => found.doubt(why),
    }
    found.put(entity, "lowerTierProjects", &origin(document, &["tags"]));
}

/// The projects of a bucket whose tier ranks below what it holds.
fn lower_tiers(document: &ResourceDocument, datasets: &[&Dataset], declared: &Declared, found: &mut Found) {
    let Some(levels) = &declared.levels else { return found.doubt("tre.toml declares no levels of [classification]") };
    let rank = |level: &str| {
        let place = levels.iter().position(|known| known == level);
        place.ok_or_else(|| format!("{level} is no level of [classification]"))
    };
    for dataset in datasets.iter().filter(|d| d.class.is_none()) {
        found.doubt(format!("tre.toml gives {} no class", dataset.id));
    }
    let mut classes: Vec<&str> = datasets.iter().filter_map(|d| d.class.as_deref()).collect();
    match purpose::class_tag(document, declared) {
        Ok(tag) => classes.extend(tag),
        // The datasets' classes stand: a tag could only rank higher.
        Err(why) => found.doubt(why),
    }
    let mut highest: Option<(usize, &str)> = None;
    for class in classes {
        match rank(class) {
            Ok(place) => highest = highest.max(Some((place, class))),
            Err(why) => found.doubt(why),
        }
    }
    let Some((height, class)) = highest else { return found.doubt("neither a tag nor a dataset says its class") };
    let Some(projects) = &declared.projects else { return found.doubt("tre.toml declares no [[project]]") };
    if let Some(why) = declared.set_aside.get("project") {
        found.doubt(why);
    }
    let tag = purpose::project_tag(document, declared).unwrap_or_else(|why| {
        found.doubt(why);
        None
    });
    if let Some(id) = tag.filter(|id| !projects.iter().any(|p| p.id == *id)) {
        found.doubt(format!("the register has no project {id}"));
    }
    for project in projects {
        let uses = project.datasets.iter().any(|id| datasets.iter().any(|d| d.id == *id));
        if !uses && tag != Some(project.id.as_str()) {
            continue;
        }
        match project.fields.get("tier").map(|tier| (tier, rank(tier))) {
            Some((tier, Ok(place))) if place < height => {
                found.add(format!("{}: {tier} is below {class}", project.id));
            }
            Some((_, Ok(_))) => {}
            Some((_, Err(why))) => found.doubt(why),
            None => found.doubt(format!("tre.toml gives {} no tier", project.id)),
        }
    }
}
