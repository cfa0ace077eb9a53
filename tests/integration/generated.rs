//! What is generated is current, and what others build on holds without this program.
//!
//! `UPDATE_SCHEMAS=1` writes the files anew.

use std::error::Error;
use std::path::Path;
use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityUid, PolicyId, PolicySet, Request, Schema, ValidationMode, Validator,
};
use clap::CommandFactory as _;
use havenmark::catalogue::{Catalogue, Control};
use havenmark::cli::Cli;
use havenmark::model::call::CallRecord;
use havenmark::model::document::ResourceDocument;
use havenmark::policy::Judge;
use havenmark::source::table;
use havenmark::source::table::shape::Part;

type Outcome = Result<(), Box<dyn Error>>;

/// Holds a generated file against what would be generated now.
pub(crate) fn current(path: &str, text: &str) -> Outcome {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        std::fs::create_dir_all(file.parent().ok_or("no folder")?)?;
        std::fs::write(&file, text)?;
    }
    let found = std::fs::read_to_string(&file).map_err(|e| format!("{path}: {e}; run UPDATE_SCHEMAS=1 cargo test"))?;
    assert!(found == text, "{path} is stale: run UPDATE_SCHEMAS=1 cargo test, and commit it");
    Ok(())
}

fn json(value: &serde_json::Value) -> String {
    format!("{}\n", serde_json::to_string_pretty(value).unwrap_or_default())
}

#[test]
fn schemas_of_the_snapshot_and_of_controls_are_current() -> Outcome {
    current("docs/schema/snapshot.schema.json", &json(&havenmark::snapshot::schema()))?;
    current("docs/schema/call.schema.json", &json(&schemars::schema_for!(CallRecord).to_value()))?;
    let inventory = schemars::schema_for!(havenmark::model::inventory::Inventoried).to_value();
    current("docs/schema/inventory.schema.json", &json(&inventory))?;
    current("docs/schema/document.schema.json", &json(&schemars::schema_for!(ResourceDocument).to_value()))?;
    current("docs/schema/check.schema.json", &json(&havenmark::report::gate::json::schema().to_value()))?;
    let profile = schemars::schema_for!(havenmark::declaration::profile::ProfileForm).to_value();
    current("docs/schema/profile.schema.json", &json(&profile))?;
    current("docs/schema/control.schema.json", &json(&schemars::schema_for!(Control).to_value()))
}

/// A finished snapshot is what its schemas say.
#[test]
fn a_snapshot_holds_to_its_schemas() -> Outcome {
    let folder = tempfile::tempdir()?;
    let name = crate::program::demo_snapshot(folder.path())?;
    let manifest: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.path().join(&name).join("manifest.json"))?)?;
    let check = |schema: &serde_json::Value, value: &serde_json::Value| -> Outcome {
        let validator = jsonschema::validator_for(schema)?;
        let problems: Vec<String> = validator.iter_errors(value).map(|e| e.to_string()).collect();
        assert!(problems.is_empty(), "{problems:?}");
        Ok(())
    };
    check(&havenmark::snapshot::schema(), &manifest)?;
    let reader = havenmark::snapshot::Reader::open(&folder.path().join(name))?;
    let documents = schemars::schema_for!(ResourceDocument).to_value();
    for chunk in &reader.manifest().chunks {
        for document in reader.documents(chunk)? {
            check(&documents, &serde_json::to_value(document)?)?;
        }
    }
    let mut first = None;
    reader.for_each_call(|call| {
        first.get_or_insert(call);
    })?;
    check(&schemars::schema_for!(CallRecord).to_value(), &serde_json::to_value(first.ok_or("no call")?)?)
}

/// What the program really writes is what the schema says, with sorted keys and no floats.
#[test]
fn the_evidence_of_the_demo_holds_to_its_schema() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (code, _, story) = crate::program::run(crate::program::havenmark(folder.path()).args(["demo", "-o", "out"]))?;
    assert_eq!(code, 0, "{story}");
    let evidence = crate::program::evidence(&folder.path().join("out"))?;
    let schema: serde_json::Value = serde_json::from_str(&havenmark::report::json::schema()?)?;
    let validator = jsonschema::validator_for(&schema)?;
    let problems: Vec<String> = validator.iter_errors(&evidence).take(5).map(|e| e.to_string()).collect();
    assert!(problems.is_empty(), "{problems:?}");
    fn walk(value: &serde_json::Value, place: &str) {
        match value {
            serde_json::Value::Object(members) => {
                // The parser keeps the order of the file.
                let keys: Vec<&String> = members.keys().collect();
                assert!(keys.is_sorted(), "{place}: {keys:?}");
                members.iter().for_each(|(key, member)| walk(member, &format!("{place}.{key}")));
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| walk(item, place)),
            serde_json::Value::Number(number) => assert!(!number.is_f64(), "{place} is {number}"),
            _ => {}
        }
    }
    walk(&evidence, "evidence");
    Ok(())
}

/// The help of every command, as people read it.
#[test]
fn the_command_reference_is_current() -> Outcome {
    let mut text = String::from("# Commands\n\nGenerated from the program's own help.\n");
    let mut cli = Cli::command().term_width(100);
    cli.build();
    let mut all: Vec<clap::Command> = vec![cli.clone()];
    for command in cli.get_subcommands().filter(|c| c.get_name() != "help") {
        all.push(command.clone());
        all.extend(command.get_subcommands().filter(|c| c.get_name() != "help").cloned());
    }
    for mut command in all {
        let title = command.get_bin_name().unwrap_or_default().to_owned();
        let help = command.render_long_help().to_string();
        let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
        text.push_str(&format!("\n## {title}\n\n```text\n{}\n```\n", lines.join("\n").trim_end()));
    }
    current("docs/commands.md", &text)
}

/// Types that the table of operations collects: a facet is documented where it is read.
#[test]
fn the_page_of_collected_types_is_current() -> Outcome {
    let mut text = String::from(
        "# Types of the table\n\nGenerated from `src/source/table`. How to read a facet: `resource-documents.md`. A facet that \
         AWS leaves out\nwhere there is nothing to say is empty then (marked ∅); any other that is left out is missing with \
         that reason.\n\n| type | id | properties | observed | tags |\n|---|---|---|---|---|\n",
    );
    for kind in table::every_kind() {
        let of = |part: Part| {
            let facets = kind.facets().filter(|(facet, _)| facet.part == part);
            let cells = facets.map(|(facet, operation)| {
                let mark = if facet.may_be_empty { " ∅" } else { "" };
                format!("`{}`{mark} ({})", facet.name, operation.operation)
            });
            cells.collect::<Vec<_>>().join(", ")
        };
        let id = match kind.arn {
            _ if kind.list.items == table::WHOLE => "Region".to_owned(),
            table::Arn::Regional("ec2", _) => kind.id.to_owned(),
            table::Arn::None => format!("Region:{}", kind.id.replace('|', " and ")),
            _ => "ARN".to_owned(),
        };
        let tags = kind.tags_from().map_or("not collected", |operation| operation.operation);
        text.push_str(&format!(
            "| `{}` | {id} of {} | {} | {} | {tags} |\n",
            kind.kind,
            kind.list.operation.name(),
            of(Part::Properties),
            of(Part::Observed)
        ));
    }
    current("docs/collected-types.md", &text)
}

/// What a policy can read of a type without any Rust.
#[test]
fn the_cedar_schema_of_the_table_is_current() -> Outcome {
    current("policies/collected.cedarschema", &table::cedar::schema())
}

#[test]
fn the_published_cedar_schema_is_current() -> Outcome {
    let judge = Judge::compile(&Catalogue::built_in()?)?;
    current("docs/cedar/havenmark.cedarschema", judge.schema_text().ok_or("it was compiled before")?)
}

/// What the program keeps of compiling its policies is what compiling them gives.
#[test]
fn the_policies_that_were_compiled_before_are_current() -> Outcome {
    current("src/policy/index.json", &Judge::index(&Catalogue::built_in()?)?)
}

/// The policies on disk with the published schema, by Cedar alone: what `cedar validate` and `cedar authorize` do.
#[test]
fn policies_work_with_stock_cedar() -> Outcome {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (schema, warnings) =
        Schema::from_cedarschema_str(&std::fs::read_to_string(root.join("docs/cedar/havenmark.cedarschema"))?)?;
    assert_eq!(warnings.count(), 0);
    let mut set = PolicySet::new();
    for safe in ["people", "projects", "settings", "data", "outputs"] {
        for entry in std::fs::read_dir(root.join("policies").join(safe))? {
            for policy in PolicySet::from_str(&std::fs::read_to_string(entry?.path())?)?.policies() {
                set.add(policy.new_id(PolicyId::new(policy.annotation("id").ok_or("no @id")?)))?;
            }
        }
    }
    let validated = Validator::new(schema).validate(&set, ValidationMode::Strict);
    let problems: Vec<String> = validated
        .validation_errors()
        .map(ToString::to_string)
        .chain(validated.validation_warnings().map(ToString::to_string))
        .collect();
    assert!(problems.is_empty(), "{problems:?}");

    // A fact that is there decides; one that is not is an error, which the decision alone would hide.
    let decide = |attributes: serde_json::Value| -> Result<(Decision, usize), Box<dyn Error>> {
        let entities = Entities::from_json_value(
            serde_json::json!([{ "uid": { "type": "AWS::S3::Bucket", "id": "b" }, "attrs": attributes, "parents": [] }]),
            None,
        )?;
        let request = Request::new(
            EntityUid::from_str(r#"Audit::Auditor::"havenmark""#)?,
            EntityUid::from_str(r#"Audit::Action::"DAT-STO-06""#)?,
            EntityUid::from_str(r#"AWS::S3::Bucket::"b""#)?,
            Context::empty(),
            None,
        )?;
        let response = Authorizer::new().is_authorized(&request, &set, &entities);
        Ok((response.decision(), response.diagnostics().errors().count()))
    };
    let whole = |status: &str| serde_json::json!({ "objectOwnership": "BucketOwnerEnforced", "VersioningConfiguration": { "Status": status } });
    assert_eq!(decide(whole("Enabled"))?, (Decision::Allow, 0));
    assert_eq!(decide(whole("Suspended"))?, (Decision::Deny, 0));
    assert_eq!(decide(serde_json::json!({}))?, (Decision::Deny, 1));
    Ok(())
}
