//! `havenmark why CONTROL ADDRESS --file FILE`: the facts behind a verdict on code, each with its place there.
//!
//! May import: everything below `commands`. Guarantees: the verdict is that of `check` with the same options; a fact names the file, the
//! line and the expression that it came from, or the call of the snapshot, or the line of the declaration, or says that it has none.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde::Serialize;

use super::code::{self, Code};
use super::joined::verdict;
use super::judging::{self, Found};
use super::origins::{by_address, open_in, origins};
use crate::assess::gate::{Combined, Gate};
use crate::catalogue::Control;
use crate::cli::{Format, WhyArgs};
use crate::commands::{ExitStatus, Failure, explain};
use crate::model::call::{CallId, CallRecord};
use crate::model::checked::{Lapsed, Location};
use crate::model::planned::{Action, Place, PlannedResource};
use crate::model::verdict::{FactRead, Outcome};
use crate::report::terminal::paragraph;
use crate::report::text;
use crate::snapshot::{Reader, SnapshotError};
use crate::ui::{Streams, width};

/// Names that are suggested.
const NEAR: usize = 5;
/// Characters of a line of code that are shown.
const SHOWN: usize = 200;

/// A verdict with its facts.
#[derive(Debug, Serialize)]
struct Answer {
    account: String,
    control: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    exception: Option<String>,
    facts: Vec<Traced>,
    fingerprint: String,
    /// The exception that covered it until it expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    lapsed: Option<Lapsed>,
    location: Location,
    /// The Cedar text that decides.
    policy: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
    region: String,
    resource: String,
    #[serde(rename = "type")]
    kind: String,
    verdict: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    when: Option<String>,
}

/// A fact that the policy reads, with everything that it came from.
#[derive(Debug, Serialize)]
struct Traced {
    #[serde(flatten)]
    fact: FactRead,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    origins: Vec<From>,
}

/// Where a fact came from.
#[derive(Debug, Serialize)]
#[serde(tag = "from", rename_all = "snake_case")]
enum From {
    Code {
        address: String,
        column: usize,
        /// As written, where it is no literal.
        #[serde(skip_serializing_if = "Option::is_none")]
        expression: Option<String>,
        file: String,
        line: usize,
        property: String,
        /// The line of the file.
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        unknown: Option<String>,
        /// False for what nobody wrote: then the place is where the resource begins.
        written: bool,
    },
    Snapshot {
        /// The id of the entry in the ledger.
        call: CallId,
        operation: String,
        parameters: BTreeMap<String, String>,
        region: String,
    },
    Declaration {
        place: String,
    },
}

/// # Errors
/// The control or the address is not known, or the code cannot be read.
pub(in crate::commands) fn run(args: &WhyArgs, streams: &mut Streams) -> Result<ExitStatus, Failure> {
    let code = code::read(&args.files, &args.code)?;
    let answers = judging::judge(&args.code, &args.judge, &code, |found| answers(args, &code, &found))?;
    match args.format {
        Format::Json => writeln!(streams.out, "{}", serde_json::to_string_pretty(&answers).unwrap_or_default())?,
        Format::Table => {
            let files: BTreeSet<&str> = answers.iter().map(|answer| answer.location.file.as_str()).collect();
            if files.len() > 1 {
                let all = files.into_iter().collect::<Vec<_>>().join(", ");
                let text = format!("{} stands in several inputs: {all}. Each is shown.", args.resource);
                paragraph("    notice  ", &text, width::of_stdout(), &mut streams.err)?;
            }
            for answer in &answers {
                show(answer, &mut streams.out)?;
            }
        }
    }
    Ok(ExitStatus::Met)
}

/// The verdicts of the control on what has this address, with their facts.
fn answers(args: &WhyArgs, code: &[Code], found: &Found<'_>) -> Result<Vec<Answer>, Failure> {
    let gate = found.gate;
    let Some(control) = gate.catalogue.control(&args.control) else {
        return Err(explain::unknown(gate.catalogue, &args.control));
    };
    if !control.pre_deploy {
        return Err(Failure::sentence(format!(
            "{} cannot be judged before anything is deployed; ask of a snapshot: havenmark why {} RESOURCE SNAPSHOT",
            control.id, control.id
        )));
    }
    let mut answers = Vec::new();
    for (one, verdicts) in code.iter().zip(&found.verdicts) {
        for combined in verdicts.iter().filter(|combined| is_asked(args, control, one, combined, gate)) {
            answers.extend(answer(gate, one, combined));
        }
    }
    if answers.is_empty() {
        return Err(nothing(args, control, code, &found.verdicts, gate));
    }
    name_calls(&mut answers, gate.live).map_err(|error| Failure::failed(miette::miette!("{error}")))?;
    Ok(answers)
}

fn is_asked(args: &WhyArgs, control: &Control, code: &Code, combined: &Combined, gate: &Gate<'_>) -> bool {
    let judged = &combined.judged;
    let named = gate.catalogue.controls.get(judged.judgement.control).is_some_and(|own| own.id == control.id);
    let own = code.resources(combined.world).iter().find(|resource| resource.address == judged.address);
    named && (judged.address == args.resource || own.is_some_and(|own| is_construct(own, &args.resource)))
}

/// Whether a construct of CDK is meant: its path, or that of the construct whose default child the resource is.
fn is_construct(resource: &PlannedResource, asked: &str) -> bool {
    let asked = asked.trim_start_matches('/');
    resource
        .construct
        .as_deref()
        .is_some_and(|path| path == asked || path.strip_suffix("/Resource").is_some_and(|construct| construct == asked))
}

fn answer(gate: &Gate<'_>, code: &Code, combined: &Combined) -> Option<Answer> {
    let all = code.resources(combined.world);
    let resources = by_address(all);
    let checked = verdict(gate.catalogue, gate.standings, code, &resources, combined.clone())?;
    let own = resources.get(combined.judged.address.as_str()).copied();
    let traced = |fact: &FactRead| {
        let mut found = origins(fact, own, &resources);
        if found.is_empty() {
            // Another resource of the input may leave it open.
            found = all.iter().map(|other| open_in(fact, other)).find(|open| !open.is_empty()).unwrap_or_default();
        }
        let mut all: Vec<From> = Vec::new();
        for origin in found {
            let Place { file, line, column } = origin.mark.place;
            let text = line_of(code, &file, line);
            all.push(From::Code {
                address: origin.address,
                column,
                expression: origin.mark.expression,
                text,
                file: if file.is_empty() { code.name.clone() } else { file },
                line,
                property: origin.mark.property,
                unknown: origin.mark.unknown,
                written: origin.written,
            });
        }
        all.extend(fact.declared.iter().map(|place| From::Declaration { place: place.clone() }));
        Traced { fact: fact.clone(), origins: all }
    };
    Some(Answer {
        account: checked.verdict.account,
        facts: checked.verdict.facts.iter().map(traced).collect(),
        policy: gate.judge.policy_text(&checked.verdict.control),
        control: checked.verdict.control,
        exception: checked.verdict.exception,
        fingerprint: checked.verdict.fingerprint,
        lapsed: checked.lapsed,
        location: checked.location,
        reason: checked.verdict.reason,
        region: checked.verdict.region,
        resource: checked.verdict.resource,
        kind: checked.verdict.kind,
        verdict: checked.verdict.verdict,
        when: checked.when,
    })
}

/// A line of an input, as far as it can be shown; values that the input marks as sensitive are not in it.
fn line_of(code: &Code, file: &str, line: usize) -> Option<String> {
    let text = code.input.sources.get(file)?.lines().nth(line.checked_sub(1)?)?.trim();
    (!text.is_empty()).then(|| text.chars().take(SHOWN).collect())
}

/// Adds what the snapshot was asked, for the facts that came from there.
fn name_calls(answers: &mut [Answer], live: Option<&Reader>) -> Result<(), SnapshotError> {
    let Some(live) = live else { return Ok(()) };
    let facts = || answers.iter().flat_map(|answer| &answer.facts).map(|traced| &traced.fact);
    let wanted: BTreeSet<&CallId> = facts().flat_map(|fact| fact.call.iter().chain(&fact.derived_from)).collect();
    let mut calls: BTreeMap<CallId, CallRecord> = BTreeMap::new();
    live.for_each_call(|call| {
        if wanted.contains(&call.id) {
            calls.insert(call.id.clone(), call);
        }
    })?;
    for traced in answers.iter_mut().flat_map(|answer| &mut answer.facts) {
        let ids: BTreeSet<&CallId> = traced.fact.call.iter().chain(&traced.fact.derived_from).collect();
        let found = ids.into_iter().filter_map(|id| calls.get(id)).map(|call| From::Snapshot {
            call: call.id.clone(),
            operation: call.name(),
            parameters: call.parameters.clone(),
            region: call.region.clone(),
        });
        traced.origins.extend(found);
    }
    Ok(())
}

/// Why there is no such verdict, and what to ask instead.
fn nothing(args: &WhyArgs, control: &Control, code: &[Code], verdicts: &[Vec<Combined>], gate: &Gate<'_>) -> Failure {
    let id = &control.id;
    let shown = text::show(&args.resource);
    let all = || code.iter().flat_map(|one| &one.input.worlds).flat_map(|world| &world.resources);
    let is_named =
        |resource: &&PlannedResource| resource.address == args.resource || is_construct(resource, &args.resource);
    if let Some(resource) = all().find(is_named) {
        let kind = &resource.kind;
        if !control.applies_to.iter().any(|judged| judged == kind) {
            let judged = control.applies_to.join(", ");
            let others: BTreeSet<&str> = verdicts
                .iter()
                .flatten()
                .filter(|one| one.judged.address == resource.address)
                .filter_map(|one| gate.catalogue.controls.get(one.judged.judgement.control))
                .map(|control| control.id.as_str())
                .collect();
            let others = if others.is_empty() {
                "no control judges it before it is deployed".to_owned()
            } else {
                format!("it is judged by {}", others.into_iter().collect::<Vec<_>>().join(", "))
            };
            return Failure::sentence(format!(
                "{id} does not judge \"{shown}\", which is of type {kind}: it judges {judged}; {others}"
            ));
        }
        let why = match resource.action {
            Action::Delete => "it goes away, so there is nothing to judge of it",
            Action::Keep => "the change leaves it as it is, and a check judges what is changed; ask of a snapshot",
            Action::Forget => "the code lets go of it, and what AWS keeps is not judged; ask of a snapshot",
            Action::Create | Action::Update | Action::Replace => "no entity was made of it",
        };
        return Failure::sentence(format!("{id} says nothing of \"{shown}\": {why}"));
    }
    let near = near(&args.resource, all().map(|resource| resource.address.as_str()));
    let files = code.iter().map(|one| one.name.as_str()).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>();
    let hint = if near.is_empty() {
        "give a Terraform address, a logical id or a construct path as `havenmark check` names it".to_owned()
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    Failure::sentence(format!(
        "there is no \"{shown}\" in {}; what belongs to another resource (a bucket's policy, a role's attachment) is judged with that; \
         {hint}",
        text::show(&files.join(", "))
    ))
}

/// Names that are written nearly so, or that hold the text.
fn near<'n>(asked: &str, names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let lower = asked.to_lowercase();
    let mut found: BTreeSet<(usize, &str)> = BTreeSet::new();
    for name in names {
        let other = name.to_lowercase();
        let held = other.contains(&lower) || lower.contains(&other);
        let distance = if held { 0 } else { distance(&lower, &other) };
        if distance * 2 <= lower.chars().count() {
            found.insert((distance, name));
        }
    }
    found.into_iter().map(|(_, name)| name).take(NEAR).collect()
}

/// How many letters have to be changed, put in or left out to make one text the other.
fn distance(one: &str, other: &str) -> usize {
    let letters: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=letters.len()).collect();
    for (at, letter) in one.chars().enumerate() {
        let mut next = vec![at + 1];
        for (place, pair) in row.windows(2).enumerate() {
            let [above_left, above] = pair else { continue };
            let left = next.last().copied().unwrap_or_default();
            let changed = above_left + usize::from(letters.get(place) != Some(&letter));
            next.push(changed.min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

fn show(answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
    let width = width::of_stdout();
    let location = &answer.location;
    let place = placed(&location.file, location.line, location.column);
    let head = format!("{}  {}  ", answer.control, answer.verdict.words());
    let construct = location.construct.as_ref().map(|path| format!(", {path}")).unwrap_or_default();
    writeln!(out, "{head}{}  ({}{})", text::show(&answer.resource), text::show(&place), text::show(&construct))?;
    paragraph("  ", &answer.reason, width, out)?;
    if let Some(when) = &answer.when {
        paragraph("  so         ", when, width, out)?;
    }
    if let Some(exception) = &answer.exception {
        paragraph("  exception  ", exception, width, out)?;
    }
    if let Some(lapsed) = &answer.lapsed {
        paragraph("  ", &format!("The {}: it covers this no longer.", lapsed.sentence()), width, out)?;
    }
    writeln!(out, "\n  Policy that decides\n")?;
    for line in text::show_block(&answer.policy).as_str().lines() {
        writeln!(out, "{}", format!("    {line}").trim_end())?;
    }
    for traced in &answer.facts {
        let fact = &traced.fact;
        writeln!(out, "\n  {}", fact.path)?;
        match (&fact.value, &fact.missing) {
            (_, Some(reason)) => paragraph("    not known  ", reason, width, out)?,
            (Some(value), None) => writeln!(out, "    value      {}", text::show_value(value))?,
            (None, None) => writeln!(out, "    value      none")?,
        }
        for origin in &traced.origins {
            paragraph("    from       ", &origin.sentence(), width, out)?;
        }
        if traced.origins.is_empty() {
            paragraph("    from       ", &unplaced(fact), width, out)?;
        }
    }
    writeln!(out)
}

impl From {
    fn sentence(&self) -> String {
        match self {
            Self::Code { address, column, expression, file, line, property, text, unknown: _, written } => {
                let place = placed(file, *line, *column);
                let what = format!("{place} {property} of {address}");
                match (written, expression, text) {
                    (false, ..) => format!("{what}, which the code does not write: the resource begins there"),
                    (true, Some(expression), _) => format!("{what}: {expression}"),
                    (true, None, Some(text)) => format!("{what}: {text}"),
                    (true, None, None) => what,
                }
            }
            Self::Snapshot { call, operation, parameters, region } => {
                let asked: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
                let asked = if asked.is_empty() { String::new() } else { format!(" ({})", asked.join(", ")) };
                format!("snapshot {operation}{asked} in {region}, ledger entry {call}")
            }
            Self::Declaration { place } => format!("declared {place}"),
        }
    }
}

/// What is said of a fact without a place.
fn unplaced(fact: &FactRead) -> String {
    let ids: Vec<&str> = fact.call.iter().chain(&fact.derived_from).map(String::as_str).collect();
    if !ids.is_empty() {
        format!("ledger entries {}", ids.join(", "))
    } else if fact.missing.is_some() {
        "nothing: see why it is not known".to_owned()
    } else if fact.path.starts_with("context.") {
        "the check itself".to_owned()
    } else {
        "the resource itself: its address, its type and where it stands".to_owned()
    }
}

fn placed(file: &str, line: usize, column: usize) -> String {
    match (line, column) {
        (0, _) => file.to_owned(),
        (line, 0) => format!("{file}:{line}"),
        (line, column) => format!("{file}:{line}:{column}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{distance, near};

    #[test]
    fn what_is_written_nearly_so_is_suggested_nearest_first() {
        let names = ["Store", "StorePolicy", "Stone", "Key", "module.lake.aws_s3_bucket.source"];
        assert_eq!(near("Stoer", names.into_iter()), ["Stone", "Store"]);
        assert_eq!(near("store", names.into_iter()), ["Store", "StorePolicy", "Stone"]);
        assert_eq!(near("aws_s3_bucket.source", names.into_iter()), ["module.lake.aws_s3_bucket.source"]);
        assert!(near("Quite another name", names.into_iter()).is_empty());
        assert_eq!((distance("kitten", "sitting"), distance("", "abc")), (3, 3));
    }
}
