//! From what a visitor shows (a link, a visit, a proven address) to the one row that counts (P12, 4.4).

use super::{
    Action, PersonSession, Refusal, Row, Session, Subject, Web, may, open, talks, visible, web_size,
};
use crate::gallery::Gallery;
use crate::photo::Photo;
use jiff::Timestamp;

/// How somebody arrives, read from the table and the cookies now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival {
    /// By the clients' link.
    Client {
        /// A visit that was opened with the PIN, if the browser carries one for this table.
        visit: Option<Session>,
        /// The person the browser is signed in as.
        person: Option<PersonSession>,
    },
    /// By a guest link; its row comes with it, whatever else the browser carries (C8).
    Guest,
    /// The studio looks at what this subject sees (P36).
    Preview(Subject),
}

/// The rows that can concern this visitor, of the table that governs the gallery.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rows {
    /// Row *Anybody*.
    pub anybody: Option<Row>,
    /// The person's own row.
    pub own: Option<Row>,
    /// Rows of the person's groups, in the order the groups were made: the first counts.
    pub groups: Vec<Row>,
    /// The guest link's row.
    pub guest: Option<Row>,
}

/// Somebody's standing in one gallery, worked out from current rows: the only thing that acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    gallery: Gallery,
    row: Row,
    person: Option<PersonSession>,
    preview: bool,
    confirmed: Option<Timestamp>,
}

impl Standing {
    /// Chooses the row and checks that it lets in.
    ///
    /// # Errors
    /// Unpublished, paused and ended come first: such a gallery says so with or without proof. [`Refusal::Door`]: prove
    /// something first. [`Refusal::NotInvited`], [`Refusal::RowEnded`], [`Refusal::NotAllowed`]: no proof would help.
    pub fn of(
        gallery: &Gallery,
        rows: &Rows,
        arrival: &Arrival,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        open(gallery, now)?;
        let (row, person) = match arrival {
            Arrival::Guest => (rows.guest.clone().ok_or(Refusal::RowEnded)?, None),
            Arrival::Preview(subject) => (rows.of(subject).ok_or(Refusal::RowEnded)?, None),
            Arrival::Client { visit, person } => {
                let person = person.clone().filter(|person| person.current(now));
                match rows.listed(person.as_ref()) {
                    Some(row) => (row.clone(), person),
                    None => (
                        anybody(gallery, rows, visit.as_ref(), person.is_some(), now)?,
                        person,
                    ),
                }
            }
        };
        may(&row, Action::Enter, None, gallery, now)?;
        Ok(Self {
            gallery: gallery.clone(),
            row,
            person,
            preview: matches!(arrival, Arrival::Preview(_)),
            confirmed: None,
        })
    }

    /// The same standing, of somebody whose choice was confirmed then, if it is: it is closed to them until the studio
    /// opens it again (S34).
    #[must_use]
    pub fn confirmed(self, on: Option<Timestamp>) -> Self {
        Self {
            confirmed: on,
            ..self
        }
    }

    /// When this visitor's choice was confirmed; none: it is open, or nobody has looked.
    #[must_use]
    pub fn confirmed_on(&self) -> Option<Timestamp> {
        self.confirmed
    }

    /// Whether this action on this photograph is allowed now; see [`may`].
    ///
    /// # Errors
    /// The refusal.
    pub fn may(
        &self,
        action: Action,
        photo: Option<&Photo>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        if self.preview && action.writes() {
            return Err(Refusal::Preview);
        }
        may(&self.row, action, photo, &self.gallery, now)?;
        match (self.confirmed, action) {
            (Some(on), Action::Select | Action::Comment | Action::Rate) => {
                Err(Refusal::Confirmed { on })
            }
            _ => Ok(()),
        }
    }

    /// Whether the photograph exists for this visitor.
    #[must_use]
    pub fn sees(&self, photo: &Photo) -> bool {
        visible(&self.row, photo, &self.gallery)
    }

    /// Which web-size file this visitor gets of the photograph, and how large pictures are shown.
    #[must_use]
    pub fn web_size(&self, photo: &Photo) -> Web {
        web_size(&self.row, photo, &self.gallery)
    }

    /// Whether this visitor reads the photograph's thread, however closed choosing is (P23).
    #[must_use]
    pub fn talks(&self, photo: &Photo) -> bool {
        talks(&self.row, photo, &self.gallery)
    }

    /// The row it stands on.
    #[must_use]
    pub fn row(&self) -> &Row {
        &self.row
    }

    /// The gallery it stands in.
    #[must_use]
    pub fn gallery(&self) -> &Gallery {
        &self.gallery
    }

    /// Whose doings these are in the activity: a person by name also when a group's row let them in (P20).
    #[must_use]
    pub fn subject(&self) -> Subject {
        match &self.person {
            Some(person) if self.row.subject.identified() => Subject::Person(person.email.clone()),
            _ => self.row.subject.clone(),
        }
    }

    /// The person who is signed in, even where row *Anybody* let them in.
    #[must_use]
    pub fn person(&self) -> Option<&PersonSession> {
        self.person.as_ref()
    }

    /// The studio looks at what somebody sees: nothing is counted or kept (P36).
    #[must_use]
    pub fn preview(&self) -> bool {
        self.preview
    }

    /// A holder of a guest link.
    #[must_use]
    pub fn guest(&self) -> bool {
        matches!(self.row.subject, Subject::Guest(_))
    }
}

impl Rows {
    /// A listed person's row: their own, else their first group's. It replaces *Anybody* even when it is off (P12).
    fn listed(&self, person: Option<&PersonSession>) -> Option<&Row> {
        let person = person?;
        let own = self
            .own
            .as_ref()
            .filter(|row| row.subject == Subject::Person(person.email.clone()));
        let group = self.groups.iter().find(|row| match &row.subject {
            Subject::Group(group) => person.groups.contains(group),
            _ => false,
        });
        own.or(group)
    }

    /// The row of exactly this subject.
    fn of(&self, subject: &Subject) -> Option<Row> {
        let mut rows = self
            .anybody
            .iter()
            .chain(&self.own)
            .chain(&self.groups)
            .chain(&self.guest);
        rows.find(|row| row.subject == *subject).cloned()
    }
}

fn anybody(
    gallery: &Gallery,
    rows: &Rows,
    visit: Option<&Session>,
    signed_in: bool,
    now: Timestamp,
) -> Result<Row, Refusal> {
    let closed = if signed_in {
        Refusal::NotInvited
    } else {
        Refusal::Door
    };
    let row = rows.anybody.as_ref().ok_or(closed)?;
    if !row.stands(now) || !row.rights.enter {
        return Err(closed);
    }
    if row.pin.is_some() {
        let opened = visit.is_some_and(|visit| {
            visit.gallery == gallery.table && visit.door == row.door && visit.current(now)
        });
        if !opened {
            return Err(Refusal::Door);
        }
    }
    Ok(row.clone())
}
