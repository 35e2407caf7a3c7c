//! The schedule's event: whatever stands in it, one run.

use crate::event;
use lambda_runtime::{Context, LambdaEvent};
use sweep::{Broom, sweep};
use tests::emulators::Emulators;

/// Every file.
pub const FILES: &[&str] = &["schedule.json", "empty.json"];

/// an object nobody told of is said again, at the time the schedule fired.
#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_sweeps() {
    let emulators = Emulators::start().await;
    let broom = Broom {
        zone: jiff::tz::TimeZone::UTC,
        table: emulators.table_of("SweepFunction"),
        originals: emulators.originals_of("SweepFunction"),
        renditions: emulators.renditions_of("SweepFunction"),
    };
    let seeded = emulators.gallery("Never told", "482916").await;
    let key = format!("{}/IMG_2041.jpg", seeded.gallery.folder);
    let put = emulators
        .s3
        .put_object()
        .bucket(&emulators.originals)
        .key(&key);
    put.body(b"never told".to_vec().into())
        .send()
        .await
        .unwrap();
    for file in FILES {
        // the function takes any JSON, as Lambda would hand it over
        let event = LambdaEvent::new(event(&format!("sweep/{file}")), Context::default());
        assert!(event.payload.is_object());
        let report = sweep(&broom, tests::emulators::now()).await.unwrap();
        assert_eq!(
            (report.galleries, report.repaired, report.orphans),
            (1, 1, 0),
            "{file}"
        );
    }
    let tags = emulators
        .s3
        .get_object_tagging()
        .bucket(&emulators.originals)
        .key(&key)
        .send()
        .await
        .unwrap();
    assert_eq!(tags.tag_set()[0].key(), "swept");
}
