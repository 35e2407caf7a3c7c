//! Where a mark stands on a picture: in a corner within its margin, or in diagonal rows that leave no part free.

use super::stamp::Stamp;
use super::{Mark, Placement};

/// Rows rise by this, in degrees: no straight crop runs along them.
const RISE: f32 = 30.0;
/// Between a corner's mark and the edges, of the picture's shorter side.
const MARGIN: f32 = 0.03;
/// The two attempts at narrower gaps, and then ever smaller marks, before a tiled mark is taken as it is.
const GAPS: [f32; 3] = [1.0, 0.7, 0.45];
const ATTEMPTS: i32 = 12;
const SMALLER: f32 = 0.85;

/// Cells of the grid in which coverage is counted, along the picture's shorter side.
const CELLS: u32 = 96;
/// Of every crop of a third by a third, the mark covers at least this.
const COVERED: f32 = 0.01;
/// A pixel counts as covered from this share of what the mark's strongest pixel covers.
const SEEN: f32 = 0.3;
/// Pictures with a shorter side are no crop's worth: the rows stand as they do.
const SMALLEST: u32 = 48;

/// A mark for pictures of one size: blend it into as many as there are.
#[derive(Debug)]
pub(crate) struct Layer {
    size: (u32, u32),
    stamp: Stamp,
    /// Where the middle of each mark is; even numbers, so that halved planes meet the same pixels everywhere.
    places: Vec<(i32, i32)>,
}

impl Layer {
    /// Blends the mark into a picture of interleaved RGB of the layer's size.
    pub(crate) fn rgb(&self, rgb: &mut [u8]) {
        self.stamp.rgb(rgb, self.size.0 as usize, &self.places);
    }

    /// Blends the mark into planes of luma and chroma (JFIF, full range, 4:2:0): luma of the layer's size, the two of
    /// chroma half of it, rounded up; rows tightly packed.
    pub(crate) fn ycc420(&self, y: &mut [u8], cb: &mut [u8], cr: &mut [u8]) {
        let width = self.size.0 as usize;
        self.stamp.ycc420([y, cb, cr], width, &self.places);
    }
}

/// Lays a mark out on a picture of `size`.
pub(crate) fn lay(mark: &Mark, size: (u32, u32)) -> Layer {
    match mark.placement {
        Placement::Tiled => tiled(mark, size),
        placement => single(mark, size, placement),
    }
}

fn even(at: f32) -> i32 {
    2 * (at / 2.0).round() as i32
}

/// In a corner or the middle: made smaller where it would not fit between the margins.
fn single(mark: &Mark, size: (u32, u32), placement: Placement) -> Layer {
    let (width, height) = (size.0 as f32, size.1 as f32);
    let margin = (MARGIN * width.min(height)).ceil();
    // two pixels for the edge of letters, and one for standing on even ones
    let room = (width - 2.0 * margin - 3.0, height - 2.0 * margin - 3.0);
    let drawn = mark.drawn(size);
    let fits = |scale: f32| (room.0 / (drawn.0 * scale)).min(room.1 / (drawn.1 * scale));
    let mut scale = fits(1.0).min(1.0);
    if scale <= 0.0 {
        return Layer {
            size,
            stamp: Stamp::new(&[], 1, (0, 0)),
            places: Vec::new(),
        };
    }
    let mut stamp = mark.stamp(size, scale, 0.0);
    // what is drawn is some pixels more than what was computed, where that is little
    for _ in 0..ATTEMPTS {
        let (left, top, right, bottom) = stamp.bounds();
        if ((right - left) as f32) <= room.0 + 2.0 && ((bottom - top) as f32) <= room.1 + 2.0 {
            break;
        }
        scale *= SMALLER;
        stamp = mark.stamp(size, scale, 0.0);
    }
    let (left, top, right, bottom) = stamp.bounds();
    let start = |least: i32| margin - least as f32 + 1.0;
    let end = |side: f32, most: i32| side - margin - most as f32 - 1.0;
    let middle = |side: f32, least: i32, most: i32| (side - (least + most) as f32) / 2.0;
    let (x, y) = match placement {
        Placement::TopLeft => (start(left), start(top)),
        Placement::TopRight => (end(width, right), start(top)),
        Placement::BottomLeft => (start(left), end(height, bottom)),
        Placement::BottomRight => (end(width, right), end(height, bottom)),
        Placement::Centre | Placement::Tiled => {
            (middle(width, left, right), middle(height, top, bottom))
        }
    };
    Layer {
        size,
        stamp,
        places: vec![(even(x), even(y))],
    }
}

/// In rows: with narrower gaps, and then smaller, until every crop of a third by a third has enough of it.
fn tiled(mark: &Mark, size: (u32, u32)) -> Layer {
    for attempt in 0..ATTEMPTS {
        let scale = SMALLER.powi(attempt);
        let stamp = mark.stamp(size, scale, RISE);
        for gap in GAPS {
            let places = rows(mark, size, scale, gap);
            if covers(&stamp, &places, size) {
                return Layer {
                    size,
                    stamp,
                    places,
                };
            }
        }
    }
    // what is so sparse stands as densely as it may
    let scale = SMALLER.powi(ATTEMPTS);
    Layer {
        size,
        stamp: mark.stamp(size, scale, RISE),
        places: rows(mark, size, scale, 0.0),
    }
}

/// Rows of marks all over a picture; one goes through its middle. `gap` is of the gaps that the mark has as a rule.
fn rows(mark: &Mark, size: (u32, u32), scale: f32, gap: f32) -> Vec<(i32, i32)> {
    let (sin, cos) = RISE.to_radians().sin_cos();
    let ((width, height), (beside, below)) = (mark.drawn(size), mark.gaps(size));
    let (along, across) = (
        (width + beside * gap) * scale,
        (height + below * gap) * scale,
    );
    let (middle_x, middle_y) = (size.0 as f32 / 2.0, size.1 as f32 / 2.0);
    let half = middle_x.hypot(middle_y) + along.max(across) / 2.0;
    let (columns, rows) = ((half / along).ceil() as i32, (half / across).ceil() as i32);
    let mut places = Vec::new();
    for row in -rows..=rows {
        // Marks stand over the gaps of the row below.
        let shift = (row & 1) as f32 / 2.0;
        for column in -columns - 1..=columns {
            let (u, v) = ((column as f32 + shift) * along, row as f32 * across);
            let (x, y) = (middle_x + u * cos + v * sin, middle_y - u * sin + v * cos);
            // no further outside than a mark may reach in
            let reach = width.hypot(height) * scale / 2.0 + 2.0;
            let beyond = |at: f32, side: u32| at < -reach || at > side as f32 + reach;
            if !beyond(x, size.0) && !beyond(y, size.1) {
                places.push((even(x), even(y)));
            }
        }
    }
    places
}

/// Whether every crop of a third of the width by a third of the height has its share of the mark. Counted in cells of
/// a grid, and for crops a cell smaller each way than a third: what they have, any crop around them has.
fn covers(stamp: &Stamp, places: &[(i32, i32)], (width, height): (u32, u32)) -> bool {
    if width.min(height) < SMALLEST {
        return true;
    }
    let cell = width.min(height).div_ceil(CELLS);
    let (across, down) = (
        width.div_ceil(cell) as usize,
        height.div_ceil(cell) as usize,
    );
    let sums = counted(stamp, places, (width, height), cell);
    let third = |side: u32| (side / 3 / cell).saturating_sub(1).max(1) as usize;
    let (wide, high) = (third(width), third(height));
    let enough = (COVERED * (wide * high) as f32 * (cell * cell) as f32).max(1.0) as u32;
    (0..=down - high).all(|top| {
        (0..=across - wide).all(|left| {
            let at = |x: usize, y: usize| sums[y * (across + 1) + x];
            let inside = at(left + wide, top + high) + at(left, top);
            inside - at(left + wide, top) - at(left, top + high) >= enough
        })
    })
}

/// Covered pixels above and to the left of each corner of a cell, so that a rectangle's are four looks away.
fn counted(
    stamp: &Stamp,
    places: &[(i32, i32)],
    (width, height): (u32, u32),
    cell: u32,
) -> Vec<u32> {
    let stride = width.div_ceil(cell) as usize + 1;
    let mut sums = vec![0; stride * (height.div_ceil(cell) as usize + 1)];
    let strongest = stamp.rows().flat_map(|(_, _, inks)| inks);
    let seen = strongest.fold(0.0, |most: f32, ink| most.max(ink.covers())) * SEEN;
    for (row, first, inks) in stamp.rows() {
        for (column, _) in (first..).zip(inks).filter(|(_, ink)| ink.covers() >= seen) {
            for (x, y) in places {
                let at = u32::try_from(x + column)
                    .ok()
                    .zip(u32::try_from(y + row).ok());
                if let Some((x, y)) = at.filter(|(x, y)| *x < width && *y < height) {
                    sums[(y / cell + 1) as usize * stride + (x / cell + 1) as usize] += 1;
                }
            }
        }
    }
    for at in stride..sums.len() {
        let before = if at % stride == 0 {
            0
        } else {
            sums[at - 1] - sums[at - stride - 1]
        };
        sums[at] += before + sums[at - stride];
    }
    sums
}
