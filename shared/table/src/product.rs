//! Download products (P39), all of them in one item: a visit's first read brings it along, so that a page view stays at
//! two calls. Defaults that nobody has edited are not in it.

use crate::Table;
use crate::error::Error;
use crate::item::{Item, attribute, n, read};
use crate::keys;
use crate::write::{MEETINGS, if_held, step_aside};
use domain::product::{Product, ProductId, defaults};
use serde::{Deserialize, Serialize};

const KIND: &str = "products";
/// Products a studio can have: with the longest captions they still fit into an item of 400 KB.
pub const MOST_PRODUCTS: usize = 24;

#[derive(Default, Serialize, Deserialize)]
struct ProductsItem {
    #[serde(default)]
    products: Vec<Product>,
    /// Rises with every write.
    #[serde(default)]
    revision: u64,
}

/// What became of saving a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProductOutcome {
    /// It stands, with this revision.
    Saved(Product),
    /// Somebody else changed it meanwhile, or it is not there.
    Changed,
    /// There are [`MOST_PRODUCTS`].
    Full,
}

/// Every product, switched off or not, in the order of lists. What was saved stands for the default of its id.
pub(crate) fn read_products(item: Option<Item>) -> Result<Vec<Product>, Error> {
    let saved = item.map_or_else(|| Ok(ProductsItem::default()), |item| read(KIND, item))?;
    Ok(with_defaults(saved.products))
}

fn with_defaults(saved: Vec<Product>) -> Vec<Product> {
    let missing = |default: &Product| saved.iter().all(|product| product.id != default.id);
    let mut products: Vec<Product> = defaults().into_iter().filter(missing).collect();
    products.extend(saved);
    products.sort_by_key(|product| (product.place, product.id));
    products
}

impl Table {
    /// Every product, switched off or not, in the order of lists.
    ///
    /// # Errors
    /// When the table does not answer or the item cannot be read.
    pub async fn products(&self) -> Result<Vec<Product>, Error> {
        read_products(self.get(&keys::products()).await?)
    }

    /// One product, switched off or not.
    ///
    /// # Errors
    /// When the table does not answer or the item cannot be read.
    pub async fn product(&self, id: ProductId) -> Result<Option<Product>, Error> {
        let mut products = self.products().await?.into_iter();
        Ok(products.find(|product| product.id == id))
    }

    /// Saves a product: a new one (`seen` is none), or one as a form saw it at that revision.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn save_product(
        &self,
        product: &Product,
        seen: Option<u64>,
    ) -> Result<ProductOutcome, Error> {
        for attempt in 0..MEETINGS {
            let item = self.get(&keys::products()).await?;
            let mut saved: ProductsItem = match item {
                Some(item) => read(KIND, item)?,
                None => ProductsItem::default(),
            };
            let all = with_defaults(saved.products.clone());
            let known = all.iter().find(|known| known.id == product.id);
            if known.map(|known| known.revision) != seen {
                return Ok(ProductOutcome::Changed);
            }
            if known.is_none() && all.len() >= MOST_PRODUCTS {
                return Ok(ProductOutcome::Full);
            }
            let product = Product {
                revision: seen.unwrap_or_default() + 1,
                ..product.clone()
            };
            saved.products.retain(|known| known.id != product.id);
            saved.products.push(product.clone());
            if self.write_products(&saved).await? {
                return Ok(ProductOutcome::Saved(product));
            }
            step_aside(attempt).await;
        }
        Err(Error::Met)
    }

    /// Switches a product on or off. Off, it is offered to nobody, and stays readable for the orders that name it.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn switch_product(
        &self,
        id: ProductId,
        active: bool,
        seen: u64,
    ) -> Result<ProductOutcome, Error> {
        match self.product(id).await? {
            Some(product) => {
                let product = Product { active, ..product };
                self.save_product(&product, Some(seen)).await
            }
            None => Ok(ProductOutcome::Changed),
        }
    }

    /// Writes the list over the one it was read as; `false`: somebody else wrote meanwhile.
    async fn write_products(&self, saved: &ProductsItem) -> Result<bool, Error> {
        let outcome = self
            .change(&keys::products())
            .update_expression("SET #products = :products, #revision = :next")
            .condition_expression("attribute_not_exists(#revision) OR #revision = :seen")
            .expression_attribute_names("#products", "products")
            .expression_attribute_names("#revision", "revision")
            .expression_attribute_values(":products", attribute(KIND, &saved.products)?)
            .expression_attribute_values(":seen", n(saved.revision))
            .expression_attribute_values(":next", n(saved.revision + 1))
            .send()
            .await;
        Ok(if_held("UpdateItem", outcome)?.is_some())
    }
}
