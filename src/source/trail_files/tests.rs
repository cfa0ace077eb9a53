use std::io::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::{Delivered, Files, FilesError, LIMITS, Limits, MOST_KEPT, place};
use crate::model::call::CallOutcome;
use crate::model::digest::sha256_hex;
use crate::model::time::AsOf;
use crate::model::trail::{EVENT, WINDOW};
use crate::source::trail::Wanted;

const ACCOUNT: &str = "111111111111";

fn event(id: &str, bucket: &str) -> Value {
    json!({
        "eventVersion": "1.11", "eventID": id, "eventTime": "2026-11-10T09:30:00Z", "eventSource": "s3.amazonaws.com",
        "eventName": "PutObject", "awsRegion": "eu-west-2", "recipientAccountId": ACCOUNT, "sourceIPAddress": "192.0.2.1",
        "userIdentity": { "type": "AssumedRole", "arn": "arn:aws:sts::111111111111:assumed-role/release/s" },
        "requestParameters": { "bucketName": bucket, "key": "p/table.csv", "Host": "h" }, "responseElements": null,
        "additionalEventData": { "bytesTransferredIn": 5 }, "eventCategory": "Data", "managementEvent": false,
    })
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn put(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

fn log_name(hour: u32) -> String {
    format!(
        "AWSLogs/{ACCOUNT}/CloudTrail/eu-west-2/2026/11/10/{ACCOUNT}_CloudTrail_eu-west-2_20261110T{hour:02}35Z_x.json.gz"
    )
}

/// An hour as a trail delivers it: a log file, and the digest that names it.
fn deliver(folder: &Path, hour: u32, records: &[Value]) {
    let text = json!({ "Records": records }).to_string();
    put(folder, &log_name(hour), &gzip(text.as_bytes()));
    put_digest(folder, hour, &[(log_name(hour), sha256_hex(text.as_bytes()))]);
}

fn digest_name(hour: u32) -> String {
    format!(
        "AWSLogs/{ACCOUNT}/CloudTrail-Digest/eu-west-2/2026/11/10/{ACCOUNT}_CloudTrail-Digest_eu-west-2_my_trail_eu-west-1_20261110T{hour:02}0000Z.json.gz"
    )
}

fn put_digest(folder: &Path, hour: u32, files: &[(String, String)]) {
    let files: Vec<Value> = files
        .iter()
        .map(|(name, hash)| json!({ "s3Bucket": "b", "s3Object": name, "hashValue": hash, "hashAlgorithm": "SHA-256" }))
        .collect();
    let digest = json!({
        "awsAccountId": ACCOUNT, "digestStartTime": format!("2026-11-10T{hour:02}:00:00Z"),
        "digestEndTime": format!("2026-11-10T{:02}:00:00Z", hour + 1), "digestS3Bucket": "b", "logFiles": files,
        "previousDigestSignature": null,
    });
    put(folder, &digest_name(hour), &gzip(digest.to_string().as_bytes()));
}

fn read_within(folder: &Path, limits: Limits, most: usize) -> Delivered {
    let wanted = Wanted { buckets: ["tre-out".to_owned()].into(), ..Wanted::default() };
    Files::find(&[folder.to_owned()]).unwrap().read_within(limits, most, &wanted, &|| AsOf::from_unix(60))
}

/// Ids of events, times of windows, and why files were not read whole.
fn summary(delivered: &Delivered) -> (Vec<&str>, Vec<String>, Vec<&str>) {
    let all = || delivered.documents.values().flatten();
    let time = |d: &crate::model::document::ResourceDocument| {
        format!("{} {}", d.observed["From"].as_str().unwrap(), d.observed["To"].as_str().unwrap())
    };
    (
        all().filter(|d| d.kind == EVENT).map(|d| d.id.as_str()).collect(),
        all().filter(|d| d.kind == WINDOW).map(time).collect(),
        delivered.calls.iter().filter(|c| c.outcome != CallOutcome::Present).map(|c| c.reason.as_str()).collect(),
    )
}

fn read(folder: &Path) -> Delivered {
    read_within(folder, LIMITS, MOST_KEPT)
}

#[test]
fn what_digests_name_and_was_read_is_a_window() {
    let folder = tempfile::tempdir().unwrap();
    for hour in [8, 9, 10] {
        deliver(folder.path(), hour, &[event(&format!("e-{hour}"), "tre-out"), event("other", "another")]);
    }
    let delivered = read(folder.path());
    let (events, windows, failed) = summary(&delivered);
    assert_eq!(events, ["e-10", "e-8", "e-9"]);
    // Of the end an hour is not believed.
    assert_eq!(windows, ["2026-11-10T08:00:00Z 2026-11-10T10:00:00Z"]);
    assert!(failed.is_empty(), "{failed:?}");
    let window = delivered.documents[ACCOUNT].iter().find(|d| d.kind == WINDOW).unwrap();
    assert_eq!((window.region.as_str(), &window.observed["Trail"]), ("eu-west-2", &json!("my_trail")));
    assert_eq!(window.observed["Buckets"], json!(["tre-out"]));
    let text = serde_json::to_string(&delivered.documents).unwrap();
    assert!(!text.contains("192.0.2.1") && !text.contains("another"), "{text}");
}

/// Whatever becomes of one log file, its hour is no part of a window; the others are.
#[test]
fn a_log_file_that_is_not_whole_breaks_the_window() {
    let whole = json!({ "Records": [event("e-9", "tre-out")] }).to_string();
    let compressed = gzip(whole.as_bytes());
    let with = |member: &str, value: Value| {
        let mut broken = event("e-9", "tre-out");
        broken[member] = value;
        gzip(json!({ "Records": [broken] }).to_string().as_bytes())
    };
    for (bytes, reason) in [
        (None, "was not read"),
        (Some(compressed[..compressed.len() / 2].to_vec()), "truncated"),
        (Some(whole.clone().into_bytes()), "no gzip file"),
        (Some(Vec::new()), "truncated"),
        (Some(gzip(b"{}")), "it has no Records"),
        (Some(gzip(b"[]")), "an object with Records"),
        (Some(gzip(br#"{"Records":{}}"#)), "a list of Records"),
        (Some(gzip(br#"{"Records":[1]}"#)), "invalid type"),
        (Some(gzip(br#"{"Records":[]}"#)), "not as it was delivered"),
        (Some(gzip(format!("{whole} ").as_bytes())), "not as it was delivered"),
        (Some(gzip(format!("{whole}{{}}").as_bytes())), "no JSON"),
        (Some(with("eventID", json!(null))), "an event has no eventID"),
        (Some(with("eventTime", json!("yesterday"))), "an event has no eventTime"),
        (Some(with("recipientAccountId", json!("me"))), "an event has no recipientAccountId"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        for hour in [6, 7, 8, 9, 10, 11, 12] {
            deliver(folder.path(), hour, &[event(&format!("e-{hour}"), "tre-out")]);
        }
        std::fs::remove_file(folder.path().join(log_name(9))).unwrap();
        if let Some(bytes) = bytes {
            put(folder.path(), &log_name(9), &bytes);
        }
        let delivered = read(folder.path());
        let (events, windows, failed) = summary(&delivered);
        assert_eq!(
            windows,
            ["2026-11-10T06:00:00Z 2026-11-10T08:00:00Z", "2026-11-10T10:00:00Z 2026-11-10T12:00:00Z"],
            "{reason}"
        );
        assert!(events.contains(&"e-8") && events.contains(&"e-10"));
        assert!(failed.iter().any(|said| said.contains(reason)), "{reason}: {failed:?}");
    }
}

#[test]
fn a_digest_that_says_too_little_is_no_window() {
    let digest = |change: &dyn Fn(&mut Value)| {
        let mut digest = json!({
            "awsAccountId": ACCOUNT, "digestStartTime": "2026-11-10T08:00:00Z", "digestEndTime": "2026-11-10T12:00:00Z",
            "logFiles": [],
        });
        change(&mut digest);
        gzip(digest.to_string().as_bytes())
    };
    let good = digest(&|_| {});
    let wrong = [
        digest(&|d| d["digestEndTime"] = json!("2026-11-10T08:00:00Z")),
        digest(&|d| d["digestStartTime"] = json!("soon")),
        digest(&|d| d["logFiles"] = json!(null)),
        digest(&|d| d["logFiles"] = json!([{ "s3Object": "x" }])),
        digest(&|d| drop(d.as_object_mut().unwrap().remove("awsAccountId"))),
        gzip(b"["),
    ];
    for (bytes, windows) in std::iter::once((&good, 1)).chain(wrong.iter().map(|bytes| (bytes, 0))) {
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), &digest_name(8), bytes);
        let delivered = read(folder.path());
        assert_eq!(summary(&delivered).1.len(), windows, "{delivered:?}");
        assert_eq!(summary(&delivered).2.len(), 1 - windows);
    }
    assert_eq!(place("1_CloudTrail-Digest_eu-west-2_t_eu-west-1_2026.json.gz"), Some(("eu-west-2", "t")));
    for name in ["1_CloudTrail-Digest_eu-west-2.json", "1_CloudTrail-Digest_eu-west-2__eu-west-1_2026.json.gz", "x"] {
        assert_eq!(place(name), None, "{name}");
    }
}

/// A small file that is large inside: each limit stops it.
#[test]
fn what_decompresses_without_end_is_refused() {
    let limits = Limits { bytes: 1 << 18, text: 1 << 14, depth: 20 };
    let large = 1 << 20;
    let begun = |more: u8| [br#"{"Records":[{"requestParameters":"#.as_slice(), &vec![more; large]].concat();
    let mut of_text = br#"{"Records":[{"eventName":""#.to_vec();
    of_text.extend(vec![b'a'; large]);
    let many: Vec<Value> = (0..20).map(|n| event(&n.to_string(), "tre-out")).collect();
    for (bytes, reason) in [
        (of_text, "a text of it is longer than 16384 bytes"),
        (begun(b' '), "more than 262144 bytes when decompressed"),
        (begun(b'['), "nested more than 20 deep"),
        (json!({ "Records": many }).to_string().into_bytes(), "more than 10 events are kept"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), &log_name(9), &gzip(&bytes));
        let delivered = read_within(folder.path(), limits, 10);
        let (events, _, failed) = summary(&delivered);
        assert!(events.len() <= 10 && failed[0].contains(reason), "{reason}: {failed:?}");
    }
}

#[test]
fn what_lies_beside_is_passed_over_and_a_path_that_leads_nowhere_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "AWSLogs/x/111111111111_Config_eu-west-2_ConfigHistory_x.json.gz", b"x");
    put(folder.path(), "AWSLogs/x/111111111111_CloudTrail-Insight_eu-west-2_x.json.gz", b"x");
    assert!(matches!(Files::find(&[folder.path().to_owned()]), Err(FilesError::Nothing(..))));
    deliver(folder.path(), 9, &[event("e-9", "tre-out")]);
    assert_eq!(read(folder.path()).calls.len(), 2);
    assert!(matches!(Files::find(&[folder.path().join("gone")]), Err(FilesError::NotThere(..))));
}
