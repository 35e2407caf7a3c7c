//! Contacts: people the studio knows by their address, whether they were ever invited or not.

use crate::Table;
use crate::error::Error;
use crate::item::{n, read, s, write};
use crate::keys::{self, Key, LIST, LIST_BY};
use crate::write::{if_held, part};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::email::Email;
use domain::ids::GroupId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their address: who they are.
    pub email: Email,
    /// What the studio calls them; may be empty.
    pub name: String,
    /// The groups they are in.
    pub groups: Vec<GroupId>,
    /// When the studio first wrote the address down.
    pub created: Timestamp,
    /// Rises with every change: a form that knows an older one is refused.
    pub revision: u64,
}

/// A contact as the table holds it.
#[derive(Serialize, Deserialize)]
pub(crate) struct PersonItem {
    pub(crate) email: Email,
    #[serde(default)]
    name: String,
    /// A string set, so that two changes of groups do not lose one another; empty sets cannot be stored.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        with = "serde_dynamo::string_set"
    )]
    pub(crate) groups: Vec<GroupId>,
    created: Timestamp,
    #[serde(default)]
    revision: u64,
    list: String,
    list_by: String,
}

impl From<PersonItem> for Person {
    fn from(item: PersonItem) -> Self {
        Self {
            email: item.email,
            name: item.name,
            groups: item.groups,
            created: item.created,
            revision: item.revision,
        }
    }
}

/// Groups as a set; `None` for no groups.
fn set(groups: &[GroupId]) -> Option<AttributeValue> {
    let texts: Vec<String> = groups.iter().map(ToString::to_string).collect();
    (!texts.is_empty()).then_some(AttributeValue::Ss(texts))
}

impl Table {
    /// Whether the studio knows this address, consistently.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn known_person(&self, email: &Email) -> Result<bool, Error> {
        Ok(self.get(&keys::person(email)).await?.is_some())
    }

    /// All contacts, by address. From the index: for lists, never to decide access.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn people(&self) -> Result<Vec<Person>, Error> {
        let items = self.listed(keys::PEOPLE).await?.into_iter();
        items
            .map(|item| read::<PersonItem>("person", item).map(Person::from))
            .collect()
    }

    /// A contact, consistently.
    ///
    /// # Errors
    /// When the table does not answer or the item cannot be read.
    pub async fn person_record(&self, email: &Email) -> Result<Option<Person>, Error> {
        let item = self.get(&keys::person(email)).await?;
        item.map(|item| read::<PersonItem>("person", item).map(Person::from))
            .transpose()
    }

    /// What the studio calls these people, consistently; who has no name or is no contact is missing.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn names_of(&self, emails: &[Email]) -> Result<HashMap<Email, String>, Error> {
        let keys: Vec<Key> = emails.iter().map(keys::person).collect();
        let found = self.get_many(&keys).await?.into_values();
        let people = found.map(|item| read::<PersonItem>("person", item));
        let people = people.collect::<Result<Vec<_>, _>>()?.into_iter();
        let named = people.filter(|person| !person.name.is_empty());
        Ok(named.map(|person| (person.email, person.name)).collect())
    }

    /// Adds a contact (`seen` is none) or changes name and groups. `false`: the address is a contact already, or
    /// somebody else saved meanwhile.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn save_person(&self, person: &Person, seen: Option<u64>) -> Result<bool, Error> {
        let Some(seen) = seen else {
            let item = PersonItem {
                email: person.email.clone(),
                name: person.name.clone(),
                groups: person.groups.clone(),
                created: person.created,
                revision: 1,
                list: keys::PEOPLE.to_owned(),
                list_by: person.email.as_str().to_owned(),
            };
            let item = write("person", &keys::person(&person.email), &item)?;
            return self.put_once(item).await;
        };
        const SET: &str = "SET #name = :name, #revision = :next";
        let change = self
            .change(&keys::person(&person.email))
            .condition_expression(match seen {
                // Added along with a row: nobody has saved it yet.
                0 => "attribute_exists(PK) AND attribute_not_exists(#revision)",
                _ => "#revision = :seen",
            })
            .expression_attribute_names("#name", "name")
            .expression_attribute_names("#revision", "revision")
            .expression_attribute_names("#groups", "groups")
            .expression_attribute_values(":name", s(&person.name))
            .expression_attribute_values(":next", n(seen + 1));
        let change = if seen == 0 {
            change
        } else {
            change.expression_attribute_values(":seen", n(seen))
        };
        let change = match set(&person.groups) {
            Some(groups) => change
                .update_expression(format!("{SET}, #groups = :groups"))
                .expression_attribute_values(":groups", groups),
            None => change.update_expression(format!("{SET} REMOVE #groups")),
        };
        Ok(if_held("UpdateItem", change.send().await)?.is_some())
    }

    /// Makes sure that the address is a contact, as a part of a transaction; changes nothing of one that is there.
    pub(crate) fn ensure_person(
        &self,
        email: &Email,
        now: Timestamp,
    ) -> Result<TransactWriteItem, Error> {
        let change = self
            .change_with_others(&keys::person(email))
            .update_expression(ENSURE)
            .expression_attribute_names("#email", "email")
            .expression_attribute_names("#created", "created")
            .expression_attribute_names("#list", LIST)
            .expression_attribute_names("#by", LIST_BY)
            .expression_attribute_values(":email", s(email.as_str()))
            .expression_attribute_values(":created", s(now.to_string()))
            .expression_attribute_values(":list", s(keys::PEOPLE));
        part("person", change)
    }

    /// Puts an address into a group; it becomes a contact if it is none.
    pub(crate) async fn join(
        &self,
        email: &Email,
        group: GroupId,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.change(&keys::person(email))
            .update_expression(format!("{ENSURE} ADD #groups :group, #revision :one"))
            .expression_attribute_names("#email", "email")
            .expression_attribute_names("#created", "created")
            .expression_attribute_names("#list", LIST)
            .expression_attribute_names("#by", LIST_BY)
            .expression_attribute_names("#groups", "groups")
            .expression_attribute_names("#revision", "revision")
            .expression_attribute_values(":email", s(email.as_str()))
            .expression_attribute_values(":created", s(now.to_string()))
            .expression_attribute_values(":list", s(keys::PEOPLE))
            .expression_attribute_values(":group", AttributeValue::Ss(vec![group.to_string()]))
            .expression_attribute_values(":one", n(1))
            .send()
            .await
            .map_err(Error::call("UpdateItem"))?;
        Ok(())
    }

    /// Takes a contact out of a group.
    pub(crate) async fn quit(&self, email: &Email, group: GroupId) -> Result<(), Error> {
        let outcome = self
            .change(&keys::person(email))
            .update_expression("ADD #revision :one DELETE #groups :group")
            .condition_expression("attribute_exists(PK)")
            .expression_attribute_names("#groups", "groups")
            .expression_attribute_names("#revision", "revision")
            .expression_attribute_values(":group", AttributeValue::Ss(vec![group.to_string()]))
            .expression_attribute_values(":one", n(1))
            .send()
            .await;
        if_held("UpdateItem", outcome).map(drop)
    }
}

/// Writes what every contact has, and leaves one that is there as it is.
const ENSURE: &str = "SET #email = if_not_exists(#email, :email), #created = if_not_exists(#created, :created), \
                      #list = if_not_exists(#list, :list), #by = if_not_exists(#by, :email)";
