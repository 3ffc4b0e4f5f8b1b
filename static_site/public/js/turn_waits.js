/**
 * How long each turn of the person waited for the first sound of its answer: from the moment that the service heard the
 * end of the speech (or that the button was let go, or the message sent). Pure.
 */

/**
 * @typedef {object} Wait
 * @property {"spoken" | "held" | "typed"} how
 * @property {number} ended
 * @property {number | null} ms null if no sound of an answer came
 * @property {Set<unknown>} responses ids of what was answered to it
 * @property {unknown} item
 */

/** A sound sooner than this after the speech is the end of what was said before it. */
const ECHO_MS = 150;

/**
 * @param {Voice.Entry[]} entries in the order in which they came
 * @returns {Wait[]}
 */
export function waits(entries) {
  /** @type {Wait[]} */
  const turns = [];
  /** Responses that were there before the latest turn ended: their sound is no answer to it. */
  const before = new Set();
  const known = new Set();
  for (const { at, type, item, response, role } of entries) {
    const last = turns.at(-1);
    /** @param {Wait["how"]} how */
    const end = (how) => {
      turns.push({ how, ended: at, ms: null, responses: new Set(), item });
      for (const id of known) before.add(id);
    };
    const counted = item !== undefined && turns.some((turn) => turn.item === item);
    if (type === "input_audio_buffer.speech_stopped") {
      if (!counted) end("spoken");
    } else if (type === "out input_audio_buffer.commit") end("held");
    else if (type === "input_audio_buffer.committed") {
      // The end of the speech, where its own event was lost; and the id of what was held.
      if (last?.how === "held" && last.item === undefined) last.item = item;
      else if (!counted) end("spoken");
    } else if (type === "out conversation.item.create" && role) {
      // Of messages that are sent in a row, such as a history told to a new session, only the last waits.
      if (last?.how === "typed" && last.ms === null && !last.responses.size) turns.pop();
      if (role === "user") end("typed");
    }
    if (response === undefined && type !== "heard") continue;
    if (last && response !== undefined && !before.has(response)) last.responses.add(response);
    known.add(response);
    if (!last || last.ms !== null || before.has(response)) continue;
    if (type === "output_audio_buffer.started") last.ms = at - last.ended;
    else if (type === "heard" && at - last.ended >= ECHO_MS) last.ms = at - last.ended;
  }
  return turns;
}

/**
 * @param {number[]} numbers
 * @returns {number | null}
 */
export function median(numbers) {
  if (!numbers.length) return null;
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const [low = 0, high = 0] = [sorted[half - 1], sorted[half]];
  return sorted.length % 2 ? high : (low + high) / 2;
}
