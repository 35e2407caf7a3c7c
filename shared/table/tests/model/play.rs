//! A gallery as people use it, twice: in the real table and in a few maps. Whatever is done is done to both, and after
//! each step both must say the same (invariants 4 and 5: nothing chosen is lost, each action has one effect).
//!
//! The maps know nothing of the table's code: `believed` is written from product 4.6 and 4.7 alone.

/// What is believed: the maps.
#[path = "play/believed.rs"]
pub mod believed;
/// The real table, asked as the functions ask it.
#[path = "play/house.rs"]
pub mod house;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

/// People who may choose.
pub const PEOPLE: usize = 3;
/// Devices of each.
pub const DEVICES: usize = 2;
/// After so many steps everything is compared, not only what the step touched.
pub const WHOLE: usize = 100;
/// Photographs in the gallery.
pub const PHOTOS: usize = 8;

/// Something somebody does. Numbers are taken modulo how many there are.
#[derive(Debug, Clone)]
pub enum Step {
    /// A client taps.
    Tap {
        /// Who.
        who: u8,
        /// On which device.
        device: u8,
        /// On which photograph.
        photo: u8,
        /// What.
        say: Say,
        /// Made so many seconds before it arrives.
        late: u8,
        /// The answer is lost, and it is sent again.
        again: bool,
    },
    /// A client comments.
    Comment {
        /// Who.
        who: u8,
        /// On which photograph.
        photo: u8,
        /// The answer is lost, and it is sent again.
        again: bool,
    },
    /// A file of the same name is put again.
    Replace {
        /// Which photograph.
        photo: u8,
        /// The event comes twice.
        again: bool,
    },
    /// The file that is shown is put again, said to be Proof or Final.
    Again {
        /// Which photograph.
        photo: u8,
        /// As [`Step::Stage`].
        stage: u8,
        /// The event comes twice.
        again: bool,
    },
    /// The studio says Proof or Final of it.
    Stage {
        /// Which photograph.
        photo: u8,
        /// 0 nothing, 1 Proof, else Final.
        stage: u8,
    },
    /// It is moved to another section.
    Move {
        /// Which photograph.
        photo: u8,
        /// To which section.
        section: u8,
    },
    /// It is hidden from clients, or shown.
    Show {
        /// Which photograph.
        photo: u8,
        /// Shown.
        on: bool,
    },
    /// A client confirms.
    Confirm {
        /// Who.
        who: u8,
        /// The page was loaded before the last tap.
        stale: bool,
        /// The form is sent twice.
        again: bool,
    },
    /// The studio opens a choice again.
    Reopen {
        /// Whose.
        who: u8,
    },
    /// A client orders what is in the cart.
    Order {
        /// Who.
        who: u8,
        /// The form is sent twice.
        again: bool,
    },
    /// *Recalc items shipping methods*.
    Recalc {
        /// Which order.
        order: u8,
    },
    /// *Ship PENDING downloadable items now*.
    Ship {
        /// Which order.
        order: u8,
        /// The form is sent twice.
        again: bool,
    },
    /// The studio cancels an order.
    Cancel {
        /// Which order.
        order: u8,
    },
    /// The gallery is paused or opened.
    Enable {
        /// Opened.
        on: bool,
    },
    /// Choosing is closed or opened by the studio.
    Lock {
        /// Closed.
        on: bool,
    },
    /// A row is switched off, or on again.
    Revoke {
        /// Whose.
        who: u8,
        /// Off.
        off: bool,
    },
}

/// What a tap says.
#[derive(Debug, Clone, Copy)]
pub enum Say {
    /// A heart, or none.
    Chosen(bool),
    /// Stars; 0 takes them away.
    Stars(u8),
    /// Into the cart, or out of it.
    Wanted(bool),
}

/// What came of a step: the same words from both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// It is done, or was before.
    Done,
    /// Refused, by this name.
    Refused(&'static str),
}

/// Any step; those of a gallery's everyday come more often.
pub fn step() -> impl Strategy<Value = Step> {
    let n = || any::<u8>();
    let say = prop_oneof![
        6 => prop::bool::weighted(0.7).prop_map(Say::Chosen),
        1 => (0u8..6).prop_map(Say::Stars),
        2 => prop::bool::weighted(0.8).prop_map(Say::Wanted),
    ];
    let tap = (n(), n(), n(), say, 0u8..20, prop::bool::weighted(0.2)).prop_map(
        |(who, device, photo, say, late, again)| Step::Tap {
            who,
            device,
            photo,
            say,
            late,
            again,
        },
    );
    prop_oneof![
        40 => tap,
        4 => (n(), n(), any::<bool>()).prop_map(|(who, photo, again)| Step::Comment { who, photo, again }),
        5 => (n(), any::<bool>()).prop_map(|(photo, again)| Step::Replace { photo, again }),
        2 => (n(), 0u8..4, any::<bool>())
            .prop_map(|(photo, stage, again)| Step::Again { photo, stage, again }),
        6 => (n(), 0u8..5).prop_map(|(photo, stage)| Step::Stage { photo, stage }),
        3 => (n(), n()).prop_map(|(photo, section)| Step::Move { photo, section }),
        3 => (n(), prop::bool::weighted(0.7)).prop_map(|(photo, on)| Step::Show { photo, on }),
        6 => (n(), prop::bool::weighted(0.2), any::<bool>())
            .prop_map(|(who, stale, again)| Step::Confirm { who, stale, again }),
        5 => n().prop_map(|who| Step::Reopen { who }),
        5 => (n(), any::<bool>()).prop_map(|(who, again)| Step::Order { who, again }),
        5 => n().prop_map(|order| Step::Recalc { order }),
        5 => (n(), any::<bool>()).prop_map(|(order, again)| Step::Ship { order, again }),
        1 => n().prop_map(|order| Step::Cancel { order }),
        2 => prop::bool::weighted(0.8).prop_map(|on| Step::Enable { on }),
        2 => prop::bool::weighted(0.2).prop_map(|on| Step::Lock { on }),
        2 => (n(), prop::bool::weighted(0.2)).prop_map(|(who, off)| Step::Revoke { who, off }),
    ]
}

/// Plays the steps in a gallery of its own.
///
/// # Errors
/// Where the two part, in words.
pub async fn play(house: &house::House, steps: &[Step]) -> Result<(), String> {
    let mut real = house.open().await;
    let mut believed = believed::Believed::new();
    for (at, step) in steps.iter().enumerate() {
        let now = real.tick();
        let expected = believed.take(step, now.as_millisecond());
        let came = real.take(step, now).await;
        if came != expected {
            return Err(format!(
                "step {at}, {step:?}: {came:?}, and {expected:?} was expected"
            ));
        }
        let (is, should) = (real.told(step, now).await, believed.told(step));
        if is != should {
            return Err(format!(
                "after step {at}, {step:?}:\n{is:#?}\nbut it should be\n{should:#?}"
            ));
        }
        if at % WHOLE == WHOLE - 1 {
            whole(&real, &believed, &format!("after step {at}")).await?;
        }
    }
    whole(&real, &believed, "at the end").await
}

/// Everything on both sides, which is more than a step asks for.
async fn whole(
    real: &house::Real<'_>,
    believed: &believed::Believed,
    when: &str,
) -> Result<(), String> {
    let (is, should) = (real.everything().await, believed.everything());
    if is == should {
        return Ok(());
    }
    Err(format!("{when}:\n{is:#?}\nbut it should be\n{should:#?}"))
}

/// Steps of one play.
pub const STEPS: usize = 500;

/// So many plays, half of them beside the other half, each on an engine of its own.
///
/// # Errors
/// The shortest play in which the two part, and where.
pub fn run(plays: u32) -> Result<(), String> {
    let half = |plays: u32| {
        let runtime = tokio::runtime::Runtime::new().map_err(|e| e.to_string())?;
        let house = runtime.block_on(house::House::start());
        let config = Config {
            cases: plays,
            max_shrink_iters: 60,
            failure_persistence: None,
            ..Config::default()
        };
        let steps = prop::collection::vec(step(), STEPS);
        let outcome = TestRunner::new(config).run(&steps, |steps| {
            let played = runtime.block_on(play(&house, &steps));
            played.map_err(TestCaseError::fail)
        });
        outcome.map_err(|parted| parted.to_string())
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| half(plays / 2));
        half(plays.div_ceil(2))?;
        other
            .join()
            .map_err(|_| "a play was cut short".to_owned())?
    })
}
