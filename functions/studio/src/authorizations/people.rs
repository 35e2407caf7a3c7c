//! Adding people to the table and inviting them by mail (P32–P35, C5–C14): the rows come first, then the mails.

/// Making the rows and sending the invitations.
mod adding;

use super::form::{Fields, UnfitRow};
use super::row::At;
use super::sheet::{originals_code, web_code};
use super::{back, own, row_named, words};
use crate::Studio;
use crate::member::{From, Me, Named};
use crate::when;
use adding::Adding;
use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::{Rights, Row, Subject};
use domain::gallery::{Gallery, Kind};
use domain::ids::GroupId;
use domain::preset::Preset;
use domain::throttle::DAILY_INVITATIONS;
use http::StatusCode;
use jiff::Timestamp;
use table::{Group, Invitation, Person};
use web::{Failure, Page, html, words as web_words};

/// Most addresses in one form.
const AT_ONCE: usize = 200;

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage<'a> {
    page: Page<'a>,
    gallery: &'a Gallery,
    addresses: &'a str,
    problem: Option<String>,
    row_problem: Option<UnfitRow>,
    contacts: Vec<Contact>,
    groups: Vec<Choice>,
    rights: Rights,
    web: &'static str,
    originals: &'static str,
    quota: String,
    until: &'a str,
    preset: String,
    message: &'a str,
    invite: bool,
    pin_set: bool,
    open_until: Option<String>,
    left: u64,
    limit: u64,
}

/// A contact that is offered while an address is typed.
struct Contact {
    email: String,
    name: String,
}

/// A group that may be added.
struct Choice {
    id: GroupId,
    name: String,
    members: String,
    ticked: bool,
}

#[derive(Template)]
#[template(path = "people_done.html")]
struct DonePage<'a> {
    page: Page<'a>,
    gallery: &'a Gallery,
    head: String,
    outcomes: Vec<Outcome>,
}

/// What became of one of those who were to be added.
struct Outcome {
    who: String,
    what: String,
    well: bool,
    added: bool,
}

/// What the row of a person starts with: what the preset of the gallery's kind gives (P34).
fn start(kind: Kind) -> Rights {
    let preset = match kind {
        Kind::Delivery => Preset::Private,
        Kind::Proofing => Preset::Professional,
        Kind::ProofRetouchDeliver => Preset::ProofRetouchDeliver,
    };
    preset.settings().person_rights
}

/// `GET …/people`: the form.
pub(crate) async fn blank(State(studio): State<Studio>, named: Named) -> Result<Response, Failure> {
    own(&named.gallery)?;
    draw(&studio, &named, &Fields::default(), None, None).await
}

/// Draws the form, with what was typed and what is wrong with it.
async fn draw(
    studio: &Studio,
    Named { gallery, row }: &Named,
    fields: &Fields,
    problem: Option<String>,
    row_problem: Option<UnfitRow>,
) -> Result<Response, Failure> {
    let table = &studio.table;
    let (people, groups, sent) = tokio::try_join!(
        table.people(),
        table.groups(),
        table.invitations(gallery.id)
    )?;
    let wrong = problem.is_some() || row_problem.is_some();
    let asked = fields.on("asked");
    let (rights, fallback) = (fields.rights(), start(gallery.kind));
    let rights = if asked {
        rights.unwrap_or(fallback)
    } else {
        fallback
    };
    let end = gallery.expires.map(|end| when::until(end, &studio.zone));
    let page = PeoplePage {
        page: Page::new(&studio.name),
        gallery,
        addresses: fields.one("addresses"),
        problem,
        row_problem,
        groups: choices(&groups, &people, fields),
        contacts: people.into_iter().map(Contact::from).collect(),
        rights,
        web: web_code(rights.web),
        originals: originals_code(rights.originals),
        quota: rights.quota.map_or_else(String::new, |n| n.to_string()),
        until: fields.one("until"),
        preset: words::rights(&fallback),
        message: fields.one("message"),
        invite: !asked || fields.on("invite"),
        pin_set: row.pin.is_some(),
        open_until: end,
        left: left(&sent, studio.now()),
        limit: DAILY_INVITATIONS,
    };
    let status = if wrong {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(html(status, &page))
}

impl std::convert::From<Person> for Contact {
    fn from(person: Person) -> Self {
        Self {
            email: person.email.as_str().to_owned(),
            name: person.name,
        }
    }
}

fn choices(groups: &[Group], people: &[Person], fields: &Fields) -> Vec<Choice> {
    let choice = |group: &Group| {
        let id = group.id.to_string();
        let members = people
            .iter()
            .filter(|person| person.groups.contains(&group.id));
        Choice {
            id: group.id,
            name: group.name.clone(),
            members: web_words::count(members.count(), "person", "people"),
            ticked: fields.all("group").any(|ticked| ticked == id),
        }
    };
    groups.iter().map(choice).collect()
}

/// How many invitation mails may still go out today; the table counts by the same days.
fn left(sent: &[Invitation], now: Timestamp) -> u64 {
    let day = |at: Timestamp| at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let today = sent
        .iter()
        .filter(|invitation| day(invitation.created) == day(now));
    DAILY_INVITATIONS.saturating_sub(u64::try_from(today.count()).unwrap_or(u64::MAX))
}

/// `POST …/people`: makes the rows and sends the invitations. Rows that are there already are kept and named; while one
/// address is malformed nothing is done, and everything that was typed stands in the form again.
pub(crate) async fn add(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    named: Named,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    own(&named.gallery)?;
    let (good, bad) = fields.addresses("addresses");
    let groups: Vec<GroupId> = fields
        .all("group")
        .filter_map(|id| id.parse().ok())
        .collect();
    if let Some(problem) = unfit(good.len() + groups.len(), &bad) {
        return draw(&studio, &named, &fields, Some(problem), None).await;
    }
    let row = match row(&fields, &studio) {
        Ok(row) => row,
        Err(problem) => return draw(&studio, &named, &fields, None, Some(problem)).await,
    };
    let doing = Adding {
        studio: &studio,
        me: &me,
        from: &from,
        gallery: &named.gallery,
        message: fields.one("message"),
        invite: fields.on("invite"),
    };
    let mut outcomes = doing.people(good, &row).await?;
    outcomes.extend(doing.groups(groups, &row).await?);
    let page = DonePage {
        page: Page::new(&studio.name),
        gallery: &named.gallery,
        head: head(&outcomes),
        outcomes,
    };
    Ok(html(StatusCode::OK, &page))
}

/// What is wrong with the addresses, if anything.
fn unfit(named: usize, bad: &[String]) -> Option<String> {
    match (named, bad) {
        (0, []) => Some("Write an address, or tick a group.".into()),
        (_, []) if named > AT_ONCE => Some(format!("Add at most {AT_ONCE} at once.")),
        (_, []) => None,
        (_, [one]) => Some(format!(
            "“{one}” is not an e-mail address. Nobody was added yet; put it right and send it again."
        )),
        (_, several) => Some(format!(
            "These are not e-mail addresses: {}. Nobody was added yet; put them right and send it again.",
            several.join(", ")
        )),
    }
}

/// The row everybody gets, still without its subject.
fn row(fields: &Fields, studio: &Studio) -> Result<Row, UnfitRow> {
    let rights = Rights {
        enter: true,
        ..fields.rights()?
    };
    Ok(Row {
        until: fields.until(&studio.zone)?,
        ..Row::new(Subject::Anybody, rights)
    })
}

fn head(outcomes: &[Outcome]) -> String {
    let added = outcomes.iter().filter(|outcome| outcome.added).count();
    match added {
        0 => "Nobody was added".into(),
        n => format!("{} added", web_words::count(n, "row", "rows")),
    }
}

/// `POST …/people/{subject}/invite`: the mail once more, with a new link; older ones go on working.
pub(crate) async fn again(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Named { gallery, .. }: Named,
    Path(at): Path<At>,
) -> Result<Response, Failure> {
    let row = row_named(&studio, &gallery, &at.subject).await?;
    let Subject::Person(email) = &row.subject else {
        return Err(Failure::NotFound);
    };
    let doing = Adding {
        studio: &studio,
        me: &me,
        from: &from,
        gallery: &gallery,
        message: "",
        invite: true,
    };
    if !doing.mail(email, row.until).await? {
        let why = format!(
            "{DAILY_INVITATIONS} invitations went out for this gallery today. The next may go tomorrow."
        );
        return Err(Failure::Conflict(why));
    }
    Ok(back(&gallery, "invited"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::Originals;

    /// P34: left unchanged in a proof-retouch gallery, a person may order and gets no original of a Proof.
    #[test]
    fn rights_start_with_the_presets() {
        let rights = start(Kind::ProofRetouchDeliver);
        assert!(rights.order && rights.select);
        assert_eq!(rights.originals, Originals::Final);
    }

    /// P32: malformed addresses are named, and nobody is added by halves.
    #[test]
    fn malformed_addresses_are_named() {
        assert_eq!(unfit(2, &[]), None);
        assert!(unfit(0, &[]).is_some() && unfit(AT_ONCE + 1, &[]).is_some());
        assert!(unfit(1, &["a@b".into()]).unwrap().contains("“a@b”"));
        assert!(
            unfit(1, &["a@b".into(), "c".into()])
                .unwrap()
                .contains("a@b, c")
        );
    }
}
