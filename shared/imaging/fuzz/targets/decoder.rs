//! The JPEG decoder to its last row, at a scale that the first byte chooses.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let [scale, file @ ..] = bytes {
        imaging::fuzzing::decoder(file, *scale);
    }
});
