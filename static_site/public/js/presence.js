/**
 * A live call and the device that it runs on: its words are kept there, the screen stays on, the sound comes back, and
 * the person may leave the page. Loaded when a call has become live, and loads what is offered beside it.
 */
import { KeptCall } from "./kept_call.js";
import { Remembered } from "./remembered.js";
import { keepScreenOn } from "./screen_awake.js";
import { bringSoundBack } from "./sound_back.js";
import { whenHidden } from "./when_hidden.js";

/** @typedef {Pick<Navigator, "wakeLock"> & { audioSession?: EventTarget & { state?: string } }} System */
/**
 * @typedef {object} Device
 * @property {ParentNode} root of the call's own tree
 * @property {import("./store.js").Store} store
 * @property {Voice.PageBrowser} browser
 * @property {(text: string) => void} notify
 * @property {() => void} askForTap
 * @property {Document} [page]
 * @property {EventTarget} [view]
 * @property {System} [system]
 */

export class Presence {
  kept;
  #talk;
  #device;
  /** @type {AbortController | null} */
  #call = null;

  /**
   * @param {import("./talk.js").Talk} talk
   * @param {Device} device
   */
  constructor(talk, device) {
    this.#talk = talk;
    this.#device = device;
    this.kept = new KeptCall(device.store, { ...device.browser, page: device.page, view: device.view });
  }

  /** @param {Voice.State} state */
  follow(state) {
    if (state === "live") void this.#offer();
    if (state !== "live" && state !== "reconnecting") {
      this.kept.end();
      this.#call?.abort();
      this.#call = null;
    } else if (!this.#call) this.#begin((this.#call = new AbortController()).signal);
  }

  /** Pictures, a recording, and what a private session turns off. */
  async #offer() {
    const { root, browser, notify: toast } = this.#device;
    const [call, before, form, input] = /** @type {[HTMLElement, HTMLElement, HTMLFormElement, HTMLInputElement]} */ (
      ["#call", "#call slot[name=stage]", "#composer", "#typed"].map((place) => root.querySelector(place))
    );
    const loaded = before && (await import("./beside.js").catch(() => null));
    const shadow = /** @type {ShadowRoot} */ (root);
    await loaded?.beside({ talk: this.#talk, shadow, root: call, form, input, top: call, before, browser, toast });
  }

  /** @param {AbortSignal} signal */
  #begin(signal) {
    const talk = this.#talk;
    const { root, browser, notify, askForTap, page = document } = this.#device;
    /** @type {System} */
    const system = this.#device.system ?? navigator;
    const wish = () => new Remembered(browser.storage).wishes.away;
    this.kept.begin();
    keepScreenOn({ wakeLock: system.wakeLock, page }, signal);
    whenHidden({ ...browser, page, wish, talk, notify }, signal);
    const { sound } = talk;
    const player = root.querySelector("audio");
    const { audioSession } = system;
    if (player) bringSoundBack({ sound, player, page, audioSession, now: browser.now, askForTap }, signal);
  }
}
