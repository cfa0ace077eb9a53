//! Which resource a companion belongs to: the policy of a bucket, the rule of a security group.
//!
//! May import: `model`. Guarantees: a parent is named only where no other resource could be meant.

use std::collections::BTreeMap;

use super::reasons::listed;
use super::references::Origin;
use super::resources::Draft;
use super::tree::Tree;
use super::unknown::Reader;
use crate::model::planned::references;

/// To what a companion is linked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Parent {
    /// A resource of the plan, by its place among the drafts.
    Planned(usize),
    /// A resource that is not in the plan, by type and name.
    Outside { kind: String, name: String },
    /// Nobody can say which one of this type.
    Unclear { kind: String, why: String },
}

/// The drafts, found by address and by what they are called.
#[derive(Debug)]
pub(super) struct Links<'a> {
    reader: Reader<'a>,
    drafts: &'a [Draft],
    by_address: BTreeMap<&'a str, usize>,
    by_name: BTreeMap<(&'a str, &'a str), Vec<usize>>,
}

/// Companions of companions are followed so far.
const DEEPEST: usize = 4;

impl<'a> Links<'a> {
    pub(super) fn new(reader: Reader<'a>, drafts: &'a [Draft]) -> Self {
        let mut by_address = BTreeMap::new();
        let mut by_name: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (at, draft) in drafts.iter().enumerate() {
            by_address.insert(draft.address.as_str(), at);
            if draft.row.is_companion() {
                continue;
            }
            for name in draft.names() {
                let found = by_name.entry((draft.kind.as_str(), name)).or_default();
                if !found.contains(&at) {
                    found.push(at);
                }
            }
        }
        Self { reader, drafts, by_address, by_name }
    }

    /// The parents of a companion. Empty: it names none, as an empty list does; where nothing is said it may be any.
    pub(super) fn parents(&self, companion: &Draft) -> Vec<Parent> {
        let says_nothing = companion.row.link.keys().all(|attribute| {
            companion.attributes.get(attribute).is_none_or(|value| value.is_empty() && !matches!(value, Tree::List(_)))
        });
        if says_nothing {
            return companion.row.link.values().flat_map(|kind| unclear(kind, "the plan does not say it")).collect();
        }
        self.parents_at(companion, 0)
    }

    fn parents_at(&self, companion: &Draft, depth: usize) -> Vec<Parent> {
        let mut parents = Vec::new();
        for (attribute, kind) in &companion.row.link {
            let value = companion.attributes.get(attribute).unwrap_or(&Tree::NULL);
            if let Tree::Unknown(why) = value {
                parents.extend(self.by_configuration(companion, attribute, kind, why, depth));
                continue;
            }
            for item in value.items().iter().filter(|item| !item.is_empty()) {
                parents.extend(match item.as_text() {
                    Some(text) => self.by_text(companion, attribute, kind, text, depth),
                    None => unclear(kind, item.unknown().unwrap_or("it is no text")),
                });
            }
        }
        parents
    }

    fn by_text(&self, companion: &Draft, attribute: &str, kind: &str, text: &str, depth: usize) -> Vec<Parent> {
        if let Some((address, _)) = references(text).next() {
            return self.by_address(address, kind, depth);
        }
        let named = self.by_name.get(&(kind, text)).map_or(&[][..], Vec::as_slice);
        // What goes is no parent of what stays.
        let staying = |at: &&usize| self.drafts.get(**at).is_some_and(|draft| draft.stays() || !companion.stays());
        let named: Vec<usize> = named.iter().filter(staying).copied().collect();
        match named.as_slice() {
            [only] => vec![Parent::Planned(*only)],
            several => {
                let by_configuration = self.by_configuration(companion, attribute, kind, "", depth);
                if matches!(by_configuration.as_slice(), [Parent::Planned(_)]) {
                    return by_configuration;
                }
                if several.is_empty() {
                    return vec![Parent::Outside { kind: kind.to_owned(), name: text.to_owned() }];
                }
                let addresses: Vec<String> =
                    several.iter().filter_map(|at| self.drafts.get(*at)).map(|draft| draft.address.clone()).collect();
                unclear(kind, &format!("several have this name: {}", listed(&addresses)))
            }
        }
    }

    fn by_configuration(&self, companion: &Draft, attribute: &str, kind: &str, why: &str, depth: usize) -> Vec<Parent> {
        let instance = companion.instance.and_then(|at| self.reader.context.instances.get(at));
        let origins = instance.map(|instance| self.reader.link(instance, attribute)).unwrap_or_default();
        match origins.as_slice() {
            [Origin::Attribute { instance, .. }] => match self.reader.context.instances.get(*instance) {
                Some(instance) => self.by_address(&instance.change.address, kind, depth),
                None => unclear(kind, why),
            },
            _ => unclear(kind, why),
        }
    }

    fn by_address(&self, address: &str, kind: &str, depth: usize) -> Vec<Parent> {
        let Some((at, draft)) = self.by_address.get(address).and_then(|at| Some((*at, self.drafts.get(*at)?))) else {
            return unclear(kind, &format!("{address} was not read"));
        };
        if draft.kind == kind && !draft.row.is_companion() {
            return vec![Parent::Planned(at)];
        }
        if draft.row.is_companion() && depth < DEEPEST {
            let parents = self.parents_at(draft, depth + 1);
            return parents.into_iter().filter(|parent| self.is_of(parent, kind)).collect();
        }
        unclear(kind, &format!("{address} is no {kind}"))
    }

    fn is_of(&self, parent: &Parent, of: &str) -> bool {
        match parent {
            Parent::Planned(at) => self.drafts.get(*at).is_some_and(|draft| draft.kind == of),
            Parent::Outside { kind, .. } | Parent::Unclear { kind, .. } => kind == of,
        }
    }
}

fn unclear(kind: &str, why: &str) -> Vec<Parent> {
    vec![Parent::Unclear { kind: kind.to_owned(), why: why.to_owned() }]
}
