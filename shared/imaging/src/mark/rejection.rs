//! Why a file does not become the studio's mark, in words for its owner.

/// A refusal of a logo's file. `Display` is the sentence the studio's owner reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogoRejection {
    /// Zero bytes.
    #[error("The file is empty. Choose your logo again.")]
    Empty,
    /// Not a PNG by its first bytes.
    #[error("The logo must be a PNG file; this is {}. Export it as a PNG with a transparent background.", .format.unwrap_or("something else"))]
    NotPng {
        /// What it is, with its article, if that is known.
        format: Option<&'static str>,
    },
    /// More bytes than a logo has.
    #[error("The logo is larger than {} MB. Export it with fewer pixels.", .max / 1_000_000)]
    TooManyBytes {
        /// Bytes allowed.
        max: usize,
    },
    /// More pixels than a logo needs.
    #[error(
        "The logo is {width} × {height} pixels, which is more than it needs. Export it at most {side} pixels wide or high and of 8 million pixels; 1,500 are enough."
    )]
    TooLarge {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// Pixels a side allowed.
        side: u32,
    },
    /// Fewer pixels than can be recognised.
    #[error(
        "What is to be seen of the logo is only {width} × {height} pixels. Export it at least {least} pixels wide or high; 1,500 are good."
    )]
    TooSmall {
        /// Pixels across, without its transparent border.
        width: u32,
        /// Pixels down, without its transparent border.
        height: u32,
        /// Pixels the longer side must have.
        least: u32,
    },
    /// A line rather than a logo.
    #[error(
        "The logo is more than {most} times as long as it is wide: it would be drawn as a line. Set it in two lines."
    )]
    TooLong {
        /// The longer side of the shorter, at most.
        most: u32,
    },
    /// Nothing to be seen.
    #[error(
        "The logo is transparent everywhere: nothing would be drawn. Export it with its visible layers."
    )]
    Transparent,
    /// The end is missing.
    #[error("The logo's file ends too early. Export it again, and upload it again.")]
    Truncated,
    /// It begins as a PNG and cannot be decoded.
    #[error("The logo's file is damaged. Export it again as a PNG.")]
    Damaged,
}

impl LogoRejection {
    /// A stable name of the reason, for pages and logs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "logo-empty",
            Self::NotPng { .. } => "logo-not-png",
            Self::TooManyBytes { .. } => "logo-too-many-bytes",
            Self::TooLarge { .. } => "logo-too-large",
            Self::TooSmall { .. } => "logo-too-small",
            Self::TooLong { .. } => "logo-too-long",
            Self::Transparent => "logo-transparent",
            Self::Truncated => "logo-truncated",
            Self::Damaged => "logo-damaged",
        }
    }
}
