//! Which renditions a visitor gets of a picture: what a row says of the web size decides how large pictures look to it
//! (P21), on pages and in downloads alike.

use crate::access::Web;
use crate::photo::{MARKED, Picture};

/// One rendition as a visitor gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rendition {
    /// Nominal long edge in pixels.
    pub edge: u32,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// With the studio's name across it.
    pub marked: bool,
}

/// What pages may show, largest first. A row that gets web size marked sees every size worth keeping marked; of a version
/// that was rendered before there were marks it sees only the small ones.
#[must_use]
pub fn shown(picture: &Picture, web: Web) -> Vec<Rendition> {
    let marks = web == Web::Marked;
    picture
        .renditions
        .iter()
        .map(|&(edge, width, height)| Rendition {
            edge,
            width,
            height,
            marked: marks && MARKED.contains(&edge),
        })
        .filter(|rendition| picture.marked || !rendition.marked)
        .collect()
}

/// The web-size file: the largest there is, marked where the row gets it marked. None: the row gets none, or no marked
/// one exists yet.
#[must_use]
pub fn web_file(picture: &Picture, web: Web) -> Option<Rendition> {
    let renditions = shown(picture, web);
    match web {
        Web::None => None,
        Web::Clean => renditions.first().copied(),
        Web::Marked => renditions.into_iter().find(|rendition| rendition.marked),
    }
}

/// What the web-size file is called: the camera's name, told apart from the original.
#[must_use]
pub fn web_name(file_name: &str) -> String {
    let stem = file_name
        .rsplit_once('.')
        .map_or(file_name, |(stem, _)| stem);
    format!("{}-web.jpg", if stem.is_empty() { file_name } else { stem })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(marked: bool) -> Picture {
        Picture {
            width: 6000,
            height: 4000,
            crc32: 0,
            thumbhash: String::new(),
            average: "808080".into(),
            captured: None,
            truncated: false,
            tag: "t".into(),
            renditions: vec![
                (2048, 2048, 1365),
                (1280, 1280, 853),
                (640, 640, 427),
                (320, 320, 213),
            ],
            marked,
        }
    }

    fn edges(marked: bool, web: Web) -> Vec<(u32, bool)> {
        let shown = shown(&picture(marked), web);
        shown.iter().map(|r| (r.edge, r.marked)).collect()
    }

    /// P21: whoever gets the web size marked sees no large picture without the mark, whether or not there are marks.
    #[test]
    fn a_marked_right_never_sees_a_large_picture_clean() {
        assert_eq!(
            edges(true, Web::Marked),
            [(2048, true), (1280, true), (640, false), (320, false)]
        );
        assert_eq!(edges(false, Web::Marked), [(640, false), (320, false)]);
        for web in [Web::Clean, Web::None] {
            for marked in [true, false] {
                assert_eq!(
                    edges(marked, web),
                    [(2048, false), (1280, false), (640, false), (320, false)]
                );
            }
        }
    }

    /// P21: the file follows the right, and there is none rather than a clean one in place of a marked one.
    #[test]
    fn the_web_file_is_the_one_the_right_names() {
        let file = |marked, web| web_file(&picture(marked), web).map(|r| (r.edge, r.marked));
        assert_eq!(file(true, Web::Marked), Some((2048, true)));
        assert_eq!(file(false, Web::Marked), None);
        assert_eq!(file(true, Web::Clean), Some((2048, false)));
        assert_eq!(file(true, Web::None), None);
    }

    #[test]
    fn a_web_file_keeps_the_cameras_name() {
        assert_eq!(web_name("IMG_1.JPG"), "IMG_1-web.jpg");
        assert_eq!(web_name("a.b.tif"), "a.b-web.jpg");
        assert_eq!(web_name("noname"), "noname-web.jpg");
        assert_eq!(web_name(".jpg"), ".jpg-web.jpg");
    }
}
