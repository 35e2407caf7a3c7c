//! Doors for fuzzing to parts that nobody else calls; see `fuzz/`. Not part of the API.

use std::io::Read;

use moxcms::ColorProfile;

use crate::colour::{Pixels, Profile, to_srgb};
use crate::jpeg::decode::Decoder;
use crate::jpeg::idct::Scale;
use crate::metadata::Metadata;
use crate::source::Source;
use crate::{Failure, Limits};

/// Limits under which a try takes milliseconds: two megapixels, 256 MB.
#[must_use]
pub fn limits() -> Limits {
    Limits {
        max_bytes: 4_000_000,
        max_pixels: 2_000_000,
        max_side: 16_384,
        max_scans: 20,
        max_memory: 256 << 20,
        ..Limits::default()
    }
}

/// The walk to the first scan.
pub fn header(mut bytes: &[u8]) {
    let limits = limits();
    let Ok(mut source) = Source::open(&mut bytes as &mut dyn Read, &limits) else {
        return;
    };
    if let Ok(decoder) = Decoder::open(&mut source, &limits) {
        let header = decoder.header();
        assert!(u64::from(header.width) * u64::from(header.height) <= limits.max_pixels);
        assert!(
            header
                .icc
                .as_ref()
                .is_none_or(|icc| icc.len() <= limits.max_icc)
        );
        assert!(
            header
                .exif
                .as_ref()
                .is_none_or(|exif| exif.len() <= limits.max_exif)
        );
    }
}

/// All rows there are, at the scale that the number chooses.
pub fn decoder(mut bytes: &[u8], scale: u8) {
    let limits = limits();
    let Ok(mut source) = Source::open(&mut bytes as &mut dyn Read, &limits) else {
        return;
    };
    let Ok(mut decoder) = Decoder::open(&mut source, &limits) else {
        return;
    };
    let scales = [Scale::Full, Scale::Half, Scale::Quarter, Scale::Eighth];
    let count = decoder.header().components.len();
    // luma at one scale and chroma at another, as renditions have it
    let scales: Vec<Scale> = (0..count)
        .map(|i| scales[usize::from(scale >> (2 * i.min(3)) & 3)])
        .collect();
    if decoder.memory(&scales) > limits.max_memory {
        return;
    }
    let planes = decoder.scaled(&scales);
    let mut rows: Vec<Vec<u8>> = planes.iter().map(|p| vec![0; p.width * p.rows]).collect();
    let mut given = 0;
    loop {
        let mut into: Vec<&mut [u8]> = rows.iter_mut().map(Vec::as_mut_slice).collect();
        match decoder.next_rows(&mut into) {
            Ok(true) => given += 1,
            Ok(false) => break,
            Err(Failure::Rejected(_)) => return,
            Err(Failure::Read(error)) => panic!("bytes are always read: {error}"),
        }
        assert!(given <= 65_535 / 8 + 1, "rows come without end");
    }
    let _ = decoder.damage();
}

/// EXIF, and the block that is written of it.
pub fn exif(bytes: &[u8]) {
    let metadata = Metadata::parse(Some(bytes));
    assert!((1..=8).contains(&metadata.orientation));
    assert!(
        metadata
            .camera
            .as_ref()
            .is_none_or(|camera| camera.len() <= 400)
    );
    if let Some(block) = metadata.notices_block() {
        assert!(block.len() < 3_000);
        let again = Metadata::parse(Some(&block));
        assert_eq!(again.artist, metadata.artist);
        assert_eq!(again.copyright, metadata.copyright);
    }
}

/// A profile applied to a few pixels of every model.
pub fn profile(bytes: &[u8]) {
    let profile = Profile::of(Some(bytes), &Metadata::parse(None));
    let ramp: Vec<u16> = (0..12).map(|v| v * 5_957).collect();
    for pixels in [
        Pixels::Rgb16(ramp.clone()),
        Pixels::Gray16(ramp),
        Pixels::Cmyk8((0..12).map(|v| v * 23).collect()),
    ] {
        let _ = to_srgb(pixels, &profile, &mut Vec::new());
    }
    let _ = ColorProfile::new_from_slice(bytes);
}
