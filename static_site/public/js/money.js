/**
 * About what a call costs. Prices in US dollars for a million tokens, as read on 2026-10-02 from Azure's pricing pages
 * (Global deployments; DataZone is about a tenth dearer), not checked against a bill. The person may change them, and
 * they change by themselves: that is why the page says "about".
 */
import { figure, fixed } from "./figures.js";
import { KINDS } from "./usage.js";
import { written } from "./words.js";

/** Transcription is billed on top: a whisper by the hour, the others by tokens (here all at the price of audio in). */
const TRANSCRIPTION = { transcriptionHour: 1.02, transcriptionTokens: 6 };

/** @type {[model: string, prices: Voice.Prices][]} the first counts whose name is part of the deployment's */
const PRICES = [
  ["gpt-realtime-2.1-mini", prices(0.6, 0.06, 2.4, 10, 0.3, 20, 0.6)],
  ["gpt-realtime-2.1", prices(4, 0.4, 24, 32, 0.4, 64, 5)],
  ["gpt-realtime-2", prices(4, 0.4, 24, 32, 0.4, 64, 5)],
  ["gpt-realtime-1.5", prices(4, 0.4, 16, 32, 0.4, 64, 5)],
];
/** For a deployment whose name tells no model: the dearest. */
const USUAL = "gpt-realtime-2.1";
const KEY = "voicemint.money";

/**
 * @param {number} textIn
 * @param {number} textCached
 * @param {number} textOut
 * @param {number} audioIn
 * @param {number} audioCached
 * @param {number} audioOut
 * @param {number} imageIn
 * @returns {Voice.Prices}
 */
function prices(textIn, textCached, textOut, audioIn, audioCached, audioOut, imageIn) {
  return { textIn, textCached, textOut, audioIn, audioCached, audioOut, imageIn, ...TRANSCRIPTION };
}

/**
 * @param {string} deployment the name that the session tells; often the model's
 * @returns {{ model: string, sure: boolean, prices: Voice.Prices }}
 */
export function pricesFor(deployment) {
  const name = deployment.toLowerCase();
  const found = PRICES.find(([model]) => name.includes(model)) ?? (/mini/.test(name) ? PRICES[0] : undefined);
  const [model, known] = found ?? /** @type {[string, Voice.Prices]} */ (PRICES.find(([one]) => one === USUAL));
  return { model, sure: name.includes(model), prices: known };
}

/**
 * @param {Voice.Tokens} tokens
 * @param {Voice.Prices} price
 * @returns {number} dollars
 */
export function costOf(tokens, price) {
  const { textIn, textCached, textOut, audioIn, audioCached, audioOut, imageIn } = price;
  // Of unknown kind: as the dearer one.
  const into = { text: textIn, audio: audioIn, image: imageIn, other: audioIn };
  const again = { text: textCached, audio: audioCached, image: Math.min(imageIn, textCached), other: audioCached };
  const from = { text: textOut, audio: audioOut, image: 0, other: audioOut };
  let all = 0;
  for (const kind of KINDS) {
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
  return costOf(tokens, price) + (seconds / 3600) * price.transcriptionHour + (words / 1e6) * price.transcriptionTokens;
}

/**
 * How near a limit is. Use is told after each answer, so that the last one may go beyond it.
 * @param {number} spent
 * @param {number} limit 0 for none
 * @returns {"" | "fine" | "near" | "reached"}
 */
export function nearness(spent, limit) {
  if (!(limit > 0)) return "";
  return spent >= limit ? "reached" : spent >= limit * 0.8 ? "near" : "fine";
}

/**
 * A sum as one says it: to the cent, and small ones to the tenth of a cent.
 * @param {number} sum
 * @returns {string}
 */
export function inDollars(sum) {
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
    if (!Object.hasOwn(prices(0, 0, 0, 0, 0, 0, 0), name)) return;
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
