import assert from "node:assert/strict";
import test from "node:test";
import { inOrder } from "../../static_site/public/js/item_order.js";
import { random, shuffled } from "./random.js";

const chain = (length) => Array.from({ length }, (_, n) => ({ id: `i${n}`, prev: n ? `i${n - 1}` : null }));
const ids = (items) => inOrder(items.map((item, seq) => ({ ...item, seq }))).map((item) => item.id);

test("a chain comes out the same from any arrival", () => {
  const expected = chain(40).map((item) => item.id);
  for (let seed = 1; seed <= 200; seed++)
    assert.deepEqual(ids(shuffled(chain(40), random(seed))), expected, `seed ${seed}`);
});

test("items without a known place come last, as they arrived", () => {
  const [a, b] = chain(2);
  assert.deepEqual(ids([{ id: "late", prev: undefined }, b, { id: "lost", prev: "never seen" }, a]), [
    "i0",
    "i1",
    "late",
    "lost",
  ]);
});

test("what follows an item without a place stays with it", () => {
  assert.deepEqual(ids([{ id: "answer", prev: "speech" }, { id: "speech", prev: undefined }, ...chain(1)]), [
    "i0",
    "speech",
    "answer",
  ]);
});

test("a ring is shown rather than lost", () => {
  const ring = [
    { id: "a", prev: "b" },
    { id: "b", prev: "a" },
    { id: "self", prev: "self" },
  ];
  assert.deepEqual(ids(ring).sort(), ["a", "b", "self"]);
});

test("a chain of thousands does not exhaust the stack", () => {
  assert.equal(ids(chain(20_000)).length, 20_000);
});
