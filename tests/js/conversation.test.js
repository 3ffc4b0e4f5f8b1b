import assert from "node:assert/strict";
import test from "node:test";
import { Conversation } from "../../static_site/public/js/conversation.js";
import { historyOf } from "../../static_site/public/js/history.js";
import { PRIVATE, spokenTurn, toolTurn } from "./events_of_a_call.js";
import { Clock, settle } from "./fakes.js";
import { random, shuffled } from "./random.js";

function conversation({ isPrivate = false, pushToTalk = false, runTool } = {}) {
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
        if (runTool) return runTool(name, args);
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

const CALLS = [
  ["call_1", "set_background_color", '{"color":"navy"}'],
  ["call_2", "set_text_color", '{"color":"white"}'],
];
const OUTPUTS_THEN_ANSWER = ["function_call_output", "function_call_output", "response.create"];
const kinds = (sent) => sent.map(({ type, item }) => item?.type ?? type);

test("two tools of one response run once each, and one answer covers them both", async () => {
  const { sent, ran, play } = conversation();
  play(toolTurn(1, null, CALLS));
  await settle();
  assert.deepEqual(
    ran,
    CALLS.map(([, name, args]) => [name, args]),
  );
  assert.deepEqual(kinds(sent), OUTPUTS_THEN_ANSWER);
  assert.deepEqual(sent[0].item, {
    type: "function_call_output",
    call_id: "call_1",
    output: '{"of":"set_background_color"}',
  });
});

test("two tools: whatever the order of their events, and whichever one of them is missing", async () => {
  const events = toolTurn(1, null, CALLS);
  const told = events.filter(({ type }) => /arguments\.done|output_item\.done|response\.done/.test(type));
  for (let seed = 1; seed <= 200; seed++) {
    const next = random(seed);
    const order = shuffled(told, next).toSpliced(Math.floor(next() * told.length), 1);
    const { made, sent, ran, clock } = conversation();
    made.receive(events[0]);
    for (const event of order) {
      made.receive(event);
      if (next() < 0.5) await settle(); // a tool may be done before the next event comes, or not
    }
    await settle();
    clock.pass(25_000); // the end of the response may be what was lost: then it counts as gone
    const about = `seed ${seed}: ${order.map(({ type }) => type)}`;
    assert.equal(ran.length, 2, about);
    assert.equal(kinds(sent).filter((kind) => kind === "function_call_output").length, 2, about);
    assert.equal(kinds(sent).filter((kind) => kind === "response.create").length, 1, about);
  }
});

test("an answer waits for the slowest tool of its response", async () => {
  let finish = () => {};
  const result = { ok: true, title: "", detail: "", output: "{}" };
  const runTool = (name) => (name === "set_text_color" ? new Promise((done) => (finish = () => done(result))) : result);
  const { sent, play } = conversation({ runTool });
  play(toolTurn(1, null, CALLS));
  await settle();
  assert.deepEqual(kinds(sent), ["function_call_output"]);
  finish();
  await settle();
  assert.deepEqual(kinds(sent), OUTPUTS_THEN_ANSWER);
});

test("a tool that fails is told to the model and shown, and holds up nothing", async () => {
  const runTool = async (name) => {
    if (name === "set_background_color") throw new Error("a fault of ours");
    return { ok: true, title: "", detail: "", output: "{}" };
  };
  const { made, sent, play } = conversation({ runTool });
  play(toolTurn(1, null, CALLS));
  await settle();
  assert.deepEqual(kinds(sent), OUTPUTS_THEN_ANSWER);
  const failed = sent.find(({ item }) => item?.call_id === "call_1");
  assert.equal(JSON.parse(failed.item.output).ok, false);
  assert.ok(!failed.item.output.includes("a fault of ours"));
  assert.deepEqual(
    made.transcript.turns().map(({ tool }) => tool.ok),
    [false, true],
  );
});

test("a tool that only response.done tells of is run too", async () => {
  const { ran, sent, play } = conversation();
  play(toolTurn(1, null, [["call_1", "get_page_html", "{}"]]).filter(({ type }) => type === "response.done"));
  await settle();
  assert.equal(ran.length, 1);
  assert.deepEqual(kinds(sent), ["function_call_output", "response.create"]);
});

test("a cancelled response's tools ask for no answer, even if one is still at work", async () => {
  const { ran, types, play } = conversation();
  play(toolTurn(1, null, CALLS, "cancelled"));
  await settle();
  assert.equal(ran.length, 2, "their arguments were complete before");
  assert.ok(!types().includes("response.create"));
});

test("a tool that is done after the call is over sends nothing", async () => {
  const { made, sent, play } = conversation();
  play(toolTurn(1, null, CALLS));
  made.close();
  await settle();
  assert.deepEqual(sent, []);
});

test("a private session runs no tool", () => {
  const { ran, sent, play } = conversation({ isPrivate: true });
  play(toolTurn(1, null, [["call_1", "get_page_html", "{}"]]).filter(({ type }) => PRIVATE.has(type)));
  assert.deepEqual([ran, sent], [[], []]);
});

const PHOTO = { url: "data:image/jpeg;base64,AAAA", words: "", show() {} };

test("a picture goes with its words as one item, and is answered", () => {
  const { made, sent, play } = conversation();
  made.say("What is this?", PHOTO);
  const content = [
    { type: "input_image", image_url: PHOTO.url },
    { type: "input_text", text: "What is this?" },
  ];
  assert.deepEqual(sent[0].item.content, content);
  assert.equal(sent[1].type, "response.create");
  play([{ type: "conversation.item.added", previous_item_id: null, item: sent[0].item }]);
  const [turn, ...more] = made.transcript.turns();
  assert.deepEqual([turn.role, turn.text, turn.status, more], ["user", "[picture] What is this?", "done", []]);
  assert.deepEqual(turn.picture, { words: PHOTO.words, show: PHOTO.show }, "turns are told of often, without its data");
  const [told] = historyOf([turn], () => "h1");
  const words = [{ type: "input_text", text: "[picture] What is this?" }];
  assert.deepEqual(told.content, words, "the next session hears of it, and does not get it");
});

test("a picture without words is a turn, and one shown while speaking waits for what is being said", () => {
  const { made, types, play } = conversation();
  play([{ type: "input_audio_buffer.speech_started", item_id: "speech" }]);
  made.say("", PHOTO);
  play([{ type: "input_audio_buffer.speech_stopped", item_id: "speech" }]);
  play([{ type: "response.created", response: { id: "r" } }]);
  play([{ type: "response.done", response: { id: "r", status: "completed", output: [] } }]);
  assert.deepEqual(types(), ["conversation.item.create"], "the service answers speech by itself");
  assert.equal(made.transcript.turns().at(-1).text, "[picture]");
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
