//! What `tre.toml` and the register say, in the form that derivations use.
//!
//! May import: `model`, `declaration`. Guarantees: "not declared" is never "declared empty".

use std::collections::BTreeMap;

use crate::model::time::AsOf;

/// A declared word with its place (`tre.toml:12`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Placed {
    pub text: String,
    pub place: String,
}

/// A declared project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Project {
    pub id: String,
    pub place: String,
    /// Members of the entry that are filled in (`owner`, `lead`, `legal_basis`, …), with their text.
    pub fields: BTreeMap<String, String>,
    pub datasets: Vec<String>,
    pub start: Option<AsOf>,
    pub end: Option<AsOf>,
}

/// A declared dataset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dataset {
    pub id: String,
    pub place: String,
    pub fields: BTreeMap<String, String>,
    /// `s3:tre-data-ehr`, with its line.
    pub stores: Vec<Placed>,
    pub identifiability: Option<String>,
    pub class: Option<String>,
    pub delete_by: Option<AsOf>,
}

/// A live attestation, as far as derivations need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attested {
    pub id: String,
    pub kind: String,
    pub subject: String,
    pub made: AsOf,
    pub expires: Option<AsOf>,
    pub place: String,
}

/// Everything declared. `None` means that the table is not there.
#[derive(Debug, Clone, Default)]
pub struct Declared {
    /// Whether there is a `tre.toml` at all.
    pub given: bool,
    pub regions: Option<Vec<Placed>>,
    /// Account ids by role (`data`, `workspace`, `log`, `image`, `dev`, …).
    pub accounts: Option<BTreeMap<String, Vec<Placed>>>,
    /// The declared organisational unit.
    pub ou: Option<Placed>,
    /// Tag keys, defaults applied: `project`, `role`, `class`, `scope`.
    pub tag_project: String,
    pub tag_role: String,
    pub tag_class: String,
    /// Persona to patterns (`role:*-{project}-workspace` not yet expanded).
    pub personas: Option<BTreeMap<String, Vec<Placed>>>,
    /// Airlock stage (`ingress`, `request`, `review`, `outbound`, `rejected`) to stores (`s3:name`).
    pub airlock: Option<BTreeMap<String, Vec<Placed>>>,
    /// `[network]` lists by name: `workspace`, `data`, `endpoints`, `vpcs`, `allowed`, …
    pub network: Option<BTreeMap<String, Vec<Placed>>>,
    /// `[perimeter]` lists by name.
    pub perimeter: Option<BTreeMap<String, Vec<Placed>>>,
    pub issuers: Vec<Placed>,
    pub break_glass: Vec<Placed>,
    /// `[operations] deploy_roles`.
    pub deploy_roles: Vec<Placed>,
    pub log_buckets: Vec<Placed>,
    /// `None`: no [[project]].
    pub projects: Option<Vec<Project>>,
    pub datasets: Option<Vec<Dataset>>,
    /// Live attestations only.
    pub attestations: Vec<Attested>,
    /// Whether a register was given at all.
    pub register_given: bool,
}

impl Declared {
    /// The live attestations of a kind for a subject, newest first.
    #[must_use]
    pub fn attested(&self, kind: &str, subject: &str) -> Vec<&Attested> {
        let mut found: Vec<&Attested> =
            self.attestations.iter().filter(|a| a.kind == kind && a.subject == subject).collect();
        found.sort_by(|a, b| (b.made, &b.id).cmp(&(a.made, &a.id)));
        found
    }

    /// Where `s3:NAME` is declared, with the role it has there: `store` from a dataset, or an airlock stage.
    #[must_use]
    pub fn roles_of_bucket(&self, name: &str) -> Vec<(String, String)> {
        let wanted = format!("s3:{name}");
        let mut roles = Vec::new();
        for dataset in self.datasets.iter().flatten() {
            for store in dataset.stores.iter().filter(|s| s.text == wanted) {
                roles.push(("store".to_owned(), store.place.clone()));
            }
        }
        for (stage, stores) in self.airlock.iter().flatten() {
            for store in stores.iter().filter(|s| s.text == wanted) {
                roles.push((stage.clone(), store.place.clone()));
            }
        }
        for bucket in self.log_buckets.iter().filter(|b| b.text == wanted) {
            roles.push(("log".to_owned(), bucket.place.clone()));
        }
        roles
    }

    /// Every declared bucket name with the first place that names it.
    #[must_use]
    pub fn buckets(&self) -> BTreeMap<String, String> {
        let stores = self.datasets.iter().flatten().flat_map(|d| &d.stores);
        let stages = self.airlock.iter().flatten().flat_map(|(_, stores)| stores);
        let mut found = BTreeMap::new();
        for placed in stores.chain(stages).chain(&self.log_buckets) {
            if let Some(name) = placed.text.strip_prefix("s3:") {
                found.entry(name.to_owned()).or_insert_with(|| placed.place.clone());
            }
        }
        found
    }
}
