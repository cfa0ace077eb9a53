//! The register at the command line: a new file, a check of all, and what is due.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;
use std::sync::LazyLock;

use havenmark::declaration::Declaration;
use havenmark::declaration::register::{Kind, Register};
use serde_json::Value;

use crate::program::{demo_file, havenmark, run};

type Outcome = Result<(), Box<dyn Error>>;
/// Exit code, standard output, standard error.
type Said = (i32, String, String);
/// State, kind and subject of what is due.
type Line = (String, String, String);

const TRE: &str = "[tre]\nregions = [\"eu-west-2\"]\n\n[identity]\nsource = \"identity-center\"\n\n[[project]]\nid = \"cardio-2026\"\n\
    start = 2026-01-12\nend = 2027-06-30\n\n[[project]]\nid = \"old-2024\"\nend = 2024-06-30\n\n[[dataset]]\nid = \"ds-a\"\n\
    identifiability = \"pseudonymised\"\n\n[people]\nu101 = { projects = [\"cardio-2026\"] }\nu102 = { projects = [\"old-2024\"] }\n\
    u104 = { projects = [\"cardio-2026\"], leave = 2026-07-31 }\n";

fn folder() -> Result<tempfile::TempDir, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("tre.toml"), TRE)?;
    Ok(folder)
}

fn attest(folder: &Path, arguments: &[&str]) -> Result<Said, Box<dyn Error>> {
    run(havenmark(folder).env("COLUMNS", "80").arg("attest").args(arguments))
}

#[test]
fn a_new_file_is_written_filled_in_and_checked() -> Outcome {
    let folder = folder()?;
    let here = folder.path();
    std::fs::write(here.join("SOP 14.pdf"), "abc")?;
    let document = here.join("SOP 14.pdf");
    let arguments = ["new", "statement", "satre:3.3.04", "--evidence", document.to_str().ok_or("no text")?];
    let (code, path, story) = attest(here, &[&arguments[..], &["--made", "2026-10-01"]].concat())?;
    assert_eq!(code, 0, "{story}");
    assert_eq!(path, "attestations/att-2026-0001.toml\n");
    assert!(story.contains("counts for nothing until this is filled in") && story.contains("2027-10-02"), "{story}");
    let text = std::fs::read_to_string(here.join(path.trim()))?;
    // The vector of FIPS 180-2 for "abc"; of where the document lies nothing is told.
    let evidence =
        "{ uri = \"SOP 14.pdf\", sha256 = \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\" }";
    assert!(text.contains(evidence), "{text}");
    assert!(!text.contains(here.to_str().ok_or("no text")?), "{text}");
    let (code, problems, _) = attest(here, &["check", "--as-of", "2026-11-24"])?;
    assert_eq!(code, 3, "{problems}");
    for line in
        text.lines().enumerate().filter(|(_, l)| l.starts_with("claim") || l.starts_with("by")).map(|(i, _)| i + 1)
    {
        assert!(problems.contains(&format!("attestations/att-2026-0001.toml:{line}\n")), "line {line}: {problems}");
    }
    assert!(problems.lines().all(|line| line.chars().count() <= 80), "{problems}");
    let role = text.split("# one of: ").nth(1).and_then(|roles| roles.split([',', '\n']).next()).ok_or("no role")?;
    let filled = text
        .replace("# score = 1", "score = 1")
        .replace("claim = \"\"", "claim = \"SOP 14 says how.\"")
        .replace("role = \"\"", &format!("role = \"{role}\""))
        .replace("\nby = \"\"", "\nby = \"u101\"")
        .replace("approved_by = \"\"", "approved_by = \"u102\"");
    std::fs::write(here.join(path.trim()), filled)?;
    let (code, result, story) = attest(here, &["check", "--as-of", "2026-11-24"])?;
    assert_eq!((code, result.as_str()), (0, "1 file: 1 counts\n"), "{story}");
    assert!(story.contains("held against [people]"), "{story}");
    Ok(())
}

#[test]
fn what_is_given_is_written_and_the_next_id_is_free() -> Outcome {
    let folder = folder()?;
    let here = folder.path();
    let dpia = ["new", "dpia", "project:cardio-2026", "--by", "u101", "--approved-by", "u102", "--made", "2026-11-01"];
    for expected in ["att-2026-0001", "att-2026-0002"] {
        let (code, result, story) = attest(here, &[&dpia[..], &["--format", "json"]].concat())?;
        assert_eq!(code, 0, "{story}");
        let result: Value = serde_json::from_str(&result)?;
        assert_eq!((&result["id"], &result["expires"]), (&expected.into(), &"2027-11-02".into()));
    }
    // A name that is taken is passed over, whatever is in the file, and an exception has a row of its own.
    std::fs::write(here.join("attestations/att-2026-0040.toml"), "not TOML at all")?;
    let before = std::fs::read(here.join("attestations/att-2026-0001.toml"))?;
    let (_, path, _) = attest(here, &dpia)?;
    assert_eq!(path, "attestations/att-2026-0041.toml\n");
    let exception = ["new", "exception", "control:DAT-STO-02@arn:aws:s3:::public", "--made", "2026-11-01"];
    let set =
        ["--set", "reason=Public data.", "--set", "risk=None.", "--set", "authority=SIRO", "--set", "end_plan=Moved."];
    let people = ["--by", "u101", "--approved-by", "u102"];
    let (code, path, story) = attest(here, &[&exception[..], &set, &people].concat())?;
    assert_eq!((code, path.as_str()), (0, "attestations/exc-2026-0001.toml\n"), "{story}");
    assert!(story.contains("it counts; ends on 2027-01-30"), "{story}");
    assert_eq!(std::fs::read(here.join("attestations/att-2026-0001.toml"))?, before);
    Ok(())
}

/// (arguments behind `attest`, what the sentence must contain).
#[test]
fn what_the_register_would_refuse_is_refused_before_there_is_a_file() -> Outcome {
    let folder = folder()?;
    let here = folder.path();
    let cases: &[(&[&str], &[&str])] = &[
        (&["new", "opinion", "satre:3.3.04"], &["opinion", "egress-destination", "project:…"]),
        (&["new", "dpia", "cardio-2026"], &["does not fit", "project:…", "there are: cardio-2026, old-2024"]),
        (&["new", "dpia", "project:nowhere"], &["no project", "there are: cardio-2026"]),
        (&["new", "deletion", "dataset:ds-b"], &["no dataset \"ds-b\""]),
        (&["new", "statement", "satre:9.9.99"], &["9.9.99", "havenmark list statements"]),
        (&["new", "exception", "control:DAT-STO-99@*"], &["DAT-STO-99", "havenmark list controls"]),
        (&["new", "exception", "control:DAT-STO-02"], &["names no resource"]),
        (&["new", "dpia", "project:cardio-2026", "--by", "u101", "--approved-by", "U101"], &["approved by its author"]),
        (&["new", "dpia", "project:cardio-2026", "--by", "u104"], &["left on 2026-07-31", "tre.toml:23"]),
        (
            &["new", "dpia", "project:cardio-2026", "--made", "2026-01-01", "--expires", "2026-01-01"],
            &["not after it was made"],
        ),
        (&["new", "dpia", "project:cardio-2026", "--made", "2026-01-01", "--expires", "2027-06-30"], &["at most 366"]),
        (&["new", "dpia", "project:cardio-2026", "--made", "soon"], &["soon", "2026-01-31"]),
        (&["new", "dpia", "project:cardio-2026", "--set", "course=x"], &["no member \"course\""]),
        (&["new", "dpia", "project:cardio-2026", "--set", "claim"], &["MEMBER=VALUE"]),
        (&["new", "statement", "satre:3.3.04", "--set", "score=3"], &["0, 1, 2 or N/A"]),
        (&["new", "statement", "satre:3.3.04", "--role", "King"], &["King", "is not listed"]),
        (&["new", "dpia", "project:cardio-2026", "--evidence", "nothing.pdf"], &["nothing.pdf"]),
        (&["new", "dpia", "project:cardio-2026", "--evidence", "."], &["is no file"]),
        (&["new", "dpia", "project:cardio-2026", "--attestations", "tre.toml"], &["tre.toml is no folder"]),
        (&["check"], &["attestations", "havenmark attest"]),
        (&["check", "--declaration", "missing.toml"], &["missing.toml"]),
    ];
    for (arguments, wanted) in cases {
        let (code, result, story) = attest(here, arguments)?;
        assert_eq!((code, result.as_str()), (2, ""), "{arguments:?}: {story}");
        let story = story.split_whitespace().filter(|w| *w != "│").collect::<Vec<_>>().join(" ");
        for part in *wanted {
            assert!(story.contains(part), "{arguments:?} does not say {part}: {story}");
        }
    }
    assert!(!here.join("attestations").exists(), "a file was begun");
    Ok(())
}

#[test]
fn the_register_of_the_example_is_checked_as_an_audit_would() -> Outcome {
    let folder = tempfile::tempdir()?;
    let demo = ["--declaration", &demo_file("tre.toml"), "--as-of", "2026-11-24T03:00:00Z"];
    let (code, result, story) = attest(folder.path(), &[&["check"], &demo[..]].concat())?;
    assert_eq!(code, 3, "{story}");
    assert!(result.contains("att-2026-0036.toml:8\n  It is approved by its author"), "{result}");
    let (code, json, _) = attest(folder.path(), &[&["check", "--format", "json"], &demo[..]].concat())?;
    assert_eq!(code, 3);
    let json: Value = serde_json::from_str(&json)?;
    // The same numbers as in the evidence of an audit.
    run(havenmark(folder.path()).args(["demo", "-o", "out"]))?;
    let evidence = crate::program::evidence(&folder.path().join("out"))?;
    for standing in ["live", "expiring", "expired", "superseded", "invalid"] {
        let of = |list: &str| {
            let all = evidence[list].as_array().into_iter().flatten();
            all.filter(|s| s["standing"] == standing).count()
        };
        assert_eq!(json["counts"][standing], of("attestations") + of("exceptions"), "{standing}");
    }
    Ok(())
}

#[test]
fn what_is_due_is_what_ended_what_ends_and_what_is_missing() -> Outcome {
    let folder = folder()?;
    let here = folder.path();
    let signed = ["--by", "u101", "--approved-by", "u102"];
    let write = |kind: &str, subject: &str, more: &[&str]| -> Outcome {
        std::fs::write(here.join("d"), "x")?;
        let (code, _, story) = attest(here, &[&["new", kind, subject, "--evidence", "d"], &signed[..], more].concat())?;
        assert!(code == 0 && story.contains("it counts;"), "{story}");
        Ok(())
    };
    write("dpia", "project:cardio-2026", &["--made", "2025-12-10", "--expires", "2026-12-09"])?;
    write("approval", "project:cardio-2026", &["--made", "2025-11-01", "--expires", "2026-10-31"])?;
    write("terms", "person:u101", &["--made", "2026-11-01"])?;
    // The project has ended, and who has left trains no more.
    write("approval", "project:old-2024", &["--made", "2023-11-01", "--expires", "2024-10-31"])?;
    let due = |more: &[&str]| -> Result<Vec<Line>, Box<dyn Error>> {
        let arguments = ["due", "--as-of", "2026-11-24", "--format", "json"];
        let (code, json, story) = attest(here, &[&arguments[..], more].concat())?;
        assert_eq!(code, 0, "{story}");
        let json: Value = serde_json::from_str(&json)?;
        let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
        let all = json["due"].as_array().ok_or("no list")?.iter();
        Ok(all.map(|d| (text(&d["state"]), text(&d["kind"]), text(&d["subject"]))).collect())
    };
    let line = |state: &str, kind: &str, subject: &str| (state.to_owned(), kind.to_owned(), subject.to_owned());
    let expected = vec![
        line("expired", "approval", "project:cardio-2026"),
        line("missing", "accreditation", "person:u101"),
        line("missing", "deidentification", "dataset:ds-a"),
        line("missing", "training", "person:u101"),
        line("expiring", "dpia", "project:cardio-2026"),
    ];
    assert_eq!(due(&[])?, expected);
    assert_eq!(due(&["--within", "7"])?, expected[..4]);
    let (_, table, story) = attest(here, &["due", "--as-of", "2026-11-24"])?;
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    assert!(
        table.contains("statements of SATRE that only people can attest") && story.contains("No snapshot"),
        "{table}{story}"
    );
    Ok(())
}

/// A snapshot of one account whose directory holds these users.
fn with_users(folder: &Path, users: &[(&str, &str)]) -> Result<String, Box<dyn Error>> {
    let head = "caller = \"arn:aws:iam::111111111111:role/audit\"\ncollected_from = 2026-11-24T02:00:00Z\n\
        collected_to = 2026-11-24T02:10:00Z\naccounts = [\"111111111111\"]\nregions = [\"eu-west-2\"]\n";
    let document = |(name, status): &(&str, &str)| {
        format!(
            "[[document]]\ntype = \"AWS::IdentityStore::User\"\nid = \"d-1|{name}\"\naccount = \"111111111111\"\n\
             region = \"eu-west-2\"\nobserved = {{ UserName = \"{name}\", UserStatus = \"{status}\", ExternalIds = [], \
             CreatedAt = \"2026-01-01T00:00:00Z\" }}\n\n"
        )
    };
    let documents = users.iter().map(document).collect::<Vec<_>>().concat();
    let texts = [("estate.toml", head), ("documents/111111111111-users.toml", documents.as_str())];
    let estate = havenmark::source::estate::EstateFiles::read(texts)?;
    estate.write(&folder.join("snapshot"))?;
    Ok("snapshot".to_owned())
}

#[test]
fn who_signs_is_held_against_the_directory_that_was_read() -> Outcome {
    let folder = folder()?;
    let here = folder.path();
    std::fs::write(here.join("d"), "x")?;
    for (by, approved_by) in [("u301", "u302"), ("u301", "u303"), ("u999", "u302"), ("u301", "u101")] {
        let who = ["--by", by, "--approved-by", approved_by, "--made", "2026-11-01", "--evidence", "d"];
        let (code, _, story) = attest(here, &[&["new", "approval", "project:cardio-2026"], &who[..]].concat())?;
        assert_eq!(code, 0, "{story}");
    }
    // Without a directory nobody is held against it, and that is said.
    let (code, _, story) = attest(here, &["check", "--as-of", "2026-11-24T03:00:00Z"])?;
    assert!(code == 0 && story.contains("no user of a directory was read"), "{story}");
    let snapshot = with_users(here, &[("U301", "ENABLED"), ("u302", "ENABLED"), ("u303", "DISABLED")])?;
    let arguments = ["check", "--as-of", "2026-11-24T03:00:00Z", "--snapshot", &snapshot];
    let (code, result, story) = attest(here, &arguments)?;
    assert_eq!(code, 3, "{story}");
    let result = result.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "att-2026-0002.toml:9 \"u303\" is disabled in the directory",
        "att-2026-0003.toml:8 \"u999\" is neither in [people] nor a user of the directory",
        "4 files: 2 count, 2 invalid",
    ] {
        assert!(result.contains(part), "{part}: {result}");
    }
    assert!(story.is_empty(), "{story}");
    // The audit says the same.
    let (_, _, story) = run(havenmark(here).args(["audit", &snapshot, "-o", "out"]))?;
    let evidence = crate::program::evidence(&here.join("out"))?;
    let standings: Vec<&str> =
        evidence["attestations"].as_array().ok_or("none")?.iter().filter_map(|a| a["standing"].as_str()).collect();
    assert_eq!(standings, ["live", "invalid", "invalid", "live"], "{story}");
    Ok(())
}

/// What was said of the example with its declaration or one file of its register changed.
struct Changed {
    story: String,
    evidence: Value,
    report: String,
}

/// Audits the example with texts replaced: (file, what stands there, what is to stand there). Where nothing is to be replaced
/// the file is new.
fn changed(edits: &[(&str, &str, &str)]) -> Result<Changed, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let here = folder.path();
    let snapshot = crate::program::demo_snapshot(here)?;
    std::fs::copy(demo_file("tre.toml"), here.join("tre.toml"))?;
    std::fs::create_dir(here.join("attestations"))?;
    for entry in std::fs::read_dir(demo_file("attestations"))? {
        let entry = entry?;
        std::fs::copy(entry.path(), here.join("attestations").join(entry.file_name()))?;
    }
    for (file, from, to) in edits {
        let text = if from.is_empty() { String::new() } else { std::fs::read_to_string(here.join(file))? };
        assert!(text.contains(from), "{file} does not say {from}");
        std::fs::write(here.join(file), text.replacen(from, to, 1))?;
    }
    let (code, _, story) = run(havenmark(here).args(["audit", &snapshot, "-o", "out"]))?;
    assert!(code == 3 || code == 4, "the audit went on: {story}");
    let report = std::fs::read_to_string(here.join("out/report.html"))?;
    Ok(Changed { story, evidence: crate::program::evidence(&here.join("out"))?, report })
}

/// The example as it is.
static UNCHANGED: LazyLock<Changed> = LazyLock::new(|| {
    let failed =
        |error: Box<dyn Error>| Changed { story: error.to_string(), evidence: Value::Null, report: String::new() };
    changed(&[]).unwrap_or_else(failed)
});

impl Changed {
    /// A list of the evidence.
    fn list(&self, name: &str) -> impl Iterator<Item = &Value> {
        self.evidence.get(name).and_then(Value::as_array).into_iter().flatten()
    }

    /// The notice at a place.
    fn notice(&self, place: &str) -> Result<&str, Box<dyn Error>> {
        let text = |notice: &Value, of: &str| notice.get(of).and_then(Value::as_str).unwrap_or_default().to_owned();
        let found = self.list("notices").find(|n| text(n, "place") == place);
        let found = found.ok_or_else(|| format!("nothing at {place}: {:?}", self.evidence.get("notices")))?;
        assert!(self.report.contains(place), "the report does not name {place}");
        assert!(self.story.contains("about declaration and register"), "{}", self.story);
        Ok(found.get("text").and_then(Value::as_str).unwrap_or_default())
    }

    fn statement(&self, id: &str) -> &Value {
        let is = |s: &Value, member: &str, value: &str| s.get(member).and_then(Value::as_str) == Some(value);
        let found = self.list("statements").find(|s| is(s, "framework", "satre") && is(s, "id", id));
        found.unwrap_or(&Value::Null)
    }

    /// Verdicts of a control about resources of which `about` holds.
    fn verdicts(&self, control: &str, about: impl Fn(&str) -> bool) -> Vec<&str> {
        let text = |v: &'_ Value, member: &str| v.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
        self.list("verdicts")
            .filter(|v| text(v, "control") == control && about(&text(v, "resource")))
            .filter_map(|v| v.get("verdict").and_then(Value::as_str))
            .collect()
    }
}

/// The line of the first text that begins so.
fn line_of(file: &str, start: &str) -> Result<usize, Box<dyn Error>> {
    let text = std::fs::read_to_string(demo_file(file))?;
    let found = text.lines().position(|line| line.starts_with(start));
    Ok(found.ok_or_else(|| format!("{file} has no line {start}"))? + 1)
}

#[test]
fn an_unknown_persona_is_named_and_leaves_what_asks_for_personas_not_assessed() -> Outcome {
    let (before, after) = (&UNCHANGED, changed(&[("tre.toml", "ingest = [", "ingester = [")])?);
    let line = line_of("tre.toml", "ingest = [")?;
    let notice = after.notice(&format!("tre.toml:{line}"))?;
    assert!(notice.contains("no persona \"ingester\"") && notice.contains("Did you mean \"ingest\"?"), "{notice}");
    // Who works in a session is asked by this one; what asks for nobody is judged as before.
    let decided = |of: &Changed| {
        let verdicts = of.verdicts("PEO-IDC-08", |resource| !resource.starts_with("account:"));
        verdicts.into_iter().filter(|v| ["met", "not_met"].contains(v)).count()
    };
    assert!(decided(before) > 0 && decided(&after) == 0, "{} and {}", decided(before), decided(&after));
    assert!(after.verdicts("PEO-IDC-08", |_| true).contains(&"not_assessed"));
    assert_eq!(before.verdicts("DAT-STO-06", |_| true), after.verdicts("DAT-STO-06", |_| true));
    Ok(())
}

#[test]
fn a_bucket_in_two_stages_is_named_and_neither_stage_is_judged() -> Outcome {
    let twice = "request = [\"s3:northmoor-sde-airlock-ingress\"]";
    let after = changed(&[("tre.toml", "request = [\"s3:northmoor-sde-airlock-request\"]", twice)])?;
    let line = line_of("tre.toml", "request = [")?;
    let notice = after.notice(&format!("tre.toml:{line}"))?;
    assert!(notice.contains("stands in ingress and in request"), "{notice}");
    let bucket = |resource: &str| resource.ends_with("northmoor-sde-airlock-ingress");
    assert_ne!(UNCHANGED.verdicts("OUT-AIR-04", bucket), ["not_assessed"]);
    assert_eq!(after.verdicts("OUT-AIR-04", bucket), ["not_assessed"]);
    Ok(())
}

#[test]
fn a_bad_attestation_is_named_and_its_statement_awaits_another() -> Outcome {
    // (file, statement, what is written in place of what, the line that is named, part of the sentence).
    let cases = [
        ("att-2026-0001", "1.1.01", "by = \"u201\"", "by = \"u203\"", "approved_by", "approved by its author"),
        ("att-2026-0004", "1.2.01", "expires = 2027-06-14", "expires = 2026-06-14", "expires", "not after it was made"),
        ("att-2026-0010", "1.3.01", "satre:1.3.01", "satre:1.3.99", "subject", "no statement \"1.3.99\""),
        ("att-2026-0029", "3.3.07", "score = 2", "score = 7", "score", "a score is 0, 1, 2"),
        ("att-2026-0009", "1.2.07", "by = \"u201\"", "by = \"u104\"", "by", "left on 2026-07-31"),
        ("att-2026-0019", "1.6.01", "role = \"Information Governance Manager\"", "role = \"King\"", "role", "King"),
    ];
    let files = cases.map(|(id, ..)| format!("attestations/{id}.toml"));
    let edits: Vec<(&str, &str, &str)> =
        files.iter().zip(cases).map(|(file, (_, _, from, to, ..))| (file.as_str(), from, to)).collect();
    let bad = changed(&edits)?;
    for (file, (id, statement, _, to, start, part)) in files.iter().zip(cases) {
        let notice = bad.notice(file)?;
        let line = line_of(file, start)?;
        assert!(notice.contains(part) && notice.contains(&format!("{file}:{line}")), "{to}: {notice}");
        assert_eq!(UNCHANGED.statement(statement)["attestation"], id);
        let statement = bad.statement(statement);
        assert!(statement["attestation"].is_null() && statement["score"].is_null(), "{to}: {statement}");
        let state = statement["state"].as_str().unwrap_or_default();
        assert!(["not_assessed", "awaits_attestation"].contains(&state), "{to}: {state}");
    }
    // Nothing else moved.
    for id in ["1.1.02", "1.2.02", "2.8.01"] {
        assert_eq!(bad.statement(id), UNCHANGED.statement(id), "{id}");
    }
    Ok(())
}

#[test]
fn an_exception_is_shown_with_what_it_changes_and_ends_with_its_last_day() -> Outcome {
    let of = |changed: &Changed, id: &str| -> Value {
        changed.list("exceptions").find(|e| e["id"] == id).cloned().unwrap_or_default()
    };
    let bucket = |resource: &str| resource.ends_with("northmoor-sde-reference-genome");
    let file = "attestations/exc-2026-0003.toml";
    let text = std::fs::read_to_string(demo_file(file))?;
    let live = of(&UNCHANGED, "exc-2026-0003");
    assert_eq!((&live["standing"], &live["used"]), (&"live".into(), &1.into()));
    assert_eq!(UNCHANGED.verdicts("DAT-STO-02", bucket), ["excepted"]);
    assert!(UNCHANGED.report.contains("1 verdict: not met without it, excepted with it"));
    // Ended, and beside it one that covers nothing and three that do not count.
    let another = |id: &str, from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        text.replace("exc-2026-0003", id).replace(from, to)
    };
    let idle = another("exc-2026-0091", "reference-genome\"", "nothing-of-this-name\"");
    let own = another("exc-2026-0092", "approved_by = \"u203\"", "approved_by = \"u208\"");
    let bare = another("exc-2026-0093", "risk = \"Low", "claim = \"Low");
    let lost = another("exc-2026-0094", "control:DAT-STO-02@", "control:DAT-STO-99@");
    let after = changed(&[
        (
            file,
            "made = 2026-10-05\nreview = 2026-12-01\nexpires = 2026-12-31",
            "made = 2026-08-01\nreview = 2026-08-15\n\
            expires = 2026-10-30",
        ),
        ("attestations/exc-2026-0091.toml", "", &idle),
        ("attestations/exc-2026-0092.toml", "", &own),
        ("attestations/exc-2026-0093.toml", "", &bare),
        ("attestations/exc-2026-0094.toml", "", &lost),
    ])?;
    assert_eq!(after.verdicts("DAT-STO-02", bucket), ["not_met"]);
    for (id, standing, part) in [
        ("exc-2026-0003", "expired", "judged without it"),
        ("exc-2026-0091", "live", "It is not used"),
        ("exc-2026-0092", "invalid", "approved by its author"),
        ("exc-2026-0093", "invalid", "needs the member risk"),
        ("exc-2026-0094", "invalid", "no control DAT-STO-99"),
    ] {
        let exception = of(&after, id);
        assert_eq!((&exception["standing"], &exception["used"]), (&standing.into(), &0.into()), "{id}");
        assert!(exception["standing_reason"].as_str().is_some_and(|r| r.contains(part)), "{id}: {exception}");
        assert!(after.report.contains(id), "{id} is not in the report");
    }
    assert!(after.report.contains("No verdict is excepted by it"));
    Ok(())
}

#[test]
fn the_example_is_written_to_copy_from_and_never_over_anything() -> Outcome {
    let folder = tempfile::tempdir()?;
    let here = folder.path();
    let example = || run(havenmark(here).args(["init", "--example", "mine"]));
    let (code, result, story) = example()?;
    assert_eq!((code, result.as_str()), (0, ""), "{story}");
    assert_eq!(std::fs::read(here.join("mine/tre.toml"))?, std::fs::read(demo_file("tre.toml"))?);
    let names = |folder: &Path| -> Result<BTreeSet<std::ffi::OsString>, std::io::Error> {
        std::fs::read_dir(folder)?.map(|entry| entry.map(|e| e.file_name())).collect()
    };
    let written = names(&here.join("mine/attestations"))?;
    assert_eq!(written, names(Path::new(&demo_file("attestations")))?);
    for name in &written {
        let copy = std::fs::read(here.join("mine/attestations").join(name))?;
        assert_eq!(copy, std::fs::read(Path::new(&demo_file("attestations")).join(name))?, "{}", name.display());
    }
    // The one that shows what does not count is named, and a new file goes beside the others.
    let (code, problems, _) =
        attest(here, &["check", "--declaration", "mine/tre.toml", "--as-of", "2026-11-24T03:00:00Z"])?;
    assert_eq!(code, 3);
    assert_eq!(problems.lines().filter(|l| l.contains(".toml:")).count(), 1, "{problems}");
    let new = ["new", "terms", "person:u132", "--declaration", "mine/tre.toml", "--made", "2026-11-24"];
    let (code, path, story) = attest(here, &new)?;
    assert!(code == 0 && path.starts_with("mine/attestations/att-2026-"), "{path}{story}");
    let (code, _, story) = example()?;
    assert!(code == 2 && story.contains("was kept"), "{story}");
    assert!(here.join(path.trim()).exists());
    let (code, _, _) = run(havenmark(here).args(["init", "--example", "mine", "--force"]))?;
    assert_eq!(code, 2, "nothing forces it");
    Ok(())
}

#[test]
fn the_example_holds_every_table_every_kind_and_nobodys_name() -> Outcome {
    let text = std::fs::read_to_string(demo_file("tre.toml"))?;
    let tables: toml::Table = toml::from_str(&text)?;
    let schema = havenmark::declaration::schema::schema();
    for table in schema["properties"].as_object().ok_or("no tables")?.keys() {
        assert!(tables.contains_key(table), "the example has no [{table}]");
    }
    let declaration = Declaration::parse("tre.toml", &text)?;
    assert!(declaration.problems().is_none(), "{:?}", declaration.notices());
    let register = Register::load(Path::new(&demo_file("attestations")))?;
    let kinds: BTreeSet<Kind> = register.attestations().map(|a| a.form.kind).collect();
    assert_eq!(kinds, BTreeSet::from(Kind::ALL));
    for standing in ["live", "expiring", "expired", "superseded", "invalid"] {
        assert!(UNCHANGED.list("attestations").any(|a| a["standing"] == standing), "none is {standing}");
    }
    // Work identifiers only.
    let is_user =
        |user: &str| user.len() == 4 && user.starts_with('u') && user.bytes().skip(1).all(|b| b.is_ascii_digit());
    let form = declaration.form();
    let people = form.people.iter().flatten().map(|(user, _)| user.clone());
    let projects = declaration.projects().flat_map(|(_, p)| [p.lead.clone(), p.manager.clone(), p.owner.clone()]);
    let signers = register.attestations().flat_map(|a| [a.form.by.clone(), a.form.approved_by.clone()]);
    for user in people.chain(projects.flatten()).chain(signers) {
        assert!(is_user(&user), "{user}");
    }
    Ok(())
}
