//! A drawing on a photograph as a page shows it: lines over the picture for whoever sees, words for whoever does not.

use askama::filters::Safe;
use domain::comment::{Drawing, FAR, Shape};
use std::fmt::Write as _;

/// The marks as `path` elements of an `svg` with `viewBox="0 0 10000 10000"` and `preserveAspectRatio="none"`, which lies
/// exactly over the picture: so they scale with it, whatever its size. A point is a line without length, which round ends
/// make a dot that the picture's ratio does not stretch. Numbers only: nothing in it could be markup.
#[must_use]
pub fn paths(drawing: &Drawing) -> Safe<String> {
    let mut text = String::new();
    for shape in drawing.shapes() {
        let class = match shape {
            Shape::Point { .. } => " class=\"sketch__point\"",
            Shape::Box { .. } | Shape::Stroke { .. } => "",
        };
        let path = path(shape);
        // each mark twice: the wide light one keeps the other readable on any picture
        let _ = write!(
            text,
            "<path{class} d=\"{path}\"/><path{class} d=\"{path}\"/>"
        );
    }
    Safe(text)
}

fn path(shape: &Shape) -> String {
    match shape {
        Shape::Point { x, y } => format!("M{x} {y}h0"),
        Shape::Box { x, y, w, h } => format!("M{x} {y}h{w}v{h}h-{w}z"),
        Shape::Stroke { points } => {
            let mut path = String::with_capacity(points.len() * 10);
            for (place, (x, y)) in points.iter().enumerate() {
                let _ = write!(path, "{}{x} {y}", if place == 0 { "M" } else { "L" });
            }
            if points.len() == 1 {
                path.push_str("h0");
            }
            path
        }
    }
}

/// Where the number that ties comment and drawing stands: at its first mark, in hundredths of the picture's width and
/// height from the left and the top.
#[must_use]
pub fn pin(drawing: &Drawing) -> (u16, u16) {
    let (x, y) = match drawing.shapes().first() {
        Some(Shape::Point { x, y } | Shape::Box { x, y, .. }) => (*x, *y),
        Some(Shape::Stroke { points }) => points.first().copied().unwrap_or_default(),
        None => (0, 0),
    };
    (x / 100, y / 100)
}

/// "A box at the upper left and a point in the middle": what a screen reader says (5.4).
#[must_use]
pub fn described(drawing: &Drawing) -> String {
    const MOST: usize = 4;
    let shapes = drawing.shapes();
    let mut parts: Vec<String> = shapes.iter().take(MOST).map(one).collect();
    match shapes.len().checked_sub(MOST) {
        None | Some(0) => {}
        Some(1) => parts.push("one more mark".into()),
        Some(more) => parts.push(format!("{} more marks", crate::words::small_number(more))),
    }
    let text = match parts.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    };
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

fn one(shape: &Shape) -> String {
    let far = u32::from(FAR);
    let (what, x, y) = match shape {
        Shape::Point { x, y } => ("a point", u32::from(*x), u32::from(*y)),
        Shape::Box { x, y, w, h } => (
            "a box",
            u32::from(*x) + u32::from(*w) / 2,
            u32::from(*y) + u32::from(*h) / 2,
        ),
        Shape::Stroke { points } => {
            let middle = |of: fn(&(u16, u16)) -> u16| {
                let least = points.iter().map(of).min().unwrap_or_default();
                let most = points.iter().map(of).max().unwrap_or_default();
                (u32::from(least) + u32::from(most)) / 2
            };
            ("a line", middle(|point| point.0), middle(|point| point.1))
        }
    };
    let third = |at: u32| (at * 3 / (far + 1)).min(2);
    let place = match (third(x), third(y)) {
        (0, 0) => "at the upper left",
        (1, 0) => "at the top",
        (_, 0) => "at the upper right",
        (0, 1) => "at the left",
        (1, 1) => "in the middle",
        (_, 1) => "at the right",
        (0, _) => "at the lower left",
        (1, _) => "at the bottom",
        _ => "at the lower right",
    };
    format!("{what} {place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawing(text: &str) -> Drawing {
        text.parse().unwrap()
    }

    /// 5.4: a drawing says where it is without being seen.
    #[test]
    fn a_drawing_is_told_in_words() {
        for (text, words) in [
            ("b 500 500 2000 1500", "A box at the upper left"),
            (
                "p 5000 5000;s 9000 9000 9900 9900",
                "A point in the middle and a line at the lower right",
            ),
            (
                "p 0 0;p 0 0;p 0 0;p 10000 10000;p 0 0;p 0 0",
                "A point at the upper left, a point at the upper left, a point at the upper left, \
                 a point at the lower right and two more marks",
            ),
        ] {
            assert_eq!(described(&drawing(text)), words);
        }
    }

    /// Advanced review: lines are numbers from edge to edge of the picture, so that they scale with it.
    #[test]
    fn a_drawing_becomes_lines_over_the_picture() {
        let Safe(svg) = paths(&drawing("p 1 2;b 10 20 30 40;s 1 2 3 4"));
        for path in ["M1 2h0", "M10 20h30v40h-30z", "M1 2L3 4"] {
            assert_eq!(svg.matches(&format!("d=\"{path}\"")).count(), 2, "{svg}");
        }
        assert_eq!(pin(&drawing("b 1000 2500 10 10;p 0 0")), (10, 25));
    }
}
