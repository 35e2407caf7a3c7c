//! The PIN of a gallery: parsed, proposed, hashed, sealed (L3, L5, L28, R-4.1, R-4.5).

use crate::ids::{GalleryId, random_bytes, six_digits};
use crate::pepper::Pepper;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_normalization::UnicodeNormalization as _;

/// A PIN or password as somebody typed it: trimmed, NFC, digits without the spaces people write between them.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(String);

/// Why a text cannot be a gallery's PIN; `Display` is what the photographer reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnfitPin {
    /// Fewer than six characters: too few to guess against.
    #[error("Use at least six digits or letters: shorter PINs can be guessed.")]
    TooShort,
    /// More than 64 characters.
    #[error("Use at most 64 characters.")]
    TooLong,
    /// A repeat or a plain sequence, the first things anybody tries.
    #[error("That PIN is one of the first anybody would try. Use another.")]
    TooCommon,
}

/// What the door draws: cells for digits, or one plain field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PinShape {
    /// Six digits: the numeric keypad and six cells.
    SixDigits,
    /// Digits of another length: the numeric keypad, a plain field.
    Digits,
    /// Anything else.
    Text,
}

impl Pin {
    /// Reads what a visitor typed. Never fails: a wrong PIN is answered by verifying it.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        let text: String = text.trim().nfc().take(256).collect();
        let compact: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .collect();
        if !compact.is_empty() && compact.chars().all(|c| c.is_ascii_digit()) {
            Self(compact)
        } else {
            Self(text)
        }
    }

    /// Reads what a photographer chose.
    ///
    /// # Errors
    /// Says what is wrong with it, in words for the photographer.
    pub fn chosen(text: &str) -> Result<Self, UnfitPin> {
        let pin = Self::typed(text);
        match pin.0.chars().count() {
            0..6 => Err(UnfitPin::TooShort),
            65.. => Err(UnfitPin::TooLong),
            _ if common(&pin.0) => Err(UnfitPin::TooCommon),
            _ => Ok(pin),
        }
    }

    /// Six random digits that nobody would try first.
    #[must_use]
    pub fn proposed() -> Self {
        loop {
            let text = six_digits();
            if !common(&text) {
                return Self(text);
            }
        }
    }

    /// The text. Show it to the photographer, never log it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What the door draws for it.
    #[must_use]
    pub fn shape(&self) -> PinShape {
        match (self.0.bytes().all(|c| c.is_ascii_digit()), self.0.len()) {
            (true, 6) => PinShape::SixDigits,
            (true, _) => PinShape::Digits,
            (false, _) => PinShape::Text,
        }
    }

    /// argon2id (19 MiB, t = 2, p = 1) over HMAC-SHA-256(pepper, gallery ‖ PIN), as a PHC string.
    ///
    /// About 20 ms of CPU on a fast core: call it where blocking is allowed.
    #[must_use]
    pub fn hash(&self, gallery: GalleryId, pepper: &Pepper) -> String {
        argon()
            .hash_password(&self.peppered(gallery, pepper))
            .expect("a 32-byte input and the default salt are in range")
            .to_string()
    }

    /// Whether this PIN made that hash. As slow as [`Pin::hash`], whatever the answer.
    #[must_use]
    pub fn matches(&self, hash: &str, gallery: GalleryId, pepper: &Pepper) -> bool {
        PasswordHash::new(hash).is_ok_and(|parsed| {
            argon()
                .verify_password(&self.peppered(gallery, pepper), &parsed)
                .is_ok()
        })
    }

    /// Sealed for the studio, which shows the PIN again when the photographer forgot it. Bound to its gallery.
    #[must_use]
    pub fn seal(&self, gallery: GalleryId, pepper: &Pepper) -> String {
        let nonce: [u8; 24] = random_bytes();
        let aad = gallery.to_string();
        let sealed = cipher(pepper)
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: self.0.as_bytes(),
                    aad: aad.as_bytes(),
                },
            )
            .expect("a PIN is shorter than the cipher's limit");
        STANDARD_NO_PAD.encode([nonce.as_slice(), sealed.as_slice()].concat())
    }

    /// Opens what [`Pin::seal`] made; `None` when it was made for another gallery or under another pepper.
    #[must_use]
    pub fn unseal(sealed: &str, gallery: GalleryId, pepper: &Pepper) -> Option<Self> {
        let bytes = STANDARD_NO_PAD.decode(sealed).ok()?;
        let (nonce, msg) = bytes.split_first_chunk::<24>()?;
        let aad = gallery.to_string();
        let payload = Payload {
            msg,
            aad: aad.as_bytes(),
        };
        let text = cipher(pepper)
            .decrypt(&XNonce::from(*nonce), payload)
            .ok()?;
        String::from_utf8(text).ok().map(Self)
    }

    fn peppered(&self, gallery: GalleryId, pepper: &Pepper) -> [u8; 32] {
        pepper.mac("pin", format!("{gallery}\0{}", self.0).as_bytes())
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

fn argon() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("the parameters are in argon2's range");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn cipher(pepper: &Pepper) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&pepper.key("pin-seal").into())
}

/// Repeats ("111111", "121212", "123123") and runs ("123456", "987654"), in digits or letters.
fn common(text: &str) -> bool {
    let chars: Vec<i32> = text
        .to_lowercase()
        .chars()
        .map(|c| i32::try_from(u32::from(c)).unwrap_or_default())
        .collect();
    let steps: Vec<i32> = chars.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let run = steps.iter().all(|s| *s == 1) || steps.iter().all(|s| *s == -1);
    let repeats =
        (1..=3).any(|n| chars.len().is_multiple_of(n) && chars.chunks(n).all(|c| c == &chars[..n]));
    run || repeats || ["password", "qwerty", "passwort"].contains(&text.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pepper(text: &str) -> Pepper {
        Pepper::new(text.repeat(32)).unwrap()
    }

    fn gallery() -> GalleryId {
        GalleryId::new("2026-11-22T10:00:00Z".parse().unwrap())
    }

    /// a leaked table alone does not verify a PIN, and a hash is worth nothing in another gallery.
    #[test]
    fn a_pin_is_verified_only_with_its_gallery_and_pepper() {
        let (pin, one, other) = (Pin::typed("482 916"), gallery(), gallery());
        let hash = pin.hash(one, &pepper("a"));
        assert!(Pin::typed("482916").matches(&hash, one, &pepper("a")));
        assert!(!Pin::typed("482917").matches(&hash, one, &pepper("a")));
        assert!(!pin.matches(&hash, one, &pepper("b")));
        assert!(!pin.matches(&hash, other, &pepper("a")));
        assert!(!pin.matches("not a hash", one, &pepper("a")));
    }

    /// six digits, and never the first anybody would try.
    #[test]
    fn proposed_pins_are_six_uncommon_digits() {
        for _ in 0..500 {
            let pin = Pin::proposed();
            assert_eq!(pin.shape(), PinShape::SixDigits);
            assert!(Pin::chosen(pin.expose()).is_ok());
        }
    }

    #[test]
    fn short_and_common_pins_are_refused() {
        assert_eq!(Pin::chosen("4821"), Err(UnfitPin::TooShort));
        for text in [
            "123456", "987654", "000000", "121212", "123123", "abcdef", "Password",
        ] {
            assert_eq!(Pin::chosen(text), Err(UnfitPin::TooCommon), "{text}");
        }
        assert!(Pin::chosen("482916").is_ok() && Pin::chosen("blue boat").is_ok());
    }

    #[test]
    fn a_sealed_pin_opens_only_for_its_gallery() {
        let (pin, one) = (Pin::typed("482916"), gallery());
        let sealed = pin.seal(one, &pepper("a"));
        assert_eq!(Pin::unseal(&sealed, one, &pepper("a")), Some(pin));
        assert_eq!(Pin::unseal(&sealed, gallery(), &pepper("a")), None);
        assert_eq!(Pin::unseal(&sealed, one, &pepper("b")), None);
    }
}
