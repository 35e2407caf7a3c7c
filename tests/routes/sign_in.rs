//! Signing in to the studio.

use tests::actors::Browser;
use tests::emulators::OWNER;
use tests::house::House;

/// whether an address is the owner's cannot be told from the answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_address_is_answered_like_the_owners() {
    let house = House::open().await;
    let mut answers = Vec::new();
    for email in [OWNER, "somebody@else.example"] {
        let mut browser = Browser::new(&house.studio);
        let asked = browser.post("/studio/sign-in", &[("email", email)]).await;
        let names: Vec<String> = browser.cookies.keys().cloned().collect();
        let page = browser.get("/studio/sign-in").await;
        answers.push((
            asked.status,
            asked.header("location").to_owned(),
            asked.body,
            names,
            page.body,
        ));
    }
    assert_eq!(answers[0], answers[1]);
    assert!(
        house.newest_code().await.is_some(),
        "only the owner's is mailed"
    );
}

/// bound to the browser that asked, good once, five tries.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_works_once_in_the_browser_that_asked() {
    let house = House::open().await;
    let mut browser = Browser::new(&house.studio);
    browser.post("/studio/sign-in", &[("email", OWNER)]).await;
    let code = house.newest_code().await.unwrap();
    let mut thief = Browser::new(&house.studio);
    thief
        .post("/studio/sign-in", &[("email", "thief@else.example")])
        .await;
    assert_eq!(
        thief.post("/studio/code", &[("code", &code)]).await.status,
        422
    );
    assert_eq!(thief.get("/studio").await.status, 303);
    let asked = browser.clone();
    let answer = browser.post("/studio/code", &[("code", &code)]).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (303, "/studio")
    );
    for cookie in answer.set_cookies() {
        assert!(
            cookie.contains("HttpOnly")
                && cookie.contains("SameSite=Lax")
                && cookie.contains("Secure"),
            "{cookie}"
        );
    }
    assert_eq!(browser.get("/studio").await.status, 200);
    let mut again = asked.clone();
    assert_eq!(
        again.post("/studio/code", &[("code", &code)]).await.status,
        422,
        "a second time"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_ends_after_five_tries() {
    let house = House::open().await;
    let mut browser = Browser::new(&house.studio);
    browser.post("/studio/sign-in", &[("email", OWNER)]).await;
    let code = house.newest_code().await.unwrap();
    let wrong = if code == "111111" { "222222" } else { "111111" };
    for _ in 0..domain::throttle::CODE_TRIES {
        assert_eq!(
            browser
                .post("/studio/code", &[("code", wrong)])
                .await
                .status,
            422
        );
    }
    assert_eq!(
        browser
            .post("/studio/code", &[("code", &code)])
            .await
            .status,
        422
    );
    assert_eq!(browser.get("/studio").await.status, 303);
}

/// three mails in a quarter of an hour; the fourth is not sent and nobody is told.
#[tokio::test(flavor = "multi_thread")]
async fn only_three_codes_are_mailed() {
    let house = House::open().await;
    for _ in 0..domain::throttle::MAILS {
        Browser::new(&house.studio)
            .post("/studio/sign-in", &[("email", OWNER)])
            .await;
        assert!(house.newest_code().await.is_some());
    }
    let answer = Browser::new(&house.studio)
        .post("/studio/sign-in", &[("email", OWNER)])
        .await;
    assert_eq!(answer.status, 303);
    assert!(house.newest_code().await.is_none());
}

/// signing out ends the session wherever the cookie was copied to.
#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session_everywhere() {
    let house = House::open().await;
    let mut owner = house.owner().await;
    let mut copied = owner.clone();
    assert_eq!(owner.post("/studio/sign-out", &[]).await.status, 303);
    assert_eq!(copied.get("/studio").await.status, 303);
    assert_eq!(copied.json("/studio/galleries/x/photos").await.status, 401);
}
