/**
 * A line that is made when someone reaches for Start, and waits for the tap. It lives in memory only, is used once, and
 * is closed if nobody comes. Each counts for the server's limits, so reaching alone makes few, and a server that refused
 * is left alone. Where the browser will ask for the microphone first, only its token and its offer are made ahead.
 */
import { openLine } from "./line.js";
import { Timings } from "./timings.js";

/** How often a page makes one for someone who has only come near the button. */
const NEAR_LIMIT = 2;
/** So long it waits for the tap. */
const WAIT_MS = 20_000;
/** So long after a failure nothing is made ahead, unless the server names a longer time. */
const REST_MS = 30_000;

export class LinesAhead {
  #exchange;
  #browser;
  #permission;
  /** @type {Voice.LineAhead | null} */
  #ahead = null;
  #near = 0;
  #rest = -Infinity;

  /**
   * @param {Voice.Exchange} exchange
   * @param {Voice.Browser} browser
   * @param {{ state: string } | null} permission the microphone's, always the newest; null where it is not told
   */
  constructor(exchange, browser, permission) {
    this.#exchange = exchange;
    this.#browser = browser;
    this.#permission = permission;
  }

  /**
   * Someone comes near the button, or presses it. A failure is silent; Start meets it again.
   * @param {Voice.Choices} choices
   * @param {"near" | "press"} intent
   */
  prepare(choices, intent) {
    const { secure, PeerConnection, now, today, schedule, preconnect } = this.#browser;
    const key = JSON.stringify(choices);
    this.drop(key);
    const near = intent === "near";
    const state = this.#permission?.state;
    if (this.#ahead || now() < this.#rest || (near && this.#near >= NEAR_LIMIT)) return;
    if (!secure || !PeerConnection || state === "denied") return;
    if (near) this.#near += 1;
    const attempt = new AbortController();
    const timings = new Timings(now);
    /** @type {(answer: unknown) => void} */
    let allow = () => {};
    const allowed = state === "granted" ? Promise.resolve() : new Promise((resolve) => (allow = resolve));
    const line = openLine(this.#exchange, choices, this.#browser, attempt.signal, timings, allowed);
    /** @type {Voice.LineAhead} */
    const ahead = { key, line, attempt, timings, allow, began: now(), seen: today(), cancel: () => {} };
    ahead.cancel = schedule(() => this.#forget(ahead), WAIT_MS);
    this.#ahead = ahead;
    const meet = (/** @type {Voice.Token | void} */ token) =>
      token && preconnect?.(new URL(token.session.webrtc_url).origin);
    if (state !== "granted") line.ready.then(meet).catch(() => {});
    line.live.catch((fault) => attempt.signal.aborted || (this.failed(fault), this.#forget(ahead)));
  }

  /** @param {any} fault of a line or a mint: for some time nothing is made ahead */
  failed(fault) {
    this.#rest = this.#browser.now() + Math.max(REST_MS, (fault?.retryAfter || 0) * 1000);
  }

  /**
   * Closes the line that waits, unless it is for these choices and still good.
   * @param {string} [key]
   */
  drop(key) {
    const ahead = this.#ahead;
    if (ahead && (ahead.key !== key || !this.#isGood(ahead))) this.#forget(ahead);
  }

  /**
   * Hands over the line that waits, or is on its way, for these choices.
   * @param {Voice.Choices} choices
   * @param {AbortSignal} signal from now on this closes it
   * @param {Timings} timings get what was measured ahead
   * @param {Promise<unknown>} listening the microphone
   * @returns {Voice.OpenLine | null}
   */
  take(choices, signal, timings, listening) {
    this.drop(JSON.stringify(choices));
    const ahead = this.#ahead;
    if (!ahead || signal.aborted) return null;
    this.#ahead = null;
    const { attempt, line, cancel, allow } = ahead;
    cancel();
    signal.addEventListener("abort", () => attempt.abort(signal.reason), { once: true });
    join(timings, ahead.timings);
    allow(listening);
    if (!line.up) return line;
    const age = (this.#browser.now() - ahead.began) / 1000;
    const live = line.live.then((session) => ({ ...session, max_call_seconds: left(session, age) }));
    return { ...line, live };
  }

  /** @param {Voice.LineAhead} ahead */
  #forget(ahead) {
    if (this.#ahead === ahead) this.#ahead = null;
    ahead.cancel();
    ahead.attempt.abort();
  }

  /** @param {Voice.LineAhead} ahead */
  #isGood({ began, seen, line: { peer, channel } }) {
    const { now, today } = this.#browser;
    const waited = Math.max(now() - began, today() - seen); // only the second goes on in sleep
    const broken = /^(failed|disconnected|closed)$/.test(peer.connectionState) || /^clos/.test(channel.readyState);
    return waited < WAIT_MS && !broken;
  }
}

/**
 * The session's time began ahead of the tap.
 * @param {Voice.Session} session
 * @param {number} age seconds
 */
const left = ({ max_call_seconds }, age) => (max_call_seconds > 0 ? Math.max(1, max_call_seconds - Math.ceil(age)) : 0);

/**
 * What was measured ahead of the tap, and what still is, goes to the call's own: those steps begin before zero.
 * @param {Timings} timings
 * @param {Timings} earlier
 */
function join(timings, earlier) {
  const shift = earlier.start - timings.start;
  timings.rows.push(...earlier.rows.map((row) => ({ ...row, began: row.began + shift })));
  earlier.rows = timings.rows;
  earlier.start = timings.start;
}
