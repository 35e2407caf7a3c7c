//! Restart intervals, and what becomes of a scan whose data is not all there: as much of it is found again as can be.

use std::io::{self, Read};

use super::entropy::{Bits, Entropy, Stops};
use super::input::Input;

const EOI: u8 = 0xD9;
/// Bytes left in an interval that are no longer padding.
const SPARE: usize = 16;

/// What had to be concealed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Damage {
    /// The file is over without the end-of-image marker.
    pub unended: bool,
    /// MCUs (blocks, in a scan of one component) that were not there; mid-grey where the rest of their row was.
    pub missing: u64,
    /// Blocks that a later scan should have made finer and did not.
    pub coarse: u64,
    /// Restart intervals that were too short, too long, or out of their order.
    pub restarts: u32,
    /// Codes that do not exist, and data left over.
    pub codes: u32,
}

/// Where a scan is in its intervals.
pub(super) struct Restarts {
    stops: Stops,
    /// MCUs an interval; 0 for none.
    interval: u64,
    /// MCUs to come in this one.
    left: u64,
    /// MCUs that are lost before the next one there is.
    missing: u64,
    /// The number of the next restart marker.
    number: u8,
    over: bool,
    /// The marker behind the scan, once `over` (`None` at the file's end).
    pub(super) marker: Option<u8>,
    pub(super) damage: Damage,
}

impl Restarts {
    pub(super) fn new(interval: u32, stops: Stops) -> Self {
        Self {
            stops,
            interval: interval.into(),
            left: interval.into(),
            missing: 0,
            number: 0,
            over: false,
            marker: None,
            damage: Damage::default(),
        }
    }

    /// Whether the scan's data is at its end.
    pub(super) fn over(&self) -> bool {
        self.over
    }

    /// Whether a restart marker comes next.
    #[inline(always)]
    pub(super) fn due(&self) -> bool {
        self.left == 0 && self.interval > 0 && self.missing == 0 && !self.over
    }

    /// Whether the MCU that comes next is lost; counts it then.
    #[inline(always)]
    pub(super) fn is_missing(&mut self) -> bool {
        if self.over || self.missing > 0 {
            self.missing = self.missing.saturating_sub(1);
            self.damage.missing += 1;
            return true;
        }
        false
    }

    /// Counts those of the next `most` MCUs that are lost.
    pub(super) fn skip_lost(&mut self, most: usize) -> usize {
        let lost = if self.over { u64::MAX } else { self.missing };
        let lost = lost.min(most as u64);
        self.missing = self.missing.saturating_sub(lost);
        self.damage.missing += lost;
        lost as usize
    }

    /// How many of the next `most` MCUs are there before a restart.
    pub(super) fn stretch(&self, most: usize) -> usize {
        match self.interval {
            0 => most,
            _ => usize::try_from(self.left).unwrap_or(most).min(most),
        }
    }

    /// Counts MCUs that took no bits.
    pub(super) fn passed(&mut self, count: usize) {
        self.left = self.left.wrapping_sub(count as u64);
    }

    /// Counts MCUs that were read.
    #[inline(always)]
    pub(super) fn decoded(&mut self, bad: bool) {
        self.left = self.left.wrapping_sub(1);
        self.damage.codes += u32::from(bad);
    }

    /// The MCU that was to be read is not there.
    pub(super) fn ran_out(&mut self) {
        self.damage.missing += 1;
        if self.interval == 0 {
            self.over = true;
        } else {
            self.damage.restarts += 1;
            self.missing = self.left - 1;
            self.left = 0;
        }
    }

    /// Goes on behind the next restart marker; `None` when there is none.
    pub(super) fn next<R: Read>(
        &mut self,
        entropy: &mut Entropy,
        bits: &Bits,
        input: &mut Input<R>,
    ) -> io::Result<Option<Bits>> {
        if entropy.left(bits) > SPARE {
            self.damage.restarts += 1;
        }
        loop {
            match entropy.marker(input)? {
                Some(marker @ 0xD0..=0xD7) => {
                    let ahead = (marker & 7).wrapping_sub(self.number) & 7;
                    input.consume(2);
                    let bits = entropy.begin(input, self.stops)?;
                    // Up to half the cycle ahead, what is between was lost; else this interval belongs further up.
                    if ahead <= 4 {
                        self.damage.restarts += u32::from(ahead > 0);
                        self.missing = u64::from(ahead) * self.interval;
                        self.left = self.interval;
                        self.number = (marker + 1) & 7;
                        return Ok(Some(bits));
                    }
                    self.damage.restarts += 1;
                }
                marker => {
                    self.over = true;
                    self.marker = marker;
                    return Ok(None);
                }
            }
        }
    }

    /// Finds the marker behind the scan when its last MCU was read.
    pub(super) fn finish<R: Read>(
        &mut self,
        entropy: &mut Entropy,
        bits: &Bits,
        input: &mut Input<R>,
    ) -> io::Result<Option<u8>> {
        if self.marker.is_none() {
            if !self.over && entropy.left(bits) > SPARE {
                self.damage.codes += 1;
            }
            self.over = true;
            self.marker = entropy.marker(input)?;
        }
        while matches!(self.marker, Some(0xD0..=0xD7)) {
            input.consume(2);
            self.marker = input.peek_marker()?;
        }
        if self.stops != Stops::Any {
            self.damage.unended = self.marker != Some(EOI);
        }
        Ok(self.marker)
    }
}
