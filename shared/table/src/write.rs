//! Writes that several kinds of items share: put once, change under a condition, all or nothing.

use crate::Table;
use crate::error::{Error, condition_failed, lost, met};
use crate::item::{Item, s};
use crate::keys::{self, Key, LIST, LISTS};
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{Put, TransactWriteItem, Update};
use domain::ids::random_bytes;
use std::time::Duration;

/// How often writes may meet before the caller is told: about a second in all.
pub(crate) const MEETINGS: u64 = 12;

/// A moment's wait before the next attempt, different for everyone who met, longer each time.
pub(crate) async fn step_aside(attempt: u64) {
    let [jitter] = random_bytes::<1>();
    let wait = u64::from(jitter) * (attempt + 1) / 8;
    tokio::time::sleep(Duration::from_millis(wait)).await;
}

/// What a conditional write answered; `None`: the condition did not hold.
pub(crate) fn if_held<T, E, R>(
    operation: &'static str,
    outcome: Result<T, SdkError<E, R>>,
) -> Result<Option<T>, Error>
where
    E: ProvideErrorMetadata,
    SdkError<E, R>: std::error::Error + Send + Sync + 'static,
{
    match outcome {
        Ok(answer) => Ok(Some(answer)),
        Err(e) if condition_failed(&e) => Ok(None),
        Err(e) => Err(Error::call(operation)(e)),
    }
}

/// Why a transaction wrote nothing: the places of the items whose conditions did not hold. None at all: it only met
/// others, and may be tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cancelled(pub(crate) Vec<usize>);

impl Cancelled {
    /// Whether the condition of the item at this place did not hold.
    pub(crate) fn at(&self, place: usize) -> bool {
        self.0.contains(&place)
    }
}

fn cancelled<R>(error: &SdkError<TransactWriteItemsError, R>) -> Option<Cancelled> {
    let failed = lost(error);
    (met(error) || !failed.is_empty()).then_some(Cancelled(failed))
}

impl Table {
    /// Puts an item that must be new; `false`: there is one.
    pub(crate) async fn put_once(&self, item: Item) -> Result<bool, Error> {
        let outcome = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(PK)")
            .send()
            .await;
        Ok(if_held("PutItem", outcome)?.is_some())
    }

    /// Puts an item whose key is drawn at random: that there is one already is a fault.
    pub(crate) async fn put_new(&self, kind: &'static str, item: Item) -> Result<(), Error> {
        if self.put_once(item).await? {
            Ok(())
        } else {
            Err(Error::Exists { kind })
        }
    }

    /// Puts an item that must be new, as a part of a transaction.
    pub(crate) fn put_new_with_others(&self, item: Item) -> Result<TransactWriteItem, Error> {
        let put = Put::builder()
            .table_name(&self.name)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(PK)")
            .build()
            .map_err(|e| Error::corrupt("new", e))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// A change of one item.
    pub(crate) fn change(&self, key: &Key) -> UpdateItemFluentBuilder {
        let call = self.client.update_item().table_name(&self.name);
        call.set_key(Some(key.attributes()))
    }

    /// A change of one item as a part of a transaction; see [`part`].
    pub(crate) fn change_with_others(&self, key: &Key) -> UpdateBuilder {
        let update = Update::builder().table_name(&self.name);
        update.set_key(Some(key.attributes()))
    }

    /// Writes all of them or nothing. Those that only met others are tried again; the inner error says which
    /// lost against their conditions.
    pub(crate) async fn transact(
        &self,
        items: Vec<TransactWriteItem>,
    ) -> Result<Result<(), Cancelled>, Error> {
        for attempt in 0..MEETINGS {
            match self.transact_once(items.clone()).await? {
                Err(Cancelled(places)) if places.is_empty() => step_aside(attempt).await,
                outcome => return Ok(outcome),
            }
        }
        Err(Error::Met)
    }

    /// Writes all of them or nothing, in one attempt: for writes that are read for again when they met others;
    /// [`Table::transact`] tries the same ones again.
    pub(crate) async fn transact_once(
        &self,
        items: Vec<TransactWriteItem>,
    ) -> Result<Result<(), Cancelled>, Error> {
        let call = self.client.transact_write_items();
        match call.set_transact_items(Some(items)).send().await {
            Ok(_) => Ok(Ok(())),
            Err(e) => match cancelled(&e) {
                Some(cancelled) => Ok(Err(cancelled)),
                None => Err(Error::call("TransactWriteItems")(e)),
            },
        }
    }

    /// All items of a list, from the index: for lists, never to decide access.
    pub(crate) async fn listed(&self, list: &str) -> Result<Vec<Item>, Error> {
        self.client
            .query()
            .table_name(&self.name)
            .index_name(LISTS)
            .key_condition_expression("#list = :list")
            .expression_attribute_names("#list", LIST)
            .expression_attribute_values(":list", s(list))
            .into_paginator()
            .items()
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await
            .map_err(Error::call("Query"))
    }

    /// All items of the studio's partition whose sort key has this prefix.
    pub(crate) async fn of_studio(&self, prefix: &str) -> Result<Vec<Item>, Error> {
        let to = format!("{prefix}~");
        self.range(keys::STUDIO, prefix, &to).await
    }
}

/// A finished change as a part of a transaction.
pub(crate) fn part(kind: &'static str, update: UpdateBuilder) -> Result<TransactWriteItem, Error> {
    let update = update.build().map_err(|e| Error::corrupt(kind, e))?;
    Ok(TransactWriteItem::builder().update(update).build())
}
