/**
 * The words of one call, kept on this device while it goes on. Each call has a record of its own, so that two tabs
 * cannot undo each other's. It is written at most once a second, and at once when the page is left: a crash loses a
 * second.
 */
import { LIMITS, TURNS } from "./store.js";

const KEEP = "voicemint.keep";
const PAUSE_MS = 1000;

/**
 * Whether what is said is kept, which it is until the person turns it off.
 * @param {Store} store
 */
export const keeps = (store) => store.read(KEEP) !== false;

/**
 * @param {Store} store
 * @param {boolean} wish off: what is kept is deleted, and no other tab keeps more
 */
export function keep(store, wish) {
  if (!wish) store.forgetTurns();
  store.write(KEEP, wish);
}

/** @typedef {import("./store.js").Store} Store */

export class KeptCall {
  #store;
  #around;
  #name = "";
  /** @type {Voice.Said[]} the latest */
  #turns = [];
  /** As it was last written: what has not changed is not written again. */
  #written = "";
  /** @type {(string | undefined)[]} ids of the turns that were there when it was written */
  #there = [];
  /** @type {Set<string | undefined>} of turns that were cleared since, here or in another tab */
  #cleared = new Set();
  #at = -Infinity;
  /** @type {(() => void) | null} */
  #cancel = null;
  /** @type {AbortController | null} while a call goes on */
  #open = null;

  /**
   * @param {Store} store
   * @param {Voice.KeepAround} around
   */
  constructor(store, around) {
    this.#store = store;
    this.#around = around;
  }

  /** A call begins. */
  begin() {
    this.end();
    const { today, newId, page = document, view = globalThis } = this.#around;
    this.#name = `${TURNS}.${String(Math.trunc(today())).padStart(13, "0")}.${newId()}`;
    this.#open = new AbortController();
    const { signal } = this.#open;
    page.addEventListener("visibilitychange", () => page.hidden && this.save(), { signal });
    view.addEventListener("pagehide", () => this.save(), { signal });
  }

  /** @param {Voice.Said[]} turns all of this call, as they are now */
  update(turns) {
    if (!this.#open) return;
    const { now, schedule } = this.#around;
    this.#turns = turns;
    const wait = this.#at + PAUSE_MS - now();
    if (wait <= 0) this.save();
    else this.#cancel ??= schedule(() => this.save(), wait);
  }

  /** The call is over: what is cleared from now on does not come back. */
  end() {
    this.save();
    this.#open?.abort();
    this.#open = null;
    this.#turns = [];
    this.#written = "";
    this.#cleared.clear();
    this.#at = -Infinity;
  }

  /** Writes what is new, now; if the person wants it kept. */
  save() {
    this.#cancel?.();
    this.#cancel = null;
    this.#at = this.#around.now();
    if (!keeps(this.#store)) {
      this.#written = "";
      return;
    }
    if (this.#written && this.#store.read(this.#name) === null) {
      this.#cleared = new Set([...this.#cleared, ...this.#there]);
      this.#written = "";
    }
    const there = this.#turns.filter(({ id }) => !this.#cleared.has(id));
    const saved = there.filter(({ text, role }) => text && role !== "tool").slice(-LIMITS.turns).map(trimmed);
    const text = JSON.stringify(saved);
    if (!saved.length || text === this.#written) return;
    if (!this.#written) this.#makeRoom();
    this.#written = this.#store.write(this.#name, saved) ? text : "";
    this.#there = there.map(({ id }) => id);
  }

  /** Of earlier calls no more stays than can be shown. */
  #makeRoom() {
    let room = LIMITS.turns;
    for (const name of this.#store.records().reverse()) {
      if (room <= 0) this.#store.forget(name);
      const turns = this.#store.read(name);
      room -= Array.isArray(turns) ? turns.length : 0;
    }
  }
}

/** @param {Voice.Said} turn */
const trimmed = ({ role, text, status, name, at }) => ({
  role,
  text: text.slice(0, LIMITS.text),
  status: status === "interrupted" ? status : "done",
  ...(at && { at }),
  ...(role === "assistant" && name && { name: name.slice(0, LIMITS.name) }),
});
