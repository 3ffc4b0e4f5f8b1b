/** Where the words of other languages are, and how they get into markup. Loaded where English is not the first. */
import { t } from "./words.js";

/** @typedef {() => Promise<{ words: Record<string, string> }>} Load */

/** What a call says; what the parts beside it say; what the check says. @type {Record<string, Record<string, Load>>} */
const CATALOGUES = {
  de: {
    call: () => import("./words_de.js"),
    more: () => import("./words_de_more.js"),
    check: () => import("./words_de_check.js"),
  },
  es: {
    call: () => import("./words_es.js"),
    more: () => import("./words_es_more.js"),
    check: () => import("./words_es_check.js"),
  },
  ar: {
    call: () => import("./words_ar.js"),
    more: () => import("./words_ar_more.js"),
    check: () => import("./words_ar_check.js"),
  },
};
const READ_OUT = ["aria-label", "placeholder"];

/**
 * Adds the words of the first language that is known here.
 * @param {readonly string[]} wanted BCP 47 tags
 * @param {string} part
 * @param {Map<string, string>} words
 * @returns {Promise<[lang: string, put: typeof translate]>}
 */
export async function learnt(wanted, part, words) {
  const names = wanted.map((tag) => tag.toLowerCase().split("-")[0] ?? "");
  const lang = names.find((name) => name === "en" || Object.hasOwn(CATALOGUES, name)) ?? "en";
  const loaded = await CATALOGUES[lang]?.[part]?.().catch(() => null);
  for (const [english, sentence] of Object.entries(loaded?.words ?? {})) words.set(english, sentence);
  return [words.size ? lang : "en", translate];
}

/**
 * Puts the fixed words of markup into the language: its text, and what is read out or shown in its fields.
 * @param {Node} root
 */
export function translate(root) {
  const parts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let part = parts.nextNode(); part; part = parts.nextNode()) {
    if (part instanceof Text) {
      const [, before = "", text = "", after = ""] = /^(\s*)([^]*?)(\s*)$/.exec(part.data) ?? [];
      if (text) part.data = before + t(text.replace(/\s+/g, " ")) + after;
    } else if (part instanceof Element) {
      for (const name of READ_OUT) {
        const text = part.getAttribute(name);
        if (text) part.setAttribute(name, t(text));
      }
    }
  }
}
