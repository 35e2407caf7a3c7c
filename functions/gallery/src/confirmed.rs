//! What was confirmed, as it was then (S22, S34): frames in the version that was seen, and what has changed since by name.

use crate::Gallery;
use crate::review::{SMALL, moment, rules};
use crate::sheet::{Sheet, Source, sources, srcset};
use crate::visitor::Visitor;
use crate::way;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::{Refusal, Subject};
use domain::choice::Label;
use domain::gallery::Kind;
use domain::ids::PhotoId;
use domain::order::{Order, Source as From};
use domain::photo::{Photo, Picture, State as PhotoState};
use domain::rendition::shown;
use domain::selection::{Picked, Progress, Snapshot};
use http::StatusCode;
use std::collections::HashMap;
use web::{Caller, Failure, Page, html};

#[derive(Template)]
#[template(path = "confirmed.html")]
struct ConfirmedPage<'a> {
    page: Page<'a>,
    link: &'a str,
    title: &'a str,
    heading: String,
    /// "Confirmed on 22 November at 09:14. Both of you have the list by mail."
    lead: String,
    /// What happens next.
    next: Option<String>,
    /// It was opened again, or there is a newer list.
    later: Option<Later>,
    /// The order that came of it.
    order: Option<Placed>,
    extra: Option<String>,
    message: String,
    groups: Vec<Group<'a>>,
    /// All names, one a line, to copy.
    names: String,
}

enum Later {
    /// The studio opened the choice again.
    Open,
    /// A newer list.
    Newer(u32),
}

struct Placed {
    id: String,
    words: String,
}

/// A chapter as it was then.
struct Group<'a> {
    title: &'a str,
    frames: Vec<Frame<'a>>,
}

/// A photograph as it was then.
struct Frame<'a> {
    /// Its number in the gallery now.
    number: usize,
    id: &'a str,
    name: &'a str,
    ratio: f64,
    average: String,
    width: u32,
    height: u32,
    /// Empty: the version that was seen is not kept.
    src: String,
    srcset: String,
    stars: Option<u8>,
    colour: Option<Label>,
    comments: usize,
    /// What has changed since, in words; may be empty.
    since: String,
}

/// `GET /g/{link}/confirmed/{number}`: one of this visitor's own lists.
///
/// # Errors
/// [`Failure::NotFound`] for a list that is not theirs or not there; a table that does not answer.
pub async fn page(
    State(gallery): State<Gallery>,
    caller: Caller,
    Path((_, number)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let visitor = match Visitor::of(&gallery, &caller).await? {
        Ok(visitor) => visitor,
        Err(outside) => {
            let to = format!("confirmed/{number}");
            return Ok(way::to_the_door(&caller, *outside, &to));
        }
    };
    let (id, subject) = (visitor.gallery().id, visitor.standing.subject());
    let number = number.parse().ok().filter(|number: &u32| *number > 0);
    let snapshot = match (number, visitor.standing.guest()) {
        (Some(number), false) => gallery.table.snapshot(id, &subject, number).await?,
        _ => None,
    };
    match snapshot {
        Some(snapshot) => show(&gallery, &caller, &visitor, &snapshot).await,
        None => Ok(caller.refuse(Refusal::Nothing, visitor.banner.clone())),
    }
}

async fn show(
    gallery: &Gallery,
    caller: &Caller,
    visitor: &Visitor,
    snapshot: &Snapshot,
) -> Result<Response, Failure> {
    let sheet = Sheet::of(visitor);
    let at: HashMap<&PhotoId, (usize, &Photo)> = sheet
        .placed()
        .map(|placed| (&placed.photo.id, (placed.number, placed.photo)))
        .collect();
    let replaced = snapshot.picked.iter().filter(|picked| {
        let now = at.get(&picked.photo);
        now.is_some_and(|(_, photo)| photo.number != picked.version)
    });
    let replaced: Vec<_> = replaced.map(|p| (&p.photo, p.version)).collect();
    let (table, id) = (&gallery.table, visitor.gallery().id);
    let mut earlier = table.versions_at(id, &replaced).await?;
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut names = Vec::new();
    // what does not exist for them is neither named nor counted (invariant 2)
    for picked in &snapshot.picked {
        let Some((number, photo)) = at.get(&picked.photo).copied() else {
            continue;
        };
        names.push(picked.file_name.as_str());
        let then = if photo.number == picked.version {
            Some(photo.clone())
        } else {
            let kept = earlier.remove(&(picked.photo.clone(), picked.version));
            kept.map(|version| with(photo, version.picture))
        };
        let frame = frame(gallery, visitor, picked, (photo, then), number).await?;
        let title = rules::titled(&picked.section);
        match groups.last_mut().filter(|group| group.title == title) {
            Some(group) => group.frames.push(frame),
            None => groups.push(Group {
                title,
                frames: vec![frame],
            }),
        }
    }
    let order = order(gallery, visitor, snapshot).await?;
    let path = caller.path();
    let page = ConfirmedPage {
        page: visitor.page(gallery, &path),
        link: caller.token.expose(),
        title: &visitor.gallery().title,
        heading: rules::heading(u32::try_from(names.len()).unwrap_or(u32::MAX)),
        lead: lead(gallery, visitor, snapshot),
        next: next(gallery, visitor, order.as_ref()),
        later: later(visitor, snapshot),
        order: order.map(|order| Placed {
            id: order.id.to_string(),
            words: format!("Order {}: {}", order.number, crate::orders::how_far(&order)),
        }),
        extra: (snapshot.extra > 0).then(|| {
            let verb = if snapshot.extra == 1 { "is" } else { "are" };
            format!("{} of them {verb} more than was included.", snapshot.extra)
        }),
        message: snapshot.message.clone(),
        groups,
        names: names.join("\n"),
    };
    Ok(html(StatusCode::OK, &page))
}

/// LOOK's voice 10; of a mail only where there was an address for it.
fn lead(gallery: &Gallery, visitor: &Visitor, snapshot: &Snapshot) -> String {
    let when = moment(snapshot.at, visitor.now, gallery);
    let contact = match &snapshot.subject {
        Subject::Person(_) => true,
        _ => visitor
            .chosen
            .as_ref()
            .is_some_and(|chosen| chosen.selection.contact.is_some()),
    };
    if contact {
        format!("Confirmed on {when}. Both of you have the list by mail.")
    } else {
        format!(
            "Confirmed on {when}. {} has the list by mail.",
            gallery.name
        )
    }
}

/// What the studio does now, where that is known.
fn next(gallery: &Gallery, visitor: &Visitor, order: Option<&Order>) -> Option<String> {
    let studio = &gallery.name;
    let waits = order.is_some_and(Order::open);
    (visitor.gallery().kind == Kind::ProofRetouchDeliver && waits).then(|| {
        let told = order.is_some_and(|order| order.contact.is_some());
        let then = if told {
            "You get a mail when they are finished"
        } else {
            "They come to the page of your order when they are finished"
        };
        format!("{studio} retouches these now. {then}, all at once or in parts.")
    })
}

fn later(visitor: &Visitor, snapshot: &Snapshot) -> Option<Later> {
    let selection = &visitor.chosen.as_ref()?.selection;
    match selection.state {
        _ if selection.snapshots > snapshot.number => Some(Later::Newer(selection.snapshots)),
        Progress::Open => Some(Later::Open),
        Progress::Confirmed { .. } => None,
    }
}

async fn order(
    gallery: &Gallery,
    visitor: &Visitor,
    snapshot: &Snapshot,
) -> Result<Option<Order>, Failure> {
    let shown = visitor.gallery();
    if shown.kind != Kind::ProofRetouchDeliver {
        return Ok(None);
    }
    let orders = gallery.table.orders_of(shown.id, &snapshot.subject).await?;
    let source = From::Selection {
        snapshot: snapshot.number,
    };
    Ok(orders.into_iter().find(|order| order.source == source))
}

async fn frame<'a>(
    gallery: &Gallery,
    visitor: &Visitor,
    picked: &'a Picked,
    (photo, then): (&Photo, Option<Photo>),
    number: usize,
) -> Result<Frame<'a>, Failure> {
    let sources = match &then {
        Some(photo) => small(gallery, visitor, photo).await?,
        None => Vec::new(),
    };
    let picture = then.as_ref().and_then(Photo::picture).or(photo.picture());
    let (width, height) = picture.map_or((3, 2), |p| (p.width, p.height.max(1)));
    Ok(Frame {
        number,
        id: picked.photo.as_str(),
        name: &picked.file_name,
        ratio: (f64::from(width) / f64::from(height)).clamp(0.4, 3.0),
        average: picture.map_or_else(String::new, |p| p.average.clone()),
        width,
        height,
        src: sources.last().map(|s| s.url.clone()).unwrap_or_default(),
        srcset: srcset(&sources),
        stars: picked.stars.map(Into::into),
        colour: picked.label,
        comments: picked.comments.len(),
        since: since(picked, photo),
    })
}

/// The photograph as it was in that version; none: the version is not kept.
pub async fn at_version(
    gallery: &Gallery,
    photo: &Photo,
    version: u32,
) -> Result<Option<Photo>, Failure> {
    if photo.number == version {
        return Ok(Some(photo.clone()));
    }
    let found = gallery
        .table
        .version(photo.gallery, &photo.id, version)
        .await?;
    Ok(found.map(|found| with(photo, found.picture)))
}

/// A photograph with another version's picture.
pub fn with(photo: &Photo, picture: Picture) -> Photo {
    Photo {
        state: PhotoState::Ready(picture),
        ..photo.clone()
    }
}

/// The addresses of its small renditions, smallest first.
pub async fn small(
    gallery: &Gallery,
    visitor: &Visitor,
    photo: &Photo,
) -> Result<Vec<Source>, Failure> {
    let Some(picture) = photo.picture() else {
        return Ok(Vec::new());
    };
    let renditions = shown(picture, visitor.standing.web_size(photo));
    sources(gallery, photo, renditions, &SMALL, visitor.now).await
}

fn since(picked: &Picked, photo: &Photo) -> String {
    let now_in = rules::titled(&photo.section);
    match (
        photo.number != picked.version,
        photo.section != picked.section,
    ) {
        (true, true) => format!("Replaced since, now in {now_in}"),
        (true, false) => "Replaced since".into(),
        (false, true) => format!("Now in {now_in}"),
        (false, false) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visitor::tests::{gallery, photo};
    use domain::photo::Stage;

    /// S22: what changed after confirming is named, and what did not is not.
    #[test]
    fn later_changes_are_named() {
        let gallery = gallery(|_| {});
        let mut photo = photo(&gallery, "A.jpg", Stage::Proof, false);
        let picked = Picked {
            photo: photo.id.clone(),
            version: 1,
            file_name: "A.jpg".into(),
            section: String::new(),
            stars: None,
            label: None,
            comments: vec![],
        };
        assert_eq!(since(&picked, &photo), "");
        photo.number = 2;
        assert_eq!(since(&picked, &photo), "Replaced since");
        photo.section = "Party".into();
        assert_eq!(since(&picked, &photo), "Replaced since, now in Party");
    }
}
