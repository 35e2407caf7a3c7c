//! Every route of the template has a handler, and every handler a route.

use tests::template::functions;
use web::Route;

/// The routes a function's code says it has.
fn declared(package: &str) -> Option<&'static [Route]> {
    match package {
        "gallery" => Some(gallery::ROUTES),
        "studio" => Some(studio::ROUTES),
        "download" => Some(download::ROUTES),
        _ => None,
    }
}

#[test]
fn routes_are_those_of_the_code() {
    for function in functions() {
        let mut expected: Vec<(String, String)> = declared(&function.package)
            .into_iter()
            .flatten()
            .map(|route| (route.method.to_owned(), route.path.to_owned()))
            .collect();
        expected.sort();
        assert_eq!(function.routes(), expected, "{}", function.id);
    }
}

/// `ROUTES` is what the router is built from, not a second list that is forgotten. The studio's router is put together
/// from several files: there `web::declared` refuses what is not listed, and `tests/routes/members.rs` asks each route.
#[test]
fn every_route_of_a_router_is_in_its_list() {
    for package in ["gallery", "download"] {
        let source = tests::text(&format!("functions/{package}/src/lib.rs"));
        let mut routed: Vec<&str> = source
            .split(".route(")
            .skip(1)
            .map(|rest| rest.split('"').nth(1).unwrap())
            .collect();
        routed.sort_unstable();
        let mut listed: Vec<&str> = declared(package)
            .unwrap()
            .iter()
            .map(|route| route.path)
            .filter(|path| *path != "$default")
            .collect();
        listed.sort_unstable();
        listed.dedup();
        assert_eq!(routed, listed, "functions/{package}/src/lib.rs");
    }
}

/// Two functions with the same route: the gateway would take either.
#[test]
fn no_route_is_declared_twice() {
    let mut routes: Vec<_> = functions()
        .iter()
        .flat_map(tests::template::Function::routes)
        .collect();
    routes.sort();
    let count = routes.len();
    routes.dedup();
    assert_eq!(routes.len(), count);
}
