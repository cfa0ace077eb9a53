//! A new file of the register: every member of its kind, with what is known filled in and the rest explained.
//!
//! May import: nothing of this crate but the register's own parts and the days of `declaration`. Guarantees: the text is
//! TOML that the register reads; what nobody gave is empty or a comment, so that the file counts for nothing until a person
//! has filled it in; no clock and no path of the machine stands behind it.

use std::collections::BTreeMap;

use super::form::Evidence;
use super::kind::Kind;
use super::members::{Holds, MEMBERS, Member};
use crate::declaration::value::Day;

/// What is known of a new file.
#[derive(Debug, Clone)]
pub struct New {
    pub id: String,
    pub kind: Kind,
    pub subject: String,
    pub by: Option<String>,
    pub approved_by: Option<String>,
    pub made: Day,
    /// None: the longest life that the kind allows.
    pub expires: Option<Day>,
    pub evidence: Vec<Evidence>,
    pub supersedes: Option<String>,
    /// Members of the kind, by name.
    pub members: BTreeMap<String, Value>,
    /// SATRE roles that may attest the statement.
    pub roles: Vec<String>,
}

/// The value of a member of the kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Text(String),
    Texts(Vec<String>),
    Day(Day),
    /// 0, 1 or 2.
    Score(u8),
}

impl Value {
    /// A member's value from what was given for it, once or several times.
    ///
    /// # Errors
    /// What does not fit, as a sentence.
    pub fn of(member: &Member, given: &[String]) -> Result<Self, String> {
        let one = || match given {
            [one] => Ok(one.clone()),
            _ => Err(format!("{} is given {} times; give it once", member.name, given.len())),
        };
        match member.holds {
            Holds::Texts => Ok(Self::Texts(given.to_vec())),
            Holds::Text => one().map(Self::Text),
            Holds::Day => {
                let text = one()?;
                text.parse().map(Self::Day).map_err(|e| format!("{}: {e}", member.name))
            }
            Holds::Score => match one()?.as_str() {
                "0" => Ok(Self::Score(0)),
                "1" => Ok(Self::Score(1)),
                "2" => Ok(Self::Score(2)),
                "N/A" => Ok(Self::Text("N/A".to_owned())),
                other => Err(format!("\"{other}\" is no score; give 0, 1, 2 or N/A")),
            },
        }
    }

    fn toml(&self) -> String {
        match self {
            Self::Text(text) => quoted(text),
            Self::Texts(texts) => format!("[{}]", texts.iter().map(|t| quoted(t)).collect::<Vec<_>>().join(", ")),
            Self::Day(day) => day.to_string(),
            Self::Score(score) => score.to_string(),
        }
    }
}

/// A TOML string on one line: line feeds are spelt out, so that every member has a line of its own.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

impl New {
    /// The last day on which the file may end: what its kind allows, or the end of the contract.
    #[must_use]
    pub fn end(&self) -> Day {
        let contract = match self.members.get("contract_end") {
            Some(Value::Day(day)) => Some(*day),
            _ => None,
        };
        let longest = || self.made.plus(self.kind.longest_days().unwrap_or(Kind::YEAR));
        self.expires.or(contract).unwrap_or_else(longest)
    }

    /// The file.
    #[must_use]
    pub fn text(&self) -> String {
        let kind = self.kind;
        let mut out = format!(
            "# {}\n# It counts from `made` until `expires`, once `havenmark attest check` finds nothing to correct.\n",
            kind.about()
        );
        let mut line = |name: &str, value: &str, about: &str| {
            out.push_str(&format!("{name} = {value}"));
            out.push_str(&if about.is_empty() { "\n".to_owned() } else { format!("  # {about}\n") });
        };
        let text = |text: Option<&String>| quoted(text.map_or("", String::as_str));
        line("id", &quoted(&self.id), "");
        line("kind", &quoted(kind.as_str()), "");
        line("subject", &quoted(&self.subject), "");
        for member in MEMBERS.iter().filter(|m| m.may.contains(&kind)) {
            let roles = format!("one of: {}", self.roles.join(", "));
            let about = if member.name == "role" && !self.roles.is_empty() { &roles } else { member.about };
            match (self.members.get(member.name), member.must.contains(&kind)) {
                (Some(value), _) => line(member.name, &value.toml(), about),
                (None, true) if member.name == "review" => {
                    // Half of its life is a day that fits; a person may choose another.
                    let half = self.made.plus(self.made.days_until(self.end()) / 2);
                    line(member.name, &half.to_string(), about);
                }
                (None, true) if member.holds == Holds::Text => line(member.name, "\"\"", about),
                (None, true) if member.holds == Holds::Texts => line(member.name, "[]", about),
                (None, _) if member.name == "claim" && kind == Kind::Statement => line("claim", "\"\"", about),
                (None, _) => line(&format!("# {}", member.name), member.holds.example(), about),
            }
        }
        line("by", &text(self.by.as_ref()), "directory user name of who attests");
        line("approved_by", &text(self.approved_by.as_ref()), "of who approved it: a different person");
        line("made", &self.made.to_string(), "");
        let (end, longest) = (self.end(), kind.longest_days());
        let life = longest.map_or("at most to the contract's end".to_owned(), |days| format!("at most {days} days"));
        line("expires", &end.to_string(), &life);
        let evidence: Vec<String> = self.evidence.iter().map(evidence).collect();
        let about = "where each document is, with its sha256, or held_by where it cannot leave";
        line("evidence", &format!("[{}]", evidence.join(", ")), about);
        match &self.supersedes {
            Some(old) => line("supersedes", &quoted(old), "the one that it replaces"),
            None => line("# supersedes", "\"att-2025-0001\"", "the one that it replaces; files are never changed"),
        }
        out
    }
}

fn evidence(evidence: &Evidence) -> String {
    let mut members = vec![format!("uri = {}", quoted(&evidence.uri))];
    members.extend(evidence.sha256.as_ref().map(|hash| format!("sha256 = {}", quoted(hash))));
    members.extend(evidence.held_by.as_ref().map(|who| format!("held_by = {}", quoted(who))));
    format!("{{ {} }}", members.join(", "))
}

impl Holds {
    fn example(self) -> &'static str {
        match self {
            Self::Text => "\"\"",
            Self::Texts => "[]",
            Self::Day => "2027-01-31",
            Self::Score => "1",
        }
    }
}

/// The next free id of a year: one more than the largest of that year, whoever names it.
#[must_use]
pub fn next_id<'a>(names: impl IntoIterator<Item = &'a str>, kind: Kind, year: i16) -> String {
    let start = format!("{}-{year}-", if kind == Kind::Exception { "exc" } else { "att" });
    let number = |name: &str| -> Option<u32> {
        let digits = name.strip_prefix(&start)?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let last = names.into_iter().filter_map(number).max().unwrap_or_default();
    format!("{start}{:04}", u64::from(last) + 1)
}

#[cfg(test)]
mod tests {
    use super::super::Register;
    use super::super::tests::{KINDS, Known};
    use super::*;
    use crate::model::assessment::Standing;
    use proptest::prelude::*;

    fn new(kind: Kind, subject: &str) -> New {
        New {
            id: "att-2026-0007".to_owned(),
            kind,
            subject: subject.to_owned(),
            by: None,
            approved_by: None,
            made: "2026-01-01".parse().unwrap(),
            expires: None,
            evidence: Vec::new(),
            supersedes: None,
            members: BTreeMap::new(),
            roles: Vec::new(),
        }
    }

    fn standing(text: &str) -> (Standing, String) {
        let register = Register::from_sources(vec![("att-2026-0007.toml".to_owned(), text.to_owned())]);
        let standings = register.at("2026-01-02".parse().unwrap(), &Known);
        match standings.statuses().pop() {
            Some(status) => (status.standing, status.reason),
            None => standings.exceptions().pop().map(|e| (e.standing, e.standing_reason)).unwrap(),
        }
    }

    #[test]
    fn a_new_file_of_each_kind_is_read_and_counts_for_nothing_until_it_is_filled_in() {
        for (kind, (word, subject, ..)) in Kind::ALL.into_iter().zip(KINDS) {
            let text = new(kind, subject).text();
            let read = Register::from_sources(vec![("a.toml".to_owned(), text.clone())]);
            assert_eq!(read.attestations().count(), 1, "{word} cannot be read:\n{text}");
            assert_eq!(standing(&text).0, Standing::Invalid, "{word} counts:\n{text}");
            for member in MEMBERS.iter().filter(|m| m.may.contains(&kind)) {
                assert!(text.contains(&format!("{} = ", member.name)), "{word} does not name {}", member.name);
            }
        }
    }

    #[test]
    fn a_file_with_everything_filled_in_counts_for_as_long_as_its_kind_may() {
        for (kind, (word, subject, members, days)) in Kind::ALL.into_iter().zip(KINDS) {
            let mut new = new(kind, subject);
            (new.by, new.approved_by) = (Some("u321".to_owned()), Some("u654".to_owned()));
            new.evidence = vec![Evidence { uri: "r".to_owned(), held_by: Some("u321".to_owned()), sha256: None }];
            for member in members {
                let (name, value) = member.split_once(" = ").unwrap();
                let value: toml::Value = toml::from_str::<toml::Table>(&format!("v = {value}")).unwrap()["v"].clone();
                let texts: Vec<String> = match value {
                    toml::Value::Array(items) => items.iter().map(|i| i.as_str().unwrap().to_owned()).collect(),
                    toml::Value::String(text) => vec![text],
                    other => vec![other.to_string()],
                };
                let of = MEMBERS.iter().find(|m| m.name == name).unwrap();
                new.members.insert(name.to_owned(), Value::of(of, &texts).unwrap());
            }
            assert_eq!(new.made.days_until(new.end()), days, "{word}");
            let (standing, reason) = standing(&new.text());
            assert!(standing.counts(), "{word}: {reason}\n{}", new.text());
        }
    }

    #[test]
    fn the_next_id_is_one_more_than_the_largest_of_its_year() {
        let names = ["att-2026-0031", "att-2026-9", "att-2025-0900", "exc-2026-0044", "att-2026-x", "att-2026-"];
        assert_eq!(next_id(names, Kind::Dpia, 2026), "att-2026-0032");
        assert_eq!(next_id(names, Kind::Exception, 2026), "exc-2026-0045");
        assert_eq!(next_id(names, Kind::Statement, 2027), "att-2027-0001");
        // What is no number of ours is passed over.
        assert_eq!(next_id(["att-2026-99999999999999999999"], Kind::Dpia, 2026), "att-2026-0001");
        assert_eq!(next_id(["att-2026-4294967295"], Kind::Dpia, 2026), "att-2026-4294967296");
    }

    proptest! {
        #[test]
        fn whatever_is_given_is_read_back(claim: String, uri: String, by: String) {
            let mut new = new(Kind::Dpia, "project:cardio-2026");
            new.by = Some(by.clone());
            new.members.insert("claim".to_owned(), Value::Text(claim.clone()));
            new.evidence = vec![Evidence { uri: uri.clone(), ..Evidence::default() }];
            let text = new.text();
            let register = Register::from_sources(vec![("a.toml".to_owned(), text.clone())]);
            let form = register.attestations().next().map(|a| a.form.clone());
            let form = form.ok_or_else(|| TestCaseError::fail(text))?;
            prop_assert_eq!((form.claim, form.by), (Some(claim), by));
            prop_assert_eq!(&form.evidence[0].uri, &uri);
        }
    }
}
