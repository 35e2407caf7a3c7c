//! Who reads a thread, in one sentence: "Hedda and Jonas can read this." Nobody's address is in it.

use super::{Talk, local_part};
use crate::Gallery;
use domain::access::{Row, Subject, talks};
use domain::email::Email;
use web::Failure;

/// So many people are named.
const NAMED: usize = 3;

/// Everyone but the visitor. Names are for people who are on the table themselves: whoever came by the link reads only
/// that there are others.
pub(super) async fn sentence(gallery: &Gallery, talk: &Talk) -> Result<String, Failure> {
    let (shown, now) = (talk.visitor.gallery(), talk.visitor.now);
    let mut rows = gallery.table.rows(shown.table).await?;
    rows.retain(|row| row.stands(now) && talks(row, &talk.photo, shown));
    let me = talk.subject();
    let others: Vec<&Row> = rows.iter().filter(|row| row.subject != me).collect();
    let people: Vec<Email> = others.iter().filter_map(|row| email(row)).collect();
    let named = if me.identified() && people.len() <= NAMED {
        gallery.table.names_of(&people).await?
    } else {
        std::collections::HashMap::default()
    };
    let called = |email: &Email| {
        let name = named.get(email).map(String::as_str);
        name.unwrap_or_else(|| local_part(email)).to_owned()
    };
    let mut readers = vec![gallery.name.to_string()];
    if me.identified() && people.len() <= NAMED {
        readers.extend(people.iter().map(called));
    } else if !people.is_empty() {
        readers.push(format!("others {} has invited", gallery.name));
    }
    if others
        .iter()
        .any(|row| matches!(row.subject, Subject::Group(_)))
    {
        readers.push("people of a group".into());
    }
    let link = rows.iter().find(|row| row.subject == Subject::Anybody);
    readers.extend(link.map(|row| {
        let pin = if row.pin.is_some() {
            " and its PIN"
        } else {
            ""
        };
        format!("everyone who has the link{pin}")
    }));
    Ok(joined(&readers))
}

fn email(row: &Row) -> Option<Email> {
    match &row.subject {
        Subject::Person(email) => Some(email.clone()),
        _ => None,
    }
}

fn joined(readers: &[String]) -> String {
    match readers {
        [] => String::new(),
        [only] => format!("{only} can read this."),
        [before @ .., last] => format!("{} and {last} can read this.", before.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S33: a thread says who reads it.
    #[test]
    fn readers_are_one_sentence() {
        let sentence = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            joined(&names)
        };
        assert_eq!(sentence(&["Hedda"]), "Hedda can read this.");
        assert_eq!(
            sentence(&["Hedda", "Jonas"]),
            "Hedda and Jonas can read this."
        );
        assert_eq!(
            sentence(&["Hedda", "Jonas", "everyone who has the link and its PIN"]),
            "Hedda, Jonas and everyone who has the link and its PIN can read this."
        );
    }
}
