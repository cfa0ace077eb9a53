//! What holds of every matching, whatever the events: nothing that is taken away makes it better.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::graph::declared::{Attested, Placed};
use crate::graph::{Estate, build};
use crate::model::listing::Listing;

const ACCOUNT: &str = "111111111111";
const BUCKET: &str = "tre-out";
/// 2026-11-24.
const NOW: i64 = 1_795_478_400;

/// How good a set is: what is known to be wrong, what is not known, and nothing wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Known {
    Wrong(BTreeSet<String>),
    Unknown,
    Fine,
}

#[derive(Debug, Clone)]
struct World {
    documents: Vec<ResourceDocument>,
    cited: Vec<String>,
}

fn document(kind: &str, id: &str, region: &str, members: impl Into<Value>) -> ResourceDocument {
    ResourceDocument {
        kind: kind.to_owned(),
        id: id.to_owned(),
        account: ACCOUNT.to_owned(),
        region: region.to_owned(),
        observed: members.into().as_object().unwrap().clone().into_iter().collect(),
        ..ResourceDocument::default()
    }
}

fn at(days: i64) -> String {
    AsOf::from_unix(NOW - days * DAY).to_string()
}

fn window(region: &str, source: &str, from: i64, to: i64) -> ResourceDocument {
    let trail = if source == FILES { "main" } else { "" };
    let members = json!({
        "Source": source, "Trail": trail, "From": at(from), "To": at(to), "Buckets": [BUCKET], "People": [],
        "RecordingChanges": [],
    });
    document(WINDOW, &format!("{region}:{source}:{from}:{to}"), region, members)
}

/// The judged things, and a history without a hole.
fn base() -> Vec<ResourceDocument> {
    let trail = json!({
        "TrailName": "main", "IsMultiRegionTrail": true, "IsOrganizationTrail": false, "HomeRegion": "eu-west-2",
        "Status": { "IsLogging": true }, "AdvancedEventSelectors": [],
        "EventSelectors": [{ "ReadWriteType": "All", "DataResources": [{ "Type": "AWS::S3::Object", "Values": ["arn:aws:s3"] }] }],
    });
    vec![
        document("AWS::Account", ACCOUNT, "global", json!({})),
        document("AWS::S3::Bucket", BUCKET, "eu-west-2", json!({})),
        document("AWS::SSO::Instance", "ssoins-1", "eu-west-2", json!({})),
        document(TRAIL, "main", "eu-west-2", trail),
        window("eu-west-2", LOOKUP, 40, 0),
        window("us-east-1", LOOKUP, 40, 0),
        window("eu-west-2", FILES, 40, 0),
    ]
}

/// The four sets of a world.
fn judge(world: &World) -> Vec<Known> {
    let kinds = ["AWS::S3::Bucket", TRAIL, REQUEST, "AWS::SSO::Instance"];
    let listings: Vec<Listing> = kinds
        .iter()
        .map(|kind| Listing {
            account: ACCOUNT.to_owned(),
            region: "global".to_owned(),
            kind: (*kind).to_owned(),
            complete: true,
            reason: String::new(),
            calls: Vec::new(),
        })
        .collect();
    let placed = |text: &str| Placed { text: text.to_owned(), place: "tre.toml:1".to_owned() };
    let declared = Declared {
        given: true,
        limits: [("events_days".to_owned(), 30)].into(),
        deploy_roles: vec![placed("role:tre-deploy")],
        whole: ["identity.break_glass", "operations.deploy_roles"].into(),
        personas: Some([("output_checker".to_owned(), vec![placed("user:u7*")])].into()),
        attestations: vec![Attested {
            id: "att-1".to_owned(),
            kind: "emergency-change".to_owned(),
            subject: format!("account:{ACCOUNT}"),
            made: AsOf::from_unix(NOW),
            events: world.cited.clone(),
            expires: None,
            delegate: None,
            members_sha256: None,
            persona: None,
            place: String::new(),
        }],
        ..Declared::default()
    };
    let regions = vec!["eu-west-2".to_owned()];
    let estate = Estate::new(world.documents.clone(), listings, vec![ACCOUNT.to_owned()], regions);
    let known = |_: &str| [RELEASES, CHANGES, EMERGENCIES, SIGN_INS].map(str::to_owned).into();
    let shard = build(ACCOUNT, world.documents.clone(), &estate, &declared, AsOf::from_unix(NOW), &known);
    [
        ("AWS::S3::Bucket", BUCKET, RELEASES),
        ("AWS::Account", ACCOUNT, CHANGES),
        ("AWS::Account", ACCOUNT, EMERGENCIES),
        ("AWS::SSO::Instance", "ssoins-1", SIGN_INS),
    ]
    .into_iter()
    .map(|(kind, id, fact)| {
        let entity = shard.entities.values().find(|e| e.uid.kind == kind && e.uid.id == id).unwrap();
        match entity.facts.get(fact).map(|fact| fact.value.as_array().unwrap()) {
            None => {
                assert!(entity.missing.contains_key(fact), "{fact} is lost without a reason");
                Known::Unknown
            }
            Some(set) if set.is_empty() => Known::Fine,
            Some(set) => Known::Wrong(set.iter().map(|v| v.as_str().unwrap().to_owned()).collect()),
        }
    })
    .collect()
}

/// Not better than before: nothing wrong is forgotten, and nothing unknown becomes fine.
fn is_no_better(before: &Known, after: &Known) -> bool {
    match (before, after) {
        (Known::Wrong(before), Known::Wrong(after)) => before.is_subset(after),
        (Known::Wrong(_), _) | (Known::Unknown, Known::Fine) => false,
        _ => true,
    }
}

fn event() -> impl Strategy<Value = ResourceDocument> {
    let identity = prop_oneof![
        Just(json!({ "IdentityType": "Root", "SessionCreated": "2026-11-10T08:00:00Z" })),
        Just(json!({ "IdentityType": "AWSService" })),
        Just(json!({ "IdentityType": "IAMUser", "UserName": "u123" })),
        Just(json!({ "IdentityType": "AssumedRole", "IssuerArn": "arn:aws:iam::111111111111:role/tre-deploy" })),
        Just(json!({ "IdentityType": "AssumedRole", "IssuerArn": "arn:aws:iam::111111111111:role/other" })),
        Just(json!({ "IdentityType": "AssumedRole" })),
    ];
    let what = prop_oneof![
        Just(json!({ "EventSource": "ec2.amazonaws.com", "EventName": "CreateRoute" })),
        Just(
            json!({ "EventSource": "s3.amazonaws.com", "EventName": "PutObject", "BucketName": BUCKET, "ObjectKey": "a" })
        ),
        Just(
            json!({ "EventSource": "s3.amazonaws.com", "EventName": "PutObject", "BucketName": BUCKET, "ObjectKey": "b" })
        ),
        Just(json!({ "EventSource": "s3.amazonaws.com", "EventName": "PutObject", "BucketName": BUCKET })),
        Just(
            json!({ "EventSource": "signin.amazonaws.com", "EventName": "UserAuthentication", "CredentialType": "PASSWORD,TOTP" })
        ),
        Just(
            json!({ "EventSource": "signin.amazonaws.com", "EventName": "UserAuthentication", "CredentialType": "PASSWORD" })
        ),
    ];
    let error = prop_oneof![4 => Just(""), 1 => Just("AccessDenied")];
    (identity, what, error, 0_i64..40, 0_u32..1000).prop_map(|(identity, what, error, days, id)| {
        let mut members = json!({ "EventTime": at(days), "ErrorCode": error });
        for more in [identity, what] {
            members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        }
        document(EVENT, &format!("e-{id}"), "eu-west-2", members)
    })
}

fn request() -> impl Strategy<Value = ResourceDocument> {
    let word = |words: &'static [&'static str]| proptest::sample::select(words);
    (word(&["a", "b"]), word(&["u123", "u701"]), word(&["u701", "u9"]), word(&["approved", "refused"]), 0_i64..45, 0..6)
        .prop_map(|(key, requester, approver, status, days, lacks)| {
            let mut members = json!({
                "ObjectKey": key, "Requester": requester, "Approver": approver, "Status": status, "ApprovedAt": at(days),
            });
            let all = ["ObjectKey", "Requester", "Approver", "Status", "ApprovedAt"];
            if let Some(member) = all.get(usize::try_from(lacks).unwrap()) {
                members.as_object_mut().unwrap().remove(*member);
            }
            document(REQUEST, &format!("{key}{requester}{approver}{status}{days}{lacks}"), "eu-west-2", members)
        })
}

fn world() -> impl Strategy<Value = World> {
    (prop::collection::vec(event(), 0..5), prop::collection::vec(request(), 0..4), any::<bool>()).prop_map(
        |(events, requests, cites)| {
            let cited = events.iter().take(usize::from(cites)).map(|event| event.id.clone()).collect();
            World { documents: [base(), events, requests].concat(), cited }
        },
    )
}

fn without(world: &World, index: usize) -> World {
    let mut less = world.clone();
    less.documents.remove(index);
    less
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn an_approval_or_a_citation_less_is_never_better(world in world()) {
        let before = judge(&world);
        for (index, document) in world.documents.iter().enumerate() {
            // A request that says nothing of its object is a doubt; without it there is one doubt less.
            let says = ["ObjectKey", "Requester", "Approver", "Status", "ApprovedAt"];
            if document.kind == REQUEST && says.iter().all(|member| document.facet(member).is_some()) {
                let after = judge(&without(&world, index));
                prop_assert!(before.iter().zip(&after).all(|(b, a)| is_no_better(b, a)), "{before:?} {after:?}");
            }
        }
        let after = judge(&World { cited: Vec::new(), ..world });
        prop_assert!(before.iter().zip(&after).all(|(b, a)| is_no_better(b, a)), "{before:?} {after:?}");
    }

    #[test]
    fn an_event_less_is_never_worse(world in world()) {
        let before = judge(&world);
        for (index, document) in world.documents.iter().enumerate().filter(|(_, d)| d.kind == EVENT) {
            // An event that is cited explains its session; a sign-in may be the only one.
            let matters = world.cited.contains(&document.id) || document.facet("CredentialType").is_some();
            let twin = world.documents.iter().filter(|d| d.id == document.id).count() > 1;
            if !matters && !twin {
                let after = judge(&without(&world, index));
                prop_assert!(after.iter().zip(&before).all(|(a, b)| is_no_worse(a, b)), "{before:?} {after:?}");
            }
        }
    }

    /// Whatever part of the declared time is cut out of a window, nothing that needed it stays fine.
    #[test]
    fn a_shorter_window_is_never_better_and_never_fine(world in world(), from in 1_i64..30, length in 1_i64..29) {
        let before = judge(&world);
        let to = (from - length).max(1);
        prop_assume!(to < from);
        for (index, window_) in world.documents.iter().enumerate().filter(|(_, d)| d.kind == WINDOW) {
            let source = window_.observed["Source"].as_str().unwrap().to_owned();
            let mut less = without(&world, index);
            less.documents.push(window(&window_.region, &source, 40, from));
            less.documents.push(window(&window_.region, &source, to, 0));
            let after = judge(&less);
            prop_assert!(before.iter().zip(&after).all(|(b, a)| is_no_better(b, a)), "{before:?} {after:?}");
            let needs: &[usize] = match (source.as_str(), window_.region.as_str()) {
                (FILES, _) => &[0],
                (_, "eu-west-2") => &[0, 1, 2, 3],
                _ => &[1, 2],
            };
            prop_assert!(needs.iter().all(|set| after[*set] != Known::Fine), "{needs:?} {after:?}");
        }
    }
}

/// Not worse than before, where a set of sessions may be named by another of their events.
fn is_no_worse(after: &Known, before: &Known) -> bool {
    match (before, after) {
        (Known::Wrong(before), Known::Wrong(after)) => after.len() <= before.len(),
        (Known::Wrong(_), _) | (_, Known::Fine) | (Known::Unknown, Known::Unknown) => true,
        _ => false,
    }
}

#[test]
fn nothing_is_fine_only_where_everything_was_seen() {
    let mut documents = base();
    assert_eq!(
        judge(&World { documents: documents.clone(), cited: Vec::new() }),
        [Known::Fine, Known::Fine, Known::Fine, Known::Unknown],
        "nobody signed in"
    );
    documents.retain(|document| document.kind != WINDOW);
    let blind = judge(&World { documents, cited: Vec::new() });
    assert!(blind.iter().all(|known| *known == Known::Unknown), "{blind:?}");
}
