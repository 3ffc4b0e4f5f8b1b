import assert from "node:assert/strict";
import test from "node:test";
import { Remembered } from "../../static_site/public/js/remembered.js";
import { FakeStorage } from "./fakes.js";

const KEY = "voicemint.more";
const WISHES = {
  speed: 0.75,
  language: "pt-BR",
  volume: 0,
  away: "mute",
  microphone: { id: "a", label: "Inbuilt" },
  speaker: { id: "s", label: "Desk" },
};

test("wishes come back; a wish that is taken back is gone, and with the last one everything is", () => {
  const storage = new FakeStorage();
  const kept = () => new Remembered(() => storage);
  kept().keep(WISHES);
  assert.deepEqual(kept().wishes, WISHES);
  kept().keep({ speed: undefined });
  const { speed: _, ...others } = WISHES;
  assert.deepEqual(kept().wishes, others);
  kept().keep(Object.fromEntries(Object.keys(WISHES).map((name) => [name, undefined])));
  assert.deepEqual([kept().wishes, storage.length], [{}, 0]);
});

const GARBAGE = [
  "",
  "{",
  "null",
  "7",
  "[]",
  '{"speed":3,"volume":-1,"language":"<b>","microphone":7,"speaker":{"id":"","label":"x"}}',
  '{"speed":"1","volume":null,"language":7,"microphone":{"id":"a"},"speaker":null,"away":"stay","other":1}',
];
for (const garbage of GARBAGE) {
  test(`storage that holds ${garbage || "nothing"} is survived`, () => {
    const storage = new FakeStorage();
    storage.setItem(KEY, garbage);
    assert.deepEqual(new Remembered(() => storage).wishes, {});
  });
}

test("storage that is forbidden is survived, and the wish holds", () => {
  const forbidden = new Remembered(() => {
    throw new DOMException("no", "SecurityError");
  });
  forbidden.keep({ speed: 1.25 });
  assert.deepEqual(forbidden.wishes, { speed: 1.25 });
});
