//! What a role is certainly allowed, or certainly not, as far as documents alone tell: its own policies, its boundary and
//! the policies of the organisation.
//!
//! May import: `model`, `graph`. Guarantees: "allowed" is said only where one statement without a condition allows it
//! everywhere and nothing that was or may be read denies it; "not allowed" only where every policy that could allow it was
//! read, or one statement denies it to the role always. All the rest needs path analysis.

use serde_json::Value;

use super::Surroundings;
use super::iam::{self, Found};
use super::organizations::{known, text};
use super::perimeter::{Guards, SERVICE_CONTROL, binding};
use super::persona::SERVICE_LINKED_PATH;
use super::statement::{Answer, Effect, Form, Given, Scenario, denies};
use crate::model::call::CallId;
use crate::model::document::ResourceDocument;

const MANAGED: &str = "AWS::IAM::ManagedPolicy";
pub(super) const ROLE: &str = "AWS::IAM::Role";

/// Actions on things that have no policy of their own which could allow them, by how they begin: where no policy of the
/// identity speaks of them, they are not allowed.
const BY_IDENTITY_ALONE: [&str; 9] = [
    "cloudshell:",
    "codeconnections:useconnection",
    "ebs:",
    "ec2-instance-connect:",
    "ec2:",
    "sagemaker:createpresigned",
    "sagemaker:startsession",
    "ssm:startsession",
    "codestar-connections:useconnection",
];

/// Whether an action is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowed {
    Yes,
    No,
    NotKnown,
}

/// The policies of one role.
pub(super) struct Permissions<'a> {
    around: &'a Surroundings<'a>,
    role: &'a ResourceDocument,
    own: Guards,
    boundary: Result<Guards, String>,
    /// AWS's policy that allows everything is attached, whether or not its text was read.
    administrator: bool,
    /// Every policy that is attached was read.
    complete: bool,
}

impl<'a> Permissions<'a> {
    pub(super) fn of(role: &'a ResourceDocument, around: &'a Surroundings<'a>) -> Self {
        let mut own = Guards::default();
        iam::add_own_policies(&mut own, role, around);
        let attached = known(role, "ManagedPolicyArns").ok().and_then(Value::as_array);
        let arns = || attached.into_iter().flatten().filter_map(Value::as_str);
        let is_read = |arn: &str| around.documents.contains_key(&(MANAGED.to_owned(), arn.to_owned()));
        Self {
            administrator: arns().any(|arn| arn.ends_with(":iam::aws:policy/AdministratorAccess")),
            complete: own.gaps.is_empty() && attached.is_some() && arns().all(is_read),
            boundary: iam::boundary(role, around),
            around,
            role,
            own,
        }
    }

    /// The ledger entries behind what is said.
    pub(super) fn calls(&self) -> impl Iterator<Item = CallId> + '_ {
        self.own.calls.iter().cloned()
    }

    /// Whether the role may do it on any resource.
    pub(super) fn allows(&self, action: &str) -> Allowed {
        let lower = action.to_ascii_lowercase();
        let silent = BY_IDENTITY_ALONE.iter().any(|begin| lower.starts_with(begin));
        if silent && self.is_never_spoken_of(action) || self.is_denied(action) {
            return Allowed::No;
        }
        if self.is_plainly_allowed(action) { Allowed::Yes } else { Allowed::NotKnown }
    }

    /// The actions among these that it is allowed; a doubt where that cannot be told.
    pub(super) fn among(&self, actions: &[&str], what: &str) -> Found {
        let mut found = Found::default();
        for action in actions {
            match self.allows(action) {
                Allowed::Yes => found.add(*action),
                Allowed::No => {}
                Allowed::NotKnown => found.doubt(format!("needs path analysis: {what}")),
            }
        }
        found
    }

    /// No policy that could allow it speaks of it, and all were read.
    fn is_never_spoken_of(&self, action: &str) -> bool {
        let speaks = |guards: &Guards| {
            let mut allows = guards.guards.iter().filter(|g| g.statement.effect == Effect::Allow);
            allows.any(|g| g.statement.may_be_about(action, "*"))
        };
        self.complete && !self.administrator && !speaks(&self.own)
    }

    /// One statement denies it to this role in every request.
    fn is_denied(&self, action: &str) -> bool {
        let arn = self.role.name();
        self.denied_in(action, &Scenario::any().with("aws:principalarn", Given::Is(arn)))
    }

    /// One statement denies it in every request of a scenario.
    pub(super) fn denied_in(&self, action: &str, scenario: &Scenario<'_>) -> bool {
        let by = |guards: &Guards| denies(&guards.guards, &[(action, "*")], scenario) == Answer::Yes;
        let service_linked = text(self.role, "Path").is_ok_and(|path| path.starts_with(SERVICE_LINKED_PATH));
        by(&self.own)
            || self.boundary.as_ref().is_ok_and(by)
            // The organisation's policies do not bind service-linked roles.
            || (!service_linked && by(self.around.service_control()))
    }

    fn is_plainly_allowed(&self, action: &str) -> bool {
        let plain = |guards: &Guards| {
            guards.guards.iter().any(|g| {
                let s = &g.statement;
                s.effect == Effect::Allow && s.conditions.is_empty() && s.is_about(action, "*")
            })
        };
        let denied = |guards: &Guards| {
            let mut denials = guards.guards.iter().filter(|g| g.statement.effect == Effect::Deny);
            !guards.gaps.is_empty() || denials.any(|g| g.statement.may_be_about(action, "*"))
        };
        let unbounded = text(self.role, "PermissionsBoundary") == Ok("");
        unbounded
            && (self.administrator || plain(&self.own))
            && !denied(&self.own)
            && !denied(self.around.service_control())
            && !denied(self.around.resource_control())
            && self.is_let_through(action)
    }

    /// Whether at each level of the organisation one policy allows it without a condition.
    fn is_let_through(&self, action: &str) -> bool {
        let bound = binding(self.around.estate, self.around.account, SERVICE_CONTROL);
        let lets = |level: &&str| {
            bound.policies.iter().filter(|b| b.target == *level).any(|b| {
                let mut guards = Guards::default();
                guards.add(b.policy, "Content", "", Form::Identity);
                guards.guards.iter().any(|g| {
                    let s = &g.statement;
                    s.effect == Effect::Allow && s.conditions.is_empty() && s.is_about(action, "*")
                })
            })
        };
        bound.gaps.is_empty() && bound.levels.iter().all(lets)
    }
}

/// Research and workspace roles of the account that are certainly allowed one of the actions; a doubt about all that
/// documents alone cannot tell, which is how it stays until paths are analysed.
pub(super) fn research_roles(around: &Surroundings<'_>, actions: &[&str], what: &str) -> Found {
    let mut found = Found::default();
    found.doubt(format!("needs path analysis: {what}"));
    for role in around.of_type(ROLE) {
        if iam::is_research_role(role, around.declared) == Ok(true) {
            let permissions = Permissions::of(role, around);
            if let Some(action) = actions.iter().find(|action| permissions.allows(action) == Allowed::Yes) {
                found.add(format!("{}: {action}", role.id));
            }
        }
    }
    found
}
