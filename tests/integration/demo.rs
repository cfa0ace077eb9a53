//! The example TRE and the hostile one: they hold together, and the audit says of them what they were made to show.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use havenmark::assess::run;
use havenmark::catalogue::Catalogue;
use havenmark::commands::inputs::{Files, with_inputs};
use havenmark::declaration::Declaration;
use havenmark::declaration::register::Register;
use havenmark::model::assessment::Assessment;
use havenmark::model::call::CallOutcome;
use havenmark::model::document::ResourceDocument;
use havenmark::model::verdict::{Outcome, Verdict};
use havenmark::snapshot::Reader;
use havenmark::source::estate::{EstateFiles, known_facets};

type Failure = Box<dyn std::error::Error>;
/// Properties and observed facets.
type Facets = (BTreeSet<String>, BTreeSet<String>);

/// (path below the folder, text) of every file of an estate.
pub(crate) fn texts(folder: &str) -> Result<Vec<(String, String)>, Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder);
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push((path.strip_prefix(&root)?.to_string_lossy().into_owned(), std::fs::read_to_string(&path)?));
            }
        }
    }
    found.sort();
    Ok(found)
}

pub(crate) fn read(texts: &[(String, String)]) -> Result<EstateFiles, Failure> {
    Ok(EstateFiles::read(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())))?)
}

pub(crate) fn documents(reader: &Reader) -> Result<Vec<ResourceDocument>, Failure> {
    let mut all = Vec::new();
    for chunk in &reader.manifest().chunks {
        all.extend(reader.documents(chunk)?);
    }
    Ok(all)
}

/// The tables of `docs/resource-documents.md` and of `docs/collected-types.md`: type to (properties, observed).
fn documented() -> Result<BTreeMap<String, Facets>, Failure> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let read = |name: &str| std::fs::read_to_string(docs.join(name));
    let text = [read("resource-documents.md")?, read("collected-types.md")?].join("\n");
    let quoted = |cell: &str| -> BTreeSet<String> {
        // What stands in brackets or after a colon are members of the facet before it.
        let (mut depth, mut names, mut name, mut inside, mut member) =
            (0, BTreeSet::new(), String::new(), false, false);
        for c in cell.chars() {
            match c {
                '(' if !inside => depth += 1,
                ')' if !inside => depth -= 1,
                ':' if !inside => member = true,
                '`' if inside => {
                    if depth == 0 && !member {
                        names.insert(std::mem::take(&mut name));
                    }
                    name.clear();
                    inside = false;
                }
                '`' => inside = true,
                c if inside => name.push(c),
                _ => {}
            }
        }
        names
    };
    let mut table = BTreeMap::new();
    for row in text.lines().filter(|line| line.starts_with("| `AWS::")) {
        let cells: Vec<&str> = row.split('|').collect();
        let [_, kinds, _, in_properties, in_observed, ..] = cells.as_slice() else {
            return Err(format!("a row of another number of columns: {row}").into());
        };
        for kind in kinds.split(',').map(|kind| kind.trim().trim_matches('`')) {
            // One row holds two types; what it says of "OIDC:" is of the second alone.
            let properties = match (kind, in_properties.trim().strip_prefix("OIDC:")) {
                ("AWS::IAM::SAMLProvider", Some(_)) => BTreeSet::new(),
                (_, Some(of_oidc)) => quoted(of_oidc),
                (_, None) => quoted(in_properties),
            };
            table.insert(kind.to_owned(), (properties, quoted(in_observed)));
        }
    }
    Ok(table)
}

#[test]
fn facets_of_the_operation_table_are_those_of_the_documentation() {
    for (kind, (properties, observed)) in documented().unwrap() {
        let mut known: BTreeSet<String> = known_facets(&kind).into_iter().map(str::to_owned).collect();
        known.remove("tags");
        known.remove("region");
        let documented: BTreeSet<String> = properties.union(&observed).cloned().collect();
        assert_eq!(known, documented, "{kind}");
    }
}

#[test]
fn the_demo_is_as_complete_as_a_collected_estate() {
    let documented = documented().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let reader = read(&texts("estates/demo").unwrap()).unwrap().write(folder.path()).unwrap();
    let mut calls = BTreeMap::new();
    reader.for_each_call(|call| drop(calls.insert(call.id.clone(), call))).unwrap();
    let all = documents(&reader).unwrap();
    for document in &all {
        let name = &document.id;
        let (properties, observed) = &documented[&document.kind];
        for facet in document.properties.keys() {
            assert!(properties.contains(facet), "{name}: {facet} is no property");
        }
        for facet in document.observed.keys() {
            assert!(observed.contains(facet), "{name}: {facet} is not observed");
        }
        for facet in properties.union(observed) {
            // Only a root says which kinds of policies it has.
            let of_roots = facet == "PolicyTypes" && !name.starts_with("r-");
            let known = document.facet(facet).is_some() || document.missing.contains_key(facet);
            assert!(known || of_roots, "{name} says nothing of {facet}");
            assert!(!known || document.calls.contains_key(facet), "no call stands behind {facet} of {name}");
        }
        assert!(document.tags.is_some() || document.missing.contains_key("tags"), "{name} says nothing of its tags");
        for (facet, id) in &document.calls {
            let call =
                calls.get(id).unwrap_or_else(|| panic!("the call behind {facet} of {name} is not in the ledger"));
            if document.facet(facet).is_some() {
                assert!(call.outcome.answered(), "{facet} of {name} has a value from an unanswered call");
            }
        }
    }
    let count = |kind: &str| all.iter().filter(|d| d.kind == kind).count();
    assert_eq!(
        ["AWS::Account", "AWS::S3::Bucket", "AWS::S3::AccessPoint", "AWS::IAM::Role", "AWS::IAM::User"].map(count),
        [5, 25, 3, 29, 5]
    );
    let gaps: BTreeSet<(&str, CallOutcome)> =
        reader.manifest().coverage.gaps.iter().map(|gap| (gap.operation.as_str(), gap.outcome)).collect();
    for gap in [
        ("GetBucketPolicy", CallOutcome::Denied),
        ("DescribeConfigRules", CallOutcome::RegionDisabled),
        ("GetCredentialReport", CallOutcome::Denied),
        ("GetBucketMetadataConfiguration", CallOutcome::Unsupported),
        ("ListAccessPoints", CallOutcome::Throttled),
    ] {
        assert!(gaps.contains(&gap), "{gap:?} is not among the gaps");
    }
    assert!(reader.listings().unwrap().iter().filter(|l| !l.complete).count() == 4);
}

const AS_OF: &str = "2026-11-24T03:00:00Z";

/// Judges an estate with the declaration and register that stand beside it.
pub(crate) fn audit(texts: &[(String, String)]) -> Result<(Assessment, Vec<Verdict>), Failure> {
    let folder = tempfile::tempdir()?;
    let snapshot = read(texts)?.write(folder.path())?;
    let declaration = texts.iter().find(|(path, _)| path == "tre.toml");
    let declaration = declaration.map(|(name, text)| Declaration::parse(name, text)).transpose()?;
    let register =
        texts.iter().filter_map(|(path, text)| Some((path.strip_prefix("attestations/")?.to_owned(), text.clone())));
    let files = Files { declaration, register: Some(Register::from_sources(register.collect())), ..Files::default() };
    let mut lines = Vec::new();
    let judged = with_inputs(&snapshot, &files, Some(AS_OF.parse()?), None, |inputs| {
        run(inputs, &mut lines).map_err(havenmark::commands::Failure::sentence)
    });
    let assessment = judged.map_err(|failure| format!("{:?}", failure.report))?;
    let verdicts = String::from_utf8(lines)?.lines().map(serde_json::from_str).collect::<Result<Vec<_>, _>>()?;
    Ok((assessment, verdicts))
}

#[test]
fn the_demo_shows_every_kind_of_verdict() {
    let catalogue = Catalogue::built_in().unwrap();
    let (assessment, verdicts) = audit(&texts("estates/demo").unwrap()).unwrap();
    // For whoever tunes the estate: every control's counts and every verdict that is not met, in a file.
    if let Some(path) = std::env::var_os("HAVENMARK_DEMO_SUMMARY") {
        let counts = assessment.controls.iter().map(|c| format!("{} {:?}\n", c.id, c.counts));
        let rows = verdicts.iter().filter(|v| v.verdict != Outcome::Met);
        let rows = rows.map(|v| format!("{} {} {}: {}\n", v.control, v.verdict, v.resource, v.reason));
        std::fs::write(path, counts.chain(rows).collect::<String>()).unwrap();
    }
    let fingerprints: BTreeSet<&str> = verdicts.iter().map(|v| v.fingerprint.as_str()).collect();
    assert_eq!(fingerprints.len(), verdicts.len(), "two rows have one fingerprint");
    let outcomes: BTreeSet<Outcome> = verdicts.iter().map(|v| v.verdict).collect();
    let missing: Vec<Outcome> =
        [Outcome::Met, Outcome::NotMet, Outcome::NotAssessed, Outcome::NotApplicable, Outcome::Excepted]
            .into_iter()
            .filter(|o| !outcomes.contains(o))
            .collect();
    assert!(missing.is_empty(), "no verdict of the demo is {missing:?}");
    for safe in catalogue.controls.iter().map(|c| c.id.safe()).collect::<BTreeSet<_>>() {
        let fails = assessment.controls.iter().any(|c| c.safe == safe && c.counts.not_met > 0);
        assert!(fails, "nothing of {safe} is not met in the demo");
    }
}

/// The demo with its declaration changed.
fn redeclared(change: impl Fn(&str) -> String) -> Result<Vec<Verdict>, Failure> {
    let mut texts = texts("estates/demo")?;
    for (path, text) in &mut texts {
        if path == "tre.toml" {
            let changed = change(text);
            assert_ne!(changed, *text, "the change changes nothing");
            *text = changed;
        }
    }
    Ok(audit(&texts)?.1)
}

#[test]
fn a_declared_account_that_was_not_read_is_not_one_that_holds_nothing() {
    let verdicts = redeclared(|tre| tre.replace("\ndev = ", "\nforgotten = \"555555555555\"\ndev = ")).unwrap();
    let of_it: Vec<&Verdict> = verdicts.iter().filter(|v| v.account == "555555555555").collect();
    let controls: BTreeSet<&str> = of_it.iter().map(|v| v.control.as_str()).collect();
    for control in ["DAT-STO-01", "PEO-IAM-01", "SET-ORG-01"] {
        assert!(controls.contains(control), "no row says that {control} was not assessed in the account");
    }
    for verdict in of_it {
        assert_eq!(verdict.verdict, Outcome::NotAssessed, "{}", verdict.control);
        assert!(verdict.reason.contains("was not listed in account 555555555555"), "{}", verdict.reason);
    }
}

#[test]
fn an_entry_of_the_declaration_that_was_set_aside_has_a_row() {
    // An id with a space is none, so the entry is set aside; the other projects and datasets are judged.
    for (table, kind) in [("project", "TRE::Project"), ("dataset", "TRE::Dataset")] {
        let verdicts = redeclared(|tre| format!("{tre}\n[[{table}]]\nid = \"no id\"\n")).unwrap();
        let rows: Vec<&Verdict> =
            verdicts.iter().filter(|v| v.resource == format!("account:declared/{kind}")).collect();
        assert!(!rows.is_empty(), "nothing says that a {table} was set aside");
        assert!(rows.iter().all(|v| v.verdict == Outcome::NotAssessed), "{table}");
        assert!(verdicts.iter().any(|v| v.kind == kind && v.verdict == Outcome::Met), "no other {table} is judged");
    }
}

#[test]
fn the_hostile_estate_is_judged_like_any_other() {
    let mut texts = texts("hostile").unwrap();
    texts.push(("documents/111111111111-long.toml".to_owned(), long_names()));
    let (assessment, verdicts) = audit(&texts).unwrap();
    assert!(assessment.run.resources >= 20);
    let buckets: BTreeSet<&str> =
        verdicts.iter().filter(|v| v.kind == "AWS::S3::Bucket").map(|v| v.resource.as_str()).collect();
    for part in ["<script>", "\u{202e}", "\u{1b}[31m", "=HYPERLINK", "{{", "\u{0}", "🏥", "مستشفى"] {
        assert!(buckets.iter().any(|name| name.contains(part)), "no verdict names the bucket with {part:?}");
    }
    assert!(buckets.iter().any(|name| name.len() > 100_000));
    assert!(assessment.run.coverage.gaps.iter().any(|gap| gap.reason.len() > 1_000_000));
}

/// A bucket with a tag, a value, a statement and a reason of a megabyte each, and a name of a tenth of it (every verdict
/// repeats the name): made here, for they are no text to keep.
fn long_names() -> String {
    let (long, name) = ("x".repeat(1_000_001), "x".repeat(100_001));
    format!(
        "[[document]]\ntype = \"AWS::S3::Bucket\"\nid = \"long-{name}\"\narn = \"arn:aws:s3:::long-{name}\"\n\
         account = \"111111111111\"\nregion = \"eu-west-2\"\ntags = {{ \"tre:project\" = \"{long}\" }}\n\
         properties.BucketName = \"long-{name}\"\nproperties.VersioningConfiguration = {{ Status = \"{long}\" }}\n\
         observed.BucketPolicy = {{ Version = \"2012-10-17\", Statement = [{{ Sid = \"{long}\", Effect = \"Deny\", \
         Principal = \"*\", Action = \"s3:{stars}\", Resource = \"arn:aws:s3:::{stars}\" }}] }}\n\
         missing.Acl = \"s3:GetBucketAcl denied: {long}\"\n",
        stars = "*a".repeat(50_000)
    )
}
