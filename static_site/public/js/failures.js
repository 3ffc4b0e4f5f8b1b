/**
 * Every way in which a call can fail, by name, with the words that the page shows. Those that only a call can meet are
 * in call_failures.js. What the function reports (problem+json) brings its own words, or those of refusals.js; see api.js.
 */
import { t } from "./words.js";

/** @type {Record<string, [title: string, detail: string, hint: string]>} */
export const WORDS = {
  network: [
    "The server cannot be reached",
    "The request did not get through.",
    "Check your connection, then try again.",
  ],
  mint_failed: ["The call was refused", "The server could not start a session.", "Try again in a moment."],
  bad_reply: [
    "The server's answer makes no sense",
    "It came back without what a call needs.",
    "Check that this page and its function are of the same version.",
  ],
  unexpected: [
    "Something went wrong",
    "The page met a fault that it does not know.",
    "Reload the page, then try again.",
  ],
};

/** `code` is stable: a name of WORDS, or the `code` of the function's problem document. */
export class CallFailure extends Error {
  /**
   * @param {string} code
   * @param {Voice.FailureWords} [words] words that replace the standard ones
   */
  constructor(code, words = {}) {
    const known = Object.hasOwn(WORDS, code) ? code : "unexpected";
    const [title, detail, hint] = /** @type {[string, string, string]} */ (WORDS[known]);
    super(words.title || title);
    this.name = "CallFailure";
    this.code = code;
    this.title = t(words.title || title);
    this.detail = t(words.detail || detail);
    this.hint = t(words.hint || hint);
    this.requestId = words.requestId || "";
    this.status = words.status || 0;
    this.retryAfter = words.retryAfter || 0;
  }
}

/**
 * @param {unknown} fault anything that was thrown
 * @returns {CallFailure}
 */
export function asFailure(fault) {
  if (fault instanceof CallFailure) return fault;
  return new CallFailure("unexpected", { detail: fault instanceof Error ? `${fault.name}: ${fault.message}` : "" });
}
