//! What a visitor's subject has said so far, as numbers for the script: it lies under the taps that a browser still holds.

use crate::Gallery;
use crate::visitor::Visitor;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use domain::choice::{Choice, Label, Stars};
use domain::ids::PhotoId;
use domain::selection::{Choosing, Limits, Mode, Progress, Tally};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use web::{Caller, Failure};

/// All of it. Only photographs that exist for the visitor are in it (invariant 2).
#[derive(Serialize)]
pub struct Choices {
    /// Whose, see [`Visitor::who`]; none: nobody's, such as a guest's.
    who: Option<String>,
    /// Milliseconds since 1970.
    now: i64,
    revision: u64,
    /// Milliseconds since 1970.
    confirmed: Option<i64>,
    /// The number of what was confirmed.
    snapshot: Option<u32>,
    rules: Rules,
    tally: Counts,
    chosen: Vec<PhotoId>,
    stars: HashMap<PhotoId, Stars>,
    labels: HashMap<PhotoId, Label>,
    /// Products as they stand in addresses.
    wanted: HashMap<PhotoId, Vec<String>>,
    /// How often each photograph is commented on; missing where nobody counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    comments: Option<HashMap<PhotoId, usize>>,
}

/// How many may be chosen (S37).
#[derive(Serialize)]
pub struct Rules {
    mode: Mode,
    #[serde(flatten)]
    limits: Limits,
    sections: BTreeMap<String, Limits>,
}

/// How many are chosen.
#[derive(Serialize)]
pub struct Counts {
    chosen: u32,
    sections: BTreeMap<String, u32>,
}

impl From<Tally> for Counts {
    fn from(Tally { chosen, sections }: Tally) -> Self {
        Self { chosen, sections }
    }
}

impl From<&Choosing> for Rules {
    fn from(choosing: &Choosing) -> Self {
        Self {
            mode: choosing.mode,
            limits: choosing.limits,
            sections: choosing.sections.clone(),
        }
    }
}

impl Choices {
    /// Of this visitor's subject, without comments.
    pub fn of(visitor: &Visitor) -> Self {
        let said = |photo: &PhotoId| visitor.choice(photo);
        let seen = visitor.seen().map(|photo| &photo.id);
        let seen: Vec<(&PhotoId, &Choice)> = seen.filter_map(|id| Some((id, said(id)?))).collect();
        let with = |(id, choice): &(&PhotoId, &Choice)| ((*id).clone(), cart(choice));
        let selection = visitor.chosen.as_ref().map(|chosen| &chosen.selection);
        Self {
            who: visitor.who(),
            now: visitor.now.as_millisecond(),
            revision: selection.map_or(0, |selection| selection.revision),
            confirmed: selection.and_then(|s| Some(s.confirmed()?.as_millisecond())),
            snapshot: selection.and_then(|selection| match selection.state {
                Progress::Confirmed { snapshot, .. } => Some(snapshot),
                Progress::Open => None,
            }),
            rules: match selection {
                Some(_) => (&visitor.gallery().choosing).into(),
                None => (&Choosing::default()).into(),
            },
            tally: visitor.tally().into(),
            chosen: seen
                .iter()
                .filter(|(_, choice)| choice.chosen.value)
                .map(|(id, _)| (*id).clone())
                .collect(),
            stars: seen
                .iter()
                .filter_map(|(id, choice)| Some(((*id).clone(), choice.stars.value?)))
                .collect(),
            labels: seen
                .iter()
                .filter_map(|(id, choice)| Some(((*id).clone(), choice.label.value?)))
                .collect(),
            wanted: seen
                .iter()
                .filter(|(_, choice)| choice.cart().next().is_some())
                .map(with)
                .collect(),
            comments: None,
        }
    }
}

/// The products that a photograph is in the cart as, as they stand in addresses.
pub fn cart(choice: &Choice) -> Vec<String> {
    choice.cart().map(|product| product.to_string()).collect()
}

/// `GET /g/{link}/choices`.
///
/// # Errors
/// As the gallery's page; [`Failure::Door`] or [`Failure::NotInvited`] where that shows the door.
pub async fn choices(State(gallery): State<Gallery>, caller: Caller) -> Result<Response, Failure> {
    let visitor = Visitor::of(&gallery, &caller).await?;
    let visitor = visitor.map_err(|outside| outside.refusal)?;
    let choices = Choices {
        comments: Some(visitor.comments(&gallery).await?),
        ..Choices::of(&visitor)
    };
    Ok(Json(choices).into_response())
}
