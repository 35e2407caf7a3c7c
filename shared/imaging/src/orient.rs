//! The eight EXIF orientations applied to pixels.

/// Whether an orientation (EXIF 2.32, tag 0x0112) exchanges width and height.
pub(crate) fn swaps_sides(orientation: u8) -> bool {
    matches!(orientation, 5..=8)
}

/// Width and height of a picture once it is upright.
pub(crate) fn turned((width, height): (u32, u32), orientation: u8) -> (u32, u32) {
    if swaps_sides(orientation) {
        (height, width)
    } else {
        (width, height)
    }
}

/// Whether the picture's right, and its lower edge as stored becomes an edge that is counted from.
pub(crate) fn mirrors(orientation: u8) -> (bool, bool) {
    (
        matches!(orientation, 2 | 3 | 7 | 8),
        matches!(orientation, 3 | 4 | 6 | 7),
    )
}

/// A picture or plane of `N` samples a pixel, turned upright. Values outside 2–8 leave it as it is.
pub(crate) fn upright<const N: usize>(
    samples: Vec<u8>,
    (width, height): (u32, u32),
    orientation: u8,
) -> Vec<u8> {
    if !(2..=8).contains(&orientation) {
        return samples;
    }
    let (across, down) = turned((width, height), orientation);
    let (width, height) = (width as usize, height as usize);
    let (across, down) = (across as usize, down as usize);
    // Where in the source the first pixel is, and how far the next one is to the right and below.
    let (mirrored, flipped) = mirrors(orientation);
    let along = |is: bool, step: usize, count: usize| {
        if is {
            ((count - 1) * step, step.wrapping_neg())
        } else {
            (0, step)
        }
    };
    let (left, column) = along(mirrored, 1, width);
    let (top, row) = along(flipped, width, height);
    let (right, below) = if swaps_sides(orientation) {
        (row, column)
    } else {
        (column, row)
    };
    let (source, _) = samples.as_chunks::<N>();
    let mut out = vec![0; samples.len()];
    let (target, _) = out.as_chunks_mut::<N>();
    // In tiles: a quarter turn walks the source down its columns, a cache line a pixel.
    const TILE: usize = 32;
    for y0 in (0..down).step_by(TILE) {
        for x0 in (0..across).step_by(TILE) {
            for y in y0..(y0 + TILE).min(down) {
                let start = (left + top)
                    .wrapping_add(below.wrapping_mul(y))
                    .wrapping_add(right.wrapping_mul(x0));
                let end = (x0 + TILE).min(across);
                let mut from = start;
                for pixel in &mut target[y * across + x0..y * across + end] {
                    *pixel = source[from];
                    from = from.wrapping_add(right);
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The letter F, the customary proof: no two orientations of it look the same.
    #[test]
    fn all_eight_orientations_come_upright() {
        let upright_f = ["###", "#..", "##.", "#..", "#.."];
        let stored: [(u8, &[&str]); 8] = [
            (1, &["###", "#..", "##.", "#..", "#.."]),
            (2, &["###", "..#", ".##", "..#", "..#"]),
            (3, &["..#", "..#", ".##", "..#", "###"]),
            (4, &["#..", "#..", "##.", "#..", "###"]),
            (5, &["#####", "#.#..", "#...."]),
            (6, &["#....", "#.#..", "#####"]),
            (7, &["....#", "..#.#", "#####"]),
            (8, &["#####", "..#.#", "....#"]),
        ];
        let rgb = |rows: &[&str]| -> Vec<u8> {
            rows.iter()
                .flat_map(|row| row.bytes())
                .flat_map(|c| [c, c ^ 1, c ^ 2])
                .collect()
        };
        for (orientation, rows) in stored {
            let size = (rows[0].len() as u32, rows.len() as u32);
            let turned = upright::<3>(rgb(rows), size, orientation);
            assert_eq!(turned, rgb(&upright_f), "orientation {orientation}");
        }
    }

    #[test]
    fn tiles_cover_every_pixel() {
        let (width, height) = (70, 41);
        let rgb: Vec<u8> = (0..width * height * 3)
            .map(|i| (i * 31 % 251) as u8)
            .collect();
        let there = upright::<3>(rgb.clone(), (width, height), 6);
        assert_eq!(upright::<3>(there, (height, width), 8), rgb);
    }
}
