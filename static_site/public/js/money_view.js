/** What a call used and cost, what the person allows it to cost, and the prices that it is reckoned with. */
import { table } from "./details_view.js";
import { make } from "./dom.js";
import { amount, inDollars } from "./money.js";
import { addTokens, KINDS, noTokens, sum } from "./usage.js";

/** @typedef {import("./usage.js").Tokens} Tokens */
/** @typedef {import("./money.js").Prices} Prices */

const KIND_NAMES = { text: "Text", audio: "Audio", image: "Pictures", other: "Not told which" };
/** @type {[name: keyof Prices, words: string][]} */
const FIELDS = [
  ["textIn", "Text in"],
  ["textCached", "Text in, cached"],
  ["textOut", "Text out"],
  ["audioIn", "Audio in"],
  ["audioCached", "Audio in, cached"],
  ["audioOut", "Audio out"],
  ["transcriptionTokens", "Captions"],
  ["transcriptionHour", "Captions, an hour"],
];
const grouped = new Intl.NumberFormat("en");
const numbers = (/** @type {number[]} */ ...counts) => counts.map((count) => grouped.format(count));

export class MoneyView {
  #purse;
  #changed;
  #use = make("div");
  #limit = field("0.05");
  #bar = make("progress");
  #line = make("p", "soft");
  #source = make("p", "soft");
  /** @type {Map<keyof Prices, HTMLInputElement>} */
  #prices = new Map();
  element;

  /**
   * @param {import("./money.js").Purse} purse
   * @param {() => void} changed
   */
  constructor(purse, changed) {
    this.#purse = purse;
    this.#changed = changed;
    this.#limit.value = purse.limit ? String(purse.limit) : "";
    this.#limit.placeholder = "no limit";
    this.#limit.addEventListener("change", () => {
      purse.limit = amount(this.#limit.valueAsNumber) ?? 0;
      this.#keep();
    });
    this.#bar.ariaLabel = "Used of the limit";
    const prices = FIELDS.map(([name, words]) => {
      const input = field("0.01");
      this.#prices.set(name, input);
      input.addEventListener("change", () => {
        purse.set(name, input.valueAsNumber);
        this.#keep();
      });
      return make("label", "", words, input);
    });
    const listed = make("button", "quiet", "Use the listed prices");
    listed.type = "button";
    listed.addEventListener("click", () => {
      purse.own = {};
      this.#keep();
    });
    const summary = make("summary", "quiet", "Prices");
    const limit = make("label", "limit", "End a call at, in dollars", this.#limit);
    const details = make("details", "", summary, this.#source, make("div", "prices", ...prices), listed);
    this.element = make("div", "money", this.#use, limit, this.#bar, this.#line, details);
  }

  /** @param {ReturnType<import("./budget.js").Budget["reckon"]>} reckoning */
  show({ usage, spent, listed, isPrivate }) {
    const fresh = make("div", "", ...use(usage, spent, isPrivate));
    if (!fresh.isEqualNode(this.#use)) this.#use.replaceChildren(...fresh.childNodes);
    const { limit, own } = this.#purse;
    this.#bar.hidden = !limit || isPrivate;
    this.#bar.value = limit ? Math.min(1, spent / limit) : 0;
    const left = `${inDollars(spent)} of ${inDollars(limit)}.`;
    const hint = "Use is told after each answer, so the last one may go a little beyond a limit.";
    if (isPrivate) this.#line.textContent = "A limit cannot be watched here.";
    else this.#line.textContent = !limit ? hint : spent < limit * 0.8 ? left : `${left} The call ends at the limit.`;
    const { model, sure, prices } = listed;
    const why = sure ? "" : ", because no model is named";
    this.#source.textContent = `Dollars for a million tokens. Listed are Azure's of 2 October 2026 for ${model}${why}.`;
    for (const [name, input] of this.#prices)
      if (document.activeElement !== input) input.value = String(own[name] ?? prices[name]);
  }

  /**
   * Tokens in and out, and money, as words.
   * @param {Tokens[]} found none if nothing was told
   * @param {(tokens: Tokens) => number} cost
   */
  amounts(found, cost) {
    const all = noTokens();
    for (const tokens of found) addTokens(all, tokens);
    return found.length ? [...numbers(sum(all.in), sum(all.out)), inDollars(cost(all))] : ["not told", "", ""];
  }

  #keep() {
    this.#purse.save();
    this.#changed();
  }
}

/**
 * @param {import("./usage.js").Usage} usage
 * @param {number} spent
 * @param {boolean} isPrivate
 */
function use({ tokens, answers, untold, transcription }, spent, isPrivate) {
  const said = (/** @type {string} */ text) => make("p", "soft", text);
  if (isPrivate) return [said("Private session: the service does not tell this page what its answers use, or cost.")];
  if (!answers.size)
    return [
      said(untold ? "The service does not tell what its answers use." : "Told by the service after each answer."),
    ];
  const kinds = KINDS.filter((kind) => tokens.in[kind] || tokens.out[kind]);
  const lines = kinds.map((kind) => [
    KIND_NAMES[kind],
    ...numbers(tokens.in[kind], tokens.cached[kind], tokens.out[kind]),
  ]);
  lines.push(["All", ...numbers(sum(tokens.in), sum(tokens.cached), sum(tokens.out))]);
  const { seconds, tokens: words } = transcription;
  return [
    make("p", "figure", make("strong", "", `About ${inDollars(spent)}`), "for this call"),
    table("Tokens", ["Kind", "In", "Of these cached", "Out"], lines),
    ...(seconds ? [said(`Captions of ${Math.round(seconds)} s of speech are in the sum.`)] : []),
    ...(words ? [said(`${grouped.format(words)} tokens for captions are in the sum.`)] : []),
    ...(untold ? [said(`Of ${untold} more answers nothing was told, so it is rather more.`)] : []),
  ];
}

/** @param {string} step */
function field(step) {
  return Object.assign(make("input"), { type: "number", min: "0", step, inputMode: "decimal" });
}
