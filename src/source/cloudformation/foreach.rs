//! Unrolls `Fn::ForEach` where its collection is known.
//!
//! May import: `model`. Guarantees: a loop that cannot be unrolled stays in place and is reported; no two rounds write the
//! same key.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::function::{evaluate, read};
use super::outcome::Causes;
use super::scalar::Scalar;
use super::scope::Scope;
use super::tree::{At, Data, Entry, Node};
use crate::model::planned::{InputError, Unjudgeable};

const LOOP: &str = "Fn::ForEach::";

/// What one round of a loop binds: identifiers with their values.
type Round = Vec<(String, String)>;

/// Whether a key opens a loop.
pub(super) fn is_loop(key: &str) -> bool {
    key.starts_with(LOOP)
}

/// A section of a template with its loops unrolled, and the loops that could not be.
pub(super) fn unroll<'n>(
    file: &str,
    section: &'n Node,
    scope: &Scope<'_>,
) -> Result<(Cow<'n, Node>, Vec<Unjudgeable>), InputError> {
    if !section.any(&|node| node.entries().is_some_and(|entries| entries.iter().any(|entry| is_loop(&entry.key)))) {
        return Ok((Cow::Borrowed(section), Vec::new()));
    }
    let mut unroller = Unroller { file, scope, bound: Vec::new(), left: Vec::new() };
    let unrolled = unroller.rewrite(section)?;
    Ok((Cow::Owned(unrolled), unroller.left))
}

struct Unroller<'a> {
    file: &'a str,
    scope: &'a Scope<'a>,
    /// The identifiers of the loops around, with the value of this round.
    bound: Round,
    left: Vec<Unjudgeable>,
}

impl Unroller<'_> {
    fn rewrite(&mut self, node: &Node) -> Result<Node, InputError> {
        let data = match &node.data {
            Data::Scalar(scalar) => Data::Scalar(Scalar { text: self.replace(&scalar.text)?, quoted: scalar.quoted }),
            Data::List(items) => {
                self.pay(0)?;
                Data::List(items.iter().map(|item| self.rewrite(item)).collect::<Result<_, _>>()?)
            }
            Data::Map(entries) => {
                self.pay(0)?;
                if let Some(("Ref", name)) = node.function()
                    && let Some(value) = name.text().and_then(|name| self.value(name))
                {
                    self.pay(value.len())?;
                    return Ok(Node::quoted(node.at, value));
                }
                Data::Map(self.entries(entries)?)
            }
        };
        Ok(Node { at: node.at, data })
    }

    fn entries(&mut self, entries: &[Entry]) -> Result<Vec<Entry>, InputError> {
        let mut all = Vec::with_capacity(entries.len());
        for entry in entries {
            if is_loop(&entry.key) {
                let body = entry.value.items().and_then(|items| items.get(2)?.entries());
                match (self.rounds(entry), body) {
                    (Ok(Some(rounds)), Some(body)) => {
                        let around = self.bound.len();
                        for round in rounds {
                            self.pay(0)?;
                            self.bound.extend(round);
                            let written = self.entries(body);
                            self.bound.truncate(around);
                            all.extend(written?);
                        }
                        continue;
                    }
                    (Err(causes), _) => self.leave(entry, &format!("has a collection that {}", causes.sentence())),
                    _ => self.leave(entry, "does not have the form [identifier, collection, {key: value}]"),
                }
            }
            all.push(Entry { key: self.replace(&entry.key)?, at: entry.at, value: self.rewrite(&entry.value)? });
        }
        let mut keys = BTreeSet::new();
        match all.iter().find(|entry| !keys.insert(entry.key.as_str())) {
            None => Ok(all),
            Some(twice) => Err(InputError {
                place: twice.at.place(self.file),
                message: format!(
                    "a Fn::ForEach loop writes the key {:?} twice: use its identifier in the key",
                    twice.key
                ),
            }),
        }
    }

    /// The rounds of a loop, each with what it binds. `None` if the loop has another form.
    fn rounds(&self, entry: &Entry) -> Result<Option<Vec<Round>>, Causes> {
        let Some([identifiers, collection, _]) = entry.value.items() else { return Ok(None) };
        if !self.scope.ground.extended {
            return Err(Causes::one("needs Transform: AWS::LanguageExtensions"));
        }
        let several = identifiers.items();
        let identifiers = several.unwrap_or(std::slice::from_ref(identifiers)).iter();
        let identifiers = identifiers.map(|one| self.worked_out(one)).collect::<Result<Vec<_>, _>>()?;
        // With several identifiers a round is a list of values, or a key of a map with its value.
        let rounds: Option<Vec<Vec<Node>>> = match (self.worked_out(collection)?.data, several) {
            (Data::List(items), None) => Some(items.into_iter().map(|item| vec![item]).collect()),
            (Data::List(items), Some(_)) => items.iter().map(|item| item.items().map(<[_]>::to_vec)).collect(),
            (Data::Map(entries), Some(_)) => {
                Some(entries.into_iter().map(|entry| vec![Node::quoted(entry.at, entry.key), entry.value]).collect())
            }
            _ => None,
        };
        rounds.map_or(Ok(None), |rounds| self.bind(&identifiers, &rounds))
    }

    /// A part of a loop, with what the loops around bind.
    fn worked_out(&self, node: &Node) -> Result<Node, Causes> {
        let mut inner = Self { file: self.file, scope: self.scope, bound: self.bound.clone(), left: Vec::new() };
        let node = inner.rewrite(node).map_err(|_| Causes::spent())?;
        evaluate(&node, self.scope)?.ok_or_else(|| Causes::one("is nothing (AWS::NoValue)"))
    }

    fn bind(&self, identifiers: &[Node], rounds: &[Vec<Node>]) -> Result<Option<Vec<Round>>, Causes> {
        let text = |node| read(node, self.scope, "Fn::ForEach");
        let mut all = Vec::with_capacity(rounds.len());
        for values in rounds {
            if values.len() != identifiers.len() {
                return Ok(None);
            }
            let pairs = identifiers.iter().zip(values).map(|(name, value)| Ok((text(name)?, text(value)?)));
            all.push(pairs.collect::<Result<Round, Causes>>()?);
        }
        Ok(Some(all))
    }

    fn leave(&mut self, entry: &Entry, why: &str) {
        let reason = format!(
            "the loop {} {why}; give the parameters that it needs, or the processed template ({})",
            entry.key,
            super::template::PROCESSED
        );
        self.left.push(Unjudgeable { place: At::place(entry.at, self.file), reason, whole: false });
    }

    fn value(&self, identifier: &str) -> Option<&str> {
        self.bound.iter().rev().find(|(name, _)| name == identifier).map(|(_, value)| value.as_str())
    }

    /// `${Identifier}` becomes the value, `&{Identifier}` its letters and digits, as a logical id needs them. What was put
    /// in is not looked at again. Paid for as it grows: a short text can name a long value many times.
    fn replace(&self, text: &str) -> Result<String, InputError> {
        let mut replaced = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{').filter(|_| !self.bound.is_empty()) {
            let mut mark = before.chars();
            let value = match (mark.next_back(), after.split_once('}')) {
                (Some(sign @ ('$' | '&')), Some((name, after))) => self.value(name).map(|value| (sign, value, after)),
                _ => None,
            };
            let Some((sign, value, after)) = value else {
                replaced.extend([before, "{"]);
                rest = after;
                continue;
            };
            self.pay(value.len())?;
            replaced.push_str(mark.as_str());
            match sign {
                '$' => replaced.push_str(value),
                _ => replaced.extend(value.chars().filter(char::is_ascii_alphanumeric)),
            }
            rest = after;
        }
        replaced.push_str(rest);
        self.pay(replaced.len())?;
        Ok(replaced)
    }

    fn pay(&self, text: usize) -> Result<(), InputError> {
        if self.scope.ground.budget.pay(text) { Ok(()) } else { self.scope.ground.budget.check(self.file) }
    }
}
