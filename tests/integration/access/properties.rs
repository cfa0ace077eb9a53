//! What has to hold of any policies, tried on random ones: a modest number here, and as many as `HAVENMARK_IAM_PROPERTIES`
//! says on demand (10,000 before a release).

use std::collections::BTreeSet;

use havenmark::graph::access::{Context, Outcome};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};

use super::case::{Case, LAYERS, Policies};
use super::generator::{Random, case};

const MODEST: u32 = 400;

fn config() -> ProptestConfig {
    let cases = std::env::var("HAVENMARK_IAM_PROPERTIES").ok().and_then(|n| n.parse().ok()).unwrap_or(MODEST);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// A case, some of whose keys are not known and some of whose layers were not read, as it is in an audit.
fn partial() -> impl Strategy<Value = (Case, Context, Random)> {
    partial_of(|_| true)
}

/// One that is of a kind.
fn partial_of(kind: fn(&Case) -> bool) -> impl Strategy<Value = (Case, Context, Random)> {
    any::<u64>().prop_map(move |seed| {
        let mut random = Random::new(seed);
        let mut case = std::iter::repeat_with(|| case(&mut random)).find(kind).expect("it never ends");
        if random.percent(15) {
            case.unread.insert((*random.pick(&LAYERS)).to_owned());
        }
        if random.percent(15) && case.action == "s3:GetObject" {
            let patterns = ["arn:aws:s3:::b1/*", "arn:aws:s3:::b1/alpha/*", "arn:aws:s3:::b*"];
            case.resource = String::from(*random.pick(&patterns));
            case.every = true;
        }
        let mut context = case.known();
        if random.percent(60) {
            for key in case.context.keys() {
                if random.percent(30) {
                    context.forget(key);
                }
            }
        }
        (case, context, random)
    })
}

fn outcome(case: &Case, context: &Context) -> Result<Outcome, TestCaseError> {
    let loaded = case.load_with(context.clone()).map_err(|e| TestCaseError::fail(format!("{e}: {case:?}")))?;
    Ok(loaded.verdict().outcome)
}

/// Every document of a case.
fn documents(case: &mut Case) -> Vec<&mut Value> {
    let Case { identity, boundary, session, policy, service_control, resource_control, endpoint, .. } = case;
    let levels = service_control.iter_mut().chain(resource_control).flatten();
    let single = [boundary, session, policy, endpoint].into_iter().flatten();
    identity.iter_mut().chain(levels).chain(single).collect()
}

fn statements(document: &mut Value) -> &mut Vec<Value> {
    document["Statement"].as_array_mut().expect("the generator writes lists")
}

/// A statement of the generator, with this effect, for a document on an identity.
fn statement(effect: &str, random: &mut Random) -> Value {
    loop {
        let other = case(random);
        for document in &other.identity {
            for statement in document["Statement"].as_array().into_iter().flatten() {
                if statement["Effect"] == effect {
                    return statement.clone();
                }
            }
        }
    }
}

fn append(document: &mut Value, mut statement: Value, layer: &str) {
    if matches!(layer, "policy" | "endpoint" | "resource_control") {
        statement["Principal"] = json!("*");
    }
    if let Some(statement) = statement.as_object_mut().filter(|_| layer == "trust") {
        statement.remove("Resource");
        statement.remove("NotResource");
        statement.insert("Principal".to_owned(), json!("*"));
    }
    statements(document).push(statement);
}

proptest! {
    #![proptest_config(config())]

    /// A Deny more, in any layer, never lets anybody do more.
    #[test]
    fn a_deny_never_widens((case, context, mut random) in partial()) {
        let before = outcome(&case, &context)?;
        let deny = statement("Deny", &mut random);
        let trust = if case.action.starts_with("sts:") { "trust" } else { "policy" };
        let mut after = case.clone();
        match random.below(7) {
            0 => after.identity.push(json!({ "Version": "2012-10-17", "Statement": [deny] })),
            1 => after.boundary.iter_mut().for_each(|d| append(d, deny.clone(), "boundary")),
            2 => after.session.iter_mut().for_each(|d| append(d, deny.clone(), "session")),
            3 => after.policy.iter_mut().for_each(|d| append(d, deny.clone(), trust)),
            4 => after.endpoint.iter_mut().for_each(|d| append(d, deny.clone(), "endpoint")),
            5 => after.service_control.iter_mut().flatten().take(1).for_each(|d| append(d, deny.clone(), "rail")),
            _ => after.resource_control.iter_mut().flatten().take(1).for_each(|d| append(d, deny.clone(), "resource_control")),
        }
        prop_assert!(outcome(&after, &context)? <= before, "{deny} widened {case:?}");
    }

    /// An Allow more, in any layer, never lets anybody do less.
    #[test]
    fn an_allow_never_narrows((case, context, mut random) in partial()) {
        let before = outcome(&case, &context)?;
        let allow = statement("Allow", &mut random);
        let trust = if case.action.starts_with("sts:") { "trust" } else { "policy" };
        let mut after = case.clone();
        match random.below(6) {
            0 => after.identity.push(json!({ "Version": "2012-10-17", "Statement": [allow] })),
            1 => after.boundary.iter_mut().for_each(|d| append(d, allow.clone(), "boundary")),
            2 => after.session.iter_mut().for_each(|d| append(d, allow.clone(), "session")),
            3 => after.policy.iter_mut().for_each(|d| append(d, allow.clone(), trust)),
            4 => after.endpoint.iter_mut().for_each(|d| append(d, allow.clone(), "endpoint")),
            _ => after.service_control.iter_mut().flatten().take(1).for_each(|d| append(d, allow.clone(), "rail")),
        }
        prop_assert!(outcome(&after, &context)? >= before, "{allow} narrowed {case:?}");
    }

    /// To know less never turns one answer into the other: it stays or becomes unknown. And what is unknown stays so.
    #[test]
    fn forgetting_never_turns_an_answer_round((case, context, mut random) in partial()) {
        let before = outcome(&case, &context)?;
        let mut less = context.clone();
        let keys: Vec<&String> = case.context.keys().collect();
        for _ in 0..=random.below(3) {
            less.forget(keys[random.below(keys.len())]);
        }
        if random.percent(20) {
            less.forget("aws:sourcevpce");
        }
        let after = outcome(&case, &less)?;
        prop_assert!(after == before || after == Outcome::Unknown, "{before:?} became {after:?}: {case:?}");
    }

    /// Neither statements, nor policies, nor values, nor levels have an order.
    #[test]
    fn order_never_matters((case, context, mut random) in partial()) {
        let before = outcome(&case, &context)?;
        let mut after = case.clone();
        random.shuffle(&mut after.identity);
        random.shuffle(&mut after.service_control);
        random.shuffle(&mut after.resource_control);
        after.service_control.iter_mut().for_each(|level: &mut Policies| random.shuffle(level));
        for document in documents(&mut after) {
            let list = statements(document);
            random.shuffle(list);
            for statement in list.iter_mut() {
                shuffle_lists(statement, &mut random);
            }
        }
        prop_assert_eq!(outcome(&after, &context)?, before);
    }

    /// Other names for accounts, roles, users and buckets change nothing.
    #[test]
    fn names_mean_nothing((case, _, _) in partial()) {
        let before = outcome(&case, &case.known())?;
        let mut text = serde_json::to_string(&case).expect("a case is JSON");
        for (from, to) in [
            ("111111111111", "987654321098"),
            ("222222222222", "135791357913"),
            ("/alpha/", "/omega/"),
            ("\"alpha\"", "\"omega\""),
            ("'alpha'", "'omega'"),
            ("role/r\"", "role/researcher\""),
            ("assumed-role/r/", "assumed-role/researcher/"),
            ("user/u\"", "user/ursula\""),
            ("\"aws:username\":\"u\"", "\"aws:username\":\"ursula\""),
            ("vpce-", "vpce-0abc"),
            ("/k1", "/key-one"),
            // Patterns that name part of what has another name now.
            ("1111*", "9876*"),
            ("\"al*\"", "\"om*\""),
            ("ALPHA", "OMEGA"),
        ] {
            text = text.replace(from, to);
        }
        let after: Case = serde_json::from_str(&text).expect("it still is one");
        prop_assert_eq!(outcome(&after, &after.known())?, before, "{:?}", case);
    }

    /// A statement with several actions says what one statement for each of them says.
    #[test]
    fn splitting_a_list_of_actions_changes_nothing((case, context, _) in partial()) {
        let before = outcome(&case, &context)?;
        let mut after = case.clone();
        for document in documents(&mut after) {
            let list = statements(document);
            *list = list.iter().flat_map(|s| split(s, "Action")).flat_map(|s| split(&s, "Resource")).collect();
        }
        let after = outcome(&after, &context)?;
        // A list of resources may hold a variable without value, which voids what stands beside it in one statement only.
        let loosened = serde_json::to_string(&case).is_ok_and(|t| t.contains("${")) && before == Outcome::Unknown;
        prop_assert!(after == before || loosened, "{before:?} became {after:?}: {case:?}");
    }

    /// A wider cap (a boundary, a session's policy, an endpoint's) never narrows; none at all is the widest, except that
    /// to have a boundary counts for `NotPrincipal`.
    #[test]
    fn a_wider_cap_never_narrows((case, context, mut random) in partial()) {
        let before = outcome(&case, &context)?;
        let everything = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
        let mut after = case.clone();
        let (cap, layer) = match random.below(3) {
            0 => (&mut after.boundary, "boundary"),
            1 => (&mut after.session, "session"),
            _ => (&mut after.endpoint, "endpoint"),
        };
        if let Some(document) = cap {
            append(document, everything, layer);
        }
        prop_assert!(outcome(&after, &context)? >= before, "{case:?}");
        let mut without = after;
        match layer {
            "session" => without.session = None,
            "endpoint" => without.endpoint = None,
            _ => {}
        }
        prop_assert!(without.unread.contains(layer) || outcome(&without, &context)? >= before, "{case:?}");
    }

    /// What is decided although a layer was not read is decided alike whatever it holds: what it held, nothing, or
    /// another case's.
    #[test]
    fn an_unread_layer_is_never_guessed((case, context, mut random) in partial()) {
        let layer = *random.pick(&LAYERS);
        let mut unread = case.clone();
        unread.unread = BTreeSet::from([layer.to_owned()]);
        let guess = outcome(&unread, &context)?;
        let mut other = super::generator::case(&mut random);
        while other.action != case.action {
            other = super::generator::case(&mut random);
        }
        let read = Case { unread: BTreeSet::new(), ..case.clone() };
        for held in [&read, &other, &Case::default()] {
            let mut full = read.clone();
            match layer {
                "identity" => full.identity = held.identity.clone(),
                "boundary" => full.boundary = held.boundary.clone(),
                "session" => full.session = held.session.clone(),
                "policy" => full.policy = held.policy.clone(),
                "service_control" => full.service_control = held.service_control.clone(),
                "resource_control" => full.resource_control = held.resource_control.clone(),
                _ => full.endpoint = held.endpoint.clone(),
            }
            let truth = outcome(&full, &context)?;
            prop_assert!(guess == truth || guess == Outcome::Unknown, "{layer}: {guess:?}, and it is {truth:?}: {full:?}");
        }
    }

    /// What is said of all objects of a pattern holds of each one of them.
    #[test]
    fn what_holds_of_a_language_holds_of_its_words(
        (mut case, context, mut random) in partial_of(|case| case.action == "s3:GetObject"),
    ) {
        case.every = true;
        case.resource = (*random.pick(&["arn:aws:s3:::b1/*", "arn:aws:s3:::b1/alpha/*", "arn:aws:s3:::b1/alpha/x?"])).to_owned();
        let of_all = outcome(&case, &context)?;
        let mut one = case.clone();
        one.every = false;
        one.resource = "arn:aws:s3:::b1/alpha/x1".to_owned();
        let of_one = outcome(&one, &context)?;
        prop_assert!(of_all == of_one || of_all == Outcome::Unknown, "{of_all:?}, and of one {of_one:?}: {case:?}");
    }
}

fn shuffle_lists(value: &mut Value, random: &mut Random) {
    match value {
        Value::Array(list) => {
            random.shuffle(list);
            for item in list.iter_mut() {
                shuffle_lists(item, random);
            }
        }
        Value::Object(members) => members.values_mut().for_each(|v| shuffle_lists(v, random)),
        _ => {}
    }
}

fn split(statement: &Value, element: &str) -> Vec<Value> {
    let Some(list) = statement[element].as_array() else { return vec![statement.clone()] };
    let one = |item: &Value| {
        let mut one = statement.clone();
        one[element] = item.clone();
        one
    };
    list.iter().map(one).collect()
}
