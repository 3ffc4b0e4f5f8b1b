import assert from "node:assert/strict";
import test from "node:test";
import { CallRecord } from "../../static_site/public/js/call_record.js";
import { turnTimes } from "../../static_site/public/js/turn_times.js";
import { median, waits } from "../../static_site/public/js/turn_waits.js";
import { PRIVATE, spokenTurn, toolTurn } from "./events_of_a_call.js";
import { random, shuffled } from "./random.js";

/** Events with the time of each; the voice of answer n starts `waited[n]` after the speech has stopped. */
function call(waited, keep = () => true) {
  const record = new CallRecord();
  let at = 0;
  for (const [n, ms] of waited.entries()) {
    for (const event of spokenTurn(n, n ? `item_assistant_${n - 1}` : null, "Question", "An answer")) {
      if (event.type.endsWith("speech_stopped")) at += 2_000;
      if (event.type === "output_audio_buffer.started") at += ms - 10;
      if (event.type === "response.created") at += 10;
      if (event.type === "output_audio_buffer.stopped") at += 3_000;
      if (keep(event)) record.add("in", event, at);
    }
    at += 1_000;
  }
  return record;
}
const ms = (entries) => waits(entries).map((wait) => wait.ms);

test("a turn waits from the end of the speech to the first sound of its answer", () => {
  const turns = waits(call([800, 1_200, 400]).entries);
  assert.deepEqual(
    turns.map((turn) => turn.ms),
    [800, 1_200, 400],
  );
  assert.deepEqual(
    turns.map(({ how }) => how),
    ["spoken", "spoken", "spoken"],
  );
  assert.deepEqual(
    turns.map(({ responses }) => [...responses]),
    [["resp_0"], ["resp_1"], ["resp_2"]],
  );
});

test("what a private session lets through is enough", () => {
  assert.deepEqual(ms(call([800, 1_200], ({ type }) => PRIVATE.has(type)).entries), [800, 1_200]);
});

test("where the end of the speech is not told, committing it counts; a turn counts once", () => {
  assert.deepEqual(ms(call([800, 900], ({ type }) => !type.endsWith("speech_stopped")).entries), [800, 900]);
  const record = call([500]);
  const [stopped] = record.entries.filter(({ type }) => type.endsWith("speech_stopped"));
  assert.equal(waits([...record.entries, { ...stopped, at: 9_000 }]).length, 1);
});

test("where the service does not tell when a voice begins, hearing it counts", () => {
  const record = new CallRecord();
  record.hear(0.5, 1);
  assert.equal(record.entries.length, 0, "nobody waits");
  record.add("in", { type: "input_audio_buffer.speech_stopped", item_id: "a" }, 1_000);
  record.hear(0.01, 1_050);
  record.hear(0.4, 1_700);
  record.hear(0.4, 1_800);
  assert.deepEqual(ms(record.entries), [700]);
  const echo = new CallRecord();
  echo.add("in", { type: "input_audio_buffer.speech_stopped", item_id: "a" }, 1_000);
  echo.hear(0.4, 1_100);
  assert.deepEqual(ms(echo.entries), [null], "so soon it is the end of what was said before");
});

test("held: from letting go", () => {
  const record = new CallRecord();
  record.add("out", { type: "input_audio_buffer.commit" }, 1_000);
  record.add("in", { type: "input_audio_buffer.committed", item_id: "a" }, 1_020);
  record.add("in", { type: "response.created", response: { id: "r" } }, 1_100);
  record.add("in", { type: "output_audio_buffer.started", response_id: "r" }, 1_900);
  const [turn, ...more] = waits(record.entries);
  assert.deepEqual([turn.how, turn.ms, turn.item, more], ["held", 900, "a", []]);
});

test("typed messages wait too; of a history told anew only the last may", () => {
  const record = new CallRecord();
  const say = (id, role, at) => record.add("out", { type: "conversation.item.create", item: { id, role } }, at);
  say("h1", "user", 1);
  say("h2", "assistant", 2);
  say("h3", "user", 3);
  record.add("in", { type: "response.created", response: { id: "r" } }, 10);
  record.add("in", { type: "output_audio_buffer.started", response_id: "r" }, 503);
  say("t", "user", 1_000);
  record.add("out", { type: "conversation.item.create", item: { type: "function_call_output" } }, 1_100);
  assert.deepEqual(
    waits(record.entries).map(({ how, ms: waited, item }) => [how, waited, item]),
    [
      ["typed", 500, "h3"],
      ["typed", null, "t"],
    ],
  );
});

test("an answer that was on its way before the turn ended is not its answer", () => {
  const record = new CallRecord();
  record.add("in", { type: "response.created", response: { id: "old" } }, 0);
  record.add("in", { type: "input_audio_buffer.speech_stopped", item_id: "a" }, 100);
  record.add("in", { type: "output_audio_buffer.started", response_id: "old" }, 150);
  record.add("in", { type: "response.created", response: { id: "new" } }, 200);
  record.add("in", { type: "output_audio_buffer.started", response_id: "new" }, 900);
  assert.deepEqual(ms(record.entries), [800]);
});

test("a turn whose answer calls tools waits for the voice that comes after them", () => {
  const record = new CallRecord();
  record.add("in", { type: "input_audio_buffer.speech_stopped", item_id: "a" }, 0);
  for (const event of toolTurn(1, "a", [["c", "set_colour", "{}"]])) record.add("in", event, 300);
  record.add("in", { type: "response.created", response: { id: "r" } }, 400);
  record.add("in", { type: "output_audio_buffer.started", response_id: "r" }, 1_500);
  const [turn] = waits(record.entries);
  assert.deepEqual([turn.ms, [...turn.responses]], [1_500, ["resp_tool_1", "r"]]);
  record.add("in", { type: "output_audio_buffer.started", response_id: "r2" }, 9_000);
  assert.deepEqual(ms(record.entries), [1_500], "a second voice changes nothing");
});

test("no order of events makes a wait negative, or one turn two", () => {
  const { entries } = call([500, 900, 300]);
  for (let seed = 0; seed < 500; seed++) {
    const at = entries.map((entry) => entry.at);
    const order = shuffled(entries, random(seed)).map((entry, index) => ({ ...entry, at: at[index] ?? 0 }));
    const turns = waits(order);
    assert.ok(turns.length <= 3 && turns.every((turn) => turn.ms === null || turn.ms >= 0), `seed ${seed}`);
  }
});

test("the median", () => {
  assert.deepEqual([median([]), median([3]), median([9, 1, 2]), median([4, 1, 2, 3])], [null, 3, 2, 2.5]);
});

test("a turn's time is that of the voice, not of its words", () => {
  const times = turnTimes(call([800]).entries);
  assert.deepEqual(times.get("item_user_0"), { began: 0, ended: 2_000 });
  assert.deepEqual(times.get("item_assistant_0"), { began: 2_800, ended: 5_800 });
  const silent = turnTimes(call([800], ({ type }) => !type.startsWith("output_audio_buffer")).entries);
  const { began, ended } = silent.get("item_assistant_0");
  assert.ok(began >= 2_000 && ended >= began);
});

test("the record keeps no words and no instructions", () => {
  const record = call([100]);
  record.add("in", { type: "session.created", session: { instructions: "secret" } }, 0);
  assert.ok(!/Question|An answer|secret/.test(JSON.stringify(record.entries)));
  record.clear();
  assert.deepEqual(record.entries, []);
});
