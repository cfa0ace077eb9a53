//! A template as a whole: its sections, and what stands in it that nobody can judge from outside.
//!
//! May import: `model`. Guarantees: what a macro may change or add is reported, at the place that calls it.

use std::collections::BTreeMap;

use super::parameters::Parameter;
use super::tree::{Entry, Node};
use crate::model::planned::{InputError, Unjudgeable};

/// How to get a template without macros.
pub(super) const PROCESSED: &str = "aws cloudformation get-template --template-stage Processed";

const EXTENSIONS: &str = "AWS::LanguageExtensions";
const SERVERLESS: &str = "AWS::Serverless-2016-10-31";

/// The sections of a template.
#[derive(Debug)]
pub(super) struct Template<'n> {
    pub(super) parameters: BTreeMap<String, Parameter>,
    pub(super) mappings: BTreeMap<String, &'n Node>,
    pub(super) conditions: Option<&'n Node>,
    pub(super) resources: &'n Node,
    pub(super) extended: bool,
    pub(super) unjudgeable: Vec<Unjudgeable>,
}

impl<'n> Template<'n> {
    pub(super) fn of(file: &str, root: &'n Node) -> Result<Self, InputError> {
        let refuse = |node: &Node, message: String| InputError { place: node.at.place(file), message };
        let root = body(root).map_err(|message| refuse(root, format!("{file} {message}")))?;
        let resources =
            root.get("Resources").filter(|resources| resources.entries().is_some_and(|all| !all.is_empty()));
        let resources = resources.ok_or_else(|| refuse(root, format!("{file} {}", missing(root))))?;
        let mut template = Self {
            parameters: BTreeMap::new(),
            mappings: section(root, "Mappings").map(|entry| (entry.key.clone(), &entry.value)).collect(),
            conditions: root.get("Conditions"),
            resources,
            extended: false,
            unjudgeable: Vec::new(),
        };
        for entry in section(root, "Parameters") {
            template.parameters.insert(entry.key.clone(), Parameter::declared(entry.at, &entry.value));
        }
        for transform in transforms(root) {
            template.transform(file, transform);
        }
        template.includes(file, root);
        Ok(template)
    }

    /// A macro over the whole template.
    fn transform(&mut self, file: &str, transform: &Node) {
        match transform.text().or_else(|| transform.get("Name")?.text()) {
            Some(EXTENSIONS) => self.extended = true,
            // What it writes is known by its resource types, which are reported one by one.
            Some(SERVERLESS) => {}
            name => {
                let name = name.unwrap_or("without a name");
                let reason = format!(
                    "the macro {name} may change or add any resource: give the processed template ({PROCESSED})"
                );
                self.unjudgeable.push(Unjudgeable { place: transform.at.place(file), reason, whole: true });
            }
        }
    }

    /// Macros that stand in place of a section or within one.
    fn includes(&mut self, file: &str, root: &Node) {
        let called = |node: &Node| {
            node.entries().into_iter().flatten().find(|entry| entry.key == "Fn::Transform").map(|entry| entry.at)
        };
        let everywhere = called(root).or_else(|| called(self.resources));
        let sections = ["Parameters", "Mappings", "Conditions"].into_iter().filter_map(|name| root.get(name));
        let within = sections
            .filter_map(|node| called(node).or_else(|| node.entries()?.iter().find_map(|entry| called(&entry.value))));
        for (at, whole) in everywhere.map(|at| (at, true)).into_iter().chain(within.map(|at| (at, false))) {
            let what =
                if whole { "may change or add any resource" } else { "writes a section that resources refer to" };
            let reason = format!("a macro (Fn::Transform) {what}: give the processed template ({PROCESSED})");
            self.unjudgeable.push(Unjudgeable { place: at.place(file), reason, whole });
        }
    }
}

/// The template, where it does not stand within the answer of `get-template`.
fn body(root: &Node) -> Result<&Node, &'static str> {
    if root.entries().is_none() {
        return Err("is no template, because its top level is no map: give a CloudFormation template");
    }
    match root.get("TemplateBody") {
        Some(body) if body.entries().is_some() => Ok(body),
        Some(_) => Err("holds a template as a text: write it with --query TemplateBody --output text"),
        None => Ok(root),
    }
}

/// What is wrong with a template without resources, and what it may be instead.
fn missing(root: &Node) -> &'static str {
    if root.get("resource_changes").is_some() || root.get("planned_values").is_some() {
        "has no Resources; it looks like a Terraform plan: read it as one"
    } else if root.get("artifacts").is_some() {
        "has no Resources; it looks like the manifest of a CDK assembly: give its folder (cdk.out)"
    } else {
        "has no Resources: give a CloudFormation template with at least one resource"
    }
}

fn section<'n>(root: &'n Node, name: &str) -> impl Iterator<Item = &'n Entry> {
    root.get(name).and_then(Node::entries).into_iter().flatten()
}

fn transforms(root: &Node) -> impl Iterator<Item = &Node> {
    let transform = root.get("Transform").filter(|transform| !transform.is_null());
    transform.into_iter().flat_map(|node| node.items().unwrap_or(std::slice::from_ref(node)))
}

/// Why a resource type cannot be judged. An asset of an assembly is read on its own.
pub(super) fn unknown_type(kind: &str, asset: bool) -> Option<String> {
    let why = match kind {
        "AWS::CloudFormation::Stack" if asset => return None,
        "AWS::CloudFormation::Stack" => {
            "is a nested stack, whose template is not read from here: give that template as an input of its own"
                .to_owned()
        }
        "AWS::CloudFormation::StackSet" | "AWS::ServiceCatalog::CloudFormationProvisionedProduct" => {
            format!("({kind}) deploys another template: give that template as an input of its own")
        }
        "AWS::CloudFormation::CustomResource" => custom(kind),
        _ if kind.starts_with("Custom::") => custom(kind),
        _ if kind.starts_with("AWS::Serverless::") => {
            format!("({kind}) becomes several others when it is deployed: give the processed template ({PROCESSED})")
        }
        _ if kind.ends_with("::MODULE") => {
            format!("({kind}) is a module, whose content is not here: give the processed template ({PROCESSED})")
        }
        _ if kind.starts_with("AWS::") => return None,
        _ => format!("({kind}) is of another provider than AWS: review it by hand"),
    };
    Some(why)
}

fn custom(kind: &str) -> String {
    format!("({kind}) is made by code of its own, which may do anything: review that code by hand")
}
