//! How long a check of infrastructure code takes, part by part.
//!
//! `cargo bench --bench gate`. Figures and how they were taken: `docs/performance.md`.

#![allow(missing_debug_implementations, reason = "criterion's macros make types of their own")]

#[path = "../examples/gate/code.rs"]
mod code;

use std::collections::BTreeMap;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use havenmark::assess::gate::{Change, Gate};
use havenmark::catalogue::Catalogue;
use havenmark::declaration::register::{Facts, Register, StatementFacts};
use havenmark::graph::Declared;
use havenmark::model::id::ControlId;
use havenmark::model::planned::{Input, World};
use havenmark::model::time::AsOf;
use havenmark::policy::Judge;
use havenmark::source::planned::{self, Site};
use havenmark::source::{cloudformation, table, terraform};

/// What the issue of the gate asks: a plan of so many resources.
const PLAN: usize = 300;

type Anything = Box<dyn std::error::Error>;

/// Nothing is registered.
struct Nobody;

impl Facts for Nobody {
    fn statement(&self, _: &str) -> Option<StatementFacts> {
        None
    }

    fn control(&self, _: &ControlId) -> bool {
        false
    }
}

fn changes(world: &World) -> Vec<Change> {
    let made = planned::documents(world, &Site::default()).into_iter();
    made.filter_map(|made| {
        let resource = world.resources.get(made.index)?;
        Some(Change {
            address: resource.address.clone(),
            action: resource.action,
            document: made.document,
            assumed: made.assumed,
            named: made.named,
            unnamed: made.unnamed,
            shared: false,
        })
    })
    .collect()
}

fn template(bytes: &[u8]) -> Result<World, Anything> {
    let input = cloudformation::read("template.json", bytes, &cloudformation::Options::default())
        .map_err(|error| error.message)?;
    let world = input.worlds.into_iter().next().ok_or("the template has no world")?;
    Ok(cloudformation::collected(world).0)
}

fn plan(bytes: &[u8]) -> Result<Input, Anything> {
    Ok(terraform::read("plan.json", bytes, &terraform::Options::default()).map_err(|error| error.message)?)
}

fn measure(criterion: &mut Criterion) -> Result<(), Anything> {
    let catalogue = Catalogue::built_in()?;
    let judge = Judge::load(&catalogue)?;
    let as_of: AsOf = "2026-11-24T02:00:00Z".parse().map_err(|_| "the time of the benchmark is wrong")?;
    let declared = Declared::default();
    let register = Register::default();
    let standings = register.at(as_of, &Nobody);
    let gate = Gate {
        catalogue: &catalogue,
        judge: &judge,
        declared: &declared,
        context: BTreeMap::new(),
        standings: &standings,
        off: BTreeMap::new(),
        as_of,
        live: None,
        listed: table::every_kind().map(|kind| kind.kind.to_owned()).collect(),
    };

    let mut group = criterion.benchmark_group("start");
    group.bench_function("read the catalogue", |b| b.iter(|| Catalogue::built_in().is_ok()));
    group.bench_function("open the policies", |b| b.iter(|| Judge::load(black_box(&catalogue)).is_ok()));
    group.bench_function("compile the policies", |b| b.iter(|| Judge::compile(black_box(&catalogue)).is_ok()));
    group.finish();

    let bytes = serde_json::to_vec(&code::plan(PLAN))?;
    let input = plan(&bytes)?;
    let planned = changes(input.worlds.first().ok_or("the plan has no world")?);
    let mut group = criterion.benchmark_group("a plan of 300 resources");
    group.throughput(Throughput::Elements(PLAN as u64));
    group.bench_function("read", |b| b.iter(|| plan(black_box(&bytes)).is_ok()));
    group.bench_function("documents", |b| b.iter(|| input.worlds.first().map(|world| changes(black_box(world)).len())));
    group.bench_function("judge", |b| b.iter(|| gate.judge(black_box(&planned), None).map(|found| found.len()).ok()));
    group.finish();

    let bytes = serde_json::to_vec_pretty(&code::template(0, 1))?;
    let shaped = template(&bytes)?;
    let made = changes(&shaped);
    let mut group = criterion.benchmark_group("a template of 30 resources");
    group.throughput(Throughput::Elements(code::ROUND as u64));
    group.bench_function("read and shape", |b| b.iter(|| template(black_box(&bytes)).is_ok()));
    group.bench_function("documents", |b| b.iter(|| changes(black_box(&shaped)).len()));
    group.bench_function("judge", |b| b.iter(|| gate.judge(black_box(&made), None).map(|found| found.len()).ok()));
    group.finish();
    Ok(())
}

#[expect(clippy::panic, reason = "a benchmark that cannot be set up has nobody to return an error to")]
fn gate(criterion: &mut Criterion) {
    if let Err(error) = measure(criterion) {
        panic!("{error}");
    }
}

criterion_group!(benches, gate);
criterion_main!(benches);
