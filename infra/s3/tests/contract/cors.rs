//! Cross-origin requests, as a browser sends them.

use reqwest::Method;

use super::support::*;

const PAGE: (&str, &str) = ("origin", "http://localhost:3000");

async fn preflight(
    server: &Server,
    bucket: &str,
    origin: &str,
    method: &str,
    headers: &str,
) -> (u16, reqwest::header::HeaderMap) {
    let url = format!("{}/{bucket}/some/key", server.endpoint);
    let asked = [
        ("origin", origin),
        ("access-control-request-method", method),
        ("access-control-request-headers", headers),
    ];
    let (status, headers, _) = send(request(Method::OPTIONS, &url), asked.into_iter()).await;
    (status, headers)
}

#[tokio::test]
async fn a_preflight_is_answered_by_the_bucket_s_rule() {
    let (server, _dir) = Server::start().await;
    for origin in [PAGE.1, "https://www.example.org"] {
        let (status, headers) =
            preflight(&server, PLAIN, origin, "PUT", "Content-Type, x-amz-date").await;
        assert_eq!(
            (
                status,
                headers["access-control-allow-origin"].to_str().unwrap()
            ),
            (200, origin)
        );
        assert_eq!(headers["access-control-allow-methods"], "GET, PUT");
        assert_eq!(
            headers["access-control-allow-headers"],
            "content-type, x-amz-date"
        );
        assert_eq!(headers["access-control-max-age"], "600");
        assert!(headers["vary"].to_str().unwrap().contains("Origin"));
    }
}

#[tokio::test]
async fn what_no_rule_allows_is_refused() {
    let (server, _dir) = Server::start().await;
    for (bucket, origin, method, headers) in [
        (PLAIN, "http://elsewhere", "PUT", "content-type"),
        (PLAIN, PAGE.1, "DELETE", "content-type"),
        (PLAIN, PAGE.1, "PUT", "x-custom"),
        (KEPT, PAGE.1, "PUT", "content-type"),
        ("no-such-bucket", PAGE.1, "PUT", "content-type"),
    ] {
        let (status, answered) = preflight(&server, bucket, origin, method, headers).await;
        assert_eq!(
            (status, answered.get("access-control-allow-origin")),
            (403, None)
        );
    }
}

#[tokio::test]
async fn answers_carry_the_headers_that_let_a_page_read_them() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    put(&client, PLAIN, "k", "x").await;
    let get = client
        .get_object()
        .bucket(PLAIN)
        .key("k")
        .presigned(for_a_minute())
        .await
        .unwrap();
    let (status, headers, _) = send(request(Method::GET, get.uri()), [PAGE].into_iter()).await;
    assert_eq!(
        (
            status,
            headers["access-control-allow-origin"].to_str().unwrap()
        ),
        (200, PAGE.1)
    );
    assert_eq!(headers["access-control-expose-headers"], "ETag");
    assert!(headers["vary"].to_str().unwrap().contains("Origin"));
    // A refusal too: otherwise the page could not tell an expired link from a broken line.
    let unsigned = format!("{}/{PLAIN}/k", server.endpoint);
    let (status, headers, _) = send(request(Method::GET, &unsigned), [PAGE].into_iter()).await;
    assert_eq!(
        (
            status,
            headers["access-control-allow-origin"].to_str().unwrap()
        ),
        (403, PAGE.1)
    );
    let stranger = [("origin", "http://elsewhere")];
    let (status, headers, _) = send(request(Method::GET, get.uri()), stranger.into_iter()).await;
    assert_eq!(
        (status, headers.get("access-control-allow-origin")),
        (200, None)
    );
}
