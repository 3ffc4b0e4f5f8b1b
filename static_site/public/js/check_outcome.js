/** What one step of the check found, and what all of them mean together. Knows no element of the page. */
import "./call_failures.js";
import { CallFailure, asFailure } from "./failures.js";
import { waitInWords } from "./retry_wait.js";
import { t, written } from "./words.js";

/** @typedef {"browser" | "microphone" | "speaker" | "server" | "route"} Step in the order in which they run */
/**
 * @typedef {object} Outcome
 * @property {"good" | "warning" | "bad" | "skipped"} state
 * @property {string} text what was found, in a sentence or two
 * @property {string} [hint] what to do
 * @property {string} [note] small print, for this screen only: a device's name, a request's id
 * @property {"network" | "unreachable" | "server"} [cause] whose fault it is, where a step can have either
 */
/** @typedef {Record<Step, Outcome>} Results */

/** @type {Record<Step, string>} */
export const STEPS = {
  browser: "Browser",
  microphone: "Microphone",
  speaker: "Speaker",
  server: "Server",
  route: "Test call",
};
/** @type {Record<Outcome["state"], string>} */
export const STATES = { good: "Good", warning: "Note", bad: "Problem", skipped: "Not checked" };

/** @param {string} text @param {Partial<Outcome>} [more] @returns {Outcome} */
export const good = (text, more) => ({ state: "good", text: t(text), ...more });
/** @param {string} text @param {string} hint @param {Partial<Outcome>} [more] @returns {Outcome} */
export const warning = (text, hint, more) => ({ state: "warning", text: t(text), hint: t(hint), ...more });
/** @param {string} text @param {string} hint @param {Partial<Outcome>} [more] @returns {Outcome} */
export const bad = (text, hint, more) => ({ state: "bad", text: t(text), hint: t(hint), ...more });
/** @param {string} text @param {string} [hint] @returns {Outcome} */
export const skipped = (text, hint = "") => ({ state: "skipped", text: t(text), hint: t(hint) });

/**
 * Any fault in the words that the call's own page has for it.
 * @param {unknown} fault
 * @param {Partial<Outcome>} [more]
 */
export function failed(fault, more) {
  const { code, title, detail, hint, requestId, retryAfter } = asFailure(fault);
  const text = detail.replace(/\.$/, "") === title ? detail : `${title}. ${detail}`;
  const wait = retryAfter ? ` ${t("It may work again in {time}.", { time: waitInWords(retryAfter) })}` : "";
  return bad(text, hint + wait, { note: [code, requestId].filter(Boolean).join(" · "), ...more });
}

/**
 * Nobody can tell from here whether the server or the network is down.
 * @param {unknown} fault
 */
export const causeOf = (fault) => (isFailure(fault, "network") ? "unreachable" : "server");

/** @param {unknown} fault @param {string} code */
export const isFailure = (fault, code) => fault instanceof CallFailure && fault.code === code;

/** @type {Record<string, [name: string, title: string]>} by the fault, in the order of their telling */
const FAULTS = {
  browser: ["the browser", "This browser cannot make calls here"],
  microphone: ["the microphone", "It is the microphone"],
  network: ["the network", "It is the network"],
  unreachable: ["the way to the server", "The server cannot be reached"],
  server: ["the server", "The server does not start a call just now"],
  speaker: ["the speaker", "It is the speaker"],
};

/**
 * The one sentence that someone came for.
 * @param {Results} results
 * @returns {{ faults: string[], state: Outcome["state"], title: string, detail: string }}
 */
export function verdict(results) {
  const found = Object.entries(results).map(([step, one]) => (one.state === "bad" ? (one.cause ?? step) : ""));
  const faults = Object.keys(FAULTS).filter((fault) => found.includes(fault));
  const [first] = faults.map((fault) => FAULTS[fault]);
  const some = (/** @type {Outcome["state"]} */ state) => Object.values(results).some((one) => one.state === state);
  const detail = t("What to do is said at the step.");
  if (faults.length > 1) {
    const names = faults.map((fault) => t(FAULTS[fault]?.[0] ?? ""));
    const { lang } = written();
    const list = new Intl.ListFormat(lang === "en" ? "en-GB" : lang).format(names);
    return { faults, state: "bad", title: t("More than one fault: {names}", { names: list }), detail };
  }
  if (first) {
    return { faults, state: "bad", title: t(acquitted(String(faults[0]), results) || first[1]), detail };
  }
  if (some("skipped")) {
    const title = t(some("warning") ? "No fault found so far, but something to know" : "No fault found so far");
    return { faults, state: "warning", title, detail: t("Not everything was checked.") };
  }
  if (some("warning")) return { faults, state: "warning", title: t("You can call, but there is something to know"), detail };
  return { faults, state: "good", title: t("All is well"), detail: t("You can call from here.") };
}

/**
 * The other of the two that people take for each other, if it was found to be well.
 * @param {string} fault
 * @param {Results} results
 */
function acquitted(fault, { microphone, route }) {
  if (fault === "network" && microphone.state === "good") return "It is the network, not the microphone";
  if (fault === "microphone" && route.state === "good") return "It is the microphone, not the network";
  return "";
}
