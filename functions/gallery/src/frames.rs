//! The photographs as numbers and addresses, for the script: once the shape of them all, then addresses in batches.
//!
//! A presigned address is about 1.5 kB on AWS and nearly all of it is the same for every picture, so a batch says the
//! common part once and of each rendition only its signature.

use crate::Gallery;
use crate::choosing::Choices;
use crate::offers::Products;
use crate::sheet::{Placed, Sheet, Source};
use crate::visitor::{Heart, Visitor};
use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use domain::access::Action;
use domain::photo::Photo;
use domain::photo::{SIZES, Stage};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
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
    /// Their ids, 32 hex digits each.
    ids: String,
    /// What may be done with each, one digit of base 32: 1 choose, 2 rate, 4 read its thread, 8 order; 16 chosen or not
    /// for good, for the choice is confirmed.
    may: String,
    /// Comments may be drawn.
    drawing: bool,
    /// What is chosen, under the taps that the browser still holds.
    choices: Choices,
    /// The ways a photograph may be had.
    products: Vec<Way>,
    /// Which of them several photographs have in common: their numbers, and whether they are ordered.
    offers: Vec<Vec<(usize, bool)>>,
    /// Of each photograph, which of these.
    offer: Vec<usize>,
    /// The state of each, one letter: `p` Proof, `f` Final, `-` nothing said.
    states: String,
}

/// A way to have a photograph.
#[derive(Serialize)]
struct Way {
    name: String,
    /// As it stands in addresses.
    product: Option<String>,
    /// Below `/download/{link}/`, with `{photo}` for its id.
    path: String,
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
    /// Which version of the photograph it is, from 1.
    version: u32,
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
        None => {
            let products = Products::of_visit(&visitor);
            Ok(Json(shape(&sheet, &visitor, &products)).into_response())
        }
        Some(from) => {
            let count = range.count.clamp(1, BATCH);
            let placed: Vec<_> = sheet.placed().skip(from.max(1) - 1).take(count).collect();
            Ok(Json(batch(&gallery, &visitor, from, &placed).await?).into_response())
        }
    }
}

fn shape<'a>(sheet: &Sheet<'a>, visitor: &Visitor, products: &Products<'_>) -> Shape<'a> {
    let total = sheet.total();
    let kinds = products.kinds();
    let ways = kinds.iter().map(|kind| Way {
        name: kind.name().to_owned(),
        product: kind.product().map(|product| product.id.to_string()),
        path: kind.path(),
    });
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
        ids: String::with_capacity(total * 32),
        may: String::with_capacity(total),
        drawing: visitor.gallery().choosing.drawing,
        choices: Choices::of(visitor),
        products: ways.collect(),
        offers: Vec::new(),
        offer: Vec::with_capacity(total),
        states: String::with_capacity(total),
    };
    let mut numbers: HashMap<Vec<(usize, bool)>, usize> = HashMap::new();
    for placed in sheet.placed() {
        let (width, height) = (placed.picture.width, placed.picture.height.max(1));
        let thousandths = u64::from(width) * 1000 / u64::from(height);
        shape
            .ratios
            .push(u32::try_from(thousandths).unwrap_or(u32::MAX));
        shape.colours.push_str(&placed.picture.average);
        shape.names.push(&placed.photo.file_name);
        shape.ids.push_str(placed.photo.id.as_str());
        shape.may.push(digit(visitor, placed.photo));
        let ways = products.ways(visitor, placed.photo);
        let next = numbers.len();
        let number = *numbers.entry(ways).or_insert_with_key(|ways| {
            shape.offers.push(ways.clone());
            next
        });
        shape.offer.push(number);
        shape.states.push(match placed.photo.stage {
            Stage::Undefined => '-',
            Stage::Proof => 'p',
            Stage::Final => 'f',
        });
    }
    shape
}

/// See [`Shape::may`].
fn digit(visitor: &Visitor, photo: &Photo) -> char {
    let may = |action| {
        let may = visitor.standing.may(action, Some(photo), visitor.now);
        may.is_ok()
    };
    let heart = visitor.heart(photo);
    let bits = [
        heart == Heart::Open,
        may(Action::Rate),
        visitor.standing.talks(photo),
        // only who has a choice has a cart
        visitor.chosen.is_some() && may(Action::Order),
        heart == Heart::Frozen,
    ];
    let bits = bits.into_iter().enumerate();
    let sum = bits.fold(0, |sum, (at, on)| sum | (u32::from(on) << at));
    char::from_digit(sum, 32).unwrap_or('0')
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
            version: placed.photo.number,
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
