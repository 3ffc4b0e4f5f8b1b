/**
 * The sound that is kept while a call connects, and how it catches up. It runs in the browser's audio thread; the class
 * KeptSound knows nothing of it. What falls away is silence only, so the delay ends in the first pauses.
 */
export const NAME = "voicemint-kept-sound";

/** Never taken for silence, and the level above which anything is kept until the background is known. */
const FAINT = 0.004;
const LOUD_AT_FIRST = 0.01;
/** Never taken for background: a long vowel is as steady as a machine. */
const SURELY_LOUD = 0.05;
/** So much louder than the background is speech. */
const ABOVE = 2.5;
/** The background is the softest moment in a stretch of this length: speech of two seconds has a breath in it. */
const STRETCH = 1;
/** In seconds: how slowly the level falls, what is kept before the first sound, and after the last. */
const RELEASE = 0.03;
const BEFORE = 0.3;
const AFTER = 0.3;
/** A connection needs a moment before it sends what a new track gives. */
const TAKE_UP = 0.1;
/** The longest that is kept; of more the beginning goes. */
export const LONGEST = 15;

/** Blocks of samples, first in, first out. */
export class KeptSound {
  /** @type {Float32Array[]} what waits, in order */
  #waiting = [];
  /** how much of the first has gone out */
  #out = 0;
  #length = 0;
  /** @type {Float32Array[]} silence that may turn out to lead to a word */
  #lead = [];
  #leadLength = 0;
  #rate;
  #longest;
  #level = 0;
  #softest = [Infinity, Infinity];
  #stretch = 0;
  #stretches = 0;
  #quiet = Infinity;

  /**
   * @param {number} rate samples a second
   * @param {number} [longest] seconds
   */
  constructor(rate, longest = LONGEST) {
    this.#rate = rate;
    this.#longest = Math.round(longest * rate);
  }

  /** How many samples wait: the delay. */
  get length() {
    return this.#length;
  }

  /**
   * Takes in what the microphone hears now.
   * @param {Float32Array} block is copied
   * @returns {boolean} whether it is kept, for someone speaks
   */
  push(block) {
    const kept = block.slice();
    this.#quiet = this.#isLoud(kept) ? 0 : this.#quiet + kept.length;
    if (this.#quiet > AFTER * this.#rate) {
      this.#lead.push(kept);
      this.#leadLength += kept.length;
      while (this.#leadLength - (this.#lead[0]?.length ?? 0) >= BEFORE * this.#rate)
        this.#leadLength -= this.#lead.shift()?.length ?? 0;
      return false;
    }
    for (const one of this.#lead) this.#wait(one);
    this.#lead = [];
    this.#leadLength = 0;
    this.#wait(kept);
    return true;
  }

  /**
   * Gives out the oldest that waits.
   * @param {Float32Array} block is filled, with silence where nothing waits
   */
  pull(block) {
    let at = 0;
    while (at < block.length && this.#waiting[0]) {
      const [first] = this.#waiting;
      const piece = first.subarray(this.#out, this.#out + block.length - at);
      block.set(piece, at);
      at += piece.length;
      this.#out += piece.length;
      if (this.#out === first.length) this.#next();
    }
    block.fill(0, at);
    this.#length -= at;
  }

  /** @param {Float32Array} block */
  #wait(block) {
    this.#waiting.push(block);
    this.#length += block.length;
    while (this.#length > this.#longest && this.#waiting[0]) {
      this.#length -= this.#waiting[0].length - this.#out;
      this.#next();
    }
  }

  #next() {
    this.#waiting.shift();
    this.#out = 0;
  }

  /** @param {Float32Array} block */
  #isLoud(block) {
    const power = block.reduce((sum, value) => sum + value * value, 0) / block.length;
    this.#level = Math.max(Math.sqrt(power), this.#level * Math.exp(-block.length / (RELEASE * this.#rate)));
    this.#stretch += block.length;
    if (this.#stretch > STRETCH * this.#rate) {
      this.#softest = [Infinity, this.#softest[0] ?? Infinity];
      this.#stretch = 0;
      this.#stretches += 1;
    }
    this.#softest[0] = Math.min(this.#softest[0] ?? Infinity, this.#level);
    const background = Math.min(...this.#softest);
    const most = this.#stretches > 1 ? SURELY_LOUD : LOUD_AT_FIRST;
    return this.#level > Math.min(most, Math.max(FAINT, background * ABOVE));
  }
}

/** What the audio thread has, and a page has not. @type {any} */
const { AudioWorkletProcessor: Processor, registerProcessor, sampleRate } = globalThis;

if (registerProcessor) {
  registerProcessor(
    NAME,
    class extends Processor {
      #sound = new KeptSound(sampleRate);
      #told = false;
      #sends = false;
      #takeUp = TAKE_UP * sampleRate;
      #over = false;

      constructor() {
        super();
        this.port.onmessage = (/** @type {MessageEvent<"send" | "stop">} */ { data }) => {
          if (data === "send") this.#sends = true;
          else this.#over = true;
        };
      }

      /**
       * @param {Float32Array[][]} inputs
       * @param {Float32Array[][]} outputs
       */
      process([input], [output]) {
        if (this.#over) return false;
        const heard = input?.[0];
        const out = output?.[0];
        if (heard && this.#sound.push(heard) && !this.#told) {
          this.#told = true;
          this.port.postMessage("speech");
        }
        if (!out || !this.#sends) return true;
        if (this.#takeUp > 0) {
          this.#takeUp -= out.length;
          return true;
        }
        this.#sound.pull(out);
        if (this.#sound.length) return true;
        this.port.postMessage("caught up");
        this.#sends = false;
        return true;
      }
    },
  );
}
