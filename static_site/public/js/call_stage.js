/** The stage of `<voice-call>`: the state in words, the main button, and why there is no call. */
import { WORDS, inCall } from "./call_state.js";
import { button, byId, part, setText } from "./dom.js";
import { showFailure, showWait } from "./failure_view.js";
import { t } from "./words.js";

/**
 * @param {Voice.Config | null} config
 * @returns {boolean} whether it is certain that a call would be refused, because nobody is signed in
 */
export const needsSignIn = (config) => config?.sign_in?.required === true && config.sign_in.signed_in === false;

const SIGNED_OUT = { name: "Not signed in", hint: "Calls here are for people who are signed in." };
const LOADING = { name: "One moment", hint: "Finding out who you can talk to just now." };

export class CallStage {
  #root;
  #browser;
  #primary;
  #stopWaiting = () => {};

  /**
   * @param {ShadowRoot} root
   * @param {typeof import("./this_browser.js").browser} browser
   */
  constructor(root, browser) {
    this.#root = root;
    this.#browser = browser;
    this.#primary = button("primary", root);
  }

  /** Points to the server's own check of microphone and network. */
  point() {
    const { endpoint } = this.#browser;
    const check = byId("failure-check", HTMLAnchorElement, this.#root);
    check.setAttribute("href", endpoint ? new URL("check.html", endpoint).href : "check.html");
    check.target = endpoint ? "_blank" : "";
  }

  /**
   * @param {Voice.State} now
   * @param {{ config: Voice.Config | null, loading: boolean, choosing: boolean }} known `choosing`: the
   * page has choices to offer
   * @returns {string} the state in a word
   */
  show(now, { config, loading, choosing }) {
    const root = this.#root;
    const idle = now === "idle";
    const out = idle && needsSignIn(config);
    const words = idle && loading ? LOADING : out ? SIGNED_OUT : WORDS[now];
    const busy = inCall(now);
    const { dataset } = part("call", root);
    dataset.state = now;
    dataset.view = busy ? "call" : "";
    part("call", root).toggleAttribute("data-loading", loading);
    this.#primary.disabled = loading && !busy;
    setText(part("state", root), t(words.name));
    setText(part("hint", root), t(words === WORDS.idle && !choosing ? "Press Start, then speak." : words.hint));
    setText(part("primary-label", root), t(WORDS[now].action));
    part("before", root).hidden = busy;
    if (now !== "failed") showFailure(root, null);
    if (out) this.#invite(config);
    else part("sign-in", root).hidden = true;
    this.#stopWaiting();
    this.#hold(out);
    return t(words.name);
  }

  get held() {
    return this.#primary.disabled || this.#primary.getAttribute("aria-disabled") === "true";
  }

  /**
   * @param {import("./failures.js").CallFailure} failure
   * @param {Voice.SignInLink[] | undefined} links
   */
  explain(failure, links) {
    showFailure(this.#root, failure, links, this.#browser.endpoint);
  }

  /** Says how long until trying again may help. @param {import("./failures.js").CallFailure} failure */
  async wait(failure) {
    this.#stopWaiting();
    if (!failure.retryAfter) return;
    let over = false;
    this.#stopWaiting = () => (over = true);
    const { waitAfter } = await import("./wait_after.js");
    const show = (/** @type {string} */ words) => showWait(this.#root, words);
    if (!over) this.#stopWaiting = waitAfter(failure, this.#browser, (held) => this.#hold(held), show);
  }

  /** @param {Voice.Config | null} config */
  async #invite(config) {
    const { signInLinks } = await import("./sign_in_view.js");
    const place = part("sign-in", this.#root);
    place.replaceChildren(...signInLinks(config?.sign_in.links, this.#browser.endpoint));
    place.hidden = part("call", this.#root).dataset.state !== "idle";
  }

  /** The element has left its document. */
  rest() {
    this.#stopWaiting();
  }

  /**
   * Unlike `disabled` this leaves Start in the keyboard's order, so that whoever has just pressed it is not lost.
   * @param {boolean} held
   */
  #hold(held) {
    this.#primary.setAttribute("aria-disabled", String(held));
  }
}
