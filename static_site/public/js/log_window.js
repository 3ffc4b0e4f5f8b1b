/** Which rows of the event log are in sight. Paused, they stand still, and what comes meanwhile is counted. */

/**
 * @param {number} ms
 * @returns {string} such as 12.345
 */
export const seconds = (ms) => (ms / 1000).toFixed(3);

/**
 * Rows as text, to be copied.
 * @param {Voice.Row[]} rows
 */
export const asCopy = (rows) =>
  rows.map((row) => `${seconds(row.at)} ${row.direction} ${row.type} x${row.count}\n${row.body}`).join("\n");

/**
 * @typedef {object} List
 * @property {(row: Voice.Row) => void} append
 * @property {(row: Voice.Row) => void} grow
 * @property {(id: number) => void} remove
 * @property {(paused: boolean, missed: number) => void} say
 */

export class LogWindow {
  /** @type {Set<number>} ids, oldest first */
  #shown = new Set();
  #paused = false;
  #newest = 0;
  #missed = 0;
  #log;
  #list;

  /**
   * @param {import("./event_log.js").EventLog} log
   * @param {List} list
   */
  constructor(log, list) {
    this.#log = log;
    this.#list = list;
    log.changed = (row) => (row ? this.#take(row) : this.#empty());
    for (const row of log.rows) this.#take(row);
  }

  get paused() {
    return this.#paused;
  }

  /** What is in sight. */
  get rows() {
    return this.#paused ? this.#log.rows.filter(({ id }) => this.#shown.has(id)) : this.#log.rows;
  }

  /** @param {boolean} paused */
  pause(paused) {
    this.#paused = paused;
    this.#missed = 0;
    if (!paused) for (const row of this.#log.rows) this.#take(row);
    this.#list.say(paused, 0);
  }

  /** @param {Voice.Row} row */
  #take(row) {
    if (this.#paused) {
      if (row.id <= this.#newest) return; // one more piece of a text
      this.#newest = row.id;
      this.#missed += 1;
      return this.#list.say(true, this.#missed);
    }
    this.#newest = row.id;
    if (this.#shown.has(row.id)) return this.#list.grow(row);
    this.#shown.add(row.id);
    this.#list.append(row);
    const oldest = this.#log.rows[0]?.id ?? row.id;
    for (const id of this.#shown) {
      if (id >= oldest) break;
      this.#shown.delete(id);
      this.#list.remove(id);
    }
  }

  #empty() {
    for (const id of this.#shown) this.#list.remove(id);
    this.#shown.clear();
    this.#missed = 0;
    this.#list.say(this.#paused, 0);
  }
}
