/**
 * Use and money of a call, and its end when it has cost what the person allows. Loaded with the Call tab; and at the
 * start of every call when a limit is set.
 */
import { costOf, costOfCall, inDollars, nearness, Purse, UNKNOWN, UNWATCHED } from "./money.js";
import { PriceList, pricesFor } from "./prices.js";
import { usageOf } from "./usage.js";
import { learn, t } from "./words.js";

await learn();

/**
 * @typedef {object} Around
 * @property {import("./call_record.js").CallRecord} record
 * @property {import("./talk.js").Talk} talk
 * @property {{ readonly current: Voice.State }} state
 * @property {Pick<Voice.Browser, "storage" | "schedule" | "fetch">} browser
 * @property {(text: string) => void} toast
 * @property {() => boolean} seen whether the Call tab is in sight
 * @property {DOMStringMap} root says how near the limit is, for tests and style sheets
 */

/** So long the answer that reached the limit may go on: it is paid for. */
const LAST_WORDS_MS = 30_000;
/** How often a call with a limit asks for prices that do not come. */
const AGAIN_MS = 30_000;

const text = (/** @type {unknown} */ value) => (typeof value === "string" ? value : "");

/** @type {Budget | null} */
let budget = null;

/** The one of this page. @param {Around} around */
export function budgetOf(around) {
  budget ??= new Budget(around);
  void budget.ask();
  return budget;
}

export class Budget {
  /** Told after the limit was looked at: something about the call has changed. */
  changed = () => {};
  purse;
  #around;
  #list;
  #said = "";
  #asksAgain = false;
  /** Of the call in which it was said that nothing watches its limit. @type {unknown} */
  #warned;

  /** @param {Around} around */
  constructor(around) {
    this.#around = around;
    this.purse = new Purse(around.browser.storage);
    this.#list = new PriceList(around.browser);
    around.record.changed = () => this.guard();
  }

  get #live() {
    return /^(live|reconnecting)$/.test(this.#around.state.current);
  }

  /** Has the prices come; those of the last visit count until then. */
  async ask() {
    this.guard();
    await this.#list.load();
    this.guard();
    if (this.#said !== "unwatched" || this.#asksAgain || !this.#live) return;
    this.#asksAgain = true;
    this.#around.browser.schedule(() => {
      this.#asksAgain = false;
      if (this.#live) void this.ask();
    }, AGAIN_MS);
  }

  reckon() {
    const { record, talk } = this.#around;
    const usage = usageOf(record.entries);
    const { model, event_filter } = talk.session ?? {};
    const told = record.session; // the reply to a relayed call does not name the model, and none that of the captions
    const captions = told?.audio?.input?.transcription?.model;
    const { models } = this.#list;
    const listed = models && pricesFor(text(model ?? told?.model), models, text(captions));
    const prices = { ...UNKNOWN, ...listed?.prices, ...this.purse.own };
    const cost = (/** @type {Voice.Tokens} */ tokens) => costOf(tokens, prices);
    const spent = costOfCall(usage, prices);
    const waits = models === undefined && Number.isNaN(spent);
    return { usage, listed, cost, spent, waits, isPrivate: event_filter === "private" };
  }

  /** Says once that the limit is near, and ends the call when it is reached and the answer has been said. */
  guard() {
    const { talk, browser, toast, root } = this.#around;
    const { limit } = this.purse;
    const { spent, waits } = limit ? this.reckon() : { spent: 0, waits: false };
    const near = (root.budget = waits ? "" : nearness(spent, limit));
    const fresh = this.#said !== near;
    this.#said = near;
    if (near === "unwatched" && this.#warned !== talk.timings && this.#live) {
      this.#warned = talk.timings;
      toast(t(UNWATCHED));
    }
    if (near === "near" && fresh && this.#live)
      toast(t("About {spent} of your limit of {limit} is used.", { spent: inDollars(spent), limit: inDollars(limit) }));
    if (near === "reached" && this.#live) {
      const { timings } = talk;
      const end = () => this.#live && talk.timings === timings && talk.stop("budget");
      // Not in the middle of the event that tells it: its words are still to be written down.
      browser.schedule(() => talk.conversation?.activity !== "speaking" && end(), 0);
      if (fresh) browser.schedule(end, LAST_WORDS_MS);
    }
    this.changed();
  }
}
