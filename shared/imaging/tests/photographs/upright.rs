//! The eight orientations, through whole files.

use image::metadata::Orientation;

use crate::make::{self, Picture, decoded, near, oriented, rendered};

const CORNERS: [((f64, f64), [u8; 3]); 4] = [
    ((0.1, 0.1), [220, 40, 40]),
    ((0.9, 0.1), [40, 200, 40]),
    ((0.1, 0.9), [40, 40, 220]),
    ((0.9, 0.9), [230, 230, 60]),
];

/// A colour in each corner: no turn and no mirror leaves it as it is.
fn signpost() -> Picture {
    Picture::of(360, 200, |x, y| {
        CORNERS[usize::from(x >= 180) + 2 * usize::from(y >= 100)].1
    })
}

/// As a camera held that way stores it.
fn stored(orientation: u8) -> Picture {
    let back = match orientation {
        6 => 8,
        8 => 6,
        own_inverse => own_inverse,
    };
    let mut image = signpost().image();
    image.apply_orientation(Orientation::from_exif(back).unwrap());
    let image = image.into_rgb8();
    Picture {
        width: image.width() as usize,
        height: image.height() as usize,
        rgb: image.into_raw(),
    }
}

fn assert_upright(file: &[u8], what: &str) {
    let made = rendered(file);
    assert_eq!((made.width, made.height), (360, 200), "{what}");
    let (long, short) = (
        made.stored.0.max(made.stored.1),
        made.stored.0.min(made.stored.1),
    );
    assert_eq!((long, short), (360, 200), "{what}");
    for rendition in &made.renditions {
        let picture = decoded(rendition);
        for ((x, y), colour) in CORNERS {
            let actual = picture.at(x, y);
            assert!(
                near(actual, colour, 12),
                "{what}: {actual:?} at {x}, {y}, not {colour:?}"
            );
        }
    }
}

/// whichever way the camera was held, the pixels come upright and nothing is left to apply.
#[test]
fn all_eight_orientations_of_a_jpeg_come_upright() {
    for orientation in 1..=8_u8 {
        let file = make::with_exif(&stored(orientation).jpeg(), &oriented(orientation.into()));
        assert_upright(&file, &format!("orientation {orientation}"));
    }
}

#[test]
fn all_eight_orientations_of_a_png_come_upright() {
    for orientation in 1..=8_u8 {
        let file = make::with_chunk(
            &stored(orientation).png(),
            b"eXIf",
            &oriented(orientation.into()),
        );
        assert_upright(&file, &format!("orientation {orientation}"));
    }
}

#[test]
fn an_orientation_that_does_not_exist_is_ignored() {
    for orientation in [0, 9, 274, 65_535] {
        assert_upright(
            &make::with_exif(&signpost().jpeg(), &oriented(orientation)),
            "unknown",
        );
    }
}

/// The sizes are those of the upright photograph, and the long edge is the long one.
#[test]
fn a_portrait_keeps_its_proportions() {
    let made = rendered(&make::with_exif(
        &Picture::landscape(3_000, 2_000).jpeg(),
        &oriented(6),
    ));
    assert_eq!((made.width, made.height), (2_000, 3_000));
    let sizes: Vec<_> = made
        .renditions
        .iter()
        .map(|r| (r.long_edge, r.width, r.height))
        .collect();
    assert_eq!(
        sizes,
        [
            (2_048, 1_365, 2_048),
            (1_280, 853, 1_280),
            (640, 427, 640),
            (320, 213, 320)
        ]
    );
}
