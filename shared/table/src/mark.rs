//! The studio's mark across proofs (P21): one item that the studio writes and whoever draws reads.

use crate::Table;
use crate::error::Error;
use crate::item::{n, read, write};
use crate::keys;
use crate::write::if_held;
use domain::mark::Setting;

const KIND: &str = "mark";

impl Table {
    /// What the studio has set; `None`: nothing yet.
    ///
    /// # Errors
    /// When the table does not answer or the item cannot be read.
    pub async fn studio_mark(&self) -> Result<Option<Setting>, Error> {
        let item = self.get(&keys::mark()).await?;
        item.map(|item| read(KIND, item)).transpose()
    }

    /// Writes the setting over the one that was read at `setting.revision`, with the next revision. `false`: somebody
    /// else wrote meanwhile.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn save_studio_mark(&self, setting: &Setting) -> Result<bool, Error> {
        let seen = setting.revision;
        let next = Setting {
            revision: seen + 1,
            ..setting.clone()
        };
        let put = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(write(KIND, &keys::mark(), &next)?));
        let put = if seen == 0 {
            put.condition_expression("attribute_not_exists(PK)")
        } else {
            put.condition_expression("#revision = :seen")
                .expression_attribute_names("#revision", "revision")
                .expression_attribute_values(":seen", n(seen))
        };
        Ok(if_held("PutItem", put.send().await)?.is_some())
    }
}
