//! PNG, TIFF, WebP and GIF, whatever the first bytes say: each is tried under the signature that the first byte chooses.
#![no_main]

use imaging::{Failure, render};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let [format, body @ ..] = bytes else { return };
    let signature: &[u8] = match format % 5 {
        0 => b"\x89PNG\r\n\x1A\n",
        1 => b"II*\0",
        2 => b"MM\0*",
        3 => b"RIFF",
        _ => b"GIF89a",
    };
    let mut file = body.to_vec();
    if file.len() < 12 {
        return;
    }
    file[..signature.len()].copy_from_slice(signature);
    if format % 5 == 3 {
        file[8..12].copy_from_slice(b"WEBP");
    }
    if let Err(Failure::Read(error)) = render(&file[..], &imaging::fuzzing::limits(), None) {
        panic!("bytes are always read: {error}");
    }
});
