//! What every response carries, and what no request gets past: headers, failures as pages, cross-site forms, panics.

use crate::failure::Reader;
use crate::{Banner, Cookies, Failure, Site, visit};
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use jiff::tz::TimeZone;
use std::any::Any;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};
use tower_http::csrf::CsrfLayer;

/// What the responses of one function have in common.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The studio's name (L7).
    pub studio: String,
    /// Origins of the buckets whose presigned addresses its pages load or send to; see [`origin`].
    pub storage: Vec<String>,
    /// The studio's time zone, for dates in failures; UTC unless said otherwise.
    pub zone: TimeZone,
}

impl Setup {
    /// The studio's pages, with these presigned addresses' origins allowed in them.
    pub fn new<'a>(
        studio: impl Into<String>,
        addresses: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut storage: Vec<String> = addresses.into_iter().filter_map(origin).collect();
        storage.dedup();
        Self {
            studio: studio.into(),
            storage,
            zone: TimeZone::UTC,
        }
    }

    /// The same, with dates in this zone.
    #[must_use]
    pub fn in_zone(self, zone: TimeZone) -> Self {
        Self { zone, ..self }
    }

    /// Scripts, styles and fonts are our own files only; pictures and uploads also go to the buckets.
    fn policy(&self) -> String {
        let storage = self.storage.join(" ");
        format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; font-src 'self'; \
             img-src 'self' data: blob: {storage}; connect-src 'self' {storage}; worker-src 'self' blob:; \
             manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        )
    }
}

/// `https://host[:port]` of an address; `None` when it is not one.
#[must_use]
pub fn origin(address: &str) -> Option<String> {
    let uri: http::Uri = address.parse().ok()?;
    Some(format!("{}://{}", uri.scheme_str()?, uri.authority()?))
}

/// Wraps a function's routes. A path it has no route for is [`Failure::NotFound`]. A failure's page stands under the
/// [`Banner`] that its response carries as an extension.
pub fn app(router: Router, setup: Setup) -> Router {
    let shared = Arc::new(Shared {
        policy: HeaderValue::from_str(&setup.policy())
            .unwrap_or(HeaderValue::from_static("default-src 'none'")),
        setup,
    });
    let csrf = CsrfLayer::new().with_rejection_response(|_| Failure::CrossSite.into_response());
    // Presigned addresses are long and alike: a page of them shrinks to a tenth.
    let fit = DefaultPredicate::new().and(NotForContentType::const_new("font/"));
    router
        .fallback(|| async { Failure::NotFound })
        .layer(csrf)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(shared, finish))
        .layer(CompressionLayer::new().compress_when(fit))
}

struct Shared {
    setup: Setup,
    policy: HeaderValue,
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    // The panic hook has logged it with its place.
    Failure::Fault.into_response()
}

async fn finish(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let secure = Site::of(&parts).secure;
    let json = wants_json(&parts.headers);
    let path = parts.uri.path().to_owned();
    let signed_in = visit::me(&Cookies::of(&parts)).is_some();
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(failure) = failure(&response) {
        let mut spoken = failure.speak(&Reader {
            studio: &shared.setup.studio,
            zone: &shared.setup.zone,
            path: &path,
            json,
            signed_in,
            banner: response.extensions().get::<Banner>().cloned(),
        });
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            spoken
                .headers_mut()
                .append(header::SET_COOKIE, cookie.clone());
        }
        response = spoken;
    }
    secure_headers(response.headers_mut(), &shared.policy, secure);
    response
}

/// The failure of a handler, or the one that stands for the framework's own refusals.
fn failure(response: &Response) -> Option<Failure> {
    if let Some(failure) = response.extensions().get::<Failure>() {
        return Some(failure.clone());
    }
    let status = response.status();
    let page = response.headers().get(header::CONTENT_TYPE);
    let plain = page.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let failed = status.is_client_error() || status.is_server_error();
    (failed && plain).then(|| Failure::of_status(status))
}

/// Whether JSON was asked for rather than a page: a script says so, whoever says nothing reads pages.
#[must_use]
pub fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok());
    accept.is_some_and(|text| text.contains("application/json") && !text.contains("text/html"))
}

fn secure_headers(headers: &mut HeaderMap, policy: &HeaderValue, secure: bool) {
    let mut default = |name: HeaderName, value: HeaderValue| {
        headers.entry(name).or_insert(value);
    };
    default(header::CONTENT_SECURITY_POLICY, policy.clone());
    default(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    );
    default(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    // Not `no-referrer`: under it browsers send `Origin: null` with our own forms. A bucket still learns no link.
    default(
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    );
    default(
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex, nofollow, noarchive"),
    );
    default(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    if secure {
        default(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::routing::{get, post};
    use http::{Request, StatusCode};
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    async fn ask(request: http::request::Builder) -> (StatusCode, HeaderMap, String) {
        let routes = Router::new()
            .route("/paused", get(|| async { Failure::Paused }))
            .route("/panic", get(bug))
            .route("/form", post(|| async { "done" }));
        let setup = Setup::new("Hedda <Lind>", ["https://b.s3.example/k?X-Amz-Signature=1"]);
        let request = request.header("host", "x.example").body(Body::empty());
        let response = app(routes, setup).oneshot(request.unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(body.to_vec()).unwrap();
        (parts.status, parts.headers, text)
    }

    async fn bug() -> StatusCode {
        panic!("a bug")
    }

    fn get_(path: &str) -> http::request::Builder {
        Request::get(path)
    }

    /// L1, L7: a failure is a page in the studio's name that nothing indexes.
    #[tokio::test]
    async fn a_failure_is_a_page_in_the_studios_name() {
        let (status, headers, body) = ask(get_("/paused")).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert!(
            body.contains("Hedda &#60;Lind&#62; has paused it"),
            "{body}"
        );
        assert!(
            headers["x-robots-tag"]
                .to_str()
                .unwrap()
                .contains("noindex")
        );
        assert_eq!(headers["cache-control"], "private, no-store");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("script-src 'self';"), "{policy}");
        assert!(
            policy.contains("img-src 'self' data: blob: https://b.s3.example;"),
            "{policy}"
        );
    }

    /// Every refusal of a gallery, and what a script reads of it.
    fn refusals() -> Vec<(Failure, &'static str, u16)> {
        let on = "2026-09-14T22:00:00Z".parse().unwrap();
        vec![
            (Failure::Unpublished, "unpublished", 403),
            (Failure::Paused, "paused", 403),
            (Failure::Ended { on }, "ended", 410),
            (Failure::NotInvited, "not-invited", 403),
            (Failure::RowEnded, "row-ended", 403),
            (Failure::NotAllowed, "not-allowed", 403),
            (Failure::Closed, "closed", 403),
            (Failure::NotFinal, "not-final", 403),
            (Failure::NotDelivered, "not-delivered", 403),
            (Failure::NotKept, "not-kept", 410),
            (Failure::Archived, "archived", 403),
            (Failure::Preview, "preview", 403),
            (Failure::QuotaSpent, "quota", 403),
            (Failure::NotMarked, "not-marked", 409),
            (Failure::NotFound, "not-found", 404),
            (Failure::Door, "door", 401),
        ]
    }

    async fn refuse(
        failure: Failure,
        path: &str,
        headers: &[(&str, &str)],
    ) -> (StatusCode, String) {
        let banner = headers.iter().any(|(name, _)| *name == "x-preview");
        let banner = banner.then(|| Banner {
            whom: "anna@example.com".into(),
            leave: "/studio/galleries/1/authorizations".into(),
        });
        let answer = move || std::future::ready(failure.clone().under(banner.clone()));
        let routes = Router::new().fallback(get(answer.clone()));
        let routes = routes.route("/{*any}", get(answer));
        let zone = TimeZone::get("Europe/Stockholm").unwrap();
        let setup = Setup::new("Hedda Lind", []).in_zone(zone);
        let mut request = Request::get(path).header("host", "x.example");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        let response = app(routes, setup).oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (parts.status, String::from_utf8(body.to_vec()).unwrap())
    }

    /// S36: every status has a page of its own with the way to the studio, about this gallery.
    #[tokio::test]
    async fn every_refusal_has_a_page_and_a_way_to_the_studio() {
        let mut headings = std::collections::BTreeSet::new();
        for (failure, code, status) in refusals() {
            let path = "/g/0123456789/photo/x";
            let (got, page) = refuse(failure.clone(), path, &[]).await;
            assert_eq!(got.as_u16(), status, "{code}");
            let way = match failure {
                Failure::NotFound => "href=\"/ask\"",
                _ => "href=\"/g/0123456789/ask\"",
            };
            assert!(page.contains(way), "{page}");
            assert!(!page.contains("/galleries\""), "nobody is signed in");
            headings.insert(page.split("<p class=\"lead\">").nth(1).unwrap().to_owned());
            let json = [("accept", "application/json")];
            let (_, body) = refuse(failure, path, &json).await;
            assert!(
                body.starts_with(&format!("{{\"error\":\"{code}\"")),
                "{body}"
            );
        }
        assert_eq!(headings.len(), refusals().len(), "two read alike");
    }

    /// L40: the day is the studio's.
    #[tokio::test]
    async fn an_ended_gallery_says_its_last_day() {
        let (failure, ..) = refusals().remove(2);
        let (_, page) = refuse(failure, "/g/1", &[]).await;
        assert!(
            page.contains("ended on 14 September 2026. Nothing is deleted."),
            "{page}"
        );
    }

    /// S15, 5.1: who is signed in finds the way to their other galleries, and to another address.
    #[tokio::test]
    async fn a_signed_in_person_finds_their_galleries() {
        let me = format!("__Host-me={}", domain::ids::SecretToken::random().expose());
        let headers = [("cookie", me.as_str())];
        let (_, page) = refuse(Failure::NotInvited, "/g/1", &headers).await;
        assert!(page.contains("href=\"/galleries\""), "{page}");
        assert!(page.contains("href=\"/g/1/sign-in\""), "{page}");
    }

    /// P36: the banner stands on a refusal's page too.
    #[tokio::test]
    async fn a_refusal_stands_under_the_banner() {
        let (_, page) = refuse(Failure::Paused, "/g/1", &[("x-preview", "1")]).await;
        assert!(page.contains("You see this gallery as <strong>anna@example.com</strong>"));
        assert!(page.contains("href=\"/studio/galleries/1/authorizations\">Leave</a>"));
        let (_, page) = refuse(Failure::Paused, "/g/1", &[]).await;
        assert!(!page.contains("viewas"));
    }

    #[tokio::test]
    async fn a_script_reads_json() {
        let (status, _, body) = ask(get_("/paused").header("accept", "application/json")).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert!(body.starts_with(r#"{"error":"paused""#), "{body}");
    }

    #[tokio::test]
    async fn what_the_framework_refuses_is_a_page_too() {
        for (request, expected) in [
            (get_("/nowhere"), StatusCode::NOT_FOUND),
            (get_("/form"), StatusCode::METHOD_NOT_ALLOWED),
            (get_("/panic"), StatusCode::INTERNAL_SERVER_ERROR),
        ] {
            let (status, headers, body) = ask(request).await;
            assert_eq!(status, expected);
            let allow = headers
                .get("allow")
                .map(|methods| methods.to_str().unwrap());
            assert_eq!(
                allow,
                (status == StatusCode::METHOD_NOT_ALLOWED).then_some("POST")
            );
            assert!(body.contains("<h1>"), "{body}");
            assert!(!body.contains("a bug"), "{body}");
        }
    }

    /// R-4.9.
    #[tokio::test]
    async fn a_form_of_another_site_changes_nothing() {
        for (name, value, expected) in [
            ("sec-fetch-site", "cross-site", StatusCode::FORBIDDEN),
            ("origin", "https://evil.example", StatusCode::FORBIDDEN),
            ("origin", "https://x.example", StatusCode::OK),
            ("sec-fetch-site", "same-origin", StatusCode::OK),
        ] {
            let (status, _, _) = ask(Request::post("/form").header(name, value)).await;
            assert_eq!(status, expected, "{name}: {value}");
        }
    }
}
