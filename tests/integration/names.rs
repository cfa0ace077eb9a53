//! Resources that the code gives no name, and what `tre.toml` declares them to be.

use std::collections::BTreeMap;
use std::error::Error;

use serde_json::Value;

use crate::program::{demo_file, havenmark, run};

type Outcome = Result<(), Box<dyn Error>>;

const ENTRY: &str = "\"s3:northmoor-sde-store-cardio\"";

/// What DAT-STO-06 says of two buckets without a name, where this stands in `tre.toml` beside the store of a dataset.
fn said(entries: &str) -> Result<BTreeMap<String, (String, String)>, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let own = "OwnershipControls: { Rules: [{ ObjectOwnership: BucketOwnerEnforced }] }\n      \
               VersioningConfiguration: { Status: Suspended }";
    let bucket = |name: &str| format!("  {name}:\n    Type: AWS::S3::Bucket\n    Properties:\n      {own}\n");
    std::fs::write(folder.path().join("t.yaml"), format!("Resources:\n{}{}", bucket("Store"), bucket("Other")))?;
    let declaration = std::fs::read_to_string(demo_file("tre.toml"))?;
    assert!(declaration.contains(ENTRY));
    let declaration = declaration.replace(ENTRY, &format!("{ENTRY}{entries}"));
    std::fs::write(folder.path().join("tre.toml"), declaration)?;
    let args = ["check", "t.yaml", "--account", "111111111111", "--region", "eu-west-2", "--format", "json"];
    let (code, out, story) = run(havenmark(folder.path()).args(args))?;
    assert!([0, 3, 4].contains(&code), "{story}");
    let all: Value = serde_json::from_str(&out)?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let verdicts = all.get("verdicts").and_then(Value::as_array);
    let of =
        verdicts.into_iter().flatten().filter(|verdict| verdict.get("control").is_some_and(|id| id == "DAT-STO-06"));
    Ok(of.map(|v| (text(&v["resource"]), (text(&v["verdict"]), text(&v["reason"])))).collect())
}

#[test]
fn an_entry_by_address_is_the_resource_and_any_other_may_be_its_name_until_a_snapshot_shows_what_is_there() -> Outcome {
    let outcome = |said: &BTreeMap<String, (String, String)>, name: &str| said[name].0.clone();
    // Either may be there already under a name that is declared.
    let none = said("")?;
    assert_eq!((outcome(&none, "Store"), outcome(&none, "Other")), ("not_assessed".into(), "not_assessed".into()));
    assert!(none["Other"].1.contains("tre.toml:"), "{none:?}");
    let one = said(", \"s3:Store\"")?;
    assert_eq!((outcome(&one, "Store"), outcome(&one, "Other")), ("not_met".into(), "not_assessed".into()), "{one:?}");
    let both = said(", \"s3:Store\", \"s3:Other\"")?;
    assert_eq!((outcome(&both, "Store"), outcome(&both, "Other")), ("not_met".into(), "not_met".into()), "{both:?}");
    Ok(())
}
