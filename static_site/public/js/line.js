/**
 * A line to the service, from the offer to a session that says it is there. It needs no microphone: until one is put
 * into its sender it gives nothing, so it can be made ahead. What comes in is kept until somebody follows it.
 */
import { CallFailure } from "./failures.js";

/** Longest wait between the answer and a live call; ICE itself may take some seconds on a bad network. */
const LIVE_LIMIT_MS = 15_000;
/** How long to wait for session.created once the channel is open; it may be lost or filtered (protocol sheet 4.8). */
const FIRST_EVENT_LIMIT_MS = 5_000;

/**
 * @param {Voice.Exchange} signalling the way of this deployment's mode
 * @param {Voice.Choices} choices
 * @param {Voice.Browser} browser
 * @param {AbortSignal} signal closes it
 * @param {import("./timings.js").Timings} timings
 * @param {Promise<unknown>} allowed before it nothing but a token is asked for
 * @returns {Voice.OpenLine}
 */
export function openLine(signalling, choices, browser, signal, timings, allowed) {
  if (!browser.PeerConnection) throw new CallFailure("unsupported");
  const peer = new browser.PeerConnection();
  signal.addEventListener("abort", () => peer.close(), { once: true });
  const { ready, exchange } = signalling(choices, signal, timings);

  /** @type {Voice.Heard | null} */
  let follower = null;
  /** @type {((on: Voice.Heard) => void)[]} */
  const kept = [];
  const tell = (/** @type {(on: Voice.Heard) => void} */ what) => (follower ? what(follower) : kept.push(what));
  peer.addEventListener("track", ({ streams, track }) =>
    tell((on) => on.voice(streams[0] ?? new MediaStream([track]))),
  );
  const { sender } = peer.addTransceiver("audio", { direction: "sendrecv" });
  const channel = peer.createDataChannel("realtime-channel");
  channel.addEventListener("message", ({ data }) => tell((on) => on.message(data)));

  const reach = async () => {
    const before = Promise.all([timings.measure("Offer", makeOffer(peer)), ready, allowed]);
    const [offer] = await unlessGivenUp(signal, before);
    const { answer, session } = await unlessGivenUp(signal, exchange(offer));
    await peer.setRemoteDescription({ type: "answer", sdp: answer }).catch(() => {
      throw new CallFailure("answer_invalid");
    });
    await becomeLive(peer, channel, session, browser, signal, timings);
    line.up = true;
    return session;
  };
  /** @type {Voice.OpenLine} */
  const line = {
    ...{ peer, sender, channel, ready, live: reach(), up: false },
    follow(on) {
      follower = on;
      for (const what of kept.splice(0)) what(on);
    },
  };
  line.live.catch(() => {}); // told to whoever waits for it
  return line;
}

/**
 * The browser's question about the microphone cannot be taken back, so giving up does not wait for its answer.
 * @template T
 * @param {AbortSignal} signal
 * @param {Promise<T>} work
 * @returns {Promise<T>}
 */
export function unlessGivenUp(signal, work) {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

/**
 * The offer is sent as soon as it exists: the service's own candidates are public, so none of ours need to be in it.
 * @param {RTCPeerConnection} peer
 */
async function makeOffer(peer) {
  try {
    await peer.setLocalDescription(await peer.createOffer());
    return peer.localDescription?.sdp ?? "";
  } catch {
    throw new CallFailure("offer_failed");
  }
}

/**
 * Waits for the connection, the data channel and the session's first event. A private session sends no
 * session.created, so there the open channel is the sign; elsewhere it is, after a few seconds, as well.
 * @param {RTCPeerConnection} peer
 * @param {RTCDataChannel} channel
 * @param {Voice.Session} session
 * @param {Pick<Voice.Browser, "schedule">} browser
 * @param {AbortSignal} signal
 * @param {import("./timings.js").Timings} timings
 */
async function becomeLive(peer, channel, session, browser, signal, timings) {
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
