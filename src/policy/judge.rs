//! Judges entities: three values from Cedar, the facts it read, and the reason.
//!
//! May import: `model`, `catalogue`. Guarantees: the outcome is a total function of Cedar's answer, an error is *not
//! assessed*; reasons are made of what was read; nothing depends on the order of a hash map.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::OnceLock;

use cedar_policy::{
    AuthorizationError, Authorizer, Context, Decision, Effect, Entities, EntityUid, EvalResult, EvaluationError,
    PolicyId, PolicySet, Request, Response, eval_expression,
};
use serde_json::Value;

use super::convert;
use super::index::Index;
use super::load::{self, Compiled, Policies, PolicyError};
use super::schema::{Schemas, Ty, Whole};
use crate::catalogue::Catalogue;
use crate::model::entity::{Entity, EntityRef, Fact, Origin};
use crate::model::time::AsOf;
use crate::model::verdict::{FactRead, Outcome};

/// Looks up entities that others refer to.
pub trait World {
    /// The entity of a reference, if it was seen.
    fn entity(&self, reference: &EntityRef) -> Option<&Entity>;
}

impl World for BTreeMap<EntityRef, Entity> {
    fn entity(&self, reference: &EntityRef) -> Option<&Entity> {
        self.get(reference)
    }
}

/// One control on one resource, as the judge sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Index into the catalogue's controls.
    pub control: usize,
    pub outcome: Outcome,
    pub reason: String,
    pub facts: Vec<FactRead>,
}

/// The controls of a catalogue, compiled.
#[derive(Debug)]
pub struct Judge {
    schemas: Schemas,
    /// None: everything was validated before.
    whole: Option<Whole>,
    policies: Policies,
    controls: Vec<CompiledControl>,
    by_type: BTreeMap<String, Vec<usize>>,
    /// For each type the facts that some policy reads.
    read: BTreeMap<String, BTreeSet<String>>,
    /// For each type, one set of all its policies for any action: the batch form.
    batches: OnceLock<BTreeMap<String, PolicySet>>,
}

#[derive(Debug)]
struct CompiledControl {
    id: String,
    /// The id of the policy that says where it applies.
    applies: String,
    applies_where: Option<String>,
    /// The facts that its policies read: each as text and in parts, where it applies first.
    paths: Vec<(String, Vec<String>)>,
    /// Those that decide whether it applies.
    applies_paths: Vec<(String, Vec<String>)>,
}

/// Policies in place of a control's own, neither validated nor linted: for asking what its cases would say of them.
#[derive(Debug)]
pub struct Instead {
    control: usize,
    policies: Policies,
}

/// The context of an audit: the time and the declared bounds.
#[derive(Debug)]
pub struct JudgeContext {
    context: Context,
    facts: BTreeMap<String, Fact>,
    /// Members that did not fit the schema.
    refused: BTreeMap<String, String>,
}

/// Entities in Cedar's form, with everything that they refer to.
pub struct Prepared<'a> {
    judge: &'a Judge,
    context: &'a JudgeContext,
    world: &'a dyn World,
    entities: Entities,
    subjects: Vec<Subject<'a>>,
}

impl std::fmt::Debug for Prepared<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared").field("subjects", &self.subjects.len()).finish_non_exhaustive()
    }
}

struct Subject<'a> {
    entity: &'a Entity,
    request: Option<Request>,
    /// Facts that did not fit the schema.
    refused: BTreeMap<String, String>,
}

/// What one clause gave.
#[derive(Debug)]
enum Answer {
    Holds,
    Fails,
    Error(Unanswered),
}

/// Why a clause gave neither. Its words are made only where somebody reads them.
#[derive(Debug, thiserror::Error)]
enum Unanswered {
    #[error("the resource's type has no legal name")]
    NoName,
    #[error("the policy does not parse")]
    NoClause,
    #[error("the clause gave {0}, not true or false")]
    NoTruth(Box<EvalResult>),
    #[error(transparent)]
    Cedar(Box<EvaluationError>),
}

impl Judge {
    /// The policies of a catalogue. Those of the program were validated and linted when it was made, and are parsed where they
    /// are asked for; any others are compiled now.
    ///
    /// # Errors
    /// As [`Judge::compile`].
    pub fn load(catalogue: &Catalogue) -> Result<Self, PolicyError> {
        match Index::of(catalogue) {
            Some(index) => {
                let (schemas, policies) = index.opened();
                Ok(Self::new(catalogue, schemas, None, policies))
            }
            None => Self::compile(catalogue),
        }
    }

    /// Compiles, validates and lints the policies of a catalogue. What it judges in a debug build is held against the schema, too.
    ///
    /// # Errors
    /// The first policy or schema rule that does not hold.
    pub fn compile(catalogue: &Catalogue) -> Result<Self, PolicyError> {
        let policies = load::parse(catalogue)?;
        let with_applies: Vec<String> =
            policies.keys().filter_map(|id| id.strip_suffix(".applies")).map(str::to_owned).collect();
        let (schemas, whole) = Schemas::load(catalogue, &with_applies)?;
        load::validate(catalogue, &policies, &schemas, &whole.strict)?;
        Ok(Self::new(catalogue, schemas, Some(whole), policies))
    }

    /// What [`Judge::load`] reads instead of compiling, as the program keeps it.
    ///
    /// # Errors
    /// As [`Judge::compile`].
    pub fn index(catalogue: &Catalogue) -> Result<String, PolicyError> {
        let judge = Self::compile(catalogue)?;
        let index = Index::made(catalogue, &judge.schemas, &judge.policies);
        serde_json::to_string_pretty(&index).map_err(|e| PolicyError::Schema { detail: e.to_string() })
    }

    fn new(catalogue: &Catalogue, schemas: Schemas, whole: Option<Whole>, policies: Policies) -> Self {
        let mut controls = Vec::new();
        let mut by_type: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, control) in catalogue.controls.iter().enumerate() {
            controls.push(CompiledControl {
                id: control.id.to_string(),
                applies: format!("{}.applies", control.id),
                applies_where: control.applies_where.clone(),
                applies_paths: paths_of(&policies, &[format!("{}.applies", control.id)]),
                paths: paths_of(&policies, &[format!("{}.applies", control.id), control.id.to_string()]),
            });
            for kind in &control.applies_to {
                by_type.entry(kind.clone()).or_default().push(index);
            }
        }
        let mut read = BTreeMap::new();
        for (kind, indexes) in &by_type {
            for control in indexes.iter().filter_map(|i| controls.get(*i)) {
                mark_all(&schemas, kind, control, &mut read);
            }
        }
        Self { schemas, whole, policies, controls, by_type, read, batches: OnceLock::new() }
    }

    /// For each type, all its policies for any action.
    fn batches(&self) -> &BTreeMap<String, PolicySet> {
        let made = || {
            let of_type = |indexes: &Vec<usize>| {
                let mut set = PolicySet::new();
                for control in indexes.iter().filter_map(|i| self.controls.get(*i)) {
                    for id in [&control.id, &control.applies] {
                        if let Some(policy) = self.policies.get(id).and_then(Compiled::any_action) {
                            // Ids are unique: they are the keys of a map.
                            let _ = set.add(policy.clone());
                        }
                    }
                }
                set
            };
            self.by_type.iter().map(|(kind, indexes)| (kind.clone(), of_type(indexes))).collect()
        };
        self.batches.get_or_init(made)
    }

    /// By type, the facts that one control's policies read: what has to be known to judge by it alone.
    #[must_use]
    pub fn facets_of(&self, control: &str) -> BTreeMap<String, BTreeSet<String>> {
        let mut read = BTreeMap::new();
        for (kind, indexes) in &self.by_type {
            for control in indexes.iter().filter_map(|i| self.controls.get(*i)).filter(|c| c.id == control) {
                mark_all(&self.schemas, kind, control, &mut read);
            }
        }
        read
    }

    /// The controls that judge resources of a type, as indexes into the catalogue.
    #[must_use]
    pub fn controls_for(&self, kind: &str) -> &[usize] {
        self.by_type.get(kind).map_or(&[], Vec::as_slice)
    }

    /// The facts of a type that some policy reads: nothing else of a document needs to be kept.
    #[must_use]
    pub fn facets(&self, kind: &str) -> BTreeSet<&str> {
        self.read.get(kind).into_iter().flatten().map(String::as_str).collect()
    }

    /// Whether the schema has this entity type.
    #[must_use]
    pub fn knows(&self, kind: &str) -> bool {
        self.schemas.entities.contains_key(kind)
    }

    /// The whole schema with every action, for the stock Cedar CLI; of what was compiled now.
    #[must_use]
    pub fn schema_text(&self) -> Option<&str> {
        self.whole.as_ref().map(|whole| whole.text.as_str())
    }

    /// The Cedar text of a control: its permit, then its `.applies` permit.
    #[must_use]
    pub fn policy_text(&self, control: &str) -> String {
        [control.to_owned(), format!("{control}.applies")]
            .iter()
            .filter_map(|id| self.policies.get(id))
            .map(|c| c.text.trim().to_owned())
            .collect::<Vec<_>>()
            .join("\n\n")
    }

    /// Other policies for a control: all that it has, under its own ids.
    ///
    /// # Errors
    /// They are no Cedar text of the form that a control has, or there is no such control.
    pub fn instead(&self, control: &str, text: &str) -> Result<Instead, PolicyError> {
        let index = self.controls.iter().position(|c| c.id == control).ok_or_else(|| PolicyError::Policy {
            file: String::new(),
            id: control.to_owned(),
            problem: "no control has this id".to_owned(),
        })?;
        let mut policies = Policies::new();
        load::read("the policies given instead", text, false, &mut policies)?;
        Ok(Instead { control: index, policies })
    }

    /// The facts that a control's policies read, as paths.
    #[must_use]
    pub fn paths_of(&self, control: &str) -> Vec<String> {
        let found = self.controls.iter().find(|c| c.id == control);
        found.into_iter().flat_map(|c| &c.paths).map(|(text, _)| text.clone()).collect()
    }

    /// The context from the declaration's facts (`limits`, `tre`, …) and the time.
    #[must_use]
    pub fn context(&self, declared: BTreeMap<String, Fact>, now: AsOf) -> JudgeContext {
        let mut facts = declared;
        facts.insert("now".to_owned(), Fact { value: Value::String(now.to_string()), origin: Origin::Document });
        let mut pairs = Vec::new();
        let mut refused = BTreeMap::new();
        for (name, ty) in &self.schemas.context {
            let Some(fact) = facts.get(name) else { continue };
            // A bound that is not declared is left out of its table, never defaulted here.
            match convert::value(&self.schemas, &fact.value, &lenient(ty), name) {
                Ok(value) => pairs.push((name.clone(), value)),
                Err(error) => {
                    refused.insert(name.clone(), error.to_string());
                }
            }
        }
        let context = Context::from_pairs(pairs).unwrap_or_else(|_| Context::empty());
        JudgeContext { context, facts, refused }
    }

    /// Puts entities into Cedar's form, together with everything that they refer to.
    ///
    /// # Errors
    /// A hierarchy with a cycle: no source gives one, so it names the entity.
    pub fn prepare<'a>(
        &'a self,
        subjects: &'a [&'a Entity],
        world: &'a dyn World,
        context: &'a JudgeContext,
    ) -> Result<Prepared<'a>, PolicyError> {
        let mut done: BTreeSet<EntityRef> = BTreeSet::new();
        let mut cedar = Vec::new();
        let mut queue: Vec<&Entity> = Vec::new();
        let mut prepared = Vec::new();
        let auditor = self.schemas.uid(&EntityRef::new("Audit::Auditor", "havenmark"));
        let action = self.schemas.uid(&EntityRef::new("Audit::Action", "all"));
        for entity in subjects {
            let (value, refused) = self.entity(entity);
            cedar.extend(value);
            done.insert(entity.uid.clone());
            queue.push(entity);
            let request = match (&auditor, &action, self.schemas.uid(&entity.uid)) {
                (Some(auditor), Some(action), Some(resource)) => {
                    Request::new(auditor.clone(), action.clone(), resource, context.context.clone(), None).ok()
                }
                _ => None,
            };
            prepared.push(Subject { entity, request, refused });
        }
        // What facts refer to is needed with its facts; what something only stands in, for `in` alone. (An account has a set
        // for each of its roles: put into Cedar's form for every batch, it would cost more than the batch.)
        let mut standing_in = Vec::new();
        while let Some(entity) = queue.pop() {
            standing_in.extend(entity.parents.iter().cloned());
            for reference in self.references(entity) {
                if done.insert(reference.clone())
                    && let Some(other) = world.entity(&reference)
                {
                    cedar.extend(self.entity(other).0);
                    queue.push(other);
                }
            }
        }
        while let Some(reference) = standing_in.pop() {
            if done.insert(reference.clone())
                && self.knows(&reference.kind)
                && let (Some(other), Some(uid)) = (world.entity(&reference), self.schemas.uid(&reference))
            {
                let parents = other.parents.iter().filter_map(|parent| self.schemas.uid(parent)).collect();
                cedar.push(cedar_policy::Entity::new_no_attrs(uid, parents));
                standing_in.extend(other.parents.iter().cloned());
            }
        }
        // Debug builds that compiled the policies also hold the data against the relaxed schema; `entity` made it conform.
        let schema = self.whole.as_ref().filter(|_| cfg!(debug_assertions)).map(|whole| &whole.relaxed);
        let entities = Entities::from_entities(cedar, schema).map_err(|e| PolicyError::Schema {
            detail: format!("the entities do not fit together: {}", super::schema::describe(&e)),
        })?;
        Ok(Prepared { judge: self, context, world, entities, subjects: prepared })
    }

    /// One entity in Cedar's form, and the facts that did not fit the schema.
    fn entity(&self, entity: &Entity) -> (Option<cedar_policy::Entity>, BTreeMap<String, String>) {
        let mut refused = BTreeMap::new();
        let Some(uid) = self.schemas.uid(&entity.uid) else { return (None, refused) };
        // A type that no policy can name is no entity of Cedar's.
        let Some(types) = self.schemas.entities.get(&entity.uid.kind) else { return (None, refused) };
        let mut attributes = Vec::new();
        for (name, ty) in types {
            if let Some(fact) = entity.facts.get(name) {
                match convert::value(&self.schemas, &fact.value, ty, name) {
                    Ok(value) => attributes.push((name.clone(), value)),
                    Err(error) => {
                        refused.insert(name.clone(), error.to_string());
                    }
                }
            }
        }
        let parents: HashSet<EntityUid> = entity.parents.iter().filter_map(|parent| self.schemas.uid(parent)).collect();
        let tags = entity
            .tags
            .iter()
            .flatten()
            .map(|(key, value)| (key.clone(), cedar_policy::RestrictedExpression::new_string(value.clone())));
        match cedar_policy::Entity::new_with_tags(uid, attributes, parents, tags) {
            Ok(value) => (Some(value), refused),
            Err(error) => {
                // An extension value that Cedar refuses: know nothing rather than something wrong.
                for name in entity.facts.keys() {
                    refused.entry(name.clone()).or_insert_with(|| format!("unparseable: {error}"));
                }
                (
                    self.schemas.uid(&entity.uid).map(|uid| cedar_policy::Entity::new_no_attrs(uid, HashSet::new())),
                    refused,
                )
            }
        }
    }

    /// The entities that the known facts refer to.
    fn references(&self, entity: &Entity) -> Vec<EntityRef> {
        let mut found = Vec::new();
        if let Some(types) = self.schemas.entities.get(&entity.uid.kind) {
            for (name, ty) in types {
                if mentions_entity(ty)
                    && let Some(fact) = entity.facts.get(name)
                {
                    collect_references(&fact.value, &mut found);
                }
            }
        }
        found
    }
}

/// The facts that a control's policies read, where it applies first. A record of which members are read is not named
/// besides: `has` looks at the record, and its members say it better.
fn paths_of(policies: &Policies, ids: &[String]) -> Vec<(String, Vec<String>)> {
    let mut all: Vec<&Vec<String>> = Vec::new();
    for id in ids {
        for path in policies.get(id).into_iter().flat_map(|c| &c.paths) {
            if !all.contains(&path) {
                all.push(path);
            }
        }
    }
    let whole = |path: &Vec<String>| all.iter().any(|other| other.len() > path.len() && other.starts_with(path));
    all.iter().filter(|path| !whole(path)).map(|path| (path.join("."), (*path).clone())).collect()
}

/// Marks all that a control's policies read of a type.
fn mark_all(schemas: &Schemas, kind: &str, control: &CompiledControl, read: &mut BTreeMap<String, BTreeSet<String>>) {
    for (_, path) in &control.paths {
        if let Some(("resource", path)) = path.split_first().map(|(root, path)| (root.as_str(), path)) {
            mark_read(schemas, kind, path, read);
        }
    }
}

/// Marks the fact that a path begins with, and, where it is a reference, what the path reads of the entity behind it.
fn mark_read(schemas: &Schemas, kind: &str, path: &[String], read: &mut BTreeMap<String, BTreeSet<String>>) {
    let Some((fact, mut rest)) = path.split_first() else { return };
    let Some(mut ty) = schemas.entities.get(kind).and_then(|facts| facts.get(fact)) else { return };
    read.entry(kind.to_owned()).or_default().insert(fact.clone());
    loop {
        match (ty, rest.split_first()) {
            (Ty::Entity(other), _) => return mark_read(schemas, other, rest, read),
            (Ty::Record(members), Some((member, after))) => match members.get(member) {
                Some((inner, _)) => (ty, rest) = (inner, after),
                None => return,
            },
            _ => return,
        }
    }
}

/// The same type with every member of the outer record optional: a declared table may leave bounds out.
fn lenient(ty: &Ty) -> Ty {
    match ty {
        Ty::Record(members) => Ty::Record(members.iter().map(|(k, (t, _))| (k.clone(), (t.clone(), false))).collect()),
        other => other.clone(),
    }
}

fn mentions_entity(ty: &Ty) -> bool {
    match ty {
        Ty::Entity(_) => true,
        Ty::Set(inner) => mentions_entity(inner),
        Ty::Record(members) => members.values().any(|(t, _)| mentions_entity(t)),
        _ => false,
    }
}

fn collect_references(value: &Value, found: &mut Vec<EntityRef>) {
    if let Some(reference) = convert::entity_ref(value) {
        found.push(reference);
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|i| collect_references(i, found)),
        Value::Object(members) => members.values().for_each(|m| collect_references(m, found)),
        _ => {}
    }
}

impl Prepared<'_> {
    /// How many subjects there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.subjects.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.subjects.is_empty()
    }

    /// The outcome of one control on one subject: the when-clause alone, the scope being discharged by the index.
    #[must_use]
    pub fn outcome(&self, subject: usize, control: usize) -> Outcome {
        self.decide(subject, control).0
    }

    /// The verdict of one control on one subject with its facts and reason.
    #[must_use]
    pub fn judgement(&self, subject: usize, control: usize) -> Judgement {
        let (outcome, error) = self.decide(subject, control);
        let facts = self.facts(subject, control, outcome);
        let error = error.map(|e| e.to_string());
        let reason = self.reason(subject, control, outcome, error.as_deref(), &facts);
        Judgement { control, outcome, reason, facts }
    }

    /// The outcome that other policies would give.
    #[must_use]
    pub fn outcome_of_instead(&self, subject: usize, instead: &Instead) -> Outcome {
        self.decide_by(&instead.policies, subject, instead.control).0
    }

    fn decide(&self, subject: usize, control: usize) -> (Outcome, Option<Unanswered>) {
        self.decide_by(&self.judge.policies, subject, control)
    }

    fn decide_by(&self, policies: &Policies, subject: usize, control: usize) -> (Outcome, Option<Unanswered>) {
        let (Some(subject), Some(control)) = (self.subjects.get(subject), self.judge.controls.get(control)) else {
            return (Outcome::NotAssessed, None);
        };
        if control.applies_where.is_some() {
            match self.clause(subject, policies.get(&control.applies)) {
                Answer::Holds => {}
                Answer::Fails => return (Outcome::NotApplicable, None),
                Answer::Error(error) => return (Outcome::NotAssessed, Some(error)),
            }
        }
        match self.clause(subject, policies.get(&control.id)) {
            Answer::Holds => (Outcome::Met, None),
            Answer::Fails => (Outcome::NotMet, None),
            Answer::Error(error) => (Outcome::NotAssessed, Some(error)),
        }
    }

    fn clause(&self, subject: &Subject<'_>, compiled: Option<&Compiled>) -> Answer {
        let (Some(request), Some(compiled)) = (&subject.request, compiled) else {
            return Answer::Error(Unanswered::NoName);
        };
        match compiled.clause() {
            Some(clause) => self.evaluate(request, clause),
            None => Answer::Error(Unanswered::NoClause),
        }
    }

    fn evaluate(&self, request: &Request, expression: &cedar_policy::Expression) -> Answer {
        match eval_expression(request, &self.entities, expression) {
            Ok(EvalResult::Bool(true)) => Answer::Holds,
            Ok(EvalResult::Bool(false)) => Answer::Fails,
            Ok(other) => Answer::Error(Unanswered::NoTruth(other.into())),
            Err(error) => Answer::Error(Unanswered::Cedar(error.into())),
        }
    }

    /// All controls of a subject's type in one request: the batch form, kept as an oracle of [`Self::outcome`].
    #[must_use]
    pub fn outcomes_by_batch(&self, subject: usize) -> Vec<(usize, Outcome)> {
        let Some(found) = self.subjects.get(subject) else { return Vec::new() };
        let kind = &found.entity.uid.kind;
        let (Some(request), Some(set)) = (&found.request, self.judge.batches().get(kind)) else { return Vec::new() };
        let response = Authorizer::new().is_authorized(request, set, &self.entities);
        let held: BTreeSet<String> = response.diagnostics().reason().map(ToString::to_string).collect();
        let errored: BTreeSet<String> = response
            .diagnostics()
            .errors()
            .map(|AuthorizationError::PolicyEvaluationError(e)| e.policy_id().to_string())
            .collect();
        let answer = |id: &str| {
            if held.contains(id) {
                Outcome::Met
            } else if errored.contains(id) {
                Outcome::NotAssessed
            } else {
                Outcome::NotMet
            }
        };
        self.outcomes_with(kind, answer)
    }

    /// Each control with its policy as published, one request each: the form that the stock Cedar CLI evaluates.
    #[must_use]
    pub fn outcomes_one_by_one(&self, subject: usize) -> Vec<(usize, Outcome)> {
        let Some(found) = self.subjects.get(subject) else { return Vec::new() };
        let answer = |id: &str| {
            let (Some(compiled), Some(resource)) =
                (self.judge.policies.get(id), self.judge.schemas.uid(&found.entity.uid))
            else {
                return Outcome::NotAssessed;
            };
            let mut set = PolicySet::new();
            let added = compiled.policy().is_some_and(|policy| set.add(policy.clone()).is_ok());
            let uids = (
                self.judge.schemas.uid(&EntityRef::new("Audit::Auditor", "havenmark")),
                self.judge.schemas.uid(&EntityRef::new("Audit::Action", id)),
            );
            let (true, (Some(auditor), Some(action))) = (added, uids) else { return Outcome::NotAssessed };
            match Request::new(auditor, action, resource, self.context.context.clone(), None) {
                Ok(request) => outcome_of(&set, &Authorizer::new().is_authorized(&request, &set, &self.entities)),
                Err(_) => Outcome::NotAssessed,
            }
        };
        self.outcomes_with(&found.entity.uid.kind, answer)
    }

    fn outcomes_with(&self, kind: &str, answer: impl Fn(&str) -> Outcome) -> Vec<(usize, Outcome)> {
        let mut outcomes = Vec::new();
        for index in self.judge.controls_for(kind) {
            let Some(control) = self.judge.controls.get(*index) else { continue };
            let outcome = match control.applies_where {
                Some(_) => match answer(&format!("{}.applies", control.id)) {
                    Outcome::Met => answer(&control.id),
                    Outcome::NotMet => Outcome::NotApplicable,
                    other => other,
                },
                None => answer(&control.id),
            };
            outcomes.push((*index, outcome));
        }
        outcomes
    }

    /// What the control's policies read of the subject: where it does not apply, no more than what says so.
    fn facts(&self, subject: usize, control: usize, outcome: Outcome) -> Vec<FactRead> {
        let (Some(subject), Some(control)) = (self.subjects.get(subject), self.judge.controls.get(control)) else {
            return Vec::new();
        };
        let paths = if outcome == Outcome::NotApplicable { &control.applies_paths } else { &control.paths };
        paths.iter().map(|(text, path)| self.read(subject, text, path)).collect()
    }

    fn read(&self, subject: &Subject<'_>, text: &str, path: &[String]) -> FactRead {
        let mut read = FactRead {
            call: None,
            declared: None,
            derived_from: Vec::new(),
            missing: None,
            path: text.to_owned(),
            value: None,
        };
        let mut parts = path.iter().map(String::as_str);
        match parts.next() {
            Some("context") => {
                let Some(table) = parts.next() else { return read };
                let place = parts.clone().fold(table.to_owned(), |p, part| format!("{p}.{part}"));
                if let Some(reason) = self.context.refused.get(table) {
                    read.missing = Some(reason.clone());
                    return read;
                }
                match self.context.facts.get(&place).or_else(|| self.context.facts.get(table)) {
                    Some(fact) if self.context.facts.contains_key(&place) => {
                        found(&mut read, &fact.value, &fact.origin);
                    }
                    Some(fact) => match member(&fact.value, parts) {
                        Some(value) => found(&mut read, value, &fact.origin),
                        None => read.missing = Some(format!("tre.toml does not declare {place}")),
                    },
                    None => read.missing = Some(format!("tre.toml does not declare {place}")),
                }
            }
            Some("resource") => self.read_entity(subject.entity, Some(&subject.refused), parts, &mut read),
            _ => {}
        }
        read
    }

    fn read_entity<'p>(
        &self,
        entity: &Entity,
        refused: Option<&BTreeMap<String, String>>,
        mut parts: impl Iterator<Item = &'p str> + Clone,
        read: &mut FactRead,
    ) {
        let Some(facet) = parts.next() else { return };
        if facet == "tags" {
            match &entity.tags {
                None => {
                    read.missing =
                        Some(entity.missing.get("tags").cloned().unwrap_or_else(|| "tags were not read".to_owned()));
                }
                Some(tags) => {
                    if let Some(fact) = entity.facts.get("tagsRead") {
                        origin(read, &fact.origin);
                    }
                    read.value = Some(match parts.next() {
                        Some(key) => tags.get(key).map_or(Value::Null, |v| Value::String(v.clone())),
                        None => serde_json::json!(tags),
                    });
                }
            }
            return;
        }
        if let Some(reason) = refused.and_then(|r| r.get(facet)) {
            read.missing = Some(reason.clone());
            return;
        }
        let Some(fact) = entity.facts.get(facet) else {
            read.missing =
                Some(entity.missing.get(facet).cloned().unwrap_or_else(|| format!("no source gave {facet}")));
            return;
        };
        // A reference leads on to the other entity's facts.
        let mut value = &fact.value;
        let mut rest = parts;
        loop {
            if let Some(reference) = convert::entity_ref(value) {
                let mut ahead = rest.clone();
                if ahead.next().is_some() {
                    match self.world.entity(&reference) {
                        Some(other) => self.read_entity(other, None, rest, read),
                        None => read.missing = Some(format!("{} \"{}\" was not seen", reference.kind, reference.id)),
                    }
                    return;
                }
            }
            let Some(name) = rest.next() else { break };
            let Some(inner) = value.get(name) else {
                // Inside a facet, absence is an answer: "not configured".
                origin(read, &fact.origin);
                read.value = Some(Value::Null);
                return;
            };
            value = inner;
        }
        found(read, value, &fact.origin);
    }

    fn reason(
        &self,
        subject: usize,
        control: usize,
        outcome: Outcome,
        error: Option<&str>,
        facts: &[FactRead],
    ) -> String {
        let (Some(subject), Some(control)) = (self.subjects.get(subject), self.judge.controls.get(control)) else {
            return String::new();
        };
        match outcome {
            Outcome::Met | Outcome::Excepted => String::new(),
            Outcome::NotApplicable => {
                format!("it applies where {}", control.applies_where.as_deref().unwrap_or("its policy says so"))
            }
            Outcome::NotMet => {
                let failed = self.judge.policies.get(&control.id).and_then(|compiled| {
                    let request = subject.request.as_ref()?;
                    compiled.conjuncts().iter().find(|(_, e)| matches!(self.evaluate(request, e), Answer::Fails))
                });
                match failed {
                    Some((text, _)) => format!("does not hold: {text}{}", observed(text, facts)),
                    None => "its policy does not hold".to_owned(),
                }
            }
            Outcome::NotAssessed => {
                // Cedar's error names the attribute; the entity knows why that one is missing.
                let error = error.unwrap_or_default();
                let named = facts.iter().find(|f| {
                    f.missing.is_some() && f.path.split('.').any(|part| error.contains(&format!("`{part}`")))
                });
                let any = facts.iter().find(|f| f.missing.is_some());
                match named.or(any) {
                    Some(fact) => {
                        let name = fact.path.trim_start_matches("resource.").trim_start_matches("context.");
                        format!("{name}: {}", fact.missing.as_deref().unwrap_or_default())
                    }
                    None => error.to_owned(),
                }
            }
        }
    }
}

/// The values that a failing clause read, as far as they fit in a sentence: what a person asks next.
fn observed(clause: &str, facts: &[FactRead]) -> String {
    const MOST: usize = 160;
    let mut text = String::new();
    for fact in facts {
        let Some(value) = fact.value.as_ref().filter(|_| clause.contains(&fact.path)) else { continue };
        // A whole record stands beside its members, which say it better.
        if value.is_object() {
            continue;
        }
        let shown = value.to_string();
        let shown = match shown.char_indices().nth(MOST) {
            Some((at, _)) => format!("{}…", shown.get(..at).unwrap_or_default()),
            None => shown,
        };
        let name = fact.path.trim_start_matches("resource.");
        text.push_str(if text.is_empty() { "; found " } else { ", " });
        text.push_str(&format!("{name} = {shown}"));
    }
    text
}

/// Kleene lift of Cedar's decision: errors are the third value.
fn outcome_of(set: &PolicySet, response: &Response) -> Outcome {
    let effect = |id: &PolicyId| set.policy(id).map(cedar_policy::Policy::effect);
    let errored = |wanted: Effect| {
        response.diagnostics().errors().any(|AuthorizationError::PolicyEvaluationError(e)| {
            effect(e.policy_id()).is_none_or(|found| found == wanted)
        })
    };
    match response.decision() {
        // A forbid that held is decisive, whatever else errored.
        Decision::Deny if response.diagnostics().reason().next().is_some() => Outcome::NotMet,
        _ if errored(Effect::Forbid) => Outcome::NotAssessed,
        Decision::Allow => Outcome::Met,
        Decision::Deny if errored(Effect::Permit) => Outcome::NotAssessed,
        Decision::Deny => Outcome::NotMet,
    }
}

fn member<'v, 'p>(value: &'v Value, parts: impl Iterator<Item = &'p str>) -> Option<&'v Value> {
    let mut value = value;
    for part in parts {
        value = value.get(part)?;
    }
    Some(value)
}

fn found(read: &mut FactRead, value: &Value, from: &Origin) {
    origin(read, from);
    read.value = Some(value.clone());
}

fn origin(read: &mut FactRead, from: &Origin) {
    match from {
        Origin::Call(id) => read.call = Some(id.clone()),
        Origin::Derived(ids) => read.derived_from.clone_from(ids),
        Origin::Declared(place) => read.declared = Some(place.clone()),
        Origin::Document => {}
    }
}
