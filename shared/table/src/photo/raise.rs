//! The same content put again with a state said of it: the photograph's state rises to that, and nothing else of it
//! changes. A photograph that needed no retouching becomes Final so (P27, P48).

use super::{Row, at};
use crate::Table;
use crate::error::Error;
use crate::item::attribute;
use crate::keys;
use crate::write::part;
use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::activity::{Event, Origin, What, Who};
use domain::photo::Stage;
use jiff::Timestamp;

impl Table {
    /// The writes that raise a photograph to a state, as marking does, and say so in the activity; they hold only while
    /// the row stands as it was seen. None where it stands as high: a folder that is put twice changes nothing, and
    /// proofs that are put again take no Final back (P31).
    pub(super) fn raise_stage(
        &self,
        row: &Row,
        stage: Option<Stage>,
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let photo = &row.photo;
        let Some(stage) = stage.filter(|stage| row.stands() && *stage > photo.stage) else {
            return Ok(Vec::new());
        };
        let change = self.change_with_others(&keys::photo(photo.gallery, &photo.id));
        let change = change
            .update_expression("SET stage = :stage")
            .expression_attribute_names("#v", "v")
            .expression_attribute_values(":was", attribute("photo", photo.stage)?)
            .expression_attribute_values(":stage", attribute("photo", stage)?);
        let change = at(change, row);
        let stands = change
            .get_condition_expression()
            .clone()
            .unwrap_or_default();
        let change = change.condition_expression(format!(
            "{stands} AND (stage = :was OR attribute_not_exists(stage))"
        ));
        let mut writes = vec![part("photo", change)?, self.seen_anew(photo.gallery)?];
        writes.extend(self.event_writes(&Event {
            at: now,
            gallery: Some(photo.gallery),
            who: Who::Itself,
            what: What::Replaced {
                photo: photo.id.clone(),
                file_name: photo.file_name.clone(),
                change: format!("the same file came again as {}", stage.word()),
            },
            from: Origin::default(),
        })?);
        Ok(writes)
    }
}
