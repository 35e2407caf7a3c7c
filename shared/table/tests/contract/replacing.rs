//! A file of the same name is a new version of the same photograph; none is guessed, lost or brought back by accident.

/// Files put again.
mod again;
/// Deleting and restoring.
mod back;
/// Which photograph a file is.
mod meaning;

use crate::{gallery, morning, table};
use domain::file_name::Place;
use domain::gallery::{Gallery, Incoming};
use domain::ids::PhotoId;
use domain::photo::{Photo, Picture, Shown, Stage, State, Version};
use domain::replace::{Replaces, Wish};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use table::{Claim, Claimed, Committed, Found, Gone, Standing, Table};

const LEASE: SignedDuration = SignedDuration::from_secs(20);

/// A gallery, and files that are put into its folder one minute after the other.
struct Folder {
    table: Table,
    gallery: Gallery,
    minute: std::cell::Cell<i64>,
}

/// A file as it lies in the bucket. Its content is a number, and so is its size.
#[derive(Clone)]
struct File {
    found: Found,
    content: u32,
    readable: bool,
}

impl Folder {
    async fn new() -> Self {
        Self::of(table().await).await
    }

    async fn of(table: Table) -> Self {
        let (gallery, _) = gallery(&table).await;
        Self {
            table,
            gallery,
            minute: 0.into(),
        }
    }

    async fn incoming(&self, replace: bool, stage: Stage) {
        let (mut gallery, _) = self.table.gallery(self.gallery.id).await.unwrap().unwrap();
        gallery.incoming = Incoming { replace, stage };
        let seen = gallery.settings_revision;
        assert!(self.table.save_settings(&gallery, seen).await.unwrap());
    }

    fn now(&self) -> Timestamp {
        morning() + self.minute.get().minutes()
    }

    fn later(&self, minutes: i64) {
        self.minute.set(self.minute.get() + minutes);
    }

    fn key(&self, path: &str) -> String {
        format!("{}/{path}", self.gallery.folder)
    }

    /// A file put now, under a version id of its own.
    fn file(&self, path: &str, content: u32) -> File {
        self.later(1);
        let key = self.key(path);
        File {
            found: Found {
                place: Place::of_key(&key).unwrap(),
                version: Version {
                    id: format!("{path}@{}", self.minute.get()),
                    etag: format!("e{content}"),
                    size: u64::from(content),
                },
                uploaded: self.now(),
                key,
                wish: Wish::default(),
            },
            content,
            readable: true,
        }
    }

    async fn claim(&self, file: &File) -> Claim {
        self.table
            .claim(self.gallery.id, &file.found, LEASE, self.now())
            .await
            .unwrap()
    }

    async fn yours(&self, file: &File) -> Claimed {
        match self.claim(file).await {
            Claim::Yours(claimed) => claimed,
            other => panic!("{other:?}"),
        }
    }

    async fn commit(&self, claimed: &Claimed, file: &File) -> Committed {
        let read = file.read(&self.gallery);
        self.table.commit(claimed, &read, self.now()).await.unwrap()
    }

    /// The whole way of a file.
    async fn settle(&self, file: &File) -> Committed {
        let claimed = self.yours(file).await;
        self.commit(&claimed, file).await
    }

    async fn put(&self, path: &str, content: u32) -> File {
        let file = self.file(path, content);
        assert_eq!(self.settle(&file).await, Committed::Taken);
        file
    }

    /// A file is deleted; these are there still.
    async fn delete(&self, file: &File, there: &[&File]) -> Gone {
        let leaving = self
            .table
            .claim_gone(self.gallery.id, &file.found.key)
            .await
            .unwrap()
            .unwrap();
        let others: Vec<&str> = leaving.others().collect();
        let there = there
            .iter()
            .filter(|file| others.contains(&file.found.key.as_str()));
        let standing: Vec<Standing> = there
            .map(|file| Standing {
                key: file.found.key.clone(),
                etag: file.found.version.etag.clone(),
                uploaded: file.found.uploaded,
            })
            .collect();
        self.table
            .commit_gone(&leaving, &standing, self.now())
            .await
            .unwrap()
    }

    async fn photos(&self) -> Vec<Photo> {
        self.table.photos_of(self.gallery.id).await.unwrap()
    }

    async fn only(&self) -> Photo {
        let mut photos = self.photos().await;
        assert_eq!(photos.len(), 1);
        photos.remove(0)
    }

    async fn revision(&self) -> u64 {
        let (gallery, _) = self.table.gallery(self.gallery.id).await.unwrap().unwrap();
        gallery.revision
    }

    /// Numbers, contents and states of all versions, oldest first.
    async fn versions(&self, photo: &PhotoId) -> Vec<(u32, u32, Stage)> {
        let versions = self.table.versions_of(self.gallery.id, photo).await;
        let versions = versions.unwrap().into_iter().rev();
        versions
            .map(|version| (version.number, version.picture.crc32, version.stage))
            .collect()
    }

    async fn mark(&self, photo: &PhotoId, stage: Stage) {
        let photos = std::slice::from_ref(photo);
        let marked = self
            .table
            .mark_photos(self.gallery.id, photos, Some(stage), None)
            .await;
        assert_eq!(marked.unwrap(), 1);
    }
}

impl File {
    fn read(&self, gallery: &Gallery) -> Photo {
        let picture = Picture {
            width: 3,
            height: 2,
            crc32: self.content,
            thumbhash: String::new(),
            average: "808080".into(),
            captured: None,
            truncated: false,
            tag: format!("t{}", self.content),
            renditions: vec![(320, 320, 213)],
            marked: false,
        };
        let rejected = State::Rejected {
            code: "not-an-image".into(),
            reason: "No.".into(),
        };
        Photo {
            id: PhotoId::of_key(&self.found.key),
            gallery: gallery.id,
            key: self.found.key.clone(),
            section: self.found.place.section.clone(),
            file_name: self.found.place.file_name.clone(),
            version: self.found.version.clone(),
            state: if self.readable {
                State::Ready(picture)
            } else {
                rejected
            },
            uploaded: self.found.uploaded,
            stage: Stage::default(),
            shown: Shown::default(),
            number: 1,
            fresh: false,
            refused: None,
        }
    }

    fn wishes(mut self, replaces: Option<Replaces>, stage: Option<Stage>) -> Self {
        self.found.wish = Wish { replaces, stage };
        self
    }

    /// The same bytes put again: S3 calls them another version.
    fn again(&self, id: &str) -> Self {
        let mut again = self.clone();
        again.found.version.id = id.into();
        again
    }
}
