//! The groups of the directory that personas name, and who is in them, as far as a snapshot tells.
//!
//! May import: everything below `commands`. Guarantees: a member is named by the user name that the directory has; one without
//! a name is left out, for nobody could attest anything about it by an internal id.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::declaration::Declaration;
use crate::graph::directory;
use crate::graph::persona::glob;
use crate::model::document::ResourceDocument;
use crate::snapshot::{Reader, SnapshotError};

const GROUP: &str = "AWS::IdentityStore::Group";
const MEMBERSHIP: &str = "AWS::IdentityStore::GroupMembership";

/// A group that a persona names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) name: String,
    /// User names.
    pub(super) members: BTreeSet<String>,
}

/// Every group that a persona's `group:` names, in the order of the names.
pub(super) fn groups(snapshot: &Reader, declaration: &Declaration) -> Result<Vec<Group>, SnapshotError> {
    let mut documents = Vec::new();
    let kinds = [GROUP, MEMBERSHIP, directory::USER];
    for chunk in snapshot.manifest().chunks.iter().filter(|chunk| kinds.contains(&chunk.kind.as_str())) {
        documents.extend(snapshot.documents(chunk)?);
    }
    Ok(of_documents(&documents, &patterns(declaration)))
}

/// `tre-*-leads` of `group:tre-{project}-leads`.
fn patterns(declaration: &Declaration) -> Vec<String> {
    let personas = declaration.form().personas.as_ref();
    let words = personas.into_iter().flat_map(|p| p.all().map(|(_, list)| list)).flatten().flatten();
    words.filter_map(|word| word.strip_prefix("group:")).map(|name| name.replace("{project}", "*")).collect()
}

fn of_documents(documents: &[ResourceDocument], patterns: &[String]) -> Vec<Group> {
    let of = |kind: &'static str| documents.iter().filter(move |d| d.kind == kind);
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    // An id is that of the store and that of the thing in it.
    let users: BTreeMap<&str, String> =
        of(directory::USER).filter_map(|d| Some((d.id.as_str(), text(d.observed.get("UserName"))?))).collect();
    let mut groups: BTreeMap<&str, Group> = BTreeMap::new();
    for document in of(GROUP) {
        let name = text(document.properties.get("DisplayName")).unwrap_or_default();
        if patterns.iter().any(|pattern| glob(pattern, &name)) {
            groups.insert(&document.id, Group { name, members: BTreeSet::new() });
        }
    }
    for document in of(MEMBERSHIP) {
        let Some((store, _)) = document.id.rsplit_once('|') else { continue };
        let member = document.properties.get("MemberId").and_then(|m| m.get("UserId"));
        let (Some(group), Some(user)) = (text(document.properties.get("GroupId")), text(member)) else { continue };
        let user = users.get(format!("{store}|{user}").as_str());
        if let (Some(group), Some(user)) = (groups.get_mut(format!("{store}|{group}").as_str()), user) {
            group.members.insert(user.clone());
        }
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by(|a, b| a.name.cmp(&b.name));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document(kind: &str, id: &str, properties: &Value, name: Option<&str>) -> ResourceDocument {
        let mut document = ResourceDocument { kind: kind.to_owned(), id: id.to_owned(), ..ResourceDocument::default() };
        document.properties.extend(properties.as_object().unwrap().clone());
        document.observed.extend(name.map(|name| ("UserName".to_owned(), json!(name))));
        document
    }

    #[test]
    fn members_are_found_by_store_and_id_and_groups_by_the_pattern_of_a_persona() {
        let documents = [
            document(GROUP, "d-1|g", &json!({ "DisplayName": "tre-cardio-leads" }), None),
            document(GROUP, "d-2|g", &json!({ "DisplayName": "payroll" }), None),
            document(directory::USER, "d-1|u", &json!({}), Some("u123")),
            document(directory::USER, "d-2|u", &json!({}), Some("u456")),
            document(MEMBERSHIP, "d-1|m", &json!({ "GroupId": "g", "MemberId": { "UserId": "u" } }), None),
            document(MEMBERSHIP, "d-2|m", &json!({ "GroupId": "g", "MemberId": { "UserId": "u" } }), None),
            document(MEMBERSHIP, "d-1|n", &json!({ "GroupId": "g", "MemberId": { "UserId": "gone" } }), None),
        ];
        let text = "[personas]\nlead_researcher = [\"group:tre-{project}-leads\", \"sso:TRE-Lead\"]\n";
        let declaration = Declaration::parse("tre.toml", text).unwrap();
        let found = of_documents(&documents, &patterns(&declaration));
        let members = BTreeSet::from(["u123".to_owned()]);
        assert_eq!(found, [Group { name: "tre-cardio-leads".to_owned(), members }]);
    }
}
