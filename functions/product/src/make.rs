//! One job's way: read what is asked, read exactly that version of the original, make the file, store it.

use crate::Workshop;
use crate::event::NotS3;
use bucket::{Original, Read, Reader};
use domain::product::{Format, Job, Recipe, Size};
use imaging::{Encoding, Failure, Limits, Made, Mark, Rejection, Texts};

/// A fault that will pass, or needs a person: the message comes again, and at last to the dead letters.
#[derive(Debug, thiserror::Error)]
pub enum Retry {
    /// A bucket.
    #[error(transparent)]
    Bucket(#[from] bucket::Error),
    /// The studio's logo.
    #[error(transparent)]
    Mark(#[from] mark::Error),
    /// Not S3's message.
    #[error(transparent)]
    Message(#[from] NotS3),
    /// The photograph's bytes did not all come.
    #[error("the photograph broke off on its way from the bucket")]
    Broken(#[source] std::io::Error),
    /// The maker died.
    #[error("the maker stopped")]
    Maker(#[from] tokio::task::JoinError),
}

/// What a client reads when the version is gone: the studio replaced it, and it is past its time.
const GONE: &str = "The photograph was replaced meanwhile. Download it again from the gallery.";

/// What a client reads when the file must carry a name that cannot be drawn: a clean one is not given instead.
const UNMARKED: &str = "This file carries the studio's name, and its letters cannot be drawn. Ask the studio for another.";

/// Makes the file that is asked for under this key, unless it is there.
///
/// # Errors
/// When the message should come again.
pub async fn settle(workshop: &Workshop, key: &str) -> Result<(), Retry> {
    let started = std::time::Instant::now();
    let Some(text) = workshop.archives.text(key).await? else {
        return Ok(()); // expired, or asked for long ago
    };
    // a job's name is its text's: whatever else lies there is nobody's question
    let Some(job) = Job::read(&text).filter(|job| job.key() == key) else {
        tracing::warn!(key, "Left an object that is no job");
        return Ok(());
    };
    if workshop.archives.stored(&job.file_key()).await?.is_some() {
        return Ok(());
    }
    let mark = match &job.mark {
        Some(look) => match workshop.marks.of(look).await? {
            Some(mark) => Some(mark),
            None => return store(workshop, &job, Err(UNMARKED.to_owned())).await,
        },
        None => None,
    };
    let limits = workshop.limits;
    let read = workshop
        .originals
        .read_version(&job.original, &job.version, limits.max_bytes);
    let made = match read.await? {
        Read::Gone => Err(GONE.to_owned()),
        Read::TooLarge(head) => {
            let (bytes, max) = (head.version.size, limits.max_bytes);
            Err(Rejection::TooManyBytes { bytes, max }.to_string())
        }
        Read::Open(Original { body, .. }) => {
            let asked = job.clone();
            let reader = body.reader();
            let work = move || make(&asked, mark.as_ref(), reader, &limits);
            tokio::task::spawn_blocking(work).await??
        }
    };
    let refused = made.as_ref().err().cloned().unwrap_or_default();
    store(workshop, &job, made).await?;
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(key, duration_ms, refused, "Settled a job");
    Ok(())
}

async fn store(workshop: &Workshop, job: &Job, made: Result<Made, String>) -> Result<(), Retry> {
    let archives = &workshop.archives;
    match made {
        Ok(made) => {
            let mime = job.recipe.format.mime();
            archives.put(&job.file_key(), made.bytes, mime).await?;
        }
        Err(reason) => {
            let (key, mime) = (job.refused_key(), "text/plain; charset=utf-8");
            archives.put(&key, reason.into_bytes(), mime).await?;
        }
    }
    Ok(())
}

/// The file, or why there will never be one.
fn make(
    job: &Job,
    mark: Option<&Mark>,
    reader: Reader,
    limits: &Limits,
) -> Result<Result<Made, String>, Retry> {
    let Recipe {
        size,
        format,
        quality,
        ref copyright,
        ref creator,
        ref caption,
        mark: _,
    } = job.recipe;
    let recipe = imaging::Recipe {
        size: match size {
            Size::Full => imaging::Size::Full,
            Size::LongEdge(edge) => imaging::Size::LongEdge(edge),
            Size::Fit { width, height } => imaging::Size::Fit(width, height),
        },
        encoding: match format {
            Format::Jpeg => Encoding::Jpeg(quality),
            Format::Png => Encoding::Png,
            Format::Webp => Encoding::Webp,
        },
        texts: Texts {
            copyright,
            creator,
            caption,
        },
        mark,
    };
    match imaging::make(reader, limits, &recipe) {
        Ok(made) => Ok(Ok(made)),
        Err(Failure::Rejected(rejection)) => Ok(Err(rejection.to_string())),
        Err(Failure::Read(error)) => Err(Retry::Broken(error)),
    }
}
