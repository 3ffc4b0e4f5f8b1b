/** Draws the Call tab. It shows what it is given, and leaves alone what the person reads or types into. */
import { facts, sessionFacts, table, timingsTable } from "./details_view.js";
import { make } from "./dom.js";
import { fixed, inMs } from "./figures.js";
import { median } from "./turn_waits.js";
import { inSeconds, plot } from "./wait_plot.js";
import { t } from "./words.js";

/** @typedef {import("./money_view.js").Reckoning} Reckoning */
/** @typedef {Pick<import("./talk.js").Talk, "session" | "timings">} Steps */
/**
 * @typedef {Reckoning & { turns: import("./turn_waits.js").Wait[], live: boolean, talk: Steps,
 * reading: Voice.Reading | null }} Shown `reading` is null when nobody measures
 */

const BADGES = { good: "Good", weak: "Weak", bad: "Bad", unknown: "Measuring" };
const BARS = { good: 3, weak: 2, bad: 1, unknown: 0 };

const percent = (/** @type {number | null} */ share) => (share === null ? null : t("{number} %", { number: fixed(share * 100, 1) }));
const rounded = (/** @type {number | null} */ ms) => (ms === null ? null : inMs(ms));

export class InsightsView {
  #money;
  #network = make("div");
  #waits = make("div");
  #turns = make("div");
  #steps = make("div");

  /**
   * @param {HTMLElement} panel
   * @param {import("./money_view.js").MoneyView} money
   */
  constructor(panel, money) {
    this.#money = money;
    panel.replaceChildren(
      section(t("Network"), this.#network),
      section(t("Wait for an answer"), this.#waits),
      section(t("Use and money"), money.element),
      section(t("Turn by turn"), this.#turns),
      section(t("Connecting"), this.#steps),
    );
  }

  /** @param {Shown} shown */
  show(shown) {
    fill(this.#network, network(shown));
    fill(this.#waits, waiting(shown, this.#waits.clientWidth || 320));
    this.#money.show(shown);
    fill(this.#turns, turnByTurn(shown, this.#money));
    const { session, timings } = shown.talk;
    fill(this.#steps, [...timingsTable(timings?.rows ?? []), ...(session ? [sessionFacts(session)] : [])]);
  }
}

/**
 * Leaves alone what says the same as before, so that whoever reads a table is not thrown out of it.
 * @param {HTMLElement} place
 * @param {Node[]} parts
 */
function fill(place, parts) {
  const fresh = make("div", "", ...parts);
  if (!fresh.isEqualNode(place)) place.replaceChildren(...fresh.childNodes);
}

/**
 * @param {string} title
 * @param {HTMLElement} body
 */
const section = (title, body) => make("section", "insight", make("h2", "", title), body);

/** @param {Shown} shown */
function network({ reading, live }) {
  if (!reading) return [make("p", "soft", t(live ? "Measuring…" : "Measured during a call, while this is in sight."))];
  const { word, roundTrip, jitter, lostIn, lostOut, way } = reading;
  const bars = make("span", "bars", ...[1, 2, 3].map((bar) => make("i", bar > BARS[word] ? "off" : "")));
  bars.ariaHidden = "true";
  return [
    make("p", "figure", bars, make("strong", "", t(BADGES[word])), way),
    facts({
      [t("Round trip")]: rounded(roundTrip),
      [t("Jitter")]: rounded(jitter),
      [t("Lost, from you")]: percent(lostOut),
      [t("Lost, to you")]: percent(lostIn),
    }),
  ];
}

/**
 * @param {Shown} shown
 * @param {number} width
 */
function waiting({ turns }, width) {
  const waited = turns.filter(({ how }) => how !== "typed").flatMap(({ ms }) => (ms === null ? [] : [ms]));
  const middle = median(waited);
  const last = waited.at(-1);
  if (middle === null || last === undefined)
    return [make("p", "soft", t("From the end of what you say to the first sound of the answer."))];
  const words = t(waited.length === 1 ? "the first time" : "the last time, median {time}", { time: inSeconds(middle) });
  return [make("p", "figure", make("strong", "", inSeconds(last)), words), plot(waited, middle, width)];
}

/**
 * @param {Shown} shown
 * @param {import("./money_view.js").MoneyView} money
 */
function turnByTurn({ turns, usage, cost, isPrivate, live }, money) {
  if (!turns.length) return [make("p", "soft", t("Each turn is listed here."))];
  const rest = new Map(usage.answers);
  /** @param {Iterable<unknown>} ids @returns {string[]} */
  const used = (ids) => {
    const found = [...ids].flatMap((id) => rest.get(id) ?? []);
    for (const id of ids) rest.delete(id);
    return isPrivate ? [] : money.amounts(found, cost);
  };
  const lines = turns.map(({ how, ms, responses }, at) => [
    how === "typed" ? t("{turn} (typed)", { turn: at + 1 }) : String(at + 1),
    ms === null ? (live && at === turns.length - 1 ? "…" : t("no sound")) : inSeconds(ms),
    ...used(responses),
  ]);
  if (rest.size) lines.push([t("Unasked"), "", ...used([...rest.keys()])]);
  const heads = [t("Turn"), t("Waited"), ...(isPrivate ? [] : [t("In"), t("Out"), t("About")])];
  return [table(t(isPrivate ? "Wait of each turn" : "Wait, tokens and money of each turn"), heads, lines)];
}
