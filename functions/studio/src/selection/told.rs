//! What is read of a gallery's choices, and the photographs of a filter as lines for pages and files.

use super::filter::Asked;
use crate::Studio;
use crate::authorizations::key::key;
use crate::clients::Clients;
use domain::access::Subject;
use domain::choice::Choice;
use domain::comment::Comment;
use domain::export::{Line, Mark};
use domain::gallery::{Gallery, sorted};
use domain::ids::PhotoId;
use domain::notice::choosers;
use domain::photo::{Photo, Shown};
use domain::selection::{Selection, Snapshot, Tally};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};
use web::Failure;

/// Everything that was chosen and said in one gallery.
pub(super) struct Told {
    pub(super) photos: Vec<Photo>,
    pub(super) selections: Vec<Selection>,
    pub(super) choices: HashMap<Subject, HashMap<PhotoId, Choice>>,
    pub(super) comments: Vec<Comment>,
    pub(super) clients: Clients,
    /// Who must choose, whether they began or not.
    pub(super) choosers: Vec<Subject>,
}

impl Told {
    /// Reads it; six reads, however many clients there are.
    pub(super) async fn read(studio: &Studio, gallery: &Gallery) -> Result<Self, Failure> {
        let (table, id) = (&studio.table, gallery.id);
        let (photos, selections, choices, comments, rows, clients) = tokio::try_join!(
            async { Ok(table.photos_of(id).await?) },
            async { Ok(table.selections(id).await?) },
            async { Ok(table.all_choices(id).await?) },
            async { Ok(table.comments(id).await?) },
            async { Ok(table.rows(gallery.table).await?) },
            Clients::of(studio)
        )?;
        Ok(Self {
            choosers: choosers(gallery, &rows, &selections, studio.now()),
            photos,
            selections,
            choices,
            comments,
            clients,
        })
    }

    /// Everybody with a choice or with the right to one, by name; the shared choice last.
    pub(super) fn subjects(&self) -> Vec<&Subject> {
        let began = self.selections.iter().map(|one| &one.subject);
        let mut once = HashSet::new();
        let mut subjects: Vec<&Subject> = began
            .chain(&self.choosers)
            .filter(|subject| once.insert(*subject))
            .collect();
        subjects.sort_by_cached_key(|subject| {
            let shared = **subject == Subject::Anybody;
            (shared, self.clients.name(subject).to_lowercase())
        });
        subjects
    }

    /// The clients that are asked for; all of them where none is named.
    pub(super) fn asked(&self, asked: &Asked) -> Vec<&Subject> {
        let mut subjects = self.subjects();
        if !asked.who.is_empty() {
            subjects.retain(|subject| asked.who.contains(&key(subject)));
        }
        subjects
    }

    /// The client of that name in addresses.
    pub(super) fn named(&self, name: &str) -> Option<Subject> {
        let mut subjects = self.subjects().into_iter();
        subjects.find(|subject| key(subject) == name).cloned()
    }

    /// A client's choice as a whole, if they began one.
    pub(super) fn selection(&self, subject: &Subject) -> Option<&Selection> {
        self.selections.iter().find(|one| one.subject == *subject)
    }

    /// What a client said of a photograph.
    fn said(&self, subject: &Subject, photo: &PhotoId) -> Option<&Choice> {
        self.choices.get(subject)?.get(photo)
    }

    /// What a client chose, of the photographs that clients see: as they count it themselves.
    pub(super) fn tally(&self, subject: &Subject) -> Tally {
        let seen = |photo: &&Photo| {
            photo.picture().is_some()
                && photo.shown != Shown::ToStudio
                && self
                    .said(subject, &photo.id)
                    .is_some_and(|choice| choice.chosen.value)
        };
        Tally::of_photos(self.photos.iter().filter(seen))
    }

    /// What a client chose that is not in the gallery any more.
    pub(super) fn missing(&self, subject: &Subject) -> usize {
        let here: HashSet<&PhotoId> = self.photos.iter().map(|photo| &photo.id).collect();
        let choices = self.choices.get(subject).into_iter().flatten();
        choices
            .filter(|(photo, choice)| choice.chosen.value && !here.contains(photo))
            .count()
    }

    /// How many comments each photograph has, without those that were taken back.
    pub(super) fn spoken(&self) -> HashMap<&PhotoId, usize> {
        let mut spoken = HashMap::new();
        for comment in self.comments.iter().filter(|one| one.removed.is_none()) {
            *spoken.entry(&comment.photo).or_default() += 1;
        }
        spoken
    }

    /// The photographs a filter leaves, in the clients' order, each with what these clients said.
    pub(super) fn lines(
        &self,
        gallery: &Gallery,
        asked: &Asked,
        subjects: &[&Subject],
    ) -> Vec<(&Photo, Line)> {
        let spoken = self.spoken();
        let ready = self.photos.iter().filter(|photo| photo.picture().is_some());
        let sections = sorted(ready, gallery.sort);
        let photos = sections.into_iter().flat_map(|section| section.photos);
        let kept = photos.filter(|photo| {
            let said = subjects.iter().map(|subject| self.said(subject, &photo.id));
            let said: Vec<Option<&Choice>> = said.collect();
            asked.keeps(photo, &said, spoken.contains_key(&photo.id))
        });
        kept.map(|photo| (photo, self.line(photo, subjects, &spoken)))
            .collect()
    }

    fn line(
        &self,
        photo: &Photo,
        subjects: &[&Subject],
        spoken: &HashMap<&PhotoId, usize>,
    ) -> Line {
        let mark = |subject: &&Subject| {
            let said = self.said(subject, &photo.id)?;
            let mark = Mark {
                who: self.clients.name(subject),
                chosen: said.chosen.value,
                stars: said.stars.value,
                label: said.label.value,
            };
            let empty = !mark.chosen && mark.stars.is_none() && mark.label.is_none();
            (!empty).then_some(mark)
        };
        let picture = photo.picture();
        Line {
            file_name: photo.file_name.clone(),
            section: photo.section.clone(),
            marks: subjects.iter().filter_map(mark).collect(),
            comments: spoken.get(&photo.id).copied().unwrap_or_default(),
            version: photo.number,
            captured: picture.and_then(|picture| picture.captured.clone()),
            pixels: picture.map(|picture| (picture.width, picture.height)),
        }
    }

    /// A snapshot's photographs as they were when it was taken.
    pub(super) fn lines_of(&self, snapshot: &Snapshot) -> Vec<Line> {
        let who = self.clients.name(&snapshot.subject);
        let photos: HashMap<&PhotoId, &Photo> =
            self.photos.iter().map(|photo| (&photo.id, photo)).collect();
        let line = |picked: &domain::selection::Picked| {
            let photo = photos.get(&picked.photo);
            let picture = photo.and_then(|photo| photo.picture());
            Line {
                file_name: picked.file_name.clone(),
                section: picked.section.clone(),
                marks: vec![Mark {
                    who: who.clone(),
                    chosen: true,
                    stars: picked.stars,
                    label: picked.label,
                }],
                comments: picked.comments.len(),
                version: picked.version,
                captured: picture.and_then(|picture| picture.captured.clone()),
                pixels: picture.map(|picture| (picture.width, picture.height)),
            }
        };
        snapshot.picked.iter().map(line).collect()
    }

    /// What a client has chosen now, each with its version; of a photograph that is gone the version is not known: 0.
    pub(super) fn now(&self, subject: &Subject) -> Vec<(PhotoId, u32)> {
        let numbers: HashMap<&PhotoId, u32> = self
            .photos
            .iter()
            .map(|photo| (&photo.id, photo.number))
            .collect();
        let choices = self.choices.get(subject).into_iter().flatten();
        let chosen = choices.filter(|(_, choice)| choice.chosen.value);
        chosen
            .map(|(id, _)| (id.clone(), numbers.get(id).copied().unwrap_or_default()))
            .collect()
    }

    /// How many of those who must have confirmed.
    pub(super) fn confirmed(&self) -> usize {
        let done = |subject: &&Subject| {
            let selection = self.selection(subject);
            selection.is_some_and(|one| one.confirmed().is_some())
        };
        self.choosers.iter().filter(done).count()
    }

    /// Threads with the last word first: photographs that were spoken of, with the time of the last comment.
    pub(super) fn threads(&self) -> Vec<(&Photo, Timestamp)> {
        let mut last: HashMap<&PhotoId, Timestamp> = HashMap::new();
        for comment in &self.comments {
            let at = last.entry(&comment.photo).or_insert(comment.at);
            *at = comment.at.max(*at);
        }
        let photos = self.photos.iter();
        let mut threads: Vec<(&Photo, Timestamp)> = photos
            .filter_map(|photo| Some((photo, *last.get(&photo.id)?)))
            .collect();
        threads.sort_by_key(|(_, at)| std::cmp::Reverse(*at));
        threads
    }
}
