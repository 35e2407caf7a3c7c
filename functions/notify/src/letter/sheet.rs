//! The words of every mail: one sheet for all, filled by what happened.

use super::{Letterhead, choosing, reminders};
use askama::Template;
use domain::email::Email;
use table::Mail;

/// What stands on the sheet, in this order.
#[derive(Debug)]
pub(super) struct Sheet {
    /// Whom it goes to.
    pub to: Email,
    /// Where an answer goes; none: to the sender.
    pub reply_to: Option<Email>,
    /// May hold line breaks of a title: the header's writer takes them out.
    pub subject: String,
    /// What a phone's notice shows after the subject.
    pub glance: String,
    pub heading: String,
    /// The heading is a code, and the first words go on from it.
    pub figures: bool,
    /// Paragraphs of lines.
    pub words: Vec<Vec<String>>,
    pub button: Option<Button>,
    pub facts: Vec<(&'static str, String)>,
    pub small: String,
}

#[derive(Debug)]
pub(super) struct Button {
    pub label: &'static str,
    pub address: String,
    /// The one next step of a client; the studio's buttons are ink.
    pub marker: bool,
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a> {
    sheet: &'a Sheet,
    studio: &'a str,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    sheet: &'a Sheet,
    studio: &'a str,
}

impl Sheet {
    /// The sheet of a mail; none of what is only there to cost the same.
    pub fn of(mail: &Mail, head: &Letterhead) -> Option<Self> {
        Some(match mail {
            Mail::SignInCode { to, code } => code_for(to, code, None, head),
            Mail::ClientCode {
                to,
                code,
                link_path,
            } => code_for(to, code, Some(link_path.as_deref()), head),
            Mail::PinUnderAttack { gallery, title } => {
                attack(&format!("/studio/galleries/{gallery}"), title, head)
            }
            Mail::Invitation {
                to,
                title,
                path,
                message,
                until_text,
                pin_hint,
            } => {
                let facts = about(to, until_text.as_deref(), *pin_hint, head);
                invitation(to, title, path, message, facts, head)
            }
            Mail::Question { from, about, text } => {
                let about = about.as_ref().map(|(id, title)| {
                    let path = format!("/studio/galleries/{id}");
                    (path, title.as_str())
                });
                question(from.as_ref(), about, text, head)
            }
            Mail::AssistantAdded { to } => assistant(to, head),
            Mail::Decoy => return None,
            other => return choosing::sheet(other, head).or_else(|| reminders::sheet(other, head)),
        })
    }

    /// As real text.
    pub fn text(&self, studio: &str) -> Result<String, askama::Error> {
        let sheet = self;
        Text { sheet, studio }.render()
    }

    /// As HTML.
    pub fn html(&self, studio: &str) -> Result<String, askama::Error> {
        let sheet = self;
        Html { sheet, studio }.render()
    }
}

/// A code for the studio, or for a client, who may also have a link.
fn code_for(to: &Email, code: &str, client: Option<Option<&str>>, head: &Letterhead) -> Sheet {
    let studio = &head.studio;
    let place = match client {
        Some(_) => format!("your galleries at {studio}"),
        None => format!("the studio of {studio}"),
    };
    let button = client.flatten().map(|path| Button {
        label: "Sign in with one tap",
        address: format!("{}{path}", head.site),
        marker: true,
    });
    let mut small = "You did not ask for it? Then somebody typed your address. Without this code nobody gets in, and there \
                     is nothing to do."
        .to_owned();
    if button.is_some() {
        small.push_str(" The button works in the same browser only.");
    }
    Sheet {
        to: to.clone(),
        reply_to: client.map(|_| head.owner.clone()),
        subject: format!("{code} is your code for {studio}"),
        glance: format!("{code} works for 10 minutes."),
        heading: code.to_owned(),
        figures: true,
        words: paragraphs(&format!(
            "is your code to sign in to {place}. Type it into the page that asked for it."
        )),
        button,
        facts: vec![
            ("Works for", "10 minutes, once".to_owned()),
            (
                "Works in",
                "the browser that asked for it, no other".to_owned(),
            ),
        ],
        small,
    }
}

fn attack(path: &str, title: &str, head: &Letterhead) -> Sheet {
    let words = "Somebody is guessing this gallery’s PIN: a hundred wrong ones came in a row. None of them opened it.\n\n\
                 Devices that were in before still get in. New devices do not, even with the right PIN, until you change \
                 it. Change it, and send the new one to your clients.";
    Sheet {
        to: head.owner.clone(),
        reply_to: None,
        subject: format!("Somebody is guessing the PIN of {title}"),
        glance: "A hundred wrong PINs came in a row. Nobody has seen a photograph with them."
            .into(),
        heading: title.to_owned(),
        figures: false,
        words: paragraphs(words),
        button: Some(Button {
            label: "Change the PIN",
            address: format!("{}{path}", head.site),
            marker: false,
        }),
        facts: Vec::new(),
        small: String::new(),
    }
}

/// What an invited person should know. The PIN itself is in no mail.
fn about(
    to: &Email,
    until: Option<&str>,
    pin: bool,
    head: &Letterhead,
) -> Vec<(&'static str, String)> {
    let mut facts = vec![("For", format!("{to}, and nobody else", to = to.as_str()))];
    if let Some(until) = until {
        facts.push(("Open until", until.to_owned()));
    }
    if pin {
        let other = format!(
            "not needed with this invitation; others get it from {}",
            head.studio
        );
        facts.push(("PIN", other));
    }
    facts
}

fn invitation(
    to: &Email,
    title: &str,
    path: &str,
    message: &str,
    facts: Vec<(&'static str, String)>,
    head: &Letterhead,
) -> Sheet {
    let studio = &head.studio;
    let message = if message.trim().is_empty() {
        format!("{studio} has opened a gallery for you.")
    } else {
        message.to_owned()
    };
    let small = format!(
        "The gallery opens with a code that we send to this address: there is no password. What is chosen in it counts as \
         your choice, so keep this mail to yourself. Answer it, and it reaches {studio}."
    );
    Sheet {
        to: to.clone(),
        reply_to: Some(head.owner.clone()),
        subject: format!("{title}: your gallery from {studio}"),
        glance: facts
            .iter()
            .find(|(label, _)| *label == "Open until")
            .map_or_else(
                || format!("A private gallery from {studio}."),
                |(_, until)| format!("A private gallery from {studio}, open until {until}."),
            ),
        heading: title.to_owned(),
        figures: false,
        words: paragraphs(&message),
        button: Some(Button {
            label: "Open your gallery",
            address: format!("{}{path}", head.site),
            marker: true,
        }),
        facts,
        small,
    }
}

fn question(
    from: Option<&Email>,
    about: Option<(String, &str)>,
    text: &str,
    head: &Letterhead,
) -> Sheet {
    let mut facts = Vec::new();
    if let Some((_, title)) = &about {
        facts.push(("Gallery", (*title).to_owned()));
    }
    let small = match from {
        Some(from) => {
            facts.push(("From", from.as_str().to_owned()));
            "Answer this mail, and it reaches who asked."
        }
        None => "Whoever asked left no address, so this mail cannot be answered.",
    };
    Sheet {
        to: head.owner.clone(),
        reply_to: from.cloned(),
        subject: about.as_ref().map_or_else(
            || "A question from your galleries".to_owned(),
            |(_, title)| format!("A question about {title}"),
        ),
        glance: text.chars().take(120).collect(),
        heading: "A client asks".into(),
        figures: false,
        words: paragraphs(text),
        button: about.map(|(path, _)| Button {
            label: "Open the gallery in the studio",
            address: format!("{}{path}", head.site),
            marker: false,
        }),
        facts,
        small: small.into(),
    }
}

fn assistant(to: &Email, head: &Letterhead) -> Sheet {
    let studio = &head.studio;
    Sheet {
        to: to.clone(),
        reply_to: Some(head.owner.clone()),
        subject: format!("You can sign in to the studio of {studio}"),
        glance: "There is no password: type your address and get a code.".into(),
        heading: "Welcome to the studio".into(),
        figures: false,
        words: paragraphs(&format!(
            "{studio} has added you as an assistant. You can upload photographs and arrange them, and what else \
             {studio} has ticked for you.\n\nThere is no password: type this address, and a code comes by mail."
        )),
        button: Some(Button {
            label: "Sign in to the studio",
            address: format!("{}/studio", head.site),
            marker: false,
        }),
        facts: vec![("Address", to.as_str().to_owned())],
        small: format!(
            "You do not know {studio}? Then somebody mistyped an address, and there is nothing to do."
        ),
    }
}

/// Paragraphs are parted by empty lines, lines stay lines; other control characters are not for mails.
pub(super) fn paragraphs(text: &str) -> Vec<Vec<String>> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let clean = |line: &str| line.replace(char::is_control, " ").trim_end().to_owned();
    let lines: Vec<String> = text.trim().lines().map(clean).collect();
    lines
        .split(String::is_empty)
        .filter(|paragraph| !paragraph.is_empty())
        .map(<[String]>::to_vec)
        .collect()
}
