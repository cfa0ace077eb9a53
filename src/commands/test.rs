//! `havenmark test`: runs control cases.
//!
//! May import: everything below `commands`. Guarantees: a case that names an unknown control, field or outcome is an
//! error with its file; a control without cases is not passed over in silence.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use serde::Deserialize;

use super::{ExitStatus, Failure, inputs};
use crate::catalogue::Catalogue;
use crate::cli::TestArgs;
use crate::declaration::Declaration;
use crate::graph::declared::{self, Attested, Declared};
use crate::graph::{Estate, build, paths};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, EntityRef, Fact, Origin};
use crate::model::inventory::LISTING;
use crate::model::listing::Listing;
use crate::model::time::AsOf;
use crate::model::verdict::Outcome;
use crate::policy::{Judge, Judgement};
use crate::report::text;
use crate::source::table;
use crate::ui::Streams;

static CASES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/fixtures/controls");

pub(super) fn run(args: &TestArgs, streams: &mut Streams) -> Result<ExitStatus, Failure> {
    let folder = args.folder.as_ref().or(args.controls.as_ref());
    let mut files = Vec::new();
    match folder {
        None => built_in(&CASES, &mut files),
        Some(folder) if !folder.is_dir() => {
            return Err(Failure::sentence(format!(
                "there is no folder {}; give one that holds controls/, policies/ and fixtures/controls/",
                folder.display()
            )));
        }
        Some(folder) => {
            let cases = folder.join("fixtures").join("controls");
            if !cases.is_dir() {
                return Err(Failure::sentence(format!(
                    "{} does not exist, so there is no case to run; write fixtures/controls/<safe>/<area>/<ID>.toml",
                    cases.display()
                )));
            }
            from_folder(&cases, &mut files)?;
        }
    }
    let (catalogue, judge) = inputs::pack(folder.map(PathBuf::as_path))?;
    let (mut passed, mut failed) = (0u64, 0u64);
    let mut with_cases = BTreeSet::new();
    for (path, text) in &files {
        let id = Path::new(path).file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        if catalogue.control(&id).is_none() {
            return Err(Failure::sentence(format!(
                "{path}: no control has the id {id}; a case file is named after its control"
            )));
        }
        let file: CaseFile = toml::from_str(text).map_err(|e| Failure::sentence(format!("{path}: {e}")))?;
        with_cases.insert(id.clone());
        for case in &file.cases {
            match case.check(&id, &catalogue, &judge) {
                Ok(()) => passed += 1,
                Err(problem) => {
                    failed += 1;
                    writeln!(streams.out, "{}", text::show(&format!("{path}: {}: {problem}", case.name)))?;
                }
            }
        }
    }
    for control in &catalogue.controls {
        let own = folder.is_none() || control.own;
        if own && !with_cases.contains(control.id.as_str()) {
            failed += 1;
            writeln!(streams.out, "{}: it has no case", control.id)?;
        }
    }
    writeln!(streams.out, "{passed} passed, {failed} failed")?;
    Ok(if failed == 0 { ExitStatus::Met } else { ExitStatus::NotMet })
}

fn built_in(dir: &Dir<'_>, files: &mut Vec<(String, String)>) {
    for file in dir.files() {
        if let Some(text) = file.contents_utf8() {
            files.push((format!("fixtures/controls/{}", file.path().display()), text.to_owned()));
        }
    }
    dir.dirs().for_each(|inner| built_in(inner, files));
    files.sort();
}

fn from_folder(folder: &Path, files: &mut Vec<(String, String)>) -> Result<(), Failure> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            from_folder(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "toml") {
            let text =
                std::fs::read_to_string(&path).map_err(|e| Failure::sentence(format!("{}: {e}", path.display())))?;
            files.push((path.display().to_string(), text));
        }
    }
    Ok(())
}

/// Entities by reference.
type Entities = BTreeMap<EntityRef, Entity>;

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
    /// What path analysis gives of the judged resource: facts of [`paths::FACTS`] alone.
    #[serde(default)]
    pub paths: BTreeMap<String, serde_json::Value>,
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

    /// Whether the case gives what it expects.
    ///
    /// # Errors
    /// What it gave instead.
    pub fn check(&self, id: &str, catalogue: &Catalogue, judge: &Judge) -> Result<(), String> {
        let judgements = self.judge(judge)?;
        let of = |j: &&Judgement| catalogue.controls.get(j.control).is_some_and(|c| c.id.as_str() == id);
        match judgements.iter().find(of) {
            None => Err("the control does not judge resources of this type".to_owned()),
            Some(j) if j.outcome != self.expect => {
                let reason = if j.reason.is_empty() { String::new() } else { format!(" ({})", j.reason) };
                Err(format!("expected {}, got {}{reason}", self.expect, j.outcome))
            }
            Some(j) if j.outcome != Outcome::Met && j.reason.is_empty() => {
                Err(format!("{} without a reason", j.outcome))
            }
            Some(_) => Ok(()),
        }
    }

    /// What the case declares. Attestations in a case count as they stand: their own rules have tests of their own.
    fn declared(&self) -> Result<(Declared, BTreeMap<String, Fact>), String> {
        let declaration = Declaration::from_table(&self.declaration).map_err(|e| format!("its declaration: {e}"))?;
        // What the declaration's own checks set aside is set aside here too: that may be what a case is about.
        let mut declared = Declared::new(Some(&declaration), None);
        declared.given = !self.declaration.is_empty();
        declared.register_given = self.register;
        for attestation in &self.attestations {
            let text = |key: &str| attestation.get(key).map(toml::Value::to_string).unwrap_or_default();
            let word = |key: &str| attestation.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
            let maybe = |key: &str| attestation.get(key).and_then(toml::Value::as_str).map(str::to_owned);
            let texts = |key: &str| -> Vec<String> {
                let list = attestation.get(key).and_then(toml::Value::as_array);
                list.into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect()
            };
            declared.attestations.push(Attested {
                id: word("id"),
                kind: word("kind"),
                subject: word("subject"),
                events: texts("events"),
                made: text("made").parse().map_err(|e| format!("an attestation's made: {e}"))?,
                expires: text("expires").parse().ok(),
                place: format!("attestations/{}.toml", word("id")),
                persona: maybe("persona"),
                members_sha256: maybe("members_sha256"),
                delegate: maybe("delegate"),
            });
        }
        Ok((declared, declared::context(&declaration)))
    }

    /// The entities of the case, and the context from what it declares.
    ///
    /// # Errors
    /// Its declaration does not hold.
    pub fn world(&self, judge: &Judge) -> Result<(Entities, BTreeMap<String, Fact>), String> {
        self.world_of(&|kind| judge.facets(kind).into_iter().map(str::to_owned).collect())
    }

    /// The same with no more facts than `known` names of a type.
    fn world_of(
        &self,
        known: &(dyn Fn(&str) -> BTreeSet<String> + Sync),
    ) -> Result<(Entities, BTreeMap<String, Fact>), String> {
        let (declared, context) = self.declared()?;
        let documents: Vec<ResourceDocument> =
            self.documents.iter().cloned().chain(crate::graph::tre::documents(&declared)).collect();
        let accounts: BTreeSet<String> = self.documents.iter().map(|d| d.account.clone()).collect();
        let regions: BTreeSet<String> = self.documents.iter().map(|d| d.region.clone()).collect();
        let mut listings = Vec::new();
        for account in &accounts {
            let kinds = table::every_kind().map(|kind| kind.kind).chain([LISTING]);
            for kind in crate::graph::LISTED_TYPES.into_iter().chain(kinds) {
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
        let estate = Estate::new(
            self.documents.clone(),
            listings,
            accounts.iter().cloned().collect(),
            regions.into_iter().collect(),
        );
        let mut world = BTreeMap::new();
        for account in accounts.iter().map(String::as_str).chain([crate::graph::tre::DECLARED_ACCOUNT]) {
            let documents = documents.iter().filter(|d| d.account == account).cloned().collect();
            world.extend(build(account, documents, &estate, &declared, self.time(), known).entities);
        }
        self.add_paths(&mut world)?;
        Ok((world, context))
    }

    /// Gives the judged resource what only path analysis can say.
    fn add_paths(&self, world: &mut Entities) -> Result<(), String> {
        let Some(entity) = world.values_mut().find(|entity| entity.uid.id == self.resource) else { return Ok(()) };
        for (name, value) in &self.paths {
            if !paths::FACTS.iter().any(|fact| fact.kind == entity.uid.kind && fact.name == name) {
                return Err(format!("paths gives {name}, which path analysis does not derive of {}", entity.uid.kind));
            }
            entity.missing.remove(name);
            entity.set(name, value.clone(), Origin::Derived(Vec::new()));
        }
        Ok(())
    }

    /// Judges the case's resource by one control, deriving no facts but those that it reads; none where the control does not
    /// judge resources of this type.
    ///
    /// # Errors
    /// As [`Self::judge`].
    pub fn judge_by(&self, id: &str, catalogue: &Catalogue, judge: &Judge) -> Result<Option<Judgement>, String> {
        let read = judge.facets_of(id);
        let (world, context) = self.world_of(&|kind| read.get(kind).cloned().unwrap_or_default())?;
        let found = world.values().find(|e| e.uid.id == self.resource);
        let entity = found.ok_or_else(|| format!("no document has the id {}", self.resource))?;
        let context = judge.context(context, self.time());
        let subjects = [entity];
        let prepared = judge.prepare(&subjects, &world, &context).map_err(|e| e.to_string())?;
        let is_it = |index: &&usize| catalogue.controls.get(**index).is_some_and(|c| c.id.as_str() == id);
        let control = judge.controls_for(&entity.uid.kind).iter().find(is_it);
        Ok(control.map(|control| prepared.judgement(0, *control)))
    }

    /// Judges the case's resource by every control of its type.
    ///
    /// # Errors
    /// The named resource is not among the documents, or its entities do not fit together.
    pub fn judge(&self, judge: &Judge) -> Result<Vec<Judgement>, String> {
        let (world, context) = self.world(judge)?;
        let found = world.values().find(|e| e.uid.id == self.resource);
        let entity = found.ok_or_else(|| format!("no document has the id {}", self.resource))?;
        let context = judge.context(context, self.time());
        let subjects = [entity];
        let prepared = judge.prepare(&subjects, &world, &context).map_err(|e| e.to_string())?;
        Ok(judge.controls_for(&entity.uid.kind).iter().map(|c| prepared.judgement(0, *c)).collect())
    }
}
