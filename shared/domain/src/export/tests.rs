//! What the other programs read of it.

use super::*;
use crate::file_name::{Place, key};
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;

fn line(file_name: &str, section: &str) -> Line {
    Line {
        file_name: file_name.into(),
        section: section.into(),
        version: 1,
        ..Line::default()
    }
}

fn by(who: &str, stars: u8, label: Option<Label>) -> Mark {
    Mark {
        who: who.into(),
        chosen: true,
        stars: Stars::try_from(stars).ok(),
        label,
    }
}

/// Attributes and texts of a sidecar, read by another's parser.
fn read(xml: &str) -> (Vec<(String, String)>, Vec<String>) {
    let (mut attributes, mut texts) = (Vec::new(), Vec::new());
    let mut reader = Reader::from_str(xml);
    let mut depth = 0;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                depth += 1;
                for attribute in tag.attributes() {
                    let attribute = attribute.unwrap();
                    let name = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
                    let value = String::from_utf8(attribute.value.to_vec()).unwrap();
                    attributes.push((name, value));
                }
                if tag.name().as_ref() == b"rdf:li" {
                    let text = reader.read_text(tag.name()).unwrap();
                    depth -= 1;
                    let text = text.decode().unwrap();
                    texts.push(quick_xml::escape::unescape(&text).unwrap().into_owned());
                }
            }
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "what opens closes");
    (attributes, texts)
}

/// P44: with and without extension, and in one line for a search field.
#[test]
fn names_come_in_three_forms() {
    let lines = [
        line("IMG_1.jpg", ""),
        line("img_1.tif", "A"),
        line("DSC.7.JPG", ""),
    ];
    assert_eq!(names(&lines), "IMG_1.jpg\nimg_1.tif\nDSC.7.JPG");
    assert_eq!(stems(&lines), "IMG_1\nimg_1\nDSC.7");
    assert_eq!(search(&lines), "IMG_1,DSC.7");
}

/// P44: where a search would find others, or miss some, the page can say so.
#[test]
fn what_a_search_cannot_do_is_known() {
    let lines = [line("IMG_1.jpg", ""), line("Anna, 2.jpg", "")];
    let all = ["IMG_1.jpg", "IMG_10.jpg", "img_2.jpg", "Anna, 2.jpg"];
    assert_eq!(found_too(&lines, &all), ["IMG_10.jpg"]);
    assert_eq!(taken_apart(&lines), ["Anna, 2"]);
    assert!(found_too(&lines[..1], &["IMG_2.jpg"]).is_empty());
}

/// L32: rating, Lightroom's word for the label, and who chose it, as keywords.
#[test]
fn a_sidecar_carries_rating_label_and_keywords() {
    let mut one = line("HL_2001.jpg", "The road");
    one.marks = vec![by("Marta & Jonas <x>", 4, Some(Label::Red))];
    let sidecar = &sidecars(&[one.clone()])[0];
    assert_eq!(sidecar.path, "HL_2001.xmp");
    let (attributes, keywords) = read(&sidecar.text);
    let has = |name: &str, value: &str| {
        let mut found = attributes.iter().filter(|(key, _)| key == name);
        found.next().is_some_and(|(_, it)| it == value)
    };
    assert!(has("xmp:Rating", "4") && has("xmp:Label", "Red"));
    assert_eq!(keywords, ["Chosen", "Chosen by Marta & Jonas <x>"]);

    one.marks = vec![Mark::default()];
    let (attributes, keywords) = read(&sidecars(&[one])[0].text);
    assert!(
        !attributes
            .iter()
            .any(|(name, _)| name.starts_with("xmp:R") || name == "xmp:Label")
    );
    assert!(keywords.is_empty(), "what nobody said is left out");
}

/// L32: of several clients the most stars count, and a label only where they agree.
#[test]
fn clients_who_differ_are_not_averaged() {
    let mut one = line("a.jpg", "");
    one.marks = vec![
        by("Marta", 3, Some(Label::Red)),
        by("Jonas", 5, Some(Label::Blue)),
    ];
    assert_eq!((one.stars().unwrap().count(), one.label()), (5, None));
    let cells = one.cells();
    assert_eq!(
        (&*cells[3], &*cells[4], &*cells[5]),
        ("5", "red; blue", "Marta; Jonas")
    );
    one.marks[1].label = Some(Label::Red);
    assert_eq!(one.label(), Some(Label::Red));
}

/// P44: a stem that means several photographs loses none of them: their sidecars lie in folders.
#[test]
fn twins_lie_in_folders_of_their_sections() {
    let lines = [
        line("IMG_1.jpg", "Ceremony"),
        line("img_1.JPG", "Party / Late"),
        line("IMG_1.tif", "Ceremony"),
        line("IMG_1.png", ""),
        line("IMG_2.jpg", "Party"),
    ];
    let paths: Vec<String> = sidecars(&lines).into_iter().map(|it| it.path).collect();
    assert_eq!(
        paths,
        [
            "Ceremony/IMG_1.xmp",
            "Party/Late/img_1.xmp",
            "Ceremony (2)/IMG_1.xmp",
            "No section/IMG_1.xmp",
            "IMG_2.xmp"
        ]
    );
    assert_eq!(twins(&lines), ["IMG_1"]);
}

/// Fifty camera files of five makers, in the spellings that disks and cameras write.
fn raws() -> Vec<String> {
    let spellings = [
        "IMG_{n}.CR3",
        "dsc{n}.NEF",
        "_DSC{n}.ARW",
        "DSCF{n}.raf",
        "Zoe\u{308}_{n}.DNG",
        "Café-{n}.dng",
        "ÅSA_{n}.Cr3",
        "R5a_{n}.cr3",
        "L100{n}.DNG",
        "Müller.{n}.nef",
    ];
    (0..50)
        .map(|n| spellings[n % 10].replace("{n}", &format!("{:04}", 2041 + n)))
        .collect()
}

/// Issue 4, *Round trip*: fifty raw names come in as JPEG proofs, through a browser and through an S3 client, are replaced
/// by files of other names or not, and go out again: every name meets its own raw file by stem, and no other.
#[test]
fn exported_names_meet_their_camera_files() {
    let raws = raws();
    let proof = |(place, raw): (usize, &String)| {
        let extension = ["jpg", "JPG", "jpeg"][place % 3];
        let sent = format!("{}.{extension}", stem(raw));
        let stored = if place % 2 == 0 {
            key("marta-7k3q2m", "The road", &sent)
        } else {
            format!("marta-7k3q2m/The road/{sent}")
        };
        let mut line = line(&Place::of_key(&stored).unwrap().file_name, "The road");
        line.marks = vec![by("Marta", 0, None)];
        line
    };
    let lines: Vec<Line> = raws.iter().enumerate().map(proof).collect();
    let meets = |name: &str| -> Vec<usize> {
        let same = |raw: &&String| fold(stem(raw)) == fold(name);
        let hits = raws.iter().enumerate().filter(|(_, raw)| same(raw));
        hits.map(|(place, _)| place).collect()
    };
    for (place, line) in lines.iter().enumerate() {
        assert_eq!(meets(&line.cells()[1]), [place], "{}", line.file_name);
    }
    for (place, sidecar) in sidecars(&lines).iter().enumerate() {
        assert_eq!(meets(stem(&sidecar.path)), [place], "{}", sidecar.path);
    }
    let found: Vec<usize> = search(&lines).split(',').flat_map(meets).collect();
    assert_eq!(found, (0..50).collect::<Vec<_>>());
}

proptest! {
    /// L32: whatever a client or a file is called, a sidecar is XML that reads the same, and no two share a path.
    #[test]
    fn a_sidecar_is_xml_whatever_the_text(
        names in prop::collection::vec(("\\PC{0,8}", prop::sample::select(vec!["", "A", "a", "B / C", ".."])), 1..8),
        who in any::<String>(),
    ) {
        let mut lines: Vec<Line> = names.iter().map(|(name, section)| line(name, section)).collect();
        for line in &mut lines {
            line.marks = vec![by(&who, 3, Some(Label::Green))];
        }
        let sidecars = sidecars(&lines);
        let paths: HashSet<String> = sidecars.iter().map(|sidecar| fold(&sidecar.path)).collect();
        prop_assert_eq!(paths.len(), lines.len());
        for sidecar in sidecars {
            prop_assert!(!sidecar.path.split('/').any(|part| part.is_empty() || part.starts_with('.')), "{}", sidecar.path);
            let (_, keywords) = read(&sidecar.text);
            prop_assert_eq!(keywords.len(), 2);
            prop_assert!(keywords[1].starts_with("Chosen by "));
        }
    }
}
