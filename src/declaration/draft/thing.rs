//! One resource that carries tags of the environment: what it is, where it stands, how comments name it.
//!
//! May import: `model`. Guarantees: the tagging API and the service itself make the same thing of the same resource; the
//! name of a user is never shown.

use super::conventions::{Convention, Sign, What};
use crate::model::document::ResourceDocument;
use crate::model::plural::number;

/// The kind of a resource, as far as a draft tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Noun {
    Bucket,
    Subnet,
    Vpc,
    Endpoint,
    Instance,
    Role,
    Table,
    Files,
    Database,
    Pool,
    Directory,
    Other,
}

/// What a resource is, by type and id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    pub(super) noun: Noun,
    /// The name or id alone, without the ARN.
    pub(super) id: String,
    /// Prefix of a reference to a store; empty for what is none.
    prefix: &'static str,
    shown: String,
}

impl Name {
    /// What a document describes.
    pub(super) fn of(document: &ResourceDocument) -> Self {
        let arn = document.arn.as_deref().unwrap_or(&document.id);
        let found = match by_type(&document.kind) {
            Some((noun, prefix, word)) => (noun, prefix, word, tail(noun, &document.id)),
            None if document.kind == "AWS::ResourceGroups::TaggedResource" => match by_arn(arn) {
                Some((noun, prefix, word)) => (noun, prefix, word, tail(noun, arn)),
                None => (Noun::Other, "", "", arn),
            },
            None => (Noun::Other, "", "", document.name()),
        };
        let (noun, prefix, word, id) = found;
        let id: String = id.chars().take(super::LONGEST + 1).collect();
        let person =
            noun == Noun::Other && (document.kind.contains("User") || arn.to_ascii_lowercase().contains("user"));
        let shown = match (person, word) {
            (true, _) => "a user or what a user has".to_owned(),
            (false, "") => super::shown(&id),
            (false, word) => format!("the {word} {}", super::shown(&id)),
        };
        Self { noun, id, prefix, shown }
    }

    /// `s3:tre-data`; none for what holds no data.
    pub(super) fn store(&self) -> Option<String> {
        (!self.prefix.is_empty()).then(|| format!("{}:{}", self.prefix, self.id))
    }

    /// `the bucket tre-data`.
    pub(super) fn shown(&self) -> &str {
        &self.shown
    }
}

type Sort = (Noun, &'static str, &'static str);

fn by_type(kind: &str) -> Option<Sort> {
    Some(match kind {
        "AWS::S3::Bucket" => (Noun::Bucket, "s3", "bucket"),
        "AWS::EC2::Subnet" => (Noun::Subnet, "", "subnet"),
        "AWS::EC2::VPC" => (Noun::Vpc, "", "VPC"),
        "AWS::EC2::VPCEndpoint" => (Noun::Endpoint, "", "VPC endpoint"),
        "AWS::EC2::Instance" => (Noun::Instance, "", "instance"),
        "AWS::IAM::Role" => (Noun::Role, "", "role"),
        "AWS::DynamoDB::Table" => (Noun::Table, "dynamodb", "table"),
        "AWS::EFS::FileSystem" => (Noun::Files, "efs", "file system"),
        "AWS::FSx::FileSystem" => (Noun::Files, "fsx", "file system"),
        "AWS::RDS::DBInstance" | "AWS::RDS::DBCluster" => (Noun::Database, "rds", "database"),
        "AWS::Cognito::UserPool" => (Noun::Pool, "", "user pool"),
        "AWS::DirectoryService::Directory" => (Noun::Directory, "", "directory"),
        _ => return None,
    })
}

/// The type that an ARN of the tagging API shows.
fn by_arn(arn: &str) -> Option<Sort> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, _, service, _, _, resource] = parts.as_slice() else { return None };
    let starts = |prefix: &str| resource.starts_with(prefix);
    by_type(match *service {
        "s3" if !resource.contains(['/', ':']) => "AWS::S3::Bucket",
        "ec2" if starts("subnet/") => "AWS::EC2::Subnet",
        "ec2" if starts("vpc/") => "AWS::EC2::VPC",
        "ec2" if starts("vpc-endpoint/") => "AWS::EC2::VPCEndpoint",
        "ec2" if starts("instance/") => "AWS::EC2::Instance",
        "iam" if starts("role/") => "AWS::IAM::Role",
        "dynamodb" if starts("table/") => "AWS::DynamoDB::Table",
        "elasticfilesystem" if starts("file-system/") => "AWS::EFS::FileSystem",
        "fsx" if starts("file-system/") => "AWS::FSx::FileSystem",
        "rds" if starts("db:") => "AWS::RDS::DBInstance",
        "rds" if starts("cluster:") => "AWS::RDS::DBCluster",
        "cognito-idp" if starts("userpool/") => "AWS::Cognito::UserPool",
        "ds" if starts("directory/") => "AWS::DirectoryService::Directory",
        _ => return None,
    })
}

/// The name alone: the last part of an ARN, or an id as it is.
fn tail(noun: Noun, id: &str) -> &str {
    let end = match noun {
        // A bucket's id is its name; its ARN has neither Region nor account.
        Noun::Bucket => id.strip_prefix("arn:").and_then(|rest| rest.rsplit(':').next()),
        Noun::Directory if !id.starts_with("arn:") => id.rsplit(':').next(),
        _ if id.starts_with("arn:") => id.rsplit(['/', ':']).next(),
        _ => None,
    };
    end.unwrap_or(id)
}

/// A resource with signs.
#[derive(Debug, Clone)]
pub(super) struct Thing {
    pub(super) name: Name,
    pub(super) account: String,
    /// Whether only the tagging API showed it, and the Region.
    pub(super) region: (bool, String),
    pub(super) signs: Vec<Sign>,
    /// The VPC that it stands in, and the subnet.
    pub(super) vpc: Option<String>,
    pub(super) subnet: Option<String>,
}

impl Thing {
    /// What its tags say of `what`, best first.
    pub(super) fn says(&self, what: What) -> impl Iterator<Item = &Sign> {
        self.signs.iter().filter(move |s| s.what == what)
    }

    /// The role that the environment's own tag gives it.
    pub(super) fn role(&self) -> Option<&Sign> {
        self.says(What::Role).find(|s| s.convention == Convention::Own)
    }

    /// Whether it belongs to the research environment.
    pub(super) fn of_research(&self) -> bool {
        self.signs.iter().any(|s| s.convention.marks_research())
    }
}

/// How many resources say the same, and which is the first by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) count: u64,
    first: String,
}

impl Tally {
    pub(super) fn add(&mut self, name: &str) {
        if self.count == 0 || name < self.first.as_str() {
            name.clone_into(&mut self.first);
        }
        self.count += 1;
    }

    /// `the bucket a and 3 others`.
    pub(super) fn words(&self) -> String {
        match self.count {
            0 | 1 => self.first.clone(),
            2 => format!("{} and 1 other", self.first),
            n => format!("{} and {} others", self.first, number(n - 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Name, Tally};
    use crate::model::document::ResourceDocument;

    fn name(kind: &str, id: &str) -> Name {
        Name::of(&ResourceDocument { kind: kind.to_owned(), id: id.to_owned(), ..ResourceDocument::default() })
    }

    #[test]
    fn the_tagging_api_and_the_service_name_the_same_thing() {
        for (kind, id, arn, store) in [
            ("AWS::S3::Bucket", "tre-a", "arn:aws:s3:::tre-a", Some("s3:tre-a")),
            ("AWS::EC2::Subnet", "subnet-0a", "arn:aws:ec2:eu-west-2:111111111111:subnet/subnet-0a", None),
            (
                "AWS::DynamoDB::Table",
                "arn:aws:dynamodb:eu-west-2:111111111111:table/requests",
                "arn:aws:dynamodb:eu-west-2:111111111111:table/requests",
                Some("dynamodb:requests"),
            ),
            ("AWS::RDS::DBInstance", "arn:aws:rds:r:1:db:omop", "arn:aws:rds:r:1:db:omop", Some("rds:omop")),
        ] {
            let (one, two) = (name(kind, id), name("AWS::ResourceGroups::TaggedResource", arn));
            assert_eq!(one, two);
            assert_eq!(one.store().as_deref(), store);
        }
    }

    #[test]
    fn no_user_is_named() {
        for (kind, id) in [
            ("AWS::IAM::User", "arn:aws:iam::111111111111:user/a.person"),
            ("AWS::ResourceGroups::TaggedResource", "arn:aws:sagemaker:r:1:user-profile/d/a.person"),
        ] {
            assert!(!name(kind, id).shown().contains("person"));
        }
    }

    #[test]
    fn others_are_counted() {
        let mut tally = Tally::default();
        for name in ["the bucket b", "the bucket a", "the bucket c"] {
            tally.add(name);
        }
        assert_eq!(tally.words(), "the bucket a and 2 others");
    }
}
