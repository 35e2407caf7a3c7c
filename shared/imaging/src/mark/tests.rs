//! What marks do to pictures of every shape: that they are everywhere, within their margins, as strong as they say.

use super::*;

const LONG: &str =
    "A Studio Whose Name Is Rather Longer Than Anyone Would Like to Read Across a Photo";
const SHAPES: [(u32, u32); 6] = [
    (1_280, 853),
    (853, 1_280),
    (1_280, 1_280),
    (2_048, 300),
    (2_048, 1_365),
    (500, 333),
];

fn named(name: &str) -> Mark {
    Mark::new(name).unwrap()
}

/// A PNG of RGBA, as a program writes it.
fn png(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 4]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().unwrap();
    let pixels = (0..width * height).flat_map(|at| pixel(at % width, at / width));
    writer
        .write_image_data(&pixels.collect::<Vec<_>>())
        .unwrap();
    writer.finish().unwrap();
    file
}

fn logo(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 4]) -> Mark {
    Mark::of(Logo::read(&png(width, height, pixel)).unwrap())
}

/// A ring with nothing in its middle, two bars that are all there is of a wide logo, a thin line.
fn logos() -> [Mark; 4] {
    let white = |seen: bool| if seen { [255; 4] } else { [0; 4] };
    [
        logo(600, 600, |x, y| {
            let from_middle = (x as f32 - 300.0).hypot(y as f32 - 300.0);
            white((270.0..295.0).contains(&from_middle))
        }),
        logo(1_000, 100, |x, _| white(!(60..940).contains(&x))),
        logo(200, 900, |x, _| white(x < 60)),
        logo(640, 40, |_, _| [255, 255, 255, 200]),
    ]
}

/// A picture of one level with the mark on it.
fn drawn(mark: &Mark, level: u8, size: (u32, u32)) -> Vec<u8> {
    let mut rgb = vec![level; (size.0 * size.1 * 3) as usize];
    mark.draw(&mut rgb, size);
    rgb
}

/// Left, top, right and bottom of what differs from the level; the latter two one past the end.
fn touched(rgb: &[u8], level: u8, width: u32) -> Option<(u32, u32, u32, u32)> {
    let pixels = (0..).zip(rgb.chunks_exact(3));
    let changed = pixels.filter(|(_, pixel)| pixel.iter().any(|c| *c != level));
    changed.fold(None, |bounds, (at, _): (u32, _)| {
        let (x, y) = (at % width, at / width);
        let (left, top, right, bottom) = bounds.unwrap_or((x, y, x, y));
        Some((left.min(x), top.min(y), right.max(x + 1), bottom.max(y + 1)))
    })
}

/// The crop of a third by a third with the fewest touched pixels, over steps of a thirtieth.
fn least_covered(rgb: &[u8], level: u8, (width, height): (u32, u32)) -> usize {
    let (wide, high) = (width as usize / 3, height as usize / 3);
    let lefts = (0..=width as usize - wide).step_by(width as usize / 30);
    // of each row, what is touched in the third from each left
    let rows = rgb.chunks_exact(width as usize * 3).map(|row| {
        let pixels = row.chunks_exact(3);
        let touched: Vec<bool> = pixels.map(|p| p[0].abs_diff(level) > 1).collect();
        let thirds = lefts.clone().map(|left| &touched[left..left + wide]);
        thirds
            .map(|third| third.iter().filter(|t| **t).count())
            .collect()
    });
    let rows: Vec<Vec<usize>> = rows.collect();
    let across = lefts.clone().count();
    let tops = (0..=height as usize - high).step_by(height as usize / 30);
    let crops = tops.flat_map(|top| (0..across).map(move |left| (top, left)));
    let counts = crops.map(|(top, left)| rows[top..top + high].iter().map(|row| row[left]).sum());
    counts.min().unwrap()
}

/// P21: on black the letters show, on white their edge, in between both; the picture stays to be judged.
#[test]
fn a_name_is_read_on_light_and_on_dark() {
    let contrast = |level| {
        let rgb = drawn(&named("Hedda Lind"), level, (1_280, 853));
        let (least, most) = (rgb.iter().min().unwrap(), rgb.iter().max().unwrap());
        (most - level, level - least)
    };
    let (lighter, darker) = contrast(0);
    assert!((80..=95).contains(&lighter) && darker == 0, "{lighter}");
    let (lighter, darker) = contrast(255);
    assert!((80..=95).contains(&darker) && lighter == 0, "{darker}");
    let (lighter, darker) = contrast(128);
    assert!(lighter >= 40 && darker >= 40, "{lighter}, {darker}");
}

/// P21: whatever the name or logo, its size and the picture's shape, no third of the width by a third of the height is
/// free of it.
#[test]
fn no_crop_of_a_third_is_without_rows_of_marks() {
    let names = ["Bo", "i", "Hedda Lind Photography", LONG].map(named);
    for (number, mark) in names.into_iter().chain(logos()).enumerate() {
        for (step, shape) in SHAPES.into_iter().enumerate() {
            // every shape at some sizes, every size on some shapes
            for percent in [5, 34, 60, 100].into_iter().skip(step % 2).step_by(2) {
                let rgb = drawn(&mark.clone().size(percent), 128, shape);
                let least = least_covered(&rgb, 128, shape);
                let enough = (shape.0 / 3 * (shape.1 / 3)) as usize / 150;
                assert!(
                    least >= enough,
                    "{number} at {percent} % on {shape:?}: {least} of {enough}"
                );
            }
        }
    }
}

/// A mark covers as much as is asked, of a logo's own transparency too, and no pixel more.
#[test]
fn opacity_is_what_is_asked() {
    let plain = |alpha| logo(300, 100, move |_, _| [255, 255, 255, alpha]);
    for (alpha, percent) in [(255, 10), (255, 36), (255, 100), (128, 50), (51, 100)] {
        for placement in [Placement::Tiled, Placement::Centre] {
            let mark = plain(alpha).opacity(percent).placement(placement);
            let most = drawn(&mark, 0, (1_280, 853)).into_iter().max().unwrap();
            let asked = f32::from(alpha) * f32::from(percent) / 100.0;
            assert!(
                (f32::from(most) - asked).abs() < 1.6,
                "{alpha} at {percent} %: {most}"
            );
        }
    }
    let strongest = |percent| {
        let mark = named("Hedda Lind").opacity(percent);
        drawn(&mark, 0, (1_280, 853)).into_iter().max().unwrap()
    };
    assert!(strongest(100) == 255 && strongest(50).abs_diff(128) <= 1);
    assert_eq!(strongest(0), strongest(10), "never none at all");
}

/// A logo keeps its colours, and what is transparent in it leaves the picture alone.
#[test]
fn a_logo_keeps_its_colours_and_its_holes() {
    let halves = |x: u32, _| {
        if x < 150 {
            [200, 40, 90, 255]
        } else {
            [0, 0, 0, 0]
        }
    };
    // one pixel far right, so that the empty half is not cut off as border
    let mark = logo(300, 100, |x, y| {
        if x == 299 {
            [0, 0, 0, 255]
        } else {
            halves(x, y)
        }
    });
    let mark = mark.placement(Placement::Centre).size(50).opacity(100);
    let (width, height) = (1_280, 854);
    let rgb = drawn(&mark, 128, (width, height));
    let pixel = |x: u32| &rgb[((height / 2 * width + x) * 3) as usize..][..3];
    for (channel, asked) in pixel(width / 2 - 160).iter().zip([200, 40, 90]) {
        assert!(channel.abs_diff(asked) <= 1);
    }
    assert_eq!(pixel(width / 2 + 160), [128; 3]);
}

/// The longer side is the percentage of the picture's that was asked for.
#[test]
fn a_single_mark_is_as_long_as_is_asked() {
    for (shape, long) in [
        ((1_280, 853), 1_280),
        ((853, 1_280), 1_280),
        ((2_048, 300), 900),
    ] {
        for percent in [10, 25, 60] {
            for mark in [
                logo(900, 300, |_, _| [255; 4]),
                named("Hedda Lind Photography"),
            ] {
                let mark = mark.placement(Placement::BottomRight).size(percent);
                let (left, _, right, _) = touched(&drawn(&mark, 0, shape), 0, shape.0).unwrap();
                let asked = long * u32::from(percent) / 100;
                let fits = asked.min(shape.0 - 2 * (shape.0.min(shape.1) * 3 / 100) - 12);
                let off = (right - left).abs_diff(fits);
                // letters have bearings, and their size is no smaller than can be read
                assert!(
                    off <= 4 + fits / 25 || percent == 10,
                    "{shape:?} {percent} %: {off}"
                );
            }
        }
    }
}

/// A corner's mark stays its margin away from the edges, near them, and in its corner, whatever the picture.
#[test]
fn a_corner_is_kept_within_its_margin() {
    use Placement::{BottomLeft, BottomRight, Centre, TopLeft, TopRight};
    let shapes = [
        (1_280, 853),
        (853, 1_280),
        (2_048, 300),
        (2_048, 64),
        (320, 320),
        (64, 2_048),
        (40, 30),
    ];
    let marks = logos().into_iter().chain(["Bo", LONG].map(named));
    for (number, mark) in marks.enumerate() {
        for placement in [TopLeft, TopRight, BottomLeft, BottomRight, Centre] {
            for (shape, percent) in shapes.into_iter().zip([20, 100, 34, 5].into_iter().cycle()) {
                let mark = mark.clone().placement(placement).size(percent).opacity(100);
                let case = format!("{number} {placement:?} {percent} % on {shape:?}");
                let (width, height) = shape;
                let found = touched(&drawn(&mark, 128, shape), 128, width);
                let (left, top, right, bottom) = found.expect(&case);
                let margin = (width.min(height) * 3).div_ceil(100);
                let beside = [left, top, width - right, height - bottom];
                assert!(
                    beside.iter().all(|free| *free >= margin),
                    "{case}: {beside:?}"
                );
                let near = |free: u32| free <= margin + 4;
                let corner = match placement {
                    TopLeft => near(left) && near(top),
                    TopRight => near(width - right) && near(top),
                    BottomLeft => near(left) && near(height - bottom),
                    BottomRight => near(width - right) && near(height - bottom),
                    _ => left.abs_diff(width - right) <= 5 && top.abs_diff(height - bottom) <= 5,
                };
                assert!(corner, "{case}: {beside:?}");
            }
        }
    }
}

/// In luma and chroma the same mark is on the same pixels as in red, green and blue.
#[test]
fn planes_of_luma_and_chroma_are_marked_as_rgb_is() {
    let blue = logo(300, 200, |_, _| [20, 60, 220, 255]).size(30);
    for mark in [
        blue.clone(),
        blue.placement(Placement::BottomLeft),
        named("Hedda Lind"),
    ] {
        let (width, height) = (641, 427);
        let layer = mark.layer((width, height));
        let rgb = drawn(&mark, 100, (width, height));
        let chroma = (width.div_ceil(2) * height.div_ceil(2)) as usize;
        let mut y = vec![100; (width * height) as usize];
        let (mut cb, mut cr) = (vec![128; chroma], vec![128; chroma]);
        layer.ycc420(&mut y, &mut cb, &mut cr);
        for (at, pixel) in rgb.chunks_exact(3).enumerate() {
            let [r, g, b] = [pixel[0], pixel[1], pixel[2]].map(f32::from);
            let luma = 0.299 * r + 0.587 * g + 0.114 * b;
            assert!((luma - f32::from(y[at])).abs() < 2.0);
        }
        // where four pixels agree, their chroma is theirs
        let (wide, half) = (width as usize, width.div_ceil(2) as usize);
        for (row, column) in (0..213).flat_map(|row| (0..320).map(move |column| (row, column))) {
            let pixel = |x: usize, y: usize| &rgb[(y * wide + x) * 3..][..3];
            let four =
                [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(x, y)| pixel(2 * column + x, 2 * row + y));
            if four.iter().all(|pixel| *pixel == four[0]) {
                let [r, g, b] = [four[0][0], four[0][1], four[0][2]].map(f32::from);
                let blue = 128.0 - 0.168_736 * r - 0.331_264 * g + 0.5 * b;
                let red = 128.0 + 0.5 * r - 0.418_688 * g - 0.081_312 * b;
                assert!((blue - f32::from(cb[row * half + column])).abs() < 2.0);
                assert!((red - f32::from(cr[row * half + column])).abs() < 2.0);
            }
        }
    }
}

/// A line of pixels, a single one, and marks far wider than the picture.
#[test]
fn no_size_is_too_small() {
    for mark in logos().into_iter().chain([named("Hedda Lind Photography")]) {
        for size in [(1, 1), (2_048, 1), (1, 2_048), (3, 7), (60, 50)] {
            for placement in [Placement::Tiled, Placement::TopRight, Placement::Centre] {
                let mark = mark.clone().placement(placement).size(100);
                drawn(&mark, 128, size);
                let chroma = (size.0.div_ceil(2) * size.1.div_ceil(2)) as usize;
                let mut y = vec![0; (size.0 * size.1) as usize];
                mark.layer(size)
                    .ycc420(&mut y, &mut vec![128; chroma], &mut vec![128; chroma]);
            }
        }
    }
}
