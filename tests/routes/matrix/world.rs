//! Three galleries with everybody at their doors, and every photograph in them.

use super::people::{PEOPLE, Who};
use super::said::Said;
use super::states::{Is, OWN_SECTION, SHOTS, Shot, State, WELCOME};
use domain::access::{Originals, Rights, Row, Session, Subject, Web};
use domain::ids::{GalleryId, PhotoId};
use domain::selection::{Choosing, Mode};
use domain::team::Ticks;
use jiff::SignedDuration;
use tests::actors::Browser;
use tests::cast::{cookie, person};
use tests::emulators::{Seeded, now, ready, rejected};
use tests::house::House;

/// The order of the columns of [`PEOPLE`].
pub const DOORS: [&str; 3] = ["with a PIN", "for invited people", "by the link alone"];

/// Somebody at a gallery's door.
pub struct Caller {
    pub who: Who,
    pub browser: Browser,
    /// The secret part of the link they hold.
    pub link: String,
}

/// A gallery, who comes to it, and its photographs.
pub struct Behind {
    /// Its column in [`PEOPLE`].
    pub door: usize,
    pub gallery: GalleryId,
    pub callers: Vec<Caller>,
    pub shots: Vec<(Shot, PhotoId)>,
    /// What was said and ordered before anybody came.
    pub said: Said,
}

/// Everything.
pub struct World {
    pub house: House,
    pub doors: Vec<Behind>,
    /// Words that nobody may read who comes to any of [`World::doors`].
    pub foreign: Vec<String>,
}

/// All rights.
const EVERYTHING: Rights = Rights {
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

const LOOK: Rights = Rights::LOOK;

impl World {
    pub async fn build() -> Self {
        let house = House::open().await;
        let other = house
            .gallery_with("Nebenan", Some("482916"), EVERYTHING, |gallery| {
                gallery.welcome = "Nebelhorn".into();
            })
            .await;
        let path = "Nebenraum/ZQX_9049.jpg";
        house.emulators.photo(&other.gallery, path, ready()).await;
        let (id, olaf) = (other.gallery.id, address(Who::OtherPerson));
        house.invited(id, &olaf, EVERYTHING).await;
        let members = [address(Who::InGroup), address(Who::OwnAndGroup)];
        let choir = house
            .group("Choir", &members.each_ref().map(|it| it.as_str()))
            .await;
        let mut doors = Vec::new();
        for door in 0..DOORS.len() {
            doors.push(behind(&house, door, &other, Subject::Group(choir)).await);
        }
        let mut foreign: Vec<String> = ["Nebenan", "Nebelhorn", "Nebenraum", "ZQX_9049"]
            .map(Into::into)
            .into();
        foreign.push(other.link.expose().to_owned());
        Self {
            house,
            doors,
            foreign,
        }
    }
}

impl Behind {
    /// Puts the gallery into a state, and nothing else.
    pub async fn enter(&self, house: &House, state: &State) {
        house
            .change(self.gallery, |gallery| {
                let fresh = domain::gallery::Gallery::new(String::new(), String::new(), now());
                gallery.kind = fresh.kind;
                gallery.published = fresh.published;
                gallery.enabled = true;
                gallery.locked = false;
                gallery.delivered = fresh.delivered;
                gallery.wait_for_delivery = false;
                gallery.archived = false;
                gallery.deadline = None;
                gallery.expires = None;
                gallery.history = false;
                gallery.archive_downloads = false;
                gallery.guest_links = true;
                gallery.choosing = Choosing {
                    mode: if state.favourites {
                        Mode::Favourites
                    } else {
                        Mode::Selection
                    },
                    drawing: true,
                    ..Choosing::default()
                };
                (state.set)(gallery, now());
            })
            .await;
    }
}

async fn behind(house: &House, door: usize, other: &Seeded, choir: Subject) -> Behind {
    let seeded = house
        .gallery_with(
            "Quellental",
            Some("482916"),
            Rights {
                select: true,
                comment: true,
                web: Web::Clean,
                ..LOOK
            },
            |gallery| {
                gallery.own_sections = [OWN_SECTION.to_owned()].into();
                gallery.welcome = WELCOME.into();
            },
        )
        .await;
    let id = seeded.gallery.id;
    let shots = photographs(house, &seeded, other).await;
    rows(house, id, choir).await;
    let said = Said::before(house, id, &shots).await;
    let old = house.client(&seeded).await;
    let table = house.emulators.table();
    let lock = house.emulators.lock(id, "739105");
    assert!(table.set_pin(id, Some(&lock)).await.unwrap());
    let seeded = Seeded {
        pin: "739105".into(),
        ..seeded
    };
    let mut callers = Vec::new();
    for (who, _) in PEOPLE {
        let (browser, link) = match who {
            Who::VisitWithOldPin => (old.clone(), None),
            _ => caller(house, *who, &seeded, other).await,
        };
        callers.push(Caller {
            who: *who,
            browser,
            link: link.unwrap_or_else(|| seeded.link.expose().to_owned()),
        });
    }
    // the guest links and the visits are made: now the door becomes what it is
    let (_, anybody) = table.gallery(id).await.unwrap().unwrap();
    match door {
        0 => {}
        1 => {
            let off = Row {
                active: false,
                ..anybody.clone()
            };
            let saved = table
                .save_row(id, &off, Some(anybody.revision), now())
                .await;
            assert!(saved.unwrap().is_some());
        }
        _ => assert!(table.set_pin(id, None).await.unwrap()),
    }
    Behind {
        door,
        gallery: id,
        callers,
        shots,
        said,
    }
}

async fn photographs(house: &House, seeded: &Seeded, other: &Seeded) -> Vec<(Shot, PhotoId)> {
    let table = house.emulators.table();
    let mut shots = Vec::new();
    for shot in SHOTS {
        let path = format!("{}/{}", shot.section, shot.name);
        let state = match shot.is {
            Is::Ready => ready(),
            Is::Processing => domain::photo::State::Processing,
            Is::Rejected => rejected(),
            Is::Elsewhere => {
                let key = format!("{}/Nebenraum/{}", other.gallery.folder, shot.name);
                shots.push((*shot, PhotoId::of_key(&key)));
                continue;
            }
            Is::Unknown => {
                let key = format!("{}/{path}", seeded.gallery.folder);
                shots.push((*shot, PhotoId::of_key(&key)));
                continue;
            }
        };
        let emulators = &house.emulators;
        let photo = match shot.is {
            // its file is there: it is ordered
            Is::Ready => {
                let bytes = path.clone().into_bytes();
                emulators.stored(&seeded.gallery, &path, bytes).await
            }
            _ => emulators.photo(&seeded.gallery, &path, state).await,
        };
        let marked = table.mark_photos(
            seeded.gallery.id,
            std::slice::from_ref(&photo.id),
            Some(shot.stage),
            Some(shot.shown),
        );
        assert_eq!(marked.await.unwrap(), 1);
        shots.push((*shot, photo.id));
    }
    shots
}

/// The address of whoever is known by name.
pub fn address(who: Who) -> String {
    match who {
        Who::InGroup => "greta@choir.example".into(),
        Who::OtherPerson => "olaf@elsewhere.example".into(),
        Who::ViewAsAnna => "anna@rows.example".into(),
        who => format!("{who:?}@rows.example").to_lowercase(),
    }
}

async fn rows(house: &House, gallery: GalleryId, choir: Subject) {
    let looks = |change: fn(&mut Rights)| {
        let mut rights = LOOK;
        change(&mut rights);
        rights
    };
    for (who, rights) in [
        (Who::Enters, LOOK),
        (Who::EntersWithPin, LOOK),
        (Who::OwnAndGroup, LOOK),
        (Who::SignedOut, EVERYTHING),
        (Who::Selects, looks(|r| r.select = true)),
        (Who::Comments, looks(|r| r.comment = true)),
        (Who::Rates, looks(|r| r.rate = true)),
        (Who::Orders, looks(|r| r.order = true)),
        (Who::WebMarked, looks(|r| r.web = Web::Marked)),
        (Who::WebClean, looks(|r| r.web = Web::Clean)),
        (Who::Finals, looks(|r| r.originals = Originals::Final)),
        (Who::AllOriginals, looks(|r| r.originals = Originals::All)),
        (Who::Everything, EVERYTHING),
        (Who::Confirmed, EVERYTHING),
        (
            Who::ViewAsAnna,
            looks(|r| {
                (r.select, r.comment, r.rate, r.order) = (true, true, true, true);
                r.web = Web::Clean;
                r.originals = Originals::Final;
            }),
        ),
        (
            Who::MayNotEnter,
            Rights {
                enter: false,
                ..EVERYTHING
            },
        ),
        (Who::Removed, EVERYTHING),
        (Who::SessionOver, EVERYTHING),
        (Who::GuestWhoIsInvited, EVERYTHING),
    ] {
        house.invited(gallery, &address(who), rights).await;
    }
    let off = |who| Row {
        active: false,
        ..Row::new(person(&address(who)), EVERYTHING)
    };
    let off = [off(Who::SwitchedOff), off(Who::SwitchedOffWithPin)];
    let over = Row {
        until: Some(now() - SignedDuration::from_secs(1)),
        ..Row::new(person(&address(Who::RowOver)), EVERYTHING)
    };
    let mut inside = Row::new(person(&address(Who::InSection)), LOOK);
    let rights = looks(|r| {
        r.originals = Originals::All;
        r.select = true;
    });
    inside.sections.insert(OWN_SECTION.into(), rights);
    let group = Rights {
        web: Web::Marked,
        originals: Originals::Final,
        ..LOOK
    };
    let others = [over, inside, Row::new(choir, group)];
    for row in off.into_iter().chain(others) {
        house.add_row(gallery, &row).await;
    }
    let table = house.emulators.table();
    let removed = person(&address(Who::Removed));
    assert!(table.remove_row(gallery, &removed).await.unwrap());
}

/// Somebody's browser, and the link they hold if it is not the clients'.
async fn caller(
    house: &House,
    who: Who,
    seeded: &Seeded,
    other: &Seeded,
) -> (Browser, Option<String>) {
    let id = seeded.gallery.id;
    let fresh = || Browser::new(&house.gallery);
    let minute = SignedDuration::from_mins(1);
    match who {
        Who::Stranger => (fresh(), None),
        Who::WrongPin => {
            let address = format!("203.0.113.{}", id.to_string().as_bytes()[31]);
            let mut browser = Browser::from(&house.gallery, &address);
            let answer = browser.post(&seeded.path(), &[("pin", "111999")]).await;
            assert_eq!(answer.status, 403);
            (browser, None)
        }
        Who::Visit | Who::VisitWithNewPin => (house.client(seeded).await, None),
        Who::SwitchedOffWithPin | Who::EntersWithPin | Who::NotInvitedWithPin => {
            let mut browser = house.client(seeded).await;
            let me = house.signed_in(&address(who)).await;
            browser.cookies.extend(me.cookies);
            (browser, None)
        }
        Who::SignedOut => {
            let browser = house.signed_in(&address(who)).await;
            let mut leaving = browser.clone();
            assert_eq!(leaving.post("/sign-out", &[]).await.status, 303);
            (browser, None)
        }
        Who::ViewerAtTheDoor => {
            let anna = person(&address(Who::ViewAsAnna));
            (house.view_as(id, &anna).await.1, None)
        }
        Who::Left => {
            let mut browser = house.client(seeded).await;
            let before = browser.cookies.clone();
            let answer = browser.post(&format!("{}/leave", seeded.path()), &[]).await;
            assert_eq!(answer.status, 303);
            browser.cookies = before;
            (browser, None)
        }
        Who::VisitOver => (long_ago(house, seeded).await, None),
        Who::SessionOver => {
            let month = SignedDuration::from_hours(31 * 24);
            (house.signed_in_at(&address(who), now() - month).await, None)
        }
        Who::OtherVisit => {
            let mut browser = house.client(other).await;
            let name = |link| cookie(&web::visit::name(link));
            let session = browser.cookies[&name(&other.link)].clone();
            browser.cookies.insert(name(&seeded.link), session);
            (browser, None)
        }
        Who::Guest => (fresh(), Some(house.guest(id, None).await.link)),
        Who::GuestWhoIsInvited => {
            let link = house.guest(id, None).await.link;
            (house.signed_in(&address(who)).await, Some(link))
        }
        Who::GuestEnded => {
            let guest = house.guest(id, None).await;
            let table = house.emulators.table();
            assert!(table.end_guest(id, guest.id).await.unwrap().is_some());
            (fresh(), Some(guest.link))
        }
        Who::GuestOver => {
            let guest = house.guest(id, Some(now() - minute)).await;
            (fresh(), Some(guest.link))
        }
        Who::ViewAsAnna | Who::ViewAsWithoutCookie | Who::ViewAsOfAnother => {
            let anna = person(&address(Who::ViewAsAnna));
            let (link, holder) = house.view_as(id, &anna).await;
            let browser = match who {
                Who::ViewAsAnna => holder,
                Who::ViewAsOfAnother => house.view_as(other.gallery.id, &anna).await.1,
                _ => fresh(),
            };
            (browser, Some(link.expose().to_owned()))
        }
        Who::ViewAsOver => {
            let anna = person(&address(Who::ViewAsAnna));
            let over = now() - minute;
            let (link, holder) = house.view_as_until(id, &anna, over).await;
            (holder, Some(link.expose().to_owned()))
        }
        Who::Assistant | Who::AssistantWithTicks => {
            let ticks = Ticks {
                authorizations: who == Who::AssistantWithTicks,
                ..Ticks::default()
            };
            (house.assistant(&address(who), ticks, now()).await, None)
        }
        Who::Owner => (house.owner_since(now()).await, None),
        who => (house.signed_in(&address(who)).await, None),
    }
}

/// A visit that nobody continued for thirteen hours.
async fn long_ago(house: &House, seeded: &Seeded) -> Browser {
    let mut browser = house.client(seeded).await;
    let token = domain::ids::SecretToken::random();
    let table = house.emulators.table();
    let (_, row) = table.gallery(seeded.gallery.id).await.unwrap().unwrap();
    let then = now() - SignedDuration::from_hours(13);
    let session = Session {
        id: token.hash(),
        gallery: seeded.gallery.id,
        door: row.door,
        created: then,
        seen: then,
    };
    table.open_session(&session).await.unwrap();
    let name = cookie(&web::visit::name(&seeded.link));
    browser.cookies.insert(name, token.expose().to_owned());
    browser
}
