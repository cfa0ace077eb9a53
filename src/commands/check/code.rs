//! Infrastructure code of a check, read from files, folders or standard input.
//!
//! May import: everything below `commands`. Guarantees: what a file is shows from its content unless `--input` says it; one that cannot
//! be read is an error that names it, its line and what to do; files above the readers' bounds are not read into memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, stdin};
use std::path::{Path, PathBuf};

use crate::cli::{CheckArgs, InputKind};
use crate::commands::Failure;
use crate::model::planned::{Input, InputError, World};
use crate::source::cloudformation::{self, ParameterSet};
use crate::source::terraform;

/// The largest file that is read, in bytes; the readers have bounds of their own below it.
const LARGEST: u64 = 64 << 20;
/// The largest number of `*.tf` files that are looked at, the depth of their folders, and how many bytes they may have together.
const TF_FILES: usize = 5_000;
const TF_DEPTH: usize = 12;
const TF_BYTES: usize = 32 << 20;

/// One input.
#[derive(Debug)]
pub(super) struct Code {
    /// As the user named it.
    pub(super) name: String,
    pub(super) language: Language,
    pub(super) input: Input,
}

/// What the code is written in: controls say how to mend each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Terraform,
    CloudFormation,
}

impl Language {
    /// Whether a heading of a remediation is for it.
    pub(super) fn is(self, heading: &str) -> bool {
        match self {
            Self::Terraform => heading == "Terraform",
            Self::CloudFormation => heading == "CloudFormation",
        }
    }
}

/// Reads everything that the options name.
///
/// # Errors
/// A file is not there, or is no code that can be read.
pub(super) fn read(args: &CheckArgs) -> Result<Vec<Code>, Failure> {
    let options = cloudformation::Options {
        parameter_sets: parameter_sets(args)?,
        account: args.account.clone(),
        region: args.region.clone(),
        imports: args.imports.as_deref().map(imports).transpose()?.unwrap_or_default(),
        stack_name: None,
    };
    let tf = terraform::Options {
        tf_files: args.tf_dir.as_deref().map(tf_files).transpose()?.unwrap_or_default(),
        account: args.account.clone(),
        region: args.region.clone(),
    };
    let mut all = Vec::new();
    for path in &args.files {
        let name = path.display().to_string();
        if path.is_dir() {
            let stacks = cloudformation::read_cdk(path, &options).map_err(|error| refused(&error))?;
            all.extend(stacks.into_iter().map(|(name, input)| Code {
                name,
                language: Language::CloudFormation,
                input: shaped(input),
            }));
            continue;
        }
        let bytes = contents(path)?;
        let (language, input) = match args.input.unwrap_or_else(|| looks_like(path, &bytes)) {
            InputKind::TfPlan => {
                let input = terraform::read(&name, &bytes, &tf).map_err(|error| refused(&error))?;
                // Types of the Cloud Control provider are in the words of templates.
                (Language::Terraform, shaped(input))
            }
            InputKind::Cfn => {
                let input = cloudformation::read(&name, &bytes, &options).map_err(|error| refused(&error))?;
                (Language::CloudFormation, shaped(input))
            }
            InputKind::Cdk => {
                let shown = path.display();
                return Err(Failure::sentence(format!("{shown} is a file; of CDK give the folder cdk.out")));
            }
        };
        all.push(Code { name, language, input });
    }
    Ok(all)
}

/// Resources in the words of templates in the shapes that collectors give.
fn shaped(mut input: Input) -> Input {
    let mut worlds: Vec<World> = Vec::new();
    for world in std::mem::take(&mut input.worlds) {
        let (world, unjudgeable) = cloudformation::collected(world);
        worlds.push(world);
        input.unjudgeable.extend(unjudgeable);
    }
    input.unjudgeable.sort();
    input.unjudgeable.dedup();
    input.worlds = worlds;
    input
}

/// What a file is, by its content: Terraform writes JSON with names of its own, everything else is a template.
fn looks_like(path: &Path, bytes: &[u8]) -> InputKind {
    let name = path.to_string_lossy();
    if [".yaml", ".yml", ".template"].iter().any(|ending| name.ends_with(ending)) {
        return InputKind::Cfn;
    }
    let head = bytes.get(..bytes.len().min(1 << 20)).unwrap_or_default();
    // UTF-16, as PowerShell writes it, has a zero beside each letter.
    let text: Vec<u8> = head.iter().copied().filter(|byte| *byte != 0).collect();
    let has = |word: &str| text.windows(word.len()).any(|part| part == word.as_bytes());
    let terraform = ["\"resource_changes\"", "\"terraform_version\"", "\"planned_values\"", "\"@level\""];
    if text.starts_with(b"PK") || terraform.iter().any(|word| has(word)) { InputKind::TfPlan } else { InputKind::Cfn }
}

/// The bytes of a file, or of standard input.
fn contents(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        stdin().take(LARGEST + 1).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| {
            // As much as the file says it has, so that a large one is not moved while it grows.
            let said = file.metadata()?.len().min(LARGEST);
            bytes.reserve(usize::try_from(said).unwrap_or(0).saturating_add(1));
            file.take(LARGEST + 1).read_to_end(&mut bytes)
        })
    };
    let shown = path.display();
    read.map_err(|error| {
        Failure::sentence(format!("cannot read {shown}: {error}; name a plan, a template or cdk.out"))
    })?;
    if bytes.len() as u64 > LARGEST {
        return Err(Failure::sentence(format!("{shown} is larger than 64 MiB; split it, or name another file")));
    }
    Ok(bytes)
}

/// Sets of parameters: what `--param` and `--params-file` say holds in each that `--param-set` gives.
fn parameter_sets(args: &CheckArgs) -> Result<Vec<ParameterSet>, Failure> {
    let mut base = BTreeMap::new();
    for path in &args.params_files {
        base.extend(parameters(path)?.values);
    }
    for pair in &args.params {
        let Some((key, value)) = pair.split_once('=') else {
            return Err(Failure::sentence(format!("--param {pair} has no value; write --param NAME=VALUE")));
        };
        base.insert(key.to_owned(), value.to_owned());
    }
    if args.param_sets.is_empty() {
        return Ok(if base.is_empty() { Vec::new() } else { vec![ParameterSet { name: String::new(), values: base }] });
    }
    let mut sets = Vec::new();
    for path in &args.param_sets {
        let mut values = base.clone();
        let set = parameters(path)?;
        values.extend(set.values);
        sets.push(ParameterSet { name: set.name, values });
    }
    Ok(sets)
}

fn parameters(path: &Path) -> Result<ParameterSet, Failure> {
    cloudformation::parameter_file(&path.display().to_string(), &contents(path)?).map_err(|error| refused(&error))
}

/// What other stacks export: a map of names and values, in the form of a file of parameters.
fn imports(path: &Path) -> Result<BTreeMap<String, String>, Failure> {
    parameters(path).map(|set| set.values)
}

/// The `*.tf` files of a folder and those below it, by their paths from there.
fn tf_files(folder: &Path) -> Result<Vec<(String, String)>, Failure> {
    if !folder.is_dir() {
        return Err(Failure::sentence(format!("there is no folder {}; correct --tf-dir", folder.display())));
    }
    let mut found = Vec::new();
    let mut together = 0;
    let mut waiting = vec![(folder.to_owned(), 0)];
    while let Some((here, depth)) = waiting.pop() {
        let mut entries: Vec<PathBuf> =
            std::fs::read_dir(&here)?.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
        entries.sort();
        for path in entries {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let kind = std::fs::symlink_metadata(&path)?.file_type();
            if kind.is_dir() && depth < TF_DEPTH && (name == ".terraform" || !name.starts_with('.')) {
                waiting.push((path, depth + 1));
            } else if kind.is_file() && name.ends_with(".tf") && found.len() < TF_FILES {
                let below = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                let text = contents(&path)?;
                together += text.len();
                if together > TF_BYTES {
                    let most = TF_BYTES >> 20;
                    let said = format!("the code in {} has more than {most} MiB; correct --tf-dir", folder.display());
                    return Err(Failure::sentence(said));
                }
                found.push((below, String::from_utf8_lossy(&text).into_owned()));
            }
        }
    }
    found.sort();
    Ok(found)
}

fn refused(error: &InputError) -> Failure {
    let place = &error.place;
    let place = match (place.file.is_empty(), place.line) {
        (true, _) => String::new(),
        (false, 0) => format!("{}: ", place.file),
        (false, line) => format!("{}:{line}:{}: ", place.file, place.column),
    };
    Failure::sentence(format!("{place}{}", crate::report::text::show(&error.message)))
}
