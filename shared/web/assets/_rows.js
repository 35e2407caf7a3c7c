// Justified rows: photographs in their order, never cropped, each row one height (the look's rules for the grid).

const WIDEST = 3;
const TALLEST = 0.4;
/** A photograph alone in its row is at most this much higher than wanted. */
const LONE = 1.25;

/**
 * @param {number[]} ratios width by height, in order
 * @param {number} width of the sheet in pixels
 * @param {number} gap between frames in pixels
 * @param {number} wanted row height in pixels
 * @returns {{ first: number, count: number, height: number, widths: number[] }[]}
 */
export function rowsOf(ratios, width, gap, wanted) {
  const rows = [];
  let first = 0;
  let sum = 0;
  const heightOf = (total, count) => (width - gap * (count - 1)) / total;
  const close = (end, last) => {
    const count = end - first;
    let height = heightOf(sum, count);
    if (count === 1 && !(last && rows.length > 0)) height = Math.min(height, wanted * LONE);
    else if (last) height = Math.min(height, wanted);
    const widths = ratios.slice(first, end).map((ratio) => clamp(ratio) * height);
    rows.push({ first, count, height, widths });
    first = end;
    sum = 0;
  };
  ratios.forEach((ratio, at) => {
    const count = at - first;
    if (count > 0) {
      const now = Math.abs(heightOf(sum, count) - wanted);
      const then = Math.abs(heightOf(sum + clamp(ratio), count + 1) - wanted);
      if (then > now) close(at, false);
    }
    sum += clamp(ratio);
  });
  if (first < ratios.length) close(ratios.length, true);
  return rows;
}

/** What a row can hold; beyond it the picture stands on the well. */
export function clamp(ratio) {
  return Math.min(Math.max(ratio, TALLEST), WIDEST);
}
