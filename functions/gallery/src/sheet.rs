//! A gallery in the order and the words of its pages: numbered frames in chapters, with the addresses of their pictures.

use crate::Gallery;
use crate::visitor::Visitor;
use bucket::Renditions;
use domain::access::Action;
use domain::gallery::sorted;
use domain::photo::{Photo, Picture, Stage};
use domain::rendition::{Rendition, shown};
use jiff::{Timestamp, civil};
use web::{Failure, words};

/// Everything this visitor may see, in the studio's order.
pub struct Sheet<'a> {
    /// At least one photograph each.
    pub chapters: Vec<Chapter<'a>>,
}

/// A chapter and its photographs.
pub struct Chapter<'a> {
    /// Empty for photographs that stand in no chapter.
    pub title: &'a str,
    /// The number of its first photograph, counted from 1 through the whole gallery.
    pub first: usize,
    /// In order.
    pub photos: Vec<&'a Photo>,
}

/// One photograph in its place.
#[derive(Clone, Copy)]
pub struct Placed<'a> {
    /// Counted from 1 through the whole gallery.
    pub number: usize,
    /// The chapter's title; may be empty.
    pub chapter: &'a str,
    /// The row.
    pub photo: &'a Photo,
    /// Its picture: what is placed is visible.
    pub picture: &'a Picture,
}

/// A photograph's state as clients read it (P50).
#[derive(Clone, Copy)]
pub struct StageWord {
    /// The word.
    pub word: &'static str,
    /// The outline around it, a class of `.state`: it differs in black and white too.
    pub shape: &'static str,
}

/// The address of one rendition.
pub struct Source {
    /// Which.
    pub rendition: Rendition,
    /// Presigned, for three to five minutes.
    pub url: String,
}

impl<'a> Sheet<'a> {
    /// Orders what the visitor may see (invariant 2).
    pub fn of(visitor: &'a Visitor) -> Self {
        let standing = &visitor.standing;
        let allowed = |photo: &&Photo| {
            let may = standing.may(Action::View, Some(photo), visitor.now);
            may.is_ok()
        };
        let mut first = 1;
        let mut chapters = Vec::new();
        let photos = visitor.listing.photos.iter().filter(allowed);
        for section in sorted(photos, visitor.gallery().sort) {
            let count = section.photos.len();
            chapters.push(Chapter {
                title: section.title,
                first,
                photos: section.photos,
            });
            first += count;
        }
        Self { chapters }
    }

    /// How many photographs there are.
    pub fn total(&self) -> usize {
        self.chapters.iter().map(|c| c.photos.len()).sum()
    }

    /// All photographs in order.
    pub fn placed(&self) -> impl Iterator<Item = Placed<'a>> + '_ {
        self.chapters.iter().flat_map(|chapter| {
            let numbers = chapter.first..;
            let frames = numbers.zip(&chapter.photos);
            frames.filter_map(|(number, photo)| {
                Some(Placed {
                    number,
                    chapter: chapter.title,
                    photo,
                    picture: photo.picture()?,
                })
            })
        })
    }

    /// "312 photographs in five chapters".
    pub fn inside(&self) -> String {
        let photographs = words::count(self.total(), "photograph", "photographs");
        let chapters = self.chapters.iter().filter(|c| !c.title.is_empty()).count();
        match chapters {
            0 => photographs,
            1 => format!("{photographs} in one chapter"),
            n => format!("{photographs} in {} chapters", words::small_number(n)),
        }
    }

    /// "12–14 September 2026": the days the cameras name, if any does.
    pub fn taken(&self) -> Option<String> {
        let days = self.placed().filter_map(|placed| {
            let time: civil::DateTime = placed.picture.captured.as_deref()?.parse().ok()?;
            Some(time.date())
        });
        let days: Vec<civil::Date> = days.collect();
        Some(words::days(*days.iter().min()?, *days.iter().max()?))
    }
}

impl<'a> Placed<'a> {
    /// Width by height, within what a row can hold.
    pub fn ratio(&self) -> f64 {
        (f64::from(self.picture.width) / f64::from(self.picture.height.max(1))).clamp(0.4, 3.0)
    }

    /// `IMG_2041` of `IMG_2041.jpg`: what controls call it.
    pub fn stem(&self) -> &'a str {
        let name = self.photo.file_name.as_str();
        let stem = name.rsplit_once('.').map(|(stem, _)| stem);
        stem.filter(|stem| !stem.is_empty()).unwrap_or(name)
    }

    /// "`IMG_2041.jpg`, Ceremony, Final, 12 of 312": what a screen reader says.
    pub fn label(&self, total: usize) -> String {
        let state = self.state().map_or("", |state| state.word);
        let place = format!("{} of {total}", self.number);
        let parts = [&self.photo.file_name, self.chapter, state, &place];
        let said: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        said.join(", ")
    }

    /// What the studio says of it, if it says anything.
    pub fn state(&self) -> Option<StageWord> {
        let (word, shape) = match self.photo.stage {
            Stage::Undefined => return None,
            Stage::Proof => ("Proof", "proof"),
            Stage::Final => ("Final", "final"),
        };
        Some(StageWord { word, shape })
    }

    /// "5504 × 8256".
    pub fn pixels(&self) -> String {
        format!("{} × {}", self.picture.width, self.picture.height)
    }

    /// "14 June 2026, 15:04".
    pub fn taken(&self) -> Option<String> {
        words::moment(self.picture.captured.as_deref()?)
    }

    /// The renditions with these long edges that this visitor may see, smallest first, each at an address of its own.
    pub async fn sources(
        &self,
        gallery: &Gallery,
        visitor: &Visitor,
        edges: &[u32],
    ) -> Result<Vec<Source>, Failure> {
        let web = visitor.standing.web_size(self.photo);
        sources(
            gallery,
            self.photo,
            shown(self.picture, web),
            edges,
            visitor.now,
        )
        .await
    }
}

/// The addresses of these renditions of a photograph, smallest first.
pub async fn sources(
    gallery: &Gallery,
    photo: &Photo,
    renditions: Vec<Rendition>,
    edges: &[u32],
    now: Timestamp,
) -> Result<Vec<Source>, Failure> {
    let mut sources = Vec::new();
    let tag = photo.picture().map_or("", |picture| &picture.tag);
    for rendition in renditions.into_iter().rev() {
        if !edges.contains(&rendition.edge) {
            continue;
        }
        let key = if rendition.marked {
            Renditions::marked_key
        } else {
            Renditions::key
        };
        let key = key(photo.gallery, &photo.id, tag, rendition.edge);
        let url = gallery.renditions.presign(&key, now).await;
        sources.push(Source {
            rendition,
            url: url.map_err(Failure::fault)?,
        });
    }
    Ok(sources)
}

/// `srcset` of these sources.
pub fn srcset(sources: &[Source]) -> String {
    let one = |s: &Source| format!("{} {}w", s.url, s.rendition.width);
    sources.iter().map(one).collect::<Vec<_>>().join(", ")
}
