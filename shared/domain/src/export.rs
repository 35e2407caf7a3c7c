//! What leaves the studio's pages for other programs: camera names to search for in Lightroom and Capture One, rows for
//! spreadsheets, XMP sidecars that lie beside the camera's files (L32, P44).
//!
//! Names are the camera's, kept for ever: a proof `IMG_1.jpg` that was replaced by `IMG_1-final.jpg` is still `IMG_1`
//! here, and its sidecar lies beside `IMG_1.CR3`.

use crate::choice::{Label, Stars};
use crate::file_name::safe;
use crate::replace::{fold, stem};
use std::collections::{BTreeMap, HashMap, HashSet};

/// One photograph, with what was said of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// The camera's file name.
    pub file_name: String,
    /// Where it stands; empty for none.
    pub section: String,
    /// What each client said, in the order of the page.
    pub marks: Vec<Mark>,
    /// How many comments it has.
    pub comments: usize,
    /// Which version is meant: the current one, or the one that was seen when it was confirmed or ordered.
    pub version: u32,
    /// What the camera says, local time: `2026-06-14T15:04:05`.
    pub captured: Option<String>,
    /// Upright width and height of the original in pixels.
    pub pixels: Option<(u32, u32)>,
}

/// What one client said of one photograph.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mark {
    /// The client, as the studio calls them.
    pub who: String,
    /// The heart.
    pub chosen: bool,
    /// Stars.
    pub stars: Option<Stars>,
    /// Colour label.
    pub label: Option<Label>,
}

/// A file that lies beside a camera's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sidecar {
    /// Its path in the archive: `IMG_1.xmp`, in a folder only where a stem means several photographs.
    pub path: String,
    /// XMP as XML, UTF-8.
    pub text: String,
}

/// The first line of a table.
pub const HEAD: [&str; 11] = [
    "file name",
    "stem",
    "section",
    "stars",
    "label",
    "chosen by",
    "comments",
    "version",
    "captured",
    "width",
    "height",
];

impl Line {
    /// The most stars anybody gave.
    #[must_use]
    pub fn stars(&self) -> Option<Stars> {
        self.marks.iter().filter_map(|mark| mark.stars).max()
    }

    /// The label, where all who gave one gave the same: of several none is the right one.
    #[must_use]
    pub fn label(&self) -> Option<Label> {
        let mut labels = self.marks.iter().filter_map(|mark| mark.label);
        let first = labels.next()?;
        labels.all(|label| label == first).then_some(first)
    }

    /// Who chose it.
    pub fn chosen_by(&self) -> impl Iterator<Item = &str> {
        let chosen = self.marks.iter().filter(|mark| mark.chosen);
        chosen.map(|mark| mark.who.as_str())
    }

    /// Its row under [`HEAD`]; guarding cells against spreadsheets is the writer's business.
    #[must_use]
    pub fn cells(&self) -> [String; 11] {
        let labels: Vec<&str> = self
            .marks
            .iter()
            .filter_map(|mark| mark.label.map(Label::name))
            .collect();
        let label = match self.label() {
            Some(label) => label.name().to_owned(),
            None => labels.join("; "),
        };
        let pixels = |side: fn((u32, u32)) -> u32| self.pixels.map(|it| side(it).to_string());
        [
            self.file_name.clone(),
            stem(&self.file_name).to_owned(),
            self.section.clone(),
            self.stars()
                .map(|stars| stars.count().to_string())
                .unwrap_or_default(),
            label,
            self.chosen_by().collect::<Vec<_>>().join("; "),
            self.comments.to_string(),
            self.version.to_string(),
            self.captured.clone().unwrap_or_default(),
            pixels(|(width, _)| width).unwrap_or_default(),
            pixels(|(_, height)| height).unwrap_or_default(),
        ]
    }
}

/// Names as the camera wrote them, one a line.
#[must_use]
pub fn names(lines: &[Line]) -> String {
    let names: Vec<&str> = lines.iter().map(|line| line.file_name.as_str()).collect();
    names.join("\n")
}

/// Names without their extensions, one a line.
#[must_use]
pub fn stems(lines: &[Line]) -> String {
    let stems: Vec<&str> = lines.iter().map(|line| stem(&line.file_name)).collect();
    stems.join("\n")
}

/// What is pasted into a search field: stems in one line with commas between, each once. Lightroom's text filter (*Filename*,
/// *Contains*) and Capture One's search field find what has any of them; extensions are left out, because the catalogue
/// holds raw files where the gallery holds JPEGs.
#[must_use]
pub fn search(lines: &[Line]) -> String {
    let mut once = HashSet::new();
    let stems = lines.iter().map(|line| stem(&line.file_name));
    let stems: Vec<&str> = stems.filter(|stem| once.insert(fold(stem))).collect();
    stems.join(",")
}

/// Stems that a search field takes apart, because they have a space, a comma or a semicolon in them.
#[must_use]
pub fn taken_apart(lines: &[Line]) -> Vec<&str> {
    let parts = |stem: &&str| stem.contains(|c: char| c.is_whitespace() || ",;".contains(c));
    let stems = lines.iter().map(|line| stem(&line.file_name));
    stems.filter(parts).collect()
}

/// Names of the gallery that a search for these lines finds too, because they contain the name of one of them: `IMG_10`
/// beside `IMG_1`.
#[must_use]
pub fn found_too<'a>(lines: &[Line], all: &[&'a str]) -> Vec<&'a str> {
    let wanted: HashSet<String> = lines
        .iter()
        .map(|line| fold(stem(&line.file_name)))
        .collect();
    let shortest = wanted.iter().map(String::len).min().unwrap_or(usize::MAX);
    let too = |name: &&&str| {
        let stem = fold(stem(name));
        // a longer name alone can contain another, and in most galleries all are of one length
        stem.len() > shortest
            && !wanted.contains(&stem)
            && wanted.iter().any(|wanted| stem.contains(wanted.as_str()))
    };
    all.iter().filter(too).copied().collect()
}

/// Stems that mean several of these photographs, each once, as the first of them is written.
#[must_use]
pub fn twins(lines: &[Line]) -> Vec<&str> {
    let count = counted(lines);
    let mut once = HashSet::new();
    let stems = lines.iter().map(|line| stem(&line.file_name));
    let twin = |stem: &&str| count[&fold(stem)] > 1 && once.insert(fold(stem));
    stems.filter(twin).collect()
}

/// One sidecar for each photograph. Where a stem means several, theirs lie in folders named after their sections; nothing
/// is ever left out or written over.
#[must_use]
pub fn sidecars(lines: &[Line]) -> Vec<Sidecar> {
    let count = counted(lines);
    let mut taken = HashSet::new();
    let mut sidecar = |line: &Line| {
        let stem = stem(&line.file_name);
        let name = safe(&format!("{stem}.xmp"));
        let alone = count[&fold(stem)] == 1;
        let mut path = if alone {
            name.clone()
        } else {
            format!("{}/{name}", folder(&line.section))
        };
        let mut nth = 2;
        while !taken.insert(fold(&path)) {
            path = format!("{} ({nth})/{name}", folder(&line.section));
            nth += 1;
        }
        let text = xmp(line);
        Sidecar { path, text }
    };
    lines.iter().map(&mut sidecar).collect()
}

fn counted(lines: &[Line]) -> HashMap<String, usize> {
    let mut count = HashMap::new();
    for line in lines {
        *count.entry(fold(stem(&line.file_name))).or_default() += 1;
    }
    count
}

fn folder(section: &str) -> String {
    let parts = section.split('/').map(str::trim);
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).map(safe).collect();
    if parts.is_empty() {
        return "No section".into();
    }
    parts.join("/")
}

/// Rating, label and keywords as XMP (ISO 16684-1). What nobody said is left out, so that nothing is cleared by it.
fn xmp(line: &Line) -> String {
    let mut said = BTreeMap::new();
    if let Some(stars) = line.stars() {
        said.insert("xmp:Rating", stars.count().to_string());
    }
    if let Some(label) = line.label() {
        said.insert("xmp:Label", lightroom(label).to_owned());
    }
    let said: String = said
        .iter()
        .map(|(name, value)| format!("\n    {name}=\"{value}\""))
        .collect();
    let by: Vec<&str> = line.chosen_by().collect();
    let mut keywords: Vec<String> = Vec::new();
    if !by.is_empty() {
        keywords.push("Chosen".into());
    }
    keywords.extend(by.iter().map(|who| format!("Chosen by {who}")));
    let keywords: String = keywords
        .iter()
        .map(|word| format!("\n     <rdf:li>{}</rdf:li>", escaped(word)))
        .collect();
    let subject = if keywords.is_empty() {
        String::new()
    } else {
        format!("\n   <dc:subject>\n    <rdf:Bag>{keywords}\n    </rdf:Bag>\n   </dc:subject>")
    };
    format!(
        r#"<?xpacket begin="{mark}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"{said}>{subject}
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"#,
        mark = '\u{feff}'
    )
}

/// A label by the name that Lightroom's default set gives it.
fn lightroom(label: Label) -> &'static str {
    match label {
        Label::Red => "Red",
        Label::Yellow => "Yellow",
        Label::Green => "Green",
        Label::Blue => "Blue",
    }
}

/// Text as XML 1.0 can hold it: its five signs escaped, what it has no place for left out.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&apos;"),
            '\t' | '\n' | '\r' => safe.push(' '),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests;
