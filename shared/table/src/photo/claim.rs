//! Taking an object to work on, and deciding once which photograph it is (4.5): its own key's, the one the upload form
//! said, or the one its name means.

use super::item::PhotoItem;
use super::{Alias, Claim, Claimed, Found, Row};
use crate::Table;
use crate::error::Error;
use crate::gallery::read_gallery;
use crate::item::{n, s, write};
use crate::keys;
use crate::waiting::WaitingItem;
use crate::write::{MEETINGS, if_held, part, step_aside};
use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use domain::gallery::Incoming;
use domain::ids::{GalleryId, PhotoId};
use domain::photo::{Stage, State, Version};
use domain::replace::{Match, Named, Replaces, fold, match_name, stem};
use jiff::{SignedDuration, Timestamp};

/// Files of one stem that come within this time are one batch: which of them is the photograph is asked (4.5).
const BATCH: SignedDuration = SignedDuration::from_hours(1);

/// Which photograph an object is that no key and no answer names.
enum Decision {
    /// The one the form said.
    Said(PhotoId),
    /// The one its name means.
    Matched(PhotoId),
    /// A photograph of its own.
    New { fresh: bool, stage: Stage },
    /// Any of these.
    Ask(Vec<PhotoId>),
}

/// An object in hand.
struct Hand<'a> {
    gallery: GalleryId,
    found: &'a Found,
    alias: Alias,
    incoming: Incoming,
    now: Timestamp,
}

impl Table {
    /// Claims the key of the object a HEAD found; makes the row of a new photograph. What the object is is decided here,
    /// by its key, by what the form or the photographer said, else by the gallery's setting and its name.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn claim(
        &self,
        gallery: GalleryId,
        found: &Found,
        lease: SignedDuration,
        now: Timestamp,
    ) -> Result<Claim, Error> {
        let alias = match self.hold(gallery, found, lease, now).await? {
            Ok(alias) => alias,
            Err(claim) => return Ok(claim),
        };
        let own = PhotoId::of_key(&found.key);
        let row = self
            .row_of(gallery, alias.photo.as_ref().unwrap_or(&own))
            .await?;
        let known = alias.knows(&found.version) && (alias.photo.is_none() || row.is_some());
        let item = self.get(&keys::gallery(gallery)).await?;
        let incoming = item.map(read_gallery).transpose()?.map(|g| g.incoming);
        let hand = Hand {
            gallery,
            found,
            alias,
            incoming: incoming.unwrap_or_default(),
            now,
        };
        if known || row.as_ref().is_some_and(|row| row.is(found)) {
            return self.again(&hand, row.as_ref()).await;
        }
        match row {
            Some(row) => Ok(Claim::Yours(hand.claimed(row.photo.id, hand.stage()))),
            None => self.decide(&hand).await,
        }
    }

    /// The same content again: only S3's version id is a new one; and the state, where a higher one was said with it.
    async fn again(&self, hand: &Hand<'_>, row: Option<&Row>) -> Result<Claim, Error> {
        let Hand {
            gallery,
            found,
            ref alias,
            ..
        } = *hand;
        let (old, number) = match row {
            _ if alias.knows(&found.version) => (alias.v.as_ref(), alias.n),
            Some(row) => (Some(&row.photo.version.id), Some(row.numbered())),
            None => (None, None),
        };
        let number = number.filter(|number| *number > 0);
        if let (Some(row), Some(old)) = (row, old) {
            let of = (gallery, &row.photo.id, number);
            self.refresh(of, &found.key, old, &found.version).await?;
        }
        if alias.photo.is_none()
            && let Some(old) = &alias.v
        {
            self.refresh_waiting(
                (gallery, &PhotoId::of_key(&found.key)),
                old,
                &found.version.id,
            )
            .await?;
        }
        let photo = row.map(|row| &row.photo.id);
        let held = (gallery, found.key.as_str(), alias.fence);
        let settled = self.settle(held, photo, &found.version, (number, None))?;
        // an object that is settled or shown already is only said again: it takes back nothing that was marked since
        let put = row.filter(|row| alias.v.is_some() || row.photo.version.id != found.version.id);
        for attempt in 0..MEETINGS {
            let mut writes = vec![settled.clone()];
            if let (Some(row), Some(stage)) = (put, hand.stage()) {
                let row = self.row_of(gallery, &row.photo.id).await?;
                if let Some(row) = row.filter(|row| hand.is_shown(row)) {
                    writes.extend(self.raise_stage(&row, Some(stage), hand.now)?);
                }
            }
            match self.transact(writes).await? {
                Ok(()) => return Ok(Claim::Done),
                Err(lost) if lost.at(0) => {
                    return Ok(Claim::Busy {
                        until: found.uploaded,
                    });
                }
                Err(_) => step_aside(attempt).await,
            }
        }
        Err(Error::Met)
    }

    /// Names the S3 version of the same content in the version and, if it is the current one, in the row.
    pub(super) async fn refresh(
        &self,
        (gallery, photo, number): (GalleryId, &PhotoId, Option<u32>),
        key: &str,
        old: &str,
        version: &Version,
    ) -> Result<(), Error> {
        let version_key = number.map(|number| keys::version(gallery, photo, number));
        for item in version_key.into_iter().chain([keys::photo(gallery, photo)]) {
            let outcome = self
                .change(&item)
                .update_expression("SET v = :v, etag = :etag")
                .condition_expression("#key = :key AND v = :old")
                .expression_attribute_names("#key", "key")
                .expression_attribute_values(":key", s(key))
                .expression_attribute_values(":old", s(old))
                .expression_attribute_values(":v", s(&version.id))
                .expression_attribute_values(":etag", s(&version.etag))
                .send()
                .await;
            if_held("UpdateItem", outcome)?;
        }
        Ok(())
    }

    async fn decide(&self, hand: &Hand<'_>) -> Result<Claim, Error> {
        let decision = self.decision(hand).await?;
        if let Some(claim) = self.remember(hand, &decision).await? {
            return Ok(claim);
        }
        // Another file of this stem was here within the hour, or somebody else holds the key by now.
        let candidates = match decision {
            Decision::Matched(photo) => vec![photo],
            _ => match self.matched(hand).await? {
                Match::One { photo, .. } => vec![photo],
                Match::Several(photos) => photos,
                Match::None => Vec::new(),
            },
        };
        let asked = self.remember(hand, &Decision::Ask(candidates)).await?;
        Ok(asked.unwrap_or(Claim::Busy { until: hand.now }))
    }

    async fn decision(&self, hand: &Hand<'_>) -> Result<Decision, Error> {
        if hand.alias.new {
            return Ok(Decision::New {
                fresh: false,
                stage: hand.stage().unwrap_or_default(),
            });
        }
        let wish = &hand.found.wish;
        if let Some(replaces) = &wish.replaces {
            if let Replaces::Photo(photo) = replaces
                && self.row_of(hand.gallery, photo).await?.is_some()
            {
                return Ok(Decision::Said(photo.clone()));
            }
            return Ok(Decision::New {
                fresh: false,
                stage: wish.stage.unwrap_or_default(),
            });
        }
        let stage = wish.stage.unwrap_or(hand.incoming.stage);
        if !hand.incoming.replace {
            return Ok(Decision::New {
                fresh: false,
                stage,
            });
        }
        Ok(match self.matched(hand).await? {
            Match::One { photo, .. } => Decision::Matched(photo),
            Match::Several(photos) => Decision::Ask(photos),
            Match::None => Decision::New { fresh: true, stage },
        })
    }

    async fn matched(&self, hand: &Hand<'_>) -> Result<Match, Error> {
        let photos = self.photos_of(hand.gallery).await?;
        let named = photos.into_iter().map(|photo| Named {
            photo: photo.id,
            file_name: photo.file_name,
        });
        let named: Vec<Named> = named.collect();
        Ok(match_name(&hand.found.place.file_name, &named))
    }

    /// Writes a decision down, all or nothing; `None`: it may not be made so, see [`Table::decide`].
    async fn remember(&self, hand: &Hand<'_>, decision: &Decision) -> Result<Option<Claim>, Error> {
        let own = PhotoId::of_key(&hand.found.key);
        let (mut writes, claim) = match decision {
            Decision::Said(photo) => (
                vec![self.belongs(hand, photo)?],
                Claim::Yours(hand.claimed(photo.clone(), hand.stage())),
            ),
            Decision::Matched(photo) => (
                vec![self.belongs(hand, photo)?, self.only_of_its_stem(hand)?],
                Claim::Yours(hand.claimed(photo.clone(), hand.stage())),
            ),
            Decision::New { fresh, stage } => {
                let mut writes = vec![
                    self.belongs(hand, &own)?,
                    self.new_row(hand, &own, *fresh, *stage)?,
                ];
                if *fresh {
                    writes.push(self.only_of_its_stem(hand)?);
                }
                // the row has its state already; what the studio marks until it is ready stays.
                (writes, Claim::Yours(hand.claimed(own.clone(), None)))
            }
            Decision::Ask(candidates) => (self.ask_which(hand, &own, candidates)?, Claim::Waiting),
        };
        let waited = hand.alias.photo.is_none() && hand.alias.v.is_some();
        if waited && !matches!(decision, Decision::Ask(_)) {
            writes.push(self.not_waiting(hand.gallery, &PhotoId::of_key(&hand.found.key))?);
        }
        Ok(self.transact(writes).await?.is_ok().then_some(claim))
    }

    fn belongs(&self, hand: &Hand<'_>, photo: &PhotoId) -> Result<TransactWriteItem, Error> {
        let change = self
            .held(hand.gallery, &hand.found.key, hand.alias.fence)
            .update_expression("SET photo = :photo")
            .expression_attribute_values(":photo", s(photo.as_str()));
        part("alias", change)
    }

    fn new_row(
        &self,
        hand: &Hand<'_>,
        id: &PhotoId,
        fresh: bool,
        stage: Stage,
    ) -> Result<TransactWriteItem, Error> {
        let found = hand.found;
        let row = PhotoItem::processing(&found.key, &found.place, &found.version, found.uploaded)
            .of_stage(stage)
            .fresh(fresh)
            .after(hand.alias.last);
        self.put_new_with_others(write("photo", &keys::photo(hand.gallery, id), &row)?)
    }

    /// Holds only while no other key was matched by this stem within the hour; two that race cannot both hold it.
    fn only_of_its_stem(&self, hand: &Hand<'_>) -> Result<TransactWriteItem, Error> {
        let stem = fold(stem(&hand.found.place.file_name));
        let change = self
            .change_with_others(&keys::batch(hand.gallery, &stem))
            .update_expression("SET #key = :key, #at = :now, #ttl = :end")
            .condition_expression("attribute_not_exists(PK) OR #key = :key OR #at <= :before")
            .expression_attribute_names("#key", "key")
            .expression_attribute_names("#at", "at")
            .expression_attribute_names("#ttl", keys::TTL)
            .expression_attribute_values(":key", s(&hand.found.key))
            .expression_attribute_values(":now", n(hand.now.as_second()))
            .expression_attribute_values(":before", n((hand.now - BATCH).as_second()))
            .expression_attribute_values(":end", n((hand.now + BATCH * 24).as_second()));
        part("batch", change)
    }

    fn ask_which(
        &self,
        hand: &Hand<'_>,
        own: &PhotoId,
        candidates: &[PhotoId],
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let held = (hand.gallery, hand.found.key.as_str(), hand.alias.fence);
        let item = WaitingItem::new(hand.found, candidates, hand.stage());
        let put = Put::builder()
            .table_name(&self.name)
            .set_item(Some(write(
                "waiting",
                &keys::waiting(hand.gallery, own),
                &item,
            )?))
            .build()
            .map_err(|e| Error::corrupt("waiting", e))?;
        Ok(vec![
            self.settle(held, None, &hand.found.version, (None, None))?,
            TransactWriteItem::builder().put(put).build(),
        ])
    }
}

impl Hand<'_> {
    /// The state a new version takes: what the form or the photographer said, else the setting of a gallery that replaces.
    fn stage(&self) -> Option<Stage> {
        let said = self.found.wish.stage.or(self.alias.stage);
        said.or(self.incoming.replace.then_some(self.incoming.stage))
    }

    /// Whether the photograph shows this very content, under whatever key it came.
    fn is_shown(&self, row: &Row) -> bool {
        let (version, found) = (&row.photo.version, &self.found.version);
        let crc = row.photo.picture().map(|picture| picture.crc32);
        let read = self.alias.crc.filter(|_| self.alias.knows(found));
        version.size == found.size
            && (version.etag == found.etag || (read.is_some() && read == crc))
    }

    fn claimed(&self, photo: PhotoId, stage: Option<Stage>) -> Claimed {
        Claimed {
            gallery: self.gallery,
            key: self.found.key.clone(),
            fence: self.alias.fence,
            photo,
            stage,
            before: self.alias.size.zip(self.alias.crc),
            over: None,
        }
    }
}

impl Row {
    /// Whether it stands at this very content, from before keys were remembered.
    fn is(&self, found: &Found) -> bool {
        let (photo, version) = (&self.photo, &self.photo.version);
        photo.key == found.key
            && photo.state != State::Processing
            && (&version.etag, version.size) == (&found.version.etag, found.version.size)
    }
}
