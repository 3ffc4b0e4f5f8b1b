/**
 * When a connection is lost: how often the page dials again, when it waits, and when it gives up. Pure: dialling, time
 * and network are passed in.
 */
import { asFailure, CallFailure } from "./failures.js";
import { t } from "./words.js";

/** Before each attempt. The first is made at once: whoever lost the connection has waited already. */
const PAUSES_MS = [0, 1_000, 2_000, 4_000, 8_000];
/** The longest for all attempts together, and for one of them: a request into a dead network may never end. */
const ALL_MS = 60_000;
const ONE_MS = 20_000;
/** A timer so much too late has slept, and the device with it. */
const ASLEEP_MS = 10_000;

/**
 * Dials until a call is made.
 * @template T
 * @param {(attempt: AbortController) => Promise<T>} dial one attempt; it ends when it is aborted, and by Stop
 * @param {Voice.World} world
 * @param {AbortSignal} signal the person's Stop
 * @returns {Promise<T>}
 * @throws {CallFailure} what stands in the way, or the signal's reason
 */
export async function redial(dial, world, signal) {
  const { now } = world;
  let last = new CallFailure("connection_lost", { detail: "This device was without a network for a minute." });
  let until = now() + ALL_MS;
  for (let made = 0; made < PAUSES_MS.length; ) {
    const slept = await pause(PAUSES_MS[made] ?? 0, until, world, signal);
    if (slept) [made, until] = [0, now() + ALL_MS];
    if (now() >= until) break;
    made += 1;
    try {
      return await limited(dial, Math.min(ONE_MS, until - now()), world, signal);
    } catch (fault) {
      signal.throwIfAborted();
      last = asFailure(fault);
      if (isFinal(last)) throw last;
      if (last.status < 400 || last.status >= 500) last = inVain(made, last);
    }
  }
  throw last;
}

/**
 * Whether dialling again can change nothing: a refusal by name, or no microphone. A place that is taken may be our own,
 * which the server is about to free.
 * @param {CallFailure} failure
 */
export function isFinal({ code, status }) {
  if (code === "too_many_calls" || code === "token_expired") return false;
  return (status >= 400 && status < 500 && status !== 408) || /^(mic_|unsupported|insecure)/.test(code);
}

/**
 * @param {number} made
 * @param {CallFailure} last
 */
function inVain(made, last) {
  const once = "It was dialled again once without success. The last time: {fault}.";
  const often = "It was dialled again {number} times without success. The last time: {fault}.";
  return new CallFailure("connection_lost", {
    detail: t(made === 1 ? once : often, { number: made, fault: last.title }),
    status: last.status,
  });
}

/**
 * Waits, and while there is no network waits on; the network's return ends the wait at once.
 * @param {number} ms
 * @param {number} until
 * @param {Voice.World} world
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} whether the device has slept meanwhile
 */
async function pause(ms, until, world, signal) {
  const { now, online = () => navigator.onLine !== false } = world;
  let end = Math.min(now() + ms, until);
  if (ms) await nap(end, world, signal);
  while (!online() && now() < until) await nap((end = until), world, signal);
  return now() - end > ASLEEP_MS;
}

/**
 * Until then, or until the network is back.
 * @param {number} end
 * @param {Voice.World} world
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
async function nap(end, { now, schedule, network = globalThis }, signal) {
  const awake = new AbortController();
  const until = { signal: awake.signal };
  let cancel = () => {};
  await new Promise((/** @type {(_: void) => void} */ resolve, reject) => {
    cancel = schedule(resolve, end - now());
    network.addEventListener("online", () => resolve(), until);
    signal.addEventListener("abort", () => reject(signal.reason), until);
    if (signal.aborted) reject(signal.reason);
  }).finally(() => {
    cancel();
    awake.abort();
  });
}

/**
 * One attempt, ended when its time is up.
 * @template T
 * @param {(attempt: AbortController) => Promise<T>} dial
 * @param {number} ms
 * @param {Voice.World} world
 * @param {AbortSignal} signal
 * @returns {Promise<T>}
 */
async function limited(dial, ms, { schedule }, signal) {
  signal.throwIfAborted();
  const attempt = new AbortController();
  const cancel = schedule(() => attempt.abort(new CallFailure("network")), ms);
  try {
    return await dial(attempt);
  } finally {
    cancel();
  }
}
