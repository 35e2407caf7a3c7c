//! What is done to an order (P45–P48): each once for its key, against the order that was seen, with its letters.

use super::{named, path, sheet, words};
use crate::Studio;
use crate::authorizations::Sure;
use crate::member::{From, Me, Named};
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::activity::{Event, What, Who};
use domain::gallery::Gallery;
use domain::ids::SecretToken;
use domain::order::{Counted, Delivery, Forbidden, Order};
use domain::status;
use serde::Deserialize;
use std::sync::atomic::{AtomicBool, Ordering};
use table::{Changed, Mail};
use web::{Failure, Page};

/// What a form of the page sends.
#[derive(Deserialize)]
pub(super) struct Pressed {
    /// The key it was drawn with.
    once: String,
    /// The order's revision then.
    seen: u64,
    /// Of the switch.
    #[serde(default)]
    on: bool,
}

/// Somebody at an order's page.
struct At {
    studio: Studio,
    me: Me,
    from: From,
    gallery: Gallery,
    order: Order,
}

impl At {
    async fn read(
        (studio, me, from): (Studio, Me, From),
        gallery: Gallery,
        id: &str,
    ) -> Result<Self, Failure> {
        let order = named(&studio, &gallery, id).await?;
        Ok(Self {
            studio,
            me,
            from,
            gallery,
            order,
        })
    }

    fn event(&self, what: What) -> Event {
        event(&self.studio, &self.me, &self.from, &self.gallery, what)
    }

    fn changed(&self, order: &Order, change: String) -> Event {
        let number = order.number;
        self.event(What::OrderChanged { number, change })
    }

    fn back(&self, done: &str) -> Response {
        Redirect::to(&format!("{}?done={done}", path(&self.order))).into_response()
    }

    async fn refuse(&self, order: &Order, why: String) -> Result<Response, Failure> {
        sheet::refuse(&self.studio, &self.me, &self.gallery, order, why).await
    }

    /// The answer to a change: back to the page, or the page as it is now with what stood against it.
    async fn answer<T>(&self, changed: Changed<T>, done: &str) -> Result<Response, Failure> {
        match changed {
            Changed::Done(..) => Ok(self.back(done)),
            Changed::Again(_) => Ok(self.back("again")),
            Changed::Reused => Err(Failure::Reused),
            Changed::Busy => Err(Failure::Busy),
            Changed::Gone => Err(Failure::NotFound),
            Changed::Forbidden(why) => {
                let id = self.order.id.to_string();
                let order = named(&self.studio, &self.gallery, &id).await?;
                let words = self.words(&order, &why).await?;
                self.refuse(&order, words).await
            }
        }
    }

    /// Why not, in words that lead on.
    async fn words(&self, order: &Order, why: &Forbidden) -> Result<String, Failure> {
        Ok(match why {
            Forbidden::NothingToShip { .. } => {
                let photos = self.studio.table.photos_of(self.gallery.id).await?;
                let of =
                    |line: &domain::order::Line| photos.iter().find(|one| one.id == line.photo);
                let lines = order.lines.iter().map(|line| (line, of(line)));
                let reason = words::Waiting::of(lines).reason();
                reason.unwrap_or_else(|| "Nothing was shipped.".into())
            }
            Forbidden::Cancelled => "The order is cancelled already.".into(),
            Forbidden::Shipped => "Everything of it is shipped already.".into(),
            Forbidden::PartlyShipped => {
                "A part of it is shipped already. Take out what is still pending instead.".into()
            }
            Forbidden::LineShipped => "This item is shipped already.".into(),
            Forbidden::LineCancelled => "This item is taken out already.".into(),
            Forbidden::NoSuchLine => "There is no such item.".into(),
            other => other.to_string(),
        })
    }

    /// A change by the revision that was seen: somebody else's change in between is shown before anything is done.
    async fn change(
        &self,
        pressed: &Pressed,
        (what, done): (&str, &str),
        change: impl Fn(&mut Order) -> Result<String, Forbidden>,
    ) -> Result<Response, Failure> {
        let stale = AtomicBool::new(false);
        let changed = self.studio.table.change_order(
            (self.gallery.id, self.order.id),
            (&pressed.once, what),
            |order, _| {
                stale.store(order.revision != pressed.seen, Ordering::Relaxed);
                if stale.load(Ordering::Relaxed) {
                    return Err(Forbidden::NoSuchLine);
                }
                change(order)
            },
            |order, words: &String| (Vec::new(), self.changed(order, words.clone())),
            self.studio.now(),
        );
        let changed = changed.await?;
        if stale.load(Ordering::Relaxed) && matches!(changed, Changed::Forbidden(_)) {
            return self.stale().await;
        }
        self.answer(changed, done).await
    }

    async fn stale(&self) -> Result<Response, Failure> {
        let order = named(&self.studio, &self.gallery, &self.order.id.to_string()).await?;
        let why = "The order changed since this page was loaded, so nothing was done. This is how it is now.";
        self.refuse(&order, why.into()).await
    }
}

fn event(studio: &Studio, me: &Me, from: &From, gallery: &Gallery, what: What) -> Event {
    Event {
        at: studio.now(),
        gallery: Some(gallery.id),
        who: Who::Member(me.0.member.email.clone()),
        what,
        from: from.0.clone(),
    }
}

fn shipped(order: &Order, delivery: &Delivery) -> What {
    What::Shipped {
        number: order.number,
        count: delivery.lines,
        automatic: delivery.automatic,
    }
}

/// `POST …/recalc`: *Recalc items shipping methods* (P45). Sends nothing, and may be pressed at any time.
pub(super) async fn recalc(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Named { gallery, .. }: Named,
    Path((_, id)): Path<(String, String)>,
    Form(pressed): Form<Pressed>,
) -> Result<Response, Failure> {
    let at = At::read((studio, me, from), gallery, &id).await?;
    let products = at.studio.table.products().await?;
    let tell = |order: &Order, counted: &Counted| {
        let words = format!("counted again, {} can ship", counted.now);
        at.changed(order, words)
    };
    let order = (&at.gallery, at.order.id);
    let now = at.studio.now();
    let table = &at.studio.table;
    let changed = table.recalc_order(order, &pressed.once, &products, tell, now);
    let changed = changed.await?;
    at.answer(changed, "counted").await
}

/// `POST …/ship`: *Ship PENDING downloadable items now* (P46), those that the page showed.
pub(super) async fn ship(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Named { gallery, .. }: Named,
    Path((_, id)): Path<(String, String)>,
    Form(pressed): Form<Pressed>,
) -> Result<Response, Failure> {
    let at = At::read((studio, me, from), gallery, &id).await?;
    let products = at.studio.table.products().await?;
    // with nothing left to ship an old page is answered by what became of it
    if at.order.revision != pressed.seen && at.order.tally().now > 0 {
        return at.stale().await;
    }
    let tell = |order: &Order, delivery: &Delivery| {
        let mails = Mail::shipped(&at.gallery, order, delivery);
        (mails, at.event(shipped(order, delivery)))
    };
    let order = (&at.gallery, at.order.id);
    let now = at.studio.now();
    let table = &at.studio.table;
    let changed = table.ship_order(order, &pressed.once, &products, tell, now);
    let changed = changed.await?;
    at.answer(changed, "shipped").await
}

/// `POST …/auto`: *Ship by itself when all are Final*, and at once where they are.
pub(super) async fn auto(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Named { gallery, .. }: Named,
    Path((_, id)): Path<(String, String)>,
    Form(pressed): Form<Pressed>,
) -> Result<Response, Failure> {
    let at = At::read((studio, me, from), gallery, &id).await?;
    let on = pressed.on;
    let done = if on { "auto-on" } else { "auto-off" };
    let answer = at.change(&pressed, (done, done), |order| {
        order.set_auto_ship(on)?;
        let words = if on {
            "ships by itself"
        } else {
            "waits for a hand"
        };
        Ok(words.into())
    });
    let answer = answer.await?;
    if !on || !answer.status().is_redirection() {
        return Ok(answer);
    }
    let shipped = ship_by_itself(&at.studio, &at.me, &at.from, &at.gallery).await?;
    Ok(match shipped.contains(&at.order.number) {
        true => at.back("auto-shipped"),
        false => answer,
    })
}

/// Ships the gallery's orders that ship by themselves and whose items are all Final now; their numbers. While the gallery is
/// paused or history nothing goes by itself: the letter would lead to a closed door. The sweep does it when it opens.
pub(crate) async fn ship_by_itself(
    studio: &Studio,
    me: &Me,
    from: &From,
    gallery: &Gallery,
) -> Result<Vec<u32>, Failure> {
    if status::shut(gallery, studio.now()) {
        return Ok(Vec::new());
    }
    let products = studio.table.products().await?;
    let tell = |order: &Order, delivery: &Delivery| {
        let event = event(studio, me, from, gallery, shipped(order, delivery));
        (Mail::shipped(gallery, order, delivery), event)
    };
    let now = studio.now();
    let done = studio
        .table
        .auto_ship(gallery, &products, tell, now)
        .await?;
    Ok(done.into_iter().map(|(order, _)| order.number).collect())
}

/// `GET …/cancel`: a question, for it cannot be undone.
pub(super) async fn cancel_form(
    State(studio): State<Studio>,
    Named { gallery, .. }: Named,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let order = named(&studio, &gallery, &id).await?;
    let question = format!("Cancel order {}?", order.number);
    let sentences = vec![
        format!("{} of “{}” will not be delivered.", words::items(order.lines.len()), gallery.title),
        "The client’s choice, hearts and comments stay, and they may order again. No mail goes out: tell them yourself."
            .into(),
    ];
    Ok(sure(
        &studio,
        &order,
        question,
        sentences,
        ("cancel", "Cancel the order"),
    ))
}

/// `POST …/cancel`: cancels it as a whole, while nothing is shipped.
pub(super) async fn cancel(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Named { gallery, .. }: Named,
    Path((_, id)): Path<(String, String)>,
    Query(pressed): Query<Pressed>,
) -> Result<Response, Failure> {
    let at = At::read((studio, me, from), gallery, &id).await?;
    let now = at.studio.now();
    let change = |order: &mut Order| order.cancel(now).map(|()| "cancelled".to_owned());
    at.change(&pressed, ("cancel", "cancelled"), change).await
}

/// `GET …/lines/{place}/cancel`: the same question of one item.
pub(super) async fn cancel_line_form(
    State(studio): State<Studio>,
    Named { gallery, .. }: Named,
    Path((_, id, place)): Path<(String, String, usize)>,
) -> Result<Response, Failure> {
    let order = named(&studio, &gallery, &id).await?;
    let line = order.lines.get(place).ok_or(Failure::NotFound)?;
    let question = format!("Take {} out of order {}?", line.file_name, order.number);
    let sentences = vec![
        format!("It will not be delivered as “{}”.", line.product_name),
        "The photograph, its heart and its comments stay. No mail goes out.".into(),
    ];
    let action = format!("lines/{place}/cancel");
    Ok(sure(
        &studio,
        &order,
        question,
        sentences,
        (&action, "Take it out"),
    ))
}

/// `POST …/lines/{place}/cancel`: takes one pending item out.
pub(super) async fn cancel_line(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Named { gallery, .. }: Named,
    Path((_, id, place)): Path<(String, String, usize)>,
    Query(pressed): Query<Pressed>,
) -> Result<Response, Failure> {
    let at = At::read((studio, me, from), gallery, &id).await?;
    let now = at.studio.now();
    let what = format!("line {place}");
    let change = |order: &mut Order| {
        order.cancel_line(place, now)?;
        let name = order.lines.get(place).map(|line| line.file_name.clone());
        Ok(format!("{} taken out", name.unwrap_or_default()))
    };
    at.change(&pressed, (&what, "line"), change).await
}

fn sure(
    studio: &Studio,
    order: &Order,
    question: String,
    sentences: Vec<String>,
    (action, button): (&str, &str),
) -> Response {
    let once = SecretToken::random();
    let (base, key, seen) = (path(order), once.expose(), order.revision);
    let sure = Sure {
        page: Page::new(&studio.name),
        contacts: false,
        question,
        sentences,
        action: format!("{base}/{action}?once={key}&seen={seen}"),
        button,
        back: base,
    };
    sure.ask()
}
