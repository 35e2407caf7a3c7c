//! What every page knows, and how a template becomes a response.

use askama::Template;
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, header};

/// What `layout.html` needs; every template that extends it has a field `page` of this type.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The studio's name, in the head and the foot of every page (L7).
    pub studio: &'a str,
}

impl<'a> Page<'a> {
    /// The page of this studio.
    #[must_use]
    pub fn new(studio: &'a str) -> Self {
        Self { studio }
    }
}

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
