//! The types of the Cloud Control provider, which are `CloudFormation`'s own in another spelling.
//!
//! May import: nothing. Guarantees: a service that the table does not have is no type that is known.

use std::collections::BTreeMap;

use super::convert::{Made, document};
use super::mapping::pascal;
use super::tree::Tree;

/// Services whose name is not just one word with a capital.
const SERVICES: [(&str, &str); 67] = [
    ("accessanalyzer", "AccessAnalyzer"),
    ("apigateway", "ApiGateway"),
    ("appflow", "AppFlow"),
    ("appstream", "AppStream"),
    ("athena", "Athena"),
    ("backup", "Backup"),
    ("batch", "Batch"),
    ("bedrock", "Bedrock"),
    ("budgets", "Budgets"),
    ("cloudformation", "CloudFormation"),
    ("cloudtrail", "CloudTrail"),
    ("cloudwatch", "CloudWatch"),
    ("codeartifact", "CodeArtifact"),
    ("codebuild", "CodeBuild"),
    ("codepipeline", "CodePipeline"),
    ("codeconnections", "CodeConnections"),
    ("cognito", "Cognito"),
    ("config", "Config"),
    ("datasync", "DataSync"),
    ("datazone", "DataZone"),
    ("directoryservice", "DirectoryService"),
    ("dms", "DMS"),
    ("docdb", "DocDB"),
    ("dynamodb", "DynamoDB"),
    ("ec2", "EC2"),
    ("ecr", "ECR"),
    ("ecs", "ECS"),
    ("efs", "EFS"),
    ("eks", "EKS"),
    ("elasticloadbalancingv2", "ElasticLoadBalancingV2"),
    ("events", "Events"),
    ("fsx", "FSx"),
    ("glue", "Glue"),
    ("guardduty", "GuardDuty"),
    ("iam", "IAM"),
    ("imagebuilder", "ImageBuilder"),
    ("inspectorv2", "InspectorV2"),
    ("kinesis", "Kinesis"),
    ("kinesisfirehose", "KinesisFirehose"),
    ("kms", "KMS"),
    ("lakeformation", "LakeFormation"),
    ("lambda", "Lambda"),
    ("logs", "Logs"),
    ("macie", "Macie"),
    ("neptune", "Neptune"),
    ("networkfirewall", "NetworkFirewall"),
    ("oam", "Oam"),
    ("omics", "Omics"),
    ("organizations", "Organizations"),
    ("pcs", "PCS"),
    ("ram", "RAM"),
    ("rds", "RDS"),
    ("redshift", "Redshift"),
    ("route53resolver", "Route53Resolver"),
    ("s3", "S3"),
    ("s3objectlambda", "S3ObjectLambda"),
    ("s3tables", "S3Tables"),
    ("sagemaker", "SageMaker"),
    ("secretsmanager", "SecretsManager"),
    ("securityhub", "SecurityHub"),
    ("sns", "SNS"),
    ("sqs", "SQS"),
    ("ssm", "SSM"),
    ("sso", "SSO"),
    ("transfer", "Transfer"),
    ("workspaces", "WorkSpaces"),
    ("workspacesweb", "WorkSpacesWeb"),
];

/// Words that `CloudFormation` writes in its own way, in names of types.
const IN_TYPES: [(&str, &str); 12] = [
    ("vpc", "VPC"),
    ("db", "DB"),
    ("eip", "EIP"),
    ("dhcp", "DHCP"),
    ("oidc", "OIDC"),
    ("saml", "SAML"),
    ("acl", "Acl"),
    ("ip", "IP"),
    ("vpn", "VPN"),
    ("mfa", "MFA"),
    ("open", "Open"),
    ("cidr", "Cidr"),
];

/// Names of properties that are not just words with capitals.
const PROPERTIES: [(&str, &str); 24] = [
    ("sse_algorithm", "SSEAlgorithm"),
    ("kms_master_key_id", "KMSMasterKeyID"),
    ("replica_kms_key_id", "ReplicaKmsKeyID"),
    ("db_cluster_identifier", "DBClusterIdentifier"),
    ("db_instance_class", "DBInstanceClass"),
    ("db_instance_identifier", "DBInstanceIdentifier"),
    ("db_subnet_group_name", "DBSubnetGroupName"),
    ("multi_az", "MultiAZ"),
    ("enable_iam_database_authentication", "EnableIAMDatabaseAuthentication"),
    ("vpc_security_groups", "VPCSecurityGroups"),
    ("db_security_groups", "DBSecurityGroups"),
    ("db_parameter_group_name", "DBParameterGroupName"),
    ("open_zfs_configuration", "OpenZFSConfiguration"),
    ("cloudwatch_logs_log_group_arn", "CloudWatchLogsLogGroupArn"),
    ("cloudwatch_logs_role_arn", "CloudWatchLogsRoleArn"),
    ("role_arn", "RoleArn"),
    ("s3_bucket_name", "S3BucketName"),
    ("kms_key_arn", "KmsKeyArn"),
    ("event_bridge_configuration", "EventBridgeConfiguration"),
    ("open_id_connect_provider_ar_ns", "OpenIdConnectProviderARNs"),
    ("saml_provider_ar_ns", "SamlProviderARNs"),
    ("account_id", "AccountId"),
    ("s3_output_path", "S3OutputPath"),
    ("dead_letter_config", "DeadLetterConfig"),
];

/// `awscc_ec2_vpc_endpoint` as `AWS::EC2::VPCEndpoint`.
pub(super) fn kind(kind: &str) -> Option<String> {
    let (service, resource) = kind.strip_prefix("awscc_")?.split_once('_')?;
    let (_, service) = SERVICES.iter().find(|(name, _)| *name == service)?;
    let words = resource.split('_').map(|word| match IN_TYPES.iter().find(|(name, _)| *name == word) {
        Some((_, written)) => (*written).to_owned(),
        None => pascal(word),
    });
    Some(format!("AWS::{service}::{}", words.collect::<String>()))
}

fn property(kind: &str, name: &str) -> String {
    // CloudTrail alone writes all capitals.
    if kind == "AWS::CloudTrail::Trail" && name == "kms_key_id" {
        return "KMSKeyId".to_owned();
    }
    PROPERTIES.iter().find(|(from, _)| *from == name).map_or_else(|| pascal(name), |(_, to)| (*to).to_owned())
}

/// The properties, in their spelling at every depth.
pub(super) fn properties(kind: &str, attributes: &BTreeMap<String, Tree>) -> BTreeMap<String, Made> {
    let mut properties = BTreeMap::new();
    for (name, tree) in attributes.iter().filter(|(name, _)| !matches!(name.as_str(), "id" | "arn" | "timeouts")) {
        let (property, tree) = match (name.as_str(), tree) {
            ("tags", Tree::List(tags)) => {
                let pairs = tags.iter().map(|tag| (tag.word("key").to_owned(), tag.part("value")));
                ("Tags".to_owned(), Tree::Object(pairs.collect()))
            }
            (_, tree) if tree.is_null() => continue,
            (name, tree) => (property(kind, name), spelt(kind, name, tree)),
        };
        properties.insert(property, Made { tree, attributes: vec![name.clone()] });
    }
    properties
}

fn spelt(kind: &str, name: &str, tree: &Tree) -> Tree {
    match tree {
        Tree::Scalar(_) if name.ends_with("policy") || name.ends_with("document") => {
            tree.as_text().filter(|text| text.starts_with('{')).map_or_else(|| tree.clone(), document)
        }
        // Names of tags are the user's own.
        Tree::Object(_) if name.ends_with("tags") => tree.clone(),
        Tree::Object(members) => Tree::Object(
            members
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (property(kind, name), spelt(kind, name, value)))
                .collect(),
        ),
        Tree::List(items) => {
            let within = |item: &Tree| if matches!(item, Tree::Object(_)) { "" } else { name };
            Tree::List(items.iter().map(|item| spelt(kind, within(item), item)).collect())
        }
        other => other.clone(),
    }
}
