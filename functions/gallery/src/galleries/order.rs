//! In which order the list stands, and whether it is shown as cards or as a table (S3, S6).

use super::card::Card;
use domain::file_name::natural_order;
use domain::ids::GalleryId;
use serde::Deserialize;
use std::cmp::Ordering;

/// What the address asks for; anything else is as if it were not there.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    r#as: Option<String>,
    by: Option<String>,
    down: Option<String>,
}

/// By what the list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Title,
    Status,
    Date,
    Deadline,
}

/// How the list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    table: bool,
    by: By,
    down: bool,
}

/// The head of a column.
#[derive(Debug, PartialEq, Eq)]
pub struct Head {
    /// What it says.
    pub words: &'static str,
    /// Sorts by it, or the other way round; none: the column is the same in every row.
    pub href: Option<String>,
    /// `aria-sort`.
    pub sort: &'static str,
}

const COLUMNS: [(&str, &str, Option<By>); 5] = [
    ("Gallery", "title", Some(By::Title)),
    ("Status", "status", Some(By::Status)),
    ("Studio", "", None),
    ("Shoot date", "date", Some(By::Date)),
    ("Deadline", "deadline", Some(By::Deadline)),
];

impl Order {
    /// As asked for; else cards, the newest shoot first.
    pub fn of(wanted: &Wanted) -> Self {
        let named = |by: &str| {
            let column = COLUMNS.iter().find(|(_, name, _)| *name == by);
            column.and_then(|(_, _, by)| *by)
        };
        let by = wanted.by.as_deref().and_then(named);
        Self {
            table: wanted.r#as.as_deref() == Some("table"),
            by: by.unwrap_or(By::Date),
            down: by.is_none() || wanted.down.is_some(),
        }
    }

    /// `cards` or `table`.
    pub fn layout(&self) -> &'static str {
        if self.table { "table" } else { "cards" }
    }

    /// The table's heads.
    pub fn heads(&self) -> Vec<Head> {
        let head = |(words, name, by): (&'static str, &str, Option<By>)| {
            let current = by == Some(self.by);
            let down = if current && !self.down { "&down=1" } else { "" };
            Head {
                words,
                href: by.map(|_| format!("/galleries?as=table&by={name}{down}")),
                sort: match self.down {
                    _ if !current => "none",
                    true => "descending",
                    false => "ascending",
                },
            }
        };
        COLUMNS.into_iter().map(head).collect()
    }

    /// Sorts galleries; each is followed by those that stand in it (P1), and what is not open comes last.
    pub fn sorted(&self, mut cards: Vec<Card>) -> Vec<Card> {
        cards.sort_by(|a, b| self.compare(a, b));
        let listed: Vec<GalleryId> = cards.iter().map(|card| card.id).collect();
        let inside = |card: &Card| card.parent.filter(|parent| listed.contains(parent));
        let (below, top): (Vec<_>, Vec<_>) =
            cards.into_iter().partition(|card| inside(card).is_some());
        let mut below: Vec<Option<Card>> = below.into_iter().map(Some).collect();
        let mut sorted = Vec::new();
        for card in top {
            place(card, &mut below, &mut sorted);
        }
        sorted
    }

    fn compare(&self, a: &Card, b: &Card) -> Ordering {
        let titles = natural_order(&a.title, &b.title);
        let order = match self.by {
            By::Title => self.turned(titles),
            By::Status => self.turned(a.rank.cmp(&b.rank)),
            By::Date => self.known_first(a.shot_on(), b.shot_on()),
            By::Deadline => self.known_first(a.ends, b.ends),
        };
        a.private.cmp(&b.private).then(order).then(titles)
    }

    fn turned(&self, order: Ordering) -> Ordering {
        if self.down { order.reverse() } else { order }
    }

    /// What has no date comes last either way.
    fn known_first<T: Ord>(&self, a: Option<T>, b: Option<T>) -> Ordering {
        match (a, b) {
            (Some(a), Some(b)) => self.turned(a.cmp(&b)),
            (a, b) => b.is_some().cmp(&a.is_some()),
        }
    }
}

/// Puts a gallery and then, each with its own, those that stand in it.
fn place(card: Card, below: &mut [Option<Card>], sorted: &mut Vec<Card>) {
    let (id, title) = (card.id, card.title.clone());
    let private = card.private;
    sorted.push(card);
    for at in 0..below.len() {
        if let Some(mut child) = below[at].take_if(|child| child.parent == Some(id)) {
            child.nested = true;
            if !private && !child.private {
                child.stands_in(&title);
            }
            place(child, below, sorted);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::galleries::card::tests::{card_of, gallery, open};

    fn asked(by: &str, down: bool) -> Order {
        Order::of(&Wanted {
            r#as: Some("table".into()),
            by: Some(by.into()),
            down: down.then(String::new),
        })
    }

    fn titles(order: &Order, cards: Vec<Card>) -> Vec<String> {
        let cards = order.sorted(cards).into_iter();
        cards.map(|card| card.title).collect()
    }

    fn three() -> Vec<Card> {
        [
            ("Anna 10", Some("2026-09-12")),
            ("Anna 9", Some("2024-05-09")),
            ("Undated", None),
        ]
        .map(|(title, shot)| {
            let mut gallery = gallery(title);
            gallery.shoot_date = shot.map(|day| day.parse().unwrap());
            card_of(&gallery, open())
        })
        .into()
    }

    /// S3: every head sorts, a second time the other way round; what has no date comes last.
    #[test]
    fn the_table_is_sorted_by_its_heads() {
        let newest = Order::of(&Wanted::default());
        assert_eq!(titles(&newest, three()), ["Anna 10", "Anna 9", "Undated"]);
        assert_eq!(
            titles(&asked("date", false), three()),
            ["Anna 9", "Anna 10", "Undated"]
        );
        assert_eq!(
            titles(&asked("title", false), three()),
            ["Anna 9", "Anna 10", "Undated"],
            "numbers as numbers"
        );
        let heads = asked("title", false).heads();
        assert_eq!(heads[0].sort, "ascending");
        assert_eq!(
            heads[0].href.as_deref(),
            Some("/galleries?as=table&by=title&down=1")
        );
        assert_eq!(heads[3].sort, "none");
        assert_eq!(heads[2].href, None);
        assert_eq!(
            asked("<script>", true),
            asked("nothing", false),
            "unknown is the default"
        );
    }

    /// P1: what stands in a gallery of the list follows it, however the list is sorted.
    #[test]
    fn nested_galleries_follow_the_one_they_stand_in() {
        let mut year = gallery("Year");
        year.shoot_date = None;
        let mut inside = gallery("Inside");
        inside.parent = Some(year.id);
        inside.shoot_date = Some("2026-09-12".parse().unwrap());
        let mut deeper = gallery("Deeper");
        deeper.parent = Some(inside.id);
        let mut elsewhere = gallery("Elsewhere");
        elsewhere.parent = Some(gallery("Not in the list").id);
        elsewhere.shoot_date = Some("2025-09-12".parse().unwrap());
        let cards = [&deeper, &inside, &year, &elsewhere].map(|gallery| card_of(gallery, open()));
        let sorted = Order::of(&Wanted::default()).sorted(cards.into());
        let seen: Vec<_> = sorted
            .iter()
            .map(|card| (card.title.as_str(), card.nested))
            .collect();
        assert_eq!(
            seen,
            [
                ("Elsewhere", false),
                ("Year", false),
                ("Inside", true),
                ("Deeper", true)
            ]
        );
        assert!(sorted[2].note.contains("in Year"));
    }
}
