#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| numjit_fuzz::parse(data));
