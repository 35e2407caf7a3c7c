//! The HTTP API: which route answers, and what a function sees of a request.

#![expect(clippy::unwrap_used, reason = "tests")]

use bytes::Bytes;
use http::Request;
use local::http_api::{Route, Surroundings, event, find, from_payload};
use serde_json::{Value, json};

fn routes() -> Vec<Route> {
    let route = |method: &str, path: &str| Route::new(method, path, path).unwrap();
    vec![
        Route::default_route("default"),
        route("GET", "/files/{path+}"),
        route("GET", "/g/{link}"),
        route("POST", "/g/{link}"),
        route("GET", "/g/{link}/photo/{photo}"),
        route("GET", "/g/about"),
        route("GET", "/"),
        route("ANY", "/any"),
        route("PUT", "/any"),
    ]
}

fn key(method: &str, path: &str) -> String {
    find(&routes(), method, path).unwrap().route.key.clone()
}

/// The HTTP API's order: full match, then parameter, then greedy, then `$default`.
#[test]
fn the_most_specific_route_answers() {
    assert_eq!(key("GET", "/"), "GET /");
    assert_eq!(key("GET", "/g/about"), "GET /g/about");
    assert_eq!(key("GET", "/g/abouts"), "GET /g/{link}");
    assert_eq!(key("POST", "/g/about"), "POST /g/{link}");
    assert_eq!(key("GET", "/g/l/photo/p"), "GET /g/{link}/photo/{photo}");
    assert_eq!(key("GET", "/files/a/b/c"), "GET /files/{path+}");
    assert_eq!(key("PUT", "/any"), "PUT /any");
    assert_eq!(key("DELETE", "/any"), "ANY /any");
}

/// A method nobody declared is not answered by its neighbour, not even HEAD by GET.
#[test]
fn what_is_not_declared_goes_to_default_or_nowhere() {
    assert_eq!(key("HEAD", "/g/l"), "$default");
    assert_eq!(key("GET", "/g/"), "$default");
    assert_eq!(key("GET", "/g/l/"), "$default");
    assert!(find(&routes()[1..], "GET", "/nothing").is_none());
}

fn seen(request: Request<()>, body: &str) -> Value {
    let routes = routes();
    let (parts, ()) = request.into_parts();
    let matched = find(&routes, parts.method.as_str(), parts.uri.path()).unwrap();
    let around = Surroundings {
        peer: "192.0.2.7:5555".parse().unwrap(),
        authority: "127.0.0.1:3000".to_owned(),
        port: 3000,
        account: "000000000000".to_owned(),
        request_id: "id".to_owned(),
        now: "2026-06-01T08:00:00Z".parse().unwrap(),
    };
    event(&parts, &Bytes::from(body.to_owned()), &matched, &around)
}

/// Payload format 2.0 as AWS documents it.
#[test]
fn a_request_becomes_a_version_2_event() {
    let request = Request::get("/g/a%20b/photo/x?tag=one&tag=two&q=%2F")
        .header("Host", "127.0.0.1:3000")
        .header("X-Two", "a")
        .header("x-two", "b")
        .header("Cookie", "s=1; t=2")
        .header("X-Forwarded-For", "203.0.113.9")
        .body(())
        .unwrap();
    let event = seen(request, "");
    assert_eq!(event["version"], "2.0");
    assert_eq!(event["routeKey"], "GET /g/{link}/photo/{photo}");
    assert_eq!(event["rawPath"], "/g/a b/photo/x");
    assert_eq!(event["rawQueryString"], "tag=one&tag=two&q=%2F");
    assert_eq!(
        event["queryStringParameters"],
        json!({ "tag": "one,two", "q": "/" })
    );
    assert_eq!(
        event["pathParameters"],
        json!({ "link": "a b", "photo": "x" })
    );
    assert_eq!(event["cookies"], json!(["s=1", "t=2"]));
    assert_eq!(event["headers"]["x-two"], "a,b");
    assert_eq!(event["headers"]["cookie"], Value::Null);
    // the client's claim about itself is replaced by what is known
    assert_eq!(event["headers"]["x-forwarded-for"], "192.0.2.7");
    assert_eq!(event["headers"]["x-forwarded-proto"], "http");
    assert_eq!(event["requestContext"]["http"]["sourceIp"], "192.0.2.7");
    assert_eq!(event["requestContext"]["timeEpoch"], 1_780_300_800_000_i64);
    assert_eq!(
        event["requestContext"]["time"],
        "01/Jun/2026:08:00:00 +0000"
    );
    assert_eq!(
        (&event["body"], &event["isBase64Encoded"]),
        (&Value::Null, &json!(false))
    );
}

/// The gateway hands on text as text and everything else, forms too, as Base64.
#[test]
fn bodies_are_base64_unless_they_are_text() {
    let post = |kind: &str| {
        Request::post("/g/l")
            .header("Content-Type", kind)
            .body(())
            .unwrap()
    };
    let form = seen(post("application/x-www-form-urlencoded"), "pin=123456");
    assert_eq!(
        (&form["body"], &form["isBase64Encoded"]),
        (&json!("cGluPTEyMzQ1Ng=="), &json!(true))
    );
    let text = seen(post("application/json; charset=utf-8"), "{\"a\":1}");
    assert_eq!(
        (&text["body"], &text["isBase64Encoded"]),
        (&json!("{\"a\":1}"), &json!(false))
    );
}

/// `lambda_http` panics on a host that is no part of a URL; the gateway never lets one through.
#[test]
fn a_strange_host_is_replaced() {
    for host in ["a b", "x/../y", "user@host", "[::", "host:notaport", ""] {
        let event = seen(Request::get("/").header("Host", host).body(()).unwrap(), "");
        assert_eq!(event["headers"]["host"], "127.0.0.1:3000", "{host}");
        assert_eq!(event["requestContext"]["domainName"], "127.0.0.1", "{host}");
    }
    let event = seen(
        Request::get("/")
            .header("Host", "photos.example:8443")
            .body(())
            .unwrap(),
        "",
    );
    assert_eq!(event["headers"]["host"], "photos.example:8443");
    assert_eq!(event["requestContext"]["domainName"], "photos.example");
}

#[test]
fn a_payload_becomes_a_response() {
    let payload = json!({ "statusCode": 303, "headers": { "location": "/x", "connection": "close" }, "cookies": ["a=1", "b=2"] });
    let response = from_payload(payload.to_string().as_bytes());
    assert_eq!(response.status(), 303);
    assert_eq!(response.headers()["location"], "/x");
    assert!(!response.headers().contains_key("connection"));
    assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
    assert_eq!(
        from_payload(br#"{"plain":true}"#).headers()["content-type"],
        "application/json"
    );
    assert_eq!(
        from_payload(br#"{"statusCode":200,"body":"%%","isBase64Encoded":true}"#).status(),
        500
    );
    assert_eq!(from_payload(b"nonsense").status(), 500);
}
