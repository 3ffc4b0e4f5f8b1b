/** The words of the interface. English is its own key; the others are in other_words.js. */

/** @type {Map<string, string>} */
const words = new Map();
let lang = "en";

/**
 * A sentence in the reader's language.
 * @param {string} english `{name}` is a gap
 * @param {Record<string, string | number>} gaps
 */
export function t(english, gaps = {}) {
  return (words.get(english) ?? english).replace(/\{(\w+)\}/g, (gap, name) => String(gaps[name] ?? gap));
}

/** Attributes of what is written in it. */
export const written = () => ({ lang, dir: lang === "ar" ? "rtl" : "ltr" });

/** @type {(root: Node) => void} */
export let translate = () => {};

/** What only a part of a page says comes with it. What does not come stays English. */
export async function learn(part = "more", wanted = /** @type {readonly string[]} */ ([lang]), load = () => import("./other_words.js")) {
  if (wanted[0]?.startsWith("en")) return;
  const learnt = await load().then((other) => other.learnt(wanted, part, words), () => null);
  if (learnt) [lang, translate] = learnt;
}
