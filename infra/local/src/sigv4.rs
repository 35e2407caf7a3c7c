//! Signature Version 4 in a request's headers, verified: the door of `DynamoDB` and SES. (S3 has its own.)

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use http::request::Parts;
use jiff::{SignedDuration, Timestamp};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use crate::data::AccessPair;

/// RFC 3986's unreserved characters stay as they are.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// AWS accepts clocks that differ by this much.
const SKEW: SignedDuration = SignedDuration::from_mins(15);

/// Why a request is refused; each is one of AWS's error types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No `Authorization`.
    Missing,
    /// `Authorization` lacks a part.
    Incomplete,
    /// Nobody has this access key.
    UnknownKey,
    /// The signature is another's, or the request was changed on its way.
    Mismatch,
    /// Signed for another region, service or day.
    Scope,
    /// Signed too long ago, or in the future.
    Expired,
}

impl Refusal {
    /// AWS's name of the error.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "MissingAuthenticationTokenException",
            Self::Incomplete => "IncompleteSignatureException",
            Self::UnknownKey => "UnrecognizedClientException",
            Self::Mismatch | Self::Scope | Self::Expired => "InvalidSignatureException",
        }
    }

    /// AWS's sentence.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::Missing => "Request is missing Authentication Token",
            Self::Incomplete => {
                "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters."
            }
            Self::UnknownKey => "The security token included in the request is invalid.",
            Self::Mismatch => {
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                 Access Key and signing method. Consult the service documentation for details."
            }
            Self::Scope => {
                "Credential should be scoped to a valid region and to the correct service."
            }
            Self::Expired => {
                "Signature expired or not yet current: the request's time is too far from this clock."
            }
        }
    }
}

/// Knows every key and verifies what they signed. Clones share the keys.
#[derive(Clone, Debug)]
pub struct Verifier {
    region: String,
    service: &'static str,
    keys: Arc<RwLock<BTreeMap<String, (String, AccessPair)>>>,
}

impl Verifier {
    /// A verifier for one service in one region.
    #[must_use]
    pub fn new(region: &str, service: &'static str, keys: &BTreeMap<String, AccessPair>) -> Self {
        let by_id = keys
            .iter()
            .map(|(principal, pair)| (pair.id.clone(), (principal.clone(), pair.clone())));
        Self {
            region: region.to_owned(),
            service,
            keys: Arc::new(RwLock::new(by_id.collect())),
        }
    }

    /// Who signed the request: the developer or a function's logical id.
    ///
    /// # Errors
    /// Nobody did, or not this request; see [`Refusal`].
    pub fn verify(&self, parts: &Parts, body: &[u8], now: Timestamp) -> Result<String, Refusal> {
        let header = header(&parts.headers, "authorization").ok_or(Refusal::Missing)?;
        let claim = Claim::parse(&header).ok_or(Refusal::Incomplete)?;
        let stamp = header_value(parts, "x-amz-date").ok_or(Refusal::Incomplete)?;
        let time =
            jiff::fmt::strtime::parse("%Y%m%dT%H%M%SZ", &stamp).and_then(|time| time.to_datetime());
        let time = time
            .and_then(|time| time.to_zoned(jiff::tz::TimeZone::UTC))
            .map_err(|_| Refusal::Incomplete)?;
        let (principal, pair) = {
            let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
            keys.get(claim.key).cloned().ok_or(Refusal::UnknownKey)?
        };
        if claim.region != self.region
            || claim.service != self.service
            || !stamp.starts_with(claim.day)
        {
            return Err(Refusal::Scope);
        }
        if now.duration_since(time.timestamp()).abs() > SKEW {
            return Err(Refusal::Expired);
        }
        // an unsigned host or target could be swapped
        let host_signed = claim.signed_headers.split(';').any(|name| name == "host");
        let digest = hex::encode(Sha256::digest(body));
        let told = header_value(parts, "x-amz-content-sha256");
        if !host_signed || told.is_some_and(|told| told != digest) {
            return Err(Refusal::Mismatch);
        }
        let request =
            canonical_request(parts, claim.signed_headers, &digest).ok_or(Refusal::Mismatch)?;
        let scope = format!(
            "{}/{}/{}/aws4_request",
            claim.day, claim.region, claim.service
        );
        let request = hex::encode(Sha256::digest(request.as_bytes()));
        let to_sign = format!("AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{request}");
        let mut key = sign(
            format!("AWS4{}", pair.secret).as_bytes(),
            claim.day.as_bytes(),
        );
        for part in [claim.region, claim.service, "aws4_request"] {
            key = sign(&key.finalize().into_bytes(), part.as_bytes());
        }
        let signature = hex::decode(claim.signature).map_err(|_| Refusal::Mismatch)?;
        let expected = sign(&key.finalize().into_bytes(), to_sign.as_bytes());
        // compares in constant time
        expected
            .verify_slice(&signature)
            .map_err(|_| Refusal::Mismatch)?;
        Ok(principal)
    }
}

/// The parts of an `Authorization` header.
struct Claim<'a> {
    key: &'a str,
    day: &'a str,
    region: &'a str,
    service: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

impl<'a> Claim<'a> {
    fn parse(header: &'a str) -> Option<Self> {
        let fields = header.strip_prefix("AWS4-HMAC-SHA256")?;
        let field = |name: &str| {
            let mut fields = fields.split(',').map(str::trim);
            fields.find_map(|field| field.strip_prefix(name)?.strip_prefix('='))
        };
        let credential: Vec<&str> = field("Credential")?.split('/').collect();
        let [key, day, region, service, "aws4_request"] = credential[..] else {
            return None;
        };
        Some(Self {
            key,
            day,
            region,
            service,
            signed_headers: field("SignedHeaders")?,
            signature: field("Signature")?,
        })
    }
}

/// Task 1 of the signing process; every service but S3 encodes the path twice.
fn canonical_request(parts: &Parts, signed_headers: &str, digest: &str) -> Option<String> {
    let path: Vec<String> = parts
        .uri
        .path()
        .split('/')
        .map(|segment| utf8_percent_encode(segment, ENCODED).to_string())
        .collect();
    let encode = |text: &str| {
        let plain = percent_encoding::percent_decode_str(text).collect::<Vec<u8>>();
        percent_encoding::percent_encode(&plain, ENCODED).to_string()
    };
    let query = parts.uri.query().unwrap_or_default();
    let mut query: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (encode(name), encode(value)))
        .collect();
    query.sort();
    let query: Vec<String> = query
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let mut headers = String::new();
    for name in signed_headers.split(';') {
        headers.push_str(&format!("{name}:{}\n", header_value(parts, name)?));
    }
    let (method, path, query) = (&parts.method, path.join("/"), query.join("&"));
    Some(format!(
        "{method}\n{path}\n{query}\n{headers}\n{signed_headers}\n{digest}"
    ))
}

fn header_value(parts: &Parts, name: &str) -> Option<String> {
    header(&parts.headers, name)
}

/// All values of a header, trimmed, inner runs of spaces as one, joined with commas.
fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut values = headers.get_all(name).iter().peekable();
    values.peek()?;
    let texts: Option<Vec<String>> = values
        .map(|value| {
            Some(
                value
                    .to_str()
                    .ok()?
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" "),
            )
        })
        .collect();
    Some(texts?.join(","))
}

fn sign(key: &[u8], text: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(text);
    mac
}
