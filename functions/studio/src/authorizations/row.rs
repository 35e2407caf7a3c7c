//! Changing and removing one row of the table (P11, P17): what is taken away is gone at the next request.

use super::form::Fields;
use super::{Desk, Sure, words};
use axum::Form;
use axum::extract::Path;
use axum::response::Response;
use domain::access::{Row, Subject, Web};
use domain::activity::What;
use http::StatusCode;
use serde::Deserialize;
use web::{Failure, Page};

/// Whom the path names; see [`super::key`].
#[derive(Deserialize)]
pub(crate) struct At {
    pub(crate) subject: String,
}

/// `POST …/authorizations/{subject}`: saves one row, or shows it as it is now when somebody else saved it meanwhile.
pub(crate) async fn save(
    desk: Desk,
    Path(at): Path<At>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let (old, zone) = (desk.row(&at.subject).await?, &desk.studio.zone);
    let new = match fix(&fields, &old).map_or_else(|| fields.change(&old, zone), Ok) {
        Ok(new) => new,
        Err(problem) => return desk.refuse(StatusCode::UNPROCESSABLE_ENTITY, problem).await,
    };
    if new == old {
        return Ok(desk.back("same"));
    }
    let (table, now) = (&desk.studio.table, desk.studio.now());
    let saved = table.save_row(desk.gallery.id, &new, fields.seen(), now);
    let Some(saved) = saved.await? else {
        return desk.refuse(StatusCode::CONFLICT, STALE).await;
    };
    desk.record(Some(&old), &saved).await?;
    Ok(desk.back("row"))
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

/// `GET …/authorizations/{subject}/remove`: asks first.
pub(crate) async fn remove_form(desk: Desk, Path(at): Path<At>) -> Result<Response, Failure> {
    let row = desk.row(&at.subject).await?;
    let (who, after) = match &row.subject {
        Subject::Anybody | Subject::Guest(_) => return Err(Failure::NotFound),
        Subject::Person(email) => (
            email.as_str(),
            "From their next request they get their group’s row, else Anybody’s, else none.",
        ),
        Subject::Group(_) => (
            "this group",
            "From their next request its members get Anybody’s row, else none.",
        ),
    };
    let sure = Sure {
        page: Page::new(&desk.studio.name),
        contacts: false,
        question: format!("Remove {who} from the table?"),
        sentences: vec![after.into(), words::afterglow()],
        action: format!("{}/{}/remove", desk.path(), at.subject),
        button: "Remove the row",
        back: desk.path(),
    };
    Ok(sure.ask())
}

/// `POST …/authorizations/{subject}/remove`.
pub(crate) async fn remove(desk: Desk, Path(at): Path<At>) -> Result<Response, Failure> {
    let Row { subject, .. } = desk.row(&at.subject).await?;
    if subject == Subject::Anybody {
        let why = "Row Anybody stays in the table. Switch it off instead.";
        return Err(Failure::Conflict(why.into()));
    }
    if desk
        .studio
        .table
        .remove_row(desk.gallery.id, &subject)
        .await?
    {
        desk.log(What::RowRemoved { subject }).await?;
    }
    Ok(desk.back("removed"))
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
