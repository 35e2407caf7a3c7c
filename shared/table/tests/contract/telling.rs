//! Notices are told once each.

use crate::morning;
use crate::shop::shop;
use domain::ids::GalleryId;
use std::collections::HashSet;
use table::Mail;

/// Complaint 9: a notice is told once, by whoever comes first, and never without its mark.
#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_told_once() {
    let shop = shop(0).await;
    let gallery = shop.gallery.id;
    let marks = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    let mails = [Mail::Decoy];
    let both = marks(&["late#a", "late#b"]);
    let told = (0..100).map(|_| shop.table.tell(gallery, &both, &mails, morning()));
    let told = futures::future::join_all(told).await;
    assert_eq!(
        told.into_iter()
            .filter(|told| *told.as_ref().unwrap())
            .count(),
        1
    );
    assert_eq!(shop.mails().await, 1);
    let more = marks(&["late#b", "late#c"]);
    assert!(
        !shop
            .table
            .tell(gallery, &more, &mails, morning())
            .await
            .unwrap()
    );
    assert_eq!(shop.mails().await, 1, "all or nothing");
    let known: HashSet<String> = both.into_iter().collect();
    assert_eq!(shop.table.told_of(gallery).await.unwrap(), known);
    let other = GalleryId::new(morning());
    assert!(
        shop.table
            .tell(other, &more, &mails, morning())
            .await
            .unwrap()
    );
    let many: Vec<String> = (0..250).map(|n| format!("n{n}")).collect();
    assert!(
        shop.table
            .tell(gallery, &many, &mails, morning())
            .await
            .unwrap()
    );
    assert_eq!(shop.table.told_of(gallery).await.unwrap().len(), 252);
    assert_eq!(shop.mails().await, 3);
}
