//! How long a check takes once its facts are ready, control by control, and two other ways to ask.
//!
//! `cargo bench --bench judge`. Figures and how they were taken: `docs/performance.md`.

#![allow(missing_debug_implementations, reason = "criterion's macros make types of their own")]

#[path = "../examples/synthetic/estate.rs"]
mod estate;

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use havenmark::catalogue::Catalogue;
use havenmark::graph::{Declared, Estate, LISTED_TYPES, build};
use havenmark::model::document::ResourceDocument;
use havenmark::model::entity::Entity;
use havenmark::model::listing::Listing;
use havenmark::model::time::AsOf;
use havenmark::policy::Judge;

/// As many as an audit prepares at once.
const BATCH: u64 = 256;

type Anything = Box<dyn std::error::Error>;

fn documents(account: &str) -> Vec<ResourceDocument> {
    (0..BATCH).map(|index| estate::resource(account, index)).chain([estate::the_account(account)]).collect()
}

fn measure(criterion: &mut Criterion) -> Result<(), Anything> {
    let catalogue = Catalogue::built_in()?;
    let judge = Judge::load(&catalogue)?;
    let account = estate::account(0);
    let as_of: AsOf = "2026-11-24T02:00:00Z".parse().map_err(|_| "the time of the benchmark is wrong")?;
    let declared = Declared {
        tag_project: "tre:project".to_owned(),
        tag_role: "tre:role".to_owned(),
        tag_class: "tre:class".to_owned(),
        ..Declared::default()
    };
    let listings = LISTED_TYPES.map(|kind| Listing {
        account: account.clone(),
        region: "global".to_owned(),
        kind: kind.to_owned(),
        complete: true,
        reason: String::new(),
        calls: Vec::new(),
    });
    let global =
        Estate::new(documents(&account), listings.to_vec(), vec![account.clone()], vec![estate::REGION.to_owned()]);
    let known = |kind: &str| judge.facets(kind).into_iter().map(str::to_owned).collect::<BTreeSet<String>>();
    let facts = |documents| build(&account, documents, &global, &declared, as_of, &known);
    let shard = facts(documents(&account));
    let subjects: Vec<&Entity> =
        shard.entities.values().filter(|e| !judge.controls_for(&e.uid.kind).is_empty()).collect();
    let context = judge.context(BTreeMap::new(), as_of);
    let prepared = judge.prepare(&subjects, &shard.entities, &context)?;
    let checks: u64 = subjects.iter().map(|s| judge.controls_for(&s.uid.kind).len() as u64).sum();

    let mut group = criterion.benchmark_group("start");
    group.bench_function("load and compile the catalogue", |b| {
        b.iter(|| Catalogue::built_in().map(|catalogue| Judge::compile(&catalogue).is_ok()).is_ok());
    });
    group.finish();

    let mut group = criterion.benchmark_group("facts");
    group.throughput(Throughput::Elements(BATCH));
    group.bench_function("derive the facts of a batch", |b| {
        b.iter_batched(|| documents(&account), facts, criterion::BatchSize::LargeInput);
    });
    group.throughput(Throughput::Elements(subjects.len() as u64));
    group.bench_function("put a batch into Cedar's form", |b| {
        b.iter(|| judge.prepare(black_box(&subjects), &shard.entities, &context).is_ok());
    });
    group.finish();

    // One subject for each control: the first of a type that it judges.
    let mut group = criterion.benchmark_group("check, facts ready");
    for (control, entry) in catalogue.controls.iter().enumerate() {
        if let Some(subject) = subjects.iter().position(|s| judge.controls_for(&s.uid.kind).contains(&control)) {
            group.bench_with_input(BenchmarkId::from_parameter(&entry.id), &control, |b, control| {
                b.iter(|| prepared.outcome(black_box(subject), *control));
            });
        }
    }
    group.finish();

    let mut group = criterion.benchmark_group("a batch, all its controls");
    group.throughput(Throughput::Elements(checks));
    group.bench_function("clause by clause", |b| {
        b.iter(|| {
            for (index, subject) in subjects.iter().enumerate() {
                for control in judge.controls_for(&subject.uid.kind) {
                    black_box(prepared.outcome(index, *control));
                }
            }
        });
    });
    group.bench_function("with facts and reason", |b| {
        b.iter(|| {
            for (index, subject) in subjects.iter().enumerate() {
                for control in judge.controls_for(&subject.uid.kind) {
                    black_box(prepared.judgement(index, *control));
                }
            }
        });
    });
    group.bench_function("one request a resource", |b| {
        b.iter(|| (0..prepared.len()).for_each(|index| drop(black_box(prepared.outcomes_by_batch(index)))));
    });
    group.bench_function("one request a control", |b| {
        b.iter(|| (0..prepared.len()).for_each(|index| drop(black_box(prepared.outcomes_one_by_one(index)))));
    });
    group.finish();
    Ok(())
}

#[expect(clippy::panic, reason = "a benchmark that cannot be set up has nobody to return an error to")]
fn judge(criterion: &mut Criterion) {
    if let Err(error) = measure(criterion) {
        panic!("{error}");
    }
}

criterion_group!(benches, judge);
criterion_main!(benches);
