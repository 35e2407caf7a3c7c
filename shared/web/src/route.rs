//! What every route is for: a function declares its routes with their rules, and serves nothing that has none.

use crate::Failure;
use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use domain::access::Action;
use domain::team::Task;
use http::Method;

/// A route and who may use it. It cannot be declared without a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// Upper case; `ANY` for what the gateway sends when no other route fits.
    pub method: &'static str,
    /// As `template.yaml` and the router spell it: `/g/{link}`.
    pub path: &'static str,
    /// Who may use it.
    pub rule: Rule,
}

/// Who may use a route. The handler asks the same question with the photograph at hand; see `domain::access::may`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Anyone: no gallery's link is in it.
    Public,
    /// Anyone who has the link: shows what a door shows.
    Link,
    /// Whoever stands in the gallery and may do this.
    Visitor(Action),
    /// A signed-in client.
    Person,
    /// Somebody of the studio who may do this.
    Member(Task),
}

impl Route {
    /// A route with its rule.
    #[must_use]
    pub const fn new(method: &'static str, path: &'static str, rule: Rule) -> Self {
        Self { method, path, rule }
    }
}

/// The rule of a request whose path fits this route; `HEAD` is the `GET` it stands for. None: it was never declared.
#[must_use]
pub fn rule_of(routes: &[Route], method: &Method, matched_path: &str) -> Option<Rule> {
    let method = match *method {
        Method::HEAD => "GET",
        _ => method.as_str(),
    };
    routes
        .iter()
        .find(|route| route.method == method && route.path == matched_path)
        .map(|route| route.rule)
}

/// Lets through only what is declared, and hands its [`Rule`] to the handler as an extension. Wrap the routes with it
/// before their fallback: what has no rule answers as if it were not there.
pub fn declared<S: Clone + Send + Sync + 'static>(
    router: Router<S>,
    routes: &'static [Route],
) -> Router<S> {
    router.route_layer(from_fn(move |request, next| check(routes, request, next)))
}

async fn check(routes: &'static [Route], mut request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().cloned();
    let path = path.as_ref().map_or("", MatchedPath::as_str);
    if let Some(rule) = rule_of(routes, request.method(), path) {
        request.extensions_mut().insert(rule);
        return next.run(request).await;
    }
    if routes.iter().any(|route| route.path == path) {
        return Failure::NotThatWay.into_response();
    }
    tracing::error!(route = path, "a route has no rule");
    Failure::NotFound.into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Extension;
    use axum::body::Body;
    use axum::routing::get;
    use http::StatusCode;
    use tower::ServiceExt as _;

    const ROUTES: &[Route] = &[
        Route::new("GET", "/g/{link}", Rule::Link),
        Route::new("POST", "/g/{link}", Rule::Visitor(Action::Select)),
    ];

    async fn ask(method: Method, path: &str) -> StatusCode {
        let seen = async |rule: Extension<Rule>| match rule.0 {
            Rule::Link => StatusCode::OK,
            _ => StatusCode::ACCEPTED,
        };
        let router: Router = Router::new()
            .route("/g/{link}", get(seen).post(seen).put(seen))
            .route("/forgotten", get(async || "leaks"));
        let request = Request::builder().method(method).uri(path);
        let request = request.body(Body::empty()).unwrap();
        declared(router, ROUTES)
            .oneshot(request)
            .await
            .unwrap()
            .status()
    }

    /// Issue 3: a route without a rule serves nobody, and a handler learns the rule it is called under.
    #[tokio::test]
    async fn what_has_no_rule_is_not_served() {
        assert_eq!(ask(Method::GET, "/g/a").await, StatusCode::OK);
        assert_eq!(ask(Method::HEAD, "/g/a").await, StatusCode::OK);
        assert_eq!(ask(Method::POST, "/g/a").await, StatusCode::ACCEPTED);
        assert_eq!(
            ask(Method::PUT, "/g/a").await,
            StatusCode::METHOD_NOT_ALLOWED
        );
        assert_eq!(
            ask(Method::DELETE, "/g/a").await,
            StatusCode::METHOD_NOT_ALLOWED
        );
        assert_eq!(ask(Method::GET, "/forgotten").await, StatusCode::NOT_FOUND);
    }
}
