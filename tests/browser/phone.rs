//! Chromium as a phone: found on the machine, one at a time, driven over its own protocol.

use chromiumoxide::cdp::browser_protocol::browser::{
    SetDownloadBehaviorBehavior, SetDownloadBehaviorParams,
};
use chromiumoxide::cdp::browser_protocol::emulation::{
    SetDeviceMetricsOverrideParams, SetScriptExecutionDisabledParams,
};
use chromiumoxide::cdp::browser_protocol::input::{DispatchTouchEventReturns, InsertTextParams};
use chromiumoxide::cdp::browser_protocol::network::{
    EventRequestWillBeSent, SetCacheDisabledParams,
};
use chromiumoxide::cdp::js_protocol::runtime::EventExceptionThrown;
use chromiumoxide::handler::viewport::Viewport;
use chromiumoxide::layout::Point;
use chromiumoxide::{Browser, BrowserConfig, Command, Element, Method, Page};
use futures::StreamExt as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex as Shared};
use std::time::{Duration, Instant};
use tests::stack::{Made, shared};
use tests::until;
use tokio::sync::{Mutex, MutexGuard, OnceCell};
use tokio::task::JoinHandle;

/// A phone's screen in CSS pixels.
pub const SIZE: (u32, u32) = (390, 844);

/// How long a page may take for anything on a slow, busy machine.
const PATIENCE: Duration = Duration::from_secs(45);

/// Two cores hold one browser and one stack well, and not two browsers.
static ONE: Mutex<()> = Mutex::const_new(());

/// `Input.dispatchTouchEvent`. The library's own leaves an empty list of fingers out, and Chromium wants to see it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Touch {
    #[serde(rename = "type")]
    kind: &'static str,
    touch_points: Vec<serde_json::Value>,
}

impl Method for Touch {
    fn identifier(&self) -> Cow<'static, str> {
        "Input.dispatchTouchEvent".into()
    }
}

impl Command for Touch {
    type Response = DispatchTouchEventReturns;
}

/// A browser with a profile of its own and one page.
pub struct Phone {
    browser: Browser,
    handler: JoinHandle<()>,
    /// The page.
    pub page: Page,
    requests: Arc<AtomicUsize>,
    faults: Arc<Shared<Vec<String>>>,
    profile: tempfile::TempDir,
    _one: MutexGuard<'static, ()>,
}

/// Where Chromium is: what `CHROMIUM` names, or where Debian and others put it.
#[expect(
    clippy::disallowed_methods,
    reason = "the test's own settings, which no function reads"
)]
fn chromium() -> Option<PathBuf> {
    let named = std::env::var("CHROMIUM")
        .ok()
        .filter(|name| !name.is_empty());
    let named = named.map(PathBuf::from);
    let usual = [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    ];
    let found = named.or_else(|| {
        usual
            .map(PathBuf::from)
            .into_iter()
            .find(|path| path.exists())
    });
    assert!(
        found.is_some() || std::env::var("REQUIRE_BROWSER").is_err(),
        "REQUIRE_BROWSER is set, and no Chromium is here: install it or set CHROMIUM"
    );
    found
}

impl Phone {
    /// Starts one; `None`, said in one line, where no Chromium is found.
    pub async fn start(test: &str) -> Option<Self> {
        Self::behind(test, None).await
    }

    /// Starts one whose requests all go over this proxy, if it is one.
    pub async fn behind(test: &str, proxy: Option<&str>) -> Option<Self> {
        let Some(program) = chromium() else {
            // past the harness, which keeps what a passing test prints to itself
            let _ = writeln!(
                std::io::stderr(),
                "{test}: not run, for no Chromium was found (set CHROMIUM)"
            );
            return None;
        };
        let one = ONE.lock().await;
        let profile = tempfile::tempdir().unwrap();
        let viewport = Viewport {
            width: SIZE.0,
            height: SIZE.1,
            device_scale_factor: Some(2.0),
            emulating_mobile: true,
            is_landscape: false,
            has_touch: true,
        };
        let mut config = BrowserConfig::builder();
        if let Some(proxy) = proxy {
            config = config.args([
                ("proxy-server", proxy),
                // its own machine too
                ("proxy-bypass-list", "<-loopback>"),
            ]);
        }
        let config = config
            .chrome_executable(program)
            .new_headless_mode()
            .no_sandbox()
            .user_data_dir(profile.path())
            // Chromium leaves directories of its own there
            .env("TMPDIR", profile.path().display().to_string())
            .viewport(viewport)
            .launch_timeout(Duration::from_secs(90))
            .request_timeout(Duration::from_secs(90))
            .args([
                "disable-gpu",
                "disable-quic",
                "no-first-run",
                "disable-background-networking",
                "disable-component-update",
                "disable-sync",
                "disable-dev-shm-usage",
            ])
            .build()
            .unwrap();
        let (browser, mut handler) = Browser::launch(config).await.unwrap();
        // what it cannot understand of a newer Chromium is no event of ours
        let handler = tokio::spawn(async move { while handler.next().await.is_some() {} });
        let page = browser.new_page("about:blank").await.unwrap();
        let requests = Arc::new(AtomicUsize::new(0));
        let mut sent = page
            .event_listener::<EventRequestWillBeSent>()
            .await
            .unwrap();
        let count = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Some(event) = sent.next().await {
                if event.request.url.starts_with("http") {
                    count.fetch_add(1, Ordering::SeqCst);
                }
            }
        });
        let faults = Arc::new(Shared::new(Vec::new()));
        let mut thrown = page.event_listener::<EventExceptionThrown>().await.unwrap();
        let list = Arc::clone(&faults);
        tokio::spawn(async move {
            while let Some(event) = thrown.next().await {
                let details = &event.exception_details;
                let said = (details.exception.as_ref()).and_then(|e| e.description.clone());
                let said = said.unwrap_or_else(|| details.text.clone());
                list.lock().unwrap().push(said);
            }
        });
        Some(Self {
            browser,
            handler,
            page,
            requests,
            faults,
            profile,
            _one: one,
        })
    }

    /// Ends it in order. No script of any page it was on may have thrown anything.
    pub async fn close(mut self) {
        let _ = self.browser.close().await;
        let _ = self.browser.wait().await;
        self.handler.abort();
        let faults = self.faults.lock().unwrap();
        assert!(faults.is_empty(), "thrown by scripts: {faults:#?}");
    }

    /// Opens an address of the shared stack's site.
    pub async fn open(&self, path: &str) {
        let url = format!("{}{path}", shared().ready.site);
        self.page.goto(url).await.unwrap();
    }

    /// What an expression comes to now; `None` while the page is on its way to another.
    pub async fn look<T: DeserializeOwned>(&self, expression: &str) -> Option<T> {
        // an answer that a navigation swallowed never comes
        let asked = tokio::time::timeout(
            Duration::from_secs(5),
            self.page.evaluate_expression(expression),
        );
        asked.await.ok()?.ok()?.into_value().ok()
    }

    /// Waits until an expression is true; says what the page showed instead.
    pub async fn wait(&self, expression: &str) {
        let started = Instant::now();
        let asked = format!("Boolean({expression})");
        while self.look::<bool>(&asked).await != Some(true) {
            if started.elapsed() > PATIENCE {
                let shown = "location.href + '\\n' + document.body.innerText";
                let shown: Option<String> = self.look(shown).await;
                panic!(
                    "waited in vain for {expression} on {}",
                    shown.unwrap_or_default()
                );
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What an expression comes to, once the page can tell.
    pub async fn read<T: DeserializeOwned>(&self, expression: &str) -> T {
        until(expression, async || self.look(expression).await).await
    }

    /// Taps the middle of what a selector finds, once it is there. The library's own click scrolls by a promise, which
    /// a page without scripts never keeps.
    pub async fn tap(&self, selector: &str) {
        let found = format!("document.querySelector({})", quoted(selector));
        self.wait(&found).await;
        let middle = format!(
            "(() => {{ const found = {found}; found.scrollIntoView({{ block: 'center', behavior: 'instant' }});
            const box = found.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
        );
        let [x, y]: [f64; 2] = self.read(&middle).await;
        self.page.click(Point { x, y }).await.unwrap();
    }

    /// Puts the caret into a field and types key by key.
    pub async fn type_into(&self, selector: &str, text: &str) {
        let field = self.focused(selector).await;
        field.type_str(text).await.unwrap();
    }

    /// Presses a key where the focus is.
    pub async fn press(&self, key: &str) {
        // keys go to the page, whichever element they are asked of
        let page = self.element("body").await;
        page.press_key(key).await.unwrap();
    }

    /// What a selector finds. A page that is being left or loaded again is asked again: its nodes are gone in between.
    async fn element(&self, selector: &str) -> Element {
        until(selector, async || {
            self.page.find_element(selector).await.ok()
        })
        .await
    }

    /// The same, with the focus on it.
    async fn focused(&self, selector: &str) -> Element {
        until(selector, async || {
            let found = self.page.find_element(selector).await.ok()?;
            found.focus().await.ok()?;
            Some(found)
        })
        .await
    }

    /// Presses a key that leads to where an expression is true. A lightbox hears none while it opens: then it is pressed again.
    pub async fn press_until(&self, key: &str, there: &str) {
        self.until(there, async || self.press(key).await).await;
    }

    /// Taps what leads to where an expression is true, in the same way.
    pub async fn tap_until(&self, selector: &str, there: &str) {
        self.until(there, async || self.tap(selector).await).await;
    }

    async fn until(&self, there: &str, act: impl AsyncFn()) {
        let is = async || self.look::<bool>(there).await.filter(|there| *there);
        until(there, async || {
            if is().await.is_none() {
                act().await;
            }
            is().await
        })
        .await;
    }

    /// What the keyboard's own paste does: text arrives at once, without keys.
    pub async fn paste(&self, selector: &str, text: &str) {
        self.focused(selector).await;
        self.page
            .execute(InsertTextParams::new(text))
            .await
            .unwrap();
    }

    /// A finger from one place to another.
    pub async fn swipe(&self, from: (f64, f64), to: (f64, f64)) {
        self.touch("touchStart", Some(from)).await;
        for step in 1..=8 {
            let part = f64::from(step) / 8.0;
            let at = (
                from.0 + (to.0 - from.0) * part,
                from.1 + (to.1 - from.1) * part,
            );
            self.touch("touchMove", Some(at)).await;
        }
        self.touch("touchEnd", None).await;
    }

    async fn touch(&self, kind: &'static str, at: Option<(f64, f64)>) {
        let points = at.map(|(x, y)| serde_json::json!({ "x": x, "y": y }));
        let touch = Touch {
            kind,
            touch_points: points.into_iter().collect(),
        };
        self.page.execute(touch).await.unwrap();
    }

    /// Another screen.
    pub async fn resize(&self, width: i64, height: i64) {
        let metrics = SetDeviceMetricsOverrideParams::new(width, height, 1.0, width < 900);
        self.page.execute(metrics).await.unwrap();
    }

    /// Switches the pages' scripts off.
    pub async fn without_script(&self) {
        self.page
            .execute(SetScriptExecutionDisabledParams::new(true))
            .await
            .unwrap();
    }

    /// Every request goes out, as at a first visit.
    pub async fn without_cache(&self) {
        self.page
            .execute(SetCacheDisabledParams::new(true))
            .await
            .unwrap();
    }

    /// Takes the network away, or gives it back.
    #[expect(
        deprecated,
        reason = "its successor is not in the Chromium that distributions have"
    )]
    pub async fn cut(&self, away: bool) {
        use chromiumoxide::cdp::browser_protocol::network::EmulateNetworkConditionsParams;
        let conditions = EmulateNetworkConditionsParams::new(away, 0.0, -1.0, -1.0);
        self.page.execute(conditions).await.unwrap();
    }

    /// Requests over HTTP so far.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    /// Waits until the page asks for nothing more.
    pub async fn quiet(&self) {
        self.wait("document.readyState === 'complete'").await;
        until("a page that asks for nothing more", async || {
            let before = self.requests();
            tokio::time::sleep(Duration::from_millis(1500)).await;
            (self.requests() == before).then_some(())
        })
        .await;
    }

    /// Where downloads of this browser go.
    pub async fn downloads(&self) -> PathBuf {
        let directory = self.profile.path().join("downloads");
        let mut behaviour = SetDownloadBehaviorParams::new(SetDownloadBehaviorBehavior::Allow);
        behaviour.download_path = Some(directory.display().to_string());
        self.browser.execute(behaviour).await.unwrap();
        directory
    }

    /// Through the door with the PIN, to the gallery's page.
    pub async fn enter(&self, made: &Made) {
        self.open(&made.link).await;
        self.type_into("#pin", &made.pin).await;
        self.press("Enter").await;
        self.wait("document.querySelector('#frames')").await;
    }

    /// That the page, once it is laid out, is not wider than the screen.
    pub async fn nothing_sideways(&self) {
        self.wait("document.readyState === 'complete' && document.fonts.status === 'loaded'")
            .await;
        self.wait("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
            .await;
    }
}

/// A text as a script writes it.
pub fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// A gallery of 120 photographs in three chapters, made once.
pub async fn large_gallery() -> &'static Made {
    static MADE: OnceCell<Made> = OnceCell::const_new();
    MADE.get_or_init(|| async {
        let mut photographer = shared().photographer().await;
        let made = photographer.gallery("Ida & Jonas", "482916").await;
        for (index, (name, bytes)) in photographs().iter().enumerate() {
            let chapter = ["1 Getting ready", "2 Ceremony", "3 Dance"][index / 40];
            photographer
                .put(&made, &format!("{chapter}/{name}"), bytes.clone())
                .await;
        }
        let photos = photographer.settled(&made, 120).await;
        assert!(photos.iter().all(|photo| photo["state"] == "ready"));
        made
    })
    .await
}

/// Names and bytes of [`large_gallery`].
pub fn photographs() -> &'static [(String, Vec<u8>)] {
    static ROLL: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| tests::photographs::roll(120));
    &ROLL
}

/// A file that a download has finished to write.
pub async fn downloaded(directory: &Path, name: &str) -> Vec<u8> {
    let path = directory.join(name);
    until(&format!("the download of {name}"), async || {
        let partial = std::fs::read_dir(directory).ok()?.flatten().any(|file| {
            file.path()
                .extension()
                .is_some_and(|kind| kind == "crdownload")
        });
        if partial {
            None
        } else {
            std::fs::read(&path).ok()
        }
    })
    .await
}
