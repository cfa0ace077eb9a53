//! The tree of a template: raw scalars, lists and maps, each with its place.
//!
//! May import: `model`. Guarantees: a scalar keeps its text and whether it was quoted, so that nothing is lost before a
//! property's type is known; a map keeps no key twice.

use super::scalar::Scalar;
use crate::model::planned::Place;

/// How deep a template may nest.
pub(super) const DEEPEST: usize = 128;

/// A line and a column, both from 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct At {
    pub(super) line: usize,
    pub(super) column: usize,
}

impl At {
    pub(super) fn place(self, file: &str) -> Place {
        Place { file: file.to_owned(), line: self.line, column: self.column }
    }
}

/// A value of a template.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) at: At,
    pub(super) data: Data,
}

#[derive(Debug, Clone)]
pub(super) enum Data {
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A member of a map.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) at: At,
    pub(super) value: Node,
}

impl Node {
    pub(super) fn quoted(at: At, text: impl Into<String>) -> Self {
        Self { at, data: Data::Scalar(Scalar { text: text.into(), quoted: true }) }
    }

    pub(super) fn plain(at: At, text: impl Into<String>) -> Self {
        Self { at, data: Data::Scalar(Scalar { text: text.into(), quoted: false }) }
    }

    pub(super) fn list(at: At, items: Vec<Self>) -> Self {
        Self { at, data: Data::List(items) }
    }

    pub(super) fn map(at: At, entries: Vec<Entry>) -> Self {
        Self { at, data: Data::Map(entries) }
    }

    /// A function in its long form, whichever form it was written in.
    pub(super) fn call(at: At, name: impl Into<String>, argument: Self) -> Self {
        Self::map(at, vec![Entry { key: name.into(), at, value: argument }])
    }

    pub(super) fn scalar(&self) -> Option<&Scalar> {
        if let Data::Scalar(scalar) = &self.data { Some(scalar) } else { None }
    }

    /// The text of a scalar that is not null, as written: a condition may be named `Yes`.
    pub(super) fn text(&self) -> Option<&str> {
        self.scalar().filter(|scalar| !scalar.is_null()).map(|scalar| scalar.text.as_str())
    }

    /// The text of a scalar that is not null, as a value.
    pub(super) fn value(&self) -> Option<&str> {
        self.scalar().filter(|scalar| !scalar.is_null()).map(Scalar::text)
    }

    pub(super) fn items(&self) -> Option<&[Self]> {
        if let Data::List(items) = &self.data { Some(items) } else { None }
    }

    pub(super) fn entries(&self) -> Option<&[Entry]> {
        if let Data::Map(entries) = &self.data { Some(entries) } else { None }
    }

    pub(super) fn is_null(&self) -> bool {
        self.scalar().is_some_and(Scalar::is_null)
    }

    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entries()?.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The function that this node calls, with its argument: a map with that single key.
    pub(super) fn function(&self) -> Option<(&str, &Self)> {
        match self.entries()? {
            [entry] if is_function(&entry.key) => Some((&entry.key, &entry.value)),
            _ => None,
        }
    }

    /// Whether a function stands anywhere within.
    pub(super) fn is_computed(&self) -> bool {
        self.any(&|node| node.entries().is_some_and(|entries| entries.iter().any(|entry| is_function(&entry.key))))
    }

    /// Whether this node or one within is as `test` says.
    pub(super) fn any(&self, test: &impl Fn(&Self) -> bool) -> bool {
        test(self)
            || match &self.data {
                Data::Scalar(_) => false,
                Data::List(items) => items.iter().any(|item| item.any(test)),
                Data::Map(entries) => entries.iter().any(|entry| entry.value.any(test)),
            }
    }

    /// Shows this node and each one within to `visit`.
    pub(super) fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        visit(self);
        match &self.data {
            Data::Scalar(_) => {}
            Data::List(items) => items.iter().for_each(|item| item.walk(visit)),
            Data::Map(entries) => entries.iter().for_each(|entry| entry.value.walk(visit)),
        }
    }
}

/// Whether a key names an intrinsic function. `Condition` is none here: it is a function only within `Conditions`, and
/// elsewhere a member of every other policy statement.
pub(super) fn is_function(key: &str) -> bool {
    key == "Ref" || key.starts_with("Fn::")
}
