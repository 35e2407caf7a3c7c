//! A body on its way to the disk: written and summed as it comes, compared with what the client claimed.

use std::io;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures::StreamExt as _;
use s3s::dto::StreamingBlob;
use s3s::{S3Error, S3ErrorCode, S3Request, S3Result, StdError, TrailingHeaders};
use tokio::sync::mpsc;

use crate::digest::{Algorithm, Digested, Digests, decode};
use crate::fault::{Fault, refuse, signature_does_not_match};
use crate::files::{Incoming, Segment};
use crate::index::{Change, Index};

/// What a client says its body is.
#[derive(Debug, Default)]
pub struct Claims {
    length: Option<u64>,
    md5: Option<Vec<u8>>,
    sum: Option<(Algorithm, String)>,
    trailer: Option<(Algorithm, TrailingHeaders)>,
}

impl Claims {
    /// What the headers of a request claim; refused as AWS refuses contradictions.
    pub fn of<T>(
        request: &S3Request<T>,
        length: Option<i64>,
        md5: Option<&str>,
        mut sums: Vec<(Algorithm, String)>,
    ) -> S3Result<Self> {
        let invalid = |said: String| refuse(S3ErrorCode::InvalidRequest, said);
        if sums.len() > 1 {
            let said = "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.";
            return Err(invalid(said.to_owned()));
        }
        let sum = sums.pop();
        if let Some((algorithm, value)) = &sum
            && decode(*algorithm, value).is_none()
        {
            return Err(invalid(format!(
                "Value for {} header is invalid.",
                algorithm.header()
            )));
        }
        let header = |name: &str| {
            request
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let trailer = header("x-amz-trailer")
            .and_then(Algorithm::of_header)
            .zip(request.trailing_headers.clone());
        let claims = Self {
            length: length.and_then(|length| u64::try_from(length).ok()),
            sum,
            trailer,
            md5: None,
        };
        if let Some(named) = header("x-amz-sdk-checksum-algorithm") {
            match claims.algorithm() {
                None => {
                    let said = "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or \
                                x-amz-trailer headers were found.";
                    return Err(invalid(said.to_owned()));
                }
                Some(algorithm) if Algorithm::named(named) != Some(algorithm) => {
                    return Err(invalid(
                        "Value for x-amz-sdk-checksum-algorithm header is invalid.".to_owned(),
                    ));
                }
                Some(_) => {}
            }
        }
        Ok(Self {
            md5: md5.map(decode_md5).transpose()?,
            ..claims
        })
    }

    /// The algorithm of the checksum that the client sent or will send.
    pub fn algorithm(&self) -> Option<Algorithm> {
        let given = self.sum.as_ref().map(|(algorithm, _)| *algorithm);
        given.or_else(|| self.trailer.as_ref().map(|(algorithm, _)| *algorithm))
    }

    /// Compares the claims with what arrived. A trailer can be read only now.
    pub fn verify(&self, found: &Digested) -> S3Result<()> {
        if self.length.is_some_and(|length| length != found.size) {
            return Err(incomplete_body());
        }
        if self.md5.as_ref().is_some_and(|md5| *md5 != found.md5) {
            let said = "The Content-MD5 you specified did not match what we received.";
            return Err(refuse(S3ErrorCode::BadDigest, said));
        }
        if let Some((algorithm, value)) = &self.sum {
            same(*algorithm, value, found)?;
        }
        if let Some((algorithm, trailing)) = &self.trailer {
            let trailers = trailing.take().unwrap_or_default();
            let value = trailers.get(algorithm.header()).and_then(|value| value.to_str().ok()).ok_or_else(|| {
                let said = "The request contained trailing data that was not well-formed or did not conform to our \
                            published schema.";
                refuse(S3ErrorCode::Custom("MalformedTrailerError".into()), said)
            });
            same(*algorithm, value?.trim(), found)?;
        }
        Ok(())
    }
}

fn decode_md5(value: &str) -> S3Result<Vec<u8>> {
    STANDARD
        .decode(value)
        .ok()
        .filter(|md5| md5.len() == 16)
        .ok_or_else(|| {
            refuse(
                S3ErrorCode::InvalidDigest,
                "The Content-MD5 you specified was invalid.",
            )
        })
}

fn same(algorithm: Algorithm, claimed: &str, found: &Digested) -> S3Result<()> {
    if found.value(algorithm) == Some(claimed) {
        return Ok(());
    }
    let name = algorithm.name();
    let said = format!("The {name} you specified did not match the calculated checksum.");
    Err(refuse(S3ErrorCode::BadDigest, said))
}

fn incomplete_body() -> S3Error {
    let said =
        "You did not provide the number of bytes specified by the Content-Length HTTP header";
    refuse(S3ErrorCode::IncompleteBody, said)
}

/// A body that has arrived.
pub struct Received {
    incoming: Incoming,
    pub digested: Digested,
}

enum Piece {
    Bytes(Bytes),
    End,
}

/// Writes a body to a file of its own, a few pieces ahead at most, and sums it with `wanted`.
pub async fn receive(
    index: &Index,
    body: Option<StreamingBlob>,
    wanted: Vec<Algorithm>,
) -> S3Result<Received> {
    let (pieces, mut arriving) = mpsc::channel(16);
    let files = index.files.clone();
    let writing = tokio::task::spawn_blocking(move || -> io::Result<Option<Received>> {
        let mut incoming = files.incoming()?;
        let mut digests = Digests::new(&wanted);
        while let Some(piece) = arriving.blocking_recv() {
            match piece {
                Piece::Bytes(bytes) => {
                    digests.update(&bytes);
                    incoming.write(&bytes)?;
                }
                Piece::End => {
                    return Ok(Some(Received {
                        incoming,
                        digested: digests.finish(),
                    }));
                }
            }
        }
        // The sender is gone without an end: the request was abandoned, and the file goes with it.
        Ok(None)
    });
    if let Some(mut body) = body {
        while let Some(bytes) = body.next().await {
            let bytes = bytes.map_err(|error| broken_body(&error))?;
            if pieces.send(Piece::Bytes(bytes)).await.is_err() {
                break;
            }
        }
    }
    // If the writer stopped early, what it returns says why.
    let _ = pieces.send(Piece::End).await;
    match writing.await {
        Ok(Ok(Some(received))) => Ok(received),
        Ok(Err(error)) => Err(Fault::File(error).into()),
        Ok(Ok(None)) | Err(_) => Err(incomplete_body()),
    }
}

/// s3s keeps its body errors private; their text is all there is to tell them apart.
fn broken_body(error: &StdError) -> S3Error {
    let text = error.to_string();
    if text.contains("Sha256Mismatch") {
        let said = "The provided 'x-amz-content-sha256' header does not match what was computed.";
        return refuse(
            S3ErrorCode::Custom("XAmzContentSHA256Mismatch".into()),
            said,
        );
    }
    if text.contains("SignatureMismatch") {
        return signature_does_not_match();
    }
    incomplete_body()
}

impl Received {
    /// Moves the bytes to their place and then commits `work`, which names them; a refusal takes them away again.
    pub fn commit<T>(
        self,
        index: &Arc<Index>,
        work: impl FnOnce(&mut Change<'_>, Vec<Segment>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let blob = index.files.keep(self.incoming)?;
        let content = vec![Segment {
            blob: blob.clone(),
            start: 0,
            len: self.digested.size,
        }];
        let done = index.change(|change| work(change, content));
        // After any other failure the row may be there: the next start decides.
        if matches!(done, Err(Fault::Refused(_))) {
            index.files.remove(&blob);
        }
        done
    }
}
