import assert from "node:assert/strict";
import test from "node:test";
import { Conversation } from "../../static_site/public/js/conversation.js";
import { historyOf, recalling } from "../../static_site/public/js/history.js";
import { PRIVATE, spokenTurn } from "./events_of_a_call.js";
import { Clock } from "./fakes.js";

const turn = (role, text, more = {}) => {
  const id = `${role}_${text.slice(0, 8)}`;
  return { id, role, text, status: "done", reason: "", ...more };
};
function ids() {
  let last = 0;
  return () => `own_${++last}`;
}

test("each turn becomes an item with the content type of its side, in order, under an id of our own", () => {
  const turns = [
    turn("user", "Tell me a story."),
    turn("assistant", "Once upon a", { status: "interrupted" }),
    turn("user", "", { status: "missing", reason: "no_words" }),
    turn("tool", "", { tool: { name: "set_background_color", callId: "call_1", ok: true } }),
    turn("user", "Stop."),
  ];
  assert.deepEqual(historyOf(turns, ids()), [
    { id: "own_3", type: "message", role: "user", content: [{ type: "input_text", text: "Tell me a story." }] },
    { id: "own_2", type: "message", role: "assistant", content: [{ type: "output_text", text: "Once upon a" }] },
    { id: "own_1", type: "message", role: "user", content: [{ type: "input_text", text: "Stop." }] },
  ]);
});

test("the newest forty turns are told", () => {
  const turns = Array.from({ length: 50 }, (_, n) => turn(n % 2 ? "assistant" : "user", `turn ${n}`));
  const items = historyOf(turns, ids());
  assert.deepEqual([items.length, items[0].content[0].text, items.at(-1).content[0].text], [40, "turn 10", "turn 49"]);
});

test("the newest twenty thousand characters are told, in whole turns", () => {
  const turns = ["a", "b", "c"].map((letter) => turn("user", letter.repeat(8_000)));
  const told = historyOf(turns, ids()).map(({ content }) => content[0].text[0]);
  assert.deepEqual(told, ["b", "c"]);
  const [only] = historyOf([turn("user", `${"x".repeat(30_000)}!`)], ids());
  assert.deepEqual([only.content[0].text.length, only.content[0].text.at(-1)], [20_000, "!"]);
});

/** A new session's conversation that was told of these turns. */
function recalled(turns, { isPrivate = false } = {}) {
  const clock = new Clock();
  const sent = [];
  const send = (event) => sent.push(event);
  const { schedule } = clock;
  const made = new Conversation(
    { send, runTool: () => ({}), schedule, now: () => clock.now, newId: ids(), onChange() {}, onError() {} },
    { isPrivate, pushToTalk: false },
  );
  let last = 0;
  recalling(turns, historyOf(turns, () => `page_${++last}`))(made, send);
  /** What the service sends back of the history (protocol sheet 4.8 B). */
  const echo = sent
    .filter(({ type }) => type === "conversation.item.create")
    .flatMap(({ item }, at, all) => {
      const previous_item_id = all[at - 1]?.item.id ?? null;
      const types = ["added", "done"].map((name) => `conversation.item.${name}`);
      return types.map((type) => ({ type, previous_item_id, item: { ...item, status: "completed" } }));
    });
  const arrives = ({ type }) => !isPrivate || PRIVATE.has(type);
  const play = (events) => events.filter(arrives).forEach((one) => made.receive(one));
  return { made, sent, echo, play, clock, types: () => sent.map(({ type }) => type) };
}

const BEFORE = [turn("user", "What is the tide?"), turn("assistant", "The sea, rising and falling.")];
const lines = ({ made }) => made.transcript.turns().map(({ role, text }) => `${role}: ${text}`);

for (const isPrivate of [false, true]) {
  const kind = isPrivate ? "private" : "open";
  test(`${kind}: what was said stays, its echo shows nothing twice, and new turns come after it`, () => {
    const page = recalled(BEFORE, { isPrivate });
    page.play(page.echo);
    assert.deepEqual(lines(page), ["user: What is the tide?", "assistant: The sea, rising and falling."]);
    page.play(spokenTurn(0, page.sent.at(-1).item.id, "And now?", "It falls."));
    assert.deepEqual(lines(page).slice(2), ["user: And now?", "assistant: It falls."]);
    assert.deepEqual(page.types(), ["conversation.item.create", "conversation.item.create"]);
  });

  test(`${kind}: a person who waits for an answer gets one, and nobody else`, () => {
    const waits = recalled([...BEFORE, turn("user", "Why twice a day?")], { isPrivate });
    assert.deepEqual(waits.types().slice(2), ["conversation.item.create", "response.create"]);
    const answered = recalled(BEFORE, { isPrivate });
    answered.play(answered.echo);
    assert.ok(!answered.types().includes("response.create"));
    answered.made.say("Thank you");
    assert.equal(answered.types().at(-1), "response.create", "the echo of an old answer is no answer under way");
  });
}

test("a service that counts its items from the same beginning mixes nothing up", () => {
  const first = recalled([]);
  first.play(spokenTurn(0, null, "One?", "One."));
  const second = recalled(first.made.transcript.turns());
  second.play(spokenTurn(0, second.sent.at(-1).item.id, "Two?", "Two."));
  const third = recalled(second.made.transcript.turns());
  third.play(spokenTurn(0, third.sent.at(-1).item.id, "Three?", "Three."));
  const turns = third.made.transcript.turns();
  assert.deepEqual(
    turns.map(({ text }) => text),
    ["One?", "One.", "Two?", "Two.", "Three?", "Three."],
  );
  assert.equal(new Set(turns.map(({ id }) => id)).size, 6);
  assert.deepEqual(turns.slice(0, 2), first.made.transcript.turns(), "what is shown already stays as it is");
});
