//! The selection bar (5.1.5): how many are chosen of how many, what that means, and the way on.

use crate::Gallery;
use crate::review::{may_choose, moment, rules, shut};
use crate::sheet::Sheet;
use crate::visitor::Visitor;
use domain::access::Refusal;
use domain::selection::{Mode, Progress};

/// What the bar says; none where nothing is chosen and nothing may be.
pub struct Bar {
    /// How many.
    pub chosen: u32,
    /// "of 10–15".
    pub of: String,
    /// Tally marks.
    pub marks: Vec<rules::Mark>,
    /// What is still to be done, or what closed it.
    pub note: String,
    /// Choosing is over for this visitor; the note says why.
    pub closed: bool,
    /// There is nothing to say yet: the script shows it with the first heart.
    pub hidden: bool,
    /// Where it leads.
    pub way: Way,
}

/// Where the bar leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To the review, and from there to *Confirm* (S22).
    Review,
    /// To what was confirmed.
    Confirmed(u32),
    /// To the chosen ones among the others.
    Show,
}

impl Bar {
    /// To this visitor.
    pub fn to(visitor: &Visitor, sheet: &Sheet<'_>, gallery: &Gallery) -> Option<Self> {
        let chosen = visitor.chosen.as_ref()?;
        let tally = visitor.tally();
        let choosing = &visitor.gallery().choosing;
        let may = may_choose(visitor, sheet);
        let open = may.is_ok();
        if tally.chosen == 0 && matches!(may, Err(refusal) if !confirmed(refusal)) {
            return None;
        }
        let chapters = sheet.chapters.iter().map(|chapter| chapter.title);
        let said = rules::Standing::of(choosing, &tally, chapters, &gallery.name);
        let selection = choosing.mode == Mode::Selection;
        let (way, note) = match (may, chosen.selection.state) {
            (Err(Refusal::Confirmed { on }), Progress::Confirmed { snapshot, .. }) => {
                let when = moment(on, visitor.now, gallery);
                let note = format!("Confirmed on {when}. Only {} opens it again.", gallery.name);
                (Way::Confirmed(snapshot), note)
            }
            (Ok(()), _) if selection => {
                let note = if said.enough && said.extra == 0 {
                    "Saved. You can still change everything until you confirm.".into()
                } else {
                    said.sentence
                };
                (Way::Review, note)
            }
            (Ok(()), _) => (Way::Show, String::new()),
            (Err(Refusal::NotAllowed), _) => (Way::Show, "What you chose is saved.".into()),
            (Err(_), _) => {
                let note = shut(visitor, open, tally.chosen, gallery);
                (Way::Show, note.unwrap_or_default())
            }
        };
        Some(Self {
            chosen: tally.chosen,
            of: said.of,
            marks: said.marks,
            note,
            closed: !open,
            hidden: tally.chosen == 0 && !selection,
            way,
        })
    }
}

fn confirmed(refusal: Refusal) -> bool {
    matches!(refusal, Refusal::Confirmed { .. })
}
