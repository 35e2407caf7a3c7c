//! The rules of orders, one by one.

use crate::machine::photo;
use domain::access::{Action, Subject};
use domain::gallery::{Gallery, Kind};
use domain::order::{
    Counted, Forbidden, Line, LineState, MOST_LINES, Method, Now, Order, OrderState, Source, Wish,
    method, orderable, rule,
};
use domain::photo::{Photo, Stage, State};
use domain::product::{FULL_SIZE, Product, STAGES, defaults, offered, offers};
use jiff::Timestamp;

fn now() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

fn gallery(kind: Kind) -> Gallery {
    let mut gallery = Gallery::new("Anna & Mats".into(), "f".into(), now());
    gallery.kind = kind;
    gallery
}

fn full_size() -> Product {
    let [full, _] = defaults();
    full
}

fn place(gallery: &Gallery, wishes: &[Wish<'_>], earlier: &[Line]) -> Result<Order, Forbidden> {
    let by = (Subject::Anybody, None);
    Order::place(gallery, by, Source::Cart, wishes, earlier, now())
}

fn proofs(count: usize) -> Vec<Photo> {
    (0..count).map(|n| photo(n, Stage::Proof)).collect()
}

fn wishes<'a>(photos: &'a [Photo], product: &'a Product) -> Vec<Wish<'a>> {
    photos.iter().map(|p| Wish::chosen(p, product)).collect()
}

/// P41: what is delivered at once only of Finals waits until it is one; so does everything where photographs are retouched.
#[test]
fn the_method_follows_from_product_kind_and_state() {
    for stage in STAGES {
        for only_final in [false, true] {
            for kind in [Kind::Delivery, Kind::Proofing, Kind::ProofRetouchDeliver] {
                let waits = only_final || kind == Kind::ProofRetouchDeliver;
                let expected = match waits && stage != Stage::Final {
                    true => Method::AfterProcessing,
                    false => Method::Now,
                };
                assert_eq!(method(only_final, &gallery(kind), stage), expected);
            }
        }
    }
}

/// 4.7: an order placed names what was asked, costs nothing, and what can be had at once is shipped with it (P41, P42).
#[test]
fn placing_freezes_what_was_asked_and_ships_what_can_be_had() {
    let photos = [photo(0, Stage::Proof), photo(1, Stage::Final)];
    let product = full_size();
    let gallery = gallery(Kind::ProofRetouchDeliver);
    let order = place(&gallery, &wishes(&photos, &product), &[]).unwrap();
    assert_eq!(order.total(), 0);
    assert_eq!(order.state(), OrderState::PartlyShipped);
    assert_eq!(order.lines[0].file_name, "IMG_0.jpg");
    assert_eq!(order.lines[0].section, "Ceremony");
    assert_eq!(order.lines[0].state, LineState::Pending);
    assert_eq!(order.shipped(&photos[1].id, FULL_SIZE), Some(1));
    assert_eq!(order.deliveries.len(), 1);
    assert!(order.deliveries[0].automatic);
}

/// S35: while downloads wait for the delivery, placing an order is no way around it: what could be had at once stays until
/// the studio ships it.
#[test]
fn nothing_ships_with_an_order_before_the_delivery_is_published() {
    let photos = [photo(0, Stage::Proof), photo(1, Stage::Final)];
    let product = full_size();
    for kind in [Kind::Proofing, Kind::ProofRetouchDeliver] {
        let mut gallery = gallery(kind);
        (gallery.wait_for_delivery, gallery.delivered) = (true, None);
        let mut order = place(&gallery, &wishes(&photos, &product), &[]).unwrap();
        assert_eq!(order.state(), OrderState::Placed, "{kind:?}");
        assert_eq!(order.lines[1].method, Method::Now);
        let products = [product.clone()];
        let now_are = Now::of(&photos);
        let delivery = order.ship(&now_are, rule(&products, &gallery), false, now());
        assert!(delivery.is_ok(), "by hand");
        assert_eq!(order.shipped(&photos[1].id, FULL_SIZE), Some(1));
        gallery.delivered = Some(now());
        let order = place(&gallery, &wishes(&photos, &product), &[]).unwrap();
        assert_eq!(order.deliveries.len(), 1, "{kind:?}");
    }
}

/// 4.7: nothing, too much, twice the same, and what clients cannot see is refused by name.
#[test]
fn what_cannot_be_ordered_is_refused_by_name() {
    let gallery = gallery(Kind::Delivery);
    let product = full_size();
    assert_eq!(place(&gallery, &[], &[]), Err(Forbidden::Empty));

    let twice = [photo(0, Stage::Proof), photo(0, Stage::Proof)];
    let file_name = "IMG_0.jpg".to_owned();
    assert_eq!(
        place(&gallery, &wishes(&twice, &product), &[]),
        Err(Forbidden::AlreadyOrdered {
            file_name: file_name.clone()
        })
    );
    let unseen = [Photo {
        state: State::Processing,
        ..photo(0, Stage::Proof)
    }];
    assert_eq!(
        place(&gallery, &wishes(&unseen, &product), &[]),
        Err(Forbidden::NotOffered { file_name })
    );

    let photos = proofs(MOST_LINES + 1);
    assert_eq!(
        place(&gallery, &wishes(&photos, &product), &[]),
        Err(Forbidden::TooLarge)
    );
    assert!(place(&gallery, &wishes(&photos[1..], &product), &[]).is_ok());
    let long: Vec<Photo> = photos[1..]
        .iter()
        .map(|photo| Photo {
            file_name: "n".repeat(250),
            ..photo.clone()
        })
        .collect();
    assert_eq!(
        place(&gallery, &wishes(&long, &product), &[]),
        Err(Forbidden::TooLarge),
        "more than one transaction takes"
    );
}

/// P40, P57: a product that is offered only for some states is ordered only in those; flipping the state flips the offer
/// (P59).
#[test]
fn a_product_is_ordered_only_in_the_states_it_is_offered_for() {
    let only_final = Product {
        states: [Stage::Final].into(),
        ..full_size()
    };
    let gallery = gallery(Kind::Delivery);
    let mut photo = photo(0, Stage::Proof);
    let may = |action: Action| action == Action::Order;
    let products = [only_final];
    assert!(offers(&products, &gallery, &photo, may).is_empty());
    let wish = Wish {
        offered: offered(&products[0], photo.stage),
        ..Wish::chosen(&photo, &products[0])
    };
    let file_name = "IMG_0.jpg".to_owned();
    let refused = Err(Forbidden::NotOffered { file_name });
    assert_eq!(orderable(&wish, &[]), refused);
    photo.stage = Stage::Final;
    assert!(offered(&products[0], photo.stage));
    let wish = Wish::chosen(&photo, &products[0]);
    assert_eq!(orderable(&wish, &[]), Ok(()));
}

/// P22, P42: an original that the rights keep back until it is Final may be ordered, and no counting ships it before.
#[test]
fn what_the_rights_keep_back_is_not_shipped_before_it_is_final() {
    let (products, gallery) = ([full_size()], gallery(Kind::Delivery));
    let mut photo = photo(0, Stage::Proof);
    let may = |action: Action| action == Action::Order;
    let offered = offers(&products, &gallery, &photo, may);
    let wish = Wish::offered(&photo, &offered[0]);
    assert!(wish.kept_back);
    let mut order = place(&gallery, &[wish], &[]).unwrap();
    assert_eq!(order.state(), OrderState::Placed);
    let counted = order.recalc(&Now::of([&photo]), rule(&products, &gallery), now());
    let waits = Counted {
        waiting: 1,
        ..Counted::default()
    };
    assert_eq!(counted, Ok(waits));
    let early = order.ship(&Now::of([&photo]), rule(&products, &gallery), false, now());
    assert_eq!(early, Err(Forbidden::NothingToShip { waiting: 1 }));
    photo.stage = Stage::Final;
    let photos = Now::of([&photo]);
    order
        .recalc(&photos, rule(&products, &gallery), now())
        .unwrap();
    order
        .ship(&photos, rule(&products, &gallery), false, now())
        .unwrap();
    assert_eq!(order.state(), OrderState::Shipped);

    // what the rights give at once is not kept back
    let may = |action: Action| matches!(action, Action::Order | Action::DownloadOriginal);
    photo.stage = Stage::Proof;
    let offered = offers(&products, &gallery, &photo, may);
    assert!(!Wish::offered(&photo, &offered[0]).kept_back);
}

/// P45, P46, P47: ten ordered, six Final: six can be downloaded, four are Proof still; those six are shipped, the order is
/// partly shipped, and a second click sends nothing.
#[test]
fn a_part_is_delivered_when_a_part_is_final() {
    let (products, gallery) = ([full_size()], gallery(Kind::ProofRetouchDeliver));
    let mut photos = proofs(10);
    let mut order = place(&gallery, &wishes(&photos, &products[0]), &[]).unwrap();
    for photo in &mut photos[..6] {
        photo.stage = Stage::Final;
        photo.number = 2;
    }
    let current = Now::of(&photos);
    let counted = order.recalc(&current, rule(&products, &gallery), now());
    let expected = Counted {
        now: 6,
        waiting: 4,
        missing: 0,
    };
    assert_eq!(counted, Ok(expected));
    assert_eq!(order.tally(), expected);
    assert_eq!(
        (order.state(), order.deliveries.len()),
        (OrderState::Placed, 0)
    );

    let ship = |order: &mut Order| order.ship(&current, rule(&products, &gallery), false, now());
    let delivery = ship(&mut order).unwrap();
    assert_eq!(
        (delivery.number, delivery.lines, delivery.automatic),
        (1, 6, false)
    );
    assert_eq!(order.state(), OrderState::PartlyShipped);
    let versions: Vec<_> = photos
        .iter()
        .map(|p| order.shipped(&p.id, FULL_SIZE))
        .collect();
    assert_eq!(versions, [vec![Some(2); 6], vec![None; 4]].concat());
    let before = order.clone();
    assert_eq!(
        ship(&mut order),
        Err(Forbidden::NothingToShip { waiting: 4 })
    );
    assert_eq!(order, before);
}

/// P51: after a replacement a photograph may be ordered again and had at once, unless its product is limited to Proof and
/// Undefined: both settings.
#[test]
fn a_replaced_photograph_is_orderable_again_unless_only_proofs_are() {
    for (states, again) in [
        (STAGES.to_vec(), true),
        (vec![Stage::Proof, Stage::Undefined], false),
    ] {
        let product = Product {
            states: states.into_iter().collect(),
            ..full_size()
        };
        let (products, gallery) = ([product], gallery(Kind::ProofRetouchDeliver));
        let mut photo = photo(0, Stage::Proof);
        let may = |action: Action| action == Action::Order;
        let offer = |photo: &Photo| {
            offers(&products, &gallery, photo, |action| {
                may(action) || (action == Action::DownloadOriginal && photo.stage == Stage::Final)
            })
            .len()
        };
        assert_eq!(offer(&photo), 1);
        let mut first = place(
            &gallery,
            &wishes(std::slice::from_ref(&photo), &products[0]),
            &[],
        )
        .unwrap();
        let taken = |order: &Order, photo: &Photo| {
            orderable(&Wish::chosen(photo, &products[0]), &order.lines)
        };
        let refused = Err(Forbidden::AlreadyOrdered {
            file_name: "IMG_0.jpg".into(),
        });
        assert_eq!(
            taken(&first, &photo),
            refused,
            "it is ordered and not shipped yet"
        );

        (photo.stage, photo.number) = (Stage::Final, 2);
        assert_eq!(
            taken(&first, &photo),
            refused,
            "the order waits for just this version"
        );
        let current = Now::of([&photo]);
        first
            .recalc(&current, rule(&products, &gallery), now())
            .unwrap();
        first
            .ship(&current, rule(&products, &gallery), false, now())
            .unwrap();
        assert_eq!(taken(&first, &photo), refused, "it has this version");

        photo.number = 3;
        assert_eq!(offer(&photo), usize::from(again));
        let wish = Wish {
            offered: offered(&products[0], photo.stage),
            ..Wish::chosen(&photo, &products[0])
        };
        let second = place(&gallery, &[wish], &first.lines);
        if again {
            let second = second.unwrap();
            assert_eq!(
                second.shipped(&photo.id, FULL_SIZE),
                Some(3),
                "directly downloadable"
            );
            assert_eq!(
                first.shipped(&photo.id, FULL_SIZE),
                Some(2),
                "and the first stays"
            );
        } else {
            let file_name = "IMG_0.jpg".to_owned();
            assert_eq!(second, Err(Forbidden::NotOffered { file_name }));
        }
    }
}

/// 4.7: a line that was cancelled may be ordered again.
#[test]
fn what_was_cancelled_may_be_ordered_again() {
    let (product, gallery) = (full_size(), gallery(Kind::ProofRetouchDeliver));
    let photos = proofs(2);
    let mut order = place(&gallery, &wishes(&photos, &product), &[]).unwrap();
    order.cancel_line(0, now()).unwrap();
    let wish = |n: usize| Wish::chosen(&photos[n], &product);
    assert_eq!(orderable(&wish(0), &order.lines), Ok(()));
    assert!(orderable(&wish(1), &order.lines).is_err());
    order.cancel(now()).unwrap();
    assert_eq!(orderable(&wish(1), &order.lines), Ok(()));
    assert_eq!(order.cancel(now()), Err(Forbidden::Cancelled));
    assert_eq!(order.set_auto_ship(true), Err(Forbidden::Cancelled));
}

/// 4.7: what is delivered by hand stays so, is not counted as downloadable and keeps no order from shipping by itself.
#[test]
fn a_print_stays_a_print() {
    let (products, mut gallery) = ([full_size()], gallery(Kind::ProofRetouchDeliver));
    gallery.auto_ship = true;
    let mut photos = proofs(2);
    let mut order = place(&gallery, &wishes(&photos, &products[0]), &[]).unwrap();
    order.lines[0].method = Method::Manual;
    photos[1].stage = Stage::Final;
    let current = Now::of(&photos);
    assert!(order.ships_itself(&current));
    let counted = order
        .recalc(&current, rule(&products, &gallery), now())
        .unwrap();
    assert_eq!((counted.now, counted.waiting), (1, 0));
    let delivery = order
        .ship(&current, rule(&products, &gallery), true, now())
        .unwrap();
    assert_eq!(delivery.lines, 1);
    assert_eq!(order.lines[0].method, Method::Manual);
    assert_eq!(order.state(), OrderState::PartlyShipped);
    assert!(!order.ships_itself(&current), "only the print is left");
}

/// A product that was removed from the list waits for the Final: its setting is not known any more.
#[test]
fn a_product_that_is_not_known_waits_for_the_final() {
    let gallery = gallery(Kind::Delivery);
    let rule = rule(&[], &gallery);
    assert_eq!(rule(FULL_SIZE, Stage::Proof), Method::AfterProcessing);
    assert_eq!(rule(FULL_SIZE, Stage::Final), Method::Now);
}
