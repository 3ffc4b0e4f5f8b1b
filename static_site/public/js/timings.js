/** How long each step of connecting took, measured from the tap on Start. */

/** @typedef {{ step: string, began: number, took: number }} Timing milliseconds */

export class Timings {
  /** @type {Timing[]} */
  rows = [];
  #now;
  #start;

  /** @param {() => number} now milliseconds, monotonic */
  constructor(now) {
    this.#now = now;
    this.#start = now();
  }

  /** Milliseconds since the tap. */
  elapsed() {
    return this.#now() - this.#start;
  }

  /**
   * Measures a step that is a promise. Steps may overlap; a failed step is recorded too.
   * @template T
   * @param {string} step
   * @param {Promise<T>} work
   * @returns {Promise<T>}
   */
  async measure(step, work) {
    const began = this.elapsed();
    try {
      return await work;
    } finally {
      this.rows.push({ step, began, took: this.elapsed() - began });
    }
  }
}
