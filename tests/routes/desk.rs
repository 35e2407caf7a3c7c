//! The studio's side of choosing and ordering over the routes: who chose what (L32), reopening (S34), names for other
//! programs (P44), counting and shipping (P45–P48).

use domain::access::Rights;
use domain::activity::{Event, Origin, What, Who};
use domain::choice::{Label, Set, Stamp, Stars, Tap};
use domain::gallery::Kind;
use domain::order::{Order, Source, Wish};
use domain::photo::{Photo, Stage};
use domain::product::defaults;
use domain::replace::fold;
use domain::selection::{Choosing, Limits, Picked, Snapshot};
use table::{Confirmed, Confirming, Person};
use tests::actors::{Answer, Browser};
use tests::cast::{email, person};
use tests::emulators::{Seeded, now, ready};
use tests::house::House;

const ANNA: &str = "anna@choosers.example";
/// What three cameras call their files.
const NAMES: [&str; 3] = ["HL_2001.jpg", "HL_2002.JPG", "Zo\u{eb} 3.jpg"];

/// A gallery of three proofs, which Anna has chosen and confirmed.
struct Desk {
    house: House,
    seeded: Seeded,
    photos: Vec<Photo>,
    order: Order,
    owner: Browser,
}

impl Desk {
    async fn set() -> Self {
        let house = House::open().await;
        let rights = Rights {
            select: true,
            order: true,
            ..Rights::LOOK
        };
        let seeded = house
            .gallery_with("Quellental", Some("482916"), Rights::LOOK, |gallery| {
                gallery.kind = Kind::ProofRetouchDeliver;
                gallery.delivered = None;
                gallery.choosing = Choosing::for_kind(gallery.kind);
                gallery.choosing.all_must_confirm = true;
                gallery.choosing.limits = Limits {
                    min: Some(2),
                    max: Some(5),
                    extra: false,
                };
            })
            .await;
        house.invited(seeded.gallery.id, ANNA, rights).await;
        house
            .invited(seeded.gallery.id, "jonas@choosers.example", rights)
            .await;
        let table = house.emulators.table();
        let known = table.person_record(&email(ANNA)).await.unwrap().unwrap();
        let seen = Some(known.revision);
        let anna = Person {
            name: "Anna Berg".into(),
            ..known
        };
        assert!(table.save_person(&anna, seen).await.unwrap());
        let mut ids = Vec::new();
        for name in NAMES {
            let path = format!("The road/{name}");
            let photo = house.emulators.photo(&seeded.gallery, &path, ready()).await;
            ids.push(photo.id);
        }
        let proof = Some(Stage::Proof);
        table
            .mark_photos(seeded.gallery.id, &ids, proof, None)
            .await
            .unwrap();
        let mut photos = table.photos_of(seeded.gallery.id).await.unwrap();
        photos.sort_by(|a, b| a.file_name.cmp(&b.file_name));
        let order = choose_and_confirm(&house, &seeded, &photos).await;
        let owner = house.owner().await;
        Self {
            house,
            seeded,
            photos,
            order,
            owner,
        }
    }

    fn path(&self, end: &str) -> String {
        format!("/studio/galleries/{}{end}", self.seeded.gallery.id)
    }

    fn order_path(&self, end: &str) -> String {
        self.path(&format!("/orders/{}{end}", self.order.id))
    }

    fn anna(&self) -> String {
        format!("person-{}", email(ANNA).hash().as_str())
    }

    async fn page(&mut self, path: &str) -> Answer {
        let answer = self.owner.get(path).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer
    }

    /// Presses a button of the order's page as it is now.
    async fn press(&mut self, what: &str, with: &[(&str, &str)]) -> Answer {
        let page = self.page(&self.order_path("")).await.text();
        let (once, seen) = fields(&page, what);
        self.send(what, &once, &seen, with).await
    }

    async fn send(&mut self, what: &str, once: &str, seen: &str, with: &[(&str, &str)]) -> Answer {
        let mut form = vec![("once", once), ("seen", seen)];
        form.extend(with);
        let path = self.order_path(&format!("/{what}"));
        self.owner.post(&path, &form).await
    }

    /// Marks photographs through the studio's bar.
    async fn mark(&mut self, photos: std::ops::Range<usize>, set: &str) {
        let ids: Vec<String> = self.photos[photos]
            .iter()
            .map(|one| one.id.to_string())
            .collect();
        let mut form: Vec<(&str, &str)> = ids.iter().map(|id| ("photo", id.as_str())).collect();
        form.push(("set", set));
        let path = self.path("/photos/mark");
        let answer = self.owner.post(&path, &form).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
    }

    async fn now(&self) -> Order {
        let table = self.house.emulators.table();
        let order = table.order(self.order.gallery, self.order.id).await;
        order.unwrap().unwrap()
    }
}

fn event(what: What) -> Event {
    Event {
        at: now(),
        gallery: None,
        who: Who::Visitor(person(ANNA)),
        what,
        from: Origin::default(),
    }
}

/// Hearts on all, four stars and a label on the first, confirmed with the order it makes.
async fn choose_and_confirm(house: &House, seeded: &Seeded, photos: &[Photo]) -> Order {
    let (table, gallery, subject) = (house.emulators.table(), &seeded.gallery, person(ANNA));
    let hearts = photos.iter().map(|photo| (photo, Set::Chosen(true)));
    let first = &photos[0];
    let more = [
        (first, Set::Stars(Stars::try_from(4).ok())),
        (first, Set::Label(Some(Label::Green))),
    ];
    let bounding: Vec<&Photo> = photos.iter().collect();
    for (photo, set) in hearts.chain(more) {
        let tap = Tap {
            photo: photo.id.clone(),
            set,
            stamp: Stamp::now(now()),
        };
        let bound = table::Bound {
            choosing: &gallery.choosing,
            photos: &bounding,
        };
        table
            .tap(gallery.id, &subject, &tap, Some(bound), now())
            .await
            .unwrap();
    }
    let chosen = table.choices(gallery.id, &subject).await.unwrap();
    let product = &defaults()[0];
    let wishes: Vec<Wish<'_>> = photos
        .iter()
        .map(|photo| Wish::chosen(photo, product))
        .collect();
    let who = (subject.clone(), Some(email(ANNA)));
    let source = Source::Selection { snapshot: 1 };
    let order = Order::place(gallery, who, source, &wishes, &[], now()).unwrap();
    let picked = |photo: &Photo| Picked {
        photo: photo.id.clone(),
        version: photo.number,
        file_name: photo.file_name.clone(),
        section: photo.section.clone(),
        stars: None,
        label: None,
        comments: vec![],
    };
    let confirming = Confirming {
        gallery,
        subject: subject.clone(),
        contact: None,
        snapshot: Snapshot {
            number: 0,
            at: now(),
            subject,
            message: "The second one large, please.".into(),
            extra: 0,
            picked: photos.iter().map(picked).collect(),
        },
        order: Some(order),
        once: "confirmed once",
        seen: chosen.selection.revision,
    };
    let told = |_: &Snapshot, _: Option<&Order>| (vec![], vec![event(What::Entered)]);
    let confirmed = table.confirm(&confirming, told, now()).await.unwrap();
    let Confirmed::Done(_, Some(order)) = confirmed else {
        panic!("{confirmed:?}");
    };
    order
}

/// The key and the revision in the form of a page that goes there.
fn fields(page: &str, what: &str) -> (String, String) {
    let form = page
        .split("<form")
        .find(|form| form.contains(&format!("/{what}\"")));
    let form = form.unwrap_or_else(|| panic!("no form to {what}: {page}"));
    let field = |name: &str| {
        let rest = form
            .split(&format!("name=\"{name}\" value=\""))
            .nth(1)
            .unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    (field("once"), field("seen"))
}

/// L32, S22: the tab says who chose how many, who has confirmed, and who is waited for.
#[tokio::test]
async fn the_studio_reads_who_chose_what() {
    let mut desk = Desk::set().await;
    let page = desk.page(&desk.path("/selection")).await.text();
    for words in [
        "Anna Berg",
        "3 of 2–5",
        "jonas@choosers.example",
        "0 of 2–5",
        "1 of 2 have confirmed. All must before you begin.",
        "snapshot 1",
        "3 photographs chosen",
        "4 stars",
        "HL_2001,HL_2002,Zoë 3",
        "1 name has a space or a comma",
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
    let all = desk.page(&desk.path("/selection?how=all")).await.text();
    assert!(all.contains("0 photographs chosen by all of them"));
    let rated = desk.path(&format!(
        "/selection?who={}&show=rated&label=green",
        desk.anna()
    ));
    let rated = desk.page(&rated).await.text();
    assert!(rated.contains("1 photograph rated or labelled") && !rated.contains("HL_2002"));
}

/// Product 5.2: the list of galleries says what is chosen, how much was said and which orders wait.
#[tokio::test]
async fn the_list_counts_choices_comments_and_orders() {
    let mut desk = Desk::set().await;
    let talk = desk.path(&format!("/photos/{}/comments", desk.photos[0].id));
    let id = domain::ids::CommentId::new(now()).to_string();
    for text in ["Lovely.", "Lovely."] {
        let form = [("id", id.as_str()), ("text", text), ("back", "selection")];
        let answer = desk.owner.post(&talk, &form).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
    }
    let row = async |desk: &mut Desk| {
        let list = desk.page("/studio").await.text();
        let row = list.split("<tr").find(|row| row.contains("Quellental"));
        row.unwrap().to_owned()
    };
    let before = row(&mut desk).await;
    for cell in [">3 of 2–5, confirmed</a>", "#talk\">1</a>", ">1 open</a>"] {
        assert!(before.contains(cell), "{cell} in {before}");
    }
    for _ in 0..2 {
        let answer = desk.owner.post(&format!("{talk}/{id}/remove"), &[]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
    }
    let after = row(&mut desk).await;
    assert!(!after.contains("#talk"), "{after}");
}

/// S34: only the studio opens a confirmed choice again, once, with a mail; its snapshot stays and says what differs.
#[tokio::test]
async fn a_choice_is_reopened_once_and_its_snapshot_stays() {
    let mut desk = Desk::set().await;
    let path = desk.path(&format!("/selection/{}/reopen", desk.anna()));
    let question = desk.page(&path).await.text();
    assert!(question.contains("Open the choice of Anna Berg again?") && question.contains(ANNA));
    for done in ["reopened", "open"] {
        let answer = desk.owner.post(&path, &[]).await;
        assert_eq!(answer.status, 303);
        assert!(
            answer.header("location").ends_with(done),
            "{}",
            answer.header("location")
        );
    }
    assert_eq!(desk.house.mails("reopened").await, 1);
    let (table, gallery) = (desk.house.emulators.table(), desk.seeded.gallery.id);
    let tap = Tap {
        photo: desk.photos[1].id.clone(),
        set: Set::Chosen(false),
        stamp: Stamp::now(now()),
    };
    table
        .tap(gallery, &person(ANNA), &tap, None, now())
        .await
        .unwrap();
    let path = desk.path(&format!("/selection/{}/snapshots/1", desk.anna()));
    let page = desk.page(&path).await.text();
    for words in [
        "Anna Berg, as it was when confirmed on",
        "3 photographs",
        "The second one large, please.",
        "From then until now",
        "Taken out",
        "HL_2002.JPG",
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
    let table = desk.path(&format!("/selection/{}/list.csv?snapshot=1", desk.anna()));
    let table = desk.page(&table).await.text();
    assert_eq!(table.lines().count(), 4, "{table}");
}

/// P44: names, table and sidecars of a client, of everyone and of an order name the camera's files.
#[tokio::test]
async fn exports_name_the_cameras_files() {
    let mut desk = Desk::set().await;
    let one = format!("/selection/{}", desk.anna());
    for base in [
        desk.path("/selection/everyone"),
        desk.path(&one),
        desk.order_path(""),
    ] {
        let names = desk.page(&format!("{base}/names.txt")).await.text();
        assert_eq!(fold(&names), fold("HL_2001.jpg\nHL_2002.JPG\nZoë 3.jpg\n"));
        let bare = desk.page(&format!("{base}/names-bare.txt")).await.text();
        assert_eq!(fold(&bare), fold("HL_2001\nHL_2002\nZoë 3\n"));
        let table = desk.page(&format!("{base}/list.csv")).await.text();
        let first =
            "HL_2001.jpg,HL_2001,The road,4,green,Anna Berg,0,1,2026-06-14T15:04:05,3000,2000";
        assert!(table.contains(first), "{table}");
        let zip = desk.page(&format!("{base}/xmp.zip")).await;
        assert_eq!(zip.header("content-type"), "application/zip");
        let disposition = zip.header("content-disposition");
        assert!(disposition.starts_with("attachment") && disposition.contains("xmp.zip"));
    }
    let answer = desk.owner.get(&desk.order_path("/other.txt")).await;
    assert_eq!(answer.status, 404);
}

/// P45–P47: counting sends nothing; shipping sends what is Final, once, however often it is pressed; the rest waits.
#[tokio::test]
async fn counting_sends_nothing_and_shipping_sends_once() {
    let mut desk = Desk::set().await;
    let page = desk.page(&desk.order_path("")).await.text();
    for words in [
        "Order 1",
        "Three items",
        "Free of charge",
        "Nothing can ship: 3 items wait for a Final. Upload finals, then count again.",
        "Recalc items shipping methods",
        "Ship PENDING downloadable items now",
        "No final yet",
        "Choice confirmed, order placed",
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
    desk.mark(0..2, "final").await;
    let page = desk.page(&desk.order_path("")).await.text();
    assert!(page.contains("2 Finals are here and not counted"), "{page}");
    let answer = desk.press("recalc", &[]).await;
    assert_eq!(answer.status, 303);
    let page = desk.page(answer.header("location")).await.text();
    assert!(
        page.contains("2 can ship now, 1 is still Proof. Nothing was sent."),
        "{page}"
    );
    assert_eq!(desk.house.mails("delivered").await, 0);

    let page = desk.page(&desk.order_path("")).await.text();
    assert!(page.contains("Ship 2 pending items now"));
    assert!(page.contains(&format!("Sends one mail to {ANNA} with these two.")));
    let (once, seen) = fields(&page, "ship");
    let first = desk.send("ship", &once, &seen, &[]).await;
    assert!(
        first.header("location").ends_with("done=shipped"),
        "{}",
        first.header("location")
    );
    let second = desk.send("ship", &once, &seen, &[]).await;
    assert!(
        second.header("location").ends_with("done=again"),
        "{}",
        second.header("location")
    );
    let other = desk.send("ship", &format!("{once}x"), &seen, &[]).await;
    assert_eq!(other.status, 409, "another key finds nothing to ship");
    assert!(
        other
            .text()
            .contains("Nothing can ship: 1 item waits for a Final.")
    );
    assert_eq!(desk.house.mails("delivered").await, 1);
    let page = desk.page(&desk.order_path("")).await.text();
    assert!(
        page.contains("Partly shipped") && page.contains("2 shipped, 1 waits"),
        "{page}"
    );
    let list = desk.page("/studio/orders?show=partly").await.text();
    assert!(list.contains("Order 1") && list.contains("Anna Berg") && list.contains("Quellental"));
    assert!(
        list.contains("Orders <span class=\"edge num\">1</span>"),
        "the head says how many wait"
    );
}

/// what is decided on an old page is not done; the page shows what the order is now.
#[tokio::test]
async fn an_old_page_decides_nothing() {
    let mut desk = Desk::set().await;
    let page = desk.page(&desk.order_path("")).await.text();
    let (once, seen) = fields(&page, "auto");
    desk.mark(0..1, "final").await;
    desk.press("recalc", &[]).await;
    let answer = desk.send("auto", &once, &seen, &[("on", "true")]).await;
    assert_eq!(answer.status, 409);
    assert!(
        answer
            .text()
            .contains("The order changed since this page was loaded")
    );
    let answer = desk.send("ship", &once, &seen, &[]).await;
    assert_eq!(
        answer.status, 409,
        "one more can ship than the old page knew"
    );
    let order = desk.now().await;
    assert!(!order.auto_ship && order.deliveries.is_empty());
}

/// P48: an order that ships by itself does so as soon as its last photograph is marked Final, once, and both sides are
/// told.
#[tokio::test]
async fn an_order_ships_by_itself_when_all_are_final() {
    let mut desk = Desk::set().await;
    let answer = desk.press("auto", &[("on", "true")]).await;
    assert!(
        answer.header("location").ends_with("auto-on"),
        "{}",
        answer.header("location")
    );
    desk.mark(0..2, "final").await;
    assert!(desk.now().await.deliveries.is_empty(), "one is still Proof");
    desk.mark(2..3, "final").await;
    desk.mark(0..3, "final").await;
    let order = desk.now().await;
    assert_eq!(order.deliveries.len(), 1);
    assert!(order.deliveries[0].automatic && order.deliveries[0].lines == 3);
    assert_eq!(desk.house.mails("delivered").await, 1);
    assert_eq!(desk.house.mails("shipped-for-studio").await, 1);
    let page = desk.page(&desk.order_path("")).await.text();
    assert!(page.contains("3 items shipped by itself") && page.contains("Everything is shipped."));
}

/// C15, P48: nothing goes by itself out of a gallery that is paused, for the letter would lead to a closed door; it goes
/// when the gallery is open again.
#[tokio::test]
async fn nothing_ships_by_itself_while_the_gallery_is_paused() {
    let mut desk = Desk::set().await;
    desk.press("auto", &[("on", "true")]).await;
    let (table, id) = (desk.house.emulators.table(), desk.now().await.gallery);
    assert!(table.set_enabled(id, false).await.unwrap());
    desk.mark(0..3, "final").await;
    assert!(desk.now().await.deliveries.is_empty());
    assert_eq!(desk.house.mails("delivered").await, 0);
    assert!(table.set_enabled(id, true).await.unwrap());
    desk.mark(0..3, "final").await;
    assert_eq!(desk.now().await.deliveries.len(), 1);
    assert_eq!(desk.house.mails("delivered").await, 1);
}

/// Product 4.7: an item is taken out, an order cancelled, each after a question; a shipped order is not cancelled.
#[tokio::test]
async fn taking_out_asks_first() {
    let mut desk = Desk::set().await;
    let ask = async |desk: &mut Desk, end: &str| {
        let page = desk.page(&desk.order_path(end)).await.text();
        let action = page
            .split("action=\"")
            .find(|rest| rest.contains("cancel?once"))
            .unwrap();
        action
            .split('"')
            .next()
            .unwrap()
            .replace("&amp;", "&")
            .replace("&#38;", "&")
    };
    let line = ask(&mut desk, "/lines/1/cancel").await;
    let answer = desk.owner.post(&line, &[]).await;
    assert!(
        answer.header("location").ends_with("done=line"),
        "{}",
        answer.text()
    );
    let page = desk.page(&desk.order_path("")).await.text();
    assert!(page.contains("1 item taken out"), "{page}");
    let answer = desk.owner.get(&desk.order_path("/lines/9/cancel")).await;
    assert_eq!(answer.status, 404);
    let whole = ask(&mut desk, "/cancel").await;
    let answer = desk.owner.post(&whole, &[]).await;
    assert!(
        answer.header("location").ends_with("done=cancelled"),
        "{}",
        answer.text()
    );
    let again = desk.owner.post(&whole, &[]).await;
    assert!(again.header("location").ends_with("done=again"));
    assert_eq!(
        desk.now().await.state(),
        domain::order::OrderState::Cancelled
    );
    assert_eq!(desk.house.mails("delivered").await, 0);
}

/// 4.1: an assistant without ticks reads orders and choices, and ships and reopens nothing.
#[tokio::test]
async fn an_assistant_looks_and_does_not_ship() {
    let desk = Desk::set().await;
    let ticks = domain::team::Ticks::default();
    let mut aide = desk
        .house
        .assistant("aide@falk.example", ticks, now())
        .await;
    let page = aide.get(&desk.order_path("")).await;
    assert_eq!(page.status, 200);
    let page = page.text();
    assert!(page.contains("Order 1") && !page.contains("Recalc items shipping methods"));
    let form = [("once", "x"), ("seen", "1")];
    for path in [desk.order_path("/ship"), desk.order_path("/recalc")] {
        assert_eq!(aide.post(&path, &form).await.status, 403);
    }
    assert_eq!(desk.house.mails("delivered").await, 0);
}
