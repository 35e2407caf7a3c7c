//! How a row is named in addresses: `anybody`, `person-…` with the hash of the address, `group-…`, `guest-…`. An address
//! of a page never carries an e-mail address.

use domain::access::{Row, Subject};

/// The name of a row in addresses and in the ids of a page.
pub(crate) fn key(subject: &Subject) -> String {
    match subject {
        Subject::Anybody => "anybody".into(),
        Subject::Person(email) => format!("person-{}", email.hash().as_str()),
        Subject::Group(group) => format!("group-{group}"),
        Subject::Guest(guest) => format!("guest-{guest}"),
    }
}

/// The row of that name.
pub(crate) fn named<'a>(rows: &'a [Row], name: &str) -> Option<&'a Row> {
    rows.iter().find(|row| key(&row.subject) == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::Rights;
    use domain::email::Email;

    /// A row is found by its name, and the name does not tell the address.
    #[test]
    fn a_row_is_named_without_its_address() {
        let email: Email = "marta@example.com".parse().unwrap();
        let rows = [
            Row::new(Subject::Anybody, Rights::LOOK),
            Row::new(Subject::Person(email), Rights::NONE),
        ];
        let name = key(&rows[1].subject);
        assert!(!name.contains("marta") && !name.contains('@'), "{name}");
        assert_eq!(named(&rows, &name), Some(&rows[1]));
        assert_eq!(named(&rows, "anybody"), Some(&rows[0]));
        assert_eq!(named(&rows, "person-"), None);
    }
}
