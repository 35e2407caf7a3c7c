//! What two people did in the gallery they choose from: one has begun, the other has confirmed, and so there is an order.

use super::browser::{Browser, hidden};
use crate::ready::Ready;

/// Who has begun to choose; sample data.
const BEGUN: &str = "ada@norr.example";
/// Who has confirmed; sample data.
const CONFIRMED: &str = "leo@norr.example";

/// Chooses as both of them in the gallery with this id: three to five photographs are asked for.
pub(super) async fn provide(ready: &Ready, studio: &Browser, id: &str) -> Result<(), String> {
    let rules = format!("/studio/galleries/{id}/choosing");
    let page = studio.page(&rules).await?;
    let revision = hidden(&page, "revision").unwrap_or_default();
    let form = [
        ("revision", revision),
        ("mode", "selection"),
        ("min", "3"),
        ("max", "5"),
        ("filters", "on"),
        ("drawing", "on"),
        ("show_states", "on"),
        ("sort", "captured"),
        ("incoming", "new"),
        ("incoming_stage", "proof"),
        ("offer", "all"),
    ];
    studio.post(&rules, &form).await?;
    let gallery = studio.gallery(id).await?;
    let path = gallery
        .link
        .strip_prefix(&ready.site)
        .unwrap_or(&gallery.link);

    let ada = Browser::client(ready, BEGUN).await?;
    let photos = photographs(&ada.page(path).await?);
    for photo in photos.iter().take(2) {
        ada.post(&format!("{path}/photo/{photo}/choose"), &[("on", "1")])
            .await?;
    }
    if let Some(photo) = photos.first() {
        ada.post(&format!("{path}/photo/{photo}/rate"), &[("stars", "4")])
            .await?;
        let page = ada.page(&format!("{path}/photo/{photo}")).await?;
        let comment = hidden(&page, "id").unwrap_or_default();
        let words = [
            ("id", comment),
            ("version", "1"),
            ("text", "Could the sky be a little calmer here?"),
            ("drawing", "b 900 700 7800 2600"),
        ];
        ada.post(&format!("{path}/photo/{photo}/comments"), &words)
            .await?;
    }

    let leo = Browser::client(ready, CONFIRMED).await?;
    for photo in photos.iter().skip(2).take(3) {
        leo.post(&format!("{path}/photo/{photo}/choose"), &[("on", "1")])
            .await?;
    }
    let review = leo.page(&format!("{path}/review")).await?;
    let confirm =
        ["once", "seen", "who"].map(|name| (name, hidden(&review, name).unwrap_or_default()));
    let [once, seen, who] = confirm;
    let message = ("message", "These three for the cover and the two spreads.");
    leo.post(&format!("{path}/confirm"), &[once, seen, who, message])
        .await
}

/// The photographs of a gallery's page, in order.
fn photographs(page: &str) -> Vec<String> {
    let parts = page.split("data-id=\"").skip(1);
    parts
        .filter_map(|part| part.split('"').next())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_its_photographs_and_fields() {
        let page = r#"<li data-id="a1"></li><li data-id="b2"></li><input type="hidden" name="who" value="w">"#;
        assert_eq!(photographs(page), ["a1", "b2"]);
        assert_eq!(hidden(page, "who"), Some("w"));
        assert_eq!(hidden(page, "once"), None);
    }
}
