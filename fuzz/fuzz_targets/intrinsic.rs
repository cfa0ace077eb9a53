//! What `fuzz/harness/intrinsic.rs` says, for whatever libFuzzer comes up with.

#![no_main]

#[path = "../harness/intrinsic.rs"]
mod harness;

libfuzzer_sys::fuzz_target!(|data: &[u8]| harness::run(data));
