/**
 * `<voice-call>`: a voice call for any page, in one element; docs/voice-call.md says all that one needs to know of it.
 * Until someone reaches for Start, or the page calls load() or start(), it asks the server nothing.
 */
import { CallFront } from "./call_front.js";
import { addPanels, callTree, dress } from "./call_template.js";
import { part } from "./dom.js";
import { wireTabs } from "./tabs.js";
import { learn, translate, written } from "./words.js";

/** All elements of a page speak one language. */
const first = document.querySelector("voice-call") ?? document.documentElement;
const own = first.closest("[lang]")?.getAttribute("lang");
/** The element is there at once: what comes after this module on a page does not wait for its words. */
export const learned = learn("call", own ? [own] : navigator.languages);

export class VoiceCall extends HTMLElement {
  static observedAttributes = ["endpoint", "persona"];

  /** What a page has set before this module came, and would hide what is here. @type {any} */
  #given = { ...this };
  /** @type {Record<string, Voice.HostTool>} */
  tools = {};
  /** @type {Promise<unknown> | null} */
  ready = null;
  /** @type {Voice.Choices} */
  #choices = {};
  #root = this.attachShadow({ mode: "open" });
  #front;
  #choosePanel;
  /** @type {AbortController | null} while it is in a document */
  #here = null;

  constructor() {
    super();
    const tree = this.#root.appendChild(callTree());
    tree.hidden = true; // until it is dressed
    const root = this.#root;
    const worded = learned.then(() => {
      Object.assign(tree, written());
      translate(tree);
    });
    Promise.all([worded, dress(root, "desk"), dress(root, "call"), dress(root, "controls")]).then(() => show(tree));
    this.#front = new CallFront(this.#root, {
      emit: (name, detail) => this.#emit(name, detail),
      wishes: () => this.#wishes(),
      tools: () => this.tools,
      ready: () => Promise.all([learned, this.ready]),
      keeps: () => this.hasAttribute("keep"),
      choosing: () => this.querySelector(":scope > [slot=setup]") !== null,
    });
    this.#choosePanel = wireTabs(part("tabs", this.#root), this.#root, (name) => this.#emit("panel", { panel: name }));
    for (const name of Object.keys(this.#given)) delete (/** @type {any} */ (this)[name]);
    Object.assign(this, this.#given);
  }

  get state() {
    return this.#front.state;
  }

  get activity() {
    return this.#front.page?.activity ?? "";
  }

  get muted() {
    return this.#front.page?.talk.muted ?? false;
  }

  get config() {
    return this.#front.server.config;
  }

  get turns() {
    return this.#front.page?.turns ?? [];
  }

  get choices() {
    return this.#choices;
  }
  set choices(choices) {
    this.#choices = choices;
    this.#front.greet();
  }

  get panel() {
    return this.#root.querySelector("[aria-selected=true]")?.id.slice(4) ?? "talk";
  }
  set panel(name) {
    this.#choosePanel(name);
  }

  get player() {
    return this.#front.player;
  }

  get browser() {
    return this.#front.server.browser;
  }

  /** The inner parts of a call, for pages of this repository: they change as it does. */
  get inner() {
    return this.#front.page;
  }

  connectedCallback() {
    if (this.#here) return; // it was moved
    this.#here = new AbortController();
    addEventListener("pagehide", () => this.stop(), { signal: this.#here.signal });
    addPanels(this, this.#root);
    void learned.then(() => this.#front.showPast());
    this.#front.refresh();
  }

  disconnectedCallback() {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#front.leave();
      this.#here?.abort();
      this.#here = null;
    });
  }

  /** @param {string} name */
  attributeChangedCallback(name) {
    if (name === "endpoint") this.#front.turnTo(this.getAttribute("endpoint"));
    this.#front.greet();
  }

  load() {
    return this.#front.load();
  }

  /** @param {boolean} [line] */
  warm(line) {
    return this.#front.prepare(line && "near");
  }

  start() {
    return this.#front.start();
  }

  /** @param {"person" | "budget"} [why] */
  stop(why = "person") {
    this.#front.stop(why);
  }

  mute(muted = !this.muted) {
    this.#front.page?.talk.mute(muted);
  }

  interrupt() {
    this.#front.page?.talk.conversation?.interrupt();
  }

  /** @param {string} text */
  say(text) {
    return this.#front.page?.say(text) ?? false;
  }

  clear() {
    this.#front.store.forgetTurns();
    this.#front.captions?.clear();
    this.#front.page?.clear();
  }

  saved() {
    const past = this.#front.store.turns();
    return this.#front.page?.saved() ?? { past, turns: [], entries: [], rows: [] };
  }

  /** @param {string} text */
  notify(text) {
    this.#front.notify(text);
  }

  askForTap() {
    this.#front.askForTap();
  }

  /** @returns {Voice.Choices} */
  #wishes() {
    const persona = this.getAttribute("persona");
    return { ...(persona && { persona }), ...this.#choices };
  }

  /**
   * @param {string} name
   * @param {object} detail
   */
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(`voicecall-${name}`, { detail, bubbles: true, composed: true }));
  }
}

/**
 * Sizes count in the root's font; where a page has made that another than the reader's own, it is made up for.
 * @param {HTMLElement} tree
 */
function show(tree) {
  tree.hidden = false;
  const [own, root] = [tree, document.documentElement].map((one) => parseFloat(getComputedStyle(one).fontSize));
  if (own && root && own !== root) tree.style.zoom = String(own / root);
}

if (!customElements.get("voice-call")) customElements.define("voice-call", VoiceCall);
