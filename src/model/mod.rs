//! Plain data that every other module speaks: ids, resource documents, facts, verdicts, scores.
//!
//! May import nothing of this crate and does no I/O: no clock, no network, no file.
//! Guarantees: every type here serialises the same way on every machine (sorted maps, no floats).

pub mod assessment;
pub mod call;
pub mod canonical;
pub mod checked;
pub mod digest;
pub mod document;
pub mod entity;
pub mod id;
pub mod inventory;
pub mod listing;
pub mod location;
pub mod obligation;
pub mod planned;
pub mod plural;
pub mod processing;
pub mod score;
pub mod time;
pub mod trail;
pub mod verdict;
pub mod visible;
