//! Types that are read from tables which the declaration names, and from no others.
//!
//! May import: `source::table`. Guarantees: plain data; an expression names every attribute that leaves AWS, so that no other
//! column does.

use serde_json::Value;

use super::super::operations::{Body, Operation, Scope};
use super::shape::at;
use super::{Ask, Facet, Kind, Sent, Shape, airlock, dynamodb, regional, res};

/// A type that is read from a declared table.
#[derive(Debug, PartialEq, Eq)]
pub struct Declared {
    /// Listed under each table of that name.
    pub kind: Kind,
    /// Which table.
    pub(super) table: Table,
    /// Of which items anything is kept: the word that their id holds; empty for all.
    pub(super) only: &'static str,
}

/// How the declaration leads to a table.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Table {
    /// By the name of an environment of Research and Engineering Studio, before this.
    OfEnvironment(&'static str),
    /// `[airlock] records`.
    Records,
}

/// What a declaration names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tables {
    /// Environments of Research and Engineering Studio.
    pub environments: Vec<String>,
    /// The table of the airlock's requests.
    pub records: Option<String>,
}

impl Declared {
    /// The names of its tables.
    #[must_use]
    pub fn tables_of(&self, declared: &Tables) -> Vec<String> {
        match self.table {
            Table::OfEnvironment(table) => declared.environments.iter().map(|name| format!("{name}{table}")).collect(),
            Table::Records => declared.records.iter().cloned().collect(),
        }
    }

    /// Whether an item is one of those that are kept. The request says so too; here for whoever does not heed it.
    #[must_use]
    pub fn keeps(&self, item: &Value) -> bool {
        self.only.is_empty()
            || at(item, self.kind_key()).and_then(Value::as_str).is_some_and(|id| id.contains(self.only))
    }

    /// The attribute that is the key of its table.
    pub(super) fn kind_key(&self) -> &'static str {
        self.kind.id.rsplit('|').next().unwrap_or_default()
    }
}

/// Every such type.
pub static DECLARED: &[&Declared] = &[&airlock::REQUEST, &res::PERMISSION_PROFILE, &res::PROJECT, &res::SETTING];

/// Items of a page: a table may be large, and a page no larger than this is answered in no time.
pub(super) const PAGE: Sent = Sent::Number(200);

pub(super) const fn scan(sent: &'static [(&'static str, Sent)]) -> Ask {
    let operation =
        Operation { scope: Scope::Declared, ..regional("dynamodb", "Scan", &["dynamodb:Scan"], Body::Items) };
    Ask::of(operation).sending(sent).list("Items").paged("ExclusiveStartKey", "LastEvaluatedKey")
}

pub(super) const fn listed(kind: &'static str, list: Ask, id: &'static str, facets: &'static [Facet]) -> Kind {
    let kind = Kind::new(kind, &dynamodb::DYNAMODB, list, id);
    Kind { under: Some(&dynamodb::TABLE), facets, ..kind }
}

pub(super) const fn text(name: &'static str, attribute: &'static str) -> Facet {
    Facet::property(name, attribute, Shape::Text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// What an expression names is what becomes of an item: nothing else leaves AWS, and no facet goes unasked.
    #[test]
    fn every_attribute_that_leaves_aws_becomes_a_facet() {
        for declared in DECLARED {
            let sent = |wanted: &str| declared.kind.list.sent.iter().find(|(name, _)| *name == wanted).map(|(_, s)| *s);
            let Some(Sent::Record(names)) = sent("ExpressionAttributeNames") else { panic!("{}", declared.kind.kind) };
            let Some(Sent::Text(projected)) = sent("ProjectionExpression") else { panic!("{}", declared.kind.kind) };
            assert!(projected.split(',').eq(names.iter().map(|(place, _)| *place)), "{projected}");
            let asked: BTreeSet<&str> =
                names.iter().filter_map(|(_, s)| if let Sent::Text(name) = s { Some(*name) } else { None }).collect();
            let read: BTreeSet<&str> = declared.kind.facets.iter().map(|facet| facet.path).collect();
            assert_eq!(asked, read, "{}", declared.kind.kind);
            assert!(read.contains(declared.kind_key()));
            assert!(declared.kind.facets.iter().all(|facet| !facet.may_be_empty), "what is not there is not false");
        }
        assert!(DECLARED.is_sorted_by_key(|declared| declared.kind.kind));
    }

    #[test]
    fn each_declaration_leads_to_its_own_tables() {
        let tables = Tables { environments: vec!["res-prod".to_owned()], records: Some("requests".to_owned()) };
        let named = |kind: &str, tables: &Tables| {
            DECLARED.iter().find(|declared| declared.kind.kind == kind).unwrap().tables_of(tables)
        };
        assert_eq!(named("Airlock::Request", &tables), ["requests"]);
        assert_eq!(named("RES::Project", &tables), ["res-prod.projects"]);
        assert!(DECLARED.iter().all(|declared| declared.tables_of(&Tables::default()).is_empty()));
    }
}
