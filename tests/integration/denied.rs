//! Denied is not absent: the same account audited twice, once with its reads denied, throttled or garbled.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;

use havenmark::source::collectors::operations;
use havenmark::source::table;
use serde_json::Value;

use crate::moto::{Moto, proxied};
use crate::program::{evidence, havenmark, run};
use crate::proxy::{Fault, Proxy};

/// A declaration under which most controls have something to say about the seeded account.
const DECLARATION: &str = r#"
[tre]
name = "moto"
regions = ["eu-west-2"]
accounts = { data = "123456789012" }

[personas]
researcher = ["role:tre-*"]
release = ["role:tre-release"]
operator = ["role:tre-operator"]

[identity]
break_glass = []
issuers = []

[airlock]
request = ["s3:tre-001"]
review = ["s3:tre-002"]

[limits]
log_days = 365
presign_seconds = 300
close_grace_days = 30

[[project]]
id = "cardio-2026"

[[dataset]]
id = "ds-ehr"
stores = ["s3:tre-000"]
"#;

fn audit(folder: &Path, name: &str, url: &str) -> Result<Value, Box<dyn Error>> {
    let collected = run(havenmark(folder)
        .args(["collect", "-o", &format!("{name}-snapshot"), "--region", "eu-west-2", "--endpoint-url", url])
        .env("AWS_MAX_ATTEMPTS", "1"))?;
    assert_eq!(collected.0, 0, "{name}: {}", collected.2);
    let audited =
        run(havenmark(folder).args(["audit", &format!("{name}-snapshot"), "--declaration", "tre.toml", "-o", name]))?;
    assert!([0, 3, 4].contains(&audited.0), "{name}: {}", audited.2);
    evidence(&folder.join(name))
}

/// (control, resource) to verdict.
fn verdicts(evidence: &Value) -> BTreeMap<(String, String), String> {
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let all = evidence["verdicts"].as_array().map_or(&[][..], Vec::as_slice);
    all.iter().map(|v| ((text(&v["control"]), text(&v["resource"])), text(&v["verdict"]))).collect()
}

fn controls(evidence: &Value) -> BTreeSet<String> {
    let judged = evidence["verdicts"].as_array().map_or(&[][..], Vec::as_slice);
    judged.iter().filter_map(|v| v["control"].as_str()).map(str::to_owned).collect()
}

#[test]
fn no_fault_improves_a_verdict_or_loses_a_control() -> Result<(), Box<dyn Error>> {
    let moto = Moto::start(6)?;
    // moto answers for the types that controls judge, and what the table reads besides is answered as AWS documents it.
    let mut answers = crate::documented::answers()?;
    answers.retain(|operation, _| !operation.starts_with("kms:"));
    let proxy = Proxy::with_answers(moto.address, answers)?;
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("tre.toml"), DECLARATION)?;
    let direct = audit(folder.path(), "direct", &proxy.url())?;
    let before = verdicts(&direct);
    assert!(before.values().any(|v| v == "met") && before.values().any(|v| v == "not_met"), "a test of nothing");
    let reads: Vec<String> = operations().into_iter().map(proxied).filter(|name| !name.starts_with("sts:")).collect();
    // All reads at once, then those that describe (so that resources are still listed), then each service alone.
    let mut rounds: Vec<(String, Vec<String>, Fault)> = Vec::new();
    for fault in [Fault::Denied, Fault::Throttled, Fault::CutOff, Fault::WrongRoot] {
        rounds.push((format!("all-{fault:?}"), reads.clone(), fault));
        let lists = |name: &str| table::KINDS.iter().any(|kind| kind.list.operation.name() == name);
        let described: Vec<String> = operations()
            .into_iter()
            .filter(|o| o.types.is_empty() && !lists(&o.name()))
            .map(proxied)
            .filter(|n| !n.starts_with("sts:"))
            .collect();
        rounds.push((format!("describe-{fault:?}"), described, fault));
    }
    for service in ["s3", "s3control", "iam", "cloudtrail", "config", "organizations", "kms"] {
        let prefix = format!("{service}:");
        let of = reads.iter().filter(|name| name.starts_with(&prefix)).cloned().collect();
        rounds.push((format!("{service}-Denied"), of, Fault::Denied));
    }
    for (name, operations, fault) in rounds {
        proxy.set(operations.iter().map(|operation| (operation.clone(), fault)));
        proxy.take_seen();
        let faulty = audit(folder.path(), &name, &proxy.url())?;
        assert_eq!(controls(&direct), controls(&faulty), "{name}: a control vanished");
        for (key, after) in verdicts(&faulty) {
            let was = before.get(&key).map_or("absent", String::as_str);
            assert!(after != "met" || was == "met", "{name}: {key:?} became met, was {was}");
            assert!(
                after != "not_applicable" || was == "not_applicable",
                "{name}: {key:?} became not applicable, was {was}"
            );
        }
        // Each operation that was asked and not answered is a gap by its name.
        let gaps: BTreeSet<String> = faulty["run"]["coverage"]["gaps"]
            .as_array()
            .ok_or("no gaps")?
            .iter()
            .map(|g| {
                format!("{}:{}", g["service"].as_str().unwrap_or_default(), g["operation"].as_str().unwrap_or_default())
            })
            .collect();
        let asked: BTreeSet<String> = proxy.take_seen().into_keys().collect();
        for operation in operations.iter().filter(|o| asked.contains(*o)) {
            let named = operation.replace("s3control:", "s3:");
            assert!(gaps.contains(&named), "{name}: {named} was refused and is no gap: {gaps:?}");
        }
    }
    Ok(())
}
