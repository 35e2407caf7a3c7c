//! Presets the studio saved from its galleries (P7).

use crate::Table;
use crate::error::Error;
use crate::item::{read, write};
use crate::keys;
use crate::write::if_held;
use domain::ids::PresetId;
use domain::preset::{Saved, Settings};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct PresetItem {
    id: PresetId,
    name: String,
    settings: Settings,
}

impl Table {
    /// The presets the studio saved, the oldest first.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn presets(&self) -> Result<Vec<Saved>, Error> {
        let items = self.of_studio(keys::PRESET).await?.into_iter();
        let items = items.map(|item| read::<PresetItem>("preset", item));
        let saved = items.map(|item| {
            item.map(|item| Saved {
                id: item.id,
                name: item.name,
                settings: item.settings,
            })
        });
        saved.collect()
    }

    /// Saves a preset; one of the same id is replaced.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn save_preset(&self, preset: &Saved) -> Result<(), Error> {
        let item = PresetItem {
            id: preset.id,
            name: preset.name.clone(),
            settings: preset.settings.clone(),
        };
        self.client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(write("preset", &keys::preset(preset.id), &item)?))
            .send()
            .await
            .map_err(Error::call("PutItem"))?;
        Ok(())
    }

    /// Removes a preset; galleries made from it stay as they are. `false`: there is none.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn remove_preset(&self, id: PresetId) -> Result<bool, Error> {
        let outcome = self
            .client
            .delete_item()
            .table_name(&self.name)
            .set_key(Some(keys::preset(id).attributes()))
            .condition_expression("attribute_exists(PK)")
            .send()
            .await;
        Ok(if_held("DeleteItem", outcome)?.is_some())
    }
}
