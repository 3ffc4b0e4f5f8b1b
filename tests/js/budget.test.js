import assert from "node:assert/strict";
import test from "node:test";
import { Budget } from "../../static_site/public/js/budget.js";
import { CallRecord } from "../../static_site/public/js/call_record.js";
import { Clock, FakeStorage } from "./fakes.js";
import { LIST } from "./listed.js";

const here = () => Response.json(LIST);
const late = () => new Promise((resolve) => (late.come = resolve));
const missing = () => new Response("", { status: 404 });
/** What one must write to know what an answer costs. */
const OWN = { textIn: 4, textCached: 1, textOut: 24, audioIn: 32, audioCached: 1, audioOut: 64 };
const UNWATCHED = "Azure's prices could not be loaded, so your limit is not watched.";

/** A call with a limit of a dollar, at 32 dollars for a million tokens of audio. `reply` is that of the price list. */
async function call({ limit = 1, eventFilter = "open", stored, earlier, reply = here } = {}) {
  const storage = new FakeStorage();
  storage.setItem("voicemint.money", stored ?? JSON.stringify({ limit }));
  if (earlier) storage.setItem("voicemint.prices", JSON.stringify(earlier));
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
  const network = { reply, asked: 0 };
  const fetch = async () => ((network.asked += 1), network.reply());
  const browser = { storage: () => storage, schedule: clock.schedule, fetch };
  const budget = new Budget({ record, talk, state, browser, toast: (text) => told.toasts.push(text), root });
  const asking = budget.ask();
  if (reply !== late) await asking;
  let answers = 0;
  const answer = (tokens) => {
    const usage = tokens === null ? null : { input_token_details: { audio_tokens: tokens } };
    record.add("in", { type: "response.done", response: { id: `r${++answers}`, usage } }, clock.now);
  };
  return { budget, record, talk, state, clock, told, root, answer, network, asking };
}

test("near the limit it is said, once; at the limit the call ends, for a reason of its own", async () => {
  const { told, root, clock, answer } = await call();
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

test("an answer that is being said may be said to its end, but not for ever", async () => {
  for (const [wait, stopped] of [
    [1_000, true],
    [29_000, true],
    [30_000, false],
  ]) {
    const { told, talk, clock, record, answer } = await call();
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

test("a call that is over is not ended, and the next is not ended for it", async () => {
  const over = await call();
  over.state.current = "ended";
  over.answer(40_000);
  over.clock.pass(60_000);
  assert.deepEqual(over.told.stops, []);
  const next = await call();
  next.talk.conversation.activity = "speaking";
  next.answer(40_000);
  next.talk.timings = {};
  next.record.clear();
  next.clock.pass(60_000);
  assert.deepEqual(next.told.stops, []);
});

test("without a limit, or without numbers, nothing ends", async () => {
  for (const stored of ["{}", "odd", '{"limit":"1"}']) {
    const { told, root, clock, answer } = await call({ stored });
    answer(1_000_000);
    clock.pass(60_000);
    assert.deepEqual([told.stops, told.toasts, root.budget], [[], [], ""]);
  }
  const untold = await call();
  untold.answer(null);
  untold.clock.pass(60_000);
  assert.deepEqual([untold.told.stops, untold.budget.reckon().usage.untold], [[], 1]);
});

test("where the server made the call, the service itself names the model", async () => {
  const { budget, record, talk, answer } = await call();
  talk.session = { event_filter: "open" };
  record.add("in", { type: "session.created", session: { model: "gpt-realtime-2.1-mini" } }, 0);
  answer(100_000);
  assert.deepEqual([budget.reckon().listed.model, budget.reckon().spent], ["gpt-realtime-2.1-mini", 1]);
  record.session = { model: 7 };
  assert.equal(budget.reckon().listed.sure, false);
});

test("captions cost what the model does that the service names for them", async () => {
  const { budget, record } = await call();
  const told = (model) => ({ model: "gpt-realtime-2.1", audio: { input: { transcription: { model } } } });
  const usage = { type: "duration", seconds: 3_600 };
  for (const [model, cost] of [["whisper", 1], ["slow-whisper", 2], [null, 2], ["", 2], [7, 2]]) {
    record.clear();
    record.add("in", { type: "session.created", session: told(model) }, 0);
    record.add("in", { type: "conversation.item.input_audio_transcription.completed", item_id: "i", usage }, 1);
    assert.equal(budget.reckon().spent, cost, model);
  }
  record.add("in", { type: "session.created", session: { audio: { input: { transcription: null } } } }, 2);
  assert.equal(budget.reckon().spent, 2);
});

test("the person's own prices count, and a private session is known as one", async () => {
  const stored = JSON.stringify({ limit: 1, own: { audioIn: 1 } });
  const { budget, answer } = await call({ stored, eventFilter: "private" });
  answer(500_000);
  const { spent, isPrivate } = budget.reckon();
  assert.deepEqual([spent, isPrivate], [0.5, true]);
});

test("while prices are on their way nothing is said, and what was used counts when they come", async () => {
  const { told, root, clock, answer, budget, asking } = await call({ reply: late });
  answer(40_000);
  clock.pass(0);
  const { spent, waits, listed } = budget.reckon();
  assert.deepEqual([root.budget, told.toasts, spent, waits, listed], ["", [], NaN, true, undefined]);
  late.come(here());
  await asking;
  assert.equal(root.budget, "reached");
  clock.pass(0);
  assert.deepEqual(told.stops, ["budget"]);
});

test("without prices it is said, once in a call, that the limit is not watched, and nothing ends", async () => {
  const { told, talk, state, root, clock, answer, budget, network } = await call({ reply: missing });
  assert.deepEqual([root.budget, told.toasts], ["unwatched", [UNWATCHED]]);
  for (let times = 0; times < 3; times++) answer(1_000_000);
  clock.pass(0);
  const { spent, waits, listed } = budget.reckon();
  assert.deepEqual([spent, waits, listed, told.toasts.length, told.stops], [NaN, false, null, 1, []]);
  state.current = "ended";
  talk.timings = {};
  await budget.ask();
  assert.equal(told.toasts.length, 1, "only a call has something to be watched");
  state.current = "live";
  await budget.ask();
  assert.deepEqual([told.toasts.length, network.asked], [2, 3], "each time they are needed they are asked for");
});

test("a call that nothing watches asks again for prices, and is ended once it is known what it cost", async () => {
  const { told, root, clock, answer, network } = await call({ reply: missing });
  answer(40_000);
  const half = async () => (clock.pass(30_000), new Promise(setImmediate));
  await half();
  await half();
  assert.deepEqual([network.asked, root.budget, told.toasts.length], [3, "unwatched", 1]);
  network.reply = here;
  await half();
  assert.deepEqual([network.asked, root.budget], [4, "reached"]);
  clock.pass(0);
  assert.deepEqual(told.stops, ["budget"]);
});

test("when the call is over nobody asks any more, and several who ask are one", async () => {
  const { state, clock, budget, network } = await call({ reply: missing });
  await Promise.all([budget.ask(), budget.ask()]);
  assert.deepEqual([network.asked, clock.waiting], [2, 1], "one is to ask again");
  state.current = "ended";
  clock.pass(30_000);
  await new Promise(setImmediate);
  assert.deepEqual([network.asked, clock.waiting], [2, 0]);
});

test("the prices of the last visit watch the limit, and so do the person's own", async () => {
  const dearer = { ...LIST, realtime: { ...LIST.realtime, "gpt-realtime-2.1": { prices: { ...OWN, audioIn: 64, imageIn: 5 } } } };
  for (const [given, reaches] of [
    [{ earlier: dearer }, 16_000],
    [{ stored: JSON.stringify({ limit: 1, own: OWN }) }, 32_000],
  ]) {
    const { told, root, clock, answer } = await call({ ...given, reply: missing });
    answer(reaches - 1_000);
    assert.equal(root.budget, "near");
    answer(1_000);
    clock.pass(0);
    assert.deepEqual([root.budget, told.stops], ["reached", ["budget"]]);
  }
  const some = await call({ stored: '{"limit":1,"own":{"audioIn":32,"audioOut":64}}', reply: missing });
  assert.equal(some.root.budget, "unwatched", "words cost, too");
});
