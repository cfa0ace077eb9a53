//! From text to a typed form, with every problem of the text and not only the first.
//!
//! May import: `model`, and of this module `form`, `lines`, `problem`. Guarantees: a form that comes back has no member that the
//! form does not know and no value of a wrong type; each problem has a line and says what is allowed.

use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::de::{DeArray, DeTable, DeValue, Deserializer};

use super::form::Personas;
use super::lines::{Lines, member};
use super::problem::{PROBLEM_LIMIT, Problem, Problems};

/// Parses `text` as `T`. `shown` is the name that places use, for example `attestations/att-1.toml`.
pub(super) fn read<T: DeserializeOwned>(shown: &str, text: &str) -> Result<(T, Lines), Box<Problems>> {
    read_without(shown, text, |_, _| Vec::new()).map(|(form, lines, _)| (form, lines))
}

/// As [`read`], after `take_out` has removed from the tree what need not stop the file, with a problem for each.
pub(super) fn read_without<T: DeserializeOwned>(
    shown: &str,
    text: &str,
    take_out: impl FnOnce(&mut DeTable<'_>, &Lines) -> Vec<Problem>,
) -> Result<(T, Lines, Vec<Problem>), Box<Problems>> {
    let mut lines = Lines::of_text(shown, text);
    let (mut tree, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let list = errors.iter().map(|e| syntax(&lines, e)).collect();
        return Err(Box::new(Problems::new(shown, text, list)));
    }
    lines.index(tree.get_ref());
    let taken = take_out(tree.get_mut(), &lines);
    let mut list: Vec<Problem> = Vec::new();
    // Serde stops at the first error. What is at fault is taken out of the tree and the rest is read again, so that a
    // person sees all that there is to correct in one go.
    loop {
        match T::deserialize(Deserializer::from(tree.clone())) {
            Ok(form) if list.is_empty() => return Ok((form, lines, taken)),
            Ok(_) => break,
            Err(error) => {
                let problem = form_problem(&lines, &error);
                let at_fault = problem.span.clone();
                // A required member that was just taken out for its type is not missing.
                let echo = error.message().starts_with("missing field")
                    && at_fault.as_ref().is_some_and(|s| {
                        list.iter().any(|p| p.span.as_ref().is_some_and(|q| near(tree.get_ref(), s, q)))
                    });
                if !echo {
                    list.push(problem);
                }
                if list.len() > PROBLEM_LIMIT || !at_fault.is_some_and(|s| remove(tree.get_mut(), &s)) {
                    break;
                }
            }
        }
    }
    list.extend(taken);
    Err(Box::new(Problems::new(shown, text, list)))
}

/// Takes out of `[personas]` what is no persona. The audit goes on without the table: whoever was meant by the unknown one
/// could be anybody.
pub(super) fn unknown_personas(tree: &mut DeTable<'_>, lines: &Lines) -> Vec<Problem> {
    let known = Personas::default().all().map(|(name, _)| name);
    let Some(DeValue::Table(personas)) = tree.get_mut("personas").map(toml::Spanned::get_mut) else {
        return Vec::new();
    };
    let unknown: Vec<String> =
        personas.keys().map(|key| key.get_ref().to_string()).filter(|key| !known.contains(&key.as_str())).collect();
    let problem = |name: &String| {
        let path = member("personas", name);
        let near = nearest(name, &known).map(|near| format!("Did you mean \"{near}\"? ")).unwrap_or_default();
        Problem {
            place: lines.place(&path),
            text: format!("There is no persona \"{name}\"."),
            help: format!("{near}The personas are: {}. Until then personas counts as not declared.", known.join(", ")),
            span: lines.span(&path),
            fatal: false,
        }
    };
    let problems = unknown.iter().map(problem).collect();
    for name in unknown {
        personas.remove(name.as_str());
    }
    problems
}

/// The known name that is nearest to a misspelt one.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    known.iter().map(|k| (distance(name, k), *k)).min().filter(|(d, _)| *d <= 2).map(|(_, near)| near)
}

/// Whether `earlier` was a member of the table at `table`: it lies between this table and the next one in the file.
fn near(tree: &DeTable<'_>, table: &Range<usize>, earlier: &Range<usize>) -> bool {
    if table.start <= earlier.start && earlier.end <= table.end {
        return true;
    }
    let next = next_table(tree, table.start);
    table.start < earlier.start && next.is_none_or(|next| earlier.start < next)
}

fn next_table(tree: &DeTable<'_>, after: usize) -> Option<usize> {
    let mut found: Option<usize> = None;
    let mut note = |start: usize| {
        if start > after && found.is_none_or(|f| start < f) {
            found = Some(start);
        }
    };
    for (key, value) in tree {
        match value.get_ref() {
            DeValue::Table(_) => note(key.span().start),
            DeValue::Array(array) => {
                array.iter().filter(|e| e.get_ref().is_table()).for_each(|e| note(e.span().start));
            }
            _ => {}
        }
    }
    found
}

fn syntax(lines: &Lines, error: &toml::de::Error) -> Problem {
    let span = error.span();
    Problem {
        place: span.as_ref().map_or_else(|| lines.name().to_owned(), |s| lines.place_at(s.start)),
        text: format!("This is not TOML: {}.", error.message().trim_end_matches('.')),
        help: "Correct the line; strings need quotes, dates do not, and a table or key may stand only once.".to_owned(),
        span,
        fatal: true,
    }
}

fn form_problem(lines: &Lines, error: &toml::de::Error) -> Problem {
    let span = error.span();
    let place = span.as_ref().map_or_else(|| lines.name().to_owned(), |s| lines.place_at(s.start));
    let (text, help) = sentence(error.message());
    Problem { place, text, help, span, fatal: true }
}

/// Serde's message as a sentence and what to do.
fn sentence(message: &str) -> (String, String) {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    if message.starts_with("unknown field")
        && let Some((name, known)) = quoted.split_first()
    {
        let text = format!("There is no member \"{name}\" here.");
        let help = match nearest(name, known) {
            Some(near) => format!("Did you mean \"{near}\"? The members are: {}.", known.join(", ")),
            None if known.is_empty() => "Take it out; this table has no members.".to_owned(),
            None => format!("The members are: {}.", known.join(", ")),
        };
        return (text, help);
    }
    if message.starts_with("missing field")
        && let Some(name) = quoted.first()
    {
        return (format!("The member \"{name}\" is missing here."), format!("Add {name} = … to this table."));
    }
    if message.starts_with("unknown variant")
        && let Some((name, known)) = quoted.split_first()
    {
        return (format!("\"{name}\" is not known here."), format!("Write one of: {}.", known.join(", ")));
    }
    for start in ["invalid type: ", "invalid value: "] {
        if let Some((found, expected)) = message.strip_prefix(start).and_then(|rest| rest.rsplit_once(", expected ")) {
            let expected = match expected {
                "a sequence" => "a list",
                "a map" => "a table",
                "i64" => "a whole number",
                other => other.strip_prefix("struct ").map_or(other, |_| "a table"),
            };
            let found = found.replace('`', "").replace("sequence", "a list").replace("map", "a table");
            return (format!("Here stands {found}, where {expected} is expected."), String::new());
        }
    }
    let mut text = message.to_owned();
    if !text.ends_with('.') {
        text.push('.');
    }
    (text, String::new())
}

/// Removes the entry or element whose key or value has exactly this span.
fn remove(table: &mut DeTable<'_>, span: &Range<usize>) -> bool {
    let at_fault = table.iter().find(|(key, value)| key.span() == *span || value.span() == *span);
    if let Some(name) = at_fault.map(|(key, _)| key.get_ref().to_string()) {
        return table.remove(name.as_str()).is_some();
    }
    table.iter_mut().any(|(_, value)| remove_inside(value.get_mut(), span))
}

fn remove_inside(value: &mut DeValue<'_>, span: &Range<usize>) -> bool {
    match value {
        DeValue::Table(table) => remove(table, span),
        DeValue::Array(array) => {
            if array.iter().any(|e| e.span() == *span) {
                *array = std::mem::replace(array, DeArray::new()).into_iter().filter(|e| e.span() != *span).collect();
                return true;
            }
            array.iter_mut().any(|e| remove_inside(e.get_mut(), span))
        }
        _ => false,
    }
}

/// Edits between two short names (Levenshtein); names over 40 characters count as far apart.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(41).collect(), b.chars().take(41).collect());
    if a.len() > 40 || b.len() > 40 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for ((j, cb), pair) in b.iter().enumerate().zip(row.windows(2)) {
            let [diagonal, above] = pair else { continue };
            let left = next.get(j).copied().unwrap_or(usize::MAX - 1);
            next.push((diagonal + usize::from(ca != cb)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}
