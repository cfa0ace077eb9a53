//! Infrastructure code of a check, read from files, folders or standard input.
//!
//! May import: everything below `commands`. Guarantees: what a file is shows from its content unless `--input` says it; one that cannot
//! be read is an error that names it, its line and what to do; files above the readers' bounds are not read into memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, stdin};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::cli::{CodeArgs, InputKind};
use crate::commands::Failure;
use crate::model::planned::{Input, InputError, PlannedResource, World};
use crate::source::cloudformation::{self, ParameterSet};
use crate::source::planned::{self, Site};
use crate::source::terraform;

/// The largest file that is read, in bytes; the readers have bounds of their own below it.
const LARGEST: u64 = 64 << 20;
/// The largest number of `*.tf` files that are looked at, the depth of their folders, and how many bytes they may have together.
const TF_FILES: usize = 5_000;
const TF_DEPTH: usize = 12;
const TF_BYTES: usize = 32 << 20;

/// How often an assembly is read: what one stack imports it may export again.
const ROUNDS: usize = 4;

/// One input.
#[derive(Debug)]
pub(super) struct Code {
    /// As the user named it.
    pub(super) name: String,
    /// What it is called in fingerprints: the file as named, from here where it lies below, or the stack.
    pub(super) key: String,
    pub(super) language: Language,
    pub(super) input: Input,
}

impl Code {
    /// The resources of one of its worlds.
    pub(super) fn resources(&self, world: usize) -> &[PlannedResource] {
        self.input.worlds.get(world).map(|world| world.resources.as_slice()).unwrap_or_default()
    }
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

/// Reads these files and folders as the options say.
///
/// # Errors
/// A file is not there, or is no code that can be read.
pub(super) fn read(files: &[PathBuf], args: &CodeArgs) -> Result<Vec<Code>, Failure> {
    let options = cloudformation::Options {
        parameter_sets: parameter_sets(args)?,
        account: args.account.clone(),
        region: args.region.clone(),
        exports: BTreeMap::new(),
        imports: args.imports.as_deref().map(imports).transpose()?.unwrap_or_default(),
        stack_name: None,
    };
    let tf = terraform::Options {
        tf_files: args.tf_dir.as_deref().map(tf_files).transpose()?.unwrap_or_default(),
        account: args.account.clone(),
        region: args.region.clone(),
    };
    // Many templates are read at once; their order is that of the command line, and the first that cannot be read is told.
    let read: Vec<Result<Vec<Code>, Failure>> =
        files.par_iter().map(|path| one(path, args.input, &options, &tf)).collect();
    let mut all = Vec::new();
    for code in read {
        all.extend(code?);
    }
    Ok(all)
}

/// The code of a file, or of the folder of an assembly.
fn one(
    path: &Path,
    input: Option<InputKind>,
    options: &cloudformation::Options,
    tf: &terraform::Options,
) -> Result<Vec<Code>, Failure> {
    let name = path.display().to_string();
    if path.is_dir() {
        let stacks = assembly(path, options)?.into_iter();
        let code = stacks.map(|(name, input)| Code {
            key: format!("stack {name}"),
            name,
            language: Language::CloudFormation,
            input: shaped(input),
        });
        return Ok(code.collect());
    }
    let bytes = contents(path)?;
    let (language, input) = match input.unwrap_or_else(|| looks_like(path, &bytes)) {
        InputKind::TfPlan => {
            let input = terraform::read(&name, &bytes, tf).map_err(|error| refused(&error))?;
            // Types of the Cloud Control provider are in the words of templates.
            (Language::Terraform, shaped(input))
        }
        InputKind::Cfn => {
            let input = cloudformation::read(&name, &bytes, options).map_err(|error| refused(&error))?;
            (Language::CloudFormation, shaped(input))
        }
        InputKind::Cdk => {
            let shown = path.display();
            return Err(Failure::sentence(format!("{shown} is a file; of CDK give the folder cdk.out")));
        }
    };
    Ok(vec![Code { key: key(path), name, language, input }])
}

/// The stacks of an assembly. What one exports and another imports is known where exactly one of them exports it in that account and
/// Region, and the code says it.
fn assembly(path: &Path, options: &cloudformation::Options) -> Result<Vec<(String, Input)>, Failure> {
    let mut options = options.clone();
    let read =
        |options: &cloudformation::Options| cloudformation::read_cdk(path, options).map_err(|error| refused(&error));
    let mut stacks = read(&options)?;
    for _ in 0..ROUNDS {
        let exports = exports(&stacks);
        if exports == options.exports {
            break;
        }
        options.exports = exports;
        stacks = read(&options)?;
    }
    Ok(stacks)
}

/// What the stacks of an assembly export, as far as it is known.
fn exports(stacks: &[(String, Input)]) -> cloudformation::Exports {
    let mut found: BTreeMap<_, BTreeMap<String, Vec<Option<String>>>> = BTreeMap::new();
    for (_, input) in stacks {
        for export in &input.exports {
            let site = Site { account: export.account.clone(), region: export.region.clone() };
            // A macro over the whole template may write its outputs too.
            let whole = input.unjudgeable.iter().any(|found| found.whole);
            let text = export.value.as_ref().ok().filter(|_| !whole);
            let value = text.and_then(|text| planned::settled(text, &input.worlds, &site).ok());
            let place = found.entry((export.account.clone(), export.region.clone())).or_default();
            place.entry(export.name.clone()).or_default().push(value);
        }
    }
    let one = |(name, values): (String, Vec<Option<String>>)| match <[_; 1]>::try_from(values) {
        Ok([Some(value)]) => Some((name, value)),
        Ok([None]) | Err(_) => None,
    };
    found.into_iter().map(|(place, all)| (place, all.into_iter().filter_map(one).collect())).collect()
}

/// A file in fingerprints: the same on every machine that has it in the same place of a repository and is asked from there.
fn key(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let below = path.strip_prefix(&here).unwrap_or(path);
    crate::report::gate::path(&below.to_string_lossy().replace('\\', "/"))
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
fn parameter_sets(args: &CodeArgs) -> Result<Vec<ParameterSet>, Failure> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::planned::Planned;

    fn stack(name: &str, region: &str) -> String {
        format!(
            r#""{name}": {{"type": "aws:cloudformation:stack", "environment": "aws://111111111111/{region}",
                "properties": {{"templateFile": "{name}.json"}}}}"#
        )
    }

    /// What the bucket of the stack `Uses` is called in an assembly in which `Gives` stacks export this.
    fn imported(gives: &[(&str, &str)], resources: &str, value: &str) -> Planned {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        let stacks: Vec<String> = gives.iter().map(|(name, region)| stack(name, region)).collect();
        let uses = stack("Uses", "eu-west-2");
        write("manifest.json", &format!(r#"{{"version": "36.0.0", "artifacts": {{{uses}, {}}}}}"#, stacks.join(", ")));
        for (name, _) in gives {
            write(
                &format!("{name}.json"),
                &format!(
                    r#"{{"Resources": {resources}, "Outputs": {{"O": {{"Value": {value}, "Export": {{"Name": "it"}}}}}}}}"#
                ),
            );
        }
        write(
            "Uses.json",
            r#"{"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::ImportValue": "it"}}}}}"#,
        );
        let stacks = assembly(folder.path(), &cloudformation::Options::default()).unwrap();
        let uses = stacks.iter().find(|(name, _)| name == "Uses").unwrap();
        uses.1.worlds[0].resources[0].properties["BucketName"].value.clone()
    }

    const NAMED: &str = r#"{"N": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "tre-data"}}}"#;
    const UNNAMED: &str = r#"{"N": {"Type": "AWS::S3::Bucket"}}"#;

    /// As CDK 2 writes two stacks of which one uses the buckets of the other.
    #[test]
    fn stacks_that_cdk_joins_know_the_names_that_the_code_gives() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/source/cloudformation/fixtures/linked");
        let stacks = assembly(&folder, &cloudformation::Options::default()).unwrap();
        let property = |address: &str, property: &str| {
            let resources = stacks.iter().flat_map(|(_, input)| &input.worlds[0].resources);
            let found = resources.clone().find(|resource| resource.address == address).unwrap();
            found.properties[property].value.clone()
        };
        let logging = serde_json::json!({ "DestinationBucketName": "tre-linked-data" });
        assert_eq!(property("Copy", "LoggingConfiguration"), Planned::Known(logging));
        assert!(
            matches!(property("Other", "LoggingConfiguration"), Planned::Unknown(why) if why.contains("imports Gives:"))
        );
        assert_eq!(property("Within", "BucketName"), Planned::Known("tre-eu-west-2".into()));
    }

    #[test]
    fn what_one_stack_of_an_assembly_exports_another_knows_where_the_code_says_it() {
        let here = [("Gives", "eu-west-2")];
        let known = |text: &str| Planned::Known(text.into());
        assert_eq!(imported(&here, UNNAMED, r#""text""#), known("text"));
        assert_eq!(imported(&here, NAMED, r#"{"Ref": "N"}"#), known("tre-data"));
        assert_eq!(imported(&here, NAMED, r#"{"Fn::GetAtt": ["N", "Arn"]}"#), known("arn:aws:s3:::tre-data"));
        // Only AWS will say its name.
        assert!(matches!(imported(&here, UNNAMED, r#"{"Ref": "N"}"#), Planned::Unknown(_)));
        // It is another Region's, and in this one nobody exports it.
        assert!(matches!(imported(&[("Gives", "us-east-1")], NAMED, r#""text""#), Planned::Unknown(_)));
        // Two export it, so which one is meant is not known.
        let two = [("Gives", "eu-west-2"), ("Also", "eu-west-2")];
        assert!(matches!(imported(&two, NAMED, r#""text""#), Planned::Unknown(_)));
        // Each Region has its own.
        let apart = [("Gives", "eu-west-2"), ("Also", "us-east-1")];
        assert_eq!(imported(&apart, NAMED, r#""text""#), known("text"));
    }
}
