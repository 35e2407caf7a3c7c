//! The walk over a JPEG's markers: everything the limits need, read before a decoder sees a byte.

use memchr::memchr;

use crate::{Limits, Rejection};

/// What the markers say about the picture.
#[derive(Debug)]
pub(crate) struct Header<'a> {
    /// Pixels across, as stored.
    pub width: u32,
    /// Pixels down, as stored.
    pub height: u32,
    /// In the frame header's order.
    pub components: Vec<Component>,
    /// The rows cannot be had one after another: progressive, or a scan a component.
    pub buffered: bool,
    /// The transform of the Adobe marker (0 none, 1 YCbCr, 2 YCCK), if there is one.
    pub adobe: Option<u8>,
    /// Whether there is a JFIF marker, which promises YCbCr.
    pub jfif: bool,
    /// The embedded profile, put together; `None` too when pieces are missing.
    pub icc: Option<Vec<u8>>,
    /// The TIFF structure of the EXIF segment.
    pub exif: Option<&'a [u8]>,
    /// Whether the end-of-image marker was reached.
    pub ended: bool,
}

/// One component of the frame header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Component {
    /// The selector: 1, 2, 3 for YCbCr as a rule, `R`, `G`, `B` for RGB.
    pub id: u8,
    /// Horizontal sampling factor, 1–4.
    pub h: u8,
    /// Vertical sampling factor, 1–4.
    pub v: u8,
}

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;
const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const APP14: u8 = 0xEE;
const ICC_TAG: &[u8] = b"ICC_PROFILE\0";

/// Walks `bytes` to the end of the image and applies the limits of.
pub(crate) fn walk<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Header<'a>, Rejection> {
    let mut walk = Walk::default();
    let mut at = 2;
    while let Some((marker, after)) = next_marker(bytes, at) {
        if marker == EOI {
            walk.ended = true;
            break;
        }
        if matches!(marker, 0x01 | SOI | 0xD0..=0xD7) {
            at = after;
            continue;
        }
        let Some(body) = segment(bytes, after) else {
            break;
        };
        at = after + 2 + body.len();
        if marker == SOS {
            at = walk.scan(bytes, body, at, limits)?;
        } else {
            walk.segment(marker, body, limits)?;
        }
    }
    walk.finish(bytes.len(), limits)
}

/// The next marker at or after `at` and where its segment begins; what is no marker is skipped, as decoders do.
fn next_marker(bytes: &[u8], mut at: usize) -> Option<(u8, usize)> {
    loop {
        at += memchr(0xFF, bytes.get(at..)?)?;
        match bytes.get(at + 1)? {
            0xFF => at += 1,
            0x00 => at += 2,
            marker => return Some((*marker, at + 2)),
        }
    }
}

/// The body of the segment whose length field is at `at`.
fn segment(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let length = usize::from(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    bytes.get(at + 2..at + length.max(2))
}

/// What has been seen so far.
#[derive(Default)]
struct Walk<'a> {
    frame: Option<Frame>,
    adobe: Option<u8>,
    jfif: bool,
    exif: Option<&'a [u8]>,
    exif_bytes: usize,
    icc: Vec<(u8, u8, &'a [u8])>,
    icc_bytes: usize,
    scans: u32,
    first_scan_components: usize,
    entropy_bytes: usize,
    ended: bool,
}

struct Frame {
    width: u32,
    height: u32,
    progressive: bool,
    components: Vec<Component>,
}

impl<'a> Walk<'a> {
    fn segment(&mut self, marker: u8, body: &'a [u8], limits: &Limits) -> Result<(), Rejection> {
        match marker {
            0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                self.frame(marker, body, limits)?
            }
            APP0 => self.jfif |= body.starts_with(b"JFIF\0"),
            APP1 => {
                if let Some(exif) = body.strip_prefix(b"Exif\0\0") {
                    self.exif_bytes += exif.len();
                    limits.check_exif(self.exif_bytes)?;
                    self.exif.get_or_insert(exif);
                }
            }
            APP2 => {
                if let Some([sequence, count, piece @ ..]) = body.strip_prefix(ICC_TAG) {
                    self.icc_bytes += piece.len();
                    limits.check_icc(self.icc_bytes)?;
                    self.icc.push((*sequence, *count, piece));
                }
            }
            APP14 if body.starts_with(b"Adobe") => {
                self.adobe = body.get(11).copied().or(self.adobe);
            }
            _ => {}
        }
        Ok(())
    }

    fn frame(&mut self, marker: u8, body: &[u8], limits: &Limits) -> Result<(), Rejection> {
        // A second frame could be larger than the one the limits saw.
        if self.frame.is_some() {
            return Err(Rejection::Damaged);
        }
        let [precision, h1, h0, w1, w0, count, rest @ ..] = body else {
            return Err(Rejection::Damaged);
        };
        let (width, height) = (
            u16::from_be_bytes([*w1, *w0]).into(),
            u16::from_be_bytes([*h1, *h0]).into(),
        );
        limits.check_pixels(width, height)?;
        let kind = match marker {
            0xC0..=0xC2 if *precision == 8 => None,
            0xC0..=0xC2 => Some("a 12-bit JPEG"),
            0xC3 | 0xC7 | 0xCB | 0xCF => Some("a lossless JPEG"),
            0xC9 | 0xCA | 0xCD | 0xCE => Some("an arithmetic-coded JPEG"),
            _ => Some("a hierarchical JPEG"),
        };
        if let Some(kind) = kind {
            return Err(Rejection::UnsupportedKind { kind });
        }
        let components: Vec<_> = rest
            .chunks_exact(3)
            .take((*count).into())
            .map(|c| Component {
                id: c[0],
                h: c[1] >> 4,
                v: c[1] & 15,
            })
            .collect();
        let sampled = |c: &Component| (1..=4).contains(&c.h) && (1..=4).contains(&c.v);
        if components.len() != usize::from(*count) || !components.iter().all(sampled) {
            return Err(Rejection::Damaged);
        }
        if !matches!(count, 1 | 3 | 4) {
            return Err(Rejection::UnsupportedKind {
                kind: "a JPEG of an unusual kind",
            });
        }
        self.frame = Some(Frame {
            width,
            height,
            progressive: marker == 0xC2,
            components,
        });
        Ok(())
    }

    /// Counts a scan and returns where its entropy-coded data ends.
    fn scan(
        &mut self,
        bytes: &[u8],
        header: &[u8],
        start: usize,
        limits: &Limits,
    ) -> Result<usize, Rejection> {
        let Some(frame) = &self.frame else {
            return Err(Rejection::Damaged);
        };
        self.scans += 1;
        limits.check_scans(self.scans, u64::from(frame.width) * u64::from(frame.height))?;
        if self.scans == 1 {
            self.first_scan_components = header.first().copied().unwrap_or(0).into();
        }
        let mut at = start;
        let end = loop {
            match next_marker(bytes, at) {
                Some((0xD0..=0xD7, after)) => at = after,
                Some((_, after)) => break after - 2,
                None => break bytes.len(),
            }
        };
        self.entropy_bytes += end - start;
        Ok(end)
    }

    fn finish(self, file_bytes: usize, limits: &Limits) -> Result<Header<'a>, Rejection> {
        let truncated = Rejection::Truncated { bytes: file_bytes };
        let missing = if self.ended {
            Rejection::Damaged
        } else {
            truncated
        };
        let Some(frame) = self.frame else {
            return Err(missing);
        };
        if self.entropy_bytes == 0 {
            return Err(missing);
        }
        let icc = joined(self.icc);
        limits.check_icc(icc.as_ref().map_or(0, Vec::len))?;
        Ok(Header {
            width: frame.width,
            height: frame.height,
            buffered: frame.progressive || self.first_scan_components != frame.components.len(),
            components: frame.components,
            adobe: self.adobe,
            jfif: self.jfif,
            icc,
            exif: self.exif,
            ended: self.ended,
        })
    }
}

/// The profile from its numbered pieces (ICC.1 annex B.4), whatever order they came in.
fn joined(mut pieces: Vec<(u8, u8, &[u8])>) -> Option<Vec<u8>> {
    pieces.sort_by_key(|(sequence, ..)| *sequence);
    let count = usize::from(pieces.first()?.1);
    let complete = pieces.len() == count
        && pieces
            .iter()
            .zip(1..)
            .all(|((sequence, ..), n)| usize::from(*sequence) == n);
    complete.then(|| {
        pieces
            .iter()
            .flat_map(|(.., piece)| piece.iter().copied())
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(marker: u8, width: u16, height: u16) -> Vec<u8> {
        let mut bytes = vec![0xFF, 0xD8, 0xFF, marker, 0, 11, 8];
        bytes.extend_from_slice(&height.to_be_bytes());
        bytes.extend_from_slice(&width.to_be_bytes());
        bytes.extend_from_slice(&[1, 1, 0x11, 0]);
        bytes
    }

    fn scan(bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&[
            0xFF, SOS, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0xFF, 0, 0x34, 0xFF, 0xD0, 0x56,
        ]);
    }

    /// the header alone refuses the bomb; there is no picture data in it at all.
    #[test]
    fn a_bomb_is_refused_by_its_header() {
        let bytes = frame(0xC0, 65_500, 65_500);
        let refused = walk(&bytes, &Limits::default()).unwrap_err();
        assert_eq!(
            refused,
            Rejection::TooLarge {
                width: 65_500,
                height: 65_500
            }
        );
    }

    /// the 101st scan is one too many.
    #[test]
    fn scans_are_counted() {
        let mut bytes = frame(0xC2, 16, 16);
        (0..10_000).for_each(|_| scan(&mut bytes));
        assert_eq!(
            walk(&bytes, &Limits::default()).unwrap_err(),
            Rejection::TooManyScans { scans: 101 }
        );
    }

    #[test]
    fn a_second_frame_is_refused() {
        let mut bytes = frame(0xC0, 16, 16);
        bytes.extend_from_slice(&frame(0xC0, 60_000, 4_000)[2..]);
        assert_eq!(
            walk(&bytes, &Limits::default()).unwrap_err(),
            Rejection::Damaged
        );
    }

    #[test]
    fn kinds_no_camera_exports_are_named() {
        let kind = |marker| {
            walk(&frame(marker, 16, 16), &Limits::default())
                .unwrap_err()
                .to_string()
        };
        assert!(kind(0xC3).contains("a lossless JPEG"));
        assert!(kind(0xC9).contains("an arithmetic-coded JPEG"));
        assert!(kind(0xC5).contains("a hierarchical JPEG"));
    }

    #[test]
    fn pieces_of_a_profile_are_put_in_order_and_a_missing_one_is_noticed() {
        let piece = |bytes: &mut Vec<u8>, sequence, count, data: &[u8]| {
            bytes.extend_from_slice(&[0xFF, APP2]);
            bytes.extend_from_slice(
                &u16::try_from(2 + ICC_TAG.len() + 2 + data.len())
                    .unwrap()
                    .to_be_bytes(),
            );
            bytes.extend_from_slice(ICC_TAG);
            bytes.extend_from_slice(&[sequence, count]);
            bytes.extend_from_slice(data);
        };
        let mut bytes = frame(0xC0, 16, 16);
        piece(&mut bytes, 2, 2, b"profile");
        let mut incomplete = bytes.clone();
        scan(&mut incomplete);
        piece(&mut bytes, 1, 2, b"colour ");
        scan(&mut bytes);
        assert_eq!(
            walk(&bytes, &Limits::default()).unwrap().icc.unwrap(),
            b"colour profile"
        );
        assert_eq!(walk(&incomplete, &Limits::default()).unwrap().icc, None);
    }

    #[test]
    fn the_end_is_noticed_when_it_is_missing() {
        let mut bytes = frame(0xC0, 16, 16);
        assert_eq!(
            walk(&bytes, &Limits::default()).unwrap_err(),
            Rejection::Truncated { bytes: bytes.len() }
        );
        scan(&mut bytes);
        assert!(!walk(&bytes, &Limits::default()).unwrap().ended);
        bytes.extend_from_slice(&[0xFF, EOI]);
        let header = walk(&bytes, &Limits::default()).unwrap();
        assert!(header.ended && !header.buffered);
    }
}
