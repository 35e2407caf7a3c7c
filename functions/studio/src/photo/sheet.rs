//! A photograph's page: one version large, all of them in a list, its facts, who chose it, its thread.

use super::{Asked, Notice, kept_until};
use crate::Studio;
use crate::clients::Clients;
use crate::comments::{LargePicture, ThreadView, picture, thread};
use crate::gallery::endpoint;
use crate::head::Head;
use crate::member::Me;
use crate::photos::{shown_word, stage_word};
use crate::picture::{Thumb, thumb};
use crate::when;
use askama::Template;
use axum::response::Response;
use domain::gallery::{Gallery, sorted};
use domain::ids::PhotoId;
use domain::order::LineState;
use domain::photo::{Photo, Picture, Stage, State};
use domain::team::Task;
use http::StatusCode;
use jiff::Timestamp;
use table::PhotoVersion;
use web::{Failure, Page, html, words};

#[derive(Template)]
#[template(path = "photo.html")]
struct PhotoPage<'a> {
    page: Page<'a>,
    head: Head,
    gallery: &'a Gallery,
    photo: &'a Photo,
    notice: Option<Notice>,
    /// The version that is looked at; none: it cannot be read.
    picture: Option<LargePicture>,
    looked: u32,
    versions: Vec<Line>,
    refused: Option<Refused>,
    rejected: Option<String>,
    facts: Vec<(&'static str, String)>,
    chosen: Vec<String>,
    ordered: Vec<(String, String)>,
    thread: ThreadView,
    may_arrange: bool,
    /// The photographs before and after it, as clients see them.
    before: Option<PhotoId>,
    after: Option<PhotoId>,
    /// What an S3 client is told that replaces it.
    command: String,
}

/// A version in the list.
struct Line {
    number: u32,
    current: bool,
    looked: bool,
    thumb: Option<Thumb>,
    /// What its file is called, if not as the camera did.
    file_name: String,
    size: String,
    pixels: String,
    at: String,
    stage: Option<&'static str>,
    fin: bool,
    restored_from: Option<u32>,
    /// Its file is in the bucket still, and until when where another lies in its place.
    kept: bool,
    until: Option<String>,
}

/// A file that could not replace it.
struct Refused {
    name: String,
    at: String,
    reason: String,
}

/// Draws the page.
pub(super) async fn show(
    studio: &Studio,
    me: &Me,
    gallery: &Gallery,
    id: &str,
    asked: &Asked,
    (status, notice): (StatusCode, Option<Notice>),
) -> Result<Response, Failure> {
    let id: PhotoId = id.parse()?;
    let (table, now) = (&studio.table, studio.now());
    let (photos, versions, comments, galleries) = tokio::try_join!(
        table.photos_of(gallery.id),
        table.versions_of(gallery.id, &id),
        table.comments_of(gallery.id, &id),
        table.galleries()
    )
    .map_err(Failure::fault)?;
    let photo = photos.iter().find(|photo| photo.id == id);
    let photo = photo.ok_or(Failure::NotFound)?;
    let may_arrange = me.may(Task::Arrange, now);
    let looked = asked.version.unwrap_or(photo.number);
    let thread = thread(studio, gallery, photo, &comments)
        .writable(may_arrange)
        .showing(asked.show.as_deref())
        .about(asked.version)
        .on_photo();
    let (before, after) = beside(&photos, gallery, photo);
    let (chosen, ordered) = wanted(studio, gallery, photo).await?;
    let page = PhotoPage {
        page: Page::new(&studio.name),
        head: Head::of(studio, me, gallery, &galleries),
        gallery,
        notice,
        picture: picture(studio, photo, &versions, looked).await?,
        looked,
        versions: lines(studio, photo, &versions, looked).await?,
        refused: refused(studio, photo),
        rejected: match &photo.state {
            State::Rejected { reason, .. } => Some(reason.clone()),
            State::Processing | State::Ready(_) => None,
        },
        facts: facts(studio, photo),
        chosen,
        ordered,
        thread,
        may_arrange,
        before,
        after,
        command: format!(
            "aws s3 cp FILE \"s3://{}/{}\"{}",
            studio.originals.name(),
            photo.key,
            endpoint(studio)
        ),
        photo,
    };
    Ok(html(status, &page))
}

fn beside(
    photos: &[Photo],
    gallery: &Gallery,
    photo: &Photo,
) -> (Option<PhotoId>, Option<PhotoId>) {
    let ready = photos.iter().filter(|photo| photo.picture().is_some());
    let all: Vec<&Photo> = sorted(ready, gallery.sort)
        .into_iter()
        .flat_map(|section| section.photos)
        .collect();
    let Some(at) = all.iter().position(|one| one.id == photo.id) else {
        return (None, None);
    };
    let id = |at: Option<usize>| Some(all.get(at?)?.id.clone());
    (id(at.checked_sub(1)), id(at.checked_add(1)))
}

/// Who chose it, and in which orders it is.
async fn wanted(
    studio: &Studio,
    gallery: &Gallery,
    photo: &Photo,
) -> Result<(Vec<String>, Vec<(String, String)>), Failure> {
    let (choices, orders, clients) = tokio::try_join!(
        async { Ok(studio.table.all_choices(gallery.id).await?) },
        async { Ok(studio.table.orders(gallery.id).await?) },
        Clients::of(studio)
    )?;
    let chose = choices
        .iter()
        .filter(|(_, of)| of.get(&photo.id).is_some_and(|choice| choice.chosen.value));
    let mut chosen: Vec<String> = chose.map(|(subject, _)| clients.name(subject)).collect();
    chosen.sort();
    let mut ordered = Vec::new();
    for order in &orders {
        for line in order.lines.iter().filter(|line| line.photo == photo.id) {
            let state = match line.state {
                LineState::Pending => "pending".to_owned(),
                LineState::Shipped { version, .. } => format!("shipped as version {version}"),
                LineState::Cancelled { .. } => "cancelled".to_owned(),
            };
            let path = format!("/studio/galleries/{}/orders/{}", gallery.id, order.id);
            let words = format!("Order {}: {}, {state}", order.number, line.product_name);
            ordered.push((path, words));
        }
    }
    Ok((chosen, ordered))
}

fn facts(studio: &Studio, photo: &Photo) -> Vec<(&'static str, String)> {
    let mut facts = vec![("Camera’s file name", photo.file_name.clone())];
    let section = match photo.section.as_str() {
        "" => "none",
        title => title,
    };
    facts.push(("Section", section.to_owned()));
    facts.push(("Who sees it", shown_word(photo.shown).to_owned()));
    if let Some(picture) = photo.picture() {
        let captured = picture.captured.as_deref().and_then(words::moment);
        if let Some(captured) = captured {
            facts.push(("Captured", captured));
        }
        facts.push(("Size", size(picture, photo.version.size)));
    }
    facts.push((
        "Arrived",
        when::moment(photo.uploaded, studio.now(), &studio.zone),
    ));
    facts
}

fn pixels(picture: &Picture) -> String {
    format!("{} × {}", picture.width, picture.height)
}

fn size(picture: &Picture, bytes: u64) -> String {
    format!("{}, {}", pixels(picture), words::bytes(bytes))
}

fn refused(studio: &Studio, photo: &Photo) -> Option<Refused> {
    let refused = photo.refused.as_ref()?;
    let name = refused.key.rsplit('/').next().unwrap_or(&refused.key);
    Some(Refused {
        name: name.to_owned(),
        at: when::moment(refused.at, studio.now(), &studio.zone),
        reason: refused.reason.clone(),
    })
}

/// Its versions, the newest first. Of a photograph that was never replaced its row says what the only one is.
async fn lines(
    studio: &Studio,
    photo: &Photo,
    versions: &[PhotoVersion],
    looked: u32,
) -> Result<Vec<Line>, Failure> {
    let now = studio.now();
    let mut lines = Vec::with_capacity(versions.len().max(1));
    for version in versions {
        let current = version.number == photo.number;
        // what is said of the current one stands in its row
        let stage = if current { photo.stage } else { version.stage };
        let end = kept_until(versions, version);
        let part = (version.number, &version.picture, stage, version.at);
        lines.push(Line {
            file_name: file_name(&version.key),
            size: words::bytes(version.version.size),
            restored_from: version.restored_from,
            kept: end.is_none_or(|end| now < end),
            until: end.map(|end| when::until(end, &studio.zone)),
            ..line(studio, photo, part, looked).await?
        });
    }
    if let (true, Some(picture)) = (lines.is_empty(), photo.picture()) {
        let part = (photo.number, picture, photo.stage, photo.uploaded);
        lines.push(Line {
            file_name: file_name(&photo.key),
            size: words::bytes(photo.version.size),
            ..line(studio, photo, part, looked).await?
        });
    }
    Ok(lines)
}

fn file_name(key: &str) -> String {
    key.rsplit('/').next().unwrap_or(key).to_owned()
}

/// What a line says of any version; the rest is the caller's.
async fn line(
    studio: &Studio,
    photo: &Photo,
    (number, picture, stage, at): (u32, &Picture, Stage, Timestamp),
    looked: u32,
) -> Result<Line, Failure> {
    let now = studio.now();
    let whose = (photo.gallery, &photo.id);
    Ok(Line {
        number,
        current: number == photo.number,
        looked: number == looked,
        thumb: thumb(&studio.renditions, whose, picture, now).await?,
        file_name: String::new(),
        size: String::new(),
        pixels: pixels(picture),
        at: when::moment(at, now, &studio.zone),
        stage: (stage != Stage::Undefined).then(|| stage_word(stage)),
        fin: stage == Stage::Final,
        restored_from: None,
        kept: true,
        until: None,
    })
}
