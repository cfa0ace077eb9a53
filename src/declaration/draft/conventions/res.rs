//! Tags that Research and Engineering Studio sets on what it makes.
//!
//! May import: nothing of this crate. Guarantees: plain data; `res:User` is not read.

use super::What;

pub(super) const NODE_TYPE: &str = "res:NodeType";
/// The types of node on which researchers work; `app` and `infra` are its own servers.
pub(super) const WORKPLACES: [&str; 2] = ["virtual-desktop-dcv-host", "compute-node"];

pub(super) const KEYS: &[(&str, What)] = &[
    ("res:Project", What::Project),
    ("res:EnvironmentName", What::Environment),
    (NODE_TYPE, What::Workplace),
    ("res:ModuleName", What::Part),
    ("res:ModuleId", What::Part),
];
