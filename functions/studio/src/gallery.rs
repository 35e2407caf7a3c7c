//! One gallery: its page, changing its PIN, pausing and opening it.

/// What the page shows.
mod sheet;

use crate::Studio;
use crate::galleries::lock;
use crate::member::Named;
use crate::photos::{CountsJson, count};
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Form, Json};
use domain::gallery::Gallery;
use domain::pin::Pin;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use sheet::show;
use web::{Failure, Site};

/// What of the gallery is asked for.
#[derive(Deserialize, Default)]
pub(crate) struct View {
    /// Only this chapter; empty: the photographs in none.
    chapter: Option<String>,
    /// How many photographs.
    show: Option<usize>,
    /// What was done just now: `pin`, `paused` or `opened`.
    done: Option<String>,
}

#[derive(Serialize)]
struct GalleryJson {
    id: String,
    title: String,
    folder: String,
    link: String,
    pin: Option<String>,
    enabled: bool,
    counts: CountsJson,
}

/// `GET /studio/galleries/{gallery}`: the page, or what scripts need of it.
pub(crate) async fn page(
    State(studio): State<Studio>,
    named: Named,
    site: Site,
    headers: HeaderMap,
    Query(view): Query<View>,
) -> Result<Response, Failure> {
    if !web::wants_json(&headers) {
        return show(&studio, &named, &site, &view, None).await;
    }
    let pin = pin(&studio, &named).map(|pin| pin.expose().to_owned());
    let gallery = named.gallery;
    let photos = studio.table.photos_of(gallery.id).await;
    let json = GalleryJson {
        id: gallery.id.to_string(),
        link: link(&site, &gallery),
        pin,
        enabled: gallery.enabled,
        counts: count(&photos.map_err(Failure::fault)?).into(),
        title: gallery.title,
        folder: gallery.folder,
    };
    Ok(Json(json).into_response())
}

#[derive(Deserialize)]
pub(crate) struct NewPin {
    #[serde(default)]
    pin: String,
}

/// `POST …/pin`: everyone who came in with the old one must enter the new one at their next request.
pub(crate) async fn change_pin(
    State(studio): State<Studio>,
    named: Named,
    site: Site,
    Form(form): Form<NewPin>,
) -> Result<Response, Failure> {
    let pin = match Pin::chosen(&form.pin) {
        Ok(pin) => pin,
        Err(problem) => {
            let unfit = Some((form.pin, problem));
            return show(&studio, &named, &site, &View::default(), unfit).await;
        }
    };
    let gallery = named.gallery;
    let pin = lock(pin, gallery.id, &studio.pepper).await?;
    let changed = studio.table.set_pin(gallery.id, Some(&pin)).await;
    if !changed.map_err(Failure::fault)? {
        return Err(Failure::Busy);
    }
    tracing::info!(gallery = %gallery.id, "changed a gallery's PIN");
    Ok(back(&gallery, "pin"))
}

#[derive(Deserialize)]
pub(crate) struct Enabled {
    enabled: bool,
}

/// `POST …/enabled`: pauses the gallery or opens it again, at once (C15).
pub(crate) async fn set_enabled(
    State(studio): State<Studio>,
    Named { gallery, .. }: Named,
    Form(form): Form<Enabled>,
) -> Result<Response, Failure> {
    let changed = studio.table.set_enabled(gallery.id, form.enabled).await;
    if !changed.map_err(Failure::fault)? {
        return Err(Failure::NotFound);
    }
    tracing::info!(gallery = %gallery.id, enabled = form.enabled, "paused or opened a gallery");
    Ok(back(
        &gallery,
        if form.enabled { "opened" } else { "paused" },
    ))
}

fn back(gallery: &Gallery, done: &str) -> Response {
    Redirect::to(&format!("/studio/galleries/{}?done={done}", gallery.id)).into_response()
}

fn link(site: &Site, gallery: &Gallery) -> String {
    format!("{}/g/{}", site.origin, gallery.link)
}

fn pin(studio: &Studio, Named { gallery, row }: &Named) -> Option<Pin> {
    Pin::unseal(&row.pin.as_ref()?.sealed, gallery.id, &studio.pepper)
}
