//! The check of code before it is deployed: which controls will hold of what it makes, and what it makes worse elsewhere.
//!
//! May import: everything that `assess` may. Guarantees: a pure function, as the audit is; nothing is met that rests on what the
//! code does not say: without a snapshot no listing is complete; worlds that differ decide nothing, and the verdict names
//! one that fails.

mod future;
mod named;
mod worlds;

use std::collections::{BTreeMap, BTreeSet};

use super::known;
use crate::catalogue::Catalogue;
use crate::declaration::register::Standings;
use crate::graph::estate::GLOBAL_TYPES;
use crate::graph::listings::Listings;
use crate::graph::{Declared, Estate, LISTED_TYPES, build, uid};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, EntityRef, Fact};
use crate::model::inventory::LISTING;
use crate::model::listing::Listing;
use crate::model::planned::Action;
use crate::model::time::AsOf;
use crate::model::verdict::Outcome;
use crate::policy::{Judge, JudgeContext, Judgement, PolicyError};
use crate::snapshot::{Reader, SnapshotError};
pub use future::Change;
pub use worlds::{Combined, combine};

/// Why a listing is not complete where only code was read.
const ONLY_CODE: &str = "code shows only its own resources; give --live SNAPSHOT";

/// Why a check could not be run.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

/// Everything that a check depends on beside the code.
#[derive(Debug)]
pub struct Gate<'a> {
    pub catalogue: &'a Catalogue,
    pub judge: &'a Judge,
    pub declared: &'a Declared,
    /// Members of Cedar's context, from the declaration.
    pub context: BTreeMap<String, Fact>,
    pub standings: &'a Standings<'a>,
    /// Controls that profiles switch off, each with why.
    pub off: BTreeMap<String, String>,
    pub as_of: AsOf,
    /// The state before the change.
    pub live: Option<&'a Reader>,
    /// Every type that a collector lists.
    pub listed: BTreeSet<String>,
}

/// A control on a resource in one world.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The address of the resource in the code; of a resource of the snapshot its name.
    pub address: String,
    /// The ARN or id; of code that gives none one that was made from the address.
    pub name: String,
    /// Whether AWS will call it so.
    pub named: bool,
    /// It stands in the snapshot alone, and is worse than before.
    pub elsewhere: bool,
    pub account: String,
    pub region: String,
    pub kind: String,
    pub judgement: Judgement,
    /// The exception that covers it.
    pub exception: Option<String>,
    /// It was the same before the change.
    pub known: bool,
}

/// The state before a change, read and judged once for every input and world.
#[derive(Debug)]
pub struct Before {
    documents: BTreeMap<String, Vec<ResourceDocument>>,
    listings: Listings,
    /// What AWS Config knows of and nobody read.
    doubts: Vec<Listing>,
    outcomes: BTreeMap<EntityRef, BTreeMap<usize, Outcome>>,
}

impl Before {
    /// Whether it is known of a resource what it is before the change: it is there, or everything of its type was listed.
    fn settles(&self, document: &ResourceDocument) -> bool {
        let key = uid(document);
        let there = self.documents.get(&document.account).into_iter().flatten().any(|found| uid(found) == key);
        there || self.listings.listed_in(&document.kind, &document.account, &document.region).is_ok()
    }
}

/// The entities of a state, and the same ones where what AWS Config knows and nobody read is in doubt.
struct State {
    entities: Entities,
    doubted: Option<Entities>,
}

type Entities = BTreeMap<EntityRef, Entity>;

impl Gate<'_> {
    /// Reads and judges the accounts of a snapshot that changes touch.
    ///
    /// # Errors
    /// The snapshot or the entities do not hold together.
    pub fn before(&self, accounts: &BTreeSet<String>) -> Result<Option<Before>, GateError> {
        let Some(live) = self.live else { return Ok(None) };
        let mut listings = Listings::default();
        live.for_each_listing(|listing| listings.add(&listing))?;
        // As in an audit: a Region that is declared and was not read is not one that holds nothing.
        let approved = self.declared.regions.iter().flatten().map(|region| region.text.as_str());
        listings.expect(&approved.collect::<Vec<_>>());
        let documents = future::state(live, accounts)?;
        // Of other accounts not everything was taken, so nothing can be missed there.
        let whole = documents.iter().filter(|(account, _)| accounts.contains(*account));
        let doubts = known::doubts(live, whole, &listings)?;
        let state = self.state(&documents, None, &listings, &doubts, self.declared);
        let context = self.judge.context(self.context.clone(), self.as_of);
        let subjects: Vec<&Entity> = state.entities.values().collect();
        let mut outcomes: BTreeMap<EntityRef, BTreeMap<usize, Outcome>> = BTreeMap::new();
        for (entity, judgement) in self.judgements(&subjects, &state, &context)? {
            outcomes.entry(entity.uid.clone()).or_default().insert(judgement.control, judgement.outcome);
        }
        Ok(Some(Before { documents, listings, doubts, outcomes }))
    }

    /// Judges the future of one world: what the change touches, and what gets worse elsewhere.
    ///
    /// # Errors
    /// The entities do not hold together.
    pub fn judge(&self, changes: &[Change], before: Option<&Before>) -> Result<Vec<Judged>, GateError> {
        let context = self.judge.context(self.context.clone(), self.as_of);
        let after = future::after(before.map(|before| &before.documents), changes);
        let live = before.map(|before| named::Live { documents: &before.documents, listings: &before.listings });
        let renamed = named::by_address(self.declared, changes, live);
        let declared = renamed.as_ref().unwrap_or(self.declared);
        let doubt = named::doubt(self.declared, changes, live);
        let world = if let Some(before) = before {
            let listings = with_replaced(&before.listings, changes);
            let open = future::without_assumed(&after, changes, |document| before.settles(document));
            self.state(&after, open.as_ref(), &listings, &before.doubts, declared)
        } else {
            let open = future::without_assumed(&after, changes, |_| false);
            self.state(&after, open.as_ref(), &self.nothing_listed(&after), &[], declared)
        };
        let mut touched: BTreeMap<EntityRef, Vec<&Change>> = BTreeMap::new();
        let mut named: BTreeMap<EntityRef, usize> = BTreeMap::new();
        for change in changes {
            let key = uid(&change.document);
            *named.entry(key.clone()).or_default() += 1;
            if change.touches() {
                touched.entry(key).or_default().push(change);
            }
        }
        let subjects: Vec<&Entity> =
            world.entities.values().filter(|entity| touched.contains_key(&entity.uid)).collect();
        let mut judged = Vec::new();
        for (entity, judgement) in self.judgements(&subjects, &world, &context)? {
            let was = before.and_then(|before| before.outcomes.get(&entity.uid)?.get(&judgement.control));
            let several = named.get(&entity.uid).is_some_and(|count| *count > 1);
            for change in touched.get(&entity.uid).into_iter().flatten() {
                let judgement = twice(several, unnamed(change, doubt.as_deref(), judgement.clone()));
                let known = was == Some(&judgement.outcome);
                let of_code = self.judged(entity, judgement, change.address.clone(), false);
                judged.push(Judged { known, named: change.named, ..of_code });
            }
        }
        let Some(before) = before else { return Ok(judged) };
        let others: Vec<&Entity> =
            world.entities.values().filter(|entity| !touched.contains_key(&entity.uid)).collect();
        for (entity, judgement) in self.judgements(&others, &world, &context)? {
            let was = before.outcomes.get(&entity.uid).and_then(|of| of.get(&judgement.control));
            if was.is_some_and(|was| is_worse(judgement.outcome, *was)) {
                judged.push(self.judged(entity, judgement, entity.name.clone(), true));
            }
        }
        Ok(judged)
    }

    /// The entities of these accounts, and again with the doubts where there are any: `open` is the same with less known.
    fn state(
        &self,
        documents: &BTreeMap<String, Vec<ResourceDocument>>,
        open: Option<&BTreeMap<String, Vec<ResourceDocument>>>,
        listings: &Listings,
        doubts: &[Listing],
        declared: &Declared,
    ) -> State {
        let entities = self.entities(documents, listings, declared);
        let doubted = (open.is_some() || !doubts.is_empty()).then(|| {
            let mut listings = listings.clone();
            for doubt in doubts {
                listings.add(doubt);
            }
            self.entities(open.unwrap_or(documents), &listings, declared)
        });
        State { entities, doubted }
    }

    /// The entities of these accounts.
    fn entities(
        &self,
        documents: &BTreeMap<String, Vec<ResourceDocument>>,
        listings: &Listings,
        declared: &Declared,
    ) -> Entities {
        let known = |kind: &str| self.judge.facets(kind).into_iter().map(str::to_owned).collect::<BTreeSet<String>>();
        let accounts: Vec<String> = documents.keys().cloned().collect();
        let regions = self.live.map(|live| live.manifest().regions.clone()).unwrap_or_default();
        let global = documents.values().flatten().filter(|d| GLOBAL_TYPES.contains(&d.kind.as_str())).cloned();
        let estate = Estate::new(global, listings.clone(), accounts, regions);
        let mut all = Entities::new();
        for (account, documents) in documents {
            all.extend(build(account, documents.clone(), &estate, declared, self.as_of, &known).entities);
        }
        all
    }

    fn judged(&self, entity: &Entity, judgement: Judgement, address: String, elsewhere: bool) -> Judged {
        let mut judged = Judged {
            address,
            name: entity.name.clone(),
            named: elsewhere,
            elsewhere,
            account: entity.account.clone(),
            region: entity.region.clone(),
            kind: entity.uid.kind.clone(),
            judgement,
            exception: None,
            known: false,
        };
        let id = self.catalogue.controls.get(judged.judgement.control).map(|c| c.id.to_string()).unwrap_or_default();
        if judged.judgement.outcome == Outcome::NotMet
            && let Some(exception) =
                self.standings.excepts(&id, &judged.address).or_else(|| self.standings.excepts(&id, &entity.name))
        {
            let form = &exception.form;
            let accepted = form.reason.as_deref().unwrap_or_default();
            judged.judgement.outcome = Outcome::Excepted;
            judged.judgement.reason = format!("{}; accepted by {}: {accepted}", judged.judgement.reason, form.id);
            judged.exception = Some(form.id.clone());
        }
        judged
    }

    /// Every control that can judge before anything is deployed, on each of these.
    fn judgements<'e>(
        &self,
        subjects: &[&'e Entity],
        state: &State,
        context: &JudgeContext,
    ) -> Result<Vec<(&'e Entity, Judgement)>, GateError> {
        let prepared = self.judge.prepare(subjects, &state.entities, context)?;
        let doubted = state.doubted.as_ref().map(|doubted| {
            let same: Vec<&Entity> = subjects.iter().filter_map(|entity| doubted.get(&entity.uid)).collect();
            (same, doubted)
        });
        // Of the same documents come the same entities; where they did not, nothing that holds without the doubt is known.
        let lost = doubted.as_ref().is_some_and(|(same, _)| same.len() != subjects.len());
        let doubtful = match &doubted {
            Some((same, world)) if !lost => Some(self.judge.prepare(same, *world, context)?),
            _ => None,
        };
        let mut found = Vec::new();
        for (index, entity) in subjects.iter().enumerate() {
            for control in self.judge.controls_for(&entity.uid.kind) {
                let Some(named) = self.catalogue.controls.get(*control).filter(|c| c.pre_deploy) else { continue };
                let judgement = if let Some(why) = self.off.get(named.id.as_str()) {
                    let (outcome, reason) = (Outcome::NotAssessed, why.clone());
                    Judgement { control: *control, outcome, reason, facts: Vec::new() }
                } else {
                    let judgement = prepared.judgement(index, *control);
                    known::doubted(judgement, lost, || doubtful.as_ref().map(|d| d.judgement(index, *control)))
                };
                found.push((*entity, judgement));
            }
        }
        Ok(found)
    }

    /// Of no type all resources are known where only code was read.
    fn nothing_listed(&self, documents: &BTreeMap<String, Vec<ResourceDocument>>) -> Listings {
        let kinds = LISTED_TYPES.into_iter().chain([LISTING]).chain(self.listed.iter().map(String::as_str));
        let kinds: BTreeSet<&str> = kinds.collect();
        let mut listings = Listings::default();
        for account in documents.keys() {
            for kind in &kinds {
                listings.add(&Listing {
                    account: account.clone(),
                    region: "global".to_owned(),
                    kind: (*kind).to_owned(),
                    complete: false,
                    reason: ONLY_CODE.to_owned(),
                    calls: Vec::new(),
                });
            }
        }
        listings
    }
}

/// What a resource is declared to be goes by its name. Where nobody knows that one, it may be something that is declared; and what
/// one is may decide about another, so that nothing is known of any while one is in doubt.
fn unnamed(change: &Change, doubt: Option<&str>, mut judgement: Judgement) -> Judgement {
    if let (Some(_), Some(why)) = (&change.unnamed, doubt)
        && matches!(judgement.outcome, Outcome::Met | Outcome::NotApplicable)
    {
        judgement.outcome = Outcome::NotAssessed;
        judgement.reason = format!("what tre.toml declares it to be is not known: {why}");
    }
    judgement
}

/// Two resources of the code that are one in AWS, or one that goes and one that is made: which comes last the code does not say.
fn twice(several: bool, mut judgement: Judgement) -> Judgement {
    if several && matches!(judgement.outcome, Outcome::Met | Outcome::NotApplicable) {
        judgement.outcome = Outcome::NotAssessed;
        "several resources of the code are called so, and which comes last it does not say"
            .clone_into(&mut judgement.reason);
    }
    judgement
}

/// The listings where something is replaced: which live resource goes is not told by a plan, so no list of its kind is whole.
fn with_replaced(listings: &Listings, changes: &[Change]) -> Listings {
    let mut listings = listings.clone();
    for change in changes.iter().filter(|change| change.action == Action::Replace) {
        listings.add(&Listing {
            account: change.document.account.clone(),
            // It may be asked about in any Region, and where the code stands may not be known.
            region: "global".to_owned(),
            kind: change.document.kind.clone(),
            complete: false,
            reason: format!(
                "{} is replaced, and the one that goes is still among those that were listed",
                change.address
            ),
            calls: Vec::new(),
        });
    }
    listings
}

/// Whether a verdict is worse than an earlier one: it fails, or is no longer known to hold.
fn is_worse(now: Outcome, before: Outcome) -> bool {
    match now {
        Outcome::NotMet => before != Outcome::NotMet,
        Outcome::NotAssessed => matches!(before, Outcome::Met | Outcome::NotApplicable),
        Outcome::Met | Outcome::NotApplicable | Outcome::Excepted => false,
    }
}
