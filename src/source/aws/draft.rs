//! Puts a resource document together facet by facet.
//!
//! May import: `model`. Guarantees: a facet gets a value only from an answer; everything else becomes a reason.

use std::collections::BTreeMap;

use aws_smithy_types::DateTime;
use serde_json::{Map, Value};

use crate::model::call::CallId;
use crate::model::document::ResourceDocument;
use crate::model::time::AsOf;

/// What became of a call.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer<T> {
    Present {
        value: T,
        call: CallId,
    },
    /// AWS said that it is not configured.
    Absent {
        call: CallId,
    },
    /// Not answered.
    Missing {
        call: CallId,
        reason: String,
    },
}

impl<T> Answer<T> {
    pub(super) fn call(&self) -> &CallId {
        match self {
            Self::Present { call, .. } | Self::Absent { call } | Self::Missing { call, .. } => call,
        }
    }
}

/// In which part of the document a facet stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Property,
    Observed,
}

/// A facet on its way into a document.
#[derive(Debug)]
pub(super) struct Facet {
    pub(super) place: Place,
    pub(super) name: &'static str,
    /// What "not configured" looks like: an empty object or list.
    pub(super) empty: Value,
    pub(super) answer: Answer<Value>,
}

/// A document that is being put together.
#[derive(Debug)]
pub(super) struct Draft(ResourceDocument);

impl From<ResourceDocument> for Draft {
    fn from(document: ResourceDocument) -> Self {
        Self(document)
    }
}

impl Draft {
    pub(super) fn new(kind: &str, id: &str, arn: Option<&str>, account: &str, region: &str) -> Self {
        Self(ResourceDocument {
            kind: kind.to_owned(),
            id: id.to_owned(),
            arn: arn.map(str::to_owned),
            account: account.to_owned(),
            region: region.to_owned(),
            ..ResourceDocument::default()
        })
    }

    /// The document, with the members of every object in alphabetical order: their order is nobody's statement, and
    /// some of them come from maps that have none.
    pub(super) fn into_document(mut self) -> ResourceDocument {
        for value in self.0.properties.values_mut().chain(self.0.observed.values_mut()) {
            value.sort_all_objects();
        }
        self.0
    }

    /// A value that a call gave.
    pub(super) fn set(&mut self, place: Place, name: &str, value: Value, call: &CallId) {
        let part = match place {
            Place::Property => &mut self.0.properties,
            Place::Observed => &mut self.0.observed,
        };
        part.insert(name.to_owned(), value);
        self.0.calls.insert(name.to_owned(), call.clone());
    }

    pub(super) fn property(&mut self, name: &str, value: impl Into<Value>, call: &CallId) {
        self.set(Place::Property, name, value.into(), call);
    }

    pub(super) fn observed(&mut self, name: &str, value: impl Into<Value>, call: &CallId) {
        self.set(Place::Observed, name, value.into(), call);
    }

    /// A value of a listing's item, which AWS may have left out.
    pub(super) fn listed(&mut self, place: Place, name: &str, value: Option<Value>, call: &CallId, operation: &str) {
        match value {
            Some(value) => self.set(place, name, value, call),
            None => self.missing_by(name, &format!("{operation} does not say"), call),
        }
    }

    /// A facet that was asked for and not answered.
    pub(super) fn missing(&mut self, name: &str, reason: &str) {
        self.0.missing.insert(name.to_owned(), reason.to_owned());
    }

    /// The same, with the call that should have answered.
    pub(super) fn missing_by(&mut self, name: &str, reason: &str, call: &CallId) {
        self.missing(name, reason);
        self.0.calls.insert(name.to_owned(), call.clone());
    }

    /// A policy document: a value, or the reason why it cannot be read.
    pub(super) fn policy(
        &mut self,
        place: Place,
        name: &str,
        document: Result<Value, String>,
        call: &CallId,
        operation: &str,
    ) {
        match document {
            Ok(value) => self.set(place, name, value, call),
            Err(reason) => self.missing_by(name, &format!("{operation} unparseable: {reason}"), call),
        }
    }

    pub(super) fn take(&mut self, facet: Facet) {
        match facet.answer {
            Answer::Present { value, call } => self.set(facet.place, facet.name, value, &call),
            Answer::Absent { call } => self.set(facet.place, facet.name, facet.empty, &call),
            Answer::Missing { call, reason } => self.missing_by(facet.name, &reason, &call),
        }
    }

    pub(super) fn fill(&mut self, place: Place, name: &'static str, empty: Value, answer: Answer<Value>) {
        self.take(Facet { place, name, empty, answer });
    }

    pub(super) fn tags(&mut self, answer: Answer<BTreeMap<String, String>>) {
        match answer {
            Answer::Present { value, call } => {
                self.0.tags = Some(value);
                self.0.calls.insert("tags".to_owned(), call);
            }
            Answer::Absent { call } => {
                self.0.tags = Some(BTreeMap::new());
                self.0.calls.insert("tags".to_owned(), call);
            }
            Answer::Missing { call, reason } => self.missing_by("tags", &reason, &call),
        }
    }

    /// For types whose tags no operation of the table reads.
    pub(super) fn tags_not_collected(&mut self) {
        self.missing("tags", "tags of this type are not collected");
    }
}

/// An object of those members that have a value.
pub(super) fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let mut map = Map::new();
    for (name, value) in members {
        if let Some(value) = value {
            map.insert(name.to_owned(), value);
        }
    }
    Value::Object(map)
}

/// A value, unless there is none.
pub(super) fn some<T: Into<Value>>(value: Option<T>) -> Option<Value> {
    value.map(Into::into)
}

/// A list of texts.
pub(super) fn texts<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Value {
    items.into_iter().map(|item| Value::from(item.as_ref())).collect()
}

/// A list of texts in alphabetical order, where AWS's own order means nothing.
pub(super) fn sorted_texts<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Value {
    let mut items: Vec<String> = items.into_iter().map(|item| item.as_ref().to_owned()).collect();
    items.sort();
    texts(items)
}

/// An instant in RFC 3339, UTC, whole seconds.
pub(super) fn time(value: Option<&DateTime>) -> Option<Value> {
    value.map(|instant| Value::from(AsOf::from_unix(instant.secs()).to_string()))
}

/// Whether a value is an object without members.
pub(super) fn is_empty_object(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty)
}
