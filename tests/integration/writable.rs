//! A control for any collected type is Cedar and TOML: no Rust.
//!
//! A pack with one control for each type of the table, which reads every facet that the schema has of it, judges what the
//! documented answers of AWS were read as.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;

use havenmark::catalogue::{Catalogue, Pack};
use havenmark::graph::{Declared, Estate, build};
use havenmark::model::entity::Entity;
use havenmark::model::verdict::Outcome;
use havenmark::policy::Judge;
use havenmark::source::table::{KINDS, Kind};

use crate::documented::answers;
use crate::moto::{Moto, run_in, sound};
use crate::proxy::Proxy;

/// The facets of a type as its block of the schema has them.
fn facets(kind: &Kind, schema: &str) -> Vec<String> {
    let (namespace, name) = kind.kind.rsplit_once("::").unwrap_or_default();
    let space = schema.split(&format!("namespace {namespace} {{\n")).nth(1).unwrap_or_default();
    let block = space.split(&format!("  entity {name} in ")).nth(1).unwrap_or_default();
    let block = block.split("\n  }").next().unwrap_or_default();
    // Of a block only the lines that are indented once more are its own attributes.
    let own = block.lines().filter_map(|line| line.strip_prefix("    ")).filter(|line| !line.starts_with([' ', '}']));
    own.filter_map(|line| line.split_once(':')).map(|(name, _)| name.to_owned()).collect()
}

/// By type: the id of its control, and the facets that it reads.
type Written = BTreeMap<String, (String, Vec<String>)>;

/// The built-in pack with one control more for each type: it reads every facet that a source gives.
fn pack(schema: &str) -> Result<(Pack, Written), Box<dyn Error>> {
    let mut files: BTreeMap<&str, String> = BTreeMap::new();
    let mut ids = BTreeMap::new();
    for (index, kind) in KINDS.iter().enumerate() {
        let (area, number) = [("xaa", index), ("xbb", index.wrapping_sub(99)), ("xcc", index.wrapping_sub(198))]
            .into_iter()
            .find(|(_, number)| *number < 99)
            .ok_or("more types than ids")?;
        let id = format!("SET-{}-{:02}", area.to_uppercase(), number + 1);
        let read: Vec<String> = facets(kind, schema)
            .into_iter()
            .filter(|facet| {
                facet.starts_with(|c: char| c.is_uppercase()) || ["region", "tagsRead"].contains(&facet.as_str())
            })
            .collect();
        let clause: Vec<String> = read.iter().map(|facet| format!("resource.{facet} == resource.{facet}")).collect();
        let policies = files.entry(match area {
            "xaa" => "policies/settings/xaa.cedar",
            "xbb" => "policies/settings/xbb.cedar",
            _ => "policies/settings/xcc.cedar",
        });
        write!(
            policies.or_default(),
            "@id(\"{id}\")\npermit (principal, action == Audit::Action::\"{id}\", resource is {})\nwhen {{ ![{}].contains(false) }};\n",
            kind.kind,
            clause.join(", ")
        )?;
        let controls = files.entry(match area {
            "xaa" => "controls/settings/xaa.toml",
            "xbb" => "controls/settings/xbb.toml",
            _ => "controls/settings/xcc.toml",
        });
        write!(
            controls.or_default(),
            "[[control]]\nid = \"{id}\"\ntitle = \"Everything of {0} is known\"\nseverity = \"low\"\n\
             applies_to = [\"{0}\"]\nscope = \"region\"\npre_deploy = false\nsatre = [\"2.8.01\"]\nrationale = \"A test.\"\n\
             [control.remediation]\ncli = \"true\"\n\n",
            kind.kind
        )?;
        ids.insert(kind.kind.to_owned(), (id, read));
    }
    let folder = tempfile::tempdir()?;
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().ok_or("no folder")?)?;
        std::fs::write(path, text)?;
    }
    Ok((Pack::built_in().with_folder(folder.path())?, ids))
}

#[test]
fn every_facet_of_every_type_can_be_judged_without_rust() -> Result<(), Box<dyn Error>> {
    let moto = Moto::start_empty()?;
    let proxy = Proxy::with_answers(moto.address, answers()?)?;
    let (_, memory) = run_in(proxy.url(), &["eu-west-2"])?;
    sound(&memory)?;

    let (pack, ids) = pack(&Catalogue::built_in()?.types["policies/collected.cedarschema"])?;
    let catalogue = Catalogue::load(&pack)?;
    let judge = Judge::compile(&catalogue)?;
    let declared = Declared::default();
    let account = memory.documents.first().ok_or("nothing was read")?.account.clone();
    let now = havenmark::model::time::AsOf::from_unix(1_795_000_000);
    let estate = Estate::new(
        memory.documents.clone(),
        memory.listings.clone(),
        vec![account.clone()],
        vec!["eu-west-2".to_owned()],
    );
    let known = |kind: &str| judge.facets(kind).into_iter().map(str::to_owned).collect::<BTreeSet<String>>();
    let mut lost: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for document in &memory.documents {
        let missing = document.missing.keys().cloned().collect();
        lost.insert((document.kind.clone(), document.id.clone()), missing);
    }
    let world = build(&account, memory.documents, &estate, &declared, now, &known).entities;
    let context = judge.context(BTreeMap::new(), now);
    let mut wrong = Vec::new();
    for (kind, (id, read)) in &ids {
        let subjects: Vec<&Entity> = world.values().filter(|entity| entity.uid.kind == *kind).collect();
        let control = catalogue.controls.iter().position(|c| c.id.as_str() == id).ok_or("lost")?;
        let prepared = judge.prepare(&subjects, &world, &context)?;
        for (index, subject) in subjects.iter().enumerate() {
            let judgement = prepared.judgement(index, control);
            let missing = lost.get(&(kind.clone(), subject.uid.id.clone())).cloned().unwrap_or_default();
            let untagged = subject.tags.is_none();
            let expected = if read.iter().any(|facet| missing.contains(facet) || (untagged && facet == "tagsRead")) {
                Outcome::NotAssessed
            } else {
                Outcome::Met
            };
            if judgement.outcome != expected {
                wrong.push(format!("{kind}: {:?}, {}", judgement.outcome, judgement.reason));
            }
        }
        if subjects.is_empty() || read.is_empty() {
            wrong.push(format!("{kind}: {} resources, {} facets", subjects.len(), read.len()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}
