//! The table's page: every row with its boxes, who was here, what was done just now, and what does not fit.

/// One row as the page draws it.
mod line;

use line::{GuestLine, Line};
pub(super) use line::{Names, originals_code, web_code};

use super::warn::{Alert, Way, alerts};
use super::words;
use crate::Studio;
use crate::head::Head;
use crate::member::Me;
use askama::Template;
use axum::response::Response;
use domain::access::{Row, Subject};
use domain::gallery::{Gallery, sections};
use domain::ids::{GalleryId, TokenHash};
use domain::pin::{Pin, UnfitPin};
use domain::team::Task;
use http::StatusCode;
use std::collections::{BTreeSet, HashMap};
use table::{GuestLink, Invitation, LastVisit};
use web::{Failure, Page, Site, html};

/// What the page shows beside the table.
pub(crate) struct View<'a> {
    pub(crate) status: StatusCode,
    /// What was done just now.
    pub(crate) done: Option<&'a str>,
    /// What could not be done, in words.
    pub(crate) problem: Option<String>,
    /// A PIN that was typed and what is wrong with it.
    pub(crate) unfit_pin: Option<(&'a str, UnfitPin)>,
    /// Every section is offered a table of its own.
    pub(crate) all_sections: bool,
}

impl Default for View<'_> {
    fn default() -> Self {
        Self {
            status: StatusCode::OK,
            done: None,
            problem: None,
            unfit_pin: None,
            all_sections: false,
        }
    }
}

impl<'a> View<'a> {
    pub(crate) fn problem(status: StatusCode, problem: String) -> Self {
        Self {
            status,
            problem: Some(problem),
            ..Self::default()
        }
    }

    pub(crate) fn unfit_pin(typed: &'a str, problem: UnfitPin) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            unfit_pin: Some((typed, problem)),
            ..Self::default()
        }
    }
}

#[derive(Template)]
#[template(path = "authorizations.html")]
struct AuthorizationsPage<'a> {
    page: Page<'a>,
    head: Head,
    gallery: &'a Gallery,
    notice: Option<&'static str>,
    problem: Option<&'a str>,
    afterglow: String,
    under_attack: bool,
    /// The title of the gallery whose table this one follows.
    inherited: Option<String>,
    may_inherit: bool,
    may_pause: bool,
    alerts: Vec<Alert>,
    lines: Vec<Line>,
    pin: PinField<'a>,
    guests: Vec<GuestLine>,
    /// Guest links that have ended.
    ended: usize,
    sections: Vec<Section>,
    all_sections: bool,
    link: String,
}

/// The PIN of row *Anybody*.
struct PinField<'a> {
    set: bool,
    /// Set, and sealed under a secret that is gone.
    lost: bool,
    typed: String,
    problem: Option<&'a UnfitPin>,
}

/// A section that has a table of its own, or could have one.
struct Section {
    /// Names it in the ids of the page, the same whichever sections are shown.
    id: String,
    title: String,
    own: bool,
    lines: Vec<Line>,
}

/// Everything the page is drawn from.
struct Loaded {
    rows: Vec<Row>,
    guests: Vec<GuestLink>,
    seen: HashMap<String, LastVisit>,
    invitations: Vec<Invitation>,
    names: Names,
    under_attack: bool,
    galleries: Vec<Gallery>,
}

/// Draws the page.
pub(crate) async fn show(
    studio: &Studio,
    me: &Me,
    gallery: &Gallery,
    site: &Site,
    view: &View<'_>,
) -> Result<Response, Failure> {
    let loaded = load(studio, gallery).await?;
    let (now, inherited) = (studio.now(), followed(gallery, &loaded.galleries));
    let lines = lines(studio, &loaded, inherited.is_none());
    let (open, over): (Vec<_>, Vec<_>) = loaded
        .guests
        .iter()
        .partition(|guest| guest.row().stands(now));
    let guest = |guest: &&GuestLink| GuestLine::of(guest, &loaded.seen, site, now, &studio.zone);
    let alerts = match inherited {
        Some(_) => Vec::new(),
        None => alerts(&loaded.rows, &loaded.names, now),
    };
    let page = AuthorizationsPage {
        page: Page::new(&studio.name),
        head: Head::of(studio, me, gallery, &loaded.galleries),
        gallery,
        notice: view.done.and_then(notice),
        problem: view.problem.as_deref(),
        afterglow: words::afterglow(),
        under_attack: loaded.under_attack,
        inherited,
        may_inherit: gallery.parent.is_some(),
        may_pause: me.may(Task::Galleries, now),
        alerts,
        pin: pin_field(studio, gallery.id, &loaded.rows, view),
        guests: open.iter().map(guest).collect(),
        ended: over.len(),
        sections: own_sections(studio, gallery, &lines, view).await?,
        lines,
        all_sections: view.all_sections,
        link: format!("{}/g/{}", site.origin, gallery.link),
    };
    Ok(html(view.status, &page))
}

async fn load(studio: &Studio, gallery: &Gallery) -> Result<Loaded, Failure> {
    let table = &studio.table;
    let (rows, guests, seen, invitations, people, groups, galleries, under_attack) = tokio::try_join!(
        table.rows(gallery.table),
        table.guests(gallery.id),
        table.last_visits(gallery.id),
        table.invitations(gallery.id),
        table.people(),
        table.groups(),
        table.galleries(),
        table.under_attack(gallery.table),
    )?;
    Ok(Loaded {
        rows,
        guests,
        seen,
        invitations,
        names: Names::of_contacts(&people, &groups),
        under_attack,
        galleries,
    })
}

/// The title of the gallery whose table this one follows; none: it has its own.
fn followed(gallery: &Gallery, galleries: &[Gallery]) -> Option<String> {
    if gallery.table == gallery.id {
        return None;
    }
    let other = galleries.iter().find(|other| other.id == gallery.table);
    Some(other.map_or_else(|| "another gallery".into(), |other| other.title.clone()))
}

/// The rows in the order of the page: *Anybody*, groups, people.
fn lines(studio: &Studio, loaded: &Loaded, own: bool) -> Vec<Line> {
    let mut rows: Vec<&Row> = loaded.rows.iter().collect();
    rows.sort_by_key(|row| match row.subject {
        Subject::Anybody => 0,
        Subject::Group(_) => 1,
        Subject::Person(_) => 2,
        Subject::Guest(_) => 3,
    });
    let (now, zone) = (studio.now(), &studio.zone);
    rows.into_iter()
        .map(|row| Line::of(row, &loaded.names, now, zone))
        .map(|line| line.visited(&loaded.seen, now, zone))
        // People on another gallery's table were invited there.
        .map(|line| {
            if own {
                line.invited(&loaded.invitations, now, zone)
            } else {
                line
            }
        })
        .collect()
}

fn pin_field<'a>(
    studio: &Studio,
    gallery: GalleryId,
    rows: &[Row],
    view: &'a View<'_>,
) -> PinField<'a> {
    let anybody = rows.iter().find(|row| row.subject == Subject::Anybody);
    let lock = anybody.and_then(|row| row.pin.as_ref());
    let pin = lock.and_then(|lock| Pin::unseal(&lock.sealed, gallery, &studio.pepper));
    let typed = view.unfit_pin.as_ref();
    PinField {
        set: lock.is_some(),
        lost: lock.is_some() && pin.is_none(),
        typed: match (typed, &pin) {
            (Some((typed, _)), _) => (*typed).to_owned(),
            (None, Some(pin)) => pin.expose().to_owned(),
            (None, None) => String::new(),
        },
        problem: typed.map(|(_, problem)| problem),
    }
}

/// Sections with a table of their own; all sections when those are asked for, which reads the photographs.
async fn own_sections(
    studio: &Studio,
    gallery: &Gallery,
    lines: &[Line],
    view: &View<'_>,
) -> Result<Vec<Section>, Failure> {
    let mut titles: BTreeSet<String> = gallery.own_sections.clone();
    if view.all_sections {
        let photos = studio.table.photos_of(gallery.id).await?;
        let all = sections(photos.iter().filter(|photo| photo.picture().is_some()));
        titles.extend(all.iter().map(|section| section.title.to_owned()));
        titles.remove("");
    }
    let section = |title: String| {
        let id = TokenHash::of(&title).as_str()[..8].to_owned();
        Section {
            own: gallery.own_sections.contains(&title),
            lines: lines
                .iter()
                .map(|line| line.in_section(&id, &title))
                .collect(),
            id,
            title,
        }
    };
    Ok(titles.into_iter().map(section).collect())
}

fn notice(done: &str) -> Option<&'static str> {
    Some(match done {
        "row" => "Saved. It counts from their next tap.",
        "same" => "Nothing was changed.",
        "removed" => "The row is removed. It counts from the next tap.",
        "pin" => "The PIN is changed. Everyone must enter the new one, from now on.",
        "no-pin" => "The PIN is taken away: the link alone opens row Anybody.",
        "link" => "The link is replaced. The old one is dead; send the new one.",
        "own" => {
            "This gallery has a table of its own now. Nothing was copied: name the people who should enter."
        }
        "inherits" => "The table of the gallery above decides again.",
        "section" => "The section has a table of its own. Tick below who enters it.",
        "no-section" => "The section is open to everyone the gallery is open to.",
        "guest" => "The guest link is made. Copy it from its row.",
        "guest-ended" => "The guest link is dead.",
        "invited" => "The invitation is on its way.",
        _ => return None,
    })
}
