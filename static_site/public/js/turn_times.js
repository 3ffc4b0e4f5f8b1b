/** When each turn was heard, from a call's record. Pure. */

/**
 * A person's turn lasts as long as the speech; the assistant's as long as its voice, whose words come earlier than it.
 * Where the service does not tell of a voice, the words count.
 * @param {Voice.Entry[]} entries
 * @returns {Map<unknown, Voice.Span>} by item id
 */
export function turnTimes(entries) {
  /** @type {Map<unknown, Voice.Span>} */
  const items = new Map();
  /** @type {Map<unknown, { began?: number, ended?: number }>} by response id */
  const voices = new Map();
  /** @type {Map<unknown, unknown[]>} */
  const itemsOf = new Map();
  /** @type {Set<unknown>} */
  const spoken = new Set();
  for (const { at, type, item, response } of entries) {
    if (type === "output_audio_buffer.started") voices.set(response, { ...voices.get(response), began: at });
    else if (/^output_audio_buffer\.(stopped|cleared)$/.test(type))
      voices.set(response, { ...voices.get(response), ended: at });
    if (item === undefined) continue;
    const span = items.get(item) ?? { began: at, ended: at };
    items.set(item, span);
    span.began = Math.min(span.began, at);
    if (type === "input_audio_buffer.speech_stopped") {
      spoken.add(item);
      span.ended = at;
    } else if (!spoken.has(item) && !type.endsWith("transcription.completed")) span.ended = Math.max(span.ended, at);
    if (response !== undefined) itemsOf.set(response, [...(itemsOf.get(response) ?? []), item]);
  }
  for (const [response, { began, ended }] of voices) {
    for (const item of itemsOf.get(response) ?? []) {
      const span = items.get(item);
      if (!span) continue;
      if (began !== undefined) span.began = began;
      span.ended = Math.max(span.began, ended ?? span.ended);
    }
  }
  return items;
}
