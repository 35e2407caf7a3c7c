//! A download product of one photograph (P39–P41): the original under another name, or a file that is made when it is
//! first asked for. Whoever asks while it is made gets a page that asks again by itself.

use crate::Download;
use crate::asked::Asked;
use askama::Template;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use domain::access::Refusal;
use domain::gallery::sorted;
use domain::ids::ProductId;
use domain::product::{Job, Named, Product, immediate, of_gallery};
use http::StatusCode;
use jiff::SignedDuration;
use web::{Caller, Failure, Page, html};

/// A job that nobody has finished for so long is asked again: longer than the function may work at one.
const PATIENCE: SignedDuration = SignedDuration::from_mins(3);

/// `GET /download/{link}/{photo}/as/{product}`: 302 to the file, 202 while it is made, 409 with the reason if it cannot
/// be. A script reads `{"making":true}` and `{"making":false}`, and goes to the same address when it is made.
///
/// # Errors
/// As for the original; a product that the gallery does not offer for the photograph is refused as such.
pub async fn fetch(
    State(download): State<Download>,
    caller: Caller,
    Path((_, photo, product)): Path<(String, String, String)>,
) -> Result<Response, Failure> {
    let id: ProductId = product.parse()?;
    let asked = match Asked::found(&download, &caller, &photo).await? {
        Ok(asked) => asked,
        Err(answer) => return Ok(answer),
    };
    let mut known = asked.products.iter();
    let Some(product) = known.find(|product| product.id == id).cloned() else {
        return Ok(Failure::NotFound.under(asked.banner));
    };
    let action = product.action();
    let asked = match asked.allowed(action).await? {
        Ok(asked) => asked,
        Err(answer) => return Ok(answer),
    };
    let offered = of_gallery(&product, asked.standing.gallery());
    if !offered || !immediate(&product, asked.photo.stage) {
        return asked.refuse(action, Refusal::NotOffered.into()).await;
    }
    if !asked.within_quota().await? {
        return asked.refuse(action, Failure::QuotaSpent).await;
    }
    let look = download.mark(&product).await?;
    match Job::of(&product, &asked.photo, &look) {
        None => original(&download, asked, &product).await,
        Some(job) => made(&download, asked, &product, &job).await,
    }
}

/// The upload, under the product's name.
pub async fn original(
    download: &Download,
    asked: Asked<'_>,
    product: &Product,
) -> Result<Response, Failure> {
    let name = file_name(download, &asked, product).await?;
    let (photo, bytes) = (&asked.photo, asked.photo.version.size);
    let address = download
        .originals
        .presign_download(&photo.key, &photo.version.id, &name, asked.now)
        .await
        .map_err(Failure::fault)?;
    asked.give(address, &product.name, Some(bytes)).await
}

/// The made file, or what stands in its place until it is.
pub async fn made(
    download: &Download,
    asked: Asked<'_>,
    product: &Product,
    job: &Job,
) -> Result<Response, Failure> {
    let archives = &download.archives;
    let file = job.file_key();
    let there = archives.stored(&file).await.map_err(Failure::fault)?;
    if there.is_some() {
        if asked.caller.json {
            return Ok(Json(serde_json::json!({ "making": false })).into_response());
        }
        let name = file_name(download, &asked, product).await?;
        let address = archives.presign_download(&file, &name, asked.now).await;
        return asked
            .give(address.map_err(Failure::fault)?, &product.name, None)
            .await;
    }
    let refused = archives.text(&job.refused_key()).await;
    if let Some(reason) = refused.map_err(Failure::fault)? {
        let reason = String::from_utf8_lossy(&reason).into_owned();
        return Ok(unmade(download, &asked, product, reason));
    }
    archives
        .ask(&job.key(), job.text(), PATIENCE, asked.now)
        .await
        .map_err(Failure::fault)?;
    Ok(making(download, &asked, product))
}

#[derive(Template)]
#[template(path = "making.html")]
struct Making<'a> {
    page: Page<'a>,
    product: &'a str,
    file_name: &'a str,
    gallery: &'a str,
}

fn making(download: &Download, asked: &Asked<'_>, product: &Product) -> Response {
    if asked.caller.json {
        let body = Json(serde_json::json!({ "making": true }));
        return (StatusCode::ACCEPTED, body).into_response();
    }
    let gallery = asked.caller.path();
    let page = Making {
        page: Page::new(&download.studio)
            .asking(&gallery)
            .with_banner(asked.banner.as_ref()),
        product: &product.name,
        file_name: &asked.photo.file_name,
        gallery: &gallery,
    };
    html(StatusCode::ACCEPTED, &page)
}

#[derive(Template)]
#[template(path = "unmade.html")]
struct Unmade<'a> {
    page: Page<'a>,
    product: &'a str,
    file_name: &'a str,
    reason: &'a str,
    gallery: &'a str,
}

fn unmade(download: &Download, asked: &Asked<'_>, product: &Product, reason: String) -> Response {
    if asked.caller.json {
        let body = serde_json::json!({ "error": "not-made", "message": reason });
        return (StatusCode::CONFLICT, Json(body)).into_response();
    }
    let gallery = asked.caller.path();
    let page = Unmade {
        page: Page::new(&download.studio)
            .asking(&gallery)
            .with_banner(asked.banner.as_ref()),
        product: &product.name,
        file_name: &asked.photo.file_name,
        reason: &reason,
        gallery: &gallery,
    };
    html(StatusCode::CONFLICT, &page)
}

/// What the file is called for this visitor. Its number is that among the photographs they see; it is read only where the
/// pattern has one.
async fn file_name(
    download: &Download,
    asked: &Asked<'_>,
    product: &Product,
) -> Result<String, Failure> {
    let photo = &asked.photo;
    let counter = if product.pattern.counts() {
        number(download, asked).await?
    } else {
        1
    };
    Ok(product.file_name(&Named {
        file_name: &photo.saved_as(),
        gallery: &asked.standing.gallery().title,
        section: &photo.section,
        counter,
        captured: photo
            .picture()
            .and_then(|picture| picture.captured.as_deref()),
    }))
}

async fn number(download: &Download, asked: &Asked<'_>) -> Result<usize, Failure> {
    let caller = asked.caller;
    let found = download
        .table
        .visit(&caller.token, &caller.proofs, asked.now)
        .await?;
    let (_, listing) = found.ok_or(Failure::NotFound)?;
    let seen = listing
        .photos
        .iter()
        .filter(|photo| asked.standing.sees(photo));
    let sections = sorted(seen, asked.standing.gallery().sort);
    let mut order = sections.iter().flat_map(|section| &section.photos);
    let place = order.position(|photo| photo.id == asked.photo.id);
    Ok(place.map_or(1, |place| place + 1))
}
