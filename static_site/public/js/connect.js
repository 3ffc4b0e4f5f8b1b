/**
 * One attempt to connect, from the tap to a live call. connect() reads from top to bottom like a recipe; what each step
 * may meet is in the functions below it. All that it needs of the browser is passed in, so tests can fail every step.
 */
import { becomeLive } from "./become_live.js";
import { CallFailure } from "./failures.js";
import { openMicrophone } from "./microphone.js";

/** @typedef {import("./api.js").Session} Session */
/**
 * @typedef {object} Browser the parts of the browser that a call uses
 * @property {boolean} secure whether the page may ask for a microphone
 * @property {typeof RTCPeerConnection | undefined} PeerConnection
 * @property {((constraints: MediaStreamConstraints) => Promise<MediaStream>) | undefined} getUserMedia
 * @property {import("./api.js").Fetch} fetch
 * @property {() => number} now milliseconds, monotonic
 * @property {(work: () => void, ms: number) => () => void} schedule runs `work` later; returns what cancels it
 * @property {() => Storage} storage what all tabs share; reading `localStorage` may itself throw
 * @property {Pick<LockManager, "request"> | undefined} locks what the tabs keep from each other
 * @property {() => number} today milliseconds, the same clock in all tabs
 */
/**
 * @callback Signalling gets an offer to the service and its answer back: token_signalling.js or relay_signalling.js
 * @param {import("./api.js").Choices} choices
 * @param {AbortSignal} signal
 * @param {import("./timings.js").Timings} timings
 * @returns {{ ready: Promise<unknown>, exchange: (offer: string) => Promise<{ answer: string, session: Session }> }}
 * `ready` is what can be asked for while the offer is made
 */
/**
 * @typedef {object} Listeners
 * @property {(stream: MediaStream) => void} microphone the person allowed it
 * @property {(stream: MediaStream) => void} voice the assistant's voice
 * @property {(data: string) => void} message a frame of the data channel
 */
/**
 * @typedef {object} Link a live connection
 * @property {RTCPeerConnection} peer
 * @property {RTCDataChannel} channel
 * @property {MediaStream} microphone
 * @property {Session} session
 */

/**
 * @param {Signalling} signalling the way of this deployment's mode
 * @param {import("./api.js").Choices} choices
 * @param {Browser} browser
 * @param {Listeners} on
 * @param {AbortController} attempt aborted from outside to give up, and by connect() itself when a step fails
 * @param {import("./timings.js").Timings} timings
 * @returns {Promise<Link>}
 * @throws {CallFailure} or the abort's reason, when the attempt was given up
 */
export async function connect(signalling, choices, browser, on, attempt, timings) {
  const { signal } = attempt;
  const { PeerConnection, getUserMedia } = requireSupport(browser);
  const peer = new PeerConnection();
  signal.addEventListener("abort", () => peer.close(), { once: true });
  try {
    const listening = openMicrophone(getUserMedia, signal);
    listening.then(
      (stream) => signal.aborted || on.microphone(stream),
      () => {},
    );
    const { ready, exchange } = signalling(choices, signal, timings);

    peer.addEventListener("track", ({ streams, track }) => on.voice(streams[0] ?? new MediaStream([track])));
    const { sender } = peer.addTransceiver("audio", { direction: "sendrecv" });
    const channel = peer.createDataChannel("realtime-channel");
    channel.addEventListener("message", ({ data }) => on.message(data));

    const [microphone, offer] = await unlessGivenUp(
      signal,
      Promise.all([
        timings.measure("Microphone", listening),
        timings.measure("Offer", makeOffer(peer)),
        ready,
      ]),
    );
    await sender.replaceTrack(microphone.getAudioTracks()[0] ?? null);
    const { answer, session } = await unlessGivenUp(signal, exchange(offer));
    await accept(peer, answer);
    await becomeLive(peer, channel, session, browser, signal, timings);
    return { peer, channel, microphone, session };
  } catch (fault) {
    attempt.abort();
    peer.close();
    throw fault;
  }
}

/** @param {Browser} browser */
function requireSupport({ secure, PeerConnection, getUserMedia }) {
  if (!secure) throw new CallFailure("insecure_context");
  if (!PeerConnection || !getUserMedia) throw new CallFailure("unsupported");
  return { PeerConnection, getUserMedia };
}

/**
 * The browser's question about the microphone cannot be taken back, so giving up does not wait for its answer.
 * @template T
 * @param {AbortSignal} signal
 * @param {Promise<T>} work
 * @returns {Promise<T>}
 */
function unlessGivenUp(signal, work) {
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
 * @param {RTCPeerConnection} peer
 * @param {string} sdp
 */
async function accept(peer, sdp) {
  await peer.setRemoteDescription({ type: "answer", sdp }).catch(() => {
    throw new CallFailure("answer_invalid");
  });
}
