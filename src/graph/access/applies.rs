//! Whether a statement applies to a request, apart from whom it means.
//!
//! May import: `graph`. Guarantees: each part can be asked on its own, and all of them together give what `applies` gives.

use super::context::Context;
use super::glob::{Fuel, Token, matches, matches_arn};
use super::policy::{Listed, Statement};
use super::request::Request;
use super::truth::Truth;
use super::variable::Pattern;

impl Statement {
    /// Whether it is about the action and the resource and its conditions hold, and what is open about it.
    pub(super) fn applies(&self, request: &Request, fuel: &Fuel) -> (Truth, Option<String>) {
        let context = request.context();
        let mut open = None;
        let mut truth = Truth::Yes;
        let mut consider = |part: Truth, what: &dyn Fn() -> String| {
            if part == Truth::Unknown && open.is_none() {
                open = Some(what());
            }
            truth = truth.and(part);
            truth != Truth::No
        };
        let goes_on =
            consider(self.is_about_action(&request.action_tokens, context, fuel), &|| "its actions".to_owned())
                && consider(self.is_about_resource(&request.resource.tokens, context, fuel), &|| {
                    format!("it is about part of {}, or a variable is not known", request.resource.arn())
                })
                && self.conditions.iter().all(|c| consider(c.holds(context, fuel), &|| c.label.clone()));
        if goes_on {
            consider(self.is_valid(context), &|| "a variable in it may have no value".to_owned());
        }
        (truth, open)
    }

    pub(super) fn is_about_action(&self, action: &[Token], context: &Context, fuel: &Fuel) -> Truth {
        listed(&self.actions, |p| p.resolve(context).settle(|tokens| matches(tokens, action, fuel)))
    }

    pub(super) fn is_about_resource(&self, resource: &[Token], context: &Context, fuel: &Fuel) -> Truth {
        listed(&self.resources, |pattern| {
            let answer = pattern.resolve(context).settle(|tokens| matches_arn(tokens, resource, fuel));
            // AWS puts no values in there.
            if pattern.has_variable_before_the_resource() { answer.either(Truth::Unknown) } else { answer }
        })
    }

    /// Whether all its conditions hold and no variable may void it.
    pub(super) fn holds(&self, context: &Context, fuel: &Fuel) -> Truth {
        let all = self.conditions.iter().map(|c| c.holds(context, fuel)).fold(Truth::Yes, Truth::and);
        all.and(self.is_valid(context))
    }

    /// Unknown where a variable may have no value.
    fn is_valid(&self, context: &Context) -> Truth {
        let void = self.resources.patterns().iter().any(|p| p.may_be_void(context))
            || self.conditions.iter().any(|c| c.may_be_void(context));
        if void { Truth::Unknown } else { Truth::Yes }
    }

    /// The keys of a request that it hangs on.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        let resources = self.resources.patterns().iter().flat_map(Pattern::keys);
        resources.chain(self.conditions.iter().flat_map(super::condition::Condition::keys))
    }

    /// Whether what it is about hangs on the request's keys.
    pub(super) fn has_variable_resources(&self) -> bool {
        self.resources.patterns().iter().any(Pattern::has_variables)
    }
}

fn listed(listed: &Listed, one: impl Fn(&Pattern) -> Truth) -> Truth {
    match listed {
        Listed::In(list) => list.iter().map(one).fold(Truth::No, Truth::or),
        Listed::Not(list) => list.iter().map(one).fold(Truth::No, Truth::or).negated(),
        Listed::All => Truth::Yes,
    }
}
