/** The events of the call, in both directions, bounded. Pieces of one text that follow each other become one row. */
import { isKnown, printable } from "./events.js";

export const ROW_LIMIT = 400;

export class EventLog {
  /** @type {Voice.Row[]} */
  rows = [];
  /** Whether the service keeps most events from this page. */
  isPrivate = false;
  /** Told of each row that is new or has grown, and of none when all is cleared.
   * @type {(row?: Voice.Row) => void} */
  changed = () => {};
  #lastId = 0;

  /**
   * @param {Voice.Row["direction"]} direction
   * @param {{ type: string, [field: string]: unknown }} event
   * @param {number} at
   */
  add(direction, event, at) {
    const row = this.#put(direction, event, at);
    this.changed(row);
    return row;
  }

  /**
   * @param {Voice.Row["direction"]} direction
   * @param {{ type: string, [field: string]: unknown }} event
   * @param {number} at
   * @returns {Voice.Row}
   */
  #put(direction, event, at) {
    const last = this.rows.at(-1);
    if (last && event.type.endsWith(".delta") && last.type === event.type && last.direction === direction) {
      last.count += 1;
      last.body = printable(event);
      return last;
    }
    const failed = event.type === "error" || event.type.endsWith(".failed") || direction === "page";
    const kind = failed ? "error" : direction === "in" && !isKnown(event.type) ? "unknown" : "";
    const row = { id: ++this.#lastId, at, direction, type: event.type, kind, count: 1, body: printable(event) };
    this.rows.push(/** @type {Voice.Row} */ (row));
    if (this.rows.length > ROW_LIMIT) this.rows.shift();
    return /** @type {Voice.Row} */ (row);
  }

  clear() {
    this.rows = [];
    this.changed();
  }
}
