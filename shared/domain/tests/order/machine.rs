//! Random lives of random orders, against a model written apart (4.7): what is refused is refused by the same name and
//! changes nothing; a line is shipped at most once and stays at its version.

use crate::model::{Item, Model, Picture, Refused, Status, World};
use domain::access::Subject;
use domain::gallery::{Gallery, Kind};
use domain::ids::PhotoId;
use domain::order::{
    Forbidden, Line, LineState, Method, Now, Order, OrderState, Source, Wish, rule,
};
use domain::photo::{Photo, Picture as Facts, Shown, Stage, State, Version};
use domain::product::{Product, STAGES, defaults};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use std::collections::HashMap;

const PICTURES: usize = 5;

/// What happens to an order or around it.
#[derive(Debug, Clone)]
enum Step {
    Stage(usize, usize),
    Replace(usize),
    Gone(usize, bool),
    OnlyFinal(usize, bool),
    Retouched(bool),
    Recalc,
    Ship,
    AutoShip,
    Cancel,
    CancelLine(usize),
    Auto(bool),
}

fn step() -> impl Strategy<Value = Step> {
    let picture = 0..PICTURES;
    prop_oneof![
        4 => (picture.clone(), 0..3usize).prop_map(|(p, s)| Step::Stage(p, s)),
        2 => picture.clone().prop_map(Step::Replace),
        1 => (picture, any::<bool>()).prop_map(|(p, gone)| Step::Gone(p, gone)),
        1 => (0..2usize, any::<bool>()).prop_map(|(p, on)| Step::OnlyFinal(p, on)),
        1 => any::<bool>().prop_map(Step::Retouched),
        4 => Just(Step::Recalc),
        4 => Just(Step::Ship),
        2 => Just(Step::AutoShip),
        1 => Just(Step::Cancel),
        2 => (0..10usize).prop_map(Step::CancelLine),
        1 => any::<bool>().prop_map(Step::Auto),
    ]
}

/// A world with an order in it, kept twice.
struct Twice {
    now: Timestamp,
    gallery: Gallery,
    products: [Product; 2],
    photos: Vec<Photo>,
    gone: Vec<bool>,
    order: Order,
    model: Model,
}

pub fn photo(n: usize, stage: Stage) -> Photo {
    let key = format!("f/IMG_{n}.jpg");
    let now = Timestamp::UNIX_EPOCH;
    Photo {
        id: PhotoId::of_key(&key),
        gallery: domain::ids::GalleryId::new(now),
        section: "Ceremony".into(),
        file_name: format!("IMG_{n}.jpg"),
        key,
        version: Version {
            id: "1".into(),
            etag: "e".into(),
            size: 1,
        },
        state: State::Ready(Facts {
            width: 3,
            height: 2,
            crc32: 0,
            thumbhash: String::new(),
            average: "808080".into(),
            captured: None,
            truncated: false,
            tag: "t".into(),
            renditions: vec![],
            marked: false,
        }),
        uploaded: now,
        stage,
        shown: Shown::Everyone,
        number: 1,
        fresh: false,
        refused: None,
    }
}

impl Twice {
    fn new(stages: &[usize], lines: &[(usize, usize, bool)], kind: Kind, auto: bool) -> Self {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let mut gallery = Gallery::new("Anna & Mats".into(), "f".into(), now);
        gallery.kind = kind;
        gallery.auto_ship = auto;
        let [mut now_or_later, later] = defaults().map(|product| Product {
            only_final: true,
            ..product
        });
        now_or_later.only_final = false;
        let products = [now_or_later, later];
        let photos: Vec<Photo> = stages
            .iter()
            .enumerate()
            .map(|(n, stage)| photo(n, STAGES[*stage]))
            .collect();
        let wishes: Vec<Wish<'_>> = lines
            .iter()
            .map(|&(picture, product, kept_back)| Wish {
                kept_back,
                ..Wish::chosen(&photos[picture], &products[product])
            })
            .collect();
        let by = (Subject::Anybody, None);
        let order = Order::place(&gallery, by, Source::Cart, &wishes, &[], now).unwrap();
        let mut twice = Self {
            now,
            gone: vec![false; photos.len()],
            gallery,
            products,
            photos,
            model: Model {
                items: vec![],
                sendings: vec![],
                auto,
            },
            order,
        };
        twice.model = Model::place(&twice.world(), lines, auto);
        twice
    }

    /// The world in the model's words.
    fn world(&self) -> World {
        let pictures = self.photos.iter().zip(&self.gone);
        World {
            pictures: pictures
                .map(|(photo, gone)| Picture {
                    is_final: photo.stage == Stage::Final,
                    version: photo.number,
                    there: !gone,
                })
                .collect(),
            only_final: self.products.iter().map(|p| p.only_final).collect(),
            retouched: self.gallery.kind == Kind::ProofRetouchDeliver,
        }
    }

    fn photos_now(&self) -> HashMap<PhotoId, Now> {
        let there = self.photos.iter().zip(&self.gone);
        Now::of(there.filter(|(_, gone)| !**gone).map(|(photo, _)| photo))
    }

    /// Does the same to both; what they answer must be the same.
    fn take(&mut self, step: &Step) {
        self.now += SignedDuration::from_secs(1);
        let (now, world, photos) = (self.now, self.world(), self.photos_now());
        let rule = rule(&self.products, &self.gallery);
        let (before, order, model) = (self.order.clone(), &mut self.order, &mut self.model);
        let refused = match step {
            Step::Stage(n, stage) => {
                self.photos[*n].stage = STAGES[*stage];
                return;
            }
            Step::Replace(n) => {
                self.photos[*n].number += 1;
                return;
            }
            Step::Gone(n, gone) => {
                self.gone[*n] = *gone;
                return;
            }
            Step::OnlyFinal(n, on) => {
                drop(rule);
                self.products[*n].only_final = *on;
                return;
            }
            Step::Retouched(on) => {
                drop(rule);
                self.gallery.kind = if *on {
                    Kind::ProofRetouchDeliver
                } else {
                    Kind::Delivery
                };
                return;
            }
            Step::Recalc => {
                let done = order.recalc(&photos, rule, now);
                let done = done.map(|c| (c.now as usize, c.waiting as usize, c.missing as usize));
                same(&done, &model.recalc(&world))
            }
            Step::Ship => {
                let done = order.ship(&photos, rule, false, now);
                same(&done.map(|d| d.lines as usize), &model.ship(&world))
            }
            Step::AutoShip => {
                let ships = order.ships_itself(&photos);
                assert_eq!(ships, model.ships_itself(&world));
                if !ships {
                    return;
                }
                let all = model.waiting();
                model.recalc(&world).unwrap();
                model.ship(&world).unwrap();
                order.recalc(&photos, &rule, now).unwrap();
                let sent = order.ship(&photos, &rule, true, now).unwrap();
                assert_eq!((sent.lines as usize, sent.automatic), (all, true));
                assert_eq!(order.state(), OrderState::Shipped);
                // two steps in one
                order.revision -= 1;
                false
            }
            Step::Cancel => same(&order.cancel(now), &model.cancel()),
            Step::CancelLine(n) => same(&order.cancel_line(*n, now), &model.cancel_line(*n)),
            Step::Auto(on) => same(&order.set_auto_ship(*on), &model.set_auto(*on)),
        };
        if refused {
            assert_eq!(self.order, before, "what is refused changes nothing");
        } else {
            assert_eq!(self.order.revision, before.revision + 1);
        }
        pinned(&before, &self.order);
    }

    /// The order is what the model says it is.
    fn compare(&self) {
        let (order, model) = (&self.order, &self.model);
        for (line, item) in order.lines.iter().zip(&model.items) {
            assert!(is(line, item), "{line:?} is not {item:?}");
        }
        assert_eq!(order.lines.len(), model.items.len());
        let sendings: Vec<usize> = order.deliveries.iter().map(|d| d.lines as usize).collect();
        assert_eq!(sendings, model.sendings);
        assert_eq!(sendings.iter().sum::<usize>(), model.sent());
        let numbers = order.deliveries.iter().map(|d| d.number as usize);
        assert!(numbers.eq(1..=sendings.len()));
        assert_eq!(
            order.state(),
            match (model.waiting(), model.sent()) {
                (0, 0) => OrderState::Cancelled,
                (0, _) => OrderState::Shipped,
                (_, 0) => OrderState::Placed,
                _ => OrderState::PartlyShipped,
            }
        );
        assert_eq!(order.open(), model.waiting() > 0);
        assert_eq!(
            order.cancelled.is_some(),
            order.state() == OrderState::Cancelled
        );
        assert_eq!(order.total(), 0);
        for item in &model.items {
            let (photo, product) = (
                &self.photos[item.picture].id,
                self.products[item.product].id,
            );
            let sent = match item.status {
                Status::Sent { version, .. } => Some(version),
                _ => None,
            };
            assert_eq!(order.shipped(photo, product), sent);
        }
    }
}

/// Whether both refused; panics when they answered differently.
fn same<T: PartialEq + std::fmt::Debug>(
    real: &Result<T, Forbidden>,
    model: &Result<T, Refused>,
) -> bool {
    let named = real.as_ref().map_err(|forbidden| match forbidden {
        Forbidden::Cancelled => Refused::Cancelled,
        Forbidden::PartlyShipped => Refused::Partly,
        Forbidden::Shipped => Refused::Shipped,
        Forbidden::NothingToShip { waiting } => Refused::Nothing {
            waiting: *waiting as usize,
        },
        Forbidden::NoSuchLine => Refused::NoSuchLine,
        Forbidden::LineShipped => Refused::LineSent,
        Forbidden::LineCancelled => Refused::LineOut,
        other => panic!("{other:?} is about placing"),
    });
    assert_eq!(named, model.as_ref().map_err(|refused| *refused));
    real.is_err()
}

fn is(line: &Line, item: &Item) -> bool {
    match (line.state, item.status) {
        (LineState::Pending, Status::Waits { ready }) => (line.method == Method::Now) == ready,
        (
            LineState::Shipped {
                version, delivery, ..
            },
            Status::Sent {
                version: sent,
                sending,
            },
        ) => (version, delivery as usize) == (sent, sending),
        (LineState::Cancelled { .. }, Status::Out) => true,
        _ => false,
    }
}

/// What is shipped or cancelled never changes again, and what was asked for never does.
fn pinned(before: &Order, after: &Order) {
    for (before, after) in before.lines.iter().zip(&after.lines) {
        if before.state != LineState::Pending {
            assert_eq!(before, after);
        }
        let asked = |line: &Line| (line.photo.clone(), line.product, line.asked, line.kept_back);
        assert_eq!(asked(before), asked(after));
    }
    assert!(after.deliveries.starts_with(&before.deliveries));
}

/// At least one photograph as one product, none twice.
fn lines() -> impl Strategy<Value = Vec<(usize, usize, bool)>> {
    let pairs: Vec<(usize, usize)> = (0..PICTURES)
        .flat_map(|picture| [(picture, 0), (picture, 1)])
        .collect();
    let some = proptest::sample::subsequence(pairs, 1..=2 * PICTURES);
    some.prop_flat_map(|pairs| {
        let kept = proptest::collection::vec(any::<bool>(), pairs.len());
        kept.prop_map(move |kept| {
            let both = pairs.iter().zip(kept);
            both.map(|(&(picture, product), kept)| (picture, product, kept))
                .collect()
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// P41, P45, P46, P47: an order and its model live the same life.
    #[test]
    fn an_order_lives_as_the_model_says(
        stages in proptest::collection::vec(0..3usize, PICTURES),
        lines in lines(),
        retouched in any::<bool>(),
        auto in any::<bool>(),
        steps in proptest::collection::vec(step(), 0..60),
    ) {
        let kind = if retouched { Kind::ProofRetouchDeliver } else { Kind::Delivery };
        let mut twice = Twice::new(&stages, &lines, kind, auto);
        twice.compare();
        for step in &steps {
            twice.take(step);
            twice.compare();
        }
    }
}
