//! What a file may be, before a byte of it travels. What is in it is looked at when it has arrived.

use web::words;

/// Bytes of one photograph at most.
const MAX_BYTES: u64 = 200_000_000;

/// A kind of picture file that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind {
    /// Its content type.
    pub(crate) content_type: &'static str,
    /// Its extension, where a name needs one.
    pub(crate) extension: &'static str,
}

/// The kind a name says, without its case.
pub(crate) fn kind(name: &str) -> Option<Kind> {
    let extension = name.rsplit_once('.')?.1.to_lowercase();
    let (content_type, extension) = match extension.as_str() {
        "jpg" | "jpeg" | "jpe" => ("image/jpeg", "jpg"),
        "png" => ("image/png", "png"),
        "webp" => ("image/webp", "webp"),
        "tif" | "tiff" => ("image/tiff", "tif"),
        "gif" => ("image/gif", "gif"),
        _ => return None,
    };
    Some(Kind {
        content_type,
        extension,
    })
}

/// What is refused before a byte travels, in words that say what to do. `taken_for`: the browser's guess at the type.
pub(crate) fn check(name: &str, size: u64, taken_for: &str) -> Result<Kind, String> {
    if size == 0 {
        return Err("The file is empty.".into());
    }
    if size > MAX_BYTES {
        return Err(format!(
            "The file is too large: {} of at most {}. Export a smaller JPEG.",
            words::bytes(size),
            words::bytes(MAX_BYTES)
        ));
    }
    if let Some(kind) = kind(name) {
        return Ok(kind);
    }
    let extension = name
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_lowercase());
    Err(match extension.as_deref().unwrap_or_default() {
        "heic" | "heif" => {
            "This is a HEIC picture. Export a JPEG, or set the phone’s camera to “Most compatible”."
        }
        "cr2" | "cr3" | "nef" | "arw" | "dng" | "raf" | "orf" | "rw2" | "pef" | "srw" => {
            "This is a camera raw file. Develop it and export a JPEG."
        }
        _ if taken_for.starts_with("video/") => "This is a video. Galleries show photographs only.",
        _ => "Not a photograph by its name. JPEG, PNG, WebP, TIFF and GIF are taken.",
    }
    .into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// what cannot become a photograph is refused before it travels, in words that say what to do.
    #[test]
    fn unfit_files_are_refused_with_a_sentence() {
        let said = |name: &str, size| check(name, size, "").unwrap_err();
        let jpeg = check("IMG_1.JPG", 24_000_000, "").unwrap();
        assert_eq!(jpeg.content_type, "image/jpeg");
        assert!(said("IMG_1.jpg", 0).contains("empty"));
        assert!(said("IMG_1.jpg", MAX_BYTES + 1).contains("too large"));
        assert!(said("IMG_1.CR3", 9).contains("raw"));
        assert!(said("IMG_1.heic", 9).contains("JPEG"));
        assert!(said("notes.txt", 9).contains("Not a photograph"));
        assert!(
            check("clip.mov", 9, "video/quicktime")
                .unwrap_err()
                .contains("video")
        );
        assert!(check("jpg", 9, "").is_err());
    }
}
