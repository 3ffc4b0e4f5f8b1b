import assert from "node:assert/strict";
import test from "node:test";
import { KeptSound, LONGEST } from "../../static_site/public/js/kept_sound.js";
import { random } from "./random.js";

const RATE = 16_000;
const BLOCK = 128;

/** Sound as a run of samples: each sample of speech is a number of its own, so that order and loss can be seen. */
class Speaker {
  said = [];
  #count = 0;
  constructor(chance, noise = 0) {
    this.chance = chance;
    this.noise = noise;
  }
  /** A block of speech; what is said rises by a step a sample, from 0.1 to 0.9 and again from there. */
  speech() {
    return Float32Array.from({ length: BLOCK }, () => {
      const value = Math.fround(0.1 + (this.#count++ % 800_000) / 1e6);
      this.said.push(value);
      return value;
    });
  }
  silence() {
    return Float32Array.from({ length: BLOCK }, () => this.noise * (this.chance() - 0.5));
  }
}

const seconds = (count) => Math.round((count * RATE) / BLOCK);
const spoken = (samples) => samples.filter((value) => value >= 0.1);

/** What comes out while it is sent for so many blocks, and `heard` goes in. */
function send(sound, blocks, heard) {
  const out = [];
  for (let n = 0; n < blocks; n++) {
    sound.push(heard(n));
    const block = new Float32Array(BLOCK);
    sound.pull(block);
    out.push(...block);
  }
  return out;
}

test("pure silence is not kept", () => {
  const sound = new KeptSound(RATE);
  for (let n = 0; n < seconds(5); n++) assert.equal(sound.push(new Float32Array(BLOCK)), false);
  assert.equal(sound.length, 0);
});

test("what is said is kept from a moment before its first sound, and comes out whole", () => {
  const speaker = new Speaker(() => 0.5);
  const sound = new KeptSound(RATE);
  for (let n = 0; n < seconds(1); n++) sound.push(speaker.silence());
  assert.equal(sound.push(speaker.speech()), true);
  assert.ok(sound.length >= 0.3 * RATE && sound.length < 0.35 * RATE, "with a moment before it");
  const out = send(sound, seconds(2), () => speaker.silence());
  assert.deepEqual(spoken(out), speaker.said);
  assert.equal(out.findIndex((value) => value >= 0.1) >= 0.29 * RATE, true);
  assert.equal(sound.length, 0);
});

test("someone who speaks in the very first moment loses nothing", () => {
  const speaker = new Speaker(() => 0.5);
  const sound = new KeptSound(RATE);
  for (let n = 0; n < seconds(1); n++) assert.equal(sound.push(speaker.speech()), true);
  assert.deepEqual(
    spoken(send(sound, seconds(3), () => speaker.silence())),
    speaker.said,
  );
});

test("whatever is said and whenever: nothing is lost, the order stays, the delay ends", () => {
  for (let seed = 1; seed <= 150; seed++) {
    const chance = random(seed);
    const speaker = new Speaker(chance, seed % 3 ? 0 : 0.004);
    const sound = new KeptSound(RATE);
    const part = () => {
      const talks = chance() < 0.5;
      const length = 1 + Math.floor(chance() * seconds(talks ? 1 : 1.5));
      return Array.from({ length }, () => (talks ? speaker.speech() : speaker.silence()));
    };
    const before = Array.from({ length: 4 }, part).flat();
    for (const block of before) sound.push(block);
    const after = Array.from({ length: 6 }, part).flat();
    const out = send(sound, after.length, (n) => after[n]);
    const rest = send(sound, seconds(11), () => speaker.silence());
    assert.deepEqual(spoken([...out, ...rest]), speaker.said, `seed ${seed}`);
    assert.equal(sound.length, 0, `seed ${seed}: it has caught up`);
  }
});

test("the delay never grows while it is sent, and shrinks in every pause", () => {
  const speaker = new Speaker(() => 0.5);
  const sound = new KeptSound(RATE);
  for (let n = 0; n < seconds(3); n++) sound.push(speaker.speech());
  let last = sound.length;
  send(sound, seconds(1), () => {
    assert.ok(sound.length <= last);
    last = sound.length;
    return speaker.speech();
  });
  const delay = sound.length;
  send(sound, seconds(1), () => speaker.silence());
  assert.ok(Math.abs(delay - sound.length - 0.7 * RATE) <= 2 * BLOCK + 0.1 * RATE, `${delay - sound.length}`);
});

test("it is bounded, and of more than that the beginning goes", () => {
  const speaker = new Speaker(() => 0.5);
  const sound = new KeptSound(RATE);
  for (let n = 0; n < seconds(LONGEST + 4); n++) sound.push(speaker.speech());
  assert.ok(sound.length <= LONGEST * RATE);
  const out = spoken(send(sound, seconds(LONGEST + 1), () => speaker.silence()));
  assert.deepEqual(out, speaker.said.slice(-out.length));
  assert.ok(out.length > (LONGEST - 0.1) * RATE);
});

test("a street's noise is not taken for speech for long, so the delay ends there too", () => {
  const chance = random(7);
  const speaker = new Speaker(chance, 0.1);
  const sound = new KeptSound(RATE);
  for (let n = 0; n < seconds(1); n++) sound.push(speaker.silence());
  for (let n = 0; n < seconds(1); n++) sound.push(speaker.speech());
  const out = send(sound, seconds(12), () => speaker.silence());
  assert.deepEqual(spoken(out), speaker.said);
  assert.equal(sound.length, 0);
});

test("blocks of any size", () => {
  const sound = new KeptSound(RATE);
  sound.push(new Float32Array(100).fill(0.5));
  sound.push(new Float32Array(50).fill(0.6));
  const block = new Float32Array(120);
  sound.pull(block);
  assert.deepEqual([...new Set(block)], [0.5, Math.fround(0.6)]);
  assert.equal(sound.length, 30);
  sound.pull(block);
  assert.equal(block[29], Math.fround(0.6));
  assert.equal(block[30], 0);
});
