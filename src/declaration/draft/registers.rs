//! `[[project]]` by project tags and `[[dataset]]` by the stores that tags mark.
//!
//! May import: `model`, and this module's own parts. Guarantees: an entry holds what tags say and nothing else: who leads,
//! which articles of law, until when, and which project is approved for which dataset stay for people to write.

use std::collections::{BTreeMap, BTreeSet};

use super::conventions::{Convention, Sign, What};
use super::survey::Survey;
use super::thing::{Noun, Tally, Thing};
use super::{Entry, Guess, MOST, Member, Registry, shown, unusable};
use crate::declaration::words;
use crate::model::plural::number;

/// Entries of one register that are written.
const ENTRIES: usize = 5_000;
/// Parts of a name that are searched for a project.
const PARTS: usize = 24;

/// A project, by its tags.
#[derive(Debug, Clone)]
struct Project {
    sign: Sign,
    tally: Tally,
    titles: BTreeMap<String, String>,
    /// Datasets whose stores carry its tag.
    datasets: BTreeSet<String>,
}

/// A dataset, by the store that a tag marks.
#[derive(Debug, Clone, Default)]
struct Dataset {
    source: String,
    store: String,
    marks: String,
    classes: Vec<(String, String)>,
    suppliers: Vec<(String, String)>,
    projects: BTreeSet<String>,
    archive: bool,
}

/// What registers can be drafted from.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    projects: BTreeMap<String, Project>,
    /// What cannot be an id, and projects of other conventions.
    notes: BTreeSet<String>,
    datasets: BTreeMap<String, Dataset>,
}

impl Found {
    pub(super) fn of(survey: &Survey) -> Self {
        let mut found = Self::default();
        found.find_projects(survey);
        found.find_datasets(survey);
        found
    }

    /// A sign of the convention whose tag names projects.
    pub(super) fn project_key(&self) -> Option<&Sign> {
        self.projects.values().next().map(|p| &p.sign)
    }

    /// A name with `{project}` in the place of the longest project that stands in it between marks, and that project.
    pub(super) fn pattern(&self, name: &str) -> Option<(String, &str)> {
        let mut cuts = vec![0, name.len()];
        for (at, c) in name.char_indices().filter(|(_, c)| !c.is_alphanumeric()) {
            cuts.extend([at, at + c.len_utf8()]);
        }
        cuts.sort_unstable();
        cuts.dedup();
        if cuts.len() > PARTS * 2 {
            return None;
        }
        let spans = cuts.iter().flat_map(|start| cuts.iter().map(move |end| (*start, *end)));
        let hits = spans.filter_map(|(start, end)| {
            let project = self.projects.get_key_value(name.get(start..end).filter(|part| !part.is_empty())?)?.0;
            Some((project.len(), std::cmp::Reverse(start), end, project))
        });
        let (_, std::cmp::Reverse(start), end, project) = hits.max()?;
        let pattern = format!("{}{{project}}{}", name.get(..start)?, name.get(end..)?);
        Some((pattern, project))
    }

    fn find_projects(&mut self, survey: &Survey) {
        let mut all: BTreeMap<(Convention, String), Project> = BTreeMap::new();
        for thing in survey.things() {
            for sign in thing.says(What::Project) {
                let key = (sign.convention, sign.value.clone());
                let project = all.entry(key).or_insert_with(|| Project {
                    sign: sign.clone(),
                    tally: Tally::default(),
                    titles: BTreeMap::new(),
                    datasets: BTreeSet::new(),
                });
                project.tally.add(thing.name.shown());
                for title in thing.says(What::Title).filter(|t| t.convention == sign.convention) {
                    project.titles.entry(title.value.clone()).or_insert_with(|| title.words());
                }
            }
        }
        let mut chosen = None;
        for ((convention, id), project) in all {
            let source = format!("{} of {}", project.sign.words(), project.tally.words());
            if let Some(why) = unusable(&id, words::plain) {
                self.notes.insert(format!("No project, for {why}: {source}."));
            } else if *chosen.get_or_insert(convention) == convention {
                self.projects.insert(id, project);
            } else if let Some(known) = self.projects.get_mut(&id) {
                known.titles.extend(project.titles);
            } else {
                self.notes.insert(format!("Is this another project, or an alias of one below? {source}."));
            }
        }
    }

    fn find_datasets(&mut self, survey: &Survey) {
        let mut taken: BTreeMap<String, String> = BTreeMap::new();
        for thing in survey.things() {
            let (Some(store), Some(marks)) = (thing.name.store(), marks_of(thing)) else { continue };
            if unusable(&store, words::store).is_some() {
                self.notes.insert(format!("No dataset, for the form allows no such store: {}.", thing.name.shown()));
                continue;
            }
            // Two services may use one name; the reference tells them apart.
            let first = taken.entry(thing.name.id.clone()).or_insert_with(|| store.clone());
            let id = if *first == store { thing.name.id.clone() } else { store.clone() };
            let dataset = self.datasets.entry(id.clone()).or_default();
            dataset.store = store;
            dataset.source = format!("name of {}", thing.name.shown());
            dataset.marks = format!("{marks} of {}", thing.name.shown());
            let said = |what: What| thing.says(what).map(|s| (s.value.clone(), s.words()));
            dataset.classes.extend(said(What::Class));
            dataset.suppliers.extend(said(What::Supplier));
            dataset.archive |= thing.role().is_some_and(|s| s.value == "archive");
            for sign in thing.says(What::Project) {
                if let Some(project) = self.projects.get_mut(&sign.value).filter(|p| p.sign.key == sign.key) {
                    project.datasets.insert(id.clone());
                    dataset.projects.insert(sign.value.clone());
                }
            }
        }
    }

    /// The registers.
    pub(super) fn tables(&self) -> Vec<Registry> {
        let mut about =
            vec!["Projects by their tags. Who leads and owns one, and until when, AWS cannot tell.".to_owned()];
        about.extend(self.notes.iter().take(100).cloned());
        let many = self.projects.values().any(|p| p.tally.count > 1);
        let entries: Vec<Entry> =
            self.projects.iter().map(|(id, project)| entry_of_project(id, project, many)).take(ENTRIES).collect();
        about.extend(left_out(self.projects.len(), "project"));
        let projects = Registry { path: "project", about, entries, example: project_example() };
        let mut about = vec![
            "Datasets by the stores that tags mark; several stores of one dataset belong into one entry.".to_owned(),
        ];
        let entries: Vec<Entry> =
            self.datasets.iter().map(|(id, dataset)| entry_of_dataset(id, dataset)).take(ENTRIES).collect();
        about.extend(left_out(self.datasets.len(), "dataset"));
        vec![projects, Registry { path: "dataset", about, entries, example: dataset_example() }]
    }
}

fn left_out(found: usize, what: &str) -> Option<String> {
    let more = found.checked_sub(ENTRIES).filter(|n| *n > 0)?;
    Some(format!("{} more entries of [[{what}]] were found than a draft writes: add them.", number(more as u64)))
}

/// The tag that makes a store a dataset: a role of data, or a product's class.
fn marks_of(thing: &Thing) -> Option<String> {
    if let Some(sign) = thing.role() {
        return ["source", "store", "archive"].contains(&sign.value.as_str()).then(|| sign.words());
    }
    let class = thing.says(What::Class).find(|s| s.convention != Convention::Own);
    class.filter(|_| thing.name.noun == Noun::Bucket).map(Sign::words)
}

fn entry_of_project(id: &str, project: &Project, many: bool) -> Entry {
    let mut source = format!("{} of {}", project.sign.words(), project.tally.words());
    // A tag that is spelt wrong is what the audit has to find: a project of one resource waits for a person.
    let doubtful = many && project.tally.count == 1;
    if doubtful {
        source.push_str("; nothing else carries it: is it spelt right?");
    }
    let mut members = project_example();
    for member in &mut members {
        match member.name {
            "id" if doubtful => member.offer(id, &source),
            "id" => member.guess(id, &source),
            "title" => {
                for (title, words) in &project.titles {
                    if doubtful { member.offer(title, words) } else { member.guess(title, words) }
                }
            }
            "datasets" => {
                for dataset in project.datasets.iter().take(MOST) {
                    member.offer(dataset, "its store carries the project's tag: is the project approved for it?");
                }
            }
            _ => {}
        }
    }
    Entry { members }
}

fn project_example() -> Vec<Member> {
    vec![
        Member::one("id", words::plain, "\"cardio-2026\"  # the value of the project tag"),
        Member::one("title", words::prose, "\"…\"  # for people"),
        Member::asked("lead", "\"u123\"  # directory user name of the lead researcher"),
        Member::asked("manager", "\"u456\"  # directory user name of the project manager"),
        Member::asked("owner", "\"u789\"  # directory user name of the owner"),
        Member::asked("legal_basis", "\"6(1)(e), 9(2)(j)\"  # articles of UK GDPR"),
        Member::asked("tier", "\"tier3\"  # a level of classification"),
        Member::asked("start", "2026-01-01  # first day"),
        Member::asked("end", "2027-06-30  # last day"),
        Member::many("datasets", words::plain, "[\"ds-ehr-v4\"]  # ids of the datasets that it is approved for"),
        Member::asked("budget_gbp", "4000  # approved spend in whole pounds"),
        Member::asked("cost_stop", "true  # whether spending must stop by itself at the limit"),
        Member::asked("recipients", "[\"u123\"]  # who may take its released outputs"),
        Member::asked("aliases", "[\"res:cardio\"]  # other names of it: res:name, datazone:id"),
    ]
}

fn entry_of_dataset(id: &str, dataset: &Dataset) -> Entry {
    let mut members = dataset_example();
    for member in &mut members {
        match member.name {
            "id" => {
                member.guess(id, &dataset.source);
                if dataset.archive {
                    member.note(
                        "An archive: if it holds an older dataset, add its store there and take this entry out."
                            .to_owned(),
                    );
                }
                if !dataset.projects.is_empty() {
                    let named: Vec<String> = dataset.projects.iter().take(8).map(|p| shown(p)).collect();
                    member.note(format!("Its store carries the tag of the project {}.", named.join(", ")));
                }
            }
            "class" => choose(member, &dataset.classes),
            "source" => choose(member, &dataset.suppliers),
            "stores" => member.guess(&dataset.store, &dataset.marks),
            _ => {}
        }
    }
    Entry { members }
}

/// The first value of a tag is written, others are shown; a class that is no default level waits for `[classification]`.
fn choose(member: &mut Member, found: &[(String, String)]) {
    for (value, source) in found {
        if member.name == "class" && !words::LEVELS.contains(&value.as_str()) {
            member
                .offers
                .push(Guess::new(shown(value), format!("{source}; declare the levels in [classification] first")));
        } else {
            member.guess(value, source);
        }
    }
}

fn dataset_example() -> Vec<Member> {
    vec![
        Member::one("id", words::plain, "\"ds-ehr-v4\"  # unique among datasets"),
        Member::one("title", words::prose, "\"…\"  # for people"),
        Member::asked("owner", "\"u789\"  # directory user name of the information asset owner"),
        Member::one("source", words::prose, "\"NHS Example Trust\"  # who supplied it"),
        Member::one("class", words::plain, "\"tier3\"  # a level of classification"),
        Member::asked("identifiability", "\"pseudonymised\"  # or identifiable, anonymised, synthetic, not-personal"),
        Member::asked("legal_basis", "\"6(1)(e), 9(2)(j)\"  # articles of UK GDPR"),
        Member::many("stores", words::store, "[\"s3:tre-data-ehr\", \"efs:fs-0123\"]  # where it lies"),
        Member::asked("delete_by", "2028-01-01  # by when it must be gone"),
        Member::asked("deleted", "2028-01-01  # when it was deleted"),
    ]
}
