//! What a form says of a product, and what is wrong with it in the photographer's words.

use super::{Format, Output, Product, Recipe, STAGES, Size, UnfitPattern};
use crate::ids::ProductId;
use crate::photo::Stage;
use serde::Deserialize;
use std::collections::BTreeSet;

/// Characters of a product's name at most.
const NAME: usize = 60;
/// Pixels a side may be limited to.
const PIXELS: std::ops::RangeInclusive<u32> = 100..=20_000;
/// What a JPEG's quality may be.
const QUALITY: std::ops::RangeInclusive<u8> = 40..=100;
/// Characters of a notice or a creator at most, and of a caption.
const LINE: usize = 300;
const CAPTION: usize = 2_000;

/// A product as a form types it: every field a text, a box that is not ticked missing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// What clients read.
    pub name: String,
    /// `original`, or how large: `full`, `edge`, `box`.
    pub size: String,
    /// Pixels of the longer side, for `edge`.
    pub edge: String,
    /// Pixels, for `box`.
    pub width: String,
    /// Pixels, for `box`.
    pub height: String,
    /// `jpeg`, `png` or `webp`.
    pub format: String,
    /// Of a JPEG.
    pub quality: String,
    /// The notice to write.
    pub copyright: String,
    /// The creator to write.
    pub creator: String,
    /// The caption to write.
    pub caption: String,
    /// With the studio's name across it.
    pub mark: Option<String>,
    /// What files are called.
    pub pattern: String,
    /// Offered for photographs without a state.
    pub undefined: Option<String>,
    /// Offered for Proofs.
    pub proof: Option<String>,
    /// Offered for Finals.
    pub finals: Option<String>,
    /// Had at once only of Finals.
    pub only_final: Option<String>,
    /// Its place in lists.
    pub place: String,
    /// The revision the form was filled from.
    pub revision: u64,
}

/// What is wrong with a form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// No name.
    #[error("Give the product a name; clients read it.")]
    NoName,
    /// Its name is too long.
    #[error("Use at most {NAME} characters for the name.")]
    LongName,
    /// No size was chosen.
    #[error("Choose how large the file is.")]
    NoSize,
    /// Not a number of pixels.
    #[error("Give the size in pixels, from {} to {}.", PIXELS.start(), PIXELS.end())]
    Pixels,
    /// No format was chosen.
    #[error("Choose JPEG, PNG or WebP.")]
    NoFormat,
    /// Not a quality.
    #[error("Give the quality as a number from {} to {}; 85 is good.", QUALITY.start(), QUALITY.end())]
    Quality,
    /// A line of metadata is too long.
    #[error(
        "Use at most {LINE} characters for the copyright and the creator, and {CAPTION} for the caption."
    )]
    LongText,
    /// The file name.
    #[error(transparent)]
    Pattern(#[from] UnfitPattern),
    /// Offered for nothing.
    #[error("Tick at least one state it is offered for.")]
    NoState,
    /// Not a place.
    #[error("Give the place in the list as a number.")]
    Place,
}

impl Unfit {
    /// The field of the form it speaks of.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Self::NoName | Self::LongName => "name",
            Self::NoSize | Self::Pixels => "size",
            Self::NoFormat => "format",
            Self::Quality => "quality",
            Self::LongText => "copyright",
            Self::Pattern(_) => "pattern",
            Self::NoState => "states",
            Self::Place => "place",
        }
    }
}

impl Typed {
    /// What a form shows of a product.
    #[must_use]
    pub fn of(product: &Product) -> Self {
        let on = |yes: bool| yes.then(|| "on".to_owned());
        let state = |stage| on(product.states.contains(&stage));
        let common = Self {
            name: product.name.clone(),
            size: "original".into(),
            edge: "2048".into(),
            format: "jpeg".into(),
            quality: "85".into(),
            pattern: product.pattern.to_string(),
            undefined: state(Stage::Undefined),
            proof: state(Stage::Proof),
            finals: state(Stage::Final),
            only_final: on(product.only_final),
            place: product.place.to_string(),
            revision: product.revision,
            ..Self::default()
        };
        let Output::Rendered(recipe) = &product.output else {
            return common;
        };
        let (size, edge, width, height) = match recipe.size {
            Size::Full => ("full", common.edge.clone(), String::new(), String::new()),
            Size::LongEdge(edge) => ("edge", edge.to_string(), String::new(), String::new()),
            Size::Fit { width, height } => {
                let box_of = (width.to_string(), height.to_string());
                ("box", common.edge.clone(), box_of.0, box_of.1)
            }
        };
        Self {
            size: size.into(),
            edge,
            width,
            height,
            format: match recipe.format {
                Format::Jpeg => "jpeg",
                Format::Png => "png",
                Format::Webp => "webp",
            }
            .into(),
            quality: recipe.quality.to_string(),
            copyright: recipe.copyright.clone(),
            creator: recipe.creator.clone(),
            caption: recipe.caption.clone(),
            mark: on(recipe.mark),
            ..common
        }
    }

    /// The product, switched on.
    ///
    /// # Errors
    /// What is wrong, and in which field.
    pub fn read(&self, id: ProductId) -> Result<Product, Unfit> {
        let name = line(&self.name);
        match name.chars().count() {
            0 => return Err(Unfit::NoName),
            1..=NAME => {}
            _ => return Err(Unfit::LongName),
        }
        let states: BTreeSet<Stage> = STAGES.into_iter().filter(|s| self.ticks(*s)).collect();
        if states.is_empty() {
            return Err(Unfit::NoState);
        }
        let place = match self.place.trim() {
            "" => 100,
            place => place.parse().map_err(|_| Unfit::Place)?,
        };
        Ok(Product {
            id,
            name,
            output: self.output()?,
            pattern: self.pattern.parse()?,
            states,
            only_final: self.only_final.is_some(),
            active: true,
            place,
            revision: self.revision,
        })
    }

    fn ticks(&self, stage: Stage) -> bool {
        match stage {
            Stage::Undefined => self.undefined.is_some(),
            Stage::Proof => self.proof.is_some(),
            Stage::Final => self.finals.is_some(),
        }
    }

    fn output(&self) -> Result<Output, Unfit> {
        let size = match self.size.as_str() {
            "original" => return Ok(Output::Original),
            "full" => Size::Full,
            "edge" => Size::LongEdge(pixels(&self.edge)?),
            "box" => Size::Fit {
                width: pixels(&self.width)?,
                height: pixels(&self.height)?,
            },
            _ => return Err(Unfit::NoSize),
        };
        let format = match self.format.as_str() {
            "jpeg" => Format::Jpeg,
            "png" => Format::Png,
            "webp" => Format::Webp,
            _ => return Err(Unfit::NoFormat),
        };
        let quality = match self.quality.trim().parse() {
            Ok(quality) if QUALITY.contains(&quality) => quality,
            _ if format != Format::Jpeg => *QUALITY.end(),
            _ => return Err(Unfit::Quality),
        };
        let recipe = Recipe {
            size,
            format,
            quality,
            copyright: line(&self.copyright),
            creator: line(&self.creator),
            caption: self.caption.replace("\r\n", "\n").trim().to_owned(),
            mark: self.mark.is_some(),
        };
        let long = |text: &str, most| text.chars().count() > most;
        if long(&recipe.copyright, LINE)
            || long(&recipe.creator, LINE)
            || long(&recipe.caption, CAPTION)
        {
            return Err(Unfit::LongText);
        }
        Ok(Output::Rendered(recipe))
    }
}

/// One line, trimmed, without control characters.
fn line(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn pixels(text: &str) -> Result<u32, Unfit> {
    match text.trim().parse() {
        Ok(pixels) if PIXELS.contains(&pixels) => Ok(pixels),
        _ => Err(Unfit::Pixels),
    }
}
