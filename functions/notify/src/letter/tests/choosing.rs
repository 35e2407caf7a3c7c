//! Letters about choices and orders: to the right side, with the list, the link and nothing that can be forged.

use super::*;

fn marta() -> Email {
    "marta@example.com".parse().unwrap()
}

fn names(n: usize) -> Vec<String> {
    (1..=n).map(|n| format!("IMG_{n:04}.CR3")).collect()
}

fn confirmed(n: usize) -> Mail {
    Mail::Confirmed {
        to: marta(),
        title: "Marta & Jonas".into(),
        path: "/g/link/confirmed/1".into(),
        names: names(n),
        extra: 2,
        finals_follow: true,
    }
}

fn confirmed_for_studio(who: &str, message: &str) -> Mail {
    Mail::ConfirmedForStudio {
        title: "Marta & Jonas".into(),
        who: who.into(),
        reply_to: Some(marta()),
        path: "/studio/galleries/g/selection".into(),
        names: names(12),
        extra: 0,
        message: message.into(),
        all: Some((2, 3)),
    }
}

fn delivered(left: u32) -> Mail {
    Mail::Delivered {
        to: marta(),
        title: "Marta & Jonas".into(),
        path: "/g/link/orders/o".into(),
        number: 4,
        names: names(6),
        left,
    }
}

/// S22: both sides have the list by mail; the client reads what happens next, the studio who it was and what they wrote.
#[test]
fn both_sides_have_the_list() {
    let to_client = confirmed(12);
    assert_eq!(letter(&to_client, &head("Hedda Lind")).to, marta());
    let (subject, text, html) = parts(&to_client, &head("Hedda Lind"));
    assert_eq!(subject, "Marta & Jonas: your choice is confirmed");
    for part in [&text, &html] {
        assert!(part.contains("IMG_0001.CR3") && part.contains("IMG_0012.CR3"));
        assert!(part.contains("https://photos.example.com/g/link/confirmed/1"));
        assert!(part.contains("2 more than were included") && part.contains("works on these"));
    }
    let to_studio = confirmed_for_studio("marta@example.com", "The <first> one large.\n\nMarta");
    let owner = letter(&to_studio, &head("Hedda Lind")).to;
    assert_eq!(owner.as_str(), "hedda@example.com");
    assert_eq!(reply_to(&to_studio).as_deref(), Some("marta@example.com"));
    let (subject, text, html) = parts(&to_studio, &head("Hedda Lind"));
    assert_eq!(subject, "marta@example.com has confirmed: Marta & Jonas");
    assert!(text.contains("The <first> one large.") && !html.contains("<first>"));
    assert!(text.contains("2 of 3 who must") && text.contains("IMG_0012.CR3"));
}

/// P43: the order's letter lists the file names and leads to the order.
#[test]
fn an_order_lists_its_files() {
    let mail = Mail::OrderForStudio {
        title: "Marta & Jonas".into(),
        who: "Anybody (PIN)".into(),
        reply_to: None,
        path: "/studio/galleries/g/orders/o".into(),
        number: 4,
        names: names(3),
        message: String::new(),
    };
    let (subject, text, html) = parts(&mail, &head("Hedda Lind"));
    assert_eq!(subject, "Order 4 of Marta & Jonas");
    for part in [text, html] {
        assert!(part.contains("IMG_0001.CR3, IMG_0002.CR3, IMG_0003.CR3"));
        assert!(part.contains("https://photos.example.com/studio/galleries/g/orders/o"));
    }
    let placed = Mail::OrderPlaced {
        to: marta(),
        title: "Marta & Jonas".into(),
        path: "/g/link/orders/o".into(),
        number: 4,
        names: names(3),
        ready: 1,
    };
    let (_, text, _) = parts(&placed, &head("Hedda Lind"));
    assert!(text.contains("One can be downloaded now") && text.contains("the other 2"));
    let placed = Mail::OrderPlaced {
        to: marta(),
        title: "Marta & Jonas".into(),
        path: "/g/link/orders/o".into(),
        number: 4,
        names: names(2),
        ready: 1,
    };
    let (_, text, _) = parts(&placed, &head("Hedda Lind"));
    assert!(text.contains("works on the other one and writes to you when it is finished."));
}

/// P47, P48: a delivery says what came, what still waits, and leads to the app, never to a bucket.
#[test]
fn a_delivery_says_what_is_here_and_what_waits() {
    let (subject, text, html) = parts(&delivered(4), &head("Hedda Lind"));
    assert_eq!(subject, "Marta & Jonas: 6 photographs to download");
    assert!(text.contains("4 more are still being worked on"));
    for part in [&text, &html] {
        assert!(part.contains("https://photos.example.com/g/link/orders/o"));
        assert!(!part.contains("X-Amz"));
    }
    let (_, text, _) = parts(&delivered(0), &head("Hedda Lind"));
    assert!(text.contains("your order is complete"));
}

/// A list of thousands stays a letter: the page behind the button has them all.
#[test]
fn a_long_list_is_cut_and_says_so() {
    let (_, text, _) = parts(&confirmed(3_000), &head("Hedda Lind"));
    assert!(text.contains("IMG_0200.CR3") && !text.contains("IMG_0201.CR3"));
    assert!(text.contains("and 2800 more") && text.contains("3000 photographs"));
}

/// Complaint 9: reminders say the day, what is kept, and whom the studio waits for.
#[test]
fn reminders_say_the_day_and_what_is_kept() {
    let near = Mail::DeadlineNear {
        to: marta(),
        title: "Marta & Jonas".into(),
        path: "/g/link".into(),
        until_text: "Sunday 6 December".into(),
        days: 1,
        chosen: 12,
    };
    let (subject, text, _) = parts(&near, &head("Hedda Lind"));
    assert_eq!(subject, "Marta & Jonas: choosing ends tomorrow");
    assert!(text.contains("Sunday 6 December, 23:59") && text.contains("12 so far; they are kept"));
    let unopened = Mail::NotOpened {
        title: "Marta & Jonas".into(),
        path: "/studio/galleries/g/authorizations".into(),
        who: vec!["marta@example.com".into(), "jonas@example.com".into()],
    };
    let (subject, text, _) = parts(&unopened, &head("Hedda Lind"));
    assert!(subject.contains("not opened for a week"));
    assert!(text.contains("marta@example.com, jonas@example.com"));
    let comments = Mail::CommentsForStudio {
        title: "Marta & Jonas".into(),
        path: "/studio/galleries/g/selection".into(),
        lines: vec![
            "IMG_0001.CR3, Marta: <b>darker</b>".into(),
            "IMG_0002.CR3, Jonas: good".into(),
        ],
        more: 0,
    };
    let (subject, text, html) = parts(&comments, &head("Hedda Lind"));
    assert_eq!(subject, "Marta & Jonas: 2 comments");
    assert!(text.contains("<b>darker</b>") && !html.contains("<b>darker"));
    let many = Mail::CommentsForStudio {
        title: "Marta & Jonas".into(),
        path: "/studio/galleries/g/selection".into(),
        lines: vec!["IMG_0001.CR3, Marta: good".into(); 50],
        more: 70,
    };
    let (subject, text, _) = parts(&many, &head("Hedda Lind"));
    assert_eq!(subject, "Marta & Jonas: 120 comments");
    assert!(text.contains("and 70 more"), "{text}");
}

/// neither a client's words nor a title adds a header or a recipient.
#[test]
fn a_clients_words_do_not_reach_a_header() {
    let forged = "A\r\nBcc: thief@example.com";
    let title = forged.to_owned();
    let path = forged.to_owned();
    for mail in [
        confirmed_for_studio(forged, forged),
        Mail::Reopened {
            to: marta(),
            title,
            path,
        },
    ] {
        read(&mail, &head("Hedda Lind"), |parsed| {
            assert!(parsed.bcc().is_none() && parsed.cc().is_none());
            assert_eq!(parsed.to().unwrap().iter().count(), 1);
            assert!(!parsed.subject().unwrap().contains(['\r', '\n']));
        });
    }
}
