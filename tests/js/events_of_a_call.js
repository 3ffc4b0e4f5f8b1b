/** Event streams as the service sends them (protocol sheet 4.8), for tests of everything that reads events. */

const item = (id, role, more = {}) => ({ id, type: "message", role, status: "completed", content: [], ...more });

/** One spoken question and its spoken answer, over WebRTC with no filter; `previous` is the item before both. */
export function spokenTurn(n, previous, question, answer) {
  const user = `item_user_${n}`;
  const assistant = `item_assistant_${n}`;
  const response_id = `resp_${n}`;
  const heard = [{ type: "input_audio", transcript: null }];
  const ids = { response_id, item_id: assistant, output_index: 0, content_index: 0 };
  const words = answer.split(/(?= )/);
  const said = item(assistant, "assistant", { content: [{ type: "output_audio", transcript: answer }] });
  return [
    { type: "input_audio_buffer.speech_started", item_id: user, audio_start_ms: n },
    { type: "input_audio_buffer.speech_stopped", item_id: user, audio_end_ms: n },
    { type: "input_audio_buffer.committed", item_id: user, previous_item_id: previous },
    { type: "conversation.item.added", previous_item_id: previous, item: item(user, "user", { content: heard }) },
    { type: "conversation.item.done", previous_item_id: null, item: item(user, "user", { content: heard }) },
    { type: "response.created", response: { id: response_id, status: "in_progress", output: [] } },
    { type: "response.output_item.added", response_id, item: item(assistant, "assistant", { status: "in_progress" }) },
    {
      type: "conversation.item.added",
      previous_item_id: user,
      item: item(assistant, "assistant", { status: "in_progress" }),
    },
    { type: "response.content_part.added", ...ids, part: { type: "audio", transcript: "" } },
    ...words.map((delta) => ({ type: "response.output_audio_transcript.delta", ...ids, delta })),
    { type: "output_audio_buffer.started", response_id },
    { type: "response.output_audio.done", ...ids },
    { type: "response.output_audio_transcript.done", ...ids, transcript: answer },
    { type: "response.content_part.done", ...ids, part: { type: "audio", transcript: answer } },
    { type: "conversation.item.done", previous_item_id: user, item: said },
    { type: "response.output_item.done", response_id, item: said },
    {
      type: "conversation.item.input_audio_transcription.completed",
      item_id: user,
      content_index: 0,
      transcript: question,
    },
    { type: "response.done", response: { id: response_id, status: "completed", output: [said] } },
    { type: "output_audio_buffer.stopped", response_id },
  ];
}

/** A response that calls tools. `calls` are [call id, name, arguments]. */
export function toolTurn(n, previous, calls, status = "completed") {
  const response_id = `resp_tool_${n}`;
  const items = calls.map(([call_id, name, args], at) => ({
    id: `item_call_${n}_${at}`,
    type: "function_call",
    status: "completed",
    call_id,
    name,
    arguments: args,
  }));
  return [
    { type: "response.created", response: { id: response_id, output: [] } },
    ...items.flatMap((call, at) => [
      {
        type: "conversation.item.added",
        previous_item_id: at ? items[at - 1].id : previous,
        item: { ...call, status: "in_progress", arguments: "" },
      },
      {
        type: "response.function_call_arguments.done",
        response_id,
        item_id: call.id,
        call_id: call.call_id,
        name: call.name,
        arguments: call.arguments,
      },
      { type: "response.output_item.done", response_id, item: call },
    ]),
    { type: "response.done", response: { id: response_id, status, output: items } },
  ];
}

/** The eleven kinds that a private session lets through (protocol sheet 2.2). */
export const PRIVATE = new Set([
  "input_audio_buffer.speech_started",
  "input_audio_buffer.speech_stopped",
  "output_audio_buffer.started",
  "output_audio_buffer.stopped",
  "conversation.item.input_audio_transcription.completed",
  "conversation.item.added",
  "conversation.item.created",
  "response.output_text.delta",
  "response.output_text.done",
  "response.output_audio_transcript.delta",
  "response.output_audio_transcript.done",
]);
