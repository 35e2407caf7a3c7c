//! How clients choose in a gallery, what they may fetch and order, and what files become that arrive (S37, P26, P27, P40).

/// What the form sends and shows.
mod form;

use crate::Studio;
use crate::head::Head;
use crate::member::{From, Me, Named};
use askama::Template;
use axum::Router;
use axum::extract::{Query, RawForm, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use domain::activity::What;
use domain::gallery::{Gallery, Kind, sorted};
use domain::product::Product;
use form::{Form, SORTS, STATES};
use http::StatusCode;
use serde::Deserialize;
use web::{Failure, Page, html};

pub(crate) fn routes() -> Router<Studio> {
    let path = "/studio/galleries/{gallery}/choosing";
    Router::new().route(path, get(page).post(save))
}

#[derive(Template)]
#[template(path = "choosing.html")]
struct ChoosingPage<'a> {
    page: Page<'a>,
    head: Head,
    id: domain::ids::GalleryId,
    form: Form,
    problem: Option<String>,
    /// Somebody saved since this form was loaded; it shows what was typed.
    stale: bool,
    saved: bool,
    /// A confirmed choice becomes an order.
    retouched: bool,
    folder: String,
    /// Every product that is switched on.
    products: Vec<Product>,
    states: &'static [(domain::photo::Stage, &'static str, &'static str)],
    sorts: &'static [(domain::gallery::Sort, &'static str, &'static str)],
}

/// What happened before the page is shown.
#[derive(Default)]
struct Told {
    problem: Option<String>,
    stale: bool,
    saved: bool,
}

#[derive(Deserialize)]
pub(crate) struct View {
    done: Option<String>,
}

/// `GET …/choosing`.
pub(crate) async fn page(
    State(studio): State<Studio>,
    me: Me,
    Named { gallery, .. }: Named,
    Query(view): Query<View>,
) -> Result<Response, Failure> {
    let form = Form::of(&gallery, &sections(&studio, &gallery).await?);
    let told = Told {
        saved: view.done.is_some(),
        ..Told::default()
    };
    show(&studio, &me, &gallery, form, told).await
}

/// `POST …/choosing`: saves them, or shows the form as it was typed with what is wrong or that somebody else saved.
pub(crate) async fn save(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Named { gallery, .. }: Named,
    RawForm(body): RawForm,
) -> Result<Response, Failure> {
    let form = Form::read(&body);
    let mut changed = gallery.clone();
    if let Err(problem) = form.apply(&mut changed) {
        let told = Told {
            problem: Some(problem),
            ..Told::default()
        };
        return show(&studio, &me, &gallery, form, told).await;
    }
    let fresh = form.revision == gallery.settings_revision;
    if !fresh || !studio.table.save_settings(&changed, form.revision).await? {
        let Named { gallery, .. } = Named::read(&studio, gallery.id).await?;
        let form = Form {
            revision: gallery.settings_revision,
            ..form
        };
        let told = Told {
            stale: true,
            ..Told::default()
        };
        return show(&studio, &me, &gallery, form, told).await;
    }
    let changes = form::in_words(&gallery, &changed);
    let what = What::SettingsSaved { changes };
    studio.log(&me, &from, Some(gallery.id), what).await?;
    let path = format!("/studio/galleries/{}/choosing?done=saved", gallery.id);
    Ok(Redirect::to(&path).into_response())
}

async fn show(
    studio: &Studio,
    me: &Me,
    gallery: &Gallery,
    form: Form,
    told: Told,
) -> Result<Response, Failure> {
    let (galleries, products) =
        tokio::try_join!(studio.table.galleries(), studio.table.products())?;
    let status = match (&told.problem, told.stale) {
        (Some(_), _) => StatusCode::UNPROCESSABLE_ENTITY,
        (None, true) => StatusCode::CONFLICT,
        (None, false) => StatusCode::OK,
    };
    let page = ChoosingPage {
        page: Page::new(&studio.name),
        head: Head::of(studio, me, gallery, &galleries),
        id: gallery.id,
        form,
        problem: told.problem,
        stale: told.stale,
        saved: told.saved,
        retouched: gallery.kind == Kind::ProofRetouchDeliver,
        folder: format!("{}/{}/", studio.originals.name(), gallery.folder),
        products: products
            .into_iter()
            .filter(|product| product.active)
            .collect(),
        states: &STATES,
        sorts: &SORTS,
    };
    Ok(html(status, &page))
}

/// The titles of the gallery's sections, in order, and of those that rules name though nothing stands in them now.
async fn sections(studio: &Studio, gallery: &Gallery) -> Result<Vec<String>, Failure> {
    let photos = studio.table.photos_of(gallery.id).await?;
    let titles = sorted(&photos, gallery.sort);
    let mut titles: Vec<String> = titles
        .iter()
        .map(|section| section.title.to_owned())
        .filter(|title| !title.is_empty())
        .collect();
    for title in gallery.choosing.sections.keys() {
        if !titles.contains(title) {
            titles.push(title.clone());
        }
    }
    Ok(titles)
}
