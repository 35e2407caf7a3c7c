//! Sign-in codes: bound to the browser, used once by whoever is first, within budgets that say nothing of anyone.

use crate::{email, engine, items, morning, table};
use aws_sdk_dynamodb::Client;
use domain::ids::TokenHash;
use domain::throttle::{CODE_LIFE, HOURLY_CODES, MAIL_WINDOW};
use jiff::{SignedDuration, Timestamp};
use std::net::IpAddr;
use table::{CodeOutcome, Mail, Realm, SignInCode, Table, TooManyMails};

const OWNER: &str = "owner@studio.example";

fn code(nonce: &str, to: &str) -> SignInCode {
    SignInCode {
        nonce: TokenHash::of(nonce),
        code: TokenHash::of("482916"),
        link: TokenHash::of("link"),
        email: email(to),
        expires: morning() + CODE_LIFE,
    }
}

fn from(host: u8) -> IpAddr {
    IpAddr::from([203, 0, 113, host])
}

async fn ask(
    table: &Table,
    nonce: &str,
    to: &str,
    host: u8,
    now: Timestamp,
) -> Result<(), TooManyMails> {
    table
        .open_code(Realm::Client, &code(nonce, to), None, from(host), now)
        .await
        .unwrap()
}

async fn type_code(table: &Table, nonce: &str, typed: &str) -> CodeOutcome {
    let (nonce, typed) = (TokenHash::of(nonce), TokenHash::of(typed));
    table
        .try_code(Realm::Client, &nonce, &typed, morning())
        .await
        .unwrap()
}

async fn follow(table: &Table, nonce: &str, link: &str) -> CodeOutcome {
    let (nonce, link) = (TokenHash::of(nonce), TokenHash::of(link));
    table
        .try_code_link(Realm::Client, &nonce, &link, morning())
        .await
        .unwrap()
}

fn right() -> CodeOutcome {
    CodeOutcome::Right {
        email: email(OWNER),
    }
}

/// Mails that wait to be sent.
async fn outbox(client: &Client) -> usize {
    let mut mails = 0;
    for shard in 0..16 {
        mails += items(client, &format!("OUTBOX#{shard:x}")).await.len();
    }
    mails
}

/// right once, from the browser that asked, within ten minutes.
#[tokio::test]
async fn a_code_works_once_and_in_time() {
    let table = table().await;
    for nonce in ["a", "b"] {
        ask(&table, nonce, OWNER, 1, morning()).await.unwrap();
    }
    assert_eq!(
        type_code(&table, "other browser", "482916").await,
        CodeOutcome::Over
    );
    assert_eq!(type_code(&table, "a", "482916").await, right());
    assert_eq!(type_code(&table, "a", "482916").await, CodeOutcome::Over);
    let (nonce, typed) = (TokenHash::of("b"), TokenHash::of("482916"));
    let late = table
        .try_code(Realm::Client, &nonce, &typed, morning() + CODE_LIFE)
        .await;
    assert_eq!(late.unwrap(), CodeOutcome::Over);
}

/// digits and link are one code: either uses up both.
#[tokio::test]
async fn the_link_and_the_digits_are_used_up_together() {
    let table = table().await;
    ask(&table, "a", OWNER, 1, morning()).await.unwrap();
    assert_eq!(follow(&table, "a", "link").await, right());
    assert_eq!(type_code(&table, "a", "482916").await, CodeOutcome::Over);

    ask(&table, "b", OWNER, 1, morning()).await.unwrap();
    assert_eq!(type_code(&table, "b", "482916").await, right());
    assert_eq!(follow(&table, "b", "link").await, CodeOutcome::Over);
}

/// the digits are no link and the link is no digits, and the link alone opens nothing in another browser.
#[tokio::test]
async fn a_link_opens_only_in_the_browser_that_asked() {
    let table = table().await;
    ask(&table, "a", OWNER, 1, morning()).await.unwrap();
    assert_eq!(follow(&table, "b", "link").await, CodeOutcome::Over);
    assert_eq!(
        follow(&table, "a", "482916").await,
        CodeOutcome::Wrong { left: 4 }
    );
    assert_eq!(
        type_code(&table, "a", "link").await,
        CodeOutcome::Wrong { left: 3 }
    );
}

/// five tries of either kind, then even the right code is over.
#[tokio::test]
async fn a_code_allows_five_tries() {
    let table = table().await;
    ask(&table, "a", OWNER, 1, morning()).await.unwrap();
    for left in [4, 3, 2, 1] {
        let wrong = type_code(&table, "a", "000001").await;
        assert_eq!(wrong, CodeOutcome::Wrong { left });
    }
    let wrong = follow(&table, "a", "another link").await;
    assert_eq!(wrong, CodeOutcome::Wrong { left: 0 });
    assert_eq!(type_code(&table, "a", "482916").await, CodeOutcome::Over);
    assert_eq!(follow(&table, "a", "link").await, CodeOutcome::Over);
}

/// T6: of two hundred guesses at once five are evaluated, and none is a fault.
#[tokio::test(flavor = "multi_thread")]
async fn parallel_guesses_at_a_code_are_five() {
    let table = table().await;
    ask(&table, "a", OWNER, 1, morning()).await.unwrap();
    let guesses = (0..200).map(|guess| {
        let table = table.clone();
        async move { type_code(&table, "a", &format!("{guess:06}")).await }
    });
    let outcomes = futures::future::join_all(guesses).await;
    let evaluated = outcomes.iter().filter(|o| **o != CodeOutcome::Over).count();
    assert_eq!(evaluated, 5);
}

/// the code and the link, used at the same moment, sign in once.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_right_answers_at_once_one_signs_in() {
    let table = table().await;
    for round in 0..30 {
        let nonce = format!("n{round}");
        ask(&table, &nonce, OWNER, round, morning()).await.unwrap();
        let (digits, link) = tokio::join!(
            type_code(&table, &nonce, "482916"),
            follow(&table, &nonce, "link")
        );
        let outcomes = [digits, link];
        assert!(outcomes.contains(&right()), "{outcomes:?}");
        assert!(outcomes.contains(&CodeOutcome::Over), "{outcomes:?}");
    }
}

/// three mails in a quarter of an hour to an address, from wherever they are asked for.
#[tokio::test]
async fn an_address_gets_three_mails_in_a_quarter_of_an_hour() {
    let table = table().await;
    for (nonce, host) in [("a", 1), ("b", 2), ("c", 3)] {
        assert!(ask(&table, nonce, OWNER, host, morning()).await.is_ok());
    }
    let refused = ask(&table, "d", OWNER, 4, morning()).await.unwrap_err();
    assert_eq!(refused.until, morning() + MAIL_WINDOW);
    assert_eq!(type_code(&table, "d", "482916").await, CodeOutcome::Over);
    let other = ask(&table, "e", "other@example.com", 4, morning()).await;
    assert!(other.is_ok(), "somebody else's mails are not spent");
    assert!(ask(&table, "f", OWNER, 1, refused.until).await.is_ok());
}

/// of fifty asked for at once, three mails go out.
#[tokio::test(flavor = "multi_thread")]
async fn parallel_requests_do_not_exceed_the_mails() {
    let (table, client) = engine().await;
    let asked = (0..50u8).map(|host| {
        let table = table.clone();
        async move { ask(&table, &format!("n{host}"), OWNER, host, morning()).await }
    });
    let outcomes = futures::future::join_all(asked).await;
    let sent = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert!((1..=3).contains(&sent), "{sent}");
    assert_eq!(outbox(&client).await, sent);
}

/// twenty codes in an hour from one caller, for whatever addresses, and twenty more in the next.
#[tokio::test]
async fn a_caller_has_twenty_codes_an_hour() {
    let table = table().await;
    for n in 0..HOURLY_CODES {
        let to = format!("client{n}@example.com");
        ask(&table, &format!("n{n}"), &to, 1, morning())
            .await
            .unwrap();
    }
    let refused = ask(&table, "x", "new@example.com", 1, morning()).await;
    let until = morning() + SignedDuration::from_hours(1);
    assert_eq!(refused, Err(TooManyMails { until }));
    assert!(
        ask(&table, "y", "new@example.com", 2, morning())
            .await
            .is_ok()
    );
    assert!(ask(&table, "z", "new@example.com", 1, until).await.is_ok());
}

/// Somebody who signs in often is not kept out: a right code clears the budget of mails.
#[tokio::test]
async fn a_right_code_gives_the_mails_back() {
    let table = table().await;
    for nonce in ["a", "b", "c", "d", "e"] {
        assert!(ask(&table, nonce, OWNER, 1, morning()).await.is_ok());
        assert_eq!(type_code(&table, nonce, "482916").await, right());
    }
}

/// for an address that nobody knows the same is written: as many calls, as many items, a mail in the outbox.
#[tokio::test]
async fn an_unknown_address_costs_the_same_work() {
    let (table, client) = engine().await;
    let mail = Mail::SignInCode {
        to: email(OWNER),
        code: "482916".into(),
    };
    for realm in [Realm::Studio, Realm::Client] {
        let mut work = Vec::new();
        for (to, mail) in [(OWNER, Some(&mail)), ("nobody@example.com", None)] {
            let (calls, mails) = (table.calls(), outbox(&client).await);
            let code = code(&format!("{realm:?} {to}"), to);
            table
                .open_code(realm, &code, mail, from(1), morning())
                .await
                .unwrap()
                .unwrap();
            work.push((table.calls() - calls, outbox(&client).await - mails));
        }
        assert_eq!(work[0], work[1]);
        assert_eq!(work[0].1, 1);
    }
}

/// A client's code never signs in to the studio, and the other way round: they are items of different partitions.
#[tokio::test]
async fn a_clients_code_is_none_of_the_studios() {
    let table = table().await;
    let (nonce, typed) = (TokenHash::of("a"), TokenHash::of("482916"));
    for (asked, tried) in [
        (Realm::Client, Realm::Studio),
        (Realm::Studio, Realm::Client),
    ] {
        let code = code("a", OWNER);
        let opened = table.open_code(asked, &code, None, from(1), morning());
        opened.await.unwrap().unwrap();
        let outcome = table.try_code(tried, &nonce, &typed, morning()).await;
        assert_eq!(outcome.unwrap(), CodeOutcome::Over);
        let outcome = table.try_code(asked, &nonce, &typed, morning()).await;
        assert_eq!(outcome.unwrap(), right());
    }
}
