/** One item of the conversation, as events fill it in, and the turn that the page shows for it. */

/** What stands for a picture where there are only words: in files, on this device, and for the next session. */
export const PICTURE = "[picture]";

/** An estimate of how fast the voices speak, to cut an interrupted caption where the voice stopped. */
const HEARD_CHARACTERS_PER_SECOND = 16;

/**
 * @param {string} id
 * @param {number} seq
 * @returns {Voice.Item}
 */
export function newItem(id, seq) {
  return { id, seq, prev: undefined, role: undefined, parts: new Map(), listening: false, done: false };
}

/**
 * Notes which item came before.
 * @param {Voice.Item} item
 * @param {unknown} prev
 * @param {boolean} sure whether null means "the first"; in item.done it may mean nothing (protocol sheet 4.3)
 */
export function place(item, prev, sure) {
  if (typeof prev === "string" && prev) item.prev = prev;
  else if (prev === null && sure && item.prev === undefined) item.prev = null;
}

/**
 * Adds text to a part. The final text replaces what came in pieces; a piece that comes after it is late, and ignored.
 * @param {Voice.Item} item
 * @param {number} index
 * @param {unknown} text
 * @param {boolean} final
 */
export function write(item, index, text, final) {
  if (typeof text !== "string") return;
  const part = item.parts.get(index) ?? { text: "", final: false };
  item.listening = false;
  if (final) item.parts.set(index, { text, final });
  else if (!part.final) item.parts.set(index, { text: part.text + text, final });
}

/**
 * Takes what an item of the protocol says of itself.
 * @param {Voice.Item} item
 * @param {any} given
 */
export function fill(item, given) {
  const final = given.status !== "in_progress";
  item.listening = false;
  if (given.type === "function_call") {
    item.role = "tool";
    item.tool ??= { name: String(given.name ?? ""), callId: String(given.call_id ?? "") };
    return;
  }
  const shown = given.type === "message" && (given.role === "user" || given.role === "assistant");
  if (item.role !== "hidden") item.role = shown ? given.role : "hidden";
  if (item.role === "assistant" && final) item.done = true;
  if (!Array.isArray(given.content)) return;
  for (const [index, content] of given.content.entries()) {
    const text = content?.type === "input_image" ? PICTURE : (content?.transcript ?? content?.text);
    if (final && text && !item.parts.get(index)?.final) write(item, index, text, true);
  }
}

/**
 * @param {Voice.Item} item
 * @param {{ passed: boolean, ended: boolean }} at whether later answers are complete, and whether the call is over
 * @returns {Voice.Turn}
 */
export function turnOf(item, { passed, ended }) {
  const parts = [...item.parts].sort(([a], [b]) => a - b).map(([, part]) => part);
  const final = item.done || (parts.length > 0 && parts.every((part) => part.final));
  const { id, heardMs, failed } = item;
  const role = item.role === "assistant" || item.role === "tool" ? item.role : "user";
  let text = parts
    .map((part) => part.text)
    .join(" ")
    .trim();
  /** @type {Voice.Turn["status"]} */
  let status = final ? "done" : text ? "open" : item.listening ? "listening" : "waiting";
  if (role === "user") {
    if (!text && (final || failed !== undefined || passed || ended)) status = "missing";
  } else if (role === "assistant" && heardMs !== undefined) {
    status = "interrupted";
    text = cut(text, (heardMs / 1000) * HEARD_CHARACTERS_PER_SECOND);
  } else if (ended && status !== "done") {
    status = text ? "interrupted" : "missing";
  }
  return {
    id,
    role,
    text,
    status,
    reason: failed ?? (final && !text ? "no_words" : ""),
    ...(item.tool && { tool: { ...item.tool } }),
    ...(item.picture && { picture: item.picture }),
  };
}

/**
 * Cuts at the end of a word.
 * @param {string} text
 * @param {number} length
 */
function cut(text, length) {
  return text.length <= length ? text : text.slice(0, Math.max(0, text.lastIndexOf(" ", length)));
}
