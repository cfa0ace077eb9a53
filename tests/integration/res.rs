//! The tables of Research and Engineering Studio: read where the declaration names their environment, and no other table.

use std::collections::BTreeSet;
use std::error::Error;
use std::process::Command;

use havenmark::model::listing::Listing;
use havenmark::snapshot::Reader;
use havenmark::source::aws::{Memory, Options};
use havenmark::source::table::declared::Tables;
use serde_json::json;

use crate::moto::{Moto, collected, options, sound};
use crate::program::{havenmark, run};
use crate::proxy::{Answers, Fault, Proxy};

type Outcome = Result<(), Box<dyn Error>>;

/// Two environments, of which the tests declare one, and a table of data. Of the projects more than a page.
const SEED: &str = r#"
import sys, boto3
client = boto3.client("dynamodb", region_name="eu-west-2", endpoint_url=sys.argv[1])
def table(name, key, items):
    client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}])
    items = [{key: {"S": id}, **rest} for id, rest in items.items()]
    for start in range(0, len(items), 25):
        puts = [{"PutRequest": {"Item": item}} for item in items[start:start + 25]]
        client.batch_write_item(RequestItems={name: puts})
text, yes, no = (lambda s: {"S": s}), {"BOOL": True}, {"BOOL": False}
many = {f"p-{n:03}": {"name": text(f"project {n}"), "enabled": yes} for n in range(450)}
whole = {"name": text("cardio-2026"), "enabled": no, "budget_name": text("b"), "description": text("never-collected"),
    "security_groups": {"L": [text("sg-1"), text("sg-2")]}, "policy_arns": {"L": []}}
odd = {"name": {"N": "5"}, "enabled": text("true"), "budget_name": {"NULL": True}, "security_groups": {"L": [yes]}}
for env in ["res-prod", "res-test"]:
    table(f"{env}.projects", "project_id", {**many, "whole": whole, "odd": odd, "bare": {}})
    table(f"{env}.vdc.controller.permission-profiles", "profile_id", {
        "admin_profile": {"builtin": yes, "title": text("never-collected")},
        "strict": {"builtin": no, "clipboard_copy": no, "file_download": text("no"), "printer": yes}})
    table(f"{env}.cluster-settings", "key", {
        "shared-storage.enable_file_browser": {"value": yes, "source": text("never-collected")},
        "directoryservice.root_password": {"value": text("never-collected")}})
table("res-prod.accounts", "id", {"x": {"email": text("never-collected")}})
table("xres-prod.projects", "project_id", {"x": {"name": text("never-collected")}})
"#;

fn seeded() -> Result<Moto, Box<dyn Error>> {
    let moto = Moto::start_empty()?;
    let seeded = Command::new(std::env::var("HAVENMARK_MOTO_PYTHON")?).args(["-c", SEED, &moto.url()]).output()?;
    if !seeded.status.success() {
        return Err(String::from_utf8_lossy(&seeded.stderr).into());
    }
    Ok(moto)
}

fn read(url: String, res: &[&str]) -> Result<Memory, Box<dyn Error>> {
    let tables = Tables { environments: res.iter().map(|name| (*name).to_owned()).collect(), records: None };
    let (_, memory) = collected(&Options { tables, ..options(url) })?;
    sound(&memory)?;
    Ok(memory)
}

fn listings<'m>(memory: &'m Memory, kind: &str) -> Vec<&'m Listing> {
    memory.listings.iter().filter(|listing| listing.kind == kind).collect()
}

fn scanned(memory: &Memory) -> BTreeSet<&str> {
    let scans = memory.calls.iter().filter(|call| call.operation == "Scan");
    scans.filter_map(|call| call.parameters.get("TableName")).map(String::as_str).collect()
}

#[test]
fn only_declared_tables_are_read_and_of_them_only_what_is_named() -> Outcome {
    let moto = seeded()?;
    let proxy = Proxy::start(moto.address)?;
    let without = read(proxy.url(), &[])?;
    let seen = proxy.take_seen();
    assert!(seen.contains_key("dynamodb:ListTables") && !seen.contains_key("dynamodb:Scan"), "{seen:?}");
    assert!(!without.listings.iter().any(|listing| listing.kind.starts_with("RES::")), "it was never asked for");

    let memory = read(proxy.url(), &["res-prod"])?;
    let scans = memory.calls.iter().filter(|call| call.operation == "Scan").count();
    assert_eq!(proxy.take_seen().get("dynamodb:Scan").map(|n| *n as usize), Some(scans), "asked beside the ledger");
    assert_eq!(
        scanned(&memory),
        BTreeSet::from([
            "res-prod.cluster-settings",
            "res-prod.projects",
            "res-prod.vdc.controller.permission-profiles"
        ])
    );
    let of = |id: &str| memory.documents.iter().find(|d| d.id.ends_with(&format!("|{id}"))).ok_or(format!("no {id}"));
    let whole = of("whole")?;
    assert_eq!(whole.id, "eu-west-2:res-prod.projects|whole");
    assert_eq!(
        serde_json::to_value(&whole.properties)?,
        json!({
            "BudgetName": "b", "Enabled": false, "Name": "cardio-2026", "PolicyArns": [], "ProjectId": "whole",
            "SecurityGroups": ["sg-1", "sg-2"],
        })
    );
    // What an item does not say is unknown, and what has another shape is no value.
    let bare = of("bare")?;
    assert_eq!(bare.properties.keys().collect::<Vec<_>>(), ["ProjectId"]);
    assert_eq!(bare.missing["Enabled"], "dynamodb:Scan does not say");
    let odd = of("odd")?;
    assert_eq!(odd.missing["Name"], "dynamodb:Scan unparseable: name is no text");
    assert_eq!(odd.missing["Enabled"], "dynamodb:Scan unparseable: enabled is neither true nor false");
    assert_eq!(odd.missing["BudgetName"], "dynamodb:Scan does not say");
    assert!(odd.missing["SecurityGroups"].contains("unparseable"));
    let strict = of("strict")?;
    assert_eq!(strict.properties["ClipboardCopy"], false);
    assert!(strict.missing["FileDownload"].contains("neither true nor false") && strict.missing.contains_key("Usb"));
    assert_eq!(of("admin_profile")?.properties["Builtin"], true);
    let settings: Vec<_> = memory.documents.iter().filter(|d| d.kind == "RES::Setting").collect();
    assert_eq!(settings.len(), 1);
    assert_eq!(settings[0].properties["Value"], true);
    assert!(!serde_json::to_string(&memory.documents)?.contains("never-collected"));

    // Three pages, each item once; the other Region, where the table is not, was seen whole.
    let projects = memory.documents.iter().filter(|d| d.kind == "RES::Project").count();
    assert_eq!(projects, 453);
    let pages = memory.calls.iter().filter(|c| c.parameters.get("TableName").is_some_and(|t| t == "res-prod.projects"));
    assert_eq!(pages.filter(|call| call.operation == "Scan").map(|call| call.page).max(), Some(3));
    for kind in ["RES::Project", "RES::PermissionProfile", "RES::Setting"] {
        let places: Vec<_> = listings(&memory, kind).iter().map(|l| (l.region.as_str(), l.complete)).collect();
        assert_eq!(places, [("eu-west-2", true), ("us-east-1", true)], "{kind}");
    }
    Ok(())
}

#[test]
fn what_is_denied_or_nowhere_is_not_whole() -> Outcome {
    let moto = seeded()?;
    let proxy = Proxy::start(moto.address)?;
    proxy.set([("dynamodb:Scan".to_owned(), Fault::Denied)]);
    let denied = read(proxy.url(), &["res-prod"])?;
    for kind in ["RES::Project", "RES::PermissionProfile", "RES::Setting"] {
        let here = listings(&denied, kind).into_iter().find(|l| l.region == "eu-west-2").ok_or("lost")?;
        assert!(!here.complete && here.reason.starts_with("dynamodb:Scan denied"), "{here:?}");
    }
    assert!(!denied.documents.iter().any(|d| d.kind.starts_with("RES::")));
    assert_eq!(denied.calls.iter().filter(|c| c.operation == "Scan" && !c.outcome.answered()).count(), 3);

    proxy.set([("dynamodb:ListTables".to_owned(), Fault::Denied)]);
    let unlisted = read(proxy.url(), &["res-prod"])?;
    assert!(scanned(&unlisted).is_empty());
    assert!(listings(&unlisted, "RES::Project").iter().all(|listing| !listing.complete));

    proxy.set([]);
    let nowhere = read(proxy.url(), &["res-prod", "res-gone"])?;
    assert!(nowhere.documents.iter().any(|d| d.kind == "RES::Project"), "the other environment was read");
    let gaps: Vec<_> = listings(&nowhere, "RES::Project").into_iter().filter(|listing| !listing.complete).collect();
    assert_eq!(gaps.len(), 1);
    assert_eq!(
        (gaps[0].region.as_str(), gaps[0].reason.as_str()),
        ("global", "the table res-gone.projects, which is declared, was seen in no account and Region that was read")
    );
    Ok(())
}

/// A server that heeds neither the filter nor the projection gives away no more.
#[test]
fn what_was_not_asked_for_is_not_kept() -> Outcome {
    let moto = seeded()?;
    let items = json!({ "Items": [
        { "key": { "S": "directoryservice.root_password" }, "value": { "S": "never-collected" } },
        { "key": { "S": "x.enable_file_browser" }, "value": { "S": "never-collected" }, "more": { "S": "never-collected" } },
    ] });
    let proxy = Proxy::with_answers(moto.address, Answers::from([("dynamodb:Scan".to_owned(), items.to_string())]))?;
    let memory = read(proxy.url(), &["res-prod"])?;
    let settings: Vec<_> = memory.documents.iter().filter(|d| d.kind == "RES::Setting").collect();
    assert_eq!(settings.len(), 1);
    assert_eq!(settings[0].missing["Value"], "dynamodb:Scan unparseable: value is neither true nor false");
    assert!(!serde_json::to_string(&memory.documents)?.contains("never-collected"));
    // Items without the key of their table are no projects.
    let here = listings(&memory, "RES::Project").into_iter().find(|l| l.region == "eu-west-2").ok_or("lost")?;
    assert!(here.reason.contains("an item has no project_id"), "{here:?}");
    Ok(())
}

#[test]
fn a_snapshot_holds_the_tables_that_the_declaration_names() -> Outcome {
    let moto = seeded()?;
    let folder = tempfile::tempdir()?;
    let declared = |res: &str| std::fs::write(folder.path().join("tre.toml"), format!("[tre]\nres = {res}\n"));
    let url = moto.url();
    let collect = |more: &[&str]| {
        let place = ["collect", "-o", "snapshot", "--region", "eu-west-2", "--endpoint-url", &url];
        run(havenmark(folder.path()).args(place).args(more).env("AWS_MAX_ATTEMPTS", "1"))
    };
    for hostile in [r#"["res-*"]"#, r#"["a.projects", "res-prod"]"#, r#"[""]"#, r#"["${aws:username}"]"#] {
        declared(hostile)?;
        let (code, _, story) = collect(&["--declaration", "tre.toml"])?;
        assert_eq!(code, 2, "{hostile}: {story}");
        assert!(story.contains("tre.toml:2") && !folder.path().join("snapshot").exists(), "{story}");
        let (code, policy, _) = collect(&["--declaration", "tre.toml", "--print-iam-policy"])?;
        assert_eq!((code, policy.as_str()), (2, ""), "{hostile}");
    }
    declared(r#"["res-prod", "res-gone", "res-prod"]"#)?;
    let (code, policy, _) = collect(&["--declaration", "tre.toml", "--print-iam-policy"])?;
    assert_eq!(code, 0);
    assert_eq!(policy.matches("dynamodb:Scan").count(), 1);
    assert_eq!(policy.matches("arn:aws:dynamodb:*:*:table/").count(), 6);
    // A declaration that lies in the folder is not asked for by itself.
    assert!(!collect(&["--print-iam-policy"])?.1.contains("dynamodb:Scan"));

    let (code, _, story) = collect(&["--declaration", "tre.toml"])?;
    assert_eq!(code, 0, "{story}");
    let snapshot = Reader::open(&folder.path().join("snapshot"))?;
    let kinds: BTreeSet<&str> = snapshot.manifest().chunks.iter().map(|chunk| chunk.kind.as_str()).collect();
    assert!(kinds.is_superset(&BTreeSet::from(["RES::PermissionProfile", "RES::Project", "RES::Setting"])));
    // What is said at the end takes nothing from what was written before.
    let listings = snapshot.listings()?;
    let of = |kind: &str, complete: bool| listings.iter().filter(|l| l.kind == kind && l.complete == complete).count();
    assert_eq!((of("RES::Project", true), of("RES::Project", false), of("AWS::DynamoDB::Table", true)), (1, 1, 1));
    Ok(())
}
