//! What each layer says of a request, and which layers bind it at all.
//!
//! May import: `graph`. Guarantees: a layer that may bind is never left out.

use super::caller::Caller;
use super::glob::Fuel;
use super::layer::{Found, Layer, Said, ask};
use super::layers::{Grants, Layers, Rails};
use super::principal::Bounded;
use super::request::Request;
use super::services::under_resource_control;
use super::truth::Truth;
use super::verdict::Cause;

pub(super) const IDENTITY: &str = "identity policies";
pub(super) const BOUNDARY: &str = "permissions boundary";
pub(super) const SESSION: &str = "session policy";
pub(super) const RESOURCE: &str = "resource policy";
pub(super) const SERVICE_CONTROL: &str = "service control policies";
pub(super) const RESOURCE_CONTROL: &str = "resource control policies";
pub(super) const ENDPOINT: &str = "VPC endpoint policy";
pub(super) const GRANTS: &str = "grants";

/// Something that has to allow the request besides what grants it.
pub(super) struct Cap {
    pub(super) name: String,
    pub(super) truth: Truth,
}

/// What all layers say.
pub(super) struct Gathered {
    pub(super) identity: Found,
    pub(super) boundary: Option<Truth>,
    pub(super) session: Option<Truth>,
    pub(super) resource: Said,
    pub(super) grants: Found,
    /// Levels of the organisation, and the endpoint.
    pub(super) caps: Vec<Cap>,
    pub(super) denied: Found,
}

pub(super) fn gather(request: &Request, layers: &Layers<'_>, fuel: &Fuel) -> Gathered {
    let caller = &request.caller;
    let bounded = Bounded::by(layers.boundary.as_ref());
    let say = |layer: &Layer<'_>, what| ask(layer, what, request, bounded, fuel);
    let mut denied = Found::NOTHING;
    let mut caps = Vec::new();

    let mut of_caller = |layer: &Layer<'_>, what| {
        let said = say(layer, what);
        denied = std::mem::replace(&mut denied, Found::NOTHING).or(said.denied);
        said.direct
    };
    let has_policies = caller.is_an_identity() && !matches!(caller, Caller::Root { .. });
    let (mut identity, mut boundary, mut session) = (Found::NOTHING, None, None);
    if has_policies {
        identity = of_caller(&layers.identity, IDENTITY);
        boundary = layers.boundary.as_ref().map(|layer| of_caller(layer, BOUNDARY).truth);
        session = layers.session.as_ref().map(|layer| of_caller(layer, SESSION).truth);
    } else if matches!(caller, Caller::Root { .. }) {
        identity.add(Truth::Yes, || Cause {
            layer: "the root user may do everything in its account",
            policy: String::new(),
            statement: String::new(),
            open: None,
        });
    }

    let resource = layers.resource.as_ref().map_or(Said::NOTHING, |layer| say(layer, RESOURCE));
    denied = denied.or(resource.denied.clone());

    let bound = bound_by_service_control(caller);
    if bound != Truth::No {
        for (name, said) in rails(&layers.service_control, SERVICE_CONTROL, &say) {
            caps.push(Cap { name, truth: said.allowed().truth.or(bound.negated()) });
            denied = denied.or(said.denied.at_most(bound));
        }
    }
    let binds = if caller.is_service_linked() { Truth::No } else { under_resource_control(request.action()) };
    if binds != Truth::No {
        // AWS attaches a policy that allows everything to every level, and others can only deny.
        for (_, said) in rails(&layers.resource_control, RESOURCE_CONTROL, &say) {
            denied = denied.or(said.denied.at_most(binds));
        }
    }
    if let Some(layer) = &layers.endpoint {
        let said = say(layer, ENDPOINT);
        caps.push(Cap { name: ENDPOINT.to_owned(), truth: said.allowed().truth });
        denied = denied.or(said.denied);
    }
    Gathered { identity, boundary, session, resource, grants: grants(&layers.grants, request), caps, denied }
}

/// Whether service control policies bind the caller
/// (<https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>).
pub(super) fn bound_by_service_control(caller: &Caller) -> Truth {
    match caller {
        Caller::User { .. } | Caller::Role { .. } | Caller::Root { .. } => Truth::of(!caller.is_service_linked()),
        // Whose token it is that asks for a role is no identity of the account yet; AWS does not say which it counts for.
        Caller::Federated { .. } => Truth::Unknown,
        Caller::Service { .. } | Caller::Anonymous => Truth::No,
    }
}

/// What each level says, and the levels that were not seen.
fn rails(
    rails: &Rails<'_>,
    what: &'static str,
    say: &impl Fn(&Layer<'_>, &'static str) -> Said,
) -> Vec<(String, Said)> {
    let Rails::Bound { levels, gaps } = rails else { return Vec::new() };
    let mut found: Vec<(String, Said)> =
        levels.iter().map(|level| (format!("{what} of {}", level.name), say(&level.attached, what))).collect();
    for gap in gaps {
        found.push((format!("{what} of other levels"), say(&Layer::unread(gap.clone()), what)));
    }
    found
}

/// Whether a grant allows it.
pub(super) fn grants(grants: &Grants, request: &Request) -> Found {
    let mut found = Found::NOTHING;
    let operation = request.action().strip_prefix("kms:").unwrap_or_default();
    for grant in grants.list.iter().filter(|g| g.operations.iter().any(|o| o.eq_ignore_ascii_case(operation))) {
        let same = match &request.caller {
            Caller::User { arn } => Truth::of(*arn == grant.grantee),
            Caller::Role { arn, .. } => Truth::of(*arn == grant.grantee).or(request.caller.is_session(&grant.grantee)),
            Caller::Service { name } => Truth::of(*name == grant.grantee),
            // Neither is a grantee as documented, but an account's root may be.
            Caller::Root { account } => Truth::of(grant.grantee.contains(account.as_str())).and(Truth::Unknown),
            Caller::Federated { .. } | Caller::Anonymous => Truth::No,
        };
        let open = grant.constrained.then(|| "its encryption context".to_owned());
        let truth = if grant.constrained { same.and(Truth::Unknown) } else { same };
        found.add(truth, || Cause {
            layer: GRANTS,
            policy: "the key".to_owned(),
            statement: format!("grant {}", grant.id),
            open,
        });
    }
    for gap in &grants.gaps {
        found.add(Truth::Unknown, || Cause {
            layer: GRANTS,
            policy: String::new(),
            statement: String::new(),
            open: Some(gap.clone()),
        });
    }
    found
}
