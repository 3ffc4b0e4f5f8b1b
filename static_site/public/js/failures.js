/**
 * Every way in which a call can fail, by name, with the words that the page shows.
 * A failure that the function reports (problem+json) brings its own words, except those in refusals.js; see api.js.
 */

import { REFUSALS } from "./refusals.js";

/**
 * @typedef {object} FailureWords
 * @property {string} [title] what happened, in a few words
 * @property {string} [detail] what it means
 * @property {string} [hint] what to do
 * @property {string} [requestId] the function's id for this request
 * @property {number} [status] HTTP status
 * @property {number} [retryAfter] seconds after which trying again may help
 */

/** @type {Record<string, [title: string, detail: string, hint: string]>} */
const WORDS = {
  ...REFUSALS,
  unsupported: [
    "This browser cannot make calls",
    "It has no WebRTC, the technology that carries the voice.",
    "Use a current Chrome, Edge, Firefox or Safari.",
  ],
  insecure_context: [
    "This page needs a secure address",
    "Browsers give the microphone only to https:// pages and to localhost.",
    "Open the page with https://, or on this machine as http://localhost.",
  ],
  mic_denied: [
    "The microphone is blocked",
    "The browser was told not to let this page listen.",
    "Allow the microphone in the address bar's site settings, then try again.",
  ],
  mic_missing: ["No microphone found", "This device has none, or it is switched off.", "Plug one in, then try again."],
  mic_busy: [
    "The microphone is in use",
    "Another program or page holds it, or the system does not release it.",
    "Close the other program, then try again.",
  ],
  mic_failed: [
    "The microphone did not start",
    "The browser gave a reason that this page does not know.",
    "Try again, or choose another microphone in the browser's settings.",
  ],
  mic_lost: [
    "The microphone went away",
    "It was unplugged, or its permission was taken back.",
    "Check it, then try again.",
  ],
  network: [
    "The server cannot be reached",
    "The request for a call did not get through.",
    "Check your connection, then try again.",
  ],
  mint_failed: ["The call was refused", "The server could not start a session.", "Try again in a moment."],
  bad_reply: [
    "The server's answer makes no sense",
    "It came back without what a call needs.",
    "Check that this page and its function are of the same version.",
  ],
  offer_failed: [
    "The browser could not prepare the call",
    "It failed while it described its side of the connection.",
    "Reload the page, then try again.",
  ],
  sdp_unreachable: [
    "The voice service cannot be reached",
    "The session was made, but the connection to the service did not get through.",
    "A firewall or the page's security policy may block its address.",
  ],
  sdp_refused: ["The voice service refused the call", "", "Try again. If it stays, tell whoever runs this page."],
  token_expired: [
    "The one-time token had expired",
    "Connecting took longer than the token lives.",
    "Try again: a new one is fetched each time.",
  ],
  answer_invalid: [
    "The voice service's answer is not usable",
    "This browser could not read the connection that it describes.",
    "Try again, or use another browser.",
  ],
  ice_failed: [
    "No way through for the voice",
    "The service answered, but no audio connection came about.",
    "Often a firewall: it must let out UDP or TCP port 3478. Another network, such as a phone's, usually works.",
  ],
  connection_lost: [
    "The connection was lost",
    "The network dropped and did not come back in time.",
    "Check your connection, then try again.",
  ],
  unexpected: [
    "Something went wrong",
    "The page met a fault that it does not know.",
    "Reload the page, then try again.",
  ],
};

/** A named failure. `code` is stable: one of the names above, or the `code` of the function's problem document. */
export class CallFailure extends Error {
  /**
   * @param {string} code
   * @param {FailureWords} [words] words that replace the standard ones
   */
  constructor(code, words = {}) {
    const known = Object.hasOwn(WORDS, code) ? code : "unexpected";
    const [title, detail, hint] = /** @type {[string, string, string]} */ (WORDS[known]);
    super(words.title || title);
    this.name = "CallFailure";
    this.code = code;
    this.title = words.title || title;
    this.detail = words.detail || detail;
    this.hint = words.hint || hint;
    this.requestId = words.requestId || "";
    this.status = words.status || 0;
    this.retryAfter = words.retryAfter || 0;
  }
}

/** The names of all failures that the page itself can raise. */
export const FAILURE_CODES = Object.keys(WORDS);

/**
 * @param {unknown} fault anything that was thrown
 * @returns {CallFailure}
 */
export function asFailure(fault) {
  if (fault instanceof CallFailure) return fault;
  return new CallFailure("unexpected", { detail: fault instanceof Error ? `${fault.name}: ${fault.message}` : "" });
}
