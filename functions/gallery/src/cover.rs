//! What a cover says: the status in a word, until when, who is signed in, and the one next step (S14, S15, S17, L41).

use crate::sheet::Sheet;
use crate::visitor::Visitor;
use domain::access::{Originals, Rights, Web};
use domain::calendar::days_left;
use domain::gallery::{Gallery, Style};
use domain::selection::{Mode, Progress};
use domain::status::{Lock, NextStep, Status, status};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use web::words::last_day;
use web::{ask_about, words};

/// A status as icon and word; colour only repeats the word.
pub struct Chip {
    /// A drawing of `icons.svg`.
    pub icon: &'static str,
    /// The word, and the reason where there is one.
    pub text: String,
    /// A class of `.status`.
    pub class: &'static str,
}

/// A line of the facts.
pub struct Fact {
    /// What it is about.
    pub term: &'static str,
    /// What is so.
    pub text: String,
    /// What follows from it, in grey; may be empty.
    pub aside: String,
}

/// A button.
pub struct Step {
    /// What it says.
    pub text: String,
    /// Where it leads.
    pub href: String,
}

/// Everything a cover says beside the title.
pub struct Told {
    /// The status.
    pub chip: Chip,
    /// What the status means and what is kept; open galleries need no such sentence.
    pub lead: Option<String>,
    /// The facts.
    pub facts: Vec<Fact>,
    /// The next step (S14).
    pub next: Step,
    /// It is the one marker button: something waits for this visitor. Where choosing is closed nothing does.
    pub waits: bool,
    /// Another way on.
    pub other: Option<Step>,
    /// The cover is shown in grey.
    pub archived: bool,
}

impl Told {
    /// To this visitor, now, with days as the studio counts them. `listed`: the bar leads to what was confirmed, so that
    /// the cover need not say it too.
    pub fn to(
        visitor: &Visitor,
        sheet: &Sheet<'_>,
        studio: &str,
        zone: &TimeZone,
        path: &str,
        listed: bool,
    ) -> Self {
        let (gallery, rights) = (visitor.gallery(), visitor.rights());
        let status = status(
            gallery,
            Ok(&rights),
            visitor.standing.confirmed_on(),
            visitor.now,
        );
        let archived = status == Status::Archived;
        let confirmed = confirmed(visitor).filter(|_| !listed);
        let other = match status {
            Status::Archived if rights.downloads() && !gallery.archive_downloads => {
                Some("Ask for the download".to_owned())
            }
            // who has confirmed finds that way beside the list
            Status::Locked(lock) if !visitor.standing.guest() => {
                let confirmed = matches!(lock, Lock::Confirmed { .. });
                (!confirmed).then(|| format!("Ask {studio}"))
            }
            _ => None,
        };
        Self {
            chip: if visitor.standing.guest() && !archived {
                shared()
            } else {
                chip(status, &rights, zone)
            },
            lead: lead(status, gallery, &rights, studio, zone)
                .filter(|_| !visitor.standing.guest()),
            facts: facts(visitor, sheet, status, studio, zone),
            next: Step {
                text: verb(status.next_step(&rights)).into(),
                href: "#frames".into(),
            },
            waits: !matches!(status, Status::Locked(_)),
            other: confirmed
                .map(|number| Step {
                    text: "See what you confirmed".into(),
                    href: format!("{path}/confirmed/{number}"),
                })
                .or(other.map(|text| Step {
                    text,
                    href: ask_about(path),
                })),
            archived,
        }
    }
}

/// The number of what this visitor has confirmed, while it stands (S22).
fn confirmed(visitor: &Visitor) -> Option<u32> {
    match visitor.chosen.as_ref()?.selection.state {
        Progress::Confirmed { snapshot, .. } => Some(snapshot),
        Progress::Open => None,
    }
}

/// What a guest reads in place of a status that asks nothing of them (C8).
fn shared() -> Chip {
    Chip {
        icon: "family",
        text: "Shared with you, to look at".into(),
        class: "",
    }
}

/// The status in words.
pub fn chip(status: Status, rights: &Rights, zone: &TimeZone) -> Chip {
    let (icon, text, class) = match status {
        Status::Unavailable(_) => ("none", "Unavailable".into(), "status--quiet"),
        Status::Archived => ("archive", "Archived".into(), "status--quiet"),
        Status::Ready if rights.downloads() => {
            ("ready", "Ready to download".into(), "status--ready")
        }
        Status::Ready => ("ready", "Ready".into(), "status--ready"),
        Status::Locked(Lock::Confirmed { on }) => {
            let day = on.to_zoned(zone.clone()).strftime("%-d %B %Y");
            ("check", format!("Confirmed on {day}"), "")
        }
        Status::Locked(Lock::ByStudio) => ("lock", "Locked: choosing is closed".into(), ""),
        Status::Locked(Lock::Deadline { on }) => (
            "lock",
            format!("Locked: choosing ended on {}", last_day(on, zone)),
            "",
        ),
        Status::Locked(Lock::InPreparation) => ("clock", "Locked: in preparation".into(), ""),
        Status::Proofing => (
            "proofing",
            "Proofing: your choice is open".into(),
            "status--open",
        ),
    };
    Chip { icon, text, class }
}

/// What a status that closes something means, what is kept, and what can be done.
fn lead(
    status: Status,
    gallery: &Gallery,
    rights: &Rights,
    studio: &str,
    zone: &TimeZone,
) -> Option<String> {
    let text = match status {
        Status::Unavailable(_) | Status::Ready | Status::Proofing => return None,
        Status::Archived => {
            let when = gallery
                .expires
                .map(|on| format!(" on {}", last_day(on, zone)));
            let when = when.filter(|_| !gallery.archived).unwrap_or_default();
            let then = match (rights.downloads(), gallery.archive_downloads) {
                (true, true) => "you can look and download.".to_owned(),
                (true, false) => format!("you can look, and {studio} can open the download again."),
                (false, _) => "you can look.".to_owned(),
            };
            format!("This gallery closed{when}. Nothing is deleted: {then}")
        }
        Status::Locked(Lock::Confirmed { .. }) => {
            format!("{studio} has your list. Only {studio} can open it again.")
        }
        Status::Locked(Lock::ByStudio) => format!(
            "{studio} has closed choosing, usually to begin working. Ask {studio} if you need to change something."
        ),
        Status::Locked(Lock::Deadline { .. }) => {
            format!("Nothing is lost. Ask {studio} if you need more time.")
        }
        Status::Locked(Lock::InPreparation) => format!(
            "{studio} is still at work on these and writes to you when they are ready. You can look until then."
        ),
    };
    Some(text)
}

fn verb(step: NextStep) -> &'static str {
    match step {
        NextStep::Review => "Review the photographs",
        NextStep::Download => "Download the photographs",
        NextStep::View | NextStep::Ask => "View the photographs",
    }
}

fn facts(
    visitor: &Visitor,
    sheet: &Sheet<'_>,
    status: Status,
    studio: &str,
    zone: &TimeZone,
) -> Vec<Fact> {
    let (gallery, now) = (visitor.gallery(), visitor.now);
    let fact = |term, text: String| Fact {
        term,
        text,
        aside: String::new(),
    };
    // function first (P5): the studio's name is above, who is signed in is in the menu
    let short = gallery.style == Style::Proofing;
    let mut facts = Vec::new();
    if !short {
        facts.push(fact("From", studio.into()));
    }
    if let Some(day) = gallery.shoot_date {
        facts.push(fact("Shoot", words::days(day, day)));
    } else if let Some(taken) = sheet.taken().filter(|_| !short) {
        facts.push(fact("Taken", taken));
    }
    if let Some(deadline) = gallery.deadline.filter(|_| status == Status::Proofing) {
        facts.push(choose(rule(visitor), deadline, now, zone));
    } else if let Some(rule) = rule(visitor).filter(|_| status == Status::Proofing) {
        facts.push(fact("Choose", rule));
    }
    if sheet.total() > 0 {
        facts.push(fact("Inside", sheet.inside()));
    }
    facts.extend(downloads(visitor, sheet).map(|text| fact("Download", text)));
    let until = visitor.standing.row().until;
    let end = gallery.expires.into_iter().chain(until).min();
    if let Some(end) = end.filter(|end| now < *end) {
        facts.push(fact("Available", format!("until {}", last_day(end, zone))));
    }
    if let Some(person) = visitor.standing.person().filter(|_| !short) {
        facts.push(fact("Signed in", format!("as {}", person.email.as_str())));
    }
    facts
}

/// "10 to 15": how many are to be chosen (S37); favourites ask for nothing.
fn rule(visitor: &Visitor) -> Option<String> {
    let choosing = &visitor.gallery().choosing;
    let asked = choosing.mode == Mode::Selection && visitor.rights().select;
    let limits = Some(choosing.limits).filter(|_| asked)?;
    match (limits.min.filter(|min| *min > 0), limits.max) {
        (Some(min), Some(max)) if min == max => Some(max.to_string()),
        (Some(min), Some(max)) => Some(format!("{min} to {max}")),
        (Some(min), None) => Some(format!("at least {min}")),
        (None, Some(max)) => Some(format!("up to {max}")),
        (None, None) => None,
    }
}

/// S17, S37: how many, the moment, its zone, and the days that are left.
fn choose(rule: Option<String>, deadline: Timestamp, now: Timestamp, zone: &TimeZone) -> Fact {
    let left = match days_left(deadline, now, zone) {
        Some(0) => "Today is the last day.".into(),
        Some(days) => {
            let days = usize::try_from(days).unwrap_or_default();
            format!("{} left", words::count(days, "day", "days"))
        }
        None => String::new(),
    };
    Fact {
        term: "Choose",
        text: match rule {
            Some(rule) => format!("{rule}, by {}.", words::end(deadline, zone)),
            None => format!("by {}.", words::end(deadline, zone)),
        },
        aside: left,
    }
}

/// "Each photograph, full size"; which, where only some may be.
fn downloads(visitor: &Visitor, sheet: &Sheet<'_>) -> Option<String> {
    let offers: Vec<_> = sheet.placed().map(|p| visitor.offer(p.photo)).collect();
    let originals = offers.iter().filter(|offer| offer.original).count();
    let webs = offers.iter().filter(|offer| offer.web).count();
    let rights = visitor.rights();
    let which = |n: usize| match n {
        n if n == offers.len() => "Each photograph".to_owned(),
        n if rights.originals == Originals::Final && n == originals => "Final photographs".into(),
        n => words::count(n, "photograph", "photographs"),
    };
    let quota = rights
        .quota
        .map(|n| usize::try_from(n).unwrap_or(usize::MAX));
    let quota = quota.filter(|quota| *quota < originals);
    let full = (originals > 0).then(|| match quota {
        Some(quota) => format!(
            "Up to {}, full size",
            words::count(quota, "photograph", "photographs")
        ),
        None => format!("{}, full size", which(originals)),
    });
    let small = match rights.web {
        Web::Marked => "web size with the studio’s name",
        _ => "web size",
    };
    match (full, webs) {
        (full, 0) => full,
        (None, webs) => Some(format!("{}, {small}", which(webs))),
        (Some(full), webs) if webs == originals && quota.is_none() => {
            Some(format!("{full} and {small}"))
        }
        (Some(full), webs) => {
            let which = which(webs).to_lowercase();
            Some(format!("{full}; {which}, {small}"))
        }
    }
}
