//! Files that wait until the photographer says which photograph they are (4.5): never guessed, never lost.

/// What the page shows.
mod sheet;

use crate::Studio;
use crate::member::{From, Me, Named};
use crate::photo::replaced;
use axum::Router;
use axum::extract::{Query, RawForm, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use domain::gallery::Gallery;
use domain::ids::PhotoId;
use domain::photo::Photo;
use serde::Deserialize;
use sheet::show;
use table::{Choice, ResolvedWaiting, Waiting};
use web::Failure;

/// Before the id of the photograph that a file replaces.
const REPLACES: &str = "replaces-";

/// The routes of files that wait.
pub(crate) fn routes() -> Router<Studio> {
    let path = "/studio/galleries/{gallery}/waiting";
    Router::new().route(path, get(page).post(answer))
}

#[derive(Deserialize)]
pub(crate) struct View {
    /// How many were answered just now.
    done: Option<usize>,
}

/// What became of a form of answers.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    /// So many are settled.
    done: usize,
    /// Somebody else answered of these meanwhile, or they were put again or deleted.
    gone: Vec<String>,
    /// The photograph that these should replace is gone.
    lost: Vec<String>,
}

/// `GET …/waiting`: every file that waits, with the photographs it may be.
pub(crate) async fn page(
    State(studio): State<Studio>,
    me: Me,
    Named { gallery, .. }: Named,
    Query(view): Query<View>,
) -> Result<Response, Failure> {
    let told = Told {
        done: view.done.unwrap_or_default(),
        ..Told::default()
    };
    show(&studio, &me, &gallery, &told).await
}

/// The answers of a form, by the file's id: what is left open is not among them.
fn answers(body: &[u8]) -> Result<Vec<(PhotoId, String, Choice)>, Failure> {
    let mut answers: Vec<(PhotoId, String, Choice)> = Vec::new();
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(body).into_owned().collect();
    for (name, value) in &fields {
        let Some(id) = name.strip_prefix("is-") else {
            continue;
        };
        let choice = match value.as_str() {
            "later" => continue,
            "new" => Choice::New,
            "leave" => Choice::Leave,
            other => {
                let photo = other.strip_prefix(REPLACES).ok_or(Failure::NotFound)?;
                Choice::Replace(photo.parse()?)
            }
        };
        let called = format!("name-{id}");
        let called = fields.iter().find(|(name, _)| *name == called);
        let called = called.map_or_else(|| "A file".to_owned(), |(_, name)| name.clone());
        answers.push((id.parse()?, called, choice));
    }
    Ok(answers)
}

/// `POST …/waiting`: remembers each answer, once, and lets S3 say the file again, so that it takes the ordinary way.
pub(crate) async fn answer(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Named { gallery, .. }: Named,
    RawForm(body): RawForm,
) -> Result<Response, Failure> {
    let answers = answers(&body)?;
    let (photos, waiting) = tokio::try_join!(
        studio.table.photos_of(gallery.id),
        studio.table.waiting(gallery.id)
    )
    .map_err(Failure::fault)?;
    let mut told = Told::default();
    for (id, called, choice) in answers {
        let table = &studio.table;
        match table.resolve_waiting(gallery.id, &id, &choice).await? {
            ResolvedWaiting::Gone => told.gone.push(called),
            ResolvedWaiting::NoPhoto => told.lost.push(called),
            ResolvedWaiting::Done { key } => {
                told.done += 1;
                let again = studio.originals.say_again(&key, studio.now());
                if again.await.is_err() {
                    // the sweep says it again
                    tracing::warn!(gallery = %gallery.id, file = %id, "a file that waited was not said again");
                }
                let file = waiting.iter().find(|file| file.id == id);
                let what = what(&photos, file, (&id, &called), &choice);
                studio.log(&me, &from, Some(gallery.id), what).await?;
            }
        }
    }
    if told.gone.is_empty() && told.lost.is_empty() {
        return Ok(back(&gallery, told.done));
    }
    show(&studio, &me, &gallery, &told).await
}

/// As the activity says it.
fn what(
    photos: &[Photo],
    file: Option<&Waiting>,
    (id, called): (&PhotoId, &str),
    choice: &Choice,
) -> domain::activity::What {
    let name = file.map_or(called, |file| &file.file_name);
    let named = |photo: PhotoId, change: String| domain::activity::What::Replaced {
        photo,
        file_name: name.to_owned(),
        change,
    };
    match choice {
        Choice::New => named(id.clone(), "said to be a new photograph".into()),
        Choice::Leave => named(id.clone(), "left out".into()),
        Choice::Replace(photo) => {
            let found = photos.iter().find(|one| one.id == *photo);
            let change = format!("said to be replaced by {name}");
            found.map_or_else(
                || named(photo.clone(), change.clone()),
                |found| replaced(found, change.clone()),
            )
        }
    }
}

fn back(gallery: &Gallery, done: usize) -> Response {
    let path = format!("/studio/galleries/{}/waiting?done={done}", gallery.id);
    Redirect::to(&path).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 4.5: what is answered is read by its file; what is left open is nothing, and what is no answer is refused.
    #[test]
    fn answers_are_read_by_their_file() {
        let (a, b, c) = (
            PhotoId::of_key("a"),
            PhotoId::of_key("b"),
            PhotoId::of_key("c"),
        );
        let body = format!("is-{a}=replaces-{c}&name-{a}=x.jpg&is-{b}=later&is-{c}=leave&other=1");
        let read = answers(body.as_bytes()).unwrap();
        let wanted = [
            (a.clone(), "x.jpg".to_owned(), Choice::Replace(c.clone())),
            (c.clone(), "A file".to_owned(), Choice::Leave),
        ];
        assert_eq!(read, wanted);
        let new = answers(format!("is-{a}=new").as_bytes()).unwrap();
        assert_eq!(new[0].2, Choice::New);
        assert_eq!(
            answers(format!("is-{a}=perhaps").as_bytes()),
            Err(Failure::NotFound)
        );
        assert!(answers(b"is-x=new").is_err());
    }
}
