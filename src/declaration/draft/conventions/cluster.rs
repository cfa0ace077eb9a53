//! The tag of `ParallelCluster` on the nodes of a cluster.
//!
//! May import: nothing of this crate. Guarantees: plain data.

use super::What;

pub(super) const KEYS: &[(&str, What)] = &[("parallelcluster:cluster-name", What::Workplace)];
