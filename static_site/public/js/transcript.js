/**
 * What was said, as a list of turns, built from server events alone. The order comes from item ids and their
 * previous_item_id, never from arrival: events may come late, twice or in another order. Pure: no DOM, no clock.
 */
import { inOrder } from "./item_order.js";
import { fill, newItem, place, turnOf, write } from "./turns.js";

export class Transcript {
  /** @type {Map<string, Voice.Item>} */
  #items = new Map();
  /** @type {Map<string, { started?: number, stopped?: boolean }>} playback by response id; times in ms */
  playback = new Map();
  /** @type {Map<string, Partial<Voice.ToolCard>>} by call id; a result may come before its item */
  #results = new Map();
  /** @type {Set<unknown>} ids of complete responses */
  complete = new Set();
  #infers;
  #ended = false;
  /** @type {Voice.Turn[]} of lost sessions */
  before = [];

  /** @param {{ inferInterruptions?: boolean }} [options] a private session does not tell of interruptions: then speech
   * that starts while the assistant is heard counts as one */
  constructor({ inferInterruptions = false } = {}) {
    this.#infers = inferInterruptions;
  }

  /**
   * @param {Voice.ServerEvent} event
   * @param {number} now milliseconds
   */
  apply(event, now) {
    const { type, item_id: id, response_id: response } = event;
    const item = typeof id === "string" ? this.#item(id) : null;
    if (item && response) item.response = response;
    if (item) this.#applyTo(item, event, now);
    else if (type.startsWith("conversation.item.") || type.startsWith("response.output_item.")) this.#take(event);
    else if (type === "response.done") this.#finish(event.response, now);
    else if (type === "output_audio_buffer.started") this.#played(response).started = now;
    else if (type === "output_audio_buffer.stopped") this.#played(response).stopped = true;
    else if (type === "output_audio_buffer.cleared") this.#interrupt(response, now);
  }

  /**
   * Shows what the person typed or showed, before the service has confirmed it.
   * @param {string} id
   * @param {{ type: string, text?: string }[]} content
   * @param {Voice.ShownPicture} [picture]
   */
  addOwn(id, content, picture) {
    const item = this.#item(id);
    if (picture) item.picture = picture;
    fill(item, { type: "message", role: "user", content });
  }

  /**
   * @param {string} callId
   * @param {Partial<Voice.ToolCard>} result
   */
  setToolResult(callId, result) {
    this.#results.set(callId, result);
  }

  /**
   * Marks whatever is being said as interrupted, without waiting for the service to tell.
   * @param {number} now
   */
  interruptPlaying(now) {
    for (const [response, { started }] of this.playback) if (started !== undefined) this.#interrupt(response, now);
  }

  /** Whether a response has words.
   * @param {unknown} id */
  isSpoken(id) {
    return [...this.#items.values()].some(({ response, role }) => response === id && role === "assistant");
  }

  /** The call is over: no text will come any more. */
  end() {
    this.#ended = true;
  }

  /** The turns in the order of the conversation. */
  turns() {
    const ordered = inOrder([...this.#items.values()]);
    const answers = [...ordered.keys()].filter((at) => ordered[at]?.role === "assistant" && ordered[at]?.done);
    const answered = answers.at(-2) ?? -1; // a caption may well come after its own answer, but not after the next
    const ids = new Set(this.before.map(({ id }) => id));
    const own = ordered.flatMap((item, at) => {
      if (!item.role || item.role === "hidden") return [];
      const turn = turnOf(item, { passed: at < answered, ended: this.#ended });
      while (ids.has(turn.id)) turn.id += "+"; // both sessions may count from one
      if (turn.tool) Object.assign(turn.tool, this.#results.get(turn.tool.callId));
      return [turn];
    });
    return [...this.before, ...own];
  }

  /** @param {string} id */
  #item(id) {
    const item = this.#items.get(id) ?? newItem(id, this.#items.size);
    this.#items.set(id, item);
    return item;
  }

  /**
   * An event about one item.
   * @param {Voice.Item} item
   * @param {Voice.ServerEvent} event
   * @param {number} now
   */
  #applyTo(item, event, now) {
    const index = Number(event.content_index ?? 0);
    switch (event.type) {
      case "input_audio_buffer.speech_started":
        if (this.#infers) this.interruptPlaying(now);
        if (!item.role) item.listening = true; // else later events of this turn came first
        item.role ??= "user";
        return;
      case "input_audio_buffer.committed":
        place(item, event.previous_item_id, true);
      // falls through
      case "input_audio_buffer.speech_stopped":
        item.role ??= "user";
        item.listening = false;
        return;
      case "conversation.item.input_audio_transcription.delta":
      case "conversation.item.input_audio_transcription.completed":
        item.role ??= "user";
        return write(item, index, event.transcript ?? event.delta, "transcript" in event);
      case "conversation.item.input_audio_transcription.failed":
        item.role ??= "user";
        item.failed = String(event.error?.code ?? "");
        return;
      case "response.output_text.delta":
      case "response.output_audio_transcript.delta":
        item.role ??= "assistant";
        return write(item, index, event.delta, false);
      case "response.output_text.done":
      case "response.output_audio_transcript.done":
        item.role ??= "assistant";
        return write(item, index, event.text ?? event.transcript, true);
      case "conversation.item.truncated":
        item.heardMs = Number(event.audio_end_ms) || 0;
        return;
      case "conversation.item.deleted":
        item.role = "hidden";
    }
  }

  /**
   * An event that brings an item along.
   * @param {Voice.ServerEvent} event
   */
  #take({ type, item: given, previous_item_id, response_id }) {
    if (typeof given?.id !== "string") return;
    const item = this.#item(given.id);
    place(item, previous_item_id, type === "conversation.item.added" || type === "conversation.item.created");
    if (response_id) item.response = response_id;
    fill(item, given);
  }

  /**
   * @param {any} response
   * @param {number} now
   */
  #finish(response, now) {
    this.complete.add(response?.id);
    for (const given of response?.output ?? []) {
      if (typeof given?.id !== "string") continue;
      const item = this.#item(given.id);
      item.response = response.id;
      fill(item, given);
    }
    if (response?.status === "cancelled") this.#interrupt(response.id, now);
  }

  /** @param {string} response */
  #played(response) {
    const playback = this.playback.get(response) ?? {};
    this.playback.set(response, playback);
    return playback;
  }

  /**
   * Marks what was being said. Of a response whose voice had not begun, nothing was heard; where the service does not
   * tell when a voice begins, all of its text stays.
   * @param {string} response
   * @param {number} now
   */
  #interrupt(response, now) {
    const told = this.playback.size > 0;
    const { started, stopped } = this.#played(response);
    if (stopped) return;
    const heardMs = started !== undefined ? now - started : told ? 0 : Infinity;
    for (const item of this.#items.values()) {
      if (item.response === response && item.role === "assistant") item.heardMs ??= heardMs;
    }
  }
}
