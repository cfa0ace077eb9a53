//! An organisation of twenty accounts: read side by side, killed at any moment, gone on with, and judged.
//!
//! moto keeps the accounts apart; what the table asks is answered as AWS documents it, so that every account holds something
//! of every type.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use havenmark::snapshot::Reader;
use serde_json::Value;

use crate::documented::answers;
use crate::moto::Moto;
use crate::program::{evidence, havenmark, run};
use crate::proxy::{Fault, Proxy};

const ACCOUNTS: usize = 20;

fn organisation() -> Result<(Moto, Proxy), Box<dyn Error>> {
    let moto = Moto::start_empty()?;
    let made = Command::new(std::env::var("HAVENMARK_MOTO_PYTHON")?)
        .args(["tests/seed/fleet.py", &moto.url(), &ACCOUNTS.to_string()])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()?;
    if !made.status.success() {
        return Err(String::from_utf8_lossy(&made.stderr).into());
    }
    let proxy = Proxy::with_answers(moto.address, answers()?)?;
    Ok((moto, proxy))
}

/// The command that collects the organisation.
pub(crate) fn collecting(folder: &Path, name: &str, url: &str, regions: &[&str]) -> Command {
    let mut command = havenmark(folder);
    command.args(["collect", "-o", name, "--endpoint-url", url, "--role", "Havenmark", "--no-progress"]);
    for region in regions {
        command.args(["--region", region]);
    }
    command.env("AWS_MAX_ATTEMPTS", "1");
    command
}

/// Everything of a snapshot but its times, request ids and what hangs on them.
fn timeless(folder: &Path) -> Result<(Value, Vec<String>), Box<dyn Error>> {
    let reader = Reader::open(folder)?;
    let mut manifest = serde_json::to_value(reader.manifest())?;
    for place in ["calls", "collected_from", "collected_to"] {
        manifest.as_object_mut().ok_or("no object")?.remove(place);
    }
    let mut calls = Vec::new();
    reader.for_each_call(|mut call| {
        call.time = havenmark::model::time::AsOf::from_unix(0);
        call.request_id = None;
        // How often one has to ask for the credential report is moto's business.
        if call.operation != "GenerateCredentialReport" {
            calls.push(format!("{} {} {} {:?} {}", call.account, call.id, call.name(), call.outcome, call.reason));
        }
    })?;
    let coverage = manifest.get_mut("coverage").and_then(Value::as_object_mut).ok_or("no coverage")?;
    coverage.retain(|name, _| name == "gaps");
    Ok((manifest, calls))
}

#[test]
fn a_collection_that_is_killed_a_hundred_times_ends_as_one_that_was_not() -> Result<(), Box<dyn Error>> {
    let (_moto, proxy) = organisation()?;
    let folder = tempfile::tempdir()?;
    let here = &["eu-west-2"];
    let (code, _, story) = run(&mut collecting(folder.path(), "whole", &proxy.url(), here))?;
    assert_eq!(code, 0, "{story}");

    let journal = folder.path().join("broken/journal.jsonl");
    let ended = || std::fs::read_to_string(&journal).map_or(0, |text| text.lines().count().saturating_sub(1));
    let (mut kills, mut steps) = (0_u64, BTreeMap::new());
    while kills < 100 {
        let mut child = collecting(folder.path(), "broken", &proxy.url(), here)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        // Spread over the beginning of a run, the same in each test; a few wait until another account has ended.
        std::thread::sleep(Duration::from_millis((kills * 7919) % 700));
        let before = ended();
        while kills % 25 == 24 && ended() == before && child.try_wait()?.is_none() {
            std::thread::sleep(Duration::from_millis(20));
        }
        if child.try_wait()?.is_some() {
            break;
        }
        child.kill()?;
        child.wait()?;
        kills += 1;
        *steps.entry(ended()).or_insert(0_u32) += 1;
        assert!(Reader::open(&folder.path().join("broken")).is_err(), "half a snapshot counts as one");
    }
    assert!(kills == 100, "it ended too soon: {steps:?}");
    assert!(steps.len() > 2, "no account ended between two kills: {steps:?}");
    let (code, _, story) = run(&mut collecting(folder.path(), "broken", &proxy.url(), here))?;
    assert_eq!(code, 0, "{story}");
    assert!(story.contains("of an interrupted run"), "{story}");
    let (whole, broken) = (timeless(&folder.path().join("whole"))?, timeless(&folder.path().join("broken"))?);
    assert_eq!(whole.0, broken.0);
    assert_eq!(whole.1, broken.1);
    assert!(!journal.exists() && !folder.path().join("broken/parts").exists());
    Ok(())
}

#[test]
fn twenty_accounts_in_three_regions_are_read_and_judged() -> Result<(), Box<dyn Error>> {
    let (_moto, proxy) = organisation()?;
    let folder = tempfile::tempdir()?;
    let regions = &["eu-west-1", "eu-west-2", "us-east-1"];
    let (code, _, story) = run(&mut collecting(folder.path(), "all", &proxy.url(), regions))?;
    assert_eq!(code, 0, "{story}");
    assert_eq!(story.matches("Read account ").count(), ACCOUNTS, "a line for each: {story}");
    let reader = Reader::open(&folder.path().join("all"))?;
    let manifest = reader.manifest();
    assert_eq!((manifest.accounts.len(), manifest.regions.len()), (ACCOUNTS, 3));
    let listings = reader.listings()?;
    for account in &manifest.accounts {
        for region in regions {
            let chunk = |kind: &str| {
                manifest.chunks.iter().any(|c| c.account == *account && c.region == *region && c.kind == kind)
            };
            assert!(chunk("AWS::EC2::VPC") && chunk("AWS::Glue::Database"), "{account} {region}");
        }
        assert!(listings.iter().any(|l| l.account == *account && l.kind == "AWS::IAM::Role" && l.complete));
    }
    let (_, _, story) = run(havenmark(folder.path()).args(["audit", "all", "-o", "report"]))?;
    let judged = evidence(&folder.path().join("report")).map_err(|e| format!("{e}: {story}"))?;
    for account in &manifest.accounts {
        let of = judged["verdicts"].as_array().ok_or("no verdicts")?.iter().filter(|v| v["account"] == **account);
        assert!(of.count() > 20, "{account} has no rows");
    }

    // The same with EC2 denied everywhere: every account and Region says so.
    proxy.set([("ec2:DescribeVpcs".to_owned(), Fault::Denied)]);
    let (code, _, story) = run(&mut collecting(folder.path(), "denied", &proxy.url(), regions))?;
    assert_eq!(code, 0, "{story}");
    let denied = Reader::open(&folder.path().join("denied"))?;
    let gaps = denied.manifest().coverage.gaps.iter().filter(|gap| gap.operation == "DescribeVpcs").count();
    assert_eq!(gaps, ACCOUNTS * regions.len());
    Ok(())
}

#[test]
fn every_enabled_region_is_read_and_an_unknown_set_of_them_is_a_gap() -> Result<(), Box<dyn Error>> {
    let moto = Moto::start_empty()?;
    let proxy = Proxy::with_answers(moto.address, answers()?)?;
    let folder = tempfile::tempdir()?;
    let all = |name: &str| -> Result<Reader, Box<dyn Error>> {
        let mut command = havenmark(folder.path());
        command.args(["collect", "-o", name, "--endpoint-url", &proxy.url(), "--region", "all", "--no-progress"]);
        let (code, _, story) = run(command.env("AWS_MAX_ATTEMPTS", "1").env("AWS_REGION", "eu-west-2"))?;
        assert_eq!(code, 0, "{story}");
        Ok(Reader::open(&folder.path().join(name))?)
    };
    let read = all("read")?;
    assert!(read.manifest().regions.len() > 10, "{:?}", read.manifest().regions);
    proxy.set([("ec2:DescribeRegions".to_owned(), Fault::Denied)]);
    let unknown = all("unknown")?;
    let gap = unknown.manifest().coverage.gaps.iter().find(|gap| gap.operation == "DescribeRegions");
    assert!(gap.is_some_and(|gap| gap.reason.contains("denied")));
    assert!(
        !unknown.listings()?.iter().any(|l| l.kind == "AWS::EC2::VPC"),
        "nobody asked, and nobody may say there is none"
    );
    Ok(())
}
