//! One object's way: claim, read, render, store, commit. Whatever happens, the row ends at what the bucket holds.

use crate::Workshop;
use crate::event::NotS3;
use bucket::{Original, Read, Renditions};
use domain::file_name::Place;
use domain::ids::GalleryId;
use domain::photo::{Photo, Picture, Shown, Stage, State};
use domain::replace;
use imaging::{Failure, Rejection, Rendered, Rendition};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;
use std::time::Duration;
use table::{Claim, Claimed, Committed, Found, Gone, Standing, Stray};

/// A fault that will pass, or needs a person: the message comes again, and at last to the dead letters.
#[derive(Debug, thiserror::Error)]
pub enum Retry {
    /// The table.
    #[error(transparent)]
    Table(#[from] table::Error),
    /// A bucket.
    #[error(transparent)]
    Bucket(#[from] bucket::Error),
    /// The studio's logo.
    #[error(transparent)]
    Mark(#[from] mark::Error),
    /// Not S3's message.
    #[error(transparent)]
    Message(#[from] NotS3),
    /// Another worker holds this version and does not finish.
    #[error("another worker holds this upload")]
    Busy,
    /// The photograph's bytes did not all come.
    #[error("the photograph broke off on its way from the bucket")]
    Broken(#[source] std::io::Error),
    /// The renderer died.
    #[error("the renderer stopped")]
    Renderer(#[from] tokio::task::JoinError),
}

/// How long a worker that died keeps others waiting. A render takes about a second; one that outlives its lease may
/// be done twice, and only the later claim commits.
const LEASE: SignedDuration = SignedDuration::from_secs(20);
/// A worker that waits for another stops so long before its own end.
const SPARE: SignedDuration = SignedDuration::from_secs(3);

/// Looks at one message again for a key that changed under the worker's hands, at most so often.
const TURNS: usize = 8;

/// Makes the table say what the bucket holds under this key.
///
/// # Errors
/// When the message should come again.
pub async fn settle(workshop: &Workshop, key: &str, deadline: Timestamp) -> Result<(), Retry> {
    let mut open = vec![key.to_owned()];
    for _ in 0..TURNS {
        let Some(key) = open.pop() else { return Ok(()) };
        // boxed, because the compiler lays out only so many futures in one another
        match Box::pin(look(workshop, &key, deadline)).await? {
            Next::Done => {}
            Next::Look(key) => open.push(key),
            Next::First(other) => open.extend([key, other]),
        }
    }
    if open.is_empty() {
        Ok(())
    } else {
        Err(Retry::Busy)
    }
}

/// What is left to do after a look at a key.
enum Next {
    /// Nothing.
    Done,
    /// Look at this one.
    Look(String),
    /// Look at this one, and at the same again.
    First(String),
}

async fn look(workshop: &Workshop, key: &str, deadline: Timestamp) -> Result<Next, Retry> {
    if key.ends_with('/') {
        return Ok(Next::Done); // a folder marker, as consoles make them
    }
    let place = Place::of_key(key);
    let gallery = match &place {
        Some(place) => workshop.table.gallery_of_folder(&place.folder).await?,
        None => None,
    };
    let (Some(place), Some(gallery)) = (place, gallery) else {
        return stray(workshop, key).await.map(|()| Next::Done);
    };
    loop {
        let Some(head) = workshop.originals.head(key).await? else {
            return gone(workshop, gallery, key, &place.folder).await;
        };
        let found = Found {
            key: key.to_owned(),
            place: place.clone(),
            version: head.version,
            uploaded: head.uploaded,
            wish: head.wish,
        };
        let now = runtime::clock::now();
        match workshop.table.claim(gallery, &found, LEASE, now).await? {
            Claim::Done => return Ok(Next::Done),
            Claim::Waiting => {
                tracing::info!(gallery.id = %gallery, "An upload waits for the photographer to say which photograph it is");
                return Ok(Next::Done);
            }
            Claim::Busy { until } if until.max(now) + SPARE < deadline => {
                let wait = (until - now).total(jiff::Unit::Second).unwrap_or(1.0);
                // looks again every second: the other worker usually finishes long before its lease
                tokio::time::sleep(Duration::from_secs_f64(wait.clamp(0.2, 1.0))).await;
            }
            Claim::Busy { .. } => return Err(Retry::Busy),
            Claim::Yours(claimed) => return render(workshop, gallery, found, claimed).await,
        }
    }
}

/// Reads after the claim, so that whoever claimed last also read last.
async fn render(
    workshop: &Workshop,
    gallery: GalleryId,
    found: Found,
    claimed: Claimed,
) -> Result<Next, Retry> {
    let started = std::time::Instant::now();
    let limits = workshop.limits;
    let read = workshop.originals.read(&found.key, limits.max_bytes);
    let (head, outcome) = match read.await? {
        Read::Gone => return Ok(Next::Look(found.key)),
        Read::TooLarge(head) => {
            let (bytes, max) = (head.version.size, limits.max_bytes);
            (head, Err(Rejection::TooManyBytes { bytes, max }))
        }
        // another one came meanwhile, and what the form said of it was not looked at yet
        Read::Open(original) if original.head.version.id != found.version.id => {
            return Ok(Next::Look(found.key));
        }
        Read::Open(Original { head, body }) => {
            let mark = workshop.mark().await?;
            let reader = body.reader();
            let work = move || imaging::render(reader, &limits, mark.as_ref());
            match tokio::task::spawn_blocking(work).await? {
                Ok(rendered) => (head, Ok(rendered)),
                Err(Failure::Rejected(rejection)) => (head, Err(rejection)),
                Err(Failure::Read(error)) => return Err(Retry::Broken(error)),
            }
        }
    };
    let key = found.key.clone();
    let mut photo = Photo {
        id: claimed.photo().clone(),
        gallery,
        key: found.key,
        section: found.place.section,
        file_name: found.place.file_name,
        version: head.version,
        state: State::Processing,
        uploaded: head.uploaded,
        // the studio's, or the version's; the row says them
        stage: Stage::default(),
        shown: Shown::default(),
        number: 1,
        fresh: false,
        refused: None,
    };
    photo.state = match outcome {
        Ok(rendered) => State::Ready(store(workshop, &photo, rendered).await?),
        Err(rejection) => State::Rejected {
            code: rejection.code().to_owned(),
            reason: rejection.to_string(),
        },
    };
    let committed = commit(workshop, claimed, &photo).await?;
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(
        gallery.id = %gallery, photo.id = %photo.id, duration_ms, committed = committed.name(),
        rejected = match &photo.state { State::Rejected { code, .. } => code.as_str(), _ => "" },
        "Settled an upload"
    );
    Ok(match committed {
        Committed::Gone => Next::Look(key),
        _ => Next::Done,
    })
}

/// An older file does not take the place of a newer one, unless that one was deleted and its event not heard yet.
async fn commit(workshop: &Workshop, claimed: Claimed, photo: &Photo) -> Result<Committed, Retry> {
    let table = &workshop.table;
    let committed = table.commit(&claimed, photo, runtime::clock::now()).await?;
    match committed {
        Committed::Older { than } if workshop.originals.head(&than).await?.is_none() => {
            let claimed = claimed.over(than);
            let now = runtime::clock::now();
            Ok(table.commit(&claimed, photo, now).await?)
        }
        committed => Ok(committed),
    }
}

/// Writes the renditions under names of this version's own: a repeat writes the same bytes under the same names.
async fn store(workshop: &Workshop, photo: &Photo, rendered: Rendered) -> Result<Picture, Retry> {
    let version = format!("{}\0{}", photo.version.id, photo.version.etag);
    let tag = hex::encode(&Sha256::digest(version.as_bytes())[..8]);
    let (made, truncated) = (&rendered.renditions, rendered.truncated());
    let renditions = made.iter().map(|r| (r.long_edge, r.width, r.height));
    let picture = Picture {
        width: rendered.width,
        height: rendered.height,
        crc32: rendered.crc32,
        thumbhash: hex::encode(&rendered.thumbhash),
        average: hex::encode(rendered.average),
        captured: rendered.captured.map(|captured| captured.local),
        truncated,
        renditions: renditions.collect(),
        marked: made.iter().any(|rendition| rendition.marked.is_some()),
        tag,
    };
    let mut puts = tokio::task::JoinSet::new();
    for (key, jpeg) in objects(photo, &picture.tag, rendered.renditions) {
        let bucket = workshop.renditions.clone();
        puts.spawn(async move { bucket.put(&key, jpeg).await });
    }
    while let Some(put) = puts.join_next().await {
        put??;
    }
    Ok(picture)
}

/// Every rendition by its key, the clean and the marked.
fn objects(
    photo: &Photo,
    tag: &str,
    renditions: Vec<Rendition>,
) -> impl Iterator<Item = (String, Vec<u8>)> {
    renditions.into_iter().flat_map(move |rendition| {
        let (gallery, id, edge) = (photo.gallery, &photo.id, rendition.long_edge);
        let clean = (Renditions::key(gallery, id, tag, edge), rendition.jpeg);
        let marked = rendition.marked;
        let marked = marked.map(|jpeg| (Renditions::marked_key(gallery, id, tag, edge), jpeg));
        std::iter::once(clean).chain(marked)
    })
}

/// The object is gone: its photograph shows the newest other version that stands, and goes with the last.
async fn gone(
    workshop: &Workshop,
    gallery: GalleryId,
    key: &str,
    folder: &str,
) -> Result<Next, Retry> {
    let Some(leaving) = workshop.table.claim_gone(gallery, key).await? else {
        return Ok(Next::Done);
    };
    if workshop.originals.head(key).await?.is_some() {
        return Ok(Next::Done); // a new one came meanwhile, whose own event follows
    }
    let mut standing = Vec::new();
    for key in leaving.others() {
        standing.extend(workshop.originals.head(key).await?.map(|head| Standing {
            key: key.to_owned(),
            etag: head.version.etag,
            uploaded: head.uploaded,
        }));
    }
    if let (true, Some(name)) = (standing.is_empty(), leaving.heirs_name())
        && let Some(heir) = heir(workshop, gallery, folder, name).await?
    {
        return Ok(Next::First(heir));
    }
    let now = runtime::clock::now();
    let left = workshop.table.commit_gone(&leaving, &standing, now).await?;
    match left {
        Gone::Removed(photo, pictures) => {
            for picture in &pictures {
                workshop.renditions.remove(gallery, &photo, picture).await?;
            }
            tracing::info!(gallery.id = %gallery, photo.id = %photo, "Removed a photograph whose original was deleted");
            Ok(Next::Done)
        }
        Gone::Say(key) => Ok(Next::Look(key)),
        Gone::Unseen | Gone::Fell | Gone::Overtaken => Ok(Next::Done),
    }
}

/// A file that nobody has seen yet and that may mean the photograph which is about to go: a client that copies a folder
/// puts the new and deletes the old, and either may be heard of first (C23).
async fn heir(
    workshop: &Workshop,
    gallery: GalleryId,
    folder: &str,
    name: &str,
) -> Result<Option<String>, Retry> {
    let settled = workshop.table.settled(gallery).await?;
    let settled: HashSet<(&str, &str)> = settled
        .iter()
        .map(|object| (object.key.as_str(), object.etag.as_str()))
        .collect();
    let listed = workshop.originals.list(&format!("{folder}/")).await?;
    let unseen = listed
        .into_iter()
        .filter(|object| !settled.contains(&(object.key.as_str(), object.etag.as_str())));
    let alike = |key: &str| Place::of_key(key).is_some_and(|p| replace::alike(&p.file_name, name));
    Ok(unseen.map(|object| object.key).find(|key| alike(key)))
}

/// An object outside every gallery's folder is noted, so that nothing uploaded goes unmentioned.
async fn stray(workshop: &Workshop, key: &str) -> Result<(), Retry> {
    match workshop.originals.head(key).await? {
        None => workshop.table.forget_stray(key).await?,
        Some(head) => {
            let reason =
                "No gallery has this folder. Each gallery's page in the studio names its own.";
            let stray = Stray {
                key: key.to_owned(),
                version: head.version.etag,
                reason: reason.to_owned(),
                at: head.uploaded,
            };
            workshop.table.note_stray(&stray).await?;
        }
    }
    Ok(())
}
