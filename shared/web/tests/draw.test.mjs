// Marks on a photograph as text and in words, and names of comments (advanced review).
import assert from "node:assert/strict";
import { test } from "node:test";
import { described, format, parse } from "../assets/_draw.js";
import { newName } from "../assets/_said.js";

test("a drawing comes back as it was written, and stays within the picture", () => {
  const text = "p 1 2;b 10 20 30 40;s 1 2 3 4 10000 0";
  assert.equal(format(parse(text)), text);
  assert.deepEqual(parse(""), []);
  assert.equal(format(parse("p -5 99999;s x 3")), "p 0 10000;s 0 3");
});

test("a mark says where it is (5.4)", () => {
  const said = (text) => parse(text).map(described).join(", ");
  assert.equal(said("b 500 500 2000 1500"), "a box at the upper left");
  assert.equal(said("p 5000 5000;s 9000 9000 9900 9900"), "a point in the middle, a line at the lower right");
  assert.equal(said("p 10000 0"), "a point at the upper right");
});

test("a comment's name is one of its own, ordered by time", async () => {
  const names = [];
  for (let round = 0; round < 3; round++) {
    names.push(newName());
    await new Promise((done) => setTimeout(done, 3));
  }
  assert.deepEqual([...names].sort(), names);
  assert.equal(new Set(Array.from({ length: 500 }, newName)).size, 500);
  for (const name of names) assert.match(name, /^[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
});
