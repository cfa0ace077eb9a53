//! `havenmark attest new`: a new file of the register.
//!
//! May import: everything below `commands`. Guarantees: what the register would refuse of what was given is refused before a
//! file is written; a file appears whole, under the next free id, and never over another.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use serde_json::json;

use super::Book;
use crate::cli::{AttestNewArgs, Format, Global};
use crate::commands::{ExitStatus, Failure};
use crate::declaration::register::members::{MEMBERS, Member};
use crate::declaration::register::template::{New, Value, next_id};
use crate::declaration::register::{Evidence, FOLDER, Facts as _, Kind, Register};
use crate::declaration::value::Day;
use crate::model::assessment::Notice;
use crate::model::digest::Hasher;
use crate::report::terminal::paragraph;
use crate::report::text::show;
use crate::ui::{Streams, width};

/// Ids that are named where a subject is not known.
const NAMED: usize = 20;

pub(super) fn run(args: &AttestNewArgs, global: &Global, streams: &mut Streams) -> Result<ExitStatus, Failure> {
    let kind = Kind::of_word(&args.kind).ok_or_else(|| unknown_kind(&args.kind))?;
    let mut book = Book::open(&args.register, None, None, true)?;
    let made = day(args.made.as_deref())?.unwrap_or_else(|| Day::new(book.as_of.date()));
    // What is made tomorrow is checked as of tomorrow.
    book.as_of = book.as_of.max(made.as_of());
    let known = book.known();
    Register::subject(kind, &args.subject, &known).map_err(|text| unknown_subject(&book, kind, &text))?;
    let statement = args.subject.strip_prefix("satre:").and_then(|id| known.statement(id));
    let mut new = New {
        id: String::new(),
        kind,
        subject: args.subject.clone(),
        by: args.by.clone(),
        approved_by: args.approved_by.clone(),
        made,
        expires: day(args.expires.as_deref())?,
        evidence: args.evidence.iter().map(|file| evidence(file)).collect::<Result<_, _>>()?,
        supersedes: args.supersedes.clone(),
        members: members(kind, args)?,
        roles: statement.map(|s| s.roles).unwrap_or_default(),
    };
    let mut taken: Vec<String> = book.register.names().map(str::to_owned).collect();
    let (name, left) = loop {
        new.id = next_id(taken.iter().map(String::as_str), kind, made.date().year());
        let name = format!("{}.toml", new.id);
        let left = to_fill_in(&book, &new, &name, args)?;
        if write(&book.folder, &name, &new.text())? {
            break (name, left);
        }
        // Somebody else was quicker.
        taken.push(new.id.clone());
    };
    let path = book.shown(&name);
    match args.register.format {
        Format::Table => writeln!(streams.out, "{}", show(&path))?,
        Format::Json => {
            let json = json!({ "expires": new.end().to_string(), "id": new.id, "path": path, "to_fill_in": left });
            writeln!(streams.out, "{}", serde_json::to_string_pretty(&json).unwrap_or_default())?;
        }
    }
    if !global.quiet {
        for notice in &left {
            let place = notice.place.rsplit(':').next().unwrap_or_default();
            paragraph(&format!("  line {place:>3}  "), &notice.text, width::of_stdout(), &mut streams.err)?;
        }
        let say = if left.is_empty() { "it counts" } else { "it counts for nothing until this is filled in" };
        writeln!(streams.err, "      new  {}: {say}; ends on {}", new.id, new.end())?;
    }
    Ok(ExitStatus::Met)
}

fn unknown_kind(word: &str) -> Failure {
    let kinds = Kind::ALL.map(|kind| {
        let subjects: Vec<String> = kind.subjects().iter().map(|s| format!("{s}:…")).collect();
        format!("\n  {:<18} {}", kind.as_str(), subjects.join(" or "))
    });
    Failure::sentence(format!(
        "\"{}\" is no kind of attestation; the kinds, and what each is about:{}",
        show(word),
        kinds.concat()
    ))
}

/// The sentence, with what there would be.
fn unknown_subject(book: &Book, kind: Kind, text: &str) -> Failure {
    let declaration = book.declaration.as_ref();
    let ids: Vec<&str> = match kind.subjects() {
        ["project"] => declaration.into_iter().flat_map(|d| d.projects().map(|(_, p)| p.id.as_str())).collect(),
        ["dataset"] => declaration.into_iter().flat_map(|d| d.datasets().map(|(_, d)| d.id.as_str())).collect(),
        _ => Vec::new(),
    };
    let more = if ids.len() > NAMED { ", …" } else { "" };
    let known = if ids.is_empty() {
        String::new()
    } else {
        format!("; there are: {}{more}", ids.iter().take(NAMED).copied().collect::<Vec<_>>().join(", "))
    };
    Failure::sentence(show(&format!("{text}{known}")))
}

fn day(text: Option<&str>) -> Result<Option<Day>, Failure> {
    text.map(|text| text.parse().map_err(Failure::sentence)).transpose()
}

/// The name and hash of a document. Where it lies on this machine is nobody's business.
fn evidence(file: &Path) -> Result<Evidence, Failure> {
    let at = |error: &io::Error| Failure::sentence(format!("cannot read the evidence {}: {error}", file.display()));
    if !file.metadata().map_err(|e| at(&e))?.is_file() {
        return Err(Failure::sentence(format!("the evidence {} is no file; give one document", file.display())));
    }
    let mut source = File::open(file).map_err(|e| at(&e))?;
    let (mut hasher, mut piece) = (Hasher::default(), vec![0; 1 << 16]);
    loop {
        let read = source.read(&mut piece).map_err(|e| at(&e))?;
        match piece.get(..read) {
            Some(piece) if read > 0 => hasher.add(piece),
            _ => break,
        }
    }
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Evidence { uri: name, sha256: Some(hasher.finish().1), held_by: None })
}

/// The members of `--set`, by name.
fn members(kind: Kind, args: &AttestNewArgs) -> Result<BTreeMap<String, Value>, Failure> {
    let mut given: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    if let Some(role) = &args.role {
        given.insert("role", vec![role.clone()]);
    }
    for set in &args.members {
        let (name, value) = set
            .split_once('=')
            .ok_or_else(|| Failure::sentence(format!("\"{}\" says no value; write --set MEMBER=VALUE", show(set))))?;
        given.entry(name).or_default().push(value.to_owned());
    }
    let mut members = BTreeMap::new();
    for (name, values) in given {
        let of_kind = || MEMBERS.iter().filter(|m| m.may.contains(&kind));
        let member: &Member = of_kind().find(|m| m.name == name).ok_or_else(|| {
            let names: Vec<&str> = of_kind().map(|m| m.name).collect();
            let (kind, names) = (kind.as_str(), names.join(", "));
            Failure::sentence(format!("the kind {kind} has no member \"{}\" to set; it has: {names}", show(name)))
        })?;
        members.insert(name.to_owned(), Value::of(member, &values).map_err(Failure::sentence)?);
    }
    Ok(members)
}

/// What is still to be filled in. What was given and is wrong stops here, before there is a file.
fn to_fill_in(book: &Book, new: &New, name: &str, args: &AttestNewArgs) -> Result<Vec<Notice>, Failure> {
    let place = format!("{FOLDER}/{name}");
    let register = book.register.with(name, &new.text());
    let known = book.known();
    let problems = register.at(book.as_of, &known).problems();
    let own = problems.into_iter().filter(|p| p.place.strip_prefix(&place).is_some_and(|rest| rest.starts_with(':')));
    let attestation = register.attestations().find(|a| a.place == place);
    let given = |problem: &Notice| {
        let of = |member: &str| attestation.is_some_and(|a| a.place_of(member) == problem.place);
        let options = [
            ("by", args.by.is_some()),
            ("approved_by", args.approved_by.is_some()),
            ("made", args.made.is_some()),
            ("expires", args.expires.is_some()),
            ("supersedes", args.supersedes.is_some()),
        ];
        options.iter().any(|(member, given)| *given && of(member)) || new.members.keys().any(|member| of(member))
    };
    let (wrong, left): (Vec<Notice>, Vec<Notice>) = own.partition(given);
    if wrong.is_empty() {
        return Ok(left);
    }
    let texts: Vec<&str> = wrong.iter().map(|p| p.text.as_str()).collect();
    Err(Failure::sentence(show(&format!("{} Nothing was written.", texts.join(" ")))))
}

/// Writes the file; false where one of this name is there.
fn write(folder: &Path, name: &str, text: &str) -> Result<bool, Failure> {
    let at = |error: &io::Error| Failure::failed(miette::miette!("cannot write to {}: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(|e| at(&e))?;
    crate::commands::place::new_file(&folder.join(name), text).map_err(|e| at(&e))
}
