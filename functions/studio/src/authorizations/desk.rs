//! What every handler of a gallery's table works with: the gallery, who changes it and from where.

use super::key;
use super::sheet::{View, show};
use super::words;
use crate::Studio;
use crate::member::{From, Me, Named};
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::Row;
use domain::activity::What;
use domain::gallery::Gallery;
use http::StatusCode;
use http::request::Parts;
use web::{Failure, Site};

/// A request about the table of the gallery that its path names.
pub(crate) struct Desk {
    pub(crate) studio: Studio,
    pub(crate) me: Me,
    pub(crate) from: From,
    pub(crate) site: Site,
    pub(crate) gallery: Gallery,
    /// The gallery's own row *Anybody*, whether its table counts or not.
    pub(crate) anybody: Row,
}

impl FromRequestParts<Studio> for Desk {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, studio: &Studio) -> Result<Self, Failure> {
        let me = Me::from_request_parts(parts, studio).await?;
        let Named { gallery, row } = Named::from_request_parts(parts, studio).await?;
        let from = From::from_request_parts(parts, studio).await;
        Ok(Self {
            studio: studio.clone(),
            me,
            from: from.unwrap_or_else(|never| match never {}),
            site: Site::of(parts),
            gallery,
            anybody: row,
        })
    }
}

impl Desk {
    /// Refuses to change rows of a gallery that follows another's table.
    pub(super) fn own(&self) -> Result<(), Failure> {
        if self.gallery.table == self.gallery.id {
            return Ok(());
        }
        let why = "This gallery follows another gallery’s table. Make a table of its own first, or change the other.";
        Err(Failure::Conflict(why.into()))
    }

    /// The row of that name in the gallery's own table; see [`key`].
    pub(super) async fn row(&self, name: &str) -> Result<Row, Failure> {
        self.own()?;
        let rows = self.studio.table.rows(self.gallery.id).await?;
        key::named(&rows, name).cloned().ok_or(Failure::NotFound)
    }

    /// Keeps what was done for the studio to read.
    pub(crate) async fn log(&self, what: What) -> Result<(), Failure> {
        let gallery = Some(self.gallery.id);
        self.studio.log(&self.me, &self.from, gallery, what).await
    }

    /// Keeps a change of a row, old and new, or what a row holds that was added.
    pub(super) async fn record(&self, old: Option<&Row>, new: &Row) -> Result<(), Failure> {
        let zone = &self.studio.zone;
        let rights = match old {
            Some(old) => words::change(old, new, zone),
            None => format!("added, may {}", words::row(new, zone)),
        };
        let subject = new.subject.clone();
        self.log(What::RowSaved { subject, rights }).await
    }

    /// The table's page.
    pub(super) async fn show(&self, view: &View<'_>) -> Result<Response, Failure> {
        show(&self.studio, &self.me, &self.gallery, &self.site, view).await
    }

    /// The table's page with what could not be done.
    pub(crate) async fn refuse(
        &self,
        status: StatusCode,
        why: impl ToString,
    ) -> Result<Response, Failure> {
        self.show(&View::problem(status, why.to_string())).await
    }

    /// The address of the table's page.
    pub(super) fn path(&self) -> String {
        format!("/studio/galleries/{}/authorizations", self.gallery.id)
    }

    /// To the table's page; `done` names what is said there.
    pub(crate) fn back(&self, done: &str) -> Response {
        Redirect::to(&format!("{}?done={done}", self.path())).into_response()
    }
}
