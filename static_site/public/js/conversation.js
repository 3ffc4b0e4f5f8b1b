/**
 * One call's conversation: it hears every server event, keeps the transcript, runs tools, and sends what the person and
 * the tools have to say. It knows the protocol, and neither the DOM nor the connection.
 */
import { ResponseQueue } from "./response_queue.js";
import { Transcript } from "./transcript.js";

/** Sound that is still on its way when the button is let go; our estimate of a short buffer on both sides. */
const RELEASE_MS = 250;

export class Conversation {
  transcript;
  /** @type {Voice.Activity} */
  activity = "listening";
  #around;
  #queue;
  #isPrivate;
  #pushToTalk;
  /** @type {Set<string>} call ids of tools that have run */
  #ran = new Set();
  closed = false;
  /** Whether the assistant says goodbye, after which the call ends: see farewell.js. */
  leaving = false;
  /** @type {Set<(event: Voice.ServerEvent) => void>} told of every event, after all that it does here */
  watchers = new Set();
  #cancelRelease = () => {};
  /** @type {(event: Voice.ServerEvent) => boolean} whether it repeats what the page told of a lost session */
  isEcho = () => false;

  /**
   * @param {Voice.Surroundings} around
   * @param {{ isPrivate: boolean, pushToTalk: boolean }} session
   */
  constructor(around, { isPrivate, pushToTalk }) {
    this.#around = around;
    this.#pushToTalk = pushToTalk;
    this.#isPrivate = isPrivate;
    this.transcript = new Transcript({ inferInterruptions: isPrivate });
    this.#queue = new ResponseQueue({ ...around, automatic: !pushToTalk, infer: isPrivate });
  }

  /** @param {Voice.ServerEvent} event */
  receive(event) {
    if (this.isEcho(event)) return;
    this.transcript.apply(event, this.#around.now());
    this.#notice(event);
    if (event.type === "response.function_call_arguments.done") this.#runOnce(event, event.response_id);
    else if (event.type === "response.output_item.done") this.#runOnce(event.item, event.response_id);
    else if (event.type === "response.done") this.#runRest(event.response);
    else if (event.type === "error") this.#complain(event.error);
    this.#queue.observe(event); // after the tools: an answer must not overtake one that only this event tells of
    for (const watch of this.watchers) watch(event);
    this.#around.onChange();
  }

  /** Whether nobody speaks, and no answer is under way or owed. */
  get idle() {
    return this.activity === "listening" && this.#queue.idle;
  }

  /** Asks for an answer. */
  answer() {
    this.#queue.request();
  }

  /**
   * Sends a typed message or a picture, and asks for an answer. A picture that is shown while one speaks belongs to what
   * is being said: the answer to that covers it.
   * @param {string} text
   * @param {Voice.Picture} [picture]
   */
  say(text, picture) {
    const id = this.#around.newId();
    const content = [
      ...(picture ? [{ type: "input_image", image_url: picture.url }] : []),
      ...(text ? [{ type: "input_text", text }] : []),
    ];
    this.transcript.addOwn(id, content, picture && { words: picture.words, show: picture.show }); // not its data
    this.#around.send({ type: "conversation.item.create", item: { id, type: "message", role: "user", content } });
    if (!picture || this.activity !== "hearing") this.#queue.request();
    this.#around.onChange();
  }

  /** Silences the assistant: ends what it makes, and drops what it has made but not yet said. */
  interrupt() {
    if (this.#queue.active) this.#around.send({ type: "response.cancel" });
    this.#around.send({ type: "output_audio_buffer.clear" });
    if (!this.#isPrivate) return; // output_audio_buffer.cleared tells the rest
    this.transcript.interruptPlaying(this.#around.now());
    this.#become("listening");
  }

  /** Push-to-talk: the button went down. What the assistant was saying ends. */
  press() {
    this.#cancelRelease();
    if (this.activity === "speaking" || this.#queue.active) this.interrupt();
    this.#around.send({ type: "input_audio_buffer.clear" });
    this.#become("hearing");
  }

  /**
   * Push-to-talk: the button was let go.
   * @param {() => void} silence closes the microphone; called a moment later, so that the last word is not cut
   */
  release(silence) {
    this.#cancelRelease = this.#around.schedule(() => {
      silence();
      this.#around.send({ type: "input_audio_buffer.commit" });
      this.#queue.request();
      this.#become("thinking");
    }, RELEASE_MS);
  }

  /**
   * @param {() => void} work
   * @param {number} ms
   */
  later(work, ms) {
    return this.#around.schedule(work, ms);
  }

  close() {
    this.closed = true;
    this.watchers.clear();
    this.#cancelRelease();
    this.#queue.close();
    this.transcript.end();
  }

  /** @param {Voice.ServerEvent} event */
  #notice({ type }) {
    if (type === "input_audio_buffer.speech_started") this.#become("hearing");
    else if (type === "input_audio_buffer.speech_stopped" || type === "response.created") this.#become("thinking");
    else if (type === "output_audio_buffer.started") this.#become("speaking");
    else if (/^output_audio_buffer\.(stopped|cleared)$/.test(type) && this.activity === "speaking")
      this.#become("listening");
    else if (type === "response.done" && this.activity === "thinking") this.#become("listening");
  }

  /** @param {Voice.Activity} activity */
  #become(activity) {
    this.activity = activity;
    this.#around.onChange();
  }

  /**
   * Runs a tool as soon as its arguments are complete, whichever event says so first. One answer covers all of a
   * response's tools, and waits for the last of them.
   * @param {any} call
   * @param {unknown} response id
   */
  #runOnce(call, response) {
    const { call_id: id, name, arguments: args, status = "completed", type = "" } = call ?? {};
    const isCall = typeof id === "string" && typeof name === "string" && typeof args === "string";
    if (!isCall || status !== "completed" || type === "message" || this.#ran.has(id)) return;
    this.#ran.add(id);
    this.#queue.cover(this.#run(id, name, args, response));
  }

  /**
   * @param {string} id
   * @param {string} name
   * @param {string} args
   * @param {unknown} response
   * @returns {Promise<boolean>} whether the result wants an answer
   */
  async #run(id, name, args, response) {
    /** @type {Voice.ToolResult} */
    let result;
    try {
      result = await this.#around.runTool(name, args);
    } catch {
      const detail = "It failed in the page.";
      result = { ok: false, title: "Tool not run", detail, output: JSON.stringify({ ok: false, result: detail }) };
    }
    if (this.closed) return false;
    const { output, leave, ...card } = result;
    this.transcript.setToolResult(id, card);
    this.#around.send({
      type: "conversation.item.create",
      item: { type: "function_call_output", call_id: id, output },
    });
    this.#around.onChange();
    leave?.(this, { call: id, response });
    return !leave;
  }

  /**
   * Tools that only the end of their response tells of. Of a response that was cut off, what is left is not run.
   * @param {any} response
   */
  #runRest(response) {
    if (response?.status === "cancelled" || !Array.isArray(response?.output)) return;
    for (const item of response.output) if (item?.type === "function_call") this.#runOnce(item, response.id);
  }

  /** @param {{ code?: string, message?: string } | undefined} error */
  #complain(error) {
    // The queue deals with the first by itself; the second says that a cancel came after the end, which is no fault.
    if (/^(conversation_already_has_active_response|response_cancel_not_active)$/.test(error?.code ?? "")) return;
    if (this.#pushToTalk && error?.code === "input_audio_buffer_commit_empty") this.#become("listening");
    this.#around.onError(error ?? {});
  }
}
