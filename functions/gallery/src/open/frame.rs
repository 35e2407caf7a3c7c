//! Frames as the page writes them: what the script later makes in the same shape.

use crate::Gallery;
use crate::offers::{Offered, Products};
use crate::sheet::{Chapter, Placed, Sheet, StageWord, srcset};
use crate::visitor::{Heart, Visitor};
use domain::access::Action;
use domain::choice::{LABELS, Label};
use domain::gallery::Style;
use domain::selection::{Mode, Tally};
use web::Failure;

/// Renditions a grid may use.
const GRID: [u32; 3] = [320, 640, 1280];
/// The rings: beside each other two are never the same.
const RINGS: [&str; 3] = [
    "M.6 .5C30 -.3 71 .9 99.7 .2 99.2 31 100.2 70 99.6 99.7 67 99.2 33 100.3 .2 99.5 .8 66 -.2 34 .5 -1",
    "M-1 .8C29 .3 68 -.4 99.5 .6 100.1 33 99.3 69 99.9 99.4 70 100.2 30 99.4 .3 99.9 -.2 68 .7 33 .3 -.4",
    "M.5 -1C-.1 33 .8 66 .2 99.8 33 99.3 66 100.1 99.8 99.5 99.3 67 100.2 34 99.6 .4 66 .8 33 -.2 -1 .7",
];

/// A chapter's frames on this page.
pub struct Block<'a> {
    pub index: usize,
    pub title: &'a str,
    pub range: String,
    /// "3 of 2–5", where the chapter has numbers of its own (S37).
    pub of: Option<String>,
    pub frames: Vec<Frame<'a>>,
}

/// A frame and its strip.
pub struct Frame<'a> {
    pub number: usize,
    pub id: &'a str,
    pub name: &'a str,
    pub stem: &'a str,
    pub label: String,
    pub ratio: f64,
    pub average: &'a str,
    pub width: u32,
    pub height: u32,
    pub src: String,
    pub srcset: String,
    /// How wide it is shown, as `sizes` says it.
    pub sizes: String,
    /// The first way to have it at once.
    pub get: Option<Offered>,
    /// What the studio says of it, where the gallery shows it (P50).
    pub state: Option<StageWord>,
    pub heart: Heart,
    pub chosen: bool,
    pub ring: &'static str,
    /// Stars and label may be given here: the strip has room for them in Proofing style.
    pub rates: bool,
    pub stars: u8,
    pub colour: Option<Label>,
}

impl Frame<'_> {
    /// What the strip's one swatch sets next, as in the script; empty: none.
    pub fn next_label(&self) -> &'static str {
        let next = match self.colour {
            None => LABELS.first(),
            Some(colour) => LABELS.iter().skip_while(|each| **each != colour).nth(1),
        };
        next.map_or("", |label| label.name())
    }

    /// Its name; empty: none.
    pub fn colour_name(&self) -> &'static str {
        self.colour.map_or("", Label::name)
    }
}

/// These photographs, in chapters.
pub async fn blocks<'a>(
    gallery: &Gallery,
    visitor: &Visitor,
    sheet: &Sheet<'a>,
    shown: &[Placed<'a>],
) -> Result<Vec<Block<'a>>, Failure> {
    let mut blocks: Vec<Block<'a>> = Vec::new();
    let (total, tally) = (sheet.total(), visitor.tally());
    for placed in shown {
        let frame = frame(gallery, visitor, *placed, total).await?;
        let at = |c: &Chapter| (c.first..c.first + c.photos.len()).contains(&placed.number);
        let index = sheet.chapters.iter().position(at).unwrap_or_default();
        match blocks.last_mut() {
            Some(block) if block.index == index + 1 => block.frames.push(frame),
            _ => {
                let chapter = &sheet.chapters[index];
                let last = chapter.first + chapter.photos.len() - 1;
                blocks.push(Block {
                    index: index + 1,
                    title: super::name(chapter),
                    range: range(chapter.first, last),
                    of: of(visitor, &tally, chapter.title),
                    frames: vec![frame],
                });
            }
        }
    }
    Ok(blocks)
}

/// "86–91", "86".
fn range(first: usize, last: usize) -> String {
    if first == last {
        return first.to_string();
    }
    format!("{first}–{last}")
}

/// How many of a chapter with numbers of its own.
fn of(visitor: &Visitor, tally: &Tally, title: &str) -> Option<String> {
    let choosing = &visitor.gallery().choosing;
    let limits = choosing.sections.get(title).copied()?;
    let counts = choosing.mode == Mode::Selection && visitor.chosen.is_some();
    let words = crate::review::rules::of(limits);
    counts.then(|| format!("{} {words}", tally.of(title)))
}

async fn frame<'a>(
    gallery: &Gallery,
    visitor: &Visitor,
    placed: Placed<'a>,
    total: usize,
) -> Result<Frame<'a>, Failure> {
    let sources = placed.sources(gallery, visitor, &GRID).await?;
    let middle = sources
        .iter()
        .find(|s| s.rendition.edge >= 640)
        .or(sources.last());
    let shown = visitor.gallery();
    let states = shown.show_states || shown.style == Style::Proofing;
    let may = |action| {
        visitor
            .standing
            .may(action, Some(placed.photo), visitor.now)
    };
    let choice = visitor.choice(&placed.photo.id);
    let offers = Products::of_visit(visitor).of(visitor, placed.photo);
    Ok(Frame {
        number: placed.number,
        id: placed.photo.id.as_str(),
        name: &placed.photo.file_name,
        stem: placed.stem(),
        label: placed.label(total),
        ratio: placed.ratio(),
        average: &placed.picture.average,
        width: placed.picture.width,
        height: placed.picture.height,
        src: middle.map(|s| s.url.clone()).unwrap_or_default(),
        srcset: srcset(&sources),
        sizes: sizes(shown.style, placed.ratio()),
        get: offers.into_iter().find(|offer| offer.path.is_some()),
        state: placed.state().filter(|_| states),
        heart: visitor.heart(placed.photo),
        chosen: visitor.chose(&placed.photo.id),
        ring: RINGS[(placed.number - 1) % RINGS.len()],
        rates: shown.style == Style::Proofing && may(Action::Rate).is_ok(),
        stars: choice.and_then(|c| c.stars.value).map_or(0, Into::into),
        colour: choice.and_then(|c| c.label.value),
    })
}

/// How wide a frame may become in the rows of `gallery.css`, which are a little higher than wanted at times.
fn sizes(style: Style, ratio: f64) -> String {
    let (wide, desktop, phone) = match style {
        Style::Standard => ("21rem", "16rem", "32vw"),
        Style::Proofing => ("12rem", "10rem", "30vw"),
    };
    format!(
        "(min-width: 1800px) calc({ratio} * {wide}), (min-width: 900px) calc({ratio} * {desktop}), calc({ratio} * {phone})"
    )
}
