//! The head that all pages of one gallery share: where it stands, what it is called, what clients read now.

use crate::member::Me;
use crate::reading::{Reading, clients_read, status_in_general, studio as read};
use crate::{Studio, when};
use domain::gallery::Gallery;
use domain::ids::GalleryId;
use domain::nesting::Tree;
use domain::status::Status;
use domain::team::Task;
use web::words;

/// What `gallery_head.html` draws; a template that includes it has a field `head` of this type.
pub(crate) struct Head {
    pub(crate) title: String,
    /// The galleries it stands in, the top first.
    pub(crate) crumbs: Vec<(GalleryId, String)>,
    pub(crate) reading: Reading,
    /// What clients read, where that is another word than the studio's.
    pub(crate) clients: Option<&'static str>,
    /// Until when it is open, or since when not.
    pub(crate) ends: Option<String>,
    /// How many photographs clients see, in words.
    pub(crate) photos: String,
    /// How many are being prepared, and how many were rejected; only the page of the photographs says it.
    pub(crate) arriving: (u64, u64),
    pub(crate) tabs: Tabs,
}

/// The pages of a gallery that are open to whoever looks, beside its photographs.
pub(crate) struct Tabs {
    pub(crate) authorizations: bool,
    pub(crate) activity: bool,
    pub(crate) settings: bool,
}

impl Head {
    /// The head of a gallery among all others, for whoever looks.
    pub(crate) fn of(studio: &Studio, me: &Me, gallery: &Gallery, galleries: &[Gallery]) -> Self {
        let (now, zone) = (studio.now(), &studio.zone);
        let status = status_in_general(gallery, now);
        let above = Tree::of(galleries).above(gallery);
        let ready = usize::try_from(gallery.counts.ready).unwrap_or(usize::MAX);
        Self {
            title: gallery.title.clone(),
            crumbs: above
                .iter()
                .map(|one| (one.id, one.title.clone()))
                .collect(),
            reading: read(gallery, status, now, zone),
            clients: matches!(status, Status::Unavailable(_)).then(|| clients_read(status)),
            ends: gallery
                .expires
                .filter(|end| now < *end)
                .map(|end| format!("open until {}", when::until(end, zone))),
            photos: words::count(ready, "photograph", "photographs"),
            arriving: (0, 0),
            tabs: Tabs {
                authorizations: me.may(Task::Authorizations, now),
                activity: me.may(Task::Activity, now),
                settings: me.may(Task::Galleries, now),
            },
        }
    }
}
