//! What Research and Engineering Studio keeps in tables: its projects, its permission profiles and one of its settings. Only
//! of environments that `[tre] res` declares.
//!
//! May import: `source::table`. Guarantees: plain data; an expression names every attribute that leaves AWS, so that no other
//! column does; of the settings, which may hold secrets, no other than the one that is named here.
//!
//! Names of tables and attributes are those of release 2024.10: <https://github.com/aws/res>. What a later release calls
//! otherwise is not found, and so it is unknown.

use serde_json::Value;

use super::super::operations::{Body, Operation, Scope};
use super::shape::at;
use super::{Ask, Facet, Kind, Sent, Shape, dynamodb, regional};

/// A type that is read from a table of a declared environment.
#[derive(Debug, PartialEq, Eq)]
pub struct Declared {
    /// Listed under each table of that name.
    pub kind: Kind,
    /// The name of the table behind that of the environment.
    pub table: &'static str,
    /// Of which items anything is kept: the word that their id holds; empty for all.
    only: &'static str,
}

impl Declared {
    /// The name of its table in an environment.
    #[must_use]
    pub fn table_of(&self, environment: &str) -> String {
        format!("{environment}{}", self.table)
    }

    /// Whether an item is one of those that are kept. The request says so too; here for whoever does not heed it.
    #[must_use]
    pub fn keeps(&self, item: &Value) -> bool {
        self.only.is_empty()
            || at(item, self.kind_key()).and_then(Value::as_str).is_some_and(|id| id.contains(self.only))
    }

    /// The attribute that is the key of its table.
    fn kind_key(&self) -> &'static str {
        self.kind.id.rsplit('|').next().unwrap_or_default()
    }
}

/// Every such type.
pub static DECLARED: &[&Declared] = &[&PERMISSION_PROFILE, &PROJECT, &SETTING];

/// Items of a page: a table may be large, and a page no larger than this is answered in no time.
const PAGE: Sent = Sent::Number(200);
/// The setting that opens the file browser of the portal, whatever module it stands in.
const FILE_BROWSER: &str = "enable_file_browser";

const fn scan(sent: &'static [(&'static str, Sent)]) -> Ask {
    let operation =
        Operation { scope: Scope::Declared, ..regional("dynamodb", "Scan", &["dynamodb:Scan"], Body::Items) };
    Ask::of(operation).sending(sent).list("Items").paged("ExclusiveStartKey", "LastEvaluatedKey")
}

const fn listed(kind: &'static str, list: Ask, id: &'static str, facets: &'static [Facet]) -> Kind {
    let kind = Kind::new(kind, &dynamodb::DYNAMODB, list, id);
    Kind { under: Some(&dynamodb::TABLE), facets, ..kind }
}

const fn text(name: &'static str, attribute: &'static str) -> Facet {
    Facet::property(name, attribute, Shape::Text)
}

const fn texts(name: &'static str, attribute: &'static str) -> Facet {
    Facet::property(name, attribute, Shape::List(&Shape::Text))
}

const fn flag(name: &'static str, attribute: &'static str) -> Facet {
    Facet::property(name, attribute, Shape::Flag)
}

static PROJECT: Declared = Declared {
    kind: listed(
        "RES::Project",
        scan(&[
            ("TableName", Sent::Of("^")),
            ("Limit", PAGE),
            ("ProjectionExpression", Sent::Text("#a,#b,#c,#d,#e,#f")),
            (
                "ExpressionAttributeNames",
                Sent::Record(&[
                    ("#a", Sent::Text("project_id")),
                    ("#b", Sent::Text("name")),
                    ("#c", Sent::Text("enabled")),
                    ("#d", Sent::Text("budget_name")),
                    ("#e", Sent::Text("security_groups")),
                    ("#f", Sent::Text("policy_arns")),
                ]),
            ),
        ]),
        "^|project_id",
        &[
            text("ProjectId", "project_id"),
            text("Name", "name"),
            flag("Enabled", "enabled"),
            text("BudgetName", "budget_name"),
            texts("SecurityGroups", "security_groups"),
            texts("PolicyArns", "policy_arns"),
        ],
    ),
    table: ".projects",
    only: "",
};

/// `Builtin` allows everything, whatever the other flags say.
static PERMISSION_PROFILE: Declared = Declared {
    kind: listed(
        "RES::PermissionProfile",
        scan(&[
            ("TableName", Sent::Of("^")),
            ("Limit", PAGE),
            ("ProjectionExpression", Sent::Text("#a,#b,#c,#d,#e,#f,#g,#h,#i,#j,#k,#l,#m,#n,#o,#p,#q,#r,#s,#t,#u,#v")),
            (
                "ExpressionAttributeNames",
                Sent::Record(&[
                    ("#a", Sent::Text("profile_id")),
                    ("#b", Sent::Text("builtin")),
                    ("#c", Sent::Text("display")),
                    ("#d", Sent::Text("pointer")),
                    ("#e", Sent::Text("mouse")),
                    ("#f", Sent::Text("keyboard")),
                    ("#g", Sent::Text("audio_in")),
                    ("#h", Sent::Text("audio_out")),
                    ("#i", Sent::Text("clipboard_copy")),
                    ("#j", Sent::Text("clipboard_paste")),
                    ("#k", Sent::Text("file_upload")),
                    ("#l", Sent::Text("file_download")),
                    ("#m", Sent::Text("usb")),
                    ("#n", Sent::Text("printer")),
                    ("#o", Sent::Text("smartcard")),
                    ("#p", Sent::Text("stylus")),
                    ("#q", Sent::Text("keyboard_sas")),
                    ("#r", Sent::Text("webcam")),
                    ("#s", Sent::Text("touch")),
                    ("#t", Sent::Text("screenshot")),
                    ("#u", Sent::Text("gamepad")),
                    ("#v", Sent::Text("unsupervised_access")),
                ]),
            ),
        ]),
        "^|profile_id",
        &[
            text("ProfileId", "profile_id"),
            flag("Builtin", "builtin"),
            flag("Display", "display"),
            flag("Pointer", "pointer"),
            flag("Mouse", "mouse"),
            flag("Keyboard", "keyboard"),
            flag("AudioIn", "audio_in"),
            flag("AudioOut", "audio_out"),
            flag("ClipboardCopy", "clipboard_copy"),
            flag("ClipboardPaste", "clipboard_paste"),
            flag("FileUpload", "file_upload"),
            flag("FileDownload", "file_download"),
            flag("Usb", "usb"),
            flag("Printer", "printer"),
            flag("Smartcard", "smartcard"),
            flag("Stylus", "stylus"),
            flag("KeyboardSas", "keyboard_sas"),
            flag("Webcam", "webcam"),
            flag("Touch", "touch"),
            flag("Screenshot", "screenshot"),
            flag("Gamepad", "gamepad"),
            flag("UnsupervisedAccess", "unsupervised_access"),
        ],
    ),
    table: ".vdc.controller.permission-profiles",
    only: "",
};

static SETTING: Declared = Declared {
    kind: listed(
        "RES::Setting",
        scan(&[
            ("TableName", Sent::Of("^")),
            ("Limit", PAGE),
            ("ProjectionExpression", Sent::Text("#a,#b")),
            ("FilterExpression", Sent::Text("contains(#a,:word)")),
            ("ExpressionAttributeNames", Sent::Record(&[("#a", Sent::Text("key")), ("#b", Sent::Text("value"))])),
            ("ExpressionAttributeValues", Sent::Record(&[(":word", Sent::Record(&[("S", Sent::Text(FILE_BROWSER))]))])),
        ]),
        "^|key",
        &[text("Key", "key"), flag("Value", "value")],
    ),
    table: ".cluster-settings",
    only: FILE_BROWSER,
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

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
    fn of_the_settings_one_is_kept() {
        assert!(SETTING.keeps(&json!({ "key": "shared-storage.enable_file_browser" })));
        for other in [json!({ "key": "directoryservice.root_password" }), json!({ "key": 5 }), json!({})] {
            assert!(!SETTING.keeps(&other), "{other}");
        }
        assert!(PROJECT.keeps(&json!({})));
    }
}
