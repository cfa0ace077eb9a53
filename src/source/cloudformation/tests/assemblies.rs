//! What the Cloud Development Kit writes.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::super::{Options, read_cdk};
use super::{given, outline, resource, set};
use crate::model::planned::{Input, Planned, reference};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/source/cloudformation/fixtures").join(name)
}

fn named<'i>(inputs: &'i [(String, Input)], name: &str) -> &'i Input {
    inputs.iter().find(|(found, _)| found == name).map(|(_, input)| input).unwrap()
}

#[test]
fn each_stack_of_an_assembly_is_an_input() {
    let inputs = read_cdk(&fixture("assembly"), &Options::default()).unwrap();
    let names: Vec<&str> = inputs.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Store",
            "Store/InnerNestedStackInnerNestedStackResource745E041B",
            "Prod/Store",
            "Prod/Store/InnerNestedStackInnerNestedStackResource745E041B",
        ]
    );
    let store = named(&inputs, "Store");
    assert!(store.unjudgeable.is_empty(), "the nested stack is read: {:?}", store.unjudgeable);
    let data = resource(store, "Data666C94C7");
    assert_eq!(data.construct.as_deref(), Some("Store/Data/Resource"));
    assert_eq!(data.account.as_deref(), Some("111122223333"));
    assert_eq!(data.region.as_deref(), Some("eu-west-2"));
    assert!(data.place.file.ends_with("assembly/Store.template.json") && data.place.line > 1, "{:?}", data.place);
    let Planned::Known(encryption) = &data.properties["BucketEncryption"].value else { panic!("{data:?}") };
    assert!(encryption.to_string().contains("KMSMasterKeyID"));
    assert_eq!(
        encryption.pointer("/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault/KMSMasterKeyID"),
        Some(&reference("Key961B73FD", "Arn").into())
    );
    let within = named(&inputs, "Prod/Store");
    assert_eq!(resource(within, "Data666C94C7").account.as_deref(), Some("444455556666"));
}

#[test]
fn a_stack_for_any_environment_leaves_it_open() {
    let inputs = read_cdk(&fixture("agnostic"), &Options::default()).unwrap();
    let stack = named(&inputs, "Agnostic");
    assert_eq!(stack.worlds.len(), 1, "CDK's note about itself asks no question");
    let data = resource(stack, "Data666C94C7");
    assert_eq!((data.account.as_deref(), data.region.as_deref()), (None, None));
    assert_eq!(data.construct.as_deref(), Some("Agnostic/Data/Resource"), "from the assembly's notes");
    let key = &resource(stack, "Key961B73FD").properties["KeyPolicy"].value;
    assert!(matches!(key, Planned::Unknown(reason) if reason.contains("AWS::AccountId")), "{key:?}");

    let (name, nested) = &inputs[1];
    assert!(name.starts_with("Agnostic/Inner"), "found by its construct: {name}");
    let linked = resource(nested, "Linked204DCBD1");
    assert_eq!(linked.construct.as_deref(), Some("Agnostic/Inner/Linked/Resource"));
    assert!(matches!(&linked.properties["BucketEncryption"].value, Planned::Unknown(reason)
        if reason.contains("the parameter referencetoAgnosticKeyC7FA74DDArn")));

    let options =
        Options { account: Some("012345678901".into()), region: Some("eu-west-2".into()), ..Options::default() };
    let inputs = read_cdk(&fixture("agnostic"), &options).unwrap();
    let key = &resource(named(&inputs, "Agnostic"), "Key961B73FD").properties["KeyPolicy"].value;
    assert!(matches!(key, Planned::Known(policy) if policy.to_string().contains("arn:aws:iam::012345678901:root")));
}

/// An assembly of these files.
fn assembly(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

/// As CDK 2 wrote it before it moved its notes to a file of their own.
const OLD: &str = r#"{"version": "36.0.0", "artifacts": {"A": {"type": "aws:cloudformation:stack",
    "environment": "aws://unknown-account/eu-west-2", "properties": {"templateFile": "A.template.json"},
    "metadata": {"/A/B/Resource": [{"type": "aws:cdk:logicalId", "data": "B"}]}}}}"#;

#[test]
fn an_older_manifest_is_read_as_well() {
    let folder = assembly(&[
        ("manifest.json", OLD),
        (
            "A.template.json",
            r#"{"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"N": {"Ref": "AWS::StackName"}}}}}"#,
        ),
    ]);
    let inputs = read_cdk(folder.path(), &Options::default()).unwrap();
    let bucket = resource(named(&inputs, "A"), "B");
    assert_eq!(bucket.construct.as_deref(), Some("A/B/Resource"));
    assert_eq!((bucket.account.as_deref(), bucket.region.as_deref()), (None, Some("eu-west-2")));
    assert_eq!(bucket.properties["N"].value, Planned::Known("A".into()));
}

#[test]
fn a_stack_without_resources_is_no_error() {
    let folder = assembly(&[("manifest.json", OLD), ("A.template.json", "{}")]);
    let inputs = read_cdk(folder.path(), &Options::default()).unwrap();
    assert_eq!(outline(named(&inputs, "A")), [": "]);
}

#[test]
fn a_nested_stack_knows_what_it_is_given_as_a_text_and_doubts_what_a_condition_decides() {
    let parent = r#"{"Conditions": {"C": {"Fn::Equals": [{"Fn::ImportValue": "x"}, "y"]}}, "Resources": {"N": {
        "Type": "AWS::CloudFormation::Stack", "Condition": "C", "Metadata": {"aws:asset:path": "n.json"},
        "Properties": {"Parameters": {"P": "literal", "Q": {"Ref": "AWS::Region"}, "O": {"Fn::ImportValue": "o"}}}}}}"#;
    let nested = r#"{"Parameters": {"P": {"Type": "String"}, "Q": {"Type": "String"}, "O": {"Type": "String"}},
        "Resources": {"R": {"Type": "AWS::X::Y", "Properties": {"P": {"Ref": "P"}, "Q": {"Ref": "Q"}, "O": {"Ref": "O"}}}}}"#;
    let folder = assembly(&[("manifest.json", OLD), ("A.template.json", parent), ("n.json", nested)]);
    let inputs = read_cdk(folder.path(), &Options::default()).unwrap();
    let found = resource(named(&inputs, "A/N"), "R");
    assert_eq!(found.properties["P"].value, Planned::Known("literal".into()));
    assert_eq!(found.properties["Q"].value, Planned::Known("eu-west-2".into()));
    assert!(matches!(found.properties["O"].value, Planned::Unknown(_)));
    assert!(found.doubtful.as_deref().unwrap().contains("only if the condition C"), "{found:?}");
}

#[test]
fn a_stack_says_what_it_exports_and_what_of_it_is_not_known() {
    let template = r#"{"Parameters": {"Env": {"Type": "String"}, "Secret": {"Type": "String", "NoEcho": true, "Default": "s"}},
        "Conditions": {"C": {"Fn::Equals": [{"Ref": "Env"}, "prod"]}},
        "Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "tre-data"}}},
        "Outputs": {
            "Text": {"Value": {"Fn::Sub": "in-${AWS::Region}"}, "Export": {"Name": "text"}},
            "Own": {"Value": {"Fn::GetAtt": ["B", "Arn"]}, "Export": {"Name": {"Fn::Sub": "${AWS::StackName}:own"}}},
            "Open": {"Value": {"Ref": "Env"}, "Export": {"Name": "open"}},
            "Either": {"Value": {"Fn::If": ["C", "a", "b"]}, "Export": {"Name": "either"}},
            "Perhaps": {"Condition": "C", "Value": "x", "Export": {"Name": "perhaps"}},
            "Hidden": {"Value": {"Ref": "Secret"}, "Export": {"Name": "hidden"}},
            "Unnamed": {"Value": "x", "Export": {"Name": {"Ref": "Env"}}},
            "Inside": {"Value": "x"}}}"#;
    let folder = assembly(&[("manifest.json", OLD), ("A.template.json", template)]);
    let inputs = read_cdk(folder.path(), &Options::default()).unwrap();
    let all = &named(&inputs, "A").exports;
    let known: Vec<(&str, Option<&str>)> =
        all.iter().map(|export| (export.name.as_str(), export.value.as_deref().ok())).collect();
    let arn = reference("B", "Arn");
    assert_eq!(
        known,
        [
            ("A:own", Some(arn.as_str())),
            ("either", None),
            ("hidden", None),
            ("open", None),
            ("perhaps", None),
            ("text", Some("in-eu-west-2")),
        ]
    );
    assert!(
        all.iter().all(|export| (export.account.as_deref(), export.region.as_deref()) == (None, Some("eu-west-2")))
    );
}

#[test]
fn no_path_leaves_the_folder() {
    let outside = assembly(&[("t.json", r#"{"Resources": {"R": {"Type": "AWS::X::Y"}}}"#)]);
    let absolute = outside.path().join("t.json").display().to_string();
    for path in ["../t.json", "x/../../t.json", "/etc/passwd", absolute.as_str()] {
        let folder = assembly(&[("manifest.json", &OLD.replace("A.template.json", path)), ("x/y", "")]);
        let error = read_cdk(folder.path(), &Options::default()).unwrap_err();
        assert!(error.message.contains("leaves the folder"), "{path}: {}", error.message);
    }
    #[cfg(unix)]
    {
        let folder = assembly(&[("manifest.json", OLD)]);
        std::os::unix::fs::symlink(outside.path().join("t.json"), folder.path().join("A.template.json")).unwrap();
        let error = read_cdk(folder.path(), &Options::default()).unwrap_err();
        assert!(error.message.contains("leaves the folder"), "{}", error.message);
    }
}

#[test]
fn an_assembly_within_itself_is_refused() {
    let manifest = r#"{"artifacts": {"s": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}}}}"#;
    let folder = assembly(&[("manifest.json", manifest)]);
    assert!(read_cdk(folder.path(), &Options::default()).unwrap_err().message.contains("within itself"));
}

#[test]
fn a_nested_stack_that_is_its_own_template_ends() {
    let template = r#"{"Resources": {"N": {"Type": "AWS::CloudFormation::Stack",
        "Metadata": {"aws:asset:path": "A.template.json"}}}}"#;
    let folder = assembly(&[("manifest.json", OLD), ("A.template.json", template)]);
    let inputs = read_cdk(folder.path(), &Options::default()).unwrap();
    assert!(inputs.len() <= 2, "{inputs:?}");
    assert!(inputs.iter().any(|(_, input)| input.unjudgeable.iter().any(|one| one.reason.contains("nested stack"))));
}

#[test]
fn what_is_no_assembly_says_what_to_do() {
    let message = |path: &Path| read_cdk(path, &Options::default()).unwrap_err().message;
    assert!(message(Path::new("/no/such/folder")).contains("give the folder that `cdk synth` writes"));
    assert!(message(assembly(&[]).path()).contains("run `cdk synth`"));
    assert!(message(assembly(&[("manifest.json", r#"{"artifacts": {}}"#)]).path()).contains("has no stacks"));
    assert!(message(assembly(&[("manifest.json", OLD)]).path()).contains("is not there"));
    assert!(message(assembly(&[("manifest.json", OLD), ("A.template.json/x", "")]).path()).contains("is no file"));
}

#[test]
fn a_parameter_may_be_of_any_stack_but_has_to_be_of_one() {
    let folder = assembly(&[
        ("manifest.json", OLD),
        ("A.template.json", r#"{"Parameters": {"P": {"Type": "String"}}, "Resources": {"B": {"Type": "AWS::X::Y"}}}"#),
    ]);
    assert!(read_cdk(folder.path(), &given(vec![set("s", &[("P", "x")])])).is_ok());
    let error = read_cdk(folder.path(), &given(vec![set("s", &[("Q", "x")])])).unwrap_err();
    assert!(error.message.contains("gives Q, a parameter that any stack of the assembly"), "{}", error.message);
}

/// An assembly of so many stacks that share one template.
fn shared(folder: &Path, stacks: usize, template: &str) {
    let stack = |n: usize| {
        (format!("S{n}"), json!({ "type": "aws:cloudformation:stack", "properties": { "templateFile": "t.json" } }))
    };
    let artifacts: serde_json::Map<String, Value> = (0..stacks).map(stack).collect();
    std::fs::write(folder.join("manifest.json"), json!({ "artifacts": artifacts }).to_string()).unwrap();
    std::fs::write(folder.join("t.json"), template).unwrap();
}

#[test]
fn an_assembly_is_bounded_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    let small = "Resources: {R: {Type: AWS::X::Y}}";
    let refused = |stacks: usize, template: &str| {
        shared(folder.path(), stacks, template);
        read_cdk(folder.path(), &Options::default()).unwrap_err().message
    };
    assert!(refused(1001, small).contains("more than 1000 stacks"));
    let large = refused(20, &format!("{small} #{}", " ".repeat(7 << 20)));
    assert!(large.contains("more than 64 MiB together"), "{large}");
    let long = "x".repeat(1 << 20);
    let growing = format!(
        "Parameters: {{A: {{Type: String, Default: {long}}}}}\nResources: {{R: {{Type: AWS::X::Y, Properties: {{P: [{}]}}}}}}",
        ["!Ref A"; 25].join(",")
    );
    assert!(refused(12, &growing).contains("grow beyond 256 MiB together"));
}
