//! The settings page: the form, the steps, and what everybody reads now.

use super::form::{Form, KINDS, Problems};
use super::step::{Offer, notice, offers};
use crate::Studio;
use crate::head::Head;
use crate::member::{Me, Named};
use crate::reading::{clients_read, status_of};
use askama::Template;
use axum::response::Response;
use domain::access::{Row, Subject};
use domain::calendar::default_expiry;
use domain::gallery::Gallery;
use domain::ids::{GalleryId, GroupId};
use domain::lifecycle::Forbidden;
use domain::nesting::Tree;
use domain::team::Task;
use http::StatusCode;
use table::Group;
use web::{Failure, Page, html};

/// Rows of people that are written out.
const ROWS: usize = 12;

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage<'a> {
    page: Page<'a>,
    head: Head,
    id: GalleryId,
    paused: bool,
    form: Form,
    problems: Problems,
    /// What somebody else saved meanwhile, setting by setting.
    stale: Option<Vec<(&'static str, String)>>,
    refused: Option<String>,
    notice: Option<&'static str>,
    kinds: &'static [(domain::gallery::Kind, &'static str, &'static str)],
    /// Galleries it may stand in.
    places: Vec<(String, String)>,
    /// The title of the gallery whose table governs this one.
    governed_by: Option<String>,
    offers: Vec<Offer>,
    /// Who reads what now.
    readers: Vec<(String, &'static str)>,
    more_readers: usize,
    today: String,
    default_end: String,
    zone: String,
}

/// What was typed and could not be saved, and why.
#[derive(Default)]
pub(crate) struct Typed {
    form: Option<Form>,
    problems: Problems,
    stale: Option<Vec<(&'static str, String)>>,
    refused: Option<Forbidden>,
}

impl Typed {
    /// Somebody else saved meanwhile: what was typed stays, what stands there now is said beside it, and saving again
    /// means it.
    pub(super) fn stale(form: Form, now: &Form) -> Self {
        Self {
            stale: Some(form.differing(now)),
            form: Some(Form {
                revision: now.revision,
                ..form
            }),
            ..Self::default()
        }
    }

    /// It cannot be saved as it is.
    pub(super) fn unfit(form: Form, problems: Problems) -> Self {
        Self {
            form: Some(form),
            problems,
            ..Self::default()
        }
    }

    /// A step that cannot be taken.
    pub(super) fn refused(form: Form, refused: Forbidden) -> Self {
        Self {
            form: Some(form),
            refused: Some(refused),
            ..Self::default()
        }
    }

    fn status(&self) -> StatusCode {
        if self.stale.is_some() || self.refused.is_some() {
            StatusCode::CONFLICT
        } else if self.problems.any() {
            StatusCode::UNPROCESSABLE_ENTITY
        } else {
            StatusCode::OK
        }
    }
}

/// Draws the page.
pub(crate) async fn show(
    studio: &Studio,
    me: &Me,
    named: &Named,
    typed: Typed,
    done: Option<&str>,
) -> Result<Response, Failure> {
    let (gallery, now, zone) = (&named.gallery, studio.now(), &studio.zone);
    let (galleries, rows, groups) = tokio::try_join!(
        studio.table.galleries(),
        studio.table.rows(gallery.table),
        studio.table.groups()
    )
    .map_err(Failure::fault)?;
    let status = typed.status();
    let named = me.may(Task::Authorizations, now);
    let mut readers = readers(gallery, &rows, &groups, named, now);
    let more_readers = readers.len().saturating_sub(ROWS);
    readers.truncate(ROWS);
    let page = SettingsPage {
        page: Page::new(&studio.name),
        head: Head::of(studio, me, gallery, &galleries),
        id: gallery.id,
        paused: !gallery.enabled,
        form: typed.form.unwrap_or_else(|| Form::of(gallery, zone)),
        problems: typed.problems,
        stale: typed.stale,
        refused: typed.refused.map(|forbidden| forbidden.to_string()),
        notice: done.and_then(notice),
        kinds: &KINDS,
        places: places(gallery, &galleries),
        governed_by: governed_by(gallery, &galleries),
        offers: offers(gallery, now, zone),
        readers,
        more_readers,
        today: now.to_zoned(zone.clone()).date().to_string(),
        default_end: default_expiry(now, zone)
            .map_or_else(String::new, |end| crate::when::until(end, zone)),
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
    };
    Ok(html(status, &page))
}

/// Galleries it may stand in, each with its path from the top.
fn places(gallery: &Gallery, galleries: &[Gallery]) -> Vec<(String, String)> {
    let tree = Tree::of(galleries);
    let mut places: Vec<(String, String)> = galleries
        .iter()
        .filter(|place| tree.fits(Some(gallery.id), place.id).is_ok())
        .map(|place| (place.id.to_string(), path(&tree, place)))
        .collect();
    places.sort_by(|a, b| domain::file_name::natural_order(&a.1, &b.1));
    places
}

/// "Lindqvist / Marta & Jonas".
pub(crate) fn path(tree: &Tree<'_>, gallery: &Gallery) -> String {
    let mut titles: Vec<&str> = tree
        .above(gallery)
        .iter()
        .map(|above| above.title.as_str())
        .collect();
    titles.push(&gallery.title);
    titles.join(" / ")
}

/// Whose table governs the gallery, when it is not its own.
fn governed_by(gallery: &Gallery, galleries: &[Gallery]) -> Option<String> {
    if gallery.table == gallery.id {
        return None;
    }
    let mut governing = galleries.iter().filter(|one| one.id == gallery.table);
    Some(governing.next().map_or_else(
        || "a gallery that is not there any more".to_owned(),
        |one| one.title.clone(),
    ))
}

/// What each row's holders read now; people by their addresses for whom that is open.
fn readers(
    gallery: &Gallery,
    rows: &[Row],
    groups: &[Group],
    named: bool,
    now: jiff::Timestamp,
) -> Vec<(String, &'static str)> {
    let group = |id: &GroupId| {
        let mut named = groups.iter().filter(|group| group.id == *id);
        named.next().map_or("A group", |group| group.name.as_str())
    };
    rows.iter()
        .map(|row| {
            let who = match &row.subject {
                Subject::Anybody if row.pin.is_some() => "Anybody with the link and the PIN".into(),
                Subject::Anybody => "Anybody with the link".into(),
                Subject::Person(email) if named => email.as_str().to_owned(),
                Subject::Person(email) => email.masked(),
                Subject::Group(id) => group(id).to_owned(),
                Subject::Guest(_) => "Guest link".into(),
            };
            (who, clients_read(status_of(gallery, row, now)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::Rights;
    use domain::gallery::Kind;

    /// 4.3: one gallery, and each row reads its own status.
    #[test]
    fn rows_of_one_gallery_read_different_things() {
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        let mut gallery = Gallery::new("M".into(), "m".into(), now);
        (gallery.kind, gallery.delivered) = (Kind::Proofing, None);
        let choosing = Rights {
            select: true,
            ..Rights::LOOK
        };
        let mut off = Row::new(Subject::Anybody, Rights::LOOK);
        off.active = false;
        let person = |name: &str| Subject::Person(format!("{name}@example.com").parse().unwrap());
        let rows = [
            off,
            Row::new(person("marta"), choosing),
            Row::new(person("aunt"), Rights::LOOK),
        ];
        let read: Vec<_> = readers(&gallery, &rows, &[], true, now)
            .into_iter()
            .map(|(_, word)| word)
            .collect();
        assert_eq!(read, ["Unavailable", "Proofing", "In preparation"]);
    }
}
