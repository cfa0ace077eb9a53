//! Several accounts of an organisation in one collection: each is read by a role, or it is named as not reached.
//!
//! moto keeps the accounts of its organisation apart, and gives credentials for a role in any of them.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;

use havenmark::snapshot::Reader;
use serde_json::Value;

use crate::moto::Moto;
use crate::program::{evidence, havenmark, run};
use crate::proxy::{Fault, Proxy};

const OWN: &str = "123456789012";

fn collect(folder: &Path, name: &str, url: &str, more: &[&str]) -> Result<(i32, String), Box<dyn Error>> {
    let (code, _, story) = run(havenmark(folder)
        .args(["collect", "-o", name, "--region", "eu-west-2", "--endpoint-url", url])
        .args(more)
        .env("AWS_MAX_ATTEMPTS", "1"))?;
    Ok((code, story))
}

fn accounts_of(snapshot: &Reader) -> Vec<&str> {
    snapshot.manifest().accounts.iter().map(String::as_str).collect()
}

#[test]
fn every_account_of_the_organisation_is_read_or_named() -> Result<(), Box<dyn Error>> {
    let moto = Moto::start(2)?;
    let proxy = Proxy::with_answers(moto.address, crate::documented::answers()?)?;
    let folder = tempfile::tempdir()?;
    let role = ["--role", "audit/Havenmark", "--external-id", "an-id"];

    let (code, story) = collect(folder.path(), "all", &proxy.url(), &role)?;
    assert_eq!(code, 0, "{story}");
    let snapshot = Reader::open(&folder.path().join("all"))?;
    let accounts = accounts_of(&snapshot);
    let member = *accounts.iter().find(|account| **account != OWN).ok_or("the member is not among the accounts")?;
    assert_eq!(accounts.len(), 2);
    assert!(story.contains("of 2 accounts, 0 of them not reached"), "{story}");
    let manifest = snapshot.manifest();
    let listings = snapshot.listings()?;
    let listed = |account: &str| {
        let of = listings.iter().filter(|listing| listing.account == account && listing.complete);
        of.map(|listing| listing.kind.as_str()).collect::<BTreeSet<&str>>()
    };
    assert!(listed(member).contains("AWS::IAM::Role") && listed(member).contains("AWS::KMS::Key"));
    assert!(listed(OWN).is_superset(&listed(member)));
    let buckets = |account: &str| manifest.chunks.iter().any(|c| c.account == account && c.kind == "AWS::S3::Bucket");
    assert!(buckets(OWN) && !buckets(member), "one account's buckets were taken for another's");
    assert!(manifest.chunks.iter().any(|c| c.account == member && c.kind == "AWS::Account"));
    // What STS answers are credentials: neither they nor a hash of them is kept, but that they were asked for.
    let mut assumed = Vec::new();
    snapshot.for_each_call(|call| {
        assert!(call.service != "sts" || call.body_sha256.is_none(), "{call:?}");
        if call.operation == "AssumeRole" {
            assumed.push((call.account, call.parameters["RoleArn"].clone()));
        }
    })?;
    assert_eq!(assumed, [(member.to_owned(), format!("arn:aws:iam::{member}:role/audit/Havenmark"))]);

    // The role cannot be assumed: the account stays in the scope, and all of it is not assessed.
    for fault in [Fault::Denied, Fault::Throttled, Fault::Expired, Fault::CutOff, Fault::WrongRoot, Fault::HungUp] {
        let name = format!("{fault:?}");
        proxy.set([("sts:AssumeRole".to_owned(), fault)]);
        let (code, story) = collect(folder.path(), &name, &proxy.url(), &role)?;
        assert_eq!(code, 0, "{fault:?}: {story}");
        assert!(story.contains("of 2 accounts, 1 of them not reached"), "{fault:?}: {story}");
        let refused = Reader::open(&folder.path().join(&name))?;
        assert_eq!(accounts_of(&refused), accounts, "{fault:?}");
        let manifest = refused.manifest();
        assert!(!refused.listings()?.iter().any(|listing| listing.account == member), "{fault:?}");
        assert!(
            manifest.coverage.gaps.iter().any(|gap| gap.account == member && gap.operation == "AssumeRole"),
            "{fault:?}: {:?}",
            manifest.coverage.gaps
        );
    }
    let report = folder.path().join("report");
    let (_, _, story) = run(havenmark(folder.path()).args(["audit", "Denied", "-o", "report"]))?;
    let evidence = evidence(&report).map_err(|e| format!("{e}: {story}"))?;
    let of_member: Vec<&Value> = evidence["verdicts"]
        .as_array()
        .ok_or("no verdicts")?
        .iter()
        .filter(|verdict| verdict["account"] == *member && verdict["type"] != "AWS::Organizations::Account")
        .collect();
    assert!(of_member.len() > 20, "{} rows say that the account was not read", of_member.len());
    for verdict in of_member {
        assert_eq!(verdict["verdict"], "not_assessed", "{verdict}");
    }
    Ok(())
}

#[test]
fn accounts_can_be_named() -> Result<(), Box<dyn Error>> {
    let moto = Moto::start(0)?;
    let folder = tempfile::tempdir()?;
    let url = format!("http://{}", moto.address);
    let named = ["--role", "Havenmark", "--account", "210987654321", "--account", OWN];
    let (code, story) = collect(folder.path(), "named", &url, &named)?;
    assert_eq!(code, 0, "{story}");
    assert_eq!(accounts_of(&Reader::open(&folder.path().join("named"))?), [OWN, "210987654321"]);

    // Nothing is asked, and nothing written, where it is clear before that it cannot be right.
    for (wrong, word) in [
        (&["--role", "arn:aws:iam::210987654321:role/Havenmark"][..], "is no name of a role"),
        (&["--role", "/Havenmark"], "is no name of a role"),
        (&["--role", "Havenmark", "--account", "2109-8765-4321"], "twelve digits"),
        (&["--account", "210987654321"], "--role"),
        (&["--external-id", "x"], "--role"),
    ] {
        let (code, story) = collect(folder.path(), "wrong", &url, wrong)?;
        assert_eq!(code, 2, "{wrong:?}: {story}");
        assert!(story.contains(word), "{wrong:?}: {story}");
        assert!(!folder.path().join("wrong").exists(), "{wrong:?} left something behind");
    }
    Ok(())
}
