//! The tables: which facets a type has, and which resources say something about another one.
//!
//! May import: nothing but this module's own. Guarantees: a table that cannot be read is an error that names the row; every row is read
//! before any is used.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

use super::language::{self, Facet};

/// How a type of the template becomes one of a live document.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) kind: Option<String>,
    pub(super) facets: Vec<Facet>,
    pub(super) always: BTreeMap<String, Value>,
}

/// What a resource says about another one.
#[derive(Debug, Default)]
pub(super) struct Companion {
    /// Types, each with the property that names the resource.
    pub(super) of: BTreeMap<String, String>,
    pub(super) facets: Vec<Facet>,
    /// It is a resource of its own too.
    pub(super) keep: bool,
    /// There is one resource of the type in each account and Region, so that nothing names it.
    pub(super) single: bool,
}

/// All rows by type.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) types: BTreeMap<String, Row>,
    pub(super) companions: BTreeMap<String, Companion>,
    /// The property that holds the name of a resource, by type.
    pub(super) names: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRow {
    kind: Option<String>,
    facets: String,
    #[serde(default)]
    always: BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCompanion {
    of: BTreeMap<String, String>,
    facets: String,
    #[serde(default)]
    keep: bool,
    #[serde(default)]
    single: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCompanions {
    names: BTreeMap<String, String>,
    types: BTreeMap<String, WrittenCompanion>,
}

const TYPES: [&str; 2] = [include_str!("types.toml"), include_str!("types_data.toml")];
const COMPANIONS: &str = include_str!("companions.toml");

static TABLE: LazyLock<Result<Table, String>> = LazyLock::new(|| read(&TYPES, COMPANIONS));

/// The tables of the program.
///
/// # Errors
/// One of them cannot be read; a test sees to it that they can.
pub(super) fn table() -> Result<&'static Table, String> {
    TABLE.as_ref().map_err(Clone::clone)
}

fn read(types: &[&str], companions: &str) -> Result<Table, String> {
    let mut table = Table::default();
    for text in types {
        let written: BTreeMap<String, WrittenRow> = toml::from_str(text).map_err(|why| why.to_string())?;
        for (kind, row) in written {
            let facets = language::facets(&row.facets).map_err(|why| format!("{kind}: {why}"))?;
            table.types.insert(kind, Row { kind: row.kind, facets, always: row.always });
        }
    }
    let written: WrittenCompanions = toml::from_str(companions).map_err(|why| why.to_string())?;
    for (kind, row) in written.types {
        let facets = language::facets(&row.facets).map_err(|why| format!("{kind}: {why}"))?;
        table.companions.insert(kind, Companion { of: row.of, facets, keep: row.keep, single: row.single });
    }
    table.names = written.names;
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::super::language::Source;
    use super::super::made;
    use super::*;

    #[test]
    fn the_tables_can_be_read_and_name_only_what_there_is() {
        let table = table().unwrap();
        assert!(table.types.len() > 120 && table.companions.len() > 45);
        let rows = table.types.iter().map(|(kind, row)| (kind, &row.facets));
        for (kind, facets) in rows.chain(table.companions.iter().map(|(kind, row)| (kind, &row.facets))) {
            for facet in facets {
                if let Source::Made(function, _) = &facet.source {
                    assert!(made::is_function(function), "{kind}: {function}");
                }
            }
        }
    }

    /// A companion could not set what its parent has not, and its name could not be found there.
    #[test]
    fn a_companion_sets_facets_that_its_parent_has() {
        let table = table().unwrap();
        for (kind, companion) in &table.companions {
            for parent in companion.of.keys() {
                let row = table.types.get(parent).unwrap_or_else(|| panic!("{kind} is of {parent}, which has no row"));
                for facet in &companion.facets {
                    assert!(row.facets.iter().any(|own| own.name == facet.name), "{kind}: {} of {parent}", facet.name);
                }
            }
        }
        for (kind, property) in &table.names {
            assert!(table.types[kind].facets.iter().any(|facet| facet.name == *property), "{kind}: {property}");
        }
    }

    #[test]
    fn a_row_that_cannot_be_read_is_named() {
        let why = read(&["[\"AWS::A::B\"]\nfacets = \"Name wrong\""], COMPANIONS).unwrap_err();
        assert!(why.contains("AWS::A::B") && why.contains("wrong"), "{why}");
    }
}
