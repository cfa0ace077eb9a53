//! The audit: a pure function of snapshot, control pack, declaration, register and as-of time.
//!
//! May import: everything that `assess` may. Guarantees: no clock, network, randomness or order of a hash map behind it;
//! accounts are judged one after the other in bounded memory, batches of an account in parallel and joined in order, so the
//! number of threads changes no byte.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::Arc;

use rayon::prelude::*;

use super::located::region_of;
use super::locations::Survey;
use super::score::{Attestation, Basis, Evidence, propose};
use super::tally::Tally;
use super::{PreviousRun, known, lines, obligations, processing, rollup};
use crate::catalogue::Catalogue;
use crate::declaration::form::Dspt;
use crate::declaration::register::Standings;
use crate::graph::estate::GLOBAL_TYPES;
use crate::graph::inventory::{self, UnreadType};
use crate::graph::listings::Listings;
use crate::graph::{Declared, Estate, Shard, build, discard};
use crate::model::assessment::{
    Assessment, ControlResult, Coverage, ExceptionStatus, FrameworkEdition, Gap, InventoryGap, Notice, ProfileStatus,
    Run, StatementResult, Tool,
};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, EntityRef, Fact};
use crate::model::inventory::Inventoried;
use crate::model::score::RollUp;
use crate::model::time::AsOf;
use crate::model::verdict::{Counts, Outcome, Verdict, fingerprint};
use crate::policy::{Judge, JudgeContext, Judgement, PolicyError, World};
use crate::snapshot::{Manifest, Reader, SnapshotError, SnapshotGap};

/// The largest account that is read while another is judged, in bytes of its documents: larger ones wait, so that no more of
/// them is in memory than one at a time.
const AHEAD: u64 = 64 << 20;
/// Entities put into Cedar's form at once.
const BATCH: usize = 256;
/// Batches whose lines are held until they are written: few enough that their memory is used again and again.
const WINDOW: usize = 16;
/// Room for the lines of a batch, in bytes: about what a bucket's verdicts take, so that it seldom grows.
const LINES: usize = 12_000 * BATCH;
/// The account under which declared things stand.
pub const DECLARED: &str = "declared";

/// Why an audit could not be run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    #[error(transparent)]
    Policy(#[from] PolicyError),
    #[error("the verdicts could not be written: {0}")]
    Write(#[from] io::Error),
}

/// Everything that an audit depends on.
#[derive(Debug)]
pub struct Inputs<'a> {
    pub snapshot: &'a Reader,
    pub catalogue: &'a Catalogue,
    pub judge: &'a Judge,
    pub declared: &'a Declared,
    /// Members of Cedar's context, from the declaration.
    pub context: BTreeMap<String, Fact>,
    pub name: Option<String>,
    pub federates: bool,
    /// Track, edition, claims and certificates of the DSPT, as far as they are declared.
    pub dspt: Dspt,
    pub declaration_sha256: Option<String>,
    pub register_sha256: Option<String>,
    /// The register at the as-of time.
    pub standings: &'a Standings<'a>,
    pub notices: Vec<Notice>,
    /// Profiles at the as-of time.
    pub profiles: Vec<ProfileStatus>,
    /// Controls that they switch off, each with why.
    pub off: BTreeMap<String, String>,
    pub previous: Option<PreviousRun>,
    pub as_of: AsOf,
}

/// Judges a snapshot. Each verdict is written to `lines` as one line of JSON, by account, type, resource and control.
///
/// # Errors
/// The snapshot does not hold together, the entities do not, or `lines` cannot be written.
pub fn run(mut inputs: Inputs<'_>, lines: &mut (dyn Write + Send)) -> Result<Assessment, RunError> {
    let manifest = inputs.snapshot.manifest();
    let known = |kind: &str| inputs.judge.facets(kind).into_iter().map(str::to_owned).collect::<BTreeSet<String>>();
    let mut global = Vec::new();
    for chunk in manifest.chunks.iter().filter(|c| GLOBAL_TYPES.contains(&c.kind.as_str())) {
        global.extend(inputs.snapshot.documents(chunk)?);
    }
    let mut listings = Listings::default();
    inputs.snapshot.for_each_listing(|listing| listings.add(&listing))?;
    let approved = inputs.declared.regions.iter().flatten().map(|region| region.text.as_str());
    listings.expect(&approved.collect::<Vec<_>>());
    let mut estate = Estate::new(global.clone(), listings, manifest.accounts.clone(), manifest.regions.clone());
    let everywhere = global_world(global, &estate, inputs.declared, inputs.as_of, &known);
    let context = inputs.judge.context(std::mem::take(&mut inputs.context), inputs.as_of);

    let mut previous = inputs.previous.take();
    let mut tally = Tally::new(inputs.catalogue.controls.len());
    // Every bucket by name, with its Region: other accounts name them as destinations.
    let mut seen_buckets: BTreeMap<String, Arc<str>> = BTreeMap::new();
    let mut region_names: BTreeSet<Arc<str>> = BTreeSet::new();
    let mut survey = survey(inputs.declared);
    let mut known_rows = inputs.snapshot.inventory()?;
    let mut inventory_gaps = known::places_not_whole(&estate);
    let bench = Bench { inputs: &inputs, everywhere: &everywhere, context: &context, compare: previous.is_some() };
    let mut job = Job { bench: &bench, tally: &mut tally, previous: &mut previous, lines };
    let mut accounts = manifest.accounts.iter().peekable();
    let mut ahead = None;
    while let Some(account) = accounts.next() {
        let documents = match ahead.take() {
            Some(documents) => documents,
            None => documents_of(inputs.snapshot, account)?,
        };
        let present: BTreeSet<String> = documents.iter().map(|d| d.kind.clone()).collect();
        for bucket in documents.iter().filter(|d| d.kind == "AWS::S3::Bucket") {
            let region = region_of(bucket).unwrap_or_default();
            seen_buckets.insert(bucket.id.clone(), shared(region, &mut region_names));
        }
        let rows = known::rows_of(&mut known_rows, account, &mut inventory_gaps)?;
        let unread = if rows.is_empty() { rows } else { inventory::unread(rows, &documents) };
        let types = inventory::by_type(&unread, account, estate.listings());
        survey.account(account, &documents, estate.listings(), |kind| types.get(kind).map(|of| of.reason.clone()));
        let doubt = (!unread.is_empty()).then(|| {
            let build =
                |estate: &Estate| build(account, documents.clone(), estate, inputs.declared, inputs.as_of, &known);
            estate.doubting(&inventory::doubts(&types, account), build)
        });
        let shard = build(account, documents, &estate, inputs.declared, inputs.as_of, &known);
        // Of the documents nothing is left by now: those of the next account take their memory before it goes back to the
        // kernel, which would have to clear it again.
        let next = accounts.peek().filter(|next| size_of(inputs.snapshot, next) <= AHEAD);
        let (judged, read) = rayon::join(
            || job.judge(&shard, doubt.as_ref()),
            || next.map(|next| documents_of(inputs.snapshot, next)).transpose(),
        );
        judged?;
        ahead = read?;
        discard(shard.entities.into_values().chain(doubt.into_iter().flat_map(|d| d.entities.into_values())));
        job.judge_unread(&unread)?;
        job.judge_listings(account, &present, &estate, &types)?;
        inventory_gaps.extend(known::types_not_read(account, types, &inputs));
    }
    known::rows_of(&mut known_rows, "", &mut inventory_gaps)?;
    // An account of the environment that was not read is not one that holds nothing.
    for account in unread_accounts(inputs.declared, &manifest.accounts) {
        job.judge_listings(account, &BTreeSet::new(), &estate, &BTreeMap::new())?;
        survey.not_read(account);
    }
    let documents = declared_documents(inputs.declared, &seen_buckets);
    let present: BTreeSet<String> = documents.iter().map(|d| d.kind.clone()).collect();
    let shard = build(DECLARED, documents, &estate, inputs.declared, inputs.as_of, &known);
    job.judge(&shard, None)?;
    job.judge_declared_types(&present)?;

    inventory_gaps.sort();
    let declared = inputs.declared;
    let mut assessment = finish(inputs, manifest, tally, previous, inventory_gaps);
    assessment.uk_gdpr.locations =
        survey.finish(&manifest.regions, |name| seen_buckets.get(name).map(|region| &**region));
    assessment.uk_gdpr.article_30 = processing::draft(declared, &survey, &assessment.controls, &assessment.notices);
    Ok(assessment)
}

/// A survey of where data lies, which looks for the declared stores.
fn survey(declared: &Declared) -> Survey {
    let regions = declared.regions.as_ref().map(|all| all.iter().map(|region| region.text.clone()).collect());
    let stores = declared.datasets.iter().flatten().flat_map(|dataset| &dataset.stores);
    Survey::new(regions, stores.map(|store| store.text.clone()))
}

/// The same text held once.
fn shared(text: &str, known: &mut BTreeSet<Arc<str>>) -> Arc<str> {
    if let Some(there) = known.get(text) {
        return Arc::clone(there);
    }
    let new: Arc<str> = Arc::from(text);
    known.insert(Arc::clone(&new));
    new
}

/// The size of the documents of an account, as text.
fn size_of(snapshot: &Reader, account: &str) -> u64 {
    snapshot.chunks_of(account).iter().map(|chunk| chunk.file.bytes).sum()
}

/// The documents of an account.
fn documents_of(snapshot: &Reader, account: &str) -> Result<Vec<ResourceDocument>, SnapshotError> {
    let documents: Vec<Vec<ResourceDocument>> =
        snapshot.chunks_of(account).par_iter().map(|chunk| snapshot.documents(chunk)).collect::<Result<_, _>>()?;
    Ok(documents.into_iter().flatten().collect())
}

/// Entities of the global types of every account, for references from other accounts.
fn global_world(
    documents: Vec<ResourceDocument>,
    estate: &Estate,
    declared: &Declared,
    as_of: AsOf,
    known: &(dyn Fn(&str) -> BTreeSet<String> + Sync),
) -> BTreeMap<EntityRef, Entity> {
    let mut by_account: BTreeMap<String, Vec<ResourceDocument>> = BTreeMap::new();
    for document in documents {
        by_account.entry(document.account.clone()).or_default().push(document);
    }
    let mut world = BTreeMap::new();
    for (account, documents) in by_account {
        world.extend(build(&account, documents, estate, declared, as_of, known).entities);
    }
    world
}

/// Declared accounts of the environment that are not in the snapshot.
fn unread_accounts<'a>(declared: &'a Declared, read: &[String]) -> BTreeSet<&'a str> {
    let purposes = declared.accounts.iter().flatten().filter(|(purpose, _)| purpose.as_str() != "management");
    let ids = purposes.flat_map(|(_, ids)| ids).map(|id| id.text.as_str());
    ids.filter(|id| !read.iter().any(|account| account == id)).collect()
}

/// Declared projects and datasets, and declared buckets that no account showed: those know only their role.
fn declared_documents(declared: &Declared, seen_buckets: &BTreeMap<String, Arc<str>>) -> Vec<ResourceDocument> {
    let mut documents = crate::graph::tre::documents(declared);
    for (name, place) in declared.buckets() {
        if !seen_buckets.contains_key(&name) {
            documents.push(crate::graph::tre::unseen_bucket(&name, &place));
        }
    }
    documents
}

struct ShardWorld<'a> {
    shard: &'a Shard,
    everywhere: &'a BTreeMap<EntityRef, Entity>,
}

impl World for ShardWorld<'_> {
    fn entity(&self, reference: &EntityRef) -> Option<&Entity> {
        self.shard.entities.get(reference).or_else(|| self.everywhere.get(reference))
    }
}

/// What judges a batch: shared by all threads.
struct Bench<'a> {
    inputs: &'a Inputs<'a>,
    everywhere: &'a BTreeMap<EntityRef, Entity>,
    context: &'a JudgeContext,
    /// Verdicts are kept for comparison with an earlier run.
    compare: bool,
}

/// What joins the batches, in order.
struct Job<'a, 'w> {
    bench: &'a Bench<'a>,
    tally: &'w mut Tally,
    previous: &'w mut Option<PreviousRun>,
    lines: &'w mut (dyn Write + Send),
}

impl Bench<'_> {
    /// `doubt` is the same account where AWS Config knows of what was not read: what holds only without the doubt is not known.
    fn judge_batch(
        &self,
        batch: &[&Entity],
        world: &ShardWorld<'_>,
        doubt: Option<&ShardWorld<'_>>,
    ) -> Result<Part, RunError> {
        let mut part = Part::new(self.inputs.catalogue.controls.len(), self.compare);
        let prepared = self.inputs.judge.prepare(batch, world, self.context)?;
        let same = |entity: &&'_ Entity| doubt.and_then(|d| d.shard.entities.get(&entity.uid));
        let doubtful: Vec<&Entity> = batch.iter().filter_map(same).collect();
        // Of the same documents come the same entities; where they did not, nothing that holds without the doubt is known.
        let lost = doubt.is_some() && doubtful.len() != batch.len();
        let doubtful = match doubt {
            Some(world) if !lost => Some(self.inputs.judge.prepare(&doubtful, world, self.context)?),
            _ => None,
        };
        for (index, entity) in batch.iter().enumerate() {
            for control in self.inputs.judge.controls_for(&entity.uid.kind) {
                if let Some(why) = self.off(*control) {
                    let (outcome, reason) = (Outcome::NotAssessed, why.to_owned());
                    let judgement = Judgement { control: *control, outcome, reason, facts: Vec::new() };
                    part.add(*control, self.verdict(entity, judgement))?;
                    continue;
                }
                let judgement = prepared.judgement(index, *control);
                let in_doubt = || doubtful.as_ref().map(|doubtful| doubtful.judgement(index, *control));
                let judgement = known::doubted(judgement, lost, in_doubt);
                let verdict = self.verdict(entity, judgement);
                part.add(*control, verdict)?;
            }
        }
        Ok(part)
    }

    /// Why a control does not run: then it has the same rows, and says nothing in them.
    fn off(&self, control: usize) -> Option<&str> {
        let control = self.inputs.catalogue.controls.get(control)?;
        self.inputs.off.get(control.id.as_str()).map(String::as_str)
    }

    fn verdict(&self, entity: &Entity, judgement: Judgement) -> Verdict {
        let control =
            self.inputs.catalogue.controls.get(judgement.control).map(|c| c.id.to_string()).unwrap_or_default();
        let mut verdict = Verdict {
            account: entity.account.clone(),
            exception: None,
            facts: judgement.facts,
            fingerprint: fingerprint(&control, &entity.name),
            reason: judgement.reason,
            region: entity.region.clone(),
            resource: entity.name.clone(),
            kind: entity.uid.kind.clone(),
            verdict: judgement.outcome,
            control,
        };
        if verdict.verdict == Outcome::NotMet
            && let Some(exception) = self.inputs.standings.excepts(&verdict.control, &verdict.resource)
        {
            verdict.verdict = Outcome::Excepted;
            let form = &exception.form;
            let accepted = form.reason.as_deref().unwrap_or_default();
            verdict.reason = format!("{}; accepted by {}: {accepted}", verdict.reason, form.id);
            verdict.exception = Some(form.id.clone());
        }
        verdict
    }
}

impl Job<'_, '_> {
    fn judge(&mut self, shard: &Shard, doubt: Option<&Shard>) -> Result<(), RunError> {
        let bench = self.bench;
        let world = ShardWorld { shard, everywhere: self.bench.everywhere };
        let doubt = doubt.map(|shard| ShardWorld { shard, everywhere: bench.everywhere });
        let subjects: Vec<&Entity> =
            shard.entities.values().filter(|e| !self.bench.inputs.judge.controls_for(&e.uid.kind).is_empty()).collect();
        self.tally.resources += shard.entities.len() as u64;
        let batches: Vec<&[&Entity]> = subjects.chunks(BATCH).collect();
        let mut waiting = Vec::new();
        for window in batches.chunks(WINDOW) {
            let judge = || {
                window.par_iter().map(|b| bench.judge_batch(b, &world, doubt.as_ref())).collect::<Result<Vec<_>, _>>()
            };
            // What was judged is written while the next ones are.
            let (judged, joined) = rayon::join(judge, || self.join(std::mem::take(&mut waiting)));
            joined?;
            waiting = judged?;
        }
        self.join(waiting)
    }

    fn join(&mut self, parts: Vec<Part>) -> Result<(), RunError> {
        for part in parts {
            self.lines.write_all(&part.lines)?;
            if let Some(previous) = self.previous.as_mut() {
                part.decided.iter().for_each(|v| previous.compare(v));
            }
            self.tally.merge(part.tally);
        }
        Ok(())
    }

    /// A row for every control on every resource that AWS Config knows and nobody read. No policy is asked: of what was not
    /// seen there is one answer.
    fn judge_unread(&mut self, rows: &[Inventoried]) -> Result<(), RunError> {
        self.tally.resources += rows.len() as u64;
        let inputs = self.bench.inputs;
        for batch in rows.chunks(BATCH) {
            let mut part = Part::new(inputs.catalogue.controls.len(), self.bench.compare);
            for row in batch {
                let resource = if row.arn.is_empty() { &row.id } else { &row.arn };
                for control in inputs.judge.controls_for(&row.kind) {
                    let id = inputs.catalogue.controls.get(*control).map(|c| c.id.to_string()).unwrap_or_default();
                    let verdict = Verdict {
                        account: row.account.clone(),
                        exception: None,
                        facts: Vec::new(),
                        fingerprint: fingerprint(&id, resource),
                        reason: self.bench.off(*control).map_or_else(|| inventory::reason(row), str::to_owned),
                        region: row.region.clone(),
                        resource: resource.clone(),
                        kind: row.kind.clone(),
                        verdict: Outcome::NotAssessed,
                        control: id,
                    };
                    part.add(*control, verdict)?;
                }
            }
            self.join(vec![part])?;
        }
        Ok(())
    }

    /// A row for every control and type of which an account holds nothing, or of which nobody knows whether it does.
    fn judge_listings(
        &mut self,
        account: &str,
        present: &BTreeSet<String>,
        estate: &Estate,
        unread: &BTreeMap<String, UnreadType>,
    ) -> Result<(), RunError> {
        let mut rows = Vec::new();
        for (index, control) in self.bench.inputs.catalogue.controls.iter().enumerate() {
            for kind in control.applies_to.iter().filter(|k| !k.starts_with("TRE::")) {
                let all = estate
                    .listings()
                    .listed(kind, account)
                    .and_then(|()| unread.get(kind).map_or(Ok(()), |of| Err(of.reason.clone())));
                let (outcome, reason) = match all {
                    Err(reason) => (Outcome::NotAssessed, format!("not every {kind} may have been seen: {reason}")),
                    Ok(()) if !present.contains(kind) => {
                        (Outcome::NotApplicable, format!("the account holds no {kind}; every listing answered"))
                    }
                    Ok(()) => continue,
                };
                rows.push((index, control.id.to_string(), kind.clone(), outcome, reason));
            }
        }
        self.write_rows(account, rows)
    }

    /// A row for every control on declared things of which none is declared.
    fn judge_declared_types(&mut self, present: &BTreeSet<String>) -> Result<(), RunError> {
        let mut rows = Vec::new();
        for (index, control) in self.bench.inputs.catalogue.controls.iter().enumerate() {
            for kind in control.applies_to.iter().filter(|k| k.starts_with("TRE::") && !present.contains(*k)) {
                let table = kind.trim_start_matches("TRE::").to_lowercase();
                let reason = format!("tre.toml declares no [[{table}]]");
                rows.push((index, control.id.to_string(), kind.clone(), Outcome::NotAssessed, reason));
            }
            // An entry that was set aside is one that nobody judged.
            for kind in control.applies_to.iter().filter(|k| k.starts_with("TRE::") && present.contains(*k)) {
                let table = kind.trim_start_matches("TRE::").to_lowercase();
                if let Some(reason) = self.bench.inputs.declared.set_aside.get(&table) {
                    rows.push((index, control.id.to_string(), kind.clone(), Outcome::NotAssessed, reason.clone()));
                }
            }
        }
        self.write_rows(DECLARED, rows)
    }

    fn write_rows(
        &mut self,
        account: &str,
        rows: Vec<(usize, String, String, Outcome, String)>,
    ) -> Result<(), RunError> {
        let mut part = Part::new(self.bench.inputs.catalogue.controls.len(), self.bench.compare);
        for (index, control, kind, mut outcome, mut reason) in rows {
            if let Some(why) = self.bench.off(index) {
                (outcome, reason) = (Outcome::NotAssessed, why.to_owned());
            }
            let resource = format!("account:{account}/{kind}");
            let verdict = Verdict {
                account: account.to_owned(),
                exception: None,
                facts: Vec::new(),
                fingerprint: fingerprint(&control, &resource),
                reason,
                region: "global".to_owned(),
                resource,
                kind,
                verdict: outcome,
                control,
            };
            part.add(index, verdict)?;
        }
        self.join(vec![part])
    }
}

/// The verdicts of a batch, as lines and counts.
struct Part {
    lines: Vec<u8>,
    tally: Tally,
    /// Verdicts without their facts, kept only where an earlier run is compared.
    decided: Vec<Verdict>,
    compare: bool,
}

impl Part {
    fn new(controls: usize, compare: bool) -> Self {
        Self { lines: Vec::with_capacity(LINES), tally: Tally::new(controls), decided: Vec::new(), compare }
    }

    fn add(&mut self, control: usize, mut verdict: Verdict) -> Result<(), RunError> {
        // The fields of a verdict stand in the order of their names; what a fact holds is sorted here.
        verdict.facts.iter_mut().filter_map(|f| f.value.as_mut()).for_each(serde_json::Value::sort_all_objects);
        serde_json::to_writer(&mut self.lines, &verdict).map_err(io::Error::from)?;
        self.lines.push(b'\n');
        self.tally.add(control, &verdict);
        if self.compare {
            verdict.facts = Vec::new();
            verdict.reason = String::new();
            self.decided.push(verdict);
        }
        Ok(())
    }
}

fn finish(
    inputs: Inputs<'_>,
    manifest: &Manifest,
    mut tally: Tally,
    previous: Option<PreviousRun>,
    inventory: Vec<InventoryGap>,
) -> Assessment {
    let catalogue = inputs.catalogue;
    let ids: Vec<String> = catalogue.controls.iter().map(|c| c.id.to_string()).collect();
    let severities: Vec<_> = catalogue.controls.iter().map(|c| c.severity).collect();
    let findings = tally.findings(&ids, &severities);
    let wanting = std::mem::take(&mut tally.wanting);
    let gaps = gaps(manifest.coverage.gaps.clone(), &wanting, &ids);
    let counts: BTreeMap<&str, Counts> = catalogue
        .controls
        .iter()
        .zip(&tally.controls)
        .map(|(control, tally)| (control.id.as_str(), tally.counts))
        .collect();
    let statements = statements(&inputs, &counts);
    let rollup = rollup::roll_up(catalogue, &statements);
    let exceptions = exceptions(&inputs, &tally);
    let controls = catalogue
        .controls
        .iter()
        .zip(tally.controls)
        .map(|(control, tally)| {
            let lines = catalogue.lines_of(control);
            let of = |framework: &str| -> Vec<String> {
                lines
                    .iter()
                    .filter(|(f, _, _)| f.starts_with(framework))
                    .map(|(_, edition, id)| if framework == "uk_gdpr" { id.clone() } else { format!("{edition} {id}") })
                    .collect()
            };
            ControlResult {
                id: control.id.to_string(),
                own: control.own,
                title: control.title.clone(),
                severity: control.severity,
                safe: control.id.safe(),
                scope: control.scope.clone(),
                pre_deploy: control.pre_deploy,
                applies_to: control.applies_to.clone(),
                rationale: control.rationale.trim().to_owned(),
                remediation: control.remediation.parts(),
                policy: inputs.judge.policy_text(control.id.as_str()),
                satre: control.satre.clone(),
                dspt: of("dspt"),
                uk_gdpr: of("uk_gdpr"),
                counts: tally.counts,
                failing: tally.failing,
                unknown: tally.unknown,
            }
        })
        .collect();
    let run = Run {
        accounts: manifest.accounts.clone(),
        as_of: inputs.as_of,
        caller: manifest.caller.clone(),
        collected_from: manifest.collected_from,
        collected_to: manifest.collected_to,
        coverage: Coverage { answered: manifest.coverage.answered, calls: manifest.coverage.calls, gaps, inventory },
        declaration_sha256: inputs.declaration_sha256,
        name: inputs.name,
        profiles: inputs.profiles,
        projects: inputs.declared.projects.as_ref().map_or(0, |p| p.len() as u64),
        regions: manifest.regions.clone(),
        register_sha256: inputs.register_sha256,
        resources: tally.resources,
        snapshot_sha256: inputs.snapshot.sha256().to_owned(),
    };
    let attestations = inputs.standings.statuses();
    let (dspt, uk_gdpr) = obligations::views(&obligations::Sources {
        catalogue,
        run: &run,
        statements: &statements,
        counts: &counts,
        attestations: &attestations,
        exceptions: &exceptions,
        dspt: &inputs.dspt,
    });
    Assessment {
        run,
        tool: Tool {
            control_pack_sha256: catalogue.pack_sha256.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        verdict: rollup.satre.whole.unwrap_or(RollUp::Incomplete),
        controls,
        statements,
        rollup,
        attestations,
        exceptions,
        findings,
        notices: inputs.notices,
        since: previous.and_then(PreviousRun::finish),
        frameworks: editions(catalogue),
        dspt,
        uk_gdpr,
    }
}

/// The exceptions, each with how many failures it covers.
fn exceptions(inputs: &Inputs<'_>, tally: &Tally) -> Vec<ExceptionStatus> {
    let mut exceptions = inputs.standings.exceptions();
    for exception in &mut exceptions {
        exception.used = tally.excepted.get(&exception.id).copied().unwrap_or_default();
        if exception.standing.counts() && exception.used == 0 {
            let unused = format!("{} It is not used: nothing that it covers is not met.", exception.standing_reason);
            unused.trim_start().clone_into(&mut exception.standing_reason);
        }
    }
    exceptions
}

/// The gaps of a snapshot, each with the controls that want its answer.
fn gaps(of: Vec<SnapshotGap>, wanting: &BTreeMap<String, BTreeSet<u16>>, ids: &[String]) -> Vec<Gap> {
    let gap = |gap: SnapshotGap| {
        let controls = wanting.get(&format!("{}:{}", gap.service, gap.operation));
        let controls = controls.into_iter().flatten().filter_map(|c| ids.get(usize::from(*c)).cloned()).collect();
        Gap {
            account: gap.account,
            controls,
            count: gap.count,
            operation: gap.operation,
            outcome: gap.outcome,
            reason: gap.reason,
            region: gap.region,
            service: gap.service,
        }
    };
    of.into_iter().map(gap).collect()
}

/// Every edition of every framework, in the order of a page.
fn editions(catalogue: &Catalogue) -> Vec<FrameworkEdition> {
    let mut editions = vec![FrameworkEdition {
        edition: catalogue.satre.edition.clone(),
        framework: "satre".to_owned(),
        note: String::new(),
        partial: false,
        title: format!("SATRE {}", catalogue.satre.edition),
    }];
    for framework in &catalogue.lines {
        editions.extend(framework.editions.iter().map(|edition| FrameworkEdition {
            edition: edition.id.clone(),
            framework: framework.framework.clone(),
            note: edition.note.clone(),
            partial: edition.partial,
            title: edition.title.clone(),
        }));
    }
    editions
}

fn statements(inputs: &Inputs<'_>, counts: &BTreeMap<&str, Counts>) -> Vec<StatementResult> {
    let catalogue = inputs.catalogue;
    let mut results = Vec::new();
    for statement in &catalogue.satre.statements {
        let (here, designed) = catalogue.controls_of(statement);
        let mut evidence: Vec<Evidence> = here
            .iter()
            .map(|c| Evidence {
                control: c.id.to_string(),
                severity: c.severity,
                counts: counts.get(c.id.as_str()).copied(),
                own: c.own,
                off: inputs.off.contains_key(c.id.as_str()),
            })
            .collect();
        evidence.extend(designed.iter().map(|id| Evidence {
            control: id.clone(),
            severity: crate::model::id::Severity::High,
            counts: None,
            own: false,
            off: false,
        }));
        let attested = inputs.standings.statement(&statement.id);
        let proposal = propose(&Basis {
            importance: statement.importance,
            mode: statement.mode,
            aws_can_fail: statement.aws_can_fail,
            controls: &evidence,
            attestation: attested.and_then(|a| a.form.score).map(|score| Attestation { score }),
            out_of_scope: statement.pillar() == "5" && !inputs.federates,
        });
        let capability = catalogue.satre.capabilities.iter().find(|c| c.id == statement.capability);
        results.push(StatementResult {
            attestation: attested.map(|a| a.form.id.clone()),
            controls: evidence.into_iter().map(|e| e.control).collect(),
            edition: catalogue.satre.edition.clone(),
            framework: "satre".to_owned(),
            id: statement.id.clone(),
            importance: Some(statement.importance),
            mode: statement.mode,
            reason: proposal.reason,
            score: proposal.score,
            state: proposal.state,
            title: statement.title.clone(),
            group: capability.map(|c| format!("{} {}", c.id, c.title)).unwrap_or_default(),
            safe: Some(statement.safe()),
            by_person: proposal.by_person,
            roles: statement.roles.clone(),
            claim: None,
        });
    }
    let lines = lines::results(catalogue, &results, &claims(&inputs.dspt));
    results.extend(lines);
    results
}

/// DSPT claims by (edition, id); without an edition they belong to nothing.
fn claims(dspt: &Dspt) -> BTreeMap<(String, String), String> {
    let (Some(edition), Some(claims)) = (&dspt.edition, &dspt.claims) else { return BTreeMap::new() };
    claims.iter().map(|(id, claim)| ((edition.clone(), id.clone()), claim.clone())).collect()
}
