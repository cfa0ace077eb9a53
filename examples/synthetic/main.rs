//! Writes a snapshot of an environment that nobody has, and its declaration, so that whole runs can be measured.
//!
//!     cargo run --release --example synthetic -- FOLDER RESOURCES ACCOUNTS
//!     havenmark audit FOLDER/snapshot --declaration FOLDER/tre.toml -o FOLDER/report
//!
//! The ledger holds the listings and the reads that were denied; a document names the call behind each facet as a real one
//! does, but those calls have no line: an audit does not read the ledger, and at a million resources it would be the
//! largest file.

mod estate;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use havenmark::graph::LISTED_TYPES;
use havenmark::model::call::{CallOutcome, CallRecord};
use havenmark::model::listing::Listing;
use havenmark::model::time::AsOf;
use havenmark::snapshot::{Scope, Writer};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, resources, accounts] = arguments.as_slice() else {
        return Err("usage: synthetic FOLDER RESOURCES ACCOUNTS".into());
    };
    let (resources, accounts): (u64, u64) = (resources.parse()?, accounts.parse()?);
    if accounts == 0 || resources < accounts {
        return Err("there has to be an account, and a resource for each".into());
    }
    let folder = Path::new(folder);
    std::fs::create_dir_all(folder)?;
    let time: AsOf = "2026-11-24T02:00:00Z".parse().map_err(|_| "the time of the example is wrong")?;
    let mut writer = Writer::create(&folder.join("snapshot"))?;
    let mut numbers = Vec::new();
    for number in 0..accounts {
        let account = estate::account(number);
        // The first ones take what does not divide.
        let share = resources / accounts + u64::from(number < resources % accounts);
        writer.document(&estate::the_account(&account))?;
        for index in 0..share.saturating_sub(1) {
            let document = estate::resource(&account, index);
            if document.missing.contains_key("BucketPolicy") {
                let parameters = BTreeMap::from([("Bucket".to_owned(), document.id.clone())]);
                let outcome = (CallOutcome::Denied, estate::DENIED);
                writer.record(call(&account, &document.region, ("s3", "GetBucketPolicy"), parameters, outcome, time));
            }
            writer.document(&document)?;
        }
        list(&mut writer, &account, time);
        writer.flush()?;
        numbers.push(account);
    }
    let scope = Scope {
        accounts: numbers.clone(),
        regions: vec![estate::REGION.to_owned()],
        caller: Some("arn:aws:sts::100000000000:assumed-role/havenmark/synthetic".to_owned()),
        collected_from: time,
        collected_to: time,
    };
    let reader = writer.finish(scope)?;
    std::fs::write(folder.join("tre.toml"), declaration(&numbers, resources))?;
    let chunks = reader.manifest().chunks.iter();
    let (bytes, stored) =
        chunks.fold((0, 0), |(bytes, stored), c| (bytes + c.file.bytes, stored + c.file.stored_bytes));
    writeln!(
        std::io::stdout(),
        "{resources} resources in {accounts} accounts: {bytes} bytes of documents, {stored} stored"
    )?;
    Ok(())
}

fn call(
    account: &str,
    region: &str,
    (service, operation): (&str, &str),
    parameters: BTreeMap<String, String>,
    (outcome, reason): (CallOutcome, &str),
    time: AsOf,
) -> CallRecord {
    CallRecord {
        account: account.to_owned(),
        attempts: 1,
        body_sha256: None,
        id: CallRecord::derive_id(account, region, service, operation, &parameters, 1),
        operation: operation.to_owned(),
        outcome,
        page: 1,
        parameters,
        reason: reason.to_owned(),
        region: region.to_owned(),
        request_id: None,
        service: service.to_owned(),
        time,
    }
}

/// Every type was listed completely, so that what is not there counts as not there.
fn list(writer: &mut Writer, account: &str, time: AsOf) {
    for kind in LISTED_TYPES {
        let name = format!("List{}", kind.replace("AWS::", "").replace("::", ""));
        let made = call(account, "global", ("synthetic", &name), BTreeMap::new(), (CallOutcome::Present, ""), time);
        writer.listing(Listing {
            account: account.to_owned(),
            region: "global".to_owned(),
            kind: kind.to_owned(),
            complete: true,
            reason: String::new(),
            calls: vec![made.id.clone()],
        });
        writer.record(made);
    }
}

/// Accounts, personas and projects; stores and stages are found by their tags.
fn declaration(accounts: &[String], resources: u64) -> String {
    let mut text = format!(
        "[tre]\nname = \"synthetic\"\nregions = [\"{}\"]\naccounts = {{ data = {accounts:?} }}\n\n\
         [personas]\nresearcher = [\"role:{{project}}-workspace-*\"]\nrelease = [\"role:tre-airlock-release\"]\n\n",
        estate::REGION
    );
    let largest = resources / accounts.len() as u64;
    for number in 0..=largest / 500 {
        // Writing to a string does not fail.
        let _ = write!(
            text,
            "[[project]]\nid = \"study-{number:04}\"\nlead = \"u101\"\nmanager = \"u102\"\nowner = \"u103\"\n\
             legal_basis = \"6(1)(e), 9(2)(j)\"\ntier = \"tier3\"\nstart = 2026-01-01\nend = 2027-12-31\n\n"
        );
    }
    text
}
