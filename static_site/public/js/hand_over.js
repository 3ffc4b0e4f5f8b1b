/**
 * From one connection of a talk to its successor: what the old one still has to say, what the new one is told, and the
 * words that come late. Nothing but its captions is taken from the old session any more.
 */
import { cutOff, historyOf, recalling, wordsOf } from "./history.js";
import { KEEP_MICROPHONE } from "./microphone.js";

/** The old connection stays at least so long, for what is under way; and no longer than a caption may take. */
const LINGER_MS = 1_500;
const PATIENCE_MS = 20_000;
/** It is hung up so long before its limit: a call that the server has ended by then could not be. */
const MARGIN_MS = 500;
const LOOK_MS = 250;

/** Without turn detection a session neither hears a turn nor answers one (protocol sheet 4.1: null clears it). */
const DEAF = { type: "session.update", session: { type: "realtime", audio: { input: { turn_detection: null } } } };

/**
 * @param {Voice.Line} line of the old connection
 * @returns {{ takeVoice: (voice: MediaStream) => void, leave: () => void, recall: Voice.Recall }}
 * `leave` is called right before the new call is made, `recall` when it is
 */
export function handOver({ talk, face, browser, attempt }) {
  const old = /** @type {import("./call.js").Call} */ (talk.call);
  const before = /** @type {import("./conversation.js").Conversation} */ (talk.conversation);
  const { transcript } = before;
  const { now, schedule, newId } = browser;
  /** @type {MediaStream | null} */
  let voice = null;
  let cut = false;
  let doing = before.activity;

  /** @param {{ type: string }} event */
  const tellOld = (event) => void (old.send(event) && talk.log("out", event));
  /** The first half of a sentence becomes a turn, whose words are handed on; the successor hears the second. */
  const hearOut = () => {
    tellOld({ type: "input_audio_buffer.commit" });
    if (!talk.pushToTalk) tellOld(DEAF);
  };

  const leave = () => {
    cut = !before.idle;
    doing = before.activity;
    if (!cut) return;
    if (doing === "hearing") hearOut();
    else before.interrupt();
    cutOff(transcript, now());
  };

  /** Words that are still being written come late; an answer that nobody has heard yet is not told.
   * @param {Voice.Turn} turn */
  const isTold = ({ role, status }) => status !== "open" || (role !== "user" && doing !== "thinking");

  /** @type {Voice.Recall} */
  const recall = (conversation, send) => {
    const turns = transcript.turns();
    const told = turns.filter(isTold);
    const items = historyOf(told, newId);
    recalling(turns, items, cut && doing !== "hearing")(conversation, send);
    talk.log("page", { type: "successor", step: "took over" });
    void moveMicrophone(old, /** @type {import("./call.js").Call} */ (talk.call));
    if (voice) talk.sound?.speak(voice);
    if (talk.pressed) talk.press();
    const words = wordsOf(told);
    const places = new Map(items.map(({ id }, at) => [words[words.length - items.length + at]?.id ?? "", id]));
    listenOn(turns, told, places, conversation);
  };

  /**
   * The old connection is kept until the words have come that it still owes.
   * @param {Voice.Turn[]} turns
   * @param {Voice.Turn[]} told
   * @param {Map<string, string>} places ids that the turns' items have in the new session
   * @param {import("./conversation.js").Conversation} after
   */
  const listenOn = (turns, told, places, after) => {
    const known = new Set(turns.map(({ id }) => id));
    const done = new Set(wordsOf(told).map(({ id }) => id));
    const began = now();
    const end = Math.min(old.limit - MARGIN_MS, began + PATIENCE_MS);
    let cancel = () => {};
    let shown = true;

    /** Shows the old session's turns before those of whoever has followed. */
    const show = () => {
      const follower = talk.conversation?.transcript;
      shown = follower !== undefined; // else a third connection is being made
      if (!follower) return;
      const own = transcript.turns();
      const later = follower.before.filter(({ id }) => !known.has(id));
      for (const { id } of own) known.add(id);
      follower.before = [...own, ...later];
      face.changed();
    };
    /** @param {Voice.Turn[]} own */
    const handOn = (own) => {
      for (const [at, { id, role, text, status }] of own.entries()) {
        if (role !== "user" || status !== "done" || !text || done.has(id)) continue;
        done.add(id);
        if (talk.conversation !== after) continue; // it was lost, and told of them if they were there
        const previous = own.slice(0, at).findLast((turn) => places.has(turn.id));
        const content = [{ type: "input_text", text }];
        const item = { id: newId(), type: "message", role, content };
        const { isEcho } = after;
        after.isEcho = (event) => event.item?.id === item.id || isEcho(event);
        const place = (previous && places.get(previous.id)) ?? "root";
        places.set(id, item.id);
        const event = { type: "conversation.item.create", previous_item_id: place, item };
        if (talk.call?.send(event)) talk.log("out", event);
        // The person waits for an answer, unless they speak on: then the answer to that covers it.
        const later = [...own.slice(at + 1), ...after.transcript.turns().slice(own.length)].filter(isTold);
        if (cut && !wordsOf(later).length && after.idle && !talk.pressed) after.answer();
      }
    };
    const owes = (/** @type {Voice.Turn} */ { role, status }) =>
      role === "user" && (status === "listening" || status === "waiting" || status === "open");
    const look = () => {
      if (!shown) show();
      const { channel } = old.link;
      const owed = channel.readyState === "open" && (now() < began + LINGER_MS || transcript.turns().some(owes));
      if ((owed && now() < end) || !talk.conversation) cancel = schedule(look, LOOK_MS);
      else attempt.abort(KEEP_MICROPHONE);
    };

    before.later = () => () => {}; // a goodbye that is said only now is none: the talk goes on
    before.receive = (event) => {
      const { type, item, item_id, response, response_id } = event;
      if (type === "input_audio_buffer.speech_started") (hearOut(), (cut = true));
      // An answer to what came too late for it would be one too many: the successor's is the one that is heard.
      if (type === "response.created") tellOld({ type: "response.cancel" });
      const mine = (/** @type {any} */ one) => known.has(one?.id);
      if ((response_id || (item && item.role !== "user")) && !known.has(item?.id ?? item_id ?? "")) {
        if (item || item_id) return;
      }
      const output = response?.output?.filter(mine);
      transcript.apply(response ? { ...event, response: { ...response, output } } : event, now());
      handOn(transcript.turns());
      show();
    };
    attempt.signal.addEventListener("abort", () => {
      cancel();
      for (const { id, status } of transcript.turns())
        if (status === "listening") transcript.apply({ type: "conversation.item.deleted", item_id: id }, now());
      before.close();
      old.close(true);
      show();
    });
    look();
  };

  return { takeVoice: (stream) => void (voice = stream), leave, recall };
}

/**
 * From now on the successor hears, and nobody else.
 * @param {import("./call.js").Call} old
 * @param {import("./call.js").Call} call
 */
async function moveMicrophone(old, { link }) {
  const [from] = old.link.peer.getSenders();
  const [to] = link.peer.getSenders();
  const track = () => link.microphone.getAudioTracks()[0] ?? null;
  from?.replaceTrack(null).catch(() => {}); // closed already
  await to?.replaceTrack(track()).catch(() => {});
  if (to && to.track !== track()) await to.replaceTrack(track()).catch(() => {}); // another took over meanwhile
}
