/** The connection panel: how long each step took, drawn to scale, and the facts of the session. */
import { make, part } from "./dom.js";

/** @typedef {import("./timings.js").Timing} Timing */

/** @param {Timing[]} rows */
export function showTimings(rows) {
  const ordered = [...rows].sort((a, b) => a.began - b.began);
  const whole = Math.max(1, ...ordered.map(({ began, took }) => began + took));
  part("timings-table").hidden = !ordered.length;
  part("timings-empty").hidden = ordered.length > 0;
  part("timings-rows").replaceChildren(
    ...ordered.map(({ step, began, took }) => {
      const name = make("th", "", step);
      name.scope = "row";
      const bar = make("span", "span");
      bar.style.marginInlineStart = `${(began / whole) * 98}%`;
      bar.style.width = `${(took / whole) * 100}%`;
      const number = (/** @type {number} */ ms) => make("td", "", String(Math.round(ms)));
      return make("tr", "", name, number(began), number(took), make("td", "", bar));
    }),
  );
}

/** @param {import("./api.js").Session | null} session */
export function showFacts(session) {
  const facts = session && {
    Model: session.model,
    Voice: session.voice,
    [session.ends ? "Call" : "Session"]: session.id,
    Made: session.ends ? "by the server: no token reaches this page" : "by this page, with a short-lived token",
    Events: session.event_filter === "private" ? "private: eleven kinds reach this page" : "all",
    "Longest call": inMinutes(session.max_call_seconds),
  };
  const entries = Object.entries(facts ?? {}).filter(([, value]) => typeof value === "string" && value);
  part("facts").replaceChildren(
    ...entries.flatMap(([name, value]) => [make("dt", "", name), make("dd", "", value ?? "")]),
  );
}

/** @param {number} seconds */
const inMinutes = (seconds) => (seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`);
