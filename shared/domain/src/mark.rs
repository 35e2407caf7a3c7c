//! The studio's mark across its proofs (P21): its name or its logo, where it stands, how large and how strong it is.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::ops::RangeInclusive;

/// Letters of a name that a form takes: all that are drawn.
pub const NAME: usize = 80;
/// Percent of the picture's longer side.
pub const SIZES: RangeInclusive<u8> = 5..=100;
/// Percent of a mark's own strength.
pub const OPACITIES: RangeInclusive<u8> = 10..=100;
/// What a studio that has set nothing has: its name in rows, that large and that strong.
pub const USUAL: (u8, u8) = (34, 36);

/// Where a mark stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// In diagonal rows: no third of the picture is free of it.
    Tiled,
    /// Once, as the others.
    TopLeft,
    /// Once.
    TopRight,
    /// Once.
    BottomLeft,
    /// Once.
    BottomRight,
    /// Once.
    Centre,
}

impl Place {
    /// Every place, in the order of forms.
    pub const ALL: [Self; 6] = [
        Self::Tiled,
        Self::Centre,
        Self::TopLeft,
        Self::TopRight,
        Self::BottomLeft,
        Self::BottomRight,
    ];

    /// Its name in forms.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Tiled => "tiled",
            Self::TopLeft => "top-left",
            Self::TopRight => "top-right",
            Self::BottomLeft => "bottom-left",
            Self::BottomRight => "bottom-right",
            Self::Centre => "centre",
        }
    }

    /// The place of that name.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|place| place.code() == code)
    }
}

/// Names a logo after its bytes: two that are the same are one, and one that is stored never changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct LogoId(String);

impl LogoId {
    /// The name of these bytes.
    #[must_use]
    pub fn of(png: &[u8]) -> Self {
        Self(hex::encode(&Sha256::digest(png)[..16]))
    }
}

impl fmt::Display for LogoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Not a name of a logo.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a logo")]
pub struct NoLogoId;

impl TryFrom<String> for LogoId {
    type Error = NoLogoId;
    fn try_from(id: String) -> Result<Self, NoLogoId> {
        let hexadecimal = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
        if id.len() == 32 && id.bytes().all(hexadecimal) {
            Ok(Self(id))
        } else {
            Err(NoLogoId)
        }
    }
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Figure {
    /// These letters.
    Name(String),
    /// The logo that is stored under this name.
    Logo(LogoId),
}

/// All that a marked file looks like because of its mark: the same look is the same file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// What.
    pub figure: Figure,
    /// Where.
    pub place: Place,
    /// How large, of [`SIZES`].
    pub size: u8,
    /// How strong, of [`OPACITIES`].
    pub opacity: u8,
}

impl Look {
    /// That of a studio of this name that has set nothing.
    #[must_use]
    pub fn usual(studio: &str) -> Self {
        Self {
            figure: Figure::Name(studio.to_owned()),
            place: Place::Tiled,
            size: USUAL.0,
            opacity: USUAL.1,
        }
    }
}

/// What the studio has set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// The letters, where no logo is used.
    pub name: String,
    /// The logo that was uploaded last, used or not.
    #[serde(default)]
    pub logo: Option<LogoId>,
    /// Whether it is the logo that is drawn.
    #[serde(default)]
    pub by_logo: bool,
    /// Where.
    pub place: Place,
    /// How large, of [`SIZES`].
    pub size: u8,
    /// How strong, of [`OPACITIES`].
    pub opacity: u8,
    /// Rises with every write; 0 was never written.
    pub revision: u64,
}

impl Setting {
    /// That of a studio of this name before it sets anything.
    #[must_use]
    pub fn usual(studio: &str) -> Self {
        Self {
            name: studio.to_owned(),
            logo: None,
            by_logo: false,
            place: Place::Tiled,
            size: USUAL.0,
            opacity: USUAL.1,
            revision: 0,
        }
    }

    /// What is drawn by it.
    #[must_use]
    pub fn look(&self) -> Look {
        let logo = self.logo.clone().filter(|_| self.by_logo);
        Look {
            figure: logo.map_or_else(|| Figure::Name(self.name.clone()), Figure::Logo),
            place: self.place,
            size: self.size,
            opacity: self.opacity,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What has never been set is the studio's name in rows; a logo is drawn once there is one and it is wanted.
    #[test]
    fn a_setting_says_what_is_drawn() {
        let mut setting = Setting::usual("Hedda Lind");
        assert_eq!(setting.look(), Look::usual("Hedda Lind"));
        setting.by_logo = true;
        assert_eq!(setting.look(), Look::usual("Hedda Lind"), "there is none");
        let id = LogoId::of(b"logo");
        setting.logo = Some(id.clone());
        assert_eq!(setting.look().figure, Figure::Logo(id));
        setting.by_logo = false;
        assert_eq!(setting.look(), Look::usual("Hedda Lind"));
    }

    /// A name of a logo becomes part of a key: nothing else is one.
    #[test]
    fn a_logo_is_named_after_its_bytes_only() {
        let id = LogoId::of(b"logo");
        assert_eq!(LogoId::try_from(id.to_string()), Ok(id.clone()));
        assert_ne!(LogoId::of(b"another"), id);
        for wrong in [
            "",
            "../r/x",
            "ABCDEF0123456789ABCDEF0123456789",
            &id.to_string()[1..],
        ] {
            assert_eq!(LogoId::try_from(wrong.to_owned()), Err(NoLogoId), "{wrong}");
        }
    }

    #[test]
    fn every_place_has_its_code() {
        for place in Place::ALL {
            assert_eq!(Place::of(place.code()), Some(place));
            let json = serde_json::to_string(&place).unwrap();
            assert_eq!(json, format!("{:?}", place.code()));
        }
        assert_eq!(Place::of("nowhere"), None);
    }
}
