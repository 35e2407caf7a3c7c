//! What clients are called on the studio's pages: by the name in the contacts, else by their address.

use crate::Studio;
use domain::access::Subject;
use domain::email::Email;
use domain::ids::GroupId;
use std::collections::HashMap;
use web::Failure;

/// Names of contacts and groups.
#[derive(Default)]
pub(crate) struct Clients {
    people: HashMap<Email, String>,
    groups: HashMap<GroupId, String>,
}

impl Clients {
    /// Everybody the studio has named.
    pub(crate) async fn of(studio: &Studio) -> Result<Self, Failure> {
        let table = &studio.table;
        let (people, groups) =
            tokio::try_join!(table.people(), table.groups()).map_err(Failure::fault)?;
        let named = people.into_iter().filter(|one| !one.name.trim().is_empty());
        Ok(Self {
            people: named.map(|one| (one.email, one.name)).collect(),
            groups: groups.into_iter().map(|one| (one.id, one.name)).collect(),
        })
    }

    /// Who it is. All holders of link and PIN share one choice: nobody knows which of them it was (C7).
    pub(crate) fn name(&self, subject: &Subject) -> String {
        match subject {
            Subject::Anybody => "Anybody".into(),
            Subject::Person(email) => self.person(email),
            Subject::Group(id) => {
                let name = self.groups.get(id).map_or("removed", String::as_str);
                format!("Group {name}")
            }
            Subject::Guest(_) => "Guest link".into(),
        }
    }

    /// A person, by name where there is one.
    pub(crate) fn person(&self, email: &Email) -> String {
        let name = self.people.get(email);
        name.cloned().unwrap_or_else(|| email.as_str().to_owned())
    }

    /// Who it is, and whom its letters reach where the subject does not say it.
    pub(crate) fn name_with(&self, subject: &Subject, contact: Option<&Email>) -> String {
        match (subject, contact) {
            (Subject::Anybody, Some(email)) => format!("Anybody, {}", self.person(email)),
            _ => self.name(subject),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// L32: a client is called by name where the studio knows one, and the shared choice says that it is shared.
    #[test]
    fn a_client_is_called_by_name() {
        let marta: Email = "marta@example.com".parse().unwrap();
        let clients = Clients {
            people: [(marta.clone(), "Marta Lindqvist".to_owned())].into(),
            ..Clients::default()
        };
        let other: Email = "jonas@example.com".parse().unwrap();
        assert_eq!(
            clients.name(&Subject::Person(marta.clone())),
            "Marta Lindqvist"
        );
        assert_eq!(clients.name(&Subject::Person(other)), "jonas@example.com");
        let shared = clients.name_with(&Subject::Anybody, Some(&marta));
        assert_eq!(shared, "Anybody, Marta Lindqvist");
        assert_eq!(clients.name_with(&Subject::Anybody, None), "Anybody");
    }
}
