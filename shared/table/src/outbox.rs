//! The outbox: a mail is an item; the stream brings it to notify, the only sender (invariant 5).

use crate::Table;
use crate::error::{Error, condition_failed};
use crate::item::{Item, n, read, write};
use crate::keys::{self, Key};
use aws_sdk_dynamodb::types::ReturnValue;
use domain::email::Email;
use domain::ids::{GalleryId, random_bytes};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A mail to send. It may hold a secret: it is removed once sent, and after a day in any case.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Mail {
    /// The six digits that sign in to the studio.
    SignInCode {
        /// The owner.
        to: Email,
        /// The digits.
        code: String,
    },
    /// Strangers have used up a gallery's guesses; goes to the studio.
    PinUnderAttack {
        /// Which gallery.
        gallery: GalleryId,
        /// Its title.
        title: String,
    },
    /// The six digits that sign a client in.
    ClientCode {
        /// The client.
        to: Email,
        /// The digits.
        code: String,
        /// A path that offers the same with one button, in the browser that asked and in no other; starts with a slash.
        link_path: Option<String>,
    },
    /// A person may see a gallery now (S28). Never holds its PIN.
    Invitation {
        /// Whom it is for; nobody else can accept it.
        to: Email,
        /// The gallery's title.
        title: String,
        /// The invitation's own path, `/i/{token}`.
        path: String,
        /// The studio's words; may be empty.
        message: String,
        /// The last day of access in words, such as `22 November 2027` (L41); none: as long as the studio keeps it.
        until_text: Option<String>,
        /// The gallery also has a PIN, which the studio gives away on another way (L30).
        pin_hint: bool,
    },
    /// Somebody asks the studio something (S36); goes to the studio.
    Question {
        /// Where an answer goes: proven by the asker, or typed by them.
        from: Option<Email>,
        /// The gallery it was asked from, and its title.
        about: Option<(GalleryId, String)>,
        /// The words.
        text: String,
    },
    /// The owner has let an assistant into the studio (4.1).
    AssistantAdded {
        /// The assistant.
        to: Email,
    },
    /// Nothing: posted where an unknown address was typed, so that it costs what a known one costs. It is taken
    /// and dropped.
    Decoy,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignInCode { .. } => "Mail::SignInCode(…)",
            Self::PinUnderAttack { .. } => "Mail::PinUnderAttack(…)",
            Self::ClientCode { .. } => "Mail::ClientCode(…)",
            Self::Invitation { .. } => "Mail::Invitation(…)",
            Self::Question { .. } => "Mail::Question(…)",
            Self::AssistantAdded { .. } => "Mail::AssistantAdded(…)",
            Self::Decoy => "Mail::Decoy",
        })
    }
}

/// Where a mail lies; read from a stream record's `Keys`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxKey {
    /// Partition key.
    #[serde(rename = "PK")]
    pub pk: String,
    /// Sort key.
    #[serde(rename = "SK")]
    pub sk: String,
}

#[derive(Serialize, Deserialize)]
struct OutboxItem {
    mail: Mail,
    ttl: i64,
}

/// How long a sender may take before another may try.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

pub(crate) fn item(mail: &Mail, now: Timestamp) -> Result<Item, Error> {
    let id = uuid::Uuid::from_bytes(random_bytes());
    let body = OutboxItem {
        mail: mail.clone(),
        ttl: (now + SignedDuration::from_hours(24)).as_second(),
    };
    write("mail", &keys::outbox(id, now), &body)
}

impl OutboxKey {
    fn key(&self) -> Key {
        keys::raw(&self.pk, &self.sk)
    }
}

impl Table {
    /// Posts a mail.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn post(&self, mail: &Mail, now: Timestamp) -> Result<(), Error> {
        self.put_new("mail", item(mail, now)?).await
    }

    /// Takes a mail for sending; `None`: it is sent, or somebody is sending it.
    ///
    /// # Errors
    /// When the table does not answer or the item cannot be read.
    pub async fn take(&self, key: &OutboxKey, now: Timestamp) -> Result<Option<Mail>, Error> {
        let outcome = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key.key().attributes()))
            .update_expression("SET sending = :until")
            .condition_expression(
                "attribute_exists(PK) AND (attribute_not_exists(sending) OR sending <= :now)",
            )
            .expression_attribute_values(":until", n((now + LEASE).as_millisecond()))
            .expression_attribute_values(":now", n(now.as_millisecond()))
            .return_values(ReturnValue::AllNew)
            .send()
            .await;
        match outcome {
            Ok(answer) => {
                let item = answer.attributes.unwrap_or_default();
                read::<OutboxItem>("mail", item).map(|item| Some(item.mail))
            }
            Err(e) if condition_failed(&e) => Ok(None),
            Err(e) => Err(Error::call("UpdateItem")(e)),
        }
    }

    /// Gives a mail that could not be sent back at once, so that the stream's retry may take it.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn put_back(&self, key: &OutboxKey) -> Result<(), Error> {
        let outcome = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key.key().attributes()))
            .update_expression("REMOVE sending")
            .condition_expression("attribute_exists(PK)")
            .send()
            .await;
        match outcome {
            Ok(_) => Ok(()),
            Err(e) if condition_failed(&e) => Ok(()),
            Err(e) => Err(Error::call("UpdateItem")(e)),
        }
    }

    /// Removes a mail that was sent.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn sent(&self, key: &OutboxKey) -> Result<(), Error> {
        self.remove(&key.key()).await
    }
}
