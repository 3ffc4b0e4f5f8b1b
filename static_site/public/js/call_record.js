/** What one may want to see of a call later: a few fields of a few events, from its first moment on. */

const KEPT =
  /^(response\.(created|done|output_\w+\.done)|\w+put_audio_buffer\.\w+|\w+\.item\.(added|created?|\w+\.completed))$/;

export class CallRecord {
  /** @type {Voice.Entry[]} */
  entries = [];
  /** Told of every entry, and of every change of the call's state. */
  changed = () => {};
  /** As the service tells it, if it does.
   * @type {any} */
  session;
  #waits = false;
  #sessions = 0;

  /**
   * @param {Voice.Direction} direction
   * @param {{ type: string, [field: string]: any }} event
   * @param {number} at
   */
  add(direction, { type, item, item_id, response, response_id, usage, session }, at) {
    if (type === "session.created") ((this.#sessions += 1), (this.session = session));
    if (!KEPT.test(type)) return;
    const out = direction === "out";
    const answer = response_id ?? response?.id;
    this.#waits ||= type === "input_audio_buffer.speech_stopped" || type === "input_audio_buffer.commit";
    this.entries.push({
      at,
      type: out ? `out ${type}` : type,
      item: item_id ?? item?.id,
      // A call that was dialled again has several sessions, whose ids may be alike.
      response: answer && this.#sessions > 1 ? `${answer}+${this.#sessions}` : answer,
      role: item?.role,
      usage: usage ?? response?.usage,
    });
    this.changed();
  }

  /**
   * The first sound after the person has spoken, for when the service does not tell.
   * @param {number} level of the assistant's voice, 0 to 1
   * @param {number} at
   */
  hear(level, at) {
    if (!this.#waits || level < 0.05) return;
    this.#waits = false;
    this.entries.push({ at, type: "heard" });
    this.changed();
  }

  clear() {
    this.entries = [];
    this.#waits = false;
    this.#sessions = 0;
    this.session = undefined;
  }
}
