/**
 * Crosses the limit of a call without a gap. Some time before it, if the conversation is in use, a second connection is
 * made: it hears nothing yet and is not heard. In a quiet moment, at the latest right before the limit, it takes over.
 * A forgotten tab gets none, and ends at its limit. Loaded as soon as a call is live, by keep_up.js.
 */
import { CallFailure, asFailure } from "./failures.js";
import { handOver } from "./hand_over.js";
import { KEEP_MICROPHONE } from "./microphone.js";
import { isFinal } from "./redial.js";

/** At most so long before the limit, and a third of a short call: ready before the page counts down the last minute. */
const LEAD_MS = 75_000;
/** So long before the limit it takes over whatever goes on: the service's clock began before ours. */
const MARGIN_MS = 4_000;
/** A conversation is in use if somebody was heard of in this time. */
const IN_USE_MS = 120_000;
/** A shorter call is no conversation, and would only be followed by another. */
const SHORTEST_MS = 6_000;
const LOOK_MS = 250;
/** Looks in a row that make a quiet moment; and from where on the person may just begin to speak. */
const QUIET_LOOKS = 2;
const LOUD = 0.1;
const TRIES = 2;
/** An attempt may take so long, and longer where there is time: then it makes room for the second. */
const PATIENCE_MS = 10_000;
/** Somebody speaks or types, or is answered. These arrive in private sessions as well. */
const USE = /speech_started$|item\.(added|created)$|^output_audio_buffer/;

/** @type {WeakMap<AbortSignal, number>} when somebody was last heard of, by talk */
const usedAt = new WeakMap();

/**
 * @param {Voice.Line} line
 * @param {() => void} redial makes a connection of this talk anew, as after a drop
 */
export function succeed(line, redial) {
  const { talk, browser, attempt, over, dial } = line;
  const { call, conversation } = talk;
  const { now, schedule } = browser;
  const { signal } = attempt;
  if (!call || !conversation || signal.aborted || call.limit - now() < SHORTEST_MS) return;
  const lead = Math.min(LEAD_MS, (call.limit - now()) / 3);
  const due = call.limit - lead;
  const latest = call.limit - Math.min(MARGIN_MS, lead / 4);
  let used = false;
  let tries = 0;
  let restsUntil = 0;
  /** @type {CallFailure | null} */
  let refused = null;
  /** @type {AbortController | null} the attempt at a successor */
  let next = null;
  /** @type {(() => void) | null} the successor stands ready, and this lets it take over */
  let go = null;
  let cancel = () => {};

  const isOver = () => signal.aborted || talk.call !== call;
  const inUse = () => now() - (usedAt.get(over) ?? -Infinity) < IN_USE_MS;

  const prepare = async () => {
    if (isOver() || next || tries === TRIES || now() < restsUntil || now() >= latest || !inUse()) return;
    if (talk.state.current !== "live" || conversation.leaving) return; // a drop is dealt with first
    tries += 1;
    const own = (next = new AbortController());
    const parting = handOver(line);
    const cancelPatience = schedule(() => own.abort(new CallFailure("network")), Math.max(lead / TRIES, PATIENCE_MS));
    talk.log("page", { type: "successor", step: "dialled" });
    try {
      await dial(own, {
        browser: { ...browser, getUserMedia: async () => SILENCE },
        microphone: call.link.microphone,
        recall: parting.recall,
        successor: {
          speak: parting.takeVoice,
          turn: (link) => (cancelPatience(), turn(link, own.signal).then(parting.leave)),
        },
      });
    } catch (fault) {
      cancelPatience();
      own.abort(KEEP_MICROPHONE);
      next = go = null;
      talk.goesOn = false;
      if (isOver()) return;
      refused = asFailure(fault);
      talk.log("page", { type: "successor", step: "refused", code: refused.code });
      const pause = Math.max(refused.retryAfter * 1000, lead / 6);
      restsUntil = now() + pause;
      if (mayChange(refused, latest - now())) cancel = schedule(prepare, pause);
      else tries = TRIES;
    }
  };

  /**
   * @param {Voice.Link} link of the successor
   * @param {AbortSignal} given up
   * @returns {Promise<void>} its turn has come
   */
  const turn = ({ peer, channel }, given) =>
    new Promise((resolve, reject) => {
      let looks = 0;
      const look = () => {
        if (isOver()) return;
        if (peer.connectionState !== "connected" || channel.readyState !== "open")
          return reject(new CallFailure("connection_lost"));
        looks = isQuiet() ? looks + 1 : 0;
        const dropped = call.link.peer.connectionState !== "connected";
        if (!conversation.leaving && (looks >= QUIET_LOOKS || dropped || now() >= latest)) return resolve();
        cancel = schedule(look, LOOK_MS);
      };
      given.addEventListener("abort", () => reject(given.reason), { once: true });
      if (given.aborted) return reject(given.reason);
      go = resolve;
      talk.goesOn = true;
      look();
    });

  /** Nobody speaks, and nothing is owed; nor does the person just begin, unless it is always loud where they are. */
  const isQuiet = () => {
    if (!conversation.idle || talk.pressed) return false;
    return now() > call.limit - lead / 2 || (talk.sound?.level("user") ?? 0) < LOUD;
  };

  conversation.watchers.add(({ type }) => {
    if (!USE.test(type) || isOver()) return;
    used = true;
    usedAt.set(over, now());
    if (now() >= due) void prepare();
  });
  cancel = schedule(prepare, due - now());
  signal.addEventListener("abort", () => {
    cancel();
    if (talk.call === call) next?.abort(KEEP_MICROPHONE);
  });

  talk.outlast = () => {
    if (isOver()) return false;
    if (conversation.leaving) return talk.stop("goodbye"), true;
    if (go) return go(), true; // the limit came earlier than this page's clock said
    // In the middle of a conversation a limit is a drop: perhaps our own place was all that was missing.
    if (!used || !inUse() || (refused && isFinal(refused))) return false;
    redial();
    return true;
  };
}

/** A microphone that gives nothing: so the new session's turn detection cannot hear anything early. */
const SILENCE = /** @type {any} */ ({ getTracks: () => [], getAudioTracks: () => [] });

/**
 * Whether dialling once more may help.
 * @param {CallFailure} refused
 * @param {number} left milliseconds
 */
const mayChange = (refused, left) =>
  !isFinal(refused) || (refused.status === 429 && refused.retryAfter > 0 && refused.retryAfter * 1000 < left);
