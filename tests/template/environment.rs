//! A function is told exactly the variables it reads: one too few and it does not start, one too many and it knows more
//! than it needs.

use std::collections::BTreeSet;
use std::path::Path;
use tests::template::functions;

/// What each reader of `runtime` that is not named after its variable reads.
const READERS: [(&str, &str); 6] = [
    ("sdk::table(", "TABLE_NAME"),
    ("sdk::originals(", "ORIGINALS_BUCKET"),
    ("sdk::renditions(", "RENDITIONS_BUCKET"),
    ("sdk::archives(", "ARCHIVES_BUCKET"),
    ("config::pepper(", "PEPPER"),
    ("config::zone(", "STUDIO_TIME_ZONE"),
];

/// The variables `runtime::config` knows.
fn known() -> BTreeSet<String> {
    let source = tests::text("shared/runtime/src/config.rs");
    let lines = source
        .lines()
        .filter_map(|line| line.strip_prefix("pub const "));
    lines
        .map(|line| {
            let (name, value) = line.split_once(": &str = \"").unwrap();
            assert_eq!(
                value.trim_end_matches("\";"),
                name,
                "a constant is named after its variable"
            );
            name.to_owned()
        })
        .collect()
}

fn sources(directory: &Path, into: &mut String) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            into.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// What a function's source reads.
fn reads(package: &str) -> BTreeSet<String> {
    let mut source = String::new();
    sources(
        &tests::root().join(format!("functions/{package}/src")),
        &mut source,
    );
    let named = known().into_iter().filter(|name| {
        let constant = format!("config::{name}");
        let mut after = source.split(constant.as_str()).skip(1);
        after.any(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    });
    let through = READERS.iter().filter(|(reader, _)| source.contains(reader));
    named
        .chain(through.map(|(_, name)| (*name).to_owned()))
        .collect()
}

#[test]
fn environment_is_what_the_code_reads() {
    for function in functions() {
        let declared: BTreeSet<String> = function.properties["Environment"]["Variables"]
            .as_object()
            .into_iter()
            .flat_map(|variables| variables.keys().cloned())
            .collect();
        assert_eq!(declared, reads(&function.package), "{}", function.id);
    }
}

/// A name in `runtime::config` that nobody reads is one that nobody set either.
#[test]
fn every_known_variable_is_read_by_a_function() {
    let read: BTreeSet<String> = functions()
        .iter()
        .flat_map(|function| reads(&function.package))
        .collect();
    assert_eq!(read, known());
}
