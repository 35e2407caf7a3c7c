//! Who asks: a browser with cookies, on the routers in this process or on a running site.

use axum::Router;
use base64::Engine as _;
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tower::ServiceExt as _;

/// Where requests go.
#[derive(Clone)]
pub enum Site {
    /// A function's router, behind the parsing of the gateway's events that Lambda does; `https` outside.
    Router(Router),
    /// A running site.
    Http {
        /// Follows no redirect and keeps no cookie.
        client: reqwest::Client,
        /// Scheme, host and port.
        origin: String,
    },
}

impl Site {
    /// A running site.
    ///
    /// # Panics
    /// When no client can be made.
    #[must_use]
    pub fn http(origin: &str) -> Self {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        Self::Http {
            client: client.build().unwrap(),
            origin: origin.to_owned(),
        }
    }

    fn origin(&self) -> &str {
        match self {
            Self::Router(_) => crate::emulators::ORIGIN,
            Self::Http { origin, .. } => origin,
        }
    }
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Answer {
    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{}: {}", self.status, self.text()))
    }

    /// A header's text, or empty.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Every `Set-Cookie`.
    #[must_use]
    pub fn set_cookies(&self) -> Vec<String> {
        let lines = self.headers.get_all("set-cookie").iter();
        lines
            .filter_map(|line| line.to_str().ok())
            .map(str::to_owned)
            .collect()
    }
}

/// A browser: keeps cookies, says where its forms come from.
#[derive(Clone)]
pub struct Browser {
    site: Site,
    address: String,
    /// Name and value of each cookie it holds.
    pub cookies: BTreeMap<String, String>,
}

impl Browser {
    /// A fresh one, from an address of documentation.
    #[must_use]
    pub fn new(site: &Site) -> Self {
        Self::from(site, "198.51.100.7")
    }

    /// A fresh one from that address; a running site sees the machine's own.
    #[must_use]
    pub fn from(site: &Site, address: &str) -> Self {
        Self {
            site: site.clone(),
            address: address.into(),
            cookies: BTreeMap::new(),
        }
    }

    /// The same browser, cookies and all, sent to another function's router.
    #[must_use]
    pub fn at(&self, site: &Site) -> Self {
        Self {
            site: site.clone(),
            ..self.clone()
        }
    }

    /// Opens a page.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Vec::new()).await
    }

    /// Asks as a script does.
    pub async fn json(&mut self, path: &str) -> Answer {
        self.send(
            Method::GET,
            path,
            &[("accept", "application/json")],
            Vec::new(),
        )
        .await
    }

    /// Sends a form of the site's own page.
    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form);
        let kind = ("content-type", "application/x-www-form-urlencoded");
        let body = body.finish().into_bytes();
        self.send_from_own_page(Method::POST, path, kind, body)
            .await
    }

    /// Sends JSON from a script of the site's own page.
    pub async fn post_json(&mut self, path: &str, body: &Value) -> Answer {
        let origin = self.site.origin().to_owned();
        let headers = [
            ("origin", origin.as_str()),
            ("sec-fetch-site", "same-origin"),
            ("accept", "application/json"),
            ("content-type", "application/json"),
        ];
        self.send(Method::POST, path, &headers, body.to_string().into_bytes())
            .await
    }

    /// Deletes from a script of the site's own page.
    pub async fn delete(&mut self, path: &str) -> Answer {
        let kind = ("accept", "application/json");
        self.send_from_own_page(Method::DELETE, path, kind, Vec::new())
            .await
    }

    async fn send_from_own_page(
        &mut self,
        method: Method,
        path: &str,
        header: (&str, &str),
        body: Vec<u8>,
    ) -> Answer {
        let origin = self.site.origin().to_owned();
        let headers = [
            ("origin", origin.as_str()),
            ("sec-fetch-site", "same-origin"),
            header,
        ];
        self.send(method, path, &headers, body).await
    }

    /// Sends anything, and keeps the cookies of the answer.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        let answer = match &self.site {
            Site::Router(router) => {
                let event = self.event(&method, path, headers, &body);
                through(router.clone(), &event).await
            }
            Site::Http { client, origin } => {
                let mut request = client.request(method, format!("{origin}{path}")).body(body);
                for (name, value) in headers {
                    request = request.header(*name, *value);
                }
                if !self.cookies.is_empty() {
                    request = request.header("cookie", self.pairs().join("; "));
                }
                let response = request.send().await.unwrap();
                Answer {
                    status: response.status(),
                    headers: response.headers().clone(),
                    body: response.bytes().await.unwrap(),
                }
            }
        };
        self.keep(&answer);
        answer
    }

    /// The gateway's event (payload format 2.0) for a request.
    #[must_use]
    pub fn event(
        &self,
        method: &Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Value {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let host = self.site.origin().trim_start_matches("https://");
        let mut lines =
            json!({ "host": host, "x-forwarded-proto": "https", "x-forwarded-for": self.address });
        for (name, value) in headers {
            lines[*name] = json!(value);
        }
        let (text, encoded) = match std::str::from_utf8(body) {
            Ok("") => (Value::Null, false),
            Ok(text) => (json!(text), false),
            Err(_) => (
                json!(base64::engine::general_purpose::STANDARD.encode(body)),
                true,
            ),
        };
        json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": query,
            "cookies": self.pairs(),
            "headers": lines,
            "requestContext": {
                "accountId": "111122223333",
                "apiId": "a1b2c3d4e5",
                "domainName": host,
                "domainPrefix": "galleries",
                "http": {
                    "method": method.as_str(),
                    "path": path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": self.address,
                    "userAgent": "tests",
                },
                "requestId": "JKJaXmPLvHcESHA=",
                "routeKey": "$default",
                "stage": "$default",
                "time": "22/Nov/2026:10:00:00 +0000",
                "timeEpoch": 1_795_341_600_000_u64,
            },
            "body": text,
            "isBase64Encoded": encoded,
        })
    }

    fn pairs(&self) -> Vec<String> {
        let pairs = self.cookies.iter();
        pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    }

    fn keep(&mut self, answer: &Answer) {
        for line in answer.set_cookies() {
            let (pair, attributes) = line.split_once(';').unwrap_or((&line, ""));
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// Parses an event as the Lambda runtime does and has the router answer it.
///
/// # Panics
/// When the event is none of the gateway's.
pub async fn through(router: Router, event: &Value) -> Answer {
    let request: lambda_http::request::LambdaRequest =
        serde_json::from_value(event.clone()).unwrap();
    let request: lambda_http::Request = request.into();
    let (parts, body) = request.into_parts();
    let response = router
        .oneshot(http::Request::from_parts(parts, body))
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: body.collect().await.unwrap().to_bytes(),
    }
}
