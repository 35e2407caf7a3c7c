//! Making a gallery: what it starts with, its title and dates, where it stands, and its PIN (P1–P7).

/// What the form holds and what it becomes.
mod form;

use super::lock;
use crate::member::{From, Me};
use crate::presets::{Choice, choices, likened};
use crate::settings::form::KINDS;
use crate::{Studio, when};
use askama::Template;
use axum::Form as Body;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::activity::What;
use domain::calendar::default_expiry;
use domain::gallery::{Gallery, Kind};
use domain::ids::GalleryId;
use domain::nesting::Tree;
use domain::pin::Pin;
use form::{Form, Made, Problems};
use http::StatusCode;
use serde::Deserialize;
use web::{Failure, Page, html};

#[derive(Template)]
#[template(path = "new.html")]
struct NewPage<'a> {
    page: Page<'a>,
    form: &'a Form,
    problems: Problems,
    choices: Vec<Choice>,
    /// Galleries it may stand in, by id and path.
    places: Vec<(String, String)>,
    default_end: String,
    today: String,
    zone: String,
}

impl NewPage<'_> {
    /// What a preset's galleries are for, in words.
    fn kind(&self, kind: &Kind) -> &'static str {
        let mut kinds = KINDS.iter().filter(|(known, ..)| known == kind);
        kinds.next().map_or("", |(_, _, name)| *name)
    }
}

/// What the form starts with.
#[derive(Deserialize, Default)]
pub(crate) struct Asked {
    /// A gallery to copy the settings of.
    like: Option<String>,
    /// The gallery it is to stand in.
    parent: Option<String>,
}

/// `GET /studio/new`: the form, with a PIN drawn at random.
pub(crate) async fn blank(
    State(studio): State<Studio>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let like: Option<GalleryId> = asked.like.map(|id| id.parse()).transpose()?;
    let form = Form {
        preset: like.map_or_else(|| "private".into(), |id| format!("like-{id}")),
        pin: Pin::proposed().expose().to_owned(),
        parent: asked.parent.unwrap_or_default(),
        listed: Some("on".into()),
        ..Form::default()
    };
    show(&studio, &form, Problems::default()).await
}

async fn show(studio: &Studio, form: &Form, problems: Problems) -> Result<Response, Failure> {
    let galleries = studio.table.galleries().await?;
    let tree = Tree::of(&galleries);
    let mut places: Vec<(String, String)> = galleries
        .iter()
        .filter(|place| tree.fits(None, place.id).is_ok())
        .map(|place| (place.id.to_string(), crate::settings::path(&tree, place)))
        .collect();
    places.sort_by(|a, b| domain::file_name::natural_order(&a.1, &b.1));
    let (now, zone) = (studio.now(), &studio.zone);
    let status = if problems.any() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let page = NewPage {
        page: Page::new(&studio.name),
        form,
        problems,
        choices: choices(studio, likened(&form.preset)).await?,
        places,
        default_end: default_expiry(now, zone)
            .map_or_else(String::new, |end| when::until(end, zone)),
        today: now.to_zoned(zone.clone()).date().to_string(),
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
    };
    Ok(html(status, &page))
}

/// `POST /studio/galleries`: makes it, or shows the form again with what is wrong.
pub(crate) async fn create(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Body(form): Body<Form>,
) -> Result<Response, Failure> {
    let choices = choices(&studio, likened(form.preset())).await?;
    let choice = choices.iter().find(|choice| choice.code == form.preset());
    let settings = &choice.ok_or(Failure::NotFound)?.settings;
    let parent = match parent(&studio, &form).await? {
        Ok(parent) => parent,
        Err(problems) => return show(&studio, &form, problems).await,
    };
    let made = match form.make(settings, parent.as_ref(), studio.now(), &studio.zone) {
        Ok(made) => made,
        Err(problems) => return show(&studio, &form, problems).await,
    };
    let Made {
        gallery,
        mut row,
        pin,
    } = made;
    if let Some(pin) = pin {
        row.pin = Some(lock(pin, gallery.id, &studio.pepper).await?);
    }
    studio.table.create_gallery(&gallery, &row).await?;
    studio
        .log(&me, &from, Some(gallery.id), What::GalleryMade)
        .await?;
    tracing::info!(gallery = %gallery.id, "made a gallery");
    Ok(Redirect::to(&format!("/studio/galleries/{}", gallery.id)).into_response())
}

/// The gallery it is to stand in, read as it is now.
async fn parent(
    studio: &Studio,
    form: &Form,
) -> Result<Result<Option<Gallery>, Problems>, Failure> {
    if form.parent.is_empty() {
        return Ok(Ok(None));
    }
    let id: GalleryId = form.parent.parse()?;
    let galleries = studio.table.galleries().await?;
    if let Err(misplaced) = Tree::of(&galleries).fits(None, id) {
        return Ok(Err(Problems::misplaced(misplaced)));
    }
    let found = studio.table.gallery(id).await?;
    let (gallery, _) = found.ok_or(Failure::NotFound)?;
    Ok(Ok(Some(gallery)))
}
