//! Files that are cut, flipped and cropped: there is a picture as far as there can be one, and nothing worse happens.

use super::*;

const SCALES: [Scale; 4] = [Scale::Full, Scale::Half, Scale::Quarter, Scale::Eighth];

fn file(progressive: bool, restart: u16) -> Vec<u8> {
    let pixels = picture(230, 150, 3);
    let file = encoder(&pixels, 230, 150)
        .sampling_factors(vec![(2, 2), (1, 1), (1, 1)])
        .progressive(progressive)
        .restart_blocks(restart)
        .encode();
    file.unwrap()
}

/// a sequential file cut anywhere gives the rows before the cut, unchanged.
#[test]
fn a_cut_file_gives_the_rows_before_the_cut() {
    let whole_file = file(false, 0);
    let expected = whole(&whole_file, Scale::Full);
    let start = data_at(&whole_file);
    let mut rows = 0;
    for cut in (start..whole_file.len() - 2).step_by(97) {
        let (planes, damage) = decoded(&whole_file[..cut], Scale::Full).unwrap();
        assert!(damage.unended && damage.missing > 0, "{cut}: {damage:?}");
        // The last row of MCUs there is may hold less than all of it.
        let sure = planes[0].rows.len().saturating_sub(16 * 230);
        assert!(planes[0].rows[..sure] == expected[0].rows[..sure]);
        assert!(planes[0].rows.len() >= rows, "more bytes, more rows");
        rows = planes[0].rows.len();
    }
    assert_eq!(rows, 230 * 150);
}

/// A progressive file cut behind its first scan is a whole picture, and the further the cut the nearer to the original.
#[test]
fn a_cut_progressive_file_is_coarse() {
    let whole_file = file(true, 0);
    let expected = whole(&whole_file, Scale::Full);
    let mut last = f64::MAX;
    let mut coarse = 0;
    for tenth in 3..10 {
        let (planes, damage) =
            decoded(&whole_file[..whole_file.len() * tenth / 10], Scale::Full).unwrap();
        assert!(damage.unended);
        if damage.missing > 0 {
            continue;
        }
        coarse += 1;
        let mut differences = Differences::default();
        differences.add(&planes, &expected);
        assert!(differences.mean() < last);
        last = differences.mean();
    }
    assert!(coarse > 3 && last < 5.0, "{coarse} {last}");
}

/// A file of a scan a component that lacks one says so, though its end is there.
#[test]
fn a_missing_component_is_noticed() {
    let scan = |component, ss, se| libjpeg_turbo_rs::ScanScript {
        components: vec![component],
        ss,
        se,
        ah: 0,
        al: 0,
    };
    let pixels = picture(64, 64, 3);
    let script = vec![
        scan(0, 0, 0),
        scan(1, 0, 0),
        scan(0, 1, 63),
        scan(1, 1, 63),
        scan(2, 0, 0),
        scan(2, 1, 63),
    ];
    let file = encoder(&pixels, 64, 64)
        .progressive(true)
        .scan_script(script)
        .encode();
    let file = file.unwrap();
    let expected = whole(&file, Scale::Full);
    let scans: Vec<usize> = (0..file.len() - 10)
        .filter(|at| file[*at..*at + 5] == [0xFF, 0xDA, 0, 8, 1])
        .collect();
    let cut = [&file[..scans[4]], &[0xFF, 0xD9]].concat();
    let (planes, damage) = decoded(&cut[..], Scale::Full).unwrap();
    assert!(damage.missing == 16 && !damage.unended, "{damage:?}");
    assert!(planes[..2] == expected[..2]);
    assert!(planes[2].rows.iter().all(|sample| *sample == 128));
}

/// A file whose last marker alone is missing is whole, and says so.
#[test]
fn a_missing_end_is_noticed_and_costs_nothing() {
    for progressive in [false, true] {
        let file = file(progressive, 0);
        let (planes, damage) = decoded(&file[..file.len() - 2], Scale::Full).unwrap();
        let unended = Damage {
            unended: true,
            ..Damage::default()
        };
        assert_eq!(damage, unended);
        assert!(planes == whole(&file, Scale::Full));
    }
}

/// Whatever follows the end of the image is not looked at.
#[test]
fn what_follows_the_end_changes_nothing() {
    for progressive in [false, true] {
        let file = file(progressive, 5);
        let behind = [&file[..], &[0, 0xFF, 0xD3, 0xFF], &file[..900]].concat();
        assert!(whole(&behind, Scale::Full) == whole(&file, Scale::Full));
    }
}

/// Restart intervals that are lost, doubled or shortened leave those behind them where they belong.
#[test]
fn lost_intervals_cost_only_themselves() {
    // An interval is a row of 15 MCUs.
    let original = file(false, 15);
    let expected = whole(&original, Scale::Full);
    let start = data_at(&original);
    let marks: Vec<usize> = (start..original.len() - 1)
        .filter(|at| original[*at] == 0xFF && (0xD0..=0xD7).contains(&original[at + 1]))
        .collect();
    assert_eq!(marks.len(), 9);
    let without = |from: usize, to: usize| [&original[..from], &original[to..]].concat();
    let doubled = [&original[..marks[4]], &original[marks[3]..]].concat();
    let cases = [
        // Name, file, rows of MCUs that may differ.
        ("an interval", without(marks[2], marks[3]), 3..4),
        ("three intervals", without(marks[2], marks[5]), 3..6),
        ("half of one", without(marks[2] + 60, marks[3]), 3..4),
        ("a marker", without(marks[2], marks[2] + 2), 2..4),
        ("one twice", doubled, 0..0),
    ];
    for (name, file, lost) in cases {
        let (planes, damage) = decoded(&file[..], Scale::Full).unwrap();
        assert!(damage.restarts > 0, "{name}");
        assert!(!damage.unended, "{name}");
        let row = 16 * 230;
        let same =
            |rows: std::ops::Range<usize>| planes[0].rows[rows.clone()] == expected[0].rows[rows];
        assert!(same(0..lost.start * row), "{name}: before");
        assert!(same(lost.end * row..230 * 150), "{name}: behind");
    }
}

/// Stray bytes that would be markers elsewhere do not end a scan that has no others behind it.
#[test]
fn a_stray_marker_does_not_end_the_picture() {
    let original = file(false, 0);
    let at = data_at(&original) + 2_000;
    let mut file = original.clone();
    (file[at], file[at + 1]) = (0xFF, 0xE1);
    let (planes, damage) = decoded(&file[..], Scale::Full).unwrap();
    let rows = planes[0].rows.len() / 230;
    assert!(rows > 140 && !damage.unended, "{rows} {damage:?}");
}

/// bits flipped anywhere, at every scale; each ends, and in a picture or a refusal.
#[test]
fn flipped_bits_end_in_a_picture_or_a_refusal() {
    let mut noise = Noise(0x1234_5678);
    let (mut pictures, mut refusals) = (0, 0);
    for (progressive, restart) in [(false, 0), (false, 4), (true, 0), (true, 9)] {
        let original = file(progressive, restart);
        for round in 0..150 {
            let mut file = original.clone();
            for _ in 0..1 + round % 20 {
                let at = noise.next() as usize % file.len();
                file[at] ^= 1 << (noise.next() % 8);
            }
            for scale in SCALES {
                match decoded(&file[..], scale) {
                    Ok(_) => pictures += 1,
                    Err(Failure::Rejected(_)) => refusals += 1,
                    Err(Failure::Read(error)) => panic!("{error}"),
                }
            }
        }
    }
    assert!(pictures > refusals && refusals > 0, "{pictures} {refusals}");
}

/// noise behind a sound header; no code is safe from it.
#[test]
fn noise_is_decoded_to_its_end() {
    let mut noise = Noise(0x0BAD_CAFE);
    for progressive in [false, true] {
        let original = file(progressive, 0);
        let start = data_at(&original);
        for _ in 0..60 {
            let mut file = original[..start].to_vec();
            file.extend((0..40_000).map(|_| noise.next() as u8));
            for scale in SCALES {
                decoded(&file[..], scale).unwrap();
            }
        }
    }
}

/// Ones alone begin no code of any table: each block is a fault, and the picture is there all the same.
#[test]
fn codes_that_do_not_exist_are_counted() {
    for progressive in [false, true] {
        let original = file(progressive, 0);
        let mut file = original[..data_at(&original)].to_vec();
        file.extend([0xFF, 0x00].repeat(5_000));
        file.extend([0xFF, 0xD9]);
        for scale in SCALES {
            let (planes, damage) = decoded(&file[..], scale).unwrap();
            assert!(damage.codes > 10 && !damage.unended, "{damage:?}");
            assert!(!planes[0].rows.is_empty());
        }
    }
}
