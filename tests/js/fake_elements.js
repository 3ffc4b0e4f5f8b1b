/** Just so much of a document that the modules around a call can be run in node: elements that note what is done to them. */

const noElement = () => null;

/** @returns {any} */
export function fakeElement() {
  const element = new EventTarget();
  return Object.assign(element, {
    ...{ dataset: {}, style: {}, hidden: false, disabled: false, readOnly: false, textContent: "", focused: 0 },
    attributes: new Map(),
    setAttribute: (name, value) => void element.attributes.set(name, value),
    getAttribute: (name) => element.attributes.get(name) ?? null,
    toggleAttribute: () => {},
    focus: () => void (element.focused += 1),
    matches: (selectors) => selectors.split(", ").some((one) => element[one.replace(/[^a-z]/g, "")] === true),
    ...{ append: () => {}, prepend: () => {}, replaceChildren: () => {}, querySelector: noElement, getContext: noElement },
  });
}

/** A shadow root in which every id can be found. */
export function fakeRoot() {
  const parts = new Map();
  const getElementById = (id) => (parts.has(id) || parts.set(id, fakeElement()), parts.get(id));
  return Object.assign(new EventTarget(), { getElementById, activeElement: null, isConnected: true });
}

const KINDS = ["", "Button", "Canvas", "Audio", "Form", "Anchor", "Input"];
for (const kind of KINDS)
  globalThis[`HTML${kind}Element`] = class {
    static [Symbol.hasInstance] = () => true;
  };
globalThis.navigator ??= {};
Object.assign(globalThis, {
  window: globalThis,
  isSecureContext: true,
  location: { origin: "https://host.example" },
  document: Object.assign(fakeElement(), {
    baseURI: "https://host.example/",
    documentElement: fakeElement(),
    createElement: fakeElement,
    createElementNS: fakeElement,
  }),
  matchMedia: () => Object.assign(new EventTarget(), { matches: true }),
  ResizeObserver: class {
    observe() {}
  },
  requestAnimationFrame: () => 0,
  cancelAnimationFrame: () => {},
});
