//! The frameworks: SATRE 2.0.0, the Five Safes, both tracks of the DSPT, UK GDPR.
//!
//! May import: `model`. Guarantees: ids and structure are the frameworks' own, titles are ours; a DSPT line is keyed by
//! (edition, id), because the same id means different things in different editions.

use serde::Deserialize;

use super::CatalogueError;
use super::pack::PackFile;
use crate::model::id::{ControlId, Safe};
use crate::model::score::{Importance, Mode};

/// SATRE in its hierarchy.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Satre {
    pub framework: String,
    pub edition: String,
    #[serde(rename = "pillar")]
    pub pillars: Vec<Pillar>,
    #[serde(rename = "capability")]
    pub capabilities: Vec<Capability>,
    /// 185 of them, in the specification's order.
    #[serde(rename = "statement")]
    pub statements: Vec<Statement>,
}

/// One of the five pillars; its id is the first digit of its statements.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pillar {
    pub id: String,
    pub title: String,
}

/// One of the 35 capabilities, for example `2.8`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capability {
    pub id: String,
    pub title: String,
}

impl Capability {
    /// The pillar's id.
    #[must_use]
    pub fn pillar(&self) -> &str {
        self.id.split('.').next().unwrap_or_default()
    }
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    pub id: String,
    pub capability: String,
    pub importance: Importance,
    pub title: String,
    /// The first one holds its square in the report; the others are cross-references.
    pub five_safes: Vec<Safe>,
    pub mode: Mode,
    /// AWS state can prove that it is not met.
    pub aws_can_fail: bool,
    /// SATRE roles that may attest it.
    pub roles: Vec<String>,
    pub aws_evidence: String,
    pub uk_gdpr: Vec<String>,
    /// Every control of the design that bears on it, those not built yet included.
    pub controls: Vec<String>,
}

impl Statement {
    /// The Safe whose column counts it.
    #[must_use]
    pub fn safe(&self) -> Safe {
        self.five_safes.first().copied().unwrap_or(Safe::Settings)
    }

    /// The pillar's id.
    #[must_use]
    pub fn pillar(&self) -> &str {
        self.id.split('.').next().unwrap_or_default()
    }

    /// Whether something can decide it in the way that its mode says.
    ///
    /// # Errors
    /// Why not, to be read behind its id.
    pub(super) fn check(&self) -> Result<(), String> {
        for id in &self.controls {
            id.parse::<ControlId>().map_err(|error| format!("names a control: {error}"))?;
        }
        match (self.mode, self.controls.is_empty()) {
            (Mode::Automated, true) => {
                Err("is automated and names no control; name one, or say that it is hybrid or attested".to_owned())
            }
            (Mode::Attested, false) => {
                Err("is attested and names controls, which nobody would read; say that it is hybrid".to_owned())
            }
            (Mode::Attested, true) if self.aws_can_fail => {
                Err("is attested, so that AWS cannot fail it; set aws_can_fail to false".to_owned())
            }
            (Mode::Hybrid, true) if self.aws_can_fail => {
                Err("names no control by which AWS could fail it; name one, or set aws_can_fail to false".to_owned())
            }
            (Mode::Hybrid | Mode::Attested, _) if self.roles.is_empty() => {
                Err("needs a person, and names no role that may attest it".to_owned())
            }
            _ => Ok(()),
        }
    }
}

/// A framework of plain lines: a DSPT track, or UK GDPR.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineFramework {
    pub framework: String,
    /// In the order in which a page shows them.
    #[serde(rename = "edition")]
    pub editions: Vec<Edition>,
    #[serde(rename = "line")]
    pub lines: Vec<Line>,
}

/// One edition of a framework.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    pub id: String,
    pub title: String,
    /// What a reader has to know of it; empty when nothing.
    pub note: String,
    /// We know only some of its lines.
    pub partial: bool,
}

/// An outcome, evidence item or article.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub id: String,
    pub editions: Vec<String>,
    pub title: String,
    /// Objective or standard; empty for articles.
    pub group: String,
    pub mode: LineMode,
    #[serde(default)]
    pub mandatory: bool,
    #[serde(default)]
    pub aws_strength: String,
    pub aws_evidence: String,
    /// SATRE statements whose evidence bears on it.
    pub satre: Vec<String>,
    /// Certificates whose holders need not answer it.
    #[serde(default)]
    pub covered_by: Vec<String>,
    pub uk_gdpr: Vec<String>,
    pub certainty: String,
    #[serde(default)]
    pub note: String,
}

/// As [`Mode`], and `n/a` for what gives an auditor nothing to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LineMode {
    Automated,
    Hybrid,
    Attested,
    #[serde(rename = "n/a")]
    None,
}

impl LineMode {
    /// The mode that the evidence file gives; `n/a` counts as attested there.
    #[must_use]
    pub fn mode(self) -> Mode {
        match self {
            Self::Automated => Mode::Automated,
            Self::Hybrid => Mode::Hybrid,
            Self::Attested | Self::None => Mode::Attested,
        }
    }
}

/// The question that a Safe asks, in our words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SafeQuestion {
    pub id: Safe,
    pub question: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SafesFile {
    #[expect(dead_code, reason = "the file says what it is; nothing reads it")]
    framework: String,
    safe: Vec<SafeQuestion>,
}

fn parse<T: serde::de::DeserializeOwned>(file: &PackFile) -> Result<T, CatalogueError> {
    toml::from_str(&file.text)
        .map_err(|e| CatalogueError::Form { file: file.path.clone(), detail: e.to_string().trim().to_owned() })
}

pub(super) fn parse_satre(file: &PackFile) -> Result<Satre, CatalogueError> {
    let satre: Satre = parse(file)?;
    for statement in &satre.statements {
        if !satre.capabilities.iter().any(|c| c.id == statement.capability) {
            return Err(CatalogueError::Framework {
                file: file.path.clone(),
                problem: format!("{} names the capability {}, which is not there", statement.id, statement.capability),
            });
        }
    }
    Ok(satre)
}

pub(super) fn parse_lines(file: &PackFile) -> Result<LineFramework, CatalogueError> {
    parse(file)
}

pub(super) fn parse_safes(file: &PackFile) -> Result<Vec<SafeQuestion>, CatalogueError> {
    parse::<SafesFile>(file).map(|f| f.safe)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::catalogue::Catalogue;
    use crate::model::id::Safe;
    use crate::model::score::{Importance, Mode};

    #[test]
    fn satre_is_whole() {
        let satre = Catalogue::built_in().unwrap().satre;
        assert_eq!((satre.pillars.len(), satre.capabilities.len(), satre.statements.len()), (5, 35, 185));
        let count = |i: Importance| satre.statements.iter().filter(|s| s.importance == i).count();
        assert_eq!(
            [
                count(Importance::Mandatory),
                count(Importance::MandatoryStar),
                count(Importance::Recommended),
                count(Importance::Optional)
            ],
            [89, 6, 67, 23]
        );
        let mode = |m: Mode| satre.statements.iter().filter(|s| s.mode == m).count();
        assert_eq!([mode(Mode::Automated), mode(Mode::Hybrid), mode(Mode::Attested)], [19, 91, 75]);
        let safe = |s: Safe| satre.statements.iter().filter(|x| x.safe() == s).count();
        assert_eq!(Safe::ALL.map(safe), [35, 45, 67, 25, 13]);
    }

    /// The hole in the official method that the report prints as "met (nothing mandatory)".
    #[test]
    fn eight_capabilities_have_no_plain_mandatory_statement() {
        let satre = Catalogue::built_in().unwrap().satre;
        let mandatory =
            |id: &str| satre.statements.iter().any(|s| s.capability == id && s.importance == Importance::Mandatory);
        let without: Vec<&str> = satre.capabilities.iter().map(|c| c.id.as_str()).filter(|id| !mandatory(id)).collect();
        assert_eq!(without, ["1.7", "2.9", "3.4", "4.1", "4.2", "4.7", "4.8", "5.7"]);
        let starred = satre.statements.iter().filter(|s| s.importance == Importance::MandatoryStar);
        assert!(starred.clone().count() == 6 && starred.clone().any(|s| s.capability == "1.7"));
    }

    #[test]
    fn dspt_editions_are_whole_or_marked_partial() {
        let catalogue = Catalogue::built_in().unwrap();
        let mut counts = BTreeMap::new();
        for framework in &catalogue.lines {
            for line in &framework.lines {
                for edition in &line.editions {
                    *counts.entry((framework.framework.as_str(), edition.as_str())).or_insert(0) += 1;
                }
            }
        }
        let expected = [
            (("dspt_caf", "v8"), 47),
            (("dspt_caf", "v9"), 49),
            (("dspt_ndg", "v8/2"), 122),
            (("dspt_ndg", "v8/3"), 19),
            (("dspt_ndg", "v8/4"), 45),
            (("uk_gdpr", "2026-02-05"), 46),
        ];
        assert_eq!(counts, expected.into());
        let partial = |f: &crate::catalogue::LineFramework| {
            f.editions.iter().filter(|e| e.partial).map(|e| e.id.clone()).collect::<Vec<_>>()
        };
        assert_eq!(partial(&catalogue.lines[1]), ["v8/3"]);
    }

    #[test]
    fn the_same_outcome_id_differs_between_editions() {
        let catalogue = Catalogue::built_in().unwrap();
        let title = |edition: &str| {
            catalogue.lines[0]
                .lines
                .iter()
                .find(|l| l.id == "A2.b" && l.editions.iter().any(|e| e == edition))
                .map(|l| l.title.clone())
        };
        assert_ne!(title("v8"), title("v9"));
    }
}
