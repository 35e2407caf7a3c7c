//! One item of an order as the page draws it: what was asked for and what it is now, side by side.

use super::words::{self, Word};
use crate::Studio;
use crate::picture::{Thumb, of_version};
use domain::comment::Comment;
use domain::ids::GalleryId;
use domain::order::{Line, LineState};
use domain::photo::{Photo, Stage};
use web::Failure;

/// Characters of a comment beside an item.
const QUOTE: usize = 80;

/// An item.
pub(crate) struct Item {
    /// From 1.
    pub(crate) place: usize,
    /// From 0, as addresses name it.
    pub(crate) index: usize,
    pub(crate) name: String,
    pub(crate) section: String,
    pub(crate) product: String,
    /// The version that was asked for; none: nothing is left of it.
    pub(crate) asked: Option<Figure>,
    /// What was shipped, or what would be; none: no Final yet.
    pub(crate) now: Option<Figure>,
    pub(crate) state: Word,
    pub(crate) detail: String,
    /// The first comment, and how many there are.
    pub(crate) talk: Option<(String, String)>,
    /// It waits, and can be taken out.
    pub(crate) pending: bool,
}

/// A picture with what stands under it.
pub(crate) struct Figure {
    pub(crate) thumb: Thumb,
    pub(crate) stage: Stage,
    pub(crate) version: u32,
}

impl Figure {
    /// The word of its state; none where nothing was said.
    pub(crate) fn stage_word(&self) -> Option<&'static str> {
        match self.stage {
            Stage::Undefined => None,
            Stage::Proof => Some("Proof"),
            Stage::Final => Some("Final"),
        }
    }
}

/// Draws one.
pub(super) async fn item(
    studio: &Studio,
    gallery: GalleryId,
    (index, line): (usize, &Line),
    photo: Option<&Photo>,
    comments: &[&Comment],
) -> Result<Item, Failure> {
    let now = studio.now();
    let right = version_at_right(line, photo);
    let (asked, shown) = tokio::try_join!(
        figure(studio, gallery, line, photo, Some(line.asked)),
        figure(studio, gallery, line, photo, right)
    )?;
    let (state, detail) = words::line(line, photo, now, &studio.zone);
    Ok(Item {
        place: index + 1,
        index,
        name: line.file_name.clone(),
        section: line.section.clone(),
        product: line.product_name.clone(),
        asked,
        now: shown,
        state,
        detail,
        talk: talk(comments),
        pending: line.state == LineState::Pending,
    })
}

/// The version at the right: what was shipped, else the Final, else what came since.
fn version_at_right(line: &Line, photo: Option<&Photo>) -> Option<u32> {
    match line.state {
        LineState::Shipped { version, .. } => Some(version),
        LineState::Cancelled { .. } => None,
        LineState::Pending => photo
            .filter(|photo| photo.stage == Stage::Final || photo.number > line.asked)
            .map(|photo| photo.number),
    }
}

async fn figure(
    studio: &Studio,
    gallery: GalleryId,
    line: &Line,
    photo: Option<&Photo>,
    version: Option<u32>,
) -> Result<Option<Figure>, Failure> {
    let Some(version) = version else {
        return Ok(None);
    };
    let drawn = of_version(studio, (gallery, &line.photo), photo, version).await?;
    Ok(drawn.map(|(thumb, stage)| Figure {
        thumb,
        stage,
        version,
    }))
}

fn talk(comments: &[&Comment]) -> Option<(String, String)> {
    let first = comments.iter().find(|one| !one.text.is_empty());
    let quote = first.map(|one| {
        let line: String = one.text.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.chars().count() > QUOTE {
            format!(
                "{}…",
                line.chars().take(QUOTE).collect::<String>().trim_end()
            )
        } else {
            line
        }
    });
    (!comments.is_empty()).then(|| {
        let count = web::words::count(comments.len(), "comment", "comments");
        (quote.unwrap_or_default(), count)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::gallery::Gallery;
    use domain::ids::{PhotoId, ProductId};
    use domain::order::Method;
    use domain::photo::{Shown, State, Version};
    use jiff::Timestamp;

    fn photo(number: u32, stage: Stage) -> Photo {
        let gallery = Gallery::new("M".into(), "m".into(), Timestamp::UNIX_EPOCH);
        Photo {
            id: PhotoId::of_key("a"),
            gallery: gallery.id,
            key: "a".into(),
            section: String::new(),
            file_name: "a.jpg".into(),
            version: Version {
                id: "1".into(),
                etag: String::new(),
                size: 1,
            },
            state: State::Processing,
            uploaded: Timestamp::UNIX_EPOCH,
            stage,
            shown: Shown::default(),
            number,
            fresh: false,
            refused: None,
        }
    }

    /// P44: proof and final stand side by side: shipped ones as they were shipped, pending ones as they would be.
    #[test]
    fn the_right_side_is_what_ships() {
        let mut line = Line {
            photo: PhotoId::of_key("a"),
            file_name: "a.jpg".into(),
            section: String::new(),
            product: ProductId::built_in(1),
            product_name: String::new(),
            asked: 1,
            price: 0,
            method: Method::AfterProcessing,
            kept_back: false,
            state: LineState::Pending,
        };
        let right =
            |line: &Line, number, stage| version_at_right(line, Some(&photo(number, stage)));
        assert_eq!(right(&line, 1, Stage::Proof), None);
        assert_eq!(right(&line, 1, Stage::Final), Some(1));
        assert_eq!(right(&line, 2, Stage::Proof), Some(2));
        line.state = LineState::Shipped {
            version: 2,
            delivery: 1,
            at: Timestamp::UNIX_EPOCH,
        };
        assert_eq!(right(&line, 5, Stage::Final), Some(2), "pinned");
        assert_eq!(version_at_right(&line, None), Some(2));
    }
}
