/** The event log on the page: rows are added as they come, and their bodies are filled in only when opened. */
import { button, byId, make, part, setText } from "./dom.js";
import { EventLog, seconds } from "./event_log.js";

const ARROWS = { in: "←", out: "→", page: "!" };

export class LogView {
  #log = new EventLog();
  #list = part("log");
  #empty = part("log-empty");
  #note = part("log-note");
  #filter = byId("log-filter", HTMLInputElement);
  /** @type {Map<number, HTMLLIElement>} */
  #items = new Map();

  constructor() {
    this.#filter.addEventListener("input", () => this.#sift());
    button("log-clear").addEventListener("click", () => this.clear());
    button("log-copy").addEventListener("click", () => this.#copy());
  }

  /** @param {Parameters<EventLog["add"]>} entry */
  add(...entry) {
    const row = this.#log.add(...entry);
    this.#empty.hidden = true;
    const known = this.#items.get(row.id);
    if (known) return setText(/** @type {Element} */ (known.querySelector(".count")), `×${row.count}`);
    const item = this.#draw(row);
    this.#items.set(row.id, item);
    this.#list.append(item);
    const oldest = this.#log.rows[0]?.id ?? row.id;
    for (const [id, element] of this.#items) {
      if (id >= oldest) break;
      element.remove();
      this.#items.delete(id);
    }
  }

  /** @param {string} text why some panels or events are off; empty for none */
  note(text) {
    setText(this.#note, text);
    this.#note.hidden = !text;
  }

  clear() {
    this.#log.clear();
    this.#items.clear();
    this.#list.replaceChildren();
    this.#empty.hidden = false;
  }

  /** @param {import("./event_log.js").Row} row */
  #draw(row) {
    const item = make("li");
    const details = make("details");
    const count = make("span", "count", row.count > 1 ? `×${row.count}` : "");
    // Long names break at their dots.
    const words = (row.kind === "unknown" ? `${row.type} (unknown)` : row.type).split(/(?<=[._])/);
    const name = make("span", "name", ...words.flatMap((word) => [word, make("wbr")]));
    details.append(
      make(
        "summary",
        "",
        make("time", "", seconds(row.at)),
        make("span", row.direction, ARROWS[row.direction]),
        name,
        count,
      ),
    );
    details.addEventListener("toggle", () => {
      details.querySelector("pre")?.remove();
      if (details.open) details.append(make("pre", "", row.body));
    });
    item.dataset.kind = row.kind;
    item.dataset.type = row.type;
    item.append(details);
    item.hidden = !this.#matches(row.type);
    return item;
  }

  /** @param {string} type */
  #matches(type) {
    return type.includes(this.#filter.value.trim().toLowerCase());
  }

  #sift() {
    for (const item of this.#items.values()) item.hidden = !this.#matches(item.dataset.type ?? "");
  }

  async #copy() {
    const copy = button("log-copy");
    const done = await navigator.clipboard.writeText(this.#log.text()).then(
      () => true,
      () => false,
    );
    setText(copy, done ? "Copied" : "Not allowed");
    copy.addEventListener("blur", () => setText(copy, "Copy"), { once: true });
  }
}
