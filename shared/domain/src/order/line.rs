//! One photograph of an order as one product, and where it is on its way to the client.

use crate::ids::{PhotoId, ProductId};
use crate::photo::Stage;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One photograph of an order, as one product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Which photograph.
    pub photo: PhotoId,
    /// The camera's file name then.
    pub file_name: String,
    /// Where it stood then.
    pub section: String,
    /// As what.
    pub product: ProductId,
    /// What the product was called then.
    pub product_name: String,
    /// The version that was seen when it was ordered.
    pub asked: u32,
    /// Minor units of the studio's currency; nothing is charged yet.
    pub price: i64,
    /// How it reaches the client.
    pub method: Method,
    /// The rights kept it back when it was ordered, until it is Final (P22): no rule of later ships it before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub kept_back: bool,
    /// Where it is.
    pub state: LineState,
}

/// How a line reaches the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Download, as soon as it is shipped.
    Now,
    /// Download after it has become Final (P41).
    AfterProcessing,
    /// By hand: a print, a disk.
    Manual,
}

/// Where a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum LineState {
    /// Ordered.
    Pending,
    /// Sent.
    Shipped {
        /// Exactly this version of the photograph.
        version: u32,
        /// With which delivery, from 1.
        delivery: u32,
        /// When.
        at: Timestamp,
    },
    /// Not wanted any more.
    Cancelled {
        /// When.
        at: Timestamp,
    },
}

impl Line {
    /// How many bytes it takes at most when it is kept, whatever becomes of it.
    #[must_use]
    pub fn weight(&self) -> usize {
        // ids, dates, numbers and the names of the fields come to less than 270 bytes
        270 + self.file_name.len() + self.section.len() + self.product_name.len()
    }

    /// Its method in a state of its photograph.
    pub(super) fn method_now(
        &self,
        rule: impl Fn(ProductId, Stage) -> Method,
        stage: Stage,
    ) -> Method {
        match rule(self.product, stage) {
            Method::Now if self.kept_back && stage != Stage::Final => Method::AfterProcessing,
            method => method,
        }
    }
}
