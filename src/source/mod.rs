//! Everything that becomes resource documents.
//!
//! May import: `model`, `snapshot`. Guarantees: siblings never import each other; what was not answered is never written as a value.

#[cfg(feature = "live")]
pub mod aws;
pub mod cloudformation;
pub mod collectors;
pub mod config_files;
pub mod delivered;
pub mod estate;
pub mod json;
pub mod operations;
pub mod planned;
pub mod table;
pub mod terraform;
pub mod trail;
pub mod trail_files;
pub mod unread;
