//! Listings.

use aws_sdk_s3::Client;
use aws_sdk_s3::types::EncodingType;

use super::support::*;

async fn put_all(client: &Client, keys: &[&str]) {
    for key in keys {
        put(client, PLAIN, key, "x").await;
    }
}

/// `a` and `a/b` are two objects, and U+FF61 comes before U+1F600 though not in UTF-16.
#[tokio::test]
async fn keys_come_in_utf8_order() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    put_all(
        &client,
        &["a/b", "ä", "\u{1f600}", "a", "\u{ff61}", "B", "a b"],
    )
    .await;
    let listed = client.list_objects_v2().bucket(PLAIN).send().await.unwrap();
    let keys: Vec<_> = listed
        .contents()
        .iter()
        .map(|object| object.key().unwrap())
        .collect();
    assert_eq!(keys, ["B", "a", "a b", "a/b", "ä", "\u{ff61}", "\u{1f600}"]);
    assert_eq!(
        (listed.key_count(), listed.is_truncated()),
        (Some(7), Some(false))
    );
}

#[tokio::test]
async fn a_prefix_and_a_delimiter_make_folders() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    put_all(&client, &["g/1", "g/2", "g/a/1", "g/a/2", "g/b/c/d", "h"]).await;
    let listed = client
        .list_objects_v2()
        .bucket(PLAIN)
        .prefix("g/")
        .delimiter("/")
        .send()
        .await
        .unwrap();
    let keys: Vec<_> = listed
        .contents()
        .iter()
        .map(|object| object.key().unwrap())
        .collect();
    let folders: Vec<_> = listed
        .common_prefixes()
        .iter()
        .map(|prefix| prefix.prefix().unwrap())
        .collect();
    assert_eq!((keys, folders), (vec!["g/1", "g/2"], vec!["g/a/", "g/b/"]));
}

#[tokio::test]
async fn pages_neither_lose_nor_repeat() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    put_all(&client, &["a", "b/1", "b/2", "c", "d/1", "d/2", "d/3", "e"]).await;
    for (delimiter, expected) in [
        (None, vec!["a", "b/1", "b/2", "c", "d/1", "d/2", "d/3", "e"]),
        (Some("/".to_owned()), vec!["a", "b/", "c", "d/", "e"]),
    ] {
        for size in 1..=4 {
            let (mut seen, mut token) = (Vec::new(), None);
            loop {
                let page = client
                    .list_objects_v2()
                    .bucket(PLAIN)
                    .max_keys(size)
                    .set_delimiter(delimiter.clone());
                let page = page.set_continuation_token(token).send().await.unwrap();
                let mut names: Vec<_> = page
                    .contents()
                    .iter()
                    .map(|object| object.key().unwrap().to_owned())
                    .collect();
                names.extend(
                    page.common_prefixes()
                        .iter()
                        .map(|prefix| prefix.prefix().unwrap().to_owned()),
                );
                assert!(names.len() <= size as usize);
                names.sort();
                seen.extend(names);
                token = page.next_continuation_token;
                if token.is_none() {
                    break;
                }
            }
            assert_eq!(seen, expected, "pages of {size}");
        }
    }
}

#[tokio::test]
async fn the_first_form_continues_at_its_marker() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    put_all(&client, &["a", "b/1", "b/2", "c"]).await;
    let page = |marker: &str| {
        client
            .list_objects()
            .bucket(PLAIN)
            .delimiter("/")
            .max_keys(2)
            .marker(marker)
            .send()
    };
    let first = page("").await.unwrap();
    assert_eq!(
        (first.next_marker(), first.is_truncated()),
        (Some("b/"), Some(true))
    );
    let second = page("b/").await.unwrap();
    assert_eq!(second.contents()[0].key(), Some("c"));
    assert_eq!(
        (second.common_prefixes().len(), second.is_truncated()),
        (0, Some(false))
    );
}

#[tokio::test]
async fn a_listing_starts_after_what_it_is_told() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    put_all(&client, &["a", "b", "c"]).await;
    let listed = client
        .list_objects_v2()
        .bucket(PLAIN)
        .start_after("a")
        .max_keys(1)
        .send()
        .await
        .unwrap();
    assert_eq!(listed.contents()[0].key(), Some("b"));
    let none = client
        .list_objects_v2()
        .bucket(PLAIN)
        .max_keys(0)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (none.contents().len(), none.is_truncated()),
        (0, Some(false))
    );
}

#[tokio::test]
async fn keys_are_encoded_on_request() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    put_all(&client, &["a b/ü+&.jpg"]).await;
    let listed = client
        .list_objects_v2()
        .bucket(PLAIN)
        .encoding_type(EncodingType::Url)
        .send()
        .await
        .unwrap();
    assert_eq!(listed.contents()[0].key(), Some("a+b/%C3%BC%2B%26.jpg"));
}

#[tokio::test]
async fn a_bad_token_is_refused() {
    let (server, _dir) = Server::start().await;
    let listed = server
        .client()
        .list_objects_v2()
        .bucket(PLAIN)
        .continuation_token("!")
        .send()
        .await;
    assert_eq!(refusal(listed), refused(400, "InvalidArgument"));
}
