/**
 * Azure's list prices, from models.json: the one file that the templates and the documents read as well. What comes from
 * there, or from the last visit, is checked; nothing is made up for what does not come.
 */
import { amount, ANSWERS, CAPTIONS } from "./money.js";

const FILE = new URL("../models.json", import.meta.url).href;
/** The list of the last visit, for a day on which none comes. */
const KEY = "voicemint.prices";
const PATIENCE_MS = 10_000;

/**
 * What the meter needs of models.json, in the same shape; what is no price is left out.
 * @param {any} raw anything
 * @returns {Voice.Models | null} null without all prices of the model that is usual here, or without their date
 */
export function readModels(raw) {
  const { prices_read: day, default: usual } = raw ?? {};
  const realtime = priced(raw?.realtime, ANSWERS, ANSWERS.length);
  const dated = typeof day === "string" && /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day));
  if (!dated || typeof usual?.realtime !== "string" || !Object.hasOwn(realtime, usual.realtime)) return null;
  const transcription = priced(raw.transcription, CAPTIONS, 1);
  return { prices_read: day, default: { realtime: usual.realtime }, realtime, transcription };
}

/**
 * @param {any} models
 * @param {string[]} names of the prices that count
 * @param {number} least how many of them a model must have
 * @returns {Voice.Models["realtime"]}
 */
function priced(models, names, least) {
  const found = Object.entries(models ?? {}).map(([model, entry]) => {
    const known = names.filter((name) => amount(entry?.prices?.[name]) !== null);
    return /** @type {const} */ ([model, known.map((name) => [name, entry.prices[name]])]);
  });
  const enough = found.filter(([model, prices]) => model && prices.length >= least);
  return Object.fromEntries(enough.map(([model, prices]) => [model, { prices: Object.fromEntries(prices) }]));
}

/**
 * @param {string} deployment the name that the session tells; often the model's
 * @param {Voice.Models} models
 * @param {string} [captions] the same of what writes down the person's words
 * @returns {Voice.Listed} for a name that tells no model: the usual one's, and the dearest captions
 */
export function pricesFor(deployment, models, captions = "") {
  const { realtime, transcription, prices_read: read } = models;
  const named = longest(deployment, realtime);
  const mini = /mini/i.test(deployment) && Object.keys(realtime).find((model) => model.includes("mini"));
  const model = named ?? (mini || models.default.realtime);
  /** @type {Record<string, number>} */
  const heard = {};
  for (const { prices } of Object.values(transcription))
    for (const [name, price] of Object.entries(prices)) heard[name] = Math.max(price, heard[name] ?? 0);
  const known = transcription[longest(captions, transcription) ?? ""]?.prices;
  return { model, sure: named !== undefined, read, prices: { ...realtime[model]?.prices, ...heard, ...known } };
}

/**
 * The model whose name is part of the deployment's: `-mini` is another one than that without it.
 * @param {string} deployment
 * @param {Voice.Models["realtime"]} models
 */
function longest(deployment, models) {
  const names = Object.keys(models).filter((model) => deployment.toLowerCase().includes(model.toLowerCase()));
  return names.sort((a, b) => b.length - a.length)[0];
}

/** The list, as far as it has come. */
export class PriceList {
  /** Undefined while it is on its way; null if it does not come. @type {Voice.Models | null | undefined} */
  models;
  #browser;
  /** @type {Promise<void> | null} */
  #asking = null;

  /** @param {Pick<Voice.Browser, "fetch" | "schedule" | "storage">} browser */
  constructor(browser) {
    this.#browser = browser;
    try {
      this.models = readModels(JSON.parse(browser.storage().getItem(KEY) ?? "null")) ?? undefined;
    } catch {
      // Nothing usable is stored, or nothing may be.
    }
  }

  /** Asks for it, once; if it does not come, the next call of this tries again. */
  load() {
    return (this.#asking ??= this.#ask().catch(() => {
      this.models ??= null;
      this.#asking = null;
    }));
  }

  async #ask() {
    const { fetch, schedule, storage } = this.#browser;
    const attempt = new AbortController();
    const cancel = schedule(() => attempt.abort(), PATIENCE_MS);
    try {
      const models = readModels(await (await fetch(FILE, { signal: attempt.signal })).json());
      if (!models) throw new TypeError(FILE);
      this.models = models;
    } finally {
      cancel();
    }
    try {
      storage().setItem(KEY, JSON.stringify(this.models));
    } catch {
      // Then the next visit has to ask again.
    }
  }
}
