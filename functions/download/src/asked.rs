//! Who asks for a file of which photograph, whether they may have it, and the line that says so (P20, R-4.13).

use crate::Download;
use axum::response::{IntoResponse as _, Response};
use domain::access::{Action, Refusal, Standing};
use domain::activity::{Event, What, Who};
use domain::ids::{OrderId, PhotoId, ProductId};
use domain::order::Order;
use domain::photo::{Photo, Shown, State};
use domain::product::Product;
use http::{StatusCode, header};
use jiff::Timestamp;
use std::sync::Arc;
use table::QuotaOutcome;
use web::{Banner, Caller, Failure, Rule};

/// Somebody who asks for a file of a photograph that is there.
pub struct Asked<'a> {
    /// Where it is read and noted.
    download: &'a Download,
    /// How they ask.
    pub caller: &'a Caller,
    /// What they may do.
    pub standing: Standing,
    /// The photograph.
    pub photo: Photo,
    /// The studio's products.
    pub products: Arc<[Product]>,
    /// *View as* (P36).
    pub banner: Option<Banner>,
    /// When they ask.
    pub now: Timestamp,
    /// It is a file of an order: noted as such, and no quota is taken.
    pub ordered: bool,
}

/// A line of an order.
pub struct Wanted {
    /// Which order.
    pub order: OrderId,
    /// Which photograph of it.
    pub photo: PhotoId,
    /// As what.
    pub product: ProductId,
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
        let Rule::Visitor(action) = caller.rule else {
            return Err(Failure::NotFound);
        };
        match Self::found(download, caller, photo).await? {
            Ok(asked) => asked.allowed(action).await,
            Err(answer) => Ok(Err(answer)),
        }
    }

    /// The same before any right to the photograph was asked for: [`Asked::allowed`] does that.
    ///
    /// # Errors
    /// As for [`Asked::of`].
    pub async fn found(
        download: &'a Download,
        caller: &'a Caller,
        photo: &str,
    ) -> Result<Result<Self, Response>, Failure> {
        let id: PhotoId = photo.parse()?;
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
        Ok(Ok(Self {
            download,
            caller,
            standing,
            photo,
            products: visit.products,
            banner,
            now,
            ordered: false,
        }))
    }

    /// Somebody who asks for a photograph as it was shipped to them, whatever became of it since (P48, P49). The inner
    /// `Err` is the answer to whoever does not get it.
    ///
    /// # Errors
    /// As for [`Asked::of`].
    pub async fn shipped(
        download: &'a Download,
        caller: &'a Caller,
        what: Wanted,
    ) -> Result<Result<Self, Response>, Failure> {
        let now = (download.clock)();
        let (table, id) = (&download.table, &what.photo);
        let found = table.photo(&caller.token, &caller.proofs, id, now).await?;
        let (visit, photo) = found.ok_or(Failure::NotFound)?;
        let banner = Banner::of(&visit.gallery, &visit.arrival);
        let standing = match Standing::of(&visit.gallery, &visit.rows, &visit.arrival, now) {
            Ok(standing) => standing,
            Err(refusal) => return Ok(Err(caller.refuse(refusal, banner))),
        };
        let order = table.order(visit.gallery.id, what.order).await?;
        let order = order.filter(|order| order.subject == standing.subject());
        let Some(order) = order else {
            return Ok(Err(Failure::NotFound.under(banner)));
        };
        let seen = photo.as_ref().filter(|photo| standing.sees(photo));
        let may = standing.may(Action::FetchShipped, seen, now);
        let then = match order.shipped(id, what.product) {
            Some(number) => then(download, &order, number, id, photo.as_ref()).await?,
            None => return Ok(Err(Failure::NotDelivered.under(banner))),
        };
        let Some(then) = then else {
            return Ok(Err(Failure::NotKept.under(banner)));
        };
        let asked = Self {
            download,
            caller,
            standing,
            photo: then,
            products: visit.products,
            banner,
            now,
            ordered: true,
        };
        match may {
            Ok(()) => Ok(Ok(asked)),
            Err(refusal) => Ok(Err(asked
                .refuse(Action::FetchShipped, refusal.into())
                .await?)),
        }
    }

    /// Whether they may do this to the photograph now; a refused attempt is noted.
    ///
    /// # Errors
    /// A table that does not answer.
    pub async fn allowed(self, action: Action) -> Result<Result<Self, Response>, Failure> {
        match self.standing.may(action, Some(&self.photo), self.now) {
            Ok(()) => Ok(Ok(self)),
            Err(Refusal::Nothing) => Ok(Err(Failure::NotFound.under(self.banner))),
            Err(refusal) => Ok(Err(self.refuse(action, refusal.into()).await?)),
        }
    }

    /// Counts the photograph against its row's quota, each once; *View as* takes nothing from anybody's (P36).
    ///
    /// # Errors
    /// A table that does not answer, or is met by others for too long.
    pub async fn within_quota(&self) -> Result<bool, Failure> {
        if self.standing.preview() {
            return Ok(true);
        }
        let (gallery, row, photo) = (self.standing.gallery(), self.standing.row(), &self.photo);
        let own = gallery.own_sections.contains(&photo.section);
        let quota = row.rights_in(&photo.section, own).quota;
        let outcome = self
            .download
            .table
            .take_quota(gallery.id, &row.subject, &photo.id, quota, self.now)
            .await?;
        match outcome {
            QuotaOutcome::Taken { .. } | QuotaOutcome::Again => Ok(true),
            QuotaOutcome::Spent => Ok(false),
            QuotaOutcome::Busy => Err(Failure::Busy),
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
            size: if self.ordered { "order" } else { size }.into(),
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
            Action::DownloadCustom => "download-custom",
            Action::FetchShipped => "download-order",
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

/// The photograph as it was in the version that was shipped; none: that is not kept.
async fn then(
    download: &Download,
    order: &Order,
    number: u32,
    id: &PhotoId,
    photo: Option<&Photo>,
) -> Result<Option<Photo>, Failure> {
    let now = photo.filter(|photo| photo.number == number && photo.picture().is_some());
    let then = match now {
        Some(photo) => Some(photo.clone()),
        None => {
            let found = download.table.version(order.gallery, id, number).await?;
            let line = order.lines.iter().find(|line| line.photo == *id);
            found.zip(line).map(|(version, line)| Photo {
                id: id.clone(),
                gallery: order.gallery,
                key: version.key,
                section: line.section.clone(),
                file_name: line.file_name.clone(),
                version: version.version,
                state: State::Ready(version.picture),
                uploaded: version.uploaded,
                stage: version.stage,
                shown: Shown::Everyone,
                number,
                fresh: false,
                refused: None,
            })
        }
    };
    let Some(then) = then else {
        return Ok(None);
    };
    let originals = &download.originals;
    let kept = originals.keeps(&then.key, &then.version.id).await;
    Ok(kept.map_err(Failure::fault)?.then_some(then))
}
