import assert from "node:assert/strict";
import test from "node:test";
import { OpenCalls } from "../../static_site/public/js/open_calls.js";
import { CALL_ID, Clock, FakeLocks, FakeStorage, settle } from "./fakes.js";

const KEY = `voicemint.call.${CALL_ID}`;

/** A browser with tabs that share storage, locks and a server. */
function device({ reply = () => new Response(null, { status: 204 }), ...parts } = {}) {
  const storage = new FakeStorage();
  const locks = new FakeLocks();
  const clock = new Clock();
  const hungUp = [];
  const open = () => {
    const lock = locks.tab();
    const fetch = async (url, init) => {
      assert.ok(init.keepalive, "the request outlives the page");
      hungUp.push(`${init.method} ${url}`);
      return reply();
    };
    const shared = { fetch, storage: () => storage, locks: lock, today: () => clock.now, schedule: clock.schedule };
    return { calls: new OpenCalls({ ...shared, ...parts }), crash: lock.die };
  };
  return { open, storage, locks, clock, hungUp };
}

test("what a crashed tab left is hung up by the next page, once, and forgotten", async () => {
  const { open, storage, clock, hungUp } = device();
  const first = open();
  first.calls.keep(CALL_ID, 600);
  await settle();
  assert.deepEqual([...storage.values], [[KEY, "600000"]]);
  first.crash();
  for (const page of [open(), open()]) {
    page.calls.sweep();
    await page.calls.settle();
  }
  assert.deepEqual([hungUp, storage.values.size], [[`DELETE api/call/${CALL_ID}`], 0]);
  assert.equal(clock.waiting, 0);
});

test("another tab's living call is left alone", async () => {
  const { open, storage, hungUp } = device();
  open().calls.keep(CALL_ID, 600);
  const other = open();
  other.calls.sweep(); // before the lock was given
  await settle();
  await other.calls.settle();
  assert.deepEqual([hungUp, storage.values.size], [[], 1]);
});

test("one's own living call is left alone", async () => {
  const { open, hungUp } = device();
  const page = open();
  page.calls.keep(CALL_ID, 600);
  await settle();
  await page.calls.settle();
  assert.deepEqual(hungUp, []);
});

test("two pages that open after a crash do not both hang up", async () => {
  let answer;
  const { open, hungUp } = device({ reply: () => new Promise((resolve) => (answer = resolve)) });
  const dead = open();
  dead.calls.keep(CALL_ID, 600);
  await settle();
  dead.crash();
  const [one, two] = [open(), open()];
  one.calls.sweep();
  two.calls.sweep();
  await settle();
  answer(new Response(null, { status: 204 }));
  await Promise.all([one.calls.settle(), two.calls.settle()]);
  assert.equal(hungUp.length, 1);
});

test("an ended call frees its lock and leaves no memory, even when it ends before the lock was given", async () => {
  const { open, storage, locks, hungUp } = device();
  const { calls } = open();
  calls.keep(CALL_ID, 600);
  calls.hangUp(CALL_ID);
  await settle();
  assert.deepEqual([hungUp.length, storage.values.size, locks.held.size], [1, 0, 0]);
});

for (const [name, reply, left] of [
  ["404: it had ended", () => new Response(null, { status: 404 }), 0],
  ["401: signed out", () => new Response(null, { status: 401 }), 1],
  ["503", () => new Response(null, { status: 503 }), 1],
  ["no network", () => Promise.reject(new TypeError("Failed to fetch")), 1],
]) {
  test(`a hang-up that is answered by ${name} ${left ? "is kept for the next page" : "is done"}`, async () => {
    const { open, storage, locks } = device({ reply });
    const { calls } = open();
    calls.keep(CALL_ID, 600);
    await settle();
    calls.hangUp(CALL_ID);
    await settle();
    assert.deepEqual([storage.values.size, locks.held.size], [left, 0]);
  });
}

test("a call whose time is up, and anything else under such a name, is forgotten without a request", async () => {
  const { open, storage, clock, hungUp } = device();
  clock.now = 1_000_000;
  for (const [key, value] of [
    [KEY, "999999"],
    ["voicemint.call.a", "text"],
    ["voicemint.call.../session", "9999999"],
    ["voicemint.call.", "9999999"],
    ["voicemint.turns", "[]"],
  ])
    storage.setItem(key, value);
  await open().calls.settle();
  assert.deepEqual([hungUp, [...storage.values.keys()]], [[], ["voicemint.turns"]]);
});

test("no more than a few leftovers are hung up by one sweep", async () => {
  const { open, storage, hungUp } = device();
  for (let n = 0; n < 100; n++) storage.setItem(`voicemint.call.${n}`, "600000");
  open().calls.sweep();
  await settle();
  assert.equal(hungUp.length, 8);
});

test("a server that does not answer holds up the next call for three seconds at most", async () => {
  const { open, clock, storage } = device({ reply: () => new Promise(() => {}) });
  storage.setItem(KEY, "600000");
  const { calls } = open();
  let settled = false;
  const waiting = calls.settle().then(() => (settled = true));
  await settle();
  clock.pass(2_999);
  await settle();
  assert.equal(settled, false);
  clock.pass(1);
  await waiting;
});

test("without locks nothing is remembered, so nobody's living call can be hung up; an end still is told", async () => {
  const { open, storage, hungUp } = device({ locks: undefined });
  const { calls } = open();
  calls.keep(CALL_ID, 600);
  storage.setItem("voicemint.call.other", "600000");
  await settle();
  await calls.settle();
  assert.deepEqual([hungUp, storage.values.has(KEY)], [[], false]);
  calls.hangUp(CALL_ID);
  await settle();
  assert.deepEqual(hungUp, [`DELETE api/call/${CALL_ID}`]);
});

test("storage and locks that are forbidden are survived", async () => {
  const forbidden = () => {
    throw new DOMException("no", "SecurityError");
  };
  const { open, hungUp } = device({ storage: forbidden, locks: { request: async () => forbidden() } });
  const { calls } = open();
  calls.keep(CALL_ID, 600);
  calls.sweep();
  calls.hangUp(CALL_ID);
  await calls.settle();
  assert.equal(hungUp.length, 1);
});
