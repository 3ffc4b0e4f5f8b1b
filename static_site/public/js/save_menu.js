/**
 * Saving the conversation as a file. Files are made here, in the browser, and go nowhere but to this device. Loaded
 * when someone asks for it.
 */
import { button, make, part } from "./dom.js";
import { download } from "./download.js";
import { asJson, asLines, asText, asVtt, fileName } from "./export.js";
import { sheet } from "./sheet.js";
import { turnTimes } from "./turn_times.js";
import { learn, t } from "./words.js";

await learn();

/**
 * @typedef {object} Saved
 * @property {Voice.SavedTurn[]} past words of earlier calls
 * @property {(Voice.Turn & { name: string, at: number })[]} turns the latest call's
 * @property {Voice.Entry[]} entries
 * @property {Voice.Row[]} rows
 */
/** @typedef {{ name: string, ending: string, type: string, write: (saved: Saved) => string, none: string }} Format */

/** @type {Format[]} */
const FORMATS = [
  { name: "Text", ending: ".txt", type: "text/plain", write: (saved) => asText(lines(saved)), none: "" },
  {
    name: "JSON",
    ending: ".json",
    type: "application/json",
    write: (saved) => asJson(lines(saved), Date.now()),
    none: "",
  },
  { name: "Subtitles", ending: ".vtt", type: "text/vtt", write: (saved) => asVtt(lines(saved)), none: "Nothing to save: there was not yet a call." },
  { name: "Events", ending: ".jsonl", type: "application/jsonl", write: ({ rows }) => asLines(rows), none: "Nothing to save: there was not yet an event." },
];

/** @type {HTMLElement | null} */
let menu = null;

/** @param {() => Saved} saved */
export async function toggleSaves(saved) {
  await sheet("/css/insights.css");
  const open = button("save-talk");
  if (!menu) {
    const choices = FORMATS.map((format) => {
      const choice = make("button", "quiet", t(format.name));
      choice.type = "button";
      choice.addEventListener("click", () => save(format, saved()));
      return choice;
    });
    menu = make("div", "saves", make("span", "", t("Save as")), ...choices, make("p", "unseen"));
    menu.id = "saves";
    menu.hidden = true;
    menu.role = "group";
    menu.ariaLabel = t("Save the conversation as");
    menu.lastElementChild?.setAttribute("role", "status");
    menu.slot = "above-composer";
    part("voice-call").append(menu);
    open.setAttribute("aria-controls", menu.id);
    menu.addEventListener("keydown", ({ key }) => {
      if (key !== "Escape") return;
      show(false);
      open.focus();
    });
  }
  show(Boolean(menu.hidden));
}

/** @param {boolean} shown */
function show(shown) {
  if (!menu) return;
  menu.hidden = !shown;
  button("save-talk").ariaExpanded = String(shown);
  if (shown) menu.querySelector("button")?.focus();
}

/**
 * @param {Format} format
 * @param {Saved} saved
 */
function save({ name, ending, type, write, none }, saved) {
  const text = write(saved);
  const said = menu?.querySelector("[role=status]");
  if (!text) {
    if (said) said.textContent = t(none || "Nothing to save: there was not yet a word.");
    said?.classList.remove("unseen");
    return;
  }
  const file = fileName(new Date(), ending);
  download(new Blob([text], { type: `${type};charset=utf-8` }), file);
  if (said) said.textContent = t("{format} saved as {file}.", { format: t(name), file });
  said?.classList.add("unseen");
}

/**
 * @param {Saved} saved
 * @returns {import("./export.js").Line[]}
 */
function lines({ past, turns, entries }) {
  const times = turnTimes(entries);
  const zero = Date.now() - performance.now();
  return [
    ...past.map(({ role, name, text, status, at }) => ({
      ...{ role, name: role === "user" ? t("You") : (name ?? t("Assistant")), text, status, call: false },
      ...(typeof at === "number" && at > 0 && at < 4e12 && { began: at }), // anything may be stored
    })),
    ...turns.map(({ id, role, name, text, status, tool, at }) => {
      const span = times.get(id);
      const words = tool ? [tool.title ?? tool.name, tool.detail].filter(Boolean).map((part) => t(part ?? "")).join(": ") : text;
      return {
        ...{
          role,
          name: role === "user" ? t("You") : role === "tool" ? (tool?.name ?? "tool") : name,
          text: words,
          status,
        },
        ...(span ? { began: zero + span.began, ended: zero + span.ended } : { began: at }),
        call: true,
      };
    }),
  ];
}
