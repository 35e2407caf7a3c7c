//! Who is signed in to the studio, and what they may do: every route passes here and is let through by its rule
//! (product 4.1, R-4.8, R-4.11).
//!
//! The session and the member are read from the table at every request: what the owner takes away is gone at the next.

use crate::Studio;
use crate::routes::ROUTES;
use axum::Json;
use axum::extract::{FromRequestParts, RawPathParams, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::{Row, STUDIO_LIFE};
use domain::activity::{Event, Origin, What, Who};
use domain::gallery::Gallery;
use domain::ids::{GalleryId, SecretToken, TokenHash};
use domain::team::{self, NotForYou, Task};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use table::StudioSession;
use web::Rule;
use web::{Cookies, Failure, Site};

/// Name of the cookie that holds the session.
const COOKIE: &str = "studio";

/// The session the request's cookie names, current or not.
pub(crate) fn session(cookies: &Cookies) -> Option<TokenHash> {
    let token: SecretToken = cookies.get(COOKIE)?.parse().ok()?;
    Some(token.hash())
}

/// Puts the session that was opened under this token into the browser.
pub(crate) fn keep(cookies: Cookies, token: &SecretToken) -> Cookies {
    cookies.set(COOKIE, token.expose(), Some(STUDIO_LIFE))
}

/// Takes the session out of the browser.
pub(crate) fn forget(cookies: Cookies) -> Cookies {
    cookies.remove(COOKIE)
}

tokio::task_local! {
    /// Who is signed in, for the navigation on every page: its template is filled deep in the handlers.
    static OFFERED: Offered;
}

/// What the main navigation offers beside what is open to everyone signed in.
#[derive(Clone, Copy, Default)]
pub(crate) struct Offered {
    pub(crate) contacts: bool,
    pub(crate) activity: bool,
    /// How many orders wait, as far as 100.
    pub(crate) orders: usize,
}

impl Offered {
    /// How many orders wait, in a corner: "3", "99+"; none when none does.
    pub(crate) fn open_orders(self) -> Option<String> {
        match self.orders {
            0 => None,
            n @ 1..100 => Some(n.to_string()),
            _ => Some("99+".into()),
        }
    }
}

/// What it offers to whom this request is answered; nothing to nobody.
pub(crate) fn offered() -> Offered {
    OFFERED.try_with(|offered| *offered).unwrap_or_default()
}

/// Who is signed in; every handler behind [`only`] may ask for it.
#[derive(Clone)]
pub(crate) struct Me(pub(crate) StudioSession);

impl<S: Sync> FromRequestParts<S> for Me {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let me = parts.extensions.get::<Self>().cloned();
        me.ok_or(Failure::NotYours)
    }
}

impl Me {
    /// Whether a task of this kind is allowed now, so that pages offer what works.
    pub(crate) fn may(&self, task: Task, now: jiff::Timestamp) -> bool {
        !matches!(
            team::may(&self.0.member, task, now),
            Err(NotForYou::NotTicked)
        )
    }
}

/// From where the request came, so far as it may be kept.
#[derive(Clone)]
pub(crate) struct From(pub(crate) Origin);

impl<S: Sync> FromRequestParts<S> for From {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let agent = agent(&parts.headers);
        Ok(Self(Origin::of(Site::of(parts).address, agent)))
    }
}

/// What the browser calls itself.
pub(crate) fn agent(headers: &HeaderMap) -> &str {
    let agent = headers.get(header::USER_AGENT);
    agent
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default()
}

impl Studio {
    /// Writes into the activity what somebody signed in has done.
    pub(crate) async fn log(
        &self,
        me: &Me,
        from: &From,
        gallery: Option<GalleryId>,
        what: What,
    ) -> Result<(), Failure> {
        let event = self.event(me, from, gallery, what);
        Ok(self.table.log(&event).await?)
    }

    /// What somebody signed in does now, for what writes it down together with its effect.
    pub(crate) fn event(
        &self,
        me: &Me,
        from: &From,
        gallery: Option<GalleryId>,
        what: What,
    ) -> Event {
        Event {
            at: self.now(),
            gallery,
            who: Who::Member(me.0.member.email.clone()),
            what,
            from: from.0.clone(),
        }
    }

    /// Writes into the activity what anybody has done in the studio.
    pub(crate) async fn log_of(
        &self,
        who: Who,
        from: &From,
        gallery: Option<GalleryId>,
        what: What,
    ) -> Result<(), Failure> {
        let event = Event {
            at: self.now(),
            gallery,
            who,
            what,
            from: from.0.clone(),
        };
        Ok(self.table.log(&event).await?)
    }
}

/// Lets a request through that its route's rule allows; the rule comes from [`web::declared`].
pub(crate) async fn only(
    State(studio): State<Studio>,
    cookies: Cookies,
    mut request: Request,
    next: Next,
) -> Response {
    let task = match request.extensions().get::<Rule>().copied() {
        Some(Rule::Public) => return next.run(request).await,
        Some(Rule::Member(task)) => task,
        _ => return Failure::NotYours.into_response(),
    };
    let a_page = request.method() == Method::GET && !for_a_script(&request);
    let (me, orders) = tokio::join!(who(&studio, &cookies), orders(&studio, a_page));
    let me = match me {
        Ok(Some(me)) => me,
        Ok(None) => return sign_in(&request),
        Err(failure) => return failure.into_response(),
    };
    match team::may(&me.0.member, task, studio.now()) {
        Ok(()) => {
            let now = studio.now();
            let offered = Offered {
                contacts: me.may(Task::Contacts, now),
                activity: me.may(Task::Activity, now),
                orders,
            };
            request.extensions_mut().insert(me);
            OFFERED.scope(offered, next.run(request)).await
        }
        Err(NotForYou::NotTicked) => Failure::NotYours.into_response(),
        Err(NotForYou::ProveAgain) => prove(&request),
    }
}

/// How many orders wait, for the navigation of a page; a page is not refused for it.
async fn orders(studio: &Studio, a_page: bool) -> usize {
    if !a_page {
        return 0;
    }
    let open = studio.table.open_orders().await;
    open.map_err(Failure::fault).unwrap_or_default()
}

async fn who(studio: &Studio, cookies: &Cookies) -> Result<Option<Me>, Failure> {
    let Some(session) = session(cookies) else {
        return Ok(None);
    };
    let found = studio
        .table
        .studio_session(&session, &studio.owner, studio.now());
    Ok(found.await?.map(Me))
}

/// Sends a page to the sign-in and tells a script 401.
fn sign_in(request: &Request) -> Response {
    if for_a_script(request) {
        let message = "Your session has ended. Sign in again.";
        return told(StatusCode::UNAUTHORIZED, "sign-in", message);
    }
    Redirect::to("/studio/sign-in").into_response()
}

/// Asks for a fresh code first, then leads back to the page the task is done on.
fn prove(request: &Request) -> Response {
    if for_a_script(request) {
        let message = "This asks for a fresh code. Open the page and do it there.";
        return told(StatusCode::FORBIDDEN, "prove-again", message);
    }
    let then = page_of(request.method(), request.uri());
    let then = utf8_percent_encode(&then, NON_ALPHANUMERIC);
    Redirect::to(&format!("/studio/prove?then={then}")).into_response()
}

fn told(status: StatusCode, error: &str, message: &str) -> Response {
    let body = serde_json::json!({ "error": error, "message": message });
    (status, Json(body)).into_response()
}

/// The page to come back to: the one that was asked for; of a file the page that offers it; of a form the page it stands
/// on, which is the nearest above it.
fn page_of(method: &Method, uri: &http::Uri) -> String {
    if let Some(page) = uri.path().strip_suffix(".csv") {
        return format!("{page}?done=proven");
    }
    if method == Method::GET {
        let asked = uri.path_and_query();
        return asked.map_or("/studio", |it| it.as_str()).to_owned();
    }
    let mut path = uri.path();
    while let Some((above, _)) = path.rsplit_once('/') {
        if ROUTES
            .iter()
            .any(|route| route.method == "GET" && route.path == path)
        {
            return path.to_owned();
        }
        path = above;
    }
    "/studio".to_owned()
}

/// Whether the answer is read by a script: it says so, or the route answers nothing else.
fn for_a_script(request: &Request) -> bool {
    let path = request.uri().path();
    path.ends_with("/photos") || path.contains("/uploads") || web::wants_json(request.headers())
}

/// The gallery that the path names, with its row *Anybody*; unknown and malformed ids are 404.
pub(crate) struct Named {
    pub(crate) gallery: Gallery,
    pub(crate) row: Row,
}

impl FromRequestParts<Studio> for Named {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, studio: &Studio) -> Result<Self, Failure> {
        let params = RawPathParams::from_request_parts(parts, studio).await;
        let params = params.map_err(|_| Failure::NotFound)?;
        let mut named = params.iter().filter(|(name, _)| *name == "gallery");
        let (_, id) = named.next().ok_or(Failure::NotFound)?;
        Self::read(studio, id.parse()?).await
    }
}

impl Named {
    /// The gallery as it is now, consistently.
    pub(crate) async fn read(studio: &Studio, id: GalleryId) -> Result<Self, Failure> {
        let found = studio.table.gallery(id).await?;
        let (gallery, row) = found.ok_or(Failure::NotFound)?;
        Ok(Self { gallery, row })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// after the code one stands where one was, never at an address that only takes forms.
    #[test]
    fn a_fresh_code_leads_back_to_a_page() {
        let page = |method, uri: &str| page_of(&method, &uri.parse().unwrap());
        assert_eq!(
            page(Method::GET, "/studio/activity?before=2026-11"),
            "/studio/activity?before=2026-11"
        );
        assert_eq!(
            page(Method::GET, "/studio/activity.csv"),
            "/studio/activity?done=proven"
        );
        assert_eq!(page(Method::POST, "/studio/team"), "/studio/team");
        assert_eq!(
            page(Method::POST, "/studio/team/ab12/remove"),
            "/studio/team"
        );
        assert_eq!(page(Method::POST, "/studio/nothing/like/it"), "/studio");
    }

    /// 4.1: without anybody signed in the navigation offers neither.
    #[tokio::test]
    async fn the_navigation_offers_what_is_ticked() {
        assert!(!offered().contacts && !offered().activity);
        let ticked = Offered {
            contacts: true,
            activity: false,
            orders: 3,
        };
        let crowded = Offered {
            orders: 100,
            ..ticked
        };
        assert_eq!(crowded.open_orders().unwrap(), "99+");
        let nav = OFFERED.scope(ticked, async {
            let page = crate::authorizations::Sure {
                page: web::Page::new("Studio"),
                contacts: false,
                question: String::new(),
                sentences: vec![],
                action: String::new(),
                button: "",
                back: String::new(),
            };
            askama::Template::render(&page).unwrap()
        });
        let nav = nav.await;
        assert!(
            nav.contains("href=\"/studio/contacts\"") && !nav.contains("href=\"/studio/activity\"")
        );
        assert!(nav.contains("Orders <span class=\"edge num\">3</span>"));
    }

    /// [`only`] refuses any other rule: it would be a page that nobody can open.
    #[test]
    fn every_rule_of_the_studio_is_public_or_a_task() {
        for route in ROUTES {
            assert!(
                matches!(route.rule, Rule::Public | Rule::Member(_)),
                "{} {}",
                route.method,
                route.path
            );
        }
    }
}
