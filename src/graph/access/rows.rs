//! What the policies on the callers' side say, resource by resource.
//!
//! May import: `graph`. Guarantees: a statement is asked once for all callers with the same values of what it reads.

use std::collections::HashMap;
use std::rc::Rc;

use super::bits::Line;
use super::context::Context;
use super::crowd::Crowd;
use super::gather::bound_by_service_control;
use super::glob::matches_arn;
use super::layer::Layer;
use super::layers::Rails;
use super::policy::{Listed, Policy, Statement};
use super::truth::Truth;
use super::variable::Pattern;
use crate::graph::statement::Effect;

/// What the policies of one caller say of each resource.
pub(super) struct Own {
    pub(super) identity: Line,
    pub(super) boundary: Line,
    pub(super) caps: Line,
    pub(super) denied: Line,
}

/// What a layer says of each resource.
#[derive(Clone)]
struct Said {
    allowed: Line,
    denied: Line,
}

/// Where a statement stands in memory: policies are borrowed, so it is the same statement as long as this lives.
type Place = *const Statement;

pub(super) struct Rows<'c, 'a> {
    crowd: &'c Crowd<'a>,
    /// Which resources a statement is about.
    resources: HashMap<Place, Rc<Line>>,
    /// What a statement comes to, for the values of a caller.
    applied: HashMap<(Place, String), Rc<Line>>,
    /// Policies that say the same of every caller.
    policies: HashMap<*const Policy, Rc<Said>>,
    /// Whether what a policy says hangs on who asks.
    personal: HashMap<*const Policy, bool>,
    /// Whether what a statement is about, or its conditions, hang on the resource's keys or on variables.
    particular: HashMap<Place, bool>,
    nothing: Rc<Line>,
}

impl<'c, 'a> Rows<'c, 'a> {
    pub(super) fn new(crowd: &'c Crowd<'a>) -> Self {
        Self {
            crowd,
            resources: HashMap::new(),
            applied: HashMap::new(),
            policies: HashMap::new(),
            personal: HashMap::new(),
            particular: HashMap::new(),
            nothing: Rc::new(Line::no(crowd.stores.len())),
        }
    }

    fn line(&self, truth: Truth) -> Line {
        Line::of(truth, self.crowd.stores.len())
    }

    /// What the policies of a caller say.
    pub(super) fn own(&mut self, at: usize) -> Own {
        let mut own = Own {
            identity: self.line(Truth::No),
            boundary: self.line(Truth::Yes),
            caps: self.line(Truth::Yes),
            denied: self.line(Truth::No),
        };
        let crowd = self.crowd;
        let Some(subject) = crowd.subjects.get(at) else { return own };
        let identity = self.layer(&subject.identity, at);
        own.identity = identity.allowed;
        own.denied.or_where(&identity.denied, Truth::Yes);
        if let Some(boundary) = &subject.boundary {
            let boundary = self.layer(boundary, at);
            own.boundary = boundary.allowed;
            own.denied.or_where(&boundary.denied, Truth::Yes);
        }
        if let Rails::Bound { levels, gaps } = &subject.service_control
            && bound_by_service_control(&subject.caller) == Truth::Yes
        {
            for level in levels {
                let said = self.layer(&level.attached, at);
                own.caps.and(&said.allowed);
                own.denied.or_where(&said.denied, Truth::Yes);
            }
            if !gaps.is_empty() {
                own.caps.and(&self.line(Truth::Unknown));
                own.denied.or_where(&self.line(Truth::Yes), Truth::Unknown);
            }
        }
        own
    }

    fn layer(&mut self, layer: &Layer<'_>, at: usize) -> Said {
        let mut said = Said { allowed: self.line(Truth::No), denied: self.line(Truth::No) };
        for policy in &layer.policies {
            let crowd = self.crowd;
            let place = std::ptr::from_ref(*policy);
            let hangs = || policy.statements.iter().any(|s| crowd.hangs_on_subject(s));
            if *self.personal.entry(place).or_insert_with(hangs) {
                self.policy(policy, at, &mut said);
                continue;
            }
            let known = if let Some(known) = self.policies.get(&place) {
                Rc::clone(known)
            } else {
                let mut fresh = Said { allowed: self.line(Truth::No), denied: self.line(Truth::No) };
                self.policy(policy, at, &mut fresh);
                let fresh = Rc::new(fresh);
                self.policies.insert(place, Rc::clone(&fresh));
                fresh
            };
            said.allowed.or_where(&known.allowed, Truth::Yes);
            said.denied.or_where(&known.denied, Truth::Yes);
        }
        if !layer.gaps.is_empty() {
            let all = self.line(Truth::Yes);
            said.allowed.or_where(&all, Truth::Unknown);
            said.denied.or_where(&all, Truth::Unknown);
        }
        said
    }

    fn policy(&mut self, policy: &Policy, at: usize, said: &mut Said) {
        for statement in &policy.statements {
            let (gate, line) = self.statement(statement, at);
            match statement.effect {
                Effect::Allow => said.allowed.or_where(&line, gate),
                Effect::Deny => said.denied.or_where(&line, gate),
            }
        }
    }

    /// For which resources a statement applies, as far as the gate says.
    fn statement(&mut self, statement: &Statement, at: usize) -> (Truth, Rc<Line>) {
        let crowd = self.crowd;
        let place = std::ptr::from_ref(statement);
        let hangs = || crowd.hangs_on_store(statement) || statement.has_variable_resources();
        if !*self.particular.entry(place).or_insert_with(hangs) {
            let context = crowd.of_subject(at);
            let about = statement.is_about_action(&crowd.action, context, crowd.fuel);
            if about == Truth::No {
                return (about, Rc::clone(&self.nothing));
            }
            let gate = about.and(statement.holds(context, crowd.fuel));
            return (gate, self.about(statement));
        }
        let key = (place, crowd.values(statement, at));
        if let Some(known) = self.applied.get(&key) {
            return (Truth::Yes, Rc::clone(known));
        }
        let like = crowd.stores_alike(statement);
        let mut line = self.line(Truth::No);
        let resources = if statement.has_variable_resources() {
            Rc::new(self.resources_of(statement, crowd.of_subject(at)))
        } else {
            self.about(statement)
        };
        // Of resources with the same values conditions say the same.
        let mut gates: HashMap<usize, Truth> = HashMap::new();
        for store in resources.may.places() {
            let Some(one) = like.get(store) else { continue };
            let gate = *gates.entry(*one).or_insert_with(|| {
                let context = crowd.context(Some(at), Some(*one));
                statement
                    .is_about_action(&crowd.action, &context, crowd.fuel)
                    .and(statement.holds(&context, crowd.fuel))
            });
            line.set(store, gate.and(resources.at(store)));
        }
        let line = Rc::new(line);
        self.applied.insert(key, Rc::clone(&line));
        (Truth::Yes, line)
    }

    /// Which resources a statement without variables is about.
    fn about(&mut self, statement: &Statement) -> Rc<Line> {
        let place = std::ptr::from_ref(statement);
        if let Some(known) = self.resources.get(&place) {
            return Rc::clone(known);
        }
        let line = Rc::new(self.resources_of(statement, &self.crowd.question.context));
        self.resources.insert(place, Rc::clone(&line));
        line
    }

    /// Which resources a statement is about, in a context that is the same for all of them.
    fn resources_of(&self, statement: &Statement, context: &Context) -> Line {
        let crowd = self.crowd;
        let mut line = self.line(Truth::No);
        if let Listed::In(list) = &statement.resources
            && !list.iter().any(Pattern::has_variable_before_the_resource)
            && !crowd.names_store_keys(statement)
        {
            for pattern in list {
                let resolved = pattern.resolve(context);
                for place in crowd.near(resolved.tokens()) {
                    if let Some(store) = crowd.stores.get(place) {
                        line.set(place, resolved.settle(|t| matches_arn(t, &store.resource.tokens, crowd.fuel)));
                    }
                }
            }
            return line;
        }
        for (place, store) in crowd.stores.iter().enumerate() {
            let mut context = context.clone();
            store.keys.iter().for_each(|(key, given)| context.set(key, given.clone()));
            store.resource.complete(&crowd.question.action, &mut context);
            line.set(place, statement.is_about_resource(&store.resource.tokens, &context, crowd.fuel));
        }
        line
    }
}
