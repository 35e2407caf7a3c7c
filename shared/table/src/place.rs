//! Moving a gallery to another place among the galleries (P1).

use crate::Table;
use crate::error::Error;
use crate::item::{attribute, n};
use crate::keys;
use crate::write::part;
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::gallery::Gallery;
use domain::ids::GalleryId;

const KIND: &str = "gallery";

impl Table {
    /// Takes a gallery out of the one it stands in and puts it last into another (none: at the top), all or nothing;
    /// its settings' revision rises by one. `false`: somebody saved it or rearranged its neighbours meanwhile, or the
    /// other gallery is not there.
    ///
    /// Whether it may stand there is [`domain::nesting`]'s business.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn place(
        &self,
        gallery: &Gallery,
        parent: Option<GalleryId>,
        seen: u64,
    ) -> Result<bool, Error> {
        let mut writes = vec![self.set_parent(gallery.id, parent, seen)?];
        if let Some(old) = gallery.parent.filter(|old| Some(*old) != parent)
            && let Some((above, _)) = self.gallery(old).await?
            && above.children.contains(&gallery.id)
        {
            let mut left = above.children.clone();
            left.retain(|child| *child != gallery.id);
            let leave = self
                .change_with_others(&keys::gallery(old))
                .update_expression("SET children = :left")
                .condition_expression("children = :seen")
                .expression_attribute_values(":left", attribute(KIND, left)?)
                .expression_attribute_values(":seen", attribute(KIND, above.children)?);
            writes.push(part(KIND, leave)?);
        }
        if let Some(new) = parent.filter(|new| Some(*new) != gallery.parent) {
            let enter = self
                .change_with_others(&keys::gallery(new))
                .update_expression(
                    "SET children = list_append(if_not_exists(children, :none), :one)",
                )
                .condition_expression("attribute_exists(PK)")
                .expression_attribute_values(":none", AttributeValue::L(Vec::new()))
                .expression_attribute_values(":one", attribute(KIND, [gallery.id])?);
            writes.push(part(KIND, enter)?);
        }
        Ok(self.transact_once(writes).await?.is_ok())
    }

    fn set_parent(
        &self,
        id: GalleryId,
        parent: Option<GalleryId>,
        seen: u64,
    ) -> Result<TransactWriteItem, Error> {
        let change = self
            .change_with_others(&keys::gallery(id))
            .condition_expression(match seen {
                0 => "attribute_exists(PK) AND (attribute_not_exists(#rev) OR #rev = :seen)",
                _ => "#rev = :seen",
            })
            .expression_attribute_names("#rev", "settings_revision")
            .expression_attribute_names("#parent", "parent")
            .expression_attribute_values(":seen", n(seen))
            .expression_attribute_values(":next", n(seen + 1));
        let change = match parent {
            Some(parent) => change
                .update_expression("SET #rev = :next, #parent = :parent")
                .expression_attribute_values(":parent", attribute(KIND, parent)?),
            None => change.update_expression("SET #rev = :next REMOVE #parent"),
        };
        part(KIND, change)
    }
}
