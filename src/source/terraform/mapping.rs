//! The table of Terraform's types: which `CloudFormation` type each is, and what its attributes are called there.
//!
//! May import: nothing. Guarantees: the table is data (`mapping.toml`) and read once; a type that it does not have is told,
//! never guessed.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;
use serde_json::Value;

use super::awscc;
use super::derived::States;

/// Terraform's types by name.
#[derive(Debug, Default)]
pub(super) struct Mapping {
    rows: BTreeMap<String, Arc<Row>>,
    fills: BTreeMap<String, Vec<Fill>>,
}

/// A type of Terraform.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    /// `CloudFormation`'s type; of a companion the type that it stands beside.
    pub(super) kind: String,
    /// Whether attributes without a word of their own are taken over under their name in `CloudFormation`'s spelling.
    pub(super) rest: bool,
    /// By path: `versioning_configuration/status`.
    pub(super) specs: BTreeMap<String, Spec>,
    /// Properties that the type itself says.
    pub(super) set: BTreeMap<String, Value>,
    /// The function that makes the properties, where renaming is not enough.
    pub(super) shape: Option<String>,
    /// Of a companion: the attributes that name its parent, with the parent's type.
    pub(super) link: BTreeMap<String, String>,
    /// Of a companion: what it gives its parent.
    pub(super) fills: Vec<Fill>,
    /// Properties that are the same of every new resource: a state that says that it lives.
    pub(super) new: States,
    /// Properties that follow from something else, each with the rule that makes it.
    pub(super) made: BTreeMap<String, String>,
    /// One of its kind in an account and Region: several of them speak of the same thing.
    pub(super) single: bool,
    /// To create it takes over one that is there already.
    pub(super) adopts: bool,
}

impl Row {
    /// A type of the Cloud Control provider, which is in the words of templates.
    pub(super) fn is_cloud_control(&self) -> bool {
        self.shape.as_deref() == Some("awscc")
    }

    pub(super) fn is_companion(&self) -> bool {
        !self.link.is_empty()
    }
}

/// A property that a companion sets.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fill {
    pub(super) property: String,
    /// It adds an item to a list that others add to as well.
    pub(super) many: bool,
    /// What a new parent without a companion has.
    pub(super) none: Option<Value>,
}

/// What becomes of an attribute.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Spec {
    /// The property, by dots where it is a member of one; empty where the attribute is left out.
    pub(super) target: Vec<String>,
    /// Its members are those of what surrounds it.
    pub(super) lifted: bool,
    /// Not set means that there is none.
    pub(super) or_empty: bool,
    pub(super) words: Vec<String>,
}

impl Spec {
    /// The rest of a word: `each:` of `each:GroupId`.
    pub(super) fn word(&self, name: &str) -> Option<&str> {
        self.words.iter().find_map(|word| word.strip_prefix(name))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    kind: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    like: Option<String>,
    #[serde(default)]
    set: BTreeMap<String, Value>,
    #[serde(default)]
    shape: Option<String>,
    #[serde(default)]
    link: BTreeMap<String, String>,
    /// `BucketPolicy = {}`: the property with what a new parent has without it; `"?"` where nobody can say.
    #[serde(default)]
    fills: BTreeMap<String, Value>,
    #[serde(default)]
    new: States,
    #[serde(default)]
    made: BTreeMap<String, String>,
    #[serde(default)]
    only: bool,
    #[serde(default)]
    single: bool,
    #[serde(default)]
    adopts: bool,
}

static TABLE: LazyLock<Result<Mapping, String>> = LazyLock::new(|| {
    load(&[include_str!("mapping.toml"), include_str!("mapping_data.toml"), include_str!("companions.toml")])
});

/// The table.
///
/// # Errors
/// It is broken, which a test would have told.
pub(super) fn table() -> Result<&'static Mapping, String> {
    TABLE.as_ref().map_err(Clone::clone)
}

fn load(texts: &[&str]) -> Result<Mapping, String> {
    let mut written: BTreeMap<String, Written> = BTreeMap::new();
    for text in texts {
        let part: BTreeMap<String, Written> = toml::from_str(text).map_err(|error| error.to_string())?;
        for (name, row) in part {
            if written.insert(name.clone(), row).is_some() {
                return Err(format!("{name} stands in two tables"));
            }
        }
    }
    let mut rows = BTreeMap::new();
    for (name, row) in &written {
        let mut specs = BTreeMap::new();
        let (mut new, mut made) = (States::new(), BTreeMap::new());
        if let Some(like) = &row.like {
            let base = written.get(like).ok_or_else(|| format!("{name} is like {like}, which is not there"))?;
            read_specs(name, &base.to, &mut specs)?;
            new.clone_from(&base.new);
            made.clone_from(&base.made);
        }
        new.extend(row.new.clone());
        made.extend(row.made.clone());
        read_specs(name, &row.to, &mut specs)?;
        rows.insert(
            name.clone(),
            Arc::new(Row {
                kind: row.kind.clone(),
                rest: !row.only && row.link.is_empty(),
                specs,
                set: row.set.clone(),
                shape: row.shape.clone(),
                link: row.link.clone(),
                fills: row.fills.iter().map(|(property, none)| fill(property, none)).collect(),
                new,
                made,
                single: row.single,
                adopts: row.adopts,
            }),
        );
    }
    let mut fills: BTreeMap<String, Vec<Fill>> = BTreeMap::new();
    for row in rows.values() {
        for (parent, fill) in row.link.values().flat_map(|parent| row.fills.iter().map(move |fill| (parent, fill))) {
            let of = fills.entry(parent.clone()).or_default();
            match of.iter().find(|other| other.property == fill.property) {
                Some(other) if other == fill => {}
                Some(_) => return Err(format!("{parent}: {} is filled in two ways", fill.property)),
                None => of.push(fill.clone()),
            }
        }
    }
    Ok(Mapping { rows, fills })
}

fn fill(property: &str, none: &Value) -> Fill {
    let many = property.ends_with('+');
    let none = if none.as_str() == Some("?") { None } else { Some(none.clone()) };
    Fill { property: property.trim_end_matches('+').to_owned(), many, none }
}

fn read_specs(name: &str, to: &str, specs: &mut BTreeMap<String, Spec>) -> Result<(), String> {
    for line in to.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut parts = line.split_whitespace();
        let (Some(path), Some(target)) = (parts.next(), parts.next()) else {
            return Err(format!("{name}: `{line}` has no target"));
        };
        let (lifted, target) = target.strip_prefix('^').map_or((false, target), |rest| (true, rest));
        let (or_empty, target) = target.strip_suffix('?').map_or((false, target), |rest| (true, rest));
        let target = match target {
            "-" => Vec::new(),
            // Where its members cannot be lifted, it stands under its own name.
            "" => vec![pascal(path.rsplit('/').next().unwrap_or(path))],
            target => target.split('.').map(str::to_owned).collect(),
        };
        let words = parts.map(str::to_owned).collect();
        specs.insert(path.to_owned(), Spec { target, lifted, or_empty, words });
    }
    Ok(())
}

impl Mapping {
    /// The row of a type.
    pub(super) fn row(&self, kind: &str) -> Option<Arc<Row>> {
        self.rows.get(kind).cloned().or_else(|| {
            let kind = awscc::kind(kind)?;
            Some(Arc::new(Row { kind, rest: true, shape: Some("awscc".to_owned()), ..Row::default() }))
        })
    }

    /// The types that are of a type of `CloudFormation`, but for companions.
    pub(super) fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Arc<Row>> {
        self.rows.values().filter(move |row| row.kind == kind && !row.is_companion())
    }

    /// What companions may set on a type of `CloudFormation`, each property once.
    pub(super) fn fills(&self, kind: &str) -> &[Fill] {
        self.fills.get(kind).map_or(&[], Vec::as_slice)
    }

    /// What `CloudFormation` calls an attribute that other resources refer to.
    pub(super) fn attribute(&self, kind: &str, attribute: &str) -> String {
        const REF: [&str; 12] = [
            "id",
            "name",
            "bucket",
            "key_id",
            "identifier",
            "cluster_identifier",
            "function_name",
            "domain",
            "user_name",
            "url",
            "repository",
            "alias",
        ];
        if attribute == "arn" {
            return "Arn".to_owned();
        }
        if REF.contains(&attribute) {
            return "Ref".to_owned();
        }
        let named = self.rows.get(kind).and_then(|row| row.specs.get(attribute)?.target.first().cloned());
        named.unwrap_or_else(|| pascal(attribute))
    }

    /// The names of all types that are known.
    #[cfg(test)]
    pub(super) fn rows(&self) -> &BTreeMap<String, Arc<Row>> {
        &self.rows
    }
}

/// `block_public_acls` as `BlockPublicAcls`.
pub(super) fn pascal(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for part in name.split('_') {
        let mut characters = part.chars();
        text.extend(characters.next().map(|c| c.to_ascii_uppercase()));
        text.push_str(characters.as_str());
    }
    text
}
