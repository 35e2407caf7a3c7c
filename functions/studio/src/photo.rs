//! One photograph: what it is called and where it stands, its versions, bringing one of them back (P26, P28).

/// What the page shows.
mod sheet;

use crate::Studio;
use crate::comments::named;
use crate::member::{From, Me, Named};
use crate::orders::ship_by_itself;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use domain::activity::What;
use domain::gallery::Gallery;
use domain::photo::{Photo, Stage};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use sheet::show;
use table::{PhotoVersion, Restored};
use web::Failure;

/// So long the bucket keeps a file after another took its place (the template's lifecycle rule), and a day less.
const KEPT: SignedDuration = SignedDuration::from_hours(399 * 24);

/// The routes of one photograph; those of its thread are [`crate::comments`]'s.
pub(crate) fn routes() -> Router<Studio> {
    const ONE: &str = "/studio/galleries/{gallery}/photos/{photo}";
    Router::new()
        .route(ONE, get(page))
        .route(&format!("{ONE}/restore"), post(restore))
}

/// Which version is looked at, which drawing lies over it, and what was done just now.
#[derive(Deserialize, Default)]
pub(crate) struct Asked {
    version: Option<u32>,
    show: Option<String>,
    done: Option<String>,
}

/// What is told above the page.
enum Notice {
    /// It was done.
    Done(&'static str),
    /// It was not, and why.
    Not(&'static str),
}

impl Notice {
    fn of(done: &str) -> Option<Self> {
        Some(Self::Done(match done {
            "restored" => {
                "It is the version clients see from their next click on. What was shipped stays as it was."
            }
            "replaced" => "Replaced. What was chosen, said and ordered of it stays.",
            "arrived" => {
                "The file has arrived. If it is the same as the one that is here, nothing changes."
            }
            _ => return None,
        }))
    }
}

/// Until when a version's file is kept: without end while it is what lies under its key, else so long after another took
/// its place there. A version that was brought back is shown of the file it was before, so its end stays.
fn kept_until(versions: &[PhotoVersion], version: &PhotoVersion) -> Option<Timestamp> {
    let later = versions.iter().filter(|one| {
        one.key == version.key
            && one.version.id != version.version.id
            && one.uploaded > version.uploaded
    });
    let over = later.map(|one| one.uploaded).min();
    over.map(|over| over + KEPT)
}

/// `GET …/photos/{photo}`.
pub(crate) async fn page(
    State(studio): State<Studio>,
    me: Me,
    Named { gallery, .. }: Named,
    Path((_, photo)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let notice = asked.done.as_deref().and_then(Notice::of);
    let answer = (StatusCode::OK, notice);
    show(&studio, &me, &gallery, &photo, &asked, answer).await
}

/// Which version is wanted, and which was current when the form was shown.
#[derive(Deserialize)]
pub(crate) struct Back {
    number: u32,
    seen: u32,
}

/// `POST …/photos/{photo}/restore`: makes an earlier version the current one, under a new number; the page anew when
/// another one took its place meanwhile.
pub(crate) async fn restore(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Named { gallery, .. }: Named,
    Path((_, id)): Path<(String, String)>,
    Form(back): Form<Back>,
) -> Result<Response, Failure> {
    let photo = named(&studio, gallery.id, &id).await?;
    let not = match bring(&studio, &gallery, &photo, &back).await? {
        Ok(stage) => {
            let change = format!("restored version {}", back.number);
            studio
                .log(&me, &from, Some(gallery.id), replaced(&photo, change))
                .await?;
            if stage == Stage::Final {
                // what waited for exactly this may go now (P48)
                ship_by_itself(&studio, &me, &from, &gallery).await?;
            }
            let path = format!("/studio/galleries/{}/photos/{id}?done=restored", gallery.id);
            return Ok(Redirect::to(&path).into_response());
        }
        Err(not) => not,
    };
    let answer = (StatusCode::CONFLICT, Some(Notice::Not(not)));
    show(&studio, &me, &gallery, &id, &Asked::default(), answer).await
}

/// The state it has now, or why it was not brought back.
async fn bring(
    studio: &Studio,
    gallery: &Gallery,
    photo: &Photo,
    back: &Back,
) -> Result<Result<Stage, &'static str>, Failure> {
    const STALE: &str =
        "Another version took its place since this page was shown. These are its versions now.";
    const LOST: &str = "That version’s file is not kept any more. These are its versions now.";
    let (table, now) = (&studio.table, studio.now());
    if back.number == back.seen && photo.number == back.seen {
        return Ok(Err("That version is the one clients see already."));
    }
    let versions = table.versions_of(gallery.id, &photo.id).await?;
    let version = versions.iter().find(|one| one.number == back.number);
    let kept = |one: &&PhotoVersion| kept_until(&versions, one).is_none_or(|end| now < end);
    let Some(version) = version.filter(kept) else {
        return Ok(Err(LOST));
    };
    let restored = table.restore(gallery.id, &photo.id, back.number, back.seen, now);
    Ok(match restored.await? {
        Restored::Done(_) => Ok(version.stage),
        Restored::Stale => Err(STALE),
        Restored::NoVersion | Restored::NoFile => Err(LOST),
        Restored::Gone => return Err(Failure::NotFound),
    })
}

/// As the activity says it.
pub(crate) fn replaced(photo: &Photo, change: String) -> What {
    What::Replaced {
        photo: photo.id.clone(),
        file_name: photo.file_name.clone(),
        change,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::photos::tests::ready;
    use domain::ids::PhotoId;
    use domain::photo::{State, Version};

    fn version(number: u32, key: &str, id: &str, uploaded: &str) -> PhotoVersion {
        let State::Ready(picture) = ready() else {
            unreachable!("it is ready");
        };
        PhotoVersion {
            photo: PhotoId::of_key("a"),
            number,
            key: key.into(),
            file_name: String::new(),
            version: Version {
                id: id.into(),
                etag: String::new(),
                size: 1,
            },
            picture,
            uploaded: uploaded.parse().unwrap(),
            stage: Stage::default(),
            restored_from: None,
            at: uploaded.parse().unwrap(),
            over: false,
        }
    }

    /// P26, 4.5: a file that another was put over is kept for a year and a month, also when its version is shown again; one
    /// that lies under a key of its own is kept while it lies there.
    #[test]
    fn a_replaced_file_is_kept_for_399_days() {
        let (june, july) = ("2026-06-01T10:00:00Z", "2026-07-01T10:00:00Z");
        let proof = version(1, "f/a.jpg", "one", june);
        let over = version(2, "f/a.jpg", "two", july);
        let back = version(3, "f/a.jpg", "one", june);
        let beside = version(4, "f/a.tif", "three", july);
        let all = [beside.clone(), back.clone(), over.clone(), proof.clone()];
        let end = Some(july.parse::<Timestamp>().unwrap() + KEPT);
        assert_eq!(kept_until(&all, &proof), end);
        assert_eq!(kept_until(&all, &back), end);
        assert_eq!(kept_until(&all, &over), None);
        assert_eq!(kept_until(&all, &beside), None);
        assert_eq!(kept_until(&all[3..], &proof), None);
    }
}
