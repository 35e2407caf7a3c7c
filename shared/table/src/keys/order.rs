//! Keys of orders, of what was done once, and of what was told once.

use super::Key;
use domain::ids::{GalleryId, OrderId, TokenHash};

/// The list of orders of which something waits.
pub const ORDERS_OPEN: &str = "ORDERS-OPEN";
/// The list of orders that are through: shipped or cancelled.
pub const ORDERS_DONE: &str = "ORDERS-DONE";
/// The prefix of orders' sort keys.
pub const ORDER: &str = "ORDER#";

/// The partition of a gallery's orders.
#[must_use]
pub fn orders(gallery: GalleryId) -> String {
    format!("ORDERS#{gallery}")
}

/// An order, without its lines.
#[must_use]
pub fn order(gallery: GalleryId, order: OrderId) -> Key {
    Key::new(orders(gallery), format!("{ORDER}{order}"))
}

/// Some lines of an order, counted from 0.
#[must_use]
pub fn order_lines(gallery: GalleryId, order: OrderId, part: usize) -> Key {
    Key::new(orders(gallery), format!("{ORDER}{order}#LINES#{part:03}"))
}

/// The sort keys of an order with its lines.
#[must_use]
pub fn order_range(order: OrderId) -> (String, String) {
    (format!("{ORDER}{order}"), format!("{ORDER}{order}#~"))
}

/// How many orders were placed in a gallery.
#[must_use]
pub fn order_counter(gallery: GalleryId) -> Key {
    Key::new(orders(gallery), "COUNTER")
}

/// That something was done under this idempotency key.
#[must_use]
pub fn once(gallery: GalleryId, key: &str) -> Key {
    let hash = TokenHash::of(key);
    Key::new(orders(gallery), format!("ONCE#{}", hash.as_str()))
}

/// The partition of the notices that were told of a gallery.
#[must_use]
pub fn tellings(gallery: GalleryId) -> String {
    format!("TOLD#{gallery}")
}

/// A notice that was told; `what` names it in its gallery.
#[must_use]
pub fn told(gallery: GalleryId, what: &str) -> Key {
    Key::new(tellings(gallery), what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    /// One query reads an order whole, and nothing of its neighbours; an order comes before its lines.
    #[test]
    fn an_order_and_its_lines_are_one_range() {
        let gallery = GalleryId::new(Timestamp::UNIX_EPOCH);
        let [one, other] = [(); 2].map(|()| OrderId::new(Timestamp::UNIX_EPOCH));
        let (from, to) = order_range(one);
        let within = |key: &Key| from <= key.sk && key.sk <= to;
        let head = order(gallery, one);
        for part in [0, 999] {
            assert!(within(&order_lines(gallery, one, part)));
            assert!(head.sk < order_lines(gallery, one, part).sk);
            assert!(!within(&order_lines(gallery, other, part)));
        }
        assert!(within(&head) && !within(&order(gallery, other)));
        assert!(!within(&order_counter(gallery)) && !within(&once(gallery, "x")));
    }
}
