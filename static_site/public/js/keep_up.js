/**
 * Keeps a talk up when its connection is lost: drops what belonged to the dead session, dials again, and hands the
 * conversation on. Loaded as soon as a call is live, because later there may be no network to load it from.
 */
import { asFailure } from "./failures.js";
import { recalling } from "./history.js";
import { KEEP_MICROPHONE } from "./microphone.js";
import { redial } from "./redial.js";
import { watchSleep } from "./wake.js";

/**
 * @typedef {object} Line a connection of a talk
 * @property {import("./talk.js").Talk} talk
 * @property {import("./talk.js").Face} face
 * @property {import("./talk.js").Browser & Partial<import("./wake.js").Awake & import("./redial.js").World>} browser
 * @property {AbortController} attempt aborted when this connection is to be freed, also at the server
 * @property {AbortSignal} over the end of the talk
 * @property {Dial} dial
 */
/**
 * @callback Dial makes a connection of the talk, from the offer to a live call
 * @param {AbortController} attempt
 * @param {{ browser: import("./talk.js").Browser, microphone?: MediaStream, recall?: Recall }} [again] for a talk that
 * has begun: its microphone, and its conversation
 * @returns {Promise<void>}
 */
/**
 * @callback Recall tells a new session what was said before
 * @param {import("./conversation.js").Conversation} conversation
 * @param {(event: { type: string, item: object }) => void} send
 */

/** How long a dropped network may take to find its way back by itself. */
const RETURN_MS = 5_000;
/** The card of a tool that the connection's end has overtaken. */
const CUT_OFF = { ok: false, detail: "Not run: the connection was lost first." };

/**
 * @param {Line} line
 * @returns {() => void} to be called when the connection is lost
 */
export function keepUp({ talk, face, browser, attempt, over, dial }) {
  const { call } = talk;
  if (!call) return () => {};
  const { peer, microphone } = call.link;
  const { signal } = attempt;
  /** @type {number | undefined} */
  let droppedAt;
  let cancelReturn = () => {};

  const follow = () => {
    cancelReturn();
    droppedAt = undefined;
    if (peer.connectionState === "failed") lost();
    if (peer.connectionState === "connected") talk.state.move("live");
    if (peer.connectionState !== "disconnected") return;
    droppedAt = browser.now();
    talk.state.move("reconnecting");
    cancelReturn = browser.schedule(lost, RETURN_MS);
  };
  const lost = async () => {
    if (signal.aborted) return;
    const turns = bury(talk, droppedAt ?? browser.now());
    talk.log("page", { type: "connection_lost" });
    call.close(true);
    attempt.abort(KEEP_MICROPHONE);
    talk.state.move("reconnecting");
    face.changed();
    talk.conversation = null;
    const recall = recalling(turns, browser.newId);
    try {
      await redial(
        (next) => {
          talk.log("page", { type: "redial" });
          const live = microphone.getTracks().some((track) => track.readyState === "live");
          if (!live) return dial(next, { browser, recall });
          return dial(next, { browser: { ...browser, ...lend(microphone) }, microphone, recall });
        },
        browser,
        over,
      );
      if (talk.call) await sendLatest(talk.call.link);
    } catch (fault) {
      if (!over.aborted) talk.fail(asFailure(fault));
    }
  };
  peer.addEventListener("connectionstatechange", follow, { signal });
  signal.addEventListener("abort", () => cancelReturn(), { once: true });
  follow();
  watchSleep(peer, lost, browser, signal);
  return lost;
}

/**
 * Ends the conversation of the dead session: nothing of it is sent any more, an answer ends where its voice did.
 * @param {import("./talk.js").Talk} talk
 * @param {number} droppedAt
 */
function bury({ conversation }, droppedAt) {
  if (!conversation) return [];
  const { transcript } = conversation;
  conversation.close();
  transcript.interruptPlaying(droppedAt);
  for (const { tool } of transcript.turns()) {
    if (tool && tool.ok === undefined) transcript.setToolResult(tool.callId, CUT_OFF);
  }
  return transcript.turns();
}

/**
 * Another microphone may have taken over since the attempt began: it has moved into the stream.
 * @param {import("./connect.js").Link} link
 */
async function sendLatest({ peer, microphone }) {
  const [track] = microphone.getAudioTracks();
  const sender = peer.getSenders?.().find((one) => one.track?.kind === "audio");
  if (track && sender && sender.track !== track) await sender.replaceTrack(track).catch(() => {});
}

/**
 * The microphone for one more attempt, which must not stop it when it fails: it belongs to the whole talk.
 * @param {MediaStream} stream
 */
function lend(stream) {
  const lent = { getTracks: () => [], getAudioTracks: () => stream.getAudioTracks() };
  return { getUserMedia: async () => /** @type {any} */ (lent) };
}
