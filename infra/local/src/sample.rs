//! The sample galleries of the first start, made the way a photographer makes them: pages, mail, S3.

mod browser;
mod choosing;
mod more;
mod upload;

use rand::Rng;

use crate::data::{DataDir, SampleState};
use crate::error::StartError;
use crate::ready::Ready;
use browser::Browser;

/// Makes the sample if there is none, goes on where an earlier run was killed, and says its link and PIN.
///
/// # Errors
/// A page, a mail or an upload did not do what it should; the next start goes on from there.
pub(crate) async fn provide(
    ready: &Ready,
    data: &DataDir,
    empty: bool,
) -> Result<Option<(String, String)>, StartError> {
    let state = match data.memory().sample {
        Some(SampleState {
            link: Some(link),
            pin,
            ..
        }) => return Ok(Some((format!("{}{link}", ready.site), pin))),
        Some(begun) if !empty => begun,
        None if !empty && data.memory().sample.is_none() => begin(data)?,
        _ => return Ok(None),
    };
    let made = make(ready, data, state).await.map_err(StartError::Sample)?;
    Ok(Some(made))
}

fn begin(data: &DataDir) -> Result<SampleState, StartError> {
    let pin = format!("{:06}", rand::rng().random_range(0..1_000_000));
    let state = SampleState {
        pin,
        session: Vec::new(),
        gallery: None,
        link: None,
    };
    data.remember(|memory| memory.sample = Some(state.clone()))?;
    Ok(state)
}

async fn make(
    ready: &Ready,
    data: &DataDir,
    mut state: SampleState,
) -> Result<(String, String), String> {
    tracing::info!("Making a sample gallery (only this once) …");
    let studio = match Browser::resume(ready, state.session.clone()).await? {
        Some(studio) => studio,
        None => Browser::sign_in(ready).await?,
    };
    state.session = studio.cookies.clone();
    data.remember(|memory| memory.sample = Some(state.clone()))
        .map_err(|error| error.to_string())?;
    let id = match &state.gallery {
        Some(id) => id.clone(),
        // killed between creating it and writing that down: in a new studio the only gallery is ours
        None => match studio.first_gallery().await? {
            Some(id) => id,
            None => {
                let form = [("title", sample::TITLE), ("pin", &state.pin)];
                studio.create(&form).await?
            }
        },
    };
    state.gallery = Some(id.clone());
    data.remember(|memory| memory.sample = Some(state.clone()))
        .map_err(|error| error.to_string())?;
    let gallery = studio.gallery(&id).await?;
    let shots = sample::gallery();
    let total = shots.len();
    upload::shots(ready, &gallery.folder, shots).await?;
    studio.wait_ready(&id, total).await?;
    more::provide(ready, &studio, &id).await?;
    let path = gallery
        .link
        .strip_prefix(&ready.site)
        .unwrap_or(&gallery.link)
        .to_owned();
    state.link = Some(path);
    state.session.clear();
    data.remember(|memory| memory.sample = Some(state.clone()))
        .map_err(|error| error.to_string())?;
    Ok((gallery.link, state.pin))
}
