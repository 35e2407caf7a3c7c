//! Orders as lists: of the studio, and of one gallery.

use super::words::{self, Word};
use crate::Studio;
use crate::clients::Clients;
use crate::head::Head;
use crate::member::{Me, Named};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::ids::GalleryId;
use domain::order::{LineState, Order, OrderState};
use http::StatusCode;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use std::collections::HashMap;
use table::OrderHead;
use web::{Failure, Page, html};

/// Orders of one page.
const PAGE: usize = 100;

/// The chips, with their names in addresses and on the page.
const CHIPS: [(&str, &str, Option<OrderState>); 5] = [
    ("", "All", None),
    ("pending", "Pending", Some(OrderState::Placed)),
    ("partly", "Partly shipped", Some(OrderState::PartlyShipped)),
    ("shipped", "Shipped", Some(OrderState::Shipped)),
    ("cancelled", "Cancelled", Some(OrderState::Cancelled)),
];

#[derive(Template)]
#[template(path = "orders.html")]
struct OrdersPage<'a> {
    page: Page<'a>,
    /// None: of the studio as a whole.
    head: Option<(GalleryId, Head)>,
    chips: Vec<ChipLine>,
    rows: Vec<Row>,
    /// There is no order at all.
    none: bool,
    /// The address of older ones.
    older: Option<String>,
}

struct ChipLine {
    name: &'static str,
    label: &'static str,
    /// None: not all orders are read, so nobody counted.
    count: Option<usize>,
    current: bool,
}

struct Row {
    path: String,
    number: u32,
    gallery: Option<(GalleryId, String)>,
    client: String,
    placed: String,
    items: String,
    tally: String,
    state: Word,
}

#[derive(Deserialize, Default)]
pub(super) struct Asked {
    #[serde(default)]
    show: String,
    before: Option<String>,
}

/// `GET /studio/orders`: of all galleries, the last one first.
pub(super) async fn all(
    State(studio): State<Studio>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (table, wanted) = (&studio.table, state(&asked.show));
    let open = matches!(wanted, Some(OrderState::Placed | OrderState::PartlyShipped));
    let before = asked.before.as_deref();
    let ((heads, next), galleries, clients) = tokio::try_join!(
        async { Ok(table.all_orders(open, PAGE, before).await?) },
        async { Ok(table.galleries().await?) },
        Clients::of(&studio)
    )?;
    let titles: HashMap<GalleryId, &str> = galleries
        .iter()
        .map(|one| (one.id, one.title.as_str()))
        .collect();
    let whole = next.is_none() && before.is_none() && !open;
    let row = |head: &OrderHead| {
        let title = titles.get(&head.gallery).copied();
        let title = title.unwrap_or("a gallery that is gone");
        Row {
            gallery: Some((head.gallery, title.to_owned())),
            ..row(&studio, head, &clients)
        }
    };
    let kept = heads.iter().filter(|head| keeps(wanted, head.state));
    let page = OrdersPage {
        page: Page::new(&studio.name),
        head: None,
        chips: chips(&heads, &asked.show, whole),
        rows: kept.map(row).collect(),
        none: heads.is_empty() && before.is_none() && !open,
        older: next.map(|next| older(&asked.show, &next)),
    };
    Ok(html(StatusCode::OK, &page))
}

/// `GET …/{gallery}/orders`.
pub(super) async fn of_gallery(
    State(studio): State<Studio>,
    me: Me,
    Named { gallery, .. }: Named,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let table = &studio.table;
    let (orders, galleries, clients) = tokio::try_join!(
        async { Ok(table.orders(gallery.id).await?) },
        async { Ok(table.galleries().await?) },
        Clients::of(&studio)
    )?;
    let heads: Vec<OrderHead> = orders.iter().map(head_of).collect();
    let wanted = state(&asked.show);
    let kept = heads.iter().filter(|head| keeps(wanted, head.state));
    let page = OrdersPage {
        page: Page::new(&studio.name),
        chips: chips(&heads, &asked.show, true),
        rows: kept.map(|head| row(&studio, head, &clients)).collect(),
        none: heads.is_empty(),
        older: None,
        head: Some((gallery.id, Head::of(&studio, &me, &gallery, &galleries))),
    };
    Ok(html(StatusCode::OK, &page))
}

fn state(show: &str) -> Option<OrderState> {
    let mut chips = CHIPS.iter().filter(|(name, ..)| *name == show);
    chips.next().and_then(|(.., state)| *state)
}

fn keeps(wanted: Option<OrderState>, state: OrderState) -> bool {
    wanted.is_none_or(|wanted| wanted == state)
}

fn chips(heads: &[OrderHead], show: &str, whole: bool) -> Vec<ChipLine> {
    let current = state(show);
    let chip = |(name, label, wanted): &(&'static str, &'static str, Option<OrderState>)| {
        let count = heads
            .iter()
            .filter(|head| keeps(*wanted, head.state))
            .count();
        ChipLine {
            name,
            label,
            count: whole.then_some(count),
            current: *wanted == current,
        }
    };
    CHIPS.iter().map(chip).collect()
}

fn older(show: &str, next: &str) -> String {
    let next = utf8_percent_encode(next, NON_ALPHANUMERIC);
    format!("/studio/orders?show={show}&before={next}")
}

/// What a list shows of an order that was read whole.
fn head_of(order: &Order) -> OrderHead {
    let count = |of: fn(&LineState) -> bool| {
        let lines = order.lines.iter().filter(|line| of(&line.state));
        u32::try_from(lines.count()).unwrap_or(u32::MAX)
    };
    OrderHead {
        id: order.id,
        number: order.number,
        gallery: order.gallery,
        subject: order.subject.clone(),
        contact: order.contact.clone(),
        placed: order.placed,
        state: order.state(),
        lines: count(|state| !matches!(state, LineState::Cancelled { .. })),
        shipped: count(|state| matches!(state, LineState::Shipped { .. })),
        pending: order.tally(),
    }
}

fn row(studio: &Studio, head: &OrderHead, clients: &Clients) -> Row {
    Row {
        path: format!("/studio/galleries/{}/orders/{}", head.gallery, head.id),
        number: head.number,
        gallery: None,
        client: clients.name_with(&head.subject, head.contact.as_ref()),
        placed: words::stamp(head.placed, studio.now(), &studio.zone),
        items: web::words::count(words::to_usize(head.lines), "item", "items"),
        tally: words::tally(head.shipped, head.pending),
        state: words::state(head.state),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Product 5.2: each chip leaves the orders of its state, and a name nobody made leaves all.
    #[test]
    fn a_chip_leaves_its_state() {
        assert_eq!(state("partly"), Some(OrderState::PartlyShipped));
        assert_eq!((state(""), state("nothing")), (None, None));
        assert!(keeps(None, OrderState::Cancelled));
        assert!(!keeps(state("shipped"), OrderState::PartlyShipped));
    }
}
