//! The studio's mark as it is set (P21), ready to be drawn: what three functions need between the table's setting, the
//! bucket's logo and the pixels.

use bucket::Renditions;
use domain::mark::{Figure, Look, Place};
use imaging::{Logo, LogoRejection, Mark, Placement};
use std::sync::Arc;
use tokio::sync::Mutex;

/// Why there is no mark although one is set. Never a reason to do without: the work is tried again.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The logo cannot be fetched.
    #[error(transparent)]
    Bucket(#[from] bucket::Error),
    /// The logo that was stored is none any more.
    #[error("the stored logo is refused")]
    Logo(#[from] LogoRejection),
}

/// Makes marks, and keeps the one that was made last: a function draws the same for as long as the studio changes nothing.
#[derive(Clone, Debug)]
pub struct Marks {
    renditions: Renditions,
    last: Arc<Mutex<Option<Made>>>,
}

/// The mark that was made last, and what it was asked to look like.
#[derive(Clone, Debug)]
struct Made {
    look: Look,
    mark: Option<Mark>,
}

impl Marks {
    /// Logos come from this bucket.
    #[must_use]
    pub fn new(renditions: Renditions) -> Self {
        Self {
            renditions,
            last: Arc::default(),
        }
    }

    /// The mark that looks like this; `None`: a name none of whose letters can be drawn.
    ///
    /// # Errors
    /// When the logo cannot be fetched or read.
    pub async fn of(&self, look: &Look) -> Result<Option<Mark>, Error> {
        let mut last = self.last.lock().await;
        if let Some(made) = last.as_ref().filter(|made| made.look == *look) {
            return Ok(made.mark.clone());
        }
        let mark = match &look.figure {
            Figure::Name(name) => Mark::new(name),
            Figure::Logo(id) => Some(Mark::of(Logo::read(&self.renditions.logo(id).await?)?)),
        };
        let mark = mark.map(|mark| {
            mark.placement(placement(look.place))
                .size(look.size)
                .opacity(look.opacity)
        });
        let (look, made) = (look.clone(), mark.clone());
        *last = Some(Made { look, mark: made });
        Ok(mark)
    }
}

fn placement(place: Place) -> Placement {
    match place {
        Place::Tiled => Placement::Tiled,
        Place::TopLeft => Placement::TopLeft,
        Place::TopRight => Placement::TopRight,
        Place::BottomLeft => Placement::BottomLeft,
        Place::BottomRight => Placement::BottomRight,
        Place::Centre => Placement::Centre,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::mark::{OPACITIES, SIZES};

    /// What a form takes is what is drawn: `imaging` stands alone and has its own numbers.
    #[test]
    fn what_can_be_set_is_what_can_be_drawn() {
        assert_eq!(SIZES, Mark::SIZES);
        assert_eq!(OPACITIES, Mark::OPACITIES);
    }
}
