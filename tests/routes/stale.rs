//! A page that is older than the rules (S30): what changed between looking and pressing is said, nothing is done by an old
//! page, in another's name, or twice.

use crate::chosen;
use domain::access::{Rights, Row, Subject};
use domain::gallery::{Gallery, Kind};
use domain::ids::SecretToken;
use domain::photo::{Photo, Shown};
use domain::product::{FULL_SIZE, SMALL};
use domain::selection::{Choosing, Mode};
use http::Method;
use tests::actors::{Answer, Browser};
use tests::cast::person;
use tests::emulators::{ORIGIN, Seeded, now, ready};
use tests::house::House;

pub(crate) const ANNA: &str = "anna@rows.example";
const JONAS: &str = "jonas@rows.example";
const CHOOSES: Rights = Rights {
    select: true,
    comment: true,
    rate: true,
    order: true,
    ..Rights::LOOK
};

/// A gallery to choose three photographs from, and two people who may.
pub(crate) struct Set {
    pub(crate) house: House,
    pub(crate) seeded: Seeded,
    pub(crate) photos: Vec<Photo>,
    pub(crate) anna: Browser,
    pub(crate) jonas: Browser,
}

impl Set {
    pub(crate) async fn up() -> Self {
        let house = House::open().await;
        let seeded = house
            .gallery_with("Quellental", Some("482916"), Rights::LOOK, |gallery| {
                gallery.kind = Kind::Proofing;
                gallery.delivered = None;
                gallery.choosing = Choosing {
                    mode: Mode::Selection,
                    ..Choosing::default()
                };
            })
            .await;
        let id = seeded.gallery.id;
        let mut photos = Vec::new();
        for name in ["A.jpg", "B.jpg", "C.jpg"] {
            photos.push(house.emulators.photo(&seeded.gallery, name, ready()).await);
        }
        for address in [ANNA, JONAS] {
            house.invited(id, address, CHOOSES).await;
        }
        let (anna, jonas) = (house.signed_in(ANNA).await, house.signed_in(JONAS).await);
        Self {
            house,
            seeded,
            photos,
            anna,
            jonas,
        }
    }

    /// A script's form, to `end` of the gallery or of its first photograph.
    pub(crate) async fn script(
        &self,
        browser: &Browser,
        end: &str,
        form: &[(&str, &str)],
    ) -> Answer {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form);
        let headers = [
            ("origin", ORIGIN),
            ("sec-fetch-site", "same-origin"),
            ("accept", "application/json"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let (path, body) = (self.path(end), body.finish().into_bytes());
        let mut browser = browser.at(&self.house.gallery);
        browser.send(Method::POST, &path, &headers, body).await
    }

    pub(crate) fn path(&self, end: &str) -> String {
        let path = self.seeded.path();
        match end {
            "review" | "confirm" | "cart" | "order" | "choices" => format!("{path}/{end}"),
            end => format!("{path}/photo/{}{end}", self.photos[0].id),
        }
    }

    /// A field of the form on that page.
    pub(crate) async fn field(&self, browser: &Browser, page: &str, name: &str) -> String {
        let mut browser = browser.at(&self.house.gallery);
        let answer = browser.get(&self.path(page)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let text = answer.text();
        let field = format!("name=\"{name}\" value=\"");
        let value = text.split(&field).nth(1);
        let value = value.unwrap_or_else(|| panic!("no {name}: {text}"));
        value.split('"').next().unwrap().to_owned()
    }

    pub(crate) async fn who(&self, browser: &Browser) -> String {
        let mut browser = browser.at(&self.house.gallery);
        let choices = browser.json(&self.path("choices")).await.json();
        choices["who"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn change(&self, with: impl FnOnce(&mut Gallery)) {
        self.house.change(self.seeded.gallery.id, with).await;
    }

    pub(crate) async fn gallery(&self) -> Gallery {
        let table = self.house.emulators.table();
        table
            .gallery(self.seeded.gallery.id)
            .await
            .unwrap()
            .unwrap()
            .0
    }

    async fn allow(&self, rights: Rights) {
        let (id, table) = (self.seeded.gallery.id, self.house.emulators.table());
        let rows = table.rows(id).await.unwrap();
        let row = rows.into_iter().find(|row| row.subject == person(ANNA));
        let row = row.unwrap();
        let changed = Row {
            rights,
            ..row.clone()
        };
        let saved = table
            .save_row(id, &changed, Some(row.revision), now())
            .await;
        assert!(saved.unwrap().is_some());
    }

    /// What was said, confirmed and ordered; looking is noted elsewhere.
    pub(crate) async fn kept(&self) -> Vec<String> {
        let items = self.house.snapshot(&[]).await;
        let of = |item: &String| item.contains("PICKS#") || item.contains("ORDERS#");
        items.into_iter().filter(of).collect()
    }

    /// The answer names the reason, in words too, and nothing was kept.
    pub(crate) async fn refused(
        &self,
        what: &str,
        answer: &Answer,
        as_: (u16, &str),
        before: &[String],
    ) {
        let json = answer.json();
        assert_eq!(
            (answer.status.as_u16(), &json["error"]),
            (as_.0, &as_.1.into()),
            "{what}"
        );
        let message = json["message"].as_str().unwrap();
        assert!(
            message.len() > 15 && message.ends_with(['.', '?']),
            "{what}: {message}"
        );
        assert_eq!(self.kept().await, before, "{what}");
    }
}

/// Every form of choosing with nothing wrong in it; `who` is added.
const FORMS: [(&str, &[(&str, &str)]); 6] = [
    ("/choose", &[("on", "1")]),
    ("/rate", &[("stars", "3")]),
    ("/rate", &[("label", "red")]),
    ("/want", &[("on", "1"), ("product", "built-in-1")]),
    ("/comments", &[("text", "Hello")]),
    ("confirm", &[]),
];

/// The form with the product's id in it.
fn filled<'a>(form: &[(&'a str, &'a str)], product: &'a str) -> Vec<(&'a str, &'a str)> {
    let id = |(name, value): &(&'a str, &'a str)| match *name {
        "product" => (*name, product),
        name => (name, *value),
    };
    form.iter().map(id).collect()
}

/// S30: what was allowed when the page was made and is not any more is refused by its name, in a sentence, and not done.
#[tokio::test(flavor = "multi_thread")]
async fn what_changed_since_the_page_is_said() {
    let set = Set::up().await;
    let (full, small) = (FULL_SIZE.to_string(), SMALL.to_string());
    set.script(&set.anna, "/choose", &[("on", "1")]).await;
    let before = set.kept().await;
    let forms = FORMS.map(|(end, form)| (end, filled(form, &full)));
    for (end, form) in &forms {
        // the studio locked it
        set.change(|gallery| gallery.locked = true).await;
        let answer = set.script(&set.anna, end, form).await;
        set.refused(end, &answer, (403, "closed"), &before).await;
        // paused
        set.change(|gallery| (gallery.locked, gallery.enabled) = (false, false))
            .await;
        let answer = set.script(&set.anna, end, form).await;
        set.refused(end, &answer, (403, "paused"), &before).await;
        set.change(|gallery| gallery.enabled = true).await;
        // took the right
        set.allow(Rights::LOOK).await;
        let answer = set.script(&set.anna, end, form).await;
        set.refused(end, &answer, (403, "not-allowed"), &before)
            .await;
        set.allow(CHOOSES).await;
    }
    // the product is not offered any more
    set.change(|gallery| gallery.products = Some(vec![FULL_SIZE]))
        .await;
    let form = [("on", "1"), ("product", small.as_str())];
    let answer = set.script(&set.anna, "/want", &form).await;
    set.refused("/want", &answer, (403, "not-offered"), &before)
        .await;
    // as many are chosen as may be by now
    set.change(|gallery| gallery.choosing.limits.max = Some(1))
        .await;
    let another = format!("{}/photo/{}/choose", set.seeded.path(), set.photos[1].id);
    let headers = [
        ("origin", ORIGIN),
        ("accept", "application/json"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let mut anna = set.anna.at(&set.house.gallery);
    let answer = anna
        .send(Method::POST, &another, &headers, b"on=1".to_vec())
        .await;
    set.refused("one more", &answer, (409, "full"), &before)
        .await;
    // the photograph is not shown any more: it is as if it never was
    let table = set.house.emulators.table();
    let hidden = std::slice::from_ref(&set.photos[0].id);
    let marked = table.mark_photos(set.seeded.gallery.id, hidden, None, Some(Shown::ToStudio));
    assert_eq!(marked.await.unwrap(), 1);
    for (end, form) in forms.iter().filter(|(end, _)| end.starts_with('/')) {
        let answer = set.script(&set.anna, end, form).await;
        set.refused(end, &answer, (404, "not-found"), &before).await;
    }
}

/// S20, S30: a right that was taken takes its controls along, also where something was said before.
#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_is_taken_takes_its_controls() {
    let set = Set::up().await;
    let full = FULL_SIZE.to_string();
    for (end, form) in FORMS.map(|(end, form)| (end, filled(form, &full))) {
        if end.starts_with('/') {
            let answer = set.script(&set.anna, end, &form).await;
            assert_eq!(answer.status, 200, "{end}: {}", answer.text());
        }
    }
    let mut anna = set.anna.at(&set.house.gallery);
    let (page, photo) = (set.seeded.path(), set.path(""));
    let controls = [
        "/choose\"",
        "/rate\"",
        "/want\"",
        "/comments#",
        "/cart\"",
        "/review\"",
    ];
    let seen = anna.get(&page).await.text() + &anna.get(&photo).await.text();
    for control in controls {
        assert!(seen.contains(control), "{control}");
    }
    set.allow(Rights::LOOK).await;
    for path in [&page, &photo] {
        let text = anna.get(path).await.text();
        for control in controls {
            assert!(!text.contains(control), "{path} shows {control}");
        }
    }
    for page in ["review", "cart"] {
        assert_eq!(anna.get(&set.path(page)).await.status, 403, "{page}");
    }
}

/// C7, S30: what was made for somebody is not taken from whoever uses the browser by then.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_taps_in_anothers_name() {
    let set = Set::up().await;
    set.script(&set.jonas, "/choose", &[("on", "1")]).await;
    let before = set.kept().await;
    let (anna, jonas) = (set.who(&set.anna).await, set.who(&set.jonas).await);
    assert_ne!(anna, jonas);
    let full = FULL_SIZE.to_string();
    let once = SecretToken::random();
    for (end, form) in FORMS.iter().chain(&[("order", [].as_slice())]) {
        let mut form = filled(form, &full);
        form.extend([
            ("who", anna.as_str()),
            ("once", once.expose()),
            ("seen", "1"),
        ]);
        let answer = set.script(&set.jonas, end, &form).await;
        set.refused(end, &answer, (409, "conflict"), &before).await;
    }
}

/// a form that is sent again does it once; its key with another content is refused, for confirming as for ordering.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_for_one_thing() {
    let set = Set::up().await;
    let full = FULL_SIZE.to_string();
    let (id, anna) = (set.seeded.gallery.id, &set.anna);
    let table = set.house.emulators.table();
    set.script(anna, "/choose", &[("on", "1")]).await;
    let (once, seen, who) = (
        set.field(anna, "review", "once").await,
        set.field(anna, "review", "seen").await,
        set.who(anna).await,
    );
    let form = |message: &'static str| {
        let fields = [("once", &*once), ("seen", &*seen), ("who", &*who)];
        let mut fields = fields.to_vec();
        fields.push(("message", message));
        fields
    };
    let answer = set.script(anna, "confirm", &form("Thank you")).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let again = set.script(anna, "confirm", &form("Thank you")).await;
    assert_eq!(again.json()["error"], "confirmed");
    // the studio opened it again: the old form confirms nothing, and no other content goes under its key
    chosen::reopen(&set.house, &set.gallery().await, &person(ANNA)).await;
    let now_seen = set.field(anna, "review", "seen").await;
    let stale = set.script(anna, "confirm", &form("Thank you")).await;
    assert_eq!(stale.status, 409, "{}", stale.text());
    let mut other = form("Something else");
    other[1].1 = &now_seen;
    let reused = set.script(anna, "confirm", &other).await;
    assert_eq!(
        (reused.status.as_u16(), &reused.json()["error"]),
        (422, &"reused".into())
    );
    assert_eq!(table.snapshots(id, &person(ANNA)).await.unwrap().len(), 1);

    let wish = [("on", "1"), ("product", full.as_str())];
    assert_eq!(set.script(anna, "/want", &wish).await.status, 200);
    let (once, seen) = (
        set.field(anna, "cart", "once").await,
        set.field(anna, "cart", "seen").await,
    );
    let form = |message: &'static str| {
        let fields = [("once", &*once), ("seen", &*seen), ("who", &*who)];
        let mut fields = fields.to_vec();
        fields.push(("message", message));
        fields
    };
    let first = set.script(anna, "order", &form("Matt paper")).await;
    let again = set.script(anna, "order", &form("Matt paper")).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (303, 303));
    assert_eq!(first.header("location"), again.header("location"));
    let other = set.script(anna, "order", &form("Glossy paper")).await;
    assert_eq!(
        (other.status.as_u16(), &other.json()["error"]),
        (422, &"reused".into())
    );
    assert_eq!(table.orders(id).await.unwrap().len(), 1);
    assert_eq!(set.house.mails("order-for-studio").await, 1);
    let jonas = set.who(&set.jonas).await;
    let mut stolen = form("Matt paper");
    stolen[2].1 = &jonas;
    let stolen = set.script(&set.jonas, "order", &stolen).await;
    assert!(stolen.status.is_client_error() && !stolen.text().contains("orders/"));
    assert_eq!(table.orders(id).await.unwrap().len(), 1);
}

/// P46: the studio's keys likewise: what was pressed once does nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_the_studio_does_one_thing() {
    let set = Set::up().await;
    set.change(|gallery| {
        gallery.kind = Kind::ProofRetouchDeliver;
        gallery.delivered = None;
    })
    .await;
    let anna = Subject::Person(ANNA.parse().unwrap());
    let photos = set.photos[..2].to_vec();
    let gallery = set.gallery().await;
    let order = chosen::order(&set.house, &gallery, &anna, &photos, FULL_SIZE).await;
    let base = format!("/studio/galleries/{}/orders/{}", gallery.id, order.id);
    let mut owner = set.house.owner().await;
    let once = SecretToken::random();
    let seen = order.revision.to_string();
    let form = [
        ("once", once.expose()),
        ("seen", seen.as_str()),
        ("on", "true"),
    ];
    let counted = owner.post(&format!("{base}/recalc"), &form).await;
    assert!(counted.status.as_u16() < 400, "{}", counted.text());
    let before = set.kept().await;
    for other in ["ship", "cancel", "auto", "lines/0/cancel"] {
        // what is asked about first carries its key in the address
        let path = format!("{base}/{other}?once={}&seen={seen}", once.expose());
        let answer = owner.post(&path, &form).await;
        let status = answer.status.as_u16();
        assert!(matches!(status, 409 | 422), "{other}: {status}");
        assert_eq!(set.kept().await, before, "{other}");
    }
}
