//! The whole stack with the real function binaries: once for all tests of a binary, or one of their own.

use crate::actors::{Answer, Browser, Site};
use crate::until;
use local::{DropNotifications, Options, Ready, Running};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, mpsc};
use tokio::sync::OnceCell;

/// The function binaries, built once with this test's own profile.
fn binaries() -> &'static Path {
    static BINARIES: LazyLock<PathBuf> = LazyLock::new(|| local::build_functions().unwrap());
    &BINARIES
}

/// A stack over a data directory.
pub struct Stack {
    running: Running,
    /// Where everything answers.
    pub ready: Ready,
}

impl Stack {
    /// Starts over a data directory, without the sample; loses the notifications it is told to.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(data: &Path, lost: Option<DropNotifications>) -> Self {
        let options = Options {
            drop_notifications: lost,
            ..Options::new(data, binaries())
        };
        let running = local::start(options)
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        Self {
            ready: running.ready().clone(),
            running,
        }
    }

    /// Starts as the first `cargo run` does, with the sample.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn with_sample(data: &Path) -> Self {
        let options = Options {
            empty: false,
            ..Options::new(data, binaries())
        };
        let running = local::start(options)
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        Self {
            ready: running.ready().clone(),
            running,
        }
    }

    /// Has the schedule fire the sweep now, and waits for its end.
    ///
    /// # Panics
    /// When the sweep fails.
    pub async fn sweep(&self) {
        let fire = format!("{}api/schedule/SweepFunction", self.ready.mailbox);
        let fired = reqwest::Client::new().post(fire).send().await.unwrap();
        let status = fired.status();
        assert_eq!(status, 200, "{}", fired.text().await.unwrap());
    }

    /// Stops in order.
    pub async fn stop(self) {
        self.running.stop().await;
    }
}

/// The stack that the tests of a binary share, with the photographer in it.
pub struct Shared {
    /// Where everything answers.
    pub ready: Ready,
    /// Its data directory.
    pub data: PathBuf,
    photographer: OnceCell<Photographer>,
}

impl Shared {
    /// The photographer, signed in once: only three codes are mailed in a quarter of an hour.
    pub async fn photographer(&self) -> Photographer {
        let signed_in = self
            .photographer
            .get_or_init(|| Photographer::sign_in(&self.ready));
        signed_in.await.clone()
    }

    /// The stack's table, with the developer's keys.
    #[must_use]
    pub fn table(&self) -> table::Table {
        let (s3, dynamodb) = (&self.ready.s3, &self.ready.dynamodb);
        let client = crate::emulators::dynamodb_client_of(
            &dynamodb.endpoint,
            &s3.region,
            &s3.access_key,
            &s3.secret_key,
        );
        table::Table::new(&client, dynamodb.table.clone())
    }
}

/// The shared stack, on a runtime that outlives every test's.
///
/// # Panics
/// When it does not start.
#[must_use]
pub fn shared() -> &'static Shared {
    static SHARED: LazyLock<Shared> = LazyLock::new(|| {
        let data = directory();
        let (tell, told) = mpsc::channel();
        let directory = data.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let stack = Stack::start(&directory, None).await;
                tell.send(stack.ready.clone()).unwrap();
                std::future::pending::<()>().await;
            });
        });
        Shared {
            ready: told.recv().unwrap(),
            data,
            photographer: OnceCell::new(),
        }
    });
    &SHARED
}

/// A directory that outlives the process, for a static is never dropped; those of processes that ended are removed.
fn directory() -> PathBuf {
    let all = crate::root().join("target/tmp/stacks");
    std::fs::create_dir_all(&all).unwrap();
    for old in std::fs::read_dir(&all).unwrap().flatten() {
        let process = Path::new("/proc").join(old.file_name());
        if !process.exists() {
            // another test binary may be removing it as well
            let _ = std::fs::remove_dir_all(old.path());
        }
    }
    all.join(std::process::id().to_string())
}

/// The photographer in the studio, with the bucket's keys.
#[derive(Clone)]
pub struct Photographer {
    ready: Ready,
    /// The browser with the studio's session.
    pub browser: Browser,
    /// An S3 client with the developer's keys.
    pub s3: aws_sdk_s3::Client,
}

/// A gallery as the studio shows it.
#[derive(Clone, Debug)]
pub struct Made {
    /// Its id.
    pub id: String,
    /// Its folder in the originals bucket.
    pub folder: String,
    /// The path of its link.
    pub link: String,
    /// Its PIN.
    pub pin: String,
}

impl Photographer {
    /// Asks for a code, reads the mail, types it.
    ///
    /// # Panics
    /// When no code comes or it does not open the studio.
    pub async fn sign_in(ready: &Ready) -> Self {
        let mut browser = Browser::new(&Site::http(&ready.site));
        let before = mails(ready).await.len();
        let asked = browser
            .post("/studio/sign-in", &[("email", &ready.owner_email)])
            .await;
        assert_eq!(asked.status, 303, "{}", asked.text());
        let code = until("the mail with the code", async || {
            mails(ready).await.iter().skip(before).find_map(code)
        });
        let typed = browser.post("/studio/code", &[("code", &code.await)]).await;
        assert_eq!(typed.status, 303, "{}", typed.text());
        let s3 = &ready.s3;
        Self {
            browser,
            s3: crate::emulators::s3_client(
                &s3.endpoint,
                &s3.region,
                &s3.access_key,
                &s3.secret_key,
            ),
            ready: ready.clone(),
        }
    }

    /// Makes a gallery through the form.
    ///
    /// # Panics
    /// When the studio does not make it.
    pub async fn gallery(&mut self, title: &str, pin: &str) -> Made {
        let answer = self
            .browser
            .post("/studio/galleries", &[("title", title), ("pin", pin)])
            .await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let id = answer
            .header("location")
            .rsplit('/')
            .next()
            .unwrap()
            .to_owned();
        let shown = self
            .browser
            .json(&format!("/studio/galleries/{id}"))
            .await
            .json();
        let text = |name: &str| shown[name].as_str().unwrap().to_owned();
        let link = text("link");
        Made {
            folder: text("folder").trim_end_matches('/').to_owned(),
            link: link.strip_prefix(&self.ready.site).unwrap().to_owned(),
            pin: text("pin"),
            id,
        }
    }

    /// Puts an object into the gallery's folder with the S3 client.
    ///
    /// # Panics
    /// When the bucket does not take it.
    pub async fn put(&self, made: &Made, path: &str, bytes: Vec<u8>) {
        let bucket = &self.ready.s3.buckets.originals;
        let key = format!("{}/{path}", made.folder);
        let put = self
            .s3
            .put_object()
            .bucket(bucket)
            .key(key)
            .body(bytes.into());
        put.send().await.unwrap();
    }

    /// Deletes an object of the gallery's folder with the S3 client.
    ///
    /// # Panics
    /// When the bucket does not answer.
    pub async fn delete(&self, made: &Made, path: &str) {
        let bucket = &self.ready.s3.buckets.originals;
        let key = format!("{}/{path}", made.folder);
        let delete = self.s3.delete_object().bucket(bucket).key(key);
        delete.send().await.unwrap();
    }

    /// The photographs of a gallery, in every state.
    pub async fn photos(&mut self, made: &Made) -> Vec<Value> {
        let mut photos = Vec::new();
        let mut offset = Some(0);
        while let Some(from) = offset {
            let path = format!("/studio/galleries/{}/photos?offset={from}", made.id);
            let page = self.browser.json(&path).await.json();
            photos.extend(page["photos"].as_array().cloned().unwrap_or_default());
            offset = page["next"].as_u64();
        }
        photos
    }

    /// Sends a form of the studio as it is now, with these fields over what its page has in hidden ones.
    ///
    /// # Panics
    /// When the studio refuses it.
    pub async fn send(&mut self, page: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let shown = self.browser.get(page).await.text();
        let form = shown
            .split("<form")
            .find(|form| form.contains(&format!("action=\"{path}\"")));
        let form = form.unwrap_or_else(|| panic!("{page} has no form to {path}: {shown}"));
        let hidden = form
            .split("<input type=\"hidden\"")
            .skip(1)
            .filter_map(|input| {
                let input = input.split('>').next()?;
                let value =
                    |name: &str| input.split(&format!("{name}=\"")).nth(1)?.split('"').next();
                Some((value("name")?.to_owned(), value("value")?.to_owned()))
            });
        let hidden: Vec<(String, String)> = hidden.collect();
        let own = hidden
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let own = own.filter(|(name, _)| fields.iter().all(|(other, _)| other != name));
        let all: Vec<(&str, &str)> = own.chain(fields.iter().copied()).collect();
        let answer = self.browser.post(path, &all).await;
        assert!(answer.status.as_u16() < 400, "{path}: {}", answer.text());
        answer
    }

    /// Waits until so many photographs are *ready* or *rejected* and none is in between; them.
    pub async fn settled(&mut self, made: &Made, count: usize) -> Vec<Value> {
        let what = format!("{count} photographs that are ready or rejected");
        until(&what, async || {
            let mut again = self.clone();
            let photos = again.photos(made).await;
            let terminal = photos
                .iter()
                .filter(|photo| photo["state"] != "processing")
                .count();
            (terminal == count && photos.len() == count).then_some(photos)
        })
        .await
    }

    /// Uploads a file as the studio's page does: started, signed part by part, put, completed.
    ///
    /// # Panics
    /// When a step before the completion is refused.
    pub async fn upload(
        &mut self,
        made: &Made,
        section: &str,
        name: &str,
        bytes: &[u8],
        part: usize,
    ) -> Answer {
        let base = format!("/studio/galleries/{}/uploads", made.id);
        let file = json!({ "name": name, "section": section, "size": bytes.len(), "type": "image/jpeg", "replace": false });
        let started = self.browser.post_json(&base, &file).await;
        assert_eq!(started.status, 200, "{}", started.text());
        let started = started.json();
        let key = started["key"].as_str().unwrap();
        let base = format!("{base}/{}", started["uploadId"].as_str().unwrap());
        let query: String = url::form_urlencoded::byte_serialize(key.as_bytes()).collect();
        let mut parts = Vec::new();
        for (index, chunk) in bytes.chunks(part).enumerate() {
            let number = index + 1;
            let signed = self
                .browser
                .json(&format!("{base}/parts/{number}?key={query}"))
                .await
                .json();
            let url = signed["url"].as_str().unwrap();
            let put = reqwest::Client::new()
                .put(url)
                .header("origin", &self.ready.site)
                .body(chunk.to_vec());
            let put = put.send().await.unwrap();
            assert_eq!(put.status(), 200);
            assert_eq!(
                put.headers()["access-control-allow-origin"],
                self.ready.site.as_str()
            );
            parts
                .push(json!({ "number": number, "etag": put.headers()["etag"].to_str().unwrap() }));
        }
        let complete = json!({ "key": key, "parts": parts, "replace": started["replace"] });
        self.browser
            .post_json(&format!("{base}/complete"), &complete)
            .await
    }
}

/// Everything in the mailbox, oldest first.
///
/// # Panics
/// When the mailbox does not answer.
pub async fn mails(ready: &Ready) -> Vec<Value> {
    reqwest::get(&ready.mail_api)
        .await
        .unwrap()
        .json()
        .await
        .unwrap()
}

/// The six digits of a mail.
#[must_use]
pub fn code(mail: &Value) -> Option<String> {
    let text = mail["text"].as_str()?;
    let mut runs = text.split(|c: char| !c.is_ascii_digit());
    runs.find(|run| run.len() == 6).map(str::to_owned)
}
