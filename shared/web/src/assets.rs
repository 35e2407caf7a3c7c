//! The browser's files, embedded: hashed names, compressed once by the build, cached for ever.

use crate::Failure;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};
use rust_embed::RustEmbed;
use std::collections::BTreeMap;
use std::sync::LazyLock;

#[derive(RustEmbed)]
#[folder = "$OUT_DIR/dist"]
struct Dist;

static NAMES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let manifest = Dist::get("manifest.json").expect("the build script writes the manifest");
    serde_json::from_slice(&manifest.data).expect("the build script writes names to names")
});

/// The address of a file of `assets/`: `url("studio.css")` is `/assets/studio.XXXXXXXX.css`.
///
/// # Panics
/// When there is no such file: a typing mistake in a template, found by the first test that renders it.
#[must_use]
pub fn url(name: &str) -> String {
    let hashed = NAMES.get(name);
    format!(
        "/assets/{}",
        hashed.expect("a template names a file of assets/")
    )
}

/// `GET /assets/{file}`: the file, best compression the browser takes, to be kept for ever.
///
/// # Errors
/// [`Failure::NotFound`] for any other name.
pub async fn serve(Path(file): Path<String>, headers: HeaderMap) -> Result<Response, Failure> {
    if !NAMES.values().any(|name| *name == file) && !chunk(&file) {
        return Err(Failure::NotFound);
    }
    let (coding, data) = [("br", ".br"), ("gzip", ".gz")]
        .iter()
        .filter(|(coding, _)| accepts(&headers, coding))
        .find_map(|(coding, suffix)| Some((Some(*coding), Dist::get(&format!("{file}{suffix}"))?)))
        .or_else(|| Some((None, Dist::get(&file)?)))
        .ok_or(Failure::NotFound)?;
    let mut response = data.data.into_owned().into_response();
    let kind = mime_guess::from_path(&file).first_or_octet_stream();
    let out = response.headers_mut();
    if let Ok(kind) = HeaderValue::from_str(kind.as_ref()) {
        out.insert(header::CONTENT_TYPE, kind);
    }
    let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
    out.insert(header::CACHE_CONTROL, forever);
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    Ok(response)
}

/// What entries share has a hashed name of its own that only scripts know.
fn chunk(file: &str) -> bool {
    let script = file.rsplit_once('.').is_some_and(|(_, kind)| kind == "js");
    script && Dist::get(file).is_some()
}

fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING);
    accepted.and_then(|v| v.to_str().ok()).is_some_and(|text| {
        text.split(',').any(|one| {
            let (name, quality) = one.split_once(';').unwrap_or((one, ""));
            name.trim() == coding && quality.trim() != "q=0"
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt as _;

    fn name(of: &str) -> String {
        url(of).trim_start_matches("/assets/").to_owned()
    }

    #[tokio::test]
    async fn a_stylesheet_is_sent_compressed_and_kept_for_ever() {
        let mut headers = HeaderMap::new();
        headers.insert(
            "accept-encoding",
            HeaderValue::from_static("gzip, deflate, br"),
        );
        let response = serve(Path(name("base.css")), headers).await.unwrap();
        assert_eq!(response.headers()["content-encoding"], "br");
        assert_eq!(response.headers()["content-type"], "text/css");
        assert!(
            response.headers()["cache-control"]
                .to_str()
                .unwrap()
                .contains("immutable")
        );
        let plain = serve(Path(name("base.css")), HeaderMap::new())
            .await
            .unwrap();
        let (parts, body) = plain.into_parts();
        assert!(!parts.headers.contains_key("content-encoding"));
        assert!(
            body.collect()
                .await
                .unwrap()
                .to_bytes()
                .starts_with(b"@font-face")
        );
    }

    #[tokio::test]
    async fn only_known_files_are_served() {
        for file in ["manifest.json", "../build.rs", "base.css", "x.js"] {
            assert!(
                serve(Path(file.into()), HeaderMap::new()).await.is_err(),
                "{file}"
            );
        }
    }
}
