//! Download products: what the studio offers beside its originals, how each file is made and what it is called (P39–P41).

use crate::Studio;
use crate::member::{From, Me};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use domain::activity::What;
use domain::photo::Stage;
use domain::product::{
    Format, Named, Output, Product, ProductId, STAGES, Size, Typed, Unfit, defaults,
};
use http::StatusCode;
use serde::Deserialize;
use table::{MOST_PRODUCTS, ProductOutcome};
use web::{Failure, Page, html};

/// The photograph that example names are of.
const EXAMPLE: Named<'_> = Named {
    file_name: "IMG_2041.jpg",
    gallery: "Anna & Mats",
    section: "Ceremony",
    counter: 12,
    captured: Some("2026-06-14T15:04:05"),
};

/// The routes of this module, each declared in [`crate::ROUTES`].
pub(crate) fn routes() -> Router<Studio> {
    Router::new()
        .route("/studio/products", get(list).post(add))
        .route("/studio/products/{product}", get(page).post(save))
        .route("/studio/products/{product}/active", post(switch))
}

#[derive(Template)]
#[template(path = "products.html")]
struct ProductsPage<'a> {
    page: Page<'a>,
    products: Vec<Line>,
    form: &'a Typed,
    problem: Option<Problem>,
    notice: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "product.html")]
struct ProductPage<'a> {
    page: Page<'a>,
    id: ProductId,
    title: String,
    example: String,
    form: &'a Typed,
    problem: Option<Problem>,
}

/// What is wrong with a form, and at which field.
struct Problem {
    field: &'static str,
    text: String,
}

impl std::convert::From<Unfit> for Problem {
    fn from(unfit: Unfit) -> Self {
        Self {
            field: unfit.field(),
            text: unfit.to_string(),
        }
    }
}

impl ProductsPage<'_> {
    fn wrong(&self, field: &str) -> bool {
        wrong(self.problem.as_ref(), field)
    }
}

impl ProductPage<'_> {
    fn wrong(&self, field: &str) -> bool {
        wrong(self.problem.as_ref(), field)
    }
}

/// Whether it is this field in which something is wrong.
fn wrong(problem: Option<&Problem>, field: &str) -> bool {
    problem.is_some_and(|problem| problem.field == field)
}

/// A product in the list.
struct Line {
    id: ProductId,
    name: String,
    made: String,
    offered: String,
    example: String,
    active: bool,
    revision: u64,
}

#[derive(Deserialize)]
pub(crate) struct View {
    done: Option<String>,
}

/// `GET /studio/products`: all of them, and a form for another.
async fn list(State(studio): State<Studio>, Query(view): Query<View>) -> Result<Response, Failure> {
    let notice = match view.done.as_deref() {
        Some("added") => {
            Some("Added. Clients see it at their next click, where their rights allow it.")
        }
        Some("saved") => Some("Saved. It counts from a client’s next click on."),
        Some("on") => Some("Switched on."),
        Some("off") => {
            Some("Switched off. Nobody is offered it; orders that name it are still delivered.")
        }
        _ => None,
    };
    show(&studio, &blank(), None, notice).await
}

/// What the form for a new one begins with.
fn blank() -> Typed {
    let [_, small] = defaults();
    Typed {
        name: String::new(),
        place: String::new(),
        ..Typed::of(&small)
    }
}

async fn show(
    studio: &Studio,
    form: &Typed,
    problem: Option<Problem>,
    notice: Option<&'static str>,
) -> Result<Response, Failure> {
    let products = studio.table.products().await?.into_iter();
    let status = status(problem.as_ref());
    let page = ProductsPage {
        page: Page::new(&studio.name),
        products: products.map(line).collect(),
        form,
        problem,
        notice,
    };
    Ok(html(status, &page))
}

fn status(problem: Option<&Problem>) -> StatusCode {
    problem.map_or(StatusCode::OK, |_| StatusCode::UNPROCESSABLE_ENTITY)
}

fn line(product: Product) -> Line {
    Line {
        made: made(&product.output),
        offered: offered(&product),
        example: product.file_name(&EXAMPLE),
        id: product.id,
        name: product.name,
        active: product.active,
        revision: product.revision,
    }
}

/// `POST /studio/products`: another product.
async fn add(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Form(form): Form<Typed>,
) -> Result<Response, Failure> {
    let product = match form.read(ProductId::new(studio.now())) {
        Ok(product) => product,
        Err(unfit) => return show(&studio, &form, Some(unfit.into()), None).await,
    };
    match studio.table.save_product(&product, None).await? {
        ProductOutcome::Saved(product) => {
            log(&studio, &me, &from, &product, "added").await?;
            Ok(Redirect::to("/studio/products?done=added").into_response())
        }
        ProductOutcome::Full => {
            let text = format!(
                "A studio can have {MOST_PRODUCTS} products. Change one of those you have."
            );
            let problem = Problem {
                field: "name",
                text,
            };
            show(&studio, &form, Some(problem), None).await
        }
        ProductOutcome::Changed => Err(Failure::Busy),
    }
}

/// `GET /studio/products/{product}`: one of them, to be changed.
async fn page(State(studio): State<Studio>, Path(id): Path<String>) -> Result<Response, Failure> {
    let product = named(&studio, &id).await?;
    Ok(edit(&studio, &product, &Typed::of(&product), None))
}

fn edit(studio: &Studio, product: &Product, form: &Typed, problem: Option<Problem>) -> Response {
    let status = status(problem.as_ref());
    let page = ProductPage {
        page: Page::new(&studio.name),
        id: product.id,
        title: product.name.clone(),
        example: product.file_name(&EXAMPLE),
        form,
        problem,
    };
    html(status, &page)
}

/// `POST /studio/products/{product}`: what somebody else changed meanwhile is not overwritten.
async fn save(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Path(id): Path<String>,
    Form(form): Form<Typed>,
) -> Result<Response, Failure> {
    let known = named(&studio, &id).await?;
    let product = match form.read(known.id) {
        Ok(product) => product,
        Err(unfit) => return Ok(edit(&studio, &known, &form, Some(unfit.into()))),
    };
    let product = Product {
        active: known.active,
        ..product
    };
    let outcome = studio
        .table
        .save_product(&product, Some(form.revision))
        .await?;
    settled(&studio, &me, &from, outcome, "saved").await
}

#[derive(Deserialize)]
struct Switch {
    on: bool,
    revision: u64,
}

/// `POST …/active`: offers it, or offers it to nobody. It is never deleted: orders may name it.
async fn switch(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Path(id): Path<String>,
    Form(form): Form<Switch>,
) -> Result<Response, Failure> {
    let known = named(&studio, &id).await?;
    let table = &studio.table;
    let outcome = table
        .switch_product(known.id, form.on, form.revision)
        .await?;
    let done = if form.on { "on" } else { "off" };
    settled(&studio, &me, &from, outcome, done).await
}

async fn settled(
    studio: &Studio,
    me: &Me,
    from: &From,
    outcome: ProductOutcome,
    done: &str,
) -> Result<Response, Failure> {
    let ProductOutcome::Saved(product) = outcome else {
        return Err(Failure::Conflict(
            "Somebody changed this product a moment ago. Look at it again and change it there."
                .into(),
        ));
    };
    let change = match done {
        "on" => "switched on",
        "off" => "switched off",
        _ => "saved",
    };
    log(studio, me, from, &product, change).await?;
    Ok(Redirect::to(&format!("/studio/products?done={done}")).into_response())
}

async fn log(
    studio: &Studio,
    me: &Me,
    from: &From,
    product: &Product,
    change: &str,
) -> Result<(), Failure> {
    let changes = format!("download product {} {change}", product.name);
    studio
        .log(me, from, None, What::SettingsSaved { changes })
        .await
}

async fn named(studio: &Studio, id: &str) -> Result<Product, Failure> {
    let id: ProductId = id.parse()?;
    studio.table.product(id).await?.ok_or(Failure::NotFound)
}

/// How a file is made, as one line.
fn made(output: &Output) -> String {
    let Output::Rendered(recipe) = output else {
        return "The original, untouched".into();
    };
    let size = match recipe.size {
        Size::Full => "full size".to_owned(),
        Size::LongEdge(edge) => format!("{edge} px long edge"),
        Size::Fit { width, height } => format!("within {width} × {height} px"),
    };
    let format = match recipe.format {
        Format::Jpeg => format!("JPEG {}", recipe.quality),
        Format::Png => "PNG".to_owned(),
        Format::Webp => "WebP".to_owned(),
    };
    let mark = if recipe.mark {
        ", your name across it"
    } else {
        ""
    };
    format!("{format}, {size}{mark}")
}

/// For which photographs it is offered, and when, as one line.
fn offered(product: &Product) -> String {
    let name = |stage: &Stage| match stage {
        Stage::Undefined => "without a state",
        Stage::Proof => "Proof",
        Stage::Final => "Final",
    };
    let states = if product.states.len() == STAGES.len() {
        "Every photograph".to_owned()
    } else {
        let named: Vec<_> = product.states.iter().map(name).collect();
        format!("Only {}", named.join(" or "))
    };
    if product.only_final {
        format!("{states}; at once only of Finals")
    } else {
        states
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P39–P41: the list says how a file is made and of what it is offered.
    #[test]
    fn a_product_is_told_in_two_lines() {
        let [full, mut small] = defaults();
        assert_eq!(
            (made(&full.output), offered(&full)),
            ("The original, untouched".into(), "Every photograph".into())
        );
        small.states = [Stage::Proof, Stage::Final].into();
        small.only_final = true;
        assert_eq!(made(&small.output), "JPEG 85, 2048 px long edge");
        assert_eq!(
            offered(&small),
            "Only Proof or Final; at once only of Finals"
        );
        assert_eq!(line(small).example, "IMG_2041-small.jpg");
    }
}
