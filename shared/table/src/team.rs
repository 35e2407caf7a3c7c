//! Members of the studio: who they are, what the owner ticked, and their sessions.

mod session;

pub(crate) use session::Cache;
pub use session::{OpenSession, StudioSession};

use crate::Table;
use crate::error::Error;
use crate::item::{Item, n, read, s};
use crate::keys;
use crate::write::if_held;
use domain::email::Email;
use domain::team::{Role, Ticks};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An assistant as the owner added them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRecord {
    /// The address that signs in.
    pub email: Email,
    /// What the owner calls them; may be empty.
    pub name: String,
    /// What the owner ticked.
    pub ticks: Ticks,
    /// When they were added.
    pub created: Timestamp,
    /// Rises when all sessions are ended; the table's business, ignored when it is saved.
    pub epoch: u64,
    /// Rises with every change: a form that knows an older one is refused.
    pub revision: u64,
}

/// A member; of the owner nothing but the epoch, and no item at all before the first *sign out everywhere*.
#[derive(Default, Serialize, Deserialize)]
struct MemberItem {
    #[serde(default)]
    email: Option<Email>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    ticks: Ticks,
    /// None: not an assistant.
    #[serde(default)]
    created: Option<Timestamp>,
    #[serde(default)]
    epoch: u64,
    #[serde(default)]
    revision: u64,
}

impl MemberItem {
    fn record(self) -> Option<MemberRecord> {
        Some(MemberRecord {
            email: self.email?,
            name: self.name,
            ticks: self.ticks,
            created: self.created?,
            epoch: self.epoch,
            revision: self.revision,
        })
    }

    /// What the holder of a session of that epoch is now; `None`: nothing any more, or the epoch has ended.
    fn role(&self, holder: &Email, epoch: u64, owner: &Email) -> Option<Role> {
        if epoch != self.epoch {
            return None;
        }
        if holder == owner {
            return Some(Role::Owner);
        }
        self.created.map(|_| Role::Assistant(self.ticks))
    }
}

impl Table {
    /// The assistants, by address.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn members(&self) -> Result<Vec<MemberRecord>, Error> {
        let items = self.of_studio(keys::MEMBER).await?.into_iter();
        let items = items.map(|item| read::<MemberItem>("member", item));
        let items: Vec<MemberItem> = items.collect::<Result<_, _>>()?;
        let mut members: Vec<_> = items.into_iter().filter_map(MemberItem::record).collect();
        members.sort_by(|a, b| a.email.as_str().cmp(b.email.as_str()));
        Ok(members)
    }

    /// The assistant of that address.
    ///
    /// # Errors
    /// When the table does not answer or the item cannot be read.
    pub async fn member(&self, email: &Email) -> Result<Option<MemberRecord>, Error> {
        Ok(self.member_item(email).await?.record())
    }

    async fn member_item(&self, email: &Email) -> Result<MemberItem, Error> {
        read_member(self.get(&keys::member(email)).await?)
    }

    /// Adds an assistant (`seen` is none) or changes what one may; effective at their next request. `false`: there is
    /// one already, or somebody else saved meanwhile.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn save_member(
        &self,
        member: &MemberRecord,
        seen: Option<u64>,
    ) -> Result<bool, Error> {
        let ticks = serde_dynamo::to_attribute_value(member.ticks);
        let ticks = ticks.map_err(|e| Error::corrupt("member", e))?;
        let change = self
            .change(&keys::member(&member.email))
            .expression_attribute_names("#name", "name")
            .expression_attribute_names("#ticks", "ticks")
            .expression_attribute_names("#revision", "revision")
            .expression_attribute_names("#created", "created")
            .expression_attribute_values(":name", s(&member.name))
            .expression_attribute_values(":ticks", ticks)
            .expression_attribute_values(":next", n(seen.unwrap_or_default() + 1));
        const SET: &str = "SET #name = :name, #ticks = :ticks, #revision = :next";
        let change = match seen {
            Some(seen) => change
                .update_expression(SET)
                .condition_expression("attribute_exists(#created) AND #revision = :seen")
                .expression_attribute_values(":seen", n(seen)),
            // The epoch begins with the moment: who is removed and added again does not get the old sessions back.
            None => change
                .update_expression(format!(
                    "{SET}, #email = :email, #created = :created, #epoch = :epoch"
                ))
                .condition_expression("attribute_not_exists(#created)")
                .expression_attribute_names("#email", "email")
                .expression_attribute_names("#epoch", "epoch")
                .expression_attribute_values(":email", s(member.email.as_str()))
                .expression_attribute_values(":created", s(member.created.to_string()))
                .expression_attribute_values(":epoch", n(member.created.as_millisecond())),
        };
        Ok(if_held("UpdateItem", change.send().await)?.is_some())
    }

    /// Removes an assistant; their sessions end with the next request. `false`: there is none.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn remove_member(&self, email: &Email) -> Result<bool, Error> {
        let outcome = self
            .client
            .delete_item()
            .table_name(&self.name)
            .set_key(Some(keys::member(email).attributes()))
            .condition_expression("attribute_exists(#created)")
            .expression_attribute_names("#created", "created")
            .send()
            .await;
        Ok(if_held("DeleteItem", outcome)?.is_some())
    }
}

fn read_member(item: Option<Item>) -> Result<MemberItem, Error> {
    item.map_or_else(|| Ok(MemberItem::default()), |item| read("member", item))
}
