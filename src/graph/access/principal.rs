//! Whether a statement's `Principal` or `NotPrincipal` means a caller, and in which of the ways that count differently.
//!
//! May import: `graph`. Guarantees: a principal in a form that AWS does not document is neither taken for the caller nor
//! for another.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>

use super::caller::{Caller, account_of, is_account};
use super::glob::{Fuel, literal, matches, wild};
use super::layer::Layer;
use super::truth::Truth;
use crate::graph::statement::{Effect, Principal, Principals};

/// How far a statement means the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meant {
    /// The user, the session, the service or everyone: what it allows needs no other policy of the same account.
    pub(super) direct: Truth,
    /// The role of the session: what it allows is capped by the role's boundary and the session's policy.
    pub(super) role: Truth,
    /// The account: what it allows needs a policy of the identity besides.
    pub(super) account: Truth,
}

impl Meant {
    pub(super) const NOBODY: Self = Self { direct: Truth::No, role: Truth::No, account: Truth::No };
    pub(super) const DIRECTLY: Self = Self { direct: Truth::Yes, ..Self::NOBODY };

    fn or(self, other: Self) -> Self {
        Self {
            direct: self.direct.or(other.direct),
            role: self.role.or(other.role),
            account: self.account.or(other.account),
        }
    }

    /// In whatever way.
    pub(super) fn at_all(self) -> Truth {
        self.direct.or(self.role).or(self.account)
    }
}

/// Whether the caller has a permissions boundary, for the rule of `NotPrincipal`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bounded {
    No,
    Unknown,
    Yes,
}

impl Bounded {
    /// By the layer of the boundary; none: there is none.
    pub(super) fn by(boundary: Option<&Layer<'_>>) -> Self {
        match boundary {
            None => Self::No,
            // There may be none.
            Some(layer) if !layer.gaps.is_empty() => Self::Unknown,
            Some(_) => Self::Yes,
        }
    }
}

pub(super) fn meant(principals: &Principals, effect: Effect, caller: &Caller, bounded: Bounded) -> Meant {
    match principals {
        Principals::Any | Principals::Implied => Meant::DIRECTLY,
        Principals::List(list) => list.iter().map(|p| one(p, caller)).fold(Meant::NOBODY, Meant::or),
        Principals::Not(list) => {
            let others = exempt(list, caller).negated();
            let direct = match (effect, bounded) {
                // AWS does not support it, and does not say whom it allows then.
                (Effect::Allow, _) => others.and(Truth::Unknown),
                // An identity with a boundary is denied whatever the list says.
                (Effect::Deny, Bounded::Yes) if caller.is_an_identity() => Truth::Yes,
                (Effect::Deny, Bounded::Unknown) if caller.is_an_identity() => others.or(Truth::Unknown),
                (Effect::Deny, _) => others,
            };
            Meant { direct, ..Meant::NOBODY }
        }
    }
}

/// Whether a list of `NotPrincipal` lets the caller out. An identity needs its account on the list too; AWS "might" look at
/// the one before the other, so that one without the other is unknown.
fn exempt(list: &[Principal], caller: &Caller) -> Truth {
    let found = list.iter().map(|p| one(p, caller)).fold(Meant::NOBODY, Meant::or);
    if !caller.is_an_identity() || matches!(caller, Caller::Root { .. }) {
        return found.at_all();
    }
    // For a session AWS asks for the role's ARN with the account's.
    let itself = if matches!(caller, Caller::Role { .. }) { found.role } else { found.direct };
    let all = itself.and(found.account);
    if all == Truth::No && found.at_all() != Truth::No { Truth::Unknown } else { all }
}

fn one(principal: &Principal, caller: &Caller) -> Meant {
    let value = principal.value.as_str();
    let direct = |direct| Meant { direct, ..Meant::NOBODY };
    match principal.kind.as_str() {
        "AWS" => aws(value, caller),
        "Service" => direct(match caller {
            Caller::Service { name } if name == value => Truth::Yes,
            // Some services have a principal for each Region too.
            Caller::Service { name } => same_service(name, value),
            _ => Truth::No,
        }),
        "Federated" => direct(match caller {
            Caller::Federated { provider } => Truth::of(provider == value),
            // A session may have been had with a token of the provider.
            Caller::Role { .. } => Truth::Unknown,
            _ => Truth::No,
        }),
        // Which account has it is not known here.
        "CanonicalUser" => match caller {
            Caller::Root { .. } => direct(Truth::Unknown),
            Caller::User { .. } | Caller::Role { .. } => Meant { account: Truth::Unknown, ..Meant::NOBODY },
            _ => Meant::NOBODY,
        },
        _ => direct(Truth::Unknown),
    }
}

fn same_service(one: &str, two: &str) -> Truth {
    let first = |name: &str| name.split('.').next().map(str::to_owned);
    if first(one) == first(two) || two.contains(['*', '?']) { Truth::Unknown } else { Truth::No }
}

fn aws(value: &str, caller: &Caller) -> Meant {
    let account = if is_account(value) { Some(value) } else { account_of(value).filter(|_| value.ends_with(":root")) };
    if let Some(account) = account {
        let same = Truth::of(caller.account() == Some(account));
        return match caller {
            Caller::Root { .. } => Meant { direct: same, account: same, ..Meant::NOBODY },
            _ => Meant { account: same, ..Meant::NOBODY },
        };
    }
    let mut meant = Meant { direct: caller.is_session(value), ..Meant::NOBODY };
    match caller {
        Caller::User { arn } => meant.direct = Truth::of(arn == value),
        Caller::Role { arn, .. } => meant.role = Truth::of(arn == value),
        _ => {}
    }
    if meant.at_all() == Truth::No && caller.is_an_identity() && is_unclear(value, caller) {
        meant.direct = Truth::Unknown;
    }
    meant
}

/// A part of an ARN with a wildcard, which AWS refuses, where it would mean the caller; or the id of an identity, which
/// is that of a deleted one in what AWS shows, and may be anyone's in what is not deployed yet.
fn is_unclear(value: &str, caller: &Caller) -> bool {
    if !value.starts_with("arn:") {
        return true;
    }
    let own = match caller {
        Caller::User { arn } | Caller::Role { arn, .. } => arn.clone(),
        Caller::Root { account } => format!("arn:aws:iam::{account}:root"),
        _ => return false,
    };
    let session = value.contains(":assumed-role/");
    value.contains(['*', '?']) && (session || matches(&wild(value), &literal(&own), &Fuel::default()) != Truth::No)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Truth::{No, Unknown, Yes};
    use super::*;
    use crate::graph::statement::{Document, Form};

    const ROLE: &str = "arn:aws:iam::111111111111:role/r";
    const USER: &str = "arn:aws:iam::111111111111:user/u";
    const ACCOUNT: &str = "arn:aws:iam::111111111111:root";

    fn ask(element: &str, principal: &Value, effect: &str, caller: &Caller, bounded: Bounded) -> Meant {
        let document = json!({ "Statement": { "Effect": effect, element: principal, "Action": "*", "Resource": "*" } });
        let document = Document::parse(&document, Form::Resource).unwrap();
        let statement = &document.statements[0];
        meant(&statement.principals, statement.effect, caller, bounded)
    }

    fn role() -> Caller {
        Caller::Role { arn: ROLE.to_owned(), session: Some("s".to_owned()) }
    }

    fn user() -> Caller {
        Caller::User { arn: USER.to_owned() }
    }

    fn in_order(m: Meant) -> [Truth; 3] {
        [m.direct, m.role, m.account]
    }

    #[test]
    fn the_way_in_which_a_caller_is_named_is_kept() {
        let session = "arn:aws:sts::111111111111:assumed-role/r/s";
        for (principal, of_role, of_user) in [
            (json!("*"), [Yes, No, No], [Yes, No, No]),
            (json!({ "AWS": "*" }), [Yes, No, No], [Yes, No, No]),
            (json!({ "AWS": ROLE }), [No, Yes, No], [No, No, No]),
            (json!({ "AWS": session }), [Yes, No, No], [No, No, No]),
            (json!({ "AWS": USER }), [No, No, No], [Yes, No, No]),
            (json!({ "AWS": "111111111111" }), [No, No, Yes], [No, No, Yes]),
            (json!({ "AWS": [ACCOUNT, ROLE] }), [No, Yes, Yes], [No, No, Yes]),
            (json!({ "AWS": "222222222222" }), [No, No, No], [No, No, No]),
            (json!({ "AWS": "arn:aws:iam::111111111111:role/*" }), [Unknown, No, No], [No, No, No]),
            (json!({ "AWS": "AROAEXAMPLE" }), [Unknown, No, No], [Unknown, No, No]),
            (json!({ "Service": "glue.amazonaws.com" }), [No, No, No], [No, No, No]),
            (json!({ "CanonicalUser": "79a5" }), [No, No, Unknown], [No, No, Unknown]),
            (json!({ "Federated": "accounts.google.com" }), [Unknown, No, No], [No, No, No]),
        ] {
            let role = ask("Principal", &principal, "Allow", &role(), Bounded::No);
            assert_eq!(in_order(role), of_role, "{principal}");
            let user = ask("Principal", &principal, "Allow", &user(), Bounded::No);
            assert_eq!(in_order(user), of_user, "{principal}");
        }
        let service = Caller::Service { name: "glue.amazonaws.com".to_owned() };
        let named = |name: &str| ask("Principal", &json!({ "Service": name }), "Allow", &service, Bounded::No).direct;
        assert_eq!(
            [named("glue.amazonaws.com"), named("glue.eu-west-2.amazonaws.com"), named("ec2.amazonaws.com")],
            [Yes, Unknown, No]
        );
    }

    #[test]
    fn not_principal_lets_out_whom_it_names_with_the_account() {
        let deny = |list: Value, caller: &Caller, bounded| {
            ask("NotPrincipal", &json!({ "AWS": list }), "Deny", caller, bounded).direct
        };
        assert_eq!(deny(json!([USER, ACCOUNT]), &user(), Bounded::No), No);
        assert_eq!(deny(json!([ROLE, ACCOUNT]), &role(), Bounded::No), No);
        assert_eq!(deny(json!([USER]), &user(), Bounded::No), Unknown);
        assert_eq!(deny(json!([ACCOUNT]), &user(), Bounded::No), Unknown);
        assert_eq!(deny(json!(["222222222222"]), &user(), Bounded::No), Yes);
        // With a boundary nobody is let out.
        assert_eq!(deny(json!([USER, ACCOUNT]), &user(), Bounded::Yes), Yes);
        assert_eq!(deny(json!([USER, ACCOUNT]), &user(), Bounded::Unknown), Unknown);
        let allow = |list: Value| ask("NotPrincipal", &json!({ "AWS": list }), "Allow", &user(), Bounded::No).direct;
        assert_eq!(allow(json!([USER, ACCOUNT])), No);
        assert_eq!(allow(json!(["222222222222"])), Unknown);
    }
}
