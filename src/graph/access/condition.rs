//! Conditions of a statement, on what is known of a request.
//!
//! May import: `graph`. Guarantees: more knowledge of the request never turns a yes into a no or a no into a yes.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>

use super::context::{Context, Given};
use super::glob::Fuel;
use super::operator::{Operator, truth};
use super::truth::Truth;
use super::variable::Pattern;
use crate::graph::statement::{self, Quantifier};

/// One operator on one key, ready to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    operator: Operator,
    negated: bool,
    quantifier: Option<Quantifier>,
    if_exists: bool,
    key: String,
    values: Vec<Pattern>,
    /// As the policy writes it: `StringNotEqualsIfExists aws:sourcevpce`.
    pub(super) label: String,
}

impl Condition {
    pub(super) fn new(written: &statement::Condition, variables: bool) -> Self {
        let (operator, negated) = Operator::of(&written.operator);
        let quantifier = match written.quantifier {
            None => "",
            Some(Quantifier::All) => "ForAllValues:",
            Some(Quantifier::Any) => "ForAnyValue:",
        };
        let if_exists = if written.if_exists { "IfExists" } else { "" };
        Self {
            operator,
            negated,
            quantifier: written.quantifier,
            if_exists: written.if_exists,
            key: written.key.clone(),
            values: written.values.iter().map(|v| Pattern::new(v, operator.reading(variables))).collect(),
            label: format!("{quantifier}{}{if_exists} {}", written.operator, written.key),
        }
    }

    /// The keys that it hangs on.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.key.as_str()).chain(self.values.iter().flat_map(Pattern::keys))
    }

    /// Whether one of its variables may have no value.
    pub(super) fn may_be_void(&self, context: &Context) -> bool {
        self.values.iter().any(|v| v.may_be_void(context))
    }

    /// Whether it holds.
    pub(super) fn holds(&self, context: &Context, fuel: &Fuel) -> Truth {
        let unclear = self.operator == Operator::Unheard
            || self.values.is_empty()
            || self.key.contains("${")
            || (!self.operator.takes_variables() && self.values.iter().any(Pattern::has_variables));
        if unclear { Truth::Unknown } else { self.holds_for(context.get(&self.key), context, fuel) }
    }

    fn holds_for(&self, given: &Given, context: &Context, fuel: &Fuel) -> Truth {
        if let Given::Among(cases) = given {
            let each = cases.iter().map(|case| self.holds_for(case, context, fuel));
            return each.reduce(Truth::either).unwrap_or(Truth::Unknown);
        }
        if self.operator == Operator::Null {
            return self.is_null(given);
        }
        match given {
            Given::Absent => self.holds_without_key(),
            Given::Is(values) => self.holds_for_values(values, context, fuel),
            _ => Truth::Unknown,
        }
    }

    fn holds_without_key(&self) -> Truth {
        match (self.quantifier, self.if_exists) {
            // Nothing in a set that is empty differs from the policy.
            (Some(Quantifier::All), _) => Truth::Yes,
            // One of its values has to match and there is none; yet with IfExists it need not be there. AWS does not say
            // which of the two holds.
            (Some(Quantifier::Any), true) => Truth::Unknown,
            (Some(Quantifier::Any), false) => Truth::No,
            (None, if_exists) => Truth::of(if_exists || self.negated),
        }
    }

    fn is_null(&self, given: &Given) -> Truth {
        let absent = match given {
            Given::Absent => true,
            Given::Present => false,
            // A key that is there and empty is not null to all.
            Given::Is(values) if values.iter().any(|v| !v.is_empty()) => false,
            _ => return Truth::Unknown,
        };
        if self.quantifier.is_some() || self.if_exists {
            return Truth::Unknown;
        }
        let context = Context::whole();
        let wants = self.values.iter().map(|v| truth(&v.resolve(&context).text()));
        wants.map(|w| w.map_or(Truth::Unknown, |w| Truth::of(w == absent))).fold(Truth::No, Truth::or)
    }

    fn holds_for_values(&self, values: &[String], context: &Context, fuel: &Fuel) -> Truth {
        let each = values.iter().map(|value| {
            let matched = self
                .values
                .iter()
                .map(|pattern| self.operator.compare(&pattern.resolve(context), value, fuel))
                .fold(Truth::No, Truth::or);
            if self.negated { matched.negated() } else { matched }
        });
        match (self.quantifier, values) {
            (Some(Quantifier::All), _) => each.fold(Truth::Yes, Truth::and),
            (Some(Quantifier::Any), _) => each.fold(Truth::No, Truth::or),
            (None, [_]) => each.fold(Truth::Yes, Truth::and),
            // AWS warns of it and does not say what comes of it.
            (None, _) => Truth::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Truth::{No, Unknown, Yes};
    use super::*;
    use crate::graph::statement::{Document, Form};

    fn ask(name: &str, values: &[&str], given: Given) -> Truth {
        let document = json!({ "Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": { name: { "aws:TagKeys": values } } } });
        let document = Document::parse(&document, Form::Identity).unwrap();
        let condition = Condition::new(&document.statements[0].conditions[0], true);
        condition.holds(&Context::whole().with("aws:tagkeys", given), &Fuel::default())
    }

    #[test]
    fn an_absent_key_follows_the_operator() {
        for (name, wanted) in [
            ("StringEquals", No),
            ("StringNotEquals", Yes),
            ("StringEqualsIfExists", Yes),
            ("StringNotEqualsIfExists", Yes),
            ("ForAllValues:StringEquals", Yes),
            ("ForAllValues:StringNotEquals", Yes),
            ("ForAnyValue:StringEquals", No),
            ("ForAnyValue:StringNotEquals", No),
            ("ForAnyValue:StringEqualsIfExists", Unknown),
            ("NumericLessThan", No),
            ("StringSounds", Unknown),
        ] {
            assert_eq!(ask(name, &["1"], Given::Absent), wanted, "{name}");
            assert_eq!(ask(name, &["1"], Given::Unknown), Unknown, "{name}");
        }
    }

    #[test]
    fn sets_are_compared_by_their_quantifier() {
        let both = || Given::Is(vec!["a".to_owned(), "b".to_owned()]);
        for (name, policy, wanted) in [
            ("ForAllValues:StringEquals", ["a", "b"], Yes),
            ("ForAllValues:StringEquals", ["a", "c"], No),
            ("ForAnyValue:StringEquals", ["a", "c"], Yes),
            ("ForAnyValue:StringEquals", ["c", "d"], No),
            ("ForAllValues:StringNotEquals", ["c", "d"], Yes),
            ("ForAllValues:StringNotEquals", ["a", "c"], No),
            ("ForAnyValue:StringNotEquals", ["a", "c"], Yes),
            ("ForAnyValue:StringNotEquals", ["a", "b"], No),
            ("StringEquals", ["a", "b"], Unknown),
        ] {
            assert_eq!(ask(name, &policy, both()), wanted, "{name} {policy:?}");
        }
        assert_eq!(ask("ForAllValues:StringEquals", &["a"], Given::Is(Vec::new())), Yes);
        assert_eq!(ask("ForAnyValue:StringEquals", &["a"], Given::Is(Vec::new())), No);
        // None of several values of the policy.
        assert_eq!(ask("StringNotEquals", &["a", "b"], Given::is("b")), No);
    }

    #[test]
    fn null_asks_whether_the_key_is_there() {
        assert_eq!(ask("Null", &["true"], Given::Absent), Yes);
        assert_eq!(ask("Null", &["true"], Given::Present), No);
        assert_eq!(ask("Null", &["false"], Given::is("x")), Yes);
        assert_eq!(ask("Null", &["true", "false"], Given::is("x")), Yes);
        assert_eq!(ask("Null", &["perhaps"], Given::is("x")), Unknown);
        assert_eq!(ask("Null", &["true"], Given::is("")), Unknown);
        assert_eq!(ask("Null", &["true"], Given::Unknown), Unknown);
    }

    #[test]
    fn of_several_cases_only_what_all_have_in_common_is_known() {
        let absent_or_false = || Given::Among(vec![Given::Absent, Given::truth(false)]);
        assert_eq!(ask("Bool", &["true"], absent_or_false()), No);
        assert_eq!(ask("Bool", &["false"], absent_or_false()), Unknown);
        assert_eq!(ask("BoolIfExists", &["false"], absent_or_false()), Yes);
        assert_eq!(ask("Bool", &["true"], Given::Among(Vec::new())), Unknown);
    }
}
