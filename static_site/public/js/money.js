/**
 * About what a call costs. The prices are Azure's, from prices.js, or the person's own; nothing here was held against a
 * bill, and prices change by themselves: that is why the page says "about".
 */
import { figure, fixed } from "./figures.js";
import { KINDS } from "./usage.js";
import { written } from "./words.js";

/** The names of prices, as in models.json: what answers are billed by, and what captions are, on top. */
export const ANSWERS = ["textIn", "textCached", "textOut", "audioIn", "audioCached", "audioOut", "imageIn"];
export const CAPTIONS = ["transcriptionHour", "transcriptionTokens"];
/** For those that nobody told. */
export const UNKNOWN = /** @type {Voice.Prices} */ (Object.fromEntries([...ANSWERS, ...CAPTIONS].map((name) => [name, NaN])));
/** What is said of a limit where the sum is not known. */
export const UNWATCHED = "Azure's prices could not be loaded, so your limit is not watched.";
const KEY = "voicemint.money";

/**
 * @param {Voice.Tokens} tokens
 * @param {Voice.Prices} price
 * @returns {number} dollars; NaN without those of words and voice, which every answer has, or any other that it takes
 */
export function costOf(tokens, price) {
  const { textIn, textCached, textOut, audioIn, audioCached, audioOut, imageIn } = price;
  // Of unknown kind: as the dearer one.
  const into = { text: textIn, audio: audioIn, image: imageIn, other: audioIn };
  const again = { text: textCached, audio: audioCached, image: Math.min(imageIn, textCached), other: audioCached };
  const from = { text: textOut, audio: audioOut, image: 0, other: audioOut };
  let all = 0;
  for (const kind of KINDS) {
    if (kind === "image" && !tokens.in.image) continue;
    const cached = tokens.cached[kind];
    all += (tokens.in[kind] - cached) * into[kind] + cached * again[kind] + tokens.out[kind] * from[kind];
  }
  return all / 1e6;
}

/**
 * @param {Voice.Usage} usage
 * @param {Voice.Prices} price
 */
export function costOfCall({ tokens, transcription }, price) {
  const { seconds, tokens: words } = transcription;
  const heard = seconds && (seconds / 3600) * price.transcriptionHour;
  return costOf(tokens, price) + heard + (words && (words / 1e6) * price.transcriptionTokens);
}

/**
 * How near a limit is. Use is told after each answer, so that the last one may go beyond it.
 * @param {number} spent
 * @param {number} limit 0 for none
 * @returns {"" | "unwatched" | "fine" | "near" | "reached"} `unwatched`: what was spent is not known
 */
export function nearness(spent, limit) {
  if (!(limit > 0)) return "";
  if (Number.isNaN(spent)) return "unwatched";
  return spent >= limit ? "reached" : spent >= limit * 0.8 ? "near" : "fine";
}

/**
 * A sum as one says it: to the cent, and small ones to the tenth of a cent.
 * @param {number} sum
 * @returns {string} "" for one that is not known
 */
export function inDollars(sum) {
  if (Number.isNaN(sum)) return "";
  if (sum > 0 && sum < 0.001) return `<${inDollars(0.001)}`;
  const digits = sum < 1 ? 3 : 2;
  if (written().dir === "rtl") return `\u2066$${fixed(sum, digits)}\u2069`; // apart from what stands around it
  return figure(sum, { style: "currency", currency: "USD", minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** The person's own limit and prices, kept on this device; anything may be stored there. */
export class Purse {
  limit = 0;
  /** @type {Partial<Voice.Prices>} */
  own = {};
  #storage;

  /** @param {() => Storage} storage */
  constructor(storage) {
    this.#storage = storage;
    try {
      const saved = JSON.parse(storage().getItem(KEY) ?? "{}");
      this.limit = amount(saved?.limit) ?? 0;
      for (const [name, value] of Object.entries(saved?.own ?? {})) this.set(name, value);
    } catch {
      // Nothing usable is stored, or nothing may be.
    }
  }

  /**
   * @param {string} name of a price
   * @param {unknown} value anything but a price takes it back, and so does no number
   */
  set(name, value) {
    if (!Object.hasOwn(UNKNOWN, name)) return;
    const price = amount(value);
    const key = /** @type {keyof Voice.Prices} */ (name);
    if (price === null) delete this.own[key];
    else this.own[key] = price;
  }

  save() {
    try {
      if (this.limit || Object.keys(this.own).length)
        this.#storage().setItem(KEY, JSON.stringify({ limit: this.limit, own: this.own }));
      else this.#storage().removeItem(KEY);
    } catch {
      // Then it counts until the page is closed.
    }
  }
}

/**
 * @param {unknown} value
 * @returns {number | null}
 */
export const amount = (value) =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 && value < 1e6 ? value : null;
