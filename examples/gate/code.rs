//! Code of an environment that nobody has: CloudFormation templates and a Terraform plan with as many resources as are asked.
//!
//! Used by `examples/gate` and `benches/gate.rs`. Guarantees: the same bytes on every machine; of thirty resources in a row
//! there are buckets with policies, keys, roles, networks, a database, a file system, logs.

use serde_json::{Map, Value, json};

/// How many resources one round of types has.
pub(crate) const ROUND: usize = 30;

/// A template of `rounds` times thirty resources.
pub(crate) fn template(number: usize, rounds: usize) -> Value {
    let mut resources = Map::new();
    for round in 0..rounds {
        let tag = format!("{number:03}{round:02}");
        for (name, kind, properties) in round_of_cloudformation(&tag) {
            resources.insert(format!("{name}{tag}"), json!({ "Type": kind, "Properties": properties }));
        }
    }
    json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": {
            "Stage": { "Type": "String", "Default": "live", "AllowedValues": ["live", "test"] },
            "Password": { "Type": "String", "NoEcho": true },
        },
        "Conditions": { "IsLive": { "Fn::Equals": [{ "Ref": "Stage" }, "live"] } },
        "Resources": resources,
    })
}

type Resource = (String, &'static str, Value);

fn round_of_cloudformation(tag: &str) -> Vec<Resource> {
    let own = |name: &str| format!("{name}{tag}");
    let mut all: Vec<Resource> = Vec::new();
    for index in 0..3 {
        let key = json!({ "KeyPolicy": key_policy(), "EnableKeyRotation": true, "Tags": tags(tag) });
        all.push((format!("Key{index}x"), "AWS::KMS::Key", key));
    }
    for index in 0..6 {
        let name = format!("store-{tag}-{index}");
        let key = json!({ "Fn::GetAtt": [own(&format!("Key{}x", index % 3)), "Arn"] });
        let encryption = json!({ "SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key });
        let properties = json!({
            "BucketName": name,
            "BucketEncryption": { "ServerSideEncryptionConfiguration": [{ "ServerSideEncryptionByDefault": encryption }] },
            "PublicAccessBlockConfiguration": block(),
            "VersioningConfiguration": { "Status": { "Fn::If": ["IsLive", "Enabled", "Suspended"] } },
            "Tags": tags(tag),
        });
        all.push((format!("Store{index}x"), "AWS::S3::Bucket", properties));
        let bucket = json!({ "Ref": own(&format!("Store{index}x")) });
        let resource = json!({ "Fn::Sub": format!("arn:${{AWS::Partition}}:s3:::{name}/*") });
        let policy = json!({ "Bucket": bucket, "PolicyDocument": tls_alone(&resource) });
        all.push((format!("StorePolicy{index}x"), "AWS::S3::BucketPolicy", policy));
    }
    for index in 0..5 {
        let statement = json!({ "Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"],
            "Resource": { "Fn::GetAtt": [own("Store0x"), "Arn"] } });
        let properties = json!({
            "RoleName": format!("work-{tag}-{index}"),
            "AssumeRolePolicyDocument": trust(),
            "Policies": [{ "PolicyName": "read", "PolicyDocument": document(&statement) }],
            "Tags": tags(tag),
        });
        all.push((format!("Role{index}x"), "AWS::IAM::Role", properties));
    }
    let network = json!({ "Ref": own("Networkx") });
    all.push(("Networkx".to_owned(), "AWS::EC2::VPC", json!({ "CidrBlock": "10.0.0.0/16", "Tags": tags(tag) })));
    for index in 0..2 {
        let subnet =
            json!({ "VpcId": network, "CidrBlock": format!("10.0.{index}.0/24"), "MapPublicIpOnLaunch": false });
        all.push((format!("Subnet{index}x"), "AWS::EC2::Subnet", subnet));
        let group = json!({ "GroupDescription": "work", "VpcId": network, "SecurityGroupEgress":
            [{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/16" }] });
        all.push((format!("Group{index}x"), "AWS::EC2::SecurityGroup", group));
        let logs = json!({ "LogGroupName": format!("/tre/{tag}/{index}"), "RetentionInDays": 365,
            "KmsKeyId": { "Fn::GetAtt": [own("Key0x"), "Arn"] } });
        all.push((format!("Logs{index}x"), "AWS::Logs::LogGroup", logs));
    }
    let flow = json!({ "ResourceId": network, "ResourceType": "VPC", "TrafficType": "ALL",
        "LogGroupName": { "Ref": own("Logs0x") }, "DeliverLogsPermissionArn": { "Fn::GetAtt": [own("Role0x"), "Arn"] } });
    all.push(("Flowx".to_owned(), "AWS::EC2::FlowLog", flow));
    let database = json!({ "DBInstanceIdentifier": format!("db-{tag}"), "Engine": "postgres", "DBInstanceClass": "db.t3.medium",
        "AllocatedStorage": "20", "StorageEncrypted": true, "KmsKeyId": { "Ref": own("Key1x") }, "PubliclyAccessible": false,
        "MasterUsername": "owner", "MasterUserPassword": { "Ref": "Password" }, "BackupRetentionPeriod": 14 });
    all.push(("Databasex".to_owned(), "AWS::RDS::DBInstance", database));
    let files = json!({ "Encrypted": true, "KmsKeyId": { "Fn::GetAtt": [own("Key2x"), "Arn"] },
        "BackupPolicy": { "Status": "ENABLED" }, "FileSystemTags": tags(tag) });
    all.push(("Filesx".to_owned(), "AWS::EFS::FileSystem", files));
    all
}

fn tags(tag: &str) -> Value {
    json!([{ "Key": "tre:project", "Value": format!("project-{tag}") }])
}

fn block() -> Value {
    json!({ "BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true })
}

fn document(statement: &Value) -> Value {
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}

fn key_policy() -> Value {
    let root = json!({ "AWS": { "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root" } });
    document(&json!({ "Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*" }))
}

fn trust() -> Value {
    document(&json!({ "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole" }))
}

fn tls_alone(resource: &Value) -> Value {
    document(&json!({ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": resource,
        "Condition": { "Bool": { "aws:SecureTransport": "false" } } }))
}

/// A plan of this many resources, all to be made: a bucket comes with what Terraform keeps apart from it.
pub(crate) fn plan(count: usize) -> Value {
    let mut made = Plan::default();
    let mut number = 0;
    while made.changes.len() < count {
        round_of_terraform(number, &mut made);
        number += 1;
    }
    made.changes.truncate(count);
    made.configuration.truncate(count);
    json!({
        "format_version": "1.2",
        "terraform_version": "1.9.8",
        "resource_changes": made.changes,
        "configuration": { "root_module": { "resources": made.configuration } },
    })
}

#[derive(Default)]
struct Plan {
    changes: Vec<Value>,
    configuration: Vec<Value>,
}

impl Plan {
    /// Adds a resource: what is known of it, and what comes from others, by their addresses.
    fn add(&mut self, kind: &str, name: &str, after: &Value, from: &[(&str, String)]) {
        let address = format!("{kind}.{name}");
        let mut unknown = Map::from_iter([("id".to_owned(), json!(true)), ("arn".to_owned(), json!(true))]);
        let mut expressions = Map::new();
        for name in after.as_object().into_iter().flat_map(Map::keys) {
            expressions.insert(name.clone(), json!({ "constant_value": "x" }));
        }
        for (name, reference) in from {
            unknown.insert((*name).to_owned(), json!(true));
            let other = reference.rsplit_once('.').map_or("", |(other, _)| other);
            expressions.insert((*name).to_owned(), json!({ "references": [reference, other] }));
        }
        let provider = "registry.terraform.io/hashicorp/aws";
        self.changes.push(json!({
            "address": address, "mode": "managed", "type": kind, "name": name, "provider_name": provider,
            "change": { "actions": ["create"], "before": null, "after": after, "after_unknown": unknown,
                "before_sensitive": false, "after_sensitive": {} },
        }));
        self.configuration.push(json!({
            "address": address, "mode": "managed", "type": kind, "name": name, "provider_config_key": "aws",
            "expressions": expressions, "schema_version": 0,
        }));
    }
}

fn round_of_terraform(number: usize, plan: &mut Plan) {
    let key = format!("key_{number}");
    let policy = json!({ "policy": document(&json!({ "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": "kms:*",
        "Resource": "*" })).to_string(), "enable_key_rotation": true, "tags": { "tre:project": "p" } });
    plan.add("aws_kms_key", &key, &policy, &[]);
    let key = format!("aws_kms_key.{key}.arn");
    for index in 0..4 {
        let name = format!("store_{number}_{index}");
        let bucket = || ("bucket", format!("aws_s3_bucket.{name}.id"));
        let own = format!("store-{number}-{index}");
        plan.add("aws_s3_bucket", &name, &json!({ "bucket": own, "tags": { "tre:project": "p" } }), &[]);
        let versioning = json!({ "versioning_configuration": [{ "status": "Enabled" }] });
        plan.add("aws_s3_bucket_versioning", &name, &versioning, &[bucket()]);
        let block = json!({ "block_public_acls": true, "block_public_policy": true, "ignore_public_acls": true,
            "restrict_public_buckets": true });
        plan.add("aws_s3_bucket_public_access_block", &name, &block, &[bucket()]);
        let policy = json!({ "policy": tls_alone(&json!(format!("arn:aws:s3:::{own}/*"))).to_string() });
        plan.add("aws_s3_bucket_policy", &name, &policy, &[bucket()]);
    }
    for index in 0..4 {
        let role = json!({ "name": format!("work-{number}-{index}"), "assume_role_policy": trust().to_string(),
            "tags": { "tre:project": "p" } });
        plan.add("aws_iam_role", &format!("work_{number}_{index}"), &role, &[]);
    }
    plan.add("aws_vpc", &format!("net_{number}"), &json!({ "cidr_block": "10.0.0.0/16" }), &[]);
    let network = || ("vpc_id", format!("aws_vpc.net_{number}.id"));
    for index in 0..2 {
        let subnet = json!({ "cidr_block": format!("10.0.{index}.0/24"), "map_public_ip_on_launch": false });
        plan.add("aws_subnet", &format!("sub_{number}_{index}"), &subnet, &[network()]);
    }
    let group = json!({ "name": format!("work-{number}"), "ingress": [], "egress": [{ "protocol": "tcp", "from_port": 443,
        "to_port": 443, "cidr_blocks": ["10.0.0.0/16"] }] });
    plan.add("aws_security_group", &format!("group_{number}"), &group, &[network()]);
    let logs = json!({ "name": format!("/tre/{number}"), "retention_in_days": 365 });
    plan.add("aws_cloudwatch_log_group", &format!("logs_{number}"), &logs, &[("kms_key_id", key.clone())]);
    let database = json!({ "identifier": format!("db-{number}"), "engine": "postgres", "storage_encrypted": true,
        "publicly_accessible": false, "backup_retention_period": 14 });
    plan.add("aws_db_instance", &format!("db_{number}"), &database, &[("kms_key_id", key.clone())]);
    let files = json!({ "encrypted": true, "tags": { "tre:project": "p" } });
    plan.add("aws_efs_file_system", &format!("files_{number}"), &files, &[("kms_key_id", key.clone())]);
    let volume = json!({ "encrypted": true, "availability_zone": "eu-west-2a", "size": 20 });
    plan.add("aws_ebs_volume", &format!("vol_{number}"), &volume, &[("kms_key_id", key)]);
}
