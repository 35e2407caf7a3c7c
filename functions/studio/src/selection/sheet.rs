//! The page *Selection & comments*: the clients with their counts, the photographs of a filter, snapshots, names, threads.

use super::filter::{Asked, SHOWS, STAGES, Show};
use super::told::Told;
use super::{EVERYONE, path, words};
use crate::Studio;
use crate::authorizations::key::key;
use crate::comments::{ThreadView, thread};
use crate::export::Names;
use crate::head::Head;
use crate::member::{Me, Named};
use crate::orders::words::Word;
use crate::picture::{Thumb, of_version};
use crate::when;
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::access::Subject;
use domain::choice::{LABELS, Label};
use domain::export::Line;
use domain::gallery::Gallery;
use domain::photo::{Photo, Shown, Stage};
use domain::selection::Mode;
use domain::team::Task;
use futures::future::try_join_all;
use http::StatusCode;
use web::words::count;
use web::{Failure, Page, html};

/// Frames shown at first, and by each press of "more".
const FRAMES: usize = 60;
/// Threads shown at first, and by each press of "more".
const THREADS: usize = 12;

#[derive(Template)]
#[template(path = "selection.html")]
struct SelectionPage<'a> {
    page: Page<'a>,
    head: Head,
    gallery: &'a Gallery,
    /// How many of those who must have confirmed.
    confirmed: Option<String>,
    clients: Vec<Client>,
    /// Hearts have rules and are confirmed.
    selection: bool,
    sift: Sift<'a>,
    /// What the filter leaves, in words.
    left: String,
    frames: Vec<Frame>,
    more: usize,
    older: String,
    names: Names,
    snapshots: Vec<Taken>,
    threads: Vec<(Option<Thumb>, ThreadView)>,
    silent: usize,
    talk_more: String,
    notice: Option<&'static str>,
    may_ship: bool,
}

/// A client in the table.
struct Client {
    key: String,
    name: String,
    count: String,
    /// Sections with rules, what is gone, what is hidden.
    notes: Vec<String>,
    changed: String,
    state: Option<(Word, String)>,
    confirmed: bool,
    path: String,
    ticked: bool,
}

/// The filter's form.
struct Sift<'a> {
    all: bool,
    shows: Vec<(&'static str, &'static str, bool)>,
    labels: Vec<(&'static str, bool)>,
    sections: Vec<(&'a str, bool)>,
    stages: Vec<(&'static str, &'static str, bool)>,
    /// More than one client chose: they can be put together.
    several: bool,
}

/// A photograph with what was said of it.
pub(super) struct Frame {
    pub(super) thumb: Option<Thumb>,
    pub(super) file_name: String,
    pub(super) stage: Option<&'static str>,
    pub(super) hidden: bool,
    /// Who chose it.
    pub(super) by: String,
    pub(super) stars: Option<String>,
    pub(super) labels: Vec<&'static str>,
    /// How many comments, in words, and where they are.
    pub(super) talk: Option<(String, String)>,
}

/// A snapshot in the list.
struct Taken {
    path: String,
    client: String,
    number: u32,
    at: String,
    count: String,
}

/// `GET …/selection`.
pub(super) async fn page(
    State(studio): State<Studio>,
    me: Me,
    Named { gallery, .. }: Named,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let asked = Asked::read(query.as_deref().unwrap_or_default());
    let (told, galleries) = tokio::try_join!(Told::read(&studio, &gallery), async {
        Ok(studio.table.galleries().await?)
    })?;
    let subjects = told.asked(&asked);
    let lines = told.lines(&gallery, &asked, &subjects);
    let shown = lines.len().min(asked.frames.unwrap_or(FRAMES).max(FRAMES));
    let frames = lines[..shown]
        .iter()
        .map(|(photo, line)| frame(&studio, photo, line));
    let talk = told.threads();
    let spoken = talk
        .len()
        .min(asked.threads.unwrap_or(THREADS).max(THREADS));
    let now = studio.now();
    let page = SelectionPage {
        page: Page::new(&studio.name),
        head: Head::of(&studio, &me, &gallery, &galleries),
        confirmed: words::confirmed(&gallery, told.confirmed(), told.choosers.len()),
        clients: clients(&studio, &gallery, &told, &asked),
        selection: gallery.choosing.mode == Mode::Selection,
        sift: sift(&told, &asked),
        left: left(&asked, lines.len()),
        frames: try_join_all(frames).await?,
        more: lines.len() - shown,
        older: more(&asked, "frames", shown + FRAMES),
        names: names(&gallery, &told, &asked, &subjects, &lines),
        snapshots: snapshots(&studio, &gallery, &told).await?,
        threads: threads(&studio, &me, &gallery, &told, &talk[..spoken]).await?,
        silent: talk.len() - spoken,
        talk_more: more(&asked, "threads", spoken + THREADS),
        notice: notice(&asked.done),
        may_ship: me.may(Task::Ship, now),
        gallery: &gallery,
    };
    Ok(html(StatusCode::OK, &page))
}

fn notice(done: &str) -> Option<&'static str> {
    Some(match done {
        "reopened" => {
            "The choice is open again. The snapshot stays as it was, and a mail tells the client."
        }
        "reopened-silently" => {
            "The choice is open again. The snapshot stays as it was. No mail went out: nobody’s address is known."
        }
        "open" => "The choice was open already. Nothing was sent.",
        _ => return None,
    })
}

fn more(asked: &Asked, name: &str, n: usize) -> String {
    let query = asked.query();
    let sign = if query.is_empty() { '?' } else { '&' };
    format!("{query}{sign}{name}={n}")
}

fn left(asked: &Asked, n: usize) -> String {
    let photographs = count(n, "photograph", "photographs");
    let what = match (asked.show, asked.all) {
        (Show::Commented, _) => "commented on",
        (Show::Chosen, false) => "chosen",
        (Show::Chosen, true) => "chosen by all of them",
        (Show::Rated, false) => "rated or labelled",
        (Show::Rated, true) => "rated or labelled by all of them",
    };
    format!("{photographs} {what}")
}

fn clients(studio: &Studio, gallery: &Gallery, told: &Told, asked: &Asked) -> Vec<Client> {
    let (now, zone) = (studio.now(), &studio.zone);
    let one = |subject: &&Subject| {
        let (selection, tally) = (told.selection(subject), told.tally(subject));
        let mut notes = words::sections(gallery, &tally);
        let gone = told.missing(subject);
        if gone > 0 {
            notes.push(format!("{gone} more not in the gallery any more"));
        }
        let name = key(subject);
        Client {
            name: told.clients.name(subject),
            count: words::count(gallery, &tally),
            notes,
            changed: words::changed(selection.and_then(|one| one.updated), now, zone),
            state: words::state(gallery, selection, zone),
            confirmed: selection.is_some_and(|one| one.confirmed().is_some()),
            path: path(gallery.id, subject),
            ticked: asked.who.contains(&name),
            key: name,
        }
    };
    told.subjects().iter().map(one).collect()
}

fn sift<'a>(told: &'a Told, asked: &Asked) -> Sift<'a> {
    let mut sections: Vec<&str> = told.photos.iter().map(|one| one.section.as_str()).collect();
    sections.sort_unstable();
    sections.dedup();
    let in_one = sections.len() < 2;
    sections.retain(|_| !in_one);
    let section = |title: &'a str| (title, asked.section.as_deref() == Some(title));
    let label = |label: Label| (label.name(), asked.label == Some(label));
    let shows = SHOWS.iter();
    let stages = STAGES.iter();
    Sift {
        all: asked.all,
        shows: shows
            .map(|(show, name, word)| (*name, *word, *show == asked.show))
            .collect(),
        labels: LABELS.into_iter().map(label).collect(),
        sections: sections.into_iter().map(section).collect(),
        stages: stages
            .map(|(stage, name, word)| (*name, *word, asked.stage == Some(*stage)))
            .collect(),
        several: told.subjects().len() > 1,
    }
}

fn names(
    gallery: &Gallery,
    told: &Told,
    asked: &Asked,
    subjects: &[&Subject],
    lines: &[(&Photo, Line)],
) -> Names {
    let all: Vec<&str> = told
        .photos
        .iter()
        .map(|one| one.file_name.as_str())
        .collect();
    let lines: Vec<Line> = lines.iter().map(|(_, line)| line.clone()).collect();
    let base = match subjects {
        [one] if !asked.who.is_empty() => path(gallery.id, one),
        _ => format!("/studio/galleries/{}/selection/{EVERYONE}", gallery.id),
    };
    Names::of(&lines, &all, base, asked.query())
}

async fn snapshots(studio: &Studio, gallery: &Gallery, told: &Told) -> Result<Vec<Taken>, Failure> {
    let taken = told.selections.iter().filter(|one| one.snapshots > 0);
    let read = taken.map(|one| studio.table.snapshots(gallery.id, &one.subject));
    let read = try_join_all(read).await?;
    let mut snapshots: Vec<_> = read.into_iter().flatten().collect();
    snapshots.sort_by_key(|one| std::cmp::Reverse(one.at));
    let taken = |one: &domain::selection::Snapshot| Taken {
        path: format!(
            "{}/snapshots/{}",
            path(gallery.id, &one.subject),
            one.number
        ),
        client: told.clients.name(&one.subject),
        number: one.number,
        at: when::exact(one.at, &studio.zone),
        count: count(one.picked.len(), "photograph", "photographs"),
    };
    Ok(snapshots.iter().map(taken).collect())
}

async fn threads(
    studio: &Studio,
    me: &Me,
    gallery: &Gallery,
    told: &Told,
    talk: &[(&Photo, jiff::Timestamp)],
) -> Result<Vec<(Option<Thumb>, ThreadView)>, Failure> {
    let writes = me.may(Task::Arrange, studio.now());
    let one = async |(photo, _): &(&Photo, jiff::Timestamp)| {
        let at = (gallery.id, &photo.id);
        let drawn = of_version(studio, at, Some(photo), photo.number).await?;
        let view = thread(studio, gallery, photo, &told.comments);
        let view = view.writable(writes).on_selection();
        Ok::<_, Failure>((drawn.map(|(thumb, _)| thumb), view))
    };
    try_join_all(talk.iter().map(one)).await
}

async fn frame(studio: &Studio, photo: &Photo, line: &Line) -> Result<Frame, Failure> {
    let at = (photo.gallery, &photo.id);
    let drawn = of_version(studio, at, Some(photo), photo.number).await?;
    let address = format!(
        "/studio/galleries/{}/photos/{}/comments",
        photo.gallery, photo.id
    );
    let stage = match photo.stage {
        Stage::Undefined => None,
        Stage::Proof => Some("Proof"),
        Stage::Final => Some("Final"),
    };
    let hidden = photo.shown == Shown::ToStudio;
    Ok(Frame {
        hidden,
        ..Frame::of(line, drawn.map(|(thumb, _)| thumb), stage, address)
    })
}

impl Frame {
    /// A frame with what was said of its photograph.
    pub(super) fn of(
        line: &Line,
        thumb: Option<Thumb>,
        stage: Option<&'static str>,
        address: String,
    ) -> Self {
        let mut labels: Vec<Label> = line.marks.iter().filter_map(|mark| mark.label).collect();
        labels.sort_unstable();
        labels.dedup();
        let talk = (line.comments > 0).then(|| count(line.comments, "comment", "comments"));
        Self {
            thumb,
            file_name: line.file_name.clone(),
            stage,
            hidden: false,
            by: line.chosen_by().collect::<Vec<_>>().join(", "),
            stars: line
                .stars()
                .map(|it| count(it.count().into(), "star", "stars")),
            labels: labels.into_iter().map(Label::name).collect(),
            talk: talk.map(|words| (words, address)),
        }
    }

    /// Width over height, within what a row can hold.
    pub(super) fn ratio(&self) -> String {
        let ratio = self.thumb.as_ref().map(Thumb::ratio);
        ratio.unwrap_or_else(|| "1.5000".into())
    }
}
