//! Orders (product 4.7): placed once, changed under their revision, each with its letters and its event in the same
//! transaction.

mod change;
mod item;
mod place;

pub use change::Changed;
pub use item::OrderHead;
pub use place::Placed;

use crate::Table;
use crate::error::Error;
use crate::item::{Item, s};
use crate::keys::{self, LIST, LIST_BY, LISTS, ORDERS_DONE, ORDERS_OPEN};
use crate::write::{MEETINGS, step_aside};
use aws_sdk_dynamodb::types::Select;
use domain::access::Subject;
use domain::ids::{GalleryId, OrderId};
use domain::order::Order;
use item::{OF, Stored, gather, read_head};
use std::collections::HashSet;

/// Items of one transaction at most.
const ROOM: usize = 100;

impl Table {
    /// An order with its lines, consistently.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn order(&self, gallery: GalleryId, id: OrderId) -> Result<Option<Order>, Error> {
        let stored = self.stored(gallery, id).await?;
        Ok(stored.map(|stored| stored.order))
    }

    /// All orders of a gallery, the last one first.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn orders(&self, gallery: GalleryId) -> Result<Vec<Order>, Error> {
        let to = format!("{}~", keys::ORDER);
        let items = self.range(&keys::orders(gallery), keys::ORDER, &to).await?;
        self.gathered(gallery, items).await
    }

    /// One subject's orders in a gallery, the last one first.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn orders_of(
        &self,
        gallery: GalleryId,
        subject: &Subject,
    ) -> Result<Vec<Order>, Error> {
        let items = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("PK = :pk AND SK BETWEEN :from AND :to")
            .filter_expression("#of = :of")
            .expression_attribute_names("#of", OF)
            .expression_attribute_values(":pk", s(keys::orders(gallery)))
            .expression_attribute_values(":from", s(keys::ORDER))
            .expression_attribute_values(":to", s(format!("{}~", keys::ORDER)))
            .expression_attribute_values(":of", s(keys::subject(subject)))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await
            .map_err(Error::call("Query"))?;
        self.gathered(gallery, items).await
    }

    /// Orders of all galleries, the last one first, and the cursor of those before them, if there are more. From the
    /// index: for lists, a moment late.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn all_orders(
        &self,
        open_only: bool,
        limit: usize,
        before: Option<&str>,
    ) -> Result<(Vec<OrderHead>, Option<String>), Error> {
        let mut items = self.newest_orders(ORDERS_OPEN, limit, before).await?;
        if !open_only {
            items.extend(self.newest_orders(ORDERS_DONE, limit, before).await?);
        }
        let by = |item: &Item| item.get(LIST_BY).and_then(|by| by.as_s().ok()).cloned();
        items.sort_by_cached_key(|item| std::cmp::Reverse(by(item)));
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).and_then(by);
        let heads = items.into_iter().map(read_head);
        Ok((heads.collect::<Result<_, _>>()?, next))
    }

    /// The galleries in which an order waits. From the index: where to look.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn galleries_with_open_orders(&self) -> Result<HashSet<GalleryId>, Error> {
        let items = self.listed(ORDERS_OPEN).await?.into_iter();
        let galleries = items.map(|item| read_head(item).map(|head| head.gallery));
        galleries.collect()
    }

    /// How many orders wait, as far as 100: for a number in a corner.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn open_orders(&self) -> Result<usize, Error> {
        let answer = self
            .client
            .query()
            .table_name(&self.name)
            .index_name(LISTS)
            .key_condition_expression("#list = :list")
            .expression_attribute_names("#list", LIST)
            .expression_attribute_values(":list", s(ORDERS_OPEN))
            .select(Select::Count)
            .limit(100)
            .send()
            .await
            .map_err(Error::call("Query"))?;
        Ok(usize::try_from(answer.count).unwrap_or_default())
    }

    /// One more than asked for, which tells whether there are more.
    async fn newest_orders(
        &self,
        list: &str,
        limit: usize,
        before: Option<&str>,
    ) -> Result<Vec<Item>, Error> {
        let mut found = Vec::new();
        let mut pages = self
            .client
            .query()
            .table_name(&self.name)
            .index_name(LISTS)
            .key_condition_expression("#list = :list AND #by < :before")
            .expression_attribute_names("#list", LIST)
            .expression_attribute_names("#by", LIST_BY)
            .expression_attribute_values(":list", s(list))
            .expression_attribute_values(":before", s(before.unwrap_or("~")))
            .scan_index_forward(false)
            .limit(i32::try_from(limit.saturating_add(1)).unwrap_or(i32::MAX))
            .into_paginator()
            .items()
            .send();
        while found.len() <= limit {
            let Some(item) = pages.next().await else {
                break;
            };
            found.push(item.map_err(Error::call("Query"))?);
        }
        Ok(found)
    }

    /// Orders from items; what was read halfway is read again. The last one first.
    async fn gathered(&self, gallery: GalleryId, items: Vec<Item>) -> Result<Vec<Order>, Error> {
        let mut orders = Vec::new();
        for found in gather(items)? {
            match found {
                Ok(stored) => orders.push(stored.order),
                Err(id) => orders.extend(self.order(gallery, id).await?),
            }
        }
        orders.sort_by_key(|order| std::cmp::Reverse(order.number));
        Ok(orders)
    }

    /// An order as it is now, all of one moment.
    async fn stored(&self, gallery: GalleryId, id: OrderId) -> Result<Option<Stored>, Error> {
        let (from, to) = keys::order_range(id);
        for attempt in 0..MEETINGS {
            let items = self.range(&keys::orders(gallery), &from, &to).await?;
            match gather(items)?.pop() {
                Some(Ok(stored)) => return Ok(Some(stored)),
                None => return Ok(None),
                Some(Err(_)) => step_aside(attempt).await,
            }
        }
        Err(Error::Met)
    }
}
