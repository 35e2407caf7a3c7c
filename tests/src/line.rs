//! A line that drops: a proxy between a browser and the site that loses and stalls what it is told to.

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// How long a stalled request lies.
const STALL: Duration = Duration::from_secs(5);

/// What happened on the line so far, of the requests that it may lose.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// All of them.
    pub requests: u64,
    /// Those that never reached the site.
    pub before: u64,
    /// Those the site did, and whose answer was lost.
    pub after: u64,
    /// Those that lay for five seconds.
    pub stalled: u64,
    /// Path and form of each tap, by its stamp's name.
    pub taps: BTreeMap<String, String>,
    /// What the site refused, in its own words.
    pub refused: Vec<String>,
}

/// The line; it drops for good with this.
pub struct Line {
    /// Where the proxy listens, as a browser is told.
    pub address: String,
    told: Arc<Mutex<Told>>,
    listening: JoinHandle<()>,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// The request or its answer is lost: the connection ends without a word.
#[derive(Debug)]
struct Lost;

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("lost")
    }
}

impl std::error::Error for Lost {}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Through,
    Before,
    After,
    Stalled,
}

/// Of a hundred requests ten are lost on their way there, ten on their way back, and two stall: which, the number says.
fn fate(number: u64) -> Fate {
    // splitmix64, so that it looks like chance and is the same each time
    let mut mixed = number
        .wrapping_add(0x9e37_79b9_7f4a_7c15)
        .wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    match (mixed ^ (mixed >> 31)) % 100 {
        0..10 => Fate::Before,
        10..20 => Fate::After,
        20..22 => Fate::Stalled,
        _ => Fate::Through,
    }
}

/// Whether the line is bad for it: taps, and the look at what other devices tapped.
fn bad(method: &Method, path: &str) -> bool {
    let tap = ["/choose", "/rate", "/want"]
        .iter()
        .any(|end| path.ends_with(end));
    (method == Method::POST && tap) || path.ends_with("/choices")
}

impl Line {
    /// A line to everywhere, bad for taps.
    ///
    /// # Panics
    /// When it cannot listen.
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let told = Arc::new(Mutex::new(Told::default()));
        let notes = Arc::clone(&told);
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        let client = client.no_proxy().build().unwrap();
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (notes, client) = (Arc::clone(&notes), client.clone());
                let service =
                    service_fn(move |request| carry(request, client.clone(), Arc::clone(&notes)));
                // a browser repeats by itself what is lost on a connection that was used before
                let mut server = http1::Builder::new();
                let served = server
                    .keep_alive(false)
                    .serve_connection(TokioIo::new(stream), service);
                tokio::spawn(async move {
                    // that it was lost is what this is for
                    let _ = served.await;
                });
            }
        });
        Self {
            address,
            told,
            listening,
        }
    }

    /// What happened so far.
    ///
    /// # Panics
    /// When a request panicked.
    #[must_use]
    pub fn told(&self) -> Told {
        self.told.lock().unwrap().clone()
    }
}

async fn carry(
    request: Request<Incoming>,
    client: reqwest::Client,
    told: Arc<Mutex<Told>>,
) -> Result<Response<Full<Bytes>>, Lost> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Lost)?.to_bytes();
    let path = parts.uri.path().to_owned();
    let mut fated = Fate::Through;
    if bad(&parts.method, &path) {
        let mut told = told.lock().unwrap();
        told.requests += 1;
        fated = fate(told.requests);
        match fated {
            Fate::Before => told.before += 1,
            Fate::After => told.after += 1,
            Fate::Stalled => told.stalled += 1,
            Fate::Through => {}
        }
        let form = String::from_utf8_lossy(&body).into_owned();
        let name = url::form_urlencoded::parse(&body).find(|(name, _)| name == "tap");
        if let Some((_, name)) = name {
            told.taps
                .insert(name.into_owned(), format!("{path} {form}"));
        }
    }
    if fated == Fate::Before {
        return Err(Lost);
    }
    if fated == Fate::Stalled {
        tokio::time::sleep(STALL).await;
    }
    let mut headers = parts.headers;
    ends(&mut headers);
    headers.remove(header::HOST);
    let sent = client
        .request(parts.method, parts.uri.to_string())
        .headers(headers)
        .body(body);
    let answer = sent.send().await.map_err(|_| Lost)?;
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    let body = answer.bytes().await.map_err(|_| Lost)?;
    ends(&mut headers);
    if bad(&Method::POST, &path) && status.is_client_error() {
        let words = String::from_utf8_lossy(&body).into_owned();
        told.lock().unwrap().refused.push(words);
    }
    if fated == Fate::After {
        return Err(Lost);
    }
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

/// Leaves out what is said of one connection only.
fn ends(headers: &mut HeaderMap) {
    for name in [
        "connection",
        "proxy-connection",
        "keep-alive",
        "transfer-encoding",
        "content-length",
    ] {
        headers.remove(name);
    }
}
