//! Facts that need path analysis: who can do what once every layer of policy is weighed, and what can reach what.
//!
//! May import: `model`, `graph`. Guarantees: each is withheld with the reason until the analysis derives it, so that no
//! control that reads one is met without it. The schema declares them as it declares any other fact.

use std::collections::BTreeSet;

use crate::model::entity::Entity;

/// A fact that path analysis, or a source that is not read yet, has to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathFact {
    pub kind: &'static str,
    pub name: &'static str,
    /// What the analysis has to say, as a clause that goes on "needs path analysis: ".
    pub what: &'static str,
    /// What is needed: path analysis, or calls that are not made.
    needs: &'static str,
}

const fn fact(kind: &'static str, name: &'static str, what: &'static str) -> PathFact {
    PathFact { kind, name, what, needs: "path analysis" }
}

/// A fact that waits for calls that nothing makes yet.
const fn unread(kind: &'static str, name: &'static str, needs: &'static str, what: &'static str) -> PathFact {
    PathFact { kind, name, what, needs }
}

/// Every such fact, sorted by type and name.
pub const FACTS: &[PathFact] = &[
    fact(
        "AWS::Account",
        "farModelUsers",
        "which research personas can invoke an inference profile whose model runs outside the approved Regions",
    ),
    fact("AWS::Account", "freeJobRoles", "which research roles may create SageMaker jobs or models in any network"),
    fact(
        "AWS::Account",
        "genomicsReaders",
        "which roles of HealthOmics runs in a VPC may read beyond their project's stores",
    ),
    fact(
        "AWS::Account",
        "guardrailSwitchers",
        "which principals, other than roles of the landing zone and service-linked ones, can stop, remove or narrow what guards the account",
    ),
    unread(
        "AWS::Account",
        "unseenHolders",
        "memorydb:DescribeClusters, elasticache:DescribeReplicationGroups and timestream:ListDatabases",
        "which caches and time series there are, of which AWS Config records none and the tagging service only what has tags",
    ),
    fact(
        "AWS::Athena::WorkGroup",
        "queryingProjects",
        "of which projects the researchers may run queries in it, where they are two or more",
    ),
    fact("AWS::Athena::WorkGroup", "researchUsers", "which researchers may start queries in it"),
    fact(
        "AWS::CodeArtifact::Domain",
        "researchPublishers",
        "which research personas can publish to a repository of it that another project or account can read",
    ),
    fact("AWS::CodeArtifact::Repository", "researchReaders", "which research personas can read it"),
    fact(
        "AWS::CodePipeline::Pipeline",
        "writableStores",
        "to which stores, repositories and images its roles can write",
    ),
    fact("AWS::DataSync::Task", "researchStarters", "which research roles can create or start tasks or locations"),
    fact(
        "AWS::DynamoDB::Table",
        "recordWriters",
        "who besides the workflow's role can put, update or delete its items or change its policy",
    ),
    fact(
        "AWS::EC2::SecurityGroup",
        "uninspectedPaths",
        "whether what it lets out from each of its subnets crosses the declared inspection",
    ),
    fact(
        "AWS::EC2::Subnet",
        "uninspectedPaths",
        "where its routes into other networks lead, and past which inspection",
    ),
    fact(
        "AWS::EC2::VPC",
        "projectPaths",
        "which of its interfaces can open a connection to one of another project (with fewer than two there is none)",
    ),
    fact(
        "AWS::ECR::Repository",
        "sharedPushers",
        "which research personas can push to it, where another project can read it",
    ),
    fact(
        "AWS::EFS::FileSystem",
        "mountingProjects",
        "of which projects the workspaces can mount it other than through access points of their own, where they are two or \
         more",
    ),
    fact(
        "AWS::FSx::FileSystem",
        "sharedMounters",
        "of which projects the workspaces can reach it (with fewer than two projects there can be none)",
    ),
    fact(
        "AWS::Glue::Crawler",
        "bridgedProjects",
        "which projects' stores its role can read while it can write another's",
    ),
    fact("AWS::Glue::Job", "bridgedProjects", "which projects' stores its role can read while it can write another's"),
    fact("AWS::IAM::Role", "airlockBypasses", "what it can do to what has been reviewed or released"),
    fact(
        "AWS::IAM::Role",
        "bridgedProjects",
        "of which projects it can read or write the data, where they are two or more",
    ),
    fact("AWS::IAM::Role", "dataReads", "which stores, keys and workspaces it can read, decrypt with or enter"),
    fact("AWS::IAM::Role", "escalations", "which steps to more rights it is allowed"),
    fact("AWS::IAM::Role", "openLinks", "which links to notebooks it can make from outside the declared network"),
    fact("AWS::IAM::Role", "retaggableKeys", "which tag keys that decide access it can set or take away"),
    fact(
        "AWS::IAM::Role",
        "sideDoors",
        "which calls that lead out of a workspace it can make, other than on resources of [network] broker",
    ),
    fact("AWS::IAM::Role", "sourceWrites", "in which stores of source data it may put, delete or restore anything"),
    fact("AWS::IAM::Role", "submitsAndApproves", "of which projects it can both ask for outputs and let them go"),
    fact("AWS::IAM::Role", "unapprovedStores", "which stores it reaches that hold no dataset of its project"),
    fact(
        "AWS::IAM::User",
        "bridgedProjects",
        "of which projects it can read or write the data, where they are two or more",
    ),
    fact(
        "AWS::KMS::Key",
        "adminUsers",
        "who holds both its administration and its use once IAM policies count, besides identities for emergencies",
    ),
    fact(
        "AWS::KMS::Key",
        "strangersByIam",
        "who besides its project and the personas data_manager, release and backup can decrypt with it or create grants by \
         policies of their own",
    ),
    fact(
        "AWS::LakeFormation::DataLakeSettings",
        "directReaders",
        "which researchers may read a registered location through S3 itself",
    ),
    fact("AWS::Lambda::Function", "researchInvokers", "which research roles can invoke it"),
    fact("AWS::Logs::LogGroup", "researchLogAccess", "which research personas can read, write or remove what it holds"),
    fact(
        "AWS::Omics::Run",
        "foreignInputs",
        "which data of other projects its role can read, for its inputs are not read",
    ),
    fact(
        "AWS::PCS::Cluster",
        "otherFileSystems",
        "which file systems of other projects its nodes can reach (with fewer than two projects there is none)",
    ),
    fact(
        "AWS::S3::Bucket",
        "ingressCarriers",
        "who besides the ingest role, data managers and the scanner can read it and \
         write a store, and which roles of catalogues can read it",
    ),
    fact(
        "AWS::S3::Bucket",
        "lowerTierReaders",
        "which projects and accounts of a lower tier than its classification can read it",
    ),
    fact(
        "AWS::S3::Bucket",
        "researchReaders",
        "which research and workspace roles can list it or get its objects, versions \
         or tags",
    ),
    fact(
        "AWS::S3::Bucket",
        "sharedWriters",
        "of which projects the researchers can write to it (with fewer than two projects there can be none)",
    ),
    unread(
        "AWS::S3::Bucket",
        "stillHoldsData",
        "cloudwatch:GetMetricData (NumberOfObjects)",
        "whether it still holds objects",
    ),
    fact(
        "AWS::S3::Bucket",
        "strayWriters",
        "which research roles can put outside of their project's prefix or delete \
         versions",
    ),
    fact(
        "AWS::S3::Bucket",
        "undeclaredCollectors",
        "who besides the release role, the project's recipients and declared \
         transfer users can list it or get its objects",
    ),
    unread(
        "AWS::S3::Bucket",
        "unlabelledObjects",
        "s3:ListObjectsV2 and s3:GetObjectTagging",
        "which of its objects lack the tags of project, request and criteria, or name no stored criteria",
    ),
    fact("AWS::SSM::Parameter", "foreignReaders", "which researchers of other projects can read it"),
    fact("AWS::SSO::PermissionSet", "administration", "which acts of administration it allows after its boundary"),
    fact("AWS::SecretsManager::Secret", "foreignReaders", "which researchers of other projects can read it"),
    fact(
        "AWS::Transfer::Server",
        "usersBeyondStaging",
        "which of its users can do more than reach their own ingress or \
         outbound prefix",
    ),
    unread(
        "TRE::Dataset",
        "provenDeletions",
        "the matching of events (cloudtrail:LookupEvents)",
        "which cited events of deletion a trail holds, or match the attested hash",
    ),
    fact("TRE::Project", "managersWhoRead", "which of its managers can read a data store"),
];

/// Withholds the facts of a type that policies read and that nothing derived.
pub(super) fn withhold(entity: &mut Entity, known: &BTreeSet<String>) {
    for fact in FACTS {
        let is_asked = fact.kind == entity.uid.kind && known.contains(fact.name);
        if is_asked && !entity.facts.contains_key(fact.name) {
            entity.withhold(fact.name, format!("needs {}: {}", fact.needs, fact.what));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_sorted_and_stand_once() {
        assert!(FACTS.windows(2).all(|pair| (pair[0].kind, pair[0].name) < (pair[1].kind, pair[1].name)));
    }
}
