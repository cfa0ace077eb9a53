//! Random questions over all layers, with rare combinations more often than chance would have them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::case::{Case, Policies};

pub(super) const A: &str = "111111111111";
const B: &str = "222222222222";

/// Numbers that are random enough and the same on every machine (the published algorithm `SplitMix64`).
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % limit).unwrap_or_default()
    }

    /// In so many of a hundred cases.
    pub(super) fn percent(&mut self, of_a_hundred: usize) -> bool {
        self.below(100) < of_a_hundred
    }

    pub(super) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.below(i + 1));
        }
    }
}

/// What a case is rich in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flavour {
    Plain,
    NotPrincipalWithBoundary,
    Sessions,
    Sets,
    Variables,
    Absence,
    Levels,
}

const FLAVOURS: [Flavour; 7] = [
    Flavour::Plain,
    Flavour::NotPrincipalWithBoundary,
    Flavour::Sessions,
    Flavour::Sets,
    Flavour::Variables,
    Flavour::Absence,
    Flavour::Levels,
];

struct Service {
    name: &'static str,
    action: &'static str,
    resource: &'static str,
    actions: &'static [&'static str],
    resources: &'static [&'static str],
}

const SERVICES: [Service; 5] = [
    Service {
        name: "s3",
        action: "s3:GetObject",
        resource: "arn:aws:s3:::b1/alpha/x1",
        actions: &[
            "s3:GetObject",
            "s3:Get*",
            "s3:*",
            "*",
            "s3:PutObject",
            "s3:?etObject",
            "S3:getobject",
            "s3:*Object",
        ],
        resources: &[
            "*",
            "arn:aws:s3:::b1/*",
            "arn:aws:s3:::b*",
            "arn:aws:s3:::b2/*",
            "arn:aws:s3:::b1/alpha/x?",
            "arn:aws:s3:::b1/*/x1",
            "arn:*:s3:::b1/*",
        ],
    },
    Service {
        name: "kms",
        action: "kms:Decrypt",
        resource: "arn:aws:kms:eu-west-2:111111111111:key/k1",
        actions: &["kms:Decrypt", "kms:*", "*", "kms:Encrypt", "kms:De*"],
        resources: &[
            "*",
            "arn:aws:kms:eu-west-2:111111111111:key/k1",
            "arn:aws:kms:*:111111111111:key/*",
            "arn:aws:kms:us-east-1:111111111111:key/*",
        ],
    },
    Service {
        name: "sts",
        action: "sts:AssumeRole",
        resource: "arn:aws:iam::111111111111:role/target",
        actions: &["sts:AssumeRole", "sts:*", "sts:Assume*", "*"],
        resources: &["*", "arn:aws:iam::111111111111:role/target", "arn:aws:iam::*:role/t*"],
    },
    Service {
        name: "secretsmanager",
        action: "secretsmanager:GetSecretValue",
        resource: "arn:aws:secretsmanager:eu-west-2:111111111111:secret:s1-AbCdEf",
        actions: &["secretsmanager:GetSecretValue", "secretsmanager:Get*", "secretsmanager:*", "*"],
        resources: &[
            "*",
            "arn:aws:secretsmanager:*:111111111111:secret:s1-*",
            "arn:aws:secretsmanager:eu-west-2:111111111111:secret:s1-??????",
            "arn:aws:secretsmanager:eu-west-2:111111111111:secret:s2-*",
        ],
    },
    Service {
        name: "sqs",
        action: "sqs:ReceiveMessage",
        resource: "arn:aws:sqs:eu-west-2:111111111111:q1",
        actions: &["sqs:ReceiveMessage", "sqs:Re*", "sqs:*", "*", "sqs:SendMessage"],
        resources: &["*", "arn:aws:sqs:eu-west-2:111111111111:q1", "arn:aws:sqs:*:*:q*", "arn:aws:sqs:*:*:r*"],
    },
];

/// Which statements are to be made.
#[derive(Debug, Clone, Copy)]
struct Kind {
    principals: Principals,
    resources: bool,
    effect: Option<&'static str>,
    guard_rail: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Principals {
    None,
    All,
    Any,
}

const IDENTITY: Kind = Kind { principals: Principals::None, resources: true, effect: None, guard_rail: false };

/// One key with operators that are made for it and values that they are given.
struct Key {
    name: &'static str,
    operators: &'static [&'static str],
    policy: &'static [&'static str],
    request: &'static [&'static str],
    many: bool,
}

const fn key(
    name: &'static str,
    operators: &'static [&'static str],
    policy: &'static [&'static str],
    request: &'static [&'static str],
) -> Key {
    Key { name, operators, policy, request, many: false }
}

const TEXT: &[&str] = &[
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLike",
    "StringEqualsIfExists",
    "StringNotEqualsIfExists",
    "StringLikeIfExists",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "Null",
];
const SETS: &[&str] = &[
    "ForAllValues:StringEquals",
    "ForAnyValue:StringEquals",
    "ForAnyValue:StringLike",
    "ForAllValues:StringLike",
    "ForAllValues:StringNotEquals",
    "ForAnyValue:StringNotEquals",
    "ForAllValues:StringEqualsIfExists",
    "ForAnyValue:StringEqualsIfExists",
    "Null",
];
const NUMBERS: &[&str] = &[
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThanIfExists",
];
const DATES: &[&str] =
    &["DateLessThan", "DateGreaterThan", "DateLessThanEquals", "DateGreaterThanEquals", "DateEquals", "DateNotEquals"];
const ARNS: &[&str] =
    &["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "ArnLikeIfExists", "ArnNotEqualsIfExists"];

const KEYS: [Key; 13] = [
    key("aws:SourceVpce", TEXT, &["vpce-1", "vpce-2", "vpce-?"], &["vpce-1", "vpce-2", "vpce-99"]),
    key("aws:PrincipalTag/project", TEXT, &["alpha", "al*", "beta", "ALPHA"], &["alpha", "beta", "zeta"]),
    key("aws:PrincipalTag/team", TEXT, &["alpha", "t*"], &["alpha", "t9"]),
    key("aws:MultiFactorAuthPresent", &["Bool", "BoolIfExists", "Null"], &["true", "false"], &["true", "false"]),
    key("aws:MultiFactorAuthAge", NUMBERS, &["300", "3600"], &["10", "300", "9000"]),
    key("aws:SecureTransport", &["Bool", "BoolIfExists"], &["true", "false"], &["true", "false"]),
    key("aws:PrincipalOrgID", TEXT, &["o-1", "o-2", "o-*"], &["o-1", "o-2", "p-9"]),
    key(
        "aws:SourceIp",
        &["IpAddress", "NotIpAddress", "NotIpAddressIfExists", "IpAddressIfExists"],
        &["10.0.0.0/8", "203.0.113.0/24", "203.0.113.7", "2001:db8::/32"],
        &["10.1.2.3", "203.0.113.7", "8.8.8.8", "2001:db8::1"],
    ),
    Key {
        name: "aws:TagKeys",
        operators: SETS,
        policy: &["project", "owner", "pro*"],
        request: &["project", "owner", "zz"],
        many: true,
    },
    Key {
        name: "aws:PrincipalOrgPaths",
        operators: SETS,
        policy: &["o-1/r-1/ou-1/", "o-1/r-1/*", "o-2/*"],
        request: &["o-1/r-1/ou-1/", "o-2/r-2/"],
        many: true,
    },
    key(
        "aws:CurrentTime",
        DATES,
        &["2026-01-01T00:00:00Z", "2026-06-01T12:00:00Z"],
        &["2026-01-01T00:00:00Z", "2026-03-04T05:06:07Z"],
    ),
    key(
        "aws:PrincipalArn",
        ARNS,
        &[
            "arn:aws:iam::111111111111:role/r",
            "arn:aws:iam::*:role/*",
            "arn:aws:iam::*:user/u",
            "arn:aws:iam::222222222222:*",
        ],
        &[],
    ),
    key("aws:PrincipalAccount", TEXT, &[A, B, "1111*"], &[]),
];

struct Maker<'a> {
    random: &'a mut Random,
    service: &'static Service,
    flavour: Flavour,
    principal: String,
    role: String,
    account: &'static str,
}

impl Maker<'_> {
    fn policies(&mut self, kind: Kind, most: usize) -> Policies {
        let count = self.random.below(most + 1);
        (0..count).map(|_| self.policy(kind)).collect()
    }

    fn policy(&mut self, kind: Kind) -> Value {
        let count = 1 + self.random.below(3);
        let statements: Vec<Value> = (0..count).map(|_| self.statement(kind)).collect();
        let version = if !kind.guard_rail && self.random.percent(5) { "2008-10-17" } else { "2012-10-17" };
        json!({ "Version": version, "Statement": statements })
    }

    fn statement(&mut self, kind: Kind) -> Value {
        let random = &mut *self.random;
        let mut s = Map::new();
        let effect = kind.effect.unwrap_or(if random.percent(78) { "Allow" } else { "Deny" });
        s.insert("Effect".to_owned(), json!(effect));
        let mut actions: Vec<&str> = vec![*random.pick(self.service.actions)];
        // So that enough is allowed.
        if effect == "Allow" && random.percent(40) {
            actions = vec!["*"];
        }
        if random.percent(15) {
            actions.push(*random.pick(self.service.actions));
        }
        if kind.guard_rail {
            // What AWS accepts there.
            actions = vec![if random.percent(50) { self.service.action } else { self.service.actions[1] }];
        }
        let element = if !kind.guard_rail && random.percent(12) { "NotAction" } else { "Action" };
        s.insert(element.to_owned(), json!(actions));
        if kind.resources {
            let element = if random.percent(10) { "NotResource" } else { "Resource" };
            let mut resources = vec![self.resource(effect)];
            if self.random.percent(15) {
                resources.push(self.resource(effect));
            }
            s.insert(element.to_owned(), json!(resources));
        }
        match kind.principals {
            Principals::None => {}
            Principals::Any => {
                s.insert("Principal".to_owned(), json!("*"));
            }
            Principals::All => {
                let (element, principals) = self.principals(effect);
                s.insert(element.to_owned(), principals);
            }
        }
        let conditions = *self.random.pick(&[0, 0, 1, 1, 2]);
        let mut block: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
        for _ in 0..conditions {
            let (operator, key, value) = self.condition();
            block.entry(operator).or_default().insert(key, value);
        }
        if !block.is_empty() {
            s.insert("Condition".to_owned(), json!(block));
        }
        Value::Object(s)
    }

    fn resource(&mut self, effect: &str) -> String {
        if effect == "Allow" && self.random.percent(35) {
            return "*".to_owned();
        }
        let variables = if self.flavour == Flavour::Variables { 40 } else { 4 };
        if self.service.name == "s3" && self.random.percent(variables) {
            return (*self.random.pick(&[
                "arn:aws:s3:::b1/${aws:PrincipalTag/project}/*",
                "arn:aws:s3:::b1/${aws:PrincipalTag/project, 'alpha'}/*",
                "arn:aws:s3:::b1/${aws:PrincipalTag/team}/x1",
                "arn:aws:s3:::b1/alpha/x${?}",
                "arn:aws:s3:::b1/${aws:username}/*",
            ]))
            .to_owned();
        }
        (*self.random.pick(self.service.resources)).to_owned()
    }

    fn principals(&mut self, effect: &str) -> (&'static str, Value) {
        let often = self.flavour == Flavour::NotPrincipalWithBoundary;
        let (own, role, account) = (self.principal.clone(), self.role.clone(), self.account);
        let random = &mut *self.random;
        if effect == "Deny" && random.percent(if often { 60 } else { 8 }) {
            let lists = [
                json!([role, account]),
                json!([own, account]),
                json!([own, role, account]),
                json!([format!("arn:aws:iam::{B}:role/other")]),
                json!([format!("arn:aws:iam::{A}:role/r"), A]),
            ];
            return ("NotPrincipal", json!({ "AWS": random.pick(&lists) }));
        }
        let direct = if self.flavour == Flavour::Sessions { 45 } else { 15 };
        if random.percent(direct) {
            return ("Principal", json!({ "AWS": own }));
        }
        let lists = [
            json!("*"),
            json!({ "AWS": "*" }),
            json!({ "AWS": A }),
            json!({ "AWS": format!("arn:aws:iam::{B}:root") }),
            json!({ "AWS": role }),
            json!({ "AWS": account }),
            json!({ "AWS": [format!("arn:aws:iam::{B}:role/r"), format!("arn:aws:iam::{A}:user/u")] }),
            json!({ "AWS": format!("arn:aws:sts::{A}:assumed-role/r/other") }),
            json!({ "Service": "glue.amazonaws.com" }),
        ];
        ("Principal", random.pick(&lists).clone())
    }

    fn condition(&mut self) -> (String, String, Value) {
        let random = &mut *self.random;
        let sets = self.flavour == Flavour::Sets && random.percent(60);
        let keys: Vec<&Key> = KEYS.iter().filter(|k| !sets || k.many).collect();
        let key = *random.pick(&keys);
        let mut operator = *random.pick(key.operators);
        if self.flavour == Flavour::Absence && random.percent(60) {
            let rare: Vec<&str> =
                key.operators.iter().copied().filter(|o| *o == "Null" || o.contains("IfExists")).collect();
            if !rare.is_empty() {
                operator = *random.pick(&rare);
            }
        }
        let value = if operator == "Null" {
            json!(random.pick(&["true", "false"]))
        } else if self.flavour == Flavour::Variables && operator.starts_with("String") && random.percent(40) {
            json!(random.pick(&[
                "${aws:PrincipalTag/team}",
                "${aws:PrincipalTag/team, 'alpha'}",
                "${aws:PrincipalTag/project}"
            ]))
        } else if key.policy.len() > 1 && !operator.contains("Bool") && random.percent(30) {
            json!(&key.policy[..2])
        } else {
            json!(random.pick(key.policy))
        };
        (operator.to_owned(), key.name.to_owned(), value)
    }
}

/// One case.
pub(super) fn case(random: &mut Random) -> Case {
    let flavour = *random.pick(&FLAVOURS);
    let service = &SERVICES[*random.pick(&[0, 0, 0, 0, 1, 1, 2, 2, 3, 4])];
    let account = *random.pick(&[A, A, B]);
    let user = random.percent(30);
    let session = !user && random.percent(if flavour == Flavour::Sessions { 80 } else { 30 });
    let role = format!("arn:aws:iam::{account}:role/r");
    let principal = if user {
        format!("arn:aws:iam::{account}:user/u")
    } else if session {
        format!("arn:aws:sts::{account}:assumed-role/r/sess")
    } else {
        role.clone()
    };
    let mut context: BTreeMap<String, Value> = BTreeMap::new();
    for key in KEYS.iter().filter(|k| !k.request.is_empty()) {
        if random.percent(if flavour == Flavour::Absence || flavour == Flavour::Sets { 45 } else { 70 }) {
            let value = if key.many {
                let count = 1 + random.below(2);
                json!((0..count).map(|i| key.request[(random.below(2) + i) % key.request.len()]).collect::<Vec<_>>())
            } else {
                json!(random.pick(key.request))
            };
            context.insert(key.name.to_owned(), value);
        }
    }
    // What AWS says of every caller.
    let itself = if user { principal.clone() } else { role.clone() };
    context.insert("aws:PrincipalArn".to_owned(), json!(itself));
    context.insert("aws:PrincipalAccount".to_owned(), json!(account));
    context.insert("aws:PrincipalType".to_owned(), json!(if user { "User" } else { "AssumedRole" }));
    context.insert("aws:PrincipalIsAWSService".to_owned(), json!("false"));
    context.insert("aws:ResourceAccount".to_owned(), json!(A));
    if user {
        context.insert("aws:username".to_owned(), json!("u"));
    }
    let mut maker = Maker { random, service, flavour, principal: principal.clone(), role, account };
    let with_boundary = if flavour == Flavour::NotPrincipalWithBoundary { 60 } else { 25 };
    let needs_policy = service.name == "kms" || service.name == "sts";
    let on_resource =
        Kind { principals: Principals::All, resources: service.name != "sts", effect: None, guard_rail: false };
    let rail = Kind { effect: Some("Deny"), principals: Principals::Any, resources: true, guard_rail: true };
    let levels = if flavour == Flavour::Levels { 80 } else { 20 };
    let everything =
        json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": "*" }] });
    let mut service_control = Vec::new();
    if maker.random.percent(levels) {
        for _ in 0..=maker.random.below(3) {
            let base = if maker.random.percent(75) {
                vec![everything.clone()]
            } else {
                vec![maker.policy(Kind { effect: Some("Allow"), ..IDENTITY })]
            };
            let more = maker.policies(Kind { effect: Some("Deny"), ..IDENTITY }, 1);
            service_control.push([base, more].concat());
        }
    }
    let mut resource_control = Vec::new();
    if maker.random.percent(levels) {
        for _ in 0..=maker.random.below(2) {
            resource_control.push(vec![maker.policy(rail)]);
        }
    }
    Case {
        action: service.action.to_owned(),
        resource: service.resource.to_owned(),
        account: A.to_owned(),
        context,
        identity: maker.policies(IDENTITY, 2),
        boundary: maker.random.percent(with_boundary).then(|| maker.policy(IDENTITY)),
        session: (session && maker.random.percent(60)).then(|| maker.policy(IDENTITY)),
        policy: (needs_policy || maker.random.percent(75)).then(|| maker.policy(on_resource)),
        service_control,
        resource_control,
        endpoint: maker
            .random
            .percent(20)
            .then(|| maker.policy(Kind { principals: Principals::Any, resources: true, ..IDENTITY })),
        principal,
        ..Case::default()
    }
}
