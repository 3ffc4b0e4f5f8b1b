/**
 * One call's conversation: it hears every server event, keeps the transcript, runs tools, and sends what the person and
 * the tools have to say. It knows the protocol, and neither the DOM nor the connection.
 */
import { ResponseQueue } from "./response_queue.js";
import { Transcript } from "./transcript.js";

/** @typedef {import("./events.js").ServerEvent} ServerEvent */
/** @typedef {"listening" | "hearing" | "thinking" | "speaking"} Activity */
/**
 * @typedef {object} Surroundings
 * @property {(event: { type: string, [field: string]: unknown }) => void} send
 * @property {(name: string, args: string) => import("./tools.js").ToolResult} runTool
 * @property {(work: () => void, ms: number) => () => void} schedule
 * @property {() => number} now milliseconds
 * @property {() => string} newId at most 32 characters
 * @property {() => void} onChange the transcript or the activity changed
 * @property {(error: { code?: string, message?: string }) => void} onError the service refused something
 */

/** Sound that is still on its way when the button is let go; our estimate of a short buffer on both sides. */
const RELEASE_MS = 250;

export class Conversation {
  transcript;
  /** @type {Activity} */
  activity = "listening";
  #around;
  #queue;
  #isPrivate;
  #pushToTalk;
  /** @type {Set<string>} call ids of tools that have run */
  #ran = new Set();
  #cancelRelease = () => {};
  /** @type {(event: ServerEvent) => boolean} whether it repeats what the page told of a lost session */
  isEcho = () => false;

  /**
   * @param {Surroundings} around
   * @param {{ isPrivate: boolean, pushToTalk: boolean }} session
   */
  constructor(around, { isPrivate, pushToTalk }) {
    this.#around = around;
    this.#pushToTalk = pushToTalk;
    this.#isPrivate = isPrivate;
    this.transcript = new Transcript({ inferInterruptions: isPrivate });
    this.#queue = new ResponseQueue({ ...around, automatic: !pushToTalk, infer: isPrivate });
  }

  /** @param {ServerEvent} event */
  receive(event) {
    if (this.isEcho(event)) return;
    this.transcript.apply(event, this.#around.now());
    this.#queue.observe(event);
    this.#notice(event);
    if (event.type === "response.function_call_arguments.done") this.#runOnce(event);
    else if (event.type === "response.output_item.done") this.#runOnce(event.item);
    else if (event.type === "response.done") this.#answerTools(event.response);
    else if (event.type === "error") this.#complain(event.error);
    this.#around.onChange();
  }

  /** Asks for an answer. */
  answer() {
    this.#queue.request();
  }

  /**
   * Sends a typed message, and asks for an answer.
   * @param {string} text
   */
  say(text) {
    const id = this.#around.newId();
    this.transcript.addTyped(id, text);
    this.#around.send({
      type: "conversation.item.create",
      item: { id, type: "message", role: "user", content: [{ type: "input_text", text }] },
    });
    this.#queue.request();
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

  close() {
    this.#cancelRelease();
    this.#queue.close();
    this.transcript.end();
  }

  /** @param {ServerEvent} event */
  #notice({ type }) {
    if (type === "input_audio_buffer.speech_started") this.#become("hearing");
    else if (type === "input_audio_buffer.speech_stopped" || type === "response.created") this.#become("thinking");
    else if (type === "output_audio_buffer.started") this.#become("speaking");
    else if (/^output_audio_buffer\.(stopped|cleared)$/.test(type) && this.activity === "speaking")
      this.#become("listening");
    else if (type === "response.done" && this.activity === "thinking") this.#become("listening");
  }

  /** @param {Activity} activity */
  #become(activity) {
    this.activity = activity;
    this.#around.onChange();
  }

  /**
   * Runs a tool as soon as its arguments are complete, whichever event says so first.
   * @param {any} call
   */
  #runOnce(call) {
    const { call_id: id, name, arguments: args, status = "completed", type = "" } = call ?? {};
    const isCall = typeof id === "string" && typeof name === "string" && typeof args === "string";
    if (!isCall || status !== "completed" || type === "message" || this.#ran.has(id)) return;
    this.#ran.add(id);
    const { output, ...card } = this.#around.runTool(name, args);
    this.transcript.setToolResult(id, card);
    this.#around.send({
      type: "conversation.item.create",
      item: { type: "function_call_output", call_id: id, output },
    });
  }

  /**
   * After the response: one request covers the results of all its tools. A cancelled response gets none, because the
   * person has spoken or asked for silence.
   * @param {any} response
   */
  #answerTools(response) {
    const calls = (response?.output ?? []).filter((/** @type {any} */ item) => item?.type === "function_call");
    if (!calls.length || response.status === "cancelled") return;
    for (const call of calls) this.#runOnce(call);
    this.#queue.request();
  }

  /** @param {{ code?: string, message?: string } | undefined} error */
  #complain(error) {
    // The queue deals with the first by itself; the second says that a cancel came after the end, which is no fault.
    if (/^(conversation_already_has_active_response|response_cancel_not_active)$/.test(error?.code ?? "")) return;
    if (this.#pushToTalk && error?.code === "input_audio_buffer_commit_empty") this.#become("listening");
    this.#around.onError(error ?? {});
  }
}
