//! Havenmark audits a Trusted Research Environment on AWS against SATRE 2.0 and the Five Safes.
//!
//! Evidence in, one graph, one judge, one assessment, many readers. Modules import strictly downwards, in this order:
//! `model`; `catalogue`, `snapshot`; `source`, `declaration`; `graph`; `policy`; `assess`; `report`, `ui`; `cli`; `commands`.
//! `tests/integration/house.rs` enforces it.

pub mod assess;
pub mod catalogue;
pub mod cli;
pub mod commands;
pub mod declaration;
pub mod graph;
pub mod model;
pub mod policy;
pub mod report;
pub mod snapshot;
pub mod source;
pub mod ui;
