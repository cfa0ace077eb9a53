//! A question with all its policies, as a file holds it.

use std::collections::{BTreeMap, BTreeSet};

use havenmark::graph::access::{
    Allowance, Caller, Context, Fuel, Given, Grant, Grants, Layer, Layers, Level, Policy, Rails, Refused, Request,
    Resource, Verdict, evaluate_within,
};
use havenmark::graph::statement::Form;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(super) type Policies = Vec<Value>;

/// Who does what to which resource, under which policies. Absent layers are left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    /// An ARN, a service's principal, `anonymous`, or `federated:` with a provider.
    pub(super) principal: String,
    pub(super) action: String,
    /// An ARN; where `every` is set a pattern of several.
    pub(super) resource: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) every: bool,
    /// The resource's account.
    pub(super) account: String,
    /// Every key that the request has.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) context: BTreeMap<String, Value>,
    /// Whether the request may have other keys than those.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) open: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) identity: Policies,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) boundary: Option<Value>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) session: Option<Value>,
    /// The policy on the resource.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) policy: Option<Value>,
    /// Level by level from the root.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) service_control: Vec<Policies>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) resource_control: Vec<Policies>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) endpoint: Option<Value>,
    /// Pairs of grantee and operation.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) grants: Vec<(String, String)>,
    /// Layers that were not read: the names of the fields above.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) unread: BTreeSet<String>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// The names of layers that can be unread.
pub(super) const LAYERS: [&str; 7] =
    ["identity", "boundary", "session", "policy", "service_control", "resource_control", "endpoint"];

/// A case whose policies are read.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) request: Request,
    unread: BTreeSet<String>,
    identity: Vec<Policy>,
    boundary: Option<Policy>,
    session: Option<Policy>,
    policy: Option<Policy>,
    service_control: Vec<Vec<Policy>>,
    resource_control: Vec<Vec<Policy>>,
    endpoint: Option<Policy>,
    grants: Vec<Grant>,
}

impl Case {
    pub(super) fn caller(&self) -> Caller {
        let of = &self.principal;
        let session = |tail: &str| -> Option<Caller> {
            let (account, name) = tail.split_once(":assumed-role/")?;
            let (role, session) = name.split_once('/')?;
            Some(Caller::Role { arn: format!("arn:aws:iam::{account}:role/{role}"), session: Some(session.to_owned()) })
        };
        if let Some(caller) = of.strip_prefix("arn:aws:sts::").and_then(session) {
            return caller;
        }
        if let Some(account) = of.strip_prefix("arn:aws:iam::").and_then(|t| t.strip_suffix(":root")) {
            return Caller::Root { account: account.to_owned() };
        }
        if let Some(provider) = of.strip_prefix("federated:") {
            return Caller::Federated { provider: provider.to_owned() };
        }
        match of.as_str() {
            "anonymous" => Caller::Anonymous,
            service if service.ends_with(".amazonaws.com") => Caller::Service { name: service.to_owned() },
            arn if arn.contains(":user/") => Caller::User { arn: arn.to_owned() },
            arn => Caller::Role { arn: arn.to_owned(), session: None },
        }
    }

    pub(super) fn known(&self) -> Context {
        let start = if self.open { Context::open() } else { Context::whole() };
        self.context.iter().fold(start, |context, (key, value)| context.with(key, given(value)))
    }

    pub(super) fn load(&self) -> Result<Loaded, Refused> {
        self.load_with(self.known())
    }

    /// With another knowledge of the request's keys.
    pub(super) fn load_with(&self, context: Context) -> Result<Loaded, Refused> {
        let mut allowance = Allowance::default();
        let form = |name: &str| match name {
            "policy" if self.action.starts_with("sts:") => Form::Trust,
            "policy" | "resource_control" | "endpoint" => Form::Resource,
            _ => Form::Identity,
        };
        let mut read = |layer: &str, number: usize, value: &Value| {
            Policy::read(&format!("{layer} {number}"), value, form(layer), &mut allowance)
        };
        let mut list = |layer: &str, values: &Policies| -> Result<Vec<Policy>, Refused> {
            values.iter().enumerate().map(|(i, v)| read(layer, i + 1, v)).collect()
        };
        let one = |list: Vec<Policy>| list.into_iter().next();
        let option = |value: &Option<Value>| value.iter().cloned().collect::<Policies>();
        let resource = if self.every {
            Resource::every(&self.resource, Some(&self.account))
        } else {
            Resource::exactly(&self.resource, Some(&self.account))
        };
        Ok(Loaded {
            request: Request::new(self.caller(), &self.action, resource, context),
            unread: self.unread.clone(),
            identity: list("identity", &self.identity)?,
            boundary: one(list("boundary", &option(&self.boundary))?),
            session: one(list("session", &option(&self.session))?),
            policy: one(list("policy", &option(&self.policy))?),
            service_control: self
                .service_control
                .iter()
                .map(|level| list("service_control", level))
                .collect::<Result<_, _>>()?,
            resource_control: self
                .resource_control
                .iter()
                .map(|level| list("resource_control", level))
                .collect::<Result<_, _>>()?,
            endpoint: one(list("endpoint", &option(&self.endpoint))?),
            grants: self
                .grants
                .iter()
                .map(|(grantee, operation)| Grant {
                    id: "g".to_owned(),
                    grantee: grantee.clone(),
                    operations: vec![operation.clone()],
                    constrained: false,
                })
                .collect(),
        })
    }
}

fn given(value: &Value) -> Given {
    let text = |v: &Value| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
    match value {
        Value::Array(list) => Given::Is(list.iter().map(text).collect()),
        Value::Null => Given::Unknown,
        one => Given::is(text(one)),
    }
}

impl Loaded {
    pub(super) fn layers(&self) -> Layers<'_> {
        let unread = |name: &str| self.unread.contains(name);
        let gap = |name: &str| Layer::unread(format!("{name} was not read"));
        fn rails<'a>(name: &str, unread: bool, levels: &'a [Vec<Policy>]) -> Rails<'a> {
            if unread {
                return Rails::unread(format!("{name} was not read"));
            }
            if levels.is_empty() {
                return Rails::Exempt("there are none");
            }
            let level = |(at, list): (usize, &'a Vec<Policy>)| Level {
                name: format!("level {}", at + 1),
                attached: Layer::of(list),
            };
            Rails::Bound { levels: levels.iter().enumerate().map(level).collect(), gaps: Vec::new() }
        }
        Layers {
            identity: if unread("identity") { gap("identity") } else { Layer::of(&self.identity) },
            boundary: option_of(self.boundary.as_ref(), unread("boundary")),
            session: option_of(self.session.as_ref(), unread("session")),
            resource: option_of(self.policy.as_ref(), unread("policy")),
            service_control: rails("service_control", unread("service_control"), &self.service_control),
            resource_control: rails("resource_control", unread("resource_control"), &self.resource_control),
            endpoint: option_of(self.endpoint.as_ref(), unread("endpoint")),
            grants: Grants { list: self.grants.clone(), gaps: Vec::new() },
            restricts_public: false,
        }
    }

    pub(super) fn verdict(&self) -> Verdict {
        evaluate_within(&self.request, &self.layers(), &Fuel::default())
    }
}

fn option_of(policy: Option<&Policy>, unread: bool) -> Option<Layer<'_>> {
    if unread { Some(Layer::unread("it was not read")) } else { policy.map(|p| Layer::of([p])) }
}
