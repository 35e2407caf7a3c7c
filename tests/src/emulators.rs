//! The template's table and buckets in this process, behind the real SDK and the real wire protocols.

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_s3::config::RequestChecksumCalculation;
use bucket::{Archives, Originals, Renditions};
use domain::access::{self, PinLock, Rights, Row, Subject, Web};
use domain::file_name::{Place, folder};
use domain::gallery::Gallery;
use domain::ids::{GalleryId, LinkToken};
use domain::pepper::Pepper;
use domain::photo::{Photo, Picture, Shown, Stage, State, Version};
use domain::pin::Pin;
use domain::replace::Wish;
use jiff::{SignedDuration, Timestamp};
use local::data::{AccessPair, DEVELOPER};
use local::dynamodb::{Backups, Front, Permission, Schema};
use local::iam::Policies;
use local::sigv4::Verifier;
use local::template::{Stack, World};
use local_s3::{AccessKey, LocalS3};
use std::collections::BTreeMap;
use std::sync::Arc;
use table::{Claim, Committed, Found, Table};
use tokio::net::TcpListener;

/// The studio of all tests in this process.
pub const STUDIO: &str = "Tove Falk Fotografi";
/// Who may sign in to it.
pub const OWNER: &str = "tove@falk.example";
/// The site's origin, as the template's CORS rule and the requests of [`crate::actors`] name it.
pub const ORIGIN: &str = "https://galleries.falk.example";

const REGION: &str = "eu-north-1";
const ACCOUNT: &str = "111122223333";
const SECRET: &str = "a secret that signs and verifies in this process only";

/// The keys of the developer, or of a function by its logical id.
fn keys(principal: &str) -> AccessPair {
    AccessPair {
        id: format!("AKIA{}", principal.to_uppercase()),
        secret: SECRET.into(),
    }
}

/// A running table and buckets, empty at first. Who signs as a function may what its statements in the template say.
pub struct Emulators {
    dynamodb: aws_sdk_dynamodb::Client,
    address: String,
    buckets: String,
    table: String,
    /// An S3 client with the photographer's keys.
    pub s3: aws_sdk_s3::Client,
    /// The originals bucket's name.
    pub originals: String,
    /// The renditions bucket's name.
    pub renditions: String,
    /// The archives bucket's name.
    pub archives: String,
    /// The stack's secret.
    pub pepper: Pepper,
    _directory: tempfile::TempDir,
}

/// A gallery that was made for a test.
pub struct Seeded {
    /// As the table has it.
    pub gallery: Gallery,
    /// The secret part of its link.
    pub link: LinkToken,
    /// Its PIN.
    pub pin: String,
}

impl Seeded {
    /// The path of its link.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/g/{}", self.link.expose())
    }
}

impl Emulators {
    /// Starts them with what the template declares.
    ///
    /// # Panics
    /// When something does not start.
    pub async fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let stack = Stack::read(&crate::text("template.yaml"), &world()).unwrap();
        let opened = local::dynamodb::open(&directory.path().join("table.sqlite"), &stack.tables);
        let database = opened.unwrap().database;
        let principals = stack.functions.iter().map(|function| function.id.as_str());
        let pairs = principals.chain([DEVELOPER]);
        let pairs: BTreeMap<String, AccessPair> = pairs
            .map(|principal| (principal.to_owned(), keys(principal)))
            .collect();
        let policies = Arc::new(Policies::new(&stack.functions));
        let (engine, address) = listen().await;
        let front = Front::new(
            Verifier::new(REGION, "dynamodb", &pairs),
            Permission {
                policies: Arc::clone(&policies),
                schema: Arc::new(Schema::new(REGION, ACCOUNT, &stack.tables)),
            },
            Backups::new(database.clone(), []),
            address.trim_start_matches("http://").to_owned(),
            Arc::default(),
        );
        tokio::spawn(async move {
            dynoxide::server::serve_with_shutdown(engine, database, std::future::pending()).await
        });
        let (listener, dynamodb) = listen().await;
        tokio::spawn(async move { axum::serve(listener, front.router()).await });
        let buckets = stack.buckets.iter().map(|bucket| bucket.config.clone());
        let server =
            LocalS3::open(&directory.path().join("s3"), REGION, buckets.collect()).unwrap();
        let pairs = pairs.into_iter().map(|(principal, pair)| AccessKey {
            id: pair.id,
            secret: pair.secret,
            principal,
        });
        server.set_keys(pairs.collect());
        server.set_authorizer(policies);
        let (listener, s3) = listen().await;
        tokio::spawn(server.serve(listener, std::future::pending()));
        let name = |id: &str| {
            let bucket = stack.buckets.iter().find(|bucket| bucket.id == id);
            bucket.unwrap().config.name.clone()
        };
        Self {
            dynamodb: dynamodb_client(&dynamodb, DEVELOPER),
            address: dynamodb,
            table: stack.tables[0].name.clone(),
            s3: signing(&s3, DEVELOPER),
            buckets: s3,
            originals: name("Originals"),
            renditions: name("Renditions"),
            archives: name("Archives"),
            pepper: Pepper::new("a pepper for tests that is long enough to be taken").unwrap(),
            _directory: directory,
        }
    }

    /// The table, with a count of calls and a memory of its own, and every right.
    #[must_use]
    pub fn table(&self) -> Table {
        Table::new(&self.dynamodb, self.table.clone())
    }

    /// The table as a function reaches it, with the rights of its role.
    #[must_use]
    pub fn table_of(&self, function: &str) -> Table {
        let client = dynamodb_client(&self.address, function);
        Table::new(&client, self.table.clone())
    }

    /// Where the table answers.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A function's table by way of another address, asked once and not again when it fails.
    #[must_use]
    pub fn table_at(&self, address: &str, function: &str) -> Table {
        let config = dynamodb_client(address, function).config().to_builder();
        let config = config.retry_config(RetryConfig::disabled()).build();
        let client = aws_sdk_dynamodb::Client::from_conf(config);
        Table::new(&client, self.table.clone())
    }

    /// The table's raw client and name, for what no function may do.
    #[must_use]
    pub fn raw_table(&self) -> (&aws_sdk_dynamodb::Client, &str) {
        (&self.dynamodb, &self.table)
    }

    /// The table's raw client with a function's keys, and its name.
    #[must_use]
    pub fn raw_table_of(&self, function: &str) -> (aws_sdk_dynamodb::Client, &str) {
        (dynamodb_client(&self.address, function), &self.table)
    }

    /// An S3 client with a function's keys.
    #[must_use]
    pub fn s3_of(&self, function: &str) -> aws_sdk_s3::Client {
        signing(&self.buckets, function)
    }

    /// The originals bucket as a function reaches it, with the rights of its role.
    #[must_use]
    pub fn originals_of(&self, function: &str) -> Originals {
        Originals::new(self.s3_of(function), self.originals.clone())
    }

    /// The renditions bucket as a function reaches it, with the rights of its role.
    #[must_use]
    pub fn renditions_of(&self, function: &str) -> Renditions {
        Renditions::new(self.s3_of(function), self.renditions.clone())
    }

    /// The archives bucket as a function reaches it, with the rights of its role.
    #[must_use]
    pub fn archives_of(&self, function: &str) -> Archives {
        Archives::new(self.s3_of(function), self.archives.clone())
    }

    /// Multipart uploads that are open in the originals bucket.
    ///
    /// # Panics
    /// When the bucket does not answer.
    pub async fn uploads(&self) -> usize {
        let uploads = self.s3.list_multipart_uploads().bucket(&self.originals);
        uploads.send().await.unwrap().uploads().len()
    }

    /// A gallery with a PIN, as the studio would make it.
    ///
    /// # Panics
    /// When the table does not answer.
    pub async fn gallery(&self, title: &str, pin: &str) -> Seeded {
        self.gallery_in(&folder(title), title, pin).await
    }

    /// The same with a folder of that name.
    ///
    /// # Panics
    /// When the table does not answer.
    pub async fn gallery_in(&self, folder: &str, title: &str, pin: &str) -> Seeded {
        let gallery = Gallery::new(title.into(), folder.into(), runtime::clock::now());
        let link = gallery.link.parse().unwrap();
        let rights = Rights {
            web: Web::Clean,
            originals: access::Originals::All,
            ..Rights::LOOK
        };
        let row = Row {
            pin: Some(self.lock(gallery.id, pin)),
            ..Row::new(Subject::Anybody, rights)
        };
        self.table().create_gallery(&gallery, &row).await.unwrap();
        Seeded {
            gallery,
            link,
            pin: pin.into(),
        }
    }

    /// A PIN as the table holds it.
    #[must_use]
    pub fn lock(&self, gallery: GalleryId, pin: &str) -> PinLock {
        let pin = Pin::typed(pin);
        PinLock {
            hash: pin.hash(gallery, &self.pepper),
            sealed: pin.seal(gallery, &self.pepper),
            shape: pin.shape(),
        }
    }

    /// A row for the object `{folder}/{path}`, in the given state, without an object.
    ///
    /// # Panics
    /// When the table does not answer.
    pub async fn photo(&self, gallery: &Gallery, path: &str, state: State) -> Photo {
        let version = Version {
            id: "3sL4kqtJlcpXroDTDmJ".into(),
            etag: "d41d8cd98f00b204e9800998ecf8427e".into(),
            size: 8_123_456,
        };
        self.photo_of(gallery, path, state, version).await
    }

    /// The same with these bytes as its object.
    ///
    /// # Panics
    /// When the table or the bucket does not answer.
    pub async fn stored(&self, gallery: &Gallery, path: &str, bytes: Vec<u8>) -> Photo {
        let key = format!("{}/{path}", gallery.folder);
        let size = bytes.len() as u64;
        let put = self.s3.put_object().bucket(&self.originals).key(key);
        let put = put.body(bytes.into()).send().await.unwrap();
        let version = Version {
            id: put.version_id().unwrap().to_owned(),
            etag: put.e_tag().unwrap().trim_matches('"').to_owned(),
            size,
        };
        self.photo_of(gallery, path, ready(), version).await
    }

    async fn photo_of(
        &self,
        gallery: &Gallery,
        path: &str,
        state: State,
        version: Version,
    ) -> Photo {
        let (now, key) = (runtime::clock::now(), format!("{}/{path}", gallery.folder));
        let place = Place::of_key(&key).unwrap();
        let found = Found {
            key,
            place,
            version,
            uploaded: now,
            wish: Wish::default(),
        };
        let lease = SignedDuration::from_secs(20);
        let table = self.table();
        let claimed = match table.claim(gallery.id, &found, lease, now).await.unwrap() {
            Claim::Yours(claimed) => claimed,
            other => panic!("{other:?}"),
        };
        let photo = Photo {
            id: domain::ids::PhotoId::of_key(&found.key),
            gallery: gallery.id,
            key: found.key,
            section: found.place.section,
            file_name: found.place.file_name,
            version: found.version,
            state,
            uploaded: now,
            stage: Stage::default(),
            shown: Shown::default(),
            number: 1,
            fresh: false,
            refused: None,
        };
        if photo.state != State::Processing {
            let committed = table.commit(&claimed, &photo, now).await;
            assert_eq!(committed.unwrap(), Committed::Taken);
        }
        photo
    }
}

/// A readable picture of 3000 by 2000 pixels.
#[must_use]
pub fn ready() -> State {
    State::Ready(Picture {
        width: 3000,
        height: 2000,
        crc32: 0x1234_5678,
        thumbhash: "3fc80a0f86a8b17c8f6087877577887770f7879700".into(),
        average: "a08870".into(),
        captured: Some("2026-06-14T15:04:05".into()),
        truncated: false,
        tag: "0f3a".into(),
        renditions: vec![
            (2048, 2048, 1365),
            (1280, 1280, 853),
            (640, 640, 427),
            (320, 320, 213),
        ],
        marked: true,
    })
}

/// A file that could not be read.
#[must_use]
pub fn rejected() -> State {
    State::Rejected {
        code: "not-an-image".into(),
        reason: "This is not a photograph.".into(),
    }
}

/// Now, from the only clock.
#[must_use]
pub fn now() -> Timestamp {
    runtime::clock::now()
}

/// An S3 client as any program makes one, with the bucket in the path.
#[must_use]
pub fn s3_client(endpoint: &str, region: &str, key: &str, secret: &str) -> aws_sdk_s3::Client {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .credentials_provider(Credentials::new(key, secret, None, None, "tests"))
        .endpoint_url(endpoint)
        .force_path_style(true)
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .build();
    aws_sdk_s3::Client::from_conf(config)
}

fn signing(endpoint: &str, principal: &str) -> aws_sdk_s3::Client {
    let keys = keys(principal);
    s3_client(endpoint, REGION, &keys.id, &keys.secret)
}

/// A client of a table anywhere with these keys.
#[must_use]
pub fn dynamodb_client_of(
    endpoint: &str,
    region: &str,
    key: &str,
    secret: &str,
) -> aws_sdk_dynamodb::Client {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .credentials_provider(Credentials::new(key, secret, None, None, "tests"))
        .endpoint_url(endpoint)
        .build();
    aws_sdk_dynamodb::Client::from_conf(config)
}

fn dynamodb_client(endpoint: &str, principal: &str) -> aws_sdk_dynamodb::Client {
    let keys = keys(principal);
    dynamodb_client_of(endpoint, REGION, &keys.id, &keys.secret)
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, format!("http://{address}"))
}

/// What the template is deployed with.
fn world() -> World {
    let parameters = [
        ("StudioName", STUDIO),
        ("OwnerEmail", OWNER),
        ("SenderEmail", "galleries@falk.example"),
    ];
    World {
        region: REGION.into(),
        account: ACCOUNT.into(),
        stack_name: "tests".into(),
        site_url: ORIGIN.into(),
        parameters: parameters
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        secrets: [("Pepper".to_owned(), "unused here".to_owned())].into(),
    }
}
