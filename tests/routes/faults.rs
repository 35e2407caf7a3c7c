//! A table that does not answer, or answers only in part (`PicPeak`'s lock-out failed open): nothing is verified, nobody
//! is let in, and no counter is passed by.

use crate::case::{ANNA, Case, PHOTO, TITLE};
use crate::rules::listed;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use domain::throttle::FREE_GUESSES;
use http::StatusCode;
use std::sync::{Arc, Mutex};
use tests::actors::Browser;
use tests::cast::cookie;
use tests::emulators::now;
use tests::house::House;

/// Stands before the table, and fails the operations it is told to.
#[derive(Clone)]
struct Failing {
    table: String,
    client: reqwest::Client,
    operations: Arc<Mutex<Vec<&'static str>>>,
}

impl Failing {
    /// A house whose functions reach the table through this.
    async fn before(house: &mut House) -> Self {
        let failing = Self {
            table: house.emulators.address().to_owned(),
            client: reqwest::Client::new(),
            operations: Arc::default(),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(pass).with_state(failing.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        house.reach(&address).await;
        failing
    }

    fn fail(&self, operations: &[&'static str]) {
        *self.operations.lock().unwrap() = operations.to_vec();
    }
}

async fn pass(State(failing): State<Failing>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let target = parts
        .headers
        .get("x-amz-target")
        .map(|value| value.to_str().unwrap());
    let operation = target
        .and_then(|target| target.rsplit('.').next())
        .unwrap_or_default();
    let refused = failing.operations.lock().unwrap().contains(&operation);
    let mut response = Response::builder();
    if refused {
        let fault = r#"{"__type":"com.amazon.coral.service#InternalServerError","message":"no"}"#;
        response = response
            .status(500)
            .header("content-type", "application/x-amz-json-1.0");
        return response.body(Body::from(fault)).unwrap();
    }
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let asked = failing
        .client
        .request(parts.method, &failing.table)
        .headers(parts.headers);
    let answer = asked.body(body).send().await.unwrap();
    response = response.status(answer.status());
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    response
        .body(Body::from(answer.bytes().await.unwrap()))
        .unwrap()
}

/// Every operation that the table's crate uses.
const OPERATIONS: [&str; 7] = [
    "BatchGetItem",
    "GetItem",
    "Query",
    "TransactWriteItems",
    "UpdateItem",
    "PutItem",
    "DeleteItem",
];

/// R-4.2: without an answer of the table no route shows anything, lets anybody in or takes anything for done.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_table_nothing_opens() {
    let mut house = House::open().await;
    let case = Case::new(&house).await;
    let mut everybody = house.client(&case.seeded).await;
    for other in [house.signed_in(ANNA).await, house.owner_since(now()).await] {
        everybody.cookies.extend(other.cookies);
    }
    let strangers_cookies = Browser::from(&house.gallery, "203.0.113.9").cookies;
    let failing = Failing::before(&mut house).await;
    failing.fail(&OPERATIONS);
    let mut answered = 0;
    for route in listed() {
        for cookies in [everybody.cookies.clone(), strangers_cookies.clone()] {
            let mut browser = Browser::from(&house.gallery, "203.0.113.9");
            browser.cookies = cookies;
            let answer = case.send(&house, &browser, route.method, route.path).await;
            let what = format!("{} {}: {}", route.method, route.path, answer.status);
            for line in answer.set_cookies() {
                let gives = ["visit-", "me=", "studio=", "device"];
                let gives = gives.iter().any(|name| line.starts_with(&cookie(name)));
                assert!(!gives || line.contains("Max-Age=0"), "{what} gives {line}");
            }
            assert_ne!(answer.status, 302, "{what}");
            let said = format!("{:?} {}", answer.headers, answer.text());
            for word in [TITLE, PHOTO, "X-Amz-"] {
                assert!(!said.contains(word), "{what} tells of {word}");
            }
            answered += usize::from(answer.status == StatusCode::INTERNAL_SERVER_ERROR);
        }
    }
    assert!(answered > 40, "{answered} faults: the table was not asked");
}

/// R-4.2: where the guess cannot be counted it is not verified, and the right PIN does not open; where the code cannot
/// be counted it is not compared.
#[tokio::test(flavor = "multi_thread")]
async fn a_counter_that_fails_does_not_fail_open() {
    let mut house = House::open().await;
    let case = Case::new(&house).await;
    let path = case.seeded.path();
    let mut anna = Browser::new(&house.gallery);
    anna.post("/sign-in", &[("email", ANNA)]).await;
    let code = house.newest_mail("client-code").await.unwrap()["code"].clone();
    let failing = Failing::before(&mut house).await;
    for operation in OPERATIONS {
        failing.fail(&[operation]);
        for pin in ["482916", "111999"] {
            let mut browser = Browser::from(&house.gallery, "203.0.113.9");
            let answer = browser.post(&path, &[("pin", pin)]).await;
            let opened = browser.cookies.keys().any(|name| name.contains("visit"));
            let counted = !matches!(operation, "TransactWriteItems" | "BatchGetItem");
            if !counted {
                assert_eq!(answer.status, 500, "{operation}");
            }
            assert!(counted || !opened, "{operation} let {pin} in");
            assert!(
                pin == "482916" || !opened,
                "a wrong PIN opened without {operation}"
            );
        }
        if operation == "UpdateItem" {
            let mut anna = anna.at(&house.gallery);
            let answer = anna.post("/sign-in/code", &[("code", &code)]).await;
            assert_eq!(answer.status, 500);
            assert!(!anna.cookies.contains_key(&cookie("me")));
        }
        if operation == "TransactWriteItems" {
            // nor is a code made that no budget knows of
            let before = house.mails("client-code").await;
            let mut browser = Browser::from(&house.gallery, "203.0.113.10");
            assert_eq!(
                browser.post("/sign-in", &[("email", ANNA)]).await.status,
                500
            );
            assert_eq!(house.mails("client-code").await, before);
        }
    }
    // what failed was not counted twice either: the free guesses of an honest hand are still there
    failing.fail(&[]);
    let mut honest = Browser::from(&house.gallery, "198.51.100.99");
    for _ in 1..FREE_GUESSES {
        assert_eq!(honest.post(&path, &[("pin", "111999")]).await.status, 403);
    }
    assert_eq!(honest.post(&path, &[("pin", "482916")]).await.status, 303);
}
