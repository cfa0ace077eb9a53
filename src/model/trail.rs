//! Events of `CloudTrail`: the types of what is kept of them, and which event means what.
//!
//! May import: nothing of this crate. Guarantees: plain data, the same for whoever keeps an event and whoever judges it.
//!
//! Names of events are those of the operations:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference.html>.

/// The type of a document that holds what is kept of one event.
pub const EVENT: &str = "AWS::CloudTrail::Event";
/// The type of a document that says from when to when every event of a place was seen.
pub const WINDOW: &str = "Events::Window";
/// In a window: `CloudTrail`'s own history of management events.
pub const LOOKUP: &str = "lookup";
/// In a window: log files that a trail delivered.
pub const FILES: &str = "files";

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A boundary of the environment was changed: a route, a gateway, an endpoint, the policy of a store or key, a guard rail.
    Boundary,
    /// What is recorded was changed.
    Recording,
    /// A person signed in.
    SignIn,
    /// An object was written to a bucket.
    ObjectWrite,
}

/// What an event is about, by its source and name. None: nothing that is judged.
#[must_use]
pub fn class(source: &str, name: &str) -> Option<Class> {
    let (_, class, _) = NAMES.iter().find(|(of, _, names)| *of == source && names.contains(&name))?;
    Some(*class)
}

const NAMES: &[(&str, Class, &[&str])] = &[
    (
        "ec2.amazonaws.com",
        Class::Boundary,
        &[
            "AcceptTransitGatewayPeeringAttachment",
            "AcceptTransitGatewayVpcAttachment",
            "AcceptVpcPeeringConnection",
            "AssociateRouteTable",
            "AttachInternetGateway",
            "AttachVpnGateway",
            "CreateClientVpnEndpoint",
            "CreateClientVpnRoute",
            "CreateEgressOnlyInternetGateway",
            "CreateInternetGateway",
            "CreateNatGateway",
            "CreateRoute",
            "CreateTransitGateway",
            "CreateTransitGatewayPeeringAttachment",
            "CreateTransitGatewayRoute",
            "CreateTransitGatewayVpcAttachment",
            "CreateVpcEndpoint",
            "CreateVpcPeeringConnection",
            "CreateVpnConnection",
            "CreateVpnConnectionRoute",
            "CreateVpnGateway",
            "DeleteRoute",
            "DeleteTransitGatewayRoute",
            "DeleteVpcEndpoints",
            "DetachInternetGateway",
            "DisassociateRouteTable",
            "EnableVgwRoutePropagation",
            "ModifyVpcEndpoint",
            "ReplaceRoute",
            "ReplaceRouteTableAssociation",
            "ReplaceTransitGatewayRoute",
        ],
    ),
    (
        "s3.amazonaws.com",
        Class::Boundary,
        &[
            "CreateAccessPoint",
            "DeleteAccessPointPolicy",
            "DeleteAccountPublicAccessBlock",
            "DeleteBucketPolicy",
            "DeleteBucketPublicAccessBlock",
            "PutAccessPointPolicy",
            "PutAccountPublicAccessBlock",
            "PutBucketAcl",
            "PutBucketPolicy",
            "PutBucketPublicAccessBlock",
            "PutBucketReplication",
        ],
    ),
    ("dynamodb.amazonaws.com", Class::Boundary, &["DeleteResourcePolicy", "PutResourcePolicy"]),
    ("elasticfilesystem.amazonaws.com", Class::Boundary, &["DeleteFileSystemPolicy", "PutFileSystemPolicy"]),
    ("kms.amazonaws.com", Class::Boundary, &["PutKeyPolicy"]),
    (
        "organizations.amazonaws.com",
        Class::Boundary,
        &[
            "AttachPolicy",
            "CreatePolicy",
            "DeletePolicy",
            "DetachPolicy",
            "DisablePolicyType",
            "EnablePolicyType",
            "LeaveOrganization",
            "MoveAccount",
            "RemoveAccountFromOrganization",
            "UpdatePolicy",
        ],
    ),
    (
        "cloudtrail.amazonaws.com",
        Class::Recording,
        &["CreateTrail", "DeleteTrail", "PutEventSelectors", "StartLogging", "StopLogging", "UpdateTrail"],
    ),
    ("signin.amazonaws.com", Class::SignIn, &["ConsoleLogin", "UserAuthentication"]),
    (
        "s3.amazonaws.com",
        Class::ObjectWrite,
        &["CompleteMultipartUpload", "CopyObject", "PostObject", "PutObject", "RenameObject", "ReplicateObject"],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_known_by_source_and_name() {
        assert_eq!(class("ec2.amazonaws.com", "CreateRoute"), Some(Class::Boundary));
        assert_eq!(class("s3.amazonaws.com", "PutObject"), Some(Class::ObjectWrite));
        assert_eq!(class("s3.amazonaws.com", "PutBucketPolicy"), Some(Class::Boundary));
        assert_eq!(class("signin.amazonaws.com", "UserAuthentication"), Some(Class::SignIn));
        // A service may have an operation of another one's name, and a name in other letters is another one.
        assert_eq!(class("apigateway.amazonaws.com", "CreateRoute"), None);
        assert_eq!(class("ec2.amazonaws.com", "createroute"), None);
        assert_eq!(class("ec2.amazonaws.com", "DescribeRouteTables"), None);
    }

    #[test]
    fn no_name_means_two_things() {
        let all: Vec<(&str, &str)> =
            NAMES.iter().flat_map(|(source, _, names)| names.iter().map(move |name| (*source, *name))).collect();
        let once: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(all.len(), once.len());
    }
}
