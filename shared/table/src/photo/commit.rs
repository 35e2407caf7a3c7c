//! What a worker read becomes: the first of a photograph, a new version in place of the one before, or nothing at all
//! because it is the same, older, or cannot be read (P26, 4.5).

use super::{Claimed, Facts, Row};
use crate::Table;
use crate::error::Error;
use crate::item::{Item, attribute, s};
use crate::keys;
use crate::version::Step;
use crate::write::{MEETINGS, part, step_aside};
use aws_sdk_dynamodb::types::TransactWriteItem;
use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use domain::ids::GalleryId;
use domain::photo::{Photo, Refused, Stage, State, Version};
use jiff::Timestamp;

/// What became of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Committed {
    /// The photograph is what was read.
    Taken,
    /// It was the same content as the current version's: nothing changed.
    Unchanged,
    /// It was, and came with a higher state, which the photograph has now.
    Raised,
    /// It is older than the current version, which came from another key: settled, and nothing changed.
    Older {
        /// The current version's key. If there is no object any more, commit again with [`Claimed::over`].
        than: String,
    },
    /// It cannot be read and would have replaced one that can: that one stays, and the studio is told.
    Refused,
    /// A later claim overtook this one.
    Overtaken,
    /// The photograph went meanwhile: claim again.
    Gone,
}

impl Committed {
    /// One word, for logs.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Unchanged => "unchanged",
            Self::Raised => "raised",
            Self::Older { .. } => "older",
            Self::Refused => "refused",
            Self::Overtaken => "overtaken",
            Self::Gone => "gone",
        }
    }
}

impl Table {
    /// Commits what the claim's worker read. Its id, section, place, name, stage and number are not looked at: they are
    /// the row's.
    ///
    /// # Errors
    /// When the table does not answer, an item cannot be read, or others moved the photograph all the time.
    pub async fn commit(
        &self,
        claimed: &Claimed,
        photo: &Photo,
        now: Timestamp,
    ) -> Result<Committed, Error> {
        for attempt in 0..MEETINGS {
            let Some(row) = self.row_of(claimed.gallery, &claimed.photo).await? else {
                return Ok(Committed::Gone);
            };
            let moved = match outcome(claimed, &row, photo) {
                Committed::Taken => self.advance(claimed, &row, photo, now).await?,
                Committed::Unchanged => self.keep(claimed, row, photo, now).await?,
                Committed::Refused => self.refuse(claimed, photo, now).await?,
                other => Some(self.note(claimed, photo, other).await?),
            };
            if let Some(committed) = moved {
                return Ok(committed);
            }
            step_aside(attempt).await;
        }
        Err(Error::Met)
    }

    /// Moves the pointer; `None`: it stands elsewhere by now.
    async fn advance(
        &self,
        claimed: &Claimed,
        row: &Row,
        photo: &Photo,
        now: Timestamp,
    ) -> Result<Option<Committed>, Error> {
        let readable = photo.picture().is_some();
        let number = readable.then(|| row.numbered() + 1);
        let mut writes = vec![self.finish(claimed, photo, number)?];
        match number {
            Some(number) => {
                let (stage, restored_from) = self.stage(claimed, row, photo).await?;
                let state = in_its_place(&row.photo, &photo.state);
                let step = Step {
                    row,
                    number,
                    key: &claimed.key,
                    version: &photo.version,
                    state: &state,
                    uploaded: photo.uploaded,
                    stage,
                    restored_from,
                    now,
                };
                writes.extend(self.step(&step)?);
                if let Some(gone) = claimed.over.as_ref().filter(|gone| **gone == row.photo.key) {
                    writes.push(self.forget(claimed.gallery, gone)?);
                }
            }
            None => writes.push(self.reject(claimed, row, photo)?),
        }
        match self.transact(writes).await? {
            Ok(()) => {
                if number.is_none() || !row.stands() {
                    let states = (row.photo.state.name(), photo.state.name());
                    self.count(claimed.gallery, Some(states.0), Some(states.1), now)
                        .await?;
                }
                Ok(Some(Committed::Taken))
            }
            Err(lost) if lost.at(0) => Ok(Some(Committed::Overtaken)),
            Err(_) => Ok(None),
        }
    }

    /// The state a version takes. One that stands in for a deleted file is what it was when it was last shown.
    async fn stage(
        &self,
        claimed: &Claimed,
        row: &Row,
        photo: &Photo,
    ) -> Result<(Option<Stage>, Option<u32>), Error> {
        if claimed.over.as_deref() != Some(row.photo.key.as_str()) {
            return Ok((claimed.stage, None));
        }
        let versions = self.versions_of(claimed.gallery, &claimed.photo).await?;
        let last = versions.iter().find(|version| version.key == claimed.key);
        let same = last.filter(|version| version.version.etag == photo.version.etag);
        let stage = last.map(|version| version.stage).or(claimed.stage);
        Ok((
            Some(stage.unwrap_or_default()),
            same.map(|version| version.number),
        ))
    }

    fn reject(
        &self,
        claimed: &Claimed,
        row: &Row,
        photo: &Photo,
    ) -> Result<TransactWriteItem, Error> {
        let change = self.change_with_others(&keys::photo(claimed.gallery, &claimed.photo));
        let (change, set, gone) = facts(change, &photo.version, &photo.state, photo.uploaded)?;
        let change = at(change, row).expression_attribute_values(":key", s(&claimed.key));
        part(
            "photo",
            change.update_expression(format!(
                "SET #key = :key, {set} REMOVE lease, claimed{gone}"
            )),
        )
    }

    /// The same content: only S3's version id is a new one, where it came under the current version's key; and the state,
    /// where a higher one was said with it.
    async fn keep(
        &self,
        claimed: &Claimed,
        mut row: Row,
        photo: &Photo,
        now: Timestamp,
    ) -> Result<Option<Committed>, Error> {
        let shown = same(&row.photo, photo);
        let current = shown && row.photo.key == claimed.key;
        if current {
            let of = (claimed.gallery, &claimed.photo, Some(row.numbered()));
            self.refresh(of, &claimed.key, &row.photo.version.id, &photo.version)
                .await?;
            row.photo.version = photo.version.clone();
        }
        self.forgive(claimed.gallery, &claimed.photo, &claimed.key)
            .await?;
        let number = current.then(|| row.numbered());
        let mut writes = vec![self.finish(claimed, photo, number)?];
        writes.extend(self.raise_stage(&row, claimed.stage.filter(|_| shown), now)?);
        let kept = match writes.len() {
            1 => Committed::Unchanged,
            _ => Committed::Raised,
        };
        Ok(match self.transact(writes).await? {
            Ok(()) => Some(kept),
            Err(lost) if lost.at(0) => Some(Committed::Overtaken),
            Err(_) => None,
        })
    }

    async fn refuse(
        &self,
        claimed: &Claimed,
        photo: &Photo,
        now: Timestamp,
    ) -> Result<Option<Committed>, Error> {
        let State::Rejected { code, reason } = &photo.state else {
            return Ok(Some(Committed::Overtaken));
        };
        let refused = Refused {
            key: claimed.key.clone(),
            version: photo.version.id.clone(),
            code: code.clone(),
            reason: reason.clone(),
            at: now,
        };
        let told = self
            .change_with_others(&keys::photo(claimed.gallery, &claimed.photo))
            .update_expression("SET refused = :refused")
            .condition_expression("attribute_exists(PK)")
            .expression_attribute_values(":refused", attribute("photo", refused)?);
        let writes = vec![self.finish(claimed, photo, None)?, part("photo", told)?];
        match self.transact(writes).await? {
            Ok(()) => {
                self.count(claimed.gallery, None, None, now).await?;
                Ok(Some(Committed::Refused))
            }
            Err(lost) if lost.at(0) => Ok(Some(Committed::Overtaken)),
            Err(_) => Ok(None),
        }
    }

    fn finish(
        &self,
        claimed: &Claimed,
        photo: &Photo,
        number: Option<u32>,
    ) -> Result<TransactWriteItem, Error> {
        let crc = photo.picture().map(|picture| picture.crc32);
        let of = Some(&claimed.photo);
        self.settle(claimed.held(), of, &photo.version, (number, crc))
    }

    /// Settles the object without touching the photograph.
    async fn note(
        &self,
        claimed: &Claimed,
        photo: &Photo,
        what: Committed,
    ) -> Result<Committed, Error> {
        let settled = self.finish(claimed, photo, None)?;
        let noted = self.transact(vec![settled]).await?;
        Ok(noted.map_or(Committed::Overtaken, |()| what))
    }
}

/// A version's facts, taken when the photograph was taken: programs leave that out or write when they were used, and the
/// photograph keeps its place (4.5).
fn in_its_place(old: &Photo, new: &State) -> State {
    let mut state = new.clone();
    if let (Some(was), State::Ready(picture)) = (old.picture(), &mut state) {
        picture.captured.clone_from(&was.captured);
    }
    state
}

/// What the worker's object comes to, beside the row as it stands.
fn outcome(claimed: &Claimed, row: &Row, new: &Photo) -> Committed {
    let old = &row.photo;
    if claimed.over.as_ref() == Some(&old.key) {
        return Committed::Taken;
    }
    let elsewhere = old.key != claimed.key;
    match (old.picture(), new.picture()) {
        (Some(_), Some(picture))
            if same(old, new) || claimed.before == Some((new.version.size, picture.crc32)) =>
        {
            Committed::Unchanged
        }
        (Some(_), _) if elsewhere && new.uploaded < old.uploaded => Committed::Older {
            than: old.key.clone(),
        },
        (Some(_), None) => Committed::Refused,
        (None, None) if elsewhere => Committed::Refused,
        _ => Committed::Taken,
    }
}

/// Whether both are the same content, whatever S3 calls it.
fn same(a: &Photo, b: &Photo) -> bool {
    let content = |photo: &Photo| Some((photo.picture()?.crc32, photo.version.size));
    content(a).is_some() && content(a) == content(b)
}

impl Claimed {
    fn held(&self) -> (GalleryId, &str, u64) {
        (self.gallery, &self.key, self.fence)
    }
}

/// Sets every fact of a version and removes those it has not: the expression's two lists, the second with its comma.
pub(crate) fn facts(
    mut change: UpdateBuilder,
    version: &Version,
    state: &State,
    uploaded: Timestamp,
) -> Result<(UpdateBuilder, String, String), Error> {
    let facts = Facts::new(version, state, uploaded);
    let facts: Item = serde_dynamo::to_item(facts).map_err(|e| Error::corrupt("photo", e))?;
    let (mut set, mut gone) = (Vec::new(), String::new());
    for name in super::item::FACTS {
        change = change.expression_attribute_names(format!("#{name}"), name);
        match facts.get(name) {
            Some(value) => {
                set.push(format!("#{name} = :{name}"));
                change = change.expression_attribute_values(format!(":{name}"), value.clone());
            }
            None => gone.push_str(&format!(", #{name}")),
        }
    }
    Ok((change, set.join(", "), gone))
}

/// Holds only while the row stands where it was seen. The change names `#v` already.
pub(crate) fn at(change: UpdateBuilder, row: &Row) -> UpdateBuilder {
    let change = change
        .expression_attribute_names("#key", "key")
        .expression_attribute_values(":seen_key", s(&row.photo.key))
        .expression_attribute_values(":seen_v", s(&row.photo.version.id));
    match row.n {
        Some(n) => change
            .condition_expression("#key = :seen_key AND #v = :seen_v AND n = :seen_n")
            .expression_attribute_values(":seen_n", crate::item::n(n)),
        None => change
            .condition_expression("#key = :seen_key AND #v = :seen_v AND attribute_not_exists(n)"),
    }
}
