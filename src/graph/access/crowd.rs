//! All callers and resources of a question, and what statements hang on among them.
//!
//! May import: `graph`. Guarantees: callers (or resources) that are taken together have the same values of every key that
//! the statement at hand reads.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::bits::Bits;
use super::caller::{Caller, account_of, is_account};
use super::context::{Context, Given};
use super::glob::{Fuel, Token, literal};
use super::matrix::{Question, Store, Subject};
use super::policy::Statement;
use super::principal::Bounded;
use super::variable::Pattern;
use crate::graph::statement::Principal;

/// Keys that follow from who asks.
const OF_CALLERS: [&str; 6] = [
    "aws:principalarn",
    "aws:principaltype",
    "aws:principalisawsservice",
    "aws:principalservicename",
    "aws:principalaccount",
    "aws:username",
];

/// Callers and resources, indexed.
pub(super) struct Crowd<'a> {
    pub(super) question: &'a Question<'a>,
    pub(super) subjects: &'a [Subject<'a>],
    pub(super) stores: &'a [Store<'a>],
    pub(super) fuel: &'a Fuel,
    pub(super) action: Vec<Token>,
    pub(super) bounded: Vec<Bounded>,
    /// Callers that no policy of an organisation binds.
    pub(super) service_linked: Bits,
    subject_keys: BTreeSet<&'a str>,
    store_keys: BTreeSet<&'a str>,
    by_arn: BTreeMap<&'a str, Vec<usize>>,
    by_account: BTreeMap<&'a str, Vec<usize>>,
    by_role: BTreeMap<(&'a str, &'a str), Vec<usize>>,
    /// Resources by the text before their first wildcard.
    by_name: BTreeMap<String, Vec<usize>>,
    /// What is known of each caller, whatever it asks for.
    contexts: Vec<Context>,
    alike: RefCell<BTreeMap<Vec<String>, Rc<Vec<Group>>>>,
    like: RefCell<BTreeMap<Vec<String>, Rc<Vec<usize>>>>,
}

/// Things with the same values, and one of them.
pub(super) struct Group {
    pub(super) members: Vec<usize>,
    pub(super) one: usize,
}

impl<'a> Crowd<'a> {
    pub(super) fn new(
        question: &'a Question<'a>,
        subjects: &'a [Subject<'a>],
        stores: &'a [Store<'a>],
        fuel: &'a Fuel,
    ) -> Self {
        let mut crowd = Self {
            question,
            subjects,
            stores,
            fuel,
            action: literal(&question.action.to_ascii_lowercase()),
            bounded: subjects.iter().map(|s| Bounded::by(s.boundary.as_ref())).collect(),
            service_linked: Bits::none(subjects.len()),
            subject_keys: OF_CALLERS.into_iter().collect(),
            store_keys: BTreeSet::from(["aws:resourceaccount"]),
            by_arn: BTreeMap::new(),
            by_account: BTreeMap::new(),
            by_role: BTreeMap::new(),
            by_name: BTreeMap::new(),
            contexts: Vec::new(),
            alike: RefCell::default(),
            like: RefCell::default(),
        };
        for (place, subject) in subjects.iter().enumerate() {
            crowd.subject_keys.extend(subject.keys.iter().map(|(key, _)| key.as_str()));
            if subject.caller.is_service_linked() {
                crowd.service_linked.set(place);
            }
            if let Caller::User { arn } | Caller::Role { arn, .. } = &subject.caller {
                crowd.by_arn.entry(arn).or_default().push(place);
                if let Some(account) = account_of(arn) {
                    crowd.by_account.entry(account).or_default().push(place);
                    let name = arn.rsplit('/').next().unwrap_or_default();
                    crowd.by_role.entry((account, name)).or_default().push(place);
                }
            }
        }
        for (place, store) in stores.iter().enumerate() {
            crowd.by_name.entry(before_wildcards(&store.resource.tokens)).or_default().push(place);
            crowd.store_keys.extend(store.keys.iter().map(|(key, _)| key.as_str()));
        }
        crowd.contexts = (0..subjects.len()).map(|place| crowd.context(Some(place), None)).collect();
        crowd
    }

    pub(super) fn hangs_on_subject(&self, statement: &Statement) -> bool {
        statement.keys().any(|key| self.subject_keys.contains(key))
    }

    pub(super) fn hangs_on_store(&self, statement: &Statement) -> bool {
        statement.keys().any(|key| self.store_keys.contains(key))
    }

    /// Whether the patterns of its resources read keys of resources.
    pub(super) fn names_store_keys(&self, statement: &Statement) -> bool {
        statement.resources.patterns().iter().flat_map(Pattern::keys).any(|key| self.store_keys.contains(key))
    }

    /// What is known of a request of a caller for a resource; of any resource's keys nothing where none is given, which
    /// is right for statements that hang on none, and of any caller's likewise.
    pub(super) fn context(&self, subject: Option<usize>, store: Option<usize>) -> Context {
        let mut context = self.question.context.clone();
        let subject = subject.and_then(|s| self.subjects.get(s));
        let store = store.and_then(|s| self.stores.get(s));
        let keys = subject.iter().flat_map(|s| &s.keys).chain(store.iter().flat_map(|s| &s.keys));
        for (key, given) in keys {
            context.set(key, given.clone());
        }
        if let Some(subject) = subject {
            context = subject.caller.complete(context);
        }
        if let Some(store) = store {
            store.resource.complete(&self.question.action, &mut context);
        }
        context
    }

    /// What is known of a caller, whatever it asks for.
    pub(super) fn of_subject(&self, subject: usize) -> &Context {
        self.contexts.get(subject).unwrap_or(&self.question.context)
    }

    /// Callers with the same values of the keys that the statement reads.
    pub(super) fn subjects_alike(&self, statement: &Statement) -> Rc<Vec<Group>> {
        let keys: BTreeSet<&str> = statement.keys().filter(|key| self.subject_keys.contains(key)).collect();
        let name: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        let fresh = || Rc::new(alike(self.subjects.len(), &keys, |place| Cow::Borrowed(self.of_subject(place))));
        Rc::clone(self.alike.borrow_mut().entry(name).or_insert_with(fresh))
    }

    /// For each resource one with the same values of the keys that the statement reads.
    pub(super) fn stores_alike(&self, statement: &Statement) -> Rc<Vec<usize>> {
        let keys: BTreeSet<&str> = statement.keys().filter(|key| self.store_keys.contains(key)).collect();
        let name: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        let fresh = || {
            let mut like = vec![0; self.stores.len()];
            for group in alike(self.stores.len(), &keys, |place| Cow::Owned(self.context(None, Some(place)))) {
                for member in group.members {
                    if let Some(place) = like.get_mut(member) {
                        *place = group.one;
                    }
                }
            }
            Rc::new(like)
        };
        Rc::clone(self.like.borrow_mut().entry(name).or_insert_with(fresh))
    }

    /// The values of one caller of the keys that the statement reads, as a text that is the same for the same values.
    pub(super) fn values(&self, statement: &Statement, subject: usize) -> String {
        let keys: BTreeSet<&str> = statement.keys().filter(|key| self.subject_keys.contains(key)).collect();
        values(&keys, self.of_subject(subject))
    }

    /// Resources that a pattern may match: their names begin alike, as far as neither has a wildcard.
    pub(super) fn near(&self, pattern: &[Token]) -> Vec<usize> {
        let begin = before_wildcards(pattern);
        let longer = self.by_name.range(begin.clone()..).take_while(|(name, _)| name.starts_with(&begin));
        let mut found: Vec<usize> = longer.flat_map(|(_, places)| places).copied().collect();
        for (end, _) in begin.char_indices() {
            found.extend(begin.get(..end).and_then(|shorter| self.by_name.get(shorter)).into_iter().flatten());
        }
        found
    }

    /// Callers that a list of principals may mean; none: it has to be asked of each.
    pub(super) fn candidates(&self, list: &[Principal]) -> Option<Vec<usize>> {
        let mut found = BTreeSet::new();
        for principal in list {
            let value = principal.value.as_str();
            if principal.kind == "Service" {
                continue;
            }
            if principal.kind != "AWS" || value.contains(['*', '?']) {
                return None;
            }
            let places = if is_account(value) {
                self.by_account.get(value)
            } else if value.contains(":assumed-role/") {
                let role = value.split('/').nth(1).unwrap_or_default();
                account_of(value).and_then(|account| self.by_role.get(&(account, role)))
            } else if value.ends_with(":root") {
                account_of(value).and_then(|account| self.by_account.get(account))
            } else if value.starts_with("arn:") {
                self.by_arn.get(value)
            } else {
                return None;
            };
            found.extend(places.into_iter().flatten());
        }
        Some(found.into_iter().collect())
    }
}

fn before_wildcards(tokens: &[Token]) -> String {
    let plain = tokens.iter().map_while(|token| match token {
        Token::Char(c) => Some(*c),
        Token::One | Token::Many => None,
    });
    plain.collect()
}

fn values(keys: &BTreeSet<&str>, context: &Context) -> String {
    format!("{:?}", keys.iter().map(|key| context.get(key)).collect::<Vec<&Given>>())
}

fn alike<'c>(count: usize, keys: &BTreeSet<&str>, context: impl Fn(usize) -> Cow<'c, Context>) -> Vec<Group> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for place in 0..count {
        let group = groups.entry(values(keys, &context(place)));
        group.or_insert_with(|| Group { members: Vec::new(), one: place }).members.push(place);
    }
    groups.into_values().collect()
}
