//! The same steps on the real table, asked as the functions ask it: link and cookies to a standing, the standing's word,
//! then the write.

/// What each step does.
#[path = "house/acting.rs"]
mod acting;
/// What the table says.
#[path = "house/asking.rs"]
mod asking;

use super::believed::{Everything, Is, Line, Order, Person, Told, photo_of, section, who_of};
use super::{Came, DEVICES, PEOPLE, PHOTOS, Say, Step};
use crate::engine::engine;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::access::{Action, Refusal, Rights, Row, Standing, Subject};
use domain::activity::{Event, Origin, What, Who};
use domain::choice::{Set, Stamp, Stars, Tap};
use domain::comment::{Author, Comment};
use domain::email::Email;
use domain::gallery::{Gallery, Incoming};
use domain::ids::{CommentId, LinkToken, PhotoId, SecretToken};
use domain::order::{self, Forbidden, LineState, Method, Source, Wish, orderable};
use domain::photo::{Photo, Picture, Shown, Stage, State, Version};
use domain::preset::Preset;
use domain::product::{FULL_SIZE, Product};
use domain::replace;
use domain::selection::{Picked, Snapshot, Tally};
use domain::status;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use table::{
    Changed, Chosen, Claim, Committed, Confirmed, Confirming, Found, Listing, Mail, Placed, Proofs,
    Table, Tapped, keys,
};

/// A table on an engine of its own; every play has a gallery of its own in it.
pub struct House {
    client: Client,
}

/// One gallery, its people and their devices.
pub struct Real<'a> {
    house: &'a House,
    /// A process for each device, with a memory of its own.
    processes: Vec<Table>,
    studio: Table,
    gallery: Gallery,
    link: LinkToken,
    photos: Vec<Photo>,
    people: Vec<Email>,
    proofs: Vec<Vec<Proofs>>,
    products: Vec<Product>,
    clock: Timestamp,
    steps: u64,
    /// Letters taken out of the outbox so far.
    letters: AtomicUsize,
}

/// What a step was refused with.
fn refused(refusal: Refusal) -> Came {
    Came::Refused(match refusal {
        Refusal::Paused => "paused",
        Refusal::RowEnded => "row-ended",
        Refusal::Nothing => "nothing",
        Refusal::Closed => "closed",
        Refusal::Confirmed { .. } => "confirmed",
        other => panic!("{other:?}"),
    })
}

fn forbidden(why: &Forbidden) -> Came {
    Came::Refused(match why {
        Forbidden::Cancelled => "cancelled",
        Forbidden::Shipped => "shipped",
        Forbidden::PartlyShipped => "partly shipped",
        Forbidden::NothingToShip { .. } => "nothing to ship",
        other => panic!("{other:?}"),
    })
}

/// Somebody who stands in the gallery.
struct Here {
    standing: Standing,
    listing: std::sync::Arc<Listing>,
    chosen: Chosen,
}

impl House {
    /// Starts an engine.
    pub async fn start() -> Self {
        let (_, client) = engine().await;
        Self { client }
    }

    /// A process that remembers nothing yet.
    fn process(&self) -> Table {
        Table::new(&self.client, "table".into())
    }

    /// Opens a gallery of proofs with people who may choose, comment, rate and order.
    ///
    /// # Panics
    /// When the table does not answer.
    pub async fn open(&self) -> Real<'_> {
        let clock: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let random = SecretToken::random().hash().as_str()[..12].to_owned();
        let mut gallery = Gallery::new("Model".into(), format!("model-{random}"), clock);
        Preset::ProofRetouchDeliver.settings().apply(&mut gallery);
        gallery.incoming = Incoming::default();
        let studio = self.process();
        let anybody = Row::new(Subject::Anybody, Rights::NONE);
        studio.create_gallery(&gallery, &anybody).await.unwrap();
        let mut people = Vec::new();
        let mut proofs = Vec::new();
        for who in 0..PEOPLE {
            let email: Email = format!("p{who}-{random}@example.com").parse().unwrap();
            let row = Row::new(Subject::Person(email.clone()), rights());
            studio
                .save_row(gallery.id, &row, None, clock)
                .await
                .unwrap()
                .unwrap();
            let mut own = Vec::new();
            for _ in 0..DEVICES {
                let id = SecretToken::random().hash();
                studio
                    .open_person_session(&id, &email, clock)
                    .await
                    .unwrap();
                own.push(Proofs {
                    person: Some(id),
                    ..Proofs::default()
                });
            }
            people.push(email);
            proofs.push(own);
        }
        let mut real = Real {
            house: self,
            processes: (0..DEVICES).map(|_| self.process()).collect(),
            studio,
            link: gallery.link.parse().unwrap(),
            gallery,
            photos: Vec::new(),
            people,
            proofs,
            products: domain::product::defaults().to_vec(),
            clock,
            steps: 0,
            letters: 0.into(),
        };
        for at in 0..PHOTOS {
            let key = format!("{}/{}/IMG_{at}.jpg", real.gallery.folder, section(at));
            real.put(&key).await;
            let id = PhotoId::of_key(&key);
            let stage = Some(Stage::Proof);
            real.studio
                .mark_photos(real.gallery.id, &[id], stage, None)
                .await
                .unwrap();
        }
        // what a play left that was cut short
        real.letters().await;
        real.letters = 0.into();
        real.photos = real.studio.photos_of(real.gallery.id).await.unwrap();
        real.photos.sort_by(|a, b| a.file_name.cmp(&b.file_name));
        real
    }
}

fn found(key: &str, version: Version, uploaded: Timestamp) -> Found {
    Found {
        key: key.to_owned(),
        place: domain::file_name::Place::of_key(key).unwrap(),
        version,
        uploaded,
        wish: replace::Wish::default(),
    }
}

fn stage_of(stage: u8) -> Stage {
    [Stage::Undefined, Stage::Proof, Stage::Final][stage.min(2) as usize]
}

fn rights() -> Rights {
    Preset::ProofRetouchDeliver.settings().person_rights
}

impl Real<'_> {
    /// The next moment: never the same second twice, nor a whole number of them apart.
    pub fn tick(&mut self) -> Timestamp {
        self.steps += 1;
        self.clock += SignedDuration::from_millis(1001);
        self.clock
    }

    /// Puts a file under a key, as the rendition function settles it. The event may come again.
    async fn put(&mut self, key: &str) -> Found {
        self.steps += 1;
        let version = Version {
            id: format!("v{}", self.steps),
            etag: format!("e{}", self.steps),
            size: 1000 + self.steps,
        };
        let found = found(key, version, self.clock);
        self.settle(&found).await;
        found
    }

    async fn settle(&self, found: &Found) {
        let table = self.house.process();
        let lease = SignedDuration::from_secs(20);
        let claimed = match table
            .claim(self.gallery.id, found, lease, self.clock)
            .await
            .unwrap()
        {
            Claim::Yours(claimed) => claimed,
            Claim::Done => return,
            other => panic!("{other:?}"),
        };
        let photo = Photo {
            id: claimed.photo().clone(),
            gallery: self.gallery.id,
            key: found.key.clone(),
            section: found.place.section.clone(),
            file_name: found.place.file_name.clone(),
            version: found.version.clone(),
            state: State::Ready(picture(&found.version)),
            uploaded: found.uploaded,
            stage: Stage::default(),
            shown: Shown::default(),
            number: 1,
            fresh: false,
            refused: None,
        };
        let committed = table.commit(&claimed, &photo, self.clock).await.unwrap();
        assert_eq!(committed, Committed::Taken);
    }

    async fn here(&self, who: usize, device: usize, now: Timestamp) -> Result<Here, Came> {
        let table = &self.processes[device];
        let proofs = &self.proofs[who][device];
        let found = table
            .visit_and_choices(&self.link, proofs, now)
            .await
            .unwrap();
        let (visit, listing, chosen) = found.unwrap();
        let standing = Standing::of(&visit.gallery, &visit.rows, &visit.arrival, now);
        let standing = standing.map_err(refused)?;
        let chosen = chosen.unwrap();
        Ok(Here {
            standing: standing.confirmed(chosen.selection.confirmed()),
            listing,
            chosen,
        })
    }

    /// Takes a step.
    ///
    /// # Panics
    /// When the table does not answer, or answers what no model knows.
    pub async fn take(&mut self, step: &Step, now: Timestamp) -> Came {
        let outcome = match *step {
            Step::Tap {
                who,
                device,
                photo,
                say,
                late,
                again,
            } => {
                let device = device as usize % DEVICES;
                let made = now - SignedDuration::from_secs(i64::from(late));
                let name = format!("{:016x}", self.steps);
                let tap = Tap {
                    photo: self.photos[photo_of(photo)].id.clone(),
                    set: set(say),
                    stamp: Stamp::new(made.as_millisecond(), &name, now).unwrap(),
                };
                let outcome = self
                    .tap(who_of(who), device, photo_of(photo), &tap, now)
                    .await;
                if again && outcome.is_ok() {
                    self.tap(who_of(who), device, photo_of(photo), &tap, now)
                        .await
                } else {
                    outcome
                }
            }
            Step::Comment { who, photo, again } => {
                self.comment(who_of(who), photo_of(photo), again, now).await
            }
            Step::Replace { photo, again } => {
                let key = self.photos[photo_of(photo)].key.clone();
                let found = self.put(&key).await;
                if again {
                    self.settle(&found).await;
                }
                Ok(())
            }
            Step::Again {
                photo,
                stage,
                again,
            } => {
                let id = &self.photos[photo_of(photo)].id;
                let shown = self.studio.photos_of(self.gallery.id).await.unwrap();
                let shown = shown.into_iter().find(|photo| photo.id == *id).unwrap();
                let mut found = found(&shown.key, shown.version, now);
                found.version.id = format!("v{}", self.steps);
                found.wish.stage = Some(stage_of(stage));
                for _ in 0..=u8::from(again) {
                    self.settle(&found).await;
                }
                Ok(())
            }
            Step::Stage { photo, stage } => {
                let stage = stage_of(stage);
                self.mark(photo, Some(stage), None).await
            }
            Step::Show { photo, on } => {
                let shown = if on { Shown::Everyone } else { Shown::ToStudio };
                self.mark(photo, None, Some(shown)).await
            }
            Step::Move { photo, section: to } => {
                let id = self.photos[photo_of(photo)].id.clone();
                let section = section(to as usize);
                self.studio
                    .move_photos(self.gallery.id, &[id], &section)
                    .await
                    .unwrap();
                Ok(())
            }
            Step::Confirm { who, stale, again } => {
                self.confirm(who_of(who), stale, again, now).await
            }
            Step::Reopen { who } => self.reopen(who_of(who), now).await,
            Step::Order { who, again } => self.order(who_of(who), again, now).await,
            Step::Recalc { order } => self.recalc(order, now).await,
            Step::Ship { order, again } => self.ship(order, again, now).await,
            Step::Cancel { order } => self.cancel(order, now).await,
            Step::Enable { on } => {
                assert!(self.studio.set_enabled(self.gallery.id, on).await.unwrap());
                Ok(())
            }
            Step::Lock { on } => {
                let (mut gallery, _) = self.studio.gallery(self.gallery.id).await.unwrap().unwrap();
                gallery.locked = on;
                let seen = gallery.settings_revision;
                assert!(self.studio.save_settings(&gallery, seen).await.unwrap());
                Ok(())
            }
            Step::Revoke { who, off } => self.revoke(who_of(who), off).await,
        };
        match outcome {
            Ok(()) => Came::Done,
            Err(came) => came,
        }
    }
}

impl Here {
    fn photo(&self, id: &PhotoId) -> &Photo {
        self.listing
            .photos
            .iter()
            .find(|photo| photo.id == *id)
            .unwrap()
    }

    /// Why a choice cannot be confirmed here, whatever is in it.
    fn choosing(&self, now: Timestamp) -> Result<(), Came> {
        if !status::choosing(self.standing.gallery(), now) {
            return Err(refused(Refusal::Closed));
        }
        match self.standing.confirmed_on() {
            Some(on) => Err(refused(Refusal::Confirmed { on })),
            None => Ok(()),
        }
    }

    /// Photographs that exist for the visitor and of which they said this, by name.
    fn visible(&self, said: impl Fn(&domain::choice::Choice) -> bool) -> Vec<&Photo> {
        let said = |photo: &&Photo| self.chosen.choices.get(&photo.id).is_some_and(&said);
        let photos = self.listing.photos.iter().filter(said);
        let mut photos: Vec<&Photo> = photos.filter(|photo| self.standing.sees(photo)).collect();
        photos.sort_by(|a, b| a.file_name.cmp(&b.file_name));
        photos
    }
}

fn set(say: Say) -> Set {
    match say {
        Say::Chosen(on) => Set::Chosen(on),
        Say::Stars(n) => Set::Stars(Stars::try_from(n).ok()),
        Say::Wanted(on) => Set::Wanted(FULL_SIZE, on),
    }
}

fn picture(version: &Version) -> Picture {
    Picture {
        width: 3000,
        height: 2000,
        crc32: u32::try_from(version.size).unwrap(),
        thumbhash: String::new(),
        average: "808080".into(),
        captured: None,
        truncated: false,
        tag: version.etag.clone(),
        renditions: vec![(640, 640, 427)],
        marked: false,
    }
}
