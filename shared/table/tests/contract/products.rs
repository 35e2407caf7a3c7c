//! Download products.

use crate::{morning, table};
use domain::ids::ProductId;
use domain::product::{FULL_SIZE, Product, SMALL, defaults};
use std::collections::BTreeSet;
use table::{MOST_PRODUCTS, ProductOutcome, Table};

fn new(name: &str) -> Product {
    let [_, small] = defaults();
    Product {
        id: ProductId::new(morning()),
        name: name.into(),
        place: 9,
        ..small
    }
}

async fn saved(table: &Table, product: &Product, seen: Option<u64>) -> Product {
    match table.save_product(product, seen).await.unwrap() {
        ProductOutcome::Saved(product) => product,
        other => panic!("{other:?}"),
    }
}

/// P39: the defaults are there before anything is saved; an edited one keeps its id and takes the default's place.
#[tokio::test]
async fn the_defaults_exist_and_can_be_edited() {
    let table = table().await;
    assert_eq!(table.products().await.unwrap(), defaults());
    let [full, mut small] = defaults();
    small.name = "For phones".into();
    small.place = 0;
    let small = saved(&table, &small, Some(0)).await;
    assert_eq!((small.id, small.revision), (SMALL, 1));
    assert_eq!(table.products().await.unwrap(), [small.clone(), full]);
    assert_eq!(table.product(SMALL).await.unwrap(), Some(small));
}

/// P39: one that is switched off stays readable for the orders that name it.
#[tokio::test]
async fn what_is_switched_off_is_still_read() {
    let table = table().await;
    let album = saved(&table, &new("Album"), None).await;
    let outcome = table
        .switch_product(album.id, false, album.revision)
        .await
        .unwrap();
    let off = Product {
        active: false,
        revision: 2,
        ..album.clone()
    };
    assert_eq!(outcome, ProductOutcome::Saved(off.clone()));
    assert_eq!(table.product(album.id).await.unwrap(), Some(off));
    let outcome = table.switch_product(FULL_SIZE, false, 0).await.unwrap();
    assert!(matches!(outcome, ProductOutcome::Saved(full) if full.id == FULL_SIZE && !full.active));
    assert_eq!(table.products().await.unwrap().len(), 3);
    let nothing = ProductId::built_in(9);
    assert_eq!(
        table.switch_product(nothing, true, 0).await.unwrap(),
        ProductOutcome::Changed
    );
}

/// what somebody else changed meanwhile is not overwritten.
#[tokio::test]
async fn an_older_form_is_refused() {
    let table = table().await;
    let album = saved(&table, &new("Album"), None).await;
    let newer = Product {
        name: "Book".into(),
        ..album.clone()
    };
    let newer = saved(&table, &newer, Some(1)).await;
    let older = Product {
        name: "Old".into(),
        ..album.clone()
    };
    for seen in [None, Some(0), Some(1)] {
        let outcome = table.save_product(&older, seen).await.unwrap();
        assert_eq!(outcome, ProductOutcome::Changed, "{seen:?}");
    }
    assert_eq!(table.product(album.id).await.unwrap(), Some(newer));
}

/// many forms at once: each is saved or told that it was late, and none is lost.
#[tokio::test]
async fn forms_sent_together_lose_nothing() {
    let table = table().await;
    let mut tasks = tokio::task::JoinSet::new();
    let names: BTreeSet<String> = (0..8).map(|number| format!("Product {number}")).collect();
    for name in &names {
        let (table, product) = (table.clone(), new(name));
        tasks.spawn(async move { saved(&table, &product, None).await });
    }
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
    let products = table.products().await.unwrap().into_iter();
    let kept: BTreeSet<String> = products.filter(|p| p.place == 9).map(|p| p.name).collect();
    assert_eq!(kept, names);
}

/// P39: the list stays small enough to be read with every page.
#[tokio::test]
async fn there_is_an_end_to_products() {
    let table = table().await;
    for number in 2..MOST_PRODUCTS {
        saved(&table, &new(&number.to_string()), None).await;
    }
    let outcome = table.save_product(&new("One more"), None).await.unwrap();
    assert_eq!(outcome, ProductOutcome::Full);
}
