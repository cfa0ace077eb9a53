//! Who makes a request, and what that alone says of its condition keys.
//!
//! May import: `graph`. Guarantees: a caller whose ARN is not understood has no account, so that nothing is decided by it.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principal-properties>

use super::context::{Context, Given};
use super::truth::Truth;

/// Who makes a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caller {
    /// With keys of an IAM user, by its ARN.
    User { arn: String },
    /// In a session of a role, by the role's ARN with its path.
    Role {
        arn: String,
        /// None: any session.
        session: Option<String>,
    },
    /// The root user of an account.
    Root { account: String },
    /// A service for itself, by its principal: `glue.amazonaws.com`.
    Service { name: String },
    /// Who asks for a role with a token of this provider (an ARN, or a name as `accounts.google.com`).
    Federated { provider: String },
    /// Who asks without a signature.
    Anonymous,
}

impl Caller {
    /// The account whose identity it is; none where it is nobody's, or its ARN is not understood.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::User { arn } | Self::Role { arn, .. } => account_of(arn),
            Self::Root { account } => Some(account),
            Self::Service { .. } | Self::Federated { .. } | Self::Anonymous => None,
        }
    }

    /// Whether policies of its own could allow it anything.
    #[must_use]
    pub fn is_an_identity(&self) -> bool {
        matches!(self, Self::User { .. } | Self::Role { .. } | Self::Root { .. })
    }

    /// Whether it is a role that belongs to a service: organisations' policies do not bind it
    /// (<https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>,
    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>).
    #[must_use]
    pub fn is_service_linked(&self) -> bool {
        match self {
            Self::Role { arn, .. } => {
                arn.splitn(6, ':').nth(5).is_some_and(|name| name.starts_with("role/aws-service-role/"))
            }
            _ => false,
        }
    }

    /// The context with the keys that follow from who asks, where it does not say otherwise.
    pub(super) fn complete(&self, mut context: Context) -> Context {
        let (arn, kind) = match self {
            Self::User { arn } => (arn.clone(), "User"),
            Self::Role { arn, .. } => (arn.clone(), "AssumedRole"),
            Self::Root { account } => (format!("arn:aws:iam::{account}:root"), "Account"),
            Self::Service { name } => {
                context.set_default("aws:principalisawsservice", Given::truth(true));
                context.set_default("aws:principalservicename", Given::is(name));
                // Services ask in many ways: which of the keys of an identity they have is not documented.
                return context;
            }
            Self::Federated { .. } => {
                context.set_default("aws:principalisawsservice", Given::truth(false));
                return context;
            }
            Self::Anonymous => {
                for key in ["aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:username"] {
                    context.set_default(key, Given::Absent);
                }
                context.set_default("aws:principaltype", Given::is("Anonymous"));
                context.set_default("aws:principalisawsservice", Given::truth(false));
                return context;
            }
        };
        context.set_default("aws:principalarn", Given::is(arn));
        context.set_default("aws:principaltype", Given::is(kind));
        context.set_default("aws:principalisawsservice", Given::truth(false));
        if let Some(account) = self.account() {
            context.set_default("aws:principalaccount", Given::is(account));
        }
        let user = match self {
            Self::User { arn } => arn.rsplit('/').next().map_or(Given::Unknown, Given::is),
            _ => Given::Absent,
        };
        context.set_default("aws:username", user);
        context
    }

    /// Whether the principal of a policy, which is a session's ARN, is this caller.
    pub(super) fn is_session(&self, principal: &str) -> Truth {
        let Self::Role { arn, session } = self else { return Truth::No };
        let own = |wanted: &str| {
            let mut parts = wanted.splitn(6, ':');
            let head = (parts.next(), parts.next(), parts.next(), parts.next(), parts.next());
            let (Some("arn"), partition, Some("sts"), Some(""), account) = head else { return None };
            let mut role = arn.splitn(6, ':');
            let same = (role.next(), role.next(), role.nth(2)) == (Some("arn"), partition, account);
            let (name, session) = parts.next()?.strip_prefix("assumed-role/")?.split_once('/')?;
            // A session's ARN leaves the path of the role out; names of roles are unique without it.
            (same && arn.rsplit('/').next() == Some(name)).then(|| session.to_owned())
        };
        match (own(principal), session) {
            (None, _) => Truth::No,
            (Some(_), None) => Truth::Unknown,
            (Some(wanted), Some(session)) => Truth::of(wanted == *session),
        }
    }
}

/// The account of an identity's ARN.
pub(super) fn account_of(arn: &str) -> Option<&str> {
    let mut parts = arn.splitn(6, ':');
    let (Some("arn"), Some(_), Some("iam" | "sts"), Some("")) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    parts.next().filter(|a| is_account(a))
}

pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(session: Option<&str>) -> Caller {
        Caller::Role { arn: "arn:aws:iam::111111111111:role/team/r".to_owned(), session: session.map(str::to_owned) }
    }

    #[test]
    fn a_session_is_known_by_the_name_of_its_role() {
        let principal = "arn:aws:sts::111111111111:assumed-role/r/ada";
        assert_eq!(role(Some("ada")).is_session(principal), Truth::Yes);
        assert_eq!(role(Some("bob")).is_session(principal), Truth::No);
        assert_eq!(role(None).is_session(principal), Truth::Unknown);
        for other in [
            "arn:aws:sts::222222222222:assumed-role/r/ada",
            "arn:aws:sts::111111111111:assumed-role/team/r",
            "arn:aws-cn:sts::111111111111:assumed-role/r/ada",
            "arn:aws:iam::111111111111:role/team/r",
        ] {
            assert_eq!(role(Some("ada")).is_session(other), Truth::No, "{other}");
        }
    }

    #[test]
    fn who_asks_says_some_keys() {
        let context = role(None).complete(Context::open());
        assert_eq!(context.get("aws:principalarn"), &Given::is("arn:aws:iam::111111111111:role/team/r"));
        assert_eq!(context.get("aws:username"), &Given::Absent);
        let user = Caller::User { arn: "arn:aws:iam::111111111111:user/a/ada".to_owned() };
        assert_eq!(user.complete(Context::open()).get("aws:username"), &Given::is("ada"));
        assert_eq!(Caller::Anonymous.complete(Context::open()).get("aws:principalorgid"), &Given::Absent);
    }

    #[test]
    fn only_service_linked_roles_are_service_linked() {
        let of = |arn: &str| Caller::Role { arn: arn.to_owned(), session: None }.is_service_linked();
        assert!(of("arn:aws:iam::111111111111:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"));
        assert!(!of("arn:aws:iam::111111111111:role/service-role/r"));
        assert!(!of("arn:aws:iam::111111111111:role/a/aws-service-role/r"));
    }
}
