//! What is said of a photograph (P23, S21, S33): reading its thread, saying something, taking it back.
//!
//! Whoever has the right to comment in the photograph's section reads its thread, also when choosing is closed; without
//! it neither thread nor count exists. The answer of every call is the thread as it is then.

/// Who reads a thread, in one sentence.
mod readers;
/// A thread as it is shown.
mod thread;

pub(crate) use thread::ThreadPart;

use crate::visitor::Visitor;
use crate::{Gallery, photo};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Form, Json};
use domain::access::{Action, Refusal, Subject};
use domain::activity::{Event, What, Who};
use domain::comment::{Author, BadComment, Comment, Drawing, words};
use domain::email::Email;
use domain::ids::{CommentId, PhotoId};
use domain::photo::Photo;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use table::Said;
use thread::{Problem, Thread};
use web::{Caller, Failure};

/// Characters of a name that is typed.
const LONGEST_NAME: usize = 60;
/// What somebody is called who gives no name (C7).
const NOBODY: &str = "Client";
const HOUR: i64 = 3600;

/// Which drawing lies over the picture where no script does it.
#[derive(Deserialize)]
pub struct Shown {
    show: Option<String>,
}

/// What the form sends.
#[derive(Deserialize)]
pub struct Words {
    /// Drawn in the browser or by the page: said twice, it is one comment.
    #[serde(default)]
    id: String,
    #[serde(default)]
    text: String,
    /// See [`Drawing`]; empty: none.
    #[serde(default)]
    drawing: String,
    /// What somebody is called who is not signed in.
    #[serde(default)]
    name: String,
    /// Whose comment it is, as the page knew it; empty: nobody said.
    #[serde(default)]
    who: String,
    /// The version it is about: the one its author saw, though it may be replaced by now; none: the current one.
    version: Option<u32>,
}

/// Somebody who reads the thread of a photograph.
struct Talk {
    visitor: Visitor,
    photo: Photo,
}

impl Talk {
    /// The inner `Err`: the door, or why not.
    async fn of(
        gallery: &Gallery,
        caller: &Caller,
        photo: &str,
    ) -> Result<Result<Self, Response>, Failure> {
        let id: PhotoId = photo.parse()?;
        let visitor = match Visitor::of(gallery, caller).await? {
            Ok(visitor) => visitor,
            Err(outside) => return Ok(Err(outside.answer(caller))),
        };
        let mut photos = visitor.listing.photos.iter();
        let found = photos.find(|photo| photo.id == id && visitor.standing.sees(photo));
        let Some(photo) = found.cloned() else {
            return Ok(Err(Failure::NotFound.under(visitor.banner)));
        };
        if !visitor.standing.talks(&photo) {
            return Ok(Err(Failure::NotAllowed.under(visitor.banner)));
        }
        Ok(Ok(Self { visitor, photo }))
    }

    /// Whether something may be said now.
    fn may(&self) -> Result<(), Refusal> {
        let (standing, photo) = (&self.visitor.standing, Some(&self.photo));
        standing.may(Action::Comment, photo, self.visitor.now)
    }

    fn subject(&self) -> Subject {
        self.visitor.standing.subject()
    }

    /// The page's way back to this thread.
    fn address(&self, caller: &Caller) -> String {
        format!("{}/photo/{}/comments", caller.path(), self.photo.id)
    }

    /// What the table knows of it.
    async fn read(&self, gallery: &Gallery) -> Result<Vec<Comment>, Failure> {
        let mut comments = gallery
            .table
            .comments_of(self.visitor.gallery().id, &self.photo.id)
            .await?;
        comments.sort_by_key(|comment| (comment.at, comment.id));
        Ok(comments)
    }

    /// The thread for a script, or the photograph's page with it.
    async fn show(
        self,
        gallery: &Gallery,
        caller: &Caller,
        comments: &[Comment],
        shown: Option<&str>,
        problem: Option<Problem>,
    ) -> Result<Response, Failure> {
        let thread = Thread::of(gallery, &self, comments).await?;
        if caller.json {
            return Ok(Json(thread).into_response());
        }
        let address = self.address(caller);
        let part = ThreadPart::new(thread, address, &self, shown, problem);
        let taken = part.problem.is_none();
        let page = photo::with_thread(gallery, caller, self.visitor, &self.photo.id, part);
        let mut answer = page.await?;
        if !taken {
            *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        }
        Ok(answer)
    }
}

/// `GET /g/{link}/photo/{photo}/comments`: the photograph's page with its thread; for scripts the thread.
///
/// # Errors
/// A photograph this visitor cannot see; [`Failure::NotAllowed`] without the right to comment.
pub async fn read(
    State(gallery): State<Gallery>,
    caller: Caller,
    Path((_, photo)): Path<(String, String)>,
    Query(shown): Query<Shown>,
) -> Result<Response, Failure> {
    let talk = match Talk::of(&gallery, &caller, &photo).await? {
        Ok(talk) => talk,
        Err(refused) => return Ok(refused),
    };
    let comments = talk.read(&gallery).await?;
    let shown = shown.show.as_deref();
    talk.show(&gallery, &caller, &comments, shown, None).await
}

/// `POST /g/{link}/photo/{photo}/comments`: says something, once under its id; the thread for scripts, else 303 to it.
///
/// # Errors
/// As [`read`]; closed, confirmed and *View as*; words or a drawing that cannot be taken; too many in this hour; an id
/// under which something else was said.
pub async fn say(
    State(gallery): State<Gallery>,
    caller: Caller,
    Path((_, photo)): Path<(String, String)>,
    Form(said): Form<Words>,
) -> Result<Response, Failure> {
    let talk = match Talk::of(&gallery, &caller, &photo).await? {
        Ok(talk) => talk,
        Err(refused) => return Ok(refused),
    };
    if let Err(why) = talk.taken_from(&said.who) {
        return Ok(why.under(talk.visitor.banner));
    }
    let comments = talk.read(&gallery).await?;
    let comment = match talk.comment(&gallery, &said).await? {
        Ok(comment) => comment,
        Err(problem) if caller.json => return Err(Failure::Unfit(problem.to_string())),
        Err(problem) => {
            let problem = Some(Problem::of(problem, said.text, said.name));
            return talk.show(&gallery, &caller, &comments, None, problem).await;
        }
    };
    talk.keep(&gallery, &caller, &comment, &comments).await?;
    talk.said(&gallery, &caller, comment.id).await
}

/// `POST …/comments/{comment}/remove`: takes an own comment back; its words stay for the studio.
///
/// # Errors
/// As [`say`]; [`Failure::NotFound`] for what is not theirs.
pub async fn remove(
    State(gallery): State<Gallery>,
    caller: Caller,
    Path((_, photo, comment)): Path<(String, String, String)>,
    Form(said): Form<Words>,
) -> Result<Response, Failure> {
    let id: CommentId = comment.parse()?;
    let talk = match Talk::of(&gallery, &caller, &photo).await? {
        Ok(talk) => talk,
        Err(refused) => return Ok(refused),
    };
    if let Err(why) = talk.taken_from(&said.who) {
        return Ok(why.under(talk.visitor.banner));
    }
    let author = Author::Visitor(talk.subject());
    let comments = talk.read(&gallery).await?;
    let mut theirs = comments.iter().filter(|one| one.removable_by(&author));
    let found = theirs.find(|one| one.id == id).ok_or(Failure::NotFound)?;
    if found.removed.is_none() {
        let (shown, photo) = (talk.visitor.gallery().id, &talk.photo.id);
        let now = talk.visitor.now;
        gallery.table.unsay(shown, photo, id, &author, now).await?;
    }
    talk.said(&gallery, &caller, id).await
}

impl Talk {
    /// Whether words are taken now from whoever sends them: the page was shown to them, so that in a browser where
    /// somebody else signed in meanwhile nobody speaks in another's name.
    fn taken_from(&self, who: &str) -> Result<(), Failure> {
        self.may()?;
        if who.is_empty() || self.visitor.who().as_deref() == Some(who) {
            return Ok(());
        }
        let words = "Somebody else is signed in in this browser now. Load the page again.";
        Err(Failure::Conflict(words.into()))
    }

    /// The comment as it will be kept; the inner `Err` in words for its author.
    async fn comment(
        &self,
        gallery: &Gallery,
        said: &Words,
    ) -> Result<Result<Comment, BadComment>, Failure> {
        let drawn = match said.drawing.as_str() {
            "" => Ok(None),
            _ if !self.visitor.gallery().choosing.drawing => return Err(Failure::NotAllowed),
            text => text.parse::<Drawing>().map(Some),
        };
        let text = drawn.and_then(|drawing| Ok((words(&said.text, drawing.as_ref())?, drawing)));
        let (text, drawing) = match text {
            Ok(taken) => taken,
            Err(problem) => return Ok(Err(problem)),
        };
        let (subject, now) = (self.subject(), self.visitor.now);
        let id = match said.id.as_str() {
            "" => CommentId::new(now),
            id => id.parse()?,
        };
        let current = self.photo.number;
        let seen = said.version.filter(|number| (1..=current).contains(number));
        Ok(Ok(Comment {
            id,
            gallery: self.visitor.gallery().id,
            photo: self.photo.id.clone(),
            version: seen.unwrap_or(current),
            name: name(gallery, &subject, &said.name).await?,
            author: Author::Visitor(subject),
            text,
            drawing,
            at: now,
            removed: None,
        }))
    }

    /// Puts the comment down, once: what comes again takes nothing from the hour's budget.
    async fn keep(
        &self,
        gallery: &Gallery,
        caller: &Caller,
        comment: &Comment,
        before: &[Comment],
    ) -> Result<(), Failure> {
        let (table, now, subject) = (&gallery.table, self.visitor.now, self.subject());
        let new = before.iter().all(|one| one.id != comment.id);
        if new && !table.take_comment(comment.gallery, &subject, now).await? {
            return Err(Failure::Wait(until_the_hour(now)));
        }
        let event = Event {
            at: now,
            gallery: Some(comment.gallery),
            who: Who::Visitor(subject),
            what: What::Commented {
                photo: self.photo.id.clone(),
                file_name: self.photo.file_name.clone(),
            },
            from: caller.origin.clone(),
        };
        match table.say_and_log(comment, Some(&event)).await? {
            Said::Done | Said::Again => Ok(()),
            Said::Taken => Err(Failure::Reused),
        }
    }

    /// After something was said or taken back: the thread as it is now, or the way to it.
    async fn said(
        self,
        gallery: &Gallery,
        caller: &Caller,
        id: CommentId,
    ) -> Result<Response, Failure> {
        if caller.json {
            let comments = self.read(gallery).await?;
            return self.show(gallery, caller, &comments, None, None).await;
        }
        let back = format!("{}#c-{id}", self.address(caller));
        Ok(Redirect::to(&back).into_response())
    }
}

/// What others read above the words: what the studio calls them, else their address up to the `@`; whoever is not signed
/// in says it, or is the client.
async fn name(gallery: &Gallery, subject: &Subject, typed: &str) -> Result<String, Failure> {
    if let Subject::Person(email) = subject {
        let people = gallery.table.names_of(std::slice::from_ref(email)).await?;
        let name = people.into_values().next();
        return Ok(name.unwrap_or_else(|| local_part(email).to_owned()));
    }
    let line = typed.replace(char::is_control, " ");
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().take(LONGEST_NAME).collect();
    Ok(if line.is_empty() { NOBODY.into() } else { line })
}

/// What of an address may be shown to others who comment: they know each other, the host is nobody's business.
fn local_part(email: &Email) -> &str {
    let text = email.as_str();
    text.split_once('@').map_or(text, |(local, _)| local)
}

/// How long a spent hourly budget has to wait.
pub(crate) fn until_the_hour(now: Timestamp) -> SignedDuration {
    SignedDuration::from_secs(HOUR - now.as_second().rem_euclid(HOUR))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S21: of an address others read the part before the @ only.
    #[test]
    fn an_address_is_never_shown_whole() {
        assert_eq!(local_part(&"jonas@example.com".parse().unwrap()), "jonas");
    }

    /// The wait that is told ends when the budget is new.
    #[test]
    fn a_spent_budget_is_new_with_the_hour() {
        let at = |text: &str| until_the_hour(text.parse().unwrap()).as_secs();
        assert_eq!(at("2026-11-22T10:59:30Z"), 30);
        assert_eq!(at("2026-11-22T10:00:00Z"), 3600);
    }
}
