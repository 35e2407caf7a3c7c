//! Who entered, what was downloaded, by which row, and what the studio changed (P10, P20, R-4.13): read, never altered.

/// The same as a file.
mod file;
/// An event in words.
pub(crate) mod words;

pub(crate) use file::{gallery_csv, studio_csv};

use crate::head::Head;
use crate::member::{Me, Named};
use crate::{Studio, when};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Row;
use domain::activity::Event;
use domain::ids::GalleryId;
use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::HashMap;
use table::{GuestLink, LastVisit, keys};
use web::{Failure, Page, html};
use words::Names;

/// Events of one page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "activity.html")]
struct ActivityPage<'a> {
    page: Page<'a>,
    /// None: of the studio as a whole.
    head: Option<(GalleryId, Head)>,
    rows: Vec<Visited>,
    events: Vec<Line>,
    /// The address of older events.
    older: Option<String>,
    /// These are not the newest.
    paged: bool,
    /// The address of the file.
    csv: String,
    /// It was asked for, and may be taken now.
    proven: bool,
}

/// A row of the table with what is known of its use.
struct Visited {
    who: String,
    last: String,
    visits: u64,
    downloads: u64,
}

/// An event on the page.
struct Line {
    at: String,
    iso: String,
    who: String,
    what: String,
    gallery: Option<(GalleryId, String)>,
    from: String,
}

#[derive(Deserialize, Default)]
pub(crate) struct Asked {
    before: Option<String>,
    /// `proven`: a fresh code was typed to export.
    done: Option<String>,
}

impl Asked {
    fn proven(&self) -> bool {
        self.done.as_deref() == Some("proven")
    }
}

/// `GET …/activity`: one gallery's rows with their last visits, and its events, newest first.
pub(crate) async fn gallery(
    State(studio): State<Studio>,
    me: Me,
    named: Named,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (table, id, now) = (&studio.table, named.gallery.id, studio.now());
    let before = asked.before.as_deref();
    let (galleries, rows, guests, visits, (events, next)) = tokio::try_join!(
        table.galleries(),
        table.rows(named.gallery.table),
        table.guests(id),
        table.last_visits(id),
        table.events(Some(id), PAGE, before, now)
    )
    .map_err(Failure::fault)?;
    let names = Names::of(&studio, &events, &rows, &guests, &[]).await?;
    let base = format!("/studio/galleries/{id}/activity");
    let page = ActivityPage {
        page: Page::new(&studio.name),
        rows: visited(&studio, &rows, &guests, &visits, &names),
        events: lines(&studio, &events, &names),
        older: next.map(|next| older(&base, &next)),
        paged: before.is_some(),
        csv: format!("{base}.csv"),
        proven: asked.proven(),
        head: Some((id, Head::of(&studio, &me, &named.gallery, &galleries))),
    };
    Ok(html(StatusCode::OK, &page))
}

/// `GET /studio/activity`: all galleries and the studio itself, newest first.
pub(crate) async fn studio(
    State(studio): State<Studio>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (table, before) = (&studio.table, asked.before.as_deref());
    let (galleries, (events, next)) = tokio::try_join!(
        table.galleries(),
        table.events(None, PAGE, before, studio.now())
    )
    .map_err(Failure::fault)?;
    let names = Names::of(&studio, &events, &[], &[], &galleries).await?;
    let page = ActivityPage {
        page: Page::new(&studio.name),
        head: None,
        rows: Vec::new(),
        events: lines(&studio, &events, &names),
        older: next.map(|next| older("/studio/activity", &next)),
        paged: before.is_some(),
        csv: "/studio/activity.csv".into(),
        proven: asked.proven(),
    };
    Ok(html(StatusCode::OK, &page))
}

fn older(base: &str, next: &str) -> String {
    let next = percent_encoding::utf8_percent_encode(next, percent_encoding::NON_ALPHANUMERIC);
    format!("{base}?before={next}")
}

fn lines(studio: &Studio, events: &[Event], names: &Names) -> Vec<Line> {
    let (now, zone) = (studio.now(), &studio.zone);
    let line = |event: &Event| Line {
        at: if when::moment(event.at, now, zone).contains(':') {
            when::moment(event.at, now, zone)
        } else {
            when::exact(event.at, zone)
        },
        iso: event.at.to_string(),
        who: names.who(&event.who, event.gallery),
        what: names.what(&event.what),
        gallery: event.gallery.and_then(|id| Some((id, names.gallery(id)?))),
        from: event.from.prefix.clone(),
    };
    events.iter().map(line).collect()
}

/// Every row of the table, and every guest link, used or not.
fn visited(
    studio: &Studio,
    rows: &[Row],
    guests: &[GuestLink],
    visits: &HashMap<String, LastVisit>,
    names: &Names,
) -> Vec<Visited> {
    let (now, zone) = (studio.now(), &studio.zone);
    let guests = guests.iter().map(GuestLink::row);
    let subjects = rows.iter().map(|row| row.subject.clone());
    let subjects = subjects.chain(guests.map(|row| row.subject));
    let seen = |at: Option<Timestamp>| {
        at.map_or_else(|| "never".to_owned(), |at| when::moment(at, now, zone))
    };
    subjects
        .map(|subject| {
            let visit = visits.get(&keys::subject(&subject)).copied();
            let visit = visit.unwrap_or_default();
            Visited {
                who: names.subject(&subject, None),
                last: seen(visit.last),
                visits: visit.visits,
                downloads: visit.downloads,
            }
        })
        .collect()
}
