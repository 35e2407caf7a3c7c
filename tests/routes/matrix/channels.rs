//! Choosing, talking and ordering (issue 4): each channel is a right. Off means that the control is absent **and** that the
//! API refuses with a reason, and what is refused leaves nothing in the table.

mod controls;
mod expected;
mod left;

use super::people::{Entry, PEOPLE, Who};
use super::said::{ANSWERED, CONFIDED, CONFIRMED, FINAL, PROOF};
use super::states::{OWN_SECTION, STATES, State, WELCOME};
use super::world::{Behind, Caller, DOORS, World, address};
use super::{SECRETS, exists};
use domain::ids::CommentId;
use domain::product::FULL_SIZE;
use expected::expected;
use futures::StreamExt as _;
use left::Left;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tests::actors::{Answer, Browser};
use tests::emulators::{ORIGIN, now};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ask {
    Choices,
    Review,
    Confirm,
    Confirmed,
    Cart,
    Order,
    Orders,
    /// The page of [`Who::Orders`]' order.
    TheOrder,
    /// The file of that order.
    Shipped,
    Page,
    Frames,
    Choose,
    Rate,
    Want,
    Thread,
    Say,
    /// Takes the studio's comment back.
    Unsay,
    PhotoPage,
    ThreadPage,
}

/// What belongs to the gallery as a whole.
const WHOLE: [Ask; 9] = [
    Ask::Choices,
    Ask::Review,
    Ask::Confirm,
    Ask::Confirmed,
    Ask::Cart,
    Ask::Order,
    Ask::Orders,
    Ask::TheOrder,
    Ask::Shipped,
];
/// What belongs to one photograph.
const EACH: [Ask; 6] = [
    Ask::Choose,
    Ask::Rate,
    Ask::Want,
    Ask::Thread,
    Ask::Say,
    Ask::Unsay,
];
/// The Proof, one that guests do not see, one that nobody sees, one in the section with its own table, another gallery's.
const PHOTOS: [usize; 5] = [PROOF, 3, 4, 7, 8];
/// Photographs whose pages are looked at for their controls.
const PAGES: [usize; 2] = [PROOF, 7];

/// Who comes to every door.
const EVERYWHERE: [Who; 10] = [
    Who::Stranger,
    Who::Visit,
    Who::Selects,
    Who::Comments,
    Who::Orders,
    Who::NotInvited,
    Who::Guest,
    Who::ViewAsAnna,
    Who::Everything,
    Who::Confirmed,
];
/// Who comes to the door with the PIN as well.
const ONCE: [Who; 14] = [
    Who::Enters,
    Who::Rates,
    Who::InSection,
    Who::InGroup,
    Who::MayNotEnter,
    Who::SwitchedOff,
    Who::SignedOut,
    Who::OtherVisit,
    Who::OtherPerson,
    Who::GuestWhoIsInvited,
    Who::GuestEnded,
    Who::ViewAsWithoutCookie,
    Who::Assistant,
    Who::Owner,
];

impl Ask {
    /// Asked by a script, which reads JSON.
    fn script(self) -> bool {
        self.sends() || matches!(self, Self::Choices | Self::Frames | Self::Thread)
    }

    /// Changes something where it is taken.
    fn sends(self) -> bool {
        matches!(
            self,
            Self::Confirm
                | Self::Order
                | Self::Choose
                | Self::Rate
                | Self::Want
                | Self::Say
                | Self::Unsay
        )
    }

    fn path(self, behind: &Behind, link: &str, at: usize) -> String {
        let (photo, order) = (&behind.shots[at].1, behind.said.order);
        match self {
            Self::Choices => format!("/g/{link}/choices"),
            Self::Review => format!("/g/{link}/review"),
            Self::Confirm => format!("/g/{link}/confirm"),
            Self::Confirmed => format!("/g/{link}/confirmed/1"),
            Self::Cart => format!("/g/{link}/cart"),
            Self::Order => format!("/g/{link}/order"),
            Self::Orders => format!("/g/{link}/orders"),
            Self::TheOrder => format!("/g/{link}/orders/{order}"),
            Self::Shipped => {
                let last = &behind.shots[FINAL].1;
                format!("/download/{link}/order/{order}/{last}/{FULL_SIZE}")
            }
            Self::Page => format!("/g/{link}"),
            Self::Frames => format!("/g/{link}/frames"),
            Self::Choose => format!("/g/{link}/photo/{photo}/choose"),
            Self::Rate => format!("/g/{link}/photo/{photo}/rate"),
            Self::Want => format!("/g/{link}/photo/{photo}/want"),
            Self::Thread | Self::ThreadPage | Self::Say => {
                format!("/g/{link}/photo/{photo}/comments")
            }
            Self::Unsay => {
                let comment = behind.said.answer;
                format!("/g/{link}/photo/{photo}/comments/{comment}/remove")
            }
            Self::PhotoPage => format!("/g/{link}/photo/{photo}"),
        }
    }

    /// What is sent, under this name of a tap.
    fn form(self, name: &str) -> String {
        let at = now().as_millisecond();
        let stamp = format!("at={at}&tap={name}");
        match self {
            Self::Choose => format!("on=1&{stamp}"),
            Self::Rate => format!("stars=4&{stamp}"),
            Self::Want => format!("on=1&product={FULL_SIZE}&{stamp}"),
            Self::Say => format!("id={}&text=Gesagt+{name}", CommentId::new(now())),
            Self::Confirm | Self::Order => format!("message=Gesagt+{name}"),
            _ => String::new(),
        }
    }
}

/// A question and its answer.
struct Check<'a> {
    world: &'a World,
    behind: &'a Behind,
    caller: &'a Caller,
    ask: Ask,
    entry: Entry,
    state: &'a State,
    /// The place of the photograph.
    at: usize,
    answer: Answer,
}

impl Check<'_> {
    fn expected(&self, ask: Ask, at: usize) -> (u16, &'static str) {
        let shot = &self.behind.shots[at].0;
        expected(ask, self.caller.who, self.entry, self.state, shot)
    }

    /// What is wrong with the answer.
    fn faults(&self) -> Vec<String> {
        let (status, code) = self.expected(self.ask, self.at);
        let (got, mut faults) = (self.answer.status.as_u16(), Vec::new());
        if got != status {
            faults.push(format!("{got} instead of {status}"));
        }
        if self.ask.script() && got >= 400 && self.answer.json()["error"] != code {
            let error = &self.answer.json()["error"];
            faults.push(format!("{error} instead of {code}"));
        }
        let said = format!("{:?} {}", self.answer.headers, self.answer.text());
        faults.extend(self.told(&said, got));
        if got == 200 && matches!(self.entry, Entry::As(_)) {
            faults.extend(controls::faults(self, &said));
        }
        faults
    }

    /// What the answer tells that is not for this caller.
    fn told(&self, said: &str, got: u16) -> Vec<String> {
        let mut faults = Vec::new();
        let (ask, who) = (self.ask, self.caller.who);
        let foreign = self.world.foreign.iter().filter(|it| said.contains(*it));
        faults.extend(foreign.map(|it| format!("tells of {it} in another gallery")));
        let inside = matches!(self.entry, Entry::As(_)) && self.state.closed.is_none();
        // a page that says why choosing is closed is a page of the gallery
        let page = matches!(ask, Ask::Review | Ask::Cart) && got == 403;
        if !inside || (got >= 400 && !page) {
            let told = SECRETS.iter().filter(|it| said.contains(**it));
            faults.extend(told.map(|it| format!("tells of {it}")));
        }
        let thread = matches!(ask, Ask::Thread | Ask::ThreadPage | Ask::Say) && got == 200;
        for words in [CONFIDED, ANSWERED] {
            if said.contains(words) && !(thread && self.at == PROOF) {
                faults.push(format!("tells that {words} was said"));
            }
        }
        if said.contains(CONFIRMED) && !(ask == Ask::Confirmed && who == Who::Confirmed) {
            faults.push("tells what was written with somebody's list".into());
        }
        let me = if matches!(who, Who::ViewAsAnna) {
            address(Who::ViewAsAnna)
        } else {
            address(who)
        };
        for other in PEOPLE.iter().map(|(who, _)| address(*who)) {
            if other != me && said.contains(&other) {
                faults.push(format!("tells the address {other}"));
            }
        }
        for (shot, id) in &self.behind.shots {
            let theirs = matches!(self.entry, Entry::As(s) if inside && exists(s.may(), shot));
            let asked = *id == self.behind.shots[self.at].1
                || (ask == Ask::Shipped && *id == self.behind.shots[FINAL].1);
            if !theirs && said.contains(shot.name) {
                faults.push(format!("names {}", shot.name));
            }
            if !theirs && !asked && said.contains(id.as_str()) {
                faults.push(format!("names the id of {}", shot.name));
            }
        }
        faults
    }
}

/// What this caller is asked to do in this state, and of which photograph.
fn worth(entry: Entry, state: &State) -> Vec<(Ask, usize)> {
    let mut asks: Vec<(Ask, usize)> = WHOLE.map(|ask| (ask, PROOF)).into();
    match (entry, state.closed) {
        (Entry::As(_), None) => {
            for at in PHOTOS {
                asks.extend(EACH.map(|ask| (ask, at)));
            }
            for at in PAGES {
                asks.extend([Ask::PhotoPage, Ask::ThreadPage].map(|ask| (ask, at)));
            }
            asks.extend([Ask::Page, Ask::Frames].map(|ask| (ask, PROOF)));
        }
        _ => asks.extend(EACH.map(|ask| (ask, PROOF))),
    }
    asks
}

/// Sends it, as a page of ours or its script does.
async fn send(browser: &mut Browser, ask: Ask, path: &str, name: &str) -> Answer {
    match (ask.sends(), ask.script()) {
        (true, _) => {
            let headers = [
                ("origin", ORIGIN),
                ("sec-fetch-site", "same-origin"),
                ("accept", "application/json"),
                ("content-type", "application/x-www-form-urlencoded"),
            ];
            let form = ask.form(name).into_bytes();
            browser.send(http::Method::POST, path, &headers, form).await
        }
        (false, true) => browser.json(path).await,
        (false, false) => browser.get(path).await,
    }
}

/// Everything that one caller tries in one state.
async fn tries(
    world: &World,
    behind: &Behind,
    state: &State,
    caller: &Caller,
    left: &Left,
) -> (usize, Vec<String>) {
    let (_, entries) = PEOPLE.iter().find(|(who, _)| *who == caller.who).unwrap();
    let entry = entries[behind.door];
    let (asks, mut wrong) = (worth(entry, state), Vec::new());
    let count = asks.len();
    for (ask, at) in asks {
        let path = ask.path(behind, &caller.link, at);
        let mut browser = caller.browser.at(world.house.site(&path));
        let name = left::name();
        let answer = send(&mut browser, ask, &path, &name).await;
        if ask.sends() {
            left.note(&name, answer.status == 200);
        }
        let check = Check {
            world,
            behind,
            caller,
            ask,
            entry,
            state,
            at,
            answer,
        };
        let faults = check.faults();
        if !faults.is_empty() {
            let (door, shot) = (DOORS[behind.door], behind.shots[at].0.name);
            let faults = faults.join("; ");
            wrong.push(format!(
                "{:?} {ask:?} {shot} in a gallery {door} that is {}: {faults} ({path})",
                caller.who, state.name
            ));
        }
    }
    (count, wrong)
}

/// T5, S20, S21, S24, S34, P24, P36, P42, P48, C7, C8, invariant 2: every route of choosing, talking and ordering for
/// everybody, in every state of the gallery and the photograph; the pages have exactly the controls that are answered; the
/// table holds what was taken, and of what was refused nothing.
#[tokio::test(flavor = "multi_thread")]
async fn every_channel_is_a_right_of_its_own() {
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
            let left = Left::before(&world.house, behind.gallery).await;
            let comes = |caller: &&Caller| {
                let once = behind.door == 0 && ONCE.contains(&caller.who);
                once || EVERYWHERE.contains(&caller.who)
            };
            let everybody = futures::stream::iter(behind.callers.iter().filter(comes));
            everybody
                .for_each_concurrent(8, async |caller| {
                    let (count, found) = tries(&world, behind, state, caller, &left).await;
                    checks.fetch_add(count, Ordering::Relaxed);
                    wrong.lock().unwrap().extend(found);
                })
                .await;
            let faults = left.faults(&world.house).await;
            let within = |fault| format!("{} {}: {fault}", DOORS[behind.door], state.name);
            wrong.lock().unwrap().extend(faults.into_iter().map(within));
        }
    }
    let (checks, wrong) = (checks.into_inner(), wrong.into_inner().unwrap());
    tests::say(&format!(
        "channels: {checks} checks in {:.1?}, {} wrong",
        started.elapsed(),
        wrong.len()
    ));
    let few = wrong[..wrong.len().min(40)].join("\n");
    assert!(
        wrong.is_empty(),
        "{} wrong, the first of them:\n{few}",
        wrong.len()
    );
    assert!(checks >= 8000, "{checks} checks");
}

/// The words that are looked for are told somewhere, and everybody named here comes.
#[test]
fn the_lists_are_whole() {
    assert!(!WELCOME.is_empty() && OWN_SECTION.len() > 3);
    for who in EVERYWHERE.iter().chain(&ONCE) {
        assert!(PEOPLE.iter().any(|(it, _)| it == who), "{who:?}");
        let both = EVERYWHERE.contains(who) && ONCE.contains(who);
        assert!(!both, "{who:?} is listed twice");
    }
}
