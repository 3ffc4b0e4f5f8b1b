// The element in a page that was there before its module: an upgrade, in which super() gives back what is in the page.
import assert from "node:assert/strict";
import test from "node:test";

const NAMES = ["HTMLButtonElement", "HTMLCanvasElement", "HTMLAudioElement", "HTMLFormElement", "HTMLAnchorElement", "HTMLInputElement"];

function element() {
  const attributes = {};
  return Object.assign(new EventTarget(), {
    ...{ dataset: {}, style: {}, children: [], append() {}, prepend() {}, appendChild: (child) => child, replaceChildren() {} },
    ...{ setAttribute: (name, value) => (attributes[name] = value), getAttribute: (name) => attributes[name] ?? null },
    ...{ toggleAttribute() {}, hasAttribute: () => false, matches: () => false, closest: () => null, getContext: () => null },
    ...{ querySelector: () => null, querySelectorAll: () => [] },
  });
}

const parts = new Map();
const root = Object.assign(element(), {
  getElementById: (id) => (parts.has(id) || parts.set(id, element()), parts.get(id)),
});
let inPage = null;
class Kind {
  static [Symbol.hasInstance]() {
    return true;
  }
}
let Made;
let langThen = "";
const { written } = await import("../../static_site/public/js/words.js");
Object.defineProperty(globalThis, "navigator", { value: { languages: ["de"] } });
Object.assign(globalThis, Object.fromEntries(NAMES.map((name) => [name, Kind])), {
  HTMLElement: class extends Kind {
    constructor() {
      super();
      return Object.setPrototypeOf(inPage, new.target.prototype);
    }
  },
  ...{ window: globalThis, isSecureContext: true, location: { origin: "https://host" } },
  ...{ NodeFilter: {}, getComputedStyle: () => ({}), matchMedia: () => ({ matches: true }) },
  ResizeObserver: class {
    observe() {}
  },
  customElements: { get() {}, define: (_, made) => ((Made = made), (langThen = written().lang)) },
  document: Object.assign(element(), {
    ...{ baseURI: "https://host/shop/goods.html", documentElement: element(), head: element() },
    ...{ createElement: element, createElementNS: element, createTreeWalker: () => ({ nextNode: () => null }) },
  }),
});
const { learned } = await import("../../static_site/public/js/voice_call.js");
const { browserAt } = await import("../../static_site/public/js/this_browser.js");
await learned;

test("the element is there before the words of another language are", () => {
  assert.deepEqual([langThen, written().lang], ["en", "de"]);
});

test("what the page has set before the module came counts, and hides nothing", () => {
  inPage = Object.assign(element(), { attachShadow: () => root });
  const tools = { hello: () => "hi" };
  const ready = Promise.resolve();
  Object.assign(inPage, { tools, ready, choices: { voice: "coral" } });
  const made = new Made();
  assert.deepEqual([made.tools, made.ready, made.choices], [tools, ready, { voice: "coral" }]);
  assert.ok(!Object.hasOwn(made, "choices"), "or later choices would not reach the element");
});

test("a server in another folder of the same origin has its own check", () => {
  const at = (path) => browserAt(new URL(path, "https://host")).endpoint;
  assert.deepEqual([at("/shop/"), at("/voice/")], ["", "https://host/voice/"]);
});
