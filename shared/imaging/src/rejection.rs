//! Why a file does not become a photograph, in the photographer's words.

use crate::Format;

/// A permanent refusal: the same bytes are refused again. `Display` is the sentence the photographer reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// Zero bytes.
    #[error("The file is empty. Upload it again.")]
    Empty,
    /// No format we know by its first bytes.
    #[error("Not a photograph we can read: this is not a picture file. Export a JPEG.")]
    NotAnImage,
    /// Known by its first bytes, and not something a gallery shows.
    #[error("Not a photograph we can read: this is {}. {}", .format.name(), .format.way_out())]
    UnsupportedFormat {
        /// What it is.
        format: Format,
    },
    /// A readable format in a kind that cameras and editors do not export.
    #[error("Not a photograph we can read: this is {kind}. Export a standard 8-bit JPEG.")]
    UnsupportedKind {
        /// With its article: "a 12-bit JPEG".
        kind: &'static str,
    },
    /// More bytes than [`Limits::max_bytes`](crate::Limits::max_bytes).
    #[error("The file is too large: {}. Export a smaller JPEG.", over(*.bytes, *.max))]
    TooManyBytes {
        /// Bytes of the file; of a stream, those that were read of it before it was given up.
        bytes: u64,
        /// Bytes allowed.
        max: u64,
    },
    /// More pixels than the limits allow.
    #[error("The picture is too large: {width} × {height} pixels. Export it smaller.")]
    TooLarge {
        /// Pixels across, as stored.
        width: u32,
        /// Pixels down, as stored.
        height: u32,
    },
    /// More scans than a JPEG for looking at has.
    #[error(
        "Not a photograph we can read: the JPEG is built in {scans} layers. Export it again as a standard JPEG."
    )]
    TooManyScans {
        /// Scans counted before the walk ended.
        scans: u32,
    },
    /// The embedded colour profile is out of proportion.
    #[error("The embedded colour profile is too large: {}. Export it again in sRGB.", size(*.bytes as u64))]
    ProfileTooLarge {
        /// Bytes of the profile.
        bytes: usize,
    },
    /// The EXIF block is out of proportion.
    #[error("The photograph's metadata is too large: {}. Export it again without metadata.", size(*.bytes as u64))]
    MetadataTooLarge {
        /// Bytes of the block.
        bytes: usize,
    },
    /// Within the limits of size, but this kind of file must be held in memory whole.
    #[error("The picture is too large to read as {}: {width} × {height} pixels. {}", .format.name(), .format.lighter())]
    TooMuchMemory {
        /// What it is.
        format: Format,
        /// Pixels across, as stored.
        width: u32,
        /// Pixels down, as stored.
        height: u32,
    },
    /// The end is missing, and with it the picture.
    #[error("Not a photograph we can read: the file ends after {}. Export it again.", size(*.bytes as u64))]
    Truncated {
        /// Bytes there are.
        bytes: usize,
    },
    /// It does what nobody foresaw. Tests and fuzzing show that no file does; should one, it harms itself alone.
    #[error(
        "Not a photograph we can read: reading it failed in an unforeseen way. Export it again."
    )]
    Unforeseen,
    /// It begins as a picture and cannot be decoded.
    #[error("Not a photograph we can read: the file is damaged. Export it again.")]
    Damaged,
}

impl Rejection {
    /// A stable name of the reason, for rows, logs and metrics.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NotAnImage => "not-an-image",
            Self::UnsupportedFormat { .. } => "unsupported-format",
            Self::UnsupportedKind { .. } => "unsupported-kind",
            Self::TooManyBytes { .. } => "too-many-bytes",
            Self::TooLarge { .. } => "too-large",
            Self::TooManyScans { .. } => "too-many-scans",
            Self::ProfileTooLarge { .. } => "profile-too-large",
            Self::MetadataTooLarge { .. } => "metadata-too-large",
            Self::TooMuchMemory { .. } => "too-much-memory",
            Self::Truncated { .. } => "truncated",
            Self::Unforeseen => "unforeseen",
            Self::Damaged => "damaged",
        }
    }
}

/// Bytes in the unit a photographer's file manager shows.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", (bytes + 500) / 1_000),
        _ => format!("{} MB", (bytes + 500_000) / 1_000_000),
    }
}

/// A size beside its limit; a stream is given up when it is over, and then the two read alike.
fn over(bytes: u64, max: u64) -> String {
    let (bytes, max) = (size(bytes), size(max));
    if bytes == max {
        return format!("more than {max}");
    }
    format!("{bytes} of at most {max}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Warning;

    /// Whoever reads a row's code finds it explained, with the warnings'.
    #[test]
    fn every_code_is_in_the_readme() {
        let readme = include_str!("../README.md");
        let source = include_str!("rejection.rs");
        let codes = source.split_once("pub fn code").unwrap().1;
        let codes = codes.split_once("#[cfg(test)]").unwrap().0;
        let warnings = [
            Warning::EndsEarly,
            Warning::EndsCoarse,
            Warning::Damaged,
            Warning::ProfileUnreadable,
            Warning::FirstOfSeveral,
        ];
        let codes: Vec<&str> = codes
            .lines()
            .filter_map(|line| line.split_once("=> \"")?.1.split('"').next())
            .chain(warnings.map(Warning::code))
            .collect();
        assert_eq!(codes.len(), 13 + 5);
        for code in codes {
            assert!(readme.contains(&format!("| `{code}` |")), "{code}");
        }
    }

    #[test]
    fn the_sentence_names_the_file_and_the_way_out() {
        let heic = Rejection::UnsupportedFormat {
            format: Format::Heic,
        };
        assert_eq!(
            heic.to_string(),
            "Not a photograph we can read: this is a HEIC picture. Export a JPEG, or set the phone's camera to \"Most compatible\"."
        );
        assert_eq!(heic.code(), "unsupported-format");
        let cut = Rejection::Truncated { bytes: 10_240 };
        assert_eq!(
            cut.to_string(),
            "Not a photograph we can read: the file ends after 10 kB. Export it again."
        );
        let large = Rejection::TooManyBytes {
            bytes: 250_000_000,
            max: 200_000_000,
        };
        assert_eq!(
            large.to_string(),
            "The file is too large: 250 MB of at most 200 MB. Export a smaller JPEG."
        );
        let stream = Rejection::TooManyBytes {
            bytes: 200_010_000,
            max: 200_000_000,
        };
        assert_eq!(
            stream.to_string(),
            "The file is too large: more than 200 MB. Export a smaller JPEG."
        );
    }
}
