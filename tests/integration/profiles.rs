//! Profiles: what a control that is switched off still shows, and that nothing gets better by it.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;

use havenmark::catalogue::Catalogue;
use serde_json::Value;

use crate::program::{evidence, havenmark, run};

type Outcome = Result<(), Box<dyn Error>>;

fn documented() -> &'static str {
    let page = include_str!("../../docs/profiles.md");
    page.split_once("```toml\n").and_then(|(_, rest)| rest.split_once("```")).map_or("", |(text, _)| text)
}

fn demo(folder: &Path, output: &str, profiles: &[&str]) -> Result<(Value, String), Box<dyn Error>> {
    let mut command = havenmark(folder);
    command.args(["demo", "-o", output]);
    for profile in profiles {
        command.args(["--profile", profile]);
    }
    let (code, _, story) = run(&mut command)?;
    assert_eq!(code, 0, "{story}");
    Ok((evidence(&folder.join(output))?, story))
}

/// (control, resource) of every verdict, with its outcome and reason.
fn rows(evidence: &Value) -> BTreeMap<(String, String, String), (String, String)> {
    let text = |verdict: &Value, member: &str| verdict[member].as_str().unwrap_or_default().to_owned();
    let verdicts = evidence["verdicts"].as_array().into_iter().flatten();
    verdicts
        .map(|v| ((text(v, "control"), text(v, "type"), text(v, "resource")), (text(v, "verdict"), text(v, "reason"))))
        .collect()
}

#[test]
fn a_control_that_is_switched_off_keeps_its_rows_and_says_why() -> Outcome {
    let folder = tempfile::tempdir()?;
    let here = folder.path();
    std::fs::create_dir(here.join("elsewhere"))?;
    std::fs::write(here.join("elsewhere/ours.toml"), documented())?;
    let (before, _) = demo(here, "before", &[])?;
    let (after, story) = demo(here, "after", &["elsewhere/ours.toml"])?;
    assert!(story.contains("2 controls switched off"), "{story}");
    let reasons = [
        (
            "SET-LOG-03",
            "switched off by profile ours.toml:2 (u123): The log bucket is another team's; their own audit covers it.",
        ),
        (
            "DAT-STO-06",
            "switched off by profile ours.toml:8 (u456): Object ownership moves with the migration of the stores.",
        ),
    ];
    let (rows_before, rows_after) = (rows(&before), rows(&after));
    assert_eq!(rows_before.keys().collect::<Vec<_>>(), rows_after.keys().collect::<Vec<_>>(), "rows came or went");
    let mut off = 0;
    for (key, now) in &rows_after {
        match reasons.iter().find(|(id, _)| *id == key.0) {
            Some((_, why)) => {
                assert_eq!(*now, ("not_assessed".to_owned(), (*why).to_owned()), "{key:?}");
                off += 1;
            }
            None => assert_eq!(Some(now), rows_before.get(key), "{key:?}"),
        }
    }
    assert!(off > 10, "only {off} rows");
    let profile = &after["run"]["profiles"][0];
    assert_eq!((&profile["name"], profile["off"].as_array().map(Vec::len)), (&"ours.toml".into(), Some(2)));
    assert_eq!(profile["off"][0]["until"], "2027-01-01T00:00:00Z");
    assert!(before["run"]["profiles"].is_null());
    for statement in after["statements"].as_array().into_iter().flatten().filter(|s| s["framework"] == "satre") {
        let linked =
            statement["controls"].as_array().into_iter().flatten().any(|c| reasons.iter().any(|(id, _)| c == id));
        if linked && statement["mode"] == "automated" {
            assert!(statement["score"].is_null() || statement["score"] == 0, "{statement}");
        }
    }
    let page = std::fs::read_to_string(here.join("after/report.html"))?;
    for part in ["id=\"switched-off\"", "another team&#39;s; their own audit", "1 January 2027", "--profile PROFILE"] {
        assert!(page.contains(part), "the page does not say {part}");
    }
    assert!(!std::fs::read_to_string(here.join("before/report.html"))?.contains("id=\"switched-off\""));
    let resource = rows_after.keys().find(|(control, _, _)| control == "DAT-STO-06").ok_or("no row")?.2.clone();
    let why = ["why", "DAT-STO-06", &resource, "--demo", "--profile", "elsewhere/ours.toml"];
    let (code, text, story) = run(havenmark(here).args(why))?;
    assert!(code == 0 && text.contains("switched off by profile"), "{text}{story}");

    // After its end an entry does nothing, and is said to.
    std::fs::write(here.join("old.toml"), documented().replace("2027-01-01", "2026-01-01"))?;
    let (ended, _) = demo(here, "ended", &["old.toml"])?;
    let of =
        |evidence: &Value| rows(evidence).into_iter().filter(|((id, ..), _)| id == "SET-LOG-03").collect::<Vec<_>>();
    assert_eq!(of(&ended), of(&before));
    let notices = ended["notices"].as_array().ok_or("no notices")?;
    assert!(
        notices.iter().any(|n| n["place"] == "old.toml:2" && n["text"].to_string().contains("counts again")),
        "{notices:?}"
    );
    Ok(())
}

/// How much a state or a roll-up claims.
fn claim(state: &Value) -> u8 {
    match state.as_str().unwrap_or_default() {
        "met" | "not_applicable" | "out_of_scope" => 2,
        "partly_met" | "excepted" => 1,
        "not_met" | "not_assessed" | "awaits_attestation" | "incomplete" => 0,
        // A state that is not known here fails wherever it stands.
        _ => u8::MAX,
    }
}

/// Every state of an evidence file by its name: statements, roll-ups, the verdict.
fn states(evidence: &Value) -> BTreeMap<String, Value> {
    let mut states = BTreeMap::from([("verdict".to_owned(), evidence["verdict"].clone())]);
    for s in evidence["statements"].as_array().into_iter().flatten() {
        states.insert(format!("{} {} {}", s["framework"], s["edition"], s["id"]), s["state"].clone());
    }
    let groups = ["dspt", "five_safes", "satre", "uk_gdpr"];
    for (group, part) in groups.into_iter().zip(["", "", "/capabilities", ""]).chain([("satre", "/pillars")]) {
        for entry in evidence.pointer(&format!("/rollup/{group}{part}")).and_then(Value::as_array).into_iter().flatten()
        {
            states.insert(format!("{group}{part} {}", entry["id"]), entry["state"].clone());
        }
    }
    states
}

/// Whatever is switched off, alone or by several profiles together.
#[test]
fn no_profile_makes_anything_better() -> Outcome {
    let folder = tempfile::tempdir()?;
    let here = folder.path();
    let ids: Vec<String> = Catalogue::built_in()?.controls.iter().map(|c| c.id.to_string()).collect();
    let choose = |name: &str, chosen: &dyn Fn(usize) -> bool| -> std::io::Result<()> {
        let of = |id: &String| format!("[[off]]\ncontrol = \"{id}\"\nreason = \"A test.\"\nby = \"u1\"\n");
        let entries = ids.iter().enumerate().filter(|(index, _)| chosen(*index)).map(|(_, id)| of(id));
        std::fs::write(here.join(name), entries.collect::<String>())
    };
    choose("all.toml", &|_| true)?;
    choose("none.toml", &|_| false)?;
    choose("half.toml", &|index| index % 2 == 0)?;
    choose("third.toml", &|index| index % 3 == 0)?;
    choose("some.toml", &|index| index.is_power_of_two())?;
    let (before, _) = demo(here, "before", &[])?;
    let before = states(&before);
    assert!(before.values().all(|state| claim(state) <= 2), "a state that this test does not know");
    assert!(before.len() > 500, "only {} states", before.len());
    let mut lost = BTreeSet::new();
    for (name, profiles) in [
        ("none", &["none.toml"][..]),
        ("all", &["all.toml"]),
        ("half", &["half.toml"]),
        ("some", &["some.toml"]),
        ("two", &["third.toml", "half.toml"]),
        ("turned", &["half.toml", "none.toml", "third.toml"]),
    ] {
        let (after, _) = demo(here, name, profiles)?;
        let after = states(&after);
        assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
        for (what, state) in &after {
            let was = &before[what];
            assert!(claim(state) <= claim(was), "{what} went from {was} to {state} with {name}");
            if claim(state) < claim(was) {
                lost.insert(what.clone());
            }
        }
        if name == "none" {
            assert_eq!(before, after, "an empty profile changes something");
        }
    }
    assert!(!lost.is_empty(), "switching everything off loses nothing");
    let same =
        |a: &str, b: &str| Ok::<_, Box<dyn Error>>(rows(&evidence(&here.join(a))?) == rows(&evidence(&here.join(b))?));
    assert!(same("two", "turned")?, "the order of profiles matters");
    Ok(())
}

#[test]
fn what_is_no_profile_is_refused_with_its_line() -> Outcome {
    let folder = tempfile::tempdir()?;
    let here = folder.path();
    for (name, text, wanted) in [
        (
            "id.toml",
            documented().replace("SET-LOG-03", "SET-LOG-99"),
            &["id.toml:2", "There is no control SET-LOG-99"][..],
        ),
        ("reason.toml", documented().replace("reason = \"Object", "# "), &["reason.toml:7", "\"reason\" is missing"]),
        ("table.toml", documented().replace("[[off]]", "[[on]]"), &["table.toml:1", "no member \"on\""]),
        ("twice.toml", documented().replace("DAT-STO-06", "SET-LOG-03"), &["twice.toml:8", "twice"]),
    ] {
        std::fs::write(here.join(name), text)?;
        let (code, _, story) = run(havenmark(here).args(["demo", "-o", "out", "--profile", name]))?;
        let story = story.replace("│", " ").split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(code, 2, "{story}");
        for part in wanted {
            assert!(story.contains(part), "{name} does not say {part}: {story}");
        }
    }
    let (code, _, story) = run(havenmark(here).args(["demo", "-o", "out", "--profile", "missing.toml"]))?;
    assert!(code == 2 && story.contains("missing.toml"), "{story}");
    assert!(!here.join("out/report.html").exists());
    Ok(())
}
