//! Assistants: who works in the studio beside the owner, and what the owner ticked for them (product 4.1).
//!
//! What is changed here is read at the assistant's next request. Addresses name assistants by their hash: a path is logged.

use crate::member::{From, Me};
use crate::{Studio, when};
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::activity::What;
use domain::email::Email;
use domain::team::Ticks;
use http::StatusCode;
use serde::Deserialize;
use table::{Mail, MemberRecord};
use web::{Failure, Page, html};

/// Characters of a name at most.
const NAME: usize = 80;

#[derive(Template)]
#[template(path = "team.html")]
struct TeamPage<'a> {
    page: Page<'a>,
    owner: &'a str,
    assistants: Vec<Line>,
    /// What was typed into the form for a new one, and what is wrong with it.
    new: &'a Assistant,
    problem: Option<String>,
    notice: Option<&'static str>,
}

/// An assistant in the list.
struct Line {
    id: String,
    email: String,
    name: String,
    ticks: Ticks,
    revision: u64,
    since: String,
}

/// What a form says of an assistant.
#[derive(Deserialize, Default)]
pub(crate) struct Assistant {
    #[serde(default)]
    email: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    galleries: Option<String>,
    #[serde(default)]
    authorizations: Option<String>,
    #[serde(default)]
    contacts: Option<String>,
    #[serde(default)]
    activity: Option<String>,
    #[serde(default)]
    revision: u64,
}

impl Assistant {
    fn ticks(&self) -> Ticks {
        Ticks {
            galleries: self.galleries.is_some(),
            authorizations: self.authorizations.is_some(),
            contacts: self.contacts.is_some(),
            activity: self.activity.is_some(),
        }
    }

    fn name(&self) -> String {
        let plain: String = self.name.chars().filter(|c| !c.is_control()).collect();
        plain.trim().chars().take(NAME).collect()
    }
}

#[derive(Deserialize)]
pub(crate) struct View {
    done: Option<String>,
}

/// `GET /studio/team`: the owner and the assistants.
pub(crate) async fn page(
    State(studio): State<Studio>,
    Query(view): Query<View>,
) -> Result<Response, Failure> {
    let notice = match view.done.as_deref() {
        Some("added") => Some("Added. They have a mail that says where to sign in."),
        Some("changed") => Some("Changed. It counts from their next click on."),
        Some("removed") => {
            Some("Removed. Their next click leads to the sign-in, which sends them no code.")
        }
        _ => None,
    };
    show(&studio, &Assistant::default(), None, notice).await
}

async fn show(
    studio: &Studio,
    new: &Assistant,
    problem: Option<String>,
    notice: Option<&'static str>,
) -> Result<Response, Failure> {
    let line = |member: MemberRecord| Line {
        id: member.email.hash().as_str().to_owned(),
        since: when::day(member.created.to_zoned(studio.zone.clone()).date()),
        email: member.email.as_str().to_owned(),
        name: member.name,
        ticks: member.ticks,
        revision: member.revision,
    };
    let status = problem
        .as_ref()
        .map_or(StatusCode::OK, |_| StatusCode::UNPROCESSABLE_ENTITY);
    let page = TeamPage {
        page: Page::new(&studio.name),
        owner: studio.owner.as_str(),
        assistants: studio
            .table
            .members()
            .await?
            .into_iter()
            .map(line)
            .collect(),
        new,
        problem,
        notice,
    };
    Ok(html(status, &page))
}

/// `POST /studio/team`: adds an assistant and tells them by mail.
pub(crate) async fn add(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Form(form): Form<Assistant>,
) -> Result<Response, Failure> {
    let email: Email = match form.email.parse() {
        Ok(email) if email == studio.owner => {
            let problem = "That is the owner’s own address.".to_owned();
            return show(&studio, &form, Some(problem), None).await;
        }
        Ok(email) => email,
        Err(problem) => return show(&studio, &form, Some(problem.to_string()), None).await,
    };
    let member = record(&studio, &form, email.clone());
    if !studio.table.save_member(&member, None).await? {
        let problem = "This assistant is in the list already. Change the ticks there.".to_owned();
        return show(&studio, &form, Some(problem), None).await;
    }
    let mail = Mail::AssistantAdded { to: email.clone() };
    studio.table.post(&mail, studio.now()).await?;
    let change = format!("added: {}", in_words(member.ticks));
    let what = What::TeamChanged { email, change };
    studio.log(&me, &from, None, what).await?;
    Ok(Redirect::to("/studio/team?done=added").into_response())
}

/// `POST /studio/team/{member}`: changes name and ticks; what somebody else changed meanwhile is not overwritten.
pub(crate) async fn change(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Path(id): Path<String>,
    Form(form): Form<Assistant>,
) -> Result<Response, Failure> {
    let known = named(&studio, &id).await?;
    let member = MemberRecord {
        created: known.created,
        ..record(&studio, &form, known.email)
    };
    if !studio
        .table
        .save_member(&member, Some(form.revision))
        .await?
    {
        return Err(Failure::Conflict(
            "Somebody changed this assistant a moment ago. Look at the list again and change it there.".into(),
        ));
    }
    let what = What::TeamChanged {
        email: member.email,
        change: format!("now: {}", in_words(member.ticks)),
    };
    studio.log(&me, &from, None, what).await?;
    Ok(Redirect::to("/studio/team?done=changed").into_response())
}

/// `POST …/remove`: takes an assistant out; that there is none of that name is as good as done.
pub(crate) async fn remove(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let email = named(&studio, &id).await?.email;
    if studio.table.remove_member(&email).await? {
        let change = "removed".to_owned();
        let what = What::TeamChanged { email, change };
        studio.log(&me, &from, None, what).await?;
    }
    Ok(Redirect::to("/studio/team?done=removed").into_response())
}

async fn named(studio: &Studio, id: &str) -> Result<MemberRecord, Failure> {
    let members = studio.table.members().await?;
    let mut named = members.into_iter();
    let found = named.find(|member| member.email.hash().as_str() == id);
    found.ok_or(Failure::NotFound)
}

fn record(studio: &Studio, form: &Assistant, email: Email) -> MemberRecord {
    MemberRecord {
        email,
        name: form.name(),
        ticks: form.ticks(),
        created: studio.now(),
        epoch: 0,
        revision: 0,
    }
}

/// The ticks as the activity says them.
fn in_words(ticks: Ticks) -> String {
    let named = [
        (ticks.galleries, "galleries"),
        (ticks.authorizations, "authorizations"),
        (ticks.contacts, "contacts"),
        (ticks.activity, "activity"),
    ];
    let ticked: Vec<_> = named
        .iter()
        .filter(|(on, _)| *on)
        .map(|(_, it)| *it)
        .collect();
    if ticked.is_empty() {
        "uploading and arranging".into()
    } else {
        format!("uploading and arranging, {}", ticked.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 4.1: a box that is not ticked is missing from a form, and then the right is missing too.
    #[test]
    fn what_is_not_ticked_is_not_given() {
        let form = Assistant {
            contacts: Some("on".into()),
            name: " Ida\u{7} Berg ".into(),
            ..Assistant::default()
        };
        let ticks = form.ticks();
        assert!(ticks.contacts && !ticks.galleries && !ticks.authorizations && !ticks.activity);
        assert_eq!(in_words(ticks), "uploading and arranging, contacts");
        assert_eq!(in_words(Ticks::default()), "uploading and arranging");
        assert_eq!(form.name(), "Ida Berg");
    }
}
