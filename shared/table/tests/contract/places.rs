//! Galleries in galleries: moved as a whole or not at all.

use crate::{gallery, table};
use domain::gallery::Gallery;
use domain::ids::GalleryId;
use table::Table;

async fn read(table: &Table, id: GalleryId) -> Gallery {
    table.gallery(id).await.unwrap().unwrap().0
}

/// P1: a gallery that is moved leaves its old place and stands last in the new one.
#[tokio::test]
async fn a_gallery_is_moved_with_both_lists() {
    let table = table().await;
    let (one, _) = gallery(&table).await;
    let (other, _) = gallery(&table).await;
    let (moved, _) = gallery(&table).await;
    assert!(table.place(&moved, Some(one.id), 0).await.unwrap());
    let inside = read(&table, moved.id).await;
    assert_eq!((inside.parent, inside.settings_revision), (Some(one.id), 1));
    assert_eq!(read(&table, one.id).await.children, [moved.id]);

    assert!(table.place(&inside, Some(other.id), 1).await.unwrap());
    assert!(read(&table, one.id).await.children.is_empty());
    assert_eq!(read(&table, other.id).await.children, [moved.id]);

    let inside = read(&table, moved.id).await;
    assert!(table.place(&inside, None, 2).await.unwrap());
    assert!(read(&table, other.id).await.children.is_empty());
    assert_eq!(read(&table, moved.id).await.parent, None);
}

/// who moves what somebody has just saved moves nothing; nor does it move into a gallery that is not there.
#[tokio::test]
async fn a_gallery_that_changed_meanwhile_stays() {
    let table = table().await;
    let (one, _) = gallery(&table).await;
    let (moved, _) = gallery(&table).await;
    assert!(table.save_settings(&moved, 0).await.unwrap());
    assert!(!table.place(&moved, Some(one.id), 0).await.unwrap());
    let nowhere = GalleryId::new(jiff::Timestamp::MAX);
    assert!(!table.place(&moved, Some(nowhere), 1).await.unwrap());
    assert!(read(&table, one.id).await.children.is_empty());
    assert_eq!(read(&table, moved.id).await.parent, None);
}
