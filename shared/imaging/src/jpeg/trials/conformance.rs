//! What is decoded is what another decoder decodes: every sampling, restart interval, size and kind of scan.

use libjpeg_turbo_rs::{ScanScript, read_coefficients};

use super::*;
use crate::jpeg::segments::ZIGZAG;

const SIZES: [(usize, usize); 9] = [
    (1, 1),
    (7, 5),
    (8, 8),
    (16, 17),
    (33, 16),
    (65, 9),
    (130, 71),
    (257, 100),
    (70, 200),
];

/// Sampling factors of files there are, and of some that only the standard knows.
const SAMPLINGS: [&[(u8, u8)]; 14] = [
    &[(1, 1), (1, 1), (1, 1)],
    &[(2, 1), (1, 1), (1, 1)],
    &[(2, 2), (1, 1), (1, 1)],
    &[(1, 2), (1, 1), (1, 1)],
    &[(4, 1), (1, 1), (1, 1)],
    &[(1, 4), (1, 1), (1, 1)],
    &[(4, 2), (1, 1), (1, 1)],
    &[(2, 4), (1, 1), (1, 1)],
    &[(2, 2), (2, 1), (2, 1)],
    &[(2, 2), (1, 2), (1, 2)],
    &[(2, 1), (2, 1), (1, 1)],
    &[(1, 1), (2, 2), (1, 1)],
    &[(3, 1), (1, 1), (1, 1)],
    &[(2, 2), (2, 2), (1, 1)],
];

/// Issue 5: against libjpeg's `islow` at full size. The largest difference of a sample is 1, and the mean below 0.07.
#[test]
fn samples_differ_by_one_at_most_from_the_reference() {
    let mut differences = Differences::default();
    let mut files = 0;
    for (width, height) in SIZES {
        let pixels = picture(width, height, 3);
        for factors in SAMPLINGS {
            for progressive in [false, true] {
                for restart in [0, 1, 3] {
                    let file = encoder(&pixels, width, height)
                        .sampling_factors(factors.to_vec())
                        .progressive(progressive)
                        .restart_blocks(restart)
                        .encode();
                    let file = file.unwrap();
                    let ours = whole(&file, Scale::Full);
                    differences.add(&ours, &reference(&file, &ours));
                    files += 1;
                }
            }
        }
    }
    assert_eq!(files, 9 * 14 * 2 * 3);
    assert_eq!(differences.most, 1);
    assert!(differences.mean() < 0.07, "{}", differences.mean());
}

#[test]
fn one_and_four_components_are_decoded_alike() {
    let mut differences = Differences::default();
    for (width, height) in SIZES {
        for channels in [1, 4] {
            let pixels = picture(width, height, channels);
            for progressive in [false, true] {
                let file = encoder(&pixels, width, height)
                    .progressive(progressive && channels == 1)
                    .restart_rows(1)
                    .encode();
                let file = file.unwrap();
                let ours = whole(&file, Scale::Full);
                assert_eq!(ours.len(), channels);
                differences.add(&ours, &reference(&file, &ours));
            }
        }
    }
    assert!(differences.most <= 1);
}

/// Quality decides how many coefficients there are and how long their codes.
#[test]
fn every_quality_is_decoded_alike() {
    let pixels = picture(150, 90, 3);
    for quality in [1, 10, 35, 50, 75, 90, 97, 100] {
        for optimised in [false, true] {
            let file = encoder(&pixels, 150, 90)
                .quality(quality)
                .optimize_huffman(optimised)
                .encode();
            let file = file.unwrap();
            let ours = whole(&file, Scale::Full);
            let mut differences = Differences::default();
            differences.add(&ours, &reference(&file, &ours));
            assert!(differences.most <= 1, "quality {quality}");
        }
    }
}

/// T.81 K.3: a file without codes, as films are made of, is one with the standard's.
#[test]
fn a_file_without_codes_has_the_standards() {
    let pixels = picture(90, 70, 3);
    let file = encoder(&pixels, 90, 70).encode().unwrap();
    let mut bare = file.clone();
    while let Some(at) = bare.windows(2).position(|w| w == [0xFF, 0xC4]) {
        let length = usize::from(u16::from_be_bytes([bare[at + 2], bare[at + 3]]));
        bare.drain(at..at + 2 + length);
    }
    assert!(bare.len() + 400 < file.len());
    assert!(whole(&bare, Scale::Full) == whole(&file, Scale::Full));
}

/// Nothing but black and white at random, and the strongest single frequencies: sums that 16 bits must hold.
#[test]
fn the_harshest_contrasts_are_decoded_alike() {
    let mut noise = Noise(0x0DDB_A115);
    let random: Vec<u8> = (0..160 * 160)
        .map(|_| 255 * (noise.next() % 2) as u8)
        .collect();
    let checks: Vec<u8> = (0..160_usize * 160)
        .map(|i| (i % 160, i / 160))
        .map(|(x, y)| {
            // Another frequency in each block.
            let (fx, fy) = (x / 8 % 8, y / 8 % 8);
            let up = |at: usize, f: usize| ((2 * (at % 8) + 1) * f / 16).is_multiple_of(2);
            if up(x, fx + 1) == up(y, fy + 1) {
                0
            } else {
                255
            }
        })
        .collect();
    for pixels in [random, checks] {
        for quality in [1, 5, 20, 60, 100] {
            let file = encoder(&pixels, 160, 160).quality(quality).encode();
            let file = file.unwrap();
            let ours = whole(&file, Scale::Full);
            let mut differences = Differences::default();
            differences.add(&ours, &reference(&file, &ours));
            assert!(
                differences.most <= 1,
                "quality {quality}: {}",
                differences.most
            );
        }
    }
}

/// Scans of bands and bits in an order no encoder chooses by itself.
#[test]
fn any_script_of_scans_is_followed() {
    let scan = |components: &[u8], ss, se, ah, al| ScanScript {
        components: components.to_vec(),
        ss,
        se,
        ah,
        al,
    };
    let bits = vec![
        scan(&[0, 1, 2], 0, 0, 0, 3),
        scan(&[0], 1, 9, 0, 4),
        scan(&[0], 10, 63, 0, 3),
        scan(&[0], 1, 9, 4, 3),
        scan(&[0, 1, 2], 0, 0, 3, 2),
        scan(&[0], 1, 63, 3, 2),
        scan(&[0], 1, 63, 2, 1),
        scan(&[1], 1, 63, 0, 0),
        scan(&[0], 1, 30, 1, 0),
        scan(&[2], 1, 63, 0, 1),
        scan(&[2], 1, 63, 1, 0),
        scan(&[0], 31, 63, 1, 0),
        scan(&[0, 1, 2], 0, 0, 2, 1),
        scan(&[0, 1, 2], 0, 0, 1, 0),
    ];
    let alone = vec![
        scan(&[0], 0, 0, 0, 0),
        scan(&[2], 0, 0, 0, 0),
        scan(&[1], 0, 0, 0, 0),
        scan(&[2], 1, 63, 0, 0),
        scan(&[0], 1, 5, 0, 0),
        scan(&[0], 6, 63, 0, 0),
        scan(&[1], 1, 63, 0, 0),
    ];
    let pixels = picture(203, 117, 3);
    for script in [bits, alone] {
        for quality in [60, 98] {
            let file = encoder(&pixels, 203, 117)
                .quality(quality)
                .progressive(true)
                .scan_script(script.clone())
                .encode();
            let file = file.unwrap();
            let ours = whole(&file, Scale::Full);
            let mut differences = Differences::default();
            differences.add(&ours, &reference(&file, &ours));
            assert_eq!(differences.most, 1);
        }
    }
}

/// A sequential file with a scan a component is the three files it is made of.
#[test]
fn components_in_scans_of_their_own_are_decoded_alike() {
    let (width, height) = (93_usize, 61_usize);
    for (h, v) in [(1, 1), (2, 2), (2, 1)] {
        let sizes = [(width, height), (width.div_ceil(h), height.div_ceil(v))];
        let [luma, chroma] = sizes.map(|(width, height)| {
            let pixels = picture(width, height, 1);
            let file = encoder(&pixels, width, height).restart_blocks(7).encode();
            file.unwrap()
        });
        let at = data_at(&luma);
        let frame = luma.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
        let mut file = luma[..frame].to_vec();
        file.extend_from_slice(&[0xFF, 0xC0, 0, 17, 8, 0, height as u8, 0, width as u8, 3]);
        file.extend_from_slice(&[1, (h << 4 | v) as u8, 0, 2, 0x11, 0, 3, 0x11, 0]);
        // The tables between the frame and the scan.
        file.extend_from_slice(&luma[frame + 13..at - 10]);
        for (id, part) in [(1, &luma), (2, &chroma), (3, &chroma)] {
            file.extend_from_slice(&[0xFF, 0xDA, 0, 8, 1, id, 0, 0, 63, 0]);
            file.extend_from_slice(&part[data_at(part)..part.len() - 2]);
        }
        file.extend_from_slice(&[0xFF, 0xD9]);
        for scale in [Scale::Full, Scale::Half, Scale::Eighth] {
            let planes = whole(&file, scale);
            let single = [&luma, &chroma].map(|file| whole(file, scale).remove(0));
            assert!(planes[0] == single[0]);
            assert!(planes[1] == single[1] && planes[2] == single[1]);
        }
    }
}

/// The inverse transform of a block's low frequencies alone, exactly.
fn low_frequencies(block: &[f64; 64], side: usize) -> Vec<f64> {
    let norm = |k: usize| if k == 0 { 0.5_f64.sqrt() } else { 1.0 };
    let wave = |x: usize, k: usize| {
        norm(k) * ((2 * x + 1) as f64 * k as f64 * std::f64::consts::PI / (2 * side) as f64).cos()
    };
    let mut samples = Vec::new();
    for y in 0..side {
        for x in 0..side {
            let mut sum = 0.0;
            for v in 0..side {
                for u in 0..side {
                    sum += block[v * 8 + u] * wave(x, u) * wave(y, v);
                }
            }
            samples.push((128.0 + sum / 4.0).clamp(0.0, 255.0));
        }
    }
    samples
}

/// Scaled planes are the inverse transform of the coefficients that are kept; so no sample is off by a whole step.
#[test]
fn scaled_samples_are_those_of_the_low_frequencies() {
    let (width, height) = (171, 93);
    let pixels = picture(width, height, 3);
    for progressive in [false, true] {
        let file = encoder(&pixels, width, height)
            .sampling_factors(SAMPLINGS[2].to_vec())
            .progressive(progressive)
            .encode();
        let file = file.unwrap();
        let coefficients = read_coefficients(&file).unwrap();
        for scale in [Scale::Full, Scale::Half, Scale::Quarter, Scale::Eighth] {
            let side = scale.side();
            let planes = whole(&file, scale);
            for (plane, theirs) in planes.iter().zip(&coefficients.components) {
                let steps = &coefficients.quant_tables[usize::from(theirs.quant_table_index)];
                // Their blocks are in zigzag order, their tables are not.
                let exact = theirs.blocks.iter().map(|block| {
                    let mut values = [0.0; 64];
                    for (at, value) in ZIGZAG.iter().zip(block) {
                        let at = usize::from(*at);
                        values[at] = f64::from(*value) * f64::from(steps[at]);
                    }
                    low_frequencies(&values, side)
                });
                let exact: Vec<_> = exact.collect();
                let mut sum = 0.0;
                for (i, sample) in plane.rows.iter().enumerate() {
                    let (x, y) = (i % plane.width, i / plane.width);
                    let block = &exact[y / side * theirs.blocks_x + x / side];
                    let exact = block[y % side * side + x % side];
                    let off = (f64::from(*sample) - exact).abs();
                    assert!(off < 1.0, "{scale:?} {x} {y}: {sample}, {exact}");
                    sum += off;
                }
                let mean = sum / plane.rows.len() as f64;
                assert!(mean < 0.28, "{scale:?}: {mean}");
            }
        }
    }
}

/// However the bytes come in, the window has its edges elsewhere and the samples are the same.
#[test]
fn the_edges_of_the_window_are_not_seen() {
    struct Trickle<'a>(&'a [u8], usize);
    impl Read for Trickle<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let count = self.1.min(into.len()).min(self.0.len());
            let (now, later) = self.0.split_at(count);
            into[..count].copy_from_slice(now);
            self.0 = later;
            Ok(count)
        }
    }
    let pixels = picture(311, 207, 3);
    for progressive in [false, true] {
        let file = encoder(&pixels, 311, 207)
            .quality(97)
            .progressive(progressive)
            .restart_blocks(50)
            .encode();
        let file = file.unwrap();
        let expected = whole(&file, Scale::Full);
        for count in [1, 2, 3, 5, 7, 11, 13, 100, 4_095, 4_097, 65_535] {
            let (planes, damage) = decoded(Trickle(&file, count), Scale::Full).unwrap();
            assert_eq!(damage, Damage::default());
            assert!(planes == expected, "{count} bytes at a time");
        }
    }
}
