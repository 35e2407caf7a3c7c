//! Presets the studio saves from its galleries (P7), and what a form offers to make a gallery with.

use crate::Studio;
use crate::member::{From, Me, Named};
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::activity::What;
use domain::ids::{GalleryId, PresetId};
use domain::preset::{PRESETS, Preset, Saved, Settings};
use serde::Deserialize;
use web::Failure;

/// Characters of a preset's name at most.
const NAME: usize = 80;

/// Something a gallery can be made with.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    /// Its name in the form.
    pub(crate) code: String,
    pub(crate) name: String,
    /// What clients will be able to do.
    pub(crate) sentence: String,
    pub(crate) settings: Settings,
    /// One the studio saved, and may remove.
    pub(crate) saved: bool,
}

/// The product's presets and the studio's, and the gallery to be copied if one is asked for.
pub(crate) async fn choices(
    studio: &Studio,
    like: Option<GalleryId>,
) -> Result<Vec<Choice>, Failure> {
    let mut choices: Vec<Choice> = PRESETS.into_iter().map(own).collect();
    choices.extend(studio.table.presets().await?.into_iter().map(saved));
    if let Some(id) = like {
        let Named { gallery, .. } = Named::read(studio, id).await?;
        let rows = studio.table.rows(gallery.table).await?;
        choices.insert(
            0,
            Choice {
                code: format!("like-{id}"),
                sentence: "The same settings and rights. No photographs, no people, no dates."
                    .into(),
                settings: Settings::taken_from(&gallery, &rows),
                name: format!("As in {}", gallery.title),
                saved: false,
            },
        );
    }
    Ok(choices)
}

/// The gallery a choice of that name copies.
pub(crate) fn likened(code: &str) -> Option<GalleryId> {
    code.strip_prefix("like-")?.parse().ok()
}

fn own(preset: Preset) -> Choice {
    Choice {
        code: preset.code().into(),
        name: preset.name().into(),
        sentence: preset.sentence().into(),
        settings: preset.settings(),
        saved: false,
    }
}

fn saved(saved: Saved) -> Choice {
    Choice {
        code: saved.id.to_string(),
        name: saved.name,
        sentence: sentence(&saved.settings),
        settings: saved.settings,
        saved: true,
    }
}

/// What clients of a gallery with these settings will be able to do, as one line.
fn sentence(settings: &Settings) -> String {
    let (who, rights) = match (settings.anybody, settings.pin) {
        (true, true) => ("Whoever has the link and the PIN", &settings.anybody_rights),
        (true, false) => ("Whoever has the link", &settings.anybody_rights),
        (false, _) => ("Only people you name", &settings.person_rights),
    };
    format!("{who}: {}.", crate::authorizations::words::rights(rights))
}

#[derive(Deserialize)]
pub(crate) struct Name {
    #[serde(default)]
    name: String,
}

/// `POST …/preset`: keeps the gallery's settings under a name.
pub(crate) async fn save(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Named { gallery, .. }: Named,
    Form(form): Form<Name>,
) -> Result<Response, Failure> {
    let plain: String = form.name.chars().filter(|c| !c.is_control()).collect();
    let name: String = plain.trim().chars().take(NAME).collect();
    if name.is_empty() {
        return Err(Failure::Unfit("Give the preset a name.".into()));
    }
    let rows = studio.table.rows(gallery.table).await?;
    let preset = Saved {
        id: PresetId::new(studio.now()),
        name,
        settings: Settings::taken_from(&gallery, &rows),
    };
    studio.table.save_preset(&preset).await?;
    let changes = format!("settings saved as the preset {}", preset.name);
    let what = What::SettingsSaved { changes };
    studio.log(&me, &from, Some(gallery.id), what).await?;
    let back = format!("/studio/galleries/{}/settings?done=preset", gallery.id);
    Ok(Redirect::to(&back).into_response())
}

/// `POST /studio/presets/{preset}/remove`: galleries made with it stay as they are.
pub(crate) async fn remove(
    State(studio): State<Studio>,
    Path(preset): Path<String>,
) -> Result<Response, Failure> {
    let preset: PresetId = preset.parse()?;
    studio.table.remove_preset(preset).await?;
    Ok(Redirect::to("/studio/new").into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P2–P4: a saved preset says who enters and what they may, as the product's own do.
    #[test]
    fn a_saved_preset_says_what_clients_will_do() {
        let private = sentence(&Preset::Private.settings());
        assert!(
            private.starts_with("Whoever has the link and the PIN: look"),
            "{private}"
        );
        let named = sentence(&Preset::ProofRetouchDeliver.settings());
        assert!(
            named.starts_with("Only people you name: look, choose"),
            "{named}"
        );
        assert!(named.contains("download finals"), "{named}");
    }

    #[test]
    fn only_a_gallerys_id_is_likened() {
        let id = GalleryId::new(jiff::Timestamp::UNIX_EPOCH);
        assert_eq!(likened(&format!("like-{id}")), Some(id));
        assert_eq!(likened("like-x"), None);
        assert_eq!(likened("private"), None);
    }
}
