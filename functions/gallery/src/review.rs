//! The review page: what is chosen, alone, with the rules it has to meet and the one button that freezes it (S22, S34, S37).

/// What differs from the list before.
mod changes;
/// The form that confirms.
mod form;
/// Whether one may choose, and why not.
mod gate;
/// What the rules ask, in words.
pub mod rules;
/// What the page showed, for the form.
mod seen;

pub use gate::{may_choose, shut, to_confirmed};
pub use seen::Seen;

use crate::Gallery;
use crate::sheet::{Placed, Sheet, StageWord, srcset};
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use changes::{Changes, changes};
use domain::access::Refusal;
use domain::choice::{Choice, Label};
use domain::ids::PhotoId;
use domain::selection::{Mode, Tally};
use form::{Form, form};
use http::StatusCode;
use jiff::Timestamp;
use rules::Standing;
use serde::Deserialize;
use std::collections::HashMap;
use web::{Caller, Failure, Page, html, words};

/// Frames of one page: each carries addresses of its own.
const FRAMES: usize = 120;
/// Renditions a frame of this page may use.
pub const SMALL: [u32; 2] = [320, 640];

/// What a form sent, and what came of it; nothing for a page that was only opened.
#[derive(Debug, Clone, Copy, Default)]
pub struct Said<'a> {
    /// What was written to the studio.
    pub message: &'a str,
    /// Where a copy of the list should go.
    pub email: &'a str,
    /// What is wrong with the message.
    pub message_problem: Option<&'a str>,
    /// What is wrong with the address.
    pub email_problem: Option<&'a str>,
    /// Why it was not confirmed.
    pub notice: Option<&'a str>,
}

/// Where the frames begin, and which was just taken out.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    out: Option<String>,
}

#[derive(Template)]
#[template(path = "review.html")]
struct ReviewPage<'a> {
    page: Page<'a>,
    link: &'a str,
    title: &'a str,
    heading: String,
    /// Favourites have no consequence and no button.
    favourites: bool,
    chosen: u32,
    /// "12 photographs".
    count: String,
    said: Standing,
    frames: Vec<Frame<'a>>,
    earlier: Option<usize>,
    later: Option<usize>,
    /// The subject's token, for the forms of the hearts.
    who: String,
    /// Milliseconds since 1970: the script's clock.
    clock: i64,
    /// Hearts can be taken out here.
    open: bool,
    /// The one that was just taken out.
    out: Option<Out<'a>>,
    /// Why it cannot be confirmed, whatever the rules say.
    shut: Option<String>,
    notice: Option<&'a str>,
    changes: Option<Changes>,
    form: Form<'a>,
}

/// A chosen photograph.
struct Frame<'a> {
    number: usize,
    id: &'a str,
    name: &'a str,
    label: String,
    ratio: f64,
    average: &'a str,
    width: u32,
    height: u32,
    src: String,
    srcset: String,
    state: Option<StageWord>,
    stars: Option<u8>,
    colour: Option<Label>,
    comments: usize,
}

/// A photograph that was just taken out, and can be put back.
struct Out<'a> {
    id: &'a str,
    name: &'a str,
}

/// `GET /g/{link}/review`: the choice, to look through and confirm. A confirmed one leads to what was confirmed.
///
/// # Errors
/// Whoever may not choose; a table that does not answer.
pub async fn page(
    State(gallery): State<Gallery>,
    caller: Caller,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let visitor = match Visitor::of(&gallery, &caller).await? {
        Ok(visitor) => visitor,
        Err(outside) => return Ok(crate::way::to_the_door(&caller, *outside, "review")),
    };
    show(
        &gallery,
        &caller,
        &visitor,
        &asked,
        Said::default(),
        StatusCode::OK,
    )
    .await
}

/// The page after a form that could not be taken as it was.
///
/// # Errors
/// A table that does not answer.
pub async fn again(
    gallery: &Gallery,
    caller: &Caller,
    visitor: &Visitor,
    said: Said<'_>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let asked = Asked {
        from: None,
        out: None,
    };
    show(gallery, caller, visitor, &asked, said, status).await
}

async fn show(
    gallery: &Gallery,
    caller: &Caller,
    visitor: &Visitor,
    asked: &Asked,
    said: Said<'_>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let sheet = Sheet::of(visitor);
    let (open, status) = match may_choose(visitor, &sheet) {
        Ok(()) => (true, status),
        Err(Refusal::Closed) => (false, StatusCode::FORBIDDEN),
        Err(Refusal::Confirmed { .. }) => return Ok(to_confirmed(caller, visitor)),
        Err(refusal) => return Ok(caller.refuse(refusal, visitor.banner.clone())),
    };
    let Some(chosen) = &visitor.chosen else {
        return Ok(caller.refuse(Refusal::NotAllowed, visitor.banner.clone()));
    };
    let picked = picked(&sheet, &chosen.choices);
    let tally = Tally::of_photos(picked.iter().map(|placed| placed.photo));
    let from = asked.from.as_deref().and_then(|from| from.parse().ok());
    let from = from.unwrap_or(1).clamp(1, picked.len().max(1));
    let comments = comments(gallery, visitor).await?;
    let shown = picked.iter().skip(from - 1).take(FRAMES);
    let mut frames = Vec::new();
    for placed in shown {
        frames.push(
            frame(
                gallery,
                visitor,
                *placed,
                sheet.total(),
                &chosen.choices,
                &comments,
            )
            .await?,
        );
    }
    let choosing = &visitor.gallery().choosing;
    let rules = Standing::of(
        choosing,
        &tally,
        sheet.chapters.iter().map(|chapter| chapter.title),
        &gallery.name,
    );
    let out = asked
        .out
        .as_deref()
        .and_then(|id| out(&sheet, &chosen.choices, id));
    let favourites = choosing.mode == Mode::Favourites;
    let path = caller.path();
    let page = ReviewPage {
        page: visitor.page(gallery, &path),
        link: caller.token.expose(),
        title: &visitor.gallery().title,
        heading: if favourites && tally.chosen > 0 {
            "Your favourites".into()
        } else {
            rules::heading(tally.chosen)
        },
        favourites,
        chosen: tally.chosen,
        count: words::count(picked.len(), "photograph", "photographs"),
        frames,
        earlier: (from > 1).then(|| from.saturating_sub(FRAMES).max(1)),
        later: (from + FRAMES <= picked.len()).then_some(from + FRAMES),
        who: visitor.who().unwrap_or_default(),
        clock: visitor.now.as_millisecond(),
        open: open && !visitor.standing.preview(),
        out,
        shut: shut(visitor, open, tally.chosen, gallery),
        notice: said.notice,
        changes: changes(gallery, visitor, &chosen.selection, &picked).await?,
        form: form(gallery, visitor, &chosen.selection, &picked, &rules, said),
        said: rules,
    };
    Ok(html(status, &page))
}

/// What is chosen of what exists for the visitor, in the page's order and with its numbers.
pub fn picked<'a>(sheet: &Sheet<'a>, choices: &HashMap<PhotoId, Choice>) -> Vec<Placed<'a>> {
    let chosen = |placed: &Placed<'_>| {
        let choice = choices.get(&placed.photo.id);
        choice.is_some_and(|choice| choice.chosen.value)
    };
    sheet.placed().filter(chosen).collect()
}

/// How many comments each photograph has, of those whose thread this visitor reads.
async fn comments(
    gallery: &Gallery,
    visitor: &Visitor,
) -> Result<HashMap<PhotoId, usize>, Failure> {
    let mut counts = HashMap::new();
    if !visitor.standing.row().rights.comment {
        return Ok(counts);
    }
    for comment in gallery.table.comments(visitor.gallery().id).await? {
        if comment.removed.is_none() {
            *counts.entry(comment.photo).or_default() += 1;
        }
    }
    Ok(counts)
}

async fn frame<'a>(
    gallery: &Gallery,
    visitor: &Visitor,
    placed: Placed<'a>,
    total: usize,
    choices: &HashMap<PhotoId, Choice>,
    comments: &HashMap<PhotoId, usize>,
) -> Result<Frame<'a>, Failure> {
    let sources = placed.sources(gallery, visitor, &SMALL).await?;
    let choice = choices.get(&placed.photo.id);
    let talks = visitor.standing.talks(placed.photo);
    Ok(Frame {
        number: placed.number,
        id: placed.photo.id.as_str(),
        name: &placed.photo.file_name,
        label: placed.label(total),
        ratio: placed.ratio(),
        average: &placed.picture.average,
        width: placed.picture.width,
        height: placed.picture.height,
        src: sources.last().map(|s| s.url.clone()).unwrap_or_default(),
        srcset: srcset(&sources),
        state: placed.state().filter(|_| visitor.gallery().show_states),
        stars: choice.and_then(|choice| choice.stars.value).map(Into::into),
        colour: choice.and_then(|choice| choice.label.value),
        comments: comments
            .get(&placed.photo.id)
            .copied()
            .filter(|_| talks)
            .unwrap_or_default(),
    })
}

/// The photograph that was just taken out, if it is out.
fn out<'a>(sheet: &Sheet<'a>, choices: &HashMap<PhotoId, Choice>, id: &str) -> Option<Out<'a>> {
    let placed = sheet.placed().find(|p| p.photo.id.as_str() == id)?;
    let chosen = choices
        .get(&placed.photo.id)
        .is_some_and(|c| c.chosen.value);
    (!chosen).then_some(Out {
        id: placed.photo.id.as_str(),
        name: &placed.photo.file_name,
    })
}

/// "22 November at 09:14", where the studio is; with the year when it is another than now's.
pub fn moment(at: Timestamp, now: Timestamp, gallery: &Gallery) -> String {
    let (at, now) = (
        at.to_zoned(gallery.zone.clone()),
        now.to_zoned(gallery.zone.clone()),
    );
    let shape = if at.year() == now.year() {
        "%-d %B at %H:%M"
    } else {
        "%-d %B %Y at %H:%M"
    };
    at.strftime(shape).to_string()
}
