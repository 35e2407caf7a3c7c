use super::*;
use crate::file_name::safe;
use crate::gallery::Gallery;
use crate::ids::PhotoId;
use crate::mark::Look;
use crate::photo::{Shown, State, Version};
use jiff::Timestamp;
use proptest::prelude::*;

fn gallery() -> Gallery {
    Gallery::new("Anna & Mats".into(), "f".into(), Timestamp::UNIX_EPOCH)
}

fn photo(gallery: &Gallery, stage: Stage) -> Photo {
    Photo {
        id: PhotoId::of_key("f/IMG_1.jpg"),
        gallery: gallery.id,
        key: "f/IMG_1.jpg".into(),
        section: String::new(),
        file_name: "IMG_1.jpg".into(),
        version: Version {
            id: "v1".into(),
            etag: "e".into(),
            size: 1,
        },
        state: State::Processing,
        uploaded: Timestamp::UNIX_EPOCH,
        stage,
        shown: Shown::Everyone,
        fresh: false,
        number: 1,
        refused: None,
    }
}

fn form() -> Typed {
    let [_, small] = defaults();
    Typed::of(&small)
}

fn how(products: &[Product], stage: Stage, rights: &[Action]) -> Vec<(ProductId, How)> {
    let gallery = gallery();
    let photo = photo(&gallery, stage);
    offers(products, &gallery, &photo, |action| {
        rights.contains(&action)
    })
    .into_iter()
    .map(|offer| (offer.product.id, offer.how))
    .collect()
}

/// P39: both exist in every studio, and a form shows and reads each as it is.
#[test]
fn the_defaults_are_what_they_are_called() {
    let [full, small] = defaults();
    assert_eq!(
        (full.name.as_str(), full.action()),
        ("Full size for printing", Action::DownloadOriginal)
    );
    assert_eq!(
        (small.name.as_str(), small.action()),
        ("Small for sharing", Action::DownloadCustom)
    );
    let recipe = small.recipe().unwrap();
    assert_eq!(
        (recipe.size, recipe.format, recipe.quality),
        (Size::LongEdge(2048), Format::Jpeg, 85)
    );
    for product in [full, small] {
        assert_eq!(Typed::of(&product).read(product.id), Ok(product));
    }
}

/// P40, P57: a product for Finals only is not offered for a Proof, and one for Proofs not for a Final.
#[test]
fn a_state_it_is_not_offered_for_has_no_offer() {
    let [mut full, mut small] = defaults();
    full.states = [Stage::Final].into();
    small.states = [Stage::Proof].into();
    let products = [full, small];
    let all = [
        Action::DownloadOriginal,
        Action::DownloadCustom,
        Action::Order,
    ];
    assert_eq!(how(&products, Stage::Final, &all), [(FULL_SIZE, How::Now)]);
    assert_eq!(how(&products, Stage::Proof, &all), [(SMALL, How::Now)]);
    assert_eq!(how(&products, Stage::Undefined, &all), []);
}

/// P41, P59: "immediately deliver only Final": a Proof may be ordered, a Final is had; the state alone turns it.
#[test]
fn what_waits_for_the_final_is_ordered() {
    let [_, mut small] = defaults();
    small.only_final = true;
    let products = [small];
    let all = [Action::DownloadCustom, Action::Order];
    assert_eq!(how(&products, Stage::Proof, &all), [(SMALL, How::Order)]);
    assert_eq!(how(&products, Stage::Final, &all), [(SMALL, How::Now)]);
    assert_eq!(how(&products, Stage::Proof, &[Action::DownloadCustom]), []);
    assert_eq!(how(&products, Stage::Final, &[Action::Order]), []);
}

/// P22, P42: where the rights keep an original back until it is Final, a Proof's download becomes an order; who may
/// neither download nor order is offered nothing.
#[test]
fn an_original_that_is_kept_back_is_ordered() {
    let products = defaults();
    assert_eq!(
        how(&products, Stage::Proof, &[Action::Order]),
        [(FULL_SIZE, How::Order)]
    );
    assert_eq!(how(&products, Stage::Final, &[Action::Order]), []);
    assert_eq!(how(&products, Stage::Proof, &[Action::View]), []);
}

/// P39: a gallery that names its products offers those, and never one that is switched off.
#[test]
fn a_gallery_offers_what_it_names() {
    let mut products = defaults();
    let mut gallery = gallery();
    let photo = photo(&gallery, Stage::Final);
    let ids = |products: &[Product], gallery: &Gallery| {
        let offers = offers(products, gallery, &photo, |_| true);
        offers
            .iter()
            .map(|offer| offer.product.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&products, &gallery), [FULL_SIZE, SMALL]);
    gallery.products = Some(vec![SMALL]);
    assert_eq!(ids(&products, &gallery), [SMALL]);
    products[1].active = false;
    assert_eq!(ids(&products, &gallery), []);
    gallery.products = Some(vec![]);
    assert_eq!(ids(&products, &gallery), []);
}

/// P39: what is typed wrongly is said at its field.
#[test]
fn a_form_says_what_is_wrong_and_where() {
    type Break = fn(&mut Typed);
    let cases: [(Break, Unfit, &str); 8] = [
        (|f| f.name = " \t".into(), Unfit::NoName, "name"),
        (|f| f.size = "huge".into(), Unfit::NoSize, "size"),
        (|f| f.edge = "99".into(), Unfit::Pixels, "size"),
        (|f| f.format = "gif".into(), Unfit::NoFormat, "format"),
        (|f| f.quality = "101".into(), Unfit::Quality, "quality"),
        (
            |f| f.copyright = "x".repeat(301),
            Unfit::LongText,
            "copyright",
        ),
        (
            |f| (f.undefined, f.proof, f.finals) = (None, None, None),
            Unfit::NoState,
            "states",
        ),
        (|f| f.place = "first".into(), Unfit::Place, "place"),
    ];
    for (break_it, expected, field) in cases {
        let mut typed = form();
        break_it(&mut typed);
        let unfit = typed.read(SMALL).unwrap_err();
        assert_eq!(unfit, expected);
        assert_eq!(unfit.field(), field);
    }
    let fit = Typed {
        size: "box".into(),
        width: "1080".into(),
        height: " 1350 ".into(),
        format: "png".into(),
        quality: String::new(),
        name: " For\u{7} Instagram ".into(),
        ..form()
    };
    let product = fit.read(SMALL).unwrap();
    assert_eq!(product.name, "For Instagram");
    let size = product.recipe().unwrap().size;
    assert_eq!(
        size,
        Size::Fit {
            width: 1080,
            height: 1350
        }
    );
}

/// P39: each placeholder stands for what it says; the ending is the format's.
#[test]
fn a_pattern_becomes_a_name() {
    let named = Named {
        file_name: "IMG_2041.CR3.JPG",
        gallery: "Anna & Mats",
        section: "Party / Late",
        counter: 7,
        captured: Some("2026-06-14T15:04:05.120"),
    };
    let recipe = defaults()[1].output.clone();
    let name = |pattern: &str, output: &Output, named: &Named<'_>| {
        let product = Product {
            pattern: pattern.parse().unwrap(),
            output: output.clone(),
            ..defaults()[0].clone()
        };
        product.file_name(named)
    };
    for (pattern, expected) in [
        ("{name}", "IMG_2041.CR3.jpg"),
        ("{gallery}-{counter}", "Anna & Mats-0007.jpg"),
        (
            "{ Capture Date } {section} {counter}",
            "2026-06-14 Party - Late 0007.jpg",
        ),
        ("../{name}", "IMG_2041.CR3.jpg"),
    ] {
        assert_eq!(name(pattern, &recipe, &named), expected, "{pattern}");
    }
    assert_eq!(
        name("{name}", &Output::Original, &named),
        "IMG_2041.CR3.JPG"
    );
    let bare = Named {
        file_name: "scan",
        section: "",
        captured: None,
        ..named
    };
    assert_eq!(
        name("{section}-{name}_{capture date}", &recipe, &bare),
        "scan.jpg"
    );
    assert_eq!(name("{name}", &Output::Original, &bare), "scan");
}

/// P39: a placeholder nobody knows is named, and every file has a name of its own.
#[test]
fn a_pattern_is_refused_in_words() {
    let wrong = |pattern: &str| pattern.parse::<Pattern>().unwrap_err();
    assert_eq!(wrong("{nmae}"), UnfitPattern::Unknown("nmae".into()));
    assert_eq!(
        wrong("{nmae}").to_string(),
        "{nmae} is not known. Use {name}, {gallery}, {section}, {counter} or {capture date}."
    );
    assert_eq!(wrong("{name"), UnfitPattern::Open);
    assert_eq!(wrong("name}-{counter}"), UnfitPattern::Open);
    assert_eq!(wrong("{{name}}"), UnfitPattern::Open);
    assert_eq!(wrong("{gallery}"), UnfitPattern::Same);
    assert_eq!(wrong(""), UnfitPattern::Same);
    assert_eq!(
        wrong(&format!("{{name}}{}", "x".repeat(120))),
        UnfitPattern::TooLong
    );
    for pattern in [
        "{name}",
        "{gallery}-{counter}",
        "a {capture date} {section} {name} b",
    ] {
        assert_eq!(pattern.parse::<Pattern>().unwrap().to_string(), pattern);
    }
}

/// P39: the same file asked for twice is one job; another version, size or notice is another.
#[test]
fn a_job_is_named_after_what_is_asked() {
    let gallery = gallery();
    let photo = photo(&gallery, Stage::Final);
    let [full, small] = defaults();
    let look = Look::usual("Studio");
    assert_eq!(Job::of(&full, &photo, &look), None);
    let job = Job::of(&small, &photo, &look).unwrap();
    assert_eq!(
        Job::of(&small, &photo, &Look::usual("Another"))
            .unwrap()
            .key(),
        job.key(),
        "no mark, no look"
    );
    assert_eq!(Job::read(job.text().as_bytes()), Some(job.clone()));
    assert!(job.key().starts_with(JOBS) && job.key().ends_with(".json"));
    assert!(job.file_key().starts_with(PRODUCTS) && job.file_key().ends_with(".jpg"));
    let mut keys = vec![job.file_key()];
    let mut changed = photo.clone();
    changed.version.id = "v2".into();
    keys.push(Job::of(&small, &changed, &look).unwrap().file_key());
    for change in [
        (|r: &mut Recipe| r.size = Size::LongEdge(2049)) as fn(&mut Recipe),
        |r| r.quality = 86,
        |r| r.copyright = "©".into(),
        |r| r.creator = "©".into(),
        |r| r.mark = true,
    ] {
        let mut product = small.clone();
        if let Output::Rendered(recipe) = &mut product.output {
            change(recipe);
        }
        keys.push(Job::of(&product, &photo, &look).unwrap().file_key());
    }
    // the same mark, a little stronger, is another file too
    let mut product = small.clone();
    if let Output::Rendered(recipe) = &mut product.output {
        recipe.mark = true;
    }
    let stronger = Look {
        opacity: 60,
        ..look
    };
    keys.push(Job::of(&product, &photo, &stronger).unwrap().file_key());
    let different: BTreeSet<_> = keys.iter().collect();
    assert_eq!(different.len(), keys.len());
    assert_eq!(Job::read(b"{}"), None);
}

fn any_pattern() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("{name}".to_owned()),
        Just("{gallery}".to_owned()),
        Just("{section}".to_owned()),
        Just("{counter}".to_owned()),
        Just("{capture date}".to_owned()),
        "[^{}]{0,6}",
    ];
    proptest::collection::vec(part, 1..6).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// P39, R-6.5: whatever the pattern and the names, a file's name is not empty, is safe, and ends as its format does.
    #[test]
    fn no_pattern_makes_an_unsafe_name(
        pattern in any_pattern(),
        file_name in "\\PC{0,12}|[./\\\\ -]{0,4}|CON|IMG_1\\.jpg",
        gallery in "\\PC{0,200}",
        section in "\\PC{0,8}",
        counter in 1..20_000_usize,
    ) {
        let Ok(parsed) = pattern.parse::<Pattern>() else { return Ok(()) };
        prop_assert_eq!(parsed.to_string().parse::<Pattern>().unwrap(), parsed.clone());
        let named = Named {
            file_name: &file_name,
            gallery: &gallery,
            section: &section,
            counter,
            captured: None,
        };
        for format in [None, Some(Format::Jpeg), Some(Format::Webp)] {
            let name = parsed.file_name(&named, format);
            prop_assert!(!name.is_empty() && name.len() <= 181);
            prop_assert_eq!(safe(&name), name.clone(), "what is safe stays as it is");
            if let Some(format) = format {
                prop_assert!(name.ends_with(&format!(".{}", format.extension())), "{}", name);
            }
        }
    }

    /// Nothing that can be typed makes the reader panic, and what is read is read again.
    #[test]
    fn any_text_is_a_pattern_or_refused(text in "\\PC{0,40}") {
        if let Ok(pattern) = text.parse::<Pattern>() {
            prop_assert_eq!(pattern.to_string().parse::<Pattern>().unwrap(), pattern);
        }
    }
}
