/** The captions: one element a turn, kept in the order of the conversation, and completed lines read out once. */
import { make, part, setText } from "./dom.js";

/** @typedef {import("./turns.js").Turn} Turn */
/** @typedef {Turn & { name?: string }} NamedTurn a turn of an earlier call, with the persona who had it */

/** Lines that the live region keeps; older ones have been read out. */
const SAID_LIMIT = 4;

const VAGUE = { listening: "Speaking…", waiting: "…", open: "", done: "", interrupted: "", missing: "" };

export class CaptionsView {
  #list = part("captions");
  #scroll = part("captions-scroll");
  #empty = part("empty");
  #said = part("said");
  /** @type {Map<string, HTMLElement>} */
  #shown = new Map();
  /** @type {Set<string>} */
  #read = new Set();
  #atEnd = true;
  assistant = "Assistant";

  constructor() {
    // The newest line stays in sight as captions grow or lose space, unless the person has scrolled away. Observed, not
    // measured at each event, because measuring lays out the page.
    this.#scroll.addEventListener("scroll", () => (this.#atEnd = this.#isAtEnd()), { passive: true });
    const keep = new ResizeObserver(() => this.#atEnd && this.#toEnd());
    keep.observe(this.#scroll);
    keep.observe(this.#list);
  }

  /**
   * Words of earlier calls, above this one's.
   * @param {import("./store.js").SavedTurn[]} turns
   */
  showPast(turns) {
    this.clear();
    if (!turns.length) return;
    const id = (/** @type {number} */ at) => `past-${at}`;
    this.#arrange(turns.map((turn, at) => ({ ...turn, id: id(at), reason: "" })));
    for (const element of this.#shown.values()) element.classList.add("past");
    this.#list.append(make("li", "divider", "Earlier, kept on this device"));
    this.#shown.clear();
  }

  /** @param {Turn[]} turns */
  update(turns) {
    this.#arrange(turns);
    for (const turn of turns) this.#announce(turn);
  }

  /** This call's turns become plain history: the next call has other ids. */
  settle() {
    this.#shown.clear();
    this.#read.clear();
  }

  clear() {
    this.#list.replaceChildren();
    this.settle();
    this.#empty.hidden = false;
  }

  /** @param {NamedTurn[]} turns */
  #arrange(turns) {
    this.#empty.hidden = turns.length > 0 || this.#list.childElementCount > 0;
    const before = this.#list.childElementCount - this.#shown.size;
    const ids = new Set(turns.map((turn) => turn.id));
    for (const [id, element] of this.#shown) {
      if (ids.has(id)) continue;
      element.remove();
      this.#shown.delete(id);
    }
    for (const [at, turn] of turns.entries()) {
      const element = this.#shown.get(turn.id) ?? make("li");
      this.#shown.set(turn.id, element);
      this.#fill(element, turn);
      const there = this.#list.children[before + at];
      if (there !== element) this.#list.insertBefore(element, there ?? null);
    }
  }

  /**
   * @param {HTMLElement} element
   * @param {NamedTurn} turn
   */
  #fill(element, turn) {
    element.dataset.status = turn.status;
    element.dataset.role = turn.role;
    if (turn.role === "tool") return fillTool(element, turn);
    element.className = `turn ${turn.role} ${turn.status === "waiting" || turn.status === "listening" ? "open" : ""}`;
    if (!element.childElementCount) {
      const text = make("p", "text");
      text.dir = "auto";
      element.append(make("p", "who", make("span"), make("small")), text);
    }
    const [who, text] = /** @type {[HTMLElement, HTMLElement]} */ ([...element.children]);
    const [name, note] = /** @type {[HTMLElement, HTMLElement]} */ ([...who.children]);
    setText(name, turn.role === "user" ? "You" : (turn.name ?? this.assistant));
    setText(note, turn.status === "interrupted" ? "interrupted" : "");
    text.classList.toggle("vague", !turn.text);
    setText(text, turn.text || (turn.status === "missing" ? whyMissing(turn) : VAGUE[turn.status]) || "…");
  }

  /** @param {Turn} turn */
  #announce(turn) {
    const complete = turn.status === "done" || turn.status === "interrupted";
    if (!complete || !turn.text || this.#read.has(turn.id)) return;
    this.#read.add(turn.id);
    this.#said.append(make("p", "", `${turn.role === "user" ? "You" : this.assistant}: ${turn.text}`));
    while (this.#said.childElementCount > SAID_LIMIT) this.#said.firstElementChild?.remove();
  }

  #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroll;
    return scrollHeight - scrollTop - clientHeight < 80;
  }

  #toEnd() {
    if (this.#list.childElementCount) this.#scroll.scrollTop = this.#scroll.scrollHeight;
  }
}

/** @param {Turn} turn */
function whyMissing(turn) {
  if (turn.role === "assistant") return "Nothing was said.";
  if (turn.reason === "no_words") return "No words were understood.";
  if (turn.reason === "DeploymentNotFound")
    return "No caption: the service has no transcription model by the configured name.";
  return turn.reason
    ? `No caption: the transcription failed (${turn.reason.slice(0, 60)}).`
    : "Spoken; no caption came.";
}

/**
 * @param {HTMLElement} element
 * @param {Turn} turn
 */
function fillTool(element, { tool }) {
  element.className = "tool";
  const title = tool?.title ?? `Tool: ${tool?.name ?? ""}`;
  const detail = tool?.detail ?? "Not run by this page.";
  if (element.dataset.shown === title + detail) return;
  element.dataset.shown = title + detail;
  const words = make("p", "", title, make("small", "", detail));
  element.replaceChildren(icon("i-tool"), words);
  if (tool?.ok && tool.colour) {
    const swatch = make("span", "swatch");
    swatch.style.backgroundColor = tool.colour;
    element.append(swatch);
  }
}

/** @param {string} id of a symbol in the page */
function icon(id) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#${id}`);
  svg.append(use);
  return svg;
}
