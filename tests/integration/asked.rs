//! What `havenmark why` says of code: each fact with the file, the line and the expression that it came from.

use std::error::Error;
use std::path::Path;

use serde_json::Value;

use crate::program::{demo_file, demo_snapshot, havenmark, run};

type Outcome = Result<(), Box<dyn Error>>;

const TEMPLATE: &str = "\
Parameters:
  Versions: { Type: String }
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      EnableKeyRotation: true
      KeyPolicy: { Statement: [] }
  Store:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: northmoor-sde-store-cardio
      VersioningConfiguration:
        Status: !Ref Versions
      OwnershipControls: { Rules: [{ ObjectOwnership: BucketOwnerEnforced }] }
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault:
              SSEAlgorithm: aws:kms
              KMSMasterKeyID: !GetAtt Key.Arn
";

const PLAN: &str = r#"{"format_version":"1.2","terraform_version":"1.9.0",
"resource_changes":[{"address":"aws_kms_key.data","mode":"managed","type":"aws_kms_key","name":"data",
"provider_name":"registry.terraform.io/hashicorp/aws","change":{"actions":["create"],"before":null,
"after":{"enable_key_rotation":false,"key_usage":"ENCRYPT_DECRYPT","customer_master_key_spec":"SYMMETRIC_DEFAULT","is_enabled":true},"after_unknown":{"arn":true,"id":true}}}],
"configuration":{"root_module":{"resources":[{"address":"aws_kms_key.data","mode":"managed","type":"aws_kms_key","name":"data",
"provider_config_key":"aws","expressions":{"enable_key_rotation":{"constant_value":false}}}]}}}"#;

const CODE: &str = "resource \"aws_kms_key\" \"data\" {\n  enable_key_rotation = false\n}\n";

fn folder() -> Result<tempfile::TempDir, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
    write("store.yaml", TEMPLATE)?;
    write("other.yaml", TEMPLATE)?;
    write("plan.json", PLAN)?;
    std::fs::create_dir(folder.path().join("tf"))?;
    write("tf/main.tf", CODE)?;
    Ok(folder)
}

fn why(folder: &Path, args: &[&str]) -> Result<(i32, String, String), Box<dyn Error>> {
    run(havenmark(folder).arg("why").args(args))
}

fn json(folder: &Path, args: &[&str]) -> Result<Vec<Value>, Box<dyn Error>> {
    let (code, out, story) = why(folder, &[args, &["--format", "json"]].concat())?;
    assert_eq!(code, 0, "{story}");
    Ok(serde_json::from_str(&out)?)
}

fn fact<'v>(answer: &'v Value, path: &str) -> Result<&'v Value, Box<dyn Error>> {
    let facts = answer["facts"].as_array().ok_or("no facts")?;
    Ok(facts.iter().find(|fact| fact["path"] == path).ok_or_else(|| format!("no {path} in {facts:#?}"))?)
}

#[test]
fn each_fact_of_a_template_names_its_file_line_and_expression() -> Outcome {
    let folder = folder()?;
    let declaration = demo_file("tre.toml");
    let base = ["DAT-STO-06", "Store", "--file", "store.yaml", "--account", "111111111111", "--region", "eu-west-2"];
    let base = [base.as_slice(), &["--declaration", declaration.as_str()]].concat();
    let answers = json(folder.path(), &base)?;
    let [answer] = answers.as_slice() else { return Err(format!("{answers:#?}").into()) };
    assert_eq!(answer["verdict"], "not_assessed");
    assert!(answer["policy"].as_str().is_some_and(|text| text.contains("permit") && text.contains("DAT-STO-06")));
    let versions = fact(answer, "resource.VersioningConfiguration.Status")?;
    assert!(versions["missing"].as_str().is_some_and(|why| why.contains("the parameter Versions")), "{versions}");
    let origin = &versions["origins"][0];
    assert_eq!((&origin["file"], &origin["line"], &origin["column"]), (&"store.yaml".into(), &13.into(), &7.into()));
    assert_eq!((&origin["property"], &origin["address"]), (&"VersioningConfiguration".into(), &"Store".into()));
    assert!(
        origin["expression"].as_str().is_some_and(|text| text.contains("Ref") && text.contains("Versions")),
        "{origin}"
    );

    let (code, out, story) = why(folder.path(), &[base.as_slice(), &["--param", "Versions=Suspended"]].concat())?;
    assert_eq!(code, 0, "{story}");
    assert!(out.starts_with("DAT-STO-06  not met  Store  (store.yaml:13:7)"), "{out}");
    assert!(out.contains("store.yaml:13:7 VersioningConfiguration of Store"), "{out}");
    assert!(out.contains("value      Suspended") && out.contains("Policy that decides"), "{out}");
    Ok(())
}

#[test]
fn a_fact_of_the_snapshot_names_its_call_and_one_of_the_declaration_its_line() -> Outcome {
    let folder = folder()?;
    demo_snapshot(folder.path())?;
    let declaration = demo_file("tre.toml");
    let base =
        ["--file", "store.yaml", "--live", "snapshot", "--declaration", &declaration, "--account", "111111111111"];
    let ask = |control: &str| {
        json(folder.path(), &[&[control, "Store"], base.as_slice(), &["--region", "eu-west-2"]].concat())
    };
    let block = ask("DAT-STO-01")?;
    let facts = block[0]["facts"].as_array().ok_or("no facts")?;
    let snapshot = facts.iter().flat_map(|fact| fact["origins"].as_array().into_iter().flatten());
    let call = snapshot
        .clone()
        .find(|origin| origin["operation"].as_str().is_some_and(|name| name.ends_with("GetPublicAccessBlock")))
        .ok_or_else(|| format!("{facts:#?}"))?;
    assert_eq!(call["from"], "snapshot");
    assert!(call["call"].as_str().is_some_and(|id| !id.is_empty()) && call["region"].is_string(), "{call}");
    // The Regions are the declaration's.
    let regions = ask("DAT-STO-15")?;
    let declared = regions[0]["facts"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|f| f["origins"].as_array().into_iter().flatten());
    assert!(
        declared
            .clone()
            .any(|o| o["from"] == "declaration" && o["place"].as_str().is_some_and(|p| p.starts_with("tre.toml:")))
    );
    Ok(())
}

#[test]
fn a_plan_has_lines_where_its_code_is_given() -> Outcome {
    let folder = folder()?;
    let ask = |more: &[&str]| {
        json(folder.path(), &[&["DAT-KEY-01", "aws_kms_key.data", "--file", "plan.json"], more].concat())
    };
    let with = ask(&["--tf-dir", "tf"])?;
    assert_eq!(with[0]["verdict"], "not_met");
    let rotation = fact(&with[0], "resource.EnableKeyRotation")?;
    let origin = &rotation["origins"][0];
    assert_eq!((&rotation["value"], &origin["file"], &origin["line"]), (&false.into(), &"main.tf".into(), &2.into()));
    assert_eq!(origin["text"], "enable_key_rotation = false");
    let without = ask(&[])?;
    assert_eq!(fact(&without[0], "resource.EnableKeyRotation")?["origins"][0]["file"], "plan.json");
    Ok(())
}

#[test]
fn what_cannot_be_answered_is_said_with_what_to_ask_instead() -> Outcome {
    let folder = folder()?;
    for (args, expected) in [
        (
            &["DAT-STO-99", "Store", "--file", "store.yaml"] as &[&str],
            "there is no control or statement \"DAT-STO-99\"",
        ),
        (&["DAT-STO-06", "Stoer", "--file", "store.yaml"], "did you mean Store?"),
        (
            &["DAT-STO-06", "Key", "--file", "store.yaml"],
            "DAT-STO-06 does not judge \"Key\", which is of type AWS::KMS::Key",
        ),
        (&["DAT-STO-06", "x", "--param", "A=b"], "--file"),
        (&["DAT-STO-06", "x", "snapshot", "--file", "store.yaml"], "cannot be used with"),
        (&["DAT-STO-06", "x", "--file", "none.yaml"], "cannot read none.yaml"),
    ] {
        let (code, _, story) = why(folder.path(), args)?;
        assert_eq!(code, 2, "{args:?}: {story}");
        let story = story.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "");
        assert!(story.contains(expected), "{args:?}: {story}");
    }
    // One address in two files: both are shown, each with its file.
    let (code, out, story) =
        why(folder.path(), &["DAT-STO-06", "Store", "--file", "store.yaml", "--file", "other.yaml"])?;
    assert_eq!(code, 0, "{story}");
    assert!(out.contains("(store.yaml:13:7)") && out.contains("(other.yaml:13:7)"), "{out}");
    assert!(story.contains("several inputs: other.yaml, store.yaml"), "{story}");
    Ok(())
}
