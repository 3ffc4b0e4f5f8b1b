/** The states of a call and the ways between them. Nothing here knows the DOM. */

/** @type {Record<Voice.State, Voice.State[]>} */
const WAYS = {
  idle: ["asking-mic", "failed"],
  "asking-mic": ["connecting", "failed", "idle"],
  connecting: ["live", "failed", "idle"],
  live: ["reconnecting", "ended", "failed"],
  reconnecting: ["live", "ended", "failed"],
  ended: ["asking-mic", "failed"],
  failed: ["asking-mic", "idle"],
};

/** What the page says in each state: the name, what it means for the person, and the label of the main button.
 * @type {Record<Voice.State, { name: string, hint: string, action: string }>} */
export const WORDS = {
  idle: { name: "Ready", hint: "Choose who you talk to, then press Start.", action: "Start" },
  "asking-mic": {
    name: "Asking",
    hint: "Your browser asks for the microphone. Please allow it.",
    action: "Cancel",
  },
  connecting: { name: "Connecting", hint: "Nothing is heard yet. This takes a moment.", action: "Cancel" },
  live: { name: "Live", hint: "Speak whenever you like.", action: "Stop" },
  reconnecting: {
    name: "Reconnecting",
    hint: "The connection dropped. What was said is kept.",
    action: "Stop",
  },
  ended: { name: "Ended", hint: "The call is over and the microphone is off.", action: "Start again" },
  failed: { name: "Not connected", hint: "", action: "Try again" },
};

/** States in which a call is being made or held, so that the main button stops it.
 * @param {Voice.State} state */
export const inCall = (state) => ["asking-mic", "connecting", "live", "reconnecting"].includes(state);

export class CallState {
  /** @type {Voice.State} */
  #current = "idle";
  #onChange;

  /** @param {(now: Voice.State, before: Voice.State) => void} onChange called after each change */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  get current() {
    return this.#current;
  }

  /** @param {Voice.State} next */
  allows(next) {
    return WAYS[this.#current].includes(next);
  }

  /**
   * Moves, if there is a way. A late event of a call that is over finds none, and changes nothing.
   * @param {Voice.State} next
   * @returns {boolean} whether the state changed
   */
  move(next) {
    if (!(next in WAYS)) throw new RangeError(`No such state: ${next}`);
    if (!this.allows(next)) return false;
    const before = this.#current;
    this.#current = next;
    this.#onChange(next, before);
    return true;
  }
}
