//! What is wrong with a photograph that is shown all the same, in the photographer's words.

use crate::colour::Profile;

/// Something the photographer should know of a photograph that became renditions. `Display` is the sentence to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Warning {
    /// The file ends before the picture does.
    #[error("The file ends early: the lower part of the picture is missing. Export it again.")]
    EndsEarly,
    /// A progressive or interlaced file ends before the picture is sharp.
    #[error("The file ends early: the picture is coarser than it should be. Export it again.")]
    EndsCoarse,
    /// Bytes in between are not what was exported.
    #[error(
        "The file is damaged: a part of the picture is lost or has wrong colours. Export it again."
    )]
    Damaged,
    /// The embedded profile cannot be used.
    #[error(
        "The embedded colour profile cannot be read, and the colours are taken for sRGB. Export it again in sRGB."
    )]
    ProfileUnreadable,
    /// More than one picture in the file.
    #[error("The file holds several pictures: the first one is shown.")]
    FirstOfSeveral,
}

impl Warning {
    /// What there is to say of an embedded profile.
    pub(crate) fn of_profile(icc: Option<&[u8]>) -> Option<Self> {
        let unreadable = icc.is_some_and(|icc| !Profile::is_readable(icc));
        unreadable.then_some(Self::ProfileUnreadable)
    }

    /// A stable name of the warning, for rows, logs and metrics.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::EndsEarly => "ends-early",
            Self::EndsCoarse => "ends-coarse",
            Self::Damaged => "damaged-in-between",
            Self::ProfileUnreadable => "profile-unreadable",
            Self::FirstOfSeveral => "first-of-several",
        }
    }

    /// Whether the picture that is shown is not all of the picture that was exported.
    #[must_use]
    pub fn is_partial(self) -> bool {
        matches!(self, Self::EndsEarly | Self::EndsCoarse | Self::Damaged)
    }
}
