//! Visitors for the tests: what their browsers carry, and what the rules make of it.

use crate::{email, morning};
use domain::access::{Refusal, Rights, Row, Session, Standing, Subject};
use domain::ids::{GalleryId, LinkToken, SecretToken};
use table::{Proofs, Table};

/// A visit of that table, opened at door 1 of its row.
pub fn session(table: GalleryId, token: &SecretToken) -> Session {
    Session {
        id: token.hash(),
        gallery: table,
        door: 1,
        created: morning(),
        seen: morning(),
    }
}

/// A browser with one visit.
pub fn visiting(token: &SecretToken) -> Proofs {
    Proofs {
        visits: vec![token.hash()],
        ..Proofs::default()
    }
}

/// A browser that is signed in.
pub async fn signed_in(table: &Table, address: &str) -> Proofs {
    let token = SecretToken::random();
    let (id, email) = (token.hash(), email(address));
    table
        .open_person_session(&id, &email, morning())
        .await
        .unwrap();
    Proofs {
        person: Some(id),
        ..Proofs::default()
    }
}

/// Where this browser stands behind this link.
pub async fn standing(
    table: &Table,
    link: &LinkToken,
    proofs: &Proofs,
) -> Result<Standing, Refusal> {
    let visit = table.door(link, proofs, morning()).await.unwrap().unwrap();
    Standing::of(&visit.gallery, &visit.rows, &visit.arrival, morning())
}

/// The same by a page view, and what it cost.
pub async fn page_view(
    table: &Table,
    link: &LinkToken,
    proofs: &Proofs,
) -> (Result<Standing, Refusal>, u64) {
    let before = table.calls();
    let found = table.visit(link, proofs, morning()).await.unwrap();
    let (visit, _) = found.unwrap();
    let standing = Standing::of(&visit.gallery, &visit.rows, &visit.arrival, morning());
    (standing, table.calls() - before)
}

/// A person's row with these rights.
pub fn person(address: &str, rights: Rights) -> Row {
    Row::new(Subject::Person(email(address)), rights)
}
