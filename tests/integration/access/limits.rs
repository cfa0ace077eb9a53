//! Hostile policies: they are refused or cost no more than they may, and are never taken for empty ones.

use havenmark::graph::access::{
    Allowance, Caller, Context, Fuel, Layer, Layers, Outcome, Policy, Request, Resource, evaluate, evaluate_within,
};
use havenmark::graph::statement::Form;
use serde_json::{Value, json};

type Failure = Box<dyn std::error::Error>;

const ROLE: &str = "arn:aws:iam::111111111111:role/r";

fn request(resource: Resource) -> Request {
    let caller = Caller::Role { arn: ROLE.to_owned(), session: None };
    Request::new(caller, "s3:GetObject", resource, Context::open())
}

fn read(document: &Value) -> Result<Policy, Failure> {
    Ok(Policy::read("policy p", document, Form::Identity, &mut Allowance::default())?)
}

fn allow(resources: &Value) -> Value {
    json!({ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "*", "Resource": resources } })
}

/// The largest set that is read, all of it patterns that match slowly, on the longest name that AWS accepts: it ends,
/// and what was not reached is unknown.
#[test]
fn patterns_that_match_slowly_end_in_unknown() -> Result<(), Failure> {
    let slow = format!("arn:aws:s3:::b/{}b", "*aaaaaaaaaaaaaaaa".repeat(100));
    let policy = read(&allow(&json!(vec![slow; 5_000])))?;
    let layers = Layers { identity: Layer::of([&policy]), ..Layers::default() };
    let name = format!("arn:aws:s3:::b/{}", "a".repeat(1_024));
    for resource in [Resource::exactly(&name, Some("111111111111")), Resource::every("arn:aws:s3:::b/*a*", None)] {
        let fuel = Fuel::new(2_000_000);
        let verdict = evaluate_within(&request(resource), &layers, &fuel);
        assert_eq!(verdict.outcome, Outcome::Unknown);
        assert!(fuel.is_spent());
        assert!(verdict.explain().iter().any(|why| why.contains("too many steps")), "{:?}", verdict.explain());
    }
    Ok(())
}

/// A Deny that comes after the fuel is spent may deny: nothing is allowed for want of time.
#[test]
fn nothing_is_allowed_for_want_of_fuel() -> Result<(), Failure> {
    let policy = read(&json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "*", "Resource": "*" },
        { "Effect": "Deny", "Action": "*", "Resource": vec!["arn:aws:s3:::c/*a*a*a*b"; 1_000] },
    ] }))?;
    let layers = Layers { identity: Layer::of([&policy]), ..Layers::default() };
    let one = request(Resource::exactly("arn:aws:s3:::c/aaaaaaaaaaaaaaaaaaaaaaaaaaaa", Some("111111111111")));
    assert_eq!(evaluate(&one, &layers).outcome, Outcome::Allowed);
    assert_eq!(evaluate_within(&one, &layers, &Fuel::new(1_000)).outcome, Outcome::Unknown);
    assert_eq!(evaluate_within(&one, &layers, &Fuel::new(0)).outcome, Outcome::Unknown);
    Ok(())
}

#[test]
fn a_policy_that_was_refused_leaves_its_layer_open() {
    let refused = read(&allow(&json!("a".repeat(100_000)))).map(|_| ()).unwrap_err();
    let layers = Layers { identity: Layer::unread(refused.to_string()), ..Layers::default() };
    let verdict = evaluate(&request(Resource::exactly("arn:aws:s3:::b/x", Some("111111111111"))), &layers);
    assert_eq!(verdict.outcome, Outcome::Unknown);
    assert!(verdict.explain().iter().any(|why| why.contains("policy p was not read")), "{:?}", verdict.explain());
}
