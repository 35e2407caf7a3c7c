//! A file of an order: exactly the version that was shipped, whatever became of the photograph since (P48, P49). No quota
//! is taken: it was ordered.

use crate::Download;
use crate::asked::{Asked, Wanted};
use crate::product::{made, original};
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::product::Job;
use http::{StatusCode, header};
use web::{Caller, Failure};

/// `GET /download/{link}/order/{order}/{photo}/{product}`: 302 to the file, 202 while it is made. Without a session, 303 to
/// the door, which leads on to the order.
///
/// # Errors
/// [`Failure::NotFound`] for an order that is not this visitor's, whether or not it exists; [`Failure::NotKept`] where the
/// bucket has lost the version; a refusal's own page otherwise.
pub async fn fetch(
    State(download): State<Download>,
    caller: Caller,
    Path((_, order, photo, product)): Path<(String, String, String, String)>,
) -> Result<Response, Failure> {
    let wanted = Wanted {
        order: order.parse()?,
        photo: photo.parse()?,
        product: product.parse()?,
    };
    let (order, id) = (wanted.order, wanted.product);
    let asked = match Asked::shipped(&download, &caller, wanted).await? {
        Ok(asked) => asked,
        Err(answer) if answer.status() == StatusCode::SEE_OTHER => {
            let there = format!("{}?to=orders/{order}", caller.path());
            debug_assert!(answer.headers().contains_key(header::LOCATION));
            return Ok(Redirect::to(&there).into_response());
        }
        Err(answer) => return Ok(answer),
    };
    let mut known = asked.products.iter();
    let Some(product) = known.find(|product| product.id == id).cloned() else {
        return Ok(Failure::NotKept.under(asked.banner));
    };
    let (key, version) = (&asked.photo.key, &asked.photo.version.id);
    let look = download.mark(&product).await?;
    match Job::of_version(&product, key, version, &look) {
        None => original(&download, asked, &product).await,
        Some(job) => made(&download, asked, &product, &job).await,
    }
}
