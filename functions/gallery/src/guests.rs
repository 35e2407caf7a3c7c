//! Guest links (C8): made by whoever stands in the gallery, to show it to others without giving the own link away.

use crate::Gallery;
use crate::visitor::Visitor;
use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::activity::{Event, What, Who};
use domain::calendar;
use domain::ids::{GuestId, LinkToken};
use http::StatusCode;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::Deserialize;
use table::GuestLink;
use web::words::last_day;
use web::{Caller, Failure, Page, Site, html};

/// As many links of one row may be open at a time.
const MOST: usize = 20;
/// Characters of what a link is called.
const LONGEST: usize = 60;

#[derive(Template)]
#[template(path = "guests.html")]
struct GuestsPage<'a> {
    page: Page<'a>,
    /// `/g/{link}`.
    here: &'a str,
    title: &'a str,
    guests: Vec<Shown>,
    /// "As long as this gallery is open, until 22 November 2027".
    as_long: String,
    label: &'a str,
    problem: Option<String>,
}

struct Shown {
    id: String,
    label: String,
    words: String,
    /// None: it has ended.
    address: Option<String>,
}

/// What the form sends.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    label: String,
    #[serde(default)]
    until: String,
}

/// Somebody who may make guest links, and theirs, the newest first.
struct Host {
    visitor: Visitor,
    who: Who,
    links: Vec<GuestLink>,
}

/// Who may make guest links here; the route's rule says so. The inner `Err`: why not, or the door.
async fn host(gallery: &Gallery, caller: &Caller) -> Result<Result<Host, Response>, Failure> {
    let visitor = match Visitor::of(gallery, caller).await? {
        Ok(visitor) => visitor,
        Err(outside) => return Ok(Err(outside.answer(caller))),
    };
    let who = Who::Visitor(visitor.standing.subject());
    let mut links = gallery.table.guests(visitor.gallery().id).await?;
    links.retain(|link| link.made_by == who);
    links.sort_by_key(|link| std::cmp::Reverse(link.created));
    Ok(Ok(Host {
        visitor,
        who,
        links,
    }))
}

/// `GET /g/{link}/guests`: the links this visitor made, and a form for another.
///
/// # Errors
/// Whoever may not make any; a table that does not answer.
pub async fn page(State(gallery): State<Gallery>, caller: Caller) -> Result<Response, Failure> {
    Ok(match host(&gallery, &caller).await? {
        Ok(host) => show(&gallery, &caller, &host, "", None),
        Err(refused) => refused,
    })
}

fn show(
    gallery: &Gallery,
    caller: &Caller,
    host: &Host,
    label: &str,
    problem: Option<String>,
) -> Response {
    let (visitor, zone) = (&host.visitor, &gallery.zone);
    let status = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let here = caller.path();
    let shown = |link: &GuestLink| shown(link, &caller.site, visitor.now, zone);
    let page = GuestsPage {
        page: visitor.page(gallery, &here),
        here: &here,
        title: &visitor.gallery().title,
        guests: host.links.iter().map(shown).collect(),
        as_long: match visitor.gallery().expires {
            Some(end) => format!("As long as the gallery, until {}", last_day(end, zone)),
            None => "As long as the gallery is open".into(),
        },
        label,
        problem,
    };
    html(status, &page)
}

fn shown(link: &GuestLink, site: &Site, now: Timestamp, zone: &TimeZone) -> Shown {
    let over = link.ended || link.until.is_some_and(|until| now >= until);
    let words = match link.until {
        _ if link.ended => "ended".to_owned(),
        Some(until) if over => format!("ended on {}", last_day(until, zone)),
        Some(until) => format!("until {}", last_day(until, zone)),
        None => "as long as the gallery is open".to_owned(),
    };
    Shown {
        id: link.id.to_string(),
        label: link.label.clone(),
        words,
        address: (!over).then(|| format!("{}/g/{}", site.origin, link.link)),
    }
}

/// `POST /g/{link}/guests`: makes a link.
///
/// # Errors
/// Whoever may not make any; a table that does not answer.
pub async fn make(
    State(gallery): State<Gallery>,
    caller: Caller,
    Form(wanted): Form<Wanted>,
) -> Result<Response, Failure> {
    let host = match host(&gallery, &caller).await? {
        Ok(host) => host,
        Err(refused) => return Ok(refused),
    };
    let label = match label(&wanted.label, host.open()) {
        Ok(label) => label,
        Err(why) => return Ok(show(&gallery, &caller, &host, &wanted.label, Some(why))),
    };
    let now = host.visitor.now;
    let guest = GuestLink {
        id: GuestId::new(now),
        gallery: host.visitor.gallery().id,
        label: label.clone(),
        link: LinkToken::random().expose().to_owned(),
        made_by: host.who.clone(),
        created: now,
        until: until(&wanted.until, now, &gallery.zone),
        ended: false,
    };
    gallery.table.make_guest(&guest).await?;
    host.log(&gallery, &caller, What::GuestLinkMade { label })
        .await?;
    Ok(Redirect::to(&format!("{}/guests#links", caller.path())).into_response())
}

/// `POST /g/{link}/guests/{guest}/end`: ends one of their own; others' do not exist for them.
///
/// # Errors
/// Whoever may not make any, somebody else's link, a table that does not answer.
pub async fn end(
    State(gallery): State<Gallery>,
    Path((_, guest)): Path<(String, String)>,
    caller: Caller,
) -> Result<Response, Failure> {
    let host = match host(&gallery, &caller).await? {
        Ok(host) => host,
        Err(refused) => return Ok(refused),
    };
    let id: GuestId = guest.parse()?;
    let theirs = host.links.iter().find(|link| link.id == id);
    let theirs = theirs.ok_or(Failure::NotFound)?;
    let label = theirs.label.clone();
    if !theirs.ended && gallery.table.end_guest(theirs.gallery, id).await?.is_some() {
        host.log(&gallery, &caller, What::GuestLinkEnded { label })
            .await?;
    }
    Ok(Redirect::to(&format!("{}/guests#links", caller.path())).into_response())
}

impl Host {
    /// How many of their links are open now.
    fn open(&self) -> usize {
        let now = self.visitor.now;
        let open = |link: &&GuestLink| !link.ended && link.until.is_none_or(|until| now < until);
        self.links.iter().filter(open).count()
    }

    async fn log(&self, gallery: &Gallery, caller: &Caller, what: What) -> Result<(), Failure> {
        let event = Event {
            at: self.visitor.now,
            gallery: Some(self.visitor.gallery().id),
            who: self.who.clone(),
            what,
            from: caller.origin.clone(),
        };
        Ok(gallery.table.log(&event).await?)
    }
}

/// One line, trimmed, not empty; and a row that keeps on making links is asked to end some first.
fn label(text: &str, open: usize) -> Result<String, String> {
    if open >= MOST {
        return Err(format!("{MOST} of your links are open. End one first."));
    }
    let text = text.replace(char::is_control, " ");
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.chars().count() {
        0 => Err("Say for whom the link is, so that you know it again.".into()),
        1..=LONGEST => Ok(line),
        _ => Err(format!("Use at most {LONGEST} characters.")),
    }
}

/// The end of the day a week or a month from now; whatever else was sent: with the gallery.
fn until(choice: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let today = now.to_zoned(zone.clone()).date();
    let last = match choice {
        "week" => today.checked_add(1.week()).ok()?,
        "month" => today.checked_add(1.month()).ok()?,
        _ => return None,
    };
    calendar::end_of(last, zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C8: a guest link ends with a day in the studio's zone, or with the gallery.
    #[test]
    fn a_guest_link_ends_with_a_day() {
        let zone = calendar::zone("Europe/Stockholm").unwrap();
        let now = "2026-01-31T23:30:00Z".parse().unwrap();
        let at = |text: &str| Some(text.parse().unwrap());
        assert_eq!(until("week", now, &zone), at("2026-02-08T23:00:00Z"));
        assert_eq!(until("month", now, &zone), at("2026-03-01T23:00:00Z"));
        assert_eq!(until("gallery", now, &zone), None);
    }

    /// A label is one line of the visitor's own words.
    #[test]
    fn a_label_is_one_short_line() {
        assert_eq!(
            label(" The\r\ngrand  parents ", 0),
            Ok("The grand parents".into())
        );
        assert!(label(" \n", 0).is_err());
        assert!(label(&"x".repeat(61), 0).is_err());
        assert!(label("One more", MOST).is_err());
    }
}
