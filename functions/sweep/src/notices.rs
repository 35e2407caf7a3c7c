//! What both sides should hear without anybody pressing a button (complaint 9): deadlines, galleries nobody opened, what
//! was said; and orders that ship by themselves. Each letter lies in one transaction with the mark that it was told.

/// Whose letter says what of which photograph.
mod reader;
/// What was said.
mod talk;

use crate::{Broom, Fault};
use domain::access::Subject;
use domain::activity::{Event, Origin, What, Who};
use domain::calendar::last_day;
use domain::gallery::Gallery;
use domain::notice::{self, Known, Notice, Says};
use domain::photo::Photo;
use domain::status;
use jiff::Timestamp;
use reader::Readers;
use std::collections::{HashMap, HashSet};
use table::{Mail, keys};

/// What a run told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Told {
    /// Letters posted.
    pub letters: usize,
    /// Deliveries that went by themselves.
    pub shipped: usize,
}

/// Ships what is due in a gallery, if an order waits there, and tells what is due.
pub(crate) async fn all(
    broom: &Broom,
    gallery: &Gallery,
    orders: bool,
    now: Timestamp,
    told: &mut Told,
) -> Result<(), Fault> {
    if orders {
        ship(broom, gallery, now, told).await?;
    }
    tell(broom, gallery, now, told).await
}

/// Tells what is due in a gallery.
async fn tell(
    broom: &Broom,
    gallery: &Gallery,
    now: Timestamp,
    told: &mut Told,
) -> Result<(), Fault> {
    // what is due then waits until it opens
    if status::shut(gallery, now) {
        return Ok(());
    }
    let marks = broom.table.told_of(gallery.id).await?;
    let rows = broom.table.rows(gallery.table).await?;
    let readers = Readers::new(broom, gallery, &rows, now);
    reminders(broom, &readers, &marks, now, told).await?;
    talk::tell(broom, &readers, &marks, now, told).await
}

/// Ships what ships by itself (4.7).
async fn ship(
    broom: &Broom,
    gallery: &Gallery,
    now: Timestamp,
    told: &mut Told,
) -> Result<(), Fault> {
    // what is due then waits until it opens
    if status::shut(gallery, now) {
        return Ok(());
    }
    let products = broom.table.products().await?;
    let shipped = broom
        .table
        .auto_ship(
            gallery,
            &products,
            |order, delivery| {
                let mails = Mail::shipped(gallery, order, delivery);
                let event = Event {
                    at: now,
                    gallery: Some(gallery.id),
                    who: Who::Itself,
                    what: What::Shipped {
                        number: order.number,
                        count: delivery.lines,
                        automatic: true,
                    },
                    from: Origin::default(),
                };
                (mails, event)
            },
            now,
        )
        .await?;
    told.shipped += shipped.len();
    Ok(())
}

async fn reminders(
    broom: &Broom,
    readers: &Readers<'_>,
    marks: &HashSet<String>,
    now: Timestamp,
    told: &mut Told,
) -> Result<(), Fault> {
    let (gallery, rows) = (readers.gallery, readers.rows);
    let selections = broom.table.selections(gallery.id).await?;
    let visits = broom.table.last_visits(gallery.id).await?;
    let mut opened: HashSet<Subject> = rows
        .iter()
        .map(|row| row.subject.clone())
        .filter(|subject| visits.contains_key(&keys::subject(subject)))
        .collect();
    if !visits.is_empty() {
        opened.insert(Subject::Anybody);
    }
    let mut invited = HashMap::new();
    for invitation in broom.table.invitations(gallery.id).await? {
        let last = invited
            .entry(Subject::Person(invitation.email))
            .or_insert(invitation.created);
        *last = invitation.created.max(*last);
    }
    let known = Known {
        gallery,
        rows,
        selections: &selections,
        opened: &opened,
        invited: &invited,
        told: marks,
    };
    let mut photos: Option<Vec<Photo>> = None;
    for mut notice in notice::due(&known, now, &broom.zone) {
        if let Says::DeadlineNear {
            subject: Subject::Person(email),
            chosen,
            ..
        } = &mut notice.says
        {
            let Some(standing) = readers.of(email).await? else {
                continue;
            };
            if *chosen > 0 {
                // as many as they count themselves: what does not exist for them is not counted (invariant 2)
                let all = match photos.take() {
                    Some(all) => all,
                    None => broom.table.photos_of(gallery.id).await?,
                };
                let subject = Subject::Person(email.clone());
                let said = broom.table.choices(gallery.id, &subject).await?.choices;
                let counts = |photo: &&Photo| {
                    let heart = said.get(&photo.id).is_some_and(|said| said.chosen.value);
                    heart && standing.sees(photo)
                };
                *chosen = u32::try_from(all.iter().filter(counts).count()).unwrap_or(u32::MAX);
                photos = Some(all);
            }
        }
        let mails: Vec<Mail> = letter(broom, gallery, &notice).into_iter().collect();
        if broom
            .table
            .tell(gallery.id, &notice.marks, &mails, now)
            .await?
        {
            told.letters += mails.len();
        }
    }
    Ok(())
}

/// The letter of a notice; none where nobody has an address: the mark is written all the same.
fn letter(broom: &Broom, gallery: &Gallery, notice: &Notice) -> Option<Mail> {
    let (title, link) = (gallery.title.clone(), format!("/g/{}", gallery.link));
    let studio = format!("/studio/galleries/{}", gallery.id);
    let until = gallery.deadline.map(|end| last_day(end, &broom.zone));
    let until_text = until
        .map(|day| day.strftime("%A %-d %B").to_string())
        .unwrap_or_default();
    match &notice.says {
        Says::DeadlineNear {
            subject: Subject::Person(email),
            days,
            chosen,
        } => Some(Mail::DeadlineNear {
            to: email.clone(),
            title,
            path: link,
            until_text,
            days: *days,
            chosen: *chosen,
        }),
        Says::DeadlineNear { .. } => None,
        Says::DeadlineForStudio { days, waited } => Some(Mail::DeadlineForStudio {
            title,
            path: format!("{studio}/selection"),
            until_text,
            days: *days,
            who: waited.iter().map(name).collect(),
        }),
        Says::NotOpened { subjects } => Some(Mail::NotOpened {
            title,
            path: format!("{studio}/authorizations"),
            who: subjects.iter().map(name).collect(),
        }),
    }
}

/// A subject as the studio reads it.
fn name(subject: &Subject) -> String {
    match subject {
        Subject::Person(email) => email.as_str().to_owned(),
        Subject::Anybody => "Anybody (link)".into(),
        Subject::Group(_) => "A group".into(),
        Subject::Guest(_) => "A guest link".into(),
    }
}
