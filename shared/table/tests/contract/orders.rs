//! Orders are placed once each, however often they are sent, and are read whole.

use crate::{again, at, email, engine, gallery, items, morning, photos};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::interceptors::{
    BeforeDeserializationInterceptorContextMut, BeforeTransmitInterceptorContextRef,
};
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use domain::access::Subject;
use domain::activity::{Event, Origin, What, Who};
use domain::gallery::{Gallery, Kind};
use domain::ids::{PhotoId, SecretToken};
use domain::order::{Line, LineState, Order, OrderState, Source, Wish};
use domain::photo::{Photo, Stage};
use domain::product::{Product, defaults};
use jiff::{SignedDuration, Timestamp};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use table::{Mail, Placed, Table, keys};

/// A gallery whose photographs are proofs, and somebody who orders.
pub struct Shop {
    pub table: Table,
    pub client: Client,
    pub gallery: Gallery,
    pub photos: Vec<Photo>,
    pub products: Vec<Product>,
}

pub fn person() -> Subject {
    Subject::Person(email("client@example.com"))
}

pub async fn shop(photographs: usize) -> Shop {
    let (table, client) = engine().await;
    let (mut gallery, _) = gallery(&table).await;
    gallery.kind = Kind::ProofRetouchDeliver;
    assert!(table.save_settings(&gallery, 0).await.unwrap());
    gallery.settings_revision = 1;
    for n in 0..photographs {
        photos::put(&table, &gallery, &format!("IMG_{n}.jpg")).await;
    }
    let mut shop = Shop {
        table,
        client,
        gallery,
        photos: Vec::new(),
        products: defaults().into(),
    };
    let all: Vec<usize> = (0..photographs).collect();
    shop.say(&all, Stage::Proof).await;
    shop
}

impl Shop {
    /// Says what photographs are now.
    pub async fn say(&mut self, which: &[usize], stage: Stage) {
        let ids: Vec<PhotoId> = which.iter().map(|n| self.id(*n)).collect();
        let (table, gallery) = (&self.table, self.gallery.id);
        if !ids.is_empty() {
            let marked = table.mark_photos(gallery, &ids, Some(stage), None).await;
            assert_eq!(marked.unwrap(), ids.len());
        }
        self.photos = table.photos_of(gallery).await.unwrap();
        self.photos.sort_by(|a, b| a.file_name.cmp(&b.file_name));
    }

    pub fn id(&self, n: usize) -> PhotoId {
        photos::id(&self.gallery, &format!("IMG_{n}.jpg"))
    }

    /// An order of all photographs in full size.
    pub fn order(&self, message: &str, now: Timestamp) -> Order {
        let wishes = self.photos.iter();
        let wishes: Vec<Wish<'_>> = wishes
            .map(|photo| Wish::chosen(photo, &self.products[0]))
            .collect();
        let by = (person(), Some(email("client@example.com")));
        let order = Order::place(&self.gallery, by, Source::Cart, &wishes, &[], now).unwrap();
        Order {
            message: message.into(),
            ..order
        }
    }

    pub async fn place(&self, order: &Order, once: &str) -> Placed {
        let tell = |order: &Order| (vec![letter(order)], event(order));
        self.table
            .place_order(&self.gallery, order, once, &[], tell, morning())
            .await
            .unwrap()
    }

    /// How many mails lie in the outbox.
    pub async fn mails(&self) -> usize {
        let mut mails = 0;
        for shard in 0..16 {
            let partition = format!("OUTBOX#{shard:x}");
            mails += items(&self.client, &partition).await.len();
        }
        mails
    }

    pub async fn events(&self) -> Vec<Event> {
        let now = morning() + SignedDuration::from_hours(24 * 30);
        let gallery = Some(self.gallery.id);
        let events = self.table.events(gallery, 1000, None, now).await;
        events.unwrap().0
    }
}

fn letter(order: &Order) -> Mail {
    Mail::OrderPlaced {
        to: email("client@example.com"),
        title: "Anna & Mats".into(),
        path: format!("/g/x/orders/{}", order.id),
        number: order.number,
        names: vec![],
        ready: 0,
    }
}

fn event(order: &Order) -> Event {
    Event {
        at: order.placed,
        gallery: Some(order.gallery),
        who: Who::Visitor(person()),
        what: What::Ordered {
            number: order.number,
            count: 1,
        },
        from: Origin::default(),
    }
}

fn done(placed: Placed) -> Order {
    match placed {
        Placed::Done(order) => order,
        other => panic!("{other:?}"),
    }
}

/// P42, P44: an order is read as it was placed, by everybody who lists orders; it costs nothing; it is counted.
#[tokio::test]
async fn an_order_is_read_as_it_was_placed() {
    let shop = shop(3).await;
    let first = shop.order("Bitte <hell>", morning());
    let placed = done(shop.place(&first, "a").await);
    assert_eq!(
        placed,
        Order {
            number: 1,
            ..first.clone()
        }
    );
    assert_eq!(placed.total(), 0);
    assert_eq!(placed.state(), OrderState::Placed);
    let second = done(
        shop.place(&shop.order("", at("2026-11-22T11:00:00Z")), "b")
            .await,
    );
    assert_eq!(second.number, 2);

    let (table, id) = (again(&shop.client), shop.gallery.id);
    assert_eq!(
        table.order(id, placed.id).await.unwrap(),
        Some(placed.clone())
    );
    let both = vec![second.clone(), placed.clone()];
    assert_eq!(table.orders(id).await.unwrap(), both);
    assert_eq!(table.orders_of(id, &person()).await.unwrap(), both);
    assert_eq!(table.orders_of(id, &Subject::Anybody).await.unwrap(), []);
    let (heads, next) = table.all_orders(true, 10, None).await.unwrap();
    assert_eq!(
        heads.iter().map(|head| head.id).collect::<Vec<_>>(),
        [second.id, placed.id]
    );
    assert_eq!(
        (heads[0].lines, heads[0].shipped, heads[0].pending.waiting),
        (3, 0, 3)
    );
    assert_eq!(next, None);
    assert_eq!(table.open_orders().await.unwrap(), 2);
    assert_eq!(
        table.galleries_with_open_orders().await.unwrap(),
        HashSet::from([id])
    );
    assert_eq!((shop.mails().await, shop.events().await.len()), (2, 2));
}

/// P41: what can be downloaded at once is shipped with the order.
#[tokio::test]
async fn what_is_final_already_is_shipped_when_it_is_ordered() {
    let mut shop = shop(2).await;
    shop.say(&[1], Stage::Final).await;
    let order = done(shop.place(&shop.order("", morning()), "a").await);
    assert_eq!(order.state(), OrderState::PartlyShipped);
    assert_eq!(order.lines[0].state, LineState::Pending);
    assert!(matches!(
        order.lines[1].state,
        LineState::Shipped { version: 1, .. }
    ));
    let read = shop.table.order(order.gallery, order.id).await.unwrap();
    assert_eq!(read, Some(order));
}

/// the same sent again is the same order; something else under the same key is refused; a key counts 40 days.
#[tokio::test]
async fn an_order_sent_again_is_the_same_order() {
    let shop = shop(2).await;
    let order = shop.order("as agreed", morning());
    let placed = done(shop.place(&order, "key").await);
    // a form sent again makes another order of the same wish: only what was asked for is compared
    let later = shop.order("as agreed", at("2026-11-22T12:00:00Z"));
    assert_ne!(later.id, order.id);
    assert_eq!(
        shop.place(&later, "key").await,
        Placed::Again(placed.clone())
    );
    assert_eq!(
        shop.place(&shop.order("another", morning()), "key").await,
        Placed::Reused
    );
    let mut less = shop.order("as agreed", morning());
    less.lines.pop();
    assert_eq!(shop.place(&less, "key").await, Placed::Reused);

    let (table, id) = (&shop.table, shop.gallery.id);
    let of = async |subject: &Subject, key, now| {
        table.placed_order(id, subject, key, now).await.unwrap()
    };
    assert_eq!(of(&person(), "key", morning()).await, Some(placed));
    assert_eq!(
        of(&Subject::Anybody, "key", morning()).await,
        None,
        "not theirs"
    );
    assert_eq!(of(&person(), "other", morning()).await, None);
    let over = morning() + SignedDuration::from_hours(41 * 24);
    assert_eq!(
        of(&person(), "key", over).await,
        None,
        "R-2.8: over, though nothing removed it"
    );
    assert_eq!(table.orders(id).await.unwrap().len(), 1);
    assert_eq!((shop.mails().await, shop.events().await.len()), (1, 1));
}

/// an order is placed only in a gallery that is as it was when its rights were decided.
#[tokio::test]
async fn no_order_is_placed_in_a_gallery_that_was_paused_or_changed_meanwhile() {
    let shop = shop(1).await;
    let (table, id) = (&shop.table, shop.gallery.id);
    let order = shop.order("", morning());
    table.set_enabled(id, false).await.unwrap();
    assert_eq!(shop.place(&order, "a").await, Placed::Changed);
    table.set_enabled(id, true).await.unwrap();
    let locked = Gallery {
        locked: true,
        ..shop.gallery.clone()
    };
    assert!(table.save_settings(&locked, 1).await.unwrap());
    assert_eq!(shop.place(&order, "a").await, Placed::Changed);
    assert_eq!(table.orders(id).await.unwrap(), []);
    assert_eq!(
        (shop.mails().await, shop.events().await.len()),
        (0, 0),
        "nothing is left behind"
    );
}

/// Sends until it is told something else than to come again, as a browser does.
async fn sent(shop: &Shop, order: &Order, once: &str) -> Placed {
    loop {
        match shop.place(order, once).await {
            Placed::Busy => {}
            outcome => return outcome,
        }
    }
}

/// a hundred at once with one key are one order, one number, one mail and one event.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_placings_with_one_key_are_one_order() {
    let shop = Arc::new(shop(2).await);
    let placings = (0..100).map(|_| {
        let shop = Arc::clone(&shop);
        // each has its own id, as a hundred requests would
        tokio::spawn(async move { sent(&shop, &shop.order("", morning()), "key").await })
    });
    let mut ids = HashSet::new();
    let mut fresh = 0;
    for placed in futures::future::join_all(placings).await {
        match placed.unwrap() {
            Placed::Done(order) => {
                fresh += 1;
                ids.insert((order.id, order.number));
            }
            Placed::Again(order) => {
                ids.insert((order.id, order.number));
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((fresh, ids.len()), (1, 1));
    let orders = shop.table.orders(shop.gallery.id).await.unwrap();
    assert_eq!(orders.len(), 1);
    assert_eq!(orders[0].number, 1);
    assert_eq!((shop.mails().await, shop.events().await.len()), (1, 1));
}

/// of orders placed at once each has a number of its own, and none is left out.
#[tokio::test(flavor = "multi_thread")]
async fn orders_placed_at_once_are_counted_without_gap_and_twin() {
    let shop = Arc::new(shop(1).await);
    let placings = (0..30).map(|n| {
        let shop = Arc::clone(&shop);
        let order = shop.order("", morning());
        tokio::spawn(async move { sent(&shop, &order, &n.to_string()).await })
    });
    let placed = futures::future::join_all(placings).await;
    let numbers: HashSet<u32> = placed
        .into_iter()
        .map(|p| done(p.unwrap()).number)
        .collect();
    assert_eq!(numbers, (1..=30).collect());
}

/// Loses the answer to the next transaction: it is done, and nobody hears of it.
#[derive(Debug, Clone, Default)]
pub struct Deaf {
    /// To be set when the line is to break.
    pub next: Arc<AtomicBool>,
    underway: Arc<AtomicBool>,
}

impl Intercept for Deaf {
    fn name(&self) -> &'static str {
        "LoseTheAnswer"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let target = context.request().headers().get("x-amz-target");
        if target.is_some_and(|name| name.ends_with("TransactWriteItems")) {
            let lose = self.next.swap(false, Ordering::SeqCst);
            self.underway.store(lose, Ordering::SeqCst);
        }
        Ok(())
    }

    fn modify_before_deserialization(
        &self,
        _context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        match self.underway.swap(false, Ordering::SeqCst) {
            true => Err("the line broke".into()),
            false => Ok(()),
        }
    }
}

impl Deaf {
    /// The same table over a line that breaks when it is told to, and is not mended by the SDK.
    pub fn table(&self, client: &Client) -> Table {
        let config = client
            .config()
            .to_builder()
            .interceptor(self.clone())
            .retry_config(RetryConfig::disabled())
            .build();
        Table::new(&Client::from_conf(config), "table".into())
    }
}

/// the write is done and its answer lost; whoever sends it again, also after the gallery was paused, finds the
/// order that was placed, and nothing twice.
#[tokio::test]
async fn an_order_whose_answer_was_lost_is_found_when_it_is_sent_again() {
    let mut shop = shop(2).await;
    let deaf = Deaf::default();
    shop.table = deaf.table(&shop.client);
    let order = shop.order("", morning());
    deaf.next.store(true, Ordering::SeqCst);
    let tell = |order: &Order| (vec![letter(order)], event(order));
    let lost = shop
        .table
        .place_order(&shop.gallery, &order, "key", &[], tell, morning())
        .await;
    assert!(lost.is_err(), "{lost:?}");
    shop.table
        .set_enabled(shop.gallery.id, false)
        .await
        .unwrap();
    let placed = shop.place(&shop.order("", morning()), "key").await;
    let expected = Order { number: 1, ..order };
    assert_eq!(placed, Placed::Again(expected.clone()));
    assert_eq!(
        shop.table.orders(shop.gallery.id).await.unwrap(),
        [expected]
    );
    assert_eq!((shop.mails().await, shop.events().await.len()), (1, 1));
}

/// The same photographs under other names, as many as wished.
fn many(shop: &Shop, count: usize, name: &str) -> Order {
    let photos: Vec<Photo> = (0..count)
        .map(|n| Photo {
            id: PhotoId::of_key(&n.to_string()),
            file_name: format!("{name}{n:05}.jpg"),
            ..shop.photos[0].clone()
        })
        .collect();
    let wishes: Vec<Wish<'_>> = photos
        .iter()
        .map(|p| Wish::chosen(p, &shop.products[0]))
        .collect();
    Order::place(
        &shop.gallery,
        (person(), None),
        Source::Cart,
        &wishes,
        &[],
        morning(),
    )
    .unwrap()
}

/// 4.7: the largest orders there can be fit into one transaction each, by number and by the length of their names, and so
/// do their changes.
#[tokio::test]
async fn the_largest_orders_are_placed_and_cancelled_whole() {
    let shop = shop(1).await;
    let long = "n".repeat(240);
    for (order, once) in [
        (many(&shop, 10_000, "I"), "a"),
        (many(&shop, 6_000, &long), "b"),
    ] {
        let placed = done(shop.place(&order, once).await);
        let (table, id) = (&shop.table, shop.gallery.id);
        assert_eq!(
            table.order(id, placed.id).await.unwrap(),
            Some(placed.clone())
        );
        let tell = |order: &Order, (): &()| (vec![], event(order));
        let cancel = |order: &mut Order, _: &HashMap<_, _>| order.cancel(morning());
        let name = format!("{once} cancel");
        let outcome = table
            .change_order((id, placed.id), (&name, "cancel"), cancel, tell, morning())
            .await
            .unwrap();
        let table::Changed::Done(cancelled, ()) = outcome else {
            panic!("not cancelled");
        };
        assert_eq!(cancelled.state(), OrderState::Cancelled);
        let cancelled_line = |line: &Line| matches!(line.state, LineState::Cancelled { .. });
        let read = table.order(id, placed.id).await.unwrap().unwrap();
        assert!(read.lines.iter().all(cancelled_line));
        assert_eq!(read.lines.len(), order.lines.len());
    }
}

/// P44: lists show open and finished orders of all galleries, the last one first, page by page.
#[tokio::test]
async fn all_orders_are_listed_page_by_page() {
    let shop = shop(1).await;
    let mut placed = Vec::new();
    for n in 0..7 {
        let order = shop.order("", morning() + SignedDuration::from_mins(n));
        placed.push(done(shop.place(&order, &n.to_string()).await));
    }
    for order in placed.iter().step_by(2) {
        let cancel = |order: &mut Order, _: &HashMap<_, _>| order.cancel(morning());
        let tell = |order: &Order, (): &()| (vec![], event(order));
        let once = SecretToken::random();
        shop.table
            .change_order(
                (order.gallery, order.id),
                (once.expose(), "cancel"),
                cancel,
                tell,
                morning(),
            )
            .await
            .unwrap();
    }
    let pages = async |open| {
        let (mut numbers, mut before, mut pages) = (Vec::new(), None, 0);
        loop {
            let page = shop.table.all_orders(open, 2, before.as_deref()).await;
            let (heads, next) = page.unwrap();
            numbers.extend(heads.iter().map(|head| head.number));
            pages += 1;
            match next {
                Some(_) => before = next,
                None => return (numbers, pages),
            }
        }
    };
    assert_eq!(pages(false).await, (vec![7, 6, 5, 4, 3, 2, 1], 4));
    assert_eq!(pages(true).await, (vec![6, 4, 2], 2));
    assert_eq!(shop.table.open_orders().await.unwrap(), 3);
    let heads = shop.table.all_orders(false, 10, None).await.unwrap().0;
    assert_eq!(heads[0].state, OrderState::Cancelled);
    assert_eq!(heads[1].state, OrderState::Placed);
}

/// An order that is read while it is written is never half of the one and half of the other.
#[tokio::test]
async fn an_order_read_halfway_is_read_again() {
    let shop = shop(1).await;
    let order = done(shop.place(&many(&shop, 500, "I"), "a").await);
    // what a reader sees when a transaction has reached the head and not the lines
    let key = keys::order_lines(order.gallery, order.id, 1);
    let revision = |to: u32| {
        shop.client
            .update_item()
            .table_name("table")
            .set_key(Some(key.attributes()))
            .update_expression("SET revision = :to")
            .expression_attribute_values(
                ":to",
                aws_sdk_dynamodb::types::AttributeValue::N(to.to_string()),
            )
            .send()
    };
    revision(7).await.unwrap();
    let mend = async {
        tokio::task::yield_now().await;
        revision(0).await.unwrap();
    };
    let (read, ()) = futures::join!(shop.table.order(order.gallery, order.id), mend);
    assert_eq!(read.unwrap(), Some(order.clone()));
    revision(7).await.unwrap();
    let listed = shop.table.orders_of(order.gallery, &person()).await;
    assert!(listed.is_err(), "half an order is no order: {listed:?}");
}
