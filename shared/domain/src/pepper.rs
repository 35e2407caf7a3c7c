//! The stack's secrets, the one thing that is not in the table: a ring of one key, or of two while they are rotated.
//!
//! The first key makes everything new, both verify. What was made names its key by a `KeyId`, so that a ring of two
//! costs no second try. No key leaves this crate: others ask the ring to sign and to verify.

use crate::ids::Malformed;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::fmt;
use std::str::FromStr;

/// The fewest characters of a secret.
const FEWEST: usize = 32;

/// The stack's secrets. A leaked table alone cannot verify a PIN, forge a device or open a sealed PIN.
#[derive(Clone)]
pub struct Pepper {
    current: Key,
    previous: Option<Key>,
}

impl Pepper {
    /// Reads `CURRENT` or `CURRENT,PREVIOUS`, each of at least 32 characters; space around them does not count.
    ///
    /// # Errors
    /// Any other text is a deployment fault. The error tells nothing of it.
    pub fn new(text: impl AsRef<str>) -> Result<Self, UnfitPepper> {
        let mut secrets = text.as_ref().split(',').map(Key::new);
        let current = secrets.next().ok_or(UnfitPepper)??;
        let previous = secrets.next().transpose()?;
        let told_apart = previous.as_ref().is_none_or(|key| key.id != current.id);
        if secrets.next().is_some() || !told_apart {
            return Err(UnfitPepper);
        }
        Ok(Self { current, previous })
    }

    /// Which key makes everything new.
    #[must_use]
    pub fn current_id(&self) -> KeyId {
        self.current.id
    }

    /// Signs for one purpose: the current key's id, a dot, and HMAC-SHA-256 of `data` in hex.
    #[must_use]
    pub fn sign(&self, purpose: &str, data: &[u8]) -> String {
        let Key { id, .. } = self.current;
        format!("{id}.{}", hex::encode(self.current.mac(purpose, data)))
    }

    /// Whether [`Pepper::sign`] made that signature with a key of this ring; in constant time. One that names no key was
    /// made before keys had names: any of them may have.
    #[must_use]
    pub fn verify(&self, purpose: &str, data: &[u8], signature: &str) -> bool {
        let (maker, mac) = match signature.split_once('.') {
            Some((id, mac)) => match id.parse() {
                Ok(id) => (Some(id), mac),
                Err(Malformed(_)) => return false,
            },
            None => (None, signature),
        };
        let Ok(mac) = hex::decode(mac) else {
            return false;
        };
        self.keys(maker)
            .any(|key| key.begin(purpose, data).verify_slice(&mac).is_ok())
    }

    /// The key that makes everything new.
    pub(crate) fn current(&self) -> &Key {
        &self.current
    }

    /// The keys that may have made something: the one that it names, if it is still live, or all when it names none.
    pub(crate) fn keys(&self, maker: Option<KeyId>) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.current)
            .chain(&self.previous)
            .filter(move |key| maker.is_none_or(|id| id == key.id))
    }
}

impl fmt::Debug for Pepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pepper(…)")
    }
}

/// One secret of the ring.
#[derive(Clone)]
pub(crate) struct Key {
    id: KeyId,
    secret: String,
}

impl Key {
    fn new(text: &str) -> Result<Self, UnfitPepper> {
        let secret = text.trim();
        if secret.chars().count() < FEWEST {
            return Err(UnfitPepper);
        }
        let [a, b, c, d, ..] = hmac(secret.as_bytes(), &[b"darkslide/key-id/1"]);
        Ok(Self {
            id: KeyId([a, b, c, d]),
            secret: secret.to_owned(),
        })
    }

    /// Its public name.
    pub(crate) fn id(&self) -> KeyId {
        self.id
    }

    /// HMAC-SHA-256 of `data` under a key of its own for each purpose.
    pub(crate) fn mac(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        self.begin(purpose, data).finalize().into_bytes().into()
    }

    /// A 256-bit key for one purpose.
    pub(crate) fn derive(&self, purpose: &str) -> [u8; 32] {
        hmac(
            self.secret.as_bytes(),
            &[b"darkslide/1/", purpose.as_bytes()],
        )
    }

    fn begin(&self, purpose: &str, data: &[u8]) -> Hmac<Sha256> {
        begin(&self.derive(purpose), &[data])
    }
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    begin(key, parts).finalize().into_bytes().into()
}

fn begin(key: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = Hmac::new_from_slice(key).expect("HMAC takes a key of any length");
    parts.iter().for_each(|part| mac.update(part));
    mac
}

/// A key's public name: 32 bits of an HMAC under it, 8 hex digits as text. It tells keys apart and nothing about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId([u8; 4]);

impl KeyId {
    /// Its bytes, for formats that are not text.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 4] {
        &self.0
    }
}

impl TryFrom<&[u8]> for KeyId {
    type Error = Malformed;
    fn try_from(bytes: &[u8]) -> Result<Self, Malformed> {
        bytes.try_into().map(Self).map_err(|_| Malformed("key id"))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl FromStr for KeyId {
    type Err = Malformed;
    fn from_str(text: &str) -> Result<Self, Malformed> {
        let bytes = hex::decode(text).map_err(|_| Malformed("key id"))?;
        Self::try_from(bytes.as_slice())
    }
}

/// A text that is no ring of keys. It does not say which text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one secret of at least 32 characters, nor two different ones with a comma between")]
pub struct UnfitPepper;

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "the stack's first secret before any rotation";
    const NEW: &str = "another secret of the stack that came after it";

    fn ring(text: &str) -> Pepper {
        Pepper::new(text).unwrap()
    }

    fn rotating() -> Pepper {
        ring(&format!("{NEW},{OLD}"))
    }

    /// two live versions; what the dropped one signed ends with it.
    #[test]
    fn both_keys_verify_and_the_first_signs() {
        let (before, during, after) = (ring(OLD), rotating(), ring(NEW));
        let old = before.sign("device", b"data");
        let new = during.sign("device", b"data");
        assert!(new.starts_with(&format!("{}.", after.current_id())));
        let verdicts = |ring: &Pepper| [&old, &new].map(|it| ring.verify("device", b"data", it));
        assert_eq!(verdicts(&before), [true, false]);
        assert_eq!(verdicts(&during), [true, true]);
        assert_eq!(verdicts(&after), [false, true]);
    }

    /// a signature is good for one text, one purpose and the key it names.
    #[test]
    fn a_signature_is_good_for_nothing_else() {
        let ring = rotating();
        let signature = ring.sign("device", b"data");
        assert!(!ring.verify("device", b"date", &signature));
        assert!(!ring.verify("unsubscribe", b"data", &signature));
        let (_, mac) = signature.split_once('.').unwrap();
        let id = Pepper::new(OLD).unwrap().current_id();
        for forged in [
            format!("{id}.{mac}"),
            format!("00000000.{mac}"),
            format!(".{mac}"),
            format!("{id}{id}.{mac}"),
            signature[..signature.len() - 2].to_owned(),
            signature.replace('.', ""),
            ".".to_owned(),
            String::new(),
        ] {
            assert!(!ring.verify("device", b"data", &forged), "{forged}");
        }
    }

    /// What was signed before keys had names verifies as long as its key lives. Made by another implementation of HMAC.
    #[test]
    fn a_signature_without_a_name_is_tried_with_every_key() {
        let mac = "0c4756ea84d28497ebc49efeaec704a3c7aa8f30be7c6c1da845d36157452b3e";
        for (ring, verdict) in [(ring(OLD), true), (rotating(), true), (ring(NEW), false)] {
            assert_eq!(ring.verify("device", b"fixed data", mac), verdict);
        }
    }

    /// One guess is one evaluation: what names its key is tried with that key alone.
    #[test]
    fn a_name_leaves_one_key_to_try() {
        let ring = rotating();
        let old = Pepper::new(OLD).unwrap().current_id();
        for (maker, tried) in [
            (Some(ring.current_id()), vec![ring.current_id()]),
            (Some(old), vec![old]),
            (Some(KeyId([0; 4])), vec![]),
            (None, vec![ring.current_id(), old]),
        ] {
            let ids: Vec<KeyId> = ring.keys(maker).map(Key::id).collect();
            assert_eq!(ids, tried);
        }
    }

    /// The name is the same in every process, depends on the key alone, and shares nothing with what the key makes.
    #[test]
    fn a_key_has_one_name_that_does_not_tell_it() {
        let id = ring(OLD).current_id();
        assert_eq!(id.to_string(), "e2605777");
        assert_eq!("e2605777".parse(), Ok(id));
        assert_eq!(ring(&format!("  {OLD}\n")).current_id(), id);
        assert_ne!(ring(NEW).current_id(), id);
        for purpose in ["", "pin", "pin-seal", "device", "key-id/1"] {
            let key = ring(OLD);
            assert_ne!(key.current().derive(purpose)[..4], *id.as_bytes());
            assert_ne!(key.current().mac(purpose, b"")[..4], *id.as_bytes());
        }
    }

    /// a ring that cannot be read is refused, and neither the error nor `Debug` tells what it was.
    #[test]
    fn a_malformed_ring_is_refused_without_a_word_of_it() {
        let short = "31 characters are one too few !";
        assert_eq!(short.chars().count(), 31);
        for text in [
            String::new(),
            short.to_owned(),
            format!("{short}                  "),
            "é".repeat(31),
            format!("{NEW},"),
            format!(",{NEW}"),
            format!("{NEW},{short}"),
            format!("{short},{NEW}"),
            format!("{NEW},{NEW}"),
            format!("{NEW}, {NEW} "),
            format!("{NEW},{OLD},{}", "x".repeat(32)),
        ] {
            let error = Pepper::new(&text).unwrap_err();
            let said = format!("{error} {error:?}");
            assert!(!said.contains("secret of the stack") && !said.contains("one too few"));
        }
        assert_eq!(format!("{:?}", rotating()), "Pepper(…)");
    }
}
