/**
 * The end of a call by saying goodbye. The assistant has called `end_call`; the call ends when its own goodbye has been
 * heard to the end. If the person says or types anything before that, it goes on. Pure: time and the end are passed in.
 */

/** @typedef {import("./conversation.js").Conversation} Conversation */

/** Between the last sound that the service sends and the moment when it has been heard. Our estimate. */
const HEARD_MS = 600;
/** How long a goodbye may take to begin, and to be said, where the service does not tell. */
const BEGIN_MS = 10_000;
const SAY_MS = 30_000;

const STAYS = { ok: true, title: "The call goes on", detail: "You went on before the goodbye was over." };

/**
 * @param {Conversation} conversation
 * @param {{ call: string, response: unknown }} tool the call of the tool, and the response that holds it
 * @param {() => void} end
 */
export function farewell(conversation, { call, response }, end) {
  const { transcript, watchers } = conversation;
  /** Whether the goodbye is said in another response, because the one with the call has no words. */
  let apart = false;
  /** @type {Set<unknown>} responses that came before it, whose voice may still be heard */
  const earlier = new Set(transcript.playback.keys());
  let cancel = () => {};
  const wait = (/** @type {number} */ ms) => {
    cancel();
    cancel = conversation.later(leave, ms);
  };
  const settle = () => {
    watchers.delete(watch);
    cancel();
    conversation.leaving = false;
  };
  const leave = () => {
    if (conversation.activity === "hearing") return stay(); // also while a button is held, which the service is not told
    settle();
    if (!conversation.closed) end();
  };
  const stay = () => {
    settle();
    transcript.setToolResult(call, STAYS);
  };
  const look = () => {
    const spoken = transcript.isSpoken(response);
    const said = [...transcript.playback].some(
      ([id, { stopped }]) => stopped && (spoken ? id === response : apart && !earlier.has(id)),
    );
    if (said) return wait(HEARD_MS);
    if (spoken || apart || !transcript.complete.has(response)) return;
    apart = true;
    conversation.answer();
  };
  const watch = (/** @type {Voice.ServerEvent} */ { type, item }) => {
    const person = type === "input_audio_buffer.speech_started" || type === "output_audio_buffer.cleared";
    if (person || (type === "conversation.item.added" && item?.role === "user")) return stay();
    if (type === "output_audio_buffer.started") wait(SAY_MS);
    look();
  };
  if (conversation.activity === "hearing") return stay();
  watchers.add(watch);
  conversation.leaving = true;
  wait(conversation.activity === "speaking" ? SAY_MS : BEGIN_MS);
  look();
}
