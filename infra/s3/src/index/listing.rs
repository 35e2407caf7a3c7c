//! Listings: keys in UTF-8 byte order, rolled up at a delimiter, page by page.

use rusqlite::{Connection, Row, params};

use crate::digest::Checksum;
use crate::fault::Fault;
use crate::index::buckets;

/// What a page is to hold.
pub struct Wanted<'a> {
    pub prefix: &'a str,
    pub delimiter: Option<&'a str>,
    /// Only what comes after this key or common prefix.
    pub after: &'a str,
    pub limit: usize,
}

/// A version in a listing.
#[derive(Clone, Debug)]
pub struct Entry {
    pub key: String,
    pub version: String,
    pub latest: bool,
    pub marker: bool,
    pub size: u64,
    pub etag: String,
    /// Milliseconds since 1970.
    pub modified: i64,
    pub class: String,
    pub checksum: Option<Checksum>,
}

/// A page of a listing.
#[derive(Debug, Default)]
pub struct Page {
    pub entries: Vec<Entry>,
    pub prefixes: Vec<String>,
    /// The last key or common prefix of this page, if there is more.
    pub next: Option<String>,
    /// In a listing of versions, the last one's id.
    pub next_version: Option<String>,
}

/// The least string above all that begin with `prefix`. UTF-8 orders strings as their code points.
pub fn after_all(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        // The successor of U+D7FF is U+E000; that of U+10FFFF is none.
        if let Some(next) = (u32::from(last) + 1..).take(0x801).find_map(char::from_u32) {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

impl Wanted<'_> {
    /// The common prefix that `key` is rolled up into.
    fn rolled<'k>(&self, key: &'k str) -> Option<&'k str> {
        let delimiter = self.delimiter.filter(|delimiter| !delimiter.is_empty())?;
        let rest = key.get(self.prefix.len()..)?;
        let end = self.prefix.len() + rest.find(delimiter)? + delimiter.len();
        key.get(..end)
    }
}

/// The newest versions that are not delete markers.
pub fn objects(connection: &Connection, bucket: &str, wanted: &Wanted<'_>) -> Result<Page, Fault> {
    collect(connection, bucket, wanted, Scope::Objects)
}

/// All versions, each key's newest first, after the version with `after_id` of the key [`Wanted::after`].
pub fn versions(
    connection: &Connection,
    bucket: &str,
    wanted: &Wanted<'_>,
    after_version: Option<&str>,
) -> Result<Page, Fault> {
    let after_id = after_version
        .map(|version| place_of(connection, bucket, wanted.after, version))
        .transpose()?;
    collect(connection, bucket, wanted, Scope::Versions { after_id })
}

/// The id that the versions behind `version` are below. It may be gone: whoever empties a bucket deletes each page
/// before the next. Its name still tells its place, because names are UUIDs of version 7.
fn place_of(connection: &Connection, bucket: &str, key: &str, version: &str) -> Result<i64, Fault> {
    let mut place = connection.prepare_cached(
        "SELECT coalesce(
           (SELECT id FROM versions WHERE bucket = ?1 AND key = ?2 AND version = ?3),
           (SELECT min(id) FROM versions WHERE bucket = ?1 AND key = ?2 AND version > ?3 AND version <> 'null'),
           9223372036854775807)",
    )?;
    Ok(place.query_row([bucket, key, version], |row| row.get(0))?)
}

#[derive(Clone, Copy)]
enum Scope {
    Objects,
    Versions { after_id: Option<i64> },
}

fn collect(
    connection: &Connection,
    bucket: &str,
    wanted: &Wanted<'_>,
    scope: Scope,
) -> Result<Page, Fault> {
    buckets::versioning(connection, bucket)?;
    let mut page = Page::default();
    let mut from = Some(Position::first(wanted, scope)).filter(|_| wanted.limit > 0);
    while let Some(at) = from.take() {
        let mut statement = connection.prepare_cached(&query(&at, scope))?;
        let mut rows = statement.query(params![bucket, at.key, at.below.unwrap_or(0)])?;
        while let Some(row) = rows.next()? {
            let key: String = row.get(1)?;
            if !key.starts_with(wanted.prefix) {
                return Ok(page);
            }
            let rolled = wanted.rolled(&key);
            // A page that ended with a common prefix goes on behind everything in it.
            let seen = rolled.is_some_and(|prefix| prefix <= wanted.after);
            if !seen && page.entries.len() + page.prefixes.len() == wanted.limit {
                page.close();
                return Ok(page);
            }
            if let Some(prefix) = rolled {
                from = after_all(prefix).map(|key| Position {
                    key,
                    inclusive: true,
                    below: None,
                });
                if !seen {
                    page.prefixes.push(prefix.to_owned());
                }
                break;
            }
            page.entries.push(Entry::from_row(row)?);
        }
    }
    Ok(page)
}

impl Page {
    /// Notes where the next page begins.
    fn close(&mut self) {
        let prefix = self.prefixes.last();
        match self.entries.last() {
            Some(entry) if prefix.is_none_or(|prefix| *prefix < entry.key) => {
                self.next = Some(entry.key.clone());
                self.next_version = Some(entry.version.clone());
            }
            _ => self.next = prefix.cloned(),
        }
    }
}

impl Entry {
    fn from_row(row: &Row<'_>) -> Result<Self, Fault> {
        let checksum: Option<String> = row.get(9)?;
        Ok(Self {
            key: row.get(1)?,
            version: row.get(2)?,
            latest: row.get(3)?,
            marker: row.get(4)?,
            size: row.get::<_, i64>(5)? as u64,
            etag: row.get(6)?,
            modified: row.get(7)?,
            class: row.get(8)?,
            checksum: checksum
                .map(|json| serde_json::from_str(&json))
                .transpose()?,
        })
    }
}

/// Where to read on: at or behind a key, or among a key's versions below an id.
struct Position {
    key: String,
    inclusive: bool,
    below: Option<i64>,
}

impl Position {
    fn first(wanted: &Wanted<'_>, scope: Scope) -> Self {
        if wanted.after < wanted.prefix || wanted.after.is_empty() {
            return Self {
                key: wanted.prefix.to_owned(),
                inclusive: true,
                below: None,
            };
        }
        let below = if let Scope::Versions { after_id } = scope {
            after_id
        } else {
            None
        };
        Self {
            key: wanted.after.to_owned(),
            inclusive: false,
            below,
        }
    }
}

fn query(at: &Position, scope: Scope) -> String {
    let (which, order) = match scope {
        Scope::Objects => ("latest AND NOT marker AND", ""),
        Scope::Versions { .. } => ("", ", id DESC"),
    };
    let place = match (at.inclusive, at.below) {
        (true, _) => "key >= ?2 AND ?3 IS NOT NULL",
        (false, Some(_)) => "(key > ?2 OR (key = ?2 AND id < ?3))",
        (false, None) => "key > ?2 AND ?3 IS NOT NULL",
    };
    format!(
        "SELECT id, key, version, latest, marker, size, etag, modified, class, checksum FROM versions
         WHERE {which} bucket = ?1 AND {place} ORDER BY key{order}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn filled(keys: &BTreeSet<String>) -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(crate::index::SCHEMA).unwrap();
        connection
            .execute("INSERT INTO buckets VALUES ('b', 0, 'Enabled', '[]')", [])
            .unwrap();
        let insert = "INSERT INTO versions (bucket, key, version, latest, marker, size, etag, modified, class, \
                      attributes, tags) VALUES ('b', ?1, ?2, ?3, 0, 0, '', 0, '', '{}', '[]')";
        for key in keys {
            for (version, latest) in [("old", false), ("new", true)] {
                connection
                    .execute(insert, params![key, version, latest])
                    .unwrap();
            }
        }
        connection
    }

    /// What a listing shows, by definition: keys and common prefixes with each name once, in order.
    fn names(keys: &BTreeSet<String>, prefix: &str, delimiter: Option<&str>) -> Vec<String> {
        let name = |key: &String| {
            let end = delimiter
                .and_then(|delimiter| Some(key[prefix.len()..].find(delimiter)? + delimiter.len()));
            end.map_or(key.clone(), |end| key[..prefix.len() + end].to_owned())
        };
        let mut names: Vec<_> = keys
            .iter()
            .filter(|key| key.starts_with(prefix))
            .map(name)
            .collect();
        names.dedup();
        names
    }

    fn shown(page: &Page) -> Vec<String> {
        let keys = page.entries.iter().map(|entry| entry.key.clone());
        let mut names: Vec<_> = keys.chain(page.prefixes.iter().cloned()).collect();
        names.sort();
        names
    }

    proptest! {
        #[test]
        fn pages_of_any_size_make_the_whole(
            keys in prop::collection::btree_set("[ab/ü\u{ff61}\u{1f600}]{1,5}", 0..30),
            prefix in "[ab/]{0,2}",
            delimiter in prop::option::of(prop::sample::select(vec!["/", "b", "ab", "ü"])),
            limit in 1_usize..6,
        ) {
            let connection = filled(&keys);
            let (mut seen, mut after) = (Vec::new(), String::new());
            loop {
                let wanted = Wanted { prefix: &prefix, delimiter, after: &after, limit };
                let page = objects(&connection, "b", &wanted).unwrap();
                prop_assert!(shown(&page).len() <= limit);
                seen.extend(shown(&page));
                let Some(next) = page.next else { break };
                after = next;
            }
            prop_assert_eq!(seen, names(&keys, &prefix, delimiter));
        }

        #[test]
        fn pages_of_versions_make_the_whole(
            keys in prop::collection::btree_set("[ab/ü]{1,4}", 0..12),
            limit in 1_usize..6,
        ) {
            let connection = filled(&keys);
            let (mut seen, mut after, mut version) = (Vec::new(), String::new(), None::<String>);
            loop {
                let wanted = Wanted { prefix: "", delimiter: None, after: &after, limit };
                let page = versions(&connection, "b", &wanted, version.as_deref()).unwrap();
                seen.extend(page.entries.iter().map(|entry| (entry.key.clone(), entry.version.clone())));
                let Some(next) = page.next else { break };
                (after, version) = (next, page.next_version);
            }
            let both = |key: &String| [(key.clone(), "new".to_owned()), (key.clone(), "old".to_owned())];
            prop_assert_eq!(seen, keys.iter().flat_map(both).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_comes_after_all_of_a_prefix() {
        assert_eq!(after_all("a/").as_deref(), Some("a0"));
        assert_eq!(after_all("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(after_all("\u{d7ff}").as_deref(), Some("\u{e000}"));
        assert_eq!(after_all(""), None);
    }
}
