//! `deploy/ci` at work: the GitHub Action's script, the GitLab job's, and the pre-commit hook.
//!
//! A stub plays the program where only its words and its exit code matter; the program itself judges a template where the
//! two have to fit together. May import: the test helpers, nothing of the library. Guarantees: a name of a file or a
//! value never becomes an option or a command, and no exit code is lost. Needs bash and sh.
#![cfg(target_os = "linux")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::program::demo_file;

type Anything = Box<dyn std::error::Error>;

/// Plays `check`: keeps its words, each ended by a zero, reads its input, writes the SARIF, ends as told.
const STUB: &str = r#"#!/bin/sh
if [ "$1" = --version ]; then echo "havenmark 0.1.0"; exit 0; fi
printf '%s\0' "$@" > "$STUB_LOG"
cat > "$STUB_LOG.input"
for word in "$@"; do
    case "${STUB_WRITES:-yes}$word" in
        yes--format=sarif=*) echo '{}' > "${word#--format=sarif=}" ;;
    esac
done
exit "${STUB_CODE:-0}"
"#;

/// Anybody may assume the role, which no declaration allows.
const BAD: &str = r#"AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: open
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{ Effect: Allow, Principal: { AWS: "*" }, Action: "sts:AssumeRole" }]
"#;

/// Nothing in it is wrong, and not everything about it can be known.
const OPEN: &str = r#"AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    Properties: { LogGroupName: plain, RetentionInDays: 3653 }
"#;

/// Names that a shell, an option parser or a pattern could take for something else; each is a file's.
const HOSTILE: [&str; 8] = [
    "a b.yaml",
    "-dash.yaml",
    "--exit-zero.yaml",
    "$(touch x).yaml",
    "`touch x`.yaml",
    "a;touch x;.yaml",
    "*.yaml",
    "'\"\\n&|>x.yaml",
];

fn ci(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/ci").join(file)
}

/// A folder to work in, with a program on the path beside it.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn empty() -> Result<Self, Anything> {
        let folder = tempfile::tempdir()?;
        for name in ["bin", "work"] {
            std::fs::create_dir(folder.path().join(name))?;
        }
        Ok(Self { folder })
    }

    /// With the stub as the program.
    fn stub() -> Result<Self, Anything> {
        let place = Self::empty()?;
        let stub = place.folder.path().join("bin/havenmark");
        std::fs::write(&stub, STUB)?;
        std::fs::set_permissions(&stub, std::fs::Permissions::from_mode(0o755))?;
        Ok(place)
    }

    /// With the program that was built.
    fn real() -> Result<Self, Anything> {
        let place = Self::empty()?;
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_havenmark"), place.folder.path().join("bin/havenmark"))?;
        Ok(place)
    }

    fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Anything> {
        Ok(std::fs::write(self.work().join(name), text)?)
    }

    /// A shell in the folder, with nothing of the run that tests.
    fn shell(&self, shell: &str) -> Result<Command, Anything> {
        let mut command = Command::new(shell);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if ["HAVENMARK", "GITHUB_", "CI", "AWS_"].iter().any(|start| text.starts_with(start)) {
                command.env_remove(&name);
            }
        }
        let mut paths = vec![self.folder.path().join("bin")];
        paths.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        command
            .current_dir(self.work())
            .env("PATH", std::env::join_paths(paths)?)
            .env("STUB_LOG", self.folder.path().join("log"));
        Ok(command)
    }

    /// The Action's script.
    fn github(&self) -> Result<Command, Anything> {
        let mut command = self.shell("bash")?;
        command.arg(ci("github/check")).env("GITHUB_OUTPUT", self.folder.path().join("output"));
        Ok(command)
    }

    /// The GitLab job's script with its variables; GitLab takes bash where there is one, and sh elsewhere.
    fn gitlab(&self, shell: &str) -> Result<Command, Anything> {
        let template = std::fs::read_to_string(ci("gitlab/havenmark.gitlab-ci.yml"))?;
        let mut command = self.shell(shell)?;
        command.args(["-c", &gitlab_script(&template)]);
        for (name, value) in gitlab_variables(&template) {
            command.env(name, value);
        }
        Ok(command)
    }

    /// The hook's script.
    fn hook(&self) -> Result<Command, Anything> {
        let mut command = self.shell("bash")?;
        command.arg(ci("pre-commit/check-templates"));
        Ok(command)
    }

    /// Both scripts that take everything from the environment.
    fn pipelines(&self) -> Result<Vec<(&'static str, Command)>, Anything> {
        Ok(vec![("github", self.github()?), ("gitlab", self.gitlab("bash")?), ("gitlab, sh", self.gitlab("sh")?)])
    }

    /// The words that the stub was given, and forgets them. None where it was not called.
    fn asked(&self) -> Result<Option<Vec<String>>, Anything> {
        let log = self.folder.path().join("log");
        if !log.exists() {
            return Ok(None);
        }
        let text = String::from_utf8(std::fs::read(&log)?)?;
        std::fs::remove_file(&log)?;
        Ok(Some(text.split_terminator('\0').map(str::to_owned).collect()))
    }

    /// What the Action put out, and forgets it.
    fn put_out(&self) -> Result<String, Anything> {
        let path = self.folder.path().join("output");
        let text = std::fs::read_to_string(&path)?;
        std::fs::remove_file(&path)?;
        Ok(text)
    }

    /// Whether some name was run as a command.
    fn was_run(&self) -> bool {
        self.work().join("x").exists() || self.work().join("x.yaml").exists()
    }
}

/// The lines below a line, as far as they are indented by so many spaces, without these.
fn below(text: &str, head: &str, indent: usize) -> Vec<String> {
    let spaces = " ".repeat(indent);
    let lines = text.lines().skip_while(|line| *line != head).skip(1);
    let inside = lines.take_while(|line| line.is_empty() || line.starts_with(&spaces));
    inside.map(|line| line.strip_prefix(&spaces).unwrap_or(line).to_owned()).collect()
}

fn gitlab_script(template: &str) -> String {
    below(template, "    - |", 6).join("\n")
}

fn gitlab_variables(template: &str) -> Vec<(String, String)> {
    let lines = below(template, "  variables:", 4);
    let pairs = lines.iter().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": "));
    pairs.map(|(name, value)| (name.to_owned(), value.trim_matches('"').to_owned())).collect()
}

/// What a file of YAML has behind each `run:`, on its line or in the block below it.
fn run_blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let trimmed = line.trim_start();
        let Some(inline) = trimmed.trim_start_matches("- ").strip_prefix("run:") else { continue };
        if inline.trim() != "|" {
            blocks.push(inline.trim().to_owned());
            continue;
        }
        let indent = line.len() - trimmed.len();
        let block =
            lines.iter().skip(at + 1).take_while(|l| l.trim().is_empty() || l.len() - l.trim_start().len() > indent);
        blocks.push(block.map(|l| l.trim_start()).collect::<Vec<_>>().join("\n"));
    }
    blocks
}

fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn values_reach_the_program_as_they_were_given() {
    let place = Place::stub().unwrap();
    let files = format!("{}\n\n-\n", HOSTILE.join("\n"));
    for (name, mut command) in place.pipelines().unwrap() {
        command
            .env("HAVENMARK_FILES", &files)
            .env("HAVENMARK_ARGS", "--param\nName=a b;$(touch x)\n--verbose")
            .env("HAVENMARK_LIVE", "-snap $(touch x)")
            .env("HAVENMARK_TF_DIR", "a folder")
            .env("HAVENMARK_DECLARATION", "`touch x`.toml")
            .env("HAVENMARK_ATTESTATIONS", "--exit-zero")
            .env("HAVENMARK_ACCOUNT", "111111111111")
            .env("HAVENMARK_REGION", "eu-west-2")
            .env("HAVENMARK_FAIL_ON", "high")
            .env("HAVENMARK_NEW_ONLY", "true")
            .env("HAVENMARK_BASELINE", "*")
            .env("HAVENMARK_VERSION", "0.1.0");
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{name}: {}", told(&output));
        let asked = place.asked().unwrap().unwrap();
        let end = asked.iter().position(|word| word == "--").unwrap();
        let (options, named) = asked.split_at(end);
        let mut expected = vec!["--"];
        expected.extend(HOSTILE);
        expected.push("./-");
        assert_eq!(named, expected, "{name}");
        assert_eq!(options[0], "check", "{name}");
        for option in [
            "--live=-snap $(touch x)",
            "--tf-dir=a folder",
            "--declaration=`touch x`.toml",
            "--attestations=--exit-zero",
            "--account=111111111111",
            "--region=eu-west-2",
            "--fail-on=high",
            "--new-only",
            "--baseline=*",
            "--param",
            "Name=a b;$(touch x)",
            "--verbose",
        ] {
            assert!(options.iter().any(|word| word == option), "{name}: {option} is missing: {options:?}");
        }
        assert!(!place.was_run(), "{name}: a value was run");
    }
}

#[test]
fn what_is_not_given_is_not_an_option() {
    let place = Place::stub().unwrap();
    for (name, mut command) in place.pipelines().unwrap() {
        let output = command.env("HAVENMARK_FILES", "plan.json").output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{name}: {}", told(&output));
        let asked = place.asked().unwrap().unwrap();
        let extra: Vec<&String> = asked
            .iter()
            .filter(|word| {
                !word.starts_with("--format=") && !["--no-progress", "--fail-on=any"].contains(&word.as_str())
            })
            .collect();
        assert_eq!(extra, ["check", "--", "plan.json"], "{name}");
        let input = std::fs::read(place.folder.path().join("log.input")).unwrap();
        assert!(input.is_empty(), "{name}: the program was given something to read");
    }
}

#[test]
fn exit_codes_are_passed_on() {
    let place = Place::stub().unwrap();
    let verdicts = ["passed", "none", "none", "failed", "incomplete"];
    for (code, verdict) in verdicts.iter().enumerate() {
        let code = i32::try_from(code).unwrap();
        for (name, mut command) in place.pipelines().unwrap() {
            let output =
                command.env("STUB_CODE", code.to_string()).env("HAVENMARK_FILES", "plan.json").output().unwrap();
            assert_eq!(output.status.code(), Some(code), "{name}: {}", told(&output));
            if name == "github" {
                let put_out = place.put_out().unwrap();
                let sarif = place.work().join("havenmark.sarif");
                let has = |line: &str| put_out.lines().any(|l| l == line);
                assert!(has(&format!("verdict={verdict}")) && has(&format!("exit-code={code}")), "{put_out}");
                let named = std::fs::canonicalize(&sarif).unwrap();
                let said = put_out.lines().find_map(|line| line.strip_prefix("sarif="));
                assert_eq!(
                    said.map(|path| std::fs::canonicalize(path).unwrap()),
                    (*verdict != "none").then_some(named)
                );
            }
        }
    }
    // What could not be judged passes only where that was asked for, and is told all the same.
    for (name, mut command) in place.pipelines().unwrap() {
        command.env("STUB_CODE", "4").env("HAVENMARK_FILES", "plan.json").env("HAVENMARK_FAIL_ON_INCOMPLETE", "false");
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{name}: {}", told(&output));
        assert!(told(&output).contains("incomplete"), "{name}: {}", told(&output));
    }
    let put_out = place.put_out().unwrap();
    assert!(put_out.contains("verdict=incomplete\n") && put_out.contains("exit-code=4\n"), "{put_out}");
    // A program that wrote nothing gave no verdict, and what lies there is of an earlier run.
    std::fs::remove_file(place.work().join("havenmark.sarif")).unwrap();
    let mut command = place.github().unwrap();
    let output = command.env("STUB_WRITES", "no").env("HAVENMARK_FILES", "plan.json").output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(!place.put_out().unwrap().contains("sarif="));
}

#[test]
fn wrong_settings_end_before_the_program_is_asked() {
    let place = Place::stub().unwrap();
    for (variable, value) in [
        ("HAVENMARK_FILES", ""),
        ("HAVENMARK_FILES", "\n\n"),
        ("HAVENMARK_NEW_ONLY", "yes"),
        ("HAVENMARK_FAIL_ON_INCOMPLETE", "0"),
        ("HAVENMARK_ARGS", "--verbose\n--exit-zero"),
        ("HAVENMARK_ARGS", "--"),
        ("HAVENMARK_VERSION", "9.9.9"),
        ("HAVENMARK", "no-such-program"),
    ] {
        for (name, mut command) in place.pipelines().unwrap() {
            let output = command.env("HAVENMARK_FILES", "plan.json").env(variable, value).output().unwrap();
            assert_eq!(output.status.code(), Some(2), "{name}, {variable}={value}: {}", told(&output));
            assert_eq!(place.asked().unwrap(), None, "{name}, {variable}={value}");
            assert!(told(&output).starts_with("havenmark: "), "{name}, {variable}={value}: {}", told(&output));
        }
        assert_eq!(place.put_out().unwrap(), "verdict=none\nexit-code=2\n", "{variable}={value}");
    }
    // A second line would be an output of its own.
    let mut command = place.github().unwrap();
    let output = command.env("HAVENMARK_FILES", "a").env("HAVENMARK_SARIF", "a\nverdict=passed").output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert_eq!(place.put_out().unwrap(), "verdict=none\nexit-code=2\n");
}

#[test]
fn the_hook_asks_about_templates_alone_whatever_their_names() {
    let place = Place::stub().unwrap();
    let mut names: Vec<&str> = HOSTILE.into_iter().collect();
    names.extend(["two\nlines.yaml", "-"]);
    for name in &names {
        place.write(name, OPEN).unwrap();
    }
    let more = [
        ("plain.json", r#"{"Resources":{"A":{"Type":"AWS::S3::Bucket"}}}"#, true),
        ("spaced.json", "{\n  \"Resources\" : {\n    \"A\": {\n      \"Type\" : \"AWS::S3::Bucket\"}}}", true),
        ("quoted.yaml", "'Resources':\n  A: {'Type': 'AWS::S3::Bucket'}\n", true),
        ("windows.template", "Resources:\r\n  A:\r\n    Type: AWS::S3::Bucket\r\n", true),
        ("empty.yaml", "", false),
        ("zero.yaml", "\0\0", false),
        ("workflow.yml", "on: push\njobs: {}\n", false),
        ("pod.yaml", "Resources:\n  limits: 1\nType: Opaque\n", false),
        ("prose.yaml", "text: AWS::S3::Bucket has a Type, and AWSTemplateFormatVersion is a word\n", false),
        ("parameters.json", r#"{"Parameters":{"MyResources":"x","Type":"AWS::S3::Bucket"}}"#, false),
    ];
    let mut expected: Vec<&str> = HOSTILE.into_iter().collect();
    expected.extend(["two\nlines.yaml", "./-"]);
    for (name, text, template) in more {
        place.write(name, text).unwrap();
        names.push(name);
        if template {
            expected.push(name);
        }
    }
    let mut command = place.hook().unwrap();
    let output = command.args(["--fail-on=high", "--verbose", "--"]).args(&names).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let mut all = vec!["check", "--no-progress", "--fail-on=high", "--verbose", "--"];
    all.extend(expected);
    assert_eq!(place.asked().unwrap().unwrap(), all);
    assert!(!place.was_run(), "a name was run");

    // No template: a success, which says that it is none.
    let mut command = place.hook().unwrap();
    let output = command.env("HAVENMARK", "no-such-program").args(["--", "empty.yaml", "pod.yaml"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert!(told(&output).contains("none of 2 files is a CloudFormation template: nothing was checked"));
    assert_eq!(place.asked().unwrap(), None);
}

#[test]
fn the_hook_passes_exit_codes_on_and_takes_no_name_for_an_option() {
    let place = Place::stub().unwrap();
    place.write("a.yaml", OPEN).unwrap();
    for (code, arguments, ends) in [
        ("0", vec!["--", "a.yaml"], 0),
        ("1", vec!["--", "a.yaml"], 1),
        ("2", vec!["--", "a.yaml"], 2),
        ("3", vec!["--", "a.yaml"], 3),
        ("4", vec!["--", "a.yaml"], 4),
        ("4", vec!["--allow-incomplete", "--", "a.yaml"], 0),
        ("3", vec!["--allow-incomplete", "--", "a.yaml"], 3),
        // Not first, not ended, not there.
        ("0", vec!["--verbose", "--allow-incomplete", "--", "a.yaml"], 2),
        ("0", vec!["a.yaml"], 2),
        ("0", vec![], 2),
        ("0", vec!["--", "missing.yaml"], 2),
    ] {
        let mut command = place.hook().unwrap();
        let output = command.env("STUB_CODE", code).args(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(ends), "{code}, {arguments:?}: {}", told(&output));
    }
    let mut command = place.hook().unwrap();
    let output = command.env("HAVENMARK", "no-such-program").args(["--", "a.yaml"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
}

#[test]
fn the_action_and_the_program_fit_together() {
    let place = Place::real().unwrap();
    let name = "a b;$(touch x).yaml";
    place.write(name, BAD).unwrap();
    let mut command = place.github().unwrap();
    command.env("HAVENMARK_FILES", name).env("HAVENMARK_DECLARATION", demo_file("tre.toml"));
    command.env("GITHUB_STEP_SUMMARY", place.folder.path().join("summary")).env("HAVENMARK_SARIF", "-out.sarif");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("::error "), "{}", told(&output));
    let put_out = place.put_out().unwrap();
    assert!(put_out.contains("verdict=failed\n"), "{put_out}");
    let sarif = std::fs::read(place.work().join("-out.sarif")).unwrap();
    let sarif: serde_json::Value = serde_json::from_slice(&sarif).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    assert!(place.folder.path().join("summary").exists());
    assert!(!place.was_run());
}

#[test]
fn the_gitlab_job_and_the_program_fit_together() {
    let place = Place::real().unwrap();
    place.write("-open.yaml", OPEN).unwrap();
    let mut command = place.gitlab("sh").unwrap();
    let output = command.env("HAVENMARK_FILES", "-open.yaml").output().unwrap();
    assert_eq!(output.status.code(), Some(4), "{}", told(&output));
    let quality = std::fs::read(place.work().join("gl-code-quality-report.json")).unwrap();
    assert!(serde_json::from_slice::<serde_json::Value>(&quality).unwrap().is_array());
    assert!(std::fs::read_to_string(place.work().join("havenmark-junit.xml")).unwrap().contains("<testsuite"));
}

#[test]
fn the_hook_and_the_program_fit_together() {
    let place = Place::real().unwrap();
    place.write("-bad\n.yaml", BAD).unwrap();
    place.write("open.yaml", OPEN).unwrap();
    let declaration = format!("--declaration={}", demo_file("tre.toml"));
    let output = place.hook().unwrap().args([&declaration, "--", "-bad\n.yaml"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
    let output = place.hook().unwrap().args(["--allow-incomplete", "--", "open.yaml"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
}

#[test]
fn the_files_ask_for_little_and_are_yaml() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let action = std::fs::read_to_string(ci("github/action.yml")).unwrap();
    let template = std::fs::read_to_string(ci("gitlab/havenmark.gitlab-ci.yml")).unwrap();
    for line in action.lines().map(str::trim).filter(|line| line.starts_with("uses:")) {
        assert!(line.starts_with("uses: actions/"), "{line}");
    }
    assert!(!action.contains("secrets."), "there is no secret to name");
    assert!(!gitlab_script(&template).contains("$["), "what GitLab writes into a script is no variable of its shell");
    // Every input is used, and every variable of the script is given.
    let script = std::fs::read_to_string(ci("github/check")).unwrap();
    for line in action.lines().filter(|line| line.trim_start().starts_with("HAVENMARK")) {
        let (name, _) = line.trim().split_once(':').unwrap();
        assert!(script.contains(&format!("${{{name}:-")), "the script does not read {name}");
    }
    for name in gitlab_variables(&template).iter().map(|(name, _)| name) {
        assert!(action.contains(&format!("        {name}: ${{{{ inputs.")), "the Action has no {name}");
    }
    // scripts/test names a Python that reads YAML.
    let Some(python) = std::env::var_os("HAVENMARK_MOTO_PYTHON") else { return };
    let check = "import sys, yaml\n\
                 action, gitlab, hooks = [yaml.safe_load(open(name)) for name in sys.argv[1:]]\n\
                 assert action['runs']['using'] == 'composite', action\n\
                 used = [step.get('with', {}) | step.get('env', {}) for step in action['runs']['steps']]\n\
                 for name in action['inputs']: assert '${{ inputs.%s }}' % name in str(used), name\n\
                 assert list(gitlab) == ['.havenmark'], gitlab\n\
                 assert set(gitlab['.havenmark']['artifacts']['reports']) == {'codequality', 'junit'}, gitlab\n\
                 assert all(isinstance(v, str) for v in gitlab['.havenmark']['variables'].values()), gitlab\n\
                 assert [(h['id'], h['args']) for h in hooks] == [('havenmark', ['--'])], hooks\n";
    let files = [ci("github/action.yml"), ci("gitlab/havenmark.gitlab-ci.yml"), root.join(".pre-commit-hooks.yaml")];
    let output = Command::new(python).args(["-c", check]).args(files).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
}

#[test]
fn every_script_can_be_read_by_its_shell() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let mut scripts = vec![ci("github/check"), ci("pre-commit/check-templates")];
    for script in &scripts {
        let mode = std::fs::metadata(script).unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0o111, "{} cannot be run", script.display());
    }
    let hooks = std::fs::read_to_string(root.join(".pre-commit-hooks.yaml")).unwrap();
    assert!(hooks.contains("entry: deploy/ci/pre-commit/check-templates\n"));
    for file in ["ci/github/action.yml", "ci/README.md", "schedule/github-actions.yml"] {
        let text = std::fs::read_to_string(root.join("deploy").join(file)).unwrap();
        let blocks = run_blocks(&text);
        assert!(!blocks.is_empty(), "{file} runs nothing");
        for (number, block) in blocks.iter().enumerate() {
            assert!(!block.contains("${{"), "{file} writes a value into a script: {block}");
            let path = folder.path().join(format!("{}-{number}", file.replace('/', "-")));
            std::fs::write(&path, format!("#!/usr/bin/env bash\n{block}\n")).unwrap();
            scripts.push(path);
        }
    }
    let template = std::fs::read_to_string(ci("gitlab/havenmark.gitlab-ci.yml")).unwrap();
    let job = folder.path().join("gitlab");
    std::fs::write(&job, format!("#!/bin/sh\n{}\n", gitlab_script(&template))).unwrap();
    let output = Command::new("sh").arg("-n").arg(&job).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    scripts.push(job);
    for script in &scripts {
        let output = Command::new("bash").arg("-n").arg(script).output().unwrap();
        assert!(output.status.success(), "{}: {}", script.display(), told(&output));
    }
    // A machine without shellcheck has nobody to ask; of the schedule's workflow only the syntax is looked at here.
    let ours = scripts.iter().filter(|script| !script.to_string_lossy().contains("schedule"));
    if let Ok(output) = Command::new("shellcheck").args(ours).output() {
        assert!(output.status.success(), "{}", told(&output));
    }
}
