//! Effective access at scale: `cargo bench --bench access`.
//!
//! 10,000 callers in 50 accounts and 5,000 buckets, one action in one situation: the target is one second and 512 MiB on one
//! core. One pair at a time is measured beside it, since that is the reference.

#![allow(missing_debug_implementations, reason = "criterion's macros make types of their own")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use havenmark::graph::access::{
    Allowance, Caller, Context, Fuel, Given, Grants, Layer, Level, Matrix, Policy, Question, Rails, Resource, Scenario,
    Store, Subject,
};
use havenmark::graph::statement::Form;
use serde_json::{Value, json};

const CALLERS: usize = 10_000;
const BUCKETS: usize = 5_000;
const ACCOUNTS: usize = 50;
const PROJECTS: usize = 300;

fn account(at: usize) -> String {
    format!("{:012}", 111_111_111_111_usize.saturating_add(at % ACCOUNTS))
}

fn read(name: &str, statements: &Value, form: Form) -> Option<Policy> {
    let document = json!({ "Version": "2012-10-17", "Statement": statements });
    Policy::read(name, &document, form, &mut Allowance::default()).ok()
}

/// Policies of a whole organisation, each read once.
struct Estate {
    identity: Vec<Policy>,
    boundaries: Vec<Policy>,
    buckets: Vec<Option<Policy>>,
    everything: Vec<Policy>,
    rails: Vec<Policy>,
}

fn estate() -> Estate {
    let identity = (0..2_000_usize).filter_map(|at| {
        let bucket = format!("arn:aws:s3:::tre-{}-b{}", at % PROJECTS, at % 17);
        let resource = match at % 10 {
            0..=4 => json!([bucket, format!("{bucket}/*")]),
            5 => json!(format!("arn:aws:s3:::tre-{}-*/*", at % PROJECTS)),
            6 => json!("*"),
            7 => json!("arn:aws:s3:::tre-${aws:PrincipalTag/project}-*/*"),
            _ => json!(format!("arn:aws:s3:::*-b{}/*", at % 17)),
        };
        let condition = match at % 6 {
            0 => json!({ "StringEquals": { "aws:ResourceTag/project": "${aws:PrincipalTag/project}" } }),
            1 => json!({ "StringEquals": { "aws:SourceVpce": format!("vpce-{}", at % 9) } }),
            _ => json!({}),
        };
        let allow = json!([{ "Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": resource, "Condition": condition }]);
        read(&format!("policy {at}"), &allow, Form::Identity)
    });
    let boundaries = (0..20_usize).filter_map(|at| {
        let allow = json!([
            { "Effect": "Allow", "Action": "*", "Resource": "*" },
            { "Effect": "Deny", "Action": "s3:*", "Resource": format!("arn:aws:s3:::tre-{at}-*") },
        ]);
        read(&format!("boundary {at}"), &allow, Form::Identity)
    });
    let buckets = (0..BUCKETS).map(|at| {
        let name = format!("arn:aws:s3:::tre-{}-b{at}", at % PROJECTS);
        let both = json!([name, format!("{name}/*")]);
        let mut statements = vec![
            json!({ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": both,
                "Condition": { "Bool": { "aws:SecureTransport": "false" } } }),
            json!({ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": both,
                "Condition": { "StringNotEquals": { "aws:SourceVpce": ["vpce-1", "vpce-2"] },
                    "ArnNotLike": { "aws:PrincipalArn": "arn:aws:iam::*:role/admin-*" } } }),
        ];
        let role = format!("arn:aws:iam::{}:role/r{}", account(at), at.saturating_mul(2));
        statements.push(json!({ "Effect": "Allow", "Principal": { "AWS": [account(at.saturating_add(1)), role] },
            "Action": "s3:GetObject", "Resource": format!("{name}/*") }));
        if at % 10 < 6 { read(&format!("bucket {at}"), &json!(statements), Form::Resource) } else { None }
    });
    let everything =
        read("everything", &json!([{ "Effect": "Allow", "Action": "*", "Resource": "*" }]), Form::Identity);
    let rails = (0..5_usize).filter_map(|at| {
        let deny = json!([{ "Effect": "Deny", "Action": "s3:*", "Resource": format!("arn:aws:s3:::tre-{}-*", at.saturating_mul(7)),
            "Condition": { "StringNotEquals": { "aws:PrincipalTag/project": format!("p{at}") } } }]);
        read(&format!("rail {at}"), &deny, Form::Identity)
    });
    Estate {
        identity: identity.collect(),
        boundaries: boundaries.collect(),
        buckets: buckets.collect(),
        everything: everything.into_iter().collect(),
        rails: rails.collect(),
    }
}

impl Estate {
    fn subjects(&self) -> Vec<Subject<'_>> {
        let subject = |at: usize| {
            let arn = format!("arn:aws:iam::{}:role/r{at}", account(at));
            let own = (0..3_usize).filter_map(|n| self.identity.get(at.saturating_mul(3).saturating_add(n) % 2_000));
            let rail = self.rails.get(at % self.rails.len().max(1));
            Subject {
                caller: Caller::Role { arn, session: None },
                keys: vec![("aws:principaltag/project".to_owned(), Given::is((at % PROJECTS).to_string()))],
                identity: Layer::of(own),
                boundary: at.is_multiple_of(5).then(|| Layer::of(self.boundaries.get(at % 20))),
                service_control: Rails::Bound {
                    levels: vec![
                        Level { name: "r-1".to_owned(), attached: Layer::of(&self.everything) },
                        Level { name: "ou-1".to_owned(), attached: Layer::of(self.everything.iter().chain(rail)) },
                    ],
                    gaps: Vec::new(),
                },
            }
        };
        (0..CALLERS).map(subject).collect()
    }

    fn stores(&self) -> Vec<Store<'_>> {
        self.buckets
            .iter()
            .enumerate()
            .map(|(at, policy)| Store {
                resource: Resource::every(&format!("arn:aws:s3:::tre-{}-b{at}/*", at % PROJECTS), Some(&account(at))),
                keys: vec![("aws:resourcetag/project".to_owned(), Given::is((at % PROJECTS).to_string()))],
                policy: policy.as_ref().map(|policy| Layer::of([policy])),
                resource_control: Rails::Exempt("no such policy is in use"),
                grants: Grants::default(),
                restricts_public: true,
            })
            .collect()
    }
}

fn question() -> Question<'static> {
    let vpc = Scenario::Endpoints { endpoints: vec!["vpce-1".to_owned()], vpc: None };
    Question { action: "s3:GetObject".to_owned(), context: vpc.apply(Context::open()), endpoint: None }
}

fn access(criterion: &mut Criterion) {
    let estate = estate();
    let (subjects, stores, question) = (estate.subjects(), estate.stores(), question());
    let mut group = criterion.benchmark_group("access");
    group.sample_size(10);
    group.bench_function("10,000 callers x 5,000 buckets", |bench| {
        bench.iter(|| black_box(Matrix::of(&question, &subjects, &stores, &Fuel::new(u64::MAX)).counts()));
    });
    group.bench_function("1,000 pairs one by one", |bench| {
        let pairs = || subjects.iter().step_by(10).zip(stores.iter().step_by(5));
        bench.iter(|| {
            for (subject, store) in pairs() {
                drop(black_box(question.ask(subject, store, &Fuel::default())));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, access);
criterion_main!(benches);
