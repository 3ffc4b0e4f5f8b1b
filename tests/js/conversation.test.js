import assert from "node:assert/strict";
import test from "node:test";
import { Conversation } from "../../static_site/public/js/conversation.js";
import { PRIVATE, spokenTurn, toolTurn } from "./events_of_a_call.js";
import { Clock } from "./fakes.js";

function conversation({ isPrivate = false, pushToTalk = false } = {}) {
  const clock = new Clock();
  const sent = [];
  const ran = [];
  const complaints = [];
  let ids = 0;
  const made = new Conversation(
    {
      send: (event) => sent.push(event),
      runTool: (name, args) => {
        ran.push([name, args]);
        return { ok: true, title: `ran ${name}`, detail: "", output: `{"of":"${name}"}` };
      },
      schedule: clock.schedule,
      now: () => clock.now,
      newId: () => `own_${++ids}`,
      onChange: () => {},
      onError: (error) => complaints.push(error.code),
    },
    { isPrivate, pushToTalk },
  );
  const play = (events) => events.forEach((event) => made.receive(event));
  return { made, sent, ran, complaints, clock, play, types: () => sent.map(({ type }) => type) };
}

test("a typed message is created under an id of our own, then answered", () => {
  const { made, sent, play } = conversation();
  made.say("Hello");
  assert.deepEqual(sent, [
    {
      type: "conversation.item.create",
      item: { id: "own_1", type: "message", role: "user", content: [{ type: "input_text", text: "Hello" }] },
    },
    { type: "response.create", event_id: "own_2" },
  ]);
  assert.ok(sent[0].item.id.length <= 32);
  play([{ type: "conversation.item.added", previous_item_id: null, item: sent[0].item }]);
  assert.equal(made.transcript.turns().length, 1);
});

test("messages typed during an answer get one answer, after it", () => {
  const { made, types, play } = conversation();
  play([{ type: "response.created", response: { id: "r" } }]);
  made.say("one");
  made.say("two");
  assert.deepEqual(types(), ["conversation.item.create", "conversation.item.create"]);
  play([{ type: "response.done", response: { id: "r", status: "completed", output: [] } }]);
  assert.deepEqual(types(), ["conversation.item.create", "conversation.item.create", "response.create"]);
});

test("tools run once each, whichever event tells of them, and one answer covers them all", () => {
  const { sent, ran, types, play } = conversation();
  const calls = [
    ["call_1", "set_background_color", '{"color":"navy"}'],
    ["call_2", "set_text_color", '{"color":"white"}'],
  ];
  play(toolTurn(1, null, calls));
  assert.deepEqual(
    ran,
    calls.map(([, name, args]) => [name, args]),
  );
  assert.deepEqual(types(), ["conversation.item.create", "conversation.item.create", "response.create"]);
  assert.deepEqual(sent[0].item, {
    type: "function_call_output",
    call_id: "call_1",
    output: '{"of":"set_background_color"}',
  });
});

test("a tool that only response.done tells of is run too", () => {
  const { ran, types, play } = conversation();
  play(toolTurn(1, null, [["call_1", "get_page_html", "{}"]]).filter(({ type }) => type === "response.done"));
  assert.equal(ran.length, 1);
  assert.deepEqual(types(), ["conversation.item.create", "response.create"]);
});

test("a cancelled response's tools ask for no answer", () => {
  const { types, play } = conversation();
  play(toolTurn(1, null, [["call_1", "get_page_html", "{}"]], "cancelled"));
  assert.ok(!types().includes("response.create"));
});

test("a private session runs no tool", () => {
  const { ran, sent, play } = conversation({ isPrivate: true });
  play(toolTurn(1, null, [["call_1", "get_page_html", "{}"]]).filter(({ type }) => PRIVATE.has(type)));
  assert.deepEqual([ran, sent], [[], []]);
});

test("interrupting cancels what is being made and clears what is being said", () => {
  const { made, types, play } = conversation();
  play([{ type: "response.created", response: { id: "r" } }]);
  made.interrupt();
  assert.deepEqual(types(), ["response.cancel", "output_audio_buffer.clear"]);
  play([{ type: "response.done", response: { id: "r", status: "cancelled", output: [] } }]);
  made.interrupt();
  assert.deepEqual(types().slice(2), ["output_audio_buffer.clear"], "nothing is left to cancel");
});

test("in a private session, which does not tell, an interruption shows at once", () => {
  const { made, play } = conversation({ isPrivate: true });
  const heard = spokenTurn(0, null, "Count.", "One two three four.").filter(({ type }) => PRIVATE.has(type));
  play(heard.filter(({ type }) => type !== "output_audio_buffer.stopped"));
  made.interrupt();
  assert.equal(made.transcript.turns()[1].status, "interrupted");
  assert.equal(made.activity, "listening");
});

test("what is going on follows the events of a spoken turn", () => {
  const { made } = conversation();
  const seen = [made.activity];
  for (const event of spokenTurn(0, null, "Hello", "Hello!")) {
    made.receive(event);
    if (seen.at(-1) !== made.activity) seen.push(made.activity);
  }
  assert.deepEqual(seen, ["listening", "hearing", "thinking", "speaking", "listening"]);
});

test("an answer without a voice goes back to listening", () => {
  const { made, play } = conversation();
  play([
    { type: "response.created", response: {} },
    { type: "response.done", response: { status: "failed" } },
  ]);
  assert.equal(made.activity, "listening");
});

test("push-to-talk: clear, then commit and one answer; pressing again within the moment continues", () => {
  const { made, types, clock } = conversation({ pushToTalk: true });
  let closed = 0;
  made.press();
  made.release(() => closed++);
  made.press();
  clock.pass(1_000);
  assert.deepEqual(types(), ["input_audio_buffer.clear", "input_audio_buffer.clear"]);
  made.release(() => closed++);
  clock.pass(250);
  assert.deepEqual(types().slice(2), ["input_audio_buffer.commit", "response.create"]);
  assert.equal(closed, 1);
});

test("push-to-talk over the assistant's voice silences it", () => {
  const { made, types, play } = conversation({ pushToTalk: true });
  play([
    { type: "response.created", response: { id: "r" } },
    { type: "output_audio_buffer.started", response_id: "r" },
  ]);
  made.press();
  assert.deepEqual(types(), ["response.cancel", "output_audio_buffer.clear", "input_audio_buffer.clear"]);
});

test("refusals that the page deals with itself are not complained of", () => {
  const { complaints, play } = conversation();
  const refused = (code) => ({ type: "error", error: { code, event_id: null } });
  play([
    refused("conversation_already_has_active_response"),
    refused("response_cancel_not_active"),
    refused("invalid_value"),
  ]);
  play([{ type: "error" }]);
  assert.deepEqual(complaints, ["invalid_value", undefined]);
});

test("after close nothing is sent, and nothing waits", () => {
  const { made, sent, clock, play } = conversation({ pushToTalk: true });
  play([{ type: "response.created", response: {} }]);
  made.press();
  made.release(() => {});
  const before = sent.length;
  made.close();
  clock.pass(60_000);
  assert.deepEqual([sent.length, clock.waiting], [before, 0]);
});
