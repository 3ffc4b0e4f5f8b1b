/** How long each step of connecting took, drawn to scale, and the facts of the session. */
import { make } from "./dom.js";
import { fixed } from "./figures.js";
import { t } from "./words.js";

/** @param {Voice.Timing[]} rows
 * @returns {HTMLElement[]} */
export function timingsTable(rows) {
  if (!rows.length) return [];
  const ordered = [...rows].sort((a, b) => a.began - b.began);
  const first = Math.min(0, ordered[0]?.began ?? 0); // below zero it was done ahead of the tap
  const whole = Math.max(1, ...ordered.map(({ began, took }) => began + took)) - first;
  const lines = ordered.map(({ step, began, took }) => {
    const bar = make("span", "span");
    bar.style.marginInlineStart = `${((began - first) / whole) * 98}%`;
    bar.style.width = `${(took / whole) * 100}%`;
    return [t(step), fixed(began, 0), fixed(took, 0), bar];
  });
  return [table(t("Time from Start, in milliseconds"), [t("Step"), t("Began"), t("Took"), ""], lines)];
}

/**
 * @param {string} caption
 * @param {string[]} heads an empty one is a cell, not a heading
 * @param {(string | Node)[][]} lines the first of each names it
 */
export function table(caption, heads, lines) {
  const head = heads.map((text) => (text ? scoped("col", text) : make("td")));
  const body = lines.map(([name = "", ...cells]) =>
    make("tr", "", scoped("row", name), ...cells.map((cell) => make("td", "", cell))),
  );
  return make(
    "table",
    "timings",
    make("caption", "", caption),
    make("thead", "", make("tr", "", ...head)),
    make("tbody", "", ...body),
  );
}

/**
 * @param {"row" | "col"} scope
 * @param {string | Node} text
 */
function scoped(scope, text) {
  const cell = make("th", "", text);
  cell.scope = scope;
  return cell;
}

/**
 * @param {Record<string, string | null | undefined>} entries those without a value are left out
 */
export function facts(entries) {
  const known = Object.entries(entries).filter(([, value]) => typeof value === "string" && value);
  return make("dl", "facts", ...known.flatMap(([name, value]) => [make("dt", "", name), make("dd", "", value ?? "")]));
}

/** @param {Voice.Session} session */
export function sessionFacts(session) {
  return facts({
    [t("Model")]: session.model,
    [t("Voice")]: session.voice,
    [t(session.ends ? "Call" : "Session")]: session.id,
    [t("Made")]: t(session.ends ? "by the server: no token reaches this page" : "by this page, with a short-lived token"),
    [t("Events")]: t(session.event_filter === "private" ? "private: eleven kinds reach this page" : "all"),
    [t("Longest call")]: inMinutes(session.max_call_seconds),
  });
}

/** @param {number} seconds */
const inMinutes = (seconds) => 
  seconds < 120 ? t("{number} s", { number: Math.round(seconds) }) : t("{number} min", { number: Math.round(seconds / 60) });
