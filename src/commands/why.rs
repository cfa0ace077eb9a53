//! `havenmark why`: the facts behind one verdict, and where each came from.
//!
//! May import: everything below `commands`. Guarantees: the verdict comes from the same run that the report comes from.

use std::io::{self, Write};

use super::inputs::{self, Files};
use super::{ExitStatus, Failure, check, demo, explain};
use crate::assess;
use crate::cli::{Format, WhyArgs};
use crate::model::verdict::{FactRead, Verdict};
use crate::report::terminal::paragraph;
use crate::report::text;
use crate::ui::{Streams, width};

pub(super) fn run(args: &WhyArgs, streams: &mut Streams) -> Result<ExitStatus, Failure> {
    if !args.files.is_empty() {
        return check::why::run(args, streams);
    }
    let folder = tempfile::tempdir()?;
    let (snapshot, files) = if args.demo {
        let (controls, profiles) = (args.judge.pack.controls.clone(), inputs::profiles(&args.judge.profiles)?);
        (demo::snapshot(&folder)?, Files { controls, profiles, ..demo::files()? })
    } else {
        (inputs::open(&args.snapshot)?, Files::read(&args.judge)?)
    };
    let found = inputs::with_inputs(&snapshot, &files, args.judge.as_of, None, |inputs| {
        if inputs.catalogue.control(&args.control).is_none() {
            return Err(explain::unknown(inputs.catalogue, &args.control));
        }
        let mut finder =
            Finder { control: &args.control, resource: &args.resource, found: Vec::new(), rest: Vec::new() };
        assess::run(inputs, &mut finder).map_err(|e| Failure::failed(miette::miette!("{e}")))?;
        Ok(finder.found)
    })?;
    if found.is_empty() {
        return Err(Failure::sentence(format!(
            "{} judged nothing named \"{}\" in this snapshot; give the ARN or id as the report names it",
            args.control,
            text::show(&args.resource)
        )));
    }
    match args.format {
        Format::Json => {
            let json = serde_json::to_string_pretty(&found).unwrap_or_default();
            writeln!(streams.out, "{json}")?;
        }
        Format::Table => {
            for verdict in &found {
                write(verdict, &mut streams.out)?;
            }
        }
    }
    Ok(ExitStatus::Met)
}

fn write(verdict: &Verdict, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}  {}  {}", verdict.control, verdict.verdict.words(), text::show(&verdict.resource))?;
    let width = width::of_stdout();
    paragraph("  ", &verdict.reason, width, out)?;
    for fact in &verdict.facts {
        writeln!(out, "\n  {}", fact.path)?;
        match (&fact.value, &fact.missing) {
            (_, Some(reason)) => paragraph("    not known  ", reason, width, out)?,
            (Some(value), None) => writeln!(out, "    value      {}", text::show_value(value))?,
            (None, None) => writeln!(out, "    value      none")?,
        }
        paragraph("    from       ", &from(fact), width, out)?;
    }
    Ok(())
}

fn from(fact: &FactRead) -> String {
    if let Some(call) = &fact.call {
        format!("ledger entry {call}")
    } else if let Some(place) = &fact.declared {
        place.clone()
    } else if fact.derived_from.is_empty() {
        "the document itself".to_owned()
    } else if let [one] = fact.derived_from.as_slice() {
        format!("derived from ledger entry {one}")
    } else {
        format!("derived from ledger entries {}", fact.derived_from.join(", "))
    }
}

/// Keeps the lines of one control and resource.
struct Finder<'a> {
    control: &'a str,
    resource: &'a str,
    found: Vec<Verdict>,
    rest: Vec<u8>,
}

impl Write for Finder<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.rest.extend_from_slice(bytes);
        let Some(end) = self.rest.iter().rposition(|b| *b == b'\n') else { return Ok(bytes.len()) };
        let rest = self.rest.split_off(end + 1);
        let lines = std::mem::replace(&mut self.rest, rest);
        for line in lines.split(|b| *b == b'\n').filter(|line| !line.is_empty()) {
            let verdict: Verdict = serde_json::from_slice(line)?;
            let named = verdict.resource == self.resource || verdict.resource.rsplit(':').next() == Some(self.resource);
            if verdict.control == self.control && named {
                self.found.push(verdict);
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
