/**
 * Use and money of a call, and its end when it has cost what the person allows. Loaded with the Call tab; and at the
 * start of every call when a limit is set.
 */
import { MoneyView } from "./money_view.js";
import { costOf, costOfCall, inDollars, nearness, pricesFor, Purse } from "./money.js";
import { usageOf } from "./usage.js";
import { learn, t } from "./words.js";

await learn();

/**
 * @typedef {object} Around
 * @property {import("./call_record.js").CallRecord} record
 * @property {import("./talk.js").Talk} talk
 * @property {{ readonly current: Voice.State }} state
 * @property {Pick<Voice.Browser, "storage" | "schedule">} browser
 * @property {(text: string) => void} toast
 * @property {() => boolean} seen whether the Call tab is in sight
 * @property {DOMStringMap} root says how near the limit is, for tests and style sheets
 */

/** So long the answer that reached the limit may go on: it is paid for. */
const LAST_WORDS_MS = 30_000;

/** @type {Budget | null} */
let budget = null;

/** The one of this page. @param {Around} around */
export function budgetOf(around) {
  budget ??= new Budget(around);
  budget.guard();
  return budget;
}

export class Budget {
  /** Told after the limit was looked at: something about the call has changed. */
  changed = () => {};
  #around;
  #purse;
  #said = "";
  /** @type {MoneyView | null} */
  #view = null;

  /** @param {Around} around */
  constructor(around) {
    this.#around = around;
    this.#purse = new Purse(around.browser.storage);
    around.record.changed = () => this.guard();
  }

  get view() {
    return (this.#view ??= new MoneyView(this.#purse, () => this.guard()));
  }

  reckon() {
    const { record, talk } = this.#around;
    const usage = usageOf(record.entries);
    const { model, event_filter } = talk.session ?? {};
    const listed = pricesFor(String(model ?? record.model ?? "")); // a relayed call's session does not name it
    const prices = { ...listed.prices, ...this.#purse.own };
    const cost = (/** @type {Voice.Tokens} */ tokens) => costOf(tokens, prices);
    return { usage, listed, cost, spent: costOfCall(usage, prices), isPrivate: event_filter === "private" };
  }

  /** Says once that the limit is near, and ends the call when it is reached and the answer has been said. */
  guard() {
    const { talk, state, browser, toast, root } = this.#around;
    const { limit } = this.#purse;
    const spent = limit ? this.reckon().spent : 0;
    const near = (root.budget = nearness(spent, limit));
    const fresh = this.#said !== near;
    this.#said = near;
    const live = () => /^(live|reconnecting)$/.test(state.current);
    if (near === "near" && fresh && live())
      toast(t("About {spent} of your limit of {limit} is used.", { spent: inDollars(spent), limit: inDollars(limit) }));
    if (near === "reached" && live()) {
      const { timings } = talk;
      const end = () => live() && talk.timings === timings && talk.stop("budget");
      // Not in the middle of the event that tells it: its words are still to be written down.
      browser.schedule(() => talk.conversation?.activity !== "speaking" && end(), 0);
      if (fresh) browser.schedule(end, LAST_WORDS_MS);
    }
    this.changed();
  }
}
