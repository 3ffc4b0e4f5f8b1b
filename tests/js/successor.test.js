import assert from "node:assert/strict";
import test from "node:test";
import { DUE, LATEST, LIMIT, assertFree, begun, caption, play, ready, sent, told, until, words } from "./crossing.js";
import { PRIVATE, spokenTurn, toolTurn } from "./events_of_a_call.js";
import { FakePeer, json, made as madeCall, session, settle } from "./fakes.js";
import { goodbye, leave } from "./live_talk.js";

const steps = ({ told: { rows } }) => rows.filter(({ type }) => type === "successor").map(({ step }) => step);

for (const mode of ["token", "relay"]) {
  test(`${mode}: in a quiet moment the successor takes over, with all that was said, and nobody notices`, async () => {
    const replies = mode === "relay" ? Array(2).fill(() => madeCall({ seconds: 60 })) : [];
    const made = await ready({}, { mode, replies });
    const { first, second, stream, talk } = made;
    assert.deepEqual([first.sender.track, second.sender.track], [stream.tracks[0], null], "only one hears");
    assert.deepEqual([made.spoken, talk.secondsLeft()], [[first], Infinity]);
    assert.equal(second.channel.sent.length, 0, "nothing is told before");
    await made.pass(1_000);
    assert.deepEqual([first.sender.track, second.sender.track], [null, stream.tracks[0]]);
    assert.deepEqual(made.spoken, [first, second], "only one is heard");
    assert.deepEqual(told(second), ["My name is Ada.", "Hello, Ada."]);
    assert.deepEqual(sent(second, "response.create"), [], "nobody waits for an answer");
    assert.deepEqual(first.channel.sent, []);
    await made.pass(2_000);
    assert.deepEqual([first.connectionState, second.connectionState], ["closed", "connected"]);
    assert.equal(made.browser.requests.filter(({ method }) => method === "DELETE").length, mode === "relay" ? 1 : 0);
    assert.deepEqual(steps(made), ["dialled", "took over"]);
    assert.equal(talk.secondsLeft() > 50, true);
    play(second, spokenTurn(1, null, "Who am I?", "Ada."));
    await made.pass(30_000);
    assert.deepEqual(words(made), ["My name is Ada.", "Hello, Ada.", "Who am I?", "Ada."]);
    assert.deepEqual([made.told.states, made.asked()], [["asking-mic", "connecting", "live"], 1]);
    talk.stop();
    assertFree(made);
  });
}

test("one limit after the other is crossed", async () => {
  const made = await ready();
  for (let n = 2; n < 5; n++) {
    await made.pass(10_000);
    play(made.peer, spokenTurn(n, null, `Question ${n}?`, `Answer ${n}.`));
    await made.pass(31_000);
    await made.connect(n);
  }
  await made.pass(5_000);
  assert.equal(words(made).length, 8);
  const open = FakePeer.made.filter((one) => one.connectionState !== "closed");
  assert.deepEqual([made.state.current, open.length], ["live", 1]);
  made.talk.stop();
  assertFree(made);
});

test("a forgotten tab ends at its limit; whoever comes back in time is kept", async () => {
  const forgotten = await begun({ max_call_seconds: 600 });
  play(forgotten.peer, spokenTurn(0, null, "One?", "One."));
  await forgotten.pass(600_000);
  assert.deepEqual([forgotten.told.ended, FakePeer.made.length], [["limit"], 1]);
  assertFree(forgotten);

  const back = await begun({ max_call_seconds: 600 });
  await back.pass(550_000);
  assert.equal(FakePeer.made.length, 1);
  play(back.peer, spokenTurn(0, null, "Still there?", "Yes."));
  await back.connect(1);
  await back.pass(60_000);
  assert.equal(back.state.current, "live");
});

test("it waits while somebody speaks, an answer is under way, or a tool runs", async () => {
  const answer = spokenTurn(1, null, "Why?", "Because.");
  const moments = {
    speech: answer.slice(0, 1),
    thinking: until(answer, "output_audio_buffer.started"),
    speaking: until(answer, "output_audio_buffer.stopped"),
    tool: until(toolTurn(1, null, [["call_1", "set_text_color", "{}"]]), "response.function_call_arguments.done"),
    typed: [],
  };
  for (const [moment, events] of Object.entries(moments)) {
    const made = await ready();
    play(made.first, events);
    if (moment === "typed") made.talk.conversation.say("Hello?");
    await made.pass(4_000);
    assert.equal(told(made.second).length, 0, moment);
    made.talk.stop();
    assertFree(made);
  }
  const loud = await ready({}, {}, async (made) => (made.level = 0.5));
  await loud.pass(4_000);
  assert.equal(told(loud.second).length, 0, "the person may just begin");
  await loud.pass(8_000);
  assert.equal(told(loud.second).length, 2, "a loud street is no reason to wait for ever");
});

const refused = (status, code, headers) => () => json({ code, title: "no" }, status, headers);
const first = () => json(session(LIMIT));

test("refused for good: the call ends at its limit, in plain words", async () => {
  const made = await begun({}, { replies: [first, refused(403, "role_required")] });
  play(made.peer, spokenTurn(0, null, "One?", "One."));
  await made.pass(59_000);
  play(made.peer, spokenTurn(1, null, "Two?", "Two."));
  assert.deepEqual([made.state.current, steps(made)], ["live", ["dialled", "refused"]]);
  await made.pass(1_000);
  assert.deepEqual([made.told.ended, made.told.failures], [["limit"], []]);
  assertFree(made);
});

test("a refusal that may pass is tried once more", async () => {
  const unreachable = () => Promise.reject(new TypeError("no network"));
  const early = refused(429, "rate_limited", { "Retry-After": "3" });
  for (const reply of [refused(429, "too_many_calls"), early, unreachable]) {
    const made = await begun({}, { replies: [first, reply] });
    play(made.peer, spokenTurn(0, null, "One?", "One."));
    await made.pass(DUE + 5_000);
    await made.connect(2);
    await made.pass(1_000);
    assert.deepEqual(steps(made), ["dialled", "refused", "dialled", "took over"]);
    made.talk.stop();
    assertFree(made);
  }
});

test("an attempt that hangs makes room for the second", async () => {
  const made = await begun({}, { replies: [first, () => new Promise(() => {})] });
  play(made.peer, spokenTurn(0, null, "One?", "One."));
  await made.pass(DUE + 14_000);
  await made.connect(2);
  await made.pass(1_000);
  assert.deepEqual([made.state.current, FakePeer.made[1].connectionState], ["live", "closed"]);
  assert.deepEqual(steps(made), ["dialled", "refused", "dialled", "took over"]);
});

test("a refused attempt rests, whatever is said meanwhile", async () => {
  const made = await begun({}, { replies: [first, refused(429, "rate_limited", { "Retry-After": "5" })] });
  play(made.peer, spokenTurn(0, null, "One?", "One."));
  await made.pass(DUE + 2_000);
  play(made.peer, spokenTurn(1, "item_assistant_0", "Two?", "Two."));
  await settle();
  assert.equal(FakePeer.made.length, 2);
  await made.pass(4_000);
  await made.connect(2);
});

test("where the old call holds the only place, it is dialled again right after its end", async () => {
  const full = () => json({ code: "too_many_calls", title: "no" }, 429);
  const short = () => madeCall({ seconds: 60 });
  const made = await begun({}, { mode: "relay", replies: [short, full, full, short] });
  play(made.peer, spokenTurn(0, null, "My name is Ada.", "Hello, Ada."));
  await made.pass(59_500);
  assert.deepEqual([made.state.current, steps(made)], ["live", ["dialled", "refused", "dialled", "refused"]]);
  await made.pass(500);
  assert.equal(made.state.current, "reconnecting");
  const again = await made.connect(3);
  assert.deepEqual(told(again), ["My name is Ada.", "Hello, Ada."]);
  assert.deepEqual([made.told.ended, made.state.current], [[], "live"]);
  made.talk.stop();
  assertFree(made);
});

test("a limit of the service's own, earlier than the page's, is crossed as well", async () => {
  const expired = { type: "error", error: { code: "session_expired", message: "over" } };
  const stands = await ready({}, {}, async (made) => (made.level = 0.5));
  play(stands.first, [expired]);
  await settle();
  assert.deepEqual([stands.state.current, told(stands.second).length, stands.told.ended], ["live", 2, []]);

  const none = await begun();
  play(none.peer, spokenTurn(0, null, "One?", "One."));
  play(none.peer, [expired]);
  assert.equal(none.state.current, "reconnecting");
  await none.connect(1);
  play(none.peer, [expired]);
  assert.deepEqual(none.told.ended, ["limit"], "nobody has used this one");
  assertFree(none);
});

test("Stop frees both connections at any moment", async () => {
  const moments = {
    dialling: async (made) => (play(made.peer, spokenTurn(0, null, "A", "B")), made.pass(DUE)),
    ready: null,
    "taken over": 1_000,
    "late words": 1_000,
  };
  for (const mode of ["token", "relay"]) {
    for (const [moment, reach] of Object.entries(moments)) {
      const fields = mode === "relay" ? { replies: Array(2).fill(() => madeCall({ seconds: 60 })), mode } : {};
      const made = typeof reach === "function" ? await begun({}, fields) : await ready({}, fields);
      if (typeof reach === "function") await reach(made);
      if (moment === "late words") play(made.first, spokenTurn(1, null, "", "Yes.").slice(0, 4));
      if (typeof reach === "number") await made.pass(reach);
      made.talk.stop();
      await settle();
      await settle();
      assert.deepEqual([made.told.ended, made.told.failures], [["person"], []], moment);
      assertFree(made);
      const requests = made.browser.requests.map(({ method, url }) => `${method} ${url.slice(0, 8)}`);
      const count = (method) => requests.filter((one) => one.startsWith(`${method} api/call`)).length;
      if (mode === "relay") assert.equal(count("DELETE"), count("POST"), `${moment}: ${requests}`);
    }
  }
});

test("a successor that drops before its turn is given up, and another one made", async () => {
  const made = await ready({}, {}, async (one) => (one.level = 0.5));
  made.second.become("failed");
  await made.pass(500);
  assert.deepEqual([made.state.current, made.second.connectionState, made.talk.goesOn], ["live", "closed", false]);
  made.level = 0;
  await made.pass(4_000);
  await made.connect(2);
  await made.pass(1_000);
  assert.deepEqual([told(made.peer).length, made.state.current], [2, "live"]);
});

test("an old connection that drops hands over at once; one that has failed is dialled anew", async () => {
  const drops = await ready({}, {}, async (one) => (one.level = 0.5));
  drops.first.become("disconnected");
  assert.equal(drops.state.current, "reconnecting");
  await drops.pass(500);
  assert.deepEqual([drops.state.current, told(drops.second).length], ["live", 2]);
  await drops.pass(10_000);
  assert.deepEqual([drops.state.current, FakePeer.made.length], ["live", 2]);

  const fails = await ready({}, {}, async (one) => (one.level = 0.5));
  fails.first.become("failed");
  assert.equal(fails.second.connectionState, "closed");
  await fails.connect(2);
  assert.deepEqual([fails.state.current, told(fails.peer).length], ["live", 2]);
  fails.talk.stop();
  assertFree(fails);
});

test("a private session is followed in the same way", async () => {
  const made = await begun({ event_filter: "private" });
  const shown = (events) => events.filter(({ type }) => PRIVATE.has(type));
  play(made.peer, shown(spokenTurn(0, null, "My name is Ada.", "Hello, Ada.")));
  const old = made.peer;
  await made.pass(DUE);
  await made.connect(1, []);
  await made.pass(1_000);
  assert.deepEqual(told(made.peer), ["My name is Ada.", "Hello, Ada."]);
  play(old, shown(spokenTurn(1, "item_assistant_0", "Late.", "").slice(0, 4)));
  play(old, [caption(1, "Late.")]);
  play(made.peer, shown(spokenTurn(2, null, "Who?", "You.")));
  await made.pass(3_000);
  assert.deepEqual(words(made), ["My name is Ada.", "Hello, Ada.", "Late.", "Who?", "You."]);
});

test("during a goodbye nobody takes over, not even right before the limit", async () => {
  const made = await ready();
  await made.pass(100);
  const [spoken, voiceOver] = goodbye(1);
  play(made.first, spoken.slice(0, 1));
  await made.pass(LATEST - DUE - 1_500);
  play(made.first, spoken.slice(1));
  leave(made, "resp_1");
  await made.pass(2_500);
  assert.equal(made.talk.call.link.peer, made.first);
  play(made.first, [voiceOver]);
  await made.pass(1_000);
  assert.deepEqual([made.told.ended, made.state.current], [["goodbye"], "ended"]);
  assertFree(made);
});

test("a goodbye that the limit cuts is one all the same", async () => {
  const made = await ready();
  play(made.first, goodbye(1)[0]);
  leave(made, "resp_1");
  await made.pass(25_000);
  assert.deepEqual([made.told.ended, FakePeer.made.length], [["goodbye"], 2]);
  assert.deepEqual(made.talk.held(), []);
});

test("none is dialled for a goodbye", async () => {
  const made = await begun();
  await made.pass(DUE - 3_000);
  play(made.peer, goodbye(1)[0]);
  leave(made, "resp_1");
  await made.pass(5_000);
  assert.equal(FakePeer.made.length, 1);
});

test("who goes on in the last moment of a goodbye is taken across the limit", async () => {
  const made = await ready();
  play(made.first, goodbye(1).flat());
  leave(made, "resp_1");
  await made.pass(500);
  play(made.first, spokenTurn(2, null, "Wait!", "Yes?"));
  await made.pass(2_000);
  assert.deepEqual([made.talk.call.link.peer === made.second, made.told.ended], [true, []]);
  await made.pass(15_000);
  assert.deepEqual([made.told.ended, made.state.current], [[], "live"]);
});

test("a call that the service ends early goes on with the successor that stands ready", async () => {
  const made = await ready();
  made.first.channel.readyState = "closed";
  made.first.channel.dispatchEvent(new Event("close"));
  await made.pass(3_000);
  assert.deepEqual([made.told.ended, made.state.current, made.talk.call.link.peer === made.second], [[], "live", true]);
  made.second.channel.readyState = "closed";
  made.second.channel.dispatchEvent(new Event("close"));
  assert.deepEqual([made.told.ended, made.state.current], [["remote"], "ended"], "without one it is over");
});
