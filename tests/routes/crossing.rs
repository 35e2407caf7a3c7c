//! Twenty thousand ids of another gallery (T5): asked with one's own cookies, each is answered exactly as an id that
//! nobody has.

use domain::access::{Originals, Rights, Web};
use domain::ids::{GuestId, LinkToken, PhotoId, SecretToken, random_bytes};
use futures::StreamExt as _;
use std::collections::BTreeMap;
use std::sync::Mutex;
use tests::actors::{Answer, Browser};
use tests::cast::person;
use tests::emulators::{Seeded, ready};
use tests::house::House;

const REQUESTS: usize = 20_000;

/// A request with an id in it; the first of each pair of ids is the other gallery's, the second is nobody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Ask {
    /// A photograph behind one's own link.
    Photo,
    Original,
    WebSize,
    /// A guest link to end.
    EndGuest,
    /// A photograph behind the other gallery's link.
    TheirPhoto,
    TheirOriginal,
    TheirWebSize,
    /// A gallery's or a guest's id where a link belongs.
    Link,
    Frames,
    /// The studio's own pages.
    Studio,
    StudioGuest,
}

const ASKS: [Ask; 11] = [
    Ask::Photo,
    Ask::Original,
    Ask::WebSize,
    Ask::EndGuest,
    Ask::TheirPhoto,
    Ask::TheirOriginal,
    Ask::TheirWebSize,
    Ask::Link,
    Ask::Frames,
    Ask::Studio,
    Ask::StudioGuest,
];

struct Theirs {
    seeded: Seeded,
    photos: Vec<String>,
    guests: Vec<String>,
}

struct Caller {
    name: &'static str,
    browser: Browser,
    link: String,
    /// Makes guest links of their own.
    shares: bool,
}

fn pick(from: &[String]) -> String {
    let at = usize::from(u16::from_le_bytes(random_bytes()));
    from[at % from.len()].clone()
}

impl Ask {
    /// An id: theirs, or nobody's.
    fn id(self, theirs: &Theirs, real: bool) -> String {
        let unknown = SecretToken::random();
        match (self, real) {
            (Self::Photo | Self::Original | Self::WebSize, true)
            | (Self::TheirPhoto | Self::TheirOriginal | Self::TheirWebSize, true) => {
                pick(&theirs.photos)
            }
            (Self::EndGuest | Self::StudioGuest, true) => pick(&theirs.guests),
            (Self::EndGuest | Self::StudioGuest, false) => {
                GuestId::new(tests::emulators::now()).to_string()
            }
            (Self::Studio, true) => theirs.seeded.gallery.id.to_string(),
            (Self::Studio, false) => {
                domain::ids::GalleryId::new(tests::emulators::now()).to_string()
            }
            (Self::Link | Self::Frames, true) => {
                pick(&[theirs.seeded.gallery.id.to_string(), pick(&theirs.guests)])
            }
            (Self::Link | Self::Frames, false) => LinkToken::random().expose().to_owned(),
            _ => PhotoId::of_key(unknown.expose()).to_string(),
        }
    }

    fn path(self, own: &str, theirs: &Seeded, id: &str) -> String {
        let (link, gallery) = (theirs.link.expose(), theirs.gallery.id);
        match self {
            Self::Photo => format!("/g/{own}/photo/{id}"),
            Self::Original => format!("/download/{own}/{id}"),
            Self::WebSize => format!("/download/{own}/{id}/web"),
            Self::EndGuest => format!("/g/{own}/guests/{id}/end"),
            Self::TheirPhoto => format!("/g/{link}/photo/{id}"),
            Self::TheirOriginal => format!("/download/{link}/{id}"),
            Self::TheirWebSize => format!("/download/{link}/{id}/web"),
            Self::Link => format!("/g/{id}"),
            Self::Frames => format!("/g/{id}/frames"),
            Self::Studio => format!("/studio/galleries/{id}"),
            Self::StudioGuest => format!("/studio/galleries/{gallery}/guests/{id}/end"),
        }
    }

    /// What everybody is answered who is inside their own gallery and asks for this.
    fn status(self, caller: &Caller) -> u16 {
        match self {
            Self::EndGuest if !caller.shares => 403,
            Self::Photo | Self::Original | Self::WebSize | Self::EndGuest => 404,
            Self::Link | Self::Frames => 404,
            // their door, and the studio's
            _ => 303,
        }
    }
}

/// Status, headers and body without what was asked for.
fn fingerprint(answer: &Answer, named: &[&str]) -> String {
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    headers.sort();
    let mut all = format!("{} {headers:?} {}", answer.status, answer.text());
    for name in named {
        all = all.replace(name, "…");
    }
    all
}

async fn theirs(house: &House, rights: Rights) -> Theirs {
    let seeded = house
        .gallery_with("Nebenan", Some("739105"), rights, |_| {})
        .await;
    let (mut photos, mut guests) = (Vec::new(), Vec::new());
    for index in 0..40 {
        let path = format!("Nebenraum/NBN_{index}.jpg");
        let photo = house.emulators.photo(&seeded.gallery, &path, ready()).await;
        photos.push(photo.id.to_string());
    }
    for _ in 0..5 {
        guests.push(house.guest(seeded.gallery.id, None).await.id.to_string());
    }
    Theirs {
        seeded,
        photos,
        guests,
    }
}

async fn callers(house: &House, own: &Seeded, rights: Rights) -> Vec<Caller> {
    let (id, clients) = (own.gallery.id, own.link.expose().to_owned());
    house.invited(id, "anna@rows.example", rights).await;
    let (preview, viewer) = house.view_as(id, &person("anna@rows.example")).await;
    let caller = |name, browser, link: &str, shares| Caller {
        name,
        browser,
        link: link.to_owned(),
        shares,
    };
    vec![
        caller("a visit", house.client(own).await, &clients, true),
        caller(
            "anna",
            house.signed_in("anna@rows.example").await,
            &clients,
            true,
        ),
        caller(
            "a guest",
            Browser::new(&house.gallery),
            &house.guest(id, None).await.link,
            false,
        ),
        caller("a view as anna", viewer, preview.expose(), false),
    ]
}

/// GHSA-g94x, T5: whatever id of another gallery is asked for, the answer is the one for an id that nobody has.
#[tokio::test(flavor = "multi_thread")]
async fn twenty_thousand_foreign_ids_are_like_none() {
    let house = House::open().await;
    let rights = Rights {
        web: Web::Clean,
        originals: Originals::All,
        ..Rights::LOOK
    };
    let own = house
        .gallery_with("Quellental", Some("482916"), rights, |_| {})
        .await;
    let path = "Vesperzeit/ZQX_1.jpg";
    house.emulators.photo(&own.gallery, path, ready()).await;
    let theirs = theirs(&house, rights).await;
    let callers = callers(&house, &own, rights).await;
    let before = house.snapshot(&["SEEN#", "ACTIVITY#"]).await;
    let (kinds, wrong) = (Mutex::new(BTreeMap::new()), Mutex::new(Vec::new()));
    let begun = std::time::Instant::now();
    futures::stream::iter(0..REQUESTS)
        .for_each_concurrent(8, async |index| {
            let (ask, real) = (
                ASKS[index % ASKS.len()],
                (index / ASKS.len()).is_multiple_of(2),
            );
            let caller = &callers[index / ASKS.len() / 2 % callers.len()];
            let id = ask.id(&theirs, real);
            let path = ask.path(&caller.link, &theirs.seeded, &id);
            let mut browser = caller.browser.at(house.site(&path));
            let answer = match ask {
                Ask::EndGuest | Ask::StudioGuest => browser.post(&path, &[]).await,
                _ => browser.get(&path).await,
            };
            let said = fingerprint(&answer, &[&id]);
            let mut faults = Vec::new();
            if answer.status != ask.status(caller) {
                faults.push(format!(
                    "{} instead of {}",
                    answer.status,
                    ask.status(caller)
                ));
            }
            for word in ["Nebenan", "Nebenraum", "NBN_", "X-Amz-"] {
                if said.contains(word) {
                    faults.push(format!("tells of {word}"));
                }
            }
            let mut kinds = kinds.lock().unwrap();
            let first = kinds
                .entry((caller.name, ask))
                .or_insert_with(|| said.clone());
            if *first != said {
                faults.push(format!("differs: {said}\n{first}"));
            }
            if !faults.is_empty() {
                let faults = faults.join("; ");
                wrong
                    .lock()
                    .unwrap()
                    .push(format!("{ask:?} {real} as {}: {faults}", caller.name));
            }
        })
        .await;
    let (kinds, wrong) = (kinds.into_inner().unwrap(), wrong.into_inner().unwrap());
    tests::say(&format!(
        "crossing: {REQUESTS} requests in {:.1?}, {} kinds of answers, {} wrong",
        begun.elapsed(),
        kinds.len(),
        wrong.len()
    ));
    let few = wrong[..wrong.len().min(10)].join("\n");
    assert!(wrong.is_empty(), "{} wrong:\n{few}", wrong.len());
    assert_eq!(kinds.len(), ASKS.len() * callers.len());
    assert_eq!(house.snapshot(&["SEEN#", "ACTIVITY#"]).await, before);
}
