//! Letters about choices and orders: what was confirmed, ordered and shipped, to both sides (S22, P43, P48).

use super::Letterhead;
use super::sheet::{Button, Sheet, paragraphs};
use domain::email::Email;
use table::{MOST_NAMES, Mail};

/// The letter of such a mail; none: it is another's.
pub(super) fn sheet(mail: &Mail, head: &Letterhead) -> Option<Sheet> {
    Some(match mail {
        Mail::Confirmed {
            to,
            title,
            path,
            names,
            extra,
            finals_follow,
        } => confirmed(to, (title, path), names, *extra, *finals_follow, head),
        Mail::ConfirmedForStudio {
            title,
            who,
            reply_to,
            path,
            names,
            extra,
            message,
            all,
        } => {
            let mut sheet = for_studio((title, path), (who, reply_to), names, message, head);
            sheet.subject = format!("{who} has confirmed: {title}");
            sheet.heading = format!("{} chosen", photographs(names.len()));
            if *extra > 0 {
                sheet
                    .facts
                    .push(("Extra", format!("{extra} more than were included")));
            }
            if let Some((confirmed, all)) = all {
                sheet
                    .facts
                    .push(("Confirmed", format!("{confirmed} of {all} who must")));
            }
            sheet
        }
        Mail::Reopened { to, title, path } => reopened(to, title, path, head),
        Mail::OrderPlaced {
            to,
            title,
            path,
            number,
            names,
            ready,
        } => placed(to, (title, path), *number, names, *ready, head),
        Mail::OrderForStudio {
            title,
            who,
            reply_to,
            path,
            number,
            names,
            message,
        } => {
            let mut sheet = for_studio((title, path), (who, reply_to), names, message, head);
            sheet.subject = format!("Order {number} of {title}");
            sheet.heading = format!("Order {number}");
            sheet
        }
        Mail::Delivered {
            to,
            title,
            path,
            number,
            names,
            left,
        } => delivered(to, (title, path), *number, names, *left, head),
        Mail::ShippedForStudio {
            title,
            path,
            number,
            names,
        } => {
            let mut sheet = for_studio((title, path), ("", &None), names, "", head);
            sheet.subject = format!("Order {number} of {title} has shipped by itself");
            sheet.heading = format!("Order {number} shipped");
            sheet.words = paragraphs(
                "All its photographs are Final, so it was shipped as you set it. The client has a letter.",
            );
            sheet
        }
        _ => return None,
    })
}

fn confirmed(
    to: &Email,
    (title, path): (&str, &str),
    names: &[String],
    extra: u32,
    finals_follow: bool,
    head: &Letterhead,
) -> Sheet {
    let studio = &head.studio;
    let next = if finals_follow {
        works_on(studio, names.len())
    } else {
        format!("{studio} has the same list.")
    };
    let mut facts = vec![("Chosen", photographs(names.len()))];
    if extra > 0 {
        facts.push(("Extra", format!("{extra} more than were included")));
    }
    facts.push(("Files", listed(names)));
    Sheet {
        to: to.clone(),
        reply_to: Some(head.owner.clone()),
        subject: format!("{title}: your choice is confirmed"),
        glance: match names.len() {
            1 => "1 photograph is on the list.".into(),
            n => format!("{} are on the list.", photographs(n)),
        },
        heading: title.to_owned(),
        figures: false,
        words: paragraphs(&format!(
            "Your choice is confirmed. {next}\n\nOnly {studio} can open it again. Answer this mail if something must change."
        )),
        button: Some(button("See your list", path, true, head)),
        facts,
        small: "The list stays as it was when you confirmed it.".into(),
    }
}

fn reopened(to: &Email, title: &str, path: &str, head: &Letterhead) -> Sheet {
    let studio = &head.studio;
    Sheet {
        to: to.clone(),
        reply_to: Some(head.owner.clone()),
        subject: format!("{title}: your choice is open again"),
        glance: "Everything you chose is still there.".into(),
        heading: title.to_owned(),
        figures: false,
        words: paragraphs(&format!(
            "{studio} has opened your choice again. Everything you chose is still there: change what you like, and confirm once more."
        )),
        button: Some(button("Open the gallery", path, true, head)),
        facts: Vec::new(),
        small: "The list you confirmed before is kept beside the new one.".into(),
    }
}

/// What the studio does with so many photographs.
fn works_on(studio: &str, n: usize) -> String {
    let (these, they_are) = if n == 1 {
        ("it", "it is")
    } else {
        ("these", "they are")
    };
    format!("{studio} works on {these} now and writes to you when {they_are} finished.")
}

/// "One", "12".
fn number_of(n: u32) -> String {
    if n == 1 {
        return "One".into();
    }
    n.to_string()
}

fn placed(
    to: &Email,
    (title, path): (&str, &str),
    number: u32,
    names: &[String],
    ready: u32,
    head: &Letterhead,
) -> Sheet {
    let studio = &head.studio;
    let waiting = names.len().saturating_sub(ready as usize);
    let next = match (ready, waiting) {
        (_, 0) => "All of it can be downloaded now.".to_owned(),
        (0, n) => works_on(studio, n),
        (ready, 1) => format!(
            "{} can be downloaded now. {studio} works on the other one and writes to you when it is finished.",
            number_of(ready)
        ),
        (ready, waiting) => format!(
            "{} can be downloaded now. {studio} works on the other {waiting} and writes to you when they are finished.",
            number_of(ready)
        ),
    };
    Sheet {
        to: to.clone(),
        reply_to: Some(head.owner.clone()),
        subject: format!("{title}: your order {number}"),
        glance: format!("{}, free of charge.", photographs(names.len())),
        heading: format!("Order {number}"),
        figures: false,
        words: paragraphs(&format!("{studio} has your order. {next}")),
        button: Some(button("See your order", path, true, head)),
        facts: vec![
            ("Gallery", title.to_owned()),
            ("Ordered", photographs(names.len())),
            ("Files", listed(names)),
        ],
        small: format!("Answer this mail, and it reaches {studio}."),
    }
}

fn delivered(
    to: &Email,
    (title, path): (&str, &str),
    number: u32,
    names: &[String],
    left: u32,
    head: &Letterhead,
) -> Sheet {
    let studio = &head.studio;
    let rest = match left {
        0 => "With these your order is complete.".to_owned(),
        1 => format!("One more is still being worked on; {studio} writes again."),
        left => format!("{left} more are still being worked on; {studio} writes again."),
    };
    Sheet {
        to: to.clone(),
        reply_to: Some(head.owner.clone()),
        subject: format!("{title}: {} to download", photographs(names.len())),
        glance: format!("From {studio}, order {number}."),
        heading: title.to_owned(),
        figures: false,
        words: paragraphs(&format!(
            "{} finished and ready to download. {rest}",
            match names.len() {
                1 => "One photograph is".to_owned(),
                n => format!("{n} photographs are"),
            }
        )),
        button: Some(button("Download", path, true, head)),
        facts: vec![("Order", number.to_string()), ("Files", listed(names))],
        small: "The button leads to your gallery, which may ask who you are. You can download again from there later.".into(),
    }
}

/// The frame of a letter to the studio with a list of files.
fn for_studio(
    (title, path): (&str, &str),
    (who, reply_to): (&str, &Option<Email>),
    names: &[String],
    message: &str,
    head: &Letterhead,
) -> Sheet {
    let mut facts = vec![("Gallery", title.to_owned())];
    if !who.is_empty() {
        facts.push(("Client", who.to_owned()));
    }
    facts.push(("Files", listed(names)));
    let small = match reply_to {
        Some(_) => "Answer this mail, and it reaches the client.",
        None => "",
    };
    Sheet {
        to: head.owner.clone(),
        reply_to: reply_to.clone(),
        subject: String::new(),
        glance: format!("{}.", photographs(names.len())),
        heading: String::new(),
        figures: false,
        words: paragraphs(message),
        button: Some(button("Open it in the studio", path, false, head)),
        facts,
        small: small.into(),
    }
}

pub(super) fn button(label: &'static str, path: &str, marker: bool, head: &Letterhead) -> Button {
    Button {
        label,
        address: format!("{}{path}", head.site),
        marker,
    }
}

fn photographs(n: usize) -> String {
    match n {
        1 => "1 photograph".into(),
        n => format!("{n} photographs"),
    }
}

/// Names with commas between; the first two hundred.
fn listed(names: &[String]) -> String {
    let mut text = names
        .iter()
        .take(MOST_NAMES)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > MOST_NAMES {
        text.push_str(&format!(" and {} more", names.len() - MOST_NAMES));
    }
    text
}
