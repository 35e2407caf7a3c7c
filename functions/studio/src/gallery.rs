//! One gallery: its page, pausing and opening it.

/// Its photographs.
mod grid;
/// What the page shows.
mod sheet;

pub(crate) use sheet::endpoint;

use crate::Studio;
use crate::authorizations::relock;
use crate::member::{From, Me, Named};
use crate::photos::{CountsJson, count};
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Form, Json};
use domain::activity::What;
use domain::gallery::Gallery;
use domain::pin::Pin;
use domain::team::Task;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use sheet::show;
use web::{Failure, Site};

/// What of the gallery is asked for.
#[derive(Deserialize, Default)]
pub(crate) struct View {
    /// Only this chapter; empty: the photographs in none.
    chapter: Option<String>,
    /// Only photographs of which this is said; see [`crate::photos::Filter`].
    state: Option<String>,
    /// How many photographs.
    show: Option<usize>,
    /// What was done just now; see `notice` of the sheet.
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

/// `GET /studio/galleries/{gallery}`: the page, or what scripts need of it. A PIN that was locked under an older secret
/// is locked anew; no visit ends by it.
pub(crate) async fn page(
    State(studio): State<Studio>,
    me: Me,
    named: Named,
    site: Site,
    headers: HeaderMap,
    Query(view): Query<View>,
) -> Result<Response, Failure> {
    if let Some(pin) = &named.row.pin {
        relock(&studio, named.gallery.id, pin).await?;
    }
    if !web::wants_json(&headers) {
        return show(&studio, &me, &named, &site, &view).await;
    }
    let pin = pin(&studio, &me, &named);
    let gallery = named.gallery;
    let photos = studio.table.photos_of(gallery.id).await?;
    let json = GalleryJson {
        id: gallery.id.to_string(),
        link: link(&site, &gallery),
        pin: pin.map(|pin| pin.expose().to_owned()),
        enabled: gallery.enabled,
        counts: count(&photos).into(),
        title: gallery.title,
        folder: gallery.folder,
    };
    Ok(Json(json).into_response())
}

#[derive(Deserialize)]
pub(crate) struct Enabled {
    enabled: bool,
    /// `settings`: come back there.
    #[serde(default)]
    back: String,
}

/// `POST …/enabled`: pauses the gallery or opens it again, at once (C15).
pub(crate) async fn set_enabled(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Named { gallery, .. }: Named,
    Form(form): Form<Enabled>,
) -> Result<Response, Failure> {
    let changed = studio.table.set_enabled(gallery.id, form.enabled);
    if !changed.await? {
        return Err(Failure::NotFound);
    }
    let done = if form.enabled { "opened" } else { "paused" };
    let what = What::StatusChanged { to: done.into() };
    studio.log(&me, &from, Some(gallery.id), what).await?;
    tracing::info!(gallery = %gallery.id, enabled = form.enabled, "paused or opened a gallery");
    let page = if form.back == "settings" {
        "/settings"
    } else {
        ""
    };
    let back = format!("/studio/galleries/{}{page}?done={done}", gallery.id);
    Ok(Redirect::to(&back).into_response())
}

fn link(site: &Site, gallery: &Gallery) -> String {
    format!("{}/g/{}", site.origin, gallery.link)
}

/// The PIN, for those who may change it.
fn pin(studio: &Studio, me: &Me, Named { gallery, row }: &Named) -> Option<Pin> {
    if !me.may(Task::Authorizations, studio.now()) {
        return None;
    }
    Pin::unseal(&row.pin.as_ref()?.sealed, gallery.id, &studio.pepper)
}
