//! The eight EXIF orientations applied to pixels.

/// Whether an orientation (EXIF 2.32, tag 0x0112) exchanges width and height.
pub(crate) fn swaps_sides(orientation: u8) -> bool {
    matches!(orientation, 5..=8)
}

/// An RGB picture of `width` × `height` pixels, turned upright. Values outside 2–8 leave it as it is.
pub(crate) fn upright(rgb: Vec<u8>, width: usize, height: usize, orientation: u8) -> Vec<u8> {
    if !(2..=8).contains(&orientation) {
        return rgb;
    }
    let (out_width, out_height) = if swaps_sides(orientation) {
        (height, width)
    } else {
        (width, height)
    };
    let source = |x: usize, y: usize| match orientation {
        2 => (width - 1 - x, y),
        3 => (width - 1 - x, height - 1 - y),
        4 => (x, height - 1 - y),
        5 => (y, x),
        6 => (y, height - 1 - x),
        7 => (width - 1 - y, height - 1 - x),
        _ => (width - 1 - y, x),
    };
    let mut out = vec![0; rgb.len()];
    // In tiles: a quarter turn walks the source down its columns, a cache line a pixel.
    const TILE: usize = 32;
    for top in (0..out_height).step_by(TILE) {
        for left in (0..out_width).step_by(TILE) {
            for y in top..(top + TILE).min(out_height) {
                let right = (left + TILE).min(out_width);
                let row = &mut out[(y * out_width + left) * 3..(y * out_width + right) * 3];
                for (pixel, x) in row.chunks_exact_mut(3).zip(left..right) {
                    let (sx, sy) = source(x, y);
                    let from = (sy * width + sx) * 3;
                    pixel.copy_from_slice(&rgb[from..from + 3]);
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
            let turned = upright(rgb(rows), rows[0].len(), rows.len(), orientation);
            assert_eq!(turned, rgb(&upright_f), "orientation {orientation}");
        }
    }

    #[test]
    fn tiles_cover_every_pixel() {
        let (width, height) = (70, 41);
        let rgb: Vec<u8> = (0..width * height * 3)
            .map(|i| (i * 31 % 251) as u8)
            .collect();
        let there = upright(rgb.clone(), width, height, 6);
        assert_eq!(upright(there, height, width, 8), rgb);
    }
}
