//! A gallery in which somebody orders, and a line that breaks when it is told to.

use crate::{email, engine, gallery, items, morning, photos};
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
use domain::ids::PhotoId;
use domain::order::{Order, Source, Wish};
use domain::photo::{Photo, Stage};
use domain::product::{Product, defaults};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use table::{Mail, Placed, Table};

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

/// Somebody else.
pub fn other(n: usize) -> Subject {
    Subject::Person(email(&format!("other-{n}@example.com")))
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
        self.order_of(person(), message, now)
    }

    /// The same by somebody.
    pub fn order_of(&self, subject: Subject, message: &str, now: Timestamp) -> Order {
        let wishes = self.photos.iter();
        let wishes: Vec<Wish<'_>> = wishes
            .map(|photo| Wish::chosen(photo, &self.products[0]))
            .collect();
        let by = (subject, Some(email("client@example.com")));
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

pub fn letter(order: &Order) -> Mail {
    Mail::OrderPlaced {
        to: email("client@example.com"),
        title: "Anna & Mats".into(),
        path: format!("/g/x/orders/{}", order.id),
        number: order.number,
        names: vec![],
        ready: 0,
    }
}

pub fn event(order: &Order) -> Event {
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

pub fn done(placed: Placed) -> Order {
    match placed {
        Placed::Done(order) => order,
        other => panic!("{other:?}"),
    }
}

/// The same photographs under other names, as many as wished.
pub fn many(shop: &Shop, count: usize, name: &str) -> Order {
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
