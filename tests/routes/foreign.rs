//! What is said, confirmed and ordered by somebody else, or in another gallery, is like what nobody ever said (T5,
//! complaint 4): the same answer, byte for byte, as for an id that does not exist.

use crate::chosen;
use domain::access::{Originals, Rights, Web};
use domain::comment::{Author, Comment};
use domain::ids::{CommentId, OrderId, PhotoId};
use domain::photo::{Photo, Shown};
use domain::product::{FULL_SIZE, SMALL};
use http::Method;
use tests::actors::{Answer, Browser};
use tests::cast::person;
use tests::emulators::{ORIGIN, Seeded, now, ready};
use tests::house::House;

const ANNA: &str = "anna@rows.example";
const JONAS: &str = "jonas@rows.example";
const ALL: Rights = Rights {
    enter: true,
    select: true,
    comment: true,
    rate: true,
    order: true,
    web: Web::Clean,
    originals: Originals::All,
    custom: true,
    quota: None,
};

/// A gallery in which somebody said, confirmed and ordered something.
struct There {
    seeded: Seeded,
    photo: Photo,
    hidden: Photo,
    order: OrderId,
    comment: CommentId,
}

impl There {
    async fn made(house: &House, title: &str, by: &str) -> Self {
        let seeded = house.gallery_with(title, Some("482916"), ALL, |_| {}).await;
        let id = seeded.gallery.id;
        for address in [ANNA, JONAS] {
            house.invited(id, address, ALL).await;
        }
        let bytes = title.as_bytes().to_vec();
        let photo = house
            .emulators
            .stored(&seeded.gallery, "Seen/A.jpg", bytes)
            .await;
        let hidden = house
            .emulators
            .photo(&seeded.gallery, "Seen/B.jpg", ready())
            .await;
        let table = house.emulators.table();
        let ids = std::slice::from_ref(&hidden.id);
        let marked = table
            .mark_photos(id, ids, None, Some(Shown::ToStudio))
            .await;
        assert_eq!(marked.unwrap(), 1);
        let (gallery, _) = table.gallery(id).await.unwrap().unwrap();
        let (subject, photos) = (person(by), std::slice::from_ref(&photo));
        let order = chosen::order(house, &gallery, &subject, photos, FULL_SIZE).await;
        for words in ["Nebelhorn one", "Nebelhorn two"] {
            chosen::confirm(house, &gallery, &subject, photos, words).await;
            chosen::reopen(house, &gallery, &subject).await;
        }
        let comment = Comment {
            id: CommentId::new(now()),
            gallery: id,
            photo: photo.id.clone(),
            version: photo.number,
            author: Author::Visitor(subject),
            name: "Somebody".into(),
            text: "Nebelhorn three".into(),
            drawing: None,
            at: now(),
            removed: None,
        };
        assert_eq!(table.say(&comment).await.unwrap(), table::Said::Done);
        Self {
            seeded,
            photo,
            hidden,
            order: order.id,
            comment: comment.id,
        }
    }
}

/// A request with an id in it, `{}`, and what is sent there.
struct Ask {
    path: String,
    form: Option<String>,
    /// Others' ids, then ids that nobody has.
    ids: Vec<String>,
}

fn asks(link: &str, here: &There, there: &There, own: OrderId) -> Vec<Ask> {
    let unknown = || PhotoId::of_key(&CommentId::new(now()).to_string()).to_string();
    let photos = || {
        let known = [&there.photo.id, &there.hidden.id, &here.hidden.id];
        let known = known.into_iter().map(ToString::to_string);
        known.chain([unknown(), unknown()]).collect::<Vec<_>>()
    };
    let orders = || {
        let known = [here.order, there.order];
        let unknown = [OrderId::new(now()), OrderId::new(now())];
        let ids = known.into_iter().chain(unknown);
        ids.map(|id| id.to_string()).collect::<Vec<_>>()
    };
    let get = |path: String, ids| Ask {
        path,
        form: None,
        ids,
    };
    let send = |path: String, form: &str, ids| Ask {
        path,
        form: Some(form.to_owned()),
        ids,
    };
    let (g, photo) = (format!("/g/{link}"), &here.photo.id);
    let want = format!("on=1&product={FULL_SIZE}");
    let numbers = ["1", "2", "7", "8"].map(String::from).to_vec();
    let comments = [there.comment, CommentId::new(now()), CommentId::new(now())];
    let comments = comments.map(|id| id.to_string()).to_vec();
    // what Jonas said can be read, and not be taken back: that differs from nothing in no way either
    let said = [vec![here.comment.to_string()], comments].concat();
    vec![
        get(format!("{g}/orders/{{}}"), orders()),
        get(format!("{g}/confirmed/{{}}"), numbers),
        get(
            format!("/download/{link}/order/{{}}/{photo}/{FULL_SIZE}"),
            orders(),
        ),
        get(
            format!("/download/{link}/order/{own}/{{}}/{SMALL}"),
            photos(),
        ),
        get(format!("/download/{link}/{{}}/as/{FULL_SIZE}"), photos()),
        get(format!("/download/{link}/{{}}/as/{SMALL}"), photos()),
        get(format!("{g}/photo/{{}}/comments"), photos()),
        send(format!("{g}/photo/{{}}/choose"), "on=1", photos()),
        send(format!("{g}/photo/{{}}/rate"), "stars=5", photos()),
        send(format!("{g}/photo/{{}}/want"), &want, photos()),
        send(format!("{g}/photo/{{}}/comments"), "text=Hello", photos()),
        send(format!("{g}/photo/{photo}/comments/{{}}/remove"), "", said),
    ]
}

async fn sent(house: &House, browser: &Browser, ask: &Ask, id: &str, script: bool) -> Answer {
    let path = ask.path.replace("{}", id);
    let mut browser = browser.at(house.site(&path));
    let kind = ("content-type", "application/x-www-form-urlencoded");
    let accept = (
        "accept",
        if script {
            "application/json"
        } else {
            "text/html"
        },
    );
    let headers = [
        ("origin", ORIGIN),
        ("sec-fetch-site", "same-origin"),
        accept,
        kind,
    ];
    match &ask.form {
        Some(form) => {
            let form = form.clone().into_bytes();
            browser.send(Method::POST, &path, &headers, form).await
        }
        None => {
            browser
                .send(Method::GET, &path, &[accept], Vec::new())
                .await
        }
    }
}

/// Status, headers and body without what was asked for.
fn fingerprint(answer: &Answer, id: &str) -> String {
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    headers.sort();
    let all = format!("{} {headers:?} {}", answer.status, answer.text());
    match id.len() {
        // a number stands in dates as well
        1 => all.replace(&format!("confirmed/{id}"), "…"),
        _ => all.replace(id, "…"),
    }
}

/// T5, GHSA-g94x, C7, P44: an order, a list, a comment or a photograph that is somebody else's or another gallery's is like
/// none, for whoever asks and however; nothing is written.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_somebody_elses_is_like_nothing() {
    let house = House::open().await;
    let here = There::made(&house, "Quellental", JONAS).await;
    // hers as well, but not here
    let there = There::made(&house, "Nebenan", ANNA).await;
    let id = here.seeded.gallery.id;
    let table = house.emulators.table();
    let (gallery, _) = table.gallery(id).await.unwrap().unwrap();
    let photos = std::slice::from_ref(&here.photo);
    let own = chosen::order(&house, &gallery, &person(ANNA), photos, FULL_SIZE).await;
    let (preview, viewer) = house.view_as(id, &person(ANNA)).await;
    let clients = here.seeded.link.expose().to_owned();
    let callers = [
        ("a visit", house.client(&here.seeded).await, clients.clone()),
        ("anna", house.signed_in(ANNA).await, clients.clone()),
        (
            "a guest",
            Browser::new(&house.gallery),
            house.guest(id, None).await.link,
        ),
        ("a view as anna", viewer, preview.expose().to_owned()),
        ("a stranger", Browser::new(&house.gallery), clients),
    ];
    let notes = ["SEEN#", "ACTIVITY#"];
    let before = house.snapshot(&notes).await;
    let (mut wrong, mut checks) = (Vec::new(), 0);
    for (who, browser, link) in &callers {
        for (ask, script) in asks(link, &here, &there, own.id)
            .iter()
            .flat_map(|ask| [(ask, false), (ask, true)])
        {
            let mut first = None;
            for id in &ask.ids {
                let answer = sent(&house, browser, ask, id, script).await;
                let said = fingerprint(&answer, id);
                checks += 1;
                let status = answer.status.as_u16();
                if status < 300 || (status == 302) || status >= 500 {
                    wrong.push(format!("{who} {} {id}: {status}", ask.path));
                }
                if said.contains("Nebel") || said.contains("Nebenan") {
                    wrong.push(format!("{who} {} {id} tells: {said}", ask.path));
                }
                let first = first.get_or_insert_with(|| said.clone());
                if *first != said {
                    wrong.push(format!("{who} {} {id} differs:\n{said}\n{first}", ask.path));
                }
            }
        }
    }
    let few = wrong[..wrong.len().min(6)].join("\n");
    assert!(wrong.is_empty(), "{} wrong:\n{few}", wrong.len());
    assert!(checks > 400, "{checks}");
    assert_eq!(house.snapshot(&notes).await, before);
    // and what is one's own is there
    let mut anna = callers[1].1.at(&house.gallery);
    let path = format!("{}/orders/{}", here.seeded.path(), own.id);
    assert_eq!(anna.get(&path).await.status, 200);
    let path = format!(
        "/download/{}/order/{}/{}/{FULL_SIZE}",
        here.seeded.link.expose(),
        own.id,
        here.photo.id
    );
    assert_eq!(anna.at(&house.download).get(&path).await.status, 302);
}
