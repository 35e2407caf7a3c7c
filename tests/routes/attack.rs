//! The attack (T6, R-4.2, R-4.3, R-4.6): ten thousand guesses from everywhere at a PIN and at a code, and what it costs
//! whom.

use domain::access::Rights;
use domain::throttle::{CODE_TRIES, FREE_GUESSES, GALLERY_GUESSES, MAILS};
use futures::StreamExt as _;
use http::Method;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tests::actors::{Answer, Browser};
use tests::emulators::ORIGIN;
use tests::house::House;

/// Guesses in all.
const GUESSES: usize = 10_000;
/// Addresses they come from, each in a neighbourhood of its own.
const ADDRESSES: usize = 1_000;
/// Guesses on their way at any time.
const IN_FLIGHT: usize = 200;
/// Entries of known devices meanwhile.
const ENTRIES: usize = 50;

/// What became of guesses.
#[derive(Default)]
struct Tally {
    evaluated: AtomicUsize,
    stepped_up: AtomicUsize,
    waiting: AtomicUsize,
    let_in: AtomicUsize,
    faults: AtomicUsize,
}

impl Tally {
    /// Counts an answer to a wrong PIN. Only a PIN that was evaluated is called wrong; the page for a device nobody knows
    /// and the one for waiting come before.
    fn count(&self, answer: &Answer) {
        let counter = match answer.status.as_u16() {
            303 => &self.let_in,
            403 if answer.text().contains("That is not the PIN") => &self.evaluated,
            403 => &self.stepped_up,
            429 => &self.waiting,
            _ => &self.faults,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

fn read(counter: &AtomicUsize) -> usize {
    counter.load(Ordering::Relaxed)
}

/// An address in a neighbourhood of its own.
fn address(index: usize) -> String {
    format!(
        "{}.{}.113.{}",
        11 + index / 250,
        index % 250,
        1 + index % 200
    )
}

/// What an attacker also sends: a forwarded address that is new each time (AUTH-VULN-02 of `PicPeak`).
fn forged(guess: usize) -> String {
    format!("203.0.{}.{}, 10.0.0.1", guess / 250 % 250, guess % 250)
}

async fn guess(browser: &mut Browser, path: &str, pin: &str, forged: &str) -> Answer {
    let headers = [
        ("origin", ORIGIN),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-forwarded-for", forged),
        ("forwarded", "for=192.0.2.60"),
        ("x-real-ip", "192.0.2.61"),
    ];
    let body = format!("pin={pin}").into_bytes();
    browser.send(Method::POST, path, &headers, body).await
}

/// T6, R-4.4: at most a hundred PINs are evaluated, whatever comes from wherever; who was in before comes in; who is
/// invited has another way; nobody is answered with a fault.
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_guesses_come_to_a_hundred_evaluations() {
    let house = House::open().await;
    let looks = Rights::LOOK;
    let seeded = house
        .gallery_with("Quellental", Some("482916"), looks, |_| {})
        .await;
    house
        .invited(seeded.gallery.id, "anna@rows.example", looks)
        .await;
    let mut known = Vec::new();
    for _ in 0..ENTRIES {
        known.push(house.client(&seeded).await);
    }
    let (tally, path, entered) = (Tally::default(), seeded.path(), AtomicBool::new(false));
    let attack = async {
        // on and on, until the last known device is in
        let going = |index: &usize| *index < GUESSES || !entered.load(Ordering::Relaxed);
        futures::stream::iter((0..).take_while(going))
            .for_each_concurrent(IN_FLIGHT, async |index| {
                let mut browser = Browser::from(&house.gallery, &address(index % ADDRESSES));
                // never the right one
                let pin = format!("{:06}", 500_000 + index);
                let answer = guess(&mut browser, &path, &pin, &forged(index)).await;
                assert!(answer.set_cookies().is_empty(), "a cookie for a wrong PIN");
                tally.count(&answer);
            })
            .await;
    };
    let entries = async {
        let mut took = Vec::new();
        for browser in &mut known {
            let begun = Instant::now();
            let answer = browser.post(&path, &[("pin", "482916")]).await;
            took.push(begun.elapsed());
            assert_eq!(answer.status, 303, "a device that was in before");
        }
        entered.store(true, Ordering::Relaxed);
        took
    };
    let begun = Instant::now();
    let ((), took) = tokio::join!(attack, entries);
    report(&tally, took, begun.elapsed());
    let evaluated = read(&tally.evaluated);
    assert!(
        evaluated <= usize::try_from(GALLERY_GUESSES).unwrap(),
        "{evaluated}"
    );
    assert_eq!(evaluated, counted(&house).await, "each was reserved first");
    assert_eq!((read(&tally.let_in), read(&tally.faults)), (0, 0));
    assert!(read(&tally.stepped_up) > GUESSES / 2, "the step-up");
    after(&house, &seeded).await;
}

fn report(tally: &Tally, mut took: Vec<Duration>, elapsed: Duration) {
    took.sort();
    let (median, last) = (took[took.len() / 2], took[took.len() - 1]);
    let counters = [
        &tally.evaluated,
        &tally.stepped_up,
        &tally.waiting,
        &tally.faults,
    ];
    let guesses: usize = counters.into_iter().map(read).sum();
    tests::say(&format!(
        "attack: {guesses} guesses in {elapsed:.1?}: {} evaluated, {} stepped up, {} waiting, {} faults; \
         {} known devices entered meanwhile in {median:.0?} (median), {last:.0?} (p99)",
        read(&tally.evaluated),
        read(&tally.stepped_up),
        read(&tally.waiting),
        read(&tally.faults),
        took.len(),
    ));
}

/// Guesses of strangers that the table has reserved for the gallery.
async fn counted(house: &House) -> usize {
    let items = house.items().await;
    let all = items.iter().find(|item| {
        item["PK"].as_s().unwrap().starts_with("TRY#") && item["SK"].as_s().unwrap() == "ALL"
    });
    all.unwrap()["fails"].as_n().unwrap().parse().unwrap()
}

/// What is left afterwards: the step-up for strangers, the code for who is invited, the door for who was in.
async fn after(house: &House, seeded: &tests::emulators::Seeded) {
    let path = seeded.path();
    let mut stranger = Browser::from(&house.gallery, "192.0.2.77");
    let answer = stranger.post(&path, &[("pin", "482916")]).await;
    assert_eq!(answer.status, 403, "the right PIN alone is not enough now");
    assert!(
        answer.text().contains("/sign-in"),
        "and the page says what is"
    );
    assert!(!answer.text().contains("That is not the PIN"));
    house.newest_code().await;
    let mut anna = Browser::from(&house.gallery, "192.0.2.78");
    anna.post(
        "/sign-in",
        &[("email", "anna@rows.example"), ("then", &path)],
    )
    .await;
    let code = house.newest_code().await.unwrap();
    let answer = anna.post("/sign-in/code", &[("code", &code)]).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (303, &*path)
    );
    assert!(anna.get(&path).await.text().contains("Quellental"));
}

/// `PicPeak` AUTH-VULN-02: whatever an attacker claims to be forwarded for, all guesses of one address are its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_forged_forwarded_address_is_nobody_elses() {
    let house = House::open().await;
    let seeded = house.emulators.gallery("Quellental", "482916").await;
    let tally = Tally::default();
    let mut attacker = Browser::from(&house.gallery, "203.0.113.7");
    for index in 0..60 {
        let answer = guess(&mut attacker, &seeded.path(), "111999", &forged(index)).await;
        tally.count(&answer);
    }
    let free = usize::try_from(FREE_GUESSES).unwrap();
    assert_eq!(read(&tally.evaluated), free);
    assert_eq!(read(&tally.waiting), 60 - free);
    // nor can anybody be locked out by being named
    let mut victim = Browser::from(&house.gallery, "203.0.1.5");
    let answer = victim.post(&seeded.path(), &[("pin", "482916")]).await;
    assert_eq!(answer.status, 303);
}

/// T6: ten thousand guesses from a thousand browsers at one invited address: three codes are mailed, each is
/// tried five times, and the chance of a hit is fifteen in a million.
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_guesses_at_codes_come_to_fifteen_tries() {
    let house = House::open().await;
    let seeded = house.emulators.gallery("Quellental", "482916").await;
    house
        .invited(seeded.gallery.id, "anna@rows.example", Rights::LOOK)
        .await;
    let (tried, over, faults, hits) =
        <(AtomicUsize, AtomicUsize, AtomicUsize, AtomicUsize)>::default();
    let begun = Instant::now();
    futures::stream::iter(0..ADDRESSES)
        .for_each_concurrent(IN_FLIGHT, async |index| {
            let mut browser = Browser::from(&house.gallery, &address(index));
            let asked = browser
                .post("/sign-in", &[("email", "anna@rows.example")])
                .await;
            if asked.status != 303 {
                faults.fetch_add(1, Ordering::Relaxed);
            }
            for guess in 0..GUESSES / ADDRESSES {
                let code = format!("{:06}", (index * 1009 + guess * 7919) % 1_000_000);
                let answer = browser.post("/sign-in/code", &[("code", &code)]).await;
                let counter = match answer.status.as_u16() {
                    303 => &hits,
                    422 if answer.text().contains("That is not the code") => &tried,
                    422 => &over,
                    _ => &faults,
                };
                counter.fetch_add(1, Ordering::Relaxed);
            }
        })
        .await;
    tests::say(&format!(
        "codes: {GUESSES} guesses in {:.1?}: {} tried, {} over, {} hits, {} faults",
        begun.elapsed(),
        read(&tried),
        read(&over),
        read(&hits),
        read(&faults)
    ));
    let most = usize::try_from(MAILS * CODE_TRIES).unwrap();
    // the fifth wrong try of a code reads like a code that is over
    assert!(read(&tried) + read(&hits) <= most, "{} tried", read(&tried));
    assert_eq!(read(&faults), 0);
    // nor is the studio's log drowned
    let log = house.snapshot(&[]).await;
    let log = log.iter().filter(|item| item.contains("ACTIVITY#")).count();
    assert!(log <= most, "{log} lines in the log");
    let mails = house.mails("client-code").await;
    assert_eq!(
        mails,
        usize::try_from(MAILS).unwrap(),
        "codes mailed to one address"
    );
}

/// guesses that meet are counted one by one: of a hundred at once no more than five are compared, and the right
/// code among them counts like any other.
#[tokio::test(flavor = "multi_thread")]
async fn a_burst_at_one_code_is_five_tries() {
    let house = House::open().await;
    let seeded = house.emulators.gallery("Quellental", "482916").await;
    house
        .invited(seeded.gallery.id, "anna@rows.example", Rights::LOOK)
        .await;
    let mut browser = Browser::new(&house.gallery);
    browser
        .post("/sign-in", &[("email", "anna@rows.example")])
        .await;
    let code = house.newest_code().await.unwrap();
    let answers = (0..100).map(|guess| {
        let mut browser = browser.clone();
        let wrong = format!(
            "{:06}",
            (code.parse::<usize>().unwrap() + 1 + guess) % 1_000_000
        );
        async move { browser.post("/sign-in/code", &[("code", &wrong)]).await }
    });
    let answers = futures::future::join_all(answers).await;
    assert!(answers.iter().all(|answer| answer.status == 422));
    let tried = answers
        .iter()
        .filter(|answer| answer.text().contains("That is not the code"));
    assert!(tried.count() <= usize::try_from(CODE_TRIES).unwrap());
    let late = browser.post("/sign-in/code", &[("code", &code)]).await;
    assert_eq!(late.status, 422, "the code was used up by the guesses");
}

/// twenty codes an hour for one caller, for whatever addresses.
#[tokio::test(flavor = "multi_thread")]
async fn one_caller_has_twenty_codes_an_hour() {
    let house = House::open().await;
    let seeded = house.emulators.gallery("Quellental", "482916").await;
    for index in 0..30 {
        let address = format!("guest{index}@rows.example");
        house
            .invited(seeded.gallery.id, &address, Rights::LOOK)
            .await;
        let mut browser = Browser::from(&house.gallery, "203.0.113.7");
        let answer = browser.post("/sign-in", &[("email", &address)]).await;
        assert_eq!(answer.status, 303, "and nobody is told");
    }
    let mails = house.mails("client-code").await;
    assert_eq!(
        mails,
        usize::try_from(domain::throttle::HOURLY_CODES).unwrap()
    );
}
