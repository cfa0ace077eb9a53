//! `havenmark explain`: a control or a statement in full, offline.
//!
//! May import: everything below `commands`. Guarantees: needs no snapshot and judges nothing, so it is quick.

use std::io::Write;

use super::{ExitStatus, Failure, inputs};
use crate::catalogue::{Catalogue, Control, Statement};
use crate::cli::ExplainArgs;
use crate::report::terminal::paragraph;
use crate::report::text;
use crate::ui::{Streams, width};

pub(super) fn run(args: &ExplainArgs, streams: &mut Streams) -> Result<ExitStatus, Failure> {
    let catalogue = inputs::catalogue(args.pack.controls.as_deref())?;
    if let Some(control) = catalogue.control(&args.id) {
        explain_control(&catalogue, control, &mut streams.out)?;
    } else if let Some(statement) = catalogue.satre.statements.iter().find(|s| s.id == args.id) {
        explain_statement(&catalogue, statement, &mut streams.out)?;
    } else {
        return Err(unknown(&catalogue, &args.id));
    }
    Ok(ExitStatus::Met)
}

/// The failure that names what was meant instead.
pub(super) fn unknown(catalogue: &Catalogue, id: &str) -> Failure {
    let shown = text::show(id);
    if let Some(known) = catalogue.controls.iter().find(|c| c.id.as_str().eq_ignore_ascii_case(id)) {
        return Failure::sentence(format!("there is no control \"{shown}\"; did you mean {}?", known.id));
    }
    let prefix: String = id.chars().take(7).collect::<String>().to_ascii_uppercase();
    let near: Vec<&str> =
        catalogue.controls.iter().map(|c| c.id.as_str()).filter(|known| known.starts_with(&prefix)).take(5).collect();
    let hint = if near.is_empty() {
        "see `havenmark list controls` and `havenmark list statements`".to_owned()
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    let designed = catalogue.satre.statements.iter().any(|s| s.controls.iter().any(|c| c == id));
    if designed {
        return Failure::sentence(format!(
            "the control {shown} is designed, but this control pack does not hold it yet; {hint}"
        ));
    }
    Failure::sentence(format!("there is no control or statement \"{shown}\"; {hint}"))
}

fn explain_control(catalogue: &Catalogue, control: &Control, out: &mut dyn Write) -> std::io::Result<()> {
    let width = width::of_stdout();
    writeln!(out, "{}  {}\n", control.id, text::show(&control.title))?;
    writeln!(out, "  severity    {}", control.severity)?;
    writeln!(out, "  safe        {}", control.id.safe())?;
    paragraph("  applies to  ", &control.applies_to.join(", "), width, out)?;
    if let Some(place) = &control.applies_where {
        paragraph("  where       ", place, width, out)?;
    }
    if control.own {
        writeln!(out, "  origin      your own")?;
    }
    writeln!(out, "  pre-deploy  {}\n", if control.pre_deploy { "yes" } else { "no" })?;
    for text in control.rationale.trim().split("\n\n") {
        paragraph("", text, width, out)?;
        writeln!(out)?;
    }
    writeln!(out, "Policy that decides\n")?;
    let text = catalogue
        .policies
        .iter()
        .find(|(file, _)| file.ends_with(&format!("policies/{}/{}.cedar", control.id.safe(), control.id.area())))
        .map(|(_, text)| text.as_str())
        .unwrap_or_default();
    for policy in policies_of(text, control.id.as_str()) {
        writeln!(out, "{}\n", indent(text::show_block(&policy).as_str()))?;
    }
    writeln!(out, "How to fix\n")?;
    for (kind, text) in control.remediation.parts() {
        writeln!(out, "  {kind}\n\n{}\n", indent(&indent(text::show_block(&text).as_str())))?;
    }
    writeln!(out, "Bears on\n")?;
    for id in &control.satre {
        if let Some(statement) = catalogue.satre.statements.iter().find(|s| s.id == *id) {
            let head = format!("  SATRE {id} ({})  ", statement.importance.mark());
            paragraph(&head, &statement.title, width, out)?;
        }
    }
    for (framework, edition, id) in catalogue.lines_of(control) {
        let line = catalogue
            .lines
            .iter()
            .filter(|f| f.framework == framework)
            .flat_map(|f| &f.lines)
            .find(|l| l.id == id && l.editions.contains(&edition));
        let name = match framework.as_str() {
            "dspt_caf" if edition == "v9" => format!("DSPT v9 {id} (confirm with the toolkit)"),
            "dspt_caf" => format!("DSPT {edition} {id}"),
            "dspt_ndg" => format!("DSPT {edition} item {id}"),
            _ => format!("UK GDPR {id}"),
        };
        paragraph(&format!("  {name}  "), line.map(|l| l.title.as_str()).unwrap_or_default(), width, out)?;
    }
    let others = [
        ("Prowler", &control.equivalents.prowler),
        ("AWS Config", &control.equivalents.aws_config),
        ("Security Hub", &control.equivalents.security_hub),
    ];
    if others.iter().any(|(_, ids)| !ids.is_empty()) {
        writeln!(out, "\nOverlaps (~ partly) with\n")?;
        for (tool, ids) in others.iter().filter(|(_, ids)| !ids.is_empty()) {
            paragraph(&format!("  {tool:<12}  "), &ids.join(", "), width, out)?;
        }
    }
    Ok(())
}

fn explain_statement(catalogue: &Catalogue, statement: &Statement, out: &mut dyn Write) -> std::io::Result<()> {
    let width = width::of_stdout();
    writeln!(out, "SATRE {}  {}\n", statement.id, statement.title)?;
    let capability = catalogue.satre.capabilities.iter().find(|c| c.id == statement.capability);
    writeln!(
        out,
        "  capability  {} {}",
        statement.capability,
        capability.map(|c| c.title.as_str()).unwrap_or_default()
    )?;
    writeln!(out, "  importance  {}", statement.importance.words())?;
    writeln!(out, "  safe        {}", statement.safe())?;
    writeln!(
        out,
        "  decided by  {}",
        match statement.mode {
            crate::model::score::Mode::Automated => "AWS state",
            crate::model::score::Mode::Hybrid => "AWS state and a person",
            crate::model::score::Mode::Attested => "a person with evidence",
        }
    )?;
    writeln!(out, "  attested by {}\n", statement.roles.join(", "))?;
    let (here, designed) = catalogue.controls_of(statement);
    for control in here {
        writeln!(out, "  {}  {:<8}  {}", control.id, control.severity, control.title)?;
    }
    if !designed.is_empty() {
        writeln!(out)?;
        paragraph("  Designed, not in this control pack yet: ", &designed.join(", "), width, out)?;
    }
    Ok(())
}

/// The policies of one control in a Cedar file, as written.
fn policies_of(text: &str, id: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in text.split("@id(").skip(1) {
        let named = part.trim_start().trim_start_matches('"').split('"').next().unwrap_or_default();
        if named == id || named.strip_suffix(".applies") == Some(id) {
            // A policy ends with a semicolon at the end of a line; comments of the next one follow it.
            let end = part.rfind("};").map_or(part.len(), |at| at + 2);
            found.push(format!("@id({}", part.get(..end).unwrap_or(part).trim_end()));
        }
    }
    found
}

fn indent(text: &str) -> String {
    text.lines()
        .map(|line| if line.is_empty() { String::new() } else { format!("  {line}") })
        .collect::<Vec<_>>()
        .join("\n")
}
