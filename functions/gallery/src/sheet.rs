//! A gallery in the order and the words of its pages: numbered frames in chapters, with the addresses of their pictures.

use crate::Gallery;
use crate::visitor::Visitor;
use domain::access::{Action, may};
use domain::gallery::sections;
use domain::photo::{Photo, Picture};
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

/// The address of one rendition.
pub struct Source {
    /// Nominal long edge in pixels.
    pub edge: u32,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Presigned, for one to two hours.
    pub url: String,
}

impl<'a> Sheet<'a> {
    /// Orders what the visitor may see (invariant 2).
    pub fn of(visitor: &'a Visitor) -> Self {
        let allowed =
            |photo: &&Photo| may(&visitor.standing, Action::View, Some(photo), visitor.now).is_ok();
        let mut first = 1;
        let mut chapters = Vec::new();
        for section in sections(visitor.listing.photos.iter().filter(allowed)) {
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

impl Placed<'_> {
    /// Width by height, within what a row can hold.
    pub fn ratio(&self) -> f64 {
        (f64::from(self.picture.width) / f64::from(self.picture.height.max(1))).clamp(0.4, 3.0)
    }

    /// "`IMG_2041.jpg`, Ceremony, 12 of 312": what a screen reader says.
    pub fn label(&self, total: usize) -> String {
        let (name, number) = (&self.photo.file_name, self.number);
        if self.chapter.is_empty() {
            format!("{name}, {number} of {total}")
        } else {
            format!("{name}, {}, {number} of {total}", self.chapter)
        }
    }

    /// "5504 × 8256".
    pub fn pixels(&self) -> String {
        format!("{} × {}", self.picture.width, self.picture.height)
    }

    /// "14 June 2026, 15:04".
    pub fn taken(&self) -> Option<String> {
        words::moment(self.picture.captured.as_deref()?)
    }

    /// The renditions with these long edges that exist, smallest first, each at an address of its own.
    pub async fn sources(
        &self,
        gallery: &Gallery,
        edges: &[u32],
        now: Timestamp,
    ) -> Result<Vec<Source>, Failure> {
        let mut sources = Vec::new();
        for &(edge, width, height) in self.picture.renditions.iter().rev() {
            if !edges.contains(&edge) {
                continue;
            }
            let tag = &self.picture.tag;
            let key = bucket::Renditions::key(self.photo.gallery, &self.photo.id, tag, edge);
            let url = gallery.renditions.presign(&key, now).await;
            sources.push(Source {
                edge,
                width,
                height,
                url: url.map_err(Failure::fault)?,
            });
        }
        Ok(sources)
    }
}

/// `srcset` of these sources.
pub fn srcset(sources: &[Source]) -> String {
    let one = |s: &Source| format!("{} {}w", s.url, s.width);
    sources.iter().map(one).collect::<Vec<_>>().join(", ")
}
