//! What `fuzz/harness/plan.rs` says, for whatever libFuzzer comes up with.

#![no_main]

#[path = "../harness/plan.rs"]
mod harness;

libfuzzer_sys::fuzz_target!(|data: &[u8]| harness::run(data));
