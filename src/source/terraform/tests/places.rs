//! Where in the code a resource and its properties stand.

use serde_json::json;

use super::super::hcl;
use super::*;
use crate::model::planned::Place;

const CODE: &str = r#"# resource "aws_kms_key" "k" { in a comment }
/* resource "aws_kms_key" "k" {
} */
locals { text = <<-EOT
  resource "aws_kms_key" "k" {
  EOT
}

resource "aws_kms_key" "k" {
  description = "a } brace and a \" quote ${format("%s", "}")}" // and this }
  policy      = jsonencode({
    Statement = [{ Action = "kms:*" }]
  })
  enable_key_rotation = true

  tags = { a = "b" }
}
"#;

fn at(file: &str, line: usize, column: usize) -> Place {
    Place { file: file.to_owned(), line, column }
}

fn key() -> Value {
    let after = json!({ "description": "d", "enable_key_rotation": true, "multi_region": false, "tags": { "a": "b" } });
    plan(vec![create("aws_kms_key.k", after, json!({}))], vec![])
}

#[test]
fn a_resource_stands_where_its_block_begins_and_a_property_at_its_argument() {
    let input = with(&key(), &[("keys.tf", CODE), ("unused.tf", "locals {}\n")]);
    let found = resource(&input, "aws_kms_key.k");
    assert_eq!(found.place, at("keys.tf", 9, 1));
    assert_eq!(found.properties["Description"].place, at("keys.tf", 10, 3));
    assert_eq!(found.properties["EnableKeyRotation"].place, at("keys.tf", 14, 3));
    assert_eq!(found.properties["Tags"].place, at("keys.tf", 16, 3));
    // What the code does not say stands at the block.
    assert_eq!(found.properties["MultiRegion"].place, at("keys.tf", 9, 1));
    assert_eq!(input.sources.keys().collect::<Vec<_>>(), ["keys.tf"]);
}

#[test]
fn a_property_that_is_a_block_stands_at_the_block_written_out_or_dynamic() {
    for code in ["vpc_config {}", "dynamic \"vpc_config\" {}"] {
        let code = format!("resource \"aws_lambda_function\" \"f\" {{\n  role = \"r\"\n  {code}\n}}\n");
        let after = json!({ "role": "r", "vpc_config": [{ "subnet_ids": ["subnet-1"] }] });
        let input = with(&plan(vec![create("aws_lambda_function.f", after, json!({}))], vec![]), &[("main.tf", &code)]);
        assert_eq!(resource(&input, "aws_lambda_function.f").properties["VpcConfig"].place, at("main.tf", 3, 3));
    }
}

#[test]
fn without_code_the_place_is_the_plan_and_has_no_line() {
    let input = input(&key());
    assert_eq!(resource(&input, "aws_kms_key.k").place, at("plan.json", 0, 0));
    assert!(input.sources.is_empty());
}

#[test]
fn what_a_companion_sets_stands_where_the_companion_does() {
    let code =
        "resource \"aws_s3_bucket\" \"b\" {\n}\nresource \"aws_s3_bucket_policy\" \"p\" {\n  policy = \"{}\"\n}\n";
    let policy = create("aws_s3_bucket_policy.p", json!({ "bucket": "x", "policy": "{}" }), json!({}));
    let input = with(&plan(vec![bucket("aws_s3_bucket.b", "x"), policy], vec![]), &[("main.tf", code)]);
    let found = resource(&input, "aws_s3_bucket.b");
    assert_eq!(found.place, at("main.tf", 1, 1));
    assert_eq!(found.properties["BucketPolicy"].place, at("main.tf", 4, 3));
}

#[test]
fn a_module_is_looked_for_in_its_own_directory() {
    let mut plan = plan(vec![create("module.m.aws_kms_key.k", json!({}), json!({}))], vec![]);
    let block = "resource \"aws_kms_key\" \"k\" {}\n";
    plan["configuration"]["root_module"]["module_calls"] =
        json!({ "m": { "source": "./modules/../keys", "module": {} } });
    let files = [
        ("infra/main.tf", block),
        ("infra/terraform-aws-modules/kms/aws/main.tf", block),
        ("infra/keys/main.tf", "\nresource \"aws_kms_key\" \"k\" {}\n"),
    ];
    assert_eq!(resource(&with(&plan, &files), "module.m.aws_kms_key.k").place, at("infra/keys/main.tf", 2, 1));
    // A module of a registry lies elsewhere: no file is taken for it.
    plan["configuration"]["root_module"]["module_calls"]["m"]["source"] = json!("terraform-aws-modules/kms/aws");
    assert_eq!(resource(&with(&plan, &files), "module.m.aws_kms_key.k").place, at("plan.json", 0, 0));
}

#[test]
fn texts_that_are_no_code_are_passed_over() {
    for text in [
        "",
        "}",
        "{",
        "}}}}",
        "resource",
        "resource \"a\"",
        "x = ",
        "x = <<EOT\n",
        "\"",
        "a \"${",
        "/*",
        "x = [",
        "= =",
        "resource \"a\" \"b\" {",
    ] {
        let _ = hcl::parse(text);
    }
    let body = hcl::parse("a = 1 }\nresource \"x\" \"y\" { z = 2 }\n");
    assert_eq!(body.blocks[0].body.arguments["z"].text, "2");
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_scanner(text in "[a-z{}\"$=<>E\n#/* \\[\\]().\\\\]{0,200}") {
        let _ = hcl::parse(&text);
        let _ = super::super::written::parse(&text);
        let _ = super::super::written::mentioned(&text);
        let _ = super::super::address::steps(&text);
    }
}
