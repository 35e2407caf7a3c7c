//! Photographs for the way through the whole stack: small, cheap to make, each with bytes of its own.

use sample::Exif;

/// A JPEG of the given size whose Exif says when it was taken.
#[must_use]
pub fn jpeg(width: u32, height: u32, seed: u64, captured: &str) -> Vec<u8> {
    let exif = Exif {
        captured: Some(captured.to_owned()),
        offset: Some("+02:00".to_owned()),
        orientation: Some(1),
        gps: None,
        exposure: None,
    };
    sample::test_photograph(width, height, seed, &exif)
}

/// `count` small photographs, a minute apart, named like a camera does.
#[must_use]
pub fn roll(count: usize) -> Vec<(String, Vec<u8>)> {
    let shots = (0..count).map(|index| {
        let captured = format!("2026:06:14 {:02}:{:02}:00", 10 + index / 60, index % 60);
        let size = if index % 3 == 2 {
            (320, 480)
        } else {
            (480, 320)
        };
        let bytes = jpeg(size.0, size.1, index as u64 + 1, &captured);
        (format!("IMG_{:04}.jpg", 2041 + index), bytes)
    });
    shots.collect()
}
