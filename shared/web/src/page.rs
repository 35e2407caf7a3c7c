//! What every page knows, and how a template becomes a response.

use askama::Template;
use axum::response::{IntoResponse as _, Response};
use domain::access::{Arrival, Subject};
use domain::gallery::Gallery;
use http::{StatusCode, header};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What `layout.html` needs; every template that extends it has a field `page` of this type.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The studio's name, in the head and the foot of every page (L7).
    pub studio: &'a str,
    /// A client's page: its foot leads to the question form, about this path; empty: about nothing in particular (S36).
    pub ask: Option<&'a str>,
    /// Stands above everything while the studio looks as somebody else (P36).
    pub banner: Option<&'a Banner>,
}

/// *View as*: whom the page is seen as, and the way out (P36).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Banner {
    /// Whom, in words: an address, a group's name, "anybody with the link".
    pub whom: String,
    /// Where *Leave* goes.
    pub leave: String,
}

impl Banner {
    /// Whom the studio looks as, and the way back to the table it came from; none for everyone else.
    #[must_use]
    pub fn of(gallery: &Gallery, arrival: &Arrival) -> Option<Self> {
        let Arrival::Preview(subject) = arrival else {
            return None;
        };
        let whom = match subject {
            Subject::Anybody => "anybody with the link".to_owned(),
            Subject::Person(email) => email.as_str().to_owned(),
            Subject::Group(_) => "a member of a group".to_owned(),
            Subject::Guest(_) => "a guest".to_owned(),
        };
        let leave = format!("/studio/galleries/{}/authorizations", gallery.id);
        Some(Self { whom, leave })
    }
}

impl<'a> Page<'a> {
    /// The page of this studio.
    #[must_use]
    pub fn new(studio: &'a str) -> Self {
        Self {
            studio,
            ask: None,
            banner: None,
        }
    }

    /// A client's page, from which the studio can be asked about a path.
    #[must_use]
    pub fn asking(self, about: &'a str) -> Self {
        Self {
            ask: Some(about),
            ..self
        }
    }

    /// The page with the banner, if there is one.
    #[must_use]
    pub fn with_banner(self, banner: Option<&'a Banner>) -> Self {
        Self { banner, ..self }
    }
}

/// The question form's address, about a path; empty: about nothing in particular (S36). A gallery and an invitation have
/// a form of their own: their secret stays where it is and never stands in a query, which logs and histories keep.
#[must_use]
pub fn ask_about(path: &str) -> String {
    match (secret(path), path) {
        (Some(page), _) => format!("{page}/ask"),
        (None, "") => "/ask".into(),
        (None, path) => format!("/ask?about={}", utf8_percent_encode(path, VALUE)),
    }
}

/// Signing in as a client, and on to a path afterwards; the same holds for secrets as in [`ask_about`].
#[must_use]
pub fn sign_in_for(path: &str) -> String {
    match secret(path) {
        Some(gallery) if gallery.starts_with("/g/") => format!("{gallery}/sign-in"),
        // its own page asks who is there
        Some(invitation) => invitation.to_owned(),
        None => format!("/sign-in?then={}", utf8_percent_encode(path, VALUE)),
    }
}

/// `/g/{link}` or `/i/{token}` of a path in that gallery or invitation.
fn secret(path: &str) -> Option<&str> {
    let rest = ["/g/", "/i/"].iter().find_map(|at| path.strip_prefix(at))?;
    let length = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    (length > 0).then(|| &path[..path.len() - rest.len() + length])
}

/// What the value of a query may not carry as it is: WHATWG URL's query set, and what parts values.
const VALUE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'&')
    .add(b'+')
    .add(b'%')
    .add(b'=');

/// Renders a page. A template that cannot be rendered is a fault.
pub fn html(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(body) => {
            let kind = (header::CONTENT_TYPE, "text/html; charset=utf-8");
            (status, [kind], body).into_response()
        }
        Err(fault) => crate::Failure::fault(fault).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// a gallery's link and an invitation's token stand in the path they belong to, and in no query.
    #[test]
    fn a_secret_stands_in_no_query() {
        for (path, ask, sign_in) in [
            ("/g/abc", "/g/abc/ask", "/g/abc/sign-in"),
            ("/g/abc/photo/def", "/g/abc/ask", "/g/abc/sign-in"),
            ("/g/abc?from=17#frames", "/g/abc/ask", "/g/abc/sign-in"),
            ("/i/abc", "/i/abc/ask", "/i/abc"),
        ] {
            assert_eq!((&*ask_about(path), &*sign_in_for(path)), (ask, sign_in));
        }
    }

    /// S36: what is no secret is named, so that the studio reads what the question is about.
    #[test]
    fn a_list_is_named_in_the_query() {
        assert_eq!(ask_about(""), "/ask");
        assert_eq!(ask_about("/galleries/0123"), "/ask?about=/galleries/0123");
        assert_eq!(
            ask_about("/galleries?a=b&c"),
            "/ask?about=/galleries?a%3Db%26c"
        );
        assert_eq!(sign_in_for("/galleries"), "/sign-in?then=/galleries");
    }
}
