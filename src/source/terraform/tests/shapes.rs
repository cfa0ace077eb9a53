//! Properties that are more than a renamed attribute.

use serde_json::json;

use super::*;

fn of_bucket(kind: &str, after: Value) -> Input {
    let mut after = after;
    after["bucket"] = json!("tre-a");
    input(&plan(vec![bucket("aws_s3_bucket.a", "tre-a"), create(&format!("{kind}.c"), after, json!({}))], vec![]))
}

#[test]
fn a_canned_list_of_a_bucket_is_the_grants_that_it_gives() {
    const ALL: &str = "http://acs.amazonaws.com/groups/global/AllUsers";
    let public = json!({ "Grants": [{ "Grantee": { "URI": ALL }, "Permission": "READ" }] });
    for (acl, expected) in [("private", json!({ "Grants": [] })), ("public-read", public)] {
        let input = of_bucket("aws_s3_bucket_acl", json!({ "acl": acl }));
        assert_eq!(property(&input, "aws_s3_bucket.a", "Acl"), &known(expected));
    }
    let input = of_bucket("aws_s3_bucket_acl", json!({ "acl": "aws-exec-read" }));
    assert!(why(&input, "aws_s3_bucket.a", "Acl").contains("aws-exec-read"));
    let grant = json!([{ "permission": "WRITE", "grantee": [{ "type": "Group", "uri": ALL, "id": "" }] }]);
    let input = of_bucket("aws_s3_bucket_acl", json!({ "acl": null, "access_control_policy": [{ "grant": grant }] }));
    assert_eq!(
        property(&input, "aws_s3_bucket.a", "Acl"),
        &known(json!({ "Grants": [{ "Grantee": { "URI": ALL }, "Permission": "WRITE" }] }))
    );
}

#[test]
fn the_rules_of_a_lifecycle_are_flat() {
    let rule = json!({ "id": "old", "status": "Enabled", "prefix": "",
        "filter": [{ "prefix": "", "and": [{ "prefix": "x/", "tags": { "a": "b" } }], "tag": [] }],
        "expiration": [{ "days": 30, "date": null, "expired_object_delete_marker": false }],
        "noncurrent_version_expiration": [{ "noncurrent_days": 7, "newer_noncurrent_versions": null }],
        "transition": [], "abort_incomplete_multipart_upload": [{ "days_after_initiation": 3 }] });
    let input = of_bucket("aws_s3_bucket_lifecycle_configuration", json!({ "rule": [rule] }));
    let Planned::Known(value) = property(&input, "aws_s3_bucket.a", "LifecycleConfiguration") else { panic!() };
    let rule = &value["Rules"][0];
    assert_eq!(rule["ExpirationInDays"], json!(30));
    assert_eq!(rule["NoncurrentVersionExpiration"], json!({ "NoncurrentDays": 7 }));
    assert_eq!(rule["Prefix"], json!("x/"));
    assert_eq!(rule["TagFilters"], json!([{ "Key": "a", "Value": "b" }]));
    assert_eq!(rule["AbortIncompleteMultipartUpload"], json!({ "DaysAfterInitiation": 3 }));
}

#[test]
fn a_notification_has_an_entry_for_each_event() {
    let function = json!({ "lambda_function_arn": "arn:f", "events": ["s3:ObjectCreated:Put", "s3:ObjectRemoved:*"],
        "filter_prefix": "in/", "filter_suffix": "", "id": "x" });
    let input = of_bucket(
        "aws_s3_bucket_notification",
        json!({ "eventbridge": true, "lambda_function": [function], "queue": [], "topic": [] }),
    );
    let entry = |event: &str| {
        json!({ "Function": "arn:f", "Event": event,
        "Filter": { "S3Key": { "Rules": [{ "Name": "prefix", "Value": "in/" }] } } })
    };
    assert_eq!(
        property(&input, "aws_s3_bucket.a", "NotificationConfiguration"),
        &known(json!({
            "EventBridgeConfiguration": { "EventBridgeEnabled": true },
            "LambdaConfigurations": [entry("s3:ObjectCreated:Put"), entry("s3:ObjectRemoved:*")],
        }))
    );
}

#[test]
fn routes_within_and_beside_a_table_are_its_routes() {
    let inline =
        json!([{ "cidr_block": "10.1.0.0/16", "nat_gateway_id": "nat-1", "gateway_id": "", "ipv6_cidr_block": "" }]);
    let table = create("aws_route_table.t", json!({ "vpc_id": "vpc-1", "route": inline }), json!({ "id": true }));
    let route = create(
        "aws_route.out",
        json!({ "destination_cidr_block": "0.0.0.0/0" }),
        json!({ "route_table_id": true, "gateway_id": true, "network_interface_id": true, "instance_id": true, "state": true }),
    );
    let gateway = create("aws_internet_gateway.g", json!({ "vpc_id": "vpc-1" }), json!({ "id": true }));
    let of = create(
        "aws_route_table_association.a",
        json!({ "subnet_id": "subnet-1", "gateway_id": null }),
        json!({ "route_table_id": true }),
    );
    let here = refers("aws_route_table.t.id");
    let blocks = vec![
        block("aws_route.out", json!({ "route_table_id": here, "gateway_id": refers("aws_internet_gateway.g.id") })),
        block("aws_route_table_association.a", json!({ "route_table_id": here })),
    ];
    let input = input(&plan(vec![table, route, gateway, of], blocks));
    assert_eq!(
        property(&input, "aws_route_table.t", "Routes"),
        // The first is the one within the VPC, which every table has.
        &known(json!([
            { "GatewayId": "local", "State": "active" },
            { "DestinationCidrBlock": "10.1.0.0/16", "NatGatewayId": "nat-1", "State": "active" },
            { "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": reference("aws_internet_gateway.g", "Ref"), "State": "active" },
        ]))
    );
    assert_eq!(
        property(&input, "aws_route_table.t", "Associations"),
        &known(json!([{ "Main": false, "SubnetId": "subnet-1" }]))
    );
}

#[test]
fn the_table_that_a_vpc_comes_with_is_its_main_one() {
    let table =
        create("aws_default_route_table.t", json!({ "default_route_table_id": "rtb-1", "route": [] }), json!({}));
    let input = input(&plan(vec![table], vec![]));
    assert_eq!(property(&input, "aws_default_route_table.t", "Associations"), &known(json!([{ "Main": true }])));
}

#[test]
fn a_rule_that_lets_itself_in_names_its_own_group() {
    let rule = json!([{ "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": null, "self": true,
        "security_groups": ["222222222222/sg-9"], "ipv6_cidr_blocks": null, "prefix_list_ids": ["pl-1"] }]);
    let group = create("aws_security_group.g", json!({ "name": "g", "ingress": rule }), json!({ "id": true }));
    let input = input(&plan(vec![group], vec![]));
    assert_eq!(
        property(&input, "aws_security_group.g", "SecurityGroupIngress"),
        &known(json!([{
            "IpProtocol": "-1", "IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [{ "PrefixListId": "pl-1" }],
            "Groups": [{ "GroupId": "sg-9", "UserId": "222222222222" }, { "GroupId": reference("aws_security_group.g", "Ref") }],
        }]))
    );
}

#[test]
fn rule_groups_of_a_firewall_keep_their_sets() {
    let rules = json!([{ "rules_source": [{ "rules_string": "pass tcp any any -> any 443" }],
        "rule_variables": [{ "ip_sets": [{ "key": "HOME", "ip_set": [{ "definition": ["10.0.0.0/8"] }] }], "port_sets": [] }],
        "stateful_rule_options": [{ "rule_order": "STRICT_ORDER" }], "reference_sets": [] }]);
    let group = create(
        "aws_networkfirewall_rule_group.g",
        json!({ "name": "g", "type": "STATEFUL", "rule_group": rules }),
        json!({}),
    );
    let input = input(&plan(vec![group], vec![]));
    assert_eq!(
        property(&input, "aws_networkfirewall_rule_group.g", "RuleGroup"),
        &known(json!({
            "RuleOrder": "STRICT_ORDER", "RulesString": "pass tcp any any -> any 443",
            "IPSets": { "HOME": { "Definition": ["10.0.0.0/8"] } }, "PortSets": {},
        }))
    );
}

#[test]
fn tags_are_a_map_with_those_that_the_provider_adds() {
    let of = |after: Value, marks: Value| input(&plan(vec![create("aws_kms_key.k", after, marks)], vec![]));
    let both = of(json!({ "tags": { "a": "b" }, "tags_all": { "a": "b", "c": "d" } }), json!({}));
    assert_eq!(property(&both, "aws_kms_key.k", "Tags"), &known(json!({ "a": "b", "c": "d" })));
    let none = of(json!({ "tags": null, "tags_all": {} }), json!({}));
    assert_eq!(property(&none, "aws_kms_key.k", "Tags"), &known(json!({})));
    let later = of(json!({ "tags": { "a": "b" } }), json!({ "tags_all": true }));
    assert_eq!(property(&later, "aws_kms_key.k", "Tags"), &known(json!({ "a": "b" })));
    // Where the provider has tags of its own, they come on top of those that are known.
    for tags in [json!({ "a": "b" }), Value::Null] {
        let mut plan =
            plan(vec![create("aws_kms_key.k", json!({ "tags": tags }), json!({ "tags_all": true }))], vec![]);
        plan["configuration"]["provider_config"]["aws"]["expressions"]["default_tags"] = json!([{ "tags": {} }]);
        assert!(why(&input(&plan), "aws_kms_key.k", "Tags").contains("the provider may add tags"));
    }
}

#[test]
fn a_new_trail_without_selectors_has_those_of_aws_and_one_that_exists_may_have_others() {
    let trail = |action: &str, basic: Value| {
        let after = json!({ "name": "t", "event_selector": basic, "advanced_event_selector": [] });
        input(&plan(vec![change("aws_cloudtrail.t", action, after, json!({}))], vec![]))
    };
    let all = json!([{ "ReadWriteType": "All", "IncludeManagementEvents": true, "DataResources": [],
        "ExcludeManagementEventSources": [] }]);
    assert_eq!(property(&trail("create", json!([])), "aws_cloudtrail.t", "EventSelectors"), &known(all));
    assert!(why(&trail("no-op", json!([])), "aws_cloudtrail.t", "EventSelectors").contains("not set"));
    let own = json!([{ "read_write_type": "WriteOnly", "include_management_events": true, "data_resource": [],
        "exclude_management_event_sources": [] }]);
    let Planned::Known(value) = property(&trail("create", own), "aws_cloudtrail.t", "EventSelectors").clone() else {
        panic!()
    };
    assert_eq!(value[0]["ReadWriteType"], json!("WriteOnly"));
}
