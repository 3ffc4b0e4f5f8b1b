import assert from "node:assert/strict";
import test from "node:test";
import { Conversation } from "../../static_site/public/js/conversation.js";
import { runHostTool } from "../../static_site/public/js/host_tools.js";
import { spokenTurn, toolTurn } from "./events_of_a_call.js";
import { Clock, settle } from "./fakes.js";

/** A conversation whose assistant may end the call; `over` counts how often it has. */
function talking() {
  const clock = new Clock();
  const made = { sent: [], over: 0, clock };
  made.conversation = new Conversation(
    {
      send: ({ type, item }) => made.sent.push(item?.type ?? type),
      runTool: (name, args) => runHostTool(name, args, {}, () => made.over++),
      schedule: clock.schedule,
      now: () => clock.now,
      newId: () => `own_${made.sent.length}`,
      onChange: () => {},
      onError: () => {},
    },
    { isPrivate: false, pushToTalk: false },
  );
  made.play = async (events) => {
    for (const event of events) made.conversation.receive(event);
    await settle();
  };
  made.card = () => made.conversation.transcript.turns().find(({ tool }) => tool)?.tool.title;
  return made;
}

const STOPPED = "output_audio_buffer.stopped";
const [created, ...call] = toolTurn(0, "item_assistant_0", [["call_1", "end_call", "{}"]]);
const done = call.pop();
const id = done.response.id;
const callAlone = [created, ...call, done];
/** "Bye" is answered with a goodbye and the call of the tool, in one response. */
const [heard, voiceOver] = (() => {
  const spoken = spokenTurn(0, null, "Bye.", "Goodbye!").map((event) =>
    JSON.parse(JSON.stringify(event).replaceAll("resp_0", id)),
  );
  const end = spoken.find(({ type }) => type === "response.done");
  end.response.output.push(...done.response.output);
  const before = spoken.filter((event) => event !== end && event.type !== STOPPED);
  return [[...before, ...call, end], { type: STOPPED, response_id: id }];
})();
const spokenApart = (n) => spokenTurn(n, "x", "", "Goodbye!").slice(5); // no speech of the person before it

test("the call ends when the goodbye has been heard, not before, and no further answer is asked for", async () => {
  const made = talking();
  await made.play(heard);
  made.clock.pass(20_000);
  assert.equal(made.over, 0, "it is still being said");
  assert.equal(made.card(), "Ending the call");
  await made.play([voiceOver]);
  assert.equal(made.over, 0, "the last of it is on its way");
  made.clock.pass(600);
  assert.equal(made.over, 1);
  assert.deepEqual(made.sent, ["function_call_output"]);
  made.clock.pass(60_000);
  assert.equal(made.over, 1);
});

test("a tool call without words gets one more answer, the goodbye, and ends after that", async () => {
  const made = talking();
  await made.play(callAlone);
  assert.deepEqual(made.sent, ["function_call_output", "response.create"]);
  const goodbye = spokenApart(1);
  await made.play(goodbye.filter(({ type }) => type !== STOPPED));
  made.clock.pass(5_000);
  assert.equal(made.over, 0);
  await made.play(goodbye.filter(({ type }) => type === STOPPED));
  made.clock.pass(600);
  assert.equal(made.over, 1);
});

test("the end of an earlier answer's voice is not the end of the goodbye's", async () => {
  const made = talking();
  const earlier = spokenTurn(7, null, "Tell me.", "A long story.");
  await made.play(earlier.filter(({ type }) => type !== STOPPED));
  await made.play(callAlone);
  await made.play([{ type: STOPPED, response_id: "resp_7" }]);
  made.clock.pass(5_000);
  assert.equal(made.over, 0);
});

for (const [what, event] of [
  ["speaks", { type: "input_audio_buffer.speech_started", item_id: "next" }],
  ["types", { type: "conversation.item.added", item: { id: "t", type: "message", role: "user", content: [] } }],
  ["interrupts", { type: "output_audio_buffer.cleared", response_id: id }],
]) {
  test(`the call goes on if the person ${what} before the goodbye is over`, async () => {
    const made = talking();
    await made.play(heard);
    await made.play([event, voiceOver]);
    made.clock.pass(120_000);
    assert.equal(made.over, 0);
    assert.equal(made.card(), "The call goes on");
    await made.play([...toolTurn(3, "t", [["call_9", "end_call", "{}"]])]);
    made.clock.pass(10_000);
    assert.equal(made.over, 1, "and may be ended later");
  });
}

test("speaking while the tool is only being loaded counts too", async () => {
  const made = talking();
  await made.play([...heard, { type: "input_audio_buffer.speech_started", item_id: "next" }, voiceOver]);
  made.clock.pass(120_000);
  assert.equal(made.over, 0);
  assert.equal(made.card(), "The call goes on");
});

test("holding the button to talk counts as speaking", async () => {
  const made = talking();
  await made.play([...heard, voiceOver]);
  made.conversation.press();
  made.clock.pass(60_000);
  assert.equal(made.over, 0);
});

test("speaking in the last moment still counts", async () => {
  const made = talking();
  await made.play([...heard, voiceOver]);
  made.clock.pass(500);
  await made.play([{ type: "input_audio_buffer.speech_started", item_id: "next" }]);
  made.clock.pass(60_000);
  assert.equal(made.over, 0);
});

test("where the service does not tell of voices, the wait has a bound", async () => {
  const made = talking();
  await made.play(heard.filter(({ type }) => !type.startsWith("output_audio_buffer")));
  made.clock.pass(9_000);
  assert.equal(made.over, 0);
  made.clock.pass(2_000);
  assert.equal(made.over, 1);
});

test("a voice that never stops does not hold the call for ever", async () => {
  const made = talking();
  await made.play(heard);
  made.clock.pass(31_000);
  assert.equal(made.over, 1);
});

test("a call that is over or lost before is not ended again", async () => {
  const made = talking();
  await made.play(heard);
  made.conversation.close();
  made.clock.pass(120_000);
  assert.equal(made.over, 0);
});
