//! Presigned links: each opens one thing, for a while, as it was signed.

use std::time::{Duration, SystemTime};

use aws_sdk_s3::presigning::PresigningConfig;

use super::support::*;

/// L25: a download under its own name.
#[tokio::test]
async fn a_link_downloads_under_the_name_it_was_signed_for() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    put(&client, PLAIN, "a/ü 1+2.jpg", "photo").await;
    let get = client.get_object().bucket(PLAIN).key("a/ü 1+2.jpg");
    let get = get
        .response_content_disposition("attachment; filename*=UTF-8''%C3%BC.jpg")
        .response_content_type("image/jpeg")
        .response_cache_control("no-store");
    let (status, headers, bytes) = follow(&get.presigned(for_a_minute()).await.unwrap(), b"").await;
    assert_eq!((status, bytes.as_slice()), (200, b"photo".as_slice()));
    assert_eq!(
        headers["content-disposition"],
        "attachment; filename*=UTF-8''%C3%BC.jpg"
    );
    assert_eq!(headers["content-type"], "image/jpeg");
    assert_eq!(headers["cache-control"], "no-store");
}

#[tokio::test]
async fn a_link_for_head_shows_what_a_link_for_get_would() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    put(&client, PLAIN, "k", "photo").await;
    let head = client
        .head_object()
        .bucket(PLAIN)
        .key("k")
        .response_content_type("image/png");
    let (status, headers, bytes) =
        follow(&head.presigned(for_a_minute()).await.unwrap(), b"").await;
    assert_eq!((status, bytes.len()), (200, 0));
    assert_eq!(
        (&headers["content-length"], &headers["content-type"]),
        (&"5".parse().unwrap(), &"image/png".parse().unwrap())
    );
}

#[tokio::test]
async fn a_link_uploads() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let put = client
        .put_object()
        .bucket(PLAIN)
        .key("k")
        .content_type("image/jpeg");
    let presigned = put.presigned(for_a_minute()).await.unwrap();
    assert_eq!(follow(&presigned, b"photo").await.0, 200);
    assert_eq!(get(&client, PLAIN, "k").await, b"photo");
    let other_type = send(
        request(reqwest::Method::PUT, presigned.uri()).body("photo"),
        [("content-type", "text/html")].into_iter(),
    );
    assert_eq!(other_type.await.0, 403);
}

#[tokio::test]
async fn a_changed_link_is_refused() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    put(&client, PLAIN, "mine", "x").await;
    put(&client, PLAIN, "yours", "x").await;
    let signed = client
        .get_object()
        .bucket(PLAIN)
        .key("mine")
        .response_content_type("image/png");
    let signed = signed
        .presigned(for_a_minute())
        .await
        .unwrap()
        .uri()
        .to_owned();
    for changed in [
        signed.replace("/mine?", "/yours?"),
        signed.replace("image%2Fpng", "text%2Fhtml"),
        signed.replace("X-Amz-Expires=60", "X-Amz-Expires=600"),
        format!("{signed}&response-content-disposition=inline"),
    ] {
        assert_ne!(changed, signed);
        let (status, _, body) = send(request(reqwest::Method::GET, &changed), [].into_iter()).await;
        assert_eq!(
            (status, code(&body).as_str()),
            (403, "SignatureDoesNotMatch")
        );
    }
    let (status, _, body) = send(request(reqwest::Method::DELETE, &signed), [].into_iter()).await;
    assert_eq!(
        (status, code(&body).as_str()),
        (403, "SignatureDoesNotMatch")
    );
    assert_eq!(get(&client, PLAIN, "mine").await, b"x");
}

#[tokio::test]
async fn an_expired_link_is_refused() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    put(&client, PLAIN, "k", "x").await;
    let config = PresigningConfig::builder()
        .start_time(SystemTime::now() - Duration::from_secs(120))
        .expires_in(Duration::from_secs(60))
        .build()
        .unwrap();
    let presigned = client
        .get_object()
        .bucket(PLAIN)
        .key("k")
        .presigned(config)
        .await
        .unwrap();
    let (status, _, body) = follow(&presigned, b"").await;
    assert_eq!((status, code(&body).as_str()), (403, "AccessDenied"));
    assert!(
        String::from_utf8(body)
            .unwrap()
            .contains("<Message>Request has expired</Message>")
    );
}

#[tokio::test]
async fn a_link_for_more_than_a_week_is_refused() {
    let (server, _dir) = Server::start().await;
    let presigned = server
        .client()
        .get_object()
        .bucket(PLAIN)
        .key("k")
        .presigned(for_a_minute())
        .await
        .unwrap();
    let long = presigned
        .uri()
        .replace("X-Amz-Expires=60", "X-Amz-Expires=604801");
    let (status, _, body) = send(request(reqwest::Method::GET, &long), [].into_iter()).await;
    assert_eq!(
        (status, code(&body).as_str()),
        (400, "AuthorizationQueryParametersError")
    );
}

/// What a link was not signed for, its holder cannot add.
#[tokio::test]
async fn metadata_cannot_be_added_to_a_link() {
    let (server, _dir) = Server::start().await;
    let presigned = server
        .client()
        .put_object()
        .bucket(PLAIN)
        .key("k")
        .presigned(for_a_minute())
        .await
        .unwrap();
    let upload = request(reqwest::Method::PUT, presigned.uri()).body("x");
    let (status, _, body) = send(upload, [("x-amz-meta-owner", "me")].into_iter()).await;
    assert_eq!((status, code(&body).as_str()), (403, "AccessDenied"));
}

/// L26: parts go straight to the bucket.
#[tokio::test]
async fn links_upload_the_parts_of_a_multipart_upload() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let created = client
        .create_multipart_upload()
        .bucket(PLAIN)
        .key("k")
        .send()
        .await
        .unwrap();
    let part = client.upload_part().bucket(PLAIN).key("k").part_number(1);
    let part = part
        .upload_id(created.upload_id().unwrap())
        .presigned(for_a_minute())
        .await
        .unwrap();
    let (status, headers, _) = follow(&part, b"the only part").await;
    assert_eq!(status, 200);
    let listed = client
        .list_parts()
        .bucket(PLAIN)
        .key("k")
        .upload_id(created.upload_id().unwrap())
        .send()
        .await;
    assert_eq!(
        listed.unwrap().parts()[0].e_tag().unwrap(),
        headers["etag"].to_str().unwrap()
    );
}
