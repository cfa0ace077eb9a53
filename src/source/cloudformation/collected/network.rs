//! Rules, routes and what stands in which VPC.
//!
//! May import: `model`. Guarantees: a resource is in a VPC only where a subnet of the same template says so; a rule or route that names
//! what only deployment knows is not known.

use serde_json::{Map, Value, json};

use super::made::{Answer, Given, Inputs};
use super::shapes::{flag, items, number, sole, text};
use crate::model::planned::{Planned, reference, references};

const SUBNET: &str = "AWS::EC2::Subnet";

/// A rule of a security group in the words of the API.
fn rule(said: &dyn Fn(&str) -> Option<Value>) -> Result<Value, String> {
    let words = |names: &[&str]| {
        let found = names.iter().find_map(|name| Some((*name, said(name)?)));
        found.map(|(name, value)| text(&value).map_err(|why| format!("its {name} {why}"))).transpose()
    };
    let about = words(&["Description"])?;
    let range = |value: Option<String>, member: &str, is_described: bool| match value {
        None => json!([]),
        Some(value) => {
            let mut range = Map::from_iter([(member.to_owned(), Value::from(value))]);
            if let Some(about) = about.clone().filter(|_| is_described) {
                range.insert("Description".to_owned(), about.into());
            }
            json!([range])
        }
    };
    let mut groups = Vec::new();
    if let Some(group) = words(&["SourceSecurityGroupId", "DestinationSecurityGroupId"])? {
        groups.push(match words(&["SourceSecurityGroupOwnerId"])? {
            Some(owner) => json!({ "GroupId": group, "UserId": owner }),
            None => json!({ "GroupId": group }),
        });
    } else if let Some(name) = words(&["SourceSecurityGroupName"])? {
        return Err(format!("a rule names the group {name}, whose id the template does not say"));
    }
    let protocol = match words(&["IpProtocol"])?.ok_or("a rule has no protocol")?.as_str() {
        "all" => "-1".to_owned(),
        other => other.to_ascii_lowercase(),
    };
    let mut made = Map::from_iter([
        ("IpRanges".to_owned(), range(words(&["CidrIp"])?, "CidrIp", true)),
        ("Ipv6Ranges".to_owned(), range(words(&["CidrIpv6"])?, "CidrIpv6", true)),
        (
            "PrefixListIds".to_owned(),
            range(words(&["SourcePrefixListId", "DestinationPrefixListId"])?, "PrefixListId", false),
        ),
        ("Groups".to_owned(), groups.into()),
    ]);
    // A rule for every protocol has no ports.
    if protocol != "-1" {
        for port in ["FromPort", "ToPort"] {
            if let Some(value) = said(port) {
                let value = number(&value).map_err(|why| format!("its {port} {why}"))?;
                made.insert(port.to_owned(), value.into());
            }
        }
    }
    made.insert("IpProtocol".to_owned(), protocol.into());
    Ok(made.into())
}

/// Rules that are written within their group. A list without any adds none.
pub(super) fn permissions(inputs: Inputs<'_>) -> Answer {
    let Some(said) = inputs.first() else { return Ok(Given::Nothing) };
    let rules = items(said).map_err(|why| format!("its rules: {why}"))?;
    if rules.is_empty() {
        return Ok(Given::Nothing);
    }
    let made = rules.iter().map(|item| rule(&|name| item.get(name).filter(|value| !value.is_null()).cloned()));
    Ok(Given::Value(Value::Array(made.collect::<Result<_, _>>()?)))
}

/// A rule that is written beside its group.
pub(super) fn permission(inputs: Inputs<'_>) -> Answer {
    rule(&|name| inputs.get(name).cloned()).map(Given::Value)
}

/// A route that is written beside its table. An endpoint is a gateway to AWS.
pub(super) fn route(inputs: Inputs<'_>) -> Answer {
    let mut made = Map::from_iter([("State".to_owned(), Value::from("active"))]);
    for name in inputs.names {
        let Some(value) = inputs.get(name) else { continue };
        let value = text(value).map_err(|why| format!("its {name} {why}"))?;
        let member = if name == "VpcEndpointId" { "GatewayId" } else { name };
        made.insert(member.to_owned(), value.into());
    }
    Ok(Given::Value(made.into()))
}

/// The route within the VPC. To which addresses it leads is for the VPC to say.
pub(super) fn local_route(_: Inputs<'_>) -> Given {
    Given::Value(json!([{ "GatewayId": "local", "State": "active" }]))
}

/// The first text that says where something stands: a subnet, a list of them, or of records that name one.
fn place(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        Value::Array(items) => match items.first()? {
            Value::String(text) => Some(text),
            record => record.get("SubnetId")?.as_str(),
        },
        _ => None,
    }
}

/// The VPC of the subnet that is named first.
pub(super) fn vpc_of(inputs: Inputs<'_>) -> Answer {
    if let Some(vpc) = inputs.get("VpcId") {
        return Ok(Given::Value(vpc.clone()));
    }
    let named = inputs.names.iter().find_map(|name| inputs.get(name).and_then(place));
    let Some(named) = named else { return Ok(Given::Nothing) };
    vpc_of_subnet(named, inputs).map(Given::Value)
}

fn vpc_of_subnet(named: &str, inputs: Inputs<'_>) -> Result<Value, String> {
    let subnet = sole(named).and_then(|(address, _)| inputs.around.get(address));
    let Some(subnet) = subnet.filter(|subnet| subnet.kind == SUBNET) else {
        return Err("its subnet is not in the template, so nothing says which VPC it is in".to_owned());
    };
    let vpc = inputs.around.said(&subnet.address, "VpcId")?;
    vpc.cloned().ok_or_else(|| format!("the subnet {} does not say its VPC", subnet.address))
}

/// A function is in a VPC or in none; live ones say in which.
pub(super) fn function_network(inputs: Inputs<'_>) -> Answer {
    let Some(Value::Object(said)) = inputs.first() else { return Ok(Given::of(inputs.first())) };
    let mut said = said.clone();
    if let Some(subnet) = said.get("SubnetIds").and_then(place) {
        let vpc = vpc_of_subnet(subnet, inputs)?;
        said.insert("VpcId".to_owned(), vpc);
    }
    Ok(Given::Value(said.into()))
}

/// The subnets of a load balancer.
pub(super) fn zones(inputs: Inputs<'_>) -> Answer {
    let Some(said) = inputs.names.iter().find_map(|name| inputs.get(name)) else { return Ok(Given::Nothing) };
    let named = items(said).map_err(|why| format!("its subnets: {why}"))?.iter();
    Ok(Given::Value(named.map(|item| item.get("SubnetId").unwrap_or(item).clone()).collect()))
}

fn interface<'r>(inputs: Inputs<'r>, member: &str) -> Option<&'r Value> {
    let interfaces = inputs.get("NetworkInterfaces").and_then(Value::as_array);
    interfaces?.iter().find_map(|interface| interface.get(member))
}

/// The groups of an instance, or of its first interface.
pub(super) fn instance_groups(inputs: Inputs<'_>) -> Answer {
    if let Some(said) = inputs.first().or_else(|| interface(inputs, "GroupSet")) {
        return Ok(Given::Value(said.clone()));
    }
    match inputs.get("SecurityGroups") {
        Some(_) => Err("it names its groups by names, and not by their ids".to_owned()),
        None => Ok(Given::Nothing),
    }
}

pub(super) fn instance_subnet(inputs: Inputs<'_>) -> Given {
    Given::of(inputs.first().or_else(|| interface(inputs, "SubnetId")))
}

/// An instance has no public address where neither its interface nor its subnet gives one.
pub(super) fn public_address(inputs: Inputs<'_>) -> Answer {
    let gives = "its interface or its subnet may give it a public address, which shows once it is deployed";
    for kind in ["AWS::EC2::EIP", "AWS::EC2::EIPAssociation"] {
        for address in inputs.around.of_kind(kind) {
            let is_its_own = match address.properties.get("InstanceId").map(|property| &property.value) {
                None => false,
                Some(Planned::Unknown(_)) => true,
                Some(Planned::Known(named)) => {
                    let named = named.as_str().unwrap_or_default();
                    references(named).any(|(instance, _)| instance == inputs.resource.address)
                }
            };
            if is_its_own {
                return Err(format!(
                    "{} may give it a public address, which shows once it is deployed",
                    address.address
                ));
            }
        }
    }
    let asked = interface(inputs, "AssociatePublicIpAddress").map(flag).transpose();
    match asked.map_err(|why| format!("its AssociatePublicIpAddress {why}"))? {
        Some(true) => return Err(gives.to_owned()),
        Some(false) => return Ok(Given::word("")),
        None if inputs.get("LaunchTemplate").is_some() => return Err("its launch template decides it".to_owned()),
        None => {}
    }
    let named = inputs.get("SubnetId").or_else(|| interface(inputs, "SubnetId")).and_then(place).and_then(sole);
    let subnet = named.and_then(|(address, _)| inputs.around.get(address));
    let Some(subnet) = subnet.filter(|subnet| subnet.kind == SUBNET) else { return Err(gives.to_owned()) };
    match inputs.around.said(&subnet.address, "MapPublicIpOnLaunch")?.map(flag) {
        None | Some(Ok(false)) => Ok(Given::word("")),
        Some(_) => Err(gives.to_owned()),
    }
}

/// What only endpoints with interfaces have.
pub(super) fn of_interface(inputs: Inputs<'_>) -> Given {
    match (inputs.first(), inputs.word("VpcEndpointType")) {
        (Some(said), _) => Given::Value(said.clone()),
        (None, None | Some("Gateway" | "GatewayLoadBalancer")) => Given::Empty,
        (None, Some(_)) => Given::Nothing,
    }
}

/// A side of a peering, with what is known of it.
fn side(members: [(&str, Option<Value>); 3]) -> Given {
    let said = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Given::Value(said.collect::<Map<_, _>>().into())
}

/// The side that asks is the template's.
pub(super) fn requester(inputs: Inputs<'_>) -> Given {
    let own = |text: &Option<String>| text.clone().map(Value::from);
    side([
        ("VpcId", inputs.get("VpcId").cloned()),
        ("OwnerId", own(&inputs.resource.account)),
        ("Region", own(&inputs.resource.region)),
    ])
}

/// The other side is in the same account and Region unless the template says another one.
pub(super) fn accepter(inputs: Inputs<'_>) -> Given {
    let or_own = |name: &str, own: &Option<String>| inputs.get(name).cloned().or_else(|| own.clone().map(Value::from));
    side([
        ("VpcId", inputs.get("PeerVpcId").cloned()),
        ("OwnerId", or_own("PeerOwnerId", &inputs.resource.account)),
        ("Region", or_own("PeerRegion", &inputs.resource.region)),
    ])
}

/// DHCP options as the API lists them.
pub(super) fn dhcp(inputs: Inputs<'_>) -> Answer {
    const KEYS: [(&str, &str); 5] = [
        ("DomainName", "domain-name"),
        ("DomainNameServers", "domain-name-servers"),
        ("NtpServers", "ntp-servers"),
        ("NetbiosNameServers", "netbios-name-servers"),
        ("NetbiosNodeType", "netbios-node-type"),
    ];
    let mut made = Vec::new();
    for (name, key) in KEYS {
        let Some(said) = inputs.get(name) else { continue };
        let said = said.as_array().map_or_else(|| std::slice::from_ref(said), Vec::as_slice);
        let values = said.iter().map(|one| text(one).map(|value| json!({ "Value": value })));
        let values = values.collect::<Result<Vec<_>, _>>().map_err(|why| format!("its {name} {why}"))?;
        made.push(json!({ "Key": key, "Values": values }));
    }
    Ok(Given::Value(made.into()))
}

/// The ARN of what an exclusion is about.
pub(super) fn excluded(inputs: Inputs<'_>) -> Answer {
    for (name, path) in [("VpcId", "vpc"), ("SubnetId", "subnet")] {
        let Some(said) = inputs.word(name) else { continue };
        let (Some(account), Some(region)) = (&inputs.resource.account, &inputs.resource.region) else {
            return Err("nobody said which account and Region it is for; give --account and --region".to_owned());
        };
        return Ok(Given::Value(format!("arn:aws:ec2:{region}:{account}:{path}/{said}").into()));
    }
    Ok(Given::Nothing)
}

/// The subnet group of a database with its subnets, where it is in the template.
pub(super) fn subnet_group(inputs: Inputs<'_>) -> Answer {
    const GROUP: &str = "AWS::RDS::DBSubnetGroup";
    let Some(name) = inputs.word("DBSubnetGroupName") else { return Ok(Given::Nothing) };
    let address = match sole(name) {
        Some((address, _)) => Some(address).filter(|address| inputs.around.is(address, GROUP)),
        None => inputs.around.named(GROUP, "DBSubnetGroupName", name),
    };
    let group = address.and_then(|address| inputs.around.get(address));
    let Some(group) = group else { return Err("its subnet group is not in the template".to_owned()) };
    let subnets = inputs.around.said(&group.address, "SubnetIds")?.and_then(Value::as_array);
    let subnets = subnets.ok_or_else(|| format!("the subnet group {} does not list its subnets", group.address))?;
    let subnets: Vec<Value> = subnets.iter().map(|subnet| json!({ "SubnetId": subnet })).collect();
    Ok(Given::Value(json!({ "DBSubnetGroupName": reference(&group.address, "Ref"), "Subnets": subnets })))
}
