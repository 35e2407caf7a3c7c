//! The studio's mark.

use crate::table;
use domain::mark::{LogoId, Place, Setting};

/// P21, R-2.4: what two people decide at once is one's; the other reads it before writing again.
#[tokio::test]
async fn a_mark_is_written_over_what_was_read() {
    let table = table().await;
    assert_eq!(table.studio_mark().await.unwrap(), None);
    let first = Setting::usual("Hedda Lind");
    assert!(table.save_studio_mark(&first).await.unwrap());
    assert!(
        !table.save_studio_mark(&first).await.unwrap(),
        "it is there now"
    );
    let read = table.studio_mark().await.unwrap().unwrap();
    assert_eq!(
        read,
        Setting {
            revision: 1,
            ..first
        }
    );
    let mine = Setting {
        logo: Some(LogoId::of(b"logo")),
        by_logo: true,
        place: Place::BottomRight,
        ..read.clone()
    };
    let theirs = Setting { size: 20, ..read };
    assert!(table.save_studio_mark(&mine).await.unwrap());
    assert!(!table.save_studio_mark(&theirs).await.unwrap());
    let read = table.studio_mark().await.unwrap();
    assert_eq!(
        read,
        Some(Setting {
            revision: 2,
            ..mine
        })
    );
}
