/** The captions: one element a turn, kept in the order of the conversation, and completed lines read out once. */
import { dress, icon } from "./call_template.js";
import { make, part, setText } from "./dom.js";
import { t } from "./words.js";

/** Lines that the live region keeps; older ones have been read out. */
const SAID_LIMIT = 4;

const TOOL =
  "M4 7h9M17 7h3M4 17h3M11 17h9M17 7a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM11 17a2 2 0 1 1-4 0 2 2 0 0 1 4 0z";

const VAGUE = { listening: "Speaking…", waiting: "…", open: "", done: "", interrupted: "", missing: "" };

export class CaptionsView {
  #list;
  #scroll;
  #empty;
  #said;
  /** @type {Map<string, HTMLElement>} */
  #shown = new Map();
  /** @type {Set<string>} */
  #read = new Set();
  #atEnd = true;
  /** As last observed: a browser scrolls too when words come or a phone is turned, which nobody wished. */
  #size = "";
  #assistant = t("Assistant");

  /** @param {ShadowRoot} root */
  constructor(root) {
    void dress(root, "captions");
    this.#list = part("captions", root);
    this.#scroll = part("captions-scroll", root);
    this.#empty = part("empty", root);
    this.#said = part("said", root);
    // The newest line stays in sight as captions grow or lose space, unless the person has scrolled away. Observed, not
    // measured at each event, because measuring lays out the page.
    this.#scroll.addEventListener("scroll", () => (this.#atEnd = this.#wantsEnd()), { passive: true });
    const keep = new ResizeObserver(() => {
      this.#size = this.#sizeNow();
      if (this.#atEnd) this.#toEnd();
    });
    keep.observe(this.#scroll);
    keep.observe(this.#list);
  }

  /**
   * Words of earlier calls, above this one's.
   * @param {Voice.SavedTurn[]} turns
   */
  showPast(turns) {
    this.clear();
    if (!turns.length) return;
    const id = (/** @type {number} */ at) => `past-${at}`;
    this.#arrange(turns.map((turn, at) => ({ ...turn, id: id(at), reason: "" })));
    for (const element of this.#shown.values()) element.classList.add("past");
    this.#list.append(make("li", "divider", t("Earlier, kept on this device")));
    this.#shown.clear();
  }

  /**
   * @param {Voice.Turn[]} turns
   * @param {string} assistant the persona's name
   */
  update(turns, assistant) {
    this.#assistant = assistant;
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

  /** @param {Voice.NamedTurn[]} turns */
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
   * @param {Voice.NamedTurn} turn
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
    setText(name, turn.role === "user" ? t("You") : (turn.name ?? this.#assistant));
    setText(note, turn.status === "interrupted" ? t("interrupted") : "");
    turn.picture?.show(element);
    const words = turn.picture?.words ?? turn.text;
    text.classList.toggle("vague", !words);
    setText(text, words || (turn.status === "missing" ? whyMissing(turn) : t(VAGUE[turn.status])) || "…");
  }

  /** @param {Voice.Turn} turn */
  #announce(turn) {
    const complete = turn.status === "done" || turn.status === "interrupted";
    if (!complete || !turn.text || this.#read.has(turn.id)) return;
    this.#read.add(turn.id);
    this.#said.append(make("p", "", `${turn.role === "user" ? t("You") : this.#assistant}: ${turn.text}`));
    while (this.#said.childElementCount > SAID_LIMIT) this.#said.firstElementChild?.remove();
  }

  #sizeNow() {
    const { clientWidth, clientHeight, scrollHeight } = this.#scroll;
    return `${clientWidth} ${clientHeight} ${scrollHeight}`;
  }

  #wantsEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroll;
    if (this.#sizeNow() !== this.#size) return this.#atEnd;
    return scrollHeight - scrollTop - clientHeight < 80;
  }

  #toEnd() {
    if (this.#list.childElementCount) this.#scroll.scrollTop = this.#scroll.scrollHeight;
  }
}

/** @param {Voice.Turn} turn */
function whyMissing(turn) {
  if (turn.role === "assistant") return t("Nothing was said.");
  if (turn.reason === "no_words") return t("No words were understood.");
  if (turn.reason === "DeploymentNotFound")
    return t("No caption: the service has no transcription model by the configured name.");
  return turn.reason
    ? t("No caption: the transcription failed ({reason}).", { reason: turn.reason.slice(0, 60) })
    : t("Spoken; no caption came.");
}

/**
 * @param {HTMLElement} element
 * @param {Voice.Turn} turn
 */
function fillTool(element, { tool }) {
  element.className = "tool";
  const title = tool?.title ? t(tool.title) : t("Tool: {name}", { name: tool?.name ?? "" });
  const detail = t(tool?.detail ?? "Not run by this page.");
  if (element.dataset.shown === title + detail) return;
  element.dataset.shown = title + detail;
  const words = make("p", "", title, make("small", "", detail));
  element.replaceChildren(icon(TOOL), words);
  if (tool?.ok && tool.colour) {
    const swatch = make("span", "swatch");
    swatch.style.backgroundColor = tool.colour;
    element.append(swatch);
  }
}
