//! What each failure says: a code for scripts, a state, a heading, a sentence that says what is kept, and the next step.

use super::{Failure, Reader};
use crate::page::{ask_about, sign_in_for};

/// What a failure says.
pub(super) struct Words {
    /// Stable, for scripts.
    pub(super) code: &'static str,
    /// A drawing of `icons.svg`.
    pub(super) icon: &'static str,
    /// The short state beside it.
    pub(super) state: &'static str,
    /// The page's title.
    pub(super) heading: &'static str,
    /// What it means, and what is kept.
    pub(super) sentence: String,
}

/// A way on.
pub(super) struct Button {
    /// What it says.
    pub(super) text: String,
    /// Where it leads.
    pub(super) href: String,
    /// The one next step.
    pub(super) first: bool,
}

impl Failure {
    /// All of it, for this reader.
    pub(super) fn words(&self, reader: &Reader<'_>) -> Words {
        let (code, icon, state, heading) = self.head();
        Words {
            code,
            icon,
            state,
            heading,
            sentence: self.sentence(reader),
        }
    }

    /// Stable code, icon, short state and heading.
    fn head(&self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self {
            Self::NotFound | Self::NotThatWay => (
                "not-found",
                "none",
                "Nothing here",
                "There is nothing at this address",
            ),
            Self::Unpublished => (
                "unpublished",
                "none",
                "Not open yet",
                "There is nothing here for you yet",
            ),
            Self::Paused => (
                "paused",
                "pause",
                "Paused by the studio",
                "This gallery is closed for a moment",
            ),
            Self::Ended { .. } => ("ended", "clock", "Ended", "This gallery has closed"),
            Self::NotInvited => (
                "not-invited",
                "none",
                "Not open to this address",
                "There is nothing here for you yet",
            ),
            Self::RowEnded => ("row-ended", "clock", "Ended", "Your time here has ended"),
            Self::NotAllowed => (
                "not-allowed",
                "none",
                "Not open",
                "This part is not open to you",
            ),
            Self::Closed => ("closed", "lock", "Locked", "Choosing is closed"),
            Self::Confirmed => (
                "confirmed",
                "check",
                "Confirmed",
                "Your choice is confirmed",
            ),
            Self::NotOffered => (
                "not-offered",
                "none",
                "Not offered",
                "This photograph is not offered in that size",
            ),
            Self::Full(_) => ("full", "info", "Full", "That would be too many"),
            Self::ClockAhead => (
                "clock",
                "clock",
                "Try again",
                "This device’s clock is ahead",
            ),
            Self::Reused => (
                "reused",
                "info",
                "Sent already",
                "This form was sent already",
            ),
            Self::NotFinal => (
                "not-final",
                "clock",
                "Not final yet",
                "This photograph is still being worked on",
            ),
            Self::NotDelivered => (
                "not-delivered",
                "clock",
                "Not ready yet",
                "The photographs are not ready to download",
            ),
            Self::NotKept => (
                "not-kept",
                "box",
                "No longer kept",
                "This file is no longer kept",
            ),
            Self::Archived => (
                "archived",
                "archive",
                "Archived",
                "This gallery is kept to look at",
            ),
            Self::Preview => (
                "preview",
                "eye",
                "Viewing as somebody else",
                "Nothing is changed from here",
            ),
            Self::QuotaSpent => (
                "quota",
                "download",
                "All downloaded",
                "Your downloads are used up",
            ),
            Self::NotMarked => (
                "not-marked",
                "download",
                "Not prepared",
                "There is no web-size file of it yet",
            ),
            Self::NotYours => (
                "not-yours",
                "lock",
                "Not open to you",
                "The owner has not opened this to you",
            ),
            Self::Door => ("door", "lock", "Closed", "The gallery asks who you are"),
            Self::CrossSite => (
                "cross-site",
                "warn",
                "Not done",
                "That came from another website",
            ),
            Self::Unfit(_) => ("unfit", "warn", "Not done", "That did not work as sent"),
            Self::Conflict(_) => ("conflict", "warn", "Not done", "Something else came first"),
            Self::Wait(_) => ("wait", "clock", "A moment", "Many tries in a short time"),
            Self::Busy => ("busy", "clock", "A moment", "Two requests met here"),
            Self::Fault => ("fault", "warn", "Not done", "Something here did not answer"),
        }
    }

    /// What it means, and what is kept.
    fn sentence(&self, reader: &Reader<'_>) -> String {
        let studio = reader.studio;
        match self {
            Self::NotFound | Self::NotThatWay => format!(
                "Part of the link may have been lost on its way. Open it again from the message it came in, or ask {studio} to send it once more."
            ),
            Self::Unpublished => format!(
                "{studio} has not opened this gallery, or has taken it back to change something. This link stays the same; open it again when {studio} writes to you."
            ),
            Self::Paused => format!(
                "{studio} has paused it, usually to change something. The photographs and this link are kept and come back with it."
            ),
            Self::Ended { on } => format!(
                "This link ended on {}. Nothing is deleted. Ask {studio} to open it again.",
                crate::words::last_day(*on, reader.zone)
            ),
            Self::NotInvited => format!(
                "This gallery is not open to the address you are signed in with. Sign in with the address {studio} wrote to, or ask {studio} to add yours."
            ),
            Self::RowEnded => format!(
                "{studio} opened this to you for a time, and it is over. Nothing is deleted. Ask if you need it again."
            ),
            Self::NotAllowed => {
                format!("{studio} has not opened this for you. Ask if you need it.")
            }
            Self::Closed => format!(
                "Nothing that was chosen is lost. Ask {studio} if you need more time."
            ),
            Self::Confirmed => format!(
                "{studio} has your list and works with it. Only {studio} can open it again: ask, if something must change."
            ),
            Self::NotOffered => format!(
                "The sizes beside each photograph in the gallery are those it can be had in now. Ask {studio} for another."
            ),
            Self::Full(which) => which.clone(),
            Self::ClockAhead => "Set its time, or load the page again. What was tapped is kept.".into(),
            Self::Reused => "It came a second time with other content, and nothing was changed. Open the page anew to send it again.".into(),
            Self::NotFinal => format!(
                "It can be downloaded when {studio} has finished it. Those that are finished have their download beside them in the gallery."
            ),
            Self::NotDelivered => format!(
                "{studio} is preparing them and writes to you when they can be downloaded. You can look at them until then."
            ),
            Self::NotKept => format!(
                "It was shipped to you, and {studio} has removed it since. Ask {studio} to send it once more."
            ),
            Self::Archived => {
                format!("Nothing is deleted: you can look, and {studio} can open the download again.")
            }
            Self::Preview => {
                "You see the gallery as somebody else does. What they could do here is not done in their name.".into()
            }
            Self::QuotaSpent => format!(
                "You have downloaded as many originals as {studio} agreed with you. Those can be downloaded again at any time. Ask {studio} if you need more."
            ),
            Self::NotMarked => format!(
                "Files in this size carry {studio}'s name, and this photograph was uploaded before they did. Ask {studio} for it."
            ),
            Self::NotYours => "Nothing was changed. The owner of the studio can tick it for you.".into(),
            Self::Door => "Open the gallery's page again and type the PIN, or sign in with the address you were invited by.".into(),
            Self::CrossSite => {
                "Nothing was changed. Open the page here and do it once more.".into()
            }
            Self::Unfit(why) | Self::Conflict(why) => why.clone(),
            Self::Wait(wait) => format!("The next try is in {}.", crate::words::wait(*wait)),
            Self::Busy => "Nothing is lost. Go back and do it once more.".into(),
            Self::Fault => "It has been noted. Nothing is lost; try again in a minute.".into(),
        }
    }

    /// The ways on: the next step first, and always one to the studio (S36).
    pub(super) fn buttons(&self, reader: &Reader<'_>) -> Vec<Button> {
        let button = |text: &str, href: &str, first| Button {
            text: text.to_owned(),
            href: href.to_owned(),
            first,
        };
        if in_studio(reader.path) {
            return vec![button("Your galleries", "/studio", false)];
        }
        let about = self.about(reader.path);
        let gallery = about.starts_with("/g/").then_some(about.as_str());
        let ask = |first| {
            let text = format!("Ask {}", reader.studio);
            button(&text, &ask_about(&about), first)
        };
        let mut buttons = match (self, gallery) {
            (Self::NotInvited, Some(gallery)) => {
                let sign_in = sign_in_for(gallery);
                vec![button("Use another address", &sign_in, true), ask(false)]
            }
            (Self::Door | Self::Preview, Some(gallery)) => {
                vec![button("Open the gallery", gallery, true), ask(false)]
            }
            (
                Self::NotAllowed
                | Self::Closed
                | Self::Confirmed
                | Self::NotOffered
                | Self::Full(_)
                | Self::Reused
                | Self::NotFinal
                | Self::NotDelivered
                | Self::NotKept
                | Self::Archived
                | Self::QuotaSpent
                | Self::NotMarked,
                Some(gallery),
            ) => vec![ask(true), button("Back to the gallery", gallery, false)],
            (
                Self::CrossSite
                | Self::Unfit(_)
                | Self::Conflict(_)
                | Self::Wait(_)
                | Self::Busy
                | Self::Fault,
                _,
            ) => vec![ask(false)],
            _ => vec![ask(true)],
        };
        if reader.signed_in {
            buttons.push(button("Your other galleries", "/galleries", false));
        }
        buttons
    }
}

/// Whether a path is the studio's own.
pub(super) fn in_studio(path: &str) -> bool {
    path == "/studio" || path.starts_with("/studio/")
}

impl Failure {
    /// What a question from here is about: the gallery's link, whatever of it was asked for; else nothing. Where there is
    /// nothing, nothing is repeated: an unknown link reads like a malformed one.
    pub(super) fn about(&self, path: &str) -> String {
        match self {
            Self::NotFound | Self::NotThatWay => String::new(),
            _ => gallery_of(path),
        }
    }
}

fn gallery_of(path: &str) -> String {
    let mut parts = path.trim_start_matches('/').split('/');
    match (parts.next(), parts.next()) {
        (Some("g" | "download"), Some(link)) if !link.is_empty() => format!("/g/{link}"),
        _ => String::new(),
    }
}
