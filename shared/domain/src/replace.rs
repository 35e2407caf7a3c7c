//! Which photograph a file means: matched by the camera's file name, then by its stem, and never guessed (P26, 4.5).

use crate::ids::PhotoId;
use crate::photo::Stage;
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization as _;

/// A photograph of the gallery, by the name its camera gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Which.
    pub photo: PhotoId,
    /// The camera's file name.
    pub file_name: String,
}

/// What two names have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The whole name.
    Name,
    /// All but the extension: `IMG_1.CR3` and `IMG_1.jpg`.
    Stem,
}

/// What a name means among those that are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// Exactly one photograph.
    One {
        /// Which.
        photo: PhotoId,
        /// How it was recognised.
        by: By,
    },
    /// More than one: the photographer says which.
    Several(Vec<PhotoId>),
    /// None.
    None,
}

/// A file of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked<'a> {
    /// What it is called.
    pub file_name: &'a str,
    /// The photograph whose key it would have: that decides before names do.
    pub photo: Option<PhotoId>,
}

/// What a file of a batch would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Planned {
    /// Become a photograph of its own.
    New,
    /// Become a new version of this photograph.
    Replaces {
        /// Which.
        photo: PhotoId,
        /// How it was recognised.
        by: By,
    },
    /// Wait for the photographer: it may mean any of these, or another file of the batch means the same as it.
    Ambiguous(Vec<PhotoId>),
}

/// What the upload form said of a file, as its object carries it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wish {
    /// What it shall become; none: the form said nothing.
    pub replaces: Option<Replaces>,
    /// The state it shall carry (P27); none: the form said nothing.
    pub stage: Option<Stage>,
}

/// What an uploaded file shall become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replaces {
    /// A new version of this photograph.
    Photo(PhotoId),
    /// A photograph of its own.
    New,
}

/// A name as names are compared: composed (NFC) and without case. Lower case of the composed form is composed again,
/// because lowering may take a letter apart (`İ`).
#[must_use]
pub fn fold(name: &str) -> String {
    let composed: String = name.nfc().collect();
    // upper case first, so that letters with two small forms (ß and ss, ς and σ) meet
    composed.to_uppercase().to_lowercase().nfc().collect()
}

/// A name without its extension; a name that is nothing but an extension (`.jpg`) is its own stem.
#[must_use]
pub fn stem(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    }
}

/// Whether two names may mean the same photograph: their stems are the same.
#[must_use]
pub fn alike(a: &str, b: &str) -> bool {
    fold(stem(a)) == fold(stem(b))
}

/// What a file of this name means: photographs of the same name, else photographs of the same stem.
#[must_use]
pub fn match_name(file_name: &str, photos: &[Named]) -> Match {
    let name = fold(file_name);
    let of = |by: By| -> Vec<PhotoId> {
        let same = |named: &&Named| match by {
            By::Name => fold(&named.file_name) == name,
            By::Stem => alike(&named.file_name, file_name),
        };
        let hits = photos.iter().filter(same);
        hits.map(|named| named.photo.clone()).collect()
    };
    for by in [By::Name, By::Stem] {
        let mut hits = of(by);
        match hits.len() {
            0 => {}
            1 => {
                let photo = hits.remove(0);
                return Match::One { photo, by };
            }
            _ => return Match::Several(hits),
        }
    }
    Match::None
}

/// What each file of a batch would do, in the batch's order. Two files that mean the same photograph, or two of one stem
/// that would both be new, are ambiguous: which of them is the photograph is not ours to say (4.5).
#[must_use]
pub fn plan(batch: &[Asked<'_>], photos: &[Named]) -> Vec<Planned> {
    let find = |asked: &Asked<'_>| match &asked.photo {
        Some(photo) => Match::One {
            photo: photo.clone(),
            by: By::Name,
        },
        None => match_name(asked.file_name, photos),
    };
    let found: Vec<Match> = batch.iter().map(find).collect();
    let mut meant: HashMap<&PhotoId, usize> = HashMap::new();
    let mut stems: HashMap<String, usize> = HashMap::new();
    for (asked, found) in batch.iter().zip(&found) {
        match found {
            Match::One { photo, .. } => *meant.entry(photo).or_default() += 1,
            Match::None => *stems.entry(fold(stem(asked.file_name))).or_default() += 1,
            Match::Several(_) => {}
        }
    }
    let one = |(asked, found): (&Asked<'_>, &Match)| match found {
        Match::One { photo, .. } if meant[photo] > 1 => Planned::Ambiguous(vec![photo.clone()]),
        Match::One { photo, by } => Planned::Replaces {
            photo: photo.clone(),
            by: *by,
        },
        Match::Several(photos) => Planned::Ambiguous(photos.clone()),
        Match::None if stems[&fold(stem(asked.file_name))] > 1 => Planned::Ambiguous(Vec::new()),
        Match::None => Planned::New,
    };
    batch.iter().zip(&found).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn named(names: &[&str]) -> Vec<Named> {
        let one = |(place, name): (usize, &&str)| Named {
            photo: PhotoId::of_key(&format!("{place}/{name}")),
            file_name: (*name).to_owned(),
        };
        names.iter().enumerate().map(one).collect()
    }

    fn asked<'a>(names: &[&'a str]) -> Vec<Asked<'a>> {
        let one = |file_name: &&'a str| Asked {
            file_name,
            photo: None,
        };
        names.iter().map(one).collect()
    }

    fn one(photos: &[Named], place: usize, by: By) -> Match {
        let photo = photos[place].photo.clone();
        Match::One { photo, by }
    }

    /// P26: whatever disk, camera or raw converter wrote the name, it is the same photograph.
    #[test]
    fn names_match_whole_then_by_stem() {
        let photos = named(&[
            "IMG_1.jpg",
            "IMG_2.CR3",
            "Café.JPG",
            "a.b.tif",
            "straße.jpg",
        ]);
        for (name, place, by) in [
            ("IMG_1.jpg", 0, By::Name),
            ("img_1.JPG", 0, By::Name),
            ("IMG_1.tiff", 0, By::Stem),
            ("IMG_2.jpg", 1, By::Stem),
            ("Cafe\u{301}.jpg", 2, By::Name),
            ("CAFÉ.png", 2, By::Stem),
            ("A.B.jpg", 3, By::Stem),
            ("STRASSE.JPG", 4, By::Name),
        ] {
            assert_eq!(match_name(name, &photos), one(&photos, place, by), "{name}");
        }
        for name in ["IMG_10.jpg", "IMG_.jpg", "a.jpg", "b.tif", "", ".jpg"] {
            assert_eq!(match_name(name, &photos), Match::None, "{name}");
        }
    }

    /// 4.5: a whole name decides before stems; several are listed, not guessed.
    #[test]
    fn several_are_never_guessed() {
        let photos = named(&["IMG_1.jpg", "IMG_1.tif", "x.jpg", "X.JPG"]);
        assert_eq!(match_name("IMG_1.jpg", &photos), one(&photos, 0, By::Name));
        let both = |a: usize, b: usize| vec![photos[a].photo.clone(), photos[b].photo.clone()];
        assert_eq!(match_name("IMG_1.png", &photos), Match::Several(both(0, 1)));
        assert_eq!(match_name("x.jpg", &photos), Match::Several(both(2, 3)));
    }

    /// 4.5: two files of one batch that mean the same photograph are asked about, and so are two new ones of one stem.
    #[test]
    fn a_batch_that_names_a_photograph_twice_is_ambiguous() {
        let photos = named(&["IMG_1.jpg", "IMG_2.jpg"]);
        let batch = [
            "IMG_1.jpg",
            "IMG_1.tif",
            "IMG_2.tif",
            "n.jpg",
            "N.png",
            "m.jpg",
        ];
        let first = Planned::Ambiguous(vec![photos[0].photo.clone()]);
        let second = Planned::Replaces {
            photo: photos[1].photo.clone(),
            by: By::Stem,
        };
        let new = Planned::Ambiguous(vec![]);
        assert_eq!(
            plan(&asked(&batch), &photos),
            [first.clone(), first, second, new.clone(), new, Planned::New]
        );
    }

    /// P26: a file put again where it lies is that photograph, even if another has its name.
    #[test]
    fn its_own_key_decides_before_its_name() {
        let photos = named(&["IMG_1.jpg", "IMG_1.jpg"]);
        let own = Asked {
            file_name: "IMG_1.jpg",
            photo: Some(photos[1].photo.clone()),
        };
        let replaces = Planned::Replaces {
            photo: photos[1].photo.clone(),
            by: By::Name,
        };
        assert_eq!(plan(&[own], &photos), [replaces]);
    }

    #[test]
    fn a_hidden_name_is_its_own_stem() {
        assert_eq!(stem(".jpg"), ".jpg");
        assert_eq!(stem("noname"), "noname");
        assert_eq!(stem("a.b.c"), "a.b");
        assert_eq!(stem("a."), "a");
    }

    /// Names that collide often: few stems, few extensions, cases and accents mixed.
    fn name() -> impl Strategy<Value = String> {
        let stem =
            prop::sample::select(vec!["img_1", "IMG_1", "img_2", "é", "e\u{301}", "É", "a.b"]);
        let extension = prop::sample::select(vec!["", ".jpg", ".JPG", ".tif", ".CR3"]);
        (stem, extension).prop_map(|(stem, extension)| format!("{stem}{extension}"))
    }

    proptest! {
        /// P26: composing, taking apart and changing case never change what a name means.
        #[test]
        fn spelling_does_not_matter(text in "\\PC{0,12}") {
            let folded = fold(&text);
            prop_assert_eq!(&fold(&text.nfd().collect::<String>()), &folded);
            prop_assert_eq!(&fold(&text.nfc().collect::<String>()), &folded);
            prop_assert_eq!(&fold(&folded), &folded);
        }

        /// 4.5: one hit means there is no other of its kind; several are all of them; none means no stem is shared.
        #[test]
        fn a_match_is_the_only_one(asked in name(), names in prop::collection::vec(name(), 0..6)) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let photos = named(&names);
            let same_name = photos.iter().filter(|p| fold(&p.file_name) == fold(&asked)).count();
            let same_stem = photos.iter()
                .filter(|p| fold(stem(&p.file_name)) == fold(stem(&asked)))
                .count();
            match match_name(&asked, &photos) {
                Match::One { photo, by } => {
                    let hit = photos.iter().find(|p| p.photo == photo);
                    let hit = hit.expect("a photograph of the gallery");
                    prop_assert_eq!(fold(stem(&hit.file_name)), fold(stem(&asked)));
                    prop_assert_eq!(if by == By::Name { same_name } else { same_stem }, 1);
                    prop_assert_eq!(by == By::Stem, same_name == 0);
                }
                Match::Several(several) => {
                    prop_assert_eq!(several.len(), if same_name > 0 { same_name } else { same_stem });
                    prop_assert!(several.len() > 1);
                }
                Match::None => prop_assert_eq!(same_stem, 0),
            }
        }

        /// 4.5: no photograph is replaced twice by one batch, and no two new ones share a stem.
        #[test]
        fn a_plan_replaces_each_photograph_once(
            batch in prop::collection::vec(name(), 0..6),
            names in prop::collection::vec(name(), 0..4),
        ) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let batch: Vec<&str> = batch.iter().map(String::as_str).collect();
            let photos = named(&names);
            let planned = plan(&asked(&batch), &photos);
            prop_assert_eq!(planned.len(), batch.len());
            let (mut replaced, mut new) = (HashSet::new(), HashSet::new());
            for (name, planned) in batch.iter().zip(planned) {
                match planned {
                    Planned::Replaces { photo, .. } => prop_assert!(replaced.insert(photo)),
                    Planned::New => prop_assert!(new.insert(fold(stem(name)))),
                    Planned::Ambiguous(of) => for photo in of {
                        prop_assert!(photos.iter().any(|named| named.photo == photo));
                    },
                }
            }
        }
    }
}
