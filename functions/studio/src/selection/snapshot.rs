//! A choice as it was when it was confirmed, and how it differs from the one before and from now (S34).

use super::path;
use super::sheet::Frame;
use super::told::Told;
use crate::export::Names;
use crate::head::Head;
use crate::member::{Me, Named};
use crate::picture::of_version;
use crate::{Studio, when};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::export::Line;
use domain::gallery::Gallery;
use domain::ids::PhotoId;
use domain::photo::{Photo, Stage};
use domain::selection::{Difference, Picked, Snapshot, difference};
use futures::future::try_join_all;
use http::StatusCode;
use std::collections::HashMap;
use web::words::count;
use web::{Failure, Page, html};

#[derive(Template)]
#[template(path = "snapshot.html")]
struct SnapshotPage<'a> {
    page: Page<'a>,
    head: Head,
    gallery: &'a Gallery,
    client: String,
    number: u32,
    at: String,
    chosen: String,
    extra: u32,
    message: &'a str,
    frames: Vec<Frame>,
    /// What changed since the snapshot before, if there is one, and since then until now.
    differs: Vec<Differs>,
    names: Names,
}

/// One comparison.
struct Differs {
    heading: String,
    /// "Added", "Taken out", "Replaced since" with camera names.
    parts: Vec<(&'static str, Vec<String>)>,
}

/// `GET …/selection/{subject}/snapshots/{number}`.
pub(super) async fn page(
    State(studio): State<Studio>,
    me: Me,
    Named { gallery, .. }: Named,
    Path((_, key, number)): Path<(String, String, u32)>,
) -> Result<Response, Failure> {
    let (told, galleries) = tokio::try_join!(Told::read(&studio, &gallery), async {
        Ok(studio.table.galleries().await?)
    })?;
    let subject = told.named(&key).ok_or(Failure::NotFound)?;
    let all = studio.table.snapshots(gallery.id, &subject).await?;
    let at = all.iter().position(|one| one.number == number);
    let at = at.ok_or(Failure::NotFound)?;
    let snapshot = &all[at];
    let lines = told.lines_of(snapshot);
    let files: Vec<&str> = told
        .photos
        .iter()
        .map(|one| one.file_name.as_str())
        .collect();
    let base = path(gallery.id, &subject);
    let page = SnapshotPage {
        page: Page::new(&studio.name),
        head: Head::of(&studio, &me, &gallery, &galleries),
        client: told.clients.name(&subject),
        number,
        at: when::exact(snapshot.at, &studio.zone),
        chosen: count(snapshot.picked.len(), "photograph", "photographs"),
        extra: snapshot.extra,
        message: &snapshot.message,
        frames: frames(&studio, &told, snapshot, &lines).await?,
        differs: differs(&told, &all[..at], snapshot),
        names: Names::of(&lines, &files, base, format!("?snapshot={number}")),
        gallery: &gallery,
    };
    Ok(html(StatusCode::OK, &page))
}

fn picked(snapshot: &Snapshot) -> Vec<(PhotoId, u32)> {
    let picked = snapshot.picked.iter();
    picked.map(|one| (one.photo.clone(), one.version)).collect()
}

fn differs(told: &Told, earlier: &[Snapshot], snapshot: &Snapshot) -> Vec<Differs> {
    let then = picked(snapshot);
    let before = earlier.last();
    let mut names: HashMap<&PhotoId, &str> = told
        .photos
        .iter()
        .map(|photo| (&photo.id, photo.file_name.as_str()))
        .collect();
    for one in before
        .iter()
        .flat_map(|one| &one.picked)
        .chain(&snapshot.picked)
    {
        names.entry(&one.photo).or_insert(&one.file_name);
    }
    // a chosen photograph that is gone from the gallery is still chosen, in the version it had
    let versions: HashMap<&PhotoId, u32> = then.iter().map(|(id, n)| (id, *n)).collect();
    let mut now = told.now(&snapshot.subject);
    for (id, version) in now.iter_mut().filter(|(_, version)| *version == 0) {
        *version = versions.get(id).copied().unwrap_or_default();
    }
    let compared = |heading: String, difference: Difference| {
        let named = |ids: Vec<PhotoId>| -> Vec<String> {
            let name = |id: PhotoId| {
                names
                    .get(&id)
                    .map_or_else(|| id.to_string(), |it| (*it).to_owned())
            };
            let mut named: Vec<String> = ids.into_iter().map(name).collect();
            named.sort_by(|a, b| domain::file_name::natural_order(a, b));
            named
        };
        let parts = [
            ("Added", named(difference.added)),
            ("Taken out", named(difference.removed)),
            ("Replaced since", named(difference.replaced)),
        ];
        Differs {
            heading,
            parts: parts
                .into_iter()
                .filter(|(_, names)| !names.is_empty())
                .collect(),
        }
    };
    let since = before.map(|one| {
        let heading = format!("Since snapshot {}", one.number);
        compared(heading, difference(&picked(one), &then))
    });
    let until = compared("From then until now".into(), difference(&then, &now));
    since.into_iter().chain([until]).collect()
}

async fn frames(
    studio: &Studio,
    told: &Told,
    snapshot: &Snapshot,
    lines: &[Line],
) -> Result<Vec<Frame>, Failure> {
    let photos: HashMap<&PhotoId, &Photo> =
        told.photos.iter().map(|photo| (&photo.id, photo)).collect();
    let gallery = told.photos.first().map(|photo| photo.gallery);
    let one = async |(picked, line): (&Picked, &Line)| {
        let photo = photos.get(&picked.photo).copied();
        let drawn = match gallery {
            Some(gallery) => {
                of_version(studio, (gallery, &picked.photo), photo, picked.version).await?
            }
            None => None,
        };
        let stage = drawn.as_ref().map(|(_, stage)| *stage);
        let stage = match stage {
            Some(Stage::Proof) => Some("Proof"),
            Some(Stage::Final) => Some("Final"),
            Some(Stage::Undefined) | None => None,
        };
        let address = photo.map(|photo| {
            let (gallery, id) = (photo.gallery, &photo.id);
            format!("/studio/galleries/{gallery}/photos/{id}/comments")
        });
        let thumb = drawn.map(|(thumb, _)| thumb);
        Ok::<_, Failure>(Frame::of(line, thumb, stage, address.unwrap_or_default()))
    };
    try_join_all(snapshot.picked.iter().zip(lines).map(one)).await
}
