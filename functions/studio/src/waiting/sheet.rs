//! The page of files that wait: each with the photographs it may be, and an answer to choose.

use super::{REPLACES, Told};
use crate::Studio;
use crate::head::Head;
use crate::member::Me;
use crate::picture::{Thumb, thumb};
use crate::when;
use askama::Template;
use axum::response::Response;
use domain::gallery::Gallery;
use domain::ids::PhotoId;
use domain::photo::Photo;
use domain::replace::{Match, Named, match_name};
use http::StatusCode;
use table::Waiting;
use web::{Failure, Page, html, words};

/// Files asked about at once; the rest follows when they are answered.
const FILES: usize = 60;

#[derive(Template)]
#[template(path = "waiting.html")]
struct WaitingPage<'a> {
    page: Page<'a>,
    head: Head,
    gallery: &'a Gallery,
    files: Vec<File>,
    /// Files that wait behind those.
    more: usize,
    done: Option<String>,
    gone: Option<String>,
    lost: Option<String>,
}

/// A file that waits.
struct File {
    id: PhotoId,
    name: String,
    section: String,
    /// "24.3 MB, today 09:12".
    detail: String,
    question: String,
    candidates: Vec<Candidate>,
}

/// A photograph that it may be.
struct Candidate {
    /// The answer that it is.
    answer: String,
    thumb: Option<Thumb>,
    name: String,
    section: String,
    stage: Option<&'static str>,
    fin: bool,
}

/// Draws the page; 409 when not every answer could be taken.
pub(super) async fn show(
    studio: &Studio,
    me: &Me,
    gallery: &Gallery,
    told: &Told,
) -> Result<Response, Failure> {
    let table = &studio.table;
    let (waiting, photos, galleries) = tokio::try_join!(
        table.waiting(gallery.id),
        table.photos_of(gallery.id),
        table.galleries()
    )
    .map_err(Failure::fault)?;
    let mut files = Vec::new();
    for file in waiting.iter().take(FILES) {
        files.push(draw(studio, file, &photos).await?);
    }
    let page = WaitingPage {
        page: Page::new(&studio.name),
        head: Head::of(studio, me, gallery, &galleries),
        gallery,
        more: waiting.len() - files.len(),
        files,
        done: (told.done > 0).then(|| match told.done {
            1 => "One file is settled. It is read now, and on its photograph in a moment.".into(),
            n => format!("{n} files are settled. They are read now, and on their photographs in a moment."),
        }),
        gone: listed(&told.gone).map(|names| {
            format!("{names}: answered by somebody else meanwhile, or put again or deleted. Nothing was changed by you.")
        }),
        lost: listed(&told.lost)
            .map(|names| format!("{names}: the photograph you named is gone. Choose again.")),
    };
    let status = match told.gone.is_empty() && told.lost.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::CONFLICT,
    };
    Ok(html(status, &page))
}

fn listed(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| names.join(", "))
}

async fn draw(studio: &Studio, file: &Waiting, photos: &[Photo]) -> Result<File, Failure> {
    let now = studio.now();
    let mut candidates = Vec::new();
    for photo in candidates_of(file, photos) {
        let whose = (photo.gallery, &photo.id);
        let thumb = match photo.picture() {
            Some(picture) => thumb(&studio.renditions, whose, picture, now).await?,
            None => None,
        };
        let said = photo.stage != domain::photo::Stage::Undefined;
        candidates.push(Candidate {
            answer: format!("{REPLACES}{}", photo.id),
            thumb,
            name: photo.file_name.clone(),
            section: photo.section.clone(),
            stage: said.then(|| crate::photos::stage_word(photo.stage)),
            fin: photo.stage == domain::photo::Stage::Final,
        });
    }
    let size = words::bytes(file.version.size);
    let at = when::moment(file.uploaded, now, &studio.zone);
    Ok(File {
        id: file.id.clone(),
        name: file.file_name.clone(),
        section: file.section.clone(),
        detail: format!("{size}, {at}"),
        question: question(candidates.len()),
        candidates,
    })
}

fn question(candidates: usize) -> String {
    match candidates {
        0 => "No photograph has this name any more. Is it a new one?".into(),
        1 => "Does it replace this photograph?".into(),
        n => format!(
            "{} photographs may be meant. Which one does it replace?",
            capital(&words::small_number(n))
        ),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_uppercase());
    first.into_iter().flatten().chain(letters).collect()
}

/// The photographs it was found to be like, as far as they are there still; else those that its name means now: another
/// file of its batch may have become one.
fn candidates_of<'a>(file: &Waiting, photos: &'a [Photo]) -> Vec<&'a Photo> {
    let among = |ids: &[PhotoId]| -> Vec<&'a Photo> {
        let found = photos.iter().filter(|photo| ids.contains(&photo.id));
        found.collect()
    };
    let found = among(&file.candidates);
    if !found.is_empty() {
        return found;
    }
    let named: Vec<Named> = photos
        .iter()
        .map(|photo| Named {
            photo: photo.id.clone(),
            file_name: photo.file_name.clone(),
        })
        .collect();
    match match_name(&file.file_name, &named) {
        Match::None => Vec::new(),
        Match::One { photo, .. } => among(&[photo]),
        Match::Several(photos) => among(&photos),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::photos::tests::{photo, ready};
    use domain::photo::Version;
    use jiff::Timestamp;

    fn file(candidates: &[&Photo]) -> Waiting {
        Waiting {
            id: PhotoId::of_key("f/Finals/x.tif"),
            key: "f/Finals/x.tif".into(),
            version: Version {
                id: "1".into(),
                etag: String::new(),
                size: 1,
            },
            file_name: "x.tif".into(),
            section: "Finals".into(),
            candidates: candidates.iter().map(|photo| photo.id.clone()).collect(),
            uploaded: Timestamp::UNIX_EPOCH,
        }
    }

    /// 4.5: both candidates are offered; when they are gone, what the name means now.
    #[test]
    fn a_file_is_asked_about_with_the_photographs_it_may_be() {
        let named = |key: &str, name: &str| {
            let mut photo = photo(key, "1", ready());
            photo.file_name = name.into();
            photo
        };
        let (a, b) = (named("A/x", "x.jpg"), named("B/x", "X.jpg"));
        let photos = [a.clone(), b.clone(), named("C/y", "y.jpg")];
        assert_eq!(candidates_of(&file(&[&a, &b]), &photos), [&a, &b]);
        assert_eq!(candidates_of(&file(&[&b]), &photos), [&b]);
        assert_eq!(candidates_of(&file(&[]), &photos), [&a, &b]);
        assert_eq!(candidates_of(&file(&[&a]), &photos[2..]), [] as [&Photo; 0]);
        assert_eq!(
            question(2),
            "Two photographs may be meant. Which one does it replace?"
        );
    }
}
