//! What `fuzz/harness/template.rs` says, for whatever libFuzzer comes up with.

#![no_main]

#[path = "../harness/template.rs"]
mod harness;

libfuzzer_sys::fuzz_target!(|data: &[u8]| harness::run(data));
