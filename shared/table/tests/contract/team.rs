//! Members and their sessions: what they may is read at every request, in one call.

use crate::{email, engine, morning, table};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::access::{STUDIO_IDLE, STUDIO_LIFE};
use domain::email::Email;
use domain::ids::{SecretToken, TokenHash};
use domain::team::{Role, Ticks};
use jiff::{SignedDuration, Timestamp};
use table::{MemberRecord, StudioSession, Table, keys};

fn owner() -> Email {
    email("owner@studio.example")
}

fn assistant() -> MemberRecord {
    MemberRecord {
        email: email("assistant@studio.example"),
        name: "Sam".into(),
        ticks: Ticks {
            galleries: true,
            ..Ticks::default()
        },
        created: morning(),
        epoch: 0,
        revision: 0,
    }
}

async fn open(table: &Table, who: &Email, now: Timestamp) -> TokenHash {
    let id = SecretToken::random().hash();
    let opened = table.open_studio_session(&id, who, "Firefox on Linux", "203.0.113.0/24", now);
    opened.await.unwrap();
    id
}

async fn read(table: &Table, id: &TokenHash, now: Timestamp) -> Option<StudioSession> {
    table.studio_session(id, &owner(), now).await.unwrap()
}

async fn role(table: &Table, id: &TokenHash, now: Timestamp) -> Option<Role> {
    read(table, id, now)
        .await
        .map(|session| session.member.role)
}

/// 4.1: the owner is whom the deployment names; an assistant has what is ticked now; anybody else is nobody.
#[tokio::test]
async fn a_session_is_worth_what_its_holder_is_now() {
    let table = table().await;
    let sam = assistant();
    assert!(table.save_member(&sam, None).await.unwrap());
    let owners = open(&table, &owner(), morning()).await;
    let sams = open(&table, &sam.email, morning()).await;
    let nobodys = open(&table, &email("nobody@example.com"), morning()).await;
    assert_eq!(role(&table, &owners, morning()).await, Some(Role::Owner));
    let role_of_sam = role(&table, &sams, morning()).await;
    assert_eq!(role_of_sam, Some(Role::Assistant(sam.ticks)));
    assert_eq!(role(&table, &nobodys, morning()).await, None);
    let unknown = SecretToken::random().hash();
    assert_eq!(role(&table, &unknown, morning()).await, None);

    let fewer = MemberRecord {
        ticks: Ticks::default(),
        ..sam.clone()
    };
    assert!(table.save_member(&fewer, Some(1)).await.unwrap());
    let role_of_sam = role(&table, &sams, morning()).await;
    assert_eq!(role_of_sam, Some(Role::Assistant(Ticks::default())));
    assert!(table.remove_member(&sam.email).await.unwrap());
    assert_eq!(
        role(&table, &sams, morning()).await,
        None,
        "at the next request"
    );
    assert!(!table.remove_member(&sam.email).await.unwrap());
}

/// Whoever is removed and added again types a new code: the old sessions stay out.
#[tokio::test]
async fn being_added_again_revives_no_session() {
    let table = table().await;
    let sam = assistant();
    table.save_member(&sam, None).await.unwrap();
    let old = open(&table, &sam.email, morning()).await;
    table.remove_member(&sam.email).await.unwrap();
    let later = morning() + SignedDuration::from_secs(1);
    let again = MemberRecord {
        created: later,
        ..sam.clone()
    };
    assert!(table.save_member(&again, None).await.unwrap());
    assert_eq!(role(&table, &old, later).await, None);
    let new = open(&table, &sam.email, later).await;
    assert!(role(&table, &new, later).await.is_some());
}

/// one call for the owner always, for an assistant once the process knows the session.
#[tokio::test]
async fn reading_a_session_is_one_call() {
    let table = table().await;
    let sam = assistant();
    table.save_member(&sam, None).await.unwrap();
    let owners = open(&table, &owner(), morning()).await;
    let sams = open(&table, &sam.email, morning()).await;
    let calls = async |id: &TokenHash| {
        let before = table.calls();
        assert!(read(&table, id, morning()).await.is_some());
        table.calls() - before
    };
    assert_eq!(calls(&owners).await, 1);
    assert_eq!(calls(&sams).await, 2);
    assert_eq!(calls(&sams).await, 1);
    assert_eq!(calls(&owners).await, 1);
}

/// Everywhere means everywhere: all sessions of the one member end at the next request, the owner's too; new ones open.
#[tokio::test]
async fn signing_out_everywhere_ends_all_sessions_of_one_member() {
    let table = table().await;
    let sam = assistant();
    table.save_member(&sam, None).await.unwrap();
    for who in [owner(), sam.email.clone()] {
        let other = if who == owner() {
            sam.email.clone()
        } else {
            owner()
        };
        let theirs = [
            open(&table, &who, morning()).await,
            open(&table, &who, morning()).await,
        ];
        let others = open(&table, &other, morning()).await;
        assert!(role(&table, &theirs[0], morning()).await.is_some());
        table.end_all_sessions(&who).await.unwrap();
        for id in &theirs {
            assert_eq!(role(&table, id, morning()).await, None);
        }
        assert!(role(&table, &others, morning()).await.is_some());
        assert_eq!(table.studio_sessions(&who, morning()).await.unwrap(), []);
        let new = open(&table, &who, morning()).await;
        assert!(role(&table, &new, morning()).await.is_some());
    }
    assert_eq!(
        table.members().await.unwrap().len(),
        1,
        "the owner is no assistant"
    );
    let listed = table.member(&owner()).await.unwrap();
    assert_eq!(listed, None);
}

/// eight hours idle, fourteen days at most, by the clock; a session that is used lives on.
#[tokio::test]
async fn a_session_of_the_studio_ends_by_the_clock() {
    let table = table().await;
    let idle = open(&table, &owner(), morning()).await;
    assert!(
        read(
            &table,
            &idle,
            morning() + STUDIO_IDLE - SignedDuration::from_secs(1)
        )
        .await
        .is_some()
    );
    let idle = open(&table, &owner(), morning()).await;
    assert!(read(&table, &idle, morning() + STUDIO_IDLE).await.is_none());

    let used = open(&table, &owner(), morning()).await;
    let mut now = morning();
    while now < morning() + STUDIO_LIFE {
        assert!(read(&table, &used, now).await.is_some(), "{now}");
        now += SignedDuration::from_hours(7);
    }
    assert!(read(&table, &used, now).await.is_none());
}

/// a fresh code is noted in this session, in no other, and not in one that was ended.
#[tokio::test]
async fn proving_again_renews_one_session() {
    let table = table().await;
    let (one, other) = (
        open(&table, &owner(), morning()).await,
        open(&table, &owner(), morning()).await,
    );
    let later = morning() + SignedDuration::from_mins(30);
    assert!(table.prove_again(&one, later).await.unwrap());
    let proven = async |id: &TokenHash| read(&table, id, later).await.unwrap().member.proven;
    assert_eq!(proven(&one).await, later);
    assert_eq!(proven(&other).await, morning());
    table.end_studio_session(&one).await.unwrap();
    assert!(!table.prove_again(&one, later).await.unwrap());
    assert!(
        read(&table, &one, later).await.is_none(),
        "not brought back"
    );
}

/// A member lists their own sessions, newest first, ends one of them, and cannot end another's.
#[tokio::test]
async fn members_see_and_end_their_own_sessions() {
    let table = table().await;
    let sam = assistant();
    table.save_member(&sam, None).await.unwrap();
    let later = morning() + SignedDuration::from_mins(1);
    let first = open(&table, &owner(), morning()).await;
    let second = open(&table, &owner(), later).await;
    let sams = open(&table, &sam.email, later).await;
    let listed = table.studio_sessions(&owner(), later).await.unwrap();
    let ids: Vec<_> = listed.iter().map(|session| &session.id).collect();
    assert_eq!(ids, [&second, &first]);
    assert_eq!(listed[0].label, "Firefox on Linux");
    assert_eq!(listed[0].prefix, "203.0.113.0/24");

    let end = async |who: &Email, id: &TokenHash| {
        table.end_studio_session_of(who, id.as_str()).await.unwrap()
    };
    assert!(!end(&sam.email, &first).await, "somebody else's");
    assert!(read(&table, &first, later).await.is_some());
    assert!(end(&owner(), &first).await);
    assert!(read(&table, &first, later).await.is_none());
    assert!(read(&table, &second, later).await.is_some());
    assert!(read(&table, &sams, later).await.is_some());
    assert!(!end(&owner(), &first).await, "it has ended already");
}

/// of two forms that know the same member, one is saved.
#[tokio::test]
async fn a_stale_form_changes_no_member() {
    let table = table().await;
    let sam = assistant();
    assert!(table.save_member(&sam, None).await.unwrap());
    assert!(
        !table.save_member(&sam, None).await.unwrap(),
        "there is one"
    );
    let stored = table.member(&sam.email).await.unwrap().unwrap();
    assert_eq!((stored.revision, &stored.name), (1, &sam.name));
    let renamed = MemberRecord {
        name: "Kim".into(),
        ..stored
    };
    assert!(table.save_member(&renamed, Some(1)).await.unwrap());
    assert!(!table.save_member(&sam, Some(1)).await.unwrap());
    let stored = table.members().await.unwrap();
    assert_eq!(stored.len(), 1);
    assert_eq!((stored[0].revision, stored[0].name.as_str()), (2, "Kim"));
}

/// A session from before there were members names nobody: it is over, and no fault.
#[tokio::test]
async fn a_session_without_a_name_is_over() {
    let (table, client) = engine().await;
    let id = SecretToken::random().hash();
    let text = |text: String| AttributeValue::S(text);
    let mut item = keys::studio_session(&id).attributes();
    item.insert("created".into(), text(morning().to_string()));
    item.insert("seen".into(), text(morning().to_string()));
    let put = client.put_item().table_name("table").set_item(Some(item));
    put.send().await.unwrap();
    assert_eq!(read(&table, &id, morning()).await, None);
}
