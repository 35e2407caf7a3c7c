//! Letters that nobody had to press a button for: what both sides should know in time, each told once (complaint 9).

use super::Letterhead;
use super::choosing::button;
use super::sheet::{Sheet, paragraphs};
use domain::email::Email;
use table::Mail;

/// The letter of such a mail; none: it is another's.
pub(super) fn sheet(mail: &Mail, head: &Letterhead) -> Option<Sheet> {
    Some(match mail {
        Mail::DeadlineNear {
            to,
            title,
            path,
            until_text,
            days,
            chosen,
        } => deadline(to, (title, path), (until_text, *days), *chosen, head),
        Mail::DeadlineForStudio {
            title,
            path,
            until_text,
            days,
            who,
        } => {
            let mut sheet = studio(
                (title, path),
                &format!(
                    "Choosing ends on {until_text}, {}. These have not confirmed yet; who has an address was written to.",
                    in_days(*days)
                ),
                head,
            );
            sheet.subject = format!("{title}: choosing ends {}", in_days(*days));
            sheet.facts.push(("Waited for", who.join(", ")));
            sheet
        }
        Mail::NotOpened { title, path, who } => {
            let words = "A week has gone by, and the gallery was not opened. Perhaps the mail did not arrive: \
                         the page of authorizations can send it again.";
            let mut sheet = studio((title, path), words, head);
            sheet.subject = format!("{title}: not opened for a week");
            sheet.facts.push(("Not opened by", who.join(", ")));
            sheet
        }
        Mail::CommentsForStudio {
            title,
            path,
            lines,
            more,
        } => {
            let rest = (*more > 0).then(|| format!("and {more} more"));
            let words: Vec<&str> = lines.iter().chain(&rest).map(String::as_str).collect();
            let mut sheet = studio((title, path), &words.join("\n\n"), head);
            sheet.subject = match lines.len() + more {
                1 => format!("{title}: a comment"),
                n => format!("{title}: {n} comments"),
            };
            sheet
        }
        Mail::Answered {
            to,
            title,
            path,
            lines,
        } => answered(to, (title, path), lines, head),
        _ => return None,
    })
}

fn deadline(
    to: &Email,
    (title, path): (&str, &str),
    (until, days): (&str, u32),
    chosen: u32,
    head: &Letterhead,
) -> Sheet {
    let studio = &head.studio;
    let so_far = match chosen {
        0 => "Nothing is chosen yet.".to_owned(),
        1 => "You have chosen one photograph so far; it is kept.".to_owned(),
        n => format!("You have chosen {n} so far; they are kept."),
    };
    Sheet {
        to: to.clone(),
        reply_to: Some(head.owner.clone()),
        subject: format!("{title}: choosing ends {}", in_days(days)),
        glance: format!("Until {until}."),
        heading: title.to_owned(),
        figures: false,
        words: paragraphs(&format!(
            "You can choose until {until}, 23:59. {so_far}\n\nConfirm when you are done, and {studio} begins. \
             Answer this mail if you need more time."
        )),
        button: Some(button("Open the gallery", path, true, head)),
        facts: vec![("Choose until", until.to_owned()), ("Left", left(days))],
        small: "The gallery itself stays open after that day; only choosing ends.".into(),
    }
}

fn answered(to: &Email, (title, path): (&str, &str), lines: &[String], head: &Letterhead) -> Sheet {
    let studio = &head.studio;
    Sheet {
        to: to.clone(),
        reply_to: Some(head.owner.clone()),
        subject: format!("{title}: {studio} has answered"),
        glance: lines
            .first()
            .cloned()
            .unwrap_or_default()
            .chars()
            .take(120)
            .collect(),
        heading: title.to_owned(),
        figures: false,
        words: paragraphs(&lines.join("\n\n")),
        button: Some(button("Open the gallery", path, true, head)),
        facts: Vec::new(),
        small: "The thread beside each photograph has all that was said.".into(),
    }
}

/// The frame of a letter to the studio.
fn studio((title, path): (&str, &str), words: &str, head: &Letterhead) -> Sheet {
    Sheet {
        to: head.owner.clone(),
        reply_to: None,
        subject: String::new(),
        glance: words.chars().take(120).collect(),
        heading: title.to_owned(),
        figures: false,
        words: paragraphs(words),
        button: Some(button("Open it in the studio", path, false, head)),
        facts: Vec::new(),
        small: String::new(),
    }
}

fn in_days(days: u32) -> String {
    match days {
        0 => "today".into(),
        1 => "tomorrow".into(),
        n => format!("in {n} days"),
    }
}

fn left(days: u32) -> String {
    match days {
        0 => "today".into(),
        1 => "1 day".into(),
        n => format!("{n} days"),
    }
}
