//! The answers for many at once beside those that are given one by one.

use havenmark::graph::access::{Fuel, Given, Grant, Grants, Matrix, Outcome, Question, Resource, Store, Subject};
use serde_json::{Value, json};

use super::case::{Case, Loaded};
use super::generator::{A, Random, case};

type Failure = Box<dyn std::error::Error>;

const OBJECTS: [&str; 6] = [
    "arn:aws:s3:::b1/alpha/x1",
    "arn:aws:s3:::b1/beta/x1",
    "arn:aws:s3:::b2/x",
    "arn:aws:s3:::b1/*",
    "arn:aws:s3:::b1/alpha/*",
    "arn:aws:s3:::c/*",
];

/// Callers of other kinds than the generator makes.
const OTHERS: [&str; 6] = [
    "anonymous",
    "glue.amazonaws.com",
    "arn:aws:iam::111111111111:root",
    "arn:aws:iam::x:role/r",
    "arn:aws:iam::111111111111:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie",
    "arn:aws:iam::222222222222:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie",
];

/// Cases whose policies make up an estate: of one service, for other callers and resources than they were made for.
fn cases(random: &mut Random, action: &str, count: usize) -> Vec<Case> {
    let mut found: Vec<Case> =
        std::iter::repeat_with(|| case(random)).filter(|c| c.action == action).take(count).collect();
    for (at, case) in found.iter_mut().enumerate() {
        // So that names in policies mean some of them and not all.
        if random.percent(40) {
            let text = serde_json::to_string(case).unwrap_or_default();
            let other = text.replace("role/r\"", &format!("role/r{}\"", at % 5));
            *case = serde_json::from_str(&other).unwrap_or_default();
        }
        if random.percent(20) {
            let layer = *random.pick(&super::case::LAYERS);
            case.unread.insert(layer.to_owned());
        }
    }
    found
}

fn known(value: &Value) -> Given {
    match value {
        Value::Array(list) => Given::Is(list.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
        other => Given::is(other.as_str().unwrap_or_default()),
    }
}

fn subject<'a>(case: &Case, loaded: &'a Loaded, random: &mut Random) -> Subject<'a> {
    let layers = loaded.layers();
    let own = |key: &str| key.starts_with("aws:PrincipalTag") || key.starts_with("aws:PrincipalOrg");
    let mut keys: Vec<(String, Given)> = Vec::new();
    for (key, value) in case.context.iter().filter(|(key, _)| own(key)) {
        let given = if random.percent(15) { Given::Unknown } else { known(value) };
        keys.push((key.to_ascii_lowercase(), given));
    }
    Subject {
        caller: case.caller(),
        keys,
        identity: layers.identity,
        boundary: layers.boundary,
        service_control: layers.service_control,
    }
}

fn store<'a>(case: &Case, loaded: &'a Loaded, random: &mut Random) -> Store<'a> {
    let layers = loaded.layers();
    let account = (*random.pick(&[Some(A), Some(A), Some("222222222222"), None])).map(str::to_owned);
    let resource = if case.action == "s3:GetObject" {
        let arn = *random.pick(&OBJECTS);
        if arn.contains('*') {
            Resource::every(arn, account.as_deref())
        } else {
            Resource::exactly(arn, account.as_deref())
        }
    } else {
        Resource::exactly(&case.resource, account.as_deref())
    };
    let mut grants = Grants::default();
    if random.percent(10) {
        let grantee = case.principal.clone();
        let operations = vec!["Decrypt".to_owned()];
        grants.list.push(Grant { id: "g".to_owned(), grantee, operations, constrained: random.percent(30) });
    }
    if random.percent(5) {
        grants.gaps.push("lists of access are in force".to_owned());
    }
    Store {
        resource,
        keys: vec![("aws:tagkeys".to_owned(), known(random.pick(&[json!("project"), json!(["owner", "zz"])])))],
        policy: layers.resource,
        resource_control: layers.resource_control,
        grants,
        restricts_public: random.percent(30),
    }
}

/// Pairs of estates of random policies: 2 blocks of resources and a part, callers of every kind.
fn compare(seeds: std::ops::Range<u64>) -> Result<usize, Failure> {
    let mut pairs = 0_usize;
    for seed in seeds {
        let mut random = Random::new(seed);
        let action = *random.pick(&["s3:GetObject", "s3:GetObject", "kms:Decrypt", "secretsmanager:GetSecretValue"]);
        let cases = cases(&mut random, action, 80);
        let loaded = cases.iter().map(Case::load).collect::<Result<Vec<Loaded>, _>>()?;
        let both = || cases.iter().zip(&loaded);
        let mut subjects: Vec<Subject<'_>> = both().map(|(c, l)| subject(c, l, &mut random)).collect();
        let mut others =
            ["anonymous", "glue.amazonaws.com", "arn:aws:iam::111111111111:root", "arn:aws:iam::x:role/r"].iter();
        for subject in subjects.iter_mut().step_by(2).take(OTHERS.len()) {
            let principal = others.next().map(|p| (*p).to_owned()).unwrap_or_default();
            subject.caller = Case { principal, ..Case::default() }.caller();
        }
        let stores: Vec<Store<'_>> = both().map(|(c, l)| store(c, l, &mut random)).collect();
        let first = cases.first().ok_or("no case")?;
        let mut question = Question {
            action: action.to_owned(),
            context: if random.percent(50) { Case { open: true, ..first.clone() }.known() } else { first.known() },
            endpoint: None,
        };
        if random.percent(40) {
            question.endpoint = loaded.iter().find_map(|l| l.layers().endpoint);
        }
        let matrix = Matrix::of(&question, &subjects, &stores, &Fuel::new(u64::MAX));
        for (at, subject) in subjects.iter().enumerate() {
            for (on, store) in stores.iter().enumerate() {
                let verdict = question.ask(subject, store, &Fuel::default());
                if matrix.outcome(at, on) != verdict.outcome {
                    let what = format!(
                        "seed {seed}, caller {at} {:?}, resource {on} {}: {:?} at once, {:?} by itself: {:?}",
                        subject.caller,
                        store.resource.arn(),
                        matrix.outcome(at, on),
                        verdict.outcome,
                        verdict.explain()
                    );
                    return Err(what.into());
                }
                pairs += 1;
            }
        }
    }
    Ok(pairs)
}

#[test]
fn many_at_once_are_answered_as_each_by_itself() -> Result<(), Failure> {
    assert_eq!(compare(0..4)?, 4 * 6_400);
    Ok(())
}

/// What random estates rarely have: a role of a service that would be allowed, but for the organisation's policies.
#[test]
fn roles_of_services_are_not_bound_at_once_either() -> Result<(), Failure> {
    let everything =
        json!({ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "*", "Resource": "*" } });
    let nothing = json!({ "Version": "2012-10-17", "Statement":
        { "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*" } });
    let case = |principal: &str| Case {
        principal: principal.to_owned(),
        action: "s3:GetObject".to_owned(),
        resource: "arn:aws:s3:::b1/x".to_owned(),
        account: A.to_owned(),
        identity: vec![everything.clone()],
        resource_control: vec![vec![nothing.clone()]],
        ..Case::default()
    };
    let cases = [case(OTHERS[4]), case("arn:aws:iam::111111111111:role/r")];
    let loaded = cases.iter().map(Case::load).collect::<Result<Vec<Loaded>, _>>()?;
    let mut random = Random::new(1);
    let subjects: Vec<Subject<'_>> = cases.iter().zip(&loaded).map(|(c, l)| subject(c, l, &mut random)).collect();
    let store = Store {
        resource: Resource::exactly("arn:aws:s3:::b1/x", Some(A)),
        grants: Grants::default(),
        ..store(&cases[0], &loaded[0], &mut random)
    };
    let question = Question { action: "s3:GetObject".to_owned(), context: cases[0].known(), endpoint: None };
    let matrix = Matrix::of(&question, &subjects, &[store], &Fuel::default());
    assert_eq!((matrix.outcome(0, 0), matrix.outcome(1, 0)), (Outcome::Allowed, Outcome::Denied));
    assert_eq!(matrix.certain(0).collect::<Vec<_>>(), [0]);
    assert_eq!(matrix.possible(1).count(), 0);
    Ok(())
}

/// A million pairs: `cargo test --test integration -- --ignored access::crowds`.
#[test]
#[ignore = "takes minutes: a million pairs one by one"]
fn a_million_pairs_are_answered_as_each_by_itself() -> Result<(), Failure> {
    assert!(compare(100..257)? >= 1_000_000);
    Ok(())
}
