//! Puts the sample's photographs into the bucket as any S3 client does.

use std::collections::BTreeSet;

use aws_config::{BehaviorVersion, Region};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::Credentials;
use futures::{StreamExt, TryStreamExt};
use sample::Shot;

use crate::ready::Ready;

/// Makes and puts every photograph that is not in `folder` yet.
pub(super) async fn shots(ready: &Ready, folder: &str, shots: Vec<Shot>) -> Result<(), String> {
    let s3 = &ready.s3;
    let keys = Credentials::new(
        &s3.access_key,
        &s3.secret_key,
        None,
        None,
        "the developer's keys",
    );
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(s3.region.clone()))
        .endpoint_url(&s3.endpoint)
        .force_path_style(true)
        .credentials_provider(keys)
        .build();
    let client = Client::from_conf(config);
    let there = keys_in(&client, &s3.buckets.originals, folder).await?;
    let (folder, total) = (folder.trim_end_matches('/'), shots.len());
    let missing = shots.into_iter().map(|shot| {
        (
            format!("{folder}/{}/{}", shot.section, shot.file_name),
            shot,
        )
    });
    let missing: Vec<(String, Shot)> = missing.filter(|(key, _)| !there.contains(key)).collect();
    let before = total - missing.len();
    futures::stream::iter(missing)
        .map(|(key, shot)| put(client.clone(), s3.buckets.originals.clone(), key, shot))
        // two at a time: the renditions need the cores as well
        .buffer_unordered(2)
        .enumerate()
        .map(|(at, put)| put.map(|()| before + at + 1))
        .try_for_each(|done| async move {
            if done.is_multiple_of(5) || done == total {
                tracing::info!("  {done} of {total} photographs are made and uploaded");
            }
            Ok(())
        })
        .await
}

async fn put(client: Client, bucket: String, key: String, shot: Shot) -> Result<(), String> {
    let photograph = tokio::task::spawn_blocking(move || sample::photograph(&shot));
    let photograph = photograph
        .await
        .map_err(|_| "a photograph could not be made".to_owned())?;
    let put = client
        .put_object()
        .bucket(bucket)
        .key(key)
        .content_type("image/jpeg")
        .body(photograph.into());
    put.send().await.map(drop).map_err(|error| refused(&error))
}

async fn keys_in(client: &Client, bucket: &str, folder: &str) -> Result<BTreeSet<String>, String> {
    let mut keys = BTreeSet::new();
    let mut pages = client
        .list_objects_v2()
        .bucket(bucket)
        .prefix(folder)
        .into_paginator()
        .send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| refused(&error))?;
        keys.extend(
            page.contents()
                .iter()
                .filter_map(|object| object.key().map(str::to_owned)),
        );
    }
    Ok(keys)
}

fn refused(error: &impl aws_sdk_s3::error::ProvideErrorMetadata) -> String {
    format!("S3 refused with {}", error.code().unwrap_or("no answer"))
}
