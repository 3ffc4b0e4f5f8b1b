/**
 * The calls that the server holds open for this device (relay mode), so that each one is hung up: at once when it ends
 * here, and by the next page when its own crashed. A call is remembered in the storage that all tabs share; a lock of
 * its name, held by the living tab, tells the others that it is not theirs to end. The browser frees a dead tab's lock.
 */

const KEY = "voicemint.call";
const ID = /^\w{1,64}$/;
/** Leftovers that one page hangs up; more are not left by crashes. */
const MOST = 8;
/** How long a new call waits for the end of older ones, whose places it may need. */
const PATIENCE_MS = 3_000;

export class OpenCalls {
  #browser;
  #key;
  /** @type {Map<string, () => void>} what frees the lock of each call of this tab */
  #mine = new Map();
  /** @type {Set<Promise<unknown>>} */
  #endings = new Set();

  /**
   * @param {Pick<Voice.Browser, "fetch" | "storage" | "locks" | "today" | "schedule">
   * & { endpoint?: string }} browser without locks nobody could tell a dead tab's call from a living one's, so none is
   * remembered; `endpoint` is the server's address if it is not the page's own
   */
  constructor(browser) {
    this.#browser = browser;
    this.#key = `${KEY}${browser.endpoint ? `@${browser.endpoint}` : ""}.`;
  }

  /**
   * Remembers a call of this tab. First the lock, then the memory: another tab must not find the one without the other.
   * @param {string} id
   * @param {number} seconds after which the server itself has ended it
   */
  keep(id, seconds) {
    /** @type {Promise<void>} */
    const over = new Promise((resolve) => this.#mine.set(id, resolve));
    const remember = () => {
      if (this.#mine.has(id)) this.#write(id, String(this.#browser.today() + seconds * 1000));
      return over;
    };
    this.#browser.locks?.request(this.#key + id, remember).catch(() => {}); // the page is going, or has no right to locks
  }

  /**
   * Ends a call of this tab at the server. Nothing waits for it, and the request outlives the page.
   * @param {string} id
   */
  hangUp(id) {
    const ended = this.#end(id).then(() => {
      this.#mine.get(id)?.();
      this.#mine.delete(id);
    });
    this.#track(ended);
  }

  /** Hangs up what crashed tabs have left, and what could not be hung up before. */
  sweep() {
    for (const id of this.#leftovers()) {
      const ended = this.#browser.locks?.request(this.#key + id, { ifAvailable: true }, (lock) => lock && this.#end(id));
      if (ended) this.#track(ended.catch(() => {}));
    }
  }

  /** Waits until no older call takes up a place, but not for long. */
  async settle() {
    this.sweep();
    if (!this.#endings.size) return;
    let cancel = () => {};
    /** @type {Promise<void>} */
    const tired = new Promise((resolve) => (cancel = this.#browser.schedule(resolve, PATIENCE_MS)));
    await Promise.race([Promise.all(this.#endings), tired]);
    cancel();
  }

  /** @param {Promise<unknown>} ending */
  #track(ending) {
    this.#endings.add(ending);
    ending.finally(() => this.#endings.delete(ending));
  }

  /**
   * A call that the server does not know (404) has ended. Any other refusal leaves it for the next sweep.
   * @param {string} id
   */
  async #end(id) {
    const reply = await this.#browser.fetch(`api/call/${id}`, { method: "DELETE", keepalive: true }).catch(() => null);
    if (reply?.ok || reply?.status === 404) this.#forget(id);
    else console.debug("A call was not hung up; the next page tries again.", reply?.status ?? "no network");
  }

  /** Remembered calls whose time is not up. */
  #leftovers() {
    /** @type {string[]} */
    const found = [];
    try {
      const storage = this.#browser.storage();
      const keys = Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? "");
      for (const key of keys.filter((one) => one.startsWith(this.#key))) {
        const id = key.slice(this.#key.length);
        if (ID.test(id) && Number(storage.getItem(key)) > this.#browser.today()) found.push(id);
        else storage.removeItem(key);
      }
    } catch {
      // Forbidden by the person: nothing was remembered either.
    }
    return found.filter((id) => !this.#mine.has(id)).slice(0, MOST);
  }

  /** @param {string} id
   * @param {string} value */
  #write(id, value) {
    try {
      this.#browser.storage().setItem(this.#key + id, value);
    } catch {
      // Full or forbidden: then the server's own limit ends what a crash leaves.
    }
  }

  /** @param {string} id */
  #forget(id) {
    try {
      this.#browser.storage().removeItem(this.#key + id);
    } catch {
      // Forbidden: nothing was remembered.
    }
  }
}
