//! The walk over a JPEG's markers, up to the first scan and to the limits.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| imaging::fuzzing::header(bytes));
