//! The environment's own tags: `tre:project`, `tre:role`, `tre:class`, `tre:scope`.
//!
//! May import: nothing of this crate. Guarantees: plain data.

use super::What;

pub(super) const KEYS: &[(&str, What)] =
    &[("tre:project", What::Project), ("tre:role", What::Role), ("tre:class", What::Class), ("tre:scope", What::Part)];
