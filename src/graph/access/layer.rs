//! One layer of policies: what it allows a request, in which way, and what it denies.
//!
//! May import: `graph`. Guarantees: where a policy of the layer was not read, nothing is denied for the lack of a statement
//! and nothing is allowed for the lack of a Deny.

use super::glob::Fuel;
use super::policy::Policy;
use super::principal::{Bounded, Meant, meant};
use super::request::Request;
use super::truth::Truth;
use super::verdict::Cause;
use crate::graph::statement::Effect;

/// Policies that count together, and why there may be more.
#[derive(Debug, Clone, Default)]
pub struct Layer<'a> {
    pub policies: Vec<&'a Policy>,
    /// Why there may be more than these. Empty: these are all.
    pub gaps: Vec<String>,
}

impl<'a> Layer<'a> {
    /// These policies and no others.
    #[must_use]
    pub fn of(policies: impl IntoIterator<Item = &'a Policy>) -> Self {
        Self { policies: policies.into_iter().collect(), gaps: Vec::new() }
    }

    /// Nothing of it was read.
    #[must_use]
    pub fn unread(reason: impl Into<String>) -> Self {
        Self { policies: Vec::new(), gaps: vec![reason.into()] }
    }
}

/// What something comes to, with what made it come to more than no.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) truth: Truth,
    pub(super) causes: Vec<Cause>,
}

impl Found {
    pub(super) const NOTHING: Self = Self { truth: Truth::No, causes: Vec::new() };

    pub(super) fn add(&mut self, truth: Truth, cause: impl FnOnce() -> Cause) {
        if truth != Truth::No {
            self.truth = self.truth.or(truth);
            self.causes.push(cause());
        }
    }

    /// No more than this.
    pub(super) fn at_most(mut self, most: Truth) -> Self {
        self.truth = self.truth.and(most);
        self
    }

    pub(super) fn or(mut self, other: Self) -> Self {
        self.truth = self.truth.or(other.truth);
        self.causes.extend(other.causes);
        self
    }
}

/// What a layer says of a request.
#[derive(Debug, Clone)]
pub(super) struct Said {
    /// To the user, the session, the service, everyone, or the identity that the policy stands on.
    pub(super) direct: Found,
    /// To the role of the session.
    pub(super) role: Found,
    /// To the account.
    pub(super) account: Found,
    pub(super) denied: Found,
}

impl Said {
    pub(super) const NOTHING: Self =
        Self { direct: Found::NOTHING, role: Found::NOTHING, account: Found::NOTHING, denied: Found::NOTHING };

    /// Allowed in whatever way.
    pub(super) fn allowed(&self) -> Found {
        self.direct.clone().or(self.role.clone()).or(self.account.clone())
    }
}

/// What the layer says. `what` names it in the evidence; `bounded` is for the rule of `NotPrincipal`.
pub(super) fn ask(layer: &Layer<'_>, what: &'static str, request: &Request, bounded: Bounded, fuel: &Fuel) -> Said {
    let mut said = Said::NOTHING;
    for policy in &layer.policies {
        for statement in &policy.statements {
            let meant = meant(&statement.principals, statement.effect, &request.caller, bounded);
            if meant == Meant::NOBODY {
                continue;
            }
            let (applies, open) = statement.applies(request, fuel);
            let add = |found: &mut Found, means: Truth| {
                found.add(applies.and(means), || Cause {
                    layer: what,
                    policy: policy.name.clone(),
                    statement: statement.label.clone(),
                    open: open
                        .clone()
                        .or_else(|| (means == Truth::Unknown).then(|| "whether it means the caller".to_owned())),
                });
            };
            if statement.effect == Effect::Deny {
                add(&mut said.denied, meant.at_all());
            } else {
                add(&mut said.direct, meant.direct);
                add(&mut said.role, meant.role);
                add(&mut said.account, meant.account);
            }
        }
    }
    for gap in &layer.gaps {
        let cause = || Cause { layer: what, policy: String::new(), statement: String::new(), open: Some(gap.clone()) };
        said.direct.add(Truth::Unknown, cause);
        said.role.add(Truth::Unknown, cause);
        said.account.add(Truth::Unknown, cause);
        said.denied.add(Truth::Unknown, cause);
    }
    said
}
