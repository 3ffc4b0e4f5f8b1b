import assert from "node:assert/strict";
import test from "node:test";
import { Transcript } from "../../static_site/public/js/transcript.js";
import { PRIVATE, spokenTurn, toolTurn } from "./events_of_a_call.js";
import { random, shuffled } from "./random.js";

const TALK = [
  ["What is the tide?", "The sea, rising and falling twice a day."],
  ["Why twice?", "Because the Moon pulls both sides."],
  ["And the Sun?", "It helps, at new and full moon."],
];

function wholeTalk() {
  return TALK.flatMap(([question, answer], n) => spokenTurn(n, n ? `item_assistant_${n - 1}` : null, question, answer));
}

function read(events, options) {
  const transcript = new Transcript(options);
  events.forEach((event, at) => transcript.apply(event, at));
  return transcript;
}

const lines = (transcript) => transcript.turns().map(({ role, text }) => [role, text]);
const EXPECTED = TALK.flatMap(([question, answer]) => [
  ["user", question],
  ["assistant", answer],
]);

test("a talk in the recorded order becomes its turns", () => {
  const transcript = read(wholeTalk());
  assert.deepEqual(lines(transcript), EXPECTED);
  assert.ok(transcript.turns().every((turn) => turn.status === "done"));
});

test("whatever the order of arrival, the order and the words come out the same", () => {
  for (let seed = 1; seed <= 1000; seed++) {
    const transcript = read(shuffled(wholeTalk(), random(seed)));
    assert.deepEqual(lines(transcript), EXPECTED, `seed ${seed}`);
    assert.ok(
      transcript.turns().every((turn) => turn.status === "done"),
      `seed ${seed}`,
    );
  }
});

test("events that come twice change nothing", () => {
  for (let seed = 1; seed <= 50; seed++) {
    assert.deepEqual(lines(read(shuffled([...wholeTalk(), ...wholeTalk()], random(seed)))), EXPECTED, `seed ${seed}`);
  }
});

test("losing any one event loses no turn and no order", () => {
  const talk = wholeTalk();
  for (let lost = 0; lost < talk.length; lost++) {
    const transcript = read(talk.toSpliced(lost, 1));
    const { type } = talk[lost];
    const roles = transcript.turns().map((turn) => turn.role);
    assert.deepEqual(
      roles,
      EXPECTED.map(([role]) => role),
      `without ${type}`,
    );
    if (!type.endsWith("transcription.completed")) assert.deepEqual(lines(transcript), EXPECTED, `without ${type}`);
  }
});

test("the eleven events of a private session are enough", () => {
  const transcript = read(
    wholeTalk().filter(({ type }) => PRIVATE.has(type)),
    { inferInterruptions: true },
  );
  assert.deepEqual(lines(transcript), EXPECTED);
});

test("the person's turn is open from the first sound, and filled in after the answer", () => {
  const transcript = new Transcript();
  const events = spokenTurn(0, null, "Why?", "Because it is so.");
  const status = () => transcript.turns().map((turn) => turn.status);
  transcript.apply(events.shift(), 0);
  assert.deepEqual(status(), ["listening"]);
  transcript.apply(events.shift(), 1);
  assert.deepEqual(status(), ["waiting"]);
  const late = events.find(({ type }) => type.endsWith("transcription.completed"));
  for (const event of events) if (event !== late) transcript.apply(event, 2);
  assert.deepEqual(status(), ["waiting", "done"]);
  transcript.apply(late, 3);
  assert.deepEqual(lines(transcript), [
    ["user", "Why?"],
    ["assistant", "Because it is so."],
  ]);
});

test("a caption that fails says so, with the service's code", () => {
  const events = spokenTurn(0, null, "Why?", "Because.").map((event) =>
    event.type.endsWith("transcription.completed")
      ? { ...event, type: event.type.replace("completed", "failed"), error: { code: "DeploymentNotFound" } }
      : event,
  );
  const [user] = read(events).turns();
  assert.deepEqual([user.status, user.reason, user.text], ["missing", "DeploymentNotFound", ""]);
});

test("speech without words says so", () => {
  const [user] = read(spokenTurn(0, null, "", "Pardon?")).turns();
  assert.deepEqual([user.status, user.reason], ["missing", "no_words"]);
});

test("a caption that never comes is given up once a later answer is complete, or the call is over", () => {
  const silent = wholeTalk().filter(({ type }) => !type.includes("input_audio_transcription"));
  assert.deepEqual(
    read(silent)
      .turns()
      .filter((turn) => turn.role === "user")
      .map((turn) => turn.status),
    ["missing", "missing", "waiting"],
  );
  const transcript = read(silent);
  transcript.end();
  assert.equal(transcript.turns()[4].status, "missing");
});

test("an interruption cuts the words that were not heard", () => {
  const answer = "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen.";
  const transcript = new Transcript();
  for (const event of spokenTurn(0, null, "Count.", answer)) {
    if (event.type === "output_audio_buffer.stopped") continue;
    transcript.apply(event, 1000);
  }
  transcript.apply({ type: "output_audio_buffer.cleared", response_id: "resp_0" }, 2000);
  const [, cut] = transcript.turns();
  assert.equal(cut.status, "interrupted");
  assert.ok(answer.startsWith(cut.text) && cut.text.length > 5 && cut.text.length <= 16, cut.text);

  transcript.apply({ type: "conversation.item.truncated", item_id: "item_assistant_0", audio_end_ms: 2500 }, 2001);
  const [, known] = transcript.turns();
  assert.ok(known.text.length > cut.text.length && known.text.length <= 40, known.text);
  transcript.apply(
    {
      type: "response.output_audio_transcript.delta",
      response_id: "resp_0",
      item_id: "item_assistant_0",
      delta: " more",
    },
    2002,
  );
  assert.equal(transcript.turns()[1].text, known.text, "a late piece brings nothing back");
});

test("an answer that was cancelled before it was heard shows no words", () => {
  const transcript = read(spokenTurn(0, null, "Hm?", "Yes."));
  transcript.apply(
    {
      type: "response.output_audio_transcript.delta",
      response_id: "r",
      item_id: "a",
      content_index: 0,
      delta: "Well, I",
    },
    50,
  );
  transcript.apply({ type: "response.done", response: { id: "r", status: "cancelled", output: [] } }, 51);
  const last = transcript.turns().at(-1);
  assert.deepEqual([last.status, last.text], ["interrupted", ""]);
});

test("an answer that was heard to its end is not marked by a late cancel", () => {
  const transcript = read(spokenTurn(0, null, "Hm?", "Yes."));
  transcript.apply({ type: "output_audio_buffer.cleared", response_id: "resp_0" }, 99);
  assert.equal(transcript.turns()[1].status, "done");
});

test("a private session infers an interruption from speech over the voice", () => {
  const heard = spokenTurn(0, null, "Count.", "One two three four five six seven eight nine ten.").filter(
    ({ type }) => PRIVATE.has(type) && type !== "output_audio_buffer.stopped",
  );
  const transcript = read(heard, { inferInterruptions: true });
  transcript.apply({ type: "input_audio_buffer.speech_started", item_id: "next" }, 500);
  assert.deepEqual(
    transcript.turns().map((turn) => turn.status),
    ["done", "interrupted", "listening"],
  );
});

test("a typed message shows at once, and takes its place when the service tells it", () => {
  const transcript = read(spokenTurn(0, null, "Hello", "Hello!"));
  transcript.addOwn("mine", [{ type: "input_text", text: "Typed <b>words</b>" }]);
  assert.deepEqual(lines(transcript).at(-1), ["user", "Typed <b>words</b>"]);
  const own = {
    id: "mine",
    type: "message",
    role: "user",
    content: [{ type: "input_text", text: "Typed <b>words</b>" }],
  };
  transcript.apply({ type: "conversation.item.added", previous_item_id: "item_assistant_0", item: own }, 9);
  assert.equal(transcript.turns().length, 3);
});

test("a tool's card stands where it was called, with its result whenever that comes", () => {
  const transcript = new Transcript();
  transcript.setToolResult("call_1", { ok: true, title: "Changed the background" });
  for (const event of spokenTurn(0, null, "Blue, please", "One moment.")) transcript.apply(event, 0);
  for (const event of toolTurn(1, "item_assistant_0", [["call_1", "set_background_color", "{}"]]))
    transcript.apply(event, 0);
  const last = transcript.turns().at(-1);
  assert.equal(last.role, "tool");
  assert.deepEqual(last.tool, {
    name: "set_background_color",
    callId: "call_1",
    ok: true,
    title: "Changed the background",
  });
});

test("hidden, deleted and unknown items are not shown, and do not break the chain", () => {
  const transcript = new Transcript();
  const add = (id, previous_item_id, item) =>
    transcript.apply({ type: "conversation.item.added", previous_item_id, item: { id, ...item } }, 0);
  const text = (words) => [{ type: "input_text", text: words }];
  add("b", "sys", { type: "message", role: "user", content: text("first") });
  add("sys", null, { type: "message", role: "system", content: text("secret") });
  add("x", "b", { type: "something_new" });
  add("d", "x", { type: "message", role: "user", content: text("second") });
  add("e", "d", { type: "message", role: "user", content: text("gone") });
  transcript.apply({ type: "conversation.item.deleted", item_id: "e" }, 0);
  assert.deepEqual(lines(transcript), [
    ["user", "first"],
    ["user", "second"],
  ]);
});

test("events without what they should hold are survived", () => {
  const types = new Set([...wholeTalk(), ...toolTurn(1, null, [["c", "t", "{}"]])].map(({ type }) => type));
  for (const type of types) {
    for (const junk of [
      {},
      { item: null },
      { item: { id: 7 } },
      { item_id: "a", delta: 5, error: null },
      { response: { output: [null] } },
    ]) {
      const transcript = new Transcript({ inferInterruptions: true });
      transcript.apply({ type, ...junk }, 0);
      assert.ok(Array.isArray(transcript.turns()), type);
    }
  }
});
