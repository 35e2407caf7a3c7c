//! Batches beside what is here.

use super::*;
use domain::ids::GalleryId;
use domain::photo::{Picture, Shown, State as Is, Version};
use table::Settled;

/// What a file of so many bytes has in it, if it is the one that is here.
fn crc(size: u64) -> u32 {
    u32::try_from(size).unwrap() * 7
}

fn photo(key: &str, name: &str, size: u64) -> Photo {
    Photo {
        id: PhotoId::of_key(key),
        gallery: GalleryId::new(Timestamp::UNIX_EPOCH),
        key: key.into(),
        section: String::new(),
        file_name: name.into(),
        version: Version {
            id: "1".into(),
            etag: String::new(),
            size,
        },
        state: Is::Ready(Picture {
            width: 3,
            height: 2,
            crc32: crc(size),
            thumbhash: String::new(),
            average: "808080".into(),
            captured: None,
            truncated: false,
            tag: String::new(),
            renditions: vec![(320, 320, 213)],
            marked: false,
        }),
        uploaded: Timestamp::UNIX_EPOCH,
        stage: Stage::default(),
        shown: Shown::default(),
        number: 1,
        fresh: false,
        refused: None,
    }
}

/// What becomes of files: folder, name, size, CRC-32.
type Files<'a> = [(&'a str, &'a str, u64, Option<u32>)];

fn batch(files: &Files<'_>, replace: bool, stage: Option<Stage>) -> Batch {
    let file = |(section, name, size, crc32): &(&str, &str, u64, Option<u32>)| File {
        name: (*name).into(),
        section: (*section).into(),
        content: Content {
            size: *size,
            crc32: *crc32,
        },
        kind: String::new(),
    };
    let files = files.iter().map(file).collect();
    Batch {
        files,
        replace,
        stage,
    }
}

fn told(batch: &Batch, here: &Here<'_>) -> (Vec<Kind>, String) {
    let mut totals = Totals::default();
    let found = found(batch, here);
    found.iter().for_each(|found| totals.add(found.kind));
    let kinds = found.iter().map(|found| found.kind).collect();
    (kinds, totals.sentence())
}

/// The same of files that are what is here, where there is one of so many bytes.
fn kinds(files: &[(&str, &str, u64)], replace: bool, here: &Here<'_>) -> (Vec<Kind>, String) {
    let known = files
        .iter()
        .map(|&(section, name, size)| (section, name, size, Some(crc(size))));
    told(&batch(&known.collect::<Vec<_>>(), replace, None), here)
}

/// P26: the preview says of each file what it would do, and counts.
#[test]
fn a_batch_is_told_before_it_travels() {
    let photos = [
        photo("f/A/IMG_1.jpg", "IMG_1.jpg", 10),
        photo("f/A/IMG_2.jpg", "IMG_2.jpg", 20),
        photo("f/A/x.jpg", "x.jpg", 30),
        photo("f/B/x.jpg", "x.jpg", 31),
    ];
    let settled = [Settled {
        key: "f/A/IMG_2.jpg".into(),
        etag: "proof".into(),
        size: 15,
        crc32: Some(crc(15)),
        photo: Some(photos[1].id.clone()),
    }];
    let here = Here::new("f", &photos, &settled);
    let files = [
        ("", "img_1.TIF", 99),
        ("", "IMG_2.jpg", 20),
        ("A", "IMG_2.jpg", 15),
        ("", "x.png", 1),
        ("B", "x.jpg", 1),
        ("", "new.jpg", 1),
        ("", "IMG_1.CR3", 1),
    ];
    use Kind::{Ambiguous, Exists, New, Replaces, Same, Unfit};
    let (told, sentence) = kinds(&[files[0], files[3], files[4], files[5]], true, &here);
    assert_eq!(told, [Replaces, Ambiguous, Replaces, New]);
    assert_eq!(sentence, "2 replace, 1 to decide, 1 new");
    // P31: a folder picked again, also its proofs after the finals took their place
    assert_eq!(kinds(&files[1..2], true, &here).0, [Same]);
    assert_eq!(kinds(&files[2..3], true, &here).0, [Same]);
    assert_eq!(kinds(&files[1..3], true, &here).0, [Ambiguous, Ambiguous]);
    assert_eq!(kinds(&[("", "x.jpg", 31)], true, &here).0, [Same]);
    let (told, sentence) = kinds(&files, false, &here);
    assert_eq!(told, [New, New, Same, New, Exists, New, Unfit]);
    assert_eq!(
        sentence,
        "4 new, 1 here already, 1 of a name that is taken, 1 unreadable"
    );
}

/// P26: a retouched file of as many bytes, as uncompressed ones have, is another one: it is compared, and sent.
#[test]
fn as_many_bytes_are_compared() {
    let photos = [
        photo("f/A/x.tif", "x.tif", 30),
        photo("f/B/x.tif", "x.tif", 31),
        photo("f/IMG_1.tif", "IMG_1.tif", 10),
    ];
    let here = Here::new("f", &photos, &[]);
    use Kind::{Ambiguous, Compare, Exists, Replaces, Same};
    for (section, name, size, unsaid, other) in [
        ("", "IMG_1.tif", 10, Compare, (Replaces, Exists)),
        ("", "x.tif", 30, Compare, (Ambiguous, Kind::New)),
    ] {
        let of = |crc32, replace| {
            let files = [(section, name, size, crc32)];
            told(&batch(&files, replace, None), &here).0[0]
        };
        assert_eq!(of(None, true), unsaid, "{name}");
        assert_eq!(of(Some(crc(size)), true), Same, "{name}");
        assert_eq!(of(Some(1), true), other.0, "{name}");
        assert_eq!(of(Some(1), false), other.1, "{name}");
    }
    let unsaid = batch(&[("", "IMG_1.tif", 10, None)], false, None);
    assert_eq!(told(&unsaid, &here).1, "1 to compare");
}

/// P48: what is here already and is said to be Final is marked and not sent; proofs whose finals are shown are neither.
#[test]
fn the_same_file_as_final_is_only_marked() {
    let mut photos = [
        photo("f/IMG_1.jpg", "IMG_1.jpg", 10),
        photo("f/IMG_2.jpg", "IMG_2.jpg", 20),
        photo("f/IMG_3.jpg", "IMG_3.jpg", 30),
    ];
    photos[1].stage = Stage::Final;
    let settled = [Settled {
        key: "f/IMG_3.jpg".into(),
        etag: "proof".into(),
        size: 15,
        crc32: Some(crc(15)),
        photo: Some(photos[2].id.clone()),
    }];
    let here = Here::new("f", &photos, &settled);
    let files = [
        ("", "IMG_1.jpg", 10, Some(crc(10))),
        ("", "IMG_2.jpg", 20, Some(crc(20))),
        ("", "IMG_3.jpg", 15, Some(crc(15))),
    ];
    use Kind::{Raises, Same};
    for replace in [true, false] {
        let (kinds, sentence) = told(&batch(&files, replace, Some(Stage::Final)), &here);
        assert_eq!(kinds, [Raises, Same, Same]);
        assert_eq!(sentence, "1 to mark only, 2 here already");
        let proofs = batch(&files, replace, Some(Stage::Undefined));
        assert_eq!(told(&proofs, &here).0, [Same, Same, Same]);
    }
}
