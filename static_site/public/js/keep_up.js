/**
 * Keeps a talk up when its connection is lost: drops what belonged to the dead session, dials again, and hands the
 * conversation on. Loaded as soon as a call is live, because later there may be no network to load it from.
 */
import { asFailure, CallFailure } from "./failures.js";
import { cutOff, historyOf, recalling } from "./history.js";
import { KEEP_MICROPHONE } from "./microphone.js";
import { redial } from "./redial.js";
import { watchSleep } from "./wake.js";

/**
 * How long a dropped network may take to find its way back by itself. On another network it cannot: that takes an ICE
 * restart, which is a second offer, and nothing says that the service takes one in mid-call. So it is dialled again.
 */
const RETURN_MS = 5_000;

/**
 * @param {Voice.Line} line
 * @returns {Voice.CallEvents["lost"]}
 */
export function keepUp(line) {
  const { talk, face, browser, attempt, over, dial } = line;
  const { call } = talk;
  if (!call) return () => {};
  const { peer, microphone } = call.link;
  const { signal } = attempt;
  /** @type {number | undefined} */
  let droppedAt;
  let cancelReturn = () => {};

  const follow = () => {
    cancelReturn();
    if (talk.call !== call) return; // a successor has taken over
    droppedAt = undefined;
    if (peer.connectionState === "failed") lost();
    if (peer.connectionState === "connected") talk.state.move("live");
    if (peer.connectionState !== "disconnected") return;
    droppedAt = browser.now();
    talk.state.move("reconnecting");
    cancelReturn = browser.schedule(() => void lost(), RETURN_MS);
  };
  const lost = async (why = "connection_lost") => {
    if (signal.aborted || talk.call !== call) return;
    if (talk.conversation?.leaving) return talk.stop("goodbye");
    const turns = bury(talk, droppedAt ?? browser.now());
    talk.log("page", { type: why });
    call.close(true);
    attempt.abort(KEEP_MICROPHONE);
    talk.state.move("reconnecting");
    face.changed();
    talk.conversation = null;
    const remind = recalling(turns, historyOf(turns, browser.newId));
    /** @type {Voice.Recall} */
    const recall = (conversation, send) => {
      remind(conversation, send);
      if (talk.pressed) talk.press(); // held all the while
    };
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
  watchSleep(peer, () => void lost(), browser, signal);
  import("./successor.js").then(
    ({ succeed }) => succeed(line, () => void lost("limit")),
    () => {}, // then the call ends at its limit
  );
  return (why) => void (why === "mic_lost" ? loseMicrophone(line) : lost());
}

/**
 * Another microphone may take over; without one the call cannot go on.
 * @param {Voice.Line} line
 */
async function loseMicrophone({ talk, face, over }) {
  const fault = await face.micLost().then(
    (found) => !found && {},
    (none) => none ?? {},
  );
  if (!fault || over.aborted) return;
  if (fault.name !== "NotAllowedError") return talk.fail(new CallFailure("mic_lost"));
  talk.fail(new CallFailure("mic_denied", { detail: "Its permission was taken back during the call." }));
}

/**
 * Ends the conversation of the dead session: nothing of it is sent any more, an answer ends where its voice did.
 * @param {import("./talk.js").Talk} talk
 * @param {number} droppedAt
 */
function bury({ conversation }, droppedAt) {
  if (!conversation) return [];
  conversation.close();
  cutOff(conversation.transcript, droppedAt);
  return conversation.transcript.turns();
}

/**
 * Another microphone may have taken over since the attempt began: it has moved into the stream.
 * @param {Voice.Link} link
 */
async function sendLatest({ peer, microphone, words }) {
  if (words?.underWay) return; // does it at their end
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
