//! A device that was in before: a signed cookie, for one gallery, for 180 days. It opens nothing; it only
//! counts its wrong PINs by itself, so that nobody else's guessing locks it out (L6).

use domain::ids::{GalleryId, LinkToken, SecretToken};
use domain::pepper::Pepper;
use jiff::{SignedDuration, Timestamp};
use table::Guesser;
use web::{Cookies, Site};

/// How long a device is recognised after it was last let in.
const LIFE: SignedDuration = SignedDuration::from_hours(180 * 24);

/// What the signature is for; it is worth nothing for anything else.
const PURPOSE: &str = "device";

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
        pepper.sign(PURPOSE, &signed(token.expose(), expires, gallery))
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
    let genuine = pepper.verify(PURPOSE, &signed(token, expires, gallery), signature);
    if !genuine || now.as_second() >= expires {
        return None;
    }
    token.parse().ok()
}

/// What a device's signature covers.
fn signed(token: &str, expires: i64, gallery: GalleryId) -> Vec<u8> {
    format!("{gallery}\0{token}\0{expires}").into_bytes()
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
        let signature = pepper.sign(PURPOSE, &signed(token.expose(), expires, one));
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

    /// a device stays the same one through a rotation, is signed anew with the current key when it is let in,
    /// and is a stranger once the key that signed it is gone.
    #[test]
    fn rotation_keeps_devices_and_dropping_their_key_ends_them() {
        let [old, new] = ["o", "n"].map(|letter| letter.repeat(32));
        let [before, during, after] =
            [old.clone(), format!("{new},{old}"), new].map(|ring| Pepper::new(ring).unwrap());
        let now = at("2026-11-22T10:00:00Z");
        let (gallery, link) = (GalleryId::new(now), LinkToken::random());
        let let_in = |cookies: Cookies, ring: &Pepper| remember(cookies, &link, gallery, ring, now);
        let token = |cookies: &Cookies, ring: &Pepper| {
            cookies
                .get(&name(&link))
                .and_then(|value| read(value, gallery, ring, now))
        };

        let (visit, ()) = http::Request::new(()).into_parts();
        let first = let_in(Cookies::of(&visit), &before);
        let device = token(&first, &before);
        assert!(device.is_some());
        assert_eq!(token(&first, &during), device);
        assert_eq!(token(&first, &after), None);

        let again = let_in(first, &during);
        assert_eq!(token(&again, &during), device);
        assert_eq!(token(&again, &after), device);
        assert_eq!(token(&again, &before), None);
    }
}
