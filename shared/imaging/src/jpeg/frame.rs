//! The picture's geometry: how many blocks a component has, and what becomes of them at its scale.

use super::idct::{Group, LANES, Samples, Scale, Steps, transform};
use super::segments::{Component, Header, ZIGZAG};

/// How a component's samples come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plane {
    /// Samples across at its scale.
    pub width: usize,
    /// Samples down.
    pub height: usize,
    /// Rows that come with a row of MCUs; the last may be fewer.
    pub rows: usize,
}

/// Where a group keeps each coefficient, by its zigzag index: what is not kept, and what lies behind the block's end, has
/// a place of its own.
pub(super) type Order = [u16; 256];

static ORDERS: [Order; 4] = [order(8), order(4), order(2), order(1)];

const fn order(side: u16) -> Order {
    let mut order = [side * side * LANES as u16; 256];
    let mut k = 0;
    while k < 64 {
        let (row, column) = (ZIGZAG[k] as u16 / 8, ZIGZAG[k] as u16 % 8);
        if row < side && column < side {
            order[k] = (row * side + column) * LANES as u16;
        }
        k += 1;
    }
    order
}

pub(super) fn order_of(scale: Scale) -> &'static Order {
    match scale {
        Scale::Full => &ORDERS[0],
        Scale::Half => &ORDERS[1],
        Scale::Quarter => &ORDERS[2],
        Scale::Eighth => &ORDERS[3],
    }
}

/// MCUs across and down of the whole picture, as an interleaved scan has them.
pub(super) fn mcus(header: &Header) -> (usize, usize) {
    let (h, v) = most(header);
    (
        (header.width as usize).div_ceil(8 * h),
        (header.height as usize).div_ceil(8 * v),
    )
}

/// The largest sampling factors, horizontal and vertical.
fn most(header: &Header) -> (usize, usize) {
    header
        .components
        .iter()
        .fold((1, 1), |(h, v), c| (h.max(c.h.into()), v.max(c.v.into())))
}

/// A component on its way from coefficients to samples.
pub(super) struct Part {
    /// Blocks across and down in an MCU.
    pub h: usize,
    pub v: usize,
    pub scale: Scale,
    pub plane: Plane,
    /// Blocks across and down that hold something of the picture: those of a scan of this component alone.
    pub own: (usize, usize),
    /// Blocks across and down in whole MCUs.
    pub padded: (usize, usize),
    pub steps: Steps,
    pub order: &'static Order,
    /// The blocks of eight MCUs: row by row of blocks, `h` groups a row.
    pub groups: Vec<Group>,
    /// A bit for each group with more than DC in a block of it.
    pub busy: u32,
}

impl Part {
    pub(super) fn new(header: &Header, component: &Component, scale: Scale) -> Self {
        let (h_most, v_most) = most(header);
        let (h, v) = (usize::from(component.h), usize::from(component.v));
        let width = (header.width as usize * h).div_ceil(h_most);
        let height = (header.height as usize * v).div_ceil(v_most);
        let side = scale.side();
        let (across, down) = mcus(header);
        Self {
            h,
            v,
            scale,
            plane: Plane {
                width: (width * side).div_ceil(8),
                height: (height * side).div_ceil(8),
                rows: v * side,
            },
            own: (width.div_ceil(8), height.div_ceil(8)),
            padded: (across * h, down * v),
            steps: Steps::new(&[1; 64]),
            order: order_of(scale),
            groups: vec![[0; 1024]; h * v],
            busy: 0,
        }
    }

    /// The group and the lane of a block by its MCU among eight and its place within.
    #[inline(always)]
    pub(super) fn place(&self, mcu: usize, x: usize, y: usize) -> (usize, usize) {
        let column = mcu * self.h + x;
        (y * self.h + column / LANES, column % LANES)
    }

    /// Forgets the blocks of an MCU.
    pub(super) fn clear(&mut self, mcu: usize) {
        let kept = self.scale.side().pow(2);
        for y in 0..self.v {
            for x in 0..self.h {
                let (group, lane) = self.place(mcu, x, y);
                for at in 0..kept {
                    self.groups[group][at * LANES + lane] = 0;
                }
            }
        }
    }

    /// Transforms the blocks of eight MCUs into the rows of `plane` from MCU `mcu` on, and leaves them empty.
    pub(super) fn flush(&mut self, mcu: usize, plane: &mut [u8], samples: &mut Samples) {
        let side = self.scale.side();
        let width = self.plane.width;
        for (at, group) in self.groups.iter_mut().enumerate() {
            let (x, y) = (at % self.h, at / self.h);
            let left = (mcu * self.h + x * LANES) * side;
            let right = (left + side * LANES).min(width);
            let busy = self.busy >> at & 1 == 1;
            if left < right {
                transform(self.scale, group, &self.steps, !busy, samples);
                let rows = plane.chunks_exact_mut(width).skip(y * side).take(side);
                for (row, from) in rows.zip(samples.chunks_exact(side * LANES)) {
                    row[left..right].copy_from_slice(&from[..right - left]);
                }
            }
            let used = if busy { side * side * LANES } else { LANES };
            group[..used].fill(0);
        }
        self.busy = 0;
    }
}
