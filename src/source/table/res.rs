//! What Research and Engineering Studio keeps in tables: its projects, its permission profiles and one of its settings. Only
//! of environments that `[tre] res` declares.
//!
//! May import: `source::table`. Guarantees: plain data; an expression names every attribute that leaves AWS, so that no other
//! column does; of the settings, which may hold secrets, no other than the one that is named here.
//!
//! Names of tables and attributes are those of release 2024.10: <https://github.com/aws/res>. What a later release calls
//! otherwise is not found, and so it is unknown.

use super::declared::{Declared, PAGE, Table, listed, scan, text};
use super::{Facet, Sent, Shape};

/// The setting that opens the file browser of the portal, whatever module it stands in.
const FILE_BROWSER: &str = "enable_file_browser";

const fn texts(name: &'static str, attribute: &'static str) -> Facet {
    Facet::property(name, attribute, Shape::List(&Shape::Text))
}

const fn flag(name: &'static str, attribute: &'static str) -> Facet {
    Facet::property(name, attribute, Shape::Flag)
}

pub(super) static PROJECT: Declared = Declared {
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
    table: Table::OfEnvironment(".projects"),
    only: "",
};

/// `Builtin` allows everything, whatever the other flags say.
pub(super) static PERMISSION_PROFILE: Declared = Declared {
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
    table: Table::OfEnvironment(".vdc.controller.permission-profiles"),
    only: "",
};

pub(super) static SETTING: Declared = Declared {
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
    table: Table::OfEnvironment(".cluster-settings"),
    only: FILE_BROWSER,
};

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_the_settings_one_is_kept() {
        assert!(SETTING.keeps(&json!({ "key": "shared-storage.enable_file_browser" })));
        for other in [json!({ "key": "directoryservice.root_password" }), json!({ "key": 5 }), json!({})] {
            assert!(!SETTING.keeps(&other), "{other}");
        }
        assert!(PROJECT.keeps(&json!({})));
    }
}
