//! `CloudTrail`'s history, delivered log files and the table of requests: what is asked, what is kept, and what is said of the rest.

use std::collections::BTreeSet;
use std::error::Error;
use std::io::Write as _;
use std::process::Command;

use havenmark::model::document::ResourceDocument;
use havenmark::model::trail::{EVENT, WINDOW};
use havenmark::snapshot::Reader;
use havenmark::source::aws::{Events, Memory, Options};
use havenmark::source::table::declared::Tables;
use havenmark::source::trail::Wanted;
use serde_json::{Value, json};

use crate::moto::{Moto, collected, options, sound};
use crate::program::{havenmark, run};
use crate::proxy::{Answers, Fault, Proxy};

type Outcome = Result<(), Box<dyn Error>>;

const LOOKUP: &str = "cloudtrail:LookupEvents";

fn record(id: &str, time: &str, source: &str, name: &str, identity: &Value) -> Value {
    json!({
        "eventVersion": "1.11", "eventID": id, "eventTime": time, "eventSource": source, "eventName": name,
        "awsRegion": "eu-west-2", "recipientAccountId": "123456789012", "sourceIPAddress": "never-kept",
        "userIdentity": identity, "requestParameters": { "routeTableId": "never-kept" }, "responseElements": null,
        "eventCategory": "Management", "managementEvent": true,
    })
}

/// A value with another member in it.
fn with(mut value: Value, member: &str, new: Value) -> Value {
    if let Some(members) = value.as_object_mut() {
        members.insert(member.to_owned(), new);
    }
    value
}

/// A page in the shape of the API: the newest event comes first.
fn page(records: &[Value], next: Option<&str>) -> String {
    let events: Vec<Value> = records
        .iter()
        .map(|record| json!({ "EventId": record["eventID"], "Username": "never-kept", "CloudTrailEvent": record.to_string() }))
        .collect();
    let page = json!({ "Events": events });
    next.map_or_else(|| page.to_string(), |next| with(page.clone(), "NextToken", json!(next)).to_string())
}

fn user() -> Value {
    json!({ "type": "IAMUser", "userName": "u123", "arn": "arn:aws:iam::123456789012:user/u123" })
}

fn pages(second: String) -> Answers {
    let first = [
        record("e-4", "2026-11-12T00:00:00Z", "ec2.amazonaws.com", "CreateRoute", &user()),
        record("e-3", "2026-11-11T00:00:00Z", "ec2.amazonaws.com", "DescribeVpcs", &user()),
    ];
    Answers::from([(LOOKUP.to_owned(), page(&first, Some("t"))), (format!("{LOOKUP}#t"), second)])
}

fn last() -> String {
    page(
        &[
            record("e-2", "2026-11-10T00:00:00Z", "ec2.amazonaws.com", "DescribeVpcs", &json!({ "type": "Root" })),
            record("e-1", "2026-11-09T00:00:00Z", "cloudtrail.amazonaws.com", "StopLogging", &user()),
        ],
        None,
    )
}

fn read(url: String) -> Result<Memory, Box<dyn Error>> {
    let events = Events { from: Some("2026-11-01T00:00:00Z".parse()?), wanted: Wanted::default() };
    let (_, memory) =
        collected(&Options { events: Some(events), regions: vec!["eu-west-2".to_owned()], ..options(url) })?;
    sound(&memory)?;
    Ok(memory)
}

fn of<'m>(memory: &'m Memory, kind: &str) -> Vec<&'m ResourceDocument> {
    memory.documents.iter().filter(|document| document.kind == kind).collect()
}

#[test]
fn of_the_history_what_a_control_needs_is_kept() -> Outcome {
    let moto = Moto::start_empty()?;
    let proxy = Proxy::with_answers(moto.address, pages(last()))?;
    let (_, without) = collected(&options(proxy.url()))?;
    assert!(!proxy.take_seen().contains_key(LOOKUP), "it was not asked for");
    assert!(!without.listings.iter().any(|listing| [EVENT, WINDOW].contains(&listing.kind.as_str())));

    let memory = read(proxy.url())?;
    // Two pages of the Region that was named, two of the one in which global services write.
    let asked: Vec<_> = memory.calls.iter().filter(|call| call.operation == "LookupEvents").collect();
    let places: BTreeSet<(&str, u32)> = asked.iter().map(|call| (call.region.as_str(), call.page)).collect();
    assert_eq!(places, BTreeSet::from([("eu-west-2", 1), ("eu-west-2", 2), ("us-east-1", 1), ("us-east-1", 2)]));
    assert_eq!(proxy.take_seen().get(LOOKUP), Some(&4), "asked beside the ledger");
    assert!(asked.iter().all(|call| call.parameters["StartTime"] == "2026-11-01T00:00:00Z"));

    let ids: BTreeSet<&str> = of(&memory, EVENT).iter().map(|event| event.id.as_str()).collect();
    assert_eq!(ids, BTreeSet::from(["e-1", "e-2", "e-4"]));
    let windows = of(&memory, WINDOW);
    assert_eq!(windows.len(), 2);
    for window in windows {
        assert_eq!(window.observed["From"], "2026-11-01T00:00:00Z");
        assert_eq!(window.observed["RecordingChanges"][0]["Id"], "e-1");
    }
    assert!(!serde_json::to_string(&memory.documents)?.contains("never-kept"));
    Ok(())
}

/// What was cut short was seen from the oldest event of the last page on, and what was not answered not at all.
#[test]
fn a_history_that_was_cut_short_says_so() -> Outcome {
    let denied = r#"400 {"__type":"AccessDeniedException","message":"no"}"#.to_owned();
    let unordered = page(
        &[
            record("e-2", "2026-11-11T12:00:00Z", "ec2.amazonaws.com", "X", &user()),
            record("e-1", "2026-11-13T00:00:00Z", "ec2.amazonaws.com", "X", &user()),
        ],
        Some("u"),
    );
    let moto = Moto::start_empty()?;
    for (second, third, begins, reason) in
        [(denied.clone(), None, Some("2026-11-11T00:00:01Z"), "denied"), (unordered, Some(denied), None, "denied")]
    {
        let mut answers = pages(second);
        if let Some(third) = third {
            answers.insert(format!("{LOOKUP}#u"), third);
        }
        let proxy = Proxy::with_answers(moto.address, answers)?;
        let memory = read(proxy.url())?;
        let windows = of(&memory, WINDOW);
        assert_eq!(windows.len(), if begins.is_some() { 2 } else { 0 }, "{reason}");
        for window in windows {
            assert_eq!(window.observed["From"].as_str(), begins, "{reason}");
        }
        let listings: Vec<_> = memory.listings.iter().filter(|listing| listing.kind == EVENT).collect();
        assert_eq!(listings.len(), 2);
        assert!(listings.iter().all(|l| !l.complete && l.reason.contains(reason)), "{reason}: {listings:?}");
    }
    let proxy = Proxy::with_answers(moto.address, pages(last()))?;
    proxy.set([(LOOKUP.to_owned(), Fault::CutOff)]);
    let memory = read(proxy.url())?;
    assert!(memory.listings.iter().filter(|l| l.kind == EVENT).all(|l| !l.complete));
    assert!(of(&memory, WINDOW).is_empty(), "nothing was seen");
    Ok(())
}

const SEED: &str = r#"
import sys, boto3
client = boto3.client("dynamodb", region_name="eu-west-2", endpoint_url=sys.argv[1])
def table(name, items):
    client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])
    for item in items:
        client.put_item(TableName=name, Item=item)
text = lambda s: {"S": s}
table("tre-egress-requests", [
    {"id": text("r-1"), "object_key": text("p/table.csv"), "requester": text("u123"), "approver": text("u777"),
     "status": text("approved"), "approved_at": text("2026-11-10T08:00:00Z"), "comment": text("never-collected")},
    {"id": text("r-2"), "object_key": {"N": "5"}, "approved_at": {"N": "1780000000"}}])
table("tre-egress-requests-old", [{"id": text("never-collected")}])
"#;

fn seeded() -> Result<Moto, Box<dyn Error>> {
    let moto = Moto::start_empty()?;
    let seeded = Command::new(std::env::var("HAVENMARK_MOTO_PYTHON")?).args(["-c", SEED, &moto.url()]).output()?;
    if !seeded.status.success() {
        return Err(String::from_utf8_lossy(&seeded.stderr).into());
    }
    Ok(moto)
}

#[test]
fn of_tables_the_declared_one_of_requests_is_read() -> Outcome {
    let moto = seeded()?;
    let proxy = Proxy::start(moto.address)?;
    let tables = Tables { environments: Vec::new(), records: Some("tre-egress-requests".to_owned()) };
    let (_, memory) = collected(&Options { tables, ..options(proxy.url()) })?;
    sound(&memory)?;
    assert_eq!(proxy.take_seen().get("dynamodb:Scan"), Some(&1));
    let requests = of(&memory, "Airlock::Request");
    let of_id =
        |id: &str| requests.iter().find(|d| d.id == format!("eu-west-2:tre-egress-requests|{id}")).ok_or("none");
    assert_eq!(of_id("r-1")?.properties["Approver"], "u777");
    assert_eq!(of_id("r-1")?.properties["ApprovedAt"], "2026-11-10T08:00:00Z");
    // What has another form, or is not there, is missing with the reason.
    assert!(of_id("r-2")?.missing["ObjectKey"].contains("no text"));
    assert_eq!(of_id("r-2")?.missing["Approver"], "dynamodb:Scan does not say");
    assert_eq!(requests.len(), 2);
    assert!(!serde_json::to_string(&memory.documents)?.contains("never-collected"));
    // Nothing of an environment was declared, so that nothing of one is said to be there or not.
    assert!(!memory.listings.iter().any(|listing| listing.kind.starts_with("RES::")));
    Ok(())
}

/// A log file as a trail delivers it, by the collector's own account.
fn delivered(folder: &std::path::Path) -> Outcome {
    let write = record("e-9", "2026-11-10T09:30:00Z", "s3.amazonaws.com", "PutObject", &user());
    let write = with(write, "requestParameters", json!({ "bucketName": "tre-out", "key": "p/table.csv" }));
    let elsewhere = with(write.clone(), "recipientAccountId", json!("999999999999"));
    let elsewhere = with(elsewhere, "eventID", json!("e-8"));
    let path = folder.join("AWSLogs/123456789012/CloudTrail/eu-west-2/2026/11/10");
    std::fs::create_dir_all(&path)?;
    let file = std::fs::File::create(path.join("123456789012_CloudTrail_eu-west-2_20261110T0935Z_x.json.gz"))?;
    let mut encoder = flate2::write::GzEncoder::new(file, flate2::Compression::default());
    encoder.write_all(json!({ "Records": [write, elsewhere] }).to_string().as_bytes())?;
    encoder.finish()?;
    Ok(())
}

#[test]
fn a_snapshot_holds_what_was_delivered_beside_what_was_asked() -> Outcome {
    let moto = seeded()?;
    let proxy = Proxy::with_answers(moto.address, pages(last()))?;
    let folder = tempfile::tempdir()?;
    delivered(&folder.path().join("logs"))?;
    let declare = |text: &str| std::fs::write(folder.path().join("tre.toml"), text);
    let url = proxy.url();
    let collect = |more: &[&str]| {
        let place = ["collect", "-o", "snapshot", "--region", "eu-west-2", "--endpoint-url", &url];
        run(havenmark(folder.path()).args(place).args(more).env("AWS_MAX_ATTEMPTS", "1"))
    };
    let all = ["--events", "--trail-files", "logs", "--declaration", "tre.toml"];
    for (hostile, member) in [
        ("[airlock]\nrecords = \"dynamodb:*\"\n", "airlock.records"),
        ("[airlock]\nrecords = \"dynamodb:a/../b\"\n", "airlock.records"),
    ] {
        declare(hostile)?;
        let (code, _, story) = collect(&all)?;
        assert_eq!(code, 2, "{hostile}: {story}");
        assert!(story.contains("tre.toml:2") && story.contains(member), "{story}");
    }
    declare("[airlock]\noutbound = [\"s3:tre-out\"]\nrecords = \"dynamodb:tre-egress-requests\"\n")?;
    let (code, _, story) = collect(&["--trail-files", "gone"])?;
    assert_eq!(code, 2, "{story}");
    assert!(story.contains("--trail-files: there is no gone"), "{story}");
    let (_, policy, _) = collect(&["--events", "--declaration", "tre.toml", "--print-iam-policy"])?;
    assert!(policy.contains("cloudtrail:LookupEvents") && policy.contains("table/tre-egress-requests\""), "{policy}");
    assert!(!collect(&["--print-iam-policy"])?.1.contains("LookupEvents"));

    let (code, _, story) = collect(&all)?;
    assert_eq!(code, 0, "{story}");
    assert!(story.contains("999999999999, which was not read"), "{story}");
    let snapshot = Reader::open(&folder.path().join("snapshot"))?;
    let mut ids = BTreeSet::new();
    for chunk in
        snapshot.manifest().chunks.iter().filter(|chunk| [EVENT, "Airlock::Request"].contains(&chunk.kind.as_str()))
    {
        ids.extend(snapshot.documents(chunk)?.into_iter().map(|document| document.id));
    }
    let expected =
        ["e-1", "e-2", "e-4", "e-9", "eu-west-2:tre-egress-requests|r-1", "eu-west-2:tre-egress-requests|r-2"];
    assert!(ids.iter().map(String::as_str).eq(expected), "{ids:?}");
    Ok(())
}
