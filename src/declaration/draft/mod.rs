//! A draft of `tre.toml` from what was seen of an environment: every value with where it comes from.
//!
//! May import: `model`, and the form's own words. Guarantees: nothing is invented, for a [`Guess`] cannot be made without a
//! source; what says *what something is* is written, and what would *allow* something (an account outside, an exemption, an
//! issuer) is only offered in a comment, so that no verdict turns to met because of a line that nobody wrote; names of
//! people are left out. The order in which documents come changes nothing.

mod accounts;
mod airlock;
mod conventions;
mod identity;
mod network;
mod personas;
mod place;
mod registers;
mod rest;
mod survey;
mod thing;
mod unread;
mod write;

pub use survey::{Scope, Survey};

use crate::declaration::words::Word;
use crate::model::plural::number;
use crate::model::visible::{hidden, visible};

/// Characters of a value that is taken: AWS allows 256 in a tag and 128 in most names.
const LONGEST: usize = 256;
/// Values of one member that are taken.
const MOST: usize = 1_000;

/// A name or value from outside, as a comment shows it.
fn shown(text: &str) -> String {
    visible(text, 160, false)
}

/// A value with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Guess {
    value: String,
    source: String,
}

impl Guess {
    fn new(value: impl Into<String>, source: impl Into<String>) -> Self {
        Self { value: value.into(), source: source.into() }
    }
}

/// Whether a member holds one text or a list of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    One,
    Many,
}

/// A member of a table.
#[derive(Debug, Clone)]
struct Member {
    name: &'static str,
    shape: Shape,
    word: Word,
    /// What is written.
    guesses: Vec<Guess>,
    /// What stands in comments: another guess, or one that a person has to decide.
    offers: Vec<Guess>,
    /// What else has to be said.
    notes: Vec<String>,
    /// An example with what it means, where there is neither guess nor offer.
    example: &'static str,
}

impl Member {
    fn new(name: &'static str, shape: Shape, word: Word, example: &'static str) -> Self {
        Self { name, shape, word, guesses: Vec::new(), offers: Vec::new(), notes: Vec::new(), example }
    }

    fn one(name: &'static str, word: Word, example: &'static str) -> Self {
        Self::new(name, Shape::One, word, example)
    }

    fn many(name: &'static str, word: Word, example: &'static str) -> Self {
        Self::new(name, Shape::Many, word, example)
    }

    /// A member that nothing in AWS can tell.
    fn asked(name: &'static str, example: &'static str) -> Self {
        Self::new(name, Shape::One, crate::declaration::words::prose, example)
    }

    /// Writes a value, once. A second one of a single text is offered.
    fn guess(&mut self, value: &str, source: &str) {
        if self.refuses(value, source) || self.guesses.iter().any(|g| g.value == value) {
            return;
        }
        let guess = Guess::new(value, source);
        if self.shape == Shape::One && !self.guesses.is_empty() {
            self.offers.push(guess);
        } else {
            self.guesses.push(guess);
        }
    }

    /// Shows a value in a comment, once.
    fn offer(&mut self, value: &str, source: &str) {
        let there = |list: &[Guess]| list.iter().any(|g| g.value == value);
        if !there(&self.guesses) && !there(&self.offers) && !self.refuses(value, source) {
            self.offers.push(Guess::new(value, source));
        }
    }

    fn refuses(&mut self, value: &str, source: &str) -> bool {
        let Some(why) = unusable(value, self.word) else { return false };
        self.note(format!("Not written, for {why}: {} ({source}).", shown(value)));
        true
    }

    fn note(&mut self, text: String) {
        if !self.notes.contains(&text) {
            self.notes.push(text);
        }
    }

    /// Whether there is more to show than an example.
    fn says_something(&self) -> bool {
        !self.guesses.is_empty() || !self.offers.is_empty() || !self.notes.is_empty()
    }

    /// Puts everything in order, and takes nothing where a list would be cut: what lacks an element would be judged as if
    /// it were whole.
    fn settle(&mut self) {
        self.offers.retain(|offer| !self.guesses.iter().any(|g| g.value == offer.value));
        if self.shape == Shape::Many {
            self.guesses.sort();
            self.offers.sort();
        }
        for (list, what) in [(&mut self.guesses, "found"), (&mut self.offers, "possible")] {
            if list.len() > MOST {
                let (count, most) = (number(list.len() as u64), number(MOST as u64));
                self.notes.push(format!("{count} values were {what}, more than the {most} that a draft names."));
                list.clear();
            }
        }
        self.notes.sort();
        if self.notes.len() > 20 {
            let more = number((self.notes.len() - 20) as u64);
            self.notes.truncate(20);
            self.notes.push(format!("And {more} more of this kind."));
        }
    }
}

/// Why a text cannot be a value here.
fn unusable(value: &str, word: Word) -> Option<&'static str> {
    if value.chars().count() > LONGEST {
        Some("it is longer than any such name of AWS")
    } else if value.chars().any(hidden) {
        Some("it holds characters that cannot be seen")
    } else if word(value).is_err() {
        Some("the form allows no such text here")
    } else {
        None
    }
}

/// A table of the file.
#[derive(Debug, Clone)]
struct Table {
    /// `tre.accounts`.
    path: &'static str,
    /// What it is for.
    about: Vec<String>,
    members: Vec<Member>,
}

/// An entry of a register: `[[project]]` or `[[dataset]]`.
#[derive(Debug, Clone)]
struct Entry {
    members: Vec<Member>,
}

/// The register of a kind.
#[derive(Debug, Clone)]
struct Registry {
    /// `project`.
    path: &'static str,
    about: Vec<String>,
    entries: Vec<Entry>,
    /// What stands there while there is no entry.
    example: Vec<Member>,
}

/// The draft, as data.
#[derive(Debug, Clone)]
pub struct Draft {
    head: Vec<String>,
    tables: Vec<Table>,
    registers: Vec<Registry>,
}

impl Draft {
    /// The draft of what was surveyed.
    #[must_use]
    pub fn of(survey: &Survey) -> Self {
        let registers = registers::Found::of(survey);
        let unit = place::unit(survey);
        let mut tables = place::tables(survey, &unit, &registers);
        tables.push(accounts::table(survey, &unit));
        tables.push(personas::table(survey, &registers));
        tables.push(airlock::table(survey));
        tables.push(network::table(survey));
        tables.extend(identity::tables(survey));
        tables.extend(rest::tables());
        let mut draft = Self { head: unread::head(survey), tables, registers: registers.tables() };
        let of_tables = draft.tables.iter_mut().flat_map(|t| &mut t.members);
        of_tables.for_each(Member::settle);
        let of_entries = draft.registers.iter_mut().flat_map(|r| &mut r.entries).flat_map(|e| &mut e.members);
        of_entries.for_each(Member::settle);
        draft
    }

    /// How many values it holds.
    #[must_use]
    pub fn values(&self) -> usize {
        let entries = self.registers.iter().flat_map(|r| &r.entries).flat_map(|e| &e.members);
        self.tables.iter().flat_map(|t| &t.members).chain(entries).map(|m| m.guesses.len()).sum()
    }

    /// The file. It is one that the declaration's own reader takes without a word.
    #[must_use]
    pub fn text(&self) -> String {
        write::text(self)
    }
}

#[cfg(test)]
mod tests;
