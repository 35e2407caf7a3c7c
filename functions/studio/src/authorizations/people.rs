//! Adding people to the table and inviting them by mail (P32–P35, C5–C14): the rows come first, then the mails.

/// Making the rows and sending the invitations.
mod adding;

use super::Desk;
use super::form::{Fields, UnfitRow};
use super::row::At;
use super::sheet::{originals_code, web_code};
use super::words;
use crate::when;
use adding::Adding;
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::Response;
use domain::access::{Rights, Row, Subject};
use domain::gallery::{Gallery, Kind};
use domain::ids::GroupId;
use domain::preset::Preset;
use domain::team::Task;
use domain::throttle::DAILY_INVITATIONS;
use http::StatusCode;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use table::{Group, Invitation, Person};
use web::{Failure, Page, html, words as web_words};

/// Most addresses in one form.
const AT_ONCE: usize = 200;

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage<'a> {
    page: Page<'a>,
    gallery: &'a Gallery,
    link: String,
    addresses: &'a str,
    problems: Problems,
    contacts: Vec<Contact>,
    groups: Vec<Choice>,
    rights: Rights,
    web: &'static str,
    originals: &'static str,
    quota: &'a str,
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
pub(crate) async fn blank(desk: Desk) -> Result<Response, Failure> {
    desk.own()?;
    draw(&desk, &Fields::default(), Problems::default()).await
}

/// What is wrong with what was typed.
#[derive(Default)]
struct Problems {
    addresses: Option<String>,
    row: Option<UnfitRow>,
}

impl Problems {
    fn status(&self) -> StatusCode {
        if self.addresses.is_some() || self.row.is_some() {
            StatusCode::UNPROCESSABLE_ENTITY
        } else {
            StatusCode::OK
        }
    }
}

/// Draws the form, with what was typed and what is wrong with it.
async fn draw(desk: &Desk, fields: &Fields, problems: Problems) -> Result<Response, Failure> {
    let (studio, gallery) = (&desk.studio, &desk.gallery);
    let (people, groups, sent) = tokio::try_join!(
        studio.table.people(),
        studio.table.groups(),
        studio.table.invitations(gallery.id)
    )?;
    let asked = fields.on("asked");
    let fallback = start(gallery.kind);
    let typed = fields.rights().ok().filter(|_| asked);
    let rights = typed.unwrap_or(fallback);
    let status = problems.status();
    let page = PeoplePage {
        page: Page::new(&studio.name),
        gallery,
        link: format!("{}/g/{}", desk.site.origin, gallery.link),
        addresses: fields.one("addresses"),
        problems,
        groups: choices(&groups, &people, fields),
        contacts: contacts(desk, people),
        rights,
        web: web_code(rights.web),
        originals: originals_code(rights.originals),
        quota: fields.one("quota"),
        until: fields.one("until"),
        preset: words::rights(&fallback),
        message: fields.one("message"),
        invite: !asked || fields.on("invite"),
        pin_set: desk.anybody.pin.is_some(),
        open_until: gallery.expires.map(|end| when::until(end, &studio.zone)),
        left: left(&sent, studio.now()),
        limit: DAILY_INVITATIONS,
    };
    Ok(html(status, &page))
}

/// The contacts that are offered: to those who may see them all (4.1).
fn contacts(desk: &Desk, people: Vec<Person>) -> Vec<Contact> {
    if desk.me.may(Task::Contacts, desk.studio.now()) {
        people.into_iter().map(Contact::from).collect()
    } else {
        Vec::new()
    }
}

impl From<Person> for Contact {
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
pub(crate) async fn add(desk: Desk, Form(fields): Form<Fields>) -> Result<Response, Failure> {
    desk.own()?;
    let (good, bad) = fields.addresses("addresses");
    let ids = fields.all("group").filter_map(|id| id.parse().ok());
    let groups: Vec<GroupId> = ids.collect();
    let addresses = unfit(good.len() + groups.len(), &bad);
    let row = match (row(&fields, &desk.studio.zone), &addresses) {
        (Ok(row), None) => row,
        (row, _) => {
            let row = row.err();
            return draw(&desk, &fields, Problems { addresses, row }).await;
        }
    };
    let doing = Adding {
        desk: &desk,
        message: fields.one("message"),
        invite: fields.on("invite"),
    };
    let mut outcomes = doing.people(good, &row).await?;
    outcomes.extend(doing.groups(groups, &row).await?);
    let page = DonePage {
        page: Page::new(&desk.studio.name),
        gallery: &desk.gallery,
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
fn row(fields: &Fields, zone: &TimeZone) -> Result<Row, UnfitRow> {
    let rights = Rights {
        enter: true,
        ..fields.rights()?
    };
    Ok(Row {
        until: fields.until(zone)?,
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
pub(crate) async fn again(desk: Desk, Path(at): Path<At>) -> Result<Response, Failure> {
    let row = desk.row(&at.subject).await?;
    let Subject::Person(email) = &row.subject else {
        return Err(Failure::NotFound);
    };
    let doing = Adding {
        desk: &desk,
        message: "",
        invite: true,
    };
    if !doing.mail(email, row.until).await? {
        let why = format!(
            "{DAILY_INVITATIONS} invitations went out for this gallery today. The next may go tomorrow."
        );
        return Err(Failure::Conflict(why));
    }
    Ok(desk.back("invited"))
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
