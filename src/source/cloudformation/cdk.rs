//! Reads what the Cloud Development Kit writes: a folder with a manifest, a template for each stack, and perhaps folders
//! of the same kind within.
//!
//! May import: `model`. Guarantees: no file outside the folder is read, whatever the manifest names; an account or Region
//! that CDK does not know stays unknown.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::budget::{ASSEMBLY, Budget};
use super::folder::Folder;
use super::outcome::Causes;
use super::parameters::{ParameterSet, check_set, undeclared};
use super::resource::PARAMETER;
use super::template::Template;
use super::tree::{At, Entry, Node};
use super::{Options, Surroundings, gather, text, yaml};
use crate::model::planned::{Input, InputError, Planned, SENSITIVE, World, references};

/// How deep assemblies and nested stacks may stand within each other.
const DEEPEST: usize = 16;

/// How many stacks an assembly may have.
const STACKS: usize = 1000;

/// Reads each stack of an assembly (`cdk.out`), nested ones too, by the name that CDK shows for it.
///
/// A parameter set may give parameters of any stack; one that no stack declares is an error.
pub fn read_cdk(folder: &Path, options: &Options) -> Result<Vec<(String, Input)>, InputError> {
    let mut assembly = Assembly {
        folder: Folder::open(folder)?,
        options,
        found: Vec::new(),
        declared: BTreeSet::new(),
        visited: BTreeSet::new(),
        left: ASSEMBLY,
    };
    let root = assembly.folder.root();
    assembly.visit(&root, 0)?;
    if assembly.found.is_empty() {
        let message = format!("{} has no stacks: run `cdk synth` and give the folder that it writes", folder.display());
        return Err(assembly.folder.refuse(&root, At::default(), message));
    }
    for set in &options.parameter_sets {
        if let Some(key) = set.values.keys().find(|key| !assembly.declared.contains(*key)) {
            return Err(undeclared(set, key, "any stack of the assembly"));
        }
    }
    Ok(assembly.found)
}

struct Assembly<'a> {
    folder: Folder,
    options: &'a Options,
    found: Vec<(String, Input)>,
    /// Parameters of any stack.
    declared: BTreeSet<String>,
    /// Manifests and templates that were read.
    visited: BTreeSet<PathBuf>,
    /// How much the stacks that are still to come may hold.
    left: usize,
}

/// A template to read, with what is known about its stack.
struct Stack<'a> {
    name: String,
    path: PathBuf,
    options: Options,
    notes: &'a Notes,
    doubtful: Option<String>,
    depth: usize,
}

/// What CDK notes about the constructs of a stack.
#[derive(Default)]
struct Notes {
    /// The construct path of each logical id that occurs once.
    constructs: BTreeMap<String, String>,
    /// The template of each nested stack, by its construct path.
    templates: BTreeMap<String, String>,
}

impl Assembly<'_> {
    fn visit(&mut self, directory: &Path, depth: usize) -> Result<(), InputError> {
        let path = self.folder.resolve(directory, "manifest.json")?;
        if depth > DEEPEST || !self.visited.insert(path.clone()) {
            let message = "an assembly stands within itself, or too deep: run `cdk synth` again".to_owned();
            return Err(self.folder.refuse(&path, At::default(), message));
        }
        let (_, manifest) = self.load(&path)?;
        let artifacts = manifest.get("artifacts").and_then(Node::entries).unwrap_or_default();
        let mut artifacts: Vec<&Entry> = artifacts.iter().collect();
        artifacts.sort_by(|one, other| one.key.cmp(&other.key));
        for artifact in artifacts {
            let property = |name: &str| artifact.value.get("properties")?.get(name)?.text();
            match artifact.value.get("type").and_then(Node::text) {
                Some("aws:cloudformation:stack") => {
                    let Some(template) = property("templateFile") else {
                        let message =
                            format!("the stack {} names no templateFile: run `cdk synth` again", artifact.key);
                        return Err(self.folder.refuse(&path, artifact.at, message));
                    };
                    self.stack(directory, artifact, template)?;
                }
                Some("cdk:cloud-assembly") => {
                    if let Some(within) = property("directoryName") {
                        let within = self.folder.resolve(directory, within)?;
                        self.visit(&within, depth + 1)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn stack(&mut self, directory: &Path, artifact: &Entry, template: &str) -> Result<(), InputError> {
        let body = &artifact.value;
        let mut options = self.options.clone();
        let environment = body.get("environment").and_then(Node::text).and_then(|text| text.strip_prefix("aws://"));
        if let Some((account, region)) = environment.and_then(|text| text.split_once('/')) {
            let known = |text: &str, unknown: &str| (text != unknown && !text.is_empty()).then(|| text.to_owned());
            options.account = known(account, "unknown-account").or(options.account);
            options.region = known(region, "unknown-region").or(options.region);
        }
        // What the user says of other stacks goes before what the assembly shows of its own.
        let here = options.exports.get(&(options.account.clone(), options.region.clone())).cloned();
        for (name, value) in here.into_iter().flatten() {
            options.imports.entry(name).or_insert(value);
        }
        let name = body.get("properties").and_then(|properties| properties.get("stackName")?.text());
        options.stack_name = Some(name.unwrap_or(&artifact.key).to_owned());
        let mut notes = Notes::default();
        let mut seen = BTreeSet::new();
        if let Some(metadata) = body.get("metadata") {
            notes.take(metadata, &mut seen);
        }
        if let Some(file) = body.get("additionalMetadataFile").and_then(Node::text) {
            let (_, metadata) = self.load(&self.folder.resolve(directory, file)?)?;
            notes.take(&metadata, &mut seen);
        }
        let name = body.get("displayName").and_then(Node::text).unwrap_or(&artifact.key).to_owned();
        let path = self.folder.resolve(directory, template)?;
        self.template(&Stack { name, path, options, notes: &notes, doubtful: None, depth: 0 })
    }

    /// Reads the template of a stack, and those of the stacks within.
    fn template(&mut self, stack: &Stack<'_>) -> Result<(), InputError> {
        let file = self.folder.shown(&stack.path);
        if self.found.len() >= STACKS {
            let message = format!("there are more than {STACKS} stacks: check the templates one by one");
            return Err(self.folder.refuse(&stack.path, At::default(), message));
        }
        let (text, root) = self.load(&stack.path)?;
        // CDK writes a template without resources for a stack that has none.
        if root.entries().is_some()
            && root.get("Resources").is_none_or(|all| all.entries().is_some_and(<[_]>::is_empty))
        {
            let sources = BTreeMap::from([(file, text)]);
            let input = Input { worlds: vec![World::default()], sources, ..Input::default() };
            self.found.push((stack.name.clone(), input));
            return Ok(());
        }
        let template = Template::of(&file, &root)?;
        let mut options = stack.options.clone();
        for set in &mut options.parameter_sets {
            set.values.retain(|key, _| template.parameters.contains_key(key));
            check_set(&file, &template.parameters, set)?;
        }
        if stack.depth == 0 {
            self.declared.extend(template.parameters.keys().cloned());
        }
        let nested = self.nested(stack, template.resources)?;
        let around = Surroundings {
            file: &file,
            constructs: &stack.notes.constructs,
            assets: nested.iter().map(|(entry, _)| entry.key.clone()).collect(),
            doubtful: stack.doubtful.clone(),
        };
        let budget = Budget::within(self.left);
        let input = gather(template, &root, &text, &options, &around, &budget)?;
        self.left = self.left.saturating_sub(budget.spent());
        let given: Vec<BTreeMap<String, String>> = nested.iter().map(|(entry, _)| given(&input, &entry.key)).collect();
        self.found.push((stack.name.clone(), input));
        for ((entry, path), given) in nested.into_iter().zip(given) {
            self.template(&within(stack, entry, path, &file, given))?;
        }
        Ok(())
    }

    /// The nested stacks of a template whose own templates are in the folder.
    fn nested<'n>(&mut self, stack: &Stack<'_>, resources: &'n Node) -> Result<Vec<(&'n Entry, PathBuf)>, InputError> {
        let mut nested = Vec::new();
        let directory = stack.path.parent().unwrap_or(&stack.path).to_owned();
        for entry in resources.entries().unwrap_or_default() {
            if entry.value.get("Type").and_then(Node::text) != Some("AWS::CloudFormation::Stack") {
                continue;
            }
            let note = |key: &str| entry.value.get("Metadata")?.get(key)?.text();
            let construct = note("aws:cdk:path").or_else(|| Some(stack.notes.constructs.get(&entry.key)?.as_str()));
            let noted = construct.and_then(|path| Some(stack.notes.templates.get(&owner(path)?)?.as_str()));
            let Some(template) = note("aws:asset:path").or(noted) else { continue };
            let path = self.folder.resolve(&directory, template)?;
            // A template that two resources share, or that is its own, is read once; a second use is not judged.
            if stack.depth < DEEPEST && self.visited.insert(path.clone()) {
                nested.push((entry, path));
            }
        }
        Ok(nested)
    }

    fn load(&self, path: &Path) -> Result<(String, Node), InputError> {
        let name = self.folder.shown(path);
        let text = text::decode(&name, &self.folder.read(path)?)?;
        let root = yaml::load(&name, &text)?;
        Ok((text, root))
    }
}

/// The parameters that a stack gives to one within it, where each of its worlds gives the same text: what refers to a resource of
/// the parent is known there alone.
fn given(parent: &Input, nested: &str) -> BTreeMap<String, String> {
    let in_world = |world: &World| -> Option<BTreeMap<String, String>> {
        let resource = world.resources.iter().find(|resource| resource.address == nested)?;
        let known = |text: &str| references(text).next().is_none() && !text.contains(SENSITIVE);
        let texts = resource.properties.iter().filter_map(|(property, value)| match &value.value {
            Planned::Known(Value::String(text)) if known(text) => Some((property.strip_prefix(PARAMETER)?, text)),
            _ => None,
        });
        Some(texts.map(|(name, text)| (name.to_owned(), text.clone())).collect())
    };
    let mut worlds = parent.worlds.iter().filter_map(in_world);
    let mut common = worlds.next().unwrap_or_default();
    for other in worlds {
        common.retain(|name, value| other.get(name) == Some(value));
    }
    common
}

/// A nested stack, with the parameters that its parent gives it as literals or that are known there: whatever else it gives is
/// unknown here.
fn within<'a>(
    parent: &Stack<'a>,
    entry: &Entry,
    path: PathBuf,
    file: &str,
    known: BTreeMap<String, String>,
) -> Stack<'a> {
    let given = entry.value.get("Properties").and_then(|properties| properties.get("Parameters")?.entries());
    let literal = |entry: &Entry| entry.value.text().map(|text| (entry.key.clone(), text.to_owned()));
    let mut values: BTreeMap<String, String> = given.unwrap_or_default().iter().filter_map(literal).collect();
    values.extend(known);
    let set = ParameterSet { name: String::new(), values };
    let condition = super::resource::condition(entry).map(|condition| {
        let name = condition.text().unwrap_or("without a name");
        Causes::one(format!("stands in a nested stack that exists only if the condition {name} of {file} holds"))
            .sentence()
    });
    Stack {
        name: format!("{}/{}", parent.name, entry.key),
        path,
        options: Options { parameter_sets: vec![set], stack_name: None, ..parent.options.clone() },
        notes: parent.notes,
        doubtful: parent.doubtful.clone().or(condition),
        depth: parent.depth + 1,
    }
}

/// The construct of a nested stack, by the path of the resource that deploys it.
fn owner(resource: &str) -> Option<String> {
    let (holder, _) = resource.rsplit_once('/')?;
    holder.strip_suffix(".NestedStack").map(str::to_owned)
}

impl Notes {
    /// Takes `{"/App/Bucket/Resource": [{"type": "aws:cdk:logicalId", "data": "Bucket"}]}`.
    fn take(&mut self, metadata: &Node, seen: &mut BTreeSet<String>) {
        for entry in metadata.entries().unwrap_or_default() {
            let construct = entry.key.trim_start_matches('/').to_owned();
            for note in entry.value.items().unwrap_or_default() {
                let Some(data) = note.get("data").and_then(Node::text) else { continue };
                match note.get("type").and_then(Node::text) {
                    // Nested stacks share their parent's notes, and with them perhaps a logical id.
                    Some("aws:cdk:logicalId") if !seen.insert(data.to_owned()) => drop(self.constructs.remove(data)),
                    Some("aws:cdk:logicalId") => drop(self.constructs.insert(data.to_owned(), construct.clone())),
                    Some("aws:cdk:templateFile") => drop(self.templates.insert(construct.clone(), data.to_owned())),
                    _ => {}
                }
            }
        }
    }
}
