//! All that bears on who may do what: the layers of policies, and what stands beside policies.
//!
//! May import: `graph`. Guarantees: what was not read has a place to say so in every layer; the default holds nothing, not
//! even a gap, so that who fills it in says of each layer what was seen of it.

use super::layer::Layer;

/// What binds principals or resources of an account along its path in the organisation.
#[derive(Debug, Clone)]
pub enum Rails<'a> {
    /// None binds, for this reason: the management account, an account that stands alone, a type of policy that is not
    /// in use, a key that AWS manages.
    Exempt(&'static str),
    /// Each of these levels has to allow it, and none may deny it.
    Bound {
        /// From the root down, or from the account up: the order does not matter.
        levels: Vec<Level<'a>>,
        /// Why there may be other levels. Empty: these are all.
        gaps: Vec<String>,
    },
}

impl Rails<'_> {
    /// Nothing of the path was read.
    #[must_use]
    pub fn unread(reason: impl Into<String>) -> Self {
        Self::Bound { levels: Vec::new(), gaps: vec![reason.into()] }
    }
}

/// The root, a unit or the account, with what is attached to it.
#[derive(Debug, Clone)]
pub struct Level<'a> {
    /// `r-abcd`, `ou-…` or the account.
    pub name: String,
    pub attached: Layer<'a>,
}

/// A grant of a KMS key (<https://docs.aws.amazon.com/kms/latest/developerguide/grants.html>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The id of the grant, for the evidence.
    pub id: String,
    /// An ARN, or the principal of a service.
    pub grantee: String,
    /// `Decrypt`, `GenerateDataKey` and so on.
    pub operations: Vec<String>,
    /// Whether it is for some encryption contexts only.
    pub constrained: bool,
}

/// Ways to be allowed that are no policies.
#[derive(Debug, Clone, Default)]
pub struct Grants {
    pub list: Vec<Grant>,
    /// Why there may be more: grants were not listed, or access control lists are in force.
    pub gaps: Vec<String>,
}

/// The layers of one request.
#[derive(Debug, Clone)]
pub struct Layers<'a> {
    /// Policies of the user and of its groups, or of the role.
    pub identity: Layer<'a>,
    /// The permissions boundary; none: there is none.
    pub boundary: Option<Layer<'a>>,
    /// The policies of the session, which allow what one of them allows; none: there are none.
    pub session: Option<Layer<'a>>,
    /// The policy on the resource; of a role its trust policy, of a key its key policy. None: there is none.
    pub resource: Option<Layer<'a>>,
    /// What binds the caller's account.
    pub service_control: Rails<'a>,
    /// What binds the resource's account.
    pub resource_control: Rails<'a>,
    /// The policy of the VPC endpoint; none: the request goes through none, or its service has no policies for endpoints.
    pub endpoint: Option<Layer<'a>>,
    pub grants: Grants,
    /// Whether the resource's account turns away outsiders where a policy is public (`RestrictPublicBuckets`), or that is
    /// not known.
    pub restricts_public: bool,
}

impl Default for Layers<'_> {
    fn default() -> Self {
        Self {
            identity: Layer::default(),
            boundary: None,
            session: None,
            resource: None,
            service_control: Rails::Exempt("no policy of an organisation was named"),
            resource_control: Rails::Exempt("no policy of an organisation was named"),
            endpoint: None,
            grants: Grants::default(),
            restricts_public: false,
        }
    }
}
