//! Any file, to renditions with a mark and to a product.
#![no_main]

use imaging::{Encoding, Mark, Recipe, Size, Texts, make, render};
use std::sync::LazyLock;

static MARK: LazyLock<Mark> = LazyLock::new(|| Mark::new("Åsa Öberg Foto").expect("Latin letters"));

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let limits = imaging::fuzzing::limits();
    if let Ok(rendered) = render(bytes, &limits, Some(&MARK)) {
        assert_eq!(rendered.bytes, bytes.len() as u64);
        assert!(!rendered.renditions.is_empty());
        assert!(rendered.renditions.iter().all(|r| r.jpeg.starts_with(&[0xFF, 0xD8])));
    }
    let encoding = match bytes.len() % 3 {
        0 => Encoding::Jpeg(90),
        1 => Encoding::Png,
        _ => Encoding::Webp,
    };
    let texts = Texts {
        copyright: "",
        creator: "",
        caption: "A caption",
    };
    let recipe = Recipe {
        size: Size::Fit(300, 200),
        encoding,
        texts,
        mark: None,
    };
    let _ = make(bytes, &limits, &recipe);
});
