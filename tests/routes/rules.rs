//! Every route and who may use it, written down a second time: a route that this list does not know, and one whose rule
//! is another than here, fail the tests (T5, issue 3: a route without a declared rule).

use std::collections::BTreeMap;

/// Method, path and rule; `ANY $default` is what the gateway sends when no other route fits.
const RULES: &str = "
GET / Public
GET /robots.txt Public
GET /assets/{file} Public
ANY $default Public
GET /g/{link} Link
POST /g/{link} Link
POST /g/{link}/leave Link
GET /g/{link}/sign-in Link
GET /g/{link}/ask Link
GET /g/{link}/frames Visitor(View)
GET /g/{link}/review Visitor(Select)
POST /g/{link}/confirm Visitor(Select)
GET /g/{link}/confirmed/{number} Visitor(View)
GET /g/{link}/cart Visitor(Order)
POST /g/{link}/order Visitor(Order)
GET /g/{link}/orders Visitor(Enter)
GET /g/{link}/orders/{order} Visitor(Enter)
GET /g/{link}/photo/{photo} Visitor(View)
GET /g/{link}/choices Visitor(View)
POST /g/{link}/photo/{photo}/choose Visitor(Select)
POST /g/{link}/photo/{photo}/rate Visitor(Rate)
POST /g/{link}/photo/{photo}/want Visitor(Order)
GET /g/{link}/photo/{photo}/comments Visitor(View)
POST /g/{link}/photo/{photo}/comments Visitor(Comment)
POST /g/{link}/photo/{photo}/comments/{comment}/remove Visitor(Comment)
GET /g/{link}/guests Visitor(ShareGuest)
POST /g/{link}/guests Visitor(ShareGuest)
POST /g/{link}/guests/{guest}/end Visitor(ShareGuest)
GET /sign-in Public
POST /sign-in Public
POST /sign-in/code Public
GET /sign-in/link/{token} Public
POST /sign-in/link/{token} Public
POST /sign-out Public
GET /galleries Person
GET /i/{token} Public
POST /i/{token} Public
GET /i/{token}/ask Public
GET /ask Public
POST /ask Public
GET /download/{link}/{photo} Visitor(DownloadOriginal)
GET /download/{link}/{photo}/web Visitor(DownloadWeb)
GET /download/{link}/order/{order}/{photo}/{product} Visitor(FetchShipped)
GET /download/{link}/{photo}/as/{product} Visitor(DownloadCustom)
GET /studio/sign-in Public
POST /studio/sign-in Public
POST /studio/code Public
POST /studio/sign-out Member(Account)
GET /studio/prove Member(Account)
POST /studio/prove Member(Account)
GET /studio/account Member(Account)
POST /studio/account/sessions/{session}/end Member(Account)
POST /studio/account/everywhere Member(Account)
GET /studio Member(Look)
GET /studio/galleries/{gallery} Member(Look)
GET /studio/galleries/{gallery}/photos Member(Look)
POST /studio/galleries/{gallery}/photos/mark Member(Arrange)
POST /studio/galleries/{gallery}/photos/move Member(Arrange)
GET /studio/galleries/{gallery}/photos/{photo} Member(Look)
POST /studio/galleries/{gallery}/photos/{photo}/restore Member(Arrange)
GET /studio/galleries/{gallery}/waiting Member(Arrange)
POST /studio/galleries/{gallery}/waiting Member(Arrange)
GET /studio/galleries/{gallery}/photos/{photo}/comments Member(Look)
POST /studio/galleries/{gallery}/photos/{photo}/comments Member(Arrange)
POST /studio/galleries/{gallery}/photos/{photo}/comments/{comment}/remove Member(Arrange)
POST /studio/galleries/{gallery}/uploads Member(Arrange)
POST /studio/galleries/{gallery}/uploads/plan Member(Arrange)
GET /studio/galleries/{gallery}/uploads/{upload}/parts Member(Arrange)
GET /studio/galleries/{gallery}/uploads/{upload}/parts/{part} Member(Arrange)
POST /studio/galleries/{gallery}/uploads/{upload}/complete Member(Arrange)
DELETE /studio/galleries/{gallery}/uploads/{upload} Member(Arrange)
GET /studio/orders Member(Look)
GET /studio/galleries/{gallery}/orders Member(Look)
GET /studio/galleries/{gallery}/orders/{order} Member(Look)
POST /studio/galleries/{gallery}/orders/{order}/recalc Member(Ship)
POST /studio/galleries/{gallery}/orders/{order}/ship Member(Ship)
POST /studio/galleries/{gallery}/orders/{order}/auto Member(Ship)
GET /studio/galleries/{gallery}/orders/{order}/cancel Member(Ship)
POST /studio/galleries/{gallery}/orders/{order}/cancel Member(Ship)
GET /studio/galleries/{gallery}/orders/{order}/lines/{place}/cancel Member(Ship)
POST /studio/galleries/{gallery}/orders/{order}/lines/{place}/cancel Member(Ship)
GET /studio/galleries/{gallery}/orders/{order}/{file} Member(Look)
GET /studio/galleries/{gallery}/selection Member(Look)
GET /studio/galleries/{gallery}/selection/{subject}/reopen Member(Ship)
POST /studio/galleries/{gallery}/selection/{subject}/reopen Member(Ship)
GET /studio/galleries/{gallery}/selection/{subject}/snapshots/{number} Member(Look)
GET /studio/galleries/{gallery}/selection/{subject}/{file} Member(Look)
GET /studio/new Member(Galleries)
POST /studio/galleries Member(Galleries)
GET /studio/galleries/{gallery}/settings Member(Galleries)
POST /studio/galleries/{gallery}/settings Member(Galleries)
GET /studio/galleries/{gallery}/choosing Member(Galleries)
POST /studio/galleries/{gallery}/choosing Member(Galleries)
POST /studio/galleries/{gallery}/status Member(Galleries)
POST /studio/galleries/{gallery}/enabled Member(Galleries)
POST /studio/galleries/{gallery}/preset Member(Galleries)
POST /studio/presets/{preset}/remove Member(Galleries)
GET /studio/galleries/{gallery}/authorizations Member(Authorizations)
POST /studio/galleries/{gallery}/authorizations/{subject} Member(Authorizations)
GET /studio/galleries/{gallery}/authorizations/{subject}/remove Member(Authorizations)
POST /studio/galleries/{gallery}/authorizations/{subject}/remove Member(Authorizations)
GET /studio/galleries/{gallery}/people Member(Authorizations)
POST /studio/galleries/{gallery}/people Member(Authorizations)
POST /studio/galleries/{gallery}/people/{subject}/invite Member(Authorizations)
POST /studio/galleries/{gallery}/guests Member(Authorizations)
POST /studio/galleries/{gallery}/guests/{guest}/end Member(Authorizations)
GET /studio/galleries/{gallery}/link Member(Authorizations)
POST /studio/galleries/{gallery}/link Member(Authorizations)
POST /studio/galleries/{gallery}/pin Member(Authorizations)
POST /studio/galleries/{gallery}/sections Member(Authorizations)
POST /studio/galleries/{gallery}/table Member(Authorizations)
POST /studio/galleries/{gallery}/view-as Member(Authorizations)
GET /studio/mark Member(Galleries)
POST /studio/mark Member(Galleries)
POST /studio/mark/logo Member(Galleries)
GET /studio/mark/preview Member(Galleries)
GET /studio/products Member(Galleries)
POST /studio/products Member(Galleries)
GET /studio/products/{product} Member(Galleries)
POST /studio/products/{product} Member(Galleries)
POST /studio/products/{product}/active Member(Galleries)
GET /studio/contacts Member(Contacts)
POST /studio/contacts Member(Contacts)
GET /studio/contacts/{person} Member(Contacts)
POST /studio/contacts/{person} Member(Contacts)
POST /studio/groups Member(Contacts)
POST /studio/groups/{group} Member(Contacts)
GET /studio/groups/{group}/remove Member(Contacts)
POST /studio/groups/{group}/remove Member(Contacts)
GET /studio/contacts.csv Member(Export)
GET /studio/galleries/{gallery}/activity Member(Activity)
GET /studio/activity Member(Activity)
GET /studio/galleries/{gallery}/activity.csv Member(Export)
GET /studio/activity.csv Member(Export)
GET /studio/team Member(Team)
POST /studio/team Member(Team)
POST /studio/team/{member} Member(Team)
POST /studio/team/{member}/remove Member(Team)
";

/// A route of this list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    pub method: &'static str,
    pub path: &'static str,
    pub rule: &'static str,
}

/// All of them.
pub fn listed() -> Vec<Listed> {
    let lines = RULES.lines().filter(|line| !line.is_empty());
    let listed = lines.map(|line| {
        let [method, path, rule] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{line}: method, path, rule");
        };
        Listed { method, path, rule }
    });
    listed.collect()
}

/// The routes that the functions declare.
pub fn declared() -> impl Iterator<Item = &'static web::Route> {
    let routes = gallery::ROUTES.iter().chain(download::ROUTES);
    routes.chain(studio::ROUTES)
}

/// T5: a route nobody thought about, a rule that was loosened, a route that went and is still believed to be guarded.
#[test]
fn every_route_has_the_rule_that_is_written_down_for_it() {
    let told: BTreeMap<(&str, &str), String> = declared()
        .map(|route| ((route.method, route.path), format!("{:?}", route.rule)))
        .collect();
    let here: BTreeMap<(&str, &str), String> = listed()
        .iter()
        .map(|route| ((route.method, route.path), route.rule.to_owned()))
        .collect();
    assert_eq!(declared().count(), told.len(), "a route is declared twice");
    assert_eq!(listed().len(), here.len(), "a route is listed twice");
    let mut wrong = Vec::new();
    for (route, rule) in &told {
        match here.get(route) {
            None => wrong.push(format!(
                "{route:?} is declared as {rule} and listed nowhere"
            )),
            Some(said) if said != rule => {
                wrong.push(format!("{route:?} is {rule} instead of {said}"));
            }
            Some(_) => {}
        }
    }
    let gone = here.keys().filter(|route| !told.contains_key(*route));
    wrong.extend(gone.map(|route| format!("{route:?} is listed and declared nowhere")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
