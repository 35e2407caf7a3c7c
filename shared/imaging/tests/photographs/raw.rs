//! TIFF and PNG files put together byte by byte: kinds that no encoder at hand writes.

use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write as _;

/// A TIFF with its directory first, so that a file cut short still has it.
#[derive(Clone)]
pub struct Tiff {
    pub width: u32,
    pub height: u32,
    pub big_endian: bool,
    /// Bits of each sample.
    pub bits: Vec<u16>,
    pub photometric: u16,
    pub compression: u16,
    pub rows_per_strip: u32,
    /// More fields of 16-bit numbers.
    pub more: Vec<(u16, Vec<u16>)>,
    /// Packed strips, or tiles where `more` says so.
    pub strips: Vec<Vec<u8>>,
}

impl Tiff {
    /// Uncompressed, in one strip.
    pub fn of(width: u32, height: u32, photometric: u16, bits: &[u16], samples: Vec<u8>) -> Self {
        Self {
            width,
            height,
            big_endian: false,
            bits: bits.to_vec(),
            photometric,
            compression: 1,
            rows_per_strip: height,
            more: Vec::new(),
            strips: vec![samples],
        }
    }

    /// The same colour everywhere.
    pub fn flat(photometric: u16, bits: u16, pixel: &[u16]) -> Self {
        let (width, height) = (48, 32);
        let bytes: Vec<u8> = if bits == 16 {
            pixel.iter().flat_map(|v| v.to_le_bytes()).collect()
        } else {
            pixel.iter().map(|v| u8::try_from(*v).unwrap()).collect()
        };
        let samples = bytes.repeat(width as usize * height as usize);
        Self::of(
            width,
            height,
            photometric,
            &vec![bits; pixel.len()],
            samples,
        )
    }

    pub fn with(mut self, tag: u16, values: &[u16]) -> Self {
        self.more.push((tag, values.to_vec()));
        self
    }

    /// In strips of so many rows, each deflated.
    pub fn deflated(mut self, rows: u32) -> Self {
        let whole = self.strips.concat();
        let strip = whole.len() / self.height as usize * rows as usize;
        self.rows_per_strip = rows;
        self.compression = 8;
        self.strips = whole.chunks(strip).map(deflated).collect();
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let short = |v: u16| {
            if self.big_endian {
                v.to_be_bytes()
            } else {
                v.to_le_bytes()
            }
        };
        let long = |v: u32| {
            if self.big_endian {
                v.to_be_bytes()
            } else {
                v.to_le_bytes()
            }
        };
        let tiled = self.more.iter().any(|(tag, _)| *tag == 0x0142);
        let (offsets, counts) = if tiled {
            (0x0144, 0x0145)
        } else {
            (0x0111, 0x0117)
        };
        let mut fields: Vec<(u16, u16, Vec<u8>, u32)> = Vec::new();
        let mut shorts = |tag, values: &[u16]| {
            let bytes = values.iter().flat_map(|v| short(*v)).collect();
            fields.push((tag, 3, bytes, values.len() as u32));
        };
        shorts(0x0102, &self.bits);
        shorts(0x0103, &[self.compression]);
        shorts(0x0106, &[self.photometric]);
        shorts(0x0115, &[u16::try_from(self.bits.len()).unwrap()]);
        self.more
            .iter()
            .for_each(|(tag, values)| shorts(*tag, values));
        let mut longs = |tag, values: &[u32]| {
            let bytes = values.iter().flat_map(|v| long(*v)).collect();
            fields.push((tag, 4, bytes, values.len() as u32));
        };
        longs(0x0100, &[self.width]);
        longs(0x0101, &[self.height]);
        if !tiled {
            longs(0x0116, &[self.rows_per_strip]);
        }
        let lengths: Vec<u32> = self.strips.iter().map(|s| s.len() as u32).collect();
        longs(counts, &lengths);
        longs(offsets, &vec![0; lengths.len()]);
        fields.sort_by_key(|field| field.0);
        let heap_at = 8 + 2 + 12 * fields.len() + 4;
        let heap: usize = fields.iter().map(|f| f.2.len()).filter(|l| *l > 4).sum();
        let mut at = (heap_at + heap) as u32;
        let places: Vec<u8> = lengths
            .iter()
            .flat_map(|length| {
                let here = long(at);
                at += length;
                here
            })
            .collect();
        let mut out = if self.big_endian {
            b"MM\0*".to_vec()
        } else {
            b"II*\0".to_vec()
        };
        out.extend(long(8));
        out.extend(short(u16::try_from(fields.len()).unwrap()));
        let mut later = Vec::new();
        for (tag, kind, mut bytes, count) in fields {
            if tag == offsets {
                bytes.clone_from(&places);
            }
            out.extend(short(tag));
            out.extend(short(kind));
            out.extend(long(count));
            if bytes.len() <= 4 {
                bytes.resize(4, 0);
                out.extend(bytes);
            } else {
                out.extend(long((heap_at + later.len()) as u32));
                later.extend(bytes);
            }
        }
        out.extend([0; 4]);
        out.extend(later);
        out.extend(self.strips.concat());
        out
    }
}

pub fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A PNG of rows that are packed already; `chunks` stand before the picture.
pub fn png(
    (width, height): (u32, u32),
    depth: u8,
    colour: u8,
    interlaced: bool,
    chunks: &[(&[u8; 4], &[u8])],
    filtered: &[u8],
) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1A\n".to_vec();
    let mut chunk = |kind: &[u8; 4], body: &[u8]| {
        file.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
        file.extend(kind);
        file.extend(body);
        file.extend(crc32fast::hash(&[kind, body].concat()).to_be_bytes());
    };
    let header = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[depth, colour, 0, 0, u8::from(interlaced)],
    ];
    chunk(b"IHDR", &header.concat());
    chunks.iter().for_each(|(kind, body)| chunk(kind, body));
    chunk(b"IDAT", &deflated(filtered));
    chunk(b"IEND", b"");
    file
}

/// Rows as they come, unfiltered.
pub fn unfiltered(row_bytes: usize, packed: &[u8]) -> Vec<u8> {
    packed
        .chunks_exact(row_bytes)
        .flat_map(|row| [&[0], row].concat())
        .collect()
}

/// The seven passes of an interlaced RGB picture (PNG 8.1).
pub fn adam7(width: usize, height: usize, rgb: &[u8]) -> Vec<u8> {
    let passes = [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ];
    let mut out = Vec::new();
    for (left, top, across, down) in passes {
        for y in (top..height).step_by(down) {
            if left < width {
                out.push(0);
            }
            for x in (left..width).step_by(across) {
                out.extend(&rgb[(y * width + x) * 3..][..3]);
            }
        }
    }
    out
}
