//! What stands around the sample gallery: one inside it, one that named people choose from, one that is put away, and a
//! guest link. Each part is skipped when an earlier, killed start made it.

use sample::Shot;

use super::browser::Browser;
use super::{choosing, upload};
use crate::ready::Ready;

/// The gallery inside the sample gallery.
const INSIDE: &str = "For the album";
/// The gallery that two people choose from.
const PROOFING: &str = "Norr lookbook, spring";
/// The gallery that is put away.
const ARCHIVED: &str = "Lookbook, last spring";
/// The people who are invited; sample data.
const PEOPLE: &str = "ada@norr.example, leo@norr.example";
/// Whom the guest link is for.
const GUESTS: &str = "Relatives of Ida";
/// Days until choosing ends.
const DAYS: i64 = 14;

/// Makes what is missing; `id` is the sample gallery.
pub(super) async fn provide(ready: &Ready, studio: &Browser, id: &str) -> Result<(), String> {
    let list = studio.page("/studio").await?;
    // a title on a page is escaped; these have nothing to escape
    let missing = |title: &str| !list.contains(title);
    if missing(INSIDE) {
        inside(ready, studio, id).await?;
    }
    if missing(PROOFING) {
        proofing(ready, studio).await?;
    }
    if missing(ARCHIVED) {
        archived(ready, studio).await?;
    }
    let rows = format!("/studio/galleries/{id}/authorizations");
    if !studio.page(&rows).await?.contains(GUESTS) {
        let form = [("label", GUESTS)];
        studio
            .post(&format!("/studio/galleries/{id}/guests"), &form)
            .await?;
    }
    Ok(())
}

/// Who may open the sample gallery may open this one.
async fn inside(ready: &Ready, studio: &Browser, parent: &str) -> Result<(), String> {
    let form = [
        ("title", INSIDE),
        ("parent", parent),
        ("listed", "on"),
        ("preset", "private"),
    ];
    let id = studio.create(&form).await?;
    photographs(ready, studio, &id, "Album", [0, 9]).await
}

/// Two people choose from proofs until the deadline; finals can be downloaded.
async fn proofing(ready: &Ready, studio: &Browser) -> Result<(), String> {
    let deadline = in_days(DAYS)?;
    let form = [
        ("title", PROOFING),
        ("preset", "proof-retouch-deliver"),
        ("deadline", deadline.as_str()),
    ];
    let id = studio.create(&form).await?;
    let some = [12, 13, 14, 15, 20, 21];
    photographs(ready, studio, &id, "Outdoors", some).await?;
    let gallery = format!("/studio/galleries/{id}");
    let proofs = [("all", "1"), ("set", "proof")];
    let mark = format!("{gallery}/photos/mark");
    studio.post(&mark, &proofs).await?;
    // one is retouched already, so that both states are there to be seen (P50)
    let page = studio.page(&gallery).await?;
    let photo = page.split_once("name=\"photo\" value=\"");
    let photo = photo.and_then(|(_, rest)| rest.split_once('"'));
    let (photo, _) = photo.ok_or("the photographs are not on their page")?;
    let done = [("photo", photo), ("set", "final")];
    studio.post(&mark, &done).await?;
    let people = [
        ("addresses", PEOPLE),
        ("invite", "on"),
        ("enter", "on"),
        ("select", "on"),
        ("comment", "on"),
        ("rate", "on"),
        ("order", "on"),
        ("web", "marked"),
        ("originals", "final"),
    ];
    studio.post(&format!("{gallery}/people"), &people).await?;
    choosing::provide(ready, studio, &id).await
}

/// Finished, and kept to be looked at.
async fn archived(ready: &Ready, studio: &Browser) -> Result<(), String> {
    let form = [("title", ARCHIVED), ("preset", "professional")];
    let id = studio.create(&form).await?;
    photographs(ready, studio, &id, "Browser", [19, 25]).await?;
    let gallery = format!("/studio/galleries/{id}");
    let status = format!("{gallery}/status");
    studio.post(&status, &[("to", "deliver")]).await?;
    studio.post(&status, &[("to", "archive")]).await
}

/// The day so many days from today, as a date field has it.
fn in_days(days: i64) -> Result<String, String> {
    let today = jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC);
    let day = today.date().checked_add(jiff::Span::new().days(days));
    Ok(day.map_err(|error| error.to_string())?.to_string())
}

/// Puts some of the sample's photographs into a gallery, at half their size: enough to look at, and soon there.
async fn photographs<const N: usize>(
    ready: &Ready,
    studio: &Browser,
    id: &str,
    section: &'static str,
    which: [usize; N],
) -> Result<(), String> {
    let all = sample::gallery();
    let shots = which.iter().filter_map(|index| all.get(*index));
    let shots: Vec<Shot> = shots
        .map(|shot| Shot {
            section,
            width: shot.width / 2,
            height: shot.height / 2,
            ..shot.clone()
        })
        .collect();
    let folder = studio.gallery(id).await?.folder;
    let total = shots.len();
    upload::shots(ready, &folder, shots).await?;
    studio.wait_ready(id, total).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use sample::TITLE;

    /// A part is found again by its title on the studio's page, so no title may be a part of another.
    #[test]
    fn titles_tell_the_parts_apart() {
        let titles = [TITLE, INSIDE, PROOFING, ARCHIVED];
        for title in titles {
            let holding = titles.iter().filter(|other| other.contains(title));
            assert_eq!(holding.count(), 1, "{title}");
            assert!(
                title == TITLE || !title.contains(['&', '<', '"', '\'']),
                "{title}"
            );
        }
    }

    /// Photographs are taken from the sample's own, by numbers that exist.
    #[test]
    fn the_sample_has_the_photographs_that_are_reused() {
        assert!(sample::gallery().len() > 25);
    }
}
