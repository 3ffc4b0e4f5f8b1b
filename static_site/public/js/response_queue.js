/**
 * The one place that sends response.create. The service allows one active response in a conversation, so a wish for
 * another waits for response.done, and wishes that gather meanwhile become one. Pure: sending and time are passed in.
 */

/** A silence of the service after which a response, or an answer that was expected, counts as gone. */
const LOST_MS = 20_000;
/** The longest that one turn of a person holds a wish back. */
const SPEECH_LIMIT_MS = 60_000;
/** Between the last caption of a response and its response.done, which a private session does not show. Our reading. */
const SETTLE_MS = 800;

const CAPTION = /^response\.output_(?:text|audio_transcript)\.(delta|done)$/;

export class ResponseQueue {
  #options;
  /** @type {"none" | "asked" | "active"} */
  #response = "none";
  /** @type {"none" | "speaking" | "expected"} a person's turn, which the service will answer by itself */
  #turn = "none";
  #wanted = false;
  /** Work that is going on, whose results the next answer covers; and whether one is owed for what is done. */
  #works = 0;
  #owed = false;
  #cancelled = 0;
  #asked = "";
  #cancelTimer = () => {};

  /** @param {Voice.QueueOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /** Whether a response is under way, which could be cancelled. */
  get active() {
    return this.#response !== "none";
  }

  /** Whether nothing is under way, expected or wished for. */
  get idle() {
    return !(this.active || this.#wanted || this.#owed || this.#works) && this.#turn === "none";
  }

  /** Asks for a response: now, whatever work goes on, or as soon as none is active or about to be. */
  request() {
    this.#wanted = true;
    this.#flush(0);
  }

  /**
   * Asks for one response for all such work, when the last of it is done. None if the person cuts in meanwhile. Work that
   * takes very long holds nothing back any more.
   * @param {Promise<boolean>} work whether its result wants an answer
   */
  async cover(work) {
    const before = this.#cancelled;
    this.#works += 1;
    let counts = true;
    const settle = () => {
      if (counts) this.#works -= 1;
      counts = false;
      this.#flush();
    };
    const cancel = this.#options.schedule(settle, LOST_MS);
    const wants = await work.catch(() => false);
    cancel();
    if (wants && before === this.#cancelled) this.#owed = true;
    settle();
  }

  /** @param {Voice.ServerEvent} event */
  observe(event) {
    const { automatic, infer } = this.#options;
    switch (event.type) {
      case "response.created":
        return this.#set("active", "none");
      case "response.done":
        if (event.response?.status === "cancelled") this.#forgive();
        return this.#set("none", this.#turn);
      case "input_audio_buffer.speech_started":
        if (automatic) this.#set(infer ? "none" : this.#response, "speaking");
        return;
      case "input_audio_buffer.speech_stopped":
        if (automatic) this.#set(this.#response, "expected");
        return;
      case "error":
        return this.#refused(event.error);
    }
    if (infer) this.#infer(event);
    else if (this.active) this.#set(this.#response, this.#turn); // still at work: the silence is counted anew
  }

  /** Ends all waiting; nothing is sent any more. */
  close() {
    this.#wanted = false;
    this.#forgive();
    this.#cancelTimer();
    this.#options = { ...this.#options, send: () => {}, schedule: () => () => {} };
  }

  /** The person has spoken, or has asked for silence: no answer is owed for what went before. */
  #forgive() {
    this.#cancelled += 1;
    this.#owed = false;
  }

  /** @param {Voice.ServerEvent} event */
  #infer({ type, item }) {
    const caption = CAPTION.exec(type)?.[1];
    if (type === "output_audio_buffer.stopped") this.#set("none", this.#turn);
    else if (caption === "done") this.#wait(SETTLE_MS);
    else if ((caption || item?.role === "assistant") && this.#turn !== "speaking") this.#set("active", "none");
  }

  /** @param {{ code?: string, event_id?: string } | undefined} error */
  #refused(error) {
    if (!this.#asked || error?.event_id !== this.#asked) return;
    this.#asked = "";
    if (error.code === "conversation_already_has_active_response") {
      this.#wanted = true;
      this.#set("active", this.#turn);
    } else if (this.#response === "asked") this.#set("none", this.#turn);
  }

  /**
   * @param {"none" | "asked" | "active"} response
   * @param {"none" | "speaking" | "expected"} turn
   */
  #set(response, turn) {
    this.#response = response;
    this.#turn = turn;
    this.#cancelTimer();
    if (response === "none" && turn === "none") this.#flush();
    else this.#wait(turn === "speaking" ? SPEECH_LIMIT_MS : LOST_MS);
  }

  /** @param {number} ms */
  #wait(ms) {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.schedule(() => this.#set("none", "none"), ms);
  }

  #flush(works = this.#works) {
    if (!(this.#wanted || this.#owed) || works || this.active || this.#turn !== "none") return;
    this.#wanted = this.#owed = false;
    this.#asked = this.#options.newId();
    this.#set("asked", "none");
    this.#options.send({ type: "response.create", event_id: this.#asked });
  }
}
