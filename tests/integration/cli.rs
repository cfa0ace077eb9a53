//! What a person meets at the command line: help, listings, and what is said to bad input.

use std::error::Error;
use std::path::Path;

use serde_json::Value;

use crate::program::{evidence, havenmark, run};

type Outcome = Result<(), Box<dyn Error>>;

/// Writes the example as a snapshot by hand: `audit` of it is the demo.
fn demo(folder: &Path) -> Result<(i32, String, String), Box<dyn Error>> {
    run(havenmark(folder).args(["demo", "-o", "out"]))
}

#[test]
fn the_demo_does_its_work_and_says_what_audit_would_return() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (code, result, story) = demo(folder.path())?;
    assert_eq!(code, 0, "{story}");
    assert!(result.lines().count() <= 25, "{result}");
    assert!(story.contains("audit would have returned 3"), "{story}");
    let evidence = evidence(&folder.path().join("out"))?;
    assert_eq!(evidence["format"], "havenmark-evidence/1");
    assert_eq!(evidence["verdict"], "not_met");
    for safe in ["people", "projects", "settings", "data", "outputs"] {
        let of = |v: &&Value| v["safe"] == safe;
        let controls = evidence["controls"].as_array().ok_or("no controls")?;
        assert!(controls.iter().any(|c| of(&c)), "no control of safe {safe}");
    }
    Ok(())
}

#[test]
fn a_reader_that_goes_away_ends_the_program_quietly() -> Outcome {
    let folder = tempfile::tempdir()?;
    for arguments in [&["list", "statements"] as &[&str], &["list", "statements", "--format", "json"], &["man"]] {
        let mut command = havenmark(folder.path());
        let mut child = command
            .args(arguments)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()?;
        drop(child.stdout.take());
        let output = child.wait_with_output()?;
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(String::from_utf8(output.stderr)?, "", "{arguments:?}");
    }
    Ok(())
}

#[test]
fn every_command_that_is_named_as_next_exists() -> Outcome {
    let source = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/terminal.rs"))?;
    let folder = tempfile::tempdir()?;
    for part in source.split("\"havenmark ").skip(1) {
        let command = part.split([' ', '"']).next().unwrap_or_default();
        let (code, _, story) = run(havenmark(folder.path()).args([command, "--help"]))?;
        assert_eq!(code, 0, "havenmark {command}: {story}");
    }
    Ok(())
}

#[test]
fn totals_sum() -> Outcome {
    let folder = tempfile::tempdir()?;
    demo(folder.path())?;
    let evidence = evidence(&folder.path().join("out"))?;
    let verdicts = evidence["verdicts"].as_array().ok_or("no verdicts")?;
    for control in evidence["controls"].as_array().ok_or("no controls")? {
        for outcome in ["met", "not_met", "not_assessed", "not_applicable", "excepted"] {
            let counted = verdicts.iter().filter(|v| v["control"] == control["id"] && v["verdict"] == outcome).count();
            assert_eq!(control["counts"][outcome], counted, "{} {outcome}", control["id"]);
        }
    }
    for verdict in verdicts.iter().filter(|v| v["verdict"] != "met") {
        assert!(verdict["reason"].as_str().is_some_and(|r| !r.is_empty()), "no reason: {verdict}");
    }
    Ok(())
}

#[test]
fn since_separates_new_fixed_unchanged_and_no_longer_seen() -> Outcome {
    let folder = tempfile::tempdir()?;
    demo(folder.path())?;
    let path = folder.path().join("out/evidence.json");
    let mut earlier: Value = serde_json::from_slice(&std::fs::read(&path)?)?;
    let verdicts = earlier["verdicts"].as_array_mut().ok_or("no verdicts")?;
    let failing: Vec<usize> =
        verdicts.iter().enumerate().filter(|(_, v)| v["verdict"] == "not_met").map(|(i, _)| i).collect();
    let met = verdicts.iter().position(|v| v["verdict"] == "met").ok_or("nothing is met")?;
    // One that fails now was met then; one that is met now failed then; one that failed then is nowhere now.
    verdicts[failing[0]]["verdict"] = "met".into();
    verdicts[met]["verdict"] = "not_met".into();
    let mut gone = verdicts[failing[1]].clone();
    gone["fingerprint"] = "0".repeat(64).into();
    verdicts.push(gone);
    let unchanged = failing.len() - 1;
    std::fs::write(folder.path().join("earlier.json"), serde_json::to_vec(&earlier)?)?;
    let snapshot = crate::program::demo_snapshot(folder.path())?;
    let (code, _, story) = run(havenmark(folder.path()).args([
        "audit",
        &snapshot,
        "--declaration",
        &crate::program::demo_file("tre.toml"),
        "--since",
        "earlier.json",
        "-o",
        "now",
    ]))?;
    assert_eq!(code, 3, "{story}");
    let since = &evidence(&folder.path().join("now"))?["since"];
    assert_eq!(
        (&since["new"], &since["fixed"], &since["unchanged"], &since["no_longer_seen"]),
        (&1.into(), &1.into(), &unchanged.into(), &1.into()),
        "{since}"
    );
    Ok(())
}

#[test]
fn fail_on_and_exit_zero_change_the_code_and_no_byte() -> Outcome {
    let folder = tempfile::tempdir()?;
    let snapshot = crate::program::demo_snapshot(folder.path())?;
    let declaration = crate::program::demo_file("tre.toml");
    let mut bytes = Vec::new();
    for (options, expected) in [
        (&[][..], 3),
        (&["--fail-on", "critical"], 3),
        (&["--fail-on", "never"], 0),
        (&["--exit-zero"], 0),
        (&["--format", "json"], 3),
    ] {
        let (code, result, story) = run(havenmark(folder.path())
            .args(["audit", &snapshot, "--declaration", &declaration, "-o", "out"])
            .args(options))?;
        assert_eq!(code, expected, "{options:?}: {story}");
        let file = std::fs::read(folder.path().join("out/evidence.json"))?;
        if options.contains(&"json") {
            assert_eq!(result.as_bytes(), file, "standard output is the evidence");
        }
        bytes.push(file);
    }
    assert!(bytes.windows(2).all(|pair| pair[0] == pair[1]));
    Ok(())
}

/// (arguments, exit code, what the sentence must contain).
#[test]
fn bad_input_gets_a_sentence_and_the_right_code() -> Outcome {
    let folder = tempfile::tempdir()?;
    let here = folder.path();
    std::fs::write(here.join("unknown.toml"), "[tre]\nname = \"x\"\n\n[airlok]\ningress = []\n")?;
    std::fs::write(here.join("broken.toml"), "[tre\n")?;
    std::fs::write(here.join("other.json"), "{\"format\": \"something\"}")?;
    std::fs::create_dir(here.join("unfinished"))?;
    std::fs::write(here.join("unfinished/journal.jsonl"), "{}\n")?;
    let snapshot = crate::program::demo_snapshot(here)?;
    let cases: &[(&[&str], i32, &[&str])] = &[
        (&["audit", "nowhere"], 2, &["nowhere", "havenmark collect -o"]),
        (&["audit", "unfinished"], 2, &["unfinished", "havenmark collect -o"]),
        (&["audit", &snapshot, "--declaration", "missing.toml"], 2, &["missing.toml"]),
        (&["audit", &snapshot, "--declaration", "unknown.toml"], 2, &["airlok", "unknown.toml:4"]),
        (&["audit", &snapshot, "--declaration", "broken.toml"], 2, &["broken.toml:1"]),
        (&["audit", &snapshot, "--attestations", "nothing"], 2, &["nothing"]),
        (&["audit", &snapshot, "--since", "other.json"], 2, &["other.json", "evidence.json"]),
        (&["audit", &snapshot, "--as-of", "yesterday"], 2, &["yesterday"]),
        (&["explain", "SET-NET-99"], 2, &["SET-NET-99"]),
        (&["why", "DAT-STO-99", "x", &snapshot], 2, &["DAT-STO-99"]),
        (&["why", "DAT-STO-06", "no-such-bucket", &snapshot], 2, &["no-such-bucket"]),
        (&["list", "statements", "--framework", "iso"], 2, &["iso", "satre"]),
        (&["test", "nowhere"], 2, &["nowhere"]),
        (&["frobnicate"], 2, &["frobnicate"]),
    ];
    for (arguments, expected, wanted) in cases {
        let (code, result, story) = run(havenmark(here).args(*arguments))?;
        assert_eq!(code, *expected, "{arguments:?}: {story}");
        assert!(result.is_empty(), "{arguments:?} wrote a result: {result}");
        // A person's terminal breaks the lines; the words are the same.
        let story = story.replace("│", " ").split_whitespace().collect::<Vec<_>>().join(" ");
        for part in *wanted {
            assert!(story.contains(part), "{arguments:?} does not say {part}: {story}");
        }
        assert!(!story.contains("panicked"), "{story}");
        assert!(!here.join("havenmark-report/report.html").exists(), "{arguments:?} left a report");
    }
    Ok(())
}

#[test]
fn a_damaged_snapshot_is_refused_and_leaves_no_report() -> Outcome {
    let folder = tempfile::tempdir()?;
    let snapshot = crate::program::demo_snapshot(folder.path())?;
    let chunk = std::fs::read_dir(folder.path().join(&snapshot).join("chunks"))?.next().ok_or("no chunk")??.path();
    let whole = std::fs::read(&chunk)?;
    for damaged in [&whole[..whole.len() / 2], &[][..]] {
        std::fs::write(&chunk, damaged)?;
        let (code, _, story) = run(havenmark(folder.path()).args(["audit", &snapshot, "-o", "out"]))?;
        assert_eq!(code, 1, "{story}");
        assert!(story.contains("does not match its manifest"), "{story}");
        assert!(!folder.path().join("out/report.html").exists() && !folder.path().join("out/evidence.json").exists());
    }
    Ok(())
}

#[cfg(feature = "live")]
#[test]
fn collect_without_region_or_credentials_writes_nothing() -> Outcome {
    let folder = tempfile::tempdir()?;
    let none = folder.path().join("none");
    let bare = |arguments: &[&str]| {
        let mut command = havenmark(folder.path());
        command.args(arguments);
        for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
            command.env_remove(name);
        }
        command.env("AWS_CONFIG_FILE", &none).env("AWS_SHARED_CREDENTIALS_FILE", &none).env("HOME", folder.path());
        run(&mut command)
    };
    let (code, _, story) = bare(&["collect", "-o", "snapshot"])?;
    assert_eq!(code, 2, "{story}");
    assert!(story.contains("Region"), "{story}");
    let (code, _, story) = bare(&["collect", "-o", "snapshot", "--region", "eu-west-2"])?;
    assert_eq!(code, 2, "{story}");
    assert!(story.contains("credentials"), "{story}");
    assert!(!folder.path().join("snapshot").exists(), "a snapshot was begun");
    Ok(())
}

#[test]
fn the_printed_policy_is_the_table_and_reads_no_data() -> Outcome {
    let folder = tempfile::tempdir()?;
    // With a role, what the collecting identity needs besides; without one nothing may be assumed.
    let asked = ["collect", "--print-iam-policy", "--events", "--role", "Audit"];
    let (code, policy, _) = run(havenmark(folder.path()).args(asked))?;
    assert_eq!(code, 0);
    let (_, alone, _) = run(havenmark(folder.path()).args(["collect", "--print-iam-policy"]))?;
    assert!(policy.contains("arn:aws:iam::*:role/Audit") && !alone.contains("AssumeRole"));
    let policy: Value = serde_json::from_str(&policy)?;
    let policies = policy.as_array().ok_or("no policies")?;
    let statements = policies.iter().flat_map(|policy| policy["Statement"].as_array().into_iter().flatten());
    let actions = statements.flat_map(|s| s["Action"].as_array().into_iter().flatten());
    let mut printed: Vec<&str> = actions.filter_map(Value::as_str).collect();
    printed.sort_unstable();
    let (_, listed, _) = run(havenmark(folder.path()).args(["list", "collectors", "--format", "json"]))?;
    let listed: Value = serde_json::from_str(&listed)?;
    let mut table: Vec<&str> = listed
        .as_array()
        .ok_or("no rows")?
        .iter()
        .filter(|row| row["scope"] != "declared")
        .filter_map(|row| row["iam_action"].as_str())
        .collect();
    table.sort_unstable();
    table.dedup();
    assert_eq!(printed, table);
    for action in printed {
        assert!(!action.contains("GetObject") && !action.ends_with(":*") && !action.contains("Put"), "{action}");
    }
    Ok(())
}

#[test]
fn the_catalogue_is_listed_in_the_published_shape() -> Outcome {
    let folder = tempfile::tempdir()?;
    let list = |arguments: &[&str]| -> Result<Vec<Value>, Box<dyn Error>> {
        let (code, text, story) = run(havenmark(folder.path()).arg("list").args(arguments).args(["--format", "json"]))?;
        assert_eq!(code, 0, "{story}");
        Ok(serde_json::from_str(&text)?)
    };
    let controls = list(&["controls"])?;
    assert!(controls.len() >= 40, "{} controls", controls.len());
    for control in &controls {
        for member in [
            "id",
            "title",
            "severity",
            "safe",
            "applies_to",
            "scope",
            "pre_deploy",
            "satre",
            "dspt",
            "uk_gdpr",
            "equivalents",
        ] {
            assert!(!control[member].is_null(), "{} has no {member}", control["id"]);
        }
    }
    assert_eq!(list(&["statements", "--framework", "satre"])?.len(), 185);
    assert_eq!(list(&["frameworks"])?.len(), 8);
    Ok(())
}

#[test]
fn explain_why_test_completions_and_man_work() -> Outcome {
    let folder = tempfile::tempdir()?;
    let ok = |arguments: &[&str], wanted: &[&str]| -> Outcome {
        let (code, text, story) = run(havenmark(folder.path()).args(arguments))?;
        assert_eq!(code, 0, "{arguments:?}: {story}");
        for part in wanted {
            assert!(text.contains(part), "{arguments:?} does not say {part}: {text}");
        }
        Ok(())
    };
    ok(&["explain", "DAT-STO-06"], &["Bucket owner enforced", "@id(\"DAT-STO-06\")", "How to fix", "SATRE 3.1.11"])?;
    ok(&["explain", "2.8.01"], &["SATRE 2.8.01", "Mandatory"])?;
    ok(&["test"], &[" passed, 0 failed"])?;
    ok(&["completions", "bash"], &["havenmark"])?;
    ok(&["man"], &[".TH havenmark"])?;
    let snapshot = crate::program::demo_snapshot(folder.path())?;
    demo(folder.path())?;
    let verdicts = evidence(&folder.path().join("out"))?["verdicts"].clone();
    let judged = verdicts.as_array().ok_or("none")?.iter().find(|v| v["control"] == "DAT-STO-06").ok_or("none")?;
    let resource = judged["resource"].as_str().ok_or("no name")?.to_owned();
    ok(&["why", "DAT-STO-06", &resource, "--demo"], &[&resource, "resource.", "from"])?;
    ok(&["why", "DAT-STO-06", &resource, &snapshot], &[&resource])
}

/// Ctrl-C ends a collection with a sentence, and without a snapshot that could be taken for a whole one.
#[cfg(all(feature = "live", unix))]
#[test]
fn an_interrupted_collection_says_how_to_go_on() -> Outcome {
    use std::process::{Command, Stdio};

    let folder = tempfile::tempdir()?;
    // A server that takes the call and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", silent.local_addr()?);
    let child = havenmark(folder.path())
        .args(["collect", "-o", "snapshot", "--region", "eu-west-2", "--endpoint-url", &url])
        .envs([("AWS_ACCESS_KEY_ID", "testing"), ("AWS_SECRET_ACCESS_KEY", "testing")])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let _call = silent.accept()?;
    Command::new("kill").args(["-INT", &child.id().to_string()]).status()?;
    let ended = child.wait_with_output()?;
    let story = String::from_utf8(ended.stderr)?;
    assert_eq!(ended.status.code(), Some(1), "{story}");
    assert!(story.contains("interrupted") && story.contains("havenmark collect -o snapshot"), "{story}");
    assert!(!folder.path().join("snapshot/manifest.json").exists());
    Ok(())
}
