//! Controls of a team's own: the worked example of the documentation, what is refused, and what they cannot do to a score.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use havenmark::catalogue::{Catalogue, Pack, PackFile};
use serde_json::Value;

use crate::program::{evidence, havenmark, run};

type Outcome = Result<(), Box<dyn Error>>;

/// The files of docs/own-controls.md: a name in backticks at the end of a paragraph, and the block after it.
fn documented() -> BTreeMap<String, String> {
    let page = include_str!("../../docs/own-controls.md");
    let mut files = BTreeMap::new();
    for (before, after) in page.match_indices("`:\n\n```").map(|(at, _)| page.split_at(at)) {
        let name = before.rsplit('`').next().unwrap_or_default().to_owned();
        let block = after.trim_start_matches("`:\n\n```");
        let text = block.split_once('\n').and_then(|(_, rest)| rest.split_once("\n```")).map_or("", |(text, _)| text);
        files.insert(name, format!("{text}\n"));
    }
    files
}

fn write(folder: &Path, files: &BTreeMap<String, String>) -> std::io::Result<()> {
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
        std::fs::write(path, text)?;
    }
    Ok(())
}

#[test]
fn the_documented_example_works_as_the_page_says() -> Outcome {
    let folder = tempfile::tempdir()?;
    let here = folder.path();
    let files = documented();
    assert_eq!(files.len(), 3, "{files:?}");
    // A name that the pack's own folders have means nothing.
    write(&here.join("policies/facts/controls"), &files)?;
    let own = "policies/facts/controls";
    let ok = |arguments: &[&str]| -> Result<String, Box<dyn Error>> {
        let (code, text, story) = run(havenmark(here).args(arguments))?;
        assert_eq!(code, 0, "{arguments:?}: {text}{story}");
        Ok(text + &story)
    };
    for arguments in [&["test", "--controls", own][..], &["test", own]] {
        assert!(ok(arguments)?.contains("5 passed, 0 failed"));
    }
    assert!(ok(&["explain", "DAT-XTAG-01", "--controls", own])?.contains("your own"));
    let listed: Value =
        serde_json::from_str(&ok(&["list", "controls", "--controls", own, "--format", "json", "--quiet"])?)?;
    let origins: Vec<&str> = listed
        .as_array()
        .ok_or("no list")?
        .iter()
        .filter(|c| c["origin"] == "own")
        .filter_map(|c| c["id"].as_str())
        .collect();
    assert_eq!(origins, ["DAT-XTAG-01"]);
    assert!(ok(&["list", "controls", "--controls", own])?.contains("Origin"));
    assert!(!ok(&["list", "controls"])?.contains("Origin"));

    let story = ok(&["demo", "-o", "with", "--controls", own])?;
    assert!(story.contains("(1 own)"), "{story}");
    ok(&["demo", "-o", "without"])?;
    let (with, without) = (evidence(&here.join("with"))?, evidence(&here.join("without"))?);
    let marked = |evidence: &Value| -> Vec<Value> {
        let all = evidence["controls"].as_array().into_iter().flatten();
        all.filter(|c| c["own"] == true).map(|c| c["id"].clone()).collect()
    };
    assert_eq!((marked(&with), marked(&without)), (vec!["DAT-XTAG-01".into()], Vec::new()));
    assert_ne!(with["tool"], without["tool"], "the hash of the pack does not cover the team's files");
    let mut verdicts = with["verdicts"].as_array().ok_or("none")?.iter().filter(|v| v["control"] == "DAT-XTAG-01");
    let resource = verdicts.find_map(|v| v["resource"].as_str()).ok_or("it judged nothing")?.to_owned();
    assert!(ok(&["why", "DAT-XTAG-01", &resource, "--demo", "--controls", own])?.contains("resource."));
    let page = std::fs::read_to_string(here.join("with/report.html"))?;
    assert!(page.contains("<span class=\"tag\">own</span>") && page.contains("--controls CONTROLS"));
    assert!(!std::fs::read_to_string(here.join("without/report.html"))?.contains("<span class=\"tag\">own</span>"));

    // Wherever the folder lies, the same files are the same pack.
    let moved = here.join("elsewhere");
    write(&moved, &files)?;
    let hash = |folder: &Path| Ok::<_, Box<dyn Error>>(Pack::built_in().with_folder(folder)?.sha256());
    assert_eq!(hash(&moved)?, hash(&here.join(own))?);
    assert_eq!(Some(hash(&moved)?.as_str()), with["tool"]["control_pack_sha256"].as_str());
    Ok(())
}

/// Each change of the example is refused with the team's file and what to do.
#[test]
fn what_does_not_hold_is_refused_with_the_teams_file() -> Outcome {
    let folder = tempfile::tempdir()?;
    let here = folder.path();
    let control = "controls/data/xtag.toml";
    let policy = "policies/data/xtag.cedar";
    let renamed = |id: &'static str| move |text: &str| text.replace("DAT-XTAG-01", id);
    type Change<'a> = (&'a str, &'a str, Box<dyn Fn(&str) -> String>, Vec<&'a str>);
    let changes: Vec<Change<'_>> = vec![
        (
            "built-in",
            control,
            Box::new(renamed("DAT-STO-06")),
            vec![control, "the program has a control of this id", "DAT-XSTO-06"],
        ),
        ("later", control, Box::new(renamed("DAT-TAG-01")), vec![control, "a later release", "DAT-XTAG-01"]),
        ("policy", policy, Box::new(renamed("DAT-STO-06")), vec![policy, "DAT-STO-06", "not one of your own"]),
        (
            "applies",
            policy,
            Box::new(|t| t.replace("XTAG-01.applies", "STO-06.applies")),
            vec![policy, "DAT-STO-06.applies", "not one of your own"],
        ),
        ("form", control, Box::new(|t| t.replace("severity", "severeness")), vec![control, "severeness"]),
        ("statement", control, Box::new(|t| t.replace("3.1.11", "9.9.99")), vec![control, "9.9.99"]),
        ("syntax", policy, Box::new(|t| t.replace("when", "where")), vec![policy, "no Cedar text"]),
        ("silent pass", policy, Box::new(|t| t.replace("resource.tagsRead && ", "")), vec![policy, "tagsRead"]),
        ("fact", policy, Box::new(|t| t.replace("isStore", "isStored")), vec![policy, "isStored"]),
        (
            "nesting",
            policy,
            Box::new(|t| t.replace("resource.isStore", &format!("{}true{}", "(".repeat(5_000), ")".repeat(5_000)))),
            vec![policy, "line 15", "brackets"],
        ),
        ("size", control, Box::new(|t| format!("{t}#{}", "x".repeat(2 << 20))), vec![control, "bytes"]),
        ("nothing", policy, Box::new(|_| String::new()), vec!["DAT-XTAG-01 has no policy", policy]),
    ];
    for (name, file, change, wanted) in changes {
        let mut files = documented();
        let text = files.get_mut(file).ok_or("no such file")?;
        let changed = change(text);
        assert_ne!(*text, changed, "{name} changes nothing");
        *text = changed;
        write(&here.join(name), &files)?;
        let (code, text, story) = run(havenmark(here).args(["demo", "-o", "out", "--controls", name]))?;
        assert_eq!(code, 2, "{name}: {story}");
        assert!(text.is_empty() && !here.join("out/report.html").exists(), "{name} left a result");
        let story = story.replace("│", " ").split_whitespace().collect::<Vec<_>>().join(" ");
        for part in &wanted {
            assert!(story.contains(part), "{name} does not say {part}: {story}");
        }
    }
    std::fs::create_dir(here.join("empty"))?;
    for (name, wanted) in [("empty", "it holds no controls"), ("missing", "no such folder")] {
        let (code, _, story) = run(havenmark(here).args(["list", "controls", "--controls", name]))?;
        assert!(code == 2 && story.contains(name) && story.contains(wanted), "{story}");
    }
    Ok(())
}

/// A team's control that holds of every bucket, or of none, and bears on every statement.
fn on_everything(holds: bool) -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    let ids = Catalogue::built_in()?.satre.statements.into_iter().map(|s| format!("\"{}\"", s.id));
    let mut files = documented();
    let control = files.get_mut("controls/data/xtag.toml").ok_or("no control")?;
    *control = control
        .replace("\"3.1.11\"", &ids.collect::<Vec<_>>().join(", "))
        .replace("\"medium\"", "\"critical\"")
        .replace("applies_where = \"the bucket is a store of research data\"\n", "");
    let policy = files.get_mut("policies/data/xtag.cedar").ok_or("no policy")?;
    let (head, _) = policy.split_once("when").ok_or("no clause")?;
    // Versioning was read of every bucket of the example.
    let clause = "resource.VersioningConfiguration has Status || !(resource.VersioningConfiguration has Status)";
    *policy = format!("{head}when {{ {}({clause}) }};\n", if holds { "" } else { "!" });
    Ok(files)
}

/// How good a statement is said to be: 0, unscored, 1, 2.
fn rank(statement: &Value) -> u8 {
    match statement["score"].as_u64() {
        Some(0) => 0,
        Some(score) => 1 + u8::try_from(score).unwrap_or(u8::MAX),
        None if statement["score"] == "N/A" => 3,
        None => 1,
    }
}

#[test]
fn a_control_of_ones_own_lowers_a_score_and_never_raises_one() -> Outcome {
    let folder = tempfile::tempdir()?;
    let here = folder.path();
    for (name, holds) in [("always", true), ("never", false)] {
        write(&here.join(name), &on_everything(holds)?)?;
        let (code, _, story) = run(havenmark(here).args(["demo", "-o", &format!("out-{name}"), "--controls", name]))?;
        assert_eq!(code, 0, "{story}");
    }
    run(havenmark(here).args(["demo", "-o", "out"]))?;
    let [without, always, never] = ["out", "out-always", "out-never"].map(|name| evidence(&here.join(name)));
    let (without, always, never) = (without?, always?, never?);
    let met =
        |evidence: &Value| evidence["controls"].as_array().into_iter().flatten().find(|c| c["own"] == true).cloned();
    let (holds, fails) = (met(&always).ok_or("none")?, met(&never).ok_or("none")?);
    assert!(holds["counts"]["met"].as_u64() > Some(3) && holds["counts"]["not_met"] == 0, "{holds}");
    assert!(fails["counts"]["not_met"].as_u64() > Some(3) && fails["counts"]["met"] == 0, "{fails}");
    let statements = |evidence: &Value| evidence["statements"].as_array().cloned().unwrap_or_default();
    let mut lowered = 0;
    for (before, after) in statements(&without).iter().zip(statements(&always)) {
        assert!(rank(&after) <= rank(before), "{} of {} rose: {after}", after["id"], after["framework"]);
        assert!(after["state"] != "met" || before["state"] == "met", "{} became met: {after}", after["id"]);
    }
    for (before, after) in statements(&without).iter().zip(statements(&never)) {
        assert!(rank(&after) <= rank(before), "{} of {} rose: {after}", after["id"], after["framework"]);
        lowered += u32::from(rank(&after) < rank(before));
    }
    assert!(lowered > 10, "only {lowered} statements were lowered by a control that fails everywhere");
    Ok(())
}

#[test]
fn the_program_has_no_area_of_a_team() {
    let catalogue = Catalogue::built_in().unwrap();
    assert!(catalogue.controls.iter().all(|control| !control.own && !control.id.is_own()));
    let designed = catalogue.satre.statements.iter().flat_map(|s| &s.controls);
    assert_eq!(designed.filter(|id| id.contains("-X")).count(), 0);
    // Nor may one be written into its files.
    let mut files: Vec<PackFile> = Vec::new();
    let pack = Pack::built_in();
    for folder in ["controls/", "frameworks/", "policies/"] {
        files.extend(pack.below(folder).cloned());
    }
    assert!(Catalogue::load(&Pack::from_files(files.clone())).is_ok());
    for (path, text) in documented() {
        files.push(PackFile { path, text });
    }
    let refused = Catalogue::load(&Pack::from_files(files)).unwrap_err().to_string();
    assert!(refused.contains("a team's own"), "{refused}");
}

/// The deepest trees that are let in are parsed, checked and judged; the program does not end by them.
#[test]
fn the_largest_policies_that_are_let_in_do_not_break_the_stack() -> Outcome {
    let clauses = [
        format!("{}true", "true && ".repeat(180)),
        format!("{}true", "false || ".repeat(180)),
        format!("{}1 > 0", "1 + ".repeat(270)),
        format!("{}true", "if true then true else ".repeat(105)),
        format!("{}true{}", "(".repeat(30), ")".repeat(30)),
        format!("{}true{}", "!(".repeat(30), ")".repeat(30)),
    ];
    let folder = tempfile::tempdir()?;
    let here = folder.path();
    let example = documented();
    let (mut controls, mut policies) = (String::new(), String::new());
    for (index, clause) in clauses.iter().enumerate() {
        let id = format!("DAT-XTAG-{:02}", index + 1);
        let control = example["controls/data/xtag.toml"].replace("DAT-XTAG-01", &id);
        controls.push_str(&control.replace("applies_where = \"the bucket is a store of research data\"\n", ""));
        policies.push_str(&permit(&id, clause));
    }
    let files = [("controls/data/xtag.toml", controls), ("policies/data/xtag.cedar", policies)];
    write(&here.join("deep"), &files.into_iter().map(|(name, text)| (name.to_owned(), text)).collect())?;
    let (code, _, story) = run(havenmark(here).args(["demo", "-o", "out", "--controls", "deep"]))?;
    assert_eq!(code, 0, "{story}");
    let judged = evidence(&here.join("out"))?;
    let own: Vec<&Value> = judged["controls"].as_array().into_iter().flatten().filter(|c| c["own"] == true).collect();
    assert_eq!(own.len(), clauses.len());
    for control in own {
        // Where Cedar gives up for want of stack, nothing is known.
        let counts = &control["counts"];
        assert!(counts["met"].as_u64() > Some(3) || counts["not_assessed"].as_u64() > Some(3), "{control}");
        assert_eq!(counts["not_met"], 0, "{control}");
    }
    // What is refused for its type is walked over first.
    let mut files = example;
    files
        .insert("policies/data/xtag.cedar".to_owned(), permit("DAT-XTAG-01", &format!("resource{}", ".a".repeat(270))));
    write(&here.join("wide"), &files)?;
    let (code, _, story) = run(havenmark(here).args(["demo", "-o", "none", "--controls", "wide"]))?;
    assert!(code == 2 && story.contains("DAT-XTAG-01") && !story.contains("in one policy"), "{story}");
    Ok(())
}

fn permit(id: &str, clause: &str) -> String {
    format!(
        "@id(\"{id}\")\npermit (principal, action == Audit::Action::\"{id}\", resource is AWS::S3::Bucket)\nwhen {{ {clause} }};\n"
    )
}
