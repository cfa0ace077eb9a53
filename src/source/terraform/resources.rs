//! The resources of a plan in `CloudFormation`'s words, each for itself.
//!
//! May import: `model`. Guarantees: every managed resource of AWS is either here or among what could not be judged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::context::Instance;
use super::convert::{self, Made};
use super::mapping::Row;
use super::reasons::NOT_SET;
use super::tree::Tree;
use super::unknown::Reader;
use crate::model::planned::{Action, Place, UNKNOWN, Unjudgeable};

/// A resource on its way.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) address: String,
    /// `CloudFormation`'s.
    pub(super) kind: String,
    pub(super) row: Arc<Row>,
    pub(super) action: Action,
    /// Where it stands in the context. None: it is not in the plan.
    pub(super) instance: Option<usize>,
    pub(super) attributes: BTreeMap<String, Tree>,
    pub(super) properties: BTreeMap<String, Set>,
    /// Properties that companions set, where the others are in the words of templates.
    pub(super) beside: BTreeSet<String>,
    /// What a companion that changes said before.
    pub(super) before: BTreeMap<String, Made>,
    /// Its attributes then.
    pub(super) was: BTreeMap<String, Tree>,
}

/// A property with the instance that sets it.
#[derive(Debug, Clone)]
pub(super) struct Set {
    pub(super) made: Made,
    pub(super) instance: Option<usize>,
}

impl Set {
    pub(super) fn bare(tree: Tree) -> Self {
        Self { made: Made { tree, attributes: Vec::new() }, instance: None }
    }
}

impl Draft {
    /// Whether it is there after apply.
    pub(super) fn stays(&self) -> bool {
        !matches!(self.action, Action::Delete | Action::Forget)
    }

    /// Whether AWS makes it anew.
    pub(super) fn is_new(&self) -> bool {
        matches!(self.action, Action::Create | Action::Replace) && !self.row.adopts
    }

    /// A companion as it was before the change, which takes it away.
    pub(super) fn earlier(&self) -> Option<Self> {
        let set = |made: &Made| Set { made: made.clone(), instance: None };
        (!self.was.is_empty()).then(|| Self {
            action: Action::Delete,
            instance: None,
            attributes: self.was.clone(),
            properties: self.before.iter().map(|(name, made)| (name.clone(), set(made))).collect(),
            before: BTreeMap::new(),
            was: BTreeMap::new(),
            ..self.clone()
        })
    }

    /// What it is called by others: its known names, id and ARN.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        const NAMES: [&str; 14] = [
            "id",
            "arn",
            "name",
            "bucket",
            "key_id",
            "function_name",
            "url",
            "repository",
            "domain",
            "user_name",
            "identifier",
            "cluster_identifier",
            "table_name",
            "table_bucket_arn",
        ];
        NAMES.iter().filter_map(|name| self.attributes.get(*name)?.as_text()).filter(|name| !name.is_empty())
    }
}

/// What a change does. None: it is none that is known.
fn action(actions: &[String]) -> Option<Action> {
    let words: Vec<&str> = actions.iter().map(String::as_str).collect();
    Some(match words.as_slice() {
        ["create"] => Action::Create,
        ["update"] => Action::Update,
        ["no-op"] => Action::Keep,
        ["delete"] => Action::Delete,
        ["forget"] => Action::Forget,
        ["create", "delete" | "forget"] | ["delete" | "forget", "create"] => Action::Replace,
        _ => return None,
    })
}

/// The drafts of all instances, and the instances of types that are not known, which may change others.
pub(super) fn drafts(reader: Reader<'_>, unjudgeable: &mut Vec<Unjudgeable>) -> (Vec<Draft>, Vec<usize>) {
    let mut drafts = Vec::new();
    let mut changing = Vec::new();
    let mut strangers: BTreeMap<String, (usize, Place)> = BTreeMap::new();
    for (at, instance) in reader.context.instances.iter().enumerate() {
        let change = instance.change;
        if instance.is_data() || !is_aws(&change.kind) {
            continue;
        }
        let actions = change.difference.actions.as_slice();
        if actions.iter().all(|action| action == "read") && !actions.is_empty() {
            continue;
        }
        let place = place(reader, instance, None);
        let Some(row) = reader.mapping.row(&change.kind) else {
            strangers.entry(change.kind.clone()).or_insert((0, place)).0 += 1;
            if actions != ["no-op"] {
                changing.push(at);
            }
            continue;
        };
        let Some(action) = action(actions) else {
            let reason =
                format!("{}: the plan has an action for it that is not known, so it was not judged.", change.address);
            unjudgeable.push(Unjudgeable { place, reason, whole: false });
            continue;
        };
        if actions.iter().any(|action| action == "forget") {
            // What it says of other resources stays in AWS too: a policy that is attached, a rule that lets in.
            let what = "the code lets go of it and AWS keeps it, with all that it says of other resources";
            let reason = format!("{}: {what}: apply that change first, or plan without it.", change.address);
            unjudgeable.push(Unjudgeable { place, reason, whole: true });
        }
        let mut attributes = reader.attributes(instance);
        // A provider without tags of its own adds none.
        if attributes.get("tags_all").is_some_and(|all| all.unknown().is_some())
            && provider(reader, instance).is_some_and(|(provider, _)| provider.get("default_tags").is_none())
        {
            attributes.remove("tags_all");
        }
        let changes = row.is_companion() && matches!(action, Action::Update | Action::Replace);
        let was = match Tree::known(&change.difference.before) {
            Tree::Object(before) if changes => before,
            _ => BTreeMap::new(),
        };
        let before = if changes { convert::properties(&row, &was, false) } else { BTreeMap::new() };
        let is_new = matches!(action, Action::Create | Action::Replace);
        let mut properties = convert::properties(&row, &attributes, is_new && !row.adopts);
        // Of a new resource of Cloud Control what is not configured is as in a template that does not say it.
        if row.is_cloud_control() && is_new {
            properties.retain(|_, made| !is_unset(&made.tree));
            for made in properties.values_mut() {
                without_unset(&mut made.tree);
            }
        }
        let properties = properties.into_iter().map(|(name, made)| (name, Set { made, instance: Some(at) })).collect();
        let kind = row.kind.clone();
        let address = change.address.clone();
        let beside = BTreeSet::new();
        let instance = Some(at);
        drafts.push(Draft { address, kind, row, action, instance, attributes, properties, beside, before, was });
    }
    for (kind, (count, place)) in strangers {
        let some = if count == 1 { "a resource".to_owned() } else { format!("{count} resources") };
        let reason =
            format!("The plan has {some} of the type {kind}, which is not known here, so nothing was judged of it.");
        unjudgeable.push(Unjudgeable { place, reason, whole: false });
    }
    (drafts, changing)
}

/// Nothing in the code says it.
fn is_unset(tree: &Tree) -> bool {
    matches!(tree, Tree::Unknown(reason) if reason == NOT_SET)
}

fn without_unset(tree: &mut Tree) {
    match tree {
        Tree::Object(members) => {
            members.retain(|_, member| !is_unset(member));
            members.values_mut().for_each(without_unset);
        }
        Tree::List(items) => items.iter_mut().for_each(without_unset),
        Tree::Scalar(_) | Tree::Unknown(_) => {}
    }
}

pub(super) fn is_aws(kind: &str) -> bool {
    kind.starts_with("aws_") || kind.starts_with("awscc_")
}

/// Where a resource or an attribute of it stands.
pub(super) fn place(reader: Reader<'_>, instance: &Instance<'_>, attribute: Option<&str>) -> Place {
    let change = instance.change;
    let found = reader.context.written(&instance.modules, &change.mode, &change.kind, &change.name);
    found.map_or_else(Place::default, |found| found.place(attribute))
}

/// The account and the Region of a resource, as far as the plan says them.
pub(super) fn located(reader: Reader<'_>, draft: &Draft) -> (Option<String>, Option<String>) {
    let instance = draft.instance.and_then(|at| reader.context.instances.get(at));
    let said = |name: &str| draft.attributes.get(name).and_then(Tree::as_text).map(str::to_owned);
    let arn = said("arn").unwrap_or_default();
    let mut parts = arn.split(':').skip(3);
    let (region, account) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let (provider, is_alias) = instance.and_then(|instance| provider(reader, instance)).unzip();
    let is_alias = is_alias.unwrap_or_default();
    let account = Some(account.to_owned()).filter(|account| is_account(account));
    let account = account.or_else(|| {
        let allowed = provider?.get("allowed_account_ids")?.get("constant_value")?.as_array()?;
        match allowed.as_slice() {
            [only] => only.as_str().filter(|account| is_account(account)).map(str::to_owned),
            _ => None,
        }
    });
    let account = account.or_else(|| {
        // A provider of another name may work in another account: nobody says of which one these credentials are.
        let says = |name: &str| provider.and_then(|provider| provider.get(name)).filter(|found| !found.is_null());
        let role = says("assume_role").and_then(|found| match found {
            Value::Array(roles) => roles.first()?.get("role_arn")?.get("constant_value")?.as_str(),
            _ => None,
        });
        let of_role = role.and_then(|role| role.split(':').nth(4)).filter(|account| is_account(account));
        let credentials = ["assume_role", "assume_role_with_web_identity", "profile", "access_key", "token"];
        let other = is_alias && credentials.iter().any(|name| says(name).is_some());
        of_role.map(str::to_owned).or_else(|| other.then(|| UNKNOWN.to_owned()))
    });
    let region = said("region").or_else(|| Some(region.to_owned()).filter(|region| !region.is_empty()));
    let region = region.or_else(|| {
        let expression = provider?.get("region")?;
        let said = expression.get("constant_value").and_then(Value::as_str).map(str::to_owned);
        let of_variable = || match super::plan::references(expression).as_slice() {
            [only] => {
                let value = &reader.context.plan.variables.get(only.strip_prefix("var.")?)?.value;
                value.as_str().filter(|value| *value != super::tree::SENSITIVE).map(str::to_owned)
            }
            _ => None,
        };
        // That of another provider than the one that --region is about.
        said.or_else(of_variable).or_else(|| is_alias.then(|| UNKNOWN.to_owned()))
    });
    (account, region)
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// The settings of the provider that makes an instance, and whether it is one beside the default one.
fn provider<'a>(reader: Reader<'a>, instance: &Instance<'_>) -> Option<(&'a Value, bool)> {
    let change = instance.change;
    let declared = reader.context.declared(&instance.modules, &change.mode, &change.kind, &change.name)?;
    let key = declared.provider_config_key.as_deref()?;
    let configured = &reader.context.plan.configuration.provider_config;
    let of = |key: &str| configured.get(key).map(|provider| &provider.expressions);
    // A module that only says which version it needs takes the provider that the root sets up.
    let found = of(key).filter(|found| !found.is_null()).or_else(|| of(key.rsplit_once(':')?.1))?;
    Some((found, key.rsplit(':').next().is_some_and(|own| own.contains('.'))))
}
