//! Columns that are tagged as direct identifiers, and researchers who may select them.
//!
//! May import: `model`, `graph`. Guarantees: where a grant may reach such a column and it cannot be told, the set is
//! withheld. A column is tagged by the LF-Tag `tre:identifier` with the value `direct`.

use serde_json::Value;

use super::super::Surroundings;
use super::super::iam::Found;
use super::super::organizations::text;
use super::super::reading::{beside, list, listed_beside, origin, record, word, words};
use super::{TABLE, is_research};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

const KEY: &str = "tre:identifier";
const DIRECT: &str = "direct";
const FILTER: &str = "AWS::LakeFormation::DataCellsFilter";

/// A column, by database, table and name.
struct Column<'a> {
    database: &'a str,
    table: &'a str,
    name: &'a str,
}

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut found = Found::default();
    let columns = tagged(document, around, &mut found);
    match list(document, "Permissions") {
        Ok(grants) => {
            let reads =
                |grant: &&Value| words(grant, "Permissions").any(|r| ["ALL", "SELECT", "SUPER_USER"].contains(&r));
            for grant in grants.iter().filter(reads) {
                if is_foreign(grant, &document.account) {
                    let principal = word(grant, "Principal").unwrap_or_default();
                    if is_research(principal, document, around) != Ok(false) {
                        found.doubt("the columns of another account's catalogue are not seen from here");
                    }
                } else if !columns.is_empty() {
                    reach(grant, &columns, document, around, &mut found);
                }
            }
        }
        // Without a tagged column here one of another account may still be granted.
        Err(why) => found.doubt(why),
    }
    found.put(entity, "identifierReads", &origin(document, &["Permissions"]));
}

/// Whether a grant is about the catalogue of another account.
fn is_foreign(grant: &Value, account: &str) -> bool {
    let named = ["Catalog", "Table", "TableWithColumns", "DataCellsFilter", "LFTagPolicy"].into_iter();
    let of = named.filter_map(|kind| grant.get("Resource")?.get(kind));
    let id = |r| ["CatalogId", "TableCatalogId", "Id"].iter().find_map(|name| word(r, name));
    let mut catalogues = of.filter_map(id);
    catalogues.any(|catalogue| catalogue.split(':').next() != Some(account))
}

/// The columns of the Region that are tagged.
fn tagged<'a>(document: &'a ResourceDocument, around: &'a Surroundings<'_>, found: &mut Found) -> Vec<Column<'a>> {
    let is_direct = |column: &&Value| {
        let tags = column.get("LFTags").and_then(Value::as_array).into_iter().flatten();
        tags.into_iter().any(|tag| word(tag, "TagKey") == Some(KEY) && words(tag, "TagValues").any(|v| v == DIRECT))
    };
    let mut columns = Vec::new();
    for table in beside(document, TABLE, around) {
        match (list(table, "LFTagsOnColumns"), text(table, "DatabaseName"), text(table, "Name")) {
            (Ok(all), Ok(database), Ok(name)) => {
                let direct = all.iter().filter(is_direct).filter_map(|column| word(column, "Name"));
                columns.extend(direct.map(|column| Column { database, table: name, name: column }));
            }
            (Err(why), ..) | (_, Err(why), _) | (.., Err(why)) => found.doubt(why),
        }
    }
    if let Err(why) = listed_beside(document, TABLE, around) {
        found.doubt(why);
    }
    columns
}

/// Names what a grant lets a researcher read of the columns.
fn reach(
    grant: &Value,
    columns: &[Column<'_>],
    document: &ResourceDocument,
    around: &Surroundings<'_>,
    found: &mut Found,
) {
    let principal = word(grant, "Principal").unwrap_or_default();
    let Some(resource) = grant.get("Resource") else { return found.doubt("a grant names no resource") };
    let mut of_grant = Vec::new();
    for column in columns {
        match covers(resource, column, document, around) {
            Ok(true) => of_grant.push(Ok(column)),
            Ok(false) => {}
            Err(why) => of_grant.push(Err(why)),
        }
    }
    if of_grant.is_empty() {
        return;
    }
    match is_research(principal, document, around) {
        Ok(false) => {}
        Err(why) => found.doubt(why),
        Ok(true) => {
            for reached in of_grant {
                match reached {
                    Ok(column) => {
                        found.add(format!("{principal}: {}.{}.{}", column.database, column.table, column.name));
                    }
                    Err(why) => found.doubt(why),
                }
            }
        }
    }
}

/// Whether a grant on a resource is about a column.
fn covers(
    resource: &Value,
    column: &Column<'_>,
    document: &ResourceDocument,
    around: &Surroundings<'_>,
) -> Result<bool, String> {
    let of_database = |value: &Value| word(value, "DatabaseName") == Some(column.database);
    let of_table = |value: &Value, name: &str| of_database(value) && word(value, name) == Some(column.table);
    if let Some(table) = resource.get("Table") {
        return Ok(of_table(table, "Name") || (of_database(table) && table.get("AllTables").is_some()));
    }
    if let Some(table) = resource.get("TableWithColumns") {
        return Ok(of_table(table, "Name") && has_column(table, column.name));
    }
    if let Some(cells) = resource.get("DataCellsFilter") {
        if !of_table(cells, "TableName") {
            return Ok(false);
        }
        let name = word(cells, "Name").unwrap_or_default();
        let is_it = |filter: &&ResourceDocument| {
            let same = |facet: &str, wanted: &str| text(filter, facet) == Ok(wanted);
            same("Name", name) && same("TableName", column.table) && same("DatabaseName", column.database)
        };
        let Some(filter) = beside(document, FILTER, around).find(is_it) else {
            return Err(format!("the filter {name} was not seen"));
        };
        let listed = list(filter, "ColumnNames")?;
        if !listed.is_empty() {
            return Ok(listed.iter().any(|one| one.as_str() == Some(column.name)));
        }
        return Ok(!words(record(filter, "ColumnWildcard")?, "ExcludedColumnNames").any(|one| one == column.name));
    }
    if resource.get("LFTagPolicy").is_some() {
        return Err("which columns a grant by LF-Tags reaches is not worked out".to_owned());
    }
    if resource.get("Catalog").is_some() {
        return Err("what a grant on the whole catalogue opens is not worked out".to_owned());
    }
    // Of a database, a location or a tag no column is selected.
    Ok(false)
}

/// Columns that are listed, or all but those that are excluded.
fn has_column(table: &Value, name: &str) -> bool {
    if table.get("ColumnNames").and_then(Value::as_array).is_some_and(|list| !list.is_empty()) {
        return words(table, "ColumnNames").any(|one| one == name);
    }
    !words(table, "ExcludedColumnNames").any(|one| one == name)
}
