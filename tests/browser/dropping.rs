//! Hearts, labels and stars on a line that drops: nothing that was tapped is lost (complaint 2).

use crate::people::sign_in;
use crate::phone::Phone;
use domain::access::Subject;
use domain::choice::{Choice, Set, Stamp};
use domain::ids::GalleryId;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tests::line::Line;
use tests::photographs::roll;
use tests::stack::{Made, shared};
use tests::until;

/// Whose choice it is.
const LEA: &str = "lea.k@clients.example";
const COUNT: usize = 60;
const TAPS: usize = 500;
/// The page is loaded anew after so many taps, whatever waits.
const RELOADS: [usize; 4] = [90, 170, 320, 410];
/// Nothing goes out between these taps.
const OFFLINE: [usize; 2] = [220, 270];

/// What is said of a photograph: heart, stars (0: none), label ("": none).
type Said = (bool, u8, String);

/// A gallery of 60 small photographs which Lea may choose from and rate, as many as she likes.
async fn gallery() -> Made {
    let mut photographer = shared().photographer().await;
    let made = photographer.gallery("Sörvik", "482916").await;
    for (name, bytes) in roll(COUNT) {
        let path = format!("Shore/{name}");
        photographer.put(&made, &path, bytes).await;
    }
    photographer.settled(&made, COUNT).await;
    let base = format!("/studio/galleries/{}", made.id);
    let settings = [
        ("title", "Sörvik"),
        ("kind", "proofing"),
        ("style", "proofing"),
        ("table", "own"),
    ];
    let path = format!("{base}/settings");
    photographer.send(&path, &path, &settings).await;
    let choosing = [("mode", "selection"), ("offer", "all")];
    let path = format!("{base}/choosing");
    photographer.send(&path, &path, &choosing).await;
    let person = [
        ("addresses", LEA),
        ("asked", "yes"),
        ("enter", "on"),
        ("select", "on"),
        ("rate", "on"),
    ];
    let answer = photographer
        .browser
        .post(&format!("{base}/people"), &person)
        .await;
    assert!(answer.status.as_u16() < 400, "{}", answer.text());
    made
}

/// Lea's phone and what she has tapped on it.
struct Hand {
    phone: Phone,
    said: BTreeMap<String, Said>,
    taps: usize,
}

fn frame(number: usize) -> String {
    format!(".frame[data-number='{number}']")
}

impl Hand {
    /// Brings a frame into the tree; its photograph.
    async fn reach(&self, number: usize) -> String {
        let top = if number <= COUNT / 2 {
            "0"
        } else {
            "document.documentElement.scrollHeight"
        };
        let there = format!(
            "(() => {{ const found = document.querySelector(\"{}\"); if (!found) scrollTo(0, {top}); return found?.dataset.id; }})()",
            frame(number)
        );
        until(&format!("frame {number}"), async || {
            self.phone.look::<String>(&there).await
        })
        .await
    }

    /// Taps the heart of a frame, which shows it at once.
    async fn heart(&mut self, number: usize) {
        let photo = self.reach(number).await;
        let heart = format!("{} button.heart", frame(number));
        self.phone.tap(&heart).await;
        let said = self.said.entry(photo).or_default();
        said.0 = !said.0;
        self.taps += 1;
        let shown = format!(
            "document.querySelector(\"{heart}\").ariaPressed === '{}'",
            said.0
        );
        self.phone.wait(&shown).await;
    }

    /// Taps the swatch of a frame, which goes round.
    async fn label(&mut self, number: usize) {
        const ROUND: [&str; 5] = ["", "red", "yellow", "green", "blue"];
        let photo = self.reach(number).await;
        let swatch = format!("{} .swatch", frame(number));
        self.phone.tap(&swatch).await;
        let said = self.said.entry(photo).or_default();
        let at = ROUND.iter().position(|label| *label == said.2).unwrap();
        said.2 = ROUND[(at + 1) % ROUND.len()].to_owned();
        self.taps += 1;
        let shown = format!(
            "(document.querySelector(\"{swatch}\").dataset.label ?? '') === '{}'",
            said.2
        );
        self.phone.wait(&shown).await;
    }

    /// Opens a photograph, and gives three from there on their stars.
    async fn stars(&mut self, number: usize, stars: u8) {
        let photo = self.reach(number).await;
        self.phone
            .tap(&format!("{} .frame__pic", frame(number)))
            .await;
        let mut photo = Some(photo);
        for step in 0..3 {
            let counter = format!("{} / {COUNT}", number + step);
            let there = format!(
                "document.querySelector('.pswp .lb__top .num')?.textContent === '{counter}'"
            );
            if step > 0 {
                self.phone.press_until("ArrowRight", &there).await;
            }
            self.phone.wait(&there).await;
            let id = match photo.take() {
                Some(id) => id,
                None => {
                    let id = "location.pathname.split('/').pop()";
                    self.phone.read::<String>(id).await
                }
            };
            let star = format!(".pswp .lb__rate [name=stars][value='{stars}']");
            let said = self.said.entry(id).or_default();
            said.1 = if said.1 == stars { 0 } else { stars };
            self.taps += 1;
            let shown = format!(
                "document.querySelector(\"{star}\").ariaPressed === '{}'",
                said.1 == stars
            );
            // it takes nothing while it opens
            self.phone.tap_until(&star, &shown).await;
        }
        until("the lightbox to close", async || {
            let close = "document.querySelector('.pswp [data-do=close]')?.click(), !document.querySelector('.pswp')";
            self.phone.look::<bool>(close).await.filter(|closed| *closed)
        })
        .await;
    }

    async fn line_is_cut(&self, cut: bool) {
        self.phone.cut(cut).await;
        self.phone
            .wait(&format!("navigator.onLine === {}", !cut))
            .await;
    }
}

/// What a page shows of all photographs; only those near the view are in the tree.
async fn shown(phone: &Phone) -> BTreeMap<String, Said> {
    let frames = "[...document.querySelectorAll('.frame')].map((frame) => [frame.dataset.id,
        [frame.querySelector('.heart').ariaPressed === 'true', frame.querySelectorAll('.star.is-on').length,
        frame.querySelector('.swatch').dataset.label ?? '']])";
    let mut all: BTreeMap<String, Said> = BTreeMap::new();
    for fifth in 0..=5 {
        let there = format!(
            "new Promise((done) => {{ scrollTo(0, document.documentElement.scrollHeight * {fifth} / 5);
            requestAnimationFrame(() => requestAnimationFrame(() => done({frames}))); }})"
        );
        let seen: Option<Vec<(String, Said)>> = phone.look(&there).await;
        all.extend(seen.into_iter().flatten());
    }
    all
}

/// Whether the page shows what was tapped, as soon as it does.
async fn shows(phone: &Phone, said: &BTreeMap<String, Said>) {
    until("a page that shows every tap", async || {
        let shown = shown(phone).await;
        let nothing = Said::default();
        let same = |(id, shown): (&String, &Said)| said.get(id).unwrap_or(&nothing) == shown;
        (shown.len() == COUNT && shown.iter().all(same)).then_some(())
    })
    .await;
}

fn said(choice: &Choice) -> Said {
    let stars = choice.stars.value.map_or(0, u8::from);
    let label = choice.label.value.map_or(String::new(), |label| {
        let text = serde_json::to_value(label).unwrap();
        text.as_str().unwrap().to_owned()
    });
    (choice.chosen.value, stars, label)
}

/// All taps the table has noted, in order.
async fn history(gallery: GalleryId, lea: &Subject) -> Vec<(Stamp, domain::ids::PhotoId, Set)> {
    let table = shared().table();
    let (mut all, mut before) = (Vec::new(), None::<String>);
    loop {
        let (some, more) = table
            .history(gallery, lea, 100, before.as_deref())
            .await
            .unwrap();
        all.extend(some);
        let Some(more) = more else { break };
        before = Some(more);
    }
    all.reverse();
    all
}

/// Complaint 2: 500 taps while a fifth of all requests is lost, half of them after they were done, others stall for five
/// seconds, the page is loaded anew and the line is away for a while: nothing is lost, the history is whole, and another
/// device of the same person shows the same.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_tapped_on_a_dropping_line_is_lost() {
    const NAME: &str = "nothing_tapped_on_a_dropping_line_is_lost";
    let line = Line::open().await;
    let Some(phone) = Phone::behind(NAME, Some(&line.address)).await else {
        return;
    };
    let made = gallery().await;
    sign_in(&phone, LEA).await;
    phone.open(&made.link).await;
    phone
        .wait("document.querySelectorAll('.grid.is-live .frame').length > 9")
        .await;
    let mut hand = Hand {
        phone,
        said: BTreeMap::new(),
        taps: 0,
    };
    let mut number = 0;
    let (mut reloads, mut cuts) = (RELOADS.to_vec(), OFFLINE.to_vec());
    while hand.taps < TAPS {
        number += 1;
        let at = number * 7 % COUNT + 1;
        match number {
            n if n % 60 == 30 => hand.stars(at.min(COUNT - 3), (n / 60 % 5 + 1) as u8).await,
            n if n % 6 == 5 => hand.label(at).await,
            // on and off again at once
            n if n % 11 == 7 => {
                hand.heart(at).await;
                hand.heart(at).await;
            }
            _ => hand.heart(at).await,
        }
        if reloads.first().is_some_and(|after| hand.taps >= *after) {
            reloads.remove(0);
            hand.phone.open(&made.link).await;
            shows(&hand.phone, &hand.said).await;
        }
        if cuts.first().is_some_and(|after| hand.taps >= *after) {
            cuts.remove(0);
            hand.line_is_cut(cuts.len() == 1).await;
            if cuts.len() == 1 {
                let says = "document.querySelector('.selbar__note').innerText.startsWith('You are offline.')";
                hand.phone.wait(says).await;
            }
        }
    }
    let Hand {
        phone,
        said: tapped,
        taps,
    } = hand;
    until("a page that says that all is saved", async || {
        let saved = "document.querySelector('.selbar__note').innerText.startsWith('Saved.')
            && !document.querySelector('.saving, .is-saving')
            && !Object.keys(localStorage).some((key) => key.startsWith('tap.'))";
        phone.look::<bool>(saved).await.filter(|saved| *saved)
    })
    .await;
    shows(&phone, &tapped).await;
    phone.close().await;

    let told = line.told();
    assert!(told.refused.is_empty(), "{:?}", told.refused);
    assert!(
        told.before > 20 && told.after > 20 && told.stalled > 3,
        "{told:?}"
    );
    let gallery: GalleryId = made.id.parse().unwrap();
    let lea = Subject::Person(LEA.parse().unwrap());
    let kept = shared().table().choices(gallery, &lea).await.unwrap();
    let nothing = Said::default();
    let something = |all: &BTreeMap<String, Said>| -> BTreeMap<String, Said> {
        let all = all.iter().filter(|(_, said)| **said != nothing);
        all.map(|(id, said)| (id.clone(), said.clone())).collect()
    };
    let table: BTreeMap<String, Said> = kept
        .choices
        .iter()
        .map(|(id, choice)| (id.to_string(), said(choice)))
        .collect();
    assert_eq!(something(&table), something(&tapped));
    let hearts = tapped.values().filter(|said| said.0).count();
    assert_eq!(kept.selection.chosen, hearts as u32, "the count");

    // every tap that left the phone stands in the history, once, and the history leads to what stands now
    let history = history(gallery, &lea).await;
    let noted: BTreeSet<String> = history
        .iter()
        .map(|(stamp, ..)| stamp.as_str().rsplit('-').next().unwrap().to_owned())
        .collect();
    assert_eq!(noted.len(), history.len());
    let sent: BTreeSet<String> = told.taps.keys().cloned().collect();
    let lost: Vec<_> = sent
        .difference(&noted)
        .map(|name| &told.taps[name])
        .collect();
    assert!(lost.is_empty(), "{lost:?}");
    assert_eq!(sent, noted);
    let mut replayed: HashMap<_, Choice> = HashMap::new();
    for (stamp, photo, set) in &history {
        let choice = replayed.entry(photo.to_string()).or_default();
        choice.apply(*set, stamp);
    }
    let replayed = replayed
        .iter()
        .map(|(id, choice)| (id.clone(), said(choice)));
    assert_eq!(something(&replayed.collect()), something(&tapped));

    let second = Phone::start(NAME).await.unwrap();
    sign_in(&second, LEA).await;
    second.open(&made.link).await;
    shows(&second, &tapped).await;
    second.close().await;
    tests::say(&format!(
        "{NAME}: {taps} taps, {} sent in {} requests ({} lost before, {} lost after they were done, {} stalled 5 s), \
         {} reloads, one offline spell: 0 lost, {hearts} hearts on both devices",
        sent.len(),
        told.requests,
        told.before,
        told.after,
        told.stalled,
        RELOADS.len(),
    ));
}
