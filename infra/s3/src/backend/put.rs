//! `PutObject` and `PostObject`, and what every new object brings along.

use s3s::dto::*;
use s3s::{S3ErrorCode, S3Request, S3Response, S3Result};

use super::{Backend, caller, encrypted, etag, tags};
use crate::access::{Caller, object_arn};
use crate::digest::{Algorithm, given_checksums, set_checksum};
use crate::fault::refuse;
use crate::index::buckets;
use crate::index::objects::{Attributes, NewObject, Origin, WriteConditions};
use crate::intake::{Claims, receive};
use crate::notification::encode;

/// The most that one request may bring (S3 User Guide, limits).
pub const MAX_PUT: u64 = 5 << 30;

/// Takes headers and user metadata out of an s3s input.
macro_rules! attributes {
    ($input:expr) => {
        $crate::index::objects::Attributes {
            content_type: $input.content_type.clone(),
            content_disposition: $input.content_disposition.clone(),
            content_encoding: $crate::backend::put::without_chunking(
                $input.content_encoding.as_deref(),
            ),
            content_language: $input.content_language.clone(),
            cache_control: $input.cache_control.clone(),
            expires: $input
                .expires
                .as_ref()
                .and_then($crate::backend::put::http_date),
            metadata: $input
                .metadata
                .clone()
                .unwrap_or_default()
                .into_iter()
                .collect(),
        }
    };
}
pub(super) use attributes;

/// `aws-chunked` is how the body travelled, not what it is; a browser that gets it back fails.
pub fn without_chunking(encoding: Option<&str>) -> Option<String> {
    let kept: Vec<&str> = encoding?
        .split(',')
        .map(str::trim)
        .filter(|token| *token != "aws-chunked")
        .collect();
    (!kept.is_empty() && kept != [""]).then(|| kept.join(","))
}

pub fn http_date(timestamp: &Timestamp) -> Option<String> {
    let mut text = Vec::new();
    timestamp
        .format(TimestampFormat::HttpDate, &mut text)
        .ok()?;
    String::from_utf8(text).ok()
}

/// Refuses what is not kept here: keys of the customer's own, and more metadata than S3 takes.
pub fn check_attributes(
    attributes: &Attributes,
    encryption: Option<&ServerSideEncryption>,
) -> S3Result<()> {
    if encryption.is_some_and(|encryption| encryption.as_str() != ServerSideEncryption::AES256) {
        return Err(refuse(
            S3ErrorCode::NotImplemented,
            "Only encryption with AES256 is implemented.",
        ));
    }
    let length: usize = attributes
        .metadata
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    if length > 2048 {
        let said = "Your metadata headers exceed the maximum allowed metadata size";
        return Err(refuse(S3ErrorCode::MetadataTooLarge, said));
    }
    Ok(())
}

pub fn storage_class(class: Option<&StorageClass>) -> String {
    class
        .map_or(StorageClass::STANDARD, StorageClass::as_str)
        .to_owned()
}

/// Refuses more bytes than one request may bring.
pub fn check_length(length: Option<i64>) -> S3Result<()> {
    if length.is_some_and(|length| length > super::size(MAX_PUT)) {
        let said = "Your proposed upload exceeds the maximum allowed object size.";
        return Err(refuse(S3ErrorCode::EntityTooLarge, said));
    }
    Ok(())
}

/// The object that a request brings, before its bytes.
fn described(backend: &Backend, caller: &Caller, input: &PutObjectInput) -> S3Result<NewObject> {
    let resource = object_arn(&input.bucket, &input.key);
    let object = NewObject {
        class: storage_class(input.storage_class.as_ref()),
        attributes: attributes!(input),
        tags: tags::brought(backend, caller, input.tagging.as_deref(), &resource)?,
        ..NewObject::default()
    };
    check_attributes(&object.attributes, input.server_side_encryption.as_ref())?;
    check_length(input.content_length)?;
    Ok(object)
}

/// `PutObject`, and `PostObject` once s3s has checked its form.
pub async fn object(
    backend: &Backend,
    mut request: S3Request<PutObjectInput>,
) -> S3Result<S3Response<PutObjectOutput>> {
    let caller = caller(&request)?;
    let body = request.input.body.take();
    let input = &request.input;
    let is_form = request.method == http::Method::POST;
    if is_form {
        backend.access.require(
            &caller,
            "s3:PutObject",
            &object_arn(&input.bucket, &input.key),
        )?;
    }
    let mut object = described(backend, &caller, input)?;
    let (length, md5) = (input.content_length, input.content_md5.as_deref());
    let claims = Claims::of(&request, length, md5, given_checksums!(input))?;
    let conditions = WriteConditions {
        if_match: input.if_match.clone(),
        if_none_match: input.if_none_match.clone(),
    };
    may_begin(backend, &input.bucket, &input.key, &conditions).await?;

    let algorithm = claims.algorithm().unwrap_or(Algorithm::Crc64Nvme);
    let received = receive(&backend.index, body, vec![algorithm]).await?;
    claims.verify(&received.digested)?;
    object.summed(&received.digested, algorithm);
    let mut response = answer(
        &object,
        is_form.then(|| format!("/{}/{}", input.bucket, encode(&input.key))),
    );
    let input = request.input;
    let stored = backend.run(move |index| {
        received.commit(index, |change, content| {
            object.content = content;
            let event = if is_form {
                "ObjectCreated:Post"
            } else {
                "ObjectCreated:Put"
            };
            let origin = Origin {
                event,
                principal: &caller.0,
            };
            change.put_object(&input.bucket, &input.key, &conditions, &object, origin)
        })
    });
    response.output.version_id = stored.await?;
    Ok(response)
}

/// A form's answer has in its headers what has no place in its body.
fn answer(object: &NewObject, location: Option<String>) -> S3Response<PutObjectOutput> {
    let mut output = PutObjectOutput {
        e_tag: Some(etag(&object.etag)),
        server_side_encryption: Some(encrypted()),
        ..PutObjectOutput::default()
    };
    set_checksum!(output, &object.checksum);
    let mut response = S3Response::new(output);
    if let Some(location) = location.and_then(|location| location.try_into().ok())
        && let Ok(etag) = format!("\"{}\"", object.etag).try_into()
    {
        response.headers.insert(http::header::LOCATION, location);
        response.headers.insert(http::header::ETAG, etag);
    }
    response
}

/// A look before the body is read; the commit asks again.
async fn may_begin(
    backend: &Backend,
    bucket: &str,
    key: &str,
    conditions: &WriteConditions,
) -> S3Result<()> {
    let (bucket, key, conditions) = (bucket.to_owned(), key.to_owned(), conditions.clone());
    let looked = backend.run(move |index| {
        index.look(|connection| {
            buckets::versioning(connection, &bucket)?;
            conditions.check(connection, &bucket, &key)
        })
    });
    looked.await
}
