/** What one step of the check found, and what all of them mean together. Knows no element of the page. */
import { CallFailure, asFailure } from "./failures.js";
import { waitInWords } from "./retry_wait.js";

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

/** @param {string} text @param {Partial<Outcome>} [more] @returns {Outcome} */
export const good = (text, more) => ({ state: "good", text, ...more });
/** @param {string} text @param {string} hint @param {Partial<Outcome>} [more] @returns {Outcome} */
export const warning = (text, hint, more) => ({ state: "warning", text, hint, ...more });
/** @param {string} text @param {string} hint @param {Partial<Outcome>} [more] @returns {Outcome} */
export const bad = (text, hint, more) => ({ state: "bad", text, hint, ...more });
/** @param {string} text @param {string} [hint] @returns {Outcome} */
export const skipped = (text, hint = "") => ({ state: "skipped", text, hint });

/**
 * Any fault in the words that the call's own page has for it.
 * @param {unknown} fault
 * @param {Partial<Outcome>} [more]
 */
export function failed(fault, more) {
  const { code, title, detail, hint, requestId, retryAfter } = asFailure(fault);
  const text = detail.replace(/\.$/, "") === title ? detail : `${title}. ${detail}`;
  const wait = retryAfter ? ` It may work again in ${waitInWords(retryAfter)}.` : "";
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
  const detail = "What to do is said at the step.";
  if (faults.length > 1) {
    const names = faults.map((fault) => FAULTS[fault]?.[0]);
    return { faults, state: "bad", title: `More than one fault: ${names.join(", ")}`, detail };
  }
  if (first) {
    const other = acquitted(String(faults[0]), results);
    return { faults, state: "bad", title: other ? `${first[1]}, not ${other}` : first[1], detail };
  }
  if (some("skipped")) {
    const title = some("warning") ? "No fault found so far, but something to know" : "No fault found so far";
    return { faults, state: "warning", title, detail: "Not everything was checked." };
  }
  if (some("warning")) return { faults, state: "warning", title: "You can call, but there is something to know", detail };
  return { faults, state: "good", title: "All is well", detail: "You can call from here." };
}

/**
 * The other of the two that people take for each other, if it was found to be well.
 * @param {string} fault
 * @param {Results} results
 */
function acquitted(fault, { microphone, route }) {
  if (fault === "network" && microphone.state === "good") return "the microphone";
  if (fault === "microphone" && route.state === "good") return "the network";
  return "";
}
