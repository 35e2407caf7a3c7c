//! What each function may do: all of it in one snapshot, so that a new permission is a line in a diff.

use domain::access::Subject;
use domain::email::Email;
use domain::ids::{GalleryId, GroupId, GuestId, LinkToken, PhotoId, PresetId, TokenHash};
use jiff::Timestamp;
use serde_json::Value;
use std::fmt::Write as _;
use table::keys;
use tests::template::{Function, functions, texts, written};

/// Widening a function's rights changes this snapshot; `cargo insta review` accepts it, a reviewer sees it.
#[test]
fn permissions_are_these_and_no_more() {
    let mut text = String::new();
    for function in functions() {
        writeln!(text, "{}", function.id).unwrap();
        for statement in function.statements() {
            describe(&statement, &mut text);
        }
    }
    insta::assert_snapshot!(text);
}

fn describe(statement: &Value, text: &mut String) {
    let (sid, effect) = (written(&statement["Sid"]), written(&statement["Effect"]));
    writeln!(
        text,
        "  {sid}: {effect} {}",
        texts(&statement["Action"]).join(", ")
    )
    .unwrap();
    for resource in texts(&statement["Resource"]) {
        writeln!(text, "    on {resource}").unwrap();
    }
    for (operator, keys) in statement["Condition"].as_object().into_iter().flatten() {
        for (key, values) in keys.as_object().unwrap() {
            writeln!(text, "    if {key} {operator} {}", texts(values).join(", ")).unwrap();
        }
    }
}

/// Least privilege: no `*` as an action or a resource, no named policy, a role each.
#[test]
fn no_statement_has_a_wildcard() {
    for function in functions() {
        assert!(
            function.properties["Role"].is_null(),
            "{} shares a role",
            function.id
        );
        let statements = function.statements();
        assert!(!statements.is_empty(), "{}", function.id);
        for statement in statements {
            let at = format!("{}: {statement}", function.id);
            assert!(!statement["Sid"].is_null(), "{at} has no name");
            assert_eq!(statement["Effect"], "Allow", "{at}");
            for action in texts(&statement["Action"]) {
                assert!(!action.contains('*'), "{at}");
                assert!(
                    action != "dynamodb:Scan",
                    "{at}: nothing reads the whole table"
                );
            }
            for resource in texts(&statement["Resource"]) {
                assert!(resource != "*" && !resource.contains(":::*"), "{at}");
            }
        }
    }
}

fn function(package: &str) -> Function {
    functions()
        .into_iter()
        .find(|function| function.package == package)
        .unwrap()
}

/// Whether a function may do any of these on a resource whose written name contains `on`.
fn may(function: &Function, actions: &[&str], on: &str) -> bool {
    function.statements().iter().any(|statement| {
        let on_it = texts(&statement["Resource"])
            .iter()
            .any(|resource| resource.contains(on));
        on_it
            && texts(&statement["Action"])
                .iter()
                .any(|action| actions.contains(&action.as_str()))
    })
}

/// Invariant 7: a presigned URL carries its signer's rights, so the function that takes strangers' forms has none here.
#[test]
fn gallery_cannot_reach_an_original() {
    let gallery = function("gallery");
    assert!(!gallery.properties.to_string().contains("originals"));
    for statement in gallery.statements() {
        assert!(
            !texts(&statement["Action"])
                .iter()
                .any(|action| action.starts_with("s3:Put"))
        );
    }
}

#[test]
fn originals_are_read_by_download_product_and_rendition_only() {
    let reads = ["s3:GetObject", "s3:GetObjectVersion"];
    let mut readers: Vec<String> = functions()
        .iter()
        .filter(|function| may(function, &reads, "-originals-"))
        .map(|function| function.package.clone())
        .collect();
    readers.sort();
    assert_eq!(readers, ["download", "product", "rendition"]);
    for function in functions() {
        let deletes = ["s3:DeleteObject", "s3:DeleteObjectVersion"];
        assert!(
            !may(&function, &deletes, "-originals-"),
            "{} could delete an original",
            function.id
        );
    }
}

/// P21: whoever signs addresses for visitors cannot read the studio's logo, and the studio alone stores one.
#[test]
fn the_logo_is_for_those_who_draw_it() {
    let with = |action| {
        let mut packages: Vec<String> = functions()
            .iter()
            .filter(|function| may(function, &[action], "/mark/*"))
            .map(|function| function.package.clone())
            .collect();
        packages.sort();
        packages
    };
    assert_eq!(with("s3:GetObject"), ["product", "rendition", "studio"]);
    assert_eq!(with("s3:PutObject"), ["studio"]);
    assert!(with("s3:DeleteObject").is_empty(), "files may name it");
}

/// P39: no function makes jobs of what it made: who asks cannot store a product, who makes cannot ask, and the queue hears
/// of jobs alone.
#[test]
fn nothing_that_is_made_asks_for_anything() {
    for (package, prefix) in [("download", "jobs/*"), ("product", "products/*")] {
        let writes =
            |statement: &Value| texts(&statement["Action"]).contains(&"s3:PutObject".into());
        let statements = function(package).statements();
        let written: Vec<String> = statements
            .iter()
            .filter(|statement| writes(statement))
            .flat_map(|statement| texts(&statement["Resource"]))
            .collect();
        assert_eq!(written.len(), 1, "{written:?}");
        assert!(written[0].ends_with(&format!("/{prefix}")), "{written:?}");
    }
}

/// Invariant 7: nothing but notify sends; no function writes into a queue.
#[test]
fn only_notify_sends() {
    for function in functions() {
        for statement in function.statements() {
            for action in texts(&statement["Action"]) {
                assert!(!action.starts_with("sqs:"), "{}: {action}", function.id);
                assert!(
                    !action.starts_with("ses:") || function.package == "notify",
                    "{}: {action}",
                    function.id
                );
            }
        }
    }
}

/// Partition keys that a function may write.
fn writable(function: &Function) -> Vec<String> {
    let writes = [
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
    ];
    allowed(function, &writes)
}

/// Partition keys on which a function may do any of these.
fn allowed(function: &Function, actions: &[&str]) -> Vec<String> {
    let mut patterns = Vec::new();
    for statement in function.statements() {
        if texts(&statement["Action"])
            .iter()
            .any(|action| actions.contains(&action.as_str()))
        {
            let keys = &statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"];
            assert!(!keys.is_null(), "{} reaches any partition", function.id);
            patterns.extend(texts(keys));
        }
    }
    patterns
}

fn matches(patterns: &[String], pk: &str) -> bool {
    patterns
        .iter()
        .any(|pattern| match pattern.strip_suffix('*') {
            Some(prefix) => pk.starts_with(prefix),
            None => pk == pattern,
        })
}

/// Design 3: IAM binds a function to partition keys. The gallery function writes sessions, guesses and mail, and can
/// rewrite no gallery, no link, no sign-in code and no session of the studio.
#[test]
fn gallery_writes_what_visitors_write() {
    let patterns = writable(&function("gallery"));
    let now = Timestamp::UNIX_EPOCH;
    let (id, hash) = (GalleryId::new(now), TokenHash::of("x"));
    let address = std::net::IpAddr::from([192, 0, 2, 1]);
    for key in [
        keys::session(&hash),
        keys::try_gallery(id),
        keys::try_device(id, &hash),
        keys::try_neighbourhood(id, "192.0.2.0/24"),
        keys::try_address(address, "2026-11-22T10"),
        keys::outbox(uuid::Uuid::nil(), now),
        keys::client_code(&hash),
        keys::guest_link(&hash),
        keys::guest(id, GuestId::new(now)),
        keys::last_visit(id, &Subject::Anybody),
        keys::invitation(&hash),
        keys::try_invitations(id, now),
        keys::try_codes("192.0.2.1", now),
        keys::try_questions("192.0.2.1", now),
        keys::event(&keys::activity_partition(Some(id), "202611"), "x"),
        keys::event(&keys::activity_partition(None, "202611"), "x"),
    ] {
        assert!(matches(&patterns, &key.pk), "{} must be written", key.pk);
    }
    let email: Email = "owner@studio.example".parse().unwrap();
    assert!(
        matches(&patterns, &keys::try_mail(&email).pk),
        "the only other partition of guesses"
    );
    for key in [
        keys::gallery(id),
        keys::row(id, &Subject::Anybody),
        keys::photo(id, &PhotoId::of_key("k")),
        keys::link(&LinkToken::random().hash()),
        keys::folder("f"),
        keys::studio_session(&hash),
        keys::code(&hash),
        keys::stray("k"),
        keys::person(&email),
        keys::member(&email),
        keys::group(GroupId::new(now)),
        keys::preset(PresetId::new(now)),
        keys::preview(&hash),
        keys::row(id, &Subject::Person(email.clone())),
    ] {
        assert!(
            !matches(&patterns, &key.pk),
            "{} could be rewritten",
            key.pk
        );
    }
}

/// whoever takes strangers' requests adds to the log, and can neither change nor remove what stands there; an
/// invitation is marked as accepted there, and none is made.
#[test]
fn visitors_functions_only_append_to_the_log() {
    let (id, hash) = (GalleryId::new(Timestamp::UNIX_EPOCH), TokenHash::of("x"));
    let event = keys::event(&keys::activity_partition(Some(id), "202611"), "x");
    for package in ["gallery", "download"] {
        let function = function(package);
        let put = allowed(&function, &["dynamodb:PutItem"]);
        assert!(matches(&put, &event.pk), "{package}");
        let change = allowed(&function, &["dynamodb:UpdateItem", "dynamodb:DeleteItem"]);
        assert!(!matches(&change, &event.pk), "{package}");
        let make = allowed(&function, &["dynamodb:PutItem", "dynamodb:DeleteItem"]);
        assert!(!matches(&make, &keys::invitation(&hash).pk), "{package}");
    }
}

/// Complaint 2: whoever takes clients' taps keeps what they say, and can remove none of it.
#[test]
fn nothing_that_clients_say_is_ever_deleted() {
    let id = GalleryId::new(Timestamp::UNIX_EPOCH);
    let said = keys::picks_partition(id);
    let gallery = function("gallery");
    assert!(matches(&writable(&gallery), &said));
    for function in functions() {
        // the studio holds every right over its own table
        if function.package != "studio" {
            let deletes = allowed(&function, &["dynamodb:DeleteItem"]);
            assert!(!matches(&deletes, &said), "{}", function.id);
        }
    }
}

/// P46: orders are placed by clients, changed by the studio and shipped by the sweep; nobody who serves visitors deletes
/// one, nor the record that it was done.
#[test]
fn orders_are_written_by_those_who_place_and_ship_them() {
    let id = GalleryId::new(Timestamp::UNIX_EPOCH);
    let (orders, told) = (keys::orders(id), keys::tellings(id));
    let writers = |pk: &str| -> Vec<String> {
        let functions = functions().into_iter();
        functions
            .filter(|function| function.package != "studio")
            .filter(|function| matches(&writable(function), pk))
            .map(|function| function.package)
            .collect()
    };
    assert_eq!(writers(&orders), ["gallery", "sweep"]);
    assert_eq!(writers(&told), ["sweep"]);
    for function in functions() {
        if function.package != "studio" {
            let deletes = allowed(&function, &["dynamodb:DeleteItem"]);
            assert!(!matches(&deletes, &orders), "{}", function.id);
        }
    }
}

/// The download function counts what it hands out, logs it, and writes nothing else.
#[test]
fn download_writes_counts_and_events() {
    let patterns = writable(&function("download"));
    assert_eq!(patterns, ["SEEN#*", "ACTIVITY#*"]);
}

#[test]
fn event_functions_write_their_own_partitions() {
    let id = GalleryId::new(Timestamp::UNIX_EPOCH);
    for (package, reach) in [("rendition", true), ("sweep", true), ("notify", false)] {
        let patterns = writable(&function(package));
        assert_eq!(
            matches(&patterns, &keys::gallery(id).pk),
            reach,
            "{package}"
        );
        assert!(
            !matches(&patterns, &keys::session(&TokenHash::of("x")).pk),
            "{package}"
        );
        assert!(
            !matches(&patterns, &keys::studio_session(&TokenHash::of("x")).pk),
            "{package}"
        );
        assert!(
            !matches(&patterns, &keys::link(&TokenHash::of("x")).pk),
            "{package}"
        );
    }
}
