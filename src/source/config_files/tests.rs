use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::{Delivered, Files, FilesError, LIMITS, Limits};
use crate::model::call::CallOutcome;
use crate::model::time::AsOf;
use serde_json::{Value, json};

/// A configuration item as AWS delivers it.
fn item(id: &str, second: u32, status: &str) -> Value {
    json!({
        "relatedEvents": [],
        "relationships": [{ "resourceId": "another", "resourceType": "AWS::KMS::Key", "name": "Is encrypted by" }],
        "configuration": { "name": id, "awsRegion": "nowhere", "owner": { "id": "x" } },
        "supplementaryConfiguration": { "BucketPolicy": { "policyText": "{\"Version\":\"2012-10-17\"}" } },
        "tags": { "resourceId": "a tag", "project": "cardio" },
        "configurationItemVersion": "1.3",
        "configurationItemCaptureTime": format!("2026-11-24T09:00:{second:02}.918Z"),
        "configurationStateId": 1,
        "awsAccountId": "111111111111",
        "configurationItemStatus": status,
        "resourceType": "AWS::S3::Bucket",
        "resourceId": id,
        "resourceName": id,
        "ARN": format!("arn:aws:s3:::{id}"),
        "awsRegion": "eu-west-2",
        "availabilityZone": "Regional",
        "configurationStateMd5Hash": "",
        "resourceCreationTime": "2026-01-01T00:00:00.000Z",
    })
}

fn document(items: &[Value]) -> String {
    json!({ "fileVersion": "1.0", "configSnapshotId": "a", "configurationItems": items }).to_string()
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

fn read_within(folder: &Path, limits: Limits) -> Delivered {
    Files::find(&[folder.to_owned()]).unwrap().read_within(limits, &|| AsOf::from_unix(60))
}

/// Ids of the rows, and (file, reason) of each that was not read whole.
fn summary(delivered: Delivered) -> (Vec<String>, Vec<(String, String)>) {
    let failed = delivered.calls.iter().filter(|c| c.outcome == CallOutcome::Unparseable);
    let failed = failed.map(|c| (c.parameters["File"].clone(), c.reason.clone())).collect();
    (delivered.into_rows().map(|row| row.id).collect(), failed)
}

fn read(folder: &Path) -> (Vec<String>, Vec<(String, String)>) {
    summary(read_within(folder, LIMITS))
}

const SNAPSHOT: &str = "AWSLogs/111111111111/Config/eu-west-2/2026/11/24/ConfigSnapshot/111111111111_Config_eu-west-2_ConfigSnapshot_a.json.gz";
const HISTORY: &str = "AWSLogs/111111111111/Config/eu-west-2/2026/11/24/ConfigHistory/111111111111_Config_eu-west-2_ConfigHistory_a.json.gz";

#[test]
fn what_is_delivered_is_read_with_its_place_and_time() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = gzip(document(&[item("a", 1, "OK")]).as_bytes());
    put(folder.path(), SNAPSHOT, &bytes);
    let delivered = read_within(folder.path(), LIMITS);
    assert_eq!(delivered.calls[0].body_sha256, Some(crate::model::digest::sha256_hex(&bytes)));
    assert!(delivered.accounts.contains("111111111111") && delivered.regions.contains("eu-west-2"));
    let call = delivered.calls[0].id.clone();
    let rows: Vec<_> = delivered.into_rows().collect();
    let row = &rows[0];
    assert_eq!((row.kind.as_str(), row.id.as_str(), row.name.as_str()), ("AWS::S3::Bucket", "a", "a"));
    assert_eq!((row.arn.as_str(), row.region.as_str()), ("arn:aws:s3:::a", "eu-west-2"));
    assert_eq!(row.captured.unwrap().to_string(), "2026-11-24T09:00:01Z");
    assert_eq!((row.source.as_str(), row.call.as_str()), (format!("file {SNAPSHOT}").as_str(), call.as_str()));
}

#[test]
fn a_later_history_removes_what_was_deleted_whichever_is_read_first() {
    for (first, second) in [("a.json.gz", "b.json.gz"), ("b.json.gz", "a.json.gz")] {
        let folder = tempfile::tempdir().unwrap();
        let all = [item("kept", 1, "OK"), item("deleted", 1, "OK"), item("made again", 1, "ResourceDeleted")];
        put(folder.path(), first, &gzip(document(&all).as_bytes()));
        let later = [item("deleted", 2, "ResourceDeleted"), item("made again", 2, "OK")];
        put(folder.path(), second, &gzip(document(&later).as_bytes()));
        assert_eq!(read(folder.path()), (vec!["kept".to_owned(), "made again".to_owned()], Vec::new()));
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named_and_the_others_are_read() {
    let whole = document(&[item("b", 1, "OK"), item("c", 1, "OK")]);
    let compressed = gzip(whole.as_bytes());
    let without = |member: &str| {
        let mut broken = item("gone", 1, "OK");
        broken.as_object_mut().unwrap().remove(member);
        document(&[item("b", 1, "OK"), broken]).into_bytes()
    };
    let odd = |member: &str, value: Value| {
        let mut broken = item("gone", 1, "OK");
        broken[member] = value;
        document(&[item("b", 1, "OK"), broken]).into_bytes()
    };
    let cut = whole.find("\"c\"").unwrap();
    for (name, bytes, reason) in [
        ("b.json.gz", compressed[..compressed.len() / 2].to_vec(), "truncated"),
        ("b.json.gz", compressed[..compressed.len() - 4].to_vec(), "truncated"),
        ("b.json.gz", whole.clone().into_bytes(), "no gzip file"),
        ("b.json.gz", Vec::new(), "truncated"),
        ("b.json", whole.as_bytes()[..cut].to_vec(), "truncated"),
        ("b.json", b"<html></html>".to_vec(), "no JSON"),
        ("b.json", format!("{whole}{{}}").into_bytes(), "no JSON"),
        ("b.json", br#"{"Records":[]}"#.to_vec(), "no configurationItems"),
        ("b.json", br#"{"fileVersion":"2.0","configurationItems":[]}"#.to_vec(), "fileVersion"),
        ("b.json", br#"[{"configurationItems":[]}]"#.to_vec(), "an object with configurationItems"),
        ("b.json", br#"{"configurationItems":{}}"#.to_vec(), "a list of configurationItems"),
        ("b.json", br#"{"configurationItems":[1]}"#.to_vec(), "a configuration item"),
        ("b.json", without("resourceType"), "1 of its 2 items could not be used; item 2: it names no resourceType"),
        ("b.json", without("awsAccountId"), "item 2: it names no account"),
        ("b.json", without("resourceId"), "item 2: it names no resourceId"),
        ("b.json", odd("resourceId", json!({"x": [1]})), "item 2: its resourceId is no text"),
        ("b.json", odd("resourceId", json!("x".repeat(5000))), "longer than 2048"),
        ("b.json", odd("accountId", json!("222222222222")), "twice, and differently"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), "a.json.gz", &gzip(document(&[item("a", 1, "OK")]).as_bytes()));
        put(folder.path(), name, &bytes);
        put(folder.path(), "z.json", document(&[item("z", 1, "OK")]).as_bytes());
        let (rows, failed) = read(folder.path());
        assert!(rows.contains(&"a".to_owned()) && rows.contains(&"z".to_owned()), "{reason}: {rows:?}");
        assert!(!rows.contains(&"gone".to_owned()), "{reason}");
        assert_eq!(failed.len(), 1, "{reason}: {failed:?}");
        assert_eq!(failed[0].0, name);
        assert!(failed[0].1.contains(reason) && failed[0].1.contains(name), "{reason}: {failed:?}");
    }
}

#[test]
fn what_stood_before_a_break_counts() {
    let folder = tempfile::tempdir().unwrap();
    let whole = document(&[item("first", 1, "OK"), item("second", 1, "OK")]);
    put(folder.path(), "a.json", &whole.as_bytes()[..whole.len() - 20]);
    let (rows, failed) = read(folder.path());
    assert_eq!((rows, failed.len()), (vec!["first".to_owned()], 1));
}

/// A gzip file of a kilobyte that is a mebibyte and more: each limit stops it, and nothing of it is held.
#[test]
fn what_decompresses_without_end_is_refused() {
    let limits = Limits { file: super::delivered::Limits { bytes: 1 << 18, text: 1 << 14, depth: 20 }, resources: 100 };
    let large = 1 << 20;
    let mut of_text = br#"{"configurationItems":[{"configuration":""#.to_vec();
    of_text.extend(vec![b'a'; large]);
    let mut of_key = br#"{""#.to_vec();
    of_key.extend(vec![b'a'; large]);
    let mut of_blanks = br#"{"configurationItems":["#.to_vec();
    of_blanks.extend(vec![b' '; large]);
    let mut of_brackets = br#"{"configurationItems":[{"configuration":"#.to_vec();
    of_brackets.extend(vec![b'['; large]);
    let many: Vec<Value> = (0..200).map(|n| item(&n.to_string(), 1, "OK")).collect();
    for (bytes, reason) in [
        (of_text, "a text of it is longer than 16384 bytes"),
        (of_key, "a text of it is longer than 16384 bytes"),
        (of_blanks, "more than 262144 bytes when decompressed"),
        (of_brackets, "nested more than 20 deep"),
        (document(&many).into_bytes(), "more than 100 resources"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let bomb = gzip(&bytes);
        assert!(bomb.len() < 20_000);
        put(folder.path(), "a.json.gz", &bomb);
        put(folder.path(), "b.json", document(&[item("0", 2, "OK")]).as_bytes());
        let (rows, failed) = summary(read_within(folder.path(), limits));
        assert!(rows.len() <= 100 && failed[0].1.contains(reason), "{reason}: {failed:?}");
    }
}

#[test]
fn links_are_named_and_what_lies_beside_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let text = document(&[item("a", 1, "OK")]);
    put(folder.path(), HISTORY, &gzip(text.as_bytes()));
    put(folder.path(), "AWSLogs/111111111111/Config/ConfigWritabilityCheckFile", b"");
    put(folder.path(), "AWSLogs/x/111111111111_CloudTrail_eu-west-2_20261124T0900Z_a.json.gz", b"x");
    put(folder.path(), "AWSLogs/x/111111111111_CloudTrail-Digest_eu-west-2_a.json.gz", b"x");
    put(folder.path(), "AWSLogs/x/111111111111_Config_eu-west-2_ChangeNotification_a.json.gz", b"x");
    put(folder.path(), "notes.txt", b"x");
    assert_eq!(read(folder.path()), (vec!["a".to_owned()], Vec::new()));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(folder.path().join(HISTORY), folder.path().join("link.json.gz")).unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("circle")).unwrap();
        let (rows, failed) = read(folder.path());
        assert_eq!(rows, ["a"]);
        let names: Vec<&str> = failed.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["circle", "link.json.gz"]);
    }
}

#[test]
fn a_path_that_leads_nowhere_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "notes.txt", b"x");
    let find = |path: PathBuf| Files::find(&[path]).unwrap_err();
    assert!(matches!(find(folder.path().join("gone.json")), FilesError::NotThere(..)));
    assert!(matches!(find(folder.path().join("notes.txt")), FilesError::NoFile(..)));
    assert!(matches!(find(folder.path().to_owned()), FilesError::Nothing(..)));
}

#[test]
fn files_of_one_name_in_two_folders_are_two_in_the_ledger() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    put(one.path(), "a.json", b"x");
    put(two.path(), "a.json", b"y");
    let files = Files::find(&[one.path().to_owned(), two.path().to_owned()]).unwrap();
    let delivered = files.read(&|| AsOf::from_unix(60));
    assert_eq!(delivered.calls.len(), 2);
    assert_ne!(delivered.calls[0].id, delivered.calls[1].id);
}
