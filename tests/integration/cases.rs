//! Every control's cases, and what must hold for all of them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use havenmark::catalogue::Catalogue;
use havenmark::commands::test::{Case, CaseFile};
use havenmark::model::document::ResourceDocument;
use havenmark::model::verdict::Outcome;
use havenmark::policy::{Judge, Judgement};
use havenmark::source::table::{self, Arn};
use rayon::prelude::*;

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files_below(&path, found)?;
        } else if path.extension().is_some_and(|e| e == "toml") {
            found.push(path);
        }
    }
    found.sort();
    Ok(())
}

/// (control id, cases) of every case file.
pub(crate) fn case_files() -> Result<Vec<(String, CaseFile)>, Box<dyn std::error::Error>> {
    let mut paths = Vec::new();
    files_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/controls"), &mut paths)?;
    let mut all = Vec::new();
    for path in paths {
        let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let file: CaseFile =
            toml::from_str(&std::fs::read_to_string(&path)?).map_err(|e| format!("{}: {e}", path.display()))?;
        all.push((id, file));
    }
    Ok(all)
}

#[test]
fn every_case_gives_what_it_expects() {
    let catalogue = Catalogue::built_in().unwrap();
    let judge = Judge::compile(&catalogue).unwrap();
    let mut wrong = Vec::new();
    for (id, file) in case_files().unwrap() {
        for case in &file.cases {
            if let Err(problem) = case.check(&id, &catalogue, &judge) {
                wrong.push(format!("{id}, {}: {problem}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{} cases went wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_control_has_a_case_of_each_verdict() {
    let catalogue = Catalogue::built_in().unwrap();
    let files = case_files().unwrap();
    for control in &catalogue.controls {
        let outcomes: BTreeSet<Outcome> = files
            .iter()
            .filter(|(id, _)| id == control.id.as_str())
            .flat_map(|(_, f)| f.cases.iter().map(|c| c.expect))
            .collect();
        for wanted in [Outcome::Met, Outcome::NotMet, Outcome::NotAssessed] {
            assert!(outcomes.contains(&wanted), "{} has no case that is {wanted}", control.id);
        }
    }
}

/// What path analysis owes stands there for as long as a policy reads it, and nothing else gives it away.
#[test]
fn facts_of_path_analysis_are_read_by_a_policy() {
    let judge = Judge::compile(&Catalogue::built_in().unwrap()).unwrap();
    for fact in havenmark::graph::paths::FACTS {
        assert!(judge.facets(fact.kind).contains(fact.name), "no policy reads {} of {}", fact.name, fact.kind);
    }
}

/// The id that collection gives a document of the table; as it stands where the case does not say enough to make it.
fn collected_id(document: &ResourceDocument) -> String {
    let (id, region) = (&document.id, &document.region);
    let Some(kind) = table::kind(&document.kind) else { return id.clone() };
    let is_bare = id != region && !id.starts_with(&format!("{region}:")) && !id.starts_with("arn:");
    match (kind.arn, &document.arn) {
        (Arn::None, _) if is_bare => kind.document_id(region, id, None),
        (Arn::Regional("ec2", _) | Arn::None, _) => id.clone(),
        (Arn::Regional(service, before), _) if is_bare => {
            let place = if kind.is_global() { "" } else { region };
            format!("arn:aws:{service}:{place}:{}:{before}{id}", document.account)
        }
        (_, Some(arn)) => arn.clone(),
        (_, None) => id.clone(),
    }
}

/// Cases are written with the ids that people know; a collection puts Regions and ARNs in their place, and a join that knows
/// only one of the forms would see nothing.
#[test]
fn the_ids_of_a_collection_change_no_verdict() {
    let catalogue = Catalogue::built_in().unwrap();
    let judge = Judge::compile(&catalogue).unwrap();
    let changed = |id: &str, case: &Case| -> Option<String> {
        let mut collected = case.clone();
        for document in &mut collected.documents {
            let new = collected_id(document);
            if document.id == collected.resource {
                collected.resource.clone_from(&new);
            }
            document.id = new;
        }
        let outcome = match collected.judge_by(id, &catalogue, &judge) {
            Ok(judgement) => judgement.map(|j| (j.outcome, j.reason)),
            Err(why) => return Some(format!("{id}, {}: {why}", case.name)),
        };
        let (outcome, reason) = outcome?;
        (outcome != case.expect).then(|| format!("{id}, {}: {} became {outcome} ({reason})", case.name, case.expect))
    };
    let files = case_files().unwrap();
    let all: Vec<(&str, &Case)> =
        files.iter().flat_map(|(id, file)| file.cases.iter().map(move |case| (id.as_str(), case))).collect();
    let wrong: Vec<String> = all.par_iter().filter_map(|(id, case)| changed(id, case)).collect();
    assert!(wrong.is_empty(), "{} changed:\n{}", wrong.len(), wrong.join("\n"));
}

/// What got better, as sentences, where a control's own cases are made to know less: each change with what it is called.
fn better_when(
    changed: impl Fn(&Case) -> Vec<(String, Case)> + Sync,
) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let catalogue = Catalogue::built_in()?;
    let judge = Judge::compile(&catalogue)?;
    let of_case = |id: &str, case: &Case| -> Vec<String> {
        let outcome = |case: &Case| case.judge_by(id, &catalogue, &judge).ok().flatten().map(|j| j.outcome);
        let Some(before) = outcome(case) else { return Vec::new() };
        let blinds = changed(case).into_iter();
        // A declared project is gone together with the table that declares it.
        let after = blinds.filter_map(|(what, blind)| Some((what, outcome(&blind)?)));
        after
            .filter(|(_, after)| *after != before && [Outcome::Met, Outcome::NotApplicable].contains(after))
            .map(|(what, after)| format!("{id} of {}: {before} became {after} when {what}", case.name))
            .collect()
    };
    let files = case_files()?;
    let all: Vec<(&str, &Case)> =
        files.iter().flat_map(|(id, file)| file.cases.iter().map(move |case| (id.as_str(), case))).collect();
    Ok(all.par_iter().flat_map(|(id, case)| of_case(id, case)).collect())
}

/// Forgetting a facet may lose knowledge, never gain it.
#[test]
fn ignorance_never_improves_a_verdict() {
    let wrong = better_when(|case| {
        let mut blinds = Vec::new();
        for (index, document) in case.documents.iter().enumerate() {
            let facets = document.properties.keys().chain(document.observed.keys()).cloned();
            for facet in facets.chain(["tags".to_owned()]) {
                let mut blind = case.clone();
                let target = &mut blind.documents[index];
                target.properties.remove(&facet);
                target.observed.remove(&facet);
                if facet == "tags" {
                    target.tags = None;
                }
                target.missing.insert(facet.clone(), "forgotten by the test".to_owned());
                blinds.push((format!("{facet} of {} was forgotten", document.id), blind));
            }
        }
        blinds
    })
    .unwrap();
    assert!(wrong.is_empty(), "{} got better:\n{}", wrong.len(), wrong.join("\n"));
}

/// A facet in a form that nobody knows is no more than one that was not read: of the controls of data, each by its own cases.
#[test]
fn what_is_in_no_known_form_never_improves_a_verdict() {
    let catalogue = Catalogue::built_in().unwrap();
    let judge = Judge::compile(&catalogue).unwrap();
    let better = |id: &str, case: &Case| {
        let own = |judged: &[Judgement]| {
            let of = judged.iter().find(|j| catalogue.controls[j.control].id.as_str() == id);
            of.map(|judgement| judgement.outcome)
        };
        let mut wrong = Vec::new();
        if case.expect == Outcome::Met {
            return wrong;
        }
        for (index, document) in case.documents.iter().enumerate() {
            let facets = document.properties.iter().chain(&document.observed).filter(|(_, v)| !v.is_number());
            for (facet, _) in facets {
                let mut odd = case.clone();
                let target = &mut odd.documents[index];
                for part in [&mut target.properties, &mut target.observed] {
                    part.entry(facet.clone()).and_modify(|value| *value = serde_json::json!(7));
                }
                // What a policy reads itself is refused where it has another type.
                if odd.judge(&judge).is_ok_and(|after| own(&after) == Some(Outcome::Met)) {
                    wrong.push(format!("{id} of {}: met when {facet} of {} was odd", case.name, document.id));
                }
            }
        }
        wrong
    };
    let files = case_files().unwrap();
    let of_data = files.par_iter().filter(|(id, _)| id.starts_with("DAT-"));
    let wrong: Vec<String> = of_data
        .flat_map(|(id, file)| file.cases.iter().flat_map(|case| better(id, case)).collect::<Vec<_>>())
        .collect();
    assert!(wrong.is_empty(), "{} got better:\n{}", wrong.len(), wrong.join("\n"));
}

/// The same for what was not listed and what is not declared.
#[test]
fn less_listed_or_declared_never_improves_a_verdict() {
    let wrong = better_when(|case| {
        let mut blinds = Vec::new();
        let (present, absent): (Vec<&str>, Vec<&str>) = havenmark::graph::LISTED_TYPES
            .into_iter()
            .chain(havenmark::source::table::every_kind().map(|kind| kind.kind))
            .partition(|kind| case.documents.iter().any(|d| d.kind == *kind && d.id != case.resource));
        // Types that the case has one by one, all others together.
        for kinds in present.iter().map(|kind| vec![*kind]).chain([absent]) {
            let mut blind = case.clone();
            blind.documents.retain(|d| !kinds.contains(&d.kind.as_str()) || d.id == case.resource);
            blind.unlisted.extend(kinds.iter().map(|kind| (*kind).to_owned()));
            blinds.push((format!("{} was not listed", kinds.join(", ")), blind));
        }
        // A bound that is not declared falls back to its default, which may be wider than what the case declares.
        // So do the levels of classification and the key of a tag.
        let falls_back = |table: &str| {
            ["classification", "limits"].contains(&table)
                || case.declaration.get(table).is_some_and(|members| members.get("tags").is_some())
        };
        for table in case.declaration.keys().filter(|table| !falls_back(table)) {
            let mut blind = case.clone();
            blind.declaration.remove(table);
            blinds.push((format!("[{table}] was not declared"), blind));
        }
        blinds
    })
    .unwrap();
    assert!(wrong.is_empty(), "{} got better:\n{}", wrong.len(), wrong.join("\n"));
}
