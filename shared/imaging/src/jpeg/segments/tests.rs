//! What the markers before the first scan refuse, keep and put together.

use super::*;
use crate::jpeg::input::Input;

const SCAN: &[u8] = &[
    0xFF, SOS, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0xFF, 0, 0x34, 0xFF, 0xD0, 0x56,
];

fn frame(marker: u8, width: u16, height: u16) -> Vec<u8> {
    let mut bytes = vec![0xFF, SOI, 0xFF, marker, 0, 11, 8];
    bytes.extend_from_slice(&height.to_be_bytes());
    bytes.extend_from_slice(&width.to_be_bytes());
    bytes.extend_from_slice(&[1, 1, 0x22, 0]);
    bytes
}

fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&[0xFF, marker], &length[..], body].concat()
}

fn opened(bytes: &[u8]) -> Result<(Header, Scan), Rejection> {
    let mut segments = Segments::default();
    match segments.open(&mut Input::new(bytes), &Limits::default()) {
        Ok(scan) => Ok((segments.header, scan)),
        Err(Failure::Rejected(rejection)) => Err(rejection),
        Err(Failure::Read(error)) => panic!("{error}"),
    }
}

/// the header alone refuses the bomb; there is no picture data in it at all.
#[test]
fn a_bomb_is_refused_by_its_header() {
    let refused = opened(&frame(0xC0, 65_500, 65_500)).unwrap_err();
    let too_large = Rejection::TooLarge {
        width: 65_500,
        height: 65_500,
    };
    assert_eq!(refused, too_large);
}

/// the 101st scan is one too many.
#[test]
fn scans_are_counted_as_they_come() {
    let bytes = [frame(0xC0, 16, 16), SCAN.repeat(10_000)].concat();
    let mut segments = Segments::default();
    let mut input = Input::new(&bytes[..]);
    let limits = Limits::default();
    segments.open(&mut input, &limits).unwrap();
    let failure = (1..10_000).find_map(|_| segments.next(&mut input, &limits).err());
    assert_eq!(
        failure.unwrap().rejection(),
        Some(&Rejection::TooManyScans { scans: 101 })
    );
}

/// The limits saw the first; a larger one behind it is none they did.
#[test]
fn a_second_frame_is_refused() {
    let second = &frame(0xC0, 60_000, 4_000)[2..];
    let bytes = [&frame(0xC0, 16, 16), second, SCAN].concat();
    assert_eq!(opened(&bytes).unwrap_err(), Rejection::Damaged);
}

/// Behind the first scan it is passed over, and the picture keeps its size.
#[test]
fn a_second_frame_behind_a_scan_changes_nothing() {
    let second = &frame(0xC0, 60_000, 4_000)[2..];
    let bytes = [&frame(0xC0, 16, 16), SCAN, second, SCAN].concat();
    let mut segments = Segments::default();
    let mut input = Input::new(&bytes[..]);
    let limits = Limits::default();
    segments.open(&mut input, &limits).unwrap();
    assert!(matches!(
        segments.next(&mut input, &limits),
        Ok(Next::Scan(_))
    ));
    assert_eq!((segments.header.width, segments.header.height), (16, 16));
}

#[test]
fn kinds_no_camera_exports_are_named() {
    let kind = |bytes: &[u8]| opened(bytes).unwrap_err().to_string();
    assert!(kind(&frame(0xC3, 16, 16)).contains("a lossless JPEG"));
    assert!(kind(&frame(0xC9, 16, 16)).contains("an arithmetic-coded JPEG"));
    assert!(kind(&frame(0xC5, 16, 16)).contains("a hierarchical JPEG"));
    assert!(kind(&frame(0xC0, 16, 0)).contains("a JPEG that does not say its height"));
    let mut deep = frame(0xC1, 16, 16);
    deep[6] = 12;
    assert!(kind(&deep).contains("a 12-bit JPEG"));
    let two = [8, 0, 16, 0, 16, 2, 1, 0x11, 0, 2, 0x11, 0];
    let two = [&[0xFF, SOI], &segment(0xC0, &two)[..]].concat();
    assert!(kind(&two).contains("a JPEG of an unusual kind"));
}

#[test]
fn what_is_no_frame_is_refused() {
    for (at, value) in [(11, 0), (13, 0x50), (13, 0x02), (14, 4)] {
        let mut bytes = [&frame(0xC0, 16, 16), SCAN].concat();
        bytes[at] = value;
        assert!(opened(&bytes).is_err(), "{at}");
    }
}

/// ICC.1 annex B.4.
#[test]
fn pieces_of_a_profile_are_put_in_order_and_a_missing_one_is_noticed() {
    let piece =
        |sequence, count, data: &[u8]| segment(0xE2, &[ICC_TAG, &[sequence, count], data].concat());
    let start = frame(0xC0, 16, 16);
    let (second, first) = (piece(2, 2, b"profile"), piece(1, 2, b"colour "));
    let (header, _) = opened(&[&start, &second[..], &first, SCAN].concat()).unwrap();
    assert_eq!(header.icc.unwrap(), b"colour profile");
    let (header, _) = opened(&[&start, &second[..], SCAN].concat()).unwrap();
    assert!(header.icc_claimed && header.icc.is_none());
}

/// nor does a flood of empty pieces grow anything.
#[test]
fn profiles_and_metadata_out_of_proportion_are_refused() {
    let start = frame(0xC0, 16, 16);
    let exif = segment(0xE1, &[&b"Exif\0\0"[..], &[0; 60_000]].concat()).repeat(17);
    let refused = opened(&[&start, &exif[..], SCAN].concat()).unwrap_err();
    assert!(matches!(refused, Rejection::MetadataTooLarge { .. }));
    let icc = segment(0xE2, &[ICC_TAG, &[1, 1], &[0; 60_000]].concat()).repeat(67);
    let refused = opened(&[&start, &icc[..], SCAN].concat()).unwrap_err();
    assert!(matches!(refused, Rejection::ProfileTooLarge { .. }));
    let empty = segment(0xE2, &[ICC_TAG, &[1, 1]].concat()).repeat(10_000);
    let (header, _) = opened(&[&start, &empty[..], SCAN].concat()).unwrap();
    assert!(header.icc_claimed && header.icc.is_none());
}

#[test]
fn what_the_colours_depend_on_is_kept() {
    let jfif = segment(0xE0, b"JFIF\0\x01\x02");
    let adobe = segment(0xEE, b"Adobe\0\x64\0\0\0\0\x02");
    let exif = segment(0xE1, b"Exif\0\0II*\0");
    let scan = segment(SOS, &[1, 1, 0, 0, 0, 1]);
    let bytes = [&frame(0xC2, 160, 90), &jfif[..], &adobe, &exif, &scan].concat();
    let (header, scan) = opened(&bytes).unwrap();
    assert!(header.jfif && header.progressive && header.buffered);
    assert_eq!((header.width, header.height), (160, 90));
    assert_eq!(header.adobe, Some(2));
    assert_eq!(header.exif.unwrap(), b"II*\0");
    // A component alone has no sampling.
    assert_eq!((header.components[0].h, header.components[0].v), (1, 1));
    assert_eq!(scan.parts, [(0, 0, 0)]);
}

/// a file without a scan is cut where it ends without the end's marker, and damaged where it has that.
#[test]
fn a_file_without_a_scan_is_refused() {
    let bytes = frame(0xC0, 16, 16);
    let cut = Rejection::Truncated { bytes: bytes.len() };
    assert_eq!(opened(&bytes).unwrap_err(), cut);
    let ended = [&bytes, &[0xFF, EOI][..]].concat();
    assert_eq!(opened(&ended).unwrap_err(), Rejection::Damaged);
}

/// T.81 B.2.3, G.1.1.1.1: bands that a progressive scan cannot have.
#[test]
fn impossible_scans_are_refused() {
    let scan = |first, last, bits| {
        let scan = segment(SOS, &[1, 1, 0, first, last, bits]);
        opened(&[&frame(0xC2, 16, 16), &scan[..]].concat())
    };
    assert!(scan(0, 0, 1).is_ok() && scan(1, 63, 0x21).is_ok());
    for (first, last, bits) in [(0, 5, 0), (5, 4, 0), (1, 64, 0), (0, 0, 14)] {
        assert_eq!(scan(first, last, bits).unwrap_err(), Rejection::Damaged);
    }
    for body in [
        &[0, 0, 63, 0][..],
        &[1, 9, 0, 0, 63, 0],
        &[2, 1, 0, 1, 0, 0, 63, 0],
        &[4, 1],
    ] {
        let bytes = [&frame(0xC0, 16, 16), &segment(SOS, body)[..]].concat();
        assert_eq!(opened(&bytes).unwrap_err(), Rejection::Damaged);
    }
}
