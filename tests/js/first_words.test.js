import assert from "node:assert/strict";
import test from "node:test";
import { keepWords } from "../../static_site/public/js/first_words.js";
import { FakeStream, FakeTrack, settle } from "./fakes.js";

await import("../../static_site/public/js/kept_sound.js"); // so that loading it in a test takes no time

class FakeNode {
  wires = [];
  connect(to) {
    this.wires.push(to);
    return to;
  }
  disconnect() {
    this.wires = [];
  }
}

/** The audio thread's side of the queue, which a test plays. */
class FakeQueue extends FakeNode {
  static made = [];
  port = { onmessage: null, sent: [], postMessage: (message) => this.port.sent.push(message) };
  constructor(context, name, options) {
    super();
    Object.assign(this, { context, name, options });
    FakeQueue.made.push(this);
  }
  tell(data) {
    this.port.onmessage({ data });
  }
}

globalThis.AudioWorkletNode = FakeQueue;
globalThis.MediaStream = class {
  constructor(tracks) {
    this.tracks = tracks;
  }
};

class FakeContext extends EventTarget {
  state = "running";
  modules = [];
  out = new FakeTrack();
  audioWorklet = { addModule: async (address) => void this.modules.push(address) };
  createMediaStreamSource = (stream) => ((this.heard = stream.tracks), new FakeNode());
  createMediaStreamDestination = () =>
    Object.assign(new FakeNode(), { stream: { getAudioTracks: () => [this.out] } });
  become(state) {
    this.state = state;
    this.dispatchEvent(new Event("statechange"));
  }
}

/** Words that are kept, with a microphone that is open. */
async function begin({ context = new FakeContext(), listening } = {}) {
  FakeQueue.made = [];
  const attempt = new AbortController();
  const microphone = new FakeStream();
  const told = [];
  const on = { context, keeping: (kept) => told.push(kept) };
  const words = keepWords(on, listening ?? Promise.resolve(microphone), attempt.signal);
  for (let turn = 0; turn < 5; turn++) await settle();
  const sender = { track: null, puts: [], replaceTrack: async (track) => void sender.puts.push((sender.track = track)) };
  return { words, context, attempt, microphone, told, sender, queue: FakeQueue.made[0], raw: microphone.tracks[0] };
}

function isFree({ words, queue, context, told }) {
  assert.equal(words.underWay, false);
  assert.equal(queue.port.sent.at(-1), "stop");
  assert.deepEqual(queue.wires, []);
  assert.equal(context.out.readyState, "ended");
  assert.deepEqual(told, [true, false]);
}

test("what was said is sent first, then the microphone itself, and everything is freed", async () => {
  const kept = await begin();
  assert.match(kept.context.modules[0], /^file:.*\/js\/kept_sound\.js$/, "beside the module, wherever that comes from");
  assert.deepEqual(kept.context.heard, kept.microphone.tracks);
  assert.deepEqual(kept.told, [true]);
  kept.queue.tell("speech");
  await kept.words.send(kept.sender, kept.microphone, true);
  assert.equal(kept.sender.track, kept.context.out);
  assert.deepEqual(kept.queue.port.sent, ["send"]);
  assert.equal(kept.words.underWay, true);
  kept.queue.tell("caught up");
  await settle();
  assert.deepEqual(kept.sender.puts, [kept.context.out, kept.raw]);
  assert.equal(kept.raw.readyState, "live");
  isFree(kept);
});

test("who said nothing is heard directly from the start, and so is push-to-talk", async () => {
  const silent = await begin();
  await silent.words.send(silent.sender, silent.microphone, true);
  assert.deepEqual(silent.sender.puts, [silent.raw]);
  isFree(silent);

  const held = await begin();
  held.queue.tell("speech");
  await held.words.send(held.sender, held.microphone, false);
  assert.deepEqual(held.sender.puts, [held.raw]);
  isFree(held);
});

test("where it cannot be done, everything is as without it", async () => {
  assert.equal(keepWords({ context: null }, Promise.resolve(), new AbortController().signal), null);
  const none = new FakeContext();
  none.audioWorklet = undefined;
  const blocked = new FakeContext();
  blocked.audioWorklet.addModule = async () => Promise.reject(new Error("policy"));
  const slow = new FakeContext();
  slow.audioWorklet.addModule = () => new Promise(() => {});
  const foreign = new FakeContext();
  foreign.createMediaStreamSource = () => {
    throw new Error("another rate");
  };
  for (const context of [none, blocked, slow, foreign]) {
    const kept = await begin({ context });
    assert.deepEqual(kept.told, []);
    await kept.words.send(kept.sender, kept.microphone, true);
    assert.deepEqual(kept.sender.puts, [kept.raw]);
    assert.equal(kept.words.underWay, false);
  }
});

test("a sound that stands still, or breaks, gives way to the microphone", async () => {
  const still = await begin();
  still.queue.tell("speech");
  still.context.become("interrupted");
  await still.words.send(still.sender, still.microphone, true);
  assert.deepEqual(still.sender.puts, [still.raw]);

  for (const trouble of [(kept) => kept.context.become("suspended"), (kept) => kept.queue.onprocessorerror()]) {
    const kept = await begin();
    kept.queue.tell("speech");
    await kept.words.send(kept.sender, kept.microphone, true);
    trouble(kept);
    await settle();
    assert.equal(kept.sender.track, kept.raw);
    isFree(kept);
  }
});

test("Mute forgets what is still on its way", async () => {
  const kept = await begin();
  kept.queue.tell("speech");
  await kept.words.send(kept.sender, kept.microphone, true);
  kept.words.drop();
  kept.words.drop();
  await settle();
  assert.deepEqual(kept.sender.puts, [kept.context.out, kept.raw]);
  isFree(kept);
});

test("another microphone that took over meanwhile stays, wherever it was put", async () => {
  const sent = await begin();
  sent.queue.tell("speech");
  await sent.words.send(sent.sender, sent.microphone, true);
  const other = new FakeTrack();
  sent.sender.track = other;
  sent.queue.tell("caught up");
  await settle();
  assert.equal(sent.sender.track, other);

  const moved = await begin();
  moved.queue.tell("speech");
  await moved.words.send(moved.sender, moved.microphone, true);
  moved.microphone.tracks[0] = other;
  moved.queue.tell("caught up");
  await settle();
  assert.equal(moved.sender.track, other);
});

test("the end of the attempt or of the call frees everything, at any moment", async () => {
  for (let moment = 0; moment < 4; moment++) {
    let allow;
    const context = new FakeContext();
    FakeQueue.made = [];
    const kept = await begin({ context, listening: new Promise((resolve) => (allow = resolve)) });
    if (moment === 0) kept.attempt.abort();
    allow(kept.microphone);
    await settle();
    const [queue] = FakeQueue.made;
    assert.equal(queue === undefined, moment === 0);
    if (moment > 1) queue.tell("speech");
    if (moment > 2) await kept.words.send(kept.sender, kept.microphone, true);
    const puts = kept.sender.puts.length;
    kept.attempt.abort();
    await settle();
    assert.equal(kept.words.underWay, false);
    assert.equal(kept.sender.puts.length, puts, "nothing is put into a connection that is over");
    if (queue) isFree({ ...kept, queue });
  }
});

test("an attempt that is over already keeps nothing", () => {
  const over = AbortSignal.abort();
  assert.equal(keepWords({ context: new FakeContext() }, Promise.resolve(), over), null);
});
