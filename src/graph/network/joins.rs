//! What a VPC is joined to: peers, gateways, tunnels, service networks and services of others.
//!
//! May import: `model`, `graph`. Guarantees: a connection counts as declared by any of its own names; one whose VPC cannot be
//! told is a doubt of every VPC of its Region, never nobody's.

use serde_json::Value;

use super::vpcs::{route_targets, shown_by_owner};
use super::{calls, declared_list, is_named, items, listed, word};
use crate::graph::Surroundings;
use crate::graph::iam::Found;
use crate::graph::organizations::{known, text};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

/// Every type that may join a VPC to something.
pub(super) const KINDS: [&str; 9] = [
    "AWS::DirectConnect::VirtualInterface",
    "AWS::EC2::ClientVpnEndpoint",
    "AWS::EC2::TransitGatewayAttachment",
    "AWS::EC2::VPCEndpoint",
    "AWS::EC2::VPCEndpointService",
    "AWS::EC2::VPCPeeringConnection",
    "AWS::EC2::VPNConnection",
    "AWS::NetworkManager::Attachment",
    "AWS::VpcLattice::ServiceNetworkVpcAssociation",
];

/// What ends at a virtual private gateway, and the facet that names it.
const TUNNELS: [(&str, &str); 2] =
    [("AWS::DirectConnect::VirtualInterface", "VirtualGatewayId"), ("AWS::EC2::VPNConnection", "VpnGatewayId")];

/// States in which a connection carries nothing, in lower case: it is gone, was never made, or waits to be accepted.
const DEAD: [&str; 12] = [
    "confirming",
    "create_failed",
    "deleted",
    "expired",
    "failed",
    "initiating-request",
    "initiatingrequest",
    "pending-acceptance",
    "pending_attachment_acceptance",
    "pendingacceptance",
    "rejected",
    "verifying",
];

/// Whether a connection of this document stands.
fn is_live(document: &ResourceDocument, facet: &str) -> Result<bool, String> {
    text(document, facet).map(|state| !DEAD.contains(&state.to_ascii_lowercase().as_str()))
}

pub(super) fn derive(entity: &mut Entity, vpc: &ResourceDocument, around: &Surroundings<'_>) {
    let mut found = Found::default();
    if let Err(why) = shown_by_owner(vpc) {
        found.doubt(why);
    }
    for kind in KINDS {
        if let Err(why) = listed(around, vpc, kind) {
            found.doubt(why);
        }
        // A global service answers in a Region of its own.
        let is_near = |d: &&ResourceDocument| d.region == vpc.region || kind == "AWS::NetworkManager::Attachment";
        for document in around.of_type(kind).filter(is_near) {
            match connection(document, vpc, around) {
                Ok(None) => {}
                Ok(Some(names)) => judge(&mut found, &names, around),
                Err(why) => found.doubt(why),
            }
        }
    }
    gateways(&mut found, vpc, around);
    found.put(entity, "undeclaredConnections", &calls(&[(vpc, "OwnerId")]));
}

/// Adds the VPN and local gateways that routes of the VPC lead to: what is behind one may be another account's.
fn gateways(found: &mut Found, vpc: &ResourceDocument, around: &Surroundings<'_>) {
    if let Err(why) = listed(around, vpc, super::TABLE) {
        found.doubt(why);
    }
    let targets = ["GatewayId", "LocalGatewayId"].into_iter().map(|member| route_targets(&vpc.id, member, around));
    for target in
        targets.flat_map(|targets| targets.map_or_else(|why| vec![Err(why)], |all| all.into_iter().map(Ok).collect()))
    {
        match target {
            Ok(id) if id.starts_with("vgw-") || id.starts_with("lgw-") => {
                let mut names = vec![id.to_owned()];
                for (kind, facet) in TUNNELS {
                    let through = around.of_type(kind).filter(|tunnel| text(tunnel, facet) == Ok(id));
                    names.extend(
                        through.map(|tunnel| tunnel.id.rsplit(['/', ':']).next().unwrap_or_default().to_owned()),
                    );
                }
                judge(found, &names, around);
            }
            Ok(_) => {}
            Err(why) => found.doubt(why),
        }
    }
}

/// Adds a connection unless one of its names is allowed.
fn judge(found: &mut Found, names: &[String], around: &Surroundings<'_>) {
    let names: Vec<&str> = names.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
    if is_named(around.declared, "allowed", &names) {
        return;
    }
    match declared_list(around.declared, "allowed") {
        Ok(_) => found.add(names.join(" to ")),
        Err(why) => found.doubt(why),
    }
}

/// The names of a connection of this VPC; None where it is none of its, or carries nothing.
fn connection(
    document: &ResourceDocument,
    vpc: &ResourceDocument,
    around: &Surroundings<'_>,
) -> Result<Option<Vec<String>>, String> {
    let id = document.id.rsplit(['/', ':']).next().unwrap_or(&document.id).to_owned();
    let of_vpc = |facet: &str| text(document, facet).map(|value| value == vpc.id);
    let name = |facet: &str| text(document, facet).map(str::to_owned);
    match document.kind.as_str() {
        "AWS::EC2::VPCPeeringConnection" => peering(document, vpc),
        "AWS::EC2::TransitGatewayAttachment" => {
            let joined =
                text(document, "ResourceType")? == "vpc" && of_vpc("ResourceId")? && is_live(document, "State")?;
            if joined { Ok(Some(vec![id, name("TransitGatewayId")?])) } else { Ok(None) }
        }
        "AWS::NetworkManager::Attachment" => {
            let arn = text(document, "ResourceArn")?;
            let joined = arn.ends_with(&format!(":vpc/{}", vpc.id)) && is_live(document, "State")?;
            if joined { Ok(Some(vec![id, name("CoreNetworkId")?])) } else { Ok(None) }
        }
        "AWS::EC2::ClientVpnEndpoint" => {
            let joined = of_vpc("VpcId")? && is_live(document, "Status")?;
            if joined { Ok(Some(vec![id])) } else { Ok(None) }
        }
        "AWS::VpcLattice::ServiceNetworkVpcAssociation" => {
            let joined = of_vpc("VpcIdentifier")? && is_live(document, "Status")?;
            let network = name("ServiceNetworkIdentifier")?;
            let short = network.rsplit('/').next().unwrap_or_default().to_owned();
            if joined { Ok(Some(vec![id, network, short])) } else { Ok(None) }
        }
        "AWS::EC2::VPNConnection" => {
            let customer = name("CustomerGatewayId")?;
            behind_gateway(document, "State", "VpnGatewayId", vec![id, customer], vpc, around)
        }
        "AWS::DirectConnect::VirtualInterface" => virtual_interface(document, id, vpc, around),
        "AWS::EC2::VPCEndpoint" => endpoint(document, id, vpc, around),
        _ => endpoint_service(document, id, vpc, around),
    }
}

fn peering(document: &ResourceDocument, vpc: &ResourceDocument) -> Result<Option<Vec<String>>, String> {
    let (accepter, requester) = (known(document, "Accepter")?, known(document, "Requester")?);
    let other = match (word(accepter, "VpcId") == vpc.id, word(requester, "VpcId") == vpc.id) {
        (true, _) => requester,
        (_, true) => accepter,
        (false, false) => return Ok(None),
    };
    if !is_live(document, "Status")? {
        return Ok(None);
    }
    Ok(Some(vec![document.id.clone(), word(other, "VpcId").to_owned()]))
}

/// A tunnel that ends at a virtual private gateway. Which VPC that is attached to no call here reads: a route to it tells.
fn behind_gateway(
    document: &ResourceDocument,
    state: &str,
    facet: &str,
    mut names: Vec<String>,
    vpc: &ResourceDocument,
    around: &Surroundings<'_>,
) -> Result<Option<Vec<String>>, String> {
    let gateway = text(document, facet)?;
    // A tunnel of a transit gateway or a core network is joined to the VPC by an attachment.
    if gateway.is_empty() || !is_live(document, state)? {
        return Ok(None);
    }
    names.push(gateway.to_owned());
    let texts: Vec<&str> = names.iter().map(String::as_str).collect();
    if is_named(around.declared, "allowed", &texts) || route_targets(&vpc.id, "GatewayId", around)?.contains(&gateway) {
        return Ok(Some(names));
    }
    Err(format!("which VPC {gateway} of {} is attached to was not read", document.id))
}

fn virtual_interface(
    document: &ResourceDocument,
    id: String,
    vpc: &ResourceDocument,
    around: &Surroundings<'_>,
) -> Result<Option<Vec<String>>, String> {
    if text(document, "VirtualInterfaceType")? != "private" || !is_live(document, "VirtualInterfaceState")? {
        return Ok(None);
    }
    let gateway = text(document, "DirectConnectGatewayId")?.to_owned();
    let names = vec![id, text(document, "ConnectionId")?.to_owned(), gateway.clone()];
    if gateway.is_empty() {
        return behind_gateway(document, "VirtualInterfaceState", "VirtualGatewayId", names, vpc, around);
    }
    let texts: Vec<&str> = names.iter().map(String::as_str).collect();
    if is_named(around.declared, "allowed", &texts) {
        return Ok(None);
    }
    Err(format!("which VPCs {gateway} of {} leads to was not read", document.id))
}

/// An endpoint leads to somebody where its service is not AWS's and no firewall of one's own.
fn endpoint(
    document: &ResourceDocument,
    id: String,
    vpc: &ResourceDocument,
    around: &Surroundings<'_>,
) -> Result<Option<Vec<String>>, String> {
    if text(document, "VpcId")? != vpc.id || !is_live(document, "State")? {
        return Ok(None);
    }
    // A resource or a service network of VPC Lattice is named by no service.
    if ["Resource", "ServiceNetwork", "Tunnel"].contains(&text(document, "VpcEndpointType")?) {
        return Ok(Some(vec![id]));
    }
    let service = text(document, "ServiceName")?;
    let short = service.rsplit('.').next().unwrap_or_default().to_owned();
    if is_of_aws(service, document, around)?
        || is_named(around.declared, "inspection", &[&id])
        || is_firewall(&id, around)
    {
        return Ok(None);
    }
    Ok(Some(vec![id, service.to_owned(), short]))
}

/// Whether AWS owns a service. Names with `vpce-svc-` are those of customers and partners.
fn is_of_aws(service: &str, endpoint: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    let offered = around.of_type("AWS::EC2::AvailableVPCEndpointService");
    let mut offered = offered.filter(|s| s.region == endpoint.region && text(s, "ServiceName") == Ok(service));
    match offered.next() {
        Some(found) => Ok(text(found, "Owner")? == "amazon"),
        None if service.contains("vpce-svc-") => Ok(false),
        None => Err(format!("who owns the service {service} was not read")),
    }
}

fn is_firewall(id: &str, around: &Surroundings<'_>) -> bool {
    around.of_type("AWS::NetworkFirewall::Firewall").any(|firewall| {
        let endpoints = firewall.facet("Endpoints").and_then(Value::as_object).into_iter().flatten();
        endpoints.map(|(_, endpoint)| word(endpoint, "EndpointId")).any(|endpoint| endpoint == id)
    })
}

/// A service that others may reach in this VPC: those whom it admits.
fn endpoint_service(
    document: &ResourceDocument,
    id: String,
    vpc: &ResourceDocument,
    around: &Surroundings<'_>,
) -> Result<Option<Vec<String>>, String> {
    let principals = items(document, "AllowedPrincipals")?;
    let is_declared = |principal: &Value| {
        let name = word(principal, "Principal");
        let account = name.split(':').nth(4).unwrap_or_default();
        !name.is_empty() && is_named(around.declared, "allowed", &[name, account, &id])
    };
    let Some(stranger) = principals.iter().find(|principal| !is_declared(principal)) else { return Ok(None) };
    let balancers =
        items(document, "NetworkLoadBalancerArns")?.iter().chain(items(document, "GatewayLoadBalancerArns")?);
    for balancer in balancers.filter_map(Value::as_str) {
        let key = ("AWS::ElasticLoadBalancingV2::LoadBalancer".to_owned(), balancer.to_owned());
        let read = around.documents.get(&key);
        let read = read.ok_or_else(|| format!("the load balancer {balancer} of {id} was not read"))?;
        if text(read, "VpcId")? == vpc.id {
            return Ok(Some(vec![id, word(stranger, "Principal").to_owned()]));
        }
    }
    Ok(None)
}
