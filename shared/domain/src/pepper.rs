//! Keys derived from the stack's pepper, the one secret that is not in the table.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::fmt;

/// The stack's secret. A leaked table alone cannot verify a PIN, forge a device or open a sealed PIN.
#[derive(Clone)]
pub struct Pepper(String);

impl Pepper {
    /// At least 32 characters; shorter is a deployment fault.
    ///
    /// # Errors
    /// Says so when the text is too short to be a secret.
    pub fn new(text: impl Into<String>) -> Result<Self, WeakPepper> {
        let text = text.into();
        if text.len() < 32 {
            return Err(WeakPepper);
        }
        Ok(Self(text))
    }

    /// HMAC-SHA-256 of `data` under a key of its own for each purpose.
    #[must_use]
    pub fn mac(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key(purpose))
            .expect("HMAC takes a key of any length");
        mac.update(data);
        mac.finalize().into_bytes().into()
    }

    /// A 256-bit key for one purpose.
    #[must_use]
    pub fn key(&self, purpose: &str) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_bytes())
            .expect("HMAC takes a key of any length");
        mac.update(b"darkslide/1/");
        mac.update(purpose.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Pepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pepper(…)")
    }
}

/// The pepper is shorter than 32 characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the pepper has fewer than 32 characters")]
pub struct WeakPepper;
