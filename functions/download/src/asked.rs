//! Who asks for a file of which photograph, whether they may have it, and the line that says so (P20, R-4.13).

use crate::Download;
use axum::response::{IntoResponse as _, Response};
use domain::access::{Action, Refusal, Standing};
use domain::activity::{Event, What, Who};
use domain::ids::PhotoId;
use domain::photo::Photo;
use http::{StatusCode, header};
use jiff::Timestamp;
use web::{Banner, Caller, Failure, Rule};

/// Somebody who may have the file that the route is for.
pub struct Asked<'a> {
    /// Where it is read and noted.
    download: &'a Download,
    /// How they ask.
    caller: &'a Caller,
    /// What they may do.
    pub standing: Standing,
    /// The photograph.
    pub photo: Photo,
    /// *View as* (P36).
    pub banner: Option<Banner>,
    /// When they ask.
    pub now: Timestamp,
}

impl<'a> Asked<'a> {
    /// Works out the standing from what is in the table now and asks for the right that the route's rule names. The inner
    /// `Err` is the answer to whoever may not; a refused attempt is noted.
    ///
    /// # Errors
    /// [`Failure::NotFound`] for a link or an id that is none; a table that does not answer.
    pub async fn of(
        download: &'a Download,
        caller: &'a Caller,
        photo: &str,
    ) -> Result<Result<Self, Response>, Failure> {
        let id: PhotoId = photo.parse()?;
        let Rule::Visitor(action) = caller.rule else {
            return Err(Failure::NotFound);
        };
        let now = (download.clock)();
        let table = &download.table;
        let found = table.photo(&caller.token, &caller.proofs, &id, now).await?;
        let (visit, photo) = found.ok_or(Failure::NotFound)?;
        let banner = Banner::of(&visit.gallery, &visit.arrival);
        let standing = match Standing::of(&visit.gallery, &visit.rows, &visit.arrival, now) {
            Ok(standing) => standing,
            Err(refusal) => return Ok(Err(caller.refuse(refusal, banner))),
        };
        let Some(photo) = photo else {
            return Ok(Err(Failure::NotFound.under(banner)));
        };
        let may = standing.may(action, Some(&photo), now);
        let asked = Self {
            download,
            caller,
            standing,
            photo,
            banner,
            now,
        };
        match may {
            Ok(()) => Ok(Ok(asked)),
            Err(Refusal::Nothing) => Ok(Err(Failure::NotFound.under(asked.banner))),
            Err(refusal) => Ok(Err(asked.refuse(action, refusal.into()).await?)),
        }
    }

    /// The file's address, noted before it is given away. 302 and never kept: the next request is decided anew (C15,
    ///
    ///
    /// # Errors
    /// A table that does not answer: what cannot be noted is not given.
    pub async fn give(
        self,
        address: String,
        size: &str,
        bytes: Option<u64>,
    ) -> Result<Response, Failure> {
        self.note(What::Downloaded {
            photo: self.photo.id.clone(),
            file_name: self.photo.file_name.clone(),
            size: size.into(),
            bytes,
        })
        .await?;
        Ok((StatusCode::FOUND, [(header::LOCATION, address)]).into_response())
    }

    /// The answer to an attempt that the rights or the quota do not allow, noted.
    ///
    /// # Errors
    /// A table that does not answer.
    pub async fn refuse(self, action: Action, failure: Failure) -> Result<Response, Failure> {
        let wanted = match action {
            Action::DownloadOriginal => "download-original",
            _ => "download-web",
        };
        self.note(What::Refused {
            wanted: wanted.into(),
        })
        .await?;
        Ok(failure.under(self.banner))
    }

    /// Appends to the gallery's activity; *View as* leaves no trace (P36).
    async fn note(&self, what: What) -> Result<(), Failure> {
        if self.standing.preview() {
            return Ok(());
        }
        let event = Event {
            at: self.now,
            gallery: Some(self.standing.gallery().id),
            who: Who::Visitor(self.standing.subject()),
            what,
            from: self.caller.origin.clone(),
        };
        Ok(self.download.table.log(&event).await?)
    }
}
