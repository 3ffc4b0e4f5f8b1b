/** How long each step of connecting took, measured from the tap on Start. */

export class Timings {
  /** @type {Voice.Timing[]} */
  rows = [];
  #now;
  /** The tap. */
  start;

  /** @param {() => number} now milliseconds, monotonic */
  constructor(now) {
    this.#now = now;
    this.start = now();
  }

  /** Milliseconds since the tap. */
  elapsed() {
    return this.#now() - this.start;
  }

  /**
   * Measures a step that is a promise. Steps may overlap; a failed step is recorded too.
   * @template T
   * @param {string} step
   * @param {Promise<T>} work
   * @returns {Promise<T>}
   */
  async measure(step, work) {
    const began = this.#now();
    try {
      return await work;
    } finally {
      this.rows.push({ step, began: began - this.start, took: this.#now() - began });
    }
  }
}
