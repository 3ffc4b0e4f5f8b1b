/** How long the last turns waited for their answers, as bars. The table beside it says the same to those who read. */
import { fixed, inMs } from "./figures.js";
import { t } from "./words.js";

/** @typedef {import("./turn_waits.js").Wait} Wait */

const HEIGHT = 112;
const TOP = 24;
const FOOT = 4;
const MOST = 40;
/** The scale reaches at least so far, so that quick answers look quick. */
const SCALE_MS = 2_000;

/** @param {number | null} ms */
export const inSeconds = (ms) =>
  ms === null ? "" : ms < 995 ? inMs(Math.round(ms / 10) * 10) : t("{number} s", { number: fixed(ms / 1000, 1) });

/**
 * @param {number[]} waited milliseconds, oldest first
 * @param {number} middle the median
 * @param {number} width in pixels, so that its words keep their size
 */
export function plot(waited, middle, width) {
  const shown = waited.slice(-MOST);
  const most = Math.max(SCALE_MS, ...shown);
  const high = (/** @type {number} */ ms) => (HEIGHT - TOP - FOOT) * (ms / most);
  const floor = HEIGHT - FOOT;
  const step = Math.min(36, width / shown.length);
  const bars = shown.map((ms, at) => {
    const tall = Math.max(2, high(ms));
    const [x, w] = [at * step, Math.max(2, step - 6)];
    const bar = draw("rect", { x, y: floor - tall, width: w, height: tall, rx: Math.min(4, w / 2) });
    if (at === shown.length - 1) bar.setAttribute("class", "last");
    return bar;
  });
  const y = floor - high(middle);
  const words = draw("text", { x: width, y: y - 6, "text-anchor": "end" });
  words.textContent = t("median {time}", { time: inSeconds(middle) });
  const picture = draw(
    "svg",
    { class: "plot", role: "img", direction: "ltr", viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT },
    draw("path", { class: "floor", d: `M0 ${floor + 1}H${width}` }),
    ...bars,
    draw("path", { class: "middle", d: `M0 ${y}H${width}` }),
    words,
  );
  picture.setAttribute(
    "aria-label",
    t("Waits of the last {number} turns; the table under “Turn by turn” has them.", { number: shown.length }),
  );
  return picture;
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {...Node} children
 */
function draw(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}
