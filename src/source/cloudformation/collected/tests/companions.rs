//! What stands beside a resource is folded into it.

use serde_json::json;

use super::{known, made, made_without, property, reason, world};
use crate::model::planned::{Action, Planned, reference};
use crate::source::cloudformation::collected::collected;

const POLICY: &str = r#"{ "Version": "2012-10-17", "Statement": [] }"#;

#[test]
fn a_companion_finds_its_resource_by_a_reference_a_name_or_an_arn() {
    for named in ["<B.Ref>", "tre-data", "arn:aws:s3:::tre-data", "<B.Arn>"] {
        let all = made(&format!(
            r#"{{ "B": {{ "Type": "AWS::S3::Bucket", "Properties": {{ "BucketName": "tre-data" }} }},
            "P": {{ "Type": "AWS::S3::BucketPolicy", "Properties": {{ "Bucket": "{named}", "PolicyDocument": {POLICY} }} }} }}"#
        ));
        assert_eq!(known(&all["B"], "BucketPolicy")["Version"], json!("2012-10-17"), "{named}");
        // The place is the companion's own.
        assert_eq!(all["B"].properties["BucketPolicy"].place.line, 3, "{named}");
        assert!(!all.contains_key("P"), "{named}");
    }
}

#[test]
fn a_companion_of_a_bucket_outside_the_template_is_a_change_of_that_bucket() {
    let all = made(&format!(
        r#"{{ "B": {{ "Type": "AWS::S3::Bucket", "Properties": {{ "BucketName": "tre-data" }} }},
        "P": {{ "Type": "AWS::S3::BucketPolicy", "Properties": {{ "Bucket": "tre-other", "PolicyDocument": {POLICY} }} }} }}"#
    ));
    let other = &all["P"];
    assert_eq!((other.kind.as_str(), other.action), ("AWS::S3::Bucket", Action::Update));
    assert_eq!(known(other, "BucketName"), &json!("tre-other"));
    assert_eq!(known(other, "BucketPolicy")["Version"], json!("2012-10-17"));
    for facet in ["BucketEncryption", "PublicAccessBlockConfiguration", "Tags"] {
        assert_eq!(reason(other, facet), "it exists already; give --live SNAPSHOT", "{facet}");
    }
    assert_eq!(known(&all["B"], "BucketPolicy"), &json!({}));
}

/// What is added to a list of which the rest is not in the template does not make it whole.
#[test]
fn what_is_added_to_a_resource_outside_the_template_leaves_its_list_unknown() {
    let all = made(&format!(
        r#"{{ "P": {{ "Type": "AWS::IAM::Policy", "Properties": {{ "PolicyName": "p", "PolicyDocument": {POLICY},
        "Roles": ["one", "two"] }} }} }}"#
    ));
    assert_eq!(all.len(), 2, "a resource for each of the roles");
    for role in all.values() {
        assert_eq!(role.kind, "AWS::IAM::Role");
        assert!(reason(role, "Policies").contains("P adds to what it has already"));
    }
    let names: Vec<_> = all.values().map(|role| known(role, "RoleName")).collect();
    assert_eq!(names, [&json!("one"), &json!("two")]);
}

#[test]
fn a_companion_that_nobody_can_place_makes_what_it_sets_unknown_wherever_it_may_belong() {
    let template = &format!(
        r#"{{ "A": {{ "Type": "AWS::S3::Bucket", "Properties": {{}} }}, "B": {{ "Type": "AWS::S3::Bucket", "Properties": {{}} }},
        "P": {{ "Type": "AWS::S3::BucketPolicy", "Properties": {{ "Bucket": "<A.Ref>", "PolicyDocument": {POLICY} }} }} }}"#
    );
    let (all, unjudgeable) = made_without(template, "P", "Bucket");
    for bucket in ["A", "B"] {
        let why = reason(&all[bucket], "BucketPolicy");
        assert_eq!(why, "P may belong to it: it depends on the parameter P, which has no value");
        known(&all[bucket], "BucketEncryption");
    }
    assert_eq!(unjudgeable, []);
}

#[test]
fn a_companion_of_nothing_in_the_template_that_nobody_can_place_is_reported() {
    let template = &format!(
        r#"{{ "P": {{ "Type": "AWS::S3::BucketPolicy", "Properties": {{ "Bucket": "x", "PolicyDocument": {POLICY} }} }} }}"#
    );
    let (all, unjudgeable) = made_without(template, "P", "Bucket");
    assert!(all.is_empty());
    assert!(unjudgeable[0].reason.starts_with("P sets BucketPolicy of a AWS::S3::Bucket outside the template"));
    assert!(!unjudgeable[0].whole);
}

/// A bucket whose name nobody knows may be the one that a literal names.
#[test]
fn a_name_that_is_not_known_may_be_the_one_that_a_companion_means() {
    let template = &format!(
        r#"{{ "B": {{ "Type": "AWS::S3::Bucket", "Properties": {{ "BucketName": "x" }} }},
        "P": {{ "Type": "AWS::S3::BucketPolicy", "Properties": {{ "Bucket": "tre-data", "PolicyDocument": {POLICY} }} }} }}"#
    );
    let (all, _) = made_without(template, "B", "BucketName");
    assert!(reason(&all["B"], "BucketPolicy").starts_with("P may belong to it"));
}

#[test]
fn a_companion_that_may_not_be_there_leaves_what_it_sets_unknown() {
    let mut world = world(&format!(
        r#"{{ "B": {{ "Type": "AWS::S3::Bucket", "Properties": {{}} }},
        "P": {{ "Type": "AWS::S3::BucketPolicy", "Properties": {{ "Bucket": "<B.Ref>", "PolicyDocument": {POLICY} }} }} }}"#
    ));
    world.resources[1].doubtful = Some("exists only if Prod holds".to_owned());
    let (world, _) = collected(world);
    assert_eq!(reason(&world.resources[0], "BucketPolicy"), "P exists only if Prod holds");
}

#[test]
fn two_companions_that_disagree_leave_it_unknown() {
    let all = made(
        r#"{ "Q": { "Type": "AWS::SQS::Queue", "Properties": {} },
        "A": { "Type": "AWS::SQS::QueuePolicy", "Properties": { "Queues": ["<Q.Ref>"], "PolicyDocument": { "Version": "1" } } },
        "B": { "Type": "AWS::SQS::QueuePolicy", "Properties": { "Queues": ["<Q.Ref>"], "PolicyDocument": { "Version": "2" } } } }"#,
    );
    assert_eq!(reason(&all["Q"], "QueuePolicy"), "A and B both set it");
}

#[test]
fn a_role_has_what_it_says_and_what_others_say_of_it() {
    let all = made(
        r#"{
        "R": { "Type": "AWS::IAM::Role", "Properties": { "RoleName": "r", "Policies": [{ "PolicyName": "own", "PolicyDocument": {} }],
            "ManagedPolicyArns": ["arn:aws:iam::aws:policy/A"] } },
        "P": { "Type": "AWS::IAM::Policy", "Properties": { "PolicyName": "p", "PolicyDocument": {}, "Roles": ["<R.Ref>"] } },
        "Q": { "Type": "AWS::IAM::RolePolicy", "Properties": { "PolicyName": "q", "PolicyDocument": "{}", "RoleName": "r" } },
        "M": { "Type": "AWS::IAM::ManagedPolicy", "Properties": { "PolicyDocument": {}, "Roles": ["<R.Ref>"] } },
        "I": { "Type": "AWS::IAM::InstanceProfile", "Properties": { "Roles": ["<R.Ref>"] } } }"#,
    );
    let names: Vec<_> = known(&all["R"], "Policies").as_array().unwrap().iter().map(|p| &p["PolicyName"]).collect();
    assert_eq!(names, ["own", "p", "q"]);
    assert_eq!(known(&all["R"], "ManagedPolicyArns"), &json!(["arn:aws:iam::aws:policy/A", reference("M", "Ref")]));
    assert_eq!(known(&all["R"], "InstanceProfiles"), &json!([reference("I", "Arn")]));
    assert!(all.contains_key("M") && all.contains_key("I") && !all.contains_key("P") && !all.contains_key("Q"));
}

#[test]
fn a_user_is_in_the_groups_that_it_was_added_to() {
    let all = made(
        r#"{ "U": { "Type": "AWS::IAM::User", "Properties": { "Groups": ["a"] } },
        "A": { "Type": "AWS::IAM::UserToGroupAddition", "Properties": { "GroupName": "b", "Users": ["<U.Ref>"] } } }"#,
    );
    assert_eq!(known(&all["U"], "Groups"), &json!(["a", "b"]));
}

/// AWS opens a new group to everywhere until somebody adds a rule, within the group or beside it.
#[test]
fn a_groups_own_egress_gives_way_to_the_first_rule() {
    let template =
        |rule: &str| format!(r#"{{ "G": {{ "Type": "AWS::EC2::SecurityGroup", "Properties": {{ {rule} }} }} }}"#);
    for nothing in ["", r#""SecurityGroupEgress": []"#] {
        let all = made(&template(nothing));
        assert_eq!(known(&all["G"], "SecurityGroupEgress")[0]["IpRanges"], json!([{ "CidrIp": "0.0.0.0/0" }]));
        assert_eq!(known(&all["G"], "SecurityGroupIngress"), &json!([]));
    }
    let all = made(
        r#"{ "G": { "Type": "AWS::EC2::SecurityGroup", "Properties": {} }, "E": { "Type": "AWS::EC2::SecurityGroupEgress",
        "Properties": { "GroupId": "<G.GroupId>", "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "DestinationSecurityGroupId": "sg-1" } } }"#,
    );
    let rules = known(&all["G"], "SecurityGroupEgress").as_array().unwrap();
    assert_eq!((rules.len(), &rules[0]["Groups"]), (1, &json!([{ "GroupId": "sg-1" }])));
}

#[test]
fn a_table_has_the_route_within_its_vpc_and_those_beside_it() {
    let template = r#"{ "T": { "Type": "AWS::EC2::RouteTable", "Properties": { "VpcId": "v" } },
        "G": { "Type": "AWS::EC2::InternetGateway", "Properties": {} },
        "A": { "Type": "AWS::EC2::VPCGatewayAttachment", "Properties": { "VpcId": "v", "InternetGatewayId": "<G.Ref>" } },
        "E": { "Type": "AWS::EC2::Route", "Properties": { "RouteTableId": "<T.Ref>", "DestinationCidrBlock": "10.0.0.0/8", "VpcEndpointId": "vpce-1" } },
        "R": { "Type": "AWS::EC2::Route", "Properties": { "RouteTableId": "<T.Ref>", "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "<G.Ref>" } } }"#;
    let all = made(template);
    let expected = json!([
        { "GatewayId": "local", "State": "active" },
        { "DestinationCidrBlock": "10.0.0.0/8", "GatewayId": "vpce-1", "State": "active" },
        { "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": reference("G", "Ref"), "State": "active" },
    ]);
    assert_eq!(known(&all["T"], "Routes"), &expected);
    assert_eq!(known(&all["G"], "Attachments"), &json!([{ "State": "available", "VpcId": "v" }]));
    let (all, _) = made_without(template, "R", "GatewayId");
    assert!(reason(&all["T"], "Routes").contains("parameter P"));
}

#[test]
fn a_functions_policy_is_written_from_its_permissions() {
    let all = made(
        r#"{ "F": { "Type": "AWS::Lambda::Function", "Properties": {} },
        "V": { "Type": "AWS::Lambda::Version", "Properties": { "FunctionName": "<F.Ref>" } },
        "P": { "Type": "AWS::Lambda::Permission", "Properties": { "FunctionName": "<F.Arn>", "Action": "lambda:InvokeFunction",
            "Principal": "s3.amazonaws.com", "SourceArn": "arn:aws:s3:::b" } },
        "Q": { "Type": "AWS::Lambda::Permission", "Properties": { "FunctionName": "<F.Ref>", "Action": "lambda:InvokeFunction", "Principal": "222222222222" } },
        "R": { "Type": "AWS::Lambda::Permission", "Properties": { "FunctionName": "<V.Ref>", "Action": "lambda:InvokeFunction", "Principal": "*" } },
        "U": { "Type": "AWS::Lambda::Url", "Properties": { "TargetFunctionArn": "<F.Ref>", "AuthType": "NONE" } } }"#,
    );
    let policy = known(&all["F"], "Policy");
    assert_eq!(policy["Statement"].as_array().map(Vec::len), Some(2), "a version has a policy of its own");
    assert_eq!(
        policy["Statement"][0],
        json!({ "Sid": "P", "Effect": "Allow", "Principal": { "Service": "s3.amazonaws.com" }, "Action": "lambda:InvokeFunction",
            "Resource": reference("F", "Arn"), "Condition": { "ArnLike": { "AWS:SourceArn": "arn:aws:s3:::b" } } })
    );
    assert_eq!(policy["Statement"][1]["Principal"], json!({ "AWS": "arn:aws:iam::222222222222:root" }));
    assert_eq!(known(&all["F"], "FunctionUrls"), &json!([{ "AuthType": "NONE", "InvokeMode": "BUFFERED" }]));
}

#[test]
fn listeners_selections_and_filters_stand_with_what_they_serve() {
    let all = made(
        r#"{ "L": { "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {} },
        "H": { "Type": "AWS::ElasticLoadBalancingV2::Listener", "Properties": { "LoadBalancerArn": "<L.Ref>", "Port": "443", "Protocol": "HTTPS" } },
        "B": { "Type": "AWS::Backup::BackupPlan", "Properties": {} },
        "S": { "Type": "AWS::Backup::BackupSelection", "Properties": { "BackupPlanId": "<B.Ref>", "BackupSelection": { "SelectionName": "s", "IamRoleArn": "r", "Resources": ["*"] } } },
        "G": { "Type": "AWS::Logs::LogGroup", "Properties": { "LogGroupName": "/tre/app" } },
        "F": { "Type": "AWS::Logs::SubscriptionFilter", "Properties": { "LogGroupName": "/tre/app", "FilterName": "f", "FilterPattern": "", "DestinationArn": "d" } },
        "D": { "Type": "AWS::RDS::DBCluster", "Properties": {} }, "I": { "Type": "AWS::RDS::DBInstance", "Properties": { "DBClusterIdentifier": "<D.Ref>" } } }"#,
    );
    assert_eq!(known(&all["L"], "Listeners"), &json!([{ "Port": 443, "Protocol": "HTTPS" }]));
    assert_eq!(known(&all["B"], "Selections"), &json!([{ "SelectionName": "s", "IamRoleArn": "r" }]));
    assert_eq!(
        known(&all["G"], "SubscriptionFilters"),
        &json!([{ "FilterName": "f", "FilterPattern": "", "DestinationArn": "d" }])
    );
    assert_eq!(known(&all["D"], "Members")[0]["DBInstanceIdentifier"], json!(reference("I", "Ref")));
}

#[test]
fn settings_of_a_region_are_one_resource() {
    let all = made(
        r#"{ "A": { "Type": "AWS::EC2::SnapshotBlockPublicAccess", "Properties": { "State": "block-all-sharing" } },
        "B": { "Type": "AWS::EC2::VPCBlockPublicAccessOptions", "Properties": { "InternetGatewayBlockMode": "block-ingress" } } }"#,
    );
    assert_eq!(all.len(), 1);
    assert_eq!(all["A"].kind, "AWS::EC2::RegionSettings");
    assert_eq!(known(&all["A"], "SnapshotBlockPublicAccess"), &json!("block-all-sharing"));
    assert_eq!(known(&all["A"], "VpcBlockPublicAccess")["InternetGatewayBlockMode"], json!("block-ingress"));
    assert!(reason(&all["A"], "EbsEncryptionByDefault").contains("--live"));
}

#[test]
fn a_statement_beside_a_bus_joins_its_policy() {
    let all = made(
        r#"{ "B": { "Type": "AWS::Events::EventBus", "Properties": { "Name": "b", "Policy": { "Statement": { "Sid": "one" } } } },
        "P": { "Type": "AWS::Events::EventBusPolicy", "Properties": { "EventBusName": "b", "StatementId": "two", "Principal": "*",
            "Condition": { "Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o" } } } }"#,
    );
    let statements = &known(&all["B"], "Policy")["Statement"];
    assert_eq!(statements[0]["Sid"], json!("one"));
    assert_eq!(statements[1]["Condition"], json!({ "StringEquals": { "aws:PrincipalOrgID": "o" } }));
}

#[test]
fn what_a_companion_that_goes_away_has_set_is_not_known() {
    let mut world = world(&format!(
        r#"{{ "B": {{ "Type": "AWS::S3::Bucket", "Properties": {{}} }},
        "P": {{ "Type": "AWS::S3::BucketPolicy", "Properties": {{ "Bucket": "<B.Ref>", "PolicyDocument": {POLICY} }} }} }}"#
    ));
    world.resources[1].action = Action::Delete;
    let (world, _) = collected(world);
    assert!(reason(&world.resources[0], "BucketPolicy").contains("P sets it and goes away"));
}

/// An output of another stack may be the name of anything.
#[test]
fn a_companion_of_something_that_another_resource_names_may_belong_to_any() {
    let mut world = world(&format!(
        r#"{{ "B": {{ "Type": "AWS::S3::Bucket", "Properties": {{}} }}, "N": {{ "Type": "AWS::CloudFormation::Stack", "Properties": {{}} }},
        "P": {{ "Type": "AWS::S3::BucketPolicy", "Properties": {{ "PolicyDocument": {POLICY} }} }} }}"#
    ));
    let output = Planned::Known(json!(reference("N", "Outputs.Bucket")));
    world.resources[2].properties.insert("Bucket".to_owned(), property(output, 9));
    let (world, _) = collected(world);
    assert!(reason(&world.resources[0], "BucketPolicy").contains("Outputs.Bucket of N"));
}
