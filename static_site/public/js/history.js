/** A conversation so far, as items for a new session that has heard none of it (protocol sheet 4.2). Pure. */

/** What a new session is told at most: the newest turns. More would cost money and time with every answer. */
const MOST_TURNS = 40;
const MOST_CHARACTERS = 20_000;

/**
 * The words of both, oldest first. Of an answer that was cut off it holds what was heard. Tool calls are left out:
 * their effect is on the page, and a call cannot be told again without the session that made it.
 * @param {Voice.Turn[]} turns
 * @param {() => string} newId items get ids of our own: the old session's mean nothing to the new one
 * @returns {Voice.HistoryItem[]}
 */
export function historyOf(turns, newId) {
  let room = MOST_CHARACTERS;
  /** @type {Voice.HistoryItem[]} */
  const items = [];
  for (const { role, text } of wordsOf(turns).slice(-MOST_TURNS).reverse()) {
    if (room <= 0) break;
    const kept = text.length <= room ? text : items.length ? "" : text.slice(-room);
    if (!kept) break; // an older turn that does not fit whole is left out, and all before it
    room -= kept.length;
    const type = role === "user" ? "input_text" : "output_text";
    items.unshift({ id: newId(), type: "message", role, content: [{ type, text: kept }] });
  }
  return items;
}

/**
 * Makes a conversation go on where another has ended: shows its turns, tells the session of them, and asks for an
 * answer only if the person waits for one.
 * @param {Voice.Turn[]} turns
 * @param {Voice.HistoryItem[]} items
 * @param {boolean} [asks] false: nobody waits, whoever spoke last
 * @returns {Voice.Recall}
 */
export const recalling = (turns, items, asks = true) => (conversation, send) => {
  const ids = new Set(items.map(({ id }) => id));
  conversation.transcript.before = turns;
  conversation.isEcho = ({ item }) => ids.has(item?.id);
  for (const item of items) send({ type: "conversation.item.create", item });
  if (asks && items.at(-1)?.role === "user") conversation.answer();
};

/** The card of a tool that the session's end has overtaken. */
const CUT_OFF = { ok: false, detail: "Not run: the connection was lost first." };

/**
 * What was going on when a session ended, so ends with it: an answer where its voice did, tools that have not run.
 * @param {import("./transcript.js").Transcript} transcript
 * @param {number} at
 */
export function cutOff(transcript, at) {
  transcript.interruptPlaying(at);
  for (const { tool } of transcript.turns()) {
    if (tool && tool.ok === undefined) transcript.setToolResult(tool.callId, CUT_OFF);
  }
}

/**
 * What can be told of them.
 * @param {Voice.Turn[]} turns
 */
export const wordsOf = (turns) => turns.filter(({ role, text }) => text && role !== "tool");
