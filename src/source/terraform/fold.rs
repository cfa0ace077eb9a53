//! Resources that Terraform writes beside another one, folded into it.
//!
//! May import: `model`. Guarantees: a companion whose parent is unclear makes what it would set unknown on every resource
//! that it may belong to; nothing is taken for AWS's default that something outside the plan may have set.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::defaults;
use super::link::{Links, Parent};
use super::mapping::{Fill, Mapping, Row};
use super::reasons::{NOT_SET, listed};
use super::resources::{Draft, Set, place};
use super::tree::Tree;
use super::unknown::Reader;
use crate::model::planned::{Action, Unjudgeable, is_answered_live};

const ELSEWHERE: &str = "may be set elsewhere; give --live SNAPSHOT";
const EXISTS: &str = "exists already; give --live SNAPSHOT";

/// What folding gave.
#[derive(Debug)]
pub(super) struct Folded {
    pub(super) drafts: Vec<Draft>,
    /// The address under which a companion is found now.
    pub(super) moved: BTreeMap<String, String>,
}

/// The companions of a parent, by property.
type Beside = BTreeMap<String, Vec<usize>>;

pub(super) fn fold(reader: Reader<'_>, mut drafts: Vec<Draft>, unjudgeable: &mut Vec<Unjudgeable>) -> Folded {
    let links = Links::new(reader, &drafts);
    let mut beside: BTreeMap<usize, Beside> = BTreeMap::new();
    let mut outside: BTreeMap<(String, String), Beside> = BTreeMap::new();
    let mut unclear: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    let mut moved = BTreeMap::new();
    let mut earlier: Vec<Draft> = Vec::new();
    for (at, companion) in drafts.iter().enumerate().filter(|(_, draft)| draft.row.is_companion()) {
        let is_only = companion.row.fills.len() == 1;
        let filled: Vec<&String> = companion.row.fills.iter().map(|fill| &fill.property).collect();
        let is_made = |property: &&String| is_only || companion.properties.contains_key(*property);
        let filled: Vec<&String> = filled.into_iter().filter(is_made).collect();
        let parents: BTreeSet<Parent> = links.parents(companion).into_iter().collect();
        for parent in &parents {
            let (slot, address) = match parent {
                Parent::Planned(parent) => {
                    (Some(beside.entry(*parent).or_default()), drafts.get(*parent).map(|d| d.address.clone()))
                }
                Parent::Outside { kind, name } => {
                    let slot = outside.entry((kind.clone(), name.clone())).or_default();
                    (Some(slot), Some(outside_address(kind, name)))
                }
                Parent::Unclear { kind, why } => {
                    unjudgeable.push(not_linked(reader, companion, kind, why));
                    for property in &filled {
                        let of = unclear.entry((kind.clone(), (*property).clone())).or_default();
                        of.push(companion.address.clone());
                    }
                    (None, None)
                }
            };
            if let Some(slot) = slot {
                for property in &filled {
                    slot.entry((*property).clone()).or_default().push(at);
                }
            }
            if let ([_], Some(address)) = (Vec::from_iter(&parents).as_slice(), address) {
                moved.insert(companion.address.clone(), address);
            }
        }
        // What it was beside before the change, it is taken from.
        let Some(was) = companion.earlier() else { continue };
        let left: Vec<Parent> = links.parents(&was).into_iter().filter(|parent| !parents.contains(parent)).collect();
        let index = drafts.len() + earlier.len();
        for parent in left {
            let slot = match parent {
                Parent::Planned(parent) => beside.entry(parent).or_default(),
                Parent::Outside { kind, name } => outside.entry((kind, name)).or_default(),
                Parent::Unclear { kind, why } => {
                    unjudgeable.push(not_linked(reader, companion, &kind, &why));
                    for property in &filled {
                        let of = unclear.entry((kind.clone(), (*property).clone())).or_default();
                        of.push(companion.address.clone());
                    }
                    continue;
                }
            };
            for property in &filled {
                slot.entry((*property).clone()).or_default().push(index);
            }
        }
        earlier.push(was);
    }
    drop(links);
    drafts.append(&mut earlier);
    for ((kind, name), companions) in outside {
        beside.insert(drafts.len(), companions);
        drafts.push(existing(reader.mapping, &kind, &name));
    }
    let none = Beside::new();
    let parents: Vec<usize> = (0..drafts.len()).collect();
    let mut folded = Vec::new();
    for at in parents {
        let Some(mut parent) = drafts.get(at).filter(|draft| !draft.row.is_companion()).cloned() else { continue };
        // What changes beside a resource changes it.
        let changes = |at: &usize| drafts.get(*at).is_some_and(|companion| companion.action != Action::Keep);
        let changed = beside.get(&at).into_iter().flat_map(BTreeMap::values).flatten().any(changes);
        if parent.action == Action::Keep && (changed || unclear.keys().any(|(kind, _)| *kind == parent.kind)) {
            parent.action = Action::Update;
        }
        if parent.stays() {
            fill(reader.mapping, &mut parent, beside.get(&at).unwrap_or(&none), &drafts, &unclear);
        }
        folded.push(parent);
    }
    Folded { drafts: folded, moved }
}

/// The address of a resource that is named in the plan and not part of it.
fn outside_address(kind: &str, name: &str) -> String {
    format!("{kind}({name})")
}

fn not_linked(reader: Reader<'_>, companion: &Draft, kind: &str, why: &str) -> Unjudgeable {
    let instance = companion.instance.and_then(|at| reader.context.instances.get(at));
    let because = if why.is_empty() { String::new() } else { format!(" ({why})") };
    let reason = format!(
        "{}: which {kind} it belongs to cannot be told{because}: name it by a reference or a literal, or give --tf-dir.",
        companion.address
    );
    let place = instance.map(|instance| place(reader, instance, None)).unwrap_or_default();
    Unjudgeable { place, reason, whole: false }
}

/// A resource of which the plan only sets a part.
fn existing(mapping: &Mapping, kind: &str, name: &str) -> Draft {
    let mut row = Arc::new(Row { kind: kind.to_owned(), ..Row::default() });
    let mut properties = BTreeMap::new();
    let mut unknown = |property: &str| {
        properties.insert(property.to_owned(), Set::bare(Tree::Unknown(EXISTS.to_owned())));
    };
    for known in mapping.of_kind(kind) {
        known.specs.values().filter_map(|spec| spec.target.first()).for_each(|property| unknown(property));
        row = Arc::clone(known);
    }
    mapping.fills(kind).iter().for_each(|fill| unknown(&fill.property));
    unknown("Tags");
    let id = if name.starts_with("arn:") { "arn" } else { "id" };
    Draft {
        address: outside_address(kind, name),
        kind: kind.to_owned(),
        row,
        action: Action::Update,
        instance: None,
        attributes: BTreeMap::from([(id.to_owned(), Tree::text(name))]),
        properties,
        beside: BTreeSet::new(),
        before: BTreeMap::new(),
        was: BTreeMap::new(),
    }
}

/// Sets what companions set on a parent, and says what holds without them.
fn fill(
    mapping: &Mapping,
    parent: &mut Draft,
    beside: &Beside,
    drafts: &[Draft],
    unclear: &BTreeMap<(String, String), Vec<String>>,
) {
    let mut set_beside = BTreeSet::new();
    for fill in mapping.fills(&parent.kind) {
        let companions: Vec<&Draft> = beside
            .get(&fill.property)
            .map(|at| at.iter().filter_map(|at| drafts.get(*at)).collect())
            .unwrap_or_default();
        let (there, gone): (Vec<&Draft>, Vec<&Draft>) = companions.into_iter().partition(|draft| draft.stays());
        if !there.is_empty() {
            set_beside.insert(fill.property.as_str());
        }
        let others = unclear.get(&(parent.kind.clone(), fill.property.clone()));
        if parent.row.is_cloud_control() && there.is_empty() && gone.is_empty() && others.is_none() {
            continue;
        }
        let own = parent.properties.get(&fill.property).cloned();
        if parent.row.is_cloud_control() {
            parent.beside.insert(fill.property.clone());
            if own.as_ref().is_some_and(is_set) {
                let reason = "it is set both within it and beside it".to_owned();
                parent.properties.insert(fill.property.clone(), Set::bare(Tree::Unknown(reason)));
                continue;
            }
        }
        let set =
            if fill.many { many(parent, fill, own, &there, &gone) } else { single(parent, fill, own, &there, &gone) };
        parent.properties.insert(fill.property.clone(), set);
        if let Some(others) = others {
            let reason = format!("{} may belong to it", listed(others));
            parent.properties.insert(fill.property.clone(), Set::bare(Tree::Unknown(reason)));
        }
    }
    if parent.is_new() && !parent.row.is_cloud_control() {
        defaults::apply(parent, &set_beside);
    }
}

/// What a property is without any companion.
fn without(parent: &Draft, fill: &Fill) -> Tree {
    match &fill.none {
        Some(none) if parent.is_new() => Tree::known(none),
        None if parent.is_new() => Tree::Unknown(NOT_SET.to_owned()),
        _ if parent.instance.is_none() => Tree::Unknown(EXISTS.to_owned()),
        _ => Tree::Unknown(ELSEWHERE.to_owned()),
    }
}

fn is_set(own: &Set) -> bool {
    !own.made.tree.is_empty()
        && !matches!(&own.made.tree, Tree::Unknown(reason) if reason == NOT_SET || reason == EXISTS)
}

/// What a companion says of a property.
fn given(companion: &Draft, property: &str) -> Set {
    let none = || Set::bare(Tree::Unknown(format!("{} does not say it", companion.address)));
    companion.properties.get(property).cloned().unwrap_or_else(none)
}

fn single(parent: &Draft, fill: &Fill, own: Option<Set>, there: &[&Draft], gone: &[&Draft]) -> Set {
    let found: Vec<Set> = there.iter().map(|companion| given(companion, &fill.property)).collect();
    match (found.as_slice(), own.filter(|own| gone.is_empty() && is_set(own))) {
        ([_], _) if !gone.is_empty() && there.iter().any(|draft| draft.action != Action::Keep) => Set::bare(
            Tree::Unknown(format!("{} sets it and {} is removed: {ORDER}", addresses(there), addresses(gone))),
        ),
        ([one], _) => one.clone(),
        ([], Some(own)) => own,
        ([], None) => match (gone, &fill.none) {
            ([], _) => Set::bare(without(parent, fill)),
            (_, Some(none)) => Set::bare(Tree::known(none)),
            (_, None) => Set::bare(Tree::Unknown(
                "its companion is removed, and what AWS has then is not in the plan".to_owned(),
            )),
        },
        _ => Set::bare(Tree::Unknown(format!("several resources set it: {}", addresses(there)))),
    }
}

fn many(parent: &Draft, fill: &Fill, own: Option<Set>, there: &[&Draft], gone: &[&Draft]) -> Set {
    // What a provider read of an existing resource is all of it; of a new one it is what the code sets.
    let own = own.filter(|own| is_set(own) || (!parent.is_new() && matches!(own.made.tree, Tree::List(_))));
    let mut set = match own {
        Some(own) => own,
        // Something is there; what else is, nobody can say.
        None => Set::bare(without(parent, fill)),
    };
    if parent.is_new() && matches!(&set.made.tree, Tree::Unknown(reason) if reason == NOT_SET) && !there.is_empty() {
        set.made.tree = Tree::NULL;
    }
    // What a snapshot would say of it, the change adds to or takes from.
    let changing = |draft: &&&Draft| draft.action != Action::Keep;
    if matches!(&set.made.tree, Tree::Unknown(reason) if is_answered_live(reason))
        && let Some(by) = there.iter().chain(gone).find(changing)
    {
        let reason = format!("{} changes what it has already, and what that is the plan does not say", by.address);
        set.made.tree = Tree::Unknown(reason);
    }
    let made_anew = |item: &Tree| {
        let of = |companion: &&&Draft| companion.action != Action::Keep;
        there.iter().filter(of).any(|c| items(&given(c, &fill.property).made.tree).any(|new| is_same(new, item)))
    };
    let earlier = there.iter().filter_map(|companion| companion.before.get(&fill.property).map(|m| m.tree.clone()));
    let taken = gone.iter().map(|companion| (given(companion, &fill.property).made.tree, true));
    for (taken, goes) in taken.chain(earlier.map(|tree| (tree, false))).collect::<Vec<_>>() {
        if goes && items(&taken).any(&made_anew) {
            set.made.tree = Tree::Unknown(format!("{} is removed and made again: {ORDER}", addresses(gone)));
        }
        if let Tree::List(list) = &mut set.made.tree {
            let before = list.len();
            let mut found = 0;
            if before < COMPARED {
                found = items(&taken).filter(|item| list.iter().any(|there| is_same(there, item))).count();
                list.retain(|there| !items(&taken).any(|item| is_same(there, item)));
            }
            // Of a list that a provider read, everything that goes should be a part.
            if before > 0 && found < items(&taken).count() {
                let what = "something is taken from it that is not found in it, or is spelt in another way";
                set.made.tree = Tree::Unknown(what.to_owned());
            }
        }
    }
    for companion in there {
        let found = given(companion, &fill.property);
        if set.instance.is_none() {
            set.instance = found.instance;
            set.made.attributes.clone_from(&found.made.attributes);
        }
        set.made.tree = merged(std::mem::replace(&mut set.made.tree, Tree::NULL), found.made.tree);
    }
    set
}

const ORDER: &str = "which of the two comes last, the plan does not say";

fn addresses(drafts: &[&Draft]) -> String {
    listed(&drafts.iter().map(|draft| draft.address.clone()).collect::<Vec<_>>())
}

fn items(tree: &Tree) -> impl Iterator<Item = &Tree> {
    let list = match tree {
        Tree::List(list) => list.as_slice(),
        one if one.is_empty() => &[],
        one => std::slice::from_ref(one),
    };
    list.iter()
}

/// Whether two items are the same thing: AWS knows a policy within a role by its name.
fn is_same(one: &Tree, other: &Tree) -> bool {
    let name = |tree: &Tree| match tree {
        Tree::Object(members) => members.get("PolicyName").filter(|name| name.as_text().is_some()).cloned(),
        _ => None,
    };
    one == other || name(one).is_some_and(|found| name(other) == Some(found))
}

/// Both together: items of lists, statements of policies, members of objects.
fn merged(base: Tree, more: Tree) -> Tree {
    match (base, more) {
        (Tree::Unknown(reason), _) => Tree::Unknown(reason),
        (base, more) if base.is_empty() => match more {
            one @ (Tree::List(_) | Tree::Unknown(_)) => one,
            Tree::Object(members) if members.contains_key("Statement") => Tree::Object(members),
            one => Tree::List(vec![one]),
        },
        (Tree::Object(mut base), Tree::Object(more)) => {
            for (name, value) in more {
                match (base.remove(&name), value) {
                    (Some(had @ Tree::List(_)), value @ Tree::List(_)) => {
                        base.insert(name, merged(had, value));
                    }
                    (_, value) => {
                        base.insert(name, value);
                    }
                }
            }
            Tree::Object(base)
        }
        (base, more) => {
            let mut list = into_items(base);
            for item in into_items(more) {
                if list.len() > COMPARED || !list.contains(&item) {
                    list.push(item);
                }
            }
            Tree::List(list)
        }
    }
}

/// In longer lists items are not compared with each other: one that stands twice says nothing else.
const COMPARED: usize = 200;

fn into_items(tree: Tree) -> Vec<Tree> {
    match tree {
        Tree::List(items) => items,
        one => vec![one],
    }
}

/// Several resources that speak of the same thing of an account and Region, made one.
pub(super) fn join(drafts: Vec<Draft>, reader: Reader<'_>) -> Folded {
    let mut joined: Vec<Draft> = Vec::new();
    let mut moved = BTreeMap::new();
    let mut seen: BTreeMap<(String, Option<String>, Option<String>), usize> = BTreeMap::new();
    for mut draft in drafts {
        if draft.row.single && draft.action == Action::Delete {
            // The account or the Region stays, without the setting.
            draft.action = Action::Update;
            let reason = format!("{} is removed, and what AWS has then the plan does not say", draft.address);
            draft.properties.values_mut().for_each(|set| *set = Set::bare(Tree::Unknown(reason.clone())));
        }
        let (account, region) = super::resources::located(reader, &draft);
        let key = (draft.kind.clone(), account, region);
        let first = if draft.row.single && draft.stays() { seen.get(&key).copied() } else { None };
        if let Some(first) = first.and_then(|at| joined.get_mut(at)) {
            moved.insert(draft.address.clone(), first.address.clone());
            if first.action == Action::Keep {
                first.action = draft.action;
            }
            for (name, set) in draft.properties {
                let differs = first.properties.get(&name).is_some_and(|there| there.made.tree != set.made.tree);
                let set = if differs {
                    Set::bare(Tree::Unknown("several resources set it, each differently".to_owned()))
                } else {
                    set
                };
                first.properties.insert(name, set);
            }
            continue;
        }
        if draft.row.single && draft.stays() {
            seen.insert(key, joined.len());
        }
        joined.push(draft);
    }
    Folded { drafts: joined, moved }
}
