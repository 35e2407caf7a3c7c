//! Changing and removing one row of the table (P11, P17): what is taken away is gone at the next request.

use super::form::Fields;
use super::{Sure, View, back, path, row_named, show, words};
use crate::Studio;
use crate::member::{From, Me, Named};
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::{Row, Subject, Web};
use domain::activity::What;
use domain::gallery::Gallery;
use http::StatusCode;
use serde::Deserialize;
use web::{Failure, Page, Site};

/// Whom the path names; see [`super::key`].
#[derive(Deserialize)]
pub(crate) struct At {
    pub(crate) subject: String,
}

/// `POST …/authorizations/{subject}`: saves one row, or shows it as it is now when somebody else saved it meanwhile.
pub(crate) async fn save(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Named { gallery, .. }: Named,
    site: Site,
    Path(at): Path<At>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let old = row_named(&studio, &gallery, &at.subject).await?;
    let new = match fix(&fields, &old).map_or_else(|| fields.change(&old, &studio.zone), Ok) {
        Ok(new) => new,
        Err(problem) => {
            let view = View::problem(StatusCode::UNPROCESSABLE_ENTITY, problem.to_string());
            return show(&studio, &me, &gallery, &site, &view).await;
        }
    };
    if new == old {
        return Ok(back(&gallery, "same"));
    }
    let now = studio.now();
    let saved = studio
        .table
        .save_row(gallery.id, &new, fields.seen(), now)
        .await?;
    let Some(saved) = saved else {
        let view = View::problem(StatusCode::CONFLICT, STALE.into());
        return show(&studio, &me, &gallery, &site, &view).await;
    };
    record(&studio, &me, &from, &gallery, &old, &saved).await?;
    Ok(back(&gallery, "row"))
}

const STALE: &str = "Somebody changed this row a moment before you. Nothing of yours was saved; it is shown as it is now.";

/// The change a warning offers, if the form is one of those.
fn fix(fields: &Fields, old: &Row) -> Option<Row> {
    let mut row = old.clone();
    match fields.one("fix") {
        "off" => row.active = false,
        "enter" => row.rights.enter = true,
        "clean" => row.rights.web = Web::Clean,
        "lasting" => row.until = None,
        _ => return None,
    }
    Some(row)
}

/// Keeps the change for the studio to read: old and new, in words.
pub(super) async fn record(
    studio: &Studio,
    me: &Me,
    from: &From,
    gallery: &Gallery,
    old: &Row,
    new: &Row,
) -> Result<(), Failure> {
    let what = What::RowSaved {
        subject: new.subject.clone(),
        rights: words::change(old, new, &studio.zone).unwrap_or_else(|| "unchanged".into()),
    };
    studio.log(me, from, Some(gallery.id), what).await
}

/// `GET …/authorizations/{subject}/remove`: asks first.
pub(crate) async fn remove_form(
    State(studio): State<Studio>,
    Named { gallery, .. }: Named,
    Path(at): Path<At>,
) -> Result<Response, Failure> {
    let row = row_named(&studio, &gallery, &at.subject).await?;
    let (who, after) = match &row.subject {
        Subject::Anybody | Subject::Guest(_) => return Err(Failure::NotFound),
        Subject::Person(email) => (
            email.as_str().to_owned(),
            "From their next request they get their group’s row, else Anybody’s, else none.",
        ),
        Subject::Group(_) => (
            "this group".to_owned(),
            "From their next request its members get Anybody’s row, else none.",
        ),
    };
    let sure = Sure {
        page: Page::new(&studio.name),
        contacts: false,
        question: format!("Remove {who} from the table?"),
        sentences: vec![after.into(), words::afterglow()],
        action: format!("{}/{}/remove", path(&gallery), at.subject),
        seen: None,
        button: "Remove the row",
        back: path(&gallery),
    };
    Ok(sure.ask())
}

/// `POST …/authorizations/{subject}/remove`.
pub(crate) async fn remove(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Named { gallery, .. }: Named,
    Path(at): Path<At>,
) -> Result<Response, Failure> {
    let row = row_named(&studio, &gallery, &at.subject).await?;
    if row.subject == Subject::Anybody {
        let why = "Row Anybody stays in the table. Switch it off instead.";
        return Err(Failure::Conflict(why.into()));
    }
    if studio.table.remove_row(gallery.id, &row.subject).await? {
        let subject = row.subject;
        let what = What::RowRemoved { subject };
        studio.log(&me, &from, Some(gallery.id), what).await?;
    }
    Ok(back(&gallery, "removed"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::Rights;

    /// P16: each way out of a warning changes the one thing it names.
    #[test]
    fn a_fix_changes_one_thing() {
        let old = Row {
            until: Some("2026-11-22T10:00:00Z".parse().unwrap()),
            ..Row::new(
                Subject::Anybody,
                Rights {
                    enter: false,
                    web: Web::Marked,
                    ..Rights::LOOK
                },
            )
        };
        let fixed = |what| fix(&Fields::of(&[("fix", what)]), &old).unwrap();
        assert!(!fixed("off").active);
        assert!(fixed("enter").rights.enter);
        assert_eq!(fixed("clean").rights.web, Web::Clean);
        assert_eq!(fixed("lasting").until, None);
        assert_eq!(fix(&Fields::of(&[("enter", "on")]), &old), None);
    }
}
