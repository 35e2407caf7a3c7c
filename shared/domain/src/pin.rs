//! The PIN of a gallery: parsed, proposed, hashed, sealed, locked anew after a rotation (L3, L5, L28, R-4.1, R-4.5).
//!
//! Hash and seal name the key that made them: the hash as argon2's `keyid` parameter, the seal as `id.` before it. Those
//! that name none are from before keys had names, and every live key is tried.

use crate::ids::{GalleryId, Malformed, random_bytes, six_digits};
use crate::pepper::{Key, KeyId, Pepper};
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use argon2::{Algorithm, Argon2, ParamsBuilder, Version};
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
        let key = pepper.current();
        argon(key.id())
            .hash_password(&self.peppered(gallery, key))
            .expect("a 32-byte input and the default salt are in range")
            .to_string()
    }

    /// Whether this PIN made that hash, under a key that is still live. As slow as [`Pin::hash`] for a right and for a
    /// wrong PIN; without the key that the hash names there is nothing to work out.
    #[must_use]
    pub fn matches(&self, hash: &str, gallery: GalleryId, pepper: &Pepper) -> bool {
        let Ok(parsed) = PasswordHash::new(hash) else {
            return false;
        };
        let Ok(maker) = hash_maker(&parsed) else {
            return false;
        };
        pepper.keys(maker).any(|key| {
            argon(key.id())
                .verify_password(&self.peppered(gallery, key), &parsed)
                .is_ok()
        })
    }

    /// Sealed for the studio, which shows the PIN again when the photographer forgot it. Bound to its gallery.
    #[must_use]
    pub fn seal(&self, gallery: GalleryId, pepper: &Pepper) -> String {
        let key = pepper.current();
        let nonce: [u8; 24] = random_bytes();
        let aad = gallery.to_string();
        let sealed = cipher(key)
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: self.0.as_bytes(),
                    aad: aad.as_bytes(),
                },
            )
            .expect("a PIN is shorter than the cipher's limit");
        let text = STANDARD_NO_PAD.encode([nonce.as_slice(), sealed.as_slice()].concat());
        format!("{}.{text}", key.id())
    }

    /// Opens what [`Pin::seal`] made; `None` when it was made for another gallery or under no live key.
    #[must_use]
    pub fn unseal(sealed: &str, gallery: GalleryId, pepper: &Pepper) -> Option<Self> {
        let (maker, text) = seal_maker(sealed).ok()?;
        let bytes = STANDARD_NO_PAD.decode(text).ok()?;
        let (nonce, msg) = bytes.split_first_chunk::<24>()?;
        let aad = gallery.to_string();
        let text = pepper.keys(maker).find_map(|key| {
            let aad = aad.as_bytes();
            cipher(key)
                .decrypt(&XNonce::from(*nonce), Payload { msg, aad })
                .ok()
        })?;
        String::from_utf8(text).ok().map(Self)
    }

    /// Whether that hash or seal should be made anew: another key than the current made it, or it does not say which.
    #[must_use]
    pub fn outdated(hash_or_sealed: &str, pepper: &Pepper) -> bool {
        let maker = match PasswordHash::new(hash_or_sealed) {
            Ok(parsed) => hash_maker(&parsed),
            Err(_) => seal_maker(hash_or_sealed).map(|(maker, _)| maker),
        };
        maker != Ok(Some(pepper.current_id()))
    }

    /// The same PIN locked anew with the current key, as hash and seal, when either is outdated and the seal still opens.
    ///
    /// As slow as [`Pin::hash`] when there is something to do, and quick when there is nothing. The PIN stays what it was:
    /// no session ends by it.
    #[must_use]
    pub fn relocked(
        hash: &str,
        sealed: &str,
        gallery: GalleryId,
        pepper: &Pepper,
    ) -> Option<(String, String)> {
        if !Self::outdated(hash, pepper) && !Self::outdated(sealed, pepper) {
            return None;
        }
        let pin = Self::unseal(sealed, gallery, pepper)?;
        Some((pin.hash(gallery, pepper), pin.seal(gallery, pepper)))
    }

    fn peppered(&self, gallery: GalleryId, key: &Key) -> [u8; 32] {
        key.mac("pin", format!("{gallery}\0{}", self.0).as_bytes())
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

fn argon(key: KeyId) -> Argon2<'static> {
    let name = argon2::KeyId::new(key.as_bytes()).expect("argon2 takes a key id of 8 bytes");
    let params = ParamsBuilder::new()
        .m_cost(19 * 1024)
        .t_cost(2)
        .p_cost(1)
        .keyid(name)
        .build()
        .expect("the parameters are in argon2's range");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&key.derive("pin-seal").into())
}

/// Which key a hash names.
fn hash_maker(hash: &PasswordHash) -> Result<Option<KeyId>, Malformed> {
    let params = argon2::Params::try_from(hash).map_err(|_| Malformed("PIN hash"))?;
    match params.keyid() {
        [] => Ok(None),
        name => KeyId::try_from(name).map(Some),
    }
}

/// Which key a seal names, and the rest of it.
fn seal_maker(sealed: &str) -> Result<(Option<KeyId>, &str), Malformed> {
    match sealed.split_once('.') {
        Some((name, text)) => Ok((Some(name.parse()?), text)),
        None => Ok((None, sealed)),
    }
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
    const OLD: &str = "the stack's first secret before any rotation";
    const NEW: &str = "another secret of the stack that came after it";
    const OLD_GALLERY: &str = "019aa0b1c2d37e4f8a5b6c7d8e9f0a1b";
    /// Locks of PIN 482916 from before keys had names, by other implementations of argon2 and `XChaCha20-Poly1305`.
    const UNNAMED: [&str; 2] = [
        "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$tVAjzA9QVh2uEisIHv3ww7ZE+ZQYvIUtxo6RONjJaB0",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXDjnlf/GS40SQL4GzErivR0YShijIYg",
    ];

    fn ring(text: &str) -> Pepper {
        Pepper::new(text).unwrap()
    }

    /// Whether a lock's hash verifies and its seal opens, under a ring.
    fn opens([hash, sealed]: [&str; 2], gallery: GalleryId, ring: &Pepper) -> [bool; 2] {
        let pin = Pin::typed("482916");
        [
            pin.matches(hash, gallery, ring),
            Pin::unseal(sealed, gallery, ring) == Some(pin),
        ]
    }

    /// a PIN outlives the rotation of its key, and ends with the key unless it was locked anew.
    #[test]
    fn rotation_keeps_a_pin_and_dropping_its_key_ends_it() {
        let (before, during, after) = (ring(OLD), ring(&format!("{NEW},{OLD}")), ring(NEW));
        let (pin, one) = (Pin::typed("482916"), gallery());
        let (hash, sealed) = (pin.hash(one, &before), pin.seal(one, &before));
        let old = [hash.as_str(), sealed.as_str()];
        assert_eq!(opens(old, one, &before), [true, true]);
        assert_eq!(opens(old, one, &during), [true, true]);
        assert_eq!(opens(old, one, &after), [false, false]);
        assert!(!Pin::typed("482917").matches(&hash, one, &during));

        assert_eq!(Pin::relocked(&hash, &sealed, one, &before), None);
        let (hash, sealed) = Pin::relocked(&hash, &sealed, one, &during).unwrap();
        let new = [hash.as_str(), sealed.as_str()];
        assert_eq!(opens(new, one, &before), [false, false]);
        assert_eq!(opens(new, one, &during), [true, true]);
        assert_eq!(opens(new, one, &after), [true, true]);
        assert_eq!(Pin::relocked(&hash, &sealed, one, &during), None);
        assert_eq!(Pin::relocked(old[0], old[1], one, &after), None);
    }

    #[test]
    fn what_another_key_made_is_outdated() {
        let (before, during) = (ring(OLD), ring(&format!("{NEW},{OLD}")));
        let (pin, one) = (Pin::typed("482916"), gallery());
        for (by, outdated) in [(&before, true), (&during, false)] {
            assert_eq!(Pin::outdated(&pin.hash(one, by), &during), outdated);
            assert_eq!(Pin::outdated(&pin.seal(one, by), &during), outdated);
        }
        for text in UNNAMED.into_iter().chain(["", "not a hash", "$argon2id$"]) {
            assert!(Pin::outdated(text, &before), "{text}");
        }
        let half = (pin.hash(one, &during), pin.seal(one, &before));
        assert!(Pin::relocked(&half.0, &half.1, one, &during).is_some());
    }

    /// Locks that name no key go on working under any ring that has it, and get a name.
    #[test]
    fn locks_from_before_keys_had_names_open() {
        let (before, during, after) = (ring(OLD), ring(&format!("{NEW},{OLD}")), ring(NEW));
        let one: GalleryId = OLD_GALLERY.parse().unwrap();
        assert_eq!(opens(UNNAMED, one, &before), [true, true]);
        assert_eq!(opens(UNNAMED, one, &during), [true, true]);
        assert_eq!(opens(UNNAMED, one, &after), [false, false]);
        let (hash, sealed) = Pin::relocked(UNNAMED[0], UNNAMED[1], one, &during).unwrap();
        assert_eq!(opens([&hash, &sealed], one, &after), [true, true]);
    }

    /// A lock names its key and cannot be passed off as another key's, nor be opened by naming a key that is gone.
    #[test]
    fn a_lock_opens_only_with_the_key_it_names() {
        let during = ring(&format!("{NEW},{OLD}"));
        let (pin, one) = (Pin::typed("482916"), gallery());
        let (hash, sealed) = (pin.hash(one, &during), pin.seal(one, &during));
        let [new, old] = [&during, &ring(OLD)].map(Pepper::current_id);
        assert!(sealed.starts_with(&format!("{new}.")));
        let named = |id: KeyId| format!("keyid={}$", STANDARD_NO_PAD.encode(id.as_bytes()));
        assert!(hash.contains(&named(new)), "{hash}");
        for other in [old, ring(&"c".repeat(32)).current_id()] {
            let lock = [
                hash.replace(&named(new), &named(other)),
                sealed.replace(&new.to_string(), &other.to_string()),
            ];
            assert_eq!(opens([&lock[0], &lock[1]], one, &during), [false, false]);
        }
        let odd = hash.replace(&named(new), "keyid=AAECAwQFBgc$");
        assert!(!pin.matches(&odd, one, &during) && Pin::outdated(&odd, &during));
    }
}
