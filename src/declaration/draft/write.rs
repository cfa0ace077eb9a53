//! A draft as TOML with comments.
//!
//! May import: `model`, and this module's own parts. Guarantees: strings are written by the TOML library's own writer and
//! comments hold no character that could end them; every value has its source behind it on the same line; a table without
//! values stands wholly in comments, for an empty table would say that it was declared; the file stays below the largest
//! one that is read.

use std::fmt::Write as _;

use super::{Draft, Guess, Member, Registry, Shape, Table};
use crate::declaration::problem::FILE_LIMIT;
use crate::model::plural::number;
use crate::model::visible::visible;

/// The most that is written; the rest of what may be read is for what people add.
const BUDGET: usize = FILE_LIMIT / 4 * 3;

/// The file.
pub(super) fn text(draft: &Draft) -> String {
    let mut out = String::new();
    draft.head.iter().for_each(|line| comment(&mut out, line));
    for table in &draft.tables {
        add(
            &mut out,
            &table_text(table),
            &format!("[{}] is left out, for the file would be too large to be read.", table.path),
        );
    }
    for registry in &draft.registers {
        registry_text(&mut out, registry);
    }
    out
}

/// Appends a part, or says that there is no room for it.
fn add(out: &mut String, part: &str, else_say: &str) -> bool {
    if out.len() + part.len() > BUDGET {
        out.push('\n');
        comment(out, else_say);
        return false;
    }
    out.push_str(part);
    true
}

fn table_text(table: &Table) -> String {
    let mut out = String::from("\n");
    table.about.iter().for_each(|line| comment(&mut out, line));
    let written = table.members.iter().any(|m| !m.guesses.is_empty());
    let _ = writeln!(out, "{}[{}]", if written { "" } else { "# " }, table.path);
    table.members.iter().for_each(|m| member_text(&mut out, m));
    out
}

fn registry_text(out: &mut String, registry: &Registry) {
    out.push('\n');
    registry.about.iter().for_each(|line| comment(out, line));
    if registry.entries.is_empty() {
        let _ = writeln!(out, "# [[{}]]", registry.path);
        registry.example.iter().for_each(|m| member_text(out, m));
    }
    for (index, entry) in registry.entries.iter().enumerate() {
        let mut part = if index == 0 { String::new() } else { "\n".to_owned() };
        let written = entry.members.iter().any(|m| !m.guesses.is_empty());
        let _ = writeln!(part, "{}[[{}]]", if written { "" } else { "# " }, registry.path);
        entry_text(&mut part, &entry.members, index == 0);
        let more = number((registry.entries.len() - index) as u64);
        let say =
            format!("{more} more of [[{}]] are left out, for the file would be too large to be read.", registry.path);
        if !add(out, &part, &say) {
            break;
        }
    }
}

/// The first entry of a register explains each member; the others only name what is still to say.
fn entry_text(out: &mut String, members: &[Member], first: bool) {
    let (told, asked): (Vec<&Member>, Vec<&Member>) = members.iter().partition(|m| first || m.says_something());
    for member in told {
        member_text(out, member);
    }
    if !asked.is_empty() {
        let names: Vec<&str> = asked.into_iter().map(|m| m.name).collect();
        comment(out, &format!("Still to say, as above: {}.", names.join(", ")));
    }
}

/// A line of comment.
fn comment(out: &mut String, text: &str) {
    let text = visible(text, 1_000, false);
    let _ = writeln!(out, "#{}{text}", if text.is_empty() { "" } else { " " });
}

fn member_text(out: &mut String, member: &Member) {
    member.notes.iter().for_each(|note| comment(out, note));
    let name = member.name;
    match (member.shape, member.guesses.is_empty(), member.offers.is_empty()) {
        (_, true, true) => comment(out, &format!("{name} = {}", member.example)),
        (Shape::One, _, _) => {
            lines(out, "", &member.guesses, &format!("{name} = "), "");
            lines(out, "# ", &member.offers, &format!("{name} = "), "");
        }
        (Shape::Many, true, false) => {
            let _ = writeln!(out, "# {name} = [");
            lines(out, "#     ", &member.offers, "", ",");
            out.push_str("# ]\n");
        }
        (Shape::Many, false, true) if member.guesses.len() == 1 => {
            lines(out, "", &member.guesses, &format!("{name} = ["), "]");
        }
        (Shape::Many, false, _) => {
            let _ = writeln!(out, "{name} = [");
            lines(out, "    ", &member.guesses, "", ",");
            lines(out, "    # ", &member.offers, "", ",");
            out.push_str("]\n");
        }
    }
}

fn lines(out: &mut String, start: &str, guesses: &[Guess], before: &str, after: &str) {
    for Guess { value, source } in guesses {
        let value = toml::Value::from(value.as_str()).to_string();
        let _ = writeln!(out, "{start}{before}{value}{after}  # {}", visible(source, 1_000, false));
    }
}
