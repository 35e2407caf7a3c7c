//! Every kind of file that must become renditions, and the kinds that are refused by name.

use image::{DynamicImage, ImageFormat, Luma, LumaA, Rgb, Rgba};
use imaging::{Format, Limits, Rejection, render};
use libjpeg_turbo_rs::Subsampling;

use crate::raw::{self, Tiff};

use crate::make::{Picture, decoded, encoded, near, refused, rejection, rendered};

/// The mean difference of two pictures' samples.
fn difference(a: &Picture, b: &Picture) -> f64 {
    assert_eq!((a.width, a.height), (b.width, b.height));
    let sum: u64 = a
        .rgb
        .iter()
        .zip(&b.rgb)
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    sum as f64 / a.rgb.len() as f64
}

/// Every sampling, and progressive, gives the same picture as the plainest file.
#[test]
fn every_kind_of_jpeg_gives_the_same_picture() {
    let photo = Picture::landscape(2_500, 1_667);
    let plain = decoded(
        &rendered(
            &photo
                .encoder()
                .subsampling(Subsampling::S444)
                .encode()
                .unwrap(),
        )
        .renditions[0],
    );
    let kinds = [
        ("4:2:2", photo.encoder().subsampling(Subsampling::S422)),
        ("4:2:0", photo.encoder().subsampling(Subsampling::S420)),
        ("4:4:0", photo.encoder().subsampling(Subsampling::S440)),
        ("4:1:1", photo.encoder().subsampling(Subsampling::S411)),
        ("progressive", photo.encoder().progressive(true)),
        ("restarts", photo.encoder().restart_rows(1)),
    ];
    for (kind, encoder) in kinds {
        let made = rendered(&encoder.encode().unwrap());
        assert!(!made.truncated(), "{kind}");
        let off = difference(&decoded(&made.renditions[0]), &plain);
        assert!(off < 2.5, "{kind}: {off}");
    }
}

/// Rows by strips against a whole picture resized at once by another crate.
#[test]
fn strips_give_what_a_whole_decode_gives() {
    let file = Picture::landscape(3_100, 2_050)
        .encoder()
        .subsampling(Subsampling::S444)
        .encode()
        .unwrap();
    let ours = decoded(&rendered(&file).renditions[1]);
    let whole = libjpeg_turbo_rs::decompress_to(&file, libjpeg_turbo_rs::PixelFormat::Rgb).unwrap();
    let whole = image::RgbImage::from_raw(3_100, 2_050, whole.data).unwrap();
    let small = image::imageops::resize(&whole, 1_280, 846, image::imageops::FilterType::Lanczos3);
    let theirs = Picture {
        width: 1_280,
        height: 846,
        rgb: small.into_raw(),
    };
    let off = difference(&ours, &theirs);
    assert!(off < 2.0, "{off}");
}

#[test]
fn png_webp_tiff_and_gif_are_read() {
    let photo = Picture::landscape(700, 500);
    let plain = decoded(&rendered(&photo.jpeg()).renditions[0]);
    for (file, kind, tolerance) in [
        (photo.png(), Format::Png, 3.0),
        (encoded(photo.image(), ImageFormat::WebP), Format::Webp, 3.0),
        (photo.tiff(), Format::Tiff, 3.0),
        (encoded(photo.image(), ImageFormat::Gif), Format::Gif, 12.0),
    ] {
        let made = rendered(&file);
        assert_eq!(made.warnings, []);
        assert_eq!(made.format, kind);
        assert_eq!((made.width, made.height), (700, 500));
        let off = difference(&decoded(&made.renditions[0]), &plain);
        assert!(off < tolerance, "{kind:?}: {off}");
    }
}

/// 16 bits, gray and transparency in every combination PNG has; alpha lies on white paper.
#[test]
fn sixteen_bits_gray_and_alpha_are_read() {
    let (w, h) = (60, 40);
    let pictures: [(DynamicImage, [u8; 3]); 7] = [
        (
            image::ImageBuffer::from_pixel(w, h, Rgb([200_u16 * 257, 100 * 257, 50 * 257])).into(),
            [200, 100, 50],
        ),
        (
            image::ImageBuffer::from_pixel(w, h, Rgba([200_u16 * 257, 100 * 257, 50 * 257, 0]))
                .into(),
            [255, 255, 255],
        ),
        (
            image::ImageBuffer::from_pixel(w, h, Rgba([200_u8, 100, 50, 128])).into(),
            [227, 177, 152],
        ),
        (
            image::ImageBuffer::from_pixel(w, h, Luma([90_u8])).into(),
            [90, 90, 90],
        ),
        (
            image::ImageBuffer::from_pixel(w, h, Luma([90_u16 * 257])).into(),
            [90, 90, 90],
        ),
        (
            image::ImageBuffer::from_pixel(w, h, LumaA([0_u8, 128])).into(),
            [127, 127, 127],
        ),
        (
            image::ImageBuffer::from_pixel(w, h, LumaA([90_u16 * 257, 65_535])).into(),
            [90, 90, 90],
        ),
    ];
    for (picture, expected) in pictures {
        let actual = decoded(&rendered(&encoded(picture.clone(), ImageFormat::Png)).renditions[0])
            .at(0.5, 0.5);
        assert!(
            near(actual, expected, 3),
            "{:?}: {actual:?}, not {expected:?}",
            picture.color()
        );
    }
}

/// The colour in the middle of what a file becomes, and that nothing is said against it.
fn middle(file: &[u8]) -> [u8; 3] {
    let made = rendered(file);
    assert_eq!(made.warnings, []);
    decoded(&made.renditions[0]).at(0.5, 0.5)
}

/// TIFF in all its ways to store a colour: each flat picture comes out in the colour it was made of.
#[test]
fn every_kind_of_tiff_has_its_colours() {
    let wide = |v: u16| v * 257;
    let rgb = Tiff::flat(2, 8, &[200, 100, 50]);
    let expected = [200, 100, 50];
    let mut cases = vec![
        ("RGB", rgb.clone(), expected),
        (
            "RGB 16",
            Tiff::flat(2, 16, &[200, 100, 50].map(wide)),
            expected,
        ),
        (
            "deflated, differences",
            Tiff::flat(2, 8, &[0; 3]).with(0x013D, &[2]).deflated(5),
            [0; 3],
        ),
        ("gray", Tiff::flat(1, 8, &[90]), [90; 3]),
        ("white is zero", Tiff::flat(0, 8, &[165]), [90; 3]),
        (
            "gray 16, white is zero",
            Tiff::flat(0, 16, &[wide(165)]),
            [90; 3],
        ),
        // Photoshop stores a selection as a sample beside the colours, and says that it is none of them
        (
            "a selection",
            Tiff::flat(2, 8, &[200, 100, 50, 0]).with(0x0152, &[0]),
            expected,
        ),
        (
            "transparency",
            Tiff::flat(2, 8, &[200, 100, 50, 128]).with(0x0152, &[2]),
            [227, 177, 152],
        ),
        (
            "multiplied",
            Tiff::flat(2, 8, &[100, 50, 25, 128]).with(0x0152, &[1]),
            [227, 177, 152],
        ),
        (
            "gray and alpha",
            Tiff::flat(1, 8, &[0, 128]).with(0x0152, &[2]),
            [127; 3],
        ),
        ("CMYK", Tiff::flat(5, 8, &[0, 128, 255, 0]), [255, 127, 0]),
        (
            "CMYK 16",
            Tiff::flat(5, 16, &[0, wide(128), 65_535, 0]),
            [255, 127, 0],
        ),
        (
            "CMYK and alpha",
            Tiff::flat(5, 8, &[0, 0, 0, 255, 128]).with(0x0152, &[2]),
            [127; 3],
        ),
        // L* 54.29, a* 80.81, b* 69.89 is the red of sRGB; a* and b* are signed here, and shifted in ICC's form
        ("Lab", Tiff::flat(8, 8, &[138, 81, 70]), [255, 0, 0]),
        (
            "Lab 16",
            Tiff::flat(8, 16, &[35_579, 20_687, 17_892]),
            [255, 0, 0],
        ),
        ("ICC Lab", Tiff::flat(9, 8, &[138, 209, 198]), [255, 0, 0]),
    ];
    let mut big = Tiff::flat(2, 16, &[200, 100, 50].map(wide));
    big.big_endian = true;
    big.strips[0].chunks_exact_mut(2).for_each(|v| v.swap(0, 1));
    cases.push(("big-endian", big, expected));
    let mut palette = Tiff::of(48, 32, 3, &[4], vec![0x77; 24 * 32]);
    let map = |value: u16| {
        let mut map = [0; 16];
        map[7] = value * 257;
        map
    };
    palette = palette.with(0x0140, &[map(200), map(100), map(50)].concat());
    cases.push(("palette", palette, expected));
    for (bits, byte, value) in [(1, 0xFF, 255), (2, 0b1010_1010, 170), (4, 0x66, 102)] {
        let samples = vec![byte; 48 * 32 * bits / 8];
        let gray = Tiff::of(48, 32, 1, &[bits as u16], samples);
        cases.push(("gray of few bits", gray, [value; 3]));
    }
    let mut planar = rgb.clone().with(0x011C, &[2]);
    planar.strips = [200, 100, 50].map(|v| vec![v; 48 * 32]).to_vec();
    cases.push(("planes", planar, expected));
    let mut tiled = rgb.with(0x0142, &[32]).with(0x0143, &[16]);
    tiled.strips = vec![[200, 100, 50].repeat(32 * 16); 4];
    cases.push(("tiles", tiled, expected));
    for (kind, file, expected) in cases {
        let actual = middle(&file.bytes());
        assert!(
            near(actual, expected, 3),
            "{kind}: {actual:?}, not {expected:?}"
        );
    }
}

/// Tiles and planes stand where they belong, also where they reach over the edge.
#[test]
fn tiles_and_planes_are_put_in_their_places() {
    let photo = Picture::of(70, 50, |x, y| [(x * 3) as u8, (y * 5) as u8, (x + y) as u8]);
    let shown = |file: &[u8]| decoded(&rendered(file).renditions[0]);
    let plain = shown(&photo.tiff());
    let mut tiled = Tiff::of(70, 50, 2, &[8; 3], Vec::new())
        .with(0x0142, &[32])
        .with(0x0143, &[32]);
    tiled.strips.clear();
    for (top, left) in [(0, 0), (0, 32), (0, 64), (32, 0), (32, 32), (32, 64)] {
        let inside = |x: usize, y: usize| x < 70 && y < 50;
        let pixels = (0..32 * 32).map(|i| (left + i % 32, top + i / 32));
        let samples = pixels.flat_map(|(x, y)| match inside(x, y) {
            true => photo.rgb[(y * 70 + x) * 3..][..3].to_vec(),
            false => vec![7; 3],
        });
        tiled.strips.push(samples.collect());
    }
    assert!(difference(&shown(&tiled.bytes()), &plain) == 0.0);
    let mut planar = Tiff::of(70, 50, 2, &[8; 3], Vec::new()).with(0x011C, &[2]);
    let plane = |channel| photo.rgb.iter().skip(channel).step_by(3).copied().collect();
    planar.strips = vec![plane(0), plane(1), plane(2)];
    assert!(difference(&shown(&planar.bytes()), &plain) == 0.0);
}

/// PNG of few bits, of a palette with transparency, and interlaced.
#[test]
fn every_kind_of_png_has_its_colours() {
    let size = (48, 32);
    let flat = |row_bytes: usize, byte: u8| raw::unfiltered(row_bytes, &vec![byte; row_bytes * 32]);
    let colours: &[u8] = &[0, 0, 0, 200, 100, 50];
    let opaque: &[(&[u8; 4], &[u8])] = &[(b"PLTE", colours)];
    let half: &[(&[u8; 4], &[u8])] = &[(b"PLTE", colours), (b"tRNS", &[255, 128])];
    let key: &[(&[u8; 4], &[u8])] = &[(b"tRNS", &[0, 90])];
    let cases = [
        (
            "gray 1",
            raw::png(size, 1, 0, false, &[], &flat(6, 0xFF)),
            [255; 3],
        ),
        (
            "gray 2",
            raw::png(size, 2, 0, false, &[], &flat(12, 0b1010_1010)),
            [170; 3],
        ),
        (
            "gray 4",
            raw::png(size, 4, 0, false, &[], &flat(24, 0x66)),
            [102; 3],
        ),
        (
            "gray 16 and alpha",
            raw::png(size, 16, 4, false, &[], &flat(48 * 4, 0x80)),
            [191; 3],
        ),
        (
            "palette 1",
            raw::png(size, 1, 3, false, opaque, &flat(6, 0xFF)),
            [200, 100, 50],
        ),
        (
            "palette 4",
            raw::png(size, 4, 3, false, opaque, &flat(24, 0x11)),
            [200, 100, 50],
        ),
        (
            "palette, half",
            raw::png(size, 8, 3, false, half, &flat(48, 1)),
            [227, 177, 152],
        ),
        (
            "gray, one transparent",
            raw::png(size, 8, 0, false, key, &flat(48, 90)),
            [255; 3],
        ),
    ];
    for (kind, file, expected) in cases {
        let actual = middle(&file);
        assert!(
            near(actual, expected, 3),
            "{kind}: {actual:?}, not {expected:?}"
        );
    }
    let photo = Picture::landscape(121, 77);
    let passes = raw::adam7(121, 77, &photo.rgb);
    let interlaced = rendered(&raw::png((121, 77), 8, 2, true, &[], &passes));
    let plain = rendered(&photo.png());
    assert!(interlaced.renditions == plain.renditions && interlaced.warnings.is_empty());
}

#[test]
fn the_smallest_and_the_longest_pictures_are_photographs_too() {
    for (width, height) in [(1, 1), (2, 3), (9, 1), (1, 3_000), (5_000, 3), (17, 2_049)] {
        let photo = Picture::landscape(width, height);
        for file in [photo.jpeg(), photo.png()] {
            let made = rendered(&file);
            assert_eq!((made.width as usize, made.height as usize), (width, height));
            assert!(!made.truncated());
            for rendition in &made.renditions {
                assert!(rendition.width.max(rendition.height) <= rendition.long_edge);
                decoded(rendition);
            }
        }
    }
}

/// What a phone or an office sends instead of a photograph is named, with the way out.
#[test]
fn other_formats_are_refused_by_name() {
    let cases: [(&[u8], &str); 7] = [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom", "raw"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "video"),
        (b"%PDF-1.7\n", "PDF"),
        (b"<!doctype html><script>alert(1)</script>", "web page"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"8BPS\0\x01", "Photoshop"),
    ];
    for (bytes, name) in cases {
        let rejection = rejection(bytes);
        assert_eq!(rejection.code(), "unsupported-format");
        assert!(rejection.to_string().contains(name), "{rejection}");
    }
    assert_eq!(
        refused(b"Dear Ada, the pictures are lovely."),
        "not-an-image"
    );
    assert_eq!(rejection(&[]), Rejection::Empty);
}

/// what must be held whole is refused where it would not fit, and what is read by rows is not.
#[test]
fn memory_is_predicted_from_the_header() {
    let photo = Picture::landscape(4_000, 3_000);
    let limits = Limits {
        max_memory: 120 << 20,
        ..Limits::default()
    };
    assert!(render(&photo.jpeg()[..], &limits, None).is_ok());
    let progressive = photo.encoder().progressive(true).encode().unwrap();
    let failure = render(&progressive[..], &limits, None).unwrap_err();
    let rejection = failure.rejection().unwrap();
    assert_eq!(rejection.code(), "too-much-memory");
    assert!(
        rejection.to_string().contains("not progressive"),
        "{rejection}"
    );
    assert!(render(&progressive[..], &Limits::default(), None).is_ok());
}
