//! Taps without end: the history of what was tapped only grows, so an hour takes so many and no more.

use crate::stale::{ANNA, Set};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::throttle::HOURLY_TAPS;
use jiff::ToSpan as _;
use table::keys;
use tests::cast::person;
use tests::emulators::now;

impl Set {
    /// Anna has tapped all but so many times in this hour, and in the next, which may begin any moment.
    async fn spent(&self, but: u64) {
        let (client, table) = self.house.emulators.raw_table_of("GalleryFunction");
        for at in [now(), now() + 1.hours()] {
            let key = keys::try_taps(self.seeded.gallery.id, &person(ANNA), at);
            let sent = AttributeValue::N((HOURLY_TAPS - but).to_string());
            let put = client.put_item().table_name(table);
            let put = put.set_item(Some(key.attributes())).item("sent", sent);
            put.send().await.unwrap();
        }
    }
}

/// complaint 2: what is beyond an hour's taps is refused with the time to come again, kept nowhere, and taken when
/// there are new ones; nobody else waits for it.
#[tokio::test(flavor = "multi_thread")]
async fn so_many_taps_an_hour_and_then_a_wait() {
    let set = Set::up().await;
    set.spent(1).await;
    let on = [("on", "1")];
    assert_eq!(set.script(&set.anna, "/choose", &on).await.status, 200);
    set.spent(0).await;
    let before = set.kept().await;
    for (end, form) in [("/choose", ("on", "0")), ("/rate", ("stars", "3"))] {
        let answer = set.script(&set.anna, end, &[form]).await;
        set.refused(end, &answer, (429, "wait"), &before).await;
        let said = answer.json();
        let message = said["message"].as_str().unwrap();
        assert!(message.contains("more than one hour takes"), "{message}");
        let after: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=3600).contains(&after), "{after}");
    }
    // without scripts it is a page
    let page = set
        .anna
        .at(&set.house.gallery)
        .post(&set.path("/choose"), &on)
        .await;
    assert_eq!(page.status, 429);
    assert_eq!(set.kept().await, before);
    assert_eq!(set.script(&set.jonas, "/choose", &on).await.status, 200);
    set.spent(2).await;
    assert_eq!(
        set.script(&set.anna, "/choose", &[("on", "0")])
            .await
            .status,
        200
    );
}
