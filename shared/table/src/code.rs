//! Sign-in codes: six digits by mail, bound to the browser that asked, used once.

use crate::error::{Error, condition_failed};
use crate::item::{Item, n, s, write};
use crate::keys::{self, Key};
use crate::{Mail, Table, outbox};
use aws_sdk_dynamodb::types::{Put, ReturnValue, TransactWriteItem, Update};
use domain::email::Email;
use domain::ids::TokenHash;
use domain::throttle::{CODE_TRIES, MAIL_WINDOW, MAILS};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A code that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInCode {
    /// Hash of the nonce in the browser's cookie.
    pub nonce: TokenHash,
    /// Hash of the digits together with the nonce.
    pub code: TokenHash,
    /// It works until then.
    pub expires: Timestamp,
}

/// Three mails in a quarter of an hour went to this address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyMails {
    /// The next one may go then.
    pub until: Timestamp,
}

/// What became of a typed code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeOutcome {
    /// Right, and used up now.
    Right,
    /// Wrong.
    Wrong {
        /// Tries left.
        left: u64,
    },
    /// None was asked for, it expired, or its tries are used up.
    Over,
}

#[derive(Serialize, Deserialize)]
struct CodeItem {
    code: TokenHash,
    /// Epoch milliseconds.
    expires: i64,
    tries: u64,
    /// Partition key of the address's mail budget: a right code gives it back.
    budget: String,
    ttl: i64,
}

impl Table {
    /// Writes a code and, with it, the mail that carries it (none for an address that is not the owner's: the work
    /// is the same, R-4.7).
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn open_code(
        &self,
        code: &SignInCode,
        budget_of: &Email,
        mail: Option<&Mail>,
        now: Timestamp,
    ) -> Result<Result<(), TooManyMails>, Error> {
        let budget = keys::try_mail(budget_of);
        let seen = self.get(&budget).await?;
        let number =
            |name: &str| -> Option<i64> { seen.as_ref()?.get(name)?.as_n().ok()?.parse().ok() };
        let open = number("until").filter(|until| *until > now.as_millisecond());
        let sent = open.and(number("sent")).unwrap_or_default();
        if let Some(until) = open
            && sent >= i64::try_from(MAILS).unwrap_or(i64::MAX)
        {
            let until = Timestamp::from_millisecond(until).unwrap_or(now);
            return Ok(Err(TooManyMails { until }));
        }
        let until = open.unwrap_or((now + MAIL_WINDOW).as_millisecond());
        let item = CodeItem {
            code: code.code.clone(),
            expires: code.expires.as_millisecond(),
            tries: 0,
            budget: budget.pk.clone(),
            ttl: code.expires.as_second(),
        };
        let mut call = self
            .client
            .transact_write_items()
            .transact_items(self.spend(&budget, number("rev"), sent + 1, until)?)
            .transact_items(self.put(write("code", &keys::code(&code.nonce), &item)?)?);
        if let Some(mail) = mail {
            call = call.transact_items(self.put(outbox::item(mail, now)?)?);
        }
        match call.send().await {
            Ok(_) => Ok(Ok(())),
            // Two asked at the same moment: one mail is on its way, the other waits.
            Err(e)
                if e.as_service_error()
                    .is_some_and(|e| e.is_transaction_canceled_exception()) =>
            {
                Ok(Err(TooManyMails { until: now }))
            }
            Err(e) => Err(Error::call("TransactWriteItems")(e)),
        }
    }

    /// Tries a code: the try is counted first, the code compared then, and a right one deleted by whoever gets to it.
    /// Whoever reads the mails is not flooded by them: a right code clears the address's mail budget.
    ///
    /// # Errors
    /// When the table does not answer or the item cannot be read.
    pub async fn try_code(
        &self,
        nonce: &TokenHash,
        code: &TokenHash,
        now: Timestamp,
    ) -> Result<CodeOutcome, Error> {
        let key = keys::code(nonce);
        let outcome = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key.attributes()))
            .update_expression("ADD tries :one")
            .condition_expression("attribute_exists(PK) AND expires > :now AND tries < :tries")
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":now", n(now.as_millisecond()))
            .expression_attribute_values(":tries", n(CODE_TRIES))
            .return_values(ReturnValue::AllNew)
            .send()
            .await;
        let item: CodeItem = match outcome {
            Ok(answer) => crate::item::read("code", answer.attributes.unwrap_or_default())?,
            Err(e) if condition_failed(&e) => return Ok(CodeOutcome::Over),
            Err(e) => return Err(Error::call("UpdateItem")(e)),
        };
        // Both sides are SHA-256 of a secret: comparing them early-out tells nothing.
        if item.code != *code {
            let left = CODE_TRIES.saturating_sub(item.tries);
            return Ok(CodeOutcome::Wrong { left });
        }
        let outcome = self.use_up(&key, code).await?;
        if outcome == CodeOutcome::Right {
            self.remove(&keys::mail_window(&item.budget)).await?;
        }
        Ok(outcome)
    }

    async fn use_up(&self, key: &Key, code: &TokenHash) -> Result<CodeOutcome, Error> {
        let outcome = self
            .client
            .delete_item()
            .table_name(&self.name)
            .set_key(Some(key.attributes()))
            .condition_expression("code = :code")
            .expression_attribute_values(":code", s(code.as_str()))
            .send()
            .await;
        match outcome {
            Ok(_) => Ok(CodeOutcome::Right),
            Err(e) if condition_failed(&e) => Ok(CodeOutcome::Over),
            Err(e) => Err(Error::call("DeleteItem")(e)),
        }
    }

    fn put(&self, item: Item) -> Result<TransactWriteItem, Error> {
        let put = Put::builder()
            .table_name(&self.name)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(PK)")
            .build()
            .map_err(|e| Error::corrupt("code", e))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    fn spend(
        &self,
        key: &Key,
        revision: Option<i64>,
        sent: i64,
        until: i64,
    ) -> Result<TransactWriteItem, Error> {
        let update = Update::builder()
            .table_name(&self.name)
            .set_key(Some(key.attributes()))
            .update_expression("SET sent = :sent, #until = :until, #ttl = :ttl, rev = :next")
            .expression_attribute_names("#until", "until")
            .expression_attribute_names("#ttl", keys::TTL)
            .expression_attribute_values(":sent", n(sent))
            .expression_attribute_values(":until", n(until))
            .expression_attribute_values(":ttl", n(until / 1000))
            .expression_attribute_values(":next", n(revision.unwrap_or_default() + 1));
        let update = match revision {
            None => update.condition_expression("attribute_not_exists(rev)"),
            Some(seen) => update
                .condition_expression("rev = :seen")
                .expression_attribute_values(":seen", n(seen)),
        };
        let update = update.build().map_err(|e| Error::corrupt("mails", e))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }
}
