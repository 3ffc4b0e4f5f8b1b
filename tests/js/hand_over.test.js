import assert from "node:assert/strict";
import test from "node:test";
import { DUE, LATEST, assertFree, caption, play, ready, sent, told, uncaptioned, until, words } from "./crossing.js";
import { switchMicrophone } from "../../static_site/public/js/devices.js";
import { spokenTurn } from "./events_of_a_call.js";
import { FakePeer, FakeStream } from "./fakes.js";
import { goodbye, leave } from "./live_talk.js";
import { random } from "./random.js";

const statuses = ({ talk }) => talk.conversation.transcript.turns().map(({ role, status }) => `${role} ${status}`);

test("right before the limit a voice is cut where it is, and what was heard of it is told", async () => {
  const answer = "Because the moon pulls at the sea and at the earth as well, on both of its sides, twice a day.";
  const made = await ready();
  play(made.first, spokenTurn(1, null, "Why?", answer).slice(0, 1));
  await made.pass(LATEST - DUE - 3_000);
  const events = spokenTurn(1, null, "Why?", answer).slice(1);
  play(made.first, until(events, "response.done"));
  await made.pass(3_000);
  assert.deepEqual(
    made.first.channel.sent.map(({ type }) => type),
    ["response.cancel", "output_audio_buffer.clear"],
  );
  const heard = told(made.second).at(-1);
  assert.ok(answer.startsWith(heard) && heard.length > 20 && heard.length < 60, heard);
  assert.deepEqual(sent(made.second, "response.create"), [], "no answer is asked twice");
  play(made.first, events.slice(-2));
  await made.pass(5_000);
  assert.deepEqual(statuses(made).slice(2), ["user done", "assistant interrupted"]);
  assert.equal(made.state.current, "live");
});

test("right before the limit a question that still waits is asked of the successor, once", async () => {
  const made = await ready();
  made.talk.conversation.say("Are you there?");
  await made.pass(LATEST - DUE + 1_000);
  assert.deepEqual(told(made.second).at(-1), "Are you there?");
  assert.equal(sent(made.second, "response.create").length, 1);
  const [id] = sent(made.first, "conversation.item.create").map(({ item }) => item.id);
  const item = { id, type: "message", role: "user", content: [{ type: "input_text", text: "Are you there?" }] };
  play(made.first, [{ type: "conversation.item.added", previous_item_id: "item_assistant_0", item }]);
  play(made.first, uncaptioned(spokenTurn(7, id, "", "Too late.")).slice(5));
  await made.pass(1_000);
  assert.deepEqual(words(made), ["My name is Ada.", "Hello, Ada.", "Are you there?"]);
  assert.equal(sent(made.second, "response.create").length, 1);
  assert.ok(sent(made.first, "response.cancel").length > 0);
});

test("an answer that was still silent is not told as said: the successor gives one", async () => {
  const made = await ready();
  const events = spokenTurn(1, "item_assistant_0", "Why?", "Because of the moon.");
  const written = events.find(({ type }) => type.includes("transcription"));
  play(made.first, [...until(events, "output_audio_buffer.started"), written]);
  await made.pass(LATEST - DUE + 500);
  assert.deepEqual(told(made.second).slice(2), ["Why?"]);
  assert.equal(sent(made.second, "response.create").length, 1);
});

/** A question whose answer the person has stopped before a word of it. */
const unanswered = [
  ...uncaptioned(spokenTurn(1, "item_assistant_0", "", "")).slice(0, 6),
  caption(1, "Never mind."),
  { type: "response.done", response: { id: "resp_1", status: "cancelled", output: [] } },
];

test("whoever has stopped an answer gets none from the successor", async () => {
  const quiet = await ready();
  play(quiet.first, unanswered);
  await quiet.pass(1_000);
  assert.deepEqual([told(quiet.second).at(-1), sent(quiet.second, "response.create")], ["Never mind.", []]);

  const speaks = await ready();
  play(speaks.first, [...unanswered, ...spokenTurn(2, "item_user_1", "", "").slice(0, 1)]);
  await speaks.pass(LATEST - DUE + 500);
  assert.deepEqual([told(speaks.second).at(-1), sent(speaks.second, "response.create")], ["Never mind.", []]);
});

test("right before the limit a sentence is heard in two halves, and neither is lost", async () => {
  const [started, ...rest] = spokenTurn(1, "item_assistant_0", "My dog is called", "");
  const made = await ready();
  play(made.first, [started]);
  await made.pass(LATEST - DUE + 500);
  assert.deepEqual(
    made.first.channel.sent.map(({ type }) => type),
    ["input_audio_buffer.commit", "session.update"],
  );
  assert.equal(made.first.channel.sent[1].session.audio.input.turn_detection, null);
  assert.equal(statuses(made).at(-1), "user listening");
  play(made.second, spokenTurn(2, null, "Rex.", "What a name!").slice(0, 1));
  play(made.first, [...rest.slice(1, 4), caption(1, "My dog is called")]);
  play(made.second, spokenTurn(2, null, "Rex.", "What a name!").slice(1));
  await made.pass(3_000);
  assert.deepEqual(words(made).slice(2), ["My dog is called", "Rex.", "What a name!"]);
  const [, answer, late] = sent(made.second, "conversation.item.create");
  assert.deepEqual([late.item.content[0].text, late.previous_item_id], ["My dog is called", answer.item.id]);
  assert.deepEqual(sent(made.second, "response.create"), [], "the service answers the second half by itself");
  assert.equal(made.first.connectionState, "closed");
});

test("a sentence whose end the old session has heard is answered when its words are there", async () => {
  const [started, ...rest] = spokenTurn(1, "item_assistant_0", "Who am I?", "");
  const made = await ready();
  play(made.first, [started]);
  await made.pass(LATEST - DUE + 500);
  play(made.first, [...rest.slice(1, 4), caption(1, "Who am I?")]);
  assert.deepEqual(told(made.second), ["My name is Ada.", "Hello, Ada.", "Who am I?"]);
  assert.equal(sent(made.second, "response.create").length, 1);
  const { item } = sent(made.second, "conversation.item.create").at(-1);
  play(made.second, [{ type: "conversation.item.added", previous_item_id: null, item }]);
  assert.equal(words(made).length, 3, "its echo shows nothing twice");
});

test("words of the old session that come late find their place, and the successor is told of them", async () => {
  const events = spokenTurn(1, "item_assistant_0", "What is this?", "A test.");
  const made = await ready();
  play(made.first, uncaptioned(events));
  await made.pass(3_000);
  assert.deepEqual(statuses(made).slice(2), ["user waiting", "assistant done"]);
  assert.equal(made.first.connectionState, "connected", "its words are still to come");
  play(made.second, spokenTurn(2, null, "And this?", "Another."));
  play(made.first, [caption(1, "What is this?")]);
  await made.pass(500);
  assert.deepEqual(words(made).slice(2), ["What is this?", "A test.", "And this?", "Another."]);
  const late = sent(made.second, "conversation.item.create").at(-1);
  assert.equal(late.item.content[0].text, "What is this?");
  assert.equal(late.previous_item_id, sent(made.second, "conversation.item.create")[1].item.id);
  assert.deepEqual(sent(made.second, "response.create"), []);
  assert.equal(made.first.connectionState, "closed");
});

test("whoever begins to speak in the very moment is heard by both, and loses no word", async () => {
  const made = await ready();
  await made.pass(500);
  assert.equal(told(made.second).length, 2);
  play(made.first, spokenTurn(1, "item_assistant_0", "", "").slice(0, 1));
  assert.deepEqual(
    made.first.channel.sent.map(({ type }) => type),
    ["input_audio_buffer.commit", "session.update"],
  );
  play(made.first, [{ type: "response.created", response: { id: "resp_9", output: [] } }]);
  assert.equal(sent(made.first, "response.cancel").length, 1);
  assert.equal(statuses(made).at(-1), "user listening");
  await made.pass(20_500);
  assert.deepEqual(statuses(made), ["user done", "assistant done"], "what never became a turn is not shown");
  assert.deepEqual([made.first.connectionState, made.state.current], ["closed", "live"]);
});

test("the old connection's drop, close or limit is no concern of the talk any more", async () => {
  const ends = {
    drop: (peer) => peer.become("failed"),
    away: (peer) => peer.become("disconnected"),
    close: (peer) => (peer.channel.close(), peer.channel.dispatchEvent(new Event("close"))),
    limit: (peer) => play(peer, [{ type: "error", error: { code: "session_expired" } }]),
  };
  for (const [end, come] of Object.entries(ends)) {
    const made = await ready();
    play(made.first, uncaptioned(spokenTurn(1, "item_assistant_0", "", "A test.")));
    await made.pass(1_000);
    come(made.first);
    await made.pass(8_000);
    assert.deepEqual([made.told.ended, made.told.states.slice(3), made.state.current], [[], [], "live"], end);
    assert.equal(FakePeer.made.length, 2, end);
  }
});

test("words that never come are not waited for beyond the limit", async () => {
  const made = await ready();
  play(made.first, uncaptioned(spokenTurn(1, null, "?", "A test.")));
  await made.pass(60_000 - DUE);
  assert.deepEqual([made.first.connectionState, statuses(made)[2], made.told.ended], ["closed", "user missing", []]);
});

test("a successor that is lost while late words are awaited loses none of them", async () => {
  const made = await ready();
  play(made.first, uncaptioned(spokenTurn(1, "item_assistant_0", "?", "A test.")));
  await made.pass(1_000);
  play(made.second, spokenTurn(2, null, "Two?", "Two."));
  made.second.become("failed");
  play(made.first, [caption(1, "What is this?")]);
  await made.connect(2);
  await made.pass(500);
  assert.deepEqual(words(made), ["My name is Ada.", "Hello, Ada.", "What is this?", "A test.", "Two?", "Two."]);
});

test("mute, the microphone in use, and a held button go over", async () => {
  const muted = await ready({}, {}, async ({ talk }) => talk.mute(true));
  await muted.pass(1_000);
  assert.deepEqual([muted.talk.muted, muted.stream.tracks[0].enabled], [true, false]);

  const other = await ready();
  [other.stream.tracks] = [new FakeStream().tracks];
  await other.pass(1_000);
  assert.equal(other.second.sender.track, other.stream.tracks[0]);

  const held = await ready({ turn_detection: null });
  held.talk.press();
  await held.pass(LATEST - DUE + 1_000);
  assert.equal(sent(held.first, "input_audio_buffer.commit").length, 1);
  assert.deepEqual(sent(held.first, "session.update"), [], "it has no turn detection");
  assert.deepEqual([held.stream.tracks[0].enabled, held.talk.conversation.activity], [true, "hearing"]);
  held.talk.release();
  await held.pass(500);
  assert.equal(held.stream.tracks[0].enabled, false);
  assert.deepEqual(
    held.second.channel.sent.slice(-3).map(({ type }) => type),
    ["input_audio_buffer.clear", "input_audio_buffer.commit", "response.create"],
  );
});

const questionOf = (answer) => answer.replace("Answer", "Question").replace(".", "?");

test("whenever it takes over, no caption is lost, none doubled, and the order is kept", async () => {
  for (let seed = 1; seed <= 50; seed++) {
    const next = random(seed);
    const made = await ready({}, {}, async (one) => (one.level = seed % 2)); // in a loud street it comes late
    const expected = ["My name is Ada.", "Hello, Ada."];
    /** Turns of the old session, their captions at random later places. */
    const stream = [];
    let previous = "item_assistant_0";
    for (let n = 1; n < 4; n++) {
      const events = spokenTurn(n, previous, `Question ${n}?`, `Answer ${n}.`);
      const own = events.filter(({ type }) => !type.includes("transcription"));
      const at = 4 + Math.floor(next() * (own.length - 3));
      own.splice(at, 0, caption(n, `Question ${n}?`));
      const late = next() < 0.3;
      stream.push(...(late ? uncaptioned(own) : own), ...(late ? [caption(n, `Question ${n}?`)] : []));
      expected.push(`Question ${n}?`, `Answer ${n}.`);
      previous = `item_assistant_${n}`;
    }
    const over = () => made.talk.call.link.peer === made.second;
    const reached = [];
    const heard = [];
    for (const event of stream) {
      // Once another hears, nothing new begins in the old session.
      if (over() && event.type === "input_audio_buffer.speech_started") break;
      reached.push(event);
      made.first.channel.receive(event);
      if (!over() && event.type === "output_audio_buffer.stopped") heard.push(`Answer ${event.response_id.at(-1)}.`);
      if (next() < 0.25) await made.pass(500 * Math.ceil(next() * 3));
    }
    for (let waited = 0; !over() && waited < 40; waited++) await made.pass(500);
    assert.ok(over(), `seed ${seed}`);
    play(made.second, spokenTurn(9, null, "Question 9?", "Answer 9."));
    await made.pass(25_000);
    const shown = words(made).filter(Boolean);
    const label = `seed ${seed}: ${shown}`;
    const spoken = expected.filter((text) => /Ada/.test(text) || reached.some((one) => one.transcript === text));
    const asked = spoken.filter((text) => !/^Answer/.test(text));
    const unanswered = shown.filter((text) => !/^Answer(?! 9)/.test(text));
    assert.deepEqual(unanswered, [...asked, "Question 9?", "Answer 9."], label);
    for (const text of heard) assert.equal(shown.indexOf(text), shown.indexOf(questionOf(text)) + 1, label);
    assert.equal(new Set(shown).size, shown.length, label);
    const tellings = told(made.second);
    assert.deepEqual([...tellings].sort(), [...new Set(tellings)].sort(), label);
    for (const text of [...asked, ...heard]) assert.ok(tellings.includes(text), `${label}: ${text}`);
    made.talk.stop();
    assertFree(made);
  }
});

test("a goodbye whose tool has run too late does not end the talk that goes on", async () => {
  const made = await ready();
  const old = made.talk.conversation;
  play(made.first, goodbye(1).flat());
  made.first.become("disconnected"); // it takes over at once
  await made.pass(1_000);
  assert.equal(made.talk.call.link.peer, made.second);
  leave(made, "resp_1", old);
  await made.pass(15_000);
  assert.deepEqual([made.told.ended, made.state.current], [[], "live"]);
});

test("another microphone that is chosen while the successor takes over is the one that it sends", async () => {
  const made = await ready();
  const { stream, first } = made;
  const [old] = stream.tracks;
  stream.addTrack = (track) => stream.tracks.push(track);
  stream.removeTrack = (track) => (stream.tracks = stream.tracks.filter((one) => one !== track));
  const { replaceTrack } = first.sender;
  let put = () => {};
  const slowly = new Promise((resolve) => (put = resolve));
  first.sender.replaceTrack = async (track) => (track && (await slowly), replaceTrack(track));
  const switching = switchMicrophone({ getUserMedia: async () => new FakeStream() }, made.talk, "b");
  await made.pass(1_000);
  assert.equal(made.talk.call.link.peer, made.second);
  put();
  await switching;
  assert.deepEqual([made.second.sender.track.readyState, old.readyState], ["live", "ended"]);
});
