//! Guesses, codes and mails: budgets that hold under parallel attack.

use crate::{gallery, lock, morning, table};
use domain::email::Email;
use domain::ids::{SecretToken, TokenHash};
use domain::throttle::{CODE_LIFE, GALLERY_GUESSES, HOURLY_GUESSES};
use jiff::SignedDuration;
use std::net::{IpAddr, Ipv4Addr};
use table::{CodeOutcome, GuessRefused, Guesser, Mail, SignInCode};

fn stranger(network: u8, host: u8) -> Guesser {
    Guesser::Stranger {
        address: IpAddr::V4(Ipv4Addr::new(203, 0, network, host)),
    }
}

/// of two hundred guesses at once from one neighbourhood, no more than the free five are evaluated.
#[tokio::test(flavor = "multi_thread")]
async fn parallel_guesses_do_not_exceed_the_budget() {
    let table = table().await;
    let (g, _) = gallery(&table).await;
    let guesses = (0..200u8).map(|host| {
        let table = table.clone();
        async move {
            table
                .reserve_guess(g.id, &stranger(1, host), morning())
                .await
                .unwrap()
        }
    });
    let outcomes = futures::future::join_all(guesses).await;
    let evaluated = outcomes.iter().filter(|o| o.is_ok()).count();
    assert!((1..=5).contains(&evaluated), "{evaluated}");
}

/// L6: wrong guesses by one visitor do not lock out another neighbourhood, nor a device that was in before.
#[tokio::test]
async fn one_guesser_does_not_lock_the_others_out() {
    let table = table().await;
    let (g, _) = gallery(&table).await;
    for _ in 0..5 {
        assert!(
            table
                .reserve_guess(g.id, &stranger(1, 1), morning())
                .await
                .unwrap()
                .is_ok()
        );
    }
    let until = morning() + SignedDuration::from_secs(30);
    let refused = table
        .reserve_guess(g.id, &stranger(1, 1), morning())
        .await
        .unwrap();
    assert_eq!(refused, Err(GuessRefused::Wait { until }));
    assert!(
        table
            .reserve_guess(g.id, &stranger(2, 1), morning())
            .await
            .unwrap()
            .is_ok()
    );
    let device = Guesser::Device {
        id: SecretToken::random().hash(),
    };
    assert!(
        table
            .reserve_guess(g.id, &device, morning())
            .await
            .unwrap()
            .is_ok()
    );
    assert!(
        table
            .reserve_guess(g.id, &stranger(1, 1), until)
            .await
            .unwrap()
            .is_ok()
    );
}

/// after a hundred consecutive wrong guesses a stranger needs the studio, a known device does not.
#[tokio::test]
async fn a_spent_gallery_steps_up_for_strangers_only() {
    let table = table().await;
    let (g, _) = gallery(&table).await;
    let mut told = 0;
    for guess in 0..GALLERY_GUESSES {
        let who = stranger(u8::try_from(guess).unwrap(), 1);
        let reserved = table
            .reserve_guess(g.id, &who, morning())
            .await
            .unwrap()
            .unwrap();
        told += u8::from(reserved.last_of_gallery);
    }
    assert_eq!(told, 1);
    let refused = table
        .reserve_guess(g.id, &stranger(200, 1), morning())
        .await
        .unwrap();
    assert_eq!(refused, Err(GuessRefused::StepUp));
    assert!(table.under_attack(g.id).await.unwrap());
    let device = Guesser::Device {
        id: SecretToken::random().hash(),
    };
    assert!(
        table
            .reserve_guess(g.id, &device, morning())
            .await
            .unwrap()
            .is_ok()
    );

    table.set_pin(g.id, &lock("two")).await.unwrap();
    assert!(
        !table.under_attack(g.id).await.unwrap(),
        "a new PIN opens the door again"
    );
    assert!(
        table
            .reserve_guess(g.id, &stranger(200, 1), morning())
            .await
            .unwrap()
            .is_ok()
    );
}

/// thirty in an hour from one address, over all galleries.
#[tokio::test]
async fn an_address_has_thirty_guesses_an_hour_over_all_galleries() {
    let table = table().await;
    let mut taken = 0;
    for _ in 0..10 {
        let (g, _) = gallery(&table).await;
        for _ in 0..4 {
            let outcome = table
                .reserve_guess(g.id, &stranger(1, 1), morning())
                .await
                .unwrap();
            taken += u64::from(outcome.is_ok());
        }
    }
    assert_eq!(taken, HOURLY_GUESSES);
    let (g, _) = gallery(&table).await;
    let later = morning() + SignedDuration::from_hours(1);
    assert!(
        table
            .reserve_guess(g.id, &stranger(1, 1), later)
            .await
            .unwrap()
            .is_ok()
    );
}

/// A right PIN gives the guess back: people who mistype now and then never add up to an attack.
#[tokio::test]
async fn a_right_pin_clears_the_counters() {
    let table = table().await;
    let (g, _) = gallery(&table).await;
    for _ in 0..20 {
        let reserved = table
            .reserve_guess(g.id, &stranger(1, 1), morning())
            .await
            .unwrap();
        assert_eq!(reserved.unwrap().left, 4);
        table
            .give_back(g.id, &stranger(1, 1), morning())
            .await
            .unwrap();
    }
    assert!(!table.under_attack(g.id).await.unwrap());
}

fn owner() -> Email {
    "owner@studio.example".parse().unwrap()
}

fn code(nonce: &str) -> SignInCode {
    SignInCode {
        nonce: TokenHash::of(nonce),
        code: TokenHash::of("482916"),
        expires: morning() + CODE_LIFE,
    }
}

/// right once, from the browser that asked, within ten minutes.
#[tokio::test]
async fn a_code_works_once_and_in_time() {
    let table = table().await;
    for nonce in ["a", "b"] {
        table
            .open_code(&code(nonce), &owner(), None, morning())
            .await
            .unwrap()
            .unwrap();
    }
    let right = TokenHash::of("482916");
    let outcome = async |nonce: &str, now| {
        table
            .try_code(&TokenHash::of(nonce), &right, now)
            .await
            .unwrap()
    };
    assert_eq!(outcome("other browser", morning()).await, CodeOutcome::Over);
    assert_eq!(outcome("a", morning()).await, CodeOutcome::Right);
    assert_eq!(outcome("a", morning()).await, CodeOutcome::Over);
    assert_eq!(outcome("b", morning() + CODE_LIFE).await, CodeOutcome::Over);
}

/// five tries, then even the right code is over.
#[tokio::test]
async fn a_code_allows_five_tries() {
    let table = table().await;
    table
        .open_code(&code("a"), &owner(), None, morning())
        .await
        .unwrap()
        .unwrap();
    let nonce = TokenHash::of("a");
    for left in [4, 3, 2, 1, 0] {
        let outcome = table
            .try_code(&nonce, &TokenHash::of("000001"), morning())
            .await
            .unwrap();
        assert_eq!(outcome, CodeOutcome::Wrong { left });
    }
    let outcome = table
        .try_code(&nonce, &TokenHash::of("482916"), morning())
        .await
        .unwrap();
    assert_eq!(outcome, CodeOutcome::Over);
}

/// three mails in a quarter of an hour.
#[tokio::test]
async fn an_address_gets_three_mails_in_a_quarter_of_an_hour() {
    let table = table().await;
    let mail = Mail::SignInCode {
        to: owner(),
        code: "482916".into(),
    };
    let ask = async |nonce: &str, now| {
        table
            .open_code(&code(nonce), &owner(), Some(&mail), now)
            .await
            .unwrap()
    };
    for nonce in ["a", "b", "c"] {
        assert!(ask(nonce, morning()).await.is_ok());
    }
    let refused = ask("d", morning()).await.unwrap_err();
    assert_eq!(refused.until, morning() + SignedDuration::from_mins(15));
    assert!(ask("e", refused.until).await.is_ok());
}

/// An owner who signs in often is not kept out: a right code clears the budget of mails.
#[tokio::test]
async fn a_right_code_gives_the_mails_back() {
    let table = table().await;
    for nonce in ["a", "b", "c", "d", "e"] {
        let opened = table
            .open_code(&code(nonce), &owner(), None, morning())
            .await
            .unwrap();
        assert!(opened.is_ok());
        let outcome = table
            .try_code(&TokenHash::of(nonce), &TokenHash::of("482916"), morning())
            .await
            .unwrap();
        assert_eq!(outcome, CodeOutcome::Right);
    }
}
