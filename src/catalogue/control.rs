//! A control's metadata: `controls/<safe>/<area>.toml`.
//!
//! May import: `model`. Guarantees: unknown fields are refused, so a misspelt one cannot be lost.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::CatalogueError;
use super::pack::PackFile;
use crate::model::id::{ControlId, Severity};

/// One control, without its policy (that is Cedar text under the same id).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Control {
    pub id: ControlId,
    /// What holds when it is met.
    pub title: String,
    pub severity: Severity,
    /// Resource types it judges, `CloudFormation`'s names.
    pub applies_to: Vec<String>,
    /// Among those, which ones: a clause that fits "applies where …". Given exactly when there is an `.applies` policy.
    #[serde(default)]
    pub applies_where: Option<String>,
    /// `account`, `organisation`, `data-store`, `airlock`, …: the column `scope` of the catalogue.
    pub scope: String,
    /// Can be judged in a plan or template.
    pub pre_deploy: bool,
    /// Why it matters in a TRE, and what the rule leaves to other controls.
    pub rationale: String,
    pub remediation: Remediation,
    /// SATRE statements it bears on.
    pub satre: Vec<String>,
    #[serde(default)]
    pub equivalents: Equivalents,
    /// The file it came from.
    #[serde(skip)]
    pub file: String,
    /// It is a team's own, not the program's.
    #[serde(skip)]
    pub own: bool,
}

/// How to mend it without a console.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Remediation {
    #[serde(default)]
    pub terraform: Option<String>,
    #[serde(default)]
    pub cloudformation: Option<String>,
    /// AWS CLI, or a change to `tre.toml` or the register.
    #[serde(default)]
    pub cli: Option<String>,
    #[serde(default)]
    pub declaration: Option<String>,
}

impl Remediation {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts().is_empty()
    }

    /// The parts that are there, each with its heading.
    #[must_use]
    pub fn parts(&self) -> Vec<(String, String)> {
        [
            ("Terraform", &self.terraform),
            ("CloudFormation", &self.cloudformation),
            ("AWS CLI", &self.cli),
            ("Declaration and register", &self.declaration),
        ]
        .into_iter()
        .filter_map(|(name, text)| text.as_ref().map(|t| (name.to_owned(), t.trim().to_owned())))
        .collect()
    }
}

/// Checks of other tools that overlap; a leading `~` means partly only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Equivalents {
    #[serde(default)]
    pub aws_config: Vec<String>,
    #[serde(default)]
    pub prowler: Vec<String>,
    #[serde(default)]
    pub security_hub: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ControlFile {
    #[serde(default)]
    control: Vec<Control>,
}

/// The controls of one file.
pub(super) fn parse(file: &PackFile) -> Result<Vec<Control>, CatalogueError> {
    let parsed: ControlFile = toml::from_str(&file.text)
        .map_err(|e| CatalogueError::Form { file: file.path.clone(), detail: e.to_string().trim().to_owned() })?;
    Ok(parsed
        .control
        .into_iter()
        .map(|mut control| {
            control.file.clone_from(&file.path);
            control
        })
        .collect())
}
