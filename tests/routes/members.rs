//! The studio's routes × who asks (T5, 4.1, R-4.11): a stranger's or a client's browser, an assistant with each tick, the
//! owner, and sessions that are over. What is refused has changed nothing.

use crate::case::{AIDE, ANNA, Case, TITLE};
use crate::rules::{Listed, listed};
use domain::team::Ticks;
use jiff::SignedDuration;
use tests::actors::{Answer, Browser};
use tests::cast::email;
use tests::emulators::{OWNER, now};
use tests::house::House;

/// The order of the columns below.
const TASKS: [&str; 10] = [
    "Look",
    "Arrange",
    "Account",
    "Galleries",
    "Ship",
    "Authorizations",
    "Contacts",
    "Activity",
    "Export",
    "Team",
];

/// Whether somebody may: yes, no, or after a fresh code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum May {
    Yes,
    No,
    Prove,
}
use May::{No, Prove, Yes};

/// What is ticked (galleries, authorizations, contacts, activity), the minutes since the code, and what may be done.
struct Member {
    name: &'static str,
    ticks: Option<[bool; 4]>,
    minutes: i64,
    may: [May; 10],
}

const MEMBERS: [Member; 9] = [
    Member {
        name: "without ticks",
        ticks: Some([false; 4]),
        minutes: 0,
        may: [Yes, Yes, Yes, No, No, No, No, No, No, No],
    },
    Member {
        name: "galleries",
        ticks: Some([true, false, false, false]),
        minutes: 0,
        may: [Yes, Yes, Yes, Yes, Yes, No, No, No, No, No],
    },
    Member {
        name: "authorizations",
        ticks: Some([false, true, false, false]),
        minutes: 0,
        may: [Yes, Yes, Yes, No, No, Yes, No, No, No, No],
    },
    Member {
        name: "contacts",
        ticks: Some([false, false, true, false]),
        minutes: 0,
        may: [Yes, Yes, Yes, No, No, No, Yes, No, No, No],
    },
    Member {
        name: "activity",
        ticks: Some([false, false, false, true]),
        minutes: 0,
        may: [Yes, Yes, Yes, No, No, No, No, Yes, Yes, No],
    },
    Member {
        name: "every tick",
        ticks: Some([true; 4]),
        minutes: 0,
        may: [Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes, No],
    },
    Member {
        name: "every tick, six minutes later",
        ticks: Some([true; 4]),
        minutes: 6,
        may: [Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes, Prove, No],
    },
    Member {
        name: "the owner",
        ticks: None,
        minutes: 0,
        may: [Yes; 10],
    },
    Member {
        name: "the owner, six minutes later",
        ticks: None,
        minutes: 6,
        may: [Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes, Prove, Prove],
    },
];

impl Member {
    async fn browser(&self, house: &House) -> Browser {
        let proven = now() - SignedDuration::from_mins(self.minutes);
        let Some([galleries, authorizations, contacts, activity]) = self.ticks else {
            return house.owner_since(proven).await;
        };
        let ticks = Ticks {
            galleries,
            authorizations,
            contacts,
            activity,
        };
        let address = format!("{}@falk.example", self.name.replace([' ', ','], "-"));
        house.assistant(&address, ticks, proven).await
    }

    fn may(&self, route: &Listed) -> May {
        let task = route
            .rule
            .trim_start_matches("Member(")
            .trim_end_matches(')');
        let column = TASKS.iter().position(|name| *name == task).unwrap();
        // contacts as a file want both ticks
        if route.path == "/studio/contacts.csv" && self.ticks.is_some_and(|ticks| !ticks[2]) {
            return No;
        }
        self.may[column]
    }
}

fn routes() -> Vec<Listed> {
    let all = listed().into_iter();
    let routes: Vec<Listed> = all
        .filter(|route| route.rule.starts_with("Member("))
        .collect();
    assert!(routes.len() >= 45, "{}", routes.len());
    routes
}

/// A page sends to the sign-in, a script is told.
fn sent_away(answer: &Answer) -> bool {
    match answer.status.as_u16() {
        303 => answer.header("location") == "/studio/sign-in",
        401 => true,
        _ => false,
    }
}

fn wrong_answer(may: May, route: &Listed, answer: &Answer) -> Option<String> {
    let (status, to) = (answer.status.as_u16(), answer.header("location"));
    let right = match may {
        Yes if route.method == "GET" => status == 200,
        // the form may be unfit for this gallery, but it was the handler who said so
        // an assistant's session, which is nobody else's to end
        Yes if route.path.contains("{session}") => status == 404,
        Yes => matches!(status, 200 | 204 | 303 | 400 | 409 | 422) && !to.contains("/prove"),
        No => status == 403,
        Prove => status == 303 && to.starts_with("/studio/prove"),
    };
    (!right).then(|| format!("{status} {to} instead of {may:?}"))
}

/// Items that are others now: of what was refused there are none.
async fn changed(house: &House, before: &[String]) -> Vec<String> {
    let after = house.snapshot(&[]).await;
    let gone = before.iter().filter(|item| !after.contains(item));
    let new = after.iter().filter(|item| !before.contains(item));
    gone.chain(new).cloned().collect()
}

/// 4.1, R-4.11: each member on each route; with what is not allowed nothing happens.
#[tokio::test(flavor = "multi_thread")]
async fn every_member_may_what_the_table_says() {
    let house = House::open().await;
    let shared = Case::new(&house).await;
    let (mut wrong, mut checks) = (Vec::new(), 0);
    let (mut refused, mut allowed) = (Vec::new(), Vec::new());
    for member in &MEMBERS {
        for route in routes() {
            match member.may(&route) {
                Yes => allowed.push((member, route)),
                may => refused.push((member, route, may)),
            }
        }
    }
    let mut browsers = Vec::new();
    for (member, route, may) in &refused {
        browsers.push((member.browser(&house).await, member, route, *may));
    }
    let before = house.snapshot(&[]).await;
    for (browser, member, route, may) in browsers {
        let answer = shared
            .send(&house, &browser, route.method, route.path)
            .await;
        checks += 1;
        if let Some(fault) = wrong_answer(may, route, &answer) {
            wrong.push(format!(
                "{} {}: {fault} for {}",
                route.method, route.path, member.name
            ));
        }
        if answer.text().contains(TITLE) {
            wrong.push(format!("{} tells {} of {TITLE}", route.path, member.name));
        }
    }
    assert_eq!(changed(&house, &before).await, [""; 0]);
    for (member, route) in allowed {
        let own = match route.method {
            "GET" => None,
            _ => Some(Case::new(&house).await),
        };
        let case = own.as_ref().unwrap_or(&shared);
        let browser = member.browser(&house).await;
        let answer = case.send(&house, &browser, route.method, route.path).await;
        checks += 1;
        if let Some(fault) = wrong_answer(Yes, &route, &answer) {
            wrong.push(format!(
                "{} {}: {fault} for {}",
                route.method, route.path, member.name
            ));
        }
    }
    tests::say(&format!("members: {checks} checks, {} wrong", wrong.len()));
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(checks >= 400, "{checks}");
}

/// P36, R-4.8: no client, guest or *View as* and no session that is over gets anywhere in the studio, and no word of a
/// gallery is told on the way out.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_from_outside_gets_into_the_studio() {
    let house = House::open().await;
    let case = Case::new(&house).await;
    let table = house.emulators.table();
    let signed_out = {
        let browser = house.owner_since(now()).await;
        let mut leaving = browser.at(&house.studio);
        assert_eq!(leaving.post("/studio/sign-out", &[]).await.status, 303);
        browser
    };
    let removed = house
        .assistant("gone@falk.example", Ticks::default(), now())
        .await;
    assert!(
        table
            .remove_member(&email("gone@falk.example"))
            .await
            .unwrap()
    );
    let everywhere = house
        .assistant("away@falk.example", Ticks::default(), now())
        .await;
    table
        .end_all_sessions(&email("away@falk.example"))
        .await
        .unwrap();
    let idle = house
        .owner_since(now() - SignedDuration::from_hours(9))
        .await;
    // a client's cookie under the studio's name
    let mut borrowed = house.signed_in(OWNER).await;
    let me = borrowed.cookies[&tests::cast::cookie(web::visit::ME)].clone();
    borrowed.cookies.insert(tests::cast::cookie("studio"), me);
    let outsiders = [
        ("a stranger", Browser::new(&house.gallery)),
        ("a visit", house.client(&case.seeded).await),
        ("somebody invited", house.signed_in(ANNA).await),
        (
            "a client with the owner's address",
            house.signed_in(OWNER).await,
        ),
        (
            "a client with an assistant's address",
            house.signed_in(AIDE).await,
        ),
        ("a client's session as the studio's", borrowed),
        (
            "a view as anna",
            house
                .view_as(case.seeded.gallery.id, &crate::case::anna())
                .await
                .1,
        ),
        ("an owner who signed out", signed_out),
        ("an assistant who was removed", removed),
        ("an assistant who was signed out everywhere", everywhere),
        ("an owner after nine hours", idle),
    ];
    let before = house.snapshot(&[]).await;
    let (mut wrong, mut checks) = (Vec::new(), 0);
    for (who, browser) in &outsiders {
        for route in routes() {
            let answer = case.send(&house, browser, route.method, route.path).await;
            checks += 1;
            if !sent_away(&answer) {
                wrong.push(format!(
                    "{} {}: {} for {who}",
                    route.method, route.path, answer.status
                ));
            }
            let said = format!("{:?} {}", answer.headers, answer.text());
            for secret in [TITLE, "Vesperzeit", "ZQX_", ANNA, case.seeded.link.expose()] {
                if said.contains(secret) {
                    wrong.push(format!(
                        "{} {} tells {who} of {secret}",
                        route.method, route.path
                    ));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!(changed(&house, &before).await, [""; 0]);
    tests::say(&format!("outsiders: {checks} checks"));
}
