//! Scenarios: what is written three times, and the documents that each source gives.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::PathBuf;

use havenmark::model::document::ResourceDocument;
use havenmark::model::planned::{Input, World};
use havenmark::source::planned::{self, Site};
use havenmark::source::{cloudformation, terraform};
use serde::Deserialize;
use serde_json::Value;

use super::world::{self, Worlds};

const REGION: &str = "eu-west-2";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scenario {
    pub(super) name: String,
    account: String,
    /// Type and id of the live documents.
    live: Vec<String>,
    /// Documents that the example estate does not have, or has with what no template can say.
    #[serde(default)]
    pub(super) document: Vec<ResourceDocument>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Source {
    Template,
    Plan,
    CloudControl,
}

/// What sources cannot know before anything is deployed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unknown {
    sources: Vec<Source>,
    /// `AWS::S3::Bucket CreationDate`
    facets: Vec<String>,
    reason: String,
}

impl Unknown {
    pub(super) fn all() -> Result<Vec<Self>, Box<dyn Error>> {
        #[derive(Deserialize)]
        struct File {
            unknown: Vec<Unknown>,
        }
        let file: File = toml::from_str(&text("unknown.toml")?)?;
        for entry in &file.unknown {
            assert!(entry.reason.len() > 20, "{:?} has no reason", entry.facets);
        }
        Ok(file.unknown)
    }

    pub(super) fn facets(&self) -> impl Iterator<Item = (Source, &str, &str)> {
        self.sources.iter().flat_map(|source| {
            self.facets.iter().filter_map(|facet| facet.split_once(' ')).map(|(kind, facet)| (*source, kind, facet))
        })
    }
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/three-sources").join(name)
}

fn text(name: &str) -> Result<String, Box<dyn Error>> {
    Ok(std::fs::read_to_string(path(name)).map_err(|why| format!("{name}: {why}"))?)
}

pub(super) fn all() -> Result<Vec<Scenario>, Box<dyn Error>> {
    #[derive(Deserialize)]
    struct File {
        scenario: Vec<Scenario>,
    }
    let file: File = toml::from_str(&text("scenarios.toml")?)?;
    Ok(file.scenario)
}

/// The types of live documents that the table of templates has, and those that the table of plans has.
pub(super) fn mapped() -> Result<(BTreeSet<String>, BTreeSet<String>), Box<dyn Error>> {
    let read = |names: &[&str]| -> Result<BTreeSet<String>, Box<dyn Error>> {
        let mut kinds = BTreeSet::new();
        for name in names {
            let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/source").join(name);
            let table: toml::Table = toml::from_str(&std::fs::read_to_string(file)?)?;
            for (name, row) in table {
                let kind = row.get("kind").and_then(toml::Value::as_str).unwrap_or(&name);
                kinds.insert(kind.to_owned());
            }
        }
        Ok(kinds)
    };
    let templates = read(&["cloudformation/collected/types.toml", "cloudformation/collected/types_data.toml"])?;
    Ok((templates, read(&["terraform/mapping.toml", "terraform/mapping_data.toml"])?))
}

impl Scenario {
    /// (type, id) of the live documents.
    pub(super) fn live(&self) -> impl Iterator<Item = (&str, &str)> {
        self.live.iter().filter_map(|live| live.split_once(' '))
    }

    pub(super) fn account(&self) -> &str {
        &self.account
    }

    pub(super) fn kinds(&self) -> Vec<String> {
        self.live().map(|(kind, _)| kind.to_owned()).collect()
    }

    pub(super) fn sources(&self) -> impl Iterator<Item = Source> + use<> {
        let has_fourth = path(&format!("{}.cloud-control.json", self.name)).exists();
        [Source::Template, Source::Plan].into_iter().chain(has_fourth.then_some(Source::CloudControl))
    }

    pub(super) fn template(&self) -> Result<Input, Box<dyn Error>> {
        let options = cloudformation::Options {
            account: Some(self.account.clone()),
            region: Some(REGION.to_owned()),
            ..cloudformation::Options::default()
        };
        let name = format!("{}.yaml", self.name);
        Ok(cloudformation::read(&name, text(&name)?.as_bytes(), &options).map_err(|why| why.message)?)
    }

    pub(super) fn plan(&self, source: Source) -> Result<Value, Box<dyn Error>> {
        let kind = if source == Source::CloudControl { "cloud-control" } else { "plan" };
        Ok(serde_json::from_str(&text(&format!("{}.{kind}.json", self.name))?)?)
    }

    pub(super) fn read_plan(&self, plan: &Value) -> Result<Input, Box<dyn Error>> {
        let options = terraform::Options { account: Some(self.account.clone()), ..terraform::Options::default() };
        Ok(terraform::read("plan.json", plan.to_string().as_bytes(), &options).map_err(|why| why.message)?)
    }

    /// The documents of what was read, each with its address.
    pub(super) fn made(&self, worlds: Vec<World>) -> Result<Vec<(String, ResourceDocument)>, Box<dyn Error>> {
        let world = worlds.into_iter().next().ok_or("there is no world")?;
        let (world, _) = cloudformation::collected(world);
        let site = Site { account: Some(self.account.clone()), region: Some(REGION.to_owned()) };
        let made = planned::documents(&world, &site).into_iter();
        let address = |index: usize| world.resources.get(index).map(|r| r.address.clone()).unwrap_or_default();
        Ok(made.map(|made| (address(made.index), made.document)).collect())
    }

    /// The documents of a source, under the names that the live ones have.
    pub(super) fn documents(&self, source: Source, worlds: &Worlds) -> Result<Vec<ResourceDocument>, Box<dyn Error>> {
        let input = match source {
            Source::Template => self.template()?,
            Source::Plan | Source::CloudControl => self.read_plan(&self.plan(source)?)?,
        };
        if let Some(found) = input.unjudgeable.first() {
            return Err(format!("{} {source:?}: {}", self.name, found.reason).into());
        }
        let made = self.made(input.worlds)?;
        let live = worlds.live(self)?;
        Ok(world::under_live_names(made.into_iter().map(|(_, document)| document).collect(), &live))
    }
}
