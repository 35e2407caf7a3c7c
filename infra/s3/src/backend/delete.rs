//! `DeleteObject` and `DeleteObjects`.

use s3s::dto::*;
use s3s::{S3Error, S3ErrorCode, S3Request, S3Response, S3Result};

use super::{Backend, caller};
use crate::access::{Caller, access_denied, object_arn};
use crate::fault::{Fault, refuse};
use crate::index::buckets;
use crate::index::objects::WriteConditions;
use crate::index::removal::Deleted;

/// `DeleteObject`.
pub async fn object(
    backend: &Backend,
    request: S3Request<DeleteObjectInput>,
) -> S3Result<S3Response<DeleteObjectOutput>> {
    let caller = caller(&request)?;
    let input = request.input;
    let deleted = backend.run(move |index| {
        let conditions = WriteConditions {
            if_match: input.if_match,
            if_none_match: None,
        };
        index.change(|change| {
            let version = input.version_id.as_deref();
            change.delete_object(&input.bucket, &input.key, version, &conditions, &caller.0)
        })
    });
    let Deleted { version, marker } = deleted.await?;
    let output = DeleteObjectOutput {
        delete_marker: marker.then_some(true),
        version_id: version,
        ..DeleteObjectOutput::default()
    };
    Ok(S3Response::with_status(
        output,
        http::StatusCode::NO_CONTENT,
    ))
}

/// `DeleteObjects`: up to a thousand keys, each allowed or refused by itself.
pub async fn objects(
    backend: &Backend,
    request: S3Request<DeleteObjectsInput>,
) -> S3Result<S3Response<DeleteObjectsOutput>> {
    let caller = caller(&request)?;
    let input = request.input;
    let wanted = input.delete.objects;
    if wanted.is_empty() || wanted.len() > 1000 {
        let said = "The XML you provided was not well-formed or did not validate against our published schema";
        return Err(refuse(S3ErrorCode::MalformedXML, said));
    }
    let bucket = input.bucket;
    let (allowed, refused): (Vec<_>, Vec<_>) = wanted
        .into_iter()
        .partition(|object| may_delete(backend, &caller, &bucket, object));
    let mut errors: Vec<Error> = refused
        .into_iter()
        .map(|object| entry(object, &access_denied()))
        .collect();
    let worked = backend.run(move |index| {
        index.change(|change| {
            buckets::versioning(&change.tx, &bucket)?;
            let mut done = Vec::new();
            for object in allowed {
                let conditions = WriteConditions {
                    if_match: object.e_tag.clone().map(ETagCondition::ETag),
                    if_none_match: None,
                };
                let version = object.version_id.as_deref();
                match change.delete_object(&bucket, &object.key, version, &conditions, &caller.0) {
                    Ok(deleted) => done.push((object, Ok(deleted))),
                    Err(Fault::Refused(error)) => done.push((object, Err(error))),
                    Err(fault) => return Err(fault),
                }
            }
            Ok(done)
        })
    });
    let mut deleted = Vec::new();
    for (object, outcome) in worked.await? {
        match outcome {
            Ok(done) => deleted.push(confirmed(object, done)),
            Err(error) => errors.push(entry(object, &error)),
        }
    }
    let quiet = input.delete.quiet.unwrap_or(false);
    Ok(S3Response::new(DeleteObjectsOutput {
        deleted: (!quiet && !deleted.is_empty()).then_some(deleted),
        errors: (!errors.is_empty()).then_some(errors),
        ..DeleteObjectsOutput::default()
    }))
}

fn may_delete(backend: &Backend, caller: &Caller, bucket: &str, object: &ObjectIdentifier) -> bool {
    let action = if object.version_id.is_some() {
        "s3:DeleteObjectVersion"
    } else {
        "s3:DeleteObject"
    };
    backend
        .access
        .allows(caller, action, &object_arn(bucket, &object.key))
}

fn confirmed(object: ObjectIdentifier, done: Deleted) -> DeletedObject {
    DeletedObject {
        delete_marker: done.marker.then_some(true),
        delete_marker_version_id: done.version.filter(|_| done.marker),
        key: Some(object.key),
        version_id: object.version_id,
    }
}

fn entry(object: ObjectIdentifier, error: &S3Error) -> Error {
    Error {
        code: Some(error.code().as_str().to_owned()),
        key: Some(object.key),
        message: error.message().map(str::to_owned),
        version_id: object.version_id,
    }
}
