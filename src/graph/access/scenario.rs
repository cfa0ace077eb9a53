//! Named situations in which a request is made: over the internet, through an endpoint, by a service, without a second factor.
//!
//! May import: `graph`. Guarantees: a key is said to be absent only where AWS never sets it in that situation, and only keys
//! that AWS sets, not the caller, are given values.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>

use super::context::{Context, Given};

/// Keys that only a request through a VPC endpoint has.
const OF_ENDPOINTS: [&str; 6] =
    ["aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths"];

/// A situation. Several can hold at once: apply one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scenario {
    /// From anywhere, over TLS, through no VPC endpoint, and not by a service on the caller's behalf.
    Internet,
    /// Through one of the VPC endpoints of a group in one VPC, over TLS.
    Endpoints {
        /// `vpce-…`, at least one.
        endpoints: Vec<String>,
        /// `vpc-…`.
        vpc: Option<String>,
    },
    /// By an AWS service with the caller's credentials; where it comes from is not known.
    OnBehalf,
    /// Without a second factor: with a key of a user, where the key is absent, or with a session, where it may be `false`.
    NoSecondFactor,
}

impl Scenario {
    /// The context with what the situation says.
    #[must_use]
    pub fn apply(&self, mut context: Context) -> Context {
        match self {
            Self::Internet => {
                for key in OF_ENDPOINTS {
                    context.set(key, Given::Absent);
                }
                context.set("aws:sourceip", Given::Present);
                context.set("aws:securetransport", Given::truth(true));
                directly(&mut context);
            }
            Self::Endpoints { endpoints, vpc } => {
                context.set("aws:sourcevpce", Given::Among(endpoints.iter().map(Given::is).collect()));
                context.set("aws:sourcevpc", vpc.as_ref().map_or(Given::Present, Given::is));
                context.set("aws:vpcsourceip", Given::Present);
                // Through an endpoint there is no public address.
                context.set("aws:sourceip", Given::Absent);
                context.set("aws:securetransport", Given::truth(true));
                directly(&mut context);
            }
            Self::OnBehalf => {
                for key in OF_ENDPOINTS {
                    context.forget(key);
                }
                context.forget("aws:sourceip");
                context.set("aws:viaawsservice", Given::truth(true));
                // Some services only: DynamoDB, Athena, CloudFormation, KMS and others of a list.
                context.forget("aws:calledvia");
            }
            Self::NoSecondFactor => {
                let absent_or_false = Given::Among(vec![Given::Absent, Given::truth(false)]);
                context.set("aws:multifactorauthpresent", absent_or_false);
                context.set("aws:multifactorauthage", Given::Absent);
            }
        }
        context
    }
}

fn directly(context: &mut Context) {
    context.set("aws:viaawsservice", Given::truth(false));
    for key in ["aws:calledvia", "aws:calledviafirst", "aws:calledvialast"] {
        context.set(key, Given::Absent);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_the_internet_there_is_no_endpoint() {
        let context = Scenario::Internet.apply(Context::open());
        assert_eq!(context.get("aws:sourcevpce"), &Given::Absent);
        assert_eq!(context.get("aws:sourceip"), &Given::Present);
        assert_eq!(context.get("aws:principaltag/project"), &Given::Unknown);
    }

    #[test]
    fn situations_add_up() {
        let inside = Scenario::Endpoints { endpoints: vec!["vpce-1".to_owned()], vpc: None };
        let context = Scenario::NoSecondFactor.apply(inside.apply(Context::open()));
        assert_eq!(context.get("aws:sourcevpce"), &Given::Among(vec![Given::is("vpce-1")]));
        assert!(context.get("aws:multifactorauthpresent").may_be_absent());
        assert_eq!(Scenario::OnBehalf.apply(context).get("aws:sourcevpce"), &Given::Unknown);
    }
}
