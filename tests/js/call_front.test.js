import assert from "node:assert/strict";
import test from "node:test";
import { fakeRoot } from "./fake_elements.js";
import { config, settle } from "./fakes.js";

const { CallFront } = await import("../../static_site/public/js/call_front.js");
const { CallState } = await import("../../static_site/public/js/call_state.js");

/** The front of a call whose way to the service never comes, so that it stays where a test puts it. */
function fronted() {
  const told = [];
  const root = fakeRoot();
  const front = new CallFront(root, {
    emit: (name, detail) => told.push([name, detail.code ?? detail.state]),
    ...{ wishes: () => ({}), tools: () => ({}), ready: () => null, keeps: () => false, choosing: () => false },
  });
  front.server.ask = async () => config();
  front.server.way = () => new Promise(() => {});
  return { front, root, told, primary: root.getElementById("primary") };
}

/** Starts a call, and gives its state to whoever moves it on. */
function started(front) {
  const { move } = CallState.prototype;
  let state;
  CallState.prototype.move = function (next) {
    state = this;
    return move.call(this, next);
  };
  void front.start();
  CallState.prototype.move = move;
  return state;
}

test("asking the server anew while a call is being made leaves it alone", async () => {
  const { front } = fronted();
  started(front);
  await front.load();
  assert.equal(front.state, "asking-mic");
});

test("a server that does not answer does not end a call that is live, nor can Stop not be pressed meanwhile", async () => {
  const { front, told, primary } = fronted();
  front.server.ask = async () => Promise.reject(new TypeError("no network"));
  const state = started(front);
  state.move("connecting");
  state.move("live");
  const loading = front.load();
  assert.equal(primary.disabled, false);
  await loading;
  assert.deepEqual([front.state, told.filter(([name]) => name === "failure")], ["live", []]);
});

test("without a call it still says so", async () => {
  const { front, told, primary } = fronted();
  front.server.ask = async () => Promise.reject(new TypeError("no network"));
  const loading = front.load();
  assert.equal(primary.disabled, true);
  await loading;
  assert.deepEqual([front.state, told.some(([name]) => name === "failure")], ["failed", true]);
});

test("a browser that has no room for one more sound still makes the call", async () => {
  const { front } = fronted();
  globalThis.AudioContext = class {
    constructor() {
      throw new DOMException("too many", "NotSupportedError");
    }
  };
  let begun = () => {};
  front.server.way = async () => ({});
  front.page = { follow() {}, start: async (...given) => begun(given) };
  try {
    const given = new Promise((resolve) => (begun = resolve));
    await front.start();
    assert.equal((await given)[2], undefined);
  } finally {
    delete globalThis.AudioContext;
  }
});

test("an element that has left its document makes no line ahead", async () => {
  const { front, root, primary } = fronted();
  const prepared = [];
  let found = () => {};
  front.page = {};
  for (const there of [true, false]) {
    front.server.way = () => new Promise((resolve) => (found = resolve));
    primary.dispatchEvent(new Event("pointerenter"));
    root.isConnected = there;
    found({ prepare: () => prepared.push(there) });
    await settle();
    await settle();
  }
  assert.deepEqual(prepared, [true]);
});

test("a page that is warmed has its code, and no line", async () => {
  const { front, primary } = fronted();
  const prepared = [];
  front.page = {};
  front.server.way = async () => ({ prepare: (_, intent) => prepared.push(intent) });
  await front.prepare();
  await front.prepare(false);
  assert.deepEqual(prepared, []);
  primary.dispatchEvent(new Event("pointerdown"));
  await settle();
  assert.deepEqual(prepared, ["press"]);
});
