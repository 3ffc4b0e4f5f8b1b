import assert from "node:assert/strict";
import test from "node:test";
import { CallState } from "../../static_site/public/js/call_state.js";
import { Talk } from "../../static_site/public/js/talk.js";
import { signalling } from "../../static_site/public/js/token_signalling.js";
import { FakePeer, fakeBrowser, mediaFault, settle } from "./fakes.js";

await import("../../static_site/public/js/keep_up.js"); // so that loading it in a test takes no time

/** A live call whose page finds another microphone, or not. */
async function live(micLost) {
  const browser = fakeBrowser();
  const failures = [];
  const state = new CallState(() => {});
  const talk = new Talk(state, browser, {
    failed: (failure) => (failures.push(failure.code), state.move("failed")),
    ended: () => {},
    changed: () => {},
    log: () => {},
    complaint: () => {},
    runTool: () => ({ ok: true, title: "", detail: "", output: "{}" }),
    micLost,
  });
  state.move("asking-mic");
  const sound = { open: true, hear() {}, speak() {}, close: () => (sound.open = false) };
  const done = talk.start(signalling(browser), {}, sound);
  while (!FakePeer.made[0]?.remoteDescription) await settle();
  await settle();
  const [peer] = FakePeer.made;
  peer.become("connected");
  peer.channel.open();
  peer.channel.receive({ type: "session.created", session: {} });
  await done;
  await settle();
  assert.equal(state.current, "live");
  return { talk, state, failures, unplug: () => browser.stream.tracks[0].dispatchEvent(new Event("ended")) };
}

test("a microphone that goes away gives way to another, and the call goes on", async () => {
  const { state, failures, unplug } = await live(async () => true);
  unplug();
  await settle();
  assert.deepEqual([state.current, failures], ["live", []]);
});

for (const [name, micLost] of Object.entries({
  "none is left": async () => Promise.reject(new DOMException("", "NotFoundError")),
  "the page finds none": async () => false,
})) {
  test(`the call fails when ${name}`, async () => {
    const { state, failures, unplug, talk } = await live(micLost);
    unplug();
    await settle();
    assert.deepEqual([state.current, failures, talk.held()], ["failed", ["mic_lost"], []]);
  });
}

test("a permission that is taken back in mid-call is told as such", async () => {
  const { state, failures, unplug, talk } = await live(async () => Promise.reject(mediaFault("NotAllowedError")));
  unplug();
  await settle();
  assert.deepEqual([state.current, failures, talk.held()], ["failed", ["mic_denied"], []]);
});

test("a call that is stopped while another microphone is looked for does not fail afterwards", async () => {
  let refuse = () => {};
  const { state, failures, unplug, talk } = await live(() => new Promise((_, reject) => (refuse = reject)));
  unplug();
  talk.stop();
  refuse(new DOMException("", "NotFoundError"));
  await settle();
  assert.deepEqual([state.current, failures], ["ended", []]);
});
