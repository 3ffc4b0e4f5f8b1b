/**
 * What the page remembers on this device: the words of past calls and the last choices. Storage may be full, forbidden
 * or hold anything; none of that may stop the page, so every read is checked and every write may fail silently.
 */

/**
 * @typedef {{ role: "user" | "assistant", text: string, status: "done" | "interrupted",
 * name?: string, at?: number }} SavedTurn `name` is the persona's title, `at` when it began (Unix, milliseconds) */
/** @typedef {{ persona?: string, voice?: string, turn_detection?: string }} SavedChoices */

const TURNS = "voicemint.turns";
const CHOICES = "voicemint.choices";
const TURN_LIMIT = 200;
const TEXT_LIMIT = 4000;
const NAME_LIMIT = 80;

export class Store {
  #storage;

  /** @param {() => Storage} storage reading `localStorage` may itself throw, so it is a function */
  constructor(storage) {
    this.#storage = storage;
  }

  /** @returns {SavedTurn[]} */
  turns() {
    const saved = this.read(TURNS);
    return Array.isArray(saved) ? saved.filter(isTurn).slice(-TURN_LIMIT) : [];
  }

  /** @param {{ role: string, text: string, status: string, name?: string, at?: number }[]} turns */
  saveTurns(turns) {
    const kept = turns
      .filter((turn) => turn.text && turn.role !== "tool")
      .slice(-TURN_LIMIT)
      .map(({ role, text, status, name, at }) => ({
        role,
        text: text.slice(0, TEXT_LIMIT),
        status: status === "interrupted" ? status : "done",
        ...(at && { at }),
        ...(role === "assistant" && name && { name: name.slice(0, NAME_LIMIT) }),
      }));
    this.#write(TURNS, kept);
  }

  forgetTurns() {
    this.#write(TURNS, []);
  }

  /** @returns {SavedChoices} */
  choices() {
    const saved = /** @type {any} */ (this.read(CHOICES));
    /** @type {SavedChoices} */
    const choices = {};
    for (const key of /** @type {const} */ (["persona", "voice", "turn_detection"])) {
      if (typeof saved?.[key] === "string") choices[key] = saved[key];
    }
    return choices;
  }

  /** @param {SavedChoices} choices */
  saveChoices({ persona, voice, turn_detection }) {
    this.#write(CHOICES, { persona, voice, turn_detection });
  }

  /** @param {string} key
   * @returns {unknown} */
  read(key) {
    try {
      return JSON.parse(this.#storage().getItem(key) ?? "null");
    } catch {
      return null;
    }
  }

  /** @param {string} key
   * @param {unknown} value */
  #write(key, value) {
    try {
      this.#storage().setItem(key, JSON.stringify(value));
    } catch {
      // Full, or forbidden by the person: the page works without.
    }
  }
}

/** @param {any} turn
 * @returns {turn is SavedTurn} */
function isTurn(turn) {
  return (
    (turn?.role === "user" || turn?.role === "assistant") &&
    (turn.status === "done" || turn.status === "interrupted") &&
    typeof turn.text === "string" &&
    turn.text.length <= TEXT_LIMIT &&
    (turn.name === undefined || (typeof turn.name === "string" && turn.name.length <= NAME_LIMIT))
  );
}
