//! Contacts: everyone the studio has named in a table or a group (C17–C20), what they may see, what they did.

/// Who is known, in which groups, on which tables.
mod book;
/// Groups of contacts: a row for all of them at once (P15).
mod groups;
/// One contact.
mod person;

use crate::Studio;
use crate::authorizations::form::Fields;
use crate::member::{From, Me};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use book::{Book, Entry, GroupEntry};
use domain::activity::{What, cell};
use domain::email::{Email, NotAnEmail};
use domain::gallery::title;
use domain::team::Task;
use http::{StatusCode, header};
use jiff::Timestamp;
use serde::Deserialize;
use table::Person;
use web::{Failure, Page, html, words};

/// The routes of this module, each declared in [`crate::ROUTES`].
pub(crate) fn routes() -> Router<Studio> {
    Router::new()
        .route("/studio/contacts", get(list).post(add))
        .route("/studio/contacts.csv", get(csv))
        .route(
            "/studio/contacts/{person}",
            get(person::page).post(person::save),
        )
        .route("/studio/groups", post(groups::make))
        .route("/studio/groups/{group}", post(groups::save))
        .route(
            "/studio/groups/{group}/remove",
            get(groups::remove_form).post(groups::remove),
        )
}

#[derive(Template)]
#[template(path = "contacts.html")]
struct ContactsPage<'a> {
    page: Page<'a>,
    notice: Option<&'static str>,
    problem: Option<String>,
    wanted: &'a str,
    total: String,
    people: Vec<&'a Entry>,
    groups: &'a [GroupEntry],
    typed: Typed<'a>,
    may_export: bool,
}

/// What stands in the forms again when something in them does not do.
#[derive(Default)]
struct Typed<'a> {
    email: &'a str,
    name: &'a str,
    group: &'a str,
    members: &'a str,
}

/// What of the page is asked for.
#[derive(Deserialize, Default)]
pub(crate) struct Asked {
    /// Only contacts whose name or address contains it.
    #[serde(default)]
    q: String,
    /// What was done just now.
    done: Option<String>,
}

/// `GET /studio/contacts`.
pub(crate) async fn list(
    State(studio): State<Studio>,
    me: Me,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    show(&studio, &me, &asked, None, Typed::default()).await
}

/// Draws the page; `problem` is what is wrong with what was typed.
async fn show(
    studio: &Studio,
    me: &Me,
    asked: &Asked,
    problem: Option<String>,
    typed: Typed<'_>,
) -> Result<Response, Failure> {
    let book = Book::of(studio).await?;
    let wanted = asked.q.trim();
    let status = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let page = ContactsPage {
        page: Page::new(&studio.name),
        notice: asked.done.as_deref().and_then(notice),
        problem,
        wanted,
        total: words::count(book.people.len(), "person", "people"),
        people: book
            .people
            .iter()
            .filter(|entry| entry.fits(wanted))
            .collect(),
        groups: &book.groups,
        typed,
        may_export: me.may(Task::Export, studio.now()),
    };
    Ok(html(status, &page))
}

fn notice(done: &str) -> Option<&'static str> {
    Some(match done {
        "added" => "The contact is added. Nobody was invited to anything.",
        "group" => {
            "The group is saved. Its members have access by its rows from their next request."
        }
        "group-gone" => {
            "The group is removed, with its rows in all tables. Its people remain contacts."
        }
        "proven" => "Thank you. For the next five minutes you can take the contacts out as CSV.",
        _ => return None,
    })
}

/// `POST /studio/contacts`: adds one.
pub(crate) async fn add(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let problem = match read(&fields, studio.now()) {
        Ok(person) if studio.table.save_person(&person, None).await? => {
            let change = format!("contact {} added", person.email.as_str());
            log(&studio, &me, &from, change).await?;
            return Ok(back("added"));
        }
        Ok(_) => "That address is a contact already.".into(),
        Err(problem) => problem,
    };
    let typed = Typed {
        email: fields.one("email"),
        name: fields.one("name"),
        ..Typed::default()
    };
    show(&studio, &me, &Asked::default(), Some(problem), typed).await
}

/// The contact as it was typed.
fn read(fields: &Fields, now: Timestamp) -> Result<Person, String> {
    let email: Email = fields
        .one("email")
        .parse()
        .map_err(|problem: NotAnEmail| problem.to_string())?;
    Ok(Person {
        email,
        name: name(fields.one("name"))?,
        groups: Vec::new(),
        created: now,
        revision: 0,
    })
}

/// A name as it may stand beside an address; it may be empty.
fn name(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Ok(String::new()),
        text => title(text).map_err(|_| "Use at most 120 characters for the name.".into()),
    }
}

fn back(done: &str) -> Response {
    Redirect::to(&format!("/studio/contacts?done={done}")).into_response()
}

/// Keeps a change of the contacts for the studio to read.
async fn log(studio: &Studio, me: &Me, from: &From, changes: String) -> Result<(), Failure> {
    studio
        .log(me, from, None, What::SettingsSaved { changes })
        .await
}

/// `GET /studio/contacts.csv`: all of them, with no cell that a spreadsheet executes.
pub(crate) async fn csv(
    State(studio): State<Studio>,
    me: Me,
    from: From,
) -> Result<Response, Failure> {
    // The rule of the route is for activity too: contacts need their own tick.
    if !me.may(Task::Contacts, studio.now()) {
        return Err(Failure::NotYours);
    }
    let book = Book::of(&studio).await?;
    let body = sheet(&book.people).map_err(Failure::fault)?;
    let what = "contacts".to_owned();
    studio
        .log(&me, &from, None, What::Exported { what })
        .await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"contacts.csv\"",
        ),
    ];
    Ok((headers, body).into_response())
}

/// The contacts as CSV (RFC 4180).
fn sheet(people: &[Entry]) -> Result<String, csv::Error> {
    let mut out = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    out.write_record(["name", "e-mail", "groups", "galleries", "known since"])?;
    for entry in people {
        out.write_record([
            cell(&entry.name),
            cell(&entry.email),
            cell(&entry.groups.join("; ")),
            cell(&entry.galleries.join("; ")),
            entry.since.clone(),
        ])?;
    }
    let bytes = out.into_inner().map_err(csv::IntoInnerError::into_error)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// a contact whose name is a formula stays text, and a comma stays in its cell.
    #[test]
    fn an_export_holds_no_formula() {
        let entry = Entry {
            key: String::new(),
            name: "=HYPERLINK(\"https://evil.example\")".into(),
            email: "marta@example.com".into(),
            groups: vec!["@family".into()],
            galleries: vec!["Marta, Jonas".into(), "Winter".into()],
            since: "2026-11-22".into(),
        };
        let text = sheet(&[entry]).unwrap();
        let line = text.lines().nth(1).unwrap();
        assert_eq!(
            line,
            "\"'=HYPERLINK(\"\"https://evil.example\"\")\",marta@example.com,'@family,\"Marta, Jonas; Winter\",2026-11-22"
        );
    }

    #[test]
    fn a_name_is_one_line_and_may_be_empty() {
        assert_eq!(name("  "), Ok(String::new()));
        assert_eq!(name(" Marta\nLind "), Ok("Marta Lind".into()));
        assert!(name(&"x".repeat(121)).is_err());
    }
}
