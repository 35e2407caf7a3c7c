//! The review page: what is chosen, alone, with the rules it has to meet and the one button that freezes it (S22, S34, S37).

/// What the rules ask, in words.
pub mod rules;

use crate::Gallery;
use crate::sheet::{Placed, Sheet, StageWord, srcset};
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::{self, Action, Refusal, Subject};
use domain::choice::{Choice, Label};
use domain::gallery::Kind;
use domain::ids::{PhotoId, SecretToken};
use domain::photo::Photo;
use domain::selection::{Mode, Progress, Selection, Snapshot, Tally, difference};
use domain::status;
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

/// How the choice differs from what was confirmed before.
struct Changes {
    when: String,
    number: u32,
    lines: Vec<(&'static str, String)>,
}

/// The form that confirms.
struct Form<'a> {
    once: String,
    seen: u64,
    said: Said<'a>,
    /// Row *Anybody*: an address may be given.
    asks_email: bool,
    /// Where the list went before, hidden but for its ends.
    known: Option<String>,
    /// What is already typed into the field, or who is signed in.
    email: String,
    warning: String,
    /// What happens next, below the button.
    after: String,
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
        form: form(gallery, visitor, &chosen.selection, &tally, &rules, said),
        said: rules,
    };
    Ok(html(status, &page))
}

/// Whether this visitor may choose at all now, as far as the gallery and the row say; *View as* sees what the row sees.
///
/// # Errors
/// Why not: the row, the gallery's status, or that it is confirmed.
pub fn may_choose(visitor: &Visitor, sheet: &Sheet<'_>) -> Result<(), Refusal> {
    let (row, shown) = (visitor.standing.row(), visitor.gallery());
    let may = |photo: &Photo| access::may(row, Action::Select, Some(photo), shown, visitor.now);
    let mut said = Err(Refusal::NotAllowed);
    for placed in sheet.placed() {
        match may(placed.photo) {
            Ok(()) => {
                said = Ok(());
                break;
            }
            Err(Refusal::Closed) => said = Err(Refusal::Closed),
            Err(_) => {}
        }
    }
    // a gallery that is empty still
    if sheet.total() == 0 && visitor.rights().select {
        said = if status::choosing(shown, visitor.now) {
            Ok(())
        } else {
            Err(Refusal::Closed)
        };
    }
    said?;
    match visitor.standing.confirmed_on() {
        Some(on) => Err(Refusal::Confirmed { on }),
        None => Ok(()),
    }
}

/// Where a confirmed choice is.
pub fn to_confirmed(caller: &Caller, visitor: &Visitor) -> Response {
    let number = match visitor.chosen.as_ref().map(|chosen| chosen.selection.state) {
        Some(Progress::Confirmed { snapshot, .. }) => snapshot,
        _ => 0,
    };
    Redirect::to(&format!("{}/confirmed/{number}", caller.path())).into_response()
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

/// Why it cannot be confirmed now, and what is kept (LOOK's voice 6).
pub fn shut(visitor: &Visitor, open: bool, chosen: u32, gallery: &Gallery) -> Option<String> {
    let studio = &gallery.name;
    if visitor.standing.preview() && open {
        return Some(
            "You see this page as somebody else does. Nothing is confirmed from here.".into(),
        );
    }
    if open {
        return None;
    }
    let (shown, now) = (visitor.gallery(), visitor.now);
    let kept = match chosen {
        0 => "Nothing was chosen".to_owned(),
        1 => "The one you chose is saved".to_owned(),
        n => format!("Your {n} are saved"),
    };
    let passed = shown.deadline.filter(|on| now >= *on);
    Some(if status::archived(shown, now) {
        format!("This gallery is kept to look at. {kept}.")
    } else if let Some(on) = passed.filter(|_| !shown.locked) {
        let end = words::end(on, &gallery.zone);
        format!("Choosing ended on {end}. {kept}. Ask {studio} if you need more time.")
    } else if shown.locked {
        format!("{studio} has closed choosing. {kept}. Ask {studio} if something must change.")
    } else {
        format!("The finals are here, so choosing is over. {kept}.")
    })
}

/// After a reopening: what is different from what was confirmed last (S34).
async fn changes(
    gallery: &Gallery,
    visitor: &Visitor,
    selection: &Selection,
    picked: &[Placed<'_>],
) -> Result<Option<Changes>, Failure> {
    if selection.snapshots == 0 {
        return Ok(None);
    }
    let (id, subject) = (visitor.gallery().id, &selection.subject);
    let last = gallery
        .table
        .snapshot(id, subject, selection.snapshots)
        .await?;
    Ok(last.map(|last| differences(gallery, visitor, &last, picked)))
}

fn differences(
    gallery: &Gallery,
    visitor: &Visitor,
    last: &Snapshot,
    picked: &[Placed<'_>],
) -> Changes {
    let names: HashMap<&PhotoId, &str> = visitor
        .listing
        .photos
        .iter()
        .filter(|photo| visitor.standing.sees(photo))
        .map(|photo| (&photo.id, photo.file_name.as_str()))
        .collect();
    // what does not exist for them is neither named nor counted (invariant 2)
    let before = last.picked.iter().filter(|p| names.contains_key(&p.photo));
    let before: Vec<(PhotoId, u32)> = before.map(|p| (p.photo.clone(), p.version)).collect();
    let now = picked.iter().map(|p| (p.photo.id.clone(), p.photo.number));
    let difference = difference(&before, &now.collect::<Vec<_>>());
    let named = |ids: &[PhotoId]| {
        let named: Vec<&str> = ids.iter().filter_map(|id| names.get(id).copied()).collect();
        named.join(", ")
    };
    let lines = [
        ("Chosen since", named(&difference.added)),
        ("Taken out since", named(&difference.removed)),
        ("Replaced by the studio since", named(&difference.replaced)),
    ];
    Changes {
        when: moment(last.at, visitor.now, gallery),
        number: last.number,
        lines: lines.into_iter().filter(|(_, n)| !n.is_empty()).collect(),
    }
}

fn form<'a>(
    gallery: &Gallery,
    visitor: &Visitor,
    selection: &Selection,
    tally: &Tally,
    rules: &Standing,
    said: Said<'a>,
) -> Form<'a> {
    let (shown, studio) = (visitor.gallery(), &gallery.name);
    let asks_email = visitor.standing.subject() == Subject::Anybody;
    let signed_in = visitor.standing.person().map(|p| p.email.as_str());
    let known = selection.contact.as_ref().filter(|_| asks_email);
    let these = match tally.chosen {
        0 => "these".into(),
        1 => "this one".into(),
        n => format!(
            "these {}",
            words::small_number(usize::try_from(n).unwrap_or(usize::MAX))
        ),
    };
    let begins = match shown.kind {
        Kind::ProofRetouchDeliver => format!("{studio} retouches {these} and nothing else."),
        Kind::Proofing | Kind::Delivery => format!("{studio} begins to work from {these}."),
    };
    let extra = match rules.extra {
        0 => String::new(),
        n => format!(
            " {n} of them {} more than was included.",
            if n == 1 { "is" } else { "are" }
        ),
    };
    let retouched = shown.kind == Kind::ProofRetouchDeliver;
    let after = match (asks_email, retouched) {
        (true, false) => {
            format!("{studio} gets the list by mail; so do you, if you give an address.")
        }
        (true, true) => format!(
            "{studio} gets the list by mail; so do you, if you give an address, and a word when they are finished."
        ),
        (false, false) => "You both get a mail with the list.".into(),
        (false, true) => {
            "You both get a mail with the list, and you another when they are finished.".into()
        }
    };
    let until = shown
        .deadline
        .map(|on| format!(" Open until {}.", words::end(on, &gallery.zone)));
    Form {
        once: SecretToken::random().expose().to_owned(),
        seen: selection.revision,
        asks_email,
        known: known.map(domain::email::Email::masked),
        email: match (said.email, signed_in) {
            ("", Some(me)) => me.to_owned(),
            (typed, _) => typed.to_owned(),
        },
        said,
        warning: format!("{begins}{extra} After that only {studio} can open it again."),
        after: format!("{after}{}", until.unwrap_or_default()),
    }
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
