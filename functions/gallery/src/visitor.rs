//! Who is asking, and what they may see: link, proofs and current rows make a `Standing`, nothing else does.

#[cfg(test)]
pub(crate) mod tests;

use crate::Gallery;
use axum::response::Response;
use domain::access::{Action, Arrival, Refusal, Rights, Standing};
use domain::activity::{Event, What, Who};
use domain::choice::Choice;
use domain::gallery::Gallery as Shown;
use domain::ids::{PhotoId, TokenHash};
use domain::photo::Photo;
use domain::product::Product;
use domain::rendition::web_file;
use domain::selection::Tally;
use jiff::{SignedDuration, Timestamp};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use table::{Chosen, Listing, Visit};
use web::{Banner, Caller, Failure, Page, Rule};

/// Somebody who may enter the gallery now, and may do what the route's rule names.
pub struct Visitor {
    /// What they may do.
    pub standing: Standing,
    /// How they came.
    pub arrival: Arrival,
    /// All photographs, in every state.
    pub listing: Arc<Listing>,
    /// The studio's download products, switched off or not (P39).
    pub products: Arc<[Product]>,
    /// What their subject has chosen; none: a guest, who chooses nothing.
    pub chosen: Option<Chosen>,
    /// When they asked.
    pub now: Timestamp,
    /// *View as* (P36).
    pub banner: Option<Banner>,
}

/// Somebody who does not get in: the gallery may be named to them only as its door says (L2).
pub struct Outside {
    /// The gallery and the rows that concern them.
    pub visit: Visit,
    /// Why not.
    pub refusal: Refusal,
    /// *View as* (P36).
    pub banner: Option<Banner>,
}

/// What may be downloaded of one photograph: whether the pages show the controls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Offer {
    /// The original.
    pub original: bool,
    /// The web-size file.
    pub web: bool,
}

/// How a photograph's heart stands for a visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Heart {
    /// There is none: the right, the status or the visitor is another (S20).
    #[default]
    Absent,
    /// It may be set and taken out.
    Open,
    /// The choice is confirmed: it stands as it is (S34).
    Frozen,
}

/// An entry of the same subject is noted once in this time.
const ENTRY: SignedDuration = SignedDuration::from_hours(1);

impl Visitor {
    /// Reads link, proofs, rows and photographs in at most two calls, works out the standing, and holds it to the route's
    /// rule. That somebody was here is noted at most once an hour, which then is some calls more.
    ///
    /// # Errors
    /// [`Failure::NotFound`] for a link that is unknown. Who stands outside is the inner `Err`.
    pub async fn of(
        gallery: &Gallery,
        caller: &Caller,
    ) -> Result<Result<Self, Box<Outside>>, Failure> {
        let now = gallery.now();
        let table = &gallery.table;
        let found = table
            .visit_and_choices(&caller.token, &caller.proofs, now)
            .await?;
        let (visit, listing, chosen) = found.ok_or(Failure::NotFound)?;
        let banner = Banner::of(&visit.gallery, &visit.arrival);
        let confirmed = chosen.as_ref().and_then(|c| c.selection.confirmed());
        let standing = Standing::of(&visit.gallery, &visit.rows, &visit.arrival, now)
            .map(|standing| standing.confirmed(confirmed))
            .and_then(|standing| ruled(&standing, caller.rule, now).map(|()| standing));
        let standing = match standing {
            Ok(standing) => standing,
            Err(refusal) => {
                return Ok(Err(Box::new(Outside {
                    visit,
                    refusal,
                    banner,
                })));
            }
        };
        let visitor = Self {
            standing,
            arrival: visit.arrival,
            products: visit.products,
            listing,
            chosen,
            now,
            banner,
        };
        visitor.note(gallery, caller, visit.seen).await?;
        Ok(Ok(visitor))
    }

    /// Keeps sessions alive and notes the entry (P10, P20); *View as* leaves no trace (P36).
    async fn note(
        &self,
        gallery: &Gallery,
        caller: &Caller,
        seen: Option<Timestamp>,
    ) -> Result<(), Failure> {
        let (table, now) = (&gallery.table, self.now);
        if let Arrival::Client { visit, person } = &self.arrival {
            if let Some(visit) = visit {
                table.touch_session(visit, now).await?;
            }
            if let Some(person) = person {
                table.touch_person(person, now).await?;
            }
        }
        let recent = seen.is_some_and(|seen| now < seen + ENTRY);
        if self.standing.preview() || recent {
            return Ok(());
        }
        let (id, subject) = (self.gallery().id, self.standing.subject());
        if table.note_entry(id, &subject, now).await? {
            let event = Event {
                at: now,
                gallery: Some(id),
                who: Who::Visitor(subject),
                what: What::Entered,
                from: caller.origin.clone(),
            };
            table.log(&event).await?;
        }
        Ok(())
    }

    /// The gallery they stand in.
    pub fn gallery(&self) -> &Shown {
        self.standing.gallery()
    }

    /// What their row allows outside sections with tables of their own.
    pub fn rights(&self) -> Rights {
        self.standing.row().rights_in("", false)
    }

    /// What they say of a photograph; nothing where nothing was ever said.
    pub fn choice(&self, photo: &PhotoId) -> Option<&Choice> {
        self.chosen.as_ref()?.choices.get(photo)
    }

    /// Whether they have chosen a photograph.
    pub fn chose(&self, photo: &PhotoId) -> bool {
        self.choice(photo).is_some_and(|choice| choice.chosen.value)
    }

    /// How a photograph's heart stands.
    pub fn heart(&self, photo: &Photo) -> Heart {
        match self.standing.may(Action::Select, Some(photo), self.now) {
            Ok(()) => Heart::Open,
            Err(Refusal::Confirmed { .. }) => Heart::Frozen,
            Err(_) => Heart::Absent,
        }
    }

    /// What exists for them, in no order (invariant 2).
    pub fn seen(&self) -> impl Iterator<Item = &Photo> {
        let photos = self.listing.photos.iter();
        photos.filter(|photo| self.standing.sees(photo))
    }

    /// How many are chosen of what exists for them.
    pub fn tally(&self) -> Tally {
        Tally::of_photos(self.seen().filter(|photo| self.chose(&photo.id)))
    }

    /// How often each photograph is commented on whose thread they read.
    ///
    /// # Errors
    /// A table that does not answer.
    pub async fn comments(&self, gallery: &Gallery) -> Result<HashMap<PhotoId, usize>, Failure> {
        let mut counts = HashMap::new();
        let talks = self.seen().filter(|photo| self.standing.talks(photo));
        let talks: HashSet<&PhotoId> = talks.map(|photo| &photo.id).collect();
        if talks.is_empty() {
            return Ok(counts);
        }
        for comment in gallery.table.comments(self.gallery().id).await? {
            if comment.removed.is_none() && talks.contains(&comment.photo) {
                *counts.entry(comment.photo).or_default() += 1;
            }
        }
        Ok(counts)
    }

    /// Names whose choice this is, in this gallery only, without saying who it is: browsers keep taps under it, and a form
    /// that was written for somebody else is not taken. *View as* has a name of its own: nothing is sent under it.
    pub fn who(&self) -> Option<String> {
        let subject = &self.chosen.as_ref()?.selection.subject;
        let subject = table::keys::subject(subject);
        let (id, preview) = (self.gallery().id, self.standing.preview());
        let hash = TokenHash::of(&format!("chooses\0{id}\0{subject}\0{preview}"));
        Some(hash.as_str()[..16].to_owned())
    }

    /// What may be downloaded of a photograph now.
    pub fn offer(&self, photo: &Photo) -> Offer {
        let may = |action| self.standing.may(action, Some(photo), self.now).is_ok();
        let web = self.standing.web_size(photo);
        Offer {
            original: may(Action::DownloadOriginal),
            web: may(Action::DownloadWeb)
                && photo.picture().and_then(|p| web_file(p, web)).is_some(),
        }
    }

    /// Whether guest links may be made from here (C8).
    pub fn shares(&self) -> bool {
        let may = self.standing.may(Action::ShareGuest, None, self.now);
        may.is_ok()
    }

    /// The page's frame for this visitor.
    pub fn page<'a>(&'a self, gallery: &'a Gallery, path: &'a str) -> Page<'a> {
        Page::new(&gallery.name)
            .asking(path)
            .with_banner(self.banner.as_ref())
    }
}

impl Outside {
    /// What every page but the gallery's own answers.
    pub fn answer(self, caller: &Caller) -> Response {
        caller.refuse(self.refusal, self.banner)
    }
}

/// The route's rule, as far as it can be judged without a photograph; what is done to one is judged with it at hand.
fn ruled(standing: &Standing, rule: Rule, now: Timestamp) -> Result<(), Refusal> {
    match rule {
        Rule::Link => Ok(()),
        Rule::Visitor(action) if action.of_a_photo() => Ok(()),
        Rule::Visitor(action) => standing.may(action, None, now),
        // no such route has a link
        Rule::Public | Rule::Person | Rule::Member(_) => Err(Refusal::Nothing),
    }
}
