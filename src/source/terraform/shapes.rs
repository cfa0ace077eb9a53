//! Properties that are made of attributes in more ways than by another name: rules, routes, grants, notifications.
//!
//! May import: `model`. Guarantees: a part that is unknown stays unknown in what is made of it, but for the targets of a
//! rule or route of which the provider allows only one.

use std::collections::BTreeMap;

use serde_json::Value;

use super::convert::Made;
use super::mapping::pascal;
use super::reasons::NOT_SET;
use super::tree::Tree;
use crate::model::planned::reference;

/// What stands for the resource itself until its address is known.
pub(super) fn own(attribute: &str) -> Tree {
    Tree::text(reference("", attribute))
}

/// A value made of one attribute.
pub(super) fn part(shape: &str, tree: &Tree) -> Tree {
    match shape {
        "permissions" => Tree::List(tree.items().iter().map(permission).collect()),
        "routes" => Tree::List(tree.items().iter().map(route).collect()),
        "tag_filters" => pairs(tree),
        "acl" => canned(tree),
        "grants" => grants(tree),
        "sets" => sets(tree),
        _ => tree.clone(),
    }
}

/// Properties made of several attributes.
pub(super) fn whole(shape: &str, attributes: &BTreeMap<String, Tree>, properties: &mut BTreeMap<String, Made>) {
    let all = Tree::Object(attributes.clone());
    let names = attributes.keys().cloned().collect();
    let (property, tree) = match shape {
        "ingress" => ("SecurityGroupIngress", Tree::List(vec![permission(&all)])),
        "egress" => ("SecurityGroupEgress", Tree::List(vec![permission(&all)])),
        "rule" => match all.get("type") {
            Some(Tree::Scalar(Value::String(way))) if way == "egress" => {
                ("SecurityGroupEgress", Tree::List(vec![permission(&all)]))
            }
            _ => ("SecurityGroupIngress", Tree::List(vec![permission(&all)])),
        },
        "route" => ("Routes", Tree::List(vec![route(&all)])),
        "acl" => match all.part("acl") {
            Tree::Scalar(Value::Null) => ("Acl", grants(&all.part("access_control_policy"))),
            Tree::Unknown(reason) if reason == NOT_SET => ("Acl", grants(&all.part("access_control_policy"))),
            acl => ("Acl", canned(&acl)),
        },
        "notification" => ("NotificationConfiguration", notification(&all)),
        // A trail without selectors of its own has one of AWS's.
        "trail" if all.part("event_selector").is_empty() && all.part("advanced_event_selector").is_empty() => {
            ("EventSelectors", Tree::Unknown(NOT_SET.to_owned()))
        }
        "balancer" => ("LoadBalancerAttributes", balancer(&all)),
        "lambda_permission" => ("Policy", lambda_permission(&all)),
        _ => return,
    };
    properties.insert(property.to_owned(), Made { tree, attributes: names });
}

/// Not there: null, empty, or not configured where another one of the same choice is.
fn is_unset(tree: &Tree) -> bool {
    tree.is_empty() || matches!(tree, Tree::Unknown(reason) if reason == NOT_SET)
}

/// A rule of a security group, written within the group or beside it.
fn permission(rule: &Tree) -> Tree {
    let first =
        |names: &[&str]| names.iter().map(|name| rule.part(name)).find(|value| !is_unset(value)).unwrap_or(Tree::NULL);
    let listed = |names: &[&str], member: &str| match first(names) {
        Tree::Unknown(reason) => Tree::Unknown(reason),
        value => Tree::List(value.items().iter().map(|item| Tree::object([(member, item.clone())])).collect()),
    };
    let mut groups = Vec::new();
    match first(&["security_groups", "source_security_group_id", "referenced_security_group_id"]) {
        Tree::Unknown(reason) => groups.push(Tree::Unknown(reason)),
        value => groups.extend(value.items().iter().map(group)),
    }
    match rule.part("self") {
        Tree::Scalar(Value::Bool(true)) => groups.push(Tree::object([("GroupId", own("Ref"))])),
        Tree::Unknown(reason) => groups.push(Tree::Unknown(reason)),
        _ => {}
    }
    let protocol = match first(&["protocol", "ip_protocol"]) {
        Tree::Scalar(Value::String(name)) if name == "all" => Tree::text("-1"),
        other => other,
    };
    let mut made = BTreeMap::from([
        ("IpRanges".to_owned(), listed(&["cidr_blocks", "cidr_ipv4"], "CidrIp")),
        ("Ipv6Ranges".to_owned(), listed(&["ipv6_cidr_blocks", "cidr_ipv6"], "CidrIpv6")),
        ("PrefixListIds".to_owned(), listed(&["prefix_list_ids", "prefix_list_id"], "PrefixListId")),
        ("Groups".to_owned(), Tree::List(groups)),
    ]);
    // A rule for every protocol has no ports.
    if protocol.as_text() != Some("-1") {
        for (name, member) in [("from_port", "FromPort"), ("to_port", "ToPort")] {
            let port = rule.part(name);
            if !port.is_null() {
                made.insert(member.to_owned(), port);
            }
        }
    }
    made.insert("IpProtocol".to_owned(), protocol);
    Tree::Object(made)
}

/// A group that is let in; of another account it stands behind that account's number.
fn group(item: &Tree) -> Tree {
    match item.as_text().and_then(|text| text.split_once('/')) {
        Some((account, group)) => Tree::object([("GroupId", Tree::text(group)), ("UserId", Tree::text(account))]),
        None => Tree::object([("GroupId", item.clone())]),
    }
}

/// A route, written within the table or beside it.
fn route(route: &Tree) -> Tree {
    const MEMBERS: [(&str, &str); 17] = [
        ("cidr_block", "DestinationCidrBlock"),
        ("destination_cidr_block", "DestinationCidrBlock"),
        ("ipv6_cidr_block", "DestinationIpv6CidrBlock"),
        ("destination_ipv6_cidr_block", "DestinationIpv6CidrBlock"),
        ("destination_prefix_list_id", "DestinationPrefixListId"),
        ("gateway_id", "GatewayId"),
        ("vpc_endpoint_id", "GatewayId"),
        ("nat_gateway_id", "NatGatewayId"),
        ("egress_only_gateway_id", "EgressOnlyInternetGatewayId"),
        ("transit_gateway_id", "TransitGatewayId"),
        ("vpc_peering_connection_id", "VpcPeeringConnectionId"),
        ("network_interface_id", "NetworkInterfaceId"),
        ("instance_id", "InstanceId"),
        ("local_gateway_id", "LocalGatewayId"),
        ("carrier_gateway_id", "CarrierGatewayId"),
        ("core_network_arn", "CoreNetworkArn"),
        ("odb_network_arn", "OdbNetworkArn"),
    ];
    let mut made = BTreeMap::new();
    for (name, member) in MEMBERS {
        let value = route.part(name);
        if !is_unset(&value) {
            made.insert(member.to_owned(), value);
        }
    }
    Tree::Object(made)
}

/// A map as a list of `Key` and `Value`.
fn pairs(tree: &Tree) -> Tree {
    match tree {
        Tree::Object(members) => Tree::List(
            members
                .iter()
                .map(|(key, value)| Tree::object([("Key", Tree::text(key.as_str())), ("Value", value.clone())]))
                .collect(),
        ),
        other => other.clone(),
    }
}

/// Blocks with a `key` and a block of what has that name, as a map.
fn sets(tree: &Tree) -> Tree {
    if let Tree::Unknown(reason) = tree {
        return Tree::Unknown(reason.clone());
    }
    let mut made = BTreeMap::new();
    for block in tree.items() {
        let Tree::Object(members) = block else { continue };
        let Some(key) = members.get("key").and_then(Tree::as_text) else {
            return Tree::Unknown(block.unknown().unwrap_or("a name in it is no text").to_owned());
        };
        let named = members.iter().find(|(name, _)| *name != "key").and_then(|(_, inner)| inner.items().first());
        let renamed = match named {
            Some(Tree::Object(inner)) => {
                Tree::Object(inner.iter().map(|(name, value)| (pascal(name), value.clone())).collect())
            }
            Some(other) => other.clone(),
            None => Tree::Object(BTreeMap::new()),
        };
        made.insert(key.to_owned(), renamed);
    }
    Tree::Object(made)
}

const ALL_USERS: &str = "http://acs.amazonaws.com/groups/global/AllUsers";
const AUTHENTICATED: &str = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
const LOG_DELIVERY: &str = "http://acs.amazonaws.com/groups/s3/LogDelivery";

/// The grants that a canned list gives beside the owner's, whose canonical id no plan knows.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl>
fn canned(acl: &Tree) -> Tree {
    let grants: &[(&str, &str)] = match acl {
        Tree::Unknown(reason) => return Tree::Unknown(reason.clone()),
        Tree::Scalar(Value::Null) => return Tree::NULL,
        acl => match acl.as_text().unwrap_or_default() {
            "private" | "bucket-owner-read" | "bucket-owner-full-control" => &[],
            "public-read" => &[(ALL_USERS, "READ")],
            "public-read-write" => &[(ALL_USERS, "READ"), (ALL_USERS, "WRITE")],
            "authenticated-read" => &[(AUTHENTICATED, "READ")],
            "log-delivery-write" => &[(LOG_DELIVERY, "WRITE"), (LOG_DELIVERY, "READ_ACP")],
            other => {
                return Tree::Unknown(format!("the canned list `{other}` names grantees that a plan does not know"));
            }
        },
    };
    let grant = |(uri, permission): &(&str, &str)| {
        let grantee = Tree::object([("URI", Tree::text(*uri))]);
        Tree::object([("Grantee", grantee), ("Permission", Tree::text(*permission))])
    };
    Tree::object([("Grants", Tree::List(grants.iter().map(grant).collect()))])
}

/// Grants that are written out.
fn grants(policy: &Tree) -> Tree {
    if let Some(reason) = policy.unknown() {
        return Tree::Unknown(reason.to_owned());
    }
    let mut made = Vec::new();
    for policy in policy.items() {
        for grant in policy.part("grant").items() {
            for grantee in grant.part("grantee").items() {
                let mut named = BTreeMap::new();
                for (name, member) in [("id", "ID"), ("uri", "URI")] {
                    if !grantee.word(name).is_empty() {
                        named.insert(member.to_owned(), grantee.part(name));
                    }
                }
                made.push(Tree::object([("Grantee", Tree::Object(named)), ("Permission", grant.part("permission"))]));
            }
        }
    }
    Tree::object([("Grants", Tree::List(made))])
}

/// One entry for each event.
fn notification(all: &Tree) -> Tree {
    const WAYS: [(&str, &str, &str, &str); 3] = [
        ("lambda_function", "lambda_function_arn", "LambdaConfigurations", "Function"),
        ("queue", "queue_arn", "QueueConfigurations", "Queue"),
        ("topic", "topic_arn", "TopicConfigurations", "Topic"),
    ];
    let mut made = BTreeMap::new();
    for (name, arn, member, target) in WAYS {
        let mut entries = Vec::new();
        for block in all.part(name).items() {
            if let Tree::Unknown(reason) = block {
                return Tree::Unknown(reason.clone());
            }
            let mut rules = Vec::new();
            for (filter, rule) in [("filter_prefix", "prefix"), ("filter_suffix", "suffix")] {
                let value = block.part(filter);
                if !value.is_empty() {
                    rules.push(Tree::object([("Name", Tree::text(rule)), ("Value", value)]));
                }
            }
            for event in block.part("events").items() {
                let mut entry =
                    BTreeMap::from([(target.to_owned(), block.part(arn)), ("Event".to_owned(), event.clone())]);
                if !rules.is_empty() {
                    let keys = Tree::object([("Rules", Tree::List(rules.clone()))]);
                    entry.insert("Filter".to_owned(), Tree::object([("S3Key", keys)]));
                }
                entries.push(Tree::Object(entry));
            }
        }
        if !entries.is_empty() {
            made.insert(member.to_owned(), Tree::List(entries));
        }
    }
    let bus = all.part("eventbridge");
    if matches!(bus, Tree::Scalar(Value::Bool(true)) | Tree::Unknown(_)) {
        made.insert("EventBridgeConfiguration".to_owned(), Tree::object([("EventBridgeEnabled", bus)]));
    }
    Tree::Object(made)
}

/// Settings of a load balancer as the API lists them.
fn balancer(all: &Tree) -> Tree {
    const KEYS: [(&str, &str); 3] = [
        ("enable_deletion_protection", "deletion_protection.enabled"),
        ("drop_invalid_header_fields", "routing.http.drop_invalid_header_fields.enabled"),
        ("desync_mitigation_mode", "routing.http.desync_mitigation_mode"),
    ];
    let mut made = Vec::new();
    let mut add = |key: &str, value: Tree| {
        let text = match value {
            Tree::Scalar(Value::Null) => return,
            Tree::Scalar(value @ Value::Bool(_)) => Tree::text(value.to_string()),
            other => other,
        };
        made.push(Tree::object([("Key", Tree::text(key)), ("Value", text)]));
    };
    for (name, key) in KEYS {
        add(key, all.part(name));
    }
    for logs in all.part("access_logs").items() {
        add("access_logs.s3.enabled", logs.part("enabled"));
        add("access_logs.s3.bucket", logs.part("bucket"));
    }
    Tree::List(made)
}

/// The statement that Lambda writes into the policy of a function.
fn lambda_permission(all: &Tree) -> Tree {
    let principal = match all.part("principal") {
        Tree::Unknown(reason) => Tree::Unknown(reason),
        name => match name.as_text().unwrap_or_default() {
            "*" => Tree::text("*"),
            service if service.contains(".amazonaws.com") => Tree::object([("Service", name)]),
            _ => Tree::object([("AWS", name)]),
        },
    };
    const CONDITIONS: [(&str, &str, &str); 4] = [
        ("source_arn", "ArnLike", "AWS:SourceArn"),
        ("source_account", "StringEquals", "AWS:SourceAccount"),
        ("principal_org_id", "StringEquals", "aws:PrincipalOrgID"),
        ("function_url_auth_type", "StringEquals", "lambda:FunctionUrlAuthType"),
    ];
    let mut conditions: BTreeMap<String, BTreeMap<String, Tree>> = BTreeMap::new();
    for (name, operator, key) in CONDITIONS {
        let value = all.part(name);
        if !value.is_empty() {
            conditions.entry(operator.to_owned()).or_default().insert(key.to_owned(), value);
        }
    }
    let mut statement = BTreeMap::from([
        ("Effect".to_owned(), Tree::text("Allow")),
        ("Principal".to_owned(), principal),
        ("Action".to_owned(), all.part("action")),
        ("Resource".to_owned(), own("Arn")),
    ]);
    if let Tree::Scalar(Value::String(id)) = all.part("statement_id") {
        statement.insert("Sid".to_owned(), Tree::text(id));
    }
    if !conditions.is_empty() {
        let conditions = conditions.into_iter().map(|(operator, keys)| (operator, Tree::Object(keys)));
        statement.insert("Condition".to_owned(), Tree::Object(conditions.collect()));
    }
    let statements = Tree::List(vec![Tree::Object(statement)]);
    Tree::object([("Version", Tree::text("2012-10-17")), ("Statement", statements)])
}
