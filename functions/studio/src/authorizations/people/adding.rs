//! Making the rows of one form and sending its invitations.

use super::super::Desk;
use super::Outcome;
use crate::when;
use domain::access::{Row, Subject};
use domain::activity::{What, Who};
use domain::email::Email;
use domain::ids::{GroupId, LinkToken};
use jiff::Timestamp;
use table::{Invitation, Mail};
use web::{Failure, words as web_words};

/// One form's worth of adding.
pub(super) struct Adding<'a> {
    pub(super) desk: &'a Desk,
    pub(super) message: &'a str,
    pub(super) invite: bool,
}

impl Adding<'_> {
    pub(super) async fn people(
        &self,
        emails: Vec<Email>,
        row: &Row,
    ) -> Result<Vec<Outcome>, Failure> {
        let mut outcomes = Vec::new();
        for email in emails {
            let added = self.add(Subject::Person(email.clone()), row).await?;
            let (what, well) = match added {
                None => ("in the table already; the row is kept as it is", true),
                Some(_) if !self.invite => ("added, without a mail", true),
                Some(row) if self.mail(&email, row.until).await? => {
                    ("added, invitation sent", true)
                }
                Some(_) => ("added; no mail, today’s invitations are used up", false),
            };
            outcomes.push(Outcome {
                who: email.as_str().to_owned(),
                what: what.into(),
                well,
                added: what.starts_with("added"),
            });
        }
        Ok(outcomes)
    }

    pub(super) async fn groups(
        &self,
        ids: Vec<GroupId>,
        row: &Row,
    ) -> Result<Vec<Outcome>, Failure> {
        let mut outcomes = Vec::new();
        if ids.is_empty() {
            return Ok(outcomes);
        }
        let (groups, people) = tokio::try_join!(
            self.desk.studio.table.groups(),
            self.desk.studio.table.people()
        )?;
        for group in groups.iter().filter(|group| ids.contains(&group.id)) {
            let added = self.add(Subject::Group(group.id), row).await?;
            let members = people
                .iter()
                .filter(|person| person.groups.contains(&group.id));
            let mut sent = 0;
            for person in members.filter(|_| added.is_some() && self.invite) {
                sent += usize::from(self.mail(&person.email, row.until).await?);
            }
            let what = match &added {
                None => "in the table already; the row is kept as it is".into(),
                Some(_) if !self.invite => "added, without a mail".into(),
                Some(_) => format!(
                    "added, {} sent",
                    web_words::count(sent, "invitation", "invitations")
                ),
            };
            outcomes.push(Outcome {
                who: group.name.clone(),
                what,
                well: true,
                added: added.is_some(),
            });
        }
        Ok(outcomes)
    }

    /// Makes the row; none: there is one already, and it stays.
    async fn add(&self, subject: Subject, like: &Row) -> Result<Option<Row>, Failure> {
        let row = Row {
            subject,
            ..like.clone()
        };
        let table = &self.desk.studio.table;
        let saved = table
            .save_row(self.desk.gallery.id, &row, None, self.desk.studio.now())
            .await?;
        if let Some(saved) = &saved {
            self.desk.record(None, saved).await?;
        }
        Ok(saved)
    }

    /// Sends one invitation; `false`: today's are used up. The mail never carries the PIN, and nobody on a row needs it.
    pub(super) async fn mail(
        &self,
        email: &Email,
        until: Option<Timestamp>,
    ) -> Result<bool, Failure> {
        let (token, now) = (LinkToken::random(), self.desk.studio.now());
        let end = [until, self.desk.gallery.expires]
            .into_iter()
            .flatten()
            .min();
        let mail = Mail::Invitation {
            to: email.clone(),
            title: self.desk.gallery.title.clone(),
            path: format!("/i/{}", token.expose()),
            message: self.message.to_owned(),
            until_text: end.map(|end| when::until(end, &self.desk.studio.zone)),
            pin_hint: false,
        };
        let invitation = Invitation {
            token: token.hash(),
            gallery: self.desk.gallery.id,
            email: email.clone(),
            by: Who::Member(self.desk.me.0.member.email.clone()),
            created: now,
            accepted: None,
        };
        if !self
            .desk
            .studio
            .table
            .invite(&invitation, &mail, now)
            .await?
        {
            return Ok(false);
        }
        let what = What::Invited {
            email: email.clone(),
        };
        self.desk.log(what).await?;
        Ok(true)
    }
}
