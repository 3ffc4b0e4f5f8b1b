import assert from "node:assert/strict";
import test from "node:test";
import { Store } from "../../static_site/public/js/store.js";
import { FakeStorage } from "./fakes.js";

const said = (text, more = {}) => ({ role: "user", text, status: "done", ...more });
const record = (began) => `voicemint.turns.${String(began).padStart(13, "0")}.page_${began}`;

/** A store with records of calls, by when they began. */
function kept(calls = {}, others = {}) {
  const storage = new FakeStorage();
  for (const [began, turns] of Object.entries(calls)) storage.setItem(record(began), JSON.stringify(turns));
  for (const [key, text] of Object.entries(others)) storage.setItem(key, text);
  return { storage, store: new Store(() => storage) };
}

test("what was said comes back in the order of the calls, after what an older page has kept in one record", () => {
  const { store } = kept(
    { 1700000000000: [said("second")], 900: [said("first"), said("and more")], 1800000000000: [said("third")] },
    { "voicemint.turns": JSON.stringify([said("long ago", { role: "assistant", name: "Tutor" })]) },
  );
  assert.deepEqual(
    store.turns().map(({ text }) => text),
    ["long ago", "first", "and more", "second", "third"],
  );
  assert.equal(store.turns()[0].name, "Tutor");
});

test("no more comes back than can be shown: the latest", () => {
  const many = (name) => Array.from({ length: 150 }, (_, at) => said(`${name} ${at}`));
  const { store } = kept({ 1: many("old"), 2: many("new") });
  assert.equal(store.turns().length, 200);
  assert.deepEqual([store.turns()[0].text, store.turns()[199].text], ["old 100", "new 149"]);
});

test("forgetting takes every record, and nothing else", () => {
  const others = { "voicemint.turns": "[]", "voicemint.choices": "{}", "voicemint.turnsignals": "1", theirs: "2" };
  const { store, storage } = kept({ 1: [said("a")], 2: [said("b")] }, others);
  store.forgetTurns();
  assert.deepEqual([...storage.values.keys()], ["voicemint.choices", "voicemint.turnsignals", "theirs"]);
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
    const others = { "voicemint.turns": garbage, "voicemint.choices": garbage };
    const { store } = kept({ 2: [said("good")] }, { ...others, [record(1)]: garbage });
    assert.deepEqual(store.turns(), [said("good")]);
    assert.deepEqual(store.choices(), {});
  });
}

test("choices come back, and only those that are known", () => {
  const { store, storage } = kept();
  store.saveChoices({ persona: "tutor", voice: "coral", turn_detection: "street", instructions: "not kept" });
  assert.deepEqual(store.choices(), { persona: "tutor", voice: "coral", turn_detection: "street" });
  assert.ok(![...storage.values.values()].join("").includes("not kept"));
});

test("storage that is forbidden or full is survived, and told", () => {
  const forbidden = new Store(() => {
    throw new DOMException("no", "SecurityError");
  });
  assert.deepEqual([forbidden.turns(), forbidden.choices()], [[], {}]);
  forbidden.forgetTurns();
  forbidden.forget("x");
  assert.equal(forbidden.write("x", 1), false);
  const { storage } = kept({ 1: [said("a")] });
  storage.setItem = () => {
    throw new DOMException("no", "QuotaExceededError");
  };
  const full = new Store(() => storage);
  full.saveChoices({});
  full.forgetTurns();
  assert.deepEqual(full.turns(), []);
});
