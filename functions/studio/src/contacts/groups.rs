//! Groups of contacts (P15): a new member has access by the group's rows at the next request.

use super::{Asked, Typed, back, log, show};
use crate::Studio;
use crate::authorizations::Sure;
use crate::authorizations::form::Fields;
use crate::authorizations::words::afterglow;
use crate::member::{From, Me};
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::email::Email;
use domain::gallery::title;
use domain::ids::GroupId;
use table::Group;
use web::{Failure, Page, words};

/// `POST /studio/groups`: a new group with its first members.
pub(crate) async fn make(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let now = studio.now();
    let (id, others) = (GroupId::new(now), studio.table.groups().await?);
    let (name, members) = match read(&fields, id, &others) {
        Ok(read) => read,
        Err(problem) => return again(&studio, &me, &fields, problem).await,
    };
    let group = Group {
        id,
        name,
        created: now,
    };
    keep(&studio, &me, &from, &group, &members).await
}

/// Which group the path names.
#[derive(serde::Deserialize)]
pub(crate) struct At {
    group: String,
}

/// `POST /studio/groups/{group}`: its name and its members.
pub(crate) async fn save(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Path(at): Path<At>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let old = named(&studio, &at.group).await?;
    let others = studio.table.groups().await?;
    let (name, members) = match read(&fields, old.id, &others) {
        Ok(read) => read,
        Err(problem) => return again(&studio, &me, &fields, problem).await,
    };
    let current = studio.table.people().await?.into_iter();
    let current = current.filter(|person| person.groups.contains(&old.id));
    let members = members_now(&fields, members, current.map(|person| person.email));
    let group = Group { name, ..old };
    keep(&studio, &me, &from, &group, &members).await
}

/// The members when only what was typed differently from what the form was drawn with is changed: whom somebody else took
/// out meanwhile does not come back by it, nor goes who was taken in.
fn members_now(
    fields: &Fields,
    typed: Vec<Email>,
    current: impl Iterator<Item = Email>,
) -> Vec<Email> {
    if !fields.on("was") {
        return typed;
    }
    let (was, _) = fields.addresses("was");
    let kept: Vec<Email> = current
        .filter(|email| typed.contains(email) || !was.contains(email))
        .collect();
    let mut members = kept.clone();
    let new = typed.into_iter().filter(|email| !was.contains(email));
    members.extend(new.filter(|email| !kept.contains(email)));
    members
}

/// Name and members as they were typed; nothing is kept while one address does not do.
fn read(fields: &Fields, id: GroupId, others: &[Group]) -> Result<(String, Vec<Email>), String> {
    let name = title(fields.one("name"))
        .map_err(|_| "Give the group a name of at most 120 characters.")?;
    let same = |other: &Group| other.id != id && other.name.to_lowercase() == name.to_lowercase();
    if others.iter().any(same) {
        return Err(format!(
            "There is a group “{name}” already. Give this one another name."
        ));
    }
    let (members, bad) = fields.addresses("members");
    match bad.as_slice() {
        [] => Ok((name, members)),
        bad => Err(format!(
            "These are not e-mail addresses: {}. The group is not saved yet.",
            bad.join(", ")
        )),
    }
}

/// The page again, with what was typed in the form for a new group.
async fn again(
    studio: &Studio,
    me: &Me,
    fields: &Fields,
    problem: String,
) -> Result<Response, Failure> {
    let typed = Typed {
        group: fields.one("name"),
        members: fields.one("members"),
        ..Typed::default()
    };
    show(studio, me, &Asked::default(), Some(problem), typed).await
}

async fn keep(
    studio: &Studio,
    me: &Me,
    from: &From,
    group: &Group,
    members: &[Email],
) -> Result<Response, Failure> {
    studio.table.save_group(group).await?;
    studio
        .table
        .set_members(group.id, members, studio.now())
        .await?;
    let size = words::count(members.len(), "person", "people");
    log(studio, me, from, format!("group “{}”: {size}", group.name)).await?;
    Ok(back("group"))
}

async fn named(studio: &Studio, id: &str) -> Result<Group, Failure> {
    let id: GroupId = id.parse()?;
    let mut groups = studio.table.groups().await?.into_iter();
    groups.find(|group| group.id == id).ok_or(Failure::NotFound)
}

/// `GET /studio/groups/{group}/remove`: asks first.
pub(crate) async fn remove_form(
    State(studio): State<Studio>,
    Path(at): Path<At>,
) -> Result<Response, Failure> {
    let group = named(&studio, &at.group).await?;
    let sure = Sure {
        page: Page::new(&studio.name),
        contacts: true,
        question: format!("Remove the group {}?", group.name),
        sentences: vec![
            "Its rows in all tables go with it; from their next request its people have their own row, else Anybody’s, \
             else none. They remain contacts."
                .into(),
            afterglow(),
        ],
        action: format!("/studio/groups/{}/remove", group.id),
        button: "Remove the group",
        back: "/studio/contacts".into(),
    };
    Ok(sure.ask())
}

/// `POST /studio/groups/{group}/remove`.
pub(crate) async fn remove(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Path(at): Path<At>,
) -> Result<Response, Failure> {
    let group = named(&studio, &at.group).await?;
    studio.table.remove_group(group.id).await?;
    log(
        &studio,
        &me,
        &from,
        format!("group “{}” removed", group.name),
    )
    .await?;
    Ok(back("group-gone"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// a form that was open for a while takes nobody back in whom somebody else took out, and nobody out.
    #[test]
    fn an_old_form_changes_only_who_was_typed_into_it() {
        let email = |name: &str| format!("{name}@example.com").parse::<Email>().unwrap();
        let emails = |names: &[&str]| names.iter().map(|name| email(name)).collect::<Vec<_>>();
        let fields = Fields::of(&[("was", "gone@example.com,out@example.com,stays@example.com")]);
        let typed = emails(&["gone", "stays", "new"]);
        let current = emails(&["out", "stays", "joined"]);
        assert_eq!(
            members_now(&fields, typed.clone(), current.clone().into_iter()),
            emails(&["stays", "joined", "new"])
        );
        let without = Fields::of(&[]);
        assert_eq!(
            members_now(&without, typed.clone(), current.into_iter()),
            typed
        );
    }

    /// A slip in one address keeps nothing of the rest from being put right, and no two groups are called the same.
    #[test]
    fn a_group_needs_a_name_of_its_own_and_whole_addresses() {
        let now = jiff::Timestamp::UNIX_EPOCH;
        let family = Group {
            id: GroupId::new(now),
            name: "Family".into(),
            created: now,
        };
        let form = |name, members, id| {
            let fields = Fields::of(&[("name", name), ("members", members)]);
            read(&fields, id, std::slice::from_ref(&family))
        };
        let id = GroupId::new(now);
        let (name, members) = form("Friends", "a@example.com\nb@example.com", id).unwrap();
        assert_eq!((name.as_str(), members.len()), ("Friends", 2));
        assert!(
            form("Friends", "a@example.com b@c", id)
                .unwrap_err()
                .contains("b@c")
        );
        assert!(form(" ", "", id).is_err());
        assert!(form("family", "", id).is_err());
        assert!(
            form("family", "", family.id).is_ok(),
            "its own name is no other's"
        );
    }
}
