/** A conversation as a file: plain text, JSON or WebVTT. Pure; what is secret never comes here. */
import { t } from "./words.js";

/**
 * @typedef {object} Line one turn
 * @property {"user" | "assistant" | "tool"} role
 * @property {string} name of who speaks, or of the tool
 * @property {string} text
 * @property {string} status
 * @property {number} [began] milliseconds since 1970
 * @property {number} [ended]
 * @property {boolean} call whether it belongs to the latest call, whose times are known
 */

/** The shortest time that a subtitle stays, and the longest that it needs. */
const SHORTEST_MS = 700;
const READ_MS_PER_CHARACTER = 65;

/** @param {Line[]} lines */
export function asText(lines) {
  return lines
    .map(({ name, text, status, began }) => {
      const when = began === undefined ? "" : ` (${local(began)})`;
      return `${name}${when}${status === "interrupted" ? t(", interrupted") : ""}:\n${text || t("(no words)")}\n`;
    })
    .join("\n");
}

/**
 * @param {Line[]} lines
 * @param {number} now milliseconds since 1970
 */
export function asJson(lines, now) {
  const turns = lines.map(({ role, name, text, status, began, ended }) => ({
    role,
    [role === "assistant" ? "persona" : role === "tool" ? "tool" : "speaker"]: name,
    text,
    status,
    began: began === undefined ? null : new Date(began).toISOString(),
    ended: ended === undefined ? null : new Date(ended).toISOString(),
  }));
  const file = { format: "voicemint.conversation/1", exported: new Date(now).toISOString(), turns };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/**
 * Subtitles of the latest call, from its first word on; "" if there are none.
 * @param {Line[]} lines
 */
export function asVtt(lines) {
  const timed = lines
    .filter(({ call, role, text, began }) => call && role !== "tool" && text.trim() && began !== undefined)
    .map(({ name, text, began = 0, ended = began }) => ({ name, text, began, ended }))
    .sort((a, b) => a.began - b.began);
  const [first] = timed;
  if (!first) return "";
  const cues = timed.map(({ name, text, began, ended }, at) => {
    const start = began - first.began;
    const until = Math.max(ended - first.began, start + Math.max(SHORTEST_MS, text.length * READ_MS_PER_CHARACTER));
    const next = (timed[at + 1]?.began ?? Infinity) - first.began;
    // Two voices may be heard at once; but a caption that is only being read gives way to the next.
    const end = Math.max(start + SHORTEST_MS, ended - first.began, Math.min(until, next));
    return `${at + 1}\n${clock(start)} --> ${clock(end)}\n<v ${plain(name)}>${plain(text)}`;
  });
  return `WEBVTT\n\n${cues.join("\n\n")}\n`;
}

/**
 * The event log as JSON lines. Secrets stay hidden as they are in the log, and long bodies cut.
 * @param {Voice.Row[]} rows
 */
export function asLines(rows) {
  return rows
    .map(({ at, direction, type, count, body }) => {
      let event = /** @type {unknown} */ (body);
      try {
        event = JSON.parse(body);
      } catch {
        // It was cut: then as text.
      }
      return `${JSON.stringify({ at: Math.round(at), direction, type, count, event })}\n`;
    })
    .join("");
}

/**
 * A file's name with its date, in the person's own time.
 * @param {Date} date
 * @param {string} ending
 */
export function fileName(date, ending) {
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `voicemint-${day}-${two(date.getHours())}${two(date.getMinutes())}${ending}`;
}

/** @param {number} ms since 1970 */
function local(ms) {
  const date = new Date(ms);
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return `${fileName(date, "").slice(10, 20)} ${time}`;
}

/** @param {number} ms */
function clock(ms) {
  const whole = Math.round(ms);
  const part = (/** @type {number} */ value, size = 2) => String(Math.floor(value)).padStart(size, "0");
  const [hours, minutes, seconds] = [whole / 3_600_000, (whole / 60_000) % 60, (whole / 1000) % 60];
  return `${part(hours)}:${part(minutes)}:${part(seconds)}.${part(whole % 1000, 3)}`;
}

/**
 * Text that means nothing in WebVTT: no markup, no arrow, and no empty line, which would end the cue.
 * @param {string} text
 */
function plain(text) {
  return text
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\u2028\u2029\s]+/g, " ")
    .trim()
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
