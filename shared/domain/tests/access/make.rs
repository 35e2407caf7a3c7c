//! Galleries, photographs and rows to ask about.

use domain::access::{Originals, PersonSession, PinLock, Rights, Row, Session, Subject, Web};
use domain::email::Email;
use domain::gallery::Gallery;
use domain::ids::{GroupId, GuestId, PhotoId, TokenHash};
use domain::photo::{Photo, Picture, Shown, Stage, State, Version};
use domain::pin::PinShape;
use jiff::Timestamp;

/// Noon of the day everything happens on.
pub const NOON: &str = "2026-11-22T12:00:00Z";

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn now() -> Timestamp {
    at(NOON)
}

pub fn gallery() -> Gallery {
    Gallery::new("Title".into(), "folder".into(), at("2026-11-01T10:00:00Z"))
}

pub fn email(name: &str) -> Email {
    format!("{name}@example.com").parse().unwrap()
}

pub fn group() -> GroupId {
    "0192d3a0000070008000000000000001".parse().unwrap()
}

pub fn guest() -> GuestId {
    "0192d3a0000070008000000000000002".parse().unwrap()
}

/// Everything a row can allow.
pub const ALL: Rights = Rights {
    enter: true,
    select: true,
    comment: true,
    rate: true,
    order: true,
    web: Web::Clean,
    originals: Originals::All,
    custom: true,
    quota: None,
};

pub fn row(subject: Subject) -> Row {
    Row::new(subject, ALL)
}

pub fn pin() -> PinLock {
    PinLock {
        hash: "h".into(),
        sealed: "s".into(),
        shape: PinShape::SixDigits,
    }
}

pub fn person(name: &str, groups: &[GroupId]) -> PersonSession {
    PersonSession {
        id: TokenHash::of(name),
        email: email(name),
        groups: groups.to_vec(),
        created: at("2026-11-22T11:00:00Z"),
        seen: at("2026-11-22T11:00:00Z"),
    }
}

pub fn visit(gallery: &Gallery, row: &Row) -> Session {
    Session {
        id: TokenHash::of("visit"),
        gallery: gallery.table,
        door: row.door,
        created: at("2026-11-22T11:00:00Z"),
        seen: at("2026-11-22T11:00:00Z"),
    }
}

pub fn photo(gallery: &Gallery, section: &str, stage: Stage, shown: Shown) -> Photo {
    let key = format!("folder/{section}/IMG_1.jpg");
    Photo {
        id: PhotoId::of_key(&key),
        gallery: gallery.id,
        key,
        section: section.into(),
        file_name: "IMG_1.jpg".into(),
        version: Version {
            id: "1".into(),
            etag: "e".into(),
            size: 1,
        },
        state: State::Ready(picture()),
        uploaded: now(),
        stage,
        shown,
        number: 1,
        fresh: false,
        refused: None,
    }
}

fn picture() -> Picture {
    serde_json::from_value(serde_json::json!({
        "width": 3, "height": 2, "crc32": 0, "thumbhash": "", "average": "808080", "captured": null,
        "truncated": false, "tag": "t", "renditions": []
    }))
    .unwrap()
}
