//! An organisation of twenty accounts in which every service that moto serves holds something: collected with one command,
//! killed, gone on with, and judged.
//!
//! Nothing stands between the program and moto. What each account holds is what boto3 lists there (`tests/seed/services.py`);
//! what moto does not serve is a gap, alike in every account.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use havenmark::model::call::CallOutcome;
use havenmark::model::listing::Listing;
use havenmark::snapshot::{Reader, SnapshotGap};
use havenmark::source::table;
use serde_json::Value;

use crate::fleet::collecting;
use crate::moto::Moto;
use crate::program::{evidence, havenmark, run};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

const ACCOUNTS: usize = 20;
/// The account that manages moto's organisation.
const MANAGER: &str = "123456789012";
/// How many types moto 5.2.5 can make and list.
const TYPES: usize = 140;

/// How many there are, by account and type.
type Counts = BTreeMap<String, BTreeMap<String, u64>>;

fn seeded() -> Outcome<(Moto, Counts)> {
    // Without the snapshots of Amazon's images, of which moto would bring more than a thousand into each account.
    let moto = Moto::start_with(&[("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")])?;
    let made = Command::new(std::env::var("HAVENMARK_MOTO_PYTHON")?)
        .args(["tests/seed/services.py", &moto.url(), &ACCOUNTS.to_string()])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()?;
    if !made.status.success() {
        return Err(String::from_utf8_lossy(&made.stderr).into());
    }
    Ok((moto, serde_json::from_slice(&made.stdout)?))
}

/// The lines of the journal after its header, each an account that is on the disk whole.
fn ended(journal: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(journal).unwrap_or_default();
    let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    whole.skip(1).filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// Kills a collection once some accounts have ended, and gives what the journal says of them.
fn kill_midway(folder: &Path, url: &str) -> Outcome<Vec<Value>> {
    let journal = folder.join("all/journal.jsonl");
    let mut child =
        collecting(folder, "all", url, &["eu-west-2"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    while ended(&journal).len() < 5 {
        if let Some(status) = child.try_wait()? {
            return Err(format!("it ended before five accounts had, with {status}").into());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill()?;
    child.wait()?;
    Ok(ended(&journal))
}

/// Everything that was read of an account stands in the snapshot once, and is as much as boto3 lists.
fn holds_what_boto3_lists(reader: &Reader, counts: &Counts) -> Outcome {
    let mut wrong = Vec::new();
    for (account, of) in counts {
        let mut found: BTreeMap<String, u64> = BTreeMap::new();
        for chunk in reader.chunks_of(account) {
            let documents = reader.documents(chunk)?;
            let ids: BTreeSet<&str> = documents.iter().map(|document| document.id.as_str()).collect();
            assert_eq!(ids.len(), documents.len(), "{account} holds a {} twice", chunk.kind);
            *found.entry(chunk.kind.clone()).or_default() += u64::try_from(documents.len())?;
        }
        for (kind, count) in of {
            let has = found.remove(kind).unwrap_or_default();
            if has != *count {
                wrong.push(format!("{account} {kind}: boto3 lists {count}, the snapshot has {has}"));
            }
        }
        // The account itself, and the root and accounts that moto shows to a member of an organisation.
        found.retain(|kind, _| kind != "AWS::Account" && !kind.starts_with("AWS::Organizations::"));
        assert!(found.is_empty(), "{account} holds what nobody seeded: {found:?}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

/// What moto does not serve is a gap in every account that is asked for it, and nothing else is one.
fn gaps_are_of_the_server(gaps: &[SnapshotGap], accounts: &BTreeSet<&str>, seeded: &BTreeSet<&str>) {
    let mut by_operation: BTreeMap<String, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
    for gap in gaps {
        let name = format!("{}:{}", gap.service, gap.operation);
        let of_server = [CallOutcome::Unreachable, CallOutcome::Unsupported, CallOutcome::Unparseable];
        assert!(of_server.contains(&gap.outcome), "{}", gap.reason);
        assert!(gap.reason.starts_with(&name), "{name}: {}", gap.reason);
        let (places, reasons) = by_operation.entry(name).or_default();
        places.insert(&gap.account);
        reasons.insert(&gap.reason);
    }
    let (manager, members): (BTreeSet<&str>, _) = accounts.iter().partition(|account| **account == MANAGER);
    for (name, (places, reasons)) in &by_operation {
        let asked = match name.as_str() {
            // Of each account of the organisation, which the manager alone sees.
            "organizations:DescribeEffectivePolicy" => &manager,
            // moto shows a member the root of its organisation and does not know what is under it; AWS shows it neither.
            "organizations:ListOrganizationalUnitsForParent" | "organizations:ListAccountsForParent" => &members,
            _ => accounts,
        };
        assert_eq!(places, asked, "{name} is no gap everywhere alike");
        assert_eq!(reasons.len(), 1, "{name} has several reasons: {reasons:?}");
    }
    for kind in seeded.iter().filter_map(|name| table::kind(name)) {
        let listing = kind.list.operation.name();
        assert!(!by_operation.contains_key(&listing), "{} was listed by boto3, and {listing} is a gap", kind.kind);
    }
}

/// A listing that is not complete says which gap is to blame, and no seeded type has one.
fn listings_name_their_gaps(listings: &[Listing], gaps: &[SnapshotGap], counts: &Counts) {
    for listing in listings {
        let seeded = counts[&listing.account].contains_key(&listing.kind);
        assert!(listing.complete || !seeded, "{} {}: {}", listing.account, listing.kind, listing.reason);
        let named = gaps.iter().any(|gap| gap.account == listing.account && listing.reason.contains(&gap.reason));
        assert!(listing.complete || named, "{} {}: {}", listing.account, listing.kind, listing.reason);
    }
    for (account, of) in counts {
        for kind in of.keys() {
            let has = listings.iter().any(|listing| listing.account == *account && listing.kind == *kind);
            assert!(has, "nobody says that all of {kind} of {account} were listed");
        }
    }
}

/// Every gap of the manifest, and no other, stands in the evidence and in the report.
fn report_names_every_gap(folder: &Path, gaps: &[SnapshotGap], judged: &Value) -> Outcome {
    let told = judged.pointer("/run/coverage/gaps").and_then(Value::as_array).ok_or("no gaps")?;
    let told: Vec<Value> = told
        .iter()
        .map(|gap| {
            let mut gap = gap.clone();
            // Which controls it leaves open is what judging adds.
            gap.as_object_mut().and_then(|members| members.remove("controls"));
            gap
        })
        .collect();
    assert_eq!(Value::from(told), serde_json::to_value(gaps)?);
    let page = std::fs::read_to_string(folder.join("report.html"))?;
    // The texts of the first three cells of a row: the call, its place, the outcome and, in its own paragraph, the reason.
    let cells = |row: &str| {
        let texts = row.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text);
        let texts: Vec<&str> = texts.filter(|text| !text.is_empty()).take(4).collect();
        texts.join(" ").replace("&#60;", "<").replace("&#62;", ">").replace("&#39;", "'").replace("&#38;", "&")
    };
    let rows: BTreeSet<String> =
        page.lines().filter(|line| line.starts_with("<tr><th scope=\"row\"><code>")).map(cells).collect();
    for gap in gaps {
        let outcome = gap.outcome.as_str().replace('_', " ");
        let call = format!("{}:{}", gap.service, gap.operation);
        let row = format!("{call} {} · {} {outcome} {}", gap.account, gap.region, gap.reason);
        assert!(rows.contains(&row), "the report does not say {row}");
    }
    Ok(())
}

/// Every control of the catalogue has rows, and "not applicable" is said only where everything was listed.
fn every_control_has_its_rows(folder: &Path, judged: &Value, listings: &[Listing]) -> Outcome {
    let (code, catalogue, story) = run(havenmark(folder).args(["list", "controls", "--format", "json"]))?;
    assert_eq!(code, 0, "{story}");
    let catalogue: Vec<Value> = serde_json::from_str(&catalogue)?;
    let verdicts = judged["verdicts"].as_array().ok_or("no verdicts")?;
    assert!(catalogue.len() > 40, "{}", catalogue.len());
    for control in &catalogue {
        let id = control["id"].as_str().ok_or("a control without an id")?;
        assert!(verdicts.iter().any(|row| row["control"] == id), "{id} has no row");
    }
    let incomplete: BTreeSet<(&str, &str)> =
        listings.iter().filter(|l| !l.complete).map(|l| (l.account.as_str(), l.kind.as_str())).collect();
    let mut not_assessed = 0;
    for row in verdicts {
        let (account, kind) = (row["account"].as_str().unwrap_or_default(), row["type"].as_str().unwrap_or_default());
        let word = row["verdict"].as_str().ok_or("a row without a verdict")?;
        assert!(["met", "not_met", "not_assessed", "not_applicable"].contains(&word), "{row}");
        if incomplete.contains(&(account, kind)) {
            assert!(!["met", "not_applicable"].contains(&word), "not all of {kind} were seen in {account}: {row}");
            not_assessed += 1;
        }
    }
    assert!(not_assessed >= ACCOUNTS, "a type that could not be listed leaves a row in every account: {not_assessed}");
    Ok(())
}

#[test]
fn an_organisation_with_something_of_everything_is_killed_gone_on_with_and_judged() -> Outcome {
    let (moto, counts) = seeded()?;
    assert_eq!(counts.len(), ACCOUNTS);
    for (account, of) in &counts {
        assert!(of.len() >= TYPES && of.values().all(|count| *count > 0), "{account} has {} types", of.len());
    }

    let folder = tempfile::tempdir()?;
    let kept = kill_midway(folder.path(), &moto.url())?;
    assert!((5..ACCOUNTS).contains(&kept.len()), "{} accounts had ended", kept.len());
    assert!(Reader::open(&folder.path().join("all")).is_err(), "half a snapshot counts as one");
    let (code, _, story) = run(&mut collecting(folder.path(), "all", &moto.url(), &["eu-west-2"]))?;
    assert_eq!(code, 0, "{story}");
    let said = story.lines().find(|line| line.trim_start().starts_with("Kept")).unwrap_or_default();
    assert!(said.contains(&format!("Kept {} accounts of an interrupted run", kept.len())), "{said}");

    let reader = Reader::open(&folder.path().join("all"))?;
    let manifest = reader.manifest();
    let accounts: BTreeSet<&str> = counts.keys().map(String::as_str).collect();
    assert_eq!(manifest.accounts.iter().map(String::as_str).collect::<BTreeSet<_>>(), accounts);
    assert_eq!(manifest.accounts.len(), ACCOUNTS);
    for account in &kept {
        let of = reader.chunks_of(account["account"].as_str().ok_or("no account")?);
        assert_eq!(serde_json::to_value(of)?, account["chunks"], "a kept account was read again");
    }
    holds_what_boto3_lists(&reader, &counts)?;

    // The ledger, line by line, is what the manifest says of it.
    let (mut asked, mut unanswered) = (0_u64, BTreeMap::<_, u64>::new());
    reader.for_each_call(|call| {
        asked += 1;
        if !call.outcome.answered() {
            *unanswered.entry((call.account, call.region, call.service, call.operation)).or_default() += 1;
        }
    })?;
    assert_eq!(asked, manifest.coverage.calls);
    assert_eq!(asked - unanswered.values().sum::<u64>(), manifest.coverage.answered);
    let gaps = &manifest.coverage.gaps;
    let mut named = BTreeMap::<_, u64>::new();
    for gap in gaps.iter().cloned() {
        *named.entry((gap.account, gap.region, gap.service, gap.operation)).or_default() += gap.count;
    }
    assert_eq!(named, unanswered, "a call that was not answered is a gap, and nothing else is");

    let seeded: BTreeSet<&str> = counts.values().flat_map(BTreeMap::keys).map(String::as_str).collect();
    gaps_are_of_the_server(gaps, &accounts, &seeded);
    let listings = reader.listings()?;
    listings_name_their_gaps(&listings, gaps, &counts);

    let (code, _, story) = run(havenmark(folder.path()).args(["audit", "all", "-o", "report"]))?;
    assert_eq!(code, 3, "buckets here are open: {story}");
    let report = folder.path().join("report");
    let judged = evidence(&report)?;
    assert_eq!(judged["run"]["accounts"], serde_json::to_value(&manifest.accounts)?);
    assert_eq!(judged["run"]["coverage"]["calls"], manifest.coverage.calls);
    assert_eq!(judged["run"]["coverage"]["answered"], manifest.coverage.answered);
    report_names_every_gap(&report, gaps, &judged)?;
    every_control_has_its_rows(folder.path(), &judged, &listings)
}
