//! The operators of conditions, on one value of the policy and one of the request.
//!
//! May import: `model`, `graph`. Guarantees: a value that an operator is not made for is never taken to match or to differ.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use super::glob::{Fuel, literal, matches, matches_arn, segments, wild};
use super::truth::Truth;
use super::variable::{Reading, Resolved};
use crate::graph::network::ranges::Range;
use crate::model::time::AsOf;

/// Order of two numbers or times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// An operator without its negation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Text,
    TextIgnoringCase,
    Like,
    Arn,
    Number(Order),
    Date(Order),
    Bool,
    Binary,
    Address,
    /// To be negated: whether an address of the one kind is outside a range of the other, AWS does not say in as many words.
    AddressOfItsKind,
    Null,
    /// None that is known.
    Unheard,
}

impl Operator {
    /// The operator of a name, and whether the name negates it.
    pub(super) fn of(name: &str) -> (Self, bool) {
        match name {
            "StringEquals" => (Self::Text, false),
            "StringNotEquals" => (Self::Text, true),
            "StringEqualsIgnoreCase" => (Self::TextIgnoringCase, false),
            "StringNotEqualsIgnoreCase" => (Self::TextIgnoringCase, true),
            "StringLike" => (Self::Like, false),
            "StringNotLike" => (Self::Like, true),
            // The two behave alike.
            "ArnEquals" | "ArnLike" => (Self::Arn, false),
            "ArnNotEquals" | "ArnNotLike" => (Self::Arn, true),
            "NumericEquals" => (Self::Number(Order::Equal), false),
            "NumericNotEquals" => (Self::Number(Order::Equal), true),
            "NumericLessThan" => (Self::Number(Order::Less), false),
            "NumericLessThanEquals" => (Self::Number(Order::LessOrEqual), false),
            "NumericGreaterThan" => (Self::Number(Order::Greater), false),
            "NumericGreaterThanEquals" => (Self::Number(Order::GreaterOrEqual), false),
            "DateEquals" => (Self::Date(Order::Equal), false),
            "DateNotEquals" => (Self::Date(Order::Equal), true),
            "DateLessThan" => (Self::Date(Order::Less), false),
            "DateLessThanEquals" => (Self::Date(Order::LessOrEqual), false),
            "DateGreaterThan" => (Self::Date(Order::Greater), false),
            "DateGreaterThanEquals" => (Self::Date(Order::GreaterOrEqual), false),
            "Bool" => (Self::Bool, false),
            "BinaryEquals" => (Self::Binary, false),
            "IpAddress" => (Self::Address, false),
            "NotIpAddress" => (Self::AddressOfItsKind, true),
            "Null" => (Self::Null, false),
            _ => (Self::Unheard, false),
        }
    }

    /// How values of a policy are read for this operator.
    pub(super) fn reading(self, variables: bool) -> Reading {
        Reading { wildcards: matches!(self, Self::Like | Self::Arn), variables }
    }

    /// Whether policy variables can stand in its values.
    pub(super) fn takes_variables(self) -> bool {
        matches!(self, Self::Text | Self::TextIgnoringCase | Self::Like | Self::Arn)
    }

    /// Whether the value of the request matches that of the policy.
    pub(super) fn compare(self, policy: &Resolved<'_>, value: &str, fuel: &Fuel) -> Truth {
        match self {
            Self::Text | Self::Like => policy.matches(&literal(value), fuel),
            Self::TextIgnoringCase => {
                // Beyond ASCII it is not documented which letters are the same.
                let lower = policy.text().to_lowercase();
                match policy.is_exact() {
                    true if lower == value.to_lowercase() && (lower.is_ascii() || policy.text() == value) => Truth::Yes,
                    true if lower.is_ascii() && value.is_ascii() => Truth::No,
                    true => Truth::Unknown,
                    false => matches(&wild(&lower), &literal(&value.to_lowercase()), fuel).and(Truth::Unknown),
                }
            }
            Self::Arn => policy.settle(|pattern| {
                let value = literal(value);
                match segments(pattern, &value, fuel) {
                    Some(answer) => answer,
                    // One of the two is no ARN: what matches as a text may not count.
                    None => matches_arn(pattern, &value, fuel).and(Truth::Unknown),
                }
            }),
            Self::Number(order) => ordered(order, number(&policy.text()), number(value)),
            Self::Date(order) => ordered(order, date(&policy.text()), date(value)),
            Self::Bool => match (truth(&policy.text()), truth(value)) {
                (Some(wanted), Some(given)) => Truth::of(wanted == given),
                _ => Truth::Unknown,
            },
            Self::Binary => {
                // The same bytes can be written in more than one way.
                if policy.text() == value { Truth::Yes } else { Truth::Unknown }
            }
            Self::Address | Self::AddressOfItsKind => {
                let policy = policy.text();
                match (Range::parse(&policy), Range::parse(value).filter(|_| !value.contains('/'))) {
                    (Some(_), Some(_))
                        if self == Self::AddressOfItsKind && policy.contains(':') != value.contains(':') =>
                    {
                        Truth::Unknown
                    }
                    (Some(range), Some(address)) => Truth::of(range.contains(address)),
                    _ => Truth::Unknown,
                }
            }
            Self::Null | Self::Unheard => Truth::Unknown,
        }
    }
}

fn ordered<T: PartialOrd>(order: Order, policy: Option<T>, value: Option<T>) -> Truth {
    let (Some(policy), Some(value)) = (policy, value) else { return Truth::Unknown };
    Truth::of(match order {
        Order::Equal => value == policy,
        Order::Less => value < policy,
        Order::LessOrEqual => value <= policy,
        Order::Greater => value > policy,
        Order::GreaterOrEqual => value >= policy,
    })
}

/// A decimal number that a float holds exactly enough to compare.
fn number(text: &str) -> Option<f64> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
    (plain && (1..=15).contains(&digits)).then(|| text.parse().ok()).flatten()
}

/// Seconds since 1970: a time of ISO 8601, or the seconds themselves.
fn date(text: &str) -> Option<i64> {
    // Parts of seconds could turn an order around that is kept in seconds.
    if text.contains('.') {
        return None;
    }
    text.parse::<AsOf>().ok().map(AsOf::unix).or_else(|| text.parse().ok().filter(|_| text.len() > 4))
}

pub(super) fn truth(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::context::Context;
    use super::super::variable::Pattern;
    use super::Truth::{No, Unknown, Yes};
    use super::*;

    fn ask(name: &str, policy: &str, value: &str) -> Truth {
        let (operator, negated) = Operator::of(name);
        let pattern = Pattern::new(policy, operator.reading(true));
        let answer = operator.compare(&pattern.resolve(&Context::whole()), value, &Fuel::default());
        if negated { answer.negated() } else { answer }
    }

    #[test]
    fn each_operator_compares_in_its_own_way() {
        for (name, policy, value, wanted) in [
            ("StringEquals", "a*", "a*", Yes),
            ("StringEquals", "a*", "ab", No),
            ("StringEqualsIgnoreCase", "Ab", "aB", Yes),
            ("StringNotEqualsIgnoreCase", "Ab", "aB", No),
            ("StringEqualsIgnoreCase", "ß", "SS", Unknown),
            ("StringLike", "a*", "ab", Yes),
            ("StringNotLike", "a?", "ab", No),
            ("ArnLike", "arn:aws:iam::*:role/a*", "arn:aws:iam::111111111111:role/ab", Yes),
            ("ArnLike", "arn:aws:iam::*:role/a*", "arn:aws:iam::111111111111:user/ab", No),
            ("ArnEquals", "arn:aws:iam::*:role/a*", "arn:aws:iam::1:role/a/b:c", Yes),
            ("ArnLike", "arn:*:role/a", "arn:aws:iam::111111111111:role/a", Unknown),
            ("ArnLike", "*", "arn:aws:iam::111111111111:role/a", Unknown),
            ("ArnNotLike", "arn:aws:s3:::b", "arn:aws:s3:::c", Yes),
            ("NumericLessThan", "10", "9.5", Yes),
            ("NumericGreaterThanEquals", "10", "10", Yes),
            ("NumericGreaterThan", "10", "10", No),
            ("NumericNotEquals", "10", "10.0", No),
            ("NumericEquals", "ten", "10", Unknown),
            ("NumericEquals", "12345678901234567", "12345678901234568", Unknown),
            ("DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", Yes),
            ("DateGreaterThan", "2026-01-01T00:00:00Z", "1767225601", Yes),
            ("DateLessThanEquals", "2026-01-01", "2026-01-01T00:00:00Z", Yes),
            ("DateEquals", "never", "2026-01-01", Unknown),
            ("Bool", "true", "True", Yes),
            ("Bool", "false", "true", No),
            ("Bool", "yes", "true", Unknown),
            ("IpAddress", "10.0.0.0/8", "10.1.2.3", Yes),
            ("NotIpAddress", "10.0.0.0/8", "10.1.2.3", No),
            ("IpAddress", "203.0.113.7", "203.0.113.7", Yes),
            ("IpAddress", "2001:db8::/32", "2001:db8::1", Yes),
            ("IpAddress", "10.0.0.0/8", "2001:db8::1", No),
            ("NotIpAddress", "10.0.0.0/8", "2001:db8::1", Unknown),
            ("NotIpAddress", "2001:db8::/32", "2001:db9::1", Yes),
            ("IpAddress", "10.0.0.0/8", "cloudformation.amazonaws.com", Unknown),
            ("BinaryEquals", "QQ==", "QQ==", Yes),
            ("BinaryEquals", "QQ==", "QQ", Unknown),
            ("StringAlmostEquals", "a", "a", Unknown),
            ("stringequals", "a", "a", Unknown),
        ] {
            assert_eq!(ask(name, policy, value), wanted, "{name} {policy} {value}");
        }
    }
}
