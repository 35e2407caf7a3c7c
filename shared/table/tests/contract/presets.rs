//! Presets the studio saved.

use crate::{at, morning, table};
use domain::ids::PresetId;
use domain::preset::{PRESETS, Saved};

/// P7: what a preset holds is read as it was saved; it is replaced, and removed once.
#[tokio::test]
async fn presets_are_kept_as_they_were_saved() {
    let table = table().await;
    let times = [
        morning(),
        at("2026-11-22T10:00:01Z"),
        at("2026-11-22T10:00:02Z"),
    ];
    let mut saved: Vec<Saved> = PRESETS
        .iter()
        .zip(times)
        .map(|(preset, time)| Saved {
            id: PresetId::new(time),
            name: preset.name().into(),
            settings: preset.settings(),
        })
        .collect();
    for preset in &saved {
        table.save_preset(preset).await.unwrap();
    }
    assert_eq!(table.presets().await.unwrap(), saved);
    saved[0].settings.welcome = "Hello".into();
    table.save_preset(&saved[0]).await.unwrap();
    let removed = saved.remove(2).id;
    assert!(table.remove_preset(removed).await.unwrap());
    assert!(!table.remove_preset(removed).await.unwrap());
    assert_eq!(table.presets().await.unwrap(), saved);
}
