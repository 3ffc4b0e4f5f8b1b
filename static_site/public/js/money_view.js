/** What a call used and cost, what the person allows it to cost, and the prices that it is reckoned with. */
import { table } from "./details_view.js";
import { make } from "./dom.js";
import { figure } from "./figures.js";
import { amount, inDollars, UNWATCHED } from "./money.js";
import { addTokens, KINDS, noTokens, sum } from "./usage.js";
import { t, written } from "./words.js";

const KIND_NAMES = { text: "Text", audio: "Audio", image: "Pictures", other: "Not told which" };
/** @type {[name: keyof Voice.Prices, words: string][]} */
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
const UNLISTED = "Azure's prices could not be loaded. You can write your own below, in dollars for a million tokens.";
const numbers = (/** @type {number[]} */ ...counts) => counts.map((count) => figure(count));

/** @typedef {Pick<import("./budget.js").Budget, "purse" | "ask">} Watched */
/** @typedef {ReturnType<import("./budget.js").Budget["reckon"]>} Reckoning */

/** @type {MoneyView | null} */
let view = null;

/** The one of this page. @param {Watched} budget */
export const moneyOf = (budget) => (view ??= new MoneyView(budget));

export class MoneyView {
  #budget;
  #use = make("div");
  #limit = field("0.05");
  #bar = make("progress");
  #line = make("p", "soft");
  #source = make("p", "soft");
  /** @type {Map<keyof Voice.Prices, HTMLInputElement>} */
  #prices = new Map();
  element;

  /** @param {Watched} budget */
  constructor(budget) {
    const { purse } = budget;
    this.#budget = budget;
    this.#limit.value = purse.limit ? String(purse.limit) : "";
    this.#limit.placeholder = t("no limit");
    this.#limit.addEventListener("change", () => {
      purse.limit = amount(this.#limit.valueAsNumber) ?? 0;
      this.#keep();
    });
    this.#bar.ariaLabel = t("Used of the limit");
    const prices = FIELDS.map(([name, words]) => {
      const input = field("0.01");
      this.#prices.set(name, input);
      input.addEventListener("change", () => {
        purse.set(name, input.valueAsNumber);
        this.#keep();
      });
      return make("label", "", t(words), input);
    });
    const listed = make("button", "quiet", t("Use the listed prices"));
    listed.type = "button";
    listed.addEventListener("click", () => {
      purse.own = {};
      this.#keep();
    });
    const summary = make("summary", "quiet", t("Prices"));
    const limit = make("label", "limit", t("End a call at, in dollars"), this.#limit);
    const details = make("details", "", summary, this.#source, make("div", "prices", ...prices), listed);
    this.element = make("div", "money", this.#use, limit, this.#bar, this.#line, details);
  }

  /** @param {Reckoning} reckoning */
  show(reckoning) {
    const fresh = make("div", "", ...use(reckoning));
    if (!fresh.isEqualNode(this.#use)) this.#use.replaceChildren(...fresh.childNodes);
    const { limit, own } = this.#budget.purse;
    this.#bar.hidden = !limit || !isWatched(reckoning);
    this.#bar.value = this.#bar.hidden ? 0 : Math.min(1, reckoning.spent / limit);
    this.#line.textContent = limitLine(limit, reckoning);
    this.#source.textContent = sourceLine(reckoning);
    for (const [name, input] of this.#prices)
      if (document.activeElement !== input) input.value = String(own[name] ?? reckoning.listed?.prices[name] ?? "");
  }

  /**
   * Tokens in and out, and money, as words.
   * @param {Voice.Tokens[]} found none if nothing was told
   * @param {(tokens: Voice.Tokens) => number} cost
   */
  amounts(found, cost) {
    const all = noTokens();
    for (const tokens of found) addTokens(all, tokens);
    return found.length ? [...numbers(sum(all.in), sum(all.out)), inDollars(cost(all))] : [t("not told"), "", ""];
  }

  #keep() {
    this.#budget.purse.save();
    void this.#budget.ask();
  }
}

/** @param {Reckoning} reckoning */
const isWatched = ({ spent, isPrivate }) => !isPrivate && !Number.isNaN(spent);

/**
 * @param {number} limit
 * @param {Reckoning} reckoning
 */
function limitLine(limit, { spent, waits, isPrivate }) {
  if (isPrivate) return t("A limit cannot be watched here.");
  if (!limit) return t("Use is told after each answer, so the last one may go a little beyond a limit.");
  if (Number.isNaN(spent)) return waits ? "" : t(UNWATCHED);
  const near = "{spent} of {limit}. The call ends at the limit.";
  return t(spent < limit * 0.8 ? "{spent} of {limit}." : near, { spent: inDollars(spent), limit: inDollars(limit) });
}

/** Where the listed prices come from. @param {Reckoning} reckoning */
function sourceLine({ listed, waits }) {
  if (!listed) return waits ? "" : t(UNLISTED);
  const { sure, model, read } = listed;
  const listing = "Dollars for a million tokens. Listed are Azure's of {date} for {model}.";
  const guess = "Dollars for a million tokens. Listed are Azure's of {date} for {model}, because no model is named.";
  const { lang } = written();
  const tag = `${lang === "en" ? "en-GB" : lang}-u-nu-latn`;
  const day = new Intl.DateTimeFormat(tag, { dateStyle: "long", timeZone: "UTC" });
  return t(sure ? listing : guess, { date: day.format(new Date(read)), model });
}

/** @param {Reckoning} reckoning */
function use({ usage: { tokens, answers, untold, transcription }, spent, waits, isPrivate }) {
  const said = (/** @type {string} */ text) => make("p", "soft", text);
  if (isPrivate) return [said(t("Private session: the service does not tell this page what its answers use, or cost."))];
  if (!answers.size)
    return [
      said(t(untold ? "The service does not tell what its answers use." : "Told by the service after each answer.")),
    ];
  const kinds = KINDS.filter((kind) => tokens.in[kind] || tokens.out[kind]);
  const lines = kinds.map((kind) => [
    t(KIND_NAMES[kind]),
    ...numbers(tokens.in[kind], tokens.cached[kind], tokens.out[kind]),
  ]);
  lines.push([t("All"), ...numbers(sum(tokens.in), sum(tokens.cached), sum(tokens.out))]);
  const told = table(t("Tokens"), [t("Kind"), t("In"), t("Of these cached"), t("Out")], lines);
  if (Number.isNaN(spent)) return waits ? [told] : [said(t(UNLISTED)), told];
  const { seconds, tokens: words } = transcription;
  return [
    make("p", "figure", make("strong", "", t("About {sum}", { sum: inDollars(spent) })), t("for this call")),
    told,
    ...(seconds ? [said(t("Captions of {number} s of speech are in the sum.", { number: figure(Math.round(seconds)) }))] : []),
    ...(words ? [said(t("{number} tokens for captions are in the sum.", { number: figure(words) }))] : []),
    ...(untold ? [said(t("Of {number} more answers nothing was told, so it is rather more.", { number: untold }))] : []),
  ];
}

/** @param {string} step */
function field(step) {
  return Object.assign(make("input"), { type: "number", min: "0", step, inputMode: "decimal" });
}
