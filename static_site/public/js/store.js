/**
 * What is remembered here: the words of past calls, that kept_call.js writes, and the last choices. Storage may hold
 * anything, so every read is checked.
 */

/** Each call has a record, whose name goes on with its beginning; older pages had one for all. */
export const TURNS = "voicemint.turns";
const RECORD = /^voicemint\.turns(\.\d{13}\.[\w.]+)?$/;
const CHOICES = "voicemint.choices";
export const LIMITS = { turns: 200, text: 4000, name: 80 };

export class Store {
  #storage;

  /** @param {() => Storage} storage reading `localStorage` may itself throw, so it is a function */
  constructor(storage) {
    this.#storage = storage;
  }

  /** The names of the records, from the oldest call's to the latest's. */
  records() {
    const names = this.#try((storage) => Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? ""), []);
    return names.filter((name) => RECORD.test(name)).sort();
  }

  /** @returns {Voice.SavedTurn[]} */
  turns() {
    const saved = this.records().flatMap((name) => this.read(name));
    return saved.filter(isTurn).slice(-LIMITS.turns);
  }

  forgetTurns() {
    for (const name of this.records()) this.forget(name);
  }

  /** @returns {Voice.SavedChoices} */
  choices() {
    const saved = /** @type {any} */ (this.read(CHOICES));
    /** @type {Voice.SavedChoices} */
    const choices = {};
    for (const key of /** @type {const} */ (["persona", "voice", "turn_detection"])) {
      if (typeof saved?.[key] === "string") choices[key] = saved[key];
    }
    return choices;
  }

  /** @param {Voice.SavedChoices} choices */
  saveChoices({ persona, voice, turn_detection }) {
    this.write(CHOICES, { persona, voice, turn_detection });
  }

  /** @param {string} key
   * @returns {unknown} */
  read(key) {
    return this.#try((storage) => JSON.parse(storage.getItem(key) ?? "null"), null);
  }

  /** @param {string} key
   * @param {unknown} value
   * @returns {boolean} whether it is kept */
  write(key, value) {
    return this.#try((storage) => (storage.setItem(key, JSON.stringify(value)), true), false);
  }

  /** @param {string} key */
  forget(key) {
    this.#try((storage) => storage.removeItem(key), undefined);
  }

  /**
   * @template T
   * @param {(storage: Storage) => T} work
   * @param {T} otherwise if storage is full, or forbidden by the person: the page works without
   */
  #try(work, otherwise) {
    try {
      return work(this.#storage());
    } catch {
      return otherwise;
    }
  }
}

/** @param {any} turn
 * @returns {turn is Voice.SavedTurn} */
function isTurn(turn) {
  return (
    (turn?.role === "user" || turn?.role === "assistant") &&
    (turn.status === "done" || turn.status === "interrupted") &&
    typeof turn.text === "string" &&
    turn.text.length <= LIMITS.text &&
    (turn.name === undefined || (typeof turn.name === "string" && turn.name.length <= LIMITS.name))
  );
}
