/** The few ways in which the page touches its elements. Text is only ever set as text. */

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind the element's class; another is a mistake in the page
 * @param {Document | ShadowRoot} [root]
 * @returns {T}
 */
export function byId(id, kind, root = document) {
  const element = root.getElementById(id);
  if (!(element instanceof kind)) throw new TypeError(`#${id} is not a ${kind.name}`);
  return element;
}

/** @param {string} id @param {Document | ShadowRoot} [root] */
export const part = (id, root) => byId(id, HTMLElement, root);

/** @param {string} id @param {Document | ShadowRoot} [root] */
export const button = (id, root) => byId(id, HTMLButtonElement, root);

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

/** Sets text only if it differs, so that live regions speak once. @param {Element} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
