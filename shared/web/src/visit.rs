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

/// Removes the visit's cookie from the browser, whichever link it began at.
#[must_use]
pub fn forget(session: &TokenHash, cookies: Cookies) -> Cookies {
    let carried = cookies.named(VISIT);
    let names: Vec<String> = carried
        .filter(|(_, value)| hash(value).as_ref() == Some(session))
        .map(|(name, _)| name.to_owned())
        .collect();
    names
        .iter()
        .fold(cookies, |cookies, name| cookies.remove(name))
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

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    fn cookies(values: &[(String, &SecretToken)]) -> Cookies {
        let mut request = Request::new(());
        let jar: Vec<String> = values
            .iter()
            .map(|(name, token)| format!("__Host-{name}={}", token.expose()))
            .collect();
        let headers = request.headers_mut();
        headers.insert("host", "x.example".parse().unwrap());
        headers.insert("cookie", jar.join("; ").parse().unwrap());
        Cookies::of(&request.into_parts().0)
    }

    /// 4.4: a visit opens what inherits its table, so all are shown; this link's first, and no more than a batch reads.
    #[test]
    fn all_visits_are_shown_with_this_links_first() {
        let (link, token) = (LinkToken::random(), SecretToken::random());
        let others: Vec<(LinkToken, SecretToken)> = (0..20)
            .map(|_| (LinkToken::random(), SecretToken::random()))
            .collect();
        let mut carried: Vec<(String, &SecretToken)> = others
            .iter()
            .map(|(link, token)| (name(link), token))
            .collect();
        carried.push((name(&link), &token));
        let shown = proofs(&link, &cookies(&carried)).visits;
        assert_eq!(shown.len(), VISITS);
        assert_eq!(shown[0], token.hash());
        let foreign = proofs(&LinkToken::random(), &cookies(&carried)).visits;
        assert_eq!(foreign.len(), VISITS);
    }

    /// A visit is forgotten by what it is, not by where it began; the others stay.
    #[test]
    fn a_visit_is_forgotten_under_any_link() {
        let [(here, own), (there, other)] =
            [(); 2].map(|()| (LinkToken::random(), SecretToken::random()));
        let carried = cookies(&[(name(&here), &own), (name(&there), &other)]);
        let left = forget(&other.hash(), carried);
        assert_eq!(proofs(&here, &left).visits, [own.hash()]);
        assert_eq!(session(&there, &left), None);
        assert!(proofs(&here, &forget(&own.hash(), left)).visits.is_empty());
    }

    /// L44, P36: a person and a preview are told apart from visits, and what is no token is nothing.
    #[test]
    fn each_cookie_proves_its_own_thing() {
        let (link, me, view) = (
            LinkToken::random(),
            SecretToken::random(),
            SecretToken::random(),
        );
        let carried = [(ME.to_owned(), &me), (VIEW.to_owned(), &view)];
        let found = proofs(&link, &cookies(&carried));
        assert_eq!(found.person, Some(me.hash()));
        assert_eq!(found.preview, Some(view.hash()));
        assert!(found.visits.is_empty());
        let mut request = Request::new(());
        let rubbish = "__Host-me=x; __Host-visit-1=y; visit-2=z".parse().unwrap();
        request.headers_mut().insert("cookie", rubbish);
        request
            .headers_mut()
            .insert("host", "x.example".parse().unwrap());
        let nothing = proofs(&link, &Cookies::of(&request.into_parts().0));
        assert_eq!(nothing, Proofs::default());
    }
}
