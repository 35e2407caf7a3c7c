//! Activity as a file for spreadsheets (RFC 4180): UTF-8 with a byte order mark, and no cell that one executes.

use super::words::Names;
use crate::Studio;
use crate::member::{From, Me, Named};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use domain::activity::{Event, What, cell};
use domain::ids::GalleryId;
use http::header;
use jiff::tz::TimeZone;
use web::Failure;

/// Events of one file at most: a function's answer holds six megabytes.
const EVENTS: usize = 10_000;
/// Events read at a time.
const BATCH: usize = 500;
/// The first line.
const HEAD: [&str; 7] = ["time", "gallery", "who", "what", "network", "device", "id"];

/// `GET …/activity.csv`: one gallery's events.
pub(crate) async fn gallery_csv(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    named: Named,
) -> Result<Response, Failure> {
    let id = named.gallery.id;
    let events = read(&studio, Some(id)).await?;
    let rows = studio.table.rows(named.gallery.table).await?;
    let guests = studio.table.guests(id).await?;
    let galleries = [named.gallery];
    let names = Names::of(&studio, &events, &rows, &guests, &galleries).await?;
    let what = What::Exported {
        what: "activity".into(),
    };
    studio.log(&me, &from, Some(id), what).await?;
    file(&events, &names, &studio.zone)
}

/// `GET /studio/activity.csv`: all events.
pub(crate) async fn studio_csv(
    State(studio): State<Studio>,
    me: Me,
    from: From,
) -> Result<Response, Failure> {
    let events = read(&studio, None).await?;
    let galleries = studio.table.galleries().await?;
    let names = Names::of(&studio, &events, &[], &[], &galleries).await?;
    let what = What::Exported {
        what: "activity of all galleries".into(),
    };
    studio.log(&me, &from, None, what).await?;
    file(&events, &names, &studio.zone)
}

/// The newest events, [`EVENTS`] at most.
async fn read(studio: &Studio, gallery: Option<GalleryId>) -> Result<Vec<Event>, Failure> {
    let (mut events, mut before) = (Vec::new(), None);
    while events.len() < EVENTS {
        let now = studio.now();
        let page = studio
            .table
            .events(gallery, BATCH, before.as_deref(), now)
            .await?;
        events.extend(page.0);
        before = page.1;
        if before.is_none() {
            break;
        }
    }
    Ok(events)
}

fn file(events: &[Event], names: &Names, zone: &TimeZone) -> Result<Response, Failure> {
    let body = write(events, names, zone).map_err(Failure::fault)?;
    let kind = (header::CONTENT_TYPE, "text/csv; charset=utf-8");
    let name = "attachment; filename=\"activity.csv\"";
    let name = (header::CONTENT_DISPOSITION, name);
    Ok(([kind, name], body).into_response())
}

fn write(events: &[Event], names: &Names, zone: &TimeZone) -> Result<Vec<u8>, csv::Error> {
    let mut out = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    out.write_record(HEAD)?;
    for event in events {
        let at = event.at.to_zoned(zone.clone());
        let gallery = event.gallery.and_then(|id| names.gallery(id));
        let record = [
            at.strftime("%Y-%m-%d %H:%M:%S %:z").to_string(),
            gallery.unwrap_or_default(),
            names.who(&event.who, event.gallery),
            names.what(&event.what),
            event.from.prefix.clone(),
            event.from.device.clone(),
            event.gallery.map(|id| id.to_string()).unwrap_or_default(),
        ];
        out.write_record(record.iter().map(|text| cell(text)))?;
    }
    if events.len() >= EVENTS {
        let left_out = format!("older events are left out: a file holds {EVENTS}");
        out.write_record(["", "", "", &left_out, "", "", ""])?;
    }
    out.into_inner().map_err(|full| full.into_error().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::Subject;
    use domain::activity::{Origin, Who};
    use domain::ids::PhotoId;

    fn downloaded(file_name: &str) -> Event {
        Event {
            at: "2026-11-22T10:00:00Z".parse().unwrap(),
            gallery: None,
            who: Who::Visitor(Subject::Anybody),
            what: What::Downloaded {
                photo: PhotoId::of_key("a"),
                file_name: file_name.into(),
                size: "original".into(),
                bytes: None,
            },
            from: Origin {
                prefix: "203.0.113.0/24".into(),
                device: "0a1b2c3d".into(),
            },
        }
    }

    fn written(events: &[Event]) -> String {
        let zone = domain::calendar::zone("Europe/Stockholm").unwrap();
        let bytes = write(events, &Names::default(), &zone).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// a mark, a head, times of the studio's zone; commas and quotes are the writer's business.
    #[test]
    fn a_file_has_a_head_and_quoted_cells() {
        let text = written(&[downloaded("a \"b\", c.jpg")]);
        let mut lines = text.split("\r\n");
        assert_eq!(
            lines.next(),
            Some("\u{feff}time,gallery,who,what,network,device,id")
        );
        let line = lines.next().unwrap();
        assert!(
            line.starts_with("2026-11-22 11:00:00 +01:00,,Anybody (PIN),"),
            "{line}"
        );
        assert!(
            line.contains("\"downloaded a \"\"b\"\", c.jpg, original\""),
            "{line}"
        );
    }

    /// what begins like a formula begins with an apostrophe, in whatever column it lands.
    #[test]
    fn no_cell_of_the_file_is_a_formula() {
        let mut event = downloaded("x.jpg");
        event.what = What::StatusChanged {
            to: "=HYPERLINK(\"http://evil.example\")".into(),
        };
        event.from.prefix = "+1".into();
        let text = written(&[event]);
        assert!(text.contains("\"'=HYPERLINK(\"\"http"), "{text}");
        assert!(text.contains(",'+1,"), "{text}");
    }
}
