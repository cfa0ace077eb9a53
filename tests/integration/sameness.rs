//! The same input gives the same bytes, and one way of judging gives what another gives.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use havenmark::catalogue::Catalogue;
use havenmark::declaration::Declaration;
use havenmark::graph::declared::{self, Declared};
use havenmark::graph::{Estate, build};
use havenmark::model::entity::{Entity, EntityRef};
use havenmark::model::time::AsOf;
use havenmark::model::verdict::Outcome;
use havenmark::policy::Judge;

use crate::cases::case_files;
use crate::program::{havenmark, run};

/// Threads, locale and time zone are no inputs.
#[test]
fn reports_have_the_same_bytes_everywhere() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let mut first: Option<BTreeMap<&str, Vec<u8>>> = None;
    let environments = [
        ("1", "C", "UTC"),
        ("2", "C.UTF-8", "UTC"),
        ("8", "tr_TR.UTF-8", "Pacific/Auckland"),
        ("1", "ar_EG.UTF-8", "America/St_Johns"),
    ];
    for (threads, locale, zone) in environments {
        let output = format!("out-{threads}-{locale}");
        let (code, _, story) = run(havenmark(folder.path()).args(["demo", "-o", &output]).envs([
            ("RAYON_NUM_THREADS", threads),
            ("LC_ALL", locale),
            ("LANG", locale),
            ("TZ", zone),
        ]))?;
        assert_eq!(code, 0, "{story}");
        let mut found = BTreeMap::new();
        for name in ["evidence.json", "report.html"] {
            found.insert(name, std::fs::read(folder.path().join(&output).join(name))?);
        }
        match &first {
            None => first = Some(found),
            Some(first) => {
                for (name, bytes) in found {
                    assert!(first.get(name) == Some(&bytes), "{name} differs with {threads} threads, {locale}, {zone}");
                }
            }
        }
    }
    Ok(())
}

/// The when-clause alone, the batch and the policy as published agree, and so do policies that were compiled before; for
/// every case.
#[test]
fn all_at_once_equals_one_by_one() -> Result<(), Box<dyn Error>> {
    let catalogue = Catalogue::built_in()?;
    let judge = Judge::compile(&catalogue)?;
    let kept = kept(&catalogue)?;
    let mut compared = 0;
    for (id, file) in case_files()? {
        for case in &file.cases {
            let (world, context) = case.world(&judge).map_err(|e| format!("{id}, {}: {e}", case.name))?;
            let context = judge.context(context, case.time());
            compared += compare([&judge, &kept], &world, &context, &format!("{id}, {}", case.name))?;
        }
    }
    assert!(compared > 500, "only {compared} verdicts were compared");
    Ok(())
}

/// The same for every resource of the example and of the hostile estate.
#[test]
fn all_at_once_equals_one_by_one_on_whole_estates() -> Result<(), Box<dyn Error>> {
    let catalogue = Catalogue::built_in()?;
    let judge = Judge::compile(&catalogue)?;
    let kept = kept(&catalogue)?;
    for name in ["estates/demo", "hostile"] {
        let folder = tempfile::tempdir()?;
        let texts = crate::demo::texts(name)?;
        let snapshot = crate::demo::read(&texts)?.write(folder.path())?;
        let declaration = texts.iter().find(|(path, _)| path == "tre.toml");
        let declaration =
            declaration.map(|(name, text)| Declaration::parse(name, text)).transpose()?.unwrap_or_default();
        let declared = Declared::new(Some(&declaration), None);
        let context = judge.context(declared::context(&declaration), snapshot.manifest().collected_to);
        let documents = crate::demo::documents(&snapshot)?;
        let manifest = snapshot.manifest();
        let estate =
            Estate::new(documents.clone(), snapshot.listings()?, manifest.accounts.clone(), manifest.regions.clone());
        let known = |kind: &str| judge.facets(kind).into_iter().map(str::to_owned).collect::<BTreeSet<String>>();
        let mut world = BTreeMap::new();
        for account in &manifest.accounts {
            let own = documents.iter().filter(|d| d.account == *account).cloned().collect();
            world.extend(build(account, own, &estate, &declared, manifest.collected_to, &known).entities);
        }
        assert!(compare([&judge, &kept], &world, &context, name)? > 100, "{name} is too small to show anything");
    }
    Ok(())
}

/// The policies as the program keeps them.
fn kept(catalogue: &Catalogue) -> Result<Judge, Box<dyn Error>> {
    let judge = Judge::load(catalogue)?;
    assert!(judge.schema_text().is_none(), "src/policy/index.json is stale: everything was compiled anew");
    Ok(judge)
}

fn compare(
    [judge, kept]: [&Judge; 2],
    world: &BTreeMap<EntityRef, Entity>,
    context: &havenmark::policy::JudgeContext,
    what: &str,
) -> Result<usize, Box<dyn Error>> {
    // Types that no policy judges are no entities of the schema.
    let subjects: Vec<&Entity> = world.values().filter(|e| judge.knows(&e.uid.kind)).collect();
    let prepared = judge.prepare(&subjects, world, context)?;
    let prepared_by_kept = kept.prepare(&subjects, world, context)?;
    let mut compared = 0;
    for (index, subject) in subjects.iter().enumerate() {
        let alone: Vec<(usize, Outcome)> =
            judge.controls_for(&subject.uid.kind).iter().map(|c| (*c, prepared.outcome(index, *c))).collect();
        assert_eq!(kept.controls_for(&subject.uid.kind), judge.controls_for(&subject.uid.kind));
        for (control, _) in &alone {
            let (now, before) = (prepared.judgement(index, *control), prepared_by_kept.judgement(index, *control));
            assert_eq!(now, before, "compiled before, {what}: {:?}", subject.uid);
        }
        assert_eq!(alone, prepared.outcomes_by_batch(index), "batch, {what}: {:?}", subject.uid);
        assert_eq!(alone, prepared.outcomes_one_by_one(index), "one by one, {what}: {:?}", subject.uid);
        compared += alone.len();
    }
    Ok(compared)
}

/// Of an entity of which nothing is known, nothing is said.
#[test]
fn nothing_known_is_not_assessed_by_every_control() -> Result<(), Box<dyn Error>> {
    let catalogue = Catalogue::built_in()?;
    let judge = Judge::compile(&catalogue)?;
    let context = judge.context(BTreeMap::new(), AsOf::from_unix(1_795_000_000));
    let kinds: BTreeSet<&String> = catalogue.controls.iter().flat_map(|c| &c.applies_to).collect();
    for kind in kinds {
        let nothing = Entity {
            uid: EntityRef::new(kind, "x"),
            name: "x".to_owned(),
            account: "111111111111".to_owned(),
            region: "eu-west-2".to_owned(),
            parents: Vec::new(),
            tags: None,
            facts: BTreeMap::new(),
            missing: BTreeMap::new(),
        };
        let world: BTreeMap<EntityRef, Entity> = BTreeMap::new();
        let subjects = [&nothing];
        let prepared = judge.prepare(&subjects, &world, &context)?;
        for control in judge.controls_for(kind) {
            let judgement = prepared.judgement(0, *control);
            let id = &catalogue.controls[*control].id;
            assert_eq!(judgement.outcome, Outcome::NotAssessed, "{id} on a {kind} of which nothing is known");
            assert!(!judgement.reason.is_empty(), "{id}");
        }
    }
    Ok(())
}
