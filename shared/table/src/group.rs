//! Groups of contacts: a row of a table may speak of one (P15).

use crate::Table;
use crate::error::Error;
use crate::item::{key_of, read, write};
use crate::keys;
use domain::email::Email;
use domain::ids::GroupId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// A group of contacts; who is in it, each contact says ([`crate::Person::groups`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Names it.
    pub id: GroupId,
    /// What the studio calls it.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
}

impl Table {
    /// All groups, by name.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn groups(&self) -> Result<Vec<Group>, Error> {
        let items = self.of_studio(keys::GROUP).await?.into_iter();
        let mut groups: Vec<Group> = items
            .map(|item| read("group", item))
            .collect::<Result<_, _>>()?;
        groups.sort_by_key(|group| group.name.to_lowercase());
        Ok(groups)
    }

    /// Makes a group, or gives it another name: the later name counts.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn save_group(&self, group: &Group) -> Result<(), Error> {
        self.client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(write("group", &keys::group(group.id), group)?))
            .send()
            .await
            .map_err(Error::call("PutItem"))?;
        Ok(())
    }

    /// Puts exactly these people into a group; addresses that are no contacts yet become some. Each person is changed
    /// at a time: a change that fails in the middle can be made again.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn set_members(
        &self,
        group: GroupId,
        emails: &[Email],
        now: Timestamp,
    ) -> Result<(), Error> {
        let people = self.people().await?.into_iter();
        let members: HashSet<Email> = people
            .filter(|person| person.groups.contains(&group))
            .map(|person| person.email)
            .collect();
        let wanted: HashSet<&Email> = emails.iter().collect();
        for email in members.iter().filter(|email| !wanted.contains(email)) {
            self.quit(email, group).await?;
        }
        for email in wanted.into_iter().filter(|email| !members.contains(*email)) {
            self.join(email, group, now).await?;
        }
        Ok(())
    }

    /// Removes a group: out of all contacts first, so that nobody enters by it any more, then out of all tables.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn remove_group(&self, group: GroupId) -> Result<(), Error> {
        for person in self.people().await? {
            if person.groups.contains(&group) {
                self.quit(&person.email, group).await?;
            }
        }
        for row in self.listed(&keys::rows_of_group(group)).await? {
            if let Some(key) = key_of(&row) {
                self.remove(&key).await?;
            }
        }
        self.remove(&keys::group(group)).await
    }
}
