import assert from "node:assert/strict";
import test from "node:test";
import { KeptCall, keep, keeps } from "../../static_site/public/js/kept_call.js";
import { Store } from "../../static_site/public/js/store.js";
import { Clock, FakeStorage } from "./fakes.js";

const said = (text, more = {}) => ({ id: "x", role: "user", text, status: "done", reason: "", ...more });
const START = 1_700_000_000_000;

/** A tab of a browser; `storage` and `clock` may be another tab's. */
function tab({ storage = new FakeStorage(), clock = new Clock(), id = "page_a" } = {}) {
  const page = Object.assign(new EventTarget(), { hidden: false });
  const view = new EventTarget();
  const store = new Store(() => storage);
  let calls = 0;
  const call = new KeptCall(store, {
    now: () => clock.now,
    today: () => START + clock.now,
    schedule: clock.schedule,
    newId: () => `${id}${++calls}`,
    page,
    view,
  });
  let writes = 0;
  const { setItem } = storage;
  storage.setItem = (key, value) => {
    if (key.includes(id)) writes += 1;
    setItem(key, value);
  };
  const texts = () => store.turns().map(({ text }) => text);
  return { storage, clock, page, view, store, call, writes: () => writes, texts };
}

test("what was said is kept, in order, without tools and without what has no words", () => {
  const { call, store } = tab();
  call.begin();
  call.update([
    said("Hello", { name: "Tutor" }),
    said("", { status: "missing" }),
    said("x", { role: "tool" }),
    said("Hi", { role: "assistant", status: "interrupted", name: "T".repeat(200), at: 7 }),
    said("So", { status: "open" }),
  ]);
  assert.deepEqual(store.turns(), [
    { role: "user", text: "Hello", status: "done" },
    { role: "assistant", text: "Hi", status: "interrupted", at: 7, name: "T".repeat(80) },
    { role: "user", text: "So", status: "done" },
  ]);
});

test("a thousand events in a second are two writes, and a crash loses a second at most", () => {
  const { call, clock, texts, writes } = tab();
  call.begin();
  for (let event = 0; event < 1000; event++, clock.pass(1)) call.update([said(`${event}`)]);
  assert.deepEqual([writes(), texts()], [2, ["999"]]);
  for (let event = 0; event < 5000; event++, clock.pass(1)) {
    call.update([said(`after ${event}`)]);
    const [stored] = texts();
    const behind = stored === "999" ? 0 : event - Number(stored.slice(6));
    assert.ok(behind <= 1000, `${behind} ms behind`);
  }
  assert.ok(writes() <= 7, `${writes()} writes`);
});

test("what has not changed is not written again", () => {
  const { call, clock, writes } = tab();
  call.begin();
  for (let second = 0; second < 60; second++, clock.pass(1000)) call.update([said("Hello")]);
  assert.deepEqual([writes(), clock.waiting], [1, 0]);
});

test("leaving the page writes at once, whichever event tells of it", () => {
  for (const leave of [
    ({ page }) => ((page.hidden = true), page.dispatchEvent(new Event("visibilitychange"))),
    ({ view }) => view.dispatchEvent(new Event("pagehide")),
  ]) {
    const one = tab();
    one.call.begin();
    one.call.update([said("a")]);
    one.call.update([said("a b")]);
    assert.deepEqual(one.texts(), ["a"]);
    leave(one);
    assert.deepEqual([one.texts(), one.clock.waiting], [["a b"], 0]);
  }
});

test("the end of the call writes the rest; what is cleared then does not come back", () => {
  const { call, store, view, clock, texts } = tab();
  call.begin();
  call.update([said("a")]);
  call.update([said("a b")]);
  call.end();
  assert.deepEqual([texts(), clock.waiting], [["a b"], 0]);
  store.forgetTurns();
  call.update([said("late")]);
  view.dispatchEvent(new Event("pagehide"));
  clock.pass(5000);
  assert.deepEqual(texts(), []);
});

test("a call in which nothing has been said yet leaves nothing, least of all the last call's words", () => {
  const { call, view, storage } = tab();
  call.begin();
  call.update([said("a")]);
  call.begin();
  view.dispatchEvent(new Event("pagehide"));
  assert.equal(storage.length, 1);
});

test("two tabs in a call at once keep both conversations, and each writes its own only", () => {
  const first = tab({ id: "page_a" });
  const second = tab({ ...first, id: "page_b" });
  first.call.begin();
  first.clock.pass(10);
  second.call.begin();
  for (let turn = 1; turn <= 3; turn++, first.clock.pass(1500)) {
    first.call.update(Array.from({ length: turn }, (_, at) => said(`a${at}`)));
    second.call.update(Array.from({ length: turn }, (_, at) => said(`b${at}`)));
  }
  first.call.end();
  assert.deepEqual(second.texts(), ["a0", "a1", "a2", "b0", "b1", "b2"]);
  second.call.end();
  first.call.begin();
  first.call.update([said("a again")]);
  assert.deepEqual(first.texts(), ["a0", "a1", "a2", "b0", "b1", "b2", "a again"]);
});

test("of earlier calls no more stays than can be shown, however many there were", () => {
  const { call, clock, storage, texts } = tab();
  for (let one = 0; one < 100; one++, clock.pass(60_000)) {
    call.begin();
    call.update(Array.from({ length: 30 }, (_, at) => said(`${one}.${at} ${"x".repeat(10_000)}`)));
    call.end();
  }
  assert.ok(storage.length <= 9, `${storage.length} records`);
  assert.equal(texts().length, 200);
  assert.ok(texts().every((text) => text.length === 4000));
  assert.ok(texts()[199].startsWith("99.29 "));
});

test("it is kept until the person says no, which deletes it, and holds in every tab; garbage says nothing", () => {
  const { call, store, storage, texts } = tab();
  const another = new Store(() => storage);
  call.begin();
  call.update([said("a")]);
  assert.equal(keeps(another), true);
  keep(store, false);
  assert.deepEqual([keeps(another), texts()], [false, []]);
  keep(store, true);
  assert.equal(keeps(another), true);
  for (const garbage of ["", "{", "null", "7", '"false"']) {
    storage.setItem("voicemint.keep", garbage);
    assert.equal(keeps(store), true, garbage);
  }
});

test("turned off in mid-call nothing more is written; turned on again all of the call is, at once", () => {
  const { call, clock, store, storage, view, texts } = tab();
  call.begin();
  call.update([said("a")]);
  keep(store, false);
  clock.pass(2000);
  call.update([said("a"), said("b")]);
  view.dispatchEvent(new Event("pagehide"));
  assert.deepEqual([...storage.values.keys()], ["voicemint.keep"]);
  keep(store, true);
  call.save();
  assert.deepEqual(texts(), ["a", "b"]);
});

test("turned off and on within a moment, the call is kept again", () => {
  const { call, clock, store, texts } = tab();
  call.begin();
  call.update([said("a")]);
  keep(store, false);
  call.save();
  keep(store, true);
  call.save();
  assert.deepEqual(texts(), ["a"]);
  clock.pass(1000);
});

test("turned off in one tab, another tab's call is not kept either", () => {
  const first = tab({ id: "page_a" });
  const second = tab({ ...first, id: "page_b" });
  second.call.begin();
  second.call.update([said("a")]);
  keep(first.store, false);
  first.clock.pass(2000);
  second.call.update([said("a"), said("b")]);
  second.call.end();
  assert.deepEqual([...first.storage.values.keys()], ["voicemint.keep"]);
});

test("storage that is forbidden or full stops no call; when there is room again, the call is kept", () => {
  const forbidden = new KeptCall(
    new Store(() => {
      throw new DOMException("no", "SecurityError");
    }),
    {
      ...{ now: () => 0, today: () => 0, schedule: () => () => {}, newId: () => "x" },
      ...{ page: new EventTarget(), view: new EventTarget() },
    },
  );
  forbidden.begin();
  forbidden.update([said("a")]);
  forbidden.end();
  const { call, clock, storage, texts } = tab();
  const { setItem } = storage;
  storage.setItem = () => {
    throw new DOMException("no", "QuotaExceededError");
  };
  call.begin();
  call.update([said("a")]);
  storage.setItem = setItem;
  clock.pass(1000);
  call.update([said("a")]);
  assert.deepEqual(texts(), ["a"]);
});

test("what is cleared while the call goes on stays cleared, also by another tab; what is said later is kept", () => {
  const { call, clock, store, texts } = tab();
  call.begin();
  const [secret, open] = [said("my secret", { id: "a" }), said("and", { id: "b", role: "assistant" })];
  call.update([secret, open]);
  store.forgetTurns();
  call.update([secret, { ...open, text: "and more" }, said("Later", { id: "c" })]);
  clock.pass(2_000);
  assert.deepEqual(texts(), ["Later"]);
  call.update([secret, open, said("Later", { id: "c" }), said("Last", { id: "d" })]);
  clock.pass(2_000);
  assert.deepEqual(texts(), ["Later", "Last"]);
  store.forgetTurns();
  call.end();
  assert.deepEqual(texts(), [], "at the end nothing comes back");
});
