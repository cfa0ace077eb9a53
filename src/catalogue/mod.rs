//! What is required: the controls with their metadata, and the frameworks that they bear on.
//!
//! May import: `model`. The lint of metadata is here; the lint of Cedar text is `policy`'s.
//! Guarantees: every id is unique and well formed, every mapping names a statement that exists, and titles, severities
//! and mappings exist nowhere else in the program.

pub mod control;
pub mod framework;
pub mod pack;

use std::collections::{BTreeMap, BTreeSet};

pub use control::{Control, Equivalents, Remediation};
pub use framework::{Capability, Edition, Line, LineFramework, Pillar, SafeQuestion, Satre, Statement};
pub use pack::{Pack, PackFile};

/// Controls of a team's own: enough for any team, and few enough for a report.
const OWN_LIMIT: usize = 1_000;

/// Why a control pack cannot be used. Every variant names the file and what to change in it.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    #[error("{file} is no valid TOML of this form: {detail}")]
    Form { file: String, detail: String },
    #[error("{file}: control {id}: {problem}")]
    Control { file: String, id: String, problem: String },
    #[error("{file}: {problem}")]
    Framework { file: String, problem: String },
    #[error("{file}: {problem}")]
    File { file: String, problem: String },
    #[error("the control pack has no {file}; a pack is the folders policies/, controls/ and frameworks/ together")]
    MissingFile { file: String },
}

/// The controls and frameworks of a pack, checked against each other.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// By id.
    pub controls: Vec<Control>,
    pub satre: Satre,
    /// `dspt_caf`, `dspt_ndg`, `uk_gdpr`, in this order.
    pub lines: Vec<LineFramework>,
    pub safes: Vec<SafeQuestion>,
    /// Cedar files by path, for `policy`.
    pub policies: BTreeMap<String, String>,
    /// The Cedar schema of the audit itself; `policy` adds an action for each control.
    pub schema: String,
    /// The Cedar schemas of the entity types by file: what the sources say of each, and the facts that are derived.
    pub types: BTreeMap<String, String>,
    /// Paths of the files of a team's own, among `policies`.
    pub own: BTreeSet<String>,
    /// SHA-256 over every path and file of the pack.
    pub pack_sha256: String,
}

impl Catalogue {
    /// Reads and checks a pack.
    ///
    /// # Errors
    /// The first file that does not parse, or the first rule of the metadata lint that does not hold.
    pub fn load(pack: &Pack) -> Result<Self, CatalogueError> {
        let mut controls = Vec::new();
        for file in pack.below("controls/") {
            let parsed = control::parse(file)?.into_iter();
            controls.extend(parsed.map(|control| Control { own: pack.is_own(&file.path), ..control }));
        }
        controls.sort_by(|a, b| a.id.cmp(&b.id));
        let satre = framework::parse_satre(pack.require("frameworks/satre.toml")?)?;
        let mut lines = Vec::new();
        for name in ["dspt-caf", "dspt-ndg", "uk-gdpr"] {
            lines.push(framework::parse_lines(pack.require(&format!("frameworks/{name}.toml"))?)?);
        }
        let safes = framework::parse_safes(pack.require("frameworks/five-safes.toml")?)?;
        let policies: BTreeMap<String, String> = pack
            .below("policies/")
            .filter(|f| f.path.ends_with(".cedar"))
            .map(|f| (f.path.clone(), f.text.clone()))
            .collect();
        let schema = pack.require("policies/havenmark.cedarschema")?.text.clone();
        let mut types = BTreeMap::new();
        let collected = pack.require("policies/collected.cedarschema")?;
        for file in
            std::iter::once(collected).chain(pack.below("policies/facts/")).filter(|file| !pack.is_own(&file.path))
        {
            types.insert(file.path.clone(), file.text.clone());
        }
        let own = policies.keys().filter(|path| pack.is_own(path)).cloned().collect();
        let catalogue =
            Self { own, controls, satre, lines, safes, policies, schema, types, pack_sha256: pack.sha256() };
        catalogue.check()?;
        Ok(catalogue)
    }

    /// The built-in pack.
    ///
    /// # Errors
    /// Never for a released program: a test loads the same pack.
    pub fn built_in() -> Result<Self, CatalogueError> {
        Self::load(&Pack::built_in())
    }

    /// The control of an id.
    #[must_use]
    pub fn control(&self, id: &str) -> Option<&Control> {
        self.controls.iter().find(|c| c.id.as_str() == id)
    }

    /// Controls of the pack that bear on a statement, then those that are only designed; each by id.
    #[must_use]
    pub fn controls_of(&self, statement: &Statement) -> (Vec<&Control>, Vec<String>) {
        let here: Vec<&Control> = self.controls.iter().filter(|c| c.satre.iter().any(|s| s == &statement.id)).collect();
        let ids: BTreeSet<&str> = here.iter().map(|c| c.id.as_str()).collect();
        let designed = statement.controls.iter().filter(|id| !ids.contains(id.as_str())).cloned().collect();
        (here, designed)
    }

    /// DSPT lines and UK GDPR articles that a control bears on, through the SATRE statements it maps to:
    /// (framework, edition, id), sorted.
    #[must_use]
    pub fn lines_of(&self, control: &Control) -> Vec<(String, String, String)> {
        let statements: BTreeSet<&str> = control.satre.iter().map(String::as_str).collect();
        let mut found = BTreeSet::new();
        for framework in &self.lines {
            for line in &framework.lines {
                if line.satre.iter().any(|s| statements.contains(s.as_str())) {
                    for edition in &line.editions {
                        found.insert((framework.framework.clone(), edition.clone(), line.id.clone()));
                    }
                }
            }
        }
        found.into_iter().collect()
    }

    fn check(&self) -> Result<(), CatalogueError> {
        let statements: BTreeSet<&str> = self.satre.statements.iter().map(|s| s.id.as_str()).collect();
        let mut seen = BTreeSet::new();
        // A team's own first, so that what collides is told with the team's file.
        let (own, built_in): (Vec<&Control>, Vec<&Control>) = self.controls.iter().partition(|control| control.own);
        if let Some(control) = own.get(OWN_LIMIT) {
            return Err(CatalogueError::Control {
                file: control.file.clone(),
                id: control.id.to_string(),
                problem: format!("there are more than {OWN_LIMIT} controls of your own; divide them"),
            });
        }
        for control in own.into_iter().chain(built_in) {
            let fail = |problem: String| {
                Err(CatalogueError::Control { file: control.file.clone(), id: control.id.to_string(), problem })
            };
            if control.own && !control.id.is_own() {
                return fail(format!(
                    "{}its area has to begin with X, as in {}-X{}-{}, so that it never meets one of the program's",
                    if self.controls.iter().any(|other| !other.own && other.id == control.id) {
                        "the program has a control of this id; "
                    } else {
                        "an id without X may be one of a later release; "
                    },
                    control.id.as_str().get(..3).unwrap_or_default(),
                    control.id.area().chars().take(3).collect::<String>().to_ascii_uppercase(),
                    control.id.as_str().rsplit('-').next().unwrap_or_default(),
                ));
            }
            if !control.own && control.id.is_own() {
                return fail("areas that begin with X are for controls of a team's own; give it another".to_owned());
            }
            if !seen.insert(&control.id) {
                return fail("the id is used twice; ids are never reused, so give this one the next number".to_owned());
            }
            if control.applies_to.is_empty() {
                return fail("applies_to is empty; name the resource types that it judges".to_owned());
            }
            if control.satre.is_empty() {
                return fail("satre is empty; a control bears on at least one statement".to_owned());
            }
            for id in &control.satre {
                if !statements.contains(id.as_str()) {
                    return fail(format!("satre names {id}, which is no statement of SATRE 2.0.0"));
                }
            }
            if control.remediation.is_empty() {
                return fail("remediation is empty; give at least one of terraform, cloudformation and cli".to_owned());
            }
            let wanted = format!("controls/{}/{}.toml", control.id.safe(), control.id.area());
            if !control.file.ends_with(&wanted) {
                return fail(format!("it stands in the wrong file; its id says {wanted}"));
            }
        }
        for statement in &self.satre.statements {
            statement.check().map_err(|problem| CatalogueError::Framework {
                file: "frameworks/satre.toml".to_owned(),
                problem: format!("{} {problem}", statement.id),
            })?;
        }
        for framework in &self.lines {
            let mut keys = BTreeSet::new();
            for line in &framework.lines {
                for edition in &line.editions {
                    if !framework.editions.iter().any(|e| e.id == *edition) {
                        return Err(CatalogueError::Framework {
                            file: framework.framework.clone(),
                            problem: format!("{} is of the edition {edition}, which is not listed", line.id),
                        });
                    }
                    if !keys.insert((edition, &line.id)) {
                        return Err(CatalogueError::Framework {
                            file: framework.framework.clone(),
                            problem: format!("({edition}, {}) is there twice", line.id),
                        });
                    }
                }
                for id in &line.satre {
                    if !statements.contains(id.as_str()) {
                        return Err(CatalogueError::Framework {
                            file: framework.framework.clone(),
                            problem: format!("{} names {id}, which is no statement of SATRE 2.0.0", line.id),
                        });
                    }
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Catalogue, Pack, PackFile};

    /// The built-in pack with a text of one file replaced.
    fn with(path: &str, text: &str, by: &str) -> Result<Catalogue, String> {
        let built_in = Pack::built_in();
        let mut files: Vec<PackFile> = ["controls/", "frameworks/", "policies/"]
            .iter()
            .flat_map(|folder| built_in.below(folder).cloned().collect::<Vec<_>>())
            .collect();
        let file = files.iter_mut().find(|file| file.path == path).unwrap();
        assert!(file.text.contains(text), "{path} has no {text}");
        file.text = file.text.replacen(text, by, 1);
        Catalogue::load(&Pack::from_files(files)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_mapping_to_what_is_not_there_is_refused_with_its_file() {
        for (path, text, by, named) in [
            ("frameworks/dspt-caf.toml", "satre = [\"1.1.02\"", "satre = [\"9.9.99\"", "9.9.99, which is no statement"),
            ("frameworks/dspt-ndg.toml", "satre = [\"1.1.01\"", "satre = [\"1.1.1\"", "1.1.1, which is no statement"),
            ("frameworks/uk-gdpr.toml", "satre = [\"1.4.01\"", "satre = [\"\"", "which is no statement"),
            (
                "frameworks/uk-gdpr.toml",
                "editions = [\"2026-02-05\"]",
                "editions = [\"2018\"]",
                "2018, which is not listed",
            ),
            ("frameworks/satre.toml", "capability = \"1.1\"", "capability = \"9.1\"", "the capability 9.1"),
            ("frameworks/satre.toml", "controls = [\"", "controls = [\"SET-XXXXX-1\", \"", "SET-XXXXX-1"),
            ("controls/settings/log.toml", "satre = [\"", "satre = [\"9.9.99\", \"", "9.9.99, which is no statement"),
        ] {
            let refused = with(path, text, by).map(|_| ()).unwrap_err();
            assert!(refused.contains(named), "{path}: {refused}");
        }
    }

    #[test]
    fn a_statement_that_nothing_could_ever_decide_is_refused() {
        for (text, by, named) in [
            ("mode = \"attested\"\naws_can_fail = false", "mode = \"attested\"\naws_can_fail = true", "attested"),
            (
                "mode = \"attested\"\naws_can_fail = false",
                "mode = \"automated\"\naws_can_fail = true",
                "names no control",
            ),
        ] {
            let refused = with("frameworks/satre.toml", text, by).map(|_| ()).unwrap_err();
            assert!(refused.contains(named), "{by}: {refused}");
        }
    }
}
