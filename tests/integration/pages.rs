//! One page a control and one a statement, as Markdown: made of the catalogue, the policies and the names of the cases.
//!
//! Ids and structure are the frameworks'; every title and sentence is ours.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;

use havenmark::catalogue::{Catalogue, Control, Statement};
use havenmark::commands::test::CaseFile;
use havenmark::model::score::Mode;
use havenmark::policy::Judge;

use crate::cases::case_files;
use crate::generated::current;

const CONTROLS: &str = "docs/controls";
const STATEMENTS: &str = "docs/statements";

/// Every page: path and text.
fn pages(catalogue: &Catalogue, judge: &Judge, cases: &BTreeMap<String, CaseFile>) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    pages.insert(format!("{CONTROLS}/README.md"), controls_index(catalogue));
    pages.insert(format!("{STATEMENTS}/README.md"), statements_index(catalogue));
    for control in &catalogue.controls {
        let text = control_page(catalogue, judge, control, cases.get(control.id.as_str()));
        pages.insert(format!("{CONTROLS}/{}.md", control.id), text);
    }
    for statement in &catalogue.satre.statements {
        pages.insert(format!("{STATEMENTS}/{}.md", statement.id), statement_page(catalogue, statement));
    }
    pages
}

/// Text of ours in Markdown: nothing in it is markup.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        if "\\`*_[]<>|".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn table(headings: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text = format!("| {} |\n|{}\n", headings.join(" | "), "---|".repeat(headings.len()));
    for row in rows {
        text.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    text
}

fn code(language: &str, text: &str) -> String {
    format!("```{language}\n{}\n```\n", text.trim())
}

fn controls_index(catalogue: &Catalogue) -> String {
    let rows = catalogue.controls.iter().map(|control| {
        let id = &control.id;
        vec![format!("[{id}]({id}.md)"), control.severity.to_string(), plain(&control.title), id.safe().to_string()]
    });
    format!(
        "# Controls\n\nGenerated: {} controls, each with its policy, its cases and how to mend it. Those of the design that no pack \
         holds\nyet are named on the pages of the [statements](../statements/README.md).\n\n{}",
        catalogue.controls.len(),
        table(&["control", "severity", "what holds when it is met", "Safe"], rows)
    )
}

fn control_page(catalogue: &Catalogue, judge: &Judge, control: &Control, cases: Option<&CaseFile>) -> String {
    let id = control.id.as_str();
    let place = format!("{}/{}", control.id.safe(), control.id.area());
    let mut text = format!(
        "# {id}: {}\n\nGenerated from `controls/{place}.toml`, `policies/{place}.cedar` and `fixtures/controls/{place}/{id}.toml`.\n\n",
        plain(&control.title)
    );
    let kinds = control.applies_to.iter().map(|kind| format!("`{kind}`")).collect::<Vec<_>>().join(", ");
    text.push_str(&format!("* severity: {}\n* Safe: {}\n* applies to: {kinds}\n", control.severity, control.id.safe()));
    if let Some(place) = &control.applies_where {
        text.push_str(&format!("* where: {}\n", plain(place)));
    }
    let pre_deploy = if control.pre_deploy { "yes" } else { "no" };
    text.push_str(&format!("* can be judged before anything is deployed: {pre_deploy}\n\n"));
    for paragraph in control.rationale.trim().split("\n\n") {
        text.push_str(&format!("{}\n\n", plain(paragraph)));
    }
    text.push_str(&format!("## Policy\n\n{}\nIt reads:\n\n", code("cedar", &judge.policy_text(id))));
    for path in judge.paths_of(id) {
        text.push_str(&format!("* `{path}`\n"));
    }
    let rows = cases.into_iter().flat_map(|file| &file.cases);
    let rows = rows.map(|case| vec![plain(&case.name), case.expect.words().to_owned()]);
    text.push_str(&format!("\n## Cases\n\n{}\n## How to fix\n", table(&["case", "verdict"], rows)));
    for (kind, fix) in control.remediation.parts() {
        let language = match kind.as_str() {
            "Terraform" => "hcl",
            "CloudFormation" => "yaml",
            "AWS CLI" => "sh",
            _ => "toml",
        };
        text.push_str(&format!("\n### {kind}\n\n{}", code(language, &fix)));
    }
    text.push_str("\n## Bears on\n\n");
    for statement in catalogue.satre.statements.iter().filter(|s| control.satre.contains(&s.id)) {
        text.push_str(&format!("* SATRE {}\n", link(statement)));
    }
    text.push_str(&lines(catalogue, &|line| line.satre.iter().any(|s| control.satre.contains(s))));
    let others = [
        ("AWS Config", &control.equivalents.aws_config),
        ("Prowler", &control.equivalents.prowler),
        ("Security Hub", &control.equivalents.security_hub),
    ];
    if others.iter().any(|(_, ids)| !ids.is_empty()) {
        text.push_str("\nChecks of other tools that overlap (~ partly):\n\n");
        for (tool, ids) in others.iter().filter(|(_, ids)| !ids.is_empty()) {
            let ids = ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
            text.push_str(&format!("* {tool}: {ids}\n"));
        }
    }
    text
}

/// `[2.8.01](../statements/2.8.01.md) (M): title`.
fn link(statement: &Statement) -> String {
    let Statement { id, importance, title, .. } = statement;
    format!("[{id}](../statements/{id}.md) ({}): {}", plain(importance.mark()), plain(title))
}

/// Lines of the other frameworks, one item an edition.
fn lines(catalogue: &Catalogue, wanted: &dyn Fn(&havenmark::catalogue::Line) -> bool) -> String {
    let mut text = String::new();
    for framework in &catalogue.lines {
        for edition in &framework.editions {
            let of = framework.lines.iter().filter(|line| line.editions.contains(&edition.id) && wanted(line));
            let ids: Vec<String> = of.map(|line| plain(&line.id)).collect();
            if !ids.is_empty() {
                text.push_str(&format!("* {}: {}\n", plain(&edition.title), ids.join(", ")));
            }
        }
    }
    text
}

fn statements_index(catalogue: &Catalogue) -> String {
    let mut text = format!(
        "# Statements of SATRE {}\n\nGenerated. Ids and structure are those of SATRE (CC BY 4.0), every title is ours. How they are scored: \
         [scoring](../scoring.md).\n",
        catalogue.satre.edition
    );
    for capability in &catalogue.satre.capabilities {
        let of = catalogue.satre.statements.iter().filter(|s| s.capability == capability.id);
        let rows = of.map(|s| {
            let (here, designed) = catalogue.controls_of(s);
            let controls =
                here.iter().map(|c| format!("[{0}](../controls/{0}.md)", c.id)).collect::<Vec<_>>().join(", ");
            let designed = if designed.is_empty() { String::new() } else { format!("{} designed", designed.len()) };
            let both = [controls, designed].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ");
            vec![
                format!("[{0}]({0}.md)", s.id),
                plain(s.importance.mark()),
                plain(&s.title),
                s.mode.as_str().to_owned(),
                both,
            ]
        });
        let table = table(&["statement", "", "title", "decided", "controls"], rows);
        text.push_str(&format!("\n## {} {}\n\n{table}", capability.id, plain(&capability.title)));
    }
    text
}

fn statement_page(catalogue: &Catalogue, statement: &Statement) -> String {
    let capability = catalogue.satre.capabilities.iter().find(|c| c.id == statement.capability);
    let mut text = format!(
        "# SATRE {}: {}\n\nGenerated from `frameworks/satre.toml` and the controls. The title is ours.\n\n",
        statement.id,
        plain(&statement.title)
    );
    let decided = match statement.mode {
        Mode::Automated => "AWS state",
        Mode::Hybrid if statement.aws_can_fail => "AWS state, which can show that it is not met, and a person",
        Mode::Hybrid => "a person; AWS state can only support it",
        Mode::Attested => "a person with evidence",
    };
    let safes = statement.five_safes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    for (what, is) in [
        ("capability", format!("{} {}", statement.capability, capability.map_or("", |c| c.title.as_str()))),
        ("importance", statement.importance.words().to_owned()),
        ("Safes", safes),
        ("decided by", decided.to_owned()),
        ("attested by", statement.roles.join(", ")),
        ("what AWS shows", statement.aws_evidence.clone()),
    ] {
        if !is.is_empty() {
            text.push_str(&format!("* {what}: {}\n", plain(&is)));
        }
    }
    let (here, designed) = catalogue.controls_of(statement);
    text.push_str("\n## Controls\n\n");
    if here.is_empty() {
        text.push_str("None in this control pack.\n");
    } else {
        let row =
            |c: &&Control| vec![format!("[{0}](../controls/{0}.md)", c.id), c.severity.to_string(), plain(&c.title)];
        text.push_str(&table(&["control", "severity", "what holds when it is met"], here.iter().map(row)));
    }
    if !designed.is_empty() {
        text.push_str(&format!("\nDesigned, not in this control pack yet: {}.\n", designed.join(", ")));
    }
    let lines = lines(catalogue, &|line| line.satre.contains(&statement.id));
    if !lines.is_empty() {
        text.push_str(&format!("\n## Stands behind\n\n{lines}"));
    }
    text
}

/// Every page is there, no other is, and each says what the catalogue says now.
#[test]
fn the_pages_of_controls_and_statements_are_current() -> Result<(), Box<dyn Error>> {
    let catalogue = Catalogue::built_in()?;
    let judge = Judge::compile(&catalogue)?;
    let pages = pages(&catalogue, &judge, &case_files()?.into_iter().collect());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let update = std::env::var_os("UPDATE_SCHEMAS").is_some();
    for folder in [CONTROLS, STATEMENTS] {
        std::fs::create_dir_all(root.join(folder))?;
        for entry in std::fs::read_dir(root.join(folder))? {
            let path = format!("{folder}/{}", entry?.file_name().to_string_lossy());
            if !pages.contains_key(&path) {
                assert!(update, "{path} is the page of nothing: run UPDATE_SCHEMAS=1 cargo test, and commit it");
                std::fs::remove_file(root.join(path))?;
            }
        }
    }
    for (path, text) in &pages {
        current(path, text)?;
    }
    links_lead_somewhere(&pages);
    Ok(())
}

/// Every link of a page leads to another page, or to a file of `docs`.
fn links_lead_somewhere(pages: &BTreeMap<String, String>) {
    let mut linked = BTreeSet::new();
    for (path, text) in pages {
        let folder = Path::new(path).parent().unwrap_or(Path::new(""));
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = folder.join(target).to_string_lossy().into_owned();
            let target = target.replace("controls/../", "").replace("statements/../", "");
            let there = pages.contains_key(&target) || Path::new(env!("CARGO_MANIFEST_DIR")).join(&target).is_file();
            assert!(there, "{path} links to {target}, which is not there");
            linked.insert(target);
        }
    }
    let lonely: Vec<&String> =
        pages.keys().filter(|path| !linked.contains(*path) && !path.ends_with("README.md")).collect();
    assert!(lonely.is_empty(), "no page links to {lonely:?}");
}

#[test]
fn a_title_is_text_and_never_markup() {
    assert_eq!(plain("a <b>*x*</b> | [y](z)\n `c`"), "a \\<b\\>\\*x\\*\\</b\\> \\| \\[y\\](z) \\`c\\`");
}
