//! Copies of data that others may take: snapshots that are shared, and exports to buckets.
//!
//! May import: `model`, `graph`. Guarantees: a share with everyone or with an undeclared account stands whatever else was
//! not read; none is said only where the whole list was.

use serde_json::Value;

use super::iam::Found;
use super::organizations::text;
use super::reading::{list, origin, word, words};
use super::{Surroundings, stores};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut found = Found::default();
    match document.kind.as_str() {
        "AWS::RDS::ExportTask" => {
            match text(document, "S3Bucket") {
                Ok(name) => match stores::is_declared_store(name, around) {
                    Ok(true) => {}
                    Ok(false) => found.add(name),
                    Err(why) => found.doubt(why),
                },
                Err(why) => found.doubt(why),
            }
            found.put(entity, "undeclaredTargets", &origin(document, &["S3Bucket"]));
        }
        "AWS::EC2::Snapshot" => {
            shares(document, "CreateVolumePermissions", around, &mut found, |permission| {
                let whom: Vec<&str> = word(permission, "Group").into_iter().chain(word(permission, "UserId")).collect();
                (!whom.is_empty()).then_some(whom)
            });
            found.put(entity, "outsideShares", &origin(document, &["CreateVolumePermissions"]));
        }
        _ => {
            shares(document, "Attributes", around, &mut found, |attribute| {
                let restore = word(attribute, "AttributeName")? == "restore";
                Some(words(attribute, "AttributeValues").filter(|_| restore).collect())
            });
            found.put(entity, "outsideShares", &origin(document, &["Attributes"]));
        }
    }
}

/// Names those with whom a snapshot is shared and who are none of ours; `all` is everyone.
fn shares(
    document: &ResourceDocument,
    facet: &str,
    around: &Surroundings<'_>,
    found: &mut Found,
    with: impl Fn(&Value) -> Option<Vec<&str>>,
) {
    let entries = match list(document, facet) {
        Ok(entries) => entries,
        Err(why) => return found.doubt(why),
    };
    for entry in entries {
        let Some(whom) = with(entry) else {
            found.doubt(format!("{facet} is in no form that is understood"));
            continue;
        };
        for whom in whom {
            match whom {
                "all" => found.add("everyone"),
                account if account == document.account => {}
                account => match stores::is_declared_account(account, around.declared) {
                    Ok(true) => {}
                    Ok(false) => found.add(format!("account {account}")),
                    Err(why) => found.doubt(why),
                },
            }
        }
    }
}
