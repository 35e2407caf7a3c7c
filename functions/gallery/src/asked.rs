//! A code that was asked for in this browser: the cookie that binds the two, and where its owner wanted to go.

use crate::Gallery;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::email::Email;
use domain::ids::{SecretToken, TokenHash, six_digits};
use domain::throttle::CODE_LIFE;
use jiff::Timestamp;
use table::{Mail, Realm, SignInCode};
use web::{Cookies, Failure, Site};

/// Its name. The studio's codes have one of their own: both sides may sign in in one browser.
const COOKIE: &str = "asked";

/// Where clients are sent when no page of theirs was named.
pub const GALLERIES: &str = "/galleries";

/// What the browser remembers between the address and the code. Nothing of it is trusted but the nonce.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Without it neither the code nor the mail's link opens anything.
    pub nonce: SecretToken,
    /// The address as its owner recognises it.
    pub masked: String,
    /// Where to go afterwards; see [`local`].
    pub then: String,
}

impl Asked {
    /// Reads it from the browser's cookie.
    pub fn of(cookies: &Cookies) -> Option<Self> {
        let mut parts = cookies.get(COOKIE)?.splitn(3, '.');
        let nonce = parts.next()?.parse().ok()?;
        let mut text = || {
            let bytes = URL_SAFE_NO_PAD.decode(parts.next()?).ok()?;
            String::from_utf8(bytes).ok()
        };
        let (masked, then) = (text()?, text()?);
        let then = local(&then).to_owned();
        Some(Self {
            nonce,
            masked,
            then,
        })
    }

    fn keep(&self, cookies: Cookies) -> Cookies {
        let [masked, then] = [&self.masked, &self.then].map(|text| URL_SAFE_NO_PAD.encode(text));
        let value = format!("{}.{masked}.{then}", self.nonce.expose());
        cookies.set(COOKIE, value, Some(CODE_LIFE))
    }
}

/// Forgets what was asked for.
pub fn forget(cookies: Cookies) -> Cookies {
    cookies.remove(COOKIE)
}

/// Mails a code and a link to an address that is known; does and writes the same for one that is not, with a mail that
/// is dropped and a code that no digits make: neither the answer nor its time tells who is known.
///
/// # Errors
/// A table that does not answer.
pub async fn send(
    gallery: &Gallery,
    cookies: Cookies,
    site: &Site,
    to: &Email,
    known: bool,
    then: &str,
) -> Result<Cookies, Failure> {
    let (now, nonce) = (gallery.now(), SecretToken::random());
    let (code, mail) = code_for(&nonce, to, known, now);
    let table = &gallery.table;
    let opened = table
        .open_code(Realm::Client, &code, Some(&mail), site.address, now)
        .await?
        .is_ok();
    let masked = to.masked();
    // Over the budget of mails the code of the last one goes on working in the browser that asked for it.
    let before = Asked::of(&cookies).filter(|before| !opened && before.masked == masked);
    let asked = Asked {
        nonce: before.map_or(nonce, |before| before.nonce),
        masked,
        then: local(then).to_owned(),
    };
    Ok(asked.keep(cookies))
}

/// The code and its mail; for an unknown address what looks and weighs like them.
fn code_for(nonce: &SecretToken, to: &Email, known: bool, now: Timestamp) -> (SignInCode, Mail) {
    let (digits, link, nothing) = (six_digits(), SecretToken::random(), SecretToken::random());
    let typed = code_hash(nonce, &digits);
    let mail = Mail::ClientCode {
        to: to.clone(),
        code: digits,
        link_path: Some(format!("/sign-in/link/{}", link.expose())),
    };
    let (code, link, mail) = if known {
        (typed, link.hash(), mail)
    } else {
        (nothing.hash(), nothing.hash(), Mail::Decoy)
    };
    let code = SignInCode {
        nonce: nonce.hash(),
        code,
        link,
        email: to.clone(),
        expires: now + CODE_LIFE,
    };
    (code, mail)
}

/// The code as the table knows it: without the browser's nonce a leaked table tells nothing about six digits.
pub fn code_hash(nonce: &SecretToken, digits: &str) -> TokenHash {
    TokenHash::of(&format!("{}:{digits}", nonce.expose()))
}

/// A page of ours that clients are sent on to; anything else, such as another site's, becomes [`GALLERIES`].
pub fn local(path: &str) -> &str {
    let fit = |c: char| c.is_ascii_alphanumeric() || "/-_?=&#".contains(c);
    let ours = ["/g/", "/i/", GALLERIES];
    let safe = path.len() <= 200 && path.chars().all(fit) && !path.contains("//");
    if safe && ours.iter().any(|ours| path.starts_with(ours)) {
        path
    } else {
        GALLERIES
    }
}

/// What a query may name: the list, and what stands in it. Links and tokens are secret and travel in forms, in the
/// cookie, and in paths of their own; in a query they are not read.
pub fn open(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(GALLERIES)?;
    let whole = rest.is_empty() || rest.starts_with(['/', '?']);
    (whole && local(path) == path).then_some(path)
}

/// An address of ours with one more thing said in its query.
pub fn saying(address: &str, what: &str) -> String {
    let mark = if address.contains('?') { '&' } else { '?' };
    format!("{address}{mark}{what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn browser() -> Cookies {
        let (parts, ()) = http::Request::new(()).into_parts();
        Cookies::of(&parts)
    }

    /// an address nobody knows gets a code that no digits and no link make, and a mail that is dropped.
    #[test]
    fn an_unknown_address_gets_a_code_that_nothing_makes() {
        let to: Email = "matilda@example.com".parse().unwrap();
        let (nonce, now) = (SecretToken::random(), Timestamp::UNIX_EPOCH);
        let (code, mail) = code_for(&nonce, &to, false, now);
        assert_eq!(mail, Mail::Decoy);
        for digits in ["", "000000", "482916"] {
            assert_ne!(code.code, code_hash(&nonce, digits));
        }
        let (code, mail) = code_for(&nonce, &to, true, now);
        let Mail::ClientCode {
            code: digits,
            link_path,
            ..
        } = mail
        else {
            panic!("{mail:?}");
        };
        assert_eq!(code.code, code_hash(&nonce, &digits));
        let path = link_path.unwrap();
        let token = path.strip_prefix("/sign-in/link/").unwrap();
        assert_eq!(code.link, TokenHash::of(token));
        assert_eq!(code.expires, now + CODE_LIFE);
    }

    /// the same digits in another browser are another code.
    #[test]
    fn a_code_is_bound_to_its_browser() {
        let (one, other) = (SecretToken::random(), SecretToken::random());
        assert_eq!(code_hash(&one, "482916"), code_hash(&one, "482916"));
        assert_ne!(code_hash(&one, "482916"), code_hash(&other, "482916"));
        assert_ne!(code_hash(&one, "482916"), code_hash(&one, "482917"));
    }

    /// Signing in leads nowhere but to clients' own pages.
    #[test]
    fn nobody_is_sent_to_another_site() {
        for path in [
            "/g/0123456789abcdefghjkmnpqrs",
            "/g/0123456789abcdefghjkmnpqrs?from=17#frames",
            "/i/0123456789abcdefghjkmnpqrs",
            "/galleries?as=table",
        ] {
            assert_eq!(local(path), path);
        }
        for path in [
            "",
            "/",
            "/studio",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/g/",
            "/g//evil.example",
            "/g/../studio",
            "/g/a\r\nSet-Cookie:x",
            "/g/%2f%2fevil",
            "javascript:alert(1)",
            &format!("/g/{}", "a".repeat(300)),
        ] {
            assert_eq!(local(path), GALLERIES, "{path}");
        }
    }

    /// a link or a token in a query is not read, so nothing of ours is tempted to write one.
    #[test]
    fn a_query_names_no_secret() {
        for path in [
            "/galleries",
            "/galleries?as=table",
            "/galleries/0123456789abcdef",
        ] {
            assert_eq!(open(path), Some(path));
        }
        for path in [
            "/g/abc",
            "/i/abc",
            "/galleriesX",
            "/galleries//x",
            "/studio",
            "",
        ] {
            assert_eq!(open(path), None, "{path}");
        }
        assert_eq!(saying("/g/abc/ask", "sent=1"), "/g/abc/ask?sent=1");
        assert_eq!(
            saying("/sign-in?then=/galleries", "again=1"),
            "/sign-in?then=/galleries&again=1"
        );
    }

    /// What is kept comes back; a cookie that is not ours is none.
    #[test]
    fn the_browser_remembers_what_it_asked_for() {
        let asked = Asked {
            nonce: SecretToken::random(),
            masked: "m•••a@lindqvist.se".into(),
            then: "/g/abc".into(),
        };
        let cookies = asked.keep(browser());
        assert_eq!(Asked::of(&cookies), Some(asked));
        assert_eq!(Asked::of(&forget(cookies)), None);
        assert_eq!(Asked::of(&browser().set(COOKIE, "a.b.c", None)), None);
    }
}
