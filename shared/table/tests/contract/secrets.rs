//! Guesses at a PIN: budgets that hold under parallel attack.

use crate::{gallery, lock, morning, table};
use domain::ids::SecretToken;
use domain::throttle::{GALLERY_GUESSES, HOURLY_GUESSES};
use jiff::SignedDuration;
use std::net::{IpAddr, Ipv4Addr};
use table::{GuessRefused, Guesser};

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

    table.set_pin(g.id, Some(&lock("two"))).await.unwrap();
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
