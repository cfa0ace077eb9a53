//! What names stand for while a template is evaluated: parameters, pseudo parameters, resources, and what is assumed.
//!
//! May import: `model`. Guarantees: no account, Region or name is made up; a value of a `NoEcho` parameter is read by
//! conditions only, and everywhere else is [`SENSITIVE`].

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use super::Options;
use super::budget::Budget;
use super::condition::Truth;
use super::outcome::{Causes, Outcome};
use super::parameters::Parameter;
use super::tree::{At, Node};
use super::variable::{Choice, Domains, Variable};
use crate::model::planned::reference;

/// What stands in place of a `NoEcho` parameter's value.
pub(super) use crate::model::planned::SENSITIVE;

/// How deep evaluation may go: through nested functions, and through conditions that name each other.
const DEEPEST: usize = 200;

/// What a template declares and its user says, the same in each of its worlds.
#[derive(Debug)]
pub(super) struct Ground<'a> {
    pub(super) options: &'a Options,
    pub(super) parameters: &'a BTreeMap<String, Parameter>,
    pub(super) mappings: &'a BTreeMap<String, &'a Node>,
    /// `AWS::LanguageExtensions` is on.
    pub(super) extended: bool,
    pub(super) given: &'a BTreeMap<String, String>,
    pub(super) conditions: BTreeMap<String, &'a Node>,
    /// The logical ids of all resources, whether they exist in a world or not.
    pub(super) resources: BTreeSet<&'a str>,
    pub(super) domains: Domains,
    pub(super) budget: &'a Budget,
}

/// The ground and one world's assumptions.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    pub(super) ground: &'a Ground<'a>,
    pub(super) assumed: BTreeMap<Variable, Choice>,
    /// Resources that do not exist in this world.
    pub(super) absent: BTreeSet<String>,
    pub(super) decided: RefCell<BTreeMap<String, Truth>>,
    depth: Cell<usize>,
    within_condition: Cell<usize>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(ground: &'a Ground<'a>, assumed: BTreeMap<Variable, Choice>) -> Self {
        Self {
            ground,
            assumed,
            absent: BTreeSet::new(),
            decided: RefCell::default(),
            depth: Cell::new(0),
            within_condition: Cell::new(0),
        }
    }

    /// Runs a step of the evaluation one level deeper, or says that it goes too deep.
    pub(super) fn deeper<T>(&self, step: impl FnOnce() -> T) -> Option<T> {
        let depth = self.depth.get();
        if depth >= DEEPEST {
            return None;
        }
        self.depth.set(depth + 1);
        let result = step();
        self.depth.set(depth);
        Some(result)
    }

    /// Runs a step that decides something and shows nothing: it may read what is not echoed.
    pub(super) fn deciding<T>(&self, step: impl FnOnce() -> T) -> T {
        self.within_condition.set(self.within_condition.get() + 1);
        let result = step();
        self.within_condition.set(self.within_condition.get() - 1);
        result
    }

    /// What `Ref` gives.
    pub(super) fn refer(&self, name: &str, at: At) -> Outcome {
        if name.starts_with("AWS::") {
            return self.pseudo(name, at);
        }
        if let Some(parameter) = self.ground.parameters.get(name) {
            return self.parameter(name, parameter, at).map(Some);
        }
        self.resource(name, "Ref", at)
    }

    /// A reference to a resource of the template.
    pub(super) fn resource(&self, name: &str, attribute: &str, at: At) -> Outcome {
        if !self.ground.resources.contains(name) {
            return Err(Causes::one(format!("refers to {name}, which the template does not have")));
        }
        if self.absent.contains(name) {
            return Err(Causes::one(format!("refers to {name}, which does not exist under these conditions")));
        }
        Ok(Some(Node::quoted(at, reference(name, attribute))))
    }

    fn parameter(&self, name: &str, parameter: &Parameter, at: At) -> Result<Node, Causes> {
        let given = self.ground.given.get(name).map(String::as_str);
        // Paid for before it is made, because a short name may ask for a long value many times.
        if self.ground.budget.is_spent() || !self.ground.budget.pay(parameter.weight(given)) {
            return Err(Causes::spent());
        }
        let assumed = || Some(parameter.holding(&Node::quoted(at, self.assumed(name)?)));
        let value = parameter.value(given).or_else(assumed).ok_or_else(|| {
            let why =
                if parameter.is_stored() { "whose value stands in the Parameter Store" } else { "which has no value" };
            Causes::of(name, format!("depends on the parameter {name}, {why}"))
        })?;
        let shown = !parameter.no_echo || self.within_condition.get() > 0;
        let value = if shown { value } else { Node::quoted(at, SENSITIVE) };
        Ok(Node { at, ..value })
    }

    /// The value that this world assumes for a parameter.
    fn assumed(&self, name: &str) -> Option<&str> {
        match self.assumed.get(&Variable::parameter(name)) {
            Some(Choice::Is(value)) => Some(value),
            _ => None,
        }
    }

    pub(super) fn region(&self) -> Option<&str> {
        self.ground.options.region.as_deref().or_else(|| self.assumed("AWS::Region"))
    }

    pub(super) fn account(&self) -> Option<&str> {
        self.ground.options.account.as_deref().or_else(|| self.assumed("AWS::AccountId"))
    }

    fn pseudo(&self, name: &str, at: At) -> Outcome {
        let known = |value: Option<&str>, hint: &str| {
            let value = value.or_else(|| self.assumed(name)).map(|value| Some(Node::quoted(at, value)));
            value.ok_or_else(|| Causes::of(name, format!("depends on {name}{hint}")))
        };
        let region = self.region().unwrap_or_default();
        match name {
            "AWS::NoValue" => Ok(None),
            "AWS::AccountId" => known(self.account(), " (say which with --account)"),
            "AWS::Region" => known(self.region(), " (say which with --region)"),
            "AWS::Partition" if region.starts_with("cn-") => known(Some("aws-cn"), ""),
            "AWS::Partition" if region.starts_with("us-gov-") => known(Some("aws-us-gov"), ""),
            "AWS::Partition" => known(Some("aws"), ""),
            "AWS::URLSuffix" if region.starts_with("cn-") => known(Some("amazonaws.com.cn"), ""),
            "AWS::URLSuffix" => known(Some("amazonaws.com"), ""),
            "AWS::StackName" => known(self.ground.options.stack_name.as_deref(), ", which is given at the deployment"),
            "AWS::StackId" | "AWS::NotificationARNs" => known(None, ", which is known after the deployment"),
            _ => Err(Causes::one(format!("refers to {name}, which is no pseudo parameter of CloudFormation"))),
        }
    }
}
