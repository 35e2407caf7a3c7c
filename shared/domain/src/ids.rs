//! Identifiers and secrets that are compared by their hash.
//!
//! An id names a thing and grants nothing; a token grants something and is stored only as its SHA-256.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// A text that is not an id or a token of the asked kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {0}")]
pub struct Malformed(pub &'static str);

/// Names a gallery in the table and in the studio's addresses. Never in a client's link: it grants nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GalleryId(Uuid);

/// Names a group of contacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GroupId(Uuid);

/// Names a guest link; the link itself is a [`LinkToken`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GuestId(Uuid);

/// Names a preset the studio saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PresetId(Uuid);

/// Names a download product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProductId(Uuid);

/// Names an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrderId(Uuid);

/// Names a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommentId(Uuid);

impl ProductId {
    /// The id of a product that exists without having been made: the same in every studio.
    #[must_use]
    pub const fn built_in(number: u8) -> Self {
        Self(Uuid::from_u128(number as u128))
    }
}

macro_rules! time_ordered {
    ($id:ident, $what:literal) => {
        impl $id {
            /// A new id, ordered by creation time (UUID version 7, RFC 9562).
            #[must_use]
            pub fn new(now: jiff::Timestamp) -> Self {
                Self(version_7(now))
            }
        }

        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.simple().fmt(f)
            }
        }

        impl FromStr for $id {
            type Err = Malformed;
            fn from_str(text: &str) -> Result<Self, Malformed> {
                if text.len() != 32 {
                    return Err(Malformed($what));
                }
                Uuid::try_parse(text)
                    .map(Self)
                    .map_err(|_| Malformed($what))
            }
        }
    };
}

time_ordered!(GalleryId, "gallery id");
time_ordered!(GroupId, "group id");
time_ordered!(GuestId, "guest id");
time_ordered!(PresetId, "preset id");
time_ordered!(ProductId, "product id");
time_ordered!(OrderId, "order id");
time_ordered!(CommentId, "comment id");

fn version_7(now: jiff::Timestamp) -> Uuid {
    let seconds = u64::try_from(now.as_second()).unwrap_or_default();
    let nanos = u32::try_from(now.subsec_nanosecond()).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos))
}

/// Names a photograph: 128 bits of SHA-256 over its object key, 32 hex digits.
///
/// Derived, not drawn, so that a duplicate, late or reordered upload event finds the same row,
/// and a file put again under its key keeps its id and with it all that was said about it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhotoId(String);

impl PhotoId {
    /// The id of the photograph stored under this key of the originals bucket.
    #[must_use]
    pub fn of_key(key: &str) -> Self {
        Self(hex::encode(&Sha256::digest(key.as_bytes())[..16]))
    }

    /// The 32 hex digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PhotoId {
    type Error = Malformed;
    fn try_from(text: String) -> Result<Self, Malformed> {
        let hex = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
        if text.len() == 32 && text.bytes().all(hex) {
            Ok(Self(text))
        } else {
            Err(Malformed("photo id"))
        }
    }
}

impl From<PhotoId> for String {
    fn from(id: PhotoId) -> Self {
        id.0
    }
}

impl FromStr for PhotoId {
    type Err = Malformed;
    fn from_str(text: &str) -> Result<Self, Malformed> {
        Self::try_from(text.to_owned())
    }
}

impl fmt::Display for PhotoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// SHA-256 of a token, 64 hex digits: what the table holds instead of the token.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TokenHash(String);

impl TokenHash {
    /// The hash of any secret text.
    #[must_use]
    pub fn of(token: &str) -> Self {
        Self(hex::encode(Sha256::digest(token.as_bytes())))
    }

    /// The 64 hex digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Crockford's base 32 in lower case: no letter that is read as another, nothing a mail client breaks a line at.
const LINK_ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The secret part of a gallery's link: 26 characters of five random bits, 130 bits in all (L4).
#[derive(Clone, PartialEq, Eq)]
pub struct LinkToken(String);

impl LinkToken {
    /// A new random link.
    #[must_use]
    pub fn random() -> Self {
        let text = random_bytes::<26>()
            .iter()
            .map(|byte| char::from(LINK_ALPHABET[usize::from(byte & 31)]))
            .collect();
        Self(text)
    }

    /// The text as it stands in the link. Never log it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What the table knows it by.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }
}

impl FromStr for LinkToken {
    type Err = Malformed;
    fn from_str(text: &str) -> Result<Self, Malformed> {
        if text.len() == 26 && text.bytes().all(|c| LINK_ALPHABET.contains(&c)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Malformed("link"))
        }
    }
}

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken(…)")
    }
}

/// An opaque 256-bit secret for a cookie: a session, a device, a sign-in nonce. Base64url, 43 characters.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretToken(String);

impl SecretToken {
    /// A new random token.
    #[must_use]
    pub fn random() -> Self {
        Self(URL_SAFE_NO_PAD.encode(random_bytes::<32>()))
    }

    /// The text as it stands in the cookie. Never log it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What the table knows it by.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }
}

impl FromStr for SecretToken {
    type Err = Malformed;
    fn from_str(text: &str) -> Result<Self, Malformed> {
        match URL_SAFE_NO_PAD.decode(text) {
            Ok(bytes) if bytes.len() == 32 => Ok(Self(text.to_owned())),
            _ => Err(Malformed("token")),
        }
    }
}

impl fmt::Debug for SecretToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretToken(…)")
    }
}

/// Six random digits, each number as likely as any other.
#[must_use]
pub fn six_digits() -> String {
    loop {
        // 2^32 is not a multiple of 10^6: what would favour small numbers is drawn again.
        let draw = u32::from_le_bytes(random_bytes());
        if draw < u32::MAX - u32::MAX % 1_000_000 {
            return format!("{:06}", draw % 1_000_000);
        }
    }
}

/// Bytes from the operating system's generator.
#[must_use]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system has a random generator");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// L4: at least 128 random bits, and no two alike.
    #[test]
    fn a_link_carries_130_random_bits() {
        let links: std::collections::HashSet<String> = (0..1000)
            .map(|_| LinkToken::random().expose().to_owned())
            .collect();
        assert_eq!(links.len(), 1000);
        assert!(links.iter().all(|link| link.len() * 5 >= 128));
        assert!(links.iter().all(|link| link.parse::<LinkToken>().is_ok()));
    }

    /// the same object is the same photograph, however often it is announced.
    #[test]
    fn a_photo_id_follows_from_its_key() {
        assert_eq!(PhotoId::of_key("a/b.jpg"), PhotoId::of_key("a/b.jpg"));
        assert_ne!(PhotoId::of_key("a/b.jpg"), PhotoId::of_key("a/c.jpg"));
    }

    #[test]
    fn secrets_do_not_print() {
        let (link, token) = (LinkToken::random(), SecretToken::random());
        let printed = format!("{link:?} {token:?}");
        assert!(!printed.contains(link.expose()) && !printed.contains(token.expose()));
    }

    #[test]
    fn malformed_texts_are_refused() {
        assert!("../etc".parse::<LinkToken>().is_err());
        assert!("A".repeat(32).parse::<PhotoId>().is_err());
        assert!("short".parse::<SecretToken>().is_err());
        assert!("0".repeat(31).parse::<GalleryId>().is_err());
    }
}
