import assert from "node:assert/strict";
import test from "node:test";
import { CallRecord } from "../../static_site/public/js/call_record.js";
import { costOf, costOfCall, inDollars, nearness, Purse, UNKNOWN } from "../../static_site/public/js/money.js";
import { sum, tokensOf, usageOf } from "../../static_site/public/js/usage.js";
import { PRIVATE, spokenTurn } from "./events_of_a_call.js";
import { FakeStorage } from "./fakes.js";
import { random, shuffled } from "./random.js";

/** As recorded: all parts are told. */
const usage = ({ text = 100, audio = 40, cachedText = 64, cachedAudio = 0, textOut = 20, audioOut = 60 } = {}) => ({
  total_tokens: text + audio + textOut + audioOut,
  input_tokens: text + audio,
  output_tokens: textOut + audioOut,
  input_token_details: {
    text_tokens: text,
    audio_tokens: audio,
    image_tokens: 0,
    cached_tokens: cachedText + cachedAudio,
    cached_tokens_details: { text_tokens: cachedText, audio_tokens: cachedAudio, image_tokens: 0 },
  },
  output_token_details: { text_tokens: textOut, audio_tokens: audioOut },
});
const done = (id, told) => ({ type: "response.done", response: { id, status: "completed", output: [], usage: told } });
const heard = (item_id, told) => ({
  type: "conversation.item.input_audio_transcription.completed",
  item_id,
  transcript: "words",
  usage: told,
});

function recorded(events) {
  const record = new CallRecord();
  events.forEach((event, at) => record.add("in", event, at));
  return record.entries;
}
const of = (...events) => usageOf(recorded(events));

test("tokens are counted by kind, and cached ones among them", () => {
  const { tokens, answers, untold } = of(done("a", usage()), done("b", usage({ audio: 10 })));
  assert.deepEqual(tokens.in, { text: 200, audio: 50, image: 0, other: 0 });
  assert.deepEqual(tokens.cached, { text: 128, audio: 0, image: 0, other: 0 });
  assert.deepEqual(tokens.out, { text: 40, audio: 120, image: 0, other: 0 });
  assert.deepEqual([answers.size, untold], [2, 0]);
});

test("an answer counts once, however often it is told; one without numbers is not an answer of 0", () => {
  const { tokens, answers, untold } = of(done("a", usage()), done("a", usage()), done("b", null), done("c", {}));
  assert.equal(sum(tokens.in), 140);
  assert.deepEqual([answers.size, untold], [1, 2]);
  assert.equal(of(done("a", usage()), done("a", null)).answers.size, 1, "what was told once stays told");
});

test("parts that are left out are never lost", () => {
  assert.deepEqual(tokensOf({ input_tokens: 10, output_tokens: 5 }).in, { text: 0, audio: 0, image: 0, other: 10 });
  const some = { input_tokens: 10, input_token_details: { audio_tokens: 4, cached_tokens: 6 } };
  assert.deepEqual(tokensOf(some).in, { text: 0, audio: 4, image: 0, other: 6 });
  assert.equal(sum(tokensOf(some).cached), 6);
  const cached = { input_token_details: { text_tokens: 8, audio_tokens: 8, cached_tokens: 10 } };
  assert.deepEqual(tokensOf(cached).cached, { text: 8, audio: 2, image: 0, other: 0 }, "the cheapest first");
  const tooMany = { input_token_details: { audio_tokens: 8, cached_tokens_details: { audio_tokens: 99 } } };
  assert.equal(tokensOf(tooMany).cached.audio, 8);
  for (const nothing of [null, undefined, 7, "8", {}, { input_tokens: -1 }, { input_tokens: NaN }])
    assert.equal(tokensOf(nothing), null);
});

test("whatever the order, and however often each event comes, the sums are the same", () => {
  const events = [
    ...[1, 2, 3, 4, 5].map((n) => done(`r${n}`, n === 3 ? null : usage({ audio: n * 7, textOut: n }))),
    ...[1, 2].map((n) => heard(`i${n}`, { type: "duration", seconds: n })),
    heard("i3", { type: "tokens", total_tokens: 30, input_tokens: 20, output_tokens: 10 }),
    ...spokenTurn(1, null, "a", "b").filter(({ type }) => !/response.done|completed/.test(type)),
  ];
  const { answers: _, ...expected } = of(...events);
  assert.deepEqual(expected.transcription, { seconds: 3, tokens: 30 });
  for (let seed = 0; seed < 300; seed++) {
    const next = random(seed);
    const { answers, ...got } = of(...shuffled([...events, ...events.filter(() => next() < 0.3)], next));
    assert.deepEqual([got, answers.size], [expected, 4], `seed ${seed}`);
  }
});

test("sessions that follow each other in one call may count from the same beginning", () => {
  const first = { type: "session.created", session: {} };
  assert.equal(of(first, done("a", usage()), first, done("a", usage())).answers.size, 2);
  assert.equal(of(first, done("a", usage()), done("a", usage())).answers.size, 1);
});

test("a private session tells of no answer", () => {
  const events = [1, 2].flatMap((n) => spokenTurn(n, null, "a", "b")).filter(({ type }) => PRIVATE.has(type));
  const { answers, untold, tokens } = of(...events);
  assert.deepEqual([answers.size, untold, sum(tokens.in)], [0, 0, 0]);
});

const prices = {
  ...{ textIn: 4, textCached: 0.4, textOut: 24, audioIn: 32, audioCached: 0.4, audioOut: 64, imageIn: 5 },
  ...{ transcriptionHour: 1.02, transcriptionTokens: 3 },
};

test("money: each kind has its price, and what is cached its own", () => {
  const million = tokensOf(usage({ text: 1e6, audio: 1e6, cachedText: 0, textOut: 1e6, audioOut: 1e6 }));
  assert.equal(costOf(million, prices), 4 + 32 + 24 + 64);
  const cached = tokensOf(usage({ text: 1e6, audio: 0, cachedText: 1e6, textOut: 0, audioOut: 0 }));
  assert.ok(Math.abs(costOf(cached, prices) - 0.4) < 1e-9);
  const unknown = tokensOf({ input_tokens: 1e6, output_tokens: 0 });
  assert.equal(costOf(unknown, prices), 32, "of unknown kind: as the dearer one");
  const hour = of(heard("i", { type: "duration", seconds: 3600 }));
  assert.equal(costOfCall(hour, prices), 1.02);
  const words = of(heard("i", { type: "tokens", total_tokens: 2e6 }));
  assert.equal(costOfCall(words, prices), 6);
});

test("a sum is not known without the prices that it takes, and does not ask for others", () => {
  const calls = {
    nothing: of(),
    answer: of(done("a", usage())),
    picture: of(done("a", { input_token_details: { image_tokens: 10 } })),
    spoken: of(heard("i", { type: "duration", seconds: 3 })),
    written: of(heard("i", { type: "tokens", total_tokens: 3 })),
  };
  const takers = { imageIn: ["picture"], transcriptionHour: ["spoken"], transcriptionTokens: ["written"] };
  for (const price of Object.keys(prices)) {
    const unknown = Object.keys(calls).filter((name) => Number.isNaN(costOfCall(calls[name], { ...prices, [price]: NaN })));
    assert.deepEqual(unknown, takers[price] ?? Object.keys(calls), price);
  }
  assert.deepEqual(Object.keys(UNKNOWN), Object.keys(prices));
  assert.ok(Object.values(UNKNOWN).every(Number.isNaN));
});

test("the limit is told from 80 percent on", () => {
  const words = [0, 0.79, 0.8, 0.99, 1, 7].map((spent) => nearness(spent, 1));
  assert.deepEqual(words, ["fine", "fine", "near", "near", "reached", "reached"]);
  for (const none of [0, -1, NaN]) assert.deepEqual([nearness(5, none), nearness(NaN, none)], ["", ""]);
  assert.deepEqual([nearness(NaN, 1), inDollars(NaN)], ["unwatched", ""]);
  assert.deepEqual([0, 0.0004, 0.0123, 3.456].map(inDollars), ["$0.000", "<$0.001", "$0.012", "$3.46"]);
});

test("limit and prices are kept on the device, and whatever else is stored there does no harm", () => {
  const storage = new FakeStorage();
  const purse = new Purse(() => storage);
  purse.limit = 0.5;
  purse.set("audioIn", 20);
  purse.set("toString", 1);
  purse.set("textIn", "4");
  purse.save();
  const again = new Purse(() => storage);
  assert.deepEqual([again.limit, again.own], [0.5, { audioIn: 20 }]);
  again.limit = 0;
  again.set("audioIn", NaN);
  again.save();
  assert.equal(storage.length, 0);
  for (const odd of [
    "null",
    "[]",
    "{",
    '{"limit":"x","own":7}',
    '{"limit":-1,"own":{"audioIn":null}}',
    '{"own":null}',
  ]) {
    storage.setItem("voicemint.money", odd);
    const { limit, own } = new Purse(() => storage);
    assert.deepEqual([limit, own], [0, {}], odd);
  }
  const locked = new Purse(() => {
    throw new Error("forbidden");
  });
  locked.save();
});
