//! What is said of a photograph, in words and with the pen (S21, S38): a comment stands on one version of it, is never
//! rewritten, and a drawing scales with the picture.

use crate::access::Subject;
use crate::email::Email;
use crate::ids::{CommentId, GalleryId, PhotoId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A comment has so many characters at most.
pub const MOST_CHARACTERS: usize = 2_000;
/// A drawing has so many shapes at most.
pub const MOST_SHAPES: usize = 50;
/// A drawing's shapes have so many points at most, taken together.
pub const MOST_POINTS: usize = 2_000;
/// The far end of the picture's width and of its height.
pub const FAR: u16 = 10_000;

/// One comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Names it; ordered by the time it was made.
    pub id: CommentId,
    /// In which gallery.
    pub gallery: GalleryId,
    /// On which photograph.
    pub photo: PhotoId,
    /// On which version of it.
    pub version: u32,
    /// Who said it.
    pub author: Author,
    /// What its author is called for others; no address that readers do not know.
    pub name: String,
    /// The words; empty only where there is a drawing. See [`words`].
    pub text: String,
    /// What is drawn on the photograph.
    pub drawing: Option<Drawing>,
    /// When.
    pub at: Timestamp,
    /// When it was taken back: clients see it no more, the studio sees that it was.
    pub removed: Option<Timestamp>,
}

/// Who speaks.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Author {
    /// A client.
    Visitor(Subject),
    /// Somebody of the studio.
    Member(Email),
}

/// Marks on a picture, in ten-thousandths of its width and height. Never empty.
///
/// As text: shapes parted by `;`, each a letter and its numbers parted by spaces: `p x y` a point, `b x y w h` a box,
/// `s x y x y …` a stroke.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Drawing {
    shapes: Vec<Shape>,
}

/// One mark; every number is from 0 to [`FAR`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// A place.
    Point {
        /// From the left.
        x: u16,
        /// From the top.
        y: u16,
    },
    /// A rectangle within the picture; not empty.
    Box {
        /// Its left edge.
        x: u16,
        /// Its upper edge.
        y: u16,
        /// Its width.
        w: u16,
        /// Its height.
        h: u16,
    },
    /// A line by hand, at least one point long.
    Stroke {
        /// From the left and from the top, in the order they were drawn.
        points: Vec<(u16, u16)>,
    },
}

/// Why a comment is not taken, as its author reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum BadComment {
    /// No words and no drawing.
    #[error("Write something, or draw on the photograph.")]
    Empty,
    /// More than [`MOST_CHARACTERS`].
    #[error("That is too long: a comment has at most {MOST_CHARACTERS} characters.")]
    TooLong,
    /// More than [`MOST_SHAPES`] or [`MOST_POINTS`].
    #[error("That is too much for one drawing. Send this one and go on in another comment.")]
    TooMuchDrawn,
    /// Not a drawing, or one beyond the picture's edges.
    #[error("The drawing cannot be read. Please draw it again.")]
    NotADrawing,
}

/// The words of a comment as they are kept: trimmed, without control characters, line breaks as `\n`.
///
/// # Errors
/// [`BadComment::Empty`] where there is no drawing either, [`BadComment::TooLong`].
pub fn words(text: &str, drawing: Option<&Drawing>) -> Result<String, BadComment> {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}'], "\n");
    let text: String = text
        .chars()
        .map(|c| if c == '\t' { ' ' } else { c })
        .filter(|c| *c == '\n' || !c.is_control())
        .collect();
    let text = text.trim();
    if text.is_empty() && drawing.is_none() {
        return Err(BadComment::Empty);
    }
    if text.chars().count() > MOST_CHARACTERS {
        return Err(BadComment::TooLong);
    }
    Ok(text.to_owned())
}

impl Comment {
    /// Whether this author may take it back: it is theirs, or they are of the studio.
    #[must_use]
    pub fn removable_by(&self, author: &Author) -> bool {
        matches!(author, Author::Member(_)) || self.author == *author
    }
}

impl Drawing {
    /// A drawing of these shapes.
    ///
    /// # Errors
    /// [`BadComment::NotADrawing`], [`BadComment::TooMuchDrawn`].
    pub fn new(shapes: Vec<Shape>) -> Result<Self, BadComment> {
        if shapes.is_empty() || !shapes.iter().all(Shape::within) {
            return Err(BadComment::NotADrawing);
        }
        let points: usize = shapes.iter().map(Shape::points).sum();
        if shapes.len() > MOST_SHAPES || points > MOST_POINTS {
            return Err(BadComment::TooMuchDrawn);
        }
        Ok(Self { shapes })
    }

    /// What is drawn, in the order it was.
    #[must_use]
    pub fn shapes(&self) -> &[Shape] {
        &self.shapes
    }
}

impl Shape {
    /// Lies within the picture.
    fn within(&self) -> bool {
        let far = u32::from(FAR);
        let fits = |start: u16, length: u16| {
            length > 0 && u32::from(start) + u32::from(length) <= far && length <= FAR
        };
        match self {
            Self::Point { x, y } => *x <= FAR && *y <= FAR,
            Self::Box { x, y, w, h } => fits(*x, *w) && fits(*y, *h),
            Self::Stroke { points } => {
                !points.is_empty() && points.iter().all(|(x, y)| *x <= FAR && *y <= FAR)
            }
        }
    }

    /// How many points it is made of.
    fn points(&self) -> usize {
        match self {
            Self::Point { .. } => 1,
            Self::Box { .. } => 2,
            Self::Stroke { points } => points.len(),
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Point { x, y } => write!(f, "p {x} {y}"),
            Self::Box { x, y, w, h } => write!(f, "b {x} {y} {w} {h}"),
            Self::Stroke { points } => {
                f.write_str("s")?;
                points.iter().try_for_each(|(x, y)| write!(f, " {x} {y}"))
            }
        }
    }
}

impl FromStr for Shape {
    type Err = BadComment;
    fn from_str(text: &str) -> Result<Self, BadComment> {
        let mut words = text.split(' ');
        let kind = words.next().unwrap_or_default();
        let numbers = words.map(number).collect::<Option<Vec<u16>>>();
        let numbers = numbers.ok_or(BadComment::NotADrawing)?;
        match (kind, numbers.as_slice()) {
            ("p", &[x, y]) => Ok(Self::Point { x, y }),
            ("b", &[x, y, w, h]) => Ok(Self::Box { x, y, w, h }),
            ("s", numbers) if numbers.len() % 2 == 0 => Ok(Self::Stroke {
                points: numbers.chunks_exact(2).map(|xy| (xy[0], xy[1])).collect(),
            }),
            _ => Err(BadComment::NotADrawing),
        }
    }
}

/// Digits and nothing else.
fn number(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|c| c.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

impl fmt::Display for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, shape) in self.shapes.iter().enumerate() {
            let parting = if place == 0 { "" } else { ";" };
            write!(f, "{parting}{shape}")?;
        }
        Ok(())
    }
}

impl FromStr for Drawing {
    type Err = BadComment;
    fn from_str(text: &str) -> Result<Self, BadComment> {
        // so much text is more than the points allowed can be
        if text.len() > (MOST_POINTS + MOST_SHAPES) * "10000 10000 ".len() {
            return Err(BadComment::TooMuchDrawn);
        }
        let shapes = text.split(';').map(str::parse).collect::<Result<_, _>>()?;
        Self::new(shapes)
    }
}

impl TryFrom<String> for Drawing {
    type Error = BadComment;
    fn try_from(text: String) -> Result<Self, BadComment> {
        text.parse()
    }
}

impl From<Drawing> for String {
    fn from(drawing: Drawing) -> Self {
        drawing.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn point() -> Shape {
        Shape::Point { x: 1, y: 2 }
    }

    fn shape() -> impl Strategy<Value = Shape> {
        let inner = 0..=FAR;
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(x, y)| Shape::Point { x, y }),
            (0..FAR, 0..FAR, any::<u16>(), any::<u16>()).prop_map(|(x, y, w, h)| Shape::Box {
                x,
                y,
                w: 1 + w % (FAR - x),
                h: 1 + h % (FAR - y),
            }),
            prop::collection::vec((inner.clone(), inner), 1..40)
                .prop_map(|points| Shape::Stroke { points }),
        ]
    }

    /// S21: words are kept as they were said, without what could disturb a page or a mail.
    #[test]
    fn words_are_kept_without_control_characters() {
        assert_eq!(
            words("  Brighter,\r\nplease\u{7}\t🙂 \n", None).as_deref(),
            Ok("Brighter,\nplease 🙂")
        );
        let long = "ä".repeat(MOST_CHARACTERS);
        assert_eq!(words(&long, None).as_deref(), Ok(long.as_str()));
        assert_eq!(words(&(long + "ä"), None), Err(BadComment::TooLong));
    }

    /// S38: a mark may speak for itself; nothing at all is not a comment.
    #[test]
    fn a_comment_without_words_needs_a_drawing() {
        let drawing = Drawing::new(vec![point()]).unwrap();
        assert_eq!(words(" \n ", None), Err(BadComment::Empty));
        assert_eq!(words(" \n ", Some(&drawing)).as_deref(), Ok(""));
    }

    /// S38: nothing is drawn beyond the picture, and no drawing outgrows its item in the table.
    #[test]
    fn a_drawing_has_bounds() {
        let read = |text: &str| text.parse::<Drawing>();
        for bad in [
            "",
            ";",
            "p",
            "p 1",
            "p 1 2 3",
            "p 10001 0",
            "p -1 0",
            "p +1 0",
            "p 1.5 2",
            "b 1 2 3",
            "b 0 0 0 5",
            "b 9000 0 1001 5",
            "s",
            "s 1",
            "s 1 2 3",
            "q 1 2",
            "p 1 2;",
            "p  1 2",
            "p 1 70000",
        ] {
            assert_eq!(read(bad), Err(BadComment::NotADrawing), "{bad}");
        }
        let many = |count: usize| Drawing::new(vec![point(); count]);
        assert!(many(MOST_SHAPES).is_ok());
        assert_eq!(many(MOST_SHAPES + 1), Err(BadComment::TooMuchDrawn));
        let long = |count: usize| {
            let points = vec![(FAR, FAR); count];
            Drawing::new(vec![Shape::Stroke { points }])
        };
        let longest = long(MOST_POINTS).unwrap();
        assert_eq!(read(&longest.to_string()), Ok(longest));
        assert_eq!(long(MOST_POINTS + 1), Err(BadComment::TooMuchDrawn));
        assert_eq!(read(&"9".repeat(100_000)), Err(BadComment::TooMuchDrawn));
    }

    /// Who said something may take it back, and the studio may; nobody else.
    #[test]
    fn a_comment_is_taken_back_by_its_author_or_the_studio() {
        let person = |text: &str| Author::Visitor(Subject::Person(text.parse().unwrap()));
        let now = Timestamp::UNIX_EPOCH;
        let comment = Comment {
            id: CommentId::new(now),
            gallery: GalleryId::new(now),
            photo: PhotoId::of_key("a"),
            version: 1,
            author: person("anna@example.com"),
            name: "Anna".into(),
            text: "This one".into(),
            drawing: None,
            at: now,
            removed: None,
        };
        assert!(comment.removable_by(&person("anna@example.com")));
        assert!(!comment.removable_by(&person("mats@example.com")));
        assert!(!comment.removable_by(&Author::Visitor(Subject::Anybody)));
        assert!(comment.removable_by(&Author::Member("studio@example.com".parse().unwrap())));
    }

    proptest! {
        /// S38: a drawing comes back as it was drawn, as text and through serde.
        #[test]
        fn a_drawing_comes_back_as_it_was(shapes in prop::collection::vec(shape(), 1..=MOST_SHAPES)) {
            let drawing = Drawing::new(shapes).unwrap();
            prop_assert_eq!(drawing.to_string().parse::<Drawing>(), Ok(drawing.clone()));
            let json = serde_json::to_string(&drawing).unwrap();
            prop_assert_eq!(serde_json::from_str::<Drawing>(&json).unwrap(), drawing);
        }

        /// Whatever is sent as a drawing is refused or lies within the picture.
        #[test]
        fn what_is_read_lies_within_the_picture(text in "([pbs]( [0-9]{1,5}){0,6};?){1,4}") {
            if let Ok(drawing) = text.parse::<Drawing>() {
                prop_assert!(drawing.shapes().iter().all(Shape::within));
                prop_assert!(!drawing.shapes().is_empty());
            }
        }
    }
}
