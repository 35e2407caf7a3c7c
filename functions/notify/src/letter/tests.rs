//! What arrives: read back by a parser that is not the writer's.

/// Letters about choices and orders.
mod choosing;

use super::*;
use domain::ids::GalleryId;
use mail_parser::{Message as Parsed, MessageParser};

fn head(studio: &str) -> Letterhead {
    Letterhead {
        studio: studio.into(),
        sender: "post@example.com".parse().unwrap(),
        owner: "hedda@example.com".parse().unwrap(),
        site: "https://photos.example.com".into(),
    }
}

fn letter(mail: &Mail, head: &Letterhead) -> Letter {
    write(mail, head, Timestamp::UNIX_EPOCH).unwrap().unwrap()
}

fn read<T>(mail: &Mail, head: &Letterhead, look: impl Fn(&Parsed<'_>) -> T) -> T {
    let message = letter(mail, head).message;
    look(&MessageParser::default().parse(&message).unwrap())
}

fn parts(mail: &Mail, head: &Letterhead) -> (String, String, String) {
    read(mail, head, |parsed| {
        (
            parsed.subject().unwrap().to_owned(),
            parsed.body_text(0).unwrap().replace("\r\n", "\n"),
            parsed.body_html(0).unwrap().into_owned(),
        )
    })
}

fn reply_to(mail: &Mail) -> Option<String> {
    read(mail, &head("Hedda Lind"), |parsed| {
        let address = parsed.reply_to()?.first()?;
        Some(address.address()?.to_owned())
    })
}

fn code() -> Mail {
    Mail::SignInCode {
        to: "hedda@example.com".parse().unwrap(),
        code: "482916".into(),
    }
}

fn client_code(link_path: Option<&str>) -> Mail {
    Mail::ClientCode {
        to: "marta@example.com".parse().unwrap(),
        code: "482916".into(),
        link_path: link_path.map(Into::into),
    }
}

fn invitation(title: &str, message: &str) -> Mail {
    Mail::Invitation {
        to: "marta@example.com".parse().unwrap(),
        title: title.into(),
        path: "/i/0123456789abcdefghjkmnpqrs".into(),
        message: message.into(),
        until_text: Some("22 November 2027".into()),
        pin_hint: true,
    }
}

fn question(from: Option<&str>, title: &str, text: &str) -> Mail {
    Mail::Question {
        from: from.map(|from| from.parse().unwrap()),
        about: Some((GalleryId::new(Timestamp::UNIX_EPOCH), title.into())),
        text: text.into(),
    }
}

/// the code stands where a phone's notice shows it, and nothing in the studio's mail signs in by itself.
#[test]
fn the_code_comes_first_and_there_is_no_link_to_follow() {
    let (subject, text, html) = parts(&code(), &head("Hedda Lind"));
    assert_eq!(subject, "482916 is your code for Hedda Lind");
    assert!(text.lines().next().unwrap().starts_with("482916 is your"));
    assert!(html.contains("482916") && html.contains("prefers-color-scheme: dark"));
    assert!(!text.contains("http") && !html.contains("href"));
    assert_eq!(
        reply_to(&code()),
        None,
        "the owner does not write to themselves"
    );
}

/// a client may type the code or press the link's button; both parts have both.
#[test]
fn a_clients_code_comes_with_a_link() {
    let mail = client_code(Some("/sign-in/link/token"));
    let (subject, text, html) = parts(&mail, &head("Hedda Lind"));
    assert!(subject.starts_with("482916 "));
    let link = "https://photos.example.com/sign-in/link/token";
    assert!(text.contains(link) && html.contains(&format!("href=\"{link}\"")));
    assert!(
        text.find("482916").unwrap() < text.find(link).unwrap(),
        "the code comes first"
    );
    assert_eq!(reply_to(&mail).as_deref(), Some("hedda@example.com"));
    let (_, text, html) = parts(&client_code(None), &head("Hedda Lind"));
    assert!(!text.contains("http") && !html.contains("href"));
}

/// L30, L41: the studio's words, the link and the last day; the PIN comes on another way.
#[test]
fn an_invitation_says_until_when_and_keeps_the_pin_out() {
    let mail = invitation(
        "Marta & <Jonas>",
        "Dear Marta,\r\n\r\nthey are <finished>.\r\nHedda",
    );
    assert_eq!(
        letter(&mail, &head("Hedda Lind")).to.as_str(),
        "marta@example.com"
    );
    let (subject, text, html) = parts(&mail, &head("Hedda Lind"));
    assert_eq!(subject, "Marta & <Jonas>: your gallery from Hedda Lind");
    let link = "https://photos.example.com/i/0123456789abcdefghjkmnpqrs";
    for part in [&text, &html] {
        assert!(part.contains(link) && part.contains("22 November 2027"));
        assert!(part.contains("marta@example.com, and nobody else"));
    }
    assert!(text.contains("Dear Marta,\n\nthey are <finished>.\nHedda"));
    assert!(html.contains("they are &#60;finished&#62;.<br>Hedda") && !html.contains("<finished>"));
    assert!(html.contains("Marta <i>&amp;</i> &#60;Jonas&#62;"));
    assert_eq!(reply_to(&mail).as_deref(), Some("hedda@example.com"));
    assert!(read(&mail, &head("Hedda Lind"), |parsed| {
        parsed.header("List-Unsubscribe").is_none()
    }));
}

/// S36: a question reaches the studio, and its answer reaches who asked.
#[test]
fn a_question_is_answered_to_who_asked() {
    let mail = question(
        Some("jonas@example.com"),
        "Marta & Jonas",
        "May I have two more days?\n\nJonas",
    );
    assert_eq!(
        letter(&mail, &head("Hedda Lind")).to.as_str(),
        "hedda@example.com"
    );
    assert_eq!(reply_to(&mail).as_deref(), Some("jonas@example.com"));
    let (subject, text, html) = parts(&mail, &head("Hedda Lind"));
    assert_eq!(subject, "A question about Marta & Jonas");
    assert!(text.contains("May I have two more days?") && html.contains("jonas@example.com"));
    let nobody = question(None, "Marta & Jonas", "<b>Hello</b>");
    assert_eq!(reply_to(&nobody), None);
    let (_, text, html) = parts(&nobody, &head("Hedda Lind"));
    assert!(text.contains("cannot be answered") && !html.contains("<b>"));
}

/// 4.1: an assistant learns where to sign in, and that there is no password.
#[test]
fn an_assistant_is_told_the_way_in() {
    let to = "kim@example.com".parse().unwrap();
    let mail = Mail::AssistantAdded { to };
    let (_, text, html) = parts(&mail, &head("Hedda Lind"));
    for part in [text, html] {
        assert!(part.contains("https://photos.example.com/studio") && part.contains("no password"));
    }
}

/// what is posted for an unknown address is no letter at all.
#[test]
fn a_decoy_is_not_sent() {
    let nothing = write(&Mail::Decoy, &head("Hedda Lind"), Timestamp::UNIX_EPOCH).unwrap();
    assert!(nothing.is_none());
}

/// an attack is told to the studio, with the way to the gallery's page.
#[test]
fn an_attack_is_told_to_the_owner() {
    let gallery = GalleryId::new(Timestamp::UNIX_EPOCH);
    let title = "Marta & <Jonas>".to_owned();
    let mail = Mail::PinUnderAttack { gallery, title };
    assert_eq!(
        letter(&mail, &head("Hedda Lind")).to.as_str(),
        "hedda@example.com"
    );
    let (subject, text, html) = parts(&mail, &head("Hedda Lind"));
    assert!(subject.contains("Marta & <Jonas>"));
    let link = format!("https://photos.example.com/studio/galleries/{gallery}");
    assert!(text.contains(&link) && html.contains(&link));
    assert!(html.contains("&#60;Jonas&#62;") && !html.contains("<Jonas>"));
}

/// no name, title, question or invitation can add a header or a recipient.
#[test]
fn a_line_break_does_not_reach_a_header() {
    let forged = "A\r\nBcc: thief@example.com\u{2028}\0";
    let gallery = GalleryId::new(Timestamp::UNIX_EPOCH);
    let title = forged.to_owned();
    for mail in [
        Mail::PinUnderAttack { gallery, title },
        invitation(forged, forged),
        question(Some("jonas@example.com"), forged, forged),
        client_code(Some("/sign-in/link/token\r\nBcc: thief@example.com")),
    ] {
        let studio = head("Hedda\r\nBcc: thief@example.com");
        read(&mail, &studio, |parsed| {
            assert!(parsed.bcc().is_none() && parsed.cc().is_none());
            assert_eq!(parsed.to().unwrap().iter().count(), 1);
            assert!(!parsed.subject().unwrap().contains(['\r', '\n', '\0']));
            let from = parsed.from().unwrap().first().unwrap();
            assert_eq!(from.address(), Some("post@example.com"));
        });
    }
}

/// Names beyond ASCII arrive as they are written.
#[test]
fn a_studio_keeps_its_letters() {
    read(&code(), &head("Åsa Öberg · Foto"), |parsed| {
        let from = parsed.from().unwrap().first().unwrap();
        assert_eq!(from.name(), Some("Åsa Öberg · Foto"));
    });
}
