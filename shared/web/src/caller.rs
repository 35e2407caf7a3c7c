//! Who calls at a gallery's link: what the browser carries, from where, and under which rule.

use crate::{Banner, Cookies, Failure, Rule, Site, visit, wants_json};
use axum::extract::{FromRequestParts, RawPathParams};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::Refusal;
use domain::activity::Origin;
use domain::ids::LinkToken;
use http::header;
use http::request::Parts;
use table::Proofs;

/// A request at a gallery's link. An extractor for routes with `{link}` that are [`crate::declared`]; a link that is not
/// one is [`Failure::NotFound`].
#[derive(Debug, Clone)]
pub struct Caller {
    /// The link.
    pub token: LinkToken,
    /// Everything the browser carries that may open a gallery.
    pub proofs: Proofs,
    /// Its cookies.
    pub cookies: Cookies,
    /// The site it was sent to, and the address it came from.
    pub site: Site,
    /// From where, so far as it may be kept.
    pub origin: Origin,
    /// The route's rule.
    pub rule: Rule,
    /// A script asks, which reads JSON and follows no redirect to a door.
    pub json: bool,
}

impl Caller {
    /// The gallery's address: `/g/{link}`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/g/{}", self.token.expose())
    }

    /// What every page but the gallery's own answers whom it does not let in: back to the door where a proof would help,
    /// else why not.
    #[must_use]
    pub fn refuse(&self, refusal: Refusal, banner: Option<Banner>) -> Response {
        match refusal {
            Refusal::Door | Refusal::NotInvited if !self.json => {
                Redirect::to(&self.path()).into_response()
            }
            refusal => Failure::from(refusal).under(banner),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| Failure::NotFound)?;
        let mut params = params.iter();
        let link = params.find(|(name, _)| *name == "link");
        let (_, link) = link.ok_or(Failure::NotFound)?;
        let token: LinkToken = link.parse()?;
        let rule = parts.extensions.get::<Rule>().copied();
        let agent = parts.headers.get(header::USER_AGENT);
        let agent = agent.and_then(|value| value.to_str().ok());
        let (cookies, site) = (Cookies::of(parts), Site::of(parts));
        Ok(Self {
            proofs: visit::proofs(&token, &cookies),
            origin: Origin::of(site.address, agent.unwrap_or_default()),
            json: wants_json(&parts.headers),
            rule: rule.ok_or(Failure::NotFound)?,
            token,
            cookies,
            site,
        })
    }
}
