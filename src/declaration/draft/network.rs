//! `[network]`: subnets, VPCs and endpoints by role tags, and by the desktops and nodes that stand in them.
//!
//! May import: nothing of this crate but this module's own parts. Guarantees: what the environment is joined to, or may
//! reach, is never guessed.

use std::collections::BTreeMap;

use super::survey::Survey;
use super::thing::{Noun, Tally};
use super::{Member, Table, rest, shown};
use crate::declaration::words;

/// `[network]`.
pub(super) fn table(survey: &Survey) -> Table {
    let mut workspace =
        Member::many("workspace", words::subnet, "[\"subnet-0aa\", \"subnet-0bb\"]  # subnets of workspaces");
    let mut data = Member::many("data", words::subnet, "[\"subnet-0cc\"]  # subnets of data stores");
    let mut endpoints =
        Member::many("endpoints", words::endpoint, "[\"vpce-0aa\"]  # through which stores are reached");
    let mut vpcs: BTreeMap<String, Tally> = BTreeMap::new();
    let mut nodes: BTreeMap<(String, String, bool), Tally> = BTreeMap::new();
    for thing in survey.things() {
        let name = &thing.name;
        if let Some(sign) = thing.role() {
            let source = format!("{} of {}", sign.words(), name.shown());
            match (sign.value.as_str(), name.noun) {
                ("workspace", Noun::Subnet) => workspace.guess(&name.id, &source),
                ("data" | "store", Noun::Subnet) => data.guess(&name.id, &source),
                ("endpoint", Noun::Endpoint) => endpoints.guess(&name.id, &source),
                _ => {}
            }
        }
        if let (Some(sign), Some(subnet)) = (thing.workplace(), &thing.subnet) {
            let sure = sign.convention.marks_research();
            nodes.entry((subnet.clone(), sign.words(), sure)).or_default().add(name.shown());
        }
        if thing.of_research() {
            let vpc = match name.noun {
                Noun::Vpc => Some(&name.id),
                _ => thing.vpc.as_ref(),
            };
            if let Some(vpc) = vpc.filter(|v| !v.is_empty()) {
                vpcs.entry(vpc.clone()).or_default().add(name.shown());
            }
        }
    }
    for ((subnet, words, sure), tally) in nodes {
        let source = format!("{words} of {}, which stands there", tally.words());
        if sure { workspace.guess(&subnet, &source) } else { workspace.offer(&subnet, &source) }
    }
    let mut of_environment = Member::many("vpcs", words::vpc, "[\"vpc-0aa\"]  # VPCs of the environment");
    for (vpc, tally) in &vpcs {
        of_environment.guess(vpc, &format!("tags of the environment on {}", tally.words()));
    }
    for (endpoint, vpc) in survey.s3_endpoints.iter().filter(|(_, vpc)| vpcs.contains_key(vpc)) {
        endpoints.offer(endpoint, &format!("endpoint of S3 in {}: are the stores reached through it?", shown(vpc)));
    }
    let allowed =
        Member::asked("allowed", "[]  # joined networks and partners; an empty list says that there are none");
    let broker = Member::asked("broker", "[\"sg-0dcv\"]  # security groups or resources of the desktop broker");
    let about = "Networks. What the environment may be joined to, or reach, is for a person to say.".to_owned();
    let mut members = vec![workspace, data, endpoints, of_environment, allowed, broker];
    members.extend(rest::network());
    Table { path: "network", about: vec![about], members }
}
