/** Numbers as the reader's language writes them, with Western digits, as in fields. */
import { t, written } from "./words.js";

/** @param {number} value @param {Intl.NumberFormatOptions} [options] */
export const figure = (value, options) => new Intl.NumberFormat(`${written().lang}-u-nu-latn`, options).format(value);

/** @param {number} value @param {number} digits after the point */
export const fixed = (value, digits) =>
  figure(value, { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: false });

/** @param {number} ms */
export const inMs = (ms) => t("{number} ms", { number: fixed(ms, 0) });
