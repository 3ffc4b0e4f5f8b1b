// What `<voice-call>` does in a call, with stand-ins for its elements.
import assert from "node:assert/strict";
import { setMaxListeners } from "node:events";
import test from "node:test";
import { CallPage } from "../../static_site/public/js/call_page.js";
import { CallState } from "../../static_site/public/js/call_state.js";
import { Store } from "../../static_site/public/js/store.js";
import { signalling } from "../../static_site/public/js/token_signalling.js";
import { spokenTurn } from "./events_of_a_call.js";
import { FakePeer, FakeStorage, FakeStream, fakeBrowser, settle } from "./fakes.js";

setMaxListeners(50);
await Promise.all(["keep_up", "devices", "presence"].map((name) => import(`../../static_site/public/js/${name}.js`)));

function element() {
  const one = new EventTarget();
  const found = { dataset: {}, hidden: false, disabled: false, childElementCount: 0, focused: 0, focus: () => (one.focused += 1) };
  const matches = (selector) => (selector.includes("disabled") && one.disabled) || (selector.includes("hidden") && one.hidden);
  return Object.assign(one, found, { matches, setAttribute() {}, append() {}, querySelector: () => null });
}

for (const name of ["HTMLElement", "HTMLButtonElement", "HTMLAudioElement", "HTMLFormElement", "HTMLInputElement"])
  globalThis[name] = class {
    static [Symbol.hasInstance]() {
      return true;
    }
  };
globalThis.document = Object.assign(element(), { createElement: element });
globalThis.navigator ??= {};
globalThis.addEventListener ??= () => {};

/** A page whose call is live. */
async function live(t) {
  const parts = new Map();
  const part = (id) => (parts.has(id) || parts.set(id, element()), parts.get(id));
  const told = { notes: [], captions: [] };
  const streams = [new FakeStream(), new FakeStream()];
  const [first, second] = streams;
  let asked = 0;
  const browser = { ...fakeBrowser({ getUserMedia: async () => streams[asked++] }) };
  const kept = new FakeStorage();
  Object.assign(browser, { today: () => 1e12, storage: () => kept });
  for (const one of [first, second]) {
    one.addTrack = (track) => void one.tracks.push(track);
    one.removeTrack = (track) => void (one.tracks = one.tracks.filter((other) => other !== track));
  }
  const root = { getElementById: part, querySelector: () => null, activeElement: null };
  const store = new Store(() => browser.storage());
  const state = new CallState((now) => page.follow(now));
  const page = new CallPage({
    ...{ root, state, browser, store },
    ...{ captions: async () => null, tools: () => ({}), emit() {}, fail() {}, askForTap() {} },
    notify: (text) => told.notes.push(text),
  });
  const sound = { open: true, hear() {}, speak() {}, level: () => 0, close: () => (sound.open = false), context: null };
  state.move("asking-mic");
  const start = page.talk.start(signalling(browser), {}, sound);
  for (let turn = 0; turn < 100 && !FakePeer.made[0]?.remoteDescription; turn++) await settle();
  const [peer] = FakePeer.made;
  peer.become("connected");
  peer.channel.open();
  peer.channel.receive({ type: "session.created", session: {} });
  await start;
  await settle();
  assert.equal(state.current, "live");
  t.after(() => page.talk.stop());
  return { page, root, store, state, part, told, peer, first, second, asked: () => asked };
}

test("who is typing when the call drops or ends is not put on Stop or Start again", async (t) => {
  const { page, root, part } = await live(t);
  const typed = (root.activeElement = part("typed"));
  page.follow("reconnecting");
  const captions = part("captions-scroll");
  assert.deepEqual([typed.disabled, typed.readOnly, captions.focused], [false, true, 0], "the cursor stays where it is");
  page.follow("ended");
  assert.deepEqual([typed.disabled, captions.focused, part("primary").focused], [true, 1, 0]);
});

test("what is cleared while the call goes on comes back nowhere", async (t) => {
  const { page, store, peer } = await live(t);
  for (const event of spokenTurn(0, null, "My secret.", "I keep it.")) peer.channel.receive(event);
  assert.equal(page.turns.length, 2);
  page.presence.kept.save();
  assert.equal(store.turns().length, 2);
  store.forgetTurns(); // as the element's clear() does
  page.clear();
  for (const event of spokenTurn(1, "item_assistant_0", "Another.", "Yes?")) peer.channel.receive(event);
  assert.deepEqual(
    page.turns.map(({ text }) => text),
    ["Another.", "Yes?"],
  );
  assert.ok(!JSON.stringify(page.saved()).includes("secret"));
  page.presence.kept.save();
  assert.deepEqual(
    store.turns().map(({ text }) => text),
    ["Another.", "Yes?"],
  );
});

test("a microphone that goes away gives way to one from where the page around it gets them", async (t) => {
  const { first, second, told, asked } = await live(t);
  second.tracks[0].label = "The shop's microphone";
  first.tracks[0].dispatchEvent(new Event("ended"));
  for (let turn = 0; turn < 50 && !told.notes.length; turn++) await settle();
  assert.deepEqual([asked(), told.notes], [2, ["That microphone went away. “The shop's microphone” listens now."]]);
});

test("what is empty or longer than a message may be is not said, nor shown as said", async (t) => {
  const { page } = await live(t);
  const before = page.turns.length;
  assert.deepEqual(["", "  ", "x".repeat(2001)].map((text) => page.say(text)), [false, false, false]);
  assert.equal(page.turns.length, before);
  assert.equal(page.say("x".repeat(2000)), true);
});
