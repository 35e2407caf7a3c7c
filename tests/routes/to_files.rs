//! From hearts to files, by the pages alone: review, confirm, cart, orders, and the download of exactly what was shipped.

use domain::access::{Originals, Rights, Row};
use domain::activity::{Event, Origin, What, Who};
use domain::gallery::{Gallery, Kind};
use domain::ids::{OrderId, PhotoId, ProductId, SecretToken};
use domain::order::{Delivery, Order};
use domain::photo::{Photo, Shown, Stage};
use domain::product::{FULL_SIZE, SMALL};
use domain::selection::{Choosing, Limits};
use jiff::ToSpan as _;
use table::{Changed, Mail};
use tests::actors::{Answer, Browser};
use tests::cast::person;
use tests::emulators::{Seeded, now, ready};
use tests::house::House;

const ANNA: &str = "anna@lindqvist.example";

/// Anna's rights: choose, rate, order, and originals of Finals.
fn rights() -> Rights {
    Rights {
        select: true,
        rate: true,
        order: true,
        originals: Originals::Final,
        ..Rights::LOOK
    }
}

struct Scene {
    house: House,
    seeded: Seeded,
    photos: Vec<Photo>,
    anna: Browser,
}

/// A gallery in which proofs are chosen, retouched and delivered, with so many photographs; Anna is on a row of her own.
async fn scene(count: usize, with: impl FnOnce(&mut Gallery)) -> Scene {
    let house = House::open().await;
    let seeded = house
        .gallery_with("Quellental", Some("482916"), rights(), |gallery| {
            gallery.kind = Kind::ProofRetouchDeliver;
            gallery.choosing = Choosing::for_kind(gallery.kind);
            gallery.delivered = None;
            with(gallery);
        })
        .await;
    house.invited(seeded.gallery.id, ANNA, rights()).await;
    let mut photos = Vec::new();
    for index in 0..count {
        let path = format!("Vesperzeit/ZQX_{:04}.jpg", 2041 + index);
        photos.push(house.emulators.photo(&seeded.gallery, &path, ready()).await);
    }
    let anna = house.signed_in(ANNA).await;
    Scene {
        house,
        seeded,
        photos,
        anna,
    }
}

impl Scene {
    fn path(&self, rest: &str) -> String {
        format!("{}/{rest}", self.seeded.path())
    }

    async fn read(&mut self, rest: &str) -> String {
        let path = self.path(rest);
        self.anna.get(&path).await.text()
    }

    /// Gives Anna's row these rights.
    async fn allow(&self, rights: Rights) {
        let (id, table) = (self.seeded.gallery.id, self.house.emulators.table());
        let rows = table.rows(id).await.unwrap();
        let row = rows.into_iter().find(|row| row.subject == person(ANNA));
        let row = row.unwrap();
        let changed = Row {
            rights,
            ..row.clone()
        };
        let saved = table.save_row(id, &changed, Some(row.revision), now());
        assert!(saved.await.unwrap().is_some());
    }

    async fn choose(&mut self, at: usize, on: bool) -> Answer {
        let path = self.path(&format!("photo/{}/choose", self.photos[at].id));
        let on = if on { "1" } else { "0" };
        self.anna.post(&path, &[("on", on)]).await
    }

    async fn want(&mut self, at: usize, product: ProductId) {
        let path = self.path(&format!("photo/{}/want", self.photos[at].id));
        let product = product.to_string();
        let form = [("on", "1"), ("product", product.as_str())];
        let answer = self.anna.post(&path, &form).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
    }

    /// Sends the form of a page as it is now, with these fields over its own.
    async fn send(&mut self, page: &str, over: &[(&str, &str)]) -> Answer {
        let page = self.read(page).await;
        self.send_of(&page, over).await
    }

    async fn send_of(&mut self, page: &str, over: &[(&str, &str)]) -> Answer {
        let form = page.split(r#"id="confirm""#).nth(1).unwrap();
        let to = between(form, r#"action=""#);
        let value = |name| between(form, &format!(r#"name="{name}" value=""#)).to_owned();
        let own = ["once", "seen", "who"].map(|name| (name, value(name)));
        let kept = own
            .iter()
            .filter(|(name, _)| over.iter().all(|(other, _)| other != name));
        let kept = kept.map(|(name, value)| (*name, value.as_str()));
        let fields: Vec<(&str, &str)> = kept.chain(over.iter().copied()).collect();
        self.anna.post(to, &fields).await
    }

    async fn stage(&self, at: usize, stage: Stage) {
        let ids: [PhotoId; 1] = [self.photos[at].id.clone()];
        let table = self.house.emulators.table();
        let gallery = self.seeded.gallery.id;
        table
            .mark_photos(gallery, &ids, Some(stage), None)
            .await
            .unwrap();
    }

    async fn orders(&self) -> Vec<Order> {
        let table = self.house.emulators.table();
        table.orders(self.seeded.gallery.id).await.unwrap()
    }

    fn event(&self, what: What) -> Event {
        Event {
            at: now(),
            gallery: Some(self.seeded.gallery.id),
            who: Who::Itself,
            what,
            from: Origin::default(),
        }
    }

    /// Counts again and ships what can ship, as the studio does.
    async fn ship(&self, id: OrderId) -> Order {
        let table = self.house.emulators.table();
        let gallery = table.gallery(self.seeded.gallery.id).await.unwrap();
        let (gallery, _) = gallery.unwrap();
        let products = table.products().await.unwrap();
        let change = |order: &Order| {
            self.event(What::OrderChanged {
                number: order.number,
                change: "counted".into(),
            })
        };
        let key = SecretToken::random();
        let counted = table
            .recalc_order(
                (&gallery, id),
                key.expose(),
                &products,
                |order: &Order, _: &_| change(order),
                now(),
            )
            .await;
        assert!(matches!(counted, Ok(Changed::Done(..))), "{counted:?}");
        let shipped = |order: &Order, delivery: &Delivery| {
            (Mail::shipped(&gallery, order, delivery), change(order))
        };
        let key = SecretToken::random();
        let done = table.ship_order((&gallery, id), key.expose(), &products, shipped, now());
        match done.await.unwrap() {
            Changed::Done(order, _) => order,
            other => panic!("{other:?}"),
        }
    }

    /// Puts these bytes under that name, as a new version where there is one of it.
    async fn put(&self, name: &str, bytes: &[u8]) -> Photo {
        let (emulators, gallery) = (&self.house.emulators, &self.seeded.gallery);
        let path = format!("Vesperzeit/{name}");
        emulators.stored(gallery, &path, bytes.to_vec()).await
    }
}

/// What stands after this text, up to the next quotation mark.
fn between<'a>(text: &'a str, before: &str) -> &'a str {
    let rest = text.split(before).nth(1);
    let rest = rest.unwrap_or_else(|| panic!("{before} is not in the page"));
    rest.split('"').next().unwrap()
}

/// S22, S34, S37: too few cannot be confirmed and the page says how many are missing; enough become one frozen list and
/// one order, with one letter to each side, however often the form is sent; then only the studio opens the choice.
#[tokio::test(flavor = "multi_thread")]
async fn a_choice_is_looked_through_and_confirmed_once() {
    let limits = Limits {
        min: Some(2),
        max: Some(3),
        extra: false,
    };
    let mut scene = scene(4, |gallery| gallery.choosing.limits = limits).await;
    scene.choose(0, true).await;
    let page = scene.read("review").await;
    assert!(page.contains("Choose 1 more to confirm."), "{page}");
    assert!(page.contains("ZQX_2041.jpg") && !page.contains("ZQX_2042.jpg"));
    assert!(page.contains(r#"aria-disabled="true""#));
    assert_eq!(scene.send_of(&page, &[]).await.status, 422);
    scene.choose(2, true).await;
    let page = scene.read("review").await;
    assert!(page.contains("Confirming closes your choice."));
    let words = [("message", "Please keep the beach ones together.")];
    for _ in 0..3 {
        let answer = scene.send_of(&page, &words).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        assert_eq!(answer.header("location"), scene.path("confirmed/1"));
    }
    let done = scene.read("confirmed/1").await;
    assert!(
        done.contains("Both of you have the list by mail."),
        "{done}"
    );
    assert!(done.contains("Please keep the beach ones together."));
    assert!(done.contains("ZQX_2041.jpg") && done.contains("ZQX_2043.jpg"));
    assert!(!done.contains("ZQX_2042.jpg"));
    let house = &scene.house;
    assert_eq!(house.mails("confirmed").await, 1);
    assert_eq!(house.mails("confirmed-for-studio").await, 1);
    let letter = house.newest_mail("confirmed").await.unwrap();
    assert_eq!(letter["to"], ANNA);
    assert_eq!(letter["path"], scene.path("confirmed/1"));
    let orders = scene.orders().await;
    assert_eq!(orders.len(), 1, "a confirmed list is an order here (4.6)");
    assert_eq!(orders[0].lines.len(), 2);
    assert_eq!(scene.choose(1, true).await.status, 403);
    let review = scene.path("review");
    let review = scene.anna.get(&review).await;
    assert_eq!(review.header("location"), scene.path("confirmed/1"));
}

/// R-2.4: a page from before another tap confirms nothing; it is shown anew, with what was written.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_from_before_another_tap_confirms_nothing() {
    let mut scene = scene(3, |_| {}).await;
    scene.choose(0, true).await;
    let page = scene.read("review").await;
    scene.choose(1, true).await;
    let stale = scene.send_of(&page, &[("message", "One of them")]).await;
    assert_eq!(stale.status, 409);
    let text = stale.text();
    assert!(
        text.contains("Your other device changed the choice meanwhile"),
        "{text}"
    );
    assert!(text.contains("One of them") && text.contains("ZQX_2042.jpg"));
    let others = scene.send("review", &[("who", "0123456789abcdef")]).await;
    assert_eq!(others.status, 409, "somebody else's page in this browser");
    assert!(scene.orders().await.is_empty());
    let fresh = scene.send("review", &[]).await;
    assert_eq!(fresh.status, 303, "{}", fresh.text());
}

/// S20, S24, S32, P36: each reason that closes a choice is named, and nothing of it is lost.
#[tokio::test(flavor = "multi_thread")]
async fn confirming_is_refused_by_name() {
    let mut scene = scene(2, |_| {}).await;
    scene.choose(0, true).await;
    let page = scene.read("review").await;
    let id = scene.seeded.gallery.id;
    scene
        .house
        .change(id, |gallery| gallery.locked = true)
        .await;
    let shut = scene.read("review").await;
    assert!(
        shut.contains("has closed choosing. The one you chose is saved."),
        "{shut}"
    );
    assert_eq!(scene.send_of(&page, &[]).await.status, 403);
    let passed = |gallery: &mut Gallery| {
        gallery.locked = false;
        gallery.deadline = Some(now() - 1.hour());
    };
    scene.house.change(id, passed).await;
    let late = scene.read("review").await;
    assert!(late.contains("Choosing ended on"), "{late}");
    assert_eq!(scene.send_of(&page, &[]).await.status, 403);
    scene
        .house
        .change(id, |gallery| gallery.deadline = None)
        .await;
    let guest = scene.house.guest(id, None).await;
    let mut visitor = Browser::new(&scene.house.gallery);
    let refused = visitor.get(&format!("/g/{}/review", guest.link)).await;
    assert_eq!(refused.status, 403, "a guest has no choice");
    let (link, mut preview) = scene.house.view_as(id, &person(ANNA)).await;
    let seen = format!("/g/{}/review", link.expose());
    let seen = preview.get(&seen).await;
    assert_eq!(seen.status, 200);
    assert!(seen.text().contains("Nothing is confirmed from here."));
    let done = format!("/g/{}/confirm", link.expose());
    let done = preview.post(&done, &[("once", "x")]).await;
    assert_eq!(done.status, 403);
    assert!(scene.orders().await.is_empty());
    let at_last = scene.send("review", &[]).await;
    assert_eq!(at_last.status, 303, "{}", at_last.text());
}

/// C7: everybody behind the PIN shares one choice; an address is optional and only for the letters.
#[tokio::test(flavor = "multi_thread")]
async fn the_pins_choice_may_name_an_address() {
    let mut scene = scene(2, |gallery| gallery.kind = Kind::Proofing).await;
    scene.anna = scene.house.client(&scene.seeded).await;
    scene.choose(0, true).await;
    let page = scene.read("review").await;
    assert!(page.contains("Your e-mail address (optional)"));
    let typed = [("email", "no address"), ("message", "Kept")];
    let wrong = scene.send_of(&page, &typed).await;
    assert_eq!(wrong.status, 422);
    let text = wrong.text();
    assert!(text.contains(r#"id="email-said""#) && text.contains("Kept"));
    let long = "ä".repeat(2001);
    let long = scene.send("review", &[("message", &long)]).await;
    assert_eq!(long.status, 422);
    assert_eq!(scene.send("review", &[]).await.status, 303);
    let done = scene.read("confirmed/1").await;
    assert!(!done.contains("Both of you"), "nobody gave an address");
    assert_eq!(scene.house.mails("confirmed").await, 0);
    assert_eq!(scene.house.mails("confirmed-for-studio").await, 1);
    assert!(scene.orders().await.is_empty(), "nothing is retouched here");
    let mut anna = scene.house.signed_in(ANNA).await;
    let hers = anna.get(&scene.path("confirmed/1")).await;
    assert_eq!(hers.status, 404, "Anna's own list is not the PIN's");
}

/// S34: opened again by the studio, the page says what differs from what was confirmed; the list stays as it was.
#[tokio::test(flavor = "multi_thread")]
async fn a_reopened_choice_shows_what_changed() {
    let mut scene = scene(3, |_| {}).await;
    scene.choose(0, true).await;
    scene.choose(1, true).await;
    assert_eq!(scene.send("review", &[]).await.status, 303);
    let (id, subject) = (scene.seeded.gallery.id, person(ANNA));
    let event = scene.event(What::Reopened {
        subject: subject.clone(),
    });
    let table = scene.house.emulators.table();
    let reopened = table.reopen(id, &subject, &[], &event, now()).await;
    assert!(reopened.unwrap().is_ok());
    scene.choose(1, false).await;
    scene.choose(2, true).await;
    let page = scene.read("review").await;
    assert!(page.contains("has opened your choice again."), "{page}");
    assert!(page.contains("<dt>Chosen since</dt><dd>ZQX_2043.jpg</dd>"));
    assert!(page.contains("<dt>Taken out since</dt><dd>ZQX_2042.jpg</dd>"));
    let list = scene.read("confirmed/1").await;
    assert!(list.contains("ZQX_2042.jpg") && !list.contains("ZQX_2043.jpg"));
    let second = scene.send("review", &[]).await;
    assert_eq!(second.header("location"), scene.path("confirmed/2"));
    let mut lines: Vec<usize> = scene.orders().await.iter().map(|o| o.lines.len()).collect();
    lines.sort_unstable();
    assert_eq!(lines, [1, 2], "only what was not ordered yet is ordered");
    let first = scene.read("confirmed/1").await;
    assert!(first.contains("You have confirmed a newer list since."));
}

/// P42, P43: the cart becomes one order without a word of money, however often the form is sent; both sides get a letter.
#[tokio::test(flavor = "multi_thread")]
async fn a_cart_is_ordered_once() {
    let mut scene = scene(3, |_| {}).await;
    scene.want(0, FULL_SIZE).await;
    scene.want(1, SMALL).await;
    let cart = scene.read("cart").await;
    assert!(cart.contains("Full size for printing") && cart.contains("Small for sharing"));
    let body = cart.split("<main").nth(1).unwrap().to_lowercase();
    for money in ["price", "€", "total", "payment", "charge"] {
        assert!(!body.contains(money), "{money}");
    }
    let words = [("message", "For the album")];
    let placed = scene.send_of(&cart, &words).await;
    assert_eq!(placed.status, 303, "{}", placed.text());
    let orders = scene.orders().await;
    assert_eq!(orders.len(), 1);
    let there = format!("orders/{}", orders[0].id);
    assert_eq!(placed.header("location"), scene.path(&there));
    let again = scene.send_of(&cart, &words).await;
    assert_eq!(again.header("location"), scene.path(&there));
    let other = scene.send_of(&cart, &[("message", "Another word")]).await;
    assert_eq!(other.status, 422, "the same key with another content");
    assert!(scene.read("cart").await.contains("The cart is empty"));
    assert_eq!(scene.orders().await.len(), 1);
    let page = scene.read(&there).await;
    assert!(page.contains("Order 1") && page.contains("ZQX_2041.jpg"));
    assert!(
        page.contains("Waiting for the finished photograph"),
        "{page}"
    );
    assert!(scene.read("orders").await.contains("Order 1"));
    assert_eq!(scene.house.mails("order-placed").await, 1);
    let letter = scene.house.newest_mail("order-for-studio").await.unwrap();
    assert_eq!(letter["message"], "For the album");
    scene.want(0, FULL_SIZE).await;
    let cart = scene.read("cart").await;
    assert!(cart.contains("ZQX_2041.jpg is ordered already."), "{cart}");
    assert_eq!(scene.send_of(&cart, &[]).await.status, 422);
}

/// P40, P57: what cannot be ordered any more is named and stays; the page from before orders nothing.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_offered_any_more_is_named() {
    let mut scene = scene(2, |_| {}).await;
    let table = scene.house.emulators.table();
    let mut products = table.products().await.unwrap().to_vec();
    let full = products.iter_mut().find(|p| p.id == FULL_SIZE).unwrap();
    full.states = [Stage::Undefined, Stage::Proof].into();
    table.save_product(full, Some(full.revision)).await.unwrap();
    scene.want(0, FULL_SIZE).await;
    scene.want(1, FULL_SIZE).await;
    let before = scene.read("cart").await;
    scene.stage(1, Stage::Final).await;
    let stale = scene.send_of(&before, &[]).await;
    assert_eq!(stale.status, 409);
    let text = stale.text();
    assert!(
        text.contains("ZQX_2042.jpg cannot be ordered in its state."),
        "{text}"
    );
    assert!(text.contains("of 2 can be ordered"));
    assert_eq!(scene.send_of(&text, &[]).await.status, 303);
    assert_eq!(scene.orders().await[0].lines.len(), 1);
    let cart = scene.read("cart").await;
    assert!(cart.contains("ZQX_2042.jpg") && !cart.contains("ZQX_2041.jpg"));
}

/// P48, P49: the order's link fetches exactly the version that was shipped, also after the photograph was replaced and
/// hidden, while the row and the gallery let them in, and says so when the bucket has lost it.
#[tokio::test(flavor = "multi_thread")]
async fn exactly_what_was_shipped_is_fetched() {
    let mut scene = scene(1, |_| {}).await;
    for name in ["ZQX_3041.jpg", "ZQX_3042.jpg"] {
        let photo = scene.put(name, b"proof").await;
        scene.photos.push(photo);
    }
    for at in 0..3 {
        scene.choose(at, true).await;
    }
    assert_eq!(scene.send("review", &[]).await.status, 303);
    let last = scene.put("ZQX_3041.jpg", b"the finished one").await;
    let list = scene.read("confirmed/1").await;
    assert_eq!(list.matches("Replaced since").count(), 1);
    let (table, gallery) = (scene.house.emulators.table(), scene.seeded.gallery.id);
    let wanted = [1, 2, 9].map(|number| (&last.id, number));
    let kept = table.versions_at(gallery, &wanted).await.unwrap();
    let mut numbers: Vec<u32> = kept.values().map(|version| version.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2], "all that are kept, in one read");
    scene.stage(0, Stage::Final).await;
    scene.stage(1, Stage::Final).await;
    let order = scene.ship(scene.orders().await[0].id).await;
    assert_eq!(order.shipped(&last.id, FULL_SIZE), Some(2));
    let there = format!("orders/{}", order.id);
    let page = scene.read(&there).await;
    assert!(page.contains("2 of 3 are here") && page.contains("Partly here"));
    let link = scene.seeded.link.expose().to_owned();
    let file = |photo: &Photo| {
        let (order, photo) = (order.id, &photo.id);
        format!("/download/{link}/order/{order}/{photo}/{FULL_SIZE}")
    };
    let (here, waits) = (file(&scene.photos[1]), file(&scene.photos[2]));
    assert!(page.contains(&here) && !page.contains(&waits));
    let mut anna = scene.anna.at(&scene.house.download);
    let version = last.version.id.clone();
    let fetched = anna.get(&here).await;
    assert_eq!(fetched.status, 302, "{}", fetched.text());
    assert!(fetched.header("location").contains(&version));
    assert_eq!(anna.get(&waits).await.status, 403, "it is not shipped yet");
    // replaced and hidden since
    scene.put("ZQX_3041.jpg", b"another picture again").await;
    let (table, id) = (scene.house.emulators.table(), scene.seeded.gallery.id);
    let hidden = [last.id.clone()];
    let marked = table.mark_photos(id, &hidden, None, Some(Shown::ToStudio));
    assert_eq!(marked.await.unwrap(), 1);
    let fetched = anna.get(&here).await;
    assert_eq!(fetched.status, 302, "{}", fetched.text());
    assert!(fetched.header("location").contains(&version));
    let page = scene.read(&there).await;
    assert!(page.contains("ZQX_3041.jpg") && page.contains(&here));
    // a row that neither orders nor downloads any more, and a paused gallery
    let rows = table.rows(id).await.unwrap();
    let row = rows.into_iter().find(|row| row.subject == person(ANNA));
    let row = row.unwrap();
    let seen = Some(row.revision);
    let looking = Row {
        rights: Rights::LOOK,
        ..row.clone()
    };
    let looking = table.save_row(id, &looking, seen, now()).await.unwrap();
    assert_eq!(anna.get(&here).await.status, 403);
    let page = scene.read(&there).await;
    assert!(!page.contains(&here) && page.contains("has not opened the download to you"));
    let seen = looking.map(|row| row.revision);
    assert!(
        table
            .save_row(id, &row, seen, now())
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(anna.get(&here).await.status, 302);
    for enabled in [false, true] {
        scene.house.change(id, |g| g.enabled = enabled).await;
        let status = anna.get(&here).await.status;
        assert_eq!(status, if enabled { 302 } else { 403 });
    }
    // a row whose object the bucket does not have
    let gone = anna.get(&file(&scene.photos[0])).await;
    assert_eq!(gone.status, 410);
    assert!(gone.text().contains("This file is no longer kept"));
}

/// P44, P49: who has ordered finds their orders from the gallery, also when the right to order is taken; who never did and
/// may not is not led to an empty page.
#[tokio::test(flavor = "multi_thread")]
async fn orders_stay_in_reach_without_the_right_to_order() {
    let mut scene = scene(2, |_| {}).await;
    let (home, link) = (scene.seeded.path(), scene.path("orders\""));
    scene.allow(Rights::LOOK).await;
    let page = scene.anna.get(&home).await.text();
    assert!(!page.contains(&link));
    scene.allow(rights()).await;
    scene.want(0, FULL_SIZE).await;
    assert_eq!(scene.send("cart", &[]).await.status, 303);
    scene.allow(Rights::LOOK).await;
    let page = scene.anna.get(&home).await.text();
    assert!(page.contains(&link) && !page.contains("/cart\""), "{page}");
    assert!(scene.read("orders").await.contains("Order 1"));
}

/// P48: a letter's link asks for the door first and leads on to the order, and it belongs to whoever it was written to.
#[tokio::test(flavor = "multi_thread")]
async fn the_door_leads_on_to_the_order() {
    let mut scene = scene(1, |_| {}).await;
    scene.want(0, FULL_SIZE).await;
    assert_eq!(scene.send("cart", &[]).await.status, 303);
    let order = scene.orders().await[0].id;
    let (to, door) = (format!("orders/{order}"), scene.seeded.path());
    let there = scene.path(&to);
    let mut stranger = Browser::new(&scene.house.gallery);
    let asked = format!("{door}?to={to}");
    let (link, photo) = (scene.seeded.link.expose(), &scene.photos[0].id);
    let file = format!("/download/{link}/order/{order}/{photo}/{FULL_SIZE}");
    for path in [&there, &file] {
        let mut stranger = stranger.at(scene.house.site(path));
        let answer = stranger.get(path).await;
        assert_eq!(answer.status, 303);
        assert_eq!(answer.header("location"), asked);
    }
    let page = stranger.get(&asked).await.text();
    assert!(
        page.contains(&format!(r#"name="to" value="{to}""#)),
        "{page}"
    );
    assert!(page.contains(&format!("/sign-in?to={to}")));
    let typed = [("pin", "482916"), ("to", to.as_str())];
    let let_in = stranger.post(&door, &typed).await;
    assert_eq!(let_in.header("location"), there);
    let unknown = scene.path(&format!("orders/{}", OrderId::new(now())));
    for path in [&there, &unknown] {
        let answer = stranger.get(path).await;
        assert_eq!(answer.status, 404, "the PIN's holders did not order it");
        let text = answer.text();
        assert!(text.contains("Sign in with my address") && !text.contains("ZQX_2041"));
    }
    let mut pin = stranger.at(&scene.house.download);
    assert_eq!(pin.get(&file).await.status, 404);
    let sign_in = stranger.get(&scene.path(&format!("sign-in?to={to}"))).await;
    let then = format!(r#"name="then" value="{there}""#);
    assert!(sign_in.text().contains(&then));
    let elsewhere = [("pin", "482916"), ("to", "//evil.example")];
    let elsewhere = stranger.post(&door, &elsewhere).await;
    assert_eq!(elsewhere.header("location"), door);
    let id = scene.seeded.gallery.id;
    let (link, mut preview) = scene.house.view_as(id, &person(ANNA)).await;
    let seen = preview.get(&format!("/g/{}/{to}", link.expose())).await;
    assert_eq!(seen.status, 200, "View as sees what Anna sees");
    let bo = "bo@lindqvist.example";
    scene.house.invited(id, bo, rights()).await;
    let mut bo = scene.house.signed_in(bo).await;
    assert_eq!(bo.get(&there).await.status, 404);
    let none = bo.get(&scene.path("orders")).await;
    assert!(none.text().contains("No orders yet"));
}

/// R-4.6: whoever may order cannot have letters sent without end; the hour's budget is the subject's own, and what was
/// placed before is found again when its form comes twice.
#[tokio::test]
async fn so_many_orders_an_hour_and_then_a_wait() {
    let mut scene = scene(2, |_| {}).await;
    scene.want(0, FULL_SIZE).await;
    let first = scene.read("cart").await;
    assert_eq!(scene.send_of(&first, &[]).await.status, 303);
    scene.want(1, FULL_SIZE).await;
    let (table, gallery) = (scene.house.emulators.table(), scene.seeded.gallery.id);
    let mut last = None;
    // the hour may change on the way: then the budget begins anew, once
    for _ in 0..=2 * domain::throttle::HOURLY_ORDERS {
        let taken = table.take_order(gallery, &person(ANNA), now()).await;
        if !taken.unwrap() {
            last = Some(scene.send("cart", &[]).await);
            break;
        }
    }
    let refused = last.unwrap();
    assert_eq!(refused.status, 429);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() <= 3600);
    assert_eq!(scene.orders().await.len(), 1);
    assert_eq!(scene.send_of(&first, &[]).await.status, 303);
}

/// P42: a wish names a product of the studio's, also one that is taken back; anything else is kept nowhere.
#[tokio::test]
async fn a_wish_names_a_product() {
    let mut scene = scene(1, |_| {}).await;
    let path = scene.path(&format!("photo/{}/want", scene.photos[0].id));
    let unknown = ProductId::new(now()).to_string();
    for on in ["0", "1"] {
        let form = [("on", on), ("product", unknown.as_str())];
        assert_eq!(scene.anna.post(&path, &form).await.status, 403, "on={on}");
    }
    let table = scene.house.emulators.table();
    let chosen = table.choices(scene.seeded.gallery.id, &person(ANNA)).await;
    assert!(chosen.unwrap().choices.is_empty());
    scene.want(0, FULL_SIZE).await;
    let known = FULL_SIZE.to_string();
    let off = [("on", "0"), ("product", known.as_str())];
    assert_eq!(scene.anna.post(&path, &off).await.status, 303);
}
