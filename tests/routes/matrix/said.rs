//! What was said, confirmed and ordered in a gallery before anybody comes: nobody reads it who may not.

use super::people::Who;
use super::states::Shot;
use super::world::address;
use crate::chosen;
use domain::comment::{Author, Comment};
use domain::ids::{CommentId, GalleryId, OrderId, PhotoId};
use domain::photo::Photo;
use domain::product::FULL_SIZE;
use tests::cast::{email, person};
use tests::emulators::{OWNER, now};
use tests::house::House;

/// The place of the Proof that everything is said of.
pub const PROOF: usize = 1;
/// The place of the Final that is ordered.
pub const FINAL: usize = 2;
/// Stands in what [`Who::Comments`] said of the Proof.
pub const CONFIDED: &str = "Zwielicht";
/// Stands in what the studio answered.
pub const ANSWERED: &str = "Kammerton";
/// Stands in what was written with the confirmed list.
pub const CONFIRMED: &str = "Morgenrot";

/// What the table holds.
pub struct Said {
    /// The studio's answer: no client takes it back.
    pub answer: CommentId,
    /// The order of [`Who::Orders`].
    pub order: OrderId,
}

impl Said {
    /// Says all of it.
    pub async fn before(house: &House, gallery: GalleryId, shots: &[(Shot, PhotoId)]) -> Self {
        let table = house.emulators.table();
        let (gallery, _) = table.gallery(gallery).await.unwrap().unwrap();
        let photos = table.photos_of(gallery.id).await.unwrap();
        let at = |place: usize| -> Photo {
            let mut photos = photos.iter();
            let found = photos.find(|photo| photo.id == shots[place].1);
            found.unwrap().clone()
        };
        let (proof, last) = (at(PROOF), at(FINAL));
        let say = async |author: Author, words: &str| {
            let comment = Comment {
                id: CommentId::new(now()),
                gallery: gallery.id,
                photo: proof.id.clone(),
                version: proof.number,
                author,
                name: "Somebody".into(),
                text: words.into(),
                drawing: None,
                at: now(),
                removed: None,
            };
            assert_eq!(table.say(&comment).await.unwrap(), table::Said::Done);
            comment.id
        };
        let comments = Author::Visitor(person(&address(Who::Comments)));
        say(comments, CONFIDED).await;
        let answer = say(Author::Member(email(OWNER)), ANSWERED).await;
        let confirms = person(&address(Who::Confirmed));
        chosen::confirm(house, &gallery, &confirms, &[proof], CONFIRMED).await;
        let orders = person(&address(Who::Orders));
        let order = chosen::order(house, &gallery, &orders, &[last], FULL_SIZE).await;
        Self {
            answer,
            order: order.id,
        }
    }
}
