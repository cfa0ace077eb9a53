//! Patterns of a policy, in which `${…}` stands for something of the request.
//!
//! May import: `graph`. Guarantees: where the value of a variable is not known, a pattern is decided only if it matches
//! nothing whatever the value; where a variable may have no value and no default, `may_be_void` says so, because AWS says
//! only that the whole statement might then be invalid.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use std::borrow::Cow;

use super::context::{Context, Given};
use super::glob::{Fuel, Token, literal, ordered, wild};
use super::truth::Truth;

/// How the text of a pattern is to be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    /// `*` and `?` stand for more than themselves.
    pub(super) wildcards: bool,
    /// `${…}` is a variable. In documents of the version 2008-10-17 it is text, says AWS; since others take it for a
    /// variable there too, nothing is decided by such a pattern.
    pub(super) variables: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Fixed(Vec<Token>),
    Variable {
        key: String,
        default: Option<String>,
    },
    /// A variable in no form that is understood.
    Unclear,
}

/// A pattern as a policy writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    pieces: Vec<Piece>,
}

/// A pattern with the values of a request put in.
#[derive(Debug)]
pub(super) struct Resolved<'a> {
    tokens: Cow<'a, [Token]>,
    /// False: a place of unknown value is a star, so that only a no is right.
    exact: bool,
}

impl Resolved<'_> {
    /// What a comparison comes to that was made with these places.
    pub(super) fn settle(&self, compare: impl FnOnce(&[Token]) -> Truth) -> Truth {
        let answer = compare(&self.tokens);
        if self.exact { answer } else { answer.and(Truth::Unknown) }
    }

    pub(super) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    pub(super) fn is_exact(&self) -> bool {
        self.exact
    }

    pub(super) fn text(&self) -> String {
        self.tokens
            .iter()
            .map(|t| match t {
                Token::Char(c) => *c,
                Token::One => '?',
                Token::Many => '*',
            })
            .collect()
    }

    /// How many of the texts of another pattern it matches.
    pub(super) fn matches(&self, other: &[Token], fuel: &Fuel) -> Truth {
        self.settle(|tokens| super::glob::matches(tokens, other, fuel))
    }
}

impl Pattern {
    pub(super) fn new(text: &str, reading: Reading) -> Self {
        let fixed = |text: &str| Piece::Fixed(if reading.wildcards { wild(text) } else { literal(text) });
        if !text.contains("${") {
            return Self { pieces: vec![fixed(text)] };
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            pieces.push(fixed(before));
            let Some((inside, tail)) = after.split_once('}') else {
                pieces.push(Piece::Unclear);
                rest = "";
                break;
            };
            pieces.push(if reading.variables { variable(inside) } else { Piece::Unclear });
            rest = tail;
        }
        pieces.push(fixed(rest));
        Self { pieces }
    }

    /// In lower case, for names that do not depend on case. Variables stand in no such name.
    pub(super) fn folded(text: &str) -> Self {
        Self { pieces: vec![Piece::Fixed(wild(&text.to_ascii_lowercase()))] }
    }

    /// The keys whose values stand in it.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Variable { key, .. } => Some(key.as_str()),
            _ => None,
        })
    }

    pub(super) fn has_variables(&self) -> bool {
        self.pieces.iter().any(|p| !matches!(p, Piece::Fixed(_)))
    }

    /// Whether a variable may have no value, so that the statement might be invalid.
    pub(super) fn may_be_void(&self, context: &Context) -> bool {
        self.pieces.iter().any(|piece| match piece {
            Piece::Fixed(_) => false,
            Piece::Variable { key, default } => default.is_none() && context.get(key).may_be_absent(),
            Piece::Unclear => true,
        })
    }

    /// Whether a variable stands before the last part of an ARN, where AWS replaces none.
    pub(super) fn has_variable_before_the_resource(&self) -> bool {
        let mut colons = 0_usize;
        for piece in &self.pieces {
            match piece {
                Piece::Fixed(tokens) => {
                    colons = colons.saturating_add(tokens.iter().filter(|t| **t == Token::Char(':')).count());
                }
                _ => return colons < 5,
            }
        }
        false
    }

    /// With the values of a request.
    pub(super) fn resolve(&self, context: &Context) -> Resolved<'_> {
        if let [Piece::Fixed(tokens)] = self.pieces.as_slice() {
            return Resolved { tokens: Cow::Borrowed(tokens), exact: true };
        }
        let mut exact = true;
        let mut tokens = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Fixed(fixed) => tokens.extend(fixed),
                Piece::Variable { key, default } => match (value(context.get(key)), default) {
                    (Value::Is(value), _) => tokens.extend(literal(value)),
                    (Value::Absent, Some(default)) => tokens.extend(literal(default)),
                    _ => {
                        tokens.push(Token::Many);
                        exact = false;
                    }
                },
                Piece::Unclear => {
                    tokens.push(Token::Many);
                    exact = false;
                }
            }
        }
        Resolved { tokens: Cow::Owned(ordered(tokens.into_iter())), exact }
    }
}

enum Value<'a> {
    Is(&'a str),
    Absent,
    Open,
}

/// One value without wildcards: what AWS does with others is not documented.
fn value(given: &Given) -> Value<'_> {
    match given {
        Given::Absent => Value::Absent,
        Given::Is(values) => match values.as_slice() {
            [one] if !one.contains(['*', '?']) => Value::Is(one),
            _ => Value::Open,
        },
        _ => Value::Open,
    }
}

/// `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, and `${*}`, `${?}` and `${$}` for the characters themselves.
fn variable(inside: &str) -> Piece {
    if let "*" | "?" | "$" = inside {
        return Piece::Fixed(literal(inside));
    }
    let (key, default) = match inside.split_once(", ") {
        None => (inside, None),
        Some((key, quoted)) => {
            let Some(text) = quoted.strip_prefix('\'').and_then(|q| q.strip_suffix('\'')) else {
                return Piece::Unclear;
            };
            if text.contains('\'') {
                return Piece::Unclear;
            }
            (key, Some(text.to_owned()))
        }
    };
    let plain = |c: char| c.is_alphanumeric() || "-_:/.+=@".contains(c);
    if key.is_empty() || !key.chars().all(plain) || default.as_deref().is_some_and(|d| d.contains(['*', '?', '$'])) {
        return Piece::Unclear;
    }
    Piece::Variable { key: key.to_ascii_lowercase(), default }
}

#[cfg(test)]
mod tests {
    use super::Truth::{No, Unknown, Yes};
    use super::*;

    const ALL: Reading = Reading { wildcards: true, variables: true };

    fn ask(pattern: &str, text: &str, context: &Context) -> Truth {
        Pattern::new(pattern, ALL).resolve(context).matches(&literal(text), &Fuel::default())
    }

    #[test]
    fn a_known_value_is_put_in_as_it_is() {
        let context = Context::whole().with("aws:username", Given::is("ada"));
        assert_eq!(ask("home/${aws:username}/*", "home/ada/x", &context), Yes);
        assert_eq!(ask("home/${AWS:UserName}/*", "home/bob/x", &context), No);
        assert_eq!(ask("a${*}b${$}${?}", "a*b$?", &context), Yes);
        assert_eq!(ask("a${*}b", "axb", &context), No);
    }

    #[test]
    fn an_unknown_value_decides_only_what_no_value_can_change() {
        let context = Context::open();
        assert_eq!(ask("home/${aws:username}/*", "home/ada/x", &context), Unknown);
        assert_eq!(ask("home/${aws:username}/*", "work/ada/x", &context), No);
        let hostile = Context::whole().with("aws:username", Given::is("*"));
        assert_eq!(ask("home/${aws:username}/*", "home/ada/x", &hostile), Unknown);
    }

    #[test]
    fn a_default_takes_the_place_of_an_absent_value() {
        let pattern = "b/${aws:PrincipalTag/team, 'everyone'}/*";
        assert_eq!(ask(pattern, "b/everyone/x", &Context::whole()), Yes);
        assert_eq!(ask(pattern, "b/everyone/x", &Context::open()), Unknown);
        let team = Context::whole().with("aws:PrincipalTag/team", Given::is("red"));
        assert_eq!(ask(pattern, "b/everyone/x", &team), No);
        assert!(!Pattern::new(pattern, ALL).may_be_void(&Context::open()));
    }

    #[test]
    fn a_variable_without_value_may_void_the_statement() {
        let pattern = Pattern::new("b/${aws:username}", ALL);
        assert!(pattern.may_be_void(&Context::whole()) && pattern.may_be_void(&Context::open()));
        assert!(!pattern.may_be_void(&Context::open().with("aws:username", Given::Present)));
        for unclear in ["b/${", "b/${}", "b/${a, b}", "b/${a b}", "b/${a,'b'}"] {
            assert!(Pattern::new(unclear, ALL).may_be_void(&Context::whole()), "{unclear}");
        }
    }

    #[test]
    fn in_old_documents_a_variable_decides_nothing() {
        let old = Pattern::new("b/${aws:username}", Reading { wildcards: true, variables: false });
        let context = Context::whole().with("aws:username", Given::is("ada"));
        for (text, wanted) in [("b/ada", Unknown), ("b/${aws:username}", Unknown), ("c/ada", No)] {
            assert_eq!(old.resolve(&context).matches(&literal(text), &Fuel::default()), wanted, "{text}");
        }
        assert!(old.may_be_void(&context));
    }

    #[test]
    fn the_head_of_an_arn_has_no_variables() {
        assert!(!Pattern::new("arn:aws:s3:::${aws:username}", ALL).has_variable_before_the_resource());
        assert!(Pattern::new("arn:aws:sqs:*:${aws:username}:q", ALL).has_variable_before_the_resource());
    }
}
