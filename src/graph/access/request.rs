//! What is asked: who does what to which resource, and what is known of the rest.
//!
//! May import: `graph`. Guarantees: a resource can be a language (all objects of a bucket): what is then said of it holds
//! for each of them.

use super::caller::Caller;
use super::context::{Context, Given};
use super::glob::{Token, literal, wild};
use super::services::says_resource_account;

/// What is acted on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    arn: String,
    pub(super) tokens: Vec<Token>,
    /// Its account; none where that is not known.
    pub account: Option<String>,
}

impl Resource {
    /// The one with this ARN, in which no character stands for others.
    #[must_use]
    pub fn exactly(arn: &str, account: Option<&str>) -> Self {
        Self { arn: arn.to_owned(), tokens: literal(arn), account: account.map(str::to_owned) }
    }

    /// Every one that the pattern stands for: `arn:aws:s3:::bucket/*`.
    #[must_use]
    pub fn every(pattern: &str, account: Option<&str>) -> Self {
        Self { arn: pattern.to_owned(), tokens: wild(pattern), account: account.map(str::to_owned) }
    }

    /// Adds the keys that follow from the resource, where the context does not say otherwise.
    pub(super) fn complete(&self, action: &str, context: &mut Context) {
        if let Some(account) = self.account.as_ref().filter(|_| says_resource_account(action)) {
            context.set_default("aws:resourceaccount", Given::is(account));
        }
    }

    /// Whether it is one resource, not a pattern of several.
    pub(super) fn is_one(&self) -> bool {
        self.tokens.iter().all(|t| matches!(t, Token::Char(_)))
    }

    /// The ARN or pattern.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }
}

/// A question of effective access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub caller: Caller,
    /// In lower case: actions do not depend on it.
    action: String,
    pub(super) action_tokens: Vec<Token>,
    pub resource: Resource,
    context: Context,
}

impl Request {
    /// Whether the caller may do `action` (`s3:GetObject`) to the resource. Keys that follow from the caller and the
    /// resource are put into the context, where it does not say otherwise.
    #[must_use]
    pub fn new(caller: Caller, action: &str, resource: Resource, context: Context) -> Self {
        let mut context = caller.complete(context);
        let action = action.to_ascii_lowercase();
        resource.complete(&action, &mut context);
        Self { caller, action_tokens: literal(&action), action, resource, context }
    }

    /// In lower case.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// What is known of its keys.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.context
    }
}
