//! Whether somebody stands in the gallery now, as at its door: a letter tells nobody what its pages would not.

use crate::{Broom, Fault};
use domain::access::{Arrival, PersonSession, Row, Rows, Standing, Subject};
use domain::email::Email;
use domain::gallery::Gallery;
use domain::ids::TokenHash;
use jiff::Timestamp;

/// The people of a gallery's table.
pub(super) struct Readers<'a> {
    broom: &'a Broom,
    pub(super) gallery: &'a Gallery,
    pub(super) rows: &'a [Row],
    now: Timestamp,
}

impl<'a> Readers<'a> {
    pub(super) fn new(
        broom: &'a Broom,
        gallery: &'a Gallery,
        rows: &'a [Row],
        now: Timestamp,
    ) -> Self {
        Self {
            broom,
            gallery,
            rows,
            now,
        }
    }

    /// What this person may do if they come by name now; none: their row ended or was taken away, and nothing is written
    /// to them.
    pub(super) async fn of(&self, email: &Email) -> Result<Option<Standing>, Fault> {
        let record = self.broom.table.person_record(email).await?;
        let person = PersonSession {
            id: TokenHash::of(""),
            email: email.clone(),
            groups: record.map(|record| record.groups).unwrap_or_default(),
            created: self.now,
            seen: self.now,
        };
        let named = |subject: &Subject| matches!(subject, Subject::Person(one) if one == email);
        let group = |row: &&Row| matches!(row.subject, Subject::Group(_));
        let mut groups: Vec<Row> = self.rows.iter().filter(group).cloned().collect();
        // in the order they were made: their ids sort so
        groups.sort_by_key(|row| match row.subject {
            Subject::Group(id) => Some(id),
            _ => None,
        });
        let rows = Rows {
            own: self.rows.iter().find(|row| named(&row.subject)).cloned(),
            groups,
            ..Rows::default()
        };
        let arrival = Arrival::Client {
            visit: None,
            person: Some(person),
        };
        Ok(Standing::of(self.gallery, &rows, &arrival, self.now).ok())
    }
}
