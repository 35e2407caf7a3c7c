//! What pages offer to whom: made from rows and photographs, without a table.

use crate::cover::Told;
use crate::sheet::Sheet;
use crate::visitor::{Offer, Visitor};
use domain::access::{
    Arrival, Originals, PersonSession, Rights, Row, Rows, Standing, Subject, Web,
};
use domain::gallery::{Gallery, Kind, Style};
use domain::ids::{GuestId, PhotoId, SecretToken};
use domain::photo::{Photo, Picture, Shown, Stage, State, Version};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::sync::Arc;
use table::Listing;
use web::Banner;

const ANNA: &str = "anna@example.com";

fn now() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

pub(crate) fn photo(gallery: &Gallery, name: &str, stage: Stage, marked: bool) -> Photo {
    let key = format!("{}/{name}", gallery.folder);
    Photo {
        id: PhotoId::of_key(&key),
        gallery: gallery.id,
        key,
        section: String::new(),
        file_name: name.into(),
        version: Version {
            id: "1".into(),
            etag: "e".into(),
            size: 1,
        },
        state: State::Ready(Picture {
            width: 3000,
            height: 2000,
            crc32: 0,
            thumbhash: String::new(),
            average: "808080".into(),
            captured: None,
            truncated: false,
            tag: "t".into(),
            renditions: vec![(2048, 2048, 1365), (640, 640, 427)],
            marked,
        }),
        uploaded: now(),
        stage,
        shown: Shown::Everyone,
        number: 1,
        fresh: false,
        refused: None,
    }
}

/// Three photographs, two of them with marked renditions: a Final, a Proof, and one that was rendered before marks.
fn listing(gallery: &Gallery) -> Arc<Listing> {
    Arc::new(Listing {
        photos: vec![
            photo(gallery, "A.jpg", Stage::Final, true),
            photo(gallery, "B.jpg", Stage::Proof, true),
            photo(gallery, "C.jpg", Stage::Undefined, false),
        ],
        revision: 1,
    })
}

pub(crate) fn gallery(with: impl FnOnce(&mut Gallery)) -> Gallery {
    let mut gallery = Gallery::new("Ida & Jonas".into(), "ida".into(), now());
    with(&mut gallery);
    gallery
}

fn proofing(gallery: &mut Gallery) {
    gallery.kind = Kind::Proofing;
    gallery.delivered = None;
}

fn choosing() -> Rights {
    Rights {
        select: true,
        ..Rights::LOOK
    }
}

fn everything() -> Rights {
    Rights {
        web: Web::Clean,
        originals: Originals::All,
        ..choosing()
    }
}

fn visitor(gallery: &Gallery, arrival: Arrival, rows: &Rows) -> Visitor {
    Visitor {
        standing: Standing::of(gallery, rows, &arrival, now()).unwrap(),
        banner: Banner::of(gallery, &arrival),
        arrival,
        listing: listing(gallery),
        products: domain::product::defaults().into(),
        chosen: None,
        now: now(),
    }
}

/// Anna, on a row of her own with these rights.
fn anna(gallery: &Gallery, rights: Rights) -> Visitor {
    let email: domain::email::Email = ANNA.parse().unwrap();
    let rows = Rows {
        own: Some(Row::new(Subject::Person(email.clone()), rights)),
        ..Rows::default()
    };
    let person = PersonSession {
        id: SecretToken::random().hash(),
        email,
        groups: vec![],
        created: now(),
        seen: now(),
    };
    let arrival = Arrival::Client {
        visit: None,
        person: Some(person),
    };
    visitor(gallery, arrival, &rows)
}

fn told(visitor: &Visitor) -> Told {
    let zone = TimeZone::get("Europe/Stockholm").unwrap();
    Told::to(
        visitor,
        &Sheet::of(visitor),
        "Hedda",
        &zone,
        "/g/link",
        false,
    )
}

fn fact(told: &Told, term: &str) -> Option<String> {
    let fact = told.facts.iter().find(|fact| fact.term == term)?;
    Some(format!("{} {}", fact.text, fact.aside).trim().to_owned())
}

fn offers(visitor: &Visitor) -> Vec<(bool, bool)> {
    let sheet = Sheet::of(visitor);
    let offers = sheet.placed().map(|placed| visitor.offer(placed.photo));
    offers
        .map(|Offer { original, web }| (original, web))
        .collect()
}

/// S14, S23-S26: each status has its word and the one button that is right for it.
#[test]
fn the_button_names_the_right_next_action() {
    let day = |text: &str| Some(text.parse::<Timestamp>().unwrap());
    let cases = [
        (gallery(proofing), choosing(), "Proofing", "Review"),
        (
            gallery(|g| {
                proofing(g);
                g.locked = true;
            }),
            choosing(),
            "Locked: choosing is closed",
            "View",
        ),
        (
            gallery(|g| {
                proofing(g);
                g.deadline = day("2026-11-20T23:00:00Z");
            }),
            choosing(),
            "Locked: choosing ended on 20 November 2026",
            "View",
        ),
        (
            gallery(proofing),
            Rights::LOOK,
            "Locked: in preparation",
            "View",
        ),
        (
            gallery(|_| {}),
            everything(),
            "Ready to download",
            "Download",
        ),
        (gallery(|_| {}), Rights::LOOK, "Ready", "View"),
        (
            gallery(|g| g.archived = true),
            everything(),
            "Archived",
            "View",
        ),
    ];
    for (gallery, rights, status, verb) in cases {
        let told = told(&anna(&gallery, rights));
        assert!(told.chip.text.starts_with(status), "{}", told.chip.text);
        assert!(
            told.next.text.starts_with(verb),
            "{status}: {}",
            told.next.text
        );
        // where choosing is closed nothing waits, so nothing is marked
        assert_eq!(told.waits, !status.starts_with("Locked"), "{status}");
    }
}

/// S17, L41, L40: until when, in the studio's zone, with the days that are left; the earlier of row and gallery counts.
#[test]
fn the_cover_says_until_when() {
    let shown = gallery(|g| {
        proofing(g);
        g.deadline = Some("2026-12-06T23:00:00Z".parse().unwrap());
        g.expires = Some("2027-11-22T23:00:00Z".parse().unwrap());
    });
    let cover = told(&anna(&shown, choosing()));
    assert_eq!(
        fact(&cover, "Choose").unwrap(),
        "by Sunday 6 December 2026, 23:59 Stockholm time. 14 days left"
    );
    assert_eq!(fact(&cover, "Available").unwrap(), "until 22 November 2027");
    let looks = told(&anna(&shown, Rights::LOOK));
    assert_eq!(
        fact(&looks, "Choose"),
        None,
        "who may not choose has no deadline"
    );
    let never = told(&anna(&gallery(|_| {}), everything()));
    assert_eq!(fact(&never, "Available"), None);
}

/// S15: who is signed in stands on the cover.
#[test]
fn the_cover_says_who_is_signed_in() {
    let cover = told(&anna(&gallery(|_| {}), Rights::LOOK));
    assert_eq!(fact(&cover, "Signed in").unwrap(), "as anna@example.com");
}

/// P21, P22, S35: a control stands exactly where the API would give the file.
#[test]
fn what_may_not_be_downloaded_is_not_offered() {
    let of = |rights, with: fn(&mut Gallery)| offers(&anna(&gallery(with), rights));
    let rights = |originals, web| Rights {
        originals,
        web,
        ..Rights::LOOK
    };
    let nothing = [(false, false); 3];
    assert_eq!(of(Rights::LOOK, |_| {}), nothing);
    assert_eq!(of(everything(), |_| {}), [(true, true); 3]);
    assert_eq!(
        of(rights(Originals::Final, Web::None), |_| {}),
        [(true, false), (false, false), (false, false)]
    );
    assert_eq!(
        of(rights(Originals::None, Web::Marked), |_| {}),
        [(false, true), (false, true), (false, false)],
        "no clean file in place of a marked one that is not there"
    );
    assert_eq!(of(everything(), |g| g.archived = true), nothing);
    let waiting = |g: &mut Gallery| {
        g.wait_for_delivery = true;
        g.delivered = None;
    };
    assert_eq!(of(everything(), waiting), nothing);
}

/// The words on the cover are those of the controls.
#[test]
fn the_cover_names_the_downloads_there_are() {
    let of = |rights| fact(&told(&anna(&gallery(|_| {}), rights)), "Download");
    assert_eq!(of(Rights::LOOK), None);
    assert_eq!(
        of(everything()).unwrap(),
        "Each photograph, full size and web size"
    );
    let finals = Rights {
        originals: Originals::Final,
        web: Web::Clean,
        ..Rights::LOOK
    };
    assert_eq!(
        of(finals).unwrap(),
        "Final photographs, full size; each photograph, web size"
    );
    let quota = Rights {
        originals: Originals::All,
        quota: Some(2),
        ..Rights::LOOK
    };
    assert_eq!(of(quota).unwrap(), "Up to 2 photographs, full size");
}

/// C8, L42: a guest looks, reads that it was shared, and is offered nothing.
#[test]
fn a_guest_is_offered_nothing() {
    let shown = gallery(|g| g.welcome = "Dear Ida".into());
    let row = Row::new(Subject::Guest(GuestId::new(now())), everything());
    let rows = Rows {
        guest: Some(row),
        ..Rows::default()
    };
    let guest = visitor(&shown, Arrival::Guest, &rows);
    assert_eq!(offers(&guest), [(false, false); 3]);
    assert!(!guest.shares());
    let cover = told(&guest);
    assert!(cover.chip.text.starts_with("Shared with you"));
    assert!(cover.next.text.starts_with("View"));
    assert_eq!(fact(&cover, "Download"), None);
    assert!(anna(&shown, Rights::LOOK).shares());
}

/// P36: *View as* shows the same offers under a banner that leads back, and cannot share.
#[test]
fn viewing_as_somebody_shows_what_they_see() {
    let shown = gallery(|_| {});
    let subject = Subject::Person(ANNA.parse().unwrap());
    let rows = Rows {
        own: Some(Row::new(subject.clone(), everything())),
        ..Rows::default()
    };
    let preview = visitor(&shown, Arrival::Preview(subject), &rows);
    assert_eq!(offers(&preview), offers(&anna(&shown, everything())));
    assert!(!preview.shares());
    let banner = preview.banner.as_ref().unwrap();
    assert_eq!(banner.whom, ANNA);
    let back = format!("/studio/galleries/{}/authorizations", shown.id);
    assert_eq!(banner.leave, back);
    assert_eq!(anna(&shown, everything()).banner, None);
}

/// P5: function first is how the page is laid out; what may be done is the same, and so is the next step.
#[test]
fn the_style_changes_no_right() {
    let proofing = |g: &mut Gallery| g.style = Style::Proofing;
    for rights in [Rights::LOOK, choosing(), everything()] {
        let (standard, proofing) = (gallery(|_| {}), gallery(proofing));
        let (standard, proofing) = (anna(&standard, rights), anna(&proofing, rights));
        assert_eq!(offers(&proofing), offers(&standard));
        assert_eq!(proofing.rights(), standard.rights());
        assert_eq!(proofing.shares(), standard.shares());
        let (large, small) = (told(&standard), told(&proofing));
        assert_eq!(small.chip.text, large.chip.text);
        assert_eq!(small.next.text, large.next.text);
        for term in ["Choose", "Inside", "Download", "Available"] {
            assert_eq!(fact(&small, term), fact(&large, term), "{term}");
        }
        assert!(small.facts.len() < large.facts.len());
    }
}

/// P50, product 5.4: a frame is read out with its state; where the studio says nothing, nothing is said.
#[test]
fn a_frame_is_named_with_its_state() {
    let shown = gallery(|_| {});
    let anna = anna(&shown, Rights::LOOK);
    let sheet = Sheet::of(&anna);
    let labels: Vec<String> = sheet.placed().map(|placed| placed.label(3)).collect();
    assert_eq!(
        labels,
        [
            "A.jpg, Final, 1 of 3",
            "B.jpg, Proof, 2 of 3",
            "C.jpg, 3 of 3"
        ]
    );
}
