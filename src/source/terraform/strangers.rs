//! Resources of types that are not known here, as far as they name others: what they do to those nobody can say.
//!
//! May import: `model`. Guarantees: a resource that one of them refers to, or calls by its name, id or ARN, is found.

use std::collections::BTreeMap;

use super::references::Origin;
use super::resources::Draft;
use super::tree::Tree;
use super::unknown::Reader;
use crate::model::planned::references;

/// The addresses that strangers name, each with what makes it doubtful.
pub(super) fn named(reader: Reader<'_>, drafts: &[Draft], strangers: &[usize]) -> BTreeMap<String, String> {
    let mut by_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for draft in drafts {
        for name in draft.names() {
            by_name.entry(name).or_default().push(&draft.address);
        }
    }
    let mut found = BTreeMap::new();
    for instance in strangers.iter().filter_map(|at| reader.context.instances.get(*at)) {
        let own = &instance.change.address;
        let mut note = |address: &str| {
            let what = "and what a resource of its type does is not known here";
            found.entry(address.to_owned()).or_insert_with(|| format!("{own} names it, {what}"));
        };
        for (attribute, tree) in reader.attributes(instance) {
            if tree.unknown().is_some() {
                for origin in reader.link(instance, &attribute) {
                    let meant = match origin {
                        Origin::Attribute { instance, .. } => vec![instance],
                        Origin::AnyOf(instances) => instances.to_vec(),
                        Origin::Local(_) | Origin::Data { .. } | Origin::Other(_) => Vec::new(),
                    };
                    let meant = meant.into_iter().filter_map(|at| reader.context.instances.get(at));
                    meant.for_each(|other| note(&other.change.address));
                }
            }
            texts(&tree, &mut |text| {
                references(text).for_each(|(address, _)| note(address));
                by_name.get(text).into_iter().flatten().for_each(|address| note(address));
            });
        }
    }
    found
}

fn texts(tree: &Tree, each: &mut impl FnMut(&str)) {
    match tree {
        Tree::List(items) => items.iter().for_each(|item| texts(item, each)),
        Tree::Object(members) => members.values().for_each(|member| texts(member, each)),
        Tree::Scalar(_) => tree.as_text().into_iter().for_each(each),
        Tree::Unknown(_) => {}
    }
}
