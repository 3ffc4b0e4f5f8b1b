/**
 * One attempt to connect, from the tap to a live call. connect() reads from top to bottom like a recipe; what each step
 * may meet is in the functions below it. All that it needs of the browser is passed in, so tests can fail every step.
 */
import { mintSession } from "./api.js";
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

/** A token this close to its end is not used: the exchange itself takes time. */
const TOKEN_MARGIN_MS = 2_000;

/**
 * @param {import("./api.js").Choices} choices
 * @param {Browser} browser
 * @param {Listeners} on
 * @param {AbortController} attempt aborted from outside to give up, and by connect() itself when a step fails
 * @param {import("./timings.js").Timings} timings
 * @returns {Promise<Link>}
 * @throws {CallFailure} or the abort's reason, when the attempt was given up
 */
export async function connect(choices, browser, on, attempt, timings) {
  const { signal } = attempt;
  const { PeerConnection, getUserMedia } = requireSupport(browser);
  const mint = async () => ({ session: await mintSession(browser.fetch, choices, signal), received: browser.now() });
  const peer = new PeerConnection();
  signal.addEventListener("abort", () => peer.close(), { once: true });
  try {
    const listening = openMicrophone(getUserMedia, signal);
    listening.then(
      (stream) => signal.aborted || on.microphone(stream),
      () => {},
    );
    const minting = mint();

    peer.addEventListener("track", ({ streams, track }) => on.voice(streams[0] ?? new MediaStream([track])));
    const { sender } = peer.addTransceiver("audio", { direction: "sendrecv" });
    const channel = peer.createDataChannel("realtime-channel");
    channel.addEventListener("message", ({ data }) => on.message(data));

    let [token, microphone, offer] = await unlessGivenUp(
      signal,
      Promise.all([
        timings.measure("Token", minting),
        timings.measure("Microphone", listening),
        timings.measure("Offer", makeOffer(peer)),
      ]),
    );
    if (expired(token, browser.now() + TOKEN_MARGIN_MS)) token = await timings.measure("Token again", mint());

    await sender.replaceTrack(microphone.getAudioTracks()[0] ?? null);
    const answer = await timings.measure("SDP exchange", exchange(browser, token, offer, signal));
    await accept(peer, answer);
    await becomeLive(peer, channel, token.session, browser, signal, timings);
    return { peer, channel, microphone, session: token.session };
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

/** @typedef {{ session: Session, received: number }} Token with the moment of its arrival, by Browser.now */

/**
 * Whether a token is past its end at a moment. Counted from its arrival, because this machine's clock may be wrong.
 * @param {Token} token
 * @param {number} at
 */
function expired({ session, received }, at) {
  const life = (session.client_secret.expires_at - session.server_time) * 1000;
  return at - received >= life;
}

/**
 * Posts the offer. Only these two headers: any other may fail the service's preflight (protocol sheet 2.1).
 * @param {Browser} browser
 * @param {Token} token
 * @param {string} sdp
 * @param {AbortSignal} signal
 */
async function exchange(browser, token, sdp, signal) {
  const { client_secret, webrtc_url } = token.session;
  const headers = { Authorization: `Bearer ${client_secret.value}`, "Content-Type": "application/sdp" };
  const response = await browser.fetch(webrtc_url, { method: "POST", headers, body: sdp, signal }).catch((fault) => {
    if (signal.aborted) throw fault;
    throw new CallFailure("sdp_unreachable");
  });
  if (!response.ok) throw await refusal(response, expired(token, browser.now()));
  return response.text();
}

/** @type {Record<number, string>} */
const PLAIN = {
  400: "It could not use the offer that this browser made.",
  401: "It did not accept the token.",
  403: "It does not allow calls from here.",
  404: "It does not know this address, or the model is not deployed there.",
  429: "It has too many calls at the moment.",
};

/**
 * The service's refusal in plain words. Its own text is not shown; its status and code are.
 * @param {Response} response
 * @param {boolean} late whether the token was past its end
 */
async function refusal(response, late) {
  const { status } = response;
  const { error } = (await response.json().catch(() => null)) ?? {};
  const code = typeof error?.code === "string" ? error.code.slice(0, 60) : "";
  if (status === 401 && (late || /expired/.test(`${code} ${error?.message}`))) {
    return new CallFailure("token_expired", { status });
  }
  const reason = PLAIN[status] ?? (status >= 500 ? "It has a fault of its own." : "It gave no reason that is known.");
  return new CallFailure("sdp_refused", { detail: `${reason} (status ${status}${code ? `, ${code}` : ""})`, status });
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
