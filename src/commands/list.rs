//! `havenmark list`: the catalogue, offline.
//!
//! May import: everything below `commands`. Guarantees: JSON in the shape that scripts rely on; tables for people.

use serde_json::{Value, json};

use super::{ExitStatus, Failure, inputs};
use crate::catalogue::{Catalogue, Control};
use crate::cli::{Format, ListArgs, Listed};
use crate::report::terminal;
use crate::source::collectors;
use crate::source::unread::UNREAD;
use crate::ui::{Streams, width};

/// Columns that the longest operation and the longest type need side by side.
const UNBROKEN: u16 = 102;

pub(super) fn run(args: &ListArgs, streams: &mut Streams) -> Result<ExitStatus, Failure> {
    if args.framework.is_some() && args.what != Listed::Statements {
        return Err(Failure::sentence(
            "--framework goes with `havenmark list statements` and nothing else; leave it out",
        ));
    }
    let catalogue = inputs::catalogue(args.pack.controls.as_deref())?;
    let (json, headings, rows) = match args.what {
        Listed::Controls => controls(&catalogue),
        Listed::Statements => statements(&catalogue, args.framework.as_deref()),
        Listed::Collectors => collectors(),
        Listed::Frameworks => frameworks(&catalogue),
    };
    match args.format {
        Format::Json => writeln!(streams.out, "{}", pretty(&json))?,
        Format::Table => {
            // Names of operations and types are long, and of no use broken.
            let least = if args.what == Listed::Collectors { UNBROKEN } else { 0 };
            let width = width::of_stdout().max(least);
            writeln!(streams.out, "{}", terminal::table(&headings, &rows, width))?;
        }
    }
    Ok(ExitStatus::Met)
}

/// What a listing consists of: JSON, headings, rows.
type Listing = (Value, Vec<&'static str>, Vec<Vec<String>>);

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn controls(catalogue: &Catalogue) -> Listing {
    let mut json = Vec::new();
    let mut rows = Vec::new();
    // Said of each where there are others than the program's.
    let with_origin = catalogue.controls.iter().any(|control| control.own);
    for control in &catalogue.controls {
        let lines = catalogue.lines_of(control);
        let of = |prefix: &str, with_edition: bool| -> Vec<String> {
            lines
                .iter()
                .filter(|(framework, _, _)| framework.starts_with(prefix))
                .map(|(_, edition, id)| if with_edition { format!("{edition} {id}") } else { id.clone() })
                .collect()
        };
        json.push(json!({
            "applies_to": control.applies_to,
            "dspt": of("dspt", true),
            "equivalents": {
                "aws_config": control.equivalents.aws_config,
                "prowler": control.equivalents.prowler,
                "security_hub": control.equivalents.security_hub,
            },
            "id": control.id,
            "origin": origin(control),
            "pre_deploy": control.pre_deploy,
            "safe": control.id.safe(),
            "satre": control.satre,
            "scope": control.scope,
            "severity": control.severity,
            "title": control.title,
            "uk_gdpr": of("uk_gdpr", false),
        }));
        let mut row = vec![
            control.id.to_string(),
            control.severity.to_string(),
            control.title.clone(),
            control.applies_to.join(", "),
        ];
        row.extend(with_origin.then(|| origin(control).replace('_', "-")));
        rows.push(row);
    }
    let mut headings = vec!["Control", "Severity", "Title", "Applies to"];
    headings.extend(with_origin.then_some("Origin"));
    (Value::Array(json), headings, rows)
}

fn origin(control: &Control) -> &'static str {
    if control.own { "own" } else { "built_in" }
}

fn statements(catalogue: &Catalogue, framework: Option<&str>) -> Listing {
    let wanted = |name: &str| framework.is_none_or(|f| f == name);
    let mut json = Vec::new();
    let mut rows = Vec::new();
    if wanted("satre") {
        for statement in &catalogue.satre.statements {
            let (here, designed) = catalogue.controls_of(statement);
            let controls: Vec<String> = here.iter().map(|c| c.id.to_string()).collect();
            rows.push(vec![
                "satre".to_owned(),
                catalogue.satre.edition.clone(),
                statement.id.clone(),
                statement.importance.mark().to_owned(),
                statement.mode.as_str().to_owned(),
                statement.title.clone(),
            ]);
            json.push(json!({
                "controls": controls,
                "designed_controls": designed,
                "edition": catalogue.satre.edition,
                "framework": "satre",
                "id": statement.id,
                "importance": statement.importance,
                "mode": statement.mode,
                "title": statement.title,
            }));
        }
    }
    for list in catalogue.lines.iter().filter(|l| wanted(&l.framework)) {
        for line in &list.lines {
            for edition in &line.editions {
                rows.push(vec![
                    list.framework.clone(),
                    edition.clone(),
                    line.id.clone(),
                    String::new(),
                    line.mode.mode().as_str().to_owned(),
                    line.title.clone(),
                ]);
                json.push(json!({
                    "controls": Vec::<String>::new(),
                    "edition": edition,
                    "framework": list.framework,
                    "id": line.id,
                    "importance": Value::Null,
                    "mode": line.mode.mode(),
                    "satre": line.satre,
                    "title": line.title,
                }));
            }
        }
    }
    (Value::Array(json), vec!["Framework", "Edition", "Id", "", "Mode", "Title"], rows)
}

fn collectors() -> Listing {
    let rows = collectors::rows();
    let unread = || UNREAD.iter();
    let table = rows
        .iter()
        .map(|r| vec![format!("{}:{}", r.service, r.operation), r.scope.to_owned(), r.types.join(", ")])
        .chain(
            unread()
                .map(|u| vec![format!("{}:{}", u.service, u.operation), "not read".to_owned(), u.reason.to_owned()]),
        )
        .collect();
    let json = rows
        .iter()
        .map(|r| {
            json!({
                "iam_action": r.iam_action,
                "operation": r.operation,
                "scope": r.scope,
                "service": r.service,
                "types": r.types,
            })
        })
        .chain(unread().map(|u| {
            json!({
                "iam_action": null,
                "not_read": u.reason,
                "operation": u.operation,
                "scope": null,
                "service": u.service,
                "types": [],
            })
        }))
        .collect();
    (Value::Array(json), vec!["Operation", "Scope", "Types, or why not"], table)
}

fn frameworks(catalogue: &Catalogue) -> Listing {
    let mut rows = vec![("satre".to_owned(), catalogue.satre.edition.clone(), catalogue.satre.statements.len(), false)];
    for list in &catalogue.lines {
        for edition in &list.editions {
            let count = list.lines.iter().filter(|l| l.editions.contains(&edition.id)).count();
            rows.push((list.framework.clone(), edition.id.clone(), count, edition.partial));
        }
    }
    rows.push(("five_safes".to_owned(), "2016".to_owned(), catalogue.safes.len(), false));
    let json = rows
        .iter()
        .map(|(framework, edition, lines, partial)| {
            json!({ "edition": edition, "framework": framework, "lines": lines, "partial": partial })
        })
        .collect();
    let table = rows
        .into_iter()
        .map(|(framework, edition, lines, partial)| {
            vec![framework, edition, lines.to_string(), if partial { "partial".to_owned() } else { String::new() }]
        })
        .collect();
    (Value::Array(json), vec!["Framework", "Edition", "Lines", ""], table)
}
