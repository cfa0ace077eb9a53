//! Access points of one file system that belong to several projects.
//!
//! May import: `model`, `graph`. Guarantees: access points are called apart only where every one of the file system was
//! listed and says its project, its root and its user.

use serde_json::Value;

use crate::graph::Surroundings;
use crate::graph::iam::Found;
use crate::graph::membership::{derived, tag};
use crate::graph::organizations::{known, text};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

const KIND: &str = "AWS::EFS::AccessPoint";

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let (mut roots, mut users) = (Found::default(), Found::default());
    if let Err(why) = around.estate.listings().listed_in(KIND, &document.account, &document.region) {
        roots.doubt(&why);
        users.doubt(why);
    }
    for other in around.of_type(KIND).filter(|other| other.id != document.id) {
        match is_foreign(document, other, around) {
            Ok(false) => continue,
            Ok(true) => {}
            Err(why) => {
                roots.doubt(&why);
                users.doubt(why);
                continue;
            }
        }
        match root(document).and_then(|mine| Ok(within(mine, root(other)?) || within(root(other)?, mine))) {
            Ok(true) => roots.add(other.name()),
            Ok(false) => {}
            Err(why) => roots.doubt(why),
        }
        match user(document).and_then(|mine| Ok((mine, user(other)?))) {
            // Without a user of its own, the client says who it is.
            Ok((mine, theirs)) if mine.is_none() || theirs.is_none() || mine == theirs => users.add(other.name()),
            Ok(_) => {}
            Err(why) => users.doubt(why),
        }
    }
    roots.put(entity, "sharedRoots", &derived(document, &["RootDirectory", "tags"]));
    users.put(entity, "sharedUsers", &derived(document, &["PosixUser", "tags"]));
}

/// Whether two access points lead into one file system and are of different projects.
fn is_foreign(mine: &ResourceDocument, other: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    if text(mine, "FileSystemId")? != text(other, "FileSystemId")? {
        return Ok(false);
    }
    match (tag(mine, around.declared)?, tag(other, around.declared)?) {
        (Some(a), Some(b)) => Ok(a != b),
        (None, _) => Err(format!("{} names no project", mine.name())),
        (_, None) => Err(format!("{} names no project", other.name())),
    }
}

fn root(point: &ResourceDocument) -> Result<&str, String> {
    // AWS takes the whole file system where none is given.
    Ok(known(point, "RootDirectory")?.get("Path").and_then(Value::as_str).unwrap_or("/"))
}

fn user(point: &ResourceDocument) -> Result<Option<i64>, String> {
    Ok(known(point, "PosixUser")?.get("Uid").and_then(Value::as_i64))
}

/// Whether a path is another one or lies below it.
fn within(above: &str, path: &str) -> bool {
    let above = above.trim_end_matches('/');
    let path = path.trim_end_matches('/');
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn a_path_holds_what_lies_below_it() {
        for (above, path, holds) in [
            ("/", "/a", true),
            ("/a", "/a", true),
            ("/a", "/a/", true),
            ("/a", "/a/b", true),
            ("/a", "/ab", false),
            ("/a/b", "/a", false),
        ] {
            assert_eq!(within(above, path), holds, "{above} {path}");
        }
    }
}
