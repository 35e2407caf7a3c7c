//! The log: appended to, read newest first by gallery, by person and over all, to the last page.

use crate::{at, email, engine, items, morning, table};
use domain::access::Subject;
use domain::activity::{Event, KEPT, Origin, What, Who};
use domain::ids::{GalleryId, PhotoId, TokenHash};
use jiff::{SignedDuration, Timestamp};
use table::{Table, keys};

fn event(gallery: Option<GalleryId>, who: Who, what: What, at: Timestamp) -> Event {
    Event {
        at,
        gallery,
        who,
        what,
        from: Origin::of([203, 0, 113, 7].into(), "agent"),
    }
}

fn visitor(address: &str) -> Who {
    Who::Visitor(Subject::Person(email(address)))
}

fn download(name: &str) -> What {
    What::Downloaded {
        photo: PhotoId::of_key(name),
        file_name: name.into(),
        size: "original".into(),
        bytes: Some(u64::MAX),
    }
}

async fn log(table: &Table, event: &Event) {
    table.log(event).await.unwrap();
}

/// All events of a gallery (or of all), read a few at a time.
async fn pages(table: &Table, of: Option<GalleryId>, limit: usize, now: Timestamp) -> Vec<Event> {
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let page = table.events(of, limit, before.as_deref(), now).await;
        let (events, next) = page.unwrap();
        assert!(events.len() <= limit);
        all.extend(events);
        match next {
            Some(_) => before = next,
            None => return all,
        }
    }
}

/// P20: whatever can happen is written and read back as it was.
#[tokio::test]
async fn every_kind_of_event_survives_the_table() {
    let table = table().await;
    let gallery = Some(GalleryId::new(morning()));
    let address = email("client@example.com");
    let text = || "text".to_owned();
    let kinds = [
        What::Entered,
        download("IMG_1.jpg"),
        What::Accepted,
        What::Refused { wanted: text() },
        What::PinGuessesSpent,
        What::GuestLinkMade { label: text() },
        What::GuestLinkEnded { label: text() },
        What::SignedIn,
        What::SignInFailed,
        What::SignedOutEverywhere,
        What::Invited {
            email: address.clone(),
        },
        What::RowSaved {
            subject: Subject::Person(address.clone()),
            rights: text(),
        },
        What::RowRemoved {
            subject: Subject::Group(domain::ids::GroupId::new(morning())),
        },
        What::PinChanged,
        What::LinkReplaced,
        What::GalleryMade,
        What::SettingsSaved { changes: text() },
        What::StatusChanged { to: text() },
        What::ViewedAs {
            subject: Subject::Guest(domain::ids::GuestId::new(morning())),
        },
        What::Exported { what: text() },
        What::TeamChanged {
            email: address.clone(),
            change: text(),
        },
    ];
    let whos = [
        Who::Stranger,
        Who::Member(email("owner@studio.example")),
        Who::Visitor(Subject::Anybody),
        visitor("client@example.com"),
    ];
    let mut written = Vec::new();
    for (n, what) in kinds.into_iter().enumerate() {
        let time = morning() + SignedDuration::from_secs(i64::try_from(n).unwrap());
        written.push(event(gallery, whos[n % 4].clone(), what, time));
    }
    for event in &written {
        log(&table, event).await;
    }
    let mut read = pages(&table, gallery, 100, morning()).await;
    read.reverse();
    assert_eq!(read, written);
}

/// P10: newest first, over months, page by page: each event once, and none of another gallery.
#[tokio::test]
async fn a_gallerys_events_are_read_page_by_page_over_months() {
    let table = table().await;
    let (ours, other) = (GalleryId::new(morning()), GalleryId::new(morning()));
    let times = [
        "2025-12-31T23:59:59.999Z",
        "2026-01-01T00:00:00Z",
        "2026-07-04T12:00:00Z",
        "2026-11-01T00:00:00Z",
        "2026-11-22T09:59:59.5Z",
        "2026-11-22T10:00:00Z",
    ];
    let mut written: Vec<Event> = times
        .iter()
        .map(|time| event(Some(ours), Who::Stranger, What::Entered, at(time)))
        .collect();
    for event in &written {
        log(&table, event).await;
    }
    let elsewhere = event(Some(other), Who::Stranger, What::Entered, morning());
    log(&table, &elsewhere).await;
    written.reverse();
    for limit in [1, 2, 3, 6, 100] {
        let read = pages(&table, Some(ours), limit, morning()).await;
        assert_eq!(read, written, "{limit} a page");
    }
}

/// P10: many events of the same millisecond are all read, each once, in whatever pages.
#[tokio::test]
async fn events_of_one_moment_are_not_lost_between_pages() {
    let table = table().await;
    let gallery = Some(GalleryId::new(morning()));
    for n in 0..23 {
        let what = download(&format!("IMG_{n}.jpg"));
        log(&table, &event(gallery, Who::Stranger, what, morning())).await;
    }
    let whole = pages(&table, gallery, 100, morning()).await;
    assert_eq!(whole.len(), 23);
    assert_eq!(pages(&table, gallery, 4, morning()).await, whole);
}

/// the studio reads all galleries and its own events in one list; a gallery's list has only its own.
#[tokio::test]
async fn the_studio_reads_everything_in_one_list() {
    let table = table().await;
    let (a, b) = (GalleryId::new(morning()), GalleryId::new(morning()));
    let member = Who::Member(email("owner@studio.example"));
    let later = |n| morning() + SignedDuration::from_secs(n);
    let written = [
        event(None, member, What::SignedIn, later(0)),
        event(Some(a), visitor("c@example.com"), What::Entered, later(1)),
        event(Some(b), Who::Stranger, What::PinGuessesSpent, later(2)),
        event(None, visitor("c@example.com"), What::SignedIn, later(3)),
    ];
    for event in &written {
        log(&table, event).await;
    }
    let mut read = pages(&table, None, 3, later(9)).await;
    read.reverse();
    assert_eq!(read, written);
    assert_eq!(
        pages(&table, Some(a), 3, later(9)).await,
        [written[1].clone()]
    );
}

/// P20: a contact's page shows what they did, and what was done to them, and nothing of anybody else.
#[tokio::test]
async fn a_persons_events_are_those_that_concern_them() {
    let table = table().await;
    let gallery = Some(GalleryId::new(morning()));
    let member = Who::Member(email("owner@studio.example"));
    let them = email("them@example.com");
    let later = |n| morning() + SignedDuration::from_secs(n);
    let saved = What::RowSaved {
        subject: Subject::Person(them.clone()),
        rights: "look".into(),
    };
    let invited = What::Invited {
        email: them.clone(),
    };
    let theirs = [
        event(gallery, member.clone(), saved, later(0)),
        event(gallery, member.clone(), invited, later(1)),
        event(
            gallery,
            visitor("them@example.com"),
            What::Entered,
            later(2),
        ),
        event(
            gallery,
            visitor("them@example.com"),
            download("a"),
            later(3),
        ),
    ];
    let others = [
        event(
            gallery,
            visitor("other@example.com"),
            What::Entered,
            later(4),
        ),
        event(
            gallery,
            Who::Visitor(Subject::Anybody),
            What::Entered,
            later(5),
        ),
        event(gallery, member, What::PinChanged, later(6)),
    ];
    for event in theirs.iter().chain(&others) {
        log(&table, event).await;
    }
    let (first, next) = table.events_of(&them, 3, None, later(9)).await.unwrap();
    let rest = table.events_of(&them, 3, next.as_deref(), later(9)).await;
    let (rest, end) = rest.unwrap();
    let mut read: Vec<Event> = first.into_iter().chain(rest).collect();
    read.reverse();
    assert_eq!(read, theirs);
    assert_eq!(end, None);
    assert_eq!(pages(&table, gallery, 100, later(9)).await.len(), 7);
}

/// an event is gone after 400 days for whoever reads, whenever the table deletes it; until then it is there.
#[tokio::test]
async fn events_end_after_400_days() {
    let (table, client) = engine().await;
    let gallery = Some(GalleryId::new(morning()));
    log(
        &table,
        &event(gallery, Who::Stranger, What::Entered, morning()),
    )
    .await;
    for view in [gallery, None] {
        let (last, _) = table.events(view, 9, None, morning() + KEPT).await.unwrap();
        assert_eq!(last.len(), 1);
        let late = morning() + KEPT + SignedDuration::from_millis(1);
        let (gone, _) = table.events(view, 9, None, late).await.unwrap();
        assert_eq!(gone, []);
    }
    let partition = keys::activity_partition(gallery, "202611");
    let stored = items(&client, &partition).await;
    let ttl = stored[0]["ttl"].as_n().unwrap();
    assert_eq!(*ttl, (morning() + KEPT).as_second().to_string());
}

/// A cursor stands in an address: whatever is typed there is answered, with events of this gallery or none.
#[tokio::test]
async fn a_made_up_cursor_is_harmless() {
    let table = table().await;
    let gallery = Some(GalleryId::new(morning()));
    log(
        &table,
        &event(gallery, Who::Stranger, What::Entered, morning()),
    )
    .await;
    let id = "0".repeat(32);
    let made_up = [
        String::new(),
        "x".repeat(5000),
        "~".into(),
        "2026-11-22T10:00:00.000Z".into(),
        format!("9999-12-30T00:00:00.000Z#{id}"),
        format!("-009999-01-01T00:00:00.000Z#{id}"),
        format!("2026-11-22T11:00:00+01:00#{id}"),
    ];
    for cursor in made_up {
        let page = table.events(gallery, 5, Some(&cursor), morning()).await;
        assert!(page.unwrap().0.len() <= 1, "{cursor}");
    }
    let past = format!("2020-01-01T00:00:00.000Z#{id}");
    let page = table.events(gallery, 5, Some(&past), morning()).await;
    assert_eq!(page.unwrap(), (vec![], None));
}

/// No whole address and no user agent is kept.
#[tokio::test]
async fn the_log_keeps_a_prefix_and_a_tag() {
    let (table, client) = engine().await;
    log(
        &table,
        &event(None, Who::Stranger, What::SignInFailed, morning()),
    )
    .await;
    let partition = keys::activity_partition(None, "202611");
    let stored = format!("{:?}", items(&client, &partition).await);
    assert!(stored.contains("203.0.113.0/24"));
    assert!(stored.contains(&TokenHash::of("agent").as_str()[..8]));
    assert!(!stored.contains("203.0.113.7") && !stored.contains("agent"));
}
