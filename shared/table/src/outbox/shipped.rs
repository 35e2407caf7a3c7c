//! The letters of a delivery: the same from whoever ships it.

use super::Mail;
use domain::gallery::Gallery;
use domain::order::{Delivery, LineState, Order};

impl Mail {
    /// What is posted with a delivery (P48): the client's letter, if there is an address, and the studio's when it went by
    /// itself. The client's link leads into the gallery, which checks the right and makes fresh addresses.
    #[must_use]
    pub fn shipped(gallery: &Gallery, order: &Order, delivery: &Delivery) -> Vec<Self> {
        let sent = order.lines.iter().filter(|line| {
            matches!(line.state, LineState::Shipped { delivery: number, .. } if number == delivery.number)
        });
        let names: Vec<String> = sent.map(|line| line.file_name.clone()).collect();
        let pending = order
            .lines
            .iter()
            .filter(|line| line.state == LineState::Pending);
        let left = u32::try_from(pending.count()).unwrap_or(u32::MAX);
        let title = &gallery.title;
        let client = order.contact.clone().map(|to| Self::Delivered {
            to,
            title: title.clone(),
            path: format!("/g/{}/orders/{}", gallery.link, order.id),
            number: order.number,
            names: names.clone(),
            left,
        });
        let studio = delivery.automatic.then(|| Self::ShippedForStudio {
            title: title.clone(),
            path: format!("/studio/galleries/{}/orders/{}", gallery.id, order.id),
            number: order.number,
            names,
        });
        client.into_iter().chain(studio).collect()
    }
}
