//! Facets that several properties make, one by one.

use serde_json::{Value, json};

use super::{made, reason};
use crate::model::planned::{Planned, reference};

/// The facet of a resource `R` of this type; nothing where it is not known.
fn facet(kind: &str, properties: &Value, facet: &str) -> Option<Value> {
    let template = json!({ "R": { "Type": kind, "Properties": properties }, "B": { "Type": "AWS::S3::Bucket", "Properties": {} },
        "L": { "Type": "AWS::S3::AccessGrantsLocation", "Properties": { "LocationScope": "s3://b/*" } } });
    let all = made(&template.to_string());
    match &all["R"].properties.get(facet)?.value {
        Planned::Known(value) => Some(value.clone()),
        Planned::Unknown(_) => None,
    }
}

#[test]
fn storage() {
    let bucket = |properties: Value, name: &str| facet("AWS::S3::Bucket", &properties, name);
    let itself = json!({ "DestinationBucketName": reference("R", "Ref"), "LogFilePrefix": "x/" });
    assert_eq!(
        bucket(json!({ "LoggingConfiguration": { "LogFilePrefix": "x/" } }), "LoggingConfiguration"),
        Some(itself)
    );
    let locked = bucket(json!({ "ObjectLockEnabled": "true" }), "ObjectLockConfiguration");
    assert_eq!(locked, Some(json!({ "ObjectLockEnabled": "Enabled" })));
    let tables = json!({ "MetadataTableConfiguration": { "S3TablesDestination": { "TableName": "t" } } });
    assert_eq!(bucket(tables, "MetadataConfiguration"), Some(json!({ "Configured": true })));
    let bus =
        bucket(json!({ "NotificationConfiguration": { "EventBridgeConfiguration": {} } }), "NotificationConfiguration");
    assert_eq!(bus, Some(json!({ "EventBridgeConfiguration": { "EventBridgeEnabled": true } })));

    let point = |properties: Value| facet("AWS::S3::AccessPoint", &properties, "NetworkOrigin");
    assert_eq!(point(json!({ "VpcConfiguration": { "VpcId": "v" } })), Some(json!("VPC")));
    assert_eq!(point(json!({})), Some(json!("Internet")));

    let grant = |location: &str| {
        let below = json!({ "AccessGrantsLocationId": location, "AccessGrantsLocationConfiguration": { "S3SubPrefix": "in/*" } });
        facet("AWS::S3::AccessGrant", &below, "GrantScope")
    };
    assert_eq!((grant("<L.Ref>"), grant("default")), (Some(json!("s3://b/in/*")), None));

    let location = |arn: &str| {
        facet("AWS::DataSync::LocationS3", &json!({ "S3BucketArn": arn, "Subdirectory": "/a/" }), "LocationUri")
    };
    assert_eq!(location("<B.Arn>"), Some(json!(format!("s3://{}/a/", reference("B", "Ref")))));
    assert_eq!(location("arn:aws:s3:eu-west-2:111111111111:accesspoint/p"), None);

    let backups = |properties: Value| facet("AWS::EFS::FileSystem", &properties, "BackupPolicy");
    assert_eq!(backups(json!({})), Some(json!({})));
    assert_eq!(backups(json!({ "AvailabilityZoneName": "eu-west-2a" })), Some(json!({ "Status": "ENABLED" })));
}

#[test]
fn network() {
    let endpoint = |properties: Value, name: &str| facet("AWS::EC2::VPCEndpoint", &properties, name);
    assert_eq!(endpoint(json!({}), "SecurityGroupIds"), Some(json!([])));
    assert_eq!(endpoint(json!({}), "PrivateDnsEnabled"), Some(json!(false)));
    assert_eq!(endpoint(json!({ "VpcEndpointType": "Interface" }), "SecurityGroupIds"), None);
    let groups = json!({ "VpcEndpointType": "Interface", "SecurityGroupIds": ["sg-1"] });
    assert_eq!(endpoint(groups, "SecurityGroupIds"), Some(json!([{ "GroupId": "sg-1" }])));
    assert_eq!(endpoint(json!({}), "PolicyDocument").unwrap()["Statement"][0]["Action"], json!("*"));

    let peering = json!({ "VpcId": "v", "PeerVpcId": "w", "PeerOwnerId": "222222222222" });
    let side = |name: &str| facet("AWS::EC2::VPCPeeringConnection", &peering, name);
    assert_eq!(side("Requester"), Some(json!({ "VpcId": "v", "OwnerId": "111111111111", "Region": "eu-west-2" })));
    assert_eq!(side("Accepter"), Some(json!({ "VpcId": "w", "OwnerId": "222222222222", "Region": "eu-west-2" })));

    let instance = |properties: Value, name: &str| facet("AWS::EC2::Instance", &properties, name);
    let interface = json!({ "NetworkInterfaces": [{ "GroupSet": ["sg-1"], "SubnetId": "s" }] });
    assert_eq!(instance(interface.clone(), "SecurityGroupIds"), Some(json!([{ "GroupId": "sg-1" }])));
    assert_eq!(instance(interface, "SubnetId"), Some(json!("s")));
    assert_eq!(instance(json!({ "SecurityGroups": ["by-name"] }), "SecurityGroupIds"), None);
    assert_eq!(instance(json!({}), "IamInstanceProfile"), Some(json!("")));
    assert_eq!(instance(json!({ "LaunchTemplate": { "Version": "1" } }), "IamInstanceProfile"), None);
    assert_eq!(instance(json!({ "IamInstanceProfile": "elsewhere" }), "IamInstanceProfile"), None);
    assert_eq!(instance(json!({ "MetadataOptions": { "HttpEndpoint": "enabled" } }), "MetadataOptions"), None);

    let domains = |properties: Value| facet("AWS::Route53Resolver::FirewallDomainList", &properties, "Domains");
    assert_eq!(
        (domains(json!({ "DomainFileUrl": "s3://b/f" })), domains(json!({ "Domains": ["a."] }))),
        (None, Some(json!(["a."])))
    );
    let balancer =
        |kind: &str| facet("AWS::ElasticLoadBalancingV2::LoadBalancer", &json!({ "Type": kind }), "SecurityGroups");
    assert_eq!((balancer("network"), balancer("application")), (Some(json!([])), None));
}

#[test]
fn a_database_is_in_the_subnets_of_its_group() {
    let all = made(
        r#"{ "G": { "Type": "AWS::RDS::DBSubnetGroup", "Properties": { "DBSubnetGroupName": "g", "SubnetIds": ["s"] } },
        "A": { "Type": "AWS::RDS::DBInstance", "Properties": { "DBSubnetGroupName": "<G.Ref>" } },
        "B": { "Type": "AWS::RDS::DBInstance", "Properties": { "DBSubnetGroupName": "g" } },
        "C": { "Type": "AWS::RDS::DBInstance", "Properties": { "DBSubnetGroupName": "another" } } }"#,
    );
    let expected = json!({ "DBSubnetGroupName": reference("G", "Ref"), "Subnets": [{ "SubnetId": "s" }] });
    for address in ["A", "B"] {
        assert_eq!(all[address].properties["SubnetGroup"].value, Planned::Known(expected.clone()));
    }
    assert!(reason(&all["C"], "SubnetGroup").contains("not in the template"));
}

#[test]
fn identity() {
    let key = |properties: Value, name: &str| facet("AWS::KMS::Key", &properties, name);
    let principal = key(json!({}), "KeyPolicy").unwrap()["Statement"][0]["Principal"].clone();
    assert_eq!(principal, json!({ "AWS": "arn:aws:iam::111111111111:root" }));
    assert_eq!(key(json!({ "Enabled": "false" }), "KeyState"), Some(json!("Disabled")));
    assert_eq!(key(json!({ "Origin": "EXTERNAL" }), "KeyState"), Some(json!("PendingImport")));
    let set = json!({ "ManagedPolicies": ["arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"] });
    let managed = json!([{ "Name": "ViewOnlyAccess", "Arn": "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess" }]);
    assert_eq!(facet("AWS::SSO::PermissionSet", &set, "AttachedManagedPolicies"), Some(managed));
    let center = |properties: Value| facet("AWS::WorkSpaces::Directory", &properties, "IDCConfig");
    assert_eq!(
        (center(json!({})), center(json!({ "IdcInstanceArn": "a" }))),
        (Some(json!({})), Some(json!({ "InstanceArn": "a" })))
    );
}

#[test]
fn anybody_may_be_let_in_by_a_permission() {
    let all = made(
        r#"{ "F": { "Type": "AWS::Lambda::Function", "Properties": {} }, "P": { "Type": "AWS::Lambda::Permission", "Properties": {
        "FunctionName": "<F.Ref>", "Action": "lambda:InvokeFunctionUrl", "Principal": "*", "FunctionUrlAuthType": "NONE" } } }"#,
    );
    let Planned::Known(policy) = &all["F"].properties["Policy"].value else { panic!("the policy is known") };
    assert_eq!(policy["Statement"][0]["Principal"], json!("*"));
    assert_eq!(
        policy["Statement"][0]["Condition"],
        json!({ "StringEquals": { "lambda:FunctionUrlAuthType": "NONE" } })
    );
}

#[test]
fn code_and_data() {
    let function = |properties: Value| facet("AWS::Lambda::Function", &properties, "PackageType");
    assert_eq!(function(json!({ "Code": { "ImageUri": "i" } })), Some(json!("Image")));
    assert_eq!(function(json!({})), Some(json!("Zip")));
    let stores =
        json!({ "ArtifactStores": [{ "Region": "eu-west-2", "ArtifactStore": { "Type": "S3", "Location": "b" } }] });
    let by_region = json!({ "eu-west-2": { "Type": "S3", "Location": "b" } });
    assert_eq!(facet("AWS::CodePipeline::Pipeline", &stores, "ArtifactStoresByRegion"), Some(by_region));
    let regional = json!({ "RegionalParameters": [{ "Region": "eu-west-2", "Parameters": { "VpcId": "v" } }] });
    let expected = json!({ "eu-west-2": { "VpcId": "v" } });
    assert_eq!(
        facet("AWS::DataZone::EnvironmentBlueprintConfiguration", &regional, "RegionalParameters"),
        Some(expected)
    );
    let origin = json!({ "OriginConfiguration": { "Restrictions": { "ExternalUpstream": { "RestrictionMode": "BLOCK" }, "Publish": { "RestrictionMode": "INHERIT" } } } });
    let expected =
        json!({ "EXTERNAL_UPSTREAM": { "Mode": "BLOCK", "EffectiveMode": "BLOCK" }, "PUBLISH": { "Mode": "INHERIT" } });
    assert_eq!(facet("AWS::CodeArtifact::PackageGroup", &origin, "Restrictions"), Some(expected));
    let store = |properties: Value| facet("AWS::CloudTrail::EventDataStore", &properties, "Status");
    assert_eq!(
        (store(json!({})), store(json!({ "IngestionEnabled": false }))),
        (Some(json!("ENABLED")), Some(json!("STOPPED_INGESTION")))
    );
    assert_eq!(facet("AWS::GuardDuty::Detector", &json!({ "Enable": "true" }), "Status"), Some(json!("ENABLED")));
    assert_eq!(facet("AWS::DynamoDB::Table", &json!({}), "PointInTimeRecoveryStatus"), Some(json!("DISABLED")));
    let topic = json!({ "Subscription": [{ "Protocol": "email", "Endpoint": "a@example.org" }] });
    assert_eq!(facet("AWS::SNS::Topic", &topic, "Subscriptions"), Some(json!([{ "Protocol": "email" }])));
}

/// Live instances of a cluster say what their cluster says.
#[test]
fn a_database_in_a_cluster_of_the_template_is_encrypted_as_the_cluster_is() {
    let template = |cluster: &str| {
        format!(
            r#"{{ "C": {{ "Type": "AWS::RDS::DBCluster", "Properties": {{ {cluster} }} }},
            "D": {{ "Type": "AWS::RDS::DBInstance", "Properties": {{ "DBClusterIdentifier": "<C.Ref>" }} }} }}"#
        )
    };
    let encrypted = &made(&template(r#""StorageEncrypted": "true", "KmsKeyId": "k""#))["D"];
    assert_eq!(encrypted.properties["StorageEncrypted"].value, Planned::Known(json!(true)));
    assert_eq!(encrypted.properties["KmsKeyId"].value, Planned::Known(json!("k")));
    let own = &made(&template(r#""StorageEncrypted": "true""#))["D"];
    assert_eq!(own.properties["KmsKeyId"].value, Planned::Known(json!("alias/aws/rds")));
    assert!(reason(&made(&template(""))["D"], "StorageEncrypted").contains("DBClusterIdentifier"));
}

#[test]
fn a_global_table_is_its_replica_in_the_region() {
    let table = |region: &str| {
        let replica = json!({ "Region": region, "DeletionProtectionEnabled": true, "Tags": [{ "Key": "a", "Value": "b" }],
            "PointInTimeRecoverySpecification": { "PointInTimeRecoveryEnabled": true } });
        json!({ "Replicas": [replica] })
    };
    let here = |name: &str| facet("AWS::DynamoDB::GlobalTable", &table("eu-west-2"), name);
    assert_eq!(here("DeletionProtectionEnabled"), Some(json!(true)));
    assert_eq!(here("PointInTimeRecoveryStatus"), Some(json!("ENABLED")));
    assert_eq!(here("ResourcePolicy"), Some(json!({})));
    assert_eq!(here("Tags"), Some(json!({ "a": "b" })));
    assert_eq!(facet("AWS::DynamoDB::GlobalTable", &table("us-east-1"), "DeletionProtectionEnabled"), None);
}
