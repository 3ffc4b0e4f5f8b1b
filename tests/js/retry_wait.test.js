import assert from "node:assert/strict";
import test from "node:test";
import { countDown, waitInWords } from "../../static_site/public/js/retry_wait.js";
import { Clock } from "./fakes.js";

const WORDS = [
  [1, "a few seconds"],
  [10, "10 seconds"],
  [20, "20 seconds"],
  [30, "half a minute"],
  [60, "about a minute"],
  [120, "about 2 minutes"],
  [840, "about 15 minutes"],
  [3600, "about an hour"],
  [7200, "about 2 hours"],
  [86_400, "about 24 hours"],
];
for (const [seconds, words] of WORDS) {
  test(`${seconds} s is ${words}`, () => assert.equal(waitInWords(seconds), words));
}

test("a day of waiting has few different words", () => {
  const said = new Set();
  for (let left = 86_400; left > 0; left--) said.add(waitInWords(left));
  assert.ok(said.size < 60, `${said.size} different words`);
});

function counting(seconds) {
  const clock = new Clock();
  const told = [];
  const stop = countDown(seconds, { now: () => clock.now, schedule: clock.schedule }, (words) => told.push(words));
  return { clock, told, stop };
}

test("it is told at once, then only when the words change, and once when it is over", () => {
  const { clock, told } = counting(60);
  for (let second = 0; second < 60; second++) clock.pass(1000);
  assert.deepEqual(told, ["about a minute", "half a minute", "20 seconds", "10 seconds", "a few seconds", null]);
  assert.equal(clock.waiting, 0);
});

test("a device that slept through the wait is not told to wait again", () => {
  const { clock, told } = counting(3600);
  clock.pass(8 * 3_600_000);
  assert.deepEqual(told, ["about an hour", null]);
});

test("it stops when it is stopped", () => {
  const { clock, told, stop } = counting(60);
  clock.pass(1000);
  stop();
  assert.equal(clock.waiting, 0);
  assert.deepEqual(told, ["about a minute"]);
});
