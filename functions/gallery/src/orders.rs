//! A client's own orders: what is ordered, what is here, and the download of exactly what was shipped (P44, P48, P49).

use crate::Gallery;
use crate::confirm::sentence;
use crate::confirmed::{at_version, small};
use crate::review::moment;
use crate::visitor::Visitor;
use crate::way;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::{Action, Refusal, Subject};
use domain::ids::{OrderId, PhotoId};
use domain::order::{Line, LineState, Method, Order, OrderState, Source};
use domain::photo::Photo;
use http::StatusCode;
use serde::Deserialize;
use std::collections::HashMap;
use web::words::{count, small_number};
use web::{Caller, Failure, Page, html};

/// Lines of one page: each carries addresses of its own.
const LINES: usize = 120;

#[derive(Template)]
#[template(path = "orders.html")]
struct OrdersPage<'a> {
    page: Page<'a>,
    link: &'a str,
    title: &'a str,
    orders: Vec<Listed>,
}

/// An order in the list.
struct Listed {
    id: String,
    number: u32,
    when: String,
    far: String,
    chip: Chip,
}

/// Where an order is, as icon and word.
struct Chip {
    icon: &'static str,
    word: &'static str,
    class: &'static str,
}

#[derive(Template)]
#[template(path = "order.html")]
struct OrderPage<'a> {
    page: Page<'a>,
    link: &'a str,
    title: &'a str,
    order: &'a Order,
    when: String,
    far: String,
    chip: Chip,
    /// What happens next.
    next: Option<String>,
    /// Why nothing of it can be downloaded now, though something is shipped.
    shut: Option<String>,
    lines: Vec<Shown<'a>>,
    earlier: Option<usize>,
    later: Option<usize>,
    deliveries: Vec<String>,
}

/// A line as its page shows it.
struct Shown<'a> {
    /// Empty: the photograph is not shown at the moment, and its name not said.
    name: &'a str,
    chapter: &'a str,
    product: &'a str,
    src: String,
    ratio: f64,
    average: String,
    icon: &'static str,
    class: &'static str,
    words: String,
    /// Where it is fetched.
    get: Option<String>,
}

#[derive(Template)]
#[template(path = "order_door.html")]
struct DoorPage<'a> {
    page: Page<'a>,
    link: &'a str,
    to: String,
}

/// Where the lines begin.
#[derive(Deserialize)]
pub struct From {
    #[serde(default)]
    from: Option<String>,
}

/// `GET /g/{link}/orders`: this visitor's own orders here, the last one first.
///
/// # Errors
/// As the gallery's page; a table that does not answer.
pub async fn list(State(gallery): State<Gallery>, caller: Caller) -> Result<Response, Failure> {
    let visitor = match Visitor::of(&gallery, &caller).await? {
        Ok(visitor) => visitor,
        Err(outside) => return Ok(way::to_the_door(&caller, *outside, "orders")),
    };
    if visitor.standing.guest() {
        return Ok(caller.refuse(Refusal::NotAllowed, None));
    }
    let (id, subject) = (visitor.gallery().id, visitor.standing.subject());
    let mut orders = gallery.table.orders_of(id, &subject).await?;
    orders.sort_by_key(|order| std::cmp::Reverse(order.number));
    let listed = |order: &Order| Listed {
        id: order.id.to_string(),
        number: order.number,
        when: moment(order.placed, visitor.now, &gallery),
        far: sentence(&how_far(order)),
        chip: chip(order.state()),
    };
    let path = caller.path();
    let page = OrdersPage {
        page: visitor.page(&gallery, &path),
        link: caller.token.expose(),
        title: &visitor.gallery().title,
        orders: orders.iter().map(listed).collect(),
    };
    Ok(html(StatusCode::OK, &page))
}

/// `GET /g/{link}/orders/{order}`: one of them. Others' do not exist; whoever came by the PIN alone is offered to sign in,
/// whether or not there is such an order.
///
/// # Errors
/// As the gallery's page; a table that does not answer.
pub async fn one(
    State(gallery): State<Gallery>,
    caller: Caller,
    Path((_, order)): Path<(String, String)>,
    Query(from): Query<From>,
) -> Result<Response, Failure> {
    let id: OrderId = order.parse()?;
    let to = format!("orders/{id}");
    let visitor = match Visitor::of(&gallery, &caller).await? {
        Ok(visitor) => visitor,
        Err(outside) => return Ok(way::to_the_door(&caller, *outside, &to)),
    };
    let subject = visitor.standing.subject();
    let found = gallery.table.order(visitor.gallery().id, id).await?;
    match found.filter(|order| order.subject == subject) {
        Some(order) => show(&gallery, &caller, &visitor, &order, &from).await,
        None if subject == Subject::Anybody && !visitor.standing.preview() && !caller.json => {
            Ok(somebody_elses(&gallery, &caller, &visitor, to))
        }
        None => Ok(caller.refuse(Refusal::Nothing, visitor.banner.clone())),
    }
}

fn somebody_elses(gallery: &Gallery, caller: &Caller, visitor: &Visitor, to: String) -> Response {
    let path = caller.path();
    let page = DoorPage {
        page: visitor.page(gallery, &path),
        link: caller.token.expose(),
        to,
    };
    html(StatusCode::NOT_FOUND, &page)
}

async fn show(
    gallery: &Gallery,
    caller: &Caller,
    visitor: &Visitor,
    order: &Order,
    from: &From,
) -> Result<Response, Failure> {
    let from = from.from.as_deref().and_then(|from| from.parse().ok());
    let from = from.unwrap_or(1).clamp(1, order.lines.len().max(1));
    let photos: HashMap<&PhotoId, &Photo> = visitor
        .listing
        .photos
        .iter()
        .map(|photo| (&photo.id, photo))
        .collect();
    let mut lines = Vec::new();
    for line in order.lines.iter().skip(from - 1).take(LINES) {
        let photo = photos.get(&line.photo).copied();
        lines.push(shown(gallery, caller, visitor, order, line, photo).await?);
    }
    let deliveries = order.deliveries.iter().map(|delivery| {
        let when = moment(delivery.at, visitor.now, gallery);
        let lines = usize::try_from(delivery.lines).unwrap_or(usize::MAX);
        format!("{when}: {}", count(lines, "photograph", "photographs"))
    });
    let path = caller.path();
    let page = OrderPage {
        page: visitor.page(gallery, &path),
        link: caller.token.expose(),
        title: &visitor.gallery().title,
        when: moment(order.placed, visitor.now, gallery),
        far: sentence(&how_far(order)),
        chip: chip(order.state()),
        next: next(order, &gallery.name),
        shut: shut(visitor, order, &gallery.name),
        lines,
        earlier: (from > 1).then(|| from.saturating_sub(LINES).max(1)),
        later: (from + LINES <= order.lines.len()).then_some(from + LINES),
        deliveries: deliveries.collect(),
        order,
    };
    Ok(html(StatusCode::OK, &page))
}

/// Whether the files of an order may be fetched from here now, as the download function will decide it.
fn fetches(visitor: &Visitor, photo: Option<&Photo>) -> Result<(), Refusal> {
    let shown = photo.filter(|photo| visitor.standing.sees(photo));
    visitor
        .standing
        .may(Action::FetchShipped, shown, visitor.now)
}

async fn shown<'a>(
    gallery: &Gallery,
    caller: &Caller,
    visitor: &Visitor,
    order: &Order,
    line: &'a Line,
    photo: Option<&Photo>,
) -> Result<Shown<'a>, Failure> {
    let visible = photo.filter(|photo| visitor.standing.sees(photo));
    let may = fetches(visitor, photo).is_ok();
    // what was shipped is theirs, in that version, whatever became of the photograph
    let (named, then) = match line.state {
        LineState::Shipped { version, .. } if may => match photo {
            Some(photo) => (true, at_version(gallery, photo, version).await?),
            None => (true, None),
        },
        _ => (visible.is_some(), visible.cloned()),
    };
    let sources = match &then {
        Some(photo) => small(gallery, visitor, photo).await?,
        None => Vec::new(),
    };
    let picture = then.as_ref().and_then(Photo::picture);
    let (width, height) = picture.map_or((3, 2), |p| (p.width, p.height.max(1)));
    let (icon, class, words) = said(line, visitor, gallery);
    let shipped = matches!(line.state, LineState::Shipped { .. });
    Ok(Shown {
        name: if named { &line.file_name } else { "" },
        chapter: if named { &line.section } else { "" },
        product: &line.product_name,
        src: sources.first().map(|s| s.url.clone()).unwrap_or_default(),
        ratio: (f64::from(width) / f64::from(height)).clamp(0.4, 3.0),
        average: picture.map_or_else(String::new, |p| p.average.clone()),
        icon,
        class,
        words,
        get: (shipped && may && line.method != Method::Manual).then(|| {
            let link = caller.token.expose();
            format!(
                "/download/{link}/order/{}/{}/{}",
                order.id, line.photo, line.product
            )
        }),
    })
}

/// A line's state as icon, class of `.status`, and words.
fn said(line: &Line, visitor: &Visitor, gallery: &Gallery) -> (&'static str, &'static str, String) {
    let studio = &gallery.name;
    match (line.state, line.method) {
        (LineState::Shipped { at, .. }, Method::Manual) => {
            let when = moment(at, visitor.now, gallery);
            ("box", "status--ready", format!("Sent on {when}"))
        }
        (LineState::Shipped { at, .. }, _) => {
            let when = moment(at, visitor.now, gallery);
            ("check", "status--ready", format!("Here since {when}"))
        }
        (LineState::Cancelled { .. }, _) => ("close", "status--quiet", "Cancelled".into()),
        (LineState::Pending, Method::AfterProcessing) => {
            ("clock", "", "Waiting for the finished photograph".into())
        }
        (LineState::Pending, Method::Now) => {
            ("clock", "", format!("Waiting for {studio} to send it"))
        }
        (LineState::Pending, Method::Manual) => ("box", "", format!("{studio} brings it to you")),
    }
}

fn chip(state: OrderState) -> Chip {
    let (icon, word, class) = match state {
        OrderState::Placed => ("clock", "Ordered", ""),
        OrderState::PartlyShipped => ("box", "Partly here", ""),
        OrderState::Shipped => ("check", "All here", "status--ready"),
        OrderState::Cancelled => ("close", "Cancelled", "status--quiet"),
    };
    Chip { icon, word, class }
}

/// "6 of 10 are here".
pub fn how_far(order: &Order) -> String {
    let of = |is: fn(&LineState) -> bool| order.lines.iter().filter(|l| is(&l.state)).count();
    let here = of(|state| matches!(state, LineState::Shipped { .. }));
    let wanted = of(|state| !matches!(state, LineState::Cancelled { .. }));
    match (order.state(), here, wanted) {
        (OrderState::Cancelled, ..) => "cancelled".into(),
        (OrderState::Shipped, _, 1) => "it is here".into(),
        (OrderState::Shipped, _, all) => format!("{} are here", all_of(all)),
        (_, 0, 1) => "not here yet".into(),
        (_, 0, all) => format!("{} are still to come", all_of(all)),
        (_, 1, all) => format!("1 of {all} is here"),
        (_, here, all) => format!("{here} of {all} are here"),
    }
}

/// "both", "all three".
fn all_of(n: usize) -> String {
    match n {
        2 => "both".into(),
        n => format!("all {}", small_number(n)),
    }
}

/// What the studio does now, and how one learns of it.
fn next(order: &Order, studio: &str) -> Option<String> {
    let waits = order.open().then(|| match order.source {
        Source::Selection { .. } => format!("{studio} is retouching"),
        Source::Cart => format!("{studio} has your order"),
    })?;
    let told = match &order.contact {
        Some(to) => format!(
            "and writes to {} each time some of them are ready",
            to.masked()
        ),
        None => "; open this page again to see what is ready".into(),
    };
    Some(format!("{waits} {told}.").replace(" ;", ";"))
}

/// Why what was shipped cannot be fetched from here now.
fn shut(visitor: &Visitor, order: &Order, studio: &str) -> Option<String> {
    if order.deliveries.is_empty() {
        return None;
    }
    Some(match fetches(visitor, None).err()? {
        Refusal::Archived => {
            format!(
                "This gallery is archived: its files are kept, and {studio} can open the download again."
            )
        }
        _ => format!("{studio} has not opened the download to you. Ask if you need it."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visitor::tests::{gallery, photo};
    use domain::order::Wish;
    use domain::photo::Stage;
    use domain::product::defaults;
    use jiff::Timestamp;

    fn order(finals: usize, proofs: usize) -> Order {
        let gallery = gallery(|_| {});
        let [full, _] = defaults();
        let full = domain::product::Product {
            only_final: true,
            ..full
        };
        let stages = (0..finals + proofs).map(|n| {
            if n < finals {
                Stage::Final
            } else {
                Stage::Proof
            }
        });
        let photos: Vec<Photo> = stages
            .enumerate()
            .map(|(n, stage)| photo(&gallery, &format!("{n}.jpg"), stage, false))
            .collect();
        let wishes: Vec<_> = photos
            .iter()
            .map(|photo| Wish::chosen(photo, &full))
            .collect();
        let contact = "marta@lindqvist.se".parse().unwrap();
        let whose = (Subject::Anybody, Some(contact));
        Order::place(
            &gallery,
            whose,
            Source::Cart,
            &wishes,
            &[],
            Timestamp::UNIX_EPOCH,
        )
        .unwrap()
    }

    /// P47: a partly shipped order says how many are here; cancelled lines count nowhere.
    #[test]
    fn an_order_says_how_far_it_is() {
        assert_eq!(how_far(&order(6, 4)), "6 of 10 are here");
        assert_eq!(how_far(&order(1, 4)), "1 of 5 is here");
        assert_eq!(how_far(&order(0, 4)), "all four are still to come");
        assert_eq!(how_far(&order(3, 0)), "all three are here");
        assert_eq!(how_far(&order(2, 0)), "both are here");
        assert_eq!(how_far(&order(1, 0)), "it is here");
        let mut partly = order(6, 4);
        partly.cancel_line(9, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(how_far(&partly), "6 of 9 are here");
        let mut cancelled = order(0, 2);
        cancelled.cancel(Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(how_far(&cancelled), "cancelled");
        assert_eq!(chip(cancelled.state()).word, "Cancelled");
    }

    /// P48: what happens next says where the letter goes, and what to do where there is none; nothing once all is here.
    #[test]
    fn what_is_next_says_where_the_letter_goes() {
        let waiting = order(0, 2);
        assert_eq!(
            next(&waiting, "Hedda").unwrap(),
            "Hedda has your order and writes to m•••a@lindqvist.se each time some of them are ready."
        );
        let silent = Order {
            contact: None,
            ..waiting
        };
        assert_eq!(
            next(&silent, "Hedda").unwrap(),
            "Hedda has your order; open this page again to see what is ready."
        );
        assert_eq!(next(&order(2, 0), "Hedda"), None);
    }
}
