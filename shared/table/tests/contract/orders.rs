//! Orders are read whole, by everybody who lists them.

use crate::shop::{done, event, many, other, person, shop};
use crate::{again, at, morning};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::access::Subject;
use domain::ids::SecretToken;
use domain::order::{Line, LineState, Order, OrderState};
use domain::photo::Stage;
use jiff::SignedDuration;
use std::collections::{HashMap, HashSet};
use table::keys;

/// P42, P44: an order is read as it was placed, by everybody who lists orders; it costs nothing; it is counted.
#[tokio::test]
async fn an_order_is_read_as_it_was_placed() {
    let shop = shop(4).await;
    let last = shop.id(3);
    let mut first = shop.order("Bitte <hell>", morning());
    first.lines.retain(|line| line.photo != last);
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
    let mut second = shop.order("", at("2026-11-22T11:00:00Z"));
    second.lines.retain(|line| line.photo == last);
    let second = done(shop.place(&second, "b").await);
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
        (heads[1].lines, heads[1].shipped, heads[1].pending.waiting),
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
        let at = morning() + SignedDuration::from_mins(n);
        let order = shop.order_of(other(placed.len()), "", at);
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
            .expression_attribute_values(":to", AttributeValue::N(to.to_string()))
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
