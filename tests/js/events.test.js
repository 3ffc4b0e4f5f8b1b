import assert from "node:assert/strict";
import test from "node:test";
import { EventLog, ROW_LIMIT } from "../../static_site/public/js/event_log.js";
import { isKnown, parseEvent, printable } from "../../static_site/public/js/events.js";
import { asCopy } from "../../static_site/public/js/log_window.js";
import { spokenTurn, toolTurn } from "./events_of_a_call.js";

test("only JSON objects with a type are events", () => {
  assert.deepEqual(parseEvent('{"type":"response.done"}'), { type: "response.done" });
  for (const frame of ["", "{", "null", "7", "[]", "{}", '{"type":1}', new ArrayBuffer(2), undefined]) {
    assert.equal(parseEvent(frame), null);
  }
});

test("every event of a recorded call is known; another is called unknown, and kept", () => {
  for (const { type } of [...spokenTurn(0, null, "a", "b c"), ...toolTurn(1, null, [["c", "t", "{}"]])])
    assert.ok(isKnown(type), type);
  const row = new EventLog().add("in", { type: "response.audio.delta" }, 0);
  assert.equal(row.kind, "unknown");
  assert.equal(new EventLog().add("out", { type: "session.update" }, 0).kind, "");
});

test("instructions and padding are never shown, wherever they are", () => {
  const text = printable({
    session: { instructions: "You are secret" },
    response: { instructions: "also" },
    obfuscation: "zzz",
  });
  assert.ok(!/secret|also|zzz/.test(text));
  assert.match(text, /14 characters, not shown/);
});

test("what is shown is bounded", () => {
  assert.ok(printable({ delta: "x".repeat(5_000) }).length < 1_000);
  assert.ok(printable({ list: Array(5_000).fill("y") }).length <= 6_001);
});

test("pieces of one text that follow each other become one row", () => {
  const log = new EventLog();
  const delta = (n) => ({ type: "response.output_text.delta", delta: `word ${n}` });
  const first = log.add("in", delta(1), 5);
  assert.equal(log.add("in", delta(2), 6), first);
  log.add("in", { type: "response.output_text.done" }, 7);
  log.add("in", delta(3), 8);
  assert.deepEqual(
    log.rows.map(({ type, count }) => `${type} ${count}`),
    ["response.output_text.delta 2", "response.output_text.done 1", "response.output_text.delta 1"],
  );
  assert.match(first.body, /word 2/);
});

test("faults stand out", () => {
  const log = new EventLog();
  assert.equal(log.add("in", { type: "error" }, 0).kind, "error");
  assert.equal(log.add("in", { type: "conversation.item.input_audio_transcription.failed" }, 0).kind, "error");
  assert.equal(log.add("page", { type: "ice_failed" }, 0).kind, "error");
});

test("the log is bounded, can be copied, and cleared", () => {
  const log = new EventLog();
  for (let n = 0; n < ROW_LIMIT + 50; n++) log.add("out", { type: "response.cancel", n }, n);
  assert.equal(log.rows.length, ROW_LIMIT);
  assert.equal(log.rows[0].at, 50);
  assert.match(asCopy(log.rows), /^0\.050 out response\.cancel x1\n/);
  log.clear();
  assert.equal(asCopy(log.rows), "");
});

test("a secret is never shown", () => {
  const text = printable({ type: "session.created", session: { id: "sess_1", client_secret: { value: "ek_canary" } } });
  assert.match(text, /sess_1/);
  assert.doesNotMatch(text, /ek_canary/);
});
