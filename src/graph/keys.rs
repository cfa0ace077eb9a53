//! Which key of the customer's a resource is encrypted with.
//!
//! May import: `model`, `graph`. Guarantees: a reference is the ARN that AWS itself would give; an alias, which does not say
//! which key it is, gives none, and the fact is then not known.

use serde_json::{Value, json};

use super::derive_from;
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, EntityRef};

/// The fact that is derived: `{ key: … }`, and `{}` where the resource has no key, or one that AWS owns or manages.
pub(super) const FACT: &str = "encryptionKey";

const KEY: &str = "AWS::KMS::Key";

/// Types whose encryption one facet names: a key's ARN, its id, an alias, or nothing.
const NAMED_BY: [(&str, &str); 22] = [
    ("AWS::Backup::BackupVault", "EncryptionKeyArn"),
    ("AWS::CloudTrail::EventDataStore", "KmsKeyId"),
    ("AWS::CodeArtifact::Domain", "EncryptionKey"),
    ("AWS::CodeBuild::Project", "EncryptionKey"),
    ("AWS::CodeCommit::Repository", "KmsKeyId"),
    ("AWS::DataZone::Domain", "KmsKeyIdentifier"),
    ("AWS::EC2::Snapshot", "KmsKeyId"),
    ("AWS::EC2::Volume", "KmsKeyId"),
    ("AWS::EFS::FileSystem", "KmsKeyId"),
    ("AWS::FSx::FileSystem", "KmsKeyId"),
    ("AWS::Kinesis::Stream", "KeyId"),
    ("AWS::Lambda::Function", "KmsKeyArn"),
    ("AWS::Logs::LogGroup", "KmsKeyId"),
    ("AWS::RDS::DBCluster", "KmsKeyId"),
    ("AWS::RDS::DBClusterSnapshot", "KmsKeyId"),
    ("AWS::RDS::DBInstance", "KmsKeyId"),
    ("AWS::RDS::DBSnapshot", "KmsKeyId"),
    ("AWS::Redshift::Cluster", "KmsKeyId"),
    ("AWS::SNS::Topic", "KmsMasterKeyId"),
    ("AWS::SQS::Queue", "KmsMasterKeyId"),
    ("AWS::SageMaker::NotebookInstance", "KmsKeyId"),
    ("AWS::SecretsManager::Secret", "KmsKeyId"),
];

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument) {
    if document.kind == "AWS::S3::Bucket" {
        derive_from(entity, document, FACT, &["BucketEncryption"], |_| of(document).map(to_json));
        return;
    }
    let Some((_, facet)) = NAMED_BY.iter().find(|(kind, _)| *kind == document.kind) else { return };
    derive_from(entity, document, FACT, &[facet], |values| {
        let name = values.first().and_then(|value| value.as_str()).ok_or_else(|| format!("{facet} is no text"))?;
        key(name, document).map(to_json)
    });
}

fn to_json(key: Option<String>) -> Value {
    match key {
        Some(arn) => json!({ "key": EntityRef::new(KEY, arn).to_json() }),
        None => Value::Object(serde_json::Map::new()),
    }
}

/// The ARN of the key of a bucket, or of a type whose key one facet names; none where AWS's own is used.
///
/// # Errors
/// It was not read, or is named by an alias of the customer's.
pub(super) fn of(document: &ResourceDocument) -> Result<Option<String>, String> {
    if document.kind == "AWS::S3::Bucket" {
        return match super::s3::default_key(document)? {
            Some(alias) if alias.contains(":alias/") => {
                Err(format!("{alias} is an alias, which does not say which key it is"))
            }
            key => Ok(key),
        };
    }
    let named = NAMED_BY.iter().find(|(kind, _)| *kind == document.kind);
    let (_, facet) = named.ok_or_else(|| format!("which key a {} has is not read", document.kind))?;
    key(super::organizations::text(document, facet)?, document)
}

/// The ARN of the key that a name stands for in the account and Region of a resource.
///
/// # Errors
/// It is an alias of the customer's.
fn key(name: &str, document: &ResourceDocument) -> Result<Option<String>, String> {
    let alias = name.strip_prefix("alias/").or_else(|| name.split_once(":alias/").map(|(_, alias)| alias));
    match alias {
        // The name of every key that AWS manages begins so, and no other's
        // (https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html).
        Some(alias) if alias.starts_with("aws/") => Ok(None),
        Some(_) => Err(format!("{name} is an alias, which does not say which key it is")),
        None if name.is_empty() => Ok(None),
        None if name.starts_with("arn:") => Ok(Some(name.to_owned())),
        None => {
            let partition = super::partition(&document.region);
            Ok(Some(format!("arn:{partition}:kms:{}:{}:key/{name}", document.region, document.account)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_one_name() {
        let volume = ResourceDocument {
            account: "111111111111".to_owned(),
            region: "eu-west-2".to_owned(),
            ..ResourceDocument::default()
        };
        let arn = "arn:aws:kms:eu-west-2:111111111111:key/1234";
        for (name, expected) in [
            ("", Ok(None)),
            ("1234", Ok(Some(arn))),
            (arn, Ok(Some(arn))),
            ("alias/aws/ebs", Ok(None)),
            ("arn:aws:kms:eu-west-2:111111111111:alias/aws/ebs", Ok(None)),
        ] {
            assert_eq!(key(name, &volume).as_ref().map(Option::as_deref), expected.as_ref().copied(), "{name}");
        }
        assert!(key("alias/tre-data", &volume).is_err());
        assert!(key("arn:aws:kms:eu-west-2:111111111111:alias/tre-data", &volume).is_err());
    }
}
