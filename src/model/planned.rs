//! What infrastructure code declares, before anything is deployed: resources in CloudFormation's words, each property known
//! or unknown, each with the place that says so.
//!
//! May import: `model`. Guarantees: a value that is known only after apply, or that a parameter without a value decides, is an
//! `Unknown` with its reason, never a placeholder or a default.

use std::collections::BTreeMap;

use serde_json::Value;

/// Stands in place of a value that the code marks as sensitive.
pub const SENSITIVE: &str = "<sensitive>";

/// Stands in ARNs of the code's own resources where nobody said the account or the Region: no text of AWS.
pub const UNKNOWN: &str = "unknown";
/// Why a value is not known that the code does not say: a plan does not hold what then is.
pub const NOT_SET: &str = "not set in the configuration; AWS or the provider decides";

/// Why it is not known what AWS calls a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unnamed {
    /// A sentence part.
    pub why: String,
    pub naming: Naming,
}

/// Who gives a resource its name, where the code does not say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// It may be called anything.
    Open,
    /// Terraform, for a resource that is made anew: a prefix and 26 digits of a time and a counter.
    Provider,
    /// CloudFormation, or AWS where the type has no names; the resource may be there already, under the name that it was given then.
    Template,
}

/// How a reason says that a snapshot would answer.
pub const GIVE_LIVE: &str = "give --live SNAPSHOT";

/// Whether a snapshot of the state before the change answers what is not known for this reason.
#[must_use]
pub fn is_answered_live(reason: &str) -> bool {
    reason.contains(GIVE_LIVE)
}

/// A place in a file. Lines and columns begin at 1; 0 means that the format has none (a plan has no lines).
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub file: String,
    pub line: usize,
    pub column: usize,
}

/// What a change does to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Action {
    #[default]
    Create,
    Update,
    /// It stays as it is.
    Keep,
    Replace,
    Delete,
    /// The code lets go of it, AWS keeps it.
    Forget,
}

/// A property's value, or why nobody can say before it is applied.
#[derive(Debug, Clone, PartialEq)]
pub enum Planned {
    /// In the shape of the source, with references to other resources of the same input as [`reference`] texts.
    Known(Value),
    /// A sentence part that names the cause: "depends on the parameter Env, which has no value",
    /// "known after apply (`aws_kms_key.data.arn`)".
    Unknown(String),
}

/// A property with its place and its expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    pub value: Planned,
    pub place: Place,
    /// The expression as written, shortened, where it is not a literal: `!GetAtt Key.Arn`, `aws_kms_key.data.arn`.
    pub expression: Option<String>,
}

/// Why a property is known of a new resource that the code does not say. One that is there already may have another value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assumed {
    /// A setting that the code leaves to AWS.
    Setting,
    /// The same, which AWS has not always set so.
    Recent,
    /// A state that no code sets.
    State,
}

/// A resource of a template or plan.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlannedResource {
    /// The logical id, or Terraform's address. Unique within a world.
    pub address: String,
    /// Where the reader knows one: the construct path of CDK.
    pub construct: Option<String>,
    /// CloudFormation's type name, or Terraform's (`aws_s3_bucket`) before it is translated.
    pub kind: String,
    pub action: Action,
    pub place: Place,
    pub properties: BTreeMap<String, Property>,
    /// Whether the properties have the names and shapes of live documents; else they are the words of `CloudFormation`.
    pub shaped: bool,
    /// What other resources of the code say of it, in the names and shapes of live documents.
    pub beside: BTreeMap<String, Property>,
    /// Properties that nothing in the code says: what a new resource has.
    pub assumed: BTreeMap<String, Assumed>,
    /// What AWS calls it where it exists already and the input says so: the physical id, and the ARN.
    pub id: Option<String>,
    pub arn: Option<String>,
    /// The account and the Region, where the input says them.
    pub account: Option<String>,
    pub region: Option<String>,
    /// It exists only if a condition that nobody can decide holds (beyond the worlds that were tried); the reason.
    pub doubtful: Option<String>,
}

/// One way in which the unknown conditions of an input may turn out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct World {
    /// "Prod = false", "parameter set prod.json"; empty where there is only one world.
    pub assumed: Vec<String>,
    pub resources: Vec<PlannedResource>,
}

/// Something in an input that could not be judged: a macro, a module, a resource type of another provider.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unjudgeable {
    pub place: Place,
    /// A sentence that says what it is and what to do.
    pub reason: String,
    /// Whether it may change or add any resource (a macro over the whole template): then nothing in the input can be met.
    pub whole: bool,
}

/// What was read of one input.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Input {
    pub worlds: Vec<World>,
    pub unjudgeable: Vec<Unjudgeable>,
    /// Texts of files, by name, for code frames.
    pub sources: BTreeMap<String, String>,
    /// What it gives to other stacks.
    pub exports: Vec<Export>,
}

/// An output of a stack that others import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    pub name: String,
    /// The value, with references to resources of the same input as [`reference`] texts; or why it is not known.
    pub value: Result<String, String>,
    /// Where the stack stands, as far as the input says it.
    pub account: Option<String>,
    pub region: Option<String>,
}

/// Why an input could not be read at all: a sentence with what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputError {
    pub place: Place,
    pub message: String,
}

/// How a known value names an attribute of another resource of the same input (attribute `Ref` is CloudFormation's Ref, and
/// Terraform's `id`): no text of AWS looks like this.
#[must_use]
pub fn reference(address: &str, attribute: &str) -> String {
    format!("\u{1}{address}\u{2}{attribute}\u{3}")
}

/// The references within a text, as (address, attribute).
pub fn references(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split('\u{1}').skip(1).filter_map(|part| part.split_once('\u{3}')?.0.split_once('\u{2}'))
}
