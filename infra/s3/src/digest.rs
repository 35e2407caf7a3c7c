//! The checksums S3 knows: computed while the bytes pass, compared with what a client sent, combined from parts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use s3s::checksum::ChecksumHasher;
use s3s::crypto::{Checksum as _, Crc32, Crc32c, Crc64Nvme, Md5, Sha1, Sha256};
use serde::{Deserialize, Serialize};

/// A checksum algorithm of S3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Algorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
}

impl Algorithm {
    const ALL: [Self; 5] = [
        Self::Crc32,
        Self::Crc32c,
        Self::Crc64Nvme,
        Self::Sha1,
        Self::Sha256,
    ];

    /// The name in `x-amz-checksum-algorithm`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Crc32 => "CRC32",
            Self::Crc32c => "CRC32C",
            Self::Crc64Nvme => "CRC64NVME",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
        }
    }

    /// The algorithm of that name, whatever its case.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    /// The algorithm of a header or trailer such as `x-amz-checksum-crc32`.
    pub fn of_header(header: &str) -> Option<Self> {
        header
            .trim()
            .to_ascii_lowercase()
            .strip_prefix("x-amz-checksum-")
            .and_then(Self::named)
    }

    /// `x-amz-checksum-…`.
    pub fn header(self) -> String {
        format!("x-amz-checksum-{}", self.name().to_ascii_lowercase())
    }

    /// Bytes of the raw value.
    fn width(self) -> usize {
        match self {
            Self::Crc32 | Self::Crc32c => 4,
            Self::Crc64Nvme => 8,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }

    /// What a multipart upload gets that names only the algorithm.
    pub fn default_kind(self) -> Kind {
        if self == Self::Crc64Nvme {
            Kind::FullObject
        } else {
            Kind::Composite
        }
    }

    /// Whether a value of the whole can be had from those of its parts.
    fn crc(self) -> Option<crc_fast::CrcAlgorithm> {
        match self {
            Self::Crc32 => Some(crc_fast::CrcAlgorithm::Crc32IsoHdlc),
            Self::Crc32c => Some(crc_fast::CrcAlgorithm::Crc32Iscsi),
            Self::Crc64Nvme => Some(crc_fast::CrcAlgorithm::Crc64Nvme),
            Self::Sha1 | Self::Sha256 => None,
        }
    }

    /// Whether S3 offers that kind for this algorithm.
    pub fn can_be(self, kind: Kind) -> bool {
        match kind {
            Kind::FullObject => self.crc().is_some(),
            Kind::Composite => self != Self::Crc64Nvme,
        }
    }
}

/// Whether a multipart object's checksum is that of its bytes or that of its parts' checksums.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    FullObject,
    Composite,
}

impl Kind {
    /// The name in `x-amz-checksum-type`.
    pub fn name(self) -> &'static str {
        match self {
            Self::FullObject => "FULL_OBJECT",
            Self::Composite => "COMPOSITE",
        }
    }
}

/// A stored checksum: base64, with `-n` behind it when composite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checksum {
    pub algorithm: Algorithm,
    pub kind: Kind,
    pub value: String,
}

/// Raw bytes of a base64 value, if it has the algorithm's width.
pub fn decode(algorithm: Algorithm, value: &str) -> Option<Vec<u8>> {
    STANDARD
        .decode(value)
        .ok()
        .filter(|raw| raw.len() == algorithm.width())
}

/// Computes MD5 and any number of checksums in one pass.
pub struct Digests {
    md5: Md5,
    sums: ChecksumHasher,
    size: u64,
}

/// What [`Digests`] found.
#[derive(Clone, Debug)]
pub struct Digested {
    pub md5: [u8; 16],
    pub size: u64,
    sums: s3s::dto::Checksum,
}

impl Digests {
    /// Computes MD5 and `wanted`.
    pub fn new(wanted: &[Algorithm]) -> Self {
        let wants = |algorithm| wanted.contains(&algorithm);
        let sums = ChecksumHasher {
            crc32: wants(Algorithm::Crc32).then(Crc32::new),
            crc32c: wants(Algorithm::Crc32c).then(Crc32c::new),
            crc64nvme: wants(Algorithm::Crc64Nvme).then(Crc64Nvme::new),
            sha1: wants(Algorithm::Sha1).then(Sha1::new),
            sha256: wants(Algorithm::Sha256).then(Sha256::new),
        };
        Self {
            md5: Md5::new(),
            sums,
            size: 0,
        }
    }

    /// The next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.md5.update(bytes);
        self.sums.update(bytes);
        self.size += bytes.len() as u64;
    }

    /// All bytes passed.
    pub fn finish(self) -> Digested {
        Digested {
            md5: self.md5.finalize(),
            size: self.size,
            sums: self.sums.finalize(),
        }
    }
}

impl Digested {
    /// The base64 value, if it was computed.
    pub fn value(&self, algorithm: Algorithm) -> Option<&str> {
        match algorithm {
            Algorithm::Crc32 => self.sums.checksum_crc32.as_deref(),
            Algorithm::Crc32c => self.sums.checksum_crc32c.as_deref(),
            Algorithm::Crc64Nvme => self.sums.checksum_crc64nvme.as_deref(),
            Algorithm::Sha1 => self.sums.checksum_sha1.as_deref(),
            Algorithm::Sha256 => self.sums.checksum_sha256.as_deref(),
        }
    }

    /// The `ETag` of an object that was sent in one piece, without quotes.
    pub fn etag(&self) -> String {
        hex::encode(self.md5)
    }
}

/// The `ETag` of an object made of parts with those `ETag`s: MD5 of the raw MD5s, and how many.
pub fn multipart_etag<'a>(parts: impl ExactSizeIterator<Item = &'a str>) -> String {
    let count = parts.len();
    let mut md5 = Md5::new();
    for part in parts {
        md5.update(&hex::decode(part).unwrap_or_default());
    }
    format!("{}-{count}", hex::encode(md5.finalize()))
}

/// The checksum of the whole from those of its parts, each with the part's size. `None` if a value is unreadable or the
/// algorithm cannot be combined that way.
pub fn combine(algorithm: Algorithm, kind: Kind, parts: &[(String, u64)]) -> Option<Checksum> {
    let raw = parts
        .iter()
        .map(|(value, _)| decode(algorithm, value))
        .collect::<Option<Vec<_>>>()?;
    let value = match kind {
        Kind::Composite => {
            let mut of_sums = Digests::new(&[algorithm]);
            raw.iter().for_each(|sum| of_sums.update(sum));
            format!("{}-{}", of_sums.finish().value(algorithm)?, parts.len())
        }
        Kind::FullObject => {
            let crc = algorithm.crc()?;
            let number = |sum: &Vec<u8>| {
                sum.iter()
                    .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte))
            };
            let mut sums = raw
                .iter()
                .map(number)
                .zip(parts.iter().map(|(_, size)| *size));
            let (first, _) = sums.next()?;
            let whole = sums.fold(first, |whole, (sum, size)| {
                crc_fast::checksum_combine(crc, whole, sum, size)
            });
            STANDARD.encode(&whole.to_be_bytes()[8 - algorithm.width()..])
        }
    };
    Some(Checksum {
        algorithm,
        kind,
        value,
    })
}

/// Writes a checksum into the five fields and the type of an s3s output.
macro_rules! set_checksum {
    ($output:expr, $checksum:expr) => {
        if let Some(checksum) = $checksum {
            let checksum: &$crate::digest::Checksum = checksum;
            $crate::digest::set_checksum_value!(
                $output,
                checksum.algorithm,
                checksum.value.clone()
            );
            $output.checksum_type = Some(s3s::dto::ChecksumType::from_static(checksum.kind.name()));
        }
    };
}

/// Writes a value into the field of its algorithm.
macro_rules! set_checksum_value {
    ($output:expr, $algorithm:expr, $value:expr) => {
        match $algorithm {
            $crate::digest::Algorithm::Crc32 => $output.checksum_crc32 = Some($value),
            $crate::digest::Algorithm::Crc32c => $output.checksum_crc32c = Some($value),
            $crate::digest::Algorithm::Crc64Nvme => $output.checksum_crc64nvme = Some($value),
            $crate::digest::Algorithm::Sha1 => $output.checksum_sha1 = Some($value),
            $crate::digest::Algorithm::Sha256 => $output.checksum_sha256 = Some($value),
        }
    };
}

/// The checksums that an s3s input carries, each with its algorithm.
macro_rules! given_checksums {
    ($input:expr) => {
        [
            (
                $crate::digest::Algorithm::Crc32,
                $input.checksum_crc32.clone(),
            ),
            (
                $crate::digest::Algorithm::Crc32c,
                $input.checksum_crc32c.clone(),
            ),
            (
                $crate::digest::Algorithm::Crc64Nvme,
                $input.checksum_crc64nvme.clone(),
            ),
            (
                $crate::digest::Algorithm::Sha1,
                $input.checksum_sha1.clone(),
            ),
            (
                $crate::digest::Algorithm::Sha256,
                $input.checksum_sha256.clone(),
            ),
        ]
        .into_iter()
        .filter_map(|(algorithm, value)| Some((algorithm, value?)))
        .collect::<Vec<($crate::digest::Algorithm, String)>>()
    };
}

pub(crate) use {given_checksums, set_checksum, set_checksum_value};

#[cfg(test)]
mod tests {
    use super::*;

    fn part(algorithm: Algorithm, bytes: &[u8]) -> (String, u64) {
        let mut digests = Digests::new(&[algorithm]);
        digests.update(bytes);
        let digested = digests.finish();
        (digested.value(algorithm).unwrap().to_owned(), digested.size)
    }

    #[test]
    fn a_crc_of_the_whole_follows_from_its_parts() {
        for algorithm in [Algorithm::Crc32, Algorithm::Crc32c, Algorithm::Crc64Nvme] {
            let parts = [
                part(algorithm, b"a whole "),
                part(algorithm, b""),
                part(algorithm, b"in three parts"),
            ];
            let whole = part(algorithm, b"a whole in three parts").0;
            assert_eq!(
                combine(algorithm, Kind::FullObject, &parts).unwrap().value,
                whole
            );
        }
    }

    #[test]
    fn a_sha_of_the_whole_does_not() {
        assert_eq!(
            combine(
                Algorithm::Sha256,
                Kind::FullObject,
                &[part(Algorithm::Sha256, b"x")]
            ),
            None
        );
    }

    #[test]
    fn a_composite_checksum_is_that_of_the_parts_checksums() {
        let parts = [part(Algorithm::Sha1, b"one"), part(Algorithm::Sha1, b"two")];
        let raw: Vec<u8> = parts
            .iter()
            .flat_map(|(value, _)| decode(Algorithm::Sha1, value).unwrap())
            .collect();
        let expected = format!("{}-2", part(Algorithm::Sha1, &raw).0);
        assert_eq!(
            combine(Algorithm::Sha1, Kind::Composite, &parts)
                .unwrap()
                .value,
            expected
        );
    }

    #[test]
    fn headers_name_their_algorithm() {
        assert_eq!(
            Algorithm::of_header("x-amz-checksum-crc64nvme"),
            Some(Algorithm::Crc64Nvme)
        );
        assert_eq!(Algorithm::of_header("x-amz-checksum-type"), None);
    }
}
