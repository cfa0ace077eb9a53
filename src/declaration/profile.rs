//! Profiles: which controls a team switches off, each with its reason.
//!
//! May import: `model`, and the reading parts of `declaration`. Guarantees: an entry has a control, a reason and a person; a
//! control that one profile switches off is off, whatever another says; of a file no path is kept, only its name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;

use super::lines::Lines;
use super::problem::{DeclarationError, FILE_LIMIT, Problem, Problems};
use super::value::Day;
use super::{read, read_text};
use crate::model::assessment::{Notice, ProfileStatus, SwitchedOff};
use crate::model::digest::sha256_hex;
use crate::model::id::ControlId;
use crate::model::time::AsOf;

/// Characters of a reason, which stands in every verdict of its control, and of a name.
const REASON: usize = 500;
const NAME: usize = 100;

/// A profile. Controls that it does not name stay on.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileForm {
    /// What is switched off.
    #[serde(default)]
    pub off: Vec<OffForm>,
}

/// A control that is switched off.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OffForm {
    /// Its id, such as SET-LOG-03.
    pub control: ControlId,
    /// Why, in a sentence or two: it stands in the report.
    pub reason: String,
    /// Directory user name of who decided it.
    pub by: String,
    /// The day from which the control counts again. Without it, it stays off.
    #[serde(default)]
    pub until: Option<Day>,
}

/// A profile that was read and checked.
#[derive(Debug, Clone)]
pub struct Profile {
    form: ProfileForm,
    lines: Lines,
    text: String,
}

impl Profile {
    /// Reads and checks a file. Places carry the file's name only.
    ///
    /// # Errors
    /// Every problem of the file, with its line.
    pub fn load(path: &Path) -> Result<Self, DeclarationError> {
        let name = path.file_name().map_or_else(|| "profile".to_owned(), |n| n.to_string_lossy().into_owned());
        Self::parse(&name, &read_text(&name, path)?)
    }

    /// Reads and checks a text. `name` is a file name without a directory.
    ///
    /// # Errors
    /// As [`Profile::load`].
    pub fn parse(name: &str, text: &str) -> Result<Self, DeclarationError> {
        if text.len() > FILE_LIMIT {
            return Err(DeclarationError::TooLarge { name: name.to_owned(), size: text.len() as u64 });
        }
        let (form, lines) = read::read::<ProfileForm>(name, text).map_err(DeclarationError::Form)?;
        let profile = Self { form, lines, text: text.to_owned() };
        let mut seen = BTreeSet::new();
        profile.refuse(|entry| {
            let mut wrong = Vec::new();
            for (member, value, most) in [("reason", &entry.reason, REASON), ("by", &entry.by, NAME)] {
                let length = value.trim().chars().count();
                if length == 0 {
                    wrong.push((
                        member,
                        format!("The {member} is empty."),
                        "A control is switched off with a reason and by a person, both of which the report prints."
                            .to_owned(),
                    ));
                } else if length > most {
                    wrong.push((
                        member,
                        format!("The {member} has {length} characters."),
                        format!("At most {most} are printed; write it shorter."),
                    ));
                }
            }
            if !seen.insert(entry.control.clone()) {
                wrong.push((
                    "control",
                    format!("{} is switched off twice here.", entry.control),
                    "Take one of the entries out.".to_owned(),
                ));
            }
            wrong
        })?;
        Ok(profile)
    }

    /// Refuses ids that no control has: a misspelt one would leave a control on unnoticed.
    ///
    /// # Errors
    /// Every such entry, with its line.
    pub fn check(&self, known: impl Fn(&ControlId) -> bool) -> Result<(), DeclarationError> {
        self.refuse(|entry| {
            let help = "Correct the id, or take the entry out; `havenmark list controls` has all.";
            let text = format!("There is no control {}.", entry.control);
            if known(&entry.control) { Vec::new() } else { vec![("control", text, help.to_owned())] }
        })
    }

    fn refuse(
        &self,
        mut check: impl FnMut(&OffForm) -> Vec<(&'static str, String, String)>,
    ) -> Result<(), DeclarationError> {
        let mut list = Vec::new();
        for (index, entry) in self.form.off.iter().enumerate() {
            for (member, text, help) in check(entry) {
                let path = format!("off[{index}].{member}");
                let (place, span) = (self.lines.place(&path), self.lines.span(&path));
                list.push(Problem { place, text, help, span, fatal: true });
            }
        }
        if list.is_empty() {
            return Ok(());
        }
        Err(DeclarationError::Form(Box::new(Problems::new(self.lines.name(), &self.text, list))))
    }

    /// What it says at an instant.
    #[must_use]
    pub fn at(&self, as_of: AsOf) -> ProfileStatus {
        let off = self.form.off.iter().enumerate().map(|(index, entry)| SwitchedOff {
            by: one_line(&entry.by),
            control: entry.control.to_string(),
            in_force: entry.until.is_none_or(|until| as_of < until.as_of()),
            place: self.lines.place(&format!("off[{index}].control")),
            reason: one_line(&entry.reason),
            until: entry.until.map(Day::as_of),
        });
        ProfileStatus {
            name: self.lines.name().to_owned(),
            off: off.collect(),
            sha256: sha256_hex(self.text.as_bytes()),
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Profiles at an instant, whatever the order in which they were given; the same text counts once.
#[must_use]
pub fn statuses(profiles: &[Profile], as_of: AsOf) -> Vec<ProfileStatus> {
    let mut all: Vec<ProfileStatus> = profiles.iter().map(|profile| profile.at(as_of)).collect();
    all.sort_by(|a, b| (&a.name, &a.sha256).cmp(&(&b.name, &b.sha256)));
    all.dedup_by(|a, b| a.sha256 == b.sha256 && a.name == b.name);
    all
}

/// The controls that are off, each with why: a control runs only where every profile leaves it on.
#[must_use]
pub fn switched_off(profiles: &[ProfileStatus]) -> BTreeMap<String, String> {
    let mut off: BTreeMap<String, String> = BTreeMap::new();
    for entry in profiles.iter().flat_map(|profile| &profile.off).filter(|entry| entry.in_force) {
        let SwitchedOff { place, reason, by, .. } = entry;
        let why = off.entry(entry.control.clone()).or_default();
        let start = if why.is_empty() { "switched off by profile" } else { "; and by" };
        why.push_str(&format!("{start} {place} ({by}): {reason}"));
    }
    off
}

/// Entries whose end has passed: their controls count again.
#[must_use]
pub fn notices(profiles: &[ProfileStatus]) -> Vec<Notice> {
    let ended = profiles.iter().flat_map(|profile| &profile.off).filter(|entry| !entry.in_force);
    let notice = |entry: &SwitchedOff| Notice {
        place: entry.place.clone(),
        text: format!(
            "{} was switched off until {} and counts again. Take the entry out, or give it a later end.",
            entry.control,
            entry.until.map(AsOf::british_date).unwrap_or_default()
        ),
    };
    ended.map(notice).collect()
}

#[cfg(test)]
mod tests {
    use super::{Profile, notices, statuses, switched_off};
    use crate::declaration::DeclarationError;

    const ONE: &str = "[[off]]\ncontrol = \"SET-LOG-03\"\nreason = \"our\\nlogs\"\nby = \"u123\"\nuntil = 2027-01-01\n";

    fn problems(text: &str) -> Vec<String> {
        let error = Profile::parse("strict.toml", text)
            .and_then(|profile| profile.check(|id| id.as_str() == "SET-LOG-03"))
            .unwrap_err();
        let DeclarationError::Form(problems) = error else { panic!("{error}") };
        problems.list.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_entry_holds_until_the_beginning_of_its_day() {
        let profile = [Profile::parse("a.toml", ONE).unwrap()];
        let at = |time: &str| statuses(&profile, time.parse().unwrap());
        let off = at("2026-12-31T23:59:59Z");
        assert_eq!(switched_off(&off)["SET-LOG-03"], "switched off by profile a.toml:2 (u123): our logs");
        assert!(notices(&off).is_empty());
        let on = at("2027-01-01T00:00:00Z");
        assert!(switched_off(&on).is_empty());
        let notice = notices(&on).remove(0);
        assert_eq!(notice.place, "a.toml:2");
        assert!(
            notice.text.contains("SET-LOG-03 was switched off until 1 January 2027 and counts again"),
            "{}",
            notice.text
        );
    }

    #[test]
    fn profiles_together_switch_off_what_any_of_them_does_in_any_order() {
        let one = Profile::parse("a.toml", ONE).unwrap();
        let other = "[[off]]\ncontrol = \"DAT-STO-06\"\nreason = \"r\"\nby = \"u1\"\n".to_owned() + ONE;
        let two = Profile::parse("b.toml", &other).unwrap();
        let time = "2026-11-28T00:00:00Z".parse().unwrap();
        let both = statuses(&[one.clone(), two.clone()], time);
        assert_eq!(both, statuses(&[two, one.clone(), one], time));
        let off = switched_off(&both);
        assert_eq!(off.keys().collect::<Vec<_>>(), ["DAT-STO-06", "SET-LOG-03"]);
        assert_eq!(
            off["SET-LOG-03"],
            "switched off by profile a.toml:2 (u123): our logs; and by b.toml:6 (u123): our logs"
        );
    }

    #[test]
    fn what_is_not_whole_is_refused_with_its_line() {
        let entry = |id: &str, rest: &str| format!("[[off]]\ncontrol = \"{id}\"\n{rest}\n");
        let whole = "reason = \"r\"\nby = \"u1\"";
        for (text, expected) in [
            (entry("SET-LOG-03", "by = \"u1\""), "strict.toml:1: The member \"reason\" is missing here."),
            (entry("SET-LOG-03", "reason = \" \"\nby = \"u1\""), "strict.toml:3: The reason is empty."),
            (entry("SET-LOG-03", "reason = \"r\""), "strict.toml:1: The member \"by\" is missing here."),
            (
                entry("SET-LOG-03", &format!("reason = \"{}\"\nby = \"u1\"", "r".repeat(501))),
                "strict.toml:3: The reason has 501 characters.",
            ),
            (entry("SET-LOG-04", whole), "strict.toml:2: There is no control SET-LOG-04."),
            (
                entry("logs", whole),
                "strict.toml:2: \"logs\" is no control id; ids look like SET-NET-01 (see `havenmark list controls`).",
            ),
            (entry("SET-LOG-03", whole).repeat(2), "strict.toml:6: SET-LOG-03 is switched off twice here."),
            (
                entry("SET-LOG-03", &format!("{whole}\nuntil = \"soon\"")),
                "strict.toml:5: \"soon\" is no date; write it as 2026-01-31.",
            ),
            ("[[of]]\n".to_owned(), "strict.toml:1: There is no member \"of\" here."),
        ] {
            assert_eq!(problems(&text), [expected], "{text}");
        }
    }
}
