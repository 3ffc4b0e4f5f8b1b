/** The event log on the page. Loaded when someone opens its tab; it then shows all that the log has kept so far. */
import { make, part, setText } from "./dom.js";
import { asCopy, LogWindow, seconds } from "./log_window.js";
import { sheet } from "./sheet.js";
import { learn, t } from "./words.js";

await learn();

const ARROWS = { in: "←", out: "→", page: "!" };
const PRIVATE_NOTE =
  "Private session: the service sends eleven kinds of event to this page. Tools are off, and its errors are not shown.";

/** @type {LogView | null} */
let view = null;

/** @param {import("./event_log.js").EventLog} log */
export async function showLog(log) {
  await sheet("/css/records.css");
  view ??= new LogView(log);
  view.note();
}

class LogView {
  #log;
  #window;
  #list = part("log");
  #filter = filterBox();
  #pause = quiet("log-pause", t("Pause"));
  #copy = quiet("log-copy", t("Copy"));
  #note = make("p", "note");
  /** @type {Map<number, HTMLLIElement>} */
  #items = new Map();

  /** @param {import("./event_log.js").EventLog} log */
  constructor(log) {
    this.#log = log;
    this.#window = new LogWindow(log, {
      append: (row) => this.#append(row),
      grow: ({ id, count }) =>
        setText(/** @type {Element} */ (this.#items.get(id)?.querySelector(".count")), `×${count}`),
      remove: (id) => this.#remove(id),
      say: (paused, missed) => this.#say(paused, missed),
    });
    const clear = quiet("log-clear", t("Clear"));
    this.#filter.addEventListener("input", () => this.#sift());
    clear.addEventListener("click", () => log.clear());
    this.#copy.addEventListener("click", () => this.#toClipboard());
    this.#pause.addEventListener("click", () => this.#window.pause(!this.#window.paused));
    this.#note.id = "log-note";
    part("events").prepend(make("div", "toolbar", this.#filter, this.#pause, this.#copy, clear), this.#note);
  }

  /** Says why most events are missing, if they are. */
  note() {
    setText(this.#note, this.#log.isPrivate ? t(PRIVATE_NOTE) : "");
    this.#note.hidden = !this.#log.isPrivate;
  }

  /** @param {Voice.Row} row */
  #append(row) {
    part("log-empty").hidden = true;
    this.note();
    const item = draw(row);
    item.hidden = !this.#matches(row.type);
    this.#items.set(row.id, item);
    this.#list.append(item);
  }

  /** @param {number} id */
  #remove(id) {
    this.#items.get(id)?.remove();
    this.#items.delete(id);
    part("log-empty").hidden = this.#items.size > 0;
  }

  /**
   * @param {boolean} paused
   * @param {number} missed
   */
  #say(paused, missed) {
    setText(this.#pause, !paused ? t("Pause") : missed ? t("Go on ({number})", { number: missed }) : t("Go on"));
  }

  /** @param {string} type */
  #matches(type) {
    return type.includes(this.#filter.value.trim().toLowerCase());
  }

  #sift() {
    for (const item of this.#items.values()) item.hidden = !this.#matches(item.dataset.type ?? "");
  }

  async #toClipboard() {
    const copy = this.#copy;
    const text = asCopy(this.#window.rows);
    const done = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    setText(copy, t(done ? "Copied" : "Not allowed"));
    copy.addEventListener("blur", () => setText(copy, t("Copy")), { once: true });
  }
}

function filterBox() {
  const box = Object.assign(make("input"), { id: "log-filter", type: "search", maxLength: 80, placeholder: t("Filter") });
  box.setAttribute("aria-label", t("Filter events"));
  return box;
}

/** @param {string} id @param {string} label */
const quiet = (id, label) => Object.assign(make("button", "quiet", label), { id, type: "button" });

/** @param {Voice.Row} row */
function draw(row) {
  const item = make("li");
  const details = make("details");
  const count = make("span", "count", row.count > 1 ? `×${row.count}` : "");
  // Long names break at their dots.
  const words = (row.kind === "unknown" ? t("{name} (unknown)", { name: row.type }) : row.type).split(/(?<=[._])/);
  const name = make("span", "name", ...words.flatMap((word) => [word, make("wbr")]));
  const arrow = make("span", row.direction, ARROWS[row.direction]);
  details.append(make("summary", "", make("time", "", seconds(row.at)), arrow, name, count));
  details.addEventListener("toggle", () => {
    details.querySelector("pre")?.remove();
    if (details.open) details.append(make("pre", "", row.body));
  });
  item.dataset.kind = row.kind;
  item.dataset.type = row.type;
  item.append(details);
  return item;
}
