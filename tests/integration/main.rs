//! The one integration binary: the program as its users meet it.

mod accepted;
mod access;
#[cfg(feature = "live")]
mod accounts;
mod asked;
mod attest;
mod cases;
mod check;
mod cli;
mod demo;
#[cfg(feature = "live")]
mod denied;
#[cfg(feature = "live")]
mod documented;
#[cfg(feature = "live")]
mod events;
#[cfg(feature = "live")]
mod fleet;
mod fuzzed;
mod generated;
mod house;
mod hygiene;
mod init;
mod inventory;
#[cfg(feature = "live")]
mod moto;
mod mutants;
mod names;
mod own;
mod pages;
#[cfg(feature = "live")]
mod parameters;
mod pipelines;
mod profiles;
mod program;
#[cfg(feature = "live")]
mod proxy;
mod reference;
#[cfg(feature = "live")]
mod res;
mod sameness;
mod schedule;
#[cfg(feature = "live")]
mod seeded;
#[cfg(feature = "live")]
mod terminal;
mod three_sources;
mod views;
#[cfg(feature = "live")]
mod writable;
