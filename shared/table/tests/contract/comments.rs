//! Comments: kept once, never rewritten, taken back by whoever may (S21, S38).

use crate::choices::{person, photo};
use crate::{at, email, morning, table};
use domain::access::Subject;
use domain::activity::{Event, Origin, What, Who};
use domain::comment::{Author, Comment};
use domain::ids::{CommentId, GalleryId};
use table::Said;

fn comment(gallery: GalleryId, number: u32, text: &str) -> Comment {
    Comment {
        id: CommentId::new(at(&format!("2026-11-22T10:{:02}:00Z", text.len()))),
        gallery,
        photo: photo(number),
        version: 2,
        author: Author::Visitor(person()),
        name: "Anna".into(),
        text: text.into(),
        drawing: Some("p 5000 2500;s 1 2 3 4".parse().unwrap()),
        at: morning(),
        removed: None,
    }
}

/// S21, R-2.3: what is said and the line that tells of it are one: sent again, neither is written twice.
#[tokio::test]
async fn a_comment_is_told_of_once() {
    let table = table().await;
    let id = GalleryId::new(morning());
    let event = Event {
        at: morning(),
        gallery: Some(id),
        who: Who::Visitor(person()),
        what: What::Commented {
            photo: photo(1),
            file_name: "IMG_1.jpg".into(),
        },
        from: Origin::default(),
    };
    let first = comment(id, 1, "Brighter, please");
    let other = Comment {
        text: "Darker".into(),
        ..first.clone()
    };
    for (comment, said) in [
        (&first, Said::Done),
        (&first, Said::Again),
        (&other, Said::Taken),
    ] {
        let outcome = table.say_and_log(comment, Some(&event)).await;
        assert_eq!(outcome.unwrap(), said);
    }
    let (told, _) = table.events(Some(id), 9, None, morning()).await.unwrap();
    assert_eq!(told, [event]);
}

/// S21: a comment that is sent again is the same one; another under its id is refused.
#[tokio::test]
async fn a_comment_is_kept_once() {
    let table = table().await;
    let id = GalleryId::new(morning());
    let first = comment(id, 1, "Brighter, please");
    assert_eq!(table.say(&first).await.unwrap(), Said::Done);
    let later = Comment {
        at: at("2026-11-22T10:05:00Z"),
        ..first.clone()
    };
    assert_eq!(table.say(&later).await.unwrap(), Said::Again);
    let other = Comment {
        text: "Darker".into(),
        ..first.clone()
    };
    assert_eq!(table.say(&other).await.unwrap(), Said::Taken);
    let answer = Comment {
        author: Author::Member(email("studio@example.com")),
        drawing: None,
        ..comment(id, 1, "It is brighter now")
    };
    let elsewhere = comment(id, 2, "This one");
    for more in [&answer, &elsewhere] {
        assert_eq!(table.say(more).await.unwrap(), Said::Done);
    }
    let thread = table.comments_of(id, &photo(1)).await.unwrap();
    assert_eq!(
        thread,
        [first.clone(), answer.clone()],
        "the earliest first"
    );
    let all = table.comments(id).await.unwrap();
    assert_eq!(all.len(), 3);
    assert!([first, answer, elsewhere].iter().all(|c| all.contains(c)));
    let none = table.comments(GalleryId::new(morning())).await.unwrap();
    assert!(none.is_empty());
}

/// S21: its author takes it back, and so may the studio; the words stay for the studio, marked.
#[tokio::test]
async fn a_comment_is_taken_back_by_who_may() {
    let table = table().await;
    let id = GalleryId::new(morning());
    let said = comment(id, 1, "Not this one");
    table.say(&said).await.unwrap();
    let noon = at("2026-11-22T12:00:00Z");
    let unsay = async |by: &Author, now| {
        let gone = table.unsay(id, &photo(1), said.id, by, now).await;
        gone.unwrap()
    };
    assert!(!unsay(&Author::Visitor(Subject::Anybody), noon).await);
    let there = table.comments_of(id, &photo(1)).await.unwrap();
    assert_eq!(there, std::slice::from_ref(&said));
    assert!(unsay(&said.author, noon).await);
    assert!(
        unsay(
            &Author::Member(email("studio@example.com")),
            at("2026-11-22T13:00:00Z")
        )
        .await
    );
    let there = table.comments_of(id, &photo(1)).await.unwrap();
    let marked = Comment {
        removed: Some(noon),
        ..said.clone()
    };
    assert_eq!(there, [marked], "as it was taken back first");
    assert_eq!(
        table.say(&said).await.unwrap(),
        Said::Again,
        "it does not come back"
    );
    let missing = CommentId::new(morning());
    let none = table
        .unsay(id, &photo(1), missing, &said.author, noon)
        .await;
    assert!(!none.unwrap());
}
