//! One gallery with one of everything that a route's address can name, and the addresses and forms made of it.

mod confirmed;

use domain::access::{Originals, Rights, Subject, Web};
use domain::activity::{Event, Origin, What, Who};
use domain::comment::{Author, Comment};
use domain::email::Email;
use domain::ids::{CommentId, GroupId, GuestId, LinkToken, OrderId, PresetId, SecretToken};
use domain::order::{Order, Source, Wish};
use domain::photo::Photo;
use domain::preset::{Preset, Saved};
use domain::team::Ticks;
use serde_json::json;
use table::{Invitation, Mail, Placed, Said};
use tests::actors::{Answer, Browser};
use tests::cast::{email, person};
use tests::emulators::{ORIGIN, OWNER, Seeded, now, ready};
use tests::house::House;

/// The title of every case's gallery.
pub const TITLE: &str = "Quellental";
/// The name of every case's photograph.
pub const PHOTO: &str = "ZQX_2041.jpg";
/// Somebody on a row of it.
pub const ANNA: &str = "anna@rows.example";
/// An assistant nobody asks as.
pub const AIDE: &str = "aide@falk.example";

/// A gallery and what belongs to it.
pub struct Case {
    pub seeded: Seeded,
    pub photo: String,
    /// What its person said of the photograph.
    pub comment: CommentId,
    /// What its person ordered, and was given at once.
    pub order: OrderId,
    pub upload: String,
    pub guest: GuestId,
    pub guest_link: String,
    pub group: GroupId,
    pub preset: PresetId,
    pub invitation: String,
    /// Its id as a path names it.
    pub session: String,
}

impl Case {
    /// Makes one; names in it are no other case's.
    pub async fn new(house: &House) -> Self {
        let rights = Rights {
            web: Web::Clean,
            originals: Originals::All,
            ..Rights::LOOK
        };
        let seeded = house
            .gallery_with(TITLE, Some("482916"), rights, |_| {})
            .await;
        let id = seeded.gallery.id;
        let path = format!("Vesperzeit/{PHOTO}");
        let photo = house.emulators.photo(&seeded.gallery, &path, ready()).await;
        house.invited(id, ANNA, rights).await;
        let group = house.group("Choir", &["greta@choir.example"]).await;
        let row = domain::access::Row::new(Subject::Group(group), rights);
        house.add_row(id, &row).await;
        let guest = house.guest(id, None).await;
        let table = house.emulators.table();
        house.assistant(AIDE, Ticks::default(), now()).await;
        let sessions = table.studio_sessions(&email(AIDE), now()).await.unwrap();
        confirmed::confirm(house, &seeded, &photo).await;
        Self {
            comment: comment(house, &seeded, &photo).await,
            order: order(house, &seeded, &photo).await,
            photo: photo.id.to_string(),
            upload: house
                .emulators
                .originals_of("StudioFunction")
                .start_upload(
                    &key(&seeded),
                    "image/jpeg",
                    &domain::replace::Wish::default(),
                )
                .await
                .unwrap(),
            guest: guest.id,
            guest_link: guest.link,
            group,
            preset: preset(house).await,
            invitation: invitation(house, &seeded).await,
            session: sessions[0].id.as_str().to_owned(),
            seeded,
        }
    }

    /// A route's address with this case's names in it.
    pub fn path(&self, route: &str) -> String {
        let hash = |address: &str| email(address).hash().as_str().to_owned();
        let subject = format!("person-{}", hash(ANNA));
        let path = route
            .replace("$default", "/wp-login.php")
            .replace("/assets/{file}", &web::assets::url("base.css"))
            .replace("{link}", self.seeded.link.expose())
            .replace("{photo}", &self.photo)
            .replace("{gallery}", &self.seeded.gallery.id.to_string())
            .replace("{comment}", &self.comment.to_string())
            .replace("{order}", &self.order.to_string())
            .replace("{number}", "1")
            .replace("{place}", "0")
            .replace("{file}", "names.txt")
            .replace("{upload}", &self.upload)
            .replace("{part}", "1")
            .replace("{guest}", &self.guest.to_string())
            .replace("{group}", &self.group.to_string())
            .replace("{preset}", &self.preset.to_string())
            .replace("{subject}", &subject)
            .replace("{product}", &domain::product::FULL_SIZE.to_string())
            .replace("{person}", &hash(ANNA))
            .replace("{member}", &hash(AIDE))
            .replace("{session}", &self.session)
            .replace("/i/{token}", &format!("/i/{}", self.invitation))
            .replace("{token}", SecretToken::random().expose());
        assert!(!path.contains('{'), "{route} names what no case has");
        if route.contains("{upload}") {
            return format!("{path}?key={}", key(&self.seeded));
        }
        path
    }

    /// What is sent there: JSON, or a form in which everything is right that a form of that route may have.
    pub fn body(&self, route: &str) -> (&'static str, Vec<u8>) {
        let json = |value: serde_json::Value| ("application/json", value.to_string().into_bytes());
        if route.ends_with("/uploads") {
            let file = json!({ "name": "other.jpg", "section": "Vesperzeit", "size": 1000, "type": "image/jpeg" });
            return json(file);
        }
        if route.ends_with("/uploads/plan") {
            let file = json!({ "name": "other.jpg", "section": "Vesperzeit", "size": 1000 });
            return json(json!({ "files": [file], "replace": true }));
        }
        if route.ends_with("/complete") {
            let part = json!({ "number": 1, "etag": "\"0\"" });
            return json(json!({ "key": key(&self.seeded), "parts": [part], "replace": false }));
        }
        let address = match route {
            "/studio/sign-in" | "/sign-in" => "somebody@else.example".to_owned(),
            _ => format!(
                "{}@new.example",
                &SecretToken::random().hash().as_str()[..12]
            ),
        };
        let photo = self.photo.as_str();
        let fields = [
            ("title", "Made by somebody"),
            ("pin", "918273"),
            ("email", &address),
            ("addresses", &address),
            ("name", "Somebody"),
            ("label", "Somebody"),
            ("code", "123456"),
            ("enabled", "false"),
            ("seen", "1"),
            ("number", "1"),
            ("revision", "0"),
            ("enter", "on"),
            ("to", "lock"),
            ("set", "final"),
            ("subject", "anybody"),
            ("section", "Vesperzeit"),
            ("photo", photo),
            ("photos", photo),
            ("ids", photo),
            ("stage", "final"),
            ("shown", "everyone"),
            ("own", "yes"),
            ("text", "A question"),
        ];
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        (
            "application/x-www-form-urlencoded",
            form.finish().into_bytes(),
        )
    }

    /// Sends this browser to a route, as a form of our own page or a link on it does.
    pub async fn send(
        &self,
        house: &House,
        browser: &Browser,
        method: &str,
        route: &str,
    ) -> Answer {
        let path = self.path(route);
        let method: http::Method = method.replace("ANY", "GET").parse().unwrap();
        let mut browser = browser.at(house.site(&path));
        if method == http::Method::GET {
            return browser.get(&path).await;
        }
        let (kind, body) = self.body(route);
        let headers = [
            ("origin", ORIGIN),
            ("sec-fetch-site", "same-origin"),
            ("content-type", kind),
        ];
        browser.send(method, &path, &headers, body).await
    }
}

fn key(seeded: &Seeded) -> String {
    format!("{}/Vesperzeit/new.jpg", seeded.gallery.folder)
}

async fn invitation(house: &House, seeded: &Seeded) -> String {
    let token = LinkToken::random();
    let to: Email = email(ANNA);
    let invitation = Invitation {
        token: token.hash(),
        gallery: seeded.gallery.id,
        email: to.clone(),
        by: domain::activity::Who::Member(email(OWNER)),
        created: now(),
        accepted: None,
    };
    let mail = Mail::Invitation {
        to,
        title: TITLE.into(),
        path: format!("/i/{}", token.expose()),
        message: String::new(),
        until_text: None,
        pin_hint: false,
    };
    let table = house.emulators.table();
    assert!(table.invite(&invitation, &mail, now()).await.unwrap());
    token.expose().to_owned()
}

async fn comment(house: &House, seeded: &Seeded, photo: &Photo) -> CommentId {
    let comment = Comment {
        id: CommentId::new(now()),
        gallery: seeded.gallery.id,
        photo: photo.id.clone(),
        version: photo.number,
        author: Author::Visitor(anna()),
        name: "Anna".into(),
        text: "Said in confidence".into(),
        drawing: None,
        at: now(),
        removed: None,
    };
    let said = house.emulators.table().say(&comment).await.unwrap();
    assert_eq!(said, Said::Done);
    comment.id
}

async fn order(house: &House, seeded: &Seeded, photo: &Photo) -> OrderId {
    let table = house.emulators.table();
    let [full_size, _] = domain::product::defaults();
    let wishes = [Wish::chosen(photo, &full_size)];
    let whose = (anna(), Some(email(ANNA)));
    let order = Order::place(&seeded.gallery, whose, Source::Cart, &wishes, &[], now());
    let event = |order: &Order| Event {
        at: now(),
        gallery: Some(order.gallery),
        who: Who::Visitor(anna()),
        what: What::Ordered {
            number: order.number,
            count: 1,
        },
        from: Origin::default(),
    };
    let key = SecretToken::random();
    let (order, tell) = (order.unwrap(), |order: &Order| (Vec::new(), event(order)));
    let placed = table.place_order(&seeded.gallery, &order, key.expose(), &[], tell, now());
    match placed.await.unwrap() {
        Placed::Done(order) => order.id,
        other => panic!("{other:?}"),
    }
}

async fn preset(house: &House) -> PresetId {
    let saved = Saved {
        id: PresetId::new(now()),
        name: "Weddings".into(),
        settings: Preset::Private.settings(),
    };
    house.emulators.table().save_preset(&saved).await.unwrap();
    saved.id
}

/// Somebody on the case's own row.
pub fn anna() -> Subject {
    person(ANNA)
}
