//! The workspace's shape: which package may name which, and that the docs speak of files that exist.

use std::collections::{BTreeMap, BTreeSet};

/// Every package with the names under its `[dependencies]` and `[build-dependencies]`.
fn packages() -> BTreeMap<String, BTreeSet<String>> {
    let mut packages = BTreeMap::new();
    for group in ["functions", "shared", "infra"] {
        for entry in std::fs::read_dir(tests::root().join(group)).unwrap() {
            let manifest = entry.unwrap().path().join("Cargo.toml");
            if let Ok(text) = std::fs::read_to_string(manifest) {
                packages.insert(name(&text), dependencies(&text));
            }
        }
    }
    packages
}

fn name(manifest: &str) -> String {
    let line = manifest
        .lines()
        .find_map(|line| line.strip_prefix("name = "))
        .unwrap();
    line.trim_matches('"').to_owned()
}

fn dependencies(manifest: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut inside = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = matches!(line, "[dependencies]" | "[build-dependencies]");
        } else if inside && let Some(end) = line.find([' ', '.', '=']) {
            names.insert(line[..end].to_owned());
        }
    }
    names
}

/// Design 2: `domain`, `imaging` ← `table`, `bucket`, `web` ← functions; `runtime` ← every main. No function depends on
/// another, and what runs the stack on one machine knows the functions as binaries only.
#[test]
fn dependencies_point_one_way() {
    let packages = packages();
    let ours: BTreeSet<&str> = packages.keys().map(String::as_str).collect();
    for (name, needs) in &packages {
        let needs: BTreeSet<&str> = needs
            .iter()
            .map(String::as_str)
            .filter(|need| ours.contains(need))
            .collect();
        let allowed: &[&str] = match name.as_str() {
            "domain" | "imaging" | "sample" | "local-s3" => &[],
            "table" | "bucket" => &["domain"],
            "web" => &["domain", "table"],
            "runtime" => &["domain", "table", "bucket"],
            "local" => &["domain", "local-s3", "sample"],
            "mark" => &["domain", "bucket", "imaging"],
            "rendition" => &["domain", "table", "bucket", "runtime", "imaging", "mark"],
            "product" => &["domain", "bucket", "runtime", "imaging", "mark"],
            "notify" => &["domain", "table", "runtime"],
            "sweep" => &["domain", "table", "bucket", "runtime"],
            "gallery" | "download" => &["domain", "table", "bucket", "web", "runtime"],
            "studio" => &[
                "domain", "table", "bucket", "web", "runtime", "imaging", "mark",
            ],
            other => panic!("{other} is new: say here what it may depend on"),
        };
        let allowed: BTreeSet<&str> = allowed.iter().copied().collect();
        let beyond: Vec<&&str> = needs.difference(&allowed).collect();
        assert!(beyond.is_empty(), "{name} depends on {beyond:?}");
    }
}

/// Whoever names an SDK can send anything: one crate a service, plus `runtime`, which makes the clients.
#[test]
fn one_crate_names_each_sdk() {
    for (sdk, named_by) in [
        ("aws-sdk-dynamodb", &["runtime", "table"][..]),
        ("aws-sdk-s3", &["bucket", "local", "runtime"]),
        ("aws-sdk-sesv2", &["notify", "runtime"]),
        ("s3s", &["local-s3"]),
        ("dynoxide-rs", &["local"]),
    ] {
        let found: Vec<String> = packages()
            .into_iter()
            .filter(|(_, needs)| needs.contains(sdk))
            .map(|(name, _)| name)
            .collect();
        assert_eq!(found, named_by, "{sdk}");
    }
}

/// Words of a text that are paths of this repository.
fn paths(text: &str) -> Vec<String> {
    let tops = [
        "functions/",
        "shared/",
        "infra/",
        "events/",
        "tests/",
        ".ci/",
    ];
    let words = text.split(|c: char| c.is_whitespace() || "`()[]|,;:\"'".contains(c));
    let paths = words.filter(|word| tops.iter().any(|top| word.starts_with(top)));
    paths
        .map(|path| path.trim_end_matches(['.', '/']).to_owned())
        .collect()
}

/// Whether a path, perhaps with one `*`, is there.
fn exists(path: &str) -> bool {
    let Some((before, after)) = path.split_once('*') else {
        return tests::root().join(path).exists();
    };
    let Ok(entries) = std::fs::read_dir(tests::root().join(before)) else {
        return false;
    };
    entries.flatten().any(|entry| {
        let full = format!("{}{after}", entry.path().display());
        std::path::Path::new(&full).exists()
    })
}

#[test]
fn the_docs_name_files_that_exist() {
    let mut missing = Vec::new();
    for document in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "infra/README.md",
    ] {
        let paths = paths(&tests::text(document));
        assert!(!paths.is_empty(), "{document} names no file");
        let gone = paths.into_iter().filter(|path| !exists(path));
        missing.extend(gone.map(|path| format!("{document} names {path}")));
    }
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(
        tests::text("ARCHITECTURE.md").lines().count() <= 260,
        "a map, not a book"
    );
}

/// Design 2: what starts a program only wires it.
#[test]
fn every_main_is_short() {
    for entry in std::fs::read_dir(tests::root().join("functions")).unwrap() {
        let main = entry.unwrap().path().join("src/main.rs");
        let lines = std::fs::read_to_string(&main).unwrap().lines().count();
        assert!(lines <= 25, "{} has {lines} lines", main.display());
    }
}

/// A test that is switched off proves nothing.
#[test]
fn nothing_ignores_a_test() {
    fn walk(directory: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("node_modules") {
                walk(&path, found);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let ignored = concat!("#[", "ignore");
                if std::fs::read_to_string(&path).unwrap().contains(ignored) {
                    found.push(path.display().to_string());
                }
            }
        }
    }
    let mut found = Vec::new();
    for group in ["functions", "shared", "infra", "tests"] {
        walk(&tests::root().join(group), &mut found);
    }
    assert!(found.is_empty(), "{found:?}");
}
