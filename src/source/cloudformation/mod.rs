//! Reads CloudFormation templates, and the assemblies of the Cloud Development Kit, into what they declare.
//!
//! May import: `model`. Guarantees: an input is read or refused with a sentence, in bounded time and space, whatever it
//! holds; what is not known before the deployment is never given a value.

mod assumed;
mod budget;
mod cdk;
mod condition;
mod exports;
mod expression;
mod folder;
mod foreach;
mod function;
mod outcome;
mod parameters;
mod resource;
mod scalar;
mod scope;
mod strings;
mod template;
#[cfg(test)]
mod tests;
mod text;
mod tree;
mod variable;
mod worlds;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};

mod collected;
pub use cdk::read_cdk;
pub use collected::collected;
pub use parameters::{ParameterSet, parameter_file};
pub use scalar::{boolean, integer, string};

use crate::model::planned::{Input, InputError, Place};
use assumed::Gathered;
use budget::Budget;
use scope::{Ground, Scope};
use template::Template;
use tree::Node;

/// What a user says about an input.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Values for parameters; each set is a world of its own, or several.
    pub parameter_sets: Vec<ParameterSet>,
    pub account: Option<String>,
    pub region: Option<String>,
    /// What other stacks export, by name.
    pub imports: BTreeMap<String, String>,
    pub stack_name: Option<String>,
    /// What the stacks of an assembly export to each other, by account and Region as far as the assembly says them.
    pub exports: Exports,
}

/// Values by name, for each account and Region.
pub type Exports = BTreeMap<(Option<String>, Option<String>), BTreeMap<String, String>>;

/// What is known about a template from outside of it.
#[derive(Debug)]
struct Surroundings<'a> {
    file: &'a str,
    /// CDK's construct paths, by logical id.
    constructs: &'a BTreeMap<String, String>,
    /// Nested stacks whose templates are read as inputs of their own.
    assets: BTreeSet<String>,
    /// Why nobody can say whether the whole stack exists.
    doubtful: Option<String>,
}

/// How many resources a template may have once its loops are unrolled, and about how many all worlds may have together.
const RESOURCES: usize = 2000;
const JUDGED: usize = 8000;

/// Reads a template in YAML or JSON.
pub fn read(name: &str, bytes: &[u8], options: &Options) -> Result<Input, InputError> {
    let text = text::decode(name, bytes)?;
    let root = yaml::load(name, &text)?;
    let constructs = BTreeMap::new();
    let around = Surroundings { file: name, constructs: &constructs, assets: BTreeSet::new(), doubtful: None };
    let template = Template::of(name, &root)?;
    for set in &options.parameter_sets {
        parameters::check_set(name, &template.parameters, set)?;
    }
    gather(template, &root, &text, options, &around, &Budget::within(budget::ALL))
}

/// Works out a template that was loaded.
fn gather(
    template: Template<'_>,
    root: &Node,
    text: &str,
    options: &Options,
    around: &Surroundings<'_>,
    budget: &Budget,
) -> Result<Input, InputError> {
    let none = [ParameterSet::default()];
    let sets = if options.parameter_sets.is_empty() { &none[..] } else { &options.parameter_sets };
    let names: BTreeSet<&str> = sets.iter().map(|set| set.name.as_str()).collect();
    if names.len() != sets.len() || sets.len() > worlds::MOST {
        let message = format!(
            "give at most {} parameter sets, each with a name of its own; there are {} with {} names",
            worlds::MOST,
            sets.len(),
            names.len()
        );
        return Err(InputError { place: Place { file: around.file.to_owned(), line: 0, column: 0 }, message });
    }
    let mut weight = text.len();
    root.walk(&mut |_| weight += budget::VALUE);
    // A large template gets fewer worlds, so that it stays within its budget.
    let most = (budget::ALL / 2 / weight.max(1)).clamp(1, worlds::MOST) / sets.len();
    let mut exported = BTreeMap::new();
    let mut gathered = Gathered::new(&names.into_iter().collect::<Vec<_>>());
    for set in sets {
        let mut ground = Ground {
            options,
            parameters: &template.parameters,
            mappings: &template.mappings,
            extended: template.extended,
            given: &set.values,
            conditions: BTreeMap::new(),
            resources: BTreeSet::new(),
            domains: BTreeMap::new(),
            budget,
        };
        let conditions = template.conditions.map(|node| unrolled(node, &ground, around, &mut gathered)).transpose()?;
        let resources = unrolled(template.resources, &ground, around, &mut gathered)?;
        for entry in conditions.iter().filter_map(|node| node.entries()).flatten() {
            ground.conditions.insert(entry.key.clone(), &entry.value);
        }
        let resources = resources.entries().unwrap_or_default();
        if resources.len() > RESOURCES {
            let message = format!(
                "{} has {} resources, of which CloudFormation takes 500 in a template and this program reads {RESOURCES}: \
                 split it",
                around.file,
                resources.len()
            );
            return Err(InputError { place: template.resources.at.place(around.file), message });
        }
        let most = most.min(JUDGED / resources.len().max(1));
        ground.resources = resources.iter().map(|entry| entry.key.as_str()).collect();
        ground.domains = worlds::domains(&ground);
        exports::join(&mut exported, exports::of(root, &Scope::new(&ground, BTreeMap::new()), around));
        worlds::add(&ground, resources, Some(&set.name), most, around, &mut gathered);
        budget.check(around.file)?;
    }
    gathered.reject(template.unjudgeable);
    let (worlds, unjudgeable) = gathered.finish();
    let sources = BTreeMap::from([(around.file.to_owned(), text.to_owned())]);
    Ok(Input { worlds, unjudgeable, sources, exports: exported.into_values().collect() })
}

fn unrolled<'n>(
    section: &'n Node,
    ground: &Ground<'_>,
    around: &Surroundings<'_>,
    gathered: &mut Gathered,
) -> Result<std::borrow::Cow<'n, Node>, InputError> {
    let (unrolled, left) = foreach::unroll(around.file, section, &Scope::new(ground, BTreeMap::new()))?;
    gathered.reject(left);
    Ok(unrolled)
}
