//! A request as the HTTP API's event, payload format 2.0.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, HOST, HeaderMap, USER_AGENT};
use http::request::Parts;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::route::{Matched, decoded};

/// What an event says beside the request itself.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// Who is at the other end of the connection.
    pub peer: SocketAddr,
    /// The site's host and port, which stands in for a host that cannot be parsed.
    pub authority: String,
    /// The site's port.
    pub port: u16,
    /// `AWS::AccountId`.
    pub account: String,
    /// The request's id.
    pub request_id: String,
    /// When it arrived.
    pub now: Timestamp,
}

/// The event for `parts` and `body` on the route that `matched`.
#[must_use]
pub fn event(parts: &Parts, body: &Bytes, matched: &Matched<'_>, around: &Surroundings) -> Value {
    let host = host(&parts.headers, around);
    let headers = headers(&parts.headers, &host, around);
    // The gateway decodes the path before it hands it on, and loses what a decoded question mark cuts off.
    let path = decoded(parts.uri.path());
    let path = path.split('?').next().unwrap_or_default();
    let query = parts.uri.query().unwrap_or_default();
    let domain = host
        .rsplit_once(':')
        .map_or(host.as_str(), |(name, _)| name);
    let (text, encoded) = body_text(&parts.headers, body);
    let mut event = json!({
        "version": "2.0",
        "routeKey": matched.route.key,
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "accountId": around.account,
            "apiId": "local",
            "domainName": domain,
            "domainPrefix": domain.split('.').next().unwrap_or_default(),
            "http": {
                "method": parts.method.as_str(),
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": around.peer.ip().to_string(),
                "userAgent": header_text(&parts.headers, USER_AGENT.as_str()),
            },
            "requestId": around.request_id,
            "routeKey": matched.route.key,
            "stage": "$default",
            "time": around.now.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
            "timeEpoch": around.now.as_millisecond(),
        },
        "isBase64Encoded": encoded,
    });
    let cookies: Vec<&str> = parts
        .headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .map(str::trim)
        .filter(|cookie| !cookie.is_empty())
        .collect();
    if !cookies.is_empty() {
        event["cookies"] = cookies.into();
    }
    if !query.is_empty() {
        event["queryStringParameters"] = query_parameters(query).into();
    }
    if !matched.parameters.is_empty() {
        event["pathParameters"] = json!(matched.parameters);
    }
    if !body.is_empty() {
        event["body"] = text.into();
    }
    event
}

/// The host a function sees. `lambda_http` panics on one that is no part of a URL, which AWS never lets through.
fn host(headers: &HeaderMap, around: &Surroundings) -> String {
    let said = header_text(headers, HOST.as_str());
    let parsed = url::Url::parse(&format!("http://{said}/"));
    let plain = parsed.is_ok_and(|url| {
        url.path() == "/" && url.username().is_empty() && url.password().is_none()
    });
    if plain && !said.is_empty() && !said.contains(['/', '?', '#', '@', '\\']) {
        said
    } else {
        around.authority.clone()
    }
}

fn headers(all: &HeaderMap, host: &str, around: &Surroundings) -> BTreeMap<String, String> {
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    for name in all.keys().filter(|name| **name != COOKIE) {
        let values: Vec<String> = all
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .collect();
        headers.insert(name.as_str().to_owned(), values.join(","));
    }
    let own = [
        ("host", host.to_owned()),
        ("x-forwarded-for", around.peer.ip().to_string()),
        ("x-forwarded-proto", "http".to_owned()),
        ("x-forwarded-port", around.port.to_string()),
    ];
    headers.extend(own.map(|(name, value)| (name.to_owned(), value)));
    headers
}

fn header_text(headers: &HeaderMap, name: &str) -> String {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned()
}

fn query_parameters(query: &str) -> Map<String, Value> {
    let mut parameters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        parameters
            .entry(name.into_owned())
            .or_default()
            .push(value.into_owned());
    }
    parameters
        .into_iter()
        .map(|(name, values)| (name, values.join(",").into()))
        .collect()
}

/// The body as the event carries it, and whether that is Base64: everything is, but the gateway's few text types.
fn body_text(headers: &HeaderMap, body: &Bytes) -> (String, bool) {
    let kind = header_text(headers, CONTENT_TYPE.as_str()).to_ascii_lowercase();
    let textual = [
        "text/",
        "application/json",
        "application/javascript",
        "application/xml",
    ];
    match std::str::from_utf8(body) {
        Ok(text) if body.is_empty() || textual.iter().any(|prefix| kind.starts_with(prefix)) => {
            (text.to_owned(), false)
        }
        _ => (STANDARD.encode(body), true),
    }
}
