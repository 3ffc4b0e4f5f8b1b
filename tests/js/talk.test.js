import assert from "node:assert/strict";
import test from "node:test";
import { CallState } from "../../static_site/public/js/call_state.js";
import { Talk } from "../../static_site/public/js/talk.js";
import { signalling } from "../../static_site/public/js/token_signalling.js";
import { FakePeer, fakeBrowser, json, mediaFault, session, settle } from "./fakes.js";

/** Sound without a loudspeaker. */
class FakeSound {
  open = true;
  hear() {}
  speak() {}
  close() {
    this.open = false;
  }
}

function page(parts = {}) {
  const browser = fakeBrowser(parts);
  const told = { states: [], failures: [], ended: [], complaints: [], log: [] };
  const state = new CallState((now) => told.states.push(now));
  const talk = new Talk(state, browser, {
    failed: (failure) => (told.failures.push(failure.code), state.move("failed")),
    ended: (why) => told.ended.push(why),
    changed: () => {},
    log: (direction, event) => told.log.push(`${direction} ${event.type}`),
    complaint: (error) => told.complaints.push(error.code),
    runTool: () => ({ ok: true, title: "", detail: "", output: "{}" }),
  });
  const sound = new FakeSound();
  return { talk, state, browser, told, sound };
}

async function started(parts, choices = {}) {
  const made = page(parts);
  made.state.move("asking-mic");
  made.done = made.talk.start(signalling(made.browser), choices, made.sound);
  await settle();
  made.peer = FakePeer.made[0];
  return made;
}

async function live(parts, choices) {
  const made = await started(parts, choices);
  while (!made.peer.remoteDescription) await settle();
  await settle();
  made.peer.become("connected");
  made.peer.channel.open();
  made.peer.channel.receive({ type: "session.created", session: {} });
  await made.done;
  assert.equal(made.state.current, "live");
  return made;
}

/** Nothing of the call is left. */
function free({ talk, sound, peer, browser }) {
  assert.deepEqual(talk.held(), []);
  assert.deepEqual([sound.open, talk.sound, talk.conversation], [false, null, null]);
  assert.deepEqual([peer.connectionState, browser.clock.waiting], ["closed", 0]);
  assert.ok(browser.stream.tracks.every((track) => track.readyState === "ended"));
}

test("a call goes through its states, and Stop frees everything", async () => {
  const made = await live();
  assert.deepEqual(made.talk.held(), ["microphone", "connection", "sound"]);
  made.talk.stop();
  assert.deepEqual(made.told.states, ["asking-mic", "connecting", "live", "ended"]);
  assert.deepEqual(made.told.ended, ["person"]);
  free(made);
});

test("the first event, which comes before the call is live, reaches the conversation and the log", async () => {
  const made = await started();
  while (!made.peer.remoteDescription) await settle();
  await settle();
  made.peer.become("connected");
  made.peer.channel.open();
  made.peer.channel.receive({
    type: "conversation.item.added",
    previous_item_id: null,
    item: { id: "a", type: "message", role: "user", content: [] },
  });
  await made.done;
  assert.equal(made.talk.conversation.transcript.turns().length, 1);
  assert.deepEqual(made.told.log, ["in conversation.item.added"]);
});

test("given up while the browser asks: back to ready, and no failure is shown", async () => {
  const made = await started({ getUserMedia: () => new Promise(() => {}) });
  made.talk.stop();
  await made.done;
  assert.deepEqual(made.told.states, ["asking-mic", "idle"]);
  assert.deepEqual(made.told.failures, []);
  assert.deepEqual([made.peer.connectionState, made.sound.open], ["closed", false]);
});

test("a second attempt is not disturbed by the end of the first", async () => {
  let refuse;
  const made = await started({ mint: () => new Promise((_, reject) => (refuse = reject)) });
  made.talk.stop();
  made.state.move("asking-mic");
  const again = made.talk.start(signalling(made.browser), {}, new FakeSound());
  refuse(new TypeError("late"));
  await made.done;
  assert.deepEqual(made.told.failures, []);
  assert.notEqual(made.state.current, "failed");
  made.talk.stop();
  await again;
});

test("a failure is shown by name, logged, and frees everything", async () => {
  const made = await started({ getUserMedia: async () => Promise.reject(mediaFault("NotAllowedError")) });
  await made.done;
  assert.deepEqual(made.told.failures, ["mic_denied"]);
  assert.equal(made.state.current, "failed");
  assert.deepEqual(made.told.log, ["page mic_denied"]);
  assert.deepEqual([made.talk.held(), made.sound.open], [[], false]);
});

test("the session's end is its limit, whether the service says so, closes, or the page's own clock does", async () => {
  const says = await live();
  says.peer.channel.receive({ type: "error", error: { code: "session_expired", message: "over" } });
  const clock = await live({ mint: () => json(session({ max_call_seconds: 30 })) });
  clock.browser.clock.pass(30_000);
  for (const made of [says, clock]) {
    assert.deepEqual([made.told.ended, made.state.current], [["limit"], "ended"]);
    free(made);
  }
  const closed = await live();
  closed.peer.channel.dispatchEvent(new Event("close"));
  assert.deepEqual(closed.told.ended, ["remote"]);
  free(closed);
});

test("errors of the service are told, and the call goes on", async () => {
  const made = await live();
  made.peer.channel.receive({ type: "error", error: { code: "invalid_value", message: "no" } });
  made.peer.channel.dispatchEvent(new MessageEvent("message", { data: "not json" }));
  assert.deepEqual(made.told.complaints, ["invalid_value"]);
  assert.equal(made.state.current, "live");
});

test("mute closes the microphone; with push-to-talk it opens only while the button is held", async () => {
  const usual = await live();
  const [track] = usual.browser.stream.tracks;
  assert.equal(track.enabled, true);
  usual.talk.mute(true);
  assert.equal(track.enabled, false);

  const held = await live({ mint: () => json(session({ turn_detection: null })) });
  const [microphone] = held.browser.stream.tracks;
  assert.equal(microphone.enabled, false);
  held.talk.press();
  assert.equal(microphone.enabled, true);
  held.talk.release();
  assert.equal(microphone.enabled, true, "the last word is still on its way");
  held.browser.clock.pass(250);
  assert.equal(microphone.enabled, false);
  assert.deepEqual(
    held.peer.channel.sent.map(({ type }) => type),
    ["input_audio_buffer.clear", "input_audio_buffer.commit", "response.create"],
  );
});

test("Stop while the microphone is put into another line than was there before leaves no call", async () => {
  const made = page();
  const way = signalling(made.browser);
  const lost = new FakePeer();
  let lose = () => {};
  const line = { peer: lost, sender: lost.sender, channel: lost.channel, ready: Promise.resolve(), follow() {} };
  way.take = () => ({ ...line, live: new Promise((_, reject) => (lose = reject)) });
  made.state.move("asking-mic");
  FakePeer.made = [];
  const start = made.talk.start(way, {}, made.sound);
  await settle();
  lose(new Error("gone"));
  for (let turn = 0; turn < 50 && !FakePeer.made[0]?.remoteDescription; turn++) await settle();
  const [peer] = FakePeer.made;
  let put = () => {};
  peer.sender.replaceTrack = () => new Promise((resolve) => (put = resolve));
  peer.become("connected");
  peer.channel.open();
  peer.channel.receive({ type: "session.created" });
  await settle();
  await settle();
  made.talk.stop();
  put();
  await start;
  await settle();
  assert.equal(made.state.current, "idle");
  assert.equal(made.talk.call, null);
  free({ ...made, peer });
});
