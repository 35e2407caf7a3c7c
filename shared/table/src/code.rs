//! Sign-in codes: six digits and a link in one mail, bound to the browser that asked, used once.
//!
//! Digits and link share one item, so that either uses up both. An address nobody knows gets the same item and the
//! same writes, with a code that no digits make and a mail that is never sent.

use crate::attempt::next_hour;
use crate::error::Error;
use crate::item::{Item, n, read, s, write};
use crate::keys::{self, Key};
use crate::write::{MEETINGS, if_held, part, step_aside};
use crate::{Mail, Table, outbox};
use aws_sdk_dynamodb::types::{ReturnValue, TransactWriteItem};
use domain::email::Email;
use domain::ids::TokenHash;
use domain::throttle::{CODE_TRIES, HOURLY_CODES, MAIL_WINDOW, MAILS, caller};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// What a code signs in to. Each has a partition of its own: the function that clients call cannot make the studio's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Realm {
    /// The studio.
    Studio,
    /// A client's galleries.
    Client,
}

/// A code that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInCode {
    /// Hash of the nonce in the browser's cookie.
    pub nonce: TokenHash,
    /// Hash of the digits together with the nonce; of something random for an address that may not sign in.
    pub code: TokenHash,
    /// Hash of the token in the mail's link; likewise.
    pub link: TokenHash,
    /// The address it was asked for.
    pub email: Email,
    /// It works until then.
    pub expires: Timestamp,
}

/// Three mails in a quarter of an hour went to this address, or twenty codes in an hour were asked for from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyMails {
    /// The next one may go then.
    pub until: Timestamp,
}

/// What became of a typed code or a followed link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeOutcome {
    /// Right, and used up now.
    Right {
        /// The address it was mailed to.
        email: Email,
    },
    /// Wrong.
    Wrong {
        /// Tries left.
        left: u64,
    },
    /// None was asked for, it expired, was used, or its tries are used up.
    Over,
}

#[derive(Serialize, Deserialize)]
struct CodeItem {
    code: TokenHash,
    link: TokenHash,
    email: Email,
    /// Epoch milliseconds.
    expires: i64,
    tries: u64,
    ttl: i64,
}

/// The mails that went to an address lately.
#[derive(Default, Serialize, Deserialize)]
struct MailWindow {
    sent: u64,
    /// When the window closes, epoch milliseconds.
    until: i64,
    rev: u64,
}

fn key_of_code(realm: Realm, nonce: &TokenHash) -> Key {
    match realm {
        Realm::Studio => keys::code(nonce),
        Realm::Client => keys::client_code(nonce),
    }
}

impl Table {
    /// Writes a code and, with it, the mail that carries it, within the budgets of the address and of the caller
    /// . Without a mail a decoy is written: the work is the same.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn open_code(
        &self,
        realm: Realm,
        code: &SignInCode,
        mail: Option<&Mail>,
        address: IpAddr,
        now: Timestamp,
    ) -> Result<Result<(), TooManyMails>, Error> {
        let item = CodeItem {
            code: code.code.clone(),
            link: code.link.clone(),
            email: code.email.clone(),
            expires: code.expires.as_millisecond(),
            tries: 0,
            ttl: code.expires.as_second(),
        };
        let item = write("code", &key_of_code(realm, &code.nonce), &item)?;
        let mail = outbox::item(mail.unwrap_or(&Mail::Decoy), now)?;
        let mails = keys::try_mail(&code.email);
        let codes = keys::try_codes(&caller(address), now);
        for attempt in 0..MEETINGS {
            let mut seen = self.get_many(&[mails.clone(), codes.clone()]).await?;
            let asked = seen.remove(&codes).as_ref().map_or(0, sent);
            if asked >= HOURLY_CODES {
                let until = next_hour(now);
                return Ok(Err(TooManyMails { until }));
            }
            let window = seen.remove(&mails).map(|item| read("mails", item));
            let next = match next_mail(window.transpose()?, now) {
                Ok(next) => next,
                Err(refused) => return Ok(Err(refused)),
            };
            let items = vec![
                self.spend_mail(&mails, &next)?,
                self.spend_code(&codes, now)?,
                self.put_new_with_others(item.clone())?,
                self.put_new_with_others(mail.clone())?,
            ];
            match self.transact_once(items).await? {
                Ok(()) => return Ok(Ok(())),
                Err(cancelled) if cancelled.at(2) => return Err(Error::Exists { kind: "code" }),
                Err(_) => step_aside(attempt).await,
            }
        }
        // A crowd asks for this one address: their mails are on their way, this one waits.
        Ok(Err(TooManyMails { until: now }))
    }

    /// Tries a typed code: the try is counted first, the code compared then, and a right one deleted by whoever gets
    /// to it. Whoever reads the mails is not flooded by them: a right code clears the address's budget of mails.
    ///
    /// # Errors
    /// When the table does not answer or the item cannot be read.
    pub async fn try_code(
        &self,
        realm: Realm,
        nonce: &TokenHash,
        code: &TokenHash,
        now: Timestamp,
    ) -> Result<CodeOutcome, Error> {
        let right = |item: &CodeItem| item.code == *code;
        self.try_secret(&key_of_code(realm, nonce), right, now)
            .await
    }

    /// Tries the token of the mail's link, in the same way and from the same tries.
    ///
    /// # Errors
    /// When the table does not answer or the item cannot be read.
    pub async fn try_code_link(
        &self,
        realm: Realm,
        nonce: &TokenHash,
        link: &TokenHash,
        now: Timestamp,
    ) -> Result<CodeOutcome, Error> {
        let right = |item: &CodeItem| item.link == *link;
        self.try_secret(&key_of_code(realm, nonce), right, now)
            .await
    }

    async fn try_secret(
        &self,
        key: &Key,
        right: impl Fn(&CodeItem) -> bool,
        now: Timestamp,
    ) -> Result<CodeOutcome, Error> {
        let counted = self
            .change(key)
            .update_expression("ADD tries :one")
            .condition_expression("attribute_exists(PK) AND expires > :now AND tries < :tries")
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":now", n(now.as_millisecond()))
            .expression_attribute_values(":tries", n(CODE_TRIES))
            .return_values(ReturnValue::AllNew)
            .send()
            .await;
        let Some(answer) = if_held("UpdateItem", counted)? else {
            return Ok(CodeOutcome::Over);
        };
        let item: CodeItem = read("code", answer.attributes.unwrap_or_default())?;
        // Both sides are SHA-256 of a secret: comparing them early-out tells nothing.
        if !right(&item) {
            let left = CODE_TRIES.saturating_sub(item.tries);
            return Ok(CodeOutcome::Wrong { left });
        }
        if !self.use_up(key, &item.code).await? {
            return Ok(CodeOutcome::Over);
        }
        self.remove(&keys::try_mail(&item.email)).await?;
        Ok(CodeOutcome::Right { email: item.email })
    }

    /// Deletes a code; `false`: somebody else did.
    async fn use_up(&self, key: &Key, code: &TokenHash) -> Result<bool, Error> {
        let outcome = self
            .client
            .delete_item()
            .table_name(&self.name)
            .set_key(Some(key.attributes()))
            .condition_expression("code = :code")
            .expression_attribute_values(":code", s(code.as_str()))
            .send()
            .await;
        Ok(if_held("DeleteItem", outcome)?.is_some())
    }

    /// Under the window that was read: of mails asked for at one moment none goes uncounted.
    fn spend_mail(&self, key: &Key, next: &MailWindow) -> Result<TransactWriteItem, Error> {
        let update = self
            .change_with_others(key)
            .update_expression("SET #sent = :sent, #until = :until, #ttl = :ttl, #rev = :rev")
            .condition_expression(match next.rev {
                1 => "attribute_not_exists(#rev)",
                _ => "#rev = :seen",
            })
            .expression_attribute_names("#sent", "sent")
            .expression_attribute_names("#until", "until")
            .expression_attribute_names("#ttl", keys::TTL)
            .expression_attribute_names("#rev", "rev")
            .expression_attribute_values(":sent", n(next.sent))
            .expression_attribute_values(":until", n(next.until))
            .expression_attribute_values(":ttl", n(next.until / 1000))
            .expression_attribute_values(":rev", n(next.rev));
        let update = match next.rev {
            1 => update,
            rev => update.expression_attribute_values(":seen", n(rev - 1)),
        };
        part("mails", update)
    }

    fn spend_code(&self, key: &Key, now: Timestamp) -> Result<TransactWriteItem, Error> {
        let ttl = (now + SignedDuration::from_hours(2)).as_second();
        let update = self
            .change_with_others(key)
            .update_expression("SET #ttl = :ttl ADD #sent :one")
            .condition_expression("attribute_not_exists(#sent) OR #sent < :budget")
            .expression_attribute_names("#ttl", keys::TTL)
            .expression_attribute_names("#sent", "sent")
            .expression_attribute_values(":ttl", n(ttl))
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":budget", n(HOURLY_CODES));
        part("codes", update)
    }
}

/// The window of mails after one more, or when the next may go.
fn next_mail(seen: Option<MailWindow>, now: Timestamp) -> Result<MailWindow, TooManyMails> {
    let seen = seen.unwrap_or_default();
    let rev = seen.rev + 1;
    if seen.until <= now.as_millisecond() {
        return Ok(MailWindow {
            sent: 1,
            until: (now + MAIL_WINDOW).as_millisecond(),
            rev,
        });
    }
    if seen.sent >= MAILS {
        let until = Timestamp::from_millisecond(seen.until).unwrap_or(now);
        return Err(TooManyMails { until });
    }
    let sent = seen.sent + 1;
    Ok(MailWindow { sent, rev, ..seen })
}

fn sent(item: &Item) -> u64 {
    item.get("sent")
        .and_then(|value| value.as_n().ok()?.parse().ok())
        .unwrap_or_default()
}
