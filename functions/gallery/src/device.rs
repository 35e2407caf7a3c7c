//! A device that was in before: a signed cookie, for one gallery, for 180 days. It opens nothing; it only
//! counts its wrong PINs by itself, so that nobody else's guessing locks it out (L6).

use domain::ids::{GalleryId, LinkToken, SecretToken};
use domain::pepper::Pepper;
use jiff::{SignedDuration, Timestamp};
use subtle::ConstantTimeEq as _;
use table::Guesser;
use web::{Cookies, Site};

/// How long a device is recognised after it was last let in.
const LIFE: SignedDuration = SignedDuration::from_hours(180 * 24);

/// Whose budget a guess from here counts against.
pub fn guesser(
    cookies: &Cookies,
    link: &LinkToken,
    gallery: GalleryId,
    pepper: &Pepper,
    site: &Site,
    now: Timestamp,
) -> Guesser {
    match cookies
        .get(&name(link))
        .and_then(|value| read(value, gallery, pepper, now))
    {
        Some(token) => Guesser::Device { id: token.hash() },
        None => Guesser::Stranger {
            address: site.address,
        },
    }
}

/// Sets the cookie after a right PIN; a device that is known stays the same one.
pub fn remember(
    cookies: Cookies,
    link: &LinkToken,
    gallery: GalleryId,
    pepper: &Pepper,
    now: Timestamp,
) -> Cookies {
    let known = cookies
        .get(&name(link))
        .and_then(|value| read(value, gallery, pepper, now));
    let token = known.unwrap_or_else(SecretToken::random);
    let expires = (now + LIFE).as_second();
    let value = format!(
        "{}.{expires}.{}",
        token.expose(),
        sign(token.expose(), expires, gallery, pepper)
    );
    cookies.set(&name(link), value, Some(LIFE))
}

fn name(link: &LinkToken) -> String {
    format!("device-{}", &link.hash().as_str()[..16])
}

fn read(value: &str, gallery: GalleryId, pepper: &Pepper, now: Timestamp) -> Option<SecretToken> {
    let mut parts = value.splitn(3, '.');
    let (token, expires, signature) = (parts.next()?, parts.next()?, parts.next()?);
    let expires: i64 = expires.parse().ok()?;
    let expected = sign(token, expires, gallery, pepper);
    let genuine: bool = expected.as_bytes().ct_eq(signature.as_bytes()).into();
    if !genuine || now.as_second() >= expires {
        return None;
    }
    token.parse().ok()
}

fn sign(token: &str, expires: i64, gallery: GalleryId, pepper: &Pepper) -> String {
    hex::encode(pepper.mac(
        "device",
        format!("{gallery}\0{token}\0{expires}").as_bytes(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// a device cookie is good for one gallery, until it expires, and cannot be made or changed by its holder.
    #[test]
    fn a_device_is_known_only_by_what_we_signed() {
        let (pepper, other) = (
            Pepper::new("p".repeat(32)).unwrap(),
            Pepper::new("q".repeat(32)).unwrap(),
        );
        let now = at("2026-11-22T10:00:00Z");
        let (one, two) = (GalleryId::new(now), GalleryId::new(now));
        let token = SecretToken::random();
        let expires = (now + LIFE).as_second();
        let signature = sign(token.expose(), expires, one, &pepper);
        let value = format!("{}.{expires}.{signature}", token.expose());
        assert_eq!(read(&value, one, &pepper, now), Some(token.clone()));
        assert_eq!(read(&value, two, &pepper, now), None);
        assert_eq!(read(&value, one, &other, now), None);
        assert_eq!(
            read(
                &value,
                one,
                &pepper,
                now + LIFE + SignedDuration::from_secs(1)
            ),
            None
        );
        let later = format!("{}.{}.{signature}", token.expose(), expires + 1);
        assert_eq!(read(&later, one, &pepper, now), None);
        assert_eq!(read("a.b", one, &pepper, now), None);
    }
}
