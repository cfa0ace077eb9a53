//! What the policies on the resources' side say, caller by caller.
//!
//! May import: `graph`. Guarantees: a condition that many resources share is asked once for each caller, and callers are
//! found by the names that a statement writes, not tried one after the other.

use std::collections::HashMap;
use std::rc::Rc;

use super::bits::{Line, transpose};
use super::crowd::Crowd;
use super::gather::grants;
use super::layer::Layer;
use super::layers::Rails;
use super::matrix::Store;
use super::policy::Statement;
use super::principal::{Meant, meant};
use super::services::under_resource_control;
use super::truth::Truth;
use crate::graph::statement::{Effect, Principals};

/// What the resources' side says to one caller, resource by resource; or of one resource, caller by caller.
pub(super) struct Sides {
    pub(super) direct: Line,
    pub(super) role: Line,
    pub(super) account: Line,
    pub(super) grants: Line,
    pub(super) caps: Line,
    pub(super) denied: Line,
}

impl Sides {
    fn new(places: usize, caps: Truth) -> Self {
        let no = || Line::no(places);
        Self { direct: no(), role: no(), account: no(), grants: no(), caps: Line::of(caps, places), denied: no() }
    }

    fn lines(&self) -> [&Line; 6] {
        [&self.direct, &self.role, &self.account, &self.grants, &self.caps, &self.denied]
    }

    fn lines_mut(&mut self) -> [&mut Line; 6] {
        [&mut self.direct, &mut self.role, &mut self.account, &mut self.grants, &mut self.caps, &mut self.denied]
    }
}

/// What one layer on a resource says.
struct Said {
    direct: Line,
    role: Line,
    account: Line,
    denied: Line,
}

/// For each caller what the resources' side says.
pub(super) fn of_stores(crowd: &Crowd<'_>) -> Vec<Sides> {
    // Without an endpoint there is no cap, and no column says anything of it.
    let caps = Truth::of(crowd.question.endpoint.is_none());
    let mut sides: Vec<Sides> = crowd.subjects.iter().map(|_| Sides::new(crowd.stores.len(), caps)).collect();
    let mut columns = Columns { crowd, conditions: HashMap::new() };
    for (block, stores) in crowd.stores.chunks(64).enumerate() {
        let first = block.saturating_mul(64);
        let of_block: Vec<Sides> =
            stores.iter().enumerate().map(|(i, store)| columns.store(store, first.saturating_add(i))).collect();
        turn(&of_block, &mut sides, block);
    }
    sides
}

/// Puts up to 64 columns into the rows, as the words of one block.
fn turn(columns: &[Sides], rows: &mut [Sides], block: usize) {
    let lines: Vec<[&Line; 6]> = columns.iter().map(Sides::lines).collect();
    for (word, rows) in rows.chunks_mut(64).enumerate() {
        for kind in 0..6 {
            for must in [true, false] {
                let mut square = [0_u64; 64];
                for (place, line) in square.iter_mut().zip(lines.iter().filter_map(|l| l.get(kind))) {
                    *place = if must { line.must.word(word) } else { line.may.word(word) };
                }
                // That is what rows hold already.
                if square.iter().all(|word| *word == 0) {
                    continue;
                }
                transpose(&mut square);
                for (row, value) in rows.iter_mut().zip(square) {
                    if let Some(line) = row.lines_mut().into_iter().nth(kind) {
                        let bits = if must { &mut line.must } else { &mut line.may };
                        bits.set_word(block, value);
                    }
                }
            }
        }
    }
}

struct Columns<'c, 'a> {
    crowd: &'c Crowd<'a>,
    /// What conditions come to for each caller, by what they say.
    conditions: HashMap<String, Rc<Line>>,
}

impl Columns<'_, '_> {
    fn store(&mut self, store: &Store<'_>, at: usize) -> Sides {
        let crowd = self.crowd;
        let count = crowd.subjects.len();
        let mut side = Sides::new(count, Truth::No);
        if let Some(layer) = &store.policy {
            let said = self.layer(layer, at);
            side.direct = said.direct;
            side.role = said.role;
            side.account = said.account;
            side.denied.or_where(&said.denied, Truth::Yes);
        }
        let binds = under_resource_control(&crowd.question.action.to_ascii_lowercase());
        if let Rails::Bound { levels, gaps } = &store.resource_control {
            let mut denied = Line::no(count);
            for level in levels {
                denied.or_where(&self.layer(&level.attached, at).denied, Truth::Yes);
            }
            if !gaps.is_empty() {
                denied.or_where(&Line::of(Truth::Yes, count), Truth::Unknown);
            }
            for exempt in crowd.service_linked.places() {
                denied.clear(exempt);
            }
            side.denied.or_where(&denied, binds);
        }
        if let Some(layer) = &crowd.question.endpoint {
            let said = self.layer(layer, at);
            side.denied.or_where(&said.denied, Truth::Yes);
            side.caps = said.direct;
            side.caps.or_where(&said.role, Truth::Yes);
            side.caps.or_where(&said.account, Truth::Yes);
        }
        if !store.grants.list.is_empty() || !store.grants.gaps.is_empty() {
            for (place, subject) in crowd.subjects.iter().enumerate() {
                side.grants.set(place, grants(&store.grants, &crowd.question.request(subject, store)).truth);
            }
        }
        side
    }

    fn layer(&mut self, layer: &Layer<'_>, at: usize) -> Said {
        let crowd = self.crowd;
        let no = || Line::no(crowd.subjects.len());
        let mut said = Said { direct: no(), role: no(), account: no(), denied: no() };
        for statement in layer.policies.iter().flat_map(|p| &p.statements) {
            let (gate, line) = self.statement(statement, at);
            if gate == Truth::No {
                continue;
            }
            if let Principals::Any | Principals::Implied = statement.principals {
                let place = if statement.effect == Effect::Deny { &mut said.denied } else { &mut said.direct };
                match &line {
                    Some(line) => place.or_where(line, gate),
                    None => place.or_where(&Line::of(Truth::Yes, crowd.subjects.len()), gate),
                }
                continue;
            }
            let named = match &statement.principals {
                Principals::List(list) => crowd.candidates(list),
                _ => None,
            };
            let mut add = |place: usize| {
                let (Some(subject), Some(bounded)) = (crowd.subjects.get(place), crowd.bounded.get(place)) else {
                    return;
                };
                let applies = line.as_ref().map_or(gate, |line| gate.and(line.at(place)));
                if applies == Truth::No {
                    return;
                }
                let meant: Meant = meant(&statement.principals, statement.effect, &subject.caller, *bounded);
                if statement.effect == Effect::Deny {
                    said.denied.set(place, applies.and(meant.at_all()));
                } else {
                    said.direct.set(place, applies.and(meant.direct));
                    said.role.set(place, applies.and(meant.role));
                    said.account.set(place, applies.and(meant.account));
                }
            };
            match named {
                Some(places) => places.into_iter().for_each(&mut add),
                None => (0..crowd.subjects.len()).for_each(&mut add),
            }
        }
        if !layer.gaps.is_empty() {
            let all = Line::of(Truth::Yes, crowd.subjects.len());
            for line in [&mut said.direct, &mut said.role, &mut said.account, &mut said.denied] {
                line.or_where(&all, Truth::Unknown);
            }
        }
        said
    }

    /// For which callers a statement on this resource applies: as the gate says, and where there is a line as it says too.
    fn statement(&mut self, statement: &Statement, at: usize) -> (Truth, Option<Rc<Line>>) {
        let crowd = self.crowd;
        let Some(store) = crowd.stores.get(at) else { return (Truth::Unknown, None) };
        let on_caller = crowd.hangs_on_subject(statement);
        let variables = statement.has_variable_resources();
        let context = crowd.context(None, Some(at));
        let about = statement.is_about_action(&crowd.action, &context, crowd.fuel);
        if about == Truth::No {
            return (about, None);
        }
        if !on_caller {
            let resource = statement.is_about_resource(&store.resource.tokens, &context, crowd.fuel);
            return (about.and(resource).and(statement.holds(&context, crowd.fuel)), None);
        }
        if variables || crowd.hangs_on_store(statement) {
            let mut line = Line::no(crowd.subjects.len());
            for group in crowd.subjects_alike(statement).iter() {
                let context = crowd.context(Some(group.one), Some(at));
                let resource = statement.is_about_resource(&store.resource.tokens, &context, crowd.fuel);
                let truth = resource.and(statement.holds(&context, crowd.fuel));
                group.members.iter().for_each(|member| line.set(*member, truth));
            }
            return (about, Some(Rc::new(line)));
        }
        let gate = about.and(statement.is_about_resource(&store.resource.tokens, &context, crowd.fuel));
        if gate == Truth::No {
            return (gate, None);
        }
        let line = self.conditions.entry(format!("{:?}", statement.conditions)).or_insert_with(|| {
            let mut line = Line::no(crowd.subjects.len());
            for group in crowd.subjects_alike(statement).iter() {
                let truth = statement.holds(crowd.of_subject(group.one), crowd.fuel);
                group.members.iter().for_each(|member| line.set(*member, truth));
            }
            Rc::new(line)
        });
        (gate, Some(Rc::clone(line)))
    }
}
