//! AWS Config as a second source: what it knows and nobody read is not assessed, and makes nothing better.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write as _;
use std::path::Path;

use havenmark::model::inventory::Inventoried;
use havenmark::snapshot::{FILES, Reader, Scope, Writer};
use serde_json::{Value, json};

use crate::check::{bucket_template, role_template};
use crate::program::{demo_file, demo_snapshot, evidence, havenmark, run};

type Outcome = Result<(), Box<dyn Error>>;

/// A configuration item as AWS delivers it.
fn item(account: &str, kind: &str, id: &str, arn: &str) -> Value {
    json!({
        "configurationItemVersion": "1.3",
        "configurationItemCaptureTime": "2026-11-20T09:00:00.918Z",
        "configurationItemStatus": "OK",
        "awsAccountId": account,
        "awsRegion": "eu-west-2",
        "resourceType": kind,
        "resourceId": id,
        "resourceName": id,
        "ARN": arn,
        "configuration": { "publicAccess": false },
    })
}

fn deliver(path: &Path, items: &[Value]) -> Outcome {
    let text = json!({ "fileVersion": "1.0", "configSnapshotId": "x", "configurationItems": items }).to_string();
    let mut encoder = flate2::write::GzEncoder::new(std::fs::File::create(path)?, flate2::Compression::default());
    encoder.write_all(text.as_bytes())?;
    encoder.finish()?;
    Ok(())
}

#[test]
fn delivered_files_alone_make_a_snapshot_in_which_nothing_is_assessed() -> Outcome {
    let folder = tempfile::tempdir()?;
    let files = folder.path().join("delivered");
    std::fs::create_dir(&files)?;
    let bucket = item("111111111111", "AWS::S3::Bucket", "tre-data", "arn:aws:s3:::tre-data");
    let queue = item("222222222222", "AWS::SQS::Queue", "q", "arn:aws:sqs:eu-west-2:222222222222:q");
    deliver(&files.join("a.json.gz"), &[bucket, queue])?;
    std::fs::write(files.join("b.json.gz"), "this was never compressed")?;
    let (code, out, story) =
        run(havenmark(folder.path()).args(["import", "--config-files", "delivered", "-o", "snapshot"]))?;
    assert_eq!((code, out.trim()), (0, "snapshot"), "{story}");
    assert!(story.contains("b.json.gz: it is no gzip file") && story.contains("2 resources known"), "{story}");
    let manifest = Reader::open(&folder.path().join("snapshot"))?.manifest().clone();
    assert_eq!(
        (manifest.accounts, manifest.regions),
        (vec!["111111111111".to_owned(), "222222222222".to_owned()], vec!["eu-west-2".to_owned()])
    );

    let (code, _, story) = run(havenmark(folder.path()).args(["audit", "snapshot", "-o", "report"]))?;
    assert_eq!(code, 4, "{story}");
    assert!(story.contains("2 resources of 2 types known to AWS Config and not read"), "{story}");
    let judged = evidence(&folder.path().join("report"))?;
    let verdicts = judged["verdicts"].as_array().ok_or("no verdicts")?;
    assert!(verdicts.iter().all(|v| v["verdict"] == "not_assessed"));
    let of_bucket: Vec<&Value> = verdicts.iter().filter(|v| v["resource"] == "arn:aws:s3:::tre-data").collect();
    assert!(of_bucket.len() > 5, "{}", of_bucket.len());
    let reason = "AWS Config recorded it on 20 November 2026 (file a.json.gz), and it was not read live";
    assert!(of_bucket.iter().all(|v| v["reason"] == reason), "{:?}", of_bucket.first());
    let known = judged["run"]["coverage"]["inventory"].as_array().ok_or("no inventory")?;
    let kinds: Vec<&Value> = known.iter().map(|gap| &gap["type"]).collect();
    assert_eq!(kinds, ["AWS::S3::Bucket", "AWS::SQS::Queue"]);
    let broken = &judged["run"]["coverage"]["gaps"][0];
    assert!(broken["reason"].as_str().is_some_and(|reason| reason.contains("b.json.gz")), "{broken}");
    let page = std::fs::read_to_string(folder.path().join("report/report.html"))?;
    assert!(
        page.contains("Known to AWS Config alone") && page.contains("AWS::SQS::Queue") && page.contains("b.json.gz")
    );
    Ok(())
}

#[test]
fn a_wrong_path_is_told_before_anything_is_written() -> Outcome {
    let folder = tempfile::tempdir()?;
    for command in [&["import"][..], &["collect", "--region", "eu-west-2", "--endpoint-url", "http://127.0.0.1:1"]] {
        let (code, _, story) =
            run(havenmark(folder.path()).args(command).args(["--config-files", "gone", "-o", "snapshot"]))?;
        let wanted = if cfg!(feature = "live") || command.len() == 1 { "there is no gone" } else { "network code" };
        assert_eq!(code, 2, "{story}");
        assert!(story.contains(wanted), "{story}");
        assert!(!folder.path().join("snapshot").exists());
    }
    Ok(())
}

/// The example environment again, with what AWS Config knows beside it.
fn with_inventory(folder: &Path, name: &str, rows: Vec<Inventoried>) -> Outcome {
    let demo = Reader::open(&folder.join("snapshot"))?;
    let manifest = demo.manifest().clone();
    let mut writer = Writer::create(&folder.join(name))?;
    for chunk in &manifest.chunks {
        for document in demo.documents(chunk)? {
            writer.document(&document)?;
        }
    }
    demo.for_each_call(|call| writer.record(call))?;
    for listing in demo.listings()? {
        writer.listing(listing);
    }
    for row in rows {
        writer.inventoried(FILES, row);
    }
    writer.finish(Scope {
        accounts: manifest.accounts,
        regions: manifest.regions,
        caller: manifest.caller,
        collected_from: manifest.collected_from,
        collected_to: manifest.collected_to,
    })?;
    Ok(())
}

fn row(account: &str, kind: &str, id: &str, arn: &str, region: &str) -> Inventoried {
    Inventoried {
        account: account.to_owned(),
        arn: arn.to_owned(),
        call: "0123456789abcdef".to_owned(),
        captured: None,
        id: id.to_owned(),
        name: String::new(),
        region: region.to_owned(),
        source: "file a.json".to_owned(),
        kind: kind.to_owned(),
    }
}

fn audit(folder: &Path, name: &str) -> Result<Value, Box<dyn Error>> {
    let output = format!("{name}-report");
    let (declaration, register) = (demo_file("tre.toml"), demo_file("attestations"));
    let (_, _, story) = run(havenmark(folder).args(["audit", name, "-o", &output]).args([
        "--declaration",
        &declaration,
        "--attestations",
        &register,
    ]))?;
    evidence(&folder.join(output)).map_err(|e| format!("{e}: {story}").into())
}

/// (control, account, Region, type, resource) to outcome.
fn outcomes(evidence: &Value) -> BTreeMap<[String; 5], String> {
    let text = |v: &Value, name: &str| v[name].as_str().unwrap_or_default().to_owned();
    let key = |v: &Value| ["control", "account", "region", "type", "resource"].map(|name| text(v, name));
    evidence["verdicts"].as_array().into_iter().flatten().map(|v| (key(v), text(v, "verdict"))).collect()
}

/// What is known to AWS Config alone takes certainty away and never gives any; what was read too changes nothing.
#[test]
fn no_verdict_improves_because_of_an_inventory() -> Outcome {
    let folder = tempfile::tempdir()?;
    demo_snapshot(folder.path())?;
    let before = audit(folder.path(), "snapshot")?;
    let demo = Reader::open(&folder.path().join("snapshot"))?;
    let manifest = demo.manifest();

    let mut read = Vec::new();
    for chunk in &manifest.chunks {
        for document in demo.documents(chunk)? {
            let arn = document.arn.clone().unwrap_or_default();
            read.push(row(&document.account, &document.kind, &document.id, &arn, &document.region));
        }
    }
    with_inventory(folder.path(), "matched", read)?;
    let matched = audit(folder.path(), "matched")?;
    assert_eq!(matched["verdicts"], before["verdicts"]);
    assert!(matched["run"]["coverage"].get("inventory").is_none(), "{}", matched["run"]["coverage"]);

    // One more of every type that a control judges or a collector lists, in every account: all together, and some alone.
    let judged = before["controls"].as_array().into_iter().flatten();
    let mut kinds: Vec<String> = judged
        .flat_map(|control| control["applies_to"].as_array().cloned().unwrap_or_default())
        .filter_map(|kind| kind.as_str().map(str::to_owned))
        .chain(havenmark::graph::LISTED_TYPES.map(str::to_owned))
        .filter(|kind| kind.starts_with("AWS::") && kind != "AWS::Account")
        .collect();
    kinds.sort();
    kinds.dedup();
    assert!(kinds.len() > 10, "{kinds:?}");
    let unread = |kind: &String| -> Vec<Inventoried> {
        manifest.accounts.iter().map(|a| row(a, kind, "hidden", &format!("arn:hidden:{kind}"), "eu-west-2")).collect()
    };
    let alone = ["AWS::S3::Bucket", "AWS::IAM::Role", "AWS::CloudTrail::Trail", "AWS::Config::ConfigurationRecorder"];
    let mut each: Vec<(String, Vec<Inventoried>)> =
        alone.iter().map(|kind| (kind.replace("::", "-"), unread(&(*kind).to_owned()))).collect();
    each.push(("all".to_owned(), kinds.iter().flat_map(unread).collect()));
    let first = outcomes(&before);
    let (mut of_listings, mut of_resources) = (0, 0);
    for (name, rows) in each {
        let arns: Vec<String> = rows.iter().map(|row| row.arn.clone()).collect();
        with_inventory(folder.path(), &name, rows)?;
        let second = outcomes(&audit(folder.path(), &name)?);
        for (key, outcome) in &first {
            let now = second.get(key).ok_or_else(|| format!("{name}: {key:?} was dropped"))?;
            let doubted = ["met", "not_applicable"].contains(&outcome.as_str()) && now == "not_assessed";
            assert!(now == outcome || doubted, "{name}: {key:?} was {outcome} and is {now}");
            let of = if key[4].starts_with("account:") { &mut of_listings } else { &mut of_resources };
            *of += usize::from(doubted);
        }
        for (key, outcome) in second.iter().filter(|(key, _)| !first.contains_key(*key)) {
            assert_eq!(outcome, "not_assessed", "{name}: {key:?}");
            assert!(
                arns.contains(&key[4]) || key[4].starts_with("account:"),
                "{name}: {key:?} is about another resource"
            );
        }
        for kind in kinds.iter().filter(|kind| name == "all" || name == kind.replace("::", "-")) {
            let controls = before["controls"].as_array().into_iter().flatten();
            let applies = |c: &&Value| c["applies_to"].as_array().is_some_and(|kinds| kinds.contains(&json!(kind)));
            let rows = second.iter().filter(|(key, _)| key[3] == *kind && arns.contains(&key[4])).count();
            assert_eq!(rows, controls.filter(applies).count() * manifest.accounts.len(), "{kind}");
        }
    }
    assert!(of_listings > 0, "no account was doubted to hold nothing: the test sees nothing");
    assert!(of_resources > 0, "no verdict of what was read was doubted: the test sees nothing");
    Ok(())
}

/// Code is judged in the same doubt as what is there: what rests on everything having been listed is left open.
#[test]
fn code_that_is_checked_over_a_snapshot_is_doubted_as_the_audit_is() -> Outcome {
    let folder = tempfile::tempdir()?;
    demo_snapshot(folder.path())?;
    let code = [("222222222222", "role.json", role_template()?), ("111111111111", "bucket.json", bucket_template()?)];
    let listed = havenmark::source::table::every_kind().map(|kind| kind.kind);
    let kinds: Vec<&str> =
        listed.chain(havenmark::graph::LISTED_TYPES).filter(|kind| *kind != "AWS::Account").collect();
    let mut rows = Vec::new();
    for (account, ..) in &code {
        let hidden = |kind: &&str| row(account, kind, "hidden", &format!("arn:hidden:{kind}"), "eu-west-2");
        rows.extend(kinds.iter().map(hidden));
    }
    with_inventory(folder.path(), "hidden", rows)?;
    let mut doubted = 0;
    for (account, name, template) in code {
        std::fs::write(folder.path().join(name), template.to_string())?;
        let outcomes = |snapshot: &str| -> Result<BTreeMap<String, String>, Box<dyn Error>> {
            let declaration = demo_file("tre.toml");
            let place = ["--live", snapshot, "--declaration", &declaration, "--account", account, "--format", "json"];
            let (_, out, story) = run(havenmark(folder.path()).args(["check", name]).args(place))?;
            let all: Value = serde_json::from_str(&out).map_err(|e| format!("{e}: {story}"))?;
            let text = |v: &Value, name: &str| v[name].as_str().unwrap_or_default().to_owned();
            // What gets worse elsewhere is another matter: there the state before the change is doubted too.
            let of_code =
                |v: &&Value| template["Resources"].get(v["location"]["address"].as_str().unwrap_or_default()).is_some();
            let verdicts = all["verdicts"].as_array().into_iter().flatten().filter(of_code);
            Ok(verdicts.map(|v| (text(v, "control"), text(v, "verdict"))).collect())
        };
        let (before, after) = (outcomes("snapshot")?, outcomes("hidden")?);
        assert!(before.len() > 10, "{before:?}");
        for (control, outcome) in &before {
            let now = after.get(control).ok_or_else(|| format!("{control} was dropped"))?;
            let left_open = ["met", "not_applicable"].contains(&outcome.as_str()) && now == "not_assessed";
            assert!(now == outcome || left_open, "{control} of {name} was {outcome} and is {now}");
            doubted += usize::from(left_open);
        }
    }
    assert!(doubted > 0, "no verdict was left open: the test sees nothing");
    Ok(())
}

#[test]
fn an_account_that_only_aws_config_knows_is_named() -> Outcome {
    let folder = tempfile::tempdir()?;
    demo_snapshot(folder.path())?;
    let rows = ["000000000001", "999999999999"].map(|account| row(account, "AWS::S3::Bucket", "b", "", "eu-west-2"));
    with_inventory(folder.path(), "more", rows.to_vec())?;
    let judged = audit(folder.path(), "more")?;
    let gaps = judged["run"]["coverage"]["inventory"].as_array().ok_or("no inventory")?;
    let named: Vec<&Value> = gaps.iter().map(|gap| &gap["account"]).collect();
    assert_eq!(named, ["000000000001", "999999999999"]);
    assert_eq!(gaps[0]["reason"], "AWS Config knows 1 resource of an account that was not read");
    Ok(())
}

#[cfg(feature = "live")]
mod live {
    use super::*;
    use havenmark::graph::{Estate, inventory};

    use crate::moto::{Moto, run_in, sound};
    use crate::proxy::{Answers, Fault, Proxy};

    const ACCOUNT: &str = "123456789012";
    const SELECT: &str = "config:SelectAggregateResourceConfig";

    fn result(account: &str, id: &str, status: &str) -> Value {
        let row = json!({
            "accountId": account,
            "arn": format!("arn:aws:s3:::{id}"),
            "awsRegion": "eu-west-2",
            "configurationItemCaptureTime": "2026-11-20T09:00:00.918Z",
            "configurationItemStatus": status,
            "resourceId": id,
            "resourceName": id,
            "resourceType": "AWS::S3::Bucket",
        });
        Value::String(row.to_string())
    }

    fn page(results: &[Value], next: Option<&str>) -> String {
        let info = json!({ "SelectFields": [{ "Name": "resourceId" }] });
        match next {
            Some(next) => json!({ "QueryInfo": info, "Results": results, "NextToken": next }),
            None => json!({ "QueryInfo": info, "Results": results }),
        }
        .to_string()
    }

    /// Two pages that AWS documents, of one bucket that is there, one that was deleted, and one that nobody reads.
    fn answers() -> Answers {
        let status = json!({ "AggregatedSourceStatusList": [
            { "SourceId": ACCOUNT, "SourceType": "ACCOUNT", "AwsRegion": "eu-west-2", "LastUpdateStatus": "SUCCEEDED" },
        ] });
        // moto does not say whose the recorder is, and how it last fared.
        let recorder = json!({ "ConfigurationRecorders": [{
            "name": "default",
            "roleARN": "arn:aws:iam::123456789012:role/config",
            "recordingGroup": { "allSupported": true, "includeGlobalResourceTypes": true },
            "recordingScope": "PAID",
        }] });
        let running = json!({ "ConfigurationRecordersStatus": [
            { "name": "default", "recording": true, "lastStatus": "SUCCESS" },
        ] });
        [
            ("config:DescribeConfigurationRecorders", recorder.to_string()),
            ("config:DescribeConfigurationRecorderStatus", running.to_string()),
            (
                SELECT,
                page(&[result(ACCOUNT, "tre-000", "OK"), result(ACCOUNT, "gone", "ResourceDeleted")], Some("two")),
            ),
            (
                "config:SelectAggregateResourceConfig#two",
                page(&[result(ACCOUNT, "hidden", "ResourceDiscovered")], None),
            ),
            ("config:DescribeConfigurationAggregatorSourcesStatus", status.to_string()),
        ]
        .map(|(name, body)| (name.to_owned(), body))
        .into()
    }

    fn collect(folder: &Path, name: &str, url: &str, more: &[&str]) -> Result<Value, Box<dyn Error>> {
        let (code, _, story) = run(havenmark(folder)
            .args(["collect", "-o", name, "--region", "eu-west-2", "--endpoint-url", url])
            .args(more)
            .env("AWS_MAX_ATTEMPTS", "1"))?;
        assert_eq!(code, 0, "{story}");
        let report = format!("{name}-report");
        let (_, _, story) = run(havenmark(folder).args(["audit", name, "-o", &report]))?;
        evidence(&folder.join(report)).map_err(|e| format!("{e}: {story}").into())
    }

    fn of<'a>(judged: &'a Value, resource: &str) -> Vec<&'a Value> {
        judged["verdicts"].as_array().into_iter().flatten().filter(|v| v["resource"] == resource).collect()
    }

    #[test]
    fn every_page_of_an_aggregator_is_read_and_what_was_not_read_live_is_a_gap() -> Outcome {
        let moto = Moto::start(2)?;
        let proxy = Proxy::with_answers(moto.address, answers())?;
        let (_, memory) = run_in(proxy.url(), &["eu-west-2"])?;
        sound(&memory)?;
        let ids: Vec<&str> = memory.inventory.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(ids, ["tre-000", "hidden"]);
        let listing =
            memory.listings.iter().find(|l| l.kind == "AWS::Config::ResourceInventory").ok_or("no listing")?;
        assert!(listing.complete && listing.calls.len() == 2, "{listing:?}");
        let call = memory.calls.iter().find(|call| call.id == memory.inventory[1].call).ok_or("the row has no call")?;
        assert_eq!((call.operation.as_str(), call.page), ("SelectAggregateResourceConfig", 2));

        let folder = tempfile::tempdir()?;
        let judged = collect(folder.path(), "whole", &proxy.url(), &[])?;
        assert!(of(&judged, "arn:aws:s3:::gone").is_empty());
        assert!(of(&judged, "arn:aws:s3:::tre-000").iter().any(|v| v["verdict"] != "not_assessed"));
        let hidden = of(&judged, "arn:aws:s3:::hidden");
        assert!(hidden.len() > 5 && hidden.iter().all(|v| v["verdict"] == "not_assessed"), "{hidden:?}");
        let gaps = &judged["run"]["coverage"]["inventory"];
        assert_eq!((&gaps[0]["type"], &gaps[0]["count"]), (&json!("AWS::S3::Bucket"), &json!(1)), "{gaps}");
        assert_eq!(gaps.as_array().map(Vec::len), Some(1), "{gaps}");

        // The same beside a file that knows one more, and one that cannot be read.
        let more = item(ACCOUNT, "AWS::S3::Bucket", "of-a-file", "arn:aws:s3:::of-a-file");
        deliver(&folder.path().join("delivered.json.gz"), &[more])?;
        std::fs::write(folder.path().join("broken.json"), "{")?;
        let files = ["--config-files", "delivered.json.gz", "--config-files", "broken.json"];
        let judged = collect(folder.path(), "files", &proxy.url(), &files)?;
        assert_eq!(judged["run"]["coverage"]["inventory"][0]["count"], 2);
        let reasons = judged["run"]["coverage"]["gaps"].to_string();
        assert!(reasons.contains("broken.json: it is truncated"), "{reasons}");
        Ok(())
    }

    #[test]
    fn an_inventory_that_was_not_read_whole_says_so_and_drops_nothing() -> Outcome {
        let moto = Moto::start(1)?;
        let whole = answers();
        let changed = |name: &str, body: &str| {
            let mut changed = whole.clone();
            changed.insert(name.to_owned(), body.to_owned());
            changed
        };
        let off = r#"{"ConfigurationRecordersStatus":[{"name":"default","recording":false,"lastStatus":"SUCCESS"}]}"#;
        let failed = r#"{"AggregatedSourceStatusList":[
            {"SourceId":"123456789012","AwsRegion":"eu-west-2","LastUpdateStatus":"FAILED"}]}"#;
        let odd = page(&[json!("{\"resourceId\":\"x\"}"), result(ACCOUNT, "hidden", "OK")], None);
        for (name, answers, fault, word, has_rows) in [
            ("off", changed("config:DescribeConfigurationRecorderStatus", off), None, "the recorder is off", true),
            (
                "failed",
                changed("config:DescribeConfigurationAggregatorSourcesStatus", failed),
                None,
                "the aggregator has not read this account: FAILED",
                true,
            ),
            ("denied", whole.clone(), Some(Fault::Denied), "config:SelectAggregateResourceConfig denied", false),
            ("cut", whole.clone(), Some(Fault::CutOff), "config:SelectAggregateResourceConfig unparseable", false),
            ("odd", changed(SELECT, &odd), None, "a row cannot be used: it names no account", true),
        ] {
            let proxy = Proxy::with_answers(moto.address, answers)?;
            proxy.set(fault.map(|fault| (SELECT.to_owned(), fault)));
            let (_, memory) = run_in(proxy.url(), &["eu-west-2"])?;
            sound(&memory)?;
            assert_eq!(memory.inventory.iter().any(|row| row.id == "hidden"), has_rows, "{name}");
            let scope = (vec![ACCOUNT.to_owned()], vec!["eu-west-2".to_owned()]);
            let estate = Estate::new(memory.documents, memory.listings, scope.0, scope.1);
            assert!(inventory::is_asked(&estate), "{name}");
            let reason = inventory::is_whole(&estate, ACCOUNT, "eu-west-2").err().unwrap_or_default();
            assert!(reason.contains(word), "{name}: {reason}");
        }
        Ok(())
    }
}
