//! The gate: code that would make the example environment worse is stopped, and what nobody can know yet is said so.
//!
//! The state before the change is the example estate; templates are made from its own documents, so that a change is one thing
//! that is altered.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::program::{demo_file, demo_snapshot, evidence, havenmark, run};

type Outcome = Result<(), Box<dyn Error>>;

const BUCKET: &str = "northmoor-sde-store-cardio";
const ROLE: &str = "tre-cardio-2026-workspace";

/// The example as a snapshot, its declaration and register, in a folder.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        demo_snapshot(folder.path())?;
        Ok(Self { folder })
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Box<dyn Error>> {
        Ok(std::fs::write(self.folder.path().join(name), text)?)
    }

    /// Runs a check over the example; gives code, standard output and the story.
    fn check(&self, account: &str, more: &[&str]) -> Result<(i32, String, String), Box<dyn Error>> {
        let declaration = demo_file("tre.toml");
        let mut command = havenmark(self.folder.path());
        command.args(["check", "--live", "snapshot", "--declaration", &declaration, "--region", "eu-west-2"]);
        run(command.args(["--account", account]).args(more))
    }

    /// The outcomes of a check by control, of one address in one file.
    fn outcomes(&self, account: &str, more: &[&str], file: &str, address: &str) -> Result<Outcomes, Box<dyn Error>> {
        let mut all = self.by_file(account, more, address)?;
        Ok(all.remove(file).unwrap_or_default())
    }

    /// The same of one address, by file: many changes are judged in one run.
    fn by_file(
        &self,
        account: &str,
        more: &[&str],
        address: &str,
    ) -> Result<BTreeMap<String, Outcomes>, Box<dyn Error>> {
        let (code, out, story) = self.check(account, &[&["--format", "json"], more].concat())?;
        assert!([0, 3, 4].contains(&code), "{story}");
        let all: Value = serde_json::from_str(&out)?;
        let mut found: BTreeMap<String, Outcomes> = BTreeMap::new();
        for verdict in list(&all, "/verdicts").iter().filter(|verdict| text(verdict, "/location/address") == address) {
            let of_file = found.entry(text(verdict, "/location/file")).or_default();
            of_file.insert(text(verdict, "/control"), text(verdict, "/verdict"));
        }
        Ok(found)
    }
}

fn list<'v>(value: &'v Value, path: &str) -> &'v [Value] {
    value.pointer(path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text(value: &Value, path: &str) -> String {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn object(value: &Value, path: &str) -> Map<String, Value> {
    value.pointer(path).and_then(Value::as_object).cloned().unwrap_or_default()
}

/// Outcomes by control.
type Outcomes = BTreeMap<String, String>;

/// A document of the example.
fn document(kind: &str, id: &str) -> Result<Value, Box<dyn Error>> {
    let folder = Path::new(&demo_file("documents")).to_owned();
    for entry in std::fs::read_dir(folder)? {
        let table: toml::Table = toml::from_str(&std::fs::read_to_string(entry?.path())?)?;
        let all = serde_json::to_value(table)?;
        let found = list(&all, "/document").iter().find(|d| text(d, "/type") == kind && text(d, "/id") == id);
        if let Some(found) = found {
            return Ok(found.clone());
        }
    }
    Err(format!("the example has no {kind} {id}").into())
}

fn tags(document: &Value) -> Value {
    let all = object(document, "/tags");
    all.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}

/// A template that declares the bucket as it is, with its policy beside it.
pub(crate) fn bucket_template() -> Result<Value, Box<dyn Error>> {
    let live = document("AWS::S3::Bucket", BUCKET)?;
    let mut properties = object(&live, "/properties");
    // What is not configured is left out of a template.
    properties.retain(|_, value| *value != json!({}) && *value != json!([]));
    properties.insert("Tags".to_owned(), tags(&live));
    Ok(json!({ "Resources": {
        "Store": { "Type": "AWS::S3::Bucket", "Properties": properties },
        "StorePolicy": { "Type": "AWS::S3::BucketPolicy", "Properties": {
            "Bucket": { "Ref": "Store" }, "PolicyDocument": object(&live, "/observed/BucketPolicy") } },
    } }))
}

pub(crate) fn role_template() -> Result<Value, Box<dyn Error>> {
    let live = document("AWS::IAM::Role", &format!("arn:aws:iam::222222222222:role/{ROLE}"))?;
    let mut properties = object(&live, "/properties");
    properties.retain(|_, value| *value != json!({}) && *value != json!([]) && *value != json!(""));
    properties.insert("Tags".to_owned(), tags(&live));
    Ok(json!({ "Resources": { "Workspace": { "Type": "AWS::IAM::Role", "Properties": properties } } }))
}

/// What an audit of the example says of a resource, by control.
fn audited(place: &Place, resource: &str) -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    let (code, _, story) = run(havenmark(place.folder.path()).args([
        "audit",
        "snapshot",
        "--declaration",
        &demo_file("tre.toml"),
        "-o",
        "out",
    ]))?;
    assert!([0, 3, 4].contains(&code), "{story}");
    let all = evidence(&place.folder.path().join("out"))?;
    let of = list(&all, "/verdicts").iter().filter(|verdict| text(verdict, "/resource") == resource);
    Ok(of.map(|verdict| (text(verdict, "/control"), text(verdict, "/verdict"))).collect())
}

/// Code that declares what is there leaves every verdict as it is: the two ways of reading a resource give one entity.
#[test]
fn a_template_of_what_is_there_changes_no_verdict() -> Outcome {
    let place = Place::new()?;
    for (account, template, address, resource) in [
        ("111111111111", bucket_template()?, "Store", format!("arn:aws:s3:::{BUCKET}")),
        ("222222222222", role_template()?, "Workspace", format!("arn:aws:iam::222222222222:role/{ROLE}")),
    ] {
        place.write("same.json", &template.to_string())?;
        let now = place.outcomes(account, &["same.json"], "same.json", address)?;
        let before = audited(&place, &resource)?;
        assert!(now.len() > 10, "{now:?}");
        for (control, outcome) in &now {
            assert_eq!(Some(outcome), before.get(control), "{control} of {address}");
        }
    }
    Ok(())
}

/// What is altered, how, and the controls that turn.
type Alteration = (&'static str, Box<dyn Fn(&mut Value)>, &'static [&'static str]);

/// What a change must be stopped for: the controls that turn, and no others.
#[test]
fn one_thing_altered_turns_its_controls_and_no_others() -> Outcome {
    let place = Place::new()?;
    let same = bucket_template()?;
    let policy = "/Resources/StorePolicy/Properties/PolicyDocument/Statement";
    let open = json!({ "Sid": "Open", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
        "Resource": format!("arn:aws:s3:::{BUCKET}/*") });
    let cases: [Alteration; 3] = [
        (
            "TLS is no longer asked",
            Box::new(move |t| {
                t.pointer_mut(policy).and_then(Value::as_array_mut).into_iter().for_each(|all| {
                    all.retain(|s| s["Sid"] != "DenyInsecureTransport");
                });
            }),
            &["DAT-STO-04"],
        ),
        (
            "its endpoints are no longer asked",
            Box::new(move |t| {
                t.pointer_mut(policy).and_then(Value::as_array_mut).into_iter().for_each(|all| {
                    all.retain(|s| s["Sid"] != "DenyOutsideEndpoints");
                });
            }),
            &["DAT-STO-02"],
        ),
        (
            "anybody may read",
            Box::new(move |t| {
                t.pointer_mut(policy).and_then(Value::as_array_mut).into_iter().for_each(|all| all.push(open.clone()));
            }),
            &["DAT-STO-03"],
        ),
    ];
    place.write("same.json", &same.to_string())?;
    for (index, (_, alter, _)) in cases.iter().enumerate() {
        let mut template = same.clone();
        alter(&mut template);
        place.write(&format!("{index}.json"), &template.to_string())?;
    }
    let all = place.by_file("111111111111", &["same.json", "0.json", "1.json", "2.json"], "Store")?;
    let before = &all["same.json"];
    for (index, (what, _, expected)) in cases.iter().enumerate() {
        let after = &all[&format!("{index}.json")];
        let turned = after.iter().filter(|(control, now)| *now == "not_met" && before.get(*control) != Some(now));
        let turned: Vec<&str> = turned.map(|(control, _)| control.as_str()).collect();
        for control in *expected {
            assert!(turned.contains(control), "{what}: {turned:?}");
        }
    }
    Ok(())
}

#[test]
fn a_research_role_that_may_raise_its_rights_is_stopped_with_the_line_the_reason_and_the_fix() -> Outcome {
    let place = Place::new()?;
    let mut template = role_template()?;
    let policies = &mut template["Resources"]["Workspace"]["Properties"]["ManagedPolicyArns"];
    *policies = json!(["arn:aws:iam::aws:policy/AdministratorAccess"]);
    place.write("role.json", &serde_json::to_string_pretty(&template)?)?;
    let (code, out, _) = place.check("222222222222", &["role.json"])?;
    assert_eq!(code, 3, "{out}");
    assert!(out.contains("error[PEO-IAM-05]"), "{out}");
    let line = serde_json::to_string_pretty(&template)?
        .lines()
        .position(|l| l.contains("\"ManagedPolicyArns\""))
        .ok_or("no line")?
        + 1;
    assert!(out.contains(&format!("role.json:{line}:")), "{out}");
    assert!(out.contains("havenmark explain PEO-IAM-05") && out.contains("administratorRole"), "{out}");
    // Its control says how to mend it in other words than a template's.
    assert!(out.contains("fix: AWS CLI:") && out.contains("aws iam detach-role-policy"), "{out}");
    Ok(())
}

/// A public access block that is there counts; a change that takes it away does not get away with it.
#[test]
fn what_a_change_takes_away_is_gone() -> Outcome {
    let place = Place::new()?;
    let mut template = bucket_template()?;
    let properties = "/Resources/Store/Properties";
    let block = json!({ "BlockPublicAcls": false, "BlockPublicPolicy": false, "IgnorePublicAcls": false,
        "RestrictPublicBuckets": false });
    if let Some(all) = template.pointer_mut(properties).and_then(Value::as_object_mut) {
        all.insert("VersioningConfiguration".to_owned(), json!({ "Status": "Suspended" }));
        all.insert("PublicAccessBlockConfiguration".to_owned(), block);
    }
    place.write("less.json", &template.to_string())?;
    let after = place.outcomes("111111111111", &["less.json"], "less.json", "Store")?;
    assert_eq!(after.get("DAT-STO-06").map(String::as_str), Some("not_met"), "{after:?}");
    Ok(())
}

/// A part that is not known makes what rests on it *not assessed*, and nothing better.
#[test]
fn what_is_not_known_yet_is_never_met() -> Outcome {
    let place = Place::new()?;
    let same = bucket_template()?;
    place.write("same.json", &same.to_string())?;
    let names: Vec<String> = same["Resources"]["Store"]["Properties"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect();
    let mut files = vec!["same.json".to_owned()];
    for name in &names {
        let mut template = same.clone();
        template["Parameters"] = json!({ "Later": { "Type": "String" } });
        template["Resources"]["Store"]["Properties"][name] = json!({ "Ref": "Later" });
        files.push(format!("{name}.json"));
        place.write(&format!("{name}.json"), &template.to_string())?;
    }
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let all = place.by_file("111111111111", &files, "Store")?;
    let before = &all["same.json"];
    let mut open = 0;
    for name in &names {
        for (control, now) in &all[&format!("{name}.json")] {
            let was = before.get(control).map(String::as_str);
            assert!(now != "met" || was == Some("met"), "{control} became met when {name} was not known");
            assert!(
                now != "not_applicable" || was == Some("not_applicable") || was == Some("met"),
                "{control}: {name}"
            );
            open += usize::from(now == "not_assessed" && was == Some("met"));
        }
    }
    assert!(open > 5, "only {open} verdicts were left open");
    Ok(())
}

/// The same change passes with a dated exception, which the result shows; without one it fails.
#[test]
fn an_exception_excuses_and_is_shown() -> Outcome {
    let place = Place::new()?;
    let mut template = bucket_template()?;
    template["Resources"]["Store"]["Properties"]["VersioningConfiguration"] = json!({ "Status": "Suspended" });
    place.write("change.json", &template.to_string())?;
    let register = place.folder.path().join("register");
    std::fs::create_dir(&register)?;
    for (name, resource, made, expires) in [
        ("exc-live", "Store", "2026-10-05", "2026-12-31"),
        ("exc-old", "Store", "2026-01-01", "2026-02-28"),
        ("exc-idle", "Nothing", "2026-10-05", "2026-12-31"),
    ] {
        let text = format!(
            "id = \"{name}\"\nkind = \"exception\"\nsubject = \"control:DAT-STO-06@{resource}\"\nby = \"u208\"\napproved_by = \"u203\"\n\
             authority = \"SIRO\"\nreason = \"moves to a new bucket\"\nrisk = \"low\"\nend_plan = \"the old bucket goes\"\n\
             made = {made}\nreview = {expires}\nexpires = {expires}\n"
        );
        std::fs::write(register.join(format!("{name}.toml")), text)?;
    }
    let (code, out, story) =
        place.check("111111111111", &["change.json", "--attestations", "register", "--fail-on", "low", "-v"])?;
    assert!(out.contains("exc-live") && out.contains("exc-old") && out.contains("exc-idle"), "{code}\n{out}\n{story}");
    assert!(out.contains("note[DAT-STO-06]"), "{out}\n{story}");
    Ok(())
}

#[test]
fn nothing_that_could_be_judged_is_never_a_success() -> Outcome {
    let place = Place::new()?;
    for (name, text) in [
        ("macro.yaml", "Transform: Company\nResources:\n  B: { Type: 'AWS::S3::Bucket' }\n"),
        ("custom.yaml", "Resources:\n  B: { Type: 'Custom::Thing', Properties: { ServiceToken: x } }\n"),
        (
            "azure.json",
            "{\"format_version\":\"1.2\",\"terraform_version\":\"1.9.0\",\"resource_changes\":[{\"address\":\"azurerm_x.y\",\
             \"mode\":\"managed\",\"type\":\"azurerm_x\",\"name\":\"y\",\"provider_name\":\"registry.terraform.io/hashicorp/azurerm\",\
             \"change\":{\"actions\":[\"create\"],\"before\":null,\"after\":{},\"after_unknown\":{}}}]}",
        ),
    ] {
        place.write(name, text)?;
        let (code, out, story) = place.check("111111111111", &[name])?;
        assert_eq!(code, 4, "{name}: {out}{story}");
        assert!(out.contains("INCOMPLETE"), "{name}: {out}");
    }
    Ok(())
}

#[test]
fn what_cannot_be_read_is_said_with_what_to_do() -> Outcome {
    let place = Place::new()?;
    let long = format!("Resources: {}", "[".repeat(100_000));
    for (name, text, expected) in [
        ("empty.yaml", "", "empty"),
        ("none.yaml", "A: 1\n", "Resources"),
        ("broken.yaml", "Resources:\n  B: [\n", "broken.yaml:"),
        ("deep.yaml", long.as_str(), "deep"),
        (
            "state.json",
            "{\"format_version\":\"1.0\",\"terraform_version\":\"1.9.0\",\"values\":{}}",
            "terraform show -json",
        ),
        ("lines.json", "{\"@level\":\"info\",\"type\":\"version\"}\n{\"@level\":\"info\"}\n", "terraform show -json"),
        ("cut.json", "{\"format_version\":\"1.2\",\"resource_changes\":[{", "cut.json"),
    ] {
        place.write(name, text)?;
        let (code, out, story) = place.check("111111111111", &[name])?;
        assert_eq!(code, 2, "{name}: {out}{story}");
        assert!(story.to_lowercase().contains(&expected.to_lowercase()), "{name}: {story}");
    }
    for (args, expected) in [
        (vec!["missing.yaml"], "cannot read missing.yaml"),
        (vec!["x.yaml", "--format", "pdf"], "--format pdf is not known"),
        (vec!["x.yaml", "--format", "json", "--format", "sarif"], "two formats"),
        (vec!["x.yaml", "--param", "Env"], "--param NAME=VALUE"),
    ] {
        let (code, _, story) = place.check("111111111111", &args)?;
        assert_eq!(code, 2, "{args:?}");
        assert!(story.contains(expected), "{args:?}: {story}");
    }
    Ok(())
}

/// Every format of one check says the same, and a baseline of it leaves nothing new.
#[test]
fn every_format_and_a_baseline_come_from_one_result() -> Outcome {
    let place = Place::new()?;
    let mut template = bucket_template()?;
    template["Resources"]["Store"]["Properties"]["VersioningConfiguration"] = json!({ "Status": "Suspended" });
    place.write("change.json", &template.to_string())?;
    let formats =
        ["--format", "json=r.json", "--format", "sarif=r.sarif", "--format", "junit=r.xml", "--format", "gitlab=r.gl"];
    let (code, out, _) = place.check("111111111111", &[&["change.json"], formats.as_slice()].concat())?;
    assert_eq!(code, 3, "{out}");
    let read = |name: &str| std::fs::read_to_string(place.folder.path().join(name));
    let result: Value = serde_json::from_str(&read("r.json")?)?;
    let failing = result["verdicts"].as_array().into_iter().flatten().filter(|v| v["verdict"] == "not_met").count();
    assert!(failing > 0);
    let sarif: Value = serde_json::from_str(&read("r.sarif")?)?;
    let not_met = |r: &&Value| r["properties"]["verdict"] == "not_met";
    assert_eq!(sarif["runs"][0]["results"].as_array().into_iter().flatten().filter(not_met).count(), failing);
    let gitlab: Value = serde_json::from_str(&read("r.gl")?)?;
    assert!(gitlab.as_array().is_some_and(|all| all.len() >= failing));
    assert_eq!(read("r.xml")?.matches("type=\"not_met\"").count(), failing);
    let (code, out, _) = place.check("111111111111", &["change.json", "--new-only", "--baseline", "r.json"])?;
    assert!([0, 4].contains(&code), "{out}");
    Ok(())
}

/// Each set of parameters is judged, and one that fails fails.
#[test]
fn sets_of_parameters_are_deployments_of_their_own() -> Outcome {
    let place = Place::new()?;
    let mut template = bucket_template()?;
    template["Parameters"] = json!({ "Versions": { "Type": "String" } });
    template["Resources"]["Store"]["Properties"]["VersioningConfiguration"] =
        json!({ "Status": { "Ref": "Versions" } });
    place.write("change.json", &template.to_string())?;
    place.write("good.json", "{\"Parameters\":{\"Versions\":\"Enabled\"}}")?;
    place.write("bad.json", "[{\"ParameterKey\":\"Versions\",\"ParameterValue\":\"Suspended\"}]")?;
    let of = |more: &[&str]| -> Result<Option<String>, Box<dyn Error>> {
        let all = place.outcomes("111111111111", &[&["change.json"], more].concat(), "change.json", "Store")?;
        Ok(all.get("DAT-STO-06").cloned())
    };
    assert_eq!(of(&[])?.as_deref(), Some("not_assessed"));
    assert_eq!(of(&["--param", "Versions=Suspended"])?.as_deref(), Some("not_met"));
    assert_eq!(of(&["--param-set", "good.json", "--param-set", "bad.json"])?.as_deref(), Some("not_met"));
    assert_eq!(of(&["--param-set", "good.json"])?.as_deref(), Some("met"));
    Ok(())
}

/// Where nobody says the account, what holds in every declared account and in another one is decided, and nothing else.
#[test]
fn without_an_account_only_what_holds_in_each_is_decided() -> Outcome {
    let place = Place::new()?;
    let template = "Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties: { EnableKeyRotation: false }\n  \
                    Store:\n    Type: AWS::S3::Bucket\n    Properties: { BucketName: new-bucket }\n";
    place.write("t.yaml", template)?;
    let declaration = demo_file("tre.toml");
    let mut command = havenmark(place.folder.path());
    let (_, out, _) = run(command.args(["check", "t.yaml", "--declaration", &declaration, "--format", "json"]))?;
    let all: Value = serde_json::from_str(&out)?;
    let of = |control: &str, address: &str| {
        let mut found = list(&all, "/verdicts").iter();
        let found = found.find(|v| text(v, "/control") == control && text(v, "/location/address") == address);
        found.map(|v| (text(v, "/verdict"), text(v, "/reason"))).unwrap_or_default()
    };
    assert_eq!(of("DAT-KEY-01", "Key").0, "not_met");
    // It applies in the declared accounts alone.
    let (outcome, reason) = of("PRJ-REG-02", "Store");
    assert_eq!(outcome, "not_assessed", "{reason}");
    assert!(reason.contains("when account = 111111111111"), "{reason}");
    Ok(())
}
