//! Where a request came from and to, as far as the gateway vouches for it.

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;
use lambda_http::RequestExt as _;
use lambda_http::request::RequestContext;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};

/// The site a request was sent to, and the address it came from. An extractor that never fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// `https://host`, without a slash at the end: what links to give away start with.
    pub origin: String,
    /// Whether the browser speaks TLS with it. Plain only on one's own machine.
    pub secure: bool,
    /// The visitor's address as the gateway saw it; never a header a visitor can write.
    pub address: IpAddr,
}

impl Site {
    /// Reads it from a request that came through the gateway.
    #[must_use]
    pub fn of(parts: &Parts) -> Self {
        let context = match parts.request_context_ref() {
            Some(RequestContext::ApiGatewayV2(context)) => Some(context),
            _ => None,
        };
        let host = header(&parts.headers, "host")
            .or_else(|| context.and_then(|c| c.domain_name.as_deref()))
            .or_else(|| parts.uri.authority().map(http::uri::Authority::as_str))
            .unwrap_or("localhost");
        let secure = match header(&parts.headers, "x-forwarded-proto") {
            Some(proto) => proto != "http",
            None => !loopback(host),
        };
        let address = context
            .and_then(|c| c.http.source_ip.as_deref())
            .and_then(|ip| ip.parse().ok())
            .unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        let scheme = if secure { "https" } else { "http" };
        Self {
            origin: format!("{scheme}://{host}"),
            secure,
            address,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Site {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn loopback(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, port)| {
        if port.bytes().all(|c| c.is_ascii_digit()) {
            name
        } else {
            host
        }
    });
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(headers: &[(&str, &str)]) -> Site {
        let mut request = http::Request::builder().uri("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Site::of(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn a_site_is_secure_unless_the_gateway_says_otherwise() {
        let s = site(&[("host", "photos.example.com")]);
        assert_eq!(
            (s.origin.as_str(), s.secure),
            ("https://photos.example.com", true)
        );
        let s = site(&[("host", "127.0.0.1:3000")]);
        assert_eq!(
            (s.origin.as_str(), s.secure),
            ("http://127.0.0.1:3000", false)
        );
        assert!(!site(&[("host", "192.168.1.4:3000"), ("x-forwarded-proto", "http")]).secure);
        assert!(!site(&[("host", "[::1]:3000")]).secure);
        assert!(site(&[("host", "localhost.example.com")]).secure);
    }

    /// the leftmost X-Forwarded-For is whatever a visitor writes there.
    #[test]
    fn a_forwarded_header_does_not_change_the_address() {
        let s = site(&[("host", "x"), ("x-forwarded-for", "203.0.113.9")]);
        assert!(s.address.is_unspecified());
    }
}
