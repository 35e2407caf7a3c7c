//! Keys of what the studio keeps of people: who works there, who is a contact, who was invited, who asks for a code.

use super::Key;
use domain::access::Subject;
use domain::email::Email;
use domain::ids::{GalleryId, GroupId, PresetId, TokenHash};
use jiff::Timestamp;

/// The partition of members, groups and presets.
pub const STUDIO: &str = "STUDIO";
/// The prefix of members' sort keys.
pub const MEMBER: &str = "MEMBER#";
/// The prefix of groups' sort keys.
pub const GROUP: &str = "GROUP#";
/// The prefix of presets' sort keys.
pub const PRESET: &str = "PRESET#";

/// Somebody who works in the studio.
#[must_use]
pub fn member(email: &Email) -> Key {
    Key::new(STUDIO, format!("{MEMBER}{}", email.hash().as_str()))
}

/// The list of a member's sessions.
#[must_use]
pub fn studio_sessions(email: &Email) -> String {
    format!("STUDIO-SESSIONS#{}", email.hash().as_str())
}

/// A group of contacts.
#[must_use]
pub fn group(id: GroupId) -> Key {
    Key::new(STUDIO, format!("{GROUP}{id}"))
}

/// A preset the studio saved.
#[must_use]
pub fn preset(id: PresetId) -> Key {
    Key::new(STUDIO, format!("{PRESET}{id}"))
}

/// The studio's download products. A partition of its own: visitors' functions read it, and none of the studio's.
#[must_use]
pub fn products() -> Key {
    Key::new("PRODUCTS", "PRODUCTS")
}

/// The studio's mark across proofs. A partition of its own, for the functions that draw it.
#[must_use]
pub fn mark() -> Key {
    Key::new("MARK", "MARK")
}

/// A client's sign-in code, by the hash of the browser's nonce. A partition of its own: the gallery function may write
/// `PROOF#` and must not make the studio's `CODE#`.
#[must_use]
pub fn client_code(nonce: &TokenHash) -> Key {
    Key::new(format!("PROOF#{}", nonce.as_str()), "CODE")
}

/// An invitation, by the hash of its token.
#[must_use]
pub fn invitation(token: &TokenHash) -> Key {
    Key::new(format!("INVITE#{}", token.as_str()), "INVITE")
}

/// The list of a gallery's invitations.
#[must_use]
pub fn invitations(gallery: GalleryId) -> String {
    format!("INVITES#{gallery}")
}

/// Invitations mailed for a gallery in one day.
#[must_use]
pub fn try_invitations(gallery: GalleryId, now: Timestamp) -> Key {
    Key::new(
        format!("TRY#INVITES#{gallery}"),
        format!("DAY#{}", now.strftime("%Y-%m-%d")),
    )
}

/// Codes one caller asked for in one hour; the caller as `domain::throttle::caller` names it.
#[must_use]
pub fn try_codes(caller: &str, now: Timestamp) -> Key {
    hourly(caller, "CODES", now)
}

/// Questions one caller sent in one hour.
#[must_use]
pub fn try_questions(caller: &str, now: Timestamp) -> Key {
    hourly(caller, "QUESTIONS", now)
}

/// Comments one subject wrote in a gallery in one hour.
#[must_use]
pub fn try_comments(gallery: GalleryId, subject: &Subject, now: Timestamp) -> Key {
    Key::new(
        format!("TRY#{gallery}"),
        format!(
            "COMMENTS#{}#{}",
            super::subject(subject),
            now.strftime("%Y-%m-%dT%H")
        ),
    )
}

/// Orders one subject placed in a gallery in one hour.
#[must_use]
pub fn try_orders(gallery: GalleryId, subject: &Subject, now: Timestamp) -> Key {
    let hour = now.strftime("%Y-%m-%dT%H");
    Key::new(
        format!("TRY#{gallery}"),
        format!("ORDERS#{}#{hour}", super::subject(subject)),
    )
}

/// Taps of one subject in a gallery in one hour.
#[must_use]
pub fn try_taps(gallery: GalleryId, subject: &Subject, now: Timestamp) -> Key {
    let hour = now.strftime("%Y-%m-%dT%H");
    Key::new(
        format!("TRY#{gallery}"),
        format!("TAPS#{}#{hour}", super::subject(subject)),
    )
}

fn hourly(caller: &str, what: &str, now: Timestamp) -> Key {
    Key::new(
        format!("TRY#ADDRESS#{caller}"),
        format!("{what}#{}", now.strftime("%Y-%m-%dT%H")),
    )
}
