/**
 * A property: whatever the order in which a conversation's events arrive, and whatever is lost of them, its captions
 * stand in its order, each once. 1,000 conversations of speech, typing, pictures and tools, from seeds; SEED=n runs one.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { Transcript } from "../../static_site/public/js/transcript.js";
import { PICTURE } from "../../static_site/public/js/turns.js";
import { PRIVATE, spokenTurn, toolTurn } from "./events_of_a_call.js";
import { random, shuffled } from "./random.js";

const STREAMS = 1000;
const seeds = process.env.SEED ? [Number(process.env.SEED)] : Array.from({ length: STREAMS }, (_, at) => at + 1);

const added = (previous_item_id, item) => [
  { type: "conversation.item.added", previous_item_id, item },
  { type: "conversation.item.done", previous_item_id, item },
];

/** An answer to what stands before it, without any speech of the person. */
function answer(n, previous, words) {
  const user = `item_user_${n}`;
  return spokenTurn(n, null, "", words)
    .filter(({ item_id, item }) => item_id !== user && item?.id !== user)
    .map((event) => (event.previous_item_id === user ? { ...event, previous_item_id: previous } : event));
}

/** A conversation: its events as recorded, its turns as they should stand, and what the page had sent itself. */
function conversation(next) {
  const events = [];
  const turns = [];
  const own = [];
  let last = null;
  const kinds = ["spoken", "spoken", "typed", "picture", "bare picture", "tools"];
  const say = (id, role, text) => turns.push({ id, role, text });
  for (let n = 0, size = 2 + Math.floor(next() * 7); n < size; n++) {
    const kind = kinds[Math.floor(next() * kinds.length)];
    const question = `Question ${n}, with some words?`;
    const reply = `Answer ${n}: it is so, and not otherwise.`;
    if (kind === "spoken") {
      events.push(...spokenTurn(n, last, question, reply));
      say(`item_user_${n}`, "user", question);
    } else if (kind === "tools") {
      const calls = Array.from({ length: 1 + Math.floor(next() * 2) }, (_, at) => [`call_${n}_${at}`, "look", "{}"]);
      events.push(...toolTurn(n, last, calls));
      for (const at of calls.keys()) say(`item_call_${n}_${at}`, "tool", "");
      last = `item_call_${n}_${calls.length - 1}`;
      for (const [call_id] of calls) {
        const item = { id: `item_output_${call_id}`, type: "function_call_output", call_id, output: "{}" };
        events.push(...added(last, item));
        last = item.id;
      }
      events.push(...answer(n, last, reply));
    } else {
      const image = { type: "input_image", image_url: "data:image/png;base64,AAAA" };
      const text = { type: "input_text", text: question };
      const content = kind === "typed" ? [text] : kind === "picture" ? [image, text] : [image];
      const id = `page_${n}`;
      own.push([id, content]);
      events.push(...added(last, { id, type: "message", role: "user", status: "completed", content }));
      events.push(...answer(n, id, reply));
      say(id, "user", content.map((part) => part.text ?? PICTURE).join(" "));
    }
    say(`item_assistant_${n}`, "assistant", reply);
    last = `item_assistant_${n}`;
  }
  return { events, turns, own };
}

/** What an event tells for good: where an item stands, and its words. */
function facts({ type, item, item_id, previous_item_id, response }) {
  const told = [];
  const sure = type === "conversation.item.added" || type === "input_audio_buffer.committed";
  if (previous_item_id || (previous_item_id === null && sure)) told.push(`place of ${item?.id ?? item_id}`);
  if (/transcript(ion)?\.(done|completed)$/.test(type)) told.push(`words of ${item_id}`);
  if (type === "response.done") told.push(...response.output.map(({ id }) => `words of ${id}`));
  if (item?.role === "assistant" && item.status === "completed") told.push(`words of ${item.id}`);
  if (item?.role === "user" && item.content[0]?.type !== "input_audio") told.push(`words of ${item.id}`);
  return told;
}

/** Loses many events, but never the last that tells a fact. */
function losing(events, next) {
  const left = new Map();
  for (const event of events) for (const fact of facts(event)) left.set(fact, (left.get(fact) ?? 0) + 1);
  return events.filter((event) => {
    const told = facts(event);
    if (next() > 0.4 || told.some((fact) => left.get(fact) === 1)) return true;
    for (const fact of told) left.set(fact, left.get(fact) - 1);
    return false;
  });
}

/** The recorded order with events that overtake some of those before them; and no order at all. */
const ARRIVALS = {
  recorded: (events) => events,
  overtaking: (events, next) =>
    events
      .map((event, at) => ({ event, at: at + next() * 12 }))
      .sort((a, b) => a.at - b.at)
      .map(({ event }) => event),
  shuffled,
  twice: (events, next) => shuffled([...events, ...events], next),
};

test(`captions stand in order in ${STREAMS} streams, whatever comes when, or not at all`, () => {
  const seen = new Set();
  for (const seed of seeds) {
    const next = random(seed);
    const { events, turns, own } = conversation(next);
    const isPrivate = next() < 0.5;
    const names = Object.keys(ARRIVALS);
    const arrival = names[Math.floor(next() * names.length)];
    const lossy = next() < 0.5;
    const about = `SEED=${seed}: ${isPrivate ? "private" : "open"}, ${arrival}${lossy ? ", with losses" : ""}`;
    seen.add(about.split(": ")[1]);

    let stream = events.filter(({ type }) => !isPrivate || PRIVATE.has(type));
    if (lossy) stream = losing(stream, next);
    stream = ARRIVALS[arrival](stream, next);
    const transcript = new Transcript({ inferInterruptions: isPrivate });
    // The page's own items are shown at once: before anything that the service says of them.
    const wasOwn = next() < 0.5 ? own : [];
    if (arrival !== "recorded") for (const [id, content] of wasOwn) transcript.addOwn(id, content);
    for (const [at, event] of stream.entries()) {
      const mine = arrival === "recorded" && wasOwn.find(([id]) => id === event.item?.id);
      if (mine) transcript.addOwn(...mine);
      transcript.apply(event, at);
      const ids = transcript.turns().map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length, `${about}: a turn stands twice`);
    }
    const shown = transcript.turns();
    const ids = turns.map(({ id }) => id);
    assert.deepEqual(
      shown.map(({ id }) => id),
      ids,
      about,
    );
    for (const [at, { role, text }] of turns.entries()) {
      assert.equal(shown[at].role, role, about);
      // A private session infers what was cut off from the order of events, so there words may end early.
      if (isPrivate && role === "assistant") assert.ok(text.startsWith(shown[at].text), `${about}: ${shown[at].text}`);
      else assert.equal(shown[at].text, text, about);
    }
  }
  if (seeds.length > 1) assert.equal(seen.size, 16, "every mixture was met");
});

test("with any events lost nothing breaks, and nothing stands twice", () => {
  for (const seed of seeds) {
    const next = random(seed);
    const { events, turns } = conversation(next);
    const stream = shuffled(events, next).filter(() => next() < 0.5);
    const transcript = new Transcript({ inferInterruptions: next() < 0.5 });
    for (const [at, event] of stream.entries()) transcript.apply(event, at);
    const ids = transcript.turns().map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, `SEED=${seed}`);
    const known = new Set(turns.map(({ id }) => id));
    assert.ok(
      ids.every((id) => known.has(id)),
      `SEED=${seed}`,
    );
  }
});
