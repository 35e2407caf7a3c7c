//! What a product's file is called: a text with placeholders, always turned into a name that every disk takes.

use super::Format;
use crate::file_name::safe;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Characters of a pattern at most.
const LONGEST: usize = 120;

/// A text such as `{gallery}-{counter}`, whose placeholders are all known.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Part {
    Text(String),
    Name,
    Gallery,
    Section,
    Counter,
    CaptureDate,
}

/// Every placeholder as it is typed, and what it stands for.
const PLACEHOLDERS: [(&str, Part); 5] = [
    ("name", Part::Name),
    ("gallery", Part::Gallery),
    ("section", Part::Section),
    ("counter", Part::Counter),
    ("capture date", Part::CaptureDate),
];

/// Why a text cannot be a pattern, in words for the photographer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnfitPattern {
    /// A placeholder nobody knows.
    #[error(
        "{{{0}}} is not known. Use {{name}}, {{gallery}}, {{section}}, {{counter}} or {{capture date}}."
    )]
    Unknown(String),
    /// A brace without its partner.
    #[error("A {{ needs a }} after the word, as in {{name}}.")]
    Open,
    /// Every file would have the same name.
    #[error("Use {{name}} or {{counter}}, so that no two files have the same name.")]
    Same,
    /// Too long.
    #[error("Use at most {LONGEST} characters for the file name.")]
    TooLong,
}

/// What the placeholders stand for in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named<'a> {
    /// The camera's file name, with its ending.
    pub file_name: &'a str,
    /// The gallery's title.
    pub gallery: &'a str,
    /// The section's title; empty for none.
    pub section: &'a str,
    /// Its number in the gallery as this visitor sees it, from 1.
    pub counter: usize,
    /// When it was taken, as [`crate::photo::Picture::captured`] has it.
    pub captured: Option<&'a str>,
}

impl Pattern {
    /// The camera's name and something after it.
    pub(super) fn camera_name(after: &str) -> Self {
        let text = (!after.is_empty()).then(|| Part::Text(after.to_owned()));
        Self([Part::Name].into_iter().chain(text).collect())
    }

    /// Whether a file's number must be known.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.0.contains(&Part::Counter)
    }

    /// The name of a file of that format; none: the camera's own ending stays.
    pub(super) fn file_name(&self, named: &Named<'_>, format: Option<Format>) -> String {
        let (stem, ending) = match named.file_name.rsplit_once('.') {
            Some((stem, ending)) if !stem.is_empty() => (stem, ending),
            _ => (named.file_name, ""),
        };
        let filled: String = self.0.iter().map(|part| part.fill(named, stem)).collect();
        // made safe before the ending is put to it: it must not be taken for one
        let stem = safe(&flat(filled.trim_matches([' ', '-', '_', '.'])));
        let ending = format.map_or(ending, |format| format.extension());
        if ending.is_empty() {
            stem
        } else {
            safe(&format!("{stem}.{}", flat(ending)))
        }
    }
}

/// What stands in a name is not a path.
fn flat(text: &str) -> String {
    text.replace(['/', '\\'], "-")
}

impl Part {
    fn fill(&self, named: &Named<'_>, stem: &str) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Name => stem.into(),
            Self::Gallery => named.gallery.into(),
            Self::Section => named.section.into(),
            // so that a file manager sorts them as the gallery does
            Self::Counter => format!("{:04}", named.counter),
            Self::CaptureDate => named
                .captured
                .unwrap_or_default()
                .chars()
                .take(10)
                .collect(),
        }
    }
}

impl FromStr for Pattern {
    type Err = UnfitPattern;
    fn from_str(text: &str) -> Result<Self, UnfitPattern> {
        let line: String = text.chars().filter(|c| !c.is_control()).collect();
        let mut rest = line.trim();
        if rest.chars().count() > LONGEST {
            return Err(UnfitPattern::TooLong);
        }
        let mut parts = Vec::new();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or(UnfitPattern::Open)?;
            if before.contains('}') || name.contains('{') {
                return Err(UnfitPattern::Open);
            }
            let typed = name.trim().to_lowercase();
            let known = PLACEHOLDERS.into_iter().find(|(name, _)| *name == typed);
            let (_, part) = known.ok_or_else(|| UnfitPattern::Unknown(name.trim().into()))?;
            if !before.is_empty() {
                parts.push(Part::Text(before.into()));
            }
            parts.push(part);
            rest = after;
        }
        if rest.contains('}') {
            return Err(UnfitPattern::Open);
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.into()));
        }
        if !parts.contains(&Part::Name) && !parts.contains(&Part::Counter) {
            return Err(UnfitPattern::Same);
        }
        Ok(Self(parts))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.0 {
            match part {
                Part::Text(text) => f.write_str(text)?,
                placeholder => {
                    let named = PLACEHOLDERS.iter().find(|(_, part)| part == placeholder);
                    write!(f, "{{{}}}", named.map_or("", |(name, _)| name))?;
                }
            }
        }
        Ok(())
    }
}

impl TryFrom<String> for Pattern {
    type Error = UnfitPattern;
    fn try_from(text: String) -> Result<Self, UnfitPattern> {
        text.parse()
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.to_string()
    }
}
