//! The three functions with pages, in this process, and the people who come.

use crate::actors::{Browser, Site};
use crate::emulators::{Emulators, OWNER, STUDIO, Seeded, ready};
use axum::Router;
use download::Download;
use gallery::Gallery;
use std::collections::BTreeMap;
use studio::Studio;
use table::Table;
use tokio::sync::OnceCell;

/// The functions over one table and one set of buckets.
pub struct House {
    /// Table and buckets.
    pub emulators: Emulators,
    /// The gallery function.
    pub gallery: Site,
    /// The download function.
    pub download: Site,
    /// The studio function.
    pub studio: Site,
    owner: OnceCell<Browser>,
    counted: [Table; 2],
}

/// The functions' logical ids.
const GALLERY: &str = "GalleryFunction";
const DOWNLOAD: &str = "DownloadFunction";
const STUDIO_FUNCTION: &str = "StudioFunction";

impl House {
    /// Starts everything.
    pub async fn open() -> Self {
        let emulators = Emulators::start().await;
        let counted = [GALLERY, DOWNLOAD].map(|function| emulators.table_of(function));
        let staff = emulators.table_of(STUDIO_FUNCTION);
        Self {
            gallery: Site::Router(gallery(&emulators, &counted[0]).await),
            download: Site::Router(download(&emulators, &counted[1])),
            studio: Site::Router(studio(&emulators, staff).await),
            emulators,
            counted,
            owner: OnceCell::new(),
        }
    }

    /// Has all functions reach the table at another address from now on, with nothing remembered.
    pub async fn reach(&mut self, address: &str) {
        let table = |function| self.emulators.table_at(address, function);
        let counted = [GALLERY, DOWNLOAD].map(table);
        let staff = table(STUDIO_FUNCTION);
        self.gallery = Site::Router(gallery(&self.emulators, &counted[0]).await);
        self.download = Site::Router(download(&self.emulators, &counted[1]));
        self.studio = Site::Router(studio(&self.emulators, staff).await);
        self.counted = counted;
    }

    /// Calls to the table that the gallery and download functions made so far.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.counted.iter().map(Table::calls).sum()
    }

    /// Which function answers a path.
    #[must_use]
    pub fn site(&self, path: &str) -> &Site {
        if path.starts_with("/studio") {
            &self.studio
        } else if path.starts_with("/download") {
            &self.download
        } else {
            &self.gallery
        }
    }

    /// A gallery of so many photographs that are ready, one that is being prepared and one that was rejected.
    pub async fn full_gallery(&self, title: &str, pin: &str, count: usize) -> Seeded {
        let seeded = self.emulators.gallery(title, pin).await;
        for index in 0..count {
            let path = format!("Vesperzeit/ZQX_{:04}.jpg", 2041 + index);
            self.emulators.photo(&seeded.gallery, &path, ready()).await;
        }
        let unready = domain::photo::State::Processing;
        self.emulators
            .photo(&seeded.gallery, "Vesperzeit/ZQX_1001.jpg", unready)
            .await;
        let rejected = crate::emulators::rejected();
        self.emulators
            .photo(&seeded.gallery, "Vesperzeit/ZQX_1002.jpg", rejected)
            .await;
        seeded
    }

    /// Somebody who came in with the right PIN.
    ///
    /// # Panics
    /// When something does not answer as it should.
    pub async fn client(&self, seeded: &Seeded) -> Browser {
        let mut browser = Browser::new(&self.gallery);
        let answer = browser.post(&seeded.path(), &[("pin", &seeded.pin)]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        browser
    }

    /// The owner, signed in once: three codes in a quarter of an hour are all there are.
    pub async fn owner(&self) -> Browser {
        self.owner.get_or_init(|| self.sign_in()).await.clone()
    }

    async fn sign_in(&self) -> Browser {
        let mut browser = Browser::new(&self.studio);
        let answer = browser.post("/studio/sign-in", &[("email", OWNER)]).await;
        assert_eq!(answer.status, 303);
        let code = self.newest_code().await.unwrap();
        let answer = browser.post("/studio/code", &[("code", &code)]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        browser
    }

    /// The code in the newest mail of the outbox, which is then taken away as notify would.
    ///
    /// # Panics
    /// When something does not answer as it should.
    pub async fn newest_code(&self) -> Option<String> {
        let mut code = None;
        for item in self.items().await {
            let Some(mail) = item.get("mail").and_then(|mail| mail.as_m().ok()) else {
                continue;
            };
            if let Some(digits) = mail.get("code").and_then(|digits| digits.as_s().ok()) {
                code = Some(digits.clone());
            }
            let (client, name) = self.emulators.raw_table();
            let delete = client.delete_item().table_name(name);
            let delete = delete
                .key("PK", item["PK"].clone())
                .key("SK", item["SK"].clone());
            delete.send().await.unwrap();
        }
        code
    }

    /// The newest mail of that kind, as the outbox holds it: its fields that are texts.
    ///
    /// # Panics
    /// When something does not answer as it should.
    pub async fn newest_mail(&self, kind: &str) -> Option<BTreeMap<String, String>> {
        let items = self.items().await;
        let mut mails = Vec::new();
        for item in &items {
            let Some(Ok(mail)) = item.get("mail").map(|mail| mail.as_m()) else {
                continue;
            };
            let texts = mail.iter().filter_map(|(name, value)| {
                let text = value.as_s().ok()?;
                Some((name.clone(), text.clone()))
            });
            let texts: BTreeMap<String, String> = texts.collect();
            if texts["kind"] == kind {
                mails.push((item["SK"].as_s().unwrap().clone(), texts));
            }
        }
        mails.sort();
        mails.pop().map(|(_, mail)| mail)
    }

    /// Mails of that kind in the outbox.
    ///
    /// # Panics
    /// When something does not answer as it should.
    pub async fn mails(&self, kind: &str) -> usize {
        let items = self.items().await;
        let mails = items
            .iter()
            .filter_map(|item| item.get("mail")?.as_m().ok());
        let kinds = mails.filter_map(|mail| mail.get("kind")?.as_s().ok());
        kinds.filter(|found| *found == kind).count()
    }

    /// Everything in the table.
    ///
    /// # Panics
    /// When something does not answer as it should.
    pub async fn items(&self) -> Vec<Item> {
        let (client, name) = self.emulators.raw_table();
        let pages = client
            .scan()
            .table_name(name)
            .into_paginator()
            .items()
            .send();
        pages.collect::<Result<Vec<_>, _>>().await.unwrap()
    }

    /// Everything in the table as text, in order, but what lies in partitions that begin so.
    pub async fn snapshot(&self, without: &[&str]) -> Vec<String> {
        let items = self.items().await;
        let kept = items.iter().filter(|item| {
            let pk = item["PK"].as_s().map_or("", String::as_str);
            !without.iter().any(|prefix| pk.starts_with(prefix))
        });
        let mut kept: Vec<String> = kept.map(sorted).collect();
        kept.sort();
        kept
    }
}

/// An item as text, whatever order its maps come in.
fn sorted(item: &Item) -> String {
    let mut fields: Vec<String> = item
        .iter()
        .map(|(name, value)| format!("{name}: {}", text(value)))
        .collect();
    fields.sort();
    fields.join(", ")
}

fn text(value: &aws_sdk_dynamodb::types::AttributeValue) -> String {
    match (value.as_m(), value.as_l()) {
        (Ok(inner), _) => format!("{{{}}}", sorted(inner)),
        (_, Ok(list)) => format!("[{}]", list.iter().map(text).collect::<Vec<_>>().join(", ")),
        _ => format!("{value:?}"),
    }
}

/// A raw item.
pub type Item = std::collections::HashMap<String, aws_sdk_dynamodb::types::AttributeValue>;

async fn gallery(emulators: &Emulators, table: &Table) -> Router {
    let gallery = Gallery {
        table: table.clone(),
        renditions: emulators.renditions_of(GALLERY),
        pepper: emulators.pepper.clone(),
        name: STUDIO.into(),
        zone: jiff::tz::TimeZone::UTC,
        clock: runtime::clock::now,
    };
    let address = gallery
        .renditions
        .presign("r/", crate::emulators::now())
        .await
        .unwrap();
    let setup = web::Setup::new(STUDIO, [address.as_str()]);
    gallery::router(gallery, setup)
}

fn download(emulators: &Emulators, table: &Table) -> Router {
    let download = Download {
        table: table.clone(),
        originals: emulators.originals_of(DOWNLOAD),
        renditions: emulators.renditions_of(DOWNLOAD),
        archives: emulators.archives_of(DOWNLOAD),
        studio: STUDIO.into(),
        clock: runtime::clock::now,
    };
    download::router(download, web::Setup::new(STUDIO, []))
}

async fn studio(emulators: &Emulators, table: Table) -> Router {
    let studio = Studio {
        table,
        originals: emulators.originals_of(STUDIO_FUNCTION),
        renditions: emulators.renditions_of(STUDIO_FUNCTION),
        pepper: emulators.pepper.clone(),
        name: STUDIO.into(),
        owner: OWNER.parse().unwrap(),
        endpoint: None,
        zone: jiff::tz::TimeZone::UTC,
        clock: runtime::clock::now,
    };
    studio::app(studio).await.unwrap()
}
