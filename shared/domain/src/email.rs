//! E-mail addresses: parsed once, compared without case, never logged.

use crate::ids::TokenHash;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// One e-mail address, in lower case. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// Not one e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("That is not an e-mail address. It looks like name@example.com.")]
pub struct NotAnEmail;

impl Email {
    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address as somebody may read it who is not its owner: `m•••a@example.com` (S28). A name of one or two letters
    /// shows none of them.
    #[must_use]
    pub fn masked(&self) -> String {
        let (name, host) = self.0.split_once('@').unwrap_or(("", &self.0));
        let letters: Vec<char> = name.chars().collect();
        match letters.as_slice() {
            [first, _, .., last] => format!("{first}•••{last}@{host}"),
            _ => format!("•••@{host}"),
        }
    }

    /// What the table knows the address by.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }
}

impl FromStr for Email {
    type Err = NotAnEmail;
    fn from_str(text: &str) -> Result<Self, NotAnEmail> {
        let text = text.trim().to_lowercase();
        let bad = |c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"".contains(c);
        match text.split_once('@') {
            Some((name, host))
                if !name.is_empty()
                    && text.len() <= 254
                    && !host.contains('@')
                    && host.contains('.')
                    && !host.starts_with('.')
                    && !host.ends_with('.')
                    && !text.chars().any(bad) =>
            {
                Ok(Self(text))
            }
            _ => Err(NotAnEmail),
        }
    }
}

impl TryFrom<String> for Email {
    type Error = NotAnEmail;
    fn try_from(text: String) -> Result<Self, NotAnEmail> {
        text.parse()
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_without_case_and_space() {
        assert_eq!(
            " Anna@Example.com ".parse::<Email>(),
            "anna@example.com".parse::<Email>()
        );
    }

    /// no second address and no header can be smuggled in.
    #[test]
    fn two_addresses_or_a_line_break_are_refused() {
        for text in [
            "a@b.com,c@d.com",
            "a@b.com\r\nBcc: c@d.com",
            "a@b",
            "@b.com",
            "a b@c.com",
            "a@@b.com",
        ] {
            assert!(text.parse::<Email>().is_err(), "{text}");
        }
    }

    /// S28: enough to recognise one's own address by, not enough to learn another's.
    #[test]
    fn a_masked_address_shows_two_letters_at_most() {
        let masked = |text: &str| text.parse::<Email>().unwrap().masked();
        assert_eq!(masked("matilda@example.com"), "m•••a@example.com");
        assert_eq!(masked("ab@example.com"), "•••@example.com");
        assert_eq!(masked("abc@example.com"), "a•••c@example.com");
    }

    #[test]
    fn an_address_does_not_print() {
        let email: Email = "matilda@example.com".parse().unwrap();
        assert!(!format!("{email:?}").contains("matilda"));
    }
}
