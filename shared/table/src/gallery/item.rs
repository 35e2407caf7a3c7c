//! A gallery as an item, and the fields a settings form writes.

use super::KIND;
use crate::error::Error;
use crate::item::{Item, attribute, read};
use crate::keys::GALLERIES;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::gallery::{Counts, Gallery, Incoming, Kind, Sort, Style};
use domain::ids::{GalleryId, ProductId};
use domain::selection::Choosing;
use jiff::{Timestamp, civil};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Serialize, Deserialize)]
pub(super) struct GalleryItem {
    id: GalleryId,
    title: String,
    folder: String,
    link: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<GalleryId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    children: Vec<GalleryId>,
    /// None in galleries from before tables could be inherited: such a gallery was published and delivered when made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    table: Option<GalleryId>,
    #[serde(default = "yes")]
    hidden: bool,
    #[serde(default)]
    kind: Kind,
    #[serde(default)]
    style: Style,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    published: Option<Timestamp>,
    enabled: bool,
    #[serde(default)]
    locked: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    delivered: Option<Timestamp>,
    #[serde(default)]
    wait_for_delivery: bool,
    #[serde(default)]
    archived: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deadline: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<Timestamp>,
    #[serde(default)]
    history: bool,
    #[serde(default)]
    archive_downloads: bool,
    #[serde(default = "yes")]
    guest_links: bool,
    #[serde(default)]
    title_at_door: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shoot_date: Option<civil::Date>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    welcome: String,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    own_sections: BTreeSet<String>,
    /// None in galleries from before there was choosing: what their kind starts with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    choosing: Option<Choosing>,
    #[serde(default)]
    incoming: Incoming,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    products: Option<Vec<ProductId>>,
    #[serde(default)]
    auto_ship: bool,
    #[serde(default)]
    sort: Sort,
    #[serde(default)]
    show_states: bool,
    created: Timestamp,
    /// The last commit of a photograph; none yet in a new gallery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    updated: Option<Timestamp>,
    #[serde(default)]
    revision: u64,
    #[serde(default)]
    settings_revision: u64,
    #[serde(default)]
    ready: i64,
    #[serde(default)]
    rejected: i64,
    list: String,
    list_by: String,
}

fn yes() -> bool {
    true
}

impl From<&Gallery> for GalleryItem {
    fn from(gallery: &Gallery) -> Self {
        let gallery = gallery.clone();
        Self {
            list: GALLERIES.into(),
            list_by: format!("{:.3}#{}", gallery.created, gallery.id),
            id: gallery.id,
            title: gallery.title,
            folder: gallery.folder,
            link: gallery.link,
            parent: gallery.parent,
            children: gallery.children,
            table: Some(gallery.table),
            hidden: gallery.hidden,
            kind: gallery.kind,
            style: gallery.style,
            published: gallery.published,
            enabled: gallery.enabled,
            locked: gallery.locked,
            delivered: gallery.delivered,
            wait_for_delivery: gallery.wait_for_delivery,
            archived: gallery.archived,
            deadline: gallery.deadline,
            expires: gallery.expires,
            history: gallery.history,
            archive_downloads: gallery.archive_downloads,
            guest_links: gallery.guest_links,
            title_at_door: gallery.title_at_door,
            shoot_date: gallery.shoot_date,
            welcome: gallery.welcome,
            own_sections: gallery.own_sections,
            choosing: Some(gallery.choosing),
            incoming: gallery.incoming,
            products: gallery.products,
            auto_ship: gallery.auto_ship,
            sort: gallery.sort,
            show_states: gallery.show_states,
            created: gallery.created,
            updated: None,
            revision: gallery.revision,
            settings_revision: gallery.settings_revision,
            ready: 0,
            rejected: 0,
        }
    }
}

impl From<GalleryItem> for Gallery {
    fn from(item: GalleryItem) -> Self {
        let before = item.table.is_none().then_some(item.created);
        Self {
            id: item.id,
            title: item.title,
            folder: item.folder,
            link: item.link,
            parent: item.parent,
            children: item.children,
            table: item.table.unwrap_or(item.id),
            hidden: item.hidden,
            kind: item.kind,
            style: item.style,
            published: item.published.or(before),
            enabled: item.enabled,
            locked: item.locked,
            delivered: item.delivered.or(before),
            wait_for_delivery: item.wait_for_delivery,
            archived: item.archived,
            deadline: item.deadline,
            expires: item.expires,
            history: item.history,
            archive_downloads: item.archive_downloads,
            guest_links: item.guest_links,
            title_at_door: item.title_at_door,
            shoot_date: item.shoot_date,
            welcome: item.welcome,
            own_sections: item.own_sections,
            choosing: item
                .choosing
                .unwrap_or_else(|| Choosing::for_kind(item.kind)),
            incoming: item.incoming,
            products: item.products,
            auto_ship: item.auto_ship,
            sort: item.sort,
            show_states: item.show_states,
            created: item.created,
            updated: item.updated.unwrap_or(item.created),
            revision: item.revision,
            settings_revision: item.settings_revision,
            counts: Counts {
                ready: u64::try_from(item.ready).unwrap_or_default(),
                processing: 0,
                rejected: u64::try_from(item.rejected).unwrap_or_default(),
            },
        }
    }
}

pub(crate) fn read_gallery(item: Item) -> Result<Gallery, Error> {
    read::<GalleryItem>(KIND, item).map(Gallery::from)
}

/// Every field a settings form writes; a field without a value is removed. What is not here is not a setting: pausing
/// is instant and waits for no form, the link changes with its row, counts and revision with the photographs.
pub(super) fn settings(
    gallery: &Gallery,
) -> Result<Vec<(&'static str, Option<AttributeValue>)>, Error> {
    let g = gallery;
    let some = |value: Result<AttributeValue, Error>| value.map(Some);
    let date = |value: &Option<Timestamp>| value.map(|t| attribute(KIND, t)).transpose();
    Ok(vec![
        ("title", some(attribute(KIND, &g.title))?),
        ("table", some(attribute(KIND, g.table))?),
        ("hidden", some(attribute(KIND, g.hidden))?),
        ("kind", some(attribute(KIND, g.kind))?),
        ("style", some(attribute(KIND, g.style))?),
        ("published", date(&g.published)?),
        ("locked", some(attribute(KIND, g.locked))?),
        ("delivered", date(&g.delivered)?),
        (
            "wait_for_delivery",
            some(attribute(KIND, g.wait_for_delivery))?,
        ),
        ("archived", some(attribute(KIND, g.archived))?),
        ("deadline", date(&g.deadline)?),
        ("expires", date(&g.expires)?),
        ("history", some(attribute(KIND, g.history))?),
        (
            "archive_downloads",
            some(attribute(KIND, g.archive_downloads))?,
        ),
        ("guest_links", some(attribute(KIND, g.guest_links))?),
        ("title_at_door", some(attribute(KIND, g.title_at_door))?),
        (
            "shoot_date",
            g.shoot_date.map(|d| attribute(KIND, d)).transpose()?,
        ),
        ("welcome", some(attribute(KIND, &g.welcome))?),
        ("own_sections", some(attribute(KIND, &g.own_sections))?),
        ("choosing", some(attribute(KIND, &g.choosing))?),
        ("incoming", some(attribute(KIND, g.incoming))?),
        (
            "products",
            g.products
                .as_ref()
                .map(|p| attribute(KIND, p))
                .transpose()?,
        ),
        ("auto_ship", some(attribute(KIND, g.auto_ship))?),
        ("sort", some(attribute(KIND, g.sort))?),
        ("show_states", some(attribute(KIND, g.show_states))?),
    ])
}
