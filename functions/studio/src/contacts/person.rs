//! One contact: name and groups, the galleries they see and by which row, what they did.

use super::book::key;
use super::{log, name};
use crate::activity::words::Names;
use crate::authorizations::form::Fields;
use crate::authorizations::words;
use crate::member::{From, Me};
use crate::{Studio, when};
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::{PersonSession, Rows};
use domain::activity::Event;
use domain::gallery::Gallery;
use domain::ids::{GalleryId, GroupId, TokenHash};
use domain::team::Task;
use http::StatusCode;
use serde::Deserialize;
use table::{Group, Person};
use web::{Failure, Page, html};

/// Events of one page.
const EVENTS: usize = 50;

#[derive(Template)]
#[template(path = "contact.html")]
struct ContactPage<'a> {
    page: Page<'a>,
    key: &'a str,
    person: &'a Person,
    notice: Option<&'static str>,
    problem: Option<String>,
    groups: Vec<Choice>,
    galleries: Vec<Seen>,
    /// None: not for this member to read.
    deeds: Option<Deeds>,
}

/// What they did, and what was done to them by name.
#[derive(Default)]
struct Deeds {
    list: Vec<Deed>,
    /// Where older ones are read on.
    older: Option<String>,
}

/// An event.
struct Deed {
    at: String,
    iso: String,
    who: String,
    what: String,
    gallery: Option<String>,
}

/// A group the contact may be in.
struct Choice {
    id: GroupId,
    name: String,
    member: bool,
}

/// A gallery the contact has a row in.
struct Seen {
    id: GalleryId,
    title: String,
    may: String,
    /// By whose row: their own, or a group's.
    by: &'static str,
}

/// Which contact the path names: the hash of the address.
#[derive(Deserialize)]
pub(crate) struct At {
    person: String,
}

/// What of the page is asked for.
#[derive(Deserialize, Default)]
pub(crate) struct Asked {
    done: Option<String>,
    /// Only events before this cursor.
    before: Option<String>,
}

/// `GET /studio/contacts/{person}`.
pub(crate) async fn page(
    State(studio): State<Studio>,
    me: Me,
    Path(at): Path<At>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let person = named(&studio, &at.person).await?;
    show(&studio, &me, &person, &asked, None).await
}

async fn show(
    studio: &Studio,
    me: &Me,
    person: &Person,
    asked: &Asked,
    problem: Option<(StatusCode, String)>,
) -> Result<Response, Failure> {
    let now = studio.now();
    // The rows of a person are looked up as if they were signed in; nobody is.
    let visitor = PersonSession {
        id: TokenHash::of(""),
        email: person.email.clone(),
        groups: person.groups.clone(),
        created: now,
        seen: now,
    };
    let (groups, galleries) =
        tokio::try_join!(studio.table.groups(), studio.table.galleries_of(&visitor))?;
    let status = problem
        .as_ref()
        .map_or(StatusCode::OK, |(status, _)| *status);
    let page = ContactPage {
        page: Page::new(&studio.name),
        key: &key(&person.email),
        person,
        notice: asked
            .done
            .as_ref()
            .map(|_| "Saved. Groups count from their next request."),
        deeds: deeds(studio, me, person, asked).await?,
        problem: problem.map(|(_, problem)| problem),
        groups: groups
            .iter()
            .map(|group| Choice::of(group, person))
            .collect(),
        galleries: galleries
            .iter()
            .filter_map(|(gallery, rows)| Seen::of(gallery, rows))
            .collect(),
    };
    Ok(html(status, &page))
}

/// The events of a person, for whoever may read activity.
async fn deeds(
    studio: &Studio,
    me: &Me,
    person: &Person,
    asked: &Asked,
) -> Result<Option<Deeds>, Failure> {
    let (now, zone) = (studio.now(), &studio.zone);
    if !me.may(Task::Activity, now) {
        return Ok(None);
    }
    let (table, before) = (&studio.table, asked.before.as_deref());
    let ((events, next), galleries) = tokio::try_join!(
        table.events_of(&person.email, EVENTS, before, now),
        table.galleries()
    )?;
    let names = Names::of(studio, &events, &[], &[], &galleries).await?;
    let deed = |event: &Event| Deed {
        at: when::moment(event.at, now, zone),
        iso: event.at.to_string(),
        who: names.who(&event.who, event.gallery),
        what: names.what(&event.what),
        gallery: event.gallery.and_then(|id| names.gallery(id)),
    };
    Ok(Some(Deeds {
        list: events.iter().map(deed).collect(),
        older: next,
    }))
}

impl Choice {
    fn of(group: &Group, person: &Person) -> Self {
        Self {
            id: group.id,
            name: group.name.clone(),
            member: person.groups.contains(&group.id),
        }
    }
}

impl Seen {
    fn of(gallery: &Gallery, rows: &Rows) -> Option<Self> {
        let (row, by) = match (&rows.own, rows.groups.first()) {
            (Some(row), _) => (row, "their own row"),
            (None, Some(row)) => (row, "their group’s row"),
            (None, None) => return None,
        };
        let may = if row.active {
            words::rights(&row.rights)
        } else {
            "nothing, it is off".into()
        };
        Some(Self {
            id: gallery.id,
            title: gallery.title.clone(),
            may,
            by,
        })
    }
}

/// `POST /studio/contacts/{person}`: name and groups.
pub(crate) async fn save(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Path(at): Path<At>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let old = named(&studio, &at.person).await?;
    let new = match changed(&old, &fields, &studio.table.groups().await?) {
        Ok(new) => new,
        Err(problem) => {
            let problem = Some((StatusCode::UNPROCESSABLE_ENTITY, problem));
            return show(&studio, &me, &old, &Asked::default(), problem).await;
        }
    };
    let seen = fields.seen().or(Some(old.revision));
    if !studio.table.save_person(&new, seen).await? {
        let problem = Some((StatusCode::CONFLICT, STALE.to_owned()));
        let now = named(&studio, &at.person).await?;
        return show(&studio, &me, &now, &Asked::default(), problem).await;
    }
    let changes = format!("contact {} saved", new.email.as_str());
    log(&studio, &me, &from, changes).await?;
    Ok(Redirect::to(&format!("/studio/contacts/{}?done=saved", at.person)).into_response())
}

const STALE: &str = "Somebody changed this contact a moment before you. It is shown as it is now.";

/// The contact as the form has it; groups that are gone are not joined.
fn changed(old: &Person, fields: &Fields, known: &[Group]) -> Result<Person, String> {
    let ticked = |group: &&Group| fields.all("group").any(|id| id == group.id.to_string());
    Ok(Person {
        name: name(fields.one("name"))?,
        groups: known.iter().filter(ticked).map(|group| group.id).collect(),
        ..old.clone()
    })
}

/// The contact of that name: the list says whose it is, a consistent read what they are now.
async fn named(studio: &Studio, name: &str) -> Result<Person, Failure> {
    let people = studio.table.people().await?;
    let person = people.into_iter().find(|person| key(&person.email) == name);
    let email = person.ok_or(Failure::NotFound)?.email;
    let person = studio.table.person_record(&email).await?;
    person.ok_or(Failure::NotFound)
}
