//! The outbox: a mail is an item; the stream brings it to notify, the only sender (invariant 5).

/// The letters of a delivery.
mod shipped;

use crate::Table;
use crate::error::{Error, condition_failed};
use crate::item::{Item, n, read, write};
use crate::keys::{self, Key};
use aws_sdk_dynamodb::types::{ReturnValue, TransactWriteItem};
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
    /// Their choice is confirmed (S22): the list, for the client.
    Confirmed {
        /// The client.
        to: Email,
        /// The gallery's title.
        title: String,
        /// The snapshot's page.
        path: String,
        /// The camera's file names, in order.
        names: Vec<String>,
        /// So many more than were included.
        extra: u32,
        /// An order was placed with it: finals follow.
        finals_follow: bool,
    },
    /// A client has confirmed (S22); goes to the studio.
    ConfirmedForStudio {
        /// The gallery's title.
        title: String,
        /// Who, as the studio reads it.
        who: String,
        /// Where an answer goes.
        reply_to: Option<Email>,
        /// The page of the selection or of its order.
        path: String,
        /// The camera's file names, in order.
        names: Vec<String>,
        /// So many more than were included.
        extra: u32,
        /// What the client wrote; may be empty.
        message: String,
        /// Everybody who must confirm has; none: nobody else must.
        all: Option<(u32, u32)>,
    },
    /// The studio has opened a confirmed choice again (S34).
    Reopened {
        /// The client.
        to: Email,
        /// The gallery's title.
        title: String,
        /// The gallery.
        path: String,
    },
    /// An order was placed (P42); for the client.
    OrderPlaced {
        /// The client.
        to: Email,
        /// The gallery's title.
        title: String,
        /// The order's page.
        path: String,
        /// Its number.
        number: u32,
        /// File names.
        names: Vec<String>,
        /// So many of them can be downloaded at once.
        ready: u32,
    },
    /// An order was placed (P43); goes to the studio.
    OrderForStudio {
        /// The gallery's title.
        title: String,
        /// Who, as the studio reads it.
        who: String,
        /// Where an answer goes.
        reply_to: Option<Email>,
        /// The order's page in the studio.
        path: String,
        /// Its number.
        number: u32,
        /// File names.
        names: Vec<String>,
        /// What the client wrote; may be empty.
        message: String,
    },
    /// Finals were shipped (P48); the link checks the right again and fetches exactly what was shipped.
    Delivered {
        /// The client.
        to: Email,
        /// The gallery's title.
        title: String,
        /// The order's page.
        path: String,
        /// Its number.
        number: u32,
        /// File names of this delivery.
        names: Vec<String>,
        /// So many items still wait.
        left: u32,
    },
    /// An order was shipped by itself; goes to the studio.
    ShippedForStudio {
        /// The gallery's title.
        title: String,
        /// The order's page in the studio.
        path: String,
        /// Its number.
        number: u32,
        /// File names of this delivery.
        names: Vec<String>,
    },
    /// Choosing ends soon, and this client has not confirmed (complaint 9).
    DeadlineNear {
        /// The client.
        to: Email,
        /// The gallery's title.
        title: String,
        /// The gallery.
        path: String,
        /// The last day, such as `Sunday 6 December`.
        until_text: String,
        /// Days left, at least 1.
        days: u32,
        /// So many are chosen.
        chosen: u32,
    },
    /// Choosing ends soon, and these have not confirmed; goes to the studio.
    DeadlineForStudio {
        /// The gallery's title.
        title: String,
        /// The gallery in the studio.
        path: String,
        /// The last day.
        until_text: String,
        /// Days left, at least 1.
        days: u32,
        /// Who is waited for, as the studio reads them.
        who: Vec<String>,
    },
    /// Nobody of these has opened the gallery for a week (complaint 9); goes to the studio.
    NotOpened {
        /// The gallery's title.
        title: String,
        /// The gallery in the studio.
        path: String,
        /// Who has not, as the studio reads them.
        who: Vec<String>,
    },
    /// What was said since the last letter; goes to the studio.
    CommentsForStudio {
        /// The gallery's title.
        title: String,
        /// The page of the comments.
        path: String,
        /// `IMG_2041.jpg, Marta: …`
        lines: Vec<String>,
        /// How many more there are, whose words no letter holds.
        #[serde(default)]
        more: usize,
    },
    /// What the studio answered since the last letter; for a client.
    Answered {
        /// The client.
        to: Email,
        /// The gallery's title.
        title: String,
        /// The gallery.
        path: String,
        /// `IMG_2041.jpg: …`
        lines: Vec<String>,
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
            Self::Confirmed { .. } => "Mail::Confirmed(…)",
            Self::ConfirmedForStudio { .. } => "Mail::ConfirmedForStudio(…)",
            Self::Reopened { .. } => "Mail::Reopened(…)",
            Self::OrderPlaced { .. } => "Mail::OrderPlaced(…)",
            Self::OrderForStudio { .. } => "Mail::OrderForStudio(…)",
            Self::Delivered { .. } => "Mail::Delivered(…)",
            Self::ShippedForStudio { .. } => "Mail::ShippedForStudio(…)",
            Self::DeadlineNear { .. } => "Mail::DeadlineNear(…)",
            Self::DeadlineForStudio { .. } => "Mail::DeadlineForStudio(…)",
            Self::NotOpened { .. } => "Mail::NotOpened(…)",
            Self::CommentsForStudio { .. } => "Mail::CommentsForStudio(…)",
            Self::Answered { .. } => "Mail::Answered(…)",
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

/// File names a letter names; of more it says how many they are.
pub const MOST_NAMES: usize = 200;

impl Mail {
    /// The same letter as it is kept: names that no letter shows are counted, and empty. An item holds 400 KB, and a
    /// selection may have 20,000 photographs.
    fn slim(mut self) -> Self {
        match &mut self {
            Self::Confirmed { names, .. }
            | Self::ConfirmedForStudio { names, .. }
            | Self::OrderPlaced { names, .. }
            | Self::OrderForStudio { names, .. }
            | Self::Delivered { names, .. }
            | Self::ShippedForStudio { names, .. } => {
                for name in names.iter_mut().skip(MOST_NAMES) {
                    name.clear();
                }
            }
            _ => {}
        }
        self
    }
}

pub(crate) fn item(mail: &Mail, now: Timestamp) -> Result<Item, Error> {
    let id = uuid::Uuid::from_bytes(random_bytes());
    let body = OutboxItem {
        mail: mail.clone().slim(),
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

    /// Mails as parts of the transaction that does what they tell.
    pub(crate) fn mail_writes(
        &self,
        mails: &[Mail],
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let items = mails.iter().map(|mail| item(mail, now));
        items.map(|item| self.put_new_with_others(item?)).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    /// S22, P43: a selection of any size has its letters: they fit into an item, with the names a letter shows and the
    /// number of all.
    #[test]
    fn a_letter_of_many_names_fits() {
        let mail = Mail::Delivered {
            to: "anna@example.com".parse().expect("an address"),
            title: "M".into(),
            path: "/g/m".into(),
            number: 1,
            names: vec!["n".repeat(200); 20_000],
            left: 0,
        };
        let kept: OutboxItem = read("mail", item(&mail, Timestamp::UNIX_EPOCH).expect("an item"))
            .expect("what was written");
        let Mail::Delivered { names, .. } = kept.mail else {
            panic!("another letter");
        };
        assert_eq!(names.len(), 20_000);
        assert!(names[..MOST_NAMES].iter().all(|name| name.len() == 200));
        let bytes: usize = names.iter().map(|name| name.len() + 4).sum();
        assert!(bytes < 200_000, "{bytes}");
    }
}
