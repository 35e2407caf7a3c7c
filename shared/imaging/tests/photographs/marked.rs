//! The studio's name across proofs, and only across those.

use crate::make::{Picture, Value, decoded, exif, with_exif};
use imaging::{Limits, MARKED, Mark, Rendered, Rendition, render};

fn marked(file: &[u8]) -> Rendered {
    let mark = Mark::new("Åsa Öberg Foto").unwrap();
    render(file, &Limits::default(), Some(&mark)).unwrap()
}

/// The marked file of a rendition, decoded.
fn proof(rendition: &Rendition) -> Picture {
    let jpeg = rendition.marked.clone().unwrap();
    decoded(&Rendition {
        jpeg,
        ..rendition.clone()
    })
}

/// The largest difference of a channel within a quarter of the picture.
fn difference(a: &Picture, b: &Picture, right: usize, lower: usize) -> u8 {
    let (width, height) = (a.width / 2, a.height / 2);
    (0..height)
        .flat_map(|y| {
            let start = ((y + lower * height) * a.width + right * width) * 3;
            start..start + width * 3
        })
        .map(|i| a.rgb[i].abs_diff(b.rgb[i]))
        .max()
        .unwrap()
}

/// P21: two sizes exist a second time, of the same dimensions, with the name in every quarter; the clean ones and
/// everything else are what they are without a mark.
#[test]
fn proofs_bear_the_name_in_every_quarter_and_clean_ones_are_the_same_bytes() {
    let file = Picture::landscape(2_400, 1_600).jpeg();
    let with = marked(&file);
    let without = render(&file[..], &Limits::default(), None).unwrap();
    let edges = with.renditions.iter().filter(|r| r.marked.is_some());
    assert_eq!(edges.map(|r| r.long_edge).collect::<Vec<_>>(), MARKED);
    for rendition in with.renditions.iter().filter(|r| r.marked.is_some()) {
        let (clean, proof) = (decoded(rendition), proof(rendition));
        assert_eq!((clean.width, clean.height), (proof.width, proof.height));
        for (right, lower) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let most = difference(&clean, &proof, right, lower);
            assert!(most > 40, "{}: {most}", rendition.long_edge);
        }
    }
    let mut clean = with;
    for rendition in &mut clean.renditions {
        rendition.marked = None;
    }
    assert_eq!(clean, without);
}

/// A photograph smaller than the sizes is marked at its own, and its placeholder stays clean.
#[test]
fn a_small_photograph_is_marked_at_its_own_size() {
    for (width, height) in [(1_000, 1_500), (300, 200)] {
        let file = Picture::landscape(width, height).jpeg();
        let with = marked(&file);
        let first = &with.renditions[0];
        assert_eq!(proof(first).width, first.width as usize);
        assert_ne!(first.marked.as_ref(), Some(&first.jpeg));
        let without = render(&file[..], &Limits::default(), None).unwrap();
        assert_eq!(with.thumbhash, without.thumbhash);
        assert_eq!(with.average, without.average);
    }
}

/// holds for a proof: the copyright notice is in it as in the clean one.
#[test]
fn a_proof_carries_the_copyright_too() {
    let notice = "(c) 2026 Ada Hart";
    let tags = exif(&[(0x8298, Value::Text(notice))], &[], &[]);
    let file = with_exif(&Picture::landscape(2_400, 1_600).jpeg(), &tags);
    for rendition in &marked(&file).renditions[..2] {
        let jpeg = rendition.marked.as_ref().unwrap();
        let found = jpeg.windows(notice.len()).any(|w| w == notice.as_bytes());
        assert!(found, "{}", rendition.long_edge);
    }
}
