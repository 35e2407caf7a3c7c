// The grid's arithmetic: in order, never cropped, full rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { rowsOf } from "../assets/_rows.js";

const close = (a, b) => assert.ok(Math.abs(a - b) < 0.01, `${a} is not ${b}`);
/** Ratios as two cameras make them, the same on every run. */
const wedding = (count) => Array.from({ length: count }, (_, i) => [1.5, 1.5, 0.667, 1.5, 1, 1.778, 0.667][(i * i + 3 * i) % 7]);

test("every photograph stands in one row, in order", () => {
  const rows = rowsOf(wedding(5000), 1360, 13, 216);
  let next = 0;
  for (const row of rows) {
    assert.equal(row.first, next);
    assert.equal(row.widths.length, row.count);
    next += row.count;
  }
  assert.equal(next, 5000);
});

test("every row but the last is as wide as the sheet, and no picture is cropped", () => {
  for (const width of [328, 358, 700, 1360, 2400]) {
    const ratios = wedding(300);
    const rows = rowsOf(ratios, width, 10, width * 0.28);
    for (const row of rows.slice(0, -1)) {
      if (row.count > 1) close(row.widths.reduce((a, b) => a + b) + 10 * (row.count - 1), width);
      row.widths.forEach((w, i) => close(w / row.height, ratios[row.first + i]));
    }
  }
});

test("a row closes where the next photograph would take it further from the wanted height", () => {
  const [row] = rowsOf([1.5, 1.5, 1.5, 1.5, 1.5, 1.5], 1000, 10, 216);
  assert.equal(row.count, 3); // 326/3 rows of 217.8 px; four would make 161.7
  close(row.height, (1000 - 20) / 4.5);
});

test("the last row keeps the wanted height", () => {
  const rows = rowsOf([1.5, 1.5, 1.5, 1.5], 1000, 10, 216);
  assert.equal(rows.at(-1).count, 1);
  const two = rowsOf([1.5, 1.5, 1.5, 0.667, 0.667], 1000, 10, 216).at(-1);
  close(two.height, 216);
});

test("a lone photograph is at most a quarter higher than wanted", () => {
  assert.equal(rowsOf([0.667], 1000, 10, 200)[0].height, 250);
  const [panorama] = rowsOf([9], 330, 8, 100);
  assert.ok(panorama.widths[0] <= 330);
});

test("nothing is a grid of nothing", () => assert.deepEqual(rowsOf([], 1000, 10, 216), []));
