/** The few ways in which the page touches its elements. Text is only ever set as text. */

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind the element's class; another is a mistake in the page
 * @returns {T}
 */
export function byId(id, kind) {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new TypeError(`#${id} is not a ${kind.name}`);
  return element;
}

/** @param {string} id */
export const part = (id) => byId(id, HTMLElement);

/** @param {string} id */
export const button = (id) => byId(id, HTMLButtonElement);

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} className
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, className = "", ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/**
 * Sets text only if it differs, so that live regions speak once.
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
