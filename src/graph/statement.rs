//! IAM policy documents as statements, and the questions about them that need no full evaluation.
//!
//! May import: nothing of this crate. Guarantees: a document that is not in a form that it understands is an error, never
//! an empty policy; "it denies" is said only where every request of the scenario is denied; matching takes time linear in
//! the policy and at worst quadratic in the short text that is matched.
//!
//! Facts about AWS are from the IAM policy reference
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>).

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Where a document stands decides which elements it must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// On a resource, or a resource control policy: principals and resources.
    Resource,
    /// Attached to an identity, or a service control policy: resources and no principals.
    Identity,
    /// On a role: principals and no resources.
    Trust,
}

/// Allow or deny.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    Allow,
    Deny,
}

/// One principal of a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Principal {
    /// `AWS`, `Service`, `Federated` or `CanonicalUser`.
    pub kind: String,
    pub value: String,
}

/// Whom a statement is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principals {
    /// `"*"` or `{"AWS": "*"}`: the reference calls the two the same.
    Any,
    List(Vec<Principal>),
    /// `NotPrincipal`.
    Not(Vec<Principal>),
    /// A document on an identity: it is about that identity.
    Implied,
}

/// Patterns with their sense: `Action` or `NotAction`, `Resource` or `NotResource`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Patterns {
    In(Vec<String>),
    Not(Vec<String>),
    /// No such element (resources of a trust policy).
    Implied,
}

/// `ForAllValues:` and `ForAnyValue:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    All,
    Any,
}

/// One operator with one key: all conditions of a statement must hold, one of the values must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub quantifier: Option<Quantifier>,
    /// Without quantifier and `IfExists`: `StringNotLike`.
    pub operator: String,
    pub if_exists: bool,
    /// In lower case: keys do not depend on case.
    pub key: String,
    pub values: Vec<String>,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// `Sid`, else `statement 2`.
    pub label: String,
    pub effect: Effect,
    pub principals: Principals,
    pub actions: Patterns,
    pub resources: Patterns,
    pub conditions: Vec<Condition>,
}

/// A document: no statement where AWS says that there is no policy (`{}`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// `2012-10-17`, where `${…}` in a value stands for something of the request; `2008-10-17` takes it as it is.
    pub version: String,
    pub statements: Vec<Statement>,
}

/// Why a document is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the policy document is in no form that is understood: {0}")]
pub struct FormError(String);

fn refuse<T>(detail: impl Into<String>) -> Result<T, FormError> {
    Err(FormError(detail.into()))
}

impl Document {
    /// Reads a document; `{}` is "AWS answered that there is none".
    ///
    /// # Errors
    /// [`FormError`] where any part is not understood: no part may be passed over.
    pub fn parse(value: &Value, form: Form) -> Result<Self, FormError> {
        let Some(object) = value.as_object() else { return refuse("it is no object") };
        if object.is_empty() {
            return Ok(Self::default());
        }
        let mut version = "2008-10-17".to_owned();
        let mut statements = None;
        for (name, member) in object {
            match name.as_str() {
                "Version" => match member.as_str() {
                    Some(known @ ("2012-10-17" | "2008-10-17")) => known.clone_into(&mut version),
                    _ => return refuse("its Version is not known"),
                },
                "Id" => {}
                "Statement" => {
                    let list = member.as_array().map_or(std::slice::from_ref(member), Vec::as_slice);
                    statements = Some(
                        list.iter()
                            .enumerate()
                            .map(|(index, item)| statement(item, index, form))
                            .collect::<Result<Vec<_>, _>>()?,
                    );
                }
                other => return refuse(format!("it has a member {}", short(other))),
            }
        }
        match statements {
            Some(statements) => Ok(Self { version, statements }),
            None => refuse("it has no Statement"),
        }
    }
}

fn statement(value: &Value, index: usize, form: Form) -> Result<Statement, FormError> {
    let label = value
        .get("Sid")
        .and_then(Value::as_str)
        .filter(|sid| !sid.is_empty())
        .map_or_else(|| format!("statement {}", index.saturating_add(1)), short);
    let Some(object) = value.as_object() else { return refuse(format!("{label} is no object")) };
    let (mut effect, mut principals, mut actions, mut resources) = (None, None, None, None);
    let mut conditions = Vec::new();
    for (name, member) in object {
        let twice = match name.as_str() {
            "Sid" => false,
            "Effect" => {
                effect = match member.as_str() {
                    Some("Allow") => Some(Effect::Allow),
                    Some("Deny") => Some(Effect::Deny),
                    _ => return refuse(format!("the Effect of {label} is not known")),
                };
                false
            }
            "Principal" => principals.replace(self::principals(member, &label)?).is_some(),
            "NotPrincipal" => principals
                .replace(match self::principals(member, &label)? {
                    Principals::List(list) => Principals::Not(list),
                    // Nobody is left; AWS refuses it.
                    _ => return refuse(format!("NotPrincipal of {label} names everyone")),
                })
                .is_some(),
            "Action" => actions.replace(Patterns::In(words(member, &label)?)).is_some(),
            "NotAction" => actions.replace(Patterns::Not(words(member, &label)?)).is_some(),
            "Resource" => resources.replace(Patterns::In(words(member, &label)?)).is_some(),
            "NotResource" => resources.replace(Patterns::Not(words(member, &label)?)).is_some(),
            "Condition" => {
                conditions = self::conditions(member, &label)?;
                false
            }
            other => return refuse(format!("{label} has a member {}", short(other))),
        };
        if twice {
            return refuse(format!("{label} has an element together with its negation"));
        }
    }
    let Some(effect) = effect else { return refuse(format!("{label} has no Effect")) };
    let Some(actions) = actions else { return refuse(format!("{label} has no Action")) };
    let principals = match (principals, form) {
        (Some(given), Form::Resource | Form::Trust) => given,
        (None, Form::Identity) => Principals::Implied,
        _ => return refuse(format!("{label} has a Principal where none may be, or none where one must be")),
    };
    let resources = match (resources, form) {
        (Some(given), _) => given,
        (None, Form::Trust) => Patterns::Implied,
        (None, _) => return refuse(format!("{label} has no Resource")),
    };
    Ok(Statement { label, effect, principals, actions, resources, conditions })
}

/// A text or a list of texts, not empty.
fn words(value: &Value, label: &str) -> Result<Vec<String>, FormError> {
    let list = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    if list.is_empty() {
        return refuse(format!("{label} has an empty list"));
    }
    list.iter()
        .map(|item| match item.as_str() {
            Some(text) if !text.is_empty() => Ok(text.to_owned()),
            _ => refuse(format!("{label} has a value that is no text")),
        })
        .collect()
}

fn principals(value: &Value, label: &str) -> Result<Principals, FormError> {
    if let Some(text) = value.as_str() {
        return if text == "*" {
            Ok(Principals::Any)
        } else {
            refuse(format!("the Principal of {label} is a text other than *"))
        };
    }
    let Some(object) = value.as_object().filter(|o| !o.is_empty()) else {
        return refuse(format!("the Principal of {label} is no object"));
    };
    let mut list = Vec::new();
    for (kind, member) in object {
        if !matches!(kind.as_str(), "AWS" | "Service" | "Federated" | "CanonicalUser") {
            return refuse(format!("the Principal of {label} is of the kind {}", short(kind)));
        }
        for value in words(member, label)? {
            if kind == "AWS" && value == "*" {
                return Ok(Principals::Any);
            }
            list.push(Principal { kind: kind.clone(), value });
        }
    }
    Ok(Principals::List(list))
}

fn conditions(value: &Value, label: &str) -> Result<Vec<Condition>, FormError> {
    let Some(operators) = value.as_object() else { return refuse(format!("the Condition of {label} is no object")) };
    let mut found = Vec::new();
    for (name, keys) in operators {
        let (quantifier, rest) = match name.split_once(':') {
            None => (None, name.as_str()),
            Some(("ForAllValues", rest)) => (Some(Quantifier::All), rest),
            Some(("ForAnyValue", rest)) => (Some(Quantifier::Any), rest),
            Some(_) => return refuse(format!("{label} has the condition operator {}", short(name))),
        };
        let (operator, if_exists) = rest.strip_suffix("IfExists").map_or((rest, false), |base| (base, true));
        let Some(keys) = keys.as_object() else { return refuse(format!("{label} has a condition without a key")) };
        for (key, member) in keys {
            let list = member.as_array().map_or(std::slice::from_ref(member), Vec::as_slice);
            let values = list
                .iter()
                .map(|item| match item {
                    Value::String(text) => Ok(text.clone()),
                    Value::Bool(truth) => Ok(truth.to_string()),
                    Value::Number(number) => Ok(number.to_string()),
                    _ => refuse(format!("{label} has a condition value that is no text")),
                })
                .collect::<Result<Vec<_>, _>>()?;
            found.push(Condition {
                quantifier,
                operator: operator.to_owned(),
                if_exists,
                key: key.to_ascii_lowercase(),
                values,
            });
        }
    }
    Ok(found)
}

fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

// ---- Globs -------------------------------------------------------------------------------------------------------

/// Whether every text that `wanted` (a text or a pattern with `*` and `?`) stands for is matched by `pattern`. A no may
/// be wrong only where `wanted` is itself a pattern.
#[must_use]
pub fn covers(pattern: &str, wanted: &str) -> bool {
    covers_folded(pattern, wanted, false)
}

/// The same, without regard to the case of ASCII letters where `fold` says so.
fn covers_folded(pattern: &str, wanted: &str, fold: bool) -> bool {
    // Nearly all policies are ASCII, where a byte is a character and nothing has to be copied.
    if pattern.is_ascii() && wanted.is_ascii() {
        let same = |p: &u8, t: &u8| if fold { p.eq_ignore_ascii_case(t) } else { p == t };
        return covers_slice(pattern.as_bytes(), wanted.as_bytes(), b'*', b'?', &same);
    }
    let (pattern, wanted): (Vec<char>, Vec<char>) = (pattern.chars().collect(), wanted.chars().collect());
    let same = |p: &char, t: &char| if fold { p.eq_ignore_ascii_case(t) } else { p == t };
    covers_slice(&pattern, &wanted, '*', '?', &same)
}

fn covers_slice<T: PartialEq + Copy>(
    pattern: &[T],
    text: &[T],
    star: T,
    any: T,
    same: &impl Fn(&T, &T) -> bool,
) -> bool {
    let starts = |text: &[T], part: &[T]| {
        text.len() >= part.len()
            // A star of the wanted pattern may stand for nothing or much: only a star covers it.
            && text.iter().zip(part).all(|(t, p)| *t != star && (*p == any || same(p, t)))
    };
    let first = pattern.split(|c| *c == star).next().unwrap_or_default();
    if !starts(text, first) {
        return false;
    }
    let Some(last_star) = pattern.iter().rposition(|c| *c == star) else { return text.len() == first.len() };
    let last = pattern.get(last_star.saturating_add(1)..).unwrap_or_default();
    let mut at = first.len();
    if let Some(middle) = pattern.get(first.len().saturating_add(1)..last_star) {
        for part in middle.split(|c| *c == star) {
            // The leftmost place is always good enough; parts that were found use up text, so all of them together cost
            // no more than the square of its length.
            let Some(found) = (at..=text.len()).find(|i| text.get(*i..).is_some_and(|t| starts(t, part))) else {
                return false;
            };
            at = found.saturating_add(part.len());
        }
    }
    text.len().checked_sub(last.len()).is_some_and(|i| i >= at && text.get(i..).is_some_and(|t| starts(t, last)))
}

/// Whether some text may match both patterns. A yes may be wrong, a no never is.
#[must_use]
pub fn may_overlap(a: &str, b: &str) -> bool {
    let wild = |c: char| c == '*' || c == '?';
    if !a.contains(wild) {
        return covers(b, a);
    }
    if !b.contains(wild) {
        return covers(a, b);
    }
    let prefix = |s: &str| s.chars().take_while(|c| !wild(*c)).collect::<String>();
    let suffix = |s: &str| s.chars().rev().take_while(|c| !wild(*c)).collect::<String>();
    let agree = |x: String, y: String| x.chars().zip(y.chars()).all(|(p, q)| p == q);
    agree(prefix(a), prefix(b)) && agree(suffix(a), suffix(b))
}

/// A pattern with every `${…}` made a star: what it can stand for, once AWS has put the request's values in.
#[must_use]
pub fn widened(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        out.push('*');
        rest = after.split_once('}').map_or("", |(_, tail)| tail);
    }
    out.push_str(rest);
    out
}

impl Patterns {
    /// Whether all that `wanted` stands for is certainly meant.
    fn certainly(&self, wanted: &str, fold: bool) -> bool {
        match self {
            // A variable of the request may stand for something else.
            Self::In(list) => list.iter().any(|p| covers_folded(p, wanted, fold) && !p.contains("${")),
            Self::Not(list) => {
                let same = |p: &str| if fold { p.to_ascii_lowercase() } else { p.to_owned() };
                let wanted = same(wanted);
                !list.iter().any(|p| may_overlap(&widened(&same(p)), &wanted))
            }
            Self::Implied => true,
        }
    }

    /// Whether something that `wanted` stands for may be meant.
    fn possibly(&self, wanted: &str, fold: bool) -> bool {
        let same = |p: &str| if fold { p.to_ascii_lowercase() } else { p.to_owned() };
        let wanted = same(wanted);
        match self {
            Self::In(list) => list.iter().any(|p| may_overlap(&widened(&same(p)), &wanted)),
            Self::Not(list) => !list.iter().any(|p| !p.contains("${") && covers(&same(p), &wanted)),
            Self::Implied => true,
        }
    }
}

impl Statement {
    /// Whether the statement is about every action and resource that the two (patterns allowed) stand for. Actions do
    /// not depend on case.
    #[must_use]
    pub fn is_about(&self, action: &str, resource: &str) -> bool {
        self.actions.certainly(action, true) && self.resources.certainly(resource, false)
    }

    /// Whether the statement may be about some of them.
    #[must_use]
    pub fn may_be_about(&self, action: &str, resource: &str) -> bool {
        self.actions.possibly(action, true) && self.resources.possibly(resource, false)
    }

    /// Whether it names everyone (or stands on an identity).
    #[must_use]
    pub fn is_for_everyone(&self) -> bool {
        matches!(self.principals, Principals::Any | Principals::Implied)
    }
}

// ---- Scenarios ---------------------------------------------------------------------------------------------------

/// A question with three answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Yes,
    /// Not so, and the ways out, in readable words.
    No(BTreeSet<String>),
    /// It cannot be told, and why.
    Unknown(String),
}

impl Answer {
    /// A no with one reason.
    #[must_use]
    pub fn no(why: impl Into<String>) -> Self {
        Self::No(BTreeSet::from([why.into()]))
    }

    /// Both have to hold: no beats unknown beats yes.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No(mut a), Self::No(b)) => {
                a.extend(b);
                Self::No(a)
            }
            (Self::No(a), _) | (_, Self::No(a)) => Self::No(a),
            (Self::Unknown(a), _) | (_, Self::Unknown(a)) => Self::Unknown(a),
            (Self::Yes, Self::Yes) => Self::Yes,
        }
    }
}

/// Whether a value that a policy lets out is one that may be let out.
pub type Permitted<'a> = &'a dyn Fn(&str) -> Answer;

/// What is given about a condition key in the requests of a scenario.
#[derive(Clone, Copy)]
pub enum Given<'a> {
    /// Always there with this value.
    Is(&'a str),
    /// Never there.
    Absent,
    /// There or not; when there, with any value that the function does not permit. A no of the function says how a value
    /// that is let out reads in the evidence.
    Outside(Permitted<'a>),
    /// There with any value that the function does not permit.
    PresentOutside(Permitted<'a>),
    /// `false`, or not there.
    FalseOrAbsent,
}

impl std::fmt::Debug for Given<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Is(value) => value,
            Self::Absent => "absent",
            Self::Outside(_) => "outside",
            Self::PresentOutside(_) => "present, outside",
            Self::FalseOrAbsent => "false or absent",
        })
    }
}

/// All requests in which the named keys are as given and every other key is anything at all.
#[derive(Debug, Clone, Default)]
pub struct Scenario<'a> {
    given: Vec<(&'a str, Given<'a>)>,
}

impl<'a> Scenario<'a> {
    /// Every request.
    #[must_use]
    pub fn any() -> Self {
        Self::default()
    }

    /// With one more key (in lower case).
    #[must_use]
    pub fn with(mut self, key: &'a str, given: Given<'a>) -> Self {
        self.given.push((key, given));
        self
    }

    /// Whether a condition holds in every request of the scenario.
    #[must_use]
    pub fn implies(&self, condition: &Condition) -> Answer {
        let Some((_, given)) = self.given.iter().find(|(key, _)| *key == condition.key) else {
            return Answer::no(format!("only where {}", describe(condition)));
        };
        if condition.values.iter().any(|v| v.contains("${")) {
            return Answer::Unknown(format!("a condition on {} holds a policy variable", condition.key));
        }
        if condition.operator == "Null" {
            return null(condition, *given);
        }
        match given {
            Given::Absent => absent(condition),
            Given::Is(value) => {
                // ForAllValues, ForAnyValue and none are the same where there is exactly one value.
                match holds(condition, value) {
                    Some(true) => Answer::Yes,
                    Some(false) => Answer::no(format!("only where {}", describe(condition))),
                    None => unmodelled(condition),
                }
            }
            Given::FalseOrAbsent => match holds(condition, "false") {
                Some(true) => absent(condition),
                Some(false) => Answer::no(format!("only where {}", describe(condition))),
                None => unmodelled(condition),
            },
            Given::Outside(permitted) | Given::PresentOutside(permitted) => {
                let when_absent = if matches!(given, Given::Outside(_)) { absent(condition) } else { Answer::Yes };
                match condition.operator.as_str() {
                    // A negated operator lets out exactly the values that it names.
                    "StringNotEquals"
                    | "StringNotEqualsIgnoreCase"
                    | "StringNotLike"
                    | "ArnNotEquals"
                    | "ArnNotLike" => condition.values.iter().map(|v| permitted(v)).fold(when_absent, Answer::and),
                    "StringEquals" | "StringEqualsIgnoreCase" | "StringLike" | "ArnEquals" | "ArnLike" | "Bool" => {
                        Answer::no(format!("only where {}", describe(condition)))
                    }
                    _ => unmodelled(condition),
                }
            }
        }
    }

    /// Whether all conditions hold in every request of the scenario.
    #[must_use]
    pub fn implies_all(&self, conditions: &[Condition]) -> Answer {
        conditions.iter().map(|c| self.implies(c)).fold(Answer::Yes, Answer::and)
    }
}

fn unmodelled(condition: &Condition) -> Answer {
    Answer::Unknown(format!("the condition operator {} on {} is not modelled", condition.operator, condition.key))
}

/// `StringNotLike aws:sourcevpce vpce-1, vpce-2`.
fn describe(condition: &Condition) -> String {
    let quantifier = match condition.quantifier {
        None => "",
        Some(Quantifier::All) => "ForAllValues:",
        Some(Quantifier::Any) => "ForAnyValue:",
    };
    let if_exists = if condition.if_exists { "IfExists" } else { "" };
    let values = condition.values.iter().take(3).map(|v| short(v)).collect::<Vec<_>>().join(", ");
    format!("{quantifier}{}{if_exists} {} {values}", condition.operator, condition.key)
}

/// A condition on a key that the request does not have: negated operators and `IfExists` hold, others do not;
/// `ForAllValues` holds on nothing, `ForAnyValue` does not.
fn absent(condition: &Condition) -> Answer {
    let negated = condition.operator.contains("Not");
    let holds = match condition.quantifier {
        _ if condition.if_exists => true,
        Some(Quantifier::All) => true,
        Some(Quantifier::Any) => false,
        None => negated,
    };
    if holds { Answer::Yes } else { Answer::no(format!("a request without {}", condition.key)) }
}

fn null(condition: &Condition, given: Given<'_>) -> Answer {
    let wants = |text: &str| condition.values.iter().any(|v| v.eq_ignore_ascii_case(text));
    let (wants_absent, wants_present) = (wants("true"), wants("false"));
    let holds = match given {
        Given::Absent => wants_absent,
        Given::Is(_) | Given::PresentOutside(_) => wants_present,
        Given::Outside(_) | Given::FalseOrAbsent => wants_absent && wants_present,
    };
    if holds { Answer::Yes } else { Answer::no(format!("only where {}", describe(condition))) }
}

/// Whether a condition holds for one value; none where the operator is not modelled.
fn holds(condition: &Condition, value: &str) -> Option<bool> {
    let values = &condition.values;
    let equal = || values.iter().any(|v| v == value);
    let folded = || values.iter().any(|v| v.eq_ignore_ascii_case(value));
    // The value is one text, so that `covers` decides exactly.
    let like = || values.iter().any(|v| covers(v, value));
    Some(match condition.operator.as_str() {
        "StringEquals" => equal(),
        "StringNotEquals" => !equal(),
        "StringEqualsIgnoreCase" | "Bool" => folded(),
        "StringNotEqualsIgnoreCase" => !folded(),
        "StringLike" => like(),
        "StringNotLike" => !like(),
        _ => return None,
    })
}

/// A statement with where it comes from (`the bucket policy`, `policy p-0123`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    pub from: String,
    pub statement: Statement,
}

/// Whether the statements together deny, to everyone, each of the asked pairs of action and resource (patterns allowed)
/// in every request of the scenario.
///
/// A pair counts as denied when ONE statement denies it: two statements that do so only together (one where a condition
/// holds, one where it does not) are a no, which errs towards failing. `NotPrincipal` never counts.
#[must_use]
pub fn denies(guards: &[Guard], asked: &[(&str, &str)], scenario: &Scenario<'_>) -> Answer {
    Coverage::new(guards, asked).denies(scenario)
}

/// Which denying statements are about which of the asked pairs: the same for every scenario.
#[derive(Debug)]
pub struct Coverage<'a> {
    denying: Vec<&'a Guard>,
    /// Sets of statements (by their place in `denying`) that are about some asked pair, each once: pairs that the same
    /// statements are about have the same answer.
    sets: BTreeSet<Vec<usize>>,
    /// Pairs that no statement is about.
    uncovered: Vec<String>,
}

impl<'a> Coverage<'a> {
    /// Holds the statements against the pairs.
    #[must_use]
    pub fn new(guards: &'a [Guard], asked: &[(&str, &str)]) -> Self {
        let denying: Vec<&Guard> =
            guards.iter().filter(|g| g.statement.effect == Effect::Deny && g.statement.is_for_everyone()).collect();
        let mut sets = BTreeSet::new();
        let mut uncovered = Vec::new();
        // Many actions are asked on few resources.
        let mut on: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (action, resource) in asked {
            let on = on.entry(resource).or_insert_with(|| {
                let covers = |g: &&Guard| g.statement.resources.certainly(resource, false);
                denying.iter().enumerate().filter(|(_, g)| covers(g)).map(|(place, _)| place).collect()
            });
            let about =
                |place: &usize| denying.get(*place).is_some_and(|g| g.statement.actions.certainly(action, true));
            let set: Vec<usize> = on.iter().copied().filter(about).collect();
            if set.is_empty() {
                uncovered.push(format!("no statement denies {action} on {resource}"));
            } else {
                sets.insert(set);
            }
        }
        Self { denying, sets, uncovered }
    }

    /// Whether each pair is denied in every request of the scenario; see [`denies`].
    #[must_use]
    pub fn denies(&self, scenario: &Scenario<'_>) -> Answer {
        // What a statement's conditions come to does not depend on action and resource.
        let implied: Vec<OnceCell<Answer>> = self.denying.iter().map(|_| OnceCell::new()).collect();
        let uncovered = match self.uncovered.as_slice() {
            [] => Answer::Yes,
            ways => Answer::No(ways.iter().cloned().collect()),
        };
        let of_set = |set: &Vec<usize>| {
            let mut unknown = None;
            let mut narrowest: Option<(&Guard, &BTreeSet<String>)> = None;
            for (guard, implied) in
                set.iter().filter_map(|place| Some((self.denying.get(*place)?, implied.get(*place)?)))
            {
                match implied.get_or_init(|| scenario.implies_all(&guard.statement.conditions)) {
                    Answer::Yes => return Answer::Yes,
                    Answer::Unknown(why) => unknown = Some(format!("{}: {why}", guard.from)),
                    Answer::No(ways) => {
                        if narrowest.is_none_or(|(_, n)| ways.len() < n.len()) {
                            narrowest = Some((guard, ways));
                        }
                    }
                }
            }
            match (unknown, narrowest) {
                (Some(why), _) => Answer::Unknown(why),
                (None, Some((guard, ways))) => {
                    Answer::No(ways.iter().map(|way| format!("{}: {way}", guard.statement.label)).collect())
                }
                (None, None) => Answer::no("no statement denies it"),
            }
        };
        self.sets.iter().map(of_set).fold(uncovered, Answer::and)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn guards(document: &Value) -> Vec<Guard> {
        Document::parse(document, Form::Resource)
            .unwrap()
            .statements
            .into_iter()
            .map(|statement| Guard { from: "the bucket policy".to_owned(), statement })
            .collect()
    }

    fn tls(resource: &Value, condition: &Value) -> Answer {
        let document = json!({ "Version": "2012-10-17", "Statement": {
            "Sid": "Tls", "Effect": "Deny", "Principal": "*", "Action": "S3:*", "Resource": resource, "Condition": condition } });
        let scenario = Scenario::any().with("aws:securetransport", Given::Is("false"));
        denies(&guards(&document), &[("s3:*", "arn:aws:s3:::b"), ("s3:*", "arn:aws:s3:::b/*")], &scenario)
    }

    #[test]
    fn a_deny_counts_only_in_full() {
        let both = json!(["arn:aws:s3:::b", "arn:aws:s3:::b/*"]);
        let plain = json!({ "Bool": { "aws:SecureTransport": "false" } });
        assert_eq!(tls(&both, &plain), Answer::Yes);
        assert_eq!(tls(&json!("arn:aws:s3:::b*"), &json!({ "Bool": { "AWS:securetransport": [false] } })), Answer::Yes);
        assert_eq!(tls(&both, &json!({ "BoolIfExists": { "aws:SecureTransport": "false" } })), Answer::Yes);
        assert!(matches!(tls(&json!("arn:aws:s3:::b"), &plain), Answer::No(_)));
        assert!(matches!(tls(&json!("arn:aws:s3:::b/${aws:username}/*"), &plain), Answer::No(_)));
        let more = json!({ "Bool": { "aws:SecureTransport": "false" }, "StringEquals": { "aws:PrincipalTag/x": "y" } });
        assert!(matches!(tls(&both, &more), Answer::No(_)));
        assert!(matches!(tls(&both, &json!({ "Strange": { "aws:SecureTransport": "false" } })), Answer::Unknown(_)));
    }

    #[test]
    fn absent_keys_follow_the_operator() {
        let permitted = |v: &str| if v == "vpce-1" { Answer::Yes } else { Answer::no(v) };
        let ask = |condition: Value| {
            let document = json!({ "Statement": [{ "Effect": "Deny", "Principal": { "AWS": "*" }, "NotAction": "ec2:*",
                "Resource": "*", "Condition": condition }] });
            let scenario = Scenario::any().with("aws:sourcevpce", Given::Outside(&permitted));
            denies(&guards(&document), &[("s3:GetObject", "arn:aws:s3:::b/*")], &scenario)
        };
        assert_eq!(ask(json!({ "StringNotEquals": { "aws:SourceVpce": "vpce-1" } })), Answer::Yes);
        assert_eq!(ask(json!({ "ForAllValues:StringNotLike": { "aws:SourceVpce": "vpce-1" } })), Answer::Yes);
        assert!(matches!(ask(json!({ "ForAnyValue:StringNotLike": { "aws:SourceVpce": "vpce-1" } })), Answer::No(_)));
        assert_eq!(ask(json!({ "ForAnyValue:StringNotLikeIfExists": { "aws:SourceVpce": "vpce-1" } })), Answer::Yes);
        assert!(matches!(ask(json!({ "StringNotEquals": { "aws:SourceVpce": ["vpce-1", "vpce-9"] } })), Answer::No(_)));
        assert!(matches!(ask(json!({ "Null": { "aws:SourceVpce": "true" } })), Answer::No(_)));
    }

    #[test]
    fn not_principal_never_counts() {
        let document = json!({ "Statement": [{ "Effect": "Deny", "NotPrincipal": { "AWS": "arn:aws:iam::1:root" },
            "Action": "*", "Resource": "*" }] });
        let answer = denies(&guards(&document), &[("s3:GetObject", "arn:aws:s3:::b/*")], &Scenario::any());
        assert!(matches!(answer, Answer::No(_)));
    }

    #[test]
    fn unknown_forms_are_refused() {
        for document in [
            json!("text"),
            json!({ "Version": "2030-01-01", "Statement": [] }),
            json!({ "Statement": [{ "Effect": "allow", "Principal": "*", "Action": "*", "Resource": "*" }] }),
            json!({ "Statement": [{ "Effect": "Deny", "Principal": "*", "Action": [], "Resource": "*" }] }),
            json!({ "Statement": [{ "Effect": "Deny", "Action": "*", "Resource": "*" }] }),
            json!({ "Statement": [{ "Effect": "Deny", "Principal": "*", "Action": "*", "NotAction": "*", "Resource": "*" }] }),
            json!({ "Statement": [{ "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Extra": 1 }] }),
            json!({ "Statement": [{ "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
                "Condition": { "Bool": { "aws:SecureTransport": { "a": 1 } } } }] }),
        ] {
            assert!(Document::parse(&document, Form::Resource).is_err(), "{document}");
        }
        assert!(Document::parse(&json!({}), Form::Resource).unwrap().statements.is_empty());
    }

    #[test]
    fn globs() {
        for (pattern, text, wanted) in [
            ("*", "", true),
            ("s3:*", "s3:*", true),
            ("s3:Get*", "s3:*", false),
            ("s3:?*", "s3:*", false),
            ("a*b*c", "aXbYbc", true),
            ("a*b", "ab", true),
            ("a*ab", "ab", false),
            ("arn:aws:s3:::b*", "arn:aws:s3:::b/*", true),
            ("b?", "b*", false),
        ] {
            assert_eq!(covers(pattern, text), wanted, "{pattern} {text}");
        }
        assert!(may_overlap("s3:Get*", "s3:*Object"));
        assert!(!may_overlap("s3:Get*", "ec2:*"));
        assert_eq!(widened("a/${aws:username}/b"), "a/*/b");
        let hostile = "*a".repeat(200_000);
        assert!(!covers(&hostile, &"a".repeat(2_000)));
    }
}
