//! The rules of a security group, within it and beside it.

use serde_json::json;

use super::*;

fn group(action: &str, after: Value, marks: Value) -> Value {
    let mut all = json!({ "name": "web", "description": "d", "vpc_id": "vpc-1" });
    all.as_object_mut().unwrap().extend(after.as_object().unwrap().clone());
    change("aws_security_group.g", action, all, marks)
}

fn rule(address: &str, port: u16, cidr: &str) -> Value {
    let after = json!({ "type": "ingress", "protocol": "tcp", "from_port": port, "to_port": port, "cidr_blocks": [cidr], "self": false });
    create(address, after, json!({ "security_group_id": true, "source_security_group_id": true }))
}

fn permission(port: u16, cidr: &str) -> Value {
    json!({ "IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{ "CidrIp": cidr }],
            "Ipv6Ranges": [], "PrefixListIds": [], "Groups": [] })
}

#[test]
fn rules_beside_a_group_are_among_its_rules() {
    let to_group = json!({ "security_group_id": refers("aws_security_group.g.id") });
    let blocks = |names: &[&str]| names.iter().map(|name| block(name, to_group.clone())).collect::<Vec<_>>();
    let new = group("create", json!({}), json!({ "id": true, "ingress": true, "egress": true }));
    let apart = create(
        "aws_vpc_security_group_egress_rule.out",
        json!({ "ip_protocol": "-1", "cidr_ipv4": "0.0.0.0/0", "from_port": null, "to_port": null }),
        json!({ "security_group_id": true }),
    );
    let changes = vec![
        rule("aws_security_group_rule.b", 22, "10.0.0.0/8"),
        rule("aws_security_group_rule.a", 443, "0.0.0.0/0"),
        apart,
        new,
    ];
    let names = ["aws_security_group_rule.a", "aws_security_group_rule.b", "aws_vpc_security_group_egress_rule.out"];
    let input = input(&plan(changes, blocks(&names)));
    assert_eq!(
        property(&input, "aws_security_group.g", "SecurityGroupIngress"),
        &known(json!([permission(443, "0.0.0.0/0"), permission(22, "10.0.0.0/8")]))
    );
    let out = json!([{ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "0.0.0.0/0" }], "Ipv6Ranges": [], "PrefixListIds": [], "Groups": [] }]);
    assert_eq!(property(&input, "aws_security_group.g", "SecurityGroupEgress"), &known(out));
}

#[test]
fn a_new_group_without_rules_has_none_and_one_that_exists_has_those_that_were_read() {
    let new = input(&plan(vec![group("create", json!({}), json!({ "ingress": true, "egress": true }))], vec![]));
    assert_eq!(property(&new, "aws_security_group.g", "SecurityGroupIngress"), &known(json!([])));
    let read = json!([{ "protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["10.0.0.0/8"],
        "ipv6_cidr_blocks": [], "prefix_list_ids": [], "security_groups": [], "self": false, "description": "" }]);
    let old = group("no-op", json!({ "id": "sg-1", "ingress": read, "egress": [] }), json!({}));
    let old = input(&plan(vec![old], vec![]));
    assert_eq!(
        property(&old, "aws_security_group.g", "SecurityGroupIngress"),
        &known(json!([permission(22, "10.0.0.0/8")]))
    );
}

#[test]
fn a_rule_that_changes_is_not_there_twice() {
    let read = |cidr: &str| {
        json!({ "protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": [cidr], "ipv6_cidr_blocks": [],
            "prefix_list_ids": [], "security_groups": [], "self": false, "description": "" })
    };
    let ingress = json!([read("0.0.0.0/0"), read("10.9.0.0/16")]);
    let old = group("no-op", json!({ "id": "sg-1", "ingress": ingress, "egress": [] }), json!({}));
    let of = |cidr: &str| {
        json!({ "type": "ingress", "protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": [cidr],
            "self": false, "security_group_id": "sg-1" })
    };
    let mut rule = change("aws_security_group_rule.r", "delete,create", of("10.0.0.0/8"), json!({}));
    rule["change"]["before"] = of("0.0.0.0/0");
    let input = input(&plan(vec![old, rule], vec![]));
    assert_eq!(
        property(&input, "aws_security_group.g", "SecurityGroupIngress"),
        &known(json!([permission(22, "10.9.0.0/16"), permission(22, "10.0.0.0/8")]))
    );
}

#[test]
fn a_rule_whose_source_is_unknown_is_not_left_out() {
    let new = group("create", json!({}), json!({ "id": true, "ingress": true }));
    let after = json!({ "type": "ingress", "protocol": "tcp", "from_port": 1, "to_port": 2, "self": false });
    let marks = json!({ "security_group_id": true, "source_security_group_id": true });
    let of = |source: &str| {
        let expressions =
            json!({ "security_group_id": refers("aws_security_group.g.id"), "source_security_group_id": [source] });
        let changes = vec![new.clone(), create("aws_security_group_rule.r", after.clone(), marks.clone())];
        input(&plan(changes, vec![block("aws_security_group_rule.r", expressions)]))
    };
    assert!(why(&of("local.source"), "aws_security_group.g", "SecurityGroupIngress").contains("local.source"));
    let itself = of("aws_security_group.g.id");
    match property(&itself, "aws_security_group.g", "SecurityGroupIngress") {
        Planned::Known(rules) => {
            assert_eq!(rules[0]["Groups"], json!([{ "GroupId": reference("aws_security_group.g", "Ref") }]));
        }
        Planned::Unknown(reason) => panic!("{reason}"),
    }
}
