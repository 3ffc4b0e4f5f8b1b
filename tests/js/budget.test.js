import assert from "node:assert/strict";
import test from "node:test";
import { Budget } from "../../static_site/public/js/budget.js";
import { CallRecord } from "../../static_site/public/js/call_record.js";
import { Clock, FakeStorage } from "./fakes.js";

/** A call with a limit of a dollar, at 32 dollars for a million tokens of audio. */
function call({ limit = 1, eventFilter = "open", stored } = {}) {
  const storage = new FakeStorage();
  storage.setItem("voicemint.money", stored ?? JSON.stringify({ limit }));
  const clock = new Clock();
  const record = new CallRecord();
  const told = { toasts: [], stops: [] };
  const talk = {
    session: { model: "gpt-realtime-2.1", event_filter: eventFilter },
    timings: {},
    conversation: { activity: "listening" },
    stop: (why) => (told.stops.push(why), (state.current = "ended")),
  };
  const state = { current: "live" };
  const root = {};
  const browser = { storage: () => storage, schedule: clock.schedule };
  const budget = new Budget({ record, talk, state, browser, toast: (text) => told.toasts.push(text), root });
  let answers = 0;
  const answer = (tokens) => {
    const usage = tokens === null ? null : { input_token_details: { audio_tokens: tokens } };
    record.add("in", { type: "response.done", response: { id: `r${++answers}`, usage } }, clock.now);
  };
  return { budget, record, talk, state, clock, told, root, answer };
}

test("near the limit it is said, once; at the limit the call ends, for a reason of its own", () => {
  const { told, root, clock, answer } = call();
  answer(20_000);
  assert.deepEqual([told.toasts, root.budget], [[], "fine"]);
  answer(6_000);
  answer(100);
  assert.equal(root.budget, "near");
  assert.deepEqual(told.toasts, ["About $0.832 of your limit of $1.00 is used."]);
  answer(6_000);
  assert.deepEqual(told.stops, [], "not in the middle of the event: its words are still to be written down");
  clock.pass(0);
  clock.pass(60_000);
  assert.deepEqual([told.stops, root.budget], [["budget"], "reached"]);
});

test("an answer that is being said may be said to its end, but not for ever", () => {
  for (const [wait, stopped] of [
    [1_000, true],
    [29_000, true],
    [30_000, false],
  ]) {
    const { told, talk, clock, record, answer } = call();
    talk.conversation.activity = "speaking";
    answer(40_000);
    clock.pass(0);
    assert.deepEqual(told.stops, []);
    clock.pass(wait);
    if (stopped) {
      assert.deepEqual(told.stops, []);
      record.add("in", { type: "output_audio_buffer.stopped", response_id: "r1" }, clock.now);
      talk.conversation.activity = "listening";
      clock.pass(0);
    }
    assert.deepEqual(told.stops, ["budget"]);
  }
});

test("a call that is over is not ended, and the next is not ended for it", () => {
  const over = call();
  over.state.current = "ended";
  over.answer(40_000);
  over.clock.pass(60_000);
  assert.deepEqual(over.told.stops, []);
  const next = call();
  next.talk.conversation.activity = "speaking";
  next.answer(40_000);
  next.talk.timings = {};
  next.record.clear();
  next.clock.pass(60_000);
  assert.deepEqual(next.told.stops, []);
});

test("without a limit, or without numbers, nothing ends", () => {
  for (const stored of ["{}", "odd", '{"limit":"1"}']) {
    const { told, root, clock, answer } = call({ stored });
    answer(1_000_000);
    clock.pass(60_000);
    assert.deepEqual([told.stops, told.toasts, root.budget], [[], [], ""]);
  }
  const untold = call();
  untold.answer(null);
  untold.clock.pass(60_000);
  assert.deepEqual([untold.told.stops, untold.budget.reckon().usage.untold], [[], 1]);
});

test("where the server made the call, the service itself names the model", () => {
  const { budget, record, talk, answer } = call();
  talk.session = { event_filter: "open" };
  record.add("in", { type: "session.created", session: { model: "gpt-realtime-2.1-mini" } }, 0);
  answer(100_000);
  assert.deepEqual([budget.reckon().listed.model, budget.reckon().spent], ["gpt-realtime-2.1-mini", 1]);
  record.model = 7;
  assert.equal(budget.reckon().listed.sure, false);
});

test("the person's own prices count, and a private session is known as one", () => {
  const stored = JSON.stringify({ limit: 1, own: { audioIn: 1 } });
  const { budget, answer } = call({ stored, eventFilter: "private" });
  answer(500_000);
  const { spent, isPrivate } = budget.reckon();
  assert.deepEqual([spent, isPrivate], [0.5, true]);
});
