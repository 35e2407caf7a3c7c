//! The session cookie of a visit: one for each gallery, so that two can be open in one browser.

use crate::Cookies;
use domain::ids::{LinkToken, SecretToken, TokenHash};

/// The cookie's name for this link; it does not tell the link.
#[must_use]
pub fn name(link: &LinkToken) -> String {
    format!("visit-{}", &link.hash().as_str()[..16])
}

/// What the table knows the visit by, if the browser carries one for this link.
#[must_use]
pub fn session(link: &LinkToken, cookies: &Cookies) -> Option<TokenHash> {
    let token: SecretToken = cookies.get(&name(link))?.parse().ok()?;
    Some(token.hash())
}
