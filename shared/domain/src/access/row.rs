//! A row of a gallery's authorization table: whom it speaks of, what it allows, until when (product 4.4).

use crate::email::Email;
use crate::ids::{GroupId, GuestId};
use crate::pin::PinShape;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One row of a gallery's authorization table. It replaces the others, it never adds to them (P12).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Whom it speaks of.
    pub subject: Subject,
    /// Off: nobody enters through it, and who stands on it gets no other (P13).
    pub active: bool,
    /// What it allows in the gallery, and in every section without a table of its own.
    pub rights: Rights,
    /// What it allows in sections that have a table of their own ([`crate::gallery::Gallery::own_sections`]), by their
    /// title; a section with its own table that is missing here is closed to this row.
    pub sections: BTreeMap<String, Rights>,
    /// The PIN that guards row *Anybody*; none: the link alone opens (L3). Other rows have none.
    pub pin: Option<PinLock>,
    /// It ends then; none: with the gallery.
    pub until: Option<Timestamp>,
    /// Rises with every change of the row: a form that knows an older one is refused.
    pub revision: u64,
    /// Of row *Anybody*: rises when the PIN or the link changes, and ends the visits that knew an older one. Rights
    /// are read at every request and end nothing.
    pub door: u64,
}

/// Whom a row speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// Everyone who holds the link and knows the PIN, and is on no other row.
    Anybody,
    /// A person, proven by a code mailed to the address (P14).
    Person(Email),
    /// Everyone in a group of contacts who has no row of their own (P15).
    Group(GroupId),
    /// Holders of a guest link (C8).
    Guest(GuestId),
}

/// What a row allows: the columns of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights {
    /// See the gallery.
    pub enter: bool,
    /// Choose photographs (S20).
    #[serde(default)]
    pub select: bool,
    /// Write comments (P23, S21).
    #[serde(default)]
    pub comment: bool,
    /// Give stars and labels (P24).
    #[serde(default)]
    pub rate: bool,
    /// Place orders.
    #[serde(default)]
    pub order: bool,
    /// Download in web size (P21).
    #[serde(default)]
    pub web: Web,
    /// Download originals (P22).
    #[serde(default)]
    pub originals: Originals,
    /// Download in the sizes the studio has set up (P39).
    #[serde(default)]
    pub custom: bool,
    /// Photographs that may be downloaded as originals, each counted once; none: any number.
    #[serde(default)]
    pub quota: Option<u32>,
}

/// The right to the web-size file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Web {
    /// No download; pictures are shown clean.
    #[default]
    None,
    /// With the studio's name across it, and large pictures are shown so too.
    Marked,
    /// As it is.
    Clean,
}

/// The right to originals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Originals {
    /// None.
    #[default]
    None,
    /// Only of photographs in state Final (P22, P58).
    Final,
    /// All.
    All,
}

/// A PIN as the table holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinLock {
    /// See [`crate::pin::Pin::hash`].
    pub hash: String,
    /// See [`crate::pin::Pin::seal`].
    pub sealed: String,
    /// What the door draws.
    pub shape: PinShape,
}

impl Rights {
    /// Nothing at all.
    pub const NONE: Self = Self {
        enter: false,
        select: false,
        comment: false,
        rate: false,
        order: false,
        web: Web::None,
        originals: Originals::None,
        custom: false,
        quota: None,
    };
    /// Looking, and nothing else: what a guest link gives, whatever its row says (C8).
    pub const LOOK: Self = Self {
        enter: true,
        ..Self::NONE
    };

    /// Whether anything but looking is allowed.
    #[must_use]
    pub fn acts(&self) -> bool {
        let looking = Self {
            enter: self.enter,
            quota: self.quota,
            ..Self::NONE
        };
        *self != looking
    }

    /// Whether choosing in any form is allowed: select, comment or rate.
    #[must_use]
    pub fn chooses(&self) -> bool {
        self.select || self.comment || self.rate
    }

    /// Whether any file may be downloaded at all.
    #[must_use]
    pub fn downloads(&self) -> bool {
        self.web != Web::None || self.originals != Originals::None || self.custom
    }
}

impl Row {
    /// A row that is on, without PIN and end.
    #[must_use]
    pub fn new(subject: Subject, rights: Rights) -> Self {
        Self {
            subject,
            active: true,
            rights,
            sections: BTreeMap::new(),
            pin: None,
            until: None,
            revision: 0,
            door: 0,
        }
    }

    /// What it allows in a section; `own` says whether that section has a table of its own. A guest link looks,
    /// whatever its row says (C8), and a row that may not enter allows nothing.
    #[must_use]
    pub fn rights_in(&self, section: &str, own: bool) -> Rights {
        let rights = if own {
            self.sections.get(section).copied().unwrap_or(Rights::NONE)
        } else {
            self.rights
        };
        if !self.rights.enter || !rights.enter {
            return Rights::NONE;
        }
        match self.subject {
            Subject::Guest(_) => Rights::LOOK,
            _ => rights,
        }
    }

    /// Whether it is on and has not ended.
    #[must_use]
    pub fn stands(&self, now: Timestamp) -> bool {
        self.active && self.until.is_none_or(|until| now < until)
    }
}

impl Subject {
    /// Whether it names who it is: a person, alone or by a group. Anybody and guests are counted without a name (P20).
    #[must_use]
    pub fn identified(&self) -> bool {
        matches!(self, Self::Person(_) | Self::Group(_))
    }
}
