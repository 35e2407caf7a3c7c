//! What a new gallery starts with (P1–P7): three presets of the product's own, and those the studio saved.

/// Settings taken from a gallery.
mod taken;

use crate::access::{Originals, Rights, Web};
use crate::gallery::{Gallery, Incoming, Kind, Sort, Style};
use crate::ids::{PresetId, ProductId};
use crate::photo::Stage;
use crate::selection::Choosing;
use serde::{Deserialize, Serialize};

/// Settings a gallery can be made with; photographs, rows of people and dates are never part of it (P7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// What it is for.
    pub kind: Kind,
    /// How it looks; separate from rights (P5).
    pub style: Style,
    /// Absent from its parent's page (P6).
    pub hidden: bool,
    /// Whether row *Anybody* is on (P13).
    pub anybody: bool,
    /// Whether row *Anybody* has a PIN.
    pub pin: bool,
    /// What row *Anybody* allows.
    pub anybody_rights: Rights,
    /// What the row of a person who is added starts with.
    pub person_rights: Rights,
    /// Downloads wait for the delivery.
    pub wait_for_delivery: bool,
    /// Clients may make guest links.
    pub guest_links: bool,
    /// The title stands at the door.
    pub title_at_door: bool,
    /// Months of access from publishing; none: for ever (L40).
    pub months: Option<u8>,
    /// After its end it may still be looked at.
    pub history: bool,
    /// Files may be downloaded while it is archived.
    pub archive_downloads: bool,
    /// The words it starts with.
    pub welcome: String,
    /// How clients choose; limits that name sections come along.
    #[serde(default)]
    pub choosing: Choosing,
    /// What files put straight into the folder become.
    #[serde(default)]
    pub incoming: Incoming,
    /// The download products it offers.
    #[serde(default)]
    pub products: Option<Vec<ProductId>>,
    /// Orders ship by themselves.
    #[serde(default)]
    pub auto_ship: bool,
    /// The order of its photographs.
    #[serde(default)]
    pub sort: Sort,
    /// States stand beside the photographs.
    #[serde(default)]
    pub show_states: bool,
}

/// A preset the studio saved from a gallery (P7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Names it.
    pub id: PresetId,
    /// What the studio called it.
    pub name: String,
    /// What it holds.
    pub settings: Settings,
}

/// The product's own presets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Preset {
    /// *Private gallery with general password* (P2).
    Private,
    /// *Protected gallery for professional clients* (P3).
    Professional,
    /// *Protected proof-retouch-deliver gallery* (P4).
    ProofRetouchDeliver,
}

/// All of them, in the order of the form.
pub const PRESETS: [Preset; 3] = [
    Preset::Private,
    Preset::Professional,
    Preset::ProofRetouchDeliver,
];

impl Preset {
    /// Its name in forms and addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Professional => "professional",
            Self::ProofRetouchDeliver => "proof-retouch-deliver",
        }
    }

    /// What the studio reads.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Private => "Private gallery with general password",
            Self::Professional => "Protected gallery for professional clients",
            Self::ProofRetouchDeliver => "Protected proof-retouch-deliver gallery",
        }
    }

    /// What clients will be able to do, as one line.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Private => {
                "Whoever has the link and the PIN looks, marks favourites and downloads everything."
            }
            Self::Professional => {
                "Only people you name enter, by a mailed code. They choose, comment and download at once."
            }
            Self::ProofRetouchDeliver => {
                "Only people you name enter. They choose and order proofs; only finals can be downloaded."
            }
        }
    }

    /// What it holds.
    #[must_use]
    pub fn settings(self) -> Settings {
        let base = Settings {
            kind: Kind::Delivery,
            style: Style::Standard,
            hidden: true,
            anybody: true,
            pin: true,
            anybody_rights: Rights {
                select: true,
                web: Web::Clean,
                originals: Originals::All,
                ..Rights::LOOK
            },
            person_rights: Rights {
                select: true,
                web: Web::Clean,
                originals: Originals::All,
                ..Rights::LOOK
            },
            wait_for_delivery: false,
            guest_links: true,
            title_at_door: false,
            months: Some(12),
            history: false,
            archive_downloads: false,
            welcome: String::new(),
            choosing: Choosing::for_kind(Kind::Delivery),
            incoming: Incoming::default(),
            products: None,
            auto_ship: false,
            sort: Sort::Captured,
            show_states: false,
        };
        let named = Settings {
            style: Style::Proofing,
            anybody: false,
            pin: false,
            anybody_rights: Rights::LOOK,
            ..base.clone()
        };
        match self {
            Self::Private => base,
            Self::Professional => Settings {
                kind: Kind::Proofing,
                choosing: Choosing::for_kind(Kind::Proofing),
                person_rights: Rights {
                    select: true,
                    comment: true,
                    rate: true,
                    web: Web::Clean,
                    originals: Originals::All,
                    custom: true,
                    ..Rights::LOOK
                },
                ..named
            },
            Self::ProofRetouchDeliver => Settings {
                kind: Kind::ProofRetouchDeliver,
                choosing: Choosing::for_kind(Kind::ProofRetouchDeliver),
                incoming: Incoming {
                    replace: false,
                    stage: Stage::Proof,
                },
                show_states: true,
                person_rights: Rights {
                    select: true,
                    comment: true,
                    rate: true,
                    order: true,
                    web: Web::Marked,
                    originals: Originals::Final,
                    ..Rights::LOOK
                },
                ..named
            },
        }
    }
}

impl Settings {
    /// Puts them into a gallery; dates, title and photographs stay.
    pub fn apply(&self, gallery: &mut Gallery) {
        gallery.kind = self.kind;
        gallery.style = self.style;
        gallery.hidden = self.hidden;
        gallery.wait_for_delivery = self.wait_for_delivery;
        gallery.guest_links = self.guest_links;
        gallery.title_at_door = self.title_at_door;
        gallery.history = self.history;
        gallery.archive_downloads = self.archive_downloads;
        gallery.welcome.clone_from(&self.welcome);
        gallery.choosing.clone_from(&self.choosing);
        gallery.incoming = self.incoming;
        gallery.products.clone_from(&self.products);
        gallery.auto_ship = self.auto_ship;
        gallery.sort = self.sort;
        gallery.show_states = self.show_states;
        gallery.delivered = match self.kind {
            Kind::Delivery => gallery.published,
            Kind::Proofing | Kind::ProofRetouchDeliver => None,
        };
    }
}
