//! What the upload form said of a file, carried by its object as user metadata (P26, P27).
//!
//! It names the key it was said of: a copy of the object elsewhere carries the metadata along, and must not mean it.

use domain::ids::PhotoId;
use domain::photo::Stage;
use domain::replace::{Replaces, Wish};
use std::collections::HashMap;

const OF: &str = "darkslide-key";
const REPLACES: &str = "darkslide-replaces";
const STAGE: &str = "darkslide-stage";
/// In the place of a photograph's id.
const NEW: &str = "new";

const STAGES: [(&str, Stage); 3] = [
    ("undefined", Stage::Undefined),
    ("proof", Stage::Proof),
    ("final", Stage::Final),
];

pub(crate) fn metadata(key: &str, wish: &Wish) -> HashMap<String, String> {
    let mut metadata = HashMap::new();
    let replaces = wish.replaces.as_ref().map(|replaces| match replaces {
        Replaces::Photo(photo) => photo.to_string(),
        Replaces::New => NEW.to_owned(),
    });
    metadata.extend(replaces.map(|replaces| (REPLACES.to_owned(), replaces)));
    let stage = STAGES.iter().find(|(_, stage)| Some(*stage) == wish.stage);
    metadata.extend(stage.map(|(word, _)| (STAGE.to_owned(), (*word).to_owned())));
    if !metadata.is_empty() {
        metadata.insert(OF.to_owned(), PhotoId::of_key(key).to_string());
    }
    metadata
}

/// What cannot be read was not said by the form, and is nothing.
pub(crate) fn wish(key: &str, metadata: Option<&HashMap<String, String>>) -> Wish {
    let Some(metadata) = metadata else {
        return Wish::default();
    };
    let text = |name: &str| metadata.get(name).map(String::as_str);
    if text(OF) != Some(PhotoId::of_key(key).as_str()) {
        return Wish::default();
    }
    let replaces = text(REPLACES).and_then(|said| match said {
        NEW => Some(Replaces::New),
        photo => photo.parse().ok().map(Replaces::Photo),
    });
    let stage = STAGES.iter().find(|(word, _)| Some(*word) == text(STAGE));
    Wish {
        replaces,
        stage: stage.map(|(_, stage)| *stage),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P26, P27: what the form said comes back, under the key it was said of and no other.
    #[test]
    fn a_wish_holds_for_its_own_key() {
        let photo = PhotoId::of_key("f/a.jpg");
        for wish_ in [
            Wish::default(),
            Wish {
                replaces: Some(Replaces::New),
                stage: Some(Stage::Undefined),
            },
            Wish {
                replaces: Some(Replaces::Photo(photo)),
                stage: Some(Stage::Final),
            },
            Wish {
                replaces: None,
                stage: Some(Stage::Proof),
            },
        ] {
            let metadata = metadata("f/b.jpg", &wish_);
            assert_eq!(wish("f/b.jpg", Some(&metadata)), wish_);
            assert_eq!(wish("f/copy.jpg", Some(&metadata)), Wish::default());
        }
        assert_eq!(wish("f/b.jpg", None), Wish::default());
    }

    /// Metadata that others wrote is no wish.
    #[test]
    fn what_cannot_be_read_is_nothing() {
        let key = PhotoId::of_key("f/b.jpg").to_string();
        let metadata = [(OF, key.as_str()), (REPLACES, "../x"), (STAGE, "Final")];
        let metadata = metadata.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(wish("f/b.jpg", Some(&metadata.into())), Wish::default());
    }
}
