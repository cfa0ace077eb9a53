//! What a resource says for itself.

use serde_json::{Value, json};

use super::{known, made, made_without, reason, world};
use crate::model::planned::{Planned, reference};
use crate::source::cloudformation::collected::collected;

#[test]
fn a_facet_has_the_place_and_the_expression_of_the_property_that_it_was_made_from() {
    let mut world = world(r#"{ "V": { "Type": "AWS::EC2::Volume", "Properties": { "Encrypted": true, "Size": 1 } } }"#);
    for property in world.resources[0].properties.values_mut() {
        property.expression = Some("!Ref Encrypt".to_owned());
    }
    let (world, _) = collected(world);
    let volume = &world.resources[0];
    assert_eq!(volume.properties["Encrypted"].place.line, 1);
    assert_eq!(volume.properties["Encrypted"].expression.as_deref(), Some("!Ref Encrypt"));
    // Nothing of the template says this one, so the resource itself does.
    assert_eq!(volume.properties["State"].place.line, 99);
    // What no facet is made of is not there.
    assert!(!volume.properties.contains_key("Size"));
}

#[test]
fn a_property_that_is_left_out_has_its_documented_default_or_is_not_known() {
    let all = made(
        r#"{ "B": { "Type": "AWS::S3::Bucket", "Properties": {} }, "V": { "Type": "AWS::EC2::Volume", "Properties": {} } }"#,
    );
    let block = known(&all["B"], "PublicAccessBlockConfiguration");
    assert!(block.as_object().unwrap().values().all(|on| *on == true) && block.as_object().unwrap().len() == 4);
    assert_eq!(
        known(&all["B"], "OwnershipControls"),
        &json!({ "Rules": [{ "ObjectOwnership": "BucketOwnerEnforced" }] })
    );
    let algorithm = "/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault/SSEAlgorithm";
    assert_eq!(known(&all["B"], "BucketEncryption").pointer(algorithm), Some(&json!("AES256")));
    for nothing in ["BucketPolicy", "VersioningConfiguration", "LoggingConfiguration", "Tags"] {
        assert_eq!(known(&all["B"], nothing), &json!({}), "{nothing}");
    }
    let why = reason(&all["V"], "Encrypted");
    assert_eq!(why, "the template does not set Encrypted, and AWS or the account's settings decide it");
    assert!(reason(&all["B"], "BucketName").contains("BucketName"));
}

/// A block of public access that names some switches leaves the others off.
#[test]
fn what_a_record_leaves_out_is_off_where_the_record_is_there() {
    let all = made(
        r#"{ "B": { "Type": "AWS::S3::Bucket", "Properties": { "PublicAccessBlockConfiguration": { "BlockPublicAcls": "true" } } } }"#,
    );
    let expected = json!({ "BlockPublicAcls": true, "BlockPublicPolicy": false, "IgnorePublicAcls": false, "RestrictPublicBuckets": false });
    assert_eq!(known(&all["B"], "PublicAccessBlockConfiguration"), &expected);
}

#[test]
fn a_value_of_another_shape_is_not_known_and_its_reason_names_the_property() {
    let all = made(
        r#"{ "V": { "Type": "AWS::EC2::Volume", "Properties": { "Encrypted": "yes", "SnapshotId": { "a": 1 } } },
        "N": { "Type": "AWS::EC2::Volume", "Properties": { "Encrypted": "<V.Ref>" } } }"#,
    );
    assert_eq!(reason(&all["V"], "Encrypted"), "its Encrypted is neither true nor false");
    assert_eq!(reason(&all["V"], "SnapshotId"), "its SnapshotId holds no text");
    assert_eq!(reason(&all["N"], "Encrypted"), "depends on Ref of V, which shows once it is deployed");
}

#[test]
fn a_key_is_named_by_its_arn_however_the_template_names_it() {
    let template = |name: &str| {
        format!(
            r#"{{ "K": {{ "Type": "AWS::KMS::Key", "Properties": {{}} }},
        "A": {{ "Type": "AWS::KMS::Alias", "Properties": {{ "AliasName": "alias/tre", "TargetKeyId": "<K.Ref>" }} }},
        "V": {{ "Type": "AWS::EC2::Volume", "Properties": {{ "KmsKeyId": "{name}" }} }} }}"#
        )
    };
    for name in ["<K.Ref>", "<K.Arn>", "<A.Ref>", "alias/tre", "arn:aws:kms:eu-west-2:111111111111:alias/tre"] {
        let all = made(&template(name));
        assert_eq!(known(&all["V"], "KmsKeyId"), &json!(reference("K", "Arn")), "{name}");
        assert!(!all.contains_key("A"), "an alias is no resource of its own");
    }
    assert_eq!(known(&made(&template("alias/aws/ebs"))["V"], "KmsKeyId"), &json!("alias/aws/ebs"));
    let (all, _) = made_without(&template("<A.Ref>"), "A", "TargetKeyId");
    assert!(reason(&all["V"], "KmsKeyId").contains("parameter P"));
}

#[test]
fn aws_own_key_encrypts_what_is_encrypted_without_one() {
    for (properties, expected) in [
        (r#""Encrypted": true"#, Some("alias/aws/elasticfilesystem")),
        (r#""Encrypted": "false""#, Some("")),
        (r#""Encrypted": true, "KmsKeyId": "arn:aws:kms:k""#, Some("arn:aws:kms:k")),
        ("", None),
    ] {
        let all =
            made(&format!(r#"{{ "F": {{ "Type": "AWS::EFS::FileSystem", "Properties": {{ {properties} }} }} }}"#));
        match &all["F"].properties["KmsKeyId"].value {
            Planned::Known(key) => assert_eq!(key.as_str(), expected),
            Planned::Unknown(_) => assert_eq!(expected, None),
        }
    }
}

/// A copy is encrypted as its source is, so that nothing follows from what is left out.
#[test]
fn a_database_is_not_encrypted_by_default_unless_it_is_a_copy() {
    let all = made(
        r#"{ "D": { "Type": "AWS::RDS::DBInstance", "Properties": {} },
        "C": { "Type": "AWS::RDS::DBInstance", "Properties": { "DBSnapshotIdentifier": "s" } } }"#,
    );
    assert_eq!(known(&all["D"], "StorageEncrypted"), &json!(false));
    assert!(reason(&all["C"], "StorageEncrypted").contains("DBSnapshotIdentifier"));
}

#[test]
fn a_resource_is_in_the_vpc_of_its_subnet() {
    let template = r#"{ "S": { "Type": "AWS::EC2::Subnet", "Properties": { "VpcId": "<V.Ref>" } }, "V": { "Type": "AWS::EC2::VPC", "Properties": {} },
        "M": { "Type": "AWS::EFS::MountTarget", "Properties": { "SubnetId": "<S.Ref>" } },
        "L": { "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": { "SubnetMappings": [{ "SubnetId": "<S.Ref>" }] } },
        "N": { "Type": "AWS::EFS::MountTarget", "Properties": { "SubnetId": "subnet-1" } } }"#;
    let all = made(template);
    for address in ["M", "L"] {
        assert_eq!(known(&all[address], "VpcId"), &json!(reference("V", "Ref")));
    }
    assert_eq!(known(&all["L"], "AvailabilityZones"), &json!([{ "SubnetId": reference("S", "Ref") }]));
    assert!(reason(&all["N"], "VpcId").contains("not in the template"));
    let (all, _) = made_without(template, "S", "VpcId");
    assert!(reason(&all["M"], "VpcId").contains("parameter P"));
}

#[test]
fn an_instance_has_no_public_address_only_where_nothing_may_give_it_one() {
    let template = |subnet: &str, instance: &str, more: &str| {
        format!(
            r#"{{ "S": {{ "Type": "AWS::EC2::Subnet", "Properties": {{ "VpcId": "v" {subnet} }} }},
            "I": {{ "Type": "AWS::EC2::Instance", "Properties": {{ "SubnetId": "<S.Ref>" {instance} }} }} {more} }}"#
        )
    };
    assert_eq!(known(&made(&template("", "", ""))["I"], "PublicIpAddress"), &json!(""));
    let interface = r#", "NetworkInterfaces": [{ "AssociatePublicIpAddress": "false" }]"#;
    let open = r#", "MapPublicIpOnLaunch": true"#;
    assert_eq!(known(&made(&template(open, interface, ""))["I"], "PublicIpAddress"), &json!(""));
    let address = r#", "E": { "Type": "AWS::EC2::EIP", "Properties": { "InstanceId": "<I.Ref>" } }"#;
    for template in [
        template(open, "", ""),
        template("", "", address),
        template("", r#", "LaunchTemplate": { "Version": "1" }"#, ""),
    ] {
        reason(&made(&template)["I"], "PublicIpAddress");
    }
}

#[test]
fn rules_of_a_group_are_in_the_words_of_the_api() {
    let all = made(
        r#"{ "G": { "Type": "AWS::EC2::SecurityGroup", "Properties": { "SecurityGroupIngress": [
        { "IpProtocol": "tcp", "FromPort": "443", "ToPort": 443, "CidrIp": "10.0.0.0/8", "Description": "in" },
        { "IpProtocol": -1, "FromPort": 0, "SourceSecurityGroupId": "<O.GroupId>", "SourceSecurityGroupOwnerId": "222222222222" },
        { "IpProtocol": "udp", "FromPort": 53, "ToPort": 53, "SourcePrefixListId": "pl-1" }] } },
        "O": { "Type": "AWS::EC2::SecurityGroup", "Properties": { "SecurityGroupIngress": [{ "IpProtocol": "tcp", "SourceSecurityGroupName": "x" }] } } }"#,
    );
    let expected = json!([
        { "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{ "CidrIp": "10.0.0.0/8", "Description": "in" }], "Ipv6Ranges": [], "PrefixListIds": [], "Groups": [] },
        { "IpProtocol": "-1", "IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "Groups": [{ "GroupId": reference("O", "GroupId"), "UserId": "222222222222" }] },
        { "IpProtocol": "udp", "FromPort": 53, "ToPort": 53, "IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [{ "PrefixListId": "pl-1" }], "Groups": [] },
    ]);
    assert_eq!(known(&all["G"], "SecurityGroupIngress"), &expected);
    assert!(reason(&all["O"], "SecurityGroupIngress").contains("names the group x"));
}

#[test]
fn one_kind_of_encryption_of_a_queue_rules_out_the_other() {
    let all = made(r#"{ "Q": { "Type": "AWS::SQS::Queue", "Properties": { "KmsMasterKeyId": "k" } } }"#);
    assert_eq!(known(&all["Q"], "SqsManagedSseEnabled"), &json!(false));
}

#[test]
fn a_trail_without_selectors_records_management_and_one_with_advanced_selectors_has_no_others() {
    let all = made(r#"{ "T": { "Type": "AWS::CloudTrail::Trail", "Properties": { "IsLogging": false } } }"#);
    assert_eq!(known(&all["T"], "EventSelectors")[0]["IncludeManagementEvents"], json!(true));
    assert_eq!(known(&all["T"], "AdvancedEventSelectors"), &json!([]));
    assert_eq!(known(&all["T"], "Status"), &json!({ "IsLogging": false }));
}

#[test]
fn canned_grants_are_written_out_and_those_to_nobody_that_is_known_are_not() {
    for (name, grants) in
        [("Private", Some(0)), ("PublicReadWrite", Some(2)), ("LogDeliveryWrite", Some(2)), ("AwsExecRead", None)]
    {
        let all = made(&format!(
            r#"{{ "B": {{ "Type": "AWS::S3::Bucket", "Properties": {{ "AccessControl": "{name}" }} }} }}"#
        ));
        match &all["B"].properties["Acl"].value {
            Planned::Known(acl) => assert_eq!(acl["Grants"].as_array().map(Vec::len), grants, "{name}"),
            Planned::Unknown(_) => assert_eq!(grants, None, "{name}"),
        }
    }
}

#[test]
fn without_an_account_what_names_it_is_not_known() {
    let mut world = world(
        r#"{ "K": { "Type": "AWS::KMS::Key", "Properties": {} }, "V": { "Type": "AWS::EC2::VPC", "Properties": {} } }"#,
    );
    for resource in &mut world.resources {
        resource.account = None;
    }
    let (world, _) = collected(world);
    let of = |address: &str| world.resources.iter().find(|resource| resource.address == address).unwrap();
    assert!(reason(of("K"), "KeyPolicy").contains("--account"));
    assert!(reason(of("V"), "OwnerId").contains("--account"));
    assert_eq!(known(of("K"), "KeyState"), &json!("Enabled"));
}

#[test]
fn a_launch_template_is_its_first_version_and_nodes_ask_for_it_by_what_it_is() {
    let all = made(
        r#"{ "T": { "Type": "AWS::EC2::LaunchTemplate", "Properties": { "LaunchTemplateData": { "KeyName": "k" } } },
        "N": { "Type": "AWS::PCS::ComputeNodeGroup", "Properties": { "CustomLaunchTemplate": { "TemplateId": "<T.Ref>", "Version": "<T.LatestVersionNumber>" } } } }"#,
    );
    assert_eq!(all["T"].kind, "AWS::EC2::LaunchTemplateVersion");
    assert_eq!((known(&all["T"], "VersionNumber"), known(&all["T"], "DefaultVersion")), (&json!(1), &json!(true)));
    assert_eq!(known(&all["T"], "LaunchTemplateId"), &json!(reference("T", "Ref")));
    assert_eq!(
        known(&all["N"], "CustomLaunchTemplate"),
        &json!({ "TemplateId": reference("T", "Ref"), "Version": "$Latest" })
    );
}

#[test]
fn a_type_that_no_row_knows_is_reported_and_what_it_names_is_doubtful() {
    let (world, unjudgeable) = collected(world(
        r#"{ "X": { "Type": "AWS::Chatbot::SlackChannelConfiguration", "Properties": { "A": { "b": "<B.Arn>" }, "C": "called" } },
             "B": { "Type": "AWS::S3::Bucket", "Properties": {} }, "C": { "Type": "AWS::S3::Bucket", "Properties": { "BucketName": "called" } },
             "D": { "Type": "AWS::S3::Bucket", "Properties": { "BucketName": "another" } } }"#,
    ));
    assert_eq!(unjudgeable.len(), 1);
    assert!(
        unjudgeable[0].reason.contains("X is of the type AWS::Chatbot::SlackChannelConfiguration"),
        "{unjudgeable:?}"
    );
    let doubt = |address: &str| world.resources.iter().find(|r| r.address == address).unwrap().doubtful.as_deref();
    assert!(doubt("B").is_some_and(|why| why.starts_with("X (AWS::Chatbot::SlackChannelConfiguration) names it")));
    assert!(doubt("C").is_some() && doubt("D").is_none());
    assert_eq!(world.resources.len(), 3);
}

/// A custom resource is made by code that nobody here reads.
#[test]
fn a_custom_resource_makes_what_it_names_doubtful() {
    let (world, unjudgeable) = collected(world(
        r#"{ "X": { "Type": "Custom::Opener", "Properties": { "Bucket": "<B.Ref>" } }, "B": { "Type": "AWS::S3::Bucket", "Properties": {} } }"#,
    ));
    // The reader of templates has reported it.
    assert_eq!(unjudgeable, []);
    assert_eq!(world.resources.len(), 1);
    assert!(world.resources[0].doubtful.as_deref().is_some_and(|why| why.contains("X (Custom::Opener)")));
}

#[test]
fn the_worlds_assumptions_stay() {
    let mut world = world("{}");
    world.assumed = vec!["Prod = false".to_owned()];
    assert_eq!(collected(world).0.assumed, ["Prod = false"]);
}

#[test]
fn settings_that_are_added_to_a_regions_own_are_not_known() {
    let all = made(
        r#"{ "S": { "Type": "AWS::LakeFormation::DataLakeSettings", "Properties": { "MutationType": "APPEND", "Admins": [] } } }"#,
    );
    // A snapshot would say what they are added to, and not that they are.
    assert!(
        reason(&all["S"], "Admins").contains("added to what the Region has")
            && !reason(&all["S"], "Admins").contains("--live")
    );
    assert_eq!(all["S"].properties.get("CreateTime"), None::<&_>, "what shows once it is there is left out");
    let _: &Value = known(
        &made(r#"{ "S": { "Type": "AWS::LakeFormation::DataLakeSettings", "Properties": { "Admins": [] } } }"#)["S"],
        "Admins",
    );
}

/// The recorder runs once there is a delivery channel, unless it is told to wait.
#[test]
fn a_new_recorder_counts_as_one_that_records() {
    let all = made(
        r#"{ "R": { "Type": "AWS::Config::ConfigurationRecorder", "Properties": { "RecordingGroup": { "AllSupported": "true" } } },
        "W": { "Type": "AWS::Config::ConfigurationRecorder", "Properties": { "StartedOnCreate": false } } }"#,
    );
    assert_eq!(known(&all["R"], "Status"), &json!({ "Recording": true, "LastStatus": "SUCCESS" }));
    assert_eq!(known(&all["W"], "Status")["Recording"], json!(false));
    assert_eq!(
        known(&all["R"], "RecordingGroup"),
        &json!({ "AllSupported": true, "IncludeGlobalResourceTypes": false, "ResourceTypes": [] })
    );
}
