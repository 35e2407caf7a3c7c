//! Visitors' routes × who comes × what the gallery is × what the photograph is (T5): each cell a status and what may be
//! read, from tables that are written down beside this and know nothing of the rules' code.

mod channels;
mod people;
mod said;
mod states;
mod world;
mod worth;

use domain::product::{FULL_SIZE, SMALL};
use futures::StreamExt as _;
use people::{Entry, Files, May, PEOPLE, Who};
use states::{Is, OWN_SECTION, STATES, Shot, State, WELCOME};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tests::actors::Answer;
use world::{Behind, Caller, DOORS, World};
use worth::worth;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ask {
    Page,
    Frames,
    Batch,
    Guests,
    SignIn,
    Question,
    Photo,
    Original,
    WebSize,
    /// The product that is the original.
    FullSize,
    /// A product that is made when it is first asked for.
    Small,
}

/// What belongs to the gallery as a whole.
const WHOLE: [Ask; 6] = [
    Ask::Page,
    Ask::Frames,
    Ask::Batch,
    Ask::Guests,
    Ask::SignIn,
    Ask::Question,
];
/// What belongs to one photograph.
const EACH: [Ask; 5] = [
    Ask::Photo,
    Ask::Original,
    Ask::WebSize,
    Ask::FullSize,
    Ask::Small,
];

impl Ask {
    fn before_the_door(self) -> bool {
        matches!(self, Self::SignIn | Self::Question)
    }

    fn path(self, link: &str, photo: &str) -> String {
        match self {
            Self::Page => format!("/g/{link}"),
            Self::Frames => format!("/g/{link}/frames"),
            Self::Batch => format!("/g/{link}/frames?from=1&count=60"),
            Self::Guests => format!("/g/{link}/guests"),
            Self::SignIn => format!("/g/{link}/sign-in"),
            Self::Question => format!("/g/{link}/ask"),
            Self::Photo => format!("/g/{link}/photo/{photo}"),
            Self::Original => format!("/download/{link}/{photo}"),
            Self::WebSize => format!("/download/{link}/{photo}/web"),
            Self::FullSize => format!("/download/{link}/{photo}/as/{FULL_SIZE}"),
            Self::Small => format!("/download/{link}/{photo}/as/{SMALL}"),
        }
    }
}

/// The status, and what JSON calls it where it is no success.
fn expected(ask: Ask, entry: Entry, state: &State, shot: &Shot) -> (u16, &'static str) {
    let script = matches!(ask, Ask::Frames | Ask::Batch);
    match (entry, state.closed) {
        (Entry::Nothing, _) => (404, "not-found"),
        // both stand before every door, and say what a door says
        _ if ask.before_the_door() => (200, ""),
        (_, Some(closed)) => closed,
        (Entry::Door, _) => match ask {
            Ask::Page => (200, ""),
            _ if script => (401, "door"),
            _ => (303, ""),
        },
        (Entry::NotInvited, _) => match ask {
            Ask::Page => (403, ""),
            _ if script => (403, "not-invited"),
            _ => (303, ""),
        },
        (Entry::RowEnded, _) => (403, "row-ended"),
        (Entry::NotAllowed, _) => (403, "not-allowed"),
        (Entry::As(stand), None) => (inside(ask, stand.may(), state, shot), ""),
    }
}

fn inside(ask: Ask, may: May, state: &State, shot: &Shot) -> u16 {
    // in the section with a table of its own the only right is to originals
    let own = shot.section == OWN_SECTION;
    let (web, originals) = match own {
        true => (Files::No, Files::All),
        false => (may.web, may.originals),
    };
    let file = |allowed: bool| if allowed { state.files } else { 403 };
    match ask {
        Ask::Page | Ask::Frames | Ask::Batch | Ask::SignIn | Ask::Question => 200,
        Ask::Guests if may.share => state.share,
        Ask::Guests => 403,
        _ if !exists(may, shot) => 404,
        Ask::Photo => 200,
        Ask::Original | Ask::FullSize => {
            file(originals == Files::All || (originals == Files::Finals && shot.last))
        }
        Ask::WebSize => file(web != Files::No),
        Ask::Small => match (may.custom && !own, state.files) {
            (true, 302) => 202,
            _ => 403,
        },
    }
}

fn exists(may: May, shot: &Shot) -> bool {
    match (shot.section == OWN_SECTION, may.kept_from_guests) {
        (true, _) => may.own_section,
        (false, true) => shot.seen,
        (false, false) => shot.seen_by_guests,
    }
}

/// Words that only somebody inside may read.
const SECRETS: [&str; 5] = ["Quellental", "Vesperzeit", OWN_SECTION, "ZQX_", WELCOME];

/// One question and its answer.
struct Check<'a> {
    world: &'a World,
    behind: &'a Behind,
    ask: Ask,
    entry: Entry,
    state: &'a State,
    /// The place of the photograph among them.
    at: usize,
    path: String,
    answer: Answer,
}

impl Check<'_> {
    /// What is wrong with the answer.
    fn faults(&self) -> Vec<String> {
        let (shot, asked) = &self.behind.shots[self.at];
        let (status, code) = expected(self.ask, self.entry, self.state, shot);
        let mut faults = Vec::new();
        let got = self.answer.status.as_u16();
        if got != status {
            faults.push(format!("{got} instead of {status}"));
        }
        let script = matches!(self.ask, Ask::Frames | Ask::Batch);
        if script && got >= 400 && self.answer.json()["error"] != code {
            faults.push(format!("{} instead of {code}", self.answer.json()["error"]));
        }
        let said = format!("{:?} {}", self.answer.headers, self.answer.text());
        let foreign = self
            .world
            .foreign
            .iter()
            .filter(|word| said.contains(*word));
        faults.extend(foreign.map(|word| format!("tells of {word} in another gallery")));
        match self.entry {
            Entry::As(stand) if status < 400 && !self.ask.before_the_door() => {
                faults.extend(self.beyond(stand.may(), &said))
            }
            _ => {
                let told = SECRETS.iter().filter(|word| said.contains(**word));
                faults.extend(told.map(|word| format!("tells of {word}")));
            }
        }
        // whoever may not see a photograph does not read its id either, unless they asked for it by that
        let seen = |shot: &Shot| matches!(self.entry, Entry::As(s) if exists(s.may(), shot));
        for (shot, id) in &self.behind.shots {
            if id != asked && !seen(shot) && said.contains(id.as_str()) {
                faults.push(format!("names the id of {}", shot.name));
            }
        }
        faults
    }

    /// What somebody inside reads that is not theirs, or misses that is.
    fn beyond(&self, may: May, said: &str) -> Vec<String> {
        let mut faults = Vec::new();
        let all = matches!(self.ask, Ask::Page | Ask::Frames);
        for (shot, id) in &self.behind.shots {
            let named = said.contains(shot.name) || said.contains(id.as_str());
            match exists(may, shot) {
                false if named => faults.push(format!("shows {}", shot.name)),
                true if all && !said.contains(shot.name) => {
                    faults.push(format!("does not show {}", shot.name));
                }
                _ => {}
            }
        }
        if said.contains(OWN_SECTION) && !may.own_section {
            faults.push("names the section of others".into());
        }
        let marked = said.contains("-marked");
        let large = ["-2048.jpg", "-1280.jpg", "\"2048\"", "\"1280\""];
        let pictures = matches!(self.ask, Ask::Page | Ask::Batch | Ask::Photo | Ask::WebSize);
        match may.web {
            Files::Marked if pictures && large.iter().any(|name| said.contains(name)) => {
                faults.push("gives a large picture without the mark".into());
            }
            Files::Marked if self.ask == Ask::WebSize && !marked => {
                faults.push("gives the file without the mark".into());
            }
            Files::Clean if self.ask == Ask::WebSize && marked => {
                faults.push("gives the file with the mark".into());
            }
            _ => {}
        }
        faults
    }
}

/// Asks for everything that this caller can ask for in this state.
async fn questions(
    world: &World,
    behind: &Behind,
    state: &State,
    caller: &Caller,
    checks: &AtomicUsize,
) -> Vec<String> {
    let (_, entries) = PEOPLE.iter().find(|(who, _)| *who == caller.who).unwrap();
    let entry = entries[behind.door];
    let whole = WHOLE.map(|ask| (ask, 0)).into_iter();
    let each = worth(behind, caller.who, entry, state);
    let mut wrong = Vec::new();
    for (ask, at) in whole.chain(each) {
        let path = ask.path(&caller.link, behind.shots[at].1.as_str());
        let mut browser = caller.browser.at(world.house.site(&path));
        let answer = match ask {
            Ask::Frames | Ask::Batch => browser.json(&path).await,
            _ => browser.get(&path).await,
        };
        let check = Check {
            world,
            behind,
            ask,
            entry,
            state,
            at,
            path,
            answer,
        };
        checks.fetch_add(1, Ordering::Relaxed);
        let faults = check.faults();
        if !faults.is_empty() {
            let (door, shot) = (DOORS[behind.door], behind.shots[at].0.name);
            wrong.push(format!(
                "{:?} {ask:?} {shot} in a gallery {door} that is {}: {} ({})",
                caller.who,
                state.name,
                faults.join("; "),
                check.path
            ));
        }
    }
    wrong
}

/// Invariant 2, T5: every visitors' route for everybody, in every state of the gallery and the photograph.
#[tokio::test(flavor = "multi_thread")]
async fn everybody_gets_what_the_tables_say_and_reads_nothing_else() {
    let world = World::build().await;
    let (checks, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let started = std::time::Instant::now();
    for behind in &world.doors {
        for (index, state) in STATES.iter().enumerate() {
            // the door with the PIN in every state, the others in every second one
            if behind.door > 0 && index % 2 != behind.door - 1 {
                continue;
            }
            behind.enter(&world.house, state).await;
            let everybody = futures::stream::iter(&behind.callers);
            everybody
                .for_each_concurrent(8, async |caller| {
                    let found = questions(&world, behind, state, caller, &checks).await;
                    wrong.lock().unwrap().extend(found);
                })
                .await;
        }
    }
    let (checks, wrong) = (checks.into_inner(), wrong.into_inner().unwrap());
    let elapsed = started.elapsed();
    tests::say(&format!(
        "matrix: {checks} checks in {elapsed:.1?}, {} wrong",
        wrong.len()
    ));
    assert!(
        wrong.is_empty(),
        "{} wrong, the first of them:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(40)].join("\n")
    );
    assert!(checks >= 2000, "{checks} checks");
}

/// Nobody is forgotten or listed twice, and each kind of answer occurs.
#[test]
fn the_tables_are_whole() {
    let mut names: Vec<String> = PEOPLE.iter().map(|(who, _)| format!("{who:?}")).collect();
    assert!(names.len() >= 28, "{}", names.len());
    names.sort();
    names.dedup();
    assert_eq!(names.len(), PEOPLE.len());
    assert!(PEOPLE.iter().any(|(who, _)| *who == Who::Stranger));
    let entries: Vec<Entry> = PEOPLE.iter().flat_map(|(_, entries)| *entries).collect();
    for entry in [
        Entry::Door,
        Entry::NotInvited,
        Entry::RowEnded,
        Entry::NotAllowed,
        Entry::Nothing,
    ] {
        assert!(entries.contains(&entry), "{entry:?}");
    }
    for row in people::MAY {
        assert!(entries.contains(&Entry::As(row.stand)), "{:?}", row.stand);
    }
}

/// What My galleries is to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum List {
    /// The way to sign in.
    SignIn,
    /// Their galleries by name.
    Named,
    /// No gallery by name: theirs are not open to them, or there are none.
    Nameless,
    /// The other gallery alone.
    Other,
}

fn list(who: Who) -> List {
    match who {
        Who::Enters
        | Who::Selects
        | Who::Comments
        | Who::Rates
        | Who::Orders
        | Who::WebMarked
        | Who::WebClean
        | Who::Finals
        | Who::AllOriginals
        | Who::InSection
        | Who::Everything
        | Who::Confirmed
        | Who::InGroup
        | Who::GuestWhoIsInvited
        | Who::EntersWithPin
        | Who::OwnAndGroup => List::Named,
        Who::MayNotEnter
        | Who::SwitchedOff
        | Who::SwitchedOffWithPin
        | Who::RowOver
        | Who::Removed
        | Who::NotInvited
        | Who::NotInvitedWithPin => List::Nameless,
        Who::OtherPerson => List::Other,
        // a visit, a guest link, a View as and the studio's sign-in name no client
        _ => List::SignIn,
    }
}

/// S1, S27: My galleries lists to each person what is theirs, by name while it is open to them, and to nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn my_galleries_are_ones_own() {
    let world = World::build().await;
    for (open, state) in [(true, 0), (false, 2), (false, 3), (false, 10)] {
        for behind in &world.doors {
            behind.enter(&world.house, &STATES[state]).await;
        }
        for caller in world.doors.iter().flat_map(|behind| &behind.callers) {
            let mut browser = caller.browser.at(&world.house.gallery);
            let answer = browser.get("/galleries").await;
            let (who, expected) = (caller.who, list(caller.who));
            let what = format!(
                "{who:?} while they are {}: {}",
                STATES[state].name, answer.status
            );
            let signed_in = expected != List::SignIn;
            assert_eq!(answer.status, if signed_in { 200 } else { 303 }, "{what}");
            let text = answer.text();
            let named = open && expected == List::Named;
            assert_eq!(text.contains("Quellental"), named, "{what}");
            assert_eq!(text.contains("Nebenan"), expected == List::Other, "{what}");
            let words = ["Vesperzeit", OWN_SECTION, "ZQX_", WELCOME];
            assert!(!words.iter().any(|word| text.contains(word)), "{what}");
            for (shot, id) in &world.doors[0].shots {
                let theirs = match who {
                    Who::InSection => shot.section == OWN_SECTION,
                    Who::OtherPerson => shot.is == Is::Elsewhere,
                    _ => false,
                };
                let hidden = !shot.seen && !theirs;
                assert!(
                    !hidden || !text.contains(id.as_str()),
                    "{what}: {} is a cover",
                    shot.name
                );
            }
        }
    }
}
