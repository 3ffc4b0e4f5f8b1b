/** The frames of the data channel: reading them, and what the log says of each. */

/** Server events that the page knows (protocol sheet 4.3 to 4.7). Any other is logged as unknown, never dropped. */
const KNOWN = new Set(
  `error session.created session.updated conversation.created conversation.item.added conversation.item.done
  conversation.item.created conversation.item.retrieved conversation.item.deleted conversation.item.truncated
  conversation.item.input_audio_transcription.delta conversation.item.input_audio_transcription.completed
  conversation.item.input_audio_transcription.failed conversation.item.input_audio_transcription.segment
  input_audio_buffer.speech_started input_audio_buffer.speech_stopped input_audio_buffer.committed
  input_audio_buffer.cleared input_audio_buffer.timeout_triggered output_audio_buffer.started
  output_audio_buffer.stopped output_audio_buffer.cleared response.created response.done response.output_item.added
  response.output_item.done response.content_part.added response.content_part.done response.output_text.delta
  response.output_text.done response.output_audio_transcript.delta response.output_audio_transcript.done
  response.output_audio.done response.function_call_arguments.delta response.function_call_arguments.done
  rate_limits.updated`.split(/\s+/),
);

/** @param {string} type */
export const isKnown = (type) => KNOWN.has(type);

/**
 * @param {unknown} data a frame as it came
 * @returns {Voice.ServerEvent | null} null if it is not an event
 */
export function parseEvent(data) {
  if (typeof data !== "string") return null;
  try {
    const event = JSON.parse(data);
    return typeof event?.type === "string" ? event : null;
  } catch {
    return null;
  }
}

/**
 * The event as the log may show and copy it: instructions are the operator's, so only their length is told, a secret is
 * left out, and long texts are cut.
 * @param {unknown} event
 * @returns {string}
 */
export function printable(event) {
  const text = JSON.stringify(
    event,
    (key, value) => {
      if (key === "instructions" && typeof value === "string") return `(${value.length} characters, not shown)`;
      if (key === "obfuscation" || key === "client_secret") return undefined;
      return typeof value === "string" && value.length > 600 ? `${value.slice(0, 600)}… (${value.length})` : value;
    },
    2,
  );
  return text.length > 6000 ? `${text.slice(0, 6000)}…` : text;
}
