//! Cookies that only their own site sends back: `__Host-`, `Secure`, `HttpOnly`, `SameSite=Lax`, `Path=/`.
//!
//! On plain HTTP, which is one's own machine only, browsers refuse `__Host-` and `Secure`: there the names are bare.

use crate::site::Site;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponseParts, ResponseParts};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use http::request::Parts;
use jiff::SignedDuration;
use std::convert::Infallible;

/// What a browser takes from this host alone, for all of it, over TLS (RFC 6265bis).
const HOST: &str = "__Host-";

/// The request's cookies, and what the response changes of them. Return it beside the body.
#[derive(Debug, Clone)]
pub struct Cookies {
    secure: bool,
    jar: CookieJar,
}

impl Cookies {
    /// Reads them from a request.
    #[must_use]
    pub fn of(parts: &Parts) -> Self {
        Self {
            secure: Site::of(parts).secure,
            jar: CookieJar::from_headers(&parts.headers),
        }
    }

    /// The value of a cookie that was set under this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.jar.get(&self.full(name)).map(Cookie::value)
    }

    /// Names and values of the cookies whose name begins so; names as they were set.
    pub fn named<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let before = if self.secure { HOST } else { "" };
        self.jar.iter().filter_map(move |cookie| {
            let name = cookie.name().strip_prefix(before)?;
            name.starts_with(prefix).then(|| (name, cookie.value()))
        })
    }

    /// Sets a cookie; without `life` it ends with the browser's session.
    #[must_use]
    pub fn set(self, name: &str, value: impl Into<String>, life: Option<SignedDuration>) -> Self {
        let mut cookie = self.cookie(name, value.into());
        if let Some(life) = life {
            cookie.set_max_age(time::Duration::seconds(life.as_secs()));
        }
        Self {
            jar: self.jar.add(cookie),
            ..self
        }
    }

    /// Removes a cookie from the browser.
    #[must_use]
    pub fn remove(self, name: &str) -> Self {
        let cookie = self.cookie(name, String::new());
        Self {
            jar: self.jar.remove(cookie),
            ..self
        }
    }

    fn cookie(&self, name: &str, value: String) -> Cookie<'static> {
        Cookie::build((self.full(name), value))
            .path("/")
            .secure(self.secure)
            .http_only(true)
            .same_site(SameSite::Lax)
            .build()
    }

    fn full(&self, name: &str) -> String {
        if self.secure {
            format!("{HOST}{name}")
        } else {
            name.to_owned()
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Cookies {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

impl IntoResponseParts for Cookies {
    type Error = Infallible;
    fn into_response_parts(self, response: ResponseParts) -> Result<ResponseParts, Infallible> {
        self.jar.into_response_parts(response)
    }
}
