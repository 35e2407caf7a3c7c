//! What is typed into a form that confirms or orders, and who it is from in words.

use crate::visitor::Visitor;
use domain::access::Subject;
use domain::email::Email;
use domain::ids::SecretToken;

/// Characters of what is written to the studio with a list.
const LONGEST: usize = 2000;

/// A key that a page of ours drew.
pub fn key_fits(once: &str) -> bool {
    once.parse::<SecretToken>().is_ok()
}

/// Words to the studio: trimmed, at most 2000 characters; may be empty.
///
/// # Errors
/// Says what is wrong, for whoever wrote them.
pub fn message(text: &str) -> Result<String, String> {
    let text = text.trim().replace("\r\n", "\n");
    let (length, kept) = (text.chars().count(), |c: &char| {
        *c == '\n' || !c.is_control()
    });
    if length > LONGEST {
        return Err(format!(
            "That is {} characters too long: {LONGEST} fit.",
            length - LONGEST
        ));
    }
    Ok(text.chars().filter(kept).collect())
}

/// Where letters about this go: the person's own address; of row *Anybody* what was typed, else what was before.
///
/// # Errors
/// Says what is wrong, for whoever typed it.
pub fn contact(
    visitor: &Visitor,
    before: Option<&Email>,
    typed: &str,
) -> Result<Option<Email>, String> {
    match visitor.standing.subject() {
        Subject::Person(email) => Ok(Some(email)),
        Subject::Group(_) | Subject::Guest(_) => Ok(None),
        Subject::Anybody if typed.trim().is_empty() => Ok(before.cloned()),
        Subject::Anybody => {
            let email = typed.parse();
            email
                .map(Some)
                .map_err(|e: domain::email::NotAnEmail| e.to_string())
        }
    }
}

/// Who it is, as the studio reads it in a letter.
pub fn who(subject: &Subject) -> String {
    match subject {
        Subject::Person(email) => email.as_str().to_owned(),
        Subject::Anybody => "Anybody (PIN)".into(),
        Subject::Group(_) => "A member of a group".into(),
        Subject::Guest(_) => "A guest".into(),
    }
}

/// A reason as a sentence.
pub fn sentence(why: &str) -> String {
    let mut letters = why.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S22: a word to the studio may be missing and has an end; nothing in it can end a line of a letter's head.
    #[test]
    fn a_word_to_the_studio_may_be_empty_and_has_an_end() {
        assert_eq!(message("  \r\n "), Ok(String::new()));
        assert_eq!(message(" a\r\nb\u{0}\u{7}c "), Ok("a\nbc".into()));
        assert!(message(&"ä".repeat(2000)).is_ok());
        assert_eq!(
            message(&"ä".repeat(2003)),
            Err("That is 3 characters too long: 2000 fit.".into())
        );
    }

    /// a key is drawn by a page, not typed.
    #[test]
    fn a_key_is_one_of_ours() {
        assert!(key_fits(SecretToken::random().expose()));
        assert!(!key_fits("") && !key_fits("1") && !key_fits(&"a".repeat(400)));
    }

    #[test]
    fn a_reason_reads_as_a_sentence() {
        assert_eq!(sentence("ähnlich"), "Ähnlich.");
    }
}
