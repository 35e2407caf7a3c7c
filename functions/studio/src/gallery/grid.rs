//! The photographs of a gallery's page: by chapter and by what is said of them (P30), what was rejected, what waits.

use super::View;
use crate::Studio;
use crate::photos::{FILTERS, Filter, Frame, count, fingerprint, frame};
use domain::file_name::natural_order;
use domain::gallery::{Counts, Section, sections};
use domain::photo::{Photo, State};
use futures::future::try_join_all;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use table::Waiting;
use web::Failure;

/// Photographs shown at first, and by each press of "more".
const STEP: usize = 60;
/// Names written out of photographs that are being prepared.
const NAMES: usize = 12;

/// The photographs.
pub(super) struct Grid<'a> {
    pub(super) fingerprint: String,
    pub(super) counts: Counts,
    pub(super) rejected: Vec<Rejected<'a>>,
    pub(super) pending: Vec<&'a Photo>,
    /// Files that wait until it is said which photograph they are.
    pub(super) waiting: usize,
    pub(super) chapter: Option<&'a str>,
    pub(super) filter: Option<Filter>,
    /// What is said of the photographs of this chapter, and how often.
    pub(super) states: Vec<StateChip>,
    /// Every section, of whichever state.
    pub(super) sections: Vec<&'a str>,
    /// More photographs of the same kind.
    pub(super) further: String,
    /// All chapters, of this state: where, and how many.
    pub(super) everywhere: String,
    pub(super) everything: usize,
    pub(super) chapters: Vec<Chapter<'a>>,
    pub(super) parts: Vec<Part<'a>>,
    pub(super) shown: usize,
    pub(super) more: usize,
}

impl Grid<'_> {
    /// Photographs being prepared whose names are not written out.
    pub(super) fn unnamed(&self) -> u64 {
        self.counts
            .processing
            .saturating_sub(self.pending.len() as u64)
    }
}

/// A photograph that could not be read.
pub(super) struct Rejected<'a> {
    pub(super) photo: &'a Photo,
    pub(super) reason: &'a str,
}

/// A chapter in the index.
pub(super) struct Chapter<'a> {
    pub(super) title: &'a str,
    pub(super) count: usize,
    pub(super) current: bool,
    pub(super) path: String,
}

/// A filter by what is said of photographs (P30).
pub(super) struct StateChip {
    pub(super) word: &'static str,
    pub(super) count: usize,
    pub(super) current: bool,
    pub(super) path: String,
}

/// A chapter, or the beginning of it, with its frames.
pub(super) struct Part<'a> {
    pub(super) title: &'a str,
    pub(super) count: usize,
    pub(super) truncated: usize,
    pub(super) frames: Vec<Frame>,
}

/// What the page shows of them.
pub(super) async fn grid<'a>(
    studio: &Studio,
    photos: &'a [Photo],
    waiting: &[Waiting],
    view: &View,
) -> Result<Grid<'a>, Failure> {
    let filter = view.state.as_deref().and_then(Filter::named);
    let ready = || photos.iter().filter(|photo| photo.picture().is_some());
    let whole = sections(ready());
    let kept = ready().filter(|photo| filter.is_none_or(|filter| filter.keeps(photo)));
    let all = sections(kept);
    let named = |section: &&Section<'a>| view.chapter.as_deref() == Some(section.title);
    let chapter = whole.iter().find(named).map(|section| section.title);
    let chosen: Vec<Section<'a>> = all
        .iter()
        .filter(|section| chapter.is_none_or(|title| title == section.title))
        .cloned()
        .collect();
    let total: usize = chosen.iter().map(|section| section.photos.len()).sum();
    let shown = total.min(view.show.unwrap_or(STEP).max(STEP));
    Ok(Grid {
        fingerprint: fingerprint(photos, waiting),
        counts: count(photos),
        rejected: rejected(photos),
        pending: pending(photos),
        waiting: waiting.len(),
        chapter,
        filter,
        states: states(&whole, chapter, filter),
        sections: whole.iter().map(|section| section.title).collect(),
        further: path(chapter, filter, Some(shown + STEP)),
        everywhere: path(None, filter, None),
        everything: all.iter().map(|section| section.photos.len()).sum(),
        chapters: chapters(&whole, &all, chapter, filter),
        parts: parts(studio, &chosen, shown).await?,
        shown,
        more: total - shown,
    })
}

/// The index of chapters: all, then each, with how many the filter leaves of it.
fn chapters<'a>(
    whole: &[Section<'a>],
    kept: &[Section<'a>],
    chapter: Option<&str>,
    filter: Option<Filter>,
) -> Vec<Chapter<'a>> {
    let left = |title: &str| {
        let of = kept.iter().find(|section| section.title == title);
        of.map_or(0, |section| section.photos.len())
    };
    let one = |section: &Section<'a>| Chapter {
        title: section.title,
        count: left(section.title),
        current: chapter == Some(section.title),
        path: path(Some(section.title), filter, None),
    };
    whole.iter().map(one).collect()
}

/// A chip for each state that there is in this chapter, and for the one that is looked at (P30).
fn states(whole: &[Section<'_>], chapter: Option<&str>, current: Option<Filter>) -> Vec<StateChip> {
    let here = || {
        whole
            .iter()
            .filter(|section| chapter.is_none_or(|title| title == section.title))
            .flat_map(|section| &section.photos)
    };
    let mut chips = vec![StateChip {
        word: "All",
        count: here().count(),
        current: current.is_none(),
        path: path(chapter, None, None),
    }];
    chips.extend(FILTERS.into_iter().map(|(filter, _, word)| StateChip {
        word,
        count: here().filter(|photo| filter.keeps(photo)).count(),
        current: current == Some(filter),
        path: path(chapter, Some(filter), None),
    }));
    chips.retain(|chip| chip.count > 0 || chip.current);
    chips
}

/// The address of this page with only these photographs.
fn path(chapter: Option<&str>, filter: Option<Filter>, show: Option<usize>) -> String {
    let chapter = chapter.map(|title| {
        let title = utf8_percent_encode(title, NON_ALPHANUMERIC);
        format!("chapter={title}")
    });
    let filter = filter.map(|filter| format!("state={}", filter.name()));
    let show = show.map(|show| format!("show={show}"));
    let parts: Vec<String> = [chapter, filter, show].into_iter().flatten().collect();
    format!("?{}", parts.join("&"))
}

/// The first photographs of the chapters, `shown` in all, as frames.
async fn parts<'a>(
    studio: &Studio,
    chosen: &[Section<'a>],
    shown: usize,
) -> Result<Vec<Part<'a>>, Failure> {
    let (mut parts, mut left, now) = (Vec::new(), shown, studio.now());
    for section in chosen {
        if left == 0 {
            break;
        }
        let photos = &section.photos[..left.min(section.photos.len())];
        left -= photos.len();
        let frames = photos
            .iter()
            .map(|photo| frame(&studio.renditions, photo, now));
        let ends_early = |photo: &&&Photo| photo.picture().is_some_and(|picture| picture.truncated);
        parts.push(Part {
            title: section.title,
            count: section.photos.len(),
            truncated: section.photos.iter().filter(ends_early).count(),
            frames: try_join_all(frames).await?.into_iter().flatten().collect(),
        });
    }
    Ok(parts)
}

fn rejected(photos: &[Photo]) -> Vec<Rejected<'_>> {
    let mut rejected: Vec<_> = photos
        .iter()
        .filter_map(|photo| match &photo.state {
            State::Rejected { reason, .. } => Some(Rejected { photo, reason }),
            State::Processing | State::Ready(_) => None,
        })
        .collect();
    rejected.sort_by(|a, b| natural_order(&a.photo.file_name, &b.photo.file_name));
    rejected
}

fn pending(photos: &[Photo]) -> Vec<&Photo> {
    let mut pending: Vec<_> = photos
        .iter()
        .filter(|photo| photo.state == State::Processing)
        .collect();
    pending.sort_by(|a, b| natural_order(&a.file_name, &b.file_name));
    pending.truncate(NAMES);
    pending
}
