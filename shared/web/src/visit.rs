//! What a visitor's browser carries: a cookie for each visit, one for the person, one for *View as*.

use crate::Cookies;
use domain::ids::{LinkToken, SecretToken, TokenHash};
pub use table::Proofs;

/// The person's cookie: one for all galleries (L44, S1).
pub const ME: &str = "me";
/// The cookie of whoever looks as somebody else (P36): without it the address of a preview opens nothing.
pub const VIEW: &str = "view";
/// Begins the names of visits' cookies.
const VISIT: &str = "visit-";
/// More visits than this are not looked at: each is a key to read.
const VISITS: usize = 12;

/// The name of the visit's cookie for this link; it does not tell the link. Each link has one of its own, so that two
/// galleries can be open in one browser.
#[must_use]
pub fn name(link: &LinkToken) -> String {
    format!("{VISIT}{}", &link.hash().as_str()[..16])
}

/// What the table knows the visit by, if the browser carries one for this link.
#[must_use]
pub fn session(link: &LinkToken, cookies: &Cookies) -> Option<TokenHash> {
    hash(cookies.get(&name(link))?)
}

/// What the table knows the person by, if somebody is signed in.
#[must_use]
pub fn me(cookies: &Cookies) -> Option<TokenHash> {
    hash(cookies.get(ME)?)
}

/// Everything the browser carries that may open a gallery. A visit opens every gallery that inherits its table, so all
/// are shown, the one of this link first.
#[must_use]
pub fn proofs(link: &LinkToken, cookies: &Cookies) -> Proofs {
    let own = name(link);
    let others = cookies.named(VISIT).filter(|(name, _)| *name != own);
    let values = cookies
        .get(&own)
        .into_iter()
        .chain(others.map(|(_, value)| value));
    Proofs {
        visits: values.filter_map(hash).take(VISITS).collect(),
        person: me(cookies),
        preview: cookies.get(VIEW).and_then(hash),
    }
}

fn hash(value: &str) -> Option<TokenHash> {
    let token: SecretToken = value.parse().ok()?;
    Some(token.hash())
}
