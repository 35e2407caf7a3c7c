//! Cross-origin requests: which rule of a bucket answers, and with which headers.

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::CorsRule;

/// What a browser asks for.
#[derive(Clone, Debug)]
pub struct Asked {
    origin: String,
    method: String,
    /// Of a preflight; lower case.
    headers: Vec<String>,
}

impl Asked {
    /// What a request asks; `None` if it does not come from a page of another origin.
    pub fn of(method: &http::Method, headers: &HeaderMap) -> Option<Self> {
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let origin = text(ORIGIN)?.to_owned();
        if method != http::Method::OPTIONS {
            return Some(Self {
                origin,
                method: method.to_string(),
                headers: Vec::new(),
            });
        }
        let method = text(ACCESS_CONTROL_REQUEST_METHOD)?.to_owned();
        let names = text(ACCESS_CONTROL_REQUEST_HEADERS)
            .unwrap_or_default()
            .split(',');
        let headers = names
            .map(|name| name.trim().to_ascii_lowercase())
            .filter(|name| !name.is_empty())
            .collect();
        Some(Self {
            origin,
            method,
            headers,
        })
    }

    /// The first rule that allows all of it.
    pub fn rule<'r>(&self, rules: &'r [CorsRule]) -> Option<&'r CorsRule> {
        rules.iter().find(|rule| {
            rule.allowed_methods.contains(&self.method)
                && rule
                    .allowed_origins
                    .iter()
                    .any(|pattern| matches(pattern, &self.origin))
                && self.headers.iter().all(|header| {
                    rule.allowed_headers
                        .iter()
                        .any(|pattern| matches(&pattern.to_ascii_lowercase(), header))
                })
        })
    }

    /// Adds the headers of `rule` to an answer.
    pub fn allow(&self, rule: &CorsRule, headers: &mut HeaderMap) {
        let mut set = |name, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        let everyone = rule.allowed_origins.iter().any(|origin| origin == "*");
        set(
            ACCESS_CONTROL_ALLOW_ORIGIN,
            if everyone { "*" } else { &self.origin },
        );
        if !everyone {
            set(ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        }
        set(
            ACCESS_CONTROL_ALLOW_METHODS,
            &rule.allowed_methods.join(", "),
        );
        if !self.headers.is_empty() {
            set(ACCESS_CONTROL_ALLOW_HEADERS, &self.headers.join(", "));
        }
        if !rule.expose_headers.is_empty() {
            set(
                ACCESS_CONTROL_EXPOSE_HEADERS,
                &rule.expose_headers.join(", "),
            );
        }
        if let Some(seconds) = rule.max_age_seconds {
            set(ACCESS_CONTROL_MAX_AGE, &seconds.to_string());
        }
    }
}

/// A cache must not give one origin's answer to another.
pub fn vary(headers: &mut HeaderMap) {
    let vary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";
    headers.append(VARY, HeaderValue::from_static(vary));
}

/// A pattern has at most one `*`.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, end)) => {
            text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_stands_for_what_is_between() {
        assert!(matches("https://*.example.org", "https://www.example.org"));
        assert!(!matches("https://*.example.org", "https://example.org"));
        assert!(matches("*", "http://anything"));
        assert!(!matches("ab*ba", "aba"));
    }

    #[test]
    fn a_preflight_needs_every_header_it_names() {
        let rules = [CorsRule {
            allowed_origins: vec!["http://localhost:3000".into()],
            allowed_methods: vec!["PUT".into()],
            allowed_headers: vec!["X-Amz-*".into()],
            ..CorsRule::default()
        }];
        let asked = |header: &str| Asked {
            origin: "http://localhost:3000".into(),
            method: "PUT".into(),
            headers: vec![header.into()],
        };
        assert!(asked("x-amz-date").rule(&rules).is_some());
        assert!(asked("content-type").rule(&rules).is_none());
    }
}
