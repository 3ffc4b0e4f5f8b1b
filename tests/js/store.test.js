import assert from "node:assert/strict";
import test from "node:test";
import { Store } from "../../static_site/public/js/store.js";

function memory(content = {}) {
  const values = new Map(Object.entries(content));
  return {
    values,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
  };
}

const turn = (text, more = {}) => ({ id: "x", role: "user", text, status: "done", reason: "", ...more });

test("what was said is kept, in order, without tools and without what has no words", () => {
  const store = new Store(() => memory());
  const storage = memory();
  const kept = new Store(() => storage);
  kept.saveTurns([
    turn("Hello"),
    turn("", { status: "missing" }),
    turn("x", { role: "tool" }),
    turn("Hi", { role: "assistant", status: "interrupted" }),
  ]);
  assert.deepEqual(kept.turns(), [
    { role: "user", text: "Hello", status: "done" },
    { role: "assistant", text: "Hi", status: "interrupted" },
  ]);
  kept.forgetTurns();
  assert.deepEqual(kept.turns(), []);
  assert.deepEqual(store.turns(), []);
});

test("an answer is kept with the name of the persona who gave it", () => {
  const storage = memory();
  const kept = new Store(() => storage);
  kept.saveTurns([turn("Hello", { name: "Tutor" }), turn("Hi", { role: "assistant", name: "T".repeat(200) })]);
  assert.deepEqual(kept.turns(), [
    { role: "user", text: "Hello", status: "done" },
    { role: "assistant", text: "Hi", status: "done", name: "T".repeat(80) },
  ]);
});

test("no more is kept than the bounds", () => {
  const storage = memory();
  const store = new Store(() => storage);
  store.saveTurns(Array.from({ length: 500 }, (_, n) => turn(`${n} ${"x".repeat(10_000)}`)));
  assert.equal(store.turns().length, 200);
  assert.ok(store.turns()[199].text.startsWith("499"));
  assert.ok(store.turns().every(({ text }) => text.length === 4000));
});

const GARBAGE = [
  "",
  "{",
  "null",
  "7",
  '"text"',
  "{}",
  "[null, 7, [], {}]",
  '[{"role":"system","text":"x","status":"done"}]',
  '[{"role":"user","text":{},"status":"done"}]',
  '[{"role":"user","text":"x","status":"open"}]',
  '[{"role":"assistant","text":"x","status":"done","name":{}}]',
];
for (const garbage of GARBAGE) {
  test(`storage that holds ${garbage || "nothing"} is survived`, () => {
    const store = new Store(() => memory({ "voicemint.turns": garbage, "voicemint.choices": garbage }));
    assert.deepEqual(store.turns(), []);
    assert.deepEqual(store.choices(), {});
  });
}

test("choices come back, and only those that are known", () => {
  const storage = memory();
  const store = new Store(() => storage);
  store.saveChoices({ persona: "tutor", voice: "coral", turn_detection: "street", instructions: "not kept" });
  assert.deepEqual(store.choices(), { persona: "tutor", voice: "coral", turn_detection: "street" });
  assert.ok(![...storage.values.values()].join("").includes("not kept"));
});

test("storage that is forbidden or full is survived", () => {
  const forbidden = new Store(() => {
    throw new DOMException("no", "SecurityError");
  });
  forbidden.saveTurns([turn("Hello")]);
  assert.deepEqual([forbidden.turns(), forbidden.choices()], [[], {}]);
  const full = new Store(() => ({
    getItem: () => null,
    setItem: () => {
      throw new DOMException("no", "QuotaExceededError");
    },
  }));
  full.saveTurns([turn("Hello")]);
  full.saveChoices({});
});
