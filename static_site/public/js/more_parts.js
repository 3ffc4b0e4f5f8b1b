/** The fields of "More", and what they offer. */
import { find } from "./devices.js";
import { make, setText } from "./dom.js";
import { t } from "./words.js";

/** @typedef {[value: string, text: string]} Offer */

/** @type {Offer[]} the service takes 0.25 to 1.5 (protocol sheet 1.2) */
export const SPEEDS = [
  ["", "As usual"],
  ["0.25", "Crawling · 0.25"],
  ["0.5", "Very slow · 0.5"],
  ["0.75", "Slow · 0.75"],
  ["1", "Normal · 1"],
  ["1.25", "Quick · 1.25"],
  ["1.5", "Very quick · 1.5"],
];

/** @param {Offer[]} offers */
export const translated = (offers) => offers.map(([value, text]) => /** @type {Offer} */ ([value, t(text)]));

/** Each in its own name, so that whoever needs it can read it. */
const LANGUAGES = ["en", "de", "es", "fr", "it", "nl", "pl", "pt-BR", "tr", "uk", "ar", "hi", "ja", "ko", "zh"];

/**
 * @param {string | null | undefined} own the persona's
 * @returns {Offer[]}
 */
export const languageOptions = (own) => [
  ["", own ? t("The persona's · {language}", { language: ownName(own) }) : t("As spoken")],
  ...LANGUAGES.map((tag) => /** @type {Offer} */ ([tag, ownName(tag)])),
];

/**
 * @param {string} tag
 * @returns {string}
 */
function ownName(tag) {
  const name = new Intl.DisplayNames([tag], { type: "language" }).of(tag) ?? tag;
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}

/**
 * Fills a list only if it is another one, so that an open list stays open.
 * @param {HTMLSelectElement} select
 * @param {Offer[]} offers
 * @param {string} value
 */
export function fill(select, offers, value) {
  const now = [...select.options].map((option) => [option.value, option.text]);
  if (JSON.stringify(now) !== JSON.stringify(offers)) {
    select.replaceChildren(...offers.map(([id, text]) => new Option(text, id)));
  }
  select.value = offers.some(([id]) => id === value) ? value : "";
}

/**
 * A list with its label.
 * @param {string} title
 */
export function choice(title) {
  const select = make("select");
  const field = make("label", "", title, select);
  /** @type {Voice.Device[]} */
  let offered = [];
  return {
    field,
    select,
    /**
     * @param {Voice.Device[]} devices
     * @param {Voice.Device | undefined} wish shown even while it is not there
     */
    offer(devices, wish) {
      const there = find(devices, wish);
      offered = wish && !there ? [...devices, wish] : devices;
      /** @type {Offer[]} */
      const offers = offered.map((one) => [one.id, one === wish ? t("{name} (not there)", { name: one.label }) : one.label]);
      fill(select, [["", t("System default")], ...offers], (there ?? wish)?.id ?? "");
    },
    /** @returns {Voice.Device | undefined} */
    chosen: () => offered.find(({ id }) => id === select.value),
  };
}

/**
 * A slider from 0 to 100 %, with its label and its value in words.
 * @param {string} title
 */
export function slider(title) {
  const input = Object.assign(make("input"), { type: "range", min: "0", max: "100", step: "5" });
  const value = make("span");
  value.setAttribute("aria-hidden", "true"); // the slider says it itself
  const field = make("label", "loudness", make("span", "", title, " "), value, input);
  return {
    field,
    input,
    /** @param {number} percent */
    show(percent) {
      input.value = String(percent);
      const words = percent ? t("{number} %", { number: percent }) : t("Sound off");
      input.setAttribute("aria-valuetext", words);
      setText(value, words);
    },
  };
}

/**
 * Loads a style sheet; one that does not come is done without.
 * @param {string} href
 * @returns {Promise<unknown>}
 */
export function styled(href) {
  const link = Object.assign(make("link"), { rel: "stylesheet", href });
  document.head.append(link);
  return new Promise((resolve) => (link.onload = link.onerror = resolve));
}
