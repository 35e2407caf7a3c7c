//! Chosen or ordered photographs as files for other programs: names, a table, sidecars in a ZIP (L32, P44).

use axum::response::{IntoResponse as _, Response};
use domain::activity::cell;
use domain::export::{self, HEAD, Line};
use domain::file_name;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use http::header;
use rawzip::{CompressionMethod, ZipArchiveWriter};
use std::io::{self, Write as _};
use web::{Failure, words};

/// Bytes of one file at most: a function's answer holds six megabytes, and a ZIP grows by a third on its way out.
const MOST: usize = 4_000_000;

/// Names as text a page shows in a field, and what must be said beside it.
pub(crate) struct Names {
    /// How many photographs.
    pub(crate) count: usize,
    /// One a line, as the camera wrote them.
    pub(crate) full: String,
    /// One a line, without extension.
    pub(crate) bare: String,
    /// In one line with commas, for search fields.
    pub(crate) search: String,
    /// Sentences about what a search cannot do, and about twins among the sidecars.
    pub(crate) notes: Vec<String>,
    /// The address of the files, to which a file's name is appended.
    pub(crate) base: String,
    /// What stands behind a file's name, with its question mark; may be empty.
    pub(crate) query: String,
}

impl Names {
    /// Of these photographs; `all` are the names of the gallery.
    pub(crate) fn of(lines: &[Line], all: &[&str], base: String, query: String) -> Self {
        Self {
            count: lines.len(),
            full: export::names(lines),
            bare: export::stems(lines),
            search: export::search(lines),
            notes: notes(lines, all),
            base,
            query,
        }
    }
}

fn notes(lines: &[Line], all: &[&str]) -> Vec<String> {
    let mut notes = Vec::new();
    let found = export::found_too(lines, all);
    if let Some(first) = found.first() {
        let others = words::count(found.len(), "photograph", "photographs");
        notes.push(format!(
            "A search finds {others} more than these, such as {first}, because names contain each other. The sidecars do not."
        ));
    }
    let apart = export::taken_apart(lines);
    if let Some(first) = apart.first() {
        let names = words::count(apart.len(), "name has", "names have");
        notes.push(format!(
            "{names} a space or a comma, such as “{first}”, and a search takes them apart. The sidecars do not."
        ));
    }
    let twins = export::twins(lines);
    if let Some(first) = twins.first() {
        let names = words::count(twins.len(), "name means", "names mean");
        notes.push(format!(
            "{names} more than one photograph, such as {first}: their sidecars lie in folders named after their sections."
        ));
    }
    notes
}

/// The file of that name; `title` is what a downloaded file begins with.
pub(crate) fn file(name: &str, title: &str, lines: &[Line]) -> Result<Response, Failure> {
    let (kind, ending, body) = match name {
        "names.txt" => (TEXT, "names.txt", text(export::names(lines))),
        "names-bare.txt" => (TEXT, "names-bare.txt", text(export::stems(lines))),
        "list.csv" => (
            "text/csv; charset=utf-8",
            "list.csv",
            table(lines).map_err(Failure::fault)?,
        ),
        "xmp.zip" => (
            "application/zip",
            "xmp.zip",
            archive(lines).map_err(Failure::fault)?,
        ),
        _ => return Err(Failure::NotFound),
    };
    if body.len() > MOST {
        let why =
            "These are too many for one file. Filter them by section, and take each section’s.";
        return Err(Failure::Conflict(why.into()));
    }
    let name = file_name::attachment(&format!("{title} {ending}"));
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, body).into_response())
}

const TEXT: &str = "text/plain; charset=utf-8";

fn text(names: String) -> Vec<u8> {
    let ended = if names.is_empty() { "" } else { "\n" };
    format!("{names}{ended}").into_bytes()
}

/// RFC 4180, UTF-8 with a byte order mark, no cell that a spreadsheet executes.
fn table(lines: &[Line]) -> Result<Vec<u8>, csv::Error> {
    let mut out = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    out.write_record(HEAD)?;
    for line in lines {
        out.write_record(line.cells().iter().map(|text| cell(text)))?;
    }
    out.into_inner().map_err(|full| full.into_error().into())
}

fn archive(lines: &[Line]) -> Result<Vec<u8>, rawzip::Error> {
    let mut zip = ZipArchiveWriter::new(Vec::new());
    for sidecar in export::sidecars(lines) {
        let file = zip
            .new_file(sidecar.path.as_str())
            .compression_method(CompressionMethod::DEFLATE);
        let (mut entry, config) = file.start()?;
        let deflate = DeflateEncoder::new(&mut entry, Compression::default());
        let mut writer = config.wrap(deflate);
        writer.write_all(sidecar.text.as_bytes())?;
        let (deflate, descriptor) = writer.finish()?;
        finish(deflate)?;
        entry.finish(descriptor)?;
    }
    zip.finish()
}

fn finish<W: io::Write>(deflate: DeflateEncoder<W>) -> Result<(), io::Error> {
    deflate.finish().map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;
    use domain::choice::{Label, Stars};
    use domain::export::Mark;
    use domain::replace::{fold, stem};
    use std::io::Read as _;

    fn line(file_name: &str) -> Line {
        Line {
            file_name: file_name.into(),
            section: "The road".into(),
            marks: vec![Mark {
                who: "Marta, \"M\"".into(),
                chosen: true,
                stars: Stars::try_from(4).ok(),
                label: Some(Label::Green),
            }],
            version: 2,
            pixels: Some((6000, 4000)),
            ..Line::default()
        }
    }

    async fn body(name: &str, lines: &[Line]) -> Vec<u8> {
        let response = file(name, "Marta & Jonas", lines).unwrap();
        to_bytes(response.into_body(), usize::MAX)
            .await
            .unwrap()
            .to_vec()
    }

    /// P44: a table that every spreadsheet reads back cell for cell, and executes none of.
    #[tokio::test]
    async fn a_table_reads_back() {
        let lines = [line("HL_2001.jpg"), line("=1+1.jpg")];
        let bytes = body("list.csv", &lines).await;
        let text = std::str::from_utf8(&bytes).unwrap();
        assert!(text.starts_with("\u{feff}file name,stem,section,stars,label,"));
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
        let cells = [
            "HL_2001.jpg",
            "HL_2001",
            "The road",
            "4",
            "green",
            "Marta, \"M\"",
            "0",
            "2",
            "",
            "6000",
            "4000",
        ];
        assert_eq!(rows[0], csv::StringRecord::from(cells.to_vec()));
        assert_eq!(&rows[1][0], "'=1+1.jpg");
    }

    /// Issue 4, *Round trip*: the archive's sidecars and the table's stems name the camera's files and nothing else.
    #[tokio::test]
    async fn an_archive_names_the_cameras_files() {
        let raws: Vec<String> = (0..50)
            .map(|n| {
                let stem = ["IMG_", "dsc", "_DSC", "Zoë_", "Zoe\u{308}-"][n % 5];
                let extension = ["CR3", "NEF", "ARW", "RAF", "dng"][n % 5];
                format!("{stem}{}.{extension}", 1000 + n)
            })
            .collect();
        let lines: Vec<Line> = raws
            .iter()
            .map(|raw| line(&format!("{}.jpg", stem(raw))))
            .collect();
        let mut wanted: Vec<String> = raws.iter().map(|raw| fold(stem(raw))).collect();
        wanted.sort();

        let bytes = body("xmp.zip", &lines).await;
        let zip = rawzip::ZipArchive::from_slice(&bytes).unwrap();
        let mut entries = zip.entries();
        let mut found = Vec::new();
        while let Some(entry) = entries.next_entry().unwrap() {
            let path = entry
                .file_path()
                .try_normalize()
                .unwrap()
                .as_ref()
                .to_owned();
            let data = zip.get_entry(entry.wayfinder()).unwrap();
            let deflate = flate2::read::DeflateDecoder::new(data.data());
            let mut text = String::new();
            data.verifying_reader(deflate)
                .read_to_string(&mut text)
                .unwrap();
            assert!(text.contains("xmp:Rating=\"4\"") && text.contains("xmp:Label=\"Green\""));
            assert!(path.ends_with(".xmp"), "{path}");
            found.push(fold(stem(&path)));
        }
        found.sort();
        assert_eq!(found, wanted, "0 false, 0 missing");

        let text = String::from_utf8(body("list.csv", &lines).await).unwrap();
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let mut stems: Vec<String> = reader.records().map(|row| fold(&row.unwrap()[1])).collect();
        stems.sort();
        assert_eq!(stems, wanted, "0 false, 0 missing");
    }

    /// P44: what a search or an archive does with odd names is said beside it.
    #[test]
    fn odd_names_are_said() {
        let lines = [line("IMG_1.jpg"), line("img_1.tif"), line("Anna 2.jpg")];
        let said = notes(&lines, &["IMG_1.jpg", "IMG_12.jpg"]).join(" ");
        for word in [
            "IMG_12.jpg",
            "“Anna 2”",
            "1 name means more than one photograph, such as IMG_1",
        ] {
            assert!(said.contains(word), "{said}");
        }
        assert!(notes(&[line("a.jpg")], &["a.jpg", "b.jpg"]).is_empty());
        assert_eq!(file("other.txt", "", &[]).unwrap_err(), Failure::NotFound);
    }
}
