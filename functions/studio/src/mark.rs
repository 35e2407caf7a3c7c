//! The studio's mark across proofs (P21): its name or its logo, where, how large, how strong; tried on a sample picture
//! by the code that draws it.

use crate::Studio;
use crate::member::{From, Me};
use askama::Template;
use axum::extract::{DefaultBodyLimit, Multipart, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use domain::activity::What;
use domain::mark::{LogoId, NAME, OPACITIES, Place, SIZES, Setting};
use http::{HeaderValue, StatusCode, header};
use imaging::{Limits, Logo, LogoRejection, Mark, render};
use mark::Marks;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use std::ops::RangeInclusive;
use web::{Failure, Page, html};

/// What previews are drawn on: light above, dark below, fine detail between.
const SAMPLE: &[u8] = include_bytes!("../sample.jpg");
/// Bytes of a form with a logo: the largest logo that is read, and some for the rest.
const MOST: usize = 4_100_000;

/// Every place with what a form calls it.
const PLACES: [(Place, &str); 6] = [
    (Place::Tiled, "In rows over the whole picture"),
    (Place::Centre, "Once, in the middle"),
    (Place::TopLeft, "Top left"),
    (Place::TopRight, "Top right"),
    (Place::BottomLeft, "Bottom left"),
    (Place::BottomRight, "Bottom right"),
];

/// The routes of this module, each declared in [`crate::ROUTES`].
pub(crate) fn routes() -> Router<Studio> {
    let logo = post(upload).layer(DefaultBodyLimit::max(MOST));
    Router::new()
        .route("/studio/mark", get(page).post(save))
        .route("/studio/mark/logo", logo)
        .route("/studio/mark/preview", get(preview))
}

#[derive(Template)]
#[template(path = "mark.html")]
struct MarkPage<'a> {
    page: Page<'a>,
    form: &'a Typed,
    /// There is a logo to choose.
    logo: bool,
    problem: Option<Problem>,
    notice: Option<&'static str>,
    /// What the form says is not what is saved.
    unsaved: bool,
    /// The form as a query, for the picture.
    query: String,
    places: &'static [(Place, &'static str)],
    sizes: RangeInclusive<u8>,
    opacities: RangeInclusive<u8>,
}

impl MarkPage<'_> {
    fn wrong(&self, field: &str) -> Option<&str> {
        let problem = self.problem.as_ref();
        let problem = problem.filter(|problem| problem.field == field);
        problem.map(|problem| problem.text.as_str())
    }
}

/// What is wrong with a form, and at which field.
struct Problem {
    field: &'static str,
    text: String,
}

impl Problem {
    fn of(field: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { field, text }
    }
}

/// The form as it was sent, or as it is sent to be tried.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    figure: String,
    name: String,
    place: String,
    size: String,
    opacity: String,
    revision: u64,
    /// What was done, as the page says it after a redirect.
    done: Option<String>,
}

impl Typed {
    fn of(setting: &Setting) -> Self {
        Self {
            figure: if setting.by_logo { "logo" } else { "name" }.into(),
            name: setting.name.clone(),
            place: setting.place.code().into(),
            size: setting.size.to_string(),
            opacity: setting.opacity.to_string(),
            revision: setting.revision,
            done: None,
        }
    }

    /// The setting it makes of the one that is known; its logo stays.
    fn read(&self, known: &Setting) -> Result<Setting, Problem> {
        let by_logo = self.figure == "logo";
        if by_logo && known.logo.is_none() {
            return Err(Problem::of("logo", "Upload your logo first."));
        }
        let name: String = self.name.chars().filter(|c| !c.is_control()).collect();
        let name: String = name.trim().chars().take(NAME).collect();
        if !by_logo && Mark::new(&name).is_none() {
            let text = "Write it in Latin, Greek or Cyrillic letters: others cannot be drawn. A logo can be anything.";
            return Err(Problem::of("name", text));
        }
        let place = Place::of(&self.place);
        Ok(Setting {
            // a name that was emptied while the logo is used stays what it was
            name: if name.is_empty() {
                known.name.clone()
            } else {
                name
            },
            logo: known.logo.clone(),
            by_logo,
            place: place.ok_or_else(|| Problem::of("place", "Choose where it stands."))?,
            size: percent("size", &self.size, &SIZES)?,
            opacity: percent("opacity", &self.opacity, &OPACITIES)?,
            revision: self.revision,
        })
    }

    fn query(&self) -> String {
        let fields = [
            ("figure", &self.figure),
            ("name", &self.name),
            ("place", &self.place),
            ("size", &self.size),
            ("opacity", &self.opacity),
        ];
        let fields = fields
            .map(|(key, value)| format!("{key}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)));
        fields.join("&")
    }
}

fn percent(field: &'static str, typed: &str, range: &RangeInclusive<u8>) -> Result<u8, Problem> {
    let typed = typed.trim().trim_end_matches('%').trim_end();
    let number = typed.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| {
        let (least, most) = (range.start(), range.end());
        Problem::of(field, format!("Type a number from {least} to {most}."))
    })
}

/// What is saved, or what a studio has that has saved nothing.
async fn known(studio: &Studio) -> Result<Setting, Failure> {
    let saved = studio.table.studio_mark().await?;
    Ok(saved.unwrap_or_else(|| Setting::usual(&studio.name)))
}

/// `GET /studio/mark`: what is saved; or, with a form's fields, what that would be, to be looked at before it is saved.
async fn page(
    State(studio): State<Studio>,
    Query(tried): Query<Typed>,
) -> Result<Response, Failure> {
    let saved = known(&studio).await?;
    let notice = match tried.done.as_deref() {
        Some("saved") => Some("Saved. Photographs uploaded from now on are marked so."),
        Some("logo") => {
            Some("Your logo is here and used. Photographs uploaded from now on bear it.")
        }
        _ => None,
    };
    if tried.figure.is_empty() {
        return Ok(show(&studio, &saved, &Typed::of(&saved), None, notice));
    }
    let problem = tried.read(&saved).err();
    Ok(show(&studio, &saved, &tried, problem, None))
}

fn show(
    studio: &Studio,
    saved: &Setting,
    form: &Typed,
    problem: Option<Problem>,
    notice: Option<&'static str>,
) -> Response {
    let status = problem
        .as_ref()
        .map_or(StatusCode::OK, |_| StatusCode::UNPROCESSABLE_ENTITY);
    let drawn = form.read(saved).is_ok();
    let query = if drawn {
        form.query()
    } else {
        Typed::of(saved).query()
    };
    let page = MarkPage {
        page: Page::new(&studio.name),
        logo: saved.logo.is_some(),
        unsaved: drawn && query != Typed::of(saved).query(),
        form,
        problem,
        notice,
        query,
        places: &PLACES,
        sizes: SIZES,
        opacities: OPACITIES,
    };
    html(status, &page)
}

/// `POST /studio/mark`: what somebody else changed meanwhile is not overwritten.
async fn save(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Form(form): Form<Typed>,
) -> Result<Response, Failure> {
    let saved = known(&studio).await?;
    match form.read(&saved) {
        Ok(setting) => {
            let figure = if setting.by_logo { "logo" } else { "name" };
            let place = setting.place.code();
            let (size, opacity) = (setting.size, setting.opacity);
            let changes =
                format!("mark across proofs: {figure}, {place}, {size} %, {opacity} % strong");
            keep(&studio, &me, &from, &setting, changes).await?;
            Ok(Redirect::to("/studio/mark?done=saved").into_response())
        }
        Err(problem) => Ok(show(&studio, &saved, &form, Some(problem), None)),
    }
}

async fn keep(
    studio: &Studio,
    me: &Me,
    from: &From,
    setting: &Setting,
    changes: String,
) -> Result<(), Failure> {
    if !studio.table.save_studio_mark(setting).await? {
        return Err(Failure::Conflict(
            "Somebody changed the mark a moment ago. Look at it again and change it there.".into(),
        ));
    }
    studio
        .log(me, from, None, What::SettingsSaved { changes })
        .await
}

/// `POST /studio/mark/logo`: reads it, stores what is drawn of it, and uses it. What cannot be read is refused in words.
async fn upload(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    parts: Multipart,
) -> Result<Response, Failure> {
    let saved = known(&studio).await?;
    let (file, revision) = match received(parts).await {
        Ok(received) => received,
        Err(problem) => {
            return Ok(show(
                &studio,
                &saved,
                &Typed::of(&saved),
                Some(problem),
                None,
            ));
        }
    };
    let read = tokio::task::spawn_blocking(move || Logo::read(&file).map(|logo| logo.png()));
    let png = match read.await.map_err(Failure::fault)? {
        Ok(png) => png,
        Err(refused) => {
            tracing::info!(code = refused.code(), "Refused a logo");
            let problem = Problem::of("logo", refused.to_string());
            return Ok(show(
                &studio,
                &saved,
                &Typed::of(&saved),
                Some(problem),
                None,
            ));
        }
    };
    let id = LogoId::of(&png);
    // stored before it is named: what the table names is there
    let stored = studio.renditions.put_logo(&id, png).await;
    stored.map_err(Failure::fault)?;
    let setting = Setting {
        logo: Some(id),
        by_logo: true,
        revision,
        ..saved
    };
    let changes = "mark across proofs: another logo".to_owned();
    keep(&studio, &me, &from, &setting, changes).await?;
    Ok(Redirect::to("/studio/mark?done=logo").into_response())
}

/// The file and the revision that the form saw.
async fn received(mut parts: Multipart) -> Result<(Vec<u8>, u64), Problem> {
    let broken = |_| {
        Problem::of(
            "logo",
            LogoRejection::TooManyBytes { max: 4_000_000 }.to_string(),
        )
    };
    let (mut file, mut revision) = (Vec::new(), 0);
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        match part.name() {
            Some("logo") => file = part.bytes().await.map_err(broken)?.to_vec(),
            Some("revision") => {
                let typed = part.text().await.map_err(broken)?;
                revision = typed.parse().unwrap_or_default();
            }
            _ => {}
        }
    }
    Ok((file, revision))
}

/// `GET /studio/mark/preview`: the sample picture as a proof would be, by the fields of the form; a JPEG.
async fn preview(
    State(studio): State<Studio>,
    Query(tried): Query<Typed>,
) -> Result<Response, Failure> {
    let saved = known(&studio).await?;
    let look = tried.read(&saved).unwrap_or(saved).look();
    let mark = Marks::new(studio.renditions.clone()).of(&look).await;
    let mark = mark.map_err(Failure::fault)?;
    let work = move || render(SAMPLE, &Limits::default(), mark.as_ref());
    let rendered = tokio::task::spawn_blocking(work).await;
    let rendered = rendered.map_err(Failure::fault)?.map_err(Failure::fault)?;
    let largest = rendered.renditions.into_iter().next();
    let jpeg = largest.map(|largest| largest.marked.unwrap_or(largest.jpeg));
    let kind = HeaderValue::from_static("image/jpeg");
    Ok(([(header::CONTENT_TYPE, kind)], jpeg.unwrap_or_default()).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(change: impl Fn(&mut Typed)) -> Typed {
        let mut typed = Typed::of(&Setting::usual("Hedda Lind"));
        change(&mut typed);
        typed
    }

    /// P21: what a form says is what is saved; what cannot be drawn is refused at its field.
    #[test]
    fn a_form_is_read_or_refused_at_its_field() {
        let saved = Setting::usual("Hedda Lind");
        let read = |change: fn(&mut Typed)| typed(change).read(&saved);
        assert!(read(|_| {}).is_ok_and(|setting| setting == saved));
        let corner = read(|form| {
            (form.place, form.size, form.opacity) =
                ("bottom-right".into(), "20 %".into(), " 60".into());
        });
        let corner = corner.ok().unwrap();
        assert_eq!(
            (corner.place, corner.size, corner.opacity),
            (Place::BottomRight, 20, 60)
        );
        type Change = fn(&mut Typed);
        let cases: [(&str, Change); 7] = [
            ("logo", |form| form.figure = "logo".into()),
            ("name", |form| form.name = "写真館".into()),
            ("name", |form| form.name = " ".into()),
            ("place", |form| form.place = "above".into()),
            ("size", |form| form.size = "4".into()),
            ("size", |form| form.size = "101".into()),
            ("opacity", |form| form.opacity = "none".into()),
        ];
        for (field, change) in cases {
            let problem = read(change).err().unwrap();
            assert_eq!(problem.field, field, "{}", problem.text);
        }
    }

    /// The logo that was uploaded stays while the name is used, and the other way round.
    #[test]
    fn what_is_not_used_is_kept() {
        let logo = Some(LogoId::of(b"logo"));
        let saved = Setting {
            logo: logo.clone(),
            ..Setting::usual("Hedda Lind")
        };
        let by_name = typed(|_| {}).read(&saved).ok().unwrap();
        assert_eq!((by_name.logo, by_name.by_logo), (logo, false));
        let by_logo = typed(|form| (form.figure, form.name) = ("logo".into(), String::new()));
        let by_logo = by_logo.read(&saved).ok().unwrap();
        assert_eq!(
            (by_logo.name.as_str(), by_logo.by_logo),
            ("Hedda Lind", true)
        );
    }

    /// The sample is a photograph as any other: it is rendered, and the mark is seen on it.
    #[test]
    fn the_sample_shows_a_mark() {
        let mark = Mark::new("Hedda Lind");
        let rendered = render(SAMPLE, &Limits::default(), mark.as_ref()).unwrap();
        let first = &rendered.renditions[0];
        assert_eq!((first.width, first.height), (1_280, 853));
        assert_ne!(first.marked.as_ref(), Some(&first.jpeg));
    }
}
