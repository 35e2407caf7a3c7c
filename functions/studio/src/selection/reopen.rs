//! *Reopen* (S34): only the studio opens a confirmed choice again; every snapshot stays, and the client is told.

use super::path;
use super::told::Told;
use crate::Studio;
use crate::authorizations::Sure;
use crate::member::{From, Me, Named};
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::Subject;
use domain::activity::{Event, What, Who};
use domain::email::Email;
use domain::selection::{Forbidden, Selection};
use domain::status;
use table::Mail;
use web::{Failure, Page};

/// Where a client's letters go.
fn contact(subject: &Subject, selection: Option<&Selection>) -> Option<Email> {
    match subject {
        Subject::Person(email) => Some(email.clone()),
        _ => selection.and_then(|one| one.contact.clone()),
    }
}

/// `GET …/selection/{subject}/reopen`: a question, for a mail goes out.
pub(super) async fn form(
    State(studio): State<Studio>,
    Named { gallery, .. }: Named,
    Path((_, key)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let told = Told::read(&studio, &gallery).await?;
    let subject = told.named(&key).ok_or(Failure::NotFound)?;
    let (name, selection) = (told.clients.name(&subject), told.selection(&subject));
    let mut sentences = vec![
        "Hearts, stars and comments can change again until they confirm anew. What was confirmed stays as a snapshot, and an order made from it stays as it is."
            .to_owned(),
        match contact(&subject, selection) {
            Some(to) => format!("A mail tells {} that it is open again.", to.as_str()),
            None => "No mail goes out: nobody’s address is known. Tell them yourself.".into(),
        },
    ];
    if status::locked(&gallery, studio.now()) {
        let closed = "Choosing is closed in this gallery, by you or by its deadline: reopen it under Settings too.";
        sentences.push(closed.into());
    }
    let sure = Sure {
        page: Page::new(&studio.name),
        contacts: false,
        question: format!("Open the choice of {name} again?"),
        sentences,
        action: format!("{}/reopen", path(gallery.id, &subject)),
        button: "Reopen",
        back: format!("/studio/galleries/{}/selection", gallery.id),
    };
    Ok(sure.ask())
}

/// `POST …/selection/{subject}/reopen`. Pressed twice it opens, and tells, once.
pub(super) async fn reopen(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Named { gallery, .. }: Named,
    Path((_, key)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let told = Told::read(&studio, &gallery).await?;
    let subject = told.named(&key).ok_or(Failure::NotFound)?;
    let now = studio.now();
    let mails: Vec<Mail> = contact(&subject, told.selection(&subject))
        .map(|to| Mail::Reopened {
            to,
            title: gallery.title.clone(),
            path: format!("/g/{}", gallery.link),
        })
        .into_iter()
        .collect();
    let event = Event {
        at: now,
        gallery: Some(gallery.id),
        who: Who::Member(me.0.member.email.clone()),
        what: What::Reopened {
            subject: subject.clone(),
        },
        from: from.0,
    };
    let opened = studio
        .table
        .reopen(gallery.id, &subject, &mails, &event, now);
    let done = match (opened.await?, mails.is_empty()) {
        (Ok(_), false) => "reopened",
        (Ok(_), true) => "reopened-silently",
        (Err(Forbidden::NotConfirmed | Forbidden::AlreadyConfirmed), _) => "open",
    };
    let back = format!("/studio/galleries/{}/selection?done={done}", gallery.id);
    Ok(Redirect::to(&back).into_response())
}
