//! What is accepted or known already in code: exceptions that expired or cover nothing, and baselines of several files.

use std::error::Error;
use std::path::Path;

use serde_json::Value;

use crate::program::{demo_file, havenmark, run};

type Outcome = Result<(), Box<dyn Error>>;

const KEYS: &str = "\
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties: { EnableKeyRotation: false }
  Other:
    Type: AWS::KMS::Key
    Properties: { EnableKeyRotation: false }
";

fn exception(folder: &Path, id: &str, resource: &str, made: &str, expires: &str) -> Outcome {
    let text = format!(
        "id = \"{id}\"\nkind = \"exception\"\nsubject = \"control:DAT-KEY-01@{resource}\"\nby = \"u208\"\napproved_by = \"u203\"\n\
         authority = \"SIRO\"\nreason = \"moves to a new key\"\nrisk = \"low\"\nend_plan = \"the old key goes\"\n\
         made = {made}\nreview = {expires}\nexpires = {expires}\n"
    );
    Ok(std::fs::write(folder.join(format!("register/{id}.toml")), text)?)
}

fn list<'v>(value: &'v Value, path: &str) -> &'v [Value] {
    value.pointer(path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[test]
fn an_exception_that_expired_is_named_where_it_covered_and_one_that_covers_nothing_is_a_warning() -> Outcome {
    let folder = tempfile::tempdir()?;
    let here = folder.path();
    std::fs::write(here.join("keys.yaml"), KEYS)?;
    std::fs::create_dir(here.join("register"))?;
    exception(here, "exc-old", "Key", "2026-01-01", "2026-02-28")?;
    exception(here, "exc-idle", "Gone", "2026-10-05", "2026-12-31")?;
    let declaration = demo_file("tre.toml");
    let (code, out, story) = run(havenmark(here).args([
        "check",
        "keys.yaml",
        "--declaration",
        &declaration,
        "--attestations",
        "register",
        "--as-of",
        "2026-11-01",
        "--account",
        "111111111111",
        "--region",
        "eu-west-2",
        "--format",
        "table",
        "--format",
        "json=r.json",
        "--format",
        "sarif=r.sarif",
        "--format",
        "gitlab=r.gl",
        "--format",
        "github=r.gh",
    ]))?;
    assert_eq!(code, 3, "{out}{story}");
    assert!(out.contains("exception exc-old expired on 2026-02-28"), "{out}");
    assert!(out.contains("expired  exc-old") && out.contains("warning  exc-idle"), "{out}");
    let read = |name: &str| std::fs::read_to_string(here.join(name));
    let result: Value = serde_json::from_str(&read("r.json")?)?;
    let rotation = |address: &str| {
        let mut found = list(&result, "/verdicts").iter();
        found.find(|v| v["control"] == "DAT-KEY-01" && v["resource"] == address).cloned().unwrap_or_default()
    };
    assert_eq!(rotation("Key")["verdict"], "not_met");
    assert_eq!(rotation("Key")["lapsed"], serde_json::json!({ "expired": "2026-02-28", "id": "exc-old" }));
    assert!(rotation("Other")["verdict"] == "not_met" && rotation("Other")["lapsed"].is_null());
    let idle = list(&result, "/exceptions").iter().find(|one| one["id"] == "exc-idle").ok_or("no exc-idle")?;
    assert_eq!(idle["unused"], true);
    let sarif: Value = serde_json::from_str(&read("r.sarif")?)?;
    let of_key = list(&sarif, "/runs/0/results").iter().find(|r| r["properties"]["expiredException"] == "exc-old");
    let message = of_key.ok_or("no result names exc-old")?["message"]["text"].as_str().unwrap_or_default().to_owned();
    assert!(message.contains("exception exc-old expired on 2026-02-28"), "{message}");
    let told = list(&sarif, "/runs/0/invocations/0/toolExecutionNotifications");
    assert!(told.iter().any(|n| n["message"]["text"].as_str().is_some_and(|t| t.contains("exc-idle"))), "{told:#?}");
    let gitlab: Value = serde_json::from_str(&read("r.gl")?)?;
    assert!(list(&gitlab, "").iter().any(|one| one["location"]["path"] == "attestations/exc-idle.toml"), "{gitlab:#?}");
    assert!(read("r.gl")?.contains("exc-old expired on 2026-02-28"));
    assert!(read("r.gh")?.contains("exc-old expired on 2026-02-28"));
    Ok(())
}

/// Two templates have a resource of one logical id; one of them was known.
#[test]
fn a_baseline_tells_two_templates_with_one_logical_id_apart() -> Outcome {
    let folder = tempfile::tempdir()?;
    let here = folder.path();
    std::fs::create_dir(here.join("templates"))?;
    std::fs::write(here.join("templates/one.yaml"), KEYS)?;
    // It is moved down: no line is part of what is known.
    std::fs::write(here.join("two.yaml"), format!("Description: Another one\n{KEYS}"))?;
    let check = |args: &[&str]| run(havenmark(here).args(["check", "--region", "eu-west-2"]).args(args));
    let (code, _, story) = check(&["templates/one.yaml", "--format", "json=known.json"])?;
    assert_eq!(code, 3, "{story}");
    std::fs::write(here.join("templates/one.yaml"), format!("Description: Moved\n{KEYS}"))?;
    let absolute = here.canonicalize()?.join("templates/one.yaml").display().to_string();
    let all = ["./templates/one.yaml", "two.yaml", "--new-only", "--baseline", "known.json", "--format", "json"];
    let (code, out, story) = check(&all)?;
    assert_eq!(code, 3, "{story}");
    let result: Value = serde_json::from_str(&out)?;
    let failing =
        list(&result, "/verdicts").iter().filter(|v| v["verdict"] == "not_met" && v["control"] == "DAT-KEY-01");
    let known: Vec<(&str, bool)> = failing
        .map(|v| (v["location"]["file"].as_str().unwrap_or_default(), v["known"].as_bool().unwrap_or_default()))
        .collect();
    assert_eq!(known.len(), 4);
    assert!(known.iter().all(|(file, known)| *known == file.ends_with("one.yaml")), "{known:?}");
    let prints: std::collections::BTreeSet<&str> =
        list(&result, "/verdicts").iter().filter_map(|v| v["fingerprint"].as_str()).collect();
    assert_eq!(prints.len(), list(&result, "/verdicts").len(), "each verdict has a fingerprint of its own");
    // The known one alone is nothing new, by its absolute path too.
    let (code, out, _) = check(&[&absolute, "--new-only", "--baseline", "known.json"])?;
    assert!([0, 4].contains(&code), "{out}");
    // What has no file in it covers nothing, and the story says what to do.
    let without = havenmark::model::verdict::fingerprint("DAT-KEY-01", "Key");
    std::fs::write(here.join("old.txt"), format!("{without}\n"))?;
    let (code, _, story) = check(&["two.yaml", "--new-only", "--baseline", "old.txt"])?;
    assert_eq!(code, 3);
    assert!(story.contains("1 entry of the baseline names a finding without its file"), "{story}");
    Ok(())
}
