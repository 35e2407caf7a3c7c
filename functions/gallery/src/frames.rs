//! The photographs as numbers and addresses, for the script: once the shape of them all, then addresses in batches.
//!
//! A presigned address is about 1.5 kB on AWS and nearly all of it is the same for every picture, so a batch says the
//! common part once and of each rendition only its signature.

use crate::Gallery;
use crate::sheet::{Placed, Sheet, Source};
use crate::visitor::{Offer, Visitor};
use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use domain::photo::{SIZES, Stage};
use serde::{Deserialize, Serialize};
use web::{Caller, Failure};

/// Addresses in one answer at most.
const BATCH: usize = 60;

/// Which addresses are asked for; none: the shape of them all.
#[derive(Deserialize)]
pub struct Range {
    /// The number of the first, from 1.
    from: Option<usize>,
    #[serde(default)]
    count: usize,
}

/// The shape of the whole gallery: enough to lay out every row.
#[derive(Serialize)]
struct Shape<'a> {
    /// Names this order; a batch of another one does not fit.
    revision: u64,
    chapters: Vec<(&'a str, usize)>,
    /// Width by height in thousandths.
    ratios: Vec<u32>,
    /// Average colours, six hex digits each.
    colours: String,
    names: Vec<&'a str>,
    /// What may be downloaded of each, one letter: `o` the original, `w` the web-size file, `b` both, `-` nothing.
    offers: String,
    /// The state of each, one letter: `p` Proof, `f` Final, `-` nothing said.
    states: String,
}

#[derive(Serialize)]
struct Batch<'a> {
    revision: u64,
    from: usize,
    /// What an address begins with, up to the photograph's id.
    base: String,
    /// What its query begins with, up to the signature.
    query: String,
    frames: Vec<Addressed<'a>>,
}

#[derive(Serialize)]
struct Addressed<'a> {
    id: &'a str,
    tag: &'a str,
    hash: &'a str,
    pixels: String,
    taken: Option<String>,
    /// Its file after the tag, width, height, and the signature or a whole address.
    sources: Vec<(String, u32, u32, String)>,
}

/// `GET /g/{link}/frames`: the shape; with `?from=&count=` addresses of that many frames.
///
/// # Errors
/// As the gallery's page; [`Failure::Door`] or [`Failure::NotInvited`] where that shows the door.
pub async fn list(
    State(gallery): State<Gallery>,
    caller: Caller,
    Query(range): Query<Range>,
) -> Result<Response, Failure> {
    let visitor = Visitor::of(&gallery, &caller).await?;
    let visitor = visitor.map_err(|outside| outside.refusal)?;
    let sheet = Sheet::of(&visitor);
    match range.from {
        None => Ok(Json(shape(&sheet, &visitor)).into_response()),
        Some(from) => {
            let count = range.count.clamp(1, BATCH);
            let placed: Vec<_> = sheet.placed().skip(from.max(1) - 1).take(count).collect();
            Ok(Json(batch(&gallery, &visitor, from, &placed).await?).into_response())
        }
    }
}

fn shape<'a>(sheet: &Sheet<'a>, visitor: &Visitor) -> Shape<'a> {
    let total = sheet.total();
    let mut shape = Shape {
        revision: visitor.listing.revision,
        chapters: sheet
            .chapters
            .iter()
            .map(|c| (c.title, c.photos.len()))
            .collect(),
        ratios: Vec::with_capacity(total),
        colours: String::with_capacity(total * 6),
        names: Vec::with_capacity(total),
        offers: String::with_capacity(total),
        states: String::with_capacity(total),
    };
    for placed in sheet.placed() {
        let (width, height) = (placed.picture.width, placed.picture.height.max(1));
        let thousandths = u64::from(width) * 1000 / u64::from(height);
        shape
            .ratios
            .push(u32::try_from(thousandths).unwrap_or(u32::MAX));
        shape.colours.push_str(&placed.picture.average);
        shape.names.push(&placed.photo.file_name);
        shape.offers.push(letter(visitor.offer(placed.photo)));
        shape.states.push(match placed.photo.stage {
            Stage::Undefined => '-',
            Stage::Proof => 'p',
            Stage::Final => 'f',
        });
    }
    shape
}

fn letter(offer: Offer) -> char {
    match (offer.original, offer.web) {
        (true, true) => 'b',
        (true, false) => 'o',
        (false, true) => 'w',
        (false, false) => '-',
    }
}

async fn batch<'a>(
    gallery: &Gallery,
    visitor: &Visitor,
    from: usize,
    placed: &[Placed<'a>],
) -> Result<Batch<'a>, Failure> {
    let mut batch = Batch {
        revision: visitor.listing.revision,
        from,
        base: String::new(),
        query: String::new(),
        frames: Vec::with_capacity(placed.len()),
    };
    for placed in placed {
        let (id, tag) = (placed.photo.id.as_str(), placed.picture.tag.as_str());
        let mut sources = Vec::new();
        for Source { rendition, url } in placed.sources(gallery, visitor, &SIZES).await? {
            let mark = if rendition.marked { "-marked" } else { "" };
            let file = format!("{}{mark}", rendition.edge);
            let name = format!("{id}/{tag}-{file}.jpg");
            let short = shorten(&url, &name, &mut batch.base, &mut batch.query);
            sources.push((file, rendition.width, rendition.height, short));
        }
        batch.frames.push(Addressed {
            id,
            tag,
            hash: &placed.picture.thumbhash,
            pixels: placed.pixels(),
            taken: placed.taken(),
            sources,
        });
    }
    Ok(batch)
}

/// The signature alone, when the rest of the address is what the batch says already; else the whole address.
fn shorten(url: &str, file: &str, base: &mut String, query: &mut String) -> String {
    let parts = url
        .split_once('?')
        .and_then(|(path, rest)| Some((path.strip_suffix(file)?, rest)))
        .and_then(|(path, rest)| Some((path, rest.rsplit_once("&X-Amz-Signature=")?)));
    let Some((path, (rest, signature))) = parts else {
        return url.to_owned();
    };
    if base.is_empty() {
        path.clone_into(base);
        rest.clone_into(query);
    }
    if base == path && query == rest {
        signature.to_owned()
    } else {
        url.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_says_the_common_part_of_addresses_once() {
        let (mut base, mut query) = (String::new(), String::new());
        let url = |id: &str, signature: &str| {
            format!(
                "https://b.s3/r/g/{id}/t-640.jpg?X-Amz-Date=d&x-id=GetObject&X-Amz-Signature={signature}"
            )
        };
        assert_eq!(
            shorten(&url("a", "1"), "a/t-640.jpg", &mut base, &mut query),
            "1"
        );
        assert_eq!(
            shorten(&url("b", "2"), "b/t-640.jpg", &mut base, &mut query),
            "2"
        );
        assert_eq!(base, "https://b.s3/r/g/");
        assert_eq!(query, "X-Amz-Date=d&x-id=GetObject");
        let other = url("c", "3").replace("=d&", "=e&");
        assert_eq!(shorten(&other, "c/t-640.jpg", &mut base, &mut query), other);
    }
}
