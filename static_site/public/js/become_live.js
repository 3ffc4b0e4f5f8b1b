/** The last part of connecting: from the service's answer to a call that can be used. */
import { CallFailure } from "./failures.js";

/** Longest wait between the answer and a live call; ICE itself may take some seconds on a bad network. */
const LIVE_LIMIT_MS = 15_000;
/** How long to wait for session.created once the channel is open; it may be lost or filtered (protocol sheet 4.8). */
const FIRST_EVENT_LIMIT_MS = 5_000;

/**
 * Waits for the connection, the data channel and the session's first event. A private session sends no
 * session.created, so there the open channel is the sign; elsewhere it is, after a few seconds, as well.
 * @param {RTCPeerConnection} peer
 * @param {RTCDataChannel} channel
 * @param {import("./api.js").Session} session
 * @param {Pick<import("./connect.js").Browser, "schedule">} browser
 * @param {AbortSignal} signal
 * @param {import("./timings.js").Timings} timings
 */
export async function becomeLive(peer, channel, session, browser, signal, timings) {
  signal.throwIfAborted();
  const done = new AbortController();
  const until = { signal: done.signal };
  /** @type {(() => void)[]} */
  const cancels = [];
  /** @param {number} ms @returns {Promise<void>} */
  const pause = (ms) => new Promise((resolve) => cancels.push(browser.schedule(resolve, ms)));
  /** @param {EventTarget} target @param {string} name @param {() => boolean} [counts] @returns {Promise<void>} */
  const event = (target, name, counts = () => true) =>
    new Promise((resolve) => target.addEventListener(name, () => counts() && resolve(), until));
  /** @param {Promise<void>} trouble @param {string} code @returns {Promise<never>} */
  const fails = (trouble, code) =>
    trouble.then(() => {
      throw new CallFailure(code);
    });

  const open = channel.readyState === "open" ? Promise.resolve() : event(channel, "open");
  const connected = event(peer, "connectionstatechange", () => peer.connectionState === "connected");
  const first = session.event_filter === "private" ? open : event(channel, "message");
  const steps = Promise.all([
    timings.measure("ICE and DTLS", Promise.race([connected, open])),
    timings.measure("Data channel", open),
    timings.measure("First event", Promise.race([first, open.then(() => pause(FIRST_EVENT_LIMIT_MS))])),
  ]);
  const given = event(signal, "abort").then(() => signal.throwIfAborted());
  const broken = event(peer, "connectionstatechange", () => peer.connectionState === "failed");
  try {
    await Promise.race([steps, given, fails(broken, "ice_failed"), fails(pause(LIVE_LIMIT_MS), "ice_failed")]);
  } finally {
    done.abort();
    for (const cancel of cancels) cancel();
  }
}
