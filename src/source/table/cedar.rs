//! The Cedar schema of the table's types, made from its rows: what a policy can read without any Rust.
//!
//! May import: `source::table`. Guarantees: a facet has one type, that of its row; a member of a record is optional, for
//! AWS leaves out what is not configured; what Cedar has no type for (a policy document) is left out.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Facet, Kind, Shape, every_kind};

const HEAD: &str = "\
// Generated from src/source/table: run UPDATE_SCHEMAS=1 cargo test generated.
//
// What the sources say of each type. Facts that src/graph derives besides stand in facts/, which adds to
// these blocks. A list of keys and values that a user chose is a set of records; a policy document has no type here: facts
// are derived from it. region, treAccount and, where tags are read, the facts about them hold for every type.
";

/// Facts of every type.
const OF_ALL: &[(&str, &str)] = &[("accountRoles", "Set<String>"), ("region", "String"), ("treAccount", "Bool")];

/// Facts of every type whose tags are read.
const OF_TAGGED: &[(&str, &str)] = &[
    ("classTag", "{ value?: String }"),
    ("datasets", "Set<String>"),
    ("isArchive", "Bool"),
    ("isStore", "Bool"),
    ("isWorkspace", "Bool"),
    ("ofProject", "Bool"),
    ("projectEnd", "datetime"),
    ("projectRegistered", "Bool"),
    ("projectTag", "{ value?: String }"),
    ("projects", "Set<String>"),
    ("roleTag", "{ value?: String }"),
    ("tagsRead", "Bool"),
];

/// The schema as text, a namespace for each service.
#[must_use]
pub fn schema() -> String {
    let mut namespaces: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for kind in every_kind() {
        if let Some((namespace, name)) = kind.kind.rsplit_once("::") {
            namespaces.entry(namespace).or_default().push(entity(name, kind));
        }
    }
    let mut text = HEAD.to_owned();
    for (namespace, entities) in namespaces {
        // Writing to a String cannot fail.
        let _ = write!(text, "\nnamespace {namespace} {{\n{}}}\n", entities.join("\n"));
    }
    text
}

fn entity(name: &str, kind: &'static Kind) -> String {
    let tagged = kind.tags_from().is_some();
    let mut text = format!("  entity {name} in [AWS::Account] {{\n");
    for (fact, ty) in OF_ALL.iter().chain(OF_TAGGED.iter().filter(|_| tagged)) {
        let _ = writeln!(text, "    {fact}: {ty},");
    }
    let mut facets: Vec<&Facet> = kind.facets().map(|(facet, _)| facet).collect();
    facets.sort_by_key(|facet| facet.name);
    for facet in facets {
        if let Some(ty) = ty(facet.shape, 4) {
            let _ = writeln!(text, "    {}: {ty},", facet.name);
        }
    }
    text.push_str(if tagged { "  } tags String;\n" } else { "  };\n" });
    text
}

/// The type of a shape, `depth` being the indentation of the line that it begins on. None: Cedar has none.
fn ty(shape: Shape, depth: usize) -> Option<String> {
    Some(match shape {
        Shape::Text => "String".to_owned(),
        Shape::Flag | Shape::FlagText => "Bool".to_owned(),
        Shape::Number | Shape::NumberText => "Long".to_owned(),
        Shape::Time => "datetime".to_owned(),
        Shape::Document => return None,
        Shape::List(item) => format!("Set<{}>", ty(*item, depth)?),
        Shape::Map(item) => format!("Set<{{ key: String, value: {} }}>", ty(*item, depth)?),
        Shape::Record(members) => {
            let inner = depth + 2;
            let mut text = "{\n".to_owned();
            for (name, _, shape) in members {
                if let Some(ty) = ty(*shape, inner) {
                    let _ = writeln!(text, "{:inner$}{name}?: {ty},", "");
                }
            }
            format!("{text}{:depth$}}}", "")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_have_types() {
        const INNER: Shape = Shape::Record(&[("Id", "id", Shape::Text), ("Policy", "policy", Shape::Document)]);
        for (shape, expected) in [
            (Shape::List(&Shape::Text), Some("Set<String>")),
            (Shape::Map(&Shape::Flag), Some("Set<{ key: String, value: Bool }>")),
            (Shape::List(&INNER), Some("Set<{\n      Id?: String,\n    }>")),
            (Shape::Document, None),
            (Shape::List(&Shape::Document), None),
        ] {
            assert_eq!(ty(shape, 4).as_deref(), expected, "{shape:?}");
        }
    }
}
