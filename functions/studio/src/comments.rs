//! What is said of a photograph, as the studio reads it: every comment, those that were taken back too, each with the
//! version it was said of; and the studio's answers (S21, S33).

/// A thread as the studio's pages show it.
mod thread;

pub(crate) use thread::{READS, ThreadView, thread};

use crate::Studio;
use crate::head::Head;
use crate::member::{From, Me, Named};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use bucket::Renditions;
use domain::activity::What;
use domain::comment::{Author, BadComment, Comment, Drawing, words};
use domain::gallery::Gallery;
use domain::ids::{CommentId, GalleryId, PhotoId};
use domain::photo::{Photo, Picture};
use domain::team::Task;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use table::{PhotoVersion, Said};
use web::{Failure, Page, html};

/// Long edge in pixels of the picture beside its thread.
const EDGE: u32 = 1280;

/// The routes of threads.
pub(crate) fn routes() -> Router<Studio> {
    const ONE: &str = "/studio/galleries/{gallery}/photos/{photo}/comments";
    Router::new()
        .route(ONE, get(read).post(say))
        .route(&format!("{ONE}/{{comment}}/remove"), post(remove))
}

#[derive(Template)]
#[template(path = "comments.html")]
struct CommentsPage<'a> {
    page: Page<'a>,
    head: Head,
    gallery: &'a Gallery,
    photo: &'a Photo,
    picture: Option<LargePicture>,
    /// Its versions, the newest first; empty when there is one only.
    versions: Vec<Choice>,
    thread: ThreadView,
}

/// The version that is looked at.
pub(crate) struct LargePicture {
    pub(crate) url: String,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) average: String,
    /// Width by height.
    pub(crate) ratio: String,
}

/// A version that can be looked at.
struct Choice {
    number: u32,
    current: bool,
    shown: bool,
}

/// Which version is looked at, and which drawing lies over it where no script does it.
#[derive(Deserialize)]
pub(crate) struct Asked {
    version: Option<u32>,
    show: Option<String>,
}

/// What the form sends.
#[derive(Deserialize)]
pub(crate) struct Words {
    #[serde(default)]
    id: String,
    #[serde(default)]
    text: String,
    /// See [`Drawing`]; empty: none.
    #[serde(default)]
    drawing: String,
    /// The version it is about: the one that was looked at; none: the current one.
    version: Option<u32>,
    /// `selection`: come back to the page of all threads; `photo`: to the photograph's own.
    #[serde(default)]
    back: String,
}

/// The photograph that the path names, in the gallery that the path names.
pub(crate) async fn named(
    studio: &Studio,
    gallery: GalleryId,
    photo: &str,
) -> Result<Photo, Failure> {
    let id: PhotoId = photo.parse()?;
    let photos = studio.table.photos_of(gallery).await?;
    let mut photos = photos.into_iter().filter(|photo| photo.id == id);
    photos.next().ok_or(Failure::NotFound)
}

/// `GET …/photos/{photo}/comments`: the photograph with its thread; for scripts the thread.
pub(crate) async fn read(
    State(studio): State<Studio>,
    me: Me,
    named: Named,
    Path((_, photo)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let photo = self::named(&studio, named.gallery.id, &photo).await?;
    let answer = (&asked, web::wants_json(&headers), None);
    show(&studio, &me, &named.gallery, &photo, answer).await
}

/// What is asked for, whether by a script, and what is wrong with what was sent.
type Answer<'a> = (&'a Asked, bool, Option<(BadComment, String)>);

async fn show(
    studio: &Studio,
    me: &Me,
    gallery: &Gallery,
    photo: &Photo,
    (asked, json, problem): Answer<'_>,
) -> Result<Response, Failure> {
    let comments = studio.table.comments_of(gallery.id, &photo.id).await?;
    let thread = thread(studio, gallery, photo, &comments)
        .writable(me.may(Task::Arrange, studio.now()))
        .showing(asked.show.as_deref())
        .about(asked.version)
        .with(problem);
    if json {
        return Ok(Json(thread.json()).into_response());
    }
    let status = if thread.problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let (versions, galleries) = tokio::try_join!(
        studio.table.versions_of(gallery.id, &photo.id),
        studio.table.galleries()
    )
    .map_err(Failure::fault)?;
    let wanted = asked.version.unwrap_or(photo.number);
    let page = CommentsPage {
        page: Page::new(&studio.name),
        head: Head::of(studio, me, gallery, &galleries),
        gallery,
        photo,
        picture: picture(studio, photo, &versions, wanted).await?,
        versions: choices(photo, &versions, wanted),
        thread,
    };
    Ok(html(status, &page))
}

fn choices(photo: &Photo, versions: &[PhotoVersion], wanted: u32) -> Vec<Choice> {
    if versions.len() < 2 {
        return Vec::new();
    }
    let choice = |version: &PhotoVersion| Choice {
        number: version.number,
        current: version.number == photo.number,
        shown: version.number == wanted,
    };
    versions.iter().map(choice).collect()
}

/// The picture of a version, or the one that is current.
pub(crate) async fn picture(
    studio: &Studio,
    photo: &Photo,
    versions: &[PhotoVersion],
    wanted: u32,
) -> Result<Option<LargePicture>, Failure> {
    let earlier = versions.iter().find(|version| version.number == wanted);
    let picture: Option<&Picture> = earlier.map(|version| &version.picture);
    let Some(picture) = picture.or_else(|| photo.picture()) else {
        return Ok(None);
    };
    let Some((edge, width, height)) = picture.rendition(EDGE) else {
        return Ok(None);
    };
    let key = Renditions::key(photo.gallery, &photo.id, &picture.tag, edge);
    let url = studio.renditions.presign(&key, studio.now()).await;
    Ok(Some(LargePicture {
        url: url.map_err(Failure::fault)?,
        width,
        height,
        average: picture.average.clone(),
        ratio: format!("{:.4}", f64::from(width) / f64::from(height.max(1))),
    }))
}

/// `POST …/photos/{photo}/comments`: the studio answers, once under the form's id.
pub(crate) async fn say(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    named: Named,
    Path((_, photo)): Path<(String, String)>,
    headers: HeaderMap,
    Form(said): Form<Words>,
) -> Result<Response, Failure> {
    let (gallery, json) = (&named.gallery, web::wants_json(&headers));
    let photo = self::named(&studio, gallery.id, &photo).await?;
    let nothing = Asked {
        version: None,
        show: None,
    };
    let comment = match answer(&studio, &me, &photo, &said) {
        Ok(comment) => comment,
        Err(problem) if json => return Err(Failure::Unfit(problem.to_string())),
        Err(problem) => {
            let answer = (&nothing, false, Some((problem, said.text)));
            return show(&studio, &me, gallery, &photo, answer).await;
        }
    };
    let what = What::Commented {
        photo: photo.id.clone(),
        file_name: photo.file_name.clone(),
    };
    let event = studio.event(&me, &from, Some(gallery.id), what);
    if studio.table.say_and_log(&comment, Some(&event)).await? == Said::Taken {
        return Err(Failure::Reused);
    }
    if json {
        return show(&studio, &me, gallery, &photo, (&nothing, true, None)).await;
    }
    Ok(back(&photo, &said.back, comment.id))
}

/// The studio's comment as it will be kept.
fn answer(studio: &Studio, me: &Me, photo: &Photo, said: &Words) -> Result<Comment, BadComment> {
    let drawing = match said.drawing.as_str() {
        "" => None,
        text => Some(text.parse::<Drawing>()?),
    };
    let (now, current) = (studio.now(), photo.number);
    let seen = said.version.filter(|number| (1..=current).contains(number));
    Ok(Comment {
        id: said.id.parse().unwrap_or_else(|_| CommentId::new(now)),
        gallery: photo.gallery,
        photo: photo.id.clone(),
        version: seen.unwrap_or(current),
        author: Author::Member(me.0.member.email.clone()),
        name: studio.name.to_string(),
        text: words(&said.text, drawing.as_ref())?,
        drawing,
        at: now,
        removed: None,
    })
}

/// `POST …/comments/{comment}/remove`: clients read it no more; here it stays, marked.
pub(crate) async fn remove(
    State(studio): State<Studio>,
    me: Me,
    named: Named,
    Path((_, photo, comment)): Path<(String, String, String)>,
    headers: HeaderMap,
    Form(said): Form<Words>,
) -> Result<Response, Failure> {
    let (gallery, id) = (&named.gallery, comment.parse::<CommentId>()?);
    let photo = self::named(&studio, gallery.id, &photo).await?;
    let by = Author::Member(me.0.member.email.clone());
    let (table, now) = (&studio.table, studio.now());
    if !table.unsay(gallery.id, &photo.id, id, &by, now).await? {
        return Err(Failure::NotFound);
    }
    if web::wants_json(&headers) {
        let nothing = Asked {
            version: None,
            show: None,
        };
        return show(&studio, &me, gallery, &photo, (&nothing, true, None)).await;
    }
    Ok(back(&photo, &said.back, id))
}

/// The page the form stood on.
fn back(photo: &Photo, back: &str, comment: CommentId) -> Response {
    let (gallery, id) = (photo.gallery, &photo.id);
    let to = match back {
        "selection" => format!("/studio/galleries/{gallery}/selection#said-{id}"),
        "photo" => format!("/studio/galleries/{gallery}/photos/{id}#c-{comment}"),
        _ => format!("/studio/galleries/{gallery}/photos/{id}/comments#c-{comment}"),
    };
    Redirect::to(&to).into_response()
}
