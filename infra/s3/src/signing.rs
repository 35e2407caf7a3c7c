//! What AWS asks of a signed request and s3s does not.

use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue, Request};
use percent_encoding::percent_decode_str;
use s3s::{S3Error, S3ErrorCode};

use crate::fault::{refuse, signature_does_not_match};

/// The parameters of a presigned query (AWS `SigV4`, query string parameters).
const OF_A_LINK: [&str; 6] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
];

/// Seconds of the longest link.
const WEEK: u64 = 604_800;

fn parameters(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn parameter(query: &str, name: &str) -> Option<String> {
    parameters(query)
        .find(|(given, _)| *given == name)
        .map(|(_, value)| decoded(value))
}

/// Refuses signature version 2, presigned links with parts missing or for more than a week, and `x-amz-` headers that a
/// link was not signed for.
pub fn check<B>(request: &Request<B>) -> Result<(), S3Error> {
    let authorization = request
        .headers()
        .get(AUTHORIZATION)
        .map(HeaderValue::as_bytes);
    let query = request.uri().query().unwrap_or_default();
    if authorization.is_some_and(|given| given.starts_with(b"AWS "))
        || parameter(query, "Signature").is_some()
    {
        let said = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
        return Err(refuse(S3ErrorCode::InvalidRequest, said));
    }
    if OF_A_LINK
        .iter()
        .any(|name| parameter(query, name).is_some())
    {
        return check_link(request, query);
    }
    Ok(())
}

fn check_link<B>(request: &Request<B>, query: &str) -> Result<(), S3Error> {
    let malformed =
        |said: &'static str| refuse(S3ErrorCode::AuthorizationQueryParametersError, said);
    if OF_A_LINK
        .iter()
        .any(|name| parameter(query, name).is_none())
    {
        return Err(malformed(
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, \
             X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
        ));
    }
    let seconds = parameter(query, "X-Amz-Expires").and_then(|seconds| seconds.parse::<u64>().ok());
    match seconds {
        None => return Err(malformed("X-Amz-Expires should be a number")),
        Some(seconds) if seconds > WEEK => {
            return Err(malformed(
                "X-Amz-Expires must be less than a week (in seconds) that is 604800",
            ));
        }
        Some(_) => {}
    }
    let signature = parameter(query, "X-Amz-Signature").unwrap_or_default();
    if signature.len() != 64
        || !signature
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    {
        return Err(signature_does_not_match());
    }
    let signed = parameter(query, "X-Amz-SignedHeaders").unwrap_or_default();
    let free = |name: &str| {
        matches!(
            name,
            "x-amz-content-sha256" | "x-amz-date" | "x-amz-user-agent"
        )
    };
    let unsigned = |name: &str| {
        name.starts_with("x-amz-") && !free(name) && !signed.split(';').any(|signed| signed == name)
    };
    if request
        .headers()
        .keys()
        .map(HeaderName::as_str)
        .any(unsigned)
    {
        let said = "There were headers present in the request which were not signed";
        return Err(refuse(S3ErrorCode::AccessDenied, said));
    }
    Ok(())
}

/// S3 reads `x-amz-` parameters of a presigned query as the headers of that name.
pub fn hoist<B>(request: &mut Request<B>) {
    const OF_THE_SIGNATURE: [&str; 8] = [
        "x-amz-algorithm",
        "x-amz-credential",
        "x-amz-date",
        "x-amz-expires",
        "x-amz-signedheaders",
        "x-amz-signature",
        "x-amz-security-token",
        "x-amz-content-sha256",
    ];
    let query = request.uri().query().unwrap_or_default().to_owned();
    if !parameters(&query).any(|(name, _)| name == "X-Amz-Signature") {
        return;
    }
    for (name, value) in parameters(&query) {
        let name = decoded(name).to_ascii_lowercase();
        if !name.starts_with("x-amz-") || OF_THE_SIGNATURE.contains(&name.as_str()) {
            continue;
        }
        let value = HeaderValue::from_str(&decoded(value));
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), value)
            && !request.headers().contains_key(&name)
        {
            request.headers_mut().insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "/b/k?X-Amz-Algorithm=a&X-Amz-Credential=c&X-Amz-Date=d&X-Amz-Expires=60\
                        &X-Amz-SignedHeaders=host%3Bx-amz-meta-a&x-amz-acl=private&X-Amz-Signature=";

    fn link(signature: &str) -> Request<()> {
        Request::get(format!("{LINK}{signature}")).body(()).unwrap()
    }

    fn refusal(request: &Request<()>) -> Option<String> {
        check(request)
            .err()
            .map(|error| error.code().as_str().to_owned())
    }

    #[test]
    fn a_link_is_refused_for_what_it_lacks() {
        let whole = "0f".repeat(32);
        assert_eq!(refusal(&link(&whole)), None);
        for broken in ["", "0f", "zz", &whole.to_uppercase()] {
            assert_eq!(
                refusal(&link(broken)).as_deref(),
                Some("SignatureDoesNotMatch")
            );
        }
        let without = link(&whole).uri().to_string().replace("X-Amz-Date=d&", "");
        let without = Request::get(without).body(()).unwrap();
        assert_eq!(
            refusal(&without).as_deref(),
            Some("AuthorizationQueryParametersError")
        );
    }

    #[test]
    fn only_signed_headers_may_come_with_a_link() {
        let mut request = link(&"0f".repeat(32));
        request
            .headers_mut()
            .insert("x-amz-meta-a", HeaderValue::from_static("1"));
        assert_eq!(refusal(&request), None);
        request
            .headers_mut()
            .insert("x-amz-meta-b", HeaderValue::from_static("1"));
        assert_eq!(refusal(&request).as_deref(), Some("AccessDenied"));
    }

    #[test]
    fn parameters_of_a_link_count_as_headers() {
        let mut request = link(&"0f".repeat(32));
        hoist(&mut request);
        assert_eq!(request.headers().len(), 1);
        assert_eq!(request.headers()["x-amz-acl"], "private");
    }
}
