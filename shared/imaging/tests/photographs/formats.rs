//! Every kind of file that must become renditions, and the kinds that are refused by name.

use image::{DynamicImage, ImageFormat, Luma, LumaA, Rgb, Rgba};
use imaging::{Format, Limits, Rejection, render};
use libjpeg_turbo_rs::Subsampling;

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
    for (format, kind, tolerance) in [
        (ImageFormat::Png, Format::Png, 3.0),
        (ImageFormat::WebP, Format::Webp, 3.0),
        (ImageFormat::Tiff, Format::Tiff, 3.0),
        (ImageFormat::Gif, Format::Gif, 12.0),
    ] {
        let made = rendered(&encoded(photo.image(), format));
        assert_eq!(made.format, kind);
        assert_eq!((made.width, made.height), (700, 500));
        let off = difference(&decoded(&made.renditions[0]), &plain);
        assert!(off < tolerance, "{kind:?}: {off}");
    }
}

/// 16 bits, gray and transparency in every combination PNG and TIFF have; alpha lies on white paper.
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
    let tiff = DynamicImage::from(image::ImageBuffer::from_pixel(
        w,
        h,
        Rgb([200_u16 * 257, 100 * 257, 50 * 257]),
    ));
    assert!(near(
        decoded(&rendered(&encoded(tiff, ImageFormat::Tiff)).renditions[0]).at(0.5, 0.5),
        [200, 100, 50],
        3
    ));
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
