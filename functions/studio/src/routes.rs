//! Every route of the studio with what it is for, as `template.yaml` declares them, and what answers it.

use crate::{
    Studio, account, activity, authorizations, choosing, comments, contacts, galleries, gallery,
    mark, member, orders, photo, photos, presets, products, selection, settings, sign_in, team,
    uploads, waiting,
};
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post};
use domain::team::Task::{
    Account, Activity, Arrange, Authorizations, Contacts, Export, Galleries, Look, Ship, Team,
};
use web::Rule::{Member, Public};
use web::{Route, declared};

/// Every route and its rule.
pub const ROUTES: &[Route] = &[
    Route::new("GET", "/studio", Member(Look)),
    Route::new("GET", "/studio/sign-in", Public),
    Route::new("POST", "/studio/sign-in", Public),
    Route::new("POST", "/studio/code", Public),
    Route::new("POST", "/studio/sign-out", Member(Account)),
    Route::new("GET", "/studio/prove", Member(Account)),
    Route::new("POST", "/studio/prove", Member(Account)),
    Route::new("GET", "/studio/account", Member(Account)),
    Route::new(
        "POST",
        "/studio/account/sessions/{session}/end",
        Member(Account),
    ),
    Route::new("POST", "/studio/account/everywhere", Member(Account)),
    Route::new("GET", "/studio/mark", Member(Galleries)),
    Route::new("POST", "/studio/mark", Member(Galleries)),
    Route::new("POST", "/studio/mark/logo", Member(Galleries)),
    Route::new("GET", "/studio/mark/preview", Member(Galleries)),
    Route::new("GET", "/studio/products", Member(Galleries)),
    Route::new("POST", "/studio/products", Member(Galleries)),
    Route::new("GET", "/studio/products/{product}", Member(Galleries)),
    Route::new("POST", "/studio/products/{product}", Member(Galleries)),
    Route::new(
        "POST",
        "/studio/products/{product}/active",
        Member(Galleries),
    ),
    Route::new("GET", "/studio/team", Member(Team)),
    Route::new("POST", "/studio/team", Member(Team)),
    Route::new("POST", "/studio/team/{member}", Member(Team)),
    Route::new("POST", "/studio/team/{member}/remove", Member(Team)),
    Route::new("GET", "/studio/activity", Member(Activity)),
    Route::new("GET", "/studio/activity.csv", Member(Export)),
    Route::new("GET", "/studio/new", Member(Galleries)),
    Route::new("POST", "/studio/galleries", Member(Galleries)),
    Route::new("POST", "/studio/presets/{preset}/remove", Member(Galleries)),
    Route::new("GET", "/studio/galleries/{gallery}", Member(Look)),
    Route::new(
        "GET",
        "/studio/galleries/{gallery}/settings",
        Member(Galleries),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/settings",
        Member(Galleries),
    ),
    Route::new(
        "GET",
        "/studio/galleries/{gallery}/choosing",
        Member(Galleries),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/choosing",
        Member(Galleries),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/status",
        Member(Galleries),
    ),
    Route::new(
        "GET",
        "/studio/galleries/{gallery}/activity",
        Member(Activity),
    ),
    Route::new(
        "GET",
        "/studio/galleries/{gallery}/activity.csv",
        Member(Export),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/preset",
        Member(Galleries),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/enabled",
        Member(Galleries),
    ),
    Route::new("GET", "/studio/galleries/{gallery}/photos", Member(Look)),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/photos/mark",
        Member(Arrange),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/photos/move",
        Member(Arrange),
    ),
    Route::new(
        "GET",
        "/studio/galleries/{gallery}/photos/{photo}",
        Member(Look),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/photos/{photo}/restore",
        Member(Arrange),
    ),
    Route::new(
        "GET",
        "/studio/galleries/{gallery}/waiting",
        Member(Arrange),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/waiting",
        Member(Arrange),
    ),
    Route::new(
        "GET",
        "/studio/galleries/{gallery}/photos/{photo}/comments",
        Member(Look),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/photos/{photo}/comments",
        Member(Arrange),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/photos/{photo}/comments/{comment}/remove",
        Member(Arrange),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/uploads",
        Member(Arrange),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/uploads/plan",
        Member(Arrange),
    ),
    Route::new(
        "GET",
        "/studio/galleries/{gallery}/uploads/{upload}/parts",
        Member(Arrange),
    ),
    Route::new(
        "GET",
        "/studio/galleries/{gallery}/uploads/{upload}/parts/{part}",
        Member(Arrange),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/uploads/{upload}/complete",
        Member(Arrange),
    ),
    Route::new(
        "DELETE",
        "/studio/galleries/{gallery}/uploads/{upload}",
        Member(Arrange),
    ),
    Route::new(
        "GET",
        "/studio/galleries/{gallery}/authorizations",
        Member(Authorizations),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/authorizations/{subject}",
        Member(Authorizations),
    ),
    Route::new(
        "GET",
        "/studio/galleries/{gallery}/authorizations/{subject}/remove",
        Member(Authorizations),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/authorizations/{subject}/remove",
        Member(Authorizations),
    ),
    Route::new(
        "GET",
        "/studio/galleries/{gallery}/people",
        Member(Authorizations),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/people",
        Member(Authorizations),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/people/{subject}/invite",
        Member(Authorizations),
    ),
    Route::new(
        "GET",
        "/studio/galleries/{gallery}/link",
        Member(Authorizations),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/link",
        Member(Authorizations),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/pin",
        Member(Authorizations),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/sections",
        Member(Authorizations),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/table",
        Member(Authorizations),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/guests",
        Member(Authorizations),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/guests/{guest}/end",
        Member(Authorizations),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/view-as",
        Member(Authorizations),
    ),
    Route::new("GET", "/studio/contacts", Member(Contacts)),
    Route::new("POST", "/studio/contacts", Member(Contacts)),
    Route::new("GET", "/studio/contacts/{person}", Member(Contacts)),
    Route::new("POST", "/studio/contacts/{person}", Member(Contacts)),
    Route::new("POST", "/studio/groups", Member(Contacts)),
    Route::new("POST", "/studio/groups/{group}", Member(Contacts)),
    Route::new("GET", "/studio/groups/{group}/remove", Member(Contacts)),
    Route::new("POST", "/studio/groups/{group}/remove", Member(Contacts)),
    Route::new("GET", "/studio/contacts.csv", Member(Export)),
    Route::new("GET", "/studio/galleries/{gallery}/selection", Member(Look)),
    Route::new(
        "GET",
        "/studio/galleries/{gallery}/selection/{subject}/reopen",
        Member(Ship),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/selection/{subject}/reopen",
        Member(Ship),
    ),
    Route::new(
        "GET",
        "/studio/galleries/{gallery}/selection/{subject}/snapshots/{number}",
        Member(Look),
    ),
    Route::new(
        "GET",
        "/studio/galleries/{gallery}/selection/{subject}/{file}",
        Member(Look),
    ),
    Route::new("GET", "/studio/orders", Member(Look)),
    Route::new("GET", "/studio/galleries/{gallery}/orders", Member(Look)),
    Route::new(
        "GET",
        "/studio/galleries/{gallery}/orders/{order}",
        Member(Look),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/orders/{order}/recalc",
        Member(Ship),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/orders/{order}/ship",
        Member(Ship),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/orders/{order}/auto",
        Member(Ship),
    ),
    Route::new(
        "GET",
        "/studio/galleries/{gallery}/orders/{order}/cancel",
        Member(Ship),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/orders/{order}/cancel",
        Member(Ship),
    ),
    Route::new(
        "GET",
        "/studio/galleries/{gallery}/orders/{order}/lines/{place}/cancel",
        Member(Ship),
    ),
    Route::new(
        "POST",
        "/studio/galleries/{gallery}/orders/{order}/lines/{place}/cancel",
        Member(Ship),
    ),
    Route::new(
        "GET",
        "/studio/galleries/{gallery}/orders/{order}/{file}",
        Member(Look),
    ),
];

/// The routes, each behind its rule.
pub fn router(studio: Studio) -> Router {
    let routes = Router::new()
        .merge(account_routes())
        .merge(gallery_routes())
        .merge(photo_routes())
        .merge(photo::routes())
        .merge(waiting::routes())
        .merge(authorizations::routes())
        .merge(contacts::routes())
        .merge(orders::routes())
        .merge(selection::routes())
        .merge(choosing::routes())
        .merge(comments::routes())
        .merge(mark::routes())
        .merge(products::routes())
        .route_layer(from_fn_with_state(studio.clone(), member::only));
    declared(routes, ROUTES).with_state(studio)
}

fn account_routes() -> Router<Studio> {
    Router::new()
        .route("/studio/sign-in", get(sign_in::form).post(sign_in::ask))
        .route("/studio/code", post(sign_in::code))
        .route("/studio/sign-out", post(sign_in::sign_out))
        .route(
            "/studio/prove",
            get(account::prove_form).post(account::prove),
        )
        .route("/studio/account", get(account::page))
        .route("/studio/account/sessions/{session}/end", post(account::end))
        .route("/studio/account/everywhere", post(account::everywhere))
        .route("/studio/activity", get(activity::studio))
        .route("/studio/activity.csv", get(activity::studio_csv))
        .route("/studio/team", get(team::page).post(team::add))
        .route("/studio/team/{member}", post(team::change))
        .route("/studio/team/{member}/remove", post(team::remove))
}

fn gallery_routes() -> Router<Studio> {
    const ONE: &str = "/studio/galleries/{gallery}";
    let of = |end: &str| format!("{ONE}{end}");
    Router::new()
        .route("/studio", get(galleries::list))
        .route("/studio/new", get(galleries::blank))
        .route("/studio/galleries", post(galleries::create))
        .route("/studio/presets/{preset}/remove", post(presets::remove))
        .route(ONE, get(gallery::page))
        .route(&of("/settings"), get(settings::page).post(settings::save))
        .route(&of("/status"), post(settings::status))
        .route(&of("/preset"), post(presets::save))
        .route(&of("/activity"), get(activity::gallery))
        .route(&of("/activity.csv"), get(activity::gallery_csv))
        .route(&of("/enabled"), post(gallery::set_enabled))
}

fn photo_routes() -> Router<Studio> {
    const ONE: &str = "/studio/galleries/{gallery}/uploads";
    let of = |end: &str| format!("{ONE}{end}");
    Router::new()
        .route("/studio/galleries/{gallery}/photos", get(photos::rows))
        .route(
            "/studio/galleries/{gallery}/photos/mark",
            post(photos::mark),
        )
        .route(
            "/studio/galleries/{gallery}/photos/move",
            post(photos::shift),
        )
        .route(ONE, post(uploads::start))
        .route(&of("/plan"), post(uploads::plan))
        .route(&of("/{upload}"), delete(uploads::cancel))
        .route(&of("/{upload}/parts"), get(uploads::parts))
        .route(&of("/{upload}/parts/{part}"), get(uploads::sign))
        .route(&of("/{upload}/complete"), post(uploads::complete))
}
