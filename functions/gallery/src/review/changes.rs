//! After the studio opened a choice again: how it differs from the list that was confirmed before (S34).

use super::moment;
use crate::Gallery;
use crate::sheet::Placed;
use crate::visitor::Visitor;
use domain::ids::PhotoId;
use domain::selection::{Selection, Snapshot, difference};
use std::collections::HashMap;
use web::Failure;

/// How the choice differs from what was confirmed before.
pub struct Changes {
    pub when: String,
    pub number: u32,
    pub lines: Vec<(&'static str, String)>,
}

/// After a reopening: what is different from what was confirmed last (S34).
pub async fn changes(
    gallery: &Gallery,
    visitor: &Visitor,
    selection: &Selection,
    picked: &[Placed<'_>],
) -> Result<Option<Changes>, Failure> {
    if selection.snapshots == 0 {
        return Ok(None);
    }
    let (id, subject) = (visitor.gallery().id, &selection.subject);
    let last = gallery
        .table
        .snapshot(id, subject, selection.snapshots)
        .await?;
    Ok(last.map(|last| differences(gallery, visitor, &last, picked)))
}

fn differences(
    gallery: &Gallery,
    visitor: &Visitor,
    last: &Snapshot,
    picked: &[Placed<'_>],
) -> Changes {
    let names: HashMap<&PhotoId, &str> = visitor
        .listing
        .photos
        .iter()
        .filter(|photo| visitor.standing.sees(photo))
        .map(|photo| (&photo.id, photo.file_name.as_str()))
        .collect();
    // what does not exist for them is neither named nor counted (invariant 2)
    let before = last.picked.iter().filter(|p| names.contains_key(&p.photo));
    let before: Vec<(PhotoId, u32)> = before.map(|p| (p.photo.clone(), p.version)).collect();
    let now = picked.iter().map(|p| (p.photo.id.clone(), p.photo.number));
    let difference = difference(&before, &now.collect::<Vec<_>>());
    let named = |ids: &[PhotoId]| {
        let named: Vec<&str> = ids.iter().filter_map(|id| names.get(id).copied()).collect();
        named.join(", ")
    };
    let lines = [
        ("Chosen since", named(&difference.added)),
        ("Taken out since", named(&difference.removed)),
        ("Replaced by the studio since", named(&difference.replaced)),
    ];
    Changes {
        when: moment(last.at, visitor.now, gallery),
        number: last.number,
        lines: lines.into_iter().filter(|(_, n)| !n.is_empty()).collect(),
    }
}
