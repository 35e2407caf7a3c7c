//! EXIF and profiles as they are taken out of a file: the bytes are tried as either.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    imaging::fuzzing::exif(bytes);
    imaging::fuzzing::profile(bytes);
});
