import assert from "node:assert/strict";
import test from "node:test";
import { spokenTurn, toolTurn } from "./events_of_a_call.js";
import { FakePeer, FakeStream, FakeTrack, json, session, settle } from "./fakes.js";
import { goodbye, leave, live } from "./live_talk.js";

const refused = (status, code) => json({ code, title: "no" }, status);

const lines = ({ talk }) => talk.conversation.transcript.turns().map(({ role, text, status }) => [role, text, status]);
const play = ({ peer }, events) => events.forEach((event) => peer.channel.receive(event));

function assertFree({ talk, sound, browser, stream, peer }) {
  assert.deepEqual([talk.held(), sound.open, talk.conversation, browser.clock.waiting], [[], false, null, 0]);
  assert.ok(stream.tracks.every((track) => track.readyState === "ended"));
  assert.equal(peer.connectionState, "closed");
}

test("a network that drops may come back within five seconds: the same call goes on", async () => {
  const made = await live();
  made.peer.become("disconnected");
  assert.equal(made.state.current, "reconnecting");
  await made.pass(4_500);
  made.peer.become("connected");
  assert.equal(made.state.current, "live");
  await made.pass(20_000);
  assert.deepEqual([FakePeer.made.length, made.state.current], [1, "live"]);
});

for (const [how, lose] of Object.entries({
  "does not come back": async (made) => (made.peer.become("disconnected"), made.pass(5_000)),
  "has failed": async (made) => made.peer.become("failed"),
})) {
  test(`a connection that ${how} is made again, with the same microphone and all that was said`, async () => {
    const made = await live();
    play(made, spokenTurn(0, null, "My name is Ada.", "Hello, Ada."));
    const first = made.peer;
    await lose(made);
    assert.equal(made.state.current, "reconnecting");
    assert.deepEqual(made.talk.held(), ["microphone", "sound"]);
    const second = await made.connect(1);
    assert.deepEqual(made.told.states.slice(3), ["reconnecting", "live"]);
    assert.equal(first.connectionState, "closed");
    assert.equal(made.asked(), 1, "no second question for the microphone");
    assert.deepEqual(made.told.heard, [made.stream]);
    assert.equal(second.sender.track, made.stream.tracks[0]);
    assert.deepEqual(made.talk.held(), ["microphone", "connection", "sound"]);
    assert.deepEqual(
      second.channel.sent.map(({ type, item }) => [type, item?.role, item?.content[0].text]),
      [
        ["conversation.item.create", "user", "My name is Ada."],
        ["conversation.item.create", "assistant", "Hello, Ada."],
      ],
    );
    play(made, spokenTurn(0, second.channel.sent[1].item.id, "Who am I?", "Ada."));
    assert.deepEqual(
      lines(made).map(([, text]) => text),
      ["My name is Ada.", "Hello, Ada.", "Who am I?", "Ada."],
    );
    made.talk.stop();
    assert.deepEqual(made.told.ended, ["person"]);
    assertFree(made);
  });
}

test("a second loss is survived like the first", async () => {
  const made = await live();
  play(made, spokenTurn(0, null, "One?", "One."));
  made.peer.become("failed");
  await made.connect(1);
  play(made, spokenTurn(1, null, "Two?", "Two."));
  made.peer.become("failed");
  const third = await made.connect(2);
  assert.equal(third.channel.sent.length, 4);
  assert.deepEqual([made.state.current, made.stream.tracks[0].readyState, made.asked()], ["live", "live", 1]);
  assert.equal(lines(made).length, 4);
});

test("mute and push-to-talk survive, and the clock and the log go on", async () => {
  const made = await live();
  await made.pass(10_000);
  made.talk.mute(true);
  made.peer.become("failed");
  await made.connect(1);
  assert.deepEqual([made.talk.muted, made.stream.tracks[0].enabled, made.talk.seconds()], [true, false, 10]);
  assert.ok(made.told.log.at(-1)[2] >= 10_000);
  const steps = made.talk.timings.rows.map(({ step }) => step);
  assert.ok(steps.includes("Live"));
  assert.ok(
    made.talk.timings.rows.every(({ began }) => began < 10_000),
    "the new attempt's own",
  );

  const held = await live({ fields: { turn_detection: null } });
  held.peer.become("failed");
  await held.connect(1);
  assert.deepEqual([held.talk.pushToTalk, held.stream.tracks[0].enabled], [true, false]);
});

test("an answer is kept as far as it was heard, and a question without an answer gets one", async () => {
  const cut = await live();
  const answer = "Because the moon pulls at the sea and at the earth as well, on both of its sides.";
  const events = spokenTurn(0, null, "Why?", answer);
  const spoken = events.findIndex(({ type }) => type === "output_audio_buffer.started");
  play(cut, [...events.slice(0, spoken + 1), events.find(({ type }) => type.endsWith("transcription.completed"))]);
  await cut.pass(2_000);
  cut.peer.become("disconnected");
  await cut.pass(5_000);
  const { channel } = await cut.connect(1);
  const [, [role, text, status]] = lines(cut);
  assert.deepEqual([role, status, answer.startsWith(text)], ["assistant", "interrupted", true]);
  assert.ok(text.length > 20 && text.length <= 32, `two seconds of speech: ${text}`);
  assert.deepEqual([channel.sent[1].item.content[0].text, channel.sent.length], [text, 2]);

  const waits = await live();
  waits.talk.conversation.say("Are you there?");
  waits.peer.become("failed");
  const again = await waits.connect(1);
  assert.deepEqual(
    again.channel.sent.map(({ type }) => type),
    ["conversation.item.create", "response.create"],
  );
});

test("a tool call that was open is shown as failed; one that ran stays as it was", async () => {
  const made = await live();
  const [created, added] = toolTurn(1, null, [["call_open", "set_text_color", "{}"]]);
  play(made, [...toolTurn(0, null, [["call_done", "set_background_color", "{}"]]), created, added]);
  await settle(); // a tool may take its time
  made.peer.become("failed");
  await made.connect(1);
  const tools = made.talk.conversation.transcript.turns().map(({ tool }) => [tool.callId, tool.ok, tool.detail]);
  assert.deepEqual(tools, [
    ["call_done", true, ""],
    ["call_open", false, "Not run: the connection was lost first."],
  ]);
  const roles = made.peer.channel.sent.map(({ type }) => type);
  assert.deepEqual(roles, [], "nothing was said, so nothing is told");
});

test("nothing of the dead session is sent on the new connection", async () => {
  const made = await live({ fields: { turn_detection: null } });
  const old = made.talk.conversation;
  made.talk.press();
  made.talk.release(); // the end of it is still to come
  old.say("One"); // waits, because an answer may be under way
  made.peer.become("failed");
  await made.connect(1);
  const before = made.peer.channel.sent.length;
  old.release(() => {});
  old.say("Two");
  await made.pass(15_000);
  assert.equal(made.peer.channel.sent.length, before);
  made.talk.stop();
  assertFree(made);
});

test("what the new session says before the call is live belongs to the new conversation", async () => {
  const made = await live();
  made.peer.become("failed");
  const item = { id: "early", type: "message", role: "user", content: [{ type: "input_text", text: "Early." }] };
  await made.connect(1, [{ type: "conversation.item.added", previous_item_id: null, item }]);
  assert.deepEqual(lines(made), [["user", "Early.", "done"]]);
});

test("a connection that is lost in the moment in which it is live is made again as well", async () => {
  const made = await live();
  play(made, spokenTurn(0, null, "One?", "One."));
  made.peer.become("failed");
  let times = 0;
  made.onState = (now) => now === "live" && !times++ && FakePeer.made[1].become("failed");
  await made.connect(1);
  await made.connect(2);
  assert.deepEqual([made.state.current, FakePeer.made.length, lines(made).length], ["live", 3, 2]);
});

test("an attempt that fails leaves the microphone open for the next", async () => {
  const unreachable = () => Promise.reject(new TypeError("no network"));
  const made = await live({ replies: [() => json(session()), unreachable] });
  made.peer.become("failed");
  await made.pass(500);
  assert.equal(made.stream.tracks[0].readyState, "live");
  await made.pass(1_000);
  await made.connect(2);
  assert.deepEqual([made.state.current, made.asked()], ["live", 1]);
});

test("attempts fail, pauses grow, and the last one's reason is told in a plain sentence", async () => {
  const unreachable = () => Promise.reject(new TypeError("no network"));
  const made = await live({ replies: [() => json(session()), ...Array(9).fill(unreachable)] });
  made.peer.become("failed");
  await made.pass(30_000);
  const [failure] = made.told.failures;
  assert.deepEqual([failure.code, made.state.current], ["connection_lost", "failed"]);
  assert.match(failure.detail, /dialled again 5 times.*The server cannot be reached/);
  assert.equal(made.told.log.filter(([, type]) => type === "redial").length, 5);
  assertFree(made);
});

test("a refusal that will not change ends it at once", async () => {
  const made = await live({ replies: [() => json(session()), () => refused(403, "role_required")] });
  made.peer.become("failed");
  await made.pass(1_000);
  assert.deepEqual([made.told.failures[0].code, FakePeer.made.length], ["role_required", 2]);
  assertFree(made);
});

test("Stop ends it at any moment: in the grace, in a pause, in an attempt", async () => {
  const unreachable = () => Promise.reject(new TypeError("no network"));
  const moments = {
    grace: async (made) => made.peer.become("disconnected"),
    pause: async (made) => (made.peer.become("failed"), made.pass(500)),
    attempt: async (made) => made.peer.become("failed"),
  };
  for (const [moment, reach] of Object.entries(moments)) {
    const replies = [() => json(session()), moment === "pause" ? unreachable : () => new Promise(() => {})];
    const made = await live({ replies });
    await reach(made);
    made.talk.stop();
    await settle();
    assert.equal(made.browser.clock.waiting, 0, moment);
    await made.pass(60_000);
    assert.deepEqual([made.told.ended, made.told.failures, made.state.current], [["person"], [], "ended"], moment);
    assertFree(made);
    assert.ok(FakePeer.made.every((peer) => peer.connectionState === "closed"), moment);
  }
});

test("a microphone that is gone is asked for anew", async () => {
  const made = await live();
  const other = new FakeStream();
  made.browser.getUserMedia = async () => other;
  made.stream.tracks[0].stop(); // by the page: no event tells of it
  made.peer.become("failed");
  const second = await made.connect(1);
  assert.equal(second.sender.track, other.tracks[0]);
  assert.deepEqual(made.told.heard, [made.stream, other]);
});

test("a microphone that takes over while an attempt is under way is the one that is heard", async () => {
  const made = await live();
  made.peer.become("failed");
  while (!FakePeer.made[1]?.remoteDescription) await settle();
  const other = Object.assign(new FakeTrack(), { kind: "audio" });
  FakePeer.made[1].sender.track.kind = "audio";
  FakePeer.made[1].getSenders = () => [FakePeer.made[1].sender];
  made.stream.tracks = [other];
  const { sender } = await made.connect(1);
  assert.equal(sender.track, other);
});

test("in relay mode the old call is hung up before the new one is made, so that its place is free", async () => {
  const made = await live({ mode: "relay" });
  made.peer.become("failed");
  await made.connect(1);
  const calls = made.browser.requests.map(({ url, method }) => `${method} ${url.slice(0, 9)}`);
  assert.deepEqual(calls, ["POST api/call", "DELETE api/call/", "POST api/call"]);
  assert.equal(made.state.current, "live");
  made.talk.stop();
  assert.equal(made.browser.requests.at(-1).method, "DELETE");
});

/** How many bytes a connection has brought, told by a test. */
const heard = (bytes) => async () => new Map([["pair", { type: "candidate-pair", bytesReceived: bytes() }]]);

for (const [why, wake] of Object.entries({
  "a sleep": (made) => made.browser.clock.pass(3_000_000 / 10),
  "the page's return": (made) => made.browser.page.dispatchEvent(new Event("visibilitychange")),
  "another network": (made) => made.browser.network.dispatchEvent(new Event("online")),
})) {
  test(`after ${why} a connection that brings nothing is made again, and one that does goes on`, async () => {
    const dead = await live();
    dead.peer.getStats = heard(() => 5_000);
    await wake(dead);
    await settle();
    await dead.pass(5_500);
    assert.equal(dead.state.current, "reconnecting");
    await dead.connect(1);
    assert.equal(dead.state.current, "live");

    const alive = await live();
    let bytes = 0;
    alive.peer.getStats = heard(() => (bytes += 100));
    await wake(alive);
    await settle();
    await alive.pass(20_000);
    assert.deepEqual([alive.state.current, FakePeer.made.length], ["live", 1]);
    await wake(alive);
    await settle();
    alive.talk.stop();
    assertFree(alive);
  });
}

test("timers that are a little late are no sleep, and a hidden page asks nothing", async () => {
  const made = await live();
  let asked = 0;
  made.peer.getStats = async () => (asked++, new Map());
  made.browser.clock.pass(14_000);
  await settle();
  made.browser.page.hidden = true;
  made.browser.page.dispatchEvent(new Event("visibilitychange"));
  await settle();
  assert.equal(asked, 0);
});

test("a button that is held while the connection is made again is heard there", async () => {
  const made = await live({ fields: { turn_detection: null } });
  made.talk.press();
  made.peer.become("failed");
  await made.connect(1);
  assert.deepEqual([made.talk.pressed, made.talk.conversation.activity], [true, "hearing"]);
  assert.equal(made.stream.tracks[0].enabled, true);
});

test("who is muted is not heard by holding the button either", async () => {
  const made = await live({ fields: { turn_detection: null } });
  made.talk.mute(true);
  made.talk.press();
  assert.equal(made.stream.tracks[0].enabled, false);
  made.talk.mute(false);
  made.talk.press();
  assert.equal(made.stream.tracks[0].enabled, true);
});

test("a connection that is lost during the goodbye is the end of the call", async () => {
  const made = await live();
  const [spoken] = goodbye(0);
  play(made, spoken);
  leave(made, "resp_0");
  made.peer.become("failed");
  await settle();
  await settle();
  assert.deepEqual([FakePeer.made.length, made.told.ended, made.state.current], [1, ["goodbye"], "ended"]);
  assert.deepEqual(made.talk.held(), []);
});
