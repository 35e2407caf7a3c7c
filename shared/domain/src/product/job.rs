//! A file to be made: the object that asks for it, and those that answer. All are named after what is asked, so that two
//! requests for the same file meet, and a third finds it made.

use super::{Product, Recipe};
use crate::mark::Look;
use crate::photo::Photo;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Where requests lie in the archives bucket.
pub const JOBS: &str = "jobs/";
/// Where made files lie, and why others could not be made.
pub const PRODUCTS: &str = "products/";

/// Rises when the same recipe gives another file than before: what was made earlier is then no answer any more.
const MAKING: u32 = 2;

/// What must be known to make a file, and nothing else: its text names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The original's key.
    pub original: String,
    /// Its S3 version.
    pub version: String,
    /// How the file is made.
    pub recipe: Recipe,
    /// What is drawn across it, if the recipe marks.
    pub mark: Option<Look>,
    making: u32,
}

impl Job {
    /// The file of a product of this photograph as it is now; none: the product is the original itself. `look` is the
    /// studio's mark, which counts only where the recipe marks.
    #[must_use]
    pub fn of(product: &Product, photo: &Photo, look: &Look) -> Option<Self> {
        Self::of_version(product, &photo.key, &photo.version.id, look)
    }

    /// The file of a product of a version of an original; none: the product is the original itself.
    #[must_use]
    pub fn of_version(product: &Product, key: &str, version: &str, look: &Look) -> Option<Self> {
        let recipe = product.recipe()?;
        Some(Self {
            original: key.into(),
            version: version.into(),
            recipe: recipe.clone(),
            mark: recipe.mark.then(|| look.clone()),
            making: MAKING,
        })
    }

    /// The text of the object that asks for it: fields in their order, nothing optional, so that the same job is the
    /// same text.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers are JSON")
    }

    /// A job from the object that asks for it; `None`: it is none, or not one of this version's making.
    #[must_use]
    pub fn read(text: &[u8]) -> Option<Self> {
        let job: Self = serde_json::from_slice(text).ok()?;
        (job.making == MAKING).then_some(job)
    }

    fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.text().as_bytes()))
    }

    /// Where it asks.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{JOBS}{}.json", self.hash())
    }

    /// Where its file will lie.
    #[must_use]
    pub fn file_key(&self) -> String {
        format!(
            "{PRODUCTS}{}.{}",
            self.hash(),
            self.recipe.format.extension()
        )
    }

    /// Where it says why there will be none.
    #[must_use]
    pub fn refused_key(&self) -> String {
        format!("{PRODUCTS}{}.refused", self.hash())
    }
}
