//! `deploy/schedule/run-audit` at work, and the unit and workflow files beside it.
//!
//! A stub plays the program where only its exit code and files matter; the program itself judges a small snapshot where
//! the two have to fit together. The script needs flock and GNU coreutils, as every Debian machine has.
#![cfg(target_os = "linux")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use havenmark::model::document::ResourceDocument;
use havenmark::model::time::AsOf;
use havenmark::snapshot::{Scope, Writer};

type Anything = Box<dyn std::error::Error>;

/// Plays `collect` and `audit`: says what it was asked, writes what they write, ends as told.
const STUB: &str = r#"#!/bin/sh
printf '%s\n' "$*" >> "$STUB_LOG"
verb=$1
previous=
for word in "$@"; do
    if [ "$previous" = "-o" ]; then output=$word; fi
    previous=$word
done
mkdir -p "$output"
case "$verb" in
    collect) exit "${STUB_COLLECT:-0}" ;;
    audit)
        echo "1 new, 2 fixed, 3 unchanged, 4 no longer seen"
        if [ "${STUB_WRITES:-yes}" = yes ]; then echo '{}' > "$output/evidence.json"; fi
        exit "${STUB_AUDIT:-0}" ;;
esac
"#;

fn schedule(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/schedule").join(file)
}

/// A folder for state, and a stub in it.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Result<Self, Anything> {
        let folder = tempfile::tempdir()?;
        let stub = folder.path().join("stub");
        std::fs::write(&stub, STUB)?;
        std::fs::set_permissions(&stub, std::fs::Permissions::from_mode(0o755))?;
        Ok(Self { folder })
    }

    fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    fn command(&self) -> Command {
        let mut command = Command::new("bash");
        command
            .arg(schedule("run-audit"))
            .env_remove("STATE_DIRECTORY")
            .env_remove("HAVENMARK_SNAPSHOT")
            .env_remove("HAVENMARK_COLLECT")
            .env_remove("HAVENMARK_KEEP")
            .env("HAVENMARK", self.folder.path().join("stub"))
            .env("HAVENMARK_STATE", self.state())
            .env("STUB_LOG", self.folder.path().join("log"));
        command
    }

    /// What the stub was asked, call by call.
    fn asked(&self) -> Result<Vec<String>, Anything> {
        Ok(std::fs::read_to_string(self.folder.path().join("log"))?.lines().map(str::to_owned).collect())
    }

    fn latest(&self) -> Result<PathBuf, Anything> {
        Ok(std::fs::canonicalize(self.state().join("latest"))?)
    }

    fn names(&self, folder: &str) -> Result<Vec<String>, Anything> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(self.state().join(folder))? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        Ok(names)
    }
}

/// Runs are named by the second.
fn next_second() {
    std::thread::sleep(Duration::from_millis(1100));
}

fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_run_collects_judges_compares_and_keeps_the_last_few() {
    let place = Place::new().unwrap();
    let first = place.command().env("HAVENMARK_COLLECT", "--region eu-west-2 --region eu-west-1").output().unwrap();
    assert_eq!(first.status.code(), Some(0), "{}", told(&first));
    assert!(told(&first).contains("no earlier run"), "{}", told(&first));
    let before = place.latest().unwrap();
    next_second();
    let second = place.command().env("STUB_AUDIT", "3").args(["--fail-on", "high"]).output().unwrap();
    assert_eq!(second.status.code(), Some(3), "{}", told(&second));
    assert!(String::from_utf8_lossy(&second.stdout).contains("1 new, 2 fixed, 3 unchanged, 4 no longer seen"));
    assert_ne!(place.latest().unwrap(), before);
    let asked = place.asked().unwrap();
    assert_eq!(asked.len(), 4, "{asked:?}");
    assert!(asked[0].starts_with("collect ") && asked[0].ends_with("--region eu-west-2 --region eu-west-1"));
    assert!(!asked[1].contains("--since"), "{}", asked[1]);
    assert!(asked[3].contains(&format!("--since {}/evidence.json", before.display())), "{}", asked[3]);
    assert!(asked[3].ends_with("--fail-on high"), "{}", asked[3]);
    let summary = std::fs::read_to_string(place.latest().unwrap().join("summary.txt")).unwrap();
    assert!(summary.contains("2 fixed"));

    next_second();
    let third = place.command().env("STUB_AUDIT", "4").env("HAVENMARK_KEEP", "2").output().unwrap();
    assert_eq!(third.status.code(), Some(4), "{}", told(&third));
    assert_eq!(place.names("runs").unwrap().len(), 2, "{}", told(&third));
    assert_eq!(place.names("snapshots").unwrap().len(), 2);
    assert!(!before.exists());
    assert!(place.latest().unwrap().join("evidence.json").exists());
}

#[test]
fn without_a_verdict_the_latest_run_stays() {
    let place = Place::new().unwrap();
    assert_eq!(place.command().output().unwrap().status.code(), Some(0));
    let before = place.latest().unwrap();
    next_second();
    for (name, value, code) in
        [("STUB_AUDIT", "1", 1), ("STUB_AUDIT", "2", 2), ("STUB_COLLECT", "1", 1), ("STUB_WRITES", "no", 1)]
    {
        let output = place.command().env(name, value).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{name}={value}: {}", told(&output));
        assert_eq!(place.latest().unwrap(), before, "{name}={value}");
        assert_eq!(place.names("runs").unwrap().len(), 1, "{name}={value}");
    }
    // What a run that was killed leaves behind is in nobody's way.
    std::fs::create_dir(place.state().join("runs/2026-01-01T00-00-00Z")).unwrap();
    std::os::unix::fs::symlink("runs/2026-01-01T00-00-00Z", place.state().join(".latest")).unwrap();
    next_second();
    assert_eq!(place.command().output().unwrap().status.code(), Some(0));
    assert_ne!(place.latest().unwrap(), before);
}

#[test]
fn two_runs_at_once_do_not_meet() {
    let place = Place::new().unwrap();
    std::fs::create_dir(place.state()).unwrap();
    let lock = place.state().join("lock");
    let mut holder = Command::new("flock");
    holder.arg(&lock).args(["sh", "-c", "echo held; read _"]).stdin(std::process::Stdio::piped());
    let mut held = started(&mut holder).unwrap();
    let output = place.command().output().unwrap();
    assert_eq!(output.status.code(), Some(75), "{}", told(&output));
    drop(held.stdin.take());
    held.wait().unwrap();
    assert_eq!(place.command().output().unwrap().status.code(), Some(0));
}

/// Starts a process and waits for its first line.
fn started(command: &mut Command) -> Result<std::process::Child, Anything> {
    use std::io::BufRead as _;
    let mut child = command.stdout(std::process::Stdio::piped()).spawn()?;
    let stdout = child.stdout.take().ok_or("no standard output")?;
    std::io::BufReader::new(stdout).read_line(&mut String::new())?;
    Ok(child)
}

#[test]
fn wrong_settings_are_named() {
    let place = Place::new().unwrap();
    for (name, value) in [("HAVENMARK_KEEP", "0"), ("HAVENMARK_KEEP", "many"), ("HAVENMARK", "no-such-program")] {
        let output = place.command().env(name, value).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{name}={value}: {}", told(&output));
        assert!(told(&output).contains(value), "{}", told(&output));
    }
    assert!(!place.state().exists());
}

/// A snapshot of one account with one bucket, with a bad setting or without.
fn snapshot(folder: &Path, versions: &str) -> Result<(), Anything> {
    let time: AsOf = "2026-11-24T02:00:00Z".parse().map_err(|_| "time")?;
    let mut writer = Writer::create(folder)?;
    let mut bucket = ResourceDocument {
        kind: "AWS::S3::Bucket".to_owned(),
        id: "tre-data".to_owned(),
        arn: Some("arn:aws:s3:::tre-data".to_owned()),
        account: "111111111111".to_owned(),
        region: "eu-west-2".to_owned(),
        tags: Some([("tre:role".to_owned(), "store".to_owned())].into()),
        ..ResourceDocument::default()
    };
    for (facet, value) in [
        ("VersioningConfiguration", serde_json::json!({ "Status": versions })),
        ("OwnershipControls", serde_json::json!({ "Rules": [{ "ObjectOwnership": "BucketOwnerEnforced" }] })),
    ] {
        bucket.properties.insert(facet.to_owned(), value);
    }
    writer.document(&bucket)?;
    writer.finish(Scope {
        accounts: vec!["111111111111".to_owned()],
        regions: vec!["eu-west-2".to_owned()],
        caller: None,
        collected_from: time,
        collected_to: time,
    })?;
    Ok(())
}

#[test]
fn the_script_and_the_program_fit_together() {
    let program = env!("CARGO_BIN_EXE_havenmark");
    let place = Place::new().unwrap();
    let good = place.folder.path().join("good");
    let bad = place.folder.path().join("bad");
    snapshot(&good, "Enabled").unwrap();
    snapshot(&bad, "Suspended").unwrap();
    let run = |snapshot: &Path| {
        let mut command = place.command();
        command.env("HAVENMARK", program).env("HAVENMARK_SNAPSHOT", snapshot).current_dir(place.folder.path());
        command.output()
    };
    let first = run(&good).unwrap();
    // One bucket is far from a whole environment: never met, and never a failure of the program.
    assert!(matches!(first.status.code(), Some(3 | 4)), "{:?}: {}", first.status.code(), told(&first));
    for file in ["report.html", "evidence.json", "summary.txt"] {
        assert!(place.latest().unwrap().join(file).is_file(), "{file} is missing: {}", told(&first));
    }
    next_second();
    let second = run(&bad).unwrap();
    assert!(matches!(second.status.code(), Some(3 | 4)), "{:?}: {}", second.status.code(), told(&second));
    // The versions were suspended in between: that has to be told.
    let summary = std::fs::read_to_string(place.latest().unwrap().join("summary.txt")).unwrap();
    assert!(summary.contains("1 new, 0 fixed"), "the summary does not say what is new:\n{summary}");
    assert!(summary.contains("new  DAT-STO-06 arn:aws:s3:::tre-data"), "the summary does not name it:\n{summary}");
    assert_eq!(place.names("runs").unwrap().len(), 2);
    assert!(good.exists() && bad.exists(), "a snapshot that was given is not the script's to throw away");
}

#[test]
fn the_units_are_sound_and_closed() {
    let service = std::fs::read_to_string(schedule("havenmark.service")).unwrap();
    for line in ["DynamicUser=yes", "ProtectSystem=strict", "NoNewPrivileges=yes", "StateDirectory=havenmark"] {
        assert!(service.lines().any(|l| l == line), "{line} is missing");
    }
    for secret in ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN"] {
        assert!(!service.contains(secret), "{secret} has no place in a unit");
    }
    let folder = tempfile::tempdir().unwrap();
    // What is to be run is not installed here.
    let here = service.replace("/usr/lib/havenmark/run-audit", schedule("run-audit").to_str().unwrap());
    std::fs::write(folder.path().join("havenmark.service"), here).unwrap();
    std::fs::copy(schedule("havenmark.timer"), folder.path().join("havenmark.timer")).unwrap();
    let verify = Command::new("systemd-analyze")
        .arg("verify")
        .args(["havenmark.service", "havenmark.timer"].map(|f| folder.path().join(f)))
        .output();
    // A machine without systemd has nobody to ask.
    if let Ok(output) = verify {
        assert!(output.status.success() && output.stderr.is_empty(), "{}", told(&output));
    }
}

#[test]
fn the_workflow_asks_for_little_and_is_yaml() {
    let path = schedule("github-actions.yml");
    let workflow = std::fs::read_to_string(&path).unwrap();
    assert!(workflow.lines().any(|l| l == "permissions: {}"), "nothing is granted to the whole workflow");
    let granted: Vec<&str> = workflow.lines().map(str::trim).filter(|l| l.ends_with(": write")).collect();
    assert_eq!(granted, ["id-token: write"]);
    assert!(!workflow.contains("secrets."), "there is no secret to name");
    for line in workflow.lines().filter(|l| l.trim_start().starts_with("uses:")) {
        let (_, version) = line.rsplit_once("@v").unwrap();
        assert_eq!(version.split('.').count(), 3, "not a full version: {line}");
    }
    // scripts/test names a Python that reads YAML.
    if let Some(python) = std::env::var_os("HAVENMARK_MOTO_PYTHON") {
        let check = "import sys, yaml; d = yaml.safe_load(open(sys.argv[1])); assert list(d['jobs']) == ['audit'], d";
        let output = Command::new(python).args(["-c", check]).arg(path).output().unwrap();
        assert!(output.status.success(), "{}", told(&output));
    }
}
