//! Wildcards of IAM: `*` stands for any run of characters, `?` for one.

/// Whether the whole of `text` fits `pattern`.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut read) = (0, 0);
    // where the last star stands, and up to where it has swallowed the text
    let mut star: Option<(usize, usize)> = None;
    while read < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || *wanted == text[read] => {
                at += 1;
                read += 1;
            }
            _ => {
                let Some((place, swallowed)) = star else {
                    return false;
                };
                star = Some((place, swallowed + 1));
                at = place + 1;
                read = swallowed + 1;
            }
        }
    }
    pattern[at..].iter().all(|left| *left == '*')
}

/// Whether an ARN fits: each of its six parts by itself, so that no star reaches from one part into the next.
pub(super) fn matches_arn(pattern: &str, arn: &str) -> bool {
    pattern == "*"
        || match (parts(pattern), parts(arn)) {
            (Some(pattern), Some(arn)) => {
                let mut pairs = pattern.iter().zip(arn);
                pairs.all(|(pattern, part)| matches(pattern, part))
            }
            _ => false,
        }
}

/// `arn`, partition, service, region, account, resource.
pub(super) fn parts(arn: &str) -> Option<[&str; 6]> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let parts: [&str; 6] = parts.try_into().ok()?;
    (parts[0] == "arn").then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_run_and_a_question_mark_one_character() {
        for (pattern, text, expected) in [
            ("GALLERY#*", "GALLERY#1", true),
            ("GALLERY#*", "GALLERY#", true),
            ("GALLERY#*", "GALLERIES", false),
            ("GALLERY", "GALLERY#1", false),
            ("SESSION#*", "STUDIO-SESSION#1", false),
            ("*SESSION#*", "STUDIO-SESSION#1", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-b-b", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("é?", "éü", true),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn an_arn_is_matched_part_by_part() {
        let table = "arn:aws:dynamodb:us-east-1:000000000000:table/t";
        let object = "arn:aws:s3:::bucket/r/a:b/c";
        for (pattern, arn, expected) in [
            (table, table, true),
            (table, &format!("{table}/index/lists"), false),
            (&format!("{table}/*"), &format!("{table}/index/lists"), true),
            ("arn:aws:s3:::bucket/r/*", object, true),
            ("arn:aws:s3:::bucket/*", object, true),
            ("arn:aws:s3:::bucket", object, false),
            ("arn:aws:s3:::bucket/R/*", object, false),
            ("arn:aws:*:table/t", table, false),
            ("*", object, true),
        ] {
            assert_eq!(matches_arn(pattern, arn), expected, "{pattern} {arn}");
        }
    }
}
